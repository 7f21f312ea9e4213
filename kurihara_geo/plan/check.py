"""A grouping checked from the map: partition, connectedness, every rule, sums, stages. Nothing here trusts the model.

What a rule asks is written here once more, from tables and points, in other words than the search uses.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any

import networkx as nx

from kurihara_geo.associations.places import bare, list_places
from kurihara_geo.borders import boundary_texts
from kurihara_geo.model.objectives import tie_break_draw
from kurihara_geo.places import Place, distance_m, find_meeting_place
from kurihara_geo.rules import MergeRules, joined_sets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import geopandas as gpd
    import pandas as pd

    from kurihara_geo.plan.values import Plan

__all__ = ["MapFacts", "check_grouping", "check_plan", "measure_stages", "partition_faults", "stage_faults"]

Ids = tuple[str, ...]


@dataclass(frozen=True)
class MapFacts:
    """What the map says of inhabited associations, in plain values by id.

    Parameters
    ----------
    inhabited
        Associations with households, index ``association_id``, metric CRS.
    borders
        Borders used, barred ones among them.
    rules
        What was asked.
    halls
        Points with an ``association_id``, or None.
    """

    inhabited: gpd.GeoDataFrame
    borders: gpd.GeoDataFrame
    rules: MergeRules
    halls: gpd.GeoDataFrame | None = None

    @cached_property
    def households(self) -> dict[str, int]:
        """Households of each association."""
        return {str(name): int(count) for name, count in self.inhabited["households"].items()}

    @cached_property
    def floor(self) -> dict[str, int]:
        """Floor that holds for each association."""
        return {name: self.rules.floor_of(name) for name in self.households}

    @cached_property
    def places(self) -> dict[str, Place]:
        """Points where people live and meet."""
        return list_places(self.inhabited, self.halls)

    @cached_property
    def usable(self) -> pd.DataFrame:
        """Open borders and links."""
        return self.borders[self.borders["barred_by"].fillna("") == ""]

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        """Pairs that people can pass between."""
        return list(zip(self.usable["a"].map(str), self.usable["b"].map(str), strict=True))

    @cached_property
    def streets(self) -> nx.Graph[str]:
        """Associations and the ways between neighbours, with the metres between their points."""
        graph: nx.Graph[str] = nx.Graph()
        graph.add_nodes_from(self.households)
        graph.add_weighted_edges_from((a, b, distance_m(self.places[a], self.places[b])) for a, b in self.pairs)
        return graph

    @cached_property
    def value_of(self) -> dict[str, dict[str, Any]]:
        """Column -> id -> value, for every boundary column and count the rules name."""
        texts = {
            column: boundary_texts(self.inhabited[column], self.rules.missing_as.get(column)).to_dict()
            for column in self.rules.boundary_columns
        }
        counts = {column: self.inhabited[column].astype("int64").to_dict() for column in self.rules.floors}
        return {column: {str(name): value for name, value in of.items()} for column, of in (texts | counts).items()}

    def is_small(self, name: str) -> bool:
        """Whether an association is below its floor today."""
        return self.households[name] < self.floor[name]

    def is_sufficient(self, ids: Ids) -> bool:
        """Whether these could stand as a new group."""
        if sum(self.households[name] for name in ids) < min(self.floor[name] for name in ids):
            return False
        for column, floor in self.rules.floors.items():
            if sum(self.value_of[column][name] for name in ids) < floor:
                return False
        return not self.rules.needs_hall or any(self.places[name].halls for name in ids)

    def is_left_below(self, ids: Ids) -> bool:
        """Whether a group is left below the floor: not sufficient, and not one association that is not small.

        With ``floors_apply_to = "all"`` such an association needs the further floors too.
        """
        if len(ids) == 1 and self.rules.floors_apply_to == "new":
            return self.is_small(ids[0])
        return not self.is_sufficient(ids)

    def is_exempt(self, ids: Ids) -> bool:
        """Whether all of a group may stay small."""
        return all(name in self.rules.exempt for name in ids)


def check_plan(plan: Plan) -> list[str]:
    """Check a plan from the map: partition, connectedness, rules, sums, stages.

    Parameters
    ----------
    plan
        The plan to check.

    Returns
    -------
    list of str
        One sentence per fault; empty when the plan holds.
    """
    facts = MapFacts(_inhabited(plan.associations), plan.borders, plan.rules, plan.halls)
    groups = {str(group_id): tuple(ids) for group_id, ids in plan.groups["member_ids"].items()}
    faults = partition_faults(facts.households, groups.values())
    if faults:
        return faults
    stages = {stage.name: stage.value for stage in plan.stages}
    return [*check_grouping(facts, groups), *_sum_faults(plan), *stage_faults(facts, groups, stages)]


def _inhabited(associations: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return bare(associations[associations["households"] > 0])


def partition_faults(inhabited: Iterable[object], groups: Iterable[Sequence[str]]) -> list[str]:
    """Name who is in no group, in several, or in one without being an inhabited association."""
    known = [str(name) for name in inhabited]
    times = Counter(str(name) for ids in groups for name in ids)
    missing = [name for name in known if name not in times]
    extra = sorted(set(times) - set(known))
    twice = sorted(name for name, count in times.items() if count > 1)
    return [
        f"{text}: {', '.join(names)}"
        for text, names in (
            ("in no group", missing),
            ("in a group but not an inhabited association", extra),
            ("in more than one group", twice),
        )
        if names
    ]


def check_grouping(facts: MapFacts, groups: Mapping[str, Ids]) -> list[str]:
    """Check groups against borders and every rule.

    Parameters
    ----------
    facts
        What the map says.
    groups
        Group id -> association ids; each association in exactly one.

    Returns
    -------
    list of str
        One sentence per fault.
    """
    faults = []
    bound = set(joined_sets(facts.rules.together))
    for group_id, ids in groups.items():
        if len(ids) == 1:
            continue
        if not nx.is_connected(facts.streets.subgraph(ids)):
            faults.append(f"group {group_id} is not connected through the borders given")
        if tuple(sorted(ids)) in bound:
            continue
        if not facts.is_sufficient(ids):
            faults.append(f"group {group_id} was merged but is below the floor")
    for group_id, ids in groups.items():
        if len(ids) > 1:
            faults += [f"group {group_id} {fault}" for check in _GROUP_CHECKS for fault in check(facts, ids)]
    return [*faults, *_set_faults(facts.rules, groups)]


def _member_faults(facts: MapFacts, ids: Ids) -> Iterator[str]:
    most = facts.rules.max_members
    if most is not None and len(ids) > most:
        yield f"has {len(ids)} members, the most allowed is {most}"


def _household_faults(facts: MapFacts, ids: Ids) -> Iterator[str]:
    total, most = sum(facts.households[name] for name in ids), facts.rules.max_households
    if most is not None and total > most:
        yield f"has {total} households, the most allowed is {most}"


def _wall_faults(facts: MapFacts, ids: Ids) -> Iterator[str]:
    for column in facts.rules.keep_within:
        if len({facts.value_of[column][name] for name in ids}) > 1:
            yield f"crosses the wall {column}"


def _span_faults(facts: MapFacts, ids: Ids) -> Iterator[str]:
    most = facts.rules.max_span_m
    if most is None:
        return
    for a, b in combinations(sorted(ids), 2):
        straight = facts.rules.span_along == "straight"
        apart = (
            distance_m(facts.places[a], facts.places[b])
            if straight
            else int(nx.dijkstra_path_length(facts.streets, a, b))
        )
        if apart > most:
            yield f"has {a} and {b} {apart} m apart, the most allowed is {most} m"


def _way_faults(facts: MapFacts, ids: Ids) -> Iterator[str]:
    most = facts.rules.max_way_m
    if most is None or tuple(sorted(ids)) in joined_sets(facts.rules.together):
        return  # a set put together and left as it is is no new group
    target = find_meeting_place([facts.places[name] for name in sorted(ids)]).target
    for name in ids:
        way = distance_m(facts.places[name], target)
        if way > most:
            yield f"meets {way} m from {name}, the most allowed is {most} m"


def _large_faults(facts: MapFacts, ids: Ids) -> Iterator[str]:
    most = facts.rules.max_small_per_large
    small = sum(facts.is_small(name) for name in ids)
    if most is None or small == len(ids):
        return
    if most == 0:
        yield "holds an association that is not small; those take no part"
    elif small > most:
        yield f"has {small} small associations with a large one, the most allowed is {most}"


def _staying_faults(facts: MapFacts, ids: Ids) -> Iterator[str]:
    for name in ids:
        if name in facts.rules.unchanged:
            yield f"holds {name}, which should be unchanged"
    for entry in facts.rules.obstacles:
        met = [name for name in ids if name in entry.ids]
        if entry.ban and len(met) >= min(2, len(entry.ids)):
            yield f"meets the ban on {', '.join(met)} ({entry.reason})"


_GROUP_CHECKS: tuple[Callable[[MapFacts, Ids], Iterator[str]], ...] = (
    _member_faults,
    _household_faults,
    _wall_faults,
    _span_faults,
    _way_faults,
    _large_faults,
    _staying_faults,
)


def _set_faults(rules: MergeRules, groups: Mapping[str, Ids]) -> Iterator[str]:
    group_of = {name: group_id for group_id, ids in groups.items() for name in ids}
    for ids in rules.together:
        if len({group_of.get(name) for name in ids}) > 1:
            yield f"{', '.join(ids)} should be together"
    for ids in rules.apart:
        known = [group_of[name] for name in ids if name in group_of]
        if len(set(known)) < len(known):
            yield f"{', '.join(ids)} should be apart"


def _sum_faults(plan: Plan) -> list[str]:
    inhabited = _inhabited(plan.associations)
    faults = []
    before, after = int(inhabited["households"].sum()), int(plan.groups["households"].sum())
    if before != after:
        faults.append(f"households are not conserved: {before} before, {after} after")
    if "population" in inhabited and bool(inhabited["population"].notna().all()):
        people, people_after = int(inhabited["population"].sum()), int(plan.groups["population"].sum())
        if people != people_after:
            faults.append(f"people are not conserved: {people} before, {people_after} after")
    area, area_after = float(inhabited.area.sum()), float(plan.groups.area.sum())
    if abs(area - area_after) > max(1.0, area * 1e-9):
        faults.append(f"area is not conserved: {area:.1f} m2 before, {area_after:.1f} m2 after")
    return faults


def stage_faults(facts: MapFacts, groups: Mapping[str, Ids], stages: Mapping[str, int]) -> list[str]:
    """Compare what was said of the stages with what the map says."""
    measured = measure_stages(facts, groups)
    missing = [f"stage {name} is missing" for name in measured if name not in stages]
    return missing + [
        f"stage {name}: the solver says {value}, the map says {measured.get(name, 'nothing')}"
        for name, value in stages.items()
        if value != measured.get(name)
    ]


def measure_stages(facts: MapFacts, groups: Mapping[str, Ids]) -> dict[str, int]:
    """Measure every stage of the rules from the map.

    Parameters
    ----------
    facts
        What the map says.
    groups
        Group id -> association ids.

    Returns
    -------
    dict
        Stage name -> value, in the order of the stages.
    """
    parts = list(groups.values())
    return {
        stage.name: sum(weight * _MEASURES[term](facts, parts) for term, weight in stage.weights.items())
        for stage in facts.rules.stages
    }


def _households_of(facts: MapFacts, ids: Ids) -> int:
    return sum(facts.households[name] for name in ids)


def _below_floor(facts: MapFacts, groups: Sequence[Ids]) -> int:
    left = [ids for ids in groups if facts.is_left_below(ids) and not facts.is_exempt(ids)]
    return sum(_households_of(facts, ids) for ids in left)


def _mergers(facts: MapFacts, groups: Sequence[Ids]) -> int:
    return len(facts.households) - len(groups)


def _obstacles(facts: MapFacts, groups: Sequence[Ids]) -> int:
    met = 0
    for entry in facts.rules.obstacles:
        for ids in groups:
            here = [name for name in ids if name in entry.ids]
            if len(entry.ids) == 1:
                met += entry.weight * (len(here) if len(ids) > 1 else 0)
            else:
                met += entry.weight * sum(1 for _ in combinations(here, 2))
    return met


def _crossings(facts: MapFacts, groups: Sequence[Ids]) -> int:
    return sum(
        weight * _households_of(facts, ids)
        for column, weight in facts.rules.prefer_within.items()
        for ids in groups
        if len({facts.value_of[column][name] for name in ids}) > 1
    )


def _changed_households(facts: MapFacts, groups: Sequence[Ids]) -> int:
    return sum(_households_of(facts, ids) for ids in groups if len(ids) > 1)


def _balance(facts: MapFacts, groups: Sequence[Ids]) -> int:
    rules = facts.rules
    target = 2 * rules.min_households if rules.target_households is None else rules.target_households
    return sum(abs(_households_of(facts, ids) - target) for ids in groups if len(ids) > 1)


def _weak_borders(facts: MapFacts, groups: Sequence[Ids]) -> int:
    least = facts.rules.weak_border_m or 0
    weak = (facts.usable["kind"] == "border") & (facts.usable["length_m"] < least)
    strong: nx.Graph[str] = nx.Graph()
    strong.add_nodes_from(facts.households)
    strong.add_edges_from(pair for pair, is_weak in zip(facts.pairs, weak, strict=True) if not is_weak)
    return sum(nx.number_connected_components(strong.subgraph(ids)) - 1 for ids in groups)


def _travel(facts: MapFacts, groups: Sequence[Ids]) -> int:
    return sum(find_meeting_place([facts.places[n] for n in sorted(ids)]).travel_household_m for ids in groups)


def _tie_break(facts: MapFacts, groups: Sequence[Ids]) -> int:
    number_of = {name: number for number, ids in enumerate(groups) for name in ids}
    return sum(tie_break_draw(a, b) for a, b in facts.pairs if number_of[a] == number_of[b])


_MEASURES: Mapping[str, Callable[[MapFacts, Sequence[Ids]], int]] = {
    "below_floor": _below_floor,
    "mergers": _mergers,
    "obstacles": _obstacles,
    "crossings": _crossings,
    "changed_households": _changed_households,
    "balance": _balance,
    "weak_borders": _weak_borders,
    "travel": _travel,
    "tie_break": _tie_break,
}
