"""What later years do to a plan: the sample city projected, and a plan that still holds in 2040 beside today's.

Run ``python benchmarks/outlook.py``. It prints how many associations fall below the floor by 2030 and 2040 (low, middle
and high), the way and what it assumes, and how many more mergers it takes when new groups must have 50 households in
2040 too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import kurihara_geo as kg

if TYPE_CHECKING:
    from kurihara_geo.plan import Plan

BASE_YEAR, LAST_YEAR, FLOOR = 2020, 2040, 50
WALL = ["former_school_district"]


def main() -> None:
    """Print the tables."""
    sample, halls = kg.load_sample(), kg.load_sample_halls()
    outlook = kg.project_households(sample, base_year=BASE_YEAR, years=(2030, LAST_YEAR), floor=FLOOR)
    print(f"{outlook}\n\n{outlook.method.en}")
    print("\n".join(f"- {text.en}" for text in outlook.assumptions))
    print(f"- {len(outlook.records)} records\n")
    print("| households of the city | low | middle | high |\n|---|---:|---:|---:|")
    print(f"| {BASE_YEAR} | {outlook.table['households'].sum():,} | | |")
    for year in outlook.years:
        sums = (int(outlook.table[f"households_{year}_{name}"].sum()) for name in ("low", "middle", "high"))
        print(f"| {year} (ends taken together) | {' | '.join(f'{total:,}' for total in sums)} |")
    print(f"\n| associations below {FLOOR} | low | middle | high |\n|---|---:|---:|---:|")
    for year, low, middle, high, _ in outlook.count_below().itertuples():
        print(f"| {year} | {low} | {middle} | {high} |")
    print("\n| plan | groups | mergers | small left | households in them | proven | groups below the floor in 2040 |")
    print("|---|---:|---:|---:|---:|---|---:|")
    for scenario in ("low", "middle", "high"):
        later = kg.add_outlook(sample, outlook, scenario)
        if scenario == "low":
            report("today", kg.propose_mergers(later, kg.MergeRules(keep_within=WALL), halls=halls, progress=False))
        for whom in ("new", "all"):
            rules = kg.MergeRules(
                keep_within=WALL, floors={f"households_{LAST_YEAR}": FLOOR}, floors_apply_to=whom, min_households=FLOOR
            )
            plan = kg.propose_mergers(later, rules, halls=halls, progress=False)
            report(f"{FLOOR} in {LAST_YEAR} too, {scenario}, {whom} groups", plan)


def report(name: str, plan: Plan) -> None:
    """Print a row of the plans' table."""
    summary = plan.summary()
    stages = {stage.name: stage for stage in plan.stages}
    later = plan.associations[f"households_{LAST_YEAR}"].groupby(plan.members["group_id"]).sum()
    merged = plan.groups["status"] == "merged"
    short = int((later[plan.groups.index[merged]] < FLOOR).sum())
    print(
        f"| {name} | {summary['associations_after']} | {stages['mergers'].value} | {summary['small_after']} "
        f"| {stages['below_floor'].value} | {plan.proven} | {short} of {int(merged.sum())} merged |"
    )


if __name__ == "__main__":
    main()
