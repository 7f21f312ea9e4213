"""Tables in the layouts of the municipal open-data standard (自治体標準オープンデータセット), new and old.

地域・年齢別人口 holds people by area, sex and five-year class; 公共施設一覧 holds public facilities with 緯度 and
経度. Municipalities are six digits there, the last one a check digit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from kurihara_geo.errors import Problem, SourceError
from kurihara_geo.sources.census_tables import SEXES, age_frame
from kurihara_geo.sources.grids import Table, read_table
from kurihara_geo.sources.headings import Ranks, normal_heading
from kurihara_geo.sources.identifiers import id_column_values, id_text
from kurihara_geo.sources.numbers import read_office_count
from kurihara_geo.sources.office_sheets.row_kinds import IDENTIFYING, Towns, total_label, town_of
from kurihara_geo.sources.office_sheets.totals import Ledger, Total, sexes_that_do_not_add_up
from kurihara_geo.sources.office_sheets.values import special_cells
from kurihara_geo.sources.placed_points import id_problems, place_points, row_problem
from kurihara_geo.sources.records import Record, attach, listed, record
from kurihara_geo.sources.tables import date_of, plain_frame

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

__all__ = ["read_open_data_ages", "read_open_data_facilities", "read_open_data_population"]

_CODE: Ranks = (("全国地方公共団体コード",), ("都道府県コード又は市区町村コード",))
_POPULATION: Mapping[str, Ranks] = {
    "association_id": (("地域コード",),),
    "name": (("地域名",),),
    "households": (("世帯数",),),
    "population": (("総人口",),),
    "male": (("男性",),),
    "female": (("女性",),),
    "municipality_code": _CODE,
    "counted_on": (("調査年月日",),),
}
_FACILITIES: Mapping[str, Ranks] = {
    "hall_id": (("ID",), ("NO",)),
    "name": (("名称",),),
    "address": (("所在地_連結表記",), ("住所",)),
    "lat": (("緯度",),),
    "lon": (("経度",),),
    "municipality_code": _CODE,
}
_SEX_OF = {"男性": "male", "男": "male", "女性": "female", "女": "female"}
_CLASS = re.compile(r"([0-9]+)[-~〜]([0-9]+)歳の?(男性?|女性?)")
_TOP = re.compile(r"([0-9]+)歳以上の?(男性?|女性?)")
_NOT_STATED = re.compile(r"年齢不詳の?(男性?|女性?)")
_WEIGHTS = (6, 5, 4, 3, 2)
_DEGREES = "EPSG:4326"
_MEASURES = {"households": "households", "population": "people", "male": "men", "female": "women"}


def read_open_data_population(
    path: str | Path, *, as_of: str | dt.date | None = None, sheet: str | None = None, encoding: str | None = None
) -> pd.DataFrame:
    """Read households and people by area from a 地域・年齢別人口 table.

    Parameters
    ----------
    path
        CSV (UTF-8, UTF-16 or CP932) or Excel, with the new or the old headings.
    as_of
        The 調査年月日 to read, where the file holds several; the newest one if not given.
    sheet
        The Excel sheet, where several hold such a table.
    encoding
        How a CSV file's text is stored; found out if not given.

    Returns
    -------
    pandas.DataFrame
        One row an area, as :func:`kurihara_geo.read_households` gives it: ``association_id`` (地域コード; left out
        where the file has none), ``name``, ``households`` and ``population`` where the file has them (``int64``, or
        ``Int64`` where values are missing or suppressed), ``households_kind`` (not_stated: the layout does not say
        it), ``municipality_code`` (five digits). Totals and special cells are read as there: rows called 合計, 全市
        or 架空町計 are left out and compared with the areas, a dash is zero, ``X``, ``***`` and 秘匿 are missing, units
        and footnote marks are taken off, and each is recorded; so are 男性 and 女性 that do not add up to 総人口.
        ``attrs["source"]`` also holds ``as_of``.

    Raises
    ------
    SourceError
        If a column is missing, no row is of the day asked for, rows have no name, a date or a count that is none,
        or two rows are the same area on the same day, every such row is named; or if every row is a total.
    """
    table = _population_table(path, as_of=as_of, sheet=sheet, encoding=encoding)
    data: dict[Hashable, pd.Series] = {"name": pd.Series(table.names, dtype="object")}
    if any(table.ids):
        data = {"association_id": pd.Series(list(table.ids), dtype="object"), **data}
    values, records = table.counts([name for name in ("households", "population") if name in table.places])
    for name, column in values.items():
        data[name] = pd.Series(column, dtype="Int64" if None in column else "int64")
    data["households_kind"] = pd.Series(["not_stated"] * len(table.names), dtype="object")
    if "municipality_code" in table.places:
        data["municipality_code"] = pd.Series(list(table.codes), dtype="object")
    frame = pd.DataFrame(data)
    attach(frame, source=table.source, records=[*table.records, *records])
    return frame


def read_open_data_ages(
    path: str | Path,
    *,
    top_age: int | None = 75,
    as_of: str | dt.date | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
) -> pd.DataFrame:
    r"""Read people by sex and five-year age class from a 地域・年齢別人口 table, as one long table.

    Parameters
    ----------
    path, as_of, sheet, encoding
        As for :func:`read_open_data_population`.
    top_age
        First age of the open top class; higher classes are summed into it, so that the table can stand beside the
        census's (75 and over). None keeps the file's own classes.

    Returns
    -------
    pandas.DataFrame
        One row an area, sex and class: ``association_id`` (地域コード, or the name where the file has no codes),
        ``name``, ``sex`` (``male`` or ``female``), ``age_from``, ``people`` (``Int64``, missing where suppressed),
        ``year``, ``suppressed`` (bool) and ``counted_in`` (None: the layout does not say it).
        ``attrs["age_not_stated"]`` holds the people without an age (年齢不詳), who are in no class: a dict from
        ``association_id`` to people (int, 1 or more), as :func:`kurihara_geo.read_census_ages` gives it. Areas where
        every age is stated, or where the number is hidden, are not in it.

    Raises
    ------
    SourceError
        As for :func:`read_open_data_population`; and if classes are missing or do not begin at ``top_age``.

    Examples
    --------
    >>> from pathlib import Path
    >>> import kurihara_geo as kg
    >>> heads = "地域コード,調査年月日,地域名,総人口,0-4歳の男性,0-4歳の女性,5歳以上の男性,5歳以上の女性"
    >>> _ = Path("ages.csv").write_text(heads + "\n001,2025/1/1,架空町,10,1,2,3,4\n", encoding="utf-8")
    >>> kg.read_open_data_ages("ages.csv", top_age=5)[["association_id", "sex", "age_from", "people"]]
      association_id     sex  age_from  people
    0            001    male         0       1
    1            001    male         5       3
    2            001  female         0       2
    3            001  female         5       4
    """
    table = _population_table(path, as_of=as_of, sheet=sheet, encoding=encoding)
    places, unknown, records = _age_places(table, str(path))
    classes = sorted({age for _, age in places})
    if top_age is not None and top_age not in classes:
        raise SourceError(f"{path}: no age class begins at top_age={top_age}; classes begin at {listed(classes)}.")
    table.places.update(places)
    table.places.update(unknown)
    values, noted = table.counts([*places, *unknown, *(name for name in ("population",) if name in table.places)])
    keys, keyed = table.keys(str(path))
    areas, not_stated, summed = _ages_by_area(table, keys, values, places, unknown, top_age)
    frame = age_frame(areas, classes=[age for age in classes if top_age is None or age <= top_age], year=table.year)
    frame["suppressed"] = frame["people"].isna().to_numpy(dtype=bool)
    frame["counted_in"] = pd.Series([None] * len(frame), dtype="object")
    attach(frame, source=table.source, records=[*table.records, *records, *noted, *keyed, *summed])
    frame.attrs["age_not_stated"] = not_stated
    return frame


def read_open_data_facilities(
    path: str | Path,
    *,
    swap_axes: bool = False,
    skip_unplaced: bool = False,
    sheet: str | None = None,
    encoding: str | None = None,
) -> gpd.GeoDataFrame:
    """Read public facilities as points from a 公共施設一覧 table.

    Parameters
    ----------
    path
        CSV (UTF-8, UTF-16 or CP932) or Excel, with the new or the old headings.
    swap_axes
        Whether 緯度 and 経度 that stand in each other's column change places, in the rows where they evidently do;
        each such row is recorded.
    skip_unplaced
        Whether rows whose coordinates are 0, no numbers or outside Japan are left out and recorded; they are errors
        otherwise.
    sheet, encoding
        As for :func:`read_open_data_population`.

    Returns
    -------
    geopandas.GeoDataFrame
        Index ``hall_id`` (ID or NO, text), ``name``, ``address`` and ``municipality_code`` where the file has them,
        every other column as in the file, ``geometry`` (points, EPSG:4326). Rows without any coordinates are left
        out and recorded.

    Raises
    ------
    SourceError
        If a column is missing, an id is missing or repeated, or a point is swapped, 0 or outside Japan; every such
        row is named with its number.
    """
    table = read_table(
        path,
        wanted=_FACILITIES,
        asked={},
        groups=(("name",), ("lon",), ("lat",)),
        sheet=sheet,
        encoding=encoding,
    )
    places = table.headings.resolve(_FACILITIES, asked={}, required=("hall_id", "name", "lon", "lat"))
    frame, renamed = plain_frame(table, places)
    ids, trimmed = id_column_values(frame["hall_id"].tolist())
    placed = place_points(frame, table.numbers, swap_axes=swap_axes, skip_unplaced=skip_unplaced)
    problems = [*placed.problems, *id_problems(ids, frame["name"].tolist(), table.numbers, heading="ID")]
    found, records = placed.points, placed.records
    if problems:
        raise SourceError(f"{path}: some facilities cannot be used:", problems)
    if "municipality_code" in frame:
        codes, noted = _municipality_codes(frame["municipality_code"].tolist(), table.numbers)
        frame["municipality_code"] = pd.Series(codes, dtype="object")
        records += noted
    kept = frame.drop(columns=["hall_id", "lon", "lat"]).iloc[list(found)]
    points = gpd.points_from_xy([found[row][0] for row in found], [found[row][1] for row in found])
    result = gpd.GeoDataFrame(kept, geometry=points, crs=_DEGREES)
    result["name"] = pd.Series([id_text(value) for value in kept["name"]], index=kept.index, dtype="object")
    result.index = pd.Index([ids[row] for row in found], name="hall_id", dtype="object")
    attach(result, source=table.source, records=[*table.records, *renamed, *trimmed, *records])
    return result


# --- people ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _People:
    """The rows of one day of a population table."""

    shown: str
    labels: Sequence[str]
    places: dict[Hashable, int]
    rows: Sequence[Sequence[object]]
    numbers: Sequence[int]
    ids: Sequence[str | None]
    names: Sequence[str]
    codes: Sequence[str | None]
    year: int | None
    source: dict[str, Any]
    records: list[Record]

    def counts(self, names: Sequence[Hashable]) -> tuple[dict[Hashable, list[int | None]], list[Record]]:
        """Read columns of counts; name every cell that is none."""
        problems, notes = [], _Notes()
        values: dict[Hashable, list[int | None]] = {}
        for name in names:
            values[name] = []
            for area, number, cells in zip(self.names, self.numbers, self.rows, strict=True):
                cell = cells[self.places[name]]
                column = self.labels[self.places[name]]
                count = notes.read(cell, where=f"row {number}", name=area, column=column)
                if isinstance(count, str):
                    message = f"row {number}: {column} is {cell!r}, no count"
                    problems.append(row_problem("bad_count", message, name=area, cure="enter a whole number"))
                values[name].append(count if isinstance(count, int) else None)
        if problems:
            raise SourceError(f"{self.shown}: some counts cannot be read:", problems)
        return values, notes.records()

    def keys(self, shown: str) -> tuple[list[str], list[Record]]:
        """Give an id for every row; names serve where the file has no codes at all."""
        if all(self.ids):
            return [str(value) for value in self.ids], []
        if any(self.ids) or len(set(self.names)) < len(self.names):
            twice = {name for name, times in Counter(self.names).items() if times > 1}
            problems = [
                row_problem("missing_id", f"row {number}: 地域コード is empty", name=name, cure="fill in 地域コード")
                for name, number, code in zip(self.names, self.numbers, self.ids, strict=True)
                if code is None and (any(self.ids) or name in twice)
            ]
            raise SourceError(f"{shown}: some areas cannot be told apart:", problems)
        message = "the file has no 地域コード; names serve as ids"
        return list(self.names), [record("id_from_name", message)]


class _Notes:
    """What was read as something else, or not at all, cell by cell."""

    def __init__(self) -> None:
        self._special: dict[str, dict[str, list[str]]] = {}
        self._hidden: list[str] = []
        self._empty: list[str] = []

    def read(self, cell: object, *, where: str, name: str, column: str) -> int | str | None:
        """Give the count, None if it is not known, or the text of what is no count."""
        read, text = read_office_count(cell), str(cell).strip()
        if read.how == "text" or (isinstance(read.value, int) and (read.value < 0 or isinstance(read.value, bool))):
            return text
        if read.how == "suppressed":
            self._hidden.append(f"{where} {column}")
        elif read.how:
            self._special.setdefault(column, {}).setdefault(read.how, []).append(f"{where} {name} ({text})")
        elif read.value is None:
            self._empty.append(f"{where} {column}")
        return read.value if isinstance(read.value, int) else None

    def records(self) -> list[Record]:
        """Sum up what was noted."""
        records = [note for column, found in self._special.items() for note in special_cells(found, column=column)]
        if self._hidden:
            message = f"{len(self._hidden)} values are suppressed and stay missing: {listed(self._hidden)}"
            records.append(record("suppressed", message))
        if self._empty:
            message = f"{len(self._empty)} cells are empty and stay missing: {listed(self._empty)}"
            records.append(record("count_missing", message, cure="Fill them in, 0 where there is nobody."))
        return records


def _population_table(
    path: str | Path, *, as_of: str | dt.date | None, sheet: str | None, encoding: str | None
) -> _People:
    """Read the rows of one day, totals left out."""
    table = read_table(
        path, wanted=_POPULATION, asked={}, groups=(("name",), ("population",)), sheet=sheet, encoding=encoding
    )
    places = table.headings.resolve(_POPULATION, asked={}, required=("name", "population"))
    dates = _dates(table, places, str(path))
    day, chosen, records = _of_one_day(dates, as_of, str(path))
    chosen, dropped = _without_totals(table, places, chosen, str(path))
    rows, numbers = [table.rows[row] for row in chosen], [table.numbers[row] for row in chosen]
    names = [id_text(cells[places["name"]]) for cells in rows]
    ids, trimmed = _column(rows, places.get("association_id"))
    codes, coded = _municipality_codes(
        [cells[places["municipality_code"]] if "municipality_code" in places else None for cells in rows], numbers
    )
    problems = _area_problems(names, ids, numbers)
    if problems:
        raise SourceError(f"{path}: some areas cannot be told apart:", problems)
    source = {**table.source, **({"as_of": day.isoformat()} if day else {})}
    noted = [*table.records, *records, *dropped, *trimmed, *(coded if "municipality_code" in places else [])]
    noted += _sexes(rows, numbers, places)
    return _People(
        shown=str(path),
        labels=table.headings.labels,
        places=dict[Hashable, int](places.items()),
        rows=rows,
        numbers=numbers,
        ids=ids,
        names=[str(name) for name in names],
        codes=codes,
        year=day.year if day else None,
        source=source,
        records=noted,
    )


def _column(rows: Sequence[Sequence[object]], place: int | None) -> tuple[list[str | None], list[Record]]:
    return ([None] * len(rows), []) if place is None else id_column_values([cells[place] for cells in rows])


def _dates(table: Table, places: Mapping[str, int], shown: str) -> list[dt.date | None]:
    """Read the day of each row; a file without that column is of one day."""
    if "counted_on" not in places:
        return [None] * len(table.rows)
    cells = [row[places["counted_on"]] for row in table.rows]
    dates = [date_of(cell) for cell in cells]
    problems = [
        row_problem("bad_date", f"row {number}: 調査年月日 is {cell!r}, no date", cure="write it as 2025-01-01")
        for number, cell, date in zip(table.numbers, cells, dates, strict=True)
        if date is None
    ]
    if problems:
        raise SourceError(f"{shown}: some rows have no day:", problems)
    return dates


def _of_one_day(
    dates: Sequence[dt.date | None], as_of: str | dt.date | None, shown: str
) -> tuple[dt.date | None, list[int], list[Record]]:
    """Choose the day asked for, or the newest one, and give its rows."""
    found = sorted({date for date in dates if date is not None})
    asked = None if as_of is None else date_of(as_of)
    if as_of is not None and asked not in found:
        raise SourceError(f"{shown}: no row is of as_of={as_of!s}; days found: {listed(found) or 'none'}.")
    day = asked or (found[-1] if found else None)
    chosen = [row for row, date in enumerate(dates) if date == day]
    if len(found) < 2:
        return day, chosen, []
    message = f"the file holds {len(found)} days ({listed(found)}); the rows of {day} were read"
    return day, chosen, [record("newest_day_used" if asked is None else "day_chosen", message, cure="Pass as_of=.")]


def _without_totals(
    table: Table, places: Mapping[str, int], rows: Sequence[int], shown: str
) -> tuple[list[int], list[Record]]:
    """Leave totals out by name, as in the lists of an office, and compare each with the rows it stands for."""
    towns = Towns(name for row in rows if (name := id_text(table.rows[row][places["name"]])) is not None)
    ledger = Ledger({name: text for name, text in _MEASURES.items() if name in places})
    known = {name: places[name] for name in IDENTIFYING if name in places}
    kept, records = [], []
    for row in rows:
        cells, where = table.rows[row], f"row {table.numbers[row]}"
        counts = {name: cells[places[name]] for name in ledger.measures}
        label = total_label(cells, known, towns)
        if label is None:
            kept.append(row)
            ledger.add(counts, {id_text(cells[places["name"]]) or ""})
        else:
            town = town_of(label, towns)
            ledger.totals.append(Total(label, where, counts, len(kept), None if town == label else town))
            message = f"{where} was left out: {label} ({counts['population']})"
            records.append(record("totals_row_dropped", message, name=label))
    if records and not kept:
        named = listed(f"row {table.numbers[row]}" for row in rows)
        raise SourceError(f"{shown}: every row is a total ({named}); use the table by area (地域).")
    return kept, [*records, *ledger.compare()]


def _sexes(rows: Sequence[Sequence[object]], numbers: Sequence[int], places: Mapping[str, int]) -> list[Record]:
    """Compare men and women with the people of each area, where the file has all three."""
    if not {"male", "female"} <= set(places):
        return []
    columns = [places[name] for name in ("male", "female", "population")]
    lines = []
    for number, cells in zip(numbers, rows, strict=True):
        men, women, people = (cells[place] for place in columns)
        lines.append((f"row {number}", id_text(cells[places["name"]]) or "", men, women, people))
    return sexes_that_do_not_add_up(lines)


def _area_problems(names: Sequence[str | None], ids: Sequence[str | None], numbers: Sequence[int]) -> list[Problem]:
    """Name rows without a name, and codes used twice."""
    problems, seen = [], set()
    for name, code, number in zip(names, ids, numbers, strict=True):
        if name is None:
            problems.append(row_problem("missing_name", f"row {number}: 地域名 is empty", cure="fill it in"))
        if code is not None and code in seen:
            message = f"row {number}: 地域コード {code} was used before on the same day"
            problems.append(row_problem("duplicate_id", message, name=name or "", cure="keep one of the rows"))
        seen.add(code)
    return problems


# --- ages ------------------------------------------------------------------------------------------

_AgePlaces = dict[tuple[str, int], int]


def _age_places(table: _People, shown: str) -> tuple[_AgePlaces, dict[Hashable, int], list[Record]]:
    """Find the columns of the classes, of the top class and of people without an age."""
    places: _AgePlaces = {}
    tops: dict[tuple[str, int], int] = {}
    unknown: dict[Hashable, int] = {}
    ends: set[int] = set()
    for place, label in enumerate(table.labels):
        text = normal_heading(label)
        if found := _CLASS.fullmatch(text):
            if int(found[2]) - int(found[1]) == 4:
                places[_SEX_OF[found[3]], int(found[1])] = place
                ends.add(int(found[2]))
        elif found := _TOP.fullmatch(text):
            tops[_SEX_OF[found[2]], int(found[1])] = place
        elif found := _NOT_STATED.fullmatch(text):
            unknown[_SEX_OF[found[1]], "not stated"] = place
    top = max(ends, default=-1) + 1
    recounts = [table.labels[place] for (_, age), place in tops.items() if age != top]
    places |= {key: place for key, place in tops.items() if key[1] == top}
    wanted = [(sex, age) for sex in SEXES for age in range(0, top + 1, 5)]
    missing = [f"{sex} {age}" for sex, age in wanted if (sex, age) not in places]
    if missing or top == 0:
        raise SourceError(
            f"{shown}: no column for {listed(missing, most=6) or 'any age class'} (headings such as 0-4歳の男性 and "
            f"85歳以上の女性). Columns found: {listed(table.labels, most=15)}."
        )
    message = f"columns that count people again were left alone: {listed(recounts)}"
    return places, unknown, [record("recount_ignored", message)] if recounts else []


def _ages_by_area(
    table: _People,
    keys: Sequence[str],
    values: Mapping[Hashable, Sequence[int | None]],
    places: _AgePlaces,
    unknown: Mapping[Hashable, int],
    top_age: int | None,
) -> tuple[dict[tuple[str, str], dict[Hashable, int | None]], dict[str, int], list[Record]]:
    """Sum the classes of each area up to the top class, and compare them with its total."""
    areas: dict[tuple[str, str], dict[Hashable, int | None]] = {}
    not_stated: dict[str, int] = {}
    records: list[Record] = []
    for row, (key, name, number) in enumerate(zip(keys, table.names, table.numbers, strict=True)):
        classes: dict[Hashable, int | None] = {}
        for sex, age in sorted(places):
            first = age if top_age is None else min(age, top_age)
            count, before = values[sex, age][row], classes.get((sex, first), 0)
            classes[sex, first] = None if count is None or before is None else before + count
        areas[key, name] = classes
        stated = _sum_of_known(values[column][row] for column in unknown)
        people = _sum_of_known([*classes.values(), stated])
        total = values["population"][row] if "population" in values else None
        if stated:
            not_stated[key] = stated
            message = f"the age of {stated:,} people is not stated (年齢不詳); they are in no class"
            records.append(record("age_not_stated", message, association_id=key, name=name))
        if total is not None and people is not None and people != total:
            message = f"row {number}: classes and 年齢不詳 hold {people:,} people, 総人口 says {total:,}"
            records.append(record("total_mismatch", message, association_id=key, name=name))
    return areas, not_stated, records


def _sum_of_known(counts: Iterable[int | None]) -> int | None:
    """Add up counts; nothing is known of the sum where one of them is missing."""
    found = list(counts)
    known = [count for count in found if count is not None]
    return sum(known) if len(known) == len(found) else None


# --- municipalities --------------------------------------------------------------------------------


def _municipality_codes(cells: Sequence[object], numbers: Sequence[int]) -> tuple[list[str | None], list[Record]]:
    """Verify the check digit of six digits and give five; what is none stays as found and is recorded."""
    codes, wrong, short = [], [], []
    for cell, number in zip(cells, numbers, strict=True):
        text = id_text(cell)
        if text is not None and len(text) == 6 and text.isascii() and text.isdigit() and _checked(text):
            text = text[:5]
        elif text is not None and len(text) == 5 and text.isascii() and text.isdigit():
            short.append(f"row {number} {text}")
        else:
            wrong.append(f"row {number} {text or 'empty'}")
        codes.append(text)
    records = []
    if wrong:
        message = f"{len(wrong)} municipality codes are no six digits with a right check digit: {listed(wrong)}"
        records.append(record("municipality_code_wrong", message, cure="Correct them; they are as found here."))
    if short:
        message = f"{len(short)} municipality codes have five digits (no check digit, or a zero was lost): "
        message += listed(short, most=5)
        records.append(record("municipality_code_short", message, cure="Write all six digits, as text."))
    places = {code for code in codes if code}
    if len(places) > 1:
        message = f"areas of {len(places)} municipalities are in the file: {listed(sorted(places))}"
        records.append(record("several_municipalities", message, cure="Choose rows by municipality_code."))
    return codes, records


def _checked(code: str) -> bool:
    """Say whether the sixth digit fits the five before it (weights 6, 5, 4, 3, 2; 11 less the rest of 11)."""
    weighted = sum(int(digit) * weight for digit, weight in zip(code, _WEIGHTS, strict=False))
    return int(code[5]) == (11 - weighted % 11) % 10
