"""PLAN -> files other programs read: GeoJSON (RFC 7946) for the map, TOML for the rules.

Coordinates are EPSG:4326 in the order longitude, latitude; outer rings run counterclockwise. Equal runs give
equal bytes but for the member ``kurihara_geo.provenance`` of ``plan.geojson``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import asdict
from datetime import date, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kurihara_geo import columns
from kurihara_geo.associations.exchange import (
    INPUT_DECIMALS,
    PLAN_DECIMALS,
    POINT_DECIMALS,
    Shapes,
    shapes_in_degrees,
)
from kurihara_geo.associations.places import representative_points
from kurihara_geo.errors import OutputError
from kurihara_geo.outputs.files import write_whole
from kurihara_geo.plan import Plan
from kurihara_geo.plan.arguments import read_plan_at_hand
from kurihara_geo.rules import MergeRules

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

__all__ = [
    "repair_rows",
    "write_associations_geojson",
    "write_borders_geojson",
    "write_geojson",
    "write_halls_geojson",
    "write_rules",
]

_ADDED = ("point_lon", "point_lat", "group_id", "status")


def write_geojson(plan: Plan, path: str | PathLike[str]) -> Path:
    """Write the plan as ``plan.geojson``: one feature per group and one per uninhabited area.

    Parameters
    ----------
    plan
        The plan to write.
    path
        File to write; its folder must exist. A file already there is replaced.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    OutputError
        If the folder is missing or cannot be written to, or the associations have no CRS.

    Notes
    -----
    Properties are ``group_id``, ``name``, ``status``, ``households``, ``population`` (null where
    unknown), ``member_ids`` and ``member_names``. The foreign member ``kurihara_geo`` is the plan's certificate:
    rules, counts, every stage with value, bound, gap and proof, the engine that was used and the one asked for, the
    family of groups, estimates and what a search proved or only bounded, the solver, the seed, a SHA-256 for each
    kind of input, the CRS, and what was warned of; :func:`kurihara_geo.verify_plan` checks it. Within it only
    ``provenance`` (times, versions, seconds, source files) may differ between equal runs.

    Examples
    --------
    >>> write_geojson(plan, "plan.geojson")  # doctest: +SKIP
    PosixPath('plan.geojson')
    """
    plan = read_plan_at_hand(plan)
    groups, empty = plan.groups, plan.uninhabited
    properties = [*_group_properties(groups), *_uninhabited_properties(empty)]
    shapes = np.concatenate([shapes_in_degrees(table.geometry, PLAN_DECIMALS) for table in (groups, empty)])
    ids = [str(values["group_id"]) for values in properties]
    return _write_features(path, _about_plan(plan), properties, shapes, ids)


def write_associations_geojson(plan: Plan, path: str | PathLike[str]) -> Path:
    """Write the associations with the group each one joins, so that the plan can be made again from the file.

    Parameters
    ----------
    plan
        The plan whose associations are written, in the order of the table.
    path
        File to write; its folder must exist. A file already there is replaced.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    OutputError
        If the folder is missing or cannot be written to, or the associations have no CRS.

    Notes
    -----
    Every column the planner brought is carried through: empty values as null, dates as ISO 8601 text. The point
    that stands for an association is written as ``point_lon`` and ``point_lat`` (degrees),
    given or found: a point inside an area can jump when the outline moves by a hair, and travel is counted in
    whole metres. Uninhabited areas have the status ``uninhabited`` and no ``group_id``.
    """
    plan = read_plan_at_hand(plan)
    table = plan.associations
    properties = _association_properties(plan)
    ids = [str(name) for name in table.index]
    shapes = shapes_in_degrees(table.geometry, INPUT_DECIMALS)
    return _write_features(path, _about_input(table), properties, shapes, ids)


def write_borders_geojson(borders: Plan | gpd.GeoDataFrame, path: str | PathLike[str]) -> Path:
    """Write the borders used, to be looked at, corrected and read back.

    Parameters
    ----------
    borders
        A plan, or a table with the columns ``a``, ``b``, ``length_m`` (metres), ``kind``, ``barred_by``,
        ``reason`` and ``geometry`` in any CRS.
    path
        File to write; its folder must exist. A file already there is replaced.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    OutputError
        If the folder is missing or cannot be written to, the table has no CRS, or a column is missing.
    """
    table = borders.borders if isinstance(borders, Plan) else borders
    if not isinstance(table, gpd.GeoDataFrame) or table.active_geometry_name is None:
        raise OutputError(f"borders must be a Plan, or a table as find_borders gives it, not {type(table).__name__}.")
    about = _about_input(table, notes=borders.associations.attrs if isinstance(borders, Plan) else table.attrs)
    names = [column.name for column in columns.BORDERS if column.name != "geometry"]
    missing = [name for name in names if name not in table]
    if missing:
        raise OutputError(f"The borders cannot be written: the table has no column {', '.join(missing)}.")
    texts = dict.fromkeys(("barred_by", "reason"), "")
    rows = table[names].fillna(texts).to_dict("records")
    properties = [{str(name): _plain(value) for name, value in row.items()} for row in rows]
    return _write_features(path, about, properties, shapes_in_degrees(table.geometry, INPUT_DECIMALS))


def write_halls_geojson(plan: Plan, path: str | PathLike[str]) -> Path:
    """Write the halls a plan used, so that the plan can be made again from the file.

    Parameters
    ----------
    plan
        A plan that was given halls.
    path
        File to write; its folder must exist. A file already there is replaced.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    OutputError
        If the plan has no halls, or the folder is missing or cannot be written to.
    """
    plan = read_plan_at_hand(plan)
    if plan.halls is None:
        raise OutputError("The plan was made without halls; there are none to write.")
    table = plan.halls.drop(columns=plan.halls.geometry.name).reset_index(names="hall_id")
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    properties = [{str(name): _plain(value) for name, value in row.items()} for row in rows]
    about = _about_input(plan.halls, notes=plan.associations.attrs)
    return _write_features(path, about, properties, shapes_in_degrees(plan.halls.geometry, INPUT_DECIMALS))


def write_rules(rules: MergeRules, path: str | PathLike[str]) -> Path:
    """Write the rules as commented TOML, which :meth:`MergeRules.from_toml` and the command line read.

    Parameters
    ----------
    rules
        The rules to write.
    path
        File to write; its folder must exist. A file already there is replaced.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    OutputError
        If the folder is missing or cannot be written to.
    """
    if not isinstance(rules, MergeRules):
        raise OutputError(f"rules must be MergeRules, not {type(rules).__name__}.")
    return write_whole(path, rules.to_toml())


def repair_rows(plan: Plan) -> list[dict[str, Any]]:
    """List the repairs made to the associations, columns as in ``columns.REPAIRS``; empty without any.

    Parameters
    ----------
    plan
        The plan; repairs are read from ``plan.associations.attrs["repairs"]``, a table or a list of mappings.
    """
    repairs = plan.associations.attrs.get("repairs")
    if repairs is None:
        return []
    rows = _records(repairs) if isinstance(repairs, pd.DataFrame) else repairs
    return [{str(name): _plain(value) for name, value in dict(row).items()} for row in rows]


def _group_properties(groups: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    table = pd.DataFrame(groups.drop(columns="geometry"))
    return [
        {
            "group_id": str(group_id),
            "name": _plain(row["name"]),
            "status": _plain(row["status"]),
            "households": int(row["households"]),
            "population": _plain(row["population"]),
            "member_ids": _plain(row["member_ids"]),
            "member_names": _plain(row["member_names"]),
        }
        for group_id, row in zip(table.index, table.to_dict("records"), strict=True)
    ]


def _uninhabited_properties(areas: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    people = areas["population"] if "population" in areas else pd.Series(pd.NA, index=areas.index)
    return [
        {
            "group_id": str(area_id),
            "name": _plain(name),
            "status": "uninhabited",
            "households": 0,
            "population": _plain(population),
            "member_ids": [str(area_id)],
            "member_names": [_plain(name)],
        }
        for area_id, name, population in zip(areas.index, areas["name"], people, strict=True)
    ]


def _association_properties(plan: Plan) -> list[dict[str, Any]]:
    table = plan.associations
    own = [name for name in table.columns if name not in (table.geometry.name, "point", *_ADDED)]
    carried = pd.DataFrame({name: _without_geometry(table, name) for name in own}, index=table.index)
    points = shapes_in_degrees(representative_points(table), POINT_DECIMALS)
    group_of = plan.members["group_id"].to_dict()
    status_of = plan.members["status"].to_dict()
    return [
        {
            "association_id": str(association_id),
            **{str(name): _plain(value) for name, value in row.items()},
            "point_lon": float(point.x),
            "point_lat": float(point.y),
            "group_id": _plain(group_of.get(association_id)),
            "status": str(status_of.get(association_id, "uninhabited")),
        }
        for association_id, row, point in zip(table.index, carried.to_dict("records"), points, strict=True)
    ]


def _without_geometry(table: gpd.GeoDataFrame, name: str) -> Any:
    """Give a column as it is, a second geometry column as WKT in EPSG:4326: GeoJSON holds one geometry."""
    column = table[name]
    if not isinstance(column, gpd.GeoSeries):
        return column.astype(object)
    placed = column if column.crs or table.crs is None else column.set_crs(table.crs)
    shapes = shapes_in_degrees(placed, INPUT_DECIMALS)
    return pd.Series(shapely.to_wkt(shapes, rounding_precision=-1), index=table.index)


def _about_plan(plan: Plan) -> dict[str, Any]:
    """Say what was asked, what is proven and what was warned of; ``provenance`` last."""
    about: dict[str, Any] = {
        "rules": plan.rules.to_dict(),
        "counts": plan.summary(),
        "proven": plan.proven,
        "stopped": plan.solution.stopped,
        "stages": [{**asdict(stage), "gap": stage.gap} for stage in plan.stages],
        "engine": plan.solution.engine,
        "solver": plan.solution.solver,
        "search": dict(plan.search),
        "left_below": _records(plan.left_below.reset_index()),
        "problems": _records(plan.problems),
        **({"repairs": repair_rows(plan)} if repair_rows(plan) else {}),
        "input_sha256": plan.input_sha256,
        "input_hashes": dict(plan.input_hashes),
        **_about_input(plan.associations),
        "provenance": asdict(plan.provenance),
    }
    return {name: _plain(value) for name, value in about.items()}


def _about_input(table: gpd.GeoDataFrame, *, notes: Mapping[Any, Any] | None = None) -> dict[str, Any]:
    """Name the plane CRS worked in, and carry the notice and the source lines that came with the data."""
    crs = table.crs
    if crs is None:
        raise OutputError("The table has no CRS, so longitude and latitude are not known: set it with set_crs().")
    authority = crs.to_authority()
    known: dict[str, Any] = {"code": ":".join(authority) if authority else None, "name": crs.name}
    about: dict[str, Any] = {"crs": known if authority else {**known, "wkt": crs.to_wkt()}}
    attrs = table.attrs if notes is None else notes
    return about | {name: _plain(attrs[name]) for name in columns.NOTES if attrs.get(name)}


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows = table.astype(object).to_dict("records")
    return [{str(name): _plain(value) for name, value in row.items()} for row in rows]


def _write_features(
    path: str | PathLike[str],
    about: Mapping[str, Any],
    properties: Iterable[Mapping[str, Any]],
    shapes: Shapes,
    ids: Iterable[str] | None = None,
) -> Path:
    """Write one feature to a line, so that two plans can be compared line by line."""
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "properties": values,
            "geometry": None if _is_nothing(shape) else shapely.geometry.mapping(shape),
        }
        for values, shape in zip(properties, shapes, strict=True)
    ]
    if ids is not None:
        features = [{"type": "Feature", "id": key, **item} for key, item in zip(ids, features, strict=True)]
    lines = ",\n".join(_json(feature) for feature in features)
    head = f'{{"type": "FeatureCollection",\n"kurihara_geo": {_json(about, indent=1)},\n'
    return write_whole(path, f'{head}"features": [\n{lines}\n]}}\n')


def _is_nothing(shape: shapely.Geometry | None) -> bool:
    return shape is None or bool(shapely.is_empty(shape))


def _json(value: Any, *, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)


def _plain(value: Any) -> Any:
    """Turn any cell into what JSON can hold: empty values into null, dates into ISO 8601 text."""
    if isinstance(value, str):
        # Half of a surrogate pair is no character and has no UTF-8.
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, AbstractSet):
        return sorted((_plain(item) for item in value), key=str)
    if isinstance(value, np.ndarray | list | tuple):
        return [_plain(item) for item in value]
    return _plain_scalar(value)


def _plain_scalar(value: Any) -> Any:
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    elif isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or value is pd.NaT or value != value:  # NaN alone is not itself
        return None
    if isinstance(value, bool | int):
        return value
    if isinstance(value, Decimal | float):
        return float(value) if math.isfinite(value) else str(value)
    return value.isoformat() if isinstance(value, date | time | pd.Timedelta) else str(value)
