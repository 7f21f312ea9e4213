"""Outlines that cross themselves are mended, with a row per repair."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from kurihara_geo.associations.crs import choose_metric_crs

__all__ = ["repair_outlines", "repair_record"]


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
    records = [
        repair_record(table, row, f"outline mended ({reasons[row]})", float(change[row])) for row in before.index
    ]
    geometry = table.geometry.copy()
    geometry[broken] = mended
    return table.set_geometry(geometry), records


def repair_record(table: gpd.GeoDataFrame, row: object, repair: str, change_m2: float) -> dict[str, object]:
    """Give a row of the table of repairs, columns as in ``columns.REPAIRS``."""
    return {
        "association_id": str(table.at[row, "association_id"]),
        "name": str(table.at[row, "name"]),
        "repair": repair,
        "area_change_m2": round(change_m2, 3),
    }
