"""The page around the map: it needs no network, runs only its own scripts, and holds data as data."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from html import escape
from importlib.metadata import distribution
from importlib.resources import files
from typing import Any

import folium
from branca.element import Figure
from jinja2 import Template

__all__ = ["TILES_HOST", "PlanFigure", "PlanMap"]

TILES_HOST = "https://cyberjapandata.gsi.go.jp"
NOTEBOOK_HEIGHT_PX = 760

_SCRIPTS = ("base.js", "labels.js", "panel.js", "layers.js", "legend.js", "toolbar.js", "start.js")

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
        scripts = (_leaflet_js(), map_js, _page_js())
        before, after = _asset("shell.html").split("<!-- map -->")
        document: str = _PAGE.render(
            lang=self.lang,
            policy=_policy(scripts, tiles=self.tiles),
            title=self.title,
            leaflet_css=_leaflet_css(),
            header=self.header.render(**kwargs),
            page_css=_asset("page.css"),
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
        return (
            f'<iframe srcdoc="{escape(self.render(**kwargs))}" title="{escape(str(self.title))}" '
            'sandbox="allow-scripts allow-modals" '
            f'style="width:100%;height:{self.height};border:0" allowfullscreen></iframe>'
        )


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
def _asset(name: str) -> str:
    return (files(__package__) / "assets" / name).read_text("utf-8").replace("\r\n", "\n")


@cache
def _page_js() -> str:
    return "\n".join(_asset(name) for name in _SCRIPTS)


@cache
def _leaflet_js() -> str:
    text = (_leaflet() / "leaflet.js").read_text("utf-8").replace("\r\n", "\n")
    return re.sub(r"//# sourceMappingURL=\S*\s*$", "", text)


@cache
def _leaflet_css() -> str:
    terms = distribution("django-js-lib-leaflet").read_text("LICENSE") or "BSD-2-Clause"
    text = (_leaflet() / "leaflet.css").read_text("utf-8").replace("\r\n", "\n")
    text = f"/* Leaflet\n{terms.replace('*/', '* /')}*/\n{text}"
    return re.sub(r"url\((images/[\w.-]+\.png)\)", lambda found: f"url({_data_uri(found.group(1))})", text)


def _data_uri(name: str) -> str:
    data = _leaflet().joinpath(*name.split("/")).read_bytes()
    return f"data:image/png;base64,{base64.b64encode(data).decode('ascii')}"


def _leaflet() -> Any:
    return files("js_lib_leaflet") / "static" / "js_lib_leaflet"


def _policy(scripts: tuple[str, ...], *, tiles: bool) -> str:
    """Let only these scripts run, and nothing be fetched, but for map tiles where they are asked for."""
    hashes = " ".join(f"'sha256-{_sha256(script)}'" for script in scripts)
    images = f"data: {TILES_HOST}" if tiles else "data:"
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src {images}; "
        "base-uri 'none'; form-action 'none'"
    )


def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
