"""A written plan is checked from its files: one that is as it was written holds, a tampered one is found out."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import kurihara_geo as kg
from kurihara_geo.errors import (
    AssociationsError,
    InputError,
    KuriharaGeoError,
    RulesError,
    SourceError,
    VerificationError,
)
from kurihara_geo.plan import fingerprint_input
from tests.strategies import random_case
from tests.towns import ORIGIN_X_M, ORIGIN_Y_M, bar_border, draw_town, exact_borders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kurihara_geo.verify import Verification

HOSTILE = "<b>{{7*7}}</b>"


def town() -> gpd.GeoDataFrame:
    """Draw a path p30 - q30 | r30 - s60 - e20 with the wall below q, i20 at a corner of e, and z where nobody lives."""
    households = {"p": 30, "q": 30, "r": 30, "s": 60, "e": 20, "i": 20, "z": 0}
    return draw_town(
        """
        pqz.i
        .rse.
        """,
        households,
        population={name: 2 * count for name, count in households.items()},
        former_school_district=dict.fromkeys("pqz", "西小") | dict.fromkeys("rsei", "東小"),
    )


def halls() -> gpd.GeoDataFrame:
    """Draw a hall in s."""
    return gpd.GeoDataFrame(
        {"name": ["集会所"], "association_id": ["s"]},
        index=pd.Index(["h1"], name="hall_id"),
        geometry=[shapely.Point(ORIGIN_X_M + 1200.5, ORIGIN_Y_M + 100.25)],
        crs=6678,
    )


RULES = kg.MergeRules(keep_within=["former_school_district"], exempt={"i": HOSTILE})


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the plan p+q | r+s+e: i, which may stay small, touches nobody, and z is nobody's."""
    folder = tmp_path_factory.mktemp("plan")
    plan = kg.propose_mergers(town(), RULES, borders=exact_borders(town()), halls=halls())
    kg.write_plan(plan, folder)
    return folder


@pytest.fixture
def files(written: Path, tmp_path: Path) -> Path:
    """Give a copy of the written folder to tamper with."""
    return shutil.copytree(written, tmp_path / "plan")


def verified(folder: Path, **changed: Any) -> Verification:
    """Verify a folder with all its files."""
    given: dict[str, Any] = {"rules": folder / "rules.toml", "borders": folder / "borders.geojson"}
    given |= {"halls": folder / "halls.geojson"} | changed
    return kg.verify_plan(folder / "plan.geojson", folder / "associations.geojson", given.pop("rules"), **given)


def tamper(file: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    """Change a GeoJSON file in place."""
    content = json.loads(file.read_text(encoding="utf-8"))
    change(content)
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def feature(content: dict[str, Any], name: str) -> dict[str, Any]:
    """Give the feature with an id."""
    return next(item for item in content["features"] if item["id"] == name)


def said(content: dict[str, Any], group_id: str) -> dict[str, Any]:
    """Give the properties of a group."""
    return feature(content, group_id)["properties"]


def stage(content: dict[str, Any], name: str) -> dict[str, Any]:
    """Give what is said of a stage."""
    return next(row for row in content["kurihara_geo"]["stages"] if row["name"] == name)


# --- a plan as it was written --------------------------------------------------------------------------------


def test_a_plan_as_it_was_written_holds(files: Path) -> None:
    """With all its files nothing is wrong, what was checked is said, and so is what no file can show."""
    found = verified(files)
    assert found.faults == ()
    assert found.holds
    found.raise_for_faults()
    for words in ("exactly one group", "every rule", "every stage", "union of its members", "SHA-256", "proven"):
        assert any(words in text for text in found.checked), words
    assert any("no better plan exists" in text for text in found.unchecked)


def test_the_plan_of_this_file_is_the_one_described(files: Path) -> None:
    """P and q merge, so do r, s and e; i is exempt and alone, z uninhabited."""
    content = json.loads((files / "plan.geojson").read_text(encoding="utf-8"))
    assert said(content, "p")["member_ids"] == ["p", "q"]
    assert said(content, "i")["status"] == "below_floor"
    assert said(content, "z")["status"] == "uninhabited"
    assert sorted(said(content, "e")["member_ids"]) == ["e", "r", "s"]


def test_the_first_boundaries_are_as_good_as_the_written_ones(files: Path, tmp_path: Path) -> None:
    """The file the plan was made from, in another plane CRS or in degrees, gives the same SHA-256 and the same sums."""
    for name, crs in (("a.geojson", 4326), ("b.gpkg", 6678), ("c.gpkg", 32654)):
        town().reset_index().to_crs(crs).to_file(tmp_path / name)
        found = kg.verify_plan(
            files / "plan.geojson",
            tmp_path / name,
            borders=files / "borders.geojson",
            halls=files / "halls.geojson",
        )
        assert [fault for fault in found.faults if crs != 32654 or not fault.startswith("outlines")] == []


def test_borders_found_anew_are_said(files: Path) -> None:
    """Without borders they are found from the boundaries, and that is said; those of this plan are the same."""
    found = verified(files, borders=None)
    assert found.faults == ()
    assert "held against borders found anew from the boundaries" in found.checked


def test_without_rules_the_plan_is_held_against_its_own(files: Path) -> None:
    """Rules inside the plan are enough, and that is said."""
    found = verified(files, rules=None)
    assert found.faults == ()
    assert "held against the rules inside the plan" in found.checked


def test_rules_may_be_given_as_they_are(files: Path) -> None:
    """MergeRules do as well as a file."""
    assert verified(files, rules=RULES).holds


def test_counts_from_a_table_replace_those_of_the_map(files: Path, tmp_path: Path) -> None:
    """The same counts in a table hold; others are found out."""
    counts = town().reset_index()[["association_id", "households", "population"]]
    counts.to_csv(tmp_path / "same.csv", index=False)
    counts.assign(households=counts["households"] + (counts["association_id"] == "p")).to_csv(
        tmp_path / "other.csv", index=False
    )
    assert verified(files, households=tmp_path / "same.csv").holds
    faults = verified(files, households=tmp_path / "other.csv").faults
    assert "group p: 60 households, its members have 61" in faults


def test_a_group_may_have_another_name_than_the_proposed_one(files: Path) -> None:
    """Names are proposals: one that a planner set is no fault, but is said."""
    assert not any("no fault" in text for text in verified(files).unchecked)
    tamper(files / "plan.geojson", set_group("p", name="新しい名"))
    found = verified(files)
    assert found.faults == ()
    assert "1 group has another name than the one proposed, which is no fault: p" in found.unchecked
    tamper(files / "plan.geojson", set_group("e", name=HOSTILE))
    said_of_both = next(text for text in verified(files).unchecked if "no fault" in text)
    assert said_of_both.startswith("2 groups have other names than those proposed")


def test_an_unproven_plan_holds_and_nothing_is_claimed(files: Path) -> None:
    """A stage without proof and with a lower bound is no fault."""

    def open_travel(content: dict[str, Any]) -> None:
        row = stage(content, "travel")
        row |= {"proven": False, "bound": 0, "gap": 1.0}
        content["kurihara_geo"]["proven"] = False

    tamper(files / "plan.geojson", open_travel)
    assert verified(files).faults == ()


def test_plans_with_every_kind_of_rule_hold(tmp_path: Path) -> None:
    """Further floors, lower floors, obstacles, spans, weights and a weighted stage are all read back and hold."""
    rules = kg.MergeRules(
        min_households=50,
        floors={"households_2040": 30},
        needs_hall=False,
        lower_floors=[kg.LowerFloor(ids=("e",), min_households=20, reason=HOSTILE)],
        max_span_m=2000,
        max_way_m=1500,
        prefer_within=["former_school_district"],
        apart=[["p", "s"]],
        obstacles=[kg.Obstacle(ids=("r", "s"), weight=3, reason="共有林")],
        missing_as={"former_school_district": "なし"},
        objective=["below_floor", "mergers", {"travel": 1, "crossings": 100, "obstacles": 5}],
    )
    drawn = town().assign(households_2040=[40, 30, 30, 30, 30, 40, 0])
    drawn.loc["z", "former_school_district"] = None
    plan = kg.propose_mergers(drawn, rules, borders=bar_border(exact_borders(drawn), "r", "s"))
    files = kg.write_plan(plan, tmp_path / "plan")
    found = kg.verify_plan(
        files["plan.geojson"], files["associations.geojson"], files["rules.toml"], borders=files["borders.geojson"]
    )
    assert found.faults == ()


@pytest.mark.parametrize("seed", [*range(12), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(12, 60))])
def test_every_plan_that_is_written_holds(seed: int, tmp_path: Path) -> None:
    """Random towns with barred borders, links, halls and rules of every kind: what is written is what is found."""
    case = random_case(seed)
    plan = kg.propose_mergers(case.associations, case.rules, borders=case.borders, halls=case.halls)
    written = kg.write_plan(plan, tmp_path / "plan")
    found = kg.verify_plan(
        written["plan.geojson"],
        written["associations.geojson"],
        written["rules.toml"],
        borders=written["borders.geojson"],
        halls=written.get("halls.geojson"),
    )
    assert found.faults == ()


def test_a_plan_of_a_town_without_borders_holds(tmp_path: Path) -> None:
    """Where nobody borders anybody, the written borders are empty and are read as such."""
    plan = kg.propose_mergers(draw_town("a.b", 30))
    written = kg.write_plan(plan, tmp_path / "plan")
    borders = written["borders.geojson"]
    assert kg.verify_plan(written["plan.geojson"], written["associations.geojson"], borders=borders).faults == ()


def test_the_program_that_chose_the_plan_is_not_needed(files: Path) -> None:
    """Verifying loads neither the solver nor anything that writes to one."""
    code = (
        "import sys, kurihara_geo as kg; "
        f"found = kg.verify_plan({str(files / 'plan.geojson')!r}, {str(files / 'associations.geojson')!r}); "
        "print([name for name in ('pulp', 'highspy', 'kurihara_geo.propose') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- a plan that was tampered with ---------------------------------------------------------------------------


def move_member(content: dict[str, Any]) -> None:
    """Give e to nobody's group but its own, with every sum put right."""
    group = said(content, "e")
    at = group["member_ids"].index("e")
    name = group["member_names"].pop(at)
    group["member_ids"].pop(at)
    group |= {"households": 90, "population": 180, "group_id": "r"}
    outline = feature(content, "e")["geometry"]
    feature(content, "e")["id"] = "r"
    alone = {
        "group_id": "e", "name": name, "status": "below_floor", "households": 20, "population": 40,
        "member_ids": ["e"], "member_names": [name],
    }  # fmt: skip
    content["features"].append({"type": "Feature", "id": "e", "properties": alone, "geometry": outline})


def swap_outlines(content: dict[str, Any]) -> None:
    """Give p the outline of i and i that of p."""
    one, two = feature(content, "p"), feature(content, "i")
    one["geometry"], two["geometry"] = two["geometry"], one["geometry"]


def swap_members(content: dict[str, Any]) -> None:
    """Exchange q and r, which have the same households and people, between their groups."""
    for group_id, out, back in (("p", "q", "r"), ("e", "r", "q")):
        group = said(content, group_id)
        at = group["member_ids"].index(out)
        group["member_ids"][at], group["member_names"][at] = back, f"架空{back.upper()}区"


def drop(group_id: str) -> Callable[[dict[str, Any]], None]:
    """Take the feature of a group out."""
    return lambda content: content["features"].remove(feature(content, group_id))


def double(group_id: str) -> Callable[[dict[str, Any]], None]:
    """Write the feature of a group twice."""
    return lambda content: content["features"].append(feature(content, group_id))


def set_group(group: str, /, **values: Any) -> Callable[[dict[str, Any]], None]:
    """Change what is said of a group."""
    return lambda content: said(content, group).update(values)


def set_stage(which: str, /, **values: Any) -> Callable[[dict[str, Any]], None]:
    """Change what is said of a stage."""
    return lambda content: stage(content, which).update(values)


def set_about(**values: Any) -> Callable[[dict[str, Any]], None]:
    """Change the certificate."""
    return lambda content: content["kurihara_geo"].update(values)


def set_in(member: str, **values: Any) -> Callable[[dict[str, Any]], None]:
    """Change one member of the certificate."""
    return lambda content: content["kurihara_geo"][member].update(values)


TAMPERED = {
    "a member moved": (move_member, "stage travel: the plan says"),
    "a member moved, its outline": (move_member, "group r: its outline is not the union of its members"),
    "members exchanged": (swap_members, "group p crosses the wall former_school_district"),
    "members exchanged, connection": (swap_members, "group p is not connected"),
    "households of a group": (set_group("p", households=61), "group p: 61 households, its members have 60"),
    "people of a group": (set_group("p", population=121), "group p: 121 people, its members have 120"),
    "people unknown": (set_group("p", population=None), "group p: an unknown number of people"),
    "a feature dropped": (drop("p"), "in no group: p, q"),
    "an uninhabited area dropped": (drop("z"), "uninhabited area without a feature of its own: z"),
    "a feature doubled": (double("p"), "in more than one group: p, q"),
    "an uninhabited area doubled": (double("z"), "uninhabited area that is there twice: z"),
    "group ids doubled": (double("p"), "group ids that are there twice: p"),
    "somebody nobody knows": (set_group("p", member_ids=["p", "q", "x"]), "not an inhabited association: x"),
    "somebody where nobody lives": (set_group("p", member_ids=["p", "q", "z"]), "not an inhabited association: z"),
    "an inhabited one called uninhabited": (set_group("i", status="uninhabited"), "in no group: i"),
    "no such uninhabited area": (set_group("i", status="uninhabited"), "called uninhabited, but no such area: i"),
    "a status better than it is": (set_group("i", status="unchanged"), "group i: status unchanged"),
    "a status worse than it is": (set_group("p", status="below_floor"), "group p: status below_floor"),
    "a member's name": (set_group("p", member_names=["架空P区", "架空R区"]), "group p: its members are called"),
    "an uninhabited area's name": (set_group("z", name="海"), "group z: called '海'"),
    "a group's id": (set_group("p", group_id="q"), "group q: its id should be p"),
    "a feature's id": (lambda c: feature(c, "p").update(id="q"), "group p: the feature is called q"),
    "outlines exchanged": (swap_outlines, "group p: its outline is not the union of its members"),
    "a stage lowered": (set_stage("mergers", value=1, bound=1), "stage mergers: the plan says 1, measured on the map"),
    "another stage lowered": (set_stage("travel", value=1, bound=1), "stage travel: the plan says 1"),
    "the lottery": (set_stage("tie_break", value=0, bound=0), "stage tie_break: the plan says 0"),
    "a stage left out": (lambda c: c["kurihara_geo"]["stages"].pop(), "the stages are below_floor, mergers"),
    "a stage there twice": (lambda c: c["kurihara_geo"]["stages"].append(stage(c, "travel")), "the stages are"),
    "a proof without a bound": (set_stage("travel", bound=None), "stage travel: called proven with the value"),
    "a proof with a lower bound": (set_stage("mergers", bound=1), "stage mergers: called proven with the value 3"),
    "a bound above the value": (set_stage("mergers", bound=9), "the bound 9 is above the value 3"),
    "a gap": (set_stage("travel", gap=0.5), "stage travel: the gap is given as 0.5"),
    "a gap that is no number": (set_stage("travel", gap=math.nan), "stage travel: the gap is given as nan"),
    "a gap without end": (set_stage("travel", gap=math.inf), "stage travel: the gap is given as inf"),
    "an unproven gap that is no number": (
        set_stage("travel", proven=False, bound=0, gap=math.nan),
        "stage travel: the gap is given as nan, by value and bound it is 1.0",
    ),
    "an outline far off": (
        lambda c: feature(c, "p")["geometry"]["coordinates"][0][1].__setitem__(0, 1e308),
        "group p: its outline is not the union of its members, but lies beyond their map",
    ),
    "an uninhabited area's id": (set_group("z", group_id="x"), "group x: its id should be z"),
    "no gap": (set_stage("travel", proven=False, bound=0), "stage travel: the gap is given as 0.0, by value and bound"),
    "a plan called unproven": (set_about(proven=False), "the plan is called not proven, but all of its stages are"),
    "a plan called proven": (set_stage("travel", proven=False), "called proven, but not all of its stages are"),
    "a count": (set_in("counts", small_after=0), "counts: small_after is given as 0, counted it is 1"),
    "a count too many": (set_in("counts", happy=7), "counts: happy is given as 7, counted it is None"),
    "nobody left below": (set_about(left_below=[]), "i is left below the floor, but not listed"),
    "somebody else left below": (
        lambda c: c["kurihara_geo"]["left_below"].append({"association_id": "p"}),
        "p is listed as left below the floor, but is not",
    ),
    "an exemption taken back": (
        lambda c: c["kurihara_geo"]["left_below"][0].update(reason="no_border"),
        "whether it is exempt does not agree with the rules",
    ),
    "households of one left below": (
        lambda c: c["kurihara_geo"]["left_below"][0].update(households=49),
        "i is listed as left below the floor with another name, group or number of households",
    ),
    "a rule in the plan": (set_in("rules", max_members=5), "rules: max_members is 5 in the plan, 6 in the rules given"),
    "a rule added to the plan": (set_in("rules", unchanged=["i"]), "rules: unchanged is ['i'] in the plan, not set"),
    "an exemption without end": (set_in("rules", exempt={"i": "x", "e": "y"}), "rules: exempt is"),
    "stopped, but proven": (set_about(stopped="time_limit"), "said to have been stopped (time_limit), but all of its"),
    "no name": (set_group("p", name=" "), "group p: it has no name"),
    "the whole SHA-256": (set_about(input_sha256="0" * 64), "the SHA-256 of the whole input does not agree"),
    "the SHA-256 of the borders": (set_in("input_hashes", borders="0" * 64), "borders: not those the plan was made"),
    "a SHA-256 too many": (set_in("input_hashes", weather="0" * 64), "weather, which is no kind of input"),
}


@pytest.mark.parametrize(("change", "fault"), TAMPERED.values(), ids=TAMPERED.keys())
def test_a_tampered_plan_is_found_out(files: Path, change: Callable[[dict[str, Any]], Any], fault: str) -> None:
    """Whatever was changed in plan.geojson is named."""
    tamper(files / "plan.geojson", change)
    found = verified(files)
    assert not found.holds
    assert [text for text in found.faults if fault in text], found.faults


def test_a_rule_changed_in_the_plan_alone_is_found_out(files: Path) -> None:
    """Without a rules file, the SHA-256 of the rules gives the change away."""
    tamper(files / "plan.geojson", set_in("rules", max_members=5))
    assert any(
        fault.startswith("rules: not those the plan was made from") for fault in verified(files, rules=None).faults
    )


def test_while_somebody_is_missing_rules_and_stages_are_not_claimed(files: Path) -> None:
    """Rules and stages cannot be measured without everybody; that is said instead of a guess."""
    tamper(files / "plan.geojson", drop("p"))
    found = verified(files)
    assert not any("every stage" in text for text in found.checked)
    assert any(text.startswith("the value of every stage") for text in found.unchecked)


def exchange_counts(content: dict[str, Any]) -> None:
    """Give p one household of q: no sum changes."""
    said(content, "p")["households"] += 1
    said(content, "q")["households"] -= 1


INPUTS = {
    "a household count": ("associations.geojson", exchange_counts, "associations: not those the plan was made from"),
    "a wall": (
        "associations.geojson",
        lambda c: said(c, "r").update(former_school_district="西小"),
        "group e crosses the wall former_school_district",
    ),
    "a point": (
        "associations.geojson",
        lambda c: said(c, "p").update(point_lat=said(c, "q")["point_lat"], point_lon=said(c, "q")["point_lon"]),
        "stage travel",
    ),
    "a name": ("associations.geojson", lambda c: said(c, "p").update(name="別"), "group p: its members are called 別"),
    "an outline": (
        "associations.geojson",
        lambda c: c["features"].remove(feature(c, "z")),
        "outlines: not those the plan was made from",
    ),
    "another group in its file": (
        "associations.geojson",
        lambda c: said(c, "p").update(group_id="e"),
        "association p: its file says group e, the plan p",
    ),
    "a group of an uninhabited area": (
        "associations.geojson",
        lambda c: said(c, "z").update(group_id="p"),
        "association z: its file says group p, the plan none",
    ),
    "another status in its file": (
        "associations.geojson",
        lambda c: said(c, "p").update(status="unchanged"),
        "association p: its file says status unchanged, the plan merged",
    ),
    "a feature's id": (
        "associations.geojson",
        lambda c: feature(c, "p").update(id="x"),
        "association p: its feature is called x",
    ),
    "a border removed": ("borders.geojson", lambda c: c["features"].pop(), "borders: not those the plan was made"),
    "a border removed, connection": ("borders.geojson", lambda c: c["features"].pop(0), "is not connected through"),
    "a border barred": (
        "borders.geojson",
        lambda c: c["features"][0]["properties"].update(barred_by="川"),
        "borders: not those the plan was made from",
    ),
    "a hall moved": (
        "halls.geojson",
        lambda c: c["features"][0]["geometry"].update(coordinates=[141.0, 38.7]),
        "halls: not those the plan was made from",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("file", "change", "fault"), INPUTS.values(), ids=INPUTS.keys())
def test_input_that_is_another_is_found_out(
    files: Path, file: str, change: Callable[[dict[str, Any]], Any], fault: str
) -> None:
    """A plan does not hold against another map, other borders or other halls."""
    tamper(files / file, change)
    faults = verified(files).faults
    assert [text for text in faults if fault in text], faults


def test_halls_that_are_not_given_are_missed(files: Path) -> None:
    """A plan made with halls does not hold without them, and the cure is said."""
    assert any("give the halls.geojson" in fault for fault in verified(files, halls=None).faults)


def test_other_rules_are_named_one_by_one(files: Path) -> None:
    """Rules given that differ are faults, each with both values, and the plan is held against those given."""
    faults = verified(files, rules=RULES.replace(max_members=2, min_households=40)).faults
    assert "rules: max_members is 6 in the plan, 2 in the rules given" in faults
    assert "rules: min_households is 50 in the plan, 40 in the rules given" in faults
    assert "group e has 3 members, the most allowed is 2" in faults


# --- what is said ---------------------------------------------------------------------------------------------


def test_faults_become_one_error(files: Path) -> None:
    """Every fault is a problem of the error, which is an input error."""
    tamper(files / "plan.geojson", set_group("p", households=61, population=121))
    found = verified(files)
    with pytest.raises(VerificationError, match="2 faults") as caught:
        found.raise_for_faults()
    assert isinstance(caught.value, InputError)
    assert [problem.message for problem in caught.value.problems] == list(found.faults)
    assert "NOT" in repr(found)
    tamper(files / "plan.geojson", set_group("p", population=120))
    with pytest.raises(VerificationError, match=r"\(1 fault\)"):
        verified(files).raise_for_faults()


def test_the_notebook_shows_hostile_names_as_text(files: Path) -> None:
    """A name that looks like markup arrives to the letter and is not executed."""
    tamper(files / "plan.geojson", set_group("z", name=HOSTILE))
    shown = verified(files)._repr_html_()
    assert "&lt;b&gt;{{7*7}}&lt;/b&gt;" in shown
    assert HOSTILE not in shown
    assert "確認した点" in verified(files)._repr_html_()


# --- files that are no plan -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "no GeoJSON"),
        ("[1]", "no plan of this package"),
        ('{"type": "FeatureCollection", "features": []}', "no plan of this package"),
        ("[" * 100_000, "no GeoJSON"),
    ],
    ids=["empty", "a list", "another GeoJSON", "nested too deep"],
)
def test_a_file_that_is_no_plan_is_refused(content: str, words: str, tmp_path: Path) -> None:
    """What is not a written plan is named as such."""
    file = tmp_path / "plan.geojson"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=words):
        kg.read_plan(file)


def test_a_plan_with_values_of_the_wrong_kind_is_refused_with_each(files: Path) -> None:
    """Texts in place of counts, missing outlines and rules that are none are all named at once."""

    def spoil(content: dict[str, Any]) -> None:
        said(content, "p").update(households="60", member_ids=[1])
        feature(content, "i")["geometry"] = {"type": "Point", "coordinates": [141, 38]}
        stage(content, "travel")["proven"] = 1
        content["kurihara_geo"] |= {"rules": {"min_houses": 3}, "counts": [], "crs": None}

    tamper(files / "plan.geojson", spoil)
    with pytest.raises(SourceError) as caught:
        kg.read_plan(files / "plan.geojson")
    text = str(caught.value)
    for words in (
        "households must be",
        "member_ids must be",
        "group i: geometry",
        "proven must be",
        "min_houses",
        "crs",
    ):
        assert words in text, text


def test_read_plan_gives_what_was_written(files: Path) -> None:
    """Groups, stages, rules and hashes come back as plain frozen values."""
    plan = kg.read_plan(files / "plan.geojson")
    assert plan.rules == RULES
    assert [stage.name for stage in plan.stages] == [stage.name for stage in RULES.stages]
    assert plan.proven
    assert {group.group_id for group in plan.groups if group.uninhabited} == {"z"}
    assert plan.about["engine"] == "set_partitioning"
    with pytest.raises(AttributeError):
        plan.proven = False  # type: ignore[misc]


def test_rules_that_read_columns_the_map_does_not_have_are_refused(files: Path) -> None:
    """A wall or floor of a column that is not there, or holds no counts, is an error and no crash."""
    for rules in (
        RULES.replace(keep_within=["nope"]),
        RULES.replace(floors={"nope": 3}),
        RULES.replace(floors={"name": 3}),
        RULES.replace(floors={"geometry": 3}),
        RULES.replace(keep_within=["point"]),
    ):
        with pytest.raises(RulesError, match=r"nope|name|geometry|point"):
            verified(files, rules=rules)


@pytest.mark.parametrize("value", [math.nan, math.inf, 2**63])
@pytest.mark.parametrize("name", ["value", "bound"])
def test_a_stage_without_a_whole_number_is_refused(files: Path, name: str, value: float) -> None:
    """Values and bounds that are no number, endless, or beyond what 64 bits hold are named."""
    tamper(files / "plan.geojson", set_stage("travel", **{name: value}))
    with pytest.raises(SourceError, match=f"stage travel: {name} must be a whole number"):
        verified(files)


@pytest.mark.parametrize("status", [["merged"], {}], ids=repr)
def test_a_status_that_is_no_text_is_refused(files: Path, status: Any) -> None:
    """A list or an object in place of a status is named like any other wrong status."""
    tamper(files / "plan.geojson", set_group("p", status=status))
    with pytest.raises(SourceError, match="group p: status must be"):
        verified(files)


def test_half_a_character_is_refused(files: Path) -> None:
    r"""A text with half of a surrogate pair, as \ud800 in JSON gives it, is no text and no traceback."""
    content = json.loads((files / "plan.geojson").read_text(encoding="utf-8"))
    content["kurihara_geo"]["input_hashes"]["rules"] = "\ud800"
    (files / "plan.geojson").write_text(json.dumps(content), encoding="ascii")
    with pytest.raises(SourceError, match="damaged"):
        verified(files)


# --- every value replaced --------------------------------------------------------------------------------------

WRONG = (None, "", "x", -1, 1.5, math.nan, [], {}, True)


def places(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """List where a value of nested objects and lists stands, inner ones too."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield (*at, key)
        yield from places(part, (*at, key))


def put(content: dict[str, Any], at: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """Give a copy in which one value is another."""
    changed = json.loads(json.dumps(content))
    holder: Any = changed
    for key in at[:-1]:
        holder = holder[key]
    holder[at[-1]] = value
    return changed


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_any_value_may_be_wrong_without_a_traceback(files: Path, wrong: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each value of the certificate and of a group, one at a time: a report, or an error of the package."""
    boundaries = kg.read_associations(files / "associations.geojson")
    monkeypatch.setattr("kurihara_geo.verify.evidence.read_associations", lambda *_, **__: boundaries)
    content = json.loads((files / "plan.geojson").read_text(encoding="utf-8"))
    content["kurihara_geo"].pop("provenance")  # nothing reads it
    group = content["features"].index(feature(content, "z"))
    inside = [*places(content["kurihara_geo"], ("kurihara_geo",)), *places(content["features"][group])]
    for at in inside:
        full = at if at[0] == "kurihara_geo" else ("features", group, *at)
        (files / "plan.geojson").write_text(json.dumps(put(content, full, wrong)), encoding="utf-8")
        with suppress(KuriharaGeoError):
            assert repr(verified(files, rules=None, borders=None, halls=None))


def corner(value: float, axis: int) -> Callable[[dict[str, Any]], None]:
    """Put the second corner of p's outline elsewhere."""
    return lambda content: feature(content, "p")["geometry"]["coordinates"][0][1].__setitem__(axis, value)


@pytest.mark.parametrize("value", [math.nan, 0, -1, 1.5])
@pytest.mark.parametrize("axis", [0, 1])
def test_an_outline_with_a_corner_nowhere_is_named(files: Path, value: float, axis: int) -> None:
    """NaN, or the other end of the world, is no corner of an area: the area is named, with or without repairs."""
    tamper(files / "associations.geojson", corner(value, axis))
    for repairs in (False, True):
        with pytest.raises(AssociationsError, match=r"bad_coordinate: p 架空P区: row \d+: x .* are no coordinates"):
            kg.read_associations(files / "associations.geojson", accept_repairs=repairs)
    with pytest.raises(AssociationsError, match="bad_coordinate: p"):
        verified(files)


@pytest.mark.parametrize("name", ["point_lon", "point_lat"])
@pytest.mark.parametrize("value", [math.inf, 1e30, -181.0])
def test_a_point_beyond_the_globe_is_named(files: Path, name: str, value: float) -> None:
    """Longitude beyond 180, latitude beyond 90 or without end is no place where anybody lives."""
    tamper(files / "associations.geojson", lambda content: said(content, "p").update({name: value}))
    with pytest.raises(AssociationsError, match="bad_point: p 架空P区"):
        verified(files)


@pytest.mark.parametrize("name", ["households", "population"])
def test_a_count_no_column_holds_is_named(files: Path, name: str) -> None:
    """More households than a whole number of 64 bits counts are impossible, and are called so."""
    tamper(files / "associations.geojson", lambda content: said(content, "p").update({name: 10**30}))
    with pytest.raises(AssociationsError, match=f"impossible_{name}: p 架空P区"):
        verified(files)


def test_a_feature_is_called_one(files: Path) -> None:
    """A feature of another type is none that a map program reads."""
    tamper(files / "plan.geojson", lambda content: feature(content, "p").update(type="Featurex"))
    with pytest.raises(SourceError, match="group p: type must be 'Feature', not 'Featurex'"):
        verified(files)


# --- lengths of borders ----------------------------------------------------------------------------------------


def weak_town(folder: Path) -> dict[str, Path]:
    """Write the plan of a30 - b30 - c30, borders of 500 m and a link a - c, weak below 600 m."""
    drawn = draw_town("abc", 30)
    borders = kg.add_link(exact_borders(drawn), "a", "c", associations=drawn, reason="橋")
    rules = kg.MergeRules(weak_border_m=600, objective=["below_floor", "mergers", "weak_borders", "tie_break"])
    return kg.write_plan(kg.propose_mergers(drawn, rules, borders=borders), folder)


def forget_link_lengths(content: dict[str, Any]) -> None:
    """Empty the length of every link."""
    for row in content["features"]:
        if row["properties"]["kind"] == "link":
            row["properties"]["length_m"] = None


def faults_of(written: dict[str, Path]) -> tuple[str, ...]:
    """Verify a folder with its borders and its own rules."""
    borders = written["borders.geojson"]
    return kg.verify_plan(written["plan.geojson"], written["associations.geojson"], borders=borders).faults


def test_lengths_are_part_of_the_input_where_a_rule_reads_them(tmp_path: Path) -> None:
    """Under weak_border_m written borders give the same SHA-256, a link without length too; another length does not."""
    written = weak_town(tmp_path / "plan")
    assert faults_of(written) == ()
    tamper(written["borders.geojson"], forget_link_lengths)
    assert faults_of(written) == ()
    tamper(written["borders.geojson"], lambda c: c["features"][0]["properties"].update(length_m=500.004))
    (fault,) = faults_of(written)
    assert fault.startswith("borders: not those the plan was made from")


def test_lengths_count_to_the_millimetre_and_only_where_a_rule_reads_them() -> None:
    """A length changed by a centimetre changes the SHA-256 under weak_border_m, by a tenth of a millimetre never."""
    weak = kg.MergeRules(weak_border_m=600, objective=["below_floor", "mergers", "weak_borders", "tie_break"])
    borders = exact_borders(town())

    def borders_of(rules: kg.MergeRules, more_m: float) -> str:
        longer = borders.assign(length_m=borders["length_m"] + more_m)
        return fingerprint_input(town(), longer, rules)["borders"]

    assert borders_of(weak, 0.0001) == borders_of(weak, 0.0)
    assert borders_of(weak, 0.01) != borders_of(weak, 0.0)
    assert borders_of(RULES, 0.01) == borders_of(RULES, 0.0)
    reread = fingerprint_input(town(), borders.iloc[::-1], weak)["borders"]
    assert reread == borders_of(weak, 0.0)


@pytest.mark.parametrize("code", ["EPSG:4326", "EPSG:3857", "nonsense"])
def test_a_plan_measured_in_no_plane_is_refused(files: Path, code: str) -> None:
    """Metres cannot be measured again in degrees, Web Mercator or a CRS nobody knows."""
    tamper(files / "plan.geojson", set_in("crs", code=code))
    with pytest.raises(SourceError, match="measured in"):
        verified(files)


# --- fingerprints ---------------------------------------------------------------------------------------------


def test_the_fingerprint_says_which_kind_of_input_changed() -> None:
    """Each kind of input has a value of its own, and only what changed has another."""
    first = fingerprint_input(town(), exact_borders(town()), RULES, halls())

    def changed(**other: Any) -> set[str]:
        given = {"associations": town(), "borders": exact_borders(town()), "rules": RULES, "halls": halls()} | other
        found = fingerprint_input(given["associations"], given["borders"], given["rules"], given["halls"])
        return {kind for kind in first if first[kind] != found[kind]}

    assert changed() == set()
    assert changed(associations=town().iloc[::-1]) == set()
    assert changed(associations=town().assign(memo="x")) == set()
    assert changed(associations=town().assign(households=[20, 20, 30, 30, 30, 61, 0])) == {"associations"}
    assert changed(borders=exact_borders(town()).iloc[1:]) == {"borders"}
    assert changed(rules=replace(RULES, max_members=5)) == {"rules"}
    assert changed(halls=None) == {"halls"}
    assert changed(halls=halls().translate(1).to_frame("geometry").assign(association_id="s")) == {"halls"}
