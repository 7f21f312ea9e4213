"""A layer drawn by hand becomes a coverage: no overlaps, no cracks, and a row for every square metre that moved."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from kurihara_geo.associations.arguments import check_widths, refuse_other_tables
from kurihara_geo.associations.checks import find_problems
from kurihara_geo.associations.crs import choose_metric_crs
from kurihara_geo.associations.gaps import holes_of, share_gaps
from kurihara_geo.associations.repair import repair_outlines, repair_record
from kurihara_geo.errors import AssociationsError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

__all__ = [
    "DEFAULT_MAX_CHANGE_M2",
    "clean_coverage",
    "repair_coverage",
    "share_vertices",
]

DEFAULT_MAX_CHANGE_M2 = 1_000.0
"""What a repair may move of one association where the planner sets no limit: about the plot of a house or two."""

OVERLAPS_TO = {"longest_border": "longest_border", "larger": "max_area", "smaller": "min_area"}
"""Who gets an overlap, in our words and the library's."""

# Below this a change is the rounding of coordinates.
_NOISE_M2 = 0.01
# Seams through a gap meet the outlines around it within the rounding of coordinates; snapping closes them.
_SEAM_M = 1e-4
# Relative: what the areas may differ by when they are added up again.
_ROUNDING = 1e-6
_MUCH = 0.1
_SAME_PLACE_M = 1e-6
_DRAWING_FAULTS = (
    "empty_geometry",
    "bad_coordinate",
    "not_polygon",
    "no_crs",
    "missing_id",
    "duplicate_id",
    "no_units",
)


def repair_coverage(
    boundaries: gpd.GeoDataFrame,
    *,
    max_change_m2: float = DEFAULT_MAX_CHANGE_M2,
    gap_width_m: float = 0.0,
    overlaps_to: str = "longest_border",
    snapping_m: float = 0.0,
) -> gpd.GeoDataFrame:
    """Repair a layer drawn by hand so that areas share their borders: no overlaps, no narrow gaps.

    Parameters
    ----------
    boundaries
        Raw table: ``association_id`` (column or index), ``name``, polygons with a CRS.
    max_change_m2
        No association may lose and gain more than this, both added up (m2).
    gap_width_m
        Gaps are filled where the largest circle in them is no wider than this (m): each goes to the neighbour it
        shares the longest border with; where more than two touch it, each gets what is nearest to it. 0 fills none.
        Lakes and other true holes are wider and stay.
    overlaps_to
        Who gets an overlap: the neighbour with the ``longest_border`` to it, the ``larger`` or the ``smaller`` area.
    snapping_m
        Vertices nearer than this are made one (m); 0 moves none. It also closes cracks that are open to the outside,
        which are no gaps.

    Returns
    -------
    GeoDataFrame
        The same rows and columns in the metric plane CRS, a valid coverage. :func:`kurihara_geo.list_repairs` lists
        every change with its area: outlines mended, overlaps given to one of two, gaps filled and who got them.
        ``attrs["records"]`` warns of associations of which more than a tenth moved.

    Raises
    ------
    AssociationsError
        If rows have no id or no area, or an association would change by more than ``max_change_m2`` or vanish: each
        is named with its change, and nothing is repaired.

    Examples
    --------
    >>> import geopandas as gpd, shapely, kurihara_geo as kg
    >>> drawn = gpd.GeoDataFrame(
    ...     {"association_id": ["K1", "K2"], "name": ["架空一区", "架空二区"]},
    ...     geometry=[shapely.box(0, 0, 100, 100), shapely.box(98, 0, 200, 100)],
    ...     crs=6678,
    ... )
    >>> repaired = kg.repair_coverage(drawn, max_change_m2=250)
    >>> kg.list_repairs(repaired)[["association_id", "repair", "area_change_m2"]].values.tolist()
    [['K2', 'overlap given to K1 架空一区', -200.0]]
    """
    check_widths(max_change_m2=max_change_m2, gap_width_m=gap_width_m, snapping_m=snapping_m)
    if not isinstance(overlaps_to, str) or overlaps_to not in OVERLAPS_TO:
        raise AssociationsError(f"overlaps_to is {overlaps_to!r}; it must be one of {', '.join(OVERLAPS_TO)}.")
    refuse_other_tables(gpd.GeoDataFrame, boundaries=boundaries)
    table = boundaries.reset_index(drop=boundaries.index.name != "association_id")
    table = table if "name" in table else table.assign(name=None)
    faults = [p for p in find_problems(table, overlap_limit_m2=np.inf) if p.kind in _DRAWING_FAULTS]
    if faults:
        raise AssociationsError("The boundaries cannot be repaired:", sorted(faults))
    mended, repairs = repair_outlines(table)
    repaired, changes, warned = clean_coverage(
        mended.to_crs(choose_metric_crs(mended)),
        gap_width_m=gap_width_m,
        snapping_m=snapping_m,
        overlaps_to=overlaps_to,
        max_change_m2=max_change_m2,
    )
    attrs = dict(boundaries.attrs)
    attrs["repairs"] = [*attrs.get("repairs", ()), *repairs, *changes]
    attrs["records"] = [*attrs.get("records", ()), *map(asdict, warned)]
    result = repaired.set_index("association_id") if boundaries.index.name == "association_id" else repaired
    result.attrs = attrs
    return result


def clean_coverage(
    table: gpd.GeoDataFrame,
    *,
    gap_width_m: float = 0.0,
    snapping_m: float = 0.0,
    overlaps_to: str = "longest_border",
    max_change_m2: float | None = None,
) -> tuple[gpd.GeoDataFrame, list[dict[str, object]], list[Problem]]:
    """Make a coverage of valid polygons and list what moved.

    Parameters
    ----------
    table
        ``association_id``, ``name``, valid polygons in a metric plane CRS; row numbers as index.
    gap_width_m, snapping_m, overlaps_to
        As for :func:`repair_coverage`.
    max_change_m2
        As for :func:`repair_coverage`; None sets no limit.

    Returns
    -------
    GeoDataFrame, list of dict, list of Problem
        The table; one record per overlap given away, gap filled and outline moved by snapping; and a warning for each
        association of which more than a tenth moved.

    Raises
    ------
    AssociationsError
        If an association would vanish or change beyond the limit.
    """
    before = table.geometry.to_numpy()
    if shapely.coverage_is_valid(before) and not (gap_width_m or snapping_m):
        return table, [], []
    drawn = share_gaps(before, gap_width_m) if gap_width_m else before
    with np.errstate(invalid="ignore"):  # GEOS compares with NaN on the way; the result is checked below
        after = shapely.coverage_clean(  # type: ignore[attr-defined]
            drawn,
            gap_width=gap_width_m,
            snapping_distance=max(snapping_m, _SEAM_M) if gap_width_m else snapping_m,
            merge_strategy=OVERLAPS_TO[overlaps_to],
        )
    gone = shapely.is_missing(after) | shapely.is_empty(after) | (shapely.area(after) <= _NOISE_M2)
    changes = [] if gone.any() else _list_changes(table, before, after, snapping_m)
    lost_and_gained = _lost_and_gained(before, after)
    limit = np.inf if max_change_m2 is None else max_change_m2
    _refuse(table, gone, lost_and_gained, limit)
    _check_sums(before, after, snapping_m)
    repaired = table.set_geometry(gpd.GeoSeries(after, index=table.index, crs=table.crs))
    return repaired, changes, _much_changed(table, lost_and_gained, shapely.area(before))


def _lost_and_gained(before: Any, after: Any) -> Any:
    present = np.array([shapely.Polygon() if shape is None else shape for shape in after], dtype=object)
    return shapely.area(shapely.symmetric_difference(before, present))


def _refuse(table: gpd.GeoDataFrame, gone: Any, change: Any, limit_m2: float) -> None:
    """Name every association that would vanish or change beyond the limit."""
    too_much = change > limit_m2 + _NOISE_M2
    problems = [
        Problem(
            severity="error",
            kind="repair_beyond_limit",
            association_id=str(row["association_id"]),
            name=str(row["name"]),
            message=(
                "lies wholly inside others and would vanish"
                if gone[place]
                else f"would change by {change[place]:,.1f} m2, the limit is {limit_m2:,.1f} m2"
            ),
            cure="draw its borders once for both sides"
            + ("" if gone[place] else ", or accept more with max_change_m2= (m2)"),
        )
        for place, row in enumerate(table[["association_id", "name"]].to_dict("records"))
        if gone[place] or too_much[place]
    ]
    if problems:
        raise AssociationsError("Nothing was repaired, because it would change too much:", sorted(problems))


def _much_changed(table: gpd.GeoDataFrame, change: Any, area: Any) -> list[Problem]:
    """Warn of associations so small, or so badly drawn, that the repair is a good part of them."""
    return [
        Problem(
            severity="warning",
            kind="repaired_much",
            association_id=str(row["association_id"]),
            name=str(row["name"]),
            message=f"{moved:,.1f} m2 moved, of {whole:,.1f} m2 drawn",
            cure="look at it on the map, or draw its borders once for both sides",
        )
        for row, moved, whole in zip(table[["association_id", "name"]].to_dict("records"), change, area, strict=True)
        if moved > _MUCH * whole
    ]


def _list_changes(table: gpd.GeoDataFrame, before: Any, after: Any, snapping_m: float) -> list[dict[str, object]]:
    """List overlaps given away, gaps filled, and what is left: outlines moved by snapping."""
    net = shapely.area(after) - shapely.area(before)
    explained = np.zeros(len(before))
    records: list[dict[str, object]] = []
    first, second = shapely.STRtree(after).query(before, predicate="intersects")
    pairs = [(a, b) for a, b in sorted(zip(first.tolist(), second.tolist(), strict=True)) if a != b]
    shared = shapely.area(shapely.intersection(before[[a for a, _ in pairs]], after[[b for _, b in pairs]]))
    for (a, b), area in zip(pairs, shared, strict=True):
        if area > _NOISE_M2:
            records.append(repair_record(table, table.index[a], f"overlap given to {_called(table, b)}", -float(area)))
        explained[a] -= area
    for a, area, around in _filled_gaps(before, after):
        text = f"gap between {', '.join(_called(table, place) for place in around)} filled"
        records.append(repair_record(table, table.index[a], text, area))
        explained[a] += area
    moved = np.flatnonzero(np.abs(net - explained) > _NOISE_M2).tolist()
    text = f"outline moved by {'snapping' if snapping_m else 'rounding'}"
    records += [repair_record(table, table.index[place], text, float((net - explained)[place])) for place in moved]
    return records


def _filled_gaps(before: Any, after: Any) -> list[tuple[int, float, list[int]]]:
    """List the gaps that somebody got: who, how much, and the areas around."""
    holes = holes_of(before)
    if not len(holes):
        return []
    around = shapely.STRtree(before)
    hole, owner = shapely.STRtree(after).query(holes, predicate="intersects")
    areas = shapely.area(shapely.intersection(holes[hole], after[owner]))
    return [
        (int(b), float(area), sorted(around.query(holes[a], predicate="intersects").tolist()))
        for a, b, area in zip(hole, owner, areas, strict=True)
        if area > _NOISE_M2
    ]


def _check_sums(before: Any, after: Any, snapping_m: float) -> None:
    """Hold the result against what was drawn: all of it, the gaps filled, and nothing else."""
    drawn, covered = shapely.unary_union(before), shapely.unary_union(after)
    lost = shapely.difference(drawn, covered).area
    twice = float(shapely.area(after).sum()) - covered.area
    most = _ROUNDING * drawn.area + snapping_m * drawn.length
    if lost > most or abs(twice) > most or not bool(shapely.is_valid(after).all()):
        raise AssociationsError(
            f"The repair does not add up: {lost:,.2f} m2 lost, {twice:,.2f} m2 there twice. Mend the layer by hand."
        )


def _called(table: pd.DataFrame, place: int) -> str:
    row = table.iloc[place]
    return " ".join(str(row[key]) for key in ("association_id", "name") if isinstance(row[key], str) and row[key])


def share_vertices(shapes: Any, points: Sequence[tuple[float, float]]) -> Any:
    """Give shapes the points that lie on their outlines as vertices, so that both sides of a border have them.

    Parameters
    ----------
    shapes
        Array of polygons.
    points
        Coordinates of vertices some other shape has.

    Returns
    -------
    numpy.ndarray
        The shapes; an outline moves by a millionth of a metre at most.
    """
    if not points:
        return shapes
    spots: Any = shapely.points(np.asarray(points, dtype=float))
    near, spot = shapely.STRtree(spots).query(shapes, predicate="dwithin", distance=_SAME_PLACE_M)
    result = shapes.copy()
    order = np.argsort(near, kind="stable")
    places, starts = np.unique(near[order], return_index=True)
    groups = np.split(spot[order], starts)[1:]
    for place, group in zip(places.tolist(), groups, strict=True):
        mine = shapely.multipoints(spots[group])
        snapped = shapely.snap(shapes[place], mine, _SAME_PLACE_M)
        result[place] = snapped if snapped.is_valid else shapes[place]
    return result
