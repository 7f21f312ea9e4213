"""What else could be done: the next best plans, different ones, how many are as good, how settled each merger is."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import inf, prod
from time import monotonic
from typing import TYPE_CHECKING, Any, overload

import pandas as pd

from kurihara_geo import columns
from kurihara_geo.errors import InputError
from kurihara_geo.model.limited import best_within
from kurihara_geo.model.near_best import NearBlock, best_in_block, count_in_block, narrow
from kurihara_geo.model.solution import Solution, Stage
from kurihara_geo.plan.arguments import read_plan_at_hand
from kurihara_geo.propose import restate_plan
from kurihara_geo.studies.arguments import deadline_after, read_number, read_stage, read_within
from kurihara_geo.studies.taken_apart import TakenApart, judged_stages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kurihara_geo.candidates.enumeration import Family, Territory
    from kurihara_geo.plan import Plan
    from kurihara_geo.studies.taken_apart import Part

__all__ = ["Alternatives", "count_ties", "list_alternatives", "merger_stage", "settledness", "stage_holding"]

# Best covers kept of each block, more where these are not enough; and plans looked at for one that differs enough.
_KEPT, _LOOKED_AT = (60, 600), 50_000
_LOOKED_EVERY = 500
# Plans shown in a shell.
_SHOWN = 5
_STATES, _STEPS = 200_000, 6_000_000


@dataclass(frozen=True, repr=False)
class Alternatives(Sequence["Plan"]):
    """Plans that come next after a plan, best first; a sequence of :class:`~kurihara_geo.plan.Plan`.

    Parameters
    ----------
    plan
        The plan they are alternatives to.
    plans
        The alternatives.
    complete
        Whether the list is proven to be the next best ones.
    left_out
        Lowest id of each part of the town with too many plans to look through, or to look through in time; other plans
        there could come before some of those listed.
    """

    plan: Plan
    plans: tuple[Plan, ...]
    complete: bool
    left_out: tuple[str, ...] = ()

    @overload
    def __getitem__(self, number: int) -> Plan: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Plan]: ...
    def __getitem__(self, number: int | slice) -> Plan | Sequence[Plan]:
        return self.plans[number]

    def __len__(self) -> int:
        return len(self.plans)

    def table(self) -> pd.DataFrame:
        """Give one row for the plan and each alternative: stage values, and associations whose group is another one."""
        rows = [
            {
                "rank": rank,
                **{stage.name: stage.value for stage in plan.stages},
                "groups": len(plan.groups),
                "changed": _difference(self.plan, plan),
            }
            for rank, plan in enumerate([self.plan, *self.plans])
        ]
        return pd.DataFrame(rows).set_index("rank")

    def __repr__(self) -> str:
        """Give the stages of the first plans; ``table()`` has them all."""
        lines = [
            f"  {rank}. " + ", ".join(f"{stage.name} {stage.value:,}" for stage in plan.stages)
            for rank, plan in enumerate(self.plans[:_SHOWN], 1)
        ]
        more = [f"  ... and {len(self) - _SHOWN} more in table()"] if len(self) > _SHOWN else []
        return "\n".join([f"<Alternatives: {len(self)} plans, complete: {self.complete}>", *lines, *more])

    def _repr_html_(self) -> str:
        """Notebook view: the table, and whether it is complete."""
        where = f"({', '.join(self.left_out)})" if self.left_out else ""
        note = "次に良い案であることを証明済み" if self.complete else f"すべての案を調べてはいません{where}"
        return f"{self.table().to_html()}<p>{note}</p>"


def list_alternatives(
    plan: Plan,
    count: int = 5,
    *,
    within: Mapping[str, int] | None = None,
    min_difference: int = 2,
    time_limit_s: float | None = 60.0,
) -> Alternatives:
    """List the next best plans, or the best ones that differ enough from the plan and from each other.

    Parameters
    ----------
    plan
        A plan whose stages are proven.
    count
        How many to list.
    within
        Stage -> how much worse an alternative may be there; in the stages before it must be as good as the plan. Only
        one stage may be named. None: as good in all stages up to the one that counts ``mergers`` if there are enough
        such plans, else one merger more, and so on up to three.
    min_difference
        Associations whose group must be another one than in the plan and in each alternative before.
    time_limit_s
        Seconds for all of it; parts of the town that were not looked through by then are named in ``left_out``. None:
        no limit.

    Returns
    -------
    Alternatives
        Best first, compared stage by stage in the plan's order. Each is a verified plan; none is marked proven, for the
        plan itself is better or equal.

    Raises
    ------
    InputError
        If the plan is not proven, ``within`` names no stage of the plan or several, or a number cannot be used.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> sample = kg.load_sample()
    >>> town = sample[sample["former_town"] == "一迫"]
    >>> plan = kg.propose_mergers(town, kg.MergeRules(keep_within=["former_school_district"]))
    >>> alternatives = kg.list_alternatives(plan, count=2)
    >>> [int(count) for count in alternatives.table()["mergers"]], alternatives.complete
    ([7, 7, 7], True)
    """
    deadline = deadline_after(time_limit_s)
    count, min_difference = read_number("count", count), read_number("min_difference", min_difference)
    _require_proof(plan)
    levels = [read_within(plan, within)] if within is not None else _levels(plan)
    town = _NearTown(plan, deadline)
    found: list[_Way] = []
    left_out: set[str] = set()
    complete = True
    for stages, slack in levels:
        before = found
        pick = partial(_pick, plan=plan, count=count, min_difference=min_difference, slack=slack, stage=stages[-1])
        found, complete, left_out = _next_ways(town, stages, slack, count, pick)
        if town.late and found[: len(before)] != before:
            # The narrower circle was looked through; what is in it comes first.
            found, complete = before, False
        if len(found) >= count:
            break
        if town.late and (stages, slack) != levels[-1]:
            left_out, complete = set(town.open_parts), False
            break
    plans = tuple(_restate(plan, way, rank) for rank, way in enumerate(found, 1))
    return Alternatives(plan, plans, complete=complete and not left_out, left_out=tuple(sorted(left_out)))


def _next_ways(
    town: _NearTown,
    stages: tuple[str, ...],
    slack: int,
    count: int,
    pick: Callable[..., tuple[list[_Way], bool]],
) -> tuple[list[_Way], bool, set[str]]:
    """Find the next ways in one circle; whether none was passed over in picking, and which parts were left out."""
    parts: list[_NearPart] = []
    lists: list[list[_Way]] = []
    cut: list[_Cut] = []
    large: list[NearBlock] = []
    for part in town.parts(stages, slack, other_family=True):
        parts.append(part)
        new_lists, new_cut, new_large = _ways(part.blocks, _KEPT[0], town.deadline)
        lists += new_lists
        cut += new_cut
        large += new_large
    found, complete = pick(_in_order(sorted(lists)), deadline=town.deadline)
    for kept in _KEPT[1:]:
        if complete and not _beyond(cut, found, count):
            break
        looked_at = _ways([block for part in parts for block in part.blocks], kept, town.deadline)
        if town.late:
            break
        lists, cut, large = looked_at
        found, complete = pick(_in_order(lists), deadline=town.deadline)
    if large:
        more, cut_there = _ways_from_solver(town.apart.plan, large, found, count, town.deadline)
        found, complete = pick(_in_order(sorted([*lists, *more])), deadline=town.deadline)
        cut = [*cut, *cut_there]
    left_out = {_lowest_id(block) for block in _beyond(cut, found, count)}
    return found, complete, left_out | {min(part.ids) for part in parts if not part.listed}


def count_ties(plan: Plan, *, through: str | None = None, time_limit_s: float | None = 60.0) -> pd.DataFrame:
    """Count the plans that are as good as a plan in the stages up to one, part by part where that is cheap.

    Parameters
    ----------
    plan
        A plan whose stages are proven.
    through
        The last stage in which they are as good. None: the one that counts ``mergers``, alone or among other terms; the
        first where none does.
    time_limit_s
        Seconds for all of it; parts of the town not counted by then have no number. None: no limit.

    Returns
    -------
    DataFrame
        Index ``part_id``, the lowest id of a part of the town that cannot influence the others; columns as in
        ``columns.TIES``. ``plans`` is empty where there are too many to count. The numbers multiply to the city's.

    Raises
    ------
    InputError
        If the plan is not proven, or has no such stage, or the time limit is no number above 0.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> sample = kg.load_sample()
    >>> town = sample[sample["former_town"] == "一迫"]
    >>> plan = kg.propose_mergers(town, kg.MergeRules(keep_within=["former_school_district"]))
    >>> int(kg.count_ties(plan)["plans"].prod())
    20
    """
    deadline = deadline_after(time_limit_s)
    _require_proof(plan)
    last = merger_stage(plan)[0] if through is None else read_stage("through", plan, through)
    stages, slack = read_within(plan, {last: 0})
    town = _NearTown(plan, deadline)
    rows = []
    for part in town.parts(stages, slack):
        counts = [town.count(block) for block in part.blocks] if part.listed else [None]
        known = [sum(count.values()) for count in counts if count is not None]
        rows.append(
            {
                "part_id": min(part.ids),
                "name": town.apart.graph.nodes[min(part.ids)]["name"],
                "member_count": len(part.ids),
                "plans": prod(known) if len(known) == len(counts) else None,
                "blocks": len(counts),
            }
        )
    table = pd.DataFrame(rows, columns=[column.name for column in columns.TIES], dtype=object)
    return table.astype({"member_count": "int64", "blocks": "int64"}).set_index("part_id").sort_index()


def settledness(
    plan: Plan, *, within: Mapping[str, int] | None = None, time_limit_s: float | None = 60.0
) -> pd.DataFrame:
    """Say how settled each merger is: the share of near-best plans that contain the very same group.

    Parameters
    ----------
    plan
        A plan whose stages are proven.
    within
        Stage -> how much worse a near-best plan may be there; before that it is as good as the plan. None: as good in
        all stages up to the one that counts ``mergers``.
    time_limit_s
        Seconds for all of it; mergers whose part of the town was not counted by then have no share. None: no limit.

    Returns
    -------
    DataFrame
        Index ``group_id`` for each merged group; columns as in ``columns.SETTLEDNESS``. ``share`` is 1 where every
        near-best plan of its part of the town has the group, and empty where they are too many to count.

    Raises
    ------
    InputError
        If the plan is not proven, ``within`` names no stage of the plan or several, or a number cannot be used.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> sample = kg.load_sample()
    >>> town = sample[sample["former_town"] == "一迫"]
    >>> plan = kg.propose_mergers(town, kg.MergeRules(keep_within=["former_school_district"]))
    >>> float(kg.settledness(plan).loc["04213056001", "share"])
    0.1
    """
    deadline = deadline_after(time_limit_s)
    _require_proof(plan)
    stages, slack = read_within(plan, {merger_stage(plan)[0]: 0} if within is None else within)
    town = _NearTown(plan, deadline)
    rows = [row for part in town.parts(stages, slack) for row in _settled_rows(town, part, slack)]
    names = plan.groups["name"].to_dict()
    for row in rows:
        row["name"] = names[row["group_id"]]
    table = pd.DataFrame(rows, columns=[column.name for column in columns.SETTLEDNESS], dtype=object)
    return table.astype({"share": "Float64"}).set_index("group_id").sort_index()


def _settled_rows(town: _NearTown, part: _NearPart, slack: int) -> list[dict[str, Any]]:
    if not part.listed:
        groups = sorted({town.apart.group_of[name] for name in part.ids})
        return [{"group_id": ids[0], "member_ids": ids, "share": None, "plans": None} for ids in groups if ids[1:]]
    totals = [town.count(block) for block in part.blocks]
    rows = []
    for number, block in enumerate(part.blocks):
        others = [total for place, total in enumerate(totals) if place != number] if slack else []
        everything = _convolved([totals[number], *others], slack)
        for group in block.chosen:
            members = block.partition.members[group]
            if len(members) == 1:
                continue
            with_it = town.count(block, group) if everything else None
            having = _convolved([with_it, *others], slack)
            share = having / everything if everything and having is not None else None
            rows.append({"group_id": members[0], "member_ids": members, "share": share, "plans": everything})
    return rows


def _convolved(counts: list[dict[int, int] | None], slack: int) -> int | None:
    """Count the ways to choose one cover in each block so that all together stay within the slack."""
    total: dict[int, int] = {0: 1}
    for count in counts:
        if count is None:
            return None
        grown: dict[int, int] = {}
        for a, ways in total.items():
            for b, more in count.items():
                if a + b <= slack:
                    grown[a + b] = grown.get(a + b, 0) + ways * more
        total = grown
    return sum(total.values())


def _require_proof(plan: Plan) -> None:
    if not read_plan_at_hand(plan).proven:
        raise InputError(
            "Alternatives, ties and settledness are measured against a proven plan; this one is not proven. "
            "Give it more time, a wall or a cap."
        )


def stage_holding(plan: Plan, term: str) -> tuple[str, int] | None:
    """Give the stage that counts a term, alone or in a weighted sum, and the term's weight there; None without one."""
    return next(((stage.name, stage.weights[term]) for stage in plan.rules.stages if term in stage.weights), None)


def merger_stage(plan: Plan) -> tuple[str, int]:
    """Give the stage that counts the mergers, and what one more costs there; without one the first stage, and 1."""
    name, weight = stage_holding(plan, "mergers") or (judged_stages(plan)[0], 1)
    return name, max(1, weight)


def _levels(plan: Plan) -> list[tuple[tuple[str, ...], int]]:
    """Widen the circle step by step: as good up to the stage of the mergers, then one merger more, two, three."""
    stage, weight = merger_stage(plan)
    return [read_within(plan, {stage: weight * more}) for more in range(4)]


@dataclass(frozen=True)
class _NearPart:
    """A part of the town: its associations, its blocks, and whether all groups near-best plans could use are listed."""

    ids: tuple[str, ...]
    blocks: tuple[NearBlock, ...]
    listed: bool


class _NearTown:
    """A plan's town, part by part, narrowed to what near-best plans can use until a deadline."""

    def __init__(self, plan: Plan, deadline: float) -> None:
        self.apart = TakenApart(plan)
        self.deadline = deadline
        # A large part may take all the time there is; the small ones should not wait for it.
        self._territories = sorted(self.apart.territories(), key=lambda territory: len(territory.units))
        self._listed: dict[tuple[int, Family], Part | None] = {}

    @property
    def late(self) -> bool:
        """Whether the time is up."""
        return monotonic() >= self.deadline

    @property
    def open_parts(self) -> list[str]:
        """Lowest id of each part that is more than one unit."""
        return [min(_ids(territory)) for territory in self._territories if len(territory.units) > 1]

    def parts(self, stages: tuple[str, ...], slack: int, *, other_family: bool = False) -> Iterator[_NearPart]:
        """Narrow every part to plans as good in some stages, with a slack in the last of them.

        ``other_family``: look at atomic groups where there are too many of all, though more than these are near-best.
        """
        needed = self.apart.family_holding(len(stages) - bool(slack))
        for number, territory in enumerate(self._territories):
            part = self._part(number, needed)
            listed = part is not None
            if part is None and other_family:
                part = self._part(number, "atomic")
            blocks = () if part is None else narrow(part.partition, part.chosen, stages, slack, deadline=self.deadline)
            yield _NearPart(_ids(territory), tuple(blocks), listed)

    def _part(self, number: int, family: Family) -> Part | None:
        if (number, family) not in self._listed:
            part = self.apart.part_in_time(self._territories[number], family, self.deadline)
            self._listed[number, family] = part
        return self._listed[number, family]

    def count(self, block: NearBlock, forced: int | None = None) -> dict[int, int] | None:
        """Count the near-best covers of a block; None where they are too many, or the time is up."""
        deadline = self.deadline if len(block.groups) > len(block.chosen) else inf
        return count_in_block(block, forced, deadline=deadline, max_states=_STATES, max_steps=_STEPS)


def _ids(territory: Territory) -> tuple[str, ...]:
    return tuple(name for unit in territory.units for name in unit.members)


# --- the next best plans --------------------------------------------------------------------------------------------


@dataclass(frozen=True, order=True)
class _Way:
    """Another choice in some blocks: what it is worse by in every stage, and the groups that come and go."""

    excess: tuple[int, ...]
    new: tuple[tuple[str, ...], ...] = ()
    old: tuple[tuple[str, ...], ...] = field(default=(), compare=False)

    def plus(self, other: _Way) -> _Way:
        excess = tuple(a + b for a, b in zip(self.excess, other.excess, strict=True))
        return _Way(excess, tuple(sorted(self.new + other.new)), tuple(sorted(self.old + other.old)))


_Cut = tuple[NearBlock, tuple[int, ...]]
"""A block whose list of choices ends early, and what the last of them is worse by."""


def _ways(
    blocks: Sequence[NearBlock], kept: int, deadline: float
) -> tuple[list[list[_Way]], list[_Cut], list[NearBlock]]:
    """List for each block the choices after the plan's own, best first; where lists end; and blocks with too many."""
    lists, cut, large = [], [], []
    # What is carried along is so many states times so many covers.
    share = kept // _KEPT[0]
    for block in blocks:
        if len(block.groups) == len(block.chosen):
            continue
        most = kept
        covers = best_in_block(block, most, deadline=deadline, max_states=_STATES // share, max_steps=_STEPS // share)
        if covers is None and share > 1:
            most = _KEPT[0]
            covers = best_in_block(block, most, deadline=deadline, max_states=_STATES, max_steps=_STEPS)
        if covers is None:
            large.append(block)
            continue
        ways = sorted(_way(block, cover) for cover in covers if set(cover) != set(block.chosen))
        if ways:
            lists.append(ways)
            if len(covers) == most:
                cut.append((block, ways[-1].excess))
    return sorted(lists), cut, large


def _beyond(cut: list[_Cut], found: list[_Way], count: int) -> list[NearBlock]:
    """Name the blocks whose choices not listed could come before the last plan found, or be among those missing."""
    return [block for block, last in cut if len(found) < count or last < found[-1].excess]


def _ways_from_solver(
    plan: Plan, large: list[NearBlock], found: list[_Way], count: int, deadline: float
) -> tuple[list[list[_Way]], list[_Cut]]:
    """Let the solver find the next choices of blocks with too many, one after the other, up to the last way found."""
    names = [stage.name for stage in plan.stages]
    lists, cut = [], []
    for block in large:
        ways: list[_Way] = []
        covers = [block.chosen]
        last = names[len(block.limits) - 1]
        held = block.limits[last] == block.partition.value(last, block.chosen)
        # Without slack the last limited stage has one value only.
        order = names[len(block.limits) - (not held) :] or [last]
        while len(ways) < count and not (len(found) >= count and ways and ways[-1].excess > found[-1].excess):
            cover = best_within(
                block.partition, block.units, block.groups, order, limits=block.limits, known=covers, deadline=deadline
            )
            if cover is None:
                break
            covers.append(cover)
            ways.append(_way(block, cover))
        cut.append((block, ways[-1].excess if ways else (0,) * len(names)))
        if ways:
            lists.append(ways)
    return lists, cut


def _lowest_id(block: NearBlock) -> str:
    return min(block.partition.members[unit][0] for unit in block.units)


def _way(block: NearBlock, cover: tuple[int, ...]) -> _Way:
    members = block.partition.members
    new = tuple(sorted(members[group] for group in set(cover) - set(block.chosen)))
    old = tuple(sorted(members[group] for group in set(block.chosen) - set(cover)))
    return _Way(tuple(block.excess(cover).values()), new, old)


def _in_order(lists: list[list[_Way]]) -> Iterator[_Way]:
    """Yield every combination of choices in different blocks, the least excess first.

    Blocks are sorted by their best choice. From a combination whose last block is b at choice c follow: c + 1 in b;
    block b + 1 at its first choice as well; and, if c is the first, block b + 1 in its place.
    """
    if not lists:
        return
    nothing = _Way((0,) * len(lists[0][0].excess))
    heap = [(lists[0][0], 0, 0, 0, nothing)]
    pushed = 1
    while heap:
        way, _, block, choice, before = heapq.heappop(heap)
        yield way
        following = []
        if choice + 1 < len(lists[block]):
            following.append((before, block, choice + 1))
        if block + 1 < len(lists):
            following.append((way, block + 1, 0))
            if choice == 0:
                following.append((before, block + 1, 0))
        for base, next_block, next_choice in following:
            heapq.heappush(heap, (base.plus(lists[next_block][next_choice]), pushed, next_block, next_choice, base))
            pushed += 1


def _pick(
    ways: Iterator[_Way], *, plan: Plan, count: int, min_difference: int, slack: int, stage: str, deadline: float
) -> tuple[list[_Way], bool]:
    """Take the first ways that stay within the slack and differ enough from the plan and from those taken.

    The second value is False where so many were looked at that some further one could be missing.
    """
    place = [each.name for each in plan.stages].index(stage)
    taken: list[_Way] = []
    for number, way in enumerate(ways):
        # The ways are as good as the plan before this stage, and come in order.
        if len(taken) >= count or way.excess[place] > slack:
            break
        if number >= _LOOKED_AT or (number % _LOOKED_EVERY == _LOOKED_EVERY - 1 and monotonic() >= deadline):
            return taken, False
        if all(_apart(way, other) >= min_difference for other in [_Way(way.excess), *taken]):
            taken.append(way)
    return taken, True


def _apart(a: _Way, b: _Way) -> int:
    """Associations that are in another group in one than in the other."""
    ours, theirs = set(a.new), set(b.new)
    of_a = {name: ids for ids in ours for name in ids}
    of_b = {name: ids for ids in theirs for name in ids}
    return sum(1 for name in of_a.keys() | of_b.keys() if of_a.get(name) != of_b.get(name))


def _restate(plan: Plan, way: _Way, rank: int) -> Plan:
    gone = set(way.old)
    kept = [tuple(ids) for ids in plan.groups["member_ids"] if tuple(ids) not in gone]
    # A bound holds where the stages before have the values they were fixed at.
    same = next((place for place, more in enumerate(way.excess) if more), len(way.excess))
    stages = tuple(
        Stage(name=stage.name, value=stage.value + more, bound=stage.bound if place <= same else None, proven=False)
        for place, (stage, more) in enumerate(zip(plan.stages, way.excess, strict=True))
    )
    solution = Solution(
        groups=tuple(sorted([*kept, *way.new])),
        stages=stages,
        solver=plan.solution.solver,
        engine=plan.solution.engine,
    )
    return restate_plan(plan, plan.rules, solution, search={"alternative": rank, "alternative_to": plan.input_sha256})


def _difference(a: Plan, b: Plan) -> int:
    first = {name: tuple(ids) for ids in a.groups["member_ids"] for name in ids}
    second = {name: tuple(ids) for ids in b.groups["member_ids"] for name in ids}
    return sum(first[name] != second[name] for name in first)
