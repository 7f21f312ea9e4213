"""Outlines of municipalities (市区町村), from the national layer 国土数値情報 N03, historical editions included."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from kurihara_geo.errors import Problem, SourceError
from kurihara_geo.sources.national_layers import (
    AREAS,
    CODED,
    Edition,
    NationalLayer,
    credit_ministry,
    one_row_each,
    own_columns,
    read_national_layer,
    rows_of,
    with_text,
)
from kurihara_geo.sources.national_layers import CODE as _CODE
from kurihara_geo.sources.records import attach, record

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import geopandas as gpd

    from kurihara_geo.sources.vectors import CrsLike

__all__ = ["read_municipality"]

_STANDARD = ("name", "prefecture", "county")
_DATE = re.compile(r"[0-9]{4}([-/]?[0-9]{1,2}[-/]?[0-9]{1,2})?([T ].*)?")
_MODERN = {CODED: "N03_007", "prefecture": "N03_001", "county": "N03_003", "name": "N03_004"}
_EDITIONS = (
    Edition(
        "historical",
        {**_MODERN, "begins": "N03_005", "ends": "N03_006"},
        looks={CODED: _CODE, "begins": _DATE},
    ),
    Edition("2024 on", {**_MODERN, "ward": "N03_005"}, looks={CODED: _CODE}),
    Edition("up to 2023", _MODERN, looks={CODED: _CODE}),
)


def read_municipality(
    path: str | Path,
    code: str | Iterable[str],
    *,
    name: str | None = None,
    layer: str | None = None,
    encoding: str | None = None,
    crs: CrsLike | None = None,
) -> gpd.GeoDataFrame:
    """Read the outline of a municipality from the national layer N03, one row a municipality.

    Parameters
    ----------
    path
        Shapefile, GeoJSON or the zip as downloaded (``N03-20230101_04_GML.zip``), of today or of a year such as 1950.
    code
        Five digits of the 行政区域コード as text, such as ``"04213"``; or several, such as those of the towns a city
        was made of, in a historical edition.
    name
        Its name (市区町村名), for historical editions where one code stands for several.
    layer, encoding
        As for :func:`kurihara_geo.read_boundaries`.
    crs
        The CRS, for a file that does not say: historical editions come without ``.prj``.

    Returns
    -------
    geopandas.GeoDataFrame
        Index ``municipality_code`` (text), in the file's order and CRS; ``name`` (with the ward of a large city),
        ``prefecture``, ``county`` (郡, or the large city of a ward), in historical editions ``begins`` and ``ends``,
        every other column where all parts agree, ``geometry`` (all parts united, islands included).
        ``attrs["records"]`` says what was left out and united.

    Raises
    ------
    SourceError
        If the file cannot be read, does not say its CRS (give it with ``crs``), is of no known edition, has no row of a
        code (the message lists those found), or one code stands for several names (each is named; choose with
        ``name``).

    Examples
    --------
    >>> import geopandas as gpd, shapely, kurihara_geo as kg
    >>> layer = gpd.GeoDataFrame(
    ...     {"N03_001": ["架空県"] * 2, "N03_003": [None] * 2, "N03_004": ["架空市"] * 2, "N03_007": ["04999"] * 2},
    ...     geometry=[shapely.box(141, 38.7, 141.1, 38.8), shapely.box(141.2, 38.7, 141.21, 38.71)],
    ...     crs="EPSG:6668",
    ... )
    >>> layer.to_file("municipalities.geojson")
    >>> kg.read_municipality("municipalities.geojson", "04999")[["name", "prefecture"]]
                      name prefecture
    municipality_code
    04999              架空市        架空県
    """
    found = read_national_layer(
        path, _EDITIONS, shapes=AREAS, member=r"N03-[0-9_]+", layer=layer, encoding=encoding, crs=crs
    )
    found = _called(_described(rows_of(found, code)), name)
    _check_names(found)
    frame = found.frame
    lots = [frame[frame[CODED] == each] for each in dict.fromkeys(frame[CODED])]
    united, records = one_row_each(frame, lots)
    result = own_columns(with_text(united, _STANDARD).set_index(CODED), _STANDARD)
    attach(result, source=found.source, records=[*found.records, *records])
    credit_ministry(result, ja="行政区域データ", en="administrative areas")
    return result


def _described(found: NationalLayer) -> NationalLayer:
    """Read the texts; a ward is called by its city and its own name."""
    texts = [column for column in ("begins", "ends", "ward") if column in found.frame]
    frame = with_text(found.frame, (*_STANDARD, *texts))
    if "ward" in frame:
        names = [f"{city or ''}{ward or ''}" or None for city, ward in zip(frame["name"], frame["ward"], strict=True)]
        frame["name"] = pd.Series(names, index=frame.index, dtype="object")
        frame = frame.drop(columns="ward")
    return NationalLayer(frame, found.edition, found.shown, found.source, found.records)


def _called(found: NationalLayer, name: str | None) -> NationalLayer:
    if name is None:
        return found
    names = found.frame["name"]
    kept = names == name
    others = list(dict.fromkeys(str(other) for other in names[~kept]))
    if not kept.any():
        found_names = ", ".join(others)
        raise SourceError(f"{found.shown}: none of these municipalities is called {name!r}; found: {found_names}.")
    message = f"{int((~kept).sum())} rows of other names were left out: {', '.join(others)}"
    return found.keep(kept, *([record("other_municipality", message)] if others else []))


def _check_names(found: NationalLayer) -> None:
    """Refuse to unite what only shares a code."""
    frame = found.frame
    problems = []
    for each in dict.fromkeys(frame[CODED]):
        rows = frame[frame[CODED] == each]
        telling = [column for column in ("name", "begins", "ends") if column in rows]
        known = list(dict.fromkeys(rows[telling].itertuples(index=False, name=None)))
        if len(known) > 1:
            shown = "; ".join(" ".join(str(part) for part in parts if part is not None) for parts in known)
            problems.append(Problem(severity="error", kind="same_id", message=f"{each}: {shown}"))
    if problems:
        raise SourceError(
            f"{found.shown}: one code stands for several municipalities; choose with name= (or filter the file by its "
            "dates first):",
            problems,
        )
