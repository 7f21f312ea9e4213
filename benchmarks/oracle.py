"""Compare the package with brute force on random small towns: equal in every stage and in the groups, or not.

Run ``python benchmarks/oracle.py [TOWNS]``. Towns take turns: settled by looking at every cover, by the tightened
relaxation, or by HiGHS alone. For each rule it counts the towns that set it, and those where the best plan would be
another without it. The exit code tells whether all were equal.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from kurihara_geo.rules import MergeRules

sys.path.insert(0, str(Path(__file__).parents[1]))  # the oracle and its towns are tests

# What each rule is like when it is not set, with what cannot stand without it.
UNSET: dict[str, Callable[[MergeRules], dict[str, Any]]] = {
    "floors": lambda rules: {"floors": {}, "floors_apply_to": rules.floors_apply_to if rules.needs_hall else "new"},
    "needs_hall": lambda rules: {
        "needs_hall": False,
        "floors_apply_to": rules.floors_apply_to if rules.floors else "new",
    },
    "floors_apply_to": lambda _: {"floors_apply_to": "new"},
    "lower_floors": lambda _: {"lower_floors": []},
    "max_households": lambda _: {"max_households": None},
    "max_members": lambda _: {"max_members": None},
    "max_span_m": lambda _: {"max_span_m": None, "span_along": "straight"},
    "span_along": lambda _: {"span_along": "straight"},
    "max_way_m": lambda _: {"max_way_m": None},
    "max_small_per_large": lambda _: {"max_small_per_large": None},
    "keep_within": lambda rules: {"keep_within": [], "missing_as": _kept(rules, rules.prefer_within)},
    "prefer_within": lambda rules: {"prefer_within": {}, "missing_as": _kept(rules, rules.keep_within)},
    "together": lambda _: {"together": []},
    "apart": lambda _: {"apart": []},
    "unchanged": lambda _: {"unchanged": []},
    "exempt": lambda _: {"exempt": {}},
    "obstacles": lambda _: {"obstacles": []},
    "target_households": lambda _: {"target_households": None},
    "weak_border_m": lambda _: {"weak_border_m": 1},
    "objective": lambda _: {"objective": [], "target_households": None, "weak_border_m": None},
}


def main() -> int:
    """Compare town by town and print two tables."""
    parser = argparse.ArgumentParser(description="The package against brute force on random towns of up to 9 units.")
    parser.add_argument("towns", nargs="?", type=int, default=2_000, help="how many towns (default: %(default)s)")
    parser.add_argument("--first", type=int, default=0, help="seed of the first town (default: %(default)s)")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    from tests.test_oracle import WAYS, difference, way_of

    seconds: Counter[str] = Counter()
    counts: Counter[tuple[str, str]] = Counter()
    for seed in range(args.first, args.first + args.towns):
        started = time.perf_counter()
        differs = difference(seed)
        seconds["compare"] += time.perf_counter() - started
        counts[way_of(seed), "different" if differs else "equal"] += 1
        if differs:
            print(differs, file=sys.stderr)
        for rule, bites in _rules_that_bite(seed).items():
            counts[rule, "set"] += 1
            counts[rule, "bites"] += bites
    different = sum(counts[way, "different"] for way in WAYS)
    print(f"{args.towns:,} random towns, {args.towns - different:,} equal to brute force.\n")
    print("| settled by | towns | equal |\n|---|---:|---:|")
    for way in WAYS:
        print(f"| {way} | {counts[way, 'equal'] + counts[way, 'different']:,} | {counts[way, 'equal']:,} |")
    print("\n| rule | towns that set it | where it changes the plan |\n|---|---:|---:|")
    for rule in UNSET:
        print(f"| `{rule}` | {counts[rule, 'set']:,} | {counts[rule, 'bites']:,} |")
    print(f"\n{seconds['compare'] / args.towns:.3f} s a town, brute force included, for scale only.")
    return 1 if different else 0


def _rules_that_bite(seed: int) -> dict[str, bool]:
    """For each rule a town sets, say whether its best plan would be another without it."""
    from kurihara_geo.model.objectives import tie_break_draw
    from kurihara_geo.rules import MergeRules
    from tests.oracle import best_plan
    from tests.strategies import random_case

    case, unset = random_case(seed), MergeRules(max_members=None)
    names = [name for name in UNSET if getattr(case.rules, name) != getattr(unset, name)]

    def solve(rules: MergeRules) -> tuple[dict[str, int], Any]:
        return best_plan(case.associations, case.borders, rules, tie_break_draw, case.halls)[:2]

    values, groups = solve(case.rules)
    bites = {}
    for name in names:
        fixed = {} if name == "objective" else {"objective": case.rules.stages}
        others, other_groups = solve(case.rules.replace(**{**fixed, **UNSET[name](case.rules)}))
        changed = any(others[stage] != value for stage, value in values.items() if stage in others)
        bites[name] = other_groups != groups or changed
    return bites


def _kept(rules: MergeRules, columns: Any) -> dict[str, str]:
    return {column: value for column, value in rules.missing_as.items() if column in columns}


if __name__ == "__main__":
    sys.exit(main())
