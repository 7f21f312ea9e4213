"""What a plan does to block grants that are shared out by association, household and person."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import pandas as pd

from kurihara_geo import columns
from kurihara_geo.errors import InputError, PlanCheckError
from kurihara_geo.plan.arguments import read_plan_at_hand
from kurihara_geo.rules.values import read_whole
from kurihara_geo.studies.arguments import read_argument

if TYPE_CHECKING:
    from kurihara_geo.plan import Plan

__all__ = ["GrantShares", "estimate_grants", "read_shares"]


@dataclass(frozen=True, kw_only=True)
class GrantShares:
    """How a block grant (一括交付金) is shared out: so much for each association, household and person.

    These are the planner's own figures; the package knows no city's formula.

    Parameters
    ----------
    flat
        Yen for each association (均等割).
    per_household
        Yen for each household (世帯割).
    per_person
        Yen for each person (人口割).

    Raises
    ------
    InputError
        If a share is no whole number of yen, is below 0, or if all are 0.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> kg.GrantShares(flat=50_000, per_household=400).for_association(households=30, people=0)
    62000
    """

    flat: int = 0
    per_household: int = 0
    per_person: int = 0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = read_argument(field.name, _read_yen, getattr(self, field.name))
            object.__setattr__(self, field.name, value)
        if not any((self.flat, self.per_household, self.per_person)):
            raise InputError("Give at least one share of the grant above 0: flat=, per_household= or per_person=.")

    def for_association(self, *, households: int, people: int = 0) -> int:
        """Give the grant of one association in yen.

        Parameters
        ----------
        households, people
            Its households and people.
        """
        return self.flat + self.per_household * int(households) + self.per_person * int(people)


def read_shares(grants: Any) -> GrantShares | None:
    """Check shares of the grant; None stays None.

    Raises
    ------
    InputError
        Saying what was given instead.
    """
    if grants is not None and not isinstance(grants, GrantShares):
        raise InputError(f"grants must be GrantShares(...), or None, not {type(grants).__name__}.")
    return grants


def estimate_grants(plan: Plan, shares: GrantShares) -> pd.DataFrame:
    """Estimate each group's block grant before and after, in whole yen.

    Households and people stay; a group of n members is one association and loses the flat share n - 1 times.

    Parameters
    ----------
    plan
        The plan.
    shares
        How the grant is shared out.

    Returns
    -------
    DataFrame
        Index ``group_id`` as ``plan.groups``, columns as in ``columns.GRANTS``: ``before`` is the sum over the
        members as they are today, ``after`` the grant of the group, ``change`` the difference.

    Raises
    ------
    InputError
        If there is a share per person and the people of an association are not known; every one is named.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> sample = kg.load_sample()
    >>> town = sample[sample["former_town"] == "一迫"]
    >>> plan = kg.propose_mergers(town, kg.MergeRules(keep_within=["former_school_district"]))
    >>> grants = kg.estimate_grants(plan, kg.GrantShares(flat=50_000, per_household=400))
    >>> int(grants["change"].sum()) == -50_000 * (len(plan.members) - len(plan.groups))
    True
    """
    plan = read_plan_at_hand(plan)
    if not isinstance(shares, GrantShares):
        raise InputError(f"shares must be GrantShares(flat=..., per_household=..., per_person=...), not {shares!r}.")
    people = _people(plan, needed=shares.per_person > 0)
    members = plan.members
    each = [
        shares.for_association(households=households, people=number)
        for households, number in zip(members["households"], people, strict=True)
    ]
    before = pd.Series(each, index=members["group_id"].astype(str), dtype=object).groupby(level=0).sum()
    of_group = pd.Series(people, index=members["group_id"].astype(str), dtype=object).groupby(level=0).sum()
    rows = [
        _row(str(name), group, shares, int(before[str(name)]), int(of_group[str(name)]))
        for name, group in plan.groups.drop(columns="geometry").iterrows()
    ]
    table = pd.DataFrame(rows, columns=[column.name for column in columns.GRANTS]).set_index("group_id")
    _check_sums(plan, shares, table)
    return table


def _read_yen(value: Any) -> int:
    return read_whole(value, least=0)


def _row(name: str, group: pd.Series, shares: GrantShares, before: int, people: int) -> dict[str, Any]:
    after = shares.for_association(households=int(group["households"]), people=people)
    return {
        "group_id": name,
        "name": str(group["name"]),
        "status": str(group["status"]),
        "member_count": int(group["member_count"]),
        "households": int(group["households"]),
        "before": before,
        "after": after,
        "change": after - before,
    }


def _people(plan: Plan, *, needed: bool) -> list[int]:
    """Give the people of each member; 0 where they do not count."""
    if not needed:
        return [0] * len(plan.members)
    table = plan.associations
    known = table["population"] if "population" in table else pd.Series(pd.NA, index=table.index)
    known = known[plan.members.index]
    missing = known[known.isna()]
    if len(missing):
        titles = plan.members["name"]
        named = ", ".join(f"{name} {titles[name]}" for name in map(str, missing.index))
        raise InputError(
            f"per_person needs the people of every association; {len(missing)} have none: {named}. Give their "
            "population, or leave per_person out."
        )
    return [int(count) for count in known]


def _check_sums(plan: Plan, shares: GrantShares, table: pd.DataFrame) -> None:
    """Only the flat shares of associations that disappear may be missing after."""
    lost = shares.flat * (len(plan.members) - len(plan.groups))
    if sum(table["before"]) - sum(table["after"]) != lost:
        raise PlanCheckError("The grants of the groups do not add up to those of their members; nothing is returned.")
