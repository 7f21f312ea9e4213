"""What one goal costs in another: the exact curve of plans that no other plan beats in both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from kurihara_geo.errors import InputError
from kurihara_geo.model.covers import lexicographic_keys, unchain
from kurihara_geo.model.limited import best_within
from kurihara_geo.model.near_best import NearBlock, Point, narrow, pareto_covers, undominated
from kurihara_geo.model.solution import Solution, Stage
from kurihara_geo.plan.arguments import read_plan_at_hand
from kurihara_geo.propose import restate_plan
from kurihara_geo.rules.values import read_whole
from kurihara_geo.studies.arguments import deadline_after, read_argument, read_stage
from kurihara_geo.studies.near_best import stage_holding
from kurihara_geo.studies.taken_apart import TakenApart, judged_stages

if TYPE_CHECKING:
    from kurihara_geo.plan import Plan

__all__ = ["TradeOff", "trade_off"]

_STATES, _STEPS = 200_000, 6_000_000
_MOST_POINTS = 20_000


@dataclass(frozen=True, repr=False)
class TradeOff:
    """The curve between two stages of a plan.

    Parameters
    ----------
    plan
        The plan it was drawn for.
    first, second
        The two stages.
    table
        One row for each point, the lowest ``first`` first: the two stages, ``groups``, ``changed`` (associations whose
        group is another one than in the plan) and ``in_plan``.
    exact
        Whether the curve is exact; else the parts of the town named in ``left_out`` stay as they are in the plan.
    left_out
        Lowest id of each part that was too large to look through, or to look through in time.
    """

    plan: Plan
    first: str
    second: str
    table: pd.DataFrame
    exact: bool
    left_out: tuple[str, ...]
    _groupings: tuple[tuple[tuple[str, ...], ...], ...]

    def at(self, point: int) -> Plan:
        """Make the plan of a point, by its row number in ``table``; it is verified like any other.

        Raises
        ------
        InputError
            If there is no such point.
        """
        last = len(self.table) - 1
        point = read_argument(f"point (0 to {last})", lambda given: read_whole(given, least=None), point)
        if not 0 <= point <= last:
            raise InputError(f"The curve has the points 0 to {last}, not {point}.")
        groups = self._groupings[point]
        apart = TakenApart(self.plan)
        territories = apart.territories()
        values: dict[str, int] = dict.fromkeys((stage.name for stage in self.plan.stages), 0)
        regrouped = _Regrouped(self.plan, groups)
        for territory in territories:
            part = regrouped.priced(territory.left_open())
            for stage, value in part.values(part.chosen).items():
                values[stage] += value
        solution = Solution(
            groups=tuple(sorted(groups)),
            stages=tuple(
                Stage(name=stage.name, value=values[stage.name], bound=None, proven=False) for stage in self.plan.stages
            ),
            solver=self.plan.solution.solver,
            engine=self.plan.solution.engine,
        )
        said = {"trade_off": [self.first, self.second], "point": point}
        return restate_plan(self.plan, self.plan.rules, solution, search=said)

    def __repr__(self) -> str:
        """Give the two ends of the curve; ``table`` has every point."""
        said = "exact" if self.exact else f"not exact: {len(self.left_out)} parts as in the plan"
        columns = [(stage, [int(value) for value in self.table[stage]]) for stage in (self.first, self.second)]
        lines = [
            f"  {point}. " + ", ".join(f"{stage} {values[point]:,}" for stage, values in columns)
            for point in sorted({0, len(self.table) - 1})
        ]
        head = f"<TradeOff of {self.first} and {self.second}: {len(self.table)} points in table, {said}>"
        return "\n".join([head, *lines])

    def _repr_html_(self) -> str:
        """Notebook view: the points, and whether the curve is exact."""
        note = "正確な曲線" if self.exact else f"一部({', '.join(self.left_out)})は元の案のまま"
        return f"{self.table.to_html()}<p>{note}</p>"


class _Regrouped(TakenApart):
    """The plan's town under another grouping."""

    def __init__(self, plan: Plan, groups: tuple[tuple[str, ...], ...]) -> None:
        super().__init__(plan)
        self.__dict__["group_of"] = {name: ids for ids in groups for name in ids}


def trade_off(
    plan: Plan, first: str | None = None, second: str | None = None, *, time_limit_s: float | None = 120.0
) -> TradeOff:
    """Find every pair of values in two stages that no plan beats in both, and a plan for each.

    Parameters
    ----------
    plan
        A plan whose stages are proven.
    first, second
        Two stages of the plan. The stages before the earlier of them keep the plan's values; the others are free. None:
        the stage that counts ``mergers``, alone or among other terms, and the one that counts ``travel``; where there
        is none, or it is the other one, the first and the last stage before the lottery.
    time_limit_s
        Seconds for all of it; parts of the town not looked through by then stay as they are in the plan. None: no
        limit.

    Returns
    -------
    TradeOff
        The curve of the whole city is put together from the curves of its parts, for the stages are sums over them.

    Raises
    ------
    InputError
        If the plan is not proven or has no such stages, or the curve has too many points.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> sample = kg.load_sample()
    >>> town = sample[sample["former_town"] == "一迫"]
    >>> plan = kg.propose_mergers(town, kg.MergeRules(keep_within=["former_school_district"]))
    >>> curve = kg.trade_off(plan, "below_floor", "mergers")
    >>> bool(curve.table["below_floor"].is_monotonic_increasing and curve.table["mergers"].is_monotonic_decreasing)
    True
    """
    deadline = deadline_after(time_limit_s)
    names = [stage.name for stage in read_plan_at_hand(plan).stages]
    if second is not None:
        second = read_stage("second", plan, second)
    first = _default(plan, "mergers", 0, second) if first is None else read_stage("first", plan, first)
    second = _default(plan, "travel", -1, first) if second is None else second
    if first == second:
        raise InputError(f"Name two different stages of the plan ({', '.join(names)}), not {first!r} and {second!r}.")
    if not plan.proven:
        raise InputError("A curve is drawn from a proven plan; this one is not proven. Give it more time or a wall.")
    held = names[: min(names.index(first), names.index(second))]
    apart = TakenApart(plan)
    family = apart.family_holding(len(held))
    curve: list[tuple[int, int, Any]] = [(0, 0, None)]
    left_out = []
    # A large part may take all the time there is; the small ones should not wait for it.
    for territory in sorted(apart.territories(), key=lambda territory: len(territory.units)):
        part = apart.part_in_time(territory, family, deadline)
        if part is None:
            own = apart.priced(territory.left_open())
            left_out.append(min(own.ids))
            values = own.values(own.chosen)
            fronts = [[(values[first], values[second], own.chosen)]]
            members = own.partition.members
        else:
            blocks = narrow(part.partition, part.chosen, held, 0, deadline=deadline)
            fronts = [_front(block, first, second, deadline, left_out) for block in blocks]
            members = part.partition.members
        for front in fronts:
            grouped = [(a, b, tuple(members[number] for number in chosen)) for a, b, chosen in front]
            curve = undominated([(x + a, y + b, (groups, chain)) for x, y, chain in curve for a, b, groups in grouped])
            if len(curve) > _MOST_POINTS:
                raise InputError(f"The curve has more than {_MOST_POINTS:,} points; choose stages with fewer values.")
    return _describe(plan, first, second, curve, left_out)


def _default(plan: Plan, term: str, place: int, other: str | None) -> str:
    """Name the stage that counts a term, else the one at a place, if possible not the other stage of the curve."""
    holding = stage_holding(plan, term)
    if holding is not None and holding[0] != other:
        return holding[0]
    judged = [stage for stage in judged_stages(plan) if stage != other] or judged_stages(plan)
    return judged[place]


def _front(block: NearBlock, first: str, second: str, deadline: float, left_out: list[str]) -> list[Point]:
    """Find the curve of one block; where it has too many plans to look through, it is named and stays as it is."""
    units, groups, local = block.local_groups()
    part, held = block.partition, list(block.limits)
    if len(groups) > len(block.chosen):
        costs = {stage: [part.costs[stage][group] for group in groups] for stage in (*held, first, second)}
        keys = lexicographic_keys([costs[stage] for stage in held]) if held else [0] * len(groups)
        points = list(zip(costs[first], costs[second], strict=True))
        found = pareto_covers(len(units), local, keys, points, deadline=deadline, max_states=_STATES, max_steps=_STEPS)
        if found is not None:
            return [(a, b, tuple(groups[number] for number in chosen)) for a, b, chosen in found]
        front = _step_by_step(block, first, second, deadline)
        if front is not None:
            return front
        left_out.append(min(part.members[unit][0] for unit in block.units))
    return [(part.value(first, block.chosen), part.value(second, block.chosen), block.chosen)]


def _step_by_step(block: NearBlock, first: str, second: str, deadline: float) -> list[Point] | None:
    """Let the solver find the points one after the other: the least ``first``, then the least below each ``second``."""
    partition, units, groups = block.partition, block.units, block.groups
    end = best_within(partition, units, groups, (second, first), limits=block.limits, deadline=deadline)
    front: list[Point] = []
    limits = dict(block.limits)
    while end is not None:
        point = best_within(partition, units, groups, (first, second), limits=limits, deadline=deadline)
        if point is None:
            return None
        front.append((partition.value(first, point), partition.value(second, point), point))
        if front[-1][1] <= partition.value(second, end):
            return front
        limits[second] = front[-1][1] - 1
    return None


def _describe(plan: Plan, first: str, second: str, curve: list[Any], left_out: list[str]) -> TradeOff:
    own = {tuple(ids) for ids in plan.groups["member_ids"]}
    values = {stage.name: stage.value for stage in plan.stages}
    rows, groupings = [], []
    for a, b, chain in curve:
        groups = [ids for few in unchain(chain) for ids in few]
        in_plan = (a, b) == (values[first], values[second])
        groups = list(own) if in_plan else groups
        groupings.append(tuple(sorted(groups)))
        rows.append(
            {
                first: a,
                second: b,
                "groups": len(groups),
                "changed": sum(len(ids) for ids in groups if ids not in own),
                "in_plan": in_plan,
            }
        )
    table = pd.DataFrame(rows, columns=[first, second, "groups", "changed", "in_plan"])
    return TradeOff(plan, first, second, table, not left_out, tuple(sorted(left_out)), tuple(groupings))
