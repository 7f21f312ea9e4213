"""PLAN -> MAP: the two functions a planner calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kurihara_geo.errors import InputError
from kurihara_geo.outputs.arguments import read_choice, read_layer, read_table, read_title
from kurihara_geo.outputs.drawing import coverage, shapes
from kurihara_geo.outputs.files import write_whole
from kurihara_geo.outputs.maps import layers, payload
from kurihara_geo.outputs.maps.page import TILES_HOST, PlanFigure, PlanMap
from kurihara_geo.outputs.maps.texts import Lang, texts_in
from kurihara_geo.plan.arguments import read_plan_at_hand

if TYPE_CHECKING:
    import os
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from kurihara_geo.plan import Plan

__all__ = ["map_plan", "write_map"]


def map_plan(
    plan: Plan,
    *,
    districts: gpd.GeoDataFrame | None = None,
    councils: pd.DataFrame | None = None,
    halls: gpd.GeoDataFrame | None = None,
    barriers: gpd.GeoDataFrame | None = None,
    title: str | None = None,
    lang: Lang = "ja",
    tiles: bool = False,
) -> PlanMap:
    """Draw a plan as a map that works without a network: associations today, groups proposed.

    Parameters
    ----------
    plan
        The plan to draw. ``plan.associations.attrs`` may hold ``notice`` and ``attribution``; both are
        shown below the map.
    districts
        Former primary-school districts (旧小学校区): columns ``name`` and ``geometry``, any CRS. Without
        them, the associations' column ``former_school_district`` is used where there is one.
    councils
        Community promotion councils: columns ``name``, ``status`` (``established``, ``preparing``, ``none``
        or ``not_confirmed``), ``district_names`` (joined with ``;``) and, where known, ``founded``.
        A district no row names is drawn as not confirmed.
    halls
        Meeting halls: column ``name``, point geometry, any CRS; optional ``kind``, ``capacity`` and
        ``built``. Without them, the plan's own.
    barriers
        Lines or areas people cannot cross (川・高速道路), any CRS; drawn where they are near the town. Without a
        ``name`` they are called by ``kind`` or ``road_class``.
    title
        Heading of the page.
    lang
        ``ja`` or ``en``: language of everything the page says by itself.
    tiles
        Whether to offer GSI tiles (地理院タイル) as a background. They need a network, and are off until
        somebody switches them on.

    Returns
    -------
    PlanMap
        A ``folium.Map``; a notebook shows it as it is. Large inputs are simplified until the page stays
        below 50 000 vertices.

    Raises
    ------
    InputError
        If a table has no CRS or lacks a column, a council's status is unknown, a council covers a district
        that is not on the map, or ``lang`` is another language.
    """
    rules = read_plan_at_hand(plan).rules
    title, tiles = read_title(title), read_choice("tiles", tiles)
    texts = texts_in(lang, further_floors=rules.floors_apply_to == "all", own_floors=bool(rules.lower_floors))
    heading = texts["default_title"] if title is None else title
    drawn = shapes.shape_plan(plan)
    extra = _Extra(plan, districts=districts, councils=councils, halls=halls, barriers=barriers)
    data = {
        "lang": lang,
        "title": heading,
        "texts": texts,
        "summary": plan.summary(),
        "notes": payload.list_notes(plan, lang),
        "associations": payload.list_associations(plan, drawn, extra.district_of),
        "groups": payload.list_groups(plan, drawn, lang),
        "uninhabited": payload.list_names(plan.uninhabited),
        "tiles": f"{TILES_HOST}/xyz/pale/{{z}}/{{x}}/{{y}}.png" if tiles else None,
        **extra.data,
    }
    figure = PlanFigure(title=heading, lang=lang, payload=payload.as_json(data), tiles=tiles)
    west, south, east, north = drawn.associations.total_bounds.tolist()
    page = PlanMap(figure, location=((south + north) / 2, (west + east) / 2))
    _add_plan(page, drawn)
    extra.add_to(page)
    return page


def write_map(
    plan: Plan,
    path: str | os.PathLike[str],
    *,
    districts: gpd.GeoDataFrame | None = None,
    councils: pd.DataFrame | None = None,
    halls: gpd.GeoDataFrame | None = None,
    barriers: gpd.GeoDataFrame | None = None,
    title: str | None = None,
    lang: Lang = "ja",
    tiles: bool = False,
) -> Path:
    """Write a plan's map as one HTML file that opens with no network, whole or not at all.

    The same plan and options give the same bytes.

    Parameters
    ----------
    plan, districts, councils, halls, barriers, title, lang, tiles
        As for :func:`map_plan`.
    path
        File to write; its folder must exist. An existing file is replaced.

    Returns
    -------
    Path
        The path written.

    Raises
    ------
    InputError
        As for :func:`map_plan`.
    OutputError
        If the file cannot be written.
    """
    page = map_plan(
        plan,
        districts=districts,
        councils=councils,
        halls=halls,
        barriers=barriers,
        title=title,
        lang=lang,
        tiles=tiles,
    )
    return write_whole(path, page.get_root().render().encode("utf-8", errors="replace"))


def _add_plan(page: PlanMap, drawn: shapes.Shapes) -> None:
    layers.add_panes(page)
    layers.add_areas(page, "uninhabited", drawn.uninhabited, pane="areas")
    before = layers.add_group(page, "before", show=False)
    layers.add_areas(before, "associations", drawn.associations, pane="areas")
    after = layers.add_group(page, "after")
    layers.add_areas(after, "groups", drawn.groups, pane="areas")
    layers.add_lines(after, "old_borders", [drawn.old_borders], pane="borders")
    layers.add_lines(after, "new_borders", [drawn.new_borders], pane="borders")


class _Extra:
    """Districts, councils, halls and barriers: what they say, and how they are drawn."""

    def __init__(
        self,
        plan: Plan,
        *,
        districts: gpd.GeoDataFrame | None,
        councils: pd.DataFrame | None,
        halls: gpd.GeoDataFrame | None,
        barriers: gpd.GeoDataFrame | None,
    ) -> None:
        for name, layer in {"districts": districts, "halls": halls, "barriers": barriers}.items():
            read_layer(name, layer)
        read_table("councils", councils)
        crs = plan.associations.crs
        given = None if districts is None else shapes.in_plane(districts, crs, "districts")
        self.districts = coverage.find_districts(plan.associations, given)
        self.district_of = coverage.districts_of(plan.associations, self.districts)
        self.barriers = None if barriers is None else shapes.near_town(barriers, plan.associations)
        self.has_councils = councils is not None and self.districts is not None
        self.data: dict[str, Any] = {}
        self._read_districts(councils)
        if halls is None:
            halls = plan.halls
        if halls is not None:
            self.data["halls"] = payload.list_halls(shapes.in_plane(halls, crs, "halls"))
        if self.barriers is not None:
            self.data["barriers"] = payload.list_barriers(self.barriers)

    def _read_districts(self, councils: pd.DataFrame | None) -> None:
        if self.districts is None:
            if councils is not None:
                raise InputError("Councils cannot be drawn without districts: pass districts=... too.")
            return
        names = [str(name) for name in self.districts["name"]]
        covered = None if councils is None else coverage.cover_districts(councils, names)
        self.areas, self.lines = shapes.shape_districts(self.districts)
        self.data["districts"] = payload.list_districts(self.areas, names, covered)

    def add_to(self, page: PlanMap) -> None:
        """Add the layers there are."""
        if self.has_councils:
            group = layers.add_group(page, "councils", show=False)
            layers.add_areas(group, "council_areas", self.areas, pane="councils", clicked=False)
        if self.districts is not None:
            group = layers.add_group(page, "districts")
            layers.add_lines(group, "district_borders", [self.lines], pane="districts")
        if self.barriers is not None:
            group = layers.add_group(page, "barriers")
            layers.add_lines(group, "barrier_lines", shapes.shape_lines(self.barriers), pane="barriers")
        if "halls" in self.data:
            layers.add_group(page, "halls")
