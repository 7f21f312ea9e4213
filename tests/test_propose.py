"""From a checked table to a plan: what is refused, why some are left below, what decides the fingerprint."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import kurihara_geo as kg
from kurihara_geo.borders import add_link, find_borders, remove_border
from kurihara_geo.errors import AssociationsError, BordersError, InputError, IslandWarning, RulesError
from kurihara_geo.propose import place_halls
from kurihara_geo.rules import MergeRules
from tests.towns import (
    ORIGIN_X_M,
    ORIGIN_Y_M,
    draw_town,
    exclave_town,
    grid_town,
    hollow_town,
    island_town,
    path_town,
    square_town,
    walled_town,
)

if TYPE_CHECKING:
    from kurihara_geo.plan import Plan

DISTRICT = "former_school_district"


def propose(town: gpd.GeoDataFrame, *, borders=None, halls=None, **rules) -> Plan:
    """Propose for a town under the rules given."""
    return kg.propose_mergers(town, MergeRules(**rules), borders=borders, halls=halls, progress=False)


def groups(plan: Plan) -> list[str]:
    """Give the groups as words of one-letter ids."""
    return ["".join(ids) for ids in plan.groups["member_ids"]]


def halls_at(*places: tuple[float, float], **columns) -> gpd.GeoDataFrame:
    """Draw halls h1, h2, ... so many metres east and north of the picture's corner."""
    ids = [f"h{number}" for number in range(1, len(places) + 1)]
    return gpd.GeoDataFrame(
        {"name": [f"集会所{name}" for name in ids], **columns},
        index=pd.Index(ids, name="hall_id"),
        geometry=[shapely.Point(ORIGIN_X_M + x, ORIGIN_Y_M + y) for x, y in places],
        crs=6678,
    )


# --- why some are left below -------------------------------------------------------------------------

LEFT = {
    "unchanged": (path_town(), {"unchanged": ["v"]}, ["v"]),
    "no_border": (island_town(), {}, ["i"]),
    "walls": (draw_town("ab", {"a": 60, "b": 20}, council={"a": "東", "b": "西"}), {"keep_within": ["council"]}, ["b"]),
    "too_few_in_reach": (draw_town("abc", {"a": 10, "b": 15, "c": 20}), {}, ["a", "b", "c"]),
    "caps": (draw_town("abc", {"a": 20, "b": 20, "c": 20}), {"max_members": 2}, ["a", "b", "c"]),
    "costs_others": (draw_town("abc", {"a": 20, "b": 30, "c": 25}), {"max_members": 2}, ["a"]),
}


@pytest.mark.parametrize("reason", LEFT)
def test_who_is_left_below_is_told_why(reason: str):
    """Each reason is produced by a town drawn for it, with a sentence in both languages."""
    town, rules, left = LEFT[reason]
    found = propose(town, **rules).left_below
    assert found["reason"].to_dict() == dict.fromkeys(left, reason)
    assert found[["explanation", "explanation_en"]].map(bool).all(axis=None)


def test_the_sentence_about_walls_names_the_wall():
    """B is alone in its council: the sentence says so."""
    town, rules, _ = LEFT["walls"]
    found = propose(town, **rules).left_below.loc["b"]
    assert "コミュニティ推進協議会をまたがない" in found["explanation"]
    assert "no group across Council" in found["explanation_en"]


def test_a_neighbour_that_stays_unchanged_is_named_as_the_cause():
    """V's only neighbour b is to stay unchanged: without that rule v20 and b60 could merge."""
    found = propose(path_town(), unchanged=["b"]).left_below.loc["v"]
    assert found["reason"] == "rules"
    assert "変更しない自治会の指定" in found["explanation"]
    assert "associations that stay unchanged" in found["explanation_en"]


def test_a_ceiling_on_households_is_named_as_the_cause():
    """v20 and b60 are 80, the ceiling is 70: the sentence names 70."""
    found = propose(path_town(), max_households=70, max_members=None).left_below.loc["v"]
    assert found["reason"] == "caps"
    assert "70世帯" in found["explanation"]
    assert "70 households" in found["explanation_en"]


def test_those_kept_apart_are_not_told_that_a_cap_is_in_the_way():
    """a20 and b40 would reach 50 but are to be kept apart; no cap binds."""
    found = propose(draw_town("ab", {"a": 20, "b": 40}), apart=[["a", "b"]], max_members=None).left_below
    assert "caps" not in set(found["reason"])


# --- the map decides ---------------------------------------------------------------------------------


def test_uninhabited_areas_stay_outside_the_plan():
    """Z is in no group and no row, but in the plan as uninhabited."""
    plan = propose(hollow_town())
    assert list(plan.uninhabited.index) == ["z"]
    assert "z" not in plan.members.index
    assert all("z" not in word for word in groups(plan))
    assert plan.summary()["uninhabited_areas"] == 1


def test_with_a_floor_of_0_everything_stays_as_it_is():
    """Nobody is small: every association stays alone."""
    plan = propose(grid_town(), min_households=0)
    assert groups(plan) == list("abcdefghi")
    assert set(plan.groups["status"]) == {"unchanged"}
    assert plan.proven


@pytest.mark.parametrize(
    "town",
    [path_town(), square_town(), island_town(), hollow_town(), walled_town(), exclave_town(), draw_town("a")],
    ids=["path", "square", "island", "hollow", "walled", "exclave", "one"],
)
def test_the_rows_may_come_in_any_order(town: gpd.GeoDataFrame):
    """Shuffled rows: the same groups, stages and fingerprint; members in the order of the rows given."""
    mixed = town.sample(frac=1, random_state=2)
    first, second = propose(town), propose(mixed)
    assert groups(first) == groups(second)
    assert first.stages == second.stages
    assert first.input_sha256 == second.input_sha256
    assert list(second.members.index) == [name for name in mixed.index if mixed.at[name, "households"] > 0]


def test_shuffled_borders_change_nothing():
    """Borders in another order give the same plan."""
    town = grid_town()
    borders = find_borders(town)
    mixed = propose(town, borders=borders.sample(frac=1, random_state=1))
    assert groups(mixed) == groups(propose(town, borders=borders))
    assert mixed.input_sha256 == propose(town).input_sha256


def test_islands_are_named_among_the_problems_of_the_plan():
    """I cannot merge with anybody; the plan says so without a Python warning."""
    problems = propose(island_town()).problems
    assert problems.loc[problems["kind"] == "island", "association_id"].tolist() == ["i"]


def test_a_link_lets_an_island_merge_and_a_removed_border_parts():
    """With a link i20 joins b30; with b - v removed v20 stays below, and the border nobody can pass is named."""
    town = island_town()
    linked = add_link(find_borders_quietly(town), "b", "i", associations=town, reason="橋")
    assert propose(town, borders=linked).left_below.empty
    parted = remove_border(find_borders(path_town()), "b", "v", reason="川")
    left = propose(path_town(), borders=parted).left_below.loc["v"]
    assert left["reason"] == "rules"
    assert "通行できない境界" in left["explanation"]
    assert "borders nobody can pass" in left["explanation_en"]


def find_borders_quietly(town: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Find borders where an island is expected."""
    with pytest.warns(IslandWarning):
        return find_borders(town)


# --- halls -------------------------------------------------------------------------------------------


def test_halls_belong_to_the_association_they_stand_in():
    """h1 stands in a, h2 in v, h3 in none, h4 on the border of a and b: the lower id."""
    placed = place_halls(halls_at((100, 100), (1100, 100), (100, 900), (500, 100)), path_town())
    assert placed["association_id"].where(placed["association_id"].notna(), None).to_dict() == {
        "h1": "a",
        "h2": "v",
        "h3": None,
        "h4": "a",
    }


def test_halls_move_to_the_plane_of_the_associations():
    """Halls in longitude and latitude stand where they stood."""
    halls = halls_at((100, 100))
    placed = place_halls(halls.to_crs(4326), path_town())
    assert placed.crs == path_town().crs
    assert placed.geometry["h1"].distance(halls.geometry["h1"]) < 1e-3


def test_a_given_owner_counts_more_than_the_place():
    """h1 stands in a but belongs to v."""
    assert place_halls(halls_at((100, 100), association_id=["v"]), path_town())["association_id"].tolist() == ["v"]


@pytest.mark.parametrize(
    ("halls", "message"),
    [
        (halls_at((1, 1)).set_crs(None, allow_override=True), "coordinate system"),
        (halls_at((1, 1), (2, 2)).buffer(1).to_frame("geometry"), "not: h1, h2"),
        (halls_at((1, 1), (2, 2), association_id=["a", "x"]), r"h2 \(x\)"),
    ],
    ids=["no crs", "areas", "unknown owner"],
)
def test_halls_that_do_not_fit_are_refused_by_name(halls: gpd.GeoDataFrame, message: str):
    """No coordinate system, no points, or an unknown owner."""
    with pytest.raises(InputError, match=message):
        propose(path_town(), halls=halls)


def test_a_hall_decides_where_the_group_meets():
    """v20's hall: b60 goes there, and the travel is theirs."""
    plan = propose(path_town(), halls=halls_at((1250, 250)))
    assert plan.groups.at["b", "meeting_place"] == "集会所h1"
    assert plan.stage_table().at["travel", "value"] == 60 * 500


def test_halls_numbered_by_their_rows_can_be_used():
    """A table of halls whose ids are numbers works, or is refused in a planner's words."""
    halls = halls_at((1250, 250)).set_axis(pd.Index([1], name="hall_id"))
    assert propose(path_town(), halls=halls).groups.at["b", "meeting_place"] == "集会所h1"


# --- what is refused ---------------------------------------------------------------------------------


def test_walls_of_a_column_that_is_missing_are_refused():
    """Both columns that are not there are named, and those there are."""
    with pytest.raises(AssociationsError, match="former_town") as raised:
        propose(square_town(), keep_within=[DISTRICT], prefer_within=["former_town"])
    assert [problem.kind for problem in raised.value.problems] == ["missing_column"] * 2
    assert "households_kind" in raised.value.problems[0].cure


def missing_town() -> gpd.GeoDataFrame:
    """Draw a path p30 - q30 - r30 - s60 in which r and s have no district."""
    return draw_town("pqrs", {"p": 30, "q": 30, "r": 30, "s": 60}, **{DISTRICT: {"p": "西小", "q": "西小"}})


@pytest.mark.parametrize("rule", ["keep_within", "prefer_within"])
def test_missing_wall_values_are_named(rule: str):
    """R and s have no district: an error that names both and the cure."""
    with pytest.raises(RulesError, match=r"r 架空R区, s 架空S区.*missing_as") as raised:
        propose(missing_town(), **{rule: [DISTRICT]})
    assert [(p.kind, p.association_id) for p in raised.value.problems] == [("missing_wall_value", "r, s")]


def test_missing_as_gives_them_a_class_of_their_own():
    """With missing_as r and s are one class, and p and q another."""
    plan = propose(missing_town(), keep_within=[DISTRICT], missing_as={DISTRICT: "不明"})
    assert groups(plan) == ["pq", "rs"]


def test_missing_as_counts_blanks_as_missing():
    """R's district is blank, s's is empty: one class, and the plan holds on the map."""
    town = missing_town()
    town[DISTRICT] = pd.Series(["西小", "西小", "", None], index=town.index, dtype=object)
    assert groups(propose(town, keep_within=[DISTRICT], missing_as={DISTRICT: "不明"})) == ["pq", "rs"]


def test_missing_as_works_for_columns_of_numbers():
    """Districts 1, 1, missing, missing: the missing ones are one class."""
    town = missing_town().assign(zone=[1.0, 1.0, None, None])
    assert groups(propose(town, keep_within=["zone"], missing_as={"zone": "不明"})) == ["pq", "rs"]


def test_the_same_value_as_number_and_text_is_one_class():
    """P has zone 1, q has zone "1", as spreadsheets give them: model and check agree on what they are."""
    town = missing_town()
    town["zone"] = pd.Series([1, "1", 2, 2], index=town.index, dtype=object)
    assert groups(propose(town, keep_within=["zone"])) == ["pq", "rs"]


def test_unknown_ids_in_rules_are_named_all_at_once():
    """Four ids that are not inhabited associations, one of them the uninhabited z: four problems."""
    with pytest.raises(RulesError) as raised:
        propose(hollow_town(), together=[["a", "x1"]], apart=[["x2", "b"]], unchanged=["x3", "z"])
    text = str(raised.value)
    assert len(raised.value.problems) == 4
    assert all(name in text for name in ("together names 'x1'", "apart names 'x2'", "'x3'", "'z'"))


def test_together_that_does_not_touch_is_refused():
    """A and v have b between them."""
    with pytest.raises(RulesError, match="do not touch"):
        propose(path_town(), together=[["a", "v"]])


@pytest.mark.parametrize(
    ("town", "message"),
    [
        (square_town().reset_index(), "must be 'association_id'"),
        (square_town().rename_axis("id"), "must be 'association_id'"),
        (square_town().iloc[:0], "no_units"),
        (square_town().assign(households=0), "no_units"),
        (square_town().drop(columns="households"), "missing_households"),
        (square_town().assign(households=[30, -1, 30, 30]), "negative_households: b"),
        (square_town().rename(index={"b": "a"}), "duplicate_id: a"),
    ],
    ids=["ids in a column", "other name", "empty", "nobody", "no counts", "negative", "twice"],
)
def test_a_table_with_errors_is_refused(town: gpd.GeoDataFrame, message: str):
    """Whatever is wrong with the table is said before anything is solved."""
    with pytest.raises(AssociationsError, match=message):
        propose(town)


def test_numbers_as_ids_are_refused_in_words():
    """Ids are text; a table with numbers is refused by name, or used as text."""
    with suppress(AssociationsError):
        plan = propose(square_town().set_axis(pd.Index([1, 2, 3, 4], name="association_id")))
        assert len(plan.members) == 4


def test_a_table_in_degrees_is_refused():
    """Metres cannot be measured in longitude and latitude."""
    with pytest.raises(BordersError, match="metres"):
        propose(square_town().to_crs(4326))


def test_a_table_in_degrees_is_refused_with_borders_given_too():
    """Borders measured before do not make degrees metres: every way would be 0 m."""
    with pytest.raises(InputError, match="metres"):
        propose(square_town().to_crs(4326), borders=find_borders(square_town()))


def test_borders_of_a_plan_are_in_the_plane_of_the_associations():
    """Borders given in longitude and latitude are moved, or refused."""
    town = square_town()
    with suppress(BordersError):
        assert propose(town, borders=find_borders(town).to_crs(4326)).borders.crs == town.crs


def test_borders_that_do_not_fit_are_refused():
    """Borders of another town name associations that are not here."""
    with pytest.raises(BordersError, match="'v' is not an inhabited association"):
        propose(square_town(), borders=find_borders(path_town()))


@pytest.mark.parametrize("limit", [0, -1, float("nan")])
def test_a_time_limit_that_is_none_is_refused(limit: float):
    """0, negative and NaN seconds are no time."""
    with pytest.raises(InputError, match="above 0, or None"):
        kg.propose_mergers(square_town(), time_limit_s=limit)


def test_a_solver_that_is_not_there_is_refused():
    """The message lists what is available."""
    with pytest.raises(InputError, match="'Gurobi' is not available here; available: HiGHS"):
        kg.propose_mergers(square_town(), solver="Gurobi")


def test_rules_of_another_type_are_refused():
    """A plain dict is not a set of rules that was checked."""
    with pytest.raises(RulesError, match="must be MergeRules, not dict"):
        kg.propose_mergers(square_town(), {"min_households": 50})


# --- the fingerprint ---------------------------------------------------------------------------------


def test_equal_input_has_an_equal_fingerprint():
    """The same town drawn twice, and a copy with another column the rules do not read."""
    first = propose(square_town()).input_sha256
    assert propose(square_town()).input_sha256 == first
    assert propose(square_town().assign(memo="x")).input_sha256 == first
    assert len(first) == 64


CHANGES = {
    "households": lambda: propose(square_town().assign(households=[31, 30, 30, 30])),
    "area": lambda: propose(draw_town("ab\ncd", cell_m=501)),
    "id": lambda: propose(square_town().rename(index={"d": "e"})),
    "rule": lambda: propose(square_town(), min_households=49),
    "border": lambda: propose(square_town(), borders=remove_border(find_borders(square_town()), "a", "b", reason="川")),
    "hall": lambda: propose(square_town(), halls=halls_at((100, 100))),
    "wall": lambda: propose(square_town().assign(zone="x"), keep_within=["zone"]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_changed_input_has_another_fingerprint(change: str):
    """Anything that decides the plan changes the fingerprint."""
    assert CHANGES[change]().input_sha256 != propose(square_town()).input_sha256


def test_a_hall_that_moves_changes_the_fingerprint():
    """The same hall 100 m further is another input."""
    near, far = (propose(square_town(), halls=halls_at((x, 100))).input_sha256 for x in (100, 200))
    assert near != far


def test_proposing_changes_nothing_of_what_it_is_given():
    """Associations, borders and halls are the same afterwards."""
    town, borders, halls = path_town(), find_borders(path_town()), halls_at((100, 100))
    before = [table.copy(deep=True) for table in (town, borders, halls)]
    propose(town, borders=borders, halls=halls)
    for table, kept in zip((town, borders, halls), before, strict=True):
        pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(kept))
