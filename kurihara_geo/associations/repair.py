"""Geometry repair with a row per repair: outlines that cross themselves, and tiny overlaps."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from kurihara_geo.associations.checks import list_overlaps
from kurihara_geo.associations.crs import choose_metric_crs
from kurihara_geo.errors import AssociationsError, Problem

__all__ = ["repair_outlines", "settle_overlaps"]

_NOTICED_M2 = 0.01


def repair_outlines(table: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[dict[str, object]]]:
    """Mend outlines that cross or touch themselves.

    Parameters
    ----------
    table
        Raw table with a CRS and polygons.

    Returns
    -------
    GeoDataFrame, list of dict
        The table with valid polygons, and one record per repair, columns as in ``columns.REPAIRS``.
    """
    broken = ~table.geometry.is_valid
    if not broken.any():
        return table, []
    crs = choose_metric_crs(table)
    before = gpd.GeoSeries(table.geometry[broken])
    shapes = np.asarray(before, dtype=object)
    mended = gpd.GeoSeries(
        shapely.make_valid(shapes, method="structure", keep_collapsed=False), index=before.index, crs=table.crs
    )
    change = mended.to_crs(crs).area - before.to_crs(crs).area
    reasons = before.is_valid_reason()
    records = [_record(table, row, f"outline mended ({reasons[row]})", float(change[row])) for row in before.index]
    geometry = table.geometry.copy()
    geometry[broken] = mended
    return table.set_geometry(geometry), records


def settle_overlaps(
    table: gpd.GeoDataFrame, overlap_limit_m2: float
) -> tuple[gpd.GeoDataFrame, list[dict[str, object]]]:
    """Give each tiny overlap to one of the two areas, and let neighbours share their border exactly.

    Parameters
    ----------
    table
        Raw table in a metric plane CRS with valid polygons.
    overlap_limit_m2
        Overlaps up to this area are settled; the checks refuse larger ones before.

    Returns
    -------
    GeoDataFrame, list of dict
        The table as a valid coverage, and one record per area that changed.

    Raises
    ------
    AssociationsError
        If an area changed by more than the overlaps it was part of: nothing is repaired beyond the limit.
    """
    shapes = table.geometry.to_numpy()
    if shapely.coverage_is_valid(shapes):
        return table, []
    overlaps = list_overlaps(shapes)
    cleaned = shapely.coverage_clean(shapes, gap_width=0.0, snapping_distance=0.0)  # type: ignore[attr-defined]
    change = shapely.area(cleaned) - shapely.area(shapes)
    allowed = np.full(len(shapes), 1.0)
    for a, b, area in overlaps:
        allowed[a] += area
        allowed[b] += area
    spoilt = (np.abs(change) > allowed) | (shapely.area(cleaned) <= _NOTICED_M2)
    if spoilt.any():
        rows = table.index[spoilt]
        problems = [
            Problem(
                severity="error",
                kind="overlap",
                association_id=str(table.at[row, "association_id"]),
                name=str(table.at[row, "name"]),
                message="could not be parted from its neighbours without changing it further",
                cure=f"draw its borders once for both sides (limit {overlap_limit_m2:g} m2)",
            )
            for row in rows
        ]
        raise AssociationsError("Overlaps could not be settled:", problems)
    records = [
        _record(table, table.index[int(position)], "overlap with a neighbour settled", float(change[position]))
        for position in np.flatnonzero(np.abs(change) > _NOTICED_M2)
    ]
    return table.set_geometry(gpd.GeoSeries(cleaned, index=table.index, crs=table.crs)), records


def _record(table: gpd.GeoDataFrame, row: object, repair: str, change_m2: float) -> dict[str, object]:
    return {
        "association_id": str(table.at[row, "association_id"]),
        "name": str(table.at[row, "name"]),
        "repair": repair,
        "area_change_m2": round(change_m2, 3),
    }
