"""Households from two past counts: the trend of each association, as far as its own past can be believed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kurihara_geo.columns import HOUSEHOLD_KINDS
from kurihara_geo.sources.records import listed, record
from kurihara_geo.studies.outlook.inputs import fault, find_past_columns, read_counts
from kurihara_geo.studies.outlook.ranges import (
    around,
    at_least_rate_range,
    chance_spread,
    controlled,
    said_of_spread,
    said_without_spread,
)
from kurihara_geo.studies.outlook.shrinkage import (
    FEWEST,
    PRIOR_WHEN_FEW,
    derive_prior,
    shrink_ratios,
    spread_by_size,
    usual_distance,
)
from kurihara_geo.studies.outlook.values import Projection, Statement

if TYPE_CHECKING:
    from kurihara_geo.errors import Problem
    from kurihara_geo.sources.records import Record
    from kurihara_geo.studies.outlook.inputs import Options, Start

__all__ = ["find_trend_faults", "project_trend"]

_MOST_CITY_CHANGE = 0.03
"""Yearly change of all households together beyond which counts of an unstated kind are not taken for a trend."""


@dataclass(frozen=True, kw_only=True)
class _Past:
    """Past counts beside today's, and the ratios expected of each association."""

    year: int
    column: str
    before: pd.Series
    known: pd.Series
    city: float
    pooled: pd.Series
    town_spread: float


def find_trend_faults(start: Start, options: Options) -> list[Problem]:
    """Find what forbids a trend: no past column, cells that are no counts, another kind of households."""
    columns = find_past_columns(start.table, start.base_year)
    if not columns:
        message = f"there is no column households_YYYY of a year before {start.base_year}"
        return [fault(message, "give past counts of the same kind, such as households_2015", kind="missing_column")]
    year, column = next(iter(columns.items()))
    before, problems = read_counts(start.table, column)
    if not problems and not (before[start.inhabited] > 0).any():
        problems.append(fault(f"{column!r} holds no count above 0", "give past counts", kind="count"))
    kinds = _kind_faults(start, options, year, column)
    return [*problems, *kinds] if problems or kinds else _jump_faults(start, options, year, column)


def _jump_faults(start: Start, options: Options, year: int, column: str) -> list[Problem]:
    """Refuse a jump of all associations together that is rather one of kinds, unless the past kind is said."""
    then = _past_kinds(start, options, year)
    if options.accept_mixed_kinds or (then is not None and (then != "not_stated").all()):
        return []
    past = _read_past(start)
    yearly = past.city ** (1 / (start.base_year - year)) - 1
    if abs(yearly) <= _MOST_CITY_CHANGE:
        return []
    now, before = start.households[past.known].sum(), past.before.sum()
    message = (
        f"all associations of {column!r} together go from {before:.0f} to {now:.0f} households, {yearly:+.1%} a year; "
        f"more than {_MOST_CITY_CHANGE:.0%} a year is hardly a trend, but counts of different kinds or areas, and "
        f"nothing says which households {column!r} counts (today's: {start.kind})"
    )
    said = "" if start.kind == "not_stated" else f"past_kind={start.kind!r} if they are of today's kind, or "
    cure = f"compare the two columns; if the change is real, say {said}accept_mixed_kinds='why they can be compared'"
    return [fault(message, cure, kind="mixed_kinds")]


def _kind_faults(start: Start, options: Options, year: int, column: str) -> list[Problem]:
    """Refuse past counts of another kind than today's, unless a planner accepts them with a reason."""
    then = _past_kinds(start, options, year)
    if then is None or options.accept_mixed_kinds:
        return []
    differ = then.index[(then != start.kind).to_numpy()]
    if not len(differ):
        return []
    kinds = ", ".join(sorted(set(then[differ])))
    message = f"{column!r} counts {kinds} households, today's are {start.kind} households, in {listed(differ)}"
    cure = "use counts of one kind, or accept_mixed_kinds='why they can be compared'"
    return [fault(message, cure, kind="mixed_kinds")]


def _past_kinds(start: Start, options: Options, year: int) -> pd.Series | None:
    """Give the kind of the past counts where it is said: by the option, or by a column of its own."""
    if options.past_kind is not None:
        return pd.Series(options.past_kind, index=start.ids, dtype="object")
    column = f"households_{year}_kind"
    return start.table[column].astype("object").fillna("not_stated").astype("str") if column in start.table else None


def project_trend(start: Start, options: Options) -> Projection:
    """Carry past changes on, each association's own as far as its size lets it be believed.

    With today's n households, m of them d years ago and its town's ratio R, an association's ratio is
    ``(n + k R) / (m + k)``, k as :func:`derive_prior` derives it; R is the town's ratio drawn to the city's likewise.
    The yearly rate ``ln(ratio) / d`` is capped. The town's rate lasts; what an association's own differs from it is
    worth ``damping`` times as much from year to year.
    """
    past = _read_past(start)
    span = start.base_year - past.year
    with_past = past.known & (past.before > 0) & start.inhabited
    now, before, pooled = (s.to_numpy() for s in (start.households, past.before.fillna(0.0), past.pooled))
    chosen = (past.known & (past.before > 0)).to_numpy()
    prior = derive_prior(now[chosen], before[chosen], pooled[chosen])
    ratios = shrink_ratios(now, np.where(with_past, before, 0.0), pooled, prior)
    # A place without anybody has no rate; it stays empty whatever its rate.
    ratios = np.where(start.inhabited, ratios, 1.0)
    rates, capped = _capped(pd.Series(np.log(ratios) / span, index=start.ids), options)
    town_rates, _ = _capped(np.log(past.pooled) / span, options)
    middle = pd.DataFrame(
        {year: start.households * _growth(rates, town_rates, year - start.base_year, options) for year in options.years}
    )
    middle = controlled(middle, options.city_households)
    spread = spread_by_size(now[chosen], before[chosen], pooled[chosen], now)
    wide = _widened(start, options, past, spread)
    low, high = around(middle, wide)
    basis = pd.Series(np.where(with_past, "own_trend", "town_trend"), index=start.ids)
    return Projection(
        low=low,
        middle=middle,
        high=high,
        basis=basis.where(start.inhabited, "uninhabited"),
        method=_method(start, past),
        assumptions=_assumptions(start, options, past, prior=prior, few=spread is None),
        records=_records(start, options, past, capped),
    )


def _read_past(start: Start) -> _Past:
    year, column = next(iter(find_past_columns(start.table, start.base_year).items()))
    before, _ = read_counts(start.table, column)
    known = before.notna()
    city = start.households[known].sum() / before[known].sum()
    # A city that emptied wholly has no rate to lend.
    city = city if city > 0 else 1.0
    sums = (
        pd.DataFrame({"now": start.households, "before": before})[known & (start.pool != "")]
        .groupby(start.pool[known & (start.pool != "")])
        .sum()
    )
    sums = sums[sums["before"] > 0]
    now, then = sums["now"].to_numpy(), sums["before"].to_numpy()
    expected = np.full(len(sums), city)
    ratios = shrink_ratios(now, then, expected, PRIOR_WHEN_FEW)
    pooled = start.pool.map(dict(zip(sums.index, ratios, strict=True))).astype("float64").fillna(city)
    distance = usual_distance(np.log(ratios / city)) if len(sums) > 1 else 0.0
    return _Past(year=year, column=column, before=before, known=known, city=city, pooled=pooled, town_spread=distance)


def _capped(rates: pd.Series, options: Options) -> tuple[pd.Series, pd.Series]:
    limit = options.most_yearly_change
    return rates.clip(-limit, limit), rates.abs() > limit


def _growth(rates: pd.Series, town_rates: pd.Series, span: int, options: Options) -> pd.Series:
    """Give the factor over some years: the town's rate in full, what an association's own differs from it damped."""
    damped = sum(options.damping**year for year in range(span))
    exponents = town_rates * span + (rates - town_rates) * damped
    return pd.Series(np.exp(exponents.to_numpy()), index=rates.index)


def _widened(start: Start, options: Options, past: _Past, spread: np.ndarray | None) -> pd.DataFrame:
    """Widen the spread with the years: single associations with the square root, whole towns in proportion."""
    if spread is None:
        return chance_spread(start, options.years, options.rate_range)
    spans = {year: (year - start.base_year) / (start.base_year - past.year) for year in options.years}
    wide = pd.DataFrame(
        {year: np.hypot(spread * np.sqrt(times), past.town_spread * times) for year, times in spans.items()},
        index=start.ids,
    )
    return at_least_rate_range(wide, start, options)


def _method(start: Start, past: _Past) -> Statement:
    return Statement(
        f"{past.year}年から{start.base_year}年までの世帯数の変化率の延長(規模に応じて旧町村の変化率に近づけ、年とともに弱める)",
        f"the trend of households from {past.year} to {start.base_year}, drawn to the former town's by size and damped",
    )


def _assumptions(start: Start, options: Options, past: _Past, *, prior: float, few: bool) -> tuple[Statement, ...]:
    label_ja, label_en = HOUSEHOLD_KINDS.get(start.kind, (start.kind, start.kind))
    said_kind = (
        Statement(
            f"{past.year}年の世帯数も今日と同じ種類({label_ja})とみなした。",
            f"The households of {past.year} are taken to be of today's kind ({label_en}).",
        )
        if _past_kinds(start, options, past.year) is None
        else Statement(f"過去の世帯数の種類を確かめた({label_ja})。", f"Past and present kinds: {label_en}.")
    )
    few_pairs = int((past.known & (past.before > 0)).sum()) < FEWEST
    derived_ja = "過去の変化が少ないため仮定" if few_pairs else "過去の変化の散らばりから算出"
    derived_en = "assumed, for there are few past changes" if few_pairs else "derived from the spread of past changes"
    weight = "∞" if np.isinf(prior) else f"{prior:.0f}"
    strength = Statement(
        f"自治会自身の変化率の重みは m/(m+{weight})(m は{past.year}年の世帯数。{derived_ja})。"
        f"残りは旧町村の変化率(市の変化率に{PRIOR_WHEN_FEW:.0f}世帯分近づけた)。",
        f"An association's own rate weighs m/(m+{weight}), m its households of {past.year} ({derived_en}); the rest is "
        f"its former town's, drawn to the city's by {PRIOR_WHEN_FEW:.0f} households.",
    )
    lasting = Statement(
        f"旧町村の変化率は続き、自治会ごとの差は年に{options.damping:g}倍に弱まる。変化率は年±{options.most_yearly_change:.0%}まで。",
        f"The town's rate lasts; an association's difference from it is worth {options.damping:g} times as much each "
        f"year; no rate is beyond {options.most_yearly_change:.0%} a year.",
    )
    if few:
        return said_kind, strength, lasting, said_without_spread(options.rate_range)
    towns = Statement(
        f"旧町村の変化率の違い(5つに4つが市の±{np.expm1(past.town_spread):.1%}以内)も、年数に比例して幅に加えた。",
        f"Nor may the towns' rates last: four of five are within {np.expm1(past.town_spread):.1%} of the city's over "
        "that span, which widens the range in proportion to the years.",
    )
    return said_kind, strength, lasting, said_of_spread(start.base_year - past.year, options.rate_range), towns


def _records(start: Start, options: Options, past: _Past, capped: pd.Series) -> tuple[Record, ...]:
    names = start.table["name"]
    borrowed = start.ids[(start.inhabited & ~(past.known & (past.before > 0))).to_numpy()]
    found = [
        record(
            "projected_with_town",
            f"{past.column!r} is {'0' if past.known[name] else 'empty'}; its town's rate was used",
            association_id=name,
            name=str(names[name]),
            cure="fill in the past count if it is known",
        )
        for name in borrowed
    ]
    found += [
        record(
            "change_capped",
            f"households went from {past.before[name]:.0f} to {start.households[name]:.0f}; "
            f"the rate was capped at {options.most_yearly_change:.0%} a year",
            association_id=name,
            name=str(names[name]),
            cure="give a forecast of its own (households_YYYY) if the change is real and lasts",
        )
        for name in start.ids[(capped & start.inhabited).to_numpy()]
    ]
    return tuple(found)
