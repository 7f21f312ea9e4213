"""Sheets that stand on their side: associations across the columns, figures downwards."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kurihara_geo.sources.numbers import read_count
from kurihara_geo.sources.records import record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kurihara_geo.sources.office_sheets.cells import Sheet

__all__ = ["NAME_HEADING", "turn_sheet"]

NAME_HEADING = "行政区名"
"""How a row of names without a heading is called."""

_LABEL_COLUMNS = 3
_ABOUT = re.compile(r"現在|時点|基準日|単位")


def turn_sheet(sheet: Sheet, *, is_count: Callable[[str], bool], is_name: Callable[[str], bool]) -> Sheet | None:
    """Exchange rows and columns; titles above become the preamble, notes below are recorded.

    Returns
    -------
    Sheet or None
        None if no column on the left has headings of counts.
    """
    width = max((len(row) for row in sheet.rows), default=0)
    cells = [[*row, *[None] * (width - len(row))] for row in sheet.rows]
    lone = [sum(cell is not None for cell in row) <= 1 or _is_about_the_table(row) for row in cells]
    kept = [number for number, alone in enumerate(lone) if not alone]
    count_rows = [
        number
        for number in kept
        if any(isinstance(cell, str) and is_count(cell) for cell in cells[number][:_LABEL_COLUMNS])
        and any(isinstance(read_count(cell), int) for cell in cells[number])
    ]
    if not count_rows:
        return None
    column = next(place for place in range(_LABEL_COLUMNS) if is_count(str(cells[count_rows[0]][place] or "")))
    above = [number for number in kept if number < count_rows[0] and _is_texts(cells[number][column + 1 :])]
    if not above:
        return None
    if not any(is_name(str(cells[number][column] or "")) for number in kept):
        cells[above[-1]][column] = NAME_HEADING
    notes = [number for number in range(kept[0], len(cells)) if lone[number] and any(cells[number])]
    preamble = [row for number, row in enumerate(cells) if number < kept[0] or number in notes]
    return _turned(sheet, cells, kept, preamble, notes)


def _is_about_the_table(cells: Sequence[object]) -> bool:
    """Say whether a row tells of the table: its day or its units."""
    present = [str(cell) for cell in cells if cell is not None]
    return len(present) <= _LABEL_COLUMNS and any(_ABOUT.search(text) for text in present)


def _is_texts(cells: Sequence[object]) -> bool:
    present = [cell for cell in cells if cell is not None]
    return bool(present) and all(isinstance(cell, str) and not isinstance(read_count(cell), int) for cell in present)


def _turned(
    sheet: Sheet,
    cells: Sequence[Sequence[object]],
    kept: Sequence[int],
    preamble: Sequence[Sequence[object]],
    notes: Sequence[int],
) -> Sheet:
    """Build the sheet of the rows kept, as columns."""
    spot = {number + 1: place for place, number in enumerate(kept, start=1)}
    areas = [
        replace(area.turned(), left=spot[area.top], right=spot[area.bottom])
        for area in sheet.areas
        if area.top in spot and area.bottom in spot
    ]
    records = []
    for number in notes:
        text = next(str(cell) for cell in cells[number] if cell is not None)
        records.append(record("note_row_dropped", f"row {number + 1} was left out: a note: {text[:40]}"))
    message = "the sheet has associations side by side and was read with rows and columns exchanged"
    return replace(
        sheet,
        rows=[list(column) for column in zip(*(cells[number] for number in kept), strict=True)],
        areas=tuple(areas),
        hidden_rows=sheet.hidden_columns,
        hidden_columns=frozenset(spot[number] for number in sheet.hidden_rows if number in spot),
        uncalculated=frozenset((place, spot[number]) for number, place in sheet.uncalculated if number in spot),
        shown={(place, spot[number]): text for (number, place), text in sheet.shown.items() if number in spot},
        turned=True,
        preamble=preamble,
        records=[*sheet.records, record("sheet_turned", message), *records],
    )
