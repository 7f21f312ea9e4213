"""``kurihara-geo propose``: a plan from a city's own files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kurihara_geo.cli.app import app, counted, reporting, say
from kurihara_geo.cli.options import (
    AcceptRepairs,
    Boundaries,
    Column,
    Correspondence,
    Crs,
    Encoding,
    EngineName,
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
    MaxMembers,
    Out,
    Outline,
    OverlapLimit,
    RestoreLeadingZero,
    Scenario,
    Shared,
    SharedArea,
    SwapAxes,
    TimeLimit,
    members_option,
    reading_options,
)
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
from kurihara_geo.errors import BordersError, RulesError

if TYPE_CHECKING:
    import geopandas as gpd

    from kurihara_geo.rules import MergeRules

__all__ = ["propose"]


@app.command()
@reporting
def propose(
    boundaries: Boundaries,
    out: Out,
    households: Households = None,
    households_sheet: HouseholdsSheet = None,
    fill_missing_households: FillMissing = None,
    former_town: FormerTowns = None,
    restore_leading_zero: RestoreLeadingZero = False,
    correspondence: Correspondence = None,
    shared: Shared = SharedArea.divide,
    outline: Outline = None,
    borders: Annotated[
        Path | None, typer.Option(help="Borders to use instead of finding them: borders.geojson of a plan, corrected.")
    ] = None,
    barriers: Annotated[
        Path | None, typer.Option(help="Rivers, expressways: borders they run along are barred.")
    ] = None,
    crossings: Annotated[
        Path | None, typer.Option(help="Bridges, underpasses: they keep borders along --barriers open.")
    ] = None,
    barriers_crs: Annotated[
        str | None, typer.Option(metavar="CRS", help="Coordinate system of --barriers, if the file does not say.")
    ] = None,
    halls: Annotated[Path | None, typer.Option(help="Meeting halls as points.")] = None,
    districts: Annotated[Path | None, typer.Option(help="Former primary-school districts to draw.")] = None,
    councils: Annotated[Path | None, typer.Option(help="Community promotion councils: CSV or Excel.")] = None,
    obstacles: Annotated[
        Path | None, typer.Option(help="Obstacles to mergers (支障事案): CSV or Excel; added to those of --rules.")
    ] = None,
    rules: Annotated[Path | None, typer.Option(help="Rules as TOML; options given here come before them.")] = None,
    min_households: Annotated[int | None, typer.Option(help="Floor of households (50 unless said otherwise).")] = None,
    max_households: Annotated[int | None, typer.Option(help="Ceiling on the households of a merged group.")] = None,
    max_members: MaxMembers = None,
    max_span: Annotated[
        int | None, typer.Option(metavar="M", help="Most metres between the points of two members.")
    ] = None,
    max_way: Annotated[
        int | None, typer.Option(metavar="M", help="Most metres from a member to the meeting place.")
    ] = None,
    needs_hall: Annotated[bool, typer.Option("--needs-hall", help="Every new group needs a meeting hall.")] = False,
    outlook: Annotated[
        list[int] | None,
        typer.Option(metavar="YEAR", help="Project households to this year, as households_YEAR; may be repeated."),
    ] = None,
    base_year: Annotated[int | None, typer.Option(help="With --outlook: the year of today's counts.")] = None,
    yearly_rate: Annotated[
        float | None,
        typer.Option(help="With --outlook: change a year, such as -0.015; without it past counts (households_2015)."),
    ] = None,
    scenario: Annotated[Scenario, typer.Option(help="With --outlook: which end of the range.")] = Scenario.middle,
    floor: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN=N", help="Least sum of a column in a new group; may be given several times."),
    ] = None,
    floors_for_all: Annotated[
        bool, typer.Option("--floors-for-all", help="Associations that stay alone must meet --floor too.")
    ] = False,
    keep_within: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="Wall; may be given several times.")
    ] = None,
    prefer_within: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="Soft boundary; may be given several times.")
    ] = None,
    accept_repairs: AcceptRepairs = False,
    overlap_limit: OverlapLimit = 100.0,
    gap_width: GapWidth = 0.0,
    max_change: MaxChange = None,
    min_border: Annotated[float, typer.Option(metavar="M", help="Borders not longer than this do not count.")] = 0.0,
    tolerance: Annotated[
        float, typer.Option(metavar="M", help="Areas drawn apart by up to this share a border.")
    ] = 0.0,
    id_column: Column = None,
    name_column: Column = None,
    households_column: Column = None,
    households_kind: HouseholdsKind = None,
    layer: Layer = None,
    encoding: Encoding = None,
    crs: Crs = None,
    swap_axes: SwapAxes = False,
    time_limit: TimeLimit = 300.0,
    engine: Annotated[
        EngineName, typer.Option(help="List all possible groups, or search; auto chooses for each part of the town.")
    ] = EngineName.auto,
    max_sets: Annotated[
        int, typer.Option(metavar="N", help="Listing possible groups stops beyond so many sets in a part of the town.")
    ] = 5_000_000,
    solver: Annotated[str, typer.Option(help="HiGHS, or CBC where it is installed.")] = "HiGHS",
    seed: Annotated[int, typer.Option(help="Seed of the solver's random choices.")] = 0,
    title: Annotated[str | None, typer.Option(help="Title of the map and the papers.")] = None,
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
    """Propose mergers for a city's own files and write the plan into a folder."""
    reading, briefing = reading_options(locals()), Briefing.from_options(locals())
    import kurihara_geo as kg
    from kurihara_geo.outputs.folder import PLAN_FILES
    from kurihara_geo.outputs.whole_folder import check_folder

    if borders is not None and (min_border or tolerance):
        raise BordersError("--borders says which borders there are; leave out --min-border and --tolerance.")
    if barriers is None and (crossings is not None or barriers_crs is not None):
        raise BordersError("--crossings and --barriers-crs go with --barriers; give the barriers too.")
    check_folder(out, PLAN_FILES)
    if public:
        check_folder(out / "public", PLAN_FILES)
    given = {
        "min_households": min_households,
        "max_households": max_households,
        "max_span_m": max_span,
        "max_way_m": max_way,
        "needs_hall": needs_hall or None,
        "floors": _floors(floor),
        "floors_apply_to": "all" if floors_for_all else None,
        "keep_within": keep_within or None,
        "prefer_within": prefer_within or None,
    }
    merge_rules = _rules(rules, obstacles, given | members_option(max_members))
    associations = kg.read_associations(boundaries, **reading)
    associations = _with_outlook(associations, outlook, base_year=base_year, yearly_rate=yearly_rate, scenario=scenario)
    merge_rules = _in_columns(merge_rules, associations)
    tables: dict[str, Any] = {
        "halls": None if halls is None else kg.read_halls(halls),
        "districts": None if districts is None else kg.read_districts(districts),
        "councils": None if councils is None else kg.read_councils(councils),
        "barriers": None if barriers is None else kg.read_barriers(barriers, crs=barriers_crs),
        "crossings": None if crossings is None else kg.read_crossings(crossings),
        "borders": None if borders is None else kg.read_borders(borders),
    }
    _note_sources(associations, tables)
    plan = kg.propose_mergers(
        associations,
        merge_rules,
        borders=_borders(associations, tables, min_border_m=min_border, tolerance_m=tolerance),
        halls=tables["halls"],
        time_limit_s=time_limit,
        engine=engine.value,
        solver=solver,
        seed=seed,
        max_sets=max_sets,
    )
    drawn = {name: tables[name] for name in ("districts", "councils", "barriers")}
    finish(plan, out, lang, briefing, title=title, **drawn)


def _floors(given: list[str] | None) -> dict[str, int] | None:
    """Read ``--floor COLUMN=N``; nothing when it was not given."""
    floors: dict[str, int] = {}
    texts: dict[str, list[str]] = {}
    wrong = []
    for text in given or ():
        column, _, number = (part.strip() for part in text.rpartition("="))
        texts.setdefault(column, []).append(text)
        try:
            floors[column] = int(number)
        except ValueError:
            column = ""
        wrong += [] if column else [f"must be COLUMN=N with a whole number, such as households_2040=40, not {text!r}"]
    repeated = [f"names {column} more than once: {' and '.join(t)}" for column, t in texts.items() if len(t) > 1]
    faults = [*wrong, *(f"{text}; give it once" for text in repeated)]
    if faults:
        raise RulesError(f"--floor {'; '.join(faults)}.")
    return floors or None


def _rules(file: Path | None, obstacles: Path | None, given: dict[str, Any]) -> MergeRules:
    """Take the rules of the file, if any, put the options given before them, and add the obstacles."""
    import kurihara_geo as kg

    base = kg.MergeRules() if file is None else kg.read_rules(file)
    if obstacles is not None:
        base = base.replace(obstacles=(*base.obstacles, *kg.read_obstacles(obstacles)))
    set_here = {name: value for name, value in given.items() if value is not None or name == "max_members"}
    return base.replace(**set_here)


def _with_outlook(
    associations: gpd.GeoDataFrame,
    years: list[int] | None,
    *,
    base_year: int | None,
    yearly_rate: float | None,
    scenario: Scenario,
) -> gpd.GeoDataFrame:
    """Project households to the years asked for, say how many fall below the floor, and add the columns."""
    import kurihara_geo as kg

    if not years:
        if base_year is not None or yearly_rate is not None:
            raise RulesError("--base-year and --yearly-rate go with --outlook YEAR; give it too.")
        return associations
    outlook = kg.project_households(
        associations, years=sorted(set(years)), base_year=base_year, yearly_rate=yearly_rate
    )
    say(f"Outlook ({outlook.method.en}). Below {outlook.floor} households, low / middle / high:")
    for year, row in outlook.count_below().iterrows():
        say(f"  {year}: {row['low']:,} / {row['middle']:,} / {row['high']:,}")
    return kg.add_outlook(associations, outlook, scenario=scenario.value)


def _in_columns(rules: MergeRules, associations: gpd.GeoDataFrame) -> MergeRules:
    """Take a wall or soft boundary by its Japanese heading too, as the file and the templates have it."""
    from kurihara_geo.columns import ASSOCIATIONS

    known = {column.label_ja: column.name for column in ASSOCIATIONS}
    asked = [name for name in (*rules.keep_within, *rules.prefer_within) if name not in associations]
    called = {name: known[name] for name in asked if known.get(name) in associations}
    for name, column in called.items():
        say(f"{name} is the column {column} here.")
    if not called:
        return rules
    return rules.replace(
        keep_within=tuple(called.get(name, name) for name in rules.keep_within),
        prefer_within={called.get(name, name): weight for name, weight in rules.prefer_within.items()},
    )


def _borders(
    associations: gpd.GeoDataFrame, tables: dict[str, Any], *, min_border_m: float, tolerance_m: float
) -> gpd.GeoDataFrame:
    """Take the borders given, else find them, and bar those that a barrier runs along."""
    import kurihara_geo as kg
    from kurihara_geo.borders import complete_borders

    borders = (
        kg.find_borders(associations, min_border_m=min_border_m, tolerance_m=tolerance_m)
        if tables["borders"] is None
        else complete_borders(tables["borders"], associations)
    )
    if tables["barriers"] is None:
        return borders
    changed = kg.bar_borders(borders, tables["barriers"], crossings=tables["crossings"], associations=associations)
    was_open, is_open = (table["barred_by"] == "" for table in (borders, changed))
    barred = int((was_open & ~is_open).sum())
    kept = int((is_open & (borders["reason"] != changed["reason"])).sum())
    stay = "stays" if kept == 1 else "stay"
    say(f"Barriers: {counted(barred, 'border')} barred, {kept:,} more {stay} open thanks to a crossing.")
    return changed


def _note_sources(associations: gpd.GeoDataFrame, tables: dict[str, Any]) -> None:
    """Add the other files read to the plan's provenance."""
    sources = [table.attrs["source"] for table in tables.values() if table is not None and "source" in table.attrs]
    associations.attrs["sources"] = [*associations.attrs.get("sources", []), *sources]
