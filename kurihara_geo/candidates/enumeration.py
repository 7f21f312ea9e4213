"""List the groups that a plan could be made of, each exactly once, by growing connected sets one neighbour at a time.

A set is **splittable** if it is the union of two connected, permitted, sufficient sets, and **atomic** otherwise. If S
is splittable and S + v is connected and permitted, S + v is splittable too: v touches one of the two parts and joins
it. So the search, which adds one neighbour at a time, may stop at the first splittable set and misses no atomic one.
With "fewest mergers" before every term that splitting could worsen, an optimal plan uses atomic groups only, because
splitting a group saves a merger. Other orders, filters and questions about plans that are not optimal need the full
family: every permitted sufficient set.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, Literal

import networkx as nx

from kurihara_geo.candidates.conflicts import find_rule_conflicts
from kurihara_geo.candidates.constraints import (
    PERMITTED,
    SUFFICIENT,
    GroupTests,
    ids_that_stay,
    is_sufficient,
    pairs_kept_apart,
    within_span,
    within_way,
)
from kurihara_geo.candidates.masks import is_connected
from kurihara_geo.candidates.units import (
    Candidates,
    Component,
    Tally,
    Unit,
    join_tallies,
    sum_tallies,
    tally_association,
)
from kurihara_geo.errors import RulesError, TooManyCandidatesError
from kurihara_geo.rules import MergeRules, joined_sets

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from kurihara_geo.places import Place

__all__ = [
    "DEFAULT_MAX_CANDIDATES",
    "DEFAULT_MAX_SETS",
    "Engine",
    "Family",
    "GroupSearch",
    "SearchBudget",
    "Territory",
    "lay_out",
    "list_candidates",
]

DEFAULT_MAX_SETS = 5_000_000
DEFAULT_MAX_CANDIDATES = 120_000
# In the whole town, so that memory stays within a few gigabytes whatever the number of components.
_MOST_IN_TOWN = 5_000_000
_TICK = 2_000
# Smaller components are listed faster than their number of sets is estimated.
_ESTIMATED = 60
_SAMPLED_ROOTS, _SETS_PER_ROOT = 24, 4_000

Family = Literal["atomic", "full"]
Engine = Literal["auto", "set_partitioning", "search"]
_State = tuple[tuple[int, ...], Tally, int, int, int]


def list_candidates(
    graph: nx.Graph[str],
    rules: MergeRules,
    *,
    family: Family = "atomic",
    engine: Engine = "set_partitioning",
    within: Collection[str] | None = None,
    max_sets: int = DEFAULT_MAX_SETS,
    max_candidates: int = DEFAULT_MAX_CANDIDATES,
    time_limit_s: float = inf,
    on_progress: Callable[[int], None] | None = None,
) -> Candidates:
    """List every group that a plan could be made of.

    Parameters
    ----------
    graph
        As :func:`kurihara_geo.borders.build_graph` gives it.
    rules
        What the city asks.
    family
        ``atomic``: groups that an optimal plan could hold, where ``mergers`` stand before every term that splitting
        could worsen. ``full``: every permitted sufficient group.
    engine
        ``set_partitioning`` lists the groups of every component. ``search`` lists none but the single units, for the
        engine that needs no list. ``auto`` leaves those components open whose sets are estimated, or found, to be
        beyond the limits.
    within
        Association ids; only components that hold one of them are listed. None: all.
    max_sets, max_candidates
        The search stops beyond so many connected sets looked at, or groups listed, in one component, long before memory
        runs out.
    time_limit_s
        Seconds the search may take.
    on_progress
        Called now and then with the number of sets looked at so far.

    Returns
    -------
    Candidates

    Raises
    ------
    RulesError
        If rules cannot hold in this town.
    TooManyCandidatesError
        If a limit is passed, or the time; the message says which walls or caps would help.
    """
    if engine == "search" and rules.max_way_m is not None:
        raise RulesError(
            "The engine 'search' cannot keep max_way_m, which asks for every group to be listed. "
            "Use the engine 'set_partitioning' or 'auto', or max_span_m instead."
        )
    territories = lay_out(graph, rules, within=within)
    budget = SearchBudget(max_sets, max_candidates, monotonic() + time_limit_s, on_progress)
    estimates: dict[str, int] = {}
    components = [_list_component(territory, family, engine, budget, estimates) for territory in territories]
    return Candidates(components=tuple(components), family=family, estimates=estimates)


def _list_component(
    territory: Territory, family: Family, engine: Engine, budget: SearchBudget, estimates: dict[str, int]
) -> Component:
    search = GroupSearch(territory, family)
    if engine == "search" and len(territory.units) > 1:
        return territory.left_open()
    may_stay_open = engine == "auto" and territory.rules.max_way_m is None
    if may_stay_open and len(territory.units) >= _ESTIMATED:
        estimate = search.estimate(budget)
        estimates[min(unit.members[0] for unit in territory.units)] = estimate
        if estimate > budget.max_sets:
            return territory.left_open()
    try:
        return search.run(budget)
    except TooManyCandidatesError:
        if not may_stay_open or budget.late or budget.full:
            raise
        return territory.left_open()


@dataclass(frozen=True)
class Territory:
    """A component before its groups are listed: units near each other have positions near each other.

    Parameters
    ----------
    units
        Units of the component.
    neighbours
        Positions next to each unit.
    barred
        Positions each unit may not share a group with, by ``apart`` or a ban.
    places
        Places of each unit's members; empty where no rule measures metres.
    reach
        Ids within ``max_span_m`` along borders of all members of each unit, None where that is measured straight;
        empty without that rule.
    rules
        What the city asks.
    """

    units: tuple[Unit, ...]
    neighbours: tuple[tuple[int, ...], ...]
    barred: tuple[frozenset[int], ...]
    places: tuple[tuple[Place, ...], ...]
    reach: tuple[frozenset[str] | None, ...]
    rules: MergeRules

    def near_enough(self, a: int, b: int) -> bool:
        """Whether every two members of two units are within ``max_span_m``."""
        within = self.reach[a]
        if within is not None:
            return within.issuperset(self.units[b].members)
        return within_span(self.places[a], self.places[b], self.rules)

    def rooted_at(self, name: str) -> Territory:
        """Give the same territory with the unit of an association first, the others by their steps from it."""
        start = next(position for position, unit in enumerate(self.units) if name in unit.members)
        order, seen = [start], {start}
        for position in order:
            fresh = [other for other in self.neighbours[position] if other not in seen]
            seen.update(fresh)
            order.extend(fresh)
        return self.only(order)

    def only(self, order: Sequence[int]) -> Territory:
        """Give some of its units in a new order; the borders between them stay."""
        place = {position: number for number, position in enumerate(order)}
        return Territory(
            units=tuple(self.units[position] for position in order),
            neighbours=tuple(
                tuple(sorted(place[n] for n in self.neighbours[position] if n in place)) for position in order
            ),
            barred=tuple(frozenset(place[n] for n in self.barred[position] if n in place) for position in order),
            places=tuple(self.places[position] for position in order) if self.places else (),
            reach=tuple(self.reach[position] for position in order) if self.reach else (),
            rules=self.rules,
        )

    def left_open(self) -> Component:
        """Give the component with single units only and the rules as tests."""
        everyone = range(len(self.units))
        barred = [set(ids) for ids in self.barred]
        if self.rules.max_span_m is not None:
            for a in everyone:
                barred[a] |= {b for b in everyone if b != a and not self.near_enough(a, b)}
        tests = GroupTests(self.units, _masks(self.neighbours), _masks(barred), self.rules)
        return Component(self.units, tuple((position,) for position in everyone), 0, tests)


def _masks(sets: Iterable[Iterable[int]]) -> tuple[int, ...]:
    return tuple(sum(1 << position for position in positions) for positions in sets)


def lay_out(graph: nx.Graph[str], rules: MergeRules, *, within: Collection[str] | None = None) -> list[Territory]:
    """Bind ``together`` sets into units, keep the borders a group may reach across, and part what does not touch.

    Parameters
    ----------
    graph, rules, within
        As for :func:`list_candidates`.

    Raises
    ------
    RulesError
        If rules cannot hold in this town.
    """
    conflicts = find_rule_conflicts(graph, rules)
    if conflicts:
        raise RulesError("The rules cannot hold in this town:", conflicts)
    units = _make_units(graph, rules)
    unit_of = {name: number for number, unit in enumerate(units) for name in unit.members}
    neighbours = _open_neighbours(graph, rules, units, unit_of)
    apart = _apart(unit_of, rules)
    reach = _reach_along_borders(graph, rules, units)
    wanted = None if within is None else {unit_of[name] for name in within}
    territories = []
    for part in _parts(neighbours):
        if wanted is not None and wanted.isdisjoint(part):
            continue
        local = {number: position for position, number in enumerate(part)}
        territories.append(
            Territory(
                units=tuple(units[number] for number in part),
                neighbours=tuple(tuple(sorted(local[other] for other in neighbours[number])) for number in part),
                barred=tuple(frozenset(local[b] for b in apart.get(a, ()) if b in local) for a in part),
                places=tuple(tuple(graph.nodes[name]["place"] for name in units[number].members) for number in part)
                if rules.max_span_m is not None or rules.max_way_m is not None
                else (),
                reach=tuple(reach.get(number) for number in part) if rules.max_span_m is not None else (),
                rules=rules,
            )
        )
    return territories


def _make_units(graph: nx.Graph[str], rules: MergeRules) -> list[Unit]:
    bound = joined_sets(rules.together)
    single = set(graph) - {name for ids in bound for name in ids}
    staying = ids_that_stay(rules)
    tallies = {name: tally_association(graph, name, rules) for name in graph}
    return [
        Unit(
            ids,
            sum_tallies(tallies[name] for name in ids),
            exempt=all(name in rules.exempt for name in ids),
            closed=not staying.isdisjoint(ids),
        )
        for ids in sorted([*bound, *((name,) for name in single)])
    ]


def _open_neighbours(
    graph: nx.Graph[str], rules: MergeRules, units: Sequence[Unit], unit_of: dict[str, int]
) -> list[set[int]]:
    """Neighbours of each unit across borders that no wall and no unit that stays as it is closes."""
    walls = [
        tuple(graph.nodes[unit.members[0]]["boundaries"][column] for column in rules.keep_within) for unit in units
    ]
    # Large ones that take no part close their borders too.
    shut = [unit.closed or (rules.max_small_per_large == 0 and unit.tally.large > 0) for unit in units]
    neighbours: list[set[int]] = [set() for _ in units]
    for a, b in graph.edges:
        first, second = unit_of[a], unit_of[b]
        if first != second and walls[first] == walls[second] and not shut[first] and not shut[second]:
            neighbours[first].add(second)
            neighbours[second].add(first)
    return neighbours


def _parts(neighbours: Sequence[set[int]]) -> Iterator[list[int]]:
    """Yield connected parts, each in breadth-first order from its lowest unit: near units have near positions."""
    seen: set[int] = set()
    for start in range(len(neighbours)):
        if start in seen:
            continue
        part = [start]
        seen.add(start)
        for number in part:
            fresh = sorted(neighbours[number] - seen)
            seen.update(fresh)
            part.extend(fresh)
        yield part


def _apart(unit_of: dict[str, int], rules: MergeRules) -> dict[int, set[int]]:
    apart: dict[int, set[int]] = {}
    for a, b in pairs_kept_apart(rules):
        apart.setdefault(unit_of[a], set()).add(unit_of[b])
        apart.setdefault(unit_of[b], set()).add(unit_of[a])
    return apart


def _reach_along_borders(graph: nx.Graph[str], rules: MergeRules, units: Sequence[Unit]) -> dict[int, frozenset[str]]:
    """Ids within ``max_span_m`` of every member of a unit, from neighbour to neighbour over the city's borders."""
    if rules.max_span_m is None or rules.span_along != "borders":
        return {}
    reach: dict[int, frozenset[str]] = {}
    for number, unit in enumerate(units):
        found = [
            nx.single_source_dijkstra_path_length(graph, name, cutoff=rules.max_span_m, weight="way_m")
            for name in unit.members
        ]
        reach[number] = frozenset.intersection(*(frozenset(ids) for ids in found))
    return reach


@dataclass
class SearchBudget:
    """Counts what the search has looked at, and stops it in time."""

    max_sets: int
    max_candidates: int
    deadline: float
    on_progress: Callable[[int], None] | None
    sets: int = 0
    groups: int = 0
    in_component: int = 0
    groups_in_component: int = 0
    late: bool = False

    @property
    def full(self) -> bool:
        """Whether the whole town has as many groups as memory should hold."""
        return self.groups > _MOST_IN_TOWN

    def begin(self) -> None:
        """Begin the next component."""
        self.in_component = self.groups_in_component = 0

    def count_group(self) -> None:
        """Count a group that was listed."""
        self.groups += 1
        self.groups_in_component += 1

    def count_set(self, search: GroupSearch) -> None:
        """Count a set that was looked at, and stop where a limit is passed or the time is up."""
        self.sets += 1
        self.in_component += 1
        if self.in_component > self.max_sets or self.groups_in_component > self.max_candidates or self.full:
            raise TooManyCandidatesError(_advice(self, search))
        if self.sets % _TICK == 0:
            if self.on_progress:
                self.on_progress(self.sets)
            if monotonic() > self.deadline:
                self.late = True
                raise TooManyCandidatesError(_late(self, search))


def _late(budget: SearchBudget, search: GroupSearch) -> str:
    return (
        f"The time was up while possible groups were listed: {budget.sets:,} connected sets so far, in a part of the "
        f"town with {len(search.units)} associations, half of them with {_median(search)} households or fewer. "
        f"Raise the limit (time_limit_s, --time-limit). {_cures(search)}"
    )


def _advice(budget: SearchBudget, search: GroupSearch) -> str:
    return (
        f"Too many possible groups: the search stopped after {budget.in_component:,} connected sets and "
        f"{budget.groups_in_component:,} candidate groups (limits {budget.max_sets:,} and {budget.max_candidates:,}), "
        f"in a part of the town with {len(search.units)} associations, "
        f"half of them with {_median(search)} households or fewer. {_cures(search)}"
    )


def _median(search: GroupSearch) -> int:
    return sorted(unit.households for unit in search.units)[len(search.units) // 2]


def _cures(search: GroupSearch) -> str:
    return (
        f"What helps: a smaller max_members (now {search.rules.max_members or 'none'}), a wall such as "
        "keep_within=['former_school_district'], a lower max_households, binding the smallest ones with together, "
        "or the engine that lists no groups (engine='search', --engine search)."
    )


class GroupSearch:
    """Enumerate the connected sets of one component, each exactly once, and keep the sufficient ones of the family.

    Each set is reached from its lowest position by adding neighbours in one fixed order; a neighbour once passed over
    is not offered again below that point. Positions above the root are bits of a mask that begins right after it, so
    masks stay short in a large town whose near units have near positions.
    """

    def __init__(self, territory: Territory, family: Family = "atomic") -> None:
        self.territory = territory
        self.units = territory.units
        self.rules = rules = territory.rules
        self.atomic = family == "atomic"
        self.tallies = [unit.tally for unit in self.units]
        self.permitted = [rule.holds for rule in PERMITTED if rule.applies(rules)]
        self.spanned = rules.max_span_m is not None
        # Nothing but households makes a set sufficient: the question most sets are asked is then one comparison.
        self.plain = not any(rule.applies(rules) for rule in SUFFICIENT[1:])
        self.floor = min((tally.floor for tally in self.tallies), default=0)
        self.most_members = rules.max_members if rules.max_members is not None else len(self.units) + 1
        self.capped = rules.max_members is not None
        self.largest = max((tally.households for tally in self.tallies), default=0)
        self.largest_counts = [max(values) for values in zip(*(tally.counts for tally in self.tallies), strict=True)]
        self._near = [_short_mask(positions) for positions in territory.neighbours]
        self._apart = [_short_mask(positions) for positions in territory.barred]

    def run(self, budget: SearchBudget) -> Component:
        """List the groups of the whole component, each unit alone first."""
        budget.begin()
        groups: list[tuple[int, ...]] = [(position,) for position in range(len(self.units))]
        for root in range(len(self.units)):
            for found in self.from_root(root, budget):
                groups.append(tuple(sorted(found)))
                budget.count_group()
        return Component(tuple(self.units), tuple(groups), budget.in_component)

    def estimate(self, budget: SearchBudget) -> int:
        """Estimate the sets of the whole component from some of its roots, spread evenly."""
        count = min(_SAMPLED_ROOTS, len(self.units))
        seen = 0
        for number in range(count):
            trial = SearchBudget(_SETS_PER_ROOT, _SETS_PER_ROOT, budget.deadline, None)
            try:
                for _ in self.from_root(number * len(self.units) // count, trial):
                    trial.count_group()
            except TooManyCandidatesError:
                if trial.late:
                    budget.late = True
                    raise
                # From so many sets on they tend to double with each further one; this root alone says: too many.
                seen += _SETS_PER_ROOT * 100
            else:
                seen += trial.sets
        return seen * len(self.units) // count

    def from_root(self, root: int, budget: SearchBudget) -> Iterator[tuple[int, ...]]:
        """Yield the sufficient groups of two units or more whose lowest position is ``root``."""
        base = root + 1
        around = _from(self._near[root], base)
        stack: list[_State] = [((root,), self.tallies[root], _from(self._apart[root], base), around, around)]
        while stack:
            group, tally, barred, offered, passed = stack.pop()
            if not offered:
                continue
            lowest = offered & -offered
            offered ^= lowest
            stack.append((group, tally, barred, offered, passed))
            added = base + lowest.bit_length() - 1
            total = join_tallies(tally, self.tallies[added])
            if barred & lowest or not self._worth_growing(total) or not self._near_enough(group, added):
                continue
            grown = (*group, added)
            budget.count_set(self)
            enough = is_sufficient(total, self.rules) if not self.plain else total.households >= total.floor
            if self.atomic and enough and self._splittable(grown, total, budget):
                continue
            if enough and within_way_of(self.territory, grown):
                yield grown
            fresh = _from(self._near[added], base) & ~passed
            closed = _from(self._apart[added], base)
            stack.append((grown, total, barred | closed, offered | fresh, passed | fresh))

    def _worth_growing(self, total: Tally) -> bool:
        """Whether a set is permitted, and can still become sufficient under the member cap."""
        if not all(holds(total, self.rules) for holds in self.permitted):
            return False
        if not self.capped:
            return True
        room = self.most_members - total.members
        if total.households + room * self.largest < self.floor:
            return False
        return all(
            count + room * largest >= floor
            for count, largest, floor in zip(
                total.counts, self.largest_counts, self.rules.floors.values(), strict=False
            )
        )

    def _near_enough(self, group: tuple[int, ...], added: int) -> bool:
        return not self.spanned or all(self.territory.near_enough(member, added) for member in group)

    def _splittable(self, group: tuple[int, ...], total: Tally, budget: SearchBudget) -> bool:
        """Whether two connected sufficient parts make up the group.

        Parts of a permitted set are permitted. The group without its last unit was not splittable, and the part that
        holds the last unit is grown from it.
        """
        if total.households < 2 * self.floor:
            return False
        local = {position: number for number, position in enumerate(group)}
        neighbours = [
            sum(1 << local[other] for other in self.territory.neighbours[position] if other in local)
            for position in group
        ]
        households = [self.tallies[position].households for position in group]
        everyone, start = (1 << len(group)) - 1, 1 << len(group) - 1
        most = total.households - self.floor

        def splits(part: int, inside: int) -> bool:
            return (
                self.floor <= inside <= most
                and part != everyone
                and is_connected(everyone & ~part, neighbours)
                and self._both_sufficient(group, part)
            )

        if splits(start, households[-1]):
            return True
        stack = [(start, households[-1], neighbours[-1], start | neighbours[-1])]
        while stack:
            part, inside, offered, passed = stack.pop()
            if not offered:
                continue
            lowest = offered & -offered
            offered ^= lowest
            stack.append((part, inside, offered, passed))
            added = lowest.bit_length() - 1
            grown, more = part | lowest, inside + households[added]
            if more > most:
                continue
            budget.count_set(self)
            if splits(grown, more):
                return True
            fresh = neighbours[added] & ~passed
            stack.append((grown, more, offered | fresh, passed | fresh))
        return False

    def _both_sufficient(self, group: tuple[int, ...], part: int) -> bool:
        """Ask both parts every sufficient rule, floors of their own among them."""
        if self.plain and not self.rules.lower_floors:
            return True
        parts: tuple[list[Tally], list[Tally]] = ([], [])
        for number, position in enumerate(group):
            parts[part >> number & 1].append(self.tallies[position])
        return all(is_sufficient(sum_tallies(tallies), self.rules) for tallies in parts)


def within_way_of(territory: Territory, group: Sequence[int]) -> bool:
    """Whether a group of positions passes the filter ``max_way_m``."""
    if territory.rules.max_way_m is None:
        return True
    return within_way([place for position in group for place in territory.places[position]], territory.rules)


def _short_mask(positions: Iterable[int]) -> tuple[int, int]:
    """Give positions as a mask that begins at the lowest of them, and that position."""
    found = sorted(positions)
    if not found:
        return 0, 0
    return found[0], sum(1 << position - found[0] for position in found)


def _from(short_mask: tuple[int, int], base: int) -> int:
    """Give a short mask as one that begins at ``base``; positions below are cut off."""
    low, mask = short_mask
    return mask << low - base if low >= base else mask >> base - low
