"""Numbers as flow in a network, on which the range of a hidden one follows exactly.

Households run from the city through its areas into associations, from there into groups, and from the groups back to
the city. A published number is an arc with a fixed flow, a hidden one has the bounds an outsider knows. The true
households are one flow; what else a hidden number can be is how far flow can be moved around circles of hidden arcs.
Two nested families (areas, groups) make such a network, so that whole-number ranges are exact and have no holes.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kurihara_geo.outputs.audience.sums import Members

__all__ = ["MOST", "Arc", "Network", "Step"]

MOST = 2**62
"""Stands for no upper bound."""


@dataclass(slots=True, eq=False)
class Arc:
    """One number on its way through the network.

    Parameters
    ----------
    number
        Associations it sums.
    tail, head
        Nodes it leads from and to.
    flow
        Its value.
    least, most
        What an outsider knows of it.
    """

    number: Members
    tail: int
    head: int
    flow: int
    least: int
    most: int


class Step(NamedTuple):
    """One arc of a path, walked forward (more flow) or backward (less)."""

    arc: Arc
    forward: bool

    @property
    def room(self) -> int:
        """How far its flow can move this way."""
        return self.arc.most - self.arc.flow if self.forward else self.arc.flow - self.arc.least


class Network:
    """Arcs by the node they touch.

    Parameters
    ----------
    arcs
        In a fixed order: of paths that cost the same the first is taken.
    """

    def __init__(self, arcs: list[Arc]) -> None:
        self.arcs = arcs
        self._steps: dict[int, list[tuple[Step, int]]] = defaultdict(list)
        self._of: dict[Members, list[Arc]] = defaultdict(list)
        # The same steps, of arcs that are not fixed only; a dict for its order.
        self._loose: dict[int, dict[Step, int]] = defaultdict(dict)
        for arc in arcs:
            self._of[arc.number].append(arc)
            for node, step, other in _both_ways(arc):
                self._steps[node].append((step, other))
            self.bind(arc, arc.least, arc.most)

    def arcs_of(self, number: Members) -> list[Arc]:
        """Give the arcs of a number: two where an area and a group hold the same associations."""
        return self._of.get(number, [])

    def bind(self, arc: Arc, least: int, most: int) -> None:
        """Set the bounds of an arc."""
        arc.least, arc.most = least, most
        for node, step, other in _both_ways(arc):
            if least < most:
                self._loose[node][step] = other
            else:
                self._loose[node].pop(step, None)

    def move(
        self, arc: Arc, *, up: bool, by: int, otherwise: Callable[[int, int, Arc, int], list[Step]] | None = None
    ) -> tuple[int, set[Members]]:
        """Move the flow of an arc as far as it goes, and back.

        Parameters
        ----------
        arc
            The arc.
        up
            Whether to more or to less.
        by
            How far is enough.
        otherwise
            Gives a path from node to node, with the room wanted, where loose arcs make none; it may loosen some.

        Returns
        -------
        tuple
            How far it was moved, and the numbers that were moved with it.
        """
        start, end = (arc.head, arc.tail) if up else (arc.tail, arc.head)
        moved = 0
        before: dict[int, tuple[Arc, int]] = {}
        while moved < by:
            path = self._free_path(start, end, arc)
            if path is None and otherwise is not None:
                path = otherwise(start, end, arc, by - moved) or None
            if path is None:
                break
            step = min([by - moved, *(step.room for step in path)])
            for walked, forward in path:
                before.setdefault(id(walked), (walked, walked.flow))
                walked.flow += step if forward else -step
            moved += step
        for other, flow in before.values():
            other.flow = flow
        return moved, {other.number for other, _ in before.values()}

    def _free_path(self, start: int, end: int, avoid: Arc) -> list[Step] | None:
        """Find the shortest path of arcs that have room."""
        came: dict[int, tuple[Step, int]] = {}
        waiting, seen = deque([start]), {start}
        while waiting and end not in seen:
            node = waiting.popleft()
            for step, other in self._loose[node].items():
                if other not in seen and step.arc is not avoid and step.room > 0:
                    seen.add(other)
                    came[other] = step, node
                    waiting.append(other)
        return [*_walk_back(came, start, end)][::-1] if end in seen else None

    def cheapest_path(self, start: int, end: int, avoid: Arc, price: Callable[[Step], int | None]) -> list[Step]:
        """Find the cheapest path; an empty list where there is none.

        Parameters
        ----------
        start, end
            Nodes it leads from and to; they differ.
        avoid
            Arc it does not use.
        price
            What a step costs, None where it cannot be walked.
        """
        best: dict[int, int] = {start: 0}
        came: dict[int, tuple[Step, int]] = {}
        heap, found = [(0, 0, start)], 0
        while heap:
            cost, _, node = heappop(heap)
            if node == end:
                return [*_walk_back(came, start, end)][::-1]
            if cost > best[node]:
                continue
            for step, other in self._steps[node]:
                extra = None if step.arc is avoid else price(step)
                if extra is not None and cost + extra < best.get(other, MOST):
                    found += 1
                    best[other], came[other] = cost + extra, (step, node)
                    heappush(heap, (cost + extra, found, other))
        return []


def _both_ways(arc: Arc) -> Iterator[tuple[int, Step, int]]:
    yield arc.tail, Step(arc, forward=True), arc.head
    yield arc.head, Step(arc, forward=False), arc.tail


def _walk_back(came: dict[int, tuple[Step, int]], start: int, end: int) -> Iterator[Step]:
    node = end
    while node != start:
        step, node = came[node]
        yield step
