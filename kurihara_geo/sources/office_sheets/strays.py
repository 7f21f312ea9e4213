"""Cells beyond the headings: rows a comma split in two cells too many, and a second table beside the first."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

from kurihara_geo.errors import SourceError
from kurihara_geo.sources.numbers import read_count
from kurihara_geo.sources.records import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kurihara_geo.sources.office_sheets.cells import Sheet
    from kurihara_geo.sources.office_sheets.layout import Header

__all__ = ["refuse_second_table", "refuse_split_rows"]

_BEFORE_THE_COMMA = re.compile(r"[0-9]{1,3}")
_AFTER_THE_COMMA = re.compile(r"[0-9]{3}")


def refuse_split_rows(sheet: Sheet, header: Header, *, shown: str) -> None:
    """Refuse rows of a CSV file with more cells than headings, as ``1,234`` without quotation marks makes them.

    Raises
    ------
    SourceError
        Every such row is named, with the numbers that look split.
    """
    if sheet.turned:
        return
    width = max(len(sheet.rows[number - 1]) for number in range(header.first, header.last + 1))
    longer = [number for number in range(header.last + 1, len(sheet.rows) + 1) if len(sheet.rows[number - 1]) > width]
    # Where most rows end in a comma too many, one more says nothing of a number.
    usual = 2 * len(longer) > len(sheet.rows) - header.last
    faults = []
    for number in longer:
        cells = sheet.rows[number - 1]
        split = _split_number(cells)
        if any(cell is not None for cell in cells[width:]) or (split and not usual):
            faults.append(f"row {number} ({split}?)" if split else f"row {number}")
    if faults:
        raise SourceError(
            f"{shown}: {len(faults)} rows have more cells than the {width} headings: {listed(faults)}. "
            f"A comma may have split a number: write it without one (1234) or in quotation marks "
            f'("1,234"), and give every column a heading.'
        )


def _split_number(cells: Sequence[object]) -> str:
    """Give the numbers that look like one number split at its comma, as written with it."""
    pairs = [
        f"{left},{right}"
        for left, right in pairwise(cells)
        if _BEFORE_THE_COMMA.fullmatch(str(left).strip()) and _AFTER_THE_COMMA.fullmatch(str(right).strip())
    ]
    return ", ".join(pairs)


def refuse_second_table(labels: Sequence[str], rows: Sequence[Sequence[object]], *, shown: str, sheet: Sheet) -> None:
    """Refuse columns of names and numbers without headings in most rows: a table beside the table.

    Raises
    ------
    SourceError
        The columns are named by their letters.
    """
    if sheet.turned:
        return
    nameless = [place for place, label in enumerate(labels) if not label]
    texts = [place for place in nameless if 2 * _many(rows, place, number=False) >= len(rows)]
    counts = [place for place in nameless if 2 * _many(rows, place, number=True) >= len(rows)]
    found = sorted({*texts, *counts})
    if rows and texts and counts and min(texts) < max(counts):
        columns = ", ".join(get_column_letter(place + 1) for place in found)
        title = f" of sheet {sheet.title!r}" if sheet.title else ""
        raise SourceError(
            f"{shown}: columns {columns}{title} hold names and numbers without a heading, as in a second table beside "
            f"the first; move its rows below the others, or write headings above these columns."
        )


def _many(rows: Sequence[Sequence[object]], place: int, *, number: bool) -> int:
    """Count the rows that hold a number, or a text that is none, in a column."""
    cells = [row[place] for row in rows if row[place] is not None]
    return sum(isinstance(read_count(cell), int | float) is number for cell in cells)
