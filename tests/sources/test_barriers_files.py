"""Layers of barriers and crossings: names and kinds found, everything else kept, every bad row named."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pytest
import shapely
from shapely.geometry import LineString, MultiLineString, Point, box

from kurihara_geo.errors import SourceError
from kurihara_geo.sources import read_barriers, read_crossings

if TYPE_CHECKING:
    from pathlib import Path

LINE, AREA = LineString([(141, 38.7), (141.01, 38.7)]), box(141, 38.7, 141.01, 38.71)


def layer(*shapes: shapely.Geometry | None, crs: str | None = "EPSG:4326", **columns: Any) -> gpd.GeoDataFrame:
    """Make a layer of shapes in longitude and latitude."""
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs)


# --- barriers ----------------------------------------------------------------------------------------


def test_lines_and_areas_keep_their_attributes(tmp_path: Path):
    """A line, a multiline and an area with names; the road class stays as it is, and the origin is noted."""
    shapes = (LINE, MultiLineString([LINE]), AREA)
    file = tmp_path / "barriers.gpkg"
    layer(
        *shapes, name=["東北道", None, "架空川"], road_class=["expressway", "national", None], lanes=[4, 2, 0]
    ).to_file(file)
    table = read_barriers(file)
    assert list(table.columns) == ["name", "road_class", "lanes", "geometry"]
    assert table["name"].tolist() == ["東北道", None, "架空川"]
    assert table["lanes"].tolist() == [4, 2, 0]
    assert table.index.tolist() == [0, 1, 2]
    assert table.crs == "EPSG:4326"
    assert table.attrs["source"]["path"] == "barriers.gpkg"
    assert len(table.attrs["source"]["sha256"]) == 64
    assert table.attrs["records"] == []


def test_no_name_is_needed(tmp_path: Path):
    """A layer with a road class only is read as it is."""
    layer(LINE, road_class=["expressway"]).to_file(tmp_path / "roads.geojson")
    assert list(read_barriers(tmp_path / "roads.geojson").columns) == ["road_class", "geometry"]


@pytest.mark.parametrize("heading", ["河川名", "路線名", "名称", "W05_004"])
def test_usual_headings_of_names_are_known(tmp_path: Path, heading: str):
    """The river's name stands under the headings of the national portal and of ledgers."""
    layer(LINE, **{heading: ["架空川"]}).to_file(tmp_path / "rivers.geojson")
    assert read_barriers(tmp_path / "rivers.geojson")["name"].tolist() == ["架空川"]


def test_rivers_of_the_national_layer_have_a_kind_in_words(tmp_path: Path):
    """W05_003 is the kind of a stretch: 3 and 7 are 二級河川区間, 0 is not known, what no list has stays as it is."""
    headings = {"W05_002": ["0499900001"] * 4, "W05_003": ["3", "7", "0", "9"], "W05_004": ["架空川"] * 4}
    layer(LINE, LINE, LINE, LINE, **headings).to_file(tmp_path / "W05-07_04-g_Stream.geojson")
    table = read_barriers(tmp_path / "W05-07_04-g_Stream.geojson")
    assert table["kind"].tolist() == ["二級河川区間", "二級河川区間", "区間種別不明", "9"]
    assert table["name"].tolist() == ["架空川"] * 4
    assert table["W05_002"].tolist() == ["0499900001"] * 4


def test_roads_of_the_national_layer_have_name_and_kind(tmp_path: Path):
    """N01_002 is the road's name, N01_001 its kind."""
    layer(LINE, N01_001=["国道"], N01_002=["国道999号"]).to_file(tmp_path / "N01-07L-04.geojson")
    table = read_barriers(tmp_path / "N01-07L-04.geojson")
    assert table[["name", "kind"]].to_numpy().tolist() == [["国道999号", "国道"]]


def test_a_planner_names_the_columns(tmp_path: Path):
    """水系 is the name and 区分 the kind, because the planner says so."""
    layer(LINE, 水系=["北上川"], 区分=["一級"]).to_file(tmp_path / "rivers.geojson")
    table = read_barriers(tmp_path / "rivers.geojson", name_column="水系", columns={"区分": "kind"})
    assert table[["name", "kind"]].to_numpy().tolist() == [["北上川", "一級"]]


def test_two_headings_of_one_rank_are_asked_back(tmp_path: Path):
    """河川名 and 路線名 could each be the name."""
    layer(LINE, 河川名=["架空川"], 路線名=["東北道"]).to_file(tmp_path / "both.geojson")
    with pytest.raises(SourceError, match="choose with name_column="):
        read_barriers(tmp_path / "both.geojson")


def test_a_shapefile_in_cp932_without_prj_needs_its_crs(tmp_path: Path):
    """As 河川データ comes: Japanese text, no .prj; the message gives the cure, and with it the file is read."""
    layer(LINE, W05_004=["架空川"]).to_file(tmp_path / "W05.shp", encoding="cp932")
    (tmp_path / "W05.prj").unlink()
    (tmp_path / "W05.cpg").unlink()
    with pytest.raises(SourceError, match="does not say its CRS; give it with crs="):
        read_barriers(tmp_path / "W05.shp")
    table = read_barriers(tmp_path / "W05.shp", crs="EPSG:6668")
    assert (table["name"].tolist(), table.crs) == (["架空川"], "EPSG:6668")
    assert table.attrs["source"]["encoding"].lower() == "cp932"


def test_rows_without_a_shape_are_left_out_and_noted(tmp_path: Path):
    """The second of three rows has no geometry: two remain, and a record says which was left out."""
    feature = {"type": "Feature", "properties": {"name": "架空川"}, "geometry": shapely.geometry.mapping(LINE)}
    features = [feature, {**feature, "geometry": None}, feature]
    (tmp_path / "r.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    table = read_barriers(tmp_path / "r.geojson")
    assert table.index.tolist() == [0, 1]
    (noted,) = table.attrs["records"]
    assert (noted["kind"], noted["message"]) == ("no_shape", "rows without a shape were left out: 2")


def test_points_are_no_barriers(tmp_path: Path):
    """Every row that is a point is named; lines are not."""
    layer(Point(141, 38.7), LINE, Point(141, 38.8), name=["a", "b", "c"]).to_file(tmp_path / "mixed.geojson")
    with pytest.raises(SourceError, match="lines or areas are needed, 2 rows") as raised:
        read_barriers(tmp_path / "mixed.geojson")
    assert [problem.message for problem in raised.value.problems] == ["row 1: Point", "row 3: Point"]


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path):
    """The path is named."""
    with pytest.raises(SourceError, match=r"none\.geojson"):
        read_barriers(tmp_path / "none.geojson")


# --- crossings ---------------------------------------------------------------------------------------


def test_bridges_come_from_points(tmp_path: Path):
    """橋梁名 is the name; the year stays; the CRS is the file's."""
    bridges = layer(Point(16000, -141000), crs="EPSG:6678", 橋梁名=["中橋"], 架設年=[1970])
    bridges.to_file(tmp_path / "bridges.gpkg")
    table = read_crossings(tmp_path / "bridges.gpkg")
    assert list(table.columns) == ["name", "架設年", "geometry"]
    assert table["name"].tolist() == ["中橋"]
    assert table.crs == "EPSG:6678"
    assert table.attrs["source"]["path"] == "bridges.gpkg"


def test_bridges_come_from_a_table_of_coordinates(tmp_path: Path):
    """A CSV in CP932 with 緯度 and 経度 is in EPSG:4326; the encoding is found out."""
    text = "橋名,種別,緯度,経度\n中橋,橋,38.73,141.02\n,地下道,38.74,141.03\n"
    (tmp_path / "bridges.csv").write_bytes(text.encode("cp932"))
    table = read_crossings(tmp_path / "bridges.csv")
    assert list(table.columns) == ["name", "kind", "geometry"]
    assert table["name"].tolist() == ["中橋", None]
    assert table["kind"].tolist() == ["橋", "地下道"]
    assert shapely.get_coordinates(table.geometry).tolist() == [[141.02, 38.73], [141.03, 38.74]]
    assert table.crs == "EPSG:4326"


def test_a_table_may_hold_metres_under_own_headings(tmp_path: Path):
    """X and y of a plane, named by the planner."""
    (tmp_path / "b.csv").write_text("名称,東,北\n中橋,16000,-141000\n", encoding="utf-8")
    table = read_crossings(tmp_path / "b.csv", columns={"東": "lon", "北": "lat"}, crs="EPSG:6678")
    assert (table.geometry.iloc[0].x, table.geometry.iloc[0].y, table.crs) == (16000, -141000, "EPSG:6678")


def test_a_coordinate_that_is_none_is_named_by_its_row(tmp_path: Path):
    """The second row says 不明."""
    (tmp_path / "b.csv").write_text("名称,lon,lat\n中橋,141,38.7\n下橋,不明,38.7\n", encoding="utf-8")
    with pytest.raises(SourceError, match="some rows have no place") as raised:
        read_crossings(tmp_path / "b.csv")
    assert len(raised.value.problems) == 1


def test_bridges_drawn_as_lines_are_refused(tmp_path: Path):
    """A crossing is a point."""
    layer(LINE, name=["中橋"]).to_file(tmp_path / "b.geojson")
    with pytest.raises(SourceError, match="points are needed, 1 rows"):
        read_crossings(tmp_path / "b.geojson")


# --- real --------------------------------------------------------------------------------------------


@pytest.mark.real_data
def test_the_roads_around_kurihara(shared_folder: Path):
    """Twenty lines, five of them expressway, with their road class."""
    table = read_barriers(shared_folder / "real" / "kurihara_roads.geojson")
    assert table["road_class"].value_counts().to_dict() == {"national": 15, "expressway": 5}
    assert set(table.geom_type) == {"LineString"}
    assert table.crs is not None
