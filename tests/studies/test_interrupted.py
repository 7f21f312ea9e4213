"""Ctrl-C ends a study: what is done so far is given, and what is not is marked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

import kurihara_geo as kg
from kurihara_geo.model.regroup import regroup
from kurihara_geo.studies import changed_rules, relaxations
from tests.studies.brute import solve_drawn, unproven
from tests.towns import draw_town, path_town

if TYPE_CHECKING:
    from collections.abc import Callable

    from kurihara_geo.model.solution import Solution

CUT_OFF = "the price can be higher"
NOT_TRIED = "not tried: the work was interrupted"


def interrupt(monkeypatch, module: Any, at: int) -> list[int]:
    """Let somebody interrupt the solver at the n-th plan; give the list of those asked for."""
    asked: list[int] = []

    def solve(*args: Any, **more: Any) -> Solution:
        asked.append(len(asked) + 1)
        solution = regroup(*args, **more)
        if len(asked) < at:
            return solution
        last = replace(solution.stages[-1], proven=False)
        return replace(solution, stopped="interrupted", stages=(*solution.stages[:-1], last))

    monkeypatch.setattr(module, "regroup", solve)
    return asked


def raise_interrupt(*_: Any, **__: Any) -> None:
    """Stand for Ctrl-C where no solver is at work."""
    raise KeyboardInterrupt


# a20 - b20 - c20: all three reach 60, which each of these rules forbids by itself.
RULES = {"max_members": 2, "unchanged": ["a"], "max_households": 55}


def test_ctrl_c_ends_the_prices_of_rules_at_the_rule_at_hand(monkeypatch):
    """Three rules, and at the second somebody interrupts: the first price stands, the third is not tried."""
    plan = solve_drawn(draw_town("abc", 20), **RULES).plan
    asked = interrupt(monkeypatch, changed_rules, at=2)
    table = kg.price_of_rules(plan)
    assert len(asked) == 2
    assert len(table) == 3
    assert table["note"].iloc[0] == ""
    assert CUT_OFF in table["note"].iloc[1]
    assert not table["proven"].iloc[1]
    assert NOT_TRIED in table["note"].iloc[2]
    assert table.iloc[2][["associations_after", "price_below_floor"]].isna().all()


def test_ctrl_c_outside_the_solver_ends_the_prices_too(monkeypatch):
    """Interrupted while groups are listed there is no price at all: every rule is marked."""
    plan = solve_drawn(draw_town("abc", 20), **RULES).plan
    monkeypatch.setattr(changed_rules, "list_candidates", raise_interrupt)
    assert kg.price_of_rules(plan)["note"].str.contains(NOT_TRIED).tolist() == [True, True, True]


def test_a_plan_that_was_interrupted_itself_has_prices_all_the_same():
    """a60 - b60 - v20, made by hand and marked as cut off: nobody interrupts the prices."""
    plan = unproven(path_town(), unchanged=["v"], max_members=2)
    plan = replace(plan, solution=replace(plan.solution, stopped="interrupted"))
    assert not kg.price_of_rules(plan)["note"].str.contains("interrupted").any()


@pytest.mark.parametrize("how", ["solver", "listing"])
def test_ctrl_c_ends_the_relaxations_at_the_one_at_hand(monkeypatch, how):
    """Two members at most: three, four and five are tried in turn until somebody interrupts; the others are marked."""
    plan = solve_drawn(draw_town("abc", 20), **RULES).plan
    if how == "solver":
        asked = interrupt(monkeypatch, relaxations, at=1)
    else:
        asked = [1]
        monkeypatch.setattr(relaxations, "list_candidates", raise_interrupt)
    table = kg.list_relaxations(plan, "a")
    assert len(asked) == 1
    assert table["note"].str.contains("interrupted").all()
    assert table["note"].str.contains(CUT_OFF).sum() == (how == "solver")


def test_ctrl_c_ends_an_explanation(monkeypatch):
    """No sentence is made of half a table: the interruption goes on to whoever asked."""
    plan = solve_drawn(draw_town("abc", 20), **RULES).plan
    interrupt(monkeypatch, relaxations, at=1)
    with pytest.raises(KeyboardInterrupt):
        kg.explain_merger(plan, "b")


@pytest.mark.parametrize("ask", [kg.list_alternatives, kg.trade_off, kg.count_ties, kg.settledness])
def test_ctrl_c_ends_what_has_no_half_answer(monkeypatch, ask: Callable[..., Any]):
    """Alternatives and curves pass the interruption on at once."""
    plan = solve_drawn(path_town()).plan
    monkeypatch.setattr("kurihara_geo.studies.taken_apart.GroupSearch.run", raise_interrupt)
    with pytest.raises(KeyboardInterrupt):
        ask(plan)
