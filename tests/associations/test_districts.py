"""Districts without a layer of them: associations united by an attribute, or places nearest to a school."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely.geometry import LineString, Point, box

from kurihara_geo.associations import assign_areas, dissolve_districts, districts_from_schools
from kurihara_geo.associations.districts import DISTRICTS_NOTICE_JA
from kurihara_geo.errors import AssociationsError
from kurihara_geo.sources import read_districts

PLANE = "EPSG:6678"


def town(**columns: list[object]) -> gpd.GeoDataFrame:
    """Draw four squares of 100 m in a row, two of 架空小, one of 見本小, and a pond."""
    data = {
        "name": ["甲区", "乙区", "丙区", "池"],
        "households": [60, 20, 35, 0],
        "former_school_district": ["架空小", "架空小", "見本小", None],
        **columns,
    }
    squares = [box(100 * place, 0, 100 * place + 100, 100) for place in range(4)]
    table = gpd.GeoDataFrame(data, geometry=squares, index=["A", "B", "C", "D"], crs=PLANE)
    return table.rename_axis("association_id")


def schools(*spots: tuple[float, float], **columns: list[object]) -> gpd.GeoDataFrame:
    """Place schools S1, S2, ... on the plane."""
    ids = [f"S{number}" for number in range(1, len(spots) + 1)]
    data = {"name": [f"架空{number}小学校" for number in range(1, len(spots) + 1)], **columns}
    return gpd.GeoDataFrame(data, geometry=[Point(spot) for spot in spots], index=ids, crs=PLANE)


CITY = gpd.GeoSeries([box(0, 0, 400, 100)], crs=PLANE)

# --- from an attribute -----------------------------------------------------------------------------


def test_associations_of_one_district_are_united() -> None:
    """架空小 is A and B, 80 households on 20,000 m2; the pond is in none, and that is recorded."""
    districts = dissolve_districts(town())
    assert districts.index.tolist() == ["架空小", "見本小"]
    assert districts.index.name == "district_id"
    assert districts[["associations", "households"]].to_numpy().tolist() == [[2, 80], [1, 35]]
    assert districts.area.tolist() == [20_000.0, 10_000.0]
    assert districts.crs == PLANE
    (note,) = districts.attrs["records"]
    assert note["kind"] == "without_district"
    assert "D 池" in note["message"]


def test_associations_belong_to_the_districts_made_of_them() -> None:
    """Assigned back by overlap, each lies wholly in the district it named."""
    inhabited = town().iloc[:3]
    found = assign_areas(inhabited, dissolve_districts(inhabited))
    assert found["area"].tolist() == inhabited["former_school_district"].tolist()
    assert found["share"].tolist() == [1.0] * 3


def test_districts_written_to_a_file_are_read_as_districts(tmp_path) -> None:
    """The table is what read_districts gives."""
    districts = dissolve_districts(town())
    districts.to_file(tmp_path / "districts.gpkg")
    read = read_districts(tmp_path / "districts.gpkg")
    assert read.index.tolist() == districts.index.tolist()
    assert read["name"].tolist() == districts["name"].tolist()
    assert read.geometry.geom_equals(districts.geometry).all()


def test_people_without_a_district_are_named() -> None:
    """B and C have households and no district: both are in the error."""
    with pytest.raises(AssociationsError, match="2 associations have no former_school_district: B 乙区, C 丙区"):
        dissolve_districts(town(former_school_district=["架空小", None, " ", None]))


def test_without_households_every_gap_is_an_error() -> None:
    """Nobody can tell that D is a pond."""
    with pytest.raises(AssociationsError, match="D 池"):
        dissolve_districts(town().drop(columns="households"))


def test_a_missing_count_leaves_the_sum_of_its_district_missing() -> None:
    """Households of B are not known: those of 架空小 are missing, not 60, and B is named; 見本小 has its 35."""
    for without in (float("nan"), None, pd.NA):
        districts = dissolve_districts(town(households=pd.Series([60, without, 35, 0], dtype="object").tolist()))
        assert districts["households"].isna().tolist() == [True, False]
        assert districts.at["見本小", "households"] == 35
        (note,) = [note for note in districts.attrs["records"] if note["kind"] == "count_missing"]
        assert (note["association_id"], "B 乙区" in note["message"]) == ("架空小", True)


def test_a_column_or_shape_that_is_not_there_is_named() -> None:
    """The columns found are listed; a broken ring is named."""
    with pytest.raises(AssociationsError, match=r"no column 'council'\. Columns found: association_id, name"):
        dissolve_districts(town(), "council")
    broken = town()
    broken.loc["B", "geometry"] = shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)])
    with pytest.raises(AssociationsError, match="broken shapes: B 乙区"):
        dissolve_districts(broken)


def test_notices_of_the_associations_are_kept() -> None:
    """What is approximate stays said to be."""
    table = town()
    table.attrs["notice"] = "概形です。"
    assert dissolve_districts(table).attrs["notice"] == "概形です。"


# --- around schools --------------------------------------------------------------------------------


def test_every_place_belongs_to_the_nearest_school() -> None:
    """Schools at x = 50 and 250 meet at x = 150; together they fill the city."""
    found = districts_from_schools(schools((50, 50), (250, 50), school_code=["B1", "B2"], closed=[True, False]), CITY)
    assert found.index.tolist() == ["S1", "S2"]
    assert found.area.tolist() == [15_000.0, 25_000.0]
    assert found["school_code"].tolist() == ["B1", "B2"]
    assert found["closed"].tolist() == [True, False]
    assert found["approximate"].all()
    assert shapely.union_all(found.geometry.to_numpy()).equals(CITY.iloc[0])


def test_districts_around_schools_say_that_they_are_approximate() -> None:
    """The notice is of districts, and a record asks for confirmation."""
    found = districts_from_schools(schools((50, 50), (250, 50)), CITY)
    assert found.attrs["notice"] == DISTRICTS_NOTICE_JA
    assert "approximate" in found.attrs["notice_en"]
    assert found.attrs["records"][-1]["kind"] == "cells_approximate"


def test_districts_around_schools_name_both_sources() -> None:
    """Schools and outline each have a publisher: both are credited, each once."""
    points, city = schools((50, 50), (250, 50)), gpd.GeoDataFrame(geometry=CITY)
    points.attrs, city.attrs = {"attribution": "学校の出典"}, {"attribution": "境界の出典"}
    assert districts_from_schools(points, city).attrs["attribution"] == "学校の出典; 境界の出典"


def test_schools_that_cannot_be_told_apart_are_named() -> None:
    """The same place twice, a line, and no name: all in one error."""
    odd = schools((50, 50), (50, 50), (250, 50), (300, 50))
    odd.loc["S3", "geometry"] = LineString([(0, 0), (1, 1)])
    odd.loc["S4", "name"] = None
    with pytest.raises(AssociationsError) as caught:
        districts_from_schools(odd, CITY)
    assert [problem.kind for problem in caught.value.problems] == ["same_point", "not_point", "missing_name"]
    with pytest.raises(AssociationsError, match="outside the outline"):
        districts_from_schools(schools((50, 50), (900, 50)), CITY)
