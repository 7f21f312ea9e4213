"""A plan's map on paper, worked out once: areas, borders and signs in the plan's plane, drawn as often as needed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kurihara_geo.errors import InputError
from kurihara_geo.outputs.drawing import coverage, shapes
from kurihara_geo.outputs.drawing.numbering import group_districts, number_groups
from kurihara_geo.outputs.drawing.palette import MERGED, pick_colours

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kurihara_geo.plan import Plan

__all__ = ["MapLayers", "prepare_map"]

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True, eq=False)
class MapLayers:
    """What a plan's map shows, in the plan's plane CRS.

    Parameters
    ----------
    plan
        The plan.
    associations, groups, uninhabited
        Areas, indexed by their ids.
    association_spots, group_spots
        Id -> centre of the largest circle inside.
    new_borders, old_borders
        Lines around groups, and inside groups.
    colours
        Merged group id -> colour.
    numbers
        Group id -> number.
    group_districts
        Group id -> district; empty where it is not known.
    districts
        District -> area; None where there are none.
    district_lines
        Borders of districts, each edge once.
    councils
        District -> furthest status of its councils; None where nobody said.
    halls
        Points; None where there are none.
    barriers
        Lines near the town; None where none were given.
    land
        All areas as one.
    barred, links
        Borders people cannot pass, and links across a gap.
    """

    plan: Plan
    associations: gpd.GeoSeries
    groups: gpd.GeoSeries
    uninhabited: gpd.GeoSeries
    association_spots: Mapping[str, Point]
    group_spots: Mapping[str, Point]
    new_borders: Any
    old_borders: Any
    colours: Mapping[str, str]
    numbers: Mapping[str, int]
    group_districts: Mapping[str, str]
    districts: gpd.GeoSeries | None
    district_lines: Any
    councils: Mapping[str, str] | None
    halls: gpd.GeoSeries | None
    barriers: gpd.GeoSeries | None
    land: Any
    barred: gpd.GeoSeries
    links: gpd.GeoSeries

    def groups_in(self, district: str) -> list[str]:
        """List the groups most of whose members are in a district, by number.

        Raises
        ------
        InputError
            If no group is; the districts there are are named.
        """
        found = [name for name in self.numbers if self.group_districts[name] == district]
        if not found:
            known = sorted({name for name in self.group_districts.values() if name})
            raise InputError(f"No group is in the district {district!r}; there are {', '.join(known) or 'none'}.")
        return found

    def within(self, window: tuple[float, float, float, float]) -> MapLayers:
        """Keep what a window shows (west, south, east, north): the whole city on a small map takes three times as long.

        What groups and districts there are, and their numbers and colours, stay.
        """
        box = shapely.box(*window)
        return replace(
            self,
            associations=_meeting(self.associations, box),
            groups=_meeting(self.groups, box),
            uninhabited=_meeting(self.uninhabited, box),
            new_borders=shapely.clip_by_rect(self.new_borders, *window),
            old_borders=shapely.clip_by_rect(self.old_borders, *window),
            district_lines=None if self.district_lines is None else shapely.clip_by_rect(self.district_lines, *window),
        )


def prepare_map(
    plan: Plan,
    *,
    districts: gpd.GeoDataFrame | None = None,
    councils: pd.DataFrame | None = None,
    halls: gpd.GeoDataFrame | None = None,
    barriers: gpd.GeoDataFrame | None = None,
) -> MapLayers:
    """Work out what a plan's map shows; many sheets can be drawn from it.

    Parameters
    ----------
    plan, districts, councils, halls, barriers
        As for :func:`kurihara_geo.map_plan`.

    Returns
    -------
    MapLayers

    Raises
    ------
    InputError
        As for :func:`kurihara_geo.map_plan`.
    """
    crs: Any = plan.associations.crs
    drawn = shapes.shape_plan(plan)
    given = None if districts is None else shapes.in_plane(districts, crs, "districts")
    found = coverage.find_districts(plan.associations, given)
    if found is None and councils is not None:
        raise InputError("Councils cannot be drawn without districts: pass districts=... too.")
    district_of = coverage.districts_of(plan.associations, found)
    areas, lines, statuses = _districts(found, councils, crs)
    halls = plan.halls if halls is None else halls
    placed = None if halls is None else shapes.in_plane(halls, crs, "halls").geometry
    return MapLayers(
        plan=plan,
        associations=drawn.associations.to_crs(crs),
        groups=drawn.groups.to_crs(crs),
        uninhabited=drawn.uninhabited.to_crs(crs),
        association_spots=_in_plane(drawn.association_spots, crs),
        group_spots=_in_plane(drawn.group_spots, crs),
        new_borders=_line(drawn.new_borders, crs),
        old_borders=_line(drawn.old_borders, crs),
        colours=_colours(plan, drawn),
        numbers=number_groups(plan, district_of),
        group_districts=group_districts(plan, district_of),
        districts=areas,
        district_lines=lines,
        councils=statuses,
        halls=placed,
        barriers=None if barriers is None else _barriers(barriers, plan, crs),
        land=_land(drawn, crs),
        barred=gpd.GeoSeries(plan.borders.geometry[plan.borders["barred_by"].astype(str) != ""]),
        links=gpd.GeoSeries(plan.borders.geometry[plan.borders["kind"] == "link"]),
    )


def _meeting(areas: gpd.GeoSeries, box: Any) -> gpd.GeoSeries:
    kept: Any = areas[areas.intersects(box)]
    return gpd.GeoSeries(kept, crs=areas.crs)


def _districts(
    found: gpd.GeoDataFrame | None, councils: pd.DataFrame | None, crs: Any
) -> tuple[gpd.GeoSeries | None, Any, dict[str, str] | None]:
    if found is None:
        return None, None, None
    names = [str(name) for name in found["name"]]
    areas, lines = shapes.shape_districts(found)
    plane = areas.to_crs(crs)
    by_name = gpd.GeoSeries(plane.to_numpy(), index=names, crs=crs)
    if councils is None:
        return by_name, _line(lines, crs), None
    covered = coverage.cover_districts(councils, names)
    return by_name, _line(lines, crs), {name: coverage.status_of(given) for name, given in covered.items()}


def _colours(plan: Plan, drawn: shapes.Shapes) -> dict[str, str]:
    merged = [str(name) for name, status in plan.groups["status"].items() if status == "merged"]
    chosen = set(merged)
    pairs = [(a, b) for a, b in drawn.neighbours if a in chosen and b in chosen]
    return {name: MERGED[number] for name, number in pick_colours(merged, pairs).items()}


def _barriers(barriers: gpd.GeoDataFrame, plan: Plan, crs: Any) -> gpd.GeoSeries:
    return shapes.shape_lines(shapes.near_town(barriers, plan.associations)).to_crs(crs)


def _land(drawn: shapes.Shapes, crs: Any) -> Any:
    areas = gpd.GeoSeries(pd.concat([drawn.groups, drawn.uninhabited]), crs=shapes.EXCHANGE_CRS)
    return shapes.put_together(areas, [""] * len(areas)).to_crs(crs).iloc[0]


def _line(lines: Any, crs: Any) -> Any:
    return gpd.GeoSeries([lines], crs=shapes.EXCHANGE_CRS).to_crs(crs).iloc[0]


def _in_plane(spots: Mapping[str, shapes.Spot], crs: Any) -> dict[str, Point]:
    lat_lon = np.array([spot[:2] for spot in spots.values()]).reshape(-1, 2)
    points = gpd.GeoSeries(shapely.points(lat_lon[:, 1], lat_lon[:, 0]), crs=shapes.EXCHANGE_CRS).to_crs(crs)
    return dict(zip(spots, zip(points.x.tolist(), points.y.tolist(), strict=True), strict=True))
