"""Which census small area belongs to which association (小地域と自治会の対応表), as CSV or Excel."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd

from kurihara_geo.errors import AssociationsError, Problem
from kurihara_geo.sources.grids import Table, read_table
from kurihara_geo.sources.headings import ASSOCIATION_HEADINGS, arrange, normal_heading
from kurihara_geo.sources.identifiers import id_column_values, text_or_none
from kurihara_geo.sources.numbers import is_missing
from kurihara_geo.sources.records import Record, attach, columns_given, listed, record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from kurihara_geo.sources.headings import Ranks

__all__ = ["read_correspondence", "read_shares"]

_HEADINGS: Mapping[str, Ranks] = {
    "small_area_id": (
        ("small_area_id",),
        ("KEY_CODE",),
        ("小地域コード", "町丁・字等コード", "町丁字コード", "町丁・字コード"),
    ),
    "association_id": (
        ("association_id",),
        ("自治会コード", "行政区コード"),
        ("自治会番号", "行政区番号"),
    ),
    "name": (("name", "association_name"), ("自治会名", "行政区名"), ("自治会", "行政区")),
    "share": (("share",), ("割合", "割合(%)", "配分割合", "按分割合"), ("按分率", "配分率", "比率", "シェア")),
    "former_town": ASSOCIATION_HEADINGS["former_town"],
    "former_school_district": ASSOCIATION_HEADINGS["former_school_district"],
    "council": ASSOCIATION_HEADINGS["council"],
}
_ASSOCIATION = ("association_id", "name")
_TEXTS = ("name", "former_town", "former_school_district", "council")
_PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?)%")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
_RATIO = re.compile(r"([0-9]+)/([1-9][0-9]*)")
_NOTE = re.compile(r"[※*＊注備資出(（]")


def read_correspondence(
    path: str | Path,
    *,
    id_column: str | None = None,
    name_column: str | None = None,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    encoding: str | None = None,
) -> pd.DataFrame:
    r"""Read the table that says which census small area belongs to which association, with shares where several do.

    Parameters
    ----------
    path
        CSV or Excel, one row a small area, or one row a small area and an association where associations share it:
        小地域コード (``KEY_CODE``), 自治会コード, 自治会名 and, for shared ones, 割合; perhaps 旧町村, 旧小学校区 and
        コミュニティ推進協議会. Cells merged downwards count for all their rows.
    id_column, name_column
        The file's headings for the association's id and name; found by usual names if not given.
    columns
        Own heading -> name to give it, such as ``{"字コード": "small_area_id", "按分": "share"}``.
    sheet
        The Excel sheet, where several hold such a table.
    header_row
        Number of the header row as a spreadsheet shows it, if it is not to be looked for.
    encoding
        How a CSV file's text is stored, for example ``cp932``; found out by strict decoding if not given.

    Returns
    -------
    pandas.DataFrame
        One row as in the file, with a plain row number as index: ``row_number`` (as a spreadsheet shows it),
        ``small_area_id`` (text), ``association_id`` (text; the name, where the file has no ids), ``name`` (text; where
        the cell is empty that of the association's other rows, else the id), ``share`` (0-1; missing where the cell is
        empty), every other column as in the file. ``attrs["source"]`` and ``attrs["records"]`` as in
        :func:`kurihara_geo.read_boundaries`.

    Raises
    ------
    SourceError
        If the file cannot be read, or a column is not found or could be one of two (the message lists those found).
    AssociationsError
        If shares are no numbers; every such row is named. A share is 0.4, 40 or 40% (one way in the whole column; a
        number above 1 makes all bare numbers percentages), or 2/5.

    Examples
    --------
    >>> from pathlib import Path
    >>> import kurihara_geo as kg
    >>> text = "小地域コード,自治会コード,割合\n040010010,K1,40%\n040010010,K2,60%\n"
    >>> _ = Path("table.csv").write_text(text, encoding="utf-8")
    >>> kg.read_correspondence("table.csv")[["small_area_id", "association_id", "share"]].values.tolist()
    [['040010010', 'K1', 0.4], ['040010010', 'K2', 0.6]]
    """
    asked: dict[str, str | None] = {"association_id": id_column, "name": name_column}
    asked |= {standard: own for own, standard in columns_given(columns).items() if asked.get(standard) is None}
    groups = (("small_area_id",), _ASSOCIATION)
    table = read_table(
        path, wanted=_HEADINGS, asked=asked, groups=groups, sheet=sheet, header_row=header_row, encoding=encoding
    )
    places = table.headings.resolve(_HEADINGS, asked=asked, columns=columns, required=("small_area_id",))
    kept, dropped = _rows_kept(table, places)
    frame, renamed = _frame(table, places, kept)
    records = _read_keys(frame)
    shares, problems = read_shares(frame)
    if problems:
        raise AssociationsError(f"{path}: the shares cannot be read:", problems)
    frame["share"] = shares
    attach(frame, source=table.source, records=[*table.records, *dropped, *renamed, *records])
    return frame


def read_shares(frame: pd.DataFrame) -> tuple[pd.Series, list[Problem]]:
    """Read the column of shares as numbers from 0 to 1.

    Parameters
    ----------
    frame
        ``row_number``, ``small_area_id`` and perhaps ``share``, as found in the file.

    Returns
    -------
    pandas.Series, list of Problem
        The shares, missing where there is none; and an error for each that is no number.
    """
    cells = frame["share"].tolist() if "share" in frame else [None] * len(frame)
    read = [_share(cell) for cell in cells]
    in_percent = any(value is not None and bare and value > 1 for value, bare in read)
    values = [None if v is None else float(v / 100 if bare and in_percent else v) for v, bare in read]
    problems = [
        Problem(
            severity="error",
            kind="share_unreadable",
            association_id=str(area),
            message=f"row {number}: the share is {cell!r}",
            cure="give a number such as 0.4, 40% or 2/5, or leave it empty where the area belongs to one alone",
        )
        for cell, value, number, area in zip(cells, values, frame["row_number"], frame["small_area_id"], strict=True)
        if value is None and not is_missing(cell)
    ]
    return pd.Series(values, index=frame.index, dtype="float64"), problems


def _share(cell: object) -> tuple[Fraction | None, bool]:
    """Give a share, and whether it is a bare number, which may be a percentage."""
    if is_missing(cell) or isinstance(cell, bool):
        return None, False
    text = "".join(unicodedata.normalize("NFKC", str(cell)).split())
    if found := _PERCENT.fullmatch(text):
        return Fraction(found.group(1)) / 100, False
    if found := _RATIO.fullmatch(text):
        return Fraction(int(found.group(1)), int(found.group(2))), False
    return (Fraction(text), True) if _NUMBER.fullmatch(text) else (None, False)


def _rows_kept(table: Table, places: Mapping[str, int]) -> tuple[list[int], list[Record]]:
    """Tell rows from headings that stand again and notes below the table."""
    keys = [places[name] for name in ("small_area_id", *_ASSOCIATION) if name in places]
    kept, records = [], []
    for place, (cells, number) in enumerate(zip(table.rows, table.numbers, strict=True)):
        present = [cell for cell in cells if not is_missing(cell)]
        again = all(normal_heading(cells[spot] or "") == normal_heading(table.headings.labels[spot]) for spot in keys)
        if again:
            records.append(record("header_row_dropped", f"row {number} was left out: the headings again"))
        elif len(present) == 1 and not table.merged[place] and _NOTE.match(str(present[0]).strip()):
            message = f"row {number} was left out: a note: {str(present[0])[:40]}"
            records.append(record("note_row_dropped", message))
        else:
            kept.append(place)
    return kept, records


def _frame(table: Table, places: Mapping[str, int], kept: Sequence[int]) -> tuple[pd.DataFrame, list[Record]]:
    """Make the table of the rows kept; a merged cell counts for all its rows, but a share is nobody else's."""
    order, records = arrange(table.headings.labels, places)
    data: dict[str, object] = {"row_number": [table.numbers[row] for row in kept]}
    for name, spot in order:
        cells = [
            table.merged[row].get(spot, table.rows[row][spot]) if name != "share" else table.rows[row][spot]
            for row in kept
        ]
        data[name] = pd.Series(cells, dtype="object")
    return pd.DataFrame(data), records


def _read_keys(frame: pd.DataFrame) -> list[Record]:
    """Read ids and names as text, in place; each stands in for the other where the file has one of them only."""
    records: list[Record] = []
    for column, census in (("small_area_id", True), ("association_id", False)):
        if column in frame:
            ids, noted = id_column_values(frame[column].tolist(), census=census)
            frame[column] = pd.Series(ids, dtype="object")
            records += noted
    for column in _TEXTS:
        if column in frame:
            frame[column] = pd.Series([text_or_none(value) for value in frame[column].tolist()], dtype="object")
    if "association_id" not in frame:
        frame["association_id"] = frame["name"]
        names = [name for name in dict.fromkeys(frame["name"]) if name]
        message = f"the table has no ids of associations; {len(names)} are known by their names: {listed(names)}"
        cure = "Add a column 自治会コード if two associations have one name: they are taken for one here."
        records.append(record("name_as_id", message, cure=cure))
    if "name" not in frame:
        frame["name"] = frame["association_id"]
    known = frame.dropna(subset=["association_id"]).groupby("association_id")["name"].first()
    for other in (frame["association_id"].map(known), frame["association_id"]):
        frame["name"] = frame["name"].where(frame["name"].notna(), other)
    return records
