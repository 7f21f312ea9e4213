"""CSV and Excel sheets as people lay them out: titles above, headings in two rows, notes below."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from kurihara_geo.errors import SourceError
from kurihara_geo.sources.encodings import decode_text, encoding_record
from kurihara_geo.sources.headings import Headings, Ranks, argument_for, example_values, normal_heading
from kurihara_geo.sources.numbers import is_missing, read_count
from kurihara_geo.sources.records import Record, existing_file, listed, record, sha256_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["Table", "read_table"]

_ZIP_START = b"PK\x03\x04"
_OLD_OFFICE_START = b"\xd0\xcf\x11\xe0"
_DELIMITERS = (",", "\t", ";")
_ROWS_TO_SNIFF = 50


@dataclass(frozen=True)
class _Sheet:
    """One sheet, or the whole of a CSV file, as rows of cells."""

    title: str
    rows: Sequence[Sequence[object]]
    merged: Mapping[tuple[int, int], object] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Table:
    """The table found in a file: headings and the rows below them.

    Parameters
    ----------
    headings
        The headings by position.
    rows
        The cells of each row that holds anything, by position; None where empty.
    numbers
        The row's number as a spreadsheet shows it.
    merged
        Per row, position -> value of a cell merged with the one above.
    source
        File name, SHA-256, and encoding or sheet.
    records
        What was noted while reading.
    text_file
        Whether every cell is text (CSV).
    """

    headings: Headings
    rows: Sequence[Sequence[object]]
    numbers: Sequence[int]
    merged: Sequence[Mapping[int, object]]
    source: dict[str, Any]
    records: list[Record]
    text_file: bool


@dataclass(frozen=True)
class _Request:
    """What the header row is recognised by: one heading of each group."""

    shown: str
    wanted: Mapping[str, Ranks]
    asked: Mapping[str, str | None]
    groups: Collection[Collection[str]]

    def fits(self, cells: Sequence[object]) -> bool:
        headings = Headings(labels=[_label(cell) for cell in cells], shown=self.shown)
        return all(
            any(headings.fits(self.wanted[name], self.asked.get(name)) for name in group) for group in self.groups
        )


def read_table(
    path: str | Path,
    *,
    wanted: Mapping[str, Ranks],
    asked: Mapping[str, str | None],
    groups: Collection[Collection[str]],
    sheet: str | None = None,
    header_row: int | None = None,
    encoding: str | None = None,
) -> Table:
    """Find the table in a CSV or Excel file.

    Parameters
    ----------
    path
        The file; what it is, is told from its content, not its name.
    wanted
        Standard name -> headings by which it is recognised.
    asked
        Standard name -> the heading the planner named, or None.
    groups
        The header row is the first one that has, of each group of standard names, at least one.
    sheet
        The sheet of an Excel file, where several hold such a table.
    header_row
        The number of the header row as a spreadsheet shows it, if it is not to be looked for.
    encoding
        How a CSV file's text is stored; found out if not given.

    Raises
    ------
    SourceError
        If the file cannot be read, or no sheet or several sheets hold such a table.
    """
    file = existing_file(path)
    request = _Request(shown=str(path), wanted=wanted, asked=asked, groups=groups)
    source: dict[str, Any] = {"path": file.name, "sha256": sha256_of([file])}
    content = file.read_bytes()
    records: list[Record] = []
    text_file = not content.startswith((_ZIP_START, _OLD_OFFICE_START))
    if text_file:
        text, found = decode_text(content, encoding=encoding, shown=request.shown)
        source["encoding"] = found
        records += encoding_record(found) if encoding is None else []
        sheets = [_Sheet(title="", rows=_split(text, shown=request.shown))]
    else:
        sheets = _excel_sheets(content, sheet=sheet, shown=request.shown)
    chosen, header = _choose_sheet(sheets, request, header_row=header_row)
    if chosen.title:
        source["sheet"] = chosen.title
    return _below_header(chosen, header, request, source=source, records=records, text_file=text_file)


# --- rows of cells ---------------------------------------------------------------------------------


def _split(text: str, *, shown: str) -> list[list[object]]:
    """Split text at the delimiter that makes most cells: comma, tab (Excel's Unicode text) or semicolon."""
    try:
        ways = [list(csv.reader(io.StringIO(text, newline=""), delimiter=mark)) for mark in _DELIMITERS]
    except csv.Error as error:
        raise SourceError(f"{shown}: this is no CSV table ({error}); save it as CSV or xlsx.") from error
    rows = max(ways, key=lambda way: sum(len(row) for row in way[:_ROWS_TO_SNIFF]))
    return [[None if is_missing(cell) else cell for cell in row] for row in rows]


def _excel_sheets(content: bytes, *, sheet: str | None, shown: str) -> list[_Sheet]:
    if content.startswith(_OLD_OFFICE_START):
        raise SourceError(f"{shown}: this is an old Excel file (.xls) or one with a password; save it as .xlsx or CSV.")
    try:
        with warnings.catch_warnings():
            # What openpyxl remarks concerns styles and drop-down lists, which are not read.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise SourceError(f"{shown}: this is no Excel workbook; save it as .xlsx or CSV.") from error
    names = [page.title for page in book.worksheets]
    if sheet is not None and sheet not in names:
        raise SourceError(f"{shown}: there is no sheet {sheet!r}; sheets found: {', '.join(names)}.")
    pages = [page for page in book.worksheets if sheet in (None, page.title)]
    visible = [page for page in pages if page.sheet_state == "visible"]
    return [_excel_sheet(page) for page in visible or pages]


def _excel_sheet(page: Worksheet) -> _Sheet:
    rows = [
        [None if is_missing(cell) else cell for cell in row]
        for row in page.iter_rows(min_row=1, min_col=1, values_only=True)
    ]
    merged: dict[tuple[int, int], object] = {}
    for area in page.merged_cells.ranges:
        value = page.cell(area.min_row, area.min_col).value
        for number in range(area.min_row + 1, area.max_row + 1):
            merged[number, area.min_col - 1] = value
    hidden = frozenset(number for number, shape in page.row_dimensions.items() if shape.hidden)
    return _Sheet(title=page.title, rows=rows, merged=merged, hidden=hidden)


# --- header ----------------------------------------------------------------------------------------


def _choose_sheet(sheets: Sequence[_Sheet], request: _Request, *, header_row: int | None) -> tuple[_Sheet, int]:
    """Give the sheet that holds the table, and the number of its header row."""
    if header_row is not None:
        fitting = [(sheet, header_row) for sheet in sheets if 1 <= header_row <= len(sheet.rows)]
        if len(sheets) == 1 and not fitting:
            raise SourceError(f"{request.shown}: there is no row {header_row}, named by header_row=.")
    else:
        fitting = [(sheet, number) for sheet in sheets for number in _header_rows(sheet, request)[:1]]
    if not fitting:
        raise SourceError(_no_header(sheets, request))
    if len(fitting) > 1:
        titles = ", ".join(sheet.title for sheet, _ in fitting)
        raise SourceError(f"{request.shown}: several sheets hold such a table ({titles}); choose with sheet=.")
    return fitting[0]


def _header_rows(sheet: _Sheet, request: _Request) -> list[int]:
    return [number for number, cells in enumerate(sheet.rows, start=1) if request.fits(cells)]


def _no_header(sheets: Sequence[_Sheet], request: _Request) -> str:
    """Say what was looked for, and show the row that looks most like headings."""
    parts = []
    for group in request.groups:
        looked_for = [request.asked.get(name) or name for name in group]
        parts.append(" or ".join(repr(name) for name in looked_for))
    arguments = ", ".join(dict.fromkeys(argument_for(name) for group in request.groups for name in group))
    numbered = [
        (sum(cell is not None for cell in cells), -number, sheet)
        for sheet in sheets
        for number, cells in enumerate(sheet.rows[:_ROWS_TO_SNIFF], start=1)
    ]
    if not any(count for count, _, _ in numbered):
        return f"{request.shown}: the table is empty."
    _, number, sheet = max(numbered, key=lambda item: item[:2])
    cells = sheet.rows[-number - 1]
    below = sheet.rows[-number : -number + _ROWS_TO_SNIFF]
    headings = Headings(
        labels=[_label(cell) or _nameless(place) for place, cell in enumerate(cells)],
        shown=request.shown,
        examples=[
            example_values([row[place] if place < len(row) else None for row in below]) for place in range(len(cells))
        ],
    )
    return (
        f"{request.shown}: no row has headings for {' and for '.join(parts)} (one row per association). "
        f"Pass {arguments} or header_row=. Columns found: {headings.listing()}."
    )


def _below_header(
    sheet: _Sheet,
    header: int,
    request: _Request,
    *,
    source: dict[str, Any],
    records: list[Record],
    text_file: bool,
) -> Table:
    """Cut out the rows below the header row, or below two header rows."""
    width = max(len(row) for row in sheet.rows[header - 1 :])
    cells = [[*row, *[None] * (width - len(row))] for row in sheet.rows]
    top = [_label(cell) for cell in cells[header - 1]]
    first = header
    labels = top
    if header < len(cells) and _is_second_header(top, cells[header], request):
        labels, first = _joined(top, cells[header]), header + 1
    numbers = [number for number in range(first + 1, len(cells) + 1) if any(c is not None for c in cells[number - 1])]
    used = [place for place in range(width) if labels[place] or any(cells[n - 1][place] is not None for n in numbers)]
    rows = [[cells[number - 1][place] for place in used] for number in numbers]
    headings = Headings(
        labels=[labels[place] or _nameless(place) for place in used],
        shown=request.shown,
        examples=[example_values(column) for column in zip(*rows, strict=True)] or [[] for _ in used],
        aliases=[top[place] for place in used],
    )
    hidden = [number for number in numbers if number in sheet.hidden]
    if hidden:
        message = f"{len(hidden)} hidden rows were read as well: rows {listed(hidden)}"
        records.append(record("hidden_row", message, cure="Delete rows that do not count."))
    merged = [
        {spot: sheet.merged[number, place] for spot, place in enumerate(used) if (number, place) in sheet.merged}
        for number in numbers
    ]
    return Table(headings, rows, numbers, merged, source, records, text_file)


def _is_second_header(top: Sequence[str], cells: Sequence[object], request: _Request) -> bool:
    """Say whether a row only divides the headings above it: several texts, no number, no id or name."""
    present = [(place, cell) for place, cell in enumerate(cells) if cell is not None]
    new = [(place, cell) for place, cell in present if normal_heading(cell) != normal_heading(top[place])]
    if len(new) < 2 or any(isinstance(read_count(cell), (int, float)) for _, cell in present):
        return False
    identifying = {
        normal_heading(heading)
        for name, ranks in request.wanted.items()
        if name in {"name", "a", "b"} or name.endswith("_id")
        for heading in [request.asked.get(name) or "", *(text for rank in ranks for text in rank)]
    }
    return not any(normal_heading(top[place]) in identifying for place, _ in new if top[place])


def _joined(top: Sequence[str], cells: Sequence[object]) -> list[str]:
    """Join two header rows; a heading over several columns stands in the first of them only."""
    labels, over = [], ""
    for upper, cell in zip(top, cells, strict=True):
        lower = _label(cell)
        over = upper or (over if lower else "")
        repeated = normal_heading(lower) == normal_heading(over)
        labels.append(over if not lower or repeated else f"{over} {lower}".strip())
    return labels


def _label(cell: object) -> str:
    return "" if is_missing(cell) else str(cell).strip()


def _nameless(place: int) -> str:
    return f"column_{get_column_letter(place + 1)}"
