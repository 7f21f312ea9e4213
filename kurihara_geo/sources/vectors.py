"""Open any vector file GDAL reads, a zip of one included, as one table with its text decoded strictly."""

from __future__ import annotations

import tempfile
import warnings
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pyogrio
import pyogrio.errors
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from kurihara_geo.errors import SourceError
from kurihara_geo.sources.datums import from_old_datum, look_swapped, swap_axes_of
from kurihara_geo.sources.editions import refuse_public_edition
from kurihara_geo.sources.encodings import encoding_record, shapefile_encodings
from kurihara_geo.sources.records import Record, check_crs, check_texts, existing_file, record, sha256_of

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CrsLike", "VectorTable", "read_vector"]

CrsLike = CRS | str | int
"""What names a CRS: ``"EPSG:6678"``, ``6678`` or a pyproj CRS."""

# In order of preference where a zip packs the same layer in several formats, as 国土数値情報 does.
_ZIPPED_SUFFIXES = (".shp", ".gpkg", ".geojson", ".fgb", ".kml", ".kmz", ".gml", ".json", ".tab", ".mif")
_ZIP_BASED_FORMATS = {".kmz", ".xlsx", ".xlsm", ".ods"}
_SHAPEFILE_PARTS = {".shx", ".dbf", ".prj", ".cpg"}
_HELD_IN_UTF8 = 0x800
_LONGEST_CAUSE = 160
_NO_GEOMETRY = "there is no geometry in it; a table of households goes to households=, not to boundaries."


@dataclass(frozen=True)
class VectorTable:
    """One layer of a file as it was found.

    Parameters
    ----------
    frame
        Its features; every heading as in the file.
    shown
        The path to name in an error.
    source
        File name, SHA-256 and, for a shapefile, the encoding.
    records
        What was noted while reading.
    """

    frame: gpd.GeoDataFrame
    shown: str
    source: dict[str, Any]
    records: list[Record] = field(default_factory=list)


def read_vector(
    path: str | Path,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    crs: CrsLike | None = None,
    swap_axes: bool = False,
) -> VectorTable:
    """Read one layer of a vector file.

    Parameters
    ----------
    path
        The file, or a zip that packs one.
    layer
        Which layer, or which file in a zip, where there are several.
    encoding
        How the text of a shapefile is stored; found out if not given.
    crs
        The CRS of a file that does not say, or says it wrongly.
    swap_axes
        Whether x and y stand the other way round in the file, as surveyors write them (x to the north).

    Raises
    ------
    SourceError
        If the file is not there, is no vector file, has several layers or none, is empty, is the public edition of
        an output, or its text or CRS cannot be read.
    """
    file = existing_file(path)
    check_texts(layer=layer, encoding=encoding)
    check_crs(crs)
    if not isinstance(swap_axes, bool):
        raise SourceError(f"swap_axes must be True or False, not {type(swap_axes).__name__}.")
    shown = str(path)
    if file.suffix.lower() in _SHAPEFILE_PARTS:
        raise SourceError(f"{shown}: this is one part of a shapefile; name its .shp file, or a zip of all parts.")
    source: dict[str, Any] = {"path": file.name, "sha256": sha256_of(_all_parts(file))}
    if file.suffix.lower() not in _ZIP_BASED_FORMATS and zipfile.is_zipfile(file):
        with tempfile.TemporaryDirectory() as folder:
            inner, inner_layer, records = _unpack(file, Path(folder), layer=layer, shown=shown)
            frame, found, more = _read_layer(inner, layer=inner_layer, encoding=encoding, shown=shown)
    else:
        records = []
        frame, found, more = _read_layer(file, layer=layer, encoding=encoding, shown=shown)
    if found is not None:
        source["encoding"] = found
    frame, placed = _place(frame, crs=crs, swap_axes=swap_axes, shown=shown)
    return VectorTable(frame=frame, shown=shown, source=source, records=[*records, *more, *placed])


def _all_parts(file: Path) -> list[Path]:
    """Give the files that make up the layer: a shapefile keeps its counts in a .dbf."""
    if file.suffix.lower() != ".shp":
        return [file]
    parts = _companions(file)
    return [file, *(parts[suffix] for suffix in (".dbf", ".prj", ".cpg") if suffix in parts)]


def _companions(shp: Path) -> dict[str, Path]:
    return {part.suffix.lower(): part for part in shp.parent.iterdir() if part.stem == shp.stem}


# --- zip ---------------------------------------------------------------------------------------------------


def _unpack(archive: Path, folder: Path, *, layer: str | None, shown: str) -> tuple[Path, str | None, list[Record]]:
    """Copy one layer of a zip into a folder under a plain name, so that no name in the zip can matter."""
    try:
        with zipfile.ZipFile(archive) as packed:
            members = {_member_name(info): info for info in packed.infolist() if not info.is_dir()}
            chosen, records = _choose_member(list(members), layer=layer, shown=shown)
            stem = str(PurePosixPath(chosen).with_suffix(""))
            for name, info in members.items():
                if str(PurePosixPath(name).with_suffix("")) == stem:
                    (folder / f"layer{PurePosixPath(name).suffix.lower()}").write_bytes(packed.read(info))
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise SourceError(f"{shown}: the zip is damaged or incomplete; download it again.") from error
    except (RuntimeError, NotImplementedError) as error:
        raise SourceError(f"{shown}: the zip has a password or an unusual compression; unpack it first.") from error
    inside = layer if layer is not None and layer not in _names_of(chosen) else None
    return folder / f"layer{PurePosixPath(chosen).suffix.lower()}", inside, records


def _member_name(info: zipfile.ZipInfo) -> str:
    """Give a member's name; Windows writes it in CP932 where the zip format assumes CP437."""
    if info.flag_bits & _HELD_IN_UTF8:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("cp932")
    except UnicodeError:
        return info.filename


def _names_of(member: str) -> set[str]:
    path = PurePosixPath(member)
    return {member, path.name, path.stem}


def _choose_member(members: Sequence[str], *, layer: str | None, shown: str) -> tuple[str, list[Record]]:
    found = [name for name in members if _is_layer(name)]
    if not found:
        raise SourceError(
            f"{shown}: the zip holds no vector file ({', '.join(_ZIPPED_SUFFIXES)}), "
            f"only: {', '.join(members[:10]) or 'nothing'}."
        )
    asked = [name for name in found if layer in _names_of(name)] if layer is not None else []
    found = asked or found
    same = {str(PurePosixPath(name).with_suffix("")).casefold() for name in found}
    if len(found) > 1 and len({PurePosixPath(stem).name for stem in same}) > 1:
        names = ", ".join(sorted(PurePosixPath(name).name for name in found))
        raise SourceError(f"{shown}: the zip holds several layers ({names}); choose with layer=.")
    best = min(found, key=lambda name: _ZIPPED_SUFFIXES.index(PurePosixPath(name).suffix.lower()))
    if len(found) == 1:
        return best, []
    names = ", ".join(sorted(found))
    return best, [record("format_chosen", f"the zip packs the same layer several times ({names}); {best} was read")]


def _is_layer(member: str) -> bool:
    path = PurePosixPath(member)
    hidden = path.name.startswith(".") or "__MACOSX" in path.parts
    return path.suffix.lower() in _ZIPPED_SUFFIXES and not hidden


# --- one layer ---------------------------------------------------------------------------------------------


def _read_layer(
    file: Path, *, layer: str | None, encoding: str | None, shown: str
) -> tuple[gpd.GeoDataFrame, str | None, list[Record]]:
    """Read one layer, trying the encodings a shapefile may have in turn."""
    refuse_public_edition(file, shown=shown)
    encodings: tuple[str | None, ...] = (encoding,)
    if file.suffix.lower() == ".shp":
        encodings = _encodings_of(file, encoding=encoding, shown=shown)
    chosen = _choose_layer(file, layer=layer, shown=shown)
    for name in encodings:
        try:
            frame, records = _read_with(file, layer=chosen, encoding=name, shown=shown)
        except UnicodeDecodeError:
            continue
        guessed = name is not None and len(encodings) > 1
        return frame, name, [*records, *(encoding_record(str(name)) if guessed else [])]
    tried = " or ".join(str(name) for name in encodings if name is not None) or "UTF-8"
    cut = (
        " (or a long heading was cut inside a character: save it as GeoPackage)"
        if file.suffix.lower() == ".shp"
        else ""
    )
    raise SourceError(
        f'{shown}: its text is not {tried}{cut}; say what it is with encoding=, for example encoding="cp932".'
    )


def _encodings_of(shp: Path, *, encoding: str | None, shown: str) -> tuple[str, ...]:
    parts = _companions(shp)
    missing = [suffix for suffix in (".shx", ".dbf") if suffix not in parts]
    if missing:
        raise SourceError(f"{shown}: the shapefile's {' and '.join(missing)} is missing; keep all parts together.")
    return shapefile_encodings(parts[".dbf"], parts.get(".cpg"), encoding=encoding, shown=shown)


def _choose_layer(file: Path, *, layer: str | None, shown: str) -> str | None:
    """Give the layer to read; a table without geometry, such as a style sheet, is no layer."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            listed = pyogrio.list_layers(file)
    except (pyogrio.errors.DataSourceError, UnicodeDecodeError) as error:
        raise SourceError(f"{shown}: {_cause(file, error)}") from error
    names = [str(name) for name, kind in listed if kind is not None]
    if layer is not None:
        if layer not in [str(name) for name, _ in listed]:
            raise SourceError(f"{shown}: there is no layer {layer!r}; layers found: {', '.join(names) or 'none'}.")
        return layer
    if not names:
        raise SourceError(f"{shown}: {_NO_GEOMETRY}")
    if len(names) > 1:
        raise SourceError(f"{shown}: there are several layers ({', '.join(names)}); choose with layer=.")
    return names[0]


def _read_with(
    file: Path, *, layer: str | None, encoding: str | None, shown: str
) -> tuple[gpd.GeoDataFrame, list[Record]]:
    """Read with one encoding; what GDAL remarks on the way becomes a record instead of a loose warning."""
    try:
        with warnings.catch_warnings(record=True) as remarks:
            warnings.simplefilter("always")
            frame = pyogrio.read_dataframe(file, layer=layer, encoding=encoding, on_invalid="warn")
    except UnicodeDecodeError:
        raise
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pyogrio.errors.FeatureError,
        LookupError,
        ValueError,
    ) as error:
        raise SourceError(f"{shown}: {_cause(file, error)}") from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise SourceError(f"{shown}: {_NO_GEOMETRY}")
    if not len(frame):
        raise SourceError(f"{shown}: the layer {layer!r} is empty; export it again with its features.")
    texts = dict.fromkeys(_first_line(str(remark.message), file) for remark in remarks)
    records = [record("reader_remark", text, cure="Look at the file in a GIS if areas are missing.") for text in texts]
    if frame.geometry.name != "geometry":
        frame = frame.rename_geometry("geometry")
    return frame.reset_index(drop=True), records


def _cause(file: Path, error: Exception) -> str:
    """Say in a planner's words why GDAL does not read the file."""
    head = file.read_bytes()[:512].lstrip().lower() if file.stat().st_size else b""
    if not head:
        return "the file is empty; export or download it again."
    if head.startswith((b"<!doctype html", b"<html")):
        return "this is a web page, not a vector file; the download went wrong."
    if "not recognized" in str(error) or "not recognised" in str(error):
        return "this is not a vector file GDAL reads; give a shapefile, GeoPackage, GeoJSON or KML."
    return f"the file is damaged or no vector file ({_first_line(str(error), file)}); export it again."


def _first_line(text: str, file: Path) -> str:
    line = text.strip().split("\n")[0].replace(str(file), file.name)
    return line if len(line) <= _LONGEST_CAUSE else f"{line[:_LONGEST_CAUSE]}…"


# --- place -------------------------------------------------------------------------------------------------


def _place(
    frame: gpd.GeoDataFrame, *, crs: CrsLike | None, swap_axes: bool, shown: str
) -> tuple[gpd.GeoDataFrame, list[Record]]:
    """Settle the CRS and drop heights, which no step uses and which would travel into every answer."""
    records: list[Record] = []
    if crs is not None:
        told = _known_crs(crs, shown)
        if frame.crs is not None and frame.crs != told:
            message = f"the file says its CRS is {_crs_name(frame.crs)}; it was read as {_crs_name(told)}, as asked"
            records.append(record("crs_overridden", message, cure="Leave out crs= if the file is right."))
        frame = frame.set_crs(told, allow_override=True)
    if swap_axes:
        frame, swapped = swap_axes_of(frame)
        records += swapped
    _check_axes(frame, shown)
    _check_degrees(frame, shown)
    frame, moved = from_old_datum(frame)
    records += moved
    shapes = frame.geometry.to_numpy()
    if shapely.has_z(shapes).any():
        frame = frame.set_geometry(gpd.GeoSeries(shapely.force_2d(shapes), crs=frame.crs, index=frame.index))
        records.append(record("heights_dropped", "the heights of its vertices were left out"))
    return frame, records


def _known_crs(crs: CrsLike, shown: str) -> CRS:
    try:
        return CRS.from_user_input(crs)
    except CRSError as error:
        raise SourceError(f'{shown}: crs={crs!r} is no CRS; give one such as crs="EPSG:6678".') from error


def _crs_name(crs: CRS) -> str:
    authority = crs.to_authority()
    return ":".join(authority) if authority else str(crs.name)


def _check_axes(frame: gpd.GeoDataFrame, shown: str) -> None:
    if frame.crs is not None and look_swapped(frame.total_bounds.tolist(), frame.crs):
        west, south, east, north = frame.total_bounds.tolist()
        raise SourceError(
            f"{shown}: x is {west:,.6g} to {east:,.6g} and y {south:,.6g} to {north:,.6g} in {_crs_name(frame.crs)}; "
            "that is in Japan only with the axes swapped. If so, pass swap_axes=True (--swap-axes)."
        )


def _check_degrees(frame: gpd.GeoDataFrame, shown: str) -> None:
    if frame.crs is None or not frame.crs.is_geographic:
        return
    bounds = [abs(float(value)) for value in frame.total_bounds]
    longest_lon, longest_lat = 360.0, 90.0
    if max(bounds[0], bounds[2]) > longest_lon or max(bounds[1], bounds[3]) > longest_lat:
        raise SourceError(
            f"{shown}: its CRS {_crs_name(frame.crs)} is in degrees, coordinates reach {max(bounds):,.0f}; "
            'say what they are with crs=, for example crs="EPSG:6678".'
        )
