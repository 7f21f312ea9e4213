"""The rules as questions about a set of associations, each one function with its formula.

Two families act on a connected set S. **Sufficient** rules are never broken by adding members; **permitted** rules are
never broken by removing members. A rule that is neither is a **filter**: it forces every group to be listed. Permitted
rules bind groups of two units or more; a unit left as it is breaks none.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from kurihara_geo.candidates.masks import units_of
from kurihara_geo.candidates.units import Tally, Unit, sum_tallies
from kurihara_geo.places import Place, distance_m, find_meeting_place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kurihara_geo.rules import MergeRules

__all__ = [
    "FILTERS",
    "PERMITTED",
    "SUFFICIENT",
    "Constraint",
    "GroupTests",
    "ids_that_stay",
    "is_permitted",
    "is_sufficient",
    "pairs_kept_apart",
    "stands",
    "within_span",
    "within_way",
]


@dataclass(frozen=True)
class Constraint:
    """One rule on a set of associations.

    Parameters
    ----------
    name
        The rule of :class:`~kurihara_geo.rules.MergeRules` it comes from.
    holds
        Tally of the set, rules -> whether the set keeps the rule.
    applies
        Rules -> whether this rule was set at all.
    separable
        Whether it can be judged group by group, so that parts of the town may be solved apart; where a rule that was
        set is not, the whole town is solved as one.
    """

    name: str
    holds: Callable[[Tally, MergeRules], bool]
    applies: Callable[[MergeRules], bool]
    separable: bool = True


def has_enough_households(group: Tally, rules: MergeRules) -> bool:
    """Sum of h_i >= the lowest floor of any member i."""
    return group.households >= group.floor


def has_enough_of_each_count(group: Tally, rules: MergeRules) -> bool:
    """Sum of c_i >= floor of c, for every further count c: households of a later year, people of an age, and so on."""
    return all(total >= floor for total, floor in zip(group.counts, rules.floors.values(), strict=True))


def has_hall(group: Tally, rules: MergeRules) -> bool:
    """Ask for a hall: number of halls >= 1."""
    return group.halls >= 1


def within_max_members(group: Tally, rules: MergeRules) -> bool:
    """|S| <= max_members, counted as associations are today."""
    return rules.max_members is None or group.members <= rules.max_members


def within_max_households(group: Tally, rules: MergeRules) -> bool:
    """Sum of h_i <= max_households."""
    return rules.max_households is None or group.households <= rules.max_households


def within_small_per_large(group: Tally, rules: MergeRules) -> bool:
    """No member is large, or at most k are small; with k = 0 no member is large.

    The number of large members does not raise the limit: then removing one could break the rule.
    """
    most = rules.max_small_per_large
    return most is None or group.large == 0 or 0 < most >= group.small


def within_span(a: Sequence[Place], b: Sequence[Place], rules: MergeRules) -> bool:
    """d(i, j) <= max_span_m for every i in one unit and j in another, in a straight line."""
    most = rules.max_span_m
    return most is None or all(distance_m(i, j) <= most for i in a for j in b)


def within_way(members: Sequence[Place], rules: MergeRules) -> bool:
    """d(i, meeting place) <= max_way_m for every member i; the meeting place is the one with the least travel."""
    if rules.max_way_m is None:
        return True
    target = find_meeting_place(members).target
    return all(distance_m(member, target) <= rules.max_way_m for member in members)


SUFFICIENT = (
    Constraint("min_households", has_enough_households, lambda rules: True),
    Constraint("floors", has_enough_of_each_count, lambda rules: bool(rules.floors)),
    Constraint("needs_hall", has_hall, lambda rules: rules.needs_hall),
)
PERMITTED = (
    Constraint("max_members", within_max_members, lambda rules: rules.max_members is not None),
    Constraint("max_households", within_max_households, lambda rules: rules.max_households is not None),
    Constraint("max_small_per_large", within_small_per_large, lambda rules: rules.max_small_per_large is not None),
)
"""Rules that a tally decides. Walls and units that merge with nobody close borders; apart, obstacles with a ban and
the span are asked pair by pair."""
FILTERS = ("max_way_m",)


def is_sufficient(group: Tally, rules: MergeRules) -> bool:
    """Whether a set could stand as a new group: every sufficient rule holds."""
    return all(rule.holds(group, rules) for rule in SUFFICIENT if rule.applies(rules))


def is_permitted(group: Tally, rules: MergeRules) -> bool:
    """Whether the rules that a tally decides let these associations merge."""
    return all(rule.holds(group, rules) for rule in PERMITTED if rule.applies(rules))


def stands(group: Tally, rules: MergeRules, *, exempt: bool) -> bool:
    """Whether nothing is to be paid for a group: it is sufficient, exempt, or one association that is not small.

    An association that is not small may always stay alone, unless ``floors_apply_to`` is ``all``; it is sufficient only
    if it meets every floor.
    """
    alone = group.members == 1 and group.small == 0 and rules.floors_apply_to == "new"
    return exempt or alone or is_sufficient(group, rules)


@dataclass(frozen=True)
class GroupTests:
    """The rules as tests on sets of a component's units, the sets as bit masks over positions.

    Parameters
    ----------
    units
        Units of the component.
    adjacency
        Neighbours of each unit, as bit masks.
    barred
        Units each may not share a group with, as bit masks.
    rules
        What the city asks.
    """

    units: tuple[Unit, ...]
    adjacency: tuple[int, ...]
    barred: tuple[int, ...]
    rules: MergeRules

    def tally(self, mask: int) -> Tally:
        """Count a set."""
        return sum_tallies(self.units[position].tally for position in units_of(mask))

    def permitted(self, mask: int) -> bool:
        """Whether the units may merge; connectedness is asked elsewhere."""
        if any(self.barred) and any(self.barred[position] & mask for position in units_of(mask)):
            return False
        return is_permitted(self.tally(mask), self.rules)

    def sufficient(self, mask: int) -> bool:
        """Whether the set could stand as a new group."""
        return is_sufficient(self.tally(mask), self.rules)

    def stands(self, position: int) -> bool:
        """Whether a unit may be left as it is at no cost."""
        unit = self.units[position]
        return stands(unit.tally, self.rules, exempt=unit.exempt)

    @property
    def only_households(self) -> bool:
        """Whether nothing but households makes a set sufficient."""
        return not any(rule.applies(self.rules) for rule in SUFFICIENT[1:])

    @property
    def unrestricted(self) -> bool:
        """Whether every connected set is permitted."""
        return not any(self.barred) and not any(rule.applies(self.rules) for rule in PERMITTED)


def pairs_kept_apart(rules: MergeRules) -> set[tuple[str, str]]:
    """List the pairs of ids, the lower first, that ``apart`` or an obstacle with a ban keeps out of one group."""
    sets = [*rules.apart, *(entry.ids for entry in rules.obstacles if entry.ban)]
    return {(min(a, b), max(a, b)) for ids in sets for a, b in combinations(ids, 2)}


def ids_that_stay(rules: MergeRules) -> set[str]:
    """List the ids that merge with nobody: ``unchanged``, and obstacles of one association with a ban."""
    banned = [entry.ids[0] for entry in rules.obstacles if entry.ban and len(entry.ids) == 1]
    return {*rules.unchanged, *banned}
