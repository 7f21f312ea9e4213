"""The exact price of a few partners where a part of the town has too many plans to look through: the solver finds it.

A plan with the partner that is as good as the plan at hand in all stages up to the mergers, and at most one merger
worse in these, comes before every other plan with the partner. Reduced costs leave few groups for such plans. Where
there is none, the first stage may be worse, up to a price that is known to be enough.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from kurihara_geo.errors import TooManyCandidatesError
from kurihara_geo.model.limited import best_within
from kurihara_geo.model.near_best import narrow
from kurihara_geo.studies.near_best import merger_stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kurihara_geo.candidates.enumeration import Territory
    from kurihara_geo.model.near_best import NearBlock
    from kurihara_geo.studies.taken_apart import Part, TakenApart

__all__ = ["find_exact_covers"]

# Larger parts take the solver many seconds for each partner.
_MOST_UNITS = 40


def find_exact_covers(
    apart: TakenApart, rooted: Territory, enough: Mapping[str, int | None], *, max_sets: int, deadline: float
) -> tuple[Part, dict[str, tuple[int, ...]]] | None:
    """Find the best plan with each of some partners, as far as that is proven in time.

    Parameters
    ----------
    apart
        A proven plan.
    rooted
        The whole part of the town, the association's unit first.
    enough
        Partner -> what a plan with it, known already, is worse by in the first stage; None where none is known.
    max_sets
        Most connected sets to look at in listing the groups.
    deadline
        When to stop, in the seconds of :func:`time.monotonic`.

    Returns
    -------
    tuple or None
        The part, and partner -> numbers of the groups of the best plan; None where the part is too large or its groups
        are too many.
    """
    if not apart.plan.proven or len(rooted.units) > _MOST_UNITS or monotonic() >= deadline:
        return None
    try:
        part = apart.options_part(rooted, max_sets=max_sets)
    except TooManyCandidatesError:
        return None
    circles = _Circles(apart, part, deadline)
    found: dict[str, tuple[int, ...]] = {}
    for partner, most in enough.items():
        cover = circles.best_with(partner, most)
        if cover is not None:
            found[partner] = cover
    return part, found


class _Circles:
    """Circles of near-best plans around a plan, each narrowed once for all partners."""

    def __init__(self, apart: TakenApart, part: Part, deadline: float) -> None:
        self.part, self.deadline = part, deadline
        self._stages = [stage.name for stage in apart.plan.stages]
        last, one_more = merger_stage(apart.plan)
        self._near = (tuple(self._stages[: self._stages.index(last) + 1]), one_more)
        self._narrowed: dict[tuple[tuple[str, ...], int], list[NearBlock]] = {}

    def best_with(self, partner: str, most: int | None) -> tuple[int, ...] | None:
        """Find the best plan with a partner in the narrow circle, else in the wide one."""
        circles = [self._near]
        if most is not None:
            circles.append((tuple(self._stages[:1]), most))
        for circle in circles:
            if monotonic() >= self.deadline:
                return None
            cover = self._best_in(partner, circle)
            if cover is not None:
                return cover
        return None

    def _best_in(self, partner: str, circle: tuple[tuple[str, ...], int]) -> tuple[int, ...] | None:
        part = self.part
        if circle not in self._narrowed:
            self._narrowed[circle] = narrow(part.partition, part.chosen, *circle, deadline=self.deadline)
        blocks = self._narrowed[circle]
        block = next(block for block in blocks if 0 in block.units)
        members = part.partition.members
        groups = [group for group in block.groups if 0 not in part.partition.groups[group] or partner in members[group]]
        if not any(partner in members[group] for group in groups if 0 in part.partition.groups[group]):
            return None
        found = best_within(
            part.partition, block.units, groups, self._stages, limits=block.limits, deadline=self.deadline
        )
        if found is None:
            return None
        return (*found, *(group for other in blocks if other is not block for group in other.chosen))
