"""All groups are explained at once, within a time, and those left out are said."""

from __future__ import annotations

import pytest

import kurihara_geo as kg
from kurihara_geo.errors import InputError, KuriharaGeoWarning
from kurihara_geo.studies import explained_groups
from tests.towns import draw_town, exact_borders


@pytest.fixture(scope="module")
def plan():
    """Give the plan of a30 - b30 - c80 . d10: ab is merged, c unchanged, d an island below the floor."""
    town = draw_town("abc.d", {"a": 30, "b": 30, "c": 80, "d": 10})
    return kg.propose_mergers(town, kg.MergeRules(max_members=None), borders=exact_borders(town))


def test_merged_and_left_groups_are_explained_and_unchanged_ones_are_not(plan):
    """The same words as for one group, in the order of the groups."""
    said = kg.explain_groups(plan)
    assert list(said) == ["a", "d"]
    assert {name: each.ja for name, each in said.items()} == {
        name: kg.explain_merger(plan, name, relaxations=False).ja for name in ("a", "d")
    }


def test_no_group_is_begun_after_the_time_is_up(plan, monkeypatch: pytest.MonkeyPatch):
    """The clock jumps to the limit after the first group: the island is explained, ab is named as left out."""
    moments = iter([0.0, 100.0])
    monkeypatch.setattr(explained_groups, "deadline_after", lambda _: 60.0)
    monkeypatch.setattr(explained_groups.time, "monotonic", lambda: next(moments, 100.0))
    monkeypatch.setattr(explained_groups, "explain_merger", lambda _plan, name, **_: name)
    with pytest.warns(KuriharaGeoWarning, match="1 of 2 groups are not explained: a"):
        said = kg.explain_groups(plan)
    assert list(said) == ["d"]


def test_relaxations_are_looked_for_where_asked(plan):
    """An island is freed by nothing the rules hold, and the table says so."""
    assert kg.explain_groups(plan)["d"].relaxations is None
    assert kg.explain_groups(plan, relaxations=True)["d"].relaxations is not None


@pytest.mark.parametrize("given", [{"time_limit_s": 0}, {"time_limit_s": "x"}, {"relaxations": "x"}])
def test_values_of_a_wrong_kind_are_refused(plan, given):
    """One message that says what to give."""
    with pytest.raises(InputError):
        kg.explain_groups(plan, **given)
