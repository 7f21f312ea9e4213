"""Plans of one city side by side: their figures, and which associations have another group."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from kurihara_geo import columns
from kurihara_geo.associations.halls import place_halls
from kurihara_geo.errors import InputError, Problem
from kurihara_geo.plan import Plan
from kurihara_geo.plan.arguments import read_plan_at_hand
from kurihara_geo.studies.grants import GrantShares, estimate_grants, read_shares

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["compare_plans", "later_years", "list_differences"]

_LATER = re.compile(r"households_([0-9]{4})")


def compare_plans(plans: Mapping[str, Plan], *, grants: GrantShares | None = None) -> pd.DataFrame:
    """Compare plans of the same associations: one row a figure, one column a plan.

    Parameters
    ----------
    plans
        Name -> plan, in the order of the columns.
    grants
        Shares of a block grant; with them the change of all grants is one more row.

    Returns
    -------
    DataFrame
        Index ``figure`` as in ``columns.COMPARISON``, and for each column ``households_YYYY`` of a later year
        ``below_floor_YYYY``: groups that will have fewer households than their floor (empty where a member's are not
        known). One column a plan; cells are whole numbers, decimals or True and False. ``attrs["units"]``,
        ``attrs["labels_ja"]`` and ``attrs["labels_en"]`` say of each figure its unit and what people call it.

    Raises
    ------
    InputError
        If nothing is given, a name is no text, a plan is none, or the plans are not of the same associations; what
        differs is said.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> sample = kg.load_sample()
    >>> town = sample[sample["former_town"] == "一迫"]
    >>> rules = kg.MergeRules(keep_within=["former_school_district"])
    >>> plans = {"旧小学校区内": kg.propose_mergers(town, rules), "区域なし": kg.propose_mergers(town)}
    >>> kg.compare_plans(plans).loc["associations_after"].tolist()
    [26, 26]
    """
    given, grants = _read_plans(plans), read_shares(grants)
    years = sorted({year for plan in given.values() for year in later_years(plan)})
    figures = {name: _figures(plan, years) for name, plan in given.items()}
    if grants is not None:
        for name, plan in given.items():
            figures[name]["grants_change"] = int(sum(estimate_grants(plan, grants)["change"]))
    table = pd.DataFrame(figures, columns=list(given), dtype=object).rename_axis("figure")
    described = {column.name: column for column in _described(table.index)}
    table.attrs["units"] = {name: column.unit for name, column in described.items()}
    table.attrs["labels_ja"] = {name: column.label_ja for name, column in described.items()}
    table.attrs["labels_en"] = {name: column.label_en for name, column in described.items()}
    return table


def list_differences(a: Plan, b: Plan) -> pd.DataFrame:
    """List the associations that two plans put together with others: whom with in A, and in B.

    Groups are compared by their members; a group that only has another name or id is no difference.

    Parameters
    ----------
    a, b
        Plans of the same associations.

    Returns
    -------
    DataFrame
        Index ``association_id`` in the order of A's members, columns as in ``columns.DIFFERENCES``. Associations whose
        group has the same members in both are left out.

    Raises
    ------
    InputError
        If a plan is none, or the plans are not of the same associations; what differs is said.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> sample = kg.load_sample()
    >>> town = sample[sample["former_town"] == "一迫"]
    >>> plan = kg.propose_mergers(town, kg.MergeRules(keep_within=["former_school_district"]))
    >>> len(kg.list_differences(plan, plan))
    0
    """
    given = _read_plans({"A": a, "B": b})
    sides = {name: _sides(plan) for name, plan in given.items()}
    rows = [
        {
            "association_id": name,
            "name": str(row["name"]),
            "households": int(row["households"]),
            **{f"{key}_a": value for key, value in sides["A"][name].items()},
            **{f"{key}_b": value for key, value in sides["B"][name].items()},
        }
        for name, row in zip(map(str, a.members.index), a.members.to_dict("records"), strict=True)
        if set(sides["A"][name]["member_ids"]) != set(sides["B"][name]["member_ids"])
    ]
    return pd.DataFrame(rows, columns=[column.name for column in columns.DIFFERENCES]).set_index("association_id")


def later_years(plan: Plan) -> list[int]:
    """List the years after the plan was made of which the associations have a column ``households_YYYY``.

    Parameters
    ----------
    plan
        The plan; of one that does not say when it was made, every such year is listed.
    """
    made = int(plan.provenance.created[:4] or 0)
    table = plan.associations
    counts = [name for name in table.columns if pd.api.types.is_numeric_dtype(table[name])]
    found = (_LATER.fullmatch(str(name)) for name in counts)
    return sorted(year for match in found if match and (year := int(match[1])) > made)


def _read_plans(plans: Any) -> dict[str, Plan]:
    if not isinstance(plans, Mapping) or not plans:
        raise InputError('plans must be a mapping of names to plans, such as {"A": plan, "B": other}.')
    wrong = [name for name in plans if not isinstance(name, str) or not name.strip()]
    if wrong:
        raise InputError(f"Every plan needs a text as its name, not {', '.join(map(repr, wrong))}.")
    for name, plan in plans.items():
        if not isinstance(plan, Plan):
            raise InputError(f"{name}: a Plan is compared, as propose_mergers gives it, not {type(plan).__name__}.")
    given = {name: read_plan_at_hand(plan) for name, plan in plans.items()}
    (first_name, first), *others = given.items()
    problems = [problem for name, plan in others for problem in _unlike(first_name, first, name, plan)]
    if problems:
        raise InputError("Only plans of the same associations can be compared:", problems)
    return given


def _unlike(first_name: str, first: Plan, name: str, plan: Plan) -> Iterator[Problem]:
    """Name what two plans have not in common: associations, or their households."""
    ours = {str(key): int(value) for key, value in first.members["households"].items()}
    theirs = {str(key): int(value) for key, value in plan.members["households"].items()}
    cure = "make both plans from the same table of associations"
    for key in sorted({*ours, *theirs}):
        if key not in theirs:
            message, title = f"is in {first_name!r}, not in {name!r}", first.members.at[key, "name"]
        elif key not in ours:
            message, title = f"is in {name!r}, not in {first_name!r}", plan.members.at[key, "name"]
        elif ours[key] != theirs[key]:
            message = f"has {ours[key]} households in {first_name!r} and {theirs[key]} in {name!r}"
            title = first.members.at[key, "name"]
        else:
            continue
        yield Problem(
            severity="error", kind="other_associations", association_id=key, name=str(title), message=message, cure=cure
        )


def _figures(plan: Plan, years: list[int]) -> dict[str, Any]:
    """Give a plan's figures in the order of ``columns.COMPARISON``."""
    said, groups = plan.summary(), plan.groups
    everyone = said["households_after"]
    crossing = groups["crosses"].map(len) > 0
    changed = plan.members["status"] == "merged"
    return {
        "associations_before": said["associations_before"],
        "associations_after": said["associations_after"],
        "mergers": said["associations_before"] - said["associations_after"],
        "merged_groups": said["merged_groups"],
        "associations_changed": said["associations_changed"],
        "households_changed": int(plan.members["households"][changed].sum()),
        "left_below": len(plan.left_below),
        "households_left_below": said["households_left_below"],
        "smallest_group": said["smallest_group"],
        "largest_group": said["largest_group"],
        "mean_group": round(everyone / len(groups), 1) if len(groups) else None,
        "crossings": int(groups["households"][crossing].sum()),
        "travel_per_household_m": round(int(groups["travel_household_m"].sum()) / everyone, 1) if everyone else None,
        "halls_per_group": _halls_per_group(plan),
        "groups_without_hall": int((~groups["meets_in_hall"].astype(bool)).sum()),
        **{f"below_floor_{year}": _below_in(plan, year) for year in years},
        "proven": bool(plan.proven),
    }


def _halls_per_group(plan: Plan) -> float | None:
    """Count halls that belong to an association of the plan; None where there is no table of halls."""
    if plan.halls is None or not len(plan.groups):
        return None
    halls = plan.halls if "association_id" in plan.halls else place_halls(plan.halls, plan.associations)
    return round(int(halls["association_id"].isin(plan.members.index).sum()) / len(plan.groups), 2)


def _below_in(plan: Plan, year: int) -> int | None:
    """Count the groups below their floor in a year; None where a member's households are not known."""
    column = f"households_{year}"
    if column not in plan.associations:
        return None
    later = pd.to_numeric(plan.associations[column][plan.members.index], errors="coerce")
    if later.isna().any():
        return None
    sums = later.astype("float64").groupby(plan.members["group_id"].astype(str)).sum()
    floors = plan.groups["floor"].astype(int)
    return int((sums.reindex(plan.groups.index.astype(str)).to_numpy() < floors.to_numpy()).sum())


def _described(names: pd.Index) -> Iterator[columns.Column]:
    known = {column.name: column for column in columns.COMPARISON}
    for name in names:
        year = str(name).removeprefix("below_floor_")
        yield known.get(str(name)) or columns.Column(
            str(name), "int", "", f"Groups below their floor in {year}.", f"{year}年に下限未満となる自治会の数",
            f"Below their floor in {year}",
        )  # fmt: skip


def _sides(plan: Plan) -> dict[str, dict[str, Any]]:
    """Give each association its group: id, name, members."""
    groups = plan.groups.drop(columns="geometry")
    return {
        str(member): {
            "group_id": str(name),
            "group": str(group["name"]),
            "member_ids": tuple(group["member_ids"]),
            "member_names": tuple(group["member_names"]),
        }
        for name, group in groups.iterrows()
        for member in group["member_ids"]
    }
