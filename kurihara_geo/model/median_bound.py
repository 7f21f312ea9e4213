"""The p-median problem without a solver: good choices by interchange, and a bound that is exact in whole numbers.

Choose so many sites, some of them fixed, and serve every row from the cheapest open one. With a price u_i for serving
row i, no choice costs less than

    sum u_i + sum over the fixed sites of r_j + the smallest r_j of so many others,  r_j = sum min(0, c_ij - u_i),

whatever the prices are (Lagrangian relaxation of "each row once"). Prices are whole numbers, so nothing is rounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Bound", "Median", "Reduced", "find_bound", "improve", "raise_bound", "reduce_rows", "start"]

# Rounds of price changes, rounds without a better bound after which the step is halved, and the smallest step.
_ROUNDS, _PATIENCE, _SMALLEST_STEP = 600, 12, 0.002
_FIRST_STEP, _OVERSHOOT = 1.5, 1.02
# How often it is looked whether the bound leaves a single choice.
_LOOKED_EVERY = 25


@dataclass(frozen=True)
class Median:
    """A p-median problem.

    Parameters
    ----------
    rows
        For each row its pairs (cost, site), cheapest first; a site that is not among them cannot serve the row.
    site_count
        Sites are numbered from 0.
    count
        How many are open.
    kept
        Sites that are open in any case.
    """

    rows: Sequence[Sequence[tuple[int, int]]]
    site_count: int
    count: int
    kept: frozenset[int] = frozenset()

    def value(self, chosen: Iterable[int]) -> int | None:
        """Give the sum over rows of the cost of the cheapest open site; None where one cannot be served."""
        opened, total = set(chosen), 0
        for pairs in self.rows:
            cost = next((cost for cost, site in pairs if site in opened), None)
            if cost is None:
                return None
            total += cost
        return total


@dataclass(frozen=True)
class Bound:
    """Prices of the rows, and what they prove.

    Parameters
    ----------
    value
        No choice costs less.
    prices
        Price of each row.
    reduced
        For each site the sum of min(0, cost - price).
    chosen
        The sites the bound opens.
    """

    value: int
    prices: tuple[int, ...]
    reduced: tuple[int, ...]
    chosen: frozenset[int]


@dataclass(frozen=True)
class Reduced:
    """What is left of a problem for choices that cost no more than a limit: all of them are in it.

    Parameters
    ----------
    rows
        As in :class:`Median`, with the pairs that can still serve.
    free
        Sites that may be open or not.
    opened
        Sites that are open in every such choice.
    """

    rows: Sequence[Sequence[tuple[int, int]]]
    free: tuple[int, ...]
    opened: frozenset[int]


def start(median: Median) -> frozenset[int]:
    """Open one site after the other, each the one that saves most; rows that nobody serves yet come first."""
    apart = _apart(median)
    opened = set(median.kept)
    while len(opened) < median.count:
        gains = [0] * median.site_count
        for pairs in median.rows:
            now = next((cost for cost, site in pairs if site in opened), apart)
            for cost, site in pairs:
                if cost >= now:
                    break
                gains[site] += now - cost
        opened.add(max((site for site in range(median.site_count) if site not in opened), key=lambda s: (gains[s], -s)))
    return frozenset(opened)


def improve(median: Median, chosen: frozenset[int]) -> frozenset[int]:
    """Exchange one open site for another as long as that saves something, the best exchange first."""
    apart, opened = _apart(median), set(chosen)
    while True:
        swap = _best_swap(median, opened, apart)
        if swap is None:
            return frozenset(opened)
        leaving, entering = swap
        opened.remove(leaving)
        opened.add(entering)


def _best_swap(median: Median, opened: set[int], apart: int) -> tuple[int, int] | None:
    """Find the exchange that saves most: gain of the one, less loss of the other, and what both count."""
    gains = [0] * median.site_count
    losses: dict[int, int] = dict.fromkeys(opened - median.kept, 0)
    both: dict[tuple[int, int], int] = {}
    for pairs in median.rows:
        first, nearest, second = _two_nearest(pairs, opened, apart)
        if nearest in losses:
            losses[nearest] += second - first
        for cost, site in pairs:
            if cost >= second:
                break
            if site in opened:
                continue
            gains[site] += max(0, first - cost)
            if nearest in losses:
                both[nearest, site] = both.get((nearest, site), 0) + second - max(first, cost)
    if not losses:
        return None
    candidates = [(gains[site] - losses[leaving] + more, -leaving, -site) for (leaving, site), more in both.items()]
    cheapest = min(losses, key=lambda site: (losses[site], site))
    candidates += [
        (gains[site] - losses[cheapest] + both.get((cheapest, site), 0), -cheapest, -site)
        for site in range(median.site_count)
        if site not in opened
    ]
    best = max(candidates, default=(0, 0, 0))
    return (-best[1], -best[2]) if best[0] > 0 else None


def _two_nearest(pairs: Sequence[tuple[int, int]], opened: set[int], apart: int) -> tuple[int, int, int]:
    """Give the cost and the site of the cheapest open one, and the cost of the next."""
    first, nearest = apart, -1
    for cost, site in pairs:
        if site in opened:
            if nearest >= 0:
                return first, nearest, cost
            first, nearest = cost, site
    return first, nearest, apart


def _apart(median: Median) -> int:
    """Give a cost that is more than all rows together: of a row that nobody serves."""
    return 1 + sum(pairs[-1][0] for pairs in median.rows if pairs)


def raise_bound(median: Median, chosen: frozenset[int], value: int) -> tuple[Bound, frozenset[int], int]:
    """Raise the prices of rows served too often or not at all (subgradients) until the bound stays.

    Parameters
    ----------
    median
        The problem.
    chosen, value
        The best choice known and its cost.

    Returns
    -------
    Bound, frozenset of int, int
        The best bound, and the best choice known now with its cost.
    """
    opened = set(chosen)
    prices = [next(cost for cost, site in pairs if site in opened) for pairs in median.rows]
    best, step, waited = find_bound(median, prices), _FIRST_STEP, 0
    bound = best
    for number in range(1, _ROUNDS + 1):
        if best.value >= value or step < _SMALLEST_STEP:
            break
        if number % _LOOKED_EVERY == 0 and not reduce_rows(median, best, value).free:
            break
        slopes = [
            1 - sum(1 for _, site in _below(pairs, price) if site in bound.chosen)
            for pairs, price in zip(median.rows, prices, strict=True)
        ]
        steep = sum(slope * slope for slope in slopes)
        if not steep:
            break
        length = step * max(1.0, _OVERSHOOT * value - bound.value) / steep
        prices = [max(0, price + round(length * slope)) for price, slope in zip(prices, slopes, strict=True)]
        bound, waited = find_bound(median, prices), waited + 1
        if bound.value > best.value:
            best, waited = bound, 0
            found = median.value(bound.chosen)
            if found is not None and found < value:
                chosen = improve(median, bound.chosen)
                value = median.value(chosen) or 0
        elif waited >= _PATIENCE:
            step, waited, prices, bound = step / 2, 0, list(best.prices), best
    return best, chosen, value


def find_bound(median: Median, prices: Sequence[int]) -> Bound:
    """Give what some prices prove."""
    reduced = [0] * median.site_count
    for pairs, price in zip(median.rows, prices, strict=True):
        for cost, site in pairs:
            if cost >= price:
                break
            reduced[site] += cost - price
    others = sorted(
        (site for site in range(median.site_count) if site not in median.kept), key=lambda s: (reduced[s], s)
    )
    chosen = median.kept.union(others[: median.count - len(median.kept)])
    return Bound(sum(prices) + sum(reduced[site] for site in chosen), tuple(prices), tuple(reduced), chosen)


def _below(pairs: Sequence[tuple[int, int]], price: int) -> Iterable[tuple[int, int]]:
    for cost, site in pairs:
        if cost >= price:
            return
        yield cost, site


def reduce_rows(median: Median, bound: Bound, limit: int) -> Reduced:
    """Leave out what no choice that costs at most ``limit`` can have.

    Opening a site that the bound leaves closed raises it by r_j less the largest r of an open one; closing one
    likewise; serving a row from a site that costs more than its price raises it by the difference.
    """
    slack = limit - bound.value
    movable = bound.chosen - median.kept
    closed = [site for site in range(median.site_count) if site not in bound.chosen]
    largest = max((bound.reduced[site] for site in movable), default=None)
    smallest = min((bound.reduced[site] for site in closed), default=None)
    extra = dict.fromkeys(bound.chosen, 0)
    if largest is not None:
        extra |= {site: bound.reduced[site] - largest for site in closed if bound.reduced[site] - largest <= slack}
    opened = {site for site in movable if smallest is None or smallest - bound.reduced[site] > slack}
    rows = [
        [(cost, site) for cost, site in pairs if site in extra and max(0, cost - price) + extra[site] <= slack]
        for pairs, price in zip(median.rows, bound.prices, strict=True)
    ]
    fixed = median.kept.union(opened)
    return Reduced(rows, tuple(sorted(set(extra) - fixed)), frozenset(fixed))
