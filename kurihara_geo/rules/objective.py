"""The order in which a plan is judged: stages, each one term or a weighted sum of terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kurihara_geo.rules.values import Fixed, read_texts, read_whole

__all__ = ["MOST_WEIGHT", "TERMS", "StageWeights", "read_objective", "standard_objective"]

TERMS = (
    "below_floor",
    "mergers",
    "obstacles",
    "crossings",
    "changed_households",
    "balance",
    "weak_borders",
    "travel",
    "tie_break",
)
"""Every term of the objective; :mod:`kurihara_geo.model.objectives` prices them."""

LAST = "tie_break"

MOST_WEIGHT = 10**12
"""No weight is further from 0: with a million households a stage then stays within what tables and files hold."""


@dataclass(frozen=True)
class StageWeights:
    """One stage: the terms minimised in it, each with its weight.

    Parameters
    ----------
    weights
        Term -> whole-number weight, up to :data:`MOST_WEIGHT`; a negative weight rewards.
    """

    weights: Mapping[str, int]

    @property
    def name(self) -> str:
        """Name of the stage: its only term, or the sum, such as ``travel + 100 crossings``."""
        parts = [f"{weight} {term}" if weight != 1 else term for term, weight in self.weights.items()]
        return " + ".join(parts).replace("+ -", "- ")

    def to_plain(self) -> str | dict[str, int]:
        """Give the stage as :func:`read_objective` takes it."""
        return self.name if self.name in TERMS else dict(self.weights)


def read_objective(value: Any) -> tuple[StageWeights, ...]:
    """Check the stages: each a term, or a mapping term -> weight; the lottery is put last where it is not named.

    Weights are whole numbers from -10**12 to 10**12, but not 0.
    """
    if isinstance(value, str | Mapping) or not hasattr(value, "__iter__"):
        raise TypeError(f"must be a list of terms, or of mappings term -> weight, not {value!r}")
    stages = [_read_stage(item) for item in value]
    named = [term for stage in stages for term in stage.weights]
    unknown = [term for term in dict.fromkeys(named) if term not in TERMS]
    if unknown:
        raise ValueError(f"{', '.join(unknown)} is no term; known are {', '.join(TERMS)}")
    repeated = sorted({term for term in named if named.count(term) > 1})
    if repeated:
        raise ValueError(f"{', '.join(repeated)} is there twice")
    if LAST in named and (list(stages[-1].weights) != [LAST] or stages[-1].weights[LAST] < 1):
        raise ValueError(f"{LAST} must be the last stage, alone: it decides among what is equal in all others")
    if stages and LAST not in named:
        stages.append(StageWeights(Fixed({LAST: 1})))
    weights = [item for stage in stages for item in stage.weights.items()]
    heavy = [f"{term} has {weight:,}" for term, weight in weights if abs(weight) > MOST_WEIGHT]
    if heavy:
        raise ValueError(
            f"weights go from -{MOST_WEIGHT:,} to {MOST_WEIGHT:,}, but {', '.join(heavy)}: put what comes first into a "
            "stage of its own, before the others"
        )
    return tuple(stages)


def _read_stage(item: Any) -> StageWeights:
    if isinstance(item, StageWeights):
        return item
    if isinstance(item, str):
        return StageWeights(Fixed({item: 1}))
    if not isinstance(item, Mapping) or not item:
        raise TypeError(f"a stage is a term or a mapping term -> weight, not {item!r}")
    weights = {term: read_whole(item[term], least=None) for term in read_texts(item)}
    if 0 in weights.values():
        raise ValueError("a weight of 0 says nothing: leave the term out")
    return StageWeights(Fixed(weights))


def standard_objective(*, obstacles: bool) -> tuple[StageWeights, ...]:
    """Give the order a plan is judged in unless a planner says otherwise; obstacles, if weighed, come after mergers."""
    names = ["below_floor", "mergers", *(["obstacles"] if obstacles else []), "crossings", "travel", LAST]
    return tuple(StageWeights(Fixed({name: 1})) for name in names)
