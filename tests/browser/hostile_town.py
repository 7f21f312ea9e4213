"""A made-up town whose names try to break the pages, with everything a page can draw."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from kurihara_geo.model.solution import Stage
from kurihara_geo.rules import MergeRules
from tests.plans import plan_by_hand

# 4 x 3 squares, numbered row by row from the south-west; 6 is empty, 8 is left below the floor of 50.
HOUSEHOLDS = (20, 35, 80, 60, 30, 25, 0, 49, 10, 45, 90, 70)
GROUPS = (("T00", "T01"), ("T02",), ("T03", "T07"), ("T04", "T05"), ("T08",), ("T09", "T10"), ("T11",))
NAMES = (
    "<img src=x onerror=document.title='run'>",
    "${document.title='run'}",
    "</script><script>document.title='run'</script>",
    "{{7*7}}{% raw %}",
    "a`b",
    "line\u2028end",
    "空き地",
    "髙﨑𠮷",
    "川向",
    "<b>太字</b>",
    "&amp;&lt;",
    '"><svg onload=alert(1)>',
)
COUNTS = {"associations": 11, "groups": 7, "uninhabited": 1}


def draw_plan():
    """Draw a made-up town whose names try to break the page."""
    cells = [shapely.box(x * 500, y * 500, x * 500 + 500, y * 500 + 500) for y in range(3) for x in range(4)]
    ids = [f"T{i:02d}" for i in range(12)]
    associations = gpd.GeoDataFrame(
        {"name": NAMES, "households": HOUSEHOLDS, "former_school_district": ["北"] * 6 + ["南"] * 6},
        geometry=cells,
        index=pd.Index(ids, name="association_id"),
        crs=6678,
    )
    associations.attrs.update(notice="区域はおよその形です。", attribution="架空の統計局")
    rows = [
        {"a": ids[i], "b": ids[j], "length_m": 500.0, "kind": "border", "barred_by": "", "reason": "",
         "geometry": cells[i].intersection(cells[j])}
        for i in range(12) for j in (i + 1, i + 4)
        if j < 12 and (j == i + 4 or j % 4) and HOUSEHOLDS[i] and HOUSEHOLDS[j]
    ]  # fmt: skip
    borders = gpd.GeoDataFrame(rows, geometry="geometry", crs=6678)
    stages = (
        Stage(name="below_floor", value=10, bound=10, proven=True),
        Stage(name="mergers", value=4, bound=4, proven=True),
    )
    reasons = {"T08": ("reach", "川を渡る道がありません。", "No road crosses the river.")}
    return plan_by_hand(associations, borders, MergeRules(), GROUPS, stages=stages, reasons=reasons)


OPTIONS = {
    "halls": gpd.GeoDataFrame(
        {"name": ["<i>集会所</i>"], "kind": ["木造"]},
        geometry=[shapely.Point(1750, 250)],
        index=["H1"],
        crs=6678,
    ),
    "barriers": gpd.GeoDataFrame({"name": ["川"]}, geometry=[shapely.LineString([(0, 990), (2000, 1010)])], crs=6678),
    "councils": pd.DataFrame(
        {
            "name": ["北の協議会"],
            "status": ["established"],
            "founded": ["2020-04-01"],
            "district_names": ["北"],
        }
    ),
    "title": "再編案 <script>document.title='run'</script>",
}


def paths(page, name):
    """Find the drawn paths of one layer."""
    return page.locator(f"path.kg-{name}")


def boxes_overlap(a, b):
    """Say whether two rectangles on the screen touch."""
    return (
        a["x"] < b["x"] + b["width"]
        and b["x"] < a["x"] + a["width"]
        and a["y"] < b["y"] + b["height"]
        and (b["y"] < a["y"] + a["height"])
    )
