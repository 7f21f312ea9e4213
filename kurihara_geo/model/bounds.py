"""Lower bounds on a stage of a block, and what they make of the value reached."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from kurihara_geo.model.solution import Stage

if TYPE_CHECKING:
    from kurihara_geo.model.blocks import Block
    from kurihara_geo.model.partition import Partition

__all__ = ["best_bound", "cheap_bound", "measured", "rewards", "whole_bound"]


def measured(part: Partition, name: str, block: Block, *, bound: float, optimal: bool) -> Stage:
    """State what a stage of a block is worth, and what is known of the least it could be."""
    value = part.value(name, block.chosen or ())
    whole = value if optimal else min(whole_bound(bound), value)
    return Stage(name=name, value=value, bound=whole, proven=whole == value)


def best_bound(part: Partition, name: str, block: Block, said: float | None) -> float:
    """Take the better of the solver's bound and the cheap one; a bound above the plan's own value is not believed."""
    cheap = cheap_bound(part, name, block)
    if said is None or whole_bound(said) > part.value(name, block.chosen or ()):
        return cheap
    return max(cheap, said)


def cheap_bound(part: Partition, name: str, block: Block) -> float:
    """Bound a stage without a solver: every unit pays at least its share of the cheapest group that holds it."""
    costs = part.costs[name]
    least: dict[int, Fraction] = {}
    for position in block.groups:
        group = part.groups[position]
        share = Fraction(costs[position], len(group))
        for unit in group:
            least[unit] = min(least.get(unit, share), share)
    return float(sum(least.values()))


def whole_bound(bound: float) -> int:
    """Round a bound up to a whole number, for costs are whole; the allowance covers the solver's own rounding."""
    return math.ceil(bound - max(1e-6, abs(bound) * 1e-9))


def rewards(part: Partition, name: str, block: Block) -> bool:
    """Whether some group has a negative cost, so that 0 is not the least a plan can cost."""
    costs = part.costs[name]
    return any(costs[position] < 0 for position in block.groups)
