"""The old Japanese datum (日本測地系, Tokyo) and swapped axes: both put a town hundreds of metres, or a world, away.

PROJ knows a way from the Tokyo datum to JGD2000 (Helmert, about 9 m; or a grid where one is installed), but none to
JGD2011: asked for that, it silently leaves the coordinates as they are, some 450 m off. So old layers go to JGD2000
first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS, Transformer

from kurihara_geo.sources.records import Record, record

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["JAPAN_LAT", "JAPAN_LON", "from_old_datum", "is_old_datum", "look_swapped", "swap_axes_of"]

_OLD_DATUMS = {"tokyo", "tokyo 1892", "d_tokyo", "tokyo 1918"}
_JGD2000 = 4612
# EPSG numbers the plane zones I to XIX alike in both datums.
_OLD_ZONES, _NEW_ZONES = range(30161, 30180), range(2443, 2462)
JAPAN_LON, JAPAN_LAT = (122.0, 154.0), (20.0, 46.0)
"""Between which degrees of longitude and latitude Japan lies."""


def is_old_datum(crs: CRS | None) -> bool:
    """Say whether a CRS is based on the Tokyo datum."""
    base = None if crs is None else CRS(crs).geodetic_crs
    datum = None if base is None else base.datum
    return datum is not None and datum.name.casefold() in _OLD_DATUMS


def from_old_datum(layer: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Record]]:
    """Move a layer in the Tokyo datum to JGD2000; any other stays as it is.

    Parameters
    ----------
    layer
        Any layer.

    Returns
    -------
    tuple
        The layer, in EPSG:4612 or the JGD2000 zone that stands for its own, and a record ``old_datum`` with the
        distance moved and how accurate that is.
    """
    if layer.crs is None or not is_old_datum(layer.crs):
        return layer, []
    code = layer.crs.to_epsg()
    old = _JGD2000 if code is None else int(code)
    target = CRS.from_epsg(_NEW_ZONES[_OLD_ZONES.index(old)] if old in _OLD_ZONES else _JGD2000)
    accuracy = Transformer.from_crs(layer.crs, target, always_xy=True).accuracy
    moved = layer.to_crs(target)
    how_far = f"accurate to {accuracy:g} m" if accuracy is not None and accuracy > 0 else "accuracy unknown"
    message = (
        f"the layer is in the old Japanese datum (日本測地系, {layer.crs.name}); it was moved to {target.name}, "
        f"some 450 m, {how_far}"
    )
    cure = "For less than a metre convert it with the Geospatial Information Authority's TKY2JGD first."
    return moved, [record("old_datum", message, cure=cure)]


def look_swapped(bounds: Sequence[float], crs: CRS) -> bool:
    """Say whether coordinates make sense in Japan only with their axes swapped.

    Parameters
    ----------
    bounds
        Least x, least y, greatest x, greatest y.
    crs
        The CRS they are said to be in.
    """
    west, south, east, north = (float(value) for value in bounds)
    if not np.isfinite([west, south, east, north]).all():
        return False
    if crs.is_geographic:
        return _within((west, east), JAPAN_LAT) and _within((south, north), JAPAN_LON)
    if not crs.is_projected or crs.area_of_use is None or crs.geodetic_crs is None:
        return False
    to_degrees = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    use = crs.area_of_use.bounds
    x, y = (west + east) / 2, (south + north) / 2
    as_given, swapped = to_degrees.transform(x, y), to_degrees.transform(y, x)
    return not _inside(as_given, use) and _inside(swapped, use)


def swap_axes_of(layer: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Record]]:
    """Exchange x and y of every vertex, as the planner asked, and record it."""
    shapes = shapely.transform(layer.geometry.to_numpy(), lambda xy: xy[:, ::-1])
    swapped = layer.set_geometry(gpd.GeoSeries(shapes, index=layer.index, crs=layer.crs))
    return swapped, [record("axes_swapped", "x and y of every vertex were exchanged, as asked")]


def _within(given: tuple[float, float], limits: tuple[float, float]) -> bool:
    return limits[0] <= given[0] and given[1] <= limits[1]


def _inside(point: tuple[float, float], use: tuple[float, float, float, float]) -> bool:
    return use[0] <= point[0] <= use[2] and use[1] <= point[1] <= use[3]
