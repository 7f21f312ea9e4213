"""Parts of the town side by side: what may not be solved apart, executors that take no work, and clocks."""

from __future__ import annotations

import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from itertools import count

import networkx as nx
import pytest

import kurihara_geo as kg
from kurihara_geo.candidates import constraints, list_candidates
from kurihara_geo.errors import InputError, NoPlanError, RulesError
from kurihara_geo.model import objectives
from kurihara_geo.model import regroup as regroup_module
from kurihara_geo.model.objectives import TERM_OF, is_separable
from kurihara_geo.model.regroup import regroup, solve_partition
from kurihara_geo.model.solver import SolverOptions
from kurihara_geo.rules import MergeRules
from tests.model.steps import describe_town, grid_graph, solve_graph
from tests.towns import exact_borders, path_town


def two_parts() -> nx.Graph:
    """Make a town of two grids of sixteen that do not touch."""
    grids = [grid_graph(4, fewest=10, most=60, seed=seed) for seed in (0, 1)]
    return nx.compose_all(
        [nx.relabel_nodes(grid, {name: f"{number}{name}" for name in grid}) for number, grid in enumerate(grids)]
    )


class CountingExecutor(Executor):
    """Does all work at once and counts it."""

    def __init__(self) -> None:
        self.works = 0

    def submit(self, work, /, *args, **kwargs) -> Future:
        """Do the work here."""
        self.works += 1
        future: Future = Future()
        future.set_result(work(*args, **kwargs))
        return future


# --- separable ----------------------------------------------------------------------------------------------------


def not_separable_term(monkeypatch) -> None:
    """Make up that travel is not a sum over groups."""
    monkeypatch.setitem(TERM_OF, "travel", replace(TERM_OF["travel"], separable=False))


def not_separable_rule(monkeypatch) -> None:
    """Make up that the cap on members cannot be judged group by group."""
    made_up = tuple(replace(rule, separable=rule.name != "max_members") for rule in constraints.PERMITTED)
    monkeypatch.setattr(objectives, "PERMITTED", made_up)


@pytest.mark.parametrize("make_up", [not_separable_term, not_separable_rule])
def test_what_is_not_separable_is_solved_as_one_whole(make_up, monkeypatch):
    """With a made-up term or rule that is not separable nothing is handed out, and no block is ever split."""
    graph, rules = two_parts(), MergeRules(max_members=3)
    apart = solve_graph(graph, rules)
    pool = CountingExecutor()
    assert solve_graph(graph, rules, executor=pool) == apart
    assert pool.works > 0
    make_up(monkeypatch)
    wholes = []

    def noted(*args, whole=False, **kwargs):
        wholes.append(whole)
        return solve_partition(*args, whole=whole, **kwargs)

    monkeypatch.setattr(regroup_module, "solve_partition", noted)
    pool = CountingExecutor()
    together = solve_graph(graph, rules, executor=pool)
    assert (pool.works, wholes) == (0, [True])
    assert (together.groups, together.stages, together.proven) == (apart.groups, apart.stages, True)


def test_what_is_not_separable_and_not_asked_for_changes_nothing(monkeypatch):
    """A rule that was not set and a term that is in no stage may be what they like."""
    not_separable_rule(monkeypatch)
    assert not is_separable(MergeRules(max_members=3))
    assert is_separable(MergeRules(max_members=None))
    not_separable_term(monkeypatch)
    assert not is_separable(MergeRules(max_members=None))
    assert is_separable(MergeRules(max_members=None, objective=["below_floor", "mergers"]))


def test_what_is_not_separable_is_not_searched_part_by_part(monkeypatch):
    """The engine that lists no groups works part by part: it is refused, with what to do instead."""
    not_separable_term(monkeypatch)
    graph, rules = two_parts(), MergeRules()
    with pytest.raises(RulesError, match=r"not separable.*set_partitioning"):
        regroup(describe_town(graph, rules), list_candidates(graph, rules, engine="search"), rules)


# --- executors ----------------------------------------------------------------------------------------------------


def test_an_executor_that_was_shut_down_is_refused_with_what_to_do():
    """The error is the package's own and says to give another executor, or none."""
    pool = ThreadPoolExecutor(max_workers=1)
    pool.shutdown()
    town = path_town()
    with pytest.raises(InputError, match=r"takes no work.*not shut down.*executor=None"):
        kg.propose_mergers(town, MergeRules(), borders=exact_borders(town), executor=pool, progress=False)


def test_what_is_no_executor_is_refused_with_what_to_do():
    """A number of workers in place of an executor is named as what it is not."""
    with pytest.raises(InputError, match=r"concurrent\.futures\.Executor"):
        solve_graph(two_parts(), MergeRules(), executor=2)


def test_workers_that_died_are_no_bare_error(monkeypatch):
    """A process that was killed breaks its pool: no plan, with what may have happened."""

    def die(*_args) -> None:
        raise BrokenProcessPool("a process was terminated abruptly")

    monkeypatch.setattr(regroup_module, "_solve_there", die)
    with ThreadPoolExecutor(max_workers=1) as pool, pytest.raises(NoPlanError, match=r"terminated abruptly.*memory"):
        solve_graph(two_parts(), MergeRules(), executor=pool)


# --- clocks -------------------------------------------------------------------------------------------------------


def test_a_clock_of_day_that_is_put_forward_ends_no_search(monkeypatch):
    """Each look at the clock of day is a day later, as it never is on the clock that deadlines are read from."""
    days = count(1)
    monkeypatch.setattr(time, "time", lambda: 86_400.0 * next(days))
    options = SolverOptions(max_states=0)
    assert solve_graph(two_parts(), MergeRules(), options=options, time_limit_s=3_600.0).proven
