"""Rules against each other: what cannot hold whatever the town, each fault a minimal set that cannot hold together."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import networkx as nx

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kurihara_geo.rules.merge_rules import MergeRules

__all__ = ["find_contradictions", "joined_sets"]


def find_contradictions(rules: MergeRules) -> Iterator[str]:
    """Name every contradiction, in a planner's words."""
    yield from _ceiling_contradictions(rules)
    yield from _set_contradictions(rules)
    yield from _boundary_contradictions(rules)
    yield from _floor_contradictions(rules)
    yield from _objective_contradictions(rules)


def _ceiling_contradictions(rules: MergeRules) -> Iterator[str]:
    lowest = min((entry.min_households for entry in rules.lower_floors), default=rules.min_households)
    if rules.max_households is not None and rules.max_households < min(lowest, rules.min_households):
        yield (
            f"max_households {rules.max_households} is below min_households {rules.min_households}: "
            "no merged group could satisfy both"
        )
    if rules.span_along != "straight" and rules.max_span_m is None:
        yield f"span_along is {rules.span_along!r}, but there is no max_span_m"
    if rules.floors_apply_to != "new" and not (rules.floors or rules.needs_hall):
        yield f"floors_apply_to is {rules.floors_apply_to!r}, but there are neither floors nor needs_hall"


def _boundary_contradictions(rules: MergeRules) -> Iterator[str]:
    both = [name for name in rules.prefer_within if name in rules.keep_within]
    if both:
        yield f"{', '.join(both)} is in keep_within and in prefer_within: a wall is never crossed, take it out of one"
    unused = [name for name in rules.missing_as if name not in rules.boundary_columns]
    if unused:
        yield f"missing_as names {', '.join(unused)}, which is in neither keep_within nor prefer_within"


def _floor_contradictions(rules: MergeRules) -> Iterator[str]:
    if "households" in rules.floors:
        yield "floors names households: that floor is min_households"
    seen: set[str] = set()
    for entry in rules.lower_floors:
        if entry.min_households >= rules.min_households:
            yield (
                f"lower_floors gives {', '.join(entry.ids)} the floor {entry.min_households}, "
                f"which is not below min_households {rules.min_households}"
            )
        for name in seen.intersection(entry.ids):
            yield f"lower_floors names {name} twice"
        seen.update(entry.ids)


def _objective_contradictions(rules: MergeRules) -> Iterator[str]:
    terms = {term for stage in rules.stages for term in stage.weights}
    if any(entry.weight for entry in rules.obstacles) and "obstacles" not in terms:
        yield "obstacles have weights, but the objective has no term 'obstacles'"
    if rules.prefer_within and "crossings" not in terms:
        yield "prefer_within has weights, but the objective has no term 'crossings'"
    if rules.target_households is not None and "balance" not in terms:
        yield "target_households is set, but the objective has no term 'balance'"
    if rules.weak_border_m is not None and "weak_borders" not in terms:
        yield "weak_border_m is set, but the objective has no term 'weak_borders'"
    if "weak_borders" in terms and rules.weak_border_m is None:
        yield "the objective has the term 'weak_borders', but weak_border_m does not say which borders are weak"


def _set_contradictions(rules: MergeRules) -> Iterator[str]:
    """Compare together with what forbids sharing a group, after together sets that share an id are joined."""
    joined = joined_sets(rules.together)
    set_of = {member: number for number, members in enumerate(joined) for member in members}
    for rule, a, b in _forbidden_pairs(rules):
        if set_of.get(a, -1) == set_of.get(b, -2):
            yield f"{a} and {b} are in together and in {rule}{_chain(rules, a, b)}"
    for rule, names in (("unchanged", rules.unchanged), ("obstacles with a ban", _banned_units(rules))):
        for name in names:
            if name in set_of:
                yield f"{name} is in {rule} and in together"
    for members in joined:
        if rules.max_members is not None and len(members) > rules.max_members:
            listed = ", ".join(members)
            yield f"together asks for {len(members)} members in a group ({listed}), max_members is {rules.max_members}"


def _forbidden_pairs(rules: MergeRules) -> Iterator[tuple[str, str, str]]:
    for ids in rules.apart:
        for a, b in combinations(ids, 2):
            yield "apart", a, b
    for entry in rules.obstacles:
        if entry.ban:
            for a, b in combinations(entry.ids, 2):
                yield f"obstacles with a ban ({entry.reason})", a, b


def _banned_units(rules: MergeRules) -> list[str]:
    return [entry.ids[0] for entry in rules.obstacles if entry.ban and len(entry.ids) == 1]


def _chain(rules: MergeRules, a: str, b: str) -> str:
    """Name the fewest together sets that bind two ids, where one alone does not."""
    if any({a, b} <= set(ids) for ids in rules.together):
        return ""
    holders: nx.Graph[object] = nx.Graph()
    holders.add_edges_from((name, number) for number, ids in enumerate(rules.together) for name in ids)
    steps = [step for step in nx.shortest_path(holders, a, b) if isinstance(step, int)]
    return f" (together through {' and '.join(str(list(rules.together[number])) for number in steps)})"


def joined_sets(sets: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Join sets that share an id, so that each id is in one set; members and sets in sorted order."""
    graph: nx.Graph[str] = nx.Graph()
    for ids in sets:
        nx.add_path(graph, ids)
    return sorted(tuple(sorted(part)) for part in nx.connected_components(graph))
