"""The linear relaxation of a stage, tightened by rows that its fractional answers break, and what it proves exactly.

Each unit's row says that the values of the groups that hold it sum to 1. Take some of these rows, and rows found
before, halve their sum and round every coefficient down: what is left on the left side is a whole number in every plan,
so the right side may be rounded down too. Three associations, each pair of them half chosen, are the smallest case: of
the groups that hold two of the three, only one can be chosen. Such rows (zero-half cuts; subset rows in vehicle
routing) close nearly all of the gap that set partitioning leaves, and they follow from the units alone, so they stay
true in every later stage.

Which rows to halve is read off the fractional answer: the row is broken if the values of the groups with an odd
coefficient, and the slacks of the rows, sum to less than 1. Evenness of each group is one linear equation over {0, 1};
the equations are taken in order of their values as long as an odd right side stays possible.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from kurihara_geo.model.solver import LinearAnswer, LinearModel

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence

    from kurihara_geo.model.partition import Partition
    from kurihara_geo.model.solver import SolverOptions

__all__ = ["SCALE", "Relaxation", "Row", "Verdict"]

# Prices are rounded to whole fractions of this: sums are then exact.
SCALE = 1 << 32
_WHOLE = 1e-6
# A row is added where it is broken by at least so much.
_BROKEN = 1e-3
# Ways to order the equations that are tried for each part of a fractional answer.
_ORDERS = 4
# Coefficients the added rows may have for each coefficient of the units' rows.
_MOST_WEIGHTS = 4
# A round that raises the bound by less than this share of it has not moved it.
_MOVED = 1e-5


@dataclass(frozen=True)
class Row:
    """Something every plan keeps: the sum of weight times group is at most so much.

    Parameters
    ----------
    weights
        Position of a group -> whole number above 0; other groups have 0.
    most
        What the sum is at most.
    """

    weights: Mapping[int, int]
    most: int

    def among(self, positions: Container[int]) -> Row:
        """Give what the row says of some groups only."""
        return Row({position: weight for position, weight in self.weights.items() if position in positions}, self.most)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the prices of a relaxation prove, in whole parts of 1 / SCALE, whatever the solver's own rounding.

    Parameters
    ----------
    reduced
        Reduced cost of each group.
    bound
        No plan costs less.
    ceiling
        No plan made of groups without any reduced cost costs more.
    rows
        The added rows that have a price.
    """

    reduced: Sequence[int]
    bound: int
    ceiling: int
    rows: tuple[Row, ...]

    @property
    def least(self) -> int:
        """The bound as a whole number: costs are whole."""
        return -(-self.bound // SCALE)

    def slack(self, value: int) -> int:
        """Reduced cost a group of a plan worth ``value`` can have at most."""
        return value * SCALE - self.bound


class Relaxation:
    """The linear relaxation of one stage of one block.

    Parameters
    ----------
    part
        Groups and costs.
    name
        The stage.
    units, groups
        Positions of the block's units and open groups.
    fixed
        Stage and value of the stages to keep.
    rows
        Rows found before.
    options
        The solver's.
    """

    def __init__(
        self,
        part: Partition,
        name: str,
        units: Sequence[int],
        groups: Sequence[int],
        fixed: Sequence[tuple[str, int]],
        rows: Sequence[Row],
        options: SolverOptions,
    ) -> None:
        self.part, self.name, self.groups, self.fixed, self.options = part, name, groups, fixed, options
        self.answer: LinearAnswer | None = None
        self.rows: list[Row] = []
        self.stopped = ""
        self._rng = Random(options.seed)  # noqa: S311 - which equations come first, not secrets
        self._units = len(units)
        self._seen: set[tuple[tuple[int, ...], tuple[int, ...]]] = set()
        place = {unit: number for number, unit in enumerate(units)}
        self._column = {position: column for column, position in enumerate(groups)}
        self._units_of = [[place[unit] for unit in part.groups[position]] for position in groups]
        self._columns_of: list[list[int]] = [[] for _ in units]
        for column, held in enumerate(self._units_of):
            for unit in held:
                self._columns_of[unit].append(column)
        self._rows_of: dict[int, list[tuple[int, int]]] = {}
        columns = [[(unit, 1) for unit in held] for held in self._units_of]
        for number, (stage, _) in enumerate(fixed):
            costs = part.costs[stage]
            for entries, position in zip(columns, groups, strict=True):
                if costs[position]:
                    entries.append((len(units) + number, costs[position]))
        self._room = _MOST_WEIGHTS * sum(map(len, self._units_of))
        self.model = LinearModel(
            [part.costs[name][position] for position in groups],
            columns,
            [*[(1, 1)] * len(units), *((None, value) for _, value in fixed)],
            options,
        )
        for row in rows:
            self._add(row)

    @property
    def infeasible(self) -> bool:
        """Whether no plan is made of these groups."""
        return self.model.infeasible

    def tighten(
        self,
        deadline: float,
        *,
        rounds: int,
        patience: int,
        goal: int | None = None,
        on_wait: Callable[[], None] | None = None,
    ) -> None:
        """Solve, and add rows as long as the bound moves.

        Parameters
        ----------
        deadline
            In the seconds of :func:`time.monotonic`.
        rounds
            How often rows may be added.
        patience
            Rounds in a row that may leave the bound where it is.
        goal
            A value known to be reached: a bound above the next lower whole number is enough.
        on_wait
            Called now and then.
        """
        waited, last = 0, self.answer.objective if self.answer else None
        while self._solve(deadline, on_wait):
            assert self.answer is not None  # noqa: S101 - for the type checker
            value = self.answer.objective
            moved = last is None or value > last + abs(last) * _MOVED
            waited, last = 0 if moved else waited + 1, value
            if waited > patience or rounds <= 0 or (goal is not None and value > goal - 1 + _WHOLE):
                return
            found = self._broken_rows()
            if not found:
                return
            rounds -= 1
            for row in found:
                self._add(row)

    def chosen(self) -> tuple[int, ...] | None:
        """Give the groups of a whole answer; None where it is fractional."""
        if self.answer is None or self._fractional():
            return None
        return tuple(
            position for position, value in zip(self.groups, self.answer.values, strict=True) if value > 1 - _WHOLE
        )

    def around(self, verdict: Verdict) -> tuple[set[int], tuple[int, ...]]:
        """Give the units near what is fractional, and the chosen groups elsewhere."""
        if self.answer is None:
            return set(), ()
        near = {unit for column in self._fractional() for unit in self._units_of[column]}
        cheap = sorted(verdict.reduced)[len(verdict.reduced) // 2]
        touching = {column for unit in near for column in self._columns_of[unit] if verdict.reduced[column] <= cheap}
        near.update(unit for column in touching for unit in self._units_of[column])
        whole = [column for column, value in enumerate(self.answer.values) if value > 1 - _WHOLE]
        meeting = {column for column in whole if not near.isdisjoint(self._units_of[column])}
        near.update(unit for column in meeting for unit in self._units_of[column])
        unit_at = {
            number: unit
            for held, position in zip(self._units_of, self.groups, strict=True)
            for number, unit in zip(held, self.part.groups[position], strict=True)
        }
        return {unit_at[number] for number in near}, tuple(
            self.groups[column] for column in whole if column not in meeting
        )

    def verdict(self) -> Verdict | None:
        """Say what the prices prove: reduced costs and bound in whole numbers; None without prices.

        For any prices y of the units, and prices of 0 or less of the other rows, every plan costs L or more, with L the
        sum of price times right side over all rows, plus the reduced costs below 0.
        """
        if self.answer is None:
            return None
        prices = [round(price * SCALE) for price in self.answer.prices]
        units = prices[: self._units]
        fixed = [min(0, price) for price in prices[self._units : self._units + len(self.fixed)]]
        added = [min(0, price) for price in prices[self._units + len(self.fixed) :]]
        costs = self.part.costs[self.name]
        reduced = [
            costs[position] * SCALE - sum([units[unit] for unit in held])
            for position, held in zip(self.groups, self._units_of, strict=True)
        ]
        for price, (stage, _) in zip(fixed, self.fixed, strict=True):
            if price:
                of_stage = self.part.costs[stage]
                reduced = [
                    cost - price * of_stage[position] for cost, position in zip(reduced, self.groups, strict=True)
                ]
        kept = []
        for price, row in zip(added, self.rows, strict=False):
            if price:
                kept.append(row)
                for position, weight in row.weights.items():
                    reduced[self._column[position]] -= price * weight
        base = sum(units) + sum(price * value for price, (_, value) in zip(fixed, self.fixed, strict=True))
        return Verdict(
            reduced=reduced,
            bound=base
            + sum(price * row.most for price, row in zip(added, self.rows, strict=False))
            + sum([cost for cost in reduced if cost < 0]),
            ceiling=base,
            rows=tuple(kept),
        )

    # --- rows -----------------------------------------------------------------------------------------------------

    def _solve(self, deadline: float, on_wait: Callable[[], None] | None) -> bool:
        """Solve with the rows so far; the answer before stays where this one fails."""
        answer = self.model.run(time_limit_s=deadline - time.monotonic(), on_wait=on_wait)
        if answer is None:
            self.stopped = "interrupted" if self.model.interrupted else "time_limit" if self.model.late else ""
            return False
        self.answer = answer
        return True

    def _add(self, row: Row) -> None:
        row = row.among(self._column)
        number = len(self.rows)
        self.rows.append(row)
        weights = [(self._column[position], weight) for position, weight in row.weights.items()]
        for column, weight in weights:
            self._rows_of.setdefault(column, []).append((number, weight))
        self._room -= len(weights)
        self.model.add_row(weights, row.most)

    def _fractional(self) -> list[int]:
        values = self.answer.values if self.answer else ()
        return [column for column, value in enumerate(values) if _WHOLE < value < 1 - _WHOLE]

    def _broken_rows(self) -> list[Row]:
        """Find rows that the fractional answer breaks, part by part of it."""
        found: list[Row] = []
        for columns in _linked(self._fractional(), self._units_of):
            for units, rows in self._halved(columns):
                if self._room <= 0:
                    return found
                if (units, rows) not in self._seen:
                    self._seen.add((units, rows))
                    found.append(self._halve(units, rows))
        return found

    def _halved(self, columns: Sequence[int]) -> Iterable[tuple[tuple[int, ...], tuple[int, ...]]]:
        """Choose units and rows whose halved sum is broken by the answer around some fractional columns."""
        assert self.answer is not None  # noqa: S101 - for the type checker
        values, activities = self.answer.values, self.answer.activities
        first = self._units + len(self.fixed)
        units = sorted({unit for column in columns for unit in self._units_of[column]})
        slacks = {
            number: self.rows[number].most - activities[first + number]
            for column in columns
            for number, _ in self._rows_of.get(column, ())
            if first + number < len(activities)
        }
        rows = sorted(number for number, slack in slacks.items() if slack < 1 - _BROKEN)
        bit_of_unit = {unit: 1 << 1 + number for number, unit in enumerate(units)}
        bit_of_row = {row: 1 << 1 + len(units) + number for number, row in enumerate(rows)}
        meeting = set(columns)
        for row in rows:
            meeting.update(
                column for column in map(self._column.__getitem__, self.rows[row].weights) if values[column] > _WHOLE
            )
        equations = []
        for column in sorted(meeting):
            mask = 0
            for unit in self._units_of[column]:
                mask ^= bit_of_unit.get(unit, 0)
            for row, weight in self._rows_of.get(column, ()):
                if weight % 2:
                    mask ^= bit_of_row.get(row, 0)
            if mask:
                equations.append((values[column], mask))
        equations += [(slacks[row], bit_of_row[row]) for row in rows if slacks[row] > _WHOLE]
        odd = sum(bit_of_unit.values()) + sum(bit_of_row[row] for row in rows if self.rows[row].most % 2)
        for attempt in range(_ORDERS):
            ranked = sorted(
                equations, key=lambda equation: -equation[0] * (self._rng.uniform(0.3, 1) if attempt else 1)
            )
            taken = _solve_parity(odd | 1, [mask for _, mask in ranked])
            if taken and sum([value for value, mask in equations if (mask & taken).bit_count() & 1]) < 1 - _BROKEN:
                yield (
                    tuple(unit for unit in units if bit_of_unit[unit] & taken),
                    tuple(row for row in rows if bit_of_row[row] & taken),
                )

    def _halve(self, units: Sequence[int], rows: Sequence[int]) -> Row:
        """Sum rows of units and added rows, halve the sum and round it down."""
        total: dict[int, int] = {}
        for unit in units:
            for column in self._columns_of[unit]:
                position = self.groups[column]
                total[position] = total.get(position, 0) + 1
        for row in rows:
            for position, weight in self.rows[row].weights.items():
                total[position] = total.get(position, 0) + weight
        most = len(units) + sum(self.rows[row].most for row in rows)
        return Row({position: weight // 2 for position, weight in total.items() if weight > 1}, most // 2)


def _linked(columns: Sequence[int], units_of: Sequence[Sequence[int]]) -> list[list[int]]:
    """Part columns that share no unit, directly or through others."""
    of_unit: dict[int, int] = {}
    parts: dict[int, list[int]] = {}
    for column in columns:
        held = units_of[column]
        numbers = {of_unit[unit] for unit in held if unit in of_unit}
        mine = min(numbers, default=column)
        joined = [column, *(other for number in sorted(numbers) for other in parts.pop(number))]
        parts[mine] = joined
        for other in joined if len(numbers) > 1 else [column]:
            for unit in units_of[other]:
                of_unit[unit] = mine
    return [sorted(part) for part in parts.values()]


def _solve_parity(odd: int, equations: Iterable[int]) -> int:
    """Choose bits so that ``odd`` holds an odd number of them and each equation an even number, where that still goes.

    Bit 0 of a row is its right side. Later equations that contradict earlier ones are passed over.
    """
    basis: dict[int, int] = {}
    for equation in (odd, *equations):
        row = equation
        while row > 1:
            highest = row.bit_length()
            if highest not in basis:
                basis[highest] = row
                break
            row ^= basis[highest]
    taken = 0
    for highest in sorted(basis):
        row = basis[highest]
        if (row & 1) ^ (row & taken).bit_count() & 1:
            taken |= 1 << highest - 1
    return taken
