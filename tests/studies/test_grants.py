"""Grants are whole yen, add up, and lose one flat share for each association that disappears."""

from __future__ import annotations

import pytest

import kurihara_geo as kg
from kurihara_geo import columns
from kurihara_geo.errors import InputError
from tests.plans import plan_by_hand
from tests.towns import draw_town, exact_borders


def plan_of(**more):
    """Make the plan abc | d of a30 - b20 - c10 - d70."""
    town = draw_town("abcd", {"a": 30, "b": 20, "c": 10, "d": 70}, **more)
    rules = kg.MergeRules(min_households=50, max_members=None)
    return plan_by_hand(town, exact_borders(town), rules, [("a", "b", "c"), ("d",)])


def test_a_group_of_three_loses_two_flat_shares():
    """Abc: 3 * 50 000 + 60 * 400 before, 1 * 50 000 + 60 * 400 after; d stays."""
    table = kg.estimate_grants(plan_of(), kg.GrantShares(flat=50_000, per_household=400))
    assert list(table) == [column.name for column in columns.GRANTS][1:]
    assert table.loc["a", ["before", "after", "change"]].tolist() == [174_000, 74_000, -100_000]
    assert table.loc["d", ["before", "after", "change"]].tolist() == [78_000, 78_000, 0]


def test_people_count_where_there_is_a_share_for_them():
    """Abc has 90 + 50 + 20 people at 100 yen."""
    plan = plan_of(population={"a": 90, "b": 50, "c": 20, "d": 200})
    table = kg.estimate_grants(plan, kg.GrantShares(per_person=100))
    assert table["after"].tolist() == [16_000, 20_000]
    assert table["change"].tolist() == [0, 0]


def test_people_that_are_not_known_are_named():
    """B and c have none; every one is named."""
    plan = plan_of(population={"a": 90, "d": 200})
    with pytest.raises(InputError, match="b 架空B区, c 架空C区"):
        kg.estimate_grants(plan, kg.GrantShares(per_person=100))


@pytest.mark.parametrize(
    "given", [{}, {"flat": 0}, {"flat": -1}, {"flat": 0.5}, {"flat": "x"}, {"flat": True}, {"per_person": None}]
)
def test_shares_are_whole_yen(given):
    """Nothing, all 0, negative, half a yen, a text, a yes, nothing named."""
    with pytest.raises(InputError):
        kg.GrantShares(**given)


def test_very_large_shares_stay_exact():
    """10^30 yen is no number a machine word holds."""
    table = kg.estimate_grants(plan_of(), kg.GrantShares(flat=10**30))
    assert table["change"].tolist() == [-2 * 10**30, 0]


def test_what_is_no_shares_is_refused():
    """A number says nothing of how it is shared out."""
    with pytest.raises(InputError, match="GrantShares"):
        kg.estimate_grants(plan_of(), 50_000)
