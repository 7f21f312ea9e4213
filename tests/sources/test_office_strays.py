"""What makes rows vanish from an office's list: commas, quotation marks, a table at the side, far cells, zero bytes."""

from __future__ import annotations

import contextlib
import tracemalloc
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest

from kurihara_geo.errors import SourceError
from kurihara_geo.outputs.problem_texts import message_text
from kurihara_geo.sources import read_evacuation_sites, read_halls, read_households
from kurihara_geo.sources.evacuation_sites import HAZARD_FLAGS
from tests.sources.test_office_work import calls_of

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd


def text_file(folder: Path, text: str) -> Path:
    """Write a file as UTF-8."""
    path = folder / "list.csv"
    path.write_bytes(text.encode())
    return path


def workbook(folder: Path, rows: list[list[object]]) -> Path:
    """Write rows to the one sheet of a workbook."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    path = folder / "list.xlsx"
    book.save(path)
    return path


def refusal(path: Path) -> str:
    """Give the message by which a list is refused, and make sure that it has a Japanese form."""
    with pytest.raises(SourceError) as caught:
        read_households(path)
    message = str(caught.value)
    assert message_text("unreadable", message, "ja") != message
    return message.removeprefix(f"{path}: ")


def notes(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Give kind and message of what the reader noted."""
    return [(note["kind"], note["message"]) for note in frame.attrs["records"]]


# --- commas ----------------------------------------------------------------------------------------


def test_a_comma_within_a_number_is_no_column(tmp_path: Path) -> None:
    """1,234 households without quotation marks are never 1 household: the row of four cells is named."""
    path = text_file(tmp_path, "行政区コード,行政区名,世帯数\nK1,甲,36\nK2,乙,1,234\nK3,丙,50\n")
    assert refusal(path).startswith("1 rows have more cells than the 3 headings: row 3 (1,234?). ")


def test_a_comma_that_pushes_a_number_under_remarks_is_seen(tmp_path: Path) -> None:
    """1,234 fills 世帯数 and 備考, and the row's own empty 備考 becomes a fifth cell: that gives it away."""
    rows = "".join(f"K{number},架空{number}区,40,\n" for number in range(3, 6))
    path = text_file(tmp_path, f"行政区コード,行政区名,世帯数,備考\nK2,乙,1,234,\n{rows}")
    assert "row 2 (1,234?)" in refusal(path)


def test_a_comma_too_many_at_the_end_of_every_row_is_harmless(tmp_path: Path) -> None:
    """Rows that all end in a comma hold what they say: 36 households and 100 people."""
    table = read_households(text_file(tmp_path, "行政区名,世帯数,人口\n甲,36,100,\n乙,20,41,\n"))
    assert table["households"].tolist() == [36, 20]


# --- quotation marks -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rows",
    [
        'K1,甲,36\nK2,"乙,40\nK3,丙,50\n',
        'K1,甲,36\nK2,"乙,40\nK3,丙",50\nK4,丁,60\nK5,戊,70\n',
        'K1,甲,36\nK2,"乙,40\nK3,"丙",50\nK4,丁,60\n',
    ],
    ids=["never closed", "closed rows below", "opened again"],
)
def test_a_stray_quotation_mark_is_named_by_its_line(tmp_path: Path, rows: str) -> None:
    """The mark before 乙 in line 3 would take the rows below it into one cell."""
    path = text_file(tmp_path, f"行政区コード,行政区名,世帯数\n{rows}")
    assert refusal(path).startswith('a quotation mark (") opens in line 3 of the file')


def test_a_stray_quotation_mark_in_a_long_list_is_named_too(tmp_path: Path) -> None:
    """20,000 rows below the mark are more than a cell can hold; the message is about the mark all the same."""
    rows = "".join(f"K{number},架空{number}区,40\n" for number in range(20_000))
    path = text_file(tmp_path, f'行政区コード,行政区名,世帯数\nK,"甲,36\n{rows}')
    assert refusal(path).startswith('a quotation mark (") opens in line 2 of the file')


def test_line_breaks_within_quotation_marks_are_read(tmp_path: Path) -> None:
    """A heading and a remark in two lines, with a comma in it, are cells like others."""
    text = '行政区名,"世帯数\n(世帯)",備考\n甲,36,"旧道沿い, 橋まで\n一部"\n乙,20,"a\nb"\n'
    table = read_households(text_file(tmp_path, text))
    assert table["households"].tolist() == [36, 20]
    assert table["備考"].tolist() == ["旧道沿い, 橋まで\n一部", "a\nb"]


def test_remarks_of_evacuation_sites_may_have_line_breaks(tmp_path: Path) -> None:
    """A site whose remark has two lines and a comma is one site."""
    head = ["共通ID", "施設・場所名", "住所", "緯度", "経度", *HAZARD_FLAGS.values(), "備考"]
    cells = ["1", "架空小", "架空1", "38.7", "141.0", *["1"] * len(HAZARD_FLAGS), '"一階, 二階\n体育館"']
    assert len(read_evacuation_sites(text_file(tmp_path, f"{','.join(head)}\n{','.join(cells)}\n"))) == 1


# --- tables at the side and far cells --------------------------------------------------------------


def test_a_second_table_without_headings_is_not_passed_over(tmp_path: Path) -> None:
    """Two associations stand in columns A and B, two more in C and D: the latter have no heading."""
    rows: list[list[object]] = [["行政区名", "世帯数", None, None], ["甲", 10, "丙", 40], ["乙", 3, "丁", 5]]
    assert refusal(workbook(tmp_path, rows)).startswith("columns C, D of sheet 'Sheet' hold names and numbers")


def test_remarks_without_a_heading_are_kept(tmp_path: Path) -> None:
    """A remark or two beside the table is no second table."""
    rows: list[list[object]] = [["行政区名", "世帯数"], ["甲", 10, "橋の南"], ["乙", 3], ["丙", 5]]
    assert read_households(workbook(tmp_path, rows))["column_C"].tolist() == ["橋の南", None, None]


FAR = {
    "format far down": (b"</sheetData>", b'<row r="1048576"><c r="C1048576" s="0"/></row></sheetData>'),
    "format far right": (b"</row>", b'<c r="XFD1" s="0"/></row>'),
    "format in the corner": (b"</sheetData>", b'<row r="200000"><c r="XFD200000"/></row></sheetData>'),
    "merged down": (b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="E1:E1048576"/></mergeCells>'),
    "merged below": (b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A4:H1048576"/></mergeCells>'),
}


def changed(path: Path, old: bytes, new: bytes) -> Path:
    """Change the stored sheet of a workbook once."""
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(old, new, 1)
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return path


@pytest.mark.parametrize("change", FAR.values(), ids=FAR.keys())
def test_formats_and_merged_cells_far_away_take_no_room(tmp_path: Path, change: tuple[bytes, bytes]) -> None:
    """Two associations are two rows, and less than 20 MB, wherever an empty cell is formatted or merged."""
    path = changed(workbook(tmp_path, [["行政区名", "世帯数"], ["甲", 10], ["乙", 20]]), *change)
    tracemalloc.start()
    try:
        table = read_households(path)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert table["households"].tolist() == [10, 20]
    assert most < 20e6


def test_a_value_in_the_far_corner_is_an_error(tmp_path: Path) -> None:
    """A sheet from A1 to XFD200000 is never laid out for the sake of the five cells it holds."""
    corner = b'<row r="200000"><c r="XFD200000"><v>1</v></c></row></sheetData>'
    path = changed(workbook(tmp_path, [["行政区名", "世帯数"], ["甲", 10]]), b"</sheetData>", corner)
    assert refusal(path).startswith(
        "sheet 'Sheet' reaches down to row 200,000 and right to column XFD, though 5 cells hold"
    )


# --- numbers, codes and zero bytes -----------------------------------------------------------------


@pytest.mark.parametrize("column", ["households", "population"])
def test_a_number_of_twenty_digits_is_left_for_the_checks(tmp_path: Path, column: str) -> None:
    """No city has 10 to the 20th households or people; the number stays as it is, for the checks to name."""
    counts = {"households": 7, "population": 9, column: 10**20}
    path = text_file(tmp_path, f"行政区名,世帯数,人口\n甲,{counts['households']},{counts['population']}\n乙,5,6\n")
    assert read_households(path)[column].tolist()[0] == 10**20


def test_a_zero_byte_does_not_make_utf_16(tmp_path: Path) -> None:
    """One zero byte in line 2 of a UTF-8 file says that the file is damaged, not that it is UTF-16."""
    path = text_file(tmp_path, "行政区コード,行政区名,世帯数\nK1,甲\x00乙,36\nK2,丙,40\n")
    message = refusal(path)
    assert message.startswith("how the text is stored is doubtful: 1 zero bytes stand in it, the first in line 2")


def test_halls_are_named_by_their_rows(tmp_path: Path) -> None:
    """Below a title and an empty row, the hall with the id of another stands in row 5 of the sheet."""
    path = text_file(tmp_path, "表題\n\n施設コード,施設名,経度,緯度\nH1,甲館,141,38.7\nH1,乙館,141,38.8\n")
    with pytest.raises(SourceError, match="row 5: hall_id H1 was used before"):
        read_halls(path)


@pytest.mark.parametrize("number", ["行政区ID", "自治会ID", "町内会コード", "町内会ID"])
@pytest.mark.parametrize("name", ["町内会名", "行政区名"])
def test_headings_of_ids_and_names_are_known(tmp_path: Path, number: str, name: str) -> None:
    """An id column may be called ID as well as コード; 施設名 and 集会所名 beside it name no association."""
    table = read_households(text_file(tmp_path, f"施設名,集会所名,{number},{name},世帯数\n架空館,甲館,001,甲,36\n"))
    assert (table["association_id"].tolist(), table["name"].tolist()) == (["001"], ["甲"])


# --- rows that are associations --------------------------------------------------------------------


def test_names_that_hold_words_of_notes_are_associations(tmp_path: Path) -> None:
    """A place by the archive (資料館前) is one without a count, the day of the count (現在) is none."""
    names = ["(仮称)架空東町", "資料館前", "架空館現在"]
    rows: list[list[object]] = [["行政区名", "世帯数"], ["甲", 10], *([name, None] for name in names)]
    table = read_households(workbook(tmp_path, [*rows, ["令和6年3月31日現在"], ["資料:住民基本台帳"]]))
    assert table["name"].tolist() == ["甲", *names]
    assert [kind for kind, _ in notes(table)] == ["note_row_dropped"] * 2


@pytest.mark.parametrize("town", [None, "架空町"])
def test_an_association_without_a_count_is_no_town(tmp_path: Path, town: str | None) -> None:
    """架空旧本町 has no count; the rows below it stay in the town their own column says, or in none."""
    rows: list[list[object]] = [["旧町村", "行政区名", "世帯数"], ["架空町", "甲", 10], [None, "架空旧本町", None]]
    rows.append([None, "乙", 20])
    if town is None:
        rows = [row[1:] for row in rows]
    table = read_households(workbook(tmp_path, rows))
    assert table["name"].tolist() == ["甲", "架空旧本町", "乙"]
    assert (table["former_town"].tolist() if town else list(table.columns)) == (
        [town] * 3 if town else ["name", "households"]
    )


def test_the_total_of_one_association_is_told_by_its_missing_id(tmp_path: Path) -> None:
    """架空計 has no id and 10 households as 甲 above it; 時計 has an id, and stays with its 10."""
    rows: list[list[object]] = [["行政区コード", "行政区名", "世帯数"], ["K1", "甲", 10], [None, "架空計", 10]]
    table = read_households(workbook(tmp_path, [*rows, ["K2", "時計", 10]]))
    assert table["name"].tolist() == ["甲", "時計"]


def test_totals_of_districts_no_column_names_are_dropped_if_they_add_up(tmp_path: Path) -> None:
    """架空東地区計 says 10 + 20 and is a total; 架空西地区計 says 41 where the row above says 40, and is in doubt."""
    rows: list[list[object]] = [["行政区名", "世帯数"], ["甲", 10], ["乙", 20], ["架空東地区計", 30]]
    table = read_households(workbook(tmp_path, [*rows, ["丙", 40], ["架空西地区計", 41]]))
    assert table["name"].tolist() == ["甲", "乙", "丙", "架空西地区計"]
    assert notes(table) == [
        ("totals_row_dropped", "row 4 was left out: 架空東地区計 (30)"),
        ("total_suspected", "row 6 is called '架空西地区計' like a subtotal, and was kept"),
    ]


# --- long lists ------------------------------------------------------------------------------------


@pytest.mark.parametrize("heading", ["世帯数", "戸別"])
def test_long_lists_take_as_long_as_their_rows(tmp_path: Path, heading: str) -> None:
    """1,200 rows of twelve columns take about twice the calls of 600, whether or not headings are found."""
    calls = []
    for count in (600, 1200):
        rows = "".join(f"K{number},架空{number}区,40{',甲' * 9}\n" for number in range(count))
        path = text_file(tmp_path, f"行政区コード,行政区名,{heading}{',メモ' * 9}\n{rows}")

        def read(path: Path = path) -> None:
            with contextlib.suppress(SourceError):
                read_households(path)

        calls.append(calls_of(read))
    assert calls[1] < 2.3 * calls[0]


def test_headings_below_a_hundred_rows_are_named_by_the_planner(tmp_path: Path) -> None:
    """Headings in row 121 are not looked for; header_row= says where they are."""
    path = text_file(tmp_path, "前書き,甲\n" * 120 + "行政区名,世帯数\n甲,10\n")
    assert "looked for in the first 100 rows" in refusal(path)
    assert read_households(path, header_row=121)["households"].tolist() == [10]
