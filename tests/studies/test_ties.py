"""How many plans are as good as a plan, and how settled its mergers are: part by part against every legal plan."""

from __future__ import annotations

from math import prod

import pytest

from kurihara_geo.errors import InputError, TooManyCandidatesError
from kurihara_geo.studies import count_ties, list_alternatives, near_best, settledness, taken_apart
from tests.studies.brute import (
    groups_of,
    merged_of,
    solve_drawn,
    solved_town,
    stage_of_mergers,
    towns_with_a_choice,
    unproven,
)
from tests.towns import draw_town, path_town, square_town, walled_town

pytestmark = pytest.mark.filterwarnings("ignore::kurihara_geo.errors.IslandWarning")

WEIGHED = [{"below_floor": 1000, "mergers": 1}, "travel"]


# --- drawn by hand ----------------------------------------------------------------------------------------------------


def test_four_equal_ones_in_a_square_can_be_paired_in_two_ways():
    """Four of 30 and a floor of 50: two pairs side by side or two one above the other, both with 2 mergers."""
    table = count_ties(solve_drawn(square_town()).plan)
    assert table["plans"].to_dict() == {"a": 2}
    assert table.at["a", "member_count"] == 4


def test_mergers_in_a_weighted_stage_are_found_without_being_named():
    """Four of 30, below the floor times 1,000 plus mergers: the same two pairings, each in half of the plans."""
    plan = solve_drawn(square_town(), objective=WEIGHED).plan
    assert count_ties(plan)["plans"].to_dict() == {"a": 2}
    assert settledness(plan)["share"].tolist() == [0.5, 0.5]


def test_one_merger_more_costs_its_weight():
    """With a merger at 3 the square has no third plan within 2 of the best, and one within 3: all four in one."""
    plan = solve_drawn(square_town(), objective=[{"below_floor": 1000, "mergers": 3}, "travel"]).plan
    assert len(list_alternatives(plan, 5, min_difference=1)) == 2
    assert near_best.merger_stage(plan) == ("1000 below_floor + 3 mergers", 3)


def test_a_plan_judged_without_mergers_is_counted_in_its_first_stage():
    """Nobody counts the mergers: the ties are those in ``below_floor``, where all that leave nobody below are equal."""
    plan = solve_drawn(square_town(), objective=["below_floor", "travel"]).plan
    assert count_ties(plan).equals(count_ties(plan, through="below_floor"))


def test_each_pair_of_the_square_is_in_half_of_the_best_plans():
    """Each pair is in one of the two pairings: a share of 1/2."""
    table = settledness(solve_drawn(square_town()).plan)
    assert table["share"].tolist() == [0.5, 0.5]
    assert table["plans"].tolist() == [2, 2]


def test_with_one_merger_more_the_whole_square_is_a_third_plan():
    """All four in one group cost 3 mergers: with a slack of 1 each pair is in one of three plans."""
    table = settledness(solve_drawn(square_town()).plan, within={"mergers": 1})
    assert table["share"].tolist() == pytest.approx([1 / 3, 1 / 3])


def test_the_only_way_to_help_a_small_one_is_settled():
    """a60 - b60 - v20: v can reach the floor through b only, and taking a along costs a merger more."""
    plan = solve_drawn(path_town()).plan
    assert settledness(plan)["share"].to_dict() == {"b": 1.0}
    assert settledness(plan, within={"mergers": 1})["share"].to_dict() == {"b": 0.5}


def test_parts_behind_walls_are_counted_apart():
    """p30 - q30 | r30 - s60: one way on each side; their product is the number of the city."""
    plan = solve_drawn(walled_town(), keep_within=["former_school_district"]).plan
    assert count_ties(plan)["plans"].to_dict() == {"p": 1, "r": 1}


def test_the_slack_is_for_all_blocks_of_a_part_together():
    """Two squares that touch in a large one x200: a slack of 1 is spent in one square or in the other, not in both.

    With d - x - e as the only borders between them. Each side has 2 pairings, with 2 mergers. One merger more: all four
    of the side; or x in the pair with d, of either pairing; or d with x, the other three together: 1 + 2 + 1 ways.
    """
    picture = """
        ab.fg
        cdxeh
    """
    town = draw_town(picture, dict.fromkeys("abcdefgh", 30) | {"x": 200})
    solved = solve_drawn(town)
    assert prod(count_ties(solved.plan)["plans"]) == 2 * 2
    near = 2 * 2 + 2 * (1 + 2 + 1) * 2
    table = settledness(solved.plan, within={"mergers": 1})
    assert set(table["plans"]) == {near}
    assert len(solved.near_best("mergers", 1)) == near


def test_a_reward_is_counted_like_a_cost():
    """The square with as many mergers as can be: all four. One merger less: 2 pairings, or one of 4 left alone.

    A stage with values below 0 once left out what was within the slack.
    """
    solved = solve_drawn(square_town(), objective=[{"mergers": -1}])
    assert merged_of(solved.plan) == {"a b c d"}
    table = settledness(solved.plan, within={"-1 mergers": 1})
    assert table.loc["a", "plans"] == 1 + 2 + 4
    assert table.loc["a", "share"] == pytest.approx(1 / 7)


def test_too_many_to_count_is_said_and_not_guessed(monkeypatch):
    """Where there are more states than the limit the number and the share stay empty."""
    plan = solve_drawn(square_town()).plan
    monkeypatch.setattr(near_best, "_STATES", 0)
    assert count_ties(plan)["plans"].isna().all()
    assert settledness(plan)["share"].isna().all()


def test_without_any_time_nothing_is_counted_and_nothing_fails():
    """Every part and every merger is in the tables, without a number; an island is counted all the same."""
    plan = solve_drawn(draw_town("ab.x\ncd..", 30)).plan
    counted = count_ties(plan, time_limit_s=1e-9)["plans"]
    assert counted.isna().to_dict() == {"a": True, "x": False}
    table = settledness(plan, time_limit_s=1e-9)
    assert table["member_ids"].tolist() == [ids for ids in plan.groups["member_ids"] if len(ids) > 1]
    assert table["share"].isna().all()


def test_a_part_with_too_many_groups_has_no_number(monkeypatch):
    """It once failed the whole table."""
    plan = solve_drawn(square_town()).plan

    def refuse(*_):
        raise TooManyCandidatesError("too many")

    monkeypatch.setattr(taken_apart.GroupSearch, "run", refuse)
    assert count_ties(plan)["plans"].isna().to_dict() == {"a": True}
    assert settledness(plan)["share"].isna().tolist() == [True, True]


def test_a_town_without_mergers_has_nothing_to_settle():
    """Two large ones stay as they are: one plan, and an empty table with all columns."""
    plan = solve_drawn(draw_town("ab", 60)).plan
    assert prod(count_ties(plan)["plans"]) == 1
    table = settledness(plan)
    assert table.empty
    assert list(table.columns) == ["name", "member_ids", "share", "plans"]


# --- against every legal plan -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_ties_of_random_towns_are_as_many_as_brute_force_finds():
    """Through every stage, each part has as many plans as there are, and their product is the number of the city."""
    for seed in towns_with_a_choice():
        solved = solved_town(seed)
        for stage in solved.stages:
            near = solved.near_best(stage)
            counted = count_ties(solved.plan, through=stage)["plans"].to_dict()
            parts = {min(part): len(solved.only_changed_in(part, near)) for part in solved.parts()}
            assert counted == parts, (seed, stage)
            assert prod(counted.values()) == len(near), (seed, stage)


@pytest.mark.slow
def test_the_settledness_of_random_towns_is_the_share_brute_force_finds():
    """Each merged group's share is that of the near-best plans of its part, as good or with a slack in some stage."""
    for seed in towns_with_a_choice():
        solved = solved_town(seed)
        usual, _ = stage_of_mergers(solved)
        for within in (None, {usual: 1}, {solved.stages[0]: 30}, {solved.stages[-1]: 200_000}):
            stage, slack = (usual, 0) if within is None else next(iter(within.items()))
            near = solved.near_best(stage, slack)
            expected = {}
            for part in solved.parts():
                ways = solved.only_changed_in(part, near)
                for ids in groups_of(solved.plan):
                    if len(ids) > 1 and ids <= part:
                        expected[min(ids)] = sum(ids in way.groups for way in ways) / len(ways)
            shares = settledness(solved.plan, within=within)["share"].astype(float).to_dict()
            assert shares == pytest.approx(expected), (seed, within)


# --- what is refused --------------------------------------------------------------------------------------------------


def test_an_unproven_plan_has_no_ties():
    """What is not proven best is no measure of what is as good."""
    plan = unproven(square_town())
    with pytest.raises(InputError, match="not proven"):
        count_ties(plan)
    with pytest.raises(InputError, match="not proven"):
        settledness(plan)


@pytest.mark.parametrize("within", [{"beauty": 1}, {}, {"mergers": 1, "travel": 0}, {"mergers": -1}, {"mergers": 0.5}])
def test_a_slack_that_says_nothing_is_refused(within):
    """One stage of the plan and a whole number of 0 or more, nothing else."""
    with pytest.raises(InputError, match="within"):
        settledness(solve_drawn(square_town()).plan, within=within)


def test_ties_through_an_unknown_stage_are_refused():
    """The error lists the stages there are."""
    with pytest.raises(InputError, match="below_floor, mergers"):
        count_ties(solve_drawn(square_town()).plan, through="beauty")


# --- the sample city --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_sample_city_is_counted_where_that_can_be_done(sample_plan):
    """All parts but the largest, of 65 associations, are counted, and each has the plan's own way.

    Every merger of the plan has a row; its share is above 0 wherever it could be counted.
    """
    plans = count_ties(sample_plan)["plans"]
    assert plans[plans.isna()].index.tolist() == ["04213057011"]
    assert (plans.dropna() >= 1).all()
    shares = settledness(sample_plan)["share"]
    assert len(shares) == (sample_plan.groups["member_count"] > 1).sum()
    assert ((shares.dropna() > 0) & (shares.dropna() <= 1)).all()
