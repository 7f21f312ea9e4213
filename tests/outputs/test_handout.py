"""What a village hall gets on paper: read back from the PDF, it says what the plan says."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pypdfium2
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from kurihara_geo.errors import InputError, KuriharaGeoWarning, OutputError
from kurihara_geo.outputs import write_handout
from kurihara_geo.outputs.audience import disclose
from kurihara_geo.outputs.drawing.map_layers import prepare_map
from kurihara_geo.outputs.handout.a3_map import add_enlargement
from kurihara_geo.outputs.handout.book import Imprint, print_book
from kurihara_geo.outputs.handout.enlargements import find_crowded
from kurihara_geo.outputs.handout.facts import Facts
from kurihara_geo.outputs.handout.flow import Cell, Column, Flow, fit_page
from kurihara_geo.outputs.handout.lettering import Letters
from kurihara_geo.outputs.handout.paper import A4
from kurihara_geo.rules import LowerFloor, MergeRules, Obstacle
from kurihara_geo.studies import explain_merger
from kurihara_geo.studies.comparison import compare_plans
from kurihara_geo.studies.grants import GrantShares
from tests.plans import plan_by_hand

if TYPE_CHECKING:
    from pathlib import Path

# 4 x 3 squares of 500 m, numbered row by row from the south-west; 6 is empty, 8 is left below the floor of 50.
#    8  9 10 11      10  45  90  70
#    4  5  6  7      29  25   0  49
#    0  1  2  3      20  35  80  60
HOUSEHOLDS = (20, 35, 80, 60, 29, 25, 0, 49, 10, 45, 90, 70)
GROUPS = (("T00", "T01"), ("T02",), ("T03", "T07"), ("T04", "T05"), ("T08",), ("T09", "T10"), ("T11",))
OTHER_GROUPS = (("T00", "T01"), ("T02",), ("T03", "T07"), ("T04", "T05", "T09"), ("T08",), ("T10",), ("T11",))
NAMES = (
    "<img src=x onerror=alert(1)>",
    "$x^2$ ${document.title}",
    "</script><script>run</script>",
    "{{7*7}}{% raw %}",
    r"a`b\frac{1}{2}",
    "line\u2028end\nlast",
    "空き地",
    "髙﨑𠮷",
    "川向",
    "&amp;&lt;_%#",
    "とても長い名前の自治会" * 6,
    "=1+1",
)
IDS = [f"T{i:02d}" for i in range(12)]


def draw_town() -> gpd.GeoDataFrame:
    """Draw a made-up town whose names try to break the page."""
    cells = [shapely.box(x * 500, y * 500, x * 500 + 500, y * 500 + 500) for y in range(3) for x in range(4)]
    town = gpd.GeoDataFrame(
        {
            "name": NAMES,
            "households": HOUSEHOLDS,
            "population": [3 * count for count in HOUSEHOLDS],
            "former_school_district": ["旧北小$学校区"] * 6 + ["旧南小学校区"] * 6,
            "households_2035": [count - 7 if count else 0 for count in HOUSEHOLDS],
        },
        geometry=cells,
        index=pd.Index(IDS, name="association_id"),
        crs=6678,
    )
    town.attrs.update(notice="区域はおよその形です。", attribution="架空の統計局")
    return town


def draw_plan(groups=GROUPS, **rules):
    """Make a plan of the town by hand; a river runs between T01 and T05."""
    town = draw_town()
    cells = town.geometry.to_list()
    rows = [
        {"a": IDS[i], "b": IDS[j], "length_m": 500.0, "kind": "border", "barred_by": ("", "架空川")[(i, j) == (1, 5)],
         "reason": "", "geometry": cells[i].intersection(cells[j])}
        for i in range(12) for j in (i + 1, i + 4)
        if j < 12 and (j == i + 4 or j % 4) and HOUSEHOLDS[i] and HOUSEHOLDS[j]
    ]  # fmt: skip
    borders = gpd.GeoDataFrame(rows, geometry="geometry", crs=6678)
    reasons = {"T08": ("reach", "川を渡る道がありません。", "No road crosses the river.")}
    return plan_by_hand(town, borders, MergeRules(**rules), groups, reasons=reasons)


HALLS = gpd.GeoDataFrame(
    {"name": ["<i>集会所</i>"], "kind": ["木造"]}, geometry=[shapely.Point(1750, 250)], index=["H1"], crs=6678
)
COUNCILS = pd.DataFrame(
    {
        "name": ["北の協議会"],
        "status": ["established"],
        "founded": ["2020-04-01"],
        "district_names": ["旧北小$学校区"],
    }
)
LAYERS = {"halls": HALLS, "councils": COUNCILS, "title": "再編案 <b>$1$</b>"}


class Pages:
    """A PDF read back."""

    def __init__(self, path: Path) -> None:
        self.document = pypdfium2.PdfDocument(path)
        self.texts = [page.get_textpage().get_text_range() for page in self.document]
        self.marks = [(mark.level, mark.get_title(), mark.get_dest().get_index()) for mark in self.document.get_toc()]

    def of(self, first: str, last: str = "") -> str:
        """Give the text from one bookmark to another, without the spaces where lines were broken."""
        start = next(page for _, title, page in self.marks if title == first)
        end = next((page for _, title, page in self.marks if title == last), len(self.texts))
        return squeeze("".join(self.texts[start:end]))


def squeeze(text: str) -> str:
    """Take the white space out: on paper it only says where a line was broken."""
    return re.sub(r"\s", "", text)


@pytest.fixture(scope="module")
def plan():
    """Give the plan of the made-up town."""
    return draw_plan()


@pytest.fixture(scope="module")
def path(plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the whole handout once."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return write_handout(
            plan, tmp_path_factory.mktemp("handout") / "handout.pdf", others={"B": draw_plan(OTHER_GROUPS)}, **LAYERS
        )


@pytest.fixture(scope="module")
def pages(path: Path) -> Pages:
    """Read it back."""
    return Pages(path)


def test_the_index_holds_every_group_with_its_members_and_their_households(plan, pages: Pages):
    """Numbers, names to the letter, members and households of the index are those of the plan, and in its order."""
    text = pages.of("番号順の一覧", "旧小学校区")
    rows = [
        squeeze(
            f"{number} {row['name']}"
            + "、".join(f"{NAMES[IDS.index(m)]}({HOUSEHOLDS[IDS.index(m)]})" for m in row["member_ids"])
            * (len(row["member_ids"]) > 1)
            + f"{row['households']}"
        )
        for number, (_, row) in enumerate(plan.groups.iterrows(), 1)
    ]
    places = [text.find(row) for row in rows]
    assert -1 not in places
    assert places == sorted(places)
    assert "空き地" in text


def test_the_map_shows_every_number_of_the_index(plan, pages: Pages):
    """Each group's number stands on the A3 map, beside title, date of no day, counts and notice."""
    text = pages.texts[0]
    lines = [line.strip() for line in text.splitlines()]
    assert {str(number) for number in range(1, len(plan.groups) + 1)} <= set(lines)
    assert "再編案 <b>$1$</b>" in text
    assert squeeze("11→7") in squeeze(text)
    assert {"区域はおよその形です。", "架空の統計局"} <= set(re.split(r"[:\s]", text.replace(": ", ":")))


def test_pages_are_exactly_a3_and_a4_and_say_what_they_are(pages: Pages):
    """Map, index and comparison are A3 landscape, all others A4; every page has proposal, notice and source."""
    sizes = [tuple(round(side * 25.4 / 72, 3) for side in page.get_size()) for page in pages.document]
    comparison = next(page for _, title, page in pages.marks if title == "案の比較")
    cards = next(page for _, title, page in pages.marks if title == "旧小学校区")
    assert set(sizes[:cards]) == set(sizes[comparison:]) == {(420.0, 297.0)}
    assert set(sizes[cards:comparison]) == {(210.0, 297.0)}
    assert all("案(提案)" in text and "区域はおよその形です。" in text for text in pages.texts)
    assert all("架空の統計局" in text for text in pages.texts)
    assert all(str(number) in text for number, text in enumerate(pages.texts, 1))


def test_equal_input_gives_equal_bytes_without_a_date(plan, path: Path, tmp_path: Path):
    """Written again, the file is the same to the byte, and holds no day."""
    again = write_handout(plan, tmp_path / "again.pdf", others={"B": draw_plan(OTHER_GROUPS)}, **LAYERS)
    assert again.read_bytes() == path.read_bytes()
    about = pypdfium2.PdfDocument(path).get_metadata_dict()
    assert (about["Title"], about["CreationDate"], about["ModDate"]) == ("再編案 <b>$1$</b>", "", "")
    assert b"/Lang (ja)" in path.read_bytes()


def test_no_letter_leaves_the_page(pages: Pages):
    """Every letter of every page lies inside it, long names included."""
    for page in pages.document:
        width, height = page.get_size()
        text = page.get_textpage()
        boxes = [text.get_charbox(place) for place in range(text.count_chars())]
        assert all(box[0] >= 0 and box[2] <= width and box[1] >= 0 and box[3] <= height for box in boxes)


def test_each_association_has_its_card(pages: Pages):
    """One bookmarked card an association: households, people, neighbours with border and sum, the proposal."""
    cards = [(title, page) for level, title, page in pages.marks if level == 1 and page >= 0][-11:]
    assert [squeeze(title) for title, _ in cards] == [squeeze(name) for name in NAMES if name != "空き地"]
    card = squeeze(pages.texts[cards[0][1]])
    assert squeeze(f"{NAMES[0]}番号1") in card
    assert "20世帯" in card
    assert "60人" in card
    assert "下限に届かない" in card
    assert squeeze(f"ア{NAMES[1]}(35)55500mこの案で同じ組") in card
    assert squeeze(f"イ{NAMES[4]}(29)49500m組める(下限にはさらに相手が必要)") in card
    assert squeeze(f"構成する自治会:{NAMES[0]}(20)、{NAMES[1]}(35)") in card
    assert "13" in pages.texts[cards[0][1]].split()
    assert "話し合いのメモ" in card


def test_a_card_says_why_neighbours_cannot_merge(tmp_path: Path):
    """A barred border, a wall, a ban and an association that stays are each named."""
    plan = draw_plan(
        keep_within=["former_school_district"], max_households=200, unchanged=["T11"], missing_as={},
        obstacles=[Obstacle(ids=("T09", "T10"), ban=True, reason="架空の支障")],
        groups=(("T00", "T01"), ("T02",), ("T03",), ("T04", "T05"), ("T07",), ("T08", "T09"), ("T10",), ("T11",)),
    )  # fmt: skip
    text = squeeze("".join(Pages(write_handout(plan, tmp_path / "a.pdf", parts=["cards"])).texts))
    assert squeeze(f"{NAMES[5]}(25)60500m組めない:通れない境界(架空川)") in text
    assert squeeze(f"{NAMES[7]}(49)109500m組めない:旧小学校区をまたがない") in text
    assert "変更しない自治会の指定" in text
    assert "支障事案による禁止" in text


def test_district_pages_list_groups_halls_council_and_what_is_left(pages: Pages):
    """Each former school district has its groups, halls, council and reasons; the other district's are not there."""
    north, south = pages.of("旧北小$学校区", "旧南小学校区"), pages.of("旧南小学校区", "自治会カルテ")
    assert "自治会6→4、50世帯未満4→0、世帯数249" in north
    assert "北の協議会(設立済、設立2020-04-01)" in north
    assert "そのほかの集会施設:<i>集会所</i>(木造)" in north
    assert "川向(10):川を渡る道がありません。" in south
    assert "川向(10)" not in north
    assert "コミュニティ推進協議会:未確認" in south


def test_the_comparison_lists_what_differs_and_nothing_else(pages: Pages):
    """Associations whose group has other members in the other plan are listed; the others are not."""
    text = pages.of("案の比較")
    listed = text[text.index("組が違う自治会の数") :]
    assert "組が違う自治会の数:4" in listed
    moved = ("T04", "T05", "T09", "T10")
    assert all(squeeze(f"{NAMES[IDS.index(m)]}({HOUSEHOLDS[IDS.index(m)]})") in listed for m in moved)
    assert squeeze(f"{NAMES[3]}(60)") not in listed
    label = compare_plans({"A": draw_plan()}).attrs["labels_ja"]["associations_after"]
    assert squeeze(f"{label}77") in text


def test_grants_are_listed_group_by_group_for_the_office_only(plan, tmp_path: Path):
    """The flat share is lost once for each association that disappears: 4 x 10,000 yen; in public there is no page."""
    shares = GrantShares(flat=10_000, per_household=100)
    pages = Pages(write_handout(plan, tmp_path / "a.pdf", parts=["comparison"], grants=shares))
    text = squeeze("".join(pages.texts))
    before = 11 * 10_000 + 100 * sum(HOUSEHOLDS)
    assert f"合計{before:,}{before - 40_000:,}-40,000" in text
    assert squeeze(f"3{NAMES[3]}ほか30,90020,900-10,000") in text
    public = write_handout(plan, tmp_path / "b.pdf", parts=["map", "comparison"], grants=shares, audience="public")
    assert "交付金" not in "".join(Pages(public).texts)


def test_only_the_parts_and_cards_asked_for_are_printed(plan, tmp_path: Path):
    """``parts`` and ``cards`` choose; a plan alone has no comparison; English says everything in English."""
    written = Pages(write_handout(plan, tmp_path / "a.pdf", parts=["cards"], cards=["T08"], lang="en"))
    assert [title for _, title, _ in written.marks] == ["Association card", "川向"]
    assert "Below the floor" in written.texts[0]
    assert len(Pages(write_handout(plan, tmp_path / "b.pdf", parts=["comparison", "map"])).marks) == 2


def test_explanations_are_printed_for_the_office_only(plan, tmp_path: Path):
    """The card of an explained group says why and names other groups with their price; in public it does not."""
    given = {"T00": explain_merger(plan, "T00")}
    office, public = (
        squeeze(
            "".join(Pages(write_handout(plan, tmp_path / f"{audience}.pdf", parts=["cards"], cards=["T00"],
                                        explanations=given, audience=audience)).texts)
        )
        for audience in ("office", "public")
    )  # fmt: skip
    sentence = squeeze(given["T00"].ja[2])
    assert sentence in office
    assert "ほかの組み方" in office
    assert sentence not in public
    assert "ほかの組み方" not in public


def test_the_first_layout_that_fits_one_page_is_taken():
    """60 and 40 rows take more than a page, 20 do not; where none fits, the first is taken again, on several pages."""
    with print_book(Imprint("案", "案", (), "ja")) as (book, _):
        tried = []

        def lay_out(rows: int) -> Flow:
            tried.append(rows)
            flow = Flow(book, lambda page: book.open(A4, head=str(page)))
            flow.table([Column("名称", 1.0)], [[Cell(str(row))] for row in range(rows)])
            return flow

        fitting = fit_page(lay_out, (60, 40, 20, 10))
        assert (tried, fitting.pages) == ([60, 40, 20], 1)
        fitting.mark("一枚")
        fitting.finish()
        assert fit_page(lay_out, (120, 80)).pages > 1
        assert tried[3:] == [120, 80, 120]
        assert book.marks == [(0, "一枚", 0)]


def test_the_public_edition_hides_small_counts_and_what_the_office_knows(tmp_path: Path):
    """No hidden count, own floor, ban, later year or reason with numbers; every page says it is the public edition."""
    plan = draw_plan(
        lower_floors=[LowerFloor(ids=("T08",), min_households=23, reason="架空の山")],
        obstacles=[Obstacle(ids=("T09",), ban=True, reason="架空の支障")],
        groups=(*GROUPS[:5], ("T09",), ("T10",), ("T11",)),
    )
    path = write_handout(plan, tmp_path / "a.pdf", audience="public", hide_below=15, **LAYERS)
    pages = Pages(path)
    text = squeeze("".join(pages.texts))
    assert "川向(15未満)" in text
    assert "川向(10)" not in text
    assert all("公開用です" in squeeze(page) for page in pages.texts)
    for secret in ("架空の山", "架空の支障", "支障事案による", "2035年", "川を渡る道がありません", "23世帯", "10世帯"):
        assert secret not in text
    card = next(page for _, title, page in pages.marks if title == "川向")
    assert not re.search(r"(?<![\d,/])(10|30)(?![\d,未])", pages.texts[card].split("隣り合う")[0])


def test_letters_no_font_has_are_named_and_the_rest_is_printed(tmp_path: Path):
    """A warning names them; a control character is set as 〓, never as nothing."""
    plan = draw_plan()
    plan.associations.loc["T08", "name"] = "川\u0007向ไ"
    plan.members.loc["T08", "name"] = "川\u0007向ไ"
    with pytest.warns(KuriharaGeoWarning, match=r"U\+0007.*U\+0E44"):
        path = write_handout(plan, tmp_path / "a.pdf", parts=["cards"], cards=["T08"])
    assert "川〓向" in Pages(path).texts[0]


def test_what_cannot_be_printed_is_refused_by_name(plan, tmp_path: Path):
    """Every wrong argument is named and nothing is written."""
    path = tmp_path / "a.pdf"
    stranger = draw_plan()
    stranger.members.index = [f"S{name}" for name in stranger.members.index]
    wrong = [
        ({"parts": ["map", "poster"]}, "parts must list"),
        ({"parts": []}, "parts must list"),
        ({"cards": ["T00", "X1", "X2"]}, "'X1', 'X2'"),
        ({"cards": ["T06"]}, "no inhabited association of the plan: 'T06'"),
        ({"others": [plan]}, "others must map names"),
        ({"others": {"A": plan}}, "the plan's own"),
        ({"others": {"B": stranger}}, "only in one of them: ST00"),
        ({"name": " "}, "name must be a text"),
        ({"explanations": {"T00": "because"}}, "explanations must map"),
        ({"grants": 3}, "grants must be"),
        ({"halls": 3}, "halls must be"),
        ({"lang": "fr"}, "lang must be"),
        ({"audience": "press"}, "audience must be"),
        ({"title": 3}, "title must be"),
    ]
    for arguments, message in wrong:
        with pytest.raises(InputError, match=re.escape(message)):
            write_handout(plan, path, **arguments)
    with pytest.raises(OutputError, match="does not exist"):
        write_handout(plan, tmp_path / "no" / "a.pdf", parts=["map"])
    assert list(tmp_path.iterdir()) == []


def test_a_town_without_districts_has_no_district_pages(tmp_path: Path):
    """Where nobody says which district an association is in, map, index and cards are printed all the same."""
    plan = draw_plan()
    plan = replace(plan, associations=plan.associations.drop(columns="former_school_district"))
    marks = Pages(write_handout(plan, tmp_path / "a.pdf")).marks
    assert [title for level, title, _ in marks if level == 0] == ["再編案の地図", "番号順の一覧", "自治会カルテ"]


def test_a_crowded_part_is_drawn_again_on_a_sheet_of_its_own(tmp_path: Path):
    """Eight groups or more near each other without a number on the city's map stand on an enlargement, all of them."""
    cells = [shapely.box(x * 100, y * 100, x * 100 + 100, y * 100 + 100) for y in range(3) for x in range(3)]
    cells += [shapely.box(300, 0, 10_000, 300), shapely.box(0, 300, 10_000, 8_000)]
    ids = [f"C{i:02d}" for i in range(11)]
    town = gpd.GeoDataFrame(
        {"name": ids, "households": [60] * 11}, geometry=cells, index=pd.Index(ids, name="association_id"), crs=6678
    )
    borders = gpd.GeoDataFrame(
        [{"a": a, "b": b, "length_m": 100.0, "kind": "border", "barred_by": "", "reason": "", "geometry": None}
         for a, b in pairwise(ids)], geometry="geometry", crs=6678,
    )  # fmt: skip
    plan = plan_by_hand(town, borders, MergeRules(), [(name,) for name in ids])
    assert find_crowded(prepare_map(plan), (800, 600), ids[:8]) == [ids[:9]]
    assert find_crowded(prepare_map(plan), (800, 600), ids[:7]) == []
    with print_book(Imprint("案", "案", (), "ja")) as (book, data):
        facts = Facts(
            plan=plan, shown=disclose(plan), lang="ja", title="案", districts=None, councils=None, halls=None,
            barriers=None, explanations={},
        )  # fmt: skip
        add_enlargement(book, facts, prepare_map(plan), ids[:9], "拡大図 1")
    (tmp_path / "a.pdf").write_bytes(data.getvalue())
    assert {str(number) for number in range(1, 10)} <= set(Pages(tmp_path / "a.pdf").texts[0].split())


letters = Letters()


@settings(deadline=None, max_examples=60)
@given(
    text=st.text(st.sampled_from("あ漢髙𠮷、。()「」abc 12,$\\\n\u2028"), max_size=60),
    width=st.floats(30, 200),
)
def test_lines_are_never_wider_than_asked_and_lose_no_letter(text: str, width: float):
    """Broken into lines a text keeps every letter, and no line of more than one letter is too wide."""
    lines = letters.wrap(text, width, 11)
    assert squeeze("".join(lines)) == squeeze(text)
    assert all(len(line) <= 1 or letters.width(line, 11) <= width + 1e-6 for line in lines)
