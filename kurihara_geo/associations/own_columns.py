"""Own columns of small areas, and of the table that gives them to associations, stay with the associations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from kurihara_geo.sources.agreement import agreed, different_values
from kurihara_geo.sources.boundaries import COUNT_COLUMN
from kurihara_geo.sources.records import Record, listed, record

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

__all__ = ["carry_own_columns"]

_MADE_HERE = ("association_id", "name", "small_area_ids", "approximate", "geometry")
_OF_AREAS = ("households_kind", "water")
_OF_PAIRS = ("association_id", "name", "small_area_id", "share", "row_number")


def carry_own_columns(
    areas_of: Mapping[str, Sequence[str]],
    divided: Collection[str],
    areas: gpd.GeoDataFrame,
    rows: pd.DataFrame,
    *,
    traits: Collection[str],
) -> tuple[pd.DataFrame, list[Record]]:
    """Give each association what the rows about it say, else what its small areas agree on; name what is left out.

    Parameters
    ----------
    areas_of
        Association -> ids of its small areas, in the order of the result.
    divided
        Small areas that were cut.
    areas
        The small areas by id.
    rows
        The table of correspondence.
    traits
        Columns that have a rule of their own in both tables: town, district and the like.

    Returns
    -------
    DataFrame, list of Record
        The own columns, a row an association. A cell is empty where rows or small areas differ, and where numbers of
        small areas are about more or less than one whole area (they may be amounts). A column of which no cell is
        left, a count of the correspondence (of the pair or of the association?) and a heading used here are left out.
    """
    named = [str(column) for column in rows.columns if column not in (*_OF_PAIRS, *traits)]
    counts = [column for column in named if column in _OF_AREAS or COUNT_COLUMN.fullmatch(column)]
    drawn = [str(column) for column in areas.columns if not _has_a_rule(str(column), traits)]
    shapes = [column for column in drawn if isinstance(areas[column], gpd.GeoSeries)]
    left_out = [f"{column} of the correspondence" for column in named if column in (*counts, *_MADE_HERE)]
    left_out += [f"{column} of the small areas" for column in drawn if column in (*shapes, *_MADE_HERE)]
    carried: dict[str, Any] = {}
    empty: dict[str, list[str]] = {}
    for column in dict.fromkeys([*named, *drawn]):
        if column in (*counts, *shapes, *_MADE_HERE):
            continue
        values, without = _values(column, areas_of, divided, areas, rows)
        if without and not different_values(values):
            left_out.append(column)
            continue
        carried[column] = pd.Series(values, dtype="object")
        empty |= {column: without} if without else {}
    return pd.DataFrame(carried, index=range(len(areas_of))), _records(empty, left_out)


def _has_a_rule(column: str, traits: Collection[str]) -> bool:
    """Whether a column of the small areas is joined by a rule of its own."""
    return column in ("name", "geometry", *_OF_AREAS, *traits) or bool(COUNT_COLUMN.fullmatch(column))


def _values(
    column: str,
    areas_of: Mapping[str, Sequence[str]],
    divided: Collection[str],
    areas: gpd.GeoDataFrame,
    rows: pd.DataFrame,
) -> tuple[list[object], list[str]]:
    """Give the value of each association, and the associations left without one though there were some."""
    cells = rows[column].tolist() if column in rows else []
    places = rows.groupby("association_id", sort=False).indices
    of_area = dict(zip(areas.index, areas[column], strict=True)) if column in areas else {}
    values: list[object] = []
    without: list[str] = []
    for association, mine in areas_of.items():
        found = different_values(cells[place] for place in places[association]) if cells else []
        if not found and of_area:
            found = different_values(of_area[area] for area in mine)
            one_whole = len(mine) == 1 and mine[0] not in divided
            if any(_is_number(value) for value in found) and not one_whole:
                values.append(None)
                without.append(association)
                continue
        values.append(agreed(found))
        without += [association] if len(found) > 1 else []
    return values, without


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def _records(empty: Mapping[str, Sequence[str]], left_out: Sequence[str]) -> list[Record]:
    records = []
    if empty:
        cells = (f"{column} of {listed(ids)}" for column, ids in empty.items())
        message = f"own columns were left empty where rows or small areas differ, or are amounts: {'; '.join(cells)}"
        cure = "Say it in a column of that name in the correspondence, the same in each row of an association."
        records.append(record("columns_left_empty", message, cure=cure))
    if left_out:
        message = f"own columns that cannot be carried were left out: {', '.join(left_out)}"
        cure = "Say it in a column of another name in the correspondence, the same in each row of an association."
        records.append(record("columns_not_carried", message, cure=cure))
    return records
