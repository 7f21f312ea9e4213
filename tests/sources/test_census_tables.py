"""The census's small-area tables: every area once, suppressed is neither zero nor gone, sums are checked."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from kurihara_geo.errors import SourceError
from kurihara_geo.sources import read_census_ages, read_census_counts

if TYPE_CHECKING:
    from pathlib import Path

LEADING = ["KEY_CODE", "HYOSYO", "CITYNAME", "NAME", "HTKSYORI", "HTKSAKI", "GASSAN"]
COUNT_LABELS = ["人口総数", "男", "女", "世帯総数"]
AGES = range(0, 80, 5)

# 架空市 04999: one 大字 (0010) of two 丁目, and two areas without any; 浜 (0030) is nobody's.
COUNTS = [
    ["04999", "1", "架空市", "", "0", "", "", "230", "110", "120", "92"],
    ["049990010", "3", "架空市", "本町", "0", "", "", "150", "70", "80", "60"],
    ["04999001001", "4", "架空市", "本町一丁目", "0", "", "", "90", "40", "50", "40"],
    ["04999001002", "4", "架空市", "本町二丁目", "0", "", "", "60", "30", "30", "20"],
    ["049990020", "2", "架空市", "山", "0", "", "", "80", "40", "40", "32"],
    ["049990030", "2", "架空市", "浜", "0", "", "", "-", "-", "-", "-"],
]


def age_labels() -> list[str]:
    """Give the labels of the age table in its own order and width: total, 15 classes, four counted again; by sex."""
    classes = [f"{low}〜{low + 4}歳" for low in range(0, 75, 5)]
    again = ["１５歳未満", "１５〜６４歳", "６５歳以上", "７５歳以上"]
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    labels = []
    for sex in ("総数", "男", "女"):
        total = f"{sex}（年齢「不詳」含む）"
        labels += [total, *(f"{sex}{text.translate(wide)}" for text in [*classes, *again])]
    return labels


def age_cells(male: dict[int, int], female: dict[int, int], *, not_stated: int = 0) -> list[str]:
    """Give the 60 cells of an area from its people by first age of their class; others are a dash."""
    cells = []
    both = {age: male.get(age, 0) + female.get(age, 0) for age in AGES}
    for people, extra in ((both, not_stated), (male, not_stated), (female, 0)):
        young, work, old = (
            sum(people.get(age, 0) for age in ages) for ages in (range(15), range(15, 65), range(65, 80))
        )
        numbers = [sum(people.values()) + extra, *(people.get(age, 0) for age in range(0, 75, 5))]
        cells += [str(number) if number else "-" for number in [*numbers, young, work, old, people.get(75, 0)]]
    return cells


def write_table(folder: Path, rows: list[list[str]], table: str = "T001081", labels: list[str] = COUNT_LABELS) -> Path:
    """Write a table as the portal does: two header rows, CP932, first seven labels empty."""
    codes = [f"{table}{number:03}" for number in range(1, len(labels) + 1)]
    lines = [LEADING + codes, [""] * len(LEADING) + labels, *rows]
    path = folder / f"tbl{table}C04.txt"
    path.write_bytes("\r\n".join(",".join(line) for line in lines).encode("cp932"))
    return path


def ages_town(folder: Path, table: str = "T001082") -> Path:
    """Write the ages of 甲 (two of whom have no age), of 乙 (5 people, hidden in 甲's numbers), and of 丙."""
    hidden = ["X"] * 60
    hidden[0] = "5"
    own = {"male": {0: 3, 30: 10, 75: 4}, "female": {30: 9, 70: 6}}
    with_hidden = age_cells({0: 3, 30: 12, 75: 4}, {30: 9, 70: 9}, not_stated=2)
    with_hidden[0] = str(32 + 2)  # the total stays 甲's own
    city = age_cells({0: 3, 30: 12, 75: 7}, {30: 9, 70: 9}, not_stated=2)
    assert sum(own["male"].values()) + sum(own["female"].values()) == 32
    rows = [
        ["04999", "1", "架空市", "", "0", "", "", *city],
        ["049990010", "2", "架空市", "甲", "1", "", "0020", *with_hidden],
        ["049990020", "2", "架空市", "乙", "2", "0010", "", *hidden],
        ["049990030", "2", "架空市", "丙", "0", "", "", *age_cells({75: 3}, {})],
    ]
    return write_table(folder, rows, table, age_labels())


def kinds(frame: pd.DataFrame) -> list[str]:
    """Give the kinds of what the reader noted."""
    return [note["kind"] for note in frame.attrs["records"]]


def test_every_area_is_counted_once(tmp_path: Path) -> None:
    """The city and the 大字 本町 are left out where their parts are there; a dash is zero."""
    table = read_census_counts(write_table(tmp_path, COUNTS))

    assert table[["association_id", "households", "population"]].to_dict("list") == {
        "association_id": ["04999001001", "04999001002", "049990020", "049990030"],
        "households": [40, 20, 32, 0],
        "population": [90, 60, 80, 0],
    }
    assert table["households"].sum() == int(COUNTS[0][-1])
    assert kinds(table) == ["totals_row_dropped"]
    assert table.attrs["source"]["year"] == 2020
    assert table["households_kind"].unique().tolist() == ["census"]


def test_a_zip_is_read_as_the_portal_packs_it(tmp_path: Path) -> None:
    """The text need not be unpacked."""
    text = write_table(tmp_path, COUNTS, table="T000848")
    with zipfile.ZipFile(tmp_path / "tbl.zip", "w") as packed:
        packed.write(text, text.name)

    table = read_census_counts(tmp_path / "tbl.zip")

    assert len(table) == 4
    assert table.attrs["source"]["member"] == text.name
    assert table.attrs["source"]["year"] == 2015


def test_the_boundaries_decide_which_rows_are_areas(tmp_path: Path) -> None:
    """With 本町 drawn as one area its own row is taken, whatever its level; what is not drawn or not there is named."""
    boundaries = pd.DataFrame({"association_id": ["049990010", "049990099"]})

    table = read_census_counts(write_table(tmp_path, COUNTS), keep=boundaries)

    assert table["association_id"].tolist() == ["049990010"]
    assert table["households"].tolist() == [60]
    named = {(note["kind"], note["association_id"]) for note in table.attrs["records"]}
    assert named == {("no_row", "049990099"), ("row_not_kept", "049990020")}


def test_a_total_beside_its_own_parts_is_refused(tmp_path: Path) -> None:
    """本町 and 本町一丁目 together would count people twice."""
    with pytest.raises(SourceError, match="counted twice") as caught:
        read_census_counts(write_table(tmp_path, COUNTS), keep=["049990010", "04999001001"])
    assert [problem.association_id for problem in caught.value.problems] == ["049990010"]


def test_level_two_may_be_a_total_where_the_sums_say_so(tmp_path: Path) -> None:
    """A row of level 2 that is the sum of the rows below it is a total; one that is not is asked about."""
    rows = [row.copy() for row in COUNTS]
    rows[1][1] = "2"
    assert len(read_census_counts(write_table(tmp_path, rows))) == 4

    rows[1][7], rows[0][7] = "151", "381"
    with pytest.raises(SourceError, match="may be an area or the total"):
        read_census_counts(write_table(tmp_path, rows))


def test_sums_that_differ_are_recorded(tmp_path: Path) -> None:
    """The city says 93 households and its areas hold 92; 本町 says 61 and its parts hold 60."""
    rows = [row.copy() for row in COUNTS]
    rows[0][-1], rows[1][-1] = "93", "61"

    table = read_census_counts(write_table(tmp_path, rows))

    messages = [note["message"] for note in table.attrs["records"] if note["kind"] == "total_mismatch"]
    assert ["households 93 instead of 92" in messages[0], "households 61 instead of 60" in messages[1]] == [True, True]


def test_a_suppressed_count_is_missing_and_says_where_it_is_counted(tmp_path: Path) -> None:
    """山's households are hidden in 本町二丁目's: missing, not zero, and one with it on request; sums still hold."""
    rows = [row.copy() for row in COUNTS]
    rows[3][4], rows[3][6], rows[3][-1] = "1", "002000;", str(20 + 32)
    rows[4][4], rows[4][5], rows[4][-1] = "2", "001002", "X"
    path = write_table(tmp_path, rows)

    table = read_census_counts(path).set_index("association_id")
    merged = read_census_counts(path, merge_suppressed=True).set_index("association_id")

    assert table.loc["049990020", "households"] is pd.NA
    assert table.loc["049990020", ["population", "suppressed", "counted_in"]].tolist() == [80, True, "04999001002"]
    assert kinds(table) == ["totals_row_dropped", "suppressed"]
    assert merged.loc["04999001002", ["households", "population"]].tolist() == [20 + 32, 60 + 80]
    assert merged.loc["04999001002", "covers"] == "04999001002;049990020"
    assert "049990020" not in merged.index
    assert merged["population"].sum() == int(rows[0][7])


def test_a_receiver_that_does_not_say_so_is_named(tmp_path: Path) -> None:
    """山 is said to be counted in 浜, which lists nothing; and 浜 in 0099, which is not there."""
    rows = [row.copy() for row in COUNTS]
    rows[4][4:6] = ["2", "0030"]
    rows[5][4:6] = ["2", "0099"]
    table = read_census_counts(write_table(tmp_path, rows))
    named = {(note["kind"], note["association_id"]) for note in table.attrs["records"]}
    assert {("suppression_mismatch", "049990020"), ("suppressed_receiver_unknown", "049990030")} <= named


def test_ages_are_one_long_table_up_to_75(tmp_path: Path) -> None:
    """Each area has 16 classes for each sex; columns that count again are no classes."""
    table = read_census_ages(ages_town(tmp_path))

    assert sorted(table["age_from"].unique()) == list(AGES)
    assert table.groupby("association_id").size().tolist() == [32, 32, 32]
    assert table["people"].dtype == "Int64"
    assert table["year"].unique().tolist() == [2020]
    third = table[(table["association_id"] == "049990030") & (table["people"] > 0)]
    assert third[["sex", "age_from", "people"]].to_numpy().tolist() == [["male", 75, 3]]


def test_suppressed_ages_are_missing_and_flagged(tmp_path: Path) -> None:
    """乙 is hidden: all its classes are missing, and the full code of 甲 stands beside them."""
    table = read_census_ages(ages_town(tmp_path, "T000849"))

    hidden = table[table["suppressed"]]
    assert hidden["association_id"].unique().tolist() == ["049990020"]
    assert hidden["people"].isna().all()
    assert hidden["counted_in"].unique().tolist() == ["049990010"]
    assert table["year"].unique().tolist() == [2015]
    assert "suppressed" in kinds(table)


def test_hidden_areas_are_made_one_before_rates(tmp_path: Path) -> None:
    """甲 and 乙 are one row a class; nobody is lost or counted twice, and the two without an age stay apart."""
    table = read_census_ages(ages_town(tmp_path), merge_suppressed=True)

    both = table[table["association_id"] == "049990010"]
    assert both["covers"].unique().tolist() == ["049990010;049990020"]
    assert both["people"].sum() == 32 + 5
    assert not table["suppressed"].any()
    assert table.attrs["age_not_stated"] == {"049990010": 2}
    assert {"suppressed_united", "age_not_stated"} <= set(kinds(table))


def test_ages_that_are_not_stated_are_recorded_and_never_spread(tmp_path: Path) -> None:
    """Unmerged, the receiver's total is compared with its classes together with the hidden area's total."""
    table = read_census_ages(ages_town(tmp_path))
    assert table.attrs["age_not_stated"] == {"049990010": 2}
    assert kinds(table).count("total_mismatch") == 0


def test_a_hidden_area_whose_receiver_is_not_asked_for_is_refused(tmp_path: Path) -> None:
    """乙 cannot be made one with 甲 if 甲 is not drawn; both are named."""
    with pytest.raises(SourceError, match="counted in 049990010, which is not asked for"):
        read_census_ages(ages_town(tmp_path), keep=["049990020", "049990030"], merge_suppressed=True)


def test_a_dash_in_a_hidden_area_is_not_zero(tmp_path: Path) -> None:
    """Where the whole detail of a hidden area is a dash, it is suppressed all the same."""
    path = ages_town(tmp_path)
    path.write_text(path.read_text("cp932").replace(",X", ",-"), encoding="cp932")
    table = read_census_ages(path)
    assert table.loc[table["association_id"] == "049990020", "people"].isna().all()


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        (0, "4999001002", "row 6: KEY_CODE '4999001002' has lost its leading zero"),
        (0, "04999001001", "row 6: KEY_CODE '04999001001' was used before"),
        (0, "本町", "row 6: KEY_CODE '本町' is no code"),
        (1, "9", "row 6: HYOSYO '9'"),
        (7, "", "row 6: T001081001"),
        (10, "12.5", "row 6: T001081004"),
    ],
)
def test_broken_rows_are_named_with_their_number(tmp_path: Path, column: int, value: str, said: str) -> None:
    """A row that cannot be right is named with its number in the file, never dropped."""
    rows = [row.copy() for row in COUNTS]
    rows[3][column] = value
    with pytest.raises(SourceError, match="some rows cannot be used") as caught:
        read_census_counts(write_table(tmp_path, rows))
    assert said in str(caught.value)


def test_the_wrong_table_is_refused_with_the_right_one_named(tmp_path: Path) -> None:
    """Ages are no counts, counts are no ages, and meshes are neither."""
    with pytest.raises(SourceError, match="T001081"):
        read_census_counts(ages_town(tmp_path))
    with pytest.raises(SourceError, match="T001082"):
        read_census_ages(write_table(tmp_path, COUNTS))
    mesh = tmp_path / "mesh.txt"
    mesh.write_text("KEY_CODE,HTKSYORI,HTKSAKI,GASSAN,T001141001\n,,,,x\n574100001,0,,,*\n", encoding="utf-8")
    with pytest.raises(SourceError, match="meshes"):
        read_census_counts(mesh)
    mesh.write_text("name,households\n甲,1\n", encoding="utf-8")
    with pytest.raises(SourceError, match="KEY_CODE"):
        read_census_counts(mesh)
