"""Boundaries read as they come: every format, the census's habits, and faults left for the checks."""

from __future__ import annotations

import copy
import shutil
import warnings
import zipfile
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
from shapely.geometry import Point, box

from kurihara_geo.errors import SourceError
from kurihara_geo.sources import read_boundaries

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

PLANE = "EPSG:6678"


def square_town(**columns: list[object]) -> gpd.GeoDataFrame:
    """Draw three squares of 100 m in a row: まる, さんかく, しかく."""
    data = columns or {
        "自治会コード": ["001", "002", "003"],
        "自治会名": ["まる", "さんかく", "しかく"],
        "世帯数": [60, 20, 35],
    }
    count = len(next(iter(data.values())))
    squares = [box(100 * place, 0, 100 * place + 100, 100) for place in range(count)]
    return gpd.GeoDataFrame(data, geometry=squares, crs=PLANE)


def census_town() -> gpd.GeoDataFrame:
    """Draw areas as the census does: 架空一 in two parts (the smaller first), 架空二, a pond, a nameless."""
    return gpd.GeoDataFrame(
        {
            "KEY_CODE": ["04999001001", "04999001001", "04999001002", "049990020", "049990030"],
            "PREF": ["04"] * 5,
            "CITY": ["999"] * 5,
            "S_NAME": ["架空一丁目", "架空一丁目", "架空二丁目", "池", None],
            "KIGO_E": ["E2", "E1", None, None, None],
            "HCODE": [8101, 8101, 8101, 8154, 8101],
            "AREA": [2_500.0, 10_000.0, 10_000.0, 10_000.0, 10_000.0],
            "AREA_MAX_F": [None, "M", "M", "M", "M"],
            "JINKO": [0, 90, 50, 3, 7],
            "SETAI": [0, 40, 21, 2, 4],
        },
        geometry=[box(500, 0, 550, 50), *[box(100 * place, 0, 100 * place + 100, 100) for place in range(4)]],
        crs="EPSG:6668",
    ).set_crs(PLANE, allow_override=True)


def write_shapefile(town: gpd.GeoDataFrame, path: Path) -> None:
    """Write a CP932 shapefile; headings are cut to 10 bytes, of which GDAL warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        town.to_file(path, encoding="cp932")


def write_as_the_portal(town: gpd.GeoDataFrame, folder: Path, stem: str = "r2ka04999") -> Path:
    """Pack a CP932 shapefile without .cpg, its language byte 0, into a zip."""
    loose = folder / "loose"
    loose.mkdir()
    write_shapefile(town, loose / f"{stem}.shp")
    (loose / f"{stem}.cpg").unlink()
    dbf = loose / f"{stem}.dbf"
    content = bytearray(dbf.read_bytes())
    content[29] = 0
    dbf.write_bytes(content)
    archive = folder / f"{stem}.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for part in sorted(loose.iterdir()):
            packed.write(part, part.name)
    return archive


def kinds(frame: pd.DataFrame) -> list[str]:
    """Give the kinds of what the reader noted."""
    return [note["kind"] for note in frame.attrs["records"]]


@pytest.mark.parametrize("name", ["town.gpkg", "town.geojson", "town.shp", "town.fgb"])
def test_every_format_gives_the_same_table(tmp_path: Path, name: str) -> None:
    """Ids, names, counts and shapes are the same whatever the format."""
    town = square_town()
    if name.endswith("geojson"):
        town = town.to_crs("EPSG:4326")
    if name.endswith("shp"):
        write_shapefile(town, tmp_path / name)
    else:
        town.to_file(tmp_path / name)

    table = read_boundaries(tmp_path / name)

    assert sorted(zip(table["association_id"], table["name"], table["households"], strict=True)) == [
        ("001", "まる", 60),
        ("002", "さんかく", 20),
        ("003", "しかく", 35),
    ]
    assert table["households"].dtype == "int64"
    assert table.to_crs(PLANE).area.round().tolist() == [10_000] * 3
    assert list(table.index) == [0, 1, 2]
    assert list(table.columns)[-1] == "geometry"


def test_kml_names_come_from_its_name_field(tmp_path: Path) -> None:
    """A KML drawn by hand has only a name; it may serve as the id when the planner says so."""
    square_town(Name=["まる", "さんかく"]).to_crs("EPSG:4326").to_file(tmp_path / "town.kml", driver="KML")

    table = read_boundaries(tmp_path / "town.kml", id_column="Name")

    assert table["association_id"].tolist() == table["name"].tolist() == ["まる", "さんかく"]
    assert table.crs == "EPSG:4326"


def test_kml_without_an_id_asks_for_one(tmp_path: Path) -> None:
    """Ids are never made up: the error lists the columns and the argument to pass."""
    square = "141,38,5 141.1,38,5 141.1,38.1,5 141,38,5"
    ring = f"<LinearRing><coordinates>{square}</coordinates></LinearRing>"
    shape = f"<Polygon><outerBoundaryIs>{ring}</outerBoundaryIs></Polygon>"
    marks = "".join(f"<Placemark><name>{name}</name>{shape}</Placemark>" for name in ("まる", "さんかく"))
    head = '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
    (tmp_path / "town.kml").write_text(f"{head}{marks}</Document></kml>", encoding="utf-8")

    with pytest.raises(SourceError, match=r"id_column=.*Name \(まる, さんかく\)"):
        read_boundaries(tmp_path / "town.kml")
    assert not read_boundaries(tmp_path / "town.kml", id_column="Name").has_z.any()


def test_own_columns_are_carried_and_mapped(tmp_path: Path) -> None:
    """Own columns stay as they are; Japanese headings and mapped ones get their standard names."""
    town = square_town(
        association_id=["a", "b"],
        name=["まる", "しかく"],
        旧町村=["東", "西"],
        学区=["北", "南"],
        備考=["祭", "畑"],
    )
    town.to_file(tmp_path / "town.gpkg")

    table = read_boundaries(tmp_path / "town.gpkg", columns={"学区": "former_school_district"})

    assert table["former_town"].tolist() == ["東", "西"]
    assert table["former_school_district"].tolist() == ["北", "南"]
    assert table["備考"].tolist() == ["祭", "畑"]
    assert "households" not in table


def test_an_own_column_in_the_way_keeps_its_values(tmp_path: Path) -> None:
    """A column that gives up its name to the one chosen is kept under another, and that is noted."""
    square_town(id=["1", "2"], name=["maru", "shikaku"], 自治会名=["まる", "しかく"]).to_file(tmp_path / "town.gpkg")

    table = read_boundaries(tmp_path / "town.gpkg", name_column="自治会名")

    assert table["name"].tolist() == ["まる", "しかく"]
    assert table["name_in_file"].tolist() == ["maru", "shikaku"]
    assert kinds(table) == ["column_renamed"]


def test_counts_as_text_are_read_and_others_left(tmp_path: Path) -> None:
    """Digits in any width become numbers; what is no count is left for the checks to name."""
    found = ["36", "３６", "1,234", "X", "-", "12.5", "-3", None, "③"]
    ids = [str(place) for place in range(len(found))]
    square_town(id=ids, name=ids, households=found).to_file(tmp_path / "town.gpkg")

    table = read_boundaries(tmp_path / "town.gpkg")

    assert table["households"].tolist() == [36, 36, 1234, "X", "-", "12.5", "-3", None, "③"]
    (note,) = table.attrs["records"]
    assert note["kind"] == "text_number"
    assert "3 of 9" in note["message"]


def test_fractions_and_negatives_stay_as_numbers(tmp_path: Path) -> None:
    """A numeric column keeps its faults, and a gap in it does not turn its counts into fractions."""
    square_town(id=list("abcd"), name=list("abcd"), households=[36.0, 12.5, -3.0, None]).to_file(tmp_path / "town.gpkg")

    values = read_boundaries(tmp_path / "town.gpkg")["households"].tolist()

    assert values == [36, 12.5, -3, None]
    assert isinstance(values[0], int)


def test_numeric_ids_become_text_without_a_fraction(tmp_path: Path) -> None:
    """An id stored as a number is text, and a missing one stays missing."""
    square_town(id=[1.0, 2.0, None], name=["a", "b", "c"]).to_file(tmp_path / "town.gpkg")

    assert read_boundaries(tmp_path / "town.gpkg")["association_id"].tolist() == ["1", "2", None]


def test_two_equal_headings_are_asked_back(tmp_path: Path) -> None:
    """Where two columns could be the households, the planner chooses, and the choice is taken."""
    square_town(id=["1"], name=["まる"], 世帯数=[5], 世帯総数=[6]).to_file(tmp_path / "town.gpkg")

    with pytest.raises(SourceError, match="households_column="):
        read_boundaries(tmp_path / "town.gpkg")
    assert read_boundaries(tmp_path / "town.gpkg", households_column="世帯総数")["households"].tolist() == [6]


def test_a_named_column_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """The error names the heading, the argument, and what the file has, with examples."""
    square_town().to_file(tmp_path / "town.gpkg")

    with pytest.raises(SourceError, match=r"'戸数'.*households_column=.*世帯数 \(60, 20, 35\)"):
        read_boundaries(tmp_path / "town.gpkg", households_column="戸数")
    with pytest.raises(SourceError, match=r"'学区'.*columns="):
        read_boundaries(tmp_path / "town.gpkg", columns={"学区": "former_school_district"})


def test_households_can_be_required(tmp_path: Path) -> None:
    """Without a column of counts the table is read, unless the caller needs them."""
    square_town(id=["1"], name=["まる"]).to_file(tmp_path / "town.gpkg")

    with pytest.raises(SourceError, match="households_column="):
        read_boundaries(tmp_path / "town.gpkg", require_households=True)


def test_census_zip_as_the_portal_packs_it(tmp_path: Path) -> None:
    """CP932 is found, codes keep their zero, parts are one area counted once, water counts nothing."""
    table = read_boundaries(write_as_the_portal(census_town(), tmp_path))

    assert table["association_id"].tolist() == ["04999001001", "04999001002", "049990020", "049990030"]
    assert table["name"].tolist() == ["架空一丁目", "架空二丁目", "池", "049990030"]
    assert table["households"].tolist() == [40, 21, 0, 4]
    assert table["population"].tolist() == [90, 50, 0, 7]
    assert table["water"].tolist() == [False, False, True, False]
    assert table["KIGO_E"].tolist()[0] == "E1"
    assert table.geometry.iloc[0].geom_type == "MultiPolygon"
    assert table["AREA"].tolist() == table.area.tolist() == [12_500, 10_000, 10_000, 10_000]
    assert set(table["municipality_code"]) == {"04999"}
    assert kinds(table) == ["encoding_guessed", "parts_dissolved", "water_counts", "water_area", "name_missing"]


def test_census_of_2015_has_other_headings(tmp_path: Path) -> None:
    """The older file calls the name MOJI and the prefecture KEN, and reads the same."""
    older = census_town().rename(columns={"S_NAME": "MOJI", "PREF": "KEN"})

    table = read_boundaries(write_as_the_portal(older, tmp_path, "h27ka04999"))

    assert table["name"].tolist()[0] == "架空一丁目"
    assert set(table["municipality_code"]) == {"04999"}


def test_counts_on_several_parts_are_summed_and_noted(tmp_path: Path) -> None:
    """Where two parts carry people, both count, and the planner is told."""
    town = census_town()
    town.loc[0, "SETAI"] = 5

    table = read_boundaries(write_as_the_portal(town, tmp_path))

    assert table["households"].tolist()[0] == 45
    assert "parts_summed" in kinds(table)


def test_a_lost_leading_zero_is_noted_not_repaired(tmp_path: Path) -> None:
    """Ten digits where the census has eleven are named and left."""
    town = census_town()
    town["KEY_CODE"] = town["KEY_CODE"].astype("int64")
    town.to_file(tmp_path / "town.gpkg")

    table = read_boundaries(tmp_path / "town.gpkg")

    assert table["association_id"].tolist()[0] == "4999001001"
    assert "leading_zero_lost" in kinds(table)


def test_row_order_only_changes_the_order(tmp_path: Path) -> None:
    """Shuffled rows give the same areas with the same counts."""
    census_town().to_file(tmp_path / "town.gpkg")
    census_town().iloc[[4, 1, 3, 0, 2]].to_file(tmp_path / "shuffled.gpkg")

    tables = [read_boundaries(tmp_path / name) for name in ("town.gpkg", "shuffled.gpkg")]

    first, second = (table.set_index("association_id").sort_index() for table in tables)
    assert first["households"].equals(second["households"])
    assert first["name"].equals(second["name"])
    assert first.geometry.geom_equals(second.geometry).all()


def test_repeated_ids_outside_the_census_are_left(tmp_path: Path) -> None:
    """A repeated id of the city's own file is a fault for the checks, not a part to dissolve."""
    square_town(id=["1", "1"], name=["まる", "しかく"]).to_file(tmp_path / "town.gpkg")

    assert read_boundaries(tmp_path / "town.gpkg")["association_id"].tolist() == ["1", "1"]


def test_names_in_a_zip_may_be_japanese(tmp_path: Path) -> None:
    """A zip packed on Windows, with CP932 file names in a folder, is read, and its layer can be named."""
    town = square_town()
    for stem in ("layer_a", "layer_b"):
        write_shapefile(town, tmp_path / f"{stem}.shp")
    archive = tmp_path / "town.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for part in sorted(tmp_path.glob("layer_?.*")):
            stem = {"layer_a": "自治会", "layer_b": "古い"}[part.stem]
            packed.writestr(f"区域/{stem}{part.suffix.upper()}", part.read_bytes())
    # Names in CP932 without the flag that says UTF-8, as Windows writes; equal lengths keep the offsets.
    content = archive.read_bytes()
    for text in ("区域/自治会", "区域/古い"):
        utf8, cp932 = text.encode(), text.encode("cp932")
        content = content.replace(utf8, cp932 + b"_" * (len(utf8) - len(cp932)))
    archive.write_bytes(content.replace(b"\x00\x08\x00\x00", b"\x00\x00\x00\x00"))

    with pytest.raises(SourceError, match=r"自治会_*\.SHP.*layer="):
        read_boundaries(archive)
    layer = "自治会" + "_" * 5
    assert read_boundaries(archive, layer=layer)["name"].tolist() == ["まる", "さんかく", "しかく"]


def test_the_same_layer_in_two_formats_is_one(tmp_path: Path) -> None:
    """A zip that packs a shapefile and a GeoJSON of one name is read once, and that is noted."""
    town = square_town().to_crs("EPSG:4326")
    write_shapefile(town, tmp_path / "town.shp")
    town.to_file(tmp_path / "town.geojson")
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as packed:
        for part in sorted(tmp_path.glob("town.*")):
            packed.write(part, part.name)

    table = read_boundaries(tmp_path / "both.zip")

    assert len(table) == 3
    assert kinds(table) == ["format_chosen"]


def test_several_layers_are_asked_back(tmp_path: Path) -> None:
    """A GeoPackage of two layers asks which one; the named one is read."""
    path = tmp_path / "town.gpkg"
    square_town().to_file(path, layer="now")
    square_town().head(2).to_file(path, layer="before")

    with pytest.raises(SourceError, match=r"now, before.*layer="):
        read_boundaries(path)
    with pytest.raises(SourceError, match=r"'later'.*now, before"):
        read_boundaries(path, layer="later")
    assert len(read_boundaries(path, layer="before")) == 2


def test_declared_encoding_is_believed(tmp_path: Path) -> None:
    """A .cpg that says SJIS is read as CP932 without a guess; a wrong one is an error with its cure."""
    write_shapefile(square_town(), tmp_path / "town.shp")
    (tmp_path / "town.cpg").write_text("SJIS")
    assert read_boundaries(tmp_path / "town.shp").attrs["records"] == []

    (tmp_path / "town.cpg").write_text("UTF-8")
    with pytest.raises(SourceError, match=r"not utf-8.*encoding="):
        read_boundaries(tmp_path / "town.shp")
    assert len(read_boundaries(tmp_path / "town.shp", encoding="cp932")) == 3


def test_no_crs_is_left_to_the_checks_unless_given(tmp_path: Path) -> None:
    """A shapefile without .prj has no CRS; crs= supplies it, and over a stated one it is noted."""
    write_shapefile(square_town(), tmp_path / "town.shp")
    told = read_boundaries(tmp_path / "town.shp", crs="EPSG:6677")
    assert kinds(told) == ["crs_overridden"]
    (tmp_path / "town.prj").unlink()

    assert read_boundaries(tmp_path / "town.shp").crs is None
    supplied = read_boundaries(tmp_path / "town.shp", crs=6678)
    assert supplied.crs == PLANE
    assert supplied.attrs["records"] == []
    with pytest.raises(SourceError, match="is no CRS"):
        read_boundaries(tmp_path / "town.shp", crs="kurihara")


def test_metres_called_degrees_are_an_error(tmp_path: Path) -> None:
    """GeoJSON is in degrees by its standard; plane coordinates in it need crs=."""
    plain = square_town().set_crs("EPSG:4326", allow_override=True)
    plain["geometry"] = plain.translate(20_000, -140_000)
    plain.to_file(tmp_path / "town.geojson")

    with pytest.raises(SourceError, match=r"degrees.*crs="):
        read_boundaries(tmp_path / "town.geojson")
    assert read_boundaries(tmp_path / "town.geojson", crs=PLANE).crs == PLANE


def test_points_are_read_for_the_checks_to_name(tmp_path: Path) -> None:
    """A layer of points reads; that it holds no areas is for the checks."""
    points = gpd.GeoDataFrame({"id": ["1"], "name": ["まる"]}, geometry=[Point(141, 38)], crs="EPSG:4326")
    points.to_file(tmp_path / "town.gpkg")

    assert read_boundaries(tmp_path / "town.gpkg").geom_type.tolist() == ["Point"]


def test_origin_and_records_are_plain_values(tmp_path: Path) -> None:
    """The table remembers the file's name and bytes, in values that can be copied and compared."""
    square_town().to_file(tmp_path / "town.gpkg")

    first, second = (read_boundaries(tmp_path / "town.gpkg") for _ in range(2))

    assert first.attrs["source"]["path"] == "town.gpkg"
    assert len(first.attrs["source"]["sha256"]) == 64
    assert copy.deepcopy(first.attrs) == second.attrs


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("town.geojson", b"", "the file is empty"),
        ("town.zip", b"<!DOCTYPE html><html>404</html>", "web page"),
        ("town.pdf.txt", b"hello", "not a vector file"),
        ("town.geojson", b'{"type": "FeatureCollection", "features": [', "damaged|not a vector file"),
        ("town.geojson", b'{"type": "FeatureCollection", "features": []}', "empty|no geometry"),
        ("town.csv", "自治会名,世帯数\nまる,3\n".encode(), "no geometry"),
        ("town.dbf", b"x", "name its .shp file"),
        ("town.shp", b"x", ".shx and .dbf is missing"),
        ("town.gpkg", b"SQLite format 3\x00" + b"x" * 200, "damaged|not a vector file"),
    ],
)
def test_what_is_no_vector_file_is_one_clear_error(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    """The error names the path and the cause in one line."""
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(SourceError, match=message) as caught:
        read_boundaries(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_files_folders_and_odd_zips_are_errors(tmp_path: Path) -> None:
    """Nothing there, a folder, a zip without a layer and a broken zip are each named."""
    with pytest.raises(SourceError, match="no such file"):
        read_boundaries(tmp_path / "nowhere.shp")
    with pytest.raises(SourceError, match="folder"):
        read_boundaries(tmp_path)
    with zipfile.ZipFile(tmp_path / "notes.zip", "w") as packed:
        packed.writestr("readme.txt", "hello")
    with pytest.raises(SourceError, match=r"no vector file.*readme.txt"):
        read_boundaries(tmp_path / "notes.zip")
    square_town().to_file(tmp_path / "town.gpkg")
    with zipfile.ZipFile(tmp_path / "town.zip", "w") as packed:
        packed.write(tmp_path / "town.gpkg", "town.gpkg")
    content = bytearray((tmp_path / "town.zip").read_bytes())
    content[200:400] = b"\xff" * 200
    (tmp_path / "town.zip").write_bytes(content)
    with pytest.raises(SourceError, match="damaged"):
        read_boundaries(tmp_path / "town.zip")


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("file", "units", "households", "dissolved", "municipality"),
    [
        ("A002005212020DDSWC03209-JGD2011.zip", 485, 42_232, 5, "03209"),
        ("h27ka31401.zip", 226, 1_933, 1, "31401"),
    ],
)
def test_real_census_files_as_downloaded(
    shared_folder: Path, file: str, units: int, households: int, dissolved: int, municipality: str
) -> None:
    """Both vintages give their published units and households, and no name is garbled."""
    table = read_boundaries(shared_folder / "real" / file)

    assert len(table) == table["association_id"].nunique() == units
    assert table["households"].sum() == households
    assert kinds(table).count("parts_dissolved") == dissolved
    assert set(table["municipality_code"]) == {municipality}
    assert table["association_id"].str.startswith(municipality).all()
    assert table["name"].map(lambda name: name.encode("cp932") != b"").all()


@pytest.mark.real_data
def test_real_census_file_unpacked(shared_folder: Path, tmp_path: Path) -> None:
    """The unpacked shapefile reads like the zip."""
    shutil.unpack_archive(shared_folder / "real" / "h27ka31401.zip", tmp_path)

    assert len(read_boundaries(tmp_path / "h27ka31401.shp")) == 226


@pytest.mark.real_data
def test_real_dirty_file_is_read_with_its_faults(shared_folder: Path) -> None:
    """Text counts are read, missing ones stay missing, broken shapes stay broken."""
    table = read_boundaries(shared_folder / "real" / "shiwa_2015_dirty.geojson")

    assert len(table) == 204
    assert table["households"].isna().sum() == 19
    assert table["households"].dropna().sum() == 10_743
    assert (~table.is_valid).sum() == 1
    assert table["name"].iloc[0] == "片寄字源氏谷地"
