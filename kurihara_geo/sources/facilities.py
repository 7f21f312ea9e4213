"""Public facilities as points, from the national layers 国土数値情報 P05 (集会施設 and offices) and P02 (2006)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from kurihara_geo.errors import SourceError
from kurihara_geo.sources.identifiers import id_text
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
    with_text,
)
from kurihara_geo.sources.records import attach, listed, record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import geopandas as gpd

    from kurihara_geo.sources.vectors import CrsLike

__all__ = ["FACILITY_CLASSES", "read_public_facilities"]

FACILITY_CLASSES = {
    "P05": {
        "1": "本庁",
        "2": "支所・出張所・連絡所",
        "3": "その他の行政サービス施設",
        "4": "公立公民館",
        "5": "集会施設",
    },
    "P02": {
        "3": "建物",
        "9": "その他",
        "11": "国の機関",
        "12": "地方公共団体",
        "13": "厚生機関",
        "14": "警察機関",
        "15": "消防署",
        "16": "学校",
        "17": "病院",
        "18": "郵便局",
        "19": "福祉施設",
    },
}
"""For each layer, the classes (施設分類; 公共施設大分類) and what they stand for."""

_CREDITS = {
    "P05": ("市町村役場等及び公的集会施設データ", "municipal offices and public meeting places"),
    "P02": ("公共施設データ", "public facilities"),
}
_STANDARD = ("name", "kind", "class", "address", CODED)
_P05_CLASS = re.compile(r"[1-5]")
_P02_CLASS = re.compile(r"0?[1-9]|1[0-9]")
_EDITIONS = (
    Edition(
        "P05 API",
        {CODED: "P05_001", "class": "P05_002", "name": "P05_003_ja", "address": "P05_004_ja"},
        looks={CODED: CODE, "class": _P05_CLASS},
    ),
    Edition(
        "P05",
        {CODED: "P05_001", "class": "P05_002", "name": "P05_003", "address": "P05_004"},
        looks={CODED: CODE, "class": _P05_CLASS},
    ),
    Edition(
        "P02",
        {CODED: "P02_001", "class": "P02_002", "name": "P02_004", "address": "P02_005"},
        looks={CODED: CODE, "class": _P02_CLASS},
    ),
)


def read_public_facilities(
    path: str | Path,
    municipality: str | None = None,
    classes: Iterable[int | str] | None = None,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    crs: CrsLike | None = None,
) -> gpd.GeoDataFrame:
    """Read public facilities from the national layers P05 or P02, in the form of meeting halls (集会施設).

    Halls that residents built themselves (自治会館) may be missing from these layers.

    Parameters
    ----------
    path
        Shapefile, GeoJSON or the zip as downloaded (``P05-22_04_GML.zip``).
    municipality
        Five digits of the 行政区域コード as text, such as ``"04213"``; all municipalities if not given.
    classes
        Classes to keep, such as ``(4, 5)``: of P05 1 本庁, 2 支所・出張所・連絡所, 3 その他の行政サービス施設,
        4 公立公民館, 5 集会施設; of P02 the 公共施設大分類, such as 12 地方公共団体. All of them if not given.
    layer, encoding, crs
        As for :func:`kurihara_geo.read_boundaries`.

    Returns
    -------
    geopandas.GeoDataFrame
        One row a facility in the file's order and CRS. Index ``hall_id`` (the layer and the row's number in the file,
        such as ``P05-00017``: the layers have no ids, names repeat, and the number is the same whatever is kept);
        ``name``, ``kind`` (the class in Japanese; a code nobody knows stays as it is), ``class`` (its code as text),
        ``address``, ``municipality_code``, every other column as in the file, ``geometry`` (points).
        ``attrs["records"]`` says what was left out.

    Raises
    ------
    SourceError
        If the file cannot be read, does not say its CRS, is no such layer, holds no points, has no row of the
        municipality or of any of the classes, or a class is none; the message lists what was found.

    Examples
    --------
    >>> import geopandas as gpd, kurihara_geo as kg
    >>> layer = gpd.GeoDataFrame(
    ...     {
    ...         "P05_001": ["04999"] * 2, "P05_002": ["1", "5"],
    ...         "P05_003": ["架空市役所", "見本集会所"], "P05_004": ["架空1", "見本2"],
    ...     },
    ...     geometry=gpd.points_from_xy([141.0, 141.1], [38.7, 38.7]),
    ...     crs="EPSG:6668",
    ... )
    >>> layer.to_file("facilities.geojson")
    >>> kg.read_public_facilities("facilities.geojson", "04999", classes=(4, 5))["name"]
    hall_id
    P05-00002    見本集会所
    Name: name, dtype: object
    """
    found = read_national_layer(
        path, _EDITIONS, shapes=POINTS, member=r"P0[25]-[0-9_]+", layer=layer, encoding=encoding, crs=crs
    )
    series = found.edition.name[:3]
    found = _of_classes(_described(rows_of(found, municipality), series), classes, FACILITY_CLASSES[series])
    frame = found.frame
    result = own_columns(frame, _STANDARD)
    ids = [f"{series}-{number:05d}" for number in frame[ROW]]
    result.index = pd.Index(ids, name="hall_id", dtype="object")
    attach(result, source=found.source, records=found.records)
    ja, en = _CREDITS[series]
    credit_ministry(result, ja=ja, en=en)
    return result


def _plain_class(value: object) -> str | None:
    """Give a class without the zeros in front that one edition writes and another does not."""
    text = id_text(value)
    return text if text is None else text.lstrip("0") or "0"


def _described(found: NationalLayer, series: str) -> NationalLayer:
    """Read the texts and give the class by name."""
    frame = with_text(found.frame, ("name", "class", "address"))
    known = FACILITY_CLASSES[series]
    codes = [_plain_class(text) for text in frame["class"]]
    frame["class"] = pd.Series(codes, index=frame.index, dtype="object")
    frame["kind"] = pd.Series([known.get(code or "", code) for code in codes], index=frame.index, dtype="object")
    records = []
    unknown = sorted({code for code in codes if code is not None and code not in known})
    if unknown:
        records.append(record("class_unknown", f"classes that are not known here stay as codes: {listed(unknown)}"))
    nameless = frame.loc[frame["name"].isna(), ROW].tolist()
    if nameless:
        message = f"{len(nameless)} facilities have no name: rows {listed(nameless)}"
        records.append(record("missing_name", message, cure="Enter the names."))
    return NationalLayer(frame, found.edition, found.shown, found.source, [*found.records, *records])


def _of_classes(found: NationalLayer, classes: Iterable[int | str] | None, known: Mapping[str, str]) -> NationalLayer:
    """Keep the classes asked for; none of a class that exists is no fault, none of all of them is."""
    if classes is None:
        return found
    asked = {_plain_class(value) for value in ([classes] if isinstance(classes, int | str) else classes)}
    codes = found.frame["class"]
    missing = sorted(str(code) for code in asked if code not in {*known, *codes})
    counts = codes.map(lambda code: code or "none").value_counts(sort=False)
    counted = listed(f"{code} ({count})" for code, count in sorted(counts.items()))
    kept = codes.isin(asked)
    if missing or not kept.any():
        wanted = listed(missing or sorted(map(str, asked)))
        raise SourceError(
            f"{found.shown}: no facility is of class {wanted}, named by classes=; classes found (how many): {counted}."
        )
    others = sorted({code or "none" for code in codes[~kept]})
    message = f"{int((~kept).sum())} facilities of other classes were left out: classes {listed(others)}"
    return found.keep(kept, *([record("other_kind", message)] if others else []))
