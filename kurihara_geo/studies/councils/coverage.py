"""How far community promotion councils cover the city, today and after a plan."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from kurihara_geo import columns
from kurihara_geo.columns import COUNCIL_STATUSES
from kurihara_geo.errors import InputError, PlanCheckError
from kurihara_geo.plan import Plan
from kurihara_geo.studies.councils.check import find_faults
from kurihara_geo.studies.councils.facts import council_facts, district_row, sides_of
from kurihara_geo.studies.councils.requirements import read_test
from kurihara_geo.studies.councils.town import read_town

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geopandas as gpd

    from kurihara_geo.studies.councils.facts import CouncilFacts
    from kurihara_geo.studies.councils.requirements import CouncilTest
    from kurihara_geo.studies.councils.town import Town

__all__ = ["CouncilCoverage", "council_coverage", "coverage_of", "typed"]

NO_DISTRICT = "no_district"
_PARTS = ("statuses", "districts", "councils", "straddling")
_TITLES = {
    "statuses": "協議会の状況ごと",
    "districts": "旧小学校区ごと",
    "councils": "協議会ごと",
    "straddling": "一つの協議会に収まらない再編後の自治会",
}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CouncilCoverage:
    """How far councils cover the city: by status, by district, by council, and the groups no council holds whole.

    Parameters
    ----------
    statuses
        Index ``status``: the four of ``columns.COUNCIL_STATUSES`` in that order, and ``no_district`` where there is
        anything in no known district. Columns as in ``columns.COUNCIL_COVERAGE``. Each association, household and
        hall is counted once.
    districts
        Index ``district`` in the order of the districts given, else by name. Columns as in
        ``columns.DISTRICT_COVERAGE``, and ``households_YYYY`` for each later year (empty where one association's are
        not known).
    councils
        Index ``council_id``: councils, and bodies that are named but not confirmed. Columns as in
        ``columns.COUNCIL_FACTS``.
    straddling
        Index ``group_id``, a row a side, columns as in ``columns.STRADDLING``: groups of the plan with members in
        several councils and none that has them all, or in one and in none. Empty without a plan.
    with_plan
        Whether a plan was given; without one, what is counted after it is empty.
    notice
        What must be known of the data.
    """

    statuses: pd.DataFrame
    districts: pd.DataFrame
    councils: pd.DataFrame
    straddling: pd.DataFrame
    with_plan: bool
    notice: str

    def __repr__(self) -> str:
        counts = ", ".join(f"{status} {count}" for status, count in self.statuses["districts"].items())
        return f"<CouncilCoverage: {len(self.districts)} districts ({counts}), {len(self.councils)} bodies named>"

    def _repr_html_(self) -> str:
        """Notebook view: all tables under their Japanese headings."""
        parts = []
        for name in _PARTS:
            table = getattr(self, name)
            if len(table):
                parts.append(f"<p><strong>{_TITLES[name]}</strong></p>{_shown(table, name)}")
        return "".join(parts) + (f"<p><small>{escape(self.notice)}</small></p>" if self.notice else "")


def council_coverage(
    associations: Plan | gpd.GeoDataFrame,
    councils: pd.DataFrame,
    *,
    districts: gpd.GeoDataFrame | None = None,
    halls: gpd.GeoDataFrame | None = None,
    years: Sequence[int] | None = None,
    min_households: int | None = None,
    test: CouncilTest | None = None,
) -> CouncilCoverage:
    """Count how far community promotion councils (コミュニティ推進協議会) cover districts, associations and households.

    A district no row names is not confirmed, and so is one whose row says so: no status is guessed. Of several rows
    about one district the furthest status counts. Areas where nobody lives are left out.

    Parameters
    ----------
    associations
        A plan, or checked associations: index ``association_id``, ``name``, ``households``, metric CRS;
        ``former_school_district``, else ``districts`` are needed. A column ``council`` (id or name of its council)
        says which council an association is in; where nobody filled it in, it is in every council of its district.
    councils
        Columns ``name``, ``status`` and ``district_names`` (joined with ``;``), as :func:`kurihara_geo.read_councils`
        gives them. Councils are the rows ``established`` and ``preparing``.
    districts
        Former school districts, column ``name``, any CRS. They say which there are; the associations' own column goes
        before where an association lies.
    halls
        Meeting halls as for :func:`kurihara_geo.propose_mergers`; without them those of the plan.
    years
        Later years whose column ``households_YYYY`` is added up. None: those of an outlook that was added, else those
        after the plan was made.
    min_households
        Floor below which an association is small, without a plan; None: 50. A plan has its own.
    test
        What is asked of a council; None: the defaults of :class:`kurihara_geo.CouncilTest`.

    Returns
    -------
    CouncilCoverage
        Tables by status, by district and by council, and the groups that no council holds whole.

    Raises
    ------
    InputError
        If a table or a column is missing, or the councils do not fit districts or associations; every row is named.
    PlanCheckError
        If the counts do not add up to those of the town; nothing is returned then.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> found = kg.council_coverage(kg.load_sample(), kg.load_sample_councils())
    >>> found.statuses["districts"].to_dict()
    {'established': 3, 'preparing': 0, 'none': 0, 'not_confirmed': 25}
    >>> int(found.statuses["households"].sum())
    22697
    """
    asked = read_test(test)
    town = read_town(
        associations, councils, districts=districts, halls=halls, years=years, min_households=min_households
    )
    table = associations.associations if isinstance(associations, Plan) else associations
    return coverage_of(town, asked, notice=str(table.attrs.get("notice", "")))


def coverage_of(town: Town, test: CouncilTest, *, notice: str) -> CouncilCoverage:
    """Put the tables of a town together, and check that nothing is lost or counted twice.

    Parameters
    ----------
    town, test
        The town, and what is asked of its councils.
    notice
        What must be known of the data.
    """
    faults = list(find_faults(town))
    if faults:
        raise InputError("The councils do not fit the town:", faults)
    inside = [district_row(town, district) for district in town.districts]
    statuses = _statuses(inside, district_row(town, ""))
    _check_sums(town, statuses)
    later = [columns.Column(f"households_{year}", "int", "households", "", "", "") for year in town.later]
    return CouncilCoverage(
        statuses=_with_shares(typed(statuses, columns.COUNCIL_COVERAGE)),
        districts=typed(inside, (*columns.DISTRICT_COVERAGE, *later)),
        councils=typed([_council_row(facts, test) for facts in council_facts(town, test)], columns.COUNCIL_FACTS),
        straddling=typed(list(_straddling(town)), columns.STRADDLING),
        with_plan=town.groups is not None,
        notice=notice,
    )


def typed(rows: Iterable[dict[str, Any]], described: tuple[columns.Column, ...]) -> pd.DataFrame:
    """Make a table as it is described; the first column is the index, numbers and yes or no may be empty.

    Parameters
    ----------
    rows
        Column -> value.
    described
        The columns in order.
    """
    dtypes: dict[str, Any] = {"int": "Int64", "float": "Float64", "bool": "boolean", "text": "object"}
    given = list(rows)
    table = {
        column.name: pd.Series([row.get(column.name) for row in given], dtype=dtypes[column.dtype])
        for column in described
    }
    return pd.DataFrame(table).set_index(described[0].name)


# --- statuses -------------------------------------------------------------------------------------

_COUNTED = ("associations", "small_before", "groups", "small_after", "households", "halls")


def _statuses(inside: list[dict[str, Any]], outside: dict[str, Any]) -> list[dict[str, Any]]:
    """Add districts up by status; a last row holds what lies in no district, if anything does."""
    rows: list[dict[str, Any]] = []
    for status in COUNCIL_STATUSES:
        of = [row for row in inside if row["status"] == status]
        rows.append({"status": status, "districts": len(of), **{name: _total(of, name, inside) for name in _COUNTED}})
    if any(outside[name] for name in _COUNTED):
        rows.append({"status": NO_DISTRICT, "districts": 0, **{name: outside[name] for name in _COUNTED}})
    return rows


def _total(rows: list[dict[str, Any]], name: str, everywhere: list[dict[str, Any]]) -> int | None:
    """Add a count up; None where it is counted nowhere."""
    return None if everywhere[0][name] is None else sum(row[name] for row in rows)


def _with_shares(table: pd.DataFrame) -> pd.DataFrame:
    for name in ("districts", "associations", "households"):
        total = int(table[name].sum())
        table[f"{name}_share"] = (table[name] / total if total else table[name].astype("Float64") * pd.NA).astype(
            "Float64"
        )
    return table


def _check_sums(town: Town, statuses: list[dict[str, Any]]) -> None:
    """Every association, household, group and hall is in one row, and in one only."""
    wanted: dict[str, int | None] = {
        "associations": len(town.households),
        "small_before": sum(town.small.values()),
        "groups": None if town.groups is None else len(town.groups),
        "small_after": None if town.groups is None else sum(group.below for group in town.groups),
        "households": sum(town.households.values()),
        "halls": None if town.halls is None else sum(town.halls.values()),
        "districts": len(town.districts),
    }
    wrong = [
        name
        for name, total in wanted.items()
        if total is not None and sum(row[name] for row in statuses if row[name] is not None) != total
    ]
    if wrong:
        raise PlanCheckError(f"The counts by status do not add up ({', '.join(wrong)}); nothing is returned.")


# --- councils and groups --------------------------------------------------------------------------


def _council_row(facts: CouncilFacts, test: CouncilTest) -> dict[str, Any]:
    about_one, no_overlap, holds = judged = facts.judge(test)
    passes = False if False in judged else None if None in judged else True
    return {
        "council_id": facts.row.council_id,
        "name": facts.row.title,
        "status": facts.row.council.status,
        "district_names": facts.row.districts,
        "associations": facts.associations,
        "households": facts.households,
        "associations_share": facts.share(0),
        "households_share": facts.share(1),
        "overlaps_with": tuple(other.council_id for other in facts.overlaps),
        "about_one_district": about_one,
        "no_overlap": no_overlap,
        "holds_share": holds,
        "passes": passes,
    }


def _straddling(town: Town) -> Iterable[dict[str, Any]]:
    for group in town.groups or ():
        sides = sides_of(town, group)
        for side in sides:
            yield {
                "group_id": group.group_id,
                "name": group.name,
                "councils": sum(one.council is not None for one in sides),
                "council_id": "" if side.council is None else side.council.council_id,
                "council": "" if side.council is None else side.council.title,
                "member_ids": side.members,
                "member_names": tuple(town.names[one] for one in side.members),
                "households": sum(town.households[one] for one in side.members),
            }


# --- the notebook ---------------------------------------------------------------------------------


def _shown(table: pd.DataFrame, part: str) -> str:
    """Give a table as people read it: Japanese headings, statuses in words, lists joined, nothing for what is empty."""
    described = {
        "statuses": columns.COUNCIL_COVERAGE,
        "districts": columns.DISTRICT_COVERAGE,
        "councils": columns.COUNCIL_FACTS,
        "straddling": columns.STRADDLING,
    }[part]
    plain = table.reset_index()
    plain = plain[[name for name in plain.columns if not plain[name].isna().all()]]
    for name in plain.columns:
        plain[name] = pd.Series([_cell(value, str(name)) for value in plain[name]], dtype=object)
    plain.columns = pd.Index([_heading(str(name), described) for name in plain.columns])
    return str(plain.to_html(index=False))


def _heading(name: str, described: tuple[columns.Column, ...]) -> str:
    year = name.removeprefix("households_")
    return f"世帯数({year}年)" if year.isdigit() else columns.label(name, table=described)


def _cell(value: Any, name: str) -> str:
    if isinstance(value, tuple):
        return "、".join(map(str, value))
    if pd.isna(value):
        return ""
    if name == "status":
        return "学区なし" if value == NO_DISTRICT else COUNCIL_STATUSES[str(value)][0]
    if isinstance(value, bool):
        return "○" if value else "×"
    if isinstance(value, float):
        return f"{value:.1%}"
    return f"{value:,}" if isinstance(value, int) else str(value)
