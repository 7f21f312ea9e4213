"""A large town stays light: simplified under the limit, shared borders still shared, the same bytes again."""

from __future__ import annotations

import json
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from kurihara_geo.model.solution import Stage
from kurihara_geo.outputs.drawing import shapes
from kurihara_geo.outputs.maps import write_map
from kurihara_geo.rules import MergeRules
from tests.plans import plan_by_hand

WIDE, HIGH, SIDE_M = 12, 10, 1000.0
STEPS = 200
LIMIT_BYTES = 3_500_000
LIMIT_VERTICES = 50_000
LINKS = re.compile(r"""(?:src|href)\s*=\s*["']https?://""")


def wave(length, phase):
    """Draw a wavy line of 200 steps along the x axis, its ends at rest."""
    x = np.linspace(0.0, length, STEPS + 1)
    return np.column_stack([x, 60.0 * np.sin(phase + 37 * x / length * np.pi) * np.sin(x / length * np.pi)])


def draw_large_town():
    """Draw 120 squares whose every side is a wave of 200 steps: 96 000 corners, each side drawn once and shared."""

    def across(x, y):
        return wave(SIDE_M, x + 3 * y) + np.array([x, y]) * SIDE_M

    def up(x, y):
        return wave(SIDE_M, 2 * x + y)[:, ::-1] + np.array([x, y]) * SIDE_M

    cells = [
        shapely.Polygon(np.vstack([across(x, y), up(x + 1, y)[1:], across(x, y + 1)[::-1][1:], up(x, y)[::-1][1:]]))
        for y in range(HIGH) for x in range(WIDE)
    ]  # fmt: skip
    ids = [f"L{i:03d}" for i in range(len(cells))]
    associations = gpd.GeoDataFrame(
        {"name": [f"波{i}" for i in range(len(ids))], "households": [30 + i % 40 for i in range(len(ids))]},
        geometry=cells, index=pd.Index(ids, name="association_id"), crs=6678,
    )  # fmt: skip
    rows = [
        {"a": ids[i], "b": ids[i + 1], "length_m": SIDE_M, "kind": "border", "barred_by": "", "reason": "",
         "geometry": shapely.LineString(up(i % WIDE + 1, i // WIDE))}
        for i in range(len(ids)) if i % WIDE < WIDE - 1
    ]  # fmt: skip
    pairs = tuple((ids[i], ids[i + 1]) for i in range(0, len(ids), 2))
    stages = (Stage(name="below_floor", value=0, bound=0, proven=True),)
    return plan_by_hand(
        associations, gpd.GeoDataFrame(rows, geometry="geometry", crs=6678), MergeRules(), pairs, stages=stages
    )


@pytest.fixture(scope="module")
def plan():
    """Draw the town once."""
    return draw_large_town()


def test_a_town_of_96_000_corners_is_a_page_under_the_limit(plan, tmp_path):
    """Under 3.5 MB and 50 000 vertices; the same bytes twice; nothing is fetched from anywhere."""
    assert shapely.get_num_coordinates(plan.associations.geometry.to_numpy()).sum() > 90_000
    first = write_map(plan, tmp_path / "first.html").read_bytes()
    assert first == write_map(plan, tmp_path / "second.html").read_bytes()
    assert len(first) <= LIMIT_BYTES
    text = first.decode("utf-8")
    # Leaflet's own attribution is in its script; the page does not show it as a link.
    assert LINKS.search(text.replace('href="https://leafletjs.com"', "")) is None
    pairs = re.findall(r"\[-?\d+\.\d+, ?-?\d+\.\d+\]", text)
    assert len(pairs) <= LIMIT_VERTICES


def test_simplified_borders_are_still_shared(plan):
    """Neighbours have the same corners along their border, so no sliver lies between, and none overlap."""
    drawn = shapes.shape_plan(plan).associations
    assert shapely.get_num_coordinates(drawn.to_numpy()).sum() < 20_000
    assert shapely.coverage_is_valid(drawn.to_numpy())
    whole = shapely.coverage_union_all(drawn.to_numpy())
    assert shapely.get_num_interior_rings(whole) == 0
    assert shapely.area(whole) == pytest.approx(shapely.area(drawn.to_numpy()).sum(), rel=1e-9)


@pytest.mark.browser
def test_the_large_town_opens_and_its_groups_are_all_there(plan, visit, tmp_path):
    """60 groups drawn, neighbours told apart, nothing said against it."""
    seen = visit(write_map(plan, tmp_path / "large.html"))
    assert seen.page.locator("path.kg-groups").count() == 60
    assert seen.complaints == []
    groups = json.loads(seen.page.evaluate("JSON.stringify(KG.data.groups.map(one => one.colour))"))
    row = WIDE // 2
    assert all(groups[i] != groups[i + 1] for i in range(60) if i % row < row - 1)
    assert all(groups[i] != groups[i + row] for i in range(60 - row))
