"""Household counts the city keeps by association (行政区別世帯数), as CSV or Excel."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from kurihara_geo.columns import HOUSEHOLD_KINDS
from kurihara_geo.errors import SourceError
from kurihara_geo.sources.grids import Table, read_tables
from kurihara_geo.sources.headings import ASSOCIATION_HEADINGS, Ranks, arrange, normal_heading
from kurihara_geo.sources.numbers import are_whole
from kurihara_geo.sources.office_sheets.cells import ALL_SHEETS, Sheet
from kurihara_geo.sources.office_sheets.count_headings import (
    COUNT_NAME,
    Counts,
    choose_counts,
    is_count_heading,
    kind_of,
)
from kurihara_geo.sources.office_sheets.dates import date_of_count, find_dates
from kurihara_geo.sources.office_sheets.layout import Request
from kurihara_geo.sources.office_sheets.row_kinds import IDENTIFYING, is_note
from kurihara_geo.sources.office_sheets.rows import SortedRows, sort_rows
from kurihara_geo.sources.office_sheets.stacking import refuse_to_stack, stack
from kurihara_geo.sources.office_sheets.turned import turn_sheet
from kurihara_geo.sources.office_sheets.values import read_values, refuse_broken_cells
from kurihara_geo.sources.records import Record, attach, columns_given, record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["read_households"]

_HEADINGS: Mapping[str, Ranks] = {
    **ASSOCIATION_HEADINGS,
    "association_id": (
        *ASSOCIATION_HEADINGS["association_id"],
        ("地域コード",),
        ("番号", "区番号"),
        ("no", "no."),
    ),
    "name": (*ASSOCIATION_HEADINGS["name"], ("区名",), ("集落名",), ("町名", "町丁名")),
    "former_town": (
        *ASSOCIATION_HEADINGS["former_town"],
        ("旧町", "旧町名", "町域"),
        ("地区", "地区名"),
        ("総合支所", "支所", "支所名"),
        ("町村", "町村名"),
        ("町名",),
    ),
}
_DATE_HEADINGS = {"調査年月日", "基準日", "調査日", "現在日", "時点"}
_COUNTS = ("households", "population")


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
    households_kind: str | None = None,
) -> pd.DataFrame:
    """Read household counts from a list as offices keep it, CSV or Excel.

    Recognised are: titles above the headings and the day of the count in them (令和6年3月31日現在); headings in up to
    three rows, merged or blank; town names in the first row of a block only; totals (合計, 小計, 築館 計, ...), each
    compared with its rows; headings printed again, notes; sheets with the associations across the columns; several
    sheets that are parts of one list. Every row left out and every cell that was not a plain number is recorded.

    Parameters
    ----------
    path
        CSV (UTF-8, CP932 or UTF-16; comma, tab or semicolon) or Excel (.xlsx).
    id_column, name_column, households_column, population_column
        The file's headings for these columns; found by usual names (行政区コード, 行政区名, 世帯数, ...) if
        not given. Of several years side by side the newest is taken, forecasts apart.
    columns
        Own heading -> name to give it.
    sheet
        The Excel sheet, where several hold such a table; ``all`` to read them as one list. Without it, sheets of
        the same layout that share no association are read as one list, the sheet's name being the former town.
    header_row
        Number of the header row as a spreadsheet shows it, if it is not to be looked for among the first 100 rows
        that hold anything.
    encoding
        How a CSV file's text is stored, for example ``cp932``; found out by strict decoding if not given.
    households_kind
        ``register`` (住民基本台帳), ``census`` (国勢調査) or ``member`` (加入世帯), where the file holds several or
        does not say.

    Returns
    -------
    pandas.DataFrame
        One row an association in the file's order, with a plain row number as index: ``association_id``
        (text) and ``name`` (text), one of them at least; ``households`` and, where found, ``population``
        (whole numbers; what is no number is left as found); ``households_kind`` where the file or the planner
        says it; ``households_2020`` and the like for other years, ``households_member`` for other kinds; every
        other column as in the file. An empty cell is None. A dash (``-``, ``―``, ``－``) is read as 0 and recorded,
        as it means in statistical tables that there is nothing to count. A suppressed number (``X``, ``*``) is
        ``pandas.NA``, never 0, with a record ``suppressed`` for each.
        ``attrs["source"]`` as in :func:`~kurihara_geo.sources.boundaries.read_boundaries`, with ``as_of``, the day
        of the count (ISO), where the file says it; ``attrs["records"]`` what was dropped, changed or doubtful.

    Raises
    ------
    SourceError
        If the file cannot be read, is an old .xls file (save it as .xlsx or CSV), several sheets fit (choose
        with ``sheet``), a column is not found or could be one of two (name it; the message lists those
        found), households of several kinds stand side by side (choose with ``households_kind``), an id, a name
        or a count is a formula never worked out or an error value (repair it in Excel and save), a row of a CSV
        file has more cells than headings (``1,234`` without quotation marks), a quotation mark is not closed, or
        names and numbers stand beside the table without headings.

    Examples
    --------
    >>> from pathlib import Path
    >>> lines = ["架空市 行政区別世帯数(令和6年3月31日現在)", "行政区名,世帯数", "甲区,36世帯", "乙区,X", "計,40"]
    >>> _ = Path("list.csv").write_text(chr(10).join(lines), encoding="utf-8")
    >>> table = read_households("list.csv")
    >>> table["households"].tolist(), table.attrs["source"]["as_of"]
    ([36, <NA>], '2024-03-31')
    """
    if households_kind is not None and (not isinstance(households_kind, str) or households_kind not in HOUSEHOLD_KINDS):
        known = ", ".join(HOUSEHOLD_KINDS)
        raise SourceError(f"households_kind is {households_kind!r}; it must be one of {known}.")
    asked = {
        "association_id": id_column,
        "name": name_column,
        "households": households_column,
        "population": population_column,
    }
    asked |= {standard: own for own, standard in columns_given(columns).items() if asked.get(standard, "") is None}
    request = Request(
        shown=str(path),
        wanted=_HEADINGS,
        asked=asked,
        groups=(("households",), IDENTIFYING),
        patterns={"households": is_count_heading},
    )
    tables = read_tables(path, request, sheet=sheet, header_row=header_row, encoding=encoding, turn=_turn)
    read = [_read_table(table, request, columns, households_kind) for table in tables]
    tables, frames = [table for table, _, _ in read], [frame for _, frame, _ in read]
    records = [one for table, _, noted in read for one in [*table.records, *noted]]
    frame, source = frames[0], tables[0].source
    if len(tables) > 1:
        refuse_to_stack(str(path), tables, frames, told=sheet == ALL_SHEETS)
        frame, source, stacked = stack(tables, frames)
        records = [*stacked, *records]
    frame = _with_types(frame)
    attach(frame, source=source, records=records)
    return frame


def _turn(sheet: Sheet) -> Sheet | None:
    names = {normal_heading(heading) for rank in _HEADINGS["name"] for heading in rank}
    return turn_sheet(sheet, is_count=is_count_heading, is_name=lambda text: normal_heading(text) in names)


def _read_table(
    table: Table, request: Request, columns: Mapping[str, str] | None, households_kind: str | None
) -> tuple[Table, pd.DataFrame, list[Record]]:
    """Read the table of one sheet; give it with the day of the count in its source."""
    lines = [*table.preamble, *(row for row in table.rows if is_note(row))]
    day, dated = _day(table, lines)
    counts = _places(table, request, columns, households_kind, lines, day)
    places = counts.places
    day = day or _day_of_heading(table.headings.labels[places["households"]])
    rows = sort_rows(table, places)
    broken = refuse_broken_cells(table, rows.kept, places, shown=request.shown)
    frame, renamed = _frame(table, places, rows)
    kept = [table.where[place] for place in rows.kept]
    shown = _shown_ids(table, places, rows.kept, frame)
    frame, noted = read_values(frame, where=kept, text_file=table.text_file)
    if counts.kind is not None and "households_kind" not in frame:
        frame["households_kind"] = pd.Series([counts.kind] * len(frame), dtype="object")
    if day:
        table = replace(table, source={**table.source, "as_of": day})
    records = [*renamed, *rows.records, *broken, *shown, *noted, *dated, *counts.records, *_foreigners(lines)]
    return table, frame, records


def _day(table: Table, lines: Sequence[Sequence[object]]) -> tuple[str, list[Record]]:
    """Find the day of the count: a column of dates that are all the same, else the lines around the table."""
    for spot, label in enumerate(table.headings.labels):
        if normal_heading(label) in _DATE_HEADINGS:
            return date_of_count([["現在", row[spot]] for row in table.rows if row[spot] is not None])
    return date_of_count(lines, title=str(table.source.get("sheet", "")))


def _day_of_heading(label: str) -> str:
    """Give the day a heading names, such as 令和6年4月1日 世帯数; a year alone is none."""
    days = [found.iso for found in find_dates(label) if "-" in found.iso]
    return days[0] if len(days) == 1 else ""


def _places(
    table: Table,
    request: Request,
    columns: Mapping[str, str] | None,
    households_kind: str | None,
    lines: Sequence[Sequence[object]],
    day: str,
) -> Counts:
    """Decide which column is what."""
    named = {name: ranks for name, ranks in _HEADINGS.items() if name not in _COUNTS}
    headings, asked = table.headings, request.asked
    taken = headings.resolve(named, asked=asked, columns=columns)
    if not any(standard in taken for standard in IDENTIFYING):
        headings.resolve(_HEADINGS, asked=asked, columns=columns, required=IDENTIFYING)
    counts = choose_counts(
        headings,
        taken,
        asked_kind=households_kind,
        stated_kind=kind_of([cell for line in lines for cell in line]),
        year_of_count=int(day[:4]) if day else None,
    )
    places = _in_order({**counts.places, **taken})
    if "households" not in places:
        raise SourceError(headings.not_found(["households"], _HEADINGS))
    return Counts(places, counts.kind, counts.records)


def _in_order(places: Mapping[str, int]) -> dict[str, int]:
    """Put the columns in their order: ids and names, counts, then towns and the rest."""
    first = [*IDENTIFYING, *_COUNTS]
    counts = [name for name in places if COUNT_NAME.fullmatch(name) and name not in first]
    rest = [name for name in places if name not in first and name not in counts]
    return {name: places[name] for name in [*first, *counts, *rest] if name in places}


def _frame(table: Table, places: Mapping[str, int], rows: SortedRows) -> tuple[pd.DataFrame, list[Record]]:
    """Make the table of the rows kept; an own cell merged downwards counts for all its rows."""
    order, records = arrange(table.headings.labels, places)
    data: dict[str, Any] = {}
    for name, spot in order:
        own = name not in IDENTIFYING and not COUNT_NAME.fullmatch(name)
        cells = [
            table.merged[row][spot] if own and spot in table.merged[row] else table.rows[row][spot] for row in rows.kept
        ]
        data[name] = pd.Series(rows.filled.get(spot, cells), dtype="object")
    if "former_town" not in data and any(rows.sections):
        data["former_town"] = pd.Series(rows.sections, dtype="object")
    return pd.DataFrame(data), records


def _shown_ids(table: Table, places: Mapping[str, int], kept: Sequence[int], frame: pd.DataFrame) -> list[Record]:
    """Give ids as the spreadsheet shows them, where it stores 1 and shows 001."""
    if "association_id" not in places or not table.shown:
        return []
    spot = places["association_id"]
    ids = [table.shown[row].get(spot, table.rows[row][spot]) for row in kept]
    changed = sum(spot in table.shown[row] for row in kept)
    if not changed:
        return []
    frame["association_id"] = pd.Series(ids, dtype="object")
    message = f"{changed} ids are numbers shown with zeros in front, and were read as shown (such as {ids[0]})"
    return [record("id_as_shown", message, cure="Format the column as text and enter the ids again.")]


def _foreigners(lines: Sequence[Sequence[object]]) -> list[Record]:
    """Note what the lines around the table say of foreign residents."""
    texts = [str(cell) for line in lines for cell in line if isinstance(cell, str) and "外国人" in cell]
    if not texts:
        return []
    message = f"the file says of foreign residents: {' / '.join(text.strip() for text in texts)}"
    return [record("foreigners_stated", message, cure="Make sure that all counts you join say the same.")]


def _with_types(frame: pd.DataFrame) -> pd.DataFrame:
    """Give columns of whole numbers throughout as such."""
    for column in frame.columns:
        values = frame[column].tolist()
        if COUNT_NAME.fullmatch(str(column)) and are_whole(values):
            frame[column] = pd.Series(values, dtype="int64")
    return frame
