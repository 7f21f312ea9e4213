"""The border table itself: its rows, its order, which of them are open, and how its faults are said."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import shapely

from kurihara_geo import columns
from kurihara_geo.associations.crs import is_metric
from kurihara_geo.errors import BordersError, Problem

__all__ = [
    "ACROSS_UNINHABITED",
    "COLUMN_NAMES",
    "border_records",
    "border_row",
    "border_table",
    "open_borders",
    "raise_faults",
    "require_metric",
    "straight_line",
]

COLUMN_NAMES = [column.name for column in columns.BORDERS]
# How the reason of a link begins that nobody added by hand.
ACROSS_UNINHABITED = "across uninhabited land"


def open_borders(borders: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give the borders and links that people can pass: those with an empty ``barred_by``."""
    return borders[borders["barred_by"].fillna("") == ""]


def require_metric(associations: gpd.GeoDataFrame) -> None:
    """Refuse associations that are not in a plane CRS in metres.

    Raises
    ------
    BordersError
        Naming the CRS they are in.
    """
    crs = associations.crs
    named = "no CRS" if crs is None else str(crs.name)
    if not is_metric(crs):
        raise BordersError(
            f"The associations are in {named}; borders are measured in a plane CRS in metres. "
            "Build the table with build_associations or read_associations."
        )


def raise_faults(message: str, faults: list[str]) -> None:
    """Raise every fault at once as one error; without a fault do nothing.

    Raises
    ------
    BordersError
        With the message, and one problem a fault.
    """
    if faults:
        raise BordersError(message, [Problem(severity="error", kind="borders", message=fault) for fault in faults])


def border_row(a: str, b: str, length_m: float, kind: str, reason: str, line: Any) -> dict[str, Any]:
    """Make one open row of the table; ``a`` is the lower id, and the length is kept to the millimetre."""
    return {
        "a": a,
        "b": b,
        "length_m": round(length_m, 3),
        "kind": kind,
        "barred_by": "",
        "reason": reason,
        "geometry": line,
    }


def border_records(borders: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Give the rows of a border table, columns as in ``columns.BORDERS`` and no others."""
    return [dict(zip(COLUMN_NAMES, values, strict=True)) for values in borders[COLUMN_NAMES].itertuples(index=False)]


def border_table(rows: list[dict[str, Any]], crs: Any) -> gpd.GeoDataFrame:
    """Make a border table of rows, sorted by ``a`` and ``b``, with the same types even where it is empty."""
    ordered = sorted(rows, key=lambda row: (row["a"], row["b"]))
    table = gpd.GeoDataFrame(
        {name: [row[name] for row in ordered] for name in COLUMN_NAMES if name != "geometry"},
        geometry=[row["geometry"] for row in ordered],
        crs=crs,
    )
    return table.astype(
        {"a": object, "b": object, "length_m": "float64", "kind": object, "barred_by": object, "reason": object}
    )


def straight_line(points: gpd.GeoSeries, a: str, b: str) -> shapely.LineString:
    """Draw a link: the straight line between the points of two associations."""
    return shapely.LineString(shapely.get_coordinates([points[a], points[b]]))
