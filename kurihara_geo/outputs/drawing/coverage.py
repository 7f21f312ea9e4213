"""Which former school districts there are to draw, and how far community promotion councils cover them."""

from __future__ import annotations

import geopandas as gpd

from kurihara_geo.outputs.drawing.shapes import put_together
from kurihara_geo.studies.councils.districts import (
    DISTRICT_COLUMN,
    Council,
    check_districts,
    cover_districts,
    districts_of,
    status_of,
)

__all__ = ["DISTRICT_COLUMN", "Council", "cover_districts", "districts_of", "find_districts", "status_of"]


def find_districts(associations: gpd.GeoDataFrame, districts: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame | None:
    """Give the districts to draw: those given, else the associations' own column, else none."""
    if districts is not None:
        check_districts(districts)
        return districts
    if DISTRICT_COLUMN not in associations:
        return None
    known = associations[associations[DISTRICT_COLUMN].notna()]
    if known.empty:
        return None
    areas = put_together(known.geometry, known[DISTRICT_COLUMN].astype(str).tolist())
    return gpd.GeoDataFrame({"name": areas.index.to_numpy()}, geometry=areas.to_numpy(), crs=areas.crs)
