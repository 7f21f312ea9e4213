"""Columns of a linear relaxation that its model does not have yet, priced all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kurihara_geo.model.partition import Partition

__all__ = ["OutsideColumns"]

# A reduced cost above this counts as none: what is left out costs the bound no more than that a column.
_BELOW = -1e-6


class OutsideColumns:
    """The columns of a relaxation that its model does not have yet.

    Parameters
    ----------
    part, name
        Groups and costs, and the stage that is minimised.
    groups
        Position of the group of each column.
    units_of
        Rows of the units of each column.
    fixed
        Stage and value of the stages to keep; their rows follow those of the units.
    inside
        Columns the model has.
    """

    def __init__(
        self,
        part: Partition,
        name: str,
        groups: Sequence[int],
        units_of: Sequence[Sequence[int]],
        fixed: Sequence[tuple[str, int]],
        inside: Sequence[int],
    ) -> None:
        sizes = np.array([len(held) for held in units_of], dtype=np.int64)
        self._starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
        self._units = np.array([unit for held in units_of for unit in held], dtype=np.int64)
        self._unit_count = 1 + int(self._units.max())
        self._costs = _costs_of(part, name, groups)
        self._fixed = [_costs_of(part, stage, groups) for stage, _ in fixed]
        self._rows: list[tuple[np.ndarray, np.ndarray]] = []
        self._outside = np.ones(len(groups), dtype=bool)
        self._outside[list(inside)] = False

    def add_row(self, weights: Sequence[tuple[int, int]]) -> None:
        """Take note of a row that was added: columns with their coefficients."""
        self._rows.append(
            (
                np.array([column for column, _ in weights], dtype=np.int64),
                np.array([weight for _, weight in weights], dtype=np.float64),
            )
        )

    def below_zero(self, prices: Sequence[float], most: int) -> list[int]:
        """Take out the columns with the lowest reduced costs below 0, at most so many; none: there are none.

        Parameters
        ----------
        prices
            Of the rows of the units, of the stages to keep, and of the rows added.
        most
            How many to take out.
        """
        price = np.asarray(prices, dtype=np.float64)
        count = len(price) - len(self._fixed) - len(self._rows)
        reduced = self._costs - np.add.reduceat(price[self._units], self._starts)
        for multiplier, costs in zip(price[count:], self._fixed, strict=False):
            if multiplier:
                reduced -= multiplier * costs
        for multiplier, (columns, weights) in zip(price[count + len(self._fixed) :], self._rows, strict=True):
            if multiplier:
                reduced[columns] -= multiplier * weights
        found = np.flatnonzero(self._outside & (reduced < _BELOW))
        if len(found) > most:
            found = found[np.argpartition(reduced[found], most)[:most]]
        self._outside[found] = False
        return [int(column) for column in np.sort(found)]


def _costs_of(part: Partition, stage: str, groups: Sequence[int]) -> np.ndarray:
    costs = part.costs[stage]
    return np.array([costs[position] for position in groups], dtype=np.float64)
