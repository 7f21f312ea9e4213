"""Which numbers are hidden beside the small ones, so that no small one can be solved for.

Of each small number an outsider may learn that it is under the limit, and nothing more: everything from 1 to the limit
must remain possible, whatever he concludes from all that is shown. Where it does not, flow must be moved further than
hidden numbers let it, and the cheapest way to let it is hidden as well: small associations rather than large ones,
associations rather than groups, groups rather than areas, areas rather than the city.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kurihara_geo.outputs.audience.bounds import Bounds, list_bounds
from kurihara_geo.outputs.audience.network import MOST, Arc, Network, Step
from kurihara_geo.outputs.audience.sums import AREA_COLUMNS, Members

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from kurihara_geo.outputs.audience.sums import Sums
    from kurihara_geo.rules import MergeRules

__all__ = ["EXTREMES", "UNDER", "WITHHELD", "hide_small"]

UNDER, WITHHELD = "under", "withheld"
EXTREMES = ("smallest_group", "largest_group")

_ASSOCIATION = 1_000  # and its households: small ones go first
_LABEL = 2_000  # a small one loses its "under 10"
_GROUP = 3_000
_AREA = 5_000
_LEFT_BELOW = 4_000
_EXTREME = 2_500  # the smallest or the largest group, in the summary
_CITY = 50_000


def hide_small(sums: Sums, rules: MergeRules, *, limit: int) -> tuple[dict[Members, str], tuple[str, ...]]:
    """Choose the numbers to hide.

    Parameters
    ----------
    sums
        The numbers of a plan.
    rules
        What was asked of it.
    limit
        Counts of associations from 1 to below this are hidden.

    Returns
    -------
    tuple
        Number -> ``under`` or ``withheld``, the others are shown; and which of ``smallest_group`` and ``largest_group``
        may be shown. The same for the same plan, in whatever order its tables are.
    """
    small = sorted((members for members, count in sums.households.items() if _is_small(members, count, limit)), key=min)
    if not small:
        return {}, EXTREMES
    asked = _Cover(sums, list_bounds(sums, rules, limit=limit), limit).ranges_of(small)
    tried: list[tuple[int, _Cover, tuple[str, ...]]] = []
    choices: tuple[tuple[str, ...], ...] = ((), EXTREMES, EXTREMES[1:], EXTREMES[:1])
    for extremes in choices:
        cover = _Cover(sums, list_bounds(sums, rules, limit=limit, extremes=extremes), limit)
        price = _EXTREME * (len(EXTREMES) - len(extremes))
        if extremes and cover.ranges_of(small) != asked:
            continue  # to show it would tell of a small number, whatever else is hidden
        tried.append((price + cover.protect(asked), cover, extremes))
        if extremes == EXTREMES and tried[-1][0] <= tried[0][0]:
            break
    _, cover, extremes = min(tried, key=lambda one: one[0])
    # A sum that is not nested with the others is in no network: it is not shown if it holds anything hidden.
    unseen = Members().union(*(number for number in cover.hidden if len(number) == 1))
    outside = (number for number in sums.households if not cover.network.arcs_of(number) and number & unseen)
    return dict.fromkeys(outside, WITHHELD) | cover.hidden, extremes


def _is_small(members: Members, count: int, limit: int) -> bool:
    return len(members) == 1 and count < limit


class _Cover:
    """The numbers hidden so far, as bounds of the arcs of one network."""

    def __init__(self, sums: Sums, bounds: Mapping[Members, Bounds], limit: int) -> None:
        self.sums, self.bounds, self.limit = sums, bounds, limit
        self.network = Network(_list_arcs(sums))
        self.hidden: dict[Members, str] = {}
        self.asked: Mapping[Members, Bounds] = {}
        # Small number -> the hidden ones that were moved to show that it is safe.
        self.moved: dict[Members, set[Members]] = {}

    def ranges_of(self, small: Iterable[Members]) -> dict[Members, Bounds]:
        """Give how far each small number could be moved, up and down within its label, if everything were hidden."""
        for arc in self.network.arcs:
            self.network.bind(arc, *self._when_hidden(arc.number, WITHHELD))
        return {number: self._room(number) for number in small}

    def protect(self, asked: Mapping[Members, Bounds]) -> int:
        """Hide what is small, and what it takes that each can be moved as far as asked; give the price of that."""
        self.asked = asked
        for arc in self.network.arcs:
            self.network.bind(arc, arc.flow, arc.flow)
        for arc in self.network.arcs:
            if arc.flow < self.limit:
                self.hide(arc.number, UNDER if len(arc.number) == 1 else WITHHELD)
        first = frozenset(self.hidden)
        for number in asked:
            self._try(number, otherwise=self._hide_a_path)
        # Of what was hidden for one number, some may be needless after what was hidden for the next.
        extra = [number for number in self.hidden if number not in first]
        for number in sorted(extra, key=lambda number: (-self._price(number), min(number), len(number))):
            self._show_if_safe(number)
        return sum(self._price(number) for number in self.hidden if number not in first)

    def hide(self, number: Members, label: str) -> None:
        """Hide a number, or give it another label."""
        self.hidden[number] = label
        for arc in self.network.arcs_of(number):
            self.network.bind(arc, *self._when_hidden(number, label))

    def _show_if_safe(self, number: Members) -> None:
        label, known = self.hidden.pop(number), dict(self.moved)
        for arc in self.network.arcs_of(number):
            self.network.bind(arc, arc.flow, arc.flow)
        if not all(self._try(other) for other, moved in known.items() if number in moved):
            self.moved = known
            self.hide(number, label)

    def _try(self, number: Members, otherwise: Callable[..., list[Step]] | None = None) -> bool:
        """Move a small number over all that is asked, and note what moved with it."""
        *_, arc = self.network.arcs_of(number)
        safe = True
        self.moved[number] = set()
        for up, asked in zip((True, False), self.asked[number], strict=True):
            reached, moved = self.network.move(arc, up=up, by=asked, otherwise=otherwise)
            self.moved[number] |= moved
            safe = safe and reached == asked
        return safe

    def _room(self, number: Members) -> tuple[int, int]:
        """Give how far up and down one small number can be moved now."""
        *_, arc = self.network.arcs_of(number)
        least, most = self._when_hidden(number, UNDER)
        up, _ = self.network.move(arc, up=True, by=most - arc.flow)
        down, _ = self.network.move(arc, up=False, by=arc.flow - least)
        return up, down

    def _when_hidden(self, number: Members, label: str) -> Bounds:
        least, most = self.bounds[number]
        if label == UNDER:
            return least, min(most, self.limit - 1)
        # Of an association that is withheld he may guess that it is not under the limit.
        large = len(number) == 1 and self.sums.households[number] >= self.limit
        return (max(least, self.limit), most) if large else (least, most)

    def _hide_a_path(self, start: int, end: int, avoid: Arc, wanted: int) -> list[Step]:
        """Hide what the cheapest path needs, if there is one with room for all that is wanted, else for some."""
        for room in dict.fromkeys((wanted, 1)):
            path = self.network.cheapest_path(start, end, avoid, partial(self._price_of, room=room))
            for step in path:
                if step.room <= 0:
                    self.hide(step.arc.number, WITHHELD)
            if path:
                return path
        return []

    def _price_of(self, step: Step, *, room: int) -> int | None:
        """Give what it costs that a step has so much room; None where it cannot have it."""
        if step.room > 0:
            return 0 if step.room >= room else None
        least, most = self._when_hidden(step.arc.number, WITHHELD)
        hidden = Arc(step.arc.number, step.arc.tail, step.arc.head, step.arc.flow, least, most)
        return self._price(step.arc.number) if Step(hidden, step.forward).room >= room else None

    def _price(self, number: Members) -> int:
        if self.hidden.get(number) == UNDER:
            return _LABEL
        if len(number) == 1:
            return _ASSOCIATION + min(self.sums.households[number], _LABEL - _ASSOCIATION - 1)
        if number == self.sums.everyone:
            return _CITY
        if any(number in areas.values() for areas in self.sums.areas.values()):
            return _AREA
        return _LEFT_BELOW if number == self.sums.left_below else _GROUP


def _list_arcs(sums: Sums) -> list[Arc]:
    """Lay the network: city -> areas -> associations -> groups -> left below the floor -> city."""
    areas = _nested(_areas_in_order(sums))
    groups = _nested([sums.left_below, *sorted({group for group in sums.groups.values() if len(group) > 1}, key=min)])
    areas, groups = ([one for one in family if one != sums.everyone] for family in (areas, groups))
    # Node 0: the city as the sum of areas; node 1: the city as the sum of groups.
    node = {("area", one): 2 + place for place, one in enumerate(areas)}
    node |= {("group", one): 2 + len(areas) + place for place, one in enumerate(groups)}

    def parent(number: Members, family: list[Members], kind: str, root: int) -> int:
        over = [one for one in family if number < one]
        return node[kind, min(over, key=len)] if over else root

    ends = [(sums.everyone, 1, 0)]
    ends += [(one, parent(one, areas, "area", 0), node["area", one]) for one in areas]
    ends += [(one, node["group", one], parent(one, groups, "group", 1)) for one in groups]
    for name in sorted(sums.everyone):
        one = Members([name])
        ends += [(one, parent(one, areas, "area", 0), parent(one, groups, "group", 1))]
    return [Arc(number, tail, head, sums.households[number], 0, MOST) for number, tail, head in ends]


def _areas_in_order(sums: Sums) -> Iterator[Members]:
    """Give the areas, larger kinds first; what has no area last: it crosses most."""
    named = [(column, value) for column in AREA_COLUMNS for value in sorted(sums.areas.get(column, {}))]
    for column, value in sorted(named, key=lambda pair: not pair[1]):
        yield sums.areas[column][value]


def _nested(family: Iterable[Members]) -> list[Members]:
    """Keep each set of several that lies inside, around or apart from all that are kept before it."""
    kept: dict[Members, None] = {}
    for one in family:
        if len(one) > 1 and all(one <= other or other <= one or not one & other for other in kept):
            kept[one] = None
    return list(kept)
