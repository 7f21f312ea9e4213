"""Cells of a list read as ids, names and counts, with a record of every one that was not plain."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pandas as pd

from kurihara_geo.errors import Problem, SourceError
from kurihara_geo.sources.identifiers import id_column_values, text_or_none
from kurihara_geo.sources.numbers import count_column, read_office_count
from kurihara_geo.sources.office_sheets.count_headings import COUNT_NAME
from kurihara_geo.sources.office_sheets.row_kinds import IDENTIFYING
from kurihara_geo.sources.records import Record, listed, record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kurihara_geo.sources.grids import Table

__all__ = ["read_values", "refuse_broken_cells", "special_cells"]

_ERROR = re.compile(r"#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)", re.IGNORECASE)
_MARK_ON_NAME = re.compile(r"\s*(?:[※*＊†‡][0-9０-９]{0,2}|[(（]?注[0-9０-９]{0,2}[)）])$")
_FACILITY = re.compile(r"施設入所|入所施設|老人ホーム|特養|養護|療養|病院|寮$|施設$")
# How a count was read -> kind of the record, what was done, and the cure.
_COUNT_NOTES: Mapping[str, tuple[str, str, str]] = {
    "unit": ("unit_in_cell", "units were taken off", "Write the number alone, the unit in the heading."),
    "mark": ("mark_in_cell", "footnote marks were taken off", "Write the mark in a column of its own."),
    "dash": ("dash_read_as_zero", "dashes were read as 0", "Write 0 where there are none, nothing if it is not known."),
    "not_known": ("not_known", "cells say that the number is not known and are missing", "Find out the number."),
}


def refuse_broken_cells(table: Table, kept: Sequence[int], places: Mapping[str, int], *, shown: str) -> list[Record]:
    """Refuse formulas that were never worked out and error values where they matter; note them elsewhere.

    Raises
    ------
    SourceError
        If an id, a name or a count of an association is such a cell; every one is named.
    """
    matters = {spot for name, spot in places.items() if name in IDENTIFYING or COUNT_NAME.fullmatch(name)}
    rows = set(kept)
    problems, aside = [], []
    for place, cells in enumerate(table.rows):
        for spot, cell in enumerate(cells):
            fault = _fault(table, place, spot, cell)
            if not fault:
                continue
            where = f"{table.where[place]}, {table.headings.labels[spot]!r}"
            if place in rows and spot in matters:
                kind, what, cure = fault
                name = str(cells[places["name"]] or "") if "name" in places else ""
                problems.append(Problem(severity="error", kind=kind, name=name, message=f"{where} {what}", cure=cure))
            else:
                aside.append(where)
    if problems:
        raise SourceError(f"{shown}: some cells hold no value:", problems)
    if not aside:
        return []
    message = f"{len(aside)} cells that are not used hold an error or a formula without a value: {listed(aside)}"
    return [record("cell_without_value", message, cure="Repair the formula in Excel, and save the file there.")]


def _fault(table: Table, place: int, spot: int, cell: object) -> tuple[str, str, str] | None:
    if table.uncalculated and spot in table.uncalculated[place]:
        return (
            "formula_not_calculated",
            "is a formula without a stored value",
            "Open the file in Excel, save it there, and read it again.",
        )
    if isinstance(cell, str) and _ERROR.fullmatch(cell.strip()):
        return "error_cell", f"shows {cell.strip()}", "Repair the formula in Excel, and save the file there."
    return None


def read_values(frame: pd.DataFrame, *, where: Sequence[str], text_file: bool) -> tuple[pd.DataFrame, list[Record]]:
    """Read ids and names as text and counts as numbers, in place of the cells found."""
    records: list[Record] = []
    if "association_id" in frame:
        ids, noted = id_column_values(frame["association_id"].tolist())
        records += [*_dates(frame["association_id"].tolist(), where, "ids"), *noted]
        frame["association_id"] = pd.Series(ids, dtype="object")
    if "name" in frame:
        names, noted = _names(frame["name"].tolist(), where)
        frame["name"] = pd.Series(names, dtype="object")
        records += noted
    for column in frame.columns:
        if COUNT_NAME.fullmatch(str(column)):
            frame[column], noted = _counts(frame, str(column), where, text_file=text_file)
            records += noted
    return frame, records


def _names(values: Sequence[object], where: Sequence[str]) -> tuple[list[str | None], list[Record]]:
    """Give names without footnote marks; note those a spreadsheet took for dates, and facilities."""
    texts = [text_or_none(value) for value in values]
    names = [None if text is None else _MARK_ON_NAME.sub("", text) or text for text in texts]
    records = _dates(values, where, "names")
    marked = [f"{text} -> {name}" for text, name in zip(texts, names, strict=True) if text != name]
    if marked:
        message = f"footnote marks were taken off {len(marked)} names: {listed(marked)}"
        records.append(record("mark_on_name", message, cure="Write the mark in a column of its own."))
    facilities = [name for name in names if name and _FACILITY.search(name)]
    if facilities:
        message = f"{len(facilities)} rows seem to be facilities, where each resident may count as a household"
        cure = "Decide whether they are associations; take the rows out if not."
        records.append(record("facility_row", message, name=listed(facilities), cure=cure))
    return names, records


def _dates(values: Sequence[object], where: Sequence[str], what: str) -> list[Record]:
    turned = [
        f"{place} ({value:%Y-%m-%d})" for value, place in zip(values, where, strict=True) if isinstance(value, dt.date)
    ]
    if not turned:
        return []
    message = f"{len(turned)} {what} are dates, as a spreadsheet makes of 1-2: {listed(turned)}"
    return [record("text_became_date", message, cure="Format the column as text and enter them again.")]


def _counts(
    frame: pd.DataFrame, column: str, where: Sequence[str], *, text_file: bool
) -> tuple[pd.Series, list[Record]]:
    """Read a column of counts; hidden ones stay missing and are named one by one."""
    read = [read_office_count(value) for value in frame[column].tolist()]
    plain = [
        value if one.how in ("", "text") else one.value for one, value in zip(read, frame[column].tolist(), strict=True)
    ]
    series, records = count_column(plain, heading=column, text_file=text_file)
    secret = [place for place, one in enumerate(read) if one.how == "suppressed"]
    values = series.tolist()
    for place in secret:
        values[place] = pd.NA
    if secret:
        series = pd.Series(values, dtype="object")
    records += [_suppressed(frame, place, column, where[place]) for place in secret]
    found: dict[str, list[str]] = {}
    for place, (one, cell) in enumerate(zip(read, frame[column].tolist(), strict=True)):
        if one.how in _COUNT_NOTES:
            named = f"{where[place]} {_named(frame, place)} ({cell})".replace("  ", " ")
            found.setdefault(one.how, []).append(named)
    return series, [*records, *special_cells(found, column=column)]


def special_cells(found: Mapping[str, Sequence[str]], *, column: str) -> list[Record]:
    """Give a record for each way in which cells of a column were read that are no plain numbers.

    Parameters
    ----------
    found
        How a count was read, as :class:`~kurihara_geo.sources.numbers.OfficeCount` says it -> the cells, as a message
        names them. Suppressed numbers are none of them: each reader names them itself.
    column
        The column, as the message calls it.
    """
    return [
        record(kind, f"{len(found[how])} {what} in {column!r}: {listed(found[how])}", cure=cure)
        for how, (kind, what, cure) in _COUNT_NOTES.items()
        if found.get(how)
    ]


def _named(frame: pd.DataFrame, place: int) -> str:
    names = [str(frame[key].iloc[place]) for key in ("name", "association_id") if key in frame]
    return next((name for name in names if name != "None"), "")


def _suppressed(frame: pd.DataFrame, place: int, column: str, where: str) -> Record:
    code = frame["association_id"].iloc[place] if "association_id" in frame else None
    name = frame["name"].iloc[place] if "name" in frame else None
    message = f"{where}: {column!r} is suppressed ({frame[column].iloc[place]}); it is missing, not 0"
    cure = "Ask the office that keeps the numbers, or give it with another table."
    return record("suppressed", message, association_id=code or "", name=name or "", cure=cure)
