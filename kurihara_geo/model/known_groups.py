"""Groups that were listed and priced for a plan, and what of them still holds in another town or under other rules.

Whether a set of units is a candidate group, and what it costs, depends on its own units and the borders and bans among
them, and on the rules that name no ids. So where those rules are the same, every group without a *touched* unit is
listed already: a unit is touched if it is not as it was, or if a border or ban between it and an untouched one is not.
Only the groups that hold a touched unit are listed and priced again. All of this is read from the units themselves,
never from what a caller says was changed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from time import monotonic
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from kurihara_geo.candidates.enumeration import (
    Family,
    GroupSearch,
    SearchBudget,
    Territory,
    lay_out,
    list_candidates,
)
from kurihara_geo.candidates.units import Component
from kurihara_geo.errors import TooManyCandidatesError
from kurihara_geo.model.partition import Partition, Town, price_component

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    import networkx as nx

    from kurihara_geo.rules import MergeRules, Obstacle

__all__ = ["BY_ID", "KnownGroups", "ListedPart", "plain_rules", "recall", "remember"]

BY_ID = ("together", "apart", "unchanged", "exempt", "lower_floors", "obstacles")
"""Rules that name ids: whether they touch a part of the town is seen from its units, not from the rules as a whole."""
# Where more units than this are touched, nearly all groups hold one.
_MOST_TOUCHED = 12
# Groups remembered of one plan: some tens of megabytes.
_MOST_KEPT = 200_000


def plain_rules(rules: MergeRules) -> MergeRules:
    """Give the rules without those that name ids, and with the objective written out as stages."""
    return rules.replace(**{name: {} if name == "exempt" else () for name in BY_ID}, objective=rules.stages)


@dataclass(frozen=True)
class ListedPart:
    """A part of the town with its groups, listed and priced.

    Parameters
    ----------
    territory
        The part before its groups were listed.
    component, partition
        Its groups, and their prices.
    """

    territory: Territory
    component: Component
    partition: Partition


@dataclass
class KnownGroups:
    """What was listed and priced for a plan.

    Parameters
    ----------
    graph, rules, town, family
        What it was listed for.
    priced
        Components whose groups are listed, with their prices.
    """

    graph: nx.Graph[str]
    rules: MergeRules
    town: Town
    family: Family
    priced: list[tuple[Component, Partition]] = field(default_factory=list)
    kept: int = 0
    _asked: set[str] = field(default_factory=set)

    def price(self, component: Component) -> Partition:
        """Price a component, and remember it as far as memory allows."""
        partition = price_component(component, self.town, self.rules)
        if self.kept + len(component.groups) <= _MOST_KEPT:
            self.kept += len(component.groups)
            self.priced.append((component, partition))
        return partition

    def fits(self, rules: MergeRules) -> bool:
        """Whether rules differ at most in what they say of single ids."""
        return plain_rules(rules) == self._plain

    def list_missing(self, ids: Collection[str], deadline: float) -> None:
        """List and price the parts that hold some associations, where that was not done yet and is possible in time."""
        known = {name for members in self._listed for name in members} | self._asked
        within = [name for name in ids if name not in known and name in self.graph]
        self._asked.update(within)
        if not within:
            return
        try:
            listed = list_candidates(
                self.graph,
                self.rules,
                family=self.family,
                engine="auto",
                within=within,
                time_limit_s=deadline - monotonic(),
            )
        except TooManyCandidatesError:
            return
        for component in listed.components:
            if component.listed:
                self.price(component)
        del self._listed

    @cached_property
    def _plain(self) -> MergeRules:
        return plain_rules(self.rules)

    @cached_property
    def _listed(self) -> dict[tuple[str, ...], tuple[ListedPart, int]]:
        """Members of a unit -> the part it is in, and its position there."""
        laid_out = {territory.units: territory for territory in lay_out(self.graph, self.rules)}
        listed = [
            ListedPart(laid_out[component.units], component, partition)
            for component, partition in self.priced
            if component.units in laid_out
        ]
        return {unit.members: (part, position) for part in listed for position, unit in enumerate(part.component.units)}

    def relist(self, territory: Territory, town: Town, family: Family, budget: SearchBudget) -> ListedPart | None:
        """List and price a part of a changed town from what is known; None where little of it is.

        Parameters
        ----------
        territory
            The part, with the rules that hold now.
        town
            What the terms know of the town now.
        family, budget
            As for :class:`~kurihara_geo.candidates.enumeration.GroupSearch`.

        Raises
        ------
        TooManyCandidatesError
            If the budget is used up.
        """
        if family != self.family or not self.fits(territory.rules):
            return None
        touched = self._touched(territory, town)
        if len(touched) > min(_MOST_TOUCHED, max(1, len(territory.units) // 2)):
            return None
        budget.begin()
        fresh = [*((position,) for position in sorted(touched)), *_list_with(territory, touched, family, budget)]
        again = Component(territory.units, tuple(fresh), budget.in_component)
        return self._joined(territory, touched, again, price_component(again, town, territory.rules))

    def _touched(self, territory: Territory, town: Town) -> set[int]:
        """Find the units that are not as they were, and one unit of every pair that is not."""
        touched = {n for n, unit in enumerate(territory.units) if not self._is_known(territory, n, town)}
        before, after = _weighed(self.rules), _weighed(territory.rules)
        changed_ids = {name for entry in ((before - after) + (after - before)) for name in entry.ids}
        touched |= {n for n, unit in enumerate(territory.units) if not changed_ids.isdisjoint(unit.members)}
        known = {unit.members for n, unit in enumerate(territory.units) if n not in touched}
        weak = self.town.weak ^ town.weak
        for n, unit in enumerate(territory.units):
            if n in touched:
                continue
            part, then = self._listed[unit.members]
            old, ids = part.territory, {name for members in known for name in members}
            same = (
                _members_at(territory, territory.neighbours[n], known) == _members_at(old, old.neighbours[then], known)
                and _members_at(territory, territory.barred[n], known) == _members_at(old, old.barred[then], known)
                and all(self.town.neighbours[a] & ids == town.neighbours[a] & ids for a in unit.members)
                and not any((a in unit.members or b in unit.members) and a in ids and b in ids for a, b in weak)
            )
            if not same:
                touched.add(n)
                known.discard(unit.members)
        return touched

    def _is_known(self, territory: Territory, position: int, town: Town) -> bool:
        """Whether a unit was listed, as it is now."""
        unit = territory.units[position]
        part, then = self._listed.get(unit.members, (None, 0))
        if part is None:
            return False
        old = part.territory
        return (
            old.units[then] == unit
            and old.places[then : then + 1] == territory.places[position : position + 1]
            and old.reach[then : then + 1] == territory.reach[position : position + 1]
            and all(
                self.town.places[name] == town.places[name] and self.town.boundaries[name] == town.boundaries[name]
                for name in unit.members
            )
        )

    def _joined(self, territory: Territory, touched: set[int], again: Component, prices: Partition) -> ListedPart:
        """Put the groups that are known before those listed again; the single units come first."""
        place = {unit.members: n for n, unit in enumerate(territory.units) if n not in touched}
        parts = {id(part): part for part, _ in (self._listed[members] for members in place)}
        sources: list[tuple[Partition, Sequence[int]]] = []
        groups: list[tuple[int, ...]] = []
        for part in parts.values():
            now = [place.get(unit.members, -1) for unit in part.component.units]
            mapped = [sorted([now[unit] for unit in group]) for group in part.component.groups]
            positions = [number for number, group in enumerate(mapped) if group[0] >= 0]
            groups += [tuple(mapped[number]) for number in positions]
            sources.append((part.partition, positions))
        groups += again.groups
        sources.append((prices, range(len(again.groups))))
        order = sorted(range(len(groups)), key=lambda number: (len(groups[number]) > 1, groups[number][:1]))

        component = Component(territory.units, tuple(groups[number] for number in order), again.sets_visited)
        return ListedPart(territory, component, _arrange(component, sources, order))


def _arrange(
    component: Component, sources: Sequence[tuple[Partition, Sequence[int]]], order: Sequence[int]
) -> Partition:
    """Take the prices of some groups from each source, one source after the other, and put them in order."""

    def arranged(columns: Sequence[Sequence[Any]]) -> tuple[Any, ...]:
        values = [
            column[number] for column, (_, positions) in zip(columns, sources, strict=True) for number in positions
        ]
        return tuple([values[number] for number in order])

    parts = [source for source, _ in sources]
    terms = parts[-1].terms
    return Partition(
        unit_count=len(component.units),
        groups=component.groups,
        members=arranged([part.members for part in parts]),
        costs={stage: arranged([part.costs[stage] for part in parts]) for stage in parts[-1].costs},
        terms={
            stage: {term: arranged([part.terms[stage][term] for part in parts]) for term in named}
            for stage, named in terms.items()
        },
    )


def _weighed(rules: MergeRules) -> Counter[Obstacle]:
    """Count the obstacles that cost something; one given twice costs twice."""
    return Counter(entry for entry in rules.obstacles if entry.weight)


def _members_at(territory: Territory, positions: Iterable[int], known: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    return {territory.units[position].members for position in positions} & known


def _list_with(
    territory: Territory, touched: set[int], family: Family, budget: SearchBudget
) -> Iterable[tuple[int, ...]]:
    """List the groups of several units that hold some of those touched, each once."""
    gone: set[int] = set()
    for start in sorted(touched):
        order, seen = [start], {start} | gone
        for position in order:
            beside = [other for other in territory.neighbours[position] if other not in seen]
            seen.update(beside)
            order.extend(beside)
        for group in GroupSearch(territory.only(order), family).from_root(0, budget):
            budget.count_group()
            yield tuple(sorted(order[position] for position in group))
        gone.add(start)


_KNOWN: WeakKeyDictionary[Any, KnownGroups] = WeakKeyDictionary()


def remember(plan: object, known: KnownGroups) -> None:
    """Remember what was listed for a plan, as long as the plan is there."""
    _KNOWN[plan] = known


def recall(plan: object) -> KnownGroups | None:
    """Give what was listed for a plan in this process; None where nothing is known."""
    return _KNOWN.get(plan)
