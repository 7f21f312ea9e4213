"""Raise a packing region by region, where all minimal sets are listed but are too many for one integer program.

A region is some groups around a unit with all that lies between them. The prices of its units bound what it can
hold; where they leave room for one group more, an integer program over the few sets cheap enough for that looks for
it. Between such gains regions are packed anew with equally many sets, at random, so that room for one more moves
around and meets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kurihara_geo.candidates.masks import border_of, stays_connected, units_of
from kurihara_geo.model.packing import pack

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from kurihara_geo.model.open_component import OpenComponent, Watch
    from kurihara_geo.model.packing import Prices
    from kurihara_geo.model.solver import SolverOptions

__all__ = ["PackingSearch", "shrink_group"]

_REGION_S = 5.0
_MOST_SETS = 6_000
# Units of a region: the first, and the most.
_SMALLEST, _LARGEST = 60, 160


def shrink_group(component: OpenComponent, group: int) -> int:
    """Take units out of a sufficient group while it stays connected and sufficient; a standing unit is enough."""
    standing = group & component.standing
    if standing:
        return standing & -standing
    for unit in sorted(units_of(group), key=lambda unit: (component.households[unit], unit)):
        rest = group ^ (1 << unit)
        if rest and component.sufficient(rest) and stays_connected(rest, unit, component.adjacency):
            group = rest
    return group


@dataclass
class PackingSearch:
    """Packs regions anew.

    Parameters
    ----------
    component
        Where the units lie.
    sets
        All minimal sets.
    prices
        Prices of the units.
    packing
        Disjoint minimal sets and standing units to begin with.
    options
        Which solver.
    rng
        Random numbers.
    watch
        When to stop.
    """

    component: OpenComponent
    sets: Sequence[int]
    prices: Prices
    packing: list[int]
    options: SolverOptions
    rng: Random
    watch: Watch
    size: float = _SMALLEST
    regions: int = 0

    def __post_init__(self) -> None:
        self.priced = [(mask, self.prices.price(mask)) for mask in self.sets]

    def improve(self, regions: int) -> bool:
        """Look at so many regions, or until there is a set more; tell whether there is."""
        for _ in range(regions):
            self.watch.look()
            region = self._region()
            if self._pack_anew(region):
                return True
        return False

    def _region(self) -> int:
        """Choose a unit and what lies around it, ring by ring, and whatever groups that touches."""
        wanted = self.size * (0.7 + 0.6 * self.rng.random())
        region = 1 << int(self.rng.random() * len(self.component.households))
        while region.bit_count() < wanted:
            ring = border_of(region, self.component.adjacency)
            if not ring:
                break
            region |= ring
        return region

    def _pack_anew(self, around: int) -> bool:
        """Look for one set more in a region; else pack it in another way with equally many."""
        self.regions += 1
        inside = [mask for mask in self.packing if mask & around]
        outside = [mask for mask in self.packing if not mask & around]
        region = (around | sum(inside)) & ~sum(outside)
        for wanted in (len(inside) + 1, len(inside)):
            most = self.prices.price(region) - self.prices.one * (wanted - 1)
            if most < self.prices.one:
                continue
            sets = self._sets_inside(region, most)
            if len(sets) > _MOST_SETS:
                self.size = max(_SMALLEST / 2, self.size * 0.95)
                continue
            self.rng.shuffle(sets)
            found, outcome = pack(self.component, sets, self.options, self.watch, seconds=_REGION_S)
            if outcome.optimal and self.size < _LARGEST:
                self.size *= 1.01
            if len(found) >= len(inside):
                self.packing = [*outside, *found]
                return len(found) > len(inside)
        return False

    def _sets_inside(self, region: int, most: int) -> list[int]:
        standing = [1 << unit for unit in units_of(region & self.component.standing)]
        outside = ~region
        return standing + [mask for mask, price in self.priced if price <= most and not mask & outside]
