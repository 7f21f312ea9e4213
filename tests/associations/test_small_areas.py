"""Small areas become associations: nobody is lost, shared areas are divided as the table says, every doubt is named."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from kurihara_geo.associations.build import read_associations
from kurihara_geo.associations.checks import list_overlaps
from kurihara_geo.associations.coverage import share_vertices
from kurihara_geo.associations.small_areas import NOTICES, dissolve_small_areas
from kurihara_geo.borders import find_borders
from kurihara_geo.errors import AssociationsError
from kurihara_geo.sources.correspondence import read_correspondence
from tests.towns import draw_town, exact_borders

if TYPE_CHECKING:
    from pathlib import Path

CELL_M2 = 500 * 500


def small_areas(picture: str, households: dict[str, int] | int = 30, **columns) -> gpd.GeoDataFrame:
    """Draw small areas as a raw table, ids in a column."""
    return draw_town(picture, households, **columns).reset_index()


def rows(*triples: tuple) -> pd.DataFrame:
    """Write a table of correspondence: small area, association, share."""
    return pd.DataFrame(
        [(area, association, share) for area, association, *rest in triples for share in (rest or [None])],
        columns=["small_area_id", "association_id", "share"],
    )


def by_id(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give the table with its ids as index."""
    return table.set_index("association_id")


def faults(areas: gpd.GeoDataFrame, table: pd.DataFrame, **options) -> dict[str, str]:
    """Give kind -> id of what is refused."""
    with pytest.raises(AssociationsError) as raised:
        dissolve_small_areas(areas, table, **options)
    assert all(problem.cure for problem in raised.value.problems)
    return {problem.kind: problem.association_id for problem in raised.value.problems}


def kinds(table: gpd.GeoDataFrame) -> list[str]:
    """List what was recorded."""
    return [record["kind"] for record in table.attrs["records"]]


def test_small_areas_of_one_association_are_joined_and_counted():
    """A and b are K1, c is K2: areas joined, households summed, in the order of the table."""
    town = small_areas("abc", {"a": 10, "b": 20, "c": 40})
    made = by_id(dissolve_small_areas(town, rows(("c", "K2"), ("a", "K1"), ("b", "K1"))))
    assert made["households"].to_dict() == {"K2": 40, "K1": 10 + 20}
    assert made.area.to_dict() == pytest.approx({"K2": CELL_M2, "K1": 2 * CELL_M2})
    assert made["small_area_ids"].to_dict() == {"K2": "c", "K1": "a;b"}
    assert not made["approximate"].any()
    assert "notice" not in made.attrs


def test_a_shared_area_is_cut_so_that_each_part_lies_beside_the_rest_of_its_association():
    """B lies between a (K1) and c (K2) and is 30 to 70: the cut runs north to south, 150 m from a."""
    made = dissolve_small_areas(small_areas("abc"), rows(("a", "K1"), ("b", "K1", 0.3), ("b", "K2", 0.7), ("c", "K2")))
    assert kinds(made) == ["small_area_divided"]
    assert (made.attrs["notice"], made.attrs["notice_en"]) == NOTICES["divide"]
    made = by_id(made)
    west, _, east, _ = made.geometry["K1"].bounds
    assert east - west == pytest.approx(500 + 0.3 * 500)
    assert made.geom_type.unique().tolist() == ["Polygon"]
    assert made["approximate"].all()
    assert made["households"].to_dict() == {"K1": 30 + 9, "K2": 21 + 30}


def test_ends_of_a_cut_are_vertices_of_the_neighbours_too():
    """D lies south of the cut b and nobody lives there: K1, K2 and d still share their borders exactly."""
    town = small_areas("abc\ndde", {"a": 30, "b": 30, "c": 30, "d": 0, "e": 30})
    # every corner of the grid is a vertex of both sides
    town = town.set_geometry(gpd.GeoSeries(shapely.coverage_clean(town.geometry.to_numpy()), crs=town.crs))
    made = dissolve_small_areas(town, rows(("a", "K1"), ("b", "K1", 0.5), ("b", "K2", 0.5), ("c", "K2"), ("e", "K3")))
    assert shapely.coverage_is_valid(made.geometry.to_numpy())
    assert made["association_id"].tolist() == ["K1", "K2", "K3", "d"]
    assert kinds(made).count("small_area_uninhabited") == 1


def test_the_associations_of_divided_areas_border_each_other():
    """The border along the cut is found as long as it is: 500 m."""
    table = rows(("a", "K1"), ("b", "K1", 0.3), ("b", "K2", 0.7), ("c", "K2"))
    made = dissolve_small_areas(small_areas("abc"), table).set_index("association_id")
    assert find_borders(made)["length_m"].tolist() == [pytest.approx(500)]


def test_a_cut_turns_where_a_straight_one_would_tear_a_part():
    """U is bent around nothing: cut across, from west to east, the eastern part would be in two pieces."""
    town = small_areas("uu.\nu.k\nuu.", {"u": 90, "k": 30})
    made = by_id(dissolve_small_areas(town, rows(("k", "K2"), ("u", "K1", 0.5), ("u", "K2", 0.5))))
    assert made.geom_type["K1"] == "Polygon"
    assert made.area["K1"] == pytest.approx(5 * CELL_M2 / 2)


def test_three_may_share_an_area():
    """A third of m each for the associations west, east and north of it."""
    town = small_areas(".n.\nwme")
    thirds = [("m", "W", 1 / 3), ("m", "E", 1 / 3), ("m", "N", 1 / 3)]
    made = by_id(dissolve_small_areas(town, rows(("w", "W"), ("e", "E"), ("n", "N"), *thirds)))
    assert made.area.to_list() == pytest.approx([CELL_M2 * 4 / 3] * 3)
    assert made["households"].tolist() == [40, 40, 40]
    assert made.geom_type.unique().tolist() == ["Polygon"]


def test_parts_of_associations_that_only_share_lie_beside_what_else_they_share():
    """K1 shares b and a, K2 shares b and c, and neither has an area of its own: K1 gets the west of b."""
    table = rows(
        ("a", "K1", 0.5), ("a", "K0", 0.5), ("b", "K1", 0.5), ("b", "K2", 0.5), ("c", "K2", 0.5), ("c", "K3", 0.5)
    )
    town = small_areas("abc")
    made = by_id(dissolve_small_areas(town, table))
    west, east = (made.geometry[name].intersection(town.geometry[1]).centroid.x for name in ("K1", "K2"))
    assert west < east


def test_where_sides_are_not_known_the_record_says_so():
    """Two associations share a and have nothing else: it is cut across its longer side, and whose is which is open."""
    made = dissolve_small_areas(small_areas("aa"), rows(("a", "K1", 0.5), ("a", "K2", 0.5)))
    assert "not known" in made.attrs["records"][0]["message"]
    west, _, east, _ = made.geometry[0].bounds
    assert east - west == pytest.approx(500)


def test_the_larger_share_takes_all():
    """With larger_share b goes whole to K2, which is recorded; nothing is cut."""
    table = rows(("a", "K1"), ("b", "K1", 0.3), ("b", "K2", 0.7), ("c", "K2"))
    made = dissolve_small_areas(small_areas("abc"), table, shared="larger_share")
    assert kinds(made) == ["small_area_assigned"]
    assert by_id(made)["households"].to_dict() == {"K1": 30, "K2": 60}
    assert by_id(made).area.to_dict() == pytest.approx({"K1": CELL_M2, "K2": 2 * CELL_M2})
    assert made["approximate"].all()
    assert (made.attrs["notice"], made.attrs["notice_en"]) == NOTICES["larger_share"]


def test_equal_larger_shares_are_asked_back():
    """Half and half: neither is the larger."""
    table = rows(("a", "K1"), ("b", "K1", 0.5), ("b", "K2", 0.5), ("c", "K2"))
    assert faults(small_areas("abc"), table, shared="larger_share") == {"share_tied": "b"}


def test_an_association_that_would_be_left_without_area_is_named():
    """K2 has the smaller share of b and nothing else."""
    table = rows(("a", "K1"), ("b", "K1", 0.7), ("b", "K2", 0.3))
    assert faults(small_areas("ab"), table, shared="larger_share") == {"association_without_area": "K2"}


def test_every_misfit_is_named_at_once():
    """One table with a fault in every area."""
    table = pd.DataFrame(
        [
            ("a", "K1", None),
            ("a", "K1", None),
            ("x", "K1", None),
            ("b", "K1", 0.5),
            ("b", "K2", 0.4),
            ("c", "K1", None),
            ("c", "K2", 0.5),
            ("d", "K1", 1.5),
            (None, "K9", None),
        ],
        columns=["small_area_id", "association_id", "share"],
    )
    with pytest.raises(AssociationsError) as raised:
        dissolve_small_areas(small_areas("abcde"), table)
    found = {(problem.kind, problem.association_id) for problem in raised.value.problems}
    assert found == {
        ("pair_repeated", "a"),
        ("share_missing", "a"),
        ("small_area_unknown", "x"),
        ("shares_do_not_add_up", "b"),
        ("share_missing", "c"),
        ("share_impossible", "d"),
        ("correspondence_incomplete", ""),
        ("small_area_without_row", "e"),
    }
    assert "rows 4, 5" in next(p.message for p in raised.value.problems if p.kind == "shares_do_not_add_up")


def test_shares_rounded_on_paper_are_made_to_add_up():
    """33 percent three times is 99 percent: within rounding (half a percent) it is not, 33.3 is."""
    town = small_areas("abc", 100)
    thirds = [("b", name, 0.333) for name in ("K1", "K2", "K3")]
    made = dissolve_small_areas(town, rows(("a", "K1"), ("c", "K2"), *thirds))
    assert kinds(made) == ["shares_scaled", "small_area_divided"]
    assert int(made["households"].sum()) == 300
    worse = [("b", name, 0.33) for name in ("K1", "K2", "K3")]
    assert faults(town, rows(("a", "K1"), ("c", "K2"), *worse)) == {"shares_do_not_add_up": "b"}


def test_two_names_of_one_association_are_refused():
    """K1 is called by two names in two rows."""
    table = rows(("a", "K1"), ("b", "K1")).assign(name=["架空一区", "架空壱区"])
    assert faults(small_areas("ab"), table) == {"association_contradicts": "K1"}


def test_codes_that_lost_their_zero_are_named_and_given_back_on_request():
    """A spreadsheet made 040010010 of the code 40010010: an error, unless asked for and all codes lost it."""
    town = small_areas("ab").assign(association_id=["040010010", "040010020"])
    table = rows(("40010010", "K1"), ("40010020", "K1"))
    assert faults(town, table) == {"leading_zero_lost": "40010010, 40010020"}
    made = dissolve_small_areas(town, table, restore_leading_zero=True)
    assert made["small_area_ids"].tolist() == ["040010010;040010020"]
    assert kinds(made) == ["leading_zero_restored"]


def test_zeros_are_not_restored_where_one_code_has_its_own():
    """One of two codes lost its zero: nothing is restored, asked or not."""
    town = small_areas("ab").assign(association_id=["040010010", "040010020"])
    table = rows(("40010010", "K1"), ("040010020", "K1"))
    assert faults(town, table, restore_leading_zero=True) == {"leading_zero_lost": "40010010"}


def test_zeros_lost_on_the_map_are_named_too():
    """The layer was opened in a spreadsheet, the table not: the layer is to be mended."""
    town = small_areas("a").assign(association_id=["40010010"])
    with pytest.raises(AssociationsError, match="of the small areas have lost their leading zero"):
        dissolve_small_areas(town, rows(("040010010", "K1")), restore_leading_zero=True)


@pytest.mark.parametrize("last", ["架空一区", None, float("nan"), " "])
def test_a_name_in_one_row_is_the_name(last: object):
    """K1 is named in its first row, or in both: the empty name of the last row is none."""
    table = rows(("a", "K1"), ("b", "K1")).assign(name=pd.Series(["架空一区", last], dtype="object"))
    assert dissolve_small_areas(small_areas("ab"), table)["name"].tolist() == ["架空一区"]


def test_an_empty_name_in_a_file_is_no_second_name(tmp_path: Path):
    """Read from a file, K1 is named in the second of its rows only."""
    path = tmp_path / "対応表.csv"
    path.write_text("小地域コード,自治会コード,自治会名\na,K1,\nb,K1,架空一区\n", encoding="utf-8")
    assert dissolve_small_areas(small_areas("ab"), read_correspondence(path))["name"].tolist() == ["架空一区"]


@pytest.mark.parametrize("water", [True, False, float("nan"), None])
@pytest.mark.parametrize("households", [7, None])
def test_water_with_people_needs_a_row(water: object, households: object):
    """B is said to be water, or nothing is said, and people may live there: it is named, never called empty."""
    town = small_areas("ab").assign(water=pd.Series([False, water], dtype="object"))
    town["households"] = pd.Series([10, households], dtype="object")
    assert faults(town, rows(("a", "K1"))) == {"small_area_without_row": "b"}


def test_water_without_people_stands_for_itself():
    """B is water with 0 households, and where there are no counts at all only water stays outside; NaN is no water."""
    town = small_areas("ab", {"a": 10, "b": 0}).assign(water=pd.Series([None, True], dtype="object"))
    made = dissolve_small_areas(town, rows(("a", "K1")))
    assert by_id(made)["water"].to_dict() == {"K1": False, "b": True}
    bare = town.drop(columns="households")
    assert dissolve_small_areas(bare, rows(("a", "K1")))["association_id"].tolist() == ["K1", "b"]
    bare["water"] = [False, float("nan")]
    assert faults(bare, rows(("a", "K1"))) == {"small_area_without_row": "b"}


def test_counts_of_other_kinds_and_years_are_summed_like_households():
    """Members and people of 2015 of a and b are added up; c, shared half and half, is split."""
    town = small_areas("abc").assign(households_member=[5, 6, 8], population_2015=[50, 60, 70])
    made = by_id(dissolve_small_areas(town, rows(("a", "K1"), ("b", "K1"), ("c", "K1", 0.5), ("c", "K2", 0.5))))
    assert made["households_member"].to_dict() == {"K1": 15, "K2": 4}
    assert made["population_2015"].to_dict() == {"K1": 145, "K2": 35}


def test_own_columns_of_the_table_stay_where_its_rows_agree():
    """The head of K1 is the same in both rows, the hall of K2 is not: one is kept, the other empty and named."""
    table = rows(("a", "K1"), ("b", "K1"), ("c", "K2"), ("d", "K2"))
    table = table.assign(会長=["架空花子", None, "見本太郎", "見本太郎"], 会館=["東館", "東館", "西館", "南館"])
    made = dissolve_small_areas(small_areas("abcd"), table)
    assert by_id(made)["会長"].to_dict() == {"K1": "架空花子", "K2": "見本太郎"}
    assert by_id(made)["会館"].to_dict() == {"K1": "東館", "K2": None}
    (noted,) = made.attrs["records"]
    assert noted["kind"] == "columns_left_empty"
    assert "会館 of K2" in noted["message"]


def test_own_columns_of_small_areas_stay_where_they_say_the_same():
    """Texts that agree are K1's; an amount is K2's, which is one whole area, and not K1's; e stands for itself."""
    town = small_areas("abce", {"a": 10, "b": 20, "c": 30, "e": 0})
    town = town.assign(用途=["田", "田", "畑", "山"], 空き家=[4, 4, 6, 0], S_CODE=["1", "2", "3", "4"])
    made = dissolve_small_areas(town, rows(("a", "K1"), ("b", "K1"), ("c", "K2")))
    assert by_id(made)["用途"].to_dict() == {"K1": "田", "K2": "畑", "e": "山"}
    assert by_id(made)["空き家"].isna().to_dict() == {"K1": True, "K2": False, "e": False}
    assert by_id(made).at["K2", "空き家"] == 6
    (noted,) = [note for note in made.attrs["records"] if note["kind"] == "columns_left_empty"]
    assert "空き家 of K1; S_CODE of K1" in noted["message"]


def test_an_amount_of_a_divided_area_is_nobodys():
    """Six empty houses of a, which K1 and K2 share, are not said of either: the column is left out and named."""
    made = dissolve_small_areas(small_areas("a").assign(空き家=6), rows(("a", "K1", 0.5), ("a", "K2", 0.5)))
    assert "空き家" not in made
    assert [note["message"] for note in made.attrs["records"] if note["kind"] == "columns_not_carried"] == [
        "own columns that cannot be carried were left out: 空き家"
    ]


def test_only_the_neighbours_of_a_shared_area_get_the_ends_of_its_cut(monkeypatch: pytest.MonkeyPatch):
    """In a row of twenty areas each cut is looked for in the two beside it, however many there are."""
    looked: list[int] = []

    def counted(shapes, points):
        looked.append(len(shapes))
        return share_vertices(shapes, points)

    monkeypatch.setattr("kurihara_geo.associations.small_areas.share_vertices", counted)
    town = small_areas("abcdefghijklmnopqrst")
    pairs = [(area, f"K{area}", 1.0) for area in "abcdefghiklmnopqrst"]
    dissolve_small_areas(town, rows(*pairs, ("j", "Ki", 0.5), ("j", "Kk", 0.5)))
    assert looked == [2, 2]  # the areas beside it, and its own two pieces


def test_columns_that_cannot_be_carried_are_named():
    """Households in the table are of the pair or the association, nobody knows; approximate is said anew here."""
    town = small_areas("ab").assign(approximate=True)
    table = rows(("a", "K1"), ("b", "K1")).assign(households=[3, 4])
    made = dissolve_small_areas(town, table)
    assert made["households"].tolist() == [60]
    (noted,) = made.attrs["records"]
    assert noted["kind"] == "columns_not_carried"
    assert noted["message"].endswith("households of the correspondence, approximate of the small areas")


def test_a_cut_is_shared_with_neighbours_in_a_grid_of_shared_areas():
    """Nine areas in a square, each shared by two associations: all borders are shared to the last vertex."""
    town = small_areas("abc\ndef\nghi")
    table = rows(*((area, f"K{(place + step) % 9}", 0.5) for place, area in enumerate("abcdefghi") for step in (0, 1)))
    made = dissolve_small_areas(town, table)
    assert shapely.coverage_is_valid(made.geometry.to_numpy())
    assert made["households"].sum() == 9 * 30


def test_a_suppressed_count_stays_missing_and_is_named():
    """Households of b are suppressed: K1's are missing, not 10; K2's are known."""
    town = small_areas("abc")
    town["households"] = pd.Series([10, pd.NA, 40], dtype="object")
    made = dissolve_small_areas(town, rows(("a", "K1"), ("b", "K1"), ("c", "K2")))
    assert made["households"].isna().tolist() == [True, False]
    assert [(r["kind"], r["association_id"]) for r in made.attrs["records"]] == [("count_missing", "K1")]


def test_an_area_that_may_hold_people_needs_a_row():
    """Households of b are missing, which is not 0: b cannot stay outside."""
    town = small_areas("ab")
    town["households"] = pd.Series([10, None], dtype="object")
    assert faults(town, rows(("a", "K1"))) == {"small_area_without_row": "b"}


def test_traits_come_from_the_table_or_from_areas_that_agree():
    """Town as the areas say where they agree; where they differ it is empty and named."""
    town = small_areas("abcd", former_town=dict.fromkeys("abc", "架空町") | {"d": "仮町"})
    made = dissolve_small_areas(town, rows(("a", "K1"), ("b", "K1"), ("c", "K2"), ("d", "K2")))
    assert by_id(made)["former_town"].to_dict() == {"K1": "架空町", "K2": None}
    assert kinds(made) == ["parts_disagree"]


def test_an_association_in_two_places_is_kept_and_recorded():
    """K1 is a and c, with b between them."""
    made = dissolve_small_areas(small_areas("abc"), rows(("a", "K1"), ("c", "K1"), ("b", "K2")))
    assert by_id(made).geom_type["K1"] == "MultiPolygon"
    assert kinds(made) == ["several_parts"]


def test_small_areas_that_overlap_count_once_and_it_is_recorded():
    """B lies 10 m over a: the area they share is no area twice."""
    town = small_areas("ab")
    wider = town.geometry.to_list()
    wider[1] = shapely.union(wider[1], shapely.box(*wider[1].bounds).buffer(10, join_style="mitre"))
    made = dissolve_small_areas(town.set_geometry(wider, crs=town.crs), rows(("a", "K1"), ("b", "K1")))
    assert kinds(made) == ["small_areas_overlap"]


def test_broken_small_areas_are_refused():
    """An area whose outline crosses itself cannot be joined."""
    town = small_areas("ab")
    x, y, _, _ = town.total_bounds
    tie = shapely.Polygon([(x, y), (x + 500, y + 500), (x + 500, y), (x, y + 500)])
    with pytest.raises(AssociationsError, match="broken_geometry: a"):
        dissolve_small_areas(town.set_geometry([tie, town.geometry[1]], crs=town.crs), rows(("a", "K1"), ("b", "K1")))


def test_ids_read_as_numbers_are_the_same_ids():
    """A column with a gap makes 7 a 7.0: it is the area 7 all the same."""
    town = small_areas("ab").assign(association_id=[7, 8])
    table = pd.DataFrame({"small_area_id": [7.0, 8.0], "association_id": [1.0, 1.0]})
    assert dissolve_small_areas(town, table)["association_id"].tolist() == ["1"]


def test_what_is_no_table_is_refused_by_name():
    """A path in place of a table: the message says which argument."""
    with pytest.raises(AssociationsError, match="correspondence must be a DataFrame"):
        dissolve_small_areas(small_areas("ab"), "対応表.csv")


def test_row_order_changes_no_count_and_no_area():
    """Shuffled tables give every association the same households and the same shape."""
    town = small_areas("abc\ndef", 31)
    table = rows(("a", "K1"), ("b", "K1", 0.5), ("b", "K2", 0.5), ("c", "K2"), ("d", "K1"), ("e", "K3"), ("f", "K3"))
    one = by_id(dissolve_small_areas(town, table)).sort_index()
    mixed_town, mixed_rows = town.sample(frac=1, random_state=1), table.sample(frac=1, random_state=2)
    other = by_id(dissolve_small_areas(mixed_town, mixed_rows)).sort_index()
    assert one["households"].to_dict() == other["households"].to_dict()
    assert all(a.symmetric_difference(b).area < 1e-6 for a, b in zip(one.geometry, other.geometry, strict=True))


@st.composite
def correspondences(draw: st.DrawFn) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Draw a grid of small areas and share each among one to three associations."""
    random = Random(draw(st.integers(0, 2**32)))  # noqa: S311 - a drawn town, no secret
    width, height = random.randint(2, 4), random.randint(1, 4)
    picture = "\n".join(" ".join(f"s{y}{x}" for x in range(width)) for y in range(height))
    ids = [f"s{y}{x}" for y in range(height) for x in range(width)]
    owners = [f"K{number}" for number in range(random.randint(1, 4))]
    town = small_areas(picture, {name: random.randint(0, 60) for name in ids})
    town["population"] = [random.randint(0, 200) for _ in ids]
    triples = []
    for name in ids:
        mine = random.sample(owners, random.randint(1, min(3, len(owners))))
        weights = [random.randint(1, 9) for _ in mine]
        triples += [(name, owner, weight / sum(weights)) for owner, weight in zip(mine, weights, strict=True)]
    return town, rows(*triples)


@given(correspondences())
@settings(max_examples=40, deadline=None)
def test_any_correspondence_conserves_people_and_area(drawn: tuple[gpd.GeoDataFrame, pd.DataFrame]):
    """Whoever shares what: households, people and area add up, each has its shares, nothing overlaps."""
    town, table = drawn
    made = dissolve_small_areas(town, table)
    for column in ("households", "population"):
        assert int(made[column].sum()) == int(town[column].sum())
    assert made.geometry.is_valid.all()
    assert made.area.sum() == pytest.approx(town.area.sum(), rel=1e-6)
    expected = (table["share"] * CELL_M2).groupby(table["association_id"]).sum()
    assert by_id(made).area.to_dict() == pytest.approx(expected.to_dict(), rel=1e-6)
    assert list_overlaps(made.geometry.to_numpy()) == []
    merged = shapely.unary_union(made.geometry.to_numpy())
    assert merged.symmetric_difference(shapely.unary_union(town.geometry.to_numpy())).area < 1e-6 * CELL_M2


@given(correspondences())
@settings(max_examples=15, deadline=None)
def test_borders_of_divided_areas_are_found_whole(drawn: tuple[gpd.GeoDataFrame, pd.DataFrame]):
    """Ends of cuts are vertices on both sides: the borders found are those the shapes have."""
    town, table = drawn
    made = by_id(dissolve_small_areas(town.assign(households=30), table))
    found = find_borders(made).set_index(["a", "b"])["length_m"]
    slow = exact_borders(made).set_index(["a", "b"])["length_m"]
    assert found.to_dict() == pytest.approx(slow.to_dict(), abs=0.01)


def test_a_small_area_file_and_a_table_become_associations(tmp_path: Path):
    """Read from files, with counts by association; two areas nobody lives in, of one name, need no count."""
    town = small_areas("abyz", {"a": 10, "b": 20, "y": 0, "z": 0}).drop(columns="households_kind")
    town["name"] = ["架空字東", "架空字西", "架空山", "架空山"]
    town.to_file(tmp_path / "小地域.gpkg")
    (tmp_path / "対応表.csv").write_text(
        "小地域コード,自治会コード,自治会名\na,K1,架空一区\nb,K2,架空二区\n", encoding="utf-8"
    )
    (tmp_path / "世帯.csv").write_text(
        "自治会コード,自治会名,世帯数\nK1,架空一区,11\nK2,架空二区,22\n", encoding="utf-8"
    )
    plain = read_associations(tmp_path / "小地域.gpkg", correspondence=tmp_path / "対応表.csv")
    assert plain["households"].to_dict() == {"K1": 10, "K2": 20, "y": 0, "z": 0}
    counted = read_associations(
        tmp_path / "小地域.gpkg",
        correspondence=tmp_path / "対応表.csv",
        households=tmp_path / "世帯.csv",
        households_kind="register",
    )
    assert counted["households"].to_dict() == {"K1": 11, "K2": 22, "y": 0, "z": 0}
    assert counted["name"].tolist() == ["架空一区", "架空二区", "架空山", "架空山"]
    assert [source["path"] for source in counted.attrs["sources"]] == ["小地域.gpkg", "対応表.csv", "世帯.csv"]


def test_a_table_and_an_outline_are_not_two_ways_at_once(tmp_path: Path):
    """A correspondence is for small areas, an outline for points."""
    with pytest.raises(AssociationsError, match="one of them"):
        read_associations(tmp_path / "a.gpkg", correspondence=tmp_path / "b.csv", outline=tmp_path / "c.gpkg")


@pytest.mark.real_data
def test_a_real_census_file_is_joined_by_its_own_codes(shared_folder: Path):
    """一関市: every two areas of the file are one made-up association; every household stays."""
    path = shared_folder / "real" / "A002005212020DDSWC03209-JGD2011.zip"
    whole = read_associations(path)
    inhabited = whole.index[whole["households"] > 0]
    table = rows(*((code, f"K{place // 2:03d}") for place, code in enumerate(inhabited)))
    made = read_associations(path, correspondence=table)
    assert int(made["households"].sum()) == int(whole["households"].sum())
    assert made.area.sum() == pytest.approx(whole.area.sum(), rel=1e-6)
    assert len(made) == -(-len(inhabited) // 2) + len(whole) - len(inhabited)


@given(order=st.permutations([("a", "K1", 0.2), ("a", "K2", 0.1), ("a", "K3", 0.7)]), households=st.integers(0, 500))
def test_the_order_of_the_rows_does_not_change_the_counts(order: list, households: int):
    """Of 8 households 1.6, 0.8 and 5.6 are due: the tie of 1.6 and 5.6 is decided by id, whatever row stands first."""
    areas = small_areas("a", {"a": households})
    first = by_id(dissolve_small_areas(areas, rows(*sorted(order))))["households"].to_dict()
    assert by_id(dissolve_small_areas(areas, rows(*order)))["households"].to_dict() == first
    assert sum(first.values()) == households


@pytest.mark.parametrize("spellings", [("本町", "本 町"), ("１", "1")])
def test_one_association_is_not_split_by_a_space_or_a_width(spellings: tuple[str, str]):
    """Two spellings of one name are asked about, with their rows, rather than made two associations."""
    table = rows(("a", spellings[0]), ("b", spellings[1]))
    assert "same_id_spelled_twice" in faults(small_areas("ab"), table)
