"""GRAPH + RULES -> CANDIDATE GROUPS: plain frozen values, found by pruned enumeration.

Two kinds of rules act on a connected set of associations. *Sufficient* rules are never broken by adding members (the
floor). *Permitted* rules are never broken by removing members (the caps, walls, apart). A set is **splittable** if it
is the union of two connected, permitted, sufficient sets, and **atomic** otherwise. If S is splittable and S + v is
connected and permitted, S + v is splittable too: v touches one of the two parts and joins it. So the search, which
adds one neighbour at a time, may stop at the first splittable set and misses no atomic one. With "fewest mergers"
before every term that splitting could worsen, an optimal plan uses atomic groups only, because splitting a group
saves a merger.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import inf
from time import monotonic
from typing import TYPE_CHECKING

import networkx as nx

from kurihara_geo.columns import label
from kurihara_geo.errors import Problem, RulesError, TooManyCandidatesError
from kurihara_geo.rules import MergeRules, joined_sets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = [
    "DEFAULT_MAX_CANDIDATES",
    "DEFAULT_MAX_SETS",
    "Candidates",
    "Component",
    "Unit",
    "explain_left_below",
    "find_rule_conflicts",
    "list_candidates",
]

DEFAULT_MAX_SETS = 5_000_000
DEFAULT_MAX_CANDIDATES = 120_000
_TICK = 2_000


@dataclass(frozen=True)
class Unit:
    """What the model moves as one: an association, or several that ``together`` binds.

    Parameters
    ----------
    members
        Association ids, sorted.
    households
        Households of all members.
    """

    members: tuple[str, ...]
    households: int


@dataclass(frozen=True)
class Component:
    """Units that could reach each other through borders the rules leave open, and the groups they could form.

    Parameters
    ----------
    units
        In the order of their first member's id.
    groups
        Candidate groups as sorted positions in ``units``: first each unit alone (left as it is), then every
        sufficient atomic group.
    sets_visited
        Connected sets the search looked at.
    """

    units: tuple[Unit, ...]
    groups: tuple[tuple[int, ...], ...]
    sets_visited: int

    def members(self, group: Sequence[int]) -> tuple[str, ...]:
        """Give a group's association ids, sorted."""
        return tuple(sorted(member for position in group for member in self.units[position].members))


@dataclass(frozen=True)
class Candidates:
    """All candidate groups of a town, component by component.

    Parameters
    ----------
    components
        Sorted by their first unit; solved apart, since no group spans two.
    family
        ``atomic``: which groups were listed.
    """

    components: tuple[Component, ...]
    family: str = "atomic"

    @property
    def count(self) -> int:
        """Number of candidate groups."""
        return sum(len(component.groups) for component in self.components)

    @property
    def sets_visited(self) -> int:
        """Number of connected sets the search looked at."""
        return sum(component.sets_visited for component in self.components)


def find_rule_conflicts(graph: nx.Graph[str], rules: MergeRules) -> list[Problem]:
    """Find rules that cannot hold in this town; all of them at once, in a planner's words.

    Parameters
    ----------
    graph
        As :func:`kurihara_geo.borders.build_graph` gives it: node attributes ``name``, ``households`` and
        ``boundaries``.
    rules
        What the city asks.

    Returns
    -------
    list of Problem
        Empty when the rules can be applied.
    """
    unknown = [*_unknown_ids(graph, rules)]
    if unknown:
        return unknown
    return [*_missing_boundaries(graph, rules), *_together_conflicts(graph, rules)]


def _unknown_ids(graph: nx.Graph[str], rules: MergeRules) -> Iterator[Problem]:
    for rule, ids in (
        ("together", [name for part in rules.together for name in part]),
        ("apart", [name for part in rules.apart for name in part]),
        ("unchanged", rules.unchanged),
    ):
        for name in dict.fromkeys(ids):
            if name not in graph:
                yield _rule_error(
                    f"{rule} names {name!r}, which is not an inhabited association of the table",
                    "correct the id or take it out",
                )


def _missing_boundaries(graph: nx.Graph[str], rules: MergeRules) -> Iterator[Problem]:
    for column in rules.boundary_columns:
        missing = [name for name in sorted(graph) if graph.nodes[name]["boundaries"][column] is None]
        if missing:
            named = ", ".join(f"{name} {graph.nodes[name]['name']}" for name in missing)
            yield Problem(
                severity="error",
                kind="missing_wall_value",
                association_id=", ".join(missing),
                message=f"{len(missing)} associations have no value in {column!r}: {named}",
                cure=f"fill the column in, or give them a class of their own: missing_as={{{column!r}: '...'}}",
            )


def _together_conflicts(graph: nx.Graph[str], rules: MergeRules) -> Iterator[Problem]:
    for ids in joined_sets(rules.together):
        listed = ", ".join(ids)
        if not nx.is_connected(graph.subgraph(ids)):
            yield _rule_error(
                f"together binds {listed}, which do not touch through borders or links",
                "add a link with its reason, or add the associations between them",
            )
        for column in rules.keep_within:
            values = {graph.nodes[name]["boundaries"][column] for name in ids}
            if len(values - {None}) > 1:
                named = ", ".join(sorted(str(value) for value in values))
                yield _rule_error(
                    f"together binds {listed}, but keep_within {column!r} parts them: {named}", "drop one of the two"
                )
        households = sum(graph.nodes[name]["households"] for name in ids)
        if rules.max_households is not None and households > rules.max_households:
            yield _rule_error(
                f"together binds {listed}, {households} households, but max_households is {rules.max_households}",
                "raise the ceiling or take one out",
            )


def _rule_error(message: str, cure: str) -> Problem:
    return Problem(severity="error", kind="rules", message=message, cure=cure)


def list_candidates(
    graph: nx.Graph[str],
    rules: MergeRules,
    *,
    max_sets: int = DEFAULT_MAX_SETS,
    max_candidates: int = DEFAULT_MAX_CANDIDATES,
    time_limit_s: float = inf,
    on_progress: Callable[[int], None] | None = None,
) -> Candidates:
    """List every group that could be part of an optimal plan.

    Parameters
    ----------
    graph
        As :func:`kurihara_geo.borders.build_graph` gives it.
    rules
        What the city asks.
    max_sets, max_candidates
        The search stops beyond so many connected sets looked at, or groups listed, long before memory runs out.
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
    conflicts = find_rule_conflicts(graph, rules)
    if conflicts:
        raise RulesError("The rules cannot hold in this town:", conflicts)
    units, open_graph = _contract(graph, rules)
    budget = _Budget(max_sets, max_candidates, monotonic() + time_limit_s, on_progress)
    components = []
    for part in sorted(sorted(part) for part in nx.connected_components(open_graph)):
        search = _Search(
            [units[position] for position in part], _adjacency(open_graph, part), _apart(units, part, rules), rules
        )
        components.append(search.run(budget))
    return Candidates(components=tuple(components))


def _contract(graph: nx.Graph[str], rules: MergeRules) -> tuple[list[Unit], nx.Graph[int]]:
    """Bind ``together`` sets into units and keep only borders that a group may reach across."""
    bound = joined_sets(rules.together)
    single = sorted(set(graph) - {name for ids in bound for name in ids})
    members = sorted([*bound, *((name,) for name in single)])
    units = [Unit(ids, sum(graph.nodes[name]["households"] for name in ids)) for ids in members]
    position = {name: number for number, unit in enumerate(units) for name in unit.members}
    walls = [
        tuple(graph.nodes[unit.members[0]]["boundaries"][column] for column in rules.keep_within) for unit in units
    ]
    closed = {position[name] for name in rules.unchanged}
    open_graph: nx.Graph[int] = nx.Graph()
    open_graph.add_nodes_from(range(len(units)))
    for a, b in graph.edges:
        first, second = position[a], position[b]
        if first != second and walls[first] == walls[second] and not closed & {first, second}:
            open_graph.add_edge(first, second)
    return units, open_graph


def _adjacency(open_graph: nx.Graph[int], part: Sequence[int]) -> list[int]:
    """Neighbours of each unit of a component as a bit mask over positions in the component."""
    local = {position: number for number, position in enumerate(part)}
    return [sum(1 << local[neighbour] for neighbour in open_graph[position]) for position in part]


def _apart(units: Sequence[Unit], part: Sequence[int], rules: MergeRules) -> list[int]:
    """Units each unit may not share a group with, as bit masks like :func:`_adjacency`."""
    local = {name: number for number, position in enumerate(part) for name in units[position].members}
    masks = [0] * len(part)
    for a, b in (pair for ids in rules.apart for pair in combinations(ids, 2)):
        if a in local and b in local:
            masks[local[a]] |= 1 << local[b]
            masks[local[b]] |= 1 << local[a]
    return masks


@dataclass
class _Budget:
    """Counts what the search has looked at in the whole town, and stops it in time."""

    max_sets: int
    max_candidates: int
    deadline: float
    on_progress: Callable[[int], None] | None
    sets: int = 0
    groups: int = 0

    def count_set(self, search: _Search) -> None:
        self.sets += 1
        if self.sets > self.max_sets or self.groups > self.max_candidates:
            raise TooManyCandidatesError(_advice(self, search))
        if self.sets % _TICK == 0:
            if self.on_progress:
                self.on_progress(self.sets)
            if monotonic() > self.deadline:
                raise TooManyCandidatesError(_late(self, search))


def _late(budget: _Budget, search: _Search) -> str:
    return (
        f"The time was up while possible groups were listed: {budget.sets:,} connected sets so far, in a part of the "
        f"town with {len(search.units)} associations, half of them with {_median(search)} households or fewer. "
        f"Raise the limit (time_limit_s, --time-limit). {_cures(search)}"
    )


def _advice(budget: _Budget, search: _Search) -> str:
    return (
        f"Too many possible groups: the search stopped after {budget.sets:,} connected sets and "
        f"{budget.groups:,} candidate groups (limits {budget.max_sets:,} and {budget.max_candidates:,}), "
        f"in a part of the town with {len(search.units)} associations, "
        f"half of them with {_median(search)} households or fewer. {_cures(search)}"
    )


def _median(search: _Search) -> int:
    return sorted(search.households)[len(search.households) // 2]


def _cures(search: _Search) -> str:
    return (
        f"What helps: a smaller max_members (now {search.rules.max_members or 'none'}), a wall such as "
        "keep_within=['former_school_district'], a lower max_households, or binding the smallest ones with together."
    )


class _Search:
    """Enumerate the connected sets of one component, each exactly once, and keep the sufficient atomic ones.

    Each set is reached from its lowest unit by adding neighbours in one fixed order; a neighbour once passed over is
    not offered
    again below that point. ``households``, ``adjacency`` and ``apart`` are indexed by position in ``units``.
    """

    def __init__(self, units: list[Unit], adjacency: list[int], apart: list[int], rules: MergeRules) -> None:
        self.units = units
        self.adjacency = adjacency
        self.apart = apart
        self.rules = rules
        self.households = [unit.households for unit in units]
        self.sizes = [len(unit.members) for unit in units]
        self.floor = rules.min_households
        self.most_members = rules.max_members if rules.max_members is not None else sum(self.sizes)
        self.most_households = rules.max_households if rules.max_households is not None else sum(self.households)
        self.largest = max(self.households, default=0)

    def run(self, budget: _Budget) -> Component:
        before = budget.sets
        groups: list[tuple[int, ...]] = [(position,) for position in range(len(self.units))]
        for root in range(len(self.units)):
            for found in self._from_root(root, budget):
                groups.append(tuple(sorted(found)))
                budget.groups += 1
        return Component(tuple(self.units), tuple(groups), budget.sets - before)

    def _from_root(self, root: int, budget: _Budget) -> Iterator[tuple[int, ...]]:
        """Yield the sufficient atomic groups of two units or more whose lowest unit is ``root``."""
        passed = (1 << (root + 1)) - 1 | self.adjacency[root]
        offered = self.adjacency[root] & ~((1 << (root + 1)) - 1)
        first: tuple[int, ...] = (root,)
        stack = [(first, self.households[root], self.sizes[root], self.apart[root], offered, passed)]
        while stack:
            group, households, size, barred, offered, passed = stack.pop()
            if not offered:
                continue
            lowest = offered & -offered
            offered ^= lowest
            stack.append((group, households, size, barred, offered, passed))
            added = lowest.bit_length() - 1
            grown = (*group, added)
            total, members = households + self.households[added], size + self.sizes[added]
            if barred & lowest or not self._worth_growing(total, members):
                continue
            budget.count_set(self)
            if total >= 2 * self.floor and self._splittable(grown, total, budget):
                continue
            if total >= self.floor:
                yield grown
            fresh = self.adjacency[added] & ~passed
            stack.append((grown, total, members, barred | self.apart[added], offered | fresh, passed | fresh))

    def _worth_growing(self, households: int, members: int) -> bool:
        """Whether a set is permitted, and can still reach the floor under the member cap."""
        room = self.most_members - members
        if room < 0 or households > self.most_households:
            return False
        return households + room * self.largest >= self.floor

    def _splittable(self, group: tuple[int, ...], total: int, budget: _Budget) -> bool:
        """Whether two connected sufficient parts make up the group.

        Parts of a permitted set are permitted. The group without its last unit was not splittable, and the part that
        holds the last
        unit is grown from it.
        """
        local = {position: number for number, position in enumerate(group)}
        neighbours = [
            sum(1 << local[other] for other in group if self.adjacency[position] >> other & 1) for position in group
        ]
        households = [self.households[position] for position in group]
        everyone, start = (1 << len(group)) - 1, 1 << len(group) - 1

        def splits(part: int, inside: int) -> bool:
            return self.floor <= inside <= total - self.floor and _is_connected(everyone & ~part, neighbours)

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
            if more > total - self.floor:
                continue
            budget.count_set(self)
            if splits(grown, more):
                return True
            fresh = neighbours[added] & ~passed
            stack.append((grown, more, offered | fresh, passed | fresh))
        return False


def _is_connected(mask: int, neighbours: Sequence[int]) -> bool:
    reached = frontier = mask & -mask
    while frontier:
        lowest = frontier & -frontier
        fresh = neighbours[lowest.bit_length() - 1] & mask & ~reached
        reached |= fresh
        frontier = (frontier ^ lowest) | fresh
    return reached == mask


def explain_left_below(
    graph: nx.Graph[str], rules: MergeRules, candidates: Candidates, groups: Sequence[tuple[str, ...]], *, proven: bool
) -> dict[str, tuple[str, str, str]]:
    """Say why each association of the given groups is left below the floor.

    Parameters
    ----------
    graph, rules, candidates
        What the plan was made from.
    groups
        The groups that stay below the floor, as association ids.
    proven
        Whether the stage ``below_floor`` is proven; without proof nothing is claimed of groups that could have
        reached the floor.

    Returns
    -------
    dict
        Association id -> (short word, Japanese sentence, English sentence). The words: ``unchanged``, ``no_border``,
        ``walls``,
        ``too_few_in_reach``, ``caps``, ``apart``, ``costs_others``, ``not_settled``.
    """
    component_of = {unit.members: component for component in candidates.components for unit in component.units}
    in_larger = {
        member
        for component in candidates.components
        for group in component.groups
        if len(group) > 1
        for member in component.members(group)
    }
    reasons = {}
    for ids in groups:
        reason = _reason(graph, rules, component_of[ids], ids, in_larger=not in_larger.isdisjoint(ids), proven=proven)
        reasons.update(dict.fromkeys(ids, reason))
    return reasons


def _reason(
    graph: nx.Graph[str],
    rules: MergeRules,
    component: Component,
    ids: tuple[str, ...],
    *,
    in_larger: bool,
    proven: bool,
) -> tuple[str, str, str]:
    neighbours = sorted({other for name in ids for other in graph[name]} - set(ids))
    if set(ids) & set(rules.unchanged):
        return "unchanged", "「変更しない」と指定されています", "it is to stay unchanged by the rules"
    if not neighbours:
        return (
            "no_border",
            "隣り合う自治会がありません(離島・境界なし)",
            "it has no border or link with any association",
        )
    if len(component.units) == 1:
        return _blocked(graph, rules, ids, neighbours)
    if in_larger:
        if proven:
            ja, en = ("、".join(texts) for texts in zip(*_limits(rules, ids), strict=True))
            return (
                "costs_others",
                f"いまの条件({ja})では、ここを統合しても、下限未満に残る世帯の合計は減りません",
                f"with the rules given ({en}), merging it would not lower the households left below the floor in all",
            )
        return "not_settled", "計算時間内に決まりませんでした", "not settled in the time given"
    reach = sum(unit.households for unit in component.units)
    count = sum(len(unit.members) for unit in component.units)
    if reach < rules.min_households:
        return (
            "too_few_in_reach",
            f"統合できる範囲の{count}自治会をすべて合わせても{reach}世帯です",
            f"all {count} associations within reach hold {reach} households together",
        )
    limits = _limits(rules, ids)
    word = "apart" if len(limits) == 1 and rules.max_members is None and rules.max_households is None else "caps"
    limits_ja, limits_en = [ja for ja, _ in limits], [en for _, en in limits]
    return (
        word,
        f"{'・'.join(limits_ja)}の条件では下限に届きません",
        f"no group around it reaches the floor with {' and '.join(limits_en)}",
    )


def _limits(rules: MergeRules, ids: tuple[str, ...]) -> list[tuple[str, str]]:
    """Name the rules that bound a group, in Japanese and English."""
    limits = []
    if rules.max_members is not None:
        limits.append((f"構成{rules.max_members}自治会以内", f"at most {rules.max_members} members"))
    if rules.max_households is not None:
        limits.append((f"{rules.max_households}世帯以内", f"at most {rules.max_households} households"))
    if any(not set(ids).isdisjoint(apart) for apart in rules.apart):
        limits.append(("同じ組にしない指定", "associations kept apart"))
    return limits or [("指定された規則", "the rules given")]


def _blocked(
    graph: nx.Graph[str], rules: MergeRules, ids: tuple[str, ...], neighbours: Sequence[str]
) -> tuple[str, str, str]:
    """Name the walls between it and every neighbour."""
    own = graph.nodes[ids[0]]["boundaries"]
    crossed = [
        column
        for column in rules.keep_within
        if all(graph.nodes[other]["boundaries"][column] != own[column] for other in neighbours)
    ]
    named_ja = "・".join(label(column) for column in crossed or rules.keep_within) or "変更しない自治会"
    named_en = ", ".join(crossed or rules.keep_within) or "unchanged associations"
    return (
        "walls",
        f"隣の自治会はすべて別の区域({named_ja})か、変更しない自治会です",
        f"every neighbour is beyond a wall ({named_en}) or unchanged",
    )
