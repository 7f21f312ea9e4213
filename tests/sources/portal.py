"""Files as the national portal (国土数値情報) packs them, drawn in the tests: CP932 shapefiles, GeoJSON, zips."""

from __future__ import annotations

import warnings
import zipfile
from typing import TYPE_CHECKING, Any

import geopandas as gpd
from shapely.geometry import Point, Polygon, box

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    from shapely.geometry.base import BaseGeometry

JGD2011, JGD2000 = "EPSG:6668", "EPSG:4612"


def square(place: int, *, row: int = 0) -> Polygon:
    """Draw a square of a hundredth of a degree, the place-th from the west, the row-th from the south."""
    west, south = 14100 + place, 3870 + row
    return box(west / 100, south / 100, (west + 1) / 100, (south + 1) / 100)


def spot(place: int) -> Point:
    """Give the middle of a square of the first row."""
    return Point(141.005 + place / 100, 38.705)


def layer(
    headings: Sequence[str], rows: Sequence[Sequence[Any]], shapes: Sequence[BaseGeometry | None], crs: str = JGD2011
) -> gpd.GeoDataFrame:
    """Make a layer of rows under the portal's headings."""
    columns = {heading: [row[place] for row in rows] for place, heading in enumerate(headings)}
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs)


def write_shapefile(table: gpd.GeoDataFrame, path: Path, *, prj: bool = True) -> Path:
    """Write a shapefile in CP932 that does not say so, as the portal's do not."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table.to_file(path, encoding="cp932")
    path.with_suffix(".cpg").unlink()
    dbf = path.with_suffix(".dbf")
    content = bytearray(dbf.read_bytes())
    content[29] = 0
    dbf.write_bytes(content)
    if not prj:
        path.with_suffix(".prj").unlink()
    return path


def pack(folder: Path, name: str, layers: Mapping[str, gpd.GeoDataFrame], *, geojson: bool = False) -> Path:
    """Pack layers into a zip, each as a shapefile and perhaps as GeoJSON too, beside a metadata file."""
    loose = folder / f"{name}.loose"
    loose.mkdir()
    for stem, table in layers.items():
        write_shapefile(table, loose / f"{stem}.shp")
        if geojson:
            table.to_file(loose / f"{stem}.geojson")
    (loose / f"KS-META-{name}.xml").write_text("<metadata/>", encoding="utf-8")
    archive = folder / f"{name}_GML.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for part in sorted(loose.iterdir()):
            packed.write(part, f"{name}/{part.name}")
    return archive


def kinds(frame: pd.DataFrame) -> list[str]:
    """Give the kinds of what a reader noted."""
    return [note["kind"] for note in frame.attrs["records"]]


def message_of(frame: pd.DataFrame, kind: str) -> str:
    """Give the message of the one record of a kind."""
    (found,) = [note["message"] for note in frame.attrs["records"] if note["kind"] == kind]
    return str(found)
