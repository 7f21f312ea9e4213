"""One number for each group, the same on the page, on paper and in every table."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kurihara_geo.plan import Plan

__all__ = ["group_districts", "number_groups"]


def group_districts(plan: Plan, district_of: Mapping[str, str]) -> dict[str, str]:
    """Give each group the district most of its members are in; of several, the first by name.

    Parameters
    ----------
    plan
        The plan.
    district_of
        Association id -> district, as :func:`~kurihara_geo.outputs.drawing.coverage.districts_of` gives it; empty
        where it is not known.

    Returns
    -------
    dict
        Group id -> district.
    """
    return {
        str(name): _most_common([district_of.get(str(member), "") for member in members])
        for name, members in plan.groups["member_ids"].items()
    }


def number_groups(plan: Plan, district_of: Mapping[str, str]) -> dict[str, int]:
    """Give the groups numbers from 1: district by district in the order of the associations, then by group id.

    Parameters
    ----------
    plan, district_of
        As for :func:`group_districts`.

    Returns
    -------
    dict
        Group id -> number, in the order of the numbers. Another plan of the same town numbers its own groups.
    """
    districts = group_districts(plan, district_of)
    first: dict[str, str] = {}
    for name in sorted(districts):
        first.setdefault(districts[name], name)
    order = sorted(districts, key=lambda name: (first[districts[name]], name))
    return {name: number for number, name in enumerate(order, 1)}


def _most_common(districts: list[str]) -> str:
    counts = Counter(districts)
    return min(counts, key=lambda name: (-counts[name], name))
