"""What the second engine is given, and what it gives back: a component whose possible groups are not listed."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kurihara_geo.candidates.masks import is_connected, units_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kurihara_geo.model.solution import Stage

__all__ = ["Hub", "OpenComponent", "OutOfTimeError", "SearchResult", "Watch"]

_WAIT_S = 0.05
# What a group that lacks something else than households is said to lack, as a share of its floor.
_OTHER_LACK = 0.2


@dataclass(frozen=True, kw_only=True)
class Hub:
    """A place where a group that holds ``unit`` may meet.

    Parameters
    ----------
    unit
        The unit that brings the place: its hall, or its own point.
    costs
        For each unit its households times the metres to the place; -1 where a group that holds this unit meets
        elsewhere (a unit with a hall never walks to a place without one).
    """

    unit: int
    costs: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class OpenComponent:
    """One connected component whose groups are not listed: units are positions, sets of units are bit masks.

    Parameters
    ----------
    adjacency
        Neighbours of each unit.
    households
        Households of each unit.
    sizes
        Associations in each unit: several where ``together`` binds them.
    floors
        Households a group with this unit needs; a group's floor is the least of its members'.
    permitted
        Whether the rules that removing members never breaks allow a connected set.
    sufficient
        Whether a set has its floor of households and every further floor; adding members never breaks it.
    stands
        Whether a unit may stay alone at no cost in ``below_floor``: it is large, or exempt.
    counted
        Whether a unit alone is sufficient.
    costs
        Set -> whole-number cost in every stage, in the order of ``stages``.
    stages
        Names of the stages, first things first.
    unrestricted
        Whether ``permitted`` is always true, so that whatever is left over may join any group it touches.
    hubs
        Where groups may meet, if the stage ``travel`` is the least sum over the hubs of a group's units; without
        them travel is found as well, but not bounded.
    only_households
        Whether ``sufficient`` asks for nothing but households: the search then need not ask it.
    rewarded
        Stages in which a group can cost less than nothing; all others are bounded by 0.
    """

    adjacency: tuple[int, ...]
    households: tuple[int, ...]
    sizes: tuple[int, ...]
    floors: tuple[int, ...]
    permitted: Callable[[int], bool]
    sufficient: Callable[[int], bool]
    stands: tuple[bool, ...]
    counted: tuple[bool, ...]
    costs: Callable[[int], tuple[int, ...]]
    stages: tuple[str, ...]
    unrestricted: bool
    hubs: tuple[Hub, ...] = ()
    only_households: bool = False
    rewarded: tuple[str, ...] = ()

    @property
    def everyone(self) -> int:
        """All units as one set."""
        return (1 << len(self.households)) - 1

    @property
    def standing(self) -> int:
        """The units that may stay alone at no cost in ``below_floor``."""
        return sum(1 << unit for unit, stands in enumerate(self.stands) if stands)

    def total(self, mask: int) -> int:
        """Sum the households of a set."""
        return sum(self.households[unit] for unit in units_of(mask))

    def floor(self, mask: int) -> int:
        """Give the floor of a set: the least of its members'."""
        return min(self.floors[unit] for unit in units_of(mask))

    def is_whole(self, mask: int) -> bool:
        """Whether nothing is to be paid for a set in ``below_floor``: it is sufficient, or one unit that stands."""
        alone = mask & (mask - 1) == 0
        return self.sufficient(mask) or (alone and self.stands[mask.bit_length() - 1])

    def lack(self, mask: int) -> float:
        """Say what a connected set lacks to be a group: households, or a share of the floor for anything else."""
        alone = mask & (mask - 1) == 0
        if alone and self.stands[mask.bit_length() - 1]:
            return 0.0
        if not self.unrestricted and not alone and not self.permitted(mask):
            return math.inf
        floor = self.floor(mask)
        lack = max(0.0, floor - self.total(mask))
        if lack or self.only_households or self.sufficient(mask):
            return lack
        return max(1.0, _OTHER_LACK * floor)

    def is_group(self, mask: int) -> bool:
        """Whether a plan may use a set: a unit as it is, or several that are connected, permitted and sufficient."""
        if mask & (mask - 1) == 0:
            return mask != 0
        return is_connected(mask, self.adjacency) and self.permitted(mask) and self.sufficient(mask)

    def prices(self, groups: Sequence[int]) -> tuple[int, ...]:
        """Sum the costs of some groups, stage by stage."""
        sums = [0] * len(self.stages)
        for group in groups:
            for stage, cost in enumerate(self.costs(group)):
                sums[stage] += cost
        return tuple(sums)

    def is_plan(self, groups: Sequence[int]) -> bool:
        """Whether every unit is in exactly one group that a plan may use."""
        covered = 0
        for group in groups:
            if covered & group or not self.is_group(group):
                return False
            covered |= group
        return covered == self.everyone


@dataclass(frozen=True, kw_only=True)
class SearchResult:
    """What the search chose for one component, and what is proven about it.

    Parameters
    ----------
    groups
        A partition of all units: each group a single unit, or connected, permitted and sufficient.
    stages
        The stages in order, each with a bound that holds for every plan that keeps the values before it.
    stopped
        ``""``, ``time_limit``, ``interrupted`` or ``not_settled``.
    notes
        What was done: the count's bound and where it comes from, rounds and steps, the seed.
    """

    groups: tuple[int, ...]
    stages: tuple[Stage, ...]
    stopped: str = ""
    notes: Mapping[str, Any] = field(default_factory=dict)


class OutOfTimeError(Exception):
    """The time of a piece of work is up; what was found so far is kept by whoever called it."""


class Watch:
    """Looks at the clock now and then, tells whoever waits, and stops the work when the time is up.

    Parameters
    ----------
    deadline
        In the seconds of :func:`time.monotonic`.
    on_wait
        Called about twenty times a second; what it raises ends the work.
    """

    def __init__(self, deadline: float, on_wait: Callable[[], None] | None = None) -> None:
        self.deadline = deadline
        self.on_wait = on_wait
        self._told = 0.0

    @property
    def left_s(self) -> float:
        """Seconds until the deadline; infinite without one."""
        return self.deadline - time.monotonic()

    def within(self, seconds: float) -> Watch:
        """Give a watch that ends so many seconds from now, but never later than this one."""
        return self if math.isinf(seconds) else Watch(min(self.deadline, time.monotonic() + seconds), self.on_wait)

    def look(self) -> None:
        """Go on, or stop.

        Raises
        ------
        OutOfTimeError
            If the deadline has passed.
        """
        if self.is_over():
            raise OutOfTimeError

    def is_over(self) -> bool:
        """Whether the deadline has passed; whoever waits is told that the work goes on."""
        now = time.monotonic()
        if now > self.deadline:
            return True
        if self.on_wait is not None and now - self._told > _WAIT_S:
            self._told = now
            self.on_wait()
        return False
