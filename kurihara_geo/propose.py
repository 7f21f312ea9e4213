"""The corridor from a checked table to a proven plan; it walks the steps once, forward."""

from __future__ import annotations

import math
import numbers
import time
import warnings
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from platform import python_version
from typing import TYPE_CHECKING, Any, get_args

import geopandas as gpd
import networkx as nx
import pandas as pd

from kurihara_geo.associations.checks import find_problems
from kurihara_geo.associations.halls import place_halls
from kurihara_geo.borders import (
    build_graph,
    complete_borders,
    find_borders,
    find_islands,
    find_near_borders,
    require_metric,
)
from kurihara_geo.candidates import (
    DEFAULT_MAX_CANDIDATES,
    DEFAULT_MAX_SETS,
    Candidates,
    explain_left_below,
    list_candidates,
)
from kurihara_geo.candidates.conflicts import find_unknown_ids
from kurihara_geo.candidates.constraints import stands
from kurihara_geo.candidates.enumeration import Engine, Family
from kurihara_geo.candidates.units import sum_tallies, tally_association
from kurihara_geo.columns import ASSOCIATIONS
from kurihara_geo.errors import AssociationsError, InputError, NotProvenWarning, Problem, RulesError
from kurihara_geo.model.known_groups import KnownGroups, remember
from kurihara_geo.model.objectives import needs_full_family
from kurihara_geo.model.partition import describe_town
from kurihara_geo.model.regroup import regroup
from kurihara_geo.model.solver import SolverOptions, check_solver
from kurihara_geo.plan import Plan, Provenance, build_plan, fingerprint_input
from kurihara_geo.progress import Progress
from kurihara_geo.rules import MergeRules

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Executor

    from kurihara_geo.model.solution import Solution

__all__ = ["DEFAULT_TIME_LIMIT_S", "propose_mergers"]

DEFAULT_TIME_LIMIT_S = 300.0
_SHAPES = ("geometry", "point")
_PROGRAMS = ("kurihara-geo", "pulp", "highspy", "geopandas", "shapely", "pyproj", "networkx", "pandas")
# Reasons that follow from the rules alone.
_STAY_BY_THE_RULES = ("exempt", "unchanged")
# Why an association is left that the plan another one was made from does not leave.
_LEFT_HERE_ONLY = (
    "left_here_only",
    "元の案では下限に届きますが、この案では残ります",
    "it reaches the floor in the plan this one was made from, and is left in this one",
)


def propose_mergers(
    associations: gpd.GeoDataFrame,
    rules: MergeRules | None = None,
    *,
    borders: gpd.GeoDataFrame | None = None,
    halls: gpd.GeoDataFrame | None = None,
    time_limit_s: float | None = DEFAULT_TIME_LIMIT_S,
    engine: Engine = "auto",
    solver: str = "HiGHS",
    seed: int = 0,
    max_sets: int = DEFAULT_MAX_SETS,
    max_candidates: int = DEFAULT_MAX_CANDIDATES,
    executor: Executor | None = None,
    progress: bool = True,
) -> Plan:
    """Propose which associations merge, prove the proposal, and check it on the map.

    The stages are minimised in order, each fixing the ones before: households left below the floor, mergers,
    households across soft boundaries, travel to the meeting place, and a fixed lottery among ties, so that the same
    input gives the same plan.

    Parameters
    ----------
    associations
        Checked associations: index ``association_id``, metric CRS; see :func:`kurihara_geo.read_associations`.
    rules
        What the city asks; the default is a floor of 50 households and at most 6 members.
    borders
        As :func:`kurihara_geo.find_borders` gives them, perhaps corrected; found anew when not given.
    halls
        Meeting halls as points: index ``hall_id``, ``name``; with a column ``association_id``, or else they belong to
        the association they stand in. A group that has halls meets in one of them.
    time_limit_s
        Seconds for solving; then the best plan so far is returned, marked not proven. None: no limit.
    engine
        ``set_partitioning`` lists every group that could be part of the plan and chooses among them. ``search`` lists
        none: for parts of the town where groups need many members; it proves the number of groups where it can and
        bounds the rest. ``auto`` takes the first wherever an estimate says that the list stays within the limits, part
        by part; ``plan.search`` says which was used.
    solver
        ``HiGHS``, or ``CBC`` where it is installed.
    seed
        Seed of the solver's random choices; a proven plan depends on it only where two plans draw equal lotteries.
    max_sets, max_candidates
        Limits of the enumeration in each part of the town; see :func:`kurihara_geo.candidates.list_candidates`.
    executor
        Any :class:`concurrent.futures.Executor`; parts of the town that do not touch are then solved side by side.
    progress
        Whether to show a progress bar on what takes longer than two seconds.

    Returns
    -------
    Plan
        Verified from the map before it is returned.

    Warns
    -----
    NotProvenWarning
        If time was up, or the work was interrupted, before the proof was complete.

    Raises
    ------
    AssociationsError
        If the table has errors, or lacks columns that the rules read.
    InputError
        If an option is none, such as a negative time limit or a ``seed`` of 1.5; every one is named.
    BordersError, RulesError
        If borders or rules do not fit the table.
    TooManyCandidatesError
        If the enumeration passes its limit; the message says what helps.
    PlanCheckError
        If the plan did not hold on the map.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> rules = kg.MergeRules(min_households=50, keep_within=["former_school_district"])
    >>> plan = kg.propose_mergers(kg.load_sample(), rules)
    >>> plan.proven, plan.summary()["households_after"]
    (True, 22697)
    """
    rules = MergeRules() if rules is None else rules
    figures = {"time_limit_s": time_limit_s, "seed": seed, "max_sets": max_sets, "max_candidates": max_candidates}
    _check_options(rules, figures=figures, solver=solver, engine=engine, executor=executor, progress=progress)
    started = time.monotonic()
    problems = _check_table(associations, rules)
    if borders is None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # islands are named in the plan's own problems
            borders = find_borders(associations)
    else:
        require_metric(associations)
        borders = complete_borders(borders, associations)
    if halls is not None and (not isinstance(halls, gpd.GeoDataFrame) or halls.active_geometry_name is None):
        raise InputError(f"The halls must be a table of points, not {halls!r}; read them with read_halls.")
    halls = None if halls is None else place_halls(halls, associations)
    graph = build_graph(associations, borders, rules, halls)
    read = time.monotonic()
    limit_s = math.inf if time_limit_s is None else time_limit_s
    family: Family = "full" if needs_full_family(rules) else "atomic"
    with Progress(enabled=progress) as bar:
        candidates = list_candidates(
            graph,
            rules,
            family=family,
            engine=engine,
            max_sets=max_sets,
            max_candidates=max_candidates,
            time_limit_s=limit_s,
            on_progress=lambda sets: bar.show(f"listing possible groups: {sets:,} sets"),
        )
        listed = time.monotonic()
        known = KnownGroups(graph, rules, describe_town(graph, rules), family)
        solution = regroup(
            known.town,
            candidates,
            rules,
            options=SolverOptions(solver=solver, seed=seed),
            time_limit_s=limit_s - (listed - read),
            executor=executor,
            price=known.price,
            on_wait=lambda: bar.show(f"choosing among {candidates.count:,} possible groups"),
        )
    solved = time.monotonic()
    plan = build_plan(
        associations,
        borders,
        rules,
        solution,
        halls=halls,
        reasons=_reasons(graph, rules, candidates, solution),
        problems=[*problems, *_islands(associations, borders)],
        search=_search(candidates, solution, engine, seed),
        input_hashes=fingerprint_input(associations, borders, rules, halls),
        provenance=_provenance(
            associations,
            {
                "prepare": read - started,
                "enumerate": listed - read,
                "solve": solved - listed,
                **{f"search {name}": float(notes["seconds"]) for name, notes in _timed(solution)},
            },
        ),
    )
    remember(plan, known)
    if not plan.proven:
        _warn_not_proven(plan)
    return plan


def restate_plan(
    plan: Plan,
    rules: MergeRules,
    solution: Solution,
    *,
    borders: gpd.GeoDataFrame | None = None,
    reasons: Mapping[str, tuple[str, str, str]] | None = None,
    search: Mapping[str, Any] | None = None,
    seconds: Mapping[str, float] | None = None,
) -> Plan:
    """Make another plan of the same town from groups that were found without walking the whole corridor again.

    Parameters
    ----------
    plan
        A plan of the same associations and halls; its input is not checked again.
    rules, solution
        What was asked now, and the groups with their stages.
    borders
        Borders used; those of the plan when not given.
    reasons
        Why associations are left below the floor. Where they are not given: what the rules say of those that are exempt
        or unchanged, else the plan's, and for others that the plan does not leave.
    search
        What to say of the search beside what the plan says; None takes a word away.
    seconds
        Step -> seconds it took.

    Returns
    -------
    Plan
        Verified from the map like any other.
    """
    borders = plan.borders if borders is None else borders
    known = plan.left_below[["reason", "explanation", "explanation_en"]].itertuples(name=None)
    kept = dict.fromkeys((str(name) for name in plan.members.index), _LEFT_HERE_ONLY)
    kept |= {str(name): (word, ja, en) for name, word, ja, en in known if word not in _STAY_BY_THE_RULES}
    kept |= _stay_by_the_rules(rules, solution)
    said = {**plan.search, "stages": [stage.name for stage in solution.stages], **(search or {})}
    problems = [Problem(**{str(key): value for key, value in row.items()}) for row in plan.problems.to_dict("records")]
    return build_plan(
        plan.associations,
        borders,
        rules,
        solution,
        halls=plan.halls,
        reasons=kept | dict(reasons or {}),
        problems=problems,
        search={word: fact for word, fact in said.items() if fact is not None},
        input_hashes=fingerprint_input(plan.associations, borders, rules, plan.halls),
        provenance=_provenance(plan.associations, seconds or {}),
    )


def _check_options(
    rules: MergeRules, *, figures: Mapping[str, Any], solver: Any, engine: Any, executor: Any, progress: Any
) -> None:
    """Refuse options that are none; every one is named."""
    faults = [] if isinstance(rules, MergeRules) else [f"rules must be MergeRules, not {type(rules).__name__}"]
    for name, value in figures.items():
        fault = _NUMBER_FAULTS[name](value)
        faults += [f"{name} must be {fault}, not {value!r}"] if fault else []
    if not isinstance(engine, str) or engine not in get_args(Engine):
        faults.append(f"engine must be {', '.join(get_args(Engine))}, not {engine!r}")
    if not isinstance(solver, str):
        faults.append(f"solver must be the name of one, such as HiGHS, not {solver!r}")
    if executor is not None and not hasattr(executor, "submit"):
        faults.append(f"executor must be a concurrent.futures.Executor, or None, not {executor!r}")
    if not isinstance(progress, bool):
        faults.append(f"progress must be True or False, not {progress!r}")
    if faults:
        kind = InputError if isinstance(rules, MergeRules) else RulesError
        problems = [Problem(severity="error", kind="option", message=fault) for fault in faults]
        raise kind("No plan can be made with these options:", problems)
    check_solver(solver)


def _time_fault(value: Any) -> str:
    fits = value is None or (isinstance(value, int | float) and not isinstance(value, bool) and value > 0)
    return "" if fits else "a number of seconds above 0, or None"


def _seed_fault(value: Any) -> str:
    return "" if _is_whole(value) and 0 <= value < 2**31 else "a whole number from 0 to 2147483647"


def _limit_fault(value: Any) -> str:
    return "" if _is_whole(value) and value >= 1 else "a whole number, 1 or more"


def _is_whole(value: Any) -> bool:
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


_NUMBER_FAULTS = {
    "time_limit_s": _time_fault,
    "seed": _seed_fault,
    "max_sets": _limit_fault,
    "max_candidates": _limit_fault,
}


def _check_table(associations: gpd.GeoDataFrame, rules: MergeRules) -> list[Problem]:
    """Refuse a table with errors or without the columns the rules read; give its warnings."""
    if not isinstance(associations, pd.DataFrame):
        raise AssociationsError(
            f"The associations must be a table, not {associations!r}; "
            "build it with build_associations or read_associations."
        )
    if associations.index.name != "association_id":
        raise AssociationsError(
            f"The associations have the index {associations.index.name!r}; it must be 'association_id'. "
            "Build the table with build_associations or read_associations."
        )
    problems = [*_missing_columns(associations), *_text_ids(associations)]
    problems += find_problems(associations) if isinstance(associations, gpd.GeoDataFrame) else []
    missing = find_missing_columns(associations, rules)
    problems += missing
    errors = [problem for problem in problems if problem.severity == "error"]
    if missing and len(errors) == len(missing):
        errors += find_unknown_ids(set(associations.index[associations["households"] > 0]), rules)
    if not errors and not (associations["households"] > 0).any():
        errors = [
            Problem(
                severity="error", kind="no_units", message="no association has any household", cure="check the counts"
            )
        ]
    if errors:
        raise AssociationsError("No plan can be made from these associations:", sorted(errors))
    travelled = [Problem(**record) for record in associations.attrs.get("records", ())]
    return list(dict.fromkeys([*problems, *travelled]))


def find_missing_columns(associations: gpd.GeoDataFrame, rules: MergeRules) -> list[Problem]:
    """Name each column the rules read that is no column of values in the table."""
    named = dict.fromkeys((*rules.boundary_columns, *rules.floors))
    found = ", ".join(str(column) for column in associations.columns if column not in _SHAPES)
    return [
        Problem(
            severity="error",
            kind="missing_column",
            message=f"the rules name {column!r}, which is no column of values",
            cure=f"columns found: {found}",
        )
        for column in named
        if column not in associations or column in _SHAPES
    ]


def _missing_columns(associations: gpd.GeoDataFrame) -> list[Problem]:
    required = [column.name for column in ASSOCIATIONS if column.required and column.name != "association_id"]
    has_areas = isinstance(associations, gpd.GeoDataFrame) and associations.active_geometry_name is not None
    return [
        Problem(
            severity="error",
            kind="missing_column",
            message=f"the table has no column {name!r}",
            cure="build the table with build_associations or read_associations",
        )
        for name in required
        if name not in associations or (name == "geometry" and not has_areas)
    ]


def _text_ids(associations: gpd.GeoDataFrame) -> list[Problem]:
    wrong = [repr(name) for name in associations.index if not isinstance(name, str)]
    message = f"ids must be texts; {len(wrong)} are not: {', '.join(wrong[:5])}"
    cure = "associations.index = associations.index.astype(str)"
    return [Problem(severity="error", kind="id_type", message=message, cure=cure)] if wrong else []


def _islands(associations: gpd.GeoDataFrame, borders: gpd.GeoDataFrame) -> list[Problem]:
    near = [
        Problem(
            severity="warning",
            kind="near_border",
            association_id=f"{a}, {b}",
            name=f"{associations.at[a, 'name']!s}、{associations.at[b, 'name']!s}",
            message=f"run along each other for {length_m:,.0f} m but share no border",
            cure="if this is a digitising gap, find the borders with a tolerance: find_borders(..., tolerance_m=1)",
        )
        for a, b, length_m in find_near_borders(associations, borders)
    ]
    return near + [
        Problem(
            severity="warning",
            kind="island",
            association_id=name,
            name=str(associations.at[name, "name"]),
            message="has no border with any other association",
            cure="if people can reach a neighbour, add a link",
        )
        for name in find_islands(associations, borders)
    ]


def _reasons(
    graph: nx.Graph[str], rules: MergeRules, candidates: Candidates, solution: Solution
) -> dict[str, tuple[str, str, str]]:
    left = [ids for ids in solution.groups if not _stands(graph, rules, ids)]
    return explain_left_below(graph, rules, candidates, left, proven=solution.left_below_proven)


def _stay_by_the_rules(rules: MergeRules, solution: Solution) -> dict[str, tuple[str, str, str]]:
    """Give the reasons of the groups that are exempt or unchanged: neither borders nor candidates matter for them."""
    exempt, unchanged = set(rules.exempt), set(rules.unchanged)
    staying = [ids for ids in solution.groups if exempt.issuperset(ids) or not unchanged.isdisjoint(ids)]
    return explain_left_below(nx.Graph(), rules, Candidates(()), staying, proven=solution.left_below_proven)


def _stands(graph: nx.Graph[str], rules: MergeRules, ids: tuple[str, ...]) -> bool:
    return stands(sum_tallies(tally_association(graph, name, rules) for name in ids), rules, exempt=False)


def _search(candidates: Candidates, solution: Solution, asked: str, seed: int) -> dict[str, Any]:
    return {
        "engine": solution.engine,
        "engine_asked": asked,
        "family": candidates.family,
        "candidates": candidates.count,
        "sets_visited": candidates.sets_visited,
        "sets_estimated": dict(candidates.estimates),
        "components": len(candidates.components),
        "components_open": len(candidates.open_components),
        # What a clock says goes into the provenance: equal runs are to be told alike.
        "searched": {
            name: {key: value for key, value in notes.items() if key != "seconds"}
            for name, notes in solution.searched.items()
        },
        "stages": [stage.name for stage in solution.stages],
        "seed": seed,
    }


def _timed(solution: Solution) -> list[tuple[str, Mapping[str, Any]]]:
    return [(name, notes) for name, notes in solution.searched.items() if "seconds" in notes]


def _provenance(associations: gpd.GeoDataFrame, seconds: Mapping[str, float]) -> Provenance:
    versions = {"python": python_version()}
    for program in _PROGRAMS:
        try:
            versions[program] = version(program)
        except PackageNotFoundError:
            versions[program] = "not installed as a package"
    return Provenance(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        versions=versions,
        seconds={step: round(value, 3) for step, value in seconds.items()},
        sources={source["path"]: source["sha256"] for source in associations.attrs.get("sources", ())},
    )


def _warn_not_proven(plan: Plan) -> None:
    open_stages = [
        f"{stage.name} {stage.value:,}" + ("" if stage.bound is None else f" (at least {stage.bound:,})")
        for stage in plan.stages
        if not stage.proven
    ]
    cause = {"time_limit": "the time was up", "interrupted": "the work was interrupted"}.get(
        plan.solution.stopped, "the solver did not settle it"
    )
    warnings.warn(
        f"The plan is the best found, NOT proven optimal: {cause}. Open: {'; '.join(open_stages)}.",
        NotProvenWarning,
        stacklevel=3,
    )
