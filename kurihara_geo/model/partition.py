"""Candidate groups with their prices: what the set-partitioning model is made of, in whole numbers only."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

from kurihara_geo.candidates.units import sum_tallies
from kurihara_geo.model.objectives import GroupFacts, internal_borders, price_stage, price_terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import networkx as nx

    from kurihara_geo.candidates import Component
    from kurihara_geo.places import Place
    from kurihara_geo.rules import MergeRules

__all__ = ["Partition", "Town", "describe_town", "join_partitions", "price_component"]


@dataclass(frozen=True, kw_only=True)
class Town:
    """What the terms need to know of the town, in plain values.

    Parameters
    ----------
    places
        Association id -> its households, point and halls.
    boundaries
        Association id -> value in each boundary column of the rules.
    neighbours
        Association id -> ids it shares an open border or link with.
    weak
        Pairs of ids, the lower first, whose border is weak.
    """

    places: Mapping[str, Place]
    boundaries: Mapping[str, Mapping[str, str | None]]
    neighbours: Mapping[str, frozenset[str]]
    weak: frozenset[tuple[str, str]] = field(default_factory=frozenset)

    def facts(self, component: Component, group: Sequence[int]) -> GroupFacts:
        """Collect what the terms may know of a group of a component's units."""
        ids = component.members(group)
        borders = internal_borders(ids, self.neighbours) if len(ids) > 1 else []
        units = [component.units[position] for position in group]
        return GroupFacts(
            places=[self.places[name] for name in ids],
            boundaries=[self.boundaries[name] for name in ids],
            borders=borders,
            tally=sum_tallies(unit.tally for unit in units),
            exempt=all(unit.exempt for unit in units),
            weak=self.weak.intersection(borders) if self.weak else self.weak,
        )

    def only(self, ids: Iterable[str]) -> Town:
        """Give the part of the town with certain associations."""
        kept = list(ids)
        of_these = set(kept)
        return Town(
            places={name: self.places[name] for name in kept},
            boundaries={name: self.boundaries[name] for name in kept},
            neighbours={name: self.neighbours[name] for name in kept},
            weak=frozenset(pair for pair in self.weak if of_these.issuperset(pair)) if self.weak else self.weak,
        )


def describe_town(graph: nx.Graph[str], rules: MergeRules) -> Town:
    """Take what the terms need from a graph as :func:`kurihara_geo.borders.build_graph` makes it."""
    shortest = rules.weak_border_m or 0
    weak = frozenset(
        (min(a, b), max(a, b))
        for a, b, border in graph.edges(data=True)
        if shortest and border["kind"] == "border" and border["length_m"] < shortest
    )
    return Town(
        places={name: graph.nodes[name]["place"] for name in graph},
        boundaries={name: graph.nodes[name]["boundaries"] for name in graph},
        neighbours={name: frozenset(graph[name]) for name in graph},
        weak=weak,
    )


@dataclass(frozen=True, kw_only=True)
class Partition:
    """Units and candidate groups as the model sees them: whole numbers only.

    Parameters
    ----------
    unit_count
        Units to cover, each exactly once.
    groups
        Positions of the units in each candidate group, sorted; the first ``unit_count`` groups are the single units.
    members
        Association ids of each candidate group, sorted.
    costs
        Stage name -> cost of each group, in the order of the stages.
    terms
        Stage that weighs terms -> term -> its weight times its cost, for each group; they sum up to the stage's cost.
    """

    unit_count: int
    groups: tuple[tuple[int, ...], ...]
    members: tuple[tuple[str, ...], ...]
    costs: Mapping[str, tuple[int, ...]]
    terms: Mapping[str, Mapping[str, tuple[int, ...]]] = field(default_factory=dict)

    def value(self, stage: str, chosen: Iterable[int]) -> int:
        """Sum a stage's costs over the chosen groups."""
        costs = self.costs[stage]
        return sum([costs[position] for position in chosen])


def price_component(component: Component, town: Town, rules: MergeRules) -> Partition:
    """Price every candidate group of a component in every stage."""
    facts = [town.facts(component, group) for group in component.groups]
    costs, terms = {}, {}
    for stage in rules.stages:
        if stage.name in stage.weights:
            costs[stage.name] = tuple(price_stage(stage, group, rules) for group in facts)
            continue
        priced = [price_terms(stage, group, rules) for group in facts]
        costs[stage.name] = tuple(map(sum, priced))
        terms[stage.name] = dict(zip(stage.weights, zip(*priced, strict=True), strict=True))
    return Partition(
        unit_count=len(component.units),
        groups=component.groups,
        members=tuple(component.members(group) for group in component.groups),
        costs=costs,
        terms=terms,
    )


def join_partitions(parts: Sequence[Partition]) -> Partition:
    """Put several into one, so that every stage has its share of the time; the single units come first."""
    if len(parts) == 1:
        return parts[0]
    starts = list(accumulate((part.unit_count for part in parts), initial=0))
    singles = [(part, start, range(part.unit_count)) for part, start in zip(parts, starts, strict=False)]
    larger = [(part, start, range(part.unit_count, len(part.groups))) for part, start, _ in singles]
    order = [(part, start, position) for part, start, places in (*singles, *larger) for position in places]
    stages = tuple(parts[0].costs) if parts else ()
    terms = {stage: tuple(parts[0].terms[stage]) for stage in parts[0].terms} if parts else {}
    return Partition(
        unit_count=starts[-1],
        groups=tuple(tuple(unit + start for unit in part.groups[position]) for part, start, position in order),
        members=tuple(part.members[position] for part, _, position in order),
        costs={stage: tuple(part.costs[stage][position] for part, _, position in order) for stage in stages},
        terms={
            stage: {term: tuple(part.terms[stage][term][position] for part, _, position in order) for term in named}
            for stage, named in terms.items()
        },
    )
