"""A plan's geometry made ready for the page: light enough, each border once, degrees with six decimals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kurihara_geo.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kurihara_geo.plan import Plan

__all__ = [
    "Shapes",
    "Spot",
    "in_plane",
    "middle_of",
    "near_town",
    "put_together",
    "shape_areas",
    "shape_barred",
    "shape_districts",
    "shape_lines",
    "shape_plan",
    "split_edges",
    "to_degrees",
]

EXCHANGE_CRS = 4326
DECIMALS = 6
CELL_VERTICES = 14_000
DISTRICT_VERTICES = 6_000
LINE_VERTICES = 4_000
_AROUND_M = 1_000.0
_TOLERANCES_M = (0.0, 2.0, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0)

Spot = tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class Shapes:
    """What the page draws of a plan, in EPSG:4326.

    Parameters
    ----------
    associations, groups, uninhabited
        Areas, indexed by their ids.
    new_borders, old_borders
        Lines around groups, and lines that disappear inside them; every edge once.
    association_spots, group_spots
        Id -> latitude, longitude and radius in metres of the largest circle inside: where a label fits.
    neighbours
        Pairs of group ids that share an edge.
    """

    associations: gpd.GeoSeries
    groups: gpd.GeoSeries
    uninhabited: gpd.GeoSeries
    new_borders: Any
    old_borders: Any
    association_spots: dict[str, Spot]
    group_spots: dict[str, Spot]
    neighbours: tuple[tuple[str, str], ...]


def shape_plan(plan: Plan) -> Shapes:
    """Prepare a plan's areas and borders; large inputs lose detail evenly, and shared borders stay shared."""
    group_of = plan.members["group_id"].astype(str).to_dict()
    cells = _lighten(plan.associations.geometry, CELL_VERTICES)
    cells.index = cells.index.astype(str)
    plane: Any = cells.crs
    degrees = to_degrees(cells)
    settled = gpd.GeoSeries(degrees.reindex(plan.members.index.astype(str)))
    groups = put_together(settled, [group_of[name] for name in settled.index])
    groups = gpd.GeoSeries(groups.reindex(plan.groups.index.astype(str)))
    new, old, pairs = _borders(degrees, [group_of.get(name) for name in degrees.index])
    return Shapes(
        associations=settled,
        groups=groups,
        uninhabited=gpd.GeoSeries(degrees[[name not in group_of for name in degrees.index]]),
        new_borders=new,
        old_borders=old,
        association_spots=_spots(gpd.GeoSeries(cells.reindex(settled.index))),
        group_spots=_spots(groups.to_crs(plane)),
        neighbours=pairs,
    )


def shape_areas(areas: gpd.GeoSeries) -> tuple[gpd.GeoSeries, dict[str, Spot]]:
    """Prepare areas without a plan, in a plane CRS: in EPSG:4326 by their ids, and where a label fits in each."""
    cells = _lighten(areas, CELL_VERTICES)
    cells.index = cells.index.astype(str)
    return to_degrees(cells), _spots(cells)


def put_together(areas: gpd.GeoSeries, keys: Sequence[str]) -> gpd.GeoSeries:
    """Give one area for each key: exactly where corners match, else as near as the coordinates allow."""
    parts, given = areas.to_numpy(), np.array(keys, dtype=object)
    names = sorted(set(keys))
    return gpd.GeoSeries([_union(parts[given == name]) for name in names], index=names, crs=areas.crs)


def _union(parts: Any) -> Any:
    try:
        return shapely.coverage_union_all(parts)
    except shapely.errors.GEOSException:  # corners that do not quite meet
        return shapely.union_all(_mended(parts))


def _mended(areas: Any) -> Any:
    return shapely.make_valid(areas, method="structure", keep_collapsed=False)


def shape_districts(districts: gpd.GeoDataFrame) -> tuple[gpd.GeoSeries, Any]:
    """Give districts as areas and their borders as lines, each edge once, in EPSG:4326."""
    areas = to_degrees(_lighten(districts.geometry, DISTRICT_VERTICES))
    ends, _ = split_edges(areas)
    return areas, _as_lines(np.unique(ends, axis=0))


def near_town(barriers: gpd.GeoDataFrame, associations: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give barriers in the town's CRS, cut off a little outside it: a layer may hold the rivers of a whole region."""
    placed = in_plane(barriers, associations.crs, "barriers")
    west, south, east, north = associations.total_bounds.tolist()
    frame = (west - _AROUND_M, south - _AROUND_M, east + _AROUND_M, north + _AROUND_M)
    cut = placed.set_geometry(shapely.clip_by_rect(placed.geometry.to_numpy(), *frame), crs=placed.crs)
    near: gpd.GeoDataFrame = cut[~(cut.geometry.isna() | cut.geometry.is_empty)]
    return near


def shape_lines(lines: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Give lines, or the outlines of areas, in EPSG:4326, simplified until they are light enough."""
    whole = lines.geometry.where(~lines.geom_type.isin(["Polygon", "MultiPolygon"]), lines.boundary)
    for tolerance in _TOLERANCES_M:
        drawn = whole.simplify(tolerance) if tolerance else whole
        if int(shapely.get_num_coordinates(drawn.to_numpy()).sum()) <= LINE_VERTICES:
            break
    return to_degrees(drawn)


def shape_barred(associations: gpd.GeoSeries, borders: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Give borders as they run between the areas drawn; a border these do not share keeps its own line.

    Parameters
    ----------
    associations
        Areas as drawn, EPSG:4326, as :func:`shape_plan` gives them.
    borders
        Rows of a border table, any CRS.
    """
    place = {str(name): number for number, name in enumerate(associations.index)}
    pairs = [tuple(sorted((place[str(a)], place[str(b)]))) for a, b in zip(borders["a"], borders["b"], strict=True)]
    ends, owner = split_edges(associations)
    unique, inverse = np.unique(ends, axis=0, return_inverse=True)
    sides = pd.Series(owner).groupby(inverse.reshape(-1)).agg(["min", "max"])
    edges_of = sides.groupby(["min", "max"]).indices
    own = shape_lines(borders)
    drawn = [
        _as_lines(unique[edges_of[pair]]) if pair in edges_of else line for pair, line in zip(pairs, own, strict=True)
    ]
    return gpd.GeoSeries(drawn, index=borders.index, crs=EXCHANGE_CRS)


def middle_of(line: Any) -> tuple[float, float] | None:
    """Give latitude and longitude of the middle of a line's longest part, where a sign can stand."""
    parts = [part for part in shapely.get_parts(line) if part.length > 0]
    if not parts:
        return None
    middle = max(parts, key=lambda part: part.length).interpolate(0.5, normalized=True)
    return round(middle.y, DECIMALS), round(middle.x, DECIMALS)


def in_plane(frame: gpd.GeoDataFrame, crs: Any, what: str) -> gpd.GeoDataFrame:
    """Bring a table into the plan's plane CRS; a table without CRS is an error that says so."""
    if frame.crs is None:
        raise InputError(f"The {what} have no CRS. Say which one they are in: {what}.set_crs(...).")
    placed: gpd.GeoDataFrame = frame.to_crs(crs)
    return placed


def to_degrees(areas: gpd.GeoSeries) -> gpd.GeoSeries:
    """Reproject to EPSG:4326 and round all coordinates alike, so that shared corners stay shared."""
    degrees = areas.to_crs(EXCHANGE_CRS)
    rounded = shapely.transform(degrees.to_numpy(), lambda xy: np.round(xy, DECIMALS))
    return gpd.GeoSeries(rounded, index=areas.index, crs=EXCHANGE_CRS)


def _lighten(areas: gpd.GeoSeries, limit: int) -> gpd.GeoSeries:
    plain = shapely.force_2d(areas.to_numpy())
    for tolerance in _TOLERANCES_M:
        drawn = shapely.coverage_simplify(plain, tolerance) if tolerance else plain
        if int(shapely.get_num_coordinates(drawn).sum()) <= limit:
            break
    return gpd.GeoSeries(drawn, index=areas.index, crs=areas.crs)


def split_edges(areas: gpd.GeoSeries) -> tuple[Any, Any]:
    """Give every edge of every ring as x1, y1, x2, y2, its ends in order, and the position of its area."""
    parts, area_of = shapely.get_parts(areas.to_numpy(), return_index=True)
    rings, part_of = shapely.get_rings(parts, return_index=True)
    points, ring_of = shapely.get_coordinates(rings, return_index=True)
    inside = ring_of[1:] == ring_of[:-1]
    start, end = points[:-1][inside], points[1:][inside]
    longer = (start != end).any(axis=1)
    start, end, owner = start[longer], end[longer], area_of[part_of[ring_of[:-1][inside]]][longer]
    turn = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    turned = turn[:, None]
    return np.hstack([np.where(turned, end, start), np.where(turned, start, end)]), owner


def _borders(areas: gpd.GeoSeries, groups: Sequence[str | None]) -> tuple[Any, Any, tuple[tuple[str, str], ...]]:
    """Sort edges into new borders, old borders and neighbours; not those of uninhabited areas alone."""
    names = sorted({name for name in groups if name is not None})
    codes = {name: code for code, name in enumerate(names)}
    code_of = np.array([-1 if name is None else codes[name] for name in groups], dtype=int)
    ends, owner = split_edges(areas)
    unique, inverse = np.unique(ends, axis=0, return_inverse=True)
    group = pd.Series(code_of[owner]).groupby(inverse.reshape(-1)).agg(["min", "max", "size"])
    settled = group["max"] >= 0
    inner = settled & (group["min"] == group["max"]) & (group["size"] > 1)
    between = group[(group["min"] >= 0) & (group["min"] != group["max"])]
    pairs = sorted(set(zip(between["min"].tolist(), between["max"].tolist(), strict=True)))
    new, old = unique[(settled & ~inner).to_numpy()], unique[inner.to_numpy()]
    return _as_lines(new), _as_lines(old), tuple((names[a], names[b]) for a, b in pairs)


def _as_lines(ends: Any) -> Any:
    lines = shapely.linestrings(ends.reshape(-1, 2, 2))
    return shapely.line_merge(shapely.multilinestrings(lines))


def _spots(areas: gpd.GeoSeries) -> dict[str, Spot]:
    largest = [max(shapely.get_parts(area), key=lambda part: part.area) for area in _mended(areas.to_numpy())]
    bounds = shapely.bounds(largest)
    size = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
    circles = shapely.maximum_inscribed_circle(largest, tolerance=size / 200)
    centres = gpd.GeoSeries(shapely.get_point(circles, 0), crs=areas.crs).to_crs(EXCHANGE_CRS)
    radii = shapely.length(circles)
    return {
        str(name): (round(lat, DECIMALS), round(lon, DECIMALS), round(float(radius), 1))
        for name, lat, lon, radius in zip(areas.index, centres.y, centres.x, radii, strict=True)
    }
