"""Choosing groups: stages in their order, proofs that can be believed, and the same plan however it is computed."""

from __future__ import annotations

import subprocess
import sys
import threading
import warnings
from concurrent.futures import (
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import networkx as nx
import pulp
import pytest

import kurihara_geo as kg
from kurihara_geo.errors import InputError, NoPlanError, NotProvenWarning, RulesError
from kurihara_geo.model import integer_program, reduced_cost_fixing
from kurihara_geo.model import regroup as regroup_module
from kurihara_geo.model import solver as solver_module
from kurihara_geo.model.objectives import tie_break_draw
from kurihara_geo.model.solver import Outcome, SolverOptions, available_solvers, run_solver
from kurihara_geo.rules import MergeRules
from tests.model.steps import grid_graph, merged_sets, solve_graph, solve_town, stage_values
from tests.strategies import random_case
from tests.towns import draw_town, island_town, path_town, square_town

STAGES = ["below_floor", "mergers", "crossings", "travel", "tie_break"]
# Towns this small are otherwise settled by looking at every cover or by the relaxation, and no solver is run.
BY_SOLVER = SolverOptions(max_states=0, rounds=0)


def many_parts(count: int = 6) -> nx.Graph:
    """Make a town of several parts that do not touch, each a 4x4 grid of its own."""
    parts = []
    for number in range(count):
        grid = grid_graph(4, fewest=10, most=60, seed=number)
        names = {name: f"{number:02d}{name}" for name in grid}
        parts.append(nx.relabel_nodes(grid, names))
    return nx.compose_all(parts)


# --- stages in their order ----------------------------------------------------------------------------------------


def test_every_stage_has_the_value_worked_out_by_hand():
    """On a60 - b60 - v20 the small v joins b: one merger, 20 households walk 500 m, one border inside."""
    solution = solve_town(path_town(), MergeRules())
    assert solution.groups == (("a",), ("b", "v"))
    assert stage_values(solution) == {
        "below_floor": 0, "mergers": 1, "crossings": 0, "travel": 20 * 500, "tie_break": tie_break_draw("b", "v"),
    }  # fmt: skip
    assert [stage.name for stage in solution.stages] == STAGES
    assert solution.proven
    assert [stage.bound for stage in solution.stages] == [stage.value for stage in solution.stages]


def test_fewer_households_below_the_floor_are_worth_any_merger():
    """Three of 20 in a row merge into 60 at the price of two mergers, where none would leave 60 below the floor."""
    assert stage_values(solve_town(draw_town("abc", 20), MergeRules()))["mergers"] == 2


def test_a_small_association_without_a_neighbour_is_counted_below_the_floor():
    """a30 - b30 merge, and the island of 20 is left with its 20 households."""
    solution = solve_town(island_town(), MergeRules())
    assert merged_sets(solution) == {"a b"}
    assert stage_values(solution)["below_floor"] == 20


def test_fewer_mergers_are_worth_any_crossing():
    """Six of 30 in a row, three a side of a soft boundary: three pairs across it beat two triples that keep to it."""
    town = draw_town("abcdef", former_town={name: "甲" if name < "d" else "乙" for name in "abcdef"})
    solution = solve_town(town, MergeRules(prefer_within={"former_town": 9}))
    assert merged_sets(solution) == {"a b", "c d", "e f"}
    assert stage_values(solution)["mergers"] == 3
    assert stage_values(solution)["crossings"] == 9 * 60


def test_fewer_crossings_are_worth_any_travel():
    """v20 joins a60 of its own town 1,500 m away, and b60 500 m away where the boundary is not asked about."""
    town = draw_town("aaaaavb", {"a": 60, "v": 20, "b": 60}, former_town={"a": "甲", "v": "甲", "b": "乙"})
    asked = solve_town(town, MergeRules(prefer_within=["former_town"]))
    assert merged_sets(asked) == {"a v"}
    assert (stage_values(asked)["crossings"], stage_values(asked)["travel"]) == (0, 20 * 1500)
    free = solve_town(town, MergeRules())
    assert merged_sets(free) == {"b v"}
    assert stage_values(free)["travel"] == 20 * 500


def test_among_ties_the_published_lottery_decides():
    """Four equal associations in a square pair along rows or along columns: the lower sum of draws wins."""
    rows = tie_break_draw("a", "b") + tie_break_draw("c", "d")
    columns = tie_break_draw("a", "c") + tie_break_draw("b", "d")
    solution = solve_town(square_town(), MergeRules())
    assert merged_sets(solution) == ({"a b", "c d"} if rows < columns else {"a c", "b d"})
    assert stage_values(solution)["tie_break"] == min(rows, columns)


def test_a_town_where_nothing_is_small_stays_as_it_is():
    """Without a small association every stage is 0 and proven, and no solver is needed."""
    solution = solve_town(draw_town("abc", 60), MergeRules(), time_limit_s=0.0)
    assert merged_sets(solution) == set()
    assert set(stage_values(solution).values()) == {0}
    assert solution.proven


# --- striking out -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", range(0, 60, 20))
def test_striking_out_groups_changes_no_stage(start: int, monkeypatch):
    """On random towns the plan with every stage priced is the plan with none priced."""
    for seed in range(start, start + 20):
        case = random_case(seed)
        solutions = []
        for worth in (0, 10**9):
            monkeypatch.setattr(reduced_cost_fixing, "WORTH_PRICING", worth)
            solutions.append(solve_town(case.associations, case.rules, case.borders, case.halls, options=BY_SOLVER))
        priced, plain = solutions
        assert priced == plain, (seed, case)
        assert priced.proven


@pytest.mark.parametrize("seed", range(4))
def test_striking_out_groups_changes_no_stage_of_a_larger_town(seed: int, monkeypatch):
    """Where hundreds of groups are struck out and the town falls into blocks, the plan is the same."""
    graph = grid_graph(7, fewest=10, most=90, seed=seed)
    rules = MergeRules(max_members=4)
    solutions = []
    for worth in (0, 10**9):
        monkeypatch.setattr(reduced_cost_fixing, "WORTH_PRICING", worth)
        solutions.append(solve_graph(graph, rules, options=BY_SOLVER))
    assert solutions[0] == solutions[1]
    assert solutions[0].proven


# --- time limit ---------------------------------------------------------------------------------------------------


def test_without_time_the_first_guess_is_given_and_not_called_proven():
    """A limit that is over before a solver runs gives groups taken greedily, said to be no proof."""
    solution = solve_town(square_town(), MergeRules(), time_limit_s=0.0, options=BY_SOLVER)
    assert solution.stopped == "time_limit"
    assert not solution.proven
    assert sorted(name for ids in solution.groups for name in ids) == sorted(square_town().index)


def assert_bounds_hold(stages, best) -> None:
    """Check what an unfinished plan claims against the optimum, as far as the stages before are optimal."""
    for stage, optimum in zip(stages, best, strict=True):
        assert stage.bound is None or stage.bound <= stage.value
        assert stage.gap is None or 0 <= stage.gap <= 1
        assert stage.bound is None or stage.bound <= optimum.value
        assert stage.proven == (stage.bound == stage.value)
        if stage.value != optimum.value:
            break


@pytest.mark.parametrize("runs", [1, 2, 3])
def test_time_up_between_stages_gives_a_plan_that_is_not_proven(runs: int, monkeypatch):
    """After so many runs of the solver the time is up: the plan so far, bounds below its values, and a warning."""
    graph = grid_graph(6, fewest=10, most=60, seed=3)
    rules = MergeRules(max_members=4)
    best = solve_graph(graph, rules, options=BY_SOLVER).stages
    left = iter([True] * runs)

    def run_until_late(*args, **kwargs) -> Outcome:
        return run_solver(*args, **kwargs | ({} if next(left, False) else {"time_limit_s": 0.0}))

    monkeypatch.setattr(integer_program, "run_solver", run_until_late)
    solution = solve_graph(graph, rules, options=BY_SOLVER)
    assert sorted(name for ids in solution.groups for name in ids) == sorted(graph)
    assert_bounds_hold(solution.stages, best)
    assert solution.proven == (next(left, None) is not None or solution.stopped == "")
    if not solution.proven:
        assert solution.stopped == "time_limit"


def test_a_plan_that_is_not_proven_comes_with_a_warning(monkeypatch):
    """When the time is up after the first run, the warning says so and names every open stage."""
    town = draw_town("abcdef\nghijkl\nmnopqr\nstuvwx", 23)
    left = iter([True])

    def run_until_late(*args, **kwargs) -> Outcome:
        return run_solver(*args, **kwargs | ({} if next(left, False) else {"time_limit_s": 0.0}))

    monkeypatch.setattr(integer_program, "run_solver", run_until_late)
    monkeypatch.setattr("kurihara_geo.propose.SolverOptions", partial(SolverOptions, max_states=0, rounds=0))
    with pytest.warns(NotProvenWarning, match=r"NOT proven optimal: the time was up\. Open: ") as warned:
        plan = kg.propose_mergers(town, MergeRules(max_members=4), progress=False)
    assert not plan.proven
    assert plan.solution.stopped == "time_limit"
    (warning,) = warned
    for stage in plan.stages:
        assert (f"{stage.name} {stage.value:,}" in str(warning.message)) == (not stage.proven)


@pytest.mark.parametrize("limit_s", [0.05, 1.0])
def test_a_tiny_limit_on_a_hard_town_gives_a_plan_or_says_there_is_none(limit_s: float):
    """However little time there is, what comes back is a partition with bounds that hold, or a NoPlanError."""
    graph = grid_graph(10, fewest=12, most=25)
    try:
        solution = solve_graph(graph, MergeRules(max_members=5), time_limit_s=limit_s)
    except NoPlanError:
        return
    assert sorted(name for ids in solution.groups for name in ids) == sorted(graph)
    assert all(stage.bound is None or stage.bound <= stage.value for stage in solution.stages)
    assert solution.proven or solution.stopped == "time_limit"


# --- side by side -------------------------------------------------------------------------------------------------


def test_threads_give_the_plan_of_one_after_the_other():
    """Parts of the town solved in a pool of threads make the same solution."""
    graph = many_parts()
    with warnings.catch_warnings(), ThreadPoolExecutor(max_workers=2) as pool:
        assert solve_graph(graph, MergeRules(), executor=pool) == solve_graph(graph, MergeRules())


class FailingExecutor(Executor):
    """Fails in one work after the other with given errors, None for one that is done; what follows is never begun."""

    def __init__(self, *errors: BaseException | None) -> None:
        self.errors, self.given = errors, []

    def submit(self, work, /, *args, **kwargs) -> Future:
        """Do a work, or fail in it, at once."""
        future: Future = Future()
        number = len(self.given)
        self.given.append(future)
        if number < len(self.errors):
            error = self.errors[number]
            if error is None:
                future.set_result(work(*args, **kwargs))
            else:
                future.set_exception(error)
        return future


FAILURES = [
    OSError("no disk"), MemoryError(), TimeoutError("late"), EOFError(), ConnectionResetError("gone"),
    ValueError("odd"), KeyError("k"), BrokenExecutor("broken"), CancelledError(),
]  # fmt: skip


@pytest.mark.parametrize("error", FAILURES, ids=lambda error: type(error).__name__)
def test_an_executor_that_fails_half_way_is_said_to_and_the_rest_is_taken_back(error, monkeypatch):
    """Whatever it raises: one error with what to do, the failure behind it with its traceback, nothing left to run."""
    monkeypatch.setattr(regroup_module, "_BATCH", 1)
    executor = FailingExecutor(None, error)
    with pytest.raises(NoPlanError, match=rf"gave its work up .*{type(error).__name__}.*executor=None") as raised:
        solve_graph(many_parts(3), MergeRules(), executor=executor)
    assert raised.value.__cause__ is error
    assert len(executor.given) == 3
    assert executor.given[2].cancelled()


def test_what_this_package_says_in_a_worker_is_passed_on_as_it_is(monkeypatch):
    """Weights too large are the rules' fault wherever they are found; what is not begun is taken back all the same."""
    monkeypatch.setattr(regroup_module, "_BATCH", 1)
    executor = FailingExecutor(None, RulesError("too large"))
    with pytest.raises(RulesError, match=r"^too large$"):
        solve_graph(many_parts(3), MergeRules(), executor=executor)
    assert executor.given[2].cancelled()


@pytest.mark.parametrize("error", FAILURES, ids=lambda error: type(error).__name__)
def test_an_executor_that_takes_no_work_is_refused(error, monkeypatch):
    """Whatever ``submit`` raises, and where it gives no future: one error that says what an executor is."""
    monkeypatch.setattr(FailingExecutor, "submit", lambda *_: (_ for _ in ()).throw(error))
    with pytest.raises(InputError, match=r"takes no work .*concurrent\.futures\.Executor"):
        solve_graph(many_parts(2), MergeRules(), executor=FailingExecutor())
    monkeypatch.setattr(FailingExecutor, "submit", lambda *_: None)
    with pytest.raises(InputError, match=r"takes no work .*concurrent\.futures\.Executor"):
        solve_graph(many_parts(2), MergeRules(), executor=FailingExecutor())


def test_an_interruption_and_a_failure_together_give_the_plan_so_far(monkeypatch):
    """Ctrl-C in the second of four, the third failed: the first is kept, and first guesses stand in for the others."""
    monkeypatch.setattr(regroup_module, "_BATCH", 1)
    graph = many_parts(4)
    best = solve_graph(graph, MergeRules())
    executor = FailingExecutor(None, KeyboardInterrupt(), OSError("no disk"))
    solution = solve_graph(graph, MergeRules(), executor=executor)
    assert executor.given[3].cancelled()
    assert set(best.groups) & set(solution.groups)
    assert sorted(name for ids in solution.groups for name in ids) == sorted(graph)


@pytest.mark.slow
def test_processes_give_the_plan_of_one_after_the_other():
    """Parts of the town solved in a pool of processes make the same solution."""
    graph = many_parts()
    with ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn")) as pool:
        assert solve_graph(graph, MergeRules(), executor=pool) == solve_graph(graph, MergeRules())


def test_two_threads_leave_the_warnings_filters_as_they_were(monkeypatch):
    """When two parts are solved at once, the second ending last, no filter that hides warnings is left behind."""
    begun, overlapped, ended = threading.Event(), threading.Event(), threading.Event()
    solve = pulp.LpProblem.solve

    def solve_overlapping(problem, *args, **kwargs):
        if problem.name == "first":
            begun.set()
            overlapped.wait(10)
        else:
            overlapped.set()
            ended.wait(10)
        return solve(problem, *args, **kwargs)

    def run(name: str) -> None:
        problem = pulp.LpProblem(name, pulp.LpMinimize)
        z = problem.add_variable("z", lowBound=0, upBound=1, cat=pulp.LpInteger)
        problem.setObjective(z)
        problem.addConstraint(z >= 1, name="once")
        assert run_solver(problem, [z], SolverOptions(), time_limit_s=20).values == (1,)

    monkeypatch.setattr(pulp.LpProblem, "solve", solve_overlapping)
    with warnings.catch_warnings():
        before = list(warnings.filters)
        with ThreadPoolExecutor(max_workers=2) as pool:
            first = pool.submit(run, "first")
            begun.wait(10)
            second = pool.submit(run, "second")
            first.result()
            ended.set()
            second.result()
        assert list(warnings.filters) == before


# --- solvers ------------------------------------------------------------------------------------------------------


@pytest.mark.skipif("CBC" not in available_solvers(), reason="no CBC is installed: PuLP 4 carries none")
def test_cbc_gives_the_same_plan():
    """On random towns and a grid, CBC chooses the groups HiGHS chooses, with the same values."""
    grid = grid_graph(5, fewest=10, most=60)
    solved = [partial(solve_graph, grid, MergeRules())]
    cases = [random_case(seed) for seed in range(8)]
    solved += [partial(solve_town, case.associations, case.rules, case.borders, case.halls) for case in cases]
    for solve in solved:
        highs, cbc = (solve(options=SolverOptions(solver=name, max_states=0, rounds=0)) for name in ("HiGHS", "CBC"))
        assert cbc.groups == highs.groups
        assert stage_values(cbc) == stage_values(highs)
        assert cbc.proven
        assert cbc.solver.startswith("CBC")


def test_another_seed_gives_the_same_plan():
    """A proven plan does not depend on the solver's random choices."""
    graph = grid_graph(6, fewest=10, most=60)
    plans = [
        solve_graph(graph, MergeRules(), options=SolverOptions(seed=seed, max_states=0, rounds=0)) for seed in (0, 7)
    ]
    assert plans[0] == plans[1]


def test_an_unknown_solver_is_refused_with_those_available():
    """The error names the solver asked for and what is there."""
    with pytest.raises(InputError, match=r"'Nonesuch' is not available here; available: HiGHS"):
        solve_town(square_town(), MergeRules(), options=SolverOptions(solver="Nonesuch"))


def tampered(monkeypatch, change) -> None:
    """Let the solver's answers be changed before anyone reads them."""
    monkeypatch.setattr(integer_program, "run_solver", lambda *args, **kwargs: change(run_solver(*args, **kwargs)))


def changed_by(outcome: Outcome, amount: float, *names: str) -> Outcome:
    """Move the solver's objective or bound, where it gave one."""
    return replace(
        outcome, **{name: getattr(outcome, name) + amount for name in names if getattr(outcome, name) is not None}
    )


@pytest.mark.parametrize("amount", [-5, -2])
def test_an_optimum_better_than_the_plan_is_not_believed(amount: int, monkeypatch):
    """Objective and bound below what the plan is worth: the plan is kept, its stages are not proven."""
    graph = grid_graph(5, fewest=10, most=40)
    tampered(monkeypatch, lambda outcome: changed_by(outcome, amount, "objective", "bound"))
    solution = solve_graph(graph, MergeRules(), options=BY_SOLVER)
    mergers = solution.stages[1]
    assert mergers.value > 0
    assert not mergers.proven
    assert mergers.bound < mergers.value
    assert solution.stopped == "not_settled"


def test_an_optimum_worse_than_the_plan_is_not_believed(monkeypatch):
    """Objective and bound above what the plan is worth contradict the plan: they prove nothing."""
    tampered(monkeypatch, lambda outcome: changed_by(outcome, 5, "objective", "bound"))
    solution = solve_graph(grid_graph(5, fewest=10, most=40), MergeRules(), options=BY_SOLVER)
    assert not solution.stages[1].proven


def test_groups_that_do_not_cover_every_unit_once_are_not_believed(monkeypatch):
    """An answer without any group is no plan, whatever the solver calls it: at most a first guess comes back."""
    tampered(
        monkeypatch,
        lambda outcome: outcome if outcome.values is None else replace(outcome, values=(0,) * len(outcome.values)),
    )
    graph = grid_graph(4, fewest=10, most=60)
    try:
        solution = solve_graph(graph, MergeRules(), options=BY_SOLVER)
    except NoPlanError:
        return
    assert sorted(name for ids in solution.groups for name in ids) == sorted(graph)
    assert not solution.proven
    assert solution.stopped == "not_settled"


# --- Ctrl-C, step by step -----------------------------------------------------------------------------------------


def test_an_interruption_while_groups_are_struck_out_is_heard(monkeypatch):
    """Ctrl-C during the linear relaxation ends the work with the plan so far, as it does in the solver."""
    call = solver_module._StoppableHiGHS.callSolver

    def call_interrupted(engine, problem) -> None:
        call(engine, problem)
        engine.interrupted = engine.interrupted or not engine.mip

    monkeypatch.setattr(solver_module._StoppableHiGHS, "callSolver", call_interrupted)
    monkeypatch.setattr(reduced_cost_fixing, "WORTH_PRICING", 0)
    solution = solve_graph(grid_graph(5, fewest=10, most=60), MergeRules(), options=BY_SOLVER)
    assert solution.stopped == "interrupted"


def test_an_interruption_between_two_runs_gives_the_plan_so_far(monkeypatch):
    """Ctrl-C while the model of a later stage is written does not lose the plan of the earlier ones."""
    build, runs = integer_program.build_model, iter(range(100))

    def build_interrupted(*args, **kwargs):
        if next(runs) == 3:
            raise KeyboardInterrupt
        return build(*args, **kwargs)

    monkeypatch.setattr(integer_program, "build_model", build_interrupted)
    try:
        solution = solve_graph(grid_graph(5, fewest=10, most=60), MergeRules(), options=BY_SOLVER)
    except KeyboardInterrupt:
        pytest.fail("the plan so far is lost")
    assert solution.stopped == "interrupted"


# --- silence ------------------------------------------------------------------------------------------------------

SILENT = """
from concurrent.futures import ThreadPoolExecutor
import kurihara_geo as kg
from kurihara_geo.model.solver import SolverOptions
from tests.model.steps import grid_graph, solve_graph
from tests.towns import square_town
rules = kg.MergeRules()
assert kg.propose_mergers(square_town(), rules, progress=False).proven
assert solve_graph(grid_graph(5, fewest=10, most=60), rules, options=SolverOptions(max_states=0, rounds=0)).proven
"""


def test_a_solve_prints_nothing():
    """Neither Python nor the C library behind the solver writes a byte to stdout or stderr."""
    done = subprocess.run(
        [sys.executable, "-c", SILENT], capture_output=True, cwd=Path(__file__).parents[2], check=False, timeout=120
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
