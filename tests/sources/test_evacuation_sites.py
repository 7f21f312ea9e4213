"""Evacuation sites as published: hazards as yes or no, and every row that cannot be right named at once."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from kurihara_geo.errors import SourceError
from kurihara_geo.sources import read_evacuation_sites
from tests.sources.portal import message_of

if TYPE_CHECKING:
    from pathlib import Path

HAZARDS = ["洪水", "崖崩れ、土石流及び地滑り", "高潮", "地震", "津波", "大規模な火事", "内水氾濫", "火山現象"]
HEADINGS = [
    "NO",
    "共通ID",
    "都道府県名及び市町村名",
    "施設・場所名",
    "住所",
    *HAZARDS,
    "指定避難所との住所同一",
    "緯度",
    "経度",
    "備考",
]


def site(number: int, name: str, *hazards: str, lat: str = "38.7", lon: str = "141.0", **other: str) -> dict[str, str]:
    """Make a row; the hazards named are those the site is for."""
    row = {"NO": str(number), "共通ID": f"E04999{number:05d}", "都道府県名及び市町村名": "架空県架空市"}
    row |= {"施設・場所名": name, "住所": f"架空{number}", "緯度": lat, "経度": lon}
    return row | dict.fromkeys(hazards, "1") | other


def write(folder: Path, *rows: dict[str, str], headings: list[str] | None = None) -> Path:
    """Write the list as the authority does: UTF-8 with a mark, texts quoted where they need it."""
    text = io.StringIO()
    writer = csv.DictWriter(text, headings or HEADINGS, restval="")
    writer.writeheader()
    writer.writerows(rows)
    path = folder / "04999_2.csv"
    path.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
    return path


def test_hazards_become_flags(tmp_path: Path) -> None:
    """1 says yes, an empty cell no; ids and places stand as in the file."""
    rows = (site(1, "見本公民館", "洪水", "地震", 指定避難所との住所同一="1"), site(2, "架空集会所", "火山現象"))
    sites = read_evacuation_sites(write(tmp_path, *rows))
    assert sites.index.tolist() == ["E0499900001", "E0499900002"]
    assert sites.index.name == "hall_id"
    assert sites["name"].tolist() == ["見本公民館", "架空集会所"]
    assert sites["shelter_flood"].tolist() == [True, False]
    assert sites["shelter_earthquake"].tolist() == [True, False]
    assert sites["shelter_volcano"].tolist() == [False, True]
    assert sites["same_address_as_shelter"].tolist() == [True, False]
    flags = [column for column in sites.columns if column.startswith("shelter_")]
    assert len(flags) == 8
    assert sites[flags].to_numpy().sum() == 3
    assert sites.geometry.iloc[0].coords[0] == (141.0, 38.7)
    assert sites["NO"].tolist() == ["1", "2"]


def test_line_breaks_within_a_cell_are_no_rows(tmp_path: Path) -> None:
    """A note of two lines and a name of two lines stay one row each; the rows are recorded."""
    rows = (
        site(1, "見本\n公民館", 備考="北側から\n入る"),
        site(2, "架空集会所"),
    )
    sites = read_evacuation_sites(write(tmp_path, *rows))
    assert sites["name"].tolist() == ["見本 公民館", "架空集会所"]
    assert sites["備考"].tolist() == ["北側から 入る", None]
    assert message_of(sites, "lines_joined").endswith("rows 2")


def test_everything_wrong_is_named_at_once(tmp_path: Path) -> None:
    """A repeated id, an empty id, a flag that is none, and three places: all in one error, with their rows."""
    rows = (
        site(1, "見本公民館"),
        site(1, "架空集会所"),
        site(2, "空想会館", 共通ID=""),
        site(3, "幻会館", 洪水="有"),
        site(4, "逆会館", lat="141.0", lon="38.7"),
        site(5, "無会館", lat="0", lon="0"),
        site(6, "文字会館", lat="北緯38度"),
    )
    with pytest.raises(SourceError) as caught:
        read_evacuation_sites(write(tmp_path, *rows))
    found = [(problem.kind, problem.name, problem.message.split(":")[0]) for problem in caught.value.problems]
    assert found == [
        ("duplicate_id", "架空集会所", "row 3"),
        ("missing_id", "空想会館", "row 4"),
        ("bad_flag", "幻会館", "row 5"),
        ("bad_coordinate", "逆会館", "row 6"),
        ("bad_coordinate", "無会館", "row 7"),
        ("bad_coordinate", "文字会館", "row 8"),
    ]
    assert "stand in each other's column" in str(caught.value)


def test_sites_without_a_place_are_left_out_by_name(tmp_path: Path) -> None:
    """Nobody entered the place of 無会館, as in lists of facilities: the others are read, and it is recorded."""
    sites = read_evacuation_sites(write(tmp_path, site(1, "見本公民館"), site(2, "無会館", lat="", lon="")))
    assert sites["name"].tolist() == ["見本公民館"]
    assert [(note["kind"], note["name"]) for note in sites.attrs["records"]] == [("no_place", "無会館")]


def test_wrong_places_may_be_left_out_and_swapped_ones_exchanged(tmp_path: Path) -> None:
    """Asked to, the reader goes on without 零会館 and puts 逆会館 where it belongs, and says both."""
    path = write(
        tmp_path,
        site(1, "見本公民館"),
        site(2, "零会館", lat="0", lon="0"),
        site(3, "逆会館", lat="141.0", lon="38.7"),
    )
    sites = read_evacuation_sites(path, swap_axes=True, skip_unplaced=True)
    assert sites["name"].tolist() == ["見本公民館", "逆会館"]
    assert [point.coords[0] for point in sites.geometry] == [(141.0, 38.7)] * 2
    notes = [(note["kind"], note["name"]) for note in sites.attrs["records"]]
    assert notes == [("no_place", "零会館"), ("axes_swapped", "逆会館")]
    with pytest.raises(SourceError, match="逆会館"):
        read_evacuation_sites(path, skip_unplaced=True)


def test_a_file_without_hazards_is_refused(tmp_path: Path) -> None:
    """A missing column is no row of empty cells: nothing is taken for 'no'."""
    headings = [heading for heading in HEADINGS if heading != "津波"]
    with pytest.raises(SourceError, match="'shelter_tsunami'"):
        read_evacuation_sites(write(tmp_path, site(1, "見本公民館"), headings=headings))
