"""The plan as a map on paper: numbered groups, districts, councils, halls and barriers, drawn as lines and letters."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import shapely

from kurihara_geo.outputs.drawing.figures import japanese_font
from kurihara_geo.outputs.drawing.label_places import LabelPlaces
from kurihara_geo.outputs.drawing.map_frame import Frame, paint_north, paint_scale
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
    from kurihara_geo.plan import Plan

__all__ = ["MapLayers", "draw_legend", "draw_plan_map", "prepare_map"]

# Share of the town's size left free around it.
_MARGIN = 0.035
_HALL_POINTS = 4.0
_UNPLACED = {
    "ja": "図に書ききれない番号: {texts} (一覧表と地区の図をご覧ください)",
    "en": "No room on this map for: {texts} (see the list and the maps of the districts)",
}
_NOTE_LETTERS = 60


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
        _paint_beneath(axes, sheet)
        places = LabelPlaces(sheet.frame.box, sheet.frame.unit, MapLabels.width_of)
        paint_scale(axes, sheet.frame, places, sheet.land)
        paint_north(axes, sheet.frame, places, sheet.land, lang)
        points = _halls_within(sheet)
        places.avoid(map(tuple, points), _HALL_POINTS + 2)
        texts = MapLabels(layers, shown, state=state, numbers=numbers, labels=labels, lang=lang, text_size=text_size)
        texts.place(places, sheet.names, sheet.areas, sheet.spots, district)
        _paint_councils(axes, sheet, texts.boxes(places))
        if len(points):
            paint_halls(axes, points, size=_HALL_POINTS)
        texts.draw(axes)
        if texts.unplaced:
            _note_unplaced(axes, [texts.short(name) for name in texts.unplaced], lang)


@dataclass(frozen=True, eq=False)
class _Sheet:
    """What one map shows of the layers, and its frame."""

    layers: MapLayers
    state: str
    district: str | None
    frame: Frame
    names: list[str]
    land: Any

    @classmethod
    def of(cls, axes: Axes, layers: MapLayers, state: str, district: str | None) -> _Sheet:
        groups = list(layers.numbers) if district is None else layers.groups_in(district)
        member_of = layers.plan.members["group_id"].astype(str)
        chosen = set(groups)
        names = groups if state == "after" else [str(n) for n, g in member_of.items() if g in chosen]
        areas = gpd.GeoSeries(layers.groups[groups])
        bounds: Any = areas.total_bounds
        if district is None:
            every = np.vstack([layers.associations.total_bounds, *_bounds_of(layers.uninhabited)])
            bounds = np.hstack([every[:, :2].min(axis=0), every[:, 2:].max(axis=0)])
        frame = Frame.around(axes, tuple(bounds.tolist()), _MARGIN)
        land = shapely.union_all(shapely.box(*layers.associations.bounds.to_numpy().T))
        return cls(layers, state, district, frame, names, land)

    @property
    def areas(self) -> gpd.GeoSeries:
        """Areas that are labelled."""
        return gpd.GeoSeries((self.layers.groups if self.state == "after" else self.layers.associations)[self.names])

    @property
    def spots(self) -> Any:
        """Best places of their labels."""
        return self.layers.group_spots if self.state == "after" else self.layers.association_spots


def _bounds_of(areas: gpd.GeoSeries) -> list[Any]:
    return [areas.total_bounds] if len(areas) else []


def _paint_beneath(axes: Axes, sheet: _Sheet) -> None:
    """Draw everything but signs and texts."""
    layers, scale = sheet.layers, sheet.frame.line_scale
    paint_areas(axes, layers.uninhabited, AREA_LOOKS["uninhabited"])
    everything = layers.groups if sheet.state == "after" else layers.associations
    here = everything.index.isin(sheet.names)
    paint_areas(axes, everything[~here], AREA_LOOKS["elsewhere"])
    _paint_statuses(axes, sheet)
    if layers.districts is not None:
        paint_lines(axes, layers.district_lines, LINE_LOOKS["districts"], scale=scale)
    if sheet.district is not None and (~here).any():
        around = shapely.boundary(gpd.GeoSeries(everything[~here]).to_numpy())
        paint_lines(axes, around, LINE_LOOKS["quiet"], scale=scale)
    within = shapely.union_all(sheet.areas.to_numpy()) if sheet.district is not None else None
    if sheet.state == "after":
        paint_lines(axes, _clip(layers.old_borders, within), LINE_LOOKS["old"], scale=scale)
        paint_lines(axes, _clip(layers.new_borders, within), LINE_LOOKS["new"], scale=scale)
    else:
        for lines in (layers.old_borders, layers.new_borders):
            paint_lines(axes, _clip(lines, within), LINE_LOOKS["today"], scale=scale)
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
        if sheet.district is None or name == sheet.district:
            paint_council(axes, area, layers.councils[str(name)], sheet.frame.unit, boxes)


def _halls_within(sheet: _Sheet) -> Any:
    halls = sheet.layers.halls
    if halls is None:
        return np.empty((0, 2))
    there = gpd.GeoSeries(halls[halls.notna() & ~halls.is_empty])
    points = shapely.get_coordinates(there.representative_point().to_numpy())
    if sheet.district is not None:
        within = shapely.union_all(sheet.areas.to_numpy())
        shapely.prepare(within)
        points = points[shapely.intersects_xy(within, points)]
    return points


def _note_unplaced(axes: Axes, texts: list[str], lang: str) -> None:
    """Say which numbers had no room at all: none is left out without a word."""
    text = _UNPLACED[lang].format(texts=", ".join(sorted(set(texts), key=lambda text: (len(text), text))))
    lines = "\n".join(textwrap.wrap(text, width=_NOTE_LETTERS))
    axes.text(
        0.004, 0.004, lines, transform=axes.transAxes, fontsize=7.5, ha="left", va="bottom", color=INK, zorder=9.0,
        bbox={"facecolor": "white", "edgecolor": INK, "linewidth": 0.6, "pad": 3.0},
    )  # fmt: skip


def _clip(lines: Any, within: Any) -> Any:
    """Keep of lines what runs in or around an area."""
    if within is None:
        return lines
    near = shapely.buffer(within, 1.0)
    return shapely.intersection(lines, near)
