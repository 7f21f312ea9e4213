"""Weighted stages with huge weights: the very plan that stages in order give, refused where sums are not exact."""

from __future__ import annotations

from dataclasses import replace

import pytest

import kurihara_geo as kg
from kurihara_geo.candidates import list_candidates
from kurihara_geo.errors import RulesError
from kurihara_geo.model.partition import describe_town, price_component
from kurihara_geo.model.preemptive import Rank, add_up_ranks, rank_terms
from kurihara_geo.model.solution import Stage
from kurihara_geo.model.solver import LinearModel, Outcome, SolverOptions
from kurihara_geo.rules import MergeRules
from tests.model.steps import grid_graph, solve_graph, solve_town
from tests.towns import path_town

BY_SOLVER = SolverOptions(max_states=0)
HUGE = 10**9


def weighed(*weights: dict[str, int], **rules) -> MergeRules:
    """Give rules with an objective of weighted stages."""
    return MergeRules(max_members=4, objective=list(weights), **rules)


@pytest.mark.parametrize("weight", [HUGE, 10**12, 10**30])
def test_a_huge_weight_gives_the_plan_that_stages_in_order_give(weight: int):
    """On a grid of 144 associations ``below_floor`` times a thousand million is ``below_floor`` first, and proven."""
    graph = grid_graph(12, fewest=10, most=60, seed=2)
    plain = solve_graph(graph, MergeRules(max_members=4, objective=["below_floor", "mergers"]), options=BY_SOLVER)
    summed = solve_graph(graph, weighed({"below_floor": weight, "mergers": 1}), options=BY_SOLVER)
    below, mergers, lottery = (stage.value for stage in plain.stages)
    assert plain.proven
    assert [stage.value for stage in summed.stages] == [weight * below + mergers, lottery]
    assert summed.groups == plain.groups
    assert summed.proven
    assert summed.stopped == ""


def test_the_sample_with_a_huge_weight_is_proven():
    """Inside the former towns, four members at most: 62 households stay below the floor after 100 mergers, no fewer."""
    rules = weighed({"below_floor": HUGE, "mergers": 1}, keep_within=["former_town"])
    plan = kg.propose_mergers(kg.load_sample(), rules, progress=False)
    assert plan.proven
    assert plan.stages[0].value == 62 * HUGE + 100


def test_terms_that_do_not_outweigh_each_other_stay_one_sum():
    """Two per changed household do not outweigh the household-metres of a grid of cells 500 m apart."""
    rules = weighed({"changed_households": 2, "travel": 1})
    graph = grid_graph(3, fewest=10, most=60)
    part = price_component(list_candidates(graph, rules).components[0], describe_town(graph, rules), rules)
    ranked, ranks = rank_terms(part)
    assert [rank.step for rank in ranks.values()] == [1]
    assert list(ranked.costs.values()) == list(part.costs.values())


def test_weights_whose_sums_are_not_exact_are_refused_with_what_to_do():
    """Two huge weights, neither of which outweighs the other, add up beyond 2 to the power of 53."""
    rules = weighed({"changed_households": 10**16 + 1, "balance": 10**16})
    with pytest.raises(RulesError, match=r"changed_households.*stages of their own"):
        solve_town(path_town(), rules, options=BY_SOLVER)


def test_a_bound_is_added_up_as_far_as_the_proof_goes():
    """Ranks worth 3, 5 and 7 with steps of 100, 10 and 1; the second at least 4, so the third may be 0: 340 of 357."""
    ranks = {
        f"sum / {number}": Rank(stage="sum", step=step, costs=(0,), least=0) for number, step in enumerate((100, 10, 1))
    }
    stages = [
        Stage(name="sum / 0", value=3, bound=3, proven=True),
        Stage(name="sum / 1", value=5, bound=4, proven=False),
        Stage(name="sum / 2", value=7, bound=6, proven=False),
    ]
    assert add_up_ranks(ranks, stages) == (Stage(name="sum", value=357, bound=340, proven=False),)
    proven = [replace(stage, bound=stage.value, proven=True) for stage in stages]
    assert add_up_ranks(ranks, proven) == (Stage(name="sum", value=357, bound=357, proven=True),)


# --- what the solver says when it fails ---------------------------------------------------------------------------


def test_a_relaxation_without_an_answer_is_no_matter_of_time(monkeypatch):
    """Where HiGHS gives no prices, whole numbers are asked for all the same: the plan is the same, and proven."""
    graph = grid_graph(8, fewest=10, most=60, seed=1)
    best = solve_graph(graph, MergeRules(max_members=4), options=BY_SOLVER)
    monkeypatch.setattr(LinearModel, "run", lambda *_, **__: None)
    solution = solve_graph(graph, MergeRules(max_members=4), options=BY_SOLVER)
    assert solution.stopped == ""
    assert solution == best


def test_a_solver_that_fails_is_said_to_have_settled_nothing(monkeypatch):
    """Neither prices nor whole numbers, and no limit of time: a first guess, not settled, never "the time was up"."""
    failed = Outcome(values=None, bound=None, optimal=False)
    monkeypatch.setattr(LinearModel, "run", lambda *_, **__: None)
    monkeypatch.setattr("kurihara_geo.model.integer_program.run_solver", lambda *_, **__: failed)
    solution = solve_graph(grid_graph(8, fewest=10, most=60, seed=1), MergeRules(max_members=4), options=BY_SOLVER)
    assert not solution.proven
    assert solution.stopped == "not_settled"


@pytest.mark.parametrize("bound", [5e10 - 2, 5e10 - 40])
def test_a_bound_two_below_a_large_value_proves_nothing(bound: float):
    """Costs are whole: whatever the size of the value, one that is 2 less is another value."""
    assert not Outcome(values=(1,), bound=bound, optimal=True, objective=5e10).agrees_with(50_000_000_000)
    assert Outcome(values=(1,), bound=5e10 - 0.5, optimal=True, objective=5e10).agrees_with(50_000_000_000)
