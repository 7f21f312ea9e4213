"""``kurihara-geo check``: every problem of the data by name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kurihara_geo.cli.app import app, counted, reporting, say
from kurihara_geo.cli.options import (
    AcceptRepairs,
    Boundaries,
    Column,
    Correspondence,
    Crs,
    Encoding,
    FillMissing,
    FormerTowns,
    GapWidth,
    Households,
    HouseholdsKind,
    HouseholdsSheet,
    Lang,
    Language,
    Layer,
    MaxChange,
    Outline,
    OverlapLimit,
    RestoreLeadingZero,
    Shared,
    SharedArea,
    SwapAxes,
    reading_options,
)
from kurihara_geo.cli.report import say_problem_table, say_repairs
from kurihara_geo.errors import AssociationsError, InputError, OutputError

__all__ = ["check"]


@app.command()
@reporting
def check(
    boundaries: Boundaries,
    households: Households = None,
    households_sheet: HouseholdsSheet = None,
    fill_missing_households: FillMissing = None,
    former_town: FormerTowns = None,
    restore_leading_zero: RestoreLeadingZero = False,
    correspondence: Correspondence = None,
    shared: Shared = SharedArea.divide,
    outline: Outline = None,
    accept_repairs: AcceptRepairs = False,
    overlap_limit: OverlapLimit = 100.0,
    gap_width: GapWidth = 0.0,
    max_change: MaxChange = None,
    id_column: Column = None,
    name_column: Column = None,
    households_column: Column = None,
    households_kind: HouseholdsKind = None,
    layer: Layer = None,
    encoding: Encoding = None,
    crs: Crs = None,
    swap_axes: SwapAxes = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write the report as one page, with a map.")
    ] = None,
    lang: Lang = Language.ja,
) -> None:
    """Check boundaries and counts, and name every problem; writes nothing but the page asked for."""
    reading = reading_options(locals())
    import kurihara_geo as kg

    if html is not None and (html.is_dir() or not html.parent.is_dir()):
        raise OutputError(f"{html} cannot be written: it is a folder, or its folder is not there.")
    try:
        associations = kg.read_associations(boundaries, **reading)
    except InputError as error:
        _report_refusal(error, html, lang)
        raise
    inhabited = associations[associations["households"] > 0]
    say(
        f"{counted(len(associations), 'area')} read, {len(inhabited):,} of them inhabited, "
        f"{counted(int(inhabited['households'].sum()), 'household')}. No errors."
    )
    say_problem_table(kg.check_associations(associations))
    say_repairs(associations)
    if html is not None:
        say(f"Report: {kg.write_check_report(associations, html, lang=lang.value)}")


def _report_refusal(error: InputError, html: Path | None, lang: Language) -> None:
    """Show why the data were refused, as a table and as the page asked for."""
    import kurihara_geo as kg
    from kurihara_geo.associations.checks import problem_table
    from kurihara_geo.errors import Problem

    found = list(error.problems) or [Problem(severity="error", kind="unreadable", message=error.summary)]
    table = problem_table(found)
    say_problem_table(table)
    if html is not None:
        read = error.table if isinstance(error, AssociationsError) else None
        say(f"Report: {kg.write_check_report(read, html, problems=table, lang=lang.value)}")
