"""Schools as points, from the national layer 国土数値情報 P29 in its layouts of 2013 and from 2021 on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import pandas as pd

from kurihara_geo.errors import SourceError
from kurihara_geo.sources.national_layers import (
    CODE,
    CODED,
    POINTS,
    ROW,
    Edition,
    NationalLayer,
    credit_ministry,
    own_columns,
    read_national_layer,
    rows_of,
    school_ids,
    with_text,
)
from kurihara_geo.sources.records import Record, attach, listed, record

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from kurihara_geo.sources.vectors import CrsLike

__all__ = ["SCHOOL_CLASSES", "read_schools"]

SCHOOL_CLASSES = {
    "16001": "小学校",
    "16002": "中学校",
    "16003": "中等教育学校",
    "16004": "高等学校",
    "16005": "高等専門学校",
    "16006": "短期大学",
    "16007": "大学",
    "16008": "盲学校",
    "16009": "ろう学校",
    "16010": "養護学校",
    "16011": "幼稚園",
    "16012": "特別支援学校",
    "16013": "認定こども園",
    "16014": "義務教育学校",
    "16015": "各種学校",
    "16016": "専修学校",
}
"""学校分類コード and what it stands for."""

_KINDS = {"primary": ("小学校", "義務教育学校"), "middle": ("中学校", "義務教育学校")}
_STANDARD = ("name", "kind", "address", "school_code", "closed", CODED)
_TEXTS = ("name", "class", "address", "school_code", "suspended")
_CLASS = re.compile(r"[0-9]{5}")
_API = {
    CODED: "P29_001",
    "school_code": "P29_002",
    "class": "P29_003",
    "name": "P29_004_ja",
    "address": "P29_005_ja",
    "suspended": "P29_007",
}
_EDITIONS = (
    Edition("API", _API, looks={CODED: CODE, "class": _CLASS}),
    Edition(
        "2013",
        {CODED: "P29_001", "class": "P29_004", "name": "P29_005", "address": "P29_006"},
        looks={CODED: CODE, "class": _CLASS},
    ),
    Edition(
        "2021 on",
        {**_API, "name": "P29_004", "address": "P29_005"},
        looks={CODED: CODE, "class": _CLASS},
        unlike={"name": _CLASS},
    ),
)
# 休校区分: 0 not surveyed, 1 open, 2 closed for the time being.
_CLOSED = {"1": False, "2": True}


def read_schools(
    path: str | Path,
    municipality: str | None = None,
    kind: Literal["primary", "middle"] | None = None,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    crs: CrsLike | None = None,
) -> gpd.GeoDataFrame:
    """Read schools from the national layer P29.

    Parameters
    ----------
    path
        Shapefile, GeoJSON or the zip as downloaded (``P29-21_04_GML.zip``). The layout of 2013, where every column
        stands one further, is told by what the columns hold.
    municipality
        Five digits of the 行政区域コード as text, such as ``"04213"``; all municipalities if not given.
    kind
        ``primary``: 小学校 and 義務教育学校. ``middle``: 中学校 and 義務教育学校. All schools if not given.
    layer, encoding, crs
        As for :func:`kurihara_geo.read_boundaries`.

    Returns
    -------
    geopandas.GeoDataFrame
        One row a school in the file's order and CRS. Index ``school_id`` (text; 学校コード, or, in the edition of 2013
        that has none, the municipality's code and the name); ``name``, ``kind`` (such as 小学校; a code nobody knows
        stays as it is), ``address``, ``school_code``, ``closed`` (True for 休校中, which stay in the table; missing
        where the file does not say it), ``municipality_code``, every other column as in the file, ``geometry``
        (points). ``attrs["records"]`` says what was left out.

    Raises
    ------
    SourceError
        If the file cannot be read, does not say its CRS, is of no known layout, holds no points, has no row of the
        municipality or no school of the kind, or ``kind`` is none; the message lists what was found.

    Examples
    --------
    >>> import geopandas as gpd, kurihara_geo as kg
    >>> layer = gpd.GeoDataFrame(
    ...     {
    ...         "P29_001": ["04999"], "P29_002": ["B104999900001"], "P29_003": ["16001"], "P29_004": ["架空小学校"],
    ...         "P29_005": ["架空1"], "P29_006": [3], "P29_007": [2],
    ...     },
    ...     geometry=gpd.points_from_xy([141.0], [38.7]),
    ...     crs="EPSG:6668",
    ... )
    >>> layer.to_file("schools.geojson")
    >>> schools = kg.read_schools("schools.geojson", "04999", "primary")
    >>> schools[["name", "kind", "closed"]].to_numpy().tolist()
    [['架空小学校', '小学校', True]]
    """
    if kind is not None and (not isinstance(kind, str) or kind not in _KINDS):
        raise SourceError(f"{path}: kind={kind!r} is not known; choose {' or '.join(_KINDS)}, or leave it out.")
    found = read_national_layer(
        path, _EDITIONS, shapes=POINTS, member=r"P29-[0-9_]+", layer=layer, encoding=encoding, crs=crs
    )
    found = _of_kind(_described(rows_of(found, municipality)), kind)
    frame = found.frame
    ids, noted = school_ids(frame)
    result = own_columns(frame, _STANDARD)
    result.index = pd.Index(ids, name="school_id", dtype="object")
    attach(result, source=found.source, records=[*found.records, *noted, *_closed(result)])
    credit_ministry(result, ja="学校データ", en="schools")
    return result


def _described(found: NationalLayer) -> NationalLayer:
    """Read the texts; give the class by name, and whether the school is closed as yes, no or not known."""
    frame = with_text(found.frame, _TEXTS)
    classes = frame["class"].tolist()
    frame["kind"] = pd.Series([SCHOOL_CLASSES.get(code, code) for code in classes], index=frame.index, dtype="object")
    closed = [_CLOSED.get(text or "") for text in frame["suspended"]]
    frame["closed"] = pd.Series(closed, index=frame.index, dtype="boolean")
    unknown = sorted({code for code in classes if code not in SCHOOL_CLASSES and code is not None})
    records = []
    if unknown:
        message = f"classes of schools that are not known here stay as codes: {listed(unknown)}"
        records.append(record("class_unknown", message))
    nameless = frame.loc[frame["name"].isna(), ROW].tolist()
    if nameless:
        message = f"{len(nameless)} schools have no name: rows {listed(nameless)}"
        records.append(record("missing_name", message, cure="Enter the names."))
    frame = frame.drop(columns=["class", "suspended"])
    return NationalLayer(frame, found.edition, found.shown, found.source, [*found.records, *records])


def _of_kind(found: NationalLayer, kind: str | None) -> NationalLayer:
    if kind is None:
        return found
    kinds = found.frame["kind"]
    kept = kinds.isin(_KINDS[kind])
    others = kinds[~kept].map(lambda text: text or "no class").value_counts(sort=False)
    counted = listed(f"{name} {count}" for name, count in others.items())
    if not kept.any():
        raise SourceError(f"{found.shown}: no school is {' or '.join(_KINDS[kind])}; found: {counted}.")
    message = f"{int((~kept).sum())} schools of other kinds were left out: {counted}"
    return found.keep(kept, *([record("other_kind", message)] if len(others) else []))


def _closed(frame: gpd.GeoDataFrame) -> list[Record]:
    names = frame.loc[frame["closed"].fillna(value=False), "name"].tolist()
    if not names:
        return []
    message = f"{len(names)} schools are closed for the time being (休校中) and stay in the table: {listed(names)}"
    return [
        record("school_closed", message, cure="Leave them out with schools[~schools['closed'].fillna(value=False)].")
    ]
