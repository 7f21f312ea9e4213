"""The terms of the objective on numbers worked out by hand."""

from __future__ import annotations

import pytest

from kurihara_geo.model.objectives import STAGES, GroupFacts, internal_borders, tie_break_draw
from kurihara_geo.places import Hall, Place
from kurihara_geo.rules import MergeRules

# 1 plus the first five hexadecimal digits of: printf "a\tb" | sha256sum
FIXED_DRAWS = [562314, 989919, 836832, 800734]
TERMS = {term.name: term for term in STAGES}


def group_of(*places: Place, boundaries=None, borders=()) -> GroupFacts:
    """Describe a group by its places."""
    return GroupFacts(places=places, boundaries=boundaries or [{} for _ in places], borders=borders)


def cost(stage: str, group: GroupFacts, rules: MergeRules | None = None) -> int:
    """Price a group in one stage."""
    return TERMS[stage].cost(group, rules or MergeRules())


def test_the_stages_stand_in_the_order_of_the_contract():
    """Households left below come first, mergers before everything that splitting could worsen, the lottery last."""
    names = [term.name for term in STAGES]
    assert names == ["below_floor", "mergers", "crossings", "travel", "tie_break"]
    worsened = [number for number, term in enumerate(STAGES) if term.splitting_can_worsen]
    assert all(number > names.index("mergers") for number in worsened)


@pytest.mark.parametrize(("households", "expected"), [(49, 49), (50, 0), (51, 0), (1, 1)])
def test_below_floor_counts_all_households_of_a_group_under_the_floor(households: int, expected: int):
    """With a floor of 50 a group of 49 costs 49, and one of 50 nothing."""
    assert cost("below_floor", group_of(Place("a", households, 0, 0))) == expected


def test_below_floor_looks_at_the_sum_of_the_group():
    """Two associations of 20 cost 40 together under a floor of 50, and nothing under a floor of 40."""
    pair = group_of(Place("a", 20, 0, 0), Place("b", 20, 0, 0))
    assert cost("below_floor", pair) == 20 + 20
    assert cost("below_floor", pair, MergeRules(min_households=40)) == 0


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
    assert {name: cost(name, alone, rules) for name in TERMS} == {
        "below_floor": 20, "mergers": 0, "crossings": 0, "travel": 0, "tie_break": 0,
    }  # fmt: skip


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
