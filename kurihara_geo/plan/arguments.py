"""What studies and outputs are handed as a plan, checked in one place."""

from __future__ import annotations

from typing import Any

from kurihara_geo.errors import InputError
from kurihara_geo.plan.values import Plan

__all__ = ["read_plan_at_hand"]


def read_plan_at_hand(plan: Any) -> Plan:
    """Check that a plan is one.

    Raises
    ------
    InputError
        Saying what was given instead.
    """
    if not isinstance(plan, Plan):
        raise InputError(f"plan must be a Plan, as propose_mergers gives it, not {type(plan).__name__}.")
    return plan
