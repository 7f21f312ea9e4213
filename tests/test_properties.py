"""What holds for every plan of every town, tried on random small ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.oracle import STAGES
from tests.strategies import Case, cases

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    import geopandas as gpd

    from kurihara_geo.rules import MergeRules

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::kurihara_geo.errors.IslandWarning")]
tried = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # cases are small already, and shrinking them takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

# Rules made looser: every plan allowed before is allowed after, at the same price or a lower one.
LOOSER: dict[str, Callable[[MergeRules], MergeRules]] = {
    "without max_households": lambda rules: rules.replace(max_households=None),
    "without max_members": lambda rules: rules.replace(max_members=None),
    "one more member": lambda rules: rules.replace(max_members=rules.max_members and rules.max_members + 1),
    "without walls": lambda rules: rules.replace(keep_within=[], missing_as=_keep_missing(rules, rules.prefer_within)),
    "without apart": lambda rules: rules.replace(apart=[]),
    "without unchanged": lambda rules: rules.replace(unchanged=[]),
    "floor lowered": lambda rules: rules.replace(min_households=rules.min_households // 2),
    "without soft boundaries": lambda rules: rules.replace(
        prefer_within={}, missing_as=_keep_missing(rules, rules.keep_within)
    ),
    # A set left below the floor together may now be left one by one: as many households, fewer mergers.
    "without together": lambda rules: rules.replace(together=[]),
}


def _keep_missing(rules: MergeRules, columns) -> dict[str, str]:
    return {column: value for column, value in rules.missing_as.items() if column in columns}


def propose(case: Case, rules: MergeRules | None = None):
    """Make the plan of a case."""
    import kurihara_geo as kg

    return kg.propose_mergers(case.associations, rules or case.rules, borders=case.borders)


def stage_values(plan) -> tuple[int, ...]:
    """Give the values in the order they were minimised."""
    assert tuple(stage.name for stage in plan.stages) == STAGES
    return tuple(stage.value for stage in plan.stages)


def groups_of(plan) -> frozenset[frozenset[str]]:
    """Give the groups as sets of ids."""
    return frozenset(frozenset(ids) for ids in plan.groups["member_ids"])


def shuffled(table: gpd.GeoDataFrame, order: Random) -> gpd.GeoDataFrame:
    """Give the same rows in another order."""
    places = list(range(len(table)))
    order.shuffle(places)
    return table.iloc[places]


def renamed(case: Case, order: Random) -> Case:
    """Give the same case under other ids, whose text order is another one."""
    names = list(case.associations.index)
    numbers = order.sample(range(1000), len(names))
    new = {name: f"n{number}" for name, number in zip(names, numbers, strict=True)}
    borders = case.borders.copy()
    ends = [sorted((new[a], new[b])) for a, b in zip(borders["a"], borders["b"], strict=True)]
    borders["a"], borders["b"] = [a for a, _ in ends], [b for _, b in ends]
    rules = case.rules.replace(
        together=[[new[name] for name in ids] for ids in case.rules.together],
        apart=[[new[name] for name in ids] for ids in case.rules.apart],
        unchanged=[new[name] for name in case.rules.unchanged],
    )
    associations = case.associations.rename(index=new)
    return Case(associations, borders.sort_values(["a", "b"], ignore_index=True), rules)


@tried
@given(case=cases())
def test_each_inhabited_association_is_in_exactly_one_group(case: Case):
    """Nobody is left out and nobody is in two groups; areas where nobody lives are in none."""
    plan = propose(case)
    listed = sorted(name for ids in plan.groups["member_ids"] for name in ids)
    assert listed == sorted(case.associations.index[case.associations["households"] > 0])
    assert sorted(plan.members.index) == listed
    assert all(name in plan.groups.at[group, "member_ids"] for name, group in plan.members["group_id"].items())


@tried
@given(case=cases())
def test_each_group_is_connected_through_open_borders(case: Case):
    """From any member one reaches every other through members, across borders that are not barred."""
    plan = propose(case)
    usable = case.borders[case.borders["barred_by"] == ""]
    graph = nx.Graph(list(zip(usable["a"], usable["b"], strict=True)))
    graph.add_nodes_from(case.associations.index)
    for ids in plan.groups["member_ids"]:
        assert nx.is_connected(graph.subgraph(ids)), sorted(ids)


@tried
@given(case=cases())
def test_households_and_area_are_conserved(case: Case):
    """Nobody appears or disappears, and no land does, in each group and in the whole town."""
    plan = propose(case)
    inhabited = case.associations[case.associations["households"] > 0]
    assert plan.groups["households"].sum() == inhabited["households"].sum()
    assert plan.groups.area.sum() == pytest.approx(inhabited.area.sum())
    for _, group in plan.groups.iterrows():
        part = inhabited.loc[list(group["member_ids"])]
        assert group["households"] == part["households"].sum()
        assert group.geometry.area == pytest.approx(part.area.sum())


@tried
@given(case=cases())
def test_a_merged_group_has_enough_households(case: Case):
    """A group below the floor is one association, or a set put together by the rules, and is marked."""
    plan = propose(case)
    asked_for = {name for ids in case.rules.together for name in ids}
    for _, group in plan.groups.iterrows():
        below = group["households"] < case.rules.min_households
        assert (group["status"] == "below_floor") == below
        assert not below or len(group["member_ids"]) == 1 or set(group["member_ids"]) <= asked_for
    left = plan.groups[plan.groups["status"] == "below_floor"]
    assert stage_values(plan)[0] == left["households"].sum()


@tried
@given(case=cases())
def test_a_plan_is_proven_and_its_bounds_are_its_values(case: Case):
    """Towns this small are always solved to the end."""
    plan = propose(case)
    assert plan.proven
    assert [stage.bound for stage in plan.stages] == list(stage_values(plan))


@tried
@given(case=cases(), order=st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(case: Case, order: Random):
    """Shuffled associations and borders give the same groups and the same stage values."""
    plan = propose(case)
    mixed = propose(Case(shuffled(case.associations, order), shuffled(case.borders, order), case.rules))
    assert groups_of(mixed) == groups_of(plan)
    assert stage_values(mixed) == stage_values(plan)


@tried
@given(case=cases(), order=st.randoms(use_true_random=False))
def test_renaming_ids_changes_no_stage_but_the_tie_break(case: Case, order: Random):
    """The same town under other ids has the same below_floor, mergers, crossings and travel."""
    assert stage_values(propose(renamed(case, order)))[:4] == stage_values(propose(case))[:4]


@tried
@given(case=cases())
def test_the_same_input_gives_the_same_plan(case: Case):
    """Asking twice gives equal groups and stages, the lottery among ties included."""
    first, second = propose(case), propose(case)
    assert groups_of(first) == groups_of(second)
    assert stage_values(first) == stage_values(second)


@pytest.mark.parametrize("change", LOOSER)
@settings(tried, max_examples=30)
@given(case=cases())
def test_loosening_a_rule_never_worsens_the_plan(change: str, case: Case):
    """With more plans allowed, (below_floor, mergers, crossings, travel) in that order is never larger.

    A single stage may well be: a lifted ceiling can bring below_floor down at the price of more mergers.
    """
    looser = LOOSER[change](case.rules)
    assert stage_values(propose(case, looser))[:4] <= stage_values(propose(case))[:4]


@tried
@given(case=cases())
def test_opening_every_barred_border_never_worsens_the_plan(case: Case):
    """A border that can be passed forbids no group: the first four stages in order are never larger."""
    opened = Case(case.associations, case.borders.assign(barred_by="", reason=""), case.rules)
    assert stage_values(propose(opened))[:4] <= stage_values(propose(case))[:4]
