"""What the solver said, in plain values: stages with their bounds, and the groups chosen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Solution", "Stage"]


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage of the objective: the value reached and what is proven about it.

    Parameters
    ----------
    name
        A term such as ``mergers``, or a weighted sum of terms.
    value
        The plan's value, a whole number.
    bound
        No plan that keeps the earlier stages can be below this; None where nothing is known.
    proven
        Whether the value is proven the least possible, given the stages before it.
    """

    name: str
    value: int
    bound: int | None
    proven: bool

    @property
    def gap(self) -> float | None:
        """(value - bound) / value: 0 where proven, None where no bound is known."""
        if self.proven:
            return 0.0
        if self.bound is None:
            return None
        return (self.value - self.bound) / self.value if self.value else 0.0


@dataclass(frozen=True, kw_only=True)
class Solution:
    """The groups an engine chose and the proof it gives.

    Parameters
    ----------
    groups
        Each group as a sorted tuple of association ids; groups sorted; every association exactly once.
    stages
        The stages in the order they were minimised.
    solver
        Name and version, such as ``HiGHS 1.16.0 (PuLP 3.3.2)``.
    stopped
        ``""`` when the engine ended by itself, else ``time_limit`` or ``interrupted``.
    engine
        ``set_partitioning``, ``search``, or both joined with `` + `` where parts of the town were too large to list.
    searched
        What the search did in each part it worked on: lowest id -> what was proven and what is only bounded.
    """

    groups: tuple[tuple[str, ...], ...]
    stages: tuple[Stage, ...]
    solver: str
    stopped: str = ""
    engine: str = "set_partitioning"
    searched: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def proven(self) -> bool:
        """Whether every stage is proven."""
        return all(stage.proven for stage in self.stages)

    @property
    def left_below_proven(self) -> bool:
        """Whether it is proven who is left below the floor for the plan's good: by the first stage, if it is that."""
        first = self.stages[0]
        return first.proven if first.name == "below_floor" else self.proven
