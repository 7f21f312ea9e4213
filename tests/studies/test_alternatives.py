"""The next best plans: in order, different enough, complete or said not to be; against every legal plan."""

from __future__ import annotations

import pytest

import kurihara_geo as kg
from kurihara_geo.errors import InputError, TooManyCandidatesError
from kurihara_geo.studies import list_alternatives, near_best, taken_apart
from tests.studies.brute import (
    difference,
    groups_of,
    merged_of,
    prices_of,
    solve_drawn,
    solved_town,
    stage_of_mergers,
    towns_with_a_choice,
    unproven,
)
from tests.towns import draw_town, grid_town, path_town, square_town

pytestmark = pytest.mark.filterwarnings("ignore::kurihara_geo.errors.IslandWarning")


def assert_next_best(solved, found, pool, min_difference):
    """Each is among the pool and differs enough from all before; nothing in the pool that does comes before it."""
    taken = [groups_of(solved.plan)]
    for plan in found:
        fitting = [each for each in pool if all(difference(each.groups, own) >= min_difference for own in taken)]
        assert fitting, "more were listed than there are"
        assert prices_of(plan) == fitting[0].prices
        assert groups_of(plan) in {each.groups for each in fitting}
        taken.append(groups_of(plan))
    return [each for each in pool if all(difference(each.groups, own) >= min_difference for own in taken)]


# --- drawn by hand ----------------------------------------------------------------------------------------------------


def test_the_other_pairing_of_the_square_comes_next_and_then_all_four():
    """Four of 30: the other pairing costs as much and lost the lottery; all four together cost a merger more.

    Whoever is left alone is below the floor, so there is no third.
    """
    solved = solve_drawn(square_town())
    both = [{"a b", "c d"}, {"a c", "b d"}]
    found = list_alternatives(solved.plan)
    assert merged_of(found[0]) == next(pairs for pairs in both if pairs != merged_of(solved.plan))
    assert merged_of(found[1]) == {"a b c d"}
    assert (len(found), found.complete, found.left_out) == (2, True, ())


def test_the_table_shows_the_plan_and_each_alternative_stage_by_stage():
    """Rank 0 is the plan; all four of the square change in either alternative."""
    table = list_alternatives(solve_drawn(square_town()).plan).table()
    assert table.index.tolist() == [0, 1, 2]
    assert table["mergers"].tolist() == [2, 2, 3]
    assert table["groups"].tolist() == [2, 2, 1]
    assert table["changed"].tolist() == [0, 4, 4]


def test_a_difference_no_plan_has_gives_an_empty_list_that_is_complete():
    """A square of four has no plan in which five change."""
    found = list_alternatives(solve_drawn(square_town()).plan, min_difference=5)
    assert (len(found), found.complete) == (0, True)


def test_no_merger_more_is_allowed_where_within_says_so():
    """Within 0 mergers the square has its other pairing only."""
    found = list_alternatives(solve_drawn(square_town()).plan, within={"mergers": 0})
    assert [plan.stages[1].value for plan in found] == [2]


def test_within_the_first_stage_somebody_may_be_left_below():
    """a60 - b60 - v20: with 20 households below the floor v may stay alone, a and b apart or merged."""
    found = list_alternatives(solve_drawn(path_town()).plan, within={"below_floor": 20})
    listed = [(merged_of(plan), prices_of(plan)[:2]) for plan in found]
    assert listed == [({"a b v"}, (0, 2)), (set(), (20, 0)), ({"a b"}, (20, 1))]


def test_an_alternative_is_a_verified_plan_that_claims_no_proof():
    """It is built and checked like any plan, and says what it is an alternative to.

    It keeps the bounds of the plan up to the first stage where it is worse; what was proven after that holds for the
    plan's own values only. The other pairing loses the lottery, all four together take a merger more.
    """
    plan = solve_drawn(square_town()).plan
    first, second = list_alternatives(plan)
    assert not first.proven
    assert first.search["alternative"] == 1
    assert first.search["alternative_to"] == plan.input_sha256
    assert [stage.bound for stage in first.stages] == [stage.bound for stage in plan.stages]
    assert [stage.bound for stage in second.stages] == [0, 2, None, None, None]


def test_the_list_is_a_sequence_with_a_notebook_view():
    """It can be counted, sliced and shown."""
    found = list_alternatives(solve_drawn(square_town()).plan)
    assert list(found[:1]) == [found[0]]
    assert "証明済み" in found._repr_html_()


def test_a_town_that_can_only_stay_as_it_is_has_no_alternatives():
    """Two islands: nothing can merge."""
    found = list_alternatives(solve_drawn(draw_town("a.b", 30)).plan)
    assert (len(found), found.complete) == (0, True)


# --- where not everything is looked at --------------------------------------------------------------------------------


def nine(**rules):
    """Solve the 3 x 3 grid of 20 each: groups of three or more, in 10 ways with three each."""
    return solve_drawn(grid_town(20), **rules)


def test_a_list_cut_short_is_not_called_complete(monkeypatch):
    """With two covers kept of the one block, the third best plan is not known: the list is shorter, and says so."""
    solved = nine(max_members=3)
    assert list_alternatives(solved.plan, 5).complete
    monkeypatch.setattr(near_best, "_KEPT", (2, 2))
    found = list_alternatives(solved.plan, 5, within={"mergers": 0})
    assert (len(found), found.complete, found.left_out) == (1, False, ("a",))
    assert "すべての案を調べてはいません" in found._repr_html_()


def test_more_is_kept_where_the_first_list_is_too_short(monkeypatch):
    """With two covers kept at first and twenty after that, the list is as long and as good as ever."""
    solved = nine(max_members=3)
    whole = [prices_of(plan) for plan in list_alternatives(solved.plan, 5)]
    monkeypatch.setattr(near_best, "_KEPT", (2, 20))
    found = list_alternatives(solved.plan, 5)
    assert [prices_of(plan) for plan in found] == whole
    assert found.complete


def test_the_first_of_a_list_cut_short_are_still_proven_next(monkeypatch):
    """With four covers kept, three alternatives are known, and nothing else could come before the second."""
    solved = nine(max_members=3)
    monkeypatch.setattr(near_best, "_KEPT", (4, 4))
    found = list_alternatives(solved.plan, 2)
    assert found.complete
    assert not {prices_of(plan) for plan in found} - {each.prices for each in solved.plans[1:3]}


def test_plans_looked_at_in_vain_end_the_search_and_are_said(monkeypatch):
    """Nine associations that must all change: after one plan looked at the search gives up and claims nothing."""
    solved = nine(max_members=3)
    monkeypatch.setattr(near_best, "_LOOKED_AT", 1)
    assert not list_alternatives(solved.plan, 5, min_difference=9).complete


@pytest.mark.parametrize("within", [None, {"mergers": 0}, {"travel": 20_000}, {"tie_break": 5_000_000}])
def test_the_solver_finds_what_looking_at_all_finds(monkeypatch, within):
    """Blocks with too many states are left to the solver: the same plans in the same order.

    It once ordered them without the stage that has the slack, and found none where that was the last stage.
    """
    solved = nine(max_members=4)
    whole = [prices_of(plan) for plan in list_alternatives(solved.plan, 4, within=within)]
    monkeypatch.setattr(near_best, "_STATES", 0)
    found = list_alternatives(solved.plan, 4, within=within)
    assert [prices_of(plan) for plan in found] == whole
    assert whole


def test_a_dearer_stage_is_never_put_first_by_the_solver(monkeypatch):
    """The other pairing of the square, then all four, though all four cost less in the stage that follows."""
    rules = {"objective": ["below_floor", "mergers", {"changed_households": 1, "balance": -1}], "target_households": 50}
    solved = solve_drawn(square_town(), **rules)
    monkeypatch.setattr(near_best, "_STATES", 0)
    found = list_alternatives(solved.plan, within={"mergers": 1})
    assert [plan.stages[1].value for plan in found] == [2, 3]


def test_a_block_without_time_is_left_out_by_its_lowest_id(monkeypatch):
    """Too many states and no second for the solver: no alternative, and the town's lowest id says where."""
    monkeypatch.setattr(near_best, "_STATES", 0)
    found = list_alternatives(solve_drawn(square_town()).plan, time_limit_s=1e-9)
    assert (len(found), found.complete, found.left_out) == (0, False, ("a",))


@pytest.mark.parametrize("within", [None, {"mergers": 0}])
def test_without_any_time_nothing_is_listed_and_every_part_is_named(within):
    """The limit is for listing groups and looking through plans too: two squares in two districts, both left out."""
    town = draw_town("ab.ef\ncd.gh", 30)
    found = list_alternatives(solve_drawn(town).plan, within=within, time_limit_s=1e-9)
    assert (len(found), found.complete, found.left_out) == (0, False, ("a", "e"))


def test_time_that_is_up_between_two_circles_keeps_the_narrower_one(monkeypatch):
    """The other pairing of the square is known when the time is up; all four, a merger more, is not looked for."""
    plan = solve_drawn(square_town()).plan
    monkeypatch.setattr(near_best._NearTown, "late", property(lambda _: True))
    found = list_alternatives(plan)
    assert [plan.stages[1].value for plan in found] == [2]
    assert (found.complete, found.left_out) == (False, ("a",))


def test_a_part_with_too_many_groups_is_named_and_the_others_are_listed(monkeypatch):
    """The square has too many groups to list, e60 - f20 - g60 have not: f joins e, or g, which comes next.

    A part that is too large once failed the whole list.
    """
    town = draw_town("ab.efg\ncd....", {**dict.fromkeys("abcd", 30), "e": 60, "f": 20, "g": 60})
    plan = solve_drawn(town).plan
    run = taken_apart.GroupSearch.run

    def refuse_the_square(search, budget):
        if len(search.units) == 4:
            raise TooManyCandidatesError("too many")
        return run(search, budget)

    monkeypatch.setattr(taken_apart.GroupSearch, "run", refuse_the_square)
    found = list_alternatives(plan, 1, within={"mergers": 0})
    assert (len(found), found.complete, found.left_out) == (1, False, ("a",))
    assert len({"e f", "f g"} & (merged_of(plan) | merged_of(found[0]))) == 2


def test_a_later_slack_does_not_ask_for_groups_that_can_be_split(monkeypatch):
    """With the mergers held, more travel allows no group that could be split: only atomic ones are listed."""
    listed = []
    part_in_time = taken_apart.TakenApart.part_in_time

    def note(apart, territory, family, deadline):
        listed.append(family)
        return part_in_time(apart, territory, family, deadline)

    monkeypatch.setattr(taken_apart.TakenApart, "part_in_time", note)
    plan = nine(max_members=4).plan
    list_alternatives(plan, 2, within={"travel": 20_000})
    assert listed == ["atomic"]
    list_alternatives(plan, 400, min_difference=9)
    assert listed == ["atomic", "atomic", "full"], "each family is listed once, whatever the number of circles"


# --- against every legal plan -----------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(("count", "min_difference"), [(5, 2), (4, 4)])
def test_the_usual_alternatives_of_random_towns_are_the_next_best(count, min_difference):
    """Among the plans as good before ``mergers`` and at most three mergers worse: the first that differ enough."""
    for seed in towns_with_a_choice():
        solved = solved_town(seed)
        stage, weight = stage_of_mergers(solved)
        found = list_alternatives(solved.plan, count, min_difference=min_difference)
        left = assert_next_best(solved, found, solved.near_best(stage, 3 * weight), min_difference)
        assert found.complete, seed
        assert len(found) == count or not left, seed


@pytest.mark.slow
def test_every_plan_within_a_slack_is_offered():
    """Asked for more than there are, the list holds every legal plan within the slack, non-atomic groups among them."""
    for seed in towns_with_a_choice(40):
        solved = solved_town(seed)
        for stage in (stage for stage in ("mergers", solved.stages[0]) if stage in solved.stages):
            slack = 1 if stage == "mergers" else 25
            pool = solved.near_best(stage, slack)
            if len(pool) > 25:
                continue
            found = list_alternatives(solved.plan, len(pool) + 3, within={stage: slack})
            assert not assert_next_best(solved, found, pool, 1), (seed, stage)
            assert found.complete, (seed, stage)
            assert len({groups_of(plan) for plan in [solved.plan, *found]}) == len(pool), (seed, stage)


@pytest.mark.slow
def test_the_solver_lists_the_next_best_of_random_towns(monkeypatch):
    """With no states allowed the solver finds the same plans; it does not claim that there is no other."""
    monkeypatch.setattr(near_best, "_STATES", 0)
    for seed in towns_with_a_choice(25):
        solved = solved_town(seed)
        stage = "mergers" if "mergers" in solved.stages else solved.stages[0]
        found = list_alternatives(solved.plan, 3, within={stage: 1})
        pool = solved.near_best(stage, 1)
        left = assert_next_best(solved, found, pool, 2)
        assert len(found) == 3 or not left, seed


# --- what is refused --------------------------------------------------------------------------------------------------


def test_an_unproven_plan_has_no_next_best():
    """Next best after what? The error says what helps."""
    with pytest.raises(InputError, match=r"not proven.*Give it more time"):
        list_alternatives(unproven(square_town()))


@pytest.mark.parametrize("asked", [{"count": 0}, {"count": -1}, {"min_difference": 0}])
def test_a_list_of_nothing_is_refused(asked):
    """Both numbers are 1 or more."""
    with pytest.raises(InputError, match="1 or more"):
        list_alternatives(solve_drawn(square_town()).plan, **asked)


@pytest.mark.parametrize("within", [{"beauty": 1}, {}, {"mergers": 1, "travel": 0}, {"mergers": -1}, {"mergers": True}])
def test_a_slack_that_says_nothing_is_refused(within):
    """One stage of the plan and a whole number of 0 or more, nothing else."""
    with pytest.raises(InputError, match="within"):
        list_alternatives(solve_drawn(square_town()).plan, within=within)


# --- the sample city --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_sample_city_has_alternatives_that_are_as_good_up_to_the_mergers(sample_plan):
    """The same households below the floor, the same number of mergers, a little more travel, in order."""
    found = list_alternatives(sample_plan, 2)
    assert found.complete
    assert all(prices_of(plan)[:3] == prices_of(sample_plan)[:3] for plan in found)
    travel = [plan.stages[3].value for plan in (sample_plan, *found)]
    assert travel == sorted(travel)


def test_whom_only_an_alternative_leaves_has_a_reason():
    """r30 - s30 - t30 with at most two members: one end is left, and in the alternative it is the other one."""
    plan = solve_drawn(draw_town("rst", 30), max_members=2).plan
    (alternative,) = list_alternatives(plan, 1)
    (left,) = plan.left_below.index
    (other,) = alternative.left_below.index
    assert {left, other} == {"r", "t"}
    assert alternative.left_below.at[other, "reason"] == "left_here_only"
    assert "元の案では下限に届きます" in alternative.left_below.at[other, "explanation"]


def test_a_written_alternative_can_be_verified_from_its_files(ichihasama_plan, tmp_path):
    """The alternatives of a part of the sample, written like any plan: nothing is said that its files do not show."""
    found = list_alternatives(ichihasama_plan, 6)
    assert {plan.stages[1].value for plan in found} == {7}
    for number, plan in enumerate(found):
        files = kg.write_plan(plan, tmp_path / str(number))
        checked = kg.verify_plan(files["plan.geojson"], files["associations.geojson"], borders=files["borders.geojson"])
        assert checked.faults == ()
