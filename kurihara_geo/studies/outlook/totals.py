"""The city's totals that a projection is brought to: given by year, or as a row of a published projection."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pandas as pd

from kurihara_geo.sources.records import listed
from kurihara_geo.studies.outlook.inputs import fault, is_count, is_year, whole_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kurihara_geo.errors import Problem

__all__ = ["Totals", "read_totals"]

_PREFIXES = {"city_population": "population", "city_households": "households"}


@dataclass(frozen=True, kw_only=True)
class Totals(Mapping[int, int]):
    """Totals of the years asked for.

    Parameters
    ----------
    by_year
        Year asked for -> total.
    between
        Years asked for that were not given, but lie on a straight line between two that were.
    free
        Years asked for that stand before, or after, all that were given: nothing is brought to a total there.
    """

    by_year: Mapping[int, int]
    between: tuple[int, ...] = ()
    free: tuple[int, ...] = ()

    def __getitem__(self, year: int) -> int:
        """Give the total of a year."""
        return self.by_year[year]

    def __iter__(self) -> Iterator[int]:
        """Go through the years that have a total."""
        return iter(self.by_year)

    def __len__(self) -> int:
        """Count the years that have a total."""
        return len(self.by_year)


def read_totals(name: str, given: Any, years: tuple[Any, ...]) -> tuple[Totals | None, list[Problem]]:
    """Read the city's totals for the years asked for, and name what is wrong with them.

    Parameters
    ----------
    name
        ``city_population`` or ``city_households``.
    given
        Year -> total as a mapping or a Series; or a table with one row, or a row of it, with a column
        ``population_YYYY`` (``households_YYYY``) a year, as :func:`kurihara_geo.read_projection` gives it. Empty cells
        of a row are not given.
    years
        The years asked for. Of a table the years that serve none of them are left alone; of a mapping they are named.

    Returns
    -------
    Totals or None, list of Problem
        None where nothing is given or something is wrong.
    """
    if given is None or not all(is_year(year) for year in years):
        return None, []
    pairs, is_row, problems = _pairs(name, given)
    if problems:
        return None, problems
    known = {int(year): int(total) for year, total in pairs}
    spans = [(first, last) for first, last in pairwise(sorted(known)) if any(first < year < last for year in years)]
    used = {year for year in known if year in years} | {year for span in spans for year in span}
    unused = sorted(set(known) - used)
    if unused and not is_row:
        problems.append(fault(f"{name} names {listed(unused)}, which is not projected", "add the year to years"))
    elif not used:
        message = (
            f"{name} has no total for {listed(years)}, nor for years around them; it has {listed(known) or 'none'}"
        )
        problems.append(fault(message, "project to other years, or leave it out"))
    return (None, problems) if problems else (_on_lines(known, spans, years), [])


def _on_lines(known: dict[int, int], spans: list[tuple[int, int]], years: tuple[int, ...]) -> Totals:
    """Take the totals given, and those on a straight line between two of them, to whole numbers."""
    told, between = {}, []
    for year in years:
        around = next(((first, last) for first, last in spans if first < year < last), None)
        if year in known:
            told[year] = known[year]
        elif around is not None:
            first, last = around
            # Half a household is rounded up, in whole numbers so that no last bit of a float decides.
            over = known[first] * (last - year) + known[last] * (year - first)
            told[year] = (2 * over + last - first) // (2 * (last - first))
            between.append(year)
    return Totals(by_year=told, between=tuple(between), free=tuple(year for year in years if year not in told))


def _pairs(name: str, given: Any) -> tuple[list[tuple[Any, Any]], bool, list[Problem]]:
    """Give years and totals, whether they were a row of a table, and what is wrong with them."""
    cure = f"{name}={{2030: 51000, 2040: 42000}}"
    if isinstance(given, pd.DataFrame):
        if len(given) != 1:
            rows = listed(_row_names(given)) or "none"
            message = f"{name} must be the row of one municipality; the table has {len(given)}: {rows}"
            return [], True, [fault(message, "keep its row: table.loc[['04213']]")]
        given = given.iloc[0]
    is_row = isinstance(given, pd.Series) and not all(map(is_year, given.index))
    if is_row:
        prefix = _PREFIXES[name]
        matches = [(re.fullmatch(rf"{prefix}_(\d{{4}})", str(label)), total) for label, total in given.items()]
        pairs = [(int(match[1]), total) for match, total in matches if match and not pd.isna(total)]
        if not pairs:
            message = f"{name} has no total in a column {prefix}_YYYY; its columns: {listed(given.index)}"
            return [], True, [fault(message, f"give the table of all ages (総人口), or {cure}")]
    elif hasattr(given, "items"):
        pairs = list(given.items())
    else:
        return [], False, [fault(f"{name} must give a whole number for each year, not {given!r}", cure)]
    return pairs, is_row, _pair_faults(name, pairs, cure)


def _row_names(table: pd.DataFrame) -> list[str]:
    titles = table["name"] if "name" in table else [""] * len(table)
    return [f"{code} {title}".strip() for code, title in zip(table.index, titles, strict=True)]


def _pair_faults(name: str, pairs: list[tuple[Any, Any]], cure: str) -> list[Problem]:
    """Name years that are none or given twice, and totals that are no whole numbers."""
    wrong = [f"{year}: {total!r}" for year, total in pairs if not is_year(year) or not _is_total(total)]
    if wrong or not pairs:
        message = f"{name} must give a whole number for each year, not {listed(wrong) or 'nothing'}"
        return [fault(message, cure)]
    years = [int(year) for year, _ in pairs]
    twice = sorted({year for year in years if years.count(year) > 1})
    return [fault(f"{name} gives {listed(twice)} more than once", "keep one total a year")] if twice else []


def _is_total(total: Any) -> bool:
    # A Series turns whole numbers beside an empty cell into floats.
    return is_count(total) or whole_number(total) is not None
