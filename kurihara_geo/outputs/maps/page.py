"""The page around the map: it needs no network, runs only its own scripts, and holds data as data."""

from __future__ import annotations

from functools import cache
from typing import Any

import folium
from branca.element import Figure
from jinja2 import Template

from kurihara_geo.outputs.maps.bundle import TILES_HOST, asset, leaflet_css, leaflet_js, policy
from kurihara_geo.outputs.maps.frames import in_frame

__all__ = ["TILES_HOST", "PlanFigure", "PlanMap"]

NOTEBOOK_HEIGHT_PX = 760

_SCRIPTS = (
    "base.js",
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

# Filled in a single pass: what stands in a value is never read as a template again.
_PAGE = Template(
    "<!DOCTYPE html>\n"
    '<html lang="{{ lang }}">\n'
    "<head>\n"
    '<meta charset="utf-8">\n'
    '<meta http-equiv="Content-Security-Policy" content="{{ policy }}">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<meta name="color-scheme" content="light">\n'
    "<title>{{ title | e }}</title>\n"
    "<style>{{ leaflet_css }}</style>\n"
    "{{ header }}\n"
    "<style>{{ page_css }}</style>\n"
    "<script>{{ leaflet_js }}</script>\n"
    "</head>\n"
    "<body>\n"
    "{{ shell_before }}{{ html }}{{ shell_after }}\n"
    '<script type="application/json" id="plan-data">{{ payload }}</script>\n'
    "<script>{{ map_js }}</script>\n"
    "<script>{{ page_js }}</script>\n"
    "</body>\n"
    "</html>\n",
    keep_trailing_newline=True,
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
        scripts = (leaflet_js(), map_js, _page_js())
        before, after = asset("shell.html").split("<!-- map -->")
        document: str = _PAGE.render(
            lang=self.lang,
            policy=policy(scripts, tiles=self.tiles),
            title=self.title,
            leaflet_css=leaflet_css(),
            header=self.header.render(**kwargs),
            page_css=asset("page.css") + asset("panel.css"),
            leaflet_js=scripts[0],
            shell_before=before,
            html=self.html.render(**kwargs),
            shell_after=after,
            payload=self.payload,
            map_js=map_js,
            page_js=scripts[2],
        )
        return document

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
