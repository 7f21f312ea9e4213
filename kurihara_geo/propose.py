"""The corridor from a checked table to a proven plan; it walks the steps once, forward."""

from __future__ import annotations

import hashlib
import json
import math
import time
import warnings
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from platform import python_version
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from kurihara_geo.associations.checks import find_problems
from kurihara_geo.associations.places import bare, list_places
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
from kurihara_geo.columns import ASSOCIATIONS
from kurihara_geo.errors import AssociationsError, InputError, NotProvenWarning, Problem, RulesError
from kurihara_geo.model.objectives import STAGES
from kurihara_geo.model.regroup import Town, regroup
from kurihara_geo.model.solver import SolverOptions, check_solver
from kurihara_geo.plan import Plan, Provenance, build_plan
from kurihara_geo.progress import Progress
from kurihara_geo.rules import MergeRules

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Executor

    import geopandas as gpd
    import networkx as nx
    from numpy.typing import NDArray

    from kurihara_geo.model.solution import Solution

__all__ = ["DEFAULT_TIME_LIMIT_S", "propose_mergers"]

DEFAULT_TIME_LIMIT_S = 300.0
_SHAPES = ("geometry", "point")
_PROGRAMS = ("kurihara-geo", "pulp", "highspy", "geopandas", "shapely", "pyproj", "networkx", "pandas")


def propose_mergers(
    associations: gpd.GeoDataFrame,
    rules: MergeRules | None = None,
    *,
    borders: gpd.GeoDataFrame | None = None,
    halls: gpd.GeoDataFrame | None = None,
    time_limit_s: float | None = DEFAULT_TIME_LIMIT_S,
    solver: str = "HiGHS",
    seed: int = 0,
    max_sets: int = DEFAULT_MAX_SETS,
    max_candidates: int = DEFAULT_MAX_CANDIDATES,
    executor: Executor | None = None,
    progress: bool = True,
) -> Plan:
    """Propose which associations merge, prove the proposal, and check it on the map.

    The stages are minimised in order, each fixing the ones before: households left below the floor, mergers,
    households across soft
    boundaries, travel to the meeting place, and a fixed lottery among ties, so that the same input gives the same plan.

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
        the
        association they stand in. A group that has halls meets in one of them.
    time_limit_s
        Seconds for solving; then the best plan so far is returned, marked not proven. None: no limit.
    solver
        ``HiGHS``, or ``CBC`` where it is installed.
    seed
        Seed of the solver's random choices; a proven plan depends on it only where two plans draw equal lotteries.
    max_sets, max_candidates
        Limits of the enumeration; see :func:`kurihara_geo.candidates.list_candidates`.
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
        If the table has errors.
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
    _check_options(rules, time_limit_s, solver, seed)
    started = time.monotonic()
    problems = _check_table(associations, rules)
    if borders is None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # islands are named in the plan's own problems
            borders = find_borders(associations)
    else:
        require_metric(associations)
        borders = complete_borders(borders, associations)
    halls = None if halls is None else place_halls(halls, associations)
    graph = build_graph(associations, borders, rules)
    read = time.monotonic()
    limit_s = math.inf if time_limit_s is None else time_limit_s
    with Progress(enabled=progress) as bar:
        candidates = list_candidates(
            graph,
            rules,
            max_sets=max_sets,
            max_candidates=max_candidates,
            time_limit_s=limit_s,
            on_progress=lambda sets: bar.show(f"listing possible groups: {sets:,} sets"),
        )
        listed = time.monotonic()
        solution = regroup(
            _town(associations, halls, graph),
            candidates,
            rules,
            options=SolverOptions(solver=solver, seed=seed),
            time_limit_s=limit_s - (listed - read),
            executor=executor,
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
        search=_search(candidates, seed),
        input_sha256=_fingerprint(associations, borders, rules, halls),
        provenance=_provenance(
            associations, {"prepare": read - started, "enumerate": listed - read, "solve": solved - listed}
        ),
    )
    if not plan.proven:
        _warn_not_proven(plan)
    return plan


def place_halls(halls: gpd.GeoDataFrame, associations: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Say which association each hall belongs to: by its ``association_id`` column, else by where it stands.

    Parameters
    ----------
    halls
        Points, index ``hall_id``, column ``name``.
    associations
        Checked associations.

    Returns
    -------
    GeoDataFrame
        The halls in the CRS of the associations with ``association_id``, empty where a hall stands in none.

    Raises
    ------
    InputError
        If halls have no CRS, are no points, or name associations that are not there.
    """
    halls = halls.set_axis(halls.index.map(str).rename("hall_id"))
    repeated = sorted(set(halls.index[halls.index.duplicated()]))
    if repeated:
        raise InputError(f"Each hall needs an id of its own; given twice: {', '.join(repeated)}.")
    if halls.crs is None:
        raise InputError("The halls do not say which coordinate system they are in; set it with halls.set_crs(...).")
    wrong = halls.index[(halls.geom_type != "Point") | halls.geometry.is_empty].tolist()
    if wrong:
        raise InputError(f"Halls must be points; these are not: {', '.join(wrong)}.")
    if "name" not in halls:
        raise InputError("The halls have no column 'name'.")
    if associations.crs is None:
        raise InputError("The associations have no coordinate system; build the table with build_associations.")
    placed = halls.to_crs(associations.crs)
    if "association_id" in placed:
        known = placed["association_id"].isna() | placed["association_id"].isin(associations.index)
        if not known.all():
            named = ", ".join(f"{name} ({placed.at[name, 'association_id']!s})" for name in placed.index[~known])
            raise InputError(f"Halls name associations that are not in the table: {named}.")
        return placed
    tree = shapely.STRtree(associations.geometry.to_numpy())
    hall_rows, areas = tree.query(placed.geometry.to_numpy(), predicate="intersects")
    owner = pd.Series(associations.index.to_numpy()[areas], index=hall_rows).groupby(level=0).min()
    owners = [owner.get(row) for row in range(len(placed))]
    return placed.assign(association_id=pd.Series(owners, index=placed.index, dtype=object))


def _check_options(rules: MergeRules, time_limit_s: float | None, solver: str, seed: int) -> None:
    if not isinstance(rules, MergeRules):
        raise RulesError(f"rules must be MergeRules, not {type(rules).__name__}.")
    if time_limit_s is not None and not time_limit_s > 0:
        raise InputError(f"time_limit_s must be a number of seconds above 0, or None, not {time_limit_s}.")
    if isinstance(seed, bool) or not 0 <= seed < 2**31:
        raise InputError(f"seed must be a whole number from 0 to 2147483647, not {seed}.")
    check_solver(solver)


def _check_table(associations: gpd.GeoDataFrame, rules: MergeRules) -> list[Problem]:
    """Refuse a table with errors or without the columns the rules read; give its warnings."""
    if associations.index.name != "association_id":
        raise AssociationsError(
            f"The associations have the index {associations.index.name!r}; it must be 'association_id'. "
            "Build the table with build_associations or read_associations."
        )
    problems = [*_missing_columns(associations), *_text_ids(associations), *find_problems(associations)]
    missing = [column for column in rules.boundary_columns if column not in associations or column in _SHAPES]
    found = ", ".join(str(column) for column in associations.columns if column not in _SHAPES)
    problems += [
        Problem(
            severity="error",
            kind="missing_column",
            message=f"the rules name {column!r}, which is no column of values",
            cure=f"columns found: {found}",
        )
        for column in missing
    ]
    errors = [problem for problem in problems if problem.severity == "error"]
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


def _missing_columns(associations: gpd.GeoDataFrame) -> list[Problem]:
    required = [column.name for column in ASSOCIATIONS if column.required and column.name != "association_id"]
    return [
        Problem(
            severity="error",
            kind="missing_column",
            message=f"the table has no column {name!r}",
            cure="build the table with build_associations or read_associations",
        )
        for name in required
        if name not in associations
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


def _town(associations: gpd.GeoDataFrame, halls: gpd.GeoDataFrame | None, graph: nx.Graph[str]) -> Town:
    inhabited = bare(associations[associations["households"] > 0])
    return Town(
        places=list_places(inhabited, halls),
        boundaries={name: graph.nodes[name]["boundaries"] for name in graph},
        neighbours={name: frozenset(graph[name]) for name in graph},
    )


def _reasons(
    graph: nx.Graph[str], rules: MergeRules, candidates: Candidates, solution: Solution
) -> dict[str, tuple[str, str, str]]:
    left = [
        ids for ids in solution.groups if sum(graph.nodes[name]["households"] for name in ids) < rules.min_households
    ]
    return explain_left_below(graph, rules, candidates, left, proven=solution.stages[0].proven)


def _search(candidates: Candidates, seed: int) -> dict[str, Any]:
    return {
        "family": candidates.family,
        "candidates": candidates.count,
        "sets_visited": candidates.sets_visited,
        "components": len(candidates.components),
        "stages": [term.name for term in STAGES],
        "seed": seed,
    }


def _fingerprint(
    associations: gpd.GeoDataFrame, borders: gpd.GeoDataFrame, rules: MergeRules, halls: gpd.GeoDataFrame | None
) -> str:
    """SHA-256 over what decides the plan: ids, households, boundary values, areas, points, borders, halls and rules."""
    digest = hashlib.sha256()
    used = ["households", *rules.boundary_columns]
    ordered = bare(associations).sort_index()
    places = list_places(ordered, halls)
    for name, values, shape in zip(
        ordered.index, ordered[used].astype(str).itertuples(index=False), ordered.geometry, strict=True
    ):
        place = places[str(name)]
        point: list[Any] = [round(value, 3) for value in (place.x_m, place.y_m)]
        point += [[hall.place_id, round(hall.x_m, 3), round(hall.y_m, 3)] for hall in place.halls]
        digest.update(json.dumps([str(name), *values, point], ensure_ascii=False).encode())
        digest.update(shapely.to_wkb(shapely.normalize(shapely.transform(shape, _in_millimetres))))
    pairs = borders.sort_values(["a", "b"])[["a", "b", "kind", "barred_by"]].fillna("")
    digest.update(json.dumps([list(row) for row in pairs.itertuples(index=False)], ensure_ascii=False).encode())
    digest.update(json.dumps(rules.to_dict(), ensure_ascii=False, sort_keys=True).encode())
    return digest.hexdigest()


def _in_millimetres(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round to what anybody could have drawn; the last digits differ between versions of the libraries below."""
    return np.round(coordinates, 3) + 0.0


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
