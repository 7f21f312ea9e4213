"""The papers of the procedure: everyone in them once, names to the letter, drafts that say so, nothing half written."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from io import StringIO
from typing import TYPE_CHECKING

import docx
import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from openpyxl.utils.escape import unescape

import kurihara_geo as kg
from kurihara_geo.errors import InputError, OutputError
from kurihara_geo.outputs.documents import papers, write_documents
from kurihara_geo.outputs.documents.folders import folder_names
from kurihara_geo.rules import MergeRules
from tests.plans import plan_by_hand

if TYPE_CHECKING:
    from pathlib import Path

    from kurihara_geo.plan import Plan

# A made-up town of squares 500 m wide, with their households. 北: A, B, E; 南: D, F, H; G has no district; C is empty.
# A joins B (55), E joins F across both districts (51), G is left below 50, D and H stay as they are.
#
#   E 45  F  6  G 30  H 70
#   A 20  B 35  C  0  D 60
HOUSEHOLDS = {"A": 20, "B": 35, "C": 0, "D": 60, "E": 45, "F": 6, "G": 30, "H": 70}
DISTRICTS = {"A": "北", "B": "北", "C": "南", "D": "南", "E": "北", "F": "南", "G": None, "H": "南"}
TARGETS = ["A", "B", "E", "F", "G"]
HOSTILE = {
    "A": "=1+1",
    "B": "<b>太字</b>&amp;",
    "D": "</section><script>alert(1)</script>",
    "E": "{{7*7}}{% raw %}",
    "F": "${x} `b` \u2028 𠮷髙﨑",
    "G": "_x0041_\n二行",
    "H": "../..\\CON",
}


def make_plan(names: dict[str, str] | None = None, districts: dict[str, str | None] | None = None) -> Plan:
    """Make the plan above, with other names or districts where they are given."""
    ids = list(HOUSEHOLDS)
    places = {key: (number % 4, number // 4) for number, key in enumerate("ABCDEFGH")}
    cells = [shapely.box(x * 500, y * 500, x * 500 + 500, y * 500 + 500) for x, y in places.values()]
    associations = gpd.GeoDataFrame(
        {
            "name": [(names or {}).get(key, f"架空{key}区") for key in ids],
            "households": list(HOUSEHOLDS.values()),
            "former_school_district": [(districts or DISTRICTS)[key] for key in ids],
        },
        geometry=cells,
        index=pd.Index(ids, name="association_id"),
        crs=6678,
    )
    associations.attrs = {"notice": "架空の町です。", "attribution": "架空の統計局"}
    pairs = [("A", "B", [(500, 0), (500, 500)]), ("E", "F", [(500, 500), (500, 1000)])]
    borders = gpd.GeoDataFrame(
        [
            {"a": a, "b": b, "length_m": 500.0, "kind": "border", "barred_by": "", "reason": "",
             "geometry": shapely.LineString(line)}
            for a, b, line in pairs
        ],
        geometry="geometry",
        crs=6678,
    )  # fmt: skip
    return plan_by_hand(
        associations,
        borders,
        MergeRules(min_households=50, prefer_within=["former_school_district"], missing_as={
            "former_school_district": "なし"
        }),
        [("A", "B"), ("D",), ("E", "F"), ("G",), ("H",)],
        reasons={"G": ("island", "隣に自治会がない", "no neighbour")},
    )  # fmt: skip


def text_of(path: Path) -> str:
    """Read all text of a document in order: paragraphs and tables."""
    parts = []
    for block in docx.Document(str(path)).iter_inner_content():
        cells = [[block]] if not hasattr(block, "rows") else [row.cells for row in block.rows]
        parts += ["\n".join(cell.text for cell in row) for row in cells]
    return "\n".join(parts)


def forms_of(path: Path) -> list[str]:
    """Read the text of each form of a document."""
    document = docx.Document(str(path))
    heads = [line.text for line in document.paragraphs if line.style.name == "Heading 1"]
    return text_of(path).split(f"{heads[0]}\n")[1:] if heads else []


class _Slides(HTMLParser):
    """Gives the text of each slide, and the tags of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.slides: list[StringIO] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "section" and "slide" in str(dict(attrs).get("class")):
            self.slides.append(StringIO())

    def handle_data(self, data: str) -> None:
        if self.slides:
            self.slides[-1].write(data)


def slides_of(path: Path) -> tuple[list[str], set[str]]:
    """Read the text of each slide, and which tags the page has."""
    reader = _Slides()
    reader.feed(path.read_text(encoding="utf-8"))
    return [slide.getvalue() for slide in reader.slides], reader.tags


def sheet_rows(path: Path, name: str) -> list[list[object]]:
    """Read the rows of a sheet that hold anything."""
    rows = openpyxl.load_workbook(path)[name].iter_rows(values_only=True)
    return [list(row) for row in rows if any(value is not None for value in row)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write the papers of the town once, with a map."""
    grants = kg.GrantShares(flat=50_000, per_household=400)
    return write_documents(make_plan(), tmp_path_factory.mktemp("papers") / "out", grants=grants)


def test_all_papers_are_there_and_listed(made):
    """The list of papers names every other file, and says what it is for."""
    assert set(made) == {
        "文書一覧.txt",
        "再編案一覧.xlsx",
        "支障事案調査票.xlsx",
        "アンケート票.docx",
        "住民説明会資料.html",
        "合意書.docx",
        "統合決議書.docx",
        "交付金試算.xlsx",
    }
    said = made["文書一覧.txt"].read_text(encoding="utf-8-sig")
    assert [name for name in made if name not in said] == ["文書一覧.txt"]
    assert "架空の町です。" in said


def test_every_target_is_asked_once(made):
    """The five below 50 are each in one row and on one page of the survey, and in one form of the questionnaire."""
    survey = made["支障事案調査票.xlsx"]

    rows = [row for row in sheet_rows(survey, "調査票") if row[1] in HOUSEHOLDS]
    assert [row[1] for row in rows] == TARGETS
    # Numbers go district by district: A+B and E+F are in 北 (of two equals the first by name), then 南, then none.
    assert [(row[0], row[4], row[6]) for row in rows] == [
        (1, 20, "架空B区"),
        (1, 35, "架空A区"),
        (2, 45, "架空F区"),
        (2, 6, "架空E区"),
        (5, 30, "なし(下限未満で残る)"),
    ]
    pages = [row[1] for row in sheet_rows(survey, "個票") if row[0] == "自治会コード"]
    assert pages == TARGETS
    assert len(openpyxl.load_workbook(survey)["個票"].row_breaks.brk) == len(TARGETS) - 1
    forms = forms_of(made["アンケート票.docx"])
    asked = [[key for key in HOUSEHOLDS if f"□ 架空{key}区" in form] for form in forms]
    assert asked == [["A", "B"], ["E", "F"], ["G"]]


def test_agreements_and_resolutions_have_the_names(made):
    """One agreement for each merged group, one resolution for each of its associations; the rest is blank."""
    agreements, resolutions = forms_of(made["合意書.docx"]), forms_of(made["統合決議書.docx"])

    assert len(agreements) == 2
    assert all(f"架空{key}区" in agreements[0] for key in "AB")
    assert "旧小学校区をまたぎます(北・南)" in agreements[1].replace("、", "・")
    assert [re.findall("架空.区", form)[0] for form in resolutions] == [f"架空{key}区" for key in "ABEF"]
    assert "令和　　年" in resolutions[0]
    assert "確認" in agreements[0]


def test_every_page_of_a_draft_says_so(made):
    """Header and footer of each document: draft, title, day, notice and sources."""
    for name in ("アンケート票.docx", "合意書.docx", "統合決議書.docx"):
        document = docx.Document(str(made[name]))
        for section in document.sections:
            head = "".join(line.text for line in section.header.paragraphs)
            foot = "".join(line.text for line in section.footer.paragraphs)
            assert "案(ドラフト)" in head
            assert name.removesuffix(".docx") in head
            assert "架空の町です。" in foot
            assert "架空の統計局" in foot


def test_the_briefing_has_the_plan_and_says_it_is_one(made):
    """Every merged and every remaining small group is on a slide with its number; each slide says it is a proposal."""
    slides, tags = slides_of(made["住民説明会資料.html"])

    assert all("案(提案)" in slide and "架空の町です。" in slide for slide in slides)
    cards = " ".join(slides)
    assert "架空A区 20世帯、架空B区 35世帯 → 55世帯" in cards
    assert "架空E区 45世帯、架空F区 6世帯 → 51世帯" in cards
    assert "隣に自治会がない" in cards
    assert "script" not in tags
    page = made["住民説明会資料.html"].read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert not re.findall(r'(?:src|href)="(?!data:image/png|#)', page)


def test_the_lists_agree_with_the_plan(made):
    """The workbook is the one of write_workbook, and the estimate adds up: 50,000 yen for each that disappears."""
    assert openpyxl.load_workbook(made["再編案一覧.xlsx"]).sheetnames[1] == "対象自治会一覧"
    rows = sheet_rows(made["交付金試算.xlsx"], "交付金試算")
    # 7 associations, 266 households; two disappear.
    assert rows[-1][5:] == [7 * 50_000 + 266 * 400, 5 * 50_000 + 266 * 400, -2 * 50_000]


def test_hostile_names_are_to_the_letter_in_every_paper(tmp_path):
    """Formulas, markup, templates, escapes and rare letters: each paper has the name as it was given."""
    plan = make_plan(HOSTILE)
    made = write_documents(plan, tmp_path / "out", title="<script>題</script>", maps=False)

    names = {HOSTILE[key] for key in TARGETS}
    for file in ("支障事案調査票.xlsx", "再編案一覧.xlsx"):
        book = openpyxl.load_workbook(made[file])
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert {cell.data_type for cell in cells} <= {"s", "n"}, file
        assert names <= {unescape(str(cell.value)) for cell in cells}, file
    asked = text_of(made["アンケート票.docx"])
    assert [name for name in names if f"□ {name}" not in asked] == []
    merged = {HOSTILE[key] for key in "ABEF"}
    for file in ("合意書.docx", "統合決議書.docx"):
        text = text_of(made[file])
        assert [name for name in merged if name not in text] == [], file
    slides, tags = slides_of(made["住民説明会資料.html"])
    assert [name for name in names if name not in " ".join(slides)] == []
    assert "<script>題</script>" in slides[0]
    assert not tags & {"script", "img"}


def test_each_district_gets_its_own_papers(tmp_path):
    """北 has A, B and the group across; 南 has the group across; G, without a district, has a folder of its own."""
    made = write_documents(make_plan(), tmp_path / "out", by_district=True, maps=False)

    folders = sorted({name.split("/")[0] for name in made if "/" in name})
    assert folders == ["01_北", "02_南", "旧小学校区なし"]
    assert "アンケート票.docx" not in made  # a form is filled in once, in the folder of its district
    asked = {folder: text_of(made[f"{folder}/アンケート票.docx"]) for folder in folders}
    found = {folder: [key for key in HOUSEHOLDS if f"□ 架空{key}区" in text] for folder, text in asked.items()}
    assert found == {"01_北": ["A", "B", "E", "F"], "02_南": ["E", "F"], "旧小学校区なし": ["G"]}
    for folder in ("01_北", "02_南"):
        assert "この組み合わせは旧小学校区をまたぎます(北、南)。" in asked[folder]
        assert "この組み合わせは旧小学校区をまたぎます(北、南)。" in " ".join(
            slides_of(made[f"{folder}/住民説明会資料.html"])[0]
        )
    codes = [row[0] for row in sheet_rows(made["02_南/再編案一覧.xlsx"], "新旧対応表") if row[0] in HOUSEHOLDS]
    assert codes == ["D", "E", "F", "H"]
    said = made["文書一覧.txt"].read_text(encoding="utf-8-sig")
    assert "[02_南] 南" in said


BAD_NAMES = ["../上", "CON", "con", "a/b", "a\\b", "..", ".", " ", "x" * 300, "町" * 300, "n\0ul", "a:b", "half\ud800",
             "tail. ", "\u202eabc", "か\u3099", "が", "LPT1", "？＊", "<>", "旧小学校区なし"]  # fmt: skip


def test_folders_have_names_every_system_takes():
    """No name leads out of the folder, is one Windows keeps for itself, is empty, too long, or there twice."""
    names = folder_names([*BAD_NAMES, ""])

    assert list(names) == [*BAD_NAMES, ""]
    folded = [unicodedata.normalize("NFKC", name).casefold() for name in names.values()]
    assert len(set(folded)) == len(names)
    for name in names.values():
        assert re.fullmatch(r"(\d\d(_.+)?|旧小学校区なし)", name), name
        assert not set(name) & set('<>:"/\\|?*'), name
        assert all(unicodedata.category(letter)[0] != "C" for letter in name), name
        assert len(name.encode("utf-8")) <= 70, name
        assert name == unicodedata.normalize("NFC", name).strip(" ."), name


@pytest.mark.parametrize("name", ["../../外", "CON", "<b>北</b>\u202e"])
def test_papers_of_a_district_with_a_hostile_name_stay_in_the_folder(tmp_path, name):
    """The folder's name is harmless, the name in the papers is to the letter."""
    plan = make_plan(districts={**DISTRICTS, **dict.fromkeys("ABE", name)})
    made = write_documents(plan, tmp_path / "out", by_district=True, maps=False)

    assert all(path.resolve().is_relative_to(tmp_path / "out") for path in made.values())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]
    (folder,) = {file.split("/")[0] for file in made if file.startswith("01")}
    assert name in slides_of(made[f"{folder}/住民説明会資料.html"])[0][0]
    assert name in {row[3] for row in sheet_rows(made[f"{folder}/支障事案調査票.xlsx"], "調査票") if len(row) > 3}


def test_the_public_gets_lists_and_briefing_without_small_counts(tmp_path):
    """F's 6 households are in no file, nor E's 45, which would give them away; what is left out is said."""
    made = write_documents(make_plan(), tmp_path / "out", audience="public", maps=False)

    assert set(made) == {"文書一覧.txt", "再編案一覧.xlsx", "住民説明会資料.html"}
    said = made["文書一覧.txt"].read_text(encoding="utf-8-sig")
    assert "合意書.docx" in said
    assert "公開用" in said
    book = openpyxl.load_workbook(made["再編案一覧.xlsx"])
    assert "確認事項" not in book.sheetnames
    for sheet in book:
        texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert any("公開用" in text for text in texts), sheet.title
    rows = [row for row in sheet_rows(made["再編案一覧.xlsx"], "対象自治会一覧") if row[1] in HOUSEHOLDS]
    assert [row[4] for row in rows if row[1] == "F"] == ["10未満"]
    assert [row[4] for row in rows if row[1] == "E"] == ["非公表"]
    slides = slides_of(made["住民説明会資料.html"])[0]
    assert "架空F区 10未満" in " ".join(slides)
    assert not re.findall(r"(?<!\d)(?:6|45)世帯", " ".join(slides))
    assert all("公開用" in slide for slide in slides)


def test_what_the_survey_brings_back_is_read(tmp_path):
    """A row filled in on the last sheet becomes an obstacle; the empty rows below it do not."""
    path = write_documents(make_plan(), tmp_path / "out", maps=False)["支障事案調査票.xlsx"]
    book = openpyxl.load_workbook(path)
    for column, value in zip("ACEG", ["E", "F", "共有林", "○"], strict=True):
        book["支障事案一覧"][f"{column}2"] = value
    book.save(path)

    assert kg.read_obstacles(path, sheet="支障事案一覧") == (kg.Obstacle(ids=("E", "F"), ban=True, reason="共有林"),)


def test_equal_plans_give_equal_bytes(tmp_path):
    """No clock is read but the day the plan was made: maps, documents and workbooks are the same twice."""
    plans = [
        replace(plan, provenance=replace(plan.provenance, created=f"2031-04-01T0{hour}:00:00"))
        for hour, plan in enumerate((make_plan(), make_plan()), 8)
    ]
    one, two = (write_documents(plan, tmp_path / str(number), by_district=True) for number, plan in enumerate(plans))

    assert [name for name in one if one[name].read_bytes() != two[name].read_bytes()] == []
    with zipfile.ZipFile(one["01_北/合意書.docx"]) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert "2031-04-01" in slides_of(one["住民説明会資料.html"])[0][0]


def test_a_fault_leaves_the_folder_as_it_was(tmp_path, monkeypatch):
    """If one paper cannot be made, none is written, and what was there stays."""
    (tmp_path / "合意書.docx").write_bytes(b"kept")
    broken = [replace(paper, make=lambda _: 1 / 0) if "決議" in paper.file else paper for paper in papers.PAPERS]
    monkeypatch.setattr(papers, "PAPERS", broken)

    with pytest.raises(ZeroDivisionError):
        write_documents(make_plan(), tmp_path, maps=False)
    assert [path.name for path in tmp_path.iterdir()] == ["合意書.docx"]
    assert (tmp_path / "合意書.docx").read_bytes() == b"kept"


def test_a_folder_that_cannot_be_one_is_refused(tmp_path):
    """A file in the place of the folder, or of a folder within, is an error before anything is moved."""
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="not a folder"):
        write_documents(make_plan(), tmp_path / "file", maps=False)
    (tmp_path / "01_北").write_text("")
    with pytest.raises(OutputError, match="01_北"):
        write_documents(make_plan(), tmp_path, by_district=True, maps=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["01_北", "file"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"explanations": {"Z": kg.studies.Explanation(group_id="Z", ja=("x",), en=("x",), options={})}},
        {"explanations": [1]},
        {"others": {"この案": None}},
        {"others": 3},
        {"grants": 3},
        {"title": 3},
        {"maps": "yes"},
        {"audience": "all"},
    ],
)
def test_wrong_arguments_are_named(tmp_path, wrong):
    """What does not fit is said with its name, and nothing is written."""
    with pytest.raises(InputError, match=next(iter(wrong))):
        write_documents(make_plan(), tmp_path / "out", **wrong)
    assert not (tmp_path / "out").exists()


def test_a_plan_without_mergers_has_papers_that_say_so(tmp_path):
    """Nobody below the floor: every paper is there and says that there is nothing to sign or to ask."""
    plan = make_plan()
    alone = plan_by_hand(plan.associations, plan.borders, MergeRules(min_households=5), [(key,) for key in "ABDEFGH"])
    made = write_documents(alone, tmp_path / "out", maps=False)

    for name in ("アンケート票.docx", "合意書.docx", "統合決議書.docx"):
        assert "この案では、統合する自治会" in text_of(made[name])
    assert "統合の案はありません" in " ".join(slides_of(made["住民説明会資料.html"])[0])


@pytest.mark.parametrize(("audience", "said"), [("office", True), ("public", False)])
def test_why_a_group_is_so_is_said_to_the_office_only(tmp_path, audience, said):
    """The first sentence of an explanation stands on the group's card; it may hold numbers, so not in public."""
    why = {"A": kg.studies.Explanation(group_id="A", ja=("<i>北の</i>端にある",), en=("x",), options={})}
    made = write_documents(make_plan(), tmp_path / "out", explanations=why, audience=audience, maps=False)

    assert ("理由: <i>北の</i>端にある" in " ".join(slides_of(made["住民説明会資料.html"])[0])) is said
