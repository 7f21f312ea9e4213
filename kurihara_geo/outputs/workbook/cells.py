"""Cells, tables and pages of a workbook: text stays text, headings repeat on paper, bytes stay the same."""

from __future__ import annotations

import re
import unicodedata
from copy import copy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, cast

import pandas as pd
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from kurihara_geo.outputs.office_files import clean_text, pack_file

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = [
    "LINE_HEIGHT",
    "WIDEST",
    "Heading",
    "Table",
    "cell_text",
    "dress",
    "line_count",
    "pack",
    "put",
    "set_page",
    "set_widths",
    "write_headings",
    "write_line",
    "write_rows",
    "write_table",
]

FONT = "游ゴシック"
LONGEST_TEXT = 32_767  # of a cell in Excel, counted in UTF-16 units
WIDEST = 46
NARROWEST = 9
LINE_HEIGHT = 18
HIGHEST = 409  # points, of a row in Excel

_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_ACTIVE = ("=", "+", "-", "@", "\t", "\n", "'")
_THIN, _THICK = Side(style="thin", color="FFBFBFBF"), Side(style="thin", color="FF262626")
_FILLS = {
    "head": PatternFill("solid", fgColor="FFD9E2EC"),
    "total": PatternFill("solid", fgColor="FFEFEFEF"),
    "input": PatternFill("solid", fgColor="FFFFF9DB"),
    "alert": PatternFill("solid", fgColor="FFFBE3D6"),
}

Kind = Literal["code", "text", "count", "change", "measure", "share", "figure", "mark", "input"]
_NUMBER_FORMATS = {
    "code": "@",
    "count": "#,##0",
    "mark": "#,##0",
    "change": "+#,##0;-#,##0;0",
    "measure": "#,##0.0",
    "share": "0.0%",
    "input": "@",
}


@dataclass(frozen=True)
class Heading:
    """One column of a table on a sheet: its heading, and how its cells look."""

    label: str
    kind: Kind = "text"


@dataclass(frozen=True)
class _Look:
    kind: Kind
    fill: str
    strong: bool
    number: bool = False
    fraction: bool = False
    active: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table as it stands on a sheet.

    Parameters
    ----------
    headings
        Columns from left to right.
    rows
        Values, one list per row.
    totals
        Last row, set apart; empty for none.
    alerts
        Numbers of rows that are coloured as below the floor.
    starts
        Numbers of rows before which a strong line is drawn.
    """

    headings: Sequence[Heading]
    rows: Sequence[Sequence[Any]]
    totals: Sequence[Any] = ()
    alerts: Collection[int] = field(default=frozenset())
    starts: Collection[int] = field(default=frozenset())


def cell_text(text: str) -> str:
    """Give a text as a cell can hold it: line feeds only, characters XML forbids as U+FFFD, not too long.

    Parameters
    ----------
    text
        Any text.
    """
    text = clean_text(text)
    # Excel reads _x0041_ as A; its own way out is to escape the underscore.
    text = _LOOKS_ESCAPED.sub("_x005F_", text)
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_TEXT:
        return text
    return units[: 2 * (LONGEST_TEXT - 1)].decode("utf-16-le", "ignore") + "…"


def put(sheet: Worksheet, row: int, column: int, value: Any, kind: Kind = "text") -> Cell:
    """Write one cell. Text is stored as text: a name such as ``=1+1`` is never a formula.

    Parameters
    ----------
    sheet
        Sheet to write on.
    row, column
        Place, from 1.
    value
        Text, number or an empty value.
    kind
        What the column holds; sets number format and alignment.
    """
    cell = cast("Cell", sheet.cell(row, column))
    _set_value(cell, value)
    _set_look(cell, kind)
    return cell


def _set_value(cell: Cell, value: Any) -> None:
    if value is None or value is pd.NA or value != value or value == "":
        cell.value = None
    elif _is_number(value):
        cell.value = value
    else:
        cell.value = cell_text(str(value))
        cell.data_type = "s"


def _set_look(cell: Cell, kind: Kind) -> None:
    number = _is_number(cell.value)
    formatted = number or kind in ("code", "input")
    cell.number_format = _NUMBER_FORMATS.get(kind, "General") if formatted else "General"
    if number and kind == "figure":
        cell.number_format = "#,##0.0#" if isinstance(cell.value, float) else "#,##0"
    # Keeps it text when somebody edits the cell.
    cell.quotePrefix = _is_active(cell.value)
    side = "center" if kind == "mark" else "right" if number else "left"
    indent = 0 if side == "center" else 1
    cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=not number, indent=indent)
    cell.font = Font(name=FONT, size=10)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_active(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(_ACTIVE)


def write_line(sheet: Worksheet, row: int, text: str, *, columns: int, size: int = 10, bold: bool = False) -> int:
    """Write a line of text across the sheet, as high as it needs, and give the number of the next row.

    Parameters
    ----------
    sheet
        Sheet to write on; its column widths are set already.
    row
        Row to write in, from 1.
    text
        The line.
    columns
        Columns it runs across.
    size, bold
        Of the letters.
    """
    cell = put(sheet, row, 1, text)
    cell.font = Font(name=FONT, size=size, bold=bold)
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    if columns > 1:
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=columns)
    room = sum(sheet.column_dimensions[get_column_letter(number)].width for number in range(1, columns + 1))
    # Excel does not fit the height of merged cells by itself.
    sheet.row_dimensions[row].height = size * 1.7 * line_count(text, room * 9.5 / size)
    return row + 1


def write_table(sheet: Worksheet, row: int, table: Table) -> int:
    """Write a table with its headings and totals, and give the number of the first row below it.

    Parameters
    ----------
    sheet
        Sheet to write on; its column widths are set already.
    row
        Row of the headings, from 1.
    table
        What to write.
    """
    return write_rows(sheet, write_headings(sheet, row, table), table)


def write_headings(sheet: Worksheet, row: int, table: Table) -> int:
    """Write the headings of a table, and give the number of the row below.

    Parameters
    ----------
    sheet
        Sheet to write on; its column widths are set already.
    row
        Row to write in, from 1.
    table
        Whose headings to write.
    """
    lines = 1
    for number, heading in enumerate(table.headings, 1):
        cell = put(sheet, row, number, heading.label)
        dress(cell, fill="head", bold=True)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        width = sheet.column_dimensions[get_column_letter(number)].width
        lines = max(lines, line_count(heading.label, width - 2))
    sheet.row_dimensions[row].height = 17 * lines + 4
    return row + 1


def write_rows(sheet: Worksheet, row: int, table: Table) -> int:
    """Write the rows and totals of a table, and give the number of the first row below.

    Parameters
    ----------
    sheet
        Sheet to write on; its column widths are set already.
    row
        Row to begin in, from 1.
    table
        Whose rows to write.
    """
    looks: dict[_Look, Any] = {}
    for index, values in enumerate(table.rows):
        strong = index in table.starts
        for number, (heading, value) in enumerate(zip(table.headings, values, strict=True), 1):
            cell = cast("Cell", sheet.cell(row + index, number))
            _set_value(cell, value)
            fill = "input" if heading.kind == "input" else "alert" if index in table.alerts else ""
            _put_look(cell, _Look(heading.kind, fill, strong), looks)
        _set_height(sheet, row + index, values)
    end = row + len(table.rows)
    if not table.totals:
        return end
    for number, (heading, value) in enumerate(zip(table.headings, table.totals, strict=True), 1):
        kind: Kind = "text" if heading.kind == "input" else heading.kind
        dress(put(sheet, end, number, value, kind), fill="total", bold=True, strong=True)
    _set_height(sheet, end, table.totals)
    return end + 1


def _put_look(cell: Any, look: _Look, looks: dict[_Look, Any]) -> None:
    """Dress a cell, or copy the look of one dressed alike: openpyxl takes half a millisecond to dress one."""
    value = cell.value
    look = replace(look, number=_is_number(value), fraction=isinstance(value, float), active=_is_active(value))
    if look in looks:
        cell._style = copy(looks[look])
        return
    _set_look(cell, look.kind)
    dress(cell, fill=look.fill, strong=look.strong)
    looks[look] = cell._style


def _set_height(sheet: Worksheet, row: int, values: Sequence[Any]) -> None:
    """Make a row as high as its longest text needs: not every program fits rows by itself."""
    letters = map(get_column_letter, range(1, len(values) + 1))
    rooms = [sheet.column_dimensions[letter].width - 3 for letter in letters]
    lines = max((line_count(_shown(value), room) for value, room in zip(values, rooms, strict=True)), default=1)
    sheet.row_dimensions[row].height = LINE_HEIGHT if lines == 1 else min(15 * lines + 4, HIGHEST)


def dress(cell: Cell, *, fill: str = "", bold: bool = False, strong: bool = False) -> None:
    """Give a cell its border, and where asked its fill and bold letters.

    Parameters
    ----------
    cell
        The cell.
    fill
        ``head``, ``total``, ``input`` or ``alert``; empty for none.
    bold
        Whether its letters are bold.
    strong
        Whether a strong line is above it.
    """
    cell.border = Border(top=_THICK if strong else _THIN, bottom=_THIN, left=_THIN, right=_THIN)
    if fill:
        cell.fill = _FILLS[fill]
    if bold:
        cell.font = Font(name=FONT, size=10, bold=True)


def set_widths(sheet: Worksheet, *tables: Table, widest: int = WIDEST, input_width: int = 18) -> None:
    """Make columns as wide as their longest text, between a least and a most; Japanese letters count twice.

    Parameters
    ----------
    sheet
        Sheet to set.
    tables
        Every table that stands on it.
    widest
        No column is wider.
    input_width
        Least width of columns to fill in.
    """
    for number in range(max(len(table.headings) for table in tables)):
        own = [table for table in tables if number < len(table.headings)]
        # A heading may take two lines.
        heads = [_longest_line(table.headings[number].label) / 2 + 5 for table in own]
        rows = [row for table in own for row in (*table.rows, table.totals) if row]
        texts = [_longest_line(_shown(row[number])) * 1.1 + 3 for row in rows]
        width = min(widest, max(NARROWEST, *heads, *texts))
        wide = any(table.headings[number].kind == "input" for table in own)
        sheet.column_dimensions[get_column_letter(number + 1)].width = max(width, input_width) if wide else width


def _shown(value: Any) -> str:
    if value is None or value is pd.NA:
        return ""
    return f"{value:,}" if isinstance(value, int) else str(value)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)


def _longest_line(text: str) -> int:
    return max(map(_width, text.split("\n")))


def line_count(text: str, room: float) -> int:
    """Count the lines a text fills where ``room`` narrow letters fit on one; Japanese letters count twice."""
    return sum(max(1, -int(-_width(line) // max(room, 1))) for line in text.split("\n"))


def set_page(
    sheet: Worksheet,
    *,
    heading_row: int | None = None,
    paper: Literal["A4", "A3"] = "A4",
    orientation: Literal["landscape", "portrait"] = "landscape",
) -> None:
    """Set a sheet up for printing: one page wide, headings repeated, page numbers below.

    Parameters
    ----------
    sheet
        Sheet to set.
    heading_row
        Row repeated on every page; None for none.
    paper
        Size of the paper.
    orientation
        Which way the paper lies.
    """
    sheet.page_setup.orientation = orientation
    sheet.page_setup.paperSize = 9 if paper == "A4" else 8
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom = 0.5, 0.8
    if sheet.oddFooter is not None:
        sheet.oddFooter.left.text, sheet.oddFooter.center.text = "&A", "&P / &N"
    sheet.print_area = sheet.dimensions
    if heading_row:
        sheet.print_title_rows = f"{heading_row}:{heading_row}"


def pack(book: Workbook) -> bytes:
    """Give a workbook as bytes that are the same for the same content: no clock is read.

    Parameters
    ----------
    book
        The workbook.
    """
    return pack_file(book.save)
