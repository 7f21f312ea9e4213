"""Terms of the objective: each one function that prices a group with a whole number, so stages are fixed exactly."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations
from typing import TYPE_CHECKING

from kurihara_geo.places import Place, find_meeting_place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kurihara_geo.rules import MergeRules

__all__ = ["STAGES", "GroupFacts", "Term", "tie_break_draw"]

_DRAWS = 1 << 20


@dataclass(frozen=True)
class GroupFacts:
    """What the terms may know of a group.

    Parameters
    ----------
    places
        Its associations with households, points and halls.
    boundaries
        For each association the value it has in every boundary column of the rules.
    borders
        Pairs of ids, the lower first, of the borders and links inside the group.
    """

    places: Sequence[Place]
    boundaries: Sequence[Mapping[str, str | None]]
    borders: Sequence[tuple[str, str]]

    @property
    def households(self) -> int:
        """Households of all members."""
        return sum(place.households for place in self.places)


@dataclass(frozen=True)
class Term:
    """One term of the objective.

    Parameters
    ----------
    name
        As the stage is called.
    cost
        Group and rules -> whole number, 0 or more.
    splitting_can_worsen
        Whether splitting a group into two sufficient ones could raise the total. Atomic groups are enough only where
        every such
        term stands after ``mergers``.
    separable
        Whether the total is a sum over groups, so that parts of the town may be solved apart.
    """

    name: str
    cost: Callable[[GroupFacts, MergeRules], int]
    splitting_can_worsen: bool
    separable: bool = True


def below_floor(group: GroupFacts, rules: MergeRules) -> int:
    """Households of a group under the floor: sum of h_i if sum of h_i < floor, else 0."""
    households = group.households
    return households if households < rules.min_households else 0


def mergers(group: GroupFacts, rules: MergeRules) -> int:
    """Associations that disappear: members minus one."""
    return len(group.places) - 1


def crossings(group: GroupFacts, rules: MergeRules) -> int:
    """Households times the weights of the soft boundaries whose columns hold several values in the group."""
    weight = sum(
        weight
        for column, weight in rules.prefer_within.items()
        if len({values[column] for values in group.boundaries}) > 1
    )
    return weight * group.households


def travel(group: GroupFacts, rules: MergeRules) -> int:
    """Sum of households times whole metres to the best meeting place: a hall of the group, else a member's point."""
    return find_meeting_place(group.places).travel_household_m


def tie_break(group: GroupFacts, rules: MergeRules) -> int:
    """Sum of the lottery numbers of the borders inside the group."""
    return sum(tie_break_draw(a, b) for a, b in group.borders)


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
    return 1 + (int.from_bytes(digest[:3], "big") >> 4) % _DRAWS


STAGES = (
    Term("below_floor", below_floor, splitting_can_worsen=False),
    Term("mergers", mergers, splitting_can_worsen=False),
    Term("crossings", crossings, splitting_can_worsen=False),
    Term("travel", travel, splitting_can_worsen=True),
    Term("tie_break", tie_break, splitting_can_worsen=False),
)


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
