"""School districts of the national layer A27: editions told from their content, one row a school, nothing lost."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Polygon

from kurihara_geo.columns import PROBLEM_KINDS
from kurihara_geo.errors import SourceError
from kurihara_geo.sources import read_school_districts
from tests.sources.portal import JGD2000, kinds, layer, message_of, pack, spot, square, write_shapefile

if TYPE_CHECKING:
    import geopandas as gpd

# 架空小学校 lies in two squares, 見本小学校 beside it, 空想小学校 in the next town.
#   row 0:  架空  架空  見本  空想
SHAPES = [square(place) for place in range(4)]
SCHOOLS = [
    ("04999", "架空市立", "B104999900001", "架空小学校", "架空1"),
    ("04999", "架空市立", "B104999900001", "架空小学校", "架空1"),
    ("04999", "架空市立", "B104999900002", "見本小学校", "見本2"),
    ("04998", "空想町立", "B104999800001", "空想小学校", "空想3"),
]
IN_2010 = ("A27_005", "A27_006", "A27_007", "A27_008")
IN_2016 = ("A27_001", "A27_002", "A27_003", "A27_004")
FROM_2021 = ("A27_001", "A27_002", "A27_003", "A27_004", "A27_005")
API = ("A27_001", "A27_002", "A27_003", "A27_004_ja", "A27_005")
WITHOUT_CODES = [(place, founder, name, address) for place, founder, _, name, address in SCHOOLS]


def town(edition: str, crs: str = JGD2000) -> gpd.GeoDataFrame:
    """Draw the four squares under the headings of an edition."""
    headings = {"2010": IN_2010, "2016": IN_2016, "2021 on": FROM_2021, "API": API}[edition]
    return layer(headings, WITHOUT_CODES if len(headings) == 4 else SCHOOLS, SHAPES, crs)


@pytest.mark.parametrize(
    ("edition", "ids"),
    [
        ("2010", ["04999-架空小学校", "04999-見本小学校"]),
        ("2016", ["04999-架空小学校", "04999-見本小学校"]),
        ("2021 on", ["B104999900001", "B104999900002"]),
        ("API", ["B104999900001", "B104999900002"]),
    ],
)
def test_each_edition_is_told_from_its_columns(tmp_path: Path, edition: str, ids: list[str]) -> None:
    """The file's name says nothing; names and addresses stand where the edition has them."""
    town(edition).to_file(tmp_path / "layer.geojson")
    districts = read_school_districts(tmp_path / "layer.geojson", "04999")
    assert districts.index.tolist() == ids
    assert districts.index.name == "district_id"
    assert districts["name"].tolist() == ["架空小学校", "見本小学校"]
    assert districts["address"].tolist() == ["架空1", "見本2"]
    assert districts["founder"].tolist() == ["架空市立"] * 2
    assert districts["municipality_code"].tolist() == ["04999"] * 2
    assert districts.attrs["source"]["edition"] == edition
    assert districts["school_code"].isna().all() == (edition in ("2010", "2016"))


def test_the_polygons_of_a_school_become_one(tmp_path: Path) -> None:
    """架空小学校 is its two squares united, 0.02 by 0.01 degrees, and the record says how many there were."""
    town("2010").to_file(tmp_path / "layer.geojson")
    districts = read_school_districts(tmp_path / "layer.geojson", "04999")
    assert districts.geometry.iloc[0].equals(shapely.union_all(SHAPES[:2]))
    assert districts.geometry.iloc[0].geom_type == "Polygon"
    assert "架空小学校 (2)" in message_of(districts, "parts_dissolved")
    assert "1 rows of 1 other municipalities were left out: 04998" in message_of(districts, "other_municipality")


def test_the_zip_of_2010_holds_schools_beside_districts(tmp_path: Path) -> None:
    """CP932, JGD2000, two layers: the districts are read, and it is noted that they were chosen."""
    points = layer(IN_2016, WITHOUT_CODES, [spot(place) for place in range(4)], JGD2000)
    layers = {"A27-10_04-g_PublicElementarySchool": points, "A27-10_04-g_SchoolDistrict": town("2010")}
    districts = read_school_districts(pack(tmp_path, "A27-10_04", layers))
    assert districts["name"].tolist() == ["架空小学校", "見本小学校", "空想小学校"]
    assert districts.crs == JGD2000
    assert kinds(districts) == ["encoding_guessed", "layer_chosen", "parts_dissolved", "id_from_name"]
    assert districts.attrs["source"]["encoding"] == "cp932"
    with pytest.raises(SourceError, match="row 1: Point"):
        read_school_districts(tmp_path / "A27-10_04_GML.zip", layer="A27-10_04-g_PublicElementarySchool")


def test_a_municipality_that_is_not_there_gives_the_codes_found(tmp_path: Path) -> None:
    """04213 has no row: the message lists 04998 and 04999; a code of six digits is refused at once."""
    town("2021 on").to_file(tmp_path / "layer.geojson")
    with pytest.raises(SourceError, match="no row is of municipality 04213; codes found: 04998, 04999"):
        read_school_districts(tmp_path / "layer.geojson", "04213")
    with pytest.raises(SourceError, match="'049999' is no code"):
        read_school_districts(tmp_path / "layer.geojson", "049999")


def test_codes_that_lost_their_zero_are_put_right(tmp_path: Path) -> None:
    """A spreadsheet made 4999 of 04999: it is read as 04999, and that is recorded."""
    table = town("2016")
    table["A27_001"] = [4999, 4999, 4999, 4998]
    table.to_file(tmp_path / "layer.geojson")
    districts = read_school_districts(tmp_path / "layer.geojson", "04999")
    assert districts["municipality_code"].tolist() == ["04999", "04999"]
    assert "4998, 4999" in message_of(districts, "leading_zero_restored")


def test_two_schools_of_one_name_stay_apart(tmp_path: Path) -> None:
    """中央小学校 stands at two addresses: two districts, told apart by them."""
    rows = [("04999", "架空市立", "中央小学校", "架空1"), ("04999", "架空市立", "中央小学校", "見本2")]
    layer(IN_2010, rows, SHAPES[:2]).to_file(tmp_path / "layer.geojson")
    districts = read_school_districts(tmp_path / "layer.geojson")
    assert districts.index.tolist() == ["04999-中央小学校-架空1", "04999-中央小学校-見本2"]
    assert "same_id" in kinds(districts)


def test_areas_without_a_name_or_a_shape_are_recorded(tmp_path: Path) -> None:
    """Row 2 has no name, row 3 no shape, row 4 no code: each is named."""
    rows = [
        ("04999", "", "架空小学校", "1"),
        ("04999", "", None, "2"),
        ("04999", "", "見本小学校", "3"),
        (None, "", "空想小学校", "4"),
    ]
    layer(IN_2010, rows, [*SHAPES[:2], None, SHAPES[3]]).to_file(tmp_path / "layer.geojson")
    districts = read_school_districts(tmp_path / "layer.geojson", "04999")
    assert districts["name"].tolist() == ["架空小学校"]
    assert message_of(districts, "no_shape").endswith(": 3")
    assert message_of(districts, "missing_name").endswith("rows 2")
    assert message_of(districts, "municipality_missing").endswith("rows 4")
    assert read_school_districts(tmp_path / "layer.geojson").index.tolist() == ["04999-架空小学校", "空想小学校"]


def test_a_ring_that_crosses_itself_is_mended_only_to_unite(tmp_path: Path) -> None:
    """A bow tie alone stays as it is, for the checks to name; as a part of a school it is mended, and recorded."""
    bow = Polygon([(141, 38.7), (141.01, 38.71), (141.01, 38.7), (141, 38.71)])
    rows = WITHOUT_CODES[:3]
    layer(IN_2010, rows, [bow, SHAPES[1], SHAPES[2]]).to_file(tmp_path / "layer.geojson")
    districts = read_school_districts(tmp_path / "layer.geojson")
    assert districts.geometry.is_valid.all()
    assert "架空小学校" in message_of(districts, "shape_mended")
    layer(IN_2010, rows[1:], [bow, SHAPES[2]]).to_file(tmp_path / "alone.geojson")
    assert not read_school_districts(tmp_path / "alone.geojson").geometry.is_valid.iloc[0]


def test_what_parts_do_not_agree_on_is_left_empty(tmp_path: Path) -> None:
    """The file's own column 備考 differs between the parts of 架空小学校: empty, and recorded; elsewhere it stays."""
    table = town("2021 on")
    table["備考"] = ["甲", "乙", "丙", "丁"]
    table.to_file(tmp_path / "layer.geojson")
    districts = read_school_districts(tmp_path / "layer.geojson", "04999")
    assert districts["備考"].isna().tolist() == [True, False]
    assert "備考 of 架空小学校" in message_of(districts, "values_differ")


def test_another_layer_is_refused_with_its_columns(tmp_path: Path) -> None:
    """A file without these columns, or one without a CRS, is no district layer; the message says what to do."""
    layer(("名称",), [("架空",)], SHAPES[:1]).to_file(tmp_path / "other.geojson")
    with pytest.raises(SourceError, match=r"no layout known here .*2010: A27_005.*Columns found: 名称 \(架空\)"):
        read_school_districts(tmp_path / "other.geojson")
    write_shapefile(town("2010"), tmp_path / "bare.shp", prj=False)
    with pytest.raises(SourceError, match=r"give it with crs=: EPSG:6668"):
        read_school_districts(tmp_path / "bare.shp")
    assert read_school_districts(tmp_path / "bare.shp", crs=JGD2000).crs == JGD2000


def test_every_kind_of_record_has_japanese_words() -> None:
    """The workbook can name what these readers note."""
    noted = {"layer_chosen", "other_municipality", "municipality_missing", "values_differ", "shape_mended", "same_id"}
    assert noted <= set(PROBLEM_KINDS)


@given(
    drawn=st.lists(
        st.tuples(
            st.sampled_from(["04999", "04998", None]),
            st.sampled_from(["架空小学校", "見本小学校", None]),
            st.sampled_from(["架空1", None]),
            st.booleans(),
        ),
        min_size=1,
        max_size=8,
    ).filter(lambda rows: any(code and name and shape for code, name, _, shape in rows))
)
def test_no_area_is_lost_without_a_record(drawn: list[tuple[str | None, str | None, str | None, bool]]) -> None:
    """Squares side by side: the area read is that of the rows with name and shape, and the rest is recorded."""
    rows = [(code, "", name, address) for code, name, address, _ in drawn]
    shapes = [square(place) if there else None for place, (*_, there) in enumerate(drawn)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layer.geojson"
        layer(IN_2010, [("04997", "", "空想小学校", "9"), *rows], [square(20), *shapes]).to_file(path)
        districts = read_school_districts(path)
    kept = [
        shape for (_, name, _, _), shape in zip(drawn, shapes, strict=True) if name is not None and shape is not None
    ]
    assert shapely.area(districts.geometry.to_numpy()).sum() == pytest.approx((len(kept) + 1) * 0.0001)
    assert districts.index.is_unique
    assert ("no_shape" in kinds(districts)) == (None in shapes)
    nameless = any(name is None and there for _, name, _, there in drawn)
    assert ("missing_name" in kinds(districts)) == nameless
