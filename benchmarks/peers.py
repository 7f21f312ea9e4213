"""Compare the package, with a member cap and without, with the max-p heuristic of spopt on one real town, in one run.

Both get the same inhabited units and the same borders. Every run is a process of its own, so that start, reading and
peak memory are counted too. Seconds depend on the machine and are printed for scale only; compare the ratios.

Run ``python benchmarks/peers.py [--boundaries FILE]``; without a path the input is looked for in the folder that
KURIHARA_GEO_SHARED names.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

INPUT = "A002005212020DDSWC03209-JGD2011.zip"
PEER_PACKAGES = ("spopt", "libpysal")
TOP_N = 2

MEASURED = {
    "listing and choosing groups, s": "search_s",
    "solve, checks and tables included, s": "solve_s",
    "the same, processor s": "solve_cpu_s",
    "whole process, s": "process_s",
    "whole process, processor s": "process_cpu_s",
    "peak memory, MB": "peak_mb",
}

Result = dict[str, Any]


def main() -> int:
    """Run both, print the table, and tell by the exit code whether both answers hold."""
    args = _read_arguments()
    if args.worker:
        print(json.dumps(WORKERS[args.worker](args)))
        return 0
    missing = [name for name in PEER_PACKAGES if find_spec(name) is None]
    if missing:
        print(
            f"{' and '.join(missing)} cannot be found: the peer is an optional dependency. "
            "Install it with: pip install --group peers",
            file=sys.stderr,
        )
        return 2
    boundaries = _find_input(args.boundaries)
    if boundaries is None:
        return 2
    with tempfile.TemporaryDirectory() as folder:
        given = ["--folder", folder, "--floor", str(args.floor)]
        given += [
            "--iterations",
            str(args.iterations),
            "--sa-iterations",
            str(args.sa_iterations),
            "--time-limit",
            str(args.time_limit),
            "--boundaries",
            str(boundaries),
        ]
        _run_worker("prepare", given)
        ours: dict[int | None, list[Result]] = {cap: [] for cap in args.max_members}
        peers = []
        for seed in range(args.repeat):
            for cap, results in ours.items():
                results.append(_run_worker("package", [*given, "--max-members", "none" if cap is None else str(cap)]))
            peers.append(_run_worker("spopt", [*given, "--seed", str(seed)]))
    _print_report(args, ours, peers)
    faults = [fault for results in (*ours.values(), peers) for result in results for fault in result["faults"]]
    for fault in faults:
        print(f"NOT VALID: {fault}", file=sys.stderr)
    return 1 if faults else 0


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Groups, seconds and memory: kurihara_geo beside spopt's MaxPHeuristic."
    )
    parser.add_argument(
        "--boundaries",
        help=f"boundary file; default: {INPUT} in the folder KURIHARA_GEO_SHARED names",
    )
    parser.add_argument("--floor", type=int, default=50, help="households a group needs (default: %(default)s)")
    parser.add_argument(
        "--max-members",
        type=lambda text: None if text == "none" else int(text),
        nargs="+",
        default=[6, None],
        metavar="N|none",
        help="caps the package is run with; spopt has none (default: 6 none)",
    )
    parser.add_argument(
        "--time-limit", type=float, default=300.0, help="the package: seconds for each run (default: %(default)s)"
    )
    parser.add_argument(
        "--iterations", type=int, default=99, help="spopt: construction iterations (default: %(default)s)"
    )
    parser.add_argument(
        "--sa-iterations",
        type=int,
        default=10,
        help="spopt: annealing iterations (default: %(default)s, spopt's own)",
    )
    parser.add_argument(
        "--repeat",
        type=int,
        default=3,
        help="runs of each; spopt has another seed in each (default: %(default)s)",
    )
    parser.add_argument("--seed", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    parser.add_argument("--worker", choices=sorted(WORKERS), help=argparse.SUPPRESS)
    return parser.parse_args()


def _find_input(named: str | None) -> Path | None:
    """Find the boundary file, or say what is missing."""
    if named:
        path = Path(named)
    elif "KURIHARA_GEO_SHARED" in os.environ:
        shared = Path(os.environ["KURIHARA_GEO_SHARED"])
        path = next(
            (folder / INPUT for folder in (shared, shared / "real") if (folder / INPUT).is_file()),
            shared / INPUT,
        )
    else:
        print("Name a boundary file, or set KURIHARA_GEO_SHARED to the folder that holds it.", file=sys.stderr)
        return None
    if not path.is_file():
        print(f"There is no file {path}.", file=sys.stderr)
        return None
    return path


def _run_worker(worker: str, given: list[str]) -> Result:
    """Run one side in a fresh process; its wall-clock time is taken from outside."""
    started = time.perf_counter()
    done = subprocess.run([sys.executable, __file__, "--worker", worker, *given], stdout=subprocess.PIPE, check=True)
    result: Result = json.loads(done.stdout.splitlines()[-1])
    return result | {"process_s": time.perf_counter() - started}


# --- what runs in a process of its own ----------------------------------------------------------------------------


def _prepare(args: argparse.Namespace) -> Result:
    """Write units and borders once for the peer, so that it need not read the census file or find borders."""
    import kurihara_geo as kg

    associations = kg.read_associations(args.boundaries)
    inhabited = associations[associations["households"] > 0]
    inhabited[["households", "geometry"]].reset_index().to_file(Path(args.folder) / "units.gpkg")
    kg.find_borders(associations)[["a", "b"]].to_csv(Path(args.folder) / "borders.csv", index=False)
    return {}


def _run_package(args: argparse.Namespace) -> Result:
    import warnings

    import kurihara_geo as kg

    associations = kg.read_associations(args.boundaries)
    borders = kg.find_borders(associations)
    (cap,) = args.max_members
    rules = kg.MergeRules(min_households=args.floor, max_members=cap)
    started, busy = time.perf_counter(), time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the table says which stages are proven
        plan = kg.propose_mergers(associations, rules, borders=borders, progress=False, time_limit_s=args.time_limit)
    solve_s, solve_cpu_s = time.perf_counter() - started, time.process_time() - busy
    sizes = plan.groups["member_ids"].map(len)
    below = int((plan.groups["households"] < args.floor).sum())
    return {
        "units": len(plan.members),
        "groups": len(plan.groups) - below,
        "left_below": below,
        "proven": [stage.name for stage in plan.stages if stage.proven],
        "largest": int(sizes.max()),
        "solve_s": solve_s,
        "solve_cpu_s": solve_cpu_s,
        "process_cpu_s": time.process_time(),
        "search_s": plan.provenance.seconds["enumerate"] + plan.provenance.seconds["solve"],
        "peak_mb": _peak_mb(),
        "faults": _find_faults(
            plan.groups["member_ids"], plan.members["households"], borders, args.floor, left_alone=True
        ),
    }


def _run_spopt(args: argparse.Namespace) -> Result:
    import warnings

    import geopandas as gpd
    import numpy as np
    import pandas as pd

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the peer's own; they say nothing about its answer
        from libpysal.weights import W
        from spopt.region.maxp import MaxPHeuristic

        units = gpd.read_file(Path(args.folder) / "units.gpkg", dtype={"association_id": str})
        borders = pd.read_csv(Path(args.folder) / "borders.csv", dtype=str)
        row = {name: number for number, name in enumerate(units["association_id"])}
        neighbours: dict[int, list[int]] = {number: [] for number in row.values()}
        for a, b in zip(borders["a"], borders["b"], strict=True):
            neighbours[row[a]].append(row[b])
            neighbours[row[b]].append(row[a])
        weights = W(neighbours, id_order=list(range(len(units))), silence_warnings=True)
        np.random.seed(args.seed)  # noqa: NPY002 - the generator spopt draws from
        started, busy = time.perf_counter(), time.process_time()
        model = MaxPHeuristic(
            units, weights, ["households"], "households", args.floor, top_n=TOP_N,
            max_iterations_construction=args.iterations, max_iterations_sa=args.sa_iterations,
        )  # fmt: skip
        model.solve()
        solve_s, solve_cpu_s = time.perf_counter() - started, time.process_time() - busy
    regions = units["association_id"].groupby(np.asarray(model.labels_)).agg(tuple)
    sizes = regions.map(len)
    faults = _find_faults(
        regions, units.set_index("association_id")["households"], borders, args.floor, left_alone=False
    )
    if len(regions) != model.p:
        faults.append(f"spopt says {model.p} regions and labels {len(regions)}")
    return {
        "units": len(units),
        "groups": len(regions),
        "left_below": 0,
        "proven": [],
        "largest": int(sizes.max()),
        "solve_s": solve_s,
        "solve_cpu_s": solve_cpu_s,
        "process_cpu_s": time.process_time(),
        "search_s": solve_s,
        "peak_mb": _peak_mb(),
        "faults": faults,
    }


def _find_faults(groups: Any, households: Any, borders: Any, floor: int, *, left_alone: bool) -> list[str]:
    """Check an answer from outside: every unit once, every group connected and at or above the floor.

    ``left_alone`` allows a single unit below the floor, which the package names and the peer has no word for.
    """
    import networkx as nx

    graph = nx.Graph(list(zip(borders["a"], borders["b"], strict=True)))
    graph.add_nodes_from(households.index)
    covered = sorted(name for ids in groups for name in ids)
    faults = [] if covered == sorted(households.index) else ["a unit is in no group, or in two"]
    for ids in groups:
        total = sum(int(households[name]) for name in ids)
        if total < floor and not (left_alone and len(ids) == 1):
            faults.append(f"a group of {len(ids)} has {total} households: {', '.join(ids)}")
        if not nx.is_connected(graph.subgraph(ids)):
            faults.append(f"a group is not connected: {', '.join(ids)}")
    return faults


def _peak_mb() -> float | None:
    """Give the most memory this process ever held, in MB; None where the system does not say."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak) / (1 << 20 if sys.platform == "darwin" else 1 << 10)


WORKERS = {"prepare": _prepare, "package": _run_package, "spopt": _run_spopt}

# --- the report ---------------------------------------------------------------------------------------------------


def _print_report(args: argparse.Namespace, ours: dict[int | None, list[Result]], peers: list[Result]) -> None:
    first = next(iter(ours.values()))
    print(
        f"{first[0]['units']} inhabited units, floor {args.floor}; spopt MaxPHeuristic: threshold {args.floor}, "
        f"top_n={TOP_N}, max_iterations_construction={args.iterations}, max_iterations_sa={args.sa_iterations}, "
        f"attribute households, seeds 0 to {args.repeat - 1}, no member cap. "
        f"Medians of {args.repeat} runs each; seconds and MB are for scale, the ratios (spopt : kurihara_geo) are what "
        "to compare.\n"
    )
    names = ["no cap" if cap is None else f"at most {cap}" for cap in ours]
    sides = [*ours.values(), peers]
    headings = ["", *(f"kurihara_geo, {name}" for name in names), "spopt", *(f"ratio, {name}" for name in names)]
    print("| " + " | ".join(headings) + " |\n|" + "---|" * len(headings))
    blank = [""] * len(ours)
    rows = [
        [
            "groups at or above the floor",
            *(_spread(side, "groups") for side in sides),
            *(_ratio(side, peers, "groups") for side in ours.values()),
        ],
        ["units left below the floor", *(_spread(side, "left_below") for side in sides), *blank],
        ["stages proven optimal", *(", ".join(side[0]["proven"]) or "none" for side in sides), *blank],
        ["members of the largest group", *(_spread(side, "largest") for side in sides), *blank],
        [
            "valid by its own rules",
            *("no" if any(result["faults"] for result in side) else "yes" for side in sides),
            *blank,
        ],
    ]
    rows += [
        [label, *(_middle(side, key) for side in sides), *(_ratio(side, peers, key) for side in ours.values())]
        for label, key in MEASURED.items()
    ]
    for row in rows:
        print("| " + " | ".join(row) + " |")


def _spread(side: list[Result], key: str) -> str:
    low, high = min(result[key] for result in side), max(result[key] for result in side)
    return str(low) if low == high else f"{low} to {high}"


def _middle(side: list[Result], key: str) -> str:
    return "not known" if side[0][key] is None else f"{median(result[key] for result in side):.1f}"


def _ratio(ours: list[Result], peers: list[Result], key: str) -> str:
    if ours[0][key] is None:
        return ""
    return f"{median(result[key] for result in peers) / median(result[key] for result in ours):.2f}"


if __name__ == "__main__":
    raise SystemExit(main())
