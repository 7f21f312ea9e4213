"""What is written for other programs: valid, complete, the same twice, enough to plan again."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import kurihara_geo as kg
from kurihara_geo.associations.places import representative_points
from kurihara_geo.errors import InputError, OutputError, Problem, SourceError
from kurihara_geo.model.solution import Stage
from kurihara_geo.outputs.exports import (
    write_associations_geojson,
    write_borders_geojson,
    write_geojson,
    write_halls_geojson,
    write_rules,
)
from kurihara_geo.plan import Plan, Provenance
from kurihara_geo.propose import propose_mergers
from kurihara_geo.rules import MergeRules
from tests.plans import plan_by_hand

if TYPE_CHECKING:
    from pathlib import Path

# A made-up town of squares 500 m wide, with their households; north at the top.
#
#   E 45  F 10
#   C  0  D 60
#   A 20  B 35
HOUSEHOLDS = {"A": 20, "B": 35, "C": 0, "D": 60, "E": 45, "F": 10}
HOSTILE = {
    "A": "=1+1",
    "B": '<b>"quotes"</b>\n髙﨑𠮷',
    "C": "-1",
    "D": "@SUM(A1)",
    "E": "+A1\t\x07",
    "F": "架空区",
}


def draw_associations(**extra: object) -> gpd.GeoDataFrame:
    """Draw the town of this file as an associations table in EPSG:6678."""
    cells = [shapely.box(x * 500, y * 500, x * 500 + 500, y * 500 + 500) for y in range(3) for x in range(2)]
    return gpd.GeoDataFrame(
        {
            "name": list(HOSTILE.values()),
            "households": list(HOUSEHOLDS.values()),
            "population": pd.array([50, 80, 0, 150, 100, 25], dtype="Int64"),
            **extra,
        },
        geometry=cells,
        index=pd.Index(list(HOUSEHOLDS), name="association_id"),
        crs=6678,
    )


def draw_borders(associations: gpd.GeoDataFrame, pairs: str = "AB BD EF") -> gpd.GeoDataFrame:
    """Give the borders between the pairs named, in the CRS of the associations."""
    rows = []
    for a, b in pairs.split():
        line = associations.geometry[a].intersection(associations.geometry[b])
        rows.append((a, b, line.length, "border", "", "", line))
    names = ["a", "b", "length_m", "kind", "barred_by", "reason", "geometry"]
    return gpd.GeoDataFrame(rows, columns=names, geometry="geometry", crs=associations.crs)


def make_plan(associations: gpd.GeoDataFrame | None = None, borders: gpd.GeoDataFrame | None = None) -> Plan:
    """Join A (20) with B (35), and E (45) with F (10); D (60) stays as it is. Nothing is left below 50."""
    associations = draw_associations() if associations is None else associations
    borders = draw_borders(associations) if borders is None else borders
    # Both pairs are 500 m apart; the lighter half walks: 20 x 500 m + 10 x 500 m.
    stages = (
        Stage(name="below_floor", value=0, bound=0, proven=True),
        Stage(name="mergers", value=2, bound=2, proven=True),
        Stage(name="travel", value=15_000, bound=12_000, proven=False),
    )
    return plan_by_hand(
        associations,
        borders,
        MergeRules(min_households=50),
        [("A", "B"), ("D",), ("E", "F")],
        stages=stages,
        problems=[
            Problem(severity="warning", kind="uninhabited", association_id="C", name="-1", message="0 households")
        ],
        search={"family": "all", "candidates": np.int64(7)},
        input_hashes={"rules": "0" * 64},
        provenance=Provenance(created="2024-11-01T09:00:00+09:00", seconds={"solve": 0.5}),
    )


def read_json(path: Path) -> dict:
    """Read a file as strict JSON: NaN and Infinity are no JSON."""
    return json.loads(path.read_text("utf-8"), parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))


def test_plan_has_one_feature_per_group_and_per_uninhabited_area(tmp_path):
    """Groups come with their members and sums; an area without people has 0 households and its own id."""
    features = read_json(write_geojson(make_plan(), tmp_path / "plan.geojson"))["features"]

    assert [feature["id"] for feature in features] == ["A", "D", "E", "C"]
    assert features[0]["properties"] == {
        "group_id": "A",
        "name": features[0]["properties"]["name"],
        "status": "merged",
        "households": 20 + 35,
        "population": 50 + 80,
        "member_ids": ["A", "B"],
        "member_names": [HOSTILE["A"], HOSTILE["B"]],
    }
    assert [f["properties"]["status"] for f in features] == ["merged", "unchanged", "merged", "uninhabited"]
    assert features[3]["properties"]["households"] == 0
    assert sum(feature["properties"]["households"] for feature in features) == sum(HOUSEHOLDS.values())


def test_unknown_population_is_null(tmp_path):
    """People nobody counted are unknown, not zero."""
    plan = make_plan(draw_associations().drop(columns="population"))

    features = read_json(write_geojson(plan, tmp_path / "plan.geojson"))["features"]

    assert [feature["properties"]["population"] for feature in features] == [None] * 4


def test_foreign_member_says_what_was_asked_proven_and_warned(tmp_path):
    """Whoever gets the file alone can read the rules, the proof, the counts and the warnings from it."""
    associations = draw_associations()
    associations.attrs = {
        "notice": "架空の町",
        "attribution": "made up",
        "repairs": [{"association_id": "A", "repair": "cut"}],
    }

    content = read_json(write_geojson(make_plan(associations), tmp_path / "plan.geojson"))
    about = content["kurihara_geo"]

    assert "crs" not in content
    assert MergeRules.from_dict(about["rules"]) == MergeRules(min_households=50)
    assert about["counts"] == make_plan().summary()
    assert about["proven"] is False
    assert about["stages"][3] == {
        "name": "travel",
        "value": 15_000,
        "bound": 12_000,
        "proven": False,
        "gap": 0.2,
    }
    assert about["crs"]["code"] == "EPSG:6678"
    assert about["problems"][0]["association_id"] == "C"
    assert about["search"] == {"family": "all", "candidates": 7}
    assert (about["solver"], about["stopped"], about["left_below"]) == ("drawn by hand", "", [])
    assert (about["notice"], about["attribution"]) == ("架空の町", "made up")
    assert about["engine"] == "set_partitioning"
    assert about["input_hashes"] == {"rules": "0" * 64}
    assert about["input_sha256"] == make_plan().input_sha256
    assert about["repairs"] == [{"association_id": "A", "repair": "cut"}]
    assert about["provenance"]["created"] == "2024-11-01T09:00:00+09:00"


@pytest.mark.filterwarnings("ignore::kurihara_geo.errors.NotProvenWarning")
def test_certificate_says_what_a_search_proved_and_tells_no_time(tmp_path):
    """Engine used and asked, family, estimates, seed and what a search noted are there; its seconds are provenance."""
    associations = draw_associations()
    plan = propose_mergers(associations, MergeRules(), borders=draw_borders(associations), engine="search", seed=3)

    about = read_json(write_geojson(plan, tmp_path / "plan.geojson"))["kurihara_geo"]

    search = about["search"]
    assert (about["engine"], search["engine"], search["engine_asked"]) == ("search", "search", "search")
    assert (search["family"], search["seed"]) == ("atomic", 3)
    assert {"sets_estimated", "components", "components_open", "searched", "stages"} <= set(search)
    assert all("seconds" not in notes for notes in search["searched"].values())
    assert {f"search {name}" for name in search["searched"]} <= set(about["provenance"]["seconds"])
    assert set(about["input_hashes"]) == {"associations", "outlines", "borders", "halls", "rules"}
    assert all(stage.keys() == {"name", "value", "bound", "gap", "proven"} for stage in about["stages"])


def test_association_left_below_carries_its_reason(tmp_path):
    """An association that stays under the floor is named in the file with the reason."""
    associations = draw_associations()
    groups = [("A", "B"), ("D",), ("E",), ("F",)]
    reasons = dict.fromkeys("EF", ("reach", "隣がない", "no neighbour"))
    plan = plan_by_hand(associations, draw_borders(associations), MergeRules(), groups, reasons=reasons)

    left = read_json(write_geojson(plan, tmp_path / "plan.geojson"))["kurihara_geo"]["left_below"]

    assert [(row["association_id"], row["households"], row["explanation_en"]) for row in left] == [
        ("E", 45, "no neighbour"),
        ("F", 10, "no neighbour"),
    ]


def test_outer_rings_run_counterclockwise_and_holes_clockwise(tmp_path):
    """RFC 7946 asks for the right-hand rule; a group with a hole in it obeys too."""
    ring = shapely.box(0, 0, 1500, 1500).difference(shapely.box(500, 500, 1000, 1000))
    associations = gpd.GeoDataFrame(
        {"name": ["環", "中"], "households": [60, 60]},
        geometry=[ring.reverse(), shapely.box(500, 500, 1000, 1000).reverse()],
        index=pd.Index(["R", "S"], name="association_id"),
        crs=6678,
    )
    plan = plan_by_hand(associations, draw_borders(associations, "RS"), MergeRules(), [("R",), ("S",)])

    for write in (write_geojson, write_associations_geojson):
        features = read_json(write(plan, tmp_path / "out.geojson"))["features"]
        shell, hole = (shapely.LinearRing(ring) for ring in features[0]["geometry"]["coordinates"])
        assert shell.is_ccw
        assert not hole.is_ccw


def test_coordinates_are_rounded_to_seven_decimals_and_read_in_geopandas(tmp_path):
    """The plan's outlines are degrees with at most 7 decimals, valid, in the place they were drawn."""
    plan = make_plan()
    path = write_geojson(plan, tmp_path / "plan.geojson")

    coordinates = json.dumps([feature["geometry"] for feature in read_json(path)["features"]])
    assert max(len(number) for number in re.findall(r"\.(\d+)", coordinates)) <= 7

    back = gpd.read_file(path)
    assert back.crs == "EPSG:4326"
    assert back.is_valid.all()
    # 7 decimals are 1 cm: 500 m x 1000 m comes back within its outline times 1 cm.
    assert back.to_crs(6678).area[0] == pytest.approx(500 * 1000, abs=3000 * 0.01)


def test_crack_narrower_than_the_last_decimal_is_closed_not_broken(tmp_path):
    """An outline whose two sides meet after rounding is written as a valid one."""
    crack = shapely.Polygon([(0, 0), (500, 0), (500, 500), (250.001, 500), (250.0005, 10), (250, 500), (0, 500)])
    associations = gpd.GeoDataFrame(
        {"name": ["割"], "households": [60]},
        geometry=[crack],
        index=pd.Index(["K"], name="association_id"),
        crs=6678,
    )
    borders = draw_borders(draw_associations(), "")
    plan = plan_by_hand(associations, borders, MergeRules(), [("K",)])

    shape = gpd.read_file(write_geojson(plan, tmp_path / "plan.geojson")).geometry[0]

    assert shape.is_valid
    assert not shape.is_empty


def test_associations_keep_their_order_and_every_column(tmp_path):
    """What the planner brought is carried through: empty is null, dates are ISO text, names to the letter."""
    associations = draw_associations(
        founded=[date(1954, 4, 1), None, pd.NaT, None, None, None],
        hall_area=[np.nan, 1.5, np.inf, 0.0, -0.0, 2.0],
        officers=pd.array([1, pd.NA, 3, 4, 5, 6], dtype="Int64"),
        surveyed=pd.to_datetime(["2024-11-01"] * 6),
    ).loc[list("FBDACE")]

    features = read_json(write_associations_geojson(make_plan(associations), tmp_path / "a.geojson"))["features"]
    of = {feature["id"]: feature["properties"] for feature in features}

    assert list(of) == list("FBDACE")
    assert {key: values["name"] for key, values in of.items()} == HOSTILE
    assert [of[key]["founded"] for key in "ABC"] == ["1954-04-01", None, None]
    assert [of[key]["hall_area"] for key in "ABC"] == [None, 1.5, "inf"]
    assert [of[key]["officers"] for key in "AB"] == [1, None]
    assert of["A"]["surveyed"] == "2024-11-01T00:00:00"
    assert [(of[key]["group_id"], of[key]["status"]) for key in "BC"] == [
        ("A", "merged"),
        (None, "uninhabited"),
    ]


def test_given_point_is_written_as_longitude_and_latitude(tmp_path):
    """A point where people live takes the place of a point inside; the column itself is not written."""
    live = gpd.GeoSeries([shapely.Point(123, 45)] + [None] * 5, index=list(HOUSEHOLDS), crs=6678)
    associations = draw_associations(point=live)
    borders = draw_borders(associations)
    plan = plan_by_hand(associations, borders, MergeRules(), [("A", "B"), ("D",), ("E", "F")])

    features = read_json(write_associations_geojson(plan, tmp_path / "a.geojson"))["features"]
    first, second = (feature["properties"] for feature in features[:2])
    points = gpd.GeoSeries.from_xy(
        [first["point_lon"], second["point_lon"]], [first["point_lat"], second["point_lat"]], crs=4326
    ).to_crs(6678)

    assert "point" not in first
    assert points[0].distance(shapely.Point(123, 45)) < 1e-6
    assert points[1].distance(shapely.Point(750, 250)) < 1e-6


def test_second_geometry_column_is_carried_as_text(tmp_path):
    """GeoJSON has room for one geometry; another one, say a gate, travels as WKT in degrees."""
    gate = gpd.GeoSeries([shapely.Point(0, 0)] + [None] * 5, index=list(HOUSEHOLDS), crs=6678)

    features = read_json(write_associations_geojson(make_plan(draw_associations(gate=gate)), tmp_path / "a"))[
        "features"
    ]

    # EPSG:6678 has its origin at 40 degrees north, 140 degrees 50 minutes east.
    point = shapely.from_wkt(features[0]["properties"]["gate"])
    assert (point.x, point.y) == pytest.approx((140 + 50 / 60, 40), abs=1e-9)
    assert features[1]["properties"]["gate"] is None


def test_reading_associations_and_borders_back_makes_the_same_plan(tmp_path):
    """Points come back within a millimetre, shared vertices stay shared, and travel is the same."""
    plan = make_plan()
    drawn = gpd.read_file(write_associations_geojson(plan, tmp_path / "a.geojson")).to_crs(6678)
    drawn = drawn.drop(columns="id", errors="ignore").set_index("association_id")
    drawn["point"] = gpd.GeoSeries.from_xy(
        drawn.pop("point_lon"), drawn.pop("point_lat"), index=drawn.index, crs=4326
    ).to_crs(6678)
    borders = gpd.read_file(write_borders_geojson(plan, tmp_path / "b.geojson")).to_crs(6678)

    before, after = representative_points(plan.associations), representative_points(drawn)
    assert before.distance(after).max() < 1e-3
    assert after.distance(before).max() < 1e-6
    assert plan.associations.geometry.hausdorff_distance(drawn.geometry).max() < 1e-5
    shared = drawn.geometry["A"].intersection(drawn.geometry["B"])
    assert shared.geom_type == "LineString"
    assert shared.length == pytest.approx(500, abs=1e-3)

    again = make_plan(drawn, borders)
    assert again.groups.drop(columns="geometry").equals(plan.groups.drop(columns="geometry"))
    assert again.members.equals(plan.members)
    assert borders["length_m"].tolist() == plan.borders["length_m"].tolist()


def test_writing_what_was_read_back_gives_the_same_outlines(tmp_path):
    """A second trip through the file moves no coordinate and doubles no column."""
    plan = make_plan()
    first = write_associations_geojson(plan, tmp_path / "1.geojson")
    drawn = gpd.read_file(first).to_crs(6678).drop(columns="id", errors="ignore").set_index("association_id")

    second = write_associations_geojson(make_plan(drawn), tmp_path / "2.geojson")

    one, two = (read_json(path)["features"] for path in (first, second))
    assert [f["geometry"] for f in one] == [f["geometry"] for f in two]
    assert [list(f["properties"]) for f in one] == [list(f["properties"]) for f in two]


def test_borders_carry_what_bars_them_and_may_be_links(tmp_path):
    """A table without a plan is written too; empty remarks are empty texts; a link may lack a line."""
    borders = draw_borders(draw_associations(), "AB BD")
    borders["barred_by"] = ["river", None]
    borders.loc[2] = ["A", "F", 0.0, "link", "", "橋", None]
    borders.attrs["notice"] = "架空の町"

    content = read_json(write_borders_geojson(borders, tmp_path / "b.geojson"))
    rows = [feature["properties"] for feature in content["features"]]

    assert rows[0] == {
        "a": "A",
        "b": "B",
        "length_m": 500.0,
        "kind": "border",
        "barred_by": "river",
        "reason": "",
    }
    assert rows[1]["barred_by"] == ""
    assert content["features"][2]["geometry"] is None
    assert content["kurihara_geo"]["notice"] == "架空の町"


def test_notice_and_attribution_travel_in_every_geojson(tmp_path):
    """Whoever gets one file alone still reads how approximate it is and whose data it holds."""
    associations = draw_associations()
    associations.attrs = {"notice": "架空の町", "attribution": "made up"}
    plan = make_plan(associations)

    for write in (write_geojson, write_associations_geojson, write_borders_geojson):
        about = read_json(write(plan, tmp_path / "out.geojson"))["kurihara_geo"]
        assert (about["notice"], about["attribution"]) == ("架空の町", "made up")


def test_equal_runs_give_equal_bytes_but_for_provenance(tmp_path):
    """Two runs of the same plan differ in nothing but the member that says when and with what they ran."""
    first, second = (
        make_plan(),
        replace(make_plan(), provenance=Provenance(created="2031-01-01", versions={"x": "9"})),
    )

    for write in (write_associations_geojson, write_borders_geojson):
        assert write(first, tmp_path / "1").read_bytes() == write(second, tmp_path / "2").read_bytes()
    one, two = (read_json(write_geojson(plan, tmp_path / "p")) for plan in (first, second))
    assert one["kurihara_geo"].pop("provenance") != two["kurihara_geo"].pop("provenance")
    assert one == two
    assert write_geojson(first, tmp_path / "1").read_bytes() == write_geojson(make_plan(), tmp_path / "2").read_bytes()


def test_rules_read_back_the_same(tmp_path):
    """The rules file gives the rules it was written from."""
    rules = MergeRules(min_households=40, max_members=None, together=[["A", "B"]], keep_within=["former_town"])

    path = write_rules(rules, tmp_path / "rules.toml")

    assert MergeRules.from_toml(path.read_text("utf-8")) == rules


@pytest.mark.parametrize("write", [write_geojson, write_associations_geojson, write_borders_geojson])
def test_missing_folder_is_named_and_nothing_is_written(tmp_path, write):
    """A folder that does not exist is an error a planner can act on."""
    with pytest.raises(OutputError, match="missing"):
        write(make_plan(), tmp_path / "missing" / "out.geojson")
    assert not list(tmp_path.iterdir())


def test_table_without_crs_cannot_be_written(tmp_path):
    """Metres from nowhere have no longitude: the file is refused instead of guessed."""
    borders = draw_borders(draw_associations())
    nowhere = gpd.GeoDataFrame(borders.drop(columns="geometry"), geometry=borders.geometry.to_numpy())

    with pytest.raises(OutputError, match="no CRS"):
        write_borders_geojson(nowhere, tmp_path / "b")


def test_border_table_without_a_column_is_named(tmp_path):
    """A column that is missing is named before anything is written."""
    with pytest.raises(OutputError, match="barred_by"):
        write_borders_geojson(draw_borders(draw_associations()).drop(columns="barred_by"), tmp_path / "b")


# With a limit of 25 households A (20) and F (10) are small; B (35) is hidden beside A.
SECRETS = ["090-0000-0000", "区長の申し出", "支障のわけ", "川の主", "隣の会長", "秘密の橋", "すべて合わせても"]


def make_secret_plan() -> Plan:
    """Give the plan of this file what a planner may know: contacts, reasons, obstacles, warnings, hashes."""
    associations = draw_associations(phone=["090-0000-0000"] * 6, former_town=["架空町"] * 6, households_2040=[9] * 6)
    borders = draw_borders(associations)
    borders["barred_by"] = ["", "川の主", ""]
    borders["reason"] = ["秘密の橋"] * 3
    halls = gpd.GeoDataFrame(
        {"name": ["架空会館"], "kind": ["集会所"], "association_id": ["A"], "phone": ["090-0000-0000"]},
        geometry=[shapely.Point(100, 100)],
        index=pd.Index(["H1"], name="hall_id"),
        crs=6678,
    )
    rules = MergeRules(
        exempt={"F": "区長の申し出"},
        obstacles=[{"ids": ["A", "D"], "reason": "支障のわけ", "weight": 3}],
        lower_floors=[{"ids": ["E"], "min_households": 45, "reason": "隣の会長"}],
    )
    return plan_by_hand(
        associations,
        borders,
        rules,
        [("A", "B"), ("D",), ("E",), ("F",)],
        halls=halls,
        reasons={"F": ("too_few_in_reach", "すべて合わせても10世帯です", "10 households in all")},
        problems=[Problem(severity="warning", kind="total_mismatch", message="090-0000-0000 says 20, not 21")],
        input_hashes={"associations": "c0ffee" * 8},
        provenance=Provenance(created="2024-11-01T09:00:00+09:00", sources={"households.xlsx": "c0ffee" * 8}),
    )


def write_public(folder: Path, **options: object) -> dict[str, Path]:
    """Write every file of the public edition."""
    plan = make_secret_plan()
    return {
        "plan": write_geojson(plan, folder / "plan.geojson", audience="public", hide_below=25, **options),
        "associations": write_associations_geojson(plan, folder / "associations.geojson", audience="public"),
        "borders": write_borders_geojson(plan, folder / "borders.geojson", audience="public"),
        "halls": write_halls_geojson(plan, folder / "halls.geojson", audience="public"),
        "rules": write_rules(plan.rules, folder / "rules.toml", audience="public"),
    }


def test_public_files_hold_nothing_that_is_for_the_office(tmp_path):
    """No contact, reason, obstacle, remark on a border, own column, warning or hash is in any public file."""
    files = write_public(tmp_path)

    for path in files.values():
        text = path.read_text("utf-8")
        assert not [secret for secret in (*SECRETS, "c0ffee", "phone", "2040", "total_mismatch") if secret in text]
        assert "公開用" in text


def test_public_plan_shows_numbers_or_what_people_read_in_their_place(tmp_path):
    """A hidden number is null with a word beside it; what is shown is the plan's number; counts are hidden alike."""
    content = read_json(write_public(tmp_path)["plan"])
    of = {feature["id"]: feature["properties"] for feature in content["features"]}
    about = content["kurihara_geo"]

    assert list(of) == ["A", "D", "E", "F", "C"]
    assert (of["A"]["households"], of["A"]["households_shown"]) == (None, "非公表")
    assert (of["F"]["households"], of["F"]["households_shown"]) == (None, "25未満")
    assert (of["F"]["population"], of["F"]["population_shown"]) == (None, "非公表")
    assert (of["C"]["households"], of["C"]["status"]) == (0, "uninhabited")
    assert {name for values in of.values() for name in values} == {
        "group_id", "name", "status", "households", "households_shown", "population", "population_shown",
        "member_ids", "member_names",
    }  # fmt: skip
    assert next(iter(about)) == "audience"
    assert (about["audience"], about["hide_below"]) == ("public", 25)
    assert about["counts"]["households_left_below"] == "under"
    assert about["rules"] == {"min_households": 50, "max_members": 6}
    assert {stage["name"]: stage["value"] for stage in about["stages"]}["mergers"] == 1
    assert {stage["value"] for stage in about["stages"] if stage["name"] != "mergers"} == {None}
    assert [set(row) for row in about["left_below"]] == [
        {"association_id", "name", "group_id", "explanation", "explanation_en"}
    ]


def test_public_plan_without_a_small_count_shows_every_number(tmp_path):
    """Where nothing is under the limit nothing is null."""
    plan = make_plan()

    features = read_json(write_geojson(plan, tmp_path / "p", audience="public"))["features"]

    assert [f["properties"]["households"] for f in features] == [20 + 35, 60, 45 + 10, 0]
    assert [f["properties"]["households_shown"] for f in features] == ["55", "60", "55", "0"]


def test_other_public_files_hold_no_count(tmp_path):
    """Associations, borders and halls say where things are and what becomes of them, and nothing else."""
    files = write_public(tmp_path)
    columns_of = {
        name: {key for feature in read_json(path)["features"] for key in feature["properties"]}
        for name, path in files.items()
        if name != "rules"
    }

    assert columns_of["associations"] == {"association_id", "name", "former_town", "group_id", "status"}
    assert columns_of["borders"] == {"a", "b", "length_m", "kind", "barred"}
    assert columns_of["halls"] == {"name", "kind"}
    assert [f["properties"]["barred"] for f in read_json(files["borders"])["features"]] == [False, True, False]


def test_public_rules_say_what_is_left_out(tmp_path):
    """Floors and walls are written; rules that name associations are not, which the file says."""
    text = write_public(tmp_path)["rules"].read_text("utf-8")

    assert MergeRules.from_toml(text) == MergeRules()
    assert "obstacles" in text.splitlines()[2]


@pytest.mark.parametrize("name", ["plan", "associations", "borders", "halls"])
def test_public_files_are_refused_where_a_plan_is_made_or_checked(tmp_path, name):
    """Whoever reads a public file back is told what it is and which file to name."""
    files = write_public(tmp_path)
    read = {
        "plan": kg.read_plan,
        "associations": kg.read_associations,
        "borders": kg.read_borders,
        "halls": kg.read_halls,
    }

    with pytest.raises(SourceError, match=r"public edition.*office use"):
        read[name](files[name])


def test_public_files_are_refused_by_the_verification(tmp_path):
    """A plan is checked from office files; of a public one, or of public associations, that is said."""
    plan, files = make_secret_plan(), write_public(tmp_path)
    office = write_geojson(plan, tmp_path / "office.geojson"), write_associations_geojson(plan, tmp_path / "o.geojson")

    for geojson, boundaries in ((files["plan"], office[1]), (office[0], files["associations"])):
        with pytest.raises(SourceError, match="public edition"):
            kg.verify_plan(geojson, boundaries)


def test_office_files_are_as_before(tmp_path):
    """Office use is the default, and carries everything a plan is made again from."""
    plan = make_secret_plan()

    for write in (write_geojson, write_associations_geojson, write_borders_geojson, write_halls_geojson):
        said = write(plan, tmp_path / "1", audience="office").read_bytes()
        assert said == write(plan, tmp_path / "2").read_bytes()
    assert "090-0000-0000" in (tmp_path / "1").read_text("utf-8")


@pytest.mark.parametrize(
    "write", [write_geojson, write_associations_geojson, write_borders_geojson, write_halls_geojson]
)
def test_audience_that_is_none_writes_nothing(tmp_path, write):
    """A word that is no audience is refused before a file is there."""
    with pytest.raises(InputError, match="audience must be"):
        write(make_secret_plan(), tmp_path / "p", audience="everybody")
    with pytest.raises(InputError, match="audience must be"):
        write_rules(MergeRules(), tmp_path / "p", audience="everybody")
    assert not list(tmp_path.iterdir())
