"""A page whose areas are drawn in several ways: each area is held once, as numbers, and the page's script draws it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from jinja2 import Template

from kurihara_geo.outputs.files import write_whole
from kurihara_geo.outputs.maps.bundle import asset, leaflet_css, leaflet_js, policy
from kurihara_geo.outputs.maps.payload import as_json

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["MapDocument"]

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
    "{% for style in styles %}<style>{{ style }}</style>\n{% endfor %}"
    "<script>{{ scripts[0] }}</script>\n"
    "</head>\n"
    "<body>\n"
    "{{ patterns }}\n{{ shell }}\n"
    '<script type="application/json" id="plan-data">{{ payload }}</script>\n'
    "<script>{{ scripts[1] }}</script>\n"
    "</body>\n"
    "</html>\n",
    keep_trailing_newline=True,
)


@dataclass(frozen=True)
class MapDocument:
    """A map page that works without a network; a notebook shows it inside a frame.

    Parameters
    ----------
    data
        What the page shows: names, figures and shapes; its ``title`` and ``lang`` among them.
    shell
        Name of the HTML around the map.
    scripts, styles
        Names of scripts and styles, in their order.
    height_px
        Height of the frame in a notebook.
    """

    data: Mapping[str, Any] = field(repr=False)
    shell: str
    scripts: tuple[str, ...] = field(repr=False)
    styles: tuple[str, ...] = field(repr=False)
    height_px: int = 760

    @property
    def title(self) -> str:
        """Heading of the page."""
        return str(self.data["title"])

    def render(self) -> str:
        """Give the whole page as HTML; the same input gives the same bytes."""
        own = "\n".join(asset(name) for name in self.scripts)
        scripts = (leaflet_js(), own)
        page: str = _PAGE.render(
            lang=self.data["lang"],
            policy=policy(scripts, tiles=False),
            title=self.title,
            styles=[leaflet_css(), *(asset(name) for name in self.styles)],
            scripts=scripts,
            patterns=_patterns(),
            shell=asset(self.shell),
            payload=as_json(self.data),
        )
        return page

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page as one HTML file, whole or not at all, and give its path.

        Raises
        ------
        OutputError
            If it cannot be written: the folder must exist.
        """
        return write_whole(path, self.render().encode("utf-8", errors="replace"))

    def _repr_html_(self) -> str:
        """Give the page inside a frame of its own, cut off from the notebook around it."""
        return (
            f'<iframe srcdoc="{escape(self.render())}" title="{escape(self.title)}" '
            'sandbox="allow-scripts allow-modals" '
            f'style="width:100%;height:{self.height_px}px;border:0" allowfullscreen></iframe>'
        )


def _patterns() -> str:
    """Give the patterns of the plan's own map, which stand first in its shell: one sign, one look on every page."""
    return asset("shell.html").partition("</svg>")[0] + "</svg>"
