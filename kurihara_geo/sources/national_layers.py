"""Layers of 国土数値情報: which edition a file is, which rows are of one municipality, and parts made one.

The portal calls its columns by numbers (``A27_004``), and the same number means another thing in another edition.
So an edition is told from what stands in the columns, never from the file's name.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely

from kurihara_geo.errors import Problem, SourceError
from kurihara_geo.sources.agreement import agreed
from kurihara_geo.sources.boundaries import headings_of, standard_frame
from kurihara_geo.sources.identifiers import id_text
from kurihara_geo.sources.numbers import is_missing
from kurihara_geo.sources.records import Record, credit, existing_file, listed, record
from kurihara_geo.sources.vectors import CrsLike, read_vector

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

__all__ = [
    "AREAS",
    "CODE",
    "CODED",
    "POINTS",
    "ROW",
    "Edition",
    "NationalLayer",
    "asked_codes",
    "credit_ministry",
    "distinct_ids",
    "one_row_each",
    "own_columns",
    "padded_code",
    "read_national_layer",
    "rows_of",
    "school_ids",
    "with_text",
]

AREAS = ("Polygon", "MultiPolygon")
POINTS = ("Point",)
ROW = "row_number"
"""Column that holds the number of a row in the file while it is read."""
CODED = "municipality_code"

CODE = re.compile(r"[0-9]{4,5}")
"""A municipality (行政区域コード): five digits, four where the zero in front was lost."""
_DIGITS = 5
_SUFFIXES = {".shp", ".geojson", ".json", ".gpkg", ".gml", ".fgb"}
_MOST_PROBLEMS = 20


@dataclass(frozen=True)
class Edition:
    """One layout of a national layer.

    Parameters
    ----------
    name
        What it is called, such as ``2021 on``.
    headings
        Standard name -> the file's heading.
    looks
        Standard name -> what most of its cells look like; tells editions with the same headings apart.
    unlike
        Standard name -> what most of its cells do not look like.
    """

    name: str
    headings: Mapping[str, str]
    looks: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    unlike: Mapping[str, re.Pattern[str]] = field(default_factory=dict)

    def fits(self, frame: pd.DataFrame) -> bool:
        """Say whether all headings are there and hold what they should."""
        if not set(self.headings.values()) <= set(frame.columns):
            return False
        cells = {name: frame[heading].tolist() for name, heading in self.headings.items()}
        return all(_mostly(cells[name], look) for name, look in self.looks.items()) and not any(
            _mostly(cells[name], look) for name, look in self.unlike.items()
        )


@dataclass(frozen=True)
class NationalLayer:
    """The features of a layer under standard names.

    Parameters
    ----------
    frame
        The standard columns, then the file's own, ``row_number`` and the geometry.
    edition
        The layout it was read by.
    shown
        The path to name in an error.
    source
        File name, SHA-256, encoding and edition.
    records
        What was noted.
    """

    frame: gpd.GeoDataFrame
    edition: Edition
    shown: str
    source: dict[str, Any]
    records: list[Record]

    def keep(self, kept: Iterable[bool], *noted: Record) -> NationalLayer:
        """Give the layer with some of its rows, and a record of the others."""
        mask = pd.Series(list(kept), index=self.frame.index, dtype=bool)
        frame = self.frame[mask].reset_index(drop=True)
        return replace(self, frame=frame, records=[*self.records, *noted])

    def noting(self, records: Iterable[Record]) -> NationalLayer:
        """Give the layer with further records."""
        return replace(self, records=[*self.records, *records])


def read_national_layer(
    path: str | Path,
    editions: Sequence[Edition],
    *,
    shapes: Collection[str],
    member: str = "",
    layer: str | None = None,
    encoding: str | None = None,
    crs: CrsLike | None = None,
) -> NationalLayer:
    """Read a layer of the national portal and tell its edition.

    Parameters
    ----------
    path
        The file, or the zip as downloaded.
    editions
        Layouts it may have; the first that fits counts.
    shapes
        Kinds of geometry it must hold.
    member
        Pattern of the file's name in a zip that packs several layers, without its suffix.
    layer, encoding, crs
        As for :func:`kurihara_geo.read_boundaries`.

    Raises
    ------
    SourceError
        If the file cannot be read, has no CRS, is of no known edition, or holds other shapes; every row is named.
    """
    chosen, noted = (layer, []) if layer is not None else _choose_member(path, member)
    vector = read_vector(path, layer=chosen, encoding=encoding, crs=crs)
    if vector.frame.crs is None:
        raise SourceError(
            f"{path}: it does not say its CRS; give it with crs=: EPSG:6668 (JGD2011), EPSG:4612 (JGD2000, up to 2011) "
            "or EPSG:4301 (日本測地系, the oldest)."
        )
    headings = headings_of(vector)
    edition = next((known for known in editions if known.fits(vector.frame)), None)
    if edition is None:
        layouts = "; ".join(f"{known.name}: {', '.join(known.headings.values())}" for known in editions)
        raise SourceError(
            f"{path}: this is no layout known here ({layouts}, with what these columns hold). "
            f"Columns found: {headings.listing()}."
        )
    places = {name: headings.labels.index(heading) for name, heading in edition.headings.items()}
    frame, renamed = standard_frame(vector, headings, places)
    frame.insert(len(frame.columns) - 1, ROW, range(1, len(frame) + 1))
    source = {**vector.source, "edition": edition.name}
    found = NationalLayer(frame, edition, str(path), source, [*vector.records, *noted, *renamed])
    return _with_codes(_with_shapes(found, shapes))


def _mostly(cells: Iterable[object], look: re.Pattern[str]) -> bool:
    """Say whether more than half of the cells that hold anything match; one slip must not hide an edition."""
    texts = [text for cell in cells if (text := id_text(cell)) is not None]
    return bool(texts) and 2 * sum(look.fullmatch(text) is not None for text in texts) > len(texts)


def _choose_member(path: str | Path, member: str) -> tuple[str | None, list[Record]]:
    """Choose the layer among several that the portal packs together, such as schools beside their districts."""
    file = existing_file(path)
    if not member or not zipfile.is_zipfile(file):
        return None, []
    with zipfile.ZipFile(file) as packed:
        names = [PurePosixPath(name) for name in packed.namelist()]
    stems = list(dict.fromkeys(name.stem for name in names if name.suffix.lower() in _SUFFIXES))
    fitting = [stem for stem in stems if re.fullmatch(member, stem)]
    if len(stems) < 2 or len(fitting) != 1:
        return None, []
    message = f"the zip holds several layers ({listed(stems)}); {fitting[0]} was read"
    return fitting[0], [record("layer_chosen", message, cure="Pass layer= to read another one.")]


def _with_shapes(found: NationalLayer, shapes: Collection[str]) -> NationalLayer:
    """Leave out rows without a shape and refuse shapes of another kind."""
    frame = found.frame
    present = ~(frame.geometry.isna() | frame.geometry.is_empty).to_numpy(dtype=bool)
    wrong = [
        (number, kind)
        for number, kind, there in zip(frame[ROW], frame.geom_type, present, strict=True)
        if there and kind not in shapes
    ]
    if wrong:
        raise SourceError(
            f"{found.shown}: {' or '.join(shapes)} is needed, {len(wrong)} rows are something else; choose the layer "
            "with layer= if the file has several:",
            [
                Problem(severity="error", kind="wrong_geometry", message=f"row {number}: {kind}")
                for number, kind in wrong[:_MOST_PROBLEMS]
            ],
        )
    missing = frame.loc[~present, ROW].tolist()
    if not missing:
        return found
    return found.keep(present, record("no_shape", f"rows without a shape were left out: {listed(missing)}"))


# --- municipalities --------------------------------------------------------------------------------


def padded_code(value: object) -> str | None:
    """Give a municipality's five digits; None where there is no such code."""
    text = id_text(value)
    plain = "" if text is None else unicodedata.normalize("NFKC", text)
    return plain.zfill(_DIGITS) if CODE.fullmatch(plain) else None


def asked_codes(municipality: str | Iterable[str] | None, *, shown: str) -> tuple[str, ...] | None:
    """Give the codes a planner asked for.

    Raises
    ------
    SourceError
        If one is not five digits, such as the six of another standard, which end with a check digit.
    """
    if municipality is None:
        return None
    if not isinstance(municipality, str | int) and not isinstance(municipality, Iterable):
        raise SourceError(f"{shown}: municipality must be a code of five digits, or several, not {municipality!r}.")
    asked = [municipality] if isinstance(municipality, str | int) else list(municipality)
    codes = {value: padded_code(value) for value in asked}
    wrong = [value for value, code in codes.items() if code is None]
    if wrong or not codes:
        raise SourceError(
            f"{shown}: municipality {listed(map(repr, wrong)) or 'none'} is no code; give its five digits as text, "
            "such as '04213' (without a check digit)."
        )
    return tuple(str(code) for code in codes.values())


def _with_codes(found: NationalLayer) -> NationalLayer:
    """Read municipality codes as five digits of text."""
    cells = found.frame[CODED].tolist()
    codes = [padded_code(cell) for cell in cells]
    frame = found.frame.copy()
    frame[CODED] = pd.Series(codes, index=frame.index, dtype="object")
    texts = {id_text(cell) for cell, code in zip(cells, codes, strict=True) if code is not None}
    short = sorted(str(text) for text in texts if len(str(text)) < _DIGITS)
    records = []
    if short:
        message = f"the zero in front of {len(short)} municipality codes was put back: {listed(short)}"
        records.append(record("leading_zero_restored", message))
    nowhere = frame.loc[frame[CODED].isna(), ROW].tolist()
    if nowhere:
        message = f"{len(nowhere)} rows have no municipality code: rows {listed(nowhere)}"
        cure = "They are left out where one municipality is asked for; look whether they are yours."
        records.append(record("municipality_missing", message, cure=cure))
    return replace(found, frame=frame, records=[*found.records, *records])


def rows_of(found: NationalLayer, municipality: str | Iterable[str] | None) -> NationalLayer:
    """Keep the rows of the municipalities asked for.

    Raises
    ------
    SourceError
        If one of them has no row; the codes that are there are listed.
    """
    asked = asked_codes(municipality, shown=found.shown)
    if asked is None:
        return found
    codes = found.frame[CODED]
    there = sorted({code for code in codes if code is not None})
    missing = [code for code in asked if code not in there]
    if missing:
        raise SourceError(
            f"{found.shown}: no row is of municipality {listed(missing)}; codes found: "
            f"{listed(there, most=60) or 'none'}."
        )
    others = [code for code in there if code not in asked]
    kept = codes.isin(asked)
    left = int((~kept & codes.notna()).sum())
    message = f"{left} rows of {len(others)} other municipalities were left out: {listed(others)}"
    return found.keep(kept, *([record("other_municipality", message)] if left else []))


def credit_ministry(frame: gpd.GeoDataFrame, *, ja: str, en: str) -> None:
    """Name the national layer and its publisher on the table; the terms ask for it on every map."""
    credit(
        frame,
        ja=f"「国土数値情報({ja})」(国土交通省)",
        en=f"National Land Numerical Information, {en} (MLIT)",
    )


# --- rows ------------------------------------------------------------------------------------------


def with_text(frame: gpd.GeoDataFrame, names: Iterable[str]) -> gpd.GeoDataFrame:
    """Read columns as text; one the edition does not have is empty."""
    result = frame.copy()
    for name in names:
        cells = frame[name].tolist() if name in frame else [None] * len(frame)
        result[name] = pd.Series([id_text(cell) for cell in cells], index=frame.index, dtype="object")
    return result


def own_columns(frame: gpd.GeoDataFrame, standard: Sequence[str]) -> gpd.GeoDataFrame:
    """Put the standard columns first, the file's own after them, the geometry last; row numbers end here."""
    own = [name for name in frame.columns if name not in (*standard, ROW, "geometry")]
    return frame[[*standard, *own, "geometry"]]


def distinct_ids(wanted: Sequence[str], further: Sequence[Sequence[str]]) -> tuple[list[str], list[Record]]:
    """Give each row an id of its own: the one wanted, else with what tells it from the others, else numbered.

    Parameters
    ----------
    wanted
        The ids as they would be; repeated ones are told apart.
    further
        For each row, texts that may tell it from others of the same id, tried in order.
    """
    ids = list(wanted)
    for step in range(max((len(texts) for texts in further), default=0)):
        repeated = Counter(ids)
        ids = [
            f"{name}-{texts[step]}" if repeated[name] > 1 and texts[step] else name
            for name, texts in zip(ids, further, strict=True)
        ]
    used = set(ids)
    seen: set[str] = set()
    for place, name in enumerate(ids):
        number = 2
        while ids[place] in seen:
            fresh = f"{name}-{number}"
            ids[place] = fresh if fresh not in used else ids[place]
            number += 1
        seen.add(ids[place])
    taken = {name for name, count in Counter(wanted).items() if count > 1}
    if not taken:
        return ids, []
    named = [name for name, first in zip(ids, wanted, strict=True) if first in taken]
    message = f"{len(taken)} ids stand for several rows, which were told apart: {listed(named)}"
    return ids, [record("same_id", message, cure="Look whether they are one; unite them in the file if so.")]


def school_ids(frame: gpd.GeoDataFrame) -> tuple[list[str], list[Record]]:
    """Give each school an id of its own: its code, else the municipality's code and the name, else its row.

    Parameters
    ----------
    frame
        Has ``school_code``, ``municipality_code``, ``name`` and ``address`` (text or None), and the rows' numbers.
    """
    columns = (frame["school_code"], frame[CODED], frame["name"], frame["address"], frame[ROW])
    rows = list(zip(*columns, strict=True))
    wanted = [
        code or "-".join(part for part in (place, name) if part) or f"row {row}" for code, place, name, _, row in rows
    ]
    ids, records = distinct_ids(wanted, [(name if code else "", address or "") for code, _, name, address, _ in rows])
    made = sum(code is None for code, *_ in rows)
    if made:
        message = f"{made} schools have no code in the file; municipality and name serve as id"
        records = [record("id_from_name", message), *records]
    return ids, records


def one_row_each(frame: gpd.GeoDataFrame, parts: Sequence[gpd.GeoDataFrame]) -> tuple[gpd.GeoDataFrame, list[Record]]:
    """Make one row of each lot of rows: shapes united, other columns where all agree.

    Parameters
    ----------
    frame
        The whole layer.
    parts
        Its rows, in lots; each has a ``name``.
    """
    rows: list[dict[str, Any]] = []
    united: list[str] = []
    mended: list[str] = []
    differing: list[str] = []
    for part in parts:
        name = str(part["name"].iloc[0])
        shape, broken = _unite(part.geometry.tolist())
        row = {column: agreed(part[column].tolist()) for column in part.columns if column not in (ROW, "geometry")}
        rows.append({**row, ROW: part[ROW].iloc[0], "geometry": shape})
        united += [f"{name} ({len(part)})"] if len(part) > 1 else []
        mended += [name] if broken else []
        differing += [f"{column} of {name}" for column, value in row.items() if value is None and _any(part[column])]
    result = gpd.GeoDataFrame(rows, columns=frame.columns, geometry="geometry", crs=frame.crs)
    return result, _united(united, mended, differing)


def _united(united: Sequence[str], mended: Sequence[str], differing: Sequence[str]) -> list[Record]:
    records = []
    if united:
        message = f"several rows were united for {len(united)} names (how many): {listed(united)}"
        records.append(record("parts_dissolved", message))
    if mended:
        message = f"rings that cross themselves were mended to unite the parts of {listed(mended)}"
        records.append(record("shape_mended", message, cure="Look at these areas on a map."))
    if differing:
        message = f"parts say different things, which were left empty: {listed(differing)}"
        records.append(record("values_differ", message))
    return records


def _any(values: Iterable[object]) -> bool:
    return not all(is_missing(value) for value in values)


def _unite(shapes: Sequence[Any]) -> tuple[Any, bool]:
    """Make one shape of several, and say whether a broken one had to be mended for it."""
    if len(shapes) == 1:
        return shapes[0], False
    broken = not all(shapely.is_valid(list(shapes)))
    whole = [shapely.make_valid(shape, method="structure", keep_collapsed=False) for shape in shapes]
    return shapely.union_all(whole if broken else list(shapes)), broken
