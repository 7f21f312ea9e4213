"""Interactive maps: one page, one file, no network. The only room that knows folium."""

from __future__ import annotations

from kurihara_geo.outputs.maps.borders_map import map_borders
from kurihara_geo.outputs.maps.comparison import map_comparison, write_comparison_map
from kurihara_geo.outputs.maps.coverage_map import map_coverage
from kurihara_geo.outputs.maps.draw import map_plan, write_map
from kurihara_geo.outputs.maps.outlook_map import map_outlook
from kurihara_geo.outputs.maps.problems_map import map_problems

__all__ = [
    "map_borders",
    "map_comparison",
    "map_coverage",
    "map_outlook",
    "map_plan",
    "map_problems",
    "write_comparison_map",
    "write_map",
]
