"""What an outlook is made of: texts in two languages, what a way of projecting gives, and the outlook itself."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kurihara_geo.sources.records import Record

__all__ = [
    "ALREADY",
    "CAVEAT_EN",
    "CAVEAT_JA",
    "NOT_PROJECTED",
    "SCENARIOS",
    "UNINHABITED",
    "Outlook",
    "Projection",
    "Statement",
    "Way",
    "first_year_below",
]

Way = Literal["cohort", "borrowed_cohort", "rate", "given", "trend"]

SCENARIOS = ("low", "middle", "high")
ALREADY, UNINHABITED, NOT_PROJECTED = "already", "uninhabited", "not_projected"

CAVEAT_JA = "推計は見通しの幅であり、確定した将来の世帯数ではありません。"
CAVEAT_EN = "This is a range to plan with, not a forecast of exact numbers."
_MOST_ROWS = 20


class Statement(NamedTuple):
    """One sentence in Japanese and in English."""

    ja: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Projection:
    """What one way of projecting gives, before it is rounded.

    Parameters
    ----------
    low, middle, high
        Households; index ``association_id``, one column a year; empty where nothing could be projected.
    basis
        Association id -> a short stable word for what its numbers rest on.
    method
        The way, in a sentence.
    assumptions
        What was assumed, a sentence each.
    records
        What was filled in, capped or could not be projected.
    people
        Middle people by year, whole numbers, where the way projects people.
    """

    low: pd.DataFrame
    middle: pd.DataFrame
    high: pd.DataFrame
    basis: pd.Series
    method: Statement
    assumptions: tuple[Statement, ...]
    records: tuple[Record, ...] = ()
    people: pd.DataFrame | None = None


@dataclass(frozen=True)
class Outlook:
    """Households in later years, as a range, with the way they were found.

    Parameters
    ----------
    table
        Index ``association_id`` as the associations; ``name``, ``households`` (today), for each year
        ``households_YYYY_low``, ``_middle`` and ``_high`` (whole numbers, empty where nothing could be projected),
        ``population_YYYY`` where people were projected, and ``basis``: ``own_trend``, ``town_trend``, ``given``,
        ``rate``, ``own_ages``, ``city_ratios`` (its own ages, the city's changes), ``city_ages`` (it follows the whole
        city), ``uninhabited`` or ``not_projected``.
    falls_below
        Same index; ``low``, ``middle``, ``high``: the first year with fewer households than ``floor``, on a straight
        line between the years; ``"already"`` if it is so today, None if it is not by the last year,
        ``"uninhabited"`` or ``"not_projected"``.
    base_year, years
        The year of today's households, and the years projected.
    floor
        Households an association should have.
    way
        ``given``, ``trend``, ``rate``, ``cohort`` or ``borrowed_cohort``.
    method
        The way in a sentence, ``method.ja`` and ``method.en``.
    assumptions
        What was assumed, likewise.
    records
        What was filled in, capped or could not be projected: fields of :class:`~kurihara_geo.errors.Problem`.
    """

    table: pd.DataFrame
    falls_below: pd.DataFrame
    base_year: int
    years: tuple[int, ...]
    floor: int
    way: Way
    method: Statement
    assumptions: tuple[Statement, ...]
    records: tuple[Record, ...]

    def count_below(self) -> pd.DataFrame:
        """Count the inhabited associations with fewer households than the floor: one row a year, today first.

        Associations that could not be projected are counted in the column ``not_projected``.
        """
        lived_in = self.table[self.table["households"] > 0]
        today = int((lived_in["households"] < self.floor).sum())
        rows = {self.base_year: {**dict.fromkeys(SCENARIOS, today), "not_projected": 0}}
        for year in self.years:
            counts = {name: lived_in[f"households_{year}_{name}"] for name in SCENARIOS}
            rows[year] = {name: int((count < self.floor).sum()) for name, count in counts.items()}
            rows[year]["not_projected"] = int(counts["middle"].isna().sum())
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("year")

    def __repr__(self) -> str:
        """Say how many associations there are below the floor today and later."""
        below = self.count_below()
        later = "; ".join(f"{year}: {_spoken_range(below, year)}" for year in self.years)
        return (
            f"<Outlook: {len(self.table)} associations, below {self.floor} households: "
            f"{self.base_year}: {_spoken_range(below, self.base_year)}; {later} (high to low); {self.way}>"
        )

    def _repr_html_(self) -> str:
        """Notebook view: how many fall below the floor and when, the way, what was assumed, and the caveat."""
        return _notebook_view(self)


def first_year_below(years: Sequence[int], households: Sequence[int], floor: int) -> int | None:
    """Give the first whole year in which a straight line between the years is below the floor.

    Parameters
    ----------
    years
        At least one, ascending; the first is today.
    households
        Whole numbers, one for each year.
    floor
        Households it should not be below.
    """
    pairs = list(zip(years, households, strict=True))
    for (start, before), (end, after) in pairwise(pairs):
        span = end - start
        for year in range(start + 1, end + 1):
            if before * span + (after - before) * (year - start) < floor * span:
                return year
    return None


def _spoken_range(below: pd.DataFrame, year: int) -> str:
    low, high = below["low"][year], below["high"][year]
    return f"{high} to {low}" if high != low else f"{low}"


def _notebook_view(outlook: Outlook) -> str:
    below = outlook.count_below()
    rows = "".join(
        f"<tr><th>{year}年{'(現在)' if year == outlook.base_year else ''}</th>"
        f"<td>{low}</td><td>{middle}</td><td>{high}</td></tr>"
        for year, low, middle, high in below[[*SCENARIOS]].itertuples(name=None)
    )
    assumed = "".join(f"<li>{escape(text.ja)}</li>" for text in outlook.assumptions)
    found = f"<p>記録: {len(outlook.records)}件(records を参照)</p>" if outlook.records else ""
    return (
        f"<div><p><b>将来世帯数の見通し</b>: {outlook.floor}世帯を下回る自治会の数(全{len(outlook.table)})</p>"
        f"<table><tr><th>年</th><th>低位</th><th>中位</th><th>高位</th></tr>{rows}</table>"
        f"{_falling_rows(outlook)}<p>方法: {escape(outlook.method.ja)}</p><ul>{assumed}</ul>{found}"
        f"<p><b>{CAVEAT_JA}</b></p></div>"
    )


def _falling_rows(outlook: Outlook) -> str:
    """Name those that fall below the floor in the middle scenario, the earliest first."""
    dates = {str(name): when for name, when in outlook.falls_below["middle"].items() if isinstance(when, int)}
    named = sorted(dates, key=lambda name: (dates[name], name))
    if not named:
        return ""
    shown = outlook.falls_below.assign(name=outlook.table["name"]).loc[named[:_MOST_ROWS], ["name", *SCENARIOS]]
    rows = "".join(
        f"<tr><td>{escape(str(name))}</td><td>{escape(str(title))}</td>"
        f"{''.join(f'<td>{_year_text(when)}</td>' for when in ends)}</tr>"
        for name, title, *ends in shown.itertuples(name=None)
    )
    more = f"<p>ほか{len(named) - _MOST_ROWS}(falls_below を参照)</p>" if len(named) > _MOST_ROWS else ""
    heading = "<tr><th>自治会コード</th><th>自治会名</th><th>低位</th><th>中位</th><th>高位</th></tr>"
    return f"<p>{outlook.floor}世帯を下回る年(中位で下回る自治会)</p><table>{heading}{rows}</table>{more}"


def _year_text(when: object) -> str:
    if when is None:
        return "期間中は下回らない"
    return "現在すでに" if when == ALREADY else f"{when}年"
