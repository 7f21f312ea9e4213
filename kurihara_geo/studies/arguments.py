"""What a planner asks of a study, checked before anything is computed: one message says what was given and expected."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd

from kurihara_geo.errors import BordersError, InputError, RulesError
from kurihara_geo.rules import MergeRules
from kurihara_geo.rules.values import read_whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from kurihara_geo.plan import Plan

__all__ = [
    "deadline_after",
    "read_argument",
    "read_borders",
    "read_number",
    "read_rules",
    "read_stage",
    "read_within",
]

_Value = TypeVar("_Value")


def read_argument(
    name: str, check: Callable[[Any], _Value], value: Any, *, error: type[InputError] = InputError
) -> _Value:
    """Check an argument as the rules check their values, and name it where it cannot be used.

    Parameters
    ----------
    name
        What the planner calls it.
    check
        One of :mod:`kurihara_geo.rules.values`.
    value
        What was given.
    error
        Which error to raise.

    Raises
    ------
    InputError
        Saying what was given and what is expected.
    """
    try:
        return check(value)
    except (TypeError, ValueError) as fault:
        raise error(f"{name}: {fault}.") from None


def read_number(name: str, value: Any) -> int:
    """Check a whole number, 1 or more."""
    return read_argument(name, lambda given: read_whole(given, least=1), value)


def deadline_after(time_limit_s: Any) -> float:
    """Give the moment when so many seconds are over, in the seconds of :func:`time.monotonic`; None: never.

    Raises
    ------
    InputError
        If it is no number above 0.
    """
    if time_limit_s is None:
        return math.inf
    if isinstance(time_limit_s, bool) or not isinstance(time_limit_s, Real) or not float(time_limit_s) > 0:
        raise InputError(f"time_limit_s must be a number of seconds above 0, or None, not {time_limit_s!r}.")
    return time.monotonic() + float(time_limit_s)


def read_stage(name: str, plan: Plan, value: Any) -> str:
    """Check the name of a stage of a plan.

    Raises
    ------
    InputError
        Naming the stages there are.
    """
    names = [stage.name for stage in plan.stages]
    if not isinstance(value, str) or value not in names:
        raise InputError(f"{name} names one stage of the plan ({', '.join(names)}), not {value!r}.")
    return value


def read_within(plan: Plan, value: Any) -> tuple[tuple[str, ...], int]:
    """Check one stage -> how much worse; give the stages up to it, and the slack in it.

    Raises
    ------
    InputError
        If it names no stage of the plan or several, or the slack is no whole number.
    """
    names = [stage.name for stage in plan.stages]
    if not isinstance(value, Mapping):
        raise InputError(
            f"within maps one stage of the plan ({', '.join(names)}) to how much worse, such as "
            f"{{{names[0]!r}: 1}}, not {value!r}."
        )
    if len(value) != 1:
        listed = ", ".join(str(stage) for stage in value) or "none"
        raise InputError(f"within names one stage of the plan ({', '.join(names)}), not {listed}.")
    ((given, slack),) = value.items()
    stage = read_stage("within", plan, given)
    slack = read_argument(f"within[{stage!r}]", lambda number: read_whole(number, least=0), slack)
    return tuple(names[: names.index(stage) + 1]), slack


def read_rules(value: Any) -> MergeRules | None:
    """Check rules; None stays None.

    Raises
    ------
    RulesError
        Saying what was given instead.
    """
    if value is not None and not isinstance(value, MergeRules):
        raise RulesError(f"rules must be MergeRules, not {type(value).__name__}.")
    return value


def read_borders(value: Any) -> pd.DataFrame | None:
    """Check that borders are a table; None stays None.

    Raises
    ------
    BordersError
        Saying what was given instead.
    """
    if value is not None and not isinstance(value, pd.DataFrame):
        raise BordersError(f"borders must be a table as find_borders gives it, not {type(value).__name__}.")
    return value
