"""The best cover with each group that holds the first unit: what every option of one association costs the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kurihara_geo.model.covers import Cover, TooManyStatesError, groups_by_lowest, unchain

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["best_with_each"]

_Found = tuple[int, Any] | None


def best_with_each(
    unit_count: int,
    groups: Sequence[Sequence[int]],
    keys: Sequence[int],
    *,
    max_states: int = 60_000,
    max_steps: int = 1_500_000,
) -> dict[int, Cover] | None:
    """Find, for each group that holds unit 0, the cover with the lowest key among those that use it.

    What is left after the first group is covered in the best way; the same units left are looked at once only.

    Parameters
    ----------
    unit_count, groups, keys
        As for :func:`kurihara_geo.model.covers.best_cover`.
    max_states, max_steps
        How much to look at before giving up.

    Returns
    -------
    dict or None
        Number of the group -> best cover; groups that no cover uses are left out. None where the limits are passed.
    """
    rest = _Rest(unit_count, groups, keys, max_states, max_steps)
    found = {}
    try:
        for mask, number in rest.beginning[0]:
            best = rest.after(0, mask)
            if best is not None:
                key, chain = best
                found[number] = Cover(key + keys[number], tuple(sorted([number, *unchain(chain)])))
    except TooManyStatesError:
        return None
    return found


class _Rest:
    """Cover what is not covered yet in the best way, remembering each set of units left."""

    def __init__(
        self, unit_count: int, groups: Sequence[Sequence[int]], keys: Sequence[int], max_states: int, max_steps: int
    ) -> None:
        self.unit_count = unit_count
        self.keys = keys
        self.max_states, self.steps_left = max_states, max_steps
        self.beginning = groups_by_lowest(unit_count, groups)
        self.known: dict[tuple[int, int], _Found] = {}

    def after(self, position: int, covered: int) -> _Found:
        """Go on from a position, bit 0 of ``covered``, to the next unit that is open."""
        ahead = (~covered & (covered + 1)).bit_length() - 1
        return self.best(position + ahead, covered >> ahead)

    def best(self, position: int, covered: int) -> _Found:
        if position >= self.unit_count:
            return 0, None
        state = (position, covered)
        if state in self.known:
            return self.known[state]
        beginning = self.beginning[position]
        self.steps_left -= len(beginning)
        if self.steps_left < 0 or len(self.known) >= self.max_states:
            raise TooManyStatesError
        best: _Found = None
        for mask, number in beginning:
            if covered & mask:
                continue
            rest = self.after(position, covered | mask)
            if rest is not None and (best is None or rest[0] + self.keys[number] < best[0]):
                best = (rest[0] + self.keys[number], (number, rest[1]))
        self.known[state] = best
        return best
