"""支障事案調査票: what stands against a merger and what helps it, asked of each target association."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties

from kurihara_geo.outputs.workbook.cells import (
    FONT,
    Heading,
    Table,
    dress,
    line_count,
    put,
    set_page,
    set_widths,
    write_line,
    write_table,
)
from kurihara_geo.outputs.workbook.cells import pack as pack_book
from kurihara_geo.outputs.workbook.procedure import partner_names, target_ids
from kurihara_geo.outputs.workbook.tables import member_rows

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from kurihara_geo.outputs.documents.pack import Pack

__all__ = ["make_survey"]

_YES_NO = "ある,ない,わからない"
ITEMS: tuple[tuple[str, str], ...] = (
    ("認可地縁団体か", "認可,申請中,認可なし,わからない"),
    ("不動産の登記", _YES_NO),
    ("集会施設の所有", "自治会,市,個人・共有,神社など,ない,わからない"),
    ("集会施設の借入金・改修予定", _YES_NO),
    ("その他の借入金・積立金", _YES_NO),
    ("入会林野・共有林", _YES_NO),
    ("水利・用水の組合", _YES_NO),
    ("神社・氏子・祭礼", _YES_NO),
    ("会費の差", "大きい,小さい,わからない"),
    ("役員のなり手", "足りている,苦労している,足りない,わからない"),
    ("消防団・自主防災の区割り", _YES_NO),
    ("これまでの統合の話", _YES_NO),
    ("相手との共同の行事・活動", _YES_NO),
    ("統合についての役員の考え", "前向き,条件による,慎重,話していない"),
)
"""What is asked, and the answers to choose from. Answers in other words are taken too."""

_GUIDE = (
    "1 「個票」は1自治会1枚の聞き取り用紙です。印刷して持って行き、答えに○を付け、内容を書きます。",
    "2 「調査票」は集計用の一覧です。黄色の欄を選ぶか、書き込みます。選択肢にない答えも書けます。",
    "3 統合の支障は「支障事案一覧」に1件1行で書きます。重みが空欄なら1。「禁止」に○を付けた統合は案に入りません。",
    "4 「支障事案一覧」は read_obstacles でそのまま読み込め、MergeRules(obstacles=...) に渡すと案に反映されます。",
    "5 個人の氏名や連絡先は書かないでください。この調査票は庁内用で、公開用の資料には入りません。",
)
_OBSTACLE_ROWS = 40
_FORM_WIDTHS = (25, 36, 28)
_FORM_SCALE = 85  # percent, so that a form of the widths above fits on a page


def make_survey(pack: Pack) -> bytes:
    """Make the survey: a guide, one row for each target association, one page for each, and a list to read back.

    Parameters
    ----------
    pack
        The papers.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator, book.properties.title = "kurihara_geo", "支障事案調査票"
    _lay_out_guide(book.create_sheet("記入のしかた"), pack)
    _lay_out_list(book.create_sheet("調査票"), pack)
    _lay_out_forms(book.create_sheet("個票"), pack)
    _lay_out_obstacles(book.create_sheet("支障事案一覧"))
    return pack_book(book)


def _write_top(sheet: Worksheet, pack: Pack, title: str, columns: int) -> int:
    contents = pack.contents
    row = write_line(sheet, 1, f"{title}　{pack.area}", columns=columns, size=14, bold=True)
    made = f"　作成日 {contents.made}" if contents.made else ""
    for line in (f"{pack.title}　案(提案){made}　庁内用", contents.notice):
        if line:
            row = write_line(sheet, row, line, columns=columns)
    if contents.attributions:
        row = write_line(sheet, row, f"出典: {' / '.join(contents.attributions)}", columns=columns, size=8)
    return row


def _lay_out_guide(sheet: Worksheet, pack: Pack) -> None:
    sheet.column_dimensions["A"].width = 80
    row = _write_top(sheet, pack, "支障事案調査票", 1)
    for line in _GUIDE:
        row = write_line(sheet, row + 1, line, columns=1, size=12)
    set_page(sheet, orientation="portrait")


def _known(pack: Pack) -> list[list[Any]]:
    """Give what is known of each target: number, code, name, district, households, hall, partners."""
    contents, members = pack.contents, member_rows(pack.plan)
    return [
        [
            contents.numbers[str(members[key]["group_id"])],
            key,
            str(members[key]["name"]),
            contents.district_of[key],
            contents.figure(contents.shown.association(key)),
            "、".join(contents.halls_of.get(key, ())),
            "、".join(partner_names(contents, key)) or "なし(下限未満で残る)",
        ]
        for key in target_ids(contents)
    ]


_KNOWN = (
    Heading("番号", "mark"),
    Heading("自治会コード", "code"),
    Heading("自治会名"),
    Heading("旧小学校区"),
    Heading("世帯数", "count"),
    Heading("集会施設"),
    Heading("一緒になる相手(案)"),
)


def _lay_out_list(sheet: Worksheet, pack: Pack) -> None:
    asked = [Heading(name, "input") for name, _ in ITEMS]
    rows = [[*row, *[None] * (len(ITEMS) + 1)] for row in _known(pack)]
    table = Table(headings=[*_KNOWN, *asked, Heading("内容・備考", "input")], rows=rows)
    set_widths(sheet, table, widest=22, input_width=12)
    top = _write_top(sheet, pack, "支障事案調査票(集計用)", len(table.headings)) + 1
    write_table(sheet, top, table)
    sheet.freeze_panes = f"D{top + 1}"
    set_page(sheet, heading_row=top, paper="A3")
    if not rows:
        return
    sheet.auto_filter.ref = f"A{top}:{get_column_letter(len(table.headings))}{top + len(rows)}"
    for number, (_, choices) in enumerate(ITEMS, len(_KNOWN) + 1):
        letter = get_column_letter(number)
        _add_choices(sheet, choices, f"{letter}{top + 1}:{letter}{top + len(rows)}")


def _add_choices(sheet: Worksheet, choices: str, cells: str) -> None:
    # Other answers are taken too: what people say does not always fit.
    validation = DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True, showErrorMessage=False)
    validation.add(cells)
    sheet.add_data_validation(validation)


def _lay_out_forms(sheet: Worksheet, pack: Pack) -> None:
    for letter, width in zip("ABC", _FORM_WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    row = 1
    rows = _known(pack)
    for number, known in enumerate(rows):
        if number:
            sheet.row_breaks.append(Break(id=row - 1))
        row = _write_form(sheet, row, pack, known)
    if not rows:
        put(sheet, 1, 1, "対象の自治会はありません。")
    set_page(sheet, orientation="portrait")
    # Excel drops page breaks where a sheet is fitted to the width of a page.
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=False)
    sheet.page_setup.scale = _FORM_SCALE


def _write_form(sheet: Worksheet, row: int, pack: Pack, known: list[Any]) -> int:
    made = f"　作成日 {pack.contents.made}" if pack.contents.made else ""
    row = write_line(sheet, row, f"支障事案調査票　{known[2]}", columns=3, size=16, bold=True)
    row = write_line(sheet, row, f"{pack.title}　案(提案){made}", columns=3, size=9)
    for heading, value in zip(_KNOWN, known, strict=True):
        row = _write_answer(sheet, row, heading.label, "" if value is None else str(value), "")
    row = _write_answer(sheet, row, "聞き取り日・聞いた人", "令和　　年　　月　　日", "(役職)")
    row = _write_answer(sheet, row, "項目", "答え(○を付ける)", "内容", bold=True)
    for name, choices in ITEMS:
        row = _write_answer(sheet, row, name, "　".join(choices.split(",")), "", high=True)
    row = _write_answer(sheet, row, "統合の支障になること", "", "", high=True)
    return _write_answer(sheet, row, "統合の助けになること", "", "", high=True)


def _write_answer(
    sheet: Worksheet, row: int, label: str, answer: str, text: str, *, bold: bool = False, high: bool = False
) -> int:
    table = Table(headings=[Heading("項目"), Heading("答え"), Heading("内容", "input")], rows=[])
    for number, (heading, value) in enumerate(zip(table.headings, (label, answer, text), strict=True), 1):
        cell = put(sheet, row, number, value, "text" if bold else heading.kind)
        dress(cell, fill="head" if number == 1 or bold else "")
        cell.font = Font(name=FONT, size=11, bold=bold or number == 1)
    lines = max(line_count(text, width - 4) for text, width in zip((label, answer, text), _FORM_WIDTHS, strict=True))
    sheet.row_dimensions[row].height = max(31 if high else 22, 15.5 * lines + 4)
    return row + 1


def _lay_out_obstacles(sheet: Worksheet) -> None:
    names = ("自治会コード", "自治会名", "相手の自治会コード", "相手の自治会名", "支障の内容", "重み", "禁止")
    table = Table(
        headings=[Heading(name, "input") for name in names], rows=[[None] * len(names) for _ in range(_OBSTACLE_ROWS)]
    )
    for letter, width in zip("ABCDEFG", (18, 24, 20, 24, 50, 9, 9), strict=True):
        sheet.column_dimensions[letter].width = width
    write_table(sheet, 1, table)
    _add_choices(sheet, "○", f"G2:G{_OBSTACLE_ROWS + 1}")
    sheet.freeze_panes = "A2"
    set_page(sheet, heading_row=1)
