"""The census small areas (国勢調査 小地域, 町丁・字等) as downloaded: a row a part becomes a row an area.

A detached part (飛び地) is a record of its own with the same KEY_CODE; people and households stand on the
first part and are 0 on the others. ``AREA_MAX_F`` is ``M`` on the largest. ``HCODE`` 8154 is a water survey
district (水面調査区).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely

from kurihara_geo.sources.headings import normal_heading
from kurihara_geo.sources.identifiers import id_text
from kurihara_geo.sources.numbers import is_missing
from kurihara_geo.sources.records import Record, listed, record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shapely.geometry.base import BaseGeometry

__all__ = ["is_census", "unite_small_areas"]

_WATER = "8154"
_COUNTS = ("households", "population")
_MEASURES = ("area", "perimeter")


def is_census(labels: Sequence[str], id_label: str) -> bool:
    """Say whether the headings are those of the census files of 2015 or 2020 and the id is KEY_CODE."""
    known = {normal_heading(label) for label in labels}
    return normal_heading(id_label) == "key_code" and "hcode" in known


def unite_small_areas(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Record]]:
    """Make one row of each small area, counted once, and mark water.

    Parameters
    ----------
    frame
        Standard columns ``association_id`` and optionally ``households`` and ``population`` with numbers
        read, plus the columns of the census.

    Returns
    -------
    tuple
        The table with ``water`` (bool), ``municipality_code`` (text) and, where there are counts,
        ``households_kind`` (census) added, and records ``parts_dissolved``, ``parts_summed``, ``water_counts``,
        ``water_area`` and ``several_municipalities``.
    """
    columns = {normal_heading(label): label for label in frame.columns}
    rows = frame.to_dict("records")
    for row in rows:
        row["water"] = id_text(row[columns["hcode"]]) == _WATER
    places: dict[object, list[int]] = {}
    for place, row in enumerate(rows):
        key = row["association_id"]
        places.setdefault(place if key is None else key, []).append(place)
    united, records = [], []
    for parts in places.values():
        row, notes = _unite([rows[place] for place in parts], columns)
        united.append(row)
        records += notes
    result = gpd.GeoDataFrame(pd.DataFrame(united, dtype="object"), geometry="geometry", crs=frame.crs)
    result = _add_municipality(_restore_types(result, frame), columns)
    if "households" in result:
        result["households_kind"] = "census"
    return result, [*records, *_water_records(result), *_municipality_records(result)]


def _unite(parts: list[dict[Any, Any]], columns: dict[str, str]) -> tuple[dict[Any, Any], list[Record]]:
    """Unite the parts of one area: text from the largest, counts and areas summed, water only if all are."""
    united = dict(_main_part(parts, columns))
    united["water"] = all(part["water"] for part in parts)
    records: list[Record] = []
    where = {"association_id": str(united["association_id"]), "name": str(united.get("name") or "")}
    if len(parts) > 1:
        united["geometry"] = _one_shape([part["geometry"] for part in parts])
        records.append(
            record("parts_dissolved", f"{len(parts)} detached parts were made one area and counted once", **where)
        )
        for column in (*_COUNTS, *(columns[key] for key in _MEASURES if key in columns)):
            if column in united:
                united[column] = _sum(part[column] for part in parts)
        for column in _COUNTS:
            counted = [part[column] for part in parts if column in part and part[column] not in (0, None)]
            if len(counted) > 1:
                message = f"{column} stood on {len(counted)} parts and were summed: {listed(counted)}"
                records.append(
                    record("parts_summed", message, **where, cure="Check that they are not copies of one figure.")
                )
    if united["water"]:
        left_out = {column: united[column] for column in _COUNTS if united.get(column)}
        if left_out:
            figures = ", ".join(f"{column} {value}" for column, value in left_out.items())
            message = f"a water survey district with counts, which are left out: {figures}"
            records.append(record("water_counts", message, **where, cure="Check whether people live there."))
        united.update({column: 0 for column in _COUNTS if column in united})
    return united, records


def _main_part(parts: list[dict[Any, Any]], columns: dict[str, str]) -> dict[Any, Any]:
    largest = columns.get("area_max_f")
    land = [part for part in parts if not part["water"]] or parts
    marked = [part for part in land if largest is not None and part[largest] == "M"]
    return (marked or land)[0]


def _one_shape(shapes: Sequence[BaseGeometry | None]) -> BaseGeometry | None:
    """Unite shapes; where one is broken, keep all as they are for the checks to name."""
    present = [shape for shape in shapes if shape is not None]
    if not present:
        return None
    if all(shape.is_valid for shape in present):
        return shapely.union_all(present)
    polygons = [part for shape in present for part in getattr(shape, "geoms", [shape])]
    if all(isinstance(part, shapely.Polygon) for part in polygons):
        return shapely.MultiPolygon(polygons)
    return shapely.GeometryCollection(present)


def _sum(values: Iterable[Any]) -> object:
    """Sum what is a number; a text that is none is kept instead, for the checks to name."""
    present = [value for value in values if not is_missing(value)]
    texts = [value for value in present if isinstance(value, str)]
    if texts:
        return texts[0]
    return sum(present) if present else None


def _restore_types(result: gpd.GeoDataFrame, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give each column its type back after the way through rows."""
    for column in frame.columns:
        if column != "geometry":
            try:
                result[column] = result[column].astype(frame[column].dtype)
            except (TypeError, ValueError):
                continue  # a gap in a column of whole numbers: it stays as found
    return result.astype({"water": "bool"})


def _add_municipality(result: gpd.GeoDataFrame, columns: dict[str, str]) -> gpd.GeoDataFrame:
    """Add the municipality's five digits: PREF + CITY since 2020, KEN + CITY before."""
    prefecture = columns.get("pref", columns.get("ken"))
    city = columns.get("city")
    if prefecture is not None and city is not None:
        pairs = zip(result[prefecture], result[city], strict=True)
        codes = [_municipality(id_text(first), id_text(second)) for first, second in pairs]
        result["municipality_code"] = pd.Series(codes, dtype="object")
    return result


def _municipality(prefecture: str | None, city: str | None) -> str | None:
    return f"{prefecture.zfill(2)}{city.zfill(3)}" if prefecture and city else None


def _water_records(result: gpd.GeoDataFrame) -> list[Record]:
    water = result[result["water"]]
    return [
        record(
            "water_area",
            "a water survey district (水面調査区): counted as 0",
            association_id=str(code),
            name=str(name or ""),
        )
        for code, name in zip(water["association_id"], water["name"], strict=True)
    ]


def _municipality_records(result: gpd.GeoDataFrame) -> list[Record]:
    if "municipality_code" not in result:
        return []
    codes = sorted({code for code in result["municipality_code"] if code})
    if len(codes) < 2:
        return []
    message = f"areas of {len(codes)} municipalities are in the file: {listed(codes)}"
    return [
        record(
            "several_municipalities",
            message,
            cure="Use the file of one municipality, or choose rows by municipality_code.",
        )
    ]
