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
from kurihara_geo.rules import TERMS, LowerFloor, MergeRules, Obstacle, StageWeights, joined_sets
from kurihara_geo.rules.relaxing import BARRED_BORDERS, describe_rule, hard_rules, without_rule

FULL = MergeRules(
    min_households=40,
    floors={"households_2040": 30, "20-64歳": 60},
    needs_hall=True,
    floors_apply_to="all",
    lower_floors=[
        {"ids": ["z1", "z2"], "min_households": 20, "reason": "離島"},
        LowerFloor(ids=("z3",), min_households=0, reason="山間部"),
    ],
    max_households=300,
    max_members=None,
    max_span_m=3000,
    span_along="borders",
    max_way_m=1500,
    max_small_per_large=2,
    keep_within=["former_town"],
    prefer_within={"council": 2, "旧小学校区": 1},
    together=[["a", "b"], ["b", "c"]],
    apart=[["a", "x"]],
    unchanged=["y"],
    exempt={"w": '独自の"祭礼"'},
    obstacles=[
        {"ids": ["a", "p"], "weight": 3, "reason": "共有林"},
        Obstacle(ids=("q",), ban=True, reason="解散予定"),
    ],
    missing_as={"former_town": "不明"},
    target_households=120,
    weak_border_m=50,
    objective=["below_floor", {"mergers": 100, "obstacles": 10, "balance": -1}, "crossings", "weak_borders", "travel"],
)
OK = "島"
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
    ("floors", ["households_2040"], "map names to whole numbers"),
    ("floors", {"households_2040": 0}, "1 or more"),
    ("floors", {"households_2040": 40.0}, "whole number"),
    ("floors", {2040: 40}, "texts only"),
    ("needs_hall", "yes", "true or false"),
    ("needs_hall", 1, "true or false"),
    ("floors_apply_to", "everybody", "'new' or 'all'"),
    ("floors_apply_to", None, "'new' or 'all'"),
    ("lower_floors", {"ids": ["a"]}, "list of entries"),
    ("lower_floors", "a", "list of entries"),
    ("lower_floors", ["a"], "each entry needs the names ids, min_households, reason"),
    ("lower_floors", [{"ids": [], "min_households": 1, "reason": OK}], "at least one id"),
    ("lower_floors", [{"ids": "a", "min_households": 1, "reason": OK}], "list of texts"),
    ("lower_floors", [{"ids": ["a"], "min_households": -1, "reason": OK}], "0 or more"),
    ("lower_floors", [{"ids": ["a"], "reason": OK}], "whole number"),
    ("lower_floors", [{"ids": ["a"], "min_households": 1}], "needs a reason"),
    ("lower_floors", [{"ids": ["a"], "min_households": 1, "reason": " "}], "needs a reason"),
    ("lower_floors", [{"ids": ["a"], "min_households": 1, "reason": OK, "weight": 1}], "weight is no part of an entry"),
    ("max_span_m", 0, "1 or more"),
    ("max_span_m", 500.5, "whole number"),
    ("span_along", "roads", "'straight' or 'borders'"),
    ("max_way_m", -1, "0 or more"),
    ("max_way_m", "near", "whole number"),
    ("max_small_per_large", -1, "0 or more"),
    ("max_small_per_large", True, "whole number"),
    ("exempt", ["a"], "give a reason for each: id -> reason"),
    ("exempt", {"a": ""}, "a reason is needed for a; it is printed"),
    ("exempt", {"a": " "}, "a reason is needed for a; it is printed"),
    ("exempt", {"a": 4}, "texts only"),
    ("obstacles", [{"ids": ["a"], "reason": OK}], "either a weight of 1 or more or ban = true"),
    ("obstacles", [{"ids": ["a"], "weight": 1, "ban": True, "reason": OK}], "either a weight"),
    ("obstacles", [{"ids": ["a"], "weight": -1, "reason": OK}], "0 or more"),
    ("obstacles", [{"ids": ["a"], "weight": 1.5, "reason": OK}], "whole number"),
    ("obstacles", [{"ids": ["a"], "ban": 1, "reason": OK}], "ban must be true or false"),
    ("obstacles", [{"ids": ["a"], "weight": 1}], "needs a reason"),
    ("obstacles", [{"weight": 1, "reason": OK}], "list of texts"),
    ("obstacles", 5, "list of entries"),
    ("target_households", 0, "1 or more"),
    ("weak_border_m", 0, "1 or more"),
    ("weak_border_m", 99.5, "whole number"),
    ("objective", "travel", "list of terms"),
    ("objective", {"travel": 1}, "list of terms"),
    ("objective", ["travels"], "travels is no term; known are below_floor"),
    ("objective", ["travel", {"travel": 2}], "travel is there twice"),
    ("objective", [{"travel": 0}], "leave the term out"),
    ("objective", [{"travel": 0.5}], "whole number"),
    ("objective", [{}], "a term or a mapping"),
    ("objective", [["travel"]], "a term or a mapping"),
    ("objective", ["tie_break", "travel"], "tie_break must be the last stage, alone"),
    ("objective", ["travel", {"tie_break": -1}], "tie_break must be the last stage, alone"),
    ("objective", [{"travel": 1, "tie_break": 1}], "tie_break must be the last stage, alone"),
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
    """One wrong value in each rule gives as many problems as there are rules."""
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
        ({"span_along": "borders"}, "span_along is 'borders', but there is no max_span_m"),
        ({"floors_apply_to": "all"}, "floors_apply_to is 'all', but there are neither floors nor needs_hall"),
        ({"floors": {"households": 60}}, "that floor is min_households"),
        (
            {"lower_floors": [LowerFloor(ids=("a", "b"), min_households=50, reason=OK)]},
            "a, b the floor 50, which is not",
        ),
        (
            {"lower_floors": [LowerFloor(ids=ids, min_households=9, reason=OK) for ids in (("a", "b"), ("b",))]},
            "lower_floors names b twice",
        ),
        (
            {"max_households": 9, "lower_floors": [LowerFloor(ids=("a",), min_households=10, reason=OK)]},
            "max_households 9 is below",
        ),
        (
            {"together": [["a", "b"]], "obstacles": [Obstacle(ids=("b", "x", "a"), ban=True, reason="訴訟")]},
            r"b and a are in together and in obstacles with a ban \(訴訟\)",
        ),
        (
            {"together": [["a", "b"]], "obstacles": [Obstacle(ids=("b",), ban=True, reason="訴訟")]},
            "b is in obstacles with a ban and in together",
        ),
        (
            {"objective": ["travel"], "obstacles": [Obstacle(ids=("b",), weight=2, reason="訴訟")]},
            "the objective has no term 'obstacles'",
        ),
        ({"objective": ["travel"], "prefer_within": ["council"]}, "the objective has no term 'crossings'"),
        ({"target_households": 100}, "target_households is set, but the objective has no term 'balance'"),
        ({"weak_border_m": 100}, "weak_border_m is set, but the objective has no term 'weak_borders'"),
        ({"objective": ["weak_borders"]}, "weak_border_m does not say which borders are weak"),
    ],
)
def test_rules_that_contradict_each_other_are_refused(rules, message: str):
    """What cannot hold in any town is refused before there is a town."""
    with pytest.raises(RulesError, match=message):
        MergeRules(**rules)


@pytest.mark.parametrize(
    "rules",
    [
        {"max_span_m": 9, "span_along": "borders"},
        {"needs_hall": True, "floors_apply_to": "all"},
        {"max_households": 20, "lower_floors": [LowerFloor(ids=("a",), min_households=10, reason=OK)]},
        {"together": [["a", "b"]], "obstacles": [Obstacle(ids=("b", "x"), ban=True, reason=OK)]},
        {"together": [["a", "b"]], "obstacles": [Obstacle(ids=("a", "b"), weight=2, reason=OK)]},
        {"objective": ["travel"], "obstacles": [Obstacle(ids=("b",), ban=True, reason=OK)]},
        {"objective": ["obstacles", "balance", "crossings"]},
        {"max_way_m": 0, "max_small_per_large": 0},
    ],
)
def test_what_can_hold_together_is_not_refused(rules):
    """Each is one step from a contradiction and none."""
    assert MergeRules(**rules)


def test_together_through_several_sets_names_the_sets_between():
    """With a and b, b and c together, a and c may not be banned from each other; the sets that bind them are named."""
    ban = Obstacle(ids=("a", "c"), ban=True, reason="訴訟")
    with pytest.raises(RulesError, match=r"together through \['a', 'b'\] and \['b', 'c'\]"):
        MergeRules(together=[["a", "b"], ["b", "c"]], obstacles=[ban])


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


@pytest.mark.parametrize("name", ["prefer_within", "missing_as", "floors", "exempt"])
def test_the_mappings_of_the_rules_cannot_be_changed(name: str):
    """Rules of a plan stay what they were when it was made, in every part."""
    with pytest.raises(TypeError):
        getattr(FULL, name)["council"] = 5


def test_the_entries_of_the_rules_cannot_be_changed():
    """A floor of its own, an obstacle and a stage are frozen, and so are the weights of a stage."""
    for entry, name in (
        (FULL.lower_floors[0], "min_households"),
        (FULL.obstacles[0], "weight"),
        (FULL.stages[0], "weights"),
    ):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(entry, name, 5)
    with pytest.raises(TypeError):
        FULL.stages[0].weights["travel"] = 5


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
        starts = (f"{name} =", f"[{name}]", f"[[{name}]]")
        place = next(n for n, line in enumerate(lines) if line.startswith(starts))
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
        MergeRules.from_toml("min_household = 40\nmaxmembers = 3\nweather = 1")
    assert [problem.message for problem in raised.value.problems] == [
        "'min_household' is no rule; did you mean min_households?",
        "'maxmembers' is no rule; did you mean max_members?",
        "'weather' is no rule",
    ]


@pytest.mark.parametrize(
    ("table", "heading"),
    [
        ('[exempt]\na = "島"', "[exempt]"),
        ("[floors]\nchildren = 9", "[floors]"),
        ("[prefer_within]\ncouncil = 2", "[prefer_within]"),
        ('[missing_as]\ncouncil = "不明"', "[missing_as]"),
        ('[[lower_floors]]\nids = ["a"]\nmin_households = 9\nreason = "島"', "[[lower_floors]]"),
        ('[[obstacles]]\nids = ["a"]\nweight = 9\nreason = "島"', "[[obstacles]]"),
    ],
)
def test_a_rule_below_a_table_is_told_to_move_up(table: str, heading: str):
    """TOML takes what stands below a heading for a part of that table; the rule and the way out are named."""
    with pytest.raises(RulesError) as raised:
        MergeRules.from_toml(f"{table}\nmax_members = 4\n")
    rule = heading.strip("[]")
    assert [problem.message for problem in raised.value.problems] == [
        f"{rule}: max_members below {heading} is a rule of its own: move max_members above the first [...]"
    ]


def test_a_file_that_is_no_toml_is_refused():
    """A broken line is a problem of the rules, not a crash."""
    with pytest.raises(RulesError, match="not TOML"):
        MergeRules.from_toml("min_households: 50")
    for text in ("unchanged = [a1]", '[exempt]\n若柳 = "島"'):
        with pytest.raises(RulesError, match=r"need quotes, .*in Japanese; .* go above the first \[table\]"):
            MergeRules.from_toml(text)


def test_sets_that_share_an_id_are_joined():
    """a-b, c-d and b-c are one set of four; x-y stays apart."""
    assert joined_sets([("b", "a"), ("d", "c"), ("y", "x"), ("b", "c")]) == [("a", "b", "c", "d"), ("x", "y")]


def test_joining_no_sets_gives_none():
    """Nothing to join is nothing."""
    assert joined_sets([]) == []


# --- stages, floors, ids ---------------------------------------------------------------------------------------------


def test_the_lottery_is_put_last_where_it_is_not_named():
    """Stages as they are named, and tie_break; named last it is not doubled, and may carry a weight."""
    assert [stage.name for stage in MergeRules(objective=["travel", "mergers"]).stages] == [
        "travel",
        "mergers",
        "tie_break",
    ]
    assert [stage.name for stage in MergeRules(objective=["travel", "tie_break"]).stages] == ["travel", "tie_break"]
    assert MergeRules(objective=[]).stages == MergeRules().stages


def test_a_stage_of_one_term_and_weight_1_is_that_term():
    """Written as a mapping or as a text, it is the same stage."""
    assert MergeRules(objective=[{"travel": 1}]) == MergeRules(objective=["travel"])
    assert MergeRules(objective=[{"travel": 2}]).to_dict()["objective"] == [{"travel": 2}, "tie_break"]


def test_a_stage_is_named_after_its_terms():
    """Weights of 1 are not said, negative ones are subtracted."""
    assert StageWeights({"travel": 1, "crossings": 100, "balance": -1}).name == "travel + 100 crossings - 1 balance"


def test_a_floor_of_its_own_is_below_the_citys():
    """floor_of gives the entry's floor for its ids, the city's for all others."""
    assert [FULL.floor_of(name) for name in ("z1", "z3", "a")] == [20, 0, 40]


def test_every_rule_that_names_ids_is_known_by_name():
    """Unknown ids can then be told with the rule they stand in."""
    named: dict[str, list[str]] = {}
    for rule, name in FULL.named_ids:
        named.setdefault(rule, []).append(name)
    assert named == {
        "together": ["a", "b", "c"], "apart": ["a", "x"], "unchanged": ["y"], "exempt": ["w"],
        "lower_floors": ["z1", "z2", "z3"], "obstacles": ["a", "p", "q"],
    }  # fmt: skip


def test_an_entry_says_only_what_is_set():
    """A weight of 0 and a ban that is none are not written; a floor of 0 is."""
    plain = FULL.to_dict()
    assert plain["obstacles"] == [
        {"ids": ["a", "p"], "weight": 3, "reason": "共有林"},
        {"ids": ["q"], "ban": True, "reason": "解散予定"},
    ]
    assert plain["lower_floors"][1] == {"ids": ["z3"], "min_households": 0, "reason": "山間部"}


# --- one rule less ---------------------------------------------------------------------------------------------------

HARD = [
    "keep_within:former_town", "floors:households_2040", "floors:20-64歳", "max_households", "max_span_m", "max_way_m",
    "max_small_per_large", "needs_hall", "apart", "unchanged", "obstacles",
]  # fmt: skip


def test_the_hard_rules_that_are_set_are_named_one_by_one():
    """Walls and floors column by column; weights, exemptions and what is bound together are none."""
    assert hard_rules(FULL) == tuple(HARD)
    assert hard_rules(MergeRules(max_members=None)) == ()
    assert hard_rules(MergeRules(max_members=None, max_small_per_large=0, max_way_m=0)) == (
        "max_way_m", "max_small_per_large",
    )  # fmt: skip
    weight_only = MergeRules(obstacles=[Obstacle(ids=("a",), weight=1, reason=OK)])
    assert hard_rules(weight_only) == ("max_members",)


@pytest.mark.parametrize("name", HARD)
def test_a_rule_can_be_taken_away_alone(name: str):
    """Of all rules just that one is gone, and what belonged to it; every other value is as it was."""
    looser = without_rule(FULL, name)
    assert hard_rules(looser) == tuple(other for other in HARD if other != name)
    kind, _, column = name.partition(":")
    own = {"keep_within": {"keep_within", "missing_as"}, "max_span_m": {"max_span_m", "span_along"}}.get(kind, {kind})
    changed = {f.name for f in dataclasses.fields(FULL) if getattr(looser, f.name) != getattr(FULL, f.name)}
    assert changed == own
    if kind == "obstacles":
        assert looser.obstacles == FULL.obstacles[:1]
    if kind == "floors":
        assert column not in looser.floors


def test_all_rules_can_be_taken_away_one_after_the_other():
    """In any order: with the last floor goes floors_apply_to as well."""
    for names in (HARD, HARD[::-1]):
        rules = FULL
        for name in names:
            rules = without_rule(rules, name)
        assert hard_rules(rules) == ()
        assert (rules.floors_apply_to, rules.span_along, rules.missing_as) == ("new", "straight", {})


@pytest.mark.parametrize("name", ["max_members", "keep_within:council", "min_households", "together", "floors:x"])
def test_a_rule_that_is_not_set_cannot_be_taken_away(name: str):
    """The error names those that are set."""
    with pytest.raises(ValueError, match="is not set; set are: keep_within:former_town"):
        without_rule(FULL, name)


@pytest.mark.parametrize("name", [*HARD, "min_households", "max_members", "together", BARRED_BORDERS])
def test_every_hard_rule_has_words_in_both_languages(name: str):
    """A sentence says its figure or its column."""
    rules = FULL.replace(max_members=7)
    ja, en = (describe_rule(rules, name, lang) for lang in ("ja", "en"))
    assert ja
    assert en
    assert ja != en
    figures = {
        "floors:households_2040": "30", "floors:20-64歳": "60", "max_households": "300", "max_span_m": "3,000",
        "max_way_m": "1,500", "max_small_per_large": "2", "min_households": "40", "max_members": "7",
    }  # fmt: skip
    assert figures.get(name, "") in ja
    assert figures.get(name, "") in en


def test_none_of_the_large_has_words_of_its_own():
    """max_small_per_large 0 is not "at most 0": those at or above the floor take no part."""
    rules = MergeRules(max_small_per_large=0)
    assert describe_rule(rules, "max_small_per_large") == "下限以上の自治会は加わらない"
    assert "take no part" in describe_rule(rules, "max_small_per_large", "en")


# --- written and read back -------------------------------------------------------------------------------------------

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8).filter(str.strip)
reasons = texts


@st.composite
def any_rules(draw: st.DrawFn) -> MergeRules:
    """Draw rules that do not contradict each other, with names of any characters."""
    columns = draw(st.lists(texts, unique=True, max_size=4))
    cut = draw(st.integers(0, len(columns)))
    ids = draw(st.lists(texts, unique=True, max_size=8))
    floor = draw(st.integers(0, 10**6))
    stages = draw(any_stages())
    terms = {term for stage in stages for term in stage} if stages else {"crossings", "obstacles"}
    soft = columns[cut:] if "crossings" in terms else []
    floors = draw(st.dictionaries(texts.filter(lambda name: name != "households"), st.integers(1, 10**6), max_size=2))
    needs_hall = draw(st.booleans())
    span = draw(st.none() | st.integers(1, 10**6))
    return MergeRules(
        min_households=floor,
        floors=floors,
        needs_hall=needs_hall,
        floors_apply_to=draw(st.sampled_from(["new", "all"] if floors or needs_hall else ["new"])),
        lower_floors=draw(lower_floors(ids, floor)),
        max_households=draw(st.none() | st.integers(max(1, floor), 10**9)),
        max_members=draw(st.none() | st.integers(4, 10**6)),
        max_span_m=span,
        span_along=draw(st.sampled_from(["straight", "borders"] if span else ["straight"])),
        max_way_m=draw(st.none() | st.integers(0, 10**6)),
        max_small_per_large=draw(st.none() | st.integers(0, 9)),
        keep_within=columns[:cut],
        prefer_within={column: draw(st.integers(1, 99)) for column in soft},
        together=[ids[:4]] if len(ids) >= 2 else [],
        apart=[ids[3:]] if len(ids) >= 5 else [],
        unchanged=ids[4:],
        exempt=draw(st.dictionaries(texts, reasons, max_size=3)),
        obstacles=draw(obstacles(ids, weighted="obstacles" in terms)),
        missing_as={column: draw(texts) for column in [*columns[:cut], *soft] if draw(st.booleans())},
        target_households=draw(st.none() | st.integers(1, 999)) if "balance" in terms else None,
        weak_border_m=draw(st.integers(1, 999)) if "weak_borders" in terms else None,
        objective=stages,
    )


@st.composite
def any_stages(draw: st.DrawFn) -> list[dict[str, int]]:
    """Draw stages: some terms in any order, some of them weighed together."""
    terms = draw(st.permutations([term for term in TERMS if term != "tie_break"]))[: draw(st.integers(0, 8))]
    stages: list[dict[str, int]] = []
    for term in terms:
        if not stages or draw(st.booleans()):
            stages.append({})
        stages[-1][term] = draw(st.integers(-99, 10**9).filter(bool))
    return stages


@st.composite
def lower_floors(draw: st.DrawFn, ids: list[str], floor: int) -> list[LowerFloor]:
    """Draw entries that share no id, below the floor."""
    cut = draw(st.integers(0, len(ids)))
    parts = [part for part in (ids[:cut], ids[cut:]) if part and floor > 0]
    return [
        LowerFloor(ids=tuple(part), min_households=draw(st.integers(0, floor - 1)), reason=draw(reasons))
        for part in parts[: draw(st.integers(0, 2))]
    ]


@st.composite
def obstacles(draw: st.DrawFn, ids: list[str], *, weighted: bool) -> list[Obstacle]:
    """Draw bans of those who are not bound together, and weights on any where a stage counts them."""
    banned = st.lists(st.sampled_from(ids[4:]), min_size=1, max_size=3, unique=True) if ids[4:] else st.nothing()
    bans = st.builds(lambda names, reason: Obstacle(ids=tuple(names), ban=True, reason=reason), banned, reasons)
    anybody = st.lists(texts, min_size=1, max_size=3, unique=True).map(tuple)
    weights = st.builds(Obstacle, ids=anybody, weight=st.integers(1, 10**6), reason=reasons)
    return draw(st.lists(bans | weights if weighted else bans, max_size=3)) if weighted or ids[4:] else []


@settings(max_examples=150, deadline=None, derandomize=True)
@given(rules=any_rules())
def test_any_rules_survive_toml(rules: MergeRules):
    """Whatever characters ids and columns hold, the TOML text is valid and gives equal rules."""
    text = rules.to_toml()
    tomllib.loads(text)
    assert MergeRules.from_toml(text) == rules
