"""Weighted stages with huge weights: the very plan that stages in order give, refused where sums are not exact."""

from __future__ import annotations

import threading
from dataclasses import replace

import pulp
import pytest

import kurihara_geo as kg
from kurihara_geo.candidates import list_candidates
from kurihara_geo.errors import NoPlanError, RulesError
from kurihara_geo.model.magnitudes import largest_terms
from kurihara_geo.model.partition import describe_town, price_component
from kurihara_geo.model.preemptive import Rank, add_up_ranks, rank_terms
from kurihara_geo.model.solution import Stage
from kurihara_geo.model.solver import LinearModel, Outcome, SolverOptions, run_relaxation, run_solver
from kurihara_geo.rules import TERMS, MergeRules
from kurihara_geo.rules.objective import MOST_WEIGHT
from tests.model.steps import grid_graph, solve_graph, solve_town, stage_values, town_graph
from tests.strategies import random_case
from tests.towns import path_town, square_town

BY_SOLVER = SolverOptions(max_states=0)
HUGE = 10**9


def weighed(*weights: str | dict[str, int], **rules) -> MergeRules:
    """Give rules with an objective of weighted stages."""
    return MergeRules(max_members=4, objective=list(weights), **rules)


@pytest.mark.parametrize("weight", [HUGE, MOST_WEIGHT - 7, MOST_WEIGHT])
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


@pytest.mark.parametrize("weight", [MOST_WEIGHT + 1, 10**30, -(10**13)])
def test_no_weight_is_further_from_nothing_than_the_ceiling(weight: int):
    """A million million is the most, with either sign: the term and its weight are named, and what to do."""
    with pytest.raises(RulesError, match=rf"below_floor has {weight:,}: .*stage of its own"):
        weighed({"below_floor": weight, "mergers": 1})


def test_weights_whose_sums_are_not_exact_are_refused_with_what_to_do():
    """Two huge weights, neither of which outweighs the other: 80 households of a path cost more than 10**12."""
    rules = weighed({"changed_households": MOST_WEIGHT, "balance": MOST_WEIGHT - 1})
    with pytest.raises(RulesError, match=r"changed_households.*stages of their own"):
        solve_town(path_town(), rules, options=BY_SOLVER)


def test_a_group_too_costly_for_a_row_of_the_solver_is_refused_before_it_sees_it():
    """1,500 households times a million million is 1.5e15: HiGHS takes no such coefficient in a row."""
    graph = grid_graph(7, fewest=20, most=60, seed=2)
    graph.nodes["00-00"]["households"] = 1500
    graph.nodes["00-00"]["place"] = replace(graph.nodes["00-00"]["place"], households=1500)
    weights = {"changed_households": MOST_WEIGHT - 1, "below_floor": MOST_WEIGHT, "mergers": 7}
    with pytest.raises(RulesError, match=r"mergers' are too large: .* exactly up to 1,000,000,000,000"):
        solve_graph(graph, weighed(weights, "travel", min_households=120), options=BY_SOLVER)


@pytest.mark.parametrize("options", [SolverOptions(), BY_SOLVER, SolverOptions(max_states=0, rounds=0)])
def test_the_largest_weights_that_are_accepted_are_proven(options: SolverOptions):
    """The largest odd weight w for w changed_households + (w + 2) balance on a grid of 36 is accepted and proven."""
    graph = grid_graph(6, fewest=10, most=60, seed=1)
    accepted, refused = 1, MOST_WEIGHT // 2
    plain = weighed({"changed_households": 1, "balance": 1})
    part = price_component(
        list_candidates(graph, plain, family="full").components[0], describe_town(graph, plain), plain
    )
    while refused - accepted > 1:
        weight = (accepted + refused) // 2
        changed, balance = part.terms[plain.stages[0].name].values()
        terms = {
            "changed": tuple(cost * (2 * weight + 1) for cost in changed),
            "balance": tuple(cost * (2 * weight + 3) for cost in balance),
        }
        costs = {"sum": tuple(map(sum, zip(*terms.values(), strict=True)))}
        try:
            rank_terms(replace(part, costs=costs, terms={"sum": terms}))
        except RulesError:
            refused = weight
        else:
            accepted = weight
    rules = weighed("below_floor", {"changed_households": 2 * accepted + 1, "balance": 2 * accepted + 3})
    solution = solve_graph(graph, rules, options=options)
    assert solution.proven
    assert solution.stages[1].value > 10**10


def test_a_stage_of_one_term_is_counted_in_what_its_costs_have_in_common():
    """Two obstacles of 10**15 each: the solver counts obstacles, and the plan says what they weigh."""
    reasons = [{"ids": [name], "weight": 10**15, "reason": "made up"} for name in ("a", "v")]
    rules = MergeRules(max_members=4, obstacles=reasons)
    solution = solve_town(path_town(), rules, options=BY_SOLVER)
    assert stage_values(solution)["obstacles"] == 10**15
    assert solution.proven


def test_costs_too_large_in_a_stage_of_one_term_are_said_to_come_from_the_rules():
    """Obstacles of 10**15 and of one more have nothing in common: the weights in ``obstacles`` are to be smaller."""
    reasons = [{"ids": [name], "weight": 10**15 + (name == "b"), "reason": "made up"} for name in ("a", "b")]
    with pytest.raises(RulesError, match=r"stage 'obstacles' are too large: .* rules this stage counts"):
        solve_town(square_town(), MergeRules(max_members=4, obstacles=reasons), options=BY_SOLVER)


def test_values_that_no_table_holds_are_refused_before_anything_is_solved():
    """On 12 x 12 associations 500 m apart thousands of households could walk 7 km: times 10**12 beyond 64 bits."""
    graph = grid_graph(12, fewest=40, most=60, seed=2)
    with pytest.raises(RulesError, match=r"tables and files hold .*travel.* up to .*smaller weights"):
        solve_graph(graph, weighed({"travel": MOST_WEIGHT, "mergers": 1}))


def test_every_term_keeps_below_what_is_said_of_it_in_advance():
    """On random towns, in plans that minimise or reward a term, no term is above its bound."""
    for seed in range(20):
        case = random_case(seed)
        town = describe_town(town_graph(case.associations, case.rules, case.borders, case.halls), case.rules)
        largest = largest_terms(town, case.rules)
        assert tuple(largest) == TERMS
        for sign in (1, -1):
            stages = [{term: sign} for term in TERMS[:-1]]
            rules = case.rules.replace(objective=stages, weak_border_m=600)
            solution = solve_town(case.associations, rules, case.borders, case.halls)
            for term, stage in zip(TERMS, solution.stages, strict=True):
                assert abs(stage.value) <= largest[term], (seed, term)


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


def covering(coefficient: int, solver_options: SolverOptions = BY_SOLVER, **asked) -> Outcome:
    """Solve one row with one coefficient."""
    problem = pulp.LpProblem("covering", pulp.LpMinimize)
    z = problem.add_variable("z", lowBound=0, upBound=1, cat=pulp.LpInteger)
    problem.setObjective(z)
    problem.addConstraint(coefficient * z >= 1, name="once")
    return run_solver(problem, [z], solver_options, time_limit_s=20, **asked)


def test_what_pulp_raises_is_said_in_this_package_s_words():
    """HiGHS takes no coefficient of 10**15 in a row, and PuLP then looks for a row that is not there."""
    assert covering(10**14).values == (1,)
    with pytest.raises(NoPlanError, match=r"solver failed instead of answering \(\w+: .*smaller") as raised:
        covering(10**15)
    assert raised.value.__cause__ is not None


def test_what_pulp_raises_for_a_relaxation_is_said_too(monkeypatch):
    """Prices are asked for in the same way: a PuLP that fails is no bare error."""

    def fail(*_, **__):
        raise pulp.PulpSolverError("no disk")

    monkeypatch.setattr(pulp.LpProblem, "solve", fail)
    with pytest.raises(NoPlanError, match=r"PulpSolverError: no disk"):
        run_relaxation(pulp.LpProblem("relaxed", pulp.LpMinimize), BY_SOLVER, time_limit_s=20)


def test_what_the_one_who_waits_raises_is_passed_on(monkeypatch):
    """An error of the progress display is none of the solver."""
    monkeypatch.setattr(threading.Event, "wait", lambda *_: False)

    def wait() -> None:
        raise LookupError("no display")

    with pytest.raises(LookupError, match="no display"):
        covering(1, on_wait=wait)


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
