"""Open components for tests: drawn by hand or by chance, and every plan a small one allows, by brute force."""

from __future__ import annotations

from math import hypot
from random import Random
from typing import TYPE_CHECKING

from kurihara_geo.candidates.masks import is_connected, units_of
from kurihara_geo.model.open_component import Hub, OpenComponent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = [
    "STAGES",
    "all_plans",
    "best_values",
    "chance_component",
    "dice",
    "grid_component",
    "open_component",
    "path_component",
]

STAGES = ("below_floor", "mergers", "crossings", "travel", "tie_break")
FLOOR = 50


def open_component(
    households: Sequence[int],
    edges: Sequence[tuple[int, int]],
    *,
    places: Sequence[tuple[float, float]] | None = None,
    permitted: Callable[[int], bool] | None = None,
    stages: tuple[str, ...] = STAGES,
) -> OpenComponent:
    """Make a component with the floor of 50 households, no soft boundary, and members' points as meeting places."""
    count = len(households)
    places = places or [(100.0 * unit, 0.0) for unit in range(count)]
    adjacency = [0] * count
    for a, b in edges:
        adjacency[a] |= 1 << b
        adjacency[b] |= 1 << a
    ways = [
        tuple(own * int(hypot(x - to_x, y - to_y) + 0.5) for own, (x, y) in zip(households, places, strict=True))
        for to_x, to_y in places
    ]

    def total(mask: int) -> int:
        return sum(households[unit] for unit in units_of(mask))

    def costs(mask: int) -> tuple[int, ...]:
        units = units_of(mask)
        borders = sum(a * 7 + b for a in units for b in units if a < b and adjacency[a] >> b & 1)
        travel = min(sum(ways[hub][unit] for unit in units) for hub in units)
        values = {
            "below_floor": total(mask) if total(mask) < FLOOR else 0,
            "mergers": len(units) - 1,
            "crossings": 0,
            "travel": travel,
            "tie_break": borders,
        }
        return tuple(values[stage] for stage in stages)

    large = tuple(own >= FLOOR for own in households)
    return OpenComponent(
        adjacency=tuple(adjacency),
        households=tuple(households),
        sizes=(1,) * count,
        floors=(FLOOR,) * count,
        permitted=permitted or (lambda _: True),
        sufficient=lambda mask: total(mask) >= FLOOR,
        stands=large,
        counted=large,
        costs=costs,
        stages=stages,
        unrestricted=permitted is None,
        hubs=tuple(Hub(unit=unit, costs=way) for unit, way in enumerate(ways)),
        only_households=True,
    )


def dice(seed: int) -> Random:
    """Give random numbers that are the same in every run."""
    return Random(seed)  # noqa: S311 - test data, not secrets


def path_component(*households: int, permitted: Callable[[int], bool] | None = None) -> OpenComponent:
    """Make units in a row, 100 m apart."""
    return open_component(households, [(unit, unit + 1) for unit in range(len(households) - 1)], permitted=permitted)


def grid_component(
    side: int, random: Random, mean: float = 15, *, permitted: Callable[[int], bool] | None = None
) -> OpenComponent:
    """Make a square grid, 500 m apart, with few large and many small units."""
    cells = [(row, column) for row in range(side) for column in range(side)]
    edges = [(row * side + column, row * side + column + 1) for row, column in cells if column + 1 < side]
    edges += [(row * side + column, (row + 1) * side + column) for row, column in cells if row + 1 < side]
    households = [max(1, round(random.expovariate(1 / mean))) for _ in cells]
    places = [(500.0 * column, 500.0 * row) for row, column in cells]
    return open_component(households, edges, places=places, permitted=permitted)


def chance_component(seed: int, *, units: int = 8, most_members: int | None = None) -> OpenComponent:
    """Make a small connected graph by chance: a tree with some borders more."""
    random = dice(seed)
    edges = {(random.randrange(unit), unit) for unit in range(1, units)}
    edges |= {tuple(sorted(random.sample(range(units), 2))) for _ in range(units // 2)}
    households = [random.choice((5, 10, 17, 23, 31, 44, 60)) for _ in range(units)]
    places = [(random.randrange(1000), random.randrange(1000)) for _ in range(units)]
    permitted = None if most_members is None else lambda mask: mask.bit_count() <= most_members
    return open_component(households, sorted(edges), places=places, permitted=permitted)


def all_plans(component: OpenComponent) -> Iterator[tuple[int, ...]]:
    """List every plan: the lowest unit still free is in some group, and the others are planned for after it."""
    groups = [
        mask
        for mask in range(1, component.everyone + 1)
        if mask & (mask - 1) == 0
        or (is_connected(mask, component.adjacency) and component.permitted(mask) and component.sufficient(mask))
    ]

    def plans(free: int) -> Iterator[tuple[int, ...]]:
        if not free:
            yield ()
            return
        lowest = free & -free
        for mask in groups:
            if mask & lowest and not mask & ~free:
                for rest in plans(free ^ mask):
                    yield (mask, *rest)

    return plans(component.everyone)


def best_values(component: OpenComponent) -> tuple[int, ...]:
    """Give the stage values of the best plan, by looking at all of them."""
    return min(component.prices(plan) for plan in all_plans(component))
