"""Annealing at a fixed number of groups: units move between neighbouring groups until nobody is short.

A *draft* splits all units into so many connected groups, whether they reach the floor or not. Its energy is what the
groups lack. Half the moves shift a unit at a border to the group beyond it, half exchange two units: shifts alone get
stuck where every group has just enough. Moves that cost energy are taken with probability exp(-cost / temperature)
(Kirkpatrick, Gelatt and Vecchi, "Optimization by simulated annealing", Science 220, 1983).
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from math import inf, log
from typing import TYPE_CHECKING

from kurihara_geo.candidates.masks import is_connected, stays_connected, union_of, units_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from random import Random

    from kurihara_geo.model.open_component import OpenComponent, Watch

__all__ = ["Draft", "Schedule", "anneal_shortage", "anneal_worth", "grow_draft"]

# Temperature is lowered, and the clock looked at, once in so many moves.
_COOLED_EVERY = 256
_LOOKED_EVERY = 8_192
# Where units may be left over, one move in so many takes a unit out of its group.
_LEFT_EVERY = 16
# Worths remembered at most; then all are forgotten, which changes no answer.
_REMEMBERED = 300_000


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """How long to anneal, and how hot.

    Parameters
    ----------
    moves
        Moves to try.
    hot, cold
        Temperature at the first and the last move, in the energy's unit; it falls by the same share each time.
    """

    moves: int
    hot: float
    cold: float

    @property
    def cooling(self) -> float:
        """What the temperature is multiplied with at each step down."""
        return float((self.cold / self.hot) ** (_COOLED_EVERY / max(self.moves, 1)))


class Draft:
    """All units split into groups, some of which may still be short.

    Parameters
    ----------
    component
        Where the units lie.
    masks
        The groups, as disjoint sets that cover all units but those left over.
    """

    def __init__(self, component: OpenComponent, masks: Iterable[int]) -> None:
        self.component = component
        self.restore(masks)

    def restore(self, masks: Iterable[int]) -> None:
        """Split the units so."""
        component = self.component
        self.masks = list(masks)
        left = component.everyone & ~union_of(self.masks)
        self.label = [len(self.masks)] * len(component.households)
        self.members = [list(units_of(mask)) for mask in (*self.masks, left)]
        for group, units in enumerate(self.members):
            for unit in units:
                self.label[unit] = group
        self.households = [component.total(mask) for mask in self.masks]

    def shortage(self, floor: int) -> int:
        """Sum what the groups lack of a floor."""
        return sum(floor - households for households in self.households if households < floor)


def grow_draft(component: OpenComponent, count: int, rng: Random) -> Draft:
    """Plant so many groups at random and let the poorest one grow until no unit is free, or none may join any.

    Parameters
    ----------
    component
        Where to plant.
    count
        Number of groups.
    rng
        Random numbers.
    """
    units = range(len(component.households))
    count = min(count, len(units))
    masks = [1 << unit for unit in rng.sample(units, count)]
    households = [component.total(mask) for mask in masks]
    borders = [component.adjacency[mask.bit_length() - 1] for mask in masks]
    free = component.everyone & ~union_of(masks)
    queue = [(households[group], group) for group in range(count)]
    heapq.heapify(queue)
    while free and queue:
        _, group = heapq.heappop(queue)
        offered = units_of(borders[group] & free)
        if not offered:
            continue
        unit = offered[int(rng.random() * len(offered))]
        if not component.unrestricted and not component.permitted(masks[group] | 1 << unit):
            # One refusal ends the growth of this group; whoever is then left over is in no group.
            continue
        free ^= 1 << unit
        masks[group] |= 1 << unit
        borders[group] |= component.adjacency[unit]
        households[group] += component.households[unit]
        heapq.heappush(queue, (households[group], group))
    return Draft(component, masks)


def _steps(component: OpenComponent) -> list[tuple[int, int]]:
    """List every border twice, as the unit that could move and the neighbour it would follow."""
    return [(unit, other) for unit, mask in enumerate(component.adjacency) for other in units_of(mask)]


def _steps_within(draft: Draft) -> list[tuple[int, int]]:
    """List the steps between units that both are in some group."""
    nobody, label = len(draft.masks), draft.label
    return [(unit, other) for unit, other in _steps(draft.component) if nobody not in (label[unit], label[other])]


def _shift(draft: Draft, unit: int, taker: int) -> bool:
    """Let a unit join another group, unless its own would fall apart; households are booked by whoever calls."""
    giver = draft.label[unit]
    rest = draft.masks[giver] ^ (1 << unit)
    if not stays_connected(rest, unit, draft.component.adjacency):
        return False
    draft.masks[giver] = rest
    draft.masks[taker] |= 1 << unit
    _relabel(draft, unit, taker)
    return True


def _swap(draft: Draft, unit: int, back: int) -> bool:
    """Exchange two units, unless one of their groups would fall apart; households are booked by whoever calls."""
    adjacency, giver, taker = draft.component.adjacency, draft.label[unit], draft.label[back]
    rest, kept = draft.masks[giver] ^ (1 << unit), draft.masks[taker] ^ (1 << back)
    if not adjacency[back] & rest or not adjacency[unit] & kept:
        return False
    rest, kept = rest | 1 << back, kept | 1 << unit
    if not is_connected(rest, adjacency) or not is_connected(kept, adjacency):
        return False
    draft.masks[giver], draft.masks[taker] = rest, kept
    _relabel(draft, back, giver)
    _relabel(draft, unit, taker)
    return True


def _relabel(draft: Draft, unit: int, taker: int) -> None:
    """Book a unit under another group."""
    draft.members[draft.label[unit]].remove(unit)
    draft.members[taker].append(unit)
    draft.label[unit] = taker


def anneal_shortage(component: OpenComponent, draft: Draft, schedule: Schedule, rng: Random, watch: Watch) -> bool:
    """Move units until no group is short of the floor, with nothing but households to mind.

    For components without caps, with one floor for all and no further floor; the general way is
    :func:`anneal_worth`. Energy is the sum of max(0, floor - households) over the groups.

    Parameters
    ----------
    component
        What the units are.
    draft
        Changed in place; connected groups at every moment.
    schedule
        Temperatures in households.
    rng
        Random numbers.
    watch
        When to stop.

    Returns
    -------
    bool
        Whether nobody is short.

    Raises
    ------
    OutOfTimeError
        If the time is up; the draft is as the last move left it.
    """
    label, members, households = draft.label, draft.members, draft.households
    own, random = component.households, rng.random
    floor, total = component.floors[0], sum(component.households)
    lack = [max(0, floor - households) for households in range(total + 1)]
    short = draft.shortage(floor)
    steps = _steps(component)
    choices, temperature, cooling = len(steps), schedule.hot, schedule.cooling
    for move in range(schedule.moves if short else 0):
        if not move & (_COOLED_EVERY - 1):
            temperature *= cooling
            if not move & (_LOOKED_EVERY - 1):
                watch.look()
        unit, other = steps[int(random() * choices)]
        giver, taker = label[unit], label[other]
        if giver == taker:
            continue
        gives, takes, weight = households[giver], households[taker], own[unit]
        back = -1
        if move & 1:
            pool = members[taker]
            back = pool[int(random() * len(pool))]
            weight -= own[back]
        change = lack[gives - weight] + lack[takes + weight] - lack[gives] - lack[takes]
        if change > 0 and change > -temperature * log(1.0 - random()):
            continue
        if not (_shift(draft, unit, taker) if back < 0 else _swap(draft, unit, back)):
            continue
        households[giver], households[taker] = gives - weight, takes + weight
        if change:
            short += change
            if not short:
                return True
    return not short


def _remember_worth(worth: Callable[[int], float], component: OpenComponent) -> Callable[[int], float]:
    """Look a set's worth up, infinite where it is not connected; it is worked out once, up to a limit."""
    known: dict[int, float] = {}

    def look_up(mask: int) -> float:
        found = known.get(mask)
        if found is None:
            if len(known) > _REMEMBERED:
                known.clear()
            found = known[mask] = worth(mask) if is_connected(mask, component.adjacency) else inf
        return found

    return look_up


def _weigh_move(
    draft: Draft,
    energies: Sequence[float],
    look_up: Callable[[int], float],
    left: Callable[[int], float] | None,
    unit: int,
    back: int,
    taker: int,
) -> tuple[float, float, float] | None:
    """Give what a move changes, and the energies of the two groups after it; None where one would fall apart.

    ``back`` is the unit that is exchanged for ``unit``, or -1; the last label is that of the units in no group.
    """
    adjacency, masks, giver, nobody = draft.component.adjacency, draft.masks, draft.label[unit], len(draft.masks)
    swapped = 1 << back if back >= 0 else 0
    change, less, more = 0.0, 0.0, 0.0
    if giver != nobody:
        rest = masks[giver] ^ (1 << unit)
        if not rest or (swapped and not adjacency[back] & rest):
            return None
        less = look_up(rest | swapped)
        change += less - energies[giver]
    elif left:
        change -= left(unit)
    if taker != nobody:
        kept = masks[taker] ^ swapped
        if not adjacency[unit] & kept:
            return None
        more = look_up(kept | 1 << unit)
        change += more - energies[taker]
    elif left:
        change += left(unit)
    return change, less, more


def _take_move(draft: Draft, unit: int, back: int, taker: int) -> None:
    """Make a move that was weighed: masks, households, members and labels."""
    own, giver, nobody = draft.component.households, draft.label[unit], len(draft.masks)
    moved = 1 << unit | (1 << back if back >= 0 else 0)
    weight = own[unit] - (own[back] if back >= 0 else 0)
    for group, gain in ((giver, -weight), (taker, weight)):
        if group != nobody:
            draft.masks[group] ^= moved
            draft.households[group] += gain
    _relabel(draft, unit, taker)
    if back >= 0:
        _relabel(draft, back, giver)


def anneal_worth(  # noqa: C901 - one short loop: drawn, weighed, taken or not, and booked
    component: OpenComponent,
    draft: Draft,
    worth: Callable[[int], float],
    schedule: Schedule,
    rng: Random,
    watch: Watch,
    *,
    left: Callable[[int], float] | None = None,
    enough: float = -inf,
) -> tuple[float, list[int]]:
    """Move units between groups so that the sum of what the groups are worth falls.

    Parameters
    ----------
    component
        What the units are.
    draft
        Changed in place.
    worth
        Connected set -> its energy; infinite where a group must not be so.
    schedule
        Temperatures in the unit of ``worth``.
    rng
        Random numbers.
    watch
        When to stop.
    left
        Unit -> energy while it is in no group; without it units in no group stay so, and no other joins them.
    enough
        Stop when the energy is down to this.

    Returns
    -------
    float, list of int
        The least energy met and the groups that had it. When the time is up, the best so far.
    """
    label, masks, members, random, nobody = draft.label, draft.masks, draft.members, rng.random, len(draft.masks)
    look_up = _remember_worth(worth, component)
    # The last energy is that of the units in no group, counted one by one: it stays 0 here.
    energies = [*(worth(mask) for mask in masks), 0.0]
    energy = sum(energies) + (sum(left(unit) for unit in members[nobody]) if left else 0.0)
    best, best_masks = energy, list(masks)
    steps = _steps(component) if left else _steps_within(draft)
    choices, temperature, cooling = len(steps), schedule.hot, schedule.cooling
    for move in range(schedule.moves if best > enough and steps else 0):
        if not move & (_COOLED_EVERY - 1):
            temperature *= cooling
            if not move & (_LOOKED_EVERY - 1) and watch.is_over():
                break
        unit, other = steps[int(random() * choices)]
        giver, taker = label[unit], label[other]
        if left and not move % _LEFT_EVERY:
            taker = nobody
        if giver == taker:
            continue
        back = -1
        if move & 1 and nobody not in (giver, taker):
            pool = members[taker]
            back = pool[int(random() * len(pool))]
        found = _weigh_move(draft, energies, look_up, left, unit, back, taker)
        if found is None:
            continue
        change, less, more = found
        if change > 0 and change > -temperature * log(1.0 - random()):
            continue
        _take_move(draft, unit, back, taker)
        energies[giver], energies[taker] = less, more
        energy += change
        if energy < best - 1e-6:
            best, best_masks = energy, list(masks)
            if best <= enough:
                break
    return best, best_masks
