"""Files of a public edition tell nothing that is hidden: two towns that differ only in that have the same files."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pulp
import pytest
import shapely
from hypothesis import HealthCheck, assume, given, settings

import kurihara_geo as kg
from kurihara_geo.outputs.audience import Hidden, disclosure
from kurihara_geo.outputs.audience.sums import list_sums
from kurihara_geo.rules import MergeRules
from tests.outputs.attacker import everything_shown, ranges
from tests.outputs.test_audience import random_plans
from tests.plans import plan_by_hand
from tests.towns import bar_border, draw_town, exact_borders

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kurihara_geo.plan import Plan

# Three districts, a row each. A 7 joins B; I 6 joins J; G and K of two districts join; L stands below the floor.
#
#   A  7   B 45   C 60   D 80        east
#   E 90   F 30   G 30   H 70        west
#   I  6   J 48   K 25   L 12        south
PICTURE = """
ABCD
EFGH
IJKL
"""
DISTRICTS = dict.fromkeys("ABCD", "架空東") | dict.fromkeys("EFGH", "架空西") | dict.fromkeys("IJKL", "架空南")
GROUPS = [("A", "B"), ("C",), ("D",), ("E",), ("F",), ("G", "K"), ("H",), ("I", "J"), ("L",)]
COUNTS = {"A": 7, "B": 45, "C": 60, "D": 80, "E": 90, "F": 30, "G": 30, "H": 70, "I": 6, "J": 48, "K": 25, "L": 12}
# Another town with the same sums wherever they are shown, such as A + B + C = 112 and I + J = 54.
TWIN = COUNTS | {"A": 2, "B": 49, "C": 61, "I": 9, "J": 45}
COUNCILS = pd.DataFrame(
    {"name": ["架空協議会"], "status": ["established"], "founded": ["2030-04-01"], "district_names": ["架空東"]}
)


def make_plan(counts: Mapping[str, int], secret: str, groups: list[tuple[str, ...]] = GROUPS) -> Plan:
    """Plan the town of this file; ``secret`` stands wherever a planner may write what is for the office."""
    own: dict[str, Any] = {
        "population": {name: 3 * count for name, count in counts.items()},
        "contact": {name: f"{secret}電話{name}" for name in counts},
        "households_2040": {name: count * (20 + len(secret)) // 40 for name, count in counts.items()},
    }
    town = draw_town(PICTURE, counts, former_school_district=DISTRICTS, **own)
    borders = bar_border(exact_borders(town), "B", "F", barred_by=f"{secret}川")
    halls = {"name": ["架空会館"], "kind": ["木造"], "association_id": ["H"], "contact": [secret]}
    rules = MergeRules(
        max_members=8,
        exempt={"L": secret},
        lower_floors=[{"ids": ["F"], "min_households": 20 + len(secret), "reason": secret}],
        obstacles=[{"ids": ["D", "H"], "reason": secret, "weight": len(secret)}],
        objective=["below_floor", "mergers", "obstacles", "travel"],
    )
    return plan_by_hand(
        town,
        borders,
        rules,
        groups,
        halls=gpd.GeoDataFrame(halls, geometry=[shapely.Point(17750, -140250)], index=["X"], crs=6678),
        reasons={"L": ("exempt", secret, secret)},
    )


def pattern_of(plan: Plan) -> Any:
    """Give which numbers of a plan are hidden."""
    return disclosure.hide_small(list_sums(plan), plan.rules, limit=10)


def files_in(folder: Path) -> dict[str, bytes]:
    """Read every file in a folder, but for the time a plan was made."""
    return {
        path.relative_to(folder).as_posix(): re.sub(rb'"created": ?"[^"]*"', b"", path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def page_data(path: Path) -> dict[str, Any]:
    """Give the data of a page."""
    found = re.search(r'<script[^>]*type="application/json"[^>]*>(.*?)</script>', path.read_text("utf-8"), re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def write_everything(plan: Plan, other: Plan, folder: Path) -> None:
    """Write every file of the public edition."""
    seen: dict[str, Any] = {"audience": "public"}
    grants = kg.GrantShares(flat=20_000, per_household=500, per_person=30)
    kg.write_plan(plan, folder, papers=True, councils=COUNCILS, others={"B案": other}, grants=grants, **seen)
    kg.write_comparison_map(plan, folder / "a_b.html", other, **seen)
    kg.map_coverage(plan, None, COUNCILS, **seen).save(folder / "coverage.html")
    kg.plot_distribution(plan, folder / "distribution.svg", **seen)
    kg.plot_households(plan, folder / "groups.svg", **seen)
    kg.plot_households(plan, folder / "districts.svg", by="district", **seen)
    kg.plot_coverage(plan, COUNCILS, folder / "coverage.svg", **seen)
    kg.plot_plan(plan, folder / "plan.pdf", **seen)


def test_towns_that_differ_in_what_is_hidden_have_the_same_public_files(tmp_path, monkeypatch):
    """Counts, people, later years, contacts, reasons, floors: whatever is hidden is other, and no byte of a file is."""
    first, twin = make_plan(COUNTS, "秘密"), make_plan(TWIN, "ひみつの")
    pattern = pattern_of(first)
    monkeypatch.setattr(disclosure, "hide_small", lambda *_, **__: pattern)
    seen = [everything_shown(disclosure.disclose(plan, audience="public")) for plan in (first, twin)]
    assert seen[0] == seen[1]
    assert Hidden.UNDER in seen[0].values()

    for name, plan, counts in (("first", first, COUNTS), ("twin", twin, TWIN)):
        secret = "秘密" if plan is first else "ひみつの"
        other = make_plan(counts, secret, [("A", "E"), *GROUPS[1:3], ("B",), *GROUPS[4:]])
        write_everything(plan, other, tmp_path / name)

    files = [files_in(tmp_path / name) for name in ("first", "twin")]
    assert files[0].keys() == files[1].keys()
    assert [name for name in files[0] if files[0][name] != files[1][name]] == []
    assert len(files[0]) > 15


def find_twin(plan: Plan, of: str, sign: int) -> dict[str, int]:
    """Find other counts with the same statuses and names and the same number wherever one is shown."""
    shown = everything_shown(disclosure.disclose(plan, audience="public"))
    problem = pulp.LpProblem("twin", pulp.LpMinimize)
    count = {
        name: problem.add_variable(f"h{place}", 1, 400, cat="Integer") for place, name in enumerate(plan.members.index)
    }
    for ids, value in shown.items():
        total = pulp.lpSum(count[name] for name in ids)
        if isinstance(value, int):
            problem += total == value
        elif value is Hidden.UNDER:
            problem += total <= 9
    for ids, status in zip(plan.groups["member_ids"], plan.groups["status"], strict=True):
        total = pulp.lpSum(count[name] for name in ids)
        floor = plan.rules.min_households
        problem += total <= floor - 1 if status == "below_floor" else total >= floor
        largest = max(ids, key=lambda name: (plan.members.at[name, "households"], -ord(name)))
        for name in set(ids) - {largest}:
            problem += count[largest] - count[name] >= int(name < largest)
    for name, small in plan.members["small"].items():
        problem += count[name] <= plan.rules.min_households - 1 if small else count[name] >= plan.rules.min_households
    problem.setObjective(sign * count[of])
    assert pulp.LpStatus[problem.solve(pulp.HiGHS(msg=False))] == "Optimal"
    return {name: round(value.value()) for name, value in count.items()}


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(random_plans())
def test_random_towns_have_the_public_files_of_their_twins(tmp_path_factory, drawn):
    """Whatever the town: another one that shows the same has the same map, lists, workbook and plots."""
    proposed, _ = drawn
    groups = list(proposed.groups["member_ids"])
    plan = plan_by_hand(proposed.associations, proposed.borders, proposed.rules, groups)
    small = [name for name in plan.members.index if plan.members.at[name, "households"] < 10]
    assume(small)
    pattern = pattern_of(plan)
    for sign in (1, -1):
        counts = pd.Series(find_twin(plan, small[0], sign))
        twin = plan_by_hand(plan.associations.assign(households=counts), plan.borders, plan.rules, groups)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(disclosure, "hide_small", lambda *_, **__: pattern)
            seen = [disclosure.disclose(each, audience="public") for each in (plan, twin)]
            same = ["name", "status", "meeting_place_id"]  # where three or more meet may tell, as disclose says
            if seen[0].summary() != seen[1].summary() or not plan.groups[same].equals(twin.groups[same]):
                continue
            folders = [tmp_path_factory.mktemp("twin") for _ in seen]
            for each, folder in zip((plan, twin), folders, strict=True):
                kg.write_plan(each, folder, audience="public")
                kg.write_comparison_map(each, folder / "before_after.html", audience="public")
                kg.plot_households(each, folder / "groups.svg", audience="public")
        files = [files_in(folder) for folder in folders]
        assert [name for name in files[0] if files[0][name] != files[1][name]] == []


def test_numbers_written_in_the_sample_do_not_tell_a_small_count(tmp_path: Path):
    """Gathered from the written pages and lists, the numbers leave every small count from 1 to below the limit."""
    rules = MergeRules(keep_within=["former_school_district"])
    plan = kg.propose_mergers(kg.load_sample(), rules, progress=False)
    data = page_data(kg.write_map(plan, tmp_path / "map.html", audience="public"))
    pair = page_data(kg.write_comparison_map(plan, tmp_path / "pair.html", audience="public"))

    ids = [row["id"] for row in data["associations"]]
    found: dict[frozenset[str], Any] = {frozenset(ids): data["summary"]["households_before"]}
    for rows in (data["groups"], *(side["groups"] for side in pair["sides"])):
        found |= {frozenset(ids[place] for place in row["members"]): row["households"] for row in rows}
    found |= {frozenset([row["id"]]): row["households"] for row in data["associations"]}
    for district in plan.associations["former_school_district"].unique():
        row = next(row for row in data["districts"] if row["name"] == district)
        inside = frozenset(one["id"] for one in data["associations"] if one["district"] == district)
        found[inside] = row.get("figures", row).get("households", None)
    shown = everything_shown(disclosure.disclose(plan, audience="public"))
    numbers = {members: value for members, value in found.items() if isinstance(value, int)}
    assert numbers == {members: shown[members] for members in numbers}
    assert len(numbers) > 200

    small = [name for name, count in plan.members["households"].items() if count < 10]
    assert set(ranges(plan, found, of=small, names=False).values()) == {(1, 9)}
