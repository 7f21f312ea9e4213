"""What would change if a rule were another one: only the parts of the town that it touches are solved again."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kurihara_geo.borders import complete_borders
from kurihara_geo.candidates import Candidates, explain_left_below, list_candidates
from kurihara_geo.candidates.constraints import stands
from kurihara_geo.errors import InputError
from kurihara_geo.model.regroup import regroup
from kurihara_geo.model.solution import Solution, Stage
from kurihara_geo.model.solver import SolverOptions, solver_name
from kurihara_geo.model.stages import sum_stages
from kurihara_geo.propose import restate_plan
from kurihara_geo.rules.relaxing import hard_rules
from kurihara_geo.studies.taken_apart import TakenApart

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import geopandas as gpd

    from kurihara_geo.candidates.enumeration import Territory
    from kurihara_geo.plan import Plan
    from kurihara_geo.rules import MergeRules

__all__ = ["what_if"]

# Rules that name ids: whether they touch a part of the town is seen from its units, not from the rules as a whole.
_BY_ID = ("together", "apart", "unchanged", "exempt", "lower_floors", "obstacles")


def what_if(
    plan: Plan,
    *,
    together: Iterable[Sequence[str]] = (),
    apart: Iterable[Sequence[str]] = (),
    unchanged: Iterable[str] = (),
    exempt: Mapping[str, str] | None = None,
    rules: MergeRules | None = None,
    borders: gpd.GeoDataFrame | None = None,
    time_limit_s: float | None = 300.0,
) -> Plan:
    """Make the plan again with some rules changed; parts of the town that the change does not touch stay as they are.

    Parameters
    ----------
    plan
        The plan at hand.
    together, apart, unchanged
        Sets of ids, and ids, added to those of the rules.
    exempt
        Association id -> reason, added to those of the rules.
    rules
        Rules to use instead of the plan's; the other arguments are added to these.
    borders
        Borders to use instead of the plan's, for instance with a link added.
    time_limit_s
        Seconds for what is solved again. None: no limit.

    Returns
    -------
    Plan
        ``plan.search["touched_components"]`` says how many parts were solved again. A part that stayed keeps its groups
        and its proof.

    Raises
    ------
    RulesError
        If the rules contradict each other or cannot hold in this town.
    TooManyCandidatesError
        If a part cannot be listed within the limits.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> sample = kg.load_sample()
    >>> town = sample[sample["former_town"] == "一迫"]
    >>> plan = kg.propose_mergers(town, kg.MergeRules(keep_within=["former_school_district"]))
    >>> other = kg.what_if(plan, unchanged=["04213056001"])
    >>> [stage.value for stage in other.stages[:2]], other.search["touched_components"]
    ([49, 6], 2)
    """
    started = time.monotonic()
    changed = _changed_rules(plan, rules, together, apart, unchanged, exempt or {})
    missing = [c for c in (*changed.boundary_columns, *changed.floors) if c not in plan.associations]
    if missing:
        raise InputError(f"The rules name {', '.join(missing)}, which is no column of the plan's associations.")
    used = plan.borders if borders is None else complete_borders(borders, plan.associations)
    now = TakenApart(plan)
    then = TakenApart(replace(plan, rules=changed, borders=used))
    touched, kept = _compare(now, then)
    solved, candidates = _solve(then, touched, math.inf if time_limit_s is None else time_limit_s)
    solution = _joined(plan, then, solved, kept)
    return restate_plan(
        plan,
        changed,
        solution,
        borders=used,
        reasons=_reasons(then, candidates, solved) | _reasons_kept(now, then, kept),
        search=_search(plan, solution, candidates, touched=len(touched)),
        seconds={"solve": time.monotonic() - started},
    )


def _changed_rules(
    plan: Plan,
    rules: MergeRules | None,
    together: Iterable[Sequence[str]],
    apart: Iterable[Sequence[str]],
    unchanged: Iterable[str],
    exempt: Mapping[str, str],
) -> MergeRules:
    base = plan.rules if rules is None else rules
    return base.replace(
        together=[*base.together, *together],
        apart=[*base.apart, *apart],
        unchanged=[*base.unchanged, *unchanged],
        exempt={**base.exempt, **exempt},
    )


def _compare(now: TakenApart, then: TakenApart) -> tuple[list[Territory], list[Territory]]:
    """Part the territories of the changed town into those that are new and those that are as they were."""
    known = {_signature(now, territory) for territory in now.territories()}
    touched: list[Territory] = []
    kept: list[Territory] = []
    for territory in then.territories():
        (kept if _signature(then, territory) in known else touched).append(territory)
    return touched, kept


def _signature(apart: TakenApart, territory: Territory) -> tuple[Any, ...]:
    """Everything of a territory that decides its groups and their prices."""
    rules = territory.rules
    ids = {name for unit in territory.units for name in unit.members}
    weighed = tuple(entry for entry in rules.obstacles if entry.weight and ids.intersection(entry.ids))
    plain = rules.replace(**{name: {} if name == "exempt" else () for name in _BY_ID}, objective=rules.stages)
    # Units are neighbours through one border or several; the lottery and the weak borders tell these apart.
    borders = frozenset((min(a, b), max(a, b)) for a, b in apart.graph.subgraph(ids).edges)
    weak = apart.town.weak & borders
    return (territory.units, territory.neighbours, territory.barred, territory.reach, borders, weak, weighed, plain)


def _solve(then: TakenApart, touched: list[Territory], time_limit_s: float) -> tuple[Solution | None, Candidates]:
    """List and choose again in the parts that the change touches."""
    rules = then.plan.rules
    family = then.needed_family(near_best=False)
    if not touched:
        return None, Candidates((), family)
    within = [territory.units[0].members[0] for territory in touched]
    candidates = list_candidates(
        then.graph, rules, family=family, engine="auto", within=within, time_limit_s=time_limit_s
    )
    options = SolverOptions(seed=then.plan.search.get("seed", 0))
    return regroup(then.town, candidates, rules, options=options, time_limit_s=time_limit_s), candidates


def _joined(plan: Plan, then: TakenApart, solved: Solution | None, kept: list[Territory]) -> Solution:
    """Put the parts solved again beside those that stayed, whose stages are measured and keep the plan's proof."""
    stages = then.plan.rules.stages
    parts = [] if solved is None else [solved.stages]
    groups = [] if solved is None else [*solved.groups]
    for territory in kept:
        part = then.priced(territory.left_open())
        values = part.values(part.chosen)
        proof = {stage.name: stage.proven for stage in plan.stages}
        parts.append(
            tuple(
                Stage(
                    name=stage.name,
                    value=values[stage.name],
                    bound=values[stage.name] if proof[stage.name] else None,
                    proven=proof[stage.name],
                )
                for stage in stages
            )
        )
        groups += [part.partition.members[number] for number in part.chosen]
    return Solution(
        groups=tuple(sorted(groups)),
        stages=tuple(sum_stages(stage.name, [part[n] for part in parts]) for n, stage in enumerate(stages)),
        solver=plan.solution.solver if solved is None else solver_name("HiGHS"),
        stopped=(solved.stopped if solved else "") or ("" if plan.proven else plan.solution.stopped),
        engine=plan.solution.engine if solved is None else solved.engine,
        searched={} if solved is None else solved.searched,
    )


def _reasons(then: TakenApart, candidates: Candidates, solved: Solution | None) -> dict[str, tuple[str, str, str]]:
    if solved is None:
        return {}
    tallies = {unit.members: unit for component in candidates.components for unit in component.units}
    left = [
        ids for ids in solved.groups if ids in tallies and not stands(tallies[ids].tally, then.plan.rules, exempt=False)
    ]
    proven = solved.left_below_proven
    return explain_left_below(then.graph, then.plan.rules, candidates, left, proven=proven)


def _reasons_kept(now: TakenApart, then: TakenApart, kept: list[Territory]) -> dict[str, tuple[str, str, str]]:
    """Say again why associations are left below where nothing is solved again, if the sentences could be other ones."""
    before, after = now.plan.rules, then.plan.rules
    told_alike = hard_rules(before) == hard_rules(after) and before.exempt == after.exempt
    if told_alike and now.graph.graph["barred"] == then.graph.graph["barred"]:
        return {}
    ids = {name for territory in kept for unit in territory.units for name in unit.members}
    left = {then.group_of[name] for name in ids.intersection(now.plan.left_below.index)}
    if not left:
        return {}
    family = then.needed_family(near_best=False)
    within = [group[0] for group in left]
    candidates = list_candidates(then.graph, after, family=family, engine="auto", within=within)
    proven = now.plan.solution.left_below_proven
    return explain_left_below(then.graph, after, candidates, sorted(left), proven=proven)


def _search(plan: Plan, solution: Solution, candidates: Candidates, *, touched: int) -> dict[str, Any]:
    return {
        "engine": solution.engine,
        "family": candidates.family,
        "candidates": candidates.count,
        "sets_visited": candidates.sets_visited,
        "searched": {name: dict(notes) for name, notes in solution.searched.items()},
        "touched_components": touched,
        "kept_from": plan.input_sha256,
    }
