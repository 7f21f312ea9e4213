"""What the sheets of an .xlsx workbook hold: values, merged and hidden cells; formats alone take no room."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import WorkSheetParser

from kurihara_geo.errors import SourceError
from kurihara_geo.sources.numbers import is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Page", "read_pages"]

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_FIRST_OWN_FORMAT = 164
_SHORTEST_ZERO_FORMAT = 2
_MOST_PLACES = 5_000_000
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

Place = tuple[int, int]
"""Row and column, counted from 1."""


@dataclass
class Page:
    """A worksheet as stored; rows and columns are counted from 1.

    Parameters
    ----------
    title
        The sheet's name.
    visible
        Whether people see it.
    cells
        Row and column -> what the cell holds; cells without a value are not there.
    merged
        First and last row and column of merged cells (top, left, bottom, right).
    hidden_rows
        Their numbers.
    hidden_columns
        First and last of each run.
    uncalculated
        Formulas without a stored value.
    shown
        Whole numbers that are shown with zeros in front, and how they are shown.
    """

    title: str
    visible: bool
    cells: dict[Place, object] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    uncalculated: set[Place] = field(default_factory=set)
    shown: dict[Place, str] = field(default_factory=dict)

    def last(self, *, shown: str) -> Place:
        """Give the last row and the last column that hold anything, whatever is formatted or merged beyond.

        Raises
        ------
        SourceError
            If a cell stands so far from the others that the table between them would be boundless.
        """
        places = self.cells.keys() | self.uncalculated
        row = max((row for row, _ in places), default=0)
        column = max((column for _, column in places), default=0)
        if row * column > _MOST_PLACES:
            raise SourceError(
                f"{shown}: sheet {self.title!r} reaches down to row {row:,} and right to column "
                f"{get_column_letter(column)}, though {len(places):,} cells hold anything; delete what stands far "
                f"from the table."
            )
        return row, column

    def clear_merged(self) -> None:
        """Take out what stands unseen below a merged cell."""
        for top, left, bottom, right in self.merged:
            inside: Iterator[Place] = (
                (row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)
            )
            if (bottom - top + 1) * (right - left + 1) > len(self.cells):
                inside = iter([(y, x) for y, x in self.cells if top <= y <= bottom and left <= x <= right])
            for place in inside:
                if place != (top, left):
                    self.cells.pop(place, None)
                    self.shown.pop(place, None)


def read_pages(content: bytes, *, shown: str) -> list[Page]:
    """Read the worksheets of a workbook in their order.

    Raises
    ------
    SourceError
        If it is no workbook.
    """
    try:
        with warnings.catch_warnings():
            # What openpyxl remarks concerns styles and drop-down lists, which are not read.
            warnings.simplefilter("ignore")
            return _pages(content)
    except _NO_WORKBOOK as error:
        raise SourceError(f"{shown}: this is no Excel workbook; save it as .xlsx or CSV.") from error


class _CellParser(WorkSheetParser):
    """Reads cells, and remembers formulas that no spreadsheet program has worked out."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.uncalculated: set[Place] = set()

    def parse_cell(self, element: Any) -> dict[str, Any]:
        """Read a cell; an empty text as a result of a formula is a result."""
        cell: dict[str, Any] = super().parse_cell(element)
        if element.find(f"{_MAIN}f") is not None and element.get("t") != "str":
            value = element.find(f"{_MAIN}v")
            if value is None or not value.text:
                self.uncalculated.add((cell["row"], cell["column"]))
        return cell


def _pages(content: bytes) -> list[Page]:
    reader: Any = ExcelReader(io.BytesIO(content), data_only=True)
    reader.read_manifest()
    reader.read_strings()
    reader.read_workbook()
    apply_stylesheet(reader.archive, reader.wb)
    pages = []
    for sheet, link in reader.parser.find_sheets():
        if link.target in reader.valid_files and "chartsheet" not in link.Type:
            page = Page(sheet.name, visible=sheet.state == "visible")
            with reader.archive.open(link.target) as stored:
                _fill(page, stored, reader)
            pages.append(page)
    return pages


def _fill(page: Page, stored: Any, reader: Any) -> None:
    """Read one sheet; openpyxl's own way would make a cell of every place that is merged or formatted."""
    book = reader.wb
    dates, spans = book._date_formats, book._timedelta_formats  # noqa: SLF001 - openpyxl has no public way to them
    parser: Any = _CellParser(
        stored, reader.shared_strings, data_only=True, epoch=book.epoch, date_formats=dates, timedelta_formats=spans
    )
    for _, cells in parser.parse():
        for cell in cells:
            if is_missing(cell["value"]):
                continue
            place = cell["row"], cell["column"]
            page.cells[place] = cell["value"]
            text = _with_zeros(cell["value"], _number_format(book, cell["style_id"]))
            if text:
                page.shown[place] = text
    page.uncalculated = parser.uncalculated
    merged = parser.merged_cells.mergeCell if parser.merged_cells else []
    page.merged = [(area.min_row, area.min_col, area.max_row, area.max_col) for area in merged]
    page.hidden_rows = {int(number) for number, shape in parser.row_dimensions.items() if _is_hidden(shape)}
    columns = [shape for shape in parser.column_dimensions.values() if _is_hidden(shape)]
    page.hidden_columns = [(int(shape["min"]), int(shape.get("max", shape["min"]))) for shape in columns]
    page.clear_merged()


def _is_hidden(shape: dict[str, Any]) -> bool:
    return str(shape.get("hidden", "0")).lower() in {"1", "true"}


def _number_format(book: Any, style: int) -> str:
    """Give the number format of a workbook's own; those that come with Excel add no zeros."""
    own = book._cell_styles[style].numFmtId - _FIRST_OWN_FORMAT  # noqa: SLF001 - as above
    return str(book._number_formats[own]) if own >= 0 else ""  # noqa: SLF001 - as above


def _with_zeros(value: object, number_format: str) -> str:
    """Give a whole number as shown by a format such as ``000``; an empty text where no zero is added."""
    if type(value) is not int or len(number_format) < _SHORTEST_ZERO_FORMAT or set(number_format) != {"0"}:
        return ""
    text = str(value).zfill(len(number_format))
    return text if text != str(value) else ""
