"""Former school districts (旧小学校区) where no layer of them is at hand: from an attribute, or around the schools."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kurihara_geo.associations.arguments import refuse_other_layers, refuse_other_texts
from kurihara_geo.associations.cells import draw_cells
from kurihara_geo.associations.notes import joined_notes
from kurihara_geo.errors import AssociationsError, Problem
from kurihara_geo.sources.numbers import is_missing
from kurihara_geo.sources.records import Record, listed, record

__all__ = ["DISTRICTS_NOTICE_EN", "DISTRICTS_NOTICE_JA", "dissolve_districts", "districts_from_schools"]

DISTRICTS_NOTICE_JA = (
    "学区は、最も近い学校によって分けた概形(ボロノイ分割)で、実際の通学区域や旧小学校区の境界ではありません。"
)
DISTRICTS_NOTICE_EN = (
    "The school districts are approximate: every place belongs to the school that is nearest (Voronoi). "
    "They are not the real catchments."
)
_KEPT = ("school_code", "kind", "closed", "address", "municipality_code")


def dissolve_districts(associations: gpd.GeoDataFrame, column: str = "former_school_district") -> gpd.GeoDataFrame:
    """Unite the associations that name the same district, to have districts to draw and to check against.

    Parameters
    ----------
    associations
        Index or column ``association_id``; ``geometry`` (polygons) and the column; optional ``households``. Any CRS.
    column
        The column that names the district, such as ``former_school_district``, ``former_town`` or ``council``.

    Returns
    -------
    GeoDataFrame
        As :func:`kurihara_geo.read_districts` gives it, in the CRS of the associations and in order of first
        appearance. Index ``district_id`` (text; the name), ``name``, ``associations`` (how many), ``households``
        (their sum, where they have it; missing where one of them has no count), ``geometry``.
        ``attrs["records"]`` names areas without households that name no district and are left out, and associations
        without a count; notices of the associations are kept.

    Raises
    ------
    AssociationsError
        If there is no such column, an association where people live names no district, or a shape is missing or broken;
        every one is named.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> districts = kg.dissolve_districts(kg.load_sample())
    >>> len(districts), int(districts["associations"].sum())
    (28, 350)
    """
    refuse_other_layers(associations=associations)
    refuse_other_texts(column=column)
    table = associations.reset_index(drop=associations.index.name is None)
    _check(table, column)
    values = [None if is_missing(value) else str(value).strip() for value in table[column]]
    left = _without_district(table, values, column)
    rows: list[dict[str, Any]] = []
    uncounted: list[Record] = []
    for name in dict.fromkeys(value for value in values if value is not None):
        part = table[[value == name for value in values]]
        counts, noted = _sum_of_households(name, part)
        uncounted += noted
        shape = shapely.union_all(part.geometry.to_numpy())
        rows.append({"name": name, "associations": len(part), **counts, "geometry": shape})
    result = gpd.GeoDataFrame(rows, geometry="geometry", crs=associations.crs)
    result.index = pd.Index(result["name"].tolist(), name="district_id", dtype="object")
    if uncounted:
        result["households"] = result["households"].astype("object").convert_dtypes()
    result.attrs = {**joined_notes(associations.attrs), "records": [*left, *uncounted]}
    return result


def _sum_of_households(name: str, part: gpd.GeoDataFrame) -> tuple[dict[str, Any], list[Record]]:
    """Sum the households of a district, where the table has them; missing where one association has none."""
    if "households" not in part:
        return {}, []
    missing = part["households"].isna().to_numpy(dtype=bool)
    if not missing.any():
        return {"households": part["households"].sum()}, []
    message = f"households cannot be summed: there is no count of {listed(_names(part, missing))}"
    cure = "Supply the counts, for instance with fill_missing_households=."
    return {"households": pd.NA}, [record("count_missing", message, association_id=name, name=name, cure=cure)]


def districts_from_schools(schools: gpd.GeoDataFrame, outline: gpd.GeoDataFrame | gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Draw approximate districts around schools inside the city's outline: a last resort where no layer of them exists.

    Parameters
    ----------
    schools
        Points with a CRS, one a school, index a school's id, ``name``; from :func:`kurihara_geo.read_schools`, perhaps
        of an edition before schools closed. Every school given gets a district, closed ones too.
    outline
        Polygons of the city with a CRS, such as from :func:`kurihara_geo.read_municipality`.

    Returns
    -------
    GeoDataFrame
        As :func:`kurihara_geo.read_districts` gives it, in a metric plane CRS: index ``district_id`` (the school's id),
        ``name``, what the schools say beside it (``school_code``, ``kind``, ``closed``, ``address``), ``approximate``
        (True), ``geometry``. The districts fill the outline. ``attrs["notice"]`` and ``attrs["notice_en"]`` say that
        they are approximate, and every output repeats it.

    Raises
    ------
    AssociationsError
        If a row is no point, has no name, lies outside the outline or where another school is, or the outline has no
        area or no CRS; every one is named.

    Examples
    --------
    >>> import geopandas as gpd, shapely, kurihara_geo as kg
    >>> schools = gpd.GeoDataFrame(
    ...     {"name": ["架空小学校", "見本小学校"]},
    ...     index=["S1", "S2"],
    ...     geometry=gpd.points_from_xy([50, 250], [50, 50]),
    ...     crs=6678,
    ... )
    >>> kg.districts_from_schools(schools, gpd.GeoSeries([shapely.box(0, 0, 400, 100)], crs=6678)).area.tolist()
    [15000.0, 25000.0]
    """
    refuse_other_layers(schools=schools)
    _check_schools(schools)
    kept = [column for column in _KEPT if column in schools]
    data = {"association_id": [str(name) for name in schools.index], "name": schools["name"].tolist()}
    points = gpd.GeoDataFrame(data, geometry=schools.geometry.to_numpy(), crs=schools.crs)
    cells = draw_cells(points, outline)
    ids = cells["association_id"].tolist()
    given = schools[kept].set_axis(schools.index.map(str)).loc[ids].reset_index(drop=True)
    table = {"name": cells["name"].tolist(), **{column: given[column] for column in kept}, "approximate": True}
    result = gpd.GeoDataFrame(table, geometry=cells.geometry.to_numpy(), crs=cells.crs)
    result.index = pd.Index(ids, name="district_id", dtype="object")
    message = f"{len(result)} districts are the places nearest to a school, not districts anybody drew"
    cure = "Have them confirmed by the board of education (教育委員会)."
    read = [*schools.attrs.get("records", ()), *outline.attrs.get("records", ())]
    sources = [source for given in (schools, outline) if (source := given.attrs.get("source"))]
    notes = joined_notes(schools.attrs, outline.attrs, notice=DISTRICTS_NOTICE_JA, notice_en=DISTRICTS_NOTICE_EN)
    records = [*read, record("cells_approximate", message, cure=cure)]
    result.attrs = {**notes, "sources": sources, "records": records}
    return result


def _names(table: gpd.GeoDataFrame, rows: Any) -> list[str]:
    """Name rows by id and name, as far as they have them."""
    columns = [column for column in ("association_id", "name") if column in table]
    chosen = table.loc[np.asarray(rows, dtype=bool), columns]
    named = [" ".join(str(part) for part in parts) for parts in chosen.itertuples(index=False, name=None)]
    return named if columns else [f"row {place + 1}" for place in np.flatnonzero(rows)]


def _check(table: gpd.GeoDataFrame, column: str) -> None:
    if column not in table:
        found = ", ".join(str(name) for name in table.columns if name != table.geometry.name)
        raise AssociationsError(f"The associations have no column {column!r}. Columns found: {found}.")
    shapes = table.geometry
    broken = (shapes.isna() | shapes.is_empty | ~shapes.is_valid).to_numpy(dtype=bool)
    if broken.any():
        raise AssociationsError(
            f"Districts cannot be united of missing or broken shapes: {listed(_names(table, broken))}. "
            "Build the table with read_associations first."
        )


def _without_district(table: gpd.GeoDataFrame, values: list[str | None], column: str) -> list[Record]:
    """Refuse associations with people and no district; record areas without people."""
    missing = np.array([value is None for value in values], dtype=bool)
    nobody = (table["households"] == 0).fillna(value=False).to_numpy(dtype=bool) if "households" in table else ~missing
    inhabited = _names(table, missing & ~nobody)
    if inhabited:
        problem = "name no district; fill in the column, or assign them with assign_areas"
        raise AssociationsError(f"{len(inhabited)} associations have no {column}: {listed(inhabited)} {problem}.")
    left = _names(table, missing)
    if missing.all():
        raise AssociationsError(f"No row has a {column}.")
    if not left:
        return []
    message = f"{len(left)} areas without households name no {column} and are in no district: {listed(left)}"
    return [record("without_district", message)]


def _check_schools(schools: gpd.GeoDataFrame) -> None:
    if schools.crs is None:
        raise AssociationsError("The schools do not say which coordinate system they are in; set it, as EPSG:6668.")
    if "name" not in schools:
        raise AssociationsError("The schools have no column 'name'.")
    ids = [str(code) for code in schools.index]
    problems = [
        _problem("duplicate_id", f"school id {code} is used {ids.count(code)} times", cure="keep one of them")
        for code in sorted({code for code in ids if ids.count(code) > 1})
    ]
    seen: dict[tuple[float, float], str] = {}
    for code, name, shape in zip(ids, schools["name"], schools.geometry, strict=True):
        shown = "" if is_missing(name) else str(name)
        if not shown:
            problems.append(_problem("missing_name", f"school {code} has no name", cure="fill it in"))
        if shape is None or shape.is_empty or shape.geom_type != "Point":
            problems.append(_problem("not_point", f"school {code} is no point", shown, cure="give its place"))
            continue
        first = seen.setdefault((float(shapely.get_x(shape)), float(shapely.get_y(shape))), code)
        if first != code:
            message = f"schools {first} and {code} are at the same place"
            problems.append(_problem("same_point", message, shown, cure="keep one of them"))
    if problems:
        raise AssociationsError("Districts cannot be drawn around these schools:", problems)


def _problem(kind: str, message: str, name: str = "", *, cure: str) -> Problem:
    return Problem(severity="error", kind=kind, name=name, message=message, cure=cure)
