"""Associations -> borders: one row per adjacent pair, a geometry that can be seen, questioned and corrected."""

from kurihara_geo.borders.barriers import bar_borders
from kurihara_geo.borders.correct import add_link, check_borders, complete_borders, remove_border, reopen_border
from kurihara_geo.borders.find import find_borders, find_islands, find_near_borders
from kurihara_geo.borders.graph import boundary_texts, build_graph
from kurihara_geo.borders.table import require_metric

__all__ = [
    "add_link",
    "bar_borders",
    "boundary_texts",
    "build_graph",
    "check_borders",
    "complete_borders",
    "find_borders",
    "find_islands",
    "find_near_borders",
    "remove_border",
    "reopen_border",
    "require_metric",
]
