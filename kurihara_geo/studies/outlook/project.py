"""The doors: project households by the way that fits what is given, and put the result on the associations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pandas as pd

from kurihara_geo.errors import InputError
from kurihara_geo.sources.records import listed, record
from kurihara_geo.studies.outlook.ages import check_ages, find_not_stated_faults, join_ages
from kurihara_geo.studies.outlook.cohort_households import find_cohort_faults, project_cohorts
from kurihara_geo.studies.outlook.given import find_given_faults, find_rate_faults, project_given, project_rate
from kurihara_geo.studies.outlook.inputs import (
    Options,
    check_start,
    fault,
    find_later_columns,
    find_past_columns,
    read_counts,
    refuse,
)
from kurihara_geo.studies.outlook.ranges import said_control, whole_numbers
from kurihara_geo.studies.outlook.totals import read_totals
from kurihara_geo.studies.outlook.trend import find_trend_faults, project_trend
from kurihara_geo.studies.outlook.values import (
    ALREADY,
    CAVEAT_EN,
    CAVEAT_JA,
    NOT_PROJECTED,
    SCENARIOS,
    UNINHABITED,
    Outlook,
    Statement,
    Way,
    first_year_below,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import geopandas as gpd

    from kurihara_geo.errors import Problem
    from kurihara_geo.sources.records import Record
    from kurihara_geo.studies.outlook.inputs import Start
    from kurihara_geo.studies.outlook.values import Projection

__all__ = ["add_outlook", "project_households"]

_WAYS: tuple[Way, ...] = get_args(Way)
_SCENARIO_JA = {"low": "低位", "middle": "中位", "high": "高位"}


def project_households(
    associations: gpd.GeoDataFrame,
    *,
    years: Iterable[int] = (2030, 2040),
    base_year: int | None = None,
    floor: int = 50,
    method: Way | None = None,
    past_kind: str | None = None,
    accept_mixed_kinds: str | None = None,
    pool_by: str = "former_town",
    yearly_rate: float | Mapping[str, float] | None = None,
    rate_range: float = 0.005,
    damping: float = 0.95,
    most_yearly_change: float = 0.05,
    ages: pd.DataFrame | Sequence[pd.DataFrame] | None = None,
    city_ages: pd.DataFrame | Sequence[pd.DataFrame] | None = None,
    headship: pd.DataFrame | None = None,
    size_change: float | None = None,
    city_population: Mapping[int, int] | pd.Series | pd.DataFrame | None = None,
    city_households: Mapping[int, int] | pd.Series | pd.DataFrame | None = None,
) -> Outlook:
    """Project the households of each association to later years, as a range from low to high.

    Five ways, by what is given; the result says which was taken. An area without households today keeps none
    (unless a planner's own column says otherwise).

    ``cohort``
        ``ages`` of two years 5 years apart: cohort change ratios of each association, drawn to the city's.
    ``borrowed_cohort``
        ``ages`` of one year and ``city_ages`` of two: the city's cohort change ratios.
    ``rate``
        ``yearly_rate``.
    ``given``
        A planner's own columns ``households_YYYY`` (or ``_middle``) for all ``years``, with ``_low`` and ``_high``.
    ``trend``
        A past count ``households_YYYY`` beside today's ``households``; of several the earliest.

    Parameters
    ----------
    associations
        Index ``association_id``; ``name``, ``households``, perhaps ``households_kind``, ``former_town``,
        ``population`` and counts of other years.
    years
        Years to project to, ascending, after ``base_year``.
    base_year
        Year of today's households. Without it: the later year of the ages, or that of a column ``households_YYYY`` with
        the same numbers, where another one of an earlier year is there too.
    floor
        Households an association should have (世帯数の下限), for ``falls_below``.
    method
        One of the five ways. Without it the first for which there is anything, in the order above.
    past_kind
        Kind of the past counts (register, census, member). Without it a column ``households_YYYY_kind`` says it, or
        they are taken to be of today's kind, and the result says so; refused where all of them together changed by
        more than 3% a year, which is rather a difference of kinds.
    accept_mixed_kinds
        Why counts of different kinds may be compared; it is recorded. Without it they are refused.
    pool_by
        Column whose areas lend their rate; without such a column the city does.
    yearly_rate
        Share a year, such as -0.012; or one for each association id or value of ``pool_by``.
    rate_range
        By how much a rate may be off, a share a year, where no past changes tell; no range is narrower than that.
    damping
        What an association's difference from its town's rate is worth a year later, 0 to 1.
    most_yearly_change
        Cap on yearly rates of the trend.
    ages
        Columns ``association_id``, ``sex`` (male, female), ``age_from`` (0, 5, ..., 75, which is 75 and over; higher
        classes are summed into it; empty: unknown ages), ``people`` (whole numbers, empty where suppressed), ``year``;
        perhaps ``counted_in`` (the area that holds the numbers suppressed here) and ``covers`` (areas a row stands
        for, joined with ``;``). Or a list of such tables, one for each year, as :func:`kurihara_geo.read_census_ages`
        gives them: then the people of ``attrs["age_not_stated"]`` (年齢不詳) are spread over the known ages, which is
        recorded.
    city_ages
        The same for the whole city, two years; ``association_id`` is not needed, and suppressed cells are left out.
    headship
        Headship rates (世帯主率): ``sex``, ``age_from``, ``rate``. Without it people over the mean household size.
    size_change
        Change of the mean household size, a share a year. Without it the city's past one, where ``population`` and
        ``population_YYYY`` are there beside ``households_YYYY``, else none.
    city_population
        Year -> people of the city: the projected people sum to it, and households follow. Needs ages. Or the row of one
        municipality of :func:`kurihara_geo.read_projection` (社人研). A year between two given ones lies on a straight
        line; one before or after all of them is left as projected. Low and high are scaled by the middle's factor.
    city_households
        Likewise, year -> households of all associations together: the middle sums to it.

    Returns
    -------
    Outlook
        Rows as in ``associations``; whole numbers, and how they were found.

    Raises
    ------
    AssociationsError
        If the table, its kinds of households or the ages are wrong; every fault found is named.
    InputError
        If options are wrong, do not fit the way, or nothing is given to project from.

    Notes
    -----
    Rates of small areas are noise for the most part. They are drawn to the pool's by a weight derived from the data
    (empirical Bayes, after Marshall 1991, *Applied Statistics* 40, with the chance part estimated, for households
    that stay vary less than a Poisson count). The range holds what four of five areas of about the size kept to.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> sample = kg.load_sample()
    >>> outlook = kg.project_households(sample, base_year=2020)
    >>> outlook.way
    'trend'
    >>> bool((outlook.table["households_2040_low"] <= outlook.table["households_2040_high"]).all())
    True
    """
    asked = _as_years(years)
    population, population_faults = read_totals("city_population", city_population, asked)
    total, total_faults = read_totals("city_households", city_households, asked)
    options = Options(
        years=asked,
        base_year=base_year,
        floor=floor,
        past_kind=past_kind,
        accept_mixed_kinds=accept_mixed_kinds,
        pool_by=pool_by,
        yearly_rate=yearly_rate,
        rate_range=rate_range,
        damping=damping,
        most_yearly_change=most_yearly_change,
        ages=join_ages(ages),
        city_ages=join_ages(city_ages),
        headship=headship,
        size_change=size_change,
        city_population=population,
        city_households=total,
    )
    age_faults = [
        *find_not_stated_faults(ages, "ages"),
        *find_not_stated_faults(city_ages, "city_ages"),
        *_age_faults(options),
    ]
    age_year = None if age_faults or options.ages is None else max(map(int, options.ages["year"]))
    start = check_start(
        associations, options, age_year, [*age_faults, *population_faults, *total_faults, *_method_faults(method)]
    )
    way = method or _choose_way(start, options)
    refuse(_find_faults(start, options, way))
    projection = _project(start, options, way)
    return _describe(associations, start, options, way, projection)


def _as_years(years: Any) -> tuple[Any, ...]:
    return tuple(years) if hasattr(years, "__iter__") and not isinstance(years, str) else (years,)


def _age_faults(options: Options) -> list[Problem]:
    problems = [] if options.ages is None else check_ages(options.ages, "ages")
    if options.city_ages is not None:
        problems += check_ages(options.city_ages, "city_ages", with_ids=False)
    return problems


def _method_faults(method: Any) -> list[Problem]:
    if method is None or (isinstance(method, str) and method in _WAYS):
        return []
    return [fault(f"method must be {', '.join(_WAYS)}, not {method!r}", "leave it out to have it chosen")]


def _choose_way(start: Start, options: Options) -> Way:
    """Choose by what is given; what a planner typed goes before what lies in the table."""
    if options.ages is not None and options.yearly_rate is not None:
        refuse([fault("both ages and yearly_rate are given", "say which: method='cohort' or method='rate'")])
    if options.ages is not None:
        two = options.ages["year"].nunique() == 2 and "association_id" in options.ages
        return "cohort" if two else "borrowed_cohort"
    if options.yearly_rate is not None:
        return "rate"
    later = {year for year, _ in find_later_columns(start.table, start.base_year)}
    if later & set(options.years):
        return "given"
    if not find_past_columns(start.table, start.base_year):
        message = "there is nothing to project from"
        cure = "give past counts (households_2015), your own (households_2030), yearly_rate=..., or ages=..."
        refuse([fault(message, cure)])
    return "trend"


def _find_faults(start: Start, options: Options, way: Way) -> list[Problem]:
    problems = []
    if options.city_population and not way.endswith("cohort"):
        cure = "give ages to project people, or city_households"
        problems.append(fault(f"city_population has nothing to control: {way!r} projects households only", cure))
    if options.city_households and not start.households.sum():
        problems.append(fault("city_households cannot be shared out: there are no households", "leave it out"))
    if way.endswith("cohort"):
        return problems + find_cohort_faults(start, options, borrowed=way == "borrowed_cohort")
    find = {"trend": find_trend_faults, "given": find_given_faults, "rate": find_rate_faults}[way]
    return problems + find(start, options)


def _project(start: Start, options: Options, way: Way) -> Projection:
    if way.endswith("cohort") and options.ages is not None:
        return project_cohorts(start, options, options.ages, borrowed=way == "borrowed_cohort")
    project = {"trend": project_trend, "given": project_given, "rate": project_rate}[way]
    return project(start, options)


def _describe(
    associations: gpd.GeoDataFrame, start: Start, options: Options, way: Way, projection: Projection
) -> Outlook:
    """Round, say when each falls below the floor, and put the rows back in the order they came in."""
    told = whole_numbers(projection, options.city_households)
    columns: dict[str, Any] = {"name": start.table["name"], "households": start.households.astype("int64"), **told}
    if projection.people is not None:
        columns |= {f"population_{year}": projection.people[year] for year in projection.people}
    table = pd.DataFrame({**columns, "basis": projection.basis}, index=start.ids)
    falls = pd.DataFrame(
        {name: _falls_below(table, start, options, name) for name in SCENARIOS}, index=start.ids, dtype="object"
    )
    assumptions = [*projection.assumptions]
    if options.city_households:
        assumptions += said_control(options.city_households, Statement("世帯数", "households"))
    records = [*_kind_records(start, options), *projection.records]
    return Outlook(
        table=table.loc[associations.index],
        falls_below=falls.loc[associations.index],
        base_year=start.base_year,
        years=options.years,
        floor=options.floor,
        way=way,
        method=projection.method,
        assumptions=tuple(assumptions),
        records=tuple(records),
    )


def _falls_below(table: pd.DataFrame, start: Start, options: Options, scenario: str) -> np.ndarray:
    """Say for each association when it falls below the floor, in an array that keeps None."""
    told = np.empty(len(table), dtype="object")
    later = [f"households_{year}_{scenario}" for year in options.years]
    years = (start.base_year, *options.years)
    for number, counts in enumerate(table[["households", *later]].itertuples(index=False, name=None)):
        if counts[0] == 0:
            told[number] = UNINHABITED
        elif counts[0] < options.floor:
            told[number] = ALREADY
        elif any(pd.isna(count) for count in counts):
            told[number] = NOT_PROJECTED
        else:
            told[number] = first_year_below(years, [int(count) for count in counts], options.floor)
    return told


def _kind_records(start: Start, options: Options) -> list[Record]:
    if not options.accept_mixed_kinds:
        return []
    past = f", past counts {options.past_kind}" if options.past_kind else ""
    message = f"kinds of households are compared (today {start.kind}{past}): {options.accept_mixed_kinds}"
    return [record("kinds_mixed", message)]


def add_outlook(associations: gpd.GeoDataFrame, outlook: Outlook, scenario: str = "middle") -> gpd.GeoDataFrame:
    """Add the projected households as columns ``households_YYYY``, which the rules' later-year floors read.

    Parameters
    ----------
    associations
        The table the outlook was made from, or some rows of it.
    outlook
        As :func:`project_households` gives it.
    scenario
        ``low``, ``middle`` or ``high``.

    Returns
    -------
    GeoDataFrame
        The associations with one more column a year, empty where nothing could be projected. Year, way and scenario
        are added to ``attrs["notice"]``, which every output repeats, to ``attrs["records"]``, and to
        ``attrs["outlook"]``.

    Raises
    ------
    InputError
        If the scenario is none, an association is not in the outlook or had other households then, or the table has
        other numbers of its own in these columns.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> sample = kg.load_sample()
    >>> later = kg.add_outlook(sample, kg.project_households(sample, base_year=2020), "low")
    >>> rules = kg.MergeRules(floors={"households_2040": 50})
    >>> bool(later["households_2040"].notna().all())
    True
    """
    _refuse_misfit(associations, outlook, scenario)
    added = associations.copy()
    names = [f"households_{year}" for year in outlook.years]
    for name in names:
        column = outlook.table[f"{name}_{scenario}"].reindex(associations.index)
        added[name] = column if column.isna().any() else column.astype("int64")
    years_ja = "・".join(map(str, outlook.years))
    years = " and ".join(map(str, outlook.years))
    notice = f"{years_ja}年の世帯数は推計({_SCENARIO_JA[scenario]}、{outlook.method.ja})。{CAVEAT_JA}"
    notice_en = f"Households of {years} are projected ({scenario}; {outlook.method.en}). {CAVEAT_EN}"
    earlier = associations.attrs.get("outlook", {})
    added.attrs = {
        **associations.attrs,
        "notice": _joined(associations.attrs.get("notice"), notice, earlier.get("notice")),
        "notice_en": _joined(associations.attrs.get("notice_en"), notice_en, earlier.get("notice_en"), between=" "),
        "records": [
            *(r for r in associations.attrs.get("records", []) if r not in earlier.get("records", [])),
            *outlook.records,
        ],
        "outlook": {
            "way": outlook.way,
            "scenario": scenario,
            "base_year": outlook.base_year,
            "columns": names,
            "notice": notice,
            "notice_en": notice_en,
            "records": list(outlook.records),
        },
    }
    return added


def _joined(before: str | None, notice: str, earlier: str | None, *, between: str = "") -> str:
    """Put a notice behind those there are, in the place of that of an earlier outlook."""
    kept = (before or "").replace(earlier, "").strip() if earlier else before
    return f"{kept}{between}{notice}" if kept else notice


def _refuse_misfit(associations: Any, outlook: Any, scenario: Any) -> None:
    problems = []
    if not isinstance(associations, pd.DataFrame):
        problems.append(fault(f"associations must be a table, not {type(associations).__name__}", "give the table"))
    if not isinstance(outlook, Outlook):
        problems.append(fault(f"outlook must be an Outlook, not {type(outlook).__name__}", "use project_households"))
    if not isinstance(scenario, str) or scenario not in SCENARIOS:
        problems.append(fault(f"scenario must be {', '.join(SCENARIOS)}, not {scenario!r}", "choose one"))
    if not problems:
        problems = _misfits(associations, outlook, scenario)
    if problems:
        raise InputError("The outlook cannot be added:", problems)


def _misfits(associations: pd.DataFrame, outlook: Outlook, scenario: str) -> list[Problem]:
    strange = [name for name in associations.index if name not in outlook.table.index]
    if strange or "households" not in associations:
        message = f"the outlook has no {listed(map(repr, strange))}" if strange else "there is no column 'households'"
        return [fault(message, "project these associations")]
    problems = []
    then = outlook.table["households"].reindex(associations.index)
    changed = associations.index[(associations["households"] != then).fillna(value=True).to_numpy(dtype=bool)]
    if len(changed):
        message = f"the households are no longer those projected from in {listed(changed)}"
        problems.append(fault(message, "project again"))
    earlier = associations.attrs.get("outlook", {}).get("columns", ())
    for year in outlook.years:
        name = f"households_{year}"
        if name in associations and name not in earlier:
            own, _ = read_counts(associations, name)
            column = outlook.table[f"{name}_{scenario}"].reindex(associations.index).astype("float64")
            if not own.equals(column.rename(name)):
                message = f"the table has other numbers of its own in {name!r}"
                problems.append(fault(message, "drop or rename the column"))
    return problems
