"""Published instances with known optima."""

from __future__ import annotations

import csv
import json
import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import networkx as nx
import pulp
import pytest

from kurihara_geo.candidates import list_candidates
from kurihara_geo.model.covers import count_covers
from kurihara_geo.model.partition import Partition, describe_town, price_component
from kurihara_geo.model.solver import SolverOptions, run_solver
from kurihara_geo.model.stages import solve_partition
from kurihara_geo.rules import MergeRules
from tests.model.steps import list_groups, make_graph, solve_graph, solve_town, stage_values
from tests.towns import draw_town

if TYPE_CHECKING:
    from pathlib import Path

real_data = pytest.mark.real_data

MEXICO_FLOOR = 20_000_000
MOST_REGIONS_OF_MEXICO = 8

# A limit for work that ends by itself: no machine is so slow that its clock decides.
NO_MACHINE_TAKES_S = 1800.0


@real_data
def test_duque_2012_figure_2_has_two_regions(shared_folder: Path):
    """Nine areas in a 3x3 grid with a floor of 120 make two regions at most, and the proof is complete."""
    published = json.loads((shared_folder / "yardsticks" / "duque2012_fig2.json").read_text(encoding="utf-8"))
    extensive = dict(zip("abcdefghi", published["spatially_extensive_attr"], strict=True))
    town = draw_town("abc\ndef\nghi", extensive)
    solution = solve_town(town, MergeRules(min_households=published["threshold"], max_members=None))
    values = stage_values(solution)
    assert (values["below_floor"], 9 - values["mergers"]) == (0, published["p"])
    assert len(solution.groups) == 2
    assert solution.proven


@pytest.fixture(scope="module")
def mexico(shared_folder: Path):
    """Give the 32 states of Mexico, hectares for households, neighbours along a line of positive length."""
    path = shared_folder / "yardsticks" / "mexico_maxp" / "mexico.json"
    published = json.loads(path.read_text(encoding="utf-8"))
    names = [f"{number:02d}" for number in range(published["n"])]
    hectares = [int(number) for number in published["hectares"]]
    edges = [(names[a], names[b]) for a, b in published["edges_rook"]]
    return make_graph(dict(zip(names, hectares, strict=True)), edges)


@real_data
def test_mexico_makes_eight_regions(mexico):
    """Regions of 20 million hectares and at most six states: eight, proven, where a heuristic published six."""
    solution = solve_graph(mexico, MergeRules(min_households=MEXICO_FLOOR, max_members=6))
    values = stage_values(solution)
    assert (values["below_floor"], 32 - values["mergers"]) == (0, MOST_REGIONS_OF_MEXICO)
    assert len(solution.groups) == MOST_REGIONS_OF_MEXICO
    assert solution.proven


@real_data
def test_mexico_makes_no_ninth_region_however_many_states_it_has(mexico):
    """Each region of any plan holds an inclusion-minimal one, and no nine of those 371 are disjoint.

    A minimal region of several states holds none that is enough alone; without one of its states it is below the
    floor, so it has less than the floor and the largest such state together. That ceiling keeps the enumeration at
    some sixty thousand sets.
    """
    hectares = {name: mexico.nodes[name]["households"] for name in mexico}
    ceiling = MEXICO_FLOOR + max(count for count in hectares.values() if count < MEXICO_FLOOR)
    rules = MergeRules(min_households=MEXICO_FLOOR, max_members=None, max_households=ceiling)
    candidates = list_candidates(mexico, rules)
    sufficient = sorted(
        (ids for ids in list_groups(candidates) if sum(hectares[name] for name in ids) >= MEXICO_FLOOR), key=len
    )
    minimal: list[frozenset[str]] = []
    for ids in sufficient:
        if not any(smaller <= ids for smaller in minimal):
            minimal.append(ids)
    assert len(minimal) == 371
    assert most_disjoint(minimal) == MOST_REGIONS_OF_MEXICO


def most_disjoint(sets: list[frozenset[str]]) -> int:
    """Find how many of the sets can be taken so that no two share a member."""
    problem = pulp.LpProblem("packing", pulp.LpMinimize)
    taken = [
        problem.add_variable(f"z{number}", lowBound=0, upBound=1, cat=pulp.LpInteger) for number in range(len(sets))
    ]
    problem.setObjective(-pulp.lpSum(taken))
    for name in frozenset().union(*sets):
        holding = [z for z, ids in zip(taken, sets, strict=True) if name in ids]
        problem.addConstraint(pulp.lpSum(holding) <= 1, name=f"state{name}")
    outcome = run_solver(problem, taken, SolverOptions(), time_limit_s=NO_MACHINE_TAKES_S)
    assert outcome.optimal
    return sum(outcome.values)


# --- exactly k connected regions ----------------------------------------------------------------------------------

# Connected sets up to this many are listed; more of them, and the instance is left out and named.
MOST_SETS = 60_000


@dataclass(frozen=True)
class Instance:
    """A published instance: neighbours and a feature of each area, in hundredths."""

    neighbours: tuple[frozenset[int], ...]
    feature: tuple[int, ...]


@cache
def read_instance(path: Path) -> Instance:
    """Read an .adj file: lines ``e a b ...`` are neighbours, lines ``n id ... feature`` areas."""
    graph: nx.Graph = nx.Graph()
    feature: dict[int, int] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        kind, *words = line.split()
        if kind == "e":
            graph.add_edge(int(words[0]), int(words[1]))
        elif kind == "n":
            feature[int(words[0])] = round(float(words[-1]) * 100)
    order = sorted(feature)
    assert order == list(range(len(order))) == sorted(graph)
    return Instance(tuple(frozenset(graph[unit]) for unit in order), tuple(feature[unit] for unit in order))


def list_regions(instance: Instance, most: int) -> dict[tuple[int, ...], int] | None:
    """List the connected sets with a cost of at most ``most``, sum of |f_i - f_j|; None where there are too many.

    Adding an area never lowers the cost, so a set that costs more is not grown.
    """
    found: dict[tuple[int, ...], int] = {}
    for root in range(len(instance.feature)):
        around = {other for other in instance.neighbours[root] if other > root}
        stack = [((root,), 0, frozenset(around), frozenset(around))]
        while stack:
            group, cost, offered, seen = stack.pop()
            found[tuple(sorted(group))] = cost
            if len(found) > MOST_SETS:
                return None
            passed: set[int] = set()
            for added in sorted(offered):
                passed.add(added)
                more = cost + sum(abs(instance.feature[added] - instance.feature[member]) for member in group)
                if more <= most:
                    fresh = {other for other in instance.neighbours[added] if other > root} - seen - {root}
                    stack.append(((*group, added), more, (offered - passed) | fresh, seen | fresh))
    return found


def published_optima(shared_folder: Path) -> list[tuple[str, int, int]]:
    """Read name, number of regions and optimum, in hundredths."""
    path = shared_folder / "yardsticks" / "pregions_ers" / "published_optima.csv"
    with path.open(encoding="utf-8") as file:
        return [(row["instance"], int(row["k"]), round(float(row["optimum"]) * 100)) for row in csv.DictReader(file)]


def prove_optimum(instance: Instance, regions: dict[tuple[int, ...], int], count: int) -> tuple[int, bool]:
    """Choose exactly so many regions at the least cost, with the core that chooses groups."""
    units = len(instance.feature)
    groups = sorted(regions, key=lambda group: (len(group), group))
    part = Partition(
        unit_count=units,
        groups=tuple(groups),
        members=tuple(tuple(map(str, group)) for group in groups),
        costs={
            "cost": tuple(regions[group] for group in groups),
            "regions": (1,) * len(groups),
            "missing": (-1,) * len(groups),
        },
    )
    limits = {"regions": count, "missing": -count}
    choice = solve_partition(part, SolverOptions(), time.monotonic() + NO_MACHINE_TAKES_S, limits=limits)
    assert len(choice.chosen) == count
    assert sorted(unit for group in choice.chosen for unit in part.groups[group]) == list(range(units))
    return choice.stages[0].value, choice.stages[0].proven


# Instance and least number of regions from which its sets within the optimum are few enough to list.
LISTED_FROM = {
    "bulgaria": 7,
    "finnland": 3,
    "sar-size4-roh0p": 3,
    "sar-size4-roh90p": 3,
    "sar-size5-roh0p": 5,
    "sar-size5-roh90p": 4,
    "sar-size6-roh0p": 9,
    "sar-size6-roh90p": 6,
}


@real_data
@pytest.mark.slow
def test_published_optima_of_exactly_k_regions_are_proven(shared_folder: Path):
    """Of all connected sets that cost no more than the published optimum, no choice of k costs less than it.

    Whatever costs less could only use these sets. Where they are more than MOST_SETS the optimum is not tried.
    """
    proven, left_out = {}, []
    for name, count, optimum in published_optima(shared_folder):
        instance = read_instance(shared_folder / "yardsticks" / "pregions_ers" / f"{name}.adj")
        regions = list_regions(instance, optimum)
        if regions is None:
            left_out.append((name, count))
            continue
        proven[name, count] = prove_optimum(instance, regions, count)
        assert proven[name, count] == (optimum, True), (name, count)
    assert {name: min(count for other, count in proven if other == name) for name, _ in proven} == LISTED_FROM
    assert all(count < LISTED_FROM.get(name, 99) for name, count in left_out)


# --- counting -----------------------------------------------------------------------------------------------------


# Side of a grid, households of its cells row by row, floor, and partitions into 1, 2, ... parts of at least the floor.
COUNTED = {
    "3x3, cells of 1 to 9": (3, tuple(range(1, 10)), 20, [1, 9]),
    "4x4, cells of 1": (4, (1,) * 16, 3, [1, 587, 3_790, 3_505, 327]),
    "4x4, cells of 1 to 16": (4, tuple(range(1, 17)), 30, None),
}


@pytest.fixture(params=COUNTED.values(), ids=COUNTED.keys())
def counted(request):
    """Give the grid, its floor, what is expected, and our own count of partitions by number of parts."""
    side, households, floor, expected = request.param
    graph = make_grid(side, households)
    rules = MergeRules(min_households=floor, max_members=None)
    (component,) = list_candidates(graph, rules, family="full").components
    part = price_component(component, describe_town(graph, rules), rules)
    costs = list(zip(part.costs["below_floor"], part.costs["mergers"], strict=True))
    covers = count_covers(part.unit_count, part.groups, costs, max_states=10**6, max_steps=10**8)
    by_parts = {side * side - merged: number for (left, merged), number in covers.items() if left == 0}
    return graph, floor, expected, [by_parts[parts] for parts in range(1, max(by_parts) + 1)]


def test_the_full_family_has_every_partition_of_a_grid(counted):
    """Every way to cut a grid into connected parts of at least the floor is a cover by groups of the full family."""
    _, _, expected, ours = counted
    assert expected is None or ours == expected


def test_graphillion_counts_the_same(counted):
    """An independent count of balanced partitions, by decision diagrams over edges, agrees for all numbers of parts."""
    graphillion = pytest.importorskip("graphillion", reason="graphillion is not installed (group: peers)")
    graph, floor, _, ours = counted
    weights = {name: graph.nodes[name]["households"] for name in graph}
    graphillion.GraphSet.set_universe(list(graph.edges))
    theirs = [
        graphillion.GraphSet.balanced_partitions(weight_list=weights, lower=floor, num_comps=parts).len()
        for parts in range(1, sum(weights.values()) // floor + 1)
    ]
    assert theirs == [*ours, *[0] * (len(theirs) - len(ours))]


def make_grid(side: int, households: tuple[int, ...]) -> nx.Graph:
    """Make a grid of cells with so many households, row by row."""
    grid = nx.grid_2d_graph(side, side)
    names = {cell: f"{cell[0]:02d}-{cell[1]:02d}" for cell in sorted(grid)}
    edges = [(names[a], names[b]) for a, b in grid.edges]
    return make_graph(dict(zip(names.values(), households, strict=True)), edges)
