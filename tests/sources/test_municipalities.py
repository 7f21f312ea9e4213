"""Outlines of the national layer N03: all parts of a municipality, wards, and years when codes meant several towns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import shapely

from kurihara_geo.errors import SourceError
from kurihara_geo.sources import read_municipality
from tests.sources.portal import JGD2000, kinds, layer, message_of, pack, square, write_shapefile

if TYPE_CHECKING:
    from pathlib import Path

MODERN = ("N03_001", "N03_002", "N03_003", "N03_004", "N03_007")
FROM_2024 = ("N03_001", "N03_002", "N03_003", "N03_004", "N03_005", "N03_007")
HISTORICAL = ("N03_001", "N03_002", "N03_003", "N03_004", "N03_005", "N03_006", "N03_007")
# 架空市 and its island (row 1), 見本町, and land of nobody.
ROWS = [
    ("架空県", None, None, "架空市", "04999"),
    ("架空県", None, None, "架空市", "04999"),
    ("架空県", None, "見本郡", "見本町", "04998"),
    ("架空県", None, None, "所属未定地", None),
]
SHAPES = [square(0), square(0, row=5), square(1), square(2)]


def test_an_outline_is_one_row_with_its_islands(tmp_path: Path) -> None:
    """架空市 is two squares apart; land of no municipality and the next town are recorded."""
    path = pack(tmp_path, "N03-23_04", {"N03-23_04_230101": layer(MODERN, ROWS, SHAPES)}, geojson=True)
    outline = read_municipality(path, "04999")
    assert outline.index.tolist() == ["04999"]
    assert outline.index.name == "municipality_code"
    assert outline[["name", "prefecture", "county"]].to_numpy().tolist() == [["架空市", "架空県", None]]
    assert outline.geometry.iloc[0].equals(shapely.union_all(SHAPES[:2]))
    assert kinds(outline) == [
        "format_chosen",
        "encoding_guessed",
        "municipality_missing",
        "other_municipality",
        "parts_dissolved",
    ]


def test_several_municipalities_are_several_rows(tmp_path: Path) -> None:
    """Codes asked for together come in the file's order, each with its county."""
    layer(MODERN, ROWS, SHAPES).to_file(tmp_path / "n03.geojson")
    outline = read_municipality(tmp_path / "n03.geojson", ["04998", "04999"])
    assert outline["name"].tolist() == ["架空市", "見本町"]
    assert outline["county"].tolist() == [None, "見本郡"]


def test_a_ward_is_called_by_its_city_too(tmp_path: Path) -> None:
    """From 2024 on the ward stands in a column of its own; the zip packs the prefecture beside."""
    rows = [("架空県", None, None, "架空市", "北区", "04101"), ("架空県", None, None, "見本市", None, "04997")]
    table = layer(FROM_2024, rows, SHAPES[:2])
    prefecture = layer(("N03_001",), [("架空県",)], [square(0)])
    path = pack(tmp_path, "N03-20240101_04", {"N03-20240101_04": table, "N03-20240101_04_prefecture": prefecture})
    outline = read_municipality(path, ["04101", "04997"])
    assert outline["name"].tolist() == ["架空市北区", "見本市"]
    assert outline.attrs["source"]["edition"] == "2024 on"
    assert "N03-20240101_04_prefecture" in message_of(outline, "layer_chosen")


def test_a_historical_edition_has_dates_and_no_crs(tmp_path: Path) -> None:
    """Of 1950: without .prj the CRS must be said; the dates of each town come along."""
    rows = [
        ("架空県", None, "見本郡", "甲村", "1947-05-03", "1955-03-31", "04501"),
        ("架空県", None, "見本郡", "乙村", "1947-05-03", "1954-06-30", "04502"),
    ]
    path = write_shapefile(layer(HISTORICAL, rows, SHAPES[:2], JGD2000), tmp_path / "N03-50.shp", prj=False)
    with pytest.raises(SourceError, match="does not say its CRS"):
        read_municipality(path, "04501")
    outline = read_municipality(path, ["04501", "04502"], crs=JGD2000)
    assert outline["name"].tolist() == ["甲村", "乙村"]
    assert outline["begins"].str[:4].tolist() == ["1947", "1947"]
    assert outline["ends"].str[:4].tolist() == ["1955", "1954"]
    assert outline.attrs["source"]["edition"] == "historical"


def test_one_code_for_two_towns_is_asked_back(tmp_path: Path) -> None:
    """04501 is 甲村 and 乙村 there: both are named, nothing is united, and name= chooses."""
    rows = [
        ("架空県", None, "見本郡", "甲村", "1947-05-03", None, "04501"),
        ("架空県", None, "見本郡", "乙村", "1947-05-03", None, "04501"),
    ]
    layer(HISTORICAL, rows, SHAPES[:2]).to_file(tmp_path / "n03.geojson")
    with pytest.raises(SourceError, match=r"04501: 甲村 .*; 乙村 .*") as caught:
        read_municipality(tmp_path / "n03.geojson", "04501")
    assert "choose with name=" in str(caught.value)
    outline = read_municipality(tmp_path / "n03.geojson", "04501", name="乙村")
    assert outline.geometry.iloc[0].equals(SHAPES[1])
    with pytest.raises(SourceError, match="called '丙村'; found: 甲村, 乙村"):
        read_municipality(tmp_path / "n03.geojson", "04501", name="丙村")


def test_a_code_that_is_not_there_gives_those_found(tmp_path: Path) -> None:
    """Every missing code is named, beside the codes of the file."""
    layer(MODERN, ROWS, SHAPES).to_file(tmp_path / "n03.geojson")
    with pytest.raises(SourceError, match="municipality 04213, 04214; codes found: 04998, 04999"):
        read_municipality(tmp_path / "n03.geojson", ["04213", "04999", "04214"])
