"""What one goal costs in another: the curve by hand, and against the Pareto set of every legal plan."""

from __future__ import annotations

from itertools import permutations

import pytest

import kurihara_geo as kg
from kurihara_geo.errors import InputError, TooManyCandidatesError
from kurihara_geo.studies import curves, taken_apart
from kurihara_geo.studies import trade_off as asked
from tests.studies.brute import (
    difference,
    groups_of,
    merged_of,
    prices_of,
    solve_drawn,
    solved_town,
    towns_with_a_choice,
    unproven,
)
from tests.towns import draw_town, grid_town, path_town, square_town, walled_town

pytestmark = pytest.mark.filterwarnings("ignore::kurihara_geo.errors.IslandWarning")


def points(curve) -> list[tuple[int, int]]:
    """Give the curve as pairs of values."""
    return list(zip(curve.table[curve.first], curve.table[curve.second], strict=True))


def pareto(solved, first: str, second: str) -> list[tuple[int, int]]:
    """Find the pairs of values of legal plans that no other beats, the stages before the earlier of the two held."""
    a, b = solved.stages.index(first), solved.stages.index(second)
    held = min(a, b)
    found = {(each.prices[a], each.prices[b]) for each in solved.plans if each.prices[:held] == solved.best[:held]}
    return sorted(x for x in found if not any(y != x and y[0] <= x[0] and y[1] <= x[1] for y in found))


# --- drawn by hand ----------------------------------------------------------------------------------------------------


def test_travel_falls_where_somebody_may_stay_small():
    """a60 - b60 - v20, 500 m apart: v with b travels 20 x 500 and nobody is below; v alone: 20 below, no travel."""
    curve = asked(solve_drawn(path_town()).plan, "below_floor", "travel")
    assert points(curve) == [(0, 10_000), (20, 0)]
    assert curve.table["in_plan"].tolist() == [True, False]
    assert curve.table["groups"].tolist() == [2, 3]
    assert curve.table["changed"].tolist() == [0, 2]
    assert curve.exact


def test_a_point_is_a_verified_plan():
    """The second point of the path: everybody stays alone, as the table says, without a claim of proof."""
    plan = asked(solve_drawn(path_town()).plan, "below_floor", "travel").at(1)
    assert merged_of(plan) == set()
    assert prices_of(plan) == (20, 0, 0, 0, 0)
    assert not plan.proven
    assert plan.search["trade_off"] == ["below_floor", "travel"]
    assert plan.search["point"] == 1


def test_the_point_of_the_plan_is_the_plan():
    """Of the two pairings of the square, equal in both stages, the curve shows the one the plan has."""
    solved = solve_drawn(square_town())
    curve = asked(solved.plan, "mergers", "travel")
    assert groups_of(curve.at(0)) == groups_of(solved.plan)
    assert curve.table["changed"].tolist() == [0]


def test_the_stages_before_are_held():
    """a60 - b60 - v20: nobody may be left below, so mergers against travel has one point; v alone is no way out."""
    assert points(asked(solve_drawn(path_town()).plan, "mergers", "travel")) == [(1, 10_000)]


def test_the_curves_of_parts_are_added():
    """p30 - q30 | r30 - s60 with the wall: left p q or nobody (60 below), right r s or r alone (30 below).

    500 m each: left costs 30 x 500, right 30 x 500. Below 0: 30,000; 30: 15,000; 90: 0. 60 below with 15,000 is beaten.
    """
    curve = asked(solve_drawn(walled_town(), keep_within=["former_school_district"]).plan, "below_floor", "travel")
    assert points(curve) == [(0, 30_000), (30, 15_000), (90, 0)]


def test_a_plan_lies_off_the_curve_where_a_stage_between_decided_it():
    """Four of 30, a and b above c and d; a and c are 1,000 m wide: 750 m from a to b, 500 m from a to c.

    Pairs one above the other would travel 2 x 30 x 500, but cross the former towns; the plan pairs side by side and
    travels 2 x 30 x 750. The stage of crossings lies between the two of the curve and is free there.
    """
    town = draw_town(
        """
        aab
        ccd
        """,
        30,
        former_town=dict.fromkeys("ab", "架空町") | dict.fromkeys("cd", "架空村"),
    )
    solved = solve_drawn(town, prefer_within=["former_town"])
    assert merged_of(solved.plan) == {"a b", "c d"}
    curve = asked(solved.plan, "mergers", "travel")
    assert points(curve) == [(2, 30_000)]
    assert curve.table["in_plan"].tolist() == [False]


def test_groups_that_could_be_split_are_on_the_curve():
    """Four of 30 and a target of 120: two pairs miss it by 60 each; all four, a merger more, meet it."""
    rules = {"objective": ["below_floor", "mergers", "balance"], "target_households": 120}
    curve = asked(solve_drawn(square_town(), **rules).plan, "mergers", "balance")
    assert points(curve) == [(2, 120), (3, 0)]
    assert merged_of(curve.at(1)) == {"a b c d"}


def test_the_curve_can_be_shown_in_a_notebook():
    """The view holds the points and says that the curve is exact."""
    curve = asked(solve_drawn(path_town()).plan, "below_floor", "travel")
    assert "10000" in curve._repr_html_()
    assert "正確な曲線" in curve._repr_html_()


def test_a_town_that_can_only_stay_as_it_is_has_one_point():
    """Two islands: the plan, and nothing else."""
    assert points(asked(solve_drawn(draw_town("a.b", 60)).plan)) == [(0, 0)]


# --- where not everything is looked at --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second"), [("below_floor", "travel"), ("travel", "below_floor"), ("mergers", "travel")]
)
def test_the_solver_finds_the_curve_point_by_point(monkeypatch, first, second):
    """The 3 x 3 grid of 20 each with no states allowed: the same points as when everything is looked at."""
    solved = solve_drawn(grid_town(20), max_members=3)
    whole = points(asked(solved.plan, first, second))
    monkeypatch.setattr(curves, "_STATES", 0)
    curve = asked(solved.plan, first, second)
    assert points(curve) == whole == pareto(solved, first, second)
    assert curve.exact


@pytest.mark.parametrize(
    ("objective", "stages"),
    [
        (None, ("mergers", "travel")),
        ([{"below_floor": 1000, "mergers": 1}, "travel"], ("1000 below_floor + mergers", "travel")),
        (["below_floor", {"mergers": 5000, "travel": 1}], ("5000 mergers + travel", "below_floor")),
        (["below_floor", "travel"], ("below_floor", "travel")),
    ],
)
def test_the_stages_of_mergers_and_travel_are_found_without_being_named(objective, stages):
    """Alone or weighed against other terms; where both are one stage, or one is missing, another stage stands in."""
    rules = {} if objective is None else {"objective": objective}
    curve = asked(solve_drawn(path_town(), **rules).plan)
    assert (curve.first, curve.second) == stages


def test_a_plan_with_a_single_stage_has_no_curve_without_names():
    """All is one sum: there is nothing to trade, and the stages are listed."""
    plan = solve_drawn(path_town(), objective=[{"below_floor": 1000, "mergers": 1, "travel": 1}]).plan
    with pytest.raises(InputError, match=r"two different stages of the plan \(1000 below_floor"):
        asked(plan)


def test_the_largest_weights_have_the_curve_of_small_ones(monkeypatch):
    """Left to the solver, 1,500 households below the floor times 10**12: more than a row takes, and the same points.

    On the 3 x 3 grid of 20 the merger that a weight of 10**12 stands before counts as it does with 1,000.
    """
    monkeypatch.setattr(curves, "_STATES", 0)
    town = grid_town(20)
    town.loc[town.index[0], "households"] = 1500
    found = []
    for weight in (100, 10**12):
        rules = {
            "min_households": 2000,
            "max_members": 3,
            "objective": [{"below_floor": weight, "mergers": 1}, "travel"],
        }
        curve = asked(solve_drawn(town, **rules).plan)
        assert curve.exact
        found.append([(*divmod(value, weight), travel) for value, travel in points(curve)])
    assert found[0] == found[1]


def test_a_part_without_time_stays_as_it_is_and_is_named(monkeypatch):
    """Too many states and no second for the solver: the plan's own point, not called exact, and where that is."""
    monkeypatch.setattr(curves, "_STATES", 0)
    curve = asked(solve_drawn(path_town()).plan, "below_floor", "travel", time_limit_s=1e-9)
    assert points(curve) == [(0, 10_000)]
    assert (curve.exact, curve.left_out) == (False, ("a",))
    assert "元の案のまま" in curve._repr_html_()


def test_without_any_time_every_part_stays_as_it_is():
    """The limit is for listing groups and looking through plans too: both sides of the wall are named."""
    plan = solve_drawn(walled_town(), keep_within=["former_school_district"]).plan
    curve = asked(plan, "below_floor", "travel", time_limit_s=1e-9)
    assert points(curve) == [(0, 30_000)]
    assert (curve.exact, curve.left_out) == (False, ("p", "r"))


def test_a_part_with_too_many_groups_stays_as_it_is_and_is_named(monkeypatch):
    """a60 - b60 - v20 cannot be listed, r30 - s30 can: r and s merged, or 60 households below. It once failed."""
    plan = solve_drawn(draw_town("abv.rs", {"a": 60, "b": 60, "v": 20, "r": 30, "s": 30})).plan
    run = taken_apart.GroupSearch.run

    def refuse_the_path(search, budget):
        if len(search.units) == 3:
            raise TooManyCandidatesError("too many")
        return run(search, budget)

    monkeypatch.setattr(taken_apart.GroupSearch, "run", refuse_the_path)
    curve = asked(plan, "below_floor", "travel")
    assert points(curve) == [(0, 25_000), (60, 10_000)]
    assert (curve.exact, curve.left_out) == (False, ("a",))


@pytest.mark.parametrize(("stages", "family"), [(("travel", "tie_break"), "atomic"), (("mergers", "travel"), "full")])
def test_groups_that_can_be_split_are_listed_only_where_the_mergers_are_free(monkeypatch, stages, family):
    """With the mergers held at the least, a group that could be split is in no plan of the curve."""
    listed = []
    part_in_time = taken_apart.TakenApart.part_in_time

    def note(apart, territory, family, deadline):
        listed.append(family)
        return part_in_time(apart, territory, family, deadline)

    monkeypatch.setattr(taken_apart.TakenApart, "part_in_time", note)
    solved = solve_drawn(grid_town(20), max_members=4)
    assert points(asked(solved.plan, *stages)) == pareto(solved, *stages)
    assert listed == [family]


def test_a_curve_with_too_many_points_is_refused(monkeypatch):
    """The limit is stated, with what helps."""
    monkeypatch.setattr(curves, "_MOST_POINTS", 1)
    with pytest.raises(InputError, match="more than 1 points; choose stages with fewer values"):
        asked(solve_drawn(path_town()).plan, "below_floor", "travel")


# --- against every legal plan -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_curves_of_random_towns_are_the_pareto_sets():
    """For two pairs of stages in each town, another two in the next; the points are all there, and nothing else."""
    for number, seed in enumerate(towns_with_a_choice()):
        solved = solved_town(seed)
        pairs = list(permutations(solved.stages, 2))
        for first, second in {pairs[number % len(pairs)], pairs[number * 7 % len(pairs)]}:
            curve = asked(solved.plan, first, second)
            assert points(curve) == pareto(solved, first, second), (seed, first, second)
            assert curve.exact


@pytest.mark.slow
def test_every_point_in_random_towns_is_a_legal_plan_with_the_values_said():
    """The plan made of a point is among all legal ones and costs what it costs there; the table counts its changes."""
    for seed in towns_with_a_choice(25):
        solved = solved_town(seed)
        legal = {each.groups: each.prices for each in solved.plans}
        curve = asked(solved.plan, solved.stages[0], solved.stages[-1])
        for point in curve.table.index[:6]:
            plan = curve.at(point)
            assert legal[groups_of(plan)] == prices_of(plan), (seed, point)
            assert (prices_of(plan)[0], prices_of(plan)[-1]) == points(curve)[point]
            assert curve.table.at[point, "changed"] == difference(groups_of(plan), groups_of(solved.plan))
            assert curve.table.at[point, "groups"] == len(plan.groups)


@pytest.mark.slow
def test_the_solver_finds_the_curves_of_random_towns(monkeypatch):
    """With no states allowed the points are the same."""
    monkeypatch.setattr(curves, "_STATES", 0)
    for seed in towns_with_a_choice(25):
        solved = solved_town(seed)
        first, second = solved.stages[0], solved.stages[-1]
        assert points(asked(solved.plan, first, second)) == pareto(solved, first, second), seed


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stages", [("mergers", "mergers"), ("beauty", "travel"), ("mergers", "beauty")])
def test_a_curve_needs_two_different_stages_of_the_plan(stages):
    """The error lists those there are."""
    with pytest.raises(InputError, match=r"stages? of the plan \(below_floor"):
        asked(solve_drawn(path_town()).plan, *stages)


def test_an_unproven_plan_has_no_curve():
    """What is held must be the least there is."""
    with pytest.raises(InputError, match="not proven"):
        asked(unproven(path_town()))


def test_a_point_that_is_not_there_is_refused():
    """The error says which there are."""
    curve = asked(solve_drawn(path_town()).plan, "below_floor", "travel")
    with pytest.raises(InputError, match="points 0 to 1, not 2"):
        curve.at(2)


def test_a_written_point_can_be_verified_from_its_files(ichihasama_plan, tmp_path):
    """Every point of a curve of the sample, written like any plan: nothing is said that its files do not show."""
    curve = asked(ichihasama_plan, "below_floor", "mergers")
    assert len(curve.table) > 2
    for point in curve.table.index:
        files = kg.write_plan(curve.at(point), tmp_path / str(point))
        checked = kg.verify_plan(files["plan.geojson"], files["associations.geojson"], borders=files["borders.geojson"])
        assert checked.faults == ()
