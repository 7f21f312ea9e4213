"""Terms of the objective: each one function that prices a group with a whole number, so stages are fixed exactly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import combinations
from typing import TYPE_CHECKING

import networkx as nx

from kurihara_geo.candidates.constraints import PERMITTED, SUFFICIENT, stands
from kurihara_geo.places import Place, find_meeting_place
from kurihara_geo.rules import TERMS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kurihara_geo.candidates.units import Tally
    from kurihara_geo.rules import MergeRules, StageWeights

__all__ = [
    "MOST_DRAWN",
    "TERM_OF",
    "GroupFacts",
    "Term",
    "is_separable",
    "needs_full_family",
    "price_stage",
    "price_terms",
    "stage_can_worsen",
    "tie_break_draw",
]

MOST_DRAWN = 1 << 20
"""Lottery numbers go from 1 to this."""


@dataclass(frozen=True)
class GroupFacts:
    """What the terms may know of a group.

    Parameters
    ----------
    places
        Its associations with households, points and halls, sorted by id.
    boundaries
        For each association the value it has in every boundary column of the rules.
    borders
        Pairs of ids, the lower first, of the borders and links inside the group.
    tally
        What the rules count of it.
    exempt
        Whether every member may stay small by the rules.
    weak
        Those of ``borders`` that are weak.
    """

    places: Sequence[Place]
    boundaries: Sequence[Mapping[str, str | None]]
    borders: Sequence[tuple[str, str]]
    tally: Tally
    exempt: bool = False
    weak: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Term:
    """One term of the objective.

    Parameters
    ----------
    name
        As it is called in ``rules.objective``.
    cost
        Group and rules -> whole number, 0 or more.
    splitting_can_worsen
        Whether splitting a group into two sufficient ones could raise the total. Atomic groups are enough only where
        every such term stands after ``mergers``.
    separable
        Whether the total is a sum over groups, so that parts of the town may be solved apart; where a term that counts
        is not, the whole town is solved as one (see :func:`is_separable`).
    """

    name: str
    cost: Callable[[GroupFacts, MergeRules], int]
    splitting_can_worsen: bool
    separable: bool = True


def below_floor(group: GroupFacts, rules: MergeRules) -> int:
    """Households of a group that is left below the floor: sum of h_i unless the group stands, else 0.

    It stands if it is sufficient, exempt, or one association that is not small.
    """
    return 0 if stands(group.tally, rules, exempt=group.exempt) else group.tally.households


def mergers(group: GroupFacts, rules: MergeRules) -> int:
    """Associations that disappear: members minus one."""
    return len(group.places) - 1


def obstacles(group: GroupFacts, rules: MergeRules) -> int:
    """Sum of w over the obstacles (支障事案) met: once if it is of one member of a merged group, else once a pair."""
    ids = {place.place_id for place in group.places}
    if len(ids) < 2:
        return 0
    total = 0
    for entry in rules.obstacles:
        if entry.weight:
            met = len(ids.intersection(entry.ids))
            total += entry.weight * (met if len(entry.ids) == 1 else met * (met - 1) // 2)
    return total


def crossings(group: GroupFacts, rules: MergeRules) -> int:
    """Households times the weights of the soft boundaries whose columns hold several values in the group."""
    if len(group.places) < 2 or not rules.prefer_within:
        return 0
    weight = sum(
        weight
        for column, weight in rules.prefer_within.items()
        if len({values[column] for values in group.boundaries}) > 1
    )
    return weight * group.tally.households


def changed_households(group: GroupFacts, rules: MergeRules) -> int:
    """Households of a group of several associations: whoever lives there gets a new association."""
    return group.tally.households if len(group.places) > 1 else 0


def balance(group: GroupFacts, rules: MergeRules) -> int:
    """|sum of h_i - target| for a group of several associations; the target is twice the floor unless it is given."""
    if len(group.places) < 2:
        return 0
    target = 2 * rules.min_households if rules.target_households is None else rules.target_households
    return abs(group.tally.households - target)


def weak_borders(group: GroupFacts, rules: MergeRules) -> int:
    """Weak borders the group hangs on: the parts it falls into without its weak borders, minus one."""
    if not group.weak:
        return 0
    strong: nx.Graph[str] = nx.Graph()
    strong.add_nodes_from(place.place_id for place in group.places)
    strong.add_edges_from(pair for pair in group.borders if pair not in group.weak)
    return nx.number_connected_components(strong) - 1


def travel(group: GroupFacts, rules: MergeRules) -> int:
    """Sum of households times whole metres to the best meeting place: a hall of the group, else a member's point."""
    return find_meeting_place(group.places).travel_household_m


def tie_break(group: GroupFacts, rules: MergeRules) -> int:
    """Sum of the lottery numbers of the borders inside the group."""
    return sum([tie_break_draw(a, b) for a, b in group.borders])


@lru_cache(maxsize=1 << 17)
def tie_break_draw(a: str, b: str) -> int:
    """Draw a border's lottery number, 1 to 1,048,576: the same for the same two ids on every machine, for ever.

    The number is 1 plus the first 20 bits of SHA-256 over the two ids in UTF-8, the lower first, with a tab between
    them.

    Examples
    --------
    >>> tie_break_draw("a", "b") == tie_break_draw("b", "a")
    True
    """
    first, second = sorted((a, b))
    digest = sha256(f"{first}\t{second}".encode()).digest()
    return 1 + (int.from_bytes(digest[:3], "big") >> 4) % MOST_DRAWN


TERM_OF = {
    term.name: term
    for term in (
        Term("below_floor", below_floor, splitting_can_worsen=False),
        Term("mergers", mergers, splitting_can_worsen=False),
        Term("obstacles", obstacles, splitting_can_worsen=False),
        Term("crossings", crossings, splitting_can_worsen=False),
        Term("changed_households", changed_households, splitting_can_worsen=False),
        Term("balance", balance, splitting_can_worsen=True),
        Term("weak_borders", weak_borders, splitting_can_worsen=True),
        Term("travel", travel, splitting_can_worsen=True),
        Term("tie_break", tie_break, splitting_can_worsen=False),
    )
}
"""Every term by its name, in the order of :data:`kurihara_geo.rules.TERMS`."""
if tuple(TERM_OF) != TERMS:
    raise AssertionError("the terms that are priced are not the terms the rules know")


def price_terms(stage: StageWeights, group: GroupFacts, rules: MergeRules) -> list[int]:
    """Weigh each term of a stage: weight times cost, in the order of the stage."""
    return [weight * TERM_OF[term].cost(group, rules) for term, weight in stage.weights.items()]


def price_stage(stage: StageWeights, group: GroupFacts, rules: MergeRules) -> int:
    """Weigh the terms of a stage: sum of weight times cost."""
    return sum(price_terms(stage, group, rules))


def stage_can_worsen(stage: StageWeights) -> bool:
    """Whether splitting a group could raise a stage: a term that can, or a reward for what splitting lessens."""
    return any(weight < 0 or TERM_OF[term].splitting_can_worsen for term, weight in stage.weights.items())


def is_separable(rules: MergeRules) -> bool:
    """Whether parts of the town may be solved apart: every term that counts and every rule that was set allows it."""
    terms = [TERM_OF[term] for stage in rules.stages for term in stage.weights]
    constraints = [rule for rule in (*SUFFICIENT, *PERMITTED) if rule.applies(rules)]
    return all(term.separable for term in terms) and all(rule.separable for rule in constraints)


def needs_full_family(rules: MergeRules) -> bool:
    """Whether every permitted sufficient group must be listed, not only the atomic ones.

    Atomic groups are enough where splitting a splittable group always makes a plan better: a stage that counts
    ``mergers`` stands before every stage that splitting could worsen, and there is no filter, which a part may fail.
    """
    if rules.max_way_m is not None:
        return True
    for stage in rules.stages:
        if stage_can_worsen(stage):
            return True
        if "mergers" in stage.weights:
            return False
    return True


def internal_borders(ids: Sequence[str], neighbours: Mapping[str, frozenset[str]]) -> list[tuple[str, str]]:
    """List the borders inside a group.

    Parameters
    ----------
    ids
        Association ids, sorted.
    neighbours
        Association id -> ids it shares an open border or link with.
    """
    return [(a, b) for a, b in combinations(ids, 2) if b in neighbours[a]]
