"""Problems in Japanese: every kind has a name, every message its form, and no figure is lost on the way."""

from __future__ import annotations

import html
import re
import string
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import kurihara_geo as kg
from kurihara_geo.columns import PROBLEM_KINDS
from kurihara_geo.errors import AssociationsError, InputError
from kurihara_geo.outputs.problem_patterns import CURE_FORMS, FORMS, REPAIR_FORMS
from kurihara_geo.outputs.problem_texts import CURES, READ_AS, cure_text, message_text, name_of_kind, repair_text
from kurihara_geo.sources.households import read_households
from tests.outputs.problem_calls import problems_made
from tests.towns import draw_town

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OFFICES = Path(__file__).parents[1] / "data" / "offices"

ROWS_DROPPED = ("totals", "header", "note", "section")
NUMBER_FAULTS = ("text", "impossible", "negative", "fractional")
SPOKEN_ELSEWHERE: dict[str, set[str]] = {
    "associations/checks.py:_household_problems": {f"{fault}_households" for fault in (*NUMBER_FAULTS, "missing")},
    "associations/checks.py:_population_problems": {f"{fault}_population" for fault in NUMBER_FAULTS},
    "associations/checks.py:_unreadable_problems": {"unreadable_id", "unreadable_name"},
    "sources/grids.py:_hidden": {"hidden_row", "hidden_column"},
    "sources/office_sheets/rows.py:_dropped": {
        f"{kind}_row_dropped" for kind in ("totals", "header", "note", "section")
    },
    "sources/office_sheets/values.py:special_cells": {"unit_in_cell", "mark_in_cell", "dash_read_as_zero", "not_known"},
    "sources/office_sheets/values.py:refuse_broken_cells": {"formula_not_calculated", "error_cell"},
    # These hand on problems that were made elsewhere.
    "associations/checks.py:check_associations": set(),
    "cli/report.py:say_problems": set(),
    "propose.py:restate_plan": set(),
    "propose.py:_check_table": set(),
}
"""Where a kind is put together -> the kinds it can become."""

PUT_TOGETHER = {
    *SPOKEN_ELSEWHERE,
    "associations/join.py:_alone",
    "associations/small_areas.py:_row_problems",
    "sources/census_tables.py:_totals",
    "sources/datums.py:from_old_datum",
    "sources/office_sheets/totals.py:_compare",
    "sources/office_sheets/values.py:_dates",
    "sources/placed_points.py:place_points",
    "sources/tables.py:_key_problems",
    "sources/tables.py:points_of",
    "sources/tables.py:_read_councils_in_place",
}
"""Where the words of a message come from two places; they are among the examples below."""

NEVER_REPORTED = {"bad_border", "bad_obstacle", "missing_column", "id_type"}
"""Errors of other files than associations and their counts: only the command line says them."""

ENGLISH = re.compile(r"[A-Za-z]{2,}(?:\s+[A-Za-z]{2,}){2,}")
"""Three words in a row."""


def figures(text: str) -> set[str]:
    """Give the numbers in a text."""
    return set(re.findall(r"\d+(?:[.,]\d+)*", text.replace(" m2", "")))


def untranslated(rows: Iterable[tuple[str, str]]) -> list[str]:
    """List messages that stay English or lose a figure."""
    said = [(kind, message, message_text(kind, message, "ja")) for kind, message in rows]
    return [
        f"{kind}: {message} -> {japanese}"
        for kind, message, japanese in said
        if ENGLISH.search(japanese) or not figures(message) <= figures(japanese)
    ]


def rows_of(problems: Iterable[dict[str, str]]) -> Iterator[tuple[str, str]]:
    """Give kind and message of records."""
    for problem in problems:
        yield str(problem["kind"]), str(problem["message"])


# --- nothing is left out ---------------------------------------------------------------------------


def test_every_kind_of_the_package_has_a_japanese_name():
    """Whoever makes a new kind of problem names it for people who read Japanese."""
    put_together = {made.where for made in problems_made() if made.kind == "" or "7" in made.kind}
    kinds = {made.kind for made in problems_made() if made.where not in put_together}
    kinds |= {kind for where in put_together for kind in SPOKEN_ELSEWHERE[where]}

    assert len(kinds) > 100
    assert sorted(kinds - set(PROBLEM_KINDS)) == []
    assert not [name for name in PROBLEM_KINDS.values() if not re.search(r"[ぁ-んァ-ン一-龥]", name)]


def test_every_message_the_source_holds_is_put_into_japanese():
    """Each message of readers and checks, and each warning of a study, with 7 for what differs from case to case."""
    made = [
        one
        for one in problems_made()
        if one.where.startswith(("sources/", "associations/")) or one.where.endswith("_records")
        if one.message and one.where not in PUT_TOGETHER and one.kind not in NEVER_REPORTED
    ]

    assert len(made) > 100
    left = {
        f"{one.where}: {one.kind}: {one.message}"
        for one in made
        if message_text(one.kind, one.message, "ja") == one.message and ENGLISH.search(one.message)
    }
    assert sorted(left) == []


def test_every_problem_of_the_data_with_a_cure_has_a_japanese_one():
    """What readers and checks advise in English is advised in Japanese."""
    advised = {one.kind for one in problems_made() if one.cure and one.where.startswith(("sources/", "associations/"))}
    advised -= {one.kind for one in problems_made() if one.where in SPOKEN_ELSEWHERE and "7" in one.kind}
    for where, kinds in SPOKEN_ELSEWHERE.items():
        advised |= kinds if not where.endswith("_dropped") else set()

    assert sorted(kind for kind in advised - {""} if kind not in CURES) == []
    assert set(CURES) <= set(PROBLEM_KINDS)


# --- the forms themselves --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FORMS)
def test_a_form_keeps_every_figure_and_name(kind: str):
    """Both languages hold the same places to fill in, and the kind is a known one."""
    assert kind in PROBLEM_KINDS
    for english, japanese in FORMS[kind]:
        keeps = {"unreadable": {"advice"}}.get(kind, set())
        assert places(english) - keeps == places(japanese), english


def places(form: str) -> set[str]:
    """Give the names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(form) if name}


def test_every_reading_is_used():
    """A reading that no form names would be forgotten text."""
    forms = [english for forms in (*FORMS.values(), *CURE_FORMS.values(), REPAIR_FORMS) for english, _ in forms]

    assert set(READ_AS) <= {name for form in forms for name in places(form)}


@pytest.mark.parametrize(
    ("kind", "message", "japanese"),
    [
        ("overlap", "overlap by 1,234.5 m2", "1,234.5㎡重なっています"),
        (
            "no_count",
            (
                "is in the boundaries but not in the table of counts; did you mean 架空上 (01) or 架空下 (02) of "
                "the table of counts?"
            ),
            (
                "区域のファイルにありますが、世帯数の表にありません。"
                "世帯数の表の架空上 (01)、架空下 (02)のことではありませんか"
            ),
        ),
        (
            "no_boundary",
            "is in the table of counts (36 households), not drawn",
            "世帯数の表にありますが(36世帯)、区域がありません",
        ),
        (
            "suppressed",
            "row 3 of sheet '架空町': 'households_2020' is suppressed (X); it is missing, not 0",
            "シート「架空町」の3行目: 「世帯数(2020年)」が秘匿されています(X)。0ではなく、数がないものとしました",
        ),
        (
            "points_united",
            "3 points make one area; households, population summed; left empty because they differ: former_town",
            "3の点を一つの区域とし、世帯数、人口を合計しました。値が異なるため空欄とした列: 旧町村",
        ),
        (
            "small_area_divided",
            (
                "cut straight by share of its area (01 40.0%, 02 60.0%); the cut is approximate; 1 of its parts are in "
                "several pieces"
            ),
            "面積の割合(01 40.0%, 02 60.0%)でまっすぐ分けた概形です。1の部分が切れ切れです",
        ),
        ("small_area_without_row", "no row says whose it is (5 households, 12 population)", None),
        ("correspondence_incomplete", "row 4 names no small area", "4行目に小地域がありません"),
        (
            "row_without_name",
            "row 9 has neither id nor name; its 88 households are the sum of rows above, as in a total",
            "9行目にコードも名称もありません。88世帯は上の行の合計と同じで、合計の行のようです",
        ),
        (
            "merged_cell_shared",
            (
                "row 3 shares merged cells with the row above (association_id 001; households 36) "
                "and has none of its own there"
            ),
            None,
        ),
        (
            "total_suspected",
            "row 3 is called '見本計' like a subtotal, and was kept",
            "3行目の名称「見本計」は小計のようですが、残しました",
        ),
        (
            "total_mismatch",
            "row 2 is not the sum of the 3 areas below it: population 10 instead of 12, male 15 3 instead of 4",
            "2行目の計が、下の3区域の合計と一致しません: 人口 10(内訳の計 12), 男 15 3(内訳の計 4)",
        ),
        ("counted_twice", "row 5 is asked for beside its own parts", None),
        (
            "old_datum",
            (
                "the layer is in the old Japanese datum (日本測地系, Tokyo); it was moved to JGD2011, some 450 m, "
                "accurate to 9 m"
            ),
            "日本測地系(Tokyo)のため、JGD2011へおよそ450m移しました(精度 9m)",
        ),
        ("bad_row", "row 5: T001081001 (人口総数) is 'abc', no count, - or X", None),
        ("bad_row", "row 5: KEY_CODE '4213' has lost its leading zero (a spreadsheet saved it as a number)", None),
        ("missing_id", "row 5: ID is empty", "5行目: IDが空欄です"),
        ("duplicate_id", "row 5: hall_id 12 was used before", "5行目: hall_id 12は前の行で使われています"),
        ("bad_status", "row 5: status 'x' is none of established, none", None),
        (
            "axes_swapped",
            "row 5: 緯度 140.9, 経度 38.7 stand in each other's column; they changed places",
            "5行目: 緯度 140.9、経度 38.7 が逆の列にあったため、入れ替えました",
        ),
        (
            "no_place",
            "row 5: 緯度 0, 経度 0 are 0: no place was entered; the row was left out",
            "5行目: 緯度 0、経度 0 が0です(位置が入っていません)。この行は除きました",
        ),
        ("bad_coordinate", "row 5: 緯度 10, 経度 20 are outside Japan", "5行目: 緯度 10、経度 20 は日本の外です"),
        ("bad_coordinate", "row 5: lon 'x', lat 38.7 are no coordinates", None),
        (
            "municipality_code_short",
            "2 municipality codes have five digits (no check digit, or a zero was lost): row 3 04213, row 4 04214",
            None,
        ),
        ("date_in_doubt", "the sheets name different days of the count: 架空町: 2024-03-31; 見本町: not stated", None),
        (
            "ambiguous_join",
            "row 3 of the missing counts: 2 associations have this name",
            "補う世帯数の3行目: この名称の自治会が2あります",
        ),
        (
            "kinds_mixed",
            "kinds of households are compared (today register, past counts census): 差は小さい",
            "種類の異なる世帯数を比べています(現在 住民基本台帳の世帯、過去 国勢調査の世帯): 差は小さい",
        ),
        (
            "unreadable",
            (
                "a.xlsx: no column for 'households' (looked for 世帯数, 世帯): pass households_column=. "
                "Columns found: 番号 (1, 2), 名称 (架空)."
            ),
            None,
        ),
        (
            "unreadable",
            (
                "a.xlsx: no row has headings for 'association_id' or 'name' and for 'households' "
                "(one row per association; looked for in the first 100 rows that hold anything). "
                "Pass id_column=, name_column=, households_column= or header_row=. Columns found: 番号 (1, 2)."
            ),
            None,
        ),
        ("unreadable", "a.zip: the zip holds several layers (b.shp, c.shp); choose with layer=.", None),
        ("unreadable_name", "row 2 has a name with a space or a line break around it: ' 架空'", None),
    ],
)
def test_messages_put_together_from_parts(kind: str, message: str, japanese: str | None):
    """The words from both places are Japanese, the figures and names those of the message."""
    assert untranslated([(kind, message)]) == []
    if japanese is not None:
        assert message_text(kind, message, "ja") == japanese


def test_english_and_unknown_messages_stay():
    """English is not touched; a kind or message nobody knows is shown rather than lost."""
    assert message_text("overlap", "overlap by 3.0 m2", "en") == "overlap by 3.0 m2"
    assert message_text("overlap", "something new", "ja") == "something new"
    assert message_text("new", "overlap by 3.0 m2", "ja") == "overlap by 3.0 m2"
    assert name_of_kind("no_crs", "en") == "no crs"
    assert cure_text("new", "do this", "ja") == "do this"
    assert cure_text("overlap", "do this", "en") == "do this"


def test_braces_in_the_data_stay_as_they_are():
    """A name that looks like a place to fill in is only a name."""
    message = "is written {n} in the table of counts (apart in: spaces and widths)"
    assert message_text("name_matched_loosely", message, "ja") == (
        "世帯数の表では{n}と書かれています(異なる点: 空白と全角・半角)"
    )


# --- made-up files and towns -----------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(OFFICES.iterdir()), ids=lambda path: path.stem)
def test_what_is_noted_of_an_office_file_is_in_japanese(path: Path):
    """Every record and every refusal of the made-up files of town offices."""
    try:
        rows = list(rows_of(read_households(path).attrs["records"]))
    except InputError as error:
        rows = [(one.kind, one.message) for one in error.problems] or [("unreadable", error.summary)]

    assert untranslated(rows) == []


def broken_town() -> gpd.GeoDataFrame:
    """Draw a to i in a row, islands j and z, and break each one in another way.

    c lies half on b and k on d; e has no shape, f a line, g crosses itself, and h stands twice.
    """
    town = draw_town("abcdefgh.j", dict.fromkeys("abcdefgh", 50) | {"j": 0})
    town["population"] = pd.Series([10, -3, "五人", 2.5, None, 7, 7, 7, 7], index=town.index, dtype="object")
    town["households"] = pd.Series(
        [None, "三十", -4, 2.5, 1e12, float("inf"), True, 40, 0], index=town.index, dtype="object"
    )
    shapes = town.geometry.tolist()
    shapes[2] = shapely.affinity.translate(shapes[2], -50)
    shapes[3] = shapely.union(shapes[3], shapely.affinity.translate(shapes[3], 0, 5000))
    shapes[4] = None
    shapes[5] = shapely.LineString([(0, 0), (1, 1)])
    west, south, east, north = shapes[6].bounds
    shapes[6] = shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])
    town = town.set_geometry(gpd.GeoSeries(shapes, index=town.index, crs=town.crs)).reset_index()
    town.loc[7, "association_id"] = "a"
    town.loc[8, "name"] = None
    town.loc[0, "name"] = " a"
    return town


def test_what_is_wrong_with_a_broken_town_is_in_japanese():
    """Messages and cures of a town with most faults a layer can have."""
    problems = kg.check_associations(broken_town())
    problems = pd.concat([problems, kg.check_associations(broken_town().set_crs(None, allow_override=True))])

    assert {"broken_geometry", "overlap", "duplicate_id", "no_crs", "text_households"} <= set(problems["kind"])
    assert untranslated(rows_of(problems.to_dict("records"))) == []
    cures = [cure_text(kind, cure, "ja") for kind, cure in zip(problems["kind"], problems["cure"], strict=True) if cure]
    assert [text for text in cures if ENGLISH.search(text)] == []


def test_what_does_not_fit_a_table_of_counts_is_in_japanese():
    """Names spelled differently, a row without an area, an area without a row, and a count asked for twice."""
    town = draw_town("abc", {"a": 30, "b": 40, "c": 50}).reset_index().drop(columns="households")
    town["name"] = ["架空ケ丘", "見本", "上架空"]
    counts = pd.DataFrame({"name": ["架空ヶ丘", "上架空町", "下見本", "下見本"], "households": [1, 2, 3, 4]})
    with pytest.raises(AssociationsError) as raised:
        kg.build_associations(town, households=counts)

    assert {one.kind for one in raised.value.problems} >= {"no_count", "ambiguous_join"}
    assert untranslated((one.kind, one.message) for one in raised.value.problems) == []


def test_the_page_and_its_repairs_are_in_japanese(tmp_path: Path):
    """A town of a and b, whose outline of b crosses itself and is mended: the page says so in Japanese."""
    town = draw_town("ab", {"a": 60, "b": 70}).reset_index()
    west, south, east, north = town.geometry.iloc[1].bounds
    crossed = [(west, south), (east, south), (east, north), (west, north), (east, south - 1), (west, south)]
    shapes = [town.geometry.iloc[0], shapely.Polygon(crossed)]
    town = town.set_geometry(gpd.GeoSeries(shapes, crs=town.crs))
    built = kg.build_associations(town, accept_repairs=True, max_change_m2=1e9)

    text = kg.write_check_report(built, tmp_path / "check.html").read_text(encoding="utf-8")
    assert len(kg.list_repairs(built)) > 0
    assert english_on_page(text) == []
    assert repair_text("overlap given to 見本", "ja") == "重なりを見本に入れた"
    assert repair_text("overlap given to 見本", "en") == "overlap given to 見本"


def english_on_page(page: str) -> list[str]:
    """List the cells and cures of a page that hold three English words in a row."""
    cells = re.findall(r"<(?:td|th|dd|dt|p|a|h\d)[^>]*>([^<]*)<", page)
    return [cell for cell in map(html.unescape, cells) if ENGLISH.search(cell)]


# --- real files ------------------------------------------------------------------------------------


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["shiwa_2015_dirty.geojson", "A002005212020DDSWC03209-JGD2011.zip", "h27ka31401.zip"])
def test_the_report_of_a_real_file_is_in_japanese(shared_folder: Path, tmp_path: Path, name: str):
    """Read as downloaded; whether it is refused or not, the page is Japanese."""
    path = shared_folder / "real" / name
    try:
        table, problems = kg.read_associations(path), None
    except InputError as error:
        table = error.table if isinstance(error, AssociationsError) else None
        found = list(error.problems) or [kg.Problem(severity="error", kind="unreadable", message=error.summary)]
        problems = pd.DataFrame([vars(one) for one in found])

    text = kg.write_check_report(table, tmp_path / "check.html", problems=problems).read_text(encoding="utf-8")
    assert "の結果" in text
    assert english_on_page(text) == []
