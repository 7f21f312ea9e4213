"""Show how the work grows with the town: synthetic Voronoi cities of growing size.

Run ``python benchmarks/growth.py [UNITS ...]``. Seconds are given as ratios to the smallest town; its own seconds
are for scale only.
"""

from __future__ import annotations

import argparse
import time
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import geopandas as gpd

SIZES = (250, 500, 1000, 2000)
CRS = 6678
AREA_OF_UNIT_M2 = 500_000
# Half of the associations hold more households than this; about one in three falls below a floor of 50.
MEDIAN_HOUSEHOLDS = 68
SPREAD = 0.8
STEPS = ("borders", "enumerate", "solve", "tables and checks", "all")

Result = dict[str, Any]


def main() -> None:
    """Propose a plan for each town and print a table."""
    parser = argparse.ArgumentParser(
        description="Units, groups listed, sets looked at and relative seconds for growing towns."
    )
    parser.add_argument(
        "units", nargs="*", type=int, default=SIZES, help="sizes of the towns (default: 250 500 1000 2000)"
    )
    parser.add_argument("--floor", type=int, default=50, help="households a group needs (default: %(default)s)")
    parser.add_argument("--max-members", type=int, default=6, help="most members in a group (default: %(default)s)")
    parser.add_argument("--time-limit", type=float, default=300.0, help="seconds for each town (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="which towns are drawn (default: %(default)s)")
    args = parser.parse_args()
    _measure(draw_city(50, args.seed), args)  # whatever is loaded on first use
    results = [_measure(draw_city(count, args.seed), args) for count in sorted(args.units)]
    smallest = results[0]
    scale = ", ".join(f"{step} {smallest['seconds'][step]:.2f}" for step in STEPS)
    print(
        f"Voronoi cities, floor {args.floor}, at most {args.max_members} members. "
        f"Steps are multiples of the seconds for {smallest['units']:,} units ({scale}).\n"
    )
    counts = ("units", "small", "candidates", "sets", "groups", "proven")
    print("| units | below floor | candidates | sets visited | groups | stages proven | " + " | ".join(STEPS) + " |")
    print("|" + "---:|" * (len(counts) + len(STEPS)))
    for result in results:
        cells = [f"{result[name]:,}" for name in counts]
        cells += [f"{result['seconds'][step] / smallest['seconds'][step]:.1f}" for step in STEPS]
        print("| " + " | ".join(cells) + " |")


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


def _measure(city: gpd.GeoDataFrame, args: argparse.Namespace) -> Result:
    import kurihara_geo as kg

    rules = kg.MergeRules(min_households=args.floor, max_members=args.max_members)
    started = time.perf_counter()
    borders = kg.find_borders(city)
    found = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the table says how many stages are proven
        plan = kg.propose_mergers(city, rules, borders=borders, time_limit_s=args.time_limit, progress=False)
    ended = time.perf_counter()
    seconds = {step: plan.provenance.seconds[step] for step in ("enumerate", "solve")}
    seconds |= {"borders": found - started, "all": ended - started}
    seconds["tables and checks"] = ended - found - seconds["enumerate"] - seconds["solve"]
    return {
        "units": len(city),
        "small": int((city["households"] < args.floor).sum()),
        "candidates": plan.search["candidates"],
        "sets": plan.search["sets_visited"],
        "groups": len(plan.groups),
        "proven": sum(stage.proven for stage in plan.stages),
        "seconds": seconds,
    }


if __name__ == "__main__":
    main()
