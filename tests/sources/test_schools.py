"""Schools of the national layer P29: the layout of 2013 told from its content, closed schools kept with a flag."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from kurihara_geo.errors import SourceError
from kurihara_geo.sources import read_schools
from tests.sources.portal import JGD2000, kinds, layer, message_of, pack, spot

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

FROM_2021 = tuple(f"P29_00{number}" for number in range(1, 10))
IN_2013 = tuple(f"P29_00{number}" for number in range(1, 8))
ROWS = [
    ("04999", "B104999900001", "16001", "架空小学校", "架空1", 3, 1, None, None),
    ("04999", "B104999900002", "16001", "見本小学校", "見本2", 3, 2, None, "休校"),
    ("04999", "C104999900001", "16002", "架空中学校", "架空3", 3, 0, None, None),
    ("04999", "E104999900001", "16014", "空想学園", "空想4", 3, 1, None, None),
    ("04998", "B104999800001", "16001", "別町小学校", "別町5", 3, 1, None, None),
]


def town() -> gpd.GeoDataFrame:
    """Draw four schools of a city and one of the next town, as from 2021 on."""
    return layer(FROM_2021, ROWS, [spot(place) for place in range(5)])


def town_of_2013() -> gpd.GeoDataFrame:
    """Draw the same schools one column further, without codes of their own."""
    rows = [(place, "16", "16001", kind, name, address, 3) for place, _, kind, name, address, *_ in ROWS]
    return layer(IN_2013, rows, [spot(place) for place in range(5)], JGD2000)


def test_schools_of_a_municipality_are_read(tmp_path: Path) -> None:
    """Code, name, kind and address stand where they should; the zip packs shapefile and GeoJSON."""
    schools = read_schools(pack(tmp_path, "P29-21_04", {"P29-21_04": town()}, geojson=True), "04999")
    assert schools.index.tolist() == ["B104999900001", "B104999900002", "C104999900001", "E104999900001"]
    assert schools.index.name == "school_id"
    assert schools["name"].tolist() == ["架空小学校", "見本小学校", "架空中学校", "空想学園"]
    assert schools["kind"].tolist() == ["小学校", "小学校", "中学校", "義務教育学校"]
    assert schools["address"].tolist() == ["架空1", "見本2", "架空3", "空想4"]
    assert schools["P29_009"].dropna().tolist() == ["休校"]
    assert schools.geometry.iloc[0].equals(spot(0))
    assert schools.attrs["source"]["edition"] == "2021 on"


def test_closed_schools_stay_with_a_flag(tmp_path: Path) -> None:
    """休校区分 2 is closed, 1 is open, 0 says nothing; the closed one is named in a record."""
    town().to_file(tmp_path / "schools.geojson")
    schools = read_schools(tmp_path / "schools.geojson", "04999")
    assert schools["closed"].tolist() == [False, True, pd.NA, False]
    assert "見本小学校" in message_of(schools, "school_closed")


def test_the_layout_of_2013_is_told_by_its_fourth_column(tmp_path: Path) -> None:
    """P29_004 is five digits there: names come from P29_005, ids from municipality and name."""
    town_of_2013().to_file(tmp_path / "schools.geojson")
    schools = read_schools(tmp_path / "schools.geojson", "04999")
    assert schools.index.tolist() == ["04999-架空小学校", "04999-見本小学校", "04999-架空中学校", "04999-空想学園"]
    assert schools["kind"].tolist() == ["小学校", "小学校", "中学校", "義務教育学校"]
    assert schools["address"].tolist() == ["架空1", "見本2", "架空3", "空想4"]
    assert schools["closed"].isna().all()
    assert schools["school_code"].isna().all()
    assert schools.attrs["source"]["edition"] == "2013"
    assert kinds(schools) == ["other_municipality", "id_from_name"]


def test_the_answer_of_the_portals_interface_is_read(tmp_path: Path) -> None:
    """There the columns end in _ja."""
    renamed = town().rename(columns={"P29_004": "P29_004_ja", "P29_005": "P29_005_ja"})
    renamed.to_file(tmp_path / "schools.geojson")
    schools = read_schools(tmp_path / "schools.geojson", "04998")
    assert schools[["name", "address"]].to_numpy().tolist() == [["別町小学校", "別町5"]]
    assert schools.attrs["source"]["edition"] == "API"


@pytest.mark.parametrize(
    ("kind", "names"),
    [("primary", ["架空小学校", "見本小学校", "空想学園"]), ("middle", ["架空中学校", "空想学園"])],
)
def test_one_kind_may_be_chosen(tmp_path: Path, kind: str, names: list[str]) -> None:
    """A 義務教育学校 is both; the others are counted in a record."""
    town().to_file(tmp_path / "schools.geojson")
    schools = read_schools(tmp_path / "schools.geojson", "04999", kind)
    assert schools["name"].tolist() == names
    assert f"{4 - len(names)} schools of other kinds" in message_of(schools, "other_kind")


def test_a_kind_that_is_none_or_not_there_is_refused(tmp_path: Path) -> None:
    """There is no kind high; the next town has no middle school, and the message says what it has."""
    town().to_file(tmp_path / "schools.geojson")
    with pytest.raises(SourceError, match="kind='high' is not known; choose primary or middle"):
        read_schools(tmp_path / "schools.geojson", kind="high")
    with pytest.raises(SourceError, match="no school is 中学校 or 義務教育学校; found: 小学校 1"):
        read_schools(tmp_path / "schools.geojson", "04998", "middle")


def test_unknown_classes_and_repeated_codes_are_recorded(tmp_path: Path) -> None:
    """Class 16099 stays as it is; two campuses under one code are told apart by name."""
    rows = [
        ("04999", "F104999900001", "16099", "架空キャンパス", "架空1", 3, 1, "1", None),
        ("04999", "F104999900001", "16099", "見本キャンパス", "見本2", 3, 1, "2", None),
    ]
    layer(FROM_2021, rows, [spot(0), spot(1)]).to_file(tmp_path / "schools.geojson")
    schools = read_schools(tmp_path / "schools.geojson")
    assert schools["kind"].tolist() == ["16099", "16099"]
    assert schools.index.tolist() == ["F104999900001-架空キャンパス", "F104999900001-見本キャンパス"]
    assert kinds(schools) == ["class_unknown", "same_id"]
