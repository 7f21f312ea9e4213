"""The rule by which barriers (障害) bar borders; :func:`~kurihara_geo.borders.bar_borders` is its door.

A barrier *runs along* a stretch of a border that lies within ``distance_m`` of it and goes its way: the angle between
the two is at most 45 degrees, both directions taken over ``distance_m`` to either side, so that small bends of either
line do not matter. A border is barred if barriers run along at least ``share`` of its length. A barrier that only
crosses a border is not in the way: the land on each side of it belongs to both associations.

Where the areas are known, a barrier away from the border may *separate* the two as well. Cut the two areas, taken
together, along the barrier. Each piece holds some part of the one area and some part of the other; the smaller of these
two parts, summed over all pieces, is what the two have on the same side. What is missing to the whole is apart: 0 for a
barrier that cuts both in the same proportion, 1 for one that is the border. From ``apart_share`` on, the border is
barred.

A barrier with a crossing does not count. The crossing lies on the barrier, within ``distance_m`` of it, and within
``crossing_distance_m`` of the border; where the barrier is away from the border, it may lie anywhere in the two areas.
Barriers are told apart by name, so that a bridge over the river does not lead under the expressway beside it.

A link that :func:`~kurihara_geo.borders.find_borders` drew across uninhabited land is barred if its line crosses a
barrier that has no crossing near the line. What a planner opened, with a reason, is never barred.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from kurihara_geo.borders.alongside import cut_into_pieces, runs_along
from kurihara_geo.borders.table import ACROSS_UNINHABITED, written_texts
from kurihara_geo.sources.numbers import is_missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

__all__ = ["Barrier", "Finding", "Reach", "find_barred", "list_barriers"]

# What a barrier or crossing is called, from the first of these columns that says something.
_NAMED_BY = ("name", "kind", "road_class")
_BARRIER, _CROSSING = "障害", "渡れる所"
_PASSABLE, _AND = "渡れる: ", "、"
_ROUNDING = 1e-9
# A line cuts land this wide to each side, so that a river drawn in pieces that hardly meet still cuts.
_CUT_M = 1.0


@dataclass(frozen=True)
class Reach:
    """The figures a planner states, as in :func:`~kurihara_geo.borders.bar_borders`."""

    distance_m: float
    share: float
    apart_share: float
    crossing_distance_m: float


@dataclass(frozen=True)
class Barrier:
    """All rows of one name, and the crossings on it.

    Parameters
    ----------
    name
        What it is called.
    shape
        Where it is: lines, areas or both.
    lines
        What shows its direction: its lines, and the banks of its areas.
    crossings, crossing_names
        Points on it, and what they are called.
    """

    name: str
    shape: Any
    lines: NDArray[np.object_]
    crossings: NDArray[np.object_]
    crossing_names: NDArray[np.object_]


@dataclass(frozen=True)
class Finding:
    """What to write on a row: who bars it (nobody, where a crossing keeps it open), and the text."""

    barred_by: str
    text: str


# --- barriers and the crossings on them --------------------------------------------------------------


def list_barriers(
    layer: gpd.GeoDataFrame, crossings: gpd.GeoDataFrame | None, *, name_column: str | None, distance_m: float
) -> list[Barrier]:
    """Unite the rows of each name and find the crossings on them.

    Parameters
    ----------
    layer
        Lines and areas.
    crossings
        Points in the same CRS.
    name_column
        Where names are; else the first usual column that says something.
    distance_m
        How far from a barrier a crossing is still on it.
    """
    names = _names_of(layer, (name_column,) if name_column else _NAMED_BY, _BARRIER)
    parts, owner = shapely.get_parts(shapely.force_2d(layer.geometry.to_numpy()), return_index=True)
    points, called = np.empty(0, dtype=object), np.empty(0, dtype=object)
    if crossings is not None and len(crossings):
        points, of = shapely.get_parts(shapely.force_2d(crossings.geometry.to_numpy()), return_index=True)
        called = _names_of(crossings, _NAMED_BY[:2], _CROSSING)[of]
    barriers = []
    for name in sorted(set(names)):
        shape, lines = _united(parts[names[owner] == name])
        on = shapely.dwithin(shape, points, distance_m)
        barriers.append(Barrier(str(name), shape, lines, points[on], called[on]))
    return barriers


def _united(parts: Any) -> tuple[Any, Any]:
    """Give the shape, and the lines that show its direction."""
    is_area = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    # United first: a river cut into map sheets would have banks across itself.
    area = shapely.union_all(shapely.make_valid(parts[is_area]))
    line = shapely.line_merge(shapely.union_all(parts[~is_area]))
    polygons = shapely.get_parts(area)
    polygons = polygons[shapely.get_type_id(polygons) == shapely.GeometryType.POLYGON]
    lines = np.concatenate([shapely.get_parts(line), shapely.get_parts(shapely.boundary(polygons))])
    shape = shapely.union_all([area, line])
    shapely.prepare(shape)
    return shape, lines[shapely.length(lines) > 0]


def _names_of(layer: gpd.GeoDataFrame, columns: tuple[str, ...], otherwise: str) -> NDArray[np.object_]:
    names = np.full(len(layer), "", dtype=object)
    for column in columns:
        if column in layer:
            texts = np.array(["" if is_missing(value) else str(value).strip() for value in layer[column]], dtype=object)
            names = np.where(names == "", texts, names)
    return np.where(names == "", otherwise, names)


# --- the rule ----------------------------------------------------------------------------------------


def find_barred(
    borders: gpd.GeoDataFrame, barriers: list[Barrier], reach: Reach, areas: gpd.GeoSeries | None
) -> dict[int, Finding]:
    """Find what barriers do to open rows that no planner has decided on.

    Parameters
    ----------
    borders
        A border table.
    barriers
        In the same CRS.
    reach
        How near is near.
    areas
        The associations' areas, or None: then nothing is found that is away from the border.

    Returns
    -------
    dict
        Row position -> finding; rows that no barrier is near have none.
    """
    reasons = pd.Series(written_texts(borders, "reason"), dtype=object)
    is_open = written_texts(borders, "barred_by") == ""
    is_border, is_link = ((borders["kind"] == kind).to_numpy(dtype=bool) for kind in ("border", "link"))
    undecided = ((reasons == "") | reasons.str.startswith(_PASSABLE)).to_numpy(dtype=bool)
    drawn_across = reasons.str.startswith(ACROSS_UNINHABITED).to_numpy(dtype=bool)
    shapes = shapely.force_2d(borders.geometry.to_numpy())
    rows, links = np.flatnonzero(is_open & is_border & undecided), np.flatnonzero(is_open & is_link & drawn_across)
    found = _along_findings(shapes, rows, barriers, reach)
    if areas is not None:
        barred = {row for row, finding in found.items() if finding.barred_by}
        rest = np.array([row for row in rows if int(row) not in barred], dtype=np.intp)
        first, second = (np.asarray(areas.loc[borders[side].iloc[rest]], dtype=object) for side in ("a", "b"))
        apart = _apart_findings(shapes[rest], first, second, barriers, reach)
        found |= {int(rest[place]): finding for place, finding in apart.items()}
    return found | _across_findings(shapes, links, barriers, reach)


def _along_findings(shapes: Any, rows: NDArray[np.intp], barriers: list[Barrier], reach: Reach) -> dict[int, Finding]:
    """Find the borders that barriers run along, and which of them a crossing keeps open."""
    tree = shapely.STRtree([barrier.shape for barrier in barriers])
    rows = rows[np.unique(tree.query(shapes[rows], predicate="dwithin", distance=reach.distance_m)[0])]
    pieces = cut_into_pieces(shapes[rows], reach.distance_m)
    runs = {barrier.name: runs_along(pieces, barrier.shape, barrier.lines, reach.distance_m) for barrier in barriers}
    alone = {name: pieces.share_of(run) for name, run in runs.items()}
    ways = {barrier.name: _ways_across(shapes[rows], barrier, reach) for barrier in barriers}
    met, left = np.zeros(len(pieces.row), dtype=bool), np.zeros(len(pieces.row), dtype=bool)
    for name, run in runs.items():
        met |= run
        left |= run & (ways[name] == "")[pieces.row]
    met_share, left_share = pieces.share_of(met), pieces.share_of(left)
    found: dict[int, Finding] = {}
    for place in np.flatnonzero(met_share >= reach.share - _ROUNDING):
        shares = {name: float(share[place]) for name, share in alone.items() if share[place] > 0}
        across = {name: str(ways[name][place]) for name in shares}
        barred = left_share[place] >= reach.share - _ROUNDING
        reason = f"境界の{left_share[place]:.0%}が{{}}に沿う" if barred else None
        found[int(rows[place])] = _finding(shares, across, reach.share, reason)
    return found


def _apart_findings(shapes: Any, first: Any, second: Any, barriers: list[Barrier], reach: Reach) -> dict[int, Finding]:
    """Find the pairs of areas that barriers away from the border separate, and those a crossing joins all the same."""
    pairs = shapely.union(first, second)
    tree = shapely.STRtree([barrier.shape for barrier in barriers])
    met = tree.query(pairs, predicate="intersects")
    found: dict[int, Finding] = {}
    for place in np.unique(met[0]):
        near = {barriers[number].name: barriers[number] for number in sorted(met[1][met[0] == place])}
        cuts = _cuts(pairs[place], near)
        here = (first[place], second[place], pairs[place])
        if _apart(*here, cuts.values()) < reach.apart_share - _ROUNDING:
            continue
        across = {name: _way_within(shapes[place], pairs[place], barrier, reach) for name, barrier in near.items()}
        left = _apart(*here, [cut for name, cut in cuts.items() if not across[name]])
        reason = f"両区域の土地が{{}}で分かれる({left:.0%})" if left >= reach.apart_share - _ROUNDING else None
        shares = {name: _apart(*here, [cut]) for name, cut in cuts.items()}
        found[int(place)] = _finding(shares, across, reach.apart_share, reason)
    return found


def _cuts(pair: Any, near: Mapping[str, Barrier]) -> dict[str, Any]:
    """Give by name the strip each barrier cuts out of the land, as far as the two areas reach."""
    west, south, east, north = shapely.bounds(pair) + np.array([-2, -2, 2, 2]) * _CUT_M
    here = shapely.clip_by_rect([barrier.shape for barrier in near.values()], west, south, east, north)
    return dict(zip(near, shapely.buffer(here, _CUT_M, quad_segs=1), strict=True))


def _apart(first: Any, second: Any, pair: Any, cuts: Iterable[Any]) -> float:
    """Give the part of two areas that lies on different sides of the cuts, 0 where nothing separates them."""
    whole = _together(pair, first, second)
    return 1 - _together(shapely.difference(pair, shapely.union_all([*cuts])), first, second) / whole if whole else 0.0


def _together(land: Any, first: Any, second: Any) -> float:
    """Give the part that two areas have on the same side: over all pieces of land, the smaller of their two parts."""
    sides = shapely.get_parts(land)
    metres2 = [shapely.area(shapely.intersection(sides, area)) for area in (first, second)]
    if not all(part.sum() for part in metres2):
        return 0.0
    return float(np.minimum(*(part / part.sum() for part in metres2)).sum())


def _across_findings(shapes: Any, rows: NDArray[np.intp], barriers: list[Barrier], reach: Reach) -> dict[int, Finding]:
    """Find the links whose line crosses a barrier, and which of them a crossing keeps open."""
    crossed = {barrier.name: shapely.intersects(barrier.shape, shapes[rows]) for barrier in barriers}
    ways = {barrier.name: _ways_across(shapes[rows], barrier, reach) for barrier in barriers}
    found = {}
    for place, row in enumerate(rows):
        across = {name: str(ways[name][place]) for name, crosses in crossed.items() if crosses[place]}
        if across:
            reason = None if all(across.values()) else "線が{}を横切る"
            found[int(row)] = _finding(dict.fromkeys(across, 1.0), across, 1.0, reason)
    return found


def _finding(shares: Mapping[str, float], across: Mapping[str, str], least: float, reason: str | None) -> Finding:
    """Say who bars the row, the longest first, for that reason; or, without one, where people can pass.

    Named are the barriers that bar it alone, or else those that do it together.
    """
    if reason is None:
        ways = {name: way for name, way in across.items() if way}
        beside = [way for name, way in ways.items() if shares[name] > 0]
        return Finding("", _PASSABLE + _AND.join(beside or ways.values()))
    closed = {name: share for name, share in shares.items() if not across[name]}
    # Alone neither half of a river may cut anything off: then all of them are named.
    closed = {name: share for name, share in closed.items() if share > 0} or closed
    alone = {name: share for name, share in closed.items() if share >= least - _ROUNDING}
    named = _AND.join(sorted(alone or closed, key=lambda name: (-shares[name], name)))
    return Finding(named, reason.format(named))


# --- crossings ---------------------------------------------------------------------------------------


def _ways_across(shapes: Any, barrier: Barrier, reach: Reach) -> NDArray[np.object_]:
    """Say for each line which crossing of the barrier is nearest to it, an empty text where none is near."""
    if not len(barrier.crossings):
        return np.full(len(shapes), "", dtype=object)
    return np.array([_way_within(shape, None, barrier, reach) for shape in shapes], dtype=object)


def _way_within(shape: Any, pair: Any, barrier: Barrier, reach: Reach) -> str:
    """Say which crossing of the barrier is nearest, of those near the line or in the two areas."""
    metres = shapely.distance(shape, barrier.crossings)
    near = metres <= reach.crossing_distance_m
    if pair is not None:
        near |= shapely.intersects(pair, barrier.crossings)
    choice = sorted(zip(metres[near].round(3), barrier.crossing_names[near], strict=True))
    return f"{choice[0][1]}({barrier.name}、{choice[0][0]:.0f} m)" if choice else ""
