"""``kurihara-geo check``: every problem of the data by name."""

from __future__ import annotations

from kurihara_geo.cli.app import app, counted, reporting, say
from kurihara_geo.cli.options import (
    AcceptRepairs,
    Boundaries,
    Column,
    Crs,
    Encoding,
    Households,
    Layer,
    OverlapLimit,
)
from kurihara_geo.cli.report import say_problems, say_repairs

__all__ = ["check"]


@app.command()
@reporting
def check(
    boundaries: Boundaries,
    households: Households = None,
    accept_repairs: AcceptRepairs = False,
    overlap_limit: OverlapLimit = 100.0,
    id_column: Column = None,
    name_column: Column = None,
    households_column: Column = None,
    layer: Layer = None,
    encoding: Encoding = None,
    crs: Crs = None,
) -> None:
    """Check boundaries and counts, and name every problem; writes nothing."""
    import kurihara_geo as kg

    associations = kg.read_associations(
        boundaries,
        households=households,
        id_column=id_column,
        name_column=name_column,
        households_column=households_column,
        layer=layer,
        encoding=encoding,
        crs=crs,
        accept_repairs=accept_repairs,
        overlap_limit_m2=overlap_limit,
    )
    inhabited = associations[associations["households"] > 0]
    say(
        f"{counted(len(associations), 'area')} read, {len(inhabited):,} of them inhabited, "
        f"{counted(int(inhabited['households'].sum()), 'household')}. No errors."
    )
    say_problems(kg.check_associations(associations))
    say_repairs(associations)
