"""Made-up cities of any size for the benchmarks: as tables with geometry, and as bare graphs without.

No name, place or count in them is real.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import geopandas as gpd
    import networkx as nx

CRS = 6678
AREA_OF_UNIT_M2 = 500_000
# Half of the associations hold more households than this; about one in three falls below a floor of 50.
MEDIAN_HOUSEHOLDS = 68
SPREAD = 0.8
WALL = "made_up_district"


def draw_city(unit_count: int, seed: int) -> gpd.GeoDataFrame:
    """Draw a square city of Voronoi cells, as many to the square kilometre whatever its size.

    Parameters
    ----------
    unit_count
        Number of associations.
    seed
        Which city.

    Returns
    -------
    GeoDataFrame
        Checked associations: index ``association_id``, ``name``, ``households``, ``households_kind``, ``geometry`` in
        EPSG:6678.
    """
    import geopandas as gpd
    import numpy as np
    import shapely

    random = np.random.default_rng([seed, unit_count])
    side = float((unit_count * AREA_OF_UNIT_M2) ** 0.5)
    points = shapely.points(random.uniform(0, side, (unit_count, 2)))
    square = shapely.box(0, 0, side, side)
    cells = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=square, ordered=True)
    # One grid for all cells, so that neighbours keep the same corners.
    areas = shapely.set_precision(shapely.intersection(shapely.get_parts(cells), square), 0.001)
    households = np.maximum(1, random.lognormal(np.log(MEDIAN_HOUSEHOLDS), SPREAD, unit_count)).astype(int)
    ids = [f"u{number:05d}" for number in range(unit_count)]
    table = gpd.GeoDataFrame(
        {"name": ids, "households": households, "households_kind": "register"},
        geometry=list(areas),
        crs=CRS,
        index=ids,
    )
    return table.rename_axis("association_id")


def plan_city(unit_count: int, seed: int = 0, *, per_wall: tuple[int, int] = (4, 2)) -> nx.Graph[str]:
    """Make the graph of a city as ``build_graph`` gives it, without drawing anything: a jittered grid with diagonals.

    Parameters
    ----------
    unit_count
        Number of associations.
    seed
        Which city.
    per_wall
        Columns and rows of the grid in one value of the column :data:`WALL`.

    Returns
    -------
    networkx.Graph
        Nodes with ``name``, ``households``, ``boundaries``, ``counts`` and ``place``; edges with ``length_m``, ``kind``
        and ``way_m``.
    """
    import networkx as nx

    from kurihara_geo.places import Place, distance_m

    random = Random(f"{seed} {unit_count}")  # noqa: S311 - a made-up city, not secrets
    pitch = AREA_OF_UNIT_M2**0.5
    width = max(1, round(unit_count**0.5))
    graph: nx.Graph[str] = nx.Graph(barred=())
    ids = [f"x{number:07d}" for number in range(unit_count)]
    for number, name in enumerate(ids):
        row, column = divmod(number, width)
        households = max(1, int(random.lognormvariate(0, SPREAD) * MEDIAN_HOUSEHOLDS))
        x_m, y_m = (pitch * (at + random.uniform(0.1, 0.9)) for at in (column, row))
        graph.add_node(
            name,
            name=f"架空{number}",
            households=households,
            boundaries={WALL: f"架空の区{column // per_wall[0]}-{row // per_wall[1]}"},
            counts={},
            place=Place(name, households, x_m, y_m),
        )
    for number, name in enumerate(ids):
        column = number % width
        near = [number + width]
        near += [number + 1] if column + 1 < width else []
        # One diagonal of every four cells that meet in a corner, as borders in a plane have it.
        if random.random() < 0.5:
            near += [number + width + 1] if column + 1 < width else []
        elif column > 0:
            near += [number + width - 1]
        for other in near:
            if other < unit_count:
                way_m = distance_m(graph.nodes[name]["place"], graph.nodes[ids[other]]["place"])
                graph.add_edge(name, ids[other], length_m=pitch / 2, kind="border", way_m=way_m)
    return graph
