"""One number for each group, the same on the page, on paper and in every table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kurihara_geo.studies.councils.districts import group_districts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kurihara_geo.plan import Plan

__all__ = ["group_districts", "number_groups"]


def number_groups(plan: Plan, district_of: Mapping[str, str]) -> dict[str, int]:
    """Give the groups numbers from 1: district by district in the order of the associations, then by group id.

    Parameters
    ----------
    plan, district_of
        As for :func:`~kurihara_geo.studies.councils.districts.group_districts`.

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
