"""What would change if a rule were another one: only the parts of the town that it touches are solved again."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kurihara_geo.borders import complete_borders
from kurihara_geo.candidates import Candidates, explain_left_below, list_candidates
from kurihara_geo.candidates.constraints import stands
from kurihara_geo.candidates.enumeration import DEFAULT_MAX_CANDIDATES, DEFAULT_MAX_SETS, Family, SearchBudget
from kurihara_geo.errors import RulesError, TooManyCandidatesError
from kurihara_geo.model.known_groups import KnownGroups, ListedPart, plain_rules, recall, remember
from kurihara_geo.model.objectives import is_separable
from kurihara_geo.model.partition import Partition, price_component
from kurihara_geo.model.regroup import regroup
from kurihara_geo.model.solution import Solution, Stage
from kurihara_geo.model.solver import SolverOptions, solver_name
from kurihara_geo.model.stages import sum_stages
from kurihara_geo.plan.arguments import read_plan_at_hand
from kurihara_geo.propose import find_missing_columns, restate_plan
from kurihara_geo.rules.values import read_reasons, read_sets, read_texts
from kurihara_geo.studies.arguments import deadline_after, read_argument, read_borders, read_rules
from kurihara_geo.studies.taken_apart import TakenApart

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import geopandas as gpd

    from kurihara_geo.candidates import Component
    from kurihara_geo.candidates.enumeration import Territory
    from kurihara_geo.plan import Plan
    from kurihara_geo.rules import MergeRules

__all__ = ["PlanAgain", "plan_again", "what_if"]

# Joins the names of engines in ``Solution.engine``.
_AND = " + "


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
        Seconds for what is listed and solved again. None: no limit.

    Returns
    -------
    Plan
        ``plan.search["touched_components"]`` says how many parts were solved again, ``touched_candidates`` how many
        groups there are in these, and ``touched_sets_visited`` how many sets were looked at to list those that were not
        known of the plan at hand. A part that stayed keeps its groups, its proof and what a search
        noted of it. Where a stage of the plan is not proven, no bound of it is known any more: the plan has only the
        sum over all parts, and none of it can be told to those that stayed.

    Raises
    ------
    InputError
        If the time limit is no number above 0.
    RulesError
        If the rules contradict each other, cannot hold in this town, or are not what :class:`~kurihara_geo.MergeRules`
        takes.
    BordersError
        If the borders do not fit the plan's associations.
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
    deadline = deadline_after(time_limit_s)
    changed = _changed_rules(read_plan_at_hand(plan), read_rules(rules), together, apart, unchanged, exempt)
    missing = find_missing_columns(plan.associations, changed)
    if missing:
        raise RulesError("These rules do not fit the plan's associations:", missing)
    given = read_borders(borders)
    used = plan.borders if given is None else complete_borders(given, plan.associations)
    return plan_again(plan, changed, used, deadline).plan


@dataclass(frozen=True)
class PlanAgain:
    """A plan made again, and whether somebody interrupted that: its own ``stopped`` may stem from the plan before.

    Parameters
    ----------
    plan
        The plan.
    interrupted
        Whether the solver was interrupted.
    """

    plan: Plan
    interrupted: bool


def plan_again(plan: Plan, rules: MergeRules, borders: gpd.GeoDataFrame, deadline: float) -> PlanAgain:
    """Make the plan again with rules and borders that were checked, as :func:`what_if` does.

    Parameters
    ----------
    plan
        The plan at hand.
    rules, borders
        What holds instead.
    deadline
        When to stop, in the seconds of :func:`time.monotonic`.
    """
    started = time.monotonic()
    now = TakenApart(plan)
    then = TakenApart(replace(plan, rules=rules, borders=borders))
    touched, kept = _compare(now, then)
    solved, candidates = _solve(now, then, touched, deadline)
    solution = _joined(plan, then, solved, kept)
    again = restate_plan(
        plan,
        rules,
        solution,
        borders=borders,
        reasons=_reasons(then, candidates, solved) | _reasons_kept(now, then, kept, deadline),
        search=_search(plan, solution, candidates, touched, kept),
        seconds={"solve": time.monotonic() - started},
    )
    remember(again, known_groups(now))
    return PlanAgain(again, interrupted=solved is not None and solved.stopped == "interrupted")


def known_groups(apart: TakenApart) -> KnownGroups:
    """Give what was listed and priced for a plan; where it was not made here, nothing is yet."""
    known = recall(apart.plan)
    if known is None:
        family = apart.needed_family(near_best=False)
        known = KnownGroups(apart.graph, apart.plan.rules, apart.town, family)
        remember(apart.plan, known)
    return known


def _changed_rules(
    plan: Plan,
    rules: MergeRules | None,
    together: Iterable[Sequence[str]],
    apart: Iterable[Sequence[str]],
    unchanged: Iterable[str],
    exempt: Mapping[str, str] | None,
) -> MergeRules:
    base = plan.rules if rules is None else rules
    more: Mapping[str, str] = {} if exempt is None else read_argument("exempt", read_reasons, exempt, error=RulesError)
    return base.replace(
        together=[*base.together, *read_argument("together", read_sets, together, error=RulesError)],
        apart=[*base.apart, *read_argument("apart", read_sets, apart, error=RulesError)],
        unchanged=[*base.unchanged, *read_argument("unchanged", read_texts, unchanged, error=RulesError)],
        exempt={**base.exempt, **more},
    )


def _compare(now: TakenApart, then: TakenApart) -> tuple[list[Territory], list[Territory]]:
    """Part the territories of the changed town into those that are new and those that are as they were."""
    same_rules = plain_rules(now.plan.rules) == plain_rules(then.plan.rules)
    known = {_signature(now, territory) for territory in now.territories()} if same_rules else set()
    narrower = _is_narrower(now, then)
    touched: list[Territory] = []
    kept: list[Territory] = []
    for territory in then.territories():
        as_it_was = _signature(then, territory) in known
        (kept if as_it_was or (narrower and _holds_groups(then, territory)) else touched).append(territory)
    return touched, kept


def _is_narrower(now: TakenApart, then: TakenApart) -> bool:
    """Whether every plan that is possible now was possible before at the same price, and the plan is proven.

    Pairs are kept apart and units stay as they are, and nothing else is another one: a plan that was the best is so
    still wherever its groups are possible.
    """
    before, after = now.plan.rules, then.plan.rules
    same = ("together", "exempt", "lower_floors")
    return (
        now.plan.proven
        and is_separable(after)
        and plain_rules(before) == plain_rules(after)
        and all(getattr(before, name) == getattr(after, name) for name in same)
        and [entry for entry in before.obstacles if not entry.ban] == [e for e in after.obstacles if not e.ban]
        and set(before.apart) <= set(after.apart)
        and set(before.unchanged) <= set(after.unchanged)
        and {entry for entry in before.obstacles if entry.ban} <= {entry for entry in after.obstacles if entry.ban}
        and now.graph.adj == then.graph.adj
        and now.graph.graph["barred"] == then.graph.graph["barred"]
    )


def _holds_groups(then: TakenApart, territory: Territory) -> bool:
    """Whether the plan's groups are possible in a part of the town, where no rule but bans may be another one."""
    place = {name: number for number, unit in enumerate(territory.units) for name in unit.members}
    for ids in {then.group_of[name] for name in place}:
        if not place.keys() >= set(ids):
            return False
        numbers = {place[name] for name in ids}
        if len(numbers) > 1 and any(territory.units[n].closed or numbers & territory.barred[n] for n in numbers):
            return False
    return True


def _signature(apart: TakenApart, territory: Territory) -> tuple[Any, ...]:
    """Everything of a territory that decides its groups and their prices, but the rules that name no ids."""
    rules = territory.rules
    ids = {name for unit in territory.units for name in unit.members}
    weighed = tuple(entry for entry in rules.obstacles if entry.weight and ids.intersection(entry.ids))
    # Units are neighbours through one border or several; the lottery and the weak borders tell these apart.
    borders = frozenset((min(a, b), max(a, b)) for a, b in apart.graph.subgraph(ids).edges)
    weak = apart.town.weak & borders
    return (territory.units, territory.neighbours, territory.barred, territory.reach, borders, weak, weighed)


def _solve(
    now: TakenApart, then: TakenApart, touched: list[Territory], deadline: float
) -> tuple[Solution | None, Candidates]:
    """List and choose again in the parts that the change touches."""
    rules = then.plan.rules
    family = then.needed_family(near_best=False)
    if not touched:
        return None, Candidates((), family)
    candidates, prices = _list(now, then, touched, deadline)
    options = SolverOptions(seed=then.plan.search.get("seed", 0))
    time_left_s = deadline - time.monotonic()

    def price(component: Component) -> Partition:
        known = prices.get(id(component))
        return price_component(component, then.town, rules) if known is None else known

    solution = regroup(
        then.town,
        candidates,
        rules,
        options=options,
        time_limit_s=time_left_s,
        price=price,
        start=then.plan.solution.groups,
    )
    return solution, candidates


def _list(
    now: TakenApart, then: TakenApart, touched: list[Territory], deadline: float
) -> tuple[Candidates, dict[int, Partition]]:
    """List the groups of the parts, from what is known of the plan where that holds; with the prices of such parts."""
    rules, family = then.plan.rules, then.needed_family(near_best=False)
    known = known_groups(now)
    if known.family == family and known.fits(rules):
        known.list_missing([name for territory in touched for name in _ids(territory)], deadline)
    budget = SearchBudget(DEFAULT_MAX_SETS, DEFAULT_MAX_CANDIDATES, deadline, None)
    components: list[Component] = []
    prices: dict[int, Partition] = {}
    anew: list[Territory] = []
    for territory in touched:
        listed = _relisted(known, territory, then, family, budget)
        if listed is None:
            anew.append(territory)
            continue
        components.append(listed.component)
        prices[id(listed.component)] = listed.partition
    estimates: dict[str, int] = {}
    if anew:
        candidates = list_candidates(
            then.graph,
            rules,
            family=family,
            engine="auto",
            within=[_lowest_id(territory) for territory in anew],
            time_limit_s=deadline - time.monotonic(),
        )
        components += candidates.components
        estimates = candidates.estimates
    components.sort(key=lambda component: component.units[0].members)
    return Candidates(tuple(components), family, estimates), prices


def _relisted(
    known: KnownGroups, territory: Territory, then: TakenApart, family: Family, budget: SearchBudget
) -> ListedPart | None:
    try:
        return known.relist(territory, then.town, family, budget)
    except TooManyCandidatesError:
        if budget.late:
            raise
        return None


def _ids(territory: Territory) -> list[str]:
    return [name for unit in territory.units for name in unit.members]


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
        engine=_engines(plan, solved, kept),
        searched=_searched(plan, kept) | dict(solved.searched if solved else {}),
    )


def _lowest_id(territory: Territory) -> str:
    return min(unit.members[0] for unit in territory.units)


def _searched(plan: Plan, kept: list[Territory]) -> dict[str, Mapping[str, Any]]:
    """Give what a search noted of the parts that stayed."""
    names = {_lowest_id(territory) for territory in kept}
    return {name: notes for name, notes in plan.solution.searched.items() if name in names}


def _engines(plan: Plan, solved: Solution | None, kept: list[Territory]) -> str:
    """Name the engines of all parts, those that stayed among them."""
    used = set() if solved is None else set(solved.engine.split(_AND))
    if plan.solution.searched:
        searched = _searched(plan, kept)
        used |= {"search" if _lowest_id(territory) in searched else "set_partitioning" for territory in kept}
    elif kept:
        used |= set(plan.solution.engine.split(_AND))
    return _AND.join(sorted(used, key=lambda name: (name != "set_partitioning", name)))


def _reasons(then: TakenApart, candidates: Candidates, solved: Solution | None) -> dict[str, tuple[str, str, str]]:
    if solved is None:
        return {}
    tallies = {unit.members: unit for component in candidates.components for unit in component.units}
    left = [
        ids for ids in solved.groups if ids in tallies and not stands(tallies[ids].tally, then.plan.rules, exempt=False)
    ]
    proven = solved.left_below_proven
    return explain_left_below(then.graph, then.plan.rules, candidates, left, proven=proven)


def _reasons_kept(
    now: TakenApart, then: TakenApart, kept: list[Territory], deadline: float
) -> dict[str, tuple[str, str, str]]:
    """Say again why associations are left below where nothing is solved again, unless no sentence can be another one.

    What blocks an association is asked of rules and borders beyond its own part of the town too.
    """
    after = then.plan.rules
    same_borders = now.graph.adj == then.graph.adj and now.graph.graph["barred"] == then.graph.graph["barred"]
    if now.plan.rules == after and same_borders:
        return {}
    ids = {name for territory in kept for unit in territory.units for name in unit.members}
    left = {then.group_of[name] for name in ids.intersection(now.plan.left_below.index)}
    if not left:
        return {}
    family = then.needed_family(near_best=False)
    within = [group[0] for group in left]
    time_left_s = deadline - time.monotonic()
    try:
        candidates = list_candidates(
            then.graph, after, family=family, engine="auto", within=within, time_limit_s=time_left_s
        )
    except TooManyCandidatesError:
        candidates = Candidates((), family)  # each is then asked by itself what blocks it
    proven = now.plan.solution.left_below_proven
    return explain_left_below(then.graph, after, candidates, sorted(left), proven=proven)


def _search(
    plan: Plan, solution: Solution, candidates: Candidates, touched: list[Territory], kept: list[Territory]
) -> dict[str, Any]:
    estimates = plan.search.get("sets_estimated", {})
    stayed = {_lowest_id(territory) for territory in kept}
    return {
        "engine": solution.engine,
        "family": candidates.family,
        # Counts of the plan's whole town; what is listed in it now is known only where it was listed again.
        **({"candidates": None, "sets_visited": None} if touched else {}),
        "sets_estimated": {name: sets for name, sets in estimates.items() if name in stayed} | candidates.estimates,
        "components": len(touched) + len(kept),
        "components_open": len(candidates.open_components) + len(_searched(plan, kept)),
        "searched": {
            name: {key: value for key, value in notes.items() if key != "seconds"}
            for name, notes in solution.searched.items()
        },
        "touched_components": len(touched),
        "touched_candidates": candidates.count,
        "touched_sets_visited": candidates.sets_visited,
        "kept_from": plan.input_sha256,
    }
