"""Compare the second engine, which lists no groups, with its bounds and with the max-p heuristic of spopt.

Groups beside their bound, and travel beside its bound, on one real town and on drawn ones whose groups are too many to
list. Seconds depend on the machine and are printed for scale only; compare the ratios.

Run ``python benchmarks/second_engine.py [--instance NAME ...] [--seeds N]``. 日南町 (h27ka31401.zip) is looked for in
the folder that KURIHARA_GEO_SHARED names. spopt has a column if it is installed (``pip install --group peers``).
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import dataclass
from importlib.util import find_spec
from math import hypot
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from kurihara_geo.candidates.masks import units_of
from kurihara_geo.model.open_component import Hub, OpenComponent
from kurihara_geo.model.search import search_component
from kurihara_geo.model.solver import SolverOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

INPUT = "h27ka31401.zip"
FLOOR = 50
STAGES = ("below_floor", "mergers", "travel")
COLUMNS = ("instance", "groups : bound", "groups : spopt", "travel gap", "units", "bound", "groups x runs", "spopt",
    "seconds", "stages proven")  # fmt: skip
# The peer needs minutes beyond so many units.
MOST_PEER_UNITS = 500


@dataclass(frozen=True, kw_only=True)
class Instance:
    """Households, points in metres, and pairs of positions that touch."""

    households: list[int]
    points: list[tuple[float, float]]
    edges: list[tuple[int, int]]


def main() -> int:
    """Run every instance with every seed and print one table."""
    args = _read_arguments()
    peer = not args.no_peer and all(find_spec(name) for name in ("spopt", "libpysal"))
    print("| " + " | ".join(COLUMNS) + " |\n" + "|---" * len(COLUMNS) + "|")
    faults = 0
    for name in args.instance or INSTANCES:
        instance = INSTANCES[name]()
        if instance is None:
            continue
        component = build_component(instance)
        runs = [_run(component, seed, args.seconds) for seed in range(args.seeds)]
        faults += sum(not run["holds"] for run in runs)
        theirs = _run_spopt(instance) if peer and len(instance.households) <= MOST_PEER_UNITS else None
        print(_row(name, len(instance.households), runs, theirs), flush=True)
    return 1 if faults else 0


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Groups and travel beside their bounds, and beside spopt.")
    parser.add_argument("--instance", action="append", choices=sorted(INSTANCES), help="default: all")
    parser.add_argument("--seeds", type=int, default=1, help="runs of each instance (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=120, help="seconds for each run (default: %(default)s)")
    parser.add_argument("--no-peer", action="store_true", help="leave spopt out")
    return parser.parse_args()


# --- instances ----------------------------------------------------------------------------------------------------


def _read_nichinan() -> Instance | None:
    """Read 日南町 as the package does: its inhabited small areas and their borders."""
    import kurihara_geo as kg
    from kurihara_geo.associations.places import list_places

    folder = os.environ.get("KURIHARA_GEO_SHARED")
    if folder is None:
        print("日南町 is left out: KURIHARA_GEO_SHARED names no folder.", file=sys.stderr)
        return None
    found = next((path for path in (Path(folder), Path(folder) / "real") if (path / INPUT).is_file()), None)
    if found is None:
        print(f"日南町 is left out: there is no {INPUT} in {folder}.", file=sys.stderr)
        return None
    associations = kg.read_associations(found / INPUT)
    borders = kg.find_borders(associations)
    places = list_places(associations[associations["households"] > 0], None)
    ids = sorted(places)
    position = {name: number for number, name in enumerate(ids)}
    pairs = zip(borders["a"], borders["b"], strict=True)
    return Instance(
        households=[places[name].households for name in ids],
        points=[(places[name].x_m, places[name].y_m) for name in ids],
        edges=[(position[a], position[b]) for a, b in pairs if a in position and b in position],
    )


def _draw_grid(side: int, mean: float) -> Instance:
    """Draw a square grid, 500 m apart, with exponential households (rounded, at least 1), seed 0."""
    cells = [(row, column) for row in range(side) for column in range(side)]
    edges = [(row * side + column, row * side + column + 1) for row, column in cells if column + 1 < side]
    edges += [(row * side + column, (row + 1) * side + column) for row, column in cells if row + 1 < side]
    return Instance(
        households=_draw_households(len(cells), mean),
        points=[(500.0 * column, 500.0 * row) for row, column in cells],
        edges=edges,
    )


def _draw_voronoi(count: int, mean: float) -> Instance:
    """Draw random points in a square of 10 km; who shares a Voronoi edge is a neighbour. Households as on the grid."""
    from scipy.spatial import Delaunay

    random = Random(0)  # noqa: S311 - a benchmark, not secrets
    points = [(10_000 * random.random(), 10_000 * random.random()) for _ in range(count)]
    corners = Delaunay(points).simplices.tolist()
    edges = {tuple(sorted((a, b))) for triangle in corners for a in triangle for b in triangle if a != b}
    return Instance(households=_draw_households(count, mean), points=points, edges=sorted(edges))


def _draw_households(count: int, mean: float) -> list[int]:
    random = Random(0)  # noqa: S311
    return [max(1, round(random.expovariate(1 / mean))) for _ in range(count)]


INSTANCES: dict[str, Callable[[], Instance | None]] = {
    "nichinan": _read_nichinan,
    "grid20_mean30": lambda: _draw_grid(20, 30),
    "grid20_mean15": lambda: _draw_grid(20, 15),
    "voronoi400_mean15": lambda: _draw_voronoi(400, 15),
    "grid30_mean15": lambda: _draw_grid(30, 15),
}


def build_component(instance: Instance) -> OpenComponent:
    """Put an instance into the engine's terms: no caps, one floor, members' points as meeting places."""
    own, points = instance.households, instance.points
    adjacency = [0] * len(own)
    for a, b in instance.edges:
        adjacency[a] |= 1 << b
        adjacency[b] |= 1 << a
    ways = [
        tuple(here * int(hypot(x - to_x, y - to_y) + 0.5) for here, (x, y) in zip(own, points, strict=True))
        for to_x, to_y in points
    ]
    large = tuple(households >= FLOOR for households in own)

    def total(units: Iterable[int]) -> int:
        return sum(own[unit] for unit in units)

    def costs(mask: int) -> tuple[int, ...]:
        units = units_of(mask)
        below = total(units) if total(units) < FLOOR else 0
        return below, len(units) - 1, min(sum(ways[hub][unit] for unit in units) for hub in units)

    return OpenComponent(
        adjacency=tuple(adjacency),
        households=tuple(own),
        sizes=(1,) * len(own),
        floors=(FLOOR,) * len(own),
        permitted=lambda _: True,
        sufficient=lambda mask: total(units_of(mask)) >= FLOOR,
        stands=large,
        counted=large,
        costs=costs,
        stages=STAGES,
        unrestricted=True,
        hubs=tuple(Hub(unit=unit, costs=way) for unit, way in enumerate(ways)),
        only_households=True,
    )


# --- runs ---------------------------------------------------------------------------------------------------------


def _run(component: OpenComponent, seed: int, seconds: float) -> dict[str, Any]:
    started = time.monotonic()
    result = search_component(component, SolverOptions(seed=seed), started + seconds)
    stages = {stage.name: stage for stage in result.stages}
    return {
        "groups": len(result.groups),
        "bound": result.notes["most_groups"],
        "gap": stages["travel"].gap,
        "proven": [name for name in STAGES if stages[name].proven],
        "holds": component.is_plan(result.groups) and stages["below_floor"].value == 0,
        "seconds": time.monotonic() - started,
    }


def _run_spopt(instance: Instance) -> int:
    """Count the regions spopt's heuristic finds with its defaults, one seed."""
    import warnings

    import geopandas as gpd
    import numpy as np

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the peer's own; they say nothing about its answer
        from libpysal.weights import W
        from spopt.region.maxp import MaxPHeuristic

        x, y = zip(*instance.points, strict=True)
        units = gpd.GeoDataFrame({"households": instance.households}, geometry=gpd.points_from_xy(x, y))
        neighbours: dict[int, list[int]] = {number: [] for number in range(len(units))}
        for a, b in instance.edges:
            neighbours[a].append(b)
            neighbours[b].append(a)
        np.random.seed(0)  # noqa: NPY002 - the generator spopt draws from
        model = MaxPHeuristic(units, W(neighbours, silence_warnings=True), ["households"], "households", FLOOR, top_n=2)
        model.solve()
    return int(model.p)


def _row(name: str, units: int, runs: list[dict[str, Any]], theirs: int | None) -> str:
    groups = sorted(run["groups"] for run in runs)
    bound = min(run["bound"] for run in runs)
    middle = groups[len(groups) // 2]
    gaps = [run["gap"] for run in runs if run["gap"] is not None]
    seconds = sorted(run["seconds"] for run in runs)
    cells = [
        name,
        f"{middle / bound:.3f}",
        f"{middle / theirs:.2f}" if theirs else "",
        f"{min(gaps):.1%} to {max(gaps):.1%}" if gaps else "not known",
        str(units),
        str(bound),
        ", ".join(f"{count} x {groups.count(count)}" for count in sorted(set(groups), reverse=True)),
        str(theirs or ""),
        f"{seconds[len(seconds) // 2]:.0f}",
        ", ".join(name for name in STAGES if all(name in run["proven"] for run in runs)) or "none",
    ]
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    raise SystemExit(main())
