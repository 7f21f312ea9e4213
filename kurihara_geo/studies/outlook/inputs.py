"""What a projection starts from: today's households, their kind and year, checked, with every fault named at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kurihara_geo.columns import HOUSEHOLD_KINDS
from kurihara_geo.errors import AssociationsError, InputError, Problem
from kurihara_geo.sources.records import listed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kurihara_geo.studies.outlook.totals import Totals

__all__ = [
    "Options",
    "Start",
    "check_start",
    "fault",
    "find_later_columns",
    "find_past_columns",
    "is_count",
    "is_year",
    "read_counts",
    "refuse",
    "whole_number",
]

_COLUMN = re.compile(r"households_(\d{4})(_low|_middle|_high)?")
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a planner asked for, as :func:`kurihara_geo.project_households` takes it."""

    years: tuple[int, ...]
    base_year: int | None
    floor: int
    past_kind: str | None
    accept_mixed_kinds: str | None
    pool_by: str
    yearly_rate: float | Mapping[str, float] | None
    rate_range: float
    damping: float
    most_yearly_change: float
    ages: pd.DataFrame | None
    city_ages: pd.DataFrame | None
    headship: pd.DataFrame | None
    size_change: float | None
    city_population: Totals | None
    city_households: Totals | None


@dataclass(frozen=True, kw_only=True)
class Start:
    """Today, checked and in the order of the ids.

    Parameters
    ----------
    table
        The associations.
    households
        Today's, as floats.
    pool
        Association id -> its former town (or what ``pool_by`` names), an empty text where it has none.
    base_year
        Year of today's households.
    kind
        Their kind, or the kinds joined where a planner accepted several.
    """

    table: pd.DataFrame
    households: pd.Series
    pool: pd.Series
    base_year: int
    kind: str

    @property
    def ids(self) -> pd.Index:
        """The association ids, in order."""
        return self.table.index

    @property
    def inhabited(self) -> pd.Series:
        """Which associations have any household today."""
        return self.households > 0


def fault(message: str, cure: str, *, kind: str = "outlook", where: str = "") -> Problem:
    """State one thing that forbids a projection."""
    return Problem(severity="error", kind=kind, association_id=where, message=message, cure=cure)


def refuse(problems: list[Problem]) -> None:
    """Raise all problems at once, if there are any.

    Raises
    ------
    AssociationsError
        If any of them is one of the table.
    InputError
        If all of them are of the options.
    """
    if problems:
        of_the_table = any(problem.kind != "outlook" for problem in problems)
        raise (AssociationsError if of_the_table else InputError)("The households cannot be projected:", problems)


def check_start(associations: Any, options: Options, age_year: int | None, found: list[Problem]) -> Start:
    """Check the table and the options that every way needs; faults of both are raised together.

    Parameters
    ----------
    associations
        The table of associations.
    options
        What a planner asked for.
    age_year
        The later year of the age tables, if there are any.
    found
        Faults found before, raised with the others.
    """
    problems = [*found, *_option_faults(options)]
    if not isinstance(associations, pd.DataFrame):
        message = f"associations must be a table, not {type(associations).__name__}"
        refuse([fault(message, "give the table of load_sample or read_associations", kind="associations"), *problems])
    problems += _table_faults(associations)
    if problems and not {"households", "name"} <= set(associations.columns):
        refuse(problems)
    table = pd.DataFrame(associations)
    table = table if _bad_index(table) else table.sort_index()
    table.attrs = dict(associations.attrs)
    counts, faults = read_counts(table, "households", missing_allowed=False)
    kind, kind_faults = _one_kind(table, options)
    base_year, year_faults = _find_base_year(table, options, age_year)
    refuse([*problems, *faults, *kind_faults, *year_faults])
    pool = table[options.pool_by] if options.pool_by in table else pd.Series("", index=table.index, dtype="object")
    pool = pool.astype("object").where(pool.notna(), "").astype("str")
    return Start(table=table, households=counts, pool=pool, base_year=base_year, kind=kind)


def read_counts(table: pd.DataFrame, column: str, *, missing_allowed: bool = True) -> tuple[pd.Series, list[Problem]]:
    """Read a column of whole numbers of 0 or more as floats; every row that is none is named."""
    numbers, wrong = [], []
    for name, value in table[column].items():
        number = np.nan if pd.isna(value) is True else whole_number(value)
        if number is None or (np.isnan(number) and not missing_allowed):
            wrong.append(f"{name}: {value!r}")
        numbers.append(np.nan if number is None else number)
    series = pd.Series(numbers, index=table.index, dtype="float64", name=column)
    if not wrong:
        return series, []
    message = f"{column!r} must hold whole numbers of 0 or more; it does not in {len(wrong)} rows: {listed(wrong)}"
    return series, [fault(message, "correct these cells", kind="count")]


def whole_number(value: Any) -> float | None:
    """Read a whole number of 0 or more, also one a table holds as a float; anything else is None."""
    if isinstance(value, bool | np.bool_ | str) or not isinstance(value, int | float | np.integer | np.floating):
        return None
    number = float(value)
    return number if np.isfinite(number) and number >= 0 and number == int(number) else None


def find_past_columns(table: pd.DataFrame, base_year: int) -> dict[int, str]:
    """Find ``households_YYYY`` columns of years before today's: year -> column, the earliest first."""
    found = {year: column for year, column in _year_columns(table).items() if year < base_year}
    return dict(sorted(found.items()))


def find_later_columns(table: pd.DataFrame, base_year: int) -> dict[tuple[int, str], str]:
    """Find a planner's own columns of later years: (year, scenario) -> column.

    Columns that :func:`kurihara_geo.add_outlook` added are not a planner's own.
    """
    added = table.attrs.get("outlook", {}).get("columns", ())
    found: dict[tuple[int, str], str] = {}
    for column in map(str, table.columns):
        match = _COLUMN.fullmatch(column)
        if match and int(match[1]) > base_year and column not in added:
            found[int(match[1]), (match[2] or "_middle")[1:]] = column
    return found


def _year_columns(table: pd.DataFrame) -> dict[int, str]:
    matches = [_COLUMN.fullmatch(str(column)) for column in table.columns]
    return {int(match[1]): match[0] for match in matches if match and not match[2]}


def _bad_index(table: pd.DataFrame) -> bool:
    texts = all(isinstance(name, str) for name in table.index)
    return table.index.name != "association_id" or not texts or not table.index.is_unique


def _table_faults(table: pd.DataFrame) -> list[Problem]:
    problems = []
    if _bad_index(table):
        message = "the index must be 'association_id', texts, each once"
        problems.append(fault(message, "build the table with build_associations", kind="index"))
    missing = [column for column in ("name", "households") if column not in table]
    if missing:
        message = f"the table has no column {', '.join(map(repr, missing))}"
        problems.append(fault(message, "build the table with build_associations", kind="missing_column"))
    return problems


def _option_faults(options: Options) -> list[Problem]:
    problems = []
    years = options.years
    if not years or not all(is_year(year) for year in years) or list(years) != sorted(set(years)):
        message = f"years must be whole years, ascending, each once, not {years!r}"
        problems.append(fault(message, "years=(2030, 2040)"))
    if options.base_year is not None and not is_year(options.base_year):
        problems.append(fault(f"base_year must be a whole year, not {options.base_year!r}", "base_year=2020"))
    if not is_count(options.floor):
        problems.append(fault(f"floor must be a whole number of 0 or more, not {options.floor!r}", "floor=50"))
    limits = {"damping": (0, 1), "most_yearly_change": (0, 0.5), "rate_range": (0, 0.2), "size_change": (-0.1, 0.1)}
    for name, (least, most) in limits.items():
        value = getattr(options, name)
        unset = name == "size_change" and value is None
        if not unset and not (_is_number(value) and least <= value <= most):
            problems.append(fault(f"{name} must be a number from {least} to {most}, not {value!r}", f"correct {name}"))
    for name in ("pool_by", "past_kind", "accept_mixed_kinds"):
        value = getattr(options, name)
        if value is not None and not (isinstance(value, str) and value.strip()):
            problems.append(fault(f"{name} must be a text, not {value!r}", f"correct {name}"))
    if isinstance(options.past_kind, str) and options.past_kind not in HOUSEHOLD_KINDS:
        message = f"past_kind must be {', '.join(HOUSEHOLD_KINDS)}, not {options.past_kind!r}"
        problems.append(fault(message, "say which households the past columns count"))
    return problems


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def is_count(value: Any) -> bool:
    """Tell a whole number of 0 or more, as typed for an option: no float."""
    return bool(isinstance(value, int | np.integer) and not isinstance(value, bool) and value >= 0)


def is_year(value: Any) -> bool:
    """Tell a year, a whole number."""
    return bool(is_count(value) and _FIRST_YEAR <= value <= _LAST_YEAR)


def _one_kind(table: pd.DataFrame, options: Options) -> tuple[str, list[Problem]]:
    """Refuse a table whose rows count different kinds of households, unless a planner accepts it with a reason."""
    if "households_kind" not in table or not len(table):
        return "not_stated", []
    kinds = table["households_kind"].astype("object")
    kinds = kinds.where(kinds.notna(), "not_stated").astype("str")
    found = {str(kind): list(rows) for kind, rows in kinds.groupby(kinds).groups.items()}
    if len(found) == 1 or options.accept_mixed_kinds:
        return ", ".join(sorted(found)), []
    named = "; ".join(f"{kind}: {listed(rows)}" for kind, rows in sorted(found.items()))
    message = f"the rows count different kinds of households ({named})"
    return "", [fault(message, "use one kind, or accept_mixed_kinds='why they can be compared'", kind="mixed_kinds")]


def _find_base_year(table: pd.DataFrame, options: Options, age_year: int | None) -> tuple[int, list[Problem]]:
    """Give the year of today's households: as said, as a column of the same numbers says, or that of the ages."""
    today = _numbers(table, "households")
    columns = _year_columns(table)
    same = [year for year, column in columns.items() if _numbers(table, column).equals(today)]
    said = options.base_year if is_year(options.base_year) else None
    # A lone past column of the same numbers may be a town that stood still; one with another before it is today's.
    told = [year for year in same if year > min(columns)]
    year = said or age_year or (told[0] if len(told) == 1 else None)
    if year is None:
        message, cure = "the year of the column 'households' is not known", "say it: base_year=2020"
        said_elsewhere = options.base_year is not None or options.ages is not None
        return 0, [] if said_elsewhere else [fault(message, cure)]
    problems = []
    if all(is_year(later) for later in options.years) and any(later <= year for later in options.years):
        message = f"years must all be after {year}, the year of today's households, not {options.years}"
        problems.append(fault(message, "correct years or base_year"))
    if year in columns and year not in same:
        differ = table.index[(_numbers(table, columns[year]) != today).to_numpy()]
        message = f"'households' is said to be of {year}, but differs from {columns[year]!r} in {listed(differ)}"
        problems.append(fault(message, "correct base_year or one of the columns", kind="contradiction"))
    if age_year is not None and year < age_year:
        message = f"the ages are of {age_year}, later than today's households of {year}"
        problems.append(fault(message, "use households of the year of the ages or later"))
    return year, problems


def _numbers(table: pd.DataFrame, column: str) -> pd.Series:
    return pd.to_numeric(table[column], errors="coerce").astype("float64").rename(None)
