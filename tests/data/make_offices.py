"""Make the office files the readers are tried with: made-up towns, true-to-life layouts, the same bytes every time.

Run ``python tests/data/make_offices.py`` to write the folder ``offices`` beside this file.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl.workbook import Workbook

FOLDER = Path(__file__).parent / "offices"
Rows = list[list[object]]
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
FILES: dict[str, Callable[[], bytes]] = {}
ABOUT: dict[str, str] = {}


def office(name: str, about: str) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Enter a file's maker under its name, with what is in it."""

    def enter(maker: Callable[[], bytes]) -> Callable[[], bytes]:
        FILES[name] = maker
        ABOUT[name] = about
        return maker

    return enter


def as_csv(rows: Rows, encoding: str, delimiter: str = ",") -> bytes:
    """Give rows as CSV."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(
        [["" if cell is None else cell for cell in row] for row in rows]
    )
    return text.getvalue().encode(encoding)


def as_book(sheets: dict[str, Rows], *merged: str, change: Callable[[Workbook], None] | None = None) -> bytes:
    """Give sheets as a workbook; cells are merged in the first one."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
    for area in merged:
        book.worksheets[0].merge_cells(area)
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return _same_bytes(out.getvalue(), {})


def _same_bytes(content: bytes, replaced: dict[bytes, bytes]) -> bytes:
    """Pack a workbook again without the hour it was made, with pieces of its sheets replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            text = old.read(name)
            text = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2024-04-01T00:00:00Z", text)
            for before, after in replaced.items():
                text = text.replace(before, after)
            new.writestr(zipfile.ZipInfo(name, _LONG_AGO), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


# --- titles, headings, towns, totals ---------------------------------------------------------------


@office(
    "01_two_row_headings.xlsx",
    "Title, day, two rows of headings, towns merged, subtotals, note, full-width digits and commas as text.",
)
def _() -> bytes:
    rows: Rows = [
        ["架空市 行政区別世帯数・人口"],
        [None, None, None, None, None, None, "令和６年３月３１日現在"],
        ["旧町村", "行政区コード", "行政区名", "世帯数", "人口", None, None],
        [None, None, None, None, "男", "女", "計"],
        ["架空町", "0101", "架空一区", 48, 60, 66, 126],
        [None, "0102", "架空二区", "１，２３４", 1500, 1600, 3100],
        [None, None, "小　計", 1282, 1560, 1666, 3226],
        ["見本町", "0201", "見本一区", "1,000", 1200, 1250, 2450],
        [None, "0202", "見本二区", 31, 30, 35, 65],
        [None, None, "小　計", 1031, 1230, 1285, 2515],
        ["合　計", None, None, 2313, 2790, 2951, 5741],
        ["※外国人住民を含む。"],
    ]
    return as_book({"R6.3": rows}, "A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:G3", "A5:A7", "A8:A10", "A11:C11")


@office("02_town_in_first_row.csv", "CP932; towns in the first row of a block only, totals called after their town.")
def _() -> bytes:
    rows: Rows = [
        ["行政区別世帯数一覧表", "", "", "（R6.3.31現在）"],
        ["地区", "番号", "行政区名", "世帯数（世帯）"],
        ["架空", "1", "架空上", "36"],
        ["", "2", "架空下", "52"],
        ["架空　計", "", "", "88"],
        ["見本", "3", "見本上", "71"],
        ["", "4", "見本下", "49"],
        ["見本地区小計", "", "", "120"],
        ["総計", "", "", "208"],
    ]
    return as_csv(rows, "cp932")


@office("03_three_row_headings.xlsx", "Years over measures over sexes, all merged.")
def _() -> bytes:
    rows: Rows = [
        ["行政区名", "令和2年", None, None, None, "令和7年", None, None, None],
        [None, "世帯数", "人口", None, None, "世帯数", "人口", None, None],
        [None, None, "男", "女", "計", None, "男", "女", "計"],
        ["架空一区", 60, 70, 80, 150, 55, 65, 72, 137],
        ["見本一区", 40, 44, 46, 90, 38, 41, 42, 83],
        ["合計", 100, 114, 126, 240, 93, 106, 114, 220],
    ]
    return as_book({"推移": rows}, "A1:A3", "B1:E1", "F1:I1", "B2:B3", "F2:F3", "C2:E2", "G2:I2")


@office("04_years_side_by_side.csv", "UTF-8 with a byte order mark; two years of households, and a forecast.")
def _() -> bytes:
    rows: Rows = [
        ["自治会コード", "自治会名", "令和2年 世帯数", "令和7年 世帯数", "令和22年 世帯数（推計）"],
        ["001", "架空東", "70", "64", "41"],
        ["002", "架空西", "33", "30", "18"],
        ["", "合計", "103", "94", "59"],
    ]
    return as_csv(rows, "utf-8-sig")


@office("05_years_above.csv", "Years stand in the row above equal headings, blank to the right.")
def _() -> bytes:
    rows: Rows = [
        ["", "平成31年4月1日", "", "令和6年4月1日", ""],
        ["行政区名", "世帯数", "人口", "世帯数", "人口"],
        ["架空一区", "60", "150", "55", "137"],
        ["見本一区", "40", "90", "38", "83"],
    ]
    return as_csv(rows, "utf-8")


@office("06_two_kinds.csv", "Register and member households side by side.")
def _() -> bytes:
    rows: Rows = [
        ["行政区名", "住民基本台帳世帯数", "自治会加入世帯数", "加入率"],
        ["架空一区", "60", "51", "85.0%"],
        ["見本一区", "40", "40", "100.0%"],
    ]
    return as_csv(rows, "utf-8")


@office("07_members.csv", "Member households only, marked in the heading.")
def _() -> bytes:
    rows: Rows = [["町内会名", "加入世帯数"], ["架空町内会", "51"], ["見本町内会", "40"]]
    return as_csv(rows, "cp932")


@office("08_census.xlsx", "A census, said in the title only.")
def _() -> bytes:
    rows: Rows = [
        ["令和２年国勢調査　地域別世帯数"],
        [],
        ["地域名", "世帯数", "人口"],
        ["架空", 60, 150],
        ["見本", 40, 90],
    ]
    return as_book({"表1": rows})


@office("09_totals_above.xlsx", "The total of each block stands above it; the grand total is first.")
def _() -> bytes:
    rows: Rows = [
        ["地区", "行政区名", "世帯数"],
        [None, "総計", 208],
        ["架空", "計", 88],
        [None, "架空上", 36],
        [None, "架空下", 52],
        ["見本", "計", 120],
        [None, "見本上", 71],
        [None, "見本下", 49],
    ]
    return as_book({"一覧": rows})


@office(
    "10_town_rows.csv",
    "Towns have rows of their own above their associations; headings again on page two, page numbers below.",
)
def _() -> bytes:
    rows: Rows = [
        ["行政区名", "世帯数"],
        ["【架空町】", ""],
        ["架空上", "36"],
        ["架空下", "52"],
        ["架空町計", "88"],
        ["- 1 -", ""],
        ["行政区名", "世帯数"],
        ["【見本町】", ""],
        ["見本上", "71"],
        ["見本町計", "71"],
        ["合計", "159"],
        ["再掲", "36"],
        ["注）", "世帯数は住民基本台帳による"],
        ["- 2 -", ""],
    ]
    return as_csv(rows, "utf-8")


@office("11_wrong_totals.xlsx", "A block, the whole, and men and women do not add up.")
def _() -> bytes:
    rows: Rows = [
        ["旧町村", "行政区名", "世帯数", "男", "女", "人口"],
        ["架空町", "架空上", 36, 40, 45, 85],
        ["架空町", "架空下", 52, 60, 61, 120],
        ["架空町計", None, 90, 100, 106, 205],
        ["見本町", "見本上", 71, 80, 90, 170],
        ["見本町計", None, 71, 80, 90, 170],
        ["合計", None, 161, 180, 196, 375],
    ]
    return as_book({"一覧": rows})


# --- sheets ----------------------------------------------------------------------------------------


@office(
    "12_on_its_side.xlsx", "Associations across, school districts merged above them, subtotals between, ages downwards."
)
def _() -> bytes:
    rows: Rows = [
        ["架空市 校区別町別年齢別人口"],
        ["令和6年4月1日現在"],
        ["校区", None, "架空校区", None, None, "見本校区", None, None, "合計"],
        ["町名", None, "架空町一", "架空町二", "小計", "見本町一", "見本町二", "小計", None],
        ["世帯数", None, 36, 52, 88, 71, 49, 120, 208],
        ["人口", "男", 40, 60, 100, 80, 50, 130, 230],
        [None, "女", 45, 61, 106, 90, 55, 145, 251],
        [None, "計", 85, 121, 206, 170, 105, 275, 481],
        ["0～4歳", None, 3, 5, 8, 6, 2, 8, 16],
        ["※施設入所者を含む。"],
    ]
    return as_book({"年齢別": rows}, "A3:B3", "A4:B4", "C3:E3", "F3:H3", "I3:I4", "A5:B5", "A6:A8")


@office("13_on_its_side.csv", "The same without merging, CP932, and nothing in front of the names.")
def _() -> bytes:
    rows: Rows = [
        ["住民基本台帳人口（令和6年4月1日現在）", "", "", "", "", ""],
        ["学区", "架空学区", "", "", "見本学区", ""],
        ["", "架空町一", "架空町二", "小計", "見本町一", "小計"],
        ["世帯数", "36", "52", "88", "71", "71"],
        ["総人口", "85", "121", "206", "170", "170"],
    ]
    return as_csv(rows, "cp932")


@office("14_sheet_a_town.xlsx", "One sheet a former town, one cover, one hidden sheet of an earlier year.")
def _() -> bytes:

    def page(town: str, *counts: int) -> Rows:
        lines: Rows = [[f"{town}{number}区", count] for number, count in enumerate(counts, start=1)]
        return [[f"{town} 行政区別世帯数 令和6年3月31日現在"], ["行政区名", "世帯数"], *lines, ["計", sum(counts)]]

    def hide(book: Workbook) -> None:
        book["昨年"].sheet_state = "hidden"

    sheets = {"表紙": [["世帯数調べ"]], "架空町": page("架空", 36, 52), "見本町": page("見本", 71, 49, 20)}
    return as_book({**sheets, "昨年": page("架空", 40)}, change=hide)


@office("15_sheet_a_year.xlsx", "One sheet a year: these are never one list.")
def _() -> bytes:
    return as_book({f"令和{year}年": [["行政区名", "世帯数"], ["架空上", 30 + year]] for year in (5, 6)})


@office("16_hidden.xlsx", "A hidden row and a hidden column.")
def _() -> bytes:

    def hide(book: Workbook) -> None:
        book.active.row_dimensions[3].hidden = True
        book.active.column_dimensions["C"].hidden = True

    rows: Rows = [["行政区名", "世帯数", "班数"], ["架空上", 36, 4], ["架空下", 52, 5], ["合計", 88, 9]]
    return as_book({"一覧": rows}, change=hide)


# --- text files ------------------------------------------------------------------------------------


@office("17_unicode_text.txt", "Excel's Unicode text: UTF-16, tabs, commas in the numbers.")
def _() -> bytes:
    rows: Rows = [["行政区名", "世帯数", "人口"], ["架空上", "1,036", "2,085"], ["架空下", "2,052", "4,121"]]
    return as_csv(rows, "utf-16", "\t")


@office("18_semicolons.csv", "Semicolons, with commas in the numbers so that both make as many cells.")
def _() -> bytes:
    rows: Rows = [["行政区名", "世帯数", "人口"], ["架空上", "1,036", "2,085"], ["架空下", "2,052", "4,121"]]
    return as_csv(rows, "utf-8", ";")


@office("19_open_data.csv", "The municipal open-data layout, with the day in a column.")
def _() -> bytes:
    first = ["全国地方公共団体コード", "地域コード", "地方公共団体名", "調査年月日", "地域名"]
    rows: Rows = [
        [*first, "総人口", "男性", "女性", "0-4歳の男性", "世帯数", "備考"],
        ["999999", "0001", "架空市", "2024/4/1", "架空上", "85", "40", "45", "2", "36", ""],
        ["999999", "0002", "架空市", "2024/4/1", "架空下", "121", "60", "61", "3", "52", ""],
    ]
    return as_csv(rows, "utf-8-sig")


# --- cells -----------------------------------------------------------------------------------------


@office("20_suppressed.csv", "Hidden numbers, dashes of every kind, one not known; the total holds the hidden ones.")
def _() -> bytes:
    rows: Rows = [
        ["行政区名", "世帯数", "人口"],
        ["架空一", "36", "85"],
        ["架空二", "X", "X"],
        ["架空三", "***", "＊"],
        ["架空四", "―", "－"],
        ["架空五", "-", "-"],
        ["架空六", "…", "不詳"],
        ["架空七", "Ｘ", "12"],
        ["合計", "45", "105"],
    ]
    return as_csv(rows, "utf-8")


@office(
    "21_units_and_marks.xlsx",
    "Units in cells, footnote marks on counts and names, circled digits that belong to names.",
)
def _() -> bytes:
    rows: Rows = [
        ["行政区名", "世帯数", "人口"],
        ["架空①", "36世帯", "1,234人"],
        ["架空②", "45※1", "８５人"],
        ["見本区※2", "52 *1", 121],
        ["見本下", "20（注1）", "45②"],
        ["計", "153世帯", "1,485人"],
        ["※1 推定を含む"],
        ["※2 旧見本区"],
    ]
    return as_book({"一覧": rows})


@office("22_foreigners.xlsx", "Japanese, foreign and all households: never added, never confused.")
def _() -> bytes:
    rows: Rows = [
        ["地区別世帯数（外国人を含む）令和6年4月末現在"],
        ["行政区名", "世帯数", None, None, "人口", None],
        [None, "日本人", "外国人", "計", "総数", "うち外国人"],
        ["架空上", 36, 2, 38, 90, 5],
        ["架空下", 52, 0, 52, 121, 0],
        ["合計", 88, 2, 90, 211, 5],
        ["うち外国人", None, None, 2, 5, None],
    ]
    return as_book({"一覧": rows}, "A2:A3", "B2:D2", "E2:F2")


@office("23_facilities.csv", "Homes for the elderly stand among the associations.")
def _() -> bytes:
    rows: Rows = [
        ["行政区名", "世帯数"],
        ["架空上", "36"],
        ["見本苑（施設入所）", "80"],
        ["特別養護老人ホーム架空荘", "50"],
    ]
    return as_csv(rows, "utf-8")


@office("24_serial_date.xlsx", "The day as a bare serial number beside 現在; a name that became a date.")
def _() -> bytes:
    rows: Rows = [
        ["世帯数調べ", 45382, "現在"],
        ["行政区名", "世帯数"],
        ["架空上", 36],
        [dt.datetime(2024, 1, 2), 52],  # noqa: DTZ001 - a spreadsheet knows no time zone
    ]
    return as_book({"一覧": rows})


@office("25_formulas_without_values.xlsx", "Sums that no spreadsheet program worked out.")
def _() -> bytes:
    rows: Rows = [["行政区名", "世帯数"], ["架空上", "=30+6"], ["架空下", 52], ["見本上", "=B2+B3"]]
    return as_book({"一覧": rows})


@office("26_formulas_with_values.xlsx", "Sums as Excel stores them, and a remark worked out to nothing.")
def _() -> bytes:
    rows: Rows = [
        ["行政区名", "世帯数", "備考"],
        ["架空上", "=30+6", '=IF(B2>50,"大","")'],
        ["架空下", 52, None],
        ["計", "=SUM(B2:B3)", None],
    ]
    stored = {
        b"<f>30+6</f><v></v>": b"<f>30+6</f><v>36</v>",
        b"<f>SUM(B2:B3)</f><v></v>": b"<f>SUM(B2:B3)</f><v>88</v>",
        b'<c r="C2"><f>': b'<c r="C2" t="str"><f>',
    }
    return _same_bytes(as_book({"一覧": rows}), stored)


@office("27_error_cells.xlsx", "References that lead nowhere any more.")
def _() -> bytes:
    rows: Rows = [["行政区名", "世帯数"], ["架空上", "#REF!"], ["#N/A", 52], ["見本上", 20], ["計", "#REF!"]]
    return as_book({"一覧": rows})


@office("28_merged_ids.xlsx", "One id over two associations, one count over two.")
def _() -> bytes:
    rows: Rows = [
        ["行政区コード", "行政区名", "世帯数"],
        ["001", "架空上", 36],
        [None, "架空下", 52],
        ["003", "見本上", 71],
        ["004", "見本下", None],
        ["合計", None, 159],
    ]
    return as_book({"一覧": rows}, "A2:A3", "C4:C5", "A6:B6")


@office("29_ids_shown_with_zeros.xlsx", "Ids are numbers that are shown as 001 and 002.")
def _() -> bytes:

    def shape(book: Workbook) -> None:
        for row in (2, 3):
            book.active.cell(row, 1).number_format = "000"

    return as_book(
        {"一覧": [["行政区コード", "行政区名", "世帯数"], [1, "架空上", 36], [2, "架空下", 52]]}, change=shape
    )


@office("30_zeros_lost.xlsx", "Some ids are text with their zeros, others became numbers and lost them.")
def _() -> bytes:
    rows: Rows = [
        ["行政区コード", "行政区名", "世帯数"],
        ["0101", "架空上", 36],
        [102, "架空下", 52],
        ["0201", "見本", 7],
    ]
    return as_book({"一覧": rows})


@office("31_two_days.csv", "Two different days say that they are the day of the count.")
def _() -> bytes:
    rows: Rows = [
        ["令和6年3月31日現在", "令和5年3月31日現在"],
        ["行政区名", "世帯数"],
        ["架空上", "36"],
        ["架空下", "52"],
    ]
    return as_csv(rows, "utf-8")


@office("32_old_excel.xls", "The first bytes of a workbook of before 2007.")
def _() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@office("33_everything.xlsx", "Several traps at once, as a file that was handed on for years.")
def _() -> bytes:
    rows: Rows = [
        ["別紙１　行政区別世帯数・人口調べ"],
        ["（住民基本台帳　R6.3.31 現在）", None, None, None, None, None, "単位：世帯、人"],
        ["地区名", "行政区", None, "世　帯　数", "人　口", None, None],
        [None, "番号", "行政区名", None, "男", "女", "計"],
        ["架空", "０１", "架空一区", "36世帯", 40, 45, 85],
        [None, "０２", "架空二区※", "52", 60, 61, 121],
        [None, "０３", "架空三区", "X", "X", "X", "X"],
        ["架空 計", None, None, 93, 103, 109, 212],
        ["見本", "１１", "見本一区", "1,071", 1180, 1190, 2370],
        [None, "１２", "見本二区（施設入所）", "－", 0, 0, 0],
        ["見本 計", None, None, 1071, 1180, 1190, 2370],
        ["総　合　計", None, None, 1164, 1283, 1299, 2582],
        ["※ 外国人住民を含まない。"],
    ]
    return as_book({"調べ": rows}, "A3:A4", "B3:C3", "D3:D4", "E3:G3", "A5:A7", "A9:A10", "A8:C8", "A11:C11", "A12:C12")


def main() -> None:
    """Write every file."""
    FOLDER.mkdir(exist_ok=True)
    for name, maker in FILES.items():
        (FOLDER / name).write_bytes(maker())


if __name__ == "__main__":
    main()
