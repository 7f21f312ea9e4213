"""The plan as folium layers: geometry and whole-number ids only.

folium reads what it holds as templates and as JavaScript, so no text from data ever enters a folium object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import folium
import geopandas as gpd
import shapely
from folium.map import CustomPane

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["add_areas", "add_group", "add_lines", "add_panes"]

# Name -> height in the stack; Leaflet's own overlays are at 400, markers at 600.
PANES = {
    "areas": 400,
    "councils": 410,
    "districts": 420,
    "barriers": 430,
    "borders": 440,
    "crossings": 445,
    "highlight": 450,
    "halls": 455,
    "labels": 460,
}
_CLICKED = frozenset({"areas", "crossings", "halls"})


def add_panes(page: folium.Map) -> None:
    """Add the panes that keep bands, borders, labels and highlights in their order."""
    for name, height in PANES.items():
        pane = CustomPane(name, z_index=height, pointer_events=name in _CLICKED)
        _fix(pane, name).add_to(page)


def add_group(page: folium.Map, name: str, *, show: bool = True) -> folium.FeatureGroup:
    """Add a group of layers that is shown or hidden as one."""
    group = folium.FeatureGroup(name=name, overlay=False, control=False, show=show)
    _fix(group, name).add_to(page)
    return group


def add_areas(parent: Any, name: str, areas: gpd.GeoSeries, *, pane: str, clicked: bool = True) -> None:
    """Add areas or lines, numbered from 0 in their order."""
    features = [
        {"type": "Feature", "id": number, "properties": {}, "geometry": shapely.geometry.mapping(area)}
        for number, area in enumerate(areas)
        if area is not None and not area.is_empty
    ]
    _add(parent, name, features, pane=pane, clicked=clicked)


def add_lines(parent: Any, name: str, lines: Iterable[Any], *, pane: str) -> None:
    """Add lines that nobody clicks."""
    add_areas(parent, name, gpd.GeoSeries(list(lines)), pane=pane, clicked=False)


def _add(parent: Any, name: str, features: list[dict[str, Any]], *, pane: str, clicked: bool) -> None:
    layer = folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        name=name,
        smooth_factor=0,
        control=False,
        pane=pane,
        interactive=clicked,
        className=f"kg-{name.replace('_', '-')}",
    )
    _fix(layer, name).add_to(parent)


def _fix(element: Any, name: str) -> Any:
    """Replace folium's random id, so that the same plan gives the same bytes."""
    element._id = name
    return element
