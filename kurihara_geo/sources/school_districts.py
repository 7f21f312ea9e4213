"""Primary-school districts (小学校区) of 国土数値情報 A27, in the editions of 2010, 2016 and from 2021 on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from kurihara_geo.errors import SourceError
from kurihara_geo.sources.national_layers import (
    AREAS,
    CODE,
    CODED,
    ROW,
    Edition,
    NationalLayer,
    credit_ministry,
    one_row_each,
    own_columns,
    read_national_layer,
    rows_of,
    school_ids,
    with_text,
)
from kurihara_geo.sources.records import Record, attach, listed, record

if TYPE_CHECKING:
    from collections.abc import Hashable
    from pathlib import Path

    import geopandas as gpd

    from kurihara_geo.sources.vectors import CrsLike

__all__ = ["SCHOOL_CODE", "read_school_districts"]

SCHOOL_CODE = re.compile(r"[A-Z][0-9]{12}|[0-9]{13}")
"""A school's code: a letter for its kind and twelve digits."""
_NO_CODE = re.compile(r"0*")
_STANDARD = ("name", "school_code", "address", "founder", CODED)
_API = {
    CODED: "A27_001",
    "founder": "A27_002",
    "school_code": "A27_003",
    "name": "A27_004_ja",
    "address": "A27_005",
}
_EDITIONS = (
    Edition("API", _API, looks={CODED: CODE}),
    Edition(
        "2010",
        {CODED: "A27_005", "founder": "A27_006", "name": "A27_007", "address": "A27_008"},
        looks={CODED: CODE},
        unlike={"name": SCHOOL_CODE},
    ),
    Edition("2021 on", {**_API, "name": "A27_004"}, looks={CODED: CODE, "school_code": SCHOOL_CODE}),
    Edition(
        "2016",
        {CODED: "A27_001", "founder": "A27_002", "name": "A27_003", "address": "A27_004"},
        looks={CODED: CODE},
        unlike={"name": SCHOOL_CODE},
    ),
)


def read_school_districts(
    path: str | Path,
    municipality: str | None = None,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    crs: CrsLike | None = None,
) -> gpd.GeoDataFrame:
    """Read primary-school districts (小学校区) from the national layer A27, one row a school.

    The edition of 2010 shows the districts before many schools closed, the former school districts (旧小学校区) that
    plans are held to.

    Parameters
    ----------
    path
        Shapefile, GeoJSON or the zip as downloaded (``A27-10_04_GML.zip``); of a zip that also packs the schools as
        points, the districts are read. Which edition it is, is told from what the columns hold.
    municipality
        Five digits of the 行政区域コード as text, such as ``"04213"``; all municipalities if not given.
    layer, encoding, crs
        As for :func:`kurihara_geo.read_boundaries`.

    Returns
    -------
    geopandas.GeoDataFrame
        As :func:`kurihara_geo.read_districts` gives it, in the file's CRS. Index ``district_id`` (text; the school's
        code, or, in the editions without codes, the municipality's code and the name, such as ``04999-架空小学校``);
        ``name`` (as in the file), ``school_code`` (None in 2010 and 2016), ``address``, ``founder`` (設置主体),
        ``municipality_code``, the file's own columns where all parts agree, ``geometry`` (several polygons of one
        school united). ``attrs["source"]["edition"]`` says which edition was recognised; ``attrs["records"]`` what
        was left out, united or mended.

    Raises
    ------
    SourceError
        If the file cannot be read, does not say its CRS, is of no known edition, holds no polygons, or has no row of
        the municipality (the message lists the codes found).

    Examples
    --------
    >>> import geopandas as gpd, shapely, kurihara_geo as kg
    >>> school = {"A27_005": "04999", "A27_006": "架空市立", "A27_007": "架空小学校", "A27_008": "架空1"}
    >>> layer = gpd.GeoDataFrame(
    ...     {heading: [text] * 2 for heading, text in school.items()},
    ...     geometry=[shapely.box(141, 38.7, 141.01, 38.71), shapely.box(141.01, 38.7, 141.02, 38.71)],
    ...     crs="EPSG:4612",
    ... )
    >>> layer.to_file("districts.geojson")
    >>> districts = kg.read_school_districts("districts.geojson", "04999")
    >>> districts.index.tolist(), districts.attrs["source"]["edition"]
    (['04999-架空小学校'], '2010')
    """
    found = read_national_layer(
        path,
        _EDITIONS,
        shapes=AREAS,
        member=r".*SchoolDistrict|A27-[0-9_]+",
        layer=layer,
        encoding=encoding,
        crs=crs,
    )
    found = _named(rows_of(found, municipality))
    frame, records = _one_row_a_school(found.frame)
    result = own_columns(frame, _STANDARD)
    attach(result, source=found.source, records=[*found.records, *records])
    credit_ministry(result, ja="小学校区データ", en="primary-school districts")
    return result


def _named(found: NationalLayer) -> NationalLayer:
    """Read the texts, and leave out areas that belong to no school."""
    frame = with_text(found.frame, _STANDARD)
    codes = [None if code is None or _NO_CODE.fullmatch(code) else code for code in frame["school_code"]]
    frame["school_code"] = pd.Series(codes, index=frame.index, dtype="object")
    kept = NationalLayer(frame, found.edition, found.shown, found.source, found.records)
    nameless = frame.loc[frame["name"].isna(), ROW].tolist()
    if not nameless:
        return kept
    message = f"{len(nameless)} areas of no named school were left out: rows {listed(nameless)}"
    kept = kept.keep(frame["name"].notna(), record("missing_name", message, cure="Enter the name if they count."))
    if kept.frame.empty:
        raise SourceError(f"{found.shown}: no area has the name of a school; rows {listed(nameless)}.")
    return kept


def _one_row_a_school(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Record]]:
    """Unite the polygons of each school; schools of one name are told apart by their address."""
    keys = [_key(row) for row in frame[list(_STANDARD)].to_dict("records")]
    places = pd.Series(range(len(frame))).groupby(pd.Series(keys), sort=False).agg(list)
    result, noted = one_row_each(frame, [frame.iloc[spots] for spots in places])
    result = with_text(result, _STANDARD)
    ids, records = school_ids(result)
    result.index = pd.Index(ids, name="district_id", dtype="object")
    return result, [*noted, *records]


def _key(row: dict[Hashable, Any]) -> str:
    telling = (row[CODED], row["school_code"], row["name"], None if row["school_code"] else row["address"])
    return "\n".join("" if text is None else str(text) for text in telling)
