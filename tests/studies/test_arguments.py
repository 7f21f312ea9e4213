"""Whatever is asked of a study, it answers, or says in one sentence what was given and what is expected."""

from __future__ import annotations

import inspect
import re
from math import inf, nan
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import kurihara_geo as kg
from kurihara_geo import studies
from kurihara_geo.errors import BordersError, InputError, KuriharaGeoError, RulesError
from kurihara_geo.studies.arguments import deadline_after
from tests.studies.brute import solve_drawn
from tests.towns import square_town, walled_town

if TYPE_CHECKING:
    from collections.abc import Callable

    from kurihara_geo.plan import Plan

ODD = [None, "x", ["a"], {}, 1.5, -1, True, nan]


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Give the plan of p30 - q30 | r30 - s60 with the school district for a wall: p and q merge, r and s too."""
    return solve_drawn(walled_town(), keep_within=["former_school_district"]).plan


def functions() -> dict[str, Callable[..., Any]]:
    """Give every public study of a plan, and the methods of what they return that take something."""
    found = {name: getattr(studies, name) for name in studies.__all__ if inspect.isfunction(getattr(studies, name))}
    found = {name: act for name, act in found.items() if next(iter(inspect.signature(act).parameters)) == "plan"}
    return found | {
        "TradeOff.at": lambda plan, point: studies.trade_off(plan, "below_floor", "travel").at(point),
        "Explanation.text": lambda plan, lang: studies.explain_merger(plan, "p").text(lang),
    }


PARAMETERS = [(name, parameter) for name, of in functions().items() for parameter in inspect.signature(of).parameters]


@pytest.mark.parametrize(("name", "parameter"), PARAMETERS, ids=[".".join(pair) for pair in PARAMETERS])
def test_an_odd_value_gives_an_answer_or_an_error_of_the_package(plan, name, parameter):
    """Each parameter of each function is given nothing, texts, lists, numbers: no other exception ever comes out."""
    act = functions()[name]
    councils = pd.DataFrame({"name": ["見本会"], "status": ["established"], "district_names": ["東小"]})
    usual = {"plan": plan, "association_id": "p", "group": "p", "point": 0, "lang": "en"}
    usual |= {"shares": studies.GrantShares(flat=1), "councils": councils}
    usual = {key: value for key, value in usual.items() if key in inspect.signature(act).parameters}
    unclear = []
    for value in ODD:
        try:
            act(**usual | {parameter: value})
        except KuriharaGeoError as error:
            if not any(word in str(error) for word in (parameter, "inhabited association", "The curve has the points")):
                unclear.append(str(error))
    assert unclear == []


@pytest.mark.parametrize(
    ("ask", "error", "said"),
    [
        (lambda plan: studies.list_alternatives(plan, "3"), InputError, "count: must be a whole number, not '3'"),
        (lambda plan: studies.list_alternatives(plan, 2.5), InputError, "count: must be a whole number, not 2.5"),
        (lambda plan: studies.count_ties(plan, through=7), InputError, "through names one stage of the plan"),
        (lambda plan: studies.settledness(plan, within=5), InputError, "within maps one stage of the plan"),
        (lambda plan: studies.options_for(plan, ["p"]), InputError, "['p'] is not an inhabited association"),
        (
            lambda plan: studies.what_if(plan, unchanged="pq"),
            RulesError,
            "unchanged: must be a list of texts, not 'pq'",
        ),
        (lambda plan: studies.what_if(plan, exempt=["p"]), RulesError, "exempt: give a reason for each"),
        (lambda plan: studies.what_if(plan, rules={}), RulesError, "rules must be MergeRules, not dict"),
        (lambda plan: studies.what_if(plan, borders="x"), BordersError, "borders must be a table"),
        (lambda _: studies.options_for("plan.geojson", "p"), InputError, "plan must be a Plan"),
    ],
)
def test_what_was_given_and_what_is_expected_is_said(plan, ask, error, said):
    """A text is no list of ids, a text no number, a mapping no rules: each is named."""
    with pytest.raises(error, match=re.escape(said)):
        ask(plan)


@pytest.mark.parametrize("time_limit_s", [0, -1, nan, True, "60"])
def test_a_time_limit_is_a_number_of_seconds_above_0(plan, time_limit_s):
    """Zero, less and what is no number are refused by every study that takes a limit."""
    limited = [act for act in functions().values() if "time_limit_s" in inspect.signature(act).parameters]
    assert len(limited) >= 8
    for act in limited:
        more = {"association_id": "p"} if "association_id" in inspect.signature(act).parameters else {}
        with pytest.raises(InputError, match="time_limit_s must be a number of seconds above 0, or None"):
            act(plan, **more, time_limit_s=time_limit_s)


def test_no_time_limit_is_no_limit():
    """None, and a number that never ends, are the same."""
    assert deadline_after(None) == deadline_after(inf) == inf


def test_whole_numbers_of_other_kinds_are_whole_numbers(plan):
    """What numpy counts with is as good as a number typed by hand."""
    assert studies.settledness(plan, within={"mergers": np.int64(1)})["share"].notna().all()
    assert len(studies.list_alternatives(plan, np.int64(1))) <= 1


@pytest.mark.parametrize("column", ["geometry", "shrine_parish"])
def test_what_the_corridor_refuses_as_a_wall_is_refused_here(column):
    """The shapes on the map are no column of values, and a column that is not there is none: both doors say so."""
    associations = square_town()
    solved = solve_drawn(associations)
    rules = kg.MergeRules(keep_within=[column])
    message = f"the rules name '{column}', which is no column of values"
    with pytest.raises(InputError, match=message):
        kg.propose_mergers(associations, rules)
    with pytest.raises(RulesError, match=message):
        studies.what_if(solved.plan, rules=rules)


# --- short in a shell -------------------------------------------------------------------------------------------------


def test_what_a_study_found_is_a_few_lines_in_a_shell(plan):
    """A list of alternatives, a curve and an explanation show how much there is; tables and maps stay behind them."""
    square = solve_drawn(square_town()).plan
    found = repr(studies.list_alternatives(square, 5, within={"mergers": 2}, min_difference=1))
    curve = repr(studies.trade_off(plan, "below_floor", "travel"))
    said = repr(studies.explain_merger(plan, "p"))
    assert found.splitlines()[0].startswith("<Alternatives: ")
    assert curve.splitlines()[0] == "<TradeOff of below_floor and travel: 3 points in table, exact>"
    assert curve.splitlines()[1:] == ["  0. below_floor 0, travel 30,000", "  2. below_floor 90, travel 0"]
    assert said.startswith("<Explanation of p: 架空P区")
    for text in (found, curve, said):
        assert len(text) < 1_000
        assert len(text.splitlines()) <= 7
