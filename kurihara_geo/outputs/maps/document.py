"""A page whose areas are drawn in several ways: each area is held once, as numbers, and the page's script draws it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kurihara_geo.outputs.files import write_whole
from kurihara_geo.outputs.maps.bundle import asset, fill_page
from kurihara_geo.outputs.maps.frames import in_frame
from kurihara_geo.outputs.maps.payload import as_json

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["MapDocument"]


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
        return fill_page(
            lang=self.data["lang"],
            title=self.title,
            body=f"{_patterns()}\n{asset(self.shell)}",
            payload=as_json(self.data),
            scripts=("\n".join(asset(name) for name in self.scripts),),
            styles=[asset(name) for name in self.styles],
        )

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
        return in_frame(self.render(), title=self.title, height=f"{self.height_px}px", lang=self.data["lang"])


def _patterns() -> str:
    """Give the patterns of the plan's own map, which stand first in its shell: one sign, one look on every page."""
    return asset("shell.html").partition("</svg>")[0] + "</svg>"
