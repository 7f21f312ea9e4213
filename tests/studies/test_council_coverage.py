"""Councils: everything is counted once, nothing is guessed, and what does not fit is named."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kurihara_geo as kg
from kurihara_geo import columns
from kurihara_geo.errors import InputError
from kurihara_geo.outputs.problem_texts import message_text
from tests.plans import plan_by_hand
from tests.towns import ORIGIN_X_M, ORIGIN_Y_M, draw_town, exact_borders

COUNTED = ["associations", "small_before", "groups", "small_after", "households", "halls"]
DISTRICTS = {"a": "西小", "b": "西小", "c": "中小", "d": "中小", "e": "東小", "f": "東小"}
HOUSEHOLDS = {"a": 30, "b": 40, "c": 20, "d": 60, "e": 10, "f": 70}


def town(**more):
    """Draw a30 b40 (西小) - c20 d60 (中小) - e10 f70 (東小) in a row, and z, where nobody lives, in 東小."""
    schools = DISTRICTS | {"z": "東小"}
    return draw_town("abcdefz", HOUSEHOLDS | {"z": 0}, former_school_district=schools, **more)


def plan(groups=(("a",), ("b", "c"), ("d",), ("e", "f")), **more):
    """Make the plan a | bc | d | ef: bc lies in 西小 and 中小, a is left below the floor of 50."""
    associations = town(**more)
    rules = kg.MergeRules(min_households=50)
    return plan_by_hand(associations, exact_borders(associations), rules, list(groups))


def councils(*rows):
    """Make a table of councils of (id, name, status, districts)."""
    table = pd.DataFrame(rows, columns=["council_id", "name", "status", "district_names"])
    return table.set_index("council_id")


WEST = ("K1", "西の会", "established", "西小")
MIDDLE = ("K2", "中の会", "preparing", "中小")


# --- counts ---------------------------------------------------------------------------------------


def test_each_status_has_its_districts_associations_and_households():
    """西小 has a council, 中小 prepares one, 東小 is in no row: not confirmed."""
    found = kg.council_coverage(plan(), councils(WEST, MIDDLE)).statuses
    assert list(found) == [column.name for column in columns.COUNCIL_COVERAGE][1:]
    assert found.index.tolist() == ["established", "preparing", "none", "not_confirmed"]
    assert found["districts"].tolist() == [1, 1, 0, 1]
    assert found["households"].tolist() == [30 + 40, 20 + 60, 0, 10 + 70]
    assert found["small_before"].tolist() == [2, 1, 0, 1]
    assert found["households_share"].tolist() == [70 / 230, 80 / 230, 0, 80 / 230]


def test_a_group_across_districts_is_counted_once():
    """B and c are one each of 西小 and 中小: the group counts in the first by name, and is marked there."""
    found = kg.council_coverage(plan(), councils(WEST)).districts
    assert found.index.tolist() == ["中小", "東小", "西小"]
    assert found["groups"].tolist() == [2, 1, 1]
    assert found["groups_across"].tolist() == [1, 0, 0]
    assert found["small_after"].tolist() == [0, 0, 1]


def test_without_a_plan_what_comes_after_is_empty():
    """Checked associations have a floor of 50, or the one asked for, and no groups."""
    found = kg.council_coverage(town(), councils(WEST))
    assert found.districts["groups"].isna().all()
    assert found.statuses["groups"].isna().all()
    assert len(found.straddling) == 0
    assert found.districts["small_before"].tolist() == [1, 1, 2]
    low = kg.council_coverage(town(), councils(WEST), min_households=15)
    assert low.districts["small_before"].tolist() == [0, 1, 0]


def halls_at(*cells, outside=False):
    """Put a hall into the middle of cells, counted from 0, and perhaps one far away."""
    x = [ORIGIN_X_M + 500 * cell + 250 for cell in cells] + ([ORIGIN_X_M + 90_000] if outside else [])
    ids = [f"h{number}" for number in range(len(x))]
    points = gpd.points_from_xy(x, [ORIGIN_Y_M + 250] * len(x))
    return gpd.GeoDataFrame({"name": ids}, index=ids, geometry=points, crs=6678)


def test_halls_count_where_they_stand_and_none_is_lost():
    """One in a, two in d, one in z (nobody lives there, 東小), one outside the town: a row of its own."""
    found = kg.council_coverage(town(), councils(WEST), halls=halls_at(0, 3, 3, 6, outside=True))
    assert found.districts["halls"].to_dict() == {"中小": 2, "東小": 1, "西小": 1}
    assert found.statuses["halls"].to_dict() == {
        "established": 1, "preparing": 0, "none": 0, "not_confirmed": 3, "no_district": 1
    }  # fmt: skip


def test_associations_of_no_district_are_a_row_of_their_own():
    """F names no district: it is neither counted as not confirmed nor lost."""
    associations = town()
    associations.loc["f", "former_school_district"] = None
    found = kg.council_coverage(associations, councils(WEST)).statuses
    assert found.loc["no_district", ["districts", "associations", "households"]].tolist() == [0, 1, 70]
    assert found["households"].sum() == 230


def test_districts_given_say_where_an_association_lies():
    """Without a column of their own a to c lie in 南, the others in 北, in the order given and in degrees."""
    associations = town().drop(columns="former_school_district")
    areas = associations.dissolve(by=["南"] * 3 + ["北"] * 4).reset_index(names="district")
    areas = areas.assign(name=areas["district"]).sort_values("name", ascending=False).to_crs(4326)
    found = kg.council_coverage(associations, councils(("K", "北の会", "established", "北")), districts=areas)
    assert found.districts["households"].to_dict() == {"南": 90, "北": 140}
    assert found.districts["status"].tolist() == ["not_confirmed", "established"]


def test_later_years_are_sums_and_empty_where_one_is_not_known():
    """中小 has 15 + 55 in 2040; of 東小 f is not known."""
    later = {"a": 20, "b": 30, "c": 15, "d": 55, "e": 5, "z": 0}
    found = kg.council_coverage(town(households_2040=later), councils(WEST), years=[2040]).districts
    assert found["households_2040"].isna().tolist() == [False, True, False]
    assert found["households_2040"].dropna().tolist() == [70, 50]


# --- councils -------------------------------------------------------------------------------------


def test_two_councils_in_one_district_are_both_named_and_counted_once():
    """The district has both, and the furthest status; its households stand once in the sum."""
    found = kg.council_coverage(town(), councils(WEST, ("K3", "花の会", "preparing", "西小")))
    assert found.districts.loc["西小", ["status", "council_names"]].tolist() == ["established", ("西の会", "花の会")]
    assert found.statuses["households"].sum() == 230
    assert found.councils["overlaps_with"].tolist() == [("K3",), ("K1",)]
    assert found.councils["passes"].tolist() == [False, False]


def test_a_council_across_districts_holds_both():
    """It covers 西小 and 中小: 4 associations, 150 households; one district is asked for, or two."""
    table = councils(("K", "大の会", "established", "西小; 中小"))
    found = kg.council_coverage(town(), table).councils
    assert found.loc["K", ["associations", "households", "about_one_district", "passes"]].tolist() == [
        4, 150, False, False
    ]  # fmt: skip
    two = kg.council_coverage(town(), table, test=kg.CouncilTest(max_districts=2, assume_whole=True)).councils
    assert two.loc["K", ["associations_share", "passes"]].tolist() == [1.0, True]


def test_what_a_council_holds_is_not_known_unless_it_is_said():
    """Nobody filled in the column of councils: no share, and whether it passes cannot be said."""
    found = kg.council_coverage(town(council=dict.fromkeys("ab", "")), councils(WEST)).councils
    assert found["associations_share"].isna().all()
    assert found["holds_share"].isna().all()
    assert found["passes"].isna().all()
    assert found["no_overlap"].tolist() == [True]


@pytest.mark.parametrize(
    ("member", "share", "households", "holds"),
    [("c", 0.5, 0.25, True), ("d", 0.5, 0.75, True), ("", None, None, None)],
)
def test_half_of_the_associations_or_of_the_households_is_enough(member, share, households, holds):
    """中小 has c20 and d60: each of them is half of the associations; without a word nothing is known."""
    found = kg.council_coverage(town(council={member: "中の会"} if member else {}), councils(MIDDLE)).councils
    if share is None:
        assert found["holds_share"].isna().all()
    else:
        assert found.loc["K2", ["associations_share", "households_share", "holds_share"]].tolist() == [
            share, households, holds
        ]  # fmt: skip


def test_less_than_the_share_of_both_fails():
    """C alone is half of the associations and a quarter of the households: 0.6 is asked, and the row says so."""
    associations, test = town(council={"c": "K2"}), kg.CouncilTest(min_share=0.6)
    found = kg.council_coverage(associations, councils(MIDDLE), test=test).councils
    assert found.loc["K2", ["holds_share", "passes"]].tolist() == [False, False]
    (message,) = problems(associations, councils(MIDDLE), "council_below_share", test=test)["message"]
    assert "1 of 2 associations and 20 of 80 households" in message


def test_a_body_that_is_not_confirmed_is_listed_and_not_judged():
    """It is named, its district stays not confirmed, and it is no council a group could straddle."""
    table = councils(WEST, ("K9", "中の法人", "not_confirmed", "中小"))
    found = kg.council_coverage(plan(), table)
    assert found.councils.loc["K9", ["about_one_district", "passes"]].isna().all()
    assert found.districts.loc["中小", ["status", "council_names"]].tolist() == ["not_confirmed", ("中の法人",)]
    assert found.straddling["councils"].tolist() == [1, 1]


# --- groups ---------------------------------------------------------------------------------------


def test_a_group_in_two_councils_is_named_with_its_sides():
    """B is of 西の会, c of 中の会: one group, two sides."""
    found = kg.council_coverage(plan(), councils(WEST, MIDDLE)).straddling
    assert list(found) == [column.name for column in columns.STRADDLING][1:]
    assert found.index.tolist() == ["b", "b"]
    assert found["council"].tolist() == ["西の会", "中の会"]
    assert found["member_ids"].tolist() == [("b",), ("c",)]
    assert found["member_names"].tolist() == [("架空B区",), ("架空C区",)]
    assert found["households"].tolist() == [40, 20]


def test_one_council_across_both_districts_holds_the_group():
    """No side: the council has b and c."""
    found = kg.council_coverage(plan(), councils(("K", "大の会", "established", "西小;中小")))
    assert len(found.straddling) == 0


def test_the_side_without_a_council_stands_last():
    """Only c has a council: two sides, one council."""
    found = kg.council_coverage(plan(), councils(MIDDLE)).straddling
    assert found["council_id"].tolist() == ["K2", ""]
    assert found["councils"].tolist() == [1, 1]


# --- problems -------------------------------------------------------------------------------------


def problems(associations, table, kind, **more):
    """Give the problems of one kind."""
    found = kg.check_councils(associations, table, **more)
    return found[found["kind"] == kind]


EVERY = councils(WEST, MIDDLE, ("K3", "", "not_confirmed", "東小"))


def test_councils_that_fit_have_no_problem():
    """Three rows, one a district, and no plan that straddles."""
    assert len(kg.check_councils(town(), EVERY)) == 0


FAULTS = {
    "council_status": ("K", "甲の会", "founded", "西小"),
    "council_district": ("K", "甲の会", "established", "北小"),
    "no_districts": ("K", "甲の会", "established", " ; "),
    "duplicate_id": ("K1", "甲の会", "established", "中小"),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_row_that_cannot_be_counted_is_an_error(kind):
    """It is listed as an error, and nothing is counted."""
    table = councils(WEST, FAULTS[kind])
    assert problems(town(), table, kind)["severity"].tolist() == ["error"]
    with pytest.raises(InputError, match=kind):
        kg.council_coverage(town(), table)
    with pytest.raises(InputError, match=kind):
        kg.rank_new_councils(plan(), table)


def test_a_council_nobody_knows_is_an_error_with_its_associations():
    """A and b say 無い会, which is in no row."""
    associations = town(council={"a": "無い会", "b": "無い会", "c": "K1"})
    found = problems(associations, EVERY, "council_unknown")
    assert found[["association_id", "name"]].to_numpy().tolist() == [["a, b", "無い会"]]


DOUBTS = {
    "council_overlap": (("K4", "花の会", "established", "西小"), "西小"),
    "council_across": (("K4", "花の会", "established", "西小;中小"), "花の会"),
    "council_contradicts": (("K4", "", "none", "西小"), "西小"),
    "council_without_name": (("K4", "", "established", "東小"), "K4"),
    "council_named_twice": (("K4", "西の会", "established", "東小"), "西の会"),
}


@pytest.mark.parametrize("kind", DOUBTS)
def test_a_doubt_is_a_warning_with_a_name(kind):
    """What a planner should look at is named, and counted all the same."""
    row, name = DOUBTS[kind]
    table = pd.concat([EVERY, councils(row)])
    found = problems(town(), table, kind)
    assert found["severity"].tolist() == ["warning"] * len(found)
    assert name in found["name"].tolist()
    assert kg.council_coverage(town(), table).statuses["households"].sum() == 230


def test_silence_about_a_district_is_named():
    """東小 is in no row."""
    assert problems(town(), councils(WEST, MIDDLE), "district_not_named")["name"].tolist() == ["東小"]


def test_an_association_whose_council_is_elsewhere_is_named():
    """C, in 中小, says 西の会, which covers 西小."""
    found = problems(town(council={"c": "西の会"}), EVERY, "council_elsewhere")
    assert found[["association_id", "name"]].to_numpy().tolist() == [["c", "西の会"]]


def test_groups_across_two_councils_are_named_with_both():
    """The members of each side stand in the message."""
    (message,) = problems(plan(), EVERY, "council_straddled")["message"]
    assert message == "has members in 2 councils: 西の会 (架空B区); 中の会 (架空C区)"


def test_every_message_can_be_read_in_japanese():
    """All kinds above at once: none stays English."""
    associations = plan(council=dict(zip("abcd", ["西の会", "無い会", "中の会", "西の会"], strict=True)))
    rows = [row for row, _ in DOUBTS.values()]
    table = pd.concat([councils(WEST, MIDDLE, *FAULTS.values()), councils(*rows)])
    test = kg.CouncilTest(min_share=0.9)
    found = [kg.check_councils(associations, table, test=test), kg.check_councils(plan(), councils(WEST, MIDDLE))]
    shown = pd.concat(found)
    assert set(FAULTS) | {"council_unknown", "council_straddled", "council_below_share"} <= set(shown["kind"])
    left = [m for k, m in zip(shown["kind"], shown["message"], strict=True) if message_text(k, m, "ja") == m]
    assert left == []


# --- where one could be set up --------------------------------------------------------------------


def test_districts_without_a_council_are_ranked_apart_by_status():
    """東小 is said to have none, 中小 is not confirmed; 西小 has one and is not there."""
    table = councils(WEST, ("K3", "", "none", "東小"))
    found = kg.rank_new_councils(plan(), table, min_households=80)
    assert list(found) == [column.name for column in columns.NEW_COUNCILS][1:]
    assert found[["status", "rank"]].to_numpy().tolist() == [["none", 1], ["not_confirmed", 1]]
    assert found.index.tolist() == ["東小", "中小"]
    assert found["enough_groups"].tolist() == [False, True]
    assert found["enough_households"].tolist() == [True, True]


def test_what_is_not_known_is_not_judged():
    """No halls and no later years: two of four criteria, and viable cannot be said where both are met."""
    found = kg.rank_new_councils(plan(), councils(WEST), min_households=80)
    assert found["judged"].tolist() == [2, 2]
    assert found["met"].to_dict() == {"中小": 2, "東小": 1}
    assert found["viable"].isna().to_dict() == {"中小": True, "東小": False}


def test_the_floor_of_the_plan_says_how_many_households_are_enough():
    """Two associations at the floor of 50 have 100: the 80 of 中小 and 東小 are not enough."""
    assert kg.rank_new_councils(plan(), councils(WEST))["enough_households"].tolist() == [False, False]


def test_criteria_met_count_before_the_order():
    """中小 and 東小 have 80 households each; halls in e and f turn the order only among equals."""
    made, halls = plan((("a",), ("b",), ("c", "d"), ("e", "f"))), halls_at(4, 5)
    found = kg.rank_new_councils(made, councils(WEST), halls=halls, min_groups=1, min_households=80)
    assert found["met"].to_dict() == {"東小": 3, "中小": 2}
    equal = kg.rank_new_councils(made, councils(WEST), halls=halls, min_groups=1, min_households=80, min_halls=0)
    assert equal.index.tolist() == ["東小", "中小"]
    by_name = kg.rank_new_councils(made, councils(WEST), halls=halls, min_groups=1, min_halls=0, order=["households"])
    assert by_name.index.tolist() == ["中小", "東小"]


def test_each_later_year_must_be_enough():
    """中小 falls to 70 in 2040; 東小 holds 80."""
    later = {"a": 20, "b": 30, "c": 15, "d": 55, "e": 10, "f": 70, "z": 0}
    found = kg.rank_new_councils(plan(households_2040=later), councils(WEST), min_households=80, years=[2040])
    assert found["enough_later"].to_dict() == {"中小": False, "東小": True}


@pytest.mark.parametrize(
    "wrong",
    [{"statuses": ["established"]}, {"order": ["luck"]}, {"min_groups": -1}, {"min_halls": 0.5}, {"years": [2050]}],
)
def test_a_wrong_wish_is_refused(wrong):
    """A status that has a council, a column nobody has, no number, a year that is not there."""
    with pytest.raises(InputError, match=next(iter(wrong)) if "years" not in wrong else "households_2050"):
        kg.rank_new_councils(plan(), councils(WEST), **wrong)


@pytest.mark.parametrize("wrong", [{"max_districts": 0}, {"min_share": 1.5}, {"min_share": "x"}, {"may_overlap": 1}])
def test_a_test_of_councils_is_checked(wrong):
    """No district, more than all, a text, a number for a yes."""
    with pytest.raises(InputError, match=next(iter(wrong))):
        kg.CouncilTest(**wrong)


# --- properties -----------------------------------------------------------------------------------


@st.composite
def cases(draw):
    """Draw the districts of six associations, councils over them, and a shuffled order of the rows."""
    schools = {one: draw(st.sampled_from(["西小", "中小", "東小", None])) for one in "abcdef"} | {"z": "西小"}
    names = sorted({name for name in schools.values() if name})
    rows = [
        (f"K{number}", name, status, ";".join(chosen))
        for number, (name, status, chosen) in enumerate(
            draw(
                st.lists(
                    st.tuples(
                        st.sampled_from(["", "甲の会", "乙の会"]),
                        st.sampled_from(list(columns.COUNCIL_STATUSES)),
                        st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True),
                    ),
                    max_size=5,
                )
            )
        )
    ]
    said = draw(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from([row[0] for row in rows]))) if rows else {}
    return schools, councils(*rows), said, draw(st.permutations("abcdefz"))


@settings(max_examples=60, deadline=None)
@given(cases())
def test_sums_are_conserved_and_the_order_of_rows_changes_nothing(case):
    """Each association, household, hall and group once, whatever the councils; shuffled rows give the same tables."""
    schools, table, said, order = case
    halls = halls_at(0, 2, 6, outside=True)
    associations = town().assign(former_school_district=pd.Series(schools, dtype=object))
    associations["council"] = pd.Series(said, dtype=object).reindex(associations.index)
    found = kg.council_coverage(associations, table, halls=halls)
    again = kg.council_coverage(associations.loc[list(order)], table, halls=halls)
    assert found.statuses[["associations", "households", "halls"]].sum().tolist() == [6, 230, 4]
    assert found.statuses["districts"].sum() == len({name for name in schools.values() if name})
    for part in ("statuses", "districts", "councils"):
        pd.testing.assert_frame_equal(getattr(found, part), getattr(again, part))


def test_the_sums_of_a_plan_are_those_of_its_summary():
    """Groups and small ones by status add up to what the plan says, also in the sample city's town of 一迫."""
    sample = kg.load_sample()
    made = kg.propose_mergers(sample[sample["former_town"] == "一迫"], kg.MergeRules(), progress=False)
    table = kg.load_sample_councils()
    known = table[table["district_names"].isin(made.associations["former_school_district"])]
    found, said = kg.council_coverage(made, known).statuses[COUNTED].sum(), made.summary()
    assert found["groups"] == said["associations_after"]
    assert found["small_before"] == said["small_before"]
    assert found["small_after"] == said["small_after"]
    assert found["households"] == said["households_before"]


# --- the sample, and the notebook -----------------------------------------------------------------


def test_in_the_sample_three_councils_are_known_and_nothing_else():
    """金田, 長崎 and 姫松; the organisation of 花山 is named and not confirmed."""
    found = kg.council_coverage(kg.load_sample(), kg.load_sample_councils(), districts=kg.load_sample_districts())
    sure = found.districts[found.districts["status"] == "established"]
    assert sure.index.tolist() == ["旧金田小学校区", "旧長崎小学校区", "旧姫松小学校区"]
    assert set(found.districts["status"]) == {"established", "not_confirmed"}
    assert found.districts.loc["旧花山小学校区", "council_names"] == ("一般社団法人はなやまネットワーク",)
    assert sure["households"].tolist() == [405, 348, 273]


def test_a_notebook_shows_the_tables_in_japanese_and_text_as_text():
    """Headings and statuses are Japanese; a name is never markup; empty tables are left out."""
    shown = kg.council_coverage(plan(), councils(("K1", "<b>西の会</b>", "established", "西小")))._repr_html_()
    assert "設立済" in shown
    assert "未確認" in shown
    assert "<b>" not in shown
    assert "&lt;b&gt;西の会" in shown
    assert "集会施設の数" not in shown
    assert "一つの協議会に収まらない" in shown


def test_tables_without_rows_are_counted_too():
    """No association and no council: the districts are there, and nobody lives in them."""
    associations, areas = town(), town().dissolve(by="former_school_district").reset_index(names="name_of")
    areas = areas.assign(name=areas["name_of"])
    found = kg.council_coverage(associations.iloc[:0], councils(), districts=areas).statuses
    assert found["districts"].tolist() == [0, 0, 0, 3]
    assert found["households"].sum() == 0
    assert found["households_share"].isna().all()
