"""Totals in a list, compared with the rows they stand for; a total is dropped, never a number lost."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from kurihara_geo.sources.numbers import read_office_count
from kurihara_geo.sources.office_sheets.row_kinds import GRAND_TOTALS, is_recount
from kurihara_geo.sources.records import Record, listed, record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

__all__ = ["Ledger", "Total", "sexes_that_do_not_add_up"]


@dataclass(frozen=True)
class Total:
    """A totals row.

    Parameters
    ----------
    label, where
        How the row is called and where it stands.
    cells
        Its counts by the columns' names.
    after
        How many associations stand above it.
    town
        The town it is called after, if any.
    """

    label: str
    where: str
    cells: Mapping[str, object]
    after: int
    town: str | None


@dataclass(frozen=True)
class _Sum:
    """What rows hold in a column: the numbers added up, and how many rows have none."""

    known: int = 0
    unknown: int = 0
    hidden: int = 0

    def with_count(self, count: object) -> _Sum:
        """Add a row."""
        if isinstance(count, int):
            return _Sum(self.known + count, self.unknown, self.hidden)
        return _Sum(self.known, self.unknown + 1, self.hidden + (count is pd.NA))

    def since(self, earlier: _Sum) -> _Sum:
        """Take off what was there before."""
        return _Sum(self.known - earlier.known, self.unknown - earlier.unknown, self.hidden - earlier.hidden)


_Span = tuple[int, int] | str
"""Rows a total can stand for: the first one and the one after the last, or all rows of a town."""


@dataclass
class Ledger:
    """The counts of a list in its order, and the totals found among them.

    Sums are kept from the first row on, and for each town, so that a total costs the same in a list of any length.

    Parameters
    ----------
    measures
        Name of a column -> how a message calls what it counts; the columns every row is entered with.
    """

    measures: Mapping[str, str]
    totals: list[Total] = field(default_factory=list)
    length: int = 0
    """How many associations were entered."""
    running: dict[str, list[_Sum]] = field(default_factory=dict)
    """Name of a column -> what the first 0, 1, 2, ... rows hold."""
    by_town: dict[str, dict[str, _Sum]] = field(default_factory=dict)
    """Town -> name of a column -> what its rows hold."""

    def add(self, cells: Mapping[str, object], towns: Collection[str]) -> None:
        """Enter an association."""
        self.length += 1
        counts = {name: read_office_count(cells.get(name)).value for name in self.measures}
        for name, count in counts.items():
            sums = self.running.setdefault(name, [_Sum()])
            sums.append(sums[-1].with_count(count))
        for town in towns:
            held = self.by_town.setdefault(town, {})
            for name, count in counts.items():
                held[name] = held.get(name, _Sum()).with_count(count)

    def sums_before_last(self, name: str) -> set[int]:
        """Give what the rows before the last one add up to: all of them, and those since the last total."""
        since = self.totals[-1].after if self.totals else 0
        last = self.length - 1
        return {self._sum((start, last), name).known for start in (0, since) if last - start > 1}

    def is_sum_of_rows_above(self, cells: Mapping[str, object], *, fewest: int) -> bool:
        """Say whether every count of a row is what the rows above add up to: all, or since the last total."""
        counts = {name: read_office_count(cells.get(name)).value for name in self.measures}
        since = self.totals[-1].after if self.totals else 0
        return isinstance(counts.get("households"), int) and any(
            self.length - start >= fewest
            and all(
                self._sum((start, self.length), name).known == count
                for name, count in counts.items()
                if isinstance(count, int)
            )
            for start in {0, since}
        )

    def compare(self) -> list[Record]:
        """Give a record for every total that differs from its rows, or that hidden numbers keep from being compared."""
        records = []
        for total, spans in zip(self.totals, _Spans(self).of_each(), strict=True):
            if not is_recount(total.label):
                for name in self.measures:
                    records += self._compare(total, spans, name)
        return records

    def _compare(self, total: Total, spans: Sequence[_Span], name: str) -> list[Record]:
        said = read_office_count(total.cells.get(name)).value
        if not isinstance(said, int):
            return []
        sums = [self._sum(span, name) for span in spans]
        if any(said == held.known for held in sums):
            return []
        held = sums[0]
        found = f"{total.label} in {total.where} says {said:,} {self.measures[name]}, the rows add up to {held.known:,}"
        if held.hidden and said >= held.known:
            message = f"{found} and {held.unknown} suppressed or missing numbers, "
            message += f"which must be {said - held.known:,} together"
            return [record("total_with_suppressed", message, cure="Ask for the suppressed numbers.")]
        town = total.town or ""
        return [record("total_mismatch", found, name=town, cure="Look for a missing or a double row.")]

    def _sum(self, span: _Span, name: str) -> _Sum:
        """Give what rows hold, from the sums kept."""
        if isinstance(span, str):
            return self.by_town[span][name]
        sums = self.running.get(name)
        return _Sum() if sums is None else sums[span[1]].since(sums[span[0]])


class _Spans:
    """The rows each total of a ledger can stand for, found in one pass."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._often = Counter(total.label for total in ledger.totals)
        self._ends = [total.after for total in ledger.totals]
        first = next((total for total in ledger.totals if self._is_partial(total)), None)
        # Where the first stands above its rows, all of them do.
        self._stand_above = first is not None and first.after == 0

    def of_each(self) -> Iterator[list[_Span]]:
        """List the rows a total can stand for, the likeliest first; one list for each total."""
        before, alike = 0, dict.fromkeys(self._often, 0)
        for total in self._ledger.totals:
            yield self._of(total, before=before, alike=alike[total.label])
            alike[total.label] = total.after
            if not is_recount(total.label):
                before = total.after

    def _of(self, total: Total, *, before: int, alike: int) -> list[_Span]:
        """Take rows since the last total (before), since the last one of this name (alike), and up to the next."""
        length = self._ledger.length
        overall = (0, length)
        if total.label in GRAND_TOTALS:
            return [overall]
        if total.town in self._ledger.by_town:
            return [total.town]
        later = bisect_right(self._ends, total.after)
        section, block = (before, total.after), (alike, total.after)
        following = (total.after, self._ends[later] if later < len(self._ends) else length)
        spans = [overall, section, block, following]
        if self._is_partial(total):
            spans = [following, section] if self._stand_above else [section, block, overall]
        return [span for span in spans if span[0] < span[1]] or [(0, 0)]

    def _is_partial(self, total: Total) -> bool:
        return total.label not in GRAND_TOTALS and ("小計" in total.label or self._often[total.label] > 1)


def sexes_that_do_not_add_up(rows: Sequence[tuple[str, str, object, object, object]]) -> list[Record]:
    """Give a record naming each row where men and women are not the people together.

    Parameters
    ----------
    rows
        Where the row stands, its name, and men, women and people.
    """
    wrong = []
    for where, name, *cells in rows:
        men, women, people = (read_office_count(cell).value for cell in cells)
        if isinstance(men, int) and isinstance(women, int) and isinstance(people, int) and men + women != people:
            wrong.append((name, f"{where} {name}: {men:,} + {women:,} is not {people:,}"))
    if not wrong:
        return []
    message = f"men and women do not add up to the people in {len(wrong)} rows: {listed(text for _, text in wrong)}"
    return [
        record("sexes_mismatch", message, name=listed(name for name, _ in wrong), cure="Correct the row in the file.")
    ]
