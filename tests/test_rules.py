"""What the city asks: checked as a whole, kept unchanged, written with comments and read back the same."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import tomllib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kurihara_geo.errors import RulesError
from kurihara_geo.rules import MergeRules, joined_sets

FULL = MergeRules(
    min_households=40,
    max_households=300,
    max_members=None,
    keep_within=["former_town"],
    prefer_within={"council": 2, "旧小学校区": 1},
    together=[["a", "b"], ["b", "c"]],
    apart=[["a", "x"]],
    unchanged=["y"],
    missing_as={"former_town": "不明"},
)
WRONG = [
    ("min_households", -1, "0 or more"),
    ("min_households", 50.0, "whole number"),
    ("min_households", "50", "whole number"),
    ("min_households", True, "whole number"),
    ("min_households", None, "whole number"),
    ("min_households", float("nan"), "whole number"),
    ("max_households", 0, "1 or more"),
    ("max_households", "none", "whole number"),
    ("max_members", 0, "1 or more"),
    ("max_members", 2.5, "whole number"),
    ("keep_within", "former_town", "list of texts"),
    ("keep_within", [1], "texts only"),
    ("keep_within", [""], "texts only"),
    ("keep_within", None, "list of texts"),
    ("prefer_within", {"council": 0}, "1 or more"),
    ("prefer_within", {"council": 1.5}, "whole number"),
    ("prefer_within", "council", "list of texts"),
    ("together", ["a", "b"], "list of texts"),
    ("together", [["a"]], "two different ids"),
    ("together", [["a", "a"]], "two different ids"),
    ("apart", "ab", "list of lists"),
    ("apart", [["a", 2]], "texts only"),
    ("unchanged", "a", "list of texts"),
    ("unchanged", 5, "list of texts"),
    ("missing_as", ["former_town"], "map columns to values"),
    ("missing_as", {"former_town": None}, "texts only"),
]


def test_the_defaults_are_the_citys():
    """A floor of 50, at most 6 members, nothing else."""
    rules = MergeRules()
    assert rules.to_dict() == {"min_households": 50, "max_members": 6}
    assert rules.boundary_columns == ()


@pytest.mark.parametrize(("name", "value", "message"), WRONG)
def test_a_value_of_the_wrong_type_or_range_is_refused(name: str, value, message: str):
    """The rule and what is wrong with it are both named."""
    with pytest.raises(RulesError, match=f"{name}: .*{message}"):
        MergeRules(**{name: value})


def test_every_wrong_value_is_named_at_once():
    """One wrong value in each of the nine rules gives nine problems."""
    first = {name: value for name, value, _ in reversed(WRONG)}
    with pytest.raises(RulesError) as raised:
        MergeRules(**first)
    assert [problem.message.split(":")[0] for problem in raised.value.problems] == [
        field.name for field in dataclasses.fields(MergeRules)
    ]


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"max_households": 49}, "max_households 49 is below min_households 50"),
        ({"together": [["a", "b"]], "apart": [["b", "a"]]}, "in together and in apart"),
        ({"together": [["a", "b"], ["b", "c"]], "apart": [["a", "c"]]}, "a and c are in together and in apart"),
        ({"together": [["a", "b"]], "unchanged": ["b"]}, "b is in unchanged and in together"),
        ({"together": [["a", "b"], ["b", "c"]], "max_members": 2}, "together asks for 3 members"),
        ({"keep_within": ["council"], "prefer_within": ["council"]}, "council is in keep_within and in prefer_within"),
        ({"missing_as": {"council": "不明"}}, "missing_as names council"),
    ],
)
def test_rules_that_contradict_each_other_are_refused(rules, message: str):
    """What cannot hold in any town is refused before there is a town."""
    with pytest.raises(RulesError, match=message):
        MergeRules(**rules)


def test_every_contradiction_is_named_at_once():
    """Three contradictions, three problems."""
    with pytest.raises(RulesError) as raised:
        MergeRules(max_households=1, together=[["a", "b"]], apart=[["a", "b"]], missing_as={"council": "不明"})
    assert len(raised.value.problems) == 3


def test_a_ceiling_at_the_floor_is_no_contradiction():
    """Groups of exactly 50 are possible."""
    assert MergeRules(min_households=50, max_households=50).max_households == 50


def test_lists_become_tuples_and_repeated_names_are_kept_once():
    """Lists, sets of one and generators are all the same to a planner; order is kept."""
    rules = MergeRules(keep_within=["b", "a", "b"], unchanged=(name for name in "xyx"), prefer_within=["c", "c"])
    assert rules.keep_within == ("b", "a")
    assert rules.unchanged == ("x", "y")
    assert rules.prefer_within == {"c": 1}
    assert rules.boundary_columns == ("b", "a", "c")


def test_whole_numbers_of_numpy_are_whole_numbers():
    """A floor computed from a table is a plain int in the rules."""
    assert type(MergeRules(min_households=np.int64(40)).min_households) is int


def test_rules_cannot_be_changed():
    """A rule cannot be set afterwards; replace gives new rules and leaves the old ones."""
    rules = MergeRules()
    with pytest.raises(dataclasses.FrozenInstanceError):
        rules.min_households = 10
    assert rules.replace(min_households=10).min_households == 10
    assert rules.min_households == 50


def test_rules_are_checked_again_when_replaced():
    """A replaced value is checked like any other."""
    with pytest.raises(RulesError, match="max_households 10 is below"):
        MergeRules().replace(max_households=10)


@pytest.mark.parametrize("name", ["prefer_within", "missing_as"])
def test_the_mappings_of_the_rules_cannot_be_changed(name: str):
    """Rules of a plan stay what they were when it was made, in every part."""
    rules = MergeRules(prefer_within={"council": 1}, missing_as={"council": "不明"})
    with pytest.raises(TypeError):
        getattr(rules, name)["council"] = 5


def test_what_the_planner_passes_in_may_change_afterwards():
    """The rules keep their own copy of lists and mappings."""
    columns, weights = ["former_town"], {"council": 1}
    rules = MergeRules(keep_within=columns, prefer_within=weights)
    columns.append("council")
    weights["council"] = 9
    assert rules == MergeRules(keep_within=["former_town"], prefer_within={"council": 1})


@pytest.mark.parametrize("again", [lambda r: pickle.loads(pickle.dumps(r)), copy.deepcopy], ids=["pickle", "deepcopy"])  # noqa: S301
def test_rules_travel_to_other_processes(again):
    """Pickled and copied rules are equal to the first."""
    assert again(FULL) == FULL


@pytest.mark.parametrize("rules", [MergeRules(), FULL], ids=["defaults", "full"])
def test_rules_survive_toml_and_dict(rules: MergeRules):
    """What is written is read back the same."""
    assert MergeRules.from_toml(rules.to_toml()) == rules
    assert MergeRules.from_dict(rules.to_dict()) == rules


def test_the_toml_says_what_each_rule_means():
    """Every rule written stands below a comment."""
    lines = [line for line in FULL.to_toml().splitlines() if line]
    names = [field.name for field in dataclasses.fields(MergeRules)]
    for name in names:
        (place,) = [n for n, line in enumerate(lines) if line.startswith((f"{name} =", f"[{name}]"))]
        assert lines[place - 1].startswith("# ")


def test_no_limit_on_members_is_written_as_none():
    """TOML has no empty value: max_members = "none" is no limit, and a missing max_members is the default."""
    assert 'max_members = "none"' in MergeRules(max_members=None).to_toml()
    assert MergeRules.from_toml('max_members = "none"').max_members is None
    assert MergeRules.from_toml("").max_members == 6


def test_a_file_with_comments_is_read():
    """A planner's own comments and order do not matter."""
    text = '# ours\nunchanged = ["y"] # 理由あり\n\nmin_households = 40\n[prefer_within]\n"旧小学校区" = 2\n'
    assert MergeRules.from_toml(text) == MergeRules(min_households=40, unchanged=["y"], prefer_within={"旧小学校区": 2})


def test_every_unknown_rule_is_named_with_those_known():
    """Misspelt rules are not ignored."""
    with pytest.raises(RulesError, match="known are: min_households") as raised:
        MergeRules.from_toml("min_household = 40\nmaxmembers = 3")
    assert [problem.message for problem in raised.value.problems] == [
        "'min_household' is no rule",
        "'maxmembers' is no rule",
    ]


def test_a_file_that_is_no_toml_is_refused():
    """A broken line is a problem of the rules, not a crash."""
    with pytest.raises(RulesError, match="not TOML"):
        MergeRules.from_toml("min_households: 50")


def test_sets_that_share_an_id_are_joined():
    """a-b, c-d and b-c are one set of four; x-y stays apart."""
    assert joined_sets([("b", "a"), ("d", "c"), ("y", "x"), ("b", "c")]) == [("a", "b", "c", "d"), ("x", "y")]


def test_joining_no_sets_gives_none():
    """Nothing to join is nothing."""
    assert joined_sets([]) == []


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


@st.composite
def any_rules(draw: st.DrawFn) -> MergeRules:
    """Draw rules that do not contradict each other, with names of any characters."""
    columns = draw(st.lists(texts, unique=True, max_size=4))
    cut = draw(st.integers(0, len(columns)))
    ids = draw(st.lists(texts, unique=True, max_size=8))
    floor = draw(st.integers(0, 10**6))
    return MergeRules(
        min_households=floor,
        max_households=draw(st.none() | st.integers(max(1, floor), 10**9)),
        max_members=draw(st.none() | st.integers(4, 10**6)),
        keep_within=columns[:cut],
        prefer_within={column: draw(st.integers(1, 99)) for column in columns[cut:]},
        together=[ids[:4]] if len(ids) >= 2 else [],
        apart=[ids[3:]] if len(ids) >= 5 else [],
        unchanged=ids[4:],
        missing_as={column: draw(texts) for column in columns if draw(st.booleans())},
    )


@settings(max_examples=150, deadline=None, derandomize=True)
@given(rules=any_rules())
def test_any_rules_survive_toml(rules: MergeRules):
    """Whatever characters ids and columns hold, the TOML text is valid and gives equal rules."""
    text = rules.to_toml()
    tomllib.loads(text)
    assert MergeRules.from_toml(text) == rules
