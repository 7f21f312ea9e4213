"""Large towns: rows that tighten a relaxation, the same plan through any executor, and what a town may take."""

from __future__ import annotations

import pickle
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from random import Random

import networkx as nx
import pytest

from kurihara_geo.candidates import list_candidates
from kurihara_geo.model.covers import best_cover, lexicographic_keys
from kurihara_geo.model.partition import describe_town, price_component
from kurihara_geo.model.regroup import regroup
from kurihara_geo.model.relaxation import SCALE, Relaxation
from kurihara_geo.model.solver import SolverOptions
from kurihara_geo.rules import MergeRules
from tests.model.steps import grid_graph, solve_graph

# One after the other, whole numbers by the solver only; and the relaxation first, nothing looked at one by one.
PLAIN = SolverOptions(max_states=0, rounds=0)
TIGHTENED = SolverOptions(max_states=0)

# A limit for work that ends by itself: no machine is so slow that its clock decides.
NO_MACHINE_TAKES_S = 1800.0


def priced_grid(side: int, seed: int, **rules: object):
    """Give the priced groups of a grid."""
    chosen = MergeRules(**rules)  # type: ignore[arg-type]
    graph = grid_graph(side, fewest=10, most=70, seed=seed)
    (component,) = list_candidates(graph, chosen).components
    return price_component(component, describe_town(graph, chosen), chosen)


def relax(part, stage: str) -> Relaxation:
    """Tighten the relaxation of one stage as far as it goes, nobody left below the floor."""
    fixed = [("below_floor", 0)] if stage != "below_floor" else []
    relaxed = Relaxation(
        part,
        stage,
        range(part.unit_count),
        range(len(part.groups)),
        fixed,
        (),
        SolverOptions(),
    )
    relaxed.tighten(time.monotonic() + NO_MACHINE_TAKES_S, rounds=40, patience=40)
    return relaxed


# --- rows ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_no_plan_breaks_a_row_that_was_added(seed: int):
    """Plans drawn at random keep every row: what the halved sum is rounded down to holds for whole answers."""
    part = priced_grid(9, seed)
    rows = [row for stage in ("mergers", "travel", "tie_break") for row in relax(part, stage).rows]
    assert rows
    random = Random(seed)  # noqa: S311 - test data, not secrets
    for _ in range(200):
        free, plan = set(range(part.unit_count)), []
        for position in random.sample(range(len(part.groups)), len(part.groups)):
            if free.issuperset(part.groups[position]):
                plan.append(position)
                free.difference_update(part.groups[position])
        assert not free
        assert all(sum(row.weights.get(position, 0) for position in plan) <= row.most for row in rows)


@pytest.mark.parametrize("seed", range(6))
def test_the_bound_and_the_reduced_costs_hold_for_the_best_plan(seed: int):
    """No plan that leaves nobody is below the bound; the best one's reduced costs fit into what is left above it."""
    part = priced_grid(4, seed, max_members=5)
    for stage, costs in part.costs.items():
        verdict = relax(part, stage).verdict()
        best = best_cover(
            part.unit_count,
            part.groups,
            lexicographic_keys([part.costs["below_floor"], costs]),
            max_states=10**6,
            max_steps=10**7,
        )
        assert part.value("below_floor", best.groups) == 0
        value = part.value(stage, best.groups)
        assert verdict.bound <= value * SCALE
        assert verdict.least <= value
        assert sum(max(0, verdict.reduced[group]) for group in best.groups) <= verdict.slack(value)


@pytest.mark.parametrize("seed", range(5))
def test_the_tightened_relaxation_gives_the_plan_of_the_solver_alone(seed: int):
    """With rows and struck groups every stage and group is what the solver finds without them."""
    graph = grid_graph(7, fewest=8, most=80, seed=seed)
    for rules in (MergeRules(max_members=4), MergeRules(max_members=5, max_households=120)):
        plain = solve_graph(graph, rules, options=PLAIN)
        assert plain.proven
        assert solve_graph(graph, rules, options=TIGHTENED) == plain
        assert solve_graph(graph, rules) == plain


def test_a_sweep_leaves_out_what_is_too_heavy():
    """Of the covers of a - b - c the cheapest weighs 3; under a limit of 2 the next one is found, under 0 none."""
    groups = [(0,), (1,), (2,), (0, 1), (1, 2)]
    keys, weights = [5, 5, 5, 4, 6], [1, 1, 1, 2, 1]
    found = [best_cover(3, groups, keys, weights=weights, most_weight=most) for most in (3, 2, 0)]
    assert [cover and (cover.key, cover.groups) for cover in found] == [(9, (2, 3)), (11, (0, 4)), None]


@pytest.mark.slow
def test_two_thousand_associations_in_one_part_are_proven():
    """A grid of 45 x 45 without walls, all five stages proven."""
    graph = grid_graph(45, fewest=10, most=150, seed=1)
    solution = solve_graph(graph, MergeRules(), time_limit_s=NO_MACHINE_TAKES_S)
    assert solution.proven
    assert len(solution.stages) == 5


# --- executors ----------------------------------------------------------------------------------------------------


def parts_of_town(count: int, sides: tuple[int, ...] = (4, 6)) -> nx.Graph:
    """Make a town of several grids that do not touch."""
    grids = [grid_graph(sides[number % len(sides)], fewest=10, most=60, seed=number) for number in range(count)]
    return nx.compose_all(
        [nx.relabel_nodes(grid, {name: f"{number:02d}{name}" for name in grid}) for number, grid in enumerate(grids)]
    )


def solve_open(graph: nx.Graph, **options: object):
    """Search every part without listing its groups, as both engines do it."""
    rules = MergeRules(min_households=30, max_members=None)
    return regroup(
        describe_town(graph, rules),
        list_candidates(graph, rules, engine="search"),
        rules,
        time_limit_s=NO_MACHINE_TAKES_S,
        **options,
    )


@pytest.mark.slow
def test_processes_give_the_plan_of_one_after_the_other():
    """Listed parts in batches of their own, in processes started anew: the very same solution."""
    graph = parts_of_town(24)
    with ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn")) as pool:
        assert solve_graph(graph, MergeRules(), executor=pool) == solve_graph(graph, MergeRules())


@pytest.mark.slow
def test_parts_left_open_are_searched_by_processes_too():
    """What the search needs is made where it runs; sent as it is, it would not arrive."""
    graph = parts_of_town(4, sides=(3, 4))
    with ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn")) as pool:
        there = solve_open(graph, executor=pool)
    assert there.engine == "search"
    assert len(there.searched) == 4
    assert sorted(name for ids in there.groups for name in ids) == sorted(graph)
    assert [stage.value for stage in there.stages[:2]] == [stage.value for stage in solve_open(graph).stages[:2]]


@pytest.mark.slow
# Dask's own: a connection it leaves open while its processes end.
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_dask_cluster_gives_the_plan_of_one_after_the_other():
    """Two processes of a local cluster, through the executor of its client: the very same solution."""
    distributed = pytest.importorskip("distributed", reason="dask[distributed] is not installed (extra: cluster)")
    graph = parts_of_town(24)
    alone = solve_graph(graph, MergeRules())
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
        client.get_executor() as pool,
    ):
        assert solve_graph(graph, MergeRules(), executor=pool) == alone


def test_what_is_sent_to_a_process_holds_its_own_part_of_the_town_only():
    """A batch takes the places of its own associations along, and weak borders among them."""
    graph = parts_of_town(6)
    rules = MergeRules(weak_border_m=200, objective=["below_floor", "mergers", "weak_borders", "tie_break"])
    town = describe_town(graph, rules)
    component = list_candidates(graph, rules).components[0]
    ids = [name for unit in component.units for name in unit.members]
    part = town.only(ids)
    assert sorted(part.places) == sorted(ids)
    assert part.weak == {pair for pair in town.weak if set(pair) <= set(ids)}
    assert 0 < len(part.weak) < len(town.weak)
    assert len(pickle.dumps(part)) < len(pickle.dumps(town)) / 3
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert pickle.loads(pickle.dumps(part)) == part  # noqa: S301 - our own bytes
