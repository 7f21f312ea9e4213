"""Who borders whom: lengths on drawn grids, corrections with their reasons, every refusal by name."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from kurihara_geo import columns
from kurihara_geo.borders import (
    add_link,
    build_graph,
    check_borders,
    complete_borders,
    find_borders,
    find_islands,
    remove_border,
)
from kurihara_geo.errors import BordersError, IslandWarning, NearBorderWarning
from kurihara_geo.rules import MergeRules
from tests.towns import (
    ORIGIN_X_M,
    ORIGIN_Y_M,
    draw_town,
    exact_borders,
    exclave_town,
    grid_town,
    hollow_town,
    island_town,
    path_town,
    square_town,
    walled_town,
)


def pairs(borders: pd.DataFrame) -> dict[str, float]:
    """Give each pair as a word with its length in metres."""
    return {a + b: length for a, b, length in zip(borders["a"], borders["b"], borders["length_m"], strict=True)}


def moved(town: gpd.GeoDataFrame, name: str, east_m: float, north_m: float = 0) -> gpd.GeoDataFrame:
    """Give the town with one association drawn so many metres off."""
    shapes = [
        shapely.transform(shape, lambda xy: np.add(xy, (east_m, north_m))) if key == name else shape
        for key, shape in town.geometry.items()
    ]
    return town.set_geometry(gpd.GeoSeries(shapes, index=town.index, crs=town.crs))


def two_shapes(a: shapely.Polygon, b: shapely.Polygon) -> gpd.GeoDataFrame:
    """Make a town of the two outlines given, in metres from the corner of the picture."""
    shapes = [shapely.transform(shape, lambda xy: np.add(xy, (ORIGIN_X_M, ORIGIN_Y_M))) for shape in (a, b)]
    index = pd.Index(["a", "b"], name="association_id")
    return gpd.GeoDataFrame({"name": ["甲", "乙"], "households": [30, 30]}, index=index, geometry=shapes, crs=6678)


def test_borders_of_a_grid_have_the_length_of_a_cell():
    """In a 3x3 grid of 500 m cells the 12 sides inside are borders of 500 m, and no corner is one."""
    borders = find_borders(grid_town())
    sides = ["ab", "ad", "bc", "be", "cf", "de", "dg", "ef", "eh", "fi", "gh", "hi"]
    assert pairs(borders) == pytest.approx(dict.fromkeys(sides, 500))
    assert list(borders.columns) == [column.name for column in columns.BORDERS]
    assert set(borders["kind"]) == {"border"}
    assert borders.geometry.length.tolist() == pytest.approx(borders["length_m"].tolist())
    assert borders.crs == grid_town().crs


@pytest.mark.filterwarnings("ignore::kurihara_geo.errors.IslandWarning")
@pytest.mark.parametrize(
    "town",
    [path_town(), square_town(), grid_town(), island_town(), hollow_town(), walled_town(), exclave_town()],
    ids=["path", "square", "grid", "island", "hollow", "walled", "exclave"],
)
def test_borders_are_those_of_comparing_every_pair(town: gpd.GeoDataFrame):
    """The search through the index of areas finds what comparing every pair finds."""
    assert pairs(find_borders(town)) == pytest.approx(pairs(exact_borders(town)))


def test_a_corner_is_no_border():
    """A and b touch in one point only: no border, and both are named as islands."""
    town = draw_town(
        """
        a.
        .b
        """
    )
    with pytest.warns(IslandWarning, match="a 架空A区, b 架空B区"):
        assert find_borders(town).empty


def test_a_border_around_corners_is_one_row():
    """A wraps around b on three sides: one border of three cells."""
    borders = find_borders(
        draw_town(
            """
            aaa
            aba
            """
        )
    )
    assert pairs(borders) == pytest.approx({"ab": 3 * 500})


def test_borders_of_several_parts_are_summed():
    """M touches n on both sides of it: one row, twice 500 m; only m's far part touches o."""
    assert pairs(find_borders(exclave_town())) == pytest.approx({"mn": 2 * 500, "mo": 500})


def test_edges_need_not_share_their_corners():
    """A is drawn as one long edge beside b, c and d: each shares its own 500 m with it."""
    town = draw_town(
        """
        ab
        ac
        ad
        """
    )
    one_edge = shapely.box(ORIGIN_X_M, ORIGIN_Y_M, ORIGIN_X_M + 500, ORIGIN_Y_M + 1500)
    town = town.set_geometry(gpd.GeoSeries([one_edge, *town.geometry[["b", "c", "d"]]], index=town.index, crs=town.crs))
    assert pairs(find_borders(town)) == pytest.approx(dict.fromkeys(["ab", "ac", "ad", "bc", "cd"], 500))


@pytest.mark.parametrize(("least", "expected"), [(99.9, {"ab": 100}), (100.0, {}), (150.0, {})])
def test_borders_not_longer_than_asked_do_not_count(least: float, expected: dict[str, float]):
    """B is drawn 400 m to the north, so that 100 m remain: at min_border_m 100 that is no border."""
    town = moved(draw_town("ab"), "b", 0, 400)
    if expected:
        assert pairs(find_borders(town, min_border_m=least)) == pytest.approx(expected)
    else:
        with pytest.warns(IslandWarning):
            assert find_borders(town, min_border_m=least).empty


def test_a_digitising_gap_hides_a_border_until_the_tolerance_covers_it():
    """B is drawn 1 m off: no border at tolerance 0, one of nearly 500 m at tolerance 2."""
    town = moved(draw_town("ab"), "b", 1)
    with pytest.warns(IslandWarning), pytest.warns(NearBorderWarning, match=r"a-b \(49[0-9] m\)"):
        assert find_borders(town).empty
    found = pairs(find_borders(town, tolerance_m=2))
    assert found == {"ab": pytest.approx(500, abs=4 * 2)}


def test_the_tolerance_leaves_exact_borders_as_they_are():
    """In a grid without gaps a tolerance of 2 m changes no length and joins no corner."""
    assert pairs(find_borders(grid_town(), tolerance_m=2)) == pytest.approx(pairs(find_borders(grid_town())))


@pytest.mark.parametrize(
    ("east_m", "north_m"), [(0, 0), (1, 0), (1, 1), (-1, 1)], ids=["touching", "gap", "apart", "past"]
)
def test_the_tolerance_does_not_join_corners(east_m: float, north_m: float):
    """A and b meet at a corner, exactly or nearly: that is no border at any tolerance of that size."""
    town = draw_town(
        """
        .b
        a.
        """
    )
    with pytest.warns(IslandWarning):
        assert find_borders(moved(town, "b", east_m, north_m), tolerance_m=2).empty


@pytest.mark.xfail(
    strict=True, reason="four tolerances are taken off, sharp corners show more", raises=pytest.fail.Exception
)
def test_the_tolerance_does_not_join_sharp_corners():
    """Two wide triangles meet in one point, 10 degrees between their edges: still only a corner."""
    rise = 500 / math.tan(math.radians(10))
    west = shapely.Polygon([(0, 0), (-500, rise), (-500, -rise)])
    east = shapely.Polygon([(0, 0), (500, rise), (500, -rise)])
    with pytest.warns(IslandWarning):
        find_borders(two_shapes(west, east), tolerance_m=2)


def test_the_order_of_rows_changes_no_border_across_a_gap():
    """A's edge is ragged, b's is straight, up to 2 m apart: either order of rows gives the same length."""
    ragged = shapely.Polygon([(0, 0), (500, 0), (499, 50), (500, 100), (499, 150), (500, 500), (0, 500)])
    town = two_shapes(ragged, shapely.box(501, 0, 1001, 300))
    found = pairs(find_borders(town, tolerance_m=1.5))
    assert pairs(find_borders(town.iloc[::-1], tolerance_m=1.5)) == pytest.approx(found)


def test_an_island_is_named_with_the_way_to_reach_it():
    """I borders nobody: the warning names it and says how to add a link."""
    with pytest.warns(IslandWarning, match=r"1 associations.*i 架空I区.*add_link"):
        borders = find_borders(island_town())
    assert find_islands(island_town(), borders) == ["i"]


def test_one_association_alone_is_no_island():
    """Where there is nobody else there is nothing to reach."""
    assert find_islands(draw_town("a"), find_borders(draw_town("a"))) == []


def test_an_empty_table_has_no_borders():
    """No associations, no borders, all columns."""
    borders = find_borders(square_town().iloc[:0])
    assert borders.empty
    assert list(borders.columns) == [column.name for column in columns.BORDERS]


def test_uninhabited_areas_border_nobody():
    """Z in the middle of the ring is in no border."""
    borders = find_borders(hollow_town())
    assert "z" not in {*borders["a"], *borders["b"]}


def test_borders_run_across_uninhabited_land_only_when_asked():
    """On both sides of z live a and b: they are linked across z, with the reason, only when asked."""
    town = draw_town("azb", {"a": 30, "z": 0, "b": 30})
    with pytest.warns(IslandWarning):
        assert find_borders(town).empty
    (link,) = find_borders(town, across_uninhabited=True).to_dict("records")
    assert (link["a"], link["b"], link["kind"], link["length_m"]) == ("a", "b", "link", 0)
    assert "架空Z区" in link["reason"]


def test_links_across_uninhabited_land_leave_borders_alone():
    """Around z everybody reaches everybody; who borders the other already keeps a border."""
    borders = find_borders(hollow_town(), across_uninhabited=True)
    touching_z = "abcdefgh"
    kinds = dict(zip(borders["a"] + borders["b"], borders["kind"], strict=True))
    assert len(kinds) == math.comb(len(touching_z), 2)
    assert {pair for pair, kind in kinds.items() if kind == "border"} == set(pairs(find_borders(hollow_town())))


@pytest.mark.filterwarnings("ignore::kurihara_geo.errors.IslandWarning")
@pytest.mark.parametrize(
    "town", [grid_town(), island_town(), exclave_town(), hollow_town()], ids=["grid", "island", "parts", "hollow"]
)
def test_the_order_of_rows_changes_nothing(town: gpd.GeoDataFrame):
    """Shuffled rows give the same borders in the same order, lines included."""
    mixed = find_borders(town.sample(frac=1, random_state=5), across_uninhabited=True)
    straight = find_borders(town, across_uninhabited=True)
    pd.testing.assert_frame_equal(
        pd.DataFrame(mixed.drop(columns="geometry")), pd.DataFrame(straight.drop(columns="geometry"))
    )
    assert mixed.geometry.geom_equals(straight.geometry).all()


@pytest.mark.parametrize("crs", [4326, None], ids=["degrees", "no crs"])
def test_borders_are_not_measured_in_degrees(crs: int | None):
    """A table in longitude and latitude, or in nothing, has no metres."""
    town = square_town().set_crs(crs, allow_override=True) if crs is None else square_town().to_crs(crs)
    with pytest.raises(BordersError, match="plane CRS in metres"):
        find_borders(town)


@pytest.mark.parametrize("option", ["min_border_m", "tolerance_m"])
def test_negative_distances_are_refused(option: str):
    """A distance below 0 is a slip of the pen."""
    with pytest.raises(BordersError, match="0 or more"):
        find_borders(square_town(), **{option: -1})


# --- corrections -------------------------------------------------------------------------------------


def test_a_link_joins_what_does_not_touch():
    """A bridge to the island i: a row of kind link with its reason and length 0; the table given stays."""
    town = island_town()
    borders = exact_borders(town)
    linked = add_link(borders, "i", "b", associations=town, reason="橋")
    (link,) = linked[linked["kind"] == "link"].to_dict("records")
    assert (link["a"], link["b"], link["length_m"], link["reason"], link["barred_by"]) == ("b", "i", 0, "橋", "")
    assert find_islands(town, linked) == []
    assert len(borders) == 1


def test_a_link_opens_a_removed_border_again():
    """A - b removed and then linked is open, in one row."""
    town = path_town()
    barred = remove_border(find_borders(town), "b", "a", reason="川")
    opened = add_link(barred, "a", "b", associations=town, reason="新しい橋")
    assert opened.loc[opened["a"] == "a", ["b", "kind", "barred_by"]].to_numpy().tolist() == [["b", "link", ""]]


@pytest.mark.parametrize(
    ("a", "b", "reason", "message"),
    [
        ("a", "x", "橋", "'x' is not an inhabited association"),
        ("a", "z", "橋", "'z' is not an inhabited association"),
        ("a", "a", "橋", "two different associations"),
        ("a", "b", "橋", "joined already"),
        ("a", "c", "  ", "needs a reason"),
    ],
)
def test_a_link_that_cannot_be_is_refused(a: str, b: str, reason: str, message: str):
    """Unknown, uninhabited, the same, joined already, or without a reason: refused in those words."""
    town = hollow_town()
    with pytest.raises(BordersError, match=message):
        add_link(exact_borders(town), a, b, associations=town, reason=reason)


def test_all_faults_of_a_link_are_said_at_once():
    """Two unknown ids and no reason are three problems."""
    with pytest.raises(BordersError) as raised:
        add_link(exact_borders(path_town()), "x", "y", associations=path_town(), reason="")
    assert len(raised.value.problems) == 3


def test_a_removed_border_stays_with_its_reason():
    """B - v is barred: the row says so, the others and the table given do not change."""
    borders = find_borders(path_town())
    changed = remove_border(borders, "v", "b", reason="がけ")
    assert changed[["a", "b", "barred_by", "reason"]].to_numpy().tolist() == [
        ["a", "b", "", ""],
        ["b", "v", "removed", "がけ"],
    ]
    assert set(borders["barred_by"]) == {""}
    assert find_islands(path_town(), changed) == ["v"]


@pytest.mark.parametrize(
    ("a", "b", "reason", "message"),
    [("a", "v", "川", "no border between a and v"), ("a", "b", " ", "needs a reason"), ("a", "x", "川", "a and x")],
)
def test_removing_what_is_not_there_is_refused(a: str, b: str, reason: str, message: str):
    """A border that does not exist, or no reason: refused."""
    with pytest.raises(BordersError, match=message):
        remove_border(find_borders(path_town()), a, b, reason=reason)


# --- tables from files -------------------------------------------------------------------------------


def test_every_fault_of_a_border_table_is_named():
    """Unknown and uninhabited ids, wrong order, a pair twice and an unknown kind, all in one error."""
    town = hollow_town()
    borders = pd.DataFrame(
        {
            "a": ["a", "a", "a", "c", "b"],
            "b": ["b", "b", "z", "b", "x"],
            "length_m": 500.0,
            "kind": ["border", "border", "link", "border", "bridge"],
            "barred_by": "",
            "reason": "",
        }
    )
    with pytest.raises(BordersError) as raised:
        check_borders(town, borders)
    text = str(raised.value)
    for fault in ("'x' is not", "'z' is not", "row 4: a must be below b", "a and b are there twice", "kind 'bridge'"):
        assert fault in text


def test_every_missing_column_of_a_border_table_is_named():
    """A table with a and b only lacks four columns."""
    with pytest.raises(BordersError) as raised:
        check_borders(path_town(), pd.DataFrame({"a": ["a"], "b": ["b"]}))
    assert [problem.message.split("'")[1] for problem in raised.value.problems] == [
        "length_m",
        "kind",
        "barred_by",
        "reason",
    ]


def test_found_borders_pass_their_own_check():
    """What find_borders gives fits the table it was found in."""
    check_borders(grid_town(), find_borders(grid_town()))


def plain_list(*rows: tuple[str, str, str, str, str]) -> pd.DataFrame:
    """Make a plain list of pairs as it is read from a CSV file."""
    return pd.DataFrame(rows, columns=["a", "b", "kind", "barred_by", "reason"])


def test_a_plain_list_of_pairs_takes_its_lines_from_the_map():
    """A - b takes the border of 500 m, a - v becomes a straight link, b - v stays barred."""
    town = path_town()
    table = plain_list(
        ("b", "v", "border", "川", "橋がない"), ("a", "b", "border", "", ""), ("a", "v", "link", "", "農道")
    )
    borders = complete_borders(table, town)
    assert pairs(borders) == pytest.approx({"ab": 500, "av": 0, "bv": 500})
    assert borders["kind"].tolist() == ["border", "link", "border"]
    assert borders["barred_by"].tolist() == ["", "", "川"]
    points = town.geometry.representative_point()
    assert borders.geometry[1].length == pytest.approx(points["a"].distance(points["v"]))
    assert borders.crs == town.crs


def test_a_listed_border_that_is_none_on_the_map_is_refused():
    """A and v do not touch: the list calls it a border, the message says to make it a link."""
    with pytest.raises(BordersError, match="a and v share no border on the map; make it a link"):
        complete_borders(plain_list(("a", "v", "border", "", "")), path_town())


def test_empty_cells_of_a_plain_list_are_empty_texts():
    """A list whose reasons are all empty cells is read without a warning."""
    borders = complete_borders(plain_list(("a", "b", "border", None, np.nan)), path_town())
    assert borders["reason"].tolist() == [""]


def test_borders_in_degrees_come_back_to_the_plane():
    """Borders written in longitude and latitude and completed are where they were, to a millimetre."""
    town = grid_town()
    borders = find_borders(town)
    back = complete_borders(borders.to_crs(4326), town)
    assert pairs(back) == pytest.approx(pairs(borders))
    assert back.geometry.hausdorff_distance(borders.geometry).max() < 1e-3
    assert back.crs == town.crs


def test_a_map_of_borders_without_a_column_is_refused_by_name():
    """A border layer without reasons names the column that is missing."""
    with pytest.raises(BordersError, match="'reason' is missing"):
        complete_borders(find_borders(path_town()).drop(columns="reason"), path_town())


def test_a_map_of_borders_may_call_its_lines_otherwise():
    """The lines of a layer may stand in a column called line."""
    borders = find_borders(path_town())
    assert pairs(complete_borders(borders.rename_geometry("line"), path_town())) == pytest.approx(pairs(borders))


# --- the graph ---------------------------------------------------------------------------------------


def test_the_graph_holds_inhabited_associations_and_open_borders():
    """Z is not in it, and the barred border a - b is no edge."""
    town = hollow_town()
    graph = build_graph(town, remove_border(find_borders(town), "a", "b", reason="川"), MergeRules())
    assert sorted(graph) == list("abcdefgh")
    assert not graph.has_edge("a", "b")
    assert graph.edges["b", "c"]["length_m"] == pytest.approx(500)
    assert graph.nodes["a"]["households"] == 20
    assert graph.nodes["a"]["name"] == "架空A区"


@pytest.mark.parametrize("nothing", [None, float("nan"), pd.NA, "", "  "], ids=["None", "NaN", "NA", "empty", "blanks"])
def test_a_missing_boundary_value_is_none_or_the_class_the_planner_gives(nothing):
    """S has no district: None in the graph, or 不明 where missing_as says so."""
    town = walled_town()
    town["former_school_district"] = pd.Series(["西小", "西小", "東小", nothing], index=town.index, dtype=object)
    column = "former_school_district"
    borders = find_borders(town)
    plain = build_graph(town, borders, MergeRules(keep_within=[column]))
    classed = build_graph(town, borders, MergeRules(prefer_within=[column], missing_as={column: "不明"}))
    assert [plain.nodes[name]["boundaries"][column] for name in "pqrs"] == ["西小", "西小", "東小", None]
    assert classed.nodes["s"]["boundaries"] == {column: "不明"}


def test_the_graph_does_not_depend_on_the_order_of_rows():
    """Nodes come in the order of their ids, whatever the order of the rows."""
    town = grid_town()
    mixed = build_graph(town.sample(frac=1, random_state=1), find_borders(town), MergeRules())
    assert list(mixed.nodes(data=True)) == list(build_graph(town, find_borders(town), MergeRules()).nodes(data=True))
