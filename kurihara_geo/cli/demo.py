"""``kurihara-geo demo``: the sample city."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kurihara_geo.cli.app import app, reporting, say
from kurihara_geo.cli.options import Lang, Language, MaxMembers, Out, TimeLimit, members_option
from kurihara_geo.cli.papers import (
    Briefing,
    Explain,
    FlatShare,
    HideBelow,
    HouseholdShare,
    MorePlans,
    Papers,
    PersonShare,
    Public,
)
from kurihara_geo.cli.report import finish
from kurihara_geo.errors import RulesError

__all__ = ["demo"]


@app.command()
@reporting
def demo(
    out: Out = Path("out/demo"),
    keep_within: Annotated[
        list[str] | None,
        typer.Option("--keep-within", metavar="COLUMN", help="Walls; former_school_district unless said otherwise."),
    ] = None,
    no_walls: Annotated[
        bool, typer.Option("--no-walls", help="Let groups reach across former school districts.")
    ] = False,
    max_members: MaxMembers = None,
    time_limit: TimeLimit = 300.0,
    papers: Papers = False,
    public: Public = False,
    hide_below: HideBelow = None,
    explain: Explain = False,
    alternatives: MorePlans = 0,
    grant_flat: FlatShare = 0,
    grant_per_household: HouseholdShare = 0,
    grant_per_person: PersonShare = 0,
    lang: Lang = Language.ja,
) -> None:
    """Make a plan for the sample city: census small areas of Kurihara with approximate cells, not associations."""
    briefing = Briefing.from_options(locals())
    import kurihara_geo as kg
    from kurihara_geo.outputs.folder import PLAN_FILES
    from kurihara_geo.outputs.whole_folder import check_folder

    if no_walls and keep_within:
        raise RulesError("--no-walls and --keep-within contradict each other; give one of them.")
    check_folder(out, PLAN_FILES)
    if public:
        check_folder(out / "public", PLAN_FILES)
    associations = kg.load_sample()
    for notice in ("notice", "notice_en"):
        say(str(associations.attrs[notice]))
    walls = [] if no_walls else keep_within or ["former_school_district"]
    rules = kg.MergeRules(keep_within=tuple(walls), **members_option(max_members))
    plan = kg.propose_mergers(associations, rules, halls=kg.load_sample_halls(), time_limit_s=time_limit)
    finish(plan, out, lang, briefing, districts=kg.load_sample_districts(), councils=kg.load_sample_councils())
