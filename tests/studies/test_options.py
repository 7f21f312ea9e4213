"""Every partner an association could have, with its price to the whole city: by hand, and against every legal plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kurihara_geo.errors import InputError, TooManyCandidatesError
from kurihara_geo.rules.relaxing import BARRED_BORDERS, hard_rules, without_rule
from kurihara_geo.studies import explain_merger, options, options_for, taken_apart
from tests.oracle import legal_groups
from tests.studies.brute import (
    Solved,
    difference,
    groups_of,
    own_groups,
    solve_drawn,
    solved_town,
    towns_with_a_choice,
    unproven,
)
from tests.towns import bar_border, draw_town, exact_borders, grid_town, hollow_town, path_town, walled_town

if TYPE_CHECKING:
    import pandas as pd

pytestmark = pytest.mark.filterwarnings("ignore::kurihara_geo.errors.IslandWarning")


def prices(table: pd.DataFrame) -> dict[str, tuple[int, ...]]:
    """Give each row with a price by its partner, the prices in the order of the stages."""
    columns = [column for column in table if column.startswith("price_")]
    return {
        name: tuple(int(value) for value in row)
        for name, row in zip(table.index, table[columns].to_numpy(), strict=True)
        if not table.loc[name, columns].isna().any()
    }


# --- drawn by hand ----------------------------------------------------------------------------------------------------


def test_each_partner_of_a_path_has_its_price():
    """a60 - b60 - v20, 500 m from point to point; the plan joins v to b: 20 x 500 = 10,000 household-m.

    With a as well: one merger more, all meet at b, (60 + 20) x 500 - 10,000 = 30,000 more. Left alone: 20 households
    below the floor, a merger less, nobody travels.
    """
    table = options_for(solve_drawn(path_town()).plan, "v")
    assert prices(table) == {"b": (0, 0, 0, 0), "a": (0, 1, 0, 30_000), "v": (20, -1, 0, -10_000)}
    assert table.index.tolist() == ["b", "a", "v"]
    assert table["group_ids"].tolist() == [("b", "v"), ("a", "b", "v"), ("v",)]
    assert table["group_households"].tolist() == [80, 140, 20]
    assert table["changed"].tolist() == [0, 3, 2]
    assert table["in_plan"].tolist() == [True, False, False]
    assert table["exact"].all()


def test_the_largest_weight_a_rule_takes_has_its_price():
    """Left alone v leaves 20 below the floor, each worth 10**12, and saves one merger: a whole number of 64 bits."""
    plan = solve_drawn(path_town(), objective=[{"below_floor": 10**12, "mergers": 1}, "travel"]).plan
    table = options_for(plan, "v")
    assert table.at["v", "price_1000000000000 below_floor + mergers"] == 20 * 10**12 - 1
    assert explain_merger(plan, "v").text("en")


def test_leaving_it_as_it_is_is_the_plan_where_the_plan_leaves_it():
    """a60 stays alone in the plan: its own row costs nothing and is in the plan."""
    table = options_for(solve_drawn(path_town()).plan, "a")
    assert prices(table)["a"] == (0, 0, 0, 0)
    assert table["in_plan"].to_dict() == {"a": True, "b": False, "v": False}


def test_a_price_counts_what_it_does_to_others():
    """a30 - b30 - c30 - d30, planned as a b | c d: if b goes with c, then a and d come along or stay small.

    All four together: one merger more. a and d left below: 60 households. The first stage decides: all four.
    """
    table = options_for(solve_drawn(draw_town("abcd", 30)).plan, "b")
    assert table.at["c", "group_ids"] == ("a", "b", "c", "d")
    assert prices(table)["c"][:2] == (0, 1)


def test_who_is_bound_to_it_shares_its_group_at_no_price():
    """a60 - b60 - v20 with a and b together: v joins both. b is a's partner in the plan already, whatever a does.

    The own row leaves both without v: 20 below the floor. b once had the price of that.
    """
    table = options_for(solve_drawn(path_town(), together=[("a", "b")]).plan, "a")
    assert prices(table)["b"] == (0, 0, 0, 0)
    assert prices(table)["a"][:2] == (20, -1)
    assert table["in_plan"].to_dict() == {"b": True, "v": True, "a": False}


def test_a_neighbour_behind_a_wall_is_blocked_by_the_wall():
    """p30 - q30 | r30 - s60: r touches q, but the school district ends between them."""
    table = options_for(solve_drawn(walled_town(), keep_within=["former_school_district"]).plan, "q")
    assert table.index.tolist() == ["p", "q", "r"]
    assert table.at["r", "blocked_by"] == ("keep_within:former_school_district",)
    assert table.loc["r", ["group_households", "changed", "price_below_floor"]].isna().all()
    assert table.at["r", "exact"]


def test_a_neighbour_across_a_river_is_blocked_by_the_river():
    """a30 ~ b30 with the river between them: without it the two would be enough."""
    town = draw_town("ab", 30)
    table = options_for(solve_drawn(town, bar_border(exact_borders(town), "a", "b")).plan, "a")
    assert table.at["b", "blocked_by"] == ("barred_borders",)


def test_a_neighbour_too_small_to_help_is_blocked_by_the_floor():
    """a20 - b20: all there is holds 40 households, whatever the rules."""
    table = options_for(solve_drawn(draw_town("ab", 20)).plan, "a")
    assert table.at["b", "blocked_by"] == ("min_households",)


def test_only_the_rules_that_forbid_it_are_named():
    """p30 - q30 | r30 - s60, q and r kept apart too: the wall or the wish alone forbid it; one of them is named."""
    rules = {"keep_within": ["former_school_district"], "apart": [("q", "r")], "max_members": 4}
    table = options_for(solve_drawn(walled_town(), **rules).plan, "q")
    assert table.at["r", "blocked_by"] in {("apart",), ("keep_within:former_school_district",)}


def test_who_does_not_touch_it_is_not_listed():
    """In the ring of eight around z, where nobody lives, a touches b and h only; z is nobody's partner."""
    table = options_for(solve_drawn(hollow_town(60), max_members=2).plan, "a")
    assert sorted(table.index) == ["a", "b", "h"]


def test_an_association_alone_on_an_island_has_its_own_row_only():
    """Nobody to merge with: one row, in the plan, at no price."""
    table = options_for(solve_drawn(draw_town("a.b", 60)).plan, "a")
    assert prices(table) == {"a": (0, 0, 0, 0)}


def test_options_are_listed_for_a_plan_that_is_not_proven_too():
    """a60 - b60 - v20, drawn with everybody alone: v with b is 20 households better, for a merger."""
    table = options_for(unproven(path_town()), "v")
    assert prices(table)["b"][:2] == (-20, 1)
    assert prices(table)["v"] == (0, 0, 0, 0)


# --- where the whole part is too large --------------------------------------------------------------------------------


def near_only(monkeypatch, *sizes: int, solver: bool = False) -> None:
    """Let no more be looked at than groups near the association, and perhaps let the solver price its neighbours."""
    monkeypatch.setattr(options, "_MOST_STEPS", 0)
    monkeypatch.setattr(options, "_NEARBY", sizes)
    if not solver:
        monkeypatch.setattr(options, "find_exact_covers", lambda *_, **__: None)


def test_the_solver_prices_the_neighbours_exactly(monkeypatch):
    """a30 - b30 - c30 - d30, planned as a b | c d; around b only its own group is planned anew, and c has no price.

    The solver finds it in the whole row: all four together, one merger more. It proves a's price as well.
    """
    solved = solve_drawn(draw_town("abcd", 30))
    whole = prices(options_for(solved.plan, "b"))
    near_only(monkeypatch, 2, solver=True)
    table = options_for(solved.plan, "b", time_limit_s=None)
    assert table.loc[["a", "c"], "exact"].tolist() == [True, True]
    assert {name: prices(table)[name] for name in "ac"} == {name: whole[name] for name in "ac"}
    assert table.at["c", "group_ids"] == ("a", "b", "c", "d")
    assert (table.at["c", "changed"], table.at["c", "changed_households"]) == (4, 120)


def test_without_time_for_the_solver_the_bounds_stay(monkeypatch):
    """The same row without any time: nothing is exact, and nothing fails."""
    solved = solve_drawn(draw_town("abcd", 30))
    near_only(monkeypatch, 2, solver=True)
    assert not options_for(solved.plan, "b", time_limit_s=1e-9)["exact"].any()


@pytest.mark.slow
def test_the_solver_prices_the_neighbours_of_random_towns_exactly(monkeypatch):
    """With three units planned anew, the neighbours the solver priced cost what looking at the whole part says."""
    whole = {}
    for seed in towns_with_a_choice(25):
        solved = solved_town(seed)
        whole[seed] = {name: prices(options_for(solved.plan, name)) for name in solved.plan.members.index}
    near_only(monkeypatch, 3, 2, solver=True)
    found = 0
    for seed, of_town in whole.items():
        for name, true in of_town.items():
            table = options_for(solved_town(seed).plan, name, time_limit_s=None)
            priced = prices(table)
            exact = [partner for partner in priced if table.at[partner, "exact"]]
            assert {partner: priced[partner] for partner in exact} == {partner: true[partner] for partner in exact}
            assert [*priced.values()] == sorted(priced.values())
            found += len(exact)
    assert found >= 100


def test_nearby_a_neighbour_left_out_has_no_price_and_no_rule_against_it(monkeypatch):
    """a30 - b30 - c30 - d30, planned as a b | c d; around b only its own group is planned anew.

    c could be its partner, but that was not looked at: no price, no rule, and not exact.
    """
    solved = solve_drawn(draw_town("abcd", 30))
    near_only(monkeypatch, 2)
    table = options_for(solved.plan, "b")
    assert table.index.tolist() == ["a", "b", "c"]
    assert table.loc["c", ["price_mergers", "changed"]].isna().all()
    assert table.at["c", "blocked_by"] == ()
    assert not table["exact"].any()


def test_what_is_blocked_is_blocked_exactly_even_nearby(monkeypatch):
    """p30 - q30 | r30 - s60: whether a rule forbids it does not depend on how much is planned anew."""
    solved = solve_drawn(walled_town(), keep_within=["former_school_district"])
    near_only(monkeypatch, 1)
    table = options_for(solved.plan, "q")
    assert table.loc[["p", "q"], "exact"].tolist() == [False, False]
    assert table.at["r", "exact"]


def test_prices_nearby_are_never_below_the_true_ones(monkeypatch):
    """The 3 x 3 grid of 20 each: around each association two groups are planned anew, six of nine associations."""
    solved = solve_drawn(grid_town(20), max_members=4)
    whole = {name: prices(options_for(solved.plan, name)) for name in "abcdefghi"}
    near_only(monkeypatch, 6, 3)
    for name in "abcdefghi":
        table = options_for(solved.plan, name)
        assert not table["exact"].any()
        assert all(price >= whole[name][partner] for partner, price in prices(table).items())


def test_a_part_with_too_many_groups_is_planned_nearby(monkeypatch):
    """The 3 x 3 grid without a cap: where its groups are too many to list, those around are looked at instead.

    It once raised, after many seconds, though groups nearby could be listed.
    """
    solved = solve_drawn(grid_town(20), max_members=None)
    monkeypatch.setattr(options, "_MOST_SETS", 60)
    monkeypatch.setattr(options, "_NEARBY", (6, 3))
    table = options_for(solved.plan, "e")
    assert not table["exact"].any()
    assert (table["price_below_floor"].dropna() >= 0).all()
    assert table["in_plan"].any()


def test_too_many_groups_even_around_are_said(monkeypatch):
    """Where not even the association's own group can be looked at, the error says what helps."""
    solved = solve_drawn(grid_town(20), max_members=None)
    monkeypatch.setattr(options, "_MOST_SETS", 0)
    monkeypatch.setattr(taken_apart.TakenApart.options_part, "__kwdefaults__", {"max_sets": 0})
    with pytest.raises(TooManyCandidatesError, match="What helps"):
        options_for(solved.plan, "e")


# --- against every legal plan -----------------------------------------------------------------------------------------


def assert_prices_are_true(solved: Solved, name: str, table: pd.DataFrame) -> None:
    """Each row is the best legal plan in which the two share a group, or in which it is left as it is."""
    judged = len(solved.stages) - 1
    own = own_groups(solved.case.rules, name)
    for partner, price in prices(table).items():
        best = solved.best_where(
            (lambda groups: own in groups)
            if partner == name
            else (lambda groups, both={name, partner}: any(both <= ids for ids in groups))
        )
        assert best is not None
        assert price == tuple(a - b for a, b in zip(best.prices, solved.best, strict=True))[:judged], partner
        ids, changed = frozenset(table.at[partner, "group_ids"]), table.at[partner, "changed"]
        as_good = [each.groups for each in solved.plans if each.prices == best.prices]
        assert any(ids in groups and difference(groups, groups_of(solved.plan)) == changed for groups in as_good), (
            partner
        )
    assert [*prices(table).values()] == sorted(prices(table).values())


def assert_blocked_minimally(solved: Solved, name: str, partner: str, blocking: tuple[str, ...]) -> None:
    """With these rules alone no legal group holds both; without any one of them some does."""
    case = solved.case

    def can_meet(kept: tuple[str, ...]) -> bool:
        rules, borders = case.rules, case.borders
        for rule in hard_rules(rules):
            rules = rules if rule in kept else without_rule(rules, rule)
        if BARRED_BORDERS not in kept:
            borders = borders.assign(barred_by="")
        return any({name, partner} <= ids for ids in legal_groups(case.associations, borders, rules, case.halls))

    if blocking == ("min_households",):
        assert not can_meet(())
        return
    assert blocking
    assert not can_meet(blocking)
    assert all(can_meet(tuple(other for other in blocking if other != rule)) for rule in blocking)


@pytest.mark.slow
def test_the_options_of_random_towns_cost_what_brute_force_says():
    """For every association: exactly those it shares some legal group with are partners, each at its true price."""
    for seed in towns_with_a_choice():
        solved = solved_town(seed)
        case = solved.case
        legal = legal_groups(case.associations, case.borders, case.rules, case.halls)
        for name in solved.plan.members.index:
            table = options_for(solved.plan, name)
            assert set(prices(table)) == {other for ids in legal if name in ids for other in ids}, (seed, name)
            assert table["exact"].all()
            assert_prices_are_true(solved, name, table)
            now = next(ids for ids in groups_of(solved.plan) if name in ids)
            in_plan = (now - {name}) | ({name} if now == own_groups(case.rules, name) else set())
            assert set(table.index[table["in_plan"]]) == in_plan, (seed, name)


@pytest.mark.slow
def test_the_neighbours_of_random_towns_that_are_blocked_are_blocked_by_those_rules():
    """Every neighbour is a partner or blocked; the rules named forbid it, and not one of them could be left out."""
    for seed in towns_with_a_choice():
        solved = solved_town(seed)
        pairs = list(zip(solved.case.borders["a"], solved.case.borders["b"], strict=True))
        for name in solved.plan.members.index:
            table = options_for(solved.plan, name)
            beside = {other for pair in pairs if name in pair for other in pair}
            assert beside & set(solved.plan.members.index) <= {*table.index}, (seed, name)
            for partner in set(table.index) - set(prices(table)):
                assert partner in beside
                assert_blocked_minimally(solved, name, partner, table.at[partner, "blocked_by"])


@pytest.mark.slow
def test_prices_around_are_upper_bounds_in_random_towns(monkeypatch):
    """With three units planned anew no price is below the true one, and one that is called exact is the true one."""
    whole = {}
    for seed in towns_with_a_choice(25):
        solved = solved_town(seed)
        whole[seed] = {name: prices(options_for(solved.plan, name)) for name in solved.plan.members.index}
    near_only(monkeypatch, 3, 2)
    for seed, of_town in whole.items():
        for name, true in of_town.items():
            table = options_for(solved_town(seed).plan, name)
            priced = prices(table)
            assert set(priced) <= set(true)
            assert all(price >= true[partner] for partner, price in priced.items()), (seed, name)
            assert all(priced[partner] == true[partner] for partner in priced if table.at[partner, "exact"])


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["nobody", "z"])
def test_an_id_that_is_no_inhabited_association_is_refused(name):
    """Unknown, or a place where nobody lives: the error names it."""
    plan = solve_drawn(hollow_town(60), max_members=2).plan
    with pytest.raises(InputError, match=f"'{name}' is not an inhabited association"):
        options_for(plan, name)


# --- the sample city --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_sample_city_says_what_lifting_its_last_small_association_would_cost(sample_plan):
    """花山字本沢温湯, 5 households, is left: at best 11 households would be left instead, 6 more than now.

    Its neighbour in 栗駒文字 belongs to another former school district.
    """
    table = options_for(sample_plan, "04213077002")
    assert table["exact"].all()
    assert prices(table)["04213077002"] == (0, 0, 0, 0)
    assert prices(table)["04213077001"] == (6, 0, 0, 7_672)
    assert table.at["04213048026", "blocked_by"] == ("keep_within:former_school_district",)
    assert len(table) == 10
