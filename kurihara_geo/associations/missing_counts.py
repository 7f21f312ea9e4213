"""Counts that are missing are supplied from elsewhere; a count that is there is never replaced."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from kurihara_geo.associations.names import normal_name
from kurihara_geo.errors import AssociationsError, Problem
from kurihara_geo.sources.numbers import is_missing
from kurihara_geo.sources.records import Record, listed, record

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["fill_missing_counts", "supplied_table"]

_COUNTS = ("households", "population")


def supplied_table(supplied: pd.DataFrame | Mapping[str, int]) -> pd.DataFrame:
    """Give supplied counts as a table: a mapping is association id -> households.

    Parameters
    ----------
    supplied
        A table as :func:`kurihara_geo.read_households` gives it, or a mapping.

    Raises
    ------
    AssociationsError
        If it is neither, or has no ``households``, or neither ids nor names.
    """
    if isinstance(supplied, Mapping):
        return pd.DataFrame(
            {
                "association_id": pd.Series([str(key) for key in supplied], dtype="object"),
                "households": pd.Series(list(supplied.values()), dtype="object"),
            }
        )
    if not isinstance(supplied, pd.DataFrame):
        raise AssociationsError(
            f"fill_missing_households is {type(supplied).__name__}; give a file, a table or a mapping id -> households."
        )
    named = "association_id" in supplied or "name" in supplied
    if "households" not in supplied or not named:
        found = ", ".join(str(column) for column in supplied.columns)
        raise AssociationsError(
            f"The table of missing counts needs households and association_id or name; columns found: {found}."
        )
    return supplied


def fill_missing_counts(
    table: gpd.GeoDataFrame, supplied: pd.DataFrame | Mapping[str, int]
) -> tuple[gpd.GeoDataFrame, list[Problem], list[Record]]:
    """Fill households, and population where supplied, that are missing.

    Parameters
    ----------
    table
        Raw table: ``association_id``, ``name``, ``households``; row numbers as index.
    supplied
        ``households`` by ``association_id``, or by ``name`` where no id matches; perhaps ``population`` and
        ``households_kind``. A mapping is association id, or name where no key is an id, -> households.

    Returns
    -------
    GeoDataFrame, list of Problem, list of Record
        The table with ``households_kind`` row by row where the kinds differ; an error for every row supplied that
        leads nowhere or not to one association only; a record of every count filled, every count that was there
        already and stayed, and of kinds mixed. A row whose name is another association's than its id's is an error.
    """
    given = supplied_table(supplied).reset_index(drop=True)
    if isinstance(supplied, Mapping):
        given = given.assign(name=given["association_id"])
    key = _key(table, given)
    places: dict[str, list[int]] = {}
    for place, value in enumerate(table[key].map(normal_name)):
        places.setdefault(value, []).append(place)
    found, problems = _matched(given, key, places)
    problems += _contradicting_names(table, given, found) if key == "association_id" else []
    if problems:
        return table, problems, []
    filled = table.assign(**{column: table[column].astype("object") for column in _COUNTS if column in table})
    filled = (
        filled if "households" in filled else filled.assign(households=pd.Series([None] * len(table), dtype=object))
    )
    records = _fill(filled, given, found)
    return filled, [], records


def _key(table: gpd.GeoDataFrame, given: pd.DataFrame) -> str:
    if "association_id" not in given:
        return "name"
    known = set(table["association_id"].map(normal_name))
    by_id = given["association_id"].map(normal_name).isin(known).any()
    return "association_id" if by_id or "name" not in given else "name"


def _matched(given: pd.DataFrame, key: str, places: Mapping[str, list[int]]) -> tuple[list[int], list[Problem]]:
    """Give the place of the association each supplied row is about; or name the rows that lead nowhere."""
    found, problems = [], []
    seen: dict[str, int] = {}
    for number, value in enumerate(given[key], start=1):
        name = normal_name(value)
        mine = places.get(name, []) if name else []
        if not mine:
            message = f"row {number} of the missing counts is about no association drawn"
            problems.append(_error("no_boundary", value, message, "correct its id or name"))
        elif len(mine) > 1 or name in seen:
            what = f"{len(mine)} associations have this {_WORD[key]}" if len(mine) > 1 else f"so is row {seen[name]}"
            message = f"row {number} of the missing counts: {what}"
            problems.append(_error("ambiguous_join", value, message, "supply counts by id, each once"))
        seen.setdefault(name, number)
        found.append(mine[0] if mine else -1)
    return found, problems


def _contradicting_names(table: gpd.GeoDataFrame, given: pd.DataFrame, found: list[int]) -> list[Problem]:
    """Name rows supplied whose name is that of another association than their id's."""
    if "name" not in given or "name" not in table:
        return []
    names = table["name"].map(normal_name).tolist()
    problems = []
    for row, place in enumerate(found):
        name = normal_name(given["name"].iloc[row])
        if place < 0 or not name or name == names[place] or name not in names:
            continue
        code, here = str(table["association_id"].iloc[place]), str(table["name"].iloc[place])
        if name == normal_name(code):
            continue
        owner = table["association_id"].iloc[names.index(name)]
        message = f"is called {here} in the boundaries and {name} in the missing counts, which is the name of {owner}"
        cure = "correct the id or the name of the row"
        problems.append(
            Problem(severity="error", kind="names_swapped", association_id=code, name=here, message=message, cure=cure)
        )
    return problems


_WORD = {"association_id": "id", "name": "name"}


def _error(kind: str, value: object, message: str, cure: str) -> Problem:
    shown = "" if is_missing(value) else str(value)
    return Problem(severity="error", kind=kind, association_id=shown, message=message, cure=cure)


def _fill(table: gpd.GeoDataFrame, given: pd.DataFrame, found: list[int]) -> list[Record]:
    """Fill counts in place; record what was filled, and what was there already and stayed."""
    records, filled = [], []
    for row, place in zip(given.to_dict("records"), found, strict=True):
        where = {"association_id": str(table.at[place, "association_id"]), "name": str(table.at[place, "name"])}
        for column in _COUNTS:
            value = row.get(column)
            if column not in table or is_missing(value):
                continue
            present: Any = table.at[place, column]
            if is_missing(present):
                table.at[place, column] = value
                records.append(record("count_filled", f"{column} were missing; supplied: {value}", **where))
                filled += [place] if column == "households" else []
            elif present != value:
                message = f"{column} are {present}; {value} was supplied as missing and is not used"
                cure = "Give the whole table with households= to replace counts."
                records.append(record("count_kept", message, **where, cure=cure))
    return [*records, *_mark_kinds(table, given, found, filled)]


def _mark_kinds(table: gpd.GeoDataFrame, given: pd.DataFrame, found: list[int], filled: list[int]) -> list[Record]:
    """Let each row say its kind of households; counts of different kinds do not compare, which is recorded."""
    own = table["households_kind"].tolist() if "households_kind" in table else ["not_stated"] * len(table)
    kinds: list[Any] = ["not_stated" if is_missing(kind) else kind for kind in own]
    of_supplied = given["households_kind"].tolist() if "households_kind" in given else [None] * len(given)
    stated = {kind for place, kind in enumerate(kinds) if place not in filled} - {"not_stated"}
    assumed = []
    for place, kind in zip(found, of_supplied, strict=True):
        if place in filled:
            unsaid = is_missing(kind) or kind == "not_stated"
            assumed += [place] if unsaid and len(stated) == 1 else []
            kinds[place] = next(iter(stated)) if unsaid and len(stated) == 1 else "not_stated" if unsaid else kind
    table["households_kind"] = pd.Series(kinds, index=table.index, dtype="object")
    rest = sorted({kind for place, kind in enumerate(kinds) if place not in filled})
    mixed = [place for place in filled if kinds[place] not in rest]
    if not mixed:
        return _kind_assumed(table, assumed, kinds)
    ids = listed(table["association_id"].iloc[mixed])
    message = f"counts supplied are {listed(sorted({kinds[p] for p in mixed}))}, the others {listed(rest)}: {ids}"
    cure = "Kinds of households do not compare; check those near the floor, or supply counts of one kind."
    return [record("filled_kind_differs", message, cure=cure), *_kind_assumed(table, assumed, kinds)]


def _kind_assumed(table: gpd.GeoDataFrame, places: list[int], kinds: list[Any]) -> list[Record]:
    """Note that counts which do not state their kind took that of the table they fill."""
    if not places:
        return []
    ids = listed(table["association_id"].iloc[places])
    message = f"counts supplied do not state their kind and were taken as {kinds[places[0]]}, as the others: {ids}"
    return [record("filled_kind_assumed", message, cure="State it in a column households_kind if it is another.")]
