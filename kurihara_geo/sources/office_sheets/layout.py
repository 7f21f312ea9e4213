"""Where a table begins and what its columns are called: headings in one to three rows, merged in both directions."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from kurihara_geo.sources.headings import Headings, Ranks, normal_heading
from kurihara_geo.sources.numbers import is_missing, read_count

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from kurihara_geo.sources.office_sheets.cells import Sheet

__all__ = ["ROWS_SEARCHED", "Header", "Request", "find_header", "header_at", "label_of"]

_MOST_HEADER_ROWS = 3
ROWS_SEARCHED = 100
"""Among how many rows that hold anything, from the top, headings are looked for."""

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_UNIT_ALONE = re.compile(r"[\[(（]?(世帯|戸|人|名|単位[:：].{1,4})[\])）]?")


@dataclass(frozen=True)
class Request:
    """What the headings are recognised by: one heading of each group.

    Parameters
    ----------
    shown
        The path to name in an error.
    wanted
        Standard name -> headings.
    asked
        Standard name -> the heading the planner named, or None.
    groups
        Of each group of standard names, one must be there.
    patterns
        Standard name -> a test for headings that are no fixed words, such as those with a year.
    """

    shown: str
    wanted: Mapping[str, Ranks]
    asked: Mapping[str, str | None]
    groups: Collection[Collection[str]]
    patterns: Mapping[str, Callable[[str], bool]] = field(default_factory=dict)

    def fits(self, labels: Sequence[str]) -> bool:
        """Say whether some heading of each group is there."""
        headings = Headings(labels=labels, shown=self.shown)
        return all(any(self._has(name, headings) for name in group) for group in self.groups)

    def _has(self, name: str, headings: Headings) -> bool:
        if headings.fits(self.wanted[name], self.asked.get(name)):
            return True
        test = self.patterns.get(name)
        return test is not None and self.asked.get(name) is None and any(test(label) for label in headings.labels)

    @cached_property
    def identifying(self) -> set[str]:
        """Headings of ids and names, as compared."""
        return {
            normal_heading(heading)
            for name, ranks in self.wanted.items()
            if name in {"name", "a", "b"} or name.endswith("_id")
            for heading in [self.asked.get(name) or "", *(text for rank in ranks for text in rank)]
            if heading
        }


@dataclass(frozen=True)
class Header:
    """The headings found: their first and last row, one text a column, and the upper row's text.

    Parameters
    ----------
    first, last
        Rows, counted from 1.
    labels
        Joined over the rows, by column; empty where there is none.
    tops
        The text in the row that was recognised.
    """

    first: int
    last: int
    labels: list[str]
    tops: list[str]


def find_header(sheet: Sheet, request: Request) -> Header | None:
    """Find the first rows that have the headings wanted: one row alone, else two, else three joined.

    They are looked for among the first :data:`ROWS_SEARCHED` rows that hold anything.
    """
    filled = (number for number, cells in enumerate(sheet.rows, start=1) if any(cell is not None for cell in cells))
    firsts = list(islice(filled, ROWS_SEARCHED))
    for depth in range(1, _MOST_HEADER_ROWS + 1):
        for first in firsts:
            last = first + depth - 1
            if last > len(sheet.rows):
                break
            if depth == 1:
                if request.fits([label_of(cell) for cell in sheet.rows[first - 1]]):
                    return header_at(sheet, first, request)
            elif all(_may_be_headings(sheet.rows[number - 1]) for number in range(first, last + 1)):
                header = _header(sheet, first, last, request)
                if request.fits(header.labels):
                    return _with_more_below(sheet, header, request)
    return None


def header_at(sheet: Sheet, number: int, request: Request) -> Header:
    """Give the headings whose main row is known, with the rows below and above that divide or group them."""
    header = _with_more_below(sheet, _header(sheet, number, number, request), request)
    return _with_more_above(sheet, header, request)


def label_of(cell: object) -> str:
    """Give a heading's text; a date cell reads as its day."""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    return "" if is_missing(cell) else str(cell).strip()


def _with_more_below(sheet: Sheet, header: Header, request: Request) -> Header:
    last = header.last
    while last < len(sheet.rows) and last - header.first + 1 < _MOST_HEADER_ROWS:
        if not _is_second_header(header.labels, _padded(sheet, last + 1, len(header.labels)), request):
            break
        last += 1
        header = _header(sheet, header.first, last, request, tops=header.tops)
    return header


def _with_more_above(sheet: Sheet, header: Header, request: Request) -> Header:
    """Add rows above as long as they tell equal headings apart, such as years above 世帯数 and 世帯数."""
    best = header
    for first in range(header.first - 1, max(header.last - _MOST_HEADER_ROWS, 0), -1):
        if not _repeats(best.labels) or not _may_be_headings(sheet.rows[first - 1]):
            break
        taller = _header(sheet, first, header.last, request, tops=header.tops)
        if _repeats(taller.labels) < _repeats(best.labels) and request.fits(taller.labels):
            best = taller
    return best


def _repeats(labels: Sequence[str]) -> int:
    compared = [normal_heading(label) for label in labels if label]
    return len(compared) - len(set(compared))


def _may_be_headings(cells: Sequence[object]) -> bool:
    """Say whether a row holds texts, and no numbers but years."""
    return any(cell is not None for cell in cells) and not any(_is_figure(cell) for cell in cells)


def _is_figure(cell: object) -> bool:
    """Say whether a cell holds a number that is no year."""
    count = read_count(cell)
    if isinstance(count, bool) or not isinstance(count, int | float):
        return False
    return isinstance(count, float) or not _FIRST_YEAR <= count <= _LAST_YEAR


def _is_second_header(labels: Sequence[str], cells: Sequence[object], request: Request) -> bool:
    """Say whether a row only divides headings above it that go on to the right: texts, no number but years."""
    present = [(place, cell) for place, cell in enumerate(cells) if cell is not None]
    if present and all(_UNIT_ALONE.fullmatch(label_of(cell)) for _, cell in present):
        return True
    new = [(place, cell) for place, cell in present if normal_heading(cell) != normal_heading(labels[place])]
    if len(new) < 2 or not _may_be_headings(cells) or not _years_divide(labels, present):
        return False
    # Else a row of an association without figures would pass for headings.
    if not any(not labels[place] or labels.count(labels[place]) > 1 for place, _ in new):
        return False
    known = request.identifying
    return not any(
        normal_heading(labels[place]) in known
        and not {normal_heading(cell), normal_heading(f"{labels[place]}{cell}")} & known
        for place, cell in new
        if labels[place]
    )


def _years_divide(labels: Sequence[str], present: Sequence[tuple[int, object]]) -> bool:
    """Say whether numbers that may be years stand several to a heading; a total without a name does not."""
    years = [labels[place] for place, cell in present if isinstance(read_count(cell), int)]
    return not years or len(years) > len({label for label in years if label})


def _padded(sheet: Sheet, number: int, width: int) -> list[object]:
    cells = list(sheet.rows[number - 1])[:width]
    return [*cells, *[None] * (width - len(cells))]


def _header(sheet: Sheet, first: int, last: int, request: Request, *, tops: list[str] | None = None) -> Header:
    width = sheet.widths_below[first - 1]
    rows = [[label_of(cell) for cell in _padded(sheet, number, width)] for number in range(first, last + 1)]
    return Header(first, last, _joined(rows, sheet, first, request), rows[0] if tops is None else tops)


def _joined(rows: list[list[str]], sheet: Sheet, first: int, request: Request) -> list[str]:
    """Join the rows of headings; one that stands over several columns is repeated over each of them."""
    across = sheet.merged_across
    filled: list[list[str]] = []
    for level, row in enumerate(rows):
        upper = filled[-1] if filled else [""] * len(row)
        spread: list[str] = []
        for place, text in enumerate(row):
            merged = label_of(across.get((first + level, place + 1)))
            below = [lower[place] for lower in rows[level + 1 :]]
            if text or merged:
                spread.append(text or merged)
            elif place and any(below) and upper[place] == upper[place - 1]:
                spread.append(
                    _from_the_left(spread[place - 1], [lower[place - 1] for lower in rows[level + 1 :]], request)
                )
            else:
                spread.append("")
        filled.append(spread)
    return [_joined_label([row[place] for row in filled], request.identifying) for place in range(len(rows[0]))]


def _from_the_left(text: str, below: Sequence[str], request: Request) -> str:
    """Give a heading that goes on to the right; one of ids or names that nothing divides does not."""
    return "" if normal_heading(text) in request.identifying and not any(below) else text


def _joined_label(parts: Sequence[str], identifying: Collection[str]) -> str:
    """Join the parts of a heading; 行政区名 below 行政区 says it all alone."""
    kept: list[str] = []
    for part in parts:
        if part and not (kept and normal_heading(part) == normal_heading(kept[-1])):
            kept.append(part)
    joined = " ".join(kept)
    if kept and normal_heading(joined) not in identifying and normal_heading(kept[-1]) in identifying:
        return kept[-1]
    return joined
