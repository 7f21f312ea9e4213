"""PLAN -> MAP: the two functions a planner calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kurihara_geo.errors import InputError
from kurihara_geo.outputs.arguments import read_choice, read_layer, read_table, read_text, read_title
from kurihara_geo.outputs.audience import Audience, disclose
from kurihara_geo.outputs.drawing import coverage, shapes
from kurihara_geo.outputs.explanations import read_explanations
from kurihara_geo.outputs.files import write_whole
from kurihara_geo.outputs.maps import layers, payload
from kurihara_geo.outputs.maps.explained import explain_in_panel
from kurihara_geo.outputs.maps.page import TILES_HOST, PlanFigure, PlanMap
from kurihara_geo.plan.arguments import read_plan_at_hand

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from kurihara_geo.outputs.audience import Disclosure
    from kurihara_geo.outputs.maps.texts import Lang
    from kurihara_geo.plan import Plan
    from kurihara_geo.studies import Explanation

__all__ = ["map_plan", "write_map"]


def map_plan(
    plan: Plan,
    *,
    districts: gpd.GeoDataFrame | None = None,
    councils: pd.DataFrame | None = None,
    halls: gpd.GeoDataFrame | None = None,
    schools: gpd.GeoDataFrame | None = None,
    barriers: gpd.GeoDataFrame | None = None,
    explanations: Mapping[str, Explanation] | None = None,
    title: str | None = None,
    scenario: str | None = None,
    lang: Lang = "ja",
    tiles: bool = False,
    audience: Audience = "office",
    hide_below: int = 10,
) -> PlanMap:
    """Draw a plan as a map that works without a network: associations today, groups proposed.

    Parameters
    ----------
    plan
        The plan to draw. Its barred borders and its links (橋・峠道) are drawn with their reasons. Where its
        associations have columns ``households_YYYY``, the panel lists their households by year. ``attrs`` of every
        table may hold ``notice`` and ``attribution`` (and ``notice_en``, ``attribution_en``); each is shown below the
        map, once.
    districts
        Former primary-school districts (旧小学校区): columns ``name`` and ``geometry``, any CRS. Without
        them, the associations' column ``former_school_district`` is used where there is one.
    councils
        Community promotion councils: columns ``name``, ``status`` (``established``, ``preparing``, ``none``
        or ``not_confirmed``), ``district_names`` (joined with ``;``) and, where known, ``founded``.
        A district no row names is drawn as not confirmed.
    halls
        Meeting halls: column ``name``, point geometry, any CRS; optional ``kind``, ``capacity``, ``built`` and
        ``association_id``. Without them, the plan's own.
    schools
        Schools: column ``name``, point geometry, any CRS; optional ``kind``.
    barriers
        Lines or areas people cannot cross (川・高速道路), any CRS; drawn where they are near the town. Without a
        ``name`` they are called by ``kind`` or ``road_class``.
    explanations
        Group id -> explanation as :func:`kurihara_geo.explain_merger` gives it: why the group is as it is, what else
        it could be, what would free it. Shown in the panel for office use; never written in public.
    title
        Heading of the page.
    scenario
        Name of the scenario the plan comes from, shown below the heading.
    lang
        ``ja`` or ``en``: language of everything the page says by itself.
    tiles
        Whether to offer GSI tiles (地理院タイル) as a background. They need a network, and are off until
        somebody switches them on.
    audience
        ``office``: everything. ``public``: no household count under the limit, nor any number it could be worked out
        from, no explanation, no reason that somebody wrote, and no household count of another year is in the file.
    hide_below
        In public, counts from 1 to below this are hidden.

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
    shown = disclose(read_plan_at_hand(plan), audience=audience, hide_below=hide_below)
    title, tiles = read_title(title), read_choice("tiles", tiles)
    texts = payload.texts_of(plan, shown, lang)
    heading = texts["default_title"] if title is None else title
    explained = explain_in_panel(plan, read_explanations(plan, explanations), shown, lang)
    drawn = shapes.shape_plan(plan)
    borders = _borders(plan, drawn)
    extra = _Extra(plan, shown, districts=districts, councils=councils, halls=halls, schools=schools, barriers=barriers)
    data = {
        "lang": lang,
        "title": heading,
        "scenario": read_text("scenario", scenario),
        "audience": shown.audience,
        "texts": texts,
        "notes": payload.list_notes(plan, shown, lang, extra.tables),
        "uninhabited": payload.list_names(plan.uninhabited),
        "tiles": f"{TILES_HOST}/xyz/pale/{{z}}/{{x}}/{{y}}.png" if tiles else None,
        **_plan_data(plan, drawn, shown, lang, extra, explained),
        **{name: payload.list_borders(plan, kept, lines, shown) for name, (kept, lines) in borders.items()},
        **extra.data,
    }
    figure = PlanFigure(title=heading, lang=lang, payload=payload.as_json(data), tiles=tiles)
    west, south, east, north = drawn.associations.total_bounds.tolist()
    page = PlanMap(figure, location=((south + north) / 2, (west + east) / 2))
    _add_plan(page, drawn)
    extra.add_to(page)
    for name, (kept, lines) in borders.items():
        if len(kept):
            layers.add_areas(layers.add_group(page, name), name, lines, pane="crossings")
    return page


def write_map(
    plan: Plan,
    path: str | os.PathLike[str],
    *,
    districts: gpd.GeoDataFrame | None = None,
    councils: pd.DataFrame | None = None,
    halls: gpd.GeoDataFrame | None = None,
    schools: gpd.GeoDataFrame | None = None,
    barriers: gpd.GeoDataFrame | None = None,
    explanations: Mapping[str, Explanation] | None = None,
    title: str | None = None,
    scenario: str | None = None,
    lang: Lang = "ja",
    tiles: bool = False,
    audience: Audience = "office",
    hide_below: int = 10,
) -> Path:
    """Write a plan's map as one HTML file that opens with no network, whole or not at all.

    The same plan and options give the same bytes.

    Parameters
    ----------
    plan, districts, councils, halls, schools, barriers, explanations, title, scenario
        As for :func:`map_plan`.
    lang, tiles, audience, hide_below
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
        schools=schools,
        barriers=barriers,
        explanations=explanations,
        title=title,
        scenario=scenario,
        lang=lang,
        tiles=tiles,
        audience=audience,
        hide_below=hide_below,
    )
    return write_whole(path, page.get_root().render().encode("utf-8", errors="replace"))


def _plan_data(
    plan: Plan,
    drawn: shapes.Shapes,
    shown: Disclosure,
    lang: str,
    extra: _Extra,
    explained: Mapping[str, dict[str, Any]],
) -> dict[str, Any]:
    """Give what the page knows of associations, groups, links and barred borders."""
    years, outlook = payload.list_outlook(plan, shown)
    associations = payload.list_associations(plan, drawn, shown, extra.district_of, extra.index_of)
    groups = payload.list_groups(plan, drawn, shown, lang, extra.district_of, extra.index_of)
    for association, by_year in zip(associations, outlook, strict=True):
        if by_year:
            association["outlook"] = by_year
    for group in groups:
        if group["id"] in explained:
            group["explanation"] = explained[group["id"]]
    return {
        "summary": payload.summary_of(plan, shown),
        "households": payload.as_count(shown.total()),
        "population": payload.as_count(shown.total_population()),
        "associations": associations,
        "groups": groups,
        "outlook_years": years,
    }


def _borders(plan: Plan, drawn: shapes.Shapes) -> dict[str, tuple[gpd.GeoDataFrame, gpd.GeoSeries]]:
    """Give links and barred borders: their rows, and how they are drawn."""
    links, barred = payload.borders_to_show(plan)
    return {
        "links": (links, shapes.shape_lines(links)),
        "barred": (barred, shapes.shape_barred(drawn.associations, barred)),
    }


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
    """Districts, councils, halls, schools and barriers: what they say, and how they are drawn."""

    def __init__(
        self,
        plan: Plan,
        shown: Disclosure,
        *,
        districts: gpd.GeoDataFrame | None,
        councils: pd.DataFrame | None,
        halls: gpd.GeoDataFrame | None,
        schools: gpd.GeoDataFrame | None,
        barriers: gpd.GeoDataFrame | None,
    ) -> None:
        given = {"districts": districts, "halls": halls, "schools": schools, "barriers": barriers}
        for name, layer in given.items():
            read_layer(name, layer)
        read_table("councils", councils)
        crs = plan.associations.crs
        placed = None if districts is None else shapes.in_plane(districts, crs, "districts")
        self.districts = coverage.find_districts(plan.associations, placed)
        self.district_of = coverage.districts_of(plan.associations, self.districts)
        self.barriers = None if barriers is None else shapes.near_town(barriers, plan.associations)
        self.has_councils = councils is not None and self.districts is not None
        self.index_of: dict[str, int] = {}
        self.data: dict[str, Any] = {}
        self._read_districts(plan, shown, councils)
        halls = plan.halls if halls is None else halls
        if halls is not None:
            self.data["halls"] = payload.list_halls(shapes.in_plane(halls, crs, "halls"), plan)
        if schools is not None:
            self.data["schools"] = payload.list_halls(shapes.in_plane(schools, crs, "schools"), plan)
        if self.barriers is not None:
            self.data["barriers"] = payload.list_barriers(self.barriers)
        self.tables = (districts, councils, halls, schools, barriers)

    def _read_districts(self, plan: Plan, shown: Disclosure, councils: pd.DataFrame | None) -> None:
        if self.districts is None:
            if councils is not None:
                raise InputError("Councils cannot be drawn without districts: pass districts=... too.")
            return
        names = [str(name) for name in self.districts["name"]]
        self.index_of = {name: number for number, name in reversed(list(enumerate(names)))}
        covered = None if councils is None else coverage.cover_districts(councils, names)
        self.areas, self.lines = shapes.shape_districts(self.districts)
        rows = payload.list_districts(self.areas, names, covered)
        own = coverage.DISTRICT_COLUMN in plan.associations
        figures = payload.figures_of(plan, shown, self.district_of, names, has_column=own)
        self.data["districts"] = [row | counted for row, counted in zip(rows, figures, strict=True)]

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
        for name in ("halls", "schools"):
            if name in self.data:
                layers.add_group(page, name)
