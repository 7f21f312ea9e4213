"""The day a list stands for, as offices write it: 令和6年3月31日現在, R6.3.31, 2024/3/31 or a date cell."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kurihara_geo.sources.records import Record, listed, record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Found", "date_of_count", "find_dates", "year_before_first"]

_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_LETTERS = {"m": "明治", "t": "大正", "s": "昭和", "h": "平成", "r": "令和"}
_YEAR = (
    r"(?:(?P<era>明治|大正|昭和|平成|令和|(?<![a-z_])[mtshr])\.?(?P<of_era>[0-9]{1,2}|元)"
    r"|(?<![0-9_])(?P<western>(?:19|20)[0-9]{2}))(?![0-9])"
)
_DAY = r"(?:(?:年|[-/.])(?P<month>[0-9]{1,2})(?:(?:月|[-/.])(?P<day>[0-9]{1,2}|末日?)日?|月)?|年度|年)?"
DATE = re.compile(_YEAR + _DAY)
"""A year, a month or a day of the Japanese or the western calendar in a text without spaces."""

_OF_THE_COUNT = re.compile(r"現在|時点|基準日|調査日|調査年月日")
_CENSUS = re.compile(r"国勢調査|国調")
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 60_000
_SERIAL_ORIGIN = dt.date(1899, 12, 30)


@dataclass(frozen=True)
class Found:
    """A date found in a text.

    Parameters
    ----------
    iso
        ``2024-03-31``, or ``2024-03`` or ``2024`` where no more is said; empty if there is no such day.
    year
        The western year.
    text
        As written.
    """

    iso: str
    year: int
    text: str


def year_before_first(era: str) -> int:
    """Give the western year before the first of an era, named by its kanji or its letter."""
    return _ERAS[_LETTERS.get(era, era)]


def find_dates(value: object) -> list[Found]:
    """Find every date in a cell.

    Examples
    --------
    >>> [found.iso for found in find_dates("令和６年３月３１日現在")]
    ['2024-03-31']
    >>> [found.iso for found in find_dates("平成31年4月末現在")]
    ['2019-04-30']
    """
    if isinstance(value, dt.datetime | dt.date):
        day = value.date() if isinstance(value, dt.datetime) else value
        return [Found(day.isoformat(), day.year, day.isoformat())]
    if not isinstance(value, str):
        return []
    text = "".join(unicodedata.normalize("NFKC", value).split()).casefold()
    return [_found(match) for match in DATE.finditer(text)]


def _found(match: re.Match[str]) -> Found:
    if match["western"]:
        year = int(match["western"])
    else:
        year = year_before_first(match["era"]) + int(match["of_era"].replace("元", "1"))
    return Found(_iso(year, match["month"], match["day"]), year, match.group())


def _iso(year: int, month: str | None, day: str | None) -> str:
    if month is None:
        return f"{year}"
    try:
        last = calendar.monthrange(year, int(month))[1]
        if day is None:
            return f"{year}-{int(month):02d}"
        return dt.date(year, int(month), last if day.startswith("末") else int(day)).isoformat()
    except (ValueError, calendar.IllegalMonthError):
        return ""


def date_of_count(lines: Iterable[Sequence[object]], *, title: str = "") -> tuple[str, list[Record]]:
    """Give the day a list stands for from the lines above and below it, and a record where that is in doubt.

    A line that says 現在, 時点 or 基準日 goes before one that only holds a date; a census without a day is of
    1 October. An empty text is given where no date is found or different ones are.
    """
    stated, others = [], []
    for line in [*lines, [title]]:
        words = "".join(str(cell) for cell in line if isinstance(cell, str))
        says_so = bool(_OF_THE_COUNT.search(words))
        dates = [found for cell in line for found in find_dates(_from_serial(cell) if says_so else cell)]
        if says_so:
            stated += dates
        elif _CENSUS.search(words):
            stated += [Found(f"{found.year}-10-01", found.year, found.text) for found in dates]
        else:
            others += [found for found in dates if len(found.iso) != len("2024")]
    return _settled(stated or others)


def _from_serial(cell: object) -> object:
    """Read a day stored as a spreadsheet's serial number."""
    if isinstance(cell, int | float) and float(cell).is_integer() and _FIRST_SERIAL <= cell <= _LAST_SERIAL:
        return _SERIAL_ORIGIN + dt.timedelta(days=int(cell))
    return cell


def _settled(found: Sequence[Found]) -> tuple[str, list[Record]]:
    wrong = [date.text for date in found if not date.iso]
    if wrong:
        message = f"the day of the count is no day of the calendar: {listed(wrong)}"
        return "", [record("date_unreadable", message, cure="Correct the date above the table.")]
    days = list(dict.fromkeys(date.iso for date in found))
    # "令和6年" beside "令和6年3月31日" says the same, less exactly.
    days = [day for day in days if not any(other != day and other.startswith(day) for other in days)]
    if len(days) > 1:
        message = f"several days are named and none was taken as the day of the count: {', '.join(days)}"
        return "", [record("date_in_doubt", message, cure="Leave only the day of the count, with 現在 after it.")]
    return (days[0] if days else ""), []
