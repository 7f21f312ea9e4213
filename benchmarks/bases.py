"""Place bases of the sample city beside spopt.locate, in one run: the same values, and how long each takes.

Run ``python benchmarks/bases.py [--counts K ...] [--no-peer]``. The package also settles what is equal and proves every
stage; spopt minimises the first one only. Both ask HiGHS.
"""

from __future__ import annotations

import argparse
import time
import warnings
from importlib.util import find_spec
from typing import Any

import pandas as pd

import kurihara_geo as kg
from kurihara_geo.studies.base_inputs import read_demand, read_distances, read_sites

REACH_M = 2000


def main() -> int:
    """Print one line for each goal and count; tell by the exit code whether all values are those of the peer."""
    parser = argparse.ArgumentParser(description="Bases of the sample: the package beside spopt.locate.")
    parser.add_argument("--counts", nargs="+", type=int, default=[1, 2, 5, 10, 20])
    parser.add_argument("--goals", nargs="+", default=["p_median"], help="p_median, p_centre, cover")
    parser.add_argument("--no-peer", action="store_true", help="only the package")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    sample, halls = kg.load_sample(), kg.load_sample_halls()
    started = time.perf_counter()
    print(kg.choose_bases(sample, halls, per="former_school_district"), f"{time.perf_counter() - started:.1f} s")
    demand = read_demand(sample, "households")
    ways = read_distances(demand, read_sites(halls, sample), None, "straight", None)
    matrix, weights = pd.DataFrame(ways).T.to_numpy(), demand.people["households"].to_numpy()
    peer = not args.no_peer and find_spec("spopt") is not None
    wrong = 0
    for goal in args.goals:
        for count in args.counts:
            started = time.perf_counter()
            reach = REACH_M if goal == "cover" else None
            found = kg.choose_bases(sample, halls, count=count, goal=goal, reach_m=reach, time_limit_s=None)
            ours_s, value = time.perf_counter() - started, int(found.stages["value"].iloc[0])
            line = f"{goal} {count}: {value:,} {found!r} {ours_s:.1f} s"
            if peer:
                theirs, theirs_s = _ask_peer(goal, matrix, weights, count)
                wrong += theirs != value
                line += f"; spopt {theirs:,} {theirs_s:.1f} s, ratio {theirs_s / ours_s:.1f}"
            print(line, flush=True)
    return 1 if wrong else 0


def _ask_peer(goal: str, matrix: Any, weights: Any, count: int) -> tuple[int, float]:
    """Build and solve the model of spopt; give its value and its seconds."""
    import pulp
    from spopt.locate import MCLP, PCenter, PMedian

    started = time.perf_counter()
    if goal == "p_median":
        model = PMedian.from_cost_matrix(matrix, weights, count)
    elif goal == "p_centre":
        model = PCenter.from_cost_matrix(matrix, count)
    else:
        model = MCLP.from_cost_matrix(matrix, weights, REACH_M, count)
    model.problem.solve(pulp.HiGHS(msg=False, timeLimit=600))
    value = round(model.problem.objective.value())
    return (int(weights.sum()) - value if goal == "cover" else value), time.perf_counter() - started


if __name__ == "__main__":
    raise SystemExit(main())
