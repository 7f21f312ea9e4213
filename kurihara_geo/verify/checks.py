"""The checks themselves: each takes the evidence and names every fault in a planner's words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kurihara_geo.associations.exchange import EXCHANGE_CRS
from kurihara_geo.plan import check_grouping, fingerprint_input, join_fingerprints, measure_stages, propose_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kurihara_geo.sources import WrittenGroup, WrittenStage
    from kurihara_geo.verify.evidence import Evidence

__all__ = ["CHECKS", "OF_SOUND_GROUPS", "check_members_file", "check_same_rules", "renamed_groups"]

# How far a corner may be from where it was, in metres: outlines are written with seven decimals of a degree.
_ROUNDING_M = 0.02
_SHORT = 12


def check_partition(evidence: Evidence) -> Iterator[str]:
    """Check that everyone is in one group, and areas where nobody lives in none."""
    yield from evidence.partition
    for group in evidence.plan.groups:
        if group.uninhabited and len(group.member_ids) > 1:
            yield f"uninhabited area {group.group_id} has several members"


def check_members(evidence: Evidence) -> Iterator[str]:
    """Check ids, names, sums and status of each group whose members are known."""
    names = {str(key): str(value) for key, value in evidence.associations["name"].items()}
    for group in evidence.plan.groups:
        where = f"group {group.group_id}"
        if group.feature_id != group.group_id:
            yield f"{where}: the feature is called {group.feature_id}"
        if group.group_id != min(group.member_ids):
            yield f"{where}: its id should be {min(group.member_ids)}, the lowest of its members"
        if not group.name.strip():
            yield f"{where}: it has no name"
        if not set(group.member_ids) <= set(names):
            continue
        expected = tuple(names[key] for key in group.member_ids)
        if group.member_names != expected:
            yield f"{where}: its members are called {', '.join(expected)}, not {', '.join(group.member_names)}"
        yield from _sum_faults(evidence, group)


def _sum_faults(evidence: Evidence, group: WrittenGroup) -> Iterator[str]:
    where, ids = f"group {group.group_id}", list(group.member_ids)
    rows = evidence.associations.loc[ids]
    households = int(rows["households"].sum())
    if group.households != households:
        yield f"{where}: {group.households} households, its members have {households}"
    known = "population" in rows and bool(rows["population"].notna().all())
    people = int(rows["population"].sum()) if known else None
    if group.population != people:
        yield f"{where}: {_or_unknown(group.population)} people, its members have {_or_unknown(people)}"
    status = _status(evidence, group)
    if group.status != status:
        yield f"{where}: status {group.status}, by its members and the rules it is {status}"


def _or_unknown(count: int | None) -> str:
    return "an unknown number of" if count is None else str(count)


def _status(evidence: Evidence, group: WrittenGroup) -> str:
    if set(group.member_ids) & evidence.uninhabited:
        return "uninhabited"
    if evidence.facts.is_left_below(tuple(sorted(group.member_ids))):
        return "below_floor"
    return "unchanged" if len(group.member_ids) == 1 else "merged"


def check_members_file(evidence: Evidence) -> Iterator[str]:
    """Check the feature id, group and status of each association, where its file says them."""
    for feature_id, association_id in evidence.strayed_ids:
        yield f"association {association_id}: its feature is called {feature_id}"
    group_of = {name: group for group in evidence.plan.groups for name in group.member_ids}
    table = evidence.associations
    for name, group_id, status in zip(table.index, table["group_id"], table["status"], strict=True):
        group = group_of.get(str(name))
        if group is None:
            continue  # said of the groups
        expected = None if group.uninhabited else group.group_id
        if _text_or_none(group_id) != expected:
            yield f"association {name}: its file says group {group_id}, the plan {expected or 'none'}"
        if _text_or_none(status) != group.status:
            yield f"association {name}: its file says status {status}, the plan {group.status}"


def _text_or_none(value: Any) -> str | None:
    return None if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)) else str(value)


def check_names(evidence: Evidence) -> Iterator[str]:
    """Check that areas where nobody lives keep their names; groups may be given others than those proposed."""
    for group in evidence.plan.groups:
        if group.uninhabited:
            name = str(evidence.associations.at[group.member_ids[0], "name"])
            if group.name != name:
                yield f"group {group.group_id}: called {group.name!r}, the area's name is {name!r}"


def renamed_groups(evidence: Evidence) -> list[str]:
    """List the groups that somebody called otherwise than their members' names propose."""
    proposed = propose_names(evidence.facts.inhabited, evidence.groups.values())
    return [
        group.group_id
        for group in evidence.plan.groups
        if not group.uninhabited and group.name != proposed[evidence.groups[group.group_id]]
    ]


def check_outlines(evidence: Evidence) -> Iterator[str]:
    """Check that the outline of each group is the union of its members."""
    plane: Any = evidence.associations.crs
    written = gpd.GeoSeries([group.geometry for group in evidence.plan.groups], crs=EXCHANGE_CRS)
    areas = evidence.associations.geometry.to_dict()
    for group, drawn in zip(evidence.plan.groups, written.to_crs(plane), strict=True):
        if not set(group.member_ids) <= set(areas):
            continue
        if not np.isfinite(drawn.bounds).all():
            yield f"group {group.group_id}: its outline is not the union of its members, but lies beyond their map"
            continue
        try:
            union = shapely.union_all([areas[name] for name in group.member_ids])
            off = float(shapely.area(shapely.symmetric_difference(shapely.make_valid(drawn), union)))
        except shapely.errors.GEOSException:
            yield f"group {group.group_id}: its outline is not the union of its members, and cannot be compared with it"
            continue
        if not off <= _ROUNDING_M * max(1.0, float(union.length)):  # NaN is no area
            yield f"group {group.group_id}: its outline is not the union of its members ({off:,.0f} m2 differ)"


def check_rules(evidence: Evidence) -> Iterator[str]:
    """Check groups against the borders and every rule."""
    yield from check_grouping(evidence.facts, evidence.groups)


def check_stages(evidence: Evidence) -> Iterator[str]:
    """Measure every stage again and compare."""
    said = {stage.name: stage.value for stage in evidence.plan.stages}
    measured = measure_stages(evidence.facts, evidence.groups)
    if list(said) != list(measured) or len(said) != len(evidence.plan.stages):
        yield f"the stages are {', '.join(said) or 'none'}; by the rules they are {', '.join(measured)}"
    for name, value in measured.items():
        if name in said and said[name] != value:
            yield f"stage {name}: the plan says {said[name]}, measured on the map it is {value}"


def check_claims(evidence: Evidence) -> Iterator[str]:
    """Check that nothing is called proven whose bound differs from its value."""
    for stage in evidence.plan.stages:
        yield from _claim_faults(stage)
    proven = bool(evidence.plan.stages) and all(stage.proven for stage in evidence.plan.stages)
    if evidence.plan.proven != proven:
        said, all_are = ("proven", "not all") if evidence.plan.proven else ("not proven", "all")
        yield f"the plan is called {said}, but {all_are} of its stages are"
    if proven and evidence.plan.stopped:
        yield f"the plan is said to have been stopped ({evidence.plan.stopped}), but all of its stages are proven"


def _claim_faults(stage: WrittenStage) -> Iterator[str]:
    where = f"stage {stage.name}"
    if stage.proven and stage.bound != stage.value:
        bound = "no bound" if stage.bound is None else f"the bound {stage.bound}"
        yield f"{where}: called proven with the value {stage.value} and {bound}"
    if stage.bound is not None and stage.bound > stage.value:
        yield f"{where}: the bound {stage.bound} is above the value {stage.value}"
    gap = 0.0 if stage.proven else _gap(stage)
    agree = gap is stage.gap if gap is None or stage.gap is None else abs(gap - stage.gap) <= 1e-9
    if not agree:  # NaN agrees with nothing
        yield f"{where}: the gap is given as {stage.gap}, by value and bound it is {gap}"


def _gap(stage: WrittenStage) -> float | None:
    if stage.bound is None:
        return None
    return (stage.value - stage.bound) / stage.value if stage.value else 0.0


def check_counts(evidence: Evidence) -> Iterator[str]:
    """Count again what stands at the head of the plan."""
    expected = _counts(evidence)
    for name in sorted({*expected, *evidence.plan.counts}):
        if evidence.plan.counts.get(name) != expected.get(name):
            yield f"counts: {name} is given as {evidence.plan.counts.get(name)}, counted it is {expected.get(name)}"


def _counts(evidence: Evidence) -> dict[str, int]:
    facts, groups = evidence.facts, list(evidence.groups.values())
    left = [ids for ids in groups if facts.is_left_below(ids)]
    merged = [ids for ids in groups if len(ids) > 1 and ids not in left]
    sizes = [sum(facts.households[name] for name in ids) for ids in groups]
    total = sum(facts.households.values())
    return {
        "associations_before": len(facts.households),
        "associations_after": len(groups),
        "small_before": sum(facts.is_small(name) for name in facts.households),
        "small_after": len(left),
        "merged_groups": len(merged),
        "associations_changed": sum(len(ids) for ids in merged),
        "households_before": total,
        "households_after": sum(sizes),
        "households_left_below": sum(facts.households[name] for ids in left for name in ids),
        "exempt_left_below": sum(len(ids) for ids in left if facts.is_exempt(ids)),
        "smallest_group": min(sizes, default=0),
        "largest_group": max(sizes, default=0),
        "min_households": evidence.rules.min_households,
        "uninhabited_areas": len(evidence.uninhabited),
    }


def check_left_below(evidence: Evidence) -> Iterator[str]:
    """Check who is said to be left below the floor."""
    facts = evidence.facts
    names = facts.inhabited["name"]
    left = {group_id: ids for group_id, ids in evidence.groups.items() if facts.is_left_below(ids)}
    expected = {name: (str(names[name]), facts.households[name], key) for key, ids in left.items() for name in ids}
    rows = [(str(row.get("association_id")), row) for row in evidence.plan.left_below]
    listed = [name for name, _ in rows]
    for name in sorted({*expected} - {*listed}):
        yield f"{name} is left below the floor, but not listed as such"
    for name in sorted({name for name in listed if name not in expected or listed.count(name) > 1}):
        yield f"{name} is listed as left below the floor, but is not, or twice"
    for name, row in rows:
        if name in expected and (row.get("name"), row.get("households"), row.get("group_id")) != expected[name]:
            yield f"{name} is listed as left below the floor with another name, group or number of households"
        if name in expected and (row.get("reason") == "exempt") != facts.is_exempt(left[expected[name][2]]):
            yield f"{name} is listed as left below the floor: whether it is exempt does not agree with the rules"


def check_input(evidence: Evidence) -> Iterator[str]:
    """Compare the SHA-256 of each kind of input."""
    plan = evidence.plan
    found = fingerprint_input(evidence.associations, evidence.borders, evidence.rules, evidence.halls)
    for kind, value in found.items():
        said = plan.input_hashes.get(kind)
        if said != value:
            shown = "nothing" if said is None else f"{said[:_SHORT]}..."
            yield (
                f"{kind}: not those the plan was made from; SHA-256 is {value[:_SHORT]}..., the plan says {shown}"
                f"{_hint(evidence, kind)}"
            )
    extra = sorted(set(plan.input_hashes) - set(found))
    if extra:
        yield f"the plan gives a SHA-256 of {', '.join(extra)}, which is no kind of input"
    if plan.input_sha256 != join_fingerprints(plan.input_hashes):
        yield "the SHA-256 of the whole input does not agree with those of its kinds"


def _hint(evidence: Evidence, kind: str) -> str:
    if kind == "borders" and not evidence.borders_given:
        return " (they were found anew; give the borders.geojson of the plan if it used others)"
    if kind == "halls" and evidence.halls is None:
        return " (none were given; give the halls.geojson of the plan)"
    return ""


def check_same_rules(evidence: Evidence) -> Iterator[str]:
    """Compare the rules given with those in the plan."""
    said, given = evidence.plan.rules.to_dict(), evidence.rules.to_dict()
    for name in sorted({*said, *given}):
        if said.get(name) != given.get(name):
            yield f"rules: {name} is {_shown(said.get(name))} in the plan, {_shown(given.get(name))} in the rules given"


def _shown(value: Any) -> str:
    return "not set" if value is None or value is pd.NA else repr(value)


CHECKS: dict[str, Callable[[Evidence], Iterator[str]]] = {
    "every association is in exactly one group, every uninhabited area in none": check_partition,
    "ids, member names, households, people and status of each group": check_members,
    "each group's outline is the union of its members, within the rounding of the file": check_outlines,
    "nothing is called proven whose bound differs from its value; gaps": check_claims,
    "SHA-256 of associations, outlines, borders, halls and rules": check_input,
}
"""What is checked, in words -> the check."""

OF_SOUND_GROUPS: dict[str, Callable[[Evidence], Iterator[str]]] = {
    "names of uninhabited areas": check_names,
    "every group is connected through open borders and keeps every rule": check_rules,
    "the value of every stage, measured again on the map": check_stages,
    "counts before and after": check_counts,
    "associations left below the floor": check_left_below,
}
"""Checks that need every association in exactly one group."""
