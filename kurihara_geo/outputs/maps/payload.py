"""Names and figures for the page: one JSON text, read by the page and shown as text, never as markup."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from kurihara_geo.associations.places import representative_points
from kurihara_geo.outputs.drawing.coverage import Council, status_of
from kurihara_geo.outputs.drawing.palette import MERGED, pick_colours
from kurihara_geo.outputs.drawing.shapes import DECIMALS, EXCHANGE_CRS, Shapes
from kurihara_geo.plan import meeting_place_text, proof_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kurihara_geo.plan import Plan

__all__ = [
    "as_json",
    "list_associations",
    "list_barriers",
    "list_districts",
    "list_groups",
    "list_halls",
    "list_names",
    "list_notes",
]

_UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")


def as_json(values: Mapping[str, Any]) -> str:
    """Write values as JSON that cannot end the script element it stands in."""
    plain = json.dumps(values, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found.group()):04x}", plain)


def list_associations(plan: Plan, shapes: Shapes, district_of: Mapping[str, str]) -> list[dict[str, Any]]:
    """List the inhabited associations in the order of ``plan.members``."""
    number = {str(name): position for position, name in enumerate(plan.groups.index)}
    points = _latlng(representative_points(plan.associations))
    table = plan.associations
    people = table["population"].to_dict() if "population" in table else {}
    return [
        {
            "id": str(name),
            "name": str(row["name"]),
            "households": int(row["households"]),
            "population": _count(people.get(name)),
            "small": bool(row["small"]),
            "floor": plan.rules.floor_of(str(name)),
            "group": number[str(row["group_id"])],
            "distance_m": _count(row["distance_m"]),
            "district": district_of.get(str(name), ""),
            "spot": shapes.association_spots[str(name)],
            "point": points[str(name)],
        }
        for name, row in plan.members.iterrows()
    ]


def list_groups(plan: Plan, shapes: Shapes, lang: str) -> list[dict[str, Any]]:
    """List the groups in the order of ``plan.groups``, each with its colour, members and meeting place."""
    number = {str(name): position for position, name in enumerate(plan.members.index)}
    colours = _colours(plan, shapes)
    points = _latlng(representative_points(plan.associations))
    if plan.halls is not None:
        points |= _latlng(plan.halls.geometry)
    reasons = _reasons(plan, lang)
    return [
        {
            "id": str(name),
            "name": str(row["name"]),
            "status": str(row["status"]),
            "colour": colours.get(str(name)),
            "households": int(row["households"]),
            "floor": int(row["floor"]),
            "floor_reason": str(row["floor_reason"]),
            "population": _count(row["population"]),
            "members": [number[str(member)] for member in row["member_ids"]],
            "meeting_place": meeting_place_text(row, lang),
            "meeting_point": points.get(str(row["meeting_place_id"])),
            "reasons": reasons.get(str(name), []),
            "spot": shapes.group_spots[str(name)],
        }
        for name, row in plan.groups.drop(columns="geometry").iterrows()
    ]


def list_names(areas: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """List uninhabited areas by name, an empty one where there is none."""
    names = areas["name"] if "name" in areas else pd.Series("", index=areas.index)
    return [{"name": _text(name)} for name in names]


def list_barriers(barriers: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """List barriers by name, or by what kind they are where they have none."""
    rows = pd.DataFrame(barriers.drop(columns=barriers.geometry.name)).to_dict("records")
    texts = [[_text(row.get(key)).strip() for key in ("name", "kind", "road_class")] for row in rows]
    return [{"name": next((text for text in of if text), "")} for of in texts]


def list_districts(
    areas: gpd.GeoSeries, names: list[str], councils: Mapping[str, tuple[Council, ...]] | None
) -> list[dict[str, Any]]:
    """List the districts with the frame to zoom to and the councils that cover them."""
    rows = []
    for name, (west, south, east, north) in zip(names, areas.bounds.to_numpy().tolist(), strict=True):
        row: dict[str, Any] = {"name": name, "bounds": [[south, west], [north, east]]}
        if councils is not None:
            row["status"] = status_of(councils[name])
            row["councils"] = [{"name": c.name, "status": c.status, "founded": c.founded} for c in councils[name]]
        rows.append(row)
    return rows


def list_halls(halls: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """List meeting halls with their places; halls without a place are left out."""
    known = halls[halls.geometry.notna() & ~halls.geometry.is_empty]
    points = list(_latlng(known.geometry.representative_point()).values())
    rows = []
    for point, (_, row) in zip(points, known.drop(columns="geometry").iterrows(), strict=True):
        extra = {key: _text(row[key]) for key in ("kind", "capacity", "built") if key in row.index}
        rows.append({"name": _text(row.get("name")), "point": point, **extra})
    return rows


def list_notes(plan: Plan, lang: str) -> dict[str, Any]:
    """Give what must be said beside the map: notice, sources, date, proof, and how many have a floor of their own."""
    attrs, rules = plan.associations.attrs, plan.rules
    own = sum(rules.floor_of(str(name)) < rules.min_households for name in plan.members.index)
    proof = proof_text(plan, lang)
    return {
        "notice": _text(attrs.get("notice")),
        "attribution": _text(attrs.get("attribution")),
        "made": str(plan.provenance.created)[:10],
        "proof": proof[0].upper() + proof[1:],
        "own_floors": own,
    }


def _colours(plan: Plan, shapes: Shapes) -> dict[str, str]:
    merged = [str(name) for name in plan.groups.index[plan.groups["status"] == "merged"]]
    inside = set(merged)
    pairs = [(a, b) for a, b in shapes.neighbours if a in inside and b in inside]
    return {name: MERGED[colour] for name, colour in pick_colours(merged, pairs).items()}


def _reasons(plan: Plan, lang: str) -> dict[str, list[dict[str, str]]]:
    column = "explanation_en" if lang == "en" and "explanation_en" in plan.left_below else "explanation"
    reasons: dict[str, list[dict[str, str]]] = {}
    for _, row in plan.left_below.iterrows():
        text = _text(row[column]) or _text(row["reason"])
        reasons.setdefault(str(row["group_id"]), []).append({"name": str(row["name"]), "text": text})
    return reasons


def _latlng(points: gpd.GeoSeries) -> dict[str, tuple[float, float]]:
    known = points[points.notna() & ~points.is_empty]
    degrees = gpd.GeoSeries(known).to_crs(EXCHANGE_CRS)
    return {
        str(name): (round(lat, DECIMALS), round(lon, DECIMALS))
        for name, lat, lon in zip(degrees.index, degrees.y, degrees.x, strict=True)
    }


def _count(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None or pd.isna(value) else str(value)
