"""The plane coordinate system in metres in which areas and borders are measured."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pyproj import CRS
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info
from pyproj.enums import PJType

from kurihara_geo.errors import AssociationsError
from kurihara_geo.sources.datums import JAPAN_LAT, JAPAN_LON

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["choose_metric_crs", "describe_coordinates", "is_metric"]

# Plane zones reach some 350 km from their origin at most; UTM counts 500 km to the middle and from the equator.
_ZONE_REACH_M = 600_000
_UTM_X_M, _UTM_Y_M = (100_000, 900_000), (2_200_000, 5_100_000)


def choose_metric_crs(layer: gpd.GeoDataFrame | gpd.GeoSeries) -> CRS:
    """Choose the plane CRS in metres for a layer.

    Parameters
    ----------
    layer
        Any layer that has a CRS.

    Returns
    -------
    CRS
        The layer's own CRS if it is a plane one in metres; else the Japan plane rectangular zone (JGD2011,
        EPSG:6669-6687) whose
        central meridian is nearest among those that hold the whole layer; else UTM.
    """
    if layer.crs is None:
        raise ValueError("the layer has no CRS")
    own = CRS(layer.crs)
    if not (own.is_geographic or own.is_projected):
        raise AssociationsError(f"{own.name} is no system of positions on the ground; find out the right one.")
    if is_metric(own):
        return own
    west, south, east, north = (float(value) for value in layer.to_crs("EPSG:4326").total_bounds)
    zones = [
        zone
        for zone in _plane_zones()
        if zone[1][0] <= west and zone[1][1] <= south and east <= zone[1][2] and north <= zone[1][3]
    ]
    if not zones:
        try:
            return CRS(layer.estimate_utm_crs())
        except RuntimeError as error:
            raise AssociationsError(
                f"No plane in metres is known for this place ({south:.2f} to {north:.2f} N)."
            ) from error
    middle = ((west + east) / 2, (south + north) / 2)
    code, _, _ = min(zones, key=lambda zone: (abs(zone[2][0] - middle[0]) + abs(zone[2][1] - middle[1]), zone[0]))
    return CRS.from_epsg(code)


def describe_coordinates(bounds: tuple[float, float, float, float]) -> str:
    """Say what coordinates of an unknown CRS look like and which CRS to try; it is asked, never guessed.

    Parameters
    ----------
    bounds
        Least x, least y, greatest x, greatest y.
    """
    west, south, east, north = bounds
    if _spans(west, east, JAPAN_LON) and _spans(south, north, JAPAN_LAT):
        return (
            "they look like longitude and latitude: crs='EPSG:6668' (JGD2011), 'EPSG:4612' (JGD2000, up to 2011) or "
            "'EPSG:4301' (日本測地系, up to 2002)"
        )
    if _spans(west, east, JAPAN_LAT) and _spans(south, north, JAPAN_LON):
        return "they look like latitude and longitude, in this order: crs='EPSG:6668' with swap_axes=True"
    if max(abs(value) for value in bounds) <= _ZONE_REACH_M:
        return (
            "they look like metres in a plane rectangular zone (平面直角座標系): crs='EPSG:6669' (I) to 'EPSG:6687' "
            "(XIX) for JGD2011, 'EPSG:2443' to 'EPSG:2461' for JGD2000; Miyagi and Iwate are zone X, 'EPSG:6678'"
        )
    if _spans(west, east, _UTM_X_M) and _spans(south, north, _UTM_Y_M):
        return "they look like metres in UTM: crs='EPSG:6688' (zone 51) to 'EPSG:6692' (zone 55)"
    return f"x is {west:,.0f} to {east:,.0f}, y {south:,.0f} to {north:,.0f}, which no system of Japan explains"


def _spans(least: float, greatest: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= least and greatest <= limits[1]


def is_metric(crs: CRS | None) -> bool:
    """Whether lengths and areas may be measured in a CRS: a plane in metres that keeps them nearly true.

    Web Mercator is refused: in Kurihara its metres are 28 percent too long.
    """
    if crs is None or not crs.is_projected or any(axis.unit_name != "metre" for axis in crs.axis_info[:2]):
        return False
    operation = crs.coordinate_operation
    return (
        operation is None
        or "mercator" not in operation.method_name.lower()
        or "transverse" in operation.method_name.lower()
    )


@lru_cache(maxsize=1)
def _plane_zones() -> list[tuple[int, tuple[float, float, float, float], tuple[float, float]]]:
    """List the Japan plane rectangular zones: EPSG code, area of use (west, south, east, north), origin."""
    japan = AreaOfInterest(JAPAN_LON[0], JAPAN_LAT[0], JAPAN_LON[1], JAPAN_LAT[1])
    found = query_crs_info(auth_name="EPSG", pj_types=PJType.PROJECTED_CRS, area_of_interest=japan, contains=False)
    zones = []
    for info in found:
        if not info.name.startswith("JGD2011 / Japan Plane Rectangular CS ") or info.area_of_use is None:
            continue
        use = info.area_of_use
        parameters = _projection_parameters(int(info.code))
        origin = (parameters["Longitude of natural origin"], parameters["Latitude of natural origin"])
        zones.append((int(info.code), (use.west, use.south, use.east, use.north), origin))
    return zones


def _projection_parameters(code: int) -> dict[str, float]:
    operation = CRS.from_epsg(code).coordinate_operation
    return {} if operation is None else {item.name: float(item.value) for item in operation.params}
