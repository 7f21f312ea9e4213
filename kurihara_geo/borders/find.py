"""Who borders whom: shared lines, lines along digitising gaps, links across uninhabited land, and islands."""

from __future__ import annotations

import warnings
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from kurihara_geo.associations.places import bare, representative_points
from kurihara_geo.borders.table import (
    ACROSS_UNINHABITED,
    border_records,
    border_row,
    border_table,
    open_borders,
    raise_faults,
    require_metric,
    straight_line,
)
from kurihara_geo.errors import BordersError, IslandWarning, NearBorderWarning

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

__all__ = ["find_borders", "find_islands", "find_near_borders", "shared_borders"]

# Shorter than this, a shared line is the rounding of coordinates at a corner.
_POINT_M = 1e-3
# Areas this near each other, over this length, look like neighbours that were drawn apart.
_NEAR_M, _NEAR_LEAST_M = 1.0, 10.0
_NAMED = 5


def find_borders(
    associations: gpd.GeoDataFrame,
    *,
    min_border_m: float = 0.0,
    tolerance_m: float = 0.0,
    across_uninhabited: bool = False,
) -> gpd.GeoDataFrame:
    """Find who borders whom: one row per pair of inhabited associations that share a border.

    Parameters
    ----------
    associations
        Checked associations, metric CRS.
    min_border_m
        Borders not longer than this do not count, in metres. At 0 any border of positive length counts; touching at a
        corner never
        does.
    tolerance_m
        Areas drawn apart or across each other by up to so many metres share a border where they run along each other,
        for layers
        with digitising gaps. What two areas meeting at a corner would show by the tolerance alone is left out.
    across_uninhabited
        Whether associations on the same uninhabited area are linked across it, as ``link`` rows with the reason.

    Returns
    -------
    GeoDataFrame
        Columns as in ``columns.BORDERS``: ``a`` < ``b`` ids, ``length_m``, ``kind`` (``border`` | ``link``),
        ``barred_by``,
        ``reason``, ``geometry`` (lines), sorted by ``a`` and ``b``, in the CRS of the associations.

    Warns
    -----
    IslandWarning
        Names associations without any border; they are never joined silently.

    NearBorderWarning
        Names pairs that run along each other but share no border, where no tolerance was given.

    Raises
    ------
    BordersError
        If the associations are no checked table in a plane CRS in metres, or a distance is no number of 0 or more.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> borders = kg.find_borders(kg.load_sample())
    >>> bool((borders["length_m"] > 0).all())
    True
    """
    require_metric(associations)
    _check_distances({"min_border_m": min_border_m, "tolerance_m": tolerance_m})
    if not isinstance(across_uninhabited, bool | np.bool_):
        raise BordersError(f"across_uninhabited must be True or False, not a {type(across_uninhabited).__name__}.")
    inhabited = bare(associations[associations["households"] > 0]).sort_index()
    borders = shared_borders(inhabited, min_border_m, tolerance_m)
    if across_uninhabited:
        borders = _with_links_across(borders, associations, tolerance_m)
    missed = [] if tolerance_m > 0 else find_near_borders(associations, borders)
    if missed:
        pairs = ", ".join(f"{a}-{b} ({length_m:,.0f} m)" for a, b, length_m in missed[:_NAMED])
        more = f" and {len(missed) - _NAMED} more" if len(missed) > _NAMED else ""
        warnings.warn(
            f"{len(missed)} pairs run along each other within {_NEAR_M:g} m but share no border: {pairs}{more}. "
            "If these are digitising gaps, pass tolerance_m=1 (--tolerance 1).",
            NearBorderWarning,
            stacklevel=2,
        )
    islands = find_islands(associations, borders)
    if islands:
        named = ", ".join(f"{name} {associations.at[name, 'name']!s}" for name in islands)
        warnings.warn(
            f"{len(islands)} associations have no border with any other: {named}. "
            "If people can reach a neighbour, add a link: add_link(borders, a, b, associations=..., reason=...).",
            IslandWarning,
            stacklevel=2,
        )
    return borders


def _check_distances(distances: Mapping[str, object]) -> None:
    faults = [
        f"{name} is a distance in metres, 0 or more, not {value!r}"
        for name, value in distances.items()
        if isinstance(value, bool)
        or not isinstance(value, int | float | np.integer | np.floating)
        or not 0 <= value < inf
    ]
    raise_faults("The borders cannot be found:", faults)


def find_near_borders(associations: gpd.GeoDataFrame, borders: gpd.GeoDataFrame) -> list[tuple[str, str, float]]:
    """List pairs of inhabited associations that run along each other within a metre but share no border.

    Parameters
    ----------
    associations
        Checked associations, metric CRS.
    borders
        As :func:`find_borders` gives them.

    Returns
    -------
    list of tuple
        The two ids and the metres they run along each other, the longest first; ten metres or more.
    """
    inhabited = bare(associations[associations["households"] > 0]).sort_index()
    shapes, ids = inhabited.geometry.to_numpy(), inhabited.index.map(str).to_numpy()
    known = set(zip(borders["a"], borders["b"], strict=True))
    first, second = _near_pairs(shapes, _NEAR_M)
    fresh = np.array([(ids[a], ids[b]) not in known for a, b in zip(first, second, strict=True)], dtype=bool)
    first, second = first[fresh], second[fresh]
    shared = shapely.intersection(shapely.boundary(shapes[first]), shapely.boundary(shapes[second]))
    apart = shapely.length(shared) <= _POINT_M
    first, second = first[apart], second[apart]
    near = shapely.intersection(shapely.boundary(shapes[first]), shapely.buffer(shapes[second], _NEAR_M))
    lengths = shapely.length(near) - 4 * _NEAR_M
    found = [
        (str(ids[a]), str(ids[b]), float(m))
        for a, b, m in zip(first, second, lengths, strict=True)
        if m >= _NEAR_LEAST_M
    ]
    return sorted(found, key=lambda row: (-row[2], row[0], row[1]))


def find_islands(associations: gpd.GeoDataFrame, borders: gpd.GeoDataFrame) -> list[str]:
    """List inhabited associations without any open border or link, by id.

    Parameters
    ----------
    associations
        Checked associations.
    borders
        As :func:`find_borders` gives them.
    """
    used = open_borders(borders)
    reached = {*used["a"], *used["b"]}
    inhabited = associations.index[associations["households"] > 0]
    return [] if len(inhabited) < 2 else [str(name) for name in inhabited if name not in reached]


def shared_borders(inhabited: gpd.GeoDataFrame, min_border_m: float, tolerance_m: float) -> gpd.GeoDataFrame:
    """Find the lines that inhabited associations share, without links and without a word of warning."""
    shapes = inhabited.geometry.to_numpy()
    ids = inhabited.index.to_numpy()
    first, second = _near_pairs(shapes, tolerance_m)
    lines = _lines(shapely.intersection(shapely.boundary(shapes[first]), shapely.boundary(shapes[second])))
    lengths = shapely.length(lines)
    if tolerance_m > 0 and len(first):
        lines, lengths = _along_gaps(shapes[first], shapes[second], lines, lengths, tolerance_m)
    keep = (lengths > _POINT_M) & (lengths > min_border_m)
    rows = [
        border_row(min(str(ids[a]), str(ids[b])), max(str(ids[a]), str(ids[b])), float(length), "border", "", line)
        for a, b, length, line in zip(first[keep], second[keep], lengths[keep], lines[keep], strict=True)
    ]
    return border_table(rows, inhabited.crs)


def _near_pairs(shapes: Any, tolerance_m: float) -> tuple[Any, Any]:
    tree = shapely.STRtree(shapes)
    if tolerance_m > 0:
        first, second = tree.query(shapes, predicate="dwithin", distance=tolerance_m)
    else:
        first, second = tree.query(shapes, predicate="intersects")
    ordered = first < second
    return first[ordered], second[ordered]


def _along_gaps(first: Any, second: Any, exact: Any, exact_m: Any, tolerance_m: float) -> tuple[Any, Any]:
    """Measure borders across digitising gaps: the part of one outline within the tolerance of the other area."""
    near = _lines(shapely.intersection(shapely.boundary(first), shapely.buffer(second, tolerance_m)))
    # Two areas that only meet at a corner show up to twice the tolerance on each side of it.
    near_m = shapely.length(near) - 4 * tolerance_m
    wider = near_m > exact_m
    return np.where(wider, near, exact), np.where(wider, near_m, exact_m)


def _lines(shapes: Any) -> Any:
    """Keep the lines of each geometry and drop the points."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    linear = shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING
    empty = np.full(len(shapes), shapely.MultiLineString(), dtype=object)
    if not linear.any():
        return empty
    return shapely.line_merge(shapely.multilinestrings(parts[linear], indices=owner[linear], out=empty))


def _with_links_across(
    borders: gpd.GeoDataFrame, associations: gpd.GeoDataFrame, tolerance_m: float
) -> gpd.GeoDataFrame:
    """Link associations that lie on the same stretch of uninhabited land."""
    empty = associations[associations["households"] == 0]
    inhabited = associations[associations["households"] > 0]
    patches = shapely.get_parts([shapely.unary_union(empty.geometry.to_numpy())])
    tree = shapely.STRtree(inhabited.geometry.to_numpy())
    points = representative_points(inhabited)
    rows = border_records(borders)
    joined = {(row["a"], row["b"]) for row in rows}
    for patch in patches:
        names = "、".join(
            empty["name"][empty.intersects(patch.representative_point()) | empty.within(patch.buffer(1.0))]
        )
        around = sorted(
            str(name)
            for name in inhabited.index[tree.query(patch, predicate="dwithin", distance=tolerance_m + _POINT_M)]
        )
        for position, a in enumerate(around):
            for b in around[position + 1 :]:
                if (a, b) not in joined:
                    joined.add((a, b))
                    line = straight_line(points, a, b)
                    rows.append(border_row(a, b, 0.0, "link", f"{ACROSS_UNINHABITED}: {names}", line))
    return border_table(rows, borders.crs)
