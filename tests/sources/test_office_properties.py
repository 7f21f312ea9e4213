"""Any list of counts reads back the same, however it was saved and laid out; no row is lost."""

from __future__ import annotations

import csv
import io
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from kurihara_geo.sources.households import read_households

if TYPE_CHECKING:
    import random

    import pandas as pd

TEXT_FILES = ("utf-8", "utf-8-sig", "cp932", "utf-16")
MARKS = (",", "\t", ";")
LAYOUTS = ("plain", "title", "two rows", "towns", "on its side")
WRITTEN = ("{:d}", "{:,d}", "{:d}世帯", "{:,d}※1")


@dataclass(frozen=True)
class Line:
    """An association of a made-up town."""

    town: str
    name: str
    code: str
    households: int
    population: int


@st.composite
def lists(draw: st.DrawFn) -> list[Line]:
    """Draw a list of up to eight associations in up to three towns, each town in one block."""
    counts = draw(st.lists(st.tuples(st.integers(0, 9999), st.integers(0, 20000)), min_size=1, max_size=8))
    towns = sorted(
        draw(st.lists(st.sampled_from(["架空町", "見本町", "空想町"]), min_size=len(counts), max_size=len(counts)))
    )
    return [
        Line(town, f"{town[:2]}{number}区", f"{number:03d}", *pair)
        for number, (town, pair) in enumerate(zip(towns, counts, strict=True), start=1)
    ]


def total(label: str, lines: list[Line]) -> list[str]:
    """Give a totals row."""
    return ["", label, "", str(sum(line.households for line in lines)), str(sum(line.population for line in lines))]


def laid_out(lines: list[Line], layout: str, written: str) -> list[list[str]]:
    """Lay a list out as an office might."""
    head = ["旧町村", "自治会名", "自治会コード", "世帯数", "人口"]
    rows = [[line.town, line.name, line.code, written.format(line.households), str(line.population)] for line in lines]
    if layout == "on its side":
        return [list(row) for row in zip(head, *rows, total("合計", lines), strict=True)]
    if layout == "title":
        return [["架空市の世帯数"], ["令和6年3月31日現在"], [], head, *rows, total("総計", lines), ["※施設を含む"]]
    if layout == "two rows":
        return [["旧町村", "自治会名", "自治会コード", "住民", ""], ["", "", "", "世帯数", "人口"], *rows]
    if layout == "towns":
        return [head, *blocks(lines, rows), total("合計", lines)]
    return [head, *rows]


def blocks(lines: list[Line], rows: list[list[str]]) -> list[list[str]]:
    """Write each town in its first row only, and a total below its rows."""
    result: list[list[str]] = []
    for place, (line, row) in enumerate(zip(lines, rows, strict=True)):
        first = place == 0 or lines[place - 1].town != line.town
        result.append([line.town if first else "", *row[1:]])
        if place == len(lines) - 1 or lines[place + 1].town != line.town:
            result.append(total(f"{line.town}計", [other for other in lines if other.town == line.town]))
    return result


def save(folder: str, rows: list[list[str]], encoding: str, mark: str) -> Path:
    """Write rows as CSV, or as a workbook where the encoding is ``xlsx``."""
    path = Path(folder) / "list"
    if encoding == "xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append([cell or None for cell in row])
        book.save(path)
        return path
    text = io.StringIO()
    csv.writer(text, delimiter=mark).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def read(rows: list[list[str]], encoding: str, mark: str) -> pd.DataFrame:
    """Write rows and read them back."""
    with tempfile.TemporaryDirectory() as folder:
        return read_households(save(folder, rows, encoding, mark))


def lines_of(table: pd.DataFrame) -> list[Line]:
    """Give a table as lines."""
    columns = ("former_town", "name", "association_id", "households", "population")
    return [Line(*cells) for cells in zip(*(table[column].tolist() for column in columns), strict=True)]


@given(
    lines=lists(),
    layout=st.sampled_from(LAYOUTS),
    encoding=st.sampled_from([*TEXT_FILES, "xlsx"]),
    mark=st.sampled_from(MARKS),
    written=st.sampled_from(WRITTEN),
)
def test_a_list_reads_back_the_same(lines: list[Line], layout: str, encoding: str, mark: str, written: str) -> None:
    """Ids, names, towns and counts are those written, in every encoding and layout, and no total is doubted."""
    table = read(laid_out(lines, layout, written), encoding, mark)

    assert lines_of(table) == lines
    assert not [note for note in table.attrs["records"] if "mismatch" in note["kind"]]


@given(
    lines=lists(),
    layout=st.sampled_from(["plain", "title", "towns"]),
    encoding=st.sampled_from([*TEXT_FILES, "xlsx"]),
    blank=st.lists(st.integers(0, 12), max_size=3),
)
def test_no_row_disappears_without_a_record(lines: list[Line], layout: str, encoding: str, blank: list[int]) -> None:
    """Rows read and rows recorded as left out are all with anything in them; blank rows do not matter."""
    rows = laid_out(lines, layout, "{:d}")
    head = next(number for number, row in enumerate(rows) if "世帯数" in row) + 1
    for place in sorted(blank, reverse=True):
        rows.insert(head + min(place, len(rows) - head), [])
    table = read(rows, encoding, ",")

    left_out = sum(note["kind"].endswith("_row_dropped") for note in table.attrs["records"])
    assert len(table) + left_out == sum(any(row) for row in rows[head:])


@given(
    lines=lists(), order=st.randoms(use_true_random=False), layout=st.sampled_from(["plain", "title", "on its side"])
)
def test_the_order_of_rows_changes_nothing(lines: list[Line], order: random.Random, layout: str) -> None:
    """Shuffled, the same associations with the same counts come out, and the total still holds."""
    shuffled = list(lines)
    order.shuffle(shuffled)

    table = read(laid_out(shuffled, layout, "{:d}"), "utf-8", ",")

    assert sorted(lines_of(table), key=lambda line: line.code) == lines
    assert not [note for note in table.attrs["records"] if "mismatch" in note["kind"]]


@given(lines=lists(), wrong=st.integers(1, 50), which=st.integers(0, 7))
def test_a_wrong_number_is_always_noticed(lines: list[Line], wrong: int, which: int) -> None:
    """One count changed after the totals were made: the town's total and the whole both say so."""
    rows = laid_out(lines, "towns", "{:d}")
    spots = [number for number, row in enumerate(rows) if number and not row[1].endswith("計")]
    changed = rows[spots[which % len(spots)]]
    changed[3] = str(int(changed[3]) + wrong)

    notes = [note for note in read(rows, "utf-8", ",").attrs["records"] if note["kind"] == "total_mismatch"]

    assert len(notes) == 2
    assert notes[0]["name"] == lines[which % len(lines)].town
