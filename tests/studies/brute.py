"""Random small towns with every plan they allow, and the sums over them that the studies are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import TYPE_CHECKING

import networkx as nx

import kurihara_geo as kg
from kurihara_geo.model.objectives import tie_break_draw
from kurihara_geo.model.solution import Stage
from kurihara_geo.studies.taken_apart import TakenApart
from tests.oracle import PricedPlan, all_plans, stage_names
from tests.plans import plan_by_hand
from tests.strategies import Case, random_case
from tests.towns import exact_borders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import geopandas as gpd

    from kurihara_geo.plan import Plan
    from kurihara_geo.rules import MergeRules

__all__ = [
    "Groups",
    "Solved",
    "difference",
    "groups_of",
    "merged_of",
    "own_groups",
    "prices_of",
    "propose",
    "solve_drawn",
    "solved_town",
    "towns_with_a_choice",
    "unproven",
]

Groups = frozenset[frozenset[str]]
# Towns with fewer plans leave nothing to study; towns with more take long.
_FEWEST, _MOST = 5, 500
_MOST_UNITS = 8


@dataclass(frozen=True)
class Solved:
    """A town, its best plan, and every legal plan with its prices, best first."""

    case: Case
    plan: Plan
    plans: tuple[PricedPlan, ...]

    @property
    def stages(self) -> tuple[str, ...]:
        """Names of the stages in order."""
        return stage_names(self.case.rules)

    @property
    def best(self) -> tuple[int, ...]:
        """What the best plan costs, stage by stage."""
        return self.plans[0].prices

    def near_best(self, stage: str, slack: int = 0) -> list[PricedPlan]:
        """List the plans as good as the best before a stage, and at most so much worse in it; the plan among them."""
        place = self.stages.index(stage)
        return [
            each
            for each in self.plans
            if each.prices[:place] == self.best[:place] and each.prices[place] <= self.best[place] + slack
        ]

    def parts(self) -> list[frozenset[str]]:
        """Give the ids of each part of the town that no border the rules leave open joins to another."""
        return [
            frozenset(name for unit in territory.units for name in unit.members)
            for territory in TakenApart(self.plan).territories()
        ]

    def only_changed_in(self, part: frozenset[str], plans: Iterable[PricedPlan]) -> list[PricedPlan]:
        """Keep the plans that are the best one everywhere else: one for each way to group the part."""
        elsewhere = {ids for ids in groups_of(self.plan) if not ids & part}
        return [each for each in plans if {ids for ids in each.groups if not ids & part} == elsewhere]

    def best_where(self, holds: Callable[[Groups], bool]) -> PricedPlan | None:
        """Find the best plan whose groups pass a test; None where no plan does."""
        return next((each for each in self.plans if holds(each.groups)), None)


def propose(case: Case, rules: MergeRules | None = None, borders: gpd.GeoDataFrame | None = None) -> Plan:
    """Make the plan of a case, perhaps with other rules or borders."""
    return kg.propose_mergers(
        case.associations,
        case.rules if rules is None else rules,
        borders=case.borders if borders is None else borders,
        halls=case.halls,
    )


def _solve(case: Case) -> Solved:
    plans = all_plans(case.associations, case.borders, case.rules, tie_break_draw, case.halls)
    return Solved(case, propose(case), tuple(plans))


def solve_drawn(associations: gpd.GeoDataFrame, borders: gpd.GeoDataFrame | None = None, **rules: object) -> Solved:
    """Solve a town drawn by hand, its borders found the slow way unless they are given."""
    return _solve(
        Case(associations, exact_borders(associations) if borders is None else borders, kg.MergeRules(**rules))
    )


@cache
def _seeds_with_a_choice() -> Iterator[int]:
    """Go on through the seeds from wherever the last test stopped."""
    return (seed for seed in count() if _FEWEST <= _plan_count(random_case(seed, max_units=_MOST_UNITS)) <= _MOST)


def _plan_count(case: Case) -> int:
    return len(all_plans(case.associations, case.borders, case.rules, tie_break_draw, case.halls))


_found: list[int] = []


def towns_with_a_choice(how_many: int = 60) -> Sequence[int]:
    """Give the first seeds of :func:`tests.strategies.random_case` whose towns allow several plans, not too many."""
    while len(_found) < how_many:
        _found.append(next(_seeds_with_a_choice()))
    return _found[:how_many]


@cache
def solved_town(seed: int) -> Solved:
    """Solve the town of a seed, once for all tests of a file."""
    return _solve(random_case(seed, max_units=_MOST_UNITS))


def stage_of_mergers(solved: Solved) -> tuple[str, int]:
    """Give the stage that holds ``mergers`` and what one merger weighs there; without one the first stage, and 1."""
    for stage in solved.plan.rules.stages:
        if "mergers" in stage.weights:
            return stage.name, max(1, stage.weights["mergers"])
    return solved.stages[0], 1


def groups_of(plan: Plan) -> Groups:
    """Give the groups as sets of ids."""
    return frozenset(frozenset(ids) for ids in plan.groups["member_ids"])


def merged_of(plan: Plan) -> set[str]:
    """Give the groups of two or more, each as its ids joined by a blank."""
    return {" ".join(ids) for ids in plan.groups["member_ids"] if len(ids) > 1}


def prices_of(plan: Plan) -> tuple[int, ...]:
    """Give the stage values in order."""
    return tuple(stage.value for stage in plan.stages)


def difference(a: Groups, b: Groups) -> int:
    """Count the associations whose group is another one."""
    return sum(len(ids) for ids in a - b)


def own_groups(rules: MergeRules, name: str) -> frozenset[str]:
    """Give an association with all that ``together`` binds to it: what is left alone when it is left as it is."""
    bound: nx.Graph[str] = nx.Graph([pair for ids in rules.together for pair in nx.utils.pairwise(ids)])
    return frozenset(nx.node_connected_component(bound, name)) if name in bound else frozenset({name})


def unproven(associations: gpd.GeoDataFrame, *groups: tuple[str, ...], **rules: object) -> Plan:
    """Make a plan by hand, everybody alone unless groups are given, whose lottery nobody proved."""
    borders = exact_borders(associations)
    alone = [(str(name),) for name in associations.index if not any(name in ids for ids in groups)]
    drawn = plan_by_hand(associations, borders, kg.MergeRules(**rules), sorted([*groups, *alone]))
    last = drawn.stages[-1]
    open_stage = Stage(name=last.name, value=last.value, bound=None, proven=False)
    return plan_by_hand(
        associations, borders, drawn.rules, sorted([*groups, *alone]), stages=[open_stage], stopped="time_limit"
    )
