"""Brute force: every plan a small town allows, priced stage by stage.

Slow, plain, and without a line of the model in it. A *group* is legal when it is connected and is either
left as it is, or permitted by the rules and at or above the floor. A *plan* splits all inhabited
associations into legal groups. Plans are compared stage by stage: below_floor, mergers, crossings, travel,
tie_break.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from kurihara_geo.places import Place, find_meeting_place

if TYPE_CHECKING:
    import geopandas as gpd

    from kurihara_geo.rules import MergeRules

__all__ = ["MOST_UNITS", "STAGES", "PricedPlan", "all_plans", "best_plan", "legal_groups"]

STAGES = ("below_floor", "mergers", "crossings", "travel", "tie_break")
MOST_UNITS = 9

Draw = Callable[[str, str], int]
Group = frozenset[str]
Pair = tuple[str, str]


class PricedPlan(NamedTuple):
    """One plan: its stage values in the order of ``STAGES``, and its groups."""

    prices: tuple[int, ...]
    groups: frozenset[Group]


@dataclass(frozen=True)
class _Town:
    """The facts the rules ask about, for inhabited associations only."""

    households: dict[str, int]
    places: dict[str, Place]
    open_borders: frozenset[Pair]
    boundary_values: dict[str, dict[str, str]]
    together: tuple[Group, ...]
    rules: MergeRules


def best_plan(
    associations: gpd.GeoDataFrame, borders: gpd.GeoDataFrame, rules: MergeRules, draw: Draw
) -> tuple[dict[str, int], frozenset[Group], int]:
    """Find the best plan by looking at all of them.

    Parameters
    ----------
    associations, borders
        As the package takes them; at most ``MOST_UNITS`` inhabited associations.
    rules
        What is asked; rules that cannot hold in this town are an error here.
    draw
        The lottery: two ids -> a whole number.

    Returns
    -------
    tuple
        Stage name -> value, the groups, and how many plans share the best values of the first four stages.
    """
    plans = all_plans(associations, borders, rules, draw)
    best = plans[0]
    ties = sum(plan.prices[:4] == best.prices[:4] for plan in plans)
    return dict(zip(STAGES, best.prices, strict=True)), best.groups, ties


def all_plans(
    associations: gpd.GeoDataFrame, borders: gpd.GeoDataFrame, rules: MergeRules, draw: Draw
) -> list[PricedPlan]:
    """List every legal plan, best first; parameters as for :func:`best_plan`."""
    town = _read_town(associations, borders, rules)
    prices = {group: _price(town, group, draw) for group in _legal_groups(town)}
    plans = []
    for groups in _exact_covers(frozenset(town.households), list(prices)):
        values = tuple(sum(column) for column in zip(*(prices[group] for group in groups), strict=True))
        plans.append(PricedPlan(values, frozenset(groups)))
    return sorted(plans, key=lambda plan: (plan.prices, sorted(sorted(group) for group in plan.groups)))


def legal_groups(associations: gpd.GeoDataFrame, borders: gpd.GeoDataFrame, rules: MergeRules) -> frozenset[Group]:
    """List every group a plan may hold; parameters as for :func:`best_plan`."""
    return frozenset(_legal_groups(_read_town(associations, borders, rules)))


# --- the town -------------------------------------------------------------------------------------


def _read_town(associations: gpd.GeoDataFrame, borders: gpd.GeoDataFrame, rules: MergeRules) -> _Town:
    inhabited = associations[associations["households"] > 0]
    households = {str(name): int(count) for name, count in inhabited["households"].items()}
    if not 0 < len(households) <= MOST_UNITS:
        raise ValueError(f"brute force takes 1 to {MOST_UNITS} inhabited associations, not {len(households)}")
    points = inhabited.geometry.representative_point()
    open_borders = frozenset(
        (a, b)
        for a, b, barred_by in zip(borders["a"], borders["b"], borders["barred_by"], strict=True)
        if not barred_by and a in households and b in households
    )
    town = _Town(
        households=households,
        places={name: Place(name, households[name], points[name].x, points[name].y) for name in households},
        open_borders=open_borders,
        boundary_values={column: _boundary_values(inhabited, column, rules) for column in rules.boundary_columns},
        together=_joined_together(rules),
        rules=rules,
    )
    _refuse_impossible_rules(town)
    return town


def _boundary_values(inhabited: pd.DataFrame, column: str, rules: MergeRules) -> dict[str, str]:
    """Read one boundary column, empty values replaced as the rules say."""
    values = {}
    for name, value in inhabited[column].items():
        if pd.isna(value) and column not in rules.missing_as:
            raise ValueError(f"{name} has no {column}")
        values[str(name)] = rules.missing_as[column] if pd.isna(value) else str(value)
    return values


def _joined_together(rules: MergeRules) -> tuple[Group, ...]:
    """Join ``together`` sets that share an id: if a goes with b, and b with c, then a goes with c."""
    pairs = frozenset(pair for ids in rules.together for pair in combinations(ids, 2))
    named = {name for ids in rules.together for name in ids}
    return tuple({_reachable(name, named, pairs) for name in named})


def _refuse_impossible_rules(town: _Town) -> None:
    named = {name for ids in (*town.rules.together, *town.rules.apart, town.rules.unchanged) for name in ids}
    if not named <= set(town.households):
        raise ValueError(f"the rules name {sorted(named - set(town.households))}, where nobody lives")
    for group in town.together:
        if not (_is_connected(town, group) and _is_permitted(town, group)):
            raise ValueError(f"{sorted(group)} cannot be together")


# --- which groups are legal -----------------------------------------------------------------------


def _legal_groups(town: _Town) -> Iterator[Group]:
    names = sorted(town.households)
    for size in range(1, len(names) + 1):
        for members in combinations(names, size):
            if _is_legal(town, frozenset(members)):
                yield frozenset(members)


def _is_legal(town: _Town, group: Group) -> bool:
    if not _keeps_together(town, group):
        return False
    if _is_left_as_it_is(town, group):
        return True
    return _is_permitted(town, group) and _is_sufficient(town, group) and _is_connected(town, group)


def _keeps_together(town: _Town, group: Group) -> bool:
    return all(asked <= group or not asked & group for asked in town.together)


def _is_left_as_it_is(town: _Town, group: Group) -> bool:
    """Say whether a group is one association or one set put together by the rules."""
    return len(group) == 1 or group in town.together


def _is_sufficient(town: _Town, group: Group) -> bool:
    return _count_households(town, group) >= town.rules.min_households


def _is_permitted(town: _Town, group: Group) -> bool:
    """Say whether the rules allow these to merge; the floor and connectedness are asked elsewhere."""
    rules = town.rules
    if rules.max_members is not None and len(group) > rules.max_members:
        return False
    if rules.max_households is not None and _count_households(town, group) > rules.max_households:
        return False
    if any(_value_count(town, group, column) > 1 for column in rules.keep_within):
        return False
    if any(len(group & set(ids)) > 1 for ids in rules.apart):
        return False
    return not group & set(rules.unchanged)


def _is_connected(town: _Town, group: Group) -> bool:
    return _reachable(min(group), group, town.open_borders) == group


def _reachable(start: str, allowed: Iterable[str], pairs: Iterable[Pair]) -> Group:
    """Walk from one member over pairs without leaving the allowed ones."""
    allowed, reached, fresh = set(allowed), {start}, {start}
    while fresh:
        fresh = {y for a, b in pairs for x, y in ((a, b), (b, a)) if x in fresh and y in allowed and y not in reached}
        reached |= fresh
    return frozenset(reached)


# --- which plans there are, and what they cost ----------------------------------------------------


def _exact_covers(waiting: Group, groups: list[Group]) -> Iterator[tuple[Group, ...]]:
    """Split what waits into groups in every way: the first one waiting tries each group that fits."""
    if not waiting:
        yield ()
        return
    first = min(waiting)
    fitting = [group for group in groups if group <= waiting]
    for group in fitting:
        if first in group:
            for rest in _exact_covers(waiting - group, fitting):
                yield (group, *rest)


def _price(town: _Town, group: Group, draw: Draw) -> tuple[int, ...]:
    """Price one group in every stage; a plan costs the sum over its groups."""
    households = _count_households(town, group)
    below_floor = households if households < town.rules.min_households else 0
    mergers = len(group) - 1  # summed over groups: associations less groups
    crossings = sum(
        weight * households
        for column, weight in town.rules.prefer_within.items()
        if _value_count(town, group, column) > 1
    )
    travel = find_meeting_place([town.places[name] for name in sorted(group)]).travel_household_m
    tie_break = sum(draw(a, b) for a, b in town.open_borders if a in group and b in group)
    return below_floor, mergers, crossings, travel, tie_break


def _count_households(town: _Town, group: Group) -> int:
    return sum(town.households[name] for name in group)


def _value_count(town: _Town, group: Group, column: str) -> int:
    return len({town.boundary_values[column][name] for name in group})
