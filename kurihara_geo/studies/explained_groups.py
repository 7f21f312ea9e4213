"""Explanations of all groups of a plan at once, as many as a time limit allows."""

from __future__ import annotations

import time
import warnings
from typing import TYPE_CHECKING

from kurihara_geo.errors import KuriharaGeoWarning
from kurihara_geo.plan.arguments import read_plan_at_hand
from kurihara_geo.rules.values import read_flag
from kurihara_geo.studies.arguments import deadline_after, read_argument
from kurihara_geo.studies.explanations import Explanation, explain_merger

if TYPE_CHECKING:
    from kurihara_geo.plan import Plan

__all__ = ["explain_groups"]

_NAMED = 10


def explain_groups(
    plan: Plan, *, time_limit_s: float | None = 60.0, relaxations: bool = False
) -> dict[str, Explanation]:
    """Explain every group that is merged or left below the floor, until the time is up.

    Groups left below the floor come first: they are asked about most.

    Parameters
    ----------
    plan
        The plan.
    time_limit_s
        Seconds after which no further group is begun; None: no limit.
    relaxations
        Whether to look for what would free an association left below the floor; that solves its part of the town
        again a few times.

    Returns
    -------
    dict
        Group id -> explanation, in the order of ``plan.groups``. Groups that were not reached are left out.

    Raises
    ------
    InputError
        If the plan is none, the limit is no number of seconds above 0, or ``relaxations`` is neither True nor False.

    Warns
    -----
    KuriharaGeoWarning
        If the time was up: how many groups are not explained, and which.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> sample = kg.load_sample()
    >>> town = sample[sample["former_town"] == "一迫"]
    >>> plan = kg.propose_mergers(town, kg.MergeRules(keep_within=["former_school_district"]))
    >>> said = kg.explain_groups(plan)
    >>> len(said) == int((plan.groups["status"] != "unchanged").sum())
    True
    """
    plan = read_plan_at_hand(plan)
    read_argument("relaxations", read_flag, relaxations)
    deadline = deadline_after(time_limit_s)
    status = {str(name): str(word) for name, word in plan.groups["status"].items()}
    wanted = [name for word in ("below_floor", "merged") for name in status if status[name] == word]
    said: dict[str, Explanation] = {}
    for name in wanted:
        if time.monotonic() >= deadline:
            break
        said[name] = explain_merger(plan, name, relaxations=relaxations)
    left = [name for name in wanted if name not in said]
    if left:
        _warn_of(plan, left, len(wanted), time_limit_s)
    return {name: said[name] for name in status if name in said}


def _warn_of(plan: Plan, left: list[str], wanted: int, time_limit_s: float | None) -> None:
    named = ", ".join(f"{name} {plan.groups['name'][name]}" for name in left[:_NAMED])
    more = f" and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
    warnings.warn(
        f"After {time_limit_s:g} s {len(left)} of {wanted} groups are not explained: {named}{more}. Give a longer "
        "time_limit_s, or ask for one of them with explain_merger.",
        KuriharaGeoWarning,
        stacklevel=3,
    )
