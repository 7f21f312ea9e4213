"""Public facilities of the national layers P05 and P02: usable as halls, classes in words, none lost unsaid."""

from __future__ import annotations

import tempfile
from pathlib import Path

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point

from kurihara_geo.associations.halls import place_halls
from kurihara_geo.errors import SourceError
from kurihara_geo.sources import read_public_facilities
from tests.sources.portal import kinds, layer, message_of, pack, spot, square

P05 = ("P05_001", "P05_002", "P05_003", "P05_004")
ROWS = [
    ("04999", "1", "架空市役所", "架空1"),
    ("04999", "5", "見本集会所", "見本2"),
    ("04998", "4", "別町公民館", "別町3"),
    ("04999", "4", "架空公民館", "架空4"),
    ("04999", "5", "見本集会所", "見本5"),
]


def town() -> gpd.GeoDataFrame:
    """Draw five facilities; two are called alike."""
    return layer(P05, ROWS, [spot(place) for place in range(5)])


def test_facilities_of_the_portals_zip_are_halls(tmp_path: Path) -> None:
    """Ids say layer and row, classes are in words; put on the map, each stands in its association."""
    path = pack(tmp_path, "P05-22_04", {"P05-22_04": town()}, geojson=True)
    halls = read_public_facilities(path, "04999", classes=(4, 5))
    assert halls.index.tolist() == ["P05-00002", "P05-00004", "P05-00005"]
    assert halls.index.name == "hall_id"
    assert halls["name"].tolist() == ["見本集会所", "架空公民館", "見本集会所"]
    assert halls["kind"].tolist() == ["集会施設", "公立公民館", "集会施設"]
    assert halls["address"].tolist() == ["見本2", "架空4", "見本5"]
    assert kinds(halls) == ["format_chosen", "encoding_guessed", "other_municipality", "other_kind"]
    squares = gpd.GeoDataFrame(
        {"name": list("abcde")}, geometry=[square(place) for place in range(5)], index=list("ABCDE"), crs="EPSG:6668"
    ).to_crs("EPSG:6678")
    assert place_halls(halls, squares)["association_id"].tolist() == ["B", "D", "E"]


def test_ids_do_not_depend_on_what_is_kept(tmp_path: Path) -> None:
    """架空公民館 is row 4 with and without the others."""
    town().to_file(tmp_path / "facilities.geojson")
    alone = read_public_facilities(tmp_path / "facilities.geojson", "04999", classes=["4"])
    everything = read_public_facilities(tmp_path / "facilities.geojson")
    assert alone.index.tolist() == ["P05-00004"]
    assert everything.loc["P05-00004", "name"] == "架空公民館"
    assert len(everything) == 5


def test_older_public_facilities_are_read(tmp_path: Path) -> None:
    """P02 of 2006: the large class in words, the small one as it is."""
    headings = ("P02_001", "P02_002", "P02_003", "P02_004", "P02_005", "P02_006", "P02_007")
    rows = [
        ("04999", "12", "12004", "架空役場", "架空1", 3, "地図"),
        ("04999", "03", "03003", "見本図書館", "見本2", 3, "地図"),
    ]
    layer(headings, rows, [spot(0), spot(1)]).to_file(tmp_path / "facilities.geojson")
    halls = read_public_facilities(tmp_path / "facilities.geojson", "04999")
    assert halls.index.tolist() == ["P02-00001", "P02-00002"]
    assert halls["kind"].tolist() == ["地方公共団体", "建物"]
    assert halls["class"].tolist() == ["12", "3"]
    assert halls["P02_003"].tolist() == ["12004", "03003"]


def test_a_class_nobody_has_is_no_fault_but_none_at_all_is(tmp_path: Path) -> None:
    """The next town has no 集会施設: its 公民館 comes alone. 集会施設 alone, or a class 9, is refused."""
    town().to_file(tmp_path / "facilities.geojson")
    path = tmp_path / "facilities.geojson"
    assert read_public_facilities(path, "04998", classes=(4, 5))["name"].tolist() == ["別町公民館"]
    with pytest.raises(SourceError, match=r"of class 5, named by classes=; classes found \(how many\): 4 \(1\)"):
        read_public_facilities(path, "04998", classes=5)
    with pytest.raises(SourceError, match="no facility is of class 9"):
        read_public_facilities(path, classes=(4, 9))


def test_what_is_odd_is_kept_and_recorded(tmp_path: Path) -> None:
    """A class 7 stays as a code, a facility without a name stays nameless; a row without a shape is named."""
    rows = [*ROWS, ("04999", "7", None, "架空6"), ("04999", "5", "幻集会所", "架空7")]
    shapes = [*[spot(place) for place in range(6)], None]
    layer(P05, rows, shapes).to_file(tmp_path / "facilities.geojson")
    halls = read_public_facilities(tmp_path / "facilities.geojson")
    assert halls.loc["P05-00006", "kind"] == "7"
    assert halls.loc["P05-00006", "name"] is None
    assert message_of(halls, "no_shape").endswith(": 7")
    assert message_of(halls, "missing_name").endswith("rows 6")
    assert "7" in message_of(halls, "class_unknown")


def test_a_layer_of_areas_is_refused(tmp_path: Path) -> None:
    """Facilities are points; every other row is named."""
    layer(P05, ROWS[:2], [spot(0), square(1)]).to_file(tmp_path / "facilities.geojson")
    with pytest.raises(SourceError, match="row 2: Polygon"):
        read_public_facilities(tmp_path / "facilities.geojson")


@given(
    drawn=st.lists(
        st.tuples(st.sampled_from(["04999", "04998", None]), st.sampled_from("12345"), st.booleans()),
        min_size=1,
        max_size=10,
    )
)
def test_every_feature_is_read_or_recorded(drawn: list[tuple[str | None, str, bool]]) -> None:
    """Rows read and rows that records count add up to the rows of the file, whatever is asked for."""
    rows = [("04999", "5", "架空集会所", "1"), *[(code, kind, "見本", "2") for code, kind, _ in drawn]]
    shapes = [spot(0), *[Point(141, 38.7) if there else None for *_, there in drawn]]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "facilities.geojson"
        layer(P05, rows, shapes).to_file(path)
        halls = read_public_facilities(path, "04999", classes=(4, 5))
    first_numbers = {
        note["kind"]: int(note["message"].split()[0])
        for note in halls.attrs["records"]
        if note["kind"] in ("other_municipality", "other_kind", "municipality_missing")
    }
    assert len(halls) + sum(first_numbers.values()) + shapes.count(None) == len(rows)
