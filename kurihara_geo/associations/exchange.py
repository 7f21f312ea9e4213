"""Geometry as it is written for others: longitude and latitude, rounded alike everywhere, right-hand rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["EXCHANGE_CRS", "INPUT_DECIMALS", "PLAN_DECIMALS", "POINT_DECIMALS", "Shapes", "shapes_in_degrees"]

EXCHANGE_CRS = 4326
# Decimals of a degree: 7 is about 1 cm, for looking at; 11 is about 1 um, so that reading back leaves no
# slivers where three areas meet; 13 is about 10 nm, so that no distance in whole metres moves on the way.
PLAN_DECIMALS = 7
INPUT_DECIMALS = 11
POINT_DECIMALS = 13

Shapes = npt.NDArray[np.object_]


def shapes_in_degrees(column: gpd.GeoSeries, decimals: int) -> Shapes:
    """Give geometries as they are written: EPSG:4326, rounded, outer rings counterclockwise.

    A vertex that two areas share rounds the same in both. What was written so and read back gives the same again.

    Parameters
    ----------
    column
        Geometries of any kind, with a CRS.
    decimals
        Decimals of a degree to keep.
    """
    degrees = np.asarray(column.to_crs(EXCHANGE_CRS).array, dtype=object)
    rounded = _round(degrees, decimals)
    broken = ~shapely.is_valid(rounded) & ~shapely.is_missing(rounded)
    if broken.any():  # a gap or a hole narrower than the last decimal closed
        repaired = _round(shapely.set_precision(degrees[broken], 10.0**-decimals), decimals)
        rounded[broken] = np.where(shapely.is_empty(repaired), rounded[broken], repaired)
    oriented: Shapes = shapely.orient_polygons(rounded)
    return oriented


def _round(shapes: Shapes, decimals: int) -> Shapes:
    # Adding 0.0 turns -0.0 into 0.0.
    rounded = shapely.transform(shapes, lambda xy: np.round(xy, decimals) + 0.0)
    return np.asarray(rounded, dtype=object)
