"""What a command prints of a plan: counts, proof, who is left below the floor and why, and how it was found."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kurihara_geo.cli.app import say
from kurihara_geo.cli.options import Language
from kurihara_geo.errors import Problem

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from kurihara_geo.plan import Plan

__all__ = ["finish", "say_plan", "say_problems", "say_repairs"]

_SHOWN = 5
_ENGINES = {
    "set_partitioning": "every group that could be part of the plan was listed, and {solver} chose among them",
    "search": "a search chose without listing all groups; what it proved and what it only bounds stands above",
    "set_partitioning + search": "groups were listed, and {solver} chose among them, where they are few enough; "
    "elsewhere a search chose without listing them, and proves less",
}
_FAMILIES = {
    "atomic": "groups that do not fall apart into two that could stand alone; an optimal plan needs no others",
    "full": "all groups the rules permit",
}


def finish(plan: Plan, out: Path, lang: Language, **drawn: Any) -> None:
    """Write the plan and say what it is."""
    from kurihara_geo.outputs import write_plan

    started = time.monotonic()
    files = write_plan(plan, out, lang=lang.value, **drawn)
    say_plan(plan)
    say_problems(plan.problems)
    say_repairs(plan.associations)
    spent = {**plan.provenance.seconds, "write": round(time.monotonic() - started, 1)}
    say("Seconds: " + ", ".join(f"{step} {seconds:.1f}" for step, seconds in spent.items()))
    say("Written:")
    for file in files.values():
        say(f"  {file} ({file.stat().st_size / 1000:,.0f} kB)")


def say_plan(plan: Plan) -> None:
    """Say the counts, the exceptions, the proof and the way it was found."""
    s = plan.summary()
    exempt = f" ({s['exempt_left_below']} of them exempt)" if s["exempt_left_below"] else ""
    say(
        f"Associations: {s['associations_before']} before, {s['associations_after']} after "
        f"({s['merged_groups']} merged groups)."
    )
    say(f"Below {s['min_households']} households: {s['small_before']} before, {s['small_after']} after{exempt}.")
    say(
        f"Households: {s['households_before']:,} before, {s['households_after']:,} after. "
        "Every group is connected (checked on the map)."
    )
    _say_exceptions(plan)
    say("Proven optimal:" if plan.proven else "NOT proven optimal; the best plan found:")
    width = max(12, *(len(stage.name) for stage in plan.stages))
    for stage in plan.stages:
        bound = "unknown" if stage.bound is None else f"{stage.bound:,}"
        proof = "proven" if stage.proven else f"at least {bound}"
        say(f"  {stage.name:{width}} {stage.value:>14,}  {proof}")
    _say_search(plan)


def _say_exceptions(plan: Plan) -> None:
    """Name who is left below the floor, who may stay so, and who has a floor of its own, each with the reason."""
    for name, row in plan.left_below.iterrows():
        what = "exempt from the floor" if row["reason"] == "exempt" else "left below the floor"
        say(f"  {what}: {name} {row['name']}, {row['households']} households: {row['explanation_en']}")
    own = plan.groups[plan.groups["floor_reason"] != ""]
    for name, row in own.drop(columns="geometry").iterrows():
        say(
            f"  a floor of its own: {name} {row['name']}, {row['households']} households, "
            f"needs {row['floor']}: {row['floor_reason']}"
        )


def _say_search(plan: Plan) -> None:
    engine, family = plan.solution.engine, str(plan.search["family"])
    how = _ENGINES.get(engine, engine).format(solver=plan.solution.solver)
    asked = plan.search.get("engine_asked", "auto")
    say(f"Engine: {engine} (asked for: {asked}): {how}.")
    if plan.search.get("components_open") != plan.search.get("components"):
        say(f"Listed {plan.search['candidates']:,} candidate groups ({family}: {_FAMILIES.get(family, family)}).")


def say_problems(table: pd.DataFrame) -> None:
    """Show warnings by kind: how many, and the first few by name."""
    kinds: dict[str, list[Problem]] = {}
    for row in table.to_dict(orient="records"):
        problem = Problem(**{str(key): value for key, value in row.items()})
        kinds.setdefault(problem.kind, []).append(problem)
    for kind, of_kind in kinds.items():
        say(f"Warning: {kind} ({len(of_kind)})")
        for problem in of_kind[:_SHOWN]:
            say(f"  - {str(problem).removeprefix(f'{kind}: ')}")
        if len(of_kind) > _SHOWN:
            say(f"  - and {len(of_kind) - _SHOWN} more; check_associations() and the workbook list them all")


def say_repairs(associations: gpd.GeoDataFrame) -> None:
    """List the areas that were mended or cut."""
    from kurihara_geo.associations import list_repairs

    repairs = list_repairs(associations)
    if len(repairs):
        say(f"Repaired: {len(repairs)} areas")
        for _, row in repairs.iterrows():
            say(f"  - {row['association_id']} {row['name']}: {row['repair']}, {row['area_change_m2']:+.1f} m2")
