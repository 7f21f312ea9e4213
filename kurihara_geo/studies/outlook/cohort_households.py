"""Households from age tables: each association's households follow its people, by headship or household size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kurihara_geo.sources.records import listed, record
from kurihara_geo.studies.outlook.ages import CLASS_YEARS, add_up_units, check_headship, read_ages
from kurihara_geo.studies.outlook.cohorts import CAP, Ratios, city_ratios, grow, own_ratios, project_people
from kurihara_geo.studies.outlook.inputs import fault, find_past_columns, read_counts
from kurihara_geo.studies.outlook.ranges import (
    around,
    at_least_rate_range,
    chance_spread,
    control_factors,
    controlled,
    round_half_up,
    said_control,
    said_of_spread,
    said_without_spread,
)
from kurihara_geo.studies.outlook.shrinkage import share_out, spread_by_size
from kurihara_geo.studies.outlook.values import Projection, Statement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from kurihara_geo.errors import Problem
    from kurihara_geo.sources.records import Record
    from kurihara_geo.studies.outlook.ages import AgeTable
    from kurihara_geo.studies.outlook.inputs import Options, Start

    Numbers = NDArray[np.float64]

__all__ = ["find_cohort_faults", "project_cohorts"]


@dataclass(frozen=True, kw_only=True)
class _Town:
    """The areas by age, the city's ratios, and which areas have ages to project."""

    ages: AgeTable
    unit_of: dict[str, str]
    year: int
    now: Numbers
    before: Numbers
    has_now: NDArray[np.bool_]
    has_both: NDArray[np.bool_]
    city: Ratios
    city_now: Numbers


@dataclass(frozen=True, kw_only=True)
class _Growth:
    """Factors on today's people and heads of households: associations x years."""

    people: pd.DataFrame
    heads: pd.DataFrame


def find_cohort_faults(start: Start, options: Options, *, borrowed: bool) -> list[Problem]:
    """Find what forbids projecting with checked age tables: no second year, nobody in them, wrong rates."""
    _, problems = check_headship(options.headship)
    if options.headship is not None and options.size_change is not None:
        problems.append(fault("headship and size_change are two ways to count households", "give one of them"))
    if "population" in start.table:
        problems += read_counts(start.table, "population")[1]
    if options.ages is None:
        return [*problems, fault("there is no table of ages", "give ages=...", kind="ages")]
    if not (set(start.ids) & set(options.ages["association_id"])):
        message = "no association_id of the ages is one of the associations"
        problems.append(fault(message, "use the same ids in both", kind="ages"))
    given = {"city_ages": options.city_ages} if borrowed or options.city_ages is not None else {}
    given |= {} if borrowed else {"ages": options.ages}
    for what, table in given.items():
        if table is None or table["year"].nunique() != 2:
            message = f"{what} must hold two years, {CLASS_YEARS} years apart, to take changes from"
            problems.append(fault(message, f"give {what} with both years", kind="ages"))
    if not problems and not _read_town(options.ages, options, borrowed=borrowed).city_now.sum():
        problems.append(fault("no area has its ages in full", "give ages that are not suppressed", kind="ages"))
    return problems


def project_cohorts(start: Start, options: Options, ages: pd.DataFrame, *, borrowed: bool) -> Projection:
    """Project people by cohorts and let each association's households follow.

    Only changes are taken from the ages, as factors on today's households and people of the associations: the ages
    may count other people than the register, and the households keep their kind.
    """
    town = _read_town(ages, options, borrowed=borrowed)
    ratios, prior, capped = _unit_ratios(town)
    growth = _project(start, options, town, ratios)
    today, guessed = _people_today(start, town)
    people = growth.people.mul(today, axis="index")
    control = control_factors(people, options.city_population)
    rates, _ = check_headship(options.headship)
    size_change, said_size = _size_change(start, options)
    factors = _sized(growth.people, start, size_change) if rates is None else growth.heads
    middle = factors.mul(start.households, axis="index").mul(control, axis="columns")
    middle = controlled(middle, options.city_households)
    spread = _spread(town, today)
    low, high = around(middle, _widened(start, options, spread))
    said_range = (
        said_without_spread(options.rate_range) if spread is None else said_of_spread(CLASS_YEARS, options.rate_range)
    )
    said_ratios = _said_ratios(prior, borrowed=borrowed or not town.has_both.any())
    return Projection(
        low=low,
        middle=middle,
        high=high,
        basis=_basis(start, town),
        method=_method(town, borrowed=borrowed),
        assumptions=(*said_ratios, said_size, *_said_control(options), said_range),
        records=_records(start, town, guessed, capped, borrowed=borrowed),
        people=_whole_people(people, options.city_population),
    )


def _read_town(given: pd.DataFrame, options: Options, *, borrowed: bool) -> _Town:
    ages, unit_of = add_up_units(read_ages(given))
    now = ages.people[ages.years[-1]]
    has_now = _complete(now)
    before = ages.people[ages.years[0]] if len(ages.years) == 2 and not borrowed else np.full(now.shape, np.nan)
    has_both = has_now & _complete(before)
    if options.city_ages is None:
        first, last = before[has_both].sum(axis=0), now[has_both].sum(axis=0)
    else:
        whole = options.city_ages[options.city_ages["people"].notna()]
        city_table = read_ages(whole.drop(columns=["association_id", "counted_in", "covers"], errors="ignore"))
        first, last = (np.nan_to_num(city_table.people[year][0]) for year in city_table.years)
    return _Town(
        ages=ages,
        unit_of=unit_of,
        year=ages.years[-1],
        now=now,
        before=before,
        has_now=has_now,
        has_both=has_both,
        city=city_ratios(first, last),
        city_now=now[has_now].sum(axis=0) if has_now.any() else last,
    )


def _complete(people: Numbers) -> NDArray[np.bool_]:
    """Tell which areas have every class, and anybody in them."""
    return np.asarray(~np.isnan(people).any(axis=(1, 2)) & (np.nansum(people, axis=(1, 2)) > 0))


def _unit_ratios(town: _Town) -> tuple[Ratios, float, int]:
    """Give the ratios of each unit: its own drawn to the city's where both years are known, else the city's."""
    count = len(town.ages.ids)
    change = np.array(np.broadcast_to(town.city.change, (count, *town.city.change.shape)))
    children = np.full(count, float(town.city.children))
    if not town.has_both.any():
        return Ratios(change=change, children=children, boys=town.city.boys), float("inf"), 0
    own, prior, capped = own_ratios(town.before[town.has_both], town.now[town.has_both], town.city)
    change[town.has_both], children[town.has_both] = own.change, own.children
    return Ratios(change=change, children=children, boys=town.city.boys), prior, capped


def _project(start: Start, options: Options, town: _Town, ratios: Ratios) -> _Growth:
    """Project every unit, and the city as a whole for those whose ages are not known."""
    years = [start.base_year, *options.years]
    units = project_people(np.where(town.has_now[:, None, None], town.now, 0.0), ratios, town.year, years)
    city = project_people(town.city_now, town.city, town.year, years)
    rates, _ = check_headship(options.headship)
    ones = np.ones(town.city_now.shape)
    return _Growth(
        people=_factors(start, town, units, city, ones),
        heads=_factors(start, town, units, city, ones if rates is None else rates),
    )


def _factors(
    start: Start, town: _Town, units: dict[int, Numbers], city: dict[int, Numbers], weights: Numbers
) -> pd.DataFrame:
    """Give what each association's people (or heads of households) are in later years for each one today."""
    base = start.base_year
    weighed = {year: (people * weights).sum(axis=(1, 2)) for year, people in units.items()}
    whole = {year: float((people * weights).sum()) for year, people in city.items()}
    row = {name: number for number, name in enumerate(town.ages.ids)}
    factors = {}
    for year in list(units)[1:]:
        own = np.where(weighed[base] > 0, weighed[year] / np.where(weighed[base] > 0, weighed[base], 1.0), np.nan)
        all_of_them = whole[year] / whole[base] if whole[base] > 0 else 1.0
        rows = [row.get(town.unit_of.get(name, ""), -1) for name in start.ids]
        factors[year] = [all_of_them if number < 0 or np.isnan(own[number]) else own[number] for number in rows]
    return pd.DataFrame(factors, index=start.ids, dtype="float64")


def _people_today(start: Start, town: _Town) -> tuple[pd.Series, list[str]]:
    """Give each association's people, and the ids of those whose people had to be guessed from their households.

    People are those of its table, else of its ages, shared by households in a unit, else its households times the
    mean household size of the others.
    """
    known = read_counts(start.table, "population")[0] if "population" in start.table else np.nan
    people = pd.Series(known, index=start.ids, dtype="float64")
    totals = dict(zip(town.ages.ids, np.where(town.has_now, np.nansum(town.now, axis=(1, 2)), np.nan), strict=True))
    unit = pd.Series([town.unit_of.get(name, "") for name in start.ids], index=start.ids)
    sums = start.households.groupby(unit).transform("sum")
    members = unit.groupby(unit).transform("size")
    share = (start.households / sums.where(sums > 0)).where(members > 1, 1.0)
    people = people.fillna(unit.map(totals).astype("float64") * share)
    told = people.notna() & start.inhabited
    households = start.households[told].sum()
    size = people[told].sum() / households if households else 0.0
    guessed = [str(name) for name in start.ids[(people.isna() & start.inhabited).to_numpy()]]
    return people.fillna(start.households * size), guessed


def _whole_people(people: pd.DataFrame, totals: Mapping[int, int] | None) -> pd.DataFrame:
    """Round people; where the city's total is given, so that they sum to it exactly."""
    whole = {}
    for year in map(int, people.columns):
        shares = people[year]
        if totals and year in totals and shares.sum() > 0:
            numbers = pd.Series(share_out(shares.to_numpy(), totals[year]), index=people.index, dtype="Int64")
        else:
            numbers = round_half_up(shares)
        whole[year] = numbers
    return pd.DataFrame(whole, index=people.index)


def _size_change(start: Start, options: Options) -> tuple[float, Statement]:
    """Give the yearly change of the household size: as said, as the whole city's past shows, or none."""
    if options.headship is not None:
        text = "世帯数は、与えられた世帯主率で人口から求めた変化による。"
        return 0.0, Statement(text, "Households follow the headship rates given.")
    change, source_ja, source_en = options.size_change, "指定", "as given"
    if change is None:
        change, source_ja, source_en = 0.0, "一定と仮定", "assumed constant"
        for year, column in find_past_columns(start.table, start.base_year).items():
            sizes = _city_sizes(start, column, f"population_{year}")
            if sizes:
                change = (sizes[1] / sizes[0]) ** (1 / (start.base_year - year)) - 1
                source_ja, source_en = f"{year}年からの市全体の変化", f"the whole city's since {year}"
                break
    return change, Statement(
        f"世帯数は人口を平均世帯人員で割った変化による。平均世帯人員の変化は年{change:+.2%}({source_ja})。",
        f"Households follow people and the mean household size, which changes by {change:+.2%} a year ({source_en}).",
    )


def _city_sizes(start: Start, households: str, population: str) -> tuple[float, float] | None:
    """Give people for each household then and now, over the associations of which all four counts are known."""
    if not {population, "population"} <= set(start.table.columns):
        return None
    read = [read_counts(start.table, column)[0] for column in (population, households, "population")]
    known = pd.concat([*read, start.households], axis="columns").dropna().sum().to_numpy()
    return (known[0] / known[1], known[2] / known[3]) if (known > 0).all() else None


def _sized(people: pd.DataFrame, start: Start, change: float) -> pd.DataFrame:
    return pd.DataFrame(
        {year: people[year] / (1 + change) ** (year - start.base_year) for year in map(int, people.columns)}
    )


def _spread(town: _Town, today: pd.Series) -> Numbers | None:
    """Find how far areas strayed from what the city's ratios would have made of their people."""
    before, after = town.before[town.has_both], town.now[town.has_both]
    if not len(before):
        return None
    old = before.sum(axis=(1, 2))
    expected = grow(before, town.city).sum(axis=(1, 2)) / old
    return spread_by_size(after.sum(axis=(1, 2)), old, expected, today.to_numpy())


def _widened(start: Start, options: Options, spread: Numbers | None) -> pd.DataFrame:
    if spread is None:
        return chance_spread(start, options.years, options.rate_range)
    times = {year: np.sqrt((year - start.base_year) / CLASS_YEARS) for year in options.years}
    wide = pd.DataFrame({year: spread * times[year] for year in options.years}, index=start.ids)
    return at_least_rate_range(wide, start, options)


def _basis(start: Start, town: _Town) -> pd.Series:
    both, now = (dict(zip(town.ages.ids, has, strict=True)) for has in (town.has_both, town.has_now))
    words = []
    for name in start.ids:
        unit = town.unit_of.get(name, "")
        words.append("own_ages" if both.get(unit) else "city_ratios" if now.get(unit) else "city_ages")
    return pd.Series(words, index=start.ids).where(start.inhabited, "uninhabited")


def _records(start: Start, town: _Town, guessed: list[str], capped: int, *, borrowed: bool) -> tuple[Record, ...]:
    """Note which associations rest on the city's numbers, and whose ages belong to no association."""
    said = {"city_ages": "its ages are suppressed or missing: it follows the whole city"}
    if not borrowed:
        said["city_ratios"] = "its ages of the earlier year are suppressed or missing: the city's ratios were used"
    names = {str(name): str(title) for name, title in start.table["name"].items()}
    basis = {str(name): word for name, word in _basis(start, town).items()}
    found = [
        record("projected_with_city", said[word], association_id=name, name=names[name], cure="give its ages")
        for name, word in basis.items()
        if word in said
    ]
    strange = [name for name in town.unit_of if name not in names]
    if strange:
        message = f"{len(strange)} areas of the ages are no associations; they count for the city's ratios only"
        found.append(record("ages_without_association", message, association_id=listed(strange)))
    if guessed:
        message = f"the people of {listed(guessed)} are not known: households times the mean household size were taken"
        found.append(record("people_guessed", message, association_id=", ".join(guessed), cure="fill in population"))
    if capped:
        message = f"{capped} ratios of single classes were capped at {CAP:g} times the city's, or its {CAP:g}th part"
        found.append(record("change_capped", message))
    return (*town.ages.records, *found)


def _method(town: _Town, *, borrowed: bool) -> Statement:
    if borrowed:
        return Statement(
            f"{town.year}年の男女・年齢別人口と市のコーホート変化率",
            f"people by sex and age of {town.year} and the city's cohort change ratios",
        )
    first, last = town.ages.years
    return Statement(
        f"{first}年と{last}年の男女・年齢別人口によるコーホート変化率法(規模に応じて市の変化率に近づける)",
        f"cohort change ratios from people by sex and age of {first} and {last}, drawn to the city's by size",
    )


def _said_ratios(prior: float, *, borrowed: bool) -> tuple[Statement, ...]:
    weight = "∞" if np.isinf(prior) else f"{prior:.0f}"
    own = Statement(
        f"自治会自身の変化率の重みは m/(m+{weight})(m は前の年の階級の人数。散らばりから算出)。残りは市の変化率。",
        f"An association's own ratio weighs m/(m+{weight}), m the people of the class before (derived from their "
        "spread); the rest is the city's.",
    )
    same = Statement(
        "変化率と女性子ども比(15〜49歳の女性に対する0〜4歳)は将来も同じ。75歳以上は一つの階級。",
        "The ratios and the children (0-4) for each woman of 15-49 stay the same; 75 and over is one class.",
    )
    return (same,) if borrowed else (own, same)


def _said_control(options: Options) -> tuple[Statement, ...]:
    totals = options.city_population
    return said_control(totals, Statement("人口", "people")) if totals else ()
