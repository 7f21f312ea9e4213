"""PLAN -> files other programs read: GeoJSON (RFC 7946) for the map, TOML for the rules.

Coordinates are EPSG:4326 in the order longitude, latitude; outer rings run counterclockwise. Equal runs give
equal bytes but for the member ``kurihara_geo.provenance`` of ``plan.geojson``. Each file has a public edition, which
says so first and is refused by everything that reads files for a plan.
"""

from __future__ import annotations

from dataclasses import asdict
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
    shapes_in_degrees,
)
from kurihara_geo.associations.places import representative_points
from kurihara_geo.errors import OutputError
from kurihara_geo.outputs.audience import Audience, disclose, public_rules, read_audience
from kurihara_geo.outputs.audience.words import RULES_NOTE
from kurihara_geo.outputs.features import about_input, plain, plain_records, write_features
from kurihara_geo.outputs.files import write_whole
from kurihara_geo.outputs.public_features import (
    about_public_input,
    about_public_plan,
    public_association_properties,
    public_border_properties,
    public_group_properties,
    public_hall_properties,
)
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


def write_geojson(
    plan: Plan, path: str | PathLike[str], *, audience: Audience = "office", hide_below: int = 10
) -> Path:
    """Write the plan as ``plan.geojson``: one feature per group and one per uninhabited area.

    Parameters
    ----------
    plan
        The plan to write.
    path
        File to write; its folder must exist. A file already there is replaced.
    audience
        ``office``: everything. ``public``: household counts under the limit are hidden, and what they could be
        solved from.
    hide_below
        The limit, in households; see :func:`kurihara_geo.outputs.audience.disclose`.

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

    In the public edition ``households`` and ``population`` are null where they are hidden, with what people read in
    their place in ``households_shown`` and ``population_shown``. Its foreign member says that it is the public edition,
    the rules without those that name associations, the counts (``under`` or ``withheld`` where hidden), which stages
    are proven, and the source lines; no hashes, warnings or reasons somebody wrote. It cannot be read back.

    Examples
    --------
    >>> write_geojson(plan, "plan.geojson")  # doctest: +SKIP
    PosixPath('plan.geojson')
    """
    shown = disclose(plan, audience=audience, hide_below=hide_below)
    groups, empty = plan.groups, plan.uninhabited
    if shown.is_public:
        about, properties = about_public_plan(shown), public_group_properties(shown)
    else:
        about, properties = _about_plan(plan), [*_group_properties(groups), *_uninhabited_properties(empty)]
    shapes = np.concatenate([shapes_in_degrees(table.geometry, PLAN_DECIMALS) for table in (groups, empty)])
    ids = [str(values["group_id"]) for values in properties]
    return write_features(path, about, properties, shapes, ids)


def write_associations_geojson(plan: Plan, path: str | PathLike[str], *, audience: Audience = "office") -> Path:
    """Write the associations with the group each one joins, so that the plan can be made again from the file.

    Parameters
    ----------
    plan
        The plan whose associations are written, in the order of the table.
    path
        File to write; its folder must exist. A file already there is replaced.
    audience
        ``office``: everything. ``public``: names, areas, outlines and what becomes of each association, without
        any count or own column.

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
    if read_audience(audience) == "public":
        about, properties = about_public_input(table), public_association_properties(plan)
    else:
        about, properties = about_input(table), _association_properties(plan)
    ids = [str(name) for name in table.index]
    shapes = shapes_in_degrees(table.geometry, INPUT_DECIMALS)
    return write_features(path, about, properties, shapes, ids)


def write_borders_geojson(
    borders: Plan | gpd.GeoDataFrame, path: str | PathLike[str], *, audience: Audience = "office"
) -> Path:
    """Write the borders used, to be looked at, corrected and read back.

    Parameters
    ----------
    borders
        A plan, or a table with the columns ``a``, ``b``, ``length_m`` (metres), ``kind``, ``barred_by``,
        ``reason`` and ``geometry`` in any CRS.
    path
        File to write; its folder must exist. A file already there is replaced.
    audience
        ``office``: everything. ``public``: ``barred`` (true or false) in place of what bars a border and why,
        which may be a planner's own words.

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
    public = read_audience(audience) == "public"
    notes = borders.associations.attrs if isinstance(borders, Plan) else table.attrs
    about = (about_public_input if public else about_input)(table, notes=notes)
    names = [column.name for column in columns.BORDERS if column.name != "geometry"]
    missing = [name for name in names if name not in table]
    if missing:
        raise OutputError(f"The borders cannot be written: the table has no column {', '.join(missing)}.")
    properties = public_border_properties(table) if public else _border_properties(table, names)
    return write_features(path, about, properties, shapes_in_degrees(table.geometry, INPUT_DECIMALS))


def write_halls_geojson(plan: Plan, path: str | PathLike[str], *, audience: Audience = "office") -> Path:
    """Write the halls a plan used, so that the plan can be made again from the file.

    Parameters
    ----------
    plan
        A plan that was given halls.
    path
        File to write; its folder must exist. A file already there is replaced.
    audience
        ``office``: everything. ``public``: the name, kind and place of each hall only.

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
    if read_audience(audience) == "public":
        properties = public_hall_properties(plan.halls)
        about = about_public_input(plan.halls, notes=plan.associations.attrs)
    else:
        properties = _hall_properties(plan.halls)
        about = about_input(plan.halls, notes=plan.associations.attrs)
    return write_features(path, about, properties, shapes_in_degrees(plan.halls.geometry, INPUT_DECIMALS))


def write_rules(rules: MergeRules, path: str | PathLike[str], *, audience: Audience = "office") -> Path:
    """Write the rules as commented TOML, which :meth:`MergeRules.from_toml` and the command line read.

    Parameters
    ----------
    rules
        The rules to write.
    path
        File to write; its folder must exist. A file already there is replaced.
    audience
        ``office``: everything. ``public``: without the rules that name associations (``together``, ``apart``,
        ``unchanged``, ``exempt``, ``lower_floors``, ``obstacles``), which a comment says.

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
    if read_audience(audience) == "public":
        comment = "".join(f"# {line}\n" for line in RULES_NOTE)
        return write_whole(path, f"{comment}\n{public_rules(rules).to_toml()}")
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
    rows = plain_records(repairs) if isinstance(repairs, pd.DataFrame) else repairs
    return [{str(name): plain(value) for name, value in dict(row).items()} for row in rows]


def _group_properties(groups: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    table = pd.DataFrame(groups.drop(columns="geometry"))
    return [
        {
            "group_id": str(group_id),
            "name": plain(row["name"]),
            "status": plain(row["status"]),
            "households": int(row["households"]),
            "population": plain(row["population"]),
            "member_ids": plain(row["member_ids"]),
            "member_names": plain(row["member_names"]),
        }
        for group_id, row in zip(table.index, table.to_dict("records"), strict=True)
    ]


def _uninhabited_properties(areas: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    people = areas["population"] if "population" in areas else pd.Series(pd.NA, index=areas.index)
    return [
        {
            "group_id": str(area_id),
            "name": plain(name),
            "status": "uninhabited",
            "households": 0,
            "population": plain(population),
            "member_ids": [str(area_id)],
            "member_names": [plain(name)],
        }
        for area_id, name, population in zip(areas.index, areas["name"], people, strict=True)
    ]


def _border_properties(table: gpd.GeoDataFrame, names: list[str]) -> list[dict[str, Any]]:
    rows = table[names].fillna(dict.fromkeys(("barred_by", "reason"), "")).to_dict("records")
    return [{str(name): plain(value) for name, value in row.items()} for row in rows]


def _hall_properties(halls: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    table = halls.drop(columns=halls.geometry.name).reset_index(names="hall_id")
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(name): plain(value) for name, value in row.items()} for row in rows]


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
            **{str(name): plain(value) for name, value in row.items()},
            "point_lon": float(point.x),
            "point_lat": float(point.y),
            "group_id": plain(group_of.get(association_id)),
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
        "left_below": plain_records(plan.left_below.reset_index()),
        "problems": plain_records(plan.problems),
        **({"repairs": repair_rows(plan)} if repair_rows(plan) else {}),
        "input_sha256": plan.input_sha256,
        "input_hashes": dict(plan.input_hashes),
        **about_input(plan.associations),
        "provenance": asdict(plan.provenance),
    }
    return {name: plain(value) for name, value in about.items()}
