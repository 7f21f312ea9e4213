"""ANSWERS -> WORLD: maps, GeoJSON, workbooks; draws and writes what the rooms below return."""

from kurihara_geo.outputs.check_report import write_check_report
from kurihara_geo.outputs.documents import write_documents
from kurihara_geo.outputs.exports import (
    write_associations_geojson,
    write_borders_geojson,
    write_geojson,
    write_halls_geojson,
    write_rules,
)
from kurihara_geo.outputs.folder import write_plan
from kurihara_geo.outputs.handout import write_handout
from kurihara_geo.outputs.maps import (
    map_borders,
    map_comparison,
    map_coverage,
    map_outlook,
    map_plan,
    map_problems,
    write_comparison_map,
    write_map,
)
from kurihara_geo.outputs.plots import (
    plot_coverage,
    plot_distribution,
    plot_households,
    plot_outlook,
    plot_plan,
    plot_problems,
    plot_trade_off,
)
from kurihara_geo.outputs.templates import write_templates
from kurihara_geo.outputs.workbook import write_workbook

__all__ = [
    "map_borders",
    "map_comparison",
    "map_coverage",
    "map_outlook",
    "map_plan",
    "map_problems",
    "plot_coverage",
    "plot_distribution",
    "plot_households",
    "plot_outlook",
    "plot_plan",
    "plot_problems",
    "plot_trade_off",
    "write_associations_geojson",
    "write_borders_geojson",
    "write_check_report",
    "write_comparison_map",
    "write_documents",
    "write_geojson",
    "write_halls_geojson",
    "write_handout",
    "write_map",
    "write_plan",
    "write_rules",
    "write_templates",
    "write_workbook",
]
