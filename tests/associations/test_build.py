"""One checked table: mended outlines, a plane CRS in metres, the same index in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from pyproj import CRS

from kurihara_geo import columns
from kurihara_geo.associations.build import build_associations, list_repairs, read_associations
from kurihara_geo.associations.crs import choose_metric_crs
from kurihara_geo.associations.places import list_places, representative_points
from kurihara_geo.errors import AssociationsError
from tests.towns import ORIGIN_X_M, ORIGIN_Y_M, draw_town, exclave_town, hollow_town, island_town, square_town

if TYPE_CHECKING:
    from pathlib import Path


def raw(town: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give a town as a raw table, ids in a column."""
    return town.reset_index()


def bow_tie_town() -> gpd.GeoDataFrame:
    """Draw a and b side by side; a's outline crosses itself in the middle of its cell."""
    x, y = ORIGIN_X_M, ORIGIN_Y_M
    town = draw_town("ab")
    tie = shapely.Polygon([(x, y), (x + 500, y + 500), (x + 500, y), (x, y + 500)])
    return town.set_geometry(gpd.GeoSeries([tie, town.geometry["b"]], index=town.index, crs=town.crs))


def small_box(lon: float, lat: float, crs: object = 4326) -> gpd.GeoDataFrame:
    """Draw a box of a hundredth of a degree."""
    area = gpd.GeoSeries([shapely.box(lon, lat, lon + 0.01, lat + 0.01)], crs=4326)
    return gpd.GeoDataFrame(geometry=area.to_crs(crs))


def test_a_bow_tie_is_refused_unless_repairs_are_accepted():
    """A's outline crosses itself: an error that names a and the way to have it mended."""
    with pytest.raises(AssociationsError, match="accept_repairs=True") as raised:
        build_associations(raw(bow_tie_town()))
    assert [(p.kind, p.association_id) for p in raised.value.problems] == [("broken_geometry", "a")]


def test_a_mended_bow_tie_has_a_row_with_the_change_of_its_area():
    """The two lobes of a add up to half a cell; counted around the outline they had cancelled out to nothing."""
    built = build_associations(raw(bow_tie_town()), accept_repairs=True)
    (row,) = list_repairs(built).to_dict("records")
    before = bow_tie_town().geometry["a"].area
    assert (row["association_id"], row["name"]) == ("a", "架空A区")
    assert row["area_change_m2"] == pytest.approx(500 * 500 / 2 - before)
    assert built.geometry.is_valid.all()
    assert built.geometry["a"].area == pytest.approx(500 * 500 / 2)
    assert "Self-intersection" in row["repair"]


def test_a_table_that_needed_no_repair_lists_none():
    """Nothing repaired: an empty table with all its columns."""
    repairs = list_repairs(build_associations(raw(square_town()), accept_repairs=True))
    assert repairs.empty
    assert list(repairs.columns) == [column.name for column in columns.REPAIRS]


def test_a_repair_is_recorded_by_name_whatever_the_row_labels():
    """Tables put together of two files repeat row labels; a is still recorded as a."""
    table = raw(bow_tie_town()).set_axis([0, 0])
    repairs = list_repairs(build_associations(table, accept_repairs=True))
    assert repairs["association_id"].tolist() == ["a"]


@pytest.mark.parametrize(
    ("lon", "lat", "expected"),
    [(141.02, 38.73, 6678), (134.23, 35.50, 6673), (139.75, 35.68, 6677), (2.35, 48.85, 32631), (151.2, -33.9, 32756)],
    ids=["Kurihara", "Tottori", "Tokyo", "Paris", "Sydney"],
)
def test_longitude_and_latitude_move_to_the_plane_of_the_place(lon: float, lat: float, expected: int):
    """In Japan the plane rectangular zone of the place, elsewhere UTM."""
    assert choose_metric_crs(small_box(lon, lat)).to_epsg() == expected


@pytest.mark.parametrize("own", [6678, 6677, 32654, 3100])
def test_an_own_plane_crs_in_metres_is_kept(own: int):
    """A layer that is in metres already is not moved, not even to the better zone."""
    assert choose_metric_crs(small_box(141.02, 38.73, own)).to_epsg() == own


@pytest.mark.parametrize("own", [6668, 4612, 6697], ids=["JGD2011", "JGD2000", "JGD2011 with heights"])
def test_every_geographic_crs_moves_to_the_plane(own: int):
    """Degrees are never kept, whatever their datum."""
    assert choose_metric_crs(small_box(141.02, 38.73, own)).to_epsg() == 6678


def test_a_plane_crs_in_feet_is_not_kept():
    """Areas and borders in feet would be read as metres."""
    feet = CRS.from_proj4("+proj=tmerc +lat_0=40 +lon_0=140.8333333 +ellps=GRS80 +units=us-ft +no_defs +type=crs")
    assert choose_metric_crs(small_box(141.02, 38.73, feet)).to_epsg() == 6678


def test_web_mercator_is_not_kept():
    """A metre of Web Mercator is 0.78 m on the ground in Kurihara; a cell of 500 m must stay 500 m wide."""
    built = build_associations(raw(square_town()).to_crs(3857))
    assert built.area.to_list() == pytest.approx([500 * 500] * 4, rel=1e-3)


def test_a_layer_without_crs_has_no_plane():
    """Nothing is guessed about a layer that does not say where it is."""
    with pytest.raises(ValueError, match="no CRS"):
        choose_metric_crs(square_town().set_crs(None, allow_override=True))


@pytest.mark.parametrize(
    "town", [square_town(), island_town(), exclave_town(), hollow_town()], ids=["square", "island", "parts", "hollow"]
)
def test_the_rows_keep_their_order_and_ids(town: gpd.GeoDataFrame):
    """Same rows in, same rows out: shuffled input comes out in its own order, every id with its own area."""
    mixed = town.sample(frac=1, random_state=3)
    built = build_associations(raw(mixed))
    assert list(built.index) == list(mixed.index)
    assert built.index.name == "association_id"
    assert built["households"].to_dict() == town["households"].to_dict()
    assert built.area.to_dict() == pytest.approx(town.area.to_dict())


def test_the_built_table_has_the_columns_of_the_contract_first():
    """Known columns in their order, then the planner's own, geometry last."""
    table = raw(square_town()).assign(own=1, population=[9, None, 8, 7])[
        ["own", "geometry", "population", "households", "name", "association_id"]
    ]
    built = build_associations(table)
    assert list(built.columns) == ["name", "households", "households_kind", "population", "own", "geometry"]
    assert str(built["population"].dtype) == "Int64"
    assert str(built["households"].dtype) == "int64"


def test_a_geometry_column_of_another_name_becomes_geometry():
    """A layer whose areas are in the column 区域 is built like any other."""
    table = raw(square_town()).rename_geometry("区域")
    built = build_associations(table)
    assert built.geometry.name == "geometry"
    assert built.area.to_dict() == pytest.approx(square_town().area.to_dict())


def test_numbers_as_ids_become_text():
    """Ids 1 to 4 read as numbers are the texts "1" to "4"."""
    built = build_associations(raw(square_town()).assign(association_id=[1, 2, 3, 4]))
    assert list(built.index) == ["1", "2", "3", "4"]


@pytest.mark.parametrize("kind", ["register", "census", "member"])
def test_the_kind_of_households_is_what_the_planner_says(kind: str):
    """households_kind given to the build stands in every row."""
    built = build_associations(raw(square_town()), households_kind=kind)
    assert set(built["households_kind"]) == {kind}


def test_an_unknown_kind_of_households_is_refused():
    """A misspelt kind is refused with the kinds there are."""
    with pytest.raises(AssociationsError, match="register, census, member"):
        build_associations(raw(square_town()), households_kind="registered")


def test_building_changes_nothing_of_the_raw_table():
    """The raw table is the same afterwards."""
    table = raw(bow_tie_town()).to_crs(4326)
    before = table.copy(deep=True)
    build_associations(table, accept_repairs=True)
    pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(before))


def test_points_where_people_live_move_along():
    """point_lon and point_lat become a point in the plane CRS; where they are missing a point inside stands in."""
    town = square_town()
    where = shapely.Point(ORIGIN_X_M + 10, ORIGIN_Y_M + 20)
    lonlat = gpd.GeoSeries([where], crs=6678).to_crs(4326).iloc[0]
    table = raw(town).assign(point_lon=[None, None, lonlat.x, None], point_lat=[None, None, lonlat.y, None])
    built = build_associations(table)
    points = representative_points(built)
    assert points["c"].distance(where) < 0.01
    assert all(built.geometry[name].contains(points[name]) for name in "abd")


def test_a_point_column_in_degrees_moves_along():
    """A planner's own point column in longitude and latitude is in metres in the built table."""
    table = raw(square_town()).to_crs(4326)
    table["point"] = gpd.GeoSeries(raw(square_town()).representative_point(), crs=6678).to_crs(4326)
    built = build_associations(table)
    assert all(built.geometry[name].contains(built.at[name, "point"]) for name in built.index)


def test_places_carry_their_halls_sorted_by_id():
    """Two halls of a are listed h1, h2; a hall that belongs to nobody is left out."""
    halls = gpd.GeoDataFrame(
        {"association_id": ["a", "a", None]},
        index=pd.Index(["h2", "h1", "h3"], name="hall_id"),
        geometry=gpd.points_from_xy([ORIGIN_X_M] * 3, [ORIGIN_Y_M] * 3),
        crs=6678,
    )
    places = list_places(square_town(), halls)
    assert [hall.place_id for hall in places["a"].halls] == ["h1", "h2"]
    assert places["b"].halls == ()


def test_representative_points_of_an_empty_table_are_empty():
    """No rows, no points, the same CRS."""
    points = representative_points(square_town().iloc[:0])
    assert points.empty
    assert points.crs == square_town().crs


def test_a_point_that_is_no_coordinate_is_named():
    """A text, and a longitude without a latitude; both empty is no fault: a point inside stands for it."""
    town = draw_town("abc", {"a": 50, "b": 50, "c": 50})
    town["point_lon"] = ["x", 141.02, None]
    town["point_lat"] = [38.7, None, None]
    with pytest.raises(AssociationsError) as caught:
        build_associations(town)
    assert [(p.kind, p.association_id) for p in caught.value.problems] == [("bad_point", "a"), ("bad_point", "b")]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"households_sheet": "x"}, "about households="),
        ({"restore_leading_zero": True}, "about households="),
        ({"shared": "larger_share"}, "needs correspondence="),
        ({"shared": "bogus"}, "divide or larger_share"),
        ({"walls": "name"}, "needs outline="),
        ({"former_towns": ["架空町"]}, "about households="),
    ],
)
def test_an_option_without_effect_is_refused(tmp_path: Path, options: dict, said: str):
    """What would change nothing was meant to change something."""
    with pytest.raises(AssociationsError, match=said):
        read_associations(tmp_path / "town.geojson", **options)


def test_kinds_of_households_in_one_column_are_looked_at():
    """Register and census together are a warning; a word that is no kind is an error; saying the kind settles both."""
    town = draw_town("ab", {"a": 50, "b": 50})
    mixed = build_associations(town.assign(households_kind=["register", "census"]))
    assert "several_kinds" in {record["kind"] for record in mixed.attrs["records"]}
    wrong = town.assign(households_kind=["register", "r"])
    with pytest.raises(AssociationsError, match="unknown_kind"):
        build_associations(wrong)
    assert set(build_associations(wrong, households_kind="member")["households_kind"]) == {"member"}
