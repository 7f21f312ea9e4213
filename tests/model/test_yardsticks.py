"""Published instances with known optima."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pulp
import pytest

from kurihara_geo.candidates import list_candidates
from kurihara_geo.model.solver import SolverOptions, run_solver
from kurihara_geo.rules import MergeRules
from tests.model.steps import list_groups, make_graph, solve_graph, solve_town, stage_values
from tests.towns import draw_town

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real_data

MEXICO_FLOOR = 20_000_000
MOST_REGIONS_OF_MEXICO = 8


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


def test_mexico_makes_eight_regions(mexico):
    """Regions of 20 million hectares and at most six states: eight, proven, where a heuristic published six."""
    solution = solve_graph(mexico, MergeRules(min_households=MEXICO_FLOOR, max_members=6))
    values = stage_values(solution)
    assert (values["below_floor"], 32 - values["mergers"]) == (0, MOST_REGIONS_OF_MEXICO)
    assert len(solution.groups) == MOST_REGIONS_OF_MEXICO
    assert solution.proven


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
    outcome = run_solver(problem, taken, SolverOptions(), time_limit_s=60)
    assert outcome.optimal
    return sum(outcome.values)
