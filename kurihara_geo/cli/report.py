"""What a command prints of a plan: counts, proof, who is left below the floor and why, and how it was found."""

from __future__ import annotations

import io
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from kurihara_geo.cli.app import counted, say
from kurihara_geo.cli.options import Language
from kurihara_geo.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import geopandas as gpd
    import pandas as pd

    from kurihara_geo.cli.papers import Briefing
    from kurihara_geo.plan import Plan

__all__ = ["finish", "say_plan", "say_problem_table", "say_problems", "say_repairs"]

_SHOWN = 5
_HIDE_BELOW = 10
_REPAIRS_SHOWN = 20
_NARROWEST = 100
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


def finish(plan: Plan, out: Path, lang: Language, briefing: Briefing, **drawn: Any) -> None:
    """Write the plan, with its papers and a public edition where they are asked for, and say what it is."""
    from kurihara_geo.outputs import write_plan

    started = time.monotonic()
    if briefing.papers or briefing.public or briefing.explain:
        say("The plan is found. Writing maps and papers of a whole city takes some minutes.")
    told = briefing.prepare(plan)
    files = write_plan(plan, out, lang=lang.value, **told, **drawn)
    if briefing.public:
        edition: dict[str, Any] = {"audience": "public", "hide_below": briefing.hide_below or _HIDE_BELOW}
        try:
            public = write_plan(plan, out / "public", lang=lang.value, **told, **drawn, **edition)
        except KeyboardInterrupt:
            say(f"Interrupted: the plan is in {out}; its public edition was not written.", error=True)
            raise typer.Exit(130) from None
        files |= {f"public/{name}": file for name, file in public.items()}
    say_plan(plan)
    say_problems(plan.problems)
    say_repairs(plan.associations)
    spent = {**plan.provenance.seconds, "write": round(time.monotonic() - started, 1)}
    say("Seconds: " + ", ".join(f"{step} {seconds:.1f}" for step, seconds in spent.items()))
    say("Written:")
    for file in files.values():
        say(f"  {file} ({_size(file.stat().st_size)})")


def _size(size: int) -> str:
    return counted(size, "byte") if size < 1000 else f"{size / 1000:,.0f} kB"


def say_plan(plan: Plan) -> None:
    """Say the counts, the exceptions, the proof and the way it was found."""
    s = plan.summary()
    say(
        f"Associations: {s['associations_before']} before, {s['associations_after']} after "
        f"({counted(s['merged_groups'], 'merged group')})."
    )
    _say_small(plan, s)
    say(
        f"Households: {s['households_before']:,} before, {s['households_after']:,} after. "
        "Every group is connected (checked on the map)."
    )
    _say_exceptions(plan)
    _say_stages(plan)
    _say_search(plan)


def _say_small(plan: Plan, counts: Mapping[str, int]) -> None:
    """Say how many are below the floor, or below their own where some have one, and who of them may be."""
    own = plan.rules.lower_floors
    head = (
        "Below their floor (exceptions included)" if own else f"Below {counted(counts['min_households'], 'household')}"
    )
    exempt = f" (of these exempt: {counts['exempt_left_below']})" if counts["exempt_left_below"] else ""
    say(f"{head}: {counts['small_before']} before, {counts['small_after']} after{exempt}.")
    if own:
        number = sum(plan.rules.floor_of(str(name)) < counts["min_households"] for name in plan.members.index)
        having = "association has" if number == 1 else "associations have"
        say(f"{number:,} {having} a floor below the general one of {counted(counts['min_households'], 'household')}.")


def _say_stages(plan: Plan) -> None:
    """Say what is proven; of a plan for comparison, which has no proof of its own, that it is one."""
    from kurihara_geo.plan import proof_text

    verdict = proof_text(plan, "en")
    compared = {"alternative", "trade_off"} & set(plan.search)
    found = "" if plan.proven or compared else "; the best plan found"
    say(f"{verdict[0].upper()}{verdict[1:]}{found}:")
    width = max(12, *(len(stage.name) for stage in plan.stages))
    for stage in plan.stages:
        bound = "unknown" if stage.bound is None else f"{stage.bound:,}"
        proof = "proven" if stage.proven else f"at least {bound}"
        say(f"  {stage.name:{width}} {stage.value:>14,}  {'alternative' if compared else proof}")


def _say_exceptions(plan: Plan) -> None:
    """Name who is left below the floor, who may stay so, and who has a floor of its own, each with the reason."""
    for name, row in plan.left_below.iterrows():
        what = "exempt from the floor" if row["reason"] == "exempt" else "left below the floor"
        say(f"  {what}: {name} {row['name']}, {counted(row['households'], 'household')}: {row['explanation_en']}")
    own = plan.groups[plan.groups["floor_reason"] != ""]
    for name, row in own.drop(columns="geometry").iterrows():
        say(
            f"  a floor of its own: {name} {row['name']}, {counted(row['households'], 'household')}, "
            f"needs {row['floor']}: {row['floor_reason']}"
        )


def _say_search(plan: Plan) -> None:
    engine, family = plan.solution.engine, str(plan.search["family"])
    how = _ENGINES.get(engine, engine).format(solver=plan.solution.solver)
    asked = plan.search.get("engine_asked", "auto")
    say(f"Engine: {engine} (asked for: {asked}): {how}.")
    if plan.search.get("components_open") != plan.search.get("components"):
        listed = counted(plan.search["candidates"], "candidate group")
        say(f"Listed {listed} ({family}: {_FAMILIES.get(family, family)}).")


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


def say_problem_table(problems: pd.DataFrame) -> None:
    """Show problems as two tables: each kind with what to do, errors first, then the first few places of each."""
    if problems.empty:
        return
    kinds: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in problems.astype(str).to_dict("records"):
        texts = {str(name): str(value) for name, value in row.items()}
        kinds.setdefault((texts["severity"], texts["kind"]), []).append(texts)
    _say_table(
        ("Severity", "Kind", "Count", "What to do"),
        [(severity, kind, f"{len(rows):,}", rows[0]["cure"]) for (severity, kind), rows in sorted(kinds.items())],
    )
    places: list[tuple[str, ...]] = []
    for (_, kind), rows in sorted(kinds.items()):
        places += [(kind, *(row[name] for name in ("association_id", "name", "message"))) for row in rows[:_SHOWN]]
        if len(rows) > _SHOWN:
            places.append((kind, f"and {len(rows) - _SHOWN:,} more", "", "--html FILE lists all"))
    _say_table(("Kind", "Id", "Name", "What was found"), places)


def _say_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Lay a table out for the terminal, Japanese letters counted at their width."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(text) for text in row))
    stream = io.StringIO()
    width = max(_NARROWEST, shutil.get_terminal_size().columns)
    Console(file=stream, width=width, color_system=None).print(table)
    for line in stream.getvalue().splitlines():
        say(line.rstrip())


def say_repairs(associations: gpd.GeoDataFrame) -> None:
    """List the areas that were mended or cut."""
    from kurihara_geo.associations import list_repairs

    repairs = list_repairs(associations)
    if repairs.empty:
        return
    areas = repairs["association_id"].nunique()
    say(f"Repaired: {counted(areas, 'area')}, {counted(len(repairs), 'change')}, the largest first:")
    largest = repairs.reindex(repairs["area_change_m2"].abs().sort_values(ascending=False, kind="stable").index)
    for _, row in largest.head(_REPAIRS_SHOWN).iterrows():
        say(f"  - {row['association_id']} {row['name']}: {row['repair']}, {row['area_change_m2']:+.1f} m2")
    if len(repairs) > _REPAIRS_SHOWN:
        more = len(repairs) - _REPAIRS_SHOWN
        say(f"  - and {more:,} more; list_repairs(), the workbook and check --html list them all")
