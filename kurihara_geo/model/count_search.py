"""Raise the number of groups: anneal at one group more than is known, and recombine what nearly succeeded.

A draft with one group too many comes down to a few missing households and stays there. Drafts met on the way lack them
in different places, though, and a largest packing of *all* their sufficient groups often has the group that each of
them missed: on 日南町 sixteen drafts that lacked two households each held 388 groups, and 38 of these split the town.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kurihara_geo.candidates.masks import border_of, units_of
from kurihara_geo.model.annealing import Draft, Schedule, anneal_shortage, anneal_worth, grow_draft
from kurihara_geo.model.open_component import OutOfTimeError
from kurihara_geo.model.packing import pack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from random import Random

    from kurihara_geo.model.open_component import OpenComponent, Watch
    from kurihara_geo.model.solver import SolverOptions

__all__ = ["CountSearch", "attach_leftovers", "find_hopeless", "is_plain"]

# Moves for each unit: the first descent, cooling a fresh draft, and one round at low temperature.
_DESCENT_MOVES, _COOLING_MOVES, _ROUND_MOVES = 4_000, 10_000, 1_000
_HOT, _COOL, _WARM, _COLD = 2.5, 0.8, 0.5, 0.3
# With caps units cannot slip by each other, and larger ones than this need more heat.
_FINE = 4.0
# Fresh drafts are cooled more and more slowly, up to so many times.
_SLOWEST = 4
# Rounds from one fresh draft, drafts recombined at once, and how much worse than the best of them a draft may be.
_ROUNDS, _RECOMBINED, _WORSE = 96, 32, 2
# Rounds while somebody is left below the floor: other numbers of groups are tried sooner.
_FEW_ROUNDS = 6
# Drafts remembered while somebody is left below the floor.
_REMEMBERED = 200
# Seconds a packing of such groups may take.
_PACK_S = 5.0
# One group from the target, after so many rounds, drafts that all lack more than this give way to a fresh one.
_JUDGED, _FAR = 12, 4
# Sets looked at to settle whether a unit can be in any group.
_MOST_TRIED = 5_000


def is_plain(component: OpenComponent) -> bool:
    """Whether households are all that matters: no caps, one floor for all, no further floor, nobody exempt."""
    return (
        component.unrestricted
        and component.only_households
        and len(set(component.floors)) == 1
        and all(
            stands == (households >= floor)
            for stands, households, floor in zip(component.stands, component.households, component.floors, strict=True)
        )
    )


def attach_leftovers(component: OpenComponent, packing: Sequence[int]) -> list[int]:
    """Let every unit in no group join a group it touches, where that is allowed and costs least; the rest stay alone.

    Parameters
    ----------
    component
        What the units are.
    packing
        Disjoint groups a plan may use.

    Returns
    -------
    list of int
        A plan: the groups, larger where somebody joined, and the units left alone.
    """
    waiting = component.standing & ~sum(packing)
    groups = [*packing, *(1 << unit for unit in units_of(waiting))]
    free = component.everyone & ~sum(groups)
    queue: list[tuple[tuple[int, ...], int, int, int]] = []
    for number in range(len(groups)):
        _queue_rises(component, groups, number, free, queue)
    while queue:
        _, number, unit, group = heapq.heappop(queue)
        if groups[number] == group and free >> unit & 1:
            groups[number] |= 1 << unit
            free ^= 1 << unit
            _queue_rises(component, groups, number, free, queue)
    return groups + [1 << unit for unit in units_of(free)]


def _queue_rises(
    component: OpenComponent,
    groups: Sequence[int],
    number: int,
    free: int,
    queue: list[tuple[tuple[int, ...], int, int, int]],
) -> None:
    """Queue what it would cost if one of the free units joined a group."""
    group = groups[number]
    before = component.costs(group)
    for unit in units_of(border_of(group, component.adjacency) & free):
        grown = group | 1 << unit
        if component.is_group(grown):
            rise = tuple(more - less for more, less in zip(component.costs(grown), before, strict=True))
            heapq.heappush(queue, (rise, number, unit, group))


@dataclass
class CountSearch:
    """Looks for plans with more and more groups.

    Parameters
    ----------
    component
        Where to look.
    ceiling
        No plan has more groups: the search stops there.
    options
        Which solver recombines.
    rng
        Random numbers.
    watch
        When to stop.
    offer
        Takes disjoint groups, completes them to a plan and gives back how many groups it has, and how many
        households it leaves below the floor.
    moves
        Moves left to spend; fewer mean less time.
    """

    component: OpenComponent
    ceiling: int
    options: SolverOptions
    rng: Random
    watch: Watch
    offer: Callable[[Sequence[int]], tuple[int, int]]
    moves: int
    count: int = 0
    left: int = -1
    fresh: int = 0
    rounds: int = 0
    packings: int = 0
    seen: list[tuple[float, tuple[int, ...]]] = field(default_factory=list)

    def run(self) -> None:
        """Search, after :meth:`begin`, until the ceiling is reached or the moves are spent."""
        while not self.is_done:
            self._raise(self._more() if self.left == 0 else self._fewer())

    def _more(self) -> int:
        """Aim a third of the way to the ceiling, one group more at least."""
        return self.count + max(1, (self.ceiling - self.count) // 3)

    def _fewer(self) -> int:
        """While somebody is left below the floor, try the ceiling first and then fewer groups, down to a half."""
        return max(1, self.ceiling - self.fresh % (self.ceiling // 2 + 1))

    @property
    def is_done(self) -> bool:
        """Whether nothing better is possible, or nothing may be spent any more."""
        return (self.count >= self.ceiling and self.left == 0) or self.moves <= 0

    def begin(self) -> None:
        """Begin at the ceiling; while somebody is short, go on with fewer groups, until a plan has nobody short."""
        draft = grow_draft(self.component, self.ceiling, self.rng)
        self._take(draft)
        while True:
            lack = self._anneal(draft, _DESCENT_MOVES, _HOT, _COLD)
            self._take(draft)
            short = [mask for mask in draft.masks if self.component.lack(mask) > 0]
            if not lack or self.moves <= 0 or len(draft.masks) - 1 <= self.count:
                return
            short.sort(key=lambda mask: (-self.component.lack(mask), mask))
            dissolved = short[: (len(short) + 1) // 2]
            draft = self._dissolve(draft, dissolved)

    def _dissolve(self, draft: Draft, dissolved: Sequence[int]) -> Draft:
        """Give the units of some groups to groups they touch; those that touch none yet wait for the next turn."""
        groups = [mask for mask in draft.masks if mask not in set(dissolved)]
        free = self.component.everyone & ~sum(groups) if self.component.unrestricted else 0
        while free:
            poorest = sorted(range(len(groups)), key=lambda number: (self.component.total(groups[number]), number))
            for number in poorest:
                touched = border_of(groups[number], self.component.adjacency) & free
                if touched:
                    groups[number] |= touched & -touched
                    free ^= touched & -touched
                    break
        return Draft(self.component, groups)

    def _raise(self, target: int) -> None:
        """Look for a plan with so many groups from one fresh draft."""
        draft = grow_draft(self.component, min(target, len(self.component.households)), self.rng)
        self.fresh += 1
        lack = self._anneal(draft, _COOLING_MOVES * min(self.fresh, _SLOWEST), _COOL, _COLD)
        if self.left == 0:
            self.seen = []
        rounds, recombined = (_ROUNDS, _RECOMBINED) if self.left == 0 else (_FEW_ROUNDS, _FEW_ROUNDS)
        for number in range(1, rounds + 1):
            self._take(draft, lack)
            if not number % _JUDGED and self.left == 0 and self.count >= target - 1 and min(self.seen)[0] > _FAR:
                return
            if not number % recombined:
                self._recombine()
            if (self.count >= target and self.left == 0) or self.is_done:
                return
            lack = self._anneal(draft, _ROUND_MOVES, _WARM, _COLD)
            self.rounds += 1

    def _take(self, draft: Draft, lack: float | None = None) -> None:
        """Offer a draft's sufficient groups as a plan, and keep them for recombination."""
        groups = tuple(mask for mask in draft.masks if self.component.is_group(mask) and self.component.lack(mask) <= 0)
        if lack is not None:
            self.seen.append((lack, groups))
        self._offer(groups)

    def _offer(self, groups: Sequence[int]) -> None:
        if len(groups) > self.count or self.left != 0:
            count, left = self.offer(groups)
            if self.left < 0 or (left, -count) < (self.left, -self.count):
                self.count, self.left = count, left

    def _recombine(self) -> None:
        """Pack the groups of the best drafts met since the last fresh one."""
        self.seen.sort(key=lambda drafted: drafted[0])
        least = self.seen[0][0]
        worst = least + _WORSE if self.left == 0 else float("inf")
        good = [groups for lack, groups in self.seen if lack <= worst][:_RECOMBINED]
        if self.left:
            del self.seen[_REMEMBERED:]
            good = [groups for _, groups in self.seen]
        sets = sorted({mask for groups in good for mask in groups})
        if not sets:
            return
        self.packings += 1
        found, _ = pack(self.component, sets, self.options, self.watch, seconds=_PACK_S)
        self.watch.look()
        self._offer(found)

    def _anneal(self, draft: Draft, moves: int, hot: float, cold: float) -> float:
        """Anneal a draft and give what its groups still lack."""
        units = len(self.component.households)
        if not is_plain(self.component):
            hot *= max(1.0, sum(self.component.households) / units / _FINE)
        schedule = Schedule(moves=min(moves * units, self.moves), hot=hot, cold=cold)
        self.moves -= schedule.moves
        try:
            return self._anneal_by(schedule, draft)
        except OutOfTimeError:
            self._take(draft)
            raise

    def _anneal_by(self, schedule: Schedule, draft: Draft) -> float:
        if is_plain(self.component):
            anneal_shortage(self.component, draft, schedule, self.rng, self.watch)
            return draft.shortage(self.component.floors[0])
        left = None if self.component.unrestricted else self._left_cost
        lack, best = anneal_worth(
            self.component, draft, self.component.lack, schedule, self.rng, self.watch, left=left, enough=0.0
        )
        draft.restore(best)
        if self.watch.is_over():
            raise OutOfTimeError
        return lack

    def _left_cost(self, unit: int) -> float:
        return 0.0 if self.component.stands[unit] else float(self.component.households[unit])


def find_hopeless(component: OpenComponent, units: Iterable[int], watch: Watch) -> int:
    """Give those of some units that are in no connected, permitted, sufficient set at all, as far as that is settled.

    Grows permitted sets from each unit until one is sufficient; a unit is left out when that takes too long.

    Parameters
    ----------
    component
        What the units are.
    units
        Which to ask about.
    watch
        When to stop.
    """
    return sum(1 << unit for unit in units if _is_hopeless(component, 1 << unit, watch))


def _is_hopeless(component: OpenComponent, start: int, watch: Watch) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        watch.look()
        mask = waiting.pop()
        if component.sufficient(mask):
            return False
        for unit in units_of(border_of(mask, component.adjacency)):
            grown = mask | 1 << unit
            if grown not in seen and component.permitted(grown):
                seen.add(grown)
                waiting.append(grown)
        if len(seen) > _MOST_TRIED:
            return False
    return True
