"""The page around the map: it needs no network, runs only its own scripts, and holds data as data."""

from __future__ import annotations

from functools import cache
from typing import Any

import folium
from branca.element import Figure

from kurihara_geo.outputs.maps.bundle import TILES_HOST, asset, fill_page
from kurihara_geo.outputs.maps.frames import in_frame

__all__ = ["TILES_HOST", "PlanFigure", "PlanMap"]

NOTEBOOK_HEIGHT_PX = 760

_SCRIPTS = (
    "base.js",
    "parts.js",
    "spots.js",
    "labels.js",
    "why.js",
    "panel.js",
    "layers.js",
    "keys.js",
    "legend.js",
    "districts.js",
    "table.js",
    "toolbar.js",
    "theme.js",
    "printing.js",
    "start.js",
)


class PlanFigure(Figure):
    """The document: language, security policy, viewport, escaped title, and the payload as one JSON text.

    Parameters
    ----------
    title
        Shown in the browser's tab.
    lang
        ``ja`` or ``en``.
    payload
        JSON as :func:`~kurihara_geo.outputs.maps.payload.as_json` gives it.
    tiles
        Whether the policy lets images come from the Geospatial Information Authority's host.
    """

    def __init__(self, *, title: str, lang: str, payload: str, tiles: bool) -> None:
        super().__init__(title=title, height=f"{NOTEBOOK_HEIGHT_PX}px")
        self._id = "page"
        self.lang = lang
        self.payload = payload
        self.tiles = tiles
        self.header._children.clear()

    def render(self, **kwargs: Any) -> str:
        """Give the whole document; asking twice gives the same."""
        parts = (self.header, self.html, self.script)
        kept = [part._children.copy() for part in parts]
        try:
            for child in list(self._children.values()):
                child.render(**kwargs)
            return self._fill(**kwargs)
        finally:
            for part, children in zip(parts, kept, strict=True):
                part._children = children

    def _fill(self, **kwargs: Any) -> str:
        map_js = self.script.render(**kwargs)
        before, after = asset("shell.html").split("<!-- map -->")
        return fill_page(
            lang=self.lang,
            title=str(self.title),
            head=self.header.render(**kwargs),
            body=before + str(self.html.render(**kwargs)) + after,
            payload=self.payload,
            scripts=(map_js, _page_js()),
            styles=(asset("page.css"), asset("panel.css")),
            tiles=self.tiles,
        )

    def _repr_html_(self, **kwargs: Any) -> str:
        """Give the document inside a frame of its own, cut off from the notebook around it."""
        return in_frame(self.render(**kwargs), title=str(self.title), height=str(self.height), lang=self.lang)


class PlanMap(folium.Map):
    """A folium map that loads nothing from elsewhere and lets people zoom with their fingers."""

    default_js: list[tuple[str, str]] = []
    default_css: list[tuple[str, str]] = []

    _template = folium.template.Template(
        """
        {% macro html(this, kwargs) %}<div class="folium-map" id="{{ this.get_name() }}"></div>{% endmacro %}
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
                center: {{ this.location|tojson }},
                ...{{ this.options|tojavascript }}
            });
        {% endmacro %}
        """
    )

    def __init__(self, figure: PlanFigure, *, location: tuple[float, float]) -> None:
        super().__init__(
            location=location,
            tiles=None,
            zoom_start=11,
            zoom_control=False,
            attributionControl=False,
            zoomSnap=0.1,
            zoomDelta=0.5,
            wheelPxPerZoomLevel=120,
            maxZoom=18,
        )
        self._id = "plan"
        figure.add_child(self)


@cache
def _page_js() -> str:
    return "\n".join(asset(name) for name in _SCRIPTS)
