"""Show how the work grows with the town: synthetic Voronoi cities of growing size, in one part without walls.

Run ``python benchmarks/growth.py [UNITS ...]``. Every town is measured in a process of its own. Steps are processor
seconds, given as ratios to the smallest town; its own seconds are for scale only.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from typing import Any

from cities import draw_city

SIZES = (250, 1000, 4000, 20000)
STEPS = ("borders", "enumerate", "build", "solve", "all three")

Result = dict[str, Any]


def main() -> None:
    """Regroup each town and print a table."""
    parser = argparse.ArgumentParser(
        description="Groups listed, sets looked at, relative processor seconds and memory for growing towns."
    )
    parser.add_argument("units", nargs="*", type=int, default=SIZES, help=f"sizes of the towns (default: {SIZES})")
    parser.add_argument("--floor", type=int, default=50, help="households a group needs (default: %(default)s)")
    parser.add_argument("--max-members", type=int, default=6, help="most members in a group (default: %(default)s)")
    parser.add_argument("--time-limit", type=float, default=300.0, help="seconds for each town (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="which towns are drawn (default: %(default)s)")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        print(json.dumps(_measure(args.units[0], args)))
        return
    results = [_run_worker(count, args) for count in sorted(args.units)]
    smallest = results[0]
    scale = ", ".join(f"{step} {smallest['seconds'][step]:.2f}" for step in STEPS)
    print(
        f"Voronoi cities, floor {args.floor}, at most {args.max_members} members. "
        f"Steps are multiples of the processor seconds for {smallest['units']:,} units ({scale}).\n"
    )
    counts = ("units", "small", "candidates", "sets", "groups", "proven")
    headings = ("units", "below floor", "groups listed", "sets visited", "groups chosen", "stages proven", *STEPS)
    print("| " + " | ".join(headings) + " | peak memory, MB |")
    print("|" + "---:|" * (len(headings) + 1))
    for result in results:
        cells = [f"{result[name]:,}" for name in counts]
        cells += [f"{result['seconds'][step] / smallest['seconds'][step]:.1f}" for step in STEPS]
        print("| " + " | ".join(cells) + f" | {result['peak_mb']:,.0f} |")
    last = results[-1]
    spent = ", ".join(f"{step} {last['seconds'][step]:.1f}" for step in STEPS)
    print(f"\nProcessor seconds for {last['units']:,} units: {spent}.")


def _run_worker(units: int, args: argparse.Namespace) -> Result:
    given = [
        "--floor",
        args.floor,
        "--max-members",
        args.max_members,
        "--time-limit",
        args.time_limit,
        "--seed",
        args.seed,
    ]
    command = [sys.executable, __file__, "--worker", *map(str, given), str(units)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    result: Result = json.loads(done.stdout.splitlines()[-1])
    return result


def _measure(units: int, args: argparse.Namespace) -> Result:
    import kurihara_geo as kg
    from kurihara_geo.borders import build_graph
    from kurihara_geo.candidates import list_candidates
    from kurihara_geo.model.partition import describe_town, price_component
    from kurihara_geo.model.regroup import regroup

    rules = kg.MergeRules(min_households=args.floor, max_members=args.max_members)
    _regroup_first(rules)
    city = draw_city(units, args.seed)
    clock = [time.process_time()]
    borders = kg.find_borders(city)
    clock.append(time.process_time())
    graph = build_graph(city, borders, rules)
    before = time.process_time()
    candidates = list_candidates(graph, rules, engine="auto")
    listed = time.process_time()
    town = describe_town(graph, rules)
    for component in candidates.components:
        price_component(component, town, rules)
    priced = time.process_time()
    solution = regroup(town, candidates, rules, time_limit_s=args.time_limit)
    ended = time.process_time()
    build = priced - listed
    seconds = {
        "borders": clock[1] - clock[0],
        "enumerate": listed - before,
        "build": build,
        "solve": ended - priced - build,
        "all three": ended - priced + listed - before,
    }
    return {
        "units": len(graph),
        "small": int((city["households"] < args.floor).sum()),
        "candidates": candidates.count,
        "sets": candidates.sets_visited,
        "groups": len(solution.groups),
        "proven": sum(stage.proven for stage in solution.stages),
        "seconds": seconds,
        "peak_mb": _peak_mb(),
    }


def _regroup_first(rules: Any) -> None:
    """Solve a small town, so that what is loaded on first use is not counted."""
    from cities import plan_city

    from kurihara_geo.candidates import list_candidates
    from kurihara_geo.model.partition import describe_town
    from kurihara_geo.model.regroup import regroup

    graph = plan_city(100)
    regroup(describe_town(graph, rules), list_candidates(graph, rules), rules)


def _peak_mb() -> float:
    """Give the most memory this process ever held, in MB; 0 where the system does not say."""
    try:
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak) / (1 << 20 if sys.platform == "darwin" else 1 << 10)


if __name__ == "__main__":
    main()
