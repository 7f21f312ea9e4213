"""What each rule costs the plan, and which relaxation would free an association that is left below the floor."""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from kurihara_geo import columns
from kurihara_geo.candidates import list_candidates
from kurihara_geo.candidates.constraints import stands
from kurihara_geo.candidates.units import sum_tallies, tally_association
from kurihara_geo.errors import KuriharaGeoError, NotProvenWarning
from kurihara_geo.model.objectives import needs_full_family
from kurihara_geo.model.regroup import regroup
from kurihara_geo.plan.arguments import read_plan_at_hand
from kurihara_geo.rules.relaxing import BARRED_BORDERS, describe_rule, hard_rules, without_rule
from kurihara_geo.studies.arguments import deadline_after
from kurihara_geo.studies.changed_rules import PlanAgain, plan_again
from kurihara_geo.studies.taken_apart import TakenApart, judged_stages

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd

    from kurihara_geo.candidates.enumeration import Territory
    from kurihara_geo.plan import Plan
    from kurihara_geo.rules import MergeRules

__all__ = ["list_relaxations", "price_of_rules", "was_interrupted"]

# One to three members more: beyond that it is no longer the same wish.
_MORE_MEMBERS = (1, 2, 3)
_INTERRUPTED = "interrupted: the price can be higher (中断したため、価格はさらに高いことがあります)"
_NOT_TRIED = "not tried: the work was interrupted (中断したため計算していません)"
_UNSETTLED = "nothing better was found in the time given (時間内に決まりませんでした)"


def price_of_rules(plan: Plan, *, time_limit_s: float | None = 60.0) -> pd.DataFrame:
    """Say what each rule costs the plan: the plan is made again without it.

    Parameters
    ----------
    plan
        The plan at hand.
    time_limit_s
        Seconds for each rule. None: no limit.

    Returns
    -------
    DataFrame
        Index ``rule``, one row for each hard rule that is set, ``together`` and ``barred_borders`` where there are any;
        columns as in ``columns.RULE_PRICES`` and one ``price_STAGE`` for each stage but the lottery: what the plan at
        hand is worse by. Where ``proven`` is False the time was up; the price can then be higher. Prices are empty,
        and ``note`` says why, where nothing better was found in time or there are too many possible groups. Ctrl-C
        stops at the rule at hand: what is done is kept, its price is marked in ``note``, and the rules after it are
        not tried.

    Raises
    ------
    InputError
        If the time limit is no number above 0.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> sample = kg.load_sample()
    >>> town = sample[sample["former_town"] == "一迫"]
    >>> rules = kg.MergeRules(keep_within=["former_school_district"], unchanged=["04213055004"])
    >>> prices = kg.price_of_rules(kg.propose_mergers(town, rules))
    >>> int(prices.loc["unchanged", "price_below_floor"])
    45
    """
    deadline_after(time_limit_s)
    rows: list[dict[str, Any]] = []
    interrupted = False
    for rule, rules, borders in _rules_dropped(read_plan_at_hand(plan)):
        text = {"rule": rule, "ja": describe_rule(plan.rules, rule), "en": describe_rule(plan.rules, rule, "en")}
        again = None if interrupted else _made_again(plan, rules, borders, time_limit_s)
        interrupted = again is None or (isinstance(again, PlanAgain) and again.interrupted)
        rows.append(text | _price(plan, again))
    names = [column.name for column in columns.RULE_PRICES] + [f"price_{stage}" for stage in judged_stages(plan)]
    table = pd.DataFrame(rows, columns=names)
    counts = ["associations_after", "small_after", *(f"price_{stage}" for stage in judged_stages(plan))]
    return table.astype(dict.fromkeys(counts, "Int64")).set_index("rule")


def _rules_dropped(plan: Plan) -> Iterator[tuple[str, MergeRules, gpd.GeoDataFrame]]:
    """Give each rule that is set, with the rules and borders without it."""
    for rule in hard_rules(plan.rules):
        yield rule, without_rule(plan.rules, rule), plan.borders
    if plan.rules.together:
        yield "together", plan.rules.replace(together=()), plan.borders
    if (plan.borders["barred_by"].fillna("") != "").any():
        yield BARRED_BORDERS, plan.rules, plan.borders.assign(barred_by="")


def _made_again(
    plan: Plan, rules: MergeRules, borders: gpd.GeoDataFrame, time_limit_s: float | None
) -> PlanAgain | str | None:
    """Make the plan again; the reason as text where there is none, None where somebody interrupted before there was."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotProvenWarning)
            return plan_again(plan, rules, borders, deadline_after(time_limit_s))
    except KeyboardInterrupt:
        return None
    except KuriharaGeoError as error:
        return getattr(error, "summary", str(error))


def _price(plan: Plan, again: PlanAgain | str | None) -> dict[str, Any]:
    empty = {"proven": False, "associations_after": None, "small_after": None}
    if again is None:
        return empty | {"note": _NOT_TRIED}
    if isinstance(again, str):
        return empty | {"note": again}
    freed = again.plan
    values = {stage.name: stage.value for stage in freed.stages}
    summary = freed.summary()
    if not freed.proven and list(values.values()) > [stage.value for stage in plan.stages]:
        # The plan at hand keeps the looser rules too: whoever finds nothing better has not looked long enough.
        return empty | {"note": _NOT_TRIED if again.interrupted else _UNSETTLED}
    return {
        "proven": freed.proven,
        "note": _INTERRUPTED if again.interrupted else "",
        "associations_after": summary["associations_after"],
        "small_after": summary["small_after"],
        **{
            f"price_{stage.name}": stage.value - values[stage.name]
            for stage in plan.stages
            if stage.name != "tie_break" and stage.name in values
        },
    }


# --- one association --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Relaxation:
    """One way to loosen what the city asks, for one association: the plan's town as it would be then."""

    name: str
    ja: str
    en: str
    loosened: Plan


def list_relaxations(plan: Plan, association_id: str, *, time_limit_s: float | None = 20.0) -> pd.DataFrame:
    """List the ways to loosen one rule that could free an association left below the floor, the cheapest first.

    Each is tried in the association's own part of the town, as if it were loosened for that part only.

    Parameters
    ----------
    plan
        The plan at hand.
    association_id
        The association.
    time_limit_s
        Seconds for each, for listing its groups and choosing among them together. None: no limit.

    Returns
    -------
    DataFrame
        Index ``relaxation``, columns as in ``columns.RELAXATIONS`` and one ``price_STAGE`` for each stage but the
        lottery: what the plan with the relaxation is worse by (negative: better). Those that ``frees`` come first, by
        the smallest loss in the stages in their order. Ctrl-C stops at the one at hand; ``note`` says so there, and
        of those that were not tried.

    Notes
    -----
    Tried are: one to three members more where there is a cap; each other hard rule dropped; for a wall, the association
    counted to the district of each neighbour across it; its barred borders opened.

    Raises
    ------
    InputError
        If the association is not in the plan, or the time limit is no number above 0.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> sample = kg.load_sample()
    >>> town = sample[sample["former_town"] == "一迫"]
    >>> rules = kg.MergeRules(keep_within=["former_school_district"], unchanged=["04213055004"])
    >>> kg.list_relaxations(kg.propose_mergers(town, rules), "04213055004").index[0]
    'unchanged'
    """
    deadline_after(time_limit_s)
    apart = TakenApart(read_plan_at_hand(plan))
    apart.check_known(association_id)
    rows: list[dict[str, Any]] = []
    for each in _relaxations(apart, association_id):
        stopped = bool(rows) and was_interrupted(rows[-1]["note"])
        tried = _NOTHING if stopped else _tried(apart, each.loosened, association_id, deadline_after(time_limit_s))
        rows.append({"relaxation": each.name, "ja": each.ja, "en": each.en} | tried)
    prices = [f"price_{stage}" for stage in judged_stages(plan)]
    names = [column.name for column in columns.RELAXATIONS] + prices
    rows.sort(key=lambda row: (not row["frees"], [row.get(price, 0) for price in prices]))
    table = pd.DataFrame(rows, columns=names)
    return table.astype(dict.fromkeys(prices, "Int64")).set_index("relaxation")


_NOTHING = {"frees": False, "proven": False, "note": _NOT_TRIED}


def was_interrupted(note: str) -> bool:
    """Say whether a note of a price or a relaxation is that somebody interrupted."""
    return note in (_INTERRUPTED, _NOT_TRIED)


def _tried(apart: TakenApart, loosened: Plan, association_id: str, deadline: float) -> dict[str, Any]:
    """Solve what the relaxation touches around the association, and compare it with the plan there."""
    then = TakenApart(loosened)
    rules = loosened.rules
    try:
        touched = _touched(apart.territories(), then.territories(), association_id)
        candidates = list_candidates(
            then.graph,
            rules,
            family="full" if needs_full_family(rules) else "atomic",
            engine="auto",
            within=touched,
            time_limit_s=deadline - time.monotonic(),
        )
        solution = regroup(then.town, candidates, rules, time_limit_s=deadline - time.monotonic())
    except KeyboardInterrupt:
        return _NOTHING
    except KuriharaGeoError as error:
        return {"frees": False, "proven": False, "note": getattr(error, "summary", str(error))}
    before = _values(apart, [t for t in apart.territories() if not touched.isdisjoint(t.units[0].members)])
    after = {stage.name: stage.value for stage in solution.stages}
    group = next(ids for ids in solution.groups if association_id in ids)
    tally = sum_tallies(tally_association(then.graph, name, rules) for name in group)
    return {
        "frees": stands(tally, rules, exempt=False),
        "proven": solution.proven,
        "note": _INTERRUPTED if solution.stopped == "interrupted" else "",
        **{f"price_{stage}": after[stage] - before[stage] for stage in judged_stages(apart.plan)},
    }


def _touched(before: list[Territory], after: list[Territory], association_id: str) -> set[str]:
    """Ids of every part, as it was and as it would be, that hangs together with the association's."""
    parts = [{name for unit in territory.units for name in unit.members} for territory in (*before, *after)]
    touched = {association_id}
    grown = True
    while grown:
        grown = False
        for part in parts:
            if not part.isdisjoint(touched) and not part <= touched:
                touched |= part
                grown = True
    return touched


def _values(apart: TakenApart, territories: list[Territory]) -> dict[str, int]:
    """Measure the plan's stages in some parts of the town."""
    total = dict.fromkeys((stage.name for stage in apart.plan.stages), 0)
    for territory in territories:
        part = apart.priced(territory.left_open())
        for stage, value in part.values(part.chosen).items():
            total[stage] += value
    return total


def _relaxations(apart: TakenApart, association_id: str) -> Iterator[_Relaxation]:
    plan, rules = apart.plan, apart.plan.rules
    for more in _MORE_MEMBERS if rules.max_members is not None else ():
        wider = (rules.max_members or 0) + more
        yield _Relaxation(
            f"max_members:{wider}",
            f"構成自治会の上限を{rules.max_members}から{wider}にする",
            f"let a group have {wider} members instead of {rules.max_members}",
            replace(plan, rules=rules.replace(max_members=wider)),
        )
    for rule in hard_rules(rules):
        if rule != "max_members" and not rule.startswith("keep_within:"):
            yield _Relaxation(
                rule,
                f"「{describe_rule(rules, rule)}」の条件を外す",
                f"drop the rule: {describe_rule(rules, rule, 'en')}",
                replace(plan, rules=without_rule(rules, rule)),
            )
    yield from _counted_elsewhere(apart, association_id)
    yield from _opened(plan, association_id)


def _counted_elsewhere(apart: TakenApart, association_id: str) -> Iterator[_Relaxation]:
    """Count the association to the district of a neighbour across a wall."""
    own = apart.graph.nodes[association_id]["boundaries"]
    for column in apart.plan.rules.keep_within:
        across = {apart.graph.nodes[other]["boundaries"][column] for other in apart.graph[association_id]} - {
            own[column]
        }
        for value in sorted(across):
            associations = apart.plan.associations.copy()
            associations[column] = associations[column].astype(object)
            associations.loc[association_id, column] = value
            yield _Relaxation(
                f"{column}:{value}",
                f"この自治会を{columns.label(column)}「{value}」に含めて考える",
                f"count it to {columns.label(column, lang='en')} {value}",
                replace(apart.plan, associations=associations),
            )


def _opened(plan: Plan, association_id: str) -> Iterator[_Relaxation]:
    barred = plan.borders["barred_by"].fillna("") != ""
    own = barred & ((plan.borders["a"] == association_id) | (plan.borders["b"] == association_id))
    if own.any():
        borders = plan.borders.copy()
        borders.loc[own, "barred_by"] = ""
        yield _Relaxation(
            BARRED_BORDERS,
            "この自治会の、通れないとした境界を通れることにする",
            "open its borders that count as barred",
            replace(plan, borders=borders),
        )
