"""Which area an association belongs to: former school district, council, hazard zone; every doubt is listed."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from kurihara_geo import columns
from kurihara_geo.associations.crs import choose_metric_crs
from kurihara_geo.associations.join import normal_name
from kurihara_geo.associations.places import bare, representative_points
from kurihara_geo.errors import AssociationsError, Problem
from kurihara_geo.sources.records import Record, listed, record

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CLEAR_SHARE", "assign_areas"]

CLEAR_SHARE = 0.9
"""From this share on an assignment is no question."""

By = Literal["overlap", "point", "households", "attribute"]
# Below this an overlap is the rounding of coordinates.
_NOISE_M2 = 0.01
# Share of an association that areas may cover twice: two drawings of one border never agree to the metre.
_TWICE = 0.01


def assign_areas(
    associations: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    *,
    by: By = "overlap",
    attribute: str | None = None,
    points: gpd.GeoDataFrame | None = None,
    clear_share: float = CLEAR_SHARE,
) -> pd.DataFrame:
    """Assign each association to one area, and list every case that is not clear.

    Parameters
    ----------
    associations
        Index ``association_id``; ``name``, ``geometry``, a metric CRS; optional ``point`` (where people live).
    areas
        Areas with a column ``name``, any CRS, such as former school districts (旧小学校区).
    by
        ``overlap``: the area that covers most of the association's land. ``point``: the area its point lies in.
        ``households``: the area that holds most of the households of ``points``. ``attribute``: the area called as the
        association's column ``attribute`` says.
    attribute
        Column of ``associations``, for ``by="attribute"``.
    points
        Points with a column ``households``, any CRS, such as census small areas' or addresses'; for
        ``by="households"``. Points outside every association are counted and said in ``attrs["records"]``.
    clear_share
        From this share on (0 to 1) an assignment is clear.

    Returns
    -------
    DataFrame
        Columns as in ``columns.ASSIGNMENTS``, on the index of ``associations``: ``area`` (name, NA where there is
        none), ``share``, ``second`` and ``second_share`` (the runner-up), ``doubt`` (an empty text, or why the case
        should be looked at).

    Raises
    ------
    AssociationsError
        If a table lacks a CRS or a column, ``areas`` repeats a name, lacks an outline or covers land twice, a count of
        ``points`` is missing or negative, or the arguments do not fit together; every fault is named.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> town = kg.load_sample()
    >>> found = kg.assign_areas(town, kg.load_sample_districts())
    >>> bool((found["area"] == town["former_school_district"]).all())
    True
    """
    _check(associations, areas, by=by, attribute=attribute, points=points, clear_share=clear_share)
    ways: dict[str, Callable[[], pd.DataFrame]] = {
        "overlap": lambda: _by_overlap(associations, areas),
        "point": lambda: _by_point(associations, areas),
        "households": lambda: _by_households(associations, areas, points),
        "attribute": lambda: _by_attribute(associations, areas, str(attribute)),
    }
    shares = ways[by]()
    table = _best_two(associations, shares)
    known = [str(name) for name in areas["name"]]
    doubts = [
        _doubt(row, by=by, clear_share=clear_share, said=_said(associations, name, attribute), known=known)
        for name, row in table.iterrows()
    ]
    table = table.assign(doubt=pd.Series(doubts, index=table.index, dtype="object"))
    table.attrs = {"records": shares.attrs.get("records", [])}
    return table


def _check(
    associations: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    *,
    by: str,
    attribute: str | None,
    points: gpd.GeoDataFrame | None,
    clear_share: float,
) -> None:
    layers = {"associations": associations, "areas": areas, **({} if points is None else {"points": points})}
    wrong = [f"{said} must be a GeoDataFrame" for said, layer in layers.items() if not _is_layer(layer)]
    if not wrong:
        wrong = [f"{said} have no CRS; set it with set_crs" for said, layer in layers.items() if layer.crs is None]
        wrong += _area_faults(areas)
        wrong += _way_faults(associations, by=by, attribute=attribute, points=points)
    if isinstance(clear_share, bool) or not isinstance(clear_share, int | float) or not 0 < clear_share <= 1:
        wrong.append(f"clear_share={clear_share!r} is no share above 0 and up to 1")
    if wrong:
        found = [Problem(severity="error", kind="assignment", message=text) for text in wrong]
        raise AssociationsError("The associations cannot be assigned:", found)


def _is_layer(layer: object) -> bool:
    return isinstance(layer, gpd.GeoDataFrame) and layer.active_geometry_name is not None


def _area_faults(areas: gpd.GeoDataFrame) -> list[str]:
    """Name what keeps areas from being told apart or compared."""
    if "name" not in areas:
        return ["areas have no column 'name'"]
    faults = []
    names = areas["name"].dropna().map(str)
    alike = names.map(normal_name)
    repeated = sorted(names[alike.duplicated(keep=False)].unique())
    if repeated:
        faults.append(f"areas repeat the name {', '.join(repeated)}; dissolve them by name first")
    if len(names) < len(areas):
        faults.append(f"{len(areas) - len(names)} areas have no name")
    shapes = areas.geometry
    bad = shapes.isna() | shapes.is_empty | ~shapes.is_valid | ~shapes.geom_type.isin(["Polygon", "MultiPolygon"])
    if bad.any():
        listed_names = listed(areas["name"][bad].map(str))
        faults.append(f"areas without a valid outline: {listed_names}; mend them, or dissolve them again")
    return faults


def _way_faults(
    associations: gpd.GeoDataFrame, *, by: object, attribute: object, points: gpd.GeoDataFrame | None
) -> list[str]:
    """Name what the way chosen lacks."""
    if not isinstance(by, str) or by not in ("overlap", "point", "households", "attribute"):
        return [f"by={by!r} is not known; choose overlap, point, households or attribute"]
    if attribute is not None and not isinstance(attribute, str):
        return [f"attribute must name a column of the associations, not be a {type(attribute).__name__}"]
    if by == "attribute" and (attribute is None or attribute not in associations):
        found = ", ".join(str(column) for column in associations.columns)
        return [f"by='attribute' needs attribute=, a column of the associations; columns found: {found}"]
    if by == "households":
        if points is None or "households" not in points:
            return ["by='households' needs points= with a column 'households'"]
        counts = pd.to_numeric(points["households"], errors="coerce")
        bad = counts.isna() | (counts < 0)
        if bad.any():
            return [f"points without a count of households, or below 0: rows {listed(points.index[bad])}"]
    return []


# --- shares: one row an association and an area ----------------------------------------------------


def _by_overlap(associations: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """Measure, in a plane, how much of each association's land each area covers."""
    crs = choose_metric_crs(associations)
    own = bare(associations)[["geometry"]].to_crs(crs)
    own = own.assign(association_id=own.index)
    parts = own.overlay(bare(areas)[["name", areas.geometry.name]].to_crs(crs), how="intersection", keep_geom_type=True)
    parts = parts[parts.geometry.area > _NOISE_M2]
    share = parts.geometry.area / parts["association_id"].map(own.geometry.area)
    covered = share.groupby(parts["association_id"]).sum()
    twice = covered.index[covered > 1 + _TWICE]
    if len(twice):
        areas_there = sorted({str(name) for name in parts["name"][parts["association_id"].isin(twice)]})
        message = f"areas overlap each other in {listed(twice)}: among {listed(areas_there)}"
        problem = Problem(severity="error", kind="assignment", message=message, cure="draw their borders once")
        raise AssociationsError("The associations cannot be assigned:", [problem])
    return pd.DataFrame({"association_id": parts["association_id"], "area": parts["name"], "share": share})


def _by_point(associations: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> pd.DataFrame:
    spots = gpd.GeoDataFrame(geometry=representative_points(associations))
    found = spots.sjoin(bare(areas)[["name", areas.geometry.name]].to_crs(_plane(associations)), predicate="intersects")
    return pd.DataFrame({"association_id": found.index, "area": found["name"].to_numpy(), "share": 1.0})


def _by_households(
    associations: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, points: gpd.GeoDataFrame | None
) -> pd.DataFrame:
    """Count the households of the points that lie in each association and each area."""
    if points is None:  # refused before
        raise AssociationsError("by='households' needs points=.")
    plane = _plane(associations)
    spots = bare(points)[["households", points.geometry.name]].to_crs(plane).reset_index(drop=True)
    spots["households"] = pd.to_numeric(spots["households"])
    ids = [str(name) for name in associations.index]
    own = bare(associations)[["geometry"]].reset_index(drop=True).assign(association_id=ids)
    own = own.sort_values("association_id", ignore_index=True)
    inside, shared = _place_once(spots, own)
    total = inside.groupby("association_id")["households"].sum()
    named = bare(areas)[["name", areas.geometry.name]].to_crs(plane).sort_values("name", ignore_index=True)
    covered, split = _place_once(inside, named)
    sums = covered.groupby(["association_id", "name"], as_index=False)["households"].sum()
    sums = sums[sums["households"] > 0]
    share = sums["households"] / sums["association_id"].map(total)
    shares = pd.DataFrame({"association_id": sums["association_id"], "area": sums["name"], "share": share})
    shares.attrs["records"] = _point_records(spots, inside, shared + split)
    return shares


def _place_once(spots: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, int]:
    """Give each point the area it lies in; on a border it counts for the first by name, once, and is counted."""
    found = spots.sjoin(areas, predicate="intersects")
    found = found.sort_values("index_right", kind="stable")
    again = found.index.duplicated()
    return found[~again].drop(columns="index_right").sort_index(), int(found.index[again].nunique())


def _point_records(spots: gpd.GeoDataFrame, inside: gpd.GeoDataFrame, on_border: int) -> list[Record]:
    outside = spots[~spots.index.isin(inside.index)]
    records = []
    if len(outside):
        message = f"{len(outside)} points with {int(outside['households'].sum()):,} households lie in no association"
        records.append(record("points_outside", message, cure="Check their coordinates, or the outline."))
    if on_border:
        message = f"{on_border} points lie on a border and count for the first of the two by name"
        records.append(record("points_on_border", message))
    return records


def _plane(associations: gpd.GeoDataFrame) -> CRS:
    return CRS.from_user_input(associations.crs)


def _by_attribute(associations: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, attribute: str) -> pd.DataFrame:
    """Match names as they are compared everywhere; a name that fits none is left for the planner."""
    known = {normal_name(name): str(name) for name in areas["name"]}
    said = associations[attribute].map(lambda value: known.get(normal_name(value)))
    return pd.DataFrame({"association_id": said.index, "area": said.to_numpy(), "share": 1.0}).dropna()


# --- the best and the second best ------------------------------------------------------------------


def _best_two(associations: gpd.GeoDataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Give each association its largest share and the runner-up; equal shares go by name, and are a doubt."""
    ranked = shares.assign(association_id=shares["association_id"].map(str)).sort_values(
        ["association_id", "share", "area"], ascending=[True, False, True], kind="stable"
    )
    ranked = ranked.assign(rank=ranked.groupby("association_id").cumcount())
    first = ranked[ranked["rank"] == 0].set_index("association_id").reindex(associations.index)
    second = ranked[ranked["rank"] == 1].set_index("association_id").reindex(associations.index)
    table = pd.DataFrame(
        {
            "name": associations["name"] if "name" in associations else associations.index.to_series().map(str),
            "area": first["area"].astype("object"),
            "share": first["share"].astype("float64").round(4).fillna(0.0),
            "second": second["area"].astype("object"),
            "second_share": second["share"].astype("float64").round(4).fillna(0.0),
        },
        index=associations.index,
    )
    return table[[column.name for column in columns.ASSIGNMENTS if column.name in table]]


def _said(associations: gpd.GeoDataFrame, name: object, attribute: str | None) -> str:
    value: Any = associations.at[name, attribute] if attribute is not None and attribute in associations else ""
    return "" if pd.isna(value) else str(value)


def _doubt(row: pd.Series, *, by: str, clear_share: float, said: str, known: list[str]) -> str:
    """Say why a case should be looked at; an empty text where it is clear."""
    if pd.isna(row["area"]):
        if by == "attribute" and said:
            near = difflib.get_close_matches(said, known, n=2, cutoff=0.5)
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            return f"no area is called {said!r}{hint}"
        return "no area is named" if by == "attribute" else "lies in no area"
    if not pd.isna(row["second"]) and np.isclose(row["share"], row["second_share"]):
        return f"{row['area']} and {row['second']} have equal shares ({row['share']:.0%})"
    if row["share"] < clear_share:
        rest = f", {row['second_share']:.0%} in {row['second']}" if not pd.isna(row["second"]) else ""
        return f"only {row['share']:.0%} in {row['area']}{rest}"
    return ""
