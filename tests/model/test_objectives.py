"""The terms of the objective on numbers worked out by hand."""

from __future__ import annotations

import pytest

import kurihara_geo as kg
from kurihara_geo.candidates.units import Tally
from kurihara_geo.model.objectives import (
    TERM_OF,
    GroupFacts,
    internal_borders,
    needs_full_family,
    price_stage,
    stage_can_worsen,
    tie_break_draw,
)
from kurihara_geo.places import Hall, Place
from kurihara_geo.rules import TERMS, MergeRules, StageWeights
from tests.towns import draw_town, exact_borders, link_units, path_town

# 1 plus the first five hexadecimal digits of: printf "a\tb" | sha256sum
FIXED_DRAWS = [562314, 989919, 836832, 800734]


def group_of(*places: Place, boundaries=None, borders=(), weak=(), exempt=False, floor=50, halls=0) -> GroupFacts:
    """Describe a group by its places; ``floor`` is the floor of every member."""
    households = [place.households for place in places]
    small = sum(count < floor for count in households)
    tally = Tally(sum(households), len(places), small, len(places) - small, halls, floor)
    return GroupFacts(
        places=places,
        boundaries=boundaries or [{} for _ in places],
        borders=borders,
        tally=tally,
        exempt=exempt,
        weak=frozenset(weak),
    )


def cost(term: str, group: GroupFacts, rules: MergeRules | None = None) -> int:
    """Price a group in one term."""
    return TERM_OF[term].cost(group, rules or MergeRules())


def propose(town, *, borders=None, halls=None, **rules):
    """Make the plan of a drawn town."""
    return kg.propose_mergers(town, MergeRules(**rules), borders=borders, halls=halls, progress=False)


def groups(plan) -> list[str]:
    """Give the groups as words of one-letter ids."""
    return ["".join(ids) for ids in plan.groups["member_ids"]]


def values(plan) -> dict[str, int]:
    """Give each stage's value by its name."""
    return {stage.name: stage.value for stage in plan.stages}


def names(rules: MergeRules) -> list[str]:
    """Name the stages of rules in their order."""
    return [stage.name for stage in rules.stages]


def test_the_stages_stand_in_the_order_of_the_contract():
    """Households left below come first, mergers before everything that splitting could worsen, the lottery last."""
    assert names(MergeRules()) == ["below_floor", "mergers", "crossings", "travel", "tie_break"]
    worsened = [number for number, stage in enumerate(MergeRules().stages) if stage_can_worsen(stage)]
    assert worsened == [3]


def test_obstacles_with_a_weight_come_after_mergers():
    """A weight adds a stage; a ban alone adds none."""
    weighted = MergeRules(obstacles=[{"ids": ["a"], "weight": 1, "reason": "共有林"}])
    assert names(weighted) == ["below_floor", "mergers", "obstacles", "crossings", "travel", "tie_break"]
    banned = MergeRules(obstacles=[{"ids": ["a"], "ban": True, "reason": "共有林"}])
    assert names(banned) == names(MergeRules())


def test_every_term_the_rules_know_is_priced():
    """One function a term, under its name, in the order of the rules."""
    assert tuple(TERM_OF) == TERMS
    assert all(name == term.name for name, term in TERM_OF.items())


@pytest.mark.parametrize(("households", "expected"), [(49, 49), (50, 0), (51, 0), (1, 1)])
def test_below_floor_counts_all_households_of_a_group_under_the_floor(households: int, expected: int):
    """With a floor of 50 a group of 49 costs 49, and one of 50 nothing."""
    assert cost("below_floor", group_of(Place("a", households, 0, 0))) == expected


def test_below_floor_looks_at_the_sum_of_the_group():
    """Two associations of 20 cost 40 together under a floor of 50, and nothing under a floor of 40."""
    pair = group_of(Place("a", 20, 0, 0), Place("b", 20, 0, 0))
    assert cost("below_floor", pair) == 20 + 20
    lower = group_of(*pair.places, floor=40)
    assert cost("below_floor", lower, MergeRules(min_households=40)) == 0


def test_below_floor_is_not_paid_by_the_exempt():
    """A group all of whom may stay small costs nothing, whatever is missing."""
    assert cost("below_floor", group_of(Place("a", 20, 0, 0), exempt=True)) == 0


def test_below_floor_of_one_that_is_not_small_depends_on_whom_the_floors_bind():
    """Without a hall 60 may stay alone under floors for new groups, and is left below under floors for all."""
    alone, pair = group_of(Place("a", 60, 0, 0)), group_of(Place("a", 60, 0, 0), Place("b", 60, 0, 0))
    assert cost("below_floor", alone, MergeRules(needs_hall=True)) == 0
    assert cost("below_floor", alone, MergeRules(needs_hall=True, floors_apply_to="all")) == 60
    assert cost("below_floor", pair, MergeRules(needs_hall=True)) == 60 + 60


@pytest.mark.parametrize("members", [1, 2, 5])
def test_mergers_counts_associations_that_disappear(members: int):
    """Of n members n - 1 disappear; one left as it is costs nothing."""
    places = [Place(str(number), 10, 0, 0) for number in range(members)]
    assert cost("mergers", group_of(*places)) == members - 1


def test_crossings_charges_households_times_the_weights_of_the_columns_crossed():
    """30 + 25 households across a council of weight 2 and a former town of weight 3 cost 55 x 5."""
    places = (Place("a", 30, 0, 0), Place("b", 25, 0, 0))
    rules = MergeRules(prefer_within={"council": 2, "former_town": 3})
    both = [{"council": "x", "former_town": "p"}, {"council": "y", "former_town": "q"}]
    council_only = [{"council": "x", "former_town": "p"}, {"council": "y", "former_town": "p"}]
    neither = [{"council": "x", "former_town": "p"}] * 2
    assert cost("crossings", group_of(*places, boundaries=both), rules) == 55 * (2 + 3)
    assert cost("crossings", group_of(*places, boundaries=council_only), rules) == 55 * 2
    assert cost("crossings", group_of(*places, boundaries=neither), rules) == 0


def test_a_column_is_charged_once_however_many_values_meet():
    """Three councils in one group cost as much as two: households times weight."""
    places = [Place(name, 10, 0, 0) for name in "abc"]
    boundaries = [{"council": name} for name in "xyz"]
    group = group_of(*places, boundaries=boundaries)
    assert cost("crossings", group, MergeRules(prefer_within={"council": 4})) == 30 * 4


def test_travel_goes_to_the_member_that_costs_least():
    """a10 - b30 - c20 on a line at 0, 300 and 700 m meet at b: 10 x 300 + 20 x 400."""
    group = group_of(Place("a", 10, 0, 0), Place("b", 30, 300, 0), Place("c", 20, 700, 0))
    assert cost("travel", group) == 10 * 300 + 30 * 0 + 20 * 400


def test_travel_goes_to_a_hall_where_the_group_has_one():
    """With its only hall at c's end, 1,000 m along, everyone walks there although b would be nearer."""
    halls = (Hall("h", 1000, 0),)
    group = group_of(Place("a", 10, 0, 0), Place("b", 30, 300, 0), Place("c", 20, 700, 0, halls))
    assert cost("travel", group) == 10 * 1000 + 30 * 700 + 20 * 300


def test_travel_measures_whole_metres_straight_with_halves_rounded_up():
    """10 households over (3, 4) m walk 5 m each; over 0.5 m they walk 1 m, over 0.4 m none."""
    assert cost("travel", group_of(Place("a", 90, 0, 0), Place("b", 10, 3, 4))) == 10 * 5
    assert cost("travel", group_of(Place("a", 90, 0, 0), Place("b", 10, 0.5, 0))) == 10 * 1
    assert cost("travel", group_of(Place("a", 90, 0, 0), Place("b", 10, 0.4, 0))) == 0


def test_one_association_alone_costs_nothing_but_the_floor():
    """Left as it is, an association merges, crosses, travels and draws nothing."""
    alone = group_of(Place("a", 20, 0, 0), boundaries=[{"council": None}])
    rules = MergeRules(prefer_within=["council"])
    rules = rules.replace(obstacles=[{"ids": ["a"], "weight": 7, "reason": "共有林"}])
    assert {name: cost(name, alone, rules) for name in TERMS} == dict.fromkeys(TERMS, 0) | {"below_floor": 20}


def test_tie_break_sums_the_draws_of_the_borders_inside():
    """A group of three with two borders costs the two numbers drawn."""
    group = group_of(*(Place(name, 20, 0, 0) for name in "abc"), borders=[("a", "b"), ("b", "c")])
    assert cost("tie_break", group) == tie_break_draw("a", "b") + tie_break_draw("b", "c")


def test_the_lottery_numbers_are_fixed_for_ever():
    """The draws of four borders, written down once from SHA-256: if one changes, every published plan may change."""
    pairs = [("a", "b"), ("b", "c"), ("10", "9"), ("長崎一区", "長崎二区")]
    assert [tie_break_draw(*pair) for pair in pairs] == FIXED_DRAWS


def test_the_lottery_is_symmetric_and_in_range():
    """A border draws the same whole number from 1 to 1,048,576 whichever end is named first."""
    names = [f"{number}" for number in range(60)]
    draws = []
    for a in names:
        for b in names:
            assert tie_break_draw(a, b) == tie_break_draw(b, a)
            draws.append(tie_break_draw(a, b))
    assert all(isinstance(number, int) and 1 <= number <= 1 << 20 for number in draws)


def test_the_lottery_keeps_apart_ids_that_read_alike_side_by_side():
    """The pair (ab, c) and the pair (a, bc) draw different numbers, as do other pairs, but for rare chance."""
    assert tie_break_draw("ab", "c") != tie_break_draw("a", "bc")
    draws = {tie_break_draw(f"{a}", f"{b}") for a in range(60) for b in range(a)}
    assert len(draws) > 0.99 * (60 * 59 // 2)


def test_internal_borders_are_those_with_both_ends_in_the_group():
    """On the ring a-b-c-d-a the group a, b, c holds the borders ab and bc."""
    ring = {"a": frozenset("bd"), "b": frozenset("ac"), "c": frozenset("bd"), "d": frozenset("ac")}
    assert internal_borders(["a", "b", "c"], ring) == [("a", "b"), ("b", "c")]


# --- further terms ------------------------------------------------------------------------------------------------

OBSTACLES = [
    {"ids": ["a"], "weight": 7, "reason": "負債"},
    {"ids": ["a", "b", "c"], "weight": 2, "reason": "共有林"},
    {"ids": ["b", "c"], "ban": True, "reason": "過去の経緯"},
]


@pytest.mark.parametrize(
    ("ids", "expected"),
    [("a", 0), ("ad", 7), ("ab", 7 + 2), ("abc", 7 + 3 * 2), ("bcd", 2), ("bd", 0), ("de", 0)],
)
def test_obstacles_are_met_once_by_one_and_once_a_pair_by_several(ids: str, expected: int):
    """Of one id: when it merges with anybody. Of three ids: once for each two of them, three times for all. Bans: 0."""
    group = group_of(*(Place(name, 30, 0, 0) for name in ids))
    assert cost("obstacles", group, MergeRules(obstacles=OBSTACLES)) == expected


@pytest.mark.parametrize(("households", "expected"), [([30], 0), ([30, 25], 55), ([200, 1], 201)])
def test_changed_households_counts_everybody_in_a_group_of_several(households: list[int], expected: int):
    """Who stays alone keeps the association; who merges, large or small, gets a new one."""
    places = [Place(str(number), count, 0, 0) for number, count in enumerate(households)]
    assert cost("changed_households", group_of(*places)) == expected


@pytest.mark.parametrize(
    ("rules", "expected"), [({}, 100 - 55), ({"min_households": 20}, 55 - 40), ({"target": 60}, 60 - 55)]
)
def test_balance_is_the_distance_from_the_target(rules: dict[str, int], expected: int):
    """30 + 25 are 45 off twice the floor of 50, 15 off twice a floor of 20, 5 off a target of 60."""
    target = rules.pop("target", None)
    pair = group_of(Place("a", 30, 0, 0), Place("b", 25, 0, 0))
    asked = MergeRules(**rules, target_households=target, objective=["balance"])
    assert cost("balance", pair, asked) == expected


def test_balance_does_not_count_who_stays_alone():
    """One association of 7 is what it is."""
    assert cost("balance", group_of(Place("a", 7, 0, 0))) == 0


SQUARE_BORDERS = [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]


@pytest.mark.parametrize(
    ("weak", "expected"),
    [
        ([], 0),
        ([("a", "b")], 0),
        ([("a", "b"), ("c", "d")], 1),
        ([("a", "b"), ("a", "c")], 1),
        ([("a", "b"), ("a", "c"), ("b", "d")], 2),
        (SQUARE_BORDERS, 3),
    ],
)
def test_weak_borders_counts_what_the_group_hangs_on(weak, expected: int):
    """A square of four: one weak side is no matter; with two it falls into two parts, with all into four."""
    group = group_of(*(Place(name, 30, 0, 0) for name in "abcd"), borders=SQUARE_BORDERS, weak=weak)
    assert cost("weak_borders", group) == expected


def test_a_stage_weighs_its_terms():
    """10 x 1 merger + 3 x 55 changed households - 2 x 45 off the target."""
    pair = group_of(Place("a", 30, 0, 0), Place("b", 25, 0, 0))
    stage = StageWeights({"mergers": 10, "changed_households": 3, "balance": -2})
    assert price_stage(stage, pair, MergeRules()) == 10 * 1 + 3 * 55 - 2 * 45
    assert stage.name == "10 mergers + 3 changed_households - 2 balance"


# --- which groups must be listed ----------------------------------------------------------------------------------

WEAK = {"weak_border_m": 600}
FAMILIES = [
    ({}, False),
    ({"objective": ["below_floor", "mergers", "crossings", "travel"]}, False),
    ({"objective": ["mergers", "below_floor", "balance"]}, False),
    ({"objective": [{"mergers": 3, "crossings": 1}, "travel"]}, False),
    ({"objective": ["below_floor", "obstacles", "crossings", "changed_households", "mergers"]}, False),
    # Nobody counts the mergers: what is split is not better for it.
    ({"objective": ["below_floor", "crossings"]}, True),
    ({"objective": ["below_floor", "travel", "mergers"]}, True),
    ({"objective": ["below_floor", "balance", "mergers"]}, True),
    ({"objective": ["below_floor", "weak_borders", "mergers"], **WEAK}, True),
    ({"objective": ["below_floor", "mergers", "weak_borders"], **WEAK}, False),
    ({"objective": [{"mergers": 1000, "travel": 1}]}, True),
    # Rewards for what splitting lessens.
    ({"objective": [{"mergers": -1}]}, True),
    ({"objective": [{"below_floor": 1, "changed_households": -1}, "mergers"]}, True),
    ({"objective": ["mergers", {"changed_households": -1}]}, False),
    ({"max_way_m": 500}, True),
]


@pytest.mark.parametrize(("rules", "full"), FAMILIES, ids=[str(rules) for rules, _ in FAMILIES])
def test_every_group_is_listed_where_splitting_need_not_be_better(rules, *, full: bool):
    """Atomic groups are enough where a stage counts mergers before any that splitting worsens; a filter is full."""
    assert needs_full_family(MergeRules(**rules)) is full
    assert propose(path_town(), **rules).search["family"] == ("full" if full else "atomic")


# --- each term where it decides -----------------------------------------------------------------------------------


def test_an_obstacle_turns_a_merger_to_the_other_side():
    """a60 - v20 - b60: both sides cost one merger and 20 x 500 m. A debt of a sends v to b, one of b to a."""
    town = draw_town("avb", {"a": 60, "v": 20, "b": 60})
    for debtor, expected in (("a", ["a", "bv"]), ("b", ["av", "b"])):
        plan = propose(town, obstacles=[{"ids": [debtor], "weight": 1, "reason": "負債"}])
        assert groups(plan) == expected
        assert values(plan)["obstacles"] == 0


def test_an_obstacle_is_paid_where_the_floor_asks_for_it():
    """v20 has no neighbour but b60: the forest they share in anger costs 5, the floor comes first."""
    plan = propose(path_town(), obstacles=[{"ids": ["b", "v"], "weight": 5, "reason": "共有林"}])
    assert groups(plan) == ["a", "bv"]
    assert values(plan) | {"tie_break": 0} == {
        "below_floor": 0, "mergers": 1, "obstacles": 5, "crossings": 0, "travel": 20 * 500, "tie_break": 0,
    }  # fmt: skip


def test_changed_households_spares_the_large():
    """v20 lies 500 m from a200 and 500 m from b60: with b only 80 households change, with a 220."""
    town = draw_town("avb", {"a": 200, "v": 20, "b": 60})
    plan = propose(town, objective=["below_floor", "mergers", "changed_households", "travel"])
    assert groups(plan) == ["a", "bv"]
    assert values(plan)["changed_households"] == 60 + 20


def test_balance_chooses_the_partner_nearest_to_the_target():
    """v20 with a200 makes 220, with b60 80: a target of 100 takes b, one of 200 a."""
    town = draw_town("avb", {"a": 200, "v": 20, "b": 60})
    for target, expected, off in ((100, ["a", "bv"], 20), (200, ["av", "b"], 20)):
        plan = propose(town, objective=["below_floor", "mergers", "balance"], target_households=target)
        assert groups(plan) == expected
        assert values(plan)["balance"] == off


def test_balance_before_mergers_makes_groups_that_could_be_split():
    """Of a30 - b30 - c30 - d30 all four make 120, the target; two pairs are 60 off. Only the full family has all."""
    town = draw_town("abcd", 30)
    asked = {"objective": ["below_floor", "balance", "mergers"], "target_households": 120}
    plan = propose(town, **asked)
    assert groups(plan) == ["abcd"]
    assert values(plan)["balance"] == 0
    after = propose(town, **asked | {"objective": ["below_floor", "mergers", "balance"]})
    assert groups(after) == ["ab", "cd"]
    assert values(after)["balance"] == 2 * 60


def test_a_weak_border_is_not_what_a_group_hangs_on():
    """v20 touches a60 along 500 m and b60 along 1,000 m: below 600 m is weak, so it joins b."""
    town = draw_town("avv\n.bb", {"a": 60, "v": 20, "b": 60})
    asked = {"objective": ["below_floor", "mergers", "weak_borders"], "weak_border_m": 600}
    plan = propose(town, **asked)
    assert groups(plan) == ["a", "bv"]
    assert values(plan)["weak_borders"] == 0


@pytest.mark.parametrize(("shortest", "expected"), [(500, 0), (501, 1)])
def test_a_border_of_the_length_asked_is_not_weak(shortest: int, expected: int):
    """The border b - v is 500 m long: weak below 501, not below 500."""
    plan = propose(path_town(), objective=["below_floor", "mergers", "weak_borders"], weak_border_m=shortest)
    assert groups(plan) == ["a", "bv"]
    assert values(plan)["weak_borders"] == expected


def test_a_link_is_not_weak():
    """The bridge to i20 has no length as a border, and is none."""
    town = draw_town("a.i", {"a": 60, "i": 20})
    borders = link_units(exact_borders(town), town, "a", "i")
    plan = propose(town, borders=borders, objective=["below_floor", "mergers", "weak_borders"], weak_border_m=600)
    assert groups(plan) == ["ai"]
    assert values(plan)["weak_borders"] == 0


def test_fewer_mergers_may_be_asked_before_the_floor():
    """With mergers first nothing merges, and v20 stays below."""
    plan = propose(path_town(), objective=["mergers", "below_floor"])
    assert groups(plan) == ["a", "b", "v"]
    assert list(values(plan)) == ["mergers", "below_floor", "tie_break"]
    assert values(plan)["below_floor"] == 20


@pytest.mark.parametrize(("weight", "expected"), [(19, ["a", "b", "v"]), (21, ["a", "bv"])])
def test_a_weighted_sum_trades_one_term_for_another(weight: int, expected: list[str]):
    """v20 merges if a household below the floor weighs more than a merger's 400 / 20: at 21, not at 19."""
    plan = propose(path_town(), objective=[{"below_floor": weight, "mergers": 400}])
    assert groups(plan) == expected
    value = 20 * weight if expected == ["a", "b", "v"] else 400
    assert values(plan)[f"{weight} below_floor + 400 mergers"] == value


def test_a_reward_makes_mergers_that_nobody_needs():
    """With mergers rewarded all of a60 - b60 - v20 become one."""
    plan = propose(path_town(), objective=[{"mergers": -1}])
    assert groups(plan) == ["abv"]
    assert values(plan)["-1 mergers"] == -2


def test_a_term_that_is_left_out_decides_nothing():
    """a60 - v20 - b60 with b 1,000 m off: travel sends v to a; without travel only the lottery is asked."""
    town = draw_town("avbbb", {"a": 60, "v": 20, "b": 60})
    assert groups(propose(town)) == ["av", "b"]
    lottery = ["av", "b"] if tie_break_draw("a", "v") < tie_break_draw("b", "v") else ["a", "bv"]
    assert groups(propose(town, objective=["below_floor", "mergers"])) == lottery
