"""The census's small-area tables (国勢調査 小地域集計): counts and ages by area, counted once, nothing unsuppressed.

The portal packs a text in CP932 with two header rows (codes, then Japanese labels). ``HYOSYO`` says what a row
is: 1 a city, 2 an area, 3 the total of a 大字, 4 a part of it (丁目, 字). ``HTKSYORI`` says what was hidden (秘匿):
2 this area's details, which are counted in the area named by ``HTKSAKI``; 1 this area holds those of others,
listed in ``GASSAN``. ``-`` is zero by the layout, ``X`` (``*`` in tables of meshes) is suppressed.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from kurihara_geo.errors import Problem, SourceError
from kurihara_geo.sources.encodings import decode_text
from kurihara_geo.sources.identifiers import id_text
from kurihara_geo.sources.numbers import read_count
from kurihara_geo.sources.records import Record, attach, existing_file, listed, record, sha256_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence
    from pathlib import Path

__all__ = ["AGE_CLASSES", "SEXES", "age_frame", "read_census_ages", "read_census_counts"]

SEXES = ("male", "female")
AGE_CLASSES = tuple(range(0, 80, 5))
"""First age of each five-year class; the last one is 75 and over, as the census gives no more."""

_LEADING = ("KEY_CODE", "HYOSYO", "CITYNAME", "NAME", "HTKSYORI", "HTKSAKI", "GASSAN")
_YEARS = {"T001081": 2020, "T001082": 2020, "T000848": 2015, "T000849": 2015}
_TABLE_ID = re.compile(r"(T[0-9]{6})[0-9]{3}")
_POPULATION, _HOUSEHOLDS = ("人口総数", "総人口", "人口"), ("世帯総数", "世帯数", "総世帯数")
_SEX_WORDS = (("総数", "both"), ("男", "male"), ("女", "female"))
_CLASS, _TOP = re.compile(r"([0-9]+)[~〜-]([0-9]+)歳"), re.compile(r"([0-9]+)歳以上")
_SUPPRESSED = {"X", "*"}
_NOTHING = {"", "-"}
_FIRST_DATA_ROW = 3
_KEY_LENGTHS, _SHORT_LENGTHS = (2, 5, 9, 11), (1, 4, 8, 10)
_CITY_DIGITS = 5
_DETAILS_SHOWN = 4


def read_census_counts(
    path: str | Path,
    *,
    keep: Iterable[object] | pd.DataFrame | None = None,
    merge_suppressed: bool = False,
    encoding: str | None = None,
) -> pd.DataFrame:
    r"""Read households and people by census small area, from the table of counts of 2020 or 2015.

    Parameters
    ----------
    path
        ``tblT001081C04.txt`` (2020) or ``tblT000848C04.txt`` (2015), or the zip the portal packs it in.
    keep
        The KEY_CODEs to give rows for, or a table of boundaries with ``association_id``. Without it every area
        that is no total of others. Give it wherever there are boundaries: a file holds a whole prefecture.
    merge_suppressed
        Whether an area whose values are hidden (秘匿) is made one with the area they are counted in; ``covers``
        then lists the areas of a row, joined with ``;``.
    encoding
        How the text is stored; CP932 as the portal gives it, or UTF-8, if not given.

    Returns
    -------
    pandas.DataFrame
        One row an area: ``association_id`` (KEY_CODE), ``name``, ``households`` and ``population`` (whole numbers,
        missing where suppressed), ``households_kind`` (census), ``suppressed`` (bool) and ``counted_in`` (KEY_CODE
        of the area that holds the hidden values, or None). ``attrs["source"]`` also holds ``table`` and ``year``;
        ``attrs["records"]`` totals left out, hidden areas, and sums that differ from the city's or the 大字's row.

    Raises
    ------
    SourceError
        If the file is no such table (pass the ages' table to :func:`read_census_ages`), or rows have a broken or
        repeated KEY_CODE, a value that is no count, or a level that cannot be told; every such row is named.

    Examples
    --------
    >>> from pathlib import Path
    >>> import kurihara_geo as kg
    >>> heads = "KEY_CODE,HYOSYO,CITYNAME,NAME,HTKSYORI,HTKSAKI,GASSAN,T001081001,T001081004"
    >>> lines = [heads, ",,,,,,,人口総数,世帯総数", "04999,1,架空市,,0,,,90,40", "049990010,2,架空市,架空町,0,,,90,40"]
    >>> _ = Path("tblT001081C04.txt").write_text("\n".join(lines), encoding="cp932")
    >>> kg.read_census_counts("tblT001081C04.txt")[["association_id", "name", "households"]]
      association_id name  households
    0      049990010  架空町          40
    """
    file = _read_file(path, encoding)
    columns = _count_columns(file)
    chosen, _, records = _choose(file, columns, keep=keep, merge=merge_suppressed)
    data = {
        "association_id": pd.Series([area.key for area in chosen], dtype="object"),
        "name": pd.Series([area.name for area in chosen], dtype="object"),
        "households": _whole([area.counts["households"] for area in chosen]),
        "population": _whole([area.counts["population"] for area in chosen]),
        "households_kind": pd.Series(["census"] * len(chosen), dtype="object"),
        **_flags(chosen, merge=merge_suppressed),
    }
    frame = pd.DataFrame(data)
    attach(frame, source=file.source, records=records)
    return frame


def read_census_ages(
    path: str | Path,
    *,
    keep: Iterable[object] | pd.DataFrame | None = None,
    merge_suppressed: bool = False,
    encoding: str | None = None,
) -> pd.DataFrame:
    """Read people by sex and five-year age class and census small area, as one long table.

    The top class is 75 and over; the columns that count people again (15歳未満, 15〜64歳, 65歳以上) are left
    alone. People whose age is not stated (年齢不詳) are in no class: they are recorded, and never spread here.

    Parameters
    ----------
    path
        ``tblT001082C04.txt`` (2020) or ``tblT000849C04.txt`` (2015), or the zip the portal packs it in.
    keep, merge_suppressed, encoding
        As for :func:`read_census_counts`. Rates need ``merge_suppressed=True``: the ages of a hidden area are
        counted in another one.

    Returns
    -------
    pandas.DataFrame
        One row an area, sex and class: ``association_id``, ``name``, ``sex`` (``male`` or ``female``), ``age_from``
        (0, 5, ..., 75), ``people`` (``Int64``, missing where suppressed), ``year`` (where the table's id tells it),
        ``suppressed``, ``counted_in`` and, if merged, ``covers``. ``attrs["age_not_stated"]`` holds the people
        without an age (年齢不詳), who are in no class: a dict from ``association_id`` to people (int, 1 or more), as
        :func:`kurihara_geo.read_open_data_ages` gives it. Areas where every age is stated, or where the number is
        hidden, are not in it. The rest is as for :func:`read_census_counts`.

    Raises
    ------
    SourceError
        As for :func:`read_census_counts`; and if a sex or a class is not among the labels.
    """
    file = _read_file(path, encoding)
    columns = _age_columns(file)
    chosen, every, records = _choose(file, columns, keep=keep, merge=merge_suppressed)
    not_stated, noted = _not_stated(chosen, every)
    areas = {(area.key, area.name): area.counts for area in chosen}
    frame = age_frame(areas, classes=AGE_CLASSES, year=file.source.get("year"))
    repeats = len(SEXES) * len(AGE_CLASSES)
    for name, values in _flags([area for area in chosen for _ in range(repeats)], merge=merge_suppressed).items():
        frame[name] = values
    attach(frame, source=file.source, records=[*records, *noted])
    frame.attrs["age_not_stated"] = not_stated
    return frame


def age_frame(
    areas: Mapping[tuple[str, str], Mapping[Hashable, int | None]], *, classes: Sequence[int], year: int | None
) -> pd.DataFrame:
    """Lay people by area, sex and age class out as a long table.

    Parameters
    ----------
    areas
        (id, name) -> (sex, first age of the class) -> people, None where not known.
    classes
        First age of each class, lowest first.
    year
        The year counted, if known.
    """
    cells = [
        (key, name, sex, age, values[sex, age])
        for (key, name), values in areas.items()
        for sex in SEXES
        for age in classes
    ]
    data: dict[str, Any] = {
        "association_id": pd.Series([cell[0] for cell in cells], dtype="object"),
        "name": pd.Series([cell[1] for cell in cells], dtype="object"),
        "sex": pd.Series([cell[2] for cell in cells], dtype="object"),
        "age_from": pd.Series([cell[3] for cell in cells], dtype="int64"),
        "people": pd.Series([cell[4] for cell in cells], dtype="Int64"),
    }
    if year is not None:
        data["year"] = pd.Series([year] * len(cells), dtype="int64")
    return pd.DataFrame(data)


# --- the file --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _File:
    """A table as text: codes and labels of its columns, rows with their number in the file."""

    shown: str
    labels: Mapping[str, str]
    rows: Sequence[tuple[int, Mapping[str, str]]]
    source: dict[str, Any]


def _read_file(path: str | Path, encoding: str | None) -> _File:
    """Read the two header rows and the rows below."""
    file, shown = existing_file(path), str(path)
    source: dict[str, Any] = {"path": file.name, "sha256": sha256_of([file])}
    content = file.read_bytes()
    if zipfile.is_zipfile(file):
        source["member"], content = _member(file, shown)
    text, source["encoding"] = decode_text(content, encoding=encoding, shown=shown)
    lines = list(csv.reader(io.StringIO(text, newline="")))
    codes = [cell.strip() for cell in lines[0]] if lines else []
    if codes[:1] != ["KEY_CODE"] or len(lines) < _FIRST_DATA_ROW:
        raise SourceError(f"{shown}: this is no small-area table: row 1 must begin with KEY_CODE, row 2 hold labels.")
    if missing := [name for name in _LEADING if name not in codes]:
        what = "a table of meshes (地域メッシュ)" if "HYOSYO" in missing else "no small-area table as downloaded"
        raise SourceError(f"{shown}: this is {what}: there is no column {listed(missing)}; use the 町丁・字等 table.")
    ids = {found[1] for code in codes if (found := _TABLE_ID.fullmatch(code))}
    if len(ids) == 1:
        source["table"] = ids.pop()
    if source.get("table") in _YEARS:
        source["year"] = _YEARS[source["table"]]
    numbered = [(number, cells) for number, cells in enumerate(lines, start=1) if any(cell.strip() for cell in cells)]
    wrong = [number for number, cells in numbered if len(cells) != len(codes)]
    if wrong:
        raise SourceError(f"{shown}: rows {listed(wrong)} do not have {len(codes)} cells; use the file as downloaded.")
    labels = dict(zip(codes, (unicodedata.normalize("NFKC", cell).strip() for cell in lines[1]), strict=True))
    rows = [
        (number, dict(zip(codes, (cell.strip() for cell in cells), strict=True)))
        for number, cells in numbered
        if number >= _FIRST_DATA_ROW
    ]
    return _File(shown, {code: text for code, text in labels.items() if code not in _LEADING}, rows, source)


def _member(file: Path, shown: str) -> tuple[str, bytes]:
    """Take the one text out of a zip."""
    try:
        with zipfile.ZipFile(file) as packed:
            names = [name for name in packed.namelist() if name.lower().endswith((".txt", ".csv"))]
            if len(names) != 1:
                found = listed(names) or "none"
                raise SourceError(f"{shown}: the zip must hold one .txt table; found: {found}. Unpack it and name one.")
            return names[0], packed.read(names[0])
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        raise SourceError(f"{shown}: the zip cannot be opened ({error}); download it again.") from error


def _count_columns(file: _File) -> dict[Hashable, str]:
    """Find the columns of households and people by their labels."""
    found: dict[Hashable, str] = {}
    for name, words in (("population", _POPULATION), ("households", _HOUSEHOLDS)):
        codes = [code for code, label in file.labels.items() if "".join(label.split()) in words]
        if len(codes) == 1:
            found[name] = codes[0]
    if len(found) < 2:
        raise SourceError(
            f"{file.shown}: there is not one column each of people (人口総数) and of households (世帯総数). Use table "
            f"T001081 (2020) or T000848 (2015); ages are read by read_census_ages. Columns found: {_columns(file)}."
        )
    return found


def _age_columns(file: _File) -> dict[Hashable, str]:
    """Find for each sex the total and each class by their labels; what counts people again is passed over."""
    found: dict[Hashable, str] = {}
    for code, label in file.labels.items():
        text = "".join(label.split())
        sex = next((name for word, name in _SEX_WORDS if text.startswith(word)), None)
        if sex is None:
            continue
        class_, top = _CLASS.search(text), _TOP.search(text)
        if class_ and int(class_[2]) - int(class_[1]) == 4 and int(class_[1]) in AGE_CLASSES[:-1]:
            found.setdefault((sex, int(class_[1])), code)
        elif top and int(top[1]) == AGE_CLASSES[-1]:
            found.setdefault((sex, AGE_CLASSES[-1]), code)
        elif "歳" not in text:
            found.setdefault((sex, None), code)
    missing = [f"{sex} {age}" for sex in SEXES for age in AGE_CLASSES if (sex, age) not in found]
    if missing or ("both", None) not in found:
        raise SourceError(
            f"{file.shown}: there is no column for {listed(missing or ['the total (総数)'], most=_DETAILS_SHOWN)} "
            "(labels such as 男０〜４歳 and 女７５歳以上). Use table T001082 (2020) or T000849 (2015); counts are read "
            f"by read_census_counts. Columns found: {_columns(file)}."
        )
    return found


def _columns(file: _File) -> str:
    return listed([f"{code} {label}" for code, label in file.labels.items()], most=8) or "none"


# --- areas -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Area:
    """One row of the table: what it is, and its values (None where suppressed)."""

    number: int
    key: str
    level: str
    name: str
    counts: Mapping[Hashable, int | None]
    hidden: bool = False
    suppressed: bool = False
    counted_in: str | None = None
    lists: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()

    @property
    def city(self) -> str:
        """The municipality's five digits."""
        return self.key[:_CITY_DIGITS]


def _choose(
    file: _File, columns: Mapping[Hashable, str], *, keep: Iterable[object] | pd.DataFrame | None, merge: bool
) -> tuple[list[_Area], dict[str, _Area], list[Record]]:
    """Give the areas to return, each counted once, every row by its key, and what has to be said about them."""
    areas = _read_areas(file, columns)
    every = {area.key: area for area in areas}
    ids = None if keep is None else _ids_of(keep)
    totals = _totals(areas, file, asked=ids)
    chosen = [area for area in areas if (area.key not in totals if ids is None else area.key in ids)]
    if not chosen:
        raise SourceError(f"{file.shown}: the table holds none of the areas asked for; check year and prefecture.")
    cities = {area.city for area in chosen}
    records = [
        *(_left_out(areas, totals) if ids is None else _not_kept(areas, totals, ids, cities)),
        *_sum_records([area for area in areas if area.city in cities], totals),
        *_hidden_records(chosen, every),
    ]
    if merge:
        chosen, merged = _merged(chosen, every, file)
        records += merged
    return chosen, every, records


def _ids_of(keep: Iterable[object] | pd.DataFrame) -> set[str]:
    if isinstance(keep, pd.DataFrame):
        return _ids_of(keep.get("association_id", keep.index))
    return {text for text in map(id_text, keep) if text}


def _read_areas(file: _File, columns: Mapping[Hashable, str]) -> list[_Area]:
    """Read every row; name every one that is broken."""
    problems: list[Problem] = []
    areas: list[_Area] = []
    seen: set[str] = set()
    for number, cells in file.rows:
        key = cells["KEY_CODE"]
        faults = [*_key_faults(key, seen), *_value_faults(cells, columns, file)]
        if cells["HYOSYO"] not in {"1", "2", "3", "4"}:
            faults.append(f"HYOSYO {cells['HYOSYO']!r} is none of 1, 2, 3 and 4")
        problems += [
            Problem(
                severity="error",
                kind="bad_row",
                association_id=key,
                name=cells["NAME"],
                message=f"row {number}: {fault}",
                cure="use the file as downloaded",
            )
            for fault in faults
        ]
        seen.add(key)
        if not faults:
            areas.append(_area(number, cells, columns))
    if problems:
        raise SourceError(f"{file.shown}: some rows cannot be used:", problems)
    keys = {area.key for area in areas}
    return [_resolved(area, keys) for area in areas]


def _key_faults(key: str, seen: set[str]) -> list[str]:
    if not (key.isascii() and key.isdigit()) or len(key) not in (*_KEY_LENGTHS, *_SHORT_LENGTHS):
        return [f"KEY_CODE {key!r} is no code of 5, 9 or 11 digits"]
    if len(key) in _SHORT_LENGTHS:
        return [f"KEY_CODE {key!r} has lost its leading zero (a spreadsheet saved it as a number)"]
    return [f"KEY_CODE {key!r} was used before"] if key in seen else []


def _value_faults(cells: Mapping[str, str], columns: Mapping[Hashable, str], file: _File) -> list[str]:
    return [
        f"{code} ({file.labels[code]}) is {cells[code]!r}, no count, - or X"
        for code in columns.values()
        if cells[code] not in {"-", *_SUPPRESSED} and not isinstance(read_count(cells[code]), int)
    ]


def _area(number: int, cells: Mapping[str, str], columns: Mapping[Hashable, str]) -> _Area:
    hidden = cells["HTKSYORI"] == "2"
    values = {name: _value(cells[code]) for name, code in columns.items()}
    total = values.get("population", values.get(("both", None)))
    if hidden and total != 0:  # a dash among hidden details is no zero
        dashes = [name for name, code in columns.items() if cells[code] == "-"]
        values |= dict.fromkeys(dashes)
    lists = tuple(part.strip() for part in cells["GASSAN"].split(";") if part.strip() not in _NOTHING)
    return _Area(
        number=number,
        key=cells["KEY_CODE"],
        level=cells["HYOSYO"],
        name=cells["NAME"] if cells["NAME"] not in _NOTHING else cells["CITYNAME"],
        counts=values,
        hidden=hidden,
        suppressed=hidden or None in values.values(),
        counted_in=None if cells["HTKSAKI"] in _NOTHING else cells["HTKSAKI"],
        lists=lists,
        covers=(cells["KEY_CODE"],),
    )


def _value(cell: str) -> int | None:
    if cell == "-":
        return 0
    count = read_count(cell)
    return count if isinstance(count, int) else None


def _resolved(area: _Area, keys: set[str]) -> _Area:
    """Give the areas named within the city their full KEY_CODE; one that is not there stays as written."""
    counted_in = area.counted_in and (_full_key(area.city, area.counted_in, keys) or area.counted_in)
    lists = tuple(_full_key(area.city, code, keys) or code for code in area.lists)
    return replace(area, counted_in=counted_in, lists=lists)


def _full_key(city: str, code: str, keys: set[str]) -> str | None:
    """Complete a code within the city: four digits of the area, and two of its part, which may be 00 for none."""
    whole = f"{city}{code}"
    short = whole[:-2] if len(whole) == max(_KEY_LENGTHS) and whole.endswith("00") else whole
    own = code if code.startswith(city) else whole
    return next((form for form in (whole, short, own) if form in keys), None)


# --- levels ----------------------------------------------------------------------------------------


def _totals(areas: Sequence[_Area], file: _File, *, asked: set[str] | None) -> set[str]:
    """Give the rows that are totals of others: cities, 大字 with parts and areas that equal the sum of their parts."""
    parts = _parts(areas)
    totals, unclear = set(), []
    for area in areas:
        below = parts.get(area.key, [])
        if area.level == "1" or (area.level == "3" and below) or (below and _adds_up(area, below)):
            totals.add(area.key)
        elif below:
            unclear.append(area)
    wanted = totals & (asked or set())
    twice = [area for area in areas if area.key in wanted and _any_asked(parts[area.key], asked or set())]
    if twice or (unclear and asked is None):
        what = "is asked for beside its own parts" if twice else "may be an area or the total of the areas below it"
        cure = "keep either the total or its parts" if twice else "name the areas with keep=, such as the boundaries"
        raise SourceError(
            f"{file.shown}: some areas would be counted twice:",
            [
                Problem(
                    severity="error",
                    kind="counted_twice",
                    association_id=area.key,
                    name=area.name,
                    message=f"row {area.number} {what}",
                    cure=cure,
                )
                for area in twice or unclear
            ],
        )
    return totals


def _any_asked(areas: Sequence[_Area], asked: set[str]) -> bool:
    return any(area.key in asked for area in areas)


def _parts(areas: Sequence[_Area]) -> dict[str, list[_Area]]:
    """Give for each area of nine digits, and each city, the areas below it."""
    parts: dict[str, list[_Area]] = {}
    for area in areas:
        for length in (2, _CITY_DIGITS, 9):
            if length < len(area.key):
                parts.setdefault(area.key[:length], []).append(area)
    return parts


def _adds_up(area: _Area, below: Sequence[_Area]) -> bool:
    """Say whether an area's values are those of its parts together, none of them hidden or all nothing."""
    if area.suppressed or any(part.suppressed for part in below) or not any(area.counts.values()):
        return False
    return all(value == sum(part.counts[name] or 0 for part in below) for name, value in area.counts.items())


def _left_out(areas: Sequence[_Area], totals: set[str]) -> list[Record]:
    """Note totals left out, and 大字 that are kept because nothing stands below them."""
    dropped = [area for area in areas if area.key in totals]
    kept = [area for area in areas if area.level == "3" and area.key not in totals]
    records = []
    if dropped:
        cities = sum(area.level == "1" for area in dropped)
        message = (
            f"{len(dropped)} rows of totals were left out, as their parts are there: {cities} of cities and "
            f"{len(dropped) - cities} of 大字 ({listed([area.key for area in dropped], most=_DETAILS_SHOWN)})"
        )
        records.append(record("totals_row_dropped", message))
    for area in kept:
        message = f"row {area.number} is the total of a 大字 without any part below it, and was kept"
        records.append(record("total_kept", message, association_id=area.key, name=area.name))
    return records


def _not_kept(areas: Sequence[_Area], totals: set[str], ids: set[str], cities: set[str]) -> list[Record]:
    """Note ids that have no row, and inhabited areas of the same cities that were not asked for."""
    records = [
        record(
            "no_row",
            "is not in the table",
            association_id=key,
            cure="Use the table of the same census as the boundaries.",
        )
        for key in sorted(ids - {area.key for area in areas})
    ]
    for area in areas:
        covered = any(
            area.key.startswith(key) for key in (area.key[:9], area.key[:_CITY_DIGITS], area.key) if key in ids
        )
        inhabited = any(value != 0 for value in area.counts.values())
        if area.city in cities and area.key not in totals and not covered and inhabited:
            message = f"row {area.number} holds counts and is not among the areas asked for: left out"
            records.append(record("row_not_kept", message, association_id=area.key, name=area.name))
    return records


def _sum_records(areas: Sequence[_Area], totals: set[str]) -> list[Record]:
    """Compare every total with the areas below it; where values moved into or out of a 大字 nothing can be said."""
    parts = _parts(areas)
    records = []
    for area in (area for area in areas if area.key in totals):
        below = [part for part in parts.get(area.key, []) if part.key not in totals]
        moved = any(part.hidden or part.lists for part in below) and len(area.key) > _CITY_DIGITS
        if area.suppressed or moved or not below:
            continue
        sums = {name: sum(part.counts[name] or 0 for part in below) for name in area.counts}
        wrong = [
            f"{_spoken(name)} {value:,} instead of {sums[name]:,}"
            for name, value in area.counts.items()
            if value is not None and value != sums[name]
        ]
        if wrong:
            message = f"row {area.number} is not the sum of the {len(below)} areas below it: "
            message += listed(wrong, most=_DETAILS_SHOWN)
            cure = "Look for a missing or a double row."
            records.append(record("total_mismatch", message, association_id=area.key, name=area.name, cure=cure))
    return records


def _spoken(name: Hashable) -> str:
    return name if isinstance(name, str) else " ".join(str(part) for part in name if part is not None)  # type: ignore[attr-defined]


# --- hidden areas ----------------------------------------------------------------------------------


def _hidden_records(chosen: Sequence[_Area], areas: Mapping[str, _Area]) -> list[Record]:
    """Note every area with hidden values, and every one of which table and receiver disagree."""
    records = []
    for area in chosen:
        if not area.suppressed:
            continue
        where = {"association_id": area.key, "name": area.name}
        receiver = areas.get(area.counted_in or "")
        if receiver is None:
            message = f"values are suppressed (秘匿), and {area.counted_in or 'no area'} is named as holding them"
            cure = "They stay missing; use the file as downloaded, or the counts of the city."
            records.append(record("suppressed_receiver_unknown", message, **where, cure=cure))
            continue
        message = f"values are suppressed (秘匿) and counted in {receiver.key} {receiver.name}"
        cure = "Pass merge_suppressed=True before rates are computed."
        records.append(record("suppressed", message, **where, cure=cure))
        if area.key not in receiver.lists or receiver.hidden:
            message = f"is said to be counted in {receiver.key} {receiver.name}, which does not list it (GASSAN)"
            records.append(record("suppression_mismatch", message, **where, cure="Use the file as downloaded."))
    return records


def _merged(chosen: Sequence[_Area], areas: Mapping[str, _Area], file: _File) -> tuple[list[_Area], list[Record]]:
    """Make each hidden area one with the area that holds its values."""
    kept = {area.key: area for area in chosen if not area.suppressed}
    lost, records = [], []
    for area in chosen:
        if not area.suppressed:
            continue
        receiver = kept.get(area.counted_in or "")
        if receiver is None:
            lost.append(area)
            continue
        values = {name: _together(value, area.counts[name]) for name, value in receiver.counts.items()}
        kept[receiver.key] = replace(receiver, counts=values, covers=(*receiver.covers, area.key))
        message = f"was made one with {receiver.key} {receiver.name}, which holds its suppressed values"
        records.append(record("suppressed_united", message, association_id=area.key, name=area.name))
    if lost:
        raise SourceError(
            f"{file.shown}: some hidden areas cannot be made one with the area that holds their values:",
            [
                Problem(
                    severity="error",
                    kind="suppressed_receiver_unknown",
                    association_id=area.key,
                    name=area.name,
                    message=f"row {area.number}: counted in {area.counted_in or 'no area'}, "
                    + ("which is not asked for" if area.counted_in in areas else "which is not in the table"),
                    cure="add that area to keep=, or read without merge_suppressed",
                )
                for area in lost
            ],
        )
    return list(kept.values()), records


def _together(first: int | None, second: int | None) -> int | None:
    """Add what is known; a hidden value is in the receiver's already."""
    return first if second is None else (first or 0) + second


def _not_stated(chosen: Sequence[_Area], every: Mapping[str, _Area]) -> tuple[dict[str, int], list[Record]]:
    """Give the people whose age is in no class, by area; those of a hidden area show in the area that holds them."""
    found: dict[str, int] = {}
    records = []
    for area in chosen:
        totals = [every[key].counts["both", None] for key in {*area.covers, *area.lists} if key in every]
        classes = [area.counts[sex, age] for sex in SEXES for age in AGE_CLASSES]
        if area.suppressed or None in totals or None in classes:
            continue
        rest = sum(total or 0 for total in totals) - sum(count or 0 for count in classes)
        where = {"association_id": area.key, "name": area.name}
        if rest > 0:
            found[area.key] = rest
            message = f"the age of {rest:,} people is not stated (年齢不詳); they are in no class"
            records.append(record("age_not_stated", message, **where))
        elif rest < 0:
            message = f"the age classes hold {-rest:,} people more than the total"
            records.append(record("total_mismatch", message, **where, cure="Use the file as downloaded."))
    return found, records


# --- columns ---------------------------------------------------------------------------------------


def _whole(values: Sequence[int | None]) -> pd.Series:
    return pd.Series(values, dtype="Int64" if None in values else "int64")


def _flags(areas: Sequence[_Area], *, merge: bool) -> dict[str, pd.Series]:
    flags = {
        "suppressed": pd.Series([area.suppressed for area in areas], dtype="bool"),
        "counted_in": pd.Series([area.counted_in for area in areas], dtype="object"),
    }
    if merge:
        flags["covers"] = pd.Series([";".join(area.covers) for area in areas], dtype="object")
    return flags
