"""RULES -> those that may be shown to everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kurihara_geo.rules import MergeRules

__all__ = ["OFFICE_RULES", "public_rules"]

OFFICE_RULES = ("together", "apart", "unchanged", "exempt", "lower_floors", "obstacles")
"""Rules that name associations, some with reasons somebody wrote about them: for office use only."""


def public_rules(rules: MergeRules) -> MergeRules:
    """Give the rules without those that name associations.

    Parameters
    ----------
    rules
        What was asked.

    Returns
    -------
    MergeRules
        Floors, ceilings, walls, soft boundaries and the objective as they are.
    """
    return rules.replace(**{name: {} if name == "exempt" else () for name in OFFICE_RULES})
