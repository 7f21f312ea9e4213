"""The sample city keeps the census figures, fills the outline and claims no more than its sources."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest
import shapely

from kurihara_geo.sources import sample

REPOSITORY = Path(__file__).resolve().parents[2]
BUILDER = REPOSITORY / "data" / "boundaries" / "make_cells.py"
MADE = ("kurihara_cells.geojson", "kurihara_districts.geojson", "kurihara_towns.geojson", "cell_report.csv")
LOADERS = (
    sample.read_sample_cells,
    sample.load_sample_districts,
    sample.load_sample_towns,
    sample.load_sample_councils,
    sample.load_sample_facilities,
    sample.load_sample_halls,
    sample.load_sample_outline,
)


def test_totals_are_those_of_the_two_censuses():
    """The 350 cells sum to the published households and population of 2020 and 2015."""
    cells = sample.read_sample_cells()
    assert len(cells) == 350
    assert (cells["households"].sum(), cells["population"].sum()) == (22_697, 64_637)
    assert (cells["households_2015"].sum(), cells["population_2015"].sum()) == (23_133, 69_906)


def test_ids_are_unique_text_with_the_leading_zero():
    """Every cell has its own text id that begins with the municipal code 04213, in sorted order."""
    ids = sample.read_sample_cells()["association_id"]
    assert all(isinstance(code, str) and code.startswith("04213") for code in ids)
    assert ids.is_unique
    assert ids.is_monotonic_increasing


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:6678"])
def test_cells_share_their_borders_exactly(crs):
    """The cells are a valid coverage both as stored and on the metric plane."""
    shapes = sample.read_sample_cells().to_crs(crs).geometry
    assert shapes.is_valid.all()
    assert shapely.coverage_is_valid(shapes.to_numpy())


def test_each_cell_is_one_polygon_without_holes():
    """No cell is empty, in several parts, or around another one."""
    shapes = sample.read_sample_cells().geometry
    assert (shapes.geom_type == "Polygon").all()
    assert (shapely.get_num_interior_rings(shapes.to_numpy()) == 0).all()
    assert not shapes.is_empty.any()


def test_cells_fill_the_outline():
    """The union of the cells differs from the outline by less than 0.1 % of its area."""
    union = sample.read_sample_cells().to_crs("EPSG:6678").geometry.union_all()
    outline = sample.load_sample_outline().geometry.iloc[0]
    assert union.symmetric_difference(outline).area < 0.001 * outline.area


def test_cells_have_their_published_areas():
    """Each cell's share of the city is its published share within 0.1 %."""
    cells = sample.read_sample_cells()
    found = cells.to_crs("EPSG:6678").area
    share = (found / found.sum()) / (cells["area_m2"] / cells["area_m2"].sum())
    assert (share - 1).abs().max() < 0.001


def test_points_are_in_or_near_their_cells():
    """No published centroid is more than 100 m from its cell, and nearly all are inside."""
    cells = sample.read_sample_cells()
    points = cells.set_geometry(shapely.points(cells[["point_lon", "point_lat"]].to_numpy()), crs="EPSG:4326").to_crs(
        "EPSG:6678"
    )
    away = cells.to_crs("EPSG:6678").distance(points)
    assert away.max() < 100
    assert (away > 0).sum() <= 6


def test_districts_and_towns_are_connected():
    """The 28 districts and ten towns are one polygon each and hold all households."""
    districts, towns = sample.load_sample_districts(), sample.load_sample_towns()
    assert (len(districts), len(towns)) == (28, 10)
    for frame in (districts, towns):
        assert (frame.geom_type == "Polygon").all()
        assert frame["households"].sum() == 22_697
        assert frame.crs.to_epsg() == 6678
    assert list(districts.index[[0, -1]]) == ["SD01", "SD28"]


def test_only_the_councils_of_the_sources_are_established():
    """Three councils are established, the RMO is no council, and nothing else is claimed."""
    councils = sample.load_sample_councils()
    assert set(councils["status"]) <= {"established", "preparing", "none", "not_confirmed"}
    assert set(councils["kind"]) <= {"council", "rmo", "unknown"}
    established = councils[councils["status"] == "established"]
    assert set(established["district_names"]) == {"旧金田小学校区", "旧長崎小学校区", "旧姫松小学校区"}
    assert (councils.loc[councils["kind"] == "rmo", "district_names"] == "旧花山小学校区").all()
    unknown = councils[councils["kind"] == "unknown"]
    assert (unknown[["name", "founded"]] == "").all(axis=None)
    assert set(councils["district_names"]) == set(sample.load_sample_districts()["name"])


def test_halls_are_places_to_meet_inside_the_city():
    """Halls are the meeting kinds of the 317 sites, all inside the outline, with true or false flags."""
    sites, halls = sample.load_sample_facilities(), sample.load_sample_halls()
    assert len(sites) == 317
    assert len(halls) == sites["kind"].isin(sample.HALL_KINDS).sum() == 240
    assert set(halls["kind"]) == set(sample.HALL_KINDS)
    assert halls.index[0] == "H001"
    assert halls.within(sample.load_sample_outline().geometry.iloc[0]).all()
    assert set(halls.filter(like="shelter_").dtypes.astype(str)) == {"bool"}


@pytest.mark.parametrize("load", LOADERS, ids=lambda load: load.__name__)
def test_every_table_names_its_sources(load):
    """Each table carries the attribution and the notice as plain text."""
    attributes = load().attrs
    assert "国勢調査" in attributes["attribution"]
    assert "自治会ではありません" in attributes["notice"]


def test_missing_sample_is_said_plainly(monkeypatch, tmp_path):
    """Where no sample data are installed, the error names the folders that were looked in."""
    monkeypatch.setattr(sample, "files", lambda _package: tmp_path)
    monkeypatch.setattr(sample, "__file__", str(tmp_path / "a" / "b" / "sample.py"))
    with pytest.raises(sample.SourceError, match="sample_data"):
        sample.sample_folder()


@pytest.mark.slow
def test_building_again_gives_the_same_areas(tmp_path):
    """The script makes the shipped areas again: the same ids, names and counts in the same order.

    Outlines come out of an iteration whose last digits differ between versions of the numerical libraries.
    """
    pytest.importorskip("scipy", reason="the builder needs scipy (dependency group 'sample')")
    if not BUILDER.is_file():
        pytest.skip("the builder is only in a checkout")
    spec = importlib.util.spec_from_file_location("make_cells", BUILDER)
    builder = importlib.util.module_from_spec(spec)
    sys.modules["make_cells"] = builder
    try:
        spec.loader.exec_module(builder)
        builder.make(BUILDER.parent, tmp_path)
    finally:
        del sys.modules["make_cells"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(MADE)
    for name in [name for name in MADE if name.endswith(".geojson")]:
        made, shipped = (json.loads((folder / name).read_text("utf-8")) for folder in (tmp_path, BUILDER.parent))
        properties = [[feature["properties"] for feature in file["features"]] for file in (made, shipped)]
        assert properties[0] == properties[1], name
