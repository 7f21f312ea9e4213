"""Cells around points, where no boundaries are drawn: every place belongs to the association whose point is nearest."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kurihara_geo.associations.arguments import refuse_other_tables, refuse_other_texts
from kurihara_geo.associations.checks import list_overlaps
from kurihara_geo.associations.coverage import share_vertices
from kurihara_geo.associations.crs import choose_metric_crs
from kurihara_geo.associations.names import normal_name, town_stems
from kurihara_geo.associations.notes import joined_notes
from kurihara_geo.errors import AssociationsError, Problem
from kurihara_geo.sources.agreement import agreed, different_values
from kurihara_geo.sources.boundaries import COUNT_COLUMN
from kurihara_geo.sources.headings import normal_heading
from kurihara_geo.sources.identifiers import id_text
from kurihara_geo.sources.numbers import is_missing
from kurihara_geo.sources.records import Record, listed, record
from kurihara_geo.sources.sheet_rows import rows_in_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pyproj import CRS

__all__ = ["CELLS_NOTICE_EN", "CELLS_NOTICE_JA", "draw_cells"]

CELLS_NOTICE_JA = (
    "自治会の区域は、集会施設などの点に最も近い範囲として描いた概形(ボロノイ分割)で、実際の境界ではありません。"
    "隣り合う関係も推定です。"
)
CELLS_NOTICE_EN = (
    "The areas are approximate cells: every place belongs to the association whose point is nearest (Voronoi). "
    "They are not real boundaries, and who borders whom is inferred."
)

_SAME_SPOT_M = 0.01
_NOISE_M2 = 0.01
_ROUNDING = 1e-6
_ID_LIKE = re.compile(r"コード|番号|(?<![a-z])(id|no|code)(?![a-z])")
_OF_A_POINT = re.compile(r"電話|郵便|ファックス|ファクス|(?<![a-z])(fax|tel|phone|zip|postal)(?![a-z])")


def draw_cells(
    points: gpd.GeoDataFrame, outline: gpd.GeoDataFrame | gpd.GeoSeries, *, walls: str | None = None
) -> gpd.GeoDataFrame:
    """Draw approximate areas around points inside the city's outline: a last resort where no boundaries are drawn.

    Parameters
    ----------
    points
        One row a point, such as a hall or an address: ``association_id``, perhaps ``name``, ``households`` and
        ``population`` (summed over an association's points), and whatever else; points with a CRS.
    outline
        Polygons of the city with a CRS.
    walls
        A column of ``outline`` such as the name of the former school district: rows with the same value are one area
        that no cell leaves. The value is written to the result, as ``former_school_district`` if the column is
        ``name``, else under the column's own name. What the points say in that column must not contradict it; a point
        on a wall belongs to the side it names, else to the first of the two.

    Returns
    -------
    GeoDataFrame
        Raw table in the metric plane CRS, one row per association in order of first appearance: ``association_id``,
        ``name``, counts, own columns where all points agree, ``approximate`` (True), ``point`` (its point; of several
        the one nearest to their middle), ``geometry``. The cells fill the outline and share their borders.
        ``attrs["notice"]`` and ``attrs["notice_en"]`` say that they are approximate, and every output repeats it.

    Raises
    ------
    AssociationsError
        If a row has no id or is no point, a count is no number, points that only their name makes one association
        differ in an id or in their former town, a point lies outside the outline or where another association has one,
        nobody has a point in a walled area, an association has points in two, a point names another walled area than
        it lies in, or the outline has no area, no CRS or overlaps itself. Every one is named.

    Examples
    --------
    >>> import geopandas as gpd, shapely, kurihara_geo as kg
    >>> halls = gpd.GeoDataFrame(
    ...     {"association_id": ["K1", "K2"], "name": ["架空一区", "架空二区"]},
    ...     geometry=gpd.points_from_xy([50, 250], [50, 50]),
    ...     crs=6678,
    ... )
    >>> city = gpd.GeoSeries([shapely.box(0, 0, 400, 100)], crs=6678)
    >>> kg.draw_cells(halls, city).area.tolist()
    [15000.0, 25000.0]
    """
    refuse_other_tables(gpd.GeoDataFrame, points=points)
    refuse_other_tables((gpd.GeoDataFrame, gpd.GeoSeries), outline=outline)
    if walls is not None:
        refuse_other_texts(walls=walls)
    regions = _regions(outline, walls)
    spots = _spots(points, choose_metric_crs(regions))
    inside = _place(spots, regions, walls)
    cells: dict[str, list[Any]] = defaultdict(list)
    for number, region in enumerate(regions.geometry):
        mine = spots[inside == number]
        faces = _faces(region, mine)
        owners = mine["association_id"].to_numpy()[_nearest(mine, faces)]
        for owner, face in zip(owners.tolist(), faces, strict=True):
            cells[owner].append(face)
    table = _table(spots)
    shapes = np.array([shapely.union_all(cells[name]) for name in table["association_id"]], dtype=object)
    shapes = share_vertices(shapes, list(map(tuple, np.unique(shapely.get_coordinates(shapes), axis=0).tolist())))
    _check_area(shapes, regions)
    result = gpd.GeoDataFrame(table, geometry=shapes, crs=regions.crs)
    if walls is not None:
        first = dict(zip(spots["association_id"], regions[walls].to_numpy()[inside], strict=True))
        result[_written_as(walls)] = result["association_id"].map(first)
    result = result[[*(column for column in result.columns if column != "geometry"), "geometry"]]
    return _with_origin(result, points, outline, _united(spots))


# --- what is given ---------------------------------------------------------------------------------


def _regions(outline: gpd.GeoDataFrame | gpd.GeoSeries, walls: str | None) -> gpd.GeoDataFrame:
    """Give the outline as one area, or as one area per value of the walls."""
    layer = gpd.GeoDataFrame(geometry=outline) if isinstance(outline, gpd.GeoSeries) else outline
    layer = gpd.GeoDataFrame(layer.reset_index(drop=layer.index.name != walls))
    layer.attrs = {}
    if layer.crs is None:
        raise AssociationsError("The outline does not say which coordinate system it is in; set it, such as EPSG:6668.")
    if walls is not None and walls not in layer:
        found = ", ".join(str(column) for column in layer.columns if column != layer.geometry.name)
        raise AssociationsError(f"The outline has no column {walls!r}, named by walls=. Columns found: {found}.")
    shapes = layer.geometry
    unusable = shapes.isna() | shapes.is_empty | ~shapes.geom_type.isin(["Polygon", "MultiPolygon"]) | ~shapes.is_valid
    if layer.empty or unusable.any():
        rows = listed(position + 1 for position in np.flatnonzero(unusable))
        raise AssociationsError(f"The outline needs valid polygons; rows that are none: {rows or 'there are no rows'}.")
    layer = layer.to_crs(choose_metric_crs(layer))
    shapes = layer.geometry
    if walls is None:
        return gpd.GeoDataFrame(geometry=[shapely.union_all(layer.geometry.to_numpy())], crs=layer.crs)
    _check_walls(layer, walls)
    values = list(dict.fromkeys(layer[walls]))
    united = [shapely.union_all(shapes[layer[walls] == value].to_numpy()) for value in values]
    return gpd.GeoDataFrame({walls: values}, geometry=united, crs=layer.crs)


def _check_walls(layer: gpd.GeoDataFrame, walls: str) -> None:
    """Refuse walled areas without a name, and those that overlap."""
    nameless = [position + 1 for position, value in enumerate(layer[walls]) if is_missing(value)]
    if nameless:
        raise AssociationsError(f"The outline has no {walls} in rows {listed(nameless)}; fill it in.")
    problems = [
        _error(
            "overlap",
            f"{layer[walls].iloc[a]} and {layer[walls].iloc[b]} overlap by {area:,.1f} m2",
            cure="draw the border of the two once for both, or repair the layer: repair_coverage",
        )
        for a, b, area in list_overlaps(layer.geometry.to_numpy())
        if layer[walls].iloc[a] != layer[walls].iloc[b]
    ]
    if problems:
        raise AssociationsError("The walled areas overlap:", sorted(problems))


def _spots(points: gpd.GeoDataFrame, crs: CRS) -> gpd.GeoDataFrame:
    """Give the points in metres; or name the rows that are no points of an association."""
    spots = points.reset_index(drop=points.index.name is None)
    spots.attrs = {"rows": [row.removeprefix("row ") for row in rows_in_file(points)]}
    if "association_id" not in spots:
        found = ", ".join(str(column) for column in spots.columns)
        raise AssociationsError(f"The points have no column 'association_id'; columns found: {found}.")
    if spots.crs is None:
        raise AssociationsError("The points do not say which coordinate system they are in; set it, such as EPSG:6668.")
    problems = [] if len(spots) else [_error("no_units", "there are no points", cure="check the file")]
    problems += [*_row_faults(spots), *_count_faults(spots)]
    if any(found["kind"] == "id_from_name" for found in points.attrs.get("records", ())):
        problems += _differing_namesakes(spots)
    if problems:
        raise AssociationsError("The points cannot be used:", sorted(problems))
    spots["association_id"] = spots["association_id"].map(id_text)
    spots["name"] = (
        spots["name"].where(spots["name"].notna(), spots["association_id"])
        if "name" in spots
        else (spots["association_id"])
    )
    return spots.to_crs(crs) if spots.geometry.name == "geometry" else spots.rename_geometry("geometry").to_crs(crs)


def _row(spots: gpd.GeoDataFrame, place: int) -> str:
    """Give the number of a point's row in its file; an empty text where it is not known."""
    return str(spots.attrs["rows"][place])


def _row_faults(spots: gpd.GeoDataFrame) -> Iterator[Problem]:
    """Name rows without an association or a place; points whose rows are not known are counted from 1."""
    for place, (code, shape) in enumerate(zip(spots["association_id"], spots.geometry, strict=True)):
        row, name = _row(spots, place), spots["name"].iloc[place] if "name" in spots else None
        if is_missing(code):
            message = f"row {row} has no association id" if row else f"point {place + 1} has no association id"
            yield _error("missing_id", message, name=name, cure="fill it in")
        if shape is None or shape.geom_type != "Point" or shape.is_empty:
            message = f"row {row} is no point" if row else f"point {place + 1} is no point"
            yield _error("not_point", message, code, name, cure="give its place")


def _count_faults(spots: gpd.GeoDataFrame) -> Iterator[Problem]:
    """Name counts that are no numbers, which cannot be summed."""
    for column in [str(column) for column in spots.columns if COUNT_COLUMN.fullmatch(str(column))]:
        for place, value in enumerate(spots[column].tolist()):
            number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
            if not is_missing(value) and not number:
                row, name = _row(spots, place), spots["name"].iloc[place] if "name" in spots else None
                message = f"row {row}: {column} is {value!r}, no number" if row else f"{column} is {value!r}, no number"
                cure = "write a whole number, or leave the cell empty"
                yield _error("unreadable_count", message, spots["association_id"].iloc[place], name, cure=cure)


def _differing_namesakes(spots: gpd.GeoDataFrame) -> Iterator[Problem]:
    """Name points that only their name makes one association, though a number or a former town sets them apart."""
    telling = [str(column) for column in spots.columns if column == "former_town" or _tells_apart(str(column))]
    for name, places in spots.groupby(spots["association_id"].map(normal_name), sort=False).indices.items():
        if not name:
            continue
        apart = {column: different_values(spots[column].iloc[places].tolist()) for column in telling}
        shown = [f"{column} {listed(found)}" for column, found in apart.items() if _differ(column, found)]
        if shown:
            rows = [_row(spots, place) for place in list(places)]
            which = f"rows {listed(rows)}" if all(rows) else f"{len(rows)} points"
            message = f"{which} have this name alone in common and differ in {'; '.join(shown)}"
            cure = "name the column that identifies the association with id_column= (its name, if they are one)"
            yield _error("points_contradict", message, name=spots["association_id"].iloc[places[0]], cure=cure)


def _tells_apart(column: str) -> bool:
    """Whether a heading is that of a number that may be the association's; nobody is known by a telephone."""
    heading = normal_heading(column)
    return column != "association_id" and bool(_ID_LIKE.search(heading)) and not _OF_A_POINT.search(heading)


def _differ(column: str, values: Sequence[object]) -> bool:
    """Whether values are more than one, apart from their width and, of former towns, 町."""
    return len({town_stems([value]) if column == "former_town" else normal_name(value) for value in values}) > 1


def _written_as(walls: str) -> str:
    """Give the column of the result that holds the walled area."""
    return "former_school_district" if walls == "name" else walls


def _place(spots: gpd.GeoDataFrame, regions: gpd.GeoDataFrame, walls: str | None) -> Any:
    """Give the region each point lies in; or name every point outside, twice used, across a wall or against it."""
    tree = shapely.STRtree(regions.geometry.to_numpy())
    point, region = tree.query(spots.geometry.to_numpy(), predicate="intersects")
    inside = np.full(len(spots), -1)
    inside[point[::-1]] = region[::-1]  # on a wall: the first of the two
    problems = [*_outside(spots, regions, inside), *_same_spots(spots)]
    if walls is not None:
        values = regions[walls].tolist()
        said = spots[_written_as(walls)].tolist() if _written_as(walls) in spots else [None] * len(spots)
        for place, number in zip(point.tolist(), region.tolist(), strict=True):
            if normal_name(said[place]) == normal_name(values[number]):
                inside[place] = number
        problems += [*_across_walls(spots, values, inside), *_against_walls(spots, said, values, inside)]
    if problems:
        raise AssociationsError("Cells cannot be drawn around these points:", sorted(set(problems)))
    return inside


def _outside(spots: gpd.GeoDataFrame, regions: gpd.GeoDataFrame, inside: Any) -> Iterator[Problem]:
    whole = shapely.union_all(regions.geometry.to_numpy())
    for place in np.flatnonzero(inside < 0).tolist():
        row = spots.iloc[place]
        far = row["geometry"].distance(whole)
        number = _row(spots, place)
        message = f"lies {far:,.0f} m outside the outline"
        message = f"row {number} {message}" if number else f"its point {message}"
        cure = "correct its coordinates (longitude and latitude may be swapped), or use the right outline"
        yield _error("point_outside", message, row["association_id"], row["name"], cure=cure)


def _same_spots(spots: gpd.GeoDataFrame) -> Iterator[Problem]:
    shapes = spots.geometry.to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=_SAME_SPOT_M)
    for a, b in sorted(zip(first.tolist(), second.tolist(), strict=True)):
        one, other = spots.iloc[a], spots.iloc[b]
        if a < b and one["association_id"] != other["association_id"]:
            ids = f"{one['association_id']}, {other['association_id']}"
            known = _row(spots, a) and _row(spots, b)
            message = f"rows {_row(spots, a)} and {_row(spots, b)} are the same place" if known else ""
            message = message or "their points are the same place"
            cure = "two associations cannot be told apart there: give each a place of its own, such as a member's house"
            yield _error("same_point", message, ids, f"{one['name']}、{other['name']}", cure=cure)


def _across_walls(spots: gpd.GeoDataFrame, values: Sequence[object], inside: Any) -> Iterator[Problem]:
    for name, places in spots.groupby("association_id", sort=False).indices.items():
        mine = [values[number] for number in dict.fromkeys(inside[places].tolist()) if number >= 0]
        if len(mine) > 1:
            message = f"has points in {listed(mine)}, and no cell may leave one of them"
            yield _error("crosses_wall", message, name, cure="correct the points, or draw without walls")
    for number, value in enumerate(values):
        if not (inside == number).any():
            message = f"no association has a point in {value}"
            yield _error("no_point", message, cure="add one, or draw without walls")


def _against_walls(
    spots: gpd.GeoDataFrame, said: Sequence[object], values: Sequence[object], inside: Any
) -> Iterator[Problem]:
    for place, (value, number) in enumerate(zip(said, inside.tolist(), strict=True)):
        if number >= 0 and not is_missing(value) and normal_name(value) != normal_name(values[number]):
            row = spots.iloc[place]
            text = f"{value} and lies in {values[number]}"
            message = f"row {_row(spots, place)} says {text}" if _row(spots, place) else f"says {text}"
            cure = "correct its place or what it says, or leave the column out to follow the outline"
            yield _error("wall_contradicts", message, row["association_id"], row["name"], cure=cure)


def _error(kind: str, message: str, code: object = "", name: object = "", *, cure: str) -> Problem:
    code, name = ("" if is_missing(value) else str(value) for value in (code, name))
    return Problem(severity="error", kind=kind, association_id=code, name=name, message=message, cure=cure)


# --- cells -----------------------------------------------------------------------------------------


def _faces(region: Any, spots: gpd.GeoDataFrame) -> Any:
    """Divide a region along the lines halfway between points: faces with one nearest point each."""
    different = np.unique(shapely.get_coordinates(spots.geometry.to_numpy()), axis=0)
    if len(different) == 1:
        return shapely.get_parts(region)
    reach = shapely.box(*region.bounds).buffer(1.0)
    halfway = shapely.voronoi_polygons(shapely.multipoints(different), extend_to=reach, only_edges=True)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.union(region.boundary, halfway))))
    return faces[shapely.contains(region, shapely.point_on_surface(faces))]


def _nearest(spots: gpd.GeoDataFrame, faces: Any) -> Any:
    """Give the position of the point nearest to each face; any place in a face will do."""
    tree = shapely.STRtree(spots.geometry.to_numpy())
    return tree.nearest(shapely.point_on_surface(faces))


def _check_area(shapes: Any, regions: gpd.GeoDataFrame) -> None:
    whole, drawn = float(regions.area.sum()), float(shapely.area(shapes).sum())
    if abs(whole - drawn) > _ROUNDING * whole:
        raise AssociationsError(
            f"The cells do not fill the outline: {drawn:,.1f} of {whole:,.1f} m2. Check the outline."
        )


# --- one row an association ------------------------------------------------------------------------


def _table(spots: gpd.GeoDataFrame) -> dict[str, Any]:
    """Give one row per association: counts summed, other columns where all its points agree."""
    groups = {name: spots.iloc[places] for name, places in _groups(spots).items()}
    table: dict[str, Any] = {"association_id": list(groups)}
    for column in spots.columns:
        if column in ("association_id", "geometry", "approximate", "point"):
            continue
        join = _sum if COUNT_COLUMN.fullmatch(str(column)) else agreed
        values = [join(group[column].tolist()) for group in groups.values()]
        table[str(column)] = pd.Series(values, dtype="object").infer_objects()
    table["approximate"] = [True] * len(groups)
    table["point"] = gpd.GeoSeries([_middle(group.geometry.to_numpy()) for group in groups.values()], crs=spots.crs)
    return table


def _groups(spots: gpd.GeoDataFrame) -> Mapping[str, Any]:
    places: dict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(spots["association_id"]):
        places[name].append(place)
    return places


def _sum(values: Sequence[Any]) -> Any:
    """Sum counts; where one is missing the sum is."""
    return None if any(is_missing(value) for value in values) else sum(values)


def _middle(shapes: Any) -> Any:
    centre = shapely.centroid(shapely.multipoints(shapes))
    return shapes[int(np.argmin(shapely.distance(shapes, centre)))]


def _united(spots: gpd.GeoDataFrame) -> list[Record]:
    """Record associations of several points, and what they do not agree on."""
    records = []
    for name, places in _groups(spots).items():
        if len(places) < 2:
            continue
        group = spots.iloc[places]
        counted = [str(column) for column in group.columns if COUNT_COLUMN.fullmatch(str(column))]
        message = f"{len(places)} points make one area" + (f"; {', '.join(counted)} summed" if counted else "")
        different = [
            str(column)
            for column in group.columns
            if column not in ("geometry", "association_id", *counted)
            and len(different_values(group[column].tolist())) > 1
        ]
        message += f"; left empty because they differ: {', '.join(different)}" if different else ""
        records.append(record("points_united", message, association_id=name, name=str(group["name"].iloc[0])))
    return records


def _with_origin(
    table: gpd.GeoDataFrame,
    points: gpd.GeoDataFrame,
    outline: gpd.GeoDataFrame | gpd.GeoSeries,
    records: Sequence[Record],
) -> gpd.GeoDataFrame:
    notes = joined_notes(points.attrs, outline.attrs, notice=CELLS_NOTICE_JA, notice_en=CELLS_NOTICE_EN)
    sources = [given.attrs.get("source") for given in (points, outline)]
    read = [*points.attrs.get("records", ()), *outline.attrs.get("records", ())]
    approximate = record(
        "cells_approximate",
        f"{len(table)} areas are cells around points, not boundaries anybody drew",
        cure="Have the borders between the groups proposed confirmed on the spot.",
    )
    table.attrs = {
        **notes,
        "sources": [source for source in sources if source],
        "records": [*read, approximate, *records],
    }
    return table
