"""Every partner an association could have, each with its price to the whole city."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from kurihara_geo import columns
from kurihara_geo.candidates import find_blocking_rules
from kurihara_geo.errors import TooManyCandidatesError
from kurihara_geo.model.covers import lexicographic_keys
from kurihara_geo.model.option_covers import best_with_each
from kurihara_geo.plan.arguments import read_plan_at_hand
from kurihara_geo.studies.arguments import deadline_after
from kurihara_geo.studies.exact_prices import find_exact_covers
from kurihara_geo.studies.taken_apart import Part, TakenApart, judged_stages

if TYPE_CHECKING:
    from kurihara_geo.candidates.enumeration import Territory
    from kurihara_geo.model.covers import Cover
    from kurihara_geo.plan import Plan

__all__ = ["options_for", "price_columns"]

# Where the whole part of the town has too many plans, groups around the association are planned anew: so many units.
_NEARBY = (20, 14)
# Connected sets and ways to look at before turning to what is nearby: a second or two.
_MOST_SETS, _MOST_STEPS = 500_000, 700_000


def price_columns(plan: Plan) -> list[str]:
    """Name the price columns of :func:`options_for`: one for each stage but the lottery."""
    return [f"price_{stage}" for stage in judged_stages(plan)]


def options_for(plan: Plan, association_id: str, *, time_limit_s: float | None = 0.6) -> pd.DataFrame:
    """List every partner an association could have, each with the price to the whole city.

    For each partner the best plan in which the two share a group is found; its price is what that plan is worse by,
    stage by stage, than the plan at hand.

    Parameters
    ----------
    plan
        The plan at hand.
    association_id
        An inhabited association of the plan.
    time_limit_s
        Seconds for the solver, which finds the exact prices of neighbours where the part of the town has too many plans
        to look through, up to 40 associations; prices it does not find in time stay upper bounds. None: no limit.

    Returns
    -------
    DataFrame
        Index ``partner_id``, columns as in ``columns.OPTIONS`` and one ``price_STAGE`` for each stage; the row of the
        association itself stands for leaving it as it is. Cheapest first; neighbours that cannot be partners come last,
        with the rules that forbid it in ``blocked_by``. ``exact`` is False where only the groups around were planned
        anew, and the price was not found exactly in time: the true one can then be lower.

    Raises
    ------
    InputError
        If the association is not in the plan, or the time limit is no number above 0.
    TooManyCandidatesError
        If there are too many possible groups even around the association.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> sample = kg.load_sample()
    >>> town = sample[sample["former_town"] == "一迫"]
    >>> plan = kg.propose_mergers(town, kg.MergeRules(keep_within=["former_school_district"]))
    >>> options = kg.options_for(plan, "04213056001")
    >>> str(options.loc["04213056007", "name"]), int(options.loc["04213056007", "price_travel"])
    ('一迫片子沢六百刈', 9790)
    """
    deadline = deadline_after(time_limit_s)
    apart = TakenApart(read_plan_at_hand(plan))
    apart.check_known(association_id)
    part, covers, exact = _covers(apart, association_id)
    rows = _partner_rows(apart, part, covers, association_id, exact=exact)
    if not exact:
        rows = _priced_exactly(apart, rows, association_id, deadline)
    rows += _blocked_rows(apart, association_id, {row["partner_id"] for row in rows})
    names = [column.name for column in columns.OPTIONS] + price_columns(plan)
    table = pd.DataFrame(rows, columns=names)
    table = table.astype(
        dict.fromkeys(["group_households", "changed", "changed_households", *price_columns(plan)], "Int64")
    )
    return table.set_index("partner_id")


def _covers(apart: TakenApart, association_id: str) -> tuple[Part, dict[int, Cover], bool]:
    """Find the best plan with each group the association could be in: of its whole part of the town, else around it."""
    (territory,) = apart.territories(within=[association_id])
    rooted = territory.rooted_at(association_id)
    tries = [rooted, *(_around(apart, rooted, size) for size in _NEARBY if size < len(rooted.units))]
    for number, tried in enumerate(tries):
        if number == 0 and len(tried.units) > 3 * _NEARBY[0]:
            continue
        try:
            part = apart.options_part(tried, max_sets=_MOST_SETS)
        except TooManyCandidatesError:
            continue
        keys = lexicographic_keys(list(part.partition.costs.values()))
        covers = best_with_each(part.partition.unit_count, part.partition.groups, keys, max_steps=_MOST_STEPS)
        if covers is not None:
            return part, covers, number == 0
    tried = _around(apart, rooted, 1)
    part = apart.options_part(tried)
    keys = lexicographic_keys(list(part.partition.costs.values()))
    covers = best_with_each(
        part.partition.unit_count, part.partition.groups, keys, max_states=10_000_000, max_steps=50_000_000
    )
    return part, covers or {}, False


def _around(apart: TakenApart, rooted: Territory, most: int) -> Territory:
    """Take whole groups of the plan, the nearest first, up to so many units; the first one always."""
    position = {name: number for number, unit in enumerate(rooted.units) for name in unit.members}
    taken: dict[int, None] = {}
    for number, unit in enumerate(rooted.units):
        if number in taken:
            continue
        group = dict.fromkeys(position[name] for name in apart.group_of[unit.members[0]])
        if taken and len(taken) + len(group) > most:
            continue
        taken |= group
    return rooted.only(sorted(taken))


def _partner_rows(
    apart: TakenApart, part: Part, covers: dict[int, Cover], association_id: str, *, exact: bool
) -> list[dict[str, Any]]:
    """Keep for each partner the cheapest plan that has it in the group, and for the association the one alone."""
    own = part.component.units[0].members
    cheapest: dict[str, int] = {}
    for group in sorted(covers, key=lambda number: (covers[number].key, number)):
        members = part.partition.members[group]
        for name in members:
            if name != association_id or members == own:
                cheapest.setdefault(name, group)
    ordered = sorted(
        cheapest.items(),
        key=lambda item: (covers[item[1]].key, item[0] not in apart.group_of[association_id], item[0]),
    )
    return [
        _priced_row(apart, part, association_id, partner, tuple(covers[group].groups), exact=exact)
        for partner, group in ordered
    ]


def _priced_row(
    apart: TakenApart, part: Part, association_id: str, partner: str, cover: tuple[int, ...], *, exact: bool
) -> dict[str, Any]:
    """Describe a plan of the part as the one in which the two share a group."""
    now, nodes = apart.group_of[association_id], apart.graph.nodes
    after = {part.partition.members[number] for number in cover}
    changed = [name for ids in after - {part.partition.members[number] for number in part.chosen} for name in ids]
    ids = next(ids for ids in after if association_id in ids)
    alone = partner == association_id and now == ids
    values, base = part.values(cover), part.values(part.chosen)
    return _row(apart, partner) | {
        "in_plan": alone or (partner != association_id and partner in now),
        "group_ids": ids,
        "group_names": tuple(nodes[name]["name"] for name in ids),
        "group_households": sum(nodes[name]["households"] for name in ids),
        "changed": len(changed),
        "changed_households": sum(nodes[name]["households"] for name in changed),
        "exact": exact,
        "blocked_by": (),
        **{f"price_{stage}": values[stage] - base[stage] for stage in judged_stages(apart.plan)},
    }


def _priced_exactly(
    apart: TakenApart, rows: list[dict[str, Any]], association_id: str, deadline: float
) -> list[dict[str, Any]]:
    """Let the solver find the exact prices of the neighbours, as many as there is time for, the cheapest first."""
    prices = price_columns(apart.plan)
    known = {row["partner_id"]: row[prices[0]] for row in rows if row["partner_id"] in apart.graph[association_id]}
    enough = known | {name: None for name in sorted(apart.graph[association_id]) if name not in known}
    (territory,) = apart.territories(within=[association_id])
    found = find_exact_covers(
        apart, territory.rooted_at(association_id), enough, max_sets=_MOST_SETS, deadline=deadline
    )
    if found is None:
        return rows
    part, covers = found
    exact = [_priced_row(apart, part, association_id, partner, cover, exact=True) for partner, cover in covers.items()]
    # The sort keeps the order of equal prices: partners in the plan first.
    joined = [*exact, *(row for row in rows if row["partner_id"] not in covers)]
    return sorted(joined, key=lambda row: ([row[price] for price in prices], not row["in_plan"], row["partner_id"]))


def _blocked_rows(apart: TakenApart, association_id: str, known: set[str]) -> list[dict[str, Any]]:
    """List the neighbours without a price: those that cannot be partners, with a minimal set of rules that forbids it.

    Where no rule forbids it, or that was not settled, the price was not looked for far enough.
    """
    barred = {pair for pair in apart.graph.graph["barred"] if association_id in pair}
    beside = {*apart.graph[association_id], *(name for pair in barred for name in pair)} - {association_id}
    rows = []
    for partner in sorted(beside - known):
        blocking = find_blocking_rules(
            apart.graph, apart.plan.rules, [association_id], partner=partner, max_sets=50_000
        )
        rows.append(
            _row(apart, partner)
            | {
                "in_plan": False,
                "group_ids": (),
                "group_names": (),
                "group_households": None,
                "changed": None,
                "changed_households": None,
                "exact": bool(blocking),
                "blocked_by": blocking or (),
                **dict.fromkeys(price_columns(apart.plan)),
            }
        )
    return rows


def _row(apart: TakenApart, partner: str) -> dict[str, Any]:
    node = apart.graph.nodes[partner]
    return {"partner_id": partner, "name": node["name"], "households": node["households"]}
