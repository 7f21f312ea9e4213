"""A planner's barriers: what runs along a border bars it, what crosses it does not, and a bridge keeps it open."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import LineString, MultiLineString, MultiPoint, Point, box

from kurihara_geo.associations import load_sample
from kurihara_geo.borders import add_link, bar_borders, build_graph, find_borders, remove_border, reopen_border
from kurihara_geo.errors import BordersError, IslandWarning
from kurihara_geo.rules import MergeRules
from kurihara_geo.sources import read_barriers
from tests.towns import ORIGIN_X_M, ORIGIN_Y_M, draw_town, exclave_town, island_town, path_town, square_town

# The square town: a b over c d, cells of 500 m. The border of a and b is at x = 500 from y = 500 to 1000.
RIVER = LineString([(500, -200), (500, 1200)])
ACROSS = LineString([(-200, 750), (1200, 750)])
BRIDGE = Point(500, 750)


def placed(*shapes: shapely.Geometry, **columns: list[object]) -> gpd.GeoDataFrame:
    """Make a layer of shapes given in metres from the corner of the picture."""
    moved = [shapely.transform(shape, lambda xy: np.add(xy, (ORIGIN_X_M, ORIGIN_Y_M))) for shape in shapes]
    return gpd.GeoDataFrame(columns, geometry=moved, crs=6678)


def river(*shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    """Make a river of lines or areas."""
    return placed(*shapes, name=["架空川"] * len(shapes))


def barred(borders: pd.DataFrame) -> dict[str, str]:
    """Give who bars each barred pair."""
    rows = borders[borders["barred_by"] != ""]
    return dict(zip(rows["a"] + rows["b"], rows["barred_by"], strict=True))


def reason(borders: pd.DataFrame, pair: str) -> str:
    """Give the reason of one pair."""
    return str(borders.loc[borders["a"] + borders["b"] == pair, "reason"].item())


# --- along -------------------------------------------------------------------------------------------


def test_a_river_that_is_the_border_bars_it():
    """The river at x = 500 is the border of a - b and of c - d; a - c and b - d only end at it."""
    borders = find_borders(square_town())
    changed = bar_borders(borders, river(RIVER))
    assert barred(changed) == {"ab": "架空川", "cd": "架空川"}
    assert reason(changed, "ab") == "境界の100%が架空川に沿う"
    assert reason(changed, "ac") == ""
    assert barred(borders) == {}
    graph = build_graph(square_town(), changed, MergeRules())
    assert sorted(map(sorted, graph.edges)) == [["a", "c"], ["b", "d"]]


@pytest.mark.parametrize(("beside_m", "expected"), [(40, {"ab", "cd"}), (60, set())])
def test_an_expressway_beside_the_border_bars_it_within_the_distance(beside_m: int, expected: set[str]):
    """At 40 m the expressway is within 50 m of the border, at 60 m it is not."""
    road = placed(LineString([(500 + beside_m, -200), (500 + beside_m, 1200)]), name=["東北道"])
    assert set(barred(bar_borders(find_borders(square_town()), road))) == expected


@pytest.mark.parametrize("cell_m", [500, 40])
def test_what_crosses_a_border_at_right_angles_does_not_bar_it(cell_m: int):
    """The river through the middle of a and b belongs to both; even where all of a border of 40 m is near it."""
    town = draw_town("ab", cell_m=cell_m)
    across = river(LineString([(-200, cell_m / 2), (1200, cell_m / 2)]))
    for known in (None, town):
        changed = bar_borders(find_borders(town), across, associations=known)
        assert barred(changed) == {}
        assert reason(changed, "ab") == ""


@pytest.mark.parametrize(("degrees", "expected"), [(30, {"ab": "架空川"}), (60, {})])
def test_a_barrier_must_go_the_way_of_the_border(degrees: int, expected: dict[str, str]):
    """All of the border of a - b is within 400 m: 30 degrees from its way is along it, 60 degrees is across."""
    east, north = 2000 * math.sin(math.radians(degrees)), 2000 * math.cos(math.radians(degrees))
    slanting = river(LineString([(500 - east, 750 - north), (500 + east, 750 + north)]))
    found = barred(bar_borders(find_borders(square_town()), slanting, distance_m=400))
    assert {pair: name for pair, name in found.items() if pair == "ab"} == expected


@pytest.mark.parametrize(("share", "expected"), [(0.5, {"ab"}), (0.6, {"ab"}), (0.75, set())])
def test_a_share_of_the_border_must_be_along_the_barrier(share: float, expected: set[str]):
    """The river is 300 of the 500 m of a - b, and within 50 m of 50 m more: between 60 and 70 %."""
    turning = river(LineString([(500, 500), (500, 800)]))
    assert set(barred(bar_borders(find_borders(square_town()), turning, share=share))) == expected


def test_rows_of_one_name_are_one_barrier():
    """Two rows of one river, each half of the border of a - b, bar it together."""
    halves = river(LineString([(500, 500), (500, 750)]), LineString([(500, 750), (500, 1000)]))
    changed = bar_borders(find_borders(square_town()), halves, share=1)
    assert reason(changed, "ab") == "境界の100%が架空川に沿う"


def test_small_bends_of_a_river_do_not_matter():
    """The river winds 20 m to either side of the border, every bend of it steeper than 45 degrees."""
    bends = [(500 + 20 * (-1) ** number, 500 + 25 * number) for number in range(21)]
    assert set(barred(bar_borders(find_borders(square_town()), river(LineString(bends))))) == {"ab"}


def test_two_barriers_bar_a_border_together():
    """River and expressway are each beside 200 of the 500 m: neither is half of it, together they are."""
    both = placed(
        LineString([(500, 500), (500, 700)]), LineString([(500, 800), (500, 1000)]), name=["架空川", "東北道"]
    )
    changed = bar_borders(find_borders(square_town()), both, distance_m=20, share=0.5)
    assert barred(changed) == {"ab": "東北道、架空川"}


# --- areas, parts, systems ---------------------------------------------------------------------------


@pytest.mark.parametrize("width_m", [60, 300])
def test_a_river_drawn_as_an_area_bars_what_runs_in_it(width_m: int):
    """The border runs down the middle of the river, whose banks may be farther off than 50 m."""
    area = box(500 - width_m / 2, -200, 500 + width_m / 2, 1200)
    assert set(barred(bar_borders(find_borders(square_town()), river(area)))) == {"ab", "cd"}


def test_a_river_area_cut_into_map_sheets_still_only_crosses():
    """The area across a and b is cut at the border itself; the cut is no bank."""
    sheets = river(box(-200, 650, 500, 850), box(500, 650, 1200, 850))
    assert barred(bar_borders(find_borders(square_town()), sheets, associations=square_town())) == {}


@pytest.mark.filterwarnings("ignore::kurihara_geo.errors.IslandWarning")
@pytest.mark.parametrize(("share", "expected"), [(0.5, {"mn": "架空川"}), (0.6, {})])
def test_a_border_in_several_parts_is_one_border(share: float, expected: dict[str, str]):
    """M touches n at x = 500 and at x = 1000; the river at x = 500 is half of their border."""
    changed = bar_borders(find_borders(exclave_town()), river(LineString([(500, -200), (500, 700)])), share=share)
    assert barred(changed) == expected


def test_barriers_of_several_lines_and_points_in_several_parts_are_read_part_by_part():
    """A multiline bars as its lines do, and one point of several is a crossing."""
    line = MultiLineString([[(500, 500), (500, 750)], [(500, 750), (500, 1000)]])
    bridges = placed(MultiPoint([(5000, 5000), (500, 750)]))
    borders = find_borders(square_town())
    assert set(barred(bar_borders(borders, river(line)))) == {"ab"}
    assert barred(bar_borders(borders, river(line), crossings=bridges)) == {}


def test_layers_may_be_in_degrees():
    """River and bridge in longitude and latitude, the bridge 250 m from c - d: the same rows as in metres."""
    borders, bridge = find_borders(square_town()), placed(BRIDGE, name=["中橋"])
    metres = bar_borders(borders, river(RIVER), crossings=bridge)
    degrees = bar_borders(borders, river(RIVER).to_crs(4326), crossings=bridge.to_crs(4326))
    assert barred(metres) == {"cd": "架空川"}
    pd.testing.assert_frame_equal(pd.DataFrame(degrees), pd.DataFrame(metres))


def test_rows_and_index_stay_as_they_are():
    """Shuffled borders come back in their order, each pair as before; shuffled barriers change nothing."""
    borders = find_borders(square_town())
    mixed = borders.sample(frac=1, random_state=3)
    layer = placed(RIVER, LineString([(540, -200), (540, 1200)]), name=["架空川", "東北道"])
    changed = bar_borders(mixed, layer.iloc[::-1])
    assert changed.index.tolist() == mixed.index.tolist()
    pd.testing.assert_frame_equal(pd.DataFrame(changed.sort_index()), pd.DataFrame(bar_borders(borders, layer)))


def test_ids_stay_text():
    """Ids that look like numbers keep their zeros, in the table and in the warning."""
    with pytest.warns(IslandWarning, match=r"left: 001, 002\."):
        changed = bar_borders(find_borders(draw_town("001 002")), river(RIVER))
    assert changed[["a", "b"]].to_numpy().tolist() == [["001", "002"]]


def test_an_empty_table_stays_empty():
    """No borders, nothing to bar, all columns."""
    borders = find_borders(square_town().iloc[:0])
    for known in (None, square_town()):
        assert list(bar_borders(borders, river(RIVER), associations=known).columns) == list(borders.columns)


# --- crossings ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bridge", "expected"),
    [
        (Point(500, 750), "渡れる: 中橋(架空川、0 m)"),
        (Point(520, 1150), "渡れる: 中橋(架空川、151 m)"),
        (Point(500, 1250), "境界の100%が架空川に沿う"),
        (Point(600, 750), "境界の100%が架空川に沿う"),
    ],
    ids=["on it", "151 m past its end", "250 m past its end", "100 m off the river"],
)
def test_a_bridge_near_the_border_keeps_it_open(bridge: Point, expected: str):
    """Within 200 m of a - b and within 50 m of the river; sqrt(20^2 + 150^2) = 151."""
    long_river = river(LineString([(500, -200), (500, 1400)]))
    changed = bar_borders(find_borders(square_town()), long_river, crossings=placed(bridge, name=["中橋"]))
    assert reason(changed, "ab") == expected
    assert ("ab" in barred(changed)) == (not expected.startswith("渡れる"))


def test_a_bridge_does_not_lead_under_the_expressway_beside_the_river():
    """The bridge is 20 m from the river and 60 m from the expressway: only the river can be passed."""
    both = placed(RIVER, LineString([(540, -200), (540, 1200)]), name=["架空川", "東北道"])
    borders, bridge = find_borders(square_town()), placed(Point(480, 750))
    assert barred(bar_borders(borders, both))["ab"] == "東北道、架空川"
    assert barred(bar_borders(borders, both, crossings=bridge))["ab"] == "東北道"
    underpass = placed(Point(480, 750), Point(580, 750))
    assert "ab" not in barred(bar_borders(borders, both, crossings=underpass))


def test_no_crossings_are_as_an_empty_layer_of_them():
    """An empty layer, with a CRS or without, changes nothing."""
    borders = find_borders(square_town())
    plain = pd.DataFrame(bar_borders(borders, river(RIVER)))
    for empty in (placed(), gpd.GeoDataFrame(geometry=[])):
        pd.testing.assert_frame_equal(pd.DataFrame(bar_borders(borders, river(RIVER), crossings=empty)), plain)


# --- away from the border ----------------------------------------------------------------------------


@pytest.mark.parametrize(("x", "expected"), [(600, {"ab": "東北道"}), (650, {})])
def test_an_expressway_away_from_the_border_separates_the_two(x: int, expected: dict[str, str]):
    """At x = 600 a fifth of b is on a's side, 80 % are apart; at x = 650 it is 70 %. Without areas nobody knows."""
    town = square_town()
    road = placed(LineString([(x, 400), (x, 1200)]), name=["東北道"])
    borders = find_borders(town)
    changed = bar_borders(borders, road, associations=town)
    assert {pair: name for pair, name in barred(changed).items() if pair == "ab"} == expected
    assert barred(bar_borders(borders, road)) == {}
    if expected:
        assert reason(changed, "ab") == "両区域の土地が東北道で分かれる(80%)"


def test_a_barrier_inside_one_of_the_two_does_not_separate_them():
    """The river cuts b in half and runs below a; the upper half of b has all its border with a on a's side."""
    town = draw_town(
        """
        ab
        .b
        """
    )
    changed = bar_borders(find_borders(town), river(LineString([(-200, 500), (1200, 500)])), associations=town)
    assert barred(changed) == {}


def test_a_crossing_in_the_two_areas_joins_what_a_barrier_away_from_the_border_separates():
    """The underpass is 100 m from the border, farther than the 50 m asked for, but in b."""
    town = square_town()
    road, under = (
        placed(LineString([(600, 400), (600, 1200)]), name=["東北道"]),
        placed(Point(600, 750), name=["地下道"]),
    )
    changed = bar_borders(find_borders(town), road, associations=town, crossings=under, crossing_distance_m=50)
    assert "ab" not in barred(changed)
    assert reason(changed, "ab") == "渡れる: 地下道(東北道、100 m)"


def test_two_barriers_separate_the_two_together():
    """River and expressway each end in the middle of b and cut nothing off; joined end to end they do."""
    town = square_town()
    both = placed(
        LineString([(600, 400), (600, 750)]), LineString([(600, 750), (600, 1200)]), name=["架空川", "東北道"]
    )
    borders, under = find_borders(town), placed(Point(600, 950), name=["地下道"])
    assert barred(bar_borders(borders, both, associations=town)) == {"ab": "東北道、架空川"}
    opened = bar_borders(borders, both, associations=town, crossings=under)
    assert barred(opened) == {}
    assert reason(opened, "ab") == "渡れる: 地下道(東北道、100 m)"


# --- links and what planners decided -----------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::kurihara_geo.errors.IslandWarning")
@pytest.mark.parametrize(
    ("line", "bridges", "expected"),
    [
        ([(750, -200), (750, 700)], [], "across uninhabited land: 架空Z区 / 線が架空川を横切る"),
        (
            [(750, -200), (750, 700)],
            [Point(750, 300)],
            "across uninhabited land: 架空Z区 / 渡れる: 渡れる所(架空川、50 m)",
        ),
        ([(-200, 450), (1700, 450)], [], "across uninhabited land: 架空Z区"),
    ],
    ids=["crossed", "bridge", "beside"],
)
def test_a_link_across_empty_land_is_barred_by_what_it_crosses(line: list, bridges: list[Point], expected: str):
    """The link of a and b runs at y = 250 across z: the river at x = 750 cuts it, the one at y = 450 does not."""
    town = draw_town("azb", {"a": 30, "z": 0, "b": 30})
    borders = find_borders(town, across_uninhabited=True)
    changed = bar_borders(borders, river(LineString(line)), crossings=placed(*bridges))
    assert reason(changed, "ab") == expected
    assert barred(changed) == ({"ab": "架空川"} if expected.endswith("横切る") else {})


@pytest.mark.filterwarnings("ignore::kurihara_geo.errors.IslandWarning")
def test_a_link_that_a_planner_added_stays_open():
    """The bridge to the island i is there because somebody said so; the sea between bars nothing."""
    town = island_town()
    linked = add_link(find_borders(town), "b", "i", associations=town, reason="橋")
    sea = placed(LineString([(1250, -200), (1250, 700)]), name=["海"])
    pd.testing.assert_frame_equal(pd.DataFrame(bar_borders(linked, sea)), pd.DataFrame(linked))


def test_a_row_that_is_barred_keeps_what_it_says():
    """A - b was removed for a cliff; the river at the same place changes nothing there."""
    removed = remove_border(find_borders(square_town()), "a", "b", reason="がけ")
    changed = bar_borders(removed, river(RIVER))
    assert barred(changed) == {"ab": "removed", "cd": "架空川"}
    assert reason(changed, "ab") == "がけ"


def test_a_border_that_was_opened_again_stays_open():
    """A planner opens a - b again with its length, and barring once more leaves it so."""
    changed = bar_borders(find_borders(square_town()), river(RIVER))
    opened = reopen_border(changed, "b", "a", reason="歩道橋がある")
    again = bar_borders(opened, river(RIVER))
    assert barred(opened) == barred(again) == {"cd": "架空川"}
    assert reason(again, "ab") == "歩道橋がある"
    assert opened.loc[opened["a"] + opened["b"] == "ab", ["length_m", "kind"]].to_numpy().tolist() == [
        [500.0, "border"]
    ]
    assert "ab" in barred(changed)


@pytest.mark.parametrize(
    ("a", "b", "text", "message"),
    [
        ("a", "d", "橋", "no border between a and d"),
        ("a", "c", "橋", "a and c is open already"),
        ("a", "b", " ", "needs a reason"),
    ],
)
def test_opening_what_is_not_barred_is_refused(a: str, b: str, text: str, message: str):
    """No such border, an open one, or no reason: refused in those words."""
    with pytest.raises(BordersError, match=message):
        reopen_border(bar_borders(find_borders(square_town()), river(RIVER)), a, b, reason=text)


def test_barring_twice_is_barring_once():
    """The same layers once more change nothing, reasons of crossings included."""
    bridge = placed(BRIDGE, name=["中橋"])
    once = bar_borders(find_borders(square_town()), river(RIVER), crossings=bridge)
    pd.testing.assert_frame_equal(pd.DataFrame(bar_borders(once, river(RIVER), crossings=bridge)), pd.DataFrame(once))


def test_a_second_layer_bars_what_the_first_left_open():
    """The bridge kept a - b open; the expressway beside the river then bars it, and both reasons stay."""
    first = bar_borders(find_borders(square_town()), river(RIVER), crossings=placed(BRIDGE, name=["中橋"]))
    second = bar_borders(first, placed(LineString([(530, 400), (530, 1200)]), name=["東北道"]))
    assert barred(second) == {"ab": "東北道", "cd": "架空川"}
    assert reason(second, "ab") == "渡れる: 中橋(架空川、0 m) / 境界の100%が東北道に沿う"


# --- names, reasons, islands -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "name_column", "expected"),
    [
        ({}, None, "障害"),
        ({"road_class": ["expressway"]}, None, "expressway"),
        ({"name": [None], "kind": ["河川"]}, None, "河川"),
        ({"name": ["架空川"], "水系": ["北上川"]}, "水系", "北上川"),
    ],
)
def test_a_barrier_is_called_by_what_the_layer_says(columns: dict, name_column: str | None, expected: str):
    """Its name, else its kind, else its road class, else 障害; or the column the planner names."""
    layer = placed(RIVER, **columns)
    assert barred(bar_borders(find_borders(square_town()), layer, name_column=name_column))["ab"] == expected


def test_a_planner_may_give_the_reason():
    """The text given stands on barred rows only."""
    changed = bar_borders(find_borders(square_town()), river(RIVER), reason="橋がない")
    assert changed["reason"].tolist() == ["橋がない", "", "", "橋がない"]


@pytest.mark.parametrize(("known", "named"), [(True, "v 架空V区"), (False, "v")])
def test_who_has_no_open_border_left_is_named(known: bool, named: str):  # noqa: FBT001
    """The river between b and v leaves v alone, named where names are known; a and b have each other."""
    town = path_town()
    with pytest.warns(IslandWarning, match=f"1 associations have no open border left: {named}\\."):
        bar_borders(
            find_borders(town), river(LineString([(1000, -9), (1000, 509)])), associations=town if known else None
        )


# --- refusals ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"barriers": placed()}, "the barriers have no rows"),
        ({"barriers": river(RIVER).set_crs(None, allow_override=True)}, "barriers do not say their CRS"),
        ({"barriers": river(Point(0, 0))}, "row 0 of the barriers is a Point, not a line or an area"),
        (
            {"barriers": gpd.GeoDataFrame({"name": ["川"]}, geometry=[None], crs=6678)},
            "row 0 of the barriers has no geometry",
        ),
        ({"barriers": pd.DataFrame({"name": ["川"]})}, "the barriers have no geometry; read them with read_barriers"),
        (
            {"barriers": gpd.GeoDataFrame(geometry=[LineString([(0, 0), (1, 1)])], crs=4326)},
            "barriers lie nowhere near",
        ),
        ({"name_column": "河川名"}, "the barriers have no column '河川名', only: name, geometry"),
        ({"crossings": river(RIVER)}, "row 0 of the crossings is a LineString, not a point"),
        ({"crossings": placed(BRIDGE).set_crs(None, allow_override=True)}, "crossings do not say their CRS"),
        ({"distance_m": 0}, "distance_m is a distance in metres, above 0, not 0"),
        ({"crossing_distance_m": -5}, "crossing_distance_m is a distance in metres, above 0, not -5"),
        ({"distance_m": math.nan}, "distance_m is a distance"),
        ({"share": 0}, "share is a part, above 0 and up to 1, not 0"),
        ({"share": 50}, "share is a part, above 0 and up to 1, not 50"),
        ({"apart_share": 1.1}, "apart_share is a part"),
        ({"reason": " "}, "the reason must be a text that says something, not ' '"),
        ({"associations": path_town()}, "'c' is not an association of the table"),
        ({"borders": find_borders(square_town()).to_crs(4326)}, "a plane CRS in metres is needed"),
        ({"borders": find_borders(square_town()).drop(columns=["kind"])}, "column 'kind' of the borders is missing"),
        ({"borders": pd.DataFrame(find_borders(square_town()).drop(columns="geometry"))}, "the borders have no lines"),
    ],
)
def test_what_cannot_be_used_is_refused_in_plain_words(options: dict, message: str):
    """Each fault is named with its cure where there is one."""
    given = {"borders": find_borders(square_town()), "barriers": river(RIVER), **options}
    with pytest.raises(BordersError, match=message):
        bar_borders(given.pop("borders"), given.pop("barriers"), **given)


def test_every_fault_is_said_at_once():
    """No CRS, points among the lines, two bad distances and a bad share are five problems."""
    layer = river(RIVER, Point(0, 0)).set_crs(None, allow_override=True)
    with pytest.raises(BordersError) as raised:
        bar_borders(find_borders(square_town()), layer, distance_m=-1, crossing_distance_m=0, share=2)
    assert len(raised.value.problems) == 5


# --- the real roads ----------------------------------------------------------------------------------


@pytest.mark.real_data
def test_the_expressway_through_the_sample_city(shared_folder):
    """Of 869 borders the expressway runs along 2 and separates 9 more; one underpass on it opens one of them."""
    roads = read_barriers(shared_folder / "real" / "kurihara_roads.geojson")
    expressway = roads[roads["road_class"] == "expressway"]
    town = load_sample()
    borders = find_borders(town)
    along = bar_borders(borders, expressway)
    changed = bar_borders(borders, expressway, associations=town)
    assert (len(borders), len(barred(along)), len(barred(changed))) == (869, 2, 11)
    assert set(barred(changed).values()) == {"expressway"}
    assert set(barred(along)) <= set(barred(changed))

    (row,) = changed[changed["a"] + changed["b"] == next(iter(barred(along)))].to_dict("records")
    line = shapely.union_all(expressway.to_crs(borders.crs).geometry.to_numpy())
    spot = shapely.line_interpolate_point(shapely.shortest_line(line, row["geometry"]), 0)
    crossing = gpd.GeoDataFrame({"name": ["架空地下道"]}, geometry=[spot], crs=borders.crs)
    opened = bar_borders(borders, expressway, associations=town, crossings=crossing)
    assert row["a"] + row["b"] not in barred(opened)
    assert "架空地下道(expressway、" in reason(opened, row["a"] + row["b"])


@pytest.mark.real_data
@pytest.mark.filterwarnings("ignore::kurihara_geo.errors.IslandWarning")
def test_national_roads_as_barriers_bar_far_more(shared_folder):
    """With all national roads, as if nobody could cross them, 63 of 869 borders are barred."""
    roads = read_barriers(shared_folder / "real" / "kurihara_roads.geojson")
    town = load_sample()
    assert len(barred(bar_borders(find_borders(town), roads, associations=town))) == 63
