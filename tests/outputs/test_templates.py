"""Empty tables are recognised by the readers as they are, and read back what a planner fills in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

import kurihara_geo as kg
from kurihara_geo.errors import OutputError

if TYPE_CHECKING:
    from pathlib import Path

LANGUAGES = pytest.mark.parametrize("lang", ["ja", "en"])


def fill(path: Path, *rows: list) -> Path:
    """Type rows below the headings, as a planner does."""
    book = openpyxl.load_workbook(path)
    for row in rows:
        sheet = book.worksheets[0]
        number = next(n for n in range(2, 999) if all(cell.value is None for cell in sheet[n]))
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column).value = value
    book.save(path)
    return path


@LANGUAGES
def test_an_empty_template_is_an_empty_table(tmp_path: Path, lang: str):
    """Nothing was typed: no rows, and no fault."""
    files = kg.write_templates(tmp_path, lang=lang)
    assert len(kg.read_households(files["associations"])) == 0
    assert len(kg.read_councils(files["councils"])) == 0
    assert len(kg.read_halls(files["halls"])) == 0
    assert kg.read_obstacles(files["obstacles"]) == ()


@LANGUAGES
def test_filled_templates_read_back(tmp_path: Path, lang: str):
    """Leading zeros stay, and every column arrives where it belongs."""
    files = kg.write_templates(tmp_path, lang=lang)
    fill(files["associations"], ["0101", "架空第一", "架空町", "架空東", None, 48, 131])
    counts = kg.read_households(files["associations"])
    assert counts.loc[0, ["association_id", "name", "households", "population"]].tolist() == [
        "0101",
        "架空第一",
        48,
        131,
    ]
    assert counts.loc[0, ["former_town", "former_school_district"]].tolist() == ["架空町", "架空東"]
    status = "設立準備中" if lang == "ja" else "preparing"
    fill(files["councils"], ["C01", "架空東協議会", status, "平成20年4月1日", "架空東;架空西"])
    councils = kg.read_councils(files["councils"])
    assert councils.loc["C01", ["status", "district_names"]].tolist() == ["preparing", "架空東;架空西"]
    fill(files["halls"], ["H01", "架空集会所", "集会所", "0101", 40, 1985, 141.02, 38.73])
    halls = kg.read_halls(files["halls"])
    assert (halls.geometry.x.tolist(), halls.loc["H01", "association_id"]) == ([141.02], "0101")
    fill(files["obstacles"], ["0101", "0102", "共有林", None, "○"], ["0103", None, "係争中", 2, None])
    assert [entry.ban for entry in kg.read_obstacles(files["obstacles"])] == [True, False]


@LANGUAGES
def test_every_heading_has_a_note_and_a_row_of_explanation(tmp_path: Path, lang: str):
    """What a column means stands on the heading and, for those who see no notes, on the second sheet."""
    for path in kg.write_templates(tmp_path, lang=lang).values():
        book = openpyxl.load_workbook(path)
        empty, meanings = book.worksheets
        headings = [cell.value for cell in empty[1]]
        assert all(cell.comment is not None and cell.comment.text for cell in empty[1])
        assert [row[0].value for row in meanings.iter_rows(min_row=2)] == headings
        assert empty.freeze_panes == "A2"


def test_a_template_that_is_there_is_not_overwritten(tmp_path: Path):
    """It may be filled in; nothing is written, not even the others."""
    mine = tmp_path / "halls.xlsx"
    mine.write_bytes(b"mine")
    with pytest.raises(OutputError, match=r"halls\.xlsx is there already"):
        kg.write_templates(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["halls.xlsx"]
    assert mine.read_bytes() == b"mine"


def test_equal_runs_give_equal_bytes(tmp_path: Path):
    """No clock is read."""
    one, two = kg.write_templates(tmp_path / "one"), kg.write_templates(tmp_path / "two")
    assert {name: path.read_bytes() for name, path in one.items()} == {n: p.read_bytes() for n, p in two.items()}
