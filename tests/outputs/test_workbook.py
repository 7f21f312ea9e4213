"""The workbook a planner prints and fills in: complete, conserving, safe to open, the same twice."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from openpyxl.utils.escape import unescape

import kurihara_geo as kg
from kurihara_geo.errors import OutputError, PlanCheckError, Problem
from kurihara_geo.model.solution import Stage
from kurihara_geo.outputs.workbook import write_workbook
from kurihara_geo.outputs.workbook.cells import LONGEST_TEXT, cell_text
from kurihara_geo.plan import Plan, Provenance
from kurihara_geo.rules import LowerFloor, MergeRules, Obstacle
from tests.plans import plan_by_hand
from tests.towns import draw_town

if TYPE_CHECKING:
    from pathlib import Path

# A made-up town of squares 500 m wide, with their households; the column on the left is 北, the other 南.
#
#   E 45  F 10
#   C  0  D 60
#   A 20  B 35
HOUSEHOLDS = {"A": 20, "B": 35, "C": 0, "D": 60, "E": 45, "F": 10}
JA = ["概要", "対象自治会一覧", "現況一覧", "再編案一覧", "新旧対応表", "世帯数", "下限未満で残る自治会", "確認事項"]
EN = [
    "Overview",
    "Target associations",
    "Today",
    "Proposal",
    "Old to new",
    "Households",
    "Left below the floor",
    "Points to check",
]
HOSTILE = [
    "=1+1",
    "+A1",
    "-1",
    "@SUM(A1)",
    "<b>&amp;</b>",
    '"quotes"',
    "'apostrophe",
    "two\nlines",
    "\ttab",
    "髙﨑𠮷",
    "007",
    "#N/A",
    "TRUE",
    "2024-11-01",
    "1e5",
    " spaces ",
]


def make_plan(names: list[str] | None = None, **extra: object) -> Plan:
    """Join A (20) with B (35) across 北 and 南; D (60) stays; E (45) and F (10) are left below 50."""
    cells = [shapely.box(x * 500, y * 500, x * 500 + 500, y * 500 + 500) for y in range(3) for x in range(2)]
    associations = gpd.GeoDataFrame(
        {
            "name": names or [f"架空{letter}区" for letter in HOUSEHOLDS],
            "households": list(HOUSEHOLDS.values()),
            "households_kind": "register",
            "population": pd.array([50, 80, 0, 150, 100, 25], dtype="Int64"),
            "former_town": "架空町",
            "former_school_district": ["北", "南"] * 3,
            **extra,
        },
        geometry=cells,
        index=pd.Index(list(HOUSEHOLDS), name="association_id"),
        crs=6678,
    )
    associations.attrs = {"notice": "架空の町です。", "attribution": "made up"}
    line = shapely.LineString([(500, 0), (500, 500)])
    borders = gpd.GeoDataFrame(
        {"a": "A", "b": "B", "length_m": 500.0, "kind": "border", "barred_by": "", "reason": ""},
        geometry=[line],
        index=[0],
        crs=6678,
    )
    return plan_by_hand(
        associations,
        borders,
        MergeRules(min_households=50, prefer_within=["former_school_district"]),
        [("A", "B"), ("D",), ("E",), ("F",)],
        stages=[
            Stage(name="below_floor", value=45 + 10, bound=55, proven=True),
            Stage(name="mergers", value=1, bound=None, proven=False),
        ],
        stopped="time_limit",
        reasons=dict.fromkeys("EF", ("island", "隣に自治会がない", "no neighbour")),
        problems=[Problem(severity="warning", kind="island", association_id="E", name="架空E区", message="alone")],
        input_hashes={"rules": "0" * 64},
    )


def read_sheet(path: Path, name: str) -> list[list[object]]:
    """Read the rows of a sheet that hold anything, as plain values."""
    rows = openpyxl.load_workbook(path)[name].iter_rows(values_only=True)
    return [list(row) for row in rows if any(value is not None for value in row)]


def find_row(rows: list[list[object]], *start: object) -> list[object]:
    """Give the only row that begins with these values."""
    found = [row for row in rows if tuple(row[: len(start)]) == start]
    assert len(found) == 1, f"{len(found)} rows begin with {start}"
    return found[0]


@pytest.mark.parametrize(("lang", "sheets"), [("ja", JA), ("en", EN)])
def test_every_sheet_is_there_with_title_and_notice(tmp_path, lang, sheets):
    """Eight sheets in order, each with its title and the notice of the data, for it may be printed alone."""
    path = write_workbook(make_plan(), tmp_path / "plan.xlsx", lang=lang)

    book = openpyxl.load_workbook(path)
    assert book.sheetnames == sheets
    for sheet in book:
        texts = [cell.value for row in sheet.iter_rows() for cell in row]
        assert sheet["A1"].value
        assert "架空の町です。" in texts


def test_overview_counts_before_and_after(tmp_path):
    """Five associations become four; of the four below 50 two are left, and no household is lost."""
    rows = read_sheet(write_workbook(make_plan(), tmp_path / "plan.xlsx"), "概要")

    assert find_row(rows, "自治会の数")[1:4] == [5, 4, -1]
    assert find_row(rows, "下限未満の自治会の数")[1:4] == [4, 2, -2]
    assert find_row(rows, "下限未満の自治会の世帯数")[1:4] == [20 + 35 + 45 + 10, 45 + 10, -(20 + 35)]
    assert find_row(rows, "世帯数の合計")[1:4] == [170, 170, 0]
    assert find_row(rows, "人口の合計")[1:4] == [405, 405, 0]
    assert find_row(rows, "居住なしの区域の数（自治会に数えない）")[1] == 1


def test_overview_says_rules_and_proof_in_words(tmp_path):
    """The floor, the soft boundary, each stage's proof and the solver can be read by anyone."""
    rows = read_sheet(write_workbook(make_plan(), tmp_path / "plan.xlsx"), "概要")

    assert find_row(rows, "世帯数の下限")[1].startswith("50世帯")
    assert find_row(rows, "なるべくまたがない区域")[1] == "旧小学校区（重み 1）"
    assert find_row(rows, "1 下限未満に残る世帯")[1:4] == [55, 55, "これより小さくできないことを証明済み"]
    assert find_row(rows, "2 統合で減る自治会の数")[1:4] == [1, None, "未証明（理論上の最小は不明）"]
    assert "制限時間" in find_row(rows, "判定")[1]
    assert find_row(rows, "計算に使ったソフト")[1] == "drawn by hand"
    assert find_row(rows, "出典")[1] == "made up"


def test_rules_about_single_associations_name_them(tmp_path):
    """Rules that name associations are shown with name and code."""
    plan = make_plan()
    rules = plan.rules.replace(
        together=[["A", "B"]], apart=[["D", "E"]], unchanged=["F"], max_members=None, max_households=1200
    )

    rows = read_sheet(write_workbook(replace(plan, rules=rules), tmp_path / "plan.xlsx"), "概要")

    assert find_row(rows, "必ず一緒にする自治会")[1] == "架空A区(A)、架空B区(B)"
    assert find_row(rows, "一緒にしない自治会")[1] == "架空D区(D)、架空E区(E)"
    assert find_row(rows, "変更しない自治会")[1] == "架空F区(F)"
    assert find_row(rows, "再編する自治会の数")[1] == "制限なし"
    assert "1,200世帯" in find_row(rows, "世帯数の上限")[1]


EVERY_RULE = {
    "floors": {"population": 90},
    "needs_hall": True,
    "floors_apply_to": "all",
    "lower_floors": [LowerFloor(ids=("E", "F"), min_households=30, reason="山あい")],
    "max_span_m": 3000,
    "span_along": "borders",
    "max_way_m": 1500,
    "max_small_per_large": 2,
    "exempt": {"F": "話し合い中"},
    "obstacles": [
        Obstacle(ids=("A", "D"), weight=3, reason="共有林"),
        Obstacle(ids=("B",), ban=True, reason="借入金"),
    ],
    "target_households": 120,
    "weak_border_m": 40,
    "objective": ["below_floor", {"mergers": 10, "balance": 1}, "obstacles", "crossings", "weak_borders"],
}


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "ja",
            {
                "その他の下限": "人口の合計90以上、単独で残る自治会にも適用する",
                "下限の特例": "架空E区(E)、架空F区(F): 30世帯（理由: 山あい）",
                "集会施設": "集会施設があること",
                "構成自治会どうしの距離": "自治会どうし3,000m以内、隣から隣へたどった距離で測る",
                "集会場所までの距離": "集会場所まで1,500m以内",
                "下限以上の自治会": "下限以上の自治会に加わる小規模自治会は2まで",
                "下限未満のままでよい自治会": "架空F区(F)（理由: 話し合い中）",
                "支障事案": "架空A区(A)、架空D区(D): 重み 3（共有林）\n架空B区(B): 統合しない（借入金）",
                "目安の世帯数": "120世帯",
                "短い境界": "40m未満の境界",
                "評価の順": "下限未満に残る世帯 → 統合で減る自治会の数×10 + 目安の世帯数との差 → 支障事案の重み → "
                "区域をまたぐ世帯 → 短い境界だけでつながる箇所 → 同点のときのくじ",
            },
        ),
        (
            "en",
            {
                "Further floors": "at least 90 of Population, They bind associations that stay alone too",
                "Floors of their own": "架空E区(E), 架空F区(F): 30 households (山あい)",
                "Meeting hall": "a hall in every new group",
                "Distance between members": "members within 3,000 m, Measured from neighbour to neighbour",
                "Way to the meeting place": "meeting place within 1,500 m",
                "Associations at or above the floor": "at most 2 small ones with a large one",
                "May stay below the floor": "架空F区(F) (話し合い中)",
                "Obstacles": "架空A区(A), 架空D区(D): weight 3 (共有林)\n架空B区(B): not to be merged (借入金)",
                "Target size": "120 households",
                "Weak borders": "Borders shorter than 40 m",
            },
        ),
    ],
)
def test_every_rule_that_is_set_is_said_in_words(tmp_path, lang, said):
    """Whoever reads the overview knows everything that was asked, exceptions with their reasons."""
    plan = make_plan()
    rules = plan.rules.replace(**EVERY_RULE)

    path = write_workbook(replace(plan, rules=rules), tmp_path / "plan.xlsx", lang=lang)
    rows = read_sheet(path, "概要" if lang == "ja" else "Overview")

    assert {name: find_row(rows, name)[1] for name in said} == said


def test_a_weighted_stage_is_named_term_by_term(tmp_path):
    """A stage that weighs terms reads as a sum of what people know."""
    plan = make_plan()
    stages = (replace(plan.stages[0], name="travel + 100 crossings"), *plan.stages[1:])
    plan = replace(plan, solution=replace(plan.solution, stages=stages))

    rows = read_sheet(write_workbook(plan, tmp_path / "plan.xlsx"), "概要")

    assert find_row(rows, "1 集会場所への移動(世帯・m) + 区域をまたぐ世帯×100")[1] == 55


def exceptional_plan(reason: str) -> Plan:
    """Let F10 stay small, and give E45 a floor of 40: E stands, F is left below with its reason."""
    plan = make_plan()
    rules = MergeRules(exempt={"F": reason}, lower_floors=[LowerFloor(ids=("E",), min_households=40, reason=reason)])
    return plan_by_hand(
        plan.associations,
        plan.borders,
        rules,
        [("A", "B"), ("D",), ("E",), ("F",)],
        reasons={"F": ("exempt", f"指定({reason})", f"by the rules ({reason})")},
        search={"family": "full", "components": 2, "components_open": 1},
    )


def test_exceptions_come_with_their_reasons_beside_the_groups(tmp_path):
    """A group with a floor of its own shows it and why; who may stay small is counted and listed with the reason."""
    path = write_workbook(exceptional_plan("山あい"), tmp_path / "plan.xlsx")

    rows = read_sheet(path, "再編案一覧")
    top = find_row(rows, "番号", "再編後コード")
    floor, why = top.index("世帯数の下限"), top.index("下限の特例の理由")
    assert [(row[1], row[floor], row[why]) for row in rows if row[1] in ("E", "F")] == [
        ("E", 40, "山あい"),
        ("F", 50, None),
    ]
    assert len(rows[-1]) == len(top)
    assert find_row(read_sheet(path, "下限未満で残る自治会"), "F")[-1] == "指定(山あい)"
    assert find_row(read_sheet(path, "下限未満で残る自治会"), "うち下限未満のままでよい: 1")
    overview = read_sheet(path, "概要")
    assert find_row(overview, "下限の特例がある自治会の数")[1] == 1
    small = overview.index(find_row(overview, "下限未満の自治会の数（特例を含む）"))
    # A20, B35 and F10 today; F10 after, who is exempt and is not counted in the first stage.
    assert [row[:4] for row in overview[small : small + 4]] == [
        ["下限未満の自治会の数（特例を含む）", 3, 1, -2],
        ["うち下限未満のままでよいもの", None, 1, None],
        ["下限未満の自治会の世帯数", 20 + 35 + 10, 10, -(20 + 35)],
        ["うち下限未満のままでよい世帯（評価に数えない）", None, 10, None],
    ]
    assert find_row(overview, "1 下限未満に残る世帯")[1] == 0
    assert find_row(overview, "計算の方法")[1].startswith("組の候補をすべて挙げ")


@pytest.mark.parametrize(("lang", "word"), [("ja", "比較案"), ("en", "alternative")])
def test_a_plan_for_comparison_is_not_called_the_best(tmp_path, lang, word):
    """Of an alternative the workbook says that it is one, and of no stage that it is proven or how far off."""
    plan = replace(make_plan(), search={"alternative": 3})

    path = write_workbook(plan, tmp_path / "plan.xlsx", lang=lang)
    rows = read_sheet(path, "概要" if lang == "ja" else "Overview")

    stages = [row for row in rows if str(row[0]).startswith(tuple(f"{n} " for n in range(1, 9))) and row[1] is not None]
    assert {row[3] for row in stages} == {word}
    verdict = find_row(rows, "判定" if lang == "ja" else "Verdict")[1]
    assert (
        verdict
        == {
            "ja": "比較のための案(次に良い案 3番)。最適な案ではありません。",
            "en": "for comparison: alternative 3, not the optimum.",
        }[lang]
    )


def test_the_commonest_warnings_are_in_japanese(tmp_path):
    """What the package says of empty areas and islands is read in the language of the sheet."""
    town = draw_town("ab.c.z", {"a": 30, "b": 30, "c": 60, "z": 0})
    plan = kg.propose_mergers(town)

    ja = write_workbook(plan, tmp_path / "ja.xlsx")
    en = write_workbook(plan, tmp_path / "en.xlsx", lang="en")

    said = [row[2] for row in read_sheet(ja, "確認事項") if len(row) > 2]
    assert "世帯がないため、灰色で示し、再編案の対象にしません" in said
    assert "ほかのどの自治会とも境界を接していません" in said
    there = {row[2] for row in read_sheet(en, "Points to check") if len(row) > 2}
    assert set(plan.problems["message"]) <= there
    assert not set(plan.problems["message"]) & set(said)


def test_warnings_and_cures_are_in_japanese_and_names_stay(tmp_path):
    """An island c called like a kind of problem: what is said of it and advised is Japanese, its name its own."""
    town = draw_town("ab.c", {"a": 30, "b": 30, "c": 60})
    town.loc["c", "name"] = "island"
    plan = kg.propose_mergers(town)

    rows = read_sheet(write_workbook(plan, tmp_path / "ja.xlsx"), "確認事項")
    (said,) = [row for row in rows if len(row) > 5 and row[2] == "ほかのどの自治会とも境界を接していません"]
    assert said[1] == "island"
    assert said[3].startswith("隣へ行き来できるなら、連絡を加える")
    assert said[4:6] == ["隣り合う自治会がない", "注意"]


@pytest.mark.parametrize("reason", ["=1+1", "<b>&amp;</b>{{7*7}}", '"quotes"\nand lines', "_x0041_"])
def test_hostile_reasons_are_text_to_the_letter(tmp_path, reason):
    """A reason that looks like a formula, markup or an escape is a text in every sheet that repeats it."""
    book = openpyxl.load_workbook(write_workbook(exceptional_plan(reason), tmp_path / "plan.xlsx"))

    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    texts = [unescape(str(cell.value)) for cell in cells]
    assert reason in texts
    assert [text for text in texts if text.startswith("架空F区(F)") and reason in text]


def test_today_lists_associations_in_their_order_and_marks_the_small(tmp_path):
    """Every association with people in it is listed, the small ones marked, and sums stand below."""
    rows = read_sheet(write_workbook(make_plan(), tmp_path / "plan.xlsx"), "現況一覧")

    top = rows.index(find_row(rows, "自治会コード"))
    assert rows[top] == ["自治会コード", "自治会名", "旧町村", "旧小学校区", "世帯数", "人口", "下限未満"]
    assert [row[0] for row in rows[top + 1 : -1]] == ["A", "B", "D", "E", "F"]
    assert rows[top + 1] == ["A", "架空A区", "架空町", "北", 20, 50, "○"]
    assert find_row(rows, "D")[-1] is None
    assert rows[-1] == ["合計", "5自治会", None, None, 170, 405, 4]


def test_kinds_of_households_have_a_column_where_they_differ(tmp_path):
    """Register and census households are not the same thing: a mixed table says which is which."""
    plan = make_plan(households_kind=["register"] * 3 + ["census"] * 3)

    rows = read_sheet(write_workbook(plan, tmp_path / "plan.xlsx"), "現況一覧")

    assert "住民基本台帳の世帯" in find_row(rows, "A")
    assert "国勢調査の世帯" in find_row(rows, "F")


def test_proposal_has_one_row_per_association_under_its_group(tmp_path):
    """Old to new: households before and after, where to meet, and two columns left for the planner."""
    rows = read_sheet(write_workbook(make_plan(), tmp_path / "plan.xlsx"), "再編案一覧")

    top = rows.index(find_row(rows, "番号", "再編後コード"))
    assert rows[top][-2:] == ["合併・編入の別", "備考"]
    # Numbers go district by district: of A and B the first by name is 北, where E is too; D and F are in 南.
    assert [(row[0], row[1], row[5]) for row in rows[top + 1 : -1]] == [
        (1, "A", "A"),
        (1, "A", "B"),
        (2, "E", "E"),
        (3, "D", "D"),
        (4, "F", "F"),
    ]
    # A and B meet in B, the larger one; the middles of their squares are 500 m apart.
    a = rows[top + 1]
    assert a[3:] == ["再編", 55, "A", "架空A区", 20, "○", "架空B区の地点(施設なし)", 500, "旧小学校区", None, None]
    assert rows[-1][:9] == [None, "合計", "4自治会", None, 170, None, "5自治会", 170, 4]


def test_households_are_conserved_by_area_and_by_group(tmp_path):
    """Each block adds up to the same sums; a group across two districts counts in one, as on the map."""
    rows = read_sheet(write_workbook(make_plan(), tmp_path / "plan.xlsx"), "世帯数")

    # 北 has A 20 and E 45; 南 has B 35, D 60 and F 10. A and B, one member in each, count in the first by name.
    assert find_row(rows, "北")[1:9] == [2, 2, 2, 1, 65, 100, 35, 1]
    assert find_row(rows, "南")[1:9] == [3, 2, 2, 1, 105, 70, -35, 1]
    assert find_row(rows, "架空町")[1:9] == [5, 4, 4, 2, 170, 170, 0, 0]
    totals = [row[1:8] for row in rows if row[0] == "合計"]
    assert totals == [[5, 4, 4, 2, 170, 170, 0]] * 3
    start = rows.index(find_row(rows, "再編後の自治会別")) + 1
    assert [row[5] - row[6] for row in rows[start:-1]] == [0] * 4


def test_empty_area_is_counted_under_its_own_name(tmp_path):
    """An association without a district is not dropped from the comparison."""
    plan = make_plan(former_school_district=["北", "南", None, "南", None, None])

    rows = read_sheet(write_workbook(plan, tmp_path / "plan.xlsx"), "世帯数")

    assert find_row(rows, "（空欄）")[1:8] == [2, 2, 2, 2, 55, 55, 0]


def test_households_that_do_not_add_up_are_refused(tmp_path):
    """A plan that lost a household is not printed: nothing is written."""
    plan = make_plan()
    groups = plan.groups.assign(households=plan.groups["households"] - 1)

    with pytest.raises(PlanCheckError, match="do not add up"):
        write_workbook(replace(plan, groups=groups), tmp_path / "plan.xlsx")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("lang", "sheet", "why"),
    [("ja", "下限未満で残る自治会", "隣に自治会がない"), ("en", "Left below the floor", "no neighbour")],
)
def test_associations_left_below_come_with_the_reason(tmp_path, lang, sheet, why):
    """Who stays below the floor is named with what is lacking and why, in the language of the workbook."""
    rows = read_sheet(write_workbook(make_plan(), tmp_path / "plan.xlsx", lang=lang), sheet)

    assert find_row(rows, "E") == ["E", "架空E区", "架空町", "北", 45, 50 - 45, "E", why]
    assert find_row(rows, "F")[4:6] == [10, 50 - 10]


def test_points_list_warnings_repairs_and_uninhabited_areas(tmp_path):
    """What a planner should check stands on one sheet; areas without people are not missing."""
    plan = make_plan()
    plan.associations.attrs["repairs"] = [
        {"association_id": "B", "name": "架空B区", "repair": "cut", "area_change_m2": -2.5}
    ]

    rows = read_sheet(write_workbook(plan, tmp_path / "plan.xlsx"), "確認事項")

    assert find_row(rows, "E")[:3] == ["E", "架空E区", "alone"]
    assert find_row(rows, "B")[:4] == ["B", "架空B区", "cut", -2.5]
    assert find_row(rows, "C")[:2] == ["C", "架空C区"]


def test_points_list_borders_that_are_not_as_on_the_map(tmp_path):
    """A border a river bars, and a link somebody added, are named with both sides and the reason."""
    plan = make_plan()
    rows = [
        plan.borders.iloc[0].to_dict(),
        plan.borders.iloc[0].to_dict() | {"a": "D", "b": "F", "barred_by": "=架空川", "reason": "境界の80%が沿う"},
        plan.borders.iloc[0].to_dict() | {"a": "E", "b": "F", "kind": "link", "length_m": 0.0, "reason": "橋がある"},
    ]
    plan = replace(plan, borders=gpd.GeoDataFrame(rows, geometry="geometry", crs=6678))

    path = write_workbook(plan, tmp_path / "plan.xlsx")

    sheet = read_sheet(path, "確認事項")
    assert find_row(sheet, "D", "架空D区")[2:7] == ["F", "架空F区", "境界", "=架空川", "境界の80%が沿う"]
    assert find_row(sheet, "E", "架空E区", "F")[3:7] == ["架空F区", "連絡", None, "橋がある"]
    assert not [row for row in sheet if row[:1] == ["A"]]
    assert "Borders barred or opened, links added" in str(
        read_sheet(write_workbook(plan, path, lang="en"), "Points to check")
    )


def test_hostile_names_are_text_to_the_letter(tmp_path):
    """Names that look like formulas, numbers, errors or markup are stored as text and read back unchanged."""
    for number in range(0, len(HOSTILE), 4):
        some = HOSTILE[number : number + 4]
        names = [some[0], some[1], "空", some[2], some[3], "架空"]
        path = write_workbook(make_plan(names), tmp_path / "plan.xlsx")
        book = openpyxl.load_workbook(path)
        cells = {cell.value: cell for row in book["現況一覧"].iter_rows() for cell in row}
        for name in some:
            assert cells[name].data_type == "s"
        types = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
        assert types <= {"s", "n"}, "a formula, an error or a truth value got in"


def test_text_that_looks_like_a_formula_stays_text_when_edited(tmp_path):
    """Excel would turn =1+1 into a formula when somebody edits the cell, unless the cell says it is text."""
    book = openpyxl.load_workbook(write_workbook(make_plan(HOSTILE[:6]), tmp_path / "plan.xlsx"))

    cells = {cell.value: cell for row in book["現況一覧"].iter_rows() for cell in row}
    assert all(cells[name].quotePrefix for name in ("=1+1", "+A1", "@SUM(A1)"))
    assert not cells["<b>&amp;</b>"].quotePrefix


def test_characters_a_workbook_cannot_hold_are_made_visible():
    """Control characters become U+FFFD, line ends become line feeds, and endless text ends in an ellipsis."""
    assert cell_text("a\x00b\x07c\ufffe\ud800") == "a\ufffdb\ufffdc\ufffd\ufffd"
    assert cell_text("one\r\ntwo\rthree\n") == "one\ntwo\nthree\n"
    long = cell_text("𠮷" * LONGEST_TEXT)
    assert long.endswith("𠮷…")
    assert len(long.encode("utf-16-le")) // 2 <= LONGEST_TEXT
    assert cell_text("あ" * LONGEST_TEXT) == "あ" * LONGEST_TEXT


def test_text_that_looks_escaped_is_not_decoded_by_excel():
    """Excel reads _x0041_ in a file as the letter A; escaping its underscore keeps the name as it was."""
    assert unescape(cell_text("_x0041_ _x00 __x000D_")) == "_x0041_ _x00 __x000D_"
    assert cell_text("_x0041_") == "_x005F_x0041_"
    assert cell_text("_x_") == "_x_"


def test_control_characters_do_not_stop_the_workbook(tmp_path):
    """A name with a bell in it is written with the bell made visible."""
    names = ["鐘\x07", "B", "C", "D", "E", "F"]

    rows = read_sheet(write_workbook(make_plan(names), tmp_path / "plan.xlsx"), "現況一覧")

    assert find_row(rows, "A")[1] == "鐘\ufffd"


def test_lists_print_on_one_page_width_with_their_headings(tmp_path):
    """A list keeps its headings in view and on every page, can be filtered, and is one page wide."""
    book = openpyxl.load_workbook(write_workbook(make_plan(), tmp_path / "plan.xlsx"))

    frozen = {
        "対象自治会一覧": "D",
        "現況一覧": "C",
        "再編案一覧": "D",
        "新旧対応表": "C",
        "下限未満で残る自治会": "C",
    }
    for name, column in frozen.items():
        sheet = book[name]
        top = next(cell.row for cell in sheet["A"] if str(cell.value) == "番号" or str(cell.value).endswith("コード"))
        assert sheet.freeze_panes == f"{column}{top + 1}"
        assert sheet.print_area.startswith(f"'{name}'!$A$1:")
        assert sheet.print_title_rows == f"${top}:${top}"
        assert sheet.auto_filter.ref.startswith(f"A{top}:")
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert book["再編案一覧"].data_validations.dataValidation[0].formula1 == '"合併,編入する,編入される"'


def test_bare_table_without_optional_columns_is_enough(tmp_path):
    """Name, households and area are all a workbook needs."""
    plan = make_plan()
    optional = ["households_kind", "population", "former_town", "former_school_district"]
    bare = plan_by_hand(
        plan.associations.drop(columns=optional),
        plan.borders,
        MergeRules(min_households=5),
        [(key,) for key in "ABDEF"],
    )

    path = write_workbook(bare, tmp_path / "plan.xlsx")

    assert ["下限未満で残る自治会はありません。"] in [row[:1] for row in read_sheet(path, "下限未満で残る自治会")]
    assert find_row(read_sheet(path, "世帯数"), "合計")[1:8] == [5, 5, 0, 0, 170, 170, 0]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_equal_plans_give_equal_bytes(tmp_path, lang):
    """No clock is in the file, in its properties or its zip entries; of the provenance only the day is."""
    first = replace(make_plan(), provenance=Provenance(created="2031-01-01T08:00:00"))
    later = replace(make_plan(), provenance=Provenance(created="2031-01-01T09:30:00", versions={"x": "9"}))

    one = write_workbook(first, tmp_path / "1.xlsx", lang=lang)
    two = write_workbook(later, tmp_path / "2.xlsx", lang=lang)

    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read("docProps/core.xml").count(b"1980-01-01T00:00:00Z") == 2


def test_missing_folder_and_unknown_language_are_named(tmp_path):
    """Both are errors a planner can act on, and nothing is left behind."""
    with pytest.raises(OutputError, match="missing"):
        write_workbook(make_plan(), tmp_path / "missing" / "plan.xlsx")
    with pytest.raises(OutputError, match="'fr'"):
        write_workbook(make_plan(), tmp_path / "plan.xlsx", lang="fr")
    assert not list(tmp_path.iterdir())


def test_households_of_later_years_stand_beside_each_group(tmp_path):
    """A has 18 in 2040 and B 30: 48 for the group; a member without a count leaves the sum empty; 1995 is past."""
    plan = make_plan()
    counts = pd.Series([18, 30, 1, 2, None], index=plan.members.index, dtype="Int64")
    later = plan.associations.assign(households_2040=counts.reindex(plan.associations.index), households_1995=9)
    dated = replace(plan, associations=later, provenance=replace(plan.provenance, created="2026-04-01T00:00:00Z"))
    rows = read_sheet(write_workbook(dated, tmp_path / "plan.xlsx"), "再編案一覧")

    top = rows.index(find_row(rows, "番号", "再編後コード"))
    assert rows[top][-3:] == ["再編後世帯数\n2040年", "合併・編入の別", "備考"]
    # In the order of the numbers: A and B, E, D, F.
    assert [row[-3] for row in rows[top + 1 : -1]] == [48, 48, 2, 1, None]


HALLS = gpd.GeoDataFrame(
    {"name": ["架空A会館"], "association_id": ["A"]}, index=["H1"], geometry=[shapely.Point(250, 250)], crs=6678
)
COUNCILS = pd.DataFrame({"name": ["架空協議会"], "status": ["established"], "district_names": ["北"]})


def test_targets_are_listed_with_what_the_procedure_asks_for(tmp_path):
    """A20, B35, E45 and F10: their group's number, hall, council, what they lack, and with whom they would be."""
    plan = replace(make_plan(ageing_share=[0.4, 0.5, 0.0, 0.3, 0.45, 0.6]), halls=HALLS)
    path = write_workbook(plan, tmp_path / "plan.xlsx", councils=COUNCILS)
    rows = read_sheet(path, "対象自治会一覧")

    top = rows.index(find_row(rows, "番号", "自治会コード"))
    council, merged, left = "架空協議会 (設立済)", "再編案で統合", "下限未満で残る"
    joined, hall = "架空B区ほか", "架空A会館"
    assert rows[top + 1 :] == [
        [1, "A", "架空A区", "架空町", "北", council, 20, 50, 0.4, 50, 30, hall, merged, joined, "架空B区"],
        [1, "B", "架空B区", "架空町", "南", "未確認", 35, 80, 0.5, 50, 15, None, merged, joined, "架空A区"],
        [2, "E", "架空E区", "架空町", "北", council, 45, 100, 0.45, 50, 5, None, left, "架空E区", None],
        [4, "F", "架空F区", "架空町", "南", "未確認", 10, 25, 0.6, 50, 40, None, left, "架空F区", None],
    ]


def test_every_code_of_today_is_in_the_old_to_new_table_once(tmp_path):
    """Uninhabited C too, for the register has its code; a yellow column waits for the new code."""
    rows = read_sheet(write_workbook(make_plan(), tmp_path / "plan.xlsx"), "新旧対応表")

    top = rows.index(find_row(rows, "現在の行政区コード"))
    assert rows[top][4:] == ["番号", "新コード(仮)", "再編後の自治会(仮称)", "区分", "新しい行政区コード", "備考"]
    assert [(row[0], row[5], row[7]) for row in rows[top + 1 :]] == [
        ("A", "A", "再編"),
        ("B", "A", "再編"),
        ("C", None, "居住なし"),
        ("D", "D", "変更なし"),
        ("E", "E", "下限未満で残る"),
        ("F", "F", "下限未満で残る"),
    ]


def other_plan() -> Plan:
    """Leave everybody as they are."""
    plan = make_plan()
    return plan_by_hand(plan.associations, plan.borders, plan.rules, [(key,) for key in "ABDEF"])


def test_plans_are_compared_and_their_differences_named(tmp_path):
    """Beside a plan that changes nothing: one figure a row, one plan a column, and who has other partners."""
    path = write_workbook(make_plan(), tmp_path / "plan.xlsx", others={"=B案": other_plan()})
    rows = read_sheet(path, "比較表")

    assert find_row(rows, "項目")[:3] == ["項目", "この案", "=B案"]
    assert find_row(rows, "再編後の自治会の数")[1:3] == [4, 5]
    assert find_row(rows, "下限未満で残る世帯数")[1:3] == [45 + 10, 20 + 35 + 45 + 10]
    assert find_row(rows, "A", "架空A区")[2:4] == ["架空A区、架空B区", "架空A区"]
    assert not [row for row in rows if row[0] in ("D", "E", "F")]


def test_grants_are_estimated_group_by_group(tmp_path):
    """With 50,000 yen an association and 400 a household, A and B lose one flat share."""
    grants = kg.GrantShares(flat=50_000, per_household=400)
    rows = read_sheet(write_workbook(make_plan(), tmp_path / "plan.xlsx", grants=grants), "交付金試算")

    assert find_row(rows, 1, "A")[4:] == [2, 2 * 50_000 + 55 * 400, 50_000 + 55 * 400, -50_000]
    assert rows[-1] == [None, "合計", "4自治会", None, 5, 5 * 50_000 + 170 * 400, 4 * 50_000 + 170 * 400, -50_000]
    assert any("均等割 1自治会 50,000円" in str(row[0]) for row in rows)


def test_the_public_edition_shows_what_may_be_shown_and_says_so(tmp_path):
    """A20 and F10 are under 25 and hidden, with what gives them away; reasons, points and grants are left out."""
    plan = exceptional_plan("個別の事情")
    path = write_workbook(
        plan, tmp_path / "plan.xlsx", audience="public", hide_below=25, others={"B案": other_plan()},
        grants=kg.GrantShares(flat=1),
    )  # fmt: skip

    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [*JA[:5], "比較表", *JA[5:7]]
    for sheet in book:
        texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert any("公開用" in text for text in texts), sheet.title
        assert not [text for text in texts if "個別の事情" in text or text == plan.input_sha256], sheet.title
    rows = read_sheet(path, "現況一覧")
    assert find_row(rows, "A")[4:6] == ["25未満", "非公表"]
    assert find_row(rows, "F")[4:6] == ["25未満", "非公表"]
    assert find_row(rows, "B")[4] == "非公表"  # else A is the group less B
    compared = read_sheet(path, "比較表")
    labels = [str(row[0]) for row in compared[compared.index(find_row(compared, "項目")) :]]
    assert "再編後の自治会の数" in labels
    assert not [text for text in labels if "世帯" in text]


def find_office() -> str:
    """Find LibreOffice, or skip."""
    path = shutil.which("soffice") or shutil.which("libreoffice")
    if path is None:
        pytest.skip("LibreOffice is not installed")
    return path


@pytest.mark.slow
def test_libreoffice_prints_every_cell(tmp_path):
    """Opened by LibreOffice and printed to PDF, every text and number of every sheet is on the paper."""
    office = find_office()
    plan = replace(make_plan(["架空A区", "=1+1", "空", "<b>D</b>", "007", "架空F区"]), halls=HALLS)
    grants = kg.GrantShares(flat=50_000, per_household=400)
    path = write_workbook(plan, tmp_path / "plan.xlsx", others={"B案": other_plan()}, grants=grants)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    done = subprocess.run(
        [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)],
        capture_output=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0

    pdfium = pytest.importorskip("pypdfium2")
    pages = pdfium.PdfDocument(tmp_path / "plan.pdf")
    paper = re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in pages))
    lost = []
    for sheet in openpyxl.load_workbook(path):
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value is not None):
            said = f"{abs(cell.value):,}" if isinstance(cell.value, int) else str(cell.value)
            if not isinstance(cell.value, float) and re.sub(r"\s", "", said) not in paper:
                lost.append((sheet.title, cell.coordinate, said))
    assert lost == []
