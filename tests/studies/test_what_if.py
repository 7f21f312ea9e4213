"""What if a rule were another one: the plan of solving the whole town again, with only the part touched solved."""

from __future__ import annotations

import time
from random import Random
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import kurihara_geo as kg
from kurihara_geo.candidates import list_candidates
from kurihara_geo.errors import InputError, NotProvenWarning, RulesError
from kurihara_geo.model.regroup import regroup
from kurihara_geo.studies import changed_rules as changed_rules_module
from kurihara_geo.studies import list_alternatives, what_if
from kurihara_geo.studies import relaxations as relaxations_module
from tests.studies.brute import (
    groups_of,
    merged_of,
    prices_of,
    propose,
    solve_drawn,
    solved_town,
    towns_with_a_choice,
    unproven,
)
from tests.towns import bar_border, draw_town, exact_borders, link_units, path_town, square_town, walled_town

if TYPE_CHECKING:
    from kurihara_geo.plan import Plan
    from tests.strategies import Case

pytestmark = pytest.mark.filterwarnings("ignore::kurihara_geo.errors.IslandWarning")

WALL = {"keep_within": ["former_school_district"]}


def halves(right: dict[str, int], **rules: Any):
    """Draw p30 - q30 on the left of a school district boundary, and a row of others on its right."""
    households = {"p": 30, "q": 30} | right
    districts = dict.fromkeys("pq", "西小") | dict.fromkeys(right, "東小")
    town = draw_town("".join(households), households, former_school_district=districts)
    return solve_drawn(town, **WALL, **rules)


def assert_same_plan(found: Plan, whole: Plan) -> None:
    """Compare groups, stages, proof, statuses and the reasons why some are left below with solving it all again."""
    assert groups_of(found) == groups_of(whole)
    pd.testing.assert_frame_equal(found.stage_table(), whole.stage_table())
    assert found.groups["status"].to_dict() == whole.groups["status"].to_dict()
    pd.testing.assert_frame_equal(found.left_below, whole.left_below)
    assert found.rules == whole.rules
    assert found.input_sha256 == whole.input_sha256


# --- drawn by hand ----------------------------------------------------------------------------------------------------


def test_only_the_half_that_a_change_touches_is_solved_again():
    """p30 - q30 | r30 - s60: with p and q kept apart both stay below; r and s, behind the wall, stay as they were."""
    solved = solve_drawn(walled_town(), **WALL)
    found = what_if(solved.plan, apart=[("p", "q")])
    assert merged_of(found) == {"r s"}
    assert prices_of(found)[:2] == (60, 1)
    assert found.search["touched_components"] == 1
    assert found.search["kept_from"] == solved.plan.input_sha256
    assert found.proven


def test_nothing_changed_touches_nothing():
    """The same rules once more: the same plan, with nothing solved."""
    solved = solve_drawn(walled_town(), **WALL)
    found = what_if(solved.plan)
    assert found.search["touched_components"] == 0
    assert_same_plan(found, solved.plan)


def test_a_rule_for_all_touches_all():
    """A floor of 100 instead of 50: both halves are solved again, and nobody reaches it."""
    solved = solve_drawn(walled_town(), **WALL)
    found = what_if(solved.plan, rules=solved.plan.rules.replace(min_households=100))
    assert found.search["touched_components"] == 2
    assert merged_of(found) == set()


def test_a_wall_taken_away_joins_the_halves():
    """Without the wall p30 - q30 - r30 - s60 is one part, and it is solved again as one."""
    solved = solve_drawn(walled_town(), **WALL)
    found = what_if(solved.plan, rules=kg.MergeRules())
    assert found.search["touched_components"] == 1
    assert_same_plan(found, propose(solved.case, kg.MergeRules()))


def test_a_link_added_lets_an_island_merge():
    """a60 and an islet of 20: with a bridge between them they merge."""
    town = draw_town("a.i", {"a": 60, "i": 20})
    solved = solve_drawn(town)
    found = what_if(solved.plan, borders=link_units(solved.case.borders, town, "a", "i"))
    assert merged_of(found) == {"a i"}
    assert found.left_below.empty


def test_together_apart_unchanged_and_exempt_are_added_to_the_rules():
    """Each argument joins what the rules say already; the rules of the plan stay as they were."""
    solved = solve_drawn(draw_town("abcdefgh", 60), together=[("a", "b")], apart=[("a", "c")], exempt={"a": "理由"})
    more = {"together": [("c", "d")], "apart": [("c", "e")], "unchanged": ["f"], "exempt": {"g": "別の理由"}}
    rules = what_if(solved.plan, **more).rules
    assert rules.together == (("a", "b"), ("c", "d"))
    assert rules.apart == (("a", "c"), ("c", "e"))
    assert rules.unchanged == ("f",)
    assert dict(rules.exempt) == {"a": "理由", "g": "別の理由"}
    assert solved.plan.rules.unchanged == ()


def test_an_exemption_changes_what_it_costs_to_stay_small():
    """a60 - b60 - v20: exempt, v may stay alone at no cost, which saves the merger."""
    found = what_if(solve_drawn(path_town()).plan, exempt={"v": "島"})
    assert merged_of(found) == set()
    assert prices_of(found)[:2] == (0, 0)
    assert found.left_below["reason"].to_dict() == {"v": "exempt"}


def test_borders_that_became_weak_are_seen():
    """b60 - a30 - c60 with one way weak: a goes the other way; with lengths exchanged it turns round.

    Who touches whom is the same before and after; a part told by that alone once stayed as it was.
    """
    town = draw_town("bac", {"a": 30, "b": 60, "c": 60})
    borders = exact_borders(town)
    weak_to_c = borders.assign(length_m=[1_000.0 if b == "b" else 100.0 for b in borders["b"]])
    weak_to_b = borders.assign(length_m=[100.0 if b == "b" else 1_000.0 for b in borders["b"]])
    rules = {"objective": ["below_floor", "mergers", "weak_borders"], "weak_border_m": 500}
    solved = solve_drawn(town, weak_to_c, **rules)
    assert merged_of(solved.plan) == {"a b"}
    assert merged_of(what_if(solved.plan, borders=weak_to_b)) == {"a c"}


def test_one_of_two_borders_with_a_pair_bound_together_counts_in_the_lottery():
    """a10 - b10 bound together between d60 above and e60 below, each touching both: only the lottery chooses.

    The borders with d draw 467,315 + 137,922, those with e 766,046 + 169,755: d. With a - e barred all touch as before
    through b, but e draws 169,755 only, and wins.
    """
    town = draw_town(
        """
        dd
        ab
        ee
        """,
        {"a": 10, "b": 10, "d": 60, "e": 60},
    )
    solved = solve_drawn(town, together=[("a", "b")])
    assert merged_of(solved.plan) == {"a b d"}
    borders = bar_border(solved.case.borders, "a", "e")
    found = what_if(solved.plan, borders=borders)
    assert merged_of(found) == {"a b e"}
    assert_same_plan(found, propose(solved.case, borders=borders))


def test_the_reasons_of_a_half_that_stayed_name_only_rules_that_bind_there():
    """Left p30 - q30; right r30 - s30 - t30, two at most: one of the three stays below, whoever it is.

    Its sentence lists the rules that bind there: p and q kept apart on the left are none of them.
    """
    solved = halves(dict.fromkeys("rst", 30), max_members=2)
    found = what_if(solved.plan, apart=[("p", "q")])
    assert found.search["touched_components"] == 1
    stayed = found.left_below.drop(index=["p", "q"])
    assert ["kept apart" in text for text in stayed["explanation_en"]] == [False]
    assert_same_plan(found, propose(solved.case, found.rules))


def test_the_reason_of_an_exemption_is_the_one_of_now():
    """Exempt for one reason, then for another: nothing is solved again, and the new one is printed."""
    solved = solve_drawn(path_town(), exempt={"v": "島"})
    found = what_if(solved.plan, exempt={"v": "温泉地"})
    assert found.search["touched_components"] == 0
    assert "温泉地" in found.left_below.at["v", "explanation"]


def test_the_reason_of_one_left_names_the_pair_kept_apart_now():
    """Town ab / .c / .d, a30 b30 c40 d40, a behind a wall: c and d are kept apart, and then a and b as well.

    Before, a is blocked by the wall alone; with a and b kept apart, the wall taken away would not free it.
    """
    households = {"a": 30, "b": 30, "c": 40, "d": 40}
    town = draw_town(
        """
        ab
        .c
        .d
        """,
        households,
        former_school_district={"a": "西小"} | dict.fromkeys("bcd", "東小"),
    )
    solved = solve_drawn(town, **WALL, apart=[("c", "d")])
    assert solved.plan.left_below.at["a", "reason"] == "walls"
    found = what_if(solved.plan, apart=[("a", "b")])
    assert found.left_below.at["a", "reason"] == "apart"
    assert_same_plan(found, propose(solved.case, found.rules))


def test_exemptions_hold_in_alternatives_too():
    """All of r - s - t - u exempt, and merging wished for: who is left in an alternative only is left as exempt."""
    households = dict.fromkeys("rstu", 30)
    exempt = dict.fromkeys("rstu", "島")
    solved = solve_drawn(draw_town("rstu", households), exempt=exempt, objective=["below_floor", {"mergers": -1}])
    alternatives = list_alternatives(solved.plan, 5, within={"-1 mergers": 3})
    left = [reason for each in alternatives for reason in each.left_below["reason"]]
    assert left
    assert set(left) == {"exempt"}
    assert all(each.summary()["exempt_left_below"] == len(each.left_below) for each in alternatives)


def test_what_a_search_noted_of_a_half_that_stayed_is_kept():
    """Both halves searched, then p and q kept apart: the left is listed now, the right was and is searched."""
    case = solve_drawn(walled_town(), **WALL).case
    with pytest.warns(NotProvenWarning):
        plan = kg.propose_mergers(case.associations, case.rules, borders=case.borders, engine="search")
    found = what_if(plan, apart=[("p", "q")])
    assert found.solution.engine == found.search["engine"] == "set_partitioning + search"
    assert set(found.solution.searched) == set(found.search["searched"]) == {"r"}
    assert (found.search["components"], found.search["components_open"]) == (2, 1)
    assert (found.search["touched_components"], found.search["touched_candidates"]) == (1, 2)
    assert not {"candidates", "sets_visited"} & set(found.search)


def test_listing_and_choosing_share_one_time_limit(monkeypatch):
    """Where listing took 0.2 seconds of three, 2.8 are left to choose: the limit is not given twice."""
    given = []

    def note_time(*args: Any, time_limit_s: float, **more: Any):
        given.append(time_limit_s)
        return regroup(*args, time_limit_s=time_limit_s, **more)

    def list_slowly(*args: Any, **more: Any):
        time.sleep(0.2)
        return list_candidates(*args, **more)

    solved = solve_drawn(draw_town("abc", 20), max_members=2)
    for module in (changed_rules_module, relaxations_module):
        monkeypatch.setattr(module, "regroup", note_time)
        monkeypatch.setattr(module, "list_candidates", list_slowly)
    what_if(solved.plan, rules=solved.plan.rules.replace(max_members=3), time_limit_s=3.0)
    kg.list_relaxations(solved.plan, "a", time_limit_s=3.0)
    assert len(given) >= 2
    assert max(given) <= 2.8


def test_a_plan_that_is_not_proven_keeps_that_where_it_stayed():
    """The half solved again is proven, the other is not: the lottery of the whole is not proven."""
    plan = unproven(walled_town(), ("p", "q"), ("r", "s"), **WALL)
    found = what_if(plan, apart=[("p", "q")])
    assert found.search["touched_components"] == 1
    assert {stage.name: stage.proven for stage in found.stages}["tie_break"] is False
    assert {stage.name: stage.proven for stage in found.stages}["mergers"] is True


# --- against solving the whole town again -----------------------------------------------------------------------------


def random_change(case: Case, ids: list[str], order: Random) -> dict[str, Any]:
    """Draw one change of a town's rules or borders."""
    pair = order.sample(ids, 2)
    borders = case.borders.copy()
    row = order.randrange(len(borders))
    barred = borders.at[row, "barred_by"]
    borders.loc[row, ["barred_by", "reason"]] = ["", ""] if barred else ["川", "橋がない"]
    lengths = case.borders.assign(length_m=[order.choice([100.0, 600.0, 2_000.0]) for _ in range(len(borders))])
    return order.choice(
        [
            {"apart": [pair]},
            {"unchanged": pair[:1]},
            {"exempt": {pair[0]: "島"}},
            {"together": [(case.borders.at[row, "a"], case.borders.at[row, "b"])]},
            {"borders": borders},
            {"borders": lengths},
            {"rules": case.rules.replace(min_households=case.rules.min_households + 10)},
            {"rules": case.rules.replace(max_members=None)},
            {"rules": case.rules.replace(obstacles=[], objective=case.rules.stages)},
        ]
    )


def changed_rules(rules: kg.MergeRules, change: dict[str, Any]) -> kg.MergeRules:
    """Give the rules with a change, written plainly."""
    base = change.get("rules", rules)
    return base.replace(
        together=[*base.together, *change.get("together", ())],
        apart=[*base.apart, *change.get("apart", ())],
        unchanged=[*base.unchanged, *change.get("unchanged", ())],
        exempt={**base.exempt, **change.get("exempt", {})},
    )


@pytest.mark.slow
def test_a_change_in_random_towns_gives_the_plan_of_solving_it_all_again():
    """Groups, stages, proof, statuses and reasons are the same; where the rules cannot hold, both refuse."""
    kept = 0
    for seed in towns_with_a_choice():
        solved = solved_town(seed)
        case = solved.case
        change = random_change(case, sorted(solved.plan.members.index), Random(seed))  # noqa: S311 - test data
        try:
            whole = propose(case, changed_rules(case.rules, change), change.get("borders"))
        except RulesError:
            with pytest.raises(RulesError):
                what_if(solved.plan, **change)
            continue
        found = what_if(solved.plan, **change)
        assert_same_plan(found, whole)
        assert found.search["touched_components"] <= whole.search["components"]
        kept += found.search["touched_components"] < whole.search["components"]
    assert kept >= 10  # else nothing was saved and little was tried


GRID = """
    abcde
    fghij
    klmno
    pqrst
    """


def grid_plan(order: Random, **rules: Any) -> Plan:
    """Plan the 4x5 grid with 10 to 45 households each."""
    town = draw_town(GRID, {name: order.randrange(10, 46) for name in "abcdefghijklmnopqrst"})
    return kg.propose_mergers(town, kg.MergeRules(max_members=5, **rules), borders=exact_borders(town))


def beside(plan: Plan, order: Random) -> tuple[str, str]:
    """Draw two neighbours."""
    row = order.randrange(len(plan.borders))
    return str(plan.borders.at[row, "a"]), str(plan.borders.at[row, "b"])


def listed_again(plan: Plan, change: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Plan:
    """Ask without listing again what is known already."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("groups that are known were listed again")

    with monkeypatch.context() as patch:
        if not len(plan.left_below):
            patch.setattr(changed_rules_module, "list_candidates", refuse)
        return what_if(plan, **change)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_pins_in_a_grid_give_the_plan_of_solving_it_all_again(seed, monkeypatch):
    """Tightened rules, from what was listed for the plan: groups, stages and proof are those of proposing anew."""
    order = Random(seed)  # noqa: S311 - test data
    plan = grid_plan(order)
    pair = beside(plan, order)
    for change in ({"apart": [pair]}, {"together": [pair]}, {"unchanged": [pair[0]]}, {"exempt": {pair[1]: "島"}}):
        found = listed_again(plan, change, monkeypatch)
        whole = kg.propose_mergers(plan.associations, found.rules, borders=plan.borders)
        assert_same_plan(found, whole)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_pins_taken_away_in_a_grid_give_the_plan_of_solving_it_all_again(seed, monkeypatch):
    """Loosened rules: what was forbidden is listed, and a better plan is found where there is one."""
    order = Random(seed)  # noqa: S311 - test data
    pairs = [beside(grid_plan(Random(seed)), order) for _ in range(2)]  # noqa: S311 - test data
    pinned = {"apart": pairs[:1], "unchanged": [pairs[1][0]]}
    plan = grid_plan(order, **pinned)
    for name in pinned:
        loose = plan.rules.replace(**{name: ()})
        found = listed_again(plan, {"rules": loose}, monkeypatch)
        assert_same_plan(found, kg.propose_mergers(plan.associations, loose, borders=plan.borders))


def test_a_plan_whose_groups_are_still_possible_is_not_solved_again():
    """Two pairs, p kept apart from one of the other pair: the plan keeps them apart already, and stays the best."""
    solved = solve_drawn(walled_town(), **WALL)
    pairs = {frozenset(ids) for ids in solved.plan.groups["member_ids"] if len(ids) > 1}
    assert frozenset("pq") in pairs
    found = what_if(solved.plan, apart=[("p", "r")])
    assert found.search["touched_components"] == 0
    assert_same_plan(found, propose(solved.case, found.rules))


def test_questions_one_after_the_other_do_not_disturb_each_other():
    """The answer to a question is the same after others, and from the plan of another answer."""
    plan = grid_plan(Random(3))  # noqa: S311 - test data
    first = what_if(plan, apart=[("a", "b")])
    what_if(plan, together=[("a", "b")])
    assert_same_plan(what_if(plan, apart=[("a", "b")]), first)
    both = what_if(first, unchanged=["c"])
    assert_same_plan(both, kg.propose_mergers(plan.associations, both.rules, borders=plan.borders))


# --- what is refused --------------------------------------------------------------------------------------------------


def test_rules_that_contradict_each_other_are_refused():
    """Nobody can be bound to one and kept apart from it."""
    solved = solve_drawn(square_town(), together=[("a", "b")])
    with pytest.raises(RulesError, match="together and in apart"):
        what_if(solved.plan, apart=[("a", "b")])


def test_an_id_nobody_knows_is_refused():
    """The error names the rule and the id."""
    with pytest.raises(RulesError, match="unchanged names 'nobody'"):
        what_if(solve_drawn(square_town()).plan, unchanged=["nobody"])


def test_what_cannot_hold_in_the_town_is_refused():
    """Two of the square that touch in a corner only cannot be bound together."""
    with pytest.raises(RulesError, match="do not touch"):
        what_if(solve_drawn(square_town()).plan, together=[("a", "d")])


def test_a_wall_along_a_column_that_is_not_there_is_refused():
    """The error names the column."""
    with pytest.raises(InputError, match="shrine_parish"):
        what_if(solve_drawn(square_town()).plan, rules=kg.MergeRules(keep_within=["shrine_parish"]))


# --- the sample city --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_an_exemption_in_the_sample_city_touches_one_of_its_districts(sample_plan):
    """花山字本沢温湯 may stay small: nobody is left below at a cost, and every group stays as it was."""
    found = what_if(sample_plan, exempt={"04213077002": "温泉地で通年の居住が少ない"})
    assert found.search["touched_components"] == 1
    assert prices_of(found) == (0, *prices_of(sample_plan)[1:])
    assert groups_of(found) == groups_of(sample_plan)
    assert found.proven
    assert found.left_below["reason"].to_dict() == {"04213077002": "exempt"}


@pytest.mark.slow
def test_two_kept_apart_in_the_sample_city_give_the_plan_of_solving_it_all_again(sample_plan):
    """The first merger of the plan forbidden: one district is solved again, and the whole is as if all were."""
    first = next(ids for ids in sample_plan.groups["member_ids"] if len(ids) > 1)
    found = what_if(sample_plan, apart=[first[:2]])
    whole = kg.propose_mergers(sample_plan.associations, found.rules, borders=sample_plan.borders)
    assert found.search["touched_components"] == 1
    assert_same_plan(found, whole)
