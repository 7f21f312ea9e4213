"""The frame of a map on paper: how many metres a point is, a scale bar of a round length, and north."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely

from kurihara_geo.outputs.drawing.map_paint import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from kurihara_geo.outputs.drawing.label_places import Box, LabelPlaces

__all__ = ["Frame", "paint_north", "paint_scale"]

_POINTS = 72.0
# Width in points at which lines have their own width: the short side of A4.
_OWN_SCALE = 560.0
_BAR_SHARE = 0.2
_NORTH = {"ja": "北", "en": "N"}


@dataclass(frozen=True)
class Frame:
    """The part of the plane that is drawn.

    Parameters
    ----------
    box
        West, south, east, north in metres.
    unit
        Metres in one point (1/72 inch) on the sheet.
    line_scale
        Factor for widths of lines.
    """

    box: Box
    unit: float
    line_scale: float

    @classmethod
    def around(cls, axes: Axes, bounds: Box, margin: float) -> Frame:
        """Set the axes' limits so that what is within the bounds fills them, north up, one scale both ways."""
        figure: Any = axes.get_figure(root=True)
        place = axes.get_position()
        wide = place.width * figure.get_figwidth() * _POINTS
        high = place.height * figure.get_figheight() * _POINTS
        west, south, east, north = bounds
        across = max(east - west, north - south, 1.0) * margin
        unit = max((east - west + 2 * across) / wide, (north - south + 2 * across) / high)
        x, y = (west + east) / 2, (south + north) / 2
        box = (x - wide * unit / 2, y - high * unit / 2, x + wide * unit / 2, y + high * unit / 2)
        axes.set_xlim(box[0], box[2])
        axes.set_ylim(box[1], box[3])
        axes.set_aspect("equal")
        axes.set_axis_off()
        return cls(box, unit, min(max(min(wide, high) / _OWN_SCALE, 0.6), 1.25))

    def enlarged(self, axes: Axes, window: Box, place: Box) -> Frame:
        """Set the limits of axes that show a window at a place of this frame, so many times larger."""
        axes.set_xlim(window[0], window[2])
        axes.set_ylim(window[1], window[3])
        zoom = (place[2] - place[0]) / (window[2] - window[0])
        return Frame(window, self.unit / zoom, self.line_scale)


def nice_length(metres: float) -> float:
    """Give the largest of 1, 2 or 5 times a power of ten that is not longer."""
    power = 10.0 ** math.floor(math.log10(metres))
    return next(step * power for step in (5, 2, 1) if step * power <= metres * (1 + 1e-9))


def paint_scale(axes: Axes, frame: Frame, places: LabelPlaces, land: Any, spots: Any) -> None:
    """Draw a scale bar of two fields in the corner that hides least of the land."""
    from matplotlib.patches import Rectangle

    unit = frame.unit
    length = nice_length((frame.box[2] - frame.box[0]) * _BAR_SHARE)
    width, height = length + 40 * unit, 26 * unit
    west, south = _corner(
        frame, width, height, land, places, spots, ("south east", "south west", "north west", "north east")
    )
    places.take((west, south, west + width, south + height))
    axes.add_patch(Rectangle((west, south), width, height, facecolor="white", alpha=0.8, edgecolor="none", zorder=8.0))
    x, y, thick = west + 14 * unit, south + 6 * unit, 4 * unit
    for number, colour in enumerate((INK, "white")):
        start = (x + number * length / 2, y)
        axes.add_patch(Rectangle(start, length / 2, thick, facecolor=colour, edgecolor=INK, linewidth=0.8, zorder=8.1))
    for share in (0.0, 0.5, 1.0):
        text = _length_text(length * share, last=share == 1.0, whole=length)
        axes.text(x + share * length, y + 7 * unit, text, fontsize=8, ha="center", va="baseline", color=INK, zorder=8.2)


def _length_text(metres: float, *, last: bool, whole: float) -> str:
    value, word = (metres / 1000, "km") if whole >= 1000 else (metres, "m")
    return f"{value:g} {word}" if last else f"{value:g}"


def paint_north(axes: Axes, frame: Frame, places: LabelPlaces, land: Any, spots: Any, lang: str) -> None:
    """Draw an arrow to grid north in the corner that hides least of the land."""
    from matplotlib.patches import Polygon

    unit = frame.unit
    width, height = 26 * unit, 52 * unit
    west, south = _corner(
        frame, width, height, land, places, spots, ("north east", "north west", "south east", "south west")
    )
    places.take((west, south, west + width, south + height))
    x, foot, tip = west + width / 2, south + 4 * unit, south + 36 * unit
    waist = foot + 8 * unit
    for side, colour in ((-1, INK), (1, "white")):
        corners = [(x, tip), (x + side * 9 * unit, foot), (x, waist)]
        axes.add_patch(Polygon(corners, closed=True, facecolor=colour, edgecolor=INK, linewidth=0.9, zorder=8.1))
    axes.text(x, tip + 3 * unit, _NORTH[lang], fontsize=11, ha="center", va="baseline", color=INK, zorder=8.2)


def _corner(
    frame: Frame, width: float, height: float, land: Any, places: LabelPlaces, spots: Any, order: tuple[str, ...]
) -> tuple[float, float]:
    """Give the lower left corner of a rectangle in the best corner of the frame; the first of equal ones."""
    gap = 6 * frame.unit
    west, south, east, north = frame.box
    across = {"west": west + gap, "east": east - gap - width}
    along = {"south": south + gap, "north": north - gap - height}

    def hidden(corner: str) -> tuple[bool, int, float]:
        vertical, horizontal = corner.split()
        box = (across[horizontal], along[vertical], across[horizontal] + width, along[vertical] + height)
        covered = shapely.area(shapely.intersection(land, shapely.box(*box)))
        x, y = spots[:, 0], spots[:, 1]
        under = int(((x > box[0]) & (x < box[2]) & (y > box[1]) & (y < box[3])).sum())
        return places.is_taken(box), under, round(covered / (width * height), 2)

    best = min(order, key=hidden)
    vertical, horizontal = best.split()
    return across[horizontal], along[vertical]
