"""Household counts the city keeps by association (行政区別世帯数), as CSV or Excel."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from kurihara_geo.sources.boundaries import COUNT_COLUMN
from kurihara_geo.sources.grids import Table, read_table
from kurihara_geo.sources.headings import ASSOCIATION_HEADINGS, arrange, normal_heading
from kurihara_geo.sources.identifiers import id_column_values, text_or_none
from kurihara_geo.sources.numbers import count_column, is_missing, read_count
from kurihara_geo.sources.records import Record, attach, record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["read_households"]

_GRAND_TOTALS = {"総計", "総合計"}
_TOTALS = {"合計", "小計", "計", "再掲"} | _GRAND_TOTALS
_RECOUNT = "再掲"
_NOTE = re.compile(r"[※*＊注備資出(（]")
_IDENTIFYING = ("association_id", "name")


def read_households(
    path: str | Path,
    *,
    id_column: str | None = None,
    name_column: str | None = None,
    households_column: str | None = None,
    population_column: str | None = None,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    encoding: str | None = None,
) -> pd.DataFrame:
    """Read household counts from a CSV or Excel file with one row per association.

    Titles and blank rows above the headings, a second header row, totals (合計, 小計, ...) and notes below
    are recognised; every row left out is recorded, and each total is compared with the rows above it.

    Parameters
    ----------
    path
        CSV (UTF-8, CP932 or UTF-16; comma, tab or semicolon) or Excel (.xlsx).
    id_column, name_column, households_column, population_column
        The file's headings for these columns; found by usual names (行政区コード, 行政区名, 世帯数, ...) if
        not given.
    columns
        Own heading -> name to give it.
    sheet
        The Excel sheet, where several hold such a table.
    header_row
        Number of the header row as a spreadsheet shows it, if it is not to be looked for.
    encoding
        How a CSV file's text is stored, for example ``cp932``; found out by strict decoding if not given.

    Returns
    -------
    pandas.DataFrame
        One row an association in the file's order, with a plain row number as index: ``association_id``
        (text) and ``name`` (text), one of them at least; ``households`` and, where found, ``population``
        (whole numbers; what is no number is left as found); every other column as in the file.
        ``attrs["source"]`` and ``attrs["records"]`` as in
        :func:`~kurihara_geo.sources.boundaries.read_boundaries`.

    Raises
    ------
    SourceError
        If the file cannot be read, is an old .xls file (save it as .xlsx or CSV), several sheets fit (choose
        with ``sheet``), or a column is not found or could be one of two (name it; the message lists those
        found).
    """
    asked = {
        "association_id": id_column,
        "name": name_column,
        "households": households_column,
        "population": population_column,
    }
    asked |= {standard: own for own, standard in (columns or {}).items() if asked.get(standard, "") is None}
    table = read_table(
        path,
        wanted=ASSOCIATION_HEADINGS,
        asked=asked,
        groups=(("households",), _IDENTIFYING),
        sheet=sheet,
        header_row=header_row,
        encoding=encoding,
    )
    places = table.headings.resolve(ASSOCIATION_HEADINGS, asked=asked, columns=columns, required=("households",))
    if not any(standard in places for standard in _IDENTIFYING):
        table.headings.resolve(ASSOCIATION_HEADINGS, asked=asked, columns=columns, required=_IDENTIFYING)
    kept, sorted_out = _sort_out(table, places)
    frame, renamed = _frame(table, places, kept)
    frame, noted = _read_values(frame, text_file=table.text_file)
    attach(frame, source=table.source, records=[*table.records, *renamed, *sorted_out, *noted])
    return frame


# --- rows ------------------------------------------------------------------------------------------


@dataclass
class _Sums:
    """Households of the rows kept so far: all of them, and those since the last subtotal."""

    overall: int = 0
    section: int = 0

    def add(self, value: object) -> None:
        count = read_count(value)
        if isinstance(count, int):
            self.overall += count
            self.section += count


def _sort_out(table: Table, places: Mapping[str, int]) -> tuple[list[int], list[Record]]:
    """Tell associations from headings repeated, totals and notes; give the places of the rows to keep."""
    kept: list[int] = []
    totals: list[tuple[str, int, object, int]] = []
    records: list[Record] = []
    sums = _Sums()
    for place, (cells, number) in enumerate(zip(table.rows, table.numbers, strict=True)):
        label = _total_label(cells, places)
        if label is not None:
            count = read_count(cells[places["households"]])
            totals.append((label, number, count, sums.section))
            records.append(_dropped("totals_row_dropped", number, f"{label} ({count})"))
            sums.section = 0
        elif _repeats_headings(cells, table, places):
            records.append(_dropped("header_row_dropped", number, "the headings again"))
        elif _is_note(cells):
            text = next(str(cell) for cell in cells if cell is not None)
            records.append(_dropped("note_row_dropped", number, f"a note: {text[:40]}"))
        else:
            kept.append(place)
            sums.add(cells[places["households"]])
            records += _doubts(cells, places, number)
    return kept, [*records, *_mismatches(totals, sums.overall)]


def _dropped(kind: str, number: int, what: str) -> Record:
    return record(kind, f"row {number} was left out: {what}")


def _total_label(cells: Sequence[object], places: Mapping[str, int]) -> str | None:
    """Give the label of a totals row: it stands as name or id or, with no name, in any text column."""
    spots = [places[key] for key in ("name", "association_id") if key in places]
    if all(cells[spot] is None for spot in spots[:1]):
        spots = list(range(len(cells)))
    for spot in spots:
        label = _plain_label(cells[spot])
        if label in _TOTALS:
            return label
    return None


def _plain_label(cell: object) -> str:
    if not isinstance(cell, str):
        return ""
    return "".join(unicodedata.normalize("NFKC", cell).split()).strip("()[]<>【】")


def _repeats_headings(cells: Sequence[object], table: Table, places: Mapping[str, int]) -> bool:
    spots = [places[key] for key in (*_IDENTIFYING, "households") if key in places]
    return all(
        cells[spot] is not None and normal_heading(cells[spot]) == normal_heading(table.headings.labels[spot])
        for spot in spots
    )


def _is_note(cells: Sequence[object]) -> bool:
    present = [cell for cell in cells if cell is not None]
    return len(present) == 1 and isinstance(present[0], str) and bool(_NOTE.match(present[0].strip()))


def _doubts(cells: Sequence[object], places: Mapping[str, int], number: int) -> list[Record]:
    """Note a kept row that may be none: it has no name and no id, or is called like a subtotal."""
    spots = [places[key] for key in _IDENTIFYING if key in places]
    if all(is_missing(cells[spot]) for spot in spots):
        return [
            record(
                "row_without_name",
                f"row {number} has neither id nor name",
                cure="Fill it in, or delete the row.",
            )
        ]
    name = _plain_label(cells[places["name"]]) if "name" in places else ""
    if name.endswith("計"):
        message = f"row {number} is called {name!r} like a subtotal, and was kept"
        return [record("total_suspected", message, name=name, cure="Delete the row if it is one, or call it 小計.")]
    return []


def _mismatches(totals: Sequence[tuple[str, int, object, int]], overall: int) -> list[Record]:
    """Compare each total with the rows it can stand for: its section, or the whole table."""
    records = []
    for label, number, count, section in totals:
        if not isinstance(count, int) or label == _RECOUNT:
            continue
        fitting = {overall} if label in _GRAND_TOTALS else {overall, section}
        if count not in fitting:
            expected = section if label == "小計" else overall
            message = f"{label} in row {number} says {count:,} households, the rows add up to {expected:,}"
            records.append(record("total_mismatch", message, cure="Look for a missing or a double row."))
    return records


# --- values ----------------------------------------------------------------------------------------


def _frame(table: Table, places: Mapping[str, int], kept: Sequence[int]) -> tuple[pd.DataFrame, list[Record]]:
    """Make the table of the rows kept; an own cell merged downwards counts for all its rows."""
    order, records = arrange(table.headings.labels, places)
    own = {spot for name, spot in order if name not in _IDENTIFYING and not COUNT_COLUMN.fullmatch(name)}
    data = {}
    for name, spot in order:
        cells = [
            table.merged[row][spot] if spot in own and spot in table.merged[row] else table.rows[row][spot]
            for row in kept
        ]
        data[name] = pd.Series(cells, dtype="object")
    return pd.DataFrame(data), records


def _read_values(frame: pd.DataFrame, *, text_file: bool) -> tuple[pd.DataFrame, list[Record]]:
    records: list[Record] = []
    if "association_id" in frame:
        ids, noted = id_column_values(frame["association_id"].tolist())
        frame["association_id"] = pd.Series(ids, dtype="object")
        records += noted
    if "name" in frame:
        names = [text_or_none(value) for value in frame["name"].tolist()]
        frame["name"] = pd.Series(names, dtype="object")
    for column in frame.columns:
        if COUNT_COLUMN.fullmatch(str(column)):
            frame[column], noted = count_column(frame[column].tolist(), heading=str(column), text_file=text_file)
            records += noted
    return frame, records
