"""Two plans beside each other: what the page is given to draw, list and count."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import kurihara_geo as kg
from kurihara_geo.errors import InputError
from kurihara_geo.rules import MergeRules
from tests.plans import plan_by_hand

# 4 x 2 squares of 500 m, numbered from the south-west; 6 is empty.
#   4 48 | 5  7 | 6  0 | 7 70     北
#   0 20 | 1 45 | 2 80 | 3 60     南
HOUSEHOLDS = (20, 45, 80, 60, 48, 7, 0, 70)
PLAN_A = (("T0", "T1"), ("T2",), ("T3",), ("T4", "T5"), ("T7",))
PLAN_B = (("T0", "T4"), ("T1", "T5"), ("T2",), ("T3",), ("T7",))
NAMES = ("甲", "乙", "丙", "丁", "戊", "己", "空き地", "庚")


def draw_associations(names=NAMES, districts=("南", "北")) -> gpd.GeoDataFrame:
    """Draw the town."""
    cells = [shapely.box(x * 500, y * 500, x * 500 + 500, y * 500 + 500) for y in range(2) for x in range(4)]
    table = gpd.GeoDataFrame(
        {
            "name": list(names),
            "households": HOUSEHOLDS,
            "former_school_district": [districts[0]] * 4 + [districts[1]] * 4,
        },
        geometry=cells,
        index=pd.Index([f"T{n}" for n in range(8)], name="association_id"),
        crs=6678,
    )
    table.attrs.update(notice="区域はおよその形です。", attribution="架空の統計局")
    return table


def draw_borders(associations: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give the borders of inhabited neighbours."""
    return kg.find_borders(associations)


def draw_plan(groups=PLAN_A, associations=None):
    """Make a plan of the town with these groups."""
    table = draw_associations() if associations is None else associations
    return plan_by_hand(table, draw_borders(table), MergeRules(), groups)


def payload(html: str) -> dict:
    """Read what the page is given."""
    return json.loads(re.search(r'id="plan-data">(.*?)</script>', html, re.DOTALL)[1])


def members(side: dict, numbers: list[int]) -> list[list[str]]:
    """Name the members of groups."""
    return [[f"T{[0, 1, 2, 3, 4, 5, 7][place]}" for place in side["groups"][number]["members"]] for number in numbers]


def test_before_and_after_list_each_merged_group_by_the_number_it_has_everywhere():
    """The two merged groups are the differences; their numbers are those of the groups, district by district."""
    data = payload(kg.map_comparison(draw_plan()).render())
    assert [side["label"] for side in data["sides"]] == ["現在", "再編案"]
    listed = {row["number"]: members(data["sides"][1], row["right"]) for row in data["differences"]}
    assert listed == {1: [["T0", "T1"]], 4: [["T4", "T5"]]}
    assert [members(data["sides"][0], row["left"]) for row in data["differences"]] == [
        [["T0"], ["T1"]],
        [["T4"], ["T5"]],
    ]


def test_two_plans_differ_in_the_places_list_differences_names():
    """Groups that share members are one place: A has 0+1 and 4+5, B has 0+4 and 1+5."""
    a, b = draw_plan(), draw_plan(PLAN_B)
    data = payload(kg.map_comparison(a, b).render())
    (row,) = data["differences"]
    assert members(data["sides"][0], row["left"]) == [["T0", "T1"], ["T4", "T5"]]
    assert members(data["sides"][1], row["right"]) == [["T0", "T4"], ["T1", "T5"]]
    assert {data["associations"][place]["id"] for place in row["members"]} == set(kg.list_differences(a, b).index)


def test_equal_plans_have_no_difference():
    """The list is empty, and every group has one colour on both sides."""
    data = payload(kg.map_comparison(draw_plan(), draw_plan()).render())
    assert data["differences"] == []
    left, right = ([group["colour"] for group in side["groups"]] for side in data["sides"])
    assert left == right


def test_groups_that_are_in_both_plans_have_one_colour_and_neighbours_differ():
    """T0+T1 is in both; beside it another colour."""
    other = draw_plan((("T0", "T1"), ("T2",), ("T3", "T7"), ("T4", "T5")))
    data = payload(kg.map_comparison(draw_plan(), other).render())
    colours = [{tuple(g["members"]): g["colour"] for g in side["groups"] if g["colour"]} for side in data["sides"]]
    assert colours[0][0, 1] == colours[1][0, 1]
    assert colours[1][0, 1] != colours[1][4, 5]


def test_every_area_and_every_line_is_in_the_page_once():
    """Eight squares: eight rings; 10 inner edges and 8 outlines, whichever plans are drawn on them."""
    data = payload(kg.map_comparison(draw_plan(), draw_plan(PLAN_B)).render())
    assert [len(rings) for rings in data["areas"]] == [1] * 8
    assert sum(a == b for a, b, *_ in data["edges"]) == 8
    assert sum(a != b for a, b, *_ in data["edges"]) == 10


def test_plans_of_another_town_are_refused_by_name():
    """Households, an association that is missing, and an area that was drawn otherwise are all named."""
    plan = draw_plan()
    table = draw_associations()
    table.loc["T2", "households"] = 81
    table.loc["T3", "geometry"] = shapely.box(1500, -30, 2000, 500)
    with pytest.raises(InputError, match=r"(?s)T2: differs in households.*T3: differs in area"):
        kg.map_comparison(plan, draw_plan(associations=table))
    smaller = draw_associations().drop(index=["T7"])
    with pytest.raises(InputError, match="T7: is only in the first plan"):
        kg.map_comparison(plan, draw_plan(PLAN_A[:4], smaller))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"labels": ("A",)}, "labels must be two texts"),
        ({"labels": "AB"}, "labels must be two texts"),
        ({"labels": ("A", 1)}, "labels must be two texts"),
        ({"district": "西"}, "district must be a former school district on the map"),
        ({"district": 3}, "district must be"),
        ({"lang": "fr"}, "lang must be"),
        ({"title": 1}, "title must be"),
        ({"halls": "x"}, "halls must be"),
        ({"audience": "all"}, "audience must be"),
    ],
)
def test_wrong_options_are_named(wrong, said):
    """One message says what may be given."""
    with pytest.raises(InputError, match=said):
        kg.map_comparison(draw_plan(), **wrong)


def test_the_page_opens_with_the_district_asked_for():
    """Its number among the districts of the page."""
    data = payload(kg.map_comparison(draw_plan(), district="南").render())
    assert data["districts"][data["start_district"]]["name"] == "南"
    assert payload(kg.map_comparison(draw_plan()).render())["start_district"] is None


def test_the_same_plans_give_the_same_bytes(tmp_path):
    """Written twice, and shown, the page is the same."""
    a, b = draw_plan(), draw_plan(PLAN_B)
    first = kg.write_comparison_map(a, tmp_path / "a.html", b).read_bytes()
    assert first == kg.write_comparison_map(a, tmp_path / "b.html", b).read_bytes()
    assert first == kg.map_comparison(a, b).save(tmp_path / "c.html").read_bytes()


def test_in_public_two_plans_have_no_counts_beside_them():
    """A group that reaches its floor in plan B tells of 己, 7, beside the count of 乙 in plan A: neither is written."""
    data = payload(kg.map_comparison(draw_plan(), draw_plan(PLAN_B), audience="public").render())
    rows = [*data["associations"], *data["sides"][0]["groups"], *data["sides"][1]["groups"]]
    assert {row["households"] for row in rows} == {None}
    assert data["town_figures"] == []
    assert "公開用" in data["notes"]["audience"]


def test_in_public_hidden_counts_are_said_in_words():
    """己 has 7 households: the page has the Japanese and the English words for it, not the program's own."""
    for lang, words in (("ja", ["10未満", "非公表"]), ("en", ["under 10", "withheld"])):
        texts = payload(kg.map_comparison(draw_plan(), audience="public", lang=lang).render())["texts"]
        assert [texts["hidden_under"], texts["hidden_withheld"]] == words


def test_the_date_and_notices_of_every_table_are_said():
    """Notice and source of the associations and of the districts, each once."""
    plan = draw_plan()
    plan = replace(plan, provenance=replace(plan.provenance, created="2030-04-01T00:00:00"))
    areas = gpd.GeoDataFrame(
        {"name": ["南", "北"]}, geometry=[shapely.box(0, 0, 2000, 500), shapely.box(0, 500, 2000, 1000)], crs=6678
    )
    areas.attrs["attribution"] = "架空の教育委員会"
    notes = payload(kg.map_comparison(plan, districts=areas).render())["notes"]
    assert notes["notice"] == "区域はおよその形です。"
    assert notes["attribution"].split("\n") == ["架空の統計局", "架空の教育委員会"]
    assert notes["made"] == "2030-04-01"


def test_the_sample_is_about_a_megabyte():
    """Two maps of the sample city, with districts and councils: well under the limit of a page."""
    sample = kg.load_sample()
    town = sample[sample["former_town"] == "一迫"]
    plan = kg.propose_mergers(town, MergeRules(keep_within=["former_school_district"]), progress=False)
    page = kg.map_comparison(plan, districts=kg.load_sample_districts(), councils=kg.load_sample_councils())
    assert len(page.render().encode()) < 1_200_000
