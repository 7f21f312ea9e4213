"""Plain values between the rules and the model: tallies of sets of associations, units, components, candidates."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import add
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import networkx as nx

    from kurihara_geo.candidates.constraints import GroupTests
    from kurihara_geo.rules import MergeRules

__all__ = ["Candidates", "Component", "Tally", "Unit", "join_tallies", "sum_tallies", "tally_association"]


class Tally(NamedTuple):
    """What the rules count of a set of associations; every number but ``floor`` is a sum over the members.

    Parameters
    ----------
    households
        Households today.
    members
        Associations as they are today.
    small, large
        Members below their floor today, and the others.
    halls
        Meeting halls.
    floor
        The lowest floor of any member: what the set needs to be sufficient.
    counts
        One sum for each column of ``rules.floors``, in its order.
    """

    households: int
    members: int
    small: int
    large: int
    halls: int
    floor: int
    counts: tuple[int, ...] = ()


def tally_association(graph: nx.Graph[str], name: str, rules: MergeRules) -> Tally:
    """Count what the rules ask about one association, from the node of a graph as ``build_graph`` makes it."""
    node = graph.nodes[name]
    households, floor = node["households"], rules.floor_of(name) if rules.lower_floors else rules.min_households
    small = int(households < floor)
    counts = tuple(node["counts"][column] for column in rules.floors) if rules.floors else ()
    halls = len(node["place"].halls) if rules.needs_hall else 0
    return Tally(households, 1, small, 1 - small, halls, floor, counts)


def join_tallies(a: Tally, b: Tally) -> Tally:
    """Count two sets without a common member as one."""
    return Tally(
        a[0] + b[0],
        a[1] + b[1],
        a[2] + b[2],
        a[3] + b[3],
        a[4] + b[4],
        min(a[5], b[5]),
        tuple(map(add, a[6], b[6])) if a[6] else (),
    )


@dataclass(frozen=True)
class Unit:
    """What the model moves as one: an association, or several that ``together`` binds.

    Parameters
    ----------
    members
        Association ids, sorted.
    tally
        What the rules count of them.
    exempt
        Whether every member may stay small by the rules.
    closed
        Whether it merges with nobody: ``unchanged``, or an obstacle with a ban.
    """

    members: tuple[str, ...]
    tally: Tally
    exempt: bool = False
    closed: bool = False

    @property
    def households(self) -> int:
        """Households of all members."""
        return self.tally.households


@dataclass(frozen=True)
class Component:
    """Units that could reach each other through borders the rules leave open, and the groups they could form.

    Parameters
    ----------
    units
        In an order that keeps neighbours near each other.
    groups
        Candidate groups as sorted positions in ``units``: first each unit alone (left as it is), then every
        sufficient group of the family that was listed. An open component has the single units only.
    sets_visited
        Connected sets the search looked at.
    tests
        The rules as tests on sets of its units, for an engine that does not list the groups; None where all are
        listed.
    """

    units: tuple[Unit, ...]
    groups: tuple[tuple[int, ...], ...]
    sets_visited: int
    tests: GroupTests | None = None

    @property
    def listed(self) -> bool:
        """Whether the groups are listed; an *open* component's are not, for they are too many."""
        return self.tests is None

    def members(self, group: Sequence[int]) -> tuple[str, ...]:
        """Give a group's association ids, sorted."""
        if len(group) == 1:
            return self.units[group[0]].members
        return tuple(sorted([member for position in group for member in self.units[position].members]))


@dataclass(frozen=True)
class Candidates:
    """All candidate groups of a town, component by component.

    Parameters
    ----------
    components
        Sorted by their lowest id; solved apart, since no group spans two.
    family
        ``atomic`` or ``full``: which groups were listed.
    estimates
        Lowest id of a component -> sets its search would have to look at, where that was estimated.
    """

    components: tuple[Component, ...]
    family: str = "atomic"
    estimates: dict[str, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Number of candidate groups listed."""
        return sum(len(component.groups) for component in self.components)

    @property
    def sets_visited(self) -> int:
        """Number of connected sets the search looked at."""
        return sum(component.sets_visited for component in self.components)

    @property
    def open_components(self) -> tuple[Component, ...]:
        """Components whose groups are too many to list."""
        return tuple(component for component in self.components if not component.listed)


def sum_tallies(tallies: Iterable[Tally]) -> Tally:
    """Count several sets, none of which share a member, as one."""
    first, *others = tallies
    for other in others:
        first = join_tallies(first, other)
    return first
