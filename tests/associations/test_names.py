"""Which spellings are one name: only what the stated rules make equal, stage by stage."""

from __future__ import annotations

import pytest

from kurihara_geo.associations.names import (
    STAGES,
    differ_clearly,
    name_keys,
    names_by_form,
    normal_name,
    similar_names,
    town_stems,
)


def equal_at(first: str, second: str, **where) -> int | None:
    """Give the first stage at which two names are equal, None if there is none."""
    pairs = zip(name_keys(first, **where), name_keys(second, **where), strict=True)
    return next((stage for stage, (one, other) in enumerate(pairs) if one == other), None)


@pytest.mark.parametrize(
    ("first", "second", "stage"),
    [
        ("架空 １丁目", "架空1丁目", "spaces and widths"),
        ("鶴ヶ丘", "鶴ケ丘", "small and large ケ"),
        ("髙﨑", "高崎", "old and new kanji"),
        ("𠮷澤", "吉沢", "old and new kanji"),
        ("渡邊嶋", "渡辺島", "old and new kanji"),
        ("本町一丁目", "本町1丁目", "numerals of 丁目"),
        ("本町二十一丁目", "本町２１丁目", "numerals of 丁目"),
        ("本町十丁目", "本町10丁目", "numerals of 丁目"),
        ("架空字沢", "架空沢", "大字 and 字"),
        ("大字架空字沢", "架空沢", "大字 and 字"),
        ("架空本町", "本町", "name of the former town"),
    ],
)
def test_each_spelling_is_equal_at_its_stage_and_not_before(first: str, second: str, stage: str):
    """The stage that makes two spellings equal is the one that is named to the planner."""
    assert STAGES[equal_at(first, second, town="架空町")] == stage


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("鶴が丘", "鶴ケ丘"),
        ("本町一丁目", "本町二丁目"),
        ("本町二三丁目", "本町23丁目"),
        ("本町百二丁目", "本町2丁目"),
        ("文字沢", "文沢"),
        ("一区", "1区"),
        ("別架空本町", "本町"),
        ("架空", ""),
    ],
)
def test_what_no_rule_makes_equal_stays_apart(first: str, second: str):
    """が is not ケ, the 字 of 文字 is no 字, and a numeral counts only before 丁目."""
    assert equal_at(first, second, town="架空町") is None


def test_the_towns_own_prefix_only_is_taken_off():
    """遠見本町 in 架空町 is not 本町 of 架空町; a name that is the town's name stays."""
    towns = town_stems(["架空町", "遠見村"])
    assert towns == ("架空", "遠見")
    assert equal_at("遠見本町", "本町", town="架空町", towns=towns) is None
    assert name_keys("架空", town="架空町")[-1].text == "架空"
    assert name_keys("遠見本町", towns=towns)[-1].town == "遠見"


def test_a_town_of_one_character_keeps_its_whole_name():
    """大町 is not cut to 大, which begins too many names."""
    assert town_stems(["大町", None, ""]) == ("大町",)
    assert name_keys("大沢", town="大町")[-1].text == "大沢"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("ﾂｷﾀﾞﾃ 第１", "ツキダテ第1"), (None, ""), (float("nan"), ""), (12, "12")],
)
def test_normal_name_is_nfkc_without_blanks(value, expected: str):
    """Names are compared in NFKC without any space; nothing is an empty text."""
    assert normal_name(value) == expected


@pytest.mark.parametrize(
    ("first", "second", "differ"),
    [
        ("架空本町", "本町", False),
        ("本町一丁目", "本町１丁目", False),
        ("本町", None, False),
        ("本町一丁目", "本町二丁目", True),
        ("1区", "11区", True),
        ("一丁目", "十一丁目", True),
        ("本町", "新町", True),
    ],
)
def test_names_differ_clearly_where_no_rule_and_no_prefix_explains_it(first: str, second: str | None, differ: bool):  # noqa: FBT001 - a parameter
    """A district may stand before a name, a numeral may not."""
    assert differ_clearly(first, second) is differ
    assert differ_clearly(second, first) is differ


def test_near_misses_are_only_suggested():
    """鶴が丘 looks like 鶴ヶ丘, and is listed in the spelling of the list; 本町 is not."""
    assert similar_names("鶴が丘", names_by_form(["鶴ヶ丘", "本町", ""])) == ["鶴ヶ丘"]
