"""The cells of a CSV file or a workbook as they stand there, with what is merged, hidden or not calculated."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

from kurihara_geo.errors import SourceError
from kurihara_geo.sources.numbers import is_missing
from kurihara_geo.sources.office_sheets.workbooks import Page, read_pages
from kurihara_geo.sources.records import Record, record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["ALL_SHEETS", "Area", "Sheet", "csv_sheets", "excel_sheets"]

ALL_SHEETS = "all"
"""What a planner passes as ``sheet`` to have all sheets read, one below the other."""

OLD_OFFICE_START = b"\xd0\xcf\x11\xe0"
_DELIMITERS = (",", "\t", ";")
_ROWS_TO_SNIFF = 50


@dataclass(frozen=True)
class Area:
    """Cells merged into one: first and last row and column, counted from 1, and what the cell holds."""

    top: int
    left: int
    bottom: int
    right: int
    value: object

    def turned(self) -> Area:
        """Give the area with rows as columns."""
        return Area(self.left, self.top, self.right, self.bottom, self.value)


@dataclass(frozen=True)
class Sheet:
    """One sheet, or the whole of a CSV file, as rows of cells; rows and columns are counted from 1.

    Parameters
    ----------
    title
        The sheet's name; empty for a CSV file.
    rows
        The cells of each row; None where empty.
    areas
        Merged cells.
    hidden_rows, hidden_columns
        Their numbers.
    uncalculated
        Row and column of formulas without a stored value.
    shown
        Row and column of whole numbers that are shown with zeros in front, and how they are shown.
    turned
        Whether rows and columns were exchanged.
    one_of_several
        Whether its name must be said with a row's number.
    preamble
        Lines that stood above the table and were taken off.
    records
        What was noted.
    """

    title: str
    rows: Sequence[Sequence[object]]
    areas: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    uncalculated: frozenset[tuple[int, int]] = frozenset()
    shown: Mapping[tuple[int, int], str] = field(default_factory=dict)
    turned: bool = False
    one_of_several: bool = False
    preamble: Sequence[Sequence[object]] = ()
    records: Sequence[Record] = ()

    def where(self, number: int) -> str:
        """Name a row as a spreadsheet shows it; a column, where rows and columns were exchanged."""
        text = f"column {get_column_letter(number)}" if self.turned else f"row {number}"
        return f"{text} of sheet {self.title!r}" if self.one_of_several else text

    def merged_downwards(self) -> dict[tuple[int, int], object]:
        """Give row and column of cells merged with one above, in the first column of the area, and its value."""
        return {
            (number, area.left): area.value for area in self.areas for number in range(area.top + 1, area.bottom + 1)
        }

    @cached_property
    def merged_across(self) -> dict[tuple[int, int], object]:
        """Give row and column of cells in the first row of an area merged with one to the left, and its value."""
        return {(area.top, place): area.value for area in self.areas for place in range(area.left + 1, area.right + 1)}

    @cached_property
    def widths_below(self) -> list[int]:
        """Give for each row how many cells the longest row has from there on."""
        return list(accumulate((len(row) for row in reversed(self.rows)), max))[::-1]


def csv_sheets(text: str, *, shown: str) -> list[Sheet]:
    """Split text at comma, tab (Excel's Unicode text) and semicolon; the way that makes most cells comes first.

    Raises
    ------
    SourceError
        If a quotation mark opens and is not closed as it should be, so that rows below would be lost in a cell.
    """
    lines = io.StringIO(text, newline="")
    first_lines = [line for line, _ in zip(lines, range(_ROWS_TO_SNIFF), strict=False)]
    # Line by line, as a quotation mark out of place would hide the lines below it.
    cells = {mark: sum(len(row) for row in _split_alone(first_lines, mark)) for mark in _DELIMITERS}
    best, *others = sorted(_DELIMITERS, key=lambda mark: -cells[mark])
    sheets = [_csv_sheet(text, best, shown=shown)]
    for mark in others:
        if cells[mark] > len(first_lines):
            try:
                sheets.append(_csv_sheet(text, mark, shown=shown))
            except SourceError:
                # Quotation marks that are right for the first delimiter need not be for this one.
                continue
    return sheets


def _split_alone(lines: Sequence[str], mark: str) -> list[list[str]]:
    try:
        return [row for line in lines for row in csv.reader([line], delimiter=mark)]
    except csv.Error:
        return []


def _csv_sheet(text: str, mark: str, *, shown: str) -> Sheet:
    """Split text into rows, and refuse a cell that swallowed rows."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    rows, starts, begins = [], [], 1
    try:
        for row in reader:
            rows.append(row)
            starts.append(begins)
            begins = reader.line_num + 1
    except csv.Error as error:
        line = _stray_quote(text, mark, begins)
        if line:
            raise SourceError(_unclosed(shown, [line])) from error
        raise SourceError(f"{shown}: this is no CSV table ({error}); save it as CSV or xlsx.") from error
    swallowing = _swallowing(rows, starts, mark)
    if swallowing:
        raise SourceError(_unclosed(shown, swallowing))
    return Sheet(title="", rows=[[_cell(cell) for cell in row] for row in rows])


def _unclosed(shown: str, lines: Sequence[int]) -> str:
    named = ", ".join(str(line) for line in lines)
    return (
        f'{shown}: a quotation mark (") opens in line {named} of the file and hides the lines below it in one cell; '
        f"delete it, or close it at the end of its cell."
    )


def _stray_quote(text: str, mark: str, begins: int) -> int:
    """Give the line of the first quotation mark that opens a cell and does not close it; 0 if there is none."""
    rest = "".join(io.StringIO(text, newline="").readlines()[begins - 1 :])
    start = rf"(?:(?<=[{mark}\r\n])|\A)"
    for quote in re.finditer(rf'{start}"(?P<closed>(?:[^"]|"")*"(?=[{mark}\r\n]|\Z))?', rest):
        if quote["closed"] is None:
            return begins + rest.count("\n", 0, quote.start())
    return 0


def _swallowing(rows: Sequence[Sequence[str]], starts: Sequence[int], mark: str) -> list[int]:
    """Give the lines where a cell begins that holds as many delimiters as the rows in it would."""
    suspects = [
        (place, spot)
        for place, row in enumerate(rows)
        for spot, cell in enumerate(row)
        if "\n" in cell and mark in cell
    ]
    if not suspects:
        return []
    lengths = Counter(len(row) for row in rows if row)
    between = max(lengths, key=lambda length: (lengths[length], length)) - 1
    return [
        starts[place] + sum(cell.count("\n") for cell in rows[place][:spot])
        for place, spot in suspects
        if _holds_rows(rows[place][spot], mark, between)
    ]


def _holds_rows(cell: str, mark: str, between: int) -> bool:
    """Say whether a cell with line breaks looks like rows; in a table of two columns a number must be among them."""
    if between < 1 or cell.count(mark) < between * cell.count("\n"):
        return False
    return between > 1 or any(part.strip().isdecimal() for part in re.split(rf"[{mark}\n]", cell))


def excel_sheets(content: bytes, *, sheet: str | None, shown: str) -> tuple[list[Sheet], list[Record]]:
    """Read the sheets people see, or the one named; hidden ones are noted by name and left alone.

    Raises
    ------
    SourceError
        If it is an old .xls file, no workbook, or has no such sheet.
    """
    if content.startswith(OLD_OFFICE_START):
        raise SourceError(f"{shown}: this is an old Excel file (.xls) or one with a password; save it as .xlsx or CSV.")
    pages = read_pages(content, shown=shown)
    names = [page.title for page in pages]
    wanted = None if sheet == ALL_SHEETS and sheet not in names else sheet
    if wanted is not None and wanted not in names:
        raise SourceError(f"{shown}: there is no sheet {sheet!r}; sheets found: {', '.join(names)}.")
    if wanted is not None:
        chosen, hidden = [page for page in pages if page.title == wanted], []
    else:
        chosen = [page for page in pages if page.visible] or pages
        hidden = [page.title for page in pages if page not in chosen and page.cells]
    return [_excel_sheet(page, shown=shown) for page in chosen], _unread(hidden)


def _unread(hidden: Sequence[str]) -> list[Record]:
    if not hidden:
        return []
    message = f"{len(hidden)} hidden sheets were not read: {', '.join(hidden)}"
    return [record("hidden_sheet", message, cure="Pass sheet= with the name of one to read it.")]


def _excel_sheet(page: Page, *, shown: str) -> Sheet:
    """Lay out the cells up to the last row and column that hold anything; merged cells end there too."""
    last_row, last_column = page.last(shown=shown)
    rows: list[list[object]] = [[] for _ in range(last_row)]
    for (number, place), value in sorted(page.cells.items(), key=lambda item: item[0]):
        row = rows[number - 1]
        row.extend([None] * (place - len(row) - 1))
        row.append(_cell(value))
    return Sheet(
        title=page.title,
        rows=rows,
        areas=tuple(
            Area(top, left, min(bottom, last_row), min(right, last_column), page.cells.get((top, left)))
            for top, left, bottom, right in page.merged
            if top <= last_row and left <= last_column
        ),
        hidden_rows=frozenset(page.hidden_rows),
        hidden_columns=frozenset(
            number for first, last in page.hidden_columns for number in range(first, min(last, last_column) + 1)
        ),
        uncalculated=frozenset(page.uncalculated),
        shown=page.shown,
    )


def _cell(value: object) -> object:
    return None if is_missing(value) else value
