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
    from collections.abc import Callable, Iterable
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


def anneal_shortage(  # noqa: C901 - one loop: a call for each of two million moves a second costs as much again
    component: OpenComponent, draft: Draft, schedule: Schedule, rng: Random, watch: Watch
) -> bool:
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
    label, masks, members, households = draft.label, draft.masks, draft.members, draft.households
    adjacency, own, random = component.adjacency, component.households, rng.random
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
        if back < 0:
            rest = masks[giver] ^ (1 << unit)
            if not stays_connected(rest, unit, adjacency):
                continue
            masks[giver] = rest
            masks[taker] |= 1 << unit
        else:
            rest, kept = masks[giver] ^ (1 << unit), masks[taker] ^ (1 << back)
            if not adjacency[back] & rest or not adjacency[unit] & kept:
                continue
            rest, kept = rest | 1 << back, kept | 1 << unit
            if not is_connected(rest, adjacency) or not is_connected(kept, adjacency):
                continue
            masks[giver], masks[taker], label[back] = rest, kept, giver
            pool.remove(back)
            members[giver].append(back)
        households[giver], households[taker], label[unit] = gives - weight, takes + weight, taker
        members[giver].remove(unit)
        members[taker].append(unit)
        if change:
            short += change
            if not short:
                return True
    return not short


def anneal_worth(  # noqa: C901 - one loop, for the same reason
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
    label, masks, members, own = draft.label, draft.masks, draft.members, component.households
    adjacency, random, nobody = component.adjacency, rng.random, len(draft.masks)
    known: dict[int, float] = {}
    energies = [worth(mask) for mask in masks]
    energy = sum(energies) + (sum(left(unit) for unit in members[nobody]) if left else 0.0)
    best, best_masks = energy, list(masks)
    steps = _steps(component)
    if not left:
        steps = [(unit, other) for unit, other in steps if nobody not in (label[unit], label[other])]
    choices, temperature, cooling = len(steps), schedule.hot, schedule.cooling

    def look_up(mask: int) -> float:
        found = known.get(mask)
        if found is None:
            if len(known) > _REMEMBERED:
                known.clear()
            found = known[mask] = worth(mask) if is_connected(mask, adjacency) else inf
        return found

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
        back, bit = -1, 1 << unit
        if move & 1 and nobody not in (giver, taker):
            pool = members[taker]
            back = pool[int(random() * len(pool))]
        swapped = 1 << back if back >= 0 else 0
        change, less, more = 0.0, 0.0, 0.0
        if giver != nobody:
            rest = masks[giver] ^ bit
            if not rest or (swapped and not adjacency[back] & rest):
                continue
            less = look_up(rest | swapped)
            change += less - energies[giver]
        elif left:
            change -= left(unit)
        if taker != nobody:
            kept = masks[taker] ^ swapped
            if not adjacency[unit] & kept:
                continue
            more = look_up(kept | bit)
            change += more - energies[taker]
        elif left:
            change += left(unit)
        if change > 0 and change > -temperature * log(1.0 - random()):
            continue
        for group, mask, its in ((giver, bit, less), (taker, bit, more)):
            if group != nobody:
                masks[group] ^= mask ^ swapped
                draft.households[group] += own[unit] if group == taker else -own[unit]
                if swapped:
                    draft.households[group] += own[back] if group == giver else -own[back]
                energies[group] = its
        members[giver].remove(unit)
        members[taker].append(unit)
        label[unit] = taker
        if swapped:
            members[taker].remove(back)
            members[giver].append(back)
            label[back] = giver
        energy += change
        if energy < best - 1e-6:
            best, best_masks = energy, list(masks)
            if best <= enough:
                break
    return best, best_masks
