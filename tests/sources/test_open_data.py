"""Tables of the municipal open-data standard, new and old: one day, checked codes, points where they can be."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from shapely.geometry import Point

from kurihara_geo.errors import SourceError
from kurihara_geo.sources import (
    read_households,
    read_open_data_ages,
    read_open_data_facilities,
    read_open_data_population,
)

if TYPE_CHECKING:
    from pathlib import Path

# 04999 is no municipality: 0*6 + 4*5 + 9*4 + 9*3 + 9*2 = 101, 101 % 11 = 2, 11 - 2 = 9.
CODE = "049999"
NEW = ["全国地方公共団体コード", "地域コード", "地方公共団体名", "調査年月日", "地域名", "総人口", "男性", "女性"]
OLD = ["都道府県コード又は市区町村コード", "地域コード", "都道府県名", "市区町村名", *NEW[3:]]


def class_headings(top: int, *, not_stated: bool) -> list[str]:
    """Give the headings of the classes up to an open one."""
    ages = [f"{low}-{low + 4}歳" for low in range(0, top, 5)] + [f"{top}歳以上"]
    return [f"{age}の{sex}" for age in [*ages, *(["年齢不詳"] if not_stated else [])] for sex in ("男性", "女性")]


def class_cells(top: int, people: dict[tuple[str, int], int], *, not_stated: tuple[int, int] | None) -> list[str]:
    """Give the cells of the classes."""
    cells = [str(people.get((sex, age), 0)) for age in range(0, top + 1, 5) for sex in ("male", "female")]
    return [*cells, *map(str, not_stated or ())]


PEOPLE = {
    "架空一区": {("male", 0): 2, ("female", 40): 3, ("male", 75): 1, ("female", 80): 4, ("female", 85): 5},
    "架空二区": {("male", 30): 6},
}


def write_new(folder: Path, date: str = "2025/1/1", **changes: str) -> Path:
    """Write the new layout: up to 100歳以上 and 年齢不詳, two of whom in 架空一区."""
    heads = [*NEW, *class_headings(100, not_stated=True), "世帯数", "備考"]
    lines = [heads]
    for code, name, men, women, missing, households in (
        ("001", "架空一区", 2 + 1 + 2, 3 + 4 + 5, (2, 0), "9"),
        ("002", "架空二区", 6, 0, (0, 0), "4"),
    ):
        total = men + women
        cells = class_cells(100, PEOPLE[name], not_stated=missing)
        lines.append([CODE, code, "架空市", date, name, str(total), str(men), str(women), *cells, households, ""])
    for place, value in changes.items():
        row, column = place.split("_", 1)
        lines[int(row[1:])][heads.index(column)] = value
    path = folder / "population.csv"
    path.write_text("\n".join(",".join(line) for line in lines), encoding="utf-8-sig")
    return path


def write_old(folder: Path) -> Path:
    """Write the old layout in CP932: up to 85歳以上, two days, the newer first, ISO dates, and a total."""
    heads = [*OLD, *class_headings(85, not_stated=False), "世帯数"]
    lines = [heads]
    for date, code, name in (
        ("2024-12-31", "001", "架空一区"),
        ("2024-12-31", "002", "架空二区"),
        ("2023-12-31", "001", "架空一区"),
    ):
        people = PEOPLE[name] if date.startswith("2024") else {("male", 0): 1}
        lines.append(
            [
                CODE,
                code,
                "架空県",
                "架空市",
                date,
                name,
                str(sum(people.values())),
                "",
                "",
                *class_cells(85, people, not_stated=None),
                "9",
            ]
        )
    lines.append([CODE, "", "架空県", "架空市", "2024-12-31", "合計", "21", "", "", *["0"] * 36, "18"])
    path = folder / "old.csv"
    path.write_bytes("\n".join(",".join(line) for line in lines).encode("cp932"))
    return path


def kinds(frame: pd.DataFrame) -> list[str]:
    """Give the kinds of what the reader noted."""
    return [note["kind"] for note in frame.attrs["records"]]


def people_of(table: pd.DataFrame, name: str) -> dict[tuple[str, int], int]:
    """Give the people of an area by sex and class, empty classes left out."""
    own = table[(table["name"] == name) & (table["people"] > 0)]
    return {
        (sex, int(age)): int(count) for sex, age, count in zip(own["sex"], own["age_from"], own["people"], strict=True)
    }


def test_counts_are_read_from_both_layouts(tmp_path: Path) -> None:
    """Codes keep their zeros, the municipality loses its check digit, totals are left out."""
    for path in (write_new(tmp_path), write_old(tmp_path)):
        table = read_open_data_population(path)
        assert table["association_id"].tolist() == ["001", "002"]
        assert table["name"].tolist() == ["架空一区", "架空二区"]
        assert table["population"].tolist()[1] == 6
        assert table["households"].tolist()[0] == 9
        assert table["households_kind"].unique().tolist() == ["not_stated"]
        assert table["municipality_code"].unique().tolist() == ["04999"]
    assert "totals_row_dropped" in kinds(table)


def test_the_newest_day_is_read_and_said(tmp_path: Path) -> None:
    """Of two days the newer one is taken and recorded; another one on request; one that is not there is refused."""
    path = write_old(tmp_path)
    newest, older = read_open_data_population(path), read_open_data_population(path, as_of=dt.date(2023, 12, 31))

    assert newest.attrs["source"]["as_of"] == "2024-12-31"
    assert "newest_day_used" in kinds(newest)
    assert older["population"].tolist() == [1]
    assert "day_chosen" in kinds(older)
    with pytest.raises(SourceError, match="days found: 2023-12-31, 2024-12-31"):
        read_open_data_population(path, as_of="2022-12-31")


def test_classes_above_75_are_summed(tmp_path: Path) -> None:
    """75, 80 and 85 and over become 75 and over, whatever the file's top class is; nobody is lost."""
    expected = {("male", 0): 2, ("female", 40): 3, ("male", 75): 1, ("female", 75): 4 + 5}
    for path in (write_new(tmp_path), write_old(tmp_path)):
        table = read_open_data_ages(path)
        assert people_of(table, "架空一区") == expected
        assert sorted(table["age_from"].unique()) == list(range(0, 80, 5))
    assert people_of(read_open_data_ages(path, top_age=None), "架空一区") == PEOPLE["架空一区"]
    with pytest.raises(SourceError, match="top_age=78"):
        read_open_data_ages(path, top_age=78)


def test_people_without_an_age_are_recorded_and_in_no_class(tmp_path: Path) -> None:
    """Two people of 架空一区 have no age: 15 are in classes, 17 in the total, and the sums agree."""
    table = read_open_data_ages(write_new(tmp_path))
    assert table.loc[table["name"] == "架空一区", "people"].sum() == 15
    assert table.attrs["age_not_stated"] == {"001": 2}
    assert kinds(table) == ["age_not_stated"]
    assert table["year"].unique().tolist() == [2025]


def test_a_total_that_is_not_its_classes_is_recorded(tmp_path: Path) -> None:
    """総人口 18 stands beside 17 people in classes and without an age."""
    table = read_open_data_ages(write_new(tmp_path, r1_総人口="18"))
    assert "total_mismatch" in kinds(table)


def test_what_is_suppressed_empty_or_a_dash_is_told_apart(tmp_path: Path) -> None:
    """X and an empty cell stay missing, a dash is zero, and each is recorded."""
    table = read_open_data_population(write_new(tmp_path, r1_世帯数="X", r2_世帯数="-", r2_総人口=""))
    assert table["households"].isna().tolist() == [True, False]
    assert table["households"].tolist()[1] == 0
    assert table["population"].isna().tolist() == [False, True]
    assert kinds(table) == ["dash_read_as_zero", "suppressed", "count_missing"]


def write_areas(folder: Path, *rows: str, heads: str = "地域コード,地域名,総人口") -> Path:
    """Write a short table of areas."""
    path = folder / "areas.csv"
    path.write_text("\n".join([heads, *rows]), encoding="utf-8")
    return path


def test_no_total_is_an_area(tmp_path: Path) -> None:
    """A row for the whole city and one for 架空町 count people again: 10 + 20 are left, and both totals hold."""
    path = write_areas(tmp_path, "001,架空町,10", "002,別町,20", ",全市,30", ",架空町 計,10")
    table = read_open_data_population(path)

    assert table["name"].tolist() == ["架空町", "別町"]
    assert table["population"].sum() == 10 + 20
    notes = [(note["kind"], note["name"]) for note in table.attrs["records"]]
    assert notes == [("totals_row_dropped", "全市"), ("totals_row_dropped", "架空町計")]


def test_a_total_that_is_not_its_areas_is_recorded(tmp_path: Path) -> None:
    """The city is said to hold 31 people, its areas hold 10 + 20; 架空町 is said to hold 9 and holds 10."""
    path = write_areas(tmp_path, "001,架空町,10", "002,別町,20", ",総数,31", ",架空町計,9")
    notes = [note for note in read_open_data_population(path).attrs["records"] if note["kind"] == "total_mismatch"]

    assert [note["name"] for note in notes] == ["", "架空町"]
    assert f"says 31 people, the rows add up to {10 + 20}" in notes[0]["message"]
    assert "says 9 people, the rows add up to 10" in notes[1]["message"]


def test_a_table_of_nothing_but_totals_is_refused(tmp_path: Path) -> None:
    """A table of the whole city holds no area, and says so instead of giving an empty table."""
    with pytest.raises(SourceError, match="every row is a total"):
        read_open_data_population(write_areas(tmp_path, "001,全市,30"))


@pytest.mark.parametrize(
    ("cell", "count", "kind"),
    [
        ("x", None, "suppressed"),
        ("***", None, "suppressed"),
        ("秘匿", None, "suppressed"),
        ("…", None, "not_known"),
        ("ー", 0, "dash_read_as_zero"),
        ("45※1", 45, "mark_in_cell"),
        ("45人", 45, "unit_in_cell"),
    ],
)
def test_special_cells_are_read_as_in_an_office_list(tmp_path: Path, cell: str, count: int | None, kind: str) -> None:
    """What hides a number, says that none is known or stands beside it means the same in both readers."""
    path = write_areas(tmp_path, f"001,架空町,36,{cell}", "002,別町,52,20", heads="地域コード,地域名,世帯数,総人口")
    ours = read_open_data_population(path)
    office = read_households(path, columns={"地域名": "name", "総人口": "population"})

    for table in (ours, office):
        found = table["population"].iloc[0]
        assert (None if pd.isna(found) else found) == count
        assert kind in kinds(table)


def test_men_and_women_are_compared_with_the_people(tmp_path: Path) -> None:
    """架空町 says 4 + 5 and 10 people: it is recorded by name; 別町 adds up."""
    heads = "地域コード,地域名,総人口,男性,女性"
    table = read_open_data_population(write_areas(tmp_path, "001,架空町,10,4,5", "002,別町,20,9,11", heads=heads))
    (note,) = table.attrs["records"]
    assert (note["kind"], note["name"]) == ("sexes_mismatch", "架空町")
    assert "row 2 架空町: 4 + 5 is not 10" in note["message"]


def test_a_hidden_number_of_people_without_an_age_is_not_none(tmp_path: Path) -> None:
    """年齢不詳 is suppressed in 架空一区: nothing is said of how many they are, and no sum is called wrong."""
    table = read_open_data_ages(write_new(tmp_path, r1_年齢不詳の男性="X"))
    assert table.attrs["age_not_stated"] == {}
    assert kinds(table) == ["suppressed"]


def test_every_name_used_twice_is_named(tmp_path: Path) -> None:
    """Without 地域コード both rows of 架空一区 are named, and no other."""
    path = write_new(tmp_path, r1_地域コード="", r2_地域コード="", r2_地域名="架空一区")
    with pytest.raises(SourceError) as caught:
        read_open_data_ages(path)
    assert [problem.message.split(":")[0] for problem in caught.value.problems] == ["row 2", "row 3"]


def test_a_suppressed_class_hides_the_top_class(tmp_path: Path) -> None:
    """If 80-84 is suppressed, 75 and over is not known either: it is missing and flagged, not too low."""
    table = read_open_data_ages(write_new(tmp_path, **{"r1_80-84歳の女性": "X"}))
    hidden = table[table["suppressed"]]
    assert hidden[["name", "sex", "age_from"]].to_numpy().tolist() == [["架空一区", "female", 75]]


@pytest.mark.parametrize(
    ("code", "kind"), [("049998", "municipality_code_wrong"), ("04999", "municipality_code_short")]
)
def test_the_check_digit_is_verified(tmp_path: Path, code: str, kind: str) -> None:
    """A wrong check digit, or none, is recorded with its row."""
    table = read_open_data_population(write_new(tmp_path, r1_全国地方公共団体コード=code))
    (note,) = (note for note in table.attrs["records"] if note["kind"] == kind)
    assert f"row 2 {code}" in note["message"]


def test_the_check_digit_of_a_real_municipality_is_right(tmp_path: Path) -> None:
    """栗原市 is 042137: 4*5 + 2*4 + 1*3 + 3*2 = 37, 37 % 11 = 4, 11 - 4 = 7."""
    path = write_new(tmp_path, r1_全国地方公共団体コード="042137", r2_全国地方公共団体コード="042137")
    assert read_open_data_population(path)["municipality_code"].tolist() == ["04213", "04213"]


def test_broken_rows_are_named(tmp_path: Path) -> None:
    """A count, a date and a code that are none are each named with their row."""
    with pytest.raises(SourceError, match="row 3: 総人口 is 'about 6'"):
        read_open_data_population(write_new(tmp_path, r2_総人口="about 6"))
    with pytest.raises(SourceError, match="row 2: 調査年月日"):
        read_open_data_population(write_new(tmp_path, r1_調査年月日="spring"))
    with pytest.raises(SourceError, match="row 3: 地域コード 001 was used before"):
        read_open_data_population(write_new(tmp_path, r2_地域コード="001"))


def test_names_serve_as_ids_where_the_file_has_no_codes(tmp_path: Path) -> None:
    """Without 地域コード the names tell areas apart, or nothing does."""
    empty = {"r1_地域コード": "", "r2_地域コード": ""}
    path = write_new(tmp_path, **empty)
    assert "association_id" not in read_open_data_population(path)
    assert read_open_data_ages(path)["association_id"].unique().tolist() == ["架空一区", "架空二区"]
    with pytest.raises(SourceError, match="told apart"):
        read_open_data_ages(write_new(tmp_path, **empty, r2_地域名="架空一区"))


def test_missing_classes_are_named(tmp_path: Path) -> None:
    """A file without one of the classes cannot be a table of ages."""
    path = write_new(tmp_path)
    path.write_text(path.read_text("utf-8-sig").replace("40-44歳の女性", "備考2"), encoding="utf-8")
    with pytest.raises(SourceError, match="female 40"):
        read_open_data_ages(path)


# --- facilities ------------------------------------------------------------------------------------

OLD_FACILITY = "都道府県コード又は市区町村コード,NO,都道府県名,市区町村名,名称,住所,緯度,経度"
NEW_FACILITY = "全国地方公共団体コード,ID,地方公共団体名,名称,所在地_連結表記,緯度,経度"


def write_facilities(folder: Path, *rows: str, heads: str = NEW_FACILITY) -> Path:
    """Write a list of facilities."""
    path = folder / "facilities.csv"
    path.write_text("\n".join([heads, *rows]), encoding="utf-8")
    return path


def test_facilities_are_points_in_both_layouts(tmp_path: Path) -> None:
    """経度 comes first in the point, whichever column stands first in the file."""
    new = write_facilities(tmp_path, f"{CODE},0001,架空市,架空会館,架空1-1,38.73,141.02")
    first = read_open_data_facilities(new)
    old = write_facilities(tmp_path, f"{CODE},0001,架空県,架空市,架空会館,架空1-1,38.73,141.02", heads=OLD_FACILITY)
    second = read_open_data_facilities(old)
    for table in (first, second):
        assert table.index.tolist() == ["0001"]
        assert table.index.name == "hall_id"
        assert table.geometry.iloc[0] == Point(141.02, 38.73)
        assert table.crs == "EPSG:4326"
        assert table[["name", "address", "municipality_code"]].iloc[0].tolist() == ["架空会館", "架空1-1", "04999"]


def test_places_that_cannot_be_right_are_named(tmp_path: Path) -> None:
    """Swapped, zero, abroad and text: each row is named with its number and what is wrong; nothing is swapped."""
    path = write_facilities(
        tmp_path,
        f"{CODE},1,架空市,甲館,,141.02,38.73",
        f"{CODE},2,架空市,乙館,,0,0",
        f"{CODE},3,架空市,丙館,,48.85,2.35",
        f"{CODE},4,架空市,丁館,,北,東",
        f"{CODE},5,架空市,戊館,,38.73,141.02",
    )
    with pytest.raises(SourceError) as caught:
        read_open_data_facilities(path)
    said = [(problem.name, problem.message) for problem in caught.value.problems]
    words = ["each other's column", "are 0", "outside Japan", "no numbers"]
    assert [name for name, _ in said] == ["甲館", "乙館", "丙館", "丁館"]
    assert all(
        f"row {row}" in text and word in text for row, (_, text), word in zip((2, 3, 4, 5), said, words, strict=True)
    )


def test_axes_are_swapped_on_request_only_where_they_are(tmp_path: Path) -> None:
    """甲館 changes places and is recorded, 乙館 stays, 丙館 has no place and is left out by name."""
    path = write_facilities(
        tmp_path,
        f"{CODE},1,架空市,甲館,,141.02,38.73",
        f"{CODE},2,架空市,乙館,,38.73,141.02",
        f"{CODE},3,架空市,丙館,,,",
        f"{CODE},4,架空市,丁館,,0,0",
    )
    table = read_open_data_facilities(path, swap_axes=True, skip_unplaced=True)
    assert [point.x for point in table.geometry] == [141.02, 141.02]
    assert [(note["kind"], note["name"]) for note in table.attrs["records"]] == [
        ("axes_swapped", "甲館"),
        ("no_place", "丙館"),
        ("no_place", "丁館"),
    ]


def test_ids_that_are_empty_or_used_twice_are_named(tmp_path: Path) -> None:
    """Two halls with one ID, and one without, are refused by name."""
    rows = [f"{CODE},{code},架空市,{name},,38.7,141.0" for code, name in (("1", "甲館"), ("1", "乙館"), ("", "丙館"))]
    with pytest.raises(SourceError) as caught:
        read_open_data_facilities(write_facilities(tmp_path, *rows))
    assert [(problem.kind, problem.name) for problem in caught.value.problems] == [
        ("duplicate_id", "乙館"),
        ("missing_id", "丙館"),
    ]
