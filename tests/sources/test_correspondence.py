"""The table of small areas and associations is read as offices write it; nothing in it is guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from kurihara_geo.errors import AssociationsError, SourceError
from kurihara_geo.sources.correspondence import read_correspondence

if TYPE_CHECKING:
    from pathlib import Path

TABLE = """小地域コード,自治会コード,自治会名,割合,旧小学校区
040010010,K1,架空一区,,架空小
040010020,K1,架空一区,40,架空小
040010020,K2,架空二区,60,架空小
"""


def csv_file(folder: Path, text: str, *, encoding: str = "utf-8") -> Path:
    """Write a CSV file."""
    path = folder / "対応表.csv"
    path.write_text(text, encoding=encoding)
    return path


def test_a_plain_table_is_read(tmp_path: Path):
    """Codes keep their zeros, shares in percent become shares of 1, an empty share stays empty."""
    rows = read_correspondence(csv_file(tmp_path, TABLE, encoding="cp932"))
    assert rows["small_area_id"].tolist() == ["040010010", "040010020", "040010020"]
    assert rows["association_id"].tolist() == ["K1", "K1", "K2"]
    assert rows["name"].tolist() == ["架空一区", "架空一区", "架空二区"]
    assert rows["share"].isna().tolist() == [True, False, False]
    assert rows["share"].dropna().tolist() == [0.4, 0.6]
    assert rows["former_school_district"].tolist() == ["架空小"] * 3
    assert rows["row_number"].tolist() == [2, 3, 4]
    assert rows.attrs["source"]["encoding"] == "cp932"


@pytest.mark.parametrize(
    ("cell", "share"),
    [("0.4", 0.4), ("40%", 0.4), ("４０％", 0.4), ("2/5", 0.4), (".4", 0.4), ("1", 1.0), ("1/1", 1.0)],
)
def test_shares_are_read_as_people_write_them(tmp_path: Path, cell: str, share: float):
    """A share, a percentage and a fraction say the same."""
    rows = read_correspondence(csv_file(tmp_path, f"KEY_CODE,自治会コード,割合\n040010010,K1,{cell}\n"))
    assert rows["share"].tolist() == [share]


def test_a_bare_1_among_percentages_is_one_percent(tmp_path: Path):
    """Bare numbers of one column are read one way: 99 and 1 are 99 and 1 percent."""
    rows = read_correspondence(csv_file(tmp_path, "KEY_CODE,自治会コード,割合\n040010010,K1,99\n040010010,K2,1\n"))
    assert rows["share"].tolist() == [0.99, 0.01]


def test_shares_that_are_no_numbers_are_all_named(tmp_path: Path):
    """Two shares are words: one error names both rows as the spreadsheet numbers them."""
    text = "KEY_CODE,自治会コード,割合\n040010010,K1,半分\n040010010,K2,0.5\n040010020,K2,約3割\n"
    with pytest.raises(AssociationsError) as raised:
        read_correspondence(csv_file(tmp_path, text))
    assert [problem.message.split(":")[0] for problem in raised.value.problems] == ["row 2", "row 4"]
    assert {problem.kind for problem in raised.value.problems} == {"share_unreadable"}


def test_without_codes_names_are_ids_and_it_is_said(tmp_path: Path):
    """A table with names only: the names are the ids, with a record that two of one name cannot be told apart."""
    rows = read_correspondence(csv_file(tmp_path, "KEY_CODE,自治会名\n040010010,架空一区\n"))
    assert rows["association_id"].tolist() == ["架空一区"]
    assert [record["kind"] for record in rows.attrs["records"]] == ["name_as_id"]


def test_without_names_codes_are_names(tmp_path: Path):
    """A table with codes only: associations are called by their codes."""
    rows = read_correspondence(csv_file(tmp_path, "KEY_CODE,自治会コード\n040010010,K1\n"))
    assert rows["name"].tolist() == ["K1"]


def test_an_empty_name_is_that_of_the_associations_other_rows(tmp_path: Path):
    """K1 is named in its first row only, K2 in its last, K3 nowhere: a blank is no second name."""
    lines = ["小地域コード,自治会コード,自治会名", "01,K1,架空一区", "02,K1,", "03,K2,", "04,K2,架空二区", "05,K3,"]
    rows = read_correspondence(csv_file(tmp_path, "\n".join(lines)))
    assert rows["name"].tolist() == ["架空一区", "架空一区", "架空二区", "架空二区", "K3"]


def test_notes_and_repeated_headings_are_left_out_and_recorded(tmp_path: Path):
    """A second page's headings and a note below the table are no rows."""
    text = TABLE + "小地域コード,自治会コード,自治会名,割合,旧小学校区\n※架空の例,,,,\n"
    rows = read_correspondence(csv_file(tmp_path, text))
    assert len(rows) == 3
    assert [record["kind"] for record in rows.attrs["records"]] == ["header_row_dropped", "note_row_dropped"]


def test_merged_cells_count_for_all_their_rows_but_a_share_is_nobody_elses(tmp_path: Path):
    """In Excel the code of a shared area is merged over its rows; so, by mistake, is a share."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["小地域コード", "自治会コード", "割合"], ["040010010", "K1", "0.5"], [None, "K2", None]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("C2:C3")
    path = tmp_path / "対応表.xlsx"
    book.save(path)
    rows = read_correspondence(path)
    assert rows["small_area_id"].tolist() == ["040010010", "040010010"]
    assert rows["share"].isna().tolist() == [False, True]


def test_own_headings_can_be_named(tmp_path: Path):
    """Headings nobody knows are named by the planner."""
    rows = read_correspondence(
        csv_file(tmp_path, "字,番,按分\nA,1,1\n"), columns={"字": "small_area_id", "按分": "share"}, id_column="番"
    )
    assert rows[["small_area_id", "association_id", "share"]].to_numpy().tolist() == [["A", "1", 1.0]]


def test_a_table_without_small_areas_is_refused_with_its_headings(tmp_path: Path):
    """A table of counts given by mistake: the message lists what was found."""
    with pytest.raises(SourceError, match="世帯数"):
        read_correspondence(csv_file(tmp_path, "自治会コード,世帯数\nK1,30\n"))
