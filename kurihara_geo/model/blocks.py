"""Blocks: units and groups still open after some stages, and how they fall apart where no open group joins them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from kurihara_geo.model.partition import Partition
    from kurihara_geo.model.relaxation import Row

__all__ = ["Block", "split_block"]


@dataclass(frozen=True, kw_only=True)
class Block:
    """Units and groups still open after some stages, independent of every other block.

    Parameters
    ----------
    units
        Positions of its units.
    groups
        Positions of the groups that may still be chosen; each holds units of this block only.
    fixed
        Stage and value to keep, for stages that the remaining groups do not keep by themselves.
    chosen
        The best choice so far, or None.
    stopped
        Why the block is no longer improved; empty while it is.
    foreseen
        A stage in which the choice is proven already.
    tried
        Whether its covers were found too many to look at one by one.
    rows
        Rows that every plan keeps and that tighten the relaxation.
    whole
        Whether it is not to be split, because limits hold for all of it together.
    """

    units: tuple[int, ...]
    groups: tuple[int, ...]
    fixed: tuple[tuple[str, int], ...] = ()
    chosen: tuple[int, ...] | None = None
    stopped: str = ""
    foreseen: str = ""
    tried: bool = False
    rows: tuple[Row, ...] = ()
    whole: bool = False

    @property
    def settled(self) -> bool:
        """Whether nothing is left to choose: no open group but the chosen ones."""
        return self.chosen is not None and len(self.groups) == len(self.chosen)


def split_block(part: Partition, block: Block) -> list[Block]:
    """Split a block where no open group joins its units; fixed values are shared out as the choice has them."""
    if block.whole:
        return [block]
    find = _join_units(part, block)
    of_root: dict[int, tuple[list[int], list[int], list[int]]] = {}
    for unit in block.units:
        of_root.setdefault(find(unit), ([], [], []))[0].append(unit)
    chosen = set(block.chosen or ())
    for position in block.groups:
        _, groups, taken = of_root[find(part.groups[position][0])]
        groups.append(position)
        if position in chosen:
            taken.append(position)
    rows = _share_rows(part, block, find)
    return [
        replace(
            block,
            units=tuple(units),
            groups=tuple(groups),
            chosen=tuple(groups) if len(units) == 1 else None if block.chosen is None else tuple(taken),
            fixed=tuple((stage, part.value(stage, taken)) for stage, _ in block.fixed),
            rows=tuple(rows.get(root, ())),
            tried=False,
        )
        for root, (units, groups, taken) in of_root.items()
    ]


def _join_units(part: Partition, block: Block) -> Callable[[int], int]:
    """Join the units of every group; give the function that names the part a unit is in."""
    above = {unit: unit for unit in block.units}

    def find(unit: int) -> int:
        while above[unit] != unit:
            above[unit] = unit = above[above[unit]]
        return unit

    for position in block.groups:
        first, *others = part.groups[position]
        if others:
            root = find(first)
            for unit in others:
                above[find(unit)] = root
    return find


def _share_rows(part: Partition, block: Block, find: Callable[[int], int]) -> dict[int, list[Row]]:
    """Give each part of a block the rows that speak of its groups only; what is left of others says nothing new."""
    still_open = set(block.groups) if block.rows else set()
    shared: dict[int, list[Row]] = {}
    for row in block.rows:
        left = row.among(still_open)
        roots = {find(part.groups[position][0]) for position in left.weights}
        if len(roots) == 1:
            shared.setdefault(roots.pop(), []).append(left)
    return shared
