"""SOLUTION -> :class:`Plan`: frozen, rejoined with geometry once, and checked again from the map."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from html import escape
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import networkx as nx
import pandas as pd

from kurihara_geo import columns
from kurihara_geo.associations.places import bare, list_places
from kurihara_geo.borders import boundary_texts
from kurihara_geo.errors import PlanCheckError, Problem
from kurihara_geo.model.objectives import tie_break_draw
from kurihara_geo.places import Hall, Place, distance_m, find_meeting_place
from kurihara_geo.rules import MergeRules, joined_sets

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kurihara_geo.model.solution import Solution, Stage

__all__ = ["STAGE_LABELS", "Plan", "Provenance", "build_plan", "check_plan", "meeting_place_text"]

STAGE_LABELS = {
    "below_floor": ("下限未満に残る世帯", "Households left below the floor"),
    "mergers": ("統合で減る自治会の数", "Associations that disappear"),
    "crossings": ("区域をまたぐ世帯", "Households in groups across soft boundaries"),
    "travel": ("集会場所への移動(世帯・m)", "Travel to the meeting place (household-m)"),
    "tie_break": ("同点のときのくじ", "Fixed lottery among ties"),
}


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where a plan comes from: everything in it that may differ between equal runs.

    Parameters
    ----------
    created
        ISO 8601 time the plan was made.
    versions
        Program -> version.
    seconds
        Step -> seconds it took.
    sources
        Files read: name -> SHA-256.
    """

    created: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Plan:
    """A proposal: which associations go together, what that gives, and what is proven about it.

    Parameters
    ----------
    groups
        GeoDataFrame, index ``group_id``, one row per group, columns as in ``columns.GROUPS``, metric CRS. Inhabited
        only.
    members
        DataFrame old -> new, index ``association_id``, columns as in ``columns.MEMBERS``. Inhabited only.
    left_below
        DataFrame, index ``association_id``: associations left below the floor and why, columns as in
        ``columns.LEFT_BELOW``.
    associations
        The checked associations the plan was made from, uninhabited areas (0 households) among them, metric CRS.
    borders
        The borders used, columns as in ``columns.BORDERS``, metric CRS.
    halls
        Meeting halls used, or None.
    rules
        What was asked.
    solution
        What the solver said: stages, bounds, the solver's name.
    problems
        Warnings that travelled with the input, columns as in ``columns.PROBLEMS``.
    search
        How it was searched: family of groups, number of candidates, sets visited, components, seed.
    input_sha256
        SHA-256 over the associations, borders and rules the plan was made from.
    provenance
        Times, versions and source files.
    """

    groups: gpd.GeoDataFrame
    members: pd.DataFrame
    left_below: pd.DataFrame
    associations: gpd.GeoDataFrame
    borders: gpd.GeoDataFrame
    halls: gpd.GeoDataFrame | None
    rules: MergeRules
    solution: Solution
    problems: pd.DataFrame
    search: Mapping[str, Any]
    input_sha256: str
    provenance: Provenance

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Stages of the objective in order, each with value, bound, gap and proof."""
        return self.solution.stages

    @property
    def proven(self) -> bool:
        """Whether every stage is proven optimal."""
        return self.solution.proven

    @property
    def uninhabited(self) -> gpd.GeoDataFrame:
        """Areas with 0 households: no associations, drawn grey, outside the plan."""
        return self.associations[self.associations["households"] == 0]

    def stage_table(self) -> pd.DataFrame:
        """Stages as a table, columns as in ``columns.STAGES``."""
        rows = [
            {"name": s.name, "value": s.value, "bound": s.bound, "gap": s.gap, "proven": s.proven} for s in self.stages
        ]
        table = pd.DataFrame(rows, columns=[column.name for column in columns.STAGES])
        return table.astype({"value": "int64", "bound": "Int64", "gap": "float64", "proven": "bool"}).set_index("name")

    def summary(self) -> dict[str, int]:
        """Give the counts people ask for first, before and after."""
        floor = self.rules.min_households
        status = self.groups["status"]
        return {
            "associations_before": len(self.members),
            "associations_after": len(self.groups),
            "small_before": int(self.members["small"].sum()),
            "small_after": int((status == "below_floor").sum()),
            "merged_groups": int((status == "merged").sum()),
            "associations_changed": int((self.members["status"] == "merged").sum()),
            "households_before": int(self.members["households"].sum()),
            "households_after": int(self.groups["households"].sum()),
            "households_left_below": int(self.left_below["households"].sum()),
            "smallest_group": int(self.groups["households"].min()) if len(self.groups) else 0,
            "largest_group": int(self.groups["households"].max()) if len(self.groups) else 0,
            "min_households": floor,
            "uninhabited_areas": len(self.uninhabited),
        }

    def __repr__(self) -> str:
        s = self.summary()
        proof = "proven optimal" if self.proven else "NOT proven optimal"
        return (
            f"<Plan: {s['associations_before']} associations -> {s['associations_after']}, "
            f"below {s['min_households']} households: {s['small_before']} -> {s['small_after']}, {proof}>"
        )

    def _repr_html_(self) -> str:
        """Notebook view: counts, proof, and what is left below the floor and why."""
        return _notebook_view(self)


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
    input_sha256: str = "",
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
    problems, search, input_sha256, provenance
        Carried into the plan.

    Returns
    -------
    Plan

    Raises
    ------
    PlanCheckError
        If the plan does not hold on the map; every fault is named. Such a plan is never returned.
    """
    inhabited = bare(associations[associations["households"] > 0])
    _refuse(_partition_faults(inhabited.index, solution.groups))
    places = list_places(inhabited, halls)
    groups = _groups_table(inhabited, rules, solution, places, halls)
    members = _members_table(inhabited, rules, groups, places)
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
        input_sha256=input_sha256,
        provenance=provenance or Provenance(),
    )
    _refuse(check_plan(plan))
    return plan


def _groups_table(
    inhabited: gpd.GeoDataFrame,
    rules: MergeRules,
    solution: Solution,
    places: Mapping[str, Place],
    halls: gpd.GeoDataFrame | None,
) -> gpd.GeoDataFrame:
    group_of = {member: ids[0] for ids in solution.groups for member in ids}
    labelled = inhabited.assign(group_id=[group_of[str(name)] for name in inhabited.index])
    areas = labelled[["group_id", "geometry"]].dissolve(by="group_id", method="coverage").geometry
    place_names = inhabited["name"].to_dict()
    hall_names = {} if halls is None else {str(name): text for name, text in halls["name"].items()}
    names = _group_names(inhabited, solution)
    rows = []
    for ids in solution.groups:
        part = inhabited.loc[list(ids)]
        meeting = find_meeting_place([places[name] for name in ids])
        rows.append(
            {
                "group_id": ids[0],
                "name": names[ids],
                "status": _status(part, rules),
                "member_count": len(ids),
                "households": int(part["households"].sum()),
                "population": int(part["population"].sum()) if _known(part, "population") else None,
                "member_ids": tuple(ids),
                "member_names": tuple(str(name) for name in part["name"]),
                "meeting_place_id": meeting.place_id,
                "meeting_place": str((hall_names if meeting.is_hall else place_names)[meeting.place_id]),
                "meets_in_hall": meeting.is_hall,
                "travel_household_m": meeting.travel_household_m,
                "crosses": tuple(column for column in rules.prefer_within if _value_count(part, column, rules) > 1),
            }
        )
    table = pd.DataFrame(rows, columns=[c.name for c in columns.GROUPS if c.name != "geometry"])
    table = table.astype({"population": "Int64"}).set_index("group_id")
    return gpd.GeoDataFrame(table, geometry=areas.reindex(table.index), crs=inhabited.crs)


def _known(part: pd.DataFrame, column: str) -> bool:
    return column in part and bool(part[column].notna().all())


def _value_count(part: pd.DataFrame, column: str, rules: MergeRules) -> int:
    return int(boundary_texts(part[column], rules.missing_as.get(column)).nunique(dropna=False))


def _status(part: pd.DataFrame, rules: MergeRules) -> str:
    if int(part["households"].sum()) < rules.min_households:
        return "below_floor"
    return "unchanged" if len(part) == 1 else "merged"


def _group_names(inhabited: pd.DataFrame, solution: Solution) -> dict[tuple[str, ...], str]:
    """Propose a name for each group: the members' shared place name if no other group has it, else the largest's."""
    shared = {ids: _shared_place_name(inhabited.loc[list(ids)]) for ids in solution.groups}
    times = pd.Series(list(shared.values())).value_counts()
    return {
        ids: name if name and times[name] == 1 else _largest_name(inhabited.loc[list(ids)])
        for ids, name in shared.items()
    }


def _shared_place_name(part: pd.DataFrame) -> str:
    """Give the beginning that all names share, if it says more than the former town does."""
    names = [str(name) for name in part["name"]]
    if len(names) == 1:
        return names[0]
    shared = _common_beginning(names).rstrip("第0123456789０１２３４５６７８９一二三四五六七八九十")
    town = str(part["former_town"].iloc[0]) if _known(part, "former_town") else ""
    if shared.removesuffix("大字").removesuffix("字") == town:
        return ""
    return shared if len(shared) >= 2 and not town.startswith(shared) else ""


def _common_beginning(names: Sequence[str]) -> str:
    """Give the letters all names begin with."""
    columns_of_letters = takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    return "".join(letters[0] for letters in columns_of_letters)


def _largest_name(part: pd.DataFrame) -> str:
    largest = part.sort_index().sort_values("households", ascending=False, kind="stable")["name"].iloc[0]
    return str(largest) if len(part) == 1 else f"{largest}ほか"


def _members_table(
    inhabited: gpd.GeoDataFrame,
    rules: MergeRules,
    groups: gpd.GeoDataFrame,
    places: Mapping[str, Place],
) -> pd.DataFrame:
    halls: dict[str, Place | Hall] = {hall.place_id: hall for place in places.values() for hall in place.halls}
    rows = []
    names, households = inhabited["name"].to_dict(), inhabited["households"].to_dict()
    for group_id, group in groups.drop(columns="geometry").iterrows():
        for name in group["member_ids"]:
            target = (halls if group["meets_in_hall"] else places)[group["meeting_place_id"]]
            rows.append(
                {
                    "association_id": name,
                    "name": names[name],
                    "households": int(households[name]),
                    "small": bool(households[name] < rules.min_households),
                    "group_id": group_id,
                    "group_name": group["name"],
                    "status": group["status"],
                    "households_after": int(group["households"]),
                    "distance_m": distance_m(places[name], target),
                }
            )
    table = pd.DataFrame(rows, columns=[c.name for c in columns.MEMBERS]).set_index("association_id")
    return table.reindex(inhabited.index)


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


def meeting_place_text(group: Mapping[str, Any] | pd.Series, lang: str) -> str:
    """Name a group's meeting place for people; without a hall it is said to be a place only.

    Parameters
    ----------
    group
        A row of ``plan.groups``.
    lang
        ``ja`` or ``en``.
    """
    name = str(group["meeting_place"])
    if group["meets_in_hall"]:
        return name
    return f"{name}の地点(施設なし)" if lang == "ja" else f"{name} (its point; no hall)"


def check_plan(plan: Plan) -> list[str]:
    """Check a plan from the map: partition, connectedness, rules, sums. Nothing here trusts the model.

    Parameters
    ----------
    plan
        The plan to check.

    Returns
    -------
    list of str
        One sentence per fault; empty when the plan holds.
    """
    faults = _partition_faults(plan.members.index, plan.groups["member_ids"])
    if faults:
        return faults
    return [*_connection_faults(plan), *_rule_faults(plan), *_sum_faults(plan), *_stage_faults(plan)]


def _refuse(faults: Sequence[str]) -> None:
    if faults:
        lines = "\n".join(f"  - {fault}" for fault in faults)
        raise PlanCheckError(f"The plan does not hold on the map and is not returned:\n{lines}")


def _partition_faults(inhabited: Iterable[object], groups: Iterable[Sequence[str]]) -> list[str]:
    known = [str(name) for name in inhabited]
    times = Counter(str(name) for ids in groups for name in ids)
    missing = [name for name in known if name not in times]
    extra = sorted(set(times) - set(known))
    twice = sorted(name for name, count in times.items() if count > 1)
    return [
        f"{text}: {', '.join(names)}"
        for text, names in (
            ("in no group", missing),
            ("in a group but not an inhabited association", extra),
            ("in more than one group", twice),
        )
        if names
    ]


def _connection_faults(plan: Plan) -> list[str]:
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(str(name) for name in plan.members.index)
    usable = plan.borders[plan.borders["barred_by"].fillna("") == ""]
    graph.add_edges_from(zip(usable["a"], usable["b"], strict=True))
    return [
        f"group {group_id} is not connected through the borders given"
        for group_id, ids in plan.groups["member_ids"].items()
        if not nx.is_connected(graph.subgraph(ids))
    ]


def _rule_faults(plan: Plan) -> list[str]:
    rules, faults = plan.rules, []
    associations = bare(plan.associations)
    group_of = plan.members["group_id"].to_dict()
    for group_id, group in plan.groups.drop(columns="geometry").iterrows():
        if len(group["member_ids"]) == 1:
            continue
        part = associations.loc[list(group["member_ids"])]
        if rules.max_members is not None and len(part) > rules.max_members:
            faults.append(f"group {group_id} has {len(part)} members, the most allowed is {rules.max_members}")
        if rules.max_households is not None and group["households"] > rules.max_households:
            faults.append(
                f"group {group_id} has {group['households']} households, the most allowed is {rules.max_households}"
            )
        faults += [
            f"group {group_id} crosses the wall {c}" for c in rules.keep_within if _value_count(part, c, rules) > 1
        ]
        if group["status"] == "below_floor" and tuple(group["member_ids"]) not in joined_sets(rules.together):
            faults.append(f"group {group_id} was merged but is below the floor")
        faults += [f"{name} should be unchanged" for name in rules.unchanged if name in group["member_ids"]]
    for ids in rules.together:
        if len({group_of.get(name) for name in ids}) > 1:
            faults.append(f"{', '.join(ids)} should be together")
    for ids in rules.apart:
        known = [group_of[name] for name in ids if name in group_of]
        if len(set(known)) < len(known):
            faults.append(f"{', '.join(ids)} should be apart")
    return faults


def _sum_faults(plan: Plan) -> list[str]:
    inhabited = bare(plan.associations)
    inhabited = inhabited[inhabited["households"] > 0]
    faults = []
    before, after = int(inhabited["households"].sum()), int(plan.groups["households"].sum())
    if before != after:
        faults.append(f"households are not conserved: {before} before, {after} after")
    if _known(inhabited, "population"):
        people, people_after = int(inhabited["population"].sum()), int(plan.groups["population"].sum())
        if people != people_after:
            faults.append(f"people are not conserved: {people} before, {people_after} after")
    area, area_after = float(inhabited.area.sum()), float(plan.groups.area.sum())
    if abs(area - area_after) > max(1.0, area * 1e-9):
        faults.append(f"area is not conserved: {area:.1f} m2 before, {area_after:.1f} m2 after")
    return faults


def _stage_faults(plan: Plan) -> list[str]:
    """Compare what the solver says of the stages with what the map says."""
    households = plan.groups["households"]
    crossings = sum(
        int(count) * sum(plan.rules.prefer_within[column] for column in crosses)
        for count, crosses in zip(households, plan.groups["crosses"], strict=True)
    )
    measured = {
        "below_floor": int(plan.left_below["households"].sum()),
        "mergers": len(plan.members) - len(plan.groups),
        "crossings": crossings,
        "travel": int(plan.groups["travel_household_m"].sum()),
        "tie_break": _inside_draws(plan),
    }
    return [
        f"stage {stage.name}: the solver says {stage.value}, the map says {measured[stage.name]}"
        for stage in plan.stages
        if stage.name in measured and stage.value != measured[stage.name]
    ]


def _inside_draws(plan: Plan) -> int:
    group_of = plan.members["group_id"].to_dict()
    usable = plan.borders[plan.borders["barred_by"].fillna("") == ""]
    return sum(
        tie_break_draw(a, b) for a, b in zip(usable["a"], usable["b"], strict=True) if group_of[a] == group_of[b]
    )


def _notebook_view(plan: Plan) -> str:
    s = plan.summary()
    proof = "最適性を証明済み (proven optimal)" if plan.proven else "未証明 (NOT proven optimal)"
    head = (
        f"<p><strong>再編案</strong> 自治会 {s['associations_before']} → {s['associations_after']}、"
        f"{s['min_households']}世帯未満 {s['small_before']} → {s['small_after']}、"
        f"世帯数 {s['households_before']:,} → {s['households_after']:,}。{proof}</p>"
    )
    stages = "".join(
        f"<tr><td>{escape(STAGE_LABELS.get(t.name, (t.name,))[0])} <small>{escape(t.name)}</small></td>"
        f"<td>{t.value:,}</td>"
        f"<td>{'' if t.bound is None else f'{t.bound:,}'}</td><td>{'✓' if t.proven else '—'}</td></tr>"
        for t in plan.stages
    )
    left = "".join(
        f"<li>{escape(str(row['name']))} ({int(row['households'])}世帯): {escape(str(row['explanation']))}</li>"
        for _, row in plan.left_below.iterrows()
    )
    notice = escape(str(plan.associations.attrs.get("notice", "")))
    return (
        f"{head}<table><tr><th>段階</th><th>値</th><th>下界</th><th>証明</th></tr>{stages}</table>"
        + (f"<p>下限未満で残る自治会:</p><ul>{left}</ul>" if left else "<p>下限未満で残る自治会はありません。</p>")
        + (f"<p><small>{notice}</small></p>" if notice else "")
    )
