"""Barriers (障害), such as rivers and expressways, and the crossings over or under them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kurihara_geo.errors import Problem, SourceError
from kurihara_geo.sources.boundaries import headings_of, standard_frame
from kurihara_geo.sources.identifiers import text_or_none
from kurihara_geo.sources.records import Record, attach, existing_file, listed, record
from kurihara_geo.sources.tables import PLACE_HEADINGS, is_table, read_point_table
from kurihara_geo.sources.vectors import CrsLike, read_vector

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    import geopandas as gpd

    from kurihara_geo.sources.headings import Ranks

__all__ = ["read_barriers", "read_crossings"]

# 国土数値情報: W05_004 and W05_003 are the name and the kind of a river, N01_002 and N01_001 of a road.
_BARRIER_HEADINGS: Mapping[str, Ranks] = {
    "name": (("name",), ("河川名", "路線名"), ("名称",), ("W05_004",), ("N01_002",)),
    "kind": (("kind",), ("種別",), ("W05_003",), ("N01_001",)),
}
_RIVER_KIND = "W05_003"
# 区間種別; 5 to 8 are 1 to 4 where the river is a lake as well.
_RIVER_KINDS = {
    "0": "区間種別不明",
    **dict.fromkeys(("1", "5"), "一級直轄区間"),
    **dict.fromkeys(("2", "6"), "一級指定区間"),
    **dict.fromkeys(("3", "7"), "二級河川区間"),
    **dict.fromkeys(("4", "8"), "指定区間外"),
}
_CROSSING_HEADINGS: Mapping[str, Ranks] = {
    "name": (("name",), ("橋名", "橋梁名", "橋りょう名"), ("施設名", "施設名称"), ("名称",)),
    "kind": (("kind",), ("種別", "施設種別")),
}
_LINES_AND_AREAS = ("LineString", "MultiLineString", "Polygon", "MultiPolygon")
_POINTS = ("Point", "MultiPoint")
_MOST_PROBLEMS = 20


def read_barriers(
    path: str | Path,
    *,
    name_column: str | None = None,
    columns: Mapping[str, str] | None = None,
    layer: str | None = None,
    encoding: str | None = None,
    crs: CrsLike | None = None,
) -> gpd.GeoDataFrame:
    """Read rivers, expressways or other barriers (障害) from any vector file of lines or areas.

    Parameters
    ----------
    path
        The file, or a zip of one as the national portal (国土数値情報) packs it.
    name_column
        The file's heading for names; found by usual ones (河川名, 路線名, ``W05_004`` of the national layer of rivers,
        ``N01_002`` of that of roads, ...) if not given. Rows with one name are one barrier.
    columns
        Own heading -> name to give it, for example ``{"道路種別": "kind"}``.
    layer
        The layer, or the file in the zip, where there are several.
    encoding
        How a shapefile's text is stored; found out if not given.
    crs
        The CRS, for a file that does not say or says it wrongly.

    Returns
    -------
    geopandas.GeoDataFrame
        One row a line or area in the file's order and CRS, with a plain row number as index: ``name`` and ``kind``
        (text or None; 区間種別 of a river, ``W05_003``, in words) where found, every other column as in the file (such
        as ``road_class``), ``geometry``. Rows without a shape are left out and recorded in ``attrs["records"]``;
        ``attrs["source"]`` says where it came from.

    Raises
    ------
    SourceError
        If the file cannot be read, does not say its CRS (give it with ``crs``), holds points or mixed collections
        (every such row is named), or a column is not found or could be one of two.
    """
    frame, source, records = _read_shapes(
        path,
        _BARRIER_HEADINGS,
        {"name": name_column},
        columns,
        layer=layer,
        encoding=encoding,
        crs=crs,
    )
    return _checked(frame, _LINES_AND_AREAS, "lines or areas", source=source, records=records, shown=str(path))


def read_crossings(
    path: str | Path,
    *,
    name_column: str | None = None,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    layer: str | None = None,
    encoding: str | None = None,
    crs: CrsLike | None = None,
) -> gpd.GeoDataFrame:
    """Read bridges, underpasses and other crossings from a vector file of points, or a table with coordinates.

    Parameters
    ----------
    path
        A vector file, or CSV or Excel with columns such as ``lon`` and ``lat`` or 経度 and 緯度.
    name_column
        The file's heading for names; found by usual ones (橋名, 橋梁名, 名称, ...) if not given.
    columns
        Own heading -> name to give it, for example ``{"東経": "lon", "北緯": "lat"}``.
    sheet
        The Excel sheet, where several hold such a table.
    layer
        The layer of a vector file, where there are several.
    encoding
        How a CSV file's or a shapefile's text is stored; found out if not given.
    crs
        The CRS of the coordinates; a table's are EPSG:4326 if not given.

    Returns
    -------
    geopandas.GeoDataFrame
        One row a crossing in the file's order and CRS, with a plain row number as index: ``name`` and ``kind`` (text or
        None) where found, every other column as in the file, ``geometry``.

    Raises
    ------
    SourceError
        If the file cannot be read, does not say its CRS, holds lines or areas, a column is not found, or a coordinate
        is no number; every such row is named.
    """
    asked = {"name": name_column}
    if not is_table(existing_file(path)):
        frame, source, records = _read_shapes(
            path,
            _CROSSING_HEADINGS,
            asked,
            columns,
            layer=layer,
            encoding=encoding,
            crs=crs,
        )
        return _checked(frame, _POINTS, "points", source=source, records=records, shown=str(path))
    wanted = {**_CROSSING_HEADINGS, **PLACE_HEADINGS}
    frame, source, records = read_point_table(
        path, wanted, asked, columns, required=("lon", "lat"), sheet=sheet, encoding=encoding, crs=crs
    )
    return _checked(frame, _POINTS, "points", source=source, records=records, shown=str(path))


def _read_shapes(
    path: str | Path,
    wanted: Mapping[str, Ranks],
    asked: Mapping[str, str | None],
    columns: Mapping[str, str] | None,
    *,
    layer: str | None,
    encoding: str | None,
    crs: CrsLike | None,
) -> tuple[gpd.GeoDataFrame, dict[str, Any], list[Record]]:
    vector = read_vector(path, layer=layer, encoding=encoding, crs=crs)
    if vector.frame.crs is None:
        raise SourceError(f'{path}: it does not say its CRS; give it with crs=, for example crs="EPSG:6668".')
    headings = headings_of(vector)
    places = headings.resolve(wanted, asked=asked, columns=columns)
    frame, renamed = standard_frame(vector, headings, places)
    if "kind" in places and headings.labels[places["kind"]] == _RIVER_KIND:
        kinds = [text_or_none(value) for value in frame["kind"]]
        frame["kind"] = pd.Series([_RIVER_KINDS.get(kind or "", kind) for kind in kinds], dtype="object")
    return frame, vector.source, [*vector.records, *renamed]


def _checked(
    frame: gpd.GeoDataFrame,
    kinds: tuple[str, ...],
    wanted: str,
    *,
    source: dict[str, Any],
    records: list[Record],
    shown: str,
) -> gpd.GeoDataFrame:
    """Read names as text, leave out rows without a shape and refuse shapes of another kind."""
    for column in ("name", "kind"):
        if column in frame:
            frame[column] = pd.Series([text_or_none(value) for value in frame[column].tolist()], dtype="object")
    shapeless = (frame.geometry.isna() | frame.geometry.is_empty).to_numpy(dtype=bool)
    found = [(number, kind) for number, kind in enumerate(frame.geom_type, 1) if not shapeless[number - 1]]
    wrong = [(number, kind) for number, kind in found if kind not in kinds]
    if wrong:
        raise SourceError(
            f"{shown}: {wanted} are needed, {len(wrong)} rows are something else:",
            [
                Problem(severity="error", kind="wrong_geometry", message=f"row {number}: {kind}")
                for number, kind in wrong[:_MOST_PROBLEMS]
            ],
        )
    if not found:
        raise SourceError(f"{shown}: no row has a shape; export it again with its geometry.")
    noted = []
    if shapeless.any():
        numbers = [number for number, missing in enumerate(shapeless, 1) if missing]
        noted = [record("no_shape", f"rows without a shape were left out: {listed(numbers)}")]
    result = frame[~shapeless].reset_index(drop=True)
    attach(result, source=source, records=[*records, *noted])
    return result
