"""Projected population by municipality (日本の地域別将来推計人口) as the national institute (社人研) publishes it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from kurihara_geo.errors import Problem, SourceError
from kurihara_geo.sources.identifiers import id_text
from kurihara_geo.sources.national_layers import asked_codes, padded_code
from kurihara_geo.sources.numbers import is_missing, read_office_count
from kurihara_geo.sources.office_sheets.cells import excel_sheets
from kurihara_geo.sources.records import Record, attach, credit, existing_file, listed, record, sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from kurihara_geo.sources.office_sheets.cells import Sheet

__all__ = ["read_projection"]

# 75歳以上 stands before 65歳以上 in no heading, and 総人口 beside none of them.
_AGES = {
    "total": ("population", re.compile(r"総人口")),
    "0-14": ("population_0_14", re.compile(r"0\s*[~〜\-‐ー]\s*14\s*歳|15歳未満|年少人口")),
    "15-64": ("population_15_64", re.compile(r"15\s*[~〜\-‐ー]\s*64\s*歳|生産年齢人口")),
    "65 and over": ("population_65_over", re.compile(r"65歳以上|老年人口")),
    "75 and over": ("population_75_over", re.compile(r"75歳以上")),
}
_YEAR = re.compile(r"(20[0-9]{2})年?")
_CODE_HEADINGS = {"コード", "市区町村コード", "地域コード"}
_HEADINGS = {"市などの別": "kind", "都道府県": "prefecture", "都道府県名": "prefecture"}
_NAMES = {"市区町村", "市区町村名"}
_ROWS_TO_SNIFF = 30
_FEWEST_YEARS = 2


@dataclass(frozen=True)
class _Layout:
    """Where the table stands in its sheet; rows and columns count from 0."""

    sheet: Sheet
    first: int
    code: int
    texts: dict[str, int]
    years: dict[int, int]
    ages: str | None


def read_projection(
    path: str | Path, municipality: str | Iterable[str] | None = None, *, sheet: str | None = None
) -> pd.DataFrame:
    """Read the projected population of municipalities from a result table of the national institute (社人研).

    Parameters
    ----------
    path
        ``kekkahyo1.xlsx`` (総人口) or ``kekkahyo2_1.xlsx`` to ``kekkahyo2_4.xlsx`` (one class of ages each), as
        downloaded.
    municipality
        Five digits of the code as text, such as ``"04213"``, or several; all rows, prefectures included, if not given.
    sheet
        The Excel sheet, where several hold such a table.

    Returns
    -------
    pandas.DataFrame
        Index ``municipality_code`` (text, five digits); ``name``, ``prefecture`` and ``kind`` (``a`` a prefecture, 0 a
        ward, 1 a city with wards, 2 a city, 3 a town or village) where found; and one column of people a year
        (``Int64``): ``population_2020`` to ``population_2050`` for 総人口, ``population_0_14_2020``,
        ``population_15_64_2020``, ``population_65_over_2020`` or ``population_75_over_2020`` and so on for one class,
        as the title or the heading says. A dash or X is no zero here: it stays missing and is recorded. Indices
        (2020=100) and shares beside the people are left alone. ``attrs["source"]["ages"]`` names the class.

    Raises
    ------
    SourceError
        If the file cannot be read, holds no such table or several, does not say whose ages it counts, a code is
        repeated, a cell is no count, or a municipality is not in it; every such row is named.

    Examples
    --------
    >>> import openpyxl, kurihara_geo as kg
    >>> book = openpyxl.Workbook()
    >>> for row in (
    ...     ["結果表1 総人口および指数"], ["コード", "市などの別", "都道府県", "市区町村", "総人口(人)"],
    ...     [None, None, None, None, "2020年", "2025年"], [4999, 2, "架空県", "架空市", 64637, 59000],
    ... ):
    ...     book.active.append(row)
    >>> book.save("kekkahyo1.xlsx")
    >>> kg.read_projection("kekkahyo1.xlsx", "04999")[["name", "population_2020", "population_2025"]]
                      name  population_2020  population_2025
    municipality_code
    04999              架空市            64637            59000
    """
    file = existing_file(path)
    asked = asked_codes(municipality, shown=str(path))
    sheets, records = excel_sheets(file.read_bytes(), sheet=sheet, shown=str(path))
    layout = _layout(sheets, str(path))
    frame, noted = _rows(layout, asked, str(path))
    source: dict[str, Any] = {"path": file.name, "sha256": sha256_of([file]), "sheet": layout.sheet.title}
    attach(frame, source={**source, "ages": layout.ages}, records=[*records, *layout.sheet.records, *noted])
    credit(
        frame,
        ja="「日本の地域別将来推計人口」(国立社会保障・人口問題研究所)",
        en="Regional Population Projections for Japan (IPSS)",
    )
    return frame


# --- layout ----------------------------------------------------------------------------------------


def _text(cell: object) -> str:
    return "" if is_missing(cell) else "".join(unicodedata.normalize("NFKC", str(cell)).split())


def _layout(sheets: Sequence[Sheet], shown: str) -> _Layout:
    """Find the one sheet that holds the table."""
    found = [layout for sheet in sheets if (layout := _layout_of(sheet)) is not None]
    if not found:
        raise SourceError(
            f"{shown}: there is no table with the headings コード and 市区町村 and years such as 2020年 below or "
            "beside them; download the result table (kekkahyo) again."
        )
    if len(found) > 1:
        titles = ", ".join(layout.sheet.title for layout in found)
        raise SourceError(f"{shown}: several sheets hold such a table ({titles}); choose with sheet=.")
    if found[0].ages is None:
        raise SourceError(
            f"{shown}: neither title nor headings say whose ages are counted (総人口, 0~14歳, 15~64歳, 65歳以上 or "
            "75歳以上), or they name several; keep the title above the table."
        )
    return found[0]


def _layout_of(sheet: Sheet) -> _Layout | None:
    rows = [[_text(cell) for cell in row] for row in sheet.rows[:_ROWS_TO_SNIFF]]
    head = next((number for number, row in enumerate(rows) if _CODE_HEADINGS & set(row)), None)
    if head is None:
        return None
    for number in range(head, min(head + 3, len(rows))):
        years = _first_years(rows[number])
        if len(years) >= _FEWEST_YEARS:
            labels = rows[head]
            names = {place: _HEADINGS[text] for place, text in enumerate(labels) if text in _HEADINGS}
            names |= {place: "name" for place, text in enumerate(labels) if text in _NAMES}
            return _Layout(
                sheet=sheet,
                first=number + 1,
                code=next(place for place, text in enumerate(labels) if text in _CODE_HEADINGS),
                texts={name: place for place, name in names.items()},
                years=years,
                ages=_ages(rows, head, number, min(years.values())),
            )
    return None


def _first_years(row: Sequence[str]) -> dict[int, int]:
    """Give year -> column of the first block: years that go up; the block of indices begins anew."""
    years: dict[int, int] = {}
    for place, text in enumerate(row):
        match = _YEAR.match(text)
        if match is None:
            continue
        year = int(match[1])
        if years and year <= max(years):
            break
        years[year] = place
    return years


def _ages(rows: Sequence[Sequence[str]], head: int, last: int, place: int) -> str | None:
    """Say which ages are counted: by the heading over the first year, else by the title."""
    over = " ".join(row[place] for row in rows[head : last + 1] if place < len(row))
    title = " ".join(text for row in rows[:head] for text in row)
    for words in (over, title):
        named = [ages for ages, (_, pattern) in _AGES.items() if pattern.search(words)]
        if len(named) == 1:
            return named[0]
    return None


# --- rows ------------------------------------------------------------------------------------------


def _rows(layout: _Layout, asked: tuple[str, ...] | None, shown: str) -> tuple[pd.DataFrame, list[Record]]:
    """Read the rows of the municipalities asked for; name everything that cannot be read."""
    numbered, records = _coded(layout)
    _check_codes(numbered, asked, shown)
    chosen = [(number, code) for number, code in numbered if asked is None or code in asked]
    data: dict[str, pd.Series] = {}
    for name in ("name", "prefecture", "kind"):
        if name in layout.texts:
            place = layout.texts[name]
            cells = [id_text(_cell(layout, number, place)) for number, _ in chosen]
            data[name] = pd.Series(cells, dtype="object")
    problems, missing = [], []
    prefix = _AGES[str(layout.ages)][0]
    for year, place in layout.years.items():
        counts: list[int | None] = []
        for number, code in chosen:
            cell = _cell(layout, number, place)
            count = read_office_count(cell)
            counts.append(count.value if isinstance(count.value, int) and count.how == "" else None)
            if count.how == "text":
                message = f"row {number + 1}: {year} is {cell!r}, no whole number of people"
                problems.append(Problem(severity="error", kind="bad_count", name=code, message=message))
            elif counts[-1] is None:
                missing.append(f"{code} {year}")
        data[f"{prefix}_{year}"] = pd.Series(counts, dtype="Int64")
    if problems:
        raise SourceError(f"{shown}: some counts cannot be read:", problems)
    if missing:
        message = f"{len(missing)} values are not given and stay missing, not zero: {listed(missing)}"
        records.append(record("count_missing", message))
    frame = pd.DataFrame(data)
    frame.index = pd.Index([code for _, code in chosen], name="municipality_code", dtype="object")
    if asked is not None and len(chosen) < len(numbered):
        message = f"{len(numbered) - len(chosen)} rows of other municipalities were left out"
        records.append(record("other_municipality", message))
    return frame, records


def _cell(layout: _Layout, number: int, place: int) -> object:
    row = layout.sheet.rows[number]
    return row[place] if place < len(row) else None


def _coded(layout: _Layout) -> tuple[list[tuple[int, str]], list[Record]]:
    """Give number and code of each row that has one; notes below the table are recorded."""
    numbered, records = [], []
    for number in range(layout.first, len(layout.sheet.rows)):
        code = padded_code(_cell(layout, number, layout.code))
        if code is not None:
            numbered.append((number, code))
            continue
        texts = [str(cell).strip() for cell in layout.sheet.rows[number] if not is_missing(cell)]
        if texts:
            message = f"row {number + 1} was left out, it has no code: {' '.join(texts)[:60]}"
            records.append(record("note_row_dropped", message))
    return numbered, records


def _check_codes(numbered: Sequence[tuple[int, str]], asked: tuple[str, ...] | None, shown: str) -> None:
    codes: set[str] = set()
    twice = []
    for number, code in numbered:
        if code in codes:
            message = f"row {number + 1}: code {code} was used before"
            twice.append(Problem(severity="error", kind="duplicate_id", message=message))
        codes.add(code)
    if twice:
        raise SourceError(f"{shown}: some rows cannot be told apart:", twice)
    missing = [code for code in asked or () if code not in codes]
    if missing or not codes:
        same = sorted({code for code in codes for lost in missing if code[:2] == lost[:2]}) or sorted(codes)
        raise SourceError(
            f"{shown}: there is no row of municipality {listed(missing) or '(any)'}; codes found: "
            f"{listed(same, most=60) or 'none'}."
        )
