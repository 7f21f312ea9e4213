"""Totals in a list, compared with the rows they stand for; a total is dropped, never a number lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from kurihara_geo.sources.numbers import read_office_count
from kurihara_geo.sources.office_sheets.row_kinds import GRAND_TOTALS, is_recount
from kurihara_geo.sources.records import Record, listed, record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


@dataclass
class Ledger:
    """The counts of a list in its order, and the totals found among them.

    Parameters
    ----------
    measures
        Name of a column -> how a message calls what it counts.
    """

    measures: Mapping[str, str]
    lines: list[dict[str, object]] = field(default_factory=list)
    towns: list[set[str]] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    running: dict[str, list[int]] = field(default_factory=dict)
    """Name of a column -> what the first 0, 1, 2, ... rows add up to, so that asking row by row stays cheap."""

    def add(self, cells: Mapping[str, object], towns: set[str]) -> None:
        """Enter an association."""
        line = {name: read_office_count(cell).value for name, cell in cells.items()}
        self.lines.append(line)
        self.towns.append(towns)
        for name, count in line.items():
            sums = self.running.setdefault(name, [0])
            sums.append(sums[-1] + (count if isinstance(count, int) else 0))

    def sums_before_last(self, name: str) -> set[int]:
        """Give what the rows before the last one add up to: all of them, and those since the last total."""
        since = self.totals[-1].after if self.totals else 0
        last = len(self.lines) - 1
        sums = self.running.get(name, [0] * (last + 1))
        return {sums[last] - sums[start] for start in (0, since) if last - start > 1}

    def compare(self) -> list[Record]:
        """Give a record for every total that differs from its rows, or that hidden numbers keep from being compared."""
        records = []
        for place, total in enumerate(self.totals):
            if not is_recount(total.label):
                for name in self.measures:
                    records += self._compare(place, total, name)
        return records

    def _compare(self, place: int, total: Total, name: str) -> list[Record]:
        said = read_office_count(total.cells.get(name)).value
        if not isinstance(said, int):
            return []
        spans = self._spans(place, total)
        sums = [self._sum(rows, name) for rows in spans]
        if said in sums:
            return []
        rows, expected = spans[0], sums[0]
        measure = self.measures[name]
        counts = [self.lines[row].get(name) for row in rows]
        unknown = sum(not isinstance(count, int) for count in counts)
        found = f"{total.label} in {total.where} says {said:,} {measure}, the rows add up to {expected:,}"
        if any(count is pd.NA for count in counts) and said >= expected:
            message = f"{found} and {unknown} suppressed or missing numbers, which must be {said - expected:,} together"
            return [record("total_with_suppressed", message, cure="Ask for the suppressed numbers.")]
        town = total.town or ""
        return [record("total_mismatch", found, name=town, cure="Look for a missing or a double row.")]

    def _sum(self, rows: Sequence[int], name: str) -> int:
        counts = [self.lines[row].get(name) for row in rows]
        return sum(count for count in counts if isinstance(count, int))

    def _spans(self, place: int, total: Total) -> list[list[int]]:
        """List the rows a total can stand for, the likeliest first."""
        overall = list(range(len(self.lines)))
        if total.label in GRAND_TOTALS:
            return [overall]
        own = [row for row in overall if total.town in self.towns[row]]
        if own:
            return [own]
        before = [other.after for other in self.totals[:place] if not is_recount(other.label)]
        alike = [other.after for other in self.totals[:place] if other.label == total.label]
        later = [other.after for other in self.totals[place + 1 :]]
        section = overall[before[-1] if before else 0 : total.after]
        block = overall[alike[-1] if alike else 0 : total.after]
        following = overall[total.after : next((end for end in later if end > total.after), len(overall))]
        spans = [overall, section, block, following]
        if self._is_partial(total):
            first = next(other for other in self.totals if self._is_partial(other))
            # Where the first stands above its rows, all of them do.
            spans = [following, section] if first.after == 0 else [section, block, overall]
        return [span for span in spans if span] or [[]]

    def _is_partial(self, total: Total) -> bool:
        alike = sum(other.label == total.label for other in self.totals)
        return total.label not in GRAND_TOTALS and ("小計" in total.label or alike > 1)


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
