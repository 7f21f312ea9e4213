"""Checks that report every problem of an associations table at once, by name and with the cure."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from kurihara_geo import columns
from kurihara_geo.associations.arguments import check_widths, refuse_other_layers
from kurihara_geo.associations.crs import choose_metric_crs, describe_coordinates
from kurihara_geo.associations.gaps import holes_of
from kurihara_geo.associations.places import bare
from kurihara_geo.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd

__all__ = ["DEFAULT_OVERLAP_LIMIT_M2", "check_associations", "find_problems", "is_misplaced", "list_overlaps"]

DEFAULT_OVERLAP_LIMIT_M2 = 100.0
# Below this an overlap is the rounding of coordinates, not something anybody drew.
_NOISE_M2 = 0.01
# More than any association, or city, has: a typing error, or a column of something else.
_MOST = 100_000_000
# A column of whole numbers holds no more; what is more is no float either.
_COLUMN_HOLDS = 2**63
# Longitude and latitude that the globe has; and farther than this from the middle of a layer nothing of a city lies.
_GLOBE_DEG = np.array([180.0, 90.0])
_FAR_DEG, _FAR_M = 30.0, 3_000_000.0


def check_associations(
    associations: gpd.GeoDataFrame, *, overlap_limit_m2: float = DEFAULT_OVERLAP_LIMIT_M2
) -> pd.DataFrame:
    """List every problem of an associations table, errors first.

    Parameters
    ----------
    associations
        A raw table as :func:`kurihara_geo.read_boundaries` gives it, or a checked one.
    overlap_limit_m2
        Overlaps up to this area are a warning and are repaired when the table is built; larger ones are an error.

    Returns
    -------
    DataFrame
        Columns as in ``columns.PROBLEMS``; empty when nothing was found. What readers and repairs recorded is included.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> problems = kg.check_associations(kg.load_sample())
    >>> sorted(problems["severity"].unique())
    ['warning']
    """
    refuse_other_layers(associations=associations)
    check_widths(overlap_limit_m2=overlap_limit_m2)
    travelled = [Problem(**record) for record in associations.attrs.get("records", ())]
    found = [*find_problems(associations, overlap_limit_m2=overlap_limit_m2), *travelled]
    return problem_table(found)


def problem_table(problems: list[Problem]) -> pd.DataFrame:
    """Put problems into a table, errors first, each once."""
    ordered = sorted(dict.fromkeys(problems), key=lambda p: (p.severity, p.kind))
    return pd.DataFrame([asdict(problem) for problem in ordered], columns=[column.name for column in columns.PROBLEMS])


def find_problems(table: gpd.GeoDataFrame, *, overlap_limit_m2: float = DEFAULT_OVERLAP_LIMIT_M2) -> list[Problem]:
    """Find every problem of a raw or checked table.

    Parameters
    ----------
    table
        Columns ``association_id`` (or as index), ``name``, ``households`` and a geometry.
    overlap_limit_m2
        See :func:`check_associations`.

    Returns
    -------
    list of Problem
        With the severities ``error`` and ``warning``.
    """
    table = bare(table)
    table = table.reset_index(drop=table.index.name != "association_id")
    if "association_id" not in table:
        found = ", ".join(str(column) for column in table.columns)
        return [_error("missing_id", message="there is no column 'association_id'", cure=f"columns found: {found}")]
    table = table if "name" in table else table.assign(name=None)
    if table.empty:
        return [_error("no_units", message="the table has no rows", cure="check the file and the layer that was read")]
    return [
        *_id_problems(table),
        *_unreadable_problems(table),
        *_household_problems(table),
        *_population_problems(table),
        *_area_problems(table),
        *_coordinate_problems(table),
        *_geometry_problems(table),
        *_coverage_problems(table, overlap_limit_m2),
    ]


def _error(kind: str, row: Any = None, *, message: str, cure: str) -> Problem:
    return _problem("error", kind, row, message, cure)


def _warning(kind: str, row: Any = None, *, message: str, cure: str = "") -> Problem:
    return _problem("warning", kind, row, message, cure)


def _problem(severity: str, kind: str, row: Any, message: str, cure: str) -> Problem:
    name = "" if row is None else _text(row.get("name"))
    where = "" if row is None else _text(row.get("association_id"))
    return Problem(severity=severity, kind=kind, association_id=where, name=name, message=message, cure=cure)


def _text(value: Any) -> str:
    return "" if value is None or value is pd.NA or value != value else str(value)


def _rows(table: gpd.GeoDataFrame, mask: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give the chosen rows as plain mappings with their number in the file, counted from 1."""
    for number in np.flatnonzero(np.asarray(mask)):
        row = table.iloc[int(number)]
        yield int(number) + 1, {"association_id": row.get("association_id"), "name": row.get("name")}


def _id_problems(table: gpd.GeoDataFrame) -> Iterator[Problem]:
    ids = table["association_id"].map(_text).str.strip()
    for number, row in _rows(table, ids == ""):
        yield _error("missing_id", row, message=f"row {number} has no id", cure="give it an id of its own")
    repeated = ids[(ids != "") & ids.duplicated(keep=False)]
    for name, rows in repeated.groupby(repeated).groups.items():
        numbers = ", ".join(str(row + 1) for row in rows)
        names = "、".join(dict.fromkeys(_text(table.at[row, "name"]) for row in rows))
        yield Problem(
            severity="error",
            kind="duplicate_id",
            association_id=str(name),
            name=names,
            message=f"rows {numbers} share this id",
            cure="give each association an id of its own, or dissolve its parts first",
        )


# Controls, halves of a character, and ends of a line or paragraph: nobody can type them, and files lose them.
_NO_ID = ("Cc", "Cs", "Zl", "Zp")


def _unreadable_problems(table: gpd.GeoDataFrame) -> Iterator[Problem]:
    """Refuse ids and names that would not be read back from a file as they are here."""
    for column, word, fault_of in (("association_id", "an id", _id_fault), ("name", "a name", _name_fault)):
        faults = [fault_of(value) for value in table[column]]
        for number, row in _rows(table, [fault != "" for fault in faults]):
            shown = {key: repr(value)[1:-1] if isinstance(value, str) else value for key, value in row.items()}
            yield _error(
                f"unreadable_{column.removeprefix('association_')}",
                shown,
                message=f"row {number} has {word} {faults[number - 1]}: {row[column]!r}",
                cure="enter it again without",
            )


def _id_fault(value: Any) -> str:
    text = _text(value)
    if any(unicodedata.category(letter) in _NO_ID for letter in text):
        return "with a control character or a line break in it"
    return "" if not text.strip() else _fault_at_the_ends(text)  # an empty id is missing


def _name_fault(value: Any) -> str:
    text = _text(value)
    return "with the character NUL in it" if "\0" in text else _fault_at_the_ends(text)


def _fault_at_the_ends(text: str) -> str:
    return "" if text == text.strip() else "with a space or a line break around it"


_NUMBER_CURE = "supply a whole number of households, 0 where nobody lives"


def _household_problems(table: gpd.GeoDataFrame) -> Iterator[Problem]:
    if "households" not in table:
        yield _error(
            "missing_households",
            message="there is no column of households",
            cure="name it with households_column=, or give a table of counts with households=",
        )
        return
    for number, value in enumerate(table["households"]):
        fault = _number_fault(value)
        if fault is not None:
            row = {"association_id": table.iloc[number].get("association_id"), "name": table.iloc[number].get("name")}
            kind, message = fault
            yield _error(f"{kind}_households", row, message=f"households are {message}", cure=_NUMBER_CURE)


def _population_problems(table: gpd.GeoDataFrame) -> Iterator[Problem]:
    if "population" not in table:
        return
    for number, value in enumerate(table["population"]):
        fault = _number_fault(value)
        if fault is not None and fault[0] != "missing":
            row = {"association_id": table.iloc[number].get("association_id"), "name": table.iloc[number].get("name")}
            yield _error(
                f"{fault[0]}_population",
                row,
                message=f"population is {fault[1]}",
                cure="supply a whole number or leave it empty",
            )


def _number_fault(value: Any) -> tuple[str, str] | None:
    if _text(value) == "":
        return "missing", "missing"
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.integer | np.floating):
        return "text", f"not a number: {str(value)!r}"
    if isinstance(value, float | np.floating) and not np.isfinite(value):
        return "text", f"not a number: {value}"
    if value > _MOST:
        shown = f"{value:g}" if value < _COLUMN_HOLDS else f"{Decimal(int(value)).normalize():.6g}"
        return "impossible", f"impossible: {shown} is more than {_MOST:,}"
    if value < 0:
        return "negative", f"negative: {value}"
    if float(value) != int(value):
        return "fractional", f"not whole: {value}"
    return None


def _area_problems(table: gpd.GeoDataFrame) -> Iterator[Problem]:
    """Warn of areas that are no associations: water, and land nobody lives on; and of missing names."""
    water = table["water"].eq(other=True) if "water" in table else pd.Series(data=False, index=table.index)
    for _, row in _rows(table, water):
        yield _warning("water_area", row, message="is a water area; it stays outside the plan")
    if "households" in table:
        empty = table["households"].map(lambda value: _number_fault(value) is None and value == 0)
        for _, row in _rows(table, empty & ~water):
            yield _warning(
                "uninhabited_area", row, message="has no households; it is drawn grey and stays outside the plan"
            )
    for number, row in _rows(
        table, table["name"].map(_text) == "" if "name" in table else np.ones(len(table), dtype=bool)
    ):
        yield _warning("missing_name", row, message=f"row {number} has no name", cure="give the name people know it by")


def _geometry_problems(table: gpd.GeoDataFrame) -> Iterator[Problem]:
    shapes = table.geometry
    if table.crs is None:
        yield _error(
            "no_crs",
            message="the layer does not say which coordinate system it is in",
            cure=f"find out and pass it (--crs); {_coordinates(shapes)}",
        )
    missing = _without_area(shapes)
    for number, row in _rows(table, missing):
        yield _error("empty_geometry", row, message=f"row {number} has no area", cure="draw it, or take the row out")
    polygonal = shapes.geom_type.isin(["Polygon", "MultiPolygon"])
    for _, row in _rows(table, ~missing & ~polygonal):
        yield _error(
            "not_polygon",
            row,
            message="is no polygon",
            cure="a layer of areas is needed; points or lines cannot show who borders whom",
        )
    broken = ~missing & polygonal & ~is_misplaced(shapes) & ~shapes.is_valid
    reasons = shapes.is_valid_reason()
    for number, row in _rows(table, broken):
        yield _error(
            "broken_geometry",
            row,
            message=f"the outline is broken: {reasons.iloc[number - 1]}",
            cure="mend it in the drawing program, or let it be repaired: accept_repairs=True (--accept-repairs)",
        )
    for _, row in _rows(table, ~missing & polygonal & (shapely.get_num_geometries(shapes.to_numpy()) > 1)):
        yield _warning("several_parts", row, message="has several parts that do not touch")


def _coordinate_problems(table: gpd.GeoDataFrame) -> Iterator[Problem]:
    """Name outlines with a corner that is no place, before they are compared with any other."""
    for place, (x, y) in _misplaced_corners(table.geometry).items():
        row = {"association_id": table.iloc[place].get("association_id"), "name": table.iloc[place].get("name")}
        yield _error(
            "bad_coordinate",
            row,
            message=f"row {place + 1}: x {x:g}, y {y:g} are no coordinates of this layer",
            cure="draw the outline again, or set this corner right",
        )


def is_misplaced(shapes: gpd.GeoSeries) -> pd.Series:
    """Say which outlines have a corner that is no place: no number, off the globe, or far from all others."""
    corners = _misplaced_corners(shapes)
    return pd.Series([place in corners for place in range(len(shapes))], index=shapes.index, dtype=bool)


def _misplaced_corners(shapes: gpd.GeoSeries) -> dict[int, tuple[float, float]]:
    """Give row -> its first corner that is no place."""
    spots, rows = shapely.get_coordinates(shapes.to_numpy(), return_index=True)
    sound = np.isfinite(spots).all(axis=1)
    if sound.any():
        degrees = shapes.crs is not None and shapes.crs.is_geographic
        with np.errstate(invalid="ignore", over="ignore"):
            away = np.abs(spots - np.median(spots[sound], axis=0))
        sound &= (away <= (_FAR_DEG if degrees else _FAR_M)).all(axis=1)
        sound &= (np.abs(spots) <= (_GLOBE_DEG if degrees else np.inf)).all(axis=1)
    return {int(rows[at]): (float(spots[at, 0]), float(spots[at, 1])) for at in np.flatnonzero(~sound)[::-1]}


def _coordinates(shapes: gpd.GeoSeries) -> str:
    west, south, east, north = (float(value) for value in shapes.total_bounds)
    return "" if np.isnan(west) else describe_coordinates((west, south, east, north))


def _without_area(shapes: gpd.GeoSeries) -> pd.Series:
    values = shapes.to_numpy()
    return pd.Series(shapely.is_missing(values) | shapely.is_empty(values), index=shapes.index)


def _coverage_problems(table: gpd.GeoDataFrame, overlap_limit_m2: float) -> Iterator[Problem]:
    """Compare the areas with each other: overlaps, gaps, and areas that touch no other."""
    shapes = table.geometry
    usable = ~_without_area(shapes) & ~is_misplaced(shapes) & shapes.geom_type.isin(["Polygon", "MultiPolygon"])
    if table.crs is None or not usable.any():
        return
    part = table[usable].reset_index(drop=True)
    metric = part.geometry.to_crs(choose_metric_crs(part))
    polygons = shapely.make_valid(metric.to_numpy())
    if not (bool(metric.is_valid.all()) and bool(shapely.coverage_is_valid(polygons))):
        yield from _overlap_problems(part, list_overlaps(polygons), overlap_limit_m2)
    tree = shapely.STRtree(polygons)
    first, second = tree.query(polygons, predicate="intersects")
    touching = set(first[first != second].tolist())
    if len(part) > 1:
        for _, row in _rows(part, ~np.isin(np.arange(len(part)), sorted(touching))):
            yield _warning(
                "isolated",
                row,
                message="touches no other area",
                cure="if people can reach a neighbour, add a link: add_link(borders, a, b, reason=...)",
            )
    yield from _gap_problems(part, polygons, tree)


def list_overlaps(polygons: Any) -> list[tuple[int, int, float]]:
    """List pairs of polygons that overlap: positions and area in the square of their unit, rounding noise left out."""
    tree = shapely.STRtree(polygons)
    first, second = tree.query(polygons, predicate="intersects")
    ordered = first < second
    first, second = first[ordered], second[ordered]
    areas = shapely.area(shapely.intersection(polygons[first], polygons[second]))
    return [(int(a), int(b), float(area)) for a, b, area in zip(first, second, areas, strict=True) if area > _NOISE_M2]


def _overlap_problems(
    part: gpd.GeoDataFrame, overlaps: list[tuple[int, int, float]], overlap_limit_m2: float
) -> Iterator[Problem]:
    for a, b, area in overlaps:
        both = part.iloc[[a, b]]
        found = {
            "association_id": ", ".join(_text(value) for value in both["association_id"]),
            "name": "、".join(_text(value) for value in both["name"]),
            "message": f"overlap by {area:,.1f} m2",
        }
        if area > overlap_limit_m2:
            yield Problem(
                severity="error",
                kind="overlap",
                **found,
                cure=f"draw the border once for both; overlaps up to {overlap_limit_m2:g} m2 are settled "
                "(another limit: overlap_limit_m2=)",
            )
        else:
            yield Problem(
                severity="warning", kind="tiny_overlap", **found, cure="given to one of the two when the table is built"
            )


def _gap_problems(part: gpd.GeoDataFrame, polygons: Any, tree: shapely.STRtree) -> Iterator[Problem]:
    for hole in holes_of(polygons):
        around = part.iloc[sorted(tree.query(hole, predicate="intersects"))]
        yield Problem(
            severity="warning",
            kind="gap",
            association_id=", ".join(_text(value) for value in around["association_id"]),
            name="、".join(_text(value) for value in around["name"]),
            message=f"{hole.area:,.1f} m2 between them belong to nobody",
            cure="a lake or another town is fine; a digitising gap hides a border: find_borders(..., tolerance_m=...), "
            "or let it be filled: accept_repairs=True, gap_width_m=...",
        )
