"""The texts of a map on paper: a number for every group, names and households where there is room, districts."""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from kurihara_geo.outputs.drawing.figures import one_line
from kurihara_geo.outputs.drawing.label_places import LINE_HEIGHT, Block, Placed
from kurihara_geo.outputs.drawing.map_paint import INK, PURPLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from matplotlib.axes import Axes

    from kurihara_geo.outputs.audience import Disclosure
    from kurihara_geo.outputs.drawing.label_places import LabelPlaces
    from kurihara_geo.outputs.drawing.map_layers import MapLayers

__all__ = ["MapLabels"]

_FULL_SIZES = (12.0, 10.5, 9.0, 8.0, 7.0)
_NUMBER_SIZES = (12.0, 10.0, 8.5, 7.5)
_LEADER_SIZES = (7.5, 6.0)
_DISTRICT_SIZES = (11.0, 10.0, 9.0, 8.0)
_LONG_NAME = 6
_HALO_POINTS = 2.2
# Baseline of Japanese text below the middle of its line, in sizes.
_BASELINE = 0.38
_UNITS = {"ja": "{n}世帯", "en": "{n} hh"}
_GRID = 15


class MapLabels:
    """Decides what is written where, then draws it.

    Parameters
    ----------
    layers
        What the map shows.
    shown
        What may be shown.
    state, numbers, labels, lang, text_size
        As for ``draw_plan_map``.
    """

    def __init__(
        self,
        layers: MapLayers,
        shown: Disclosure,
        *,
        state: str,
        numbers: bool,
        labels: str,
        lang: str,
        text_size: float,
    ) -> None:
        self._layers, self._shown, self._state = layers, shown, state
        self._numbers, self._labels, self._lang, self._factor = numbers, labels, lang, text_size
        self._group_of = layers.plan.members["group_id"].astype(str).to_dict()
        self.unplaced: list[str] = []
        self._placed: list[Placed] = []
        self._districts: list[Placed] = []

    @staticmethod
    def width_of(text: str, size: float) -> float:
        """Give the width of a line in points."""
        width: float = _width_at_100(text)
        return width * size / 100

    def place_inside(
        self,
        places: LabelPlaces,
        names: Sequence[str],
        areas: Mapping[str, Any],
        spots: Mapping[str, tuple[float, float]],
    ) -> list[str]:
        """Place every text that fits inside its area; give the areas where none does."""
        left = []
        largest = {name: max(shapely.get_parts(areas[name]), key=lambda part: part.area) for name in names}
        for name in sorted(names, key=lambda name: (largest[name].area, name)):
            placed = places.inside(largest[name], spots[name], list(self._blocks(name)))
            if placed is not None:
                self._placed.append(placed)
            elif self.short(name):
                left.append(name)
        return left

    def place_beside(self, places: LabelPlaces, left: Sequence[str], spots: Mapping[str, tuple[float, float]]) -> None:
        """Place short texts beside their areas, each with a line; ``unplaced`` names those without any place."""
        clear = np.array([spots[name] for name in left]).reshape(-1, 2)
        for name in sorted(left, key=lambda name: (-spots[name][1], spots[name][0])):
            blocks = [Block(((self.short(name), size * self._factor),)) for size in _LEADER_SIZES]
            tried = (
                places.beside(spots[name], block, clear=points)
                for block, points in ((blocks[0], clear), (blocks[0], clear[:0]), (blocks[1], clear[:0]))
            )
            placed = next((place for place in tried if place is not None), None)
            if placed is None:
                self.unplaced.append(name)
            else:
                self._placed.append(placed)

    def _blocks(self, name: str) -> Iterator[Block]:
        """Give what could be written in an area, from the one wanted most."""
        number, title, count = self._texts(name)
        f = self._factor
        if self._labels != "number":
            last = (count,) if count else ()
            for size in _FULL_SIZES:
                for lines in _wrapped(title):
                    yield _block(number, [*lines, *last], size * f)
            if count and self._labels == "households":
                for size in _FULL_SIZES[1:]:
                    yield _block(number, [count], size * f)
        if number:
            for size in _NUMBER_SIZES:
                yield Block(((number, size * f),))

    def _texts(self, name: str) -> tuple[str, str, str]:
        """Give number, name and households of an area; empty where they are not wanted."""
        group = name if self._state == "after" else self._group_of[name]
        number = str(self._layers.numbers[group]) if self._numbers else ""
        table = self._layers.plan.groups if self._state == "after" else self._layers.plan.members
        title = one_line(str(table.at[name, "name"]))
        count = ""
        if self._labels == "households":
            known = self._shown.group(name) if self._state == "after" else self._shown.association(name)
            text = self._shown.text(known, self._lang)
            count = _UNITS[self._lang].format(n=text) if isinstance(known, int) else text
        return number, title, count

    def short(self, name: str) -> str:
        """Give the least that is written of an area: its number, else its name."""
        number, title, _ = self._texts(name)
        return number or ("" if self._labels == "number" else title)

    def place_districts(self, places: LabelPlaces, own: str | None) -> None:
        """Write the districts' names where they hide no other text; on a district's own map those around it."""
        if self._layers.districts is None:
            return
        frame = shapely.box(*places.frame)
        for name, whole in self._layers.districts.items():
            area = shapely.intersection(whole, frame)
            if name == own or area.is_empty:
                continue
            text, centre = one_line(str(name)), area.representative_point()
            centres = _places_in(area, (centre.x, centre.y))
            blocks = [Block(((text, size * self._factor),)) for size in _DISTRICT_SIZES]
            tried = (places.anywhere(centres, block) for block in blocks)
            placed = next((place for place in tried if place is not None), None)
            if placed is None and own is None:
                placed = places.beside((centre.x, centre.y), blocks[-1], clear=np.empty((0, 2)))
            if placed is not None:
                self._districts.append(placed)

    def boxes(self, places: LabelPlaces) -> np.ndarray[Any, Any]:
        """Give the rectangles the texts take."""
        rows = []
        for placed in (*self._placed, *self._districts):
            width, height = places.size_of(placed.block)
            rows.append((placed.x - width / 2, placed.y - height / 2, placed.x + width / 2, placed.y + height / 2))
        return np.array(rows).reshape(-1, 4)

    def draw(self, axes: Axes, unit: float) -> None:
        """Draw the texts, each with a halo beneath; ``unit`` is map units in one point."""
        for placed in self._placed:
            _draw_leader(axes, placed, INK)
            _draw_block(axes, placed, unit, strong=self._numbers, colour=INK)
        for placed in self._districts:
            _draw_leader(axes, placed, PURPLE)
            _draw_block(axes, placed, unit, strong=False, colour=PURPLE)


def _block(number: str, lines: Sequence[str], size: float) -> Block:
    head = ((number, size * 1.15),) if number else ()
    return Block((*head, *((line, size) for line in lines)))


def _wrapped(title: str) -> Iterator[list[str]]:
    """Give a name in one line, and a long one in two or three."""
    yield [title]
    for parts in (2, 3):
        if len(title) >= _LONG_NAME * (parts - 1):
            step = -(-len(title) // parts)
            yield [title[start : start + step] for start in range(0, len(title), step)]


@lru_cache(maxsize=4096)
def _width_at_100(text: str) -> float:
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    with warnings.catch_warnings():
        # Whoever draws the text is warned of letters without a picture.
        warnings.simplefilter("ignore", UserWarning)
        measured: Any = text_to_path.get_text_width_height_descent(text, FontProperties(size=100), ismath=False)
    return float(measured[0])


def _places_in(area: Any, spot: tuple[float, float]) -> Any:
    west, south, east, north = area.bounds
    shares = (np.arange(_GRID) + 0.5) / _GRID
    x, y = np.meshgrid(west + shares * (east - west), south + shares * (north - south))
    centres = np.column_stack([x.ravel(), y.ravel()])
    shapely.prepare(area)
    centres = centres[shapely.contains_xy(area, centres)]
    order = np.argsort(np.hypot(*(centres - spot).T), kind="stable")
    return np.vstack([[spot], centres[order]])


def _draw_leader(axes: Axes, placed: Placed, colour: str) -> None:
    if placed.leader is None:
        return
    x, y = placed.leader
    axes.plot([x, placed.x], [y, placed.y], color="white", linewidth=2.0, zorder=5.8, solid_capstyle="round")
    axes.plot([x, placed.x], [y, placed.y], color=colour, linewidth=0.7, zorder=5.9)
    axes.plot([x], [y], marker="o", markersize=2.6, color=colour, zorder=5.95)


def _draw_block(axes: Axes, placed: Placed, unit: float, *, strong: bool, colour: str) -> None:
    """Draw a block line by line: first its halo as an outline, then letters that can be selected."""
    from matplotlib import patheffects

    height = sum(size * LINE_HEIGHT for _, size in placed.block.lines)
    top = placed.y + height * unit / 2
    for position, (text, size) in enumerate(placed.block.lines):
        middle = top - size * LINE_HEIGHT * unit / 2
        top -= size * LINE_HEIGHT * unit
        style: Any = {"fontsize": size, "ha": "center", "va": "baseline", "color": colour, "parse_math": False}
        y = middle - _BASELINE * size * unit
        halo = axes.text(placed.x, y, text, zorder=6.0, **style)
        outline: list[Any] = [patheffects.Stroke(linewidth=_HALO_POINTS, foreground="white")]
        if strong and position == 0:
            outline.append(patheffects.Stroke(linewidth=0.045 * size, foreground=colour))
        halo.set_path_effects(outline)
        axes.text(placed.x, y, text, zorder=6.1, **style)
