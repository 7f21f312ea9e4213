"""SOLUTION -> :class:`Plan`: tables with geometry rejoined once, and checked again from the map."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from kurihara_geo import columns
from kurihara_geo.associations.places import bare
from kurihara_geo.errors import PlanCheckError, Problem
from kurihara_geo.places import Hall, Place, distance_m, find_meeting_place
from kurihara_geo.plan.check import MapFacts, check_plan, partition_faults
from kurihara_geo.plan.names import propose_names
from kurihara_geo.plan.values import Plan, Provenance

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kurihara_geo.model.solution import Solution
    from kurihara_geo.rules import MergeRules

__all__ = ["build_plan"]


def build_plan(
    associations: gpd.GeoDataFrame,
    borders: gpd.GeoDataFrame,
    rules: MergeRules,
    solution: Solution,
    *,
    halls: gpd.GeoDataFrame | None = None,
    reasons: Mapping[str, tuple[str, str, str]] | None = None,
    problems: Iterable[Problem] = (),
    search: Mapping[str, Any] | None = None,
    input_hashes: Mapping[str, str] | None = None,
    provenance: Provenance | None = None,
) -> Plan:
    """Rejoin a solution with its map and check it there.

    Parameters
    ----------
    associations
        Checked associations: index ``association_id``, metric CRS, columns as in ``columns.ASSOCIATIONS``.
    borders
        Borders used, as :func:`kurihara_geo.find_borders` gives them.
    rules, solution
        What was asked, and what the solver said.
    halls
        Points with an ``association_id`` column, index ``hall_id``; a group that has some meets in one of them.
    reasons
        Association id -> (short word, Japanese sentence, English sentence): why it is left below the floor.
    problems, search, input_hashes, provenance
        Carried into the plan.

    Returns
    -------
    Plan

    Raises
    ------
    PlanCheckError
        If the plan does not hold on the map; every fault is named. Such a plan is never returned.
    """
    facts = MapFacts(bare(associations[associations["households"] > 0]), borders, rules, halls)
    _refuse(partition_faults(facts.households, solution.groups))
    groups = _groups_table(facts, solution)
    members = _members_table(facts, groups)
    plan = Plan(
        groups=groups,
        members=members,
        left_below=_left_below_table(members, reasons or {}),
        associations=associations.copy(),
        borders=borders.copy(),
        halls=None if halls is None else halls.copy(),
        rules=rules,
        solution=solution,
        problems=pd.DataFrame([asdict(p) for p in problems], columns=[c.name for c in columns.PROBLEMS]),
        search=dict(search or {}),
        input_hashes=dict(input_hashes or {}),
        provenance=provenance or Provenance(),
    )
    _refuse(check_plan(plan))
    return plan


def _refuse(faults: Sequence[str]) -> None:
    if faults:
        lines = "\n".join(f"  - {fault}" for fault in faults)
        raise PlanCheckError(f"The plan does not hold on the map and is not returned:\n{lines}")


def _groups_table(facts: MapFacts, solution: Solution) -> gpd.GeoDataFrame:
    inhabited = facts.inhabited
    group_of = {member: ids[0] for ids in solution.groups for member in ids}
    labelled = inhabited[["geometry"]].assign(group_id=[group_of[str(name)] for name in inhabited.index])
    areas = labelled.dissolve(by="group_id", method="coverage").geometry
    names = {str(name): str(text) for name, text in inhabited["name"].items()}
    people = _people(inhabited)
    titles = propose_names(inhabited, solution.groups)
    rows = [_group_row(facts, ids, names, people) | {"name": titles[ids]} for ids in solution.groups]
    table = pd.DataFrame(rows, columns=[c.name for c in columns.GROUPS if c.name != "geometry"])
    table = table.astype({"population": "Int64"}).set_index("group_id")
    return gpd.GeoDataFrame(table, geometry=areas.reindex(table.index), crs=inhabited.crs)


def _group_row(
    facts: MapFacts, ids: tuple[str, ...], names: Mapping[str, str], people: Mapping[str, int]
) -> dict[str, Any]:
    meeting = find_meeting_place([facts.places[name] for name in ids])
    titles = facts.halls["name"].to_dict() if meeting.is_hall and facts.halls is not None else names
    floor = min(facts.floor[name] for name in ids)
    return {
        "group_id": ids[0],
        "status": _status(facts, ids),
        "member_count": len(ids),
        "households": sum(facts.households[name] for name in ids),
        "floor": floor,
        "floor_reason": "" if floor == facts.rules.min_households else _floor_reason(facts.rules, ids, floor),
        "population": sum(people[name] for name in ids) if all(name in people for name in ids) else None,
        "member_ids": tuple(ids),
        "member_names": tuple(names[name] for name in ids),
        "meeting_place_id": meeting.place_id,
        "meeting_place": str(titles[meeting.place_id]),
        "meets_in_hall": meeting.is_hall,
        "travel_household_m": meeting.travel_household_m,
        "crosses": tuple(
            column
            for column in facts.rules.prefer_within
            if len(ids) > 1 and len({facts.value_of[column][name] for name in ids}) > 1
        ),
    }


def _status(facts: MapFacts, ids: tuple[str, ...]) -> str:
    if facts.is_left_below(ids):
        return "below_floor"
    return "unchanged" if len(ids) == 1 else "merged"


def _floor_reason(rules: MergeRules, ids: tuple[str, ...], floor: int) -> str:
    """Give the written reason for a floor of its own."""
    return "; ".join(
        entry.reason for entry in rules.lower_floors if entry.min_households == floor and set(ids) & set(entry.ids)
    )


def _people(table: pd.DataFrame) -> dict[str, int]:
    if "population" not in table:
        return {}
    return {str(name): int(count) for name, count in table["population"].items() if pd.notna(count)}


def _members_table(facts: MapFacts, groups: gpd.GeoDataFrame) -> pd.DataFrame:
    places = facts.places
    halls: dict[str, Place | Hall] = {hall.place_id: hall for place in places.values() for hall in place.halls}
    names = {str(name): str(text) for name, text in facts.inhabited["name"].items()}
    rows = []
    for group_id, group in zip(groups.index, groups.drop(columns="geometry").to_dict("records"), strict=True):
        for name in group["member_ids"]:
            target = (halls if group["meets_in_hall"] else places)[group["meeting_place_id"]]
            rows.append(
                {
                    "association_id": name,
                    "name": names[name],
                    "households": facts.households[name],
                    "small": facts.is_small(name),
                    "group_id": group_id,
                    "group_name": group["name"],
                    "status": group["status"],
                    "households_after": int(group["households"]),
                    "distance_m": distance_m(places[name], target),
                }
            )
    table = pd.DataFrame(rows, columns=[c.name for c in columns.MEMBERS]).set_index("association_id")
    return table.reindex(facts.inhabited.index)


def _left_below_table(members: pd.DataFrame, reasons: Mapping[str, tuple[str, str, str]]) -> pd.DataFrame:
    left = members[members["status"] == "below_floor"]
    rows = [
        {
            "association_id": name,
            "name": row["name"],
            "households": row["households"],
            "group_id": row["group_id"],
            **dict(zip(("reason", "explanation", "explanation_en"), reasons.get(str(name), ("", "", "")), strict=True)),
        }
        for name, row in left.iterrows()
    ]
    return pd.DataFrame(rows, columns=[c.name for c in columns.LEFT_BELOW]).set_index("association_id")
