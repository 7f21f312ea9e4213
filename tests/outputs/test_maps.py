"""The map page as bytes: what goes into it, what must not, and that it is always the same."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import kurihara_geo as kg
from kurihara_geo.errors import InputError, OutputError
from kurihara_geo.model.solution import Stage
from kurihara_geo.outputs.audience import Hidden, disclose
from kurihara_geo.outputs.drawing.numbering import number_groups
from kurihara_geo.outputs.drawing.palette import pick_colours
from kurihara_geo.outputs.drawing.shapes import shape_barred, shape_plan
from kurihara_geo.outputs.maps import map_plan, write_map
from kurihara_geo.outputs.maps.payload import as_json
from kurihara_geo.outputs.maps.texts import LANGUAGES, texts_in
from kurihara_geo.plan import build_plan
from kurihara_geo.rules import LowerFloor, MergeRules
from kurihara_geo.studies import Explanation
from tests.plans import plan_by_hand

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "${7*7}",
    "</script><script>alert(2)</script>",
    "{{7*7}}{% raw %}",
    "a`b${alert(3)}`c",
    "line\u2028separator\u2029end",
    "髙﨑𠮷",
    "{{cycler.__init__.__globals__.os.getcwd()}}",
    "<!-- comment & 'quotes\" \\",
)


def draw_plan(width, height, merged, *, households=40, empty=(), names=None, side_m=500):
    """Draw a made-up town of equal squares, numbered row by row from the south-west, and merge some."""
    count = width * height
    ids = [f"T{i:03d}" for i in range(count)]
    corners = [(i % width * side_m, i // width * side_m) for i in range(count)]
    cells = [shapely.box(x, y, x + side_m, y + side_m) for x, y in corners]
    associations = gpd.GeoDataFrame(
        {
            "name": list(names or (f"架空{i}区" for i in range(count))),
            "households": [0 if i in empty else households for i in range(count)],
            "former_school_district": ["北" if i < count / 2 else "南" for i in range(count)],
        },
        geometry=cells,
        index=pd.Index(ids, name="association_id"),
        crs=6678,
    )
    rows = [
        {"a": ids[i], "b": ids[j], "length_m": side_m, "kind": "border", "barred_by": "", "reason": "",
         "geometry": cells[i].intersection(cells[j])}
        for i in range(count) for j in (i + 1, i + width)
        if j < count and (j == i + width or j % width) and not {i, j} & set(empty)
    ]  # fmt: skip
    columns = ["a", "b", "length_m", "kind", "barred_by", "reason", "geometry"]
    borders = gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry="geometry", crs=6678)
    taken = {i for group in merged for i in group} | set(empty)
    groups = [tuple(group) for group in merged] + [(i,) for i in range(count) if i not in taken]
    named = sorted(tuple(ids[i] for i in sorted(group)) for group in groups)
    left = sum(households for group in groups if len(group) * households < 50 for _ in group)
    stages = (
        Stage(name="below_floor", value=left, bound=left, proven=True),
        Stage(name="mergers", value=count - len(empty) - len(groups), bound=None, proven=True),
    )
    reasons = {group[0]: ("reach", "北に隣がありません。", "No neighbour to the north.") for group in named}
    return plan_by_hand(associations, borders, MergeRules(), named, stages=stages, reasons=reasons)


def rendered(plan, **options):
    """Give the whole page as text."""
    return map_plan(plan, **options).get_root().render()


def payload_of(page):
    """Give what the page's one JSON text says."""
    found = re.findall(r'<script type="application/json" id="plan-data">(.*?)</script>', page, flags=re.DOTALL)
    assert len(found) == 1
    return json.loads(found[0])


def layer_of(page, name):
    """Give the GeoJSON features of one layer as they stand in the page."""
    data = re.search(rf"geo_json_{name}_add\((\{{.*?\}})\);\s", page, flags=re.DOTALL)
    return json.loads(data.group(1))["features"]


@pytest.fixture
def town():
    """4 x 3 squares of 40 households: four pairs, one empty square, three left below the floor of 50."""
    return draw_plan(4, 3, [(0, 1), (4, 5), (8, 9), (3, 7)], empty=(6,))


def test_the_same_plan_gives_the_same_bytes(town, tmp_path):
    """Two files, a second rendering of the same map and the notebook's first rendering do not differ."""
    first = write_map(town, tmp_path / "a.html").read_bytes()
    page = map_plan(town)
    assert write_map(town, tmp_path / "b.html").read_bytes() == first
    assert page.get_root().render().encode() == first
    assert page.get_root().render().encode() == first


def test_hostile_names_arrive_to_the_letter_in_the_payload_and_nowhere_else():
    """Nine names that break out of HTML, JavaScript or Jinja are data in one JSON text, unchanged."""
    plan = draw_plan(3, 3, [(0, 1), (7, 8)], names=HOSTILE)
    page = rendered(plan)
    data = payload_of(page)
    assert [row["name"] for row in data["associations"]] == list(HOSTILE)
    rest = re.sub(r'<script type="application/json".*?</script>', "", page, flags=re.DOTALL)
    for name in HOSTILE:
        assert name not in rest
        assert html.escape(name) not in rest
    for trace in ("A49B", "onerror=alert", "getcwd", "alert(2)", "髙﨑"):
        assert trace not in rest


def test_floors_of_their_own_and_hostile_reasons_are_data():
    """Associations carry the floor that holds for them, groups theirs with the reason, as data in the payload only."""
    plan = draw_plan(3, 1, [(0, 1)])
    rules = MergeRules(lower_floors=[LowerFloor(ids=("T002",), min_households=40, reason=HOSTILE[2] + HOSTILE[3])])
    groups = [tuple(ids) for ids in plan.groups["member_ids"]]
    page = rendered(plan_by_hand(plan.associations, plan.borders, rules, groups))
    data = payload_of(page)
    assert [row["floor"] for row in data["associations"]] == [50, 50, 40]
    assert [row["small"] for row in data["associations"]] == [True, True, False]
    assert [(row["floor"], row["floor_reason"]) for row in data["groups"]] == [(50, ""), (40, HOSTILE[2] + HOSTILE[3])]
    rest = re.sub(r'<script type="application/json".*?</script>', "", page, flags=re.DOTALL)
    assert "alert(2)" not in rest


def test_where_floors_differ_counts_are_not_called_below_50(town):
    """With exceptions the heading says so and how many there are; without them it names the floor."""
    rules = MergeRules(lower_floors=[LowerFloor(ids=("T002", "T006"), min_households=40, reason="山あい")])
    groups = [tuple(ids) for ids in town.groups["member_ids"]]
    plan = plan_by_hand(town.associations, town.borders, rules, groups)
    data = payload_of(rendered(plan))
    for key in ("small_word", "left_heading", "legend_below"):
        assert data["texts"][key].startswith("下限未満(特例を含む)")
    assert payload_of(rendered(plan, lang="en"))["texts"]["small_word"] == "Below their floor (exceptions included)"
    assert data["notes"]["own_floors"] == 1  # nobody lives in T006
    plain = payload_of(rendered(town))
    assert "{floor}世帯未満" in plain["texts"]["small_word"]
    assert plain["notes"]["own_floors"] == 0
    for lang in LANGUAGES:
        assert texts_in(lang).keys() == texts_in(lang, own_floors=True).keys()


def test_a_plan_for_comparison_is_called_so(town):
    """The line below the map says of an alternative that it is one, and of others what is proven."""
    for lang, words in {"ja": "最適性を証明済み", "en": "Proven optimal"}.items():
        assert payload_of(rendered(town, lang=lang))["notes"]["proof"] == words
    other = replace(town, search={"alternative": 2})
    assert payload_of(rendered(other))["notes"]["proof"].startswith("比較のための案(次に良い案 2番)")
    assert payload_of(rendered(other, lang="en"))["notes"]["proof"] == "For comparison: alternative 2, not the optimum"


def test_barriers_are_named_by_what_they_are_and_end_near_the_town(town):
    """Without a name the kind or the road's class is shown; what lies far off is not drawn; areas become outlines."""
    lines = [
        shapely.LineString([(0, 100), (50_000, 100)]),
        shapely.box(100, 100, 300, 300),
        shapely.LineString([(90_000, 0), (99_000, 0)]),
        shapely.LineString([(0, 200), (900, 200)]),
    ]
    barriers = gpd.GeoDataFrame(
        {"name": [None, "池", "遠い川", " "], "kind": [None] * 4, "road_class": ["高速", None, None, None]},
        geometry=lines,
        crs=6678,
    )
    page = rendered(town, barriers=barriers)
    assert [row["name"] for row in payload_of(page)["barriers"]] == ["高速", "池", ""]
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in layer_of(page, "barrier_lines")]
    assert [shape.geom_type for shape in shapes] == ["LineString"] * 3
    # 4 squares of 500 m, and a kilometre on either side.
    assert gpd.GeoSeries(shapes, crs=4326).to_crs(6678).length[0] == pytest.approx(2000 + 1000, abs=1)


def test_floors_that_are_not_of_households_are_not_called_so():
    """Where associations that stay alone need a hall too, nobody is said to be below 50 households for it."""
    assert texts_in("ja", further_floors=True)["left_heading"] == "下限に届かないまま残る自治会"
    for lang in LANGUAGES:
        assert texts_in(lang).keys() == texts_in(lang, further_floors=True).keys()


def test_hostile_titles_notices_and_tables_are_data_too(town):
    """The title stands escaped in the head; councils, halls, notice and sources only in the payload."""
    bad = HOSTILE[2] + HOSTILE[3]
    town.associations.attrs.update(notice=bad + "notice", attribution=bad + "source")
    halls = gpd.GeoDataFrame(
        {"name": [bad + "hall"], "kind": [bad]}, geometry=[shapely.Point(1, 1)], index=["H1"], crs=6678
    )
    councils = pd.DataFrame(
        {"name": [bad + "council"], "status": ["established"], "founded": [None], "district_names": ["北"]}
    )
    barriers = gpd.GeoDataFrame({"name": [bad]}, geometry=[shapely.LineString([(0, 0), (900, 900)])], crs=6678)
    page = rendered(town, title=bad + "title", halls=halls, councils=councils, barriers=barriers)
    data = payload_of(page)
    assert data["title"] == bad + "title"
    assert data["notes"]["notice"] == bad + "notice"
    assert data["notes"]["attribution"] == bad + "source"
    assert data["halls"][0]["name"] == bad + "hall"
    assert next(row for row in data["districts"] if row["name"] == "北")["councils"][0]["name"] == bad + "council"
    assert page.count("alert(2)") == page.count("\\u003cscript\\u003ealert(2)") + 1  # once more, escaped, in <title>
    assert "<title>&lt;/script&gt;&lt;script&gt;alert(2)&lt;/script&gt;{{7*7}}{% raw %}title</title>" in page


def test_folium_holds_whole_numbers_and_geometry_only():
    """Features carry an id counted from 0, no property, and coordinates of at most six decimals."""
    plan = draw_plan(3, 2, [(0, 1), (2, 5)])
    page = rendered(plan)
    for name, count in {"associations": 6, "groups": 4, "new_borders": 1, "old_borders": 1}.items():
        features = layer_of(page, name)
        assert [feature["id"] for feature in features] == list(range(count))
        assert all(set(feature) == {"type", "id", "properties", "geometry"} for feature in features)
        assert not any(feature["properties"] for feature in features)
        numbers = re.findall(r"\d+\.(\d+)", json.dumps([feature["geometry"] for feature in features]))
        assert max(map(len, numbers)) <= 6


def test_nothing_points_to_a_network(town):
    """No src, href or url() leaves the file, and only this page's own scripts may run."""
    page = rendered(town)
    values = re.findall(
        r"""(?:\bsrc|\bhref)\s*=\s*["']?([^"'\s>]+)""",
        re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL),
    )
    assert [value for value in values if not value.startswith(("#", "data:"))] == []
    assert all(value.startswith(("data:", "#")) for value in re.findall(r"url\(([^)]+)\)", page.split("<script>")[0]))
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]+)"', page).group(1))
    assert "default-src 'none'" in policy
    assert policy.count("'sha256-") == page.count("<script>")
    assert "unsafe-inline" not in policy.split("style-src")[0]
    assert "sourceMappingURL" not in page
    assert "user-scalable" not in page
    assert "gsi.go.jp" not in page


def test_tiles_open_the_policy_for_one_host_only(town):
    """With tiles=True images may come from the Geospatial Information Authority, and from nowhere else."""
    page = rendered(town, tiles=True)
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]+)"', page).group(1))
    assert re.findall(r"https?://[^\s;]+", policy) == ["https://cyberjapandata.gsi.go.jp"]


def test_neighbouring_merged_groups_differ_in_colour():
    """Sixteen pairs on an 8 x 4 board: every two that share an edge have different colours."""
    pairs = [(row * 8 + column, row * 8 + column + 1) for row in range(4) for column in range(0, 8, 2)]
    plan = draw_plan(8, 4, pairs)
    colour = {row["id"]: row["colour"] for row in payload_of(rendered(plan))["groups"]}
    neighbours = shape_plan(plan).neighbours
    assert len(neighbours) == 4 * 3 + 3 * 4
    assert all(colour[a] != colour[b] for a, b in neighbours)


def test_colours_differ_even_where_four_do_not_suffice():
    """Five groups that all touch each other get five colours; no groups get none."""
    everyone = [(a, b) for a in "abcde" for b in "abcde" if a < b]
    assert len(set(pick_colours(list("abcde"), everyone).values())) == 5
    assert pick_colours([], []) == {}


def test_each_border_is_drawn_once():
    """A 2 x 1 pair beside a square: the pair's inner edge is old, all other edges are new, none twice."""
    plan = draw_plan(3, 1, [(0, 1)], side_m=1000)
    drawn = shape_plan(plan)
    new, old = (
        gpd.GeoSeries([line], crs=4326).to_crs(6678).length.iloc[0] for line in (drawn.new_borders, drawn.old_borders)
    )
    # Outline of 3 x 1 km and the edge between the two groups; six decimals of a degree are 0.1 m.
    assert new == pytest.approx(8000 + 1000, abs=2)
    assert old == pytest.approx(1000, abs=1)


def test_the_panel_can_say_why_an_association_is_left_below(town):
    """Each group left below the floor carries its explanation in the page's language."""
    for lang, words in {"ja": "北に隣がありません。", "en": "No neighbour to the north."}.items():
        groups = payload_of(rendered(town, lang=lang))["groups"]
        left = [group for group in groups if group["status"] == "below_floor"]
        assert len(left) == 3
        assert {reason["text"] for group in left for reason in group["reasons"]} == {words}


def test_councils_give_four_looks_and_silence_is_not_confirmed(town):
    """A district no row names is not confirmed, which is not the same as none."""
    councils = pd.DataFrame({"name": [""], "status": ["none"], "founded": [None], "district_names": ["北"]})
    status = {row["name"]: row["status"] for row in payload_of(rendered(town, councils=councils))["districts"]}
    assert status == {"北": "none", "南": "not_confirmed"}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"status": "maybe", "district_names": "北"}, "maybe"),
        ({"status": "none", "district_names": "北;東"}, "東"),
    ],
)
def test_councils_that_do_not_fit_the_map_are_an_error(town, row, words):
    """A wrong map of councils is never drawn: unknown words and districts are named."""
    councils = pd.DataFrame([{"name": "架空協議会", **row}])
    with pytest.raises(InputError, match=words):
        map_plan(town, councils=councils)


def test_districts_without_an_area_or_a_name_are_all_named(town):
    """One message names every row that cannot be drawn."""
    districts = gpd.GeoDataFrame(
        {"name": ["東", None, "西"]},
        geometry=[None, shapely.box(0, 0, 900, 900), shapely.Polygon()],
        index=["D1", "D2", "D3"],
        crs=6678,
    )
    with pytest.raises(InputError) as caught:
        map_plan(town, districts=districts)
    for words in ("D1 東: has no area", "D2: has no name", "D3 西: has no area"):
        assert words in str(caught.value)


def test_a_table_without_crs_is_named(town):
    """Halls without a CRS cannot be placed."""
    halls = gpd.GeoDataFrame({"name": ["集会所"]}, geometry=[shapely.Point(0, 0)])
    with pytest.raises(InputError, match="halls have no CRS"):
        map_plan(town, halls=halls)


def test_a_missing_folder_is_named_and_nothing_is_written(town, tmp_path):
    """The error says which folder; nothing appears."""
    with pytest.raises(OutputError, match="nowhere"):
        write_map(town, tmp_path / "nowhere" / "map.html")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_the_old_file(town, tmp_path, monkeypatch):
    """When the disk refuses at the last step, the old content stays and no temporary file is left."""
    target = tmp_path / "map.html"
    target.write_text("old", encoding="utf-8")

    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", refuse)
    with pytest.raises(OutputError, match="No space left"):
        write_map(town, target)
    assert target.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_large_plan_stays_light(tmp_path):
    """400 squares with 200 corners a side, over 300 000 in all: at most 50 000 are drawn, in 3.5 MB."""
    plan = draw_plan(20, 20, [(i, i + 1) for i in range(0, 400, 2)])
    wavy = shapely.transform(
        shapely.segmentize(plan.associations.geometry.to_numpy(), 2.5),
        lambda xy: xy + 3 * np.sin(xy[:, ::-1] / 10),
    )
    heavy = plan.associations.set_geometry(gpd.GeoSeries(wavy, index=plan.associations.index, crs=6678))
    big = plan_by_hand(heavy, plan.borders, plan.rules, plan.solution.groups)
    assert shapely.get_num_coordinates(wavy).sum() > 300_000
    path = write_map(big, tmp_path / "big.html")
    assert path.stat().st_size <= 3_500_000
    page = path.read_text(encoding="utf-8")
    layers = ("associations", "groups", "new_borders", "old_borders", "district_borders")
    vertices = sum(
        shapely.get_num_coordinates(shapely.geometry.shape(feature["geometry"]))
        for name in layers
        for feature in layer_of(page, name)
    )
    assert vertices <= 50_000


def test_a_plan_without_districts_population_or_mergers_is_drawn():
    """One association, nothing else: a page all the same."""
    plan = draw_plan(1, 1, [], households=80)
    plain = build_plan(
        plan.associations.drop(columns="former_school_district"), plan.borders, plan.rules, plan.solution
    )
    data = payload_of(rendered(plain))
    assert [group["name"] for group in data["groups"]] == ["架空0区"]
    assert "districts" not in data


def test_unpaired_surrogates_do_not_stop_the_page():
    """Half a character from a broken file is escaped instead of failing when the file is encoded."""
    text = as_json({"name": "\ud800<&>"})
    assert text == '{"name":"\\ud800\\u003c\\u0026\\u003e"}'
    assert text.encode("utf-8")


def test_every_text_exists_in_both_languages():
    """No text is empty, and both languages fill in the same figures."""
    japanese, english = (texts_in(lang) for lang in LANGUAGES)
    assert all(japanese.values())
    assert all(english.values())
    for key, text in japanese.items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", english[key])), key
    with pytest.raises(InputError, match="'fr'"):
        texts_in("fr")


# --- what stands behind a group -----------------------------------------------------------------------------------

BAD = HOSTILE[2] + HOSTILE[3]


def draw_crossed_town():
    """Six squares a - f in a row, 12 40 / 30 60 / 8 45: b - c is barred by a river, c and e are linked by a bridge."""
    ids = ["a", "b", "c", "d", "e", "f"]
    cells = [shapely.box(x * 500, 0, x * 500 + 500, 500) for x in range(6)]
    associations = gpd.GeoDataFrame(
        {
            "name": [f"架空{name}" for name in ids],
            "households": [12, 40, 30, 60, 8, 45],
            "population": [31, 97, 71, 151, 19, 107],
            "former_school_district": ["北", "北", "北", "南", "南", "南"],
            "council": ["北の会", "北の会", None, None, "", "南の会"],
            "households_2015": [14, 44, 33, 66, 9, 49],
            "households_2040": [7, 29, 23, 47, 3, 34],
            "households_2040_low": [6, 27, 21, 43, 2, 32],
            "households_2040_high": [9, 32, 26, 52, 4, 37],
            "連絡先": ["0228-00-0000"] * 6,
        },
        geometry=cells,
        index=pd.Index(ids, name="association_id"),
        crs=6678,
    )
    rows = [
        {"a": a, "b": b, "length_m": 500.0, "kind": "border", "barred_by": "", "reason": "", "geometry": one & other}
        for (a, one), (b, other) in zip(
            zip(ids, cells, strict=True), list(zip(ids, cells, strict=True))[1:], strict=False
        )
    ]
    rows[1] |= {"barred_by": "架空川", "reason": BAD + "橋がない"}
    bridge = shapely.LineString([cells[2].centroid, cells[4].centroid])
    rows.append(
        {"a": "c", "b": "e", "length_m": 0.0, "kind": "link", "barred_by": "", "reason": BAD, "geometry": bridge}
    )
    return associations, gpd.GeoDataFrame(rows, geometry="geometry", crs=6678)


@pytest.fixture
def crossed():
    """Draw the plan of draw_crossed_town: a and b together, c alone and left below, d alone, e and f together."""
    associations, borders = draw_crossed_town()
    groups = [("a", "b"), ("c",), ("d",), ("e", "f")]
    reasons = {"c": ("costs_others", "架空dと組むと45世帯が残ります。", "45 households would be left.")}
    return plan_by_hand(associations, borders, MergeRules(), groups, reasons=reasons)


def explained(plan, group_id, **more):
    """Write an explanation by hand: c could join d for 7 households below the floor, or b, which a rule forbids."""
    table = pd.DataFrame(
        {
            "name": ["架空d", "架空b", "架空c"],
            "households": [60, 40, 30],
            "in_plan": [False, False, True],
            "group_ids": [("c", "d"), (), ("c",)],
            "group_names": [("架空c", "架空d"), (), ("架空c",)],
            "group_households": pd.array([90, None, 30], "Int64"),
            "changed": pd.array([2, None, 0], "Int64"),
            "changed_households": pd.array([90, None, 0], "Int64"),
            "exact": [False, True, True],
            "blocked_by": [(), ("max_members",), ()],
            "price_below_floor": pd.array([7, None, 0], "Int64"),
            "price_travel": pd.array([-900, None, 0], "Int64"),
        },
        index=pd.Index(["d", "b", "c"], name="partner_id"),
    )
    facts = {"ja": (BAD + "一つめ", "  内訳"), "en": ("First.", "  Part."), "options": {"c": table}} | more
    return Explanation(group_id, facts.pop("ja"), facts.pop("en"), facts.pop("options"), **facts)


def test_links_and_barred_borders_are_drawn_from_the_plan(crossed):
    """The river's border is the edge the two squares share, the bridge a line; both say whom they part or join, why."""
    page = rendered(crossed)
    data = payload_of(page)
    assert [(row["a"], row["b"], row["by"], row["reason"]) for row in data["barred"]] == [
        (1, 2, "架空川", BAD + "橋がない")
    ]
    assert [(row["a"], row["b"], row["by"], row["reason"]) for row in data["links"]] == [(2, 4, "", BAD)]
    for name, length in {"barred": 500, "links": 1000}.items():
        lines = [shapely.geometry.shape(feature["geometry"]) for feature in layer_of(page, name)]
        assert gpd.GeoSeries(lines, crs=4326).to_crs(6678).length.tolist() == pytest.approx([length], abs=1)
    # b: a openly, c behind the river. c: b behind the river, d openly, e by the bridge.
    assert data["associations"][1]["neighbours"] == [[0, -1, -1], [2, 0, -1]]
    assert data["associations"][2]["neighbours"] == [[1, 0, -1], [3, -1, -1], [4, -1, 0]]


def test_a_town_without_links_has_no_layer_for_them(town):
    """Where nothing is barred or linked, neither sign is on the page."""
    page = rendered(town)
    assert payload_of(page)["links"] == payload_of(page)["barred"] == []
    assert "feature_group_links" not in page.split('<script type="application/json"')[1].split("KG")[0]


def test_a_barred_border_keeps_its_own_line_where_areas_do_not_share_one(crossed):
    """Two areas with a river between them have no edge in common: the line of the border table is drawn."""
    areas = shape_plan(crossed).associations
    row = crossed.borders[crossed.borders["kind"] == "link"]
    line = shape_barred(areas, row).iloc[0]
    assert gpd.GeoSeries([line], crs=4326).to_crs(6678).length[0] == pytest.approx(1000, abs=1)


def test_groups_have_the_numbers_of_every_other_output(crossed):
    """The page counts as number_groups does."""
    district_of = crossed.associations["former_school_district"].to_dict()
    numbers = number_groups(crossed, district_of)
    assert {row["id"]: row["number"] for row in payload_of(rendered(crossed))["groups"]} == numbers


def test_each_district_has_its_figures(crossed):
    """北: a, b, c, of them a, b, c small, after it two groups, one below the floor; 南 likewise, counted by hand."""
    rows = {row["name"]: row for row in payload_of(rendered(crossed))["districts"]}
    figures = ("associations_before", "associations_after", "small_before", "small_after", "households", "population")
    assert [rows["北"][key] for key in figures] == [3, 2, 3, 1, 12 + 40 + 30, 31 + 97 + 71]
    assert [rows["南"][key] for key in figures] == [3, 2, 2, 0, 60 + 8 + 45, 151 + 19 + 107]
    data = payload_of(rendered(crossed))
    assert [row["district_index"] for row in data["associations"]] == [
        [row["name"] for row in data["districts"]].index(name) for name in "北北北南南南"
    ]


def test_districts_given_as_areas_have_figures_too_but_none_in_public(crossed):
    """Without the associations' own column the sums of a drawn district are for office use only."""
    plain = plan_by_hand(
        crossed.associations.drop(columns="former_school_district"),
        crossed.borders,
        crossed.rules,
        crossed.solution.groups,
    )
    areas = gpd.GeoDataFrame({"name": ["西"]}, geometry=[shapely.box(0, 0, 1000, 500)], crs=6678)
    assert payload_of(rendered(plain, districts=areas))["districts"][0]["households"] == 12 + 40
    assert payload_of(rendered(plain, districts=areas, audience="public"))["districts"][0]["households"] == "withheld"


def test_the_panel_has_sentences_alternatives_and_their_price_in_plain_words(crossed):
    """Of c: with d 90 households, 7 more below the floor, 10 m nearer for each of the 90; b is forbidden by a rule."""
    freeing = pd.DataFrame(
        {"ja": ["人数を増やす"], "en": ["Allow more"], "frees": [True], "proven": [True], "note": [""]},
        index=pd.Index(["max_members"], name="relaxation"),
    )
    given = {"c": explained(crossed, "c", relaxations=freeing)}
    groups = {row["id"]: row for row in payload_of(rendered(crossed, explanations=given))["groups"]}
    found = groups["c"]["explanation"]
    assert found["lines"] == [BAD + "一つめ", "  内訳"]
    first, second = found["alternatives"]
    assert (first["partner"], first["members"], first["households"]) == ("架空d", ["架空c", "架空d"], 90)
    assert not first["exact"]
    assert first["cost"] == [
        "下限に届かない自治会の世帯が7増えます。",
        "組が変わる世帯では、集会場所まで1世帯あたり平均10m近くなります。",
    ]
    assert second["partner"] == "架空b"
    assert second["blocked"]
    assert found["frees"] == [{"text": "人数を増やす", "cost": ["ほかの点は変わりません。"]}]
    assert "explanation" not in groups["a"]
    english = payload_of(rendered(crossed, explanations=given, lang="en"))["groups"]
    assert next(row for row in english if row["id"] == "c")["explanation"]["frees"][0]["text"] == "Allow more"


def test_real_explanations_fit_the_panel():
    """What explain_merger says of a merger and of one left below goes into the page, five alternatives at most."""
    associations, borders = draw_crossed_town()
    plan = kg.propose_mergers(associations, MergeRules(exempt={"c": "合意"}), borders=borders, progress=False)
    given = {str(name): kg.explain_merger(plan, str(name)) for name in plan.groups.index}
    for row in payload_of(rendered(plan, explanations=given))["groups"]:
        assert row["explanation"]["lines"] == list(given[row["id"]].ja)
        assert len(row["explanation"]["alternatives"]) <= 5


def test_explanations_of_another_plan_are_refused_in_one_message(crossed):
    """A group that is not there, another group's explanation, options of a stranger and a plain text are all named."""
    wrong = {
        "z": explained(crossed, "z"),
        "a": explained(crossed, "c"),
        "d": explained(crossed, "d"),
        "e": "because",
    }
    with pytest.raises(InputError, match="do not belong to this plan") as caught:
        map_plan(crossed, explanations=wrong)
    lines = str(caught.value)
    for words in ("z: is no group", "a: holds the explanation of group c", "d: has options for c", "e: is str"):
        assert words in lines


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("audience", "everybody"),
        ("audience", None),
        ("hide_below", 0),
        ("hide_below", 9.5),
        ("scenario", 3),
        ("explanations", [1]),
        ("schools", pd.DataFrame({"name": ["x"]})),
    ],
)
def test_a_wrong_option_is_named(town, option, value):
    """One sentence says which option is wrong and what it may be."""
    with pytest.raises(InputError, match=option):
        map_plan(town, **{option: value})


def test_households_by_year_are_in_the_panel(crossed):
    """Columns of numbers come in the order of the years, with low and high where they are known; no texts."""
    crossed.associations["households_2050"] = ["十", "", "", "", "", ""]
    crossed.associations["households_2045"] = [6.6, 1.0, float("inf"), None, 2.0, 3.0]
    data = payload_of(rendered(crossed))
    assert data["outlook_years"] == [2015, 2040, 2045]
    assert data["associations"][0]["outlook"] == {
        "middle": [14, 7, 7],
        "low": [None, 6, None],
        "high": [None, 9, None],
    }
    assert data["associations"][2]["outlook"]["middle"] == [33, 23, None]


def test_halls_stand_with_their_association(crossed):
    """By the column where it says so, else where the hall stands; one outside the town belongs to nobody."""
    halls = gpd.GeoDataFrame(
        {"name": ["一", "二", "三"], "association_id": ["a", None, None]},
        geometry=[shapely.Point(2600, 100), shapely.Point(2600, 100), shapely.Point(9000, 9000)],
        index=["H1", "H2", "H3"],
        crs=6678,
    )
    data = payload_of(rendered(crossed, halls=halls, schools=halls[["name", "geometry"]]))
    assert [row["association"] for row in data["halls"]] == [0, 5, None]
    assert [row["name"] for row in data["schools"]] == ["一", "二", "三"]


def test_sources_and_notices_of_every_table_are_said_once(town):
    """The same source is not repeated, another one is added, and an English page says it in English."""
    halls = gpd.GeoDataFrame({"name": ["会"]}, geometry=[shapely.Point(1, 1)], index=["H1"], crs=6678)
    barriers = gpd.GeoDataFrame({"name": ["川"]}, geometry=[shapely.LineString([(0, 0), (900, 900)])], crs=6678)
    town.associations.attrs.update(notice="概形です。", notice_en="Approximate.", attribution="架空局; 架空庁")
    halls.attrs.update(attribution="架空庁; 架空社", attribution_en="Made-up Ltd", notice="概形です。")
    barriers.attrs.update(attribution="架空局")
    notes = payload_of(rendered(town, halls=halls, barriers=barriers))["notes"]
    assert notes["attribution"].split("\n") == ["架空局", "架空庁", "架空社"]
    assert notes["notice"] == "概形です。"
    english = payload_of(rendered(town, halls=halls, barriers=barriers, lang="en"))["notes"]
    assert english["attribution"].split("\n") == ["架空局", "架空庁", "Made-up Ltd"]
    assert english["notice"].startswith("Approximate.")


def test_councils_have_four_looks_and_their_names(crossed):
    """Established, preparing, none and not confirmed by name of the district; several councils of one are all named."""
    areas = gpd.GeoDataFrame(
        {"name": list("春夏秋冬")},
        geometry=[shapely.box(x * 750, 0, x * 750 + 750, 500) for x in range(4)],
        crs=6678,
    )
    councils = pd.DataFrame(
        {
            "name": ["花の会", BAD, "", "星の会"],
            "status": ["established", "preparing", "none", "preparing"],
            "district_names": ["春", "夏", "秋", "春;夏"],
        }
    )
    rows = payload_of(rendered(crossed, districts=areas, councils=councils))["districts"]
    assert [row["status"] for row in rows] == ["established", "preparing", "none", "not_confirmed"]
    assert [council["name"] for council in rows[0]["councils"]] == ["花の会", "星の会"]
    assert rows[1]["councils"][0]["name"] == BAD


# --- the public edition -------------------------------------------------------------------------------------------


def numbers_in(value):
    """List every whole number of the page's data, wherever it stands."""
    if isinstance(value, dict):
        return [number for part in value.values() for number in numbers_in(part)]
    if isinstance(value, list):
        return [number for part in value for number in numbers_in(part)]
    return [value] if isinstance(value, int) and not isinstance(value, bool) else []


def test_the_public_page_says_what_may_be_shown_and_no_more(crossed):
    """Every count is the one the disclosure gives; e's 8 households are nowhere, nor anything that tells them."""
    shown = disclose(crossed, audience="public")
    data = payload_of(rendered(crossed, audience="public", explanations={"c": explained(crossed, "c")}))

    def said(count):
        return count.value if isinstance(count, Hidden) else count

    for row in data["associations"]:
        assert row["households"] == said(shown.association(row["id"]))
        assert row["population"] == said(shown.population(row["id"]))
    for row in data["groups"]:
        assert row["households"] == said(shown.group(row["id"]))
        assert row["population"] == said(shown.group_population(row["id"]))
    for row in data["districts"]:
        assert row["households"] == said(shown.area("former_school_district", row["name"]))
    assert data["households"] == said(shown.total())
    assert data["associations"][4]["households"] == "under"
    assert data["notes"]["audience"] == shown.note("ja")
    assert data["texts"]["hidden_under"] == "10未満"


def test_the_public_page_holds_no_words_that_somebody_wrote(crossed):
    """No explanation, no reason, no household count of other years, no column that a planner brought along."""
    rules = MergeRules(lower_floors=[LowerFloor(ids=("c",), min_households=20, reason="山あいの事情")])
    plan = plan_by_hand(crossed.associations, crossed.borders, rules, crossed.solution.groups)
    page = rendered(plan, audience="public", explanations={"c": explained(plan, "c")})
    for words in ("山あいの事情", "橋がない", "一つめ", "架空dと組むと", "0228-00-0000"):
        assert words not in page.replace("\\u003c", "<"), words
    data = payload_of(page)
    assert data["outlook_years"] == []
    assert not any("outlook" in row for row in data["associations"])
    assert not any("explanation" in row for row in data["groups"])
    # Of e and f: households, people, other years.
    assert not {8, 45, 8 + 45, 19, 107, 19 + 107, 9, 49, 34, 47} & set(
        numbers_in([data["associations"], data["groups"]])
    )
    office = rendered(plan, explanations={"c": explained(plan, "c")})
    for words in ("山あいの事情", "橋がない", "一つめ"):
        assert words in office


def test_another_limit_hides_more(crossed):
    """Under a limit of 13 the association of 12 is hidden too."""
    rows = payload_of(rendered(crossed, audience="public", hide_below=13))["associations"]
    assert [row["households"] for row in rows if row["id"] in ("a", "e")] == ["under", "under"]


# --- names that bite, and size ------------------------------------------------------------------------------------


def test_hostile_names_everywhere_are_data_only(crossed):
    """Names of districts, councils, halls, schools, barriers, sources, scenario and reasons are in the data only."""
    names = iter(f"{bad}{number}" for number in range(10) for bad in HOSTILE)
    table = crossed.associations.assign(
        former_school_district=[next(names) for _ in range(6)], council=[next(names) for _ in range(6)]
    )
    rules = MergeRules(lower_floors=[LowerFloor(ids=("c",), min_households=20, reason=next(names))])
    plan = plan_by_hand(table, crossed.borders, rules, crossed.solution.groups)
    points = gpd.GeoDataFrame(
        {"name": [next(names)], "kind": [next(names)]}, geometry=[shapely.Point(1, 1)], index=["H1"], crs=6678
    )
    barriers = gpd.GeoDataFrame({"name": [next(names)]}, geometry=[shapely.LineString([(0, 0), (900, 900)])], crs=6678)
    councils = pd.DataFrame(
        {
            "name": [next(names)],
            "status": ["established"],
            "founded": [next(names)],
            "district_names": [table["former_school_district"].iloc[5]],
        }
    )
    points.attrs["attribution"] = next(names)
    said = {"title": next(names), "scenario": next(names)}
    page = rendered(
        plan,
        halls=points,
        schools=points,
        barriers=barriers,
        councils=councils,
        explanations={"c": explained(plan, "c", ja=(next(names),))},
        **said,
    )
    data = payload_of(page)
    assert [row["district"] for row in data["associations"]] == table["former_school_district"].tolist()
    assert [row["council"] for row in data["associations"]] == table["council"].tolist()
    assert data["scenario"] == said["scenario"]
    assert data["notes"]["attribution"] == points.attrs["attribution"]
    rest = re.sub(r'<script type="application/json".*?</script>|<title>.*?</title>', "", page, flags=re.DOTALL)
    for bad in HOSTILE:
        assert bad not in rest
        assert html.escape(bad) not in rest


def test_90_000_corners_are_simplified_and_borders_stay_shared():
    """144 wavy squares of 640 corners: lighter, every inner edge still belongs to both sides, nothing lost between."""
    plan = draw_plan(12, 12, [(i, i + 1) for i in range(0, 144, 2)])
    wavy = shapely.transform(
        shapely.segmentize(plan.associations.geometry.to_numpy(), 3.125),
        lambda xy: xy + 3 * np.sin(xy[:, ::-1] / 10),
    )
    assert shapely.get_num_coordinates(wavy).sum() > 90_000
    heavy = plan.associations.set_geometry(gpd.GeoSeries(wavy, index=plan.associations.index, crs=6678))
    drawn = shape_plan(plan_by_hand(heavy, plan.borders, plan.rules, plan.solution.groups))
    cells = drawn.associations.to_numpy()
    assert shapely.get_num_coordinates(cells).sum() <= 14_000
    assert shapely.coverage_is_valid(cells)
    assert len(shapely.coverage_union_all(cells).interiors) == 0
    # The pairs lie side by side: 6 upright lines disappear, each through all 12 rows.
    assert len(shapely.get_parts(drawn.old_borders)) == 6
