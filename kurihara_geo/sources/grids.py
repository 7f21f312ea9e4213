"""CSV and Excel sheets as people lay them out: titles above, headings in several rows, notes below."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from openpyxl.utils import get_column_letter

from kurihara_geo.errors import SourceError
from kurihara_geo.sources.encodings import decode_text, encoding_record
from kurihara_geo.sources.headings import Headings, Ranks, argument_for, example_values
from kurihara_geo.sources.office_sheets.cells import ALL_SHEETS, OLD_OFFICE_START, Sheet, csv_sheets, excel_sheets
from kurihara_geo.sources.office_sheets.layout import (
    ROWS_SEARCHED,
    Header,
    Request,
    find_header,
    header_at,
    label_of,
)
from kurihara_geo.sources.office_sheets.strays import refuse_second_table, refuse_split_rows
from kurihara_geo.sources.records import Record, check_row, check_texts, existing_file, listed, record, sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from pathlib import Path

__all__ = ["Table", "read_table", "read_tables"]

_ZIP_START = b"PK\x03\x04"
_ROWS_TO_SNIFF = 50


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
    where
        The row as a message names it, such as ``row 7`` or, in a sheet on its side, ``column G``.
    preamble
        The lines above the headings.
    uncalculated
        Per row, positions of formulas without a stored value.
    shown
        Per row, position -> a whole number as it is shown, with zeros in front.
    """

    headings: Headings
    rows: Sequence[Sequence[object]]
    numbers: Sequence[int]
    merged: Sequence[Mapping[int, object]]
    source: dict[str, Any]
    records: list[Record]
    text_file: bool
    where: Sequence[str] = ()
    preamble: Sequence[Sequence[object]] = ()
    uncalculated: Sequence[Collection[int]] = ()
    shown: Sequence[Mapping[int, str]] = field(default=())


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
        The number of the header row as a spreadsheet shows it, if it is not to be looked for among the first
        100 rows that hold anything.
    encoding
        How a CSV file's text is stored; found out if not given.

    Raises
    ------
    SourceError
        If the file cannot be read, no sheet or several sheets hold such a table, rows of a CSV file have more
        cells than there are headings, or a second table stands beside the first without headings.
    """
    request = Request(shown=str(path), wanted=wanted, asked=asked, groups=groups)
    tables = read_tables(path, request, sheet=sheet, header_row=header_row, encoding=encoding)
    if len(tables) > 1:
        raise several_sheets(request.shown, tables)
    return tables[0]


def read_tables(
    path: str | Path,
    request: Request,
    *,
    sheet: str | None = None,
    header_row: int | None = None,
    encoding: str | None = None,
    turn: Callable[[Sheet], Sheet | None] | None = None,
) -> list[Table]:
    """Find the table of each sheet that has one.

    Parameters
    ----------
    path, sheet, header_row, encoding
        As for :func:`read_table`; ``sheet="all"`` says that every sheet counts.
    request
        What the headings are recognised by.
    turn
        Gives a sheet with rows and columns exchanged, or None; tried where no sheet has such headings.

    Raises
    ------
    SourceError
        If the file cannot be read, or no sheet holds such a table.
    """
    file = existing_file(path)
    check_texts(sheet=sheet, encoding=encoding, **{f"the column of {name}": own for name, own in request.asked.items()})
    check_row(header_row)
    source: dict[str, Any] = {"path": file.name, "sha256": sha256_of([file])}
    content = file.read_bytes()
    text_file = not content.startswith((_ZIP_START, OLD_OFFICE_START))
    if text_file:
        text, found = decode_text(content, encoding=encoding, shown=request.shown)
        source["encoding"] = found
        records = encoding_record(found) if encoding is None else []
        sheets = csv_sheets(text, shown=request.shown)
    else:
        sheets, records = excel_sheets(content, sheet=sheet, shown=request.shown)
    fitting = _fitting(sheets, request, header_row=header_row, turn=turn, first_only=text_file)
    if text_file:
        refuse_split_rows(*fitting[0], shown=request.shown)
    if not text_file and len(fitting) > 1:
        fitting = [(replace(page, one_of_several=True), header) for page, header in fitting]
    if not text_file and sheet in (None, ALL_SHEETS):
        records = [*records, *_left_alone(sheets, fitting)]
    tables = [
        _below_header(page, header, request, source=dict(source), text_file=text_file) for page, header in fitting
    ]
    return [replace(table, records=[*records, *table.records]) if table is tables[0] else table for table in tables]


def several_sheets(shown: str, tables: Sequence[Table], *, advice: str = "") -> SourceError:
    """Give the error that asks which of several sheets is meant."""
    titles = ", ".join(str(table.source["sheet"]) for table in tables)
    return SourceError(f"{shown}: several sheets hold such a table ({titles}); choose with sheet={advice}.")


# --- sheets ----------------------------------------------------------------------------------------


def _fitting(
    sheets: Sequence[Sheet],
    request: Request,
    *,
    header_row: int | None,
    turn: Callable[[Sheet], Sheet | None] | None,
    first_only: bool,
) -> list[tuple[Sheet, Header]]:
    """Give the sheets that hold the table, with their headings; of the ways to split a text, the first one."""
    most = 1 if first_only else len(sheets)
    if header_row is not None:
        tall = [sheet for sheet in sheets if 1 <= header_row <= len(sheet.rows)]
        if not tall:
            raise SourceError(f"{request.shown}: there is no row {header_row}, named by header_row=.")
        known = [sheet for sheet in tall if request.fits([label_of(cell) for cell in sheet.rows[header_row - 1]])]
        return [(sheet, header_at(sheet, header_row, request)) for sheet in (known or tall)[:most]]
    fitting = _with_headers(sheets, request, most)
    if not fitting and turn is not None:
        turned = (other for sheet in sheets if (other := turn(sheet)) is not None)
        fitting = _with_headers(turned, request, most)
    if not fitting:
        raise SourceError(_no_header(sheets, request))
    return fitting


def _with_headers(sheets: Iterable[Sheet], request: Request, most: int) -> list[tuple[Sheet, Header]]:
    found = ((sheet, header) for sheet in sheets if (header := _header(sheet, request)) is not None)
    return list(islice(found, most))


def _header(sheet: Sheet, request: Request) -> Header | None:
    header = find_header(sheet, request)
    return header_at(sheet, header.first, request) if header is not None and header.first == header.last else header


def _left_alone(sheets: Sequence[Sheet], fitting: Sequence[tuple[Sheet, Header]]) -> list[Record]:
    """Note sheets that hold something, but no such table."""
    read = {sheet.title for sheet, _ in fitting}
    others = [
        sheet.title
        for sheet in sheets
        if sheet.title not in read and any(cell is not None for row in sheet.rows for cell in row)
    ]
    if not others:
        return []
    message = f"{len(others)} sheets hold no such table and were not read: {listed(others)}"
    return [record("sheet_not_read", message)]


# --- headings --------------------------------------------------------------------------------------


def _no_header(sheets: Sequence[Sheet], request: Request) -> str:
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
        labels=[label_of(cell) or _nameless(place) for place, cell in enumerate(cells)],
        shown=request.shown,
        examples=[
            example_values([row[place] if place < len(row) else None for row in below]) for place in range(len(cells))
        ],
    )
    return (
        f"{request.shown}: no row has headings for {' and for '.join(parts)} (one row per association; "
        f"looked for in the first {ROWS_SEARCHED} rows that hold anything). "
        f"Pass {arguments} or header_row=. Columns found: {headings.listing()}."
    )


def _below_header(sheet: Sheet, header: Header, request: Request, *, source: dict[str, Any], text_file: bool) -> Table:
    """Cut out the rows below the headings."""
    width = len(header.labels)
    formulas = {number for number, _ in sheet.uncalculated}
    numbers = [
        number
        for number in range(header.last + 1, len(sheet.rows) + 1)
        if number in formulas or any(cell is not None for cell in sheet.rows[number - 1])
    ]
    padded = [[*sheet.rows[number - 1], *[None] * (width - len(sheet.rows[number - 1]))] for number in numbers]
    refuse_second_table(header.labels, padded, shown=request.shown, sheet=sheet)
    used = [place for place in range(width) if header.labels[place] or any(row[place] is not None for row in padded)]
    rows = [[row[place] for place in used] for row in padded]
    headings = Headings(
        labels=[header.labels[place] or _nameless(place) for place in used],
        shown=request.shown,
        examples=[example_values(column) for column in zip(*rows, strict=True)] or [[] for _ in used],
        aliases=[header.tops[place] for place in used],
    )
    below = sheet.merged_downwards()
    return Table(
        headings=headings,
        rows=rows,
        numbers=numbers,
        merged=[{spot: below[n, p + 1] for spot, p in enumerate(used) if (n, p + 1) in below} for n in numbers],
        source={**source, "sheet": sheet.title} if sheet.title else source,
        records=[*sheet.records, *_hidden(sheet, numbers, used, header)],
        text_file=text_file,
        where=[sheet.where(number) for number in numbers],
        preamble=[*sheet.preamble, *sheet.rows[: header.first - 1]],
        uncalculated=[{spot for spot, p in enumerate(used) if (n, p + 1) in sheet.uncalculated} for n in numbers],
        shown=[
            {spot: sheet.shown[n, p + 1] for spot, p in enumerate(used) if (n, p + 1) in sheet.shown} for n in numbers
        ],
    )


def _hidden(sheet: Sheet, numbers: Sequence[int], used: Sequence[int], header: Header) -> list[Record]:
    """Note hidden rows and columns that were read as well."""
    rows = [number for number in numbers if number in sheet.hidden_rows]
    places = [place for place in used if place + 1 in sheet.hidden_columns]
    kinds = ("hidden_column", "hidden_row") if sheet.turned else ("hidden_row", "hidden_column")
    records = []
    if rows:
        names = [sheet.where(number) for number in rows] if sheet.turned else [f"rows {listed(rows)}"]
        message = f"{len(rows)} {kinds[0].replace('_', ' ')}s were read as well: {listed(names)}"
        records.append(record(kinds[0], message, cure=f"Delete {kinds[0][7:]}s that do not count."))
    if places:
        names = [header.labels[place] or _nameless(place) for place in places]
        message = f"{len(places)} {kinds[1].replace('_', ' ')}s were read as well: {listed(names)}"
        records.append(record(kinds[1], message, cure=f"Delete {kinds[1][7:]}s that do not count."))
    return records


def _nameless(place: int) -> str:
    return f"column_{get_column_letter(place + 1)}"
