"""The cells of a CSV file or a workbook as they stand there, with what is merged, hidden or not calculated."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.xml.functions import fromstring

from kurihara_geo.errors import SourceError
from kurihara_geo.sources.numbers import is_missing
from kurihara_geo.sources.records import Record, record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["ALL_SHEETS", "Area", "Sheet", "csv_sheets", "excel_sheets"]

ALL_SHEETS = "all"
"""What a planner passes as ``sheet`` to have all sheets read, one below the other."""

OLD_OFFICE_START = b"\xd0\xcf\x11\xe0"
_DELIMITERS = (",", "\t", ";")
_ROWS_TO_SNIFF = 50
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_SHORTEST_ZERO_FORMAT = 2
# A file cut off or damaged fails in any of these ways, depending on where.
_NO_WORKBOOK = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    SyntaxError,
    RuntimeError,
    OSError,
    EOFError,
)


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

    def merged_across(self) -> dict[tuple[int, int], object]:
        """Give row and column of cells in the first row of an area merged with one to the left, and its value."""
        return {(area.top, place): area.value for area in self.areas for place in range(area.left + 1, area.right + 1)}


def csv_sheets(text: str, *, shown: str) -> list[Sheet]:
    """Split text at comma, tab (Excel's Unicode text) and semicolon; the way that makes most cells comes first."""
    try:
        ways = [list(csv.reader(io.StringIO(text, newline=""), delimiter=mark)) for mark in _DELIMITERS]
    except csv.Error as error:
        raise SourceError(f"{shown}: this is no CSV table ({error}); save it as CSV or xlsx.") from error
    ways.sort(key=lambda way: -sum(len(row) for row in way[:_ROWS_TO_SNIFF]))
    return [Sheet(title="", rows=[[_cell(cell) for cell in row] for row in way]) for way in ways]


def excel_sheets(content: bytes, *, sheet: str | None, shown: str) -> tuple[list[Sheet], list[Record]]:
    """Read the sheets people see, or the one named; hidden ones are noted by name and left alone.

    Raises
    ------
    SourceError
        If it is an old .xls file, no workbook, or has no such sheet.
    """
    if content.startswith(OLD_OFFICE_START):
        raise SourceError(f"{shown}: this is an old Excel file (.xls) or one with a password; save it as .xlsx or CSV.")
    try:
        with warnings.catch_warnings():
            # What openpyxl remarks concerns styles and drop-down lists, which are not read.
            warnings.simplefilter("ignore")
            reader = ExcelReader(io.BytesIO(content), data_only=True)
            reader.read()
            parts = {page.name: link.target for page, link in reader.parser.find_sheets()}
    except _NO_WORKBOOK as error:
        raise SourceError(f"{shown}: this is no Excel workbook; save it as .xlsx or CSV.") from error
    pages = reader.wb.worksheets
    names = [page.title for page in pages]
    wanted = None if sheet == ALL_SHEETS and sheet not in names else sheet
    if wanted is not None and wanted not in names:
        raise SourceError(f"{shown}: there is no sheet {sheet!r}; sheets found: {', '.join(names)}.")
    if wanted is not None:
        chosen, hidden = [page for page in pages if page.title == wanted], []
    else:
        chosen = [page for page in pages if page.sheet_state == "visible"] or pages
        hidden = [page.title for page in pages if page not in chosen and page.calculate_dimension() != "A1:A1"]
    return [_excel_sheet(page, _uncalculated(content, parts[page.title])) for page in chosen], _unread(hidden)


def _unread(hidden: Sequence[str]) -> list[Record]:
    if not hidden:
        return []
    message = f"{len(hidden)} hidden sheets were not read: {', '.join(hidden)}"
    return [record("hidden_sheet", message, cure="Pass sheet= with the name of one to read it.")]


def _excel_sheet(page: Worksheet, uncalculated: frozenset[tuple[int, int]]) -> Sheet:
    rows, shown = [], {}
    for number, cells in enumerate(page.iter_rows(min_row=1, min_col=1), start=1):
        rows.append([_cell(cell.value) for cell in cells])
        for place, cell in enumerate(cells, start=1):
            text = _with_zeros(cell.value, str(cell.number_format))
            if text:
                shown[number, place] = text
    return Sheet(
        title=page.title,
        rows=rows,
        areas=tuple(
            Area(area.min_row, area.min_col, area.max_row, area.max_col, page.cell(area.min_row, area.min_col).value)
            for area in page.merged_cells.ranges
        ),
        hidden_rows=frozenset(number for number, shape in page.row_dimensions.items() if shape.hidden),
        hidden_columns=frozenset(
            number
            for shape in page.column_dimensions.values()
            if shape.hidden and shape.min
            for number in range(shape.min, (shape.max or shape.min) + 1)
        ),
        uncalculated=uncalculated,
        shown=shown,
    )


def _cell(value: object) -> object:
    return None if is_missing(value) else value


def _with_zeros(value: object, number_format: str) -> str:
    """Give a whole number as shown by a format such as ``000``; an empty text where no zero is added."""
    if type(value) is not int or len(number_format) < _SHORTEST_ZERO_FORMAT or set(number_format) != {"0"}:
        return ""
    text = str(value).zfill(len(number_format))
    return text if text != str(value) else ""


def _uncalculated(content: bytes, part: str) -> frozenset[tuple[int, int]]:
    """Find formulas that no spreadsheet program has worked out; an empty text as a result is a result."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        text = packed.read(part)
    if b"<f" not in text:
        return frozenset()
    found = set()
    for cell in fromstring(text).iter(f"{_MAIN}c"):
        value = cell.find(f"{_MAIN}v")
        if cell.find(f"{_MAIN}f") is not None and cell.get("t") != "str" and (value is None or not value.text):
            found.add(coordinate_to_tuple(str(cell.get("r"))))
    return frozenset(found)
