"""Land between areas that belongs to nobody."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

__all__ = ["holes_of"]

# Below this a gap is the rounding of coordinates, not something anybody drew.
_NOISE_M2 = 0.01


def holes_of(shapes: Any) -> Any:
    """Give the holes of all shapes together, without the islands in them, as an array of polygons.

    Parameters
    ----------
    shapes
        Array of valid polygons in a metric plane CRS.

    Returns
    -------
    numpy.ndarray
        Polygons, rounding noise left out.
    """
    parts = np.array(
        [part for part in shapely.get_parts(shapely.unary_union(shapes)) if part.geom_type == "Polygon"], dtype=object
    )
    rings = np.array([shapely.Polygon(ring) for part in parts for ring in part.interiors], dtype=object)
    if not len(rings):
        return rings
    # An area that touches nobody stands in the hole around it, and is no gap.
    ring, island = shapely.STRtree(parts).query(rings, predicate="contains")
    for place in dict.fromkeys(ring.tolist()):
        rings[place] = shapely.difference(rings[place], shapely.union_all(parts[island[ring == place]]))
    pieces = shapely.get_parts(rings)
    return pieces[shapely.area(pieces) > _NOISE_M2]
