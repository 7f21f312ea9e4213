"""A plan taken apart again into parts of the town that cannot influence each other, with their groups and prices."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import inf
from time import monotonic
from typing import TYPE_CHECKING

from kurihara_geo.borders import build_graph
from kurihara_geo.candidates.enumeration import (
    DEFAULT_MAX_CANDIDATES,
    DEFAULT_MAX_SETS,
    Family,
    GroupSearch,
    SearchBudget,
    Territory,
    lay_out,
)
from kurihara_geo.candidates.units import Component
from kurihara_geo.errors import InputError, TooManyCandidatesError
from kurihara_geo.model.objectives import needs_full_family
from kurihara_geo.model.partition import Partition, Town, describe_town, price_component

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    import networkx as nx

    from kurihara_geo.plan import Plan

__all__ = ["Part", "TakenApart", "judged_stages"]


def judged_stages(plan: Plan) -> tuple[str, ...]:
    """Name the stages a planner compares plans by: all but the lottery, which only decides between equal plans."""
    return tuple(stage.name for stage in plan.stages if stage.name != "tie_break")


@dataclass(frozen=True)
class Part:
    """One part of the town with groups that it could be made of.

    Parameters
    ----------
    component
        Units and groups.
    partition
        The same with prices.
    chosen
        Numbers of the groups the plan uses here.
    """

    component: Component
    partition: Partition
    chosen: tuple[int, ...]

    def values(self, chosen: Iterable[int]) -> dict[str, int]:
        """Sum every stage over some groups."""
        picked = list(chosen)
        return {stage: self.partition.value(stage, picked) for stage in self.partition.costs}

    def keys(self, stages: Collection[str] | None = None) -> list[tuple[int, ...]]:
        """Give each group's costs in some stages, in their order."""
        costs = [of for stage, of in self.partition.costs.items() if stages is None or stage in stages]
        return list(zip(*costs, strict=True))

    @property
    def ids(self) -> list[str]:
        """Associations of the part."""
        return [name for unit in self.component.units for name in unit.members]


@dataclass(frozen=True)
class TakenApart:
    """A plan's town as the model saw it.

    Parameters
    ----------
    plan
        The plan.
    """

    plan: Plan

    @cached_property
    def graph(self) -> nx.Graph[str]:
        """The graph the plan was made on."""
        return build_graph(self.plan.associations, self.plan.borders, self.plan.rules, self.plan.halls)

    @cached_property
    def town(self) -> Town:
        """What the terms know of the town."""
        return describe_town(self.graph, self.plan.rules)

    @cached_property
    def group_of(self) -> dict[str, tuple[str, ...]]:
        """Association id -> ids of the plan's group it is in."""
        return {name: tuple(ids) for ids in self.plan.groups["member_ids"] for name in ids}

    def check_known(self, association_id: str) -> None:
        """Refuse an id that is no inhabited association of the plan.

        Raises
        ------
        InputError
            Naming it.
        """
        if not isinstance(association_id, str) or association_id not in self.group_of:
            raise InputError(f"{association_id!r} is not an inhabited association of the plan; give one id as a text.")

    def territories(self, within: Collection[str] | None = None) -> list[Territory]:
        """Lay the town out; only the parts that hold one of ``within``."""
        return lay_out(self.graph, self.plan.rules, within=within)

    def needed_family(self, *, near_best: bool) -> Family:
        """Say which groups must be listed: all where plans that are not optimal matter, or the rules need them."""
        return "full" if near_best or needs_full_family(self.plan.rules) else "atomic"

    def family_holding(self, stages: int) -> Family:
        """Say which groups plans can use that are as good as a proven plan in so many of the first stages.

        With the mergers among these, a group that can be split is in none of them, whatever the later stages cost.
        """
        held = self.plan.rules.stages[:stages]
        return self.needed_family(near_best=not any("mergers" in stage.weights for stage in held))

    def part(
        self, territory: Territory, family: Family, *, max_sets: int = DEFAULT_MAX_SETS, deadline: float = inf
    ) -> Part:
        """List and price the groups of a territory, the plan's own among them.

        Raises
        ------
        TooManyCandidatesError
            If there are too many, or the deadline, in the seconds of :func:`time.monotonic`, is past.
        """
        component = GroupSearch(territory, family).run(_budget(max_sets, deadline))
        return self.priced(component)

    def part_in_time(self, territory: Territory, family: Family, deadline: float) -> Part | None:
        """List and price the groups of a territory; None where there are too many, or the time is up."""
        if len(territory.units) > 1 and monotonic() >= deadline:
            return None
        try:
            return self.part(territory, family, deadline=deadline)
        except TooManyCandidatesError:
            return None

    def options_part(self, territory: Territory, *, max_sets: int = DEFAULT_MAX_SETS) -> Part:
        """List every group that holds the first unit, and for the others those an optimal plan could hold.

        The best plan with a given group splits every other group that can be split.
        """
        if self.needed_family(near_best=False) == "full":
            return self.part(territory, "full", max_sets=max_sets)
        around = [tuple(sorted(group)) for group in GroupSearch(territory, "full").from_root(0, _budget(max_sets))]
        others = [
            group
            for group in GroupSearch(territory, "atomic").run(_budget(max_sets)).groups
            if group[0] or not group[1:]
        ]
        return self.priced(Component(territory.units, (*others, *around), 0))

    def priced(self, component: Component) -> Part:
        """Price a component's groups, and find the plan's own; those not listed are added."""
        position = {name: number for number, unit in enumerate(component.units) for name in unit.members}
        own = {self.group_of[name] for name in position}
        as_positions = {tuple(sorted({position[name] for name in ids})) for ids in own if set(ids) <= set(position)}
        extra = sorted(as_positions - set(component.groups))
        component = Component(component.units, (*component.groups, *extra), component.sets_visited)
        number_of: Mapping[tuple[int, ...], int] = {group: n for n, group in enumerate(component.groups)}
        partition = price_component(component, self.town, self.plan.rules)
        return Part(component, partition, tuple(sorted(number_of[group] for group in as_positions)))


def _budget(max_sets: int, deadline: float = inf) -> SearchBudget:
    return SearchBudget(max_sets, DEFAULT_MAX_CANDIDATES, deadline, None)
