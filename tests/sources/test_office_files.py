"""The office files of ``tests/data/offices``: each gives the right table, or one message that says what to do."""

from __future__ import annotations

import csv
import datetime as dt
import io
import runpy
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely

from kurihara_geo.associations import build_associations
from kurihara_geo.columns import HOUSEHOLD_KINDS, PROBLEM_KINDS
from kurihara_geo.errors import AssociationsError, SourceError
from kurihara_geo.sources.households import read_households

DATA = Path(__file__).parents[1] / "data"
OFFICES = DATA / "offices"
HIDDEN = "a suppressed number"


@dataclass(frozen=True)
class Right:
    """What a file holds, read off it by eye.

    Parameters
    ----------
    households, names, ids
        The columns; ``HIDDEN`` for a suppressed number, empty where there are no ids.
    headings_end
        The last row of headings, or of labels on a sheet on its side (a column); one for each sheet read.
    notes
        How often each kind of record is there, rows left out and filled towns apart.
    dropped
        Rows left out.
    """

    households: list[object]
    names: list[str]
    headings_end: dict[str, int]
    dropped: int = 0
    ids: list[str | None] = field(default_factory=list)
    as_of: str = ""
    kind: str = ""
    columns: dict[str, list[object]] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)


UP_DOWN = ["架空上", "架空下"]
RIGHT: dict[str, Right] = {
    "01_two_row_headings.xlsx": Right(
        [48, 1234, 1000, 31],
        ["架空一区", "架空二区", "見本一区", "見本二区"],
        {"R6.3": 4},
        dropped=4,
        ids=["0101", "0102", "0201", "0202"],
        as_of="2024-03-31",
        columns={"former_town": ["架空町", "架空町", "見本町", "見本町"], "population": [126, 3100, 2450, 65]},
        notes={"filled_downwards": 1, "text_number": 1, "foreigners_stated": 1},
    ),
    "02_town_in_first_row.csv": Right(
        [36, 52, 71, 49],
        ["架空上", "架空下", "見本上", "見本下"],
        {"": 2},
        dropped=3,
        ids=["1", "2", "3", "4"],
        as_of="2024-03-31",
        columns={"former_town": ["架空", "架空", "見本", "見本"]},
        notes={"filled_downwards": 1, "encoding_guessed": 1},
    ),
    "03_three_row_headings.xlsx": Right(
        [55, 38],
        ["架空一区", "見本一区"],
        {"推移": 3},
        dropped=1,
        columns={
            "households_2020": [60, 40],
            "households_2025": [55, 38],
            "population": [137, 83],
            "population_2020": [150, 90],
            "令和7年 人口 女": [72, 42],
        },
    ),
    "04_years_side_by_side.csv": Right(
        [64, 30],
        ["架空東", "架空西"],
        {"": 1},
        dropped=1,
        ids=["001", "002"],
        columns={"households_2020": [70, 33], "households_2025": [64, 30], "households_2040": [41, 18]},
    ),
    "05_years_above.csv": Right(
        [55, 38],
        ["架空一区", "見本一区"],
        {"": 2},
        as_of="2024-04-01",
        columns={"households_2019": [60, 40], "population": [137, 83], "population_2019": [150, 90]},
    ),
    "07_members.csv": Right(
        [51, 40], ["架空町内会", "見本町内会"], {"": 1}, kind="member", notes={"encoding_guessed": 1}
    ),
    "08_census.xlsx": Right([60, 40], ["架空", "見本"], {"表1": 3}, as_of="2020-10-01", kind="census"),
    "09_totals_above.xlsx": Right(
        [36, 52, 71, 49],
        ["架空上", "架空下", "見本上", "見本下"],
        {"一覧": 1},
        dropped=3,
        columns={"former_town": ["架空", "架空", "見本", "見本"]},
        notes={"filled_downwards": 1},
    ),
    "10_town_rows.csv": Right(
        [36, 52, 71],
        ["架空上", "架空下", "見本上"],
        {"": 1},
        dropped=10,
        kind="register",
        columns={"former_town": ["架空町", "架空町", "見本町"]},
    ),
    "11_wrong_totals.xlsx": Right(
        [36, 52, 71],
        ["架空上", "架空下", "見本上"],
        {"一覧": 1},
        dropped=3,
        columns={"former_town": ["架空町", "架空町", "見本町"]},
        notes={"total_mismatch": 2, "sexes_mismatch": 1},
    ),
    "12_on_its_side.xlsx": Right(
        [36, 52, 71, 49],
        ["架空町一", "架空町二", "見本町一", "見本町二"],
        {"年齢別": 2},
        dropped=4,
        as_of="2024-04-01",
        columns={
            "校区": ["架空校区", "架空校区", "見本校区", "見本校区"],
            "population": [85, 121, 170, 105],
            "人口 男": [40, 60, 80, 50],
            "0～4歳": [3, 5, 6, 2],
        },
        notes={"sheet_turned": 1, "filled_downwards": 1},
    ),
    "13_on_its_side.csv": Right(
        [36, 52, 71],
        ["架空町一", "架空町二", "見本町一"],
        {"": 1},
        dropped=2,
        as_of="2024-04-01",
        kind="register",
        columns={"学区": ["架空学区", "架空学区", "見本学区"], "population": [85, 121, 170]},
        notes={"sheet_turned": 1, "filled_downwards": 1, "encoding_guessed": 1},
    ),
    "14_sheet_a_town.xlsx": Right(
        [36, 52, 71, 49, 20],
        ["架空1区", "架空2区", "見本1区", "見本2区", "見本3区"],
        {"架空町": 2, "見本町": 2},
        dropped=2,
        as_of="2024-03-31",
        columns={"former_town": ["架空町", "架空町", "見本町", "見本町", "見本町"]},
        notes={"sheets_stacked": 1, "hidden_sheet": 1, "sheet_not_read": 1},
    ),
    "16_hidden.xlsx": Right(
        [36, 52], UP_DOWN, {"一覧": 1}, dropped=1, columns={"班数": [4, 5]}, notes={"hidden_row": 1, "hidden_column": 1}
    ),
    "17_unicode_text.txt": Right(
        [1036, 2052], UP_DOWN, {"": 1}, columns={"population": [2085, 4121]}, notes={"text_number": 2}
    ),
    "18_semicolons.csv": Right(
        [1036, 2052], UP_DOWN, {"": 1}, columns={"population": [2085, 4121]}, notes={"text_number": 2}
    ),
    "19_open_data.csv": Right(
        [36, 52], UP_DOWN, {"": 1}, ids=["0001", "0002"], as_of="2024-04-01", columns={"population": [85, 121]}
    ),
    "20_suppressed.csv": Right(
        [36, HIDDEN, HIDDEN, 0, 0, None, HIDDEN],
        ["架空一", "架空二", "架空三", "架空四", "架空五", "架空六", "架空七"],
        {"": 1},
        dropped=1,
        columns={"population": [85, HIDDEN, HIDDEN, 0, 0, None, 12]},
        notes={"total_with_suppressed": 2, "suppressed": 5, "dash_read_as_zero": 2, "not_known": 2},
    ),
    "21_units_and_marks.xlsx": Right(
        [36, 45, 52, 20],
        ["架空①", "架空②", "見本区", "見本下"],
        {"一覧": 1},
        dropped=3,
        columns={"population": [1234, 85, 121, 45]},
        notes={"mark_on_name": 1, "unit_in_cell": 2, "mark_in_cell": 2},
    ),
    "22_foreigners.xlsx": Right(
        [38, 52],
        UP_DOWN,
        {"一覧": 3},
        dropped=2,
        as_of="2024-04-30",
        columns={"population": [90, 121], "世帯数 外国人": [2, 0], "世帯数 日本人": [36, 52]},
        notes={"foreigners_apart": 1, "foreigners_stated": 1},
    ),
    "23_facilities.csv": Right(
        [36, 80, 50], ["架空上", "見本苑（施設入所）", "特別養護老人ホーム架空荘"], {"": 1}, notes={"facility_row": 1}
    ),
    "24_serial_date.xlsx": Right(
        [36, 52], ["架空上", "2024-01-02 00:00:00"], {"一覧": 2}, as_of="2024-03-31", notes={"text_became_date": 1}
    ),
    "26_formulas_with_values.xlsx": Right([36, 52], UP_DOWN, {"一覧": 1}, dropped=1),
    "28_merged_ids.xlsx": Right(
        [36, 52, 71, None],
        ["架空上", "架空下", "見本上", "見本下"],
        {"一覧": 1},
        dropped=1,
        ids=["001", None, "003", "004"],
        notes={"merged_cell_shared": 2},
    ),
    "29_ids_shown_with_zeros.xlsx": Right([36, 52], UP_DOWN, {"一覧": 1}, ids=["001", "002"], notes={"id_as_shown": 1}),
    "30_zeros_lost.xlsx": Right(
        [36, 52, 7],
        ["架空上", "架空下", "見本"],
        {"一覧": 1},
        ids=["0101", "102", "0201"],
        notes={"leading_zero_lost": 1},
    ),
    "31_two_days.csv": Right([36, 52], UP_DOWN, {"": 2}, notes={"date_in_doubt": 1}),
    "33_everything.xlsx": Right(
        [36, 52, HIDDEN, 1071, 0],
        ["架空一区", "架空二区", "架空三区", "見本一区", "見本二区（施設入所）"],
        {"調べ": 4},
        dropped=4,
        ids=["０１", "０２", "０３", "１１", "１２"],
        as_of="2024-03-31",
        kind="register",
        columns={
            "former_town": ["架空", "架空", "架空", "見本", "見本"],
            "population": [85, 121, HIDDEN, 2370, 0],
        },
        notes={
            "filled_downwards": 1,
            "total_with_suppressed": 8,  # two totals of households, people, men and women
            "mark_on_name": 1,
            "facility_row": 1,
            "text_number": 1,
            "suppressed": 2,
            "unit_in_cell": 1,
            "dash_read_as_zero": 1,
            "foreigners_stated": 1,
        },
    ),
}

REFUSED: dict[str, str] = {
    "06_two_kinds.csv": (
        "households of several kinds stand side by side and are never mixed: "
        "'住民基本台帳世帯数' (register, 住民基本台帳の世帯); '自治会加入世帯数' (member, 加入世帯). "
        "Choose with households_kind= or households_column=."
    ),
    "15_sheet_a_year.xlsx": "several sheets hold such a table (令和5年, 令和6年); choose with sheet=.",
    "25_formulas_without_values.xlsx": (
        "some cells hold no value:\n"
        "  - formula_not_calculated: 架空上: row 2, '世帯数' is a formula without a stored value "
        "-> Open the file in Excel, save it there, and read it again.\n"
        "  - formula_not_calculated: 見本上: row 4, '世帯数' is a formula without a stored value "
        "-> Open the file in Excel, save it there, and read it again."
    ),
    "27_error_cells.xlsx": (
        "some cells hold no value:\n"
        "  - error_cell: 架空上: row 2, '世帯数' shows #REF! "
        "-> Repair the formula in Excel, and save the file there.\n"
        "  - error_cell: #N/A: row 3, '行政区名' shows #N/A "
        "-> Repair the formula in Excel, and save the file there."
    ),
    "32_old_excel.xls": "this is an old Excel file (.xls) or one with a password; save it as .xlsx or CSV.",
}


def plain(values: list[object]) -> list[object]:
    """Give values that can be compared: a suppressed number as ``HIDDEN``."""
    return [HIDDEN if value is pd.NA else value for value in values]


def notes_of(table: pd.DataFrame) -> Counter[str]:
    """Count the kinds of what the reader noted."""
    return Counter(note["kind"] for note in table.attrs["records"])


def dropped(table: pd.DataFrame) -> int:
    """Count the rows left out, as recorded."""
    return sum(count for kind, count in notes_of(table).items() if kind.endswith("_row_dropped"))


def cells_of(path: Path) -> dict[str, list[list[Any]]]:
    """Read a file's cells, sheet by sheet, with nothing but the libraries."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, data_only=True)
        return {page.title: [list(row) for row in page.iter_rows(values_only=True)] for page in book}
    content = path.read_bytes()
    for encoding in ("utf-16",) if path.suffix == ".txt" else ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        mark = {"txt": "\t"}.get(path.suffix[1:], ";" if "semicolons" in path.name else ",")
        return {"": [[cell or None for cell in row] for row in csv.reader(io.StringIO(text), delimiter=mark)]}
    raise AssertionError(path)


def count_below(path: Path, right: Right, *, turned: bool) -> int:
    """Count the rows (or columns) with anything in them below the headings."""
    count = 0
    for title, end in right.headings_end.items():
        rows = cells_of(path)[title]
        if turned:
            lone = [row for row in rows if sum(cell is not None for cell in row) == 1]
            count += sum(row[0] is not None and str(row[0]).startswith("※") for row in lone)
            wide = [row for row in rows if row not in lone]
            rows = [list(column) for column in zip(*wide, strict=True)]
        count += sum(any(cell is not None for cell in row) for row in rows[end:])
    return count


@pytest.mark.parametrize("name", RIGHT)
def test_a_file_gives_the_right_table(name: str) -> None:
    """Names, ids, counts, day, kind and towns are those of the file, and nothing unforeseen was noted."""
    right = RIGHT[name]

    table = read_households(OFFICES / name)

    assert plain(table["households"].tolist()) == right.households
    assert table["name"].tolist() == right.names
    assert (table["association_id"].tolist() if "association_id" in table else []) == right.ids
    assert table.attrs["source"].get("as_of", "") == right.as_of
    assert ("households_kind" in table) == bool(right.kind)
    assert not right.kind or set(table["households_kind"]) == {right.kind}
    assert {column: plain(table[column].tolist()) for column in right.columns} == right.columns
    unforeseen = {kind: count for kind, count in notes_of(table).items() if not kind.endswith("_row_dropped")}
    assert unforeseen == right.notes
    assert dropped(table) == right.dropped


@pytest.mark.parametrize("name", RIGHT)
def test_no_row_disappears_without_a_record(name: str) -> None:
    """Rows read and rows recorded as left out are all the rows with anything in them."""
    table = read_households(OFFICES / name)
    turned = "sheet_turned" in notes_of(table)

    assert len(table) + dropped(table) == count_below(OFFICES / name, RIGHT[name], turned=turned)


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_read_says_what_to_do(name: str) -> None:
    """The message is the whole message, to the letter."""
    with pytest.raises(SourceError) as raised:
        read_households(OFFICES / name)

    assert str(raised.value) == f"{OFFICES / name}: {REFUSED[name]}"


def sheets_in(content: bytes) -> dict[str, bytes]:
    """Give a workbook's sheets, which no version of a library stamps; any other file whole."""
    if not content.startswith(b"PK"):
        return {"": content}
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist() if name.startswith("xl/worksheets/")}


def test_every_file_is_tried_and_made_by_the_script() -> None:
    """The folder holds what the script makes, and each file has its expectation."""
    made = runpy.run_path(str(DATA / "make_offices.py"))["FILES"]
    there = {path.name: path.read_bytes() for path in OFFICES.iterdir()}
    again = {name: (maker(), maker()) for name, maker in made.items()}

    assert set(there) == set(RIGHT) | set(REFUSED)
    assert all(first == second for first, second in again.values())
    assert {name: sheets_in(first) for name, (first, _) in again.items()} == {
        name: sheets_in(content) for name, content in there.items()
    }


def test_every_record_has_a_japanese_name() -> None:
    """What the reader notes can be read in the workbook."""
    kinds = {kind for name in RIGHT for kind in notes_of(read_households(OFFICES / name))}

    assert kinds - set(PROBLEM_KINDS) == set()


def test_wrong_totals_are_named_with_their_town() -> None:
    """架空町計 says 90 where 36 and 52 are 88; 合計 says 161 where the rows are 159; 60 and 61 are not 120."""
    notes = read_households(OFFICES / "11_wrong_totals.xlsx").attrs["records"]
    town, whole = [note for note in notes if note["kind"] == "total_mismatch"]
    (sexes,) = [note["message"] for note in notes if note["kind"] == "sexes_mismatch"]

    assert town["name"] == "架空町"
    assert town["message"] == "架空町計 in row 4 says 90 households, the rows add up to 88"
    assert whole["message"] == "合計 in row 7 says 161 households, the rows add up to 159"
    assert "60 + 61 is not 120" in sexes


def test_a_total_says_what_the_suppressed_ones_are_together() -> None:
    """45 in all less 36 known ones: 9 are hidden."""
    notes = read_households(OFFICES / "20_suppressed.csv").attrs["records"]
    found = [note for note in notes if note["kind"] == "total_with_suppressed"]
    named = {note["name"] for note in notes if note["kind"] == "suppressed" and "'households'" in note["message"]}

    assert "must be 9 together" in found[0]["message"]
    assert named == {"架空二", "架空三", "架空七"}


@pytest.mark.parametrize(("kind", "right"), [("register", [60, 40]), ("member", [51, 40])])
def test_the_planner_chooses_between_kinds(kind: str, right: list[int]) -> None:
    """With the kind named, it is today's households, and the other is a column of its own."""
    table = read_households(OFFICES / "06_two_kinds.csv", households_kind=kind)
    (other,) = {"register", "member"} - {kind}

    assert table["households"].tolist() == right
    assert set(table["households_kind"]) == {kind}
    assert table[f"households_{other}"].tolist() == ([51, 40] if kind == "register" else [60, 40])


def test_a_column_named_by_the_planner_settles_the_kind() -> None:
    """households_column= chooses as well, and its heading says the kind."""
    table = read_households(OFFICES / "06_two_kinds.csv", households_column="自治会加入世帯数")

    assert table["households"].tolist() == [51, 40]
    assert set(table["households_kind"]) == {"member"}


def test_a_kind_that_is_not_there_is_refused() -> None:
    """Members are no register; a word that is no kind is answered with those there are."""
    with pytest.raises(
        SourceError, match=r"no column holds households of the kind 'register'.*'加入世帯数' \(member\)"
    ):
        read_households(OFFICES / "07_members.csv", households_kind="register")
    with pytest.raises(SourceError, match=", ".join(HOUSEHOLD_KINDS)):
        read_households(OFFICES / "07_members.csv", households_kind="members")


def test_the_planner_takes_an_older_year() -> None:
    """households_column= names the year to take; the other stays beside it."""
    table = read_households(OFFICES / "04_years_side_by_side.csv", households_column="令和2年 世帯数")

    assert table["households"].tolist() == [70, 33]
    assert table["households_2025"].tolist() == [64, 30]


def test_one_sheet_of_several_can_be_read() -> None:
    """sheet= reads one town, or the hidden sheet; sheets of years are no list even if all are asked for."""
    path = OFFICES / "14_sheet_a_town.xlsx"

    assert read_households(path, sheet="見本町")["households"].tolist() == [71, 49, 20]
    assert read_households(path, sheet="昨年")["households"].tolist() == [40]
    assert len(read_households(path, sheet="all")) == 5
    assert read_households(OFFICES / "15_sheet_a_year.xlsx", sheet="令和6年")["households"].tolist() == [36]


def make_book(folder: Path, sheets: dict[str, list[list[object]]]) -> Path:
    """Write sheets to a workbook."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
    path = folder / "offices.xlsx"
    book.save(path)
    return path


def test_an_id_on_two_sheets_is_refused(tmp_path: Path) -> None:
    """All sheets were asked for, and 001 stands on both: the message names it with its sheets."""
    pages: dict[str, list[list[object]]] = {
        town: [["行政区コード", "行政区名", "世帯数"], ["001", town, 36]] for town in ("架空", "見本")
    }

    with pytest.raises(SourceError, match=r"1 ids or names stand on two sheets: 001 \(架空, 見本\)"):
        read_households(make_book(tmp_path, pages), sheet="all")


def test_sheets_of_other_layouts_are_asked_back(tmp_path: Path) -> None:
    """A sheet with more columns is no part of the same list, unless the planner says so."""
    path = make_book(
        tmp_path,
        {"架空": [["行政区名", "世帯数"], ["上", 36]], "見本": [["行政区名", "世帯数", "人口"], ["下", 52, 120]]},
    )

    with pytest.raises(SourceError, match=r'several sheets.*架空, 見本.*sheet="all"'):
        read_households(path)
    assert read_households(path, sheet="all")["population"].tolist() == [None, 120]


def test_a_town_without_a_mark_stands_above_its_rows(tmp_path: Path) -> None:
    """架空地区 alone in a row is a town; where associations are called 地区 themselves, it is one of them."""
    path = tmp_path / "list.csv"
    path.write_text("行政区名,世帯数\n架空地区,\n上,36\n見本地区,\n下,52\n", encoding="utf-8")
    table = read_households(path)
    assert table["former_town"].tolist() == ["架空地区", "見本地区"]

    path.write_text("行政区名,世帯数\n架空地区,36\n見本地区,\n", encoding="utf-8")
    assert read_households(path)["name"].tolist() == ["架空地区", "見本地区"]


def test_years_as_numbers_are_headings_and_a_nameless_total_is_not(tmp_path: Path) -> None:
    """2020 and 2025 under one heading are years; 1950 and 2000 under two headings are counts."""
    path = make_book(
        tmp_path, {"一覧": [["行政区名", "世帯数", None], [None, 2020, 2025], ["上", 40, 36], ["下", 50, 52]]}
    )
    assert read_households(path)["households_2020"].tolist() == [40, 50]

    path = make_book(tmp_path, {"一覧": [["行政区名", "世帯数", "人口"], [None, 1950, 2000], ["上", 40, 90]]})
    assert read_households(path)["households"].tolist() == [1950, 40]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("令和6年3月31日現在", "2024-03-31"),
        ("令和６年３月３１日　現在", "2024-03-31"),
        ("R6.3.31現在", "2024-03-31"),
        ("Ｒ６．３．３１時点", "2024-03-31"),
        ("平成31年4月30日現在", "2019-04-30"),
        ("令和元年5月1日現在", "2019-05-01"),
        ("H30/12/1現在", "2018-12-01"),
        ("2024年3月31日現在", "2024-03-31"),
        ("2024/3/31現在", "2024-03-31"),
        ("2024-03-31 基準日", "2024-03-31"),
        ("令和6年2月末日現在", "2024-02-29"),
        ("令和6年4月現在", "2024-04"),
        ("作成 令和6年5月1日", "2024-05-01"),
        ("世帯数調べ", ""),
    ],
)
def test_the_day_of_the_count_is_read_as_written(tmp_path: Path, written: str, day: str) -> None:
    """The Japanese and the western calendar, in every spelling, become one date."""
    path = tmp_path / "list.csv"
    path.write_text(f"{written}\n行政区名,世帯数\n架空上,36\n", encoding="utf-8")

    assert read_households(path).attrs["source"].get("as_of", "") == day


def test_a_day_that_is_none_is_noted(tmp_path: Path) -> None:
    """30 February is no day of the count; the record shows it as written."""
    path = tmp_path / "list.csv"
    path.write_text("令和6年2月30日現在\n行政区名,世帯数\n架空上,36\n", encoding="utf-8")

    table = read_households(path)

    (note,) = table.attrs["records"]
    assert note["kind"] == "date_unreadable"
    assert "令和6年2月30日" in note["message"]
    assert "as_of" not in table.attrs["source"]


def test_years_stay_apart_even_if_all_sheets_are_asked_for() -> None:
    """The same names on both sheets are the same associations a year later."""
    with pytest.raises(SourceError, match=r"stand on two sheets: 架空上 \(令和5年, 令和6年\)"):
        read_households(OFFICES / "15_sheet_a_year.xlsx", sheet="all")


def test_totals_of_three_levels_are_each_compared(tmp_path: Path) -> None:
    """学区 within a town within the city: 36 + 52 = 88, 88 + 20 = 108, 108 + 7 = 115; only 109 is wrong."""
    rows = ["地区,行政区名,世帯数", "架空町,上,36", ",下,52", ",小計,88", ",端,20", ",小計,20"]
    rows += ["架空町,計,109", "見本町,上,7", ",小計,7", "見本町,計,7", "総計,,115"]
    path = tmp_path / "list.csv"
    path.write_text("\n".join(rows), encoding="utf-8")

    table = read_households(path)

    wrong = [note for note in table.attrs["records"] if note["kind"] == "total_mismatch"]
    assert [note["message"] for note in wrong] == ["計 in row 7 says 109 households, the rows add up to 108"]
    assert wrong[0]["name"] == "架空町"
    assert table["former_town"].tolist() == ["架空町", "架空町", "架空町", "見本町"]


def test_a_total_without_a_name_is_kept_and_said_to_look_like_one(tmp_path: Path) -> None:
    """88 without a name below 36 and 52: nobody said total, so the row stays and the planner is told."""
    path = tmp_path / "list.csv"
    path.write_text("行政区名,世帯数\n上,36\n下,52\n,88\n", encoding="utf-8")

    table = read_households(path)

    (note,) = table.attrs["records"]
    assert table["households"].tolist() == [36, 52, 88]
    assert note["kind"] == "row_without_name"
    assert "88 households are the sum of rows above" in note["message"]


def test_days_as_headings_are_years(tmp_path: Path) -> None:
    """Date cells under 世帯数 name the years, and the newest is the day of the count."""
    days = [dt.datetime(year, 4, 1) for year in (2020, 2024)]  # noqa: DTZ001 - a spreadsheet knows no time zone
    path = make_book(tmp_path, {"一覧": [["行政区名", "世帯数", None], [None, *days], ["上", 40, 36]]})

    table = read_households(path)

    assert (table["households"].tolist(), table["households_2020"].tolist()) == ([36], [40])
    assert table.attrs["source"]["as_of"] == "2024-04-01"


def test_a_sheet_on_its_side_with_its_day_beside_the_units(tmp_path: Path) -> None:
    """A line of the day and the units above is no row of associations."""
    rows = [
        ["令和6年4月1日現在", "単位：世帯"],
        ["行政区名", "上", "下", "計"],
        ["世帯数", 36, 52, 88],
        ["人口", 90, 120, 210],
    ]

    table = read_households(make_book(tmp_path, {"一覧": rows}))

    assert table["households"].tolist() == [36, 52]
    assert list(table.columns) == ["name", "households", "population"]
    assert table.attrs["source"]["as_of"] == "2024-04-01"


@pytest.mark.parametrize("cut", [100, 600, 1500, 3000, 4500])
def test_a_damaged_workbook_is_one_clear_error(tmp_path: Path, cut: int) -> None:
    """A file cut off on its way, or with bytes changed, is no workbook; the message says what to do."""
    content = bytearray((OFFICES / "01_two_row_headings.xlsx").read_bytes())
    path = tmp_path / "list.xlsx"
    for damaged in (content[:cut], content[:cut] + bytes(40) + content[cut + 40 :]):
        path.write_bytes(damaged)
        try:
            table = read_households(path)
        except SourceError as error:
            assert "save it as .xlsx or CSV" in str(error)  # noqa: PT017 - some bytes do not matter
        else:
            assert table["households"].tolist() == RIGHT["01_two_row_headings.xlsx"].households


def test_a_row_of_remarks_below_the_headings_is_no_heading(tmp_path: Path) -> None:
    """A row without name and figures is kept and noted; only a row that divides headings is one of them."""
    path = tmp_path / "list.csv"
    path.write_text("旧町村,行政区名,世帯数,備考\n架空町,,,旧役場\n架空町,上,36,\n", encoding="utf-8")

    table = read_households(path)

    assert table["name"].tolist() == [None, "上"]
    assert list(table.columns) == ["name", "households", "former_town", "備考"]
    assert notes_of(table) == {"row_without_name": 1}


def test_a_suppressed_count_never_becomes_a_number_downstream(tmp_path: Path) -> None:
    """Two squares, 上 with 36 households and 下 with X: building the table names 下 as missing, and invents nothing."""
    path = tmp_path / "list.csv"
    path.write_text("行政区名,世帯数\n上,36\n下,X\n", encoding="utf-8")
    squares = gpd.GeoDataFrame(
        {"association_id": ["1", "2"], "name": ["上", "下"]},
        geometry=[shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)],
        crs="EPSG:6678",
    )

    with pytest.raises(AssociationsError) as raised:
        build_associations(squares, read_households(path))

    assert [(fault.kind, fault.name) for fault in raised.value.problems] == [("missing_households", "下")]
