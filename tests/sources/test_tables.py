"""Borders, halls, districts, councils and rules: read back as written, and every bad row named at once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
from shapely.geometry import LineString, Point, box

from kurihara_geo.errors import BordersError, RulesError, SourceError
from kurihara_geo.rules import MergeRules
from kurihara_geo.sources import read_borders, read_councils, read_districts, read_halls, read_rules

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, name: str, text: str) -> Path:
    """Write a text file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_borders_come_back_from_geojson(tmp_path: Path) -> None:
    """What was written is read: ids as text, lengths, reasons, lines."""
    borders = gpd.GeoDataFrame(
        {
            "a": ["001", "001"],
            "b": ["002", "003"],
            "length_m": [120.5, 0.0],
            "kind": ["border", "link"],
            "barred_by": ["", ""],
            "reason": ["", "橋"],
        },
        geometry=[LineString([(141, 38), (141, 38.1)]), LineString([(141, 38), (141.1, 38)])],
        crs="EPSG:4326",
    )
    borders.to_file(tmp_path / "borders.geojson")

    table = read_borders(tmp_path / "borders.geojson")

    assert list(table.columns) == ["a", "b", "length_m", "kind", "barred_by", "reason", "geometry"]
    assert table.drop(columns="geometry").to_dict("list") == borders.drop(columns="geometry").to_dict("list")
    assert table.geometry.geom_equals(borders.geometry).all()


def test_corrections_may_be_typed_into_a_table(tmp_path: Path) -> None:
    """A CSV of pairs needs no geometry; ids keep their zeros and stand in order."""
    path = write(tmp_path, "borders.csv", "a,b,kind,reason\n002,001,link,橋がある\n003,004,,\n")

    table = read_borders(path)

    assert table.to_dict("list") == {
        "a": ["001", "003"],
        "b": ["002", "004"],
        "kind": ["link", "border"],
        "reason": ["橋がある", ""],
        "barred_by": ["", ""],
    }


def test_every_bad_border_is_named(tmp_path: Path) -> None:
    """Missing ids, a border with itself, repeated pairs, unknown kinds and lengths are all in one error."""
    rows = "1,,,\n1,1,,\n1,2,,\n2,1,,\n1,3,river,\n1,4,,-5\n"

    with pytest.raises(BordersError) as caught:
        read_borders(write(tmp_path, "borders.csv", f"a,b,kind,length_m\n{rows}"))
    assert [problem.message.split(":")[0] for problem in caught.value.problems] == [
        "row 2",
        "row 3",
        "row 5",
        "row 6",
        "row 7",
    ]


def test_halls_in_a_table_become_points(tmp_path: Path) -> None:
    """Longitude and latitude are degrees; without ids the unique names serve, and that is noted."""
    path = write(
        tmp_path,
        "halls.csv",
        "施設名,種別,経度,緯度,備考\nまる会館,会館,141.0,38.7,新\nしかく集会所,集会所,141.1,38.8,\n",
    )

    halls = read_halls(path)

    assert halls.index.tolist() == ["まる会館", "しかく集会所"]
    assert halls.index.name == "hall_id"
    assert halls["kind"].tolist() == ["会館", "集会所"]
    assert halls["備考"].tolist() == ["新", None]
    assert halls.crs == "EPSG:4326"
    assert halls.geometry.iloc[0].coords[0] == (141.0, 38.7)
    assert [note["kind"] for note in halls.attrs["records"]] == ["id_from_name"]


def test_halls_in_a_vector_file_are_read(tmp_path: Path) -> None:
    """A layer of points with ids gives the same table."""
    points = gpd.GeoDataFrame({"hall_id": ["h1"], "name": ["まる会館"]}, geometry=[Point(141, 38.7)], crs="EPSG:4326")
    points.to_file(tmp_path / "halls.geojson")

    halls = read_halls(tmp_path / "halls.geojson")

    assert halls.index.tolist() == ["h1"]
    assert halls["name"].tolist() == ["まる会館"]


def test_halls_without_a_place_are_named(tmp_path: Path) -> None:
    """Every row whose coordinates are none is in the error."""
    path = write(tmp_path, "halls.csv", "id,name,lon,lat\n1,a,141,38\n2,b,,38\n3,c,東,38\n")

    with pytest.raises(SourceError) as caught:
        read_halls(path)
    assert [problem.kind for problem in caught.value.problems] == ["bad_coordinate"] * 2


def test_halls_of_one_name_need_an_id(tmp_path: Path) -> None:
    """Names that repeat cannot serve as ids."""
    with pytest.raises(SourceError, match="id_column="):
        read_halls(write(tmp_path, "halls.csv", "name,lon,lat\n会館,141,38\n会館,141,38.1\n"))


def test_districts_are_found_by_japanese_headings(tmp_path: Path) -> None:
    """Districts get their ids and names as text."""
    town = gpd.GeoDataFrame(
        {"学区コード": [1, 2], "旧小学校区": ["北", "南"]},
        geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)],
        crs="EPSG:6678",
    )
    town.to_file(tmp_path / "districts.gpkg")

    districts = read_districts(tmp_path / "districts.gpkg")

    assert districts.index.tolist() == ["1", "2"]
    assert districts["name"].tolist() == ["北", "南"]
    assert districts.crs == "EPSG:6678"


def test_councils_are_read_with_japanese_words(tmp_path: Path) -> None:
    """Statuses, dates of either calendar and lists of districts get one form each."""
    path = write(
        tmp_path,
        "councils.csv",
        "協議会コード,コミュニティ推進協議会,状況,設立年月日,対象区域\n"
        "01,まる協議会,設立済,平成26年4月1日,北、南\n02,,未設立,,東\n03,しかく,preparing,2024/5/6,西；中\n",
    )

    councils = read_councils(path)

    assert councils.index.tolist() == ["01", "02", "03"]
    assert councils["name"].tolist() == ["まる協議会", None, "しかく"]
    assert councils["status"].tolist() == ["established", "none", "preparing"]
    assert councils["founded"].tolist() == [dt.date(2014, 4, 1), None, dt.date(2024, 5, 6)]
    assert councils["district_names"].tolist() == ["北;南", "東", "西;中"]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("平成２６年 ４月 １日", dt.date(2014, 4, 1)),
        ("令和元年5月1日(水)", dt.date(2019, 5, 1)),
        ("2021年4月1日（木）", dt.date(2021, 4, 1)),
        ("2021-4-1 00:00:00", dt.date(2021, 4, 1)),
    ],
)
def test_a_date_may_have_spaces_and_the_day_of_the_week(tmp_path: Path, written: str, day: dt.date) -> None:
    """Offices set dates in columns and add the day: the date is the same."""
    heads = "協議会コード,コミュニティ推進協議会,状況,設立年月日,対象区域"
    councils = read_councils(write(tmp_path, "councils.csv", f"{heads}\nC1,架空協議会,設立済,{written},甲;乙\n"))
    assert councils["founded"].tolist() == [day]
    assert councils["district_names"].tolist() == ["甲;乙"]


def test_every_bad_council_is_named(tmp_path: Path) -> None:
    """All faults of the list stand in one error, by row."""
    path = write(
        tmp_path,
        "councils.csv",
        "council_id,name,status,founded,district_names\n1,a,maybe,,北\n1,b,none,someday,南\n,c,none,,\n",
    )

    with pytest.raises(SourceError) as caught:
        read_councils(path)
    assert sorted(problem.kind for problem in caught.value.problems) == [
        "bad_date",
        "bad_status",
        "duplicate_id",
        "missing_id",
        "no_districts",
    ]


def test_rules_come_back_from_toml(tmp_path: Path) -> None:
    """Rules as written are read, with a byte order mark too."""
    rules = MergeRules(min_households=40, keep_within=["旧町村"], max_members=None)
    path = tmp_path / "rules.toml"
    path.write_text(rules.to_toml(), encoding="utf-8-sig")

    assert read_rules(path) == rules


def test_bad_rules_name_their_file(tmp_path: Path) -> None:
    """What is no rule, no TOML or no UTF-8 is an error that names the file."""
    with pytest.raises(RulesError, match=r"rules\.toml.*min_household"):
        read_rules(write(tmp_path, "rules.toml", "min_household = 3\n"))
    with pytest.raises(RulesError, match=r"rules\.toml"):
        read_rules(write(tmp_path, "rules.toml", "min_households 3\n"))
    (tmp_path / "rules.toml").write_bytes("keep_within = ['旧町村']".encode("cp932"))
    with pytest.raises(SourceError, match="UTF-8"):
        read_rules(tmp_path / "rules.toml")
    with pytest.raises(SourceError, match="no such file"):
        read_rules(tmp_path / "none.toml")
