"""How areas, lines and signs of a map on paper look: one place for colours, hatches and widths, legend included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axes import Axes
    from matplotlib.path import Path as MplPath

__all__ = [
    "AREA_LOOKS",
    "COUNCIL_LOOKS",
    "INK",
    "LINE_LOOKS",
    "PURPLE",
    "QUIET",
    "AreaLook",
    "CouncilLook",
    "LineLook",
    "house_path",
    "paint_areas",
    "paint_council",
    "paint_halls",
    "paint_lines",
    "paint_signs",
    "sign_path",
]

INK, QUIET, PURPLE = "#111111", "#5A5A5A", "#7B2D8B"
_BAND = "#B46FC4"
_HALL = "#1A1A1A"

# Places of council signs, in points apart.
_LATTICE = 34.0


@dataclass(frozen=True)
class AreaLook:
    """Fill and hatch of an area; the hatch has a colour of its own."""

    fill: str
    hatch: str = ""
    ink: str = "none"


@dataclass(frozen=True)
class LineLook:
    """Colour and width of a line in points; ``casing`` is a wider line beneath."""

    colour: str
    width: float
    dashes: tuple[float, ...] = ()
    casing: str = ""
    alpha: float = 1.0
    zorder: float = 4.0


@dataclass(frozen=True)
class CouncilLook:
    """Hatch of a council's status, or a sign repeated over the area."""

    ink: str
    hatch: str = ""
    sign: str = ""


AREA_LOOKS = {
    "unchanged": AreaLook("#DDDDDD"),
    "below_floor": AreaLook("#EE8866", "....", "#5A1E08"),
    "uninhabited": AreaLook("#C4C4C4", "-----", "#FFFFFF"),
    "elsewhere": AreaLook("#F4F3F0"),
}
LINE_LOOKS = {
    "districts": LineLook(_BAND, 5.2, alpha=0.62, zorder=3.0),
    "old": LineLook("#333333", 0.55, (3.0, 2.4), zorder=3.4),
    "new": LineLook(INK, 1.25, zorder=3.6),
    "today": LineLook("#222222", 0.8, zorder=3.6),
    "quiet": LineLook("#B9B6AE", 0.5, zorder=3.2),
    "barriers": LineLook("#2B6CB0", 1.7, casing="#FFFFFF", zorder=4.0),
    "barred": LineLook("#B00020", 2.2, (1.0, 1.0), casing="#FFFFFF", zorder=4.2),
    "links": LineLook("#FFFFFF", 1.3, casing=INK, zorder=4.4),
}
COUNCIL_LOOKS = {
    "established": CouncilLook("#00441B", sign="tick"),
    "preparing": CouncilLook("#0B3D91", hatch="||"),
    "none": CouncilLook("#111111", hatch="//"),
    "not_confirmed": CouncilLook("#7A0060", sign="question"),
}


def paint_areas(axes: Axes, areas: Iterable[Any], look: AreaLook, *, fill: str | None = None) -> None:
    """Fill areas; their edges are drawn as lines of their own, each once."""
    from matplotlib.collections import PathCollection

    paths = [_path_of(area) for area in areas if not shapely.is_empty(area)]
    if not paths:
        return
    colour = look.fill if fill is None else fill
    # A hair of the same colour closes the seams that thin gaps between fills would show.
    axes.add_collection(PathCollection(paths, facecolors=colour, edgecolors=colour, linewidths=0.2, zorder=1.0))
    if look.hatch:
        axes.add_collection(
            PathCollection(paths, facecolors="none", edgecolors=look.ink, linewidths=0.0, hatch=look.hatch, zorder=1.2)
        )


def paint_lines(axes: Axes, lines: Any, look: LineLook, *, scale: float = 1.0) -> None:
    """Draw lines; a casing keeps them apart from what is beneath."""
    from matplotlib.collections import LineCollection

    parts = [part for part in shapely.get_parts(lines) if part.geom_type in ("LineString", "LinearRing")]
    segments = [shapely.get_coordinates(part) for part in parts]
    if not segments:
        return
    width = look.width * scale
    if look.casing:
        beneath = LineCollection(
            segments, colors=look.casing, linewidths=width + 1.6 * scale, capstyle="round", zorder=look.zorder - 0.1
        )
        axes.add_collection(beneath)
    style: Any = (0, look.dashes) if look.dashes else "solid"
    axes.add_collection(
        LineCollection(
            segments,
            colors=look.colour,
            linewidths=width,
            linestyles=[style],
            capstyle="butt" if look.dashes else "round",
            joinstyle="round",
            alpha=look.alpha,
            zorder=look.zorder,
        )
    )


def paint_halls(axes: Axes, points: Any, *, size: float) -> None:
    """Draw meeting halls as small houses."""
    axes.scatter(
        points[:, 0], points[:, 1], s=size**2, marker=house_path(), facecolor=_HALL, edgecolor="white",
        linewidth=0.4, zorder=5.0,
    )  # fmt: skip


def paint_council(axes: Axes, area: Any, status: str, unit: float, keep_off: Any) -> None:
    """Hatch an area by the status of its council; signs keep off the texts."""
    look = COUNCIL_LOOKS[status]
    if look.hatch:
        from matplotlib.collections import PathCollection

        axes.add_collection(
            PathCollection(
                [_path_of(area)], facecolors="none", edgecolors=look.ink, linewidths=0.0, hatch=look.hatch, zorder=2.0
            )
        )
        return
    places = _lattice(area, _LATTICE * unit)
    if len(keep_off):
        margin = 4.0 * unit
        x, y = places[:, None, 0], places[:, None, 1]
        under = (
            (x > keep_off[None, :, 0] - margin)
            & (x < keep_off[None, :, 2] + margin)
            & (y > keep_off[None, :, 1] - margin)
            & (y < keep_off[None, :, 3] + margin)
        ).any(axis=1)
        places = places[~under]
    paint_signs(axes, places, look)


def paint_signs(axes: Axes, places: Any, look: CouncilLook, size: float = 6.5) -> None:
    """Draw the sign of a council's status at places."""
    tick = look.sign == "tick"
    axes.scatter(
        places[:, 0], places[:, 1], s=size**2, marker=sign_path(look.sign), facecolor="none" if tick else look.ink,
        edgecolor=look.ink, linewidth=1.1 if tick else 0.2, alpha=0.75, zorder=2.0,
    )  # fmt: skip


def sign_path(sign: str) -> MplPath:
    """Give the sign of a council's status: a tick for what is established, a question mark for what nobody knows."""
    from matplotlib.path import Path
    from matplotlib.textpath import TextPath

    if sign == "tick":
        return Path([(-0.5, 0.0), (-0.15, -0.4), (0.5, 0.45)], [Path.MOVETO, Path.LINETO, Path.LINETO])
    letter = TextPath((0, 0), "?", size=1.0)
    middle = (letter.vertices.min(axis=0) + letter.vertices.max(axis=0)) / 2
    return Path(letter.vertices - middle, letter.codes)


def house_path() -> MplPath:
    """Give the sign of a meeting hall: a house."""
    from matplotlib.path import Path

    corners = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.1), (0.0, 0.6), (-0.5, 0.1), (-0.5, -0.5)]
    return Path(corners, closed=True)


def _lattice(area: Any, step: float) -> Any:
    """Give points of a fixed grid inside an area, every other row shifted."""
    west, south, east, north = (np.array(area.bounds) / step).tolist()
    rows = np.arange(np.floor(south), np.ceil(north) + 1)
    columns = np.arange(np.floor(west), np.ceil(east) + 1)
    x, y = np.meshgrid(columns, rows)
    x = x + 0.5 * (y % 2)
    points = np.column_stack([x.ravel(), y.ravel()]) * step
    shapely.prepare(area)
    inside = points[shapely.contains_xy(area, points)]
    near_edge = shapely.distance(shapely.boundary(area), shapely.points(inside)) < step * 0.18
    return inside[~near_edge]


def _path_of(area: Any) -> MplPath:
    """Give a polygon as a path, holes turned the other way, so that they stay open."""
    from matplotlib.path import Path

    parts = [part for part in shapely.get_parts(area) if part.geom_type == "Polygon"]
    rings = shapely.get_rings(shapely.orient_polygons(parts))
    return Path.make_compound_path(*[Path(shapely.get_coordinates(ring), closed=True) for ring in rings])
