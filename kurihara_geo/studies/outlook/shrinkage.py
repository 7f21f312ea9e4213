"""How far one association's own past can be believed, and how far associations of its size stray: arithmetic only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

__all__ = [
    "FEWEST",
    "PRIOR_WHEN_FEW",
    "SIZE_CLASSES",
    "derive_prior",
    "share_out",
    "shrink_ratios",
    "spread_by_size",
    "usual_distance",
]

FEWEST = 10
"""Below so many past changes nothing is derived from them."""
PRIOR_WHEN_FEW = 30.0
"""Households of the town's rate that stand beside an association's own, where too few are there to derive it."""
SIZE_CLASSES = (10, 20, 50, 100)
"""Upper ends of the size classes, in households or people; the last class is open."""
_USUAL = 0.8


def derive_prior(new: Numbers, old: Numbers, expected: Numbers) -> float:
    r"""Derive how many of the pool's own stand beside an association's in its rate (empirical Bayes).

    The ratio ``r = new / old`` strays from the expected one by what lasts, of variance :math:`A`, and by chance, of
    variance :math:`v / old`; so :math:`old (r - expected)^2` is on average :math:`A\,old + v`. Both are read off as
    the straight line through the past changes (least squares), and :math:`k = v / A` is the weight that makes
    :math:`(new + k\,expected) / (old + k)` the best linear guess of what lasts.

    Parameters
    ----------
    new, old
        Counts after and before; ``old`` above 0.
    expected
        The pool's ratio for each.

    Returns
    -------
    float
        0 where only what lasts was found, infinity where only chance was, ``PRIOR_WHEN_FEW`` for fewer than
        ``FEWEST`` changes or where all ``old`` are equal, which tells nothing.
    """
    if len(old) < FEWEST or np.ptp(old) == 0:
        return PRIOR_WHEN_FEW
    strays = old * (new / old - expected) ** 2
    lasting, chance = np.polyfit(old, strays, 1)
    if lasting <= 0:
        return float("inf")
    return max(0.0, float(chance / lasting))


def shrink_ratios(new: Numbers, old: Numbers, expected: Numbers, prior: float) -> Numbers:
    """Draw ratios towards the expected ones: ``(new + prior * expected) / (old + prior)``.

    Where ``old`` is 0 there is no own ratio, and the expected one is given.
    """
    if np.isinf(prior):
        return np.array(np.broadcast_to(expected, new.shape), dtype="float64")
    base = old + prior
    known = (old > 0) & (base > 0)
    return np.where(known, (new + prior * expected) / np.where(base > 0, base, 1.0), expected)


def usual_distance(logs: Numbers) -> float:
    """Give the distance from 0 that four of five do not exceed."""
    return float(np.quantile(np.abs(logs), _USUAL)) if len(logs) else 0.0


def spread_by_size(new: Numbers, old: Numbers, expected: Numbers, sizes: Numbers) -> Numbers | None:
    """Find how far four of five associations of about the same size strayed from what was expected of them.

    Parameters
    ----------
    new, old
        Counts after and before.
    expected
        The ratio expected.
    sizes
        Sizes for which the spread is wanted, such as today's households.

    Returns
    -------
    array or None
        Distances of natural logarithms over the past span, one for each of ``sizes``. Half a household is added to
        every count, so that those that emptied count too. A class with fewer than ``FEWEST`` changes takes those of
        the next smaller classes in, the smallest those of the next larger. None for fewer than ``FEWEST`` in all.
    """
    if len(old) < FEWEST:
        return None
    strayed = np.log((new + 0.5) / (old * expected + 0.5))
    past, wanted = np.digitize(old, SIZE_CLASSES), np.digitize(sizes, SIZE_CLASSES)
    by_class = []
    for number in range(len(SIZE_CLASSES) + 1):
        first, last = number, number
        while ((past >= first) & (past <= last)).sum() < FEWEST:
            first, last = (first - 1, last) if first > 0 else (first, last + 1)
        by_class.append(usual_distance(strayed[(past >= first) & (past <= last)]))
    return np.asarray(by_class)[wanted]


def share_out(shares: Numbers, total: int) -> NDArray[np.int64]:
    """Share a whole number out in proportion, exactly (largest remainder; among equals the first in order).

    A share of 0 gets nothing. The shares must not all be 0 unless the total is.
    """
    exact = np.zeros(len(shares)) if not shares.sum() else np.round(shares * (total / shares.sum()), 9)
    whole = np.floor(exact).astype("int64")
    order = np.lexsort((np.arange(len(shares)), whole - exact))
    whole[order[: total - int(whole.sum())]] += 1
    return whole
