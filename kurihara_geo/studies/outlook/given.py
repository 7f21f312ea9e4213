"""Households from a planner's own forecast columns, or from a yearly rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kurihara_geo.sources.records import listed, record
from kurihara_geo.studies.outlook.inputs import fault, find_later_columns, read_counts
from kurihara_geo.studies.outlook.ranges import around, chance_spread, controlled, said_without_spread
from kurihara_geo.studies.outlook.values import SCENARIOS, Projection, Statement

if TYPE_CHECKING:
    from kurihara_geo.errors import Problem
    from kurihara_geo.studies.outlook.inputs import Options, Start

__all__ = ["find_given_faults", "find_rate_faults", "project_given", "project_rate"]

_MOST_RATE = 0.2


def find_given_faults(start: Start, options: Options) -> list[Problem]:
    """Find what is wrong with a planner's own columns: missing years, cells that are no counts, ends that cross."""
    columns = find_later_columns(start.table, start.base_year)
    missing = [f"households_{year}" for year in options.years if (year, "middle") not in columns]
    problems = []
    if missing:
        message = f"there is no column {', '.join(missing)}"
        problems.append(fault(message, "add the columns or leave the years out of years", kind="missing_column"))
    if options.city_households:
        message = "city_households has nothing to control: a planner's own columns are used as they are"
        problems.append(fault(message, "leave it out, or use another method"))
    for (year, _), column in columns.items():
        if year in options.years:
            problems += read_counts(start.table, column)[1]
    return problems or _crossed(start, options)


def _crossed(start: Start, options: Options) -> list[Problem]:
    """Name the rows whose low end is above the middle, or whose high end is below it."""
    problems = []
    for year in options.years:
        low, middle, high = _read_year(start, year)
        wrong = start.ids[
            ((low > middle) | (middle > high) | (middle.isna() & (low.notna() | high.notna()))).to_numpy()
        ]
        if len(wrong):
            message = f"in {year} low <= middle <= high does not hold in {listed(wrong)}"
            problems.append(fault(message, "correct the columns _low and _high", kind="range"))
    return problems


def _read_year(start: Start, year: int) -> tuple[pd.Series, ...]:
    columns = find_later_columns(start.table, start.base_year)
    read = {name: read_counts(start.table, columns[year, name])[0] for name in SCENARIOS if (year, name) in columns}
    middle = read["middle"]
    return tuple(read.get(name, middle).where(read.get(name, middle).notna(), middle) for name in SCENARIOS)


def project_given(start: Start, options: Options) -> Projection:
    """Take a planner's own columns as they are; without ``_low`` and ``_high`` there is no range."""
    read = {year: _read_year(start, year) for year in options.years}
    low, middle, high = (pd.DataFrame({year: read[year][number] for year in options.years}) for number in range(3))
    empty = middle.isna().any(axis="columns")
    low, middle, high = (frame.mask(empty, axis="index") for frame in (low, middle, high))
    names = start.table["name"]
    found = [
        record(
            "not_projected",
            "a cell of its households_YYYY columns is empty",
            association_id=name,
            name=str(names[name]),
            cure="fill it in; later-year floors need it",
        )
        for name in start.ids[(empty & start.inhabited).to_numpy()]
    ]
    basis = pd.Series(np.where(empty, "not_projected", "given"), index=start.ids)
    with_range = any(name != "middle" for year, name in find_later_columns(start.table, start.base_year))
    assumed = (
        Statement("低位と高位は与えられた列による。", "Low and high are the columns given.")
        if with_range
        else Statement(
            "低位・高位の列がないため、幅はない(低位=中位=高位)。",
            "No columns for low and high were given: there is no range (low = middle = high).",
        )
    )
    return Projection(
        low=low,
        middle=middle,
        high=high,
        basis=basis.where(start.inhabited, "uninhabited"),
        method=Statement("与えられた将来世帯数をそのまま使用", "a planner's own forecast, as it is"),
        assumptions=(assumed,),
        records=tuple(found),
    )


def find_rate_faults(start: Start, options: Options) -> list[Problem]:
    """Find what is wrong with the yearly rates: no number, out of range, for nobody, or missing for some."""
    given: Any = options.yearly_rate
    cure = "give a share a year, such as -0.012 for 1.2% fewer"
    if given is None:
        return [fault("there is no yearly_rate", cure)]
    by_name = hasattr(given, "items")
    rates = dict(given.items()) if by_name else {"all": given}
    wrong = [f"{name}: {rate!r}" for name, rate in rates.items() if not _is_rate(rate)]
    problems = []
    if wrong:
        message = f"yearly_rate must be from {-_MOST_RATE} to {_MOST_RATE}, not {listed(wrong)}"
        problems.append(fault(message, cure))
    if by_name:
        known = {*start.ids, *start.pool}
        strange = [repr(name) for name in rates if name not in known]
        if strange:
            message = f"yearly_rate names {listed(strange)}, which is neither an association nor a {options.pool_by}"
            problems.append(fault(message, "correct the name or take it out"))
        without = [n for n in start.ids if start.inhabited[n] and n not in rates and start.pool[n] not in rates]
        if without:
            message = f"yearly_rate has no rate for {listed(without)}"
            problems.append(fault(message, f"add the association or its {options.pool_by}"))
    return problems


def _is_rate(rate: Any) -> bool:
    number = isinstance(rate, int | float | np.integer | np.floating) and not isinstance(rate, bool)
    return number and -_MOST_RATE <= rate <= _MOST_RATE


def project_rate(start: Start, options: Options) -> Projection:
    """Apply a yearly rate: ``households * (1 + rate) ** years``; an association's own goes before its town's."""
    given: Any = options.yearly_rate
    rates = pd.Series(
        [given.get(name, given.get(start.pool[name], 0.0)) if hasattr(given, "items") else given for name in start.ids],
        index=start.ids,
        dtype="float64",
    )
    middle = pd.DataFrame({y: start.households * (1 + rates) ** (y - start.base_year) for y in options.years})
    middle = controlled(middle, options.city_households)
    low, high = around(middle, chance_spread(start, options.years, options.rate_range))
    several = len(set(rates[start.inhabited])) > 1
    spoken = "自治会・旧町村ごとの率" if several else f"年{rates.iloc[0] if len(rates) else 0:+.2%}"
    spoken_en = "a rate of each" if several else f"{rates.iloc[0] if len(rates) else 0:+.2%} a year"
    return Projection(
        low=low,
        middle=middle,
        high=high,
        basis=pd.Series("rate", index=start.ids).where(start.inhabited, "uninhabited"),
        method=Statement(f"与えられた年間変化率({spoken})", f"a yearly rate as given ({spoken_en})"),
        assumptions=(said_without_spread(options.rate_range),),
    )
