"""Features and what is said of them -> one GeoJSON file, with every value as JSON can hold it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from kurihara_geo import columns
from kurihara_geo.errors import OutputError
from kurihara_geo.outputs.files import write_whole

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    import geopandas as gpd

    from kurihara_geo.associations.exchange import Shapes

__all__ = ["about_input", "plain", "plain_records", "write_features"]


def write_features(
    path: str | PathLike[str],
    about: Mapping[str, Any],
    properties: Iterable[Mapping[str, Any]],
    shapes: Shapes,
    ids: Iterable[str] | None = None,
) -> Path:
    """Write one feature to a line, so that two files can be compared line by line.

    Parameters
    ----------
    path
        File to write.
    about
        The foreign member ``kurihara_geo``, which comes first.
    properties, shapes
        One for each feature; outlines in EPSG:4326.
    ids
        Ids of the features, where they have any.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "properties": values,
            "geometry": None if _is_nothing(shape) else shapely.geometry.mapping(shape),
        }
        for values, shape in zip(properties, shapes, strict=True)
    ]
    if ids is not None:
        features = [{"type": "Feature", "id": key, **item} for key, item in zip(ids, features, strict=True)]
    lines = ",\n".join(_json(feature) for feature in features)
    head = f'{{"type": "FeatureCollection",\n"kurihara_geo": {_json(about, indent=1)},\n'
    return write_whole(path, f'{head}"features": [\n{lines}\n]}}\n')


def about_input(table: gpd.GeoDataFrame, *, notes: Mapping[Any, Any] | None = None) -> dict[str, Any]:
    """Name the plane CRS worked in, and carry the notice and the source lines that came with the data.

    Raises
    ------
    OutputError
        If the table has no CRS.
    """
    crs = table.crs
    if crs is None:
        raise OutputError("The table has no CRS, so longitude and latitude are not known: set it with set_crs().")
    authority = crs.to_authority()
    known: dict[str, Any] = {"code": ":".join(authority) if authority else None, "name": crs.name}
    about: dict[str, Any] = {"crs": known if authority else {**known, "wkt": crs.to_wkt()}}
    attrs = table.attrs if notes is None else notes
    return about | {name: plain(attrs[name]) for name in columns.NOTES if attrs.get(name)}


def plain_records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows of a table without its index."""
    rows = table.astype(object).to_dict("records")
    return [{str(name): plain(value) for name, value in row.items()} for row in rows]


def plain(value: Any) -> Any:
    """Turn any cell into what JSON can hold: empty values into null, dates into ISO 8601 text."""
    if isinstance(value, str):
        # Half of a surrogate pair is no character and has no UTF-8.
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, AbstractSet):
        return sorted((plain(item) for item in value), key=str)
    if isinstance(value, np.ndarray | list | tuple):
        return [plain(item) for item in value]
    return _plain_scalar(value)


def _plain_scalar(value: Any) -> Any:
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    elif isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or value is pd.NaT or value != value:  # NaN alone is not itself
        return None
    if isinstance(value, bool | int):
        return value
    if isinstance(value, Decimal | float):
        return float(value) if math.isfinite(value) else str(value)
    return value.isoformat() if isinstance(value, date | time | pd.Timedelta) else str(value)


def _is_nothing(shape: shapely.Geometry | None) -> bool:
    return shape is None or bool(shapely.is_empty(shape))


def _json(value: Any, *, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
