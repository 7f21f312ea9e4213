"""Draw approximate cells for the 350 census small areas of Kurihara from published figures alone.

Run it in this folder (``python make_cells.py``) to write the four GeoJSON and CSV files anew, or with
``--out FOLDER`` to write them elsewhere.  It needs numpy, scipy, pandas, shapely and geopandas.

The method, in the order of the code:

1. *Power diagram with matched areas and centroids.*  Cell ``i`` is where ``p_i . x + b_i`` is the largest of
   all such planes.  ``b`` is fitted by damped Newton steps until every cell has its published area (scaled to
   the simplified outline); ``p`` is then moved so that each cell's centroid comes to the published one.  The
   pair minimises the convex function ``int max_i(p_i . x + b_i) dx - sum_i a_i (p_i . c_i + b_i)
   + PULL_HOME / 2 sum_i a_i |p_i - c_i|^2`` (compare Bourne, Pearce and Roper, "Inverting Laguerre
   tessellations").
2. *Guests.*  A convex cell cannot wrap around a hamlet.  A small area whose point falls into a larger
   neighbour's cell is taken out of the diagram, its area and moment are added to that host, and it is carved
   out of the host afterwards as a notch of exactly its area around its point.
3. *Districts.*  Where a former school district falls apart, the stray cell's centroid is pulled towards the
   rest, a little at a time, until they share a border.
4. *One net of lines.*  Parts that the ragged outline cuts off go to a neighbour, made up for in the areas.
   All borders are moved to EPSG:4326, snapped to six decimals, noded once and cut into
   faces again, so that neighbours share exactly the same vertices and the cells fill the outline.
"""

from __future__ import annotations

import argparse
import json
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import spsolve
from scipy.spatial import ConvexHull
from scipy.spatial.distance import pdist, squareform

from kurihara_geo.sources.sample import (
    SAMPLE_ATTRIBUTION_EN,
    SAMPLE_ATTRIBUTION_JA,
    SAMPLE_NOTICE_EN,
    SAMPLE_NOTICE_JA,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Shapes = NDArray[Any]

HERE = Path(__file__).resolve().parent
EXCHANGE_CRS = "EPSG:4326"
PLANE_CRS = "EPSG:6678"
DECIMALS = 6
ABOUT = {
    "notice": SAMPLE_NOTICE_JA,
    "notice_en": SAMPLE_NOTICE_EN,
    "attribution": SAMPLE_ATTRIBUTION_JA,
    "attribution_en": SAMPLE_ATTRIBUTION_EN,
}
"""What every file made here says of itself, and every map made from it repeats."""

"""Decimals of a degree kept in the files (about 0.1 m)."""

PULL_HOME = 0.1
"""How firmly a site is held at its own centroid: 0 trusts the centroids, large draws a plain diagram."""

STEPS_FIRST, STEPS_GUESTS, STEPS_PULL = 30, 30, 6
"""Centroid steps of the first fit, of each round of guests, and of each pull on a stray cell."""

CLOSEST_SITES = 0.3
"""Two sites come no closer than this share of the distance between their centroids."""

LARGEST_GUEST_SHARE = 0.5
"""A guest is at most this share of its host's area."""

SHORTEST_JOIN_KM = 0.1
"""Two cells of a district hold together over a border at least this long, in km."""

SMOOTH_DEGREES = 3e-5
"""Corners whose triangle is smaller than this squared (about 9 m2) are rounding noise and are dropped."""

NECK_KM, CRUMB_KM2 = 0.015, 1e-4
"""Half the narrowest neck a cell may have, km, and what is too small to be cut off, km2."""

SPLINTER_DEGREES = 2e-6
"""Faces thinner than about twice this (0.4 m) are left over by rounding."""

KEEP_WHOLE = ("former_school_district", "former_town")
FAR = np.array([[1, 0, -60], [-1, 0, -60], [0, 1, -60], [0, -1, -60]]) * 100.0
"""Four planes that win only far outside the city; they close the outer cells."""

log = logging.getLogger("make_cells")


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What is known of the city: the table, and its points and outline on a plane in km.

    Parameters
    ----------
    table
        The small areas, sorted by ``code``, index 0 to 349.
    centroids
        Published centroids, km, one row a small area.
    areas
        Published areas scaled to the outline's area, km2.
    outline
        The simplified outline, km.
    origin
        EPSG:6678 coordinates of the plane's origin, m.
    """

    table: pd.DataFrame
    centroids: Floats
    areas: Floats
    outline: shapely.Polygon
    origin: Floats

    def to_degrees(self, shapes: Shapes) -> Shapes:
        """Carry shapes from the km plane to EPSG:4326."""
        metres = shapely.transform(shapes, lambda xy: xy * 1000 + self.origin)
        return np.asarray(gpd.GeoSeries(metres, crs=PLANE_CRS).to_crs(EXCHANGE_CRS).values)

    def to_plane(self, shapes: Shapes) -> Shapes:
        """Carry shapes from EPSG:4326 to the km plane."""
        metres = np.asarray(gpd.GeoSeries(shapes, crs=EXCHANGE_CRS).to_crs(PLANE_CRS).values)
        return shapely.transform(metres, lambda xy: (xy - self.origin) / 1000)


@dataclass(kw_only=True)
class Diagram:
    """A power diagram of some of the small areas, with what it aims at.

    Parameters
    ----------
    rows
        Row numbers (in the table of small areas) of the cells drawn.
    outline
        The ground to fill, km.
    areas, centroids
        Target area (km2) and target centroid (km) of each cell, guests included.
    slopes, heights
        ``p`` and ``b``: cell ``i`` is where ``p_i . x + b_i`` is largest.
    """

    rows: Integers
    outline: shapely.Polygon
    areas: Floats
    centroids: Floats
    slopes: Floats
    heights: Floats
    cells: Shapes = field(init=False)
    pairs: Integers = field(init=False)
    lengths: Floats = field(init=False)

    def __post_init__(self) -> None:
        """Draw the cells once."""
        self.cells, self.pairs, self.lengths = draw_cells(self.slopes, self.heights, self.outline)

    def fit_areas(self, tolerance: float, most_steps: int = 60) -> None:
        """Move ``heights`` by damped Newton steps until no cell's relative area error exceeds `tolerance`."""
        for _ in range(most_steps):
            found = shapely.area(self.cells)
            short = self.areas - found
            if np.abs(short / self.areas).max() < tolerance:
                return
            step = newton_step(self.slopes, self.pairs, self.lengths, short)
            floor = 0.4 * min(self.areas.min(), found.min())
            if not self._take_longest_step(step, short, floor):
                return

    def _take_longest_step(self, step: Floats, short: Floats, floor: float) -> bool:
        """Halve the step until every cell stays above `floor` and the misfit falls; say whether one did."""
        share = 1.0
        while share > 1e-6:
            heights = self.heights + share * step
            drawn = draw_cells(self.slopes, heights, self.outline)
            found = shapely.area(drawn[0])
            falls = np.abs(self.areas - found).sum() <= (1 - share / 2) * np.abs(short).sum()
            if found.min() > floor and falls:
                self.heights = heights
                self.cells, self.pairs, self.lengths = drawn
                return True
            share /= 2
        return False

    def fit_centroids(self, steps: int) -> None:
        """Move ``slopes`` so that the cells' centroids approach their targets, keeping the areas fitted.

        A step after which the areas cannot be fitted is taken back, and the next ones are shorter.
        """
        rate = 0.7
        for _ in range(steps):
            good = dict(self.__dict__)
            now = shapely.get_coordinates(shapely.centroid(self.cells))
            step = (self.centroids - now) - PULL_HOME * (self.slopes - self.centroids)
            self._move_slopes(self._keep_apart(rate * step))
            self.fit_areas(1e-4)
            if self.worst_area() > 1e-3:
                self.__dict__.update(good)
                rate /= 2
        self.fit_areas(1e-9)

    def worst_area(self) -> float:
        """Largest relative area error of all cells."""
        return float(np.abs(shapely.area(self.cells) / self.areas - 1).max())

    def _move_slopes(self, step: Floats) -> None:
        """Turn the planes about their target centroids, halving the step until no cell is nearly lost."""
        for _ in range(12):
            slopes = self.slopes + step
            heights = self.heights - (step * self.centroids).sum(axis=1)
            drawn = draw_cells(slopes, heights, self.outline)
            if (shapely.area(drawn[0]) > 0.2 * self.areas).all():
                self.slopes, self.heights = slopes, heights
                self.cells, self.pairs, self.lengths = drawn
                return
            step = step / 2

    def _keep_apart(self, step: Floats) -> Floats:
        """Shorten steps to a fifth of the way to the next site; drop those that bring two sites too close."""
        home, now = squareform(pdist(self.centroids)), squareform(pdist(self.slopes))
        room = (now + np.diag(np.full(len(now), np.inf))).min(axis=1)
        step = step * np.minimum(1, 0.2 * room / np.maximum(np.hypot(*step.T), 1e-12))[:, None]
        for _ in range(4):
            then = squareform(pdist(self.slopes + step))
            close = (then < CLOSEST_SITES * home) & (then < now)
            step[close.any(axis=1)] = 0
        return step


def draw_cells(slopes: Floats, heights: Floats, outline: shapely.Polygon) -> tuple[Shapes, Integers, Floats]:
    """Draw the power diagram inside the outline.

    Returns
    -------
    tuple
        Cells (empty where a plane is nowhere the largest), pairs of neighbours, and the length of their
        common border inside the outline, km.
    """
    count = len(slopes)
    hull = ConvexHull(np.vstack([np.column_stack([slopes, heights]), FAR]))
    upper = np.flatnonzero(hull.equations[:, 2] > 1e-14)
    corners = hull.equations[upper, :2] / hull.equations[upper, 2:3]
    cells = clip(cells_around(hull.simplices[upper], corners, count), outline)
    place = np.full(len(hull.simplices), -1)
    place[upper] = np.arange(len(upper))
    pairs, starts, ends = [], [], []
    for side in range(3):
        across = place[hull.neighbors[upper, side]]
        pair = hull.simplices[upper][:, [(side + 1) % 3, (side + 2) % 3]]
        take = (across > np.arange(len(upper))) & (pair < count).all(axis=1)
        pairs.append(pair[take])
        starts.append(corners[take])
        ends.append(corners[across[take]])
    lines = shapely.linestrings(np.stack([np.vstack(starts), np.vstack(ends)], axis=1))
    return cells, np.vstack(pairs).astype(np.int64), shapely.length(clip(lines, outline))


def cells_around(triangles: Integers, corners: Floats, count: int) -> Shapes:
    """Collect the corners that belong to each site and order them around their mean."""
    owner, triangle = triangles.ravel(), np.repeat(np.arange(len(triangles)), 3)
    many = np.bincount(owner, minlength=count + len(FAR))
    sums = np.column_stack([np.bincount(owner, corners[triangle, axis], len(many)) for axis in (0, 1)])
    away = corners[triangle] - (sums / np.maximum(many, 1)[:, None])[owner]
    order = np.lexsort((triangle, np.arctan2(away[:, 1], away[:, 0]), owner))
    order = order[(owner[order] < count) & (many[owner[order]] > 2)]
    drawn, number = np.unique(owner[order], return_inverse=True)
    cells = np.full(count, shapely.Polygon(), dtype=object)
    cells[drawn] = shapely.polygons(shapely.linearrings(corners[triangle[order]], indices=number))
    return cells


def clip(shapes: Shapes, outline: shapely.Polygon) -> Shapes:
    """Cut shapes to the outline, leaving those well inside untouched."""
    shapely.prepare(outline)
    outside = ~shapely.contains_properly(outline, shapes)
    shapes = shapes.copy()
    shapes[outside] = shapely.intersection(shapes[outside], outline)
    return shapes


def newton_step(slopes: Floats, pairs: Integers, lengths: Floats, short: Floats) -> Floats:
    """Solve for the change of heights that makes up the missing areas, to first order.

    Raising plane ``i`` by one moves its border with ``j`` by ``1 / |p_i - p_j|``; the first height stays put.
    """
    count, (left, right) = len(slopes), pairs.T
    pull = lengths / np.hypot(*(slopes[left] - slopes[right]).T)
    matrix = coo_matrix(
        (
            np.concatenate([-pull, -pull, pull, pull, np.full(count, 1e-12)]),
            (
                np.concatenate([left, right, left, right, np.arange(count)]),
                np.concatenate([right, left, left, right, np.arange(count)]),
            ),
        ),
        shape=(count, count),
    ).tocsc()
    step = np.zeros(count)
    step[1:] = spsolve(matrix[1:, 1:], short[1:])
    return step


def read_figures(folder: Path) -> Figures:
    """Read the published figures and lay them on a plane in km around their middle."""
    table = pd.read_csv(folder / "kurihara_small_areas.csv", dtype={"code": str})
    table = table.sort_values("code", ignore_index=True)
    ring = pd.read_csv(folder / "kurihara_outline.csv")
    outline_degrees = shapely.Polygon(ring[["lon", "lat"]].to_numpy())
    points = gpd.GeoSeries(gpd.points_from_xy(table["lon"], table["lat"]), crs=EXCHANGE_CRS).to_crs(PLANE_CRS)
    metres = shapely.get_coordinates(points.values)
    origin = np.round(metres.mean(axis=0), -2)
    outline_metres = gpd.GeoSeries([outline_degrees], crs=EXCHANGE_CRS).to_crs(PLANE_CRS).iloc[0]
    outline = shapely.transform(outline_metres, lambda xy: (xy - origin) / 1000)
    areas = table["area_m2"].to_numpy(dtype=float)
    return Figures(
        table=table,
        centroids=(metres - origin) / 1000,
        areas=areas * (outline.area / areas.sum()),
        outline=outline,
        origin=origin,
    )


def start_diagram(figures: Figures) -> Diagram:
    """Fit the diagram of all small areas, starting from the nearest-centroid cells."""
    diagram = Diagram(
        rows=np.arange(len(figures.areas)),
        outline=figures.outline,
        areas=figures.areas.copy(),
        centroids=figures.centroids.copy(),
        slopes=figures.centroids.copy(),
        heights=-(figures.centroids**2).sum(axis=1) / 2,
    )
    diagram.fit_areas(1e-9)
    diagram.fit_centroids(STEPS_FIRST)
    return diagram


def find_guests(figures: Figures, diagram: Diagram, guests: dict[int, int]) -> dict[int, int]:
    """Find the small areas whose point lies in a larger neighbour's cell: guest row to host row.

    Earlier guests stay guests and may find a new host; new ones join them.
    """
    points = shapely.points(figures.centroids)
    tree = shapely.STRtree(diagram.cells)
    astray = diagram.rows[shapely.distance(diagram.cells, points[diagram.rows]) > 0]
    found = {}
    for guest in sorted({*guests, *astray.tolist()}):
        for cell in sorted(tree.query(points[guest], "within")):
            host = int(diagram.rows[cell])
            if host == guest:
                continue
            if guest in guests or figures.areas[guest] <= LARGEST_GUEST_SHARE * figures.areas[host]:
                found[guest] = host
    hosts = set(found.values())
    return {guest: host for guest, host in found.items() if guest in guests or guest not in hosts}


def seat_guests(figures: Figures, aims: Floats, diagram: Diagram, guests: dict[int, int]) -> Diagram:
    """Draw the diagram anew without the guests, their area and moment given to their hosts.

    `aims` are the centroids aimed at, km: the published ones, but for cells pulled by `join_districts`.
    """
    keep = np.flatnonzero(~np.isin(diagram.rows, list(guests)))
    rows = diagram.rows[keep]
    areas, moments = figures.areas.copy(), figures.areas[:, None] * aims
    for guest, host in guests.items():
        areas[host] += figures.areas[guest]
        moments[host] += figures.areas[guest] * aims[guest]
    seated = Diagram(
        rows=rows,
        outline=figures.outline,
        areas=areas[rows],
        centroids=(moments / areas[:, None])[rows],
        slopes=diagram.slopes[keep],
        heights=diagram.heights[keep],
    )
    seated.fit_areas(1e-6)
    seated.fit_centroids(STEPS_GUESTS)
    return seated


def settle(figures: Figures, diagram: Diagram) -> tuple[Diagram, dict[int, int]]:
    """Seat guests and join districts in turn until neither changes anything (at most twelve times)."""
    guests: dict[int, int] = {}
    aims = figures.centroids.copy()
    for turn in range(12):
        found = find_guests(figures, diagram, guests)
        log.info("round %d: %d guests", turn + 1, len(found))
        if found != guests:
            guests = found
            diagram = seat_guests(figures, aims, diagram, guests)
        elif not join_districts(figures, aims, diagram):
            break
    return diagram, guests


def find_strays(figures: Figures, diagram: Diagram) -> dict[int, Integers]:
    """Find cells cut off from the largest part of their district or town.

    Returns
    -------
    dict
        Cell number to the cell numbers of the part it should join.
    """
    strays: dict[int, Integers] = {}
    long = diagram.lengths >= SHORTEST_JOIN_KM
    for column in KEEP_WHOLE:
        labels = figures.table[column].to_numpy()[diagram.rows]
        same = long & (labels[diagram.pairs[:, 0]] == labels[diagram.pairs[:, 1]])
        links = diagram.pairs[same]
        size = len(labels)
        graph = csr_matrix((np.ones(len(links)), (links[:, 0], links[:, 1])), shape=(size, size))
        part = connected_components(graph, directed=False)[1]
        for label in np.unique(labels):
            own = np.flatnonzero(labels == label)
            ground = np.bincount(part[own], weights=diagram.areas[own])
            home = own[part[own] == ground.argmax()]
            strays.update({int(cell): home for cell in own if cell not in home})
    return strays


def join_districts(figures: Figures, aims: Floats, diagram: Diagram) -> bool:
    """Pull stray cells towards the rest of their district until they share a border (at most 12 pulls).

    Returns
    -------
    bool
        Whether any cell was pulled.
    """
    for turn in range(12):
        strays = find_strays(figures, diagram)
        if not strays:
            return turn > 0
        names = [figures.table["name"][diagram.rows[cell]] for cell in strays]
        log.info("pull %d on %s", turn + 1, "、".join(names))
        for cell, home in strays.items():
            gaps = shapely.distance(diagram.cells[home], diagram.cells[cell])
            line = shapely.shortest_line(diagram.cells[cell], diagram.cells[home[gaps.argmin()]])
            middle = diagram.centroids[home[gaps.argmin()]]
            way = middle - diagram.centroids[cell] if line.length < 1e-6 else np.diff(line.coords, axis=0)[0]
            pull = 0.12 * way / np.hypot(*way)
            diagram.centroids[cell] += pull
            aims[diagram.rows[cell]] += pull
        diagram.fit_centroids(STEPS_PULL)
    return True


def split_at_necks(cell: shapely.Geometry) -> list[shapely.Polygon]:
    """Cut a cell where the outline pinches it to less than 30 m; the largest part comes first."""
    cores = shapely.get_parts(shapely.buffer(cell, -NECK_KM))
    if len(cores) > 1:
        core = cores[shapely.area(cores).argmax()]
        body = shapely.buffer(core, 1.01 * NECK_KM, join_style="mitre", mitre_limit=10)
        rest = [part for part in shapely.get_parts(shapely.difference(cell, body)) if part.area > CRUMB_KM2]
        body = shapely.difference(cell, shapely.union_all(rest))
        cell = shapely.GeometryCollection([*shapely.get_parts(body), *rest])
    return sorted(shapely.get_parts(cell), key=lambda part: -part.area)


def gather_parts(cells: Shapes) -> Shapes:
    """Leave each cell its largest part and give the others to the neighbour they border longest."""
    parts = [split_at_necks(cell) for cell in cells]
    whole = np.array([part[0] for part in parts], dtype=object)
    for piece in (piece for part in parts for piece in part[1:]):
        tree = shapely.STRtree(whole)
        near = np.sort(tree.query(piece, "dwithin", 1e-6))
        common = shapely.length(shapely.intersection(shapely.buffer(whole[near], 1e-6), piece.boundary))
        best = near[common.argmax()]
        joined = shapely.union_all([shapely.buffer(whole[best], 1e-6, join_style="mitre"), piece])
        whole[best] = joined
    return whole


def even_out(diagram: Diagram) -> None:
    """Make up, through the targets, for the parts that `gather_parts` moves from one cell to another."""
    wanted = diagram.areas.copy()
    for _ in range(5):
        diagram.areas = diagram.areas + wanted - shapely.area(gather_parts(diagram.cells))
        diagram.fit_areas(1e-9)


def carve(host: shapely.Polygon, point: Floats, area: float, avoid: Shapes) -> shapely.Polygon | None:
    """Cut a notch of the given area out of a host cell, around a point and open to the host's border.

    Of some 50 places on the border the one with the shortest outlines is taken that leaves the host in one
    piece, without a hole, with the points `avoid` (other areas' centroids) in it.

    Returns
    -------
    shapely.Polygon or None
        The notch, km; None where no place on the border serves.
    """
    ring = host.exterior
    stops = np.append(np.linspace(0, ring.length, 48, endpoint=False), ring.project(shapely.Point(point)))
    notches = []
    for stop in stops:
        notch = notch_towards(host, point, np.array(ring.interpolate(stop).coords[0]), area)
        rest = shapely.difference(host, notch)
        whole = all(shape.geom_type == "Polygon" and not shape.interiors for shape in (notch, rest))
        if whole and shapely.distance(notch, avoid).min(initial=np.inf) > 0.1 * np.sqrt(area):
            waste = notch.length / np.sqrt(area) + rest.length / np.sqrt(rest.area)
            notches.append((waste, notch))
    return min(notches, key=lambda pair: pair[0])[1] if notches else None


def notch_towards(host: shapely.Polygon, point: Floats, door: Floats, area: float) -> shapely.Polygon:
    """Widen a blunt strip from the point to a door on the border until it covers the area in the host."""
    way = door - point
    reach = max(float(np.hypot(*way)), 1e-9)
    strip = shapely.LineString([point, door + way / reach * 3 * np.sqrt(area)])

    def cover(width: float) -> shapely.Geometry:
        return shapely.intersection(shapely.buffer(strip, width, quad_segs=2), host)

    narrow, wide = 0.0, 2 * float(np.sqrt(area))
    for _ in range(36):
        middle = (narrow + wide) / 2
        narrow, wide = (narrow, middle) if cover(middle).area > area else (middle, wide)
    return cover(wide)


def carve_guests(figures: Figures, diagram: Diagram, guests: dict[int, int]) -> Shapes:
    """Return one polygon a small area, km: the diagram's cells with the guests carved out of their hosts."""
    cells = np.empty(len(figures.areas), dtype=object)
    cells[diagram.rows] = gather_parts(diagram.cells)
    points = shapely.points(figures.centroids)
    for guest in sorted(guests, key=lambda row: (-figures.areas[row], row)):
        host = guests[guest]
        inside = [row for row in (host, *guests) if row != guest and guests.get(row, host) == host]
        notch = carve(cells[host], figures.centroids[guest], figures.areas[guest], points[inside])
        if notch is None:
            msg = f"no room for {figures.table['name'][guest]} in {figures.table['name'][host]}"
            raise RuntimeError(msg)
        cells[guest], cells[host] = notch, shapely.difference(cells[host], notch)
    return cells


def weave(figures: Figures, cells: Shapes) -> Shapes:
    """Snap all borders to the grid of the files and cut one shared net of faces from them, in EPSG:4326."""
    degrees = figures.to_degrees(cells)
    grid = 10.0**-DECIMALS
    lines = shapely.union_all(shapely.boundary(degrees), grid_size=grid)
    net = shapely.transform(lines, lambda xy: np.round(xy, DECIMALS))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(net)))
    owner = np.asarray(shapely.STRtree(degrees).nearest(shapely.point_on_surface(faces)))
    owner = move_splinters(faces, owner)
    woven = np.array([shapely.union_all(faces[owner == row]) for row in range(len(cells))], dtype=object)
    woven = shapely.coverage_simplify(woven, SMOOTH_DEGREES, simplify_boundary=False)
    return shapely.transform(shapely.normalize(woven), lambda xy: np.round(xy, DECIMALS))


def move_splinters(faces: Shapes, owner: Integers) -> Integers:
    """Give faces that rounding left (thin, or cut off) to the neighbour they border longest."""
    splinter = shapely.area(faces) < SPLINTER_DEGREES * shapely.length(faces)
    for row in np.unique(owner):
        own = np.flatnonzero(owner == row)
        parts = shapely.get_parts(shapely.union_all(faces[own]))
        main = parts[shapely.area(parts).argmax()]
        splinter[own] |= ~shapely.covers(main, shapely.point_on_surface(faces[own]))
    sound = np.flatnonzero(~splinter)
    moved = owner.copy()
    for face in np.flatnonzero(splinter):
        common = shapely.length(shapely.intersection(faces[sound], faces[face].exterior))
        moved[face] = owner[sound[common.argmax()]]
    return moved


def build_cells(figures: Figures, cells: Shapes) -> gpd.GeoDataFrame:
    """Put the published figures beside the cells, sorted by id, in EPSG:4326."""
    table = figures.table.rename(
        columns={
            "code": "association_id",
            "households_2020": "households",
            "population_2020": "population",
            "lon": "point_lon",
            "lat": "point_lat",
        }
    )
    table["households_kind"] = "census"
    columns = ["association_id", "name", "former_town", "former_school_district", "households", "households_kind"]
    columns += ["population"]
    columns += ["households_2015", "population_2015", "area_m2", "point_lon", "point_lat"]
    return gpd.GeoDataFrame(table[columns], geometry=cells, crs=EXCHANGE_CRS)


def dissolve(cells: gpd.GeoDataFrame, column: str) -> gpd.GeoDataFrame:
    """Join the cells that share a value of `column`, in the order of their first id, with summed figures."""
    rows = []
    for label, own in cells.groupby(column, sort=False):
        town = own.groupby("former_town", sort=False)["households"].sum().idxmax()
        sums = own[["households", "population", "households_2015", "population_2015", "area_m2"]].sum()
        shape = shapely.normalize(shapely.coverage_union_all(own.geometry.values))
        parts = shapely.get_parts(shape)
        shape = parts[0] if len(parts) == 1 else shape
        rows.append({"label": label, "former_town": town, "areas": len(own), **sums.to_dict(), "geometry": shape})
    return gpd.GeoDataFrame(rows, crs=cells.crs)


def build_districts(cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Dissolve the cells to the 28 former school districts, numbered SD01 on by their first small area."""
    frame = dissolve(cells, "former_school_district").rename(columns={"label": "name"})
    frame.insert(0, "district_id", [f"SD{number:02d}" for number in range(1, len(frame) + 1)])
    return frame


def build_towns(cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Dissolve the cells to the ten former towns."""
    return dissolve(cells, "former_town").drop(columns="label")


def build_report(figures: Figures, cells: gpd.GeoDataFrame, guests: dict[int, int]) -> pd.DataFrame:
    """Measure every cell as written: area against target, centroid and point against the published ones."""
    shapes = figures.to_plane(np.asarray(cells.geometry.values))
    points = shapely.points(figures.centroids)
    middles = shapely.get_coordinates(shapely.centroid(shapes))
    found = shapely.area(shapes)
    rounded = 4 * np.pi * found / shapely.length(shapes) ** 2
    hosts = [cells["association_id"][guests[row]] if row in guests else "" for row in range(len(cells))]
    return pd.DataFrame(
        {
            "association_id": cells["association_id"],
            "name": cells["name"],
            "published_area_m2": cells["area_m2"],
            "target_area_m2": np.round(figures.areas * 1e6, 1),
            "cell_area_m2": np.round(found * 1e6, 1),
            "relative_error": np.round(found / figures.areas - 1, 6),
            "centroid_shift_m": np.round(np.hypot(*(middles - figures.centroids).T) * 1000, 1),
            "point_to_cell_m": np.round(shapely.distance(shapes, points) * 1000, 1),
            "point_in_outline": shapely.covers(figures.outline, points),
            "roundness": np.round(rounded, 3),
            "vertices": shapely.get_num_coordinates(shapes) - 1,
            "carved_out_of": hosts,
        }
    )


def summarise(report: pd.DataFrame, districts: gpd.GeoDataFrame, towns: gpd.GeoDataFrame) -> Iterable[str]:
    """Say in a few lines what was measured."""
    error = report["relative_error"].abs()
    shift = report["centroid_shift_m"]
    away = report.loc[report["point_to_cell_m"] > 0, ["name", "point_to_cell_m"]]
    yield f"area error: median {error.median():.4%}, max {error.max():.4%}"
    middle, most, far = shift.quantile([0.5, 0.9, 1.0])
    yield f"centroid shift: median {middle:.0f} m, 90% {most:.0f} m, max {far:.0f} m"
    yield f"points outside their cell: {len(away)} {away.to_numpy().tolist()}"
    yield f"carved: {(report['carved_out_of'] != '').sum()}, least round: {report['roundness'].min():.3f}"
    for label, frame, name in (("districts", districts, "name"), ("towns", towns, "former_town")):
        parts = shapely.get_num_geometries(frame.geometry.values)
        apart = frame.loc[parts > 1, name].tolist()
        yield f"connected {label}: {(parts == 1).sum()} of {len(frame)} {apart}"


def write_geojson(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a frame as GeoJSON (RFC 7946), one feature a line, always the same bytes."""
    fields = [column for column in frame.columns if column != "geometry"]
    lines = []
    for record, shape in zip(frame[fields].to_dict("records"), frame.geometry, strict=True):
        geometry = json.loads(shapely.to_geojson(shapely.orient_polygons(shape)))
        feature = {"type": "Feature", "properties": record, "geometry": geometry}
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":"), default=as_plain))
    about = json.dumps(ABOUT, ensure_ascii=False, separators=(",", ":"))
    head = '{"type":"FeatureCollection","name":"' + path.stem + '","kurihara_geo":' + about + ',"features":[\n'
    path.write_text(head + ",\n".join(lines) + "\n]}\n", encoding="utf-8", newline="\n")


def as_plain(value: Any) -> Any:
    """Turn a numpy number into a plain one for JSON."""
    return value.item()


def make(folder: Path, out: Path, say: Callable[[str], object] = log.info) -> None:
    """Read the figures from `folder` and write the cells, districts, towns and the report to `out`."""
    figures = read_figures(folder)
    diagram, guests = settle(figures, start_diagram(figures))
    even_out(diagram)
    cells = build_cells(figures, weave(figures, carve_guests(figures, diagram, guests)))
    districts, towns = build_districts(cells), build_towns(cells)
    report = build_report(figures, cells, guests)
    out.mkdir(parents=True, exist_ok=True)
    write_geojson(cells, out / "kurihara_cells.geojson")
    write_geojson(districts, out / "kurihara_districts.geojson")
    write_geojson(towns, out / "kurihara_towns.geojson")
    report.to_csv(out / "cell_report.csv", index=False, lineterminator="\n", encoding="utf-8-sig")
    for line in summarise(report, districts, towns):
        say(line)


def main() -> None:
    """Read the command line and make the files."""
    parser = argparse.ArgumentParser(description="Draw the approximate cells of the sample city.")
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write to (default: this folder)")
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    make(HERE, parser.parse_args().out)


if __name__ == "__main__":
    main()
