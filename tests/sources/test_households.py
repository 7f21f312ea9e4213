"""Household lists as cities keep them: titles above, totals between, notes below, and any encoding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pytest

from kurihara_geo.errors import SourceError
from kurihara_geo.sources import read_households

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = "行政区コード,行政区名,世帯数,人口\n001,まる,60,150\n002,さんかく,20,41\n"


def write_csv(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write a list as CSV."""
    path = folder / "households.csv"
    path.write_bytes(text.encode(encoding))
    return path


def write_excel(folder: Path, rows: list[list[object]], *merged: str) -> Path:
    """Write rows to one sheet called 一覧, and merge cells."""
    book = openpyxl.Workbook()
    book.active.title = "一覧"
    for row in rows:
        book.active.append(row)
    for area in merged:
        book.active.merge_cells(area)
    path = folder / "households.xlsx"
    book.save(path)
    return path


def kinds(frame: pd.DataFrame) -> list[str]:
    """Give the kinds of what the reader noted."""
    return [note["kind"] for note in frame.attrs["records"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_every_encoding_gives_the_same_table(tmp_path: Path, encoding: str) -> None:
    """Codes keep their zeros and names are whole, however the file was saved."""
    table = read_households(write_csv(tmp_path, PLAIN, encoding))

    assert table.to_dict("list") == {
        "association_id": ["001", "002"],
        "name": ["まる", "さんかく"],
        "households": [60, 20],
        "population": [150, 41],
    }
    assert kinds(table) == (["encoding_guessed"] if encoding == "cp932" else [])
    assert table.attrs["source"]["path"] == "households.csv"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_found_and_noted(tmp_path: Path, encoding: str) -> None:
    """Zero bytes are no CP932; which of the two it is, is told from where they stand."""
    table = read_households(write_csv(tmp_path, PLAIN, encoding))

    assert table["name"].tolist() == ["まる", "さんかく"]
    assert table.attrs["source"]["encoding"] == encoding
    assert kinds(table) == ["encoding_guessed"]


def test_tabs_and_semicolons_separate_too(tmp_path: Path) -> None:
    """Excel's Unicode text and European CSV are read."""
    for mark in ("\t", ";"):
        assert read_households(write_csv(tmp_path, PLAIN.replace(",", mark)))["households"].tolist() == [
            60,
            20,
        ]


def test_a_city_list_in_excel_is_read_whole(tmp_path: Path) -> None:
    """Title, date, blank row, two header rows, merged towns, subtotals, a note: associations are left."""
    path = write_excel(
        tmp_path,
        [
            ["行政区別世帯数・人口"],
            ["令和6年3月31日現在"],
            [],
            ["旧町村", "行政区コード", "行政区名", "世帯数", "人口", None, None],
            [None, None, None, None, "男", "女", "計"],
            ["東町", 1, "まる", 60, 70, 80, 150],
            [None, 2, "さんかく", "１，２３４", 20, 21, 41],
            [None, None, "小　計", 1294, 90, 101, 191],
            ["西町", 3, "しかく", None, None, None, None],
            [None, None, "合計", 1294, 90, 101, 191],
            ["※外国人住民を含む。"],
        ],
        "A6:A7",
        "E4:G4",
    )

    table = read_households(path)

    assert table["association_id"].tolist() == ["1", "2", "3"]
    assert table["name"].tolist() == ["まる", "さんかく", "しかく"]
    assert table["households"].tolist() == [60, 1234, None]
    assert table["population"].tolist() == [150, 41, None]
    assert table["former_town"].tolist() == ["東町", "東町", "西町"]
    assert table["人口 男"].tolist()[:2] == [70, 20]
    assert kinds(table) == [
        "totals_row_dropped",
        "totals_row_dropped",
        "note_row_dropped",
        "filled_downwards",
        "text_number",
        "foreigners_stated",
    ]
    assert table.attrs["source"]["sheet"] == "一覧"
    assert table.attrs["source"]["as_of"] == "2024-03-31"


@pytest.mark.parametrize("label", ["合計", "小計", "総計", "計", "総合計", "再掲", "合　計", "（再掲）", " 計 "])
def test_totals_are_dropped_by_name(tmp_path: Path, label: str) -> None:
    """A row called a total is left out and recorded, with its row number."""
    table = read_households(write_csv(tmp_path, f"行政区名,世帯数\nまる,60\nさんかく,20\n{label},80\n"))

    assert table["name"].tolist() == ["まる", "さんかく"]
    (note,) = table.attrs["records"]
    assert note["kind"] == "totals_row_dropped"
    assert "row 4" in note["message"]


def test_a_total_in_another_column_is_found(tmp_path: Path) -> None:
    """The label may stand in the town's column, with the name left blank."""
    text = "旧町村,行政区名,世帯数\n東町,まる,60\n,さんかく,20\n合計,,80\n"

    assert read_households(write_csv(tmp_path, text))["name"].tolist() == ["まる", "さんかく"]


def test_a_wrong_total_is_noted_with_both_figures(tmp_path: Path) -> None:
    """Where a total and its rows differ, the planner sees both."""
    table = read_households(write_csv(tmp_path, '行政区名,世帯数\nまる,60\nさんかく,20\n総計,"1,080"\n'))

    (note,) = [note for note in table.attrs["records"] if note["kind"] == "total_mismatch"]
    assert "1,080" in note["message"]
    assert " 80" in note["message"]


def test_subtotals_are_compared_with_their_own_rows(tmp_path: Path) -> None:
    """A subtotal stands for the rows since the one before."""
    text = "行政区名,世帯数\nまる,60\n小計,60\nさんかく,20\nしかく,5\n小計,26\n合計,85\n"

    notes = read_households(write_csv(tmp_path, text)).attrs["records"]

    (wrong,) = [note["message"] for note in notes if note["kind"] == "total_mismatch"]
    assert "row 6" in wrong
    assert "25" in wrong


def test_a_name_that_ends_like_a_total_is_kept_and_noted(tmp_path: Path) -> None:
    """Only exact labels are dropped; 東町計 may be one, and the planner is asked."""
    table = read_households(write_csv(tmp_path, "行政区名,世帯数\nまる,60\n東町計,60\n"))

    assert table["name"].tolist() == ["まる", "東町計"]
    assert kinds(table) == ["total_suspected"]


def test_what_is_no_count_is_left_for_the_checks(tmp_path: Path) -> None:
    """Fractions and negatives come through as found; blanks and secrets are missing, a dash is a recorded 0."""
    text = '行政区名,世帯数\na,-\nb,X\nc,12.5\nd,-3\ne,\nf,３６\ng,"1,234"\nh,36.0\n'

    table = read_households(write_csv(tmp_path, text))

    assert table["households"].tolist()[2:] == ["12.5", "-3", None, 36, 1234, 36]
    assert table["households"].iloc[0] == 0
    assert table["households"].iloc[1] is pd.NA
    assert kinds(table) == ["text_number", "suppressed", "dash_read_as_zero"]


def test_own_columns_and_other_years_are_kept(tmp_path: Path) -> None:
    """Counts of other years are numbers, other columns stay text."""
    table = read_households(write_csv(tmp_path, "id,name,households,households_2040,班\n01,まる,60,31,1\n"))

    assert table.to_dict("records") == [
        {"association_id": "01", "name": "まる", "households": 60, "households_2040": 31, "班": "1"}
    ]


def test_headings_repeated_on_each_page_are_dropped(tmp_path: Path) -> None:
    """A header row printed again is no association."""
    table = read_households(write_csv(tmp_path, "行政区名,世帯数\nまる,60\n行政区名,世帯数\nさんかく,20\n"))

    assert table["name"].tolist() == ["まる", "さんかく"]
    assert kinds(table) == ["header_row_dropped"]


def test_a_row_without_name_is_kept_and_noted(tmp_path: Path) -> None:
    """Households nobody is named for are not lost silently."""
    table = read_households(write_csv(tmp_path, "行政区名,世帯数\nまる,60\n,20\n"))

    assert table["households"].tolist() == [60, 20]
    assert kinds(table) == ["row_without_name"]


def test_columns_and_header_row_can_be_named(tmp_path: Path) -> None:
    """What is not recognised is named by the planner, the header row included."""
    path = write_csv(tmp_path, "一覧\n区,戸数\nまる,60\n")

    assert read_households(path, name_column="区", households_column="戸数")["households"].tolist() == [60]
    assert read_households(path, columns={"区": "name", "戸数": "households"})["name"].tolist() == ["まる"]
    assert read_households(path, name_column="区", households_column="戸数", header_row=2)["name"].tolist() == ["まる"]


def test_a_list_without_known_headings_shows_what_it_has(tmp_path: Path) -> None:
    """The error lists the columns with examples and the arguments to pass."""
    with pytest.raises(SourceError, match=r"households_column=.*区 \(まる\); 戸数 \(60\)"):
        read_households(write_csv(tmp_path, "一覧\n区,戸数\nまる,60\n"))
    with pytest.raises(SourceError, match="empty"):
        read_households(write_csv(tmp_path, ""))


def test_two_equal_headings_are_asked_back(tmp_path: Path) -> None:
    """A list in two columns side by side is not read by halves."""
    with pytest.raises(SourceError, match="could each be"):
        read_households(write_csv(tmp_path, "行政区名,世帯数,行政区名,世帯数\nまる,60,しかく,5\n"))


def test_several_sheets_are_asked_back(tmp_path: Path) -> None:
    """Where two sheets hold a list, the planner chooses; a sheet of notes does not matter."""
    book = openpyxl.Workbook()
    for title, count in (("R5", 61), ("R6", 60)):
        page = book.create_sheet(title)
        page.append(["行政区名", "世帯数"])
        page.append(["まる", count])
    path = tmp_path / "households.xlsx"
    book.save(path)

    with pytest.raises(SourceError, match=r"R5, R6.*sheet="):
        read_households(path)
    with pytest.raises(SourceError, match="R4"):
        read_households(path, sheet="R4")
    assert read_households(path, sheet="R6")["households"].tolist() == [60]


def test_formulas_never_calculated_are_refused(tmp_path: Path) -> None:
    """A formula without a stored value is no count; the cell is named, and Excel works it out."""
    path = write_excel(tmp_path, [["行政区名", "世帯数"], ["まる", "=30+30"], ["さんかく", 20]])

    with pytest.raises(SourceError, match=r"まる: row 2, '世帯数' is a formula.*Open the file in Excel, save it"):
        read_households(path)


def test_hidden_rows_are_read_and_noted(tmp_path: Path) -> None:
    """A filtered list is read whole."""
    path = write_excel(tmp_path, [["行政区名", "世帯数"], ["まる", 60], ["さんかく", 20]])
    book = openpyxl.load_workbook(path)
    book.active.row_dimensions[3].hidden = True
    book.save(path)

    table = read_households(path)

    assert len(table) == 2
    assert kinds(table) == ["hidden_row"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 100, r"\.xls.*save it as \.xlsx"),
        (b"PK\x03\x04 nothing", "no Excel workbook"),
        ("行政区名,世帯数\nまる,1\n".encode("euc_jp") + b"\xff\xff", "encoding="),
    ],
)
def test_what_cannot_be_read_is_one_clear_error(tmp_path: Path, content: bytes, message: str) -> None:
    """Old Excel, a broken workbook and unknown text each say what to do."""
    path = tmp_path / "households.dat"
    path.write_bytes(content)

    with pytest.raises(SourceError, match=message):
        read_households(path)


def test_an_unknown_encoding_is_an_error(tmp_path: Path) -> None:
    """A misspelt encoding is named, and so is one that does not fit."""
    path = write_csv(tmp_path, PLAIN, "cp932")

    with pytest.raises(SourceError, match="no encoding 'sjiss'"):
        read_households(path, encoding="sjiss")
    with pytest.raises(SourceError, match="not utf-8"):
        read_households(path, encoding="utf-8")
    assert read_households(path, encoding="shift_jis").attrs["records"] == []
