"""Brute force: every plan a small town allows, priced stage by stage.

Slow, plain, and without a line of the model or of the search for groups in it. A *group* is legal when it is connected
and is either left as it is, or permitted by the rules and sufficient. A *plan* splits all inhabited associations into
legal groups. Plans are compared stage by stage, in the order the rules ask for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from math import floor, hypot, inf
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

if TYPE_CHECKING:
    import geopandas as gpd

    from kurihara_geo.rules import MergeRules

__all__ = [
    "MOST_UNITS",
    "STAGES",
    "PricedPlan",
    "all_plans",
    "best_plan",
    "can_suffice",
    "legal_groups",
    "stage_names",
]

STAGES = ("below_floor", "mergers", "crossings", "travel", "tie_break")
"""The order unless the rules say otherwise; ``obstacles`` come after ``mergers`` where one has a weight."""
MOST_UNITS = 9

Draw = Callable[[str, str], int]
Group = frozenset[str]
Pair = tuple[str, str]
Point = tuple[float, float]


class PricedPlan(NamedTuple):
    """One plan: its stage values in the order of the stages, and its groups."""

    prices: tuple[int, ...]
    groups: frozenset[Group]


@dataclass(frozen=True)
class _Town:
    """The facts the rules ask about, for inhabited associations only."""

    households: dict[str, int]
    counts: dict[str, dict[str, int]]
    points: dict[str, Point]
    halls: dict[str, list[Point]]
    open_borders: frozenset[Pair]
    weak_borders: frozenset[Pair]
    along_borders_m: dict[Pair, float]
    boundary_values: dict[str, dict[str, str]]
    together: tuple[Group, ...]
    rules: MergeRules


def best_plan(
    associations: gpd.GeoDataFrame,
    borders: gpd.GeoDataFrame,
    rules: MergeRules,
    draw: Draw,
    halls: gpd.GeoDataFrame | None = None,
) -> tuple[dict[str, int], frozenset[Group], int]:
    """Find the best plan by looking at all of them.

    Parameters
    ----------
    associations, borders, halls
        As the package takes them; at most ``MOST_UNITS`` inhabited associations.
    rules
        What is asked; rules that cannot hold in this town are an error here.
    draw
        The lottery: two ids -> a whole number.

    Returns
    -------
    tuple
        Stage name -> value, the groups, and how many plans share the best values of all stages but the lottery.
    """
    plans = all_plans(associations, borders, rules, draw, halls)
    best = plans[0]
    ties = sum(plan.prices[:-1] == best.prices[:-1] for plan in plans)
    return dict(zip(stage_names(rules), best.prices, strict=True)), best.groups, ties


def all_plans(
    associations: gpd.GeoDataFrame,
    borders: gpd.GeoDataFrame,
    rules: MergeRules,
    draw: Draw,
    halls: gpd.GeoDataFrame | None = None,
) -> list[PricedPlan]:
    """List every legal plan, best first; parameters as for :func:`best_plan`."""
    town = _read_town(associations, borders, rules, halls)
    prices = {group: _price(town, group, draw) for group in _legal_groups(town)}
    plans = []
    for groups in _exact_covers(frozenset(town.households), list(prices)):
        values = tuple(sum(column) for column in zip(*(prices[group] for group in groups), strict=True))
        plans.append(PricedPlan(values, frozenset(groups)))
    return sorted(plans, key=lambda plan: (plan.prices, sorted(sorted(group) for group in plan.groups)))


def legal_groups(
    associations: gpd.GeoDataFrame,
    borders: gpd.GeoDataFrame,
    rules: MergeRules,
    halls: gpd.GeoDataFrame | None = None,
) -> frozenset[Group]:
    """List every group a plan may hold; parameters as for :func:`best_plan`."""
    return frozenset(_legal_groups(_read_town(associations, borders, rules, halls)))


def can_suffice(
    associations: gpd.GeoDataFrame,
    borders: gpd.GeoDataFrame,
    rules: MergeRules,
    ids: Iterable[str],
    halls: gpd.GeoDataFrame | None = None,
) -> bool:
    """Say whether some group a plan may hold contains these and is sufficient; parameters as for :func:`best_plan`."""
    town, wanted = _read_town(associations, borders, rules, halls), set(ids)
    return any(wanted <= group and _is_sufficient(town, group) for group in _legal_groups(town))


def stage_names(rules: MergeRules) -> tuple[str, ...]:
    """Name the stages in the order the rules ask for; a weighted sum has the name the rules give it."""
    if rules.objective:
        return tuple(stage.name for stage in rules.objective)
    return tuple(term for weights in _standard_order(rules) for term in weights)


def _stages(rules: MergeRules) -> list[dict[str, int]]:
    """List the stages, each as term -> weight."""
    return [dict(stage.weights) for stage in rules.objective] or _standard_order(rules)


def _standard_order(rules: MergeRules) -> list[dict[str, int]]:
    order = list(STAGES)
    if any(entry.weight > 0 for entry in rules.obstacles):
        order.insert(order.index("mergers") + 1, "obstacles")
    return [{term: 1} for term in order]


# --- the town -------------------------------------------------------------------------------------


def _read_town(
    associations: gpd.GeoDataFrame, borders: gpd.GeoDataFrame, rules: MergeRules, halls: gpd.GeoDataFrame | None
) -> _Town:
    inhabited = associations[associations["households"] > 0]
    households = {str(name): int(count) for name, count in inhabited["households"].items()}
    if not 0 < len(households) <= MOST_UNITS:
        raise ValueError(f"brute force takes 1 to {MOST_UNITS} inhabited associations, not {len(households)}")
    inside = inhabited.geometry.representative_point()
    points = {name: (inside[name].x, inside[name].y) for name in households}
    passable = [
        (row["a"], row["b"], row["kind"], row["length_m"])
        for row in borders.to_dict("records")
        if not row["barred_by"] and row["a"] in households and row["b"] in households
    ]
    weak_m = rules.weak_border_m or 0
    town = _Town(
        households=households,
        counts={column: {str(k): int(v) for k, v in inhabited[column].items()} for column in rules.floors},
        points=points,
        halls=_read_halls(inhabited, halls),
        open_borders=frozenset((a, b) for a, b, _, _ in passable),
        weak_borders=frozenset((a, b) for a, b, kind, length in passable if kind != "link" and length < weak_m),
        along_borders_m=_measure_along([(a, b) for a, b, _, _ in passable], points),
        boundary_values={column: _boundary_values(inhabited, column, rules) for column in rules.boundary_columns},
        together=_joined_together(rules),
        rules=rules,
    )
    _refuse_impossible_rules(town)
    return town


def _read_halls(inhabited: gpd.GeoDataFrame, halls: gpd.GeoDataFrame | None) -> dict[str, list[Point]]:
    """Give each association its halls: those that name it, or, where halls name nobody, those that stand in it."""
    owned: dict[str, list[Point]] = {str(name): [] for name in inhabited.index}
    for hall in [] if halls is None else halls.to_dict("records"):
        spot = hall["geometry"]
        owner: Any = hall.get("association_id")
        if "association_id" not in hall:
            owner = next((str(name) for name, area in inhabited.geometry.items() if area.contains(spot)), None)
        if owner in owned:
            owned[owner].append((spot.x, spot.y))
    return owned


def _measure_along(pairs: list[Pair], points: dict[str, Point]) -> dict[Pair, float]:
    """Measure the shortest way between any two, from neighbour to neighbour: ways over k, for one k after another."""
    ways = {(a, b): 0.0 if a == b else inf for a in points for b in points}
    for a, b in pairs:
        ways[a, b] = ways[b, a] = _metres(points[a], points[b])
    for k in points:
        for a in points:
            for b in points:
                ways[a, b] = min(ways[a, b], ways[a, k] + ways[k, b])
    return ways


def _metres(a: Point, b: Point) -> int:
    """Measure a straight line in whole metres, halves up."""
    return floor(hypot(a[0] - b[0], a[1] - b[1]) + 0.5)


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
    rules = town.rules
    entries = [*rules.lower_floors, *rules.obstacles]
    lists = (*rules.together, *rules.apart, rules.unchanged, tuple(rules.exempt), *(entry.ids for entry in entries))
    named = {name for ids in lists for name in ids}
    if not named <= set(town.households):
        raise ValueError(f"the rules name {sorted(named - set(town.households))}, where nobody lives")
    if rules.needs_hall and not any(town.halls.values()):
        raise ValueError("every new group needs a hall, and there is none")
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
    return (
        _is_sufficient(town, group)
        and _is_permitted(town, group)
        and _is_connected(town, group)
        and _is_within_way(town, group)
    )


def _keeps_together(town: _Town, group: Group) -> bool:
    return all(asked <= group or not asked & group for asked in town.together)


def _is_left_as_it_is(town: _Town, group: Group) -> bool:
    """Say whether a group is one association or one set put together by the rules."""
    return len(group) == 1 or group in town.together


def _floor(town: _Town, name: str) -> int:
    """Give the floor of one association: the lowest that names it, else the city's."""
    own = [entry.min_households for entry in town.rules.lower_floors if name in entry.ids]
    return min(own) if own else town.rules.min_households


def _is_small(town: _Town, name: str) -> bool:
    return town.households[name] < _floor(town, name)


def _is_sufficient(town: _Town, group: Group) -> bool:
    """Say whether a group could stand as a new one: every floor is met, and a hall is there if one is needed."""
    rules = town.rules
    if _count_households(town, group) < min(_floor(town, name) for name in group):
        return False
    for column, least in rules.floors.items():
        if sum(town.counts[column][name] for name in group) < least:
            return False
    return not rules.needs_hall or any(town.halls[name] for name in group)


def _is_permitted(town: _Town, group: Group) -> bool:
    """Say whether the rules allow these to merge; floors, connectedness and the way are asked elsewhere."""
    rules = town.rules
    if rules.max_members is not None and len(group) > rules.max_members:
        return False
    if rules.max_households is not None and _count_households(town, group) > rules.max_households:
        return False
    if any(_value_count(town, group, column) > 1 for column in rules.keep_within):
        return False
    if any(len(group & set(ids)) > 1 for ids in rules.apart):
        return False
    if group & set(rules.unchanged):
        return False
    if any(_meets(entry.ids, group) for entry in rules.obstacles if entry.ban):
        return False
    return _is_small_per_large(town, group) and _is_within_span(town, group)


def _meets(ids: tuple[str, ...], group: Group) -> int:
    """Count how often a merged group meets an obstacle: once if it is one member's, else once for each two of them."""
    inside = len(group & set(ids))
    return inside if len(ids) == 1 else len(list(combinations(range(inside), 2)))


def _is_small_per_large(town: _Town, group: Group) -> bool:
    most = town.rules.max_small_per_large
    small = {name for name in group if _is_small(town, name)}
    if most is None or small == group:
        return True
    return most > 0 and len(small) <= most


def _is_within_span(town: _Town, group: Group) -> bool:
    most = town.rules.max_span_m
    if most is None:
        return True
    for a, b in combinations(group, 2):
        straight = town.rules.span_along == "straight"
        if (_metres(town.points[a], town.points[b]) if straight else town.along_borders_m[a, b]) > most:
            return False
    return True


def _is_within_way(town: _Town, group: Group) -> bool:
    """Say whether nobody's way is too long; of meeting places with equal travel the one with the shortest such way."""
    most = town.rules.max_way_m
    return most is None or _travel_and_longest_way(town, group)[1] <= most


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
    terms = _price_terms(town, group, draw)
    return tuple(sum(weight * terms[term] for term, weight in stage.items()) for stage in _stages(town.rules))


def _price_terms(town: _Town, group: Group, draw: Draw) -> dict[str, int]:
    rules, households, merged = town.rules, _count_households(town, group), len(group) > 1
    target = rules.target_households if rules.target_households is not None else 2 * rules.min_households
    strong = town.open_borders - town.weak_borders
    return {
        "below_floor": 0 if _stands(town, group) else households,
        "mergers": len(group) - 1,  # summed over groups: associations less groups
        "obstacles": sum(entry.weight * _meets(entry.ids, group) for entry in rules.obstacles) if merged else 0,
        "crossings": sum(
            weight * households
            for column, weight in rules.prefer_within.items()
            if _value_count(town, group, column) > 1
        ),
        "changed_households": households if merged else 0,
        "balance": abs(households - target) if merged else 0,
        "weak_borders": len({_reachable(name, group, strong) for name in group}) - 1,
        "travel": _travel_and_longest_way(town, group)[0],
        "tie_break": sum(draw(a, b) for a, b in town.open_borders if a in group and b in group),
    }


def _stands(town: _Town, group: Group) -> bool:
    """Say whether nothing is to be paid for who is left below the floor."""
    if all(name in town.rules.exempt for name in group):
        return True
    if len(group) == 1 and town.rules.floors_apply_to == "new":
        return not _is_small(town, min(group))
    return _is_sufficient(town, group)


def _travel_and_longest_way(town: _Town, group: Group) -> tuple[int, int]:
    """Sum everybody's way to the best meeting place, a hall if there is any, else a member; and the longest way."""
    options = [hall for name in group for hall in town.halls[name]] or [town.points[name] for name in group]
    found = []
    for option in options:
        ways = {name: _metres(town.points[name], option) for name in group}
        found.append((sum(town.households[name] * way for name, way in ways.items()), max(ways.values())))
    return min(found)


def _count_households(town: _Town, group: Group) -> int:
    return sum(town.households[name] for name in group)


def _value_count(town: _Town, group: Group, column: str) -> int:
    return len({town.boundary_values[column][name] for name in group})
