"""What is hidden from the public stays hidden, whatever is put together from all that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kurihara_geo as kg
from kurihara_geo.errors import InputError
from kurihara_geo.outputs.audience import Hidden, disclose, public_rules, read_audience
from kurihara_geo.rules import MergeRules
from tests.outputs.attacker import everything_shown, published_in_geojson, ranges
from tests.plans import plan_by_hand
from tests.towns import draw_town, exact_borders

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from kurihara_geo.plan import Plan

UNDER, WITHHELD = Hidden.UNDER, Hidden.WITHHELD

# Two districts of one town, one row each; A has 7 households and joins B.
#
#   A  7   B 45   C 60   D 80        east
#   E 90   F 30   G 25   H 70        west
PICTURE = """
ABCD
EFGH
"""
HOUSEHOLDS = {"A": 7, "B": 45, "C": 60, "D": 80, "E": 90, "F": 30, "G": 25, "H": 70}
GROUPS = [("A", "B"), ("C",), ("D",), ("E",), ("F", "G"), ("H",)]
DISTRICTS = dict.fromkeys("ABCD", "架空東") | dict.fromkeys("EFGH", "架空西")
TOWNS = dict.fromkeys("ABCDEFGH", "架空町")


def make_plan(
    picture: str = PICTURE,
    households: Mapping[str, int] = HOUSEHOLDS,
    groups: Sequence[tuple[str, ...]] = GROUPS,
    rules: MergeRules | None = None,
    **columns: Mapping[str, object],
) -> Plan:
    """Make the plan of this file, or of another drawn town."""
    columns = columns or {"former_town": TOWNS, "former_school_district": DISTRICTS}
    town = draw_town(picture, households, **columns)
    return plan_by_hand(town, exact_borders(town), rules or MergeRules(max_members=8), groups)


def exposed(plan: Plan, limit: int = 10) -> dict[str, tuple[int, int | None]]:
    """Let the attacker loose on an edition; give the small counts of which he learns more than that they are small.

    From who is small, what is left below the floor and the names of groups he concludes what he can without any
    number; beyond that only that a count is from 1 to below the limit. Nothing can be done about the order among
    members that are all under the limit, in a group named after its largest: there he does not use the name. He
    guesses that what is withheld is not under the limit, where that is so.
    """
    shown = disclose(plan, audience="public", hide_below=limit)
    summary = shown.summary()
    known = everything_shown(shown)
    count = plan.members["households"].to_dict()
    guesses = not any(count[name] < limit and shown.association(name) is WITHHELD for name in count)
    order_tells = [ids for ids in plan.groups["member_ids"] if max(count[name] for name in ids) < limit]
    found = {}
    for names in (True, False):
        small = [name for name in count if count[name] < limit and any(name in ids for ids in order_tells) is not names]
        before = ranges(plan, {}, of=small, names=names)
        after = ranges(
            plan,
            known,
            limit=limit,
            of=small,
            smallest_group=summary["smallest_group"],
            largest_group=summary["largest_group"],
            names=names,
            guesses=guesses,
        )
        for name in small:
            least, most = before[name][0], min(limit - 1, before[name][1] or limit)
            if after[name][0] > least or (after[name][1] is not None and after[name][1] < most):
                found[name] = after[name]
    return found


def test_attacker_solves_for_what_is_only_crossed_out():
    """Crossing out one number is no protection: from the group's total, or the district's, it is found at once."""
    plan = make_plan()
    shown = disclose(plan)
    everything = everything_shown(shown)
    alone = frozenset("A")

    for total in (frozenset("AB"), frozenset("ABCD"), frozenset(HOUSEHOLDS)):
        known = {ids: count for ids, count in everything.items() if len(ids) == 1 and ids != alone}
        assert ranges(plan, {**known, total: everything[total]}, of="A") == {"A": (7, 7)}
    # Without any total the status tells: A and B (45) stand together, so A has 5 households or more.
    assert ranges(plan, {**known, alone: "under"}, of="A") == {"A": (5, 9)}


def test_small_count_and_what_tells_of_it_are_hidden_and_nothing_else():
    """A is hidden; so are B and their sum, and one more association, since A and B add up to their district's rest."""
    plan = make_plan()

    shown = disclose(plan, audience="public")

    hidden = {
        "".join(sorted(ids)): value for ids, value in everything_shown(shown).items() if isinstance(value, Hidden)
    }
    assert hidden == {"A": UNDER, "B": WITHHELD, "AB": WITHHELD, "C": WITHHELD}
    assert shown.area("former_school_district", "架空東") == 7 + 45 + 60 + 80
    assert exposed(plan) == {}


def test_only_counts_under_the_limit_need_protection():
    """A town without a small count is shown whole, and so is every town at a limit of 1."""
    plan = make_plan()

    assert Hidden not in {
        type(value) for value in everything_shown(disclose(plan, audience="public", hide_below=7)).values()
    }
    assert disclose(plan, audience="public", hide_below=1).association("A") == 7
    assert "伏せ" not in disclose(plan, audience="public", hide_below=1).note()
    assert disclose(plan, audience="public", hide_below=8).association("A") is UNDER


def test_office_edition_shows_every_number():
    """For office use each number is what the plan says."""
    plan = make_plan()

    shown = disclose(plan)

    assert (shown.is_public, shown.note(), shown.note("en")) == (False, "", "")
    assert shown.summary() == plan.summary()
    assert {name: shown.association(name) for name in HOUSEHOLDS} == HOUSEHOLDS
    assert shown.group("A") == 7 + 45
    assert shown.area("former_school_district", "架空西") == 90 + 30 + 25 + 70
    assert shown.total() == sum(HOUSEHOLDS.values())
    assert shown.stage_value("travel") == next(stage.value for stage in plan.stages if stage.name == "travel")


def test_small_sum_is_hidden_without_saying_that_it_is_small():
    """Two tiny associations are together under the limit: to say so would say that neither has 9."""
    households = HOUSEHOLDS | {"A": 3, "B": 4}
    plan = make_plan(households=households, groups=[("A", "B"), *GROUPS[1:]], rules=MergeRules(together=[["A", "B"]]))

    shown = disclose(plan, audience="public")

    assert plan.groups.at["A", "status"] == "below_floor"
    assert (shown.association("A"), shown.association("B"), shown.group("A")) == (UNDER, UNDER, WITHHELD)
    assert shown.summary()["households_left_below"] is WITHHELD
    assert shown.summary()["smallest_group"] is WITHHELD
    assert exposed(plan) == {}


def test_association_that_is_a_whole_district_is_one_number():
    """What is hidden under one name is hidden under every other: association, group and district are the same sum."""
    districts = DISTRICTS | {"A": "架空北"}
    plan = make_plan(
        groups=[("A",), ("B",), *GROUPS[1:]],
        rules=MergeRules(keep_within=["former_school_district"]),
        former_school_district=districts,
    )

    shown = disclose(plan, audience="public")

    assert shown.association("A") is shown.group("A") is shown.area("former_school_district", "架空北") is UNDER
    assert exposed(plan) == {}


def test_areas_that_cross_are_not_shown_where_they_hold_something_hidden():
    """A council across both districts, with a hidden member, is withheld; one without is shown, and nothing leaks."""
    councils = dict.fromkeys("AE", "架空協議会") | dict.fromkeys("DH", "架空第二")
    plan = make_plan(former_school_district=DISTRICTS, council=councils)

    shown = disclose(plan, audience="public")

    assert shown.area("council", "架空協議会") is WITHHELD
    assert shown.area("council", "架空第二") == 80 + 70
    assert isinstance(shown.area("former_school_district", "架空東"), int)
    assert exposed(plan) == {}


def test_groups_may_cross_districts():
    """Groups and districts need not nest: A joins E of the other district, and nothing is solved for."""
    plan = make_plan(groups=[("A", "E"), ("B",), *GROUPS[1:3], *GROUPS[4:]], former_school_district=DISTRICTS)

    shown = disclose(plan, audience="public")

    assert plan.groups.at["A", "member_ids"] == ("A", "E")
    assert all(isinstance(shown.area("former_school_district", name), int) for name in ("架空東", "架空西"))
    assert exposed(plan) == {}


def test_tiny_town_is_withheld_to_the_last_number():
    """Where two associations are all there is, nothing else can hide them: the city's total goes too."""
    plan = make_plan("AB", {"A": 3, "B": 60}, [("A",), ("B",)], former_town={"A": "架空町"})

    shown = disclose(plan, audience="public")

    assert exposed(plan) == {}
    assert (shown.association("A"), shown.association("B")) == (UNDER, WITHHELD)


def test_population_is_hidden_wherever_households_are():
    """People tell of households: each number of people is shown where that of households is, and only there."""
    people = {name: 3 * count for name, count in HOUSEHOLDS.items()}
    plan = make_plan(population=people, former_school_district=DISTRICTS)

    shown = disclose(plan, audience="public")

    assert (shown.population("A"), shown.population("B"), shown.group_population("A")) == (WITHHELD,) * 3
    assert shown.population("D") == 3 * 80
    assert shown.area_population("former_school_district", "架空東") == 3 * (7 + 45 + 60 + 80)
    assert shown.total_population() == 3 * sum(HOUSEHOLDS.values())
    unknown = make_plan(population=people | {"D": None}, former_school_district=DISTRICTS)
    assert disclose(unknown).population("D") is disclose(unknown).total_population() is None


def test_nothing_depends_on_the_order_of_the_table():
    """The same plan hides the same numbers, in whatever order its associations stand."""
    town = draw_town(PICTURE, HOUSEHOLDS, former_school_district=DISTRICTS)
    rules = MergeRules(max_members=8)

    editions = [
        everything_shown(disclose(plan_by_hand(table, exact_borders(table), rules, GROUPS), audience="public"))
        for table in (town, town.iloc[::-1], town.sample(frac=1, random_state=3))
    ]

    assert editions[0] == editions[1] == editions[2]


def test_texts_say_what_people_read():
    """Numbers have their commas, hidden ones their word, in both languages; the limit is the one asked for."""
    shown = disclose(make_plan(), audience="public", hide_below=8)

    assert [shown.text(value) for value in (1234, UNDER, WITHHELD, None)] == ["1,234", "8未満", "非公表", ""]
    assert [shown.text(value, "en") for value in (UNDER, WITHHELD)] == ["under 8", "withheld"]
    assert "公開用" in shown.note()
    assert "8世帯未満" in shown.note()
    assert "cannot be read back" in shown.note("en")


def test_reasons_in_public_tell_of_no_number_and_no_person():
    """Why an association is left is said without sums and without what somebody wrote about it."""
    households = HOUSEHOLDS | {"A": 12}
    reasons = {
        "A": ("too_few_in_reach", "すべて合わせても48世帯です", "all hold 48 households"),
        "F": ("exempt", "(区長の申し出)", "(asked for by its head)"),
    }
    town = draw_town(PICTURE, households)
    rules = MergeRules(exempt={"F": "区長の申し出"})
    groups = [(name,) for name in "ABCDEFGH"]
    plan = plan_by_hand(town, exact_borders(town), rules, groups, reasons=reasons)
    rows = plan.left_below

    shown = disclose(plan, audience="public")

    said = {(name, lang): shown.reason(rows.loc[name], lang) for name in "AF" for lang in ("ja", "en")}
    assert disclose(plan).reason(rows.loc["A"]) == "すべて合わせても48世帯です"
    assert not [text for text in said.values() if any(sign.isdigit() for sign in text) or "区長" in text]
    assert said["F", "ja"] != said["A", "ja"]


def test_public_rules_name_no_association():
    """Rules about associations, with what was written of them, are for office use; floors and walls are public."""
    rules = MergeRules(
        min_households=40,
        keep_within=["former_town"],
        together=[["A", "B"]],
        apart=[["C", "D"]],
        exempt={"E": "理由"},
        obstacles=[{"ids": ["G", "H"], "reason": "争い", "weight": 5}],
        lower_floors=[{"ids": ["F"], "min_households": 20, "reason": "離島"}],
        objective=["below_floor", "mergers", "obstacles"],
    )

    public = public_rules(rules)

    assert public.named_ids == ()
    assert (public.min_households, public.keep_within, public.stages) == (40, ("former_town",), rules.stages)


@pytest.mark.parametrize("audience", ["everybody", None, 3, ["public"], pd.DataFrame()])
def test_other_audience_is_refused(audience):
    """An audience that is none would show too much or too little."""
    with pytest.raises(InputError, match="audience must be 'office' or 'public'"):
        read_audience(audience)


@pytest.mark.parametrize("limit", [0, -1, 1.5, "10", None, True, pd.Series([1])])
def test_limit_that_is_none_is_refused(limit):
    """The limit is a whole number of households, for either audience."""
    for audience in ("office", "public"):
        with pytest.raises(InputError, match="hide_below must be a whole number"):
            disclose(make_plan(), audience=audience, hide_below=limit)


def test_number_that_is_none_is_named():
    """Asking for what is not in the plan is an error that names it."""
    shown = disclose(make_plan())

    with pytest.raises(InputError, match="no association 'Z'"):
        shown.association("Z")
    with pytest.raises(InputError, match="no group 'B'"):
        shown.group("B")
    with pytest.raises(InputError, match="'架空南'"):
        shown.area("former_town", "架空南")
    with pytest.raises(InputError, match="column must be"):
        shown.area("name", "架空A区")


@st.composite
def random_plans(draw: st.DrawFn) -> tuple[Plan, int]:
    """Draw a town of up to 12 associations, many tiny, in districts and councils of any shape; plan it; and a limit."""
    wide, high = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    ids = "ABCDEFGHIJKL"[: wide * high]
    picture = "\n".join(ids[row * wide : row * wide + wide] for row in range(high))
    count = st.one_of(st.integers(1, 12), st.integers(1, 60))
    households = {name: draw(count) for name in ids}
    areas = {
        column: {name: draw(st.sampled_from(["架空甲", "架空乙", None])) for name in ids}
        for column in ("former_town", "former_school_district", "council")
        if draw(st.booleans())
    }
    town = draw_town(picture, households, **areas)
    rules = MergeRules(min_households=draw(st.sampled_from([20, 30, 50])), max_members=draw(st.integers(1, 6)))
    plan = kg.propose_mergers(town, rules, borders=exact_borders(town), progress=False)
    return plan, draw(st.sampled_from([3, 5, 10]))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(random_plans())
def test_nothing_hidden_is_solved_for_in_random_towns(drawn):
    """Whatever the town: an integer program that knows all that is shown cannot narrow a small count."""
    plan, limit = drawn

    assert exposed(plan, limit) == {}


@pytest.fixture(scope="module")
def sample_plan() -> Plan:
    """Plan the sample city by its former school districts."""
    rules = MergeRules(keep_within=["former_school_district"])
    return kg.propose_mergers(kg.load_sample(), rules, halls=kg.load_sample_halls(), progress=False)


def test_nothing_hidden_is_solved_for_in_the_sample(sample_plan: Plan, tmp_path: Path):
    """From every number of the sample's public edition, the written file among them, no small count is narrowed."""
    path = kg.write_geojson(sample_plan, tmp_path / "plan.geojson", audience="public")
    written = published_in_geojson(path)

    assert exposed(sample_plan) == {}
    shown = everything_shown(disclose(sample_plan, audience="public"))
    assert {ids: value for ids, value in written.items() if value is not None} == {
        ids: shown[ids] for ids in written if isinstance(shown[ids], int)
    }


def test_little_more_than_the_small_counts_is_hidden_in_the_sample(sample_plan: Plan):
    """Of the sample's sums all areas and the city stay visible, and most groups: hiding is no blanket."""
    shown = disclose(sample_plan, audience="public")

    areas = [shown.area("former_school_district", name) for name in shown.plan.associations["former_school_district"]]
    groups = [shown.group(name) for name in sample_plan.groups.index]
    small = (sample_plan.members["households"] < 10).sum()
    hidden = [name for name in sample_plan.members.index if isinstance(shown.association(name), Hidden)]
    assert isinstance(shown.total(), int)
    assert all(isinstance(value, int) for value in areas)
    assert sum(isinstance(value, Hidden) for value in groups) <= 5
    assert small < len(hidden) < 1.6 * small


@pytest.mark.real_data
def test_nothing_hidden_is_solved_for_in_a_city_of_480(shared_folder: Path):
    """The census small areas of a large city, without districts to hide among: no small count is narrowed."""
    table = kg.read_associations(shared_folder / "real" / "A002005212020DDSWC03209-JGD2011.zip")
    plan = kg.propose_mergers(table, MergeRules(), progress=False)

    assert exposed(plan) == {}
    assert isinstance(disclose(plan, audience="public").total(), int)
