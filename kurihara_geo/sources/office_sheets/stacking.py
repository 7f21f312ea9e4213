"""Several sheets of one workbook, one a former town, read as one list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from kurihara_geo.errors import SourceError
from kurihara_geo.sources.grids import several_sheets
from kurihara_geo.sources.headings import normal_heading
from kurihara_geo.sources.office_sheets.dates import find_dates
from kurihara_geo.sources.records import Record, listed, record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kurihara_geo.sources.grids import Table

__all__ = ["refuse_to_stack", "stack"]

_NO_TOWN = re.compile(r"(sheet|シート|ページ|page)?[0-9]*", re.IGNORECASE)
_SUMMARY = re.compile(r"総括|集計|全体|全市|合計|総計|まとめ|一覧")


def refuse_to_stack(shown: str, tables: Sequence[Table], frames: Sequence[pd.DataFrame], *, told: bool) -> None:
    """Refuse sheets that are not one list in parts: years, a summary, another layout, an association twice.

    Parameters
    ----------
    shown
        The path to name in an error.
    tables, frames
        The sheets as found, and as read.
    told
        Whether the planner said ``sheet="all"``; then only an id that stands on two sheets is refused.
    """
    titles = [str(table.source["sheet"]) for table in tables]
    key = "association_id" if all("association_id" in frame for frame in frames) else "name"
    seen: dict[object, str] = {}
    twice = []
    for title, frame in zip(titles, frames, strict=True):
        values = frame[key].tolist() if key in frame else []
        twice += [f"{value} ({seen[value]}, {title})" for value in values if value is not None and value in seen]
        seen |= dict.fromkeys(values, title)
    if told:
        # A name or two may be those of different places; half of them are the same list again.
        if twice and (key == "association_id" or 2 * len(twice) >= min(len(frame) for frame in frames)):
            raise SourceError(
                f"{shown}: {len(twice)} ids or names stand on two sheets: {listed(twice)}. "
                f"Read one sheet with sheet=, or correct them."
            )
        return
    layouts = {tuple(normal_heading(label) for label in table.headings.labels) for table in tables}
    other = any(find_dates(title) or _SUMMARY.search(title) for title in titles)
    if twice or other or len(layouts) > 1:
        advice = "" if twice or other else ', or pass sheet="all" to read them as one list'
        raise several_sheets(shown, tables, advice=advice)


def stack(tables: Sequence[Table], frames: Sequence[pd.DataFrame]) -> tuple[pd.DataFrame, dict[str, Any], list[Record]]:
    """Put the sheets below each other; where no column says the town, the sheet's name does."""
    titles = [str(table.source["sheet"]) for table in tables]
    records = []
    as_towns = not any("former_town" in frame for frame in frames) and not any(
        _NO_TOWN.fullmatch(title) for title in titles
    )
    if as_towns:
        frames = [_with_town(frame, title) for frame, title in zip(frames, titles, strict=True)]
    message = f"{len(titles)} sheets were read as one list: " + ", ".join(
        f"{title} ({len(frame)} rows)" for title, frame in zip(titles, frames, strict=True)
    )
    message += "; the sheet's name is the former town" if as_towns else ""
    records.append(record("sheets_stacked", message, cure="Pass sheet= to read one sheet alone."))
    columns = list(dict.fromkeys(column for frame in frames for column in frame.columns))
    data = {
        column: pd.Series(
            [
                value
                for frame in frames
                for value in (frame[column].tolist() if column in frame else [None] * len(frame))
            ],
            dtype="object",
        )
        for column in columns
    }
    days = {title: str(table.source.get("as_of", "")) for title, table in zip(titles, tables, strict=True)}
    source = {**tables[0].source, "sheet": ", ".join(titles)}
    if len(set(days.values())) > 1:
        source.pop("as_of", None)
        found = "; ".join(f"{title}: {day or 'not stated'}" for title, day in days.items())
        message = f"the sheets name different days of the count: {found}"
        records.append(record("date_in_doubt", message, cure="Use counts of one day."))
    return pd.DataFrame(data), source, records


def _with_town(frame: pd.DataFrame, town: str) -> pd.DataFrame:
    frame = frame.copy()
    frame["former_town"] = pd.Series([town] * len(frame), dtype="object", index=frame.index)
    return frame
