"""The same doors from a shell: ``kurihara-geo demo``, ``propose`` and ``check``.

Exit codes: 0 a plan was written (proven or not, said plainly) or a check found no error; 2 the input or the rules are
wrong (every problem named, nothing written); 3 no plan was found in time; 130 interrupted before there was one.
"""

from __future__ import annotations

import functools
import sys
import time
import warnings
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from kurihara_geo.errors import BordersError, KuriharaGeoError, KuriharaGeoWarning, Problem, RulesError

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from kurihara_geo.plan import Plan
    from kurihara_geo.rules import MergeRules

__all__ = ["app", "main"]

_SHOWN = 5

app = typer.Typer(
    name="kurihara-geo",
    help="Propose, prove and draw mergers of small neighbourhood associations (小規模自治会の再編案を作る).",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Language(StrEnum):
    """Language of the map and the workbook."""

    ja = "ja"
    en = "en"


def _reporting(command: Callable[..., None]) -> Callable[..., None]:
    """Turn errors into one clear message and the exit code that stands for them."""

    @functools.wraps(command)
    def run(*arguments: Any, **options: Any) -> None:
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always", KuriharaGeoWarning)
                try:
                    command(*arguments, **options)
                finally:
                    for warning in caught:
                        if issubclass(warning.category, KuriharaGeoWarning):
                            _say(f"Warning: {warning.message}", error=True)
        except KuriharaGeoError as error:
            _say(f"Error: {error}", error=True)
            raise typer.Exit(error.exit_code) from None
        except BrokenPipeError:
            # Whoever read the output has gone; the files are written.
            sys.stdout = None
        except KeyboardInterrupt:
            _say("Interrupted before there was a plan; nothing was written.", error=True)
            raise typer.Exit(130) from None

    return run


def _say(text: str = "", *, error: bool = False) -> None:
    stream = sys.stderr if error else sys.stdout
    if stream is None:  # started without that stream
        return
    encoding = stream.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), file=stream)


Out = Annotated[Path, typer.Option("--out", help="Folder to write to; made when it is not there.")]
Lang = Annotated[Language, typer.Option("--lang", help="Language of the map and the workbook.")]
TimeLimit = Annotated[
    float, typer.Option("--time-limit", metavar="SECONDS", help="The best plan so far is written when time is up.")
]
MaxMembers = Annotated[
    str | None,
    typer.Option("--max-members", metavar="N|none", help="Most associations in one group (6 unless said otherwise)."),
]
Boundaries = Annotated[
    Path,
    typer.Argument(metavar="BOUNDARIES", help="Any vector file GDAL reads, or a zip as the national portal packs it."),
]
Households = Annotated[Path | None, typer.Option(help="CSV or Excel file of households, one row per association.")]
Column = Annotated[str | None, typer.Option(help="Column of the boundary file, where it is not recognised.")]
AcceptRepairs = Annotated[
    bool, typer.Option("--accept-repairs", help="Mend broken outlines, with a row for each repair.")
]
OverlapLimit = Annotated[
    float, typer.Option(metavar="M2", help="Overlaps up to this area are settled; larger ones are errors.")
]
Crs = Annotated[str | None, typer.Option(help="Coordinate system of a file that does not say it, such as EPSG:6668.")]
Layer = Annotated[str | None, typer.Option(help="Layer of a file that has several.")]
Encoding = Annotated[str | None, typer.Option(help="Encoding of the boundary file's text, where it does not read.")]


def _version(asked: bool) -> None:
    if asked:
        from kurihara_geo import __version__

        _say(f"kurihara-geo {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Propose, prove and draw mergers of small neighbourhood associations (小規模自治会の再編案を作る)."""


@app.command()
@_reporting
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
    lang: Lang = Language.ja,
) -> None:
    """Make a plan for the sample city: census small areas of Kurihara with approximate cells, not associations."""
    import kurihara_geo as kg
    from kurihara_geo.outputs.folder import check_folder

    if no_walls and keep_within:
        raise RulesError("--no-walls and --keep-within contradict each other; give one of them.")
    check_folder(out)
    associations = kg.load_sample()
    for notice in ("notice", "notice_en"):
        _say(str(associations.attrs[notice]))
    walls = [] if no_walls else keep_within or ["former_school_district"]
    rules = kg.MergeRules(keep_within=tuple(walls), **_members_option(max_members))
    plan = kg.propose_mergers(associations, rules, halls=kg.load_sample_halls(), time_limit_s=time_limit)
    _finish(plan, out, lang, districts=kg.load_sample_districts(), councils=kg.load_sample_councils())


@app.command()
@_reporting
def propose(
    boundaries: Boundaries,
    out: Out,
    households: Households = None,
    borders: Annotated[
        Path | None, typer.Option(help="Borders to use instead of finding them: borders.geojson of a plan, corrected.")
    ] = None,
    halls: Annotated[Path | None, typer.Option(help="Meeting halls as points.")] = None,
    districts: Annotated[Path | None, typer.Option(help="Former primary-school districts to draw.")] = None,
    councils: Annotated[Path | None, typer.Option(help="Community promotion councils: CSV or Excel.")] = None,
    rules: Annotated[Path | None, typer.Option(help="Rules as TOML; options given here come before them.")] = None,
    min_households: Annotated[int | None, typer.Option(help="Floor of households (50 unless said otherwise).")] = None,
    max_households: Annotated[int | None, typer.Option(help="Ceiling on the households of a merged group.")] = None,
    max_members: MaxMembers = None,
    keep_within: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="Wall; may be given several times.")
    ] = None,
    prefer_within: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="Soft boundary; may be given several times.")
    ] = None,
    accept_repairs: AcceptRepairs = False,
    overlap_limit: OverlapLimit = 100.0,
    min_border: Annotated[float, typer.Option(metavar="M", help="Borders not longer than this do not count.")] = 0.0,
    tolerance: Annotated[
        float, typer.Option(metavar="M", help="Areas drawn apart by up to this share a border.")
    ] = 0.0,
    id_column: Column = None,
    name_column: Column = None,
    households_column: Column = None,
    households_kind: Annotated[str | None, typer.Option(help="register, census or member.")] = None,
    layer: Layer = None,
    encoding: Encoding = None,
    crs: Crs = None,
    time_limit: TimeLimit = 300.0,
    solver: Annotated[str, typer.Option(help="HiGHS, or CBC where it is installed.")] = "HiGHS",
    seed: Annotated[int, typer.Option(help="Seed of the solver's random choices.")] = 0,
    title: Annotated[str | None, typer.Option(help="Title of the map.")] = None,
    lang: Lang = Language.ja,
) -> None:
    """Propose mergers for a city's own files and write the plan into a folder."""
    import kurihara_geo as kg
    from kurihara_geo.borders import complete_borders
    from kurihara_geo.outputs.folder import check_folder

    if borders is not None and (min_border or tolerance):
        raise BordersError("--borders says which borders there are; leave out --min-border and --tolerance.")
    check_folder(out)
    merge_rules = _rules(rules, min_households, max_households, max_members, keep_within, prefer_within)
    associations = _read(
        boundaries,
        households,
        id_column=id_column,
        name_column=name_column,
        households_column=households_column,
        households_kind=households_kind,
        layer=layer,
        encoding=encoding,
        crs=crs,
        accept_repairs=accept_repairs,
        overlap_limit_m2=overlap_limit,
    )
    hall_points = None if halls is None else kg.read_halls(halls)
    district_areas = None if districts is None else kg.read_districts(districts)
    council_rows = None if councils is None else kg.read_councils(councils)
    table = None if borders is None else kg.read_borders(borders)
    if table is None:
        used = kg.find_borders(associations, min_border_m=min_border, tolerance_m=tolerance)
    else:
        used = complete_borders(table, associations)
    _note_sources(associations, hall_points, district_areas, council_rows, table)
    plan = kg.propose_mergers(
        associations, merge_rules, borders=used, halls=hall_points, time_limit_s=time_limit, solver=solver, seed=seed
    )
    _finish(plan, out, lang, districts=district_areas, councils=council_rows, title=title)


@app.command()
@_reporting
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

    associations = _read(
        boundaries,
        households,
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
    _say(
        f"{len(associations)} areas read, {len(inhabited)} of them inhabited, "
        f"{int(inhabited['households'].sum()):,} households. No errors."
    )
    _say_warnings([Problem(**row) for row in _as_records(kg.check_associations(associations))])
    _say_repairs(associations)


def _as_records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", table.to_dict(orient="records"))


def _read(boundaries: Path, households: Path | None, **options: Any) -> gpd.GeoDataFrame:
    import kurihara_geo as kg

    return kg.read_associations(boundaries, households=households, **options)


def _members_option(text: str | None) -> dict[str, Any]:
    """Read ``--max-members``: a whole number, or ``none``; nothing when it was not given."""
    if text is None:
        return {}
    if text.strip().lower() == "none":
        return {"max_members": None}
    try:
        return {"max_members": int(text)}
    except ValueError:
        raise RulesError(f"--max-members must be a whole number or none, not {text!r}.") from None


def _rules(
    file: Path | None,
    min_households: int | None,
    max_households: int | None,
    max_members: str | None,
    keep_within: list[str] | None,
    prefer_within: list[str] | None,
) -> MergeRules:
    """Take the rules of the file, if any, and put the options given before them."""
    import kurihara_geo as kg

    base = kg.MergeRules() if file is None else kg.read_rules(file)
    options = {
        "min_households": min_households,
        "max_households": max_households,
        "keep_within": keep_within or None,
        "prefer_within": prefer_within or None,
    }
    given = {name: value for name, value in options.items() if value is not None}
    return base.replace(**given, **_members_option(max_members))


def _note_sources(associations: gpd.GeoDataFrame, *given: pd.DataFrame | None) -> None:
    """Add the other files read to the plan's provenance."""
    sources = [table.attrs["source"] for table in given if table is not None and "source" in table.attrs]
    associations.attrs["sources"] = [*associations.attrs.get("sources", []), *sources]


def _finish(plan: Plan, out: Path, lang: Language, **drawn: Any) -> None:
    """Write the plan and say what it is."""
    from kurihara_geo.outputs import write_plan

    started = time.monotonic()
    files = write_plan(plan, out, lang=lang.value, **drawn)
    _say_plan(plan)
    _say_warnings([Problem(**row) for row in _as_records(plan.problems)])
    _say_repairs(plan.associations)
    spent = {**plan.provenance.seconds, "write": round(time.monotonic() - started, 1)}
    _say("Seconds: " + ", ".join(f"{step} {seconds:.1f}" for step, seconds in spent.items()))
    _say("Written:")
    for file in files.values():
        _say(f"  {file} ({file.stat().st_size / 1000:,.0f} kB)")


def _say_plan(plan: Plan) -> None:
    s = plan.summary()
    floor = s["min_households"]
    _say(
        f"Associations: {s['associations_before']} before, {s['associations_after']} after "
        f"({s['merged_groups']} merged groups)."
    )
    _say(f"Below {floor} households: {s['small_before']} before, {s['small_after']} after.")
    _say(
        f"Households: {s['households_before']:,} before, {s['households_after']:,} after. "
        "Every group is connected (checked on the map)."
    )
    for name, row in plan.left_below.iterrows():
        _say(f"  left below the floor: {name} {row['name']}, {row['households']} households: {row['explanation_en']}")
    _say("Proven optimal:" if plan.proven else "NOT proven optimal; the best plan found:")
    for stage in plan.stages:
        bound = "unknown" if stage.bound is None else f"{stage.bound:,}"
        proof = "proven" if stage.proven else f"at least {bound}"
        _say(f"  {stage.name:12} {stage.value:>14,}  {proof}")
    _say(
        f"Searched {plan.search['candidates']:,} candidate groups ({plan.search['family']}) "
        f"with {plan.solution.solver}."
    )


def _say_warnings(problems: list[Problem]) -> None:
    """Show warnings by kind: how many, and the first few by name."""
    kinds: dict[str, list[Problem]] = {}
    for problem in problems:
        kinds.setdefault(problem.kind, []).append(problem)
    for kind, of_kind in kinds.items():
        _say(f"Warning: {kind} ({len(of_kind)})")
        for problem in of_kind[:_SHOWN]:
            _say(f"  - {str(problem).removeprefix(f'{kind}: ')}")
        if len(of_kind) > _SHOWN:
            _say(f"  - and {len(of_kind) - _SHOWN} more; check_associations() and the workbook list them all")


def _say_repairs(associations: gpd.GeoDataFrame) -> None:
    from kurihara_geo.associations import list_repairs

    repairs = list_repairs(associations)
    if len(repairs):
        _say(f"Repaired: {len(repairs)} areas")
        for _, row in repairs.iterrows():
            _say(f"  - {row['association_id']} {row['name']}: {row['repair']}, {row['area_change_m2']:+.1f} m2")


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app()
