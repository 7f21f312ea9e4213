"""PLAN -> what its GeoJSON files hold in the public edition: only what is named here, whatever the planner brought."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pandas as pd

from kurihara_geo.outputs.audience import Disclosure, Hidden, file_note, public_rules
from kurihara_geo.outputs.features import about_input, plain

if TYPE_CHECKING:
    import geopandas as gpd

    from kurihara_geo.plan import Plan

__all__ = [
    "about_public_input",
    "about_public_plan",
    "public_association_properties",
    "public_border_properties",
    "public_group_properties",
    "public_hall_properties",
]

_AREA_COLUMNS = ("former_town", "former_school_district", "council")


def public_group_properties(shown: Disclosure) -> list[dict[str, Any]]:
    """Give the properties of each group and then of each area where nobody lives."""
    plan = shown.plan
    groups = [
        {
            "group_id": str(group_id),
            "name": plain(row["name"]),
            "status": plain(row["status"]),
            **_numbers(shown, str(group_id)),
            "member_ids": plain(row["member_ids"]),
            "member_names": plain(row["member_names"]),
        }
        for group_id, row in zip(plan.groups.index, _rows(plan.groups), strict=True)
    ]
    areas = [
        {
            "group_id": str(area_id),
            "name": plain(name),
            "status": "uninhabited",
            **_numbers(shown, str(area_id)),
            "member_ids": [str(area_id)],
            "member_names": [plain(name)],
        }
        for area_id, name in plan.uninhabited["name"].items()
    ]
    return groups + areas


def _numbers(shown: Disclosure, group_id: str) -> dict[str, Any]:
    households, people = shown.group(group_id), shown.group_population(group_id)
    return {
        "households": None if isinstance(households, Hidden) else households,
        "households_shown": shown.text(households),
        "population": None if isinstance(people, Hidden) else people,
        "population_shown": shown.text(people),
    }


def public_association_properties(plan: Plan) -> list[dict[str, Any]]:
    """Give the properties of each association: where it lies and what becomes of it, and no count."""
    table = plan.associations
    kept = ["name", *(column for column in _AREA_COLUMNS if column in table)]
    group_of, status_of = plan.members["group_id"].to_dict(), plan.members["status"].to_dict()
    return [
        {
            "association_id": str(association_id),
            **{name: plain(row[name]) for name in kept},
            "group_id": plain(group_of.get(association_id)),
            "status": str(status_of.get(association_id, "uninhabited")),
        }
        for association_id, row in zip(table.index, table[kept].to_dict("records"), strict=True)
    ]


def public_border_properties(table: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Give the properties of each border; what bars it, and why, may be a planner's own words and is left out."""
    return [
        {
            "a": str(row["a"]),
            "b": str(row["b"]),
            "length_m": plain(row["length_m"]),
            "kind": plain(row["kind"]),
            "barred": not pd.isna(row["barred_by"]) and str(row["barred_by"]).strip() != "",
        }
        for row in _rows(table)
    ]


def public_hall_properties(halls: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Give the name and the kind of each hall."""
    kept = [name for name in ("name", "kind") if name in halls]
    return [{name: plain(row[name]) for name in kept} for row in _rows(halls)]


def about_public_plan(shown: Disclosure) -> dict[str, Any]:
    """Say what was asked and what is proven, without reasons, warnings, hashes or anything counted in households."""
    plan = shown.plan
    left = zip(plan.left_below.index, _rows(plan.left_below), strict=True)
    counts = {name: value.value if isinstance(value, Hidden) else value for name, value in shown.summary().items()}
    stages = [(stage.name, shown.stage_value(stage.name), stage.proven) for stage in plan.stages]
    about = {
        "audience": "public",
        "hide_below": shown.hide_below,
        "note": shown.note("ja"),
        "note_en": shown.note("en"),
        "rules": public_rules(plan.rules).to_dict(),
        "counts": counts,
        "proven": plan.proven,
        "stages": [
            {"name": name, "value": None if isinstance(value, Hidden) else value, "proven": proven}
            for name, value, proven in stages
        ],
        "engine": plan.solution.engine,
        "solver": plan.solution.solver,
        "left_below": [
            {
                "association_id": str(name),
                "name": row["name"],
                "group_id": row["group_id"],
                "explanation": shown.reason(row, "ja"),
                "explanation_en": shown.reason(row, "en"),
            }
            for name, row in left
        ],
        **about_input(plan.associations),
        "provenance": {key: asdict(plan.provenance)[key] for key in ("created", "versions")},
    }
    return {name: plain(value) for name, value in about.items()}


def about_public_input(table: gpd.GeoDataFrame, *, notes: Any = None) -> dict[str, Any]:
    """Say of a file without counts that it is the public edition."""
    said = {"audience": "public", "note": file_note("ja"), "note_en": file_note("en")}
    return said | about_input(table, notes=notes)


def _rows(table: pd.DataFrame) -> list[dict[Any, Any]]:
    geometries = [name for name, dtype in table.dtypes.items() if str(dtype) == "geometry"]
    return pd.DataFrame(table.drop(columns=geometries)).to_dict("records")
