"""What a plan was made from, as SHA-256 values: the same for the same input, whichever files it was read from."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kurihara_geo.associations.exchange import INPUT_DECIMALS, POINT_DECIMALS, shapes_in_degrees
from kurihara_geo.associations.places import bare, representative_points

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from kurihara_geo.rules import MergeRules

__all__ = ["fingerprint_input", "join_fingerprints"]

# About 1 mm; what others read has more decimals, so that files rebuild the same value.
_DECIMALS = 8


def fingerprint_input(
    associations: gpd.GeoDataFrame,
    borders: gpd.GeoDataFrame,
    rules: MergeRules,
    halls: gpd.GeoDataFrame | None = None,
) -> dict[str, str]:
    """Give a SHA-256 for each kind of input that decides a plan.

    Row order and columns that no rule reads change nothing, nor does writing the input to GeoJSON and reading it back:
    positions are taken as they are written, then rounded to about a millimetre.

    Parameters
    ----------
    associations
        Checked associations, metric CRS.
    borders
        Borders used, barred ones among them.
    rules
        What was asked; the columns they name are part of ``associations``.
    halls
        Points with an ``association_id``, or None.

    Returns
    -------
    dict
        ``associations`` (ids, households, columns the rules read, points), ``outlines``, ``borders`` (pairs, kinds,
        what bars them, and under ``weak_border_m`` their lengths to the millimetre), ``halls`` and ``rules``, each with
        its SHA-256. Join them with :func:`join_fingerprints`.
    """
    ordered = bare(associations).sort_index()
    return {
        "associations": _digest(_association_rows(ordered, rules)),
        "outlines": _digest(_outline_rows(ordered)),
        "borders": _digest(_border_rows(borders, rules)),
        "halls": _digest(_hall_rows(halls)),
        "rules": _digest([rules.to_dict()]),
    }


def join_fingerprints(kinds: Mapping[str, str]) -> str:
    """Give one SHA-256 for the whole input.

    Parameters
    ----------
    kinds
        As :func:`fingerprint_input` gives them.
    """
    return _digest([dict(kinds)])


def _digest(rows: Iterable[Any]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(row if isinstance(row, bytes) else json.dumps(row, ensure_ascii=False, sort_keys=True).encode())
    return digest.hexdigest()


def _association_rows(ordered: gpd.GeoDataFrame, rules: MergeRules) -> list[list[Any]]:
    used = ["households", *rules.boundary_columns, *rules.floors]
    values = [[_text(row[name]) for name in used] for row in pd.DataFrame(ordered)[used].to_dict("records")]
    points = _positions(gpd.GeoSeries(representative_points(ordered)), POINT_DECIMALS)
    return [[str(name), *row, point] for name, row, point in zip(ordered.index, values, points, strict=True)]


def _outline_rows(ordered: gpd.GeoDataFrame) -> Iterable[bytes]:
    shapes = shapely.normalize(shapes_in_degrees(ordered.geometry, INPUT_DECIMALS))
    for shape in shapes:
        yield shapely.to_wkb(shapely.transform(shape, _coarse))


def _hall_rows(halls: gpd.GeoDataFrame | None) -> list[list[Any]]:
    if halls is None:
        return []
    ordered = halls.sort_index()
    points = _positions(ordered.geometry, INPUT_DECIMALS)
    return [
        [str(name), _text(owner), point]
        for name, owner, point in zip(ordered.index, ordered["association_id"], points, strict=True)
        if isinstance(owner, str) and owner
    ]


def _border_rows(borders: gpd.GeoDataFrame, rules: MergeRules) -> list[list[str]]:
    rows = pd.DataFrame(borders)[["a", "b", "kind", "barred_by"]].fillna("")
    if rules.weak_border_m is not None:  # the one rule that reads lengths; without it a table may lack them
        rows = rows.assign(length_m=[_millimetres(length) for length in borders["length_m"]])
    rows = rows.sort_values(["a", "b"])
    return [[str(value) for value in row] for row in rows.itertuples(index=False)]


def _millimetres(length_m: Any) -> str:
    """Give a length as files hold it, to the millimetre; a missing one is read back as 0."""
    return f"{0.0 if pd.isna(length_m) else round(float(length_m), 3) + 0.0:.3f}"


def _positions(points: gpd.GeoSeries, decimals: int) -> list[list[float]]:
    rows: list[list[float]] = _coarse(shapely.get_coordinates(shapes_in_degrees(points, decimals))).tolist()
    return rows


def _text(value: Any) -> str:
    """Give a cell as text, whole numbers alike however they are stored, and empty ones as an empty text."""
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def _coarse(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round to what anybody could have drawn; the last digits differ between versions of the libraries below."""
    return np.round(coordinates, _DECIMALS) + 0.0
