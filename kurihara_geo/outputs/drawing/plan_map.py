"""The plan as a map on paper: numbered groups, districts, councils, halls and barriers, drawn as lines and letters."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import shapely

from kurihara_geo.outputs.drawing.figures import japanese_font
from kurihara_geo.outputs.drawing.label_places import Block, LabelPlaces, Placed
from kurihara_geo.outputs.drawing.map_frame import Frame, paint_north, paint_scale
from kurihara_geo.outputs.drawing.map_insets import find_insets
from kurihara_geo.outputs.drawing.map_labels import MapLabels
from kurihara_geo.outputs.drawing.map_layers import MapLayers, prepare_map
from kurihara_geo.outputs.drawing.map_legend import draw_legend
from kurihara_geo.outputs.drawing.map_paint import (
    AREA_LOOKS,
    INK,
    LINE_LOOKS,
    paint_areas,
    paint_council,
    paint_halls,
    paint_lines,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from kurihara_geo.outputs.arguments import Lang
    from kurihara_geo.outputs.audience import Disclosure
    from kurihara_geo.outputs.drawing.map_insets import Inset
    from kurihara_geo.plan import Plan

__all__ = ["MapLayers", "draw_legend", "draw_plan_map", "prepare_map"]

# Share of the town's size left free around it.
_MARGIN = 0.035
_HALL_POINTS = 4.0
_UNPLACED = {
    "ja": "図に書ききれない番号: {texts} (一覧表をご覧ください)",
    "en": "No room on this map for: {texts} (see the list)",
}
_NOTE_LETTERS = 60
_INSET = "#7A1F1F"
_ENLARGED = {"ja": "拡大図 {letter}", "en": "Enlarged {letter}"}


def draw_plan_map(
    axes: Axes,
    plan: Plan,
    *,
    shown: Disclosure,
    state: Literal["after", "before"] = "after",
    districts: gpd.GeoDataFrame | None = None,
    councils: pd.DataFrame | None = None,
    halls: gpd.GeoDataFrame | None = None,
    barriers: gpd.GeoDataFrame | None = None,
    district: str | None = None,
    numbers: bool = True,
    labels: Literal["number", "name", "households"] = "households",
    lang: Lang = "ja",
    text_size: float = 1.0,
    layers: MapLayers | None = None,
) -> None:
    """Draw a plan on axes that have their final place and size; the legend is drawn apart, by :func:`draw_legend`.

    Parameters
    ----------
    axes
        Where to draw. Their limits are set so that the map fills them; no layout may move them afterwards.
    plan
        The plan.
    shown
        What may be shown of it.
    state
        ``after``: the groups. ``before``: the associations today, each with the number of the group it would join.
    districts, councils, halls, barriers
        As for :func:`kurihara_geo.map_plan`.
    district
        Draw the groups of this district only, large, with what surrounds them in pale.
    numbers
        Whether the groups' numbers are shown.
    labels
        ``number``: nothing else. ``name``: names too where there is room. ``households``: names and households.
    lang
        ``ja`` or ``en``.
    text_size
        Factor for all texts.
    layers
        As :func:`prepare_map` gives them, in place of the tables, where many maps are drawn of one plan.

    Raises
    ------
    InputError
        As for :func:`kurihara_geo.map_plan`, or if no group is in the district.
    """
    if layers is None:
        layers = prepare_map(plan, districts=districts, councils=councils, halls=halls, barriers=barriers)
    with japanese_font():
        sheet = _Sheet.of(axes, layers, state, district)
        places = LabelPlaces(sheet.frame.box, sheet.frame.unit, MapLabels.width_of)
        written: Any = {"state": state, "numbers": numbers, "labels": labels, "lang": lang, "text_size": text_size}
        texts = MapLabels(layers, shown, **written)
        spots = np.array([sheet.spots[name] for name in sheet.names]).reshape(-1, 2)
        paint_scale(axes, sheet.frame, places, layers.land, spots)
        paint_north(axes, sheet.frame, places, layers.land, spots, lang)
        halls_here = _halls_within(sheet)
        places.avoid(map(tuple, halls_here), _HALL_POINTS + 2)
        left = texts.place_inside(places, sheet.names, sheet.areas_by_name, sheet.spots)
        insets = (
            [] if district is not None else find_insets(left, sheet.spots, _radii(sheet, left), places, layers.land)
        )
        enlarged = {name for inset in insets for name in inset.names}
        texts.place_beside(places, [name for name in left if name not in enlarged], sheet.spots)
        texts.place_districts(places, district)
        _paint(axes, sheet, halls_here, texts.boxes(places))
        texts.draw(axes, sheet.frame.unit)
        for inset in insets:
            texts.unplaced += _draw_inset(axes, sheet, inset, MapLabels(layers, shown, **written), lang)
        if texts.unplaced:
            _note_unplaced(axes, places, [texts.short(name) for name in texts.unplaced], lang)


@dataclass(frozen=True, eq=False)
class _Sheet:
    """What one map shows of the layers, and its frame; an inset shows what is in its window."""

    layers: MapLayers
    state: str
    district: str | None
    frame: Frame
    names: list[str]
    window: Any = None

    @classmethod
    def of(cls, axes: Axes, layers: MapLayers, state: str, district: str | None) -> _Sheet:
        groups = list(layers.numbers) if district is None else layers.groups_in(district)
        member_of = layers.plan.members["group_id"].astype(str)
        chosen = set(groups)
        names = groups if state == "after" else [str(n) for n, g in member_of.items() if g in chosen]
        bounds = layers.land.bounds if district is None else gpd.GeoSeries(layers.groups[groups]).total_bounds.tolist()
        frame = Frame.around(axes, tuple(bounds), _MARGIN)
        return cls(layers if district is None else layers.within(frame.box), state, district, frame, names)

    @property
    def everything(self) -> gpd.GeoSeries:
        """Areas of the state shown, those that are only shown in pale among them."""
        areas = self.layers.groups if self.state == "after" else self.layers.associations
        return areas if self.window is None else gpd.GeoSeries(areas[areas.intersects(self.window)])

    @property
    def areas(self) -> gpd.GeoSeries:
        """Areas that are labelled."""
        return gpd.GeoSeries((self.layers.groups if self.state == "after" else self.layers.associations)[self.names])

    @property
    def areas_by_name(self) -> dict[str, Any]:
        """The same by name."""
        return {str(name): area for name, area in self.areas.items()}

    @property
    def spots(self) -> Any:
        """Best places of their labels."""
        return self.layers.group_spots if self.state == "after" else self.layers.association_spots

    def cut(self, lines: Any) -> Any:
        """Keep of lines what is shown: on a district's map what runs in or around it, in an inset its window."""
        if self.window is not None:
            return shapely.clip_by_rect(lines, *self.window.bounds)
        if self.district is None:
            return lines
        within = shapely.union_all(self.areas.to_numpy())
        return shapely.intersection(lines, shapely.buffer(within, 1.0))


def _radii(sheet: _Sheet, names: list[str]) -> dict[str, float]:
    """Give the radius of the largest circle inside each area."""
    given = sheet.layers.groups if sheet.state == "after" else sheet.layers.associations
    areas = gpd.GeoSeries(given[names]).to_numpy()
    points = shapely.points([sheet.spots[name] for name in names]) if names else []
    return dict(zip(names, shapely.distance(shapely.boundary(areas), points), strict=True))


def _draw_inset(axes: Axes, main: _Sheet, inset: Inset, texts: MapLabels, lang: str) -> list[str]:
    """Draw a part of the map larger, and its frame on the map; give the areas without room even there."""
    from matplotlib.patches import Rectangle

    (west, south, east, north), (left, low, right, high) = inset.place, inset.window
    child = axes.inset_axes((west, south, east - west, north - south), transform=axes.transData, zorder=7.0)
    child.set_xticks([])
    child.set_yticks([])
    for side in child.spines.values():
        side.set_edgecolor(_INSET)
        side.set_linewidth(1.6)
    frame = main.frame.enlarged(child, inset.window, inset.place)
    window = shapely.box(*inset.window)
    sheet = _Sheet(main.layers, main.state, None, frame, list(inset.names), window)
    sheet = replace(sheet, names=[str(name) for name in sheet.everything.index])
    places = LabelPlaces(frame.box, frame.unit, MapLabels.width_of)
    name = _ENLARGED[lang].format(letter=inset.letter)
    places.take((left, high - 15 * frame.unit, left + (8 + MapLabels.width_of(name, 9.0)) * frame.unit, high))
    here = _halls_within(sheet)
    places.avoid(map(tuple, here), _HALL_POINTS + 2)
    areas = {name: shapely.intersection(area, window) for name, area in sheet.areas_by_name.items()}
    wanted = list(inset.names)
    unplaced = texts.place_inside(places, wanted, areas, sheet.spots)
    texts.place_beside(places, unplaced, sheet.spots)
    _paint(child, sheet, here, texts.boxes(places))
    texts.draw(child, frame.unit)
    style: Any = {"color": _INSET, "zorder": 9.0, "fontsize": 9}
    box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.9, "pad": 1.5}
    child.text(left + 4 * frame.unit, high - 4 * frame.unit, name, ha="left", va="top", bbox=box, **style)
    axes.add_patch(
        Rectangle((left, low), right - left, high - low, fill=False, edgecolor=_INSET, linewidth=1.6, zorder=6.5)
    )
    axes.text(left, high, inset.letter, ha="left", va="bottom", fontweight="normal", bbox=box, **style)
    return texts.unplaced


def _paint(axes: Axes, sheet: _Sheet, halls: Any, boxes: Any) -> None:
    """Draw everything but texts; signs keep off the texts' rectangles."""
    _paint_beneath(axes, sheet)
    _paint_councils(axes, sheet, boxes)
    if len(halls):
        paint_halls(axes, halls, size=_HALL_POINTS)


def _paint_beneath(axes: Axes, sheet: _Sheet) -> None:
    """Draw everything but signs and texts."""
    layers, scale = sheet.layers, sheet.frame.line_scale
    paint_areas(axes, layers.uninhabited, AREA_LOOKS["uninhabited"])
    everything = sheet.everything
    here = everything.index.isin(sheet.names)
    paint_areas(axes, everything[~here], AREA_LOOKS["elsewhere"])
    _paint_statuses(axes, sheet)
    if layers.districts is not None:
        paint_lines(axes, layers.district_lines, LINE_LOOKS["districts"], scale=scale)
    if sheet.district is not None and (~here).any():
        around = shapely.boundary(gpd.GeoSeries(everything[~here]).to_numpy())
        paint_lines(axes, around, LINE_LOOKS["quiet"], scale=scale)
    borders = {"old": layers.old_borders, "new": layers.new_borders}
    for name, lines in borders.items():
        look = LINE_LOOKS[name if sheet.state == "after" else "today"]
        paint_lines(axes, sheet.cut(lines), look, scale=scale)
    if layers.barriers is not None:
        paint_lines(axes, layers.barriers.to_numpy(), LINE_LOOKS["barriers"], scale=scale)
    paint_lines(axes, layers.barred.to_numpy(), LINE_LOOKS["barred"], scale=scale)
    paint_lines(axes, layers.links.to_numpy(), LINE_LOOKS["links"], scale=scale)


def _paint_statuses(axes: Axes, sheet: _Sheet) -> None:
    plan, areas = sheet.layers.plan, sheet.areas
    if sheet.state == "before":
        small = plan.members["small"][sheet.names].to_numpy(dtype=bool)
        paint_areas(axes, areas[~small], AREA_LOOKS["unchanged"])
        paint_areas(axes, areas[small], AREA_LOOKS["below_floor"])
        return
    status = plan.groups["status"][sheet.names].to_numpy()
    for look in ("unchanged", "below_floor"):
        paint_areas(axes, areas[status == look], AREA_LOOKS[look])
    colours = np.array([sheet.layers.colours.get(name, "") for name in sheet.names])
    for colour in sorted(set(colours) - {""}):
        paint_areas(axes, areas[colours == colour], AREA_LOOKS["unchanged"], fill=str(colour))


def _paint_councils(axes: Axes, sheet: _Sheet, boxes: Any) -> None:
    layers = sheet.layers
    if layers.councils is None or layers.districts is None:
        return
    for name, area in layers.districts.items():
        shown = area if sheet.window is None else shapely.intersection(area, sheet.window)
        if sheet.district in (None, name) and not shapely.is_empty(shown):
            paint_council(axes, shown, layers.councils[str(name)], sheet.frame.unit, boxes)


def _halls_within(sheet: _Sheet) -> Any:
    halls = sheet.layers.halls
    if halls is None:
        return np.empty((0, 2))
    there = gpd.GeoSeries(halls[halls.notna() & ~halls.is_empty])
    points = shapely.get_coordinates(there.representative_point().to_numpy())
    if sheet.district is not None or sheet.window is not None:
        within = shapely.union_all(sheet.areas.to_numpy()) if sheet.window is None else sheet.window
        shapely.prepare(within)
        points = points[shapely.intersects_xy(within, points)]
    return points


def _note_unplaced(axes: Axes, places: LabelPlaces, texts: list[str], lang: str) -> None:
    """Say at the map's edge which numbers had no room at all: none is left out without a word."""
    text = _UNPLACED[lang].format(texts=", ".join(sorted(set(texts), key=lambda text: (len(text), text))))
    block = Block(tuple((line, 7.5) for line in textwrap.wrap(text, width=_NOTE_LETTERS)))
    width, height = places.size_of(block)
    west, south, east, north = places.frame
    across = np.linspace(west + width / 2, east - width / 2, 40)
    centres = [(x, y) for y in (south + height / 2 + 1.0, north - height / 2 - 1.0) for x in across]
    placed = places.anywhere(np.array(centres), block) or Placed(block, *centres[0])
    lines = "\n".join(line for line, _ in block.lines)
    axes.text(
        placed.x, placed.y, lines, fontsize=7.5, ha="center", va="center", color=INK, zorder=9.0, linespacing=1.1,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.5},
    )  # fmt: skip
