"""The engine that lists no groups, through the front door: against the best of all plans of small random towns."""

from __future__ import annotations

import warnings

import pytest

import kurihara_geo as kg
from kurihara_geo.errors import NotProvenWarning, RulesError
from kurihara_geo.model.objectives import tie_break_draw
from tests.oracle import all_plans
from tests.strategies import random_case
from tests.towns import draw_town, exact_borders

pytestmark = pytest.mark.filterwarnings("ignore::kurihara_geo.errors.IslandWarning")

SEEDS, CHUNK = 80, 10

# A limit for work that ends by itself: no machine is so slow that its clock decides.
NO_MACHINE_TAKES_S = 1800.0


def search(associations, borders, rules, **options):
    """Propose with the engine that lists no groups; whether it is proven is asked, not warned of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotProvenWarning)
        return kg.propose_mergers(
            associations, rules, borders=borders, engine="search", time_limit_s=NO_MACHINE_TAKES_S, **options
        )


def fault(seed: int) -> str:
    """Search the town of a seed and hold every claim against brute force; say what is wrong, or nothing."""
    case = random_case(seed, max_units=7)
    if case.rules.max_way_m is not None:
        return ""
    best = all_plans(case.associations, case.borders, case.rules, tie_break_draw, halls=case.halls)[0]
    plan = search(case.associations, case.borders, case.rules, halls=case.halls)
    values = [stage.value for stage in plan.stages]
    if values < list(best.prices):
        return f"seed {seed}: {values} is better than the best plan {best.prices}{case}"
    for number, (stage, truth) in enumerate(zip(plan.stages, best.prices, strict=True)):
        if values[:number] != list(best.prices[:number]):
            break  # a later bound speaks of plans with these values before it
        if stage.bound is not None and stage.bound > truth:
            return f"seed {seed}: {stage.name} bound {stage.bound} above {truth}{case}"
        if stage.proven and stage.value != truth:
            return f"seed {seed}: {stage.name} is called proven at {stage.value}, the best is {truth}{case}"
    return ""


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_what_the_search_claims_is_true(first: int):
    """No bound is above the best plan, nothing is called proven that is not, and every plan keeps every rule."""
    faults = [text for seed in range(first, first + CHUNK) if (text := fault(seed))]
    assert not faults, "\n".join(faults)


def test_a_floor_of_its_own_gives_no_more_groups_than_units():
    """a40 - b40 - c4 with a floor of 5 for c: 84 households over 5 are 16 groups on paper, three units in the town."""
    town = draw_town("abc", {"a": 40, "b": 40, "c": 4})
    rules = kg.MergeRules(
        max_members=None, lower_floors=[{"ids": ["c"], "min_households": 5, "reason": "冬は通えない"}]
    )
    plan = search(town, exact_borders(town), rules)
    assert plan.stages[0].value == 0
    assert plan.summary()["households_after"] == 84


def test_a_floor_of_nothing_is_no_division_by_it():
    """With a floor of 0 households and one of people, who is left is counted by people."""
    town = draw_town("ab", 30).assign(people_20_64=[20, 40])
    rules = kg.MergeRules(min_households=0, floors={"people_20_64": 50}, floors_apply_to="all")
    assert [len(ids) for ids in search(town, exact_borders(town), rules).groups["member_ids"]] == [2]


def test_a_filter_is_refused_with_what_to_do():
    """The way to the meeting place needs every group listed; the message says which engine does that."""
    town = draw_town("ab", 30)
    with pytest.raises(RulesError, match="set_partitioning"):
        search(town, exact_borders(town), kg.MergeRules(max_way_m=400))


def test_travel_is_bounded_by_the_places_where_groups_can_meet():
    """A ring of eight of 25 around nobody: travel cannot be 0, and the bound knows it."""
    town = draw_town("abc\nhzd\ngfe", dict.fromkeys("abcdefgh", 25) | {"z": 0})
    travel = {stage.name: stage for stage in search(town, exact_borders(town), kg.MergeRules(max_members=None)).stages}[
        "travel"
    ]
    # Four pairs, each 25 households over 500 m, whoever pairs up with whom.
    assert (travel.value, travel.bound) == (4 * 25 * 500, 4 * 25 * 500)
