"""Colours told apart by everyone, given so that neighbouring merged groups differ."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

import networkx as nx

__all__ = ["MERGED", "pick_colours"]

# Paul Tol's light scheme and a blue: minimum CIEDE2000 distance 12.7 under normal, protan, deutan and tritan
# vision, contrast with black text at least 8:1. The last two are spares, for groups in several parts.
MERGED = ("#EEDD88", "#99DDFF", "#44BB99", "#AAAA00", "#8DA0CB", "#BBCC33", "#FFAABB")
_WANTED = 5

_Node = TypeVar("_Node", bound=Hashable)


def pick_colours(nodes: Sequence[_Node], neighbours: Iterable[tuple[_Node, _Node]]) -> dict[_Node, int]:
    """Give each node a number into :data:`MERGED` so that neighbours differ.

    Parameters
    ----------
    nodes
        What is coloured, in a fixed order: the same order gives the same colours.
    neighbours
        Pairs that must differ.
    """
    graph: nx.Graph[_Node] = nx.Graph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(sorted((a, b) for a, b in neighbours if a != b))
    best: dict[_Node, int] = {}
    for strategy in ("DSATUR", "smallest_last"):
        colours = nx.greedy_color(graph, strategy=strategy)
        if not best or max(colours.values()) < max(best.values()):
            best = colours
        if not best or max(best.values()) < _WANTED:
            break
    return {node: colour % len(MERGED) for node, colour in best.items()}
