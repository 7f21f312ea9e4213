"""Projected population: five rows of headings, indices beside, codes without their zero, classes of ages kept apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kurihara_geo.errors import SourceError
from kurihara_geo.sources import read_projection
from tests.sources.portal import kinds, message_of

if TYPE_CHECKING:
    from pathlib import Path

YEARS = range(2020, 2051, 5)
PEOPLE = [600, 550, 500, 450, 400, 350, 300]
TITLES = {
    "結果表1　総人口および指数(令和2(2020)年=100とした場合)": ("総人口（人）", "population"),
    "結果表2-1　0～14歳人口および割合": ("０～14歳人口（人）", "population_0_14"),
    "結果表2-2　15～64歳人口および割合": ("15～64歳人口（人）", "population_15_64"),
    "結果表2-3　65歳以上人口および割合": ("65歳以上人口（人）", "population_65_over"),
    "結果表2-4　75歳以上人口および割合": ("75歳以上人口（人）", "population_75_over"),
}
TOTAL = next(iter(TITLES))


def write(folder: Path, *rows: list[Any], title: str = TOTAL, over: str | None = None) -> Path:
    """Write a result table: title, blanks, headings merged over the years, data from row 6, indices beside."""
    book = openpyxl.Workbook()
    sheet = book.active
    heading = TITLES[title][0] if over is None else over
    for row in (
        [title],
        [],
        [],
        ["コード", "市などの別", "都道府県", "市区町村", heading, *[None] * 6, "指数（2020年=100）"],
        [None] * 4 + [f"{year}年" for year in YEARS] * 2,
        *rows,
    ):
        sheet.append(row)
    for area in ("A4:A5", "B4:B5", "C4:C5", "D4:D5", "E4:K4", "L4:R4"):
        sheet.merge_cells(area)
    book.save(folder / "kekkahyo.xlsx")
    return folder / "kekkahyo.xlsx"


def line(code: int, kind: str | int, name: str | None, people: list[Any] | None = None) -> list[Any]:
    """Make a row: the code as a number, people of seven years, indices."""
    counts = PEOPLE if people is None else people
    return [code, kind, "架空県", name, *counts, *[100.0] * 7]


def test_a_municipality_is_chosen_by_its_five_digits(tmp_path: Path) -> None:
    """4999 in the file is 04999; the index columns are left alone, other rows counted."""
    path = write(tmp_path, line(4000, "a", None), line(4999, 2, "架空市"), line(4998, 3, "見本町", [7] * 7))
    table = read_projection(path, "04999")
    assert table.index.tolist() == ["04999"]
    assert table.index.name == "municipality_code"
    columns = ["name", "prefecture", "kind", *[f"population_{year}" for year in YEARS]]
    assert list(table.columns) == columns
    assert table.iloc[0].tolist() == ["架空市", "架空県", "2", *PEOPLE]
    assert table["population_2050"].dtype == "Int64"
    assert table.attrs["source"]["ages"] == "total"
    assert "2 rows of other municipalities" in message_of(table, "other_municipality")
    assert read_projection(path).index.tolist() == ["04000", "04999", "04998"]


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("said", ["heading", "title"])
def test_whose_ages_are_counted_is_in_the_columns(tmp_path: Path, title: str, said: str) -> None:
    """People of 65 and over are never taken for all people; the heading says it, or the title alone."""
    path = write(tmp_path, line(4999, 2, "架空市"), title=title, over=None if said == "heading" else "人口（人）")
    table = read_projection(path, "04999")
    prefix = TITLES[title][1]
    assert [column for column in table.columns if "20" in column] == [f"{prefix}_{year}" for year in YEARS]


def test_a_table_that_does_not_say_whose_is_refused(tmp_path: Path) -> None:
    """Neither title nor heading names a class of ages."""
    book = openpyxl.load_workbook(write(tmp_path, line(4999, 2, "架空市"), over="人口"))
    book.active["A1"] = "結果表"
    book.save(tmp_path / "kekkahyo.xlsx")
    with pytest.raises(SourceError, match="whose ages are counted"):
        read_projection(tmp_path / "kekkahyo.xlsx")


def test_what_is_not_given_stays_missing(tmp_path: Path) -> None:
    """A dash, an X and an empty cell are no zero: missing, each recorded with its year."""
    path = write(tmp_path, line(4999, 2, "架空市", [600, "－", "X", None, 0, 350, 300]))
    table = read_projection(path, "04999")
    assert table.iloc[0, 3:].tolist() == [600, pd.NA, pd.NA, pd.NA, 0, 350, 300]
    assert "04999 2025, 04999 2030, 04999 2035" in message_of(table, "count_missing")


def test_every_cell_that_is_no_count_is_named(tmp_path: Path) -> None:
    """A share and a word stand where people are counted: both rows are in the error."""
    path = write(
        tmp_path, line(4999, 2, "架空市", [12.5, *PEOPLE[1:]]), line(4998, 3, "見本町", ["約600", *PEOPLE[1:]])
    )
    with pytest.raises(SourceError) as caught:
        read_projection(path)
    assert [problem.message.split(",")[0] for problem in caught.value.problems] == [
        "row 6: 2020 is 12.5",
        "row 7: 2020 is '約600'",
    ]


def test_codes_twice_or_not_there_are_named(tmp_path: Path) -> None:
    """A code in two rows, and one that is in none, with those of its prefecture."""
    path = write(tmp_path, line(4999, 2, "架空市"), line(4998, 3, "見本町"), line(1999, 3, "別町"))
    with pytest.raises(SourceError, match="municipality 04213; codes found: 04998, 04999"):
        read_projection(path, "04213")
    with pytest.raises(SourceError, match="row 7: code 04999 was used before"):
        read_projection(write(tmp_path, line(4999, 2, "架空市"), line(4999, 3, "見本町")))


def test_notes_below_the_table_are_recorded(tmp_path: Path) -> None:
    """A footnote has no code and is no municipality."""
    table = read_projection(write(tmp_path, line(4999, 2, "架空市"), ["注: 架空の数である。"]))
    assert kinds(table) == ["note_row_dropped"]
    assert "架空の数である" in message_of(table, "note_row_dropped")


def test_a_workbook_without_the_table_is_refused(tmp_path: Path) -> None:
    """Another list has no such headings."""
    book = openpyxl.Workbook()
    book.active.append(["自治会名", "世帯数"])
    book.save(tmp_path / "list.xlsx")
    with pytest.raises(SourceError, match="no table with the headings コード"):
        read_projection(tmp_path / "list.xlsx")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.lists(st.lists(st.integers(0, 10**7), min_size=7, max_size=7), min_size=1, max_size=5))
def test_any_table_reads_back_as_it_was_written(tmp_path: Path, people: list[list[int]]) -> None:
    """Every municipality and every count comes back, in order."""
    rows = [line(1000 + place, 3, f"架空{place}町", counts) for place, counts in enumerate(people)]
    table = read_projection(write(tmp_path, *rows))
    assert table.filter(like="population_").to_numpy().tolist() == people
    assert table.index.tolist() == [f"0100{place}" for place in range(len(people))]
