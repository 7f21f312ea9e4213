"""The steps from a drawn town or a bare graph to a solution, each one call."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import networkx as nx

from kurihara_geo.borders import build_graph
from kurihara_geo.candidates import Candidates, list_candidates
from kurihara_geo.model.objectives import needs_full_family
from kurihara_geo.model.partition import describe_town
from kurihara_geo.model.regroup import regroup
from kurihara_geo.places import Place
from kurihara_geo.propose import place_halls
from tests.towns import exact_borders

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from kurihara_geo.model.solution import Solution
    from kurihara_geo.rules import MergeRules

__all__ = [
    "describe_town",
    "grid_graph",
    "list_groups",
    "make_graph",
    "merged_sets",
    "solve_graph",
    "solve_town",
    "stage_values",
    "town_graph",
]


def town_graph(
    associations: gpd.GeoDataFrame,
    rules: MergeRules,
    borders: gpd.GeoDataFrame | None = None,
    halls: gpd.GeoDataFrame | None = None,
) -> nx.Graph[str]:
    """Give the graph of a drawn town; its borders are found the slow way unless they are given."""
    borders = exact_borders(associations) if borders is None else borders
    placed = None if halls is None else place_halls(halls, associations)
    return build_graph(associations, borders, rules, placed)


def make_graph(
    households: Mapping[str, int], edges: list[tuple[str, str]], places: Mapping[str, Place] | None = None
) -> nx.Graph[str]:
    """Make a graph as the package builds it, without a map; names such as 03-07 are row and column, 500 m apart."""
    graph: nx.Graph[str] = nx.Graph()
    for name in sorted(households):
        place = _place(name, households[name]) if places is None else places[name]
        graph.add_node(name, name=name, households=households[name], boundaries={}, counts={}, place=place)
    graph.add_edges_from(edges, length_m=100.0, kind="border", way_m=500)
    return graph


def grid_graph(side: int, *, fewest: int, most: int, seed: int = 0) -> nx.Graph[str]:
    """Make a square grid whose units have a random number of households between two limits."""
    random = Random(seed)  # noqa: S311 - test data, not secrets
    cells = [(row, column) for row in range(side) for column in range(side)]
    name = {cell: f"{cell[0]:02d}-{cell[1]:02d}" for cell in cells}
    edges = [(name[a], name[b]) for a, b in nx.grid_2d_graph(side, side).edges]
    return make_graph({name[cell]: random.randint(fewest, most) for cell in cells}, edges)


def _place(name: str, households: int) -> Place:
    row, _, column = name.partition("-")
    x_m, y_m = (500.0 * int(column), 500.0 * int(row)) if column else (0.0, 0.0)
    return Place(name, households, x_m, y_m)


def solve_graph(graph: nx.Graph[str], rules: MergeRules, **options: Any) -> Solution:
    """List the groups of a bare graph and choose among them."""
    family = "full" if needs_full_family(rules) else "atomic"
    return regroup(describe_town(graph, rules), list_candidates(graph, rules, family=family), rules, **options)


def solve_town(
    associations: gpd.GeoDataFrame,
    rules: MergeRules,
    borders: gpd.GeoDataFrame | None = None,
    halls: gpd.GeoDataFrame | None = None,
    **options: Any,
) -> Solution:
    """List the groups of a drawn town and choose among them."""
    return solve_graph(town_graph(associations, rules, borders, halls), rules, **options)


def list_groups(candidates: Candidates) -> list[frozenset[str]]:
    """List every candidate group as a set of ids, single units among them; a group listed twice is there twice."""
    return [frozenset(component.members(group)) for component in candidates.components for group in component.groups]


def merged_sets(solution: Solution) -> set[str]:
    """Give the groups of two members or more, each as its ids joined by a blank."""
    return {" ".join(ids) for ids in solution.groups if len(ids) > 1}


def stage_values(solution: Solution) -> dict[str, int]:
    """Give each stage's value by its name."""
    return {stage.name: stage.value for stage in solution.stages}
