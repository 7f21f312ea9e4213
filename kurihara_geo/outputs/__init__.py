"""ANSWERS -> WORLD: maps, GeoJSON, workbooks; draws and writes what the rooms below return."""

from kurihara_geo.outputs.exports import (
    write_associations_geojson,
    write_borders_geojson,
    write_geojson,
    write_halls_geojson,
    write_rules,
)
from kurihara_geo.outputs.folder import write_plan
from kurihara_geo.outputs.maps import map_plan, write_map
from kurihara_geo.outputs.plots import plot_trade_off
from kurihara_geo.outputs.workbook import write_workbook

__all__ = [
    "map_plan",
    "plot_trade_off",
    "write_associations_geojson",
    "write_borders_geojson",
    "write_geojson",
    "write_halls_geojson",
    "write_map",
    "write_plan",
    "write_rules",
    "write_workbook",
]
