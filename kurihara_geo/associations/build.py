"""RAW TABLES -> ONE CHECKED TABLE."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from kurihara_geo import columns
from kurihara_geo.associations.checks import DEFAULT_OVERLAP_LIMIT_M2, find_problems
from kurihara_geo.associations.crs import choose_metric_crs
from kurihara_geo.associations.join import join_households
from kurihara_geo.associations.repair import repair_outlines, settle_overlaps
from kurihara_geo.errors import AssociationsError, Problem
from kurihara_geo.sources.boundaries import read_boundaries
from kurihara_geo.sources.households import read_households

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["build_associations", "list_repairs", "read_associations"]


def read_associations(
    path: str | Path,
    *,
    households: str | Path | pd.DataFrame | None = None,
    id_column: str | None = None,
    name_column: str | None = None,
    households_column: str | None = None,
    population_column: str | None = None,
    columns: dict[str, str] | None = None,
    layer: str | None = None,
    encoding: str | None = None,
    crs: str | None = None,
    households_kind: str | None = None,
    accept_repairs: bool = False,
    overlap_limit_m2: float = DEFAULT_OVERLAP_LIMIT_M2,
) -> gpd.GeoDataFrame:
    """Read boundaries and, if given, a table of counts, and build the checked table of associations.

    Parameters
    ----------
    path
        Any vector file GDAL reads, or a zip of one, or a census small-area file as the national portal packs it.
    households
        CSV or Excel file with one row per association, or a table as :func:`kurihara_geo.read_households` gives it.
        Its counts
        replace those of the boundaries.
    id_column, name_column, households_column, population_column
        Columns of the boundary file, where they are not recognised; with ``households`` the last two are columns of
        that file.
    columns
        Further columns of the boundary file to rename: own name -> standard name, such as ``{"学区":
        "former_school_district"}``.
    layer, encoding
        For files of several layers, or whose text does not read.
    crs
        The coordinate system of a file that does not say it.
    households_kind, accept_repairs, overlap_limit_m2
        As for :func:`build_associations`.

    Returns
    -------
    GeoDataFrame
        As :func:`build_associations` gives it.

    Raises
    ------
    SourceError
        If a file cannot be read or a column is not found.
    AssociationsError
        If the table has errors; ``problems`` names every one.
    """
    boundaries = read_boundaries(
        path,
        id_column=id_column,
        name_column=name_column,
        households_column=households_column if households is None else None,
        population_column=population_column if households is None else None,
        columns=columns,
        layer=layer,
        encoding=encoding,
        crs=crs,
    )
    counts = (
        households
        if households is None or isinstance(households, pd.DataFrame)
        else read_households(households, households_column=households_column, population_column=population_column)
    )
    return build_associations(
        boundaries,
        counts,
        households_kind=households_kind,
        accept_repairs=accept_repairs,
        overlap_limit_m2=overlap_limit_m2,
    )


def build_associations(
    boundaries: gpd.GeoDataFrame,
    households: pd.DataFrame | None = None,
    *,
    households_kind: str | None = None,
    accept_repairs: bool = False,
    overlap_limit_m2: float = DEFAULT_OVERLAP_LIMIT_M2,
) -> gpd.GeoDataFrame:
    """Build the checked table of associations from raw tables.

    Parameters
    ----------
    boundaries
        Raw table: ``association_id``, ``name``, perhaps ``households`` and more, polygons with a CRS.
    households
        Table of counts to join; see :func:`kurihara_geo.read_households`.
    households_kind
        ``register``, ``census`` or ``member``. Without it: what the tables say, census for census small areas, else
        ``not_stated``.
    accept_repairs
        Whether broken outlines may be mended; each repair is recorded. Without it they are errors.
    overlap_limit_m2
        Overlaps up to this area are settled and recorded; larger ones are errors.

    Returns
    -------
    GeoDataFrame
        Index ``association_id`` (text), columns as in ``columns.ASSOCIATIONS`` and whatever else the boundaries hold,
        in the metric
        plane CRS of the data. Uninhabited areas stay in the table with 0 households. Warnings travel with the table:
        :func:`kurihara_geo.check_associations` lists them, :func:`list_repairs` the repairs.

    Raises
    ------
    AssociationsError
        If anything is wrong; ``problems`` names every fault with its cure.
    """
    if not overlap_limit_m2 >= 0:
        raise AssociationsError(f"overlap_limit_m2 must be an area in m2, 0 or more, not {overlap_limit_m2}.")
    boundaries = _plain_rows(boundaries)
    table = boundaries
    problems: list[Problem] = []
    if households is not None:
        table, problems = join_households(boundaries, households)
    repairs: list[dict[str, object]] = []
    if accept_repairs and table.crs is not None:
        table, repairs = _mend(table)
    problems += find_problems(table, overlap_limit_m2=overlap_limit_m2)
    problems = _without_echo(problems)
    if any(problem.severity == "error" for problem in problems):
        raise AssociationsError("The associations cannot be used:", sorted(problems))
    total = int(table["households"].sum())
    table = _to_metric(_typed(table, households_kind))
    table, settled = settle_overlaps(table, overlap_limit_m2)
    table = table.set_index("association_id")
    if int(table["households"].sum()) != total:
        raise AssociationsError(
            f"Households were lost while the table was built: {total} read, {table['households'].sum()} kept."
        )
    table.attrs.clear()
    table.attrs.update(_travelling(boundaries, households, problems, [*repairs, *settled]))
    return table


def list_repairs(associations: gpd.GeoDataFrame) -> pd.DataFrame:
    """List the repairs that were made when the table was built.

    Parameters
    ----------
    associations
        A table from :func:`build_associations` or :func:`read_associations`.

    Returns
    -------
    DataFrame
        Columns as in ``columns.REPAIRS``; empty when nothing was repaired.
    """
    return pd.DataFrame(
        list(associations.attrs.get("repairs", ())), columns=[column.name for column in columns.REPAIRS]
    )


def _plain_rows(boundaries: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give the rows new numbers, the ids as a column and a column of names; refuse a table without ids."""
    table = boundaries.reset_index(drop=boundaries.index.name != "association_id")
    if "association_id" not in table:
        found = ", ".join(str(column) for column in table.columns)
        raise AssociationsError(f"The boundaries have no column 'association_id'; columns found: {found}.")
    return table if "name" in table else table.assign(name=None)


def _mend(table: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[dict[str, object]]]:
    polygonal = table.geometry.geom_type.isin(["Polygon", "MultiPolygon"]) & ~table.geometry.is_empty
    if not polygonal.all():
        return table, []
    return repair_outlines(table)


def _without_echo(problems: list[Problem]) -> list[Problem]:
    """Drop "households are missing" where "not in the table of counts" says the same of the same association."""
    named = {problem.association_id for problem in problems if problem.kind == "no_count"}
    return [
        problem
        for problem in problems
        if not (problem.kind == "missing_households" and problem.association_id in named)
    ]


def _typed(table: gpd.GeoDataFrame, households_kind: str | None) -> gpd.GeoDataFrame:
    kind = households_kind or "not_stated"
    if kind not in columns.HOUSEHOLD_KINDS:
        known = ", ".join(columns.HOUSEHOLD_KINDS)
        raise AssociationsError(f"households_kind is {kind!r}; it must be one of {known}.")
    typed: dict[str, Any] = {
        "association_id": table["association_id"].astype(str),
        "name": table["name"].where(table["name"].notna(), table["association_id"]).astype(str),
        "households": table["households"].astype("int64"),
        "households_kind": table["households_kind"] if "households_kind" in table and households_kind is None else kind,
    }
    if "population" in table:
        typed["population"] = table["population"].astype("Int64")
    table = table.assign(**typed)
    first = [column.name for column in columns.ASSOCIATIONS if column.name in table and column.name != "geometry"]
    rest = [column for column in table.columns if column not in first and column != table.geometry.name]
    table = table[[*first, *rest, table.geometry.name]]
    return table if table.geometry.name == "geometry" else table.rename_geometry("geometry")


def _to_metric(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Move to the plane CRS, with the points where people live if the table gives them as longitude and latitude."""
    crs = choose_metric_crs(table)
    moved = table.to_crs(crs)
    if "point" in table and isinstance(table["point"], gpd.GeoSeries) and table["point"].crs is not None:
        moved["point"] = table["point"].to_crs(crs)
    if {"point_lon", "point_lat"} <= set(table.columns):
        lon, lat = (pd.to_numeric(table[column], errors="coerce") for column in ("point_lon", "point_lat"))
        known = lon.notna() & lat.notna()
        points = (
            gpd.GeoSeries(gpd.points_from_xy(lon, lat, crs="EPSG:4326"), index=table.index)
            .where(known, None)
            .to_crs(crs)
        )
        moved["point"] = points
    return moved


def _travelling(
    boundaries: gpd.GeoDataFrame,
    households: pd.DataFrame | None,
    problems: list[Problem],
    repairs: list[dict[str, object]],
) -> dict[str, Any]:
    """Collect what travels with the table: plain values only, so that the table can be copied and compared."""
    attrs = {name: value for name, value in boundaries.attrs.items() if name in columns.NOTES}
    records = list(boundaries.attrs.get("records", ()))
    sources = [boundaries.attrs.get("source")]
    if households is not None:
        records += households.attrs.get("records", ())
        sources.append(households.attrs.get("source"))
    records += [asdict(problem) for problem in problems if problem.severity == "warning"]
    unique = list({tuple(sorted(record.items())): record for record in records}.values())
    return {**attrs, "records": unique, "repairs": repairs, "sources": [source for source in sources if source]}
