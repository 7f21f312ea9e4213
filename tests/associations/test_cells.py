"""Cells around points fill the outline, say that they are approximate, and name every point that does not fit."""

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
from kurihara_geo.associations.cells import CELLS_NOTICE_EN, CELLS_NOTICE_JA, draw_cells
from kurihara_geo.associations.checks import list_overlaps
from kurihara_geo.associations.places import representative_points
from kurihara_geo.borders import find_borders
from kurihara_geo.errors import AssociationsError, SourceError
from kurihara_geo.sources.association_points import read_association_points
from kurihara_geo.sources.sheet_rows import rows_in_file
from tests.towns import ORIGIN_X_M, ORIGIN_Y_M, draw_town, exact_borders

if TYPE_CHECKING:
    from pathlib import Path


def halls(*places: tuple, **columns) -> gpd.GeoDataFrame:
    """Put points on the map: association, metres east and north of the south-west corner of every picture."""
    table = {"association_id": [name for name, _, _ in places], "name": [f"架空{name}区" for name, _, _ in places]}
    points = gpd.points_from_xy([ORIGIN_X_M + x for _, x, _ in places], [ORIGIN_Y_M + y for _, _, y in places])
    return gpd.GeoDataFrame(table | columns, geometry=points, crs=6678)


def city(picture: str) -> gpd.GeoDataFrame:
    """Draw an outline of cells of 500 m; each letter is one former school district."""
    return draw_town(picture).reset_index()[["name", "geometry"]]


def faults(points: gpd.GeoDataFrame, outline: gpd.GeoDataFrame, **options) -> set[tuple[str, str]]:
    """Give kind and ids of what is refused."""
    with pytest.raises(AssociationsError) as raised:
        draw_cells(points, outline, **options)
    assert all(problem.cure for problem in raised.value.problems)
    return {(problem.kind, problem.association_id) for problem in raised.value.problems}


def test_every_place_belongs_to_the_nearest_point():
    """Halls 100 m and 700 m from the west of a strip of 1000 m: the border runs at 400 m."""
    cells = draw_cells(halls(("K1", 100, 250), ("K2", 700, 250)), city("ab")).set_index("association_id")
    assert cells.area.to_dict() == pytest.approx({"K1": 400 * 500, "K2": 600 * 500})
    assert cells["approximate"].all()
    assert find_borders(cells.assign(households=1))["length_m"].tolist() == [pytest.approx(500)]


def test_the_notice_says_that_cells_are_approximate_and_travels():
    """The notice is in both languages, and stays on the table that is built."""
    cells = draw_cells(halls(("K1", 100, 250), ("K2", 700, 250), households=[10, 60]), city("ab"))
    assert (cells.attrs["notice"], cells.attrs["notice_en"]) == (CELLS_NOTICE_JA, CELLS_NOTICE_EN)
    assert [record["kind"] for record in cells.attrs["records"]] == ["cells_approximate"]


def test_one_association_alone_gets_the_whole_city():
    """One point, one cell."""
    cells = draw_cells(halls(("K1", 100, 250)), city("ab"))
    assert cells.area.tolist() == pytest.approx([2 * 500 * 500])


def test_addresses_of_one_association_are_united_and_their_households_summed():
    """K1 has two houses with 3 and 4 households, K2 one: two rows, and the union is recorded."""
    points = halls(("K1", 100, 250), ("K1", 300, 250), ("K2", 700, 250), households=[3, 4, 9])
    cells = draw_cells(points, city("ab"))
    assert cells["association_id"].tolist() == ["K1", "K2"]
    assert cells["households"].tolist() == [3 + 4, 9]
    assert cells.area.tolist() == pytest.approx([500 * 500, 500 * 500])
    kinds = {record["kind"]: record["association_id"] for record in cells.attrs["records"]}
    assert kinds["points_united"] == "K1"


def test_a_missing_count_among_addresses_leaves_the_sum_missing():
    """One of two houses has no count: their sum is unknown, not 3."""
    points = halls(("K1", 100, 250), ("K1", 300, 250), ("K2", 700, 250), households=[3, None, 9])
    assert draw_cells(points, city("ab"))["households"].isna().tolist() == [True, False]


def test_counts_of_other_kinds_and_years_are_summed_too():
    """Members at two addresses of K1 are added up like households."""
    points = halls(("K1", 100, 250), ("K1", 300, 250), households_member=[7, 8], population_2020=[20, 21])
    cells = draw_cells(points, city("ab"))
    assert cells[["households_member", "population_2020"]].to_numpy().tolist() == [[15, 41]]


def test_points_that_do_not_fit_are_all_named():
    """K3 lies outside; K1 and K2 are in the same place."""
    points = halls(("K1", 100, 250), ("K2", 100, 250), ("K3", 5000, 250))
    assert faults(points, city("ab")) == {("same_point", "K1, K2"), ("point_outside", "K3")}


def test_two_rows_of_one_association_may_be_the_same_place():
    """A house of two families stands twice in the list."""
    cells = draw_cells(halls(("K1", 100, 250), ("K1", 100, 250), ("K2", 700, 250)), city("ab"))
    assert len(cells) == 2


def test_rows_without_id_or_place_are_named():
    """A row without an id, and one that is a line."""
    points = halls(("K1", 100, 250), (None, 300, 250), ("K2", 700, 250))
    points.loc[2, "geometry"] = shapely.LineString([(0, 0), (1, 1)])
    assert faults(points, city("ab")) == {("missing_id", ""), ("not_point", "K2")}


def test_no_cell_crosses_a_wall():
    """K2's hall is 50 m east of the wall: without walls its cell reaches west, with walls it does not."""
    points = halls(("K1", 100, 250), ("K2", 550, 250))
    town = city("ab")
    free = draw_cells(points, town).set_index("association_id")
    walled = draw_cells(points, town, walls="name").set_index("association_id")
    assert free.area["K2"] > 500 * 500
    assert walled.area.to_dict() == pytest.approx({"K1": 500 * 500, "K2": 500 * 500})
    assert walled["former_school_district"].to_dict() == {"K1": "架空A区", "K2": "架空B区"}


def test_cells_meet_at_walls_with_the_same_vertices():
    """Two halls west and three east of a wall: borders along it are found whole."""
    points = halls(("K1", 250, 100), ("K2", 250, 400), ("K3", 700, 90), ("K4", 700, 210), ("K5", 700, 450))
    cells = draw_cells(points, city("ab"), walls="name").set_index("association_id").assign(households=1)
    found = find_borders(cells).set_index(["a", "b"])["length_m"].to_dict()
    slow = exact_borders(cells).set_index(["a", "b"])["length_m"].to_dict()
    assert found == pytest.approx(slow, abs=0.01)
    assert shapely.coverage_is_valid(cells.geometry.to_numpy())


def test_what_walls_do_not_allow_is_named():
    """K1 has points on both sides of a wall, and nobody has one in the third district."""
    points = halls(("K1", 100, 250), ("K1", 700, 250), ("K2", 800, 250))
    assert faults(points, city("abc"), walls="name") == {("crosses_wall", "K1"), ("no_point", "")}


@pytest.mark.parametrize("column", ["name", "former_school_district"])
def test_a_point_that_names_another_district_than_it_lies_in_is_an_error(column: str):
    """K2's hall says 架空A区 and lies in 架空B区: nothing is overwritten, K2 is named."""
    points = halls(("K1", 100, 250), ("K2", 700, 250), former_school_district=["架空Ａ区", "架空A区"])
    outline = city("ab").rename(columns={"name": column})
    assert faults(points, outline, walls=column) == {("wall_contradicts", "K2")}
    with pytest.raises(AssociationsError, match="K2区: says 架空A区 and lies in 架空B区"):
        draw_cells(points, outline, walls=column)


def test_a_point_without_a_district_gets_that_of_its_place():
    """K2's hall says nothing, K1's says where it lies: both are written."""
    points = halls(("K1", 100, 250), ("K2", 700, 250), former_school_district=["架空A区", None])
    cells = draw_cells(points, city("ab"), walls="name")
    assert cells["former_school_district"].tolist() == ["架空A区", "架空B区"]


def test_a_point_on_a_wall_lies_on_the_side_it_names():
    """K3's hall stands on the wall, at 500 m: it belongs to the district it names, west or east."""
    for side in ("架空A区", "架空B区"):
        places = (("K1", 100, 250), ("K2", 700, 250), ("K3", 500, 250))
        points = halls(*places, former_school_district=[None, None, side])
        cells = draw_cells(points, city("ab"), walls="name").set_index("association_id")
        assert cells.at["K3", "former_school_district"] == side


def test_credits_of_the_outline_travel_too():
    """The outline's publisher is named beside the points'."""
    points, outline = halls(("K1", 100, 250)), city("a")
    points.attrs, outline.attrs = {"attribution": "点の出典"}, {"attribution": "境界の出典"}
    assert draw_cells(points, outline).attrs["attribution"] == "点の出典; 境界の出典"


def test_a_wall_column_that_is_not_there_is_refused_with_those_found():
    """A misspelt column is refused with the columns there are."""
    with pytest.raises(AssociationsError, match="Columns found: name"):
        draw_cells(halls(("K1", 100, 250)), city("ab"), walls="学区")


@pytest.mark.parametrize("which", ["points", "outline"])
def test_a_layer_without_crs_is_refused(which: str):
    """Nothing is guessed about where a layer lies."""
    layers = {"points": halls(("K1", 100, 250)), "outline": city("ab")}
    layers[which] = layers[which].set_crs(None, allow_override=True)
    with pytest.raises(AssociationsError, match="coordinate system"):
        draw_cells(layers["points"], layers["outline"])


@st.composite
def scattered(draw: st.DrawFn) -> gpd.GeoDataFrame:
    """Scatter points of up to ten associations over a city of 1500 m by 1000 m with a hole, some in one row."""
    random = Random(draw(st.integers(0, 2**32)))  # noqa: S311 - a drawn town, no secret
    names = [f"K{random.randint(0, 9)}" for _ in range(random.randint(1, 16))]
    spots: set[tuple[int, int]] = set()
    while len(spots) < len(names):
        x, y = random.randint(0, 1500), random.choice([250, random.randint(0, 1000)])
        if not (400 < x < 1100 and 400 < y < 1100):
            spots.add((x, y))
    return halls(*((name, x, y) for name, (x, y) in zip(names, sorted(spots), strict=True)))


@given(scattered())
@settings(max_examples=40, deadline=None)
def test_cells_partition_the_outline(points: gpd.GeoDataFrame):
    """Wherever points lie: cells fill the city, do not overlap, share borders exactly, and hold their points."""
    outline = city("a.b\nabb")
    cells = draw_cells(points, outline).set_index("association_id")
    assert cells.area.sum() == pytest.approx(outline.area.sum(), rel=1e-9)
    assert list_overlaps(cells.geometry.to_numpy()) == []
    assert shapely.coverage_is_valid(cells.geometry.to_numpy())
    assert cells.geometry.is_valid.all()
    for name, point in zip(points["association_id"], points.geometry, strict=True):
        assert cells.geometry[name].distance(point) < 1e-6


def test_a_list_of_addresses_and_an_outline_become_associations(tmp_path: Path):
    """Halls in a CSV with degrees, an outline in a file, households in a table of their own."""
    outline = city("ab")
    outline.to_file(tmp_path / "市域.gpkg")
    spots = halls(("K1", 100, 250), ("K2", 700, 250)).to_crs(4326)
    lines = [
        f"{row.association_id},{row.name},{row.geometry.x},{row.geometry.y}" for row in spots.itertuples(index=False)
    ]
    (tmp_path / "会館.csv").write_text("自治会コード,自治会名,経度,緯度\n" + "\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "世帯.csv").write_text("自治会コード,世帯数\nK1,40\nK2,60\n", encoding="utf-8")
    built = read_associations(
        tmp_path / "会館.csv", outline=tmp_path / "市域.gpkg", households=tmp_path / "世帯.csv", walls="name"
    )
    assert built["households"].to_dict() == {"K1": 40, "K2": 60}
    assert built.attrs["notice"] == CELLS_NOTICE_JA
    assert built["approximate"].all()
    assert built["former_school_district"].tolist() == ["架空A区", "架空B区"]
    where = shapely.Point(ORIGIN_X_M + 100, ORIGIN_Y_M + 250)
    assert representative_points(built)["K1"].distance(where) < 0.01
    assert [source["path"] for source in built.attrs["sources"]] == ["会館.csv", "市域.gpkg", "世帯.csv"]


def test_a_list_of_points_without_owners_is_refused(tmp_path: Path):
    """A CSV with coordinates only does not say whose the points are."""
    (tmp_path / "点.csv").write_text("経度,緯度,種別\n141,38.7,会館\n", encoding="utf-8")
    city("ab").to_file(tmp_path / "市域.gpkg")
    with pytest.raises(SourceError, match="種別"):
        read_associations(tmp_path / "点.csv", outline=tmp_path / "市域.gpkg")


def test_walls_without_an_outline_are_refused(tmp_path: Path):
    """Walls are a column of the outline."""
    with pytest.raises(AssociationsError, match="outline="):
        read_associations(tmp_path / "a.gpkg", walls="name")


NAMESAKES = """地区番号,自治会名,旧町村,世帯数,緯度,経度
1,本町,霧沢町,18,38.70,141.00
2,本町,月岡村,160,38.71,141.02
3,中町,月岡村,20,38.72,141.04
"""


def point_faults(folder: Path, text: str, **options) -> list[tuple[str, str, str]]:
    """Read a list of points, draw cells in a city around it, and give kind, name and message of what is refused."""
    (folder / "会館.csv").write_text(text, encoding="utf-8")
    outline = gpd.GeoSeries([shapely.box(140.9, 38.6, 141.1, 38.8)], crs=6668)
    with pytest.raises(AssociationsError) as raised:
        draw_cells(read_association_points(folder / "会館.csv", **options), outline)
    return [(problem.kind, problem.name, problem.message) for problem in raised.value.problems]


def test_two_associations_of_one_name_are_not_summed(tmp_path: Path):
    """霧沢町本町 (18) and 月岡村本町 (160) have a number each: one 本町 of 178 households would be nobody's."""
    ((kind, name, message),) = point_faults(tmp_path, NAMESAKES)
    assert (kind, name) == ("points_contradict", "本町")
    assert message == (
        "rows 2, 3 have this name alone in common and differ in former_town 霧沢町, 月岡村; 地区番号 1, 2"
    )
    by_id = read_association_points(tmp_path / "会館.csv", id_column="地区番号")
    cells = draw_cells(by_id, gpd.GeoSeries([shapely.box(140.9, 38.6, 141.1, 38.8)], crs=6668))
    assert cells["households"].tolist() == [18, 160, 20]


def test_points_of_one_association_may_have_telephones_of_their_own(tmp_path: Path):
    """Two halls of 本町 in one town are one association, and so they are where the planner says that names are ids."""
    text = NAMESAKES.replace("地区番号", "電話番号").replace("霧沢町", "月岡村")
    (tmp_path / "会館.csv").write_text(text, encoding="utf-8")
    outline = gpd.GeoSeries([shapely.box(140.9, 38.6, 141.1, 38.8)], crs=6668)
    cells = draw_cells(read_association_points(tmp_path / "会館.csv"), outline)
    assert cells["households"].tolist() == [18 + 160, 20]
    (tmp_path / "会館.csv").write_text(NAMESAKES, encoding="utf-8")
    told = read_association_points(tmp_path / "会館.csv", id_column="自治会名")
    assert draw_cells(told, outline)["households"].tolist() == [18 + 160, 20]


def test_a_point_outside_is_named_by_its_row_in_the_sheet(tmp_path: Path):
    """The second line of the file is row 2 of the sheet; a table without a file names no row."""
    text = "自治会コード,自治会名,緯度,経度\nK1,架空一区,35.00,141.00\nK2,架空二区,38.71,141.02\n"
    ((kind, name, message),) = point_faults(tmp_path, text)
    assert (kind, name) == ("point_outside", "架空一区")
    assert message.startswith("row 2 lies ")
    with pytest.raises(AssociationsError) as raised:
        draw_cells(halls(("K1", -100, 250), ("K2", 700, 250)), city("ab"))
    assert [p.message for p in raised.value.problems] == ["its point lies 100 m outside the outline"]


def test_rows_that_were_moved_name_no_row(tmp_path: Path):
    """A table put in another order, with new row numbers, does not tell which row of the sheet each was."""
    text = "自治会コード,自治会名,緯度,経度\nK1,架空一区,38.70,141.00\nK2,架空二区,38.71,141.02\n"
    (tmp_path / "会館.csv").write_text(text, encoding="utf-8")
    points = read_association_points(tmp_path / "会館.csv")
    assert rows_in_file(points) == ["row 2", "row 3"]
    assert rows_in_file(points.iloc[::-1]) == ["row 3", "row 2"]
    assert rows_in_file(points.iloc[::-1].reset_index(drop=True)) == ["", ""]
    outline = gpd.GeoSeries([shapely.box(140.9, 38.6, 141.1, 38.8)], crs=6668)
    assert "rows" not in draw_cells(points, outline).attrs


@pytest.mark.parametrize("counts", [["30", "40", 9], [True, 3, 9]])
def test_counts_that_are_no_numbers_are_not_summed(counts: list):
    """Two texts are not 30, and True and 3 are not 4 households."""
    points = halls(("K1", 100, 250), ("K1", 300, 250), ("K2", 700, 250)).assign(
        households=pd.Series(counts, dtype=object)
    )
    assert faults(points, city("ab")) == {("unreadable_count", "K1")}
