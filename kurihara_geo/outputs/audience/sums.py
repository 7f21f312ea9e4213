"""PLAN -> the numbers of households that outputs write, each as the set of associations it is the sum of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kurihara_geo.plan import Plan

__all__ = ["AREA_COLUMNS", "Members", "Sums", "list_sums"]

Members = frozenset[str]

AREA_COLUMNS = ("former_town", "former_school_district", "council")
"""Columns of the associations whose sums are shown, larger areas first."""


@dataclass(frozen=True)
class Sums:
    """The numbers of one plan; two that sum the same associations are one number.

    Parameters
    ----------
    associations
        Association id -> itself alone; an uninhabited area: nobody.
    groups
        Group id -> its members; an uninhabited area: nobody.
    areas
        Column -> value (an empty text where there is none) -> inhabited associations.
    left_below
        Associations left below the floor.
    everyone
        All inhabited associations.
    households
        Associations summed -> households.
    population
        Association id -> people, where they are known.
    """

    associations: Mapping[str, Members]
    groups: Mapping[str, Members]
    areas: Mapping[str, Mapping[str, Members]]
    left_below: Members
    everyone: Members
    households: Mapping[Members, int]
    population: Mapping[str, int]

    def people(self, members: Members) -> int | None:
        """Sum the people; None where they are not known of all."""
        if not members or not self.population.keys() >= members:
            return None
        return sum(self.population[name] for name in members)


def list_sums(plan: Plan) -> Sums:
    """List the numbers of households of a plan.

    Parameters
    ----------
    plan
        The plan.
    """
    inhabited = plan.associations[plan.associations["households"] > 0]
    count = {str(name): int(value) for name, value in inhabited["households"].items()}
    nobody = {str(name): Members() for name in plan.uninhabited.index}
    associations = {name: Members([name]) for name in count}
    groups = {str(name): Members(map(str, ids)) for name, ids in plan.groups["member_ids"].items()}
    areas = {column: _areas(plan, column) for column in AREA_COLUMNS if column in plan.associations}
    left_below, everyone = Members(map(str, plan.left_below.index)), Members(count)
    sets: Iterable[Members] = [
        everyone,
        left_below,
        *(members for values in areas.values() for members in values.values()),
        *groups.values(),
        *associations.values(),
    ]
    population = inhabited["population"].dropna() if "population" in inhabited else pd.Series(dtype="int64")
    return Sums(
        associations=associations | nobody,
        groups=groups | nobody,
        areas=areas,
        left_below=left_below,
        everyone=everyone,
        households={members: sum(count[name] for name in members) for members in sets if members},
        population={str(name): int(value) for name, value in population.items()},
    )


def _areas(plan: Plan, column: str) -> dict[str, Members]:
    areas: dict[str, set[str]] = {}
    inhabited = (plan.associations["households"] > 0).tolist()
    for name, value, lives in zip(plan.associations.index, plan.associations[column], inhabited, strict=True):
        area = areas.setdefault("" if pd.isna(value) else str(value), set())
        area.update([str(name)] if lives else [])
    return {value: Members(members) for value, members in areas.items()}
