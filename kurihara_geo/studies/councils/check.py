"""Every problem of a table of councils at once, by name and with the cure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kurihara_geo.associations.checks import problem_table
from kurihara_geo.errors import Problem
from kurihara_geo.sources.records import listed
from kurihara_geo.studies.councils.districts import find_row_faults
from kurihara_geo.studies.councils.facts import council_facts, sides_of
from kurihara_geo.studies.councils.requirements import read_test
from kurihara_geo.studies.councils.town import read_town

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd
    import pandas as pd

    from kurihara_geo.plan import Plan
    from kurihara_geo.studies.councils.requirements import CouncilTest
    from kurihara_geo.studies.councils.town import Group, Town

__all__ = ["check_councils", "find_faults"]


def check_councils(
    associations: Plan | gpd.GeoDataFrame,
    councils: pd.DataFrame,
    *,
    districts: gpd.GeoDataFrame | None = None,
    test: CouncilTest | None = None,
) -> pd.DataFrame:
    """List every problem of a table of councils, errors first.

    Errors keep :func:`kurihara_geo.council_coverage` from counting; warnings are for a planner to look at: what does
    not meet the test, districts nobody says anything of, contradictions, and groups across two councils.

    Parameters
    ----------
    associations, councils, districts, test
        As for :func:`kurihara_geo.council_coverage`.

    Returns
    -------
    DataFrame
        Columns as in ``columns.PROBLEMS``; ``name`` is the council, the district or the group, ``association_id`` the
        associations concerned. Empty when nothing was found.

    Raises
    ------
    InputError
        If what is given is no such table, or a column is missing.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> len(kg.check_councils(kg.load_sample(), kg.load_sample_councils()))
    0
    """
    asked = read_test(test)
    town = read_town(associations, councils, districts=districts)
    return problem_table([*find_faults(town), *_find_doubts(town, asked)])


# --- errors ---------------------------------------------------------------------------------------


def find_faults(town: Town) -> Iterator[Problem]:
    """Name every row that cannot be counted.

    Parameters
    ----------
    town
        The town and its councils.
    """
    yield from find_row_faults(town.rows, town.districts)
    ids = Counter(row.council_id for row in town.rows)
    for council_id, count in ids.items():
        if count > 1:
            message = f"council id {council_id} is used {count} times"
            cure = "give each council an id of its own"
            yield Problem(severity="error", kind="duplicate_id", name=council_id, message=message, cure=cure)
    for row in town.rows:
        if not row.districts:
            yield Problem(
                severity="error", kind="no_districts", name=row.title, message="names no district", cure="fill it in"
            )
    yield from _unknown_councils(town)


def _unknown_councils(town: Town) -> Iterator[Problem]:
    """Name what associations call their council and the table does not hold."""
    known = {text for row in town.rows for text in (row.council_id, row.council.name)}
    unknown: dict[str, list[str]] = {}
    for one, text in (town.said or {}).items():
        if text and text not in known:
            unknown.setdefault(text, []).append(one)
    for text, ids in sorted(unknown.items()):
        yield Problem(
            severity="error",
            kind="council_unknown",
            association_id=", ".join(sorted(ids)),
            name=text,
            message=f"is the council of {len(ids)} associations, and in no row of the table of councils",
            cure="add a row, or write its name or id as it is there",
        )


# --- warnings -------------------------------------------------------------------------------------


def _find_doubts(town: Town, test: CouncilTest) -> Iterator[Problem]:
    yield from _names(town)
    for district in town.districts:
        yield from _district(town, test, district)
    yield from _failed(town, test)
    yield from _elsewhere(town)
    outside = sorted(town.members_of.get("", ()))
    if outside:
        yield _warning(
            "no_own_district",
            ids=outside,
            message=f"{len(outside)} associations lie in no known district: {listed(map(town.names.get, outside))}",
            cure="fill in former_school_district, or assign them with assign_areas",
        )
    for group in town.groups or ():
        yield from _straddled(town, group)


def _names(town: Town) -> Iterator[Problem]:
    names = Counter(row.council.name for row in town.rows if row.council.name)
    for row in town.rows:
        if row.is_body and not row.council.name:
            message = f"is {row.council.status} and has no name"
            yield _warning("council_without_name", row.council_id, message=message, cure="fill it in")
    for name, count in names.items():
        if count > 1:
            ids = listed(row.council_id for row in town.rows if row.council.name == name)
            message = f"stands in {count} rows: {ids}; they are counted as councils of their own"
            cure = "where it is one council, give it one row and join its districts with ;"
            yield _warning("council_named_twice", name, message=message, cure=cure)


def _district(town: Town, test: CouncilTest, district: str) -> Iterator[Problem]:
    rows = town.rows_of(district)
    bodies = [row.title for row in rows if row.is_body]
    if not rows:
        message = "no row of the councils names it; it counts as not confirmed"
        cure = "add a row with established, preparing, none or not_confirmed"
        yield _warning("district_not_named", district, message=message, cure=cure)
    if bodies and any(row.council.status == "none" for row in rows):
        message = f"one row says there is no council, others name {listed(bodies)}"
        yield _warning("council_contradicts", district, message=message, cure="keep what is true")
    if len(bodies) > 1 and not test.may_overlap:
        message = f"{len(bodies)} councils cover it: {listed(bodies)}"
        cure = "find out which association is in which, and fill in the associations' column council"
        yield _warning("council_overlap", district, message=message, cure=cure)


def _failed(town: Town, test: CouncilTest) -> Iterator[Problem]:
    """Name the councils that cover too much or hold too little."""
    for facts in council_facts(town, test):
        about_one, _, holds = facts.judge(test)
        title = facts.row.title
        if about_one is False and facts.row.districts:
            message = f"covers {len(facts.row.districts)} districts, {test.max_districts} asked: "
            message += listed(facts.row.districts)
            cure = "look at whether it is to be divided, or ask for more with CouncilTest(max_districts=...)"
            yield _warning("council_across", title, message=message, cure=cure)
        if holds is False:
            (some, households), (associations, everyone) = facts.held, facts.total
            message = (
                f"holds {some} of {associations} associations and {households} of {everyone} households of its "
                f"districts, a share of {test.min_share:g} asked of either"
            )
            cure = "win more associations, or check the associations' column council"
            yield _warning("council_below_share", title, message=message, cure=cure)


def _elsewhere(town: Town) -> Iterator[Problem]:
    """Name associations whose council does not cover their district."""
    if town.said is None:
        return
    found: dict[tuple[str, str], list[str]] = {}
    for one in town.households:
        district = town.district_of[one]
        for row in town.councils_of[one]:
            if district and district not in row.districts:
                found.setdefault((row.title, district), []).append(one)
    for (title, district), ids in found.items():
        message = f"is the council of {len(ids)} associations in {district}, which it does not cover"
        cure = "add the district to its row, or correct the associations' column council"
        yield _warning("council_elsewhere", title, ids=sorted(ids), message=message, cure=cure)


def _straddled(town: Town, group: Group) -> Iterator[Problem]:
    sides = [side for side in sides_of(town, group) if side.council is not None]
    if len(sides) > 1:
        parts = "; ".join(
            f"{side.council.title} ({listed(town.names[one] for one in side.members)})"
            for side in sides
            if side.council is not None
        )
        cure = "keep groups inside one council with keep_within or prefer_within, or talk with both"
        message = f"has members in {len(sides)} councils: {parts}"
        yield _warning("council_straddled", group.name, ids=list(group.members), message=message, cure=cure)


def _warning(kind: str, name: str = "", *, ids: list[str] | None = None, message: str, cure: str) -> Problem:
    where = ", ".join(ids or ())
    return Problem(severity="warning", kind=kind, association_id=where, name=name, message=message, cure=cure)
