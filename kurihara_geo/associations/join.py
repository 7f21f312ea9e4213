"""Join boundaries with a table of counts; what did not match is named on both sides and never guessed."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pandas as pd

from kurihara_geo.errors import Problem

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["join_households", "normal_name"]

_COUNTS = ("households", "population", "households_kind")


def join_households(boundaries: gpd.GeoDataFrame, households: pd.DataFrame) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Join a table of counts to boundaries, by id where both have ids that match, else by name.

    Parameters
    ----------
    boundaries
        Raw table: columns ``association_id``, ``name``, geometry.
    households
        One row per association: ``association_id`` or ``name``, and ``households``; other columns are carried along.

    Returns
    -------
    GeoDataFrame, list of Problem
        Boundaries with the counts of the table (counts the boundaries had are dropped, never mixed in), and an error
        for every
        boundary without a count, every count without a boundary and every key that is not unique.
    """
    boundaries, households = boundaries.reset_index(drop=True), households.reset_index(drop=True)
    key = _choose_key(boundaries, households)
    left = boundaries[key].map(normal_name)
    right = households[key].map(normal_name)
    problems = [
        *_repeated(left, boundaries, key, "boundaries"),
        *_repeated(right, households, key, "the table of counts"),
    ]
    if problems:
        return boundaries, problems
    problems = [*_unmatched(left, right, boundaries, households)]
    dropped = [column for column in _COUNTS if column in boundaries]
    carried = households.drop(columns=[column for column in ("association_id", "name") if column in households])
    carried = carried.drop(columns=[column for column in carried if column in boundaries and column not in _COUNTS])
    joined = boundaries.drop(columns=dropped).assign(_key=left).join(carried.set_axis(right), on="_key")
    joined = joined.drop(columns="_key", errors="ignore")
    joined.attrs = dict(boundaries.attrs)
    matched = _matched_total(households, right.isin(left))
    if not problems and matched is not None and matched != int(pd.to_numeric(joined["households"]).sum()):
        problems.append(
            _error("join", message="the households joined do not add up to those of the table", cure="report this")
        )
    return joined, problems


def normal_name(value: object) -> str:
    """Give a name as it is compared: NFKC, without any space."""
    return (
        ""
        if value is None or value is pd.NA or value != value
        else "".join(unicodedata.normalize("NFKC", str(value)).split())
    )


def _choose_key(boundaries: gpd.GeoDataFrame, households: pd.DataFrame) -> str:
    """Join by id if the table has ids and any of them is known; by name otherwise."""
    if "association_id" in households:
        known = set(boundaries["association_id"].map(normal_name))
        if "name" not in households or households["association_id"].map(normal_name).isin(known).any():
            return "association_id"
    return "name"


def _matched_total(households: pd.DataFrame, matched: pd.Series) -> int | None:
    numbers = pd.to_numeric(households.loc[matched.to_numpy(), "households"], errors="coerce")
    return None if numbers.isna().any() else int(numbers.sum())


def _repeated(keys: pd.Series, table: pd.DataFrame, key: str, where: str) -> list[Problem]:
    repeated = keys[(keys != "") & keys.duplicated(keep=False)]
    cure = "make the ids unique" if key == "association_id" else "join by id instead: names are not unique in a city"
    return [
        Problem(
            severity="error",
            kind="ambiguous_join",
            name=str(table.at[rows[0], key]),
            message=f"{len(rows)} rows of {where} have this {'id' if key == 'association_id' else 'name'}",
            cure=cure,
        )
        for rows in (list(rows) for rows in repeated.groupby(repeated).groups.values())
    ]


def _unmatched(
    left: pd.Series, right: pd.Series, boundaries: gpd.GeoDataFrame, households: pd.DataFrame
) -> list[Problem]:
    without_count = [
        Problem(
            severity="error",
            kind="no_count",
            association_id=str(boundaries.at[row, "association_id"]),
            name=str(boundaries.at[row, "name"]),
            message="is in the boundaries but not in the table of counts",
            cure="add its row to the table, or correct its id or name",
        )
        for row in left.index[~left.isin(right) | (left == "")]
    ]
    without_boundary = [
        Problem(
            severity="error",
            kind="no_boundary",
            association_id=str(households.at[row, "association_id"]) if "association_id" in households else "",
            name=str(households.at[row, "name"]) if "name" in households else "",
            message=f"is in the table of counts ({households.at[row, 'households']!s} households), not drawn",
            cure="draw it, or correct its id or name",
        )
        for row in right.index[~right.isin(left) | (right == "")]
    ]
    return [*without_count, *without_boundary]


def _error(kind: str, *, message: str, cure: str) -> Problem:
    return Problem(severity="error", kind=kind, message=message, cure=cure)
