"""The door to both engines: choose the groups of a plan and say what is proven.

Components whose groups are listed are one set-partitioning model, solved stage by stage. Components left open go to the
search, which lists only what it needs and bounds what it cannot prove.
"""

from __future__ import annotations

import math
import time
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from kurihara_geo.candidates.masks import units_of
from kurihara_geo.errors import InputError, KuriharaGeoError, NoPlanError, RulesError
from kurihara_geo.model.magnitudes import refuse_large_stages
from kurihara_geo.model.objectives import is_separable, price_stage
from kurihara_geo.model.open_component import Hub, OpenComponent
from kurihara_geo.model.partition import Partition, Town, join_partitions, price_component
from kurihara_geo.model.search import search_component
from kurihara_geo.model.solution import Solution, Stage
from kurihara_geo.model.solver import SolverOptions, check_solver, solver_name
from kurihara_geo.model.stages import solve_partition, sum_stages
from kurihara_geo.model.start import begin_from
from kurihara_geo.places import Hall, Place, distance_m

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor, Future

    from kurihara_geo.candidates import Candidates, Component
    from kurihara_geo.rules import MergeRules

__all__ = ["regroup"]

# Components are handed on in batches of about so many groups: one alone is often done faster than sent.
_BATCH = 4_000


@dataclass(frozen=True, kw_only=True)
class _Part:
    """What an engine says of one part of the town."""

    groups: tuple[tuple[str, ...], ...]
    stages: tuple[Stage, ...]
    stopped: str = ""
    searched: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def regroup(
    town: Town,
    candidates: Candidates,
    rules: MergeRules,
    *,
    options: SolverOptions | None = None,
    time_limit_s: float = math.inf,
    executor: Executor | None = None,
    on_wait: Callable[[], None] | None = None,
    price: Callable[[Component], Partition] | None = None,
    start: Sequence[Sequence[str]] | None = None,
) -> Solution:
    """Choose the groups of a plan, stage by stage.

    Parameters
    ----------
    town, candidates, rules
        The problem.
    options
        Which solver, which seed.
    time_limit_s
        Seconds for all components together.
    executor
        Where to solve components side by side, those left open too; without it they are solved here, each with its
        share of the time. Where a term or a rule is not separable, the whole town is one problem and is solved here.
    on_wait
        Called now and then while the solver works here.
    price
        Gives the prices of a component whose groups are listed, where they are known or to be remembered; None: they
        are worked out. Whatever an executor solves is priced there.
    start
        Groups of a plan at hand, to begin from where groups are listed and no executor is given. What is proven does
        not rest on it.

    Returns
    -------
    Solution

    Raises
    ------
    InputError
        If the solver is not available, or the executor takes no work.
    RulesError
        If a term or a rule is not separable and some components are left open, or the weights of a stage are too large.
    NoPlanError
        If the executor gave its work up, or the work failed there (``__cause__`` says how), or the solver fails.
    """
    options = options or SolverOptions()
    check_solver(options.solver)
    refuse_large_stages(town, rules)
    deadline = time.monotonic() + time_limit_s
    left_open = sorted(candidates.open_components, key=lambda component: -len(component.units))
    listed = [component for component in candidates.components if component.listed]
    if not is_separable(rules):
        _refuse_apart(candidates)
    elif executor is not None:
        return _gather(
            _solve_side_by_side(listed, left_open, town, rules, options, deadline, executor), candidates, rules, options
        )
    parts = []
    if listed:
        until = _until(deadline, sum(len(c.units) for c in listed), sum(len(c.units) for c in left_open))
        parts.append(_solve_listed(listed, town, rules, options, until, on_wait=on_wait, price=price, start=start))
    for number, component in enumerate(left_open):
        if any(part.stopped == "interrupted" for part in parts):
            deadline = -math.inf  # whoever interrupts wants an end, not the next part of the town
        rest = sum(len(other.units) for other in left_open[number + 1 :])
        until = _until(deadline, len(component.units), rest)
        parts.append(_search_open(component, town, rules, options, until, on_wait=on_wait))
    return _gather(parts, candidates, rules, options)


def _refuse_apart(candidates: Candidates) -> None:
    """Refuse to search components one by one where a term or a rule speaks of all of them together."""
    if candidates.open_components and len(candidates.components) > 1:
        raise RulesError(
            "A term of the objective or a rule is not separable: parts of the town cannot be solved apart, and some "
            "have too many possible groups to solve all as one. Use the engine 'set_partitioning' with a smaller "
            "max_members, or leave that term or rule out."
        )


def _until(deadline: float, units: int, units_after: int) -> float:
    """Share the time by the number of units; what is not used falls to those after it."""
    now = time.monotonic()
    return deadline if math.isinf(deadline) else now + (deadline - now) * units / (units + units_after)


def _solve_listed(
    components: Sequence[Component],
    town: Town,
    rules: MergeRules,
    options: SolverOptions,
    deadline: float,
    *,
    on_wait: Callable[[], None] | None = None,
    price: Callable[[Component], Partition] | None = None,
    start: Sequence[Sequence[str]] | None = None,
) -> _Part:
    """Solve components whose groups are listed as one set-partitioning model."""
    price = price or (lambda component: price_component(component, town, rules))
    part = join_partitions([price(component) for component in components])
    begun = None if start is None else begin_from(part, start, options, deadline)
    choice = solve_partition(part, options, deadline, whole=not is_separable(rules), start=begun, on_wait=on_wait)
    groups = tuple(part.members[position] for position in choice.chosen)
    return _Part(groups=groups, stages=choice.stages, stopped=choice.stopped)


def _solve_side_by_side(
    listed: Sequence[Component],
    left_open: Sequence[Component],
    town: Town,
    rules: MergeRules,
    options: SolverOptions,
    deadline: float,
    executor: Executor,
) -> list[_Part]:
    """Hand components to the executor; on Ctrl-C keep what is done and leave the rest as first guesses.

    What is left open takes longest and goes first, one at a time; what is listed follows in batches. Each has the time
    that would be its own if one came after the other, counted from the start; side by side they begin earlier.
    """
    batches = [[component] for component in left_open] + _batches(listed)
    works = [_solve_listed if batch[0].listed else _search_first for batch in batches]
    towns = [town.only(name for part in batch for unit in part.units for name in unit.members) for batch in batches]
    ends = accumulate(sum(len(component.units) for component in batch) for batch in batches)
    units = sum(len(component.units) for batch in batches for component in batch)
    given = [
        (work, batch, part_of_town, _until(deadline, end, units - end))
        for work, batch, part_of_town, end in zip(works, batches, towns, ends, strict=True)
    ]
    # Each process counts monotonic seconds from a start of its own; clocks of day agree between machines.
    ahead = time.time() - time.monotonic()
    futures = _submit(
        executor,
        [
            (_solve_there, work, batch, part_of_town, rules, options, until + ahead)
            for work, batch, part_of_town, until in given
        ],
    )
    try:
        return [future.result() for future in futures]
    except KuriharaGeoError:
        _cancel(futures)
        raise
    except Exception as error:
        _cancel(futures)
        raise NoPlanError(
            "The executor gave its work up before the plan was made "
            f"({': '.join(filter(None, [type(error).__name__, str(error)]))}). A worker may have run out of memory, or "
            "the executor was shut down meanwhile: give a new one, with fewer workers, or none (executor=None)."
        ) from error
    except KeyboardInterrupt:
        _cancel(futures)
        return [
            future.result() if _is_there(future) else work(batch, part_of_town, rules, options, -math.inf)
            for (work, batch, part_of_town, _), future in zip(given, futures, strict=True)
        ]


def _cancel(futures: Sequence[Future[_Part]]) -> None:
    """Take back what is not begun; an executor that fails may fail in that too, and has been told of then."""
    for future in futures:
        with suppress(Exception):
            future.cancel()


def _is_there(future: Future[_Part]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def _submit(executor: Executor, works: Sequence[tuple[Any, ...]]) -> list[Future[_Part]]:
    """Hand all works to the executor, or none: one that was shut down takes no more."""
    futures: list[Future[_Part]] = []
    try:
        for work in works:
            future = executor.submit(*work)
            future.done()  # what is no Future cannot say
            futures.append(future)
    except Exception as error:
        _cancel(futures)
        raise InputError(
            f"The executor takes no work ({str(error) or type(error).__name__}). It must be a "
            "concurrent.futures.Executor that was not shut down: "
            "give a new one and keep it open until the plan is there (with ProcessPoolExecutor() as executor: ...), or "
            "none (executor=None)."
        ) from error
    return futures


def _solve_there(
    work: Callable[..., _Part],
    components: Sequence[Component],
    town: Town,
    rules: MergeRules,
    options: SolverOptions,
    ends_at: float,
) -> _Part:
    """Do a piece of work where the executor runs it; it is to end at a time of day, as :func:`time.time` tells it."""
    return work(components, town, rules, options, time.monotonic() + (ends_at - time.time()))


def _search_first(
    components: Sequence[Component], town: Town, rules: MergeRules, options: SolverOptions, deadline: float
) -> _Part:
    """Search the only component of a batch, where the executor runs it: functions made here need not be sent."""
    (component,) = components
    return _search_open(component, town, rules, options, deadline)


def _batches(components: Sequence[Component]) -> list[list[Component]]:
    batches: list[list[Component]] = []
    groups = _BATCH
    for component in components:
        if groups >= _BATCH:
            batches.append([])
            groups = 0
        batches[-1].append(component)
        groups += len(component.groups)
    return batches


def _search_open(
    component: Component,
    town: Town,
    rules: MergeRules,
    options: SolverOptions,
    deadline: float,
    *,
    on_wait: Callable[[], None] | None = None,
) -> _Part:
    """Search a component whose groups are too many to list."""
    tests = component.tests
    if tests is None:
        raise ValueError("the groups of this component are listed")
    stages = rules.stages

    def costs(mask: int) -> tuple[int, ...]:
        facts = town.facts(component, units_of(mask))
        return tuple(price_stage(stage, facts, rules) for stage in stages)

    found = search_component(
        OpenComponent(
            adjacency=tests.adjacency,
            households=tuple(unit.households for unit in component.units),
            sizes=tuple(len(unit.members) for unit in component.units),
            floors=tuple(unit.tally.floor for unit in component.units),
            permitted=tests.permitted,
            sufficient=tests.sufficient,
            stands=tuple(tests.stands(position) for position in range(len(component.units))),
            counted=tuple(tests.sufficient(1 << position) for position in range(len(component.units))),
            costs=costs,
            stages=tuple(stage.name for stage in stages),
            unrestricted=tests.unrestricted,
            hubs=_hubs(component, town),
            only_households=tests.only_households,
            rewarded=tuple(stage.name for stage in stages if min(stage.weights.values()) < 0),
        ),
        options,
        deadline,
        on_wait=on_wait,
    )
    return _Part(
        groups=tuple(component.members(units_of(mask)) for mask in found.groups),
        stages=found.stages,
        stopped=found.stopped,
        searched={min(unit.members[0] for unit in component.units): dict(found.notes)},
    )


def _hubs(component: Component, town: Town) -> tuple[Hub, ...]:
    """List where groups could meet, with the travel of every unit there: the halls, and the points without one."""
    units = [[town.places[name] for name in unit.members] for unit in component.units]
    has_hall = [any(place.halls for place in places) for places in units]
    hubs = []
    for position, places in enumerate(units):
        halls = [hall for place in places for hall in place.halls]
        targets: Sequence[Place | Hall] = halls or places
        for target in targets:
            costs = [
                -1 if has_hall[other] and not halls else sum(p.households * distance_m(p, target) for p in units[other])
                for other in range(len(units))
            ]
            hubs.append(Hub(unit=position, costs=tuple(costs)))
    return tuple(hubs)


def _gather(parts: Sequence[_Part], candidates: Candidates, rules: MergeRules, options: SolverOptions) -> Solution:
    """Add up what was chosen for each part."""
    stopped = sorted({part.stopped for part in parts if part.stopped})
    searched = {name: notes for part in parts for name, notes in part.searched.items()}
    engines = ["set_partitioning"] if len(candidates.open_components) < len(candidates.components) else []
    return Solution(
        groups=tuple(sorted(group for part in parts for group in part.groups)),
        stages=tuple(
            sum_stages(stage.name, [part.stages[number] for part in parts]) for number, stage in enumerate(rules.stages)
        ),
        solver=solver_name(options.solver),
        stopped=stopped[0] if stopped else "",
        engine=" + ".join([*engines, *(["search"] if searched else [])]),
        searched=searched,
    )
