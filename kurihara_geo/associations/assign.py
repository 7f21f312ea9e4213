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

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CLEAR_SHARE", "assign_areas"]

CLEAR_SHARE = 0.9
"""From this share on an assignment is no question."""

By = Literal["overlap", "point", "households", "attribute"]
# Below this an overlap is the rounding of coordinates.
_NOISE_M2 = 0.01


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
        If a table lacks a CRS or a column, ``areas`` repeats a name or overlaps itself so that shares exceed 1, or the
        arguments do not fit together; every fault is named.

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
    return table.assign(doubt=pd.Series(doubts, index=table.index, dtype="object"))


def _check(
    associations: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    *,
    by: str,
    attribute: str | None,
    points: gpd.GeoDataFrame | None,
    clear_share: float,
) -> None:
    problems: list[str] = []
    if by not in ("overlap", "point", "households", "attribute"):
        problems.append(f"by={by!r} is not known; choose overlap, point, households or attribute")
    if not 0 < clear_share <= 1:
        problems.append(f"clear_share={clear_share!r} is no share above 0 and up to 1")
    if by == "attribute" and (attribute is None or attribute not in associations):
        found = ", ".join(str(column) for column in associations.columns)
        problems.append(f"by='attribute' needs attribute=, a column of the associations; columns found: {found}")
    if by == "households" and (points is None or "households" not in points):
        problems.append("by='households' needs points= with a column 'households'")
    layers = {"the associations": associations, "areas": areas, **({} if points is None else {"points": points})}
    problems += [f"{said} have no CRS; set it with set_crs" for said, layer in layers.items() if layer.crs is None]
    if "name" not in areas:
        problems.append("areas have no column 'name'")
    else:
        repeated = sorted({str(name) for name in areas["name"][areas["name"].duplicated()]})
        if repeated:
            problems.append(f"areas repeat the name {', '.join(repeated)}; dissolve them by name first")
        if areas["name"].isna().any():
            problems.append(f"{int(areas['name'].isna().sum())} areas have no name")
    if problems:
        found_faults = [Problem(severity="error", kind="assignment", message=text) for text in problems]
        raise AssociationsError("The associations cannot be assigned:", found_faults)


# --- shares: one row an association and an area ----------------------------------------------------


def _by_overlap(associations: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """Measure, in a plane, how much of each association's land each area covers."""
    crs = choose_metric_crs(associations)
    own = bare(associations)[["geometry"]].to_crs(crs)
    own = own.assign(association_id=own.index)
    parts = own.overlay(bare(areas)[["name", areas.geometry.name]].to_crs(crs), how="intersection", keep_geom_type=True)
    parts = parts[parts.geometry.area > _NOISE_M2]
    size = parts["association_id"].map(own.geometry.area)
    return pd.DataFrame(
        {"association_id": parts["association_id"], "area": parts["name"], "share": parts.geometry.area / size}
    )


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
    spots = bare(points)[["households", points.geometry.name]].to_crs(plane)
    own = bare(associations)[["geometry"]].assign(association_id=associations.index).reset_index(drop=True)
    inside = spots.sjoin(own, predicate="within").drop(columns="index_right")
    total = inside.groupby("association_id")["households"].sum()
    covered = inside.sjoin(bare(areas)[["name", areas.geometry.name]].to_crs(plane), predicate="within")
    sums = covered.groupby(["association_id", "name"], as_index=False)["households"].sum()
    sums = sums[sums["households"] > 0]
    share = sums["households"] / sums["association_id"].map(total)
    return pd.DataFrame({"association_id": sums["association_id"], "area": sums["name"], "share": share})


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
    ranked = shares.sort_values(["association_id", "share", "area"], ascending=[True, False, True], kind="stable")
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
