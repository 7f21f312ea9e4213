"""How long a planner's next questions take beside the plan itself, on the sample city with former school districts.

Run ``python benchmarks/studies.py [--explain]``. Ratios are to the processor seconds of proposing the plan; its own
seconds are for scale only. ``--explain`` prints the explanation texts of five associations as well.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import TYPE_CHECKING, Any

import kurihara_geo as kg

if TYPE_CHECKING:
    from collections.abc import Callable

EXPLAINED = ("04213077002", "04213003001", "04213045001", "04213048026", "04213077014")


def main() -> None:
    """Make the plan, ask the questions, print the table."""
    parser = argparse.ArgumentParser(description="Seconds of the studies as ratios to the plan itself.")
    parser.add_argument("--explain", action="store_true", help="print five explanations in Japanese as well")
    parser.add_argument(
        "--every", type=int, default=8, help="ask about every n-th association and border (default: %(default)s)"
    )
    args = parser.parse_args()
    associations, halls = kg.load_sample(), kg.load_sample_halls()
    rules = kg.MergeRules(keep_within=["former_school_district"])
    plan, base, _ = timed(lambda: kg.propose_mergers(associations, rules, halls=halls, progress=False))
    names = list(plan.members.index[:: args.every])
    pairs = open_borders(plan)[:: args.every]
    print(f"{plan}\nproposed in {base:.2f} processor seconds; ratios below are to that.\n")
    print("| question | asked | median ratio | 95 % ratio | slowest ratio | slowest, s | wall, s | answer |")
    print("|---|---:|---:|---:|---:|---:|---:|---|")
    report(
        "options_for", base, [timed(lambda name=name: kg.options_for(plan, name)) for name in names], describe_options
    )
    report(
        "what_if(unchanged=...)",
        base,
        [timed(lambda n=name: kg.what_if(plan, unchanged=[n])) for name in names],
        touched,
    )
    for pin in ("together", "apart"):
        asked = [timed(lambda p=pair, pin=pin: kg.what_if(plan, **{pin: [p]})) for pair in pairs]
        report(f"what_if({pin}=...)", base, asked, touched)
    report("count_ties", base, [timed(lambda: kg.count_ties(plan))], describe_ties)
    report(
        "settledness",
        base,
        [timed(lambda: kg.settledness(plan))],
        lambda tables: f"{tables[0]['share'].notna().sum()} of {len(tables[0])} mergers counted",
    )
    report(
        "list_alternatives(count=5)",
        base,
        [timed(lambda: kg.list_alternatives(plan, 5))],
        lambda lists: f"{len(lists[0])} plans, complete: {lists[0].complete}",
    )
    report(
        "trade_off(mergers, travel)",
        base,
        [timed(lambda: kg.trade_off(plan))],
        lambda curves: f"{len(curves[0].table)} points, exact: {curves[0].exact}",
    )
    if args.explain:
        for name in EXPLAINED:
            print(f"\n--- {name}\n{kg.explain_merger(plan, name)}")


def open_borders(plan: Any) -> list[tuple[str, str]]:
    """List the pairs of neighbours that the rules let share a group."""
    school = plan.associations["former_school_district"]
    inhabited = set(plan.members.index)
    rows = plan.borders[plan.borders["barred_by"] == ""]
    pairs = zip(rows["a"].astype(str), rows["b"].astype(str), strict=True)
    return [(a, b) for a, b in pairs if {a, b} <= inhabited and school[a] == school[b]]


def timed(act: Callable[[], Any]) -> tuple[Any, float, float]:
    """Give what an act returns, and the processor seconds and the seconds by the clock it took."""
    processor, clock = time.process_time(), time.perf_counter()
    result = act()
    return result, time.process_time() - processor, time.perf_counter() - clock


def report(
    question: str, base: float, answers: list[tuple[Any, float, float]], say: Callable[[list[Any]], str]
) -> None:
    """Print a row of the table."""
    seconds = sorted(spent for _, spent, _ in answers)
    ratios = [seconds[int(share * (len(seconds) - 1))] / base for share in (0.95, 1)]
    print(
        f"| {question} | {len(answers)} | {statistics.median(seconds) / base:.2f} | {ratios[0]:.2f} | {ratios[1]:.2f} "
        f"| {seconds[-1]:.2f} | {max(clock for *_, clock in answers):.2f} "
        f"| {say([answer for answer, *_ in answers])} |"
    )


def describe_options(tables: list[Any]) -> str:
    """Say how many partners were priced, and how many exactly."""
    exact = sum(int(table["exact"].all()) for table in tables)
    return f"{sum(len(table) for table in tables)} partners, exact for {exact} of {len(tables)}"


def describe_ties(tables: list[Any]) -> str:
    """Say in how many parts the ties were counted, and how many plans there are in those together."""
    counted = tables[0]["plans"].dropna()
    product = 1
    for plans in counted:
        product *= int(plans)
    return f"{len(counted)} of {len(tables[0])} parts counted, {product:,} plans in these"


def touched(plans: list[Any]) -> str:
    """Say how many parts of the town were solved again at most, and whether all plans are proven."""
    most = max(plan.search["touched_components"] for plan in plans)
    return f"at most {most} parts solved again, proven: {all(plan.proven for plan in plans)}"


if __name__ == "__main__":
    main()
