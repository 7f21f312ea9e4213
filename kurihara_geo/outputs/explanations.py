"""Explanations handed to an output, checked against the plan before anything is drawn or written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from kurihara_geo import columns
from kurihara_geo.errors import InputError, Problem
from kurihara_geo.studies import Explanation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kurihara_geo.plan import Plan

__all__ = ["read_explanations"]


def read_explanations(plan: Plan, explanations: Any) -> dict[str, Explanation]:
    """Check that explanations belong to this plan.

    Parameters
    ----------
    plan
        The plan.
    explanations
        Group id -> explanation, or None.

    Returns
    -------
    dict

    Raises
    ------
    InputError
        Naming every entry that is no explanation, or explains a group that this plan has not.
    """
    if explanations is None:
        return {}
    if not isinstance(explanations, Mapping):
        raise InputError(
            "explanations must map group ids to what explain_merger gives, or be None, not "
            f"{type(explanations).__name__}."
        )
    faults = [fault for group_id, value in explanations.items() for fault in _faults(plan, group_id, value)]
    if faults:
        cure = "explain the groups of the plan that is drawn: explain_merger(plan, group_id)"
        raise InputError(
            "The explanations do not belong to this plan; explanations must map its group ids to what explain_merger "
            "gives:",
            [
                Problem(severity="error", kind="explanation", association_id=named, message=message, cure=cure)
                for named, message in faults
            ],
        )
    return dict(explanations)


def _faults(plan: Plan, group_id: Any, value: Any) -> list[tuple[str, str]]:
    named = group_id if isinstance(group_id, str) else repr(group_id)
    if not isinstance(value, Explanation):
        return [(named, f"is {type(value).__name__}, not an Explanation")]
    if not isinstance(group_id, str) or group_id not in plan.groups.index:
        return [(named, "is no group of this plan")]
    if value.group_id != group_id:
        return [(named, f"holds the explanation of group {value.group_id}")]
    members = {str(name) for name in plan.groups["member_ids"][group_id]}
    others = [str(name) for name in value.options if str(name) not in members]
    found = [(named, f"has options for {', '.join(others)}, not in this group")] if others else []
    tables: dict[str, tuple[Any, Sequence[columns.Column]]] = {
        f"options of {name}": (table, columns.OPTIONS[1:]) for name, table in value.options.items()
    }
    if value.relaxations is not None:
        tables["relaxations"] = (value.relaxations, columns.RELAXATIONS[1:4])
    for name, (table, needed) in tables.items():
        missing = [one.name for one in needed if not isinstance(table, pd.DataFrame) or one.name not in table]
        found += [(named, f"{name} lack {', '.join(missing)}")] if missing else []
    return found
