"""Reduced-cost fixing: the prices of a relaxation show which groups no optimal choice can use, in exact sums."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kurihara_geo.model.blocks import split_block
from kurihara_geo.model.relaxation import SCALE, Relaxation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kurihara_geo.model.blocks import Block
    from kurihara_geo.model.partition import Partition
    from kurihara_geo.model.relaxation import Verdict
    from kurihara_geo.model.solver import SolverOptions

__all__ = ["WORTH_PRICING", "is_worth_pricing", "reduced_costs", "relax", "strike_out"]

# Fewer groups than this are solved again faster than they are priced.
WORTH_PRICING = 60


def is_worth_pricing(block: Block) -> bool:
    """Whether a block has so many groups that a relaxation and its prices save time."""
    return len(block.groups) >= WORTH_PRICING


def relax(part: Partition, name: str, block: Block, options: SolverOptions) -> Relaxation:
    """Give the linear relaxation of one stage of a block, with the rows the block carries."""
    return Relaxation(part, name, block.units, block.groups, block.fixed, block.rows, options)


def strike_out(
    part: Partition,
    name: str,
    block: Block,
    options: SolverOptions,
    deadline: float,
    *,
    verdict: Verdict | None = None,
) -> list[Block]:
    """Strike out the groups no optimal choice of this stage can use, and split what is left.

    For any prices y of the units, and m <= 0 of the stages already fixed at v and of the rows added, every choice costs
    L + (reduced costs of its groups that are above 0) or more, with L = sum of y + sum of m v + (reduced costs below
    0). A group whose reduced cost is above U - L, with U the optimum, is in no optimal choice. The prices come from
    the linear relaxation, rounded to whole fractions, so that the sums are exact whatever the solver's own rounding.
    """
    value = part.value(name, block.chosen or ())
    fixed = (*block.fixed, (name, value))
    kept = replace(block, fixed=fixed, foreseen="")
    if not is_worth_pricing(block):
        return [kept]
    if verdict is None:
        relaxed = relax(part, name, block, options)
        relaxed.tighten(deadline, rounds=0, patience=0)
        verdict = relaxed.verdict()
        if verdict is None:
            return [replace(kept, stopped="interrupted") if relaxed.stopped == "interrupted" else kept]
    slack = verdict.slack(value)
    open_groups = tuple(position for position, cost in zip(block.groups, verdict.reduced, strict=True) if cost <= slack)
    highest = max((cost for cost in verdict.reduced if cost <= slack), default=0)
    # Whatever cover of the units is made of these groups: can it cost more than the optimum?
    redundant = verdict.ceiling + len(block.units) * max(highest, 0) < (value + 1) * SCALE
    return split_block(
        part, replace(kept, groups=open_groups, fixed=block.fixed if redundant else fixed, rows=verdict.rows)
    )


def reduced_costs(part: Partition, name: str, block: Block, prices: Sequence[float]) -> tuple[list[int], int]:
    """Reduced cost of each group and the sum of the prices, in whole parts of 1 / SCALE."""
    price = {unit: round(number * SCALE) for unit, number in zip(block.units, prices, strict=False)}
    multipliers = [min(0, round(number * SCALE)) for number in prices[len(block.units) :]]
    base = sum(price.values()) + sum(m * value for m, (_, value) in zip(multipliers, block.fixed, strict=True))
    reduced = [
        part.costs[name][position] * SCALE
        - sum(price[unit] for unit in part.groups[position])
        - sum(m * part.costs[stage][position] for m, (stage, _) in zip(multipliers, block.fixed, strict=True))
        for position in block.groups
    ]
    return reduced, base
