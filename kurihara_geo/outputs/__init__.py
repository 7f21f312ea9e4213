"""ANSWERS -> WORLD: maps, GeoJSON, workbooks; draws and writes what the rooms below return."""

from kurihara_geo.outputs.check_report import write_check_report
from kurihara_geo.outputs.exports import (
    write_associations_geojson,
    write_borders_geojson,
    write_geojson,
    write_halls_geojson,
    write_rules,
)
from kurihara_geo.outputs.folder import write_plan
from kurihara_geo.outputs.maps import map_plan, write_map
from kurihara_geo.outputs.plots import plot_problems, plot_trade_off
from kurihara_geo.outputs.templates import write_templates
from kurihara_geo.outputs.workbook import write_workbook

__all__ = [
    "map_plan",
    "plot_problems",
    "plot_trade_off",
    "write_associations_geojson",
    "write_borders_geojson",
    "write_check_report",
    "write_geojson",
    "write_halls_geojson",
    "write_map",
    "write_plan",
    "write_rules",
    "write_templates",
    "write_workbook",
]
