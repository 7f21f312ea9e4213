"""Boundaries of neighbourhood associations, or of census small areas standing in for them, as a raw table."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from kurihara_geo.columns import NOTES
from kurihara_geo.errors import SourceError
from kurihara_geo.sources.census import is_census, unite_small_areas
from kurihara_geo.sources.headings import ASSOCIATION_HEADINGS, Headings, arrange, example_values
from kurihara_geo.sources.identifiers import id_column_values, text_or_none
from kurihara_geo.sources.numbers import count_column
from kurihara_geo.sources.records import Record, attach, listed, record
from kurihara_geo.sources.vectors import CrsLike, VectorTable, read_vector

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["read_boundaries"]


COUNT_COLUMN = re.compile(r"(households|population)(_(register|census|member|not_stated))?(_[0-9]{4})?")
"""Columns of counts: today's, and those of other kinds and years."""


def read_boundaries(
    path: str | Path,
    *,
    id_column: str | None = None,
    name_column: str | None = None,
    households_column: str | None = None,
    population_column: str | None = None,
    columns: Mapping[str, str] | None = None,
    layer: str | None = None,
    encoding: str | None = None,
    crs: CrsLike | None = None,
    swap_axes: bool = False,
    require_households: bool = False,
) -> gpd.GeoDataFrame:
    """Read boundaries from any vector file GDAL reads, the census small-area files of 2015 and 2020 included.

    Parameters
    ----------
    path
        Shapefile, GeoPackage, GeoJSON, KML or another vector file, or a zip of one as the national portal
        (e-Stat) packs it.
    id_column, name_column, households_column, population_column
        The file's headings for these columns; found by usual names (``KEY_CODE``, 自治会名, 世帯数, ...) if
        not given.
    columns
        Own heading -> name to give it, for example ``{"学区": "former_school_district"}``.
    layer
        The layer, or the file in the zip, where there are several.
    encoding
        How a shapefile's text is stored, for example ``cp932``; found out by strict decoding if not given.
    crs
        The CRS, for a file that does not say (a shapefile without ``.prj``) or says it wrongly.
    swap_axes
        Whether x and y stand the other way round in the file, as surveyors write them (x to the north). Without it
        coordinates that lie in Japan only when swapped are refused.
    require_households
        Whether a file without a column of households is an error. Without it the counts may come from another
        table.

    Returns
    -------
    geopandas.GeoDataFrame
        One row an association in the file's order and CRS (None if the file has none; JGD2000 in place of the old
        Tokyo datum, 日本測地系, which is recorded), with a plain row
        number as index: ``association_id`` (text), ``name`` (text; the id where the file has none),
        ``households`` and ``population`` where found (whole numbers; what is no number is left as found),
        every other column as in the file, ``geometry``. Census files also have ``water`` (bool; survey
        districts on water, counted 0) and ``municipality_code``, and their detached parts are one row.
        ``attrs["source"]`` holds the file's name, SHA-256 (of the .shp, .dbf, .prj and .cpg in this order for
        a loose shapefile) and encoding; ``attrs["records"]`` what was dropped or changed, as fields of
        :class:`~kurihara_geo.errors.Problem`.

    Raises
    ------
    SourceError
        If the file cannot be read, holds several layers (choose with ``layer``) or none, or a column is not
        found or could be one of two (name it; the message lists those found).
    """
    if not isinstance(require_households, bool):
        raise SourceError(f"require_households must be True or False, not {type(require_households).__name__}.")
    table = read_vector(path, layer=layer, encoding=encoding, crs=crs, swap_axes=swap_axes)
    headings = headings_of(table)
    asked = {
        "association_id": id_column,
        "name": name_column,
        "households": households_column,
        "population": population_column,
    }
    required = ["association_id", "name", *(["households"] if require_households else [])]
    places = headings.resolve(ASSOCIATION_HEADINGS, asked=asked, columns=columns, required=required)
    census = is_census(headings.labels, headings.labels[places["association_id"]])
    frame, renamed = standard_frame(table, headings, places)
    frame, records = _read_values(frame, census=census)
    if census:
        frame, united = unite_small_areas(frame)
        records += united
    frame, named = _fill_names(frame)
    frame = frame[[*(column for column in frame.columns if column != "geometry"), "geometry"]]
    attach(frame, source=table.source, records=[*table.records, *renamed, *records, *named])
    frame.attrs.update(_spoken_with(path))
    return frame


def _spoken_with(path: str | Path) -> dict[str, str]:
    """Give what a GeoJSON of this package says of its data, so that notices and terms survive being read back."""
    file = Path(path)
    if file.suffix.lower() not in {".geojson", ".json"}:
        return {}
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError):
        return {}
    about = content.get("kurihara_geo") if isinstance(content, dict) else None
    spoken = about if isinstance(about, dict) else {}
    return {name: value for name, value in spoken.items() if name in NOTES and isinstance(value, str)}


def headings_of(table: VectorTable) -> Headings:
    """Give the headings of a vector file with examples, geometry left out."""
    labels = [str(label) for label in table.frame.columns if label != "geometry"]
    examples = [example_values(table.frame[label].tolist()) for label in labels]
    return Headings(labels=labels, shown=table.shown, examples=examples)


def standard_frame(
    table: VectorTable, headings: Headings, places: Mapping[str, int]
) -> tuple[gpd.GeoDataFrame, list[Record]]:
    """Give the table with the standard columns first and the file's own columns, as they are, after them."""
    order, records = arrange(headings.labels, places)
    chosen = {name: table.frame[headings.labels[place]] for name, place in order}
    frame = gpd.GeoDataFrame(pd.DataFrame(chosen), geometry=table.frame.geometry, crs=table.frame.crs)
    return frame, records


def _read_values(frame: gpd.GeoDataFrame, *, census: bool) -> tuple[gpd.GeoDataFrame, list[Record]]:
    """Read ids and names as text and counts as numbers."""
    ids, records = id_column_values(frame["association_id"].tolist(), census=census)
    frame["association_id"] = pd.Series(ids, dtype="object")
    frame["name"] = pd.Series([text_or_none(value) for value in frame["name"].tolist()], dtype="object")
    for column in frame.columns:
        if COUNT_COLUMN.fullmatch(str(column)):
            frame[column], noted = count_column(frame[column].tolist(), heading=str(column))
            records += noted
    return frame, records


def _fill_names(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Record]]:
    """Call an association without a name by its id, so that every message can name it."""
    nameless = [
        place for place, name in enumerate(frame["name"]) if name is None and frame["association_id"].iloc[place]
    ]
    if not nameless:
        return frame, []
    ids = frame["association_id"].iloc[nameless].tolist()
    names = frame["name"].tolist()
    for place, code in zip(nameless, ids, strict=True):
        names[place] = code
    frame["name"] = pd.Series(names, dtype="object")
    message = f"{len(ids)} areas have no name and are called by their id"
    return frame, [record("name_missing", message, association_id=listed(ids), cure="Add names to the file.")]
