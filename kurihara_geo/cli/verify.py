"""``kurihara-geo verify``: a written plan held against its files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kurihara_geo.cli.app import app, counted, reporting, say
from kurihara_geo.cli.options import Boundaries, Households

__all__ = ["verify"]


@app.command()
@reporting
def verify(
    plan: Annotated[Path, typer.Argument(metavar="PLAN.geojson", help="The plan.geojson of a written plan.")],
    boundaries: Boundaries,
    rules: Annotated[
        Path | None, typer.Option(help="Rules as TOML to hold the plan against; its own if not given.")
    ] = None,
    borders: Annotated[
        Path | None, typer.Option(help="borders.geojson of the plan; borders are found anew if not given.")
    ] = None,
    halls: Annotated[Path | None, typer.Option(help="Meeting halls the plan was made with.")] = None,
    households: Households = None,
) -> None:
    """Check a written plan from its files alone: groups, rules, sums, outlines, stages, proofs and input."""
    import kurihara_geo as kg

    found = kg.verify_plan(plan, boundaries, rules, borders=borders, halls=halls, households=households)
    found.raise_for_faults()
    written = kg.read_plan(plan)
    before = counted(written.counts["associations_before"], "association")
    groups = counted(written.counts["associations_after"], "group")
    empty = counted(written.counts["uninhabited_areas"], "uninhabited area")
    say(f"The plan holds: {before} in {groups}, {empty}. Checked:")
    for text in found.checked:
        say(f"  - {text}")
    say("Not checked:")
    for text in found.unchecked:
        say(f"  - {text}")
    say("Said to be proven optimal." if written.proven else "Said NOT to be proven optimal: the best plan found.")
