"""Old datum, swapped axes, no CRS: a town is put where it is, or the planner is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely
from pyproj import CRS

import kurihara_geo as kg
from kurihara_geo.associations.crs import describe_coordinates
from kurihara_geo.errors import SourceError
from kurihara_geo.sources.datums import from_old_datum, is_old_datum, look_swapped
from tests.towns import draw_town

if TYPE_CHECKING:
    from pathlib import Path

# The city hall of Kurihara in longitude and latitude.
HALL = (141.021472, 38.730111)


def town_in(crs: int, folder: Path, *, swapped: bool = False) -> Path:
    """Write a town of two squares near the city hall in some CRS."""
    town = draw_town("ab", {"a": 50, "b": 30})
    town = town.reset_index()[["association_id", "name", "households", "geometry"]]
    centre = gpd.GeoSeries([shapely.Point(HALL)], crs=4326).to_crs(town.crs).iloc[0]
    west, south = town.total_bounds[:2]
    town["geometry"] = town.geometry.translate(centre.x - west, centre.y - south)
    town = town.to_crs(crs)
    if swapped:
        town["geometry"] = shapely.transform(town.geometry.to_numpy(), lambda xy: xy[:, ::-1])
    path = folder / "town.gpkg"
    town.to_file(path)
    return path


@pytest.mark.parametrize(("old", "new"), [(4301, 4612), (30170, 2452)])
def test_the_old_datum_moves_by_its_450_metres(old: int, new: int):
    """A point said to be in the Tokyo datum lies some 300 m further east and 320 m further south in the new one."""
    hall = gpd.GeoDataFrame(geometry=gpd.points_from_xy([HALL[0]], [HALL[1]], crs=4326).to_crs(6678)).to_crs(new)
    said_old = hall.set_crs(old, allow_override=True)
    moved, records = from_old_datum(said_old)
    assert moved.crs.to_epsg() == new
    assert [entry["kind"] for entry in records] == ["old_datum"]
    before, after = hall.to_crs(6678).geometry.iloc[0], moved.to_crs(6678).geometry.iloc[0]
    assert before.distance(after) == pytest.approx(450, abs=30)


def test_a_file_in_the_old_datum_is_moved_and_recorded(tmp_path: Path):
    """Read straight to the plane it would stay 450 m off: PROJ knows no way from Tokyo to JGD2011."""
    boundaries = kg.read_boundaries(town_in(4612, tmp_path), crs=4301)
    assert boundaries.crs.to_epsg() == 4612
    assert "old_datum" in {entry["kind"] for entry in boundaries.attrs["records"]}


@pytest.mark.parametrize("crs", [4612, 6668, 6678, 4326, 6697])
def test_newer_datums_stay_as_they_are(crs: int):
    """JGD2000, JGD2011 (plane, or with heights) and WGS 84 are not the old datum."""
    assert not is_old_datum(CRS.from_epsg(crs))


@pytest.mark.parametrize("crs", [6668, 6678])
def test_swapped_axes_are_found_and_asked_back(tmp_path: Path, crs: int):
    """Latitude first, or north first: refused with the option to say so; with it the town is where it is."""
    path = town_in(crs, tmp_path, swapped=True)
    with pytest.raises(SourceError, match="swap_axes=True"):
        kg.read_boundaries(path)
    right = kg.read_boundaries(path, swap_axes=True)
    assert right.to_crs(4326).total_bounds[:2] == pytest.approx(HALL, abs=0.1)
    assert "axes_swapped" in {entry["kind"] for entry in right.attrs["records"]}


def test_right_axes_are_not_taken_for_swapped(tmp_path: Path):
    """The town as it is, in degrees and in metres; and a place that is nowhere in Japan."""
    assert not look_swapped((141.0, 38.7, 141.1, 38.8), CRS.from_epsg(6668))
    assert not look_swapped((16_000, -141_000, 17_000, -140_000), CRS.from_epsg(6678))
    assert not look_swapped((2.3, 48.8, 2.4, 48.9), CRS.from_epsg(4326))
    assert not look_swapped((float("nan"),) * 4, CRS.from_epsg(6668))


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ((141.0, 38.7, 141.1, 38.8), "EPSG:6668"),
        ((38.7, 141.0, 38.8, 141.1), "swap_axes=True"),
        ((16_000, -141_000, 17_000, -140_000), "EPSG:6678"),
        ((500_000, 4_280_000, 510_000, 4_290_000), "EPSG:6692"),
        ((9e9, 9e9, 9e9, 9e9), "no system of Japan"),
    ],
)
def test_an_unknown_crs_is_asked_for_with_what_the_numbers_look_like(bounds: tuple, said: str):
    """The numbers narrow it down; the planner decides."""
    assert said in describe_coordinates(bounds)
