"""The border table itself: its rows, its order, which of them are open, and how its faults are said."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kurihara_geo import columns
from kurihara_geo.associations.crs import is_metric
from kurihara_geo.errors import BordersError, Problem
from kurihara_geo.sources.reasons import NO_REASON_CURE, reason_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = [
    "ACROSS_UNINHABITED",
    "COLUMN_NAMES",
    "border_records",
    "border_row",
    "border_table",
    "length_faults",
    "open_borders",
    "raise_faults",
    "reason_faults",
    "require_columns",
    "require_metric",
    "straight_line",
    "text_faults",
    "written_texts",
]

COLUMN_NAMES = [column.name for column in columns.BORDERS]
# What is read of the associations.
_READ = ("name", "households", "geometry")
# How the reason of a link begins that nobody added by hand.
ACROSS_UNINHABITED = "across uninhabited land"


def open_borders(borders: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give the borders and links that people can pass: those with an empty ``barred_by``; blanks are empty."""
    opened: gpd.GeoDataFrame = borders[written_texts(borders, "barred_by") == ""]
    return opened


def written_texts(borders: pd.DataFrame, column: str) -> NDArray[np.object_]:
    """Give ``barred_by`` or ``reason`` without the blanks around it, empty where nothing is written.

    Raises
    ------
    BordersError
        Naming every row that holds a number or a yes or no instead of a text.
    """
    raise_faults("The borders cannot be used:", text_faults(borders, [column]))
    return np.array([reason_text(value) for value in borders[column]], dtype=object)


def text_faults(borders: pd.DataFrame, names: Iterable[str] = ("barred_by", "reason")) -> list[str]:
    """Name the rows that hold something else than a text, such as 0 or FALSE, where a reason is to be written."""
    return [
        f"row {number} ({a} and {b}): {name} is {value!r}; {NO_REASON_CURE}"
        for name in names
        for number, (a, b, value) in enumerate(zip(borders["a"], borders["b"], borders[name], strict=True), 1)
        if reason_text(value) is None
    ]


def length_faults(borders: pd.DataFrame) -> list[str]:
    """Name the pairs whose length is no number of metres, 0 or more."""
    return [
        f"{a} and {b}: length_m is {value!r}; it must be a number of metres, 0 or more (find_borders measures it)"
        for a, b, value in zip(borders["a"], borders["b"], borders["length_m"], strict=True)
        if isinstance(value, bool | np.bool_)
        or not isinstance(value, int | float | np.integer | np.floating)
        or not 0 <= value < math.inf
    ]


def reason_faults(reason: object, what: str) -> list[str]:
    """Refuse a correction without a reason that people can read."""
    return [] if reason_text(reason) else [f"{what} needs a reason, a text, not {reason!r}"]


def require_columns(table: object, what: str, names: Iterable[str], cure: str) -> None:
    """Refuse what is no table, or one that lacks columns.

    Raises
    ------
    BordersError
        Naming what was given, or every column that is missing.
    """
    if not isinstance(table, pd.DataFrame):
        raise BordersError(f"The {what} must be a table, not {table!r}; {cure}.")
    if "geometry" in names and (not isinstance(table, gpd.GeoDataFrame) or table.active_geometry_name is None):
        raise BordersError(f"The {what} have no geometry; {cure}.")
    missing = [name for name in names if name not in table and name != "geometry"]
    raise_faults(f"The {what} cannot be used; {cure}:", [f"column {name!r} is missing" for name in missing])


def require_metric(associations: gpd.GeoDataFrame) -> None:
    """Refuse associations that are no table with names, households and areas in a plane CRS in metres.

    Raises
    ------
    BordersError
        Naming what was given, the columns missing, or the CRS they are in.
    """
    require_columns(associations, "associations", _READ, "build them with build_associations or read_associations")
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
