"""Age tables, checked: people by association, sex and five-year class, 75 and over as one class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pandas as pd

from kurihara_geo.sources.census_tables import AGE_CLASSES as AGES
from kurihara_geo.sources.census_tables import SEXES
from kurihara_geo.sources.records import listed, record
from kurihara_geo.studies.outlook.inputs import fault, is_year, whole_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kurihara_geo.errors import Problem
    from kurihara_geo.sources.records import Record

    Numbers = NDArray[np.float64]

__all__ = [
    "AGES",
    "CLASS_YEARS",
    "SEXES",
    "AgeTable",
    "add_up_units",
    "check_ages",
    "check_headship",
    "find_not_stated_faults",
    "join_ages",
    "read_ages",
]

CLASS_YEARS = 5
_TOP = AGES[-1]
_NEEDED = ("association_id", "sex", "age_from", "people", "year")


@dataclass(frozen=True, kw_only=True)
class AgeTable:
    """People by area, sex and age for one or two years.

    Parameters
    ----------
    ids
        Areas, in order.
    years
        Ascending.
    people
        Year -> array of areas x sexes x classes; a class that is suppressed, or an area not in that year, is NaN.
    counted_in
        Area -> area that holds its suppressed numbers.
    records
        What was spread, merged or is suppressed.
    """

    ids: tuple[str, ...]
    years: tuple[int, ...]
    people: dict[int, Numbers]
    counted_in: dict[tuple[str, int], str]
    records: tuple[Record, ...]


def join_ages(ages: Any) -> Any:
    """Put one age table, or one for each year, into one; people whose age is not stated become rows without an age.

    What is no table is given back as it is, for :func:`check_ages` to name.
    """
    tables = ages if isinstance(ages, list | tuple) else [ages]
    if not tables or not all(isinstance(table, pd.DataFrame) for table in tables):
        return ages
    return pd.concat([_with_not_stated(table) for table in tables], ignore_index=True)


def _with_not_stated(table: pd.DataFrame) -> pd.DataFrame:
    """Add a row for each area of ``attrs["age_not_stated"]``, as the readers of age tables leave it."""
    plain = table.astype("object")
    plain.attrs = {}
    not_stated = table.attrs.get("age_not_stated") or {}
    if not {"association_id", "year"} <= set(table) or len(set(table["year"])) != 1:
        return plain
    year = table["year"].iloc[0]
    # The reader's note may speak of areas that a planner has left out since.
    areas = set(table["association_id"])
    rows = [
        {"association_id": name, "sex": None, "age_from": None, "people": people, "year": year}
        for name, people in not_stated.items()
        if name in areas
    ]
    if not rows:
        return plain
    return pd.concat([plain, pd.DataFrame(rows, dtype="object")], ignore_index=True)


def find_not_stated_faults(ages: Any, what: str) -> list[Problem]:
    """Refuse people without an age noted beside a table of several years: nobody knows which year they are of."""
    tables = ages if isinstance(ages, list | tuple) else [ages]
    noted = [t for t in tables if isinstance(t, pd.DataFrame) and t.attrs.get("age_not_stated") and "year" in t]
    if not any(len(set(table["year"])) > 1 for table in noted):
        return []
    message = f"{what}: attrs['age_not_stated'] does not say of which of the table's years its people are"
    return [fault(message, f"give a list with one table for each year: {what}=[before, now]", kind="ages")]


def check_ages(ages: Any, what: str, *, with_ids: bool = True) -> list[Problem]:
    """Find what is wrong with an age table; every row is named by its number, from 0.

    Parameters
    ----------
    ages
        As a planner gives it.
    what
        ``ages`` or ``city_ages``, for the message.
    with_ids
        Whether ``association_id`` is needed.
    """
    needed = [column for column in _NEEDED if with_ids or column != "association_id"]
    if not isinstance(ages, pd.DataFrame):
        message = f"{what} must be a table, not {type(ages).__name__}"
        return [fault(message, f"columns {', '.join(needed)}", kind="ages")]
    missing = [column for column in needed if column not in ages]
    if missing or not len(ages):
        message = f"{what} has no column {', '.join(missing)}" if missing else f"{what} has no rows"
        return [fault(message, f"columns {', '.join(needed)}", kind="ages")]
    problems = [
        fault(f"{what}: {column} must be {meaning}; it is not in rows {listed(rows)}", "correct them", kind="ages")
        for column, meaning, rows in _wrong_cells(ages, needed)
        if rows
    ]
    return problems or _wrong_rows(ages, what, needed)


def _wrong_cells(ages: pd.DataFrame, needed: list[str]) -> list[tuple[str, str, list[str]]]:
    """Give for each column what its cells must be, and the numbers of the rows where they are not."""
    tests = {
        "association_id": ("a text", _is_text),
        "sex": ("male or female, or empty for unknown ages", lambda value: _is_empty(value) or _is_sex(value)),
        "age_from": ("a multiple of 5, or empty for unknown ages", lambda value: _is_empty(value) or _is_age(value)),
        "people": ("a whole number of 0 or more, or empty where suppressed", lambda v: _is_empty(v) or _is_whole(v)),
        "year": ("a year", _is_year),
    }
    return [
        (column, meaning, [str(number) for number, value in enumerate(ages[column]) if not fits(value)])
        for column, (meaning, fits) in tests.items()
        if column in needed
    ]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_sex(value: Any) -> bool:
    return isinstance(value, str) and value in SEXES


def _is_year(value: Any) -> bool:
    return _is_whole(value) and is_year(int(value))


def _is_empty(value: Any) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and bool(np.isnan(value)))


def _is_whole(value: Any) -> bool:
    return whole_number(value) is not None


def _is_age(value: Any) -> bool:
    return _is_whole(value) and value % CLASS_YEARS == 0 and value <= 120


def _wrong_rows(ages: pd.DataFrame, what: str, needed: list[str]) -> list[Problem]:
    """Find rows given twice, years that do not fit, and areas that lack classes."""
    keys = [column for column in needed if column != "people"]
    problems = []
    rows = [
        str(number)
        for number, (sex, age) in enumerate(zip(ages["sex"], ages["age_from"], strict=True))
        if _is_empty(sex) and not _is_empty(age)
    ]
    if rows:
        message = f"{what}: people of a known age have no sex in rows {listed(rows)}"
        problems.append(fault(message, "give male or female", kind="ages"))
    if "association_id" in keys and ages.duplicated(keys).any():
        rows = [str(number) for number, again in enumerate(ages.duplicated(keys, keep=False)) if again]
        problems.append(fault(f"{what}: given more than once in rows {listed(rows)}", "keep one row each", kind="ages"))
    years = sorted({int(year) for year in ages["year"]})
    if len(years) > 2 or (len(years) == 2 and years[1] - years[0] != CLASS_YEARS):
        message = f"{what} holds the years {listed(years)}; it must be one year, or two {CLASS_YEARS} years apart"
        problems.append(fault(message, "keep those rows only", kind="ages"))
    lacking = _lacking(ages, [column for column in ("association_id", "year") if column in keys])
    if lacking:
        message = f"{what}: classes are missing: {listed(lacking)}"
        problems.append(fault(message, "give each class of both sexes, empty if suppressed", kind="ages"))
    return problems


def _lacking(ages: pd.DataFrame, parts: list[str]) -> list[str]:
    """Name what lacks a class: area, year, sex and the classes."""
    found: dict[tuple[str, ...], dict[str, set[int]]] = {}
    for *part, sex, age in ages[[*parts, "sex", "age_from"]].itertuples(index=False, name=None):
        classes = found.setdefault(tuple(map(str, part)), {one: set() for one in SEXES})
        if not _is_empty(age) and sex in classes:
            classes[sex].add(min(int(age), _TOP))
    return [
        f"{' '.join((*part, sex))}: {listed(sorted(set(AGES) - own))}"
        for part, classes in found.items()
        for sex, own in classes.items()
        if set(AGES) - own
    ]


def read_ages(ages: pd.DataFrame) -> AgeTable:
    """Put a checked table into arrays: classes above 75 summed, unknown ages spread over the known ones.

    Unknown ages of a sex are spread in proportion to its known ones, those without a sex over both; where no age is
    known at all the area counts as suppressed.
    """
    table = ages.assign(association_id="") if "association_id" not in ages else ages
    ids = tuple(sorted({*table["association_id"], *(name for names in _covers(table).values() for name in names)}))
    years = tuple(sorted({int(year) for year in table["year"]}))
    place = {name: number for number, name in enumerate(ids)}
    shape = (len(ids), len(SEXES), len(AGES))
    people = {year: np.full(shape, np.nan) for year in years}
    seen = {year: np.zeros(shape, dtype=bool) for year in years}
    not_stated = {year: np.zeros((len(ids), len(SEXES) + 1)) for year in years}
    columns = (table[column] for column in ("association_id", "sex", "age_from", "people", "year"))
    for name, sex, age, count, year in zip(*columns, strict=True):
        area, row = place[name], len(SEXES) if _is_empty(sex) else SEXES.index(sex)
        number = np.nan if _is_empty(count) else float(count)
        if _is_empty(age):
            not_stated[int(year)][area, row] += np.nan_to_num(number)
            continue
        cell = area, row, AGES.index(min(int(age), _TOP))
        people[int(year)][cell] = number if not seen[int(year)][cell] else people[int(year)][cell] + number
        seen[int(year)][cell] = True
    found: list[Record] = []
    for year in years:
        people[year] = _spread_not_stated(people[year], not_stated[year], ids, year, found)
    return AgeTable(ids=ids, years=years, people=people, counted_in=_counted_in(table), records=tuple(found))


def _spread_not_stated(
    people: Numbers, not_stated: Numbers, ids: tuple[str, ...], year: int, found: list[Record]
) -> Numbers:
    """Spread people without an age over the known ages of their sex, then those without a sex over all."""
    for area in np.flatnonzero(not_stated.sum(axis=1) > 0):
        for row, number in enumerate(not_stated[area]):
            own = people[area] if row == len(SEXES) else people[area, row]
            if number and own.sum() > 0:
                own *= 1 + number / own.sum()
            elif number:
                own[...] = np.nan
        known = not np.isnan(people[area]).any()
        said = "were spread over the known ages in proportion" if known else "stand beside no known ages: suppressed"
        message = f"{not_stated[area].sum():.0f} people of unknown age in {year} {said}"
        found.append(record("ages_unknown_spread", message, association_id=ids[area]))
    return people


def _counted_in(table: pd.DataFrame) -> dict[tuple[str, int], str]:
    """Say which area holds another one's suppressed numbers: (area, year) -> that area."""
    told: dict[tuple[str, int], str] = {}
    if "counted_in" in table:
        hidden = table[table["people"].isna() & table["counted_in"].notna() & (table["counted_in"] != "")]
        rows = zip(hidden["association_id"], hidden["year"], hidden["counted_in"], strict=True)
        told |= {(str(name), int(year)): str(into) for name, year, into in rows}
    for (name, year), names in _covers(table).items():
        told |= {(other, year): name for other in names if other != name}
    return told


def _covers(table: pd.DataFrame) -> dict[tuple[str, int], list[str]]:
    """Say which areas a row stands for where suppressed areas were merged on reading: (area, year) -> areas."""
    if "covers" not in table:
        return {}
    rows = table[["association_id", "year", "covers"]].drop_duplicates().itertuples(index=False, name=None)
    return {(str(name), int(year)): covers.split(";") for name, year, covers in rows if isinstance(covers, str)}


def _find_units(ages: AgeTable) -> dict[str, str]:
    """Say which areas must stay together: area -> the lowest id of those its hidden numbers tie it to."""
    tied: nx.Graph[str] = nx.Graph()
    tied.add_nodes_from(ages.ids)
    tied.add_edges_from((name, into) for (name, _), into in ages.counted_in.items() if into in tied)
    return {name: lowest for names in nx.connected_components(tied) for lowest in [min(names)] for name in names}


def add_up_units(ages: AgeTable) -> tuple[AgeTable, dict[str, str]]:
    """Put areas whose numbers are hidden together with those that hold them; give the unit of each area too.

    Returns
    -------
    AgeTable, dict
        One row for each unit, named by the lowest id in it; and area -> unit.
    """
    unit_of = _find_units(ages)
    units = tuple(sorted(set(unit_of.values())))
    row = {unit: number for number, unit in enumerate(units)}
    place = [row[unit_of[name]] for name in ages.ids]
    people = {}
    for year, own in ages.people.items():
        moved = [(name, year) in ages.counted_in and ages.counted_in[name, year] in unit_of for name in ages.ids]
        # What a hidden area holds stands in the numbers of the area that received it.
        counted = np.where(np.asarray(moved)[:, None, None], 0.0, own)
        people[year] = np.zeros((len(units), *own.shape[1:]))
        np.add.at(people[year], place, counted)
    together: dict[str, list[str]] = {unit: [] for unit in units}
    for name in ages.ids:
        together[unit_of[name]].append(name)
    found = [
        record(
            "suppressed_merged",
            f"suppressed ages: projected as one with {listed(names)}",
            association_id=", ".join(names),
        )
        for names in together.values()
        if len(names) > 1
    ]
    return (
        AgeTable(ids=units, years=ages.years, people=people, counted_in={}, records=(*ages.records, *found)),
        unit_of,
    )


def check_headship(headship: Any) -> tuple[Numbers | None, list[Problem]]:
    """Read headship rates (世帯主率): table with sex, age_from and rate, or None for a household size instead.

    Returns
    -------
    array or None, list of Problem
        Sexes x classes. Classes not given have the rate of the class below; those below the first have 0.
    """
    if headship is None:
        return None, []
    cure = "columns sex, age_from, rate; one row each"
    if not isinstance(headship, pd.DataFrame) or not {"sex", "age_from", "rate"} <= set(headship.columns):
        return None, [fault("headship must be a table with sex, age_from and rate", cure, kind="headship")]
    rows = list(zip(headship["sex"], headship["age_from"], headship["rate"], strict=True))
    wrong = [str(number) for number, row in enumerate(rows) if not _is_headship(*row)]
    if wrong or headship.duplicated(["sex", "age_from"]).any() or {row[0] for row in rows} != set(SEXES):
        told = f"; not so in rows {listed(wrong)}" if wrong else ""
        message = f"headship needs rates from 0 to 1 for both sexes, each class from 15 to 75 at most once{told}"
        return None, [fault(message, cure, kind="headship")]
    rates = np.zeros((len(SEXES), len(AGES)))
    for row, sex in enumerate(SEXES):
        given = {int(age): float(rate) for own, age, rate in rows if own == sex}
        for column, age in enumerate(AGES):
            below = [end for end in given if end <= age]
            rates[row, column] = given[max(below)] if below else 0.0
    if not rates.sum():
        return None, [fault("headship holds no rate above 0", cure, kind="headship")]
    return rates, []


def _is_headship(sex: Any, age: Any, rate: Any) -> bool:
    number = isinstance(rate, int | float | np.integer | np.floating) and not isinstance(rate, bool)
    return sex in SEXES and _is_age(age) and age <= _TOP and number and 0 <= rate <= 1
