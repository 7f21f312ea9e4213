"""Regroup a made-up nation: hundreds of thousands of associations in walls of about eight, on several processes.

Run ``python benchmarks/nation.py [UNITS]`` by hand; ``make benchmarks`` runs a small one.
"""

from __future__ import annotations

import argparse
import os
import pickle
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context

from cities import WALL, plan_city

UNITS = 300_000
QUICK_UNITS = 20_000


def main() -> int:
    """Make the nation, list its groups, choose among them, and print what that took."""
    parser = argparse.ArgumentParser(description="Seconds and memory for a made-up nation in walls of eight.")
    parser.add_argument(
        "units", nargs="?", type=int, help=f"associations (default: {UNITS:,}, in make {QUICK_UNITS:,})"
    )
    parser.add_argument("--workers", type=int, default=2, help="processes that solve (default: %(default)s)")
    parser.add_argument("--max-members", type=int, default=6, help="most members in a group (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="which nation (default: %(default)s)")
    args = parser.parse_args()
    units = args.units or (QUICK_UNITS if "MAKELEVEL" in os.environ else UNITS)

    from kurihara_geo.candidates import list_candidates
    from kurihara_geo.model.partition import describe_town
    from kurihara_geo.model.regroup import _batches, regroup
    from kurihara_geo.rules import MergeRules

    rules = MergeRules(max_members=args.max_members, keep_within=[WALL])
    clock = [time.perf_counter()]
    graph = plan_city(units, args.seed)
    clock.append(time.perf_counter())
    candidates = list_candidates(graph, rules)
    clock.append(time.perf_counter())
    town = describe_town(graph, rules)
    with ProcessPoolExecutor(max_workers=args.workers, mp_context=get_context("spawn")) as pool:
        solution = regroup(town, candidates, rules, executor=pool)
    clock.append(time.perf_counter())
    largest = max(_batches(candidates.components), key=len)
    sent = pickle.dumps((largest, town.only(n for c in largest for u in c.units for n in u.members), rules))
    made, listed, solved = (later - earlier for earlier, later in pairwise(clock))
    print("| | |\n|---|---:|")
    for label, value in {
        "associations": f"{len(graph):,}",
        "parts that do not touch": f"{len(candidates.components):,}",
        "groups listed": f"{candidates.count:,}",
        "sets visited": f"{candidates.sets_visited:,}",
        "groups chosen": f"{len(solution.groups):,}",
        "stages proven": f"{sum(stage.proven for stage in solution.stages)} of {len(solution.stages)}",
        "making the nation, s": f"{made:.1f}",
        "listing groups, s": f"{listed:.1f}",
        f"choosing on {args.workers} processes, s": f"{solved:.1f}",
        "largest batch sent, KB": f"{len(sent) / 1000:,.0f}",
        **_used(args.workers),
    }.items():
        print(f"| {label} | {value} |")
    return 0 if solution.proven else 1


def _used(workers: int) -> dict[str, str]:
    """Say what processor time and memory were used; nothing where the system does not tell."""
    try:
        import resource
    except ImportError:
        return {}
    own, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    mb = 1 << 10
    return {
        "processor time here, s": f"{own.ru_utime + own.ru_stime:.0f}",
        "processor time of the others, s": f"{theirs.ru_utime + theirs.ru_stime:.0f}",
        "peak memory here, MB": f"{own.ru_maxrss / mb:,.0f}",
        "peak memory of the largest other, MB": f"{theirs.ru_maxrss / mb:,.0f}",
        "at most in all, MB": f"{(own.ru_maxrss + workers * theirs.ru_maxrss) / mb:,.0f}",
    }


if __name__ == "__main__":
    raise SystemExit(main())
