"""Counts join boundaries by id or by name; what does not match is named on both sides."""

from __future__ import annotations

import pandas as pd
import pytest

from kurihara_geo.associations.build import build_associations
from kurihara_geo.associations.join import join_households, normal_name
from kurihara_geo.errors import AssociationsError
from tests.towns import draw_town, path_town


def counts_table(**columns) -> pd.DataFrame:
    """Make a table of counts from its columns."""
    return pd.DataFrame(columns)


def raw_path():
    """Give the path a - b - v as a raw table, ids in a column, without counts."""
    return path_town().drop(columns=["households", "households_kind"]).reset_index()


def named(problems, kind: str) -> list[tuple[str, str]]:
    """Give id and name of every problem of a kind."""
    return [(problem.association_id, problem.name) for problem in problems if problem.kind == kind]


def test_counts_join_by_id_whatever_their_order():
    """Counts listed v, a, b reach a, b and v by their ids."""
    joined, problems = join_households(raw_path(), counts_table(association_id=["v", "a", "b"], households=[5, 61, 62]))
    assert problems == []
    assert dict(zip(joined["association_id"], joined["households"], strict=True)) == {"a": 61, "b": 62, "v": 5}


def test_ids_are_compared_in_one_width():
    """Full-width ids of a spreadsheet match the half-width ids of the map."""
    joined, problems = join_households(
        raw_path(), counts_table(association_id=["ａ", "ｂ ", "ｖ"], households=[1, 2, 3])
    )
    assert problems == []
    assert joined["households"].tolist() == [1, 2, 3]


def test_counts_without_ids_join_by_name_in_any_width():
    """架空Ａ区 with a full-width letter and blanks is 架空A区."""
    table = counts_table(name=["架空 Ａ区", "架空Ｂ区", "架空V　区"], households=[10, 20, 30])
    joined, problems = join_households(raw_path(), table)
    assert problems == []
    assert joined["households"].tolist() == [10, 20, 30]


def test_ids_nobody_knows_give_way_to_names():
    """Where no id of the table is on the map, the names decide."""
    table = counts_table(
        association_id=["901", "902", "903"], name=["架空A区", "架空B区", "架空V区"], households=[1, 2, 3]
    )
    joined, problems = join_households(raw_path(), table)
    assert problems == []
    assert joined["households"].tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("ﾂｷﾀﾞﾃ 第１", "ツキダテ第1"), (None, ""), (float("nan"), ""), (pd.NA, ""), (12, "12")],
)
def test_normal_name_is_nfkc_without_blanks(value, expected: str):
    """Names are compared in NFKC without any space; nothing is an empty text."""
    assert normal_name(value) == expected


def test_what_does_not_match_is_named_on_both_sides():
    """B and v have no count, 99 has no boundary: all three are named, none is guessed."""
    table = counts_table(association_id=["a", "99"], name=["架空A区", "遠区"], households=[10, 7])
    with pytest.raises(AssociationsError) as raised:
        build_associations(raw_path(), table)
    problems = raised.value.problems
    assert named(problems, "no_count") == [("b", "架空B区"), ("v", "架空V区")]
    assert named(problems, "no_boundary") == [("99", "遠区")]
    assert "7 households" in str(raised.value)


def test_a_missing_count_is_said_once():
    """An association that is not in the table of counts is not named again for its empty cell."""
    with pytest.raises(AssociationsError) as raised:
        build_associations(raw_path(), counts_table(association_id=["a", "b"], households=[60, 60]))
    assert [problem.kind for problem in raised.value.problems] == ["no_count"]


@pytest.mark.parametrize("key", ["association_id", "name"])
def test_a_key_that_is_twice_in_the_counts_is_refused(key: str):
    """Two rows for a cannot both be its count."""
    values = {"association_id": ["a", "a", "b", "v"], "name": ["架空A区", "架空A区", "架空B区", "架空V区"]}[key]
    with pytest.raises(AssociationsError, match="2 rows of the table of counts") as raised:
        build_associations(raw_path(), pd.DataFrame({key: values, "households": [1, 2, 3, 4]}))
    assert "ambiguous_join" in {problem.kind for problem in raised.value.problems}


def test_a_name_that_is_twice_on_the_map_is_refused():
    """Two associations called 本町 cannot be told apart by name; the cure is to join by id."""
    boundaries = raw_path().assign(name=["本町", "本町", "架空V区"])
    with pytest.raises(AssociationsError, match="join by id instead"):
        build_associations(boundaries, counts_table(name=["本町", "架空V区"], households=[1, 2]))


def test_a_row_without_name_is_never_joined_to_an_area_without_name():
    """A has no name on the map, and one count has none: that is no match, and both are named."""
    boundaries = raw_path().assign(name=[None, "乙区", "丙区"])
    _, problems = join_households(boundaries, counts_table(name=[None, "乙区", "丙区"], households=[99, 1, 2]))
    assert {problem.kind for problem in problems} == {"no_count", "no_boundary"}


def test_unmatched_areas_are_named_whatever_the_row_labels():
    """Tables put together of two files repeat row labels; b is still named as b."""
    boundaries = raw_path().set_axis([0, 1, 0])
    _, problems = join_households(boundaries, counts_table(association_id=["a", "b"], households=[60, 60]))
    assert named(problems, "no_count") == [("v", "架空V区")]


def test_counts_are_conserved():
    """The built table holds as many households and people as the table of counts."""
    table = counts_table(association_id=["v", "b", "a"], households=[7, 55, 61], population=[11, 120, 130])
    built = build_associations(raw_path(), table)
    assert built["households"].sum() == table["households"].sum()
    assert built["population"].sum() == table["population"].sum()


def test_counts_of_the_boundaries_are_dropped_and_never_mixed_in():
    """With a table of counts, households and people drawn in the boundary file are not used."""
    boundaries = path_town().assign(population=1).reset_index()
    built = build_associations(boundaries, counts_table(association_id=["a", "b", "v"], households=[1, 2, 3]))
    assert built["households"].tolist() == [1, 2, 3]
    assert "population" not in built


def test_own_columns_of_both_sides_are_carried():
    """A planner's columns of the map and of the table of counts are both in the built table."""
    boundaries = draw_town("ab", 30, council={"a": "東協議会", "b": "西協議会"}).reset_index()
    table = counts_table(association_id=["b", "a"], households=[2, 1], 役員の年齢=[70, 65])
    built = build_associations(boundaries, table)
    assert built["council"].tolist() == ["東協議会", "西協議会"]
    assert built["役員の年齢"].tolist() == [65, 70]


def test_counts_from_a_table_are_not_called_census_households():
    """Counts of the city's table that replace those of census small areas are not census households."""
    boundaries = raw_path().assign(KEY_CODE=["1", "2", "3"])
    built = build_associations(boundaries, counts_table(association_id=["a", "b", "v"], households=[1, 2, 3]))
    assert built["households_kind"].tolist() == ["not_stated"] * 3


def test_the_kind_of_households_comes_with_the_counts():
    """Member households joined to a register map are member households."""
    table = counts_table(association_id=["a", "b", "v"], households=[1, 2, 3], households_kind="member")
    built = build_associations(path_town().reset_index(), table)
    assert built["households_kind"].tolist() == ["member"] * 3
