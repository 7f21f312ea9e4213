"""The smaller tables: borders, meeting halls, former school districts, councils and rules."""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
import zipfile
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj.exceptions import CRSError

from kurihara_geo.columns import COUNCIL_STATUSES
from kurihara_geo.errors import BordersError, Problem, RulesError, SourceError
from kurihara_geo.rules import MergeRules
from kurihara_geo.sources.boundaries import headings_of, standard_frame
from kurihara_geo.sources.datums import from_old_datum, look_swapped
from kurihara_geo.sources.grids import Table, read_table
from kurihara_geo.sources.headings import Headings, Ranks, arrange
from kurihara_geo.sources.identifiers import id_column_values, id_text, text_or_none
from kurihara_geo.sources.numbers import is_missing
from kurihara_geo.sources.reasons import NO_REASON_CURE, reason_text
from kurihara_geo.sources.records import Record, attach, check_crs, columns_given, existing_file, record, sha256_of
from kurihara_geo.sources.sheet_rows import note_rows
from kurihara_geo.sources.vectors import CrsLike, read_vector

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = [
    "PLACE_HEADINGS",
    "is_table",
    "plain_frame",
    "points_of",
    "read_borders",
    "read_councils",
    "read_districts",
    "read_halls",
    "read_point_table",
    "read_rules",
]

_DEGREES = "EPSG:4326"

_BORDER_HEADINGS: Mapping[str, Ranks] = {
    "a": (("a",), ("自治会コード1",)),
    "b": (("b",), ("自治会コード2",)),
    "length_m": (("length_m",), ("境界の長さ(m)",)),
    "kind": (("kind",), ("種類",)),
    "barred_by": (("barred_by",), ("障害",)),
    "reason": (("reason",), ("理由",)),
}
_BORDER_KINDS = {"border": "border", "link": "link", "境界": "border", "連絡": "link"}

PLACE_HEADINGS: Mapping[str, Ranks] = {
    "lon": (("lon",), ("longitude", "経度")),
    "lat": (("lat",), ("latitude", "緯度")),
}
_HALL_HEADINGS: Mapping[str, Ranks] = {
    "hall_id": (("hall_id",), ("施設コード", "施設番号", "共通ID"), ("id",), ("code", "コード"), ("NO",)),
    "name": (("name",), ("施設名", "施設名称", "施設・場所名", "名称"), ("集会施設", "集会施設名")),
    "kind": (("kind",), ("種別", "施設種別")),
    "association_id": (("association_id",), ("自治会コード", "行政区コード")),
    "capacity": (("capacity",), ("定員", "収容人数")),
    "built": (("built",), ("建築年", "建築年度")),
    **PLACE_HEADINGS,
}

_DISTRICT_HEADINGS: Mapping[str, Ranks] = {
    "district_id": (("district_id",), ("学区コード",), ("id",), ("code", "コード")),
    "name": (
        ("name",),
        ("旧小学校区", "旧小学校区名"),
        ("former_school_district",),
        ("小学校区", "小学校区名", "学区名", "学区"),
    ),
}

_COUNCIL_HEADINGS: Mapping[str, Ranks] = {
    "council_id": (("council_id",), ("協議会コード",)),
    "name": (("name",), ("コミュニティ推進協議会", "協議会名")),
    "status": (("status",), ("状況", "設立状況")),
    "founded": (("founded",), ("設立年月日",)),
    "district_names": (("district_names",), ("対象区域", "旧小学校区")),
}
_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_ERA_LETTERS = {"m": "明治", "t": "大正", "s": "昭和", "h": "平成", "r": "令和"}
_WEEKDAY = r"(\([月火水木金土日]\))?"
_WESTERN = re.compile(rf"([0-9]{{4}})[-/.年]([0-9]{{1,2}})[-/.月]([0-9]{{1,2}})日?{_WEEKDAY}(00:00:00)?")
_ERA_DATE = re.compile(
    rf"(明治|大正|昭和|平成|令和|[mtshr])([0-9]{{1,2}}|元)[-/.年]([0-9]{{1,2}})[-/.月]([0-9]{{1,2}})日?{_WEEKDAY}"
)


def read_borders(path: str | Path) -> pd.DataFrame:
    """Read borders that were written before, or corrections to them typed into a table.

    Parameters
    ----------
    path
        GeoJSON (or another vector file) with the columns ``a``, ``b``, ``length_m``, ``kind``, ``barred_by``
        and ``reason``; or CSV or Excel with at least ``a`` and ``b``.

    Returns
    -------
    geopandas.GeoDataFrame or pandas.DataFrame
        One row a border with a plain row number as index: ``a`` and ``b`` (text ids, a < b), ``kind``
        (``border`` if not given), ``barred_by`` and ``reason`` (empty text if not given), ``length_m`` where
        given; with ``geometry`` in the file's CRS from a vector file, without from a table.

    Raises
    ------
    SourceError
        If the file cannot be read, or has no column ``a`` or ``b``.
    BordersError
        If rows lack an id, join an association with itself, repeat a pair, have an unknown kind, or hold a number or a
        yes or no (0, FALSE) where ``barred_by`` or ``reason`` is to be written; every such row is named.
    """
    file = existing_file(path)
    if _holds_no_borders(file):
        return _no_borders(file)
    frame: pd.DataFrame
    if is_table(file):
        table = read_table(path, wanted=_BORDER_HEADINGS, asked={}, groups=(("a",), ("b",)))
        places = table.headings.resolve(_BORDER_HEADINGS, asked={}, required=("a", "b"))
        frame, records = plain_frame(table, places)
        source, records = table.source, [*table.records, *records]
        numbers = list(table.numbers)
    else:
        vector = read_vector(path)
        headings = headings_of(vector)
        places = headings.resolve(_BORDER_HEADINGS, asked={}, required=("a", "b"))
        frame, records = standard_frame(vector, headings, places)
        source, records = vector.source, [*vector.records, *records]
        numbers = list(range(1, len(frame) + 1))
    _read_borders_in_place(frame, numbers, shown=str(path))
    attach(frame, source=source, records=records)
    return frame


def read_halls(
    path: str | Path,
    *,
    id_column: str | None = None,
    name_column: str | None = None,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    crs: CrsLike | None = None,
) -> gpd.GeoDataFrame:
    """Read meeting halls (集会施設) from a vector file of points, or a table with longitude and latitude.

    Parameters
    ----------
    path
        A vector file, or CSV or Excel with columns such as ``lon`` and ``lat`` or 経度 and 緯度.
    id_column, name_column
        The file's headings for these columns; found by usual names if not given.
    columns
        Own heading -> name to give it, for example ``{"東経": "lon"}``.
    sheet
        The Excel sheet, where several hold such a table.
    encoding
        How a CSV file's or a shapefile's text is stored; found out if not given.
    crs
        The CRS of the coordinates; a table's are EPSG:4326 if not given.

    Returns
    -------
    geopandas.GeoDataFrame
        Index ``hall_id`` (text; the name, where the file has no ids and names are unique); ``name``,
        ``kind``, ``association_id``, ``capacity`` and ``built`` where found, every other column as in the
        file, ``geometry``.

    Raises
    ------
    SourceError
        If the file cannot be read, a column is not found, an id is missing or repeated, or a coordinate is no
        number.
    """
    asked = {"hall_id": id_column, "name": name_column}
    frame: gpd.GeoDataFrame
    if is_table(existing_file(path)):
        required = ("name", "lon", "lat")
        frame, source, records, numbers = _point_rows(
            path, _HALL_HEADINGS, asked, columns, required=required, sheet=sheet, encoding=encoding, crs=crs
        )
    else:
        wanted = {name: ranks for name, ranks in _HALL_HEADINGS.items() if name not in ("lon", "lat")}
        frame, source, records = _vector_frame(path, wanted, asked, columns, encoding=encoding, crs=crs)
        numbers = range(1, len(frame) + 1)
    return _identified(frame, "hall_id", numbers, source=source, records=records, shown=str(path))


def read_districts(
    path: str | Path,
    *,
    id_column: str | None = None,
    name_column: str | None = None,
    encoding: str | None = None,
    crs: CrsLike | None = None,
) -> gpd.GeoDataFrame:
    """Read former primary-school districts (旧小学校区) from any vector file GDAL reads.

    Parameters
    ----------
    path
        The file, or a zip of one.
    id_column, name_column
        The file's headings for these columns; found by usual names if not given.
    encoding
        How a shapefile's text is stored; found out if not given.
    crs
        The CRS, for a file that does not say or says it wrongly.

    Returns
    -------
    geopandas.GeoDataFrame
        Index ``district_id`` (text; the name, where the file has no ids and names are unique); ``name``,
        every other column as in the file, ``geometry``.

    Raises
    ------
    SourceError
        If the file cannot be read, a column is not found, or an id is missing or repeated.
    """
    asked = {"district_id": id_column, "name": name_column}
    frame, source, records = _vector_frame(path, _DISTRICT_HEADINGS, asked, None, encoding=encoding, crs=crs)
    numbers = range(1, len(frame) + 1)
    return _identified(frame, "district_id", numbers, source=source, records=records, shown=str(path))


def read_councils(path: str | Path, *, sheet: str | None = None, encoding: str | None = None) -> pd.DataFrame:
    """Read the list of community promotion councils (コミュニティ推進協議会) from CSV or Excel.

    Parameters
    ----------
    path
        A table with the headings ``council_id``, ``name``, ``status``, ``founded`` and ``district_names``, or
        協議会コード, コミュニティ推進協議会, 状況, 設立年月日 and 対象区域.
    sheet
        The Excel sheet, where several hold such a table.
    encoding
        How a CSV file's text is stored; found out if not given.

    Returns
    -------
    pandas.DataFrame
        Index ``council_id`` (text); ``name`` (None where there is none), ``status`` (``established``,
        ``preparing``, ``none`` or ``not_confirmed``), ``founded`` (``datetime.date`` or None),
        ``district_names`` (joined with ``;``), and every other column as in the file.

    Raises
    ------
    SourceError
        If the file cannot be read, a column is missing, or rows have no id or a repeated one, a status or a
        date that is none, or no districts; every such row is named.
    """
    table = read_table(
        path,
        wanted=_COUNCIL_HEADINGS,
        asked={},
        groups=(("council_id",), ("status",), ("district_names",)),
        sheet=sheet,
        encoding=encoding,
    )
    places = table.headings.resolve(_COUNCIL_HEADINGS, asked={}, required=("council_id", "status", "district_names"))
    frame, records = plain_frame(table, places)
    for name in ("name", "founded"):
        if name not in frame:
            frame[name] = pd.Series([None] * len(frame), dtype="object")
    problems = _read_councils_in_place(frame, table.numbers)
    if problems:
        raise SourceError(f"{path}: the list of councils cannot be used:", problems)
    own = [column for column in frame.columns if column not in _COUNCIL_HEADINGS]
    frame = frame[[*_COUNCIL_HEADINGS, *own]].set_index("council_id")
    attach(frame, source=table.source, records=[*table.records, *records])
    return frame


def read_rules(path: str | Path) -> MergeRules:
    """Read what the city asks of a plan from a TOML file, as ``rules.toml`` of a written plan.

    Parameters
    ----------
    path
        A TOML file in UTF-8.

    Raises
    ------
    SourceError
        If the file is not there or is not UTF-8 (save it as UTF-8).
    RulesError
        If the text is not TOML, or holds what is no rule; every fault is named.
    """
    file = existing_file(path)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: rules are written in UTF-8, and this file is not; save it as UTF-8.") from error
    except OSError as error:
        raise SourceError(f"{path}: the file cannot be opened ({error.strerror}).") from error
    try:
        return MergeRules.from_toml(text)
    except RulesError as error:
        raise RulesError(f"{path}: {error.summary}", error.problems) from error


# --- shared ----------------------------------------------------------------------------------------


def _holds_no_borders(file: Path) -> bool:
    """Say whether this is a ``borders.geojson`` of a written plan where nobody borders anybody."""
    if file.suffix.lower() != ".geojson":
        return False
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(content, dict) and "kurihara_geo" in content and content.get("features") == []


def _no_borders(file: Path) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame({name: [] for name in _BORDER_HEADINGS}, geometry=[], crs=_DEGREES)
    attach(frame, source={"path": file.name, "sha256": sha256_of([file])}, records=[])
    return frame


def is_table(file: Path) -> bool:
    """Say whether the file is CSV or Excel rather than a vector file."""
    if file.suffix.lower() in {".csv", ".tsv", ".txt", ".xls", ".xlsx", ".xlsm"}:
        return True
    if not zipfile.is_zipfile(file):
        return False
    with zipfile.ZipFile(file) as packed:
        return "xl/workbook.xml" in packed.namelist()


def plain_frame(table: Table, places: Mapping[str, int]) -> tuple[pd.DataFrame, list[Record]]:
    """Give a CSV's or Excel's rows with the standard columns first and its own columns, as they are, after them."""
    order, records = arrange(table.headings.labels, places)
    data = {name: pd.Series([row[spot] for row in table.rows], dtype="object") for name, spot in order}
    return pd.DataFrame(data), records


def _vector_frame(
    path: str | Path,
    wanted: Mapping[str, Ranks],
    asked: Mapping[str, str | None],
    columns: Mapping[str, str] | None,
    *,
    encoding: str | None,
    crs: CrsLike | None,
) -> tuple[gpd.GeoDataFrame, dict[str, Any], list[Record]]:
    vector = read_vector(path, encoding=encoding, crs=crs)
    headings: Headings = headings_of(vector)
    places = headings.resolve(wanted, asked=asked, columns=columns, required=("name",))
    frame, renamed = standard_frame(vector, headings, places)
    return frame, vector.source, [*vector.records, *renamed]


def _identified(
    frame: gpd.GeoDataFrame,
    key: str,
    numbers: Sequence[int],
    *,
    source: dict[str, Any],
    records: list[Record],
    shown: str,
) -> gpd.GeoDataFrame:
    """Set the index; where the file has no ids, names serve as long as they are unique.

    ``numbers`` are the rows' numbers as a spreadsheet shows them; a vector file's features are counted from 1.
    """
    noted: list[Record] = []
    frame["name"] = pd.Series([text_or_none(value) for value in frame["name"].tolist()], dtype="object")
    if "association_id" in frame:
        ids = [id_text(value) for value in frame["association_id"].tolist()]
        frame["association_id"] = pd.Series(ids, dtype="object")
    if key in frame:
        keys, noted = id_column_values(frame[key].tolist())
    else:
        keys = frame["name"].tolist()
        noted = [record("id_from_name", "the file has no ids; names serve as ids", cure="Pass id_column= if it has.")]
    problems = _key_problems(keys, numbers, key=key)
    if problems:
        raise SourceError(f"{shown}: rows cannot be told apart; pass id_column=, or correct them:", problems)
    result = frame.drop(columns=key, errors="ignore")
    result.index = pd.Index(keys, name=key, dtype="object")
    attach(result, source=source, records=[*records, *noted])
    return result


def _key_problems(keys: Sequence[str | None], numbers: Sequence[int], *, key: str) -> list[Problem]:
    problems, seen = [], set()
    for value, number in zip(keys, numbers, strict=True):
        if value is None:
            problems.append(_row_problem("missing_id", number, f"{key} is empty"))
        elif value in seen:
            problems.append(_row_problem("duplicate_id", number, f"{key} {value} was used before"))
        seen.add(value)
    return problems


def _row_problem(kind: str, number: int, message: str) -> Problem:
    return Problem(severity="error", kind=kind, message=f"row {number}: {message}")


def read_point_table(
    path: str | Path,
    wanted: Mapping[str, Ranks],
    asked: Mapping[str, str | None],
    columns: Mapping[str, str] | None,
    *,
    required: tuple[str, ...],
    sheet: str | None,
    encoding: str | None,
    crs: CrsLike | None,
) -> tuple[gpd.GeoDataFrame, dict[str, Any], list[Record]]:
    """Read points from CSV or Excel with columns of longitude and latitude, whatever ``columns`` calls them."""
    frame, source, records, numbers = _point_rows(
        path, wanted, asked, columns, required=required, sheet=sheet, encoding=encoding, crs=crs
    )
    note_rows(frame, [f"row {number}" for number in numbers])
    return frame, source, records


def _point_rows(
    path: str | Path,
    wanted: Mapping[str, Ranks],
    asked: Mapping[str, str | None],
    columns: Mapping[str, str] | None,
    *,
    required: tuple[str, ...],
    sheet: str | None,
    encoding: str | None,
    crs: CrsLike | None,
) -> tuple[gpd.GeoDataFrame, dict[str, Any], list[Record], Sequence[int]]:
    """Read the points, and the number of each one's row as a spreadsheet shows it."""
    asked = {**asked, **{name: own for own, name in columns_given(columns).items() if name in ("lon", "lat")}}
    groups = tuple((name,) for name in required)
    table = read_table(path, wanted=wanted, asked=asked, groups=groups, sheet=sheet, encoding=encoding)
    places = table.headings.resolve(wanted, asked=asked, columns=columns, required=required)
    plain, records = plain_frame(table, places)
    frame = points_of(plain, table.numbers, crs=crs, shown=str(path))
    if frame.crs is not None and look_swapped(frame.total_bounds.tolist(), frame.crs):
        raise SourceError(f"{path}: longitude and latitude are exchanged; exchange their headings (経度, 緯度).")
    frame, moved = from_old_datum(frame)
    return frame, table.source, [*table.records, *records, *moved], table.numbers


def points_of(frame: pd.DataFrame, numbers: Sequence[int], *, crs: CrsLike | None, shown: str) -> gpd.GeoDataFrame:
    """Make points of longitude and latitude, or of x and y if ``crs`` is a plane."""
    problems = []
    pairs = []
    for lon, lat, number in zip(frame["lon"], frame["lat"], numbers, strict=True):
        pair = (coordinate_of(lon), coordinate_of(lat))
        if pair[0] is None or pair[1] is None:
            problems.append(_row_problem("bad_coordinate", number, f"lon {lon!r}, lat {lat!r} are no coordinates"))
        pairs.append(pair)
    if problems:
        raise SourceError(f"{shown}: some rows have no place; correct or delete them:", problems)
    points = gpd.points_from_xy(
        np.array([x for x, _ in pairs], dtype=float), np.array([y for _, y in pairs], dtype=float)
    )
    own = frame.drop(columns=["lon", "lat"])
    check_crs(crs)
    try:
        return gpd.GeoDataFrame(own, geometry=points, crs=_DEGREES if crs is None else crs)
    except CRSError as error:
        raise SourceError(f"{shown}: crs={crs!r} is no coordinate system; name one, such as 'EPSG:6668'.") from error


def coordinate_of(value: object) -> float | None:
    if is_missing(value) or isinstance(value, bool):
        return None
    try:
        return float(unicodedata.normalize("NFKC", str(value)).strip())
    except ValueError:
        return None


# --- borders ---------------------------------------------------------------------------------------


def _read_borders_in_place(frame: pd.DataFrame, numbers: Sequence[int], *, shown: str) -> None:
    """Put each pair in order and give kinds and reasons their defaults; name every row that is wrong."""
    problems: list[Problem] = []
    pairs = [(id_text(a), id_text(b)) for a, b in zip(frame["a"], frame["b"], strict=True)]
    kinds = [_border_kind(value) for value in _column(frame, "kind")]
    seen: set[frozenset[str | None]] = set()
    for pair, kind, number in zip(pairs, kinds, numbers, strict=True):
        message = _border_fault(pair, kind, seen)
        if message:
            problems.append(_row_problem("bad_border", number, message))
        seen.add(frozenset(pair))
    lengths = [_length(value) for value in _column(frame, "length_m")] if "length_m" in frame else []
    problems += [
        _row_problem("bad_border", number, "length_m is not a number of metres, 0 or more")
        for length, number in zip(lengths, numbers, strict=False)
        if length is None
    ]
    texts = {name: [reason_text(value) for value in _column(frame, name)] for name in ("barred_by", "reason")}
    problems += [
        _row_problem("bad_border", number, f"{name} is {value!r}; {NO_REASON_CURE}")
        for name, read in texts.items()
        for number, text, value in zip(numbers, read, _column(frame, name), strict=True)
        if text is None
    ]
    if problems:
        raise BordersError(f"{shown}: some borders cannot be used:", problems)
    ordered = [sorted(str(code) for code in pair) for pair in pairs]
    frame["a"] = pd.Series([pair[0] for pair in ordered], dtype="object")
    frame["b"] = pd.Series([pair[1] for pair in ordered], dtype="object")
    if lengths:
        frame["length_m"] = pd.Series(lengths, dtype="float64")
    frame["kind"] = pd.Series(kinds, dtype="object")
    for name, read in texts.items():
        frame[name] = pd.Series(read, dtype="object")


def _column(frame: pd.DataFrame, name: str) -> list[object]:
    return list(frame[name].tolist()) if name in frame else [None] * len(frame)


def _border_kind(value: object) -> str | None:
    return "border" if is_missing(value) else _BORDER_KINDS.get(str(value).strip())


def _border_fault(pair: tuple[str | None, str | None], kind: str | None, seen: set[frozenset[str | None]]) -> str:
    if None in pair:
        return "a or b is empty"
    if pair[0] == pair[1]:
        return f"{pair[0]} borders itself"
    if frozenset(pair) in seen:
        return f"{pair[0]} and {pair[1]} stand in the table twice"
    return "" if kind else "kind is neither border nor link"


def _length(value: object) -> float | None:
    """Read a length in metres; a link may have none and gets 0."""
    if is_missing(value):
        return 0.0
    number = coordinate_of(value)
    return number if number is not None and number >= 0 else None


# --- councils --------------------------------------------------------------------------------------


def _read_councils_in_place(frame: pd.DataFrame, numbers: Sequence[int]) -> list[Problem]:
    """Read each cell of the list; give every cell that cannot be read."""
    keys, _ = id_column_values(frame["council_id"].tolist())
    problems = _key_problems(keys, numbers, key="council_id")
    statuses = [_status(value) for value in frame["status"]]
    dates = [date_of(value) for value in frame["founded"]]
    districts = [_district_names(value) for value in frame["district_names"]]
    allowed = ", ".join(f"{status} ({label[0]})" for status, label in COUNCIL_STATUSES.items())
    for place, number in enumerate(numbers):
        if statuses[place] is None:
            found = frame["status"].iloc[place]
            problems.append(_row_problem("bad_status", number, f"status {found!r} is none of {allowed}"))
        if dates[place] is None and not is_missing(frame["founded"].iloc[place]):
            found = str(frame["founded"].iloc[place])
            problems.append(_row_problem("bad_date", number, f"founded {found!r} is no date such as 2014-04-01"))
        if not districts[place]:
            problems.append(_row_problem("no_districts", number, "district_names is empty"))
    frame["council_id"] = pd.Series(keys, dtype="object")
    frame["name"] = pd.Series([text_or_none(value) for value in frame["name"].tolist()], dtype="object")
    frame["status"] = pd.Series(statuses, dtype="object")
    frame["founded"] = pd.Series(dates, dtype="object")
    frame["district_names"] = pd.Series(districts, dtype="object")
    return problems


def _status(value: object) -> str | None:
    text = "" if is_missing(value) else unicodedata.normalize("NFKC", str(value)).strip().casefold()
    for status, labels in COUNCIL_STATUSES.items():
        if text in {status, *(label.casefold() for label in labels)}:
            return status
    return None


def _district_names(value: object) -> str:
    """Give the names joined with ``;``, however they were separated."""
    text = "" if is_missing(value) else str(value)
    return ";".join(part.strip() for part in re.split(r"[;；、,，\n]", text) if part.strip())


def date_of(value: object) -> dt.date | None:
    """Read a date as Excel or people write it, the Japanese calendar, spaces and the day of the week included."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if is_missing(value):
        return None
    text = "".join(unicodedata.normalize("NFKC", str(value)).split()).casefold()
    western, era = _WESTERN.fullmatch(text), _ERA_DATE.fullmatch(text)
    try:
        if western:
            return dt.date(int(western[1]), int(western[2]), int(western[3]))
        if era:
            first = _ERAS[_ERA_LETTERS.get(era[1], era[1])]
            return dt.date(first + int(era[2].replace("元", "1")), int(era[3]), int(era[4]))
    except ValueError:
        return None
    return None
