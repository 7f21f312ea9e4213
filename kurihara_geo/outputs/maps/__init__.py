"""The interactive map of a plan: one page, one file, no network. The only room that knows folium."""

from __future__ import annotations

from kurihara_geo.outputs.maps.draw import map_plan, write_map

__all__ = ["map_plan", "write_map"]
