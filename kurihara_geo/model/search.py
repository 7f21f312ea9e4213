"""OPEN COMPONENT -> GROUPS: the second engine's door, for components whose possible groups are too many to list.

The order of the stages is the planner's. Where ``below_floor`` and ``mergers`` come first, as they do unless somebody
reorders them, the number of groups is raised first and travel is shortened at that number. Every value comes with a
bound; a stage is proven only if both are equal, and nothing is claimed where no bound is known.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

from kurihara_geo.candidates.masks import units_of
from kurihara_geo.errors import RulesError
from kurihara_geo.model.count_search import CountSearch, attach_leftovers, find_hopeless
from kurihara_geo.model.local_search import improve_plan
from kurihara_geo.model.open_component import OpenComponent, OutOfTimeError, SearchResult, Watch
from kurihara_geo.model.packing import Prices, count_at_most, list_minimal_sets, pack, price_units
from kurihara_geo.model.packing_search import PackingSearch, shrink_group
from kurihara_geo.model.partition import Partition
from kurihara_geo.model.solution import Stage
from kurihara_geo.model.travel_search import TravelSearch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kurihara_geo.model.solver import SolverOptions

__all__ = ["search_component"]

# Seconds the whole search takes where nobody sets a limit, and shares of them.
_UNLIMITED_S = 120.0
_LISTING_S = 25.0
_PRICING_S = 20.0
_COUNT_SHARE, _LISTING_SHARE = 0.6, 0.15
_PACKING_SHARE = 0.4
# Sets an exact packing is tried with.
_MOST_PACKED = 25_000
# Annealing moves for each unit: before and after the exact packing.
_FIRST_MOVES, _LATER_MOVES = 40_000, 700_000
# Regions a packing is searched in at once, when its sets are too many for one program.
_REGIONS = 400
_PRIMARY = ("below_floor", "mergers")


def search_component(
    component: OpenComponent,
    options: SolverOptions,
    deadline: float,
    *,
    on_wait: Callable[[], None] | None = None,
) -> SearchResult:
    """Choose the groups of one component without listing them all.

    Parameters
    ----------
    component
        Units, borders, rules and costs.
    options
        Which solver, which seed: the same seed gives the same plan unless the clock cuts the search off.
    deadline
        When to stop, in the seconds of :func:`time.monotonic`; infinite for two minutes.
    on_wait
        Called about twenty times a second while the search works.

    Returns
    -------
    SearchResult
        The best plan found, also after Ctrl-C or when the time is up.
    """
    search = _Search(component, options, deadline, on_wait)
    search.run()
    return search.result()


class _Search:
    """One search: the best plan so far, what is known about it, and how it came about."""

    def __init__(
        self,
        component: OpenComponent,
        options: SolverOptions,
        deadline: float,
        on_wait: Callable[[], None] | None,
    ) -> None:
        self.component = _remembering(component)
        self.options = options
        self.started = time.monotonic()
        self.limited = math.isfinite(deadline)
        self.watch = Watch(min(deadline, self.started + _UNLIMITED_S) if math.isinf(deadline) else deadline, on_wait)
        self.rng = Random(options.seed)  # noqa: S311 - a search, not secrets
        self.groups: tuple[int, ...] = tuple(1 << unit for unit in range(len(component.households)))
        self.values = self.component.prices(self.groups)
        self.bounds: dict[str, int] = {}
        self.most_groups: int | None = None
        self.most_with_left: dict[int, int] = {}
        self.sets: list[int] | None = None
        self.prices: Prices | None = None
        self.stopped = self.cut = ""
        self.notes: dict[str, Any] = {"seed": options.seed}

    # --- the plan so far ------------------------------------------------------------------------------------------

    def offer(self, groups: Sequence[int]) -> bool:
        """Keep a plan if it is better, first things first; tell whether it is."""
        values = self.component.prices(groups)
        if values >= self.values or not self.component.is_plan(groups):
            return False
        self.groups, self.values = tuple(sorted(groups)), values
        return True

    def _offer_packing(self, packing: Sequence[int]) -> tuple[int, int]:
        """Complete disjoint groups to a plan and offer it; give its number of groups and its households left."""
        plan = attach_leftovers(self.component, packing)
        self.offer(plan)
        return len(plan), self._left(plan)

    def _left(self, plan: Sequence[int]) -> int:
        return sum(self.component.total(mask) for mask in plan if not self.component.is_whole(mask))

    # --- the work -------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Search until everything is proven, the effort is spent or the time is up."""
        try:
            self._work()
        except OutOfTimeError:
            self.stopped = "time_limit"
        except KeyboardInterrupt:
            self.stopped = "interrupted"
        self.notes["seconds"] = round(time.monotonic() - self.started, 1)

    def _work(self) -> None:
        if not self.component.sufficient(self.component.everyone):
            # No set is sufficient if all units together are not: everyone stays as it is.
            self.bounds = dict(zip(self.component.stages, self.values, strict=True))
            return
        if self.component.stages[:2] != _PRIMARY:
            self._rough()
            return
        self._count()
        self._shorten_travel()

    def _rough(self) -> None:
        """Search in an order of stages nothing is known about: many groups first, then whatever is better."""
        search = self._count_search(self.watch.within(self.watch.left_s * _COUNT_SHARE))
        try:
            search.begin()
            search.run()
        except OutOfTimeError:
            self.watch.look()
        improve_plan(self.component, self.groups, self.offer, self.rng, self.watch)

    def _count_search(self, watch: Watch) -> CountSearch:
        return CountSearch(
            component=self.component,
            ceiling=count_at_most(self.component),
            options=self.options,
            rng=self.rng,
            watch=watch,
            offer=self._offer_packing,
            moves=_FIRST_MOVES * len(self.component.households),
        )

    def _shorten_travel(self) -> None:
        search = TravelSearch(self.component, self.options, self.rng, self.watch, self.groups, self.offer)
        try:
            search.run()
        finally:
            self.notes |= search.notes
            if search.bound is not None:
                self.bounds["travel"] = search.bound.bound
        if search.listed:
            self._settle(search.listed)

    def _settle(self, listed: Sequence[int]) -> None:
        """Choose exactly among all groups that a plan with no more travel could use."""
        from kurihara_geo.model.stages import solve_partition

        singles = [1 << unit for unit in range(len(self.component.households))]
        groups = [*singles, *(mask for mask in listed if mask & (mask - 1))]
        costs = [self.component.costs(mask) for mask in groups]
        part = Partition(
            unit_count=len(singles),
            groups=tuple(units_of(mask) for mask in groups),
            members=tuple(tuple(f"{unit:06d}" for unit in units_of(mask)) for mask in groups),
            costs={name: tuple(cost[number] for cost in costs) for number, name in enumerate(self.component.stages)},
        )
        try:
            choice = solve_partition(part, self.options, self.watch.deadline, on_wait=self.watch.on_wait)
        except RulesError:  # costs too large for the solver to count exactly: the plan stays as the search found it
            return
        if choice.stopped == "interrupted":
            raise KeyboardInterrupt
        self.offer([groups[position] for position in choice.chosen])
        # The list holds every plan with no more travel, not every plan with fewer crossings or whatever comes before.
        travel = self.component.stages.index("travel")
        if any(self.values[2:travel]) or choice.stages[travel].value != self.values[travel]:
            return
        for stage in choice.stages[travel:]:
            if stage.bound is not None:
                self.bounds[stage.name] = max(stage.bound, self.bounds.get(stage.name, stage.bound))

    def _count(self) -> None:
        """Raise the number of groups: a first plan, what all minimal sets say, and then as long as it takes."""
        share = self.watch.within(self.watch.left_s * _COUNT_SHARE)
        search = self._count_search(share)
        self.most_groups = search.ceiling
        try:
            search.begin()
            self.sets = self._list_sets(share)
            self.prices = self._price(share)
            if self.prices is not None:
                self.most_groups = search.ceiling = min(search.ceiling, self.prices.most_groups)
            self._pack(search, share)
            self._pack_regions(search, share)
            search.ceiling = self.most_groups
            search.run()
            search.moves = _LATER_MOVES * len(self.component.households)
            search.run()
        except OutOfTimeError:
            self.cut = "time_limit" if self.limited else ""
            self.watch.look()
        finally:
            self.notes |= {"rounds": search.rounds, "recombined": search.packings}
        if self._left(self.groups):
            improve_plan(self.component, self.groups, self.offer, self.rng, self.watch)
            self._bound_left()

    def _bound_left(self) -> None:
        """Where somebody stays below the floor: whom no group could take, and how many groups that may bring."""
        left = self._left(self.groups)
        alone = [mask.bit_length() - 1 for mask in self.groups if not self.component.is_whole(mask)]
        hopeless = find_hopeless(self.component, alone, self.watch)
        self.bounds["below_floor"] = self.component.total(hopeless)
        if self.sets is not None:
            prices = price_units(self.component, self.sets, self.options, self.watch.within(_PRICING_S), left=left)
            self.most_with_left = {} if prices is None else {left: prices.most_groups}

    def _list_sets(self, watch: Watch) -> list[int] | None:
        try:
            # With little time the list is worth less than the search it would take the time from.
            sets = list_minimal_sets(self.component, watch.within(min(_LISTING_S, watch.left_s * _LISTING_SHARE)))
        except OutOfTimeError:
            watch.look()
            sets = None
        self.notes["minimal_sets"] = None if sets is None else len(sets)
        return sets

    def _price(self, watch: Watch) -> Prices | None:
        if self.sets is None:
            return None
        try:
            prices = price_units(self.component, self.sets, self.options, watch.within(_PRICING_S))
        except OutOfTimeError:
            watch.look()
            return None
        if prices is not None:
            self.notes["packing_bound"] = round(prices.total / prices.one, 2)
        return prices

    def _pack(self, search: CountSearch, watch: Watch) -> None:
        """Look for a larger packing among all minimal sets that one could hold, or prove that there is none."""
        if self.sets is None or self.prices is None or search.left:
            return
        while search.count < (self.most_groups or 0):
            most = self.prices.most(search.count + 1)
            sets = [mask for mask in self.sets if self.prices.price(mask) <= most]
            standing = [1 << unit for unit in units_of(self.component.standing)]
            self.notes["packed_sets"] = len(sets)
            if len(sets) > _MOST_PACKED:
                return
            found, outcome = pack(
                self.component, [*standing, *sets], self.options, watch, seconds=watch.left_s * _PACKING_SHARE
            )
            before = search.count
            if found:
                search.count, search.left = self._offer_packing(found)
            if outcome.bound is not None and self.component.unrestricted:
                most_found = math.floor(-outcome.bound + 1e-6)
                self.most_groups = max(search.count, min(self.most_groups or 0, max(most_found, before)))
            if search.count <= before:
                return

    def _pack_regions(self, search: CountSearch, watch: Watch) -> None:
        """Raise the packing region by region while that works, with half of the time for the count."""
        if self.sets is None or self.prices is None or search.left or not self.component.unrestricted:
            return
        half = watch.within(watch.left_s / 2)
        packing = [shrink_group(self.component, mask) for mask in self.groups]
        regions = PackingSearch(self.component, self.sets, self.prices, packing, self.options, self.rng, half)
        try:
            while search.count < (self.most_groups or 0) and regions.improve(_REGIONS):
                search.count, search.left = self._offer_packing(regions.packing)
        except OutOfTimeError:
            watch.look()
        self.notes["packed_regions"] = regions.regions

    # --- what is known --------------------------------------------------------------------------------------------

    def result(self) -> SearchResult:
        """Give the best plan with the bounds that hold for it."""
        stages = [self._stage(name, value) for name, value in zip(self.component.stages, self.values, strict=True)]
        proven = all(stage.proven for stage in stages)
        self.notes["most_groups"] = self.most_groups
        stopped = "" if proven else self.stopped or self.cut or "not_settled"
        return SearchResult(groups=self.groups, stages=tuple(stages), stopped=stopped, notes=self.notes)

    def _stage(self, name: str, value: int) -> Stage:
        bound = self.bounds.get(name, self._trivial_bound(name))
        if bound is not None:
            bound = min(bound, value)
        return Stage(name=name, value=value, bound=bound, proven=bound == value)

    def _trivial_bound(self, name: str) -> int | None:
        if name == "mergers" and self.component.stages[:2] == _PRIMARY:
            return self._least_mergers()
        return None if name in self.component.rewarded else 0

    def _least_mergers(self) -> int:
        """Count the units that disappear in any plan that leaves no more households below the floor than this one."""
        left, units = self._left(self.groups), sum(self.component.sizes)
        if self.values[:2] != (left, units - len(self.groups)):
            return 0  # the terms count in another way than the bounds
        most = self.most_groups if not left else None
        if most is None:
            most = min(count_at_most(self.component, left), self.most_with_left.get(left, units))
        return units - most


_REMEMBERED = 300_000


def _remembering(component: OpenComponent) -> OpenComponent:
    """Let a component remember what it was asked, up to a limit: sets are asked for again and again."""
    return replace(
        component,
        permitted=_remember(component.permitted),
        sufficient=_remember(component.sufficient),
        costs=_remember(component.costs),
    )


def _remember(function: Callable[[int], Any]) -> Callable[[int], Any]:
    known: dict[int, Any] = {}

    def look_up(mask: int) -> Any:
        if mask not in known:
            if len(known) > _REMEMBERED:
                known.clear()
            known[mask] = function(mask)
        return known[mask]

    return look_up
