"""How large a stage can become in a town, known before any group is listed: tables hold whole numbers up to a limit."""

from __future__ import annotations

from math import ceil, hypot
from typing import TYPE_CHECKING

from kurihara_geo.errors import RulesError
from kurihara_geo.model.objectives import MOST_DRAWN

if TYPE_CHECKING:
    from kurihara_geo.model.partition import Town
    from kurihara_geo.rules import MergeRules

__all__ = ["largest_terms", "refuse_large_stages"]

# Whole numbers of 64 bits hold the difference of two values up to this.
_MOST = 1 << 62


def refuse_large_stages(town: Town, rules: MergeRules) -> None:
    """Refuse weights with which some plan could have a value, or a difference to another, that no table holds.

    Raises
    ------
    RulesError
        Naming every such stage, how large it could become, and what to do.
    """
    largest = largest_terms(town, rules)
    could = {
        stage.name: sum(abs(weight) * largest[term] for term, weight in stage.weights.items()) for stage in rules.stages
    }
    wrong = [f"{name!r} up to {most:,}" for name, most in could.items() if most > _MOST]
    if wrong:
        raise RulesError(
            f"With these weights a plan could cost more than tables and files hold ({_MOST:,}): the stage "
            f"{'; '.join(wrong)}. Use smaller weights, in obstacles and prefer_within too, or put the terms into "
            "stages of their own, one after the other."
        )


def largest_terms(town: Town, rules: MergeRules) -> dict[str, int]:
    """Bound every term from above for all plans of a town: term -> what no plan costs more than."""
    places = town.places.values()
    targets = [hall for place in places for hall in place.halls] + list(places)
    xs, ys = [target.x_m for target in targets], [target.y_m for target in targets]
    across_m = ceil(hypot(max(xs) - min(xs), max(ys) - min(ys)) + 1) if targets else 0
    households, count = sum(place.households for place in places), len(places)
    borders = sum(len(beside) for beside in town.neighbours.values()) // 2
    target = 2 * rules.min_households if rules.target_households is None else rules.target_households
    return {
        "below_floor": households,
        "mergers": count,
        "obstacles": sum(entry.weight * len(entry.ids) ** 2 for entry in rules.obstacles),
        "crossings": households * sum(rules.prefer_within.values()),
        "changed_households": households,
        "balance": households + target * count,
        "weak_borders": count,
        "travel": households * across_m,
        "tie_break": borders * MOST_DRAWN,
    }
