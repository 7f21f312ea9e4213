"""RAW TABLES -> ONE CHECKED TABLE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely

from kurihara_geo import columns
from kurihara_geo.associations.arguments import (
    check_widths,
    refuse_other_layers,
    refuse_other_tables,
    refuse_other_texts,
)
from kurihara_geo.associations.cells import draw_cells
from kurihara_geo.associations.checks import DEFAULT_OVERLAP_LIMIT_M2, find_problems, is_misplaced
from kurihara_geo.associations.coverage import DEFAULT_MAX_CHANGE_M2, clean_coverage
from kurihara_geo.associations.crs import choose_metric_crs
from kurihara_geo.associations.join import join_households
from kurihara_geo.associations.missing_counts import fill_missing_counts
from kurihara_geo.associations.repair import repair_outlines
from kurihara_geo.associations.small_areas import dissolve_small_areas
from kurihara_geo.errors import AssociationsError, Problem
from kurihara_geo.sources.association_points import read_association_points
from kurihara_geo.sources.boundaries import read_boundaries
from kurihara_geo.sources.correspondence import read_correspondence
from kurihara_geo.sources.datums import from_old_datum
from kurihara_geo.sources.households import read_households
from kurihara_geo.sources.records import listed
from kurihara_geo.sources.vectors import read_vector

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["build_associations", "list_repairs", "read_associations"]


def read_associations(
    path: str | Path,
    *,
    households: str | Path | pd.DataFrame | None = None,
    households_sheet: str | None = None,
    fill_missing_households: str | Path | pd.DataFrame | Mapping[str, int] | None = None,
    former_towns: Sequence[str] = (),
    restore_leading_zero: bool = False,
    correspondence: str | Path | pd.DataFrame | None = None,
    shared: str = "divide",
    outline: str | Path | gpd.GeoDataFrame | None = None,
    walls: str | None = None,
    id_column: str | None = None,
    name_column: str | None = None,
    households_column: str | None = None,
    population_column: str | None = None,
    columns: dict[str, str] | None = None,
    layer: str | None = None,
    encoding: str | None = None,
    crs: str | None = None,
    swap_axes: bool = False,
    households_kind: str | None = None,
    accept_repairs: bool = False,
    overlap_limit_m2: float = DEFAULT_OVERLAP_LIMIT_M2,
    gap_width_m: float = 0.0,
    max_change_m2: float | None = None,
) -> gpd.GeoDataFrame:
    """Read what the city holds of its associations and build the checked table: areas, small areas, or points.

    Parameters
    ----------
    path
        Areas of the associations: any vector file GDAL reads, or a zip of one. With ``correspondence``: census small
        areas, as the national portal packs them. With ``outline``: points, such as halls, as a vector file, or CSV or
        Excel with longitude and latitude.
    households
        CSV or Excel file with one row per association, or a table as :func:`kurihara_geo.read_households` gives it.
        Its counts replace those of the boundaries.
    households_sheet
        The sheet of that Excel file, or ``all`` for one sheet per town.
    fill_missing_households
        A file or table like ``households``, or a mapping of association id to households, that supplies only counts
        that are missing. A count that is there is kept and, where the two differ, named.
    former_towns, restore_leading_zero
        As for :func:`build_associations`.
    correspondence
        CSV or Excel file that says which small area belongs to which association, or a table as
        :func:`kurihara_geo.read_correspondence` gives it; see :func:`kurihara_geo.dissolve_small_areas`.
    shared
        With ``correspondence``: ``divide`` or ``larger_share``.
    outline
        Vector file or layer of the city's outline, in which cells are drawn around the points; see
        :func:`kurihara_geo.draw_cells`.
    walls
        With ``outline``: the column of the outline's polygons whose values no cell may mix.
    id_column, name_column, households_column, population_column
        Columns of the file at ``path``, where they are not recognised; with ``households`` the last two are columns
        of that file.
    columns
        Further columns of the file at ``path`` to rename: own name -> standard name, such as ``{"学区":
        "former_school_district"}``.
    layer, encoding
        For files of several layers, or whose text does not read.
    crs
        The coordinate system of a file that does not say it.
    swap_axes
        Whether x and y stand the other way round in the file of areas, as surveyors write them (x to the north).
    households_kind, accept_repairs, overlap_limit_m2, gap_width_m, max_change_m2
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
    _check_ways(
        correspondence=correspondence,
        outline=outline,
        walls=walls,
        shared=None if isinstance(shared, str) and shared == "divide" else shared,
        swap_axes=swap_axes,
    )
    _check_counts_options(
        households,
        households_sheet=households_sheet,
        former_towns=former_towns,
        restore_leading_zero=restore_leading_zero if correspondence is None else False,
    )
    naming: dict[str, Any] = {
        "id_column": id_column,
        "name_column": name_column,
        "households_column": households_column if households is None else None,
        "population_column": population_column if households is None else None,
        "columns": columns,
        "layer": layer,
        "encoding": encoding,
        "crs": crs,
    }
    if outline is not None:
        boundaries = draw_cells(read_association_points(path, **naming), _outline(outline), walls=walls)
    else:
        boundaries = read_boundaries(path, **naming, swap_axes=swap_axes)
    if correspondence is not None:
        table = correspondence if isinstance(correspondence, pd.DataFrame) else read_correspondence(correspondence)
        boundaries = dissolve_small_areas(
            _mended(boundaries) if accept_repairs else boundaries,
            table,
            shared=shared,
            restore_leading_zero=restore_leading_zero,
        )
    return build_associations(
        boundaries,
        _counts(
            households,
            households_column=households_column,
            population_column=population_column,
            households_kind=households_kind,
            sheet=households_sheet,
        ),
        former_towns=former_towns,
        restore_leading_zero=restore_leading_zero,
        fill_missing_households=fill_missing_households
        if isinstance(fill_missing_households, Mapping)
        else _counts(fill_missing_households),
        households_kind=households_kind,
        accept_repairs=accept_repairs,
        overlap_limit_m2=overlap_limit_m2,
        gap_width_m=gap_width_m,
        max_change_m2=max_change_m2,
    )


def _check_ways(*, correspondence: object, outline: object, walls: object, shared: object, swap_axes: object) -> None:
    """Refuse ways that exclude each other, and options that would have no effect."""
    faults = []
    if not isinstance(swap_axes, bool):
        faults.append(f"swap_axes= is True or False, not {type(swap_axes).__name__}")
    texts = {"walls": walls, "shared": shared}
    faults += [f"{name}= is a text, not {type(text).__name__}" for name, text in texts.items() if not _is_text(text)]
    if faults:
        raise AssociationsError(f"The files cannot be read so: {'; '.join(faults)}.")
    if correspondence is not None and outline is not None:
        faults.append("correspondence= is for small areas, outline= for points: give one of them, as the file is")
    if walls is not None and outline is None:
        faults.append("walls= names a column of the outline; it needs outline= and a file of points")
    if shared not in (None, "larger_share"):
        faults.append(f"shared= is divide or larger_share, not {shared!r}")
    elif shared is not None and correspondence is None:
        faults.append("shared= says what becomes of small areas; it needs correspondence=")
    if swap_axes and outline is not None:
        faults.append("swap_axes= is for areas; in a file of points name the columns the right way round")
    if faults:
        raise AssociationsError(f"The files cannot be read so: {'; '.join(faults)}.")


def _is_text(value: object) -> bool:
    return value is None or isinstance(value, str)


def _check_counts_options(households: object, **options: object) -> None:
    """Refuse options about a table of counts where there is none, or it was read before."""
    if not _is_text(options.get("households_sheet")):
        raise AssociationsError(f"households_sheet must be a text, not {type(options['households_sheet']).__name__}.")
    if not isinstance(options.get("former_towns", ()), str):
        _names_of(options.get("former_towns", ()))
    if not isinstance(options.get("restore_leading_zero"), bool):
        raise AssociationsError(f"restore_leading_zero must be True or False, not {options['restore_leading_zero']!r}.")
    given = [name for name, value in options.items() if value]
    if households is None and given:
        raise AssociationsError(
            f"{', '.join(given)} {'is' if len(given) == 1 else 'are'} about households=; give it too."
        )
    if isinstance(households, pd.DataFrame) and options.get("households_sheet"):
        raise AssociationsError("households_sheet is for a file; the table given with households= was read before.")


def _outline(outline: str | Path | gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if isinstance(outline, gpd.GeoDataFrame):
        return outline
    read = read_vector(outline)
    frame = read.frame
    frame.attrs = {"source": read.source, "records": read.records}
    return frame


def _mended(boundaries: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Mend the outlines of small areas before they are joined; the repairs travel with the table."""
    if boundaries.crs is None:
        return boundaries
    attrs = dict(boundaries.attrs)
    table, repairs = _mend(_plain_rows(boundaries))
    table.attrs = {**attrs, "repairs": [*attrs.get("repairs", ()), *repairs]}
    return table


def _counts(counts: str | Path | pd.DataFrame | None, **naming: Any) -> pd.DataFrame | None:
    if counts is None or isinstance(counts, pd.DataFrame):
        return counts
    return read_households(counts, **naming)


def build_associations(
    boundaries: gpd.GeoDataFrame,
    households: pd.DataFrame | None = None,
    *,
    fill_missing_households: pd.DataFrame | Mapping[str, int] | None = None,
    former_towns: Sequence[str] = (),
    restore_leading_zero: bool = False,
    households_kind: str | None = None,
    accept_repairs: bool = False,
    overlap_limit_m2: float = DEFAULT_OVERLAP_LIMIT_M2,
    gap_width_m: float = 0.0,
    max_change_m2: float | None = None,
) -> gpd.GeoDataFrame:
    """Build the checked table of associations from raw tables.

    Parameters
    ----------
    boundaries
        Raw table: ``association_id``, ``name``, perhaps ``households`` and more, polygons with a CRS.
    households
        Table of counts to join; see :func:`kurihara_geo.read_households`. It replaces the counts of the boundaries.
    fill_missing_households
        Table of counts, or a mapping of association id to households, for associations whose count is missing. It
        never replaces a count; each count filled, and each that was there and differs, is recorded.
    former_towns
        Former towns (旧町村) that may stand before a name on one side only: with ``["架空町"]``, 架空本町 is 本町 where
        one of each is there.
    restore_leading_zero
        Whether ids of the table of counts that all lost their leading zero get it back; without it they are an error.
    households_kind
        ``register``, ``census`` or ``member``. Without it: what the tables say, census for census small areas, else
        ``not_stated``.
    accept_repairs
        Whether broken outlines may be mended and gaps filled; each repair is recorded. Without it broken outlines
        are errors and gaps stay.
    overlap_limit_m2
        Overlaps up to this area are settled and recorded; larger ones are errors.
    gap_width_m
        With ``accept_repairs``: gaps no wider than this (m) are given to the neighbour with the longest border, or
        shared where more than two touch it, and recorded. 0 fills none; lakes and other true holes are wider and stay.
    max_change_m2
        No association may lose and gain more than this by settling overlaps and filling gaps (m2). Without it 1,000
        where gaps are filled; else what its overlaps, each within ``overlap_limit_m2``, come to.

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
    for name, value in {"accept_repairs": accept_repairs, "restore_leading_zero": restore_leading_zero}.items():
        if not isinstance(value, bool):
            raise AssociationsError(f"{name} must be True or False, not {type(value).__name__}.")
    limit = _change_limit(overlap_limit_m2, gap_width_m, max_change_m2, accept_repairs=accept_repairs)
    refuse_other_layers(boundaries=boundaries)
    boundaries = _in_new_datum(_plain_rows(boundaries))
    _check_tables(households, fill_missing_households)
    former_towns = _names_of(former_towns)
    if households_kind is not None:
        refuse_other_texts(households_kind=households_kind)
    how: dict[str, Any] = {"towns": tuple(former_towns), "restore_leading_zero": restore_leading_zero}
    table, problems, noted = _counted(boundaries, households, fill_missing_households, how)
    repairs: list[dict[str, object]] = list(boundaries.attrs.get("repairs", ()))
    if accept_repairs and table.crs is not None:
        table, mended = _mend(table)
        repairs += mended
    problems += [*find_problems(table, overlap_limit_m2=overlap_limit_m2), *_point_problems(table)]
    problems += [] if households_kind is not None else _kind_problems(table)
    problems = _without_echo(problems)
    if any(problem.severity == "error" for problem in problems):
        raise AssociationsError("The associations cannot be used:", sorted(problems), table=table)
    total = int(table["households"].sum())
    table = _to_metric(_typed(table, households_kind))
    try:
        table, settled, much = clean_coverage(table, gap_width_m=gap_width_m, max_change_m2=limit)
    except shapely.errors.GEOSException as error:
        raise AssociationsError(
            f"The outlines cannot be compared with each other ({error}); look for one that is drawn far off or crosses "
            "itself, and draw it again.",
            table=table,
        ) from error
    if settled:
        problems = [*_after_repair(problems, table), *much]
    table = table.set_index("association_id")
    if int(table["households"].sum()) != total:
        raise AssociationsError(
            f"Households were lost while the table was built: {total} read, {table['households'].sum()} kept."
        )
    table.attrs.clear()
    tables = [given for given in (households, fill_missing_households) if isinstance(given, pd.DataFrame)]
    table.attrs.update(_travelling(boundaries, tables, [*noted, *map(asdict, problems)], [*repairs, *settled]))
    return table


def _check_tables(households: object, fill_missing_households: object) -> None:
    """Refuse counts that are no table."""
    if households is not None:
        refuse_other_tables(pd.DataFrame, households=households)
    if fill_missing_households is not None:
        refuse_other_tables((pd.DataFrame, Mapping), fill_missing_households=fill_missing_households)


def _names_of(former_towns: object) -> tuple[str, ...]:
    """Refuse former towns that are no list of names."""
    if isinstance(former_towns, str):
        raise AssociationsError(f"former_towns must be a list of names, not the text {former_towns!r}.")
    names = tuple(former_towns) if isinstance(former_towns, Sequence) else (None,)
    if not all(isinstance(name, str) for name in names):
        raise AssociationsError(f"former_towns must be a list of names, not {type(former_towns).__name__}.")
    return tuple(str(name) for name in names)


def _in_new_datum(boundaries: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Move a table given in the Tokyo datum; files are moved when they are read."""
    attrs = dict(boundaries.attrs)
    table, moved = from_old_datum(boundaries)
    table.attrs = {**attrs, "records": [*attrs.get("records", ()), *moved]} if moved else attrs
    return table


def _change_limit(
    overlap_limit_m2: float, gap_width_m: float, max_change_m2: float | None, *, accept_repairs: bool
) -> float | None:
    """Check the limits of repair, and give the one of an association's change."""
    check_widths(overlap_limit_m2=overlap_limit_m2, gap_width_m=gap_width_m)
    if max_change_m2 is not None:
        check_widths(max_change_m2=max_change_m2)
    if gap_width_m and not accept_repairs:
        raise AssociationsError("gap_width_m fills gaps, which changes areas: accept it with accept_repairs=True.")
    return DEFAULT_MAX_CHANGE_M2 if gap_width_m and max_change_m2 is None else max_change_m2


def _counted(
    boundaries: gpd.GeoDataFrame,
    households: pd.DataFrame | None,
    fill_missing_households: pd.DataFrame | Mapping[str, int] | None,
    how: dict[str, Any],
) -> tuple[gpd.GeoDataFrame, list[Problem], list[dict[str, str]]]:
    """Join the counts, then fill what is still missing."""
    table = boundaries
    problems: list[Problem] = []
    noted: list[dict[str, str]] = []
    if households is not None:
        table, problems = _joined(boundaries, households, how)
    if fill_missing_households is not None:
        table, unplaced, noted = fill_missing_counts(table, fill_missing_households)
        filled = {row["association_id"] for row in noted if row["kind"] == "count_filled"}
        problems = [p for p in problems if not (p.kind == "no_count" and p.association_id in filled)]
        problems += unplaced
    return table, problems, noted


def _joined(
    boundaries: gpd.GeoDataFrame, households: pd.DataFrame, how: dict[str, Any]
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Join the counts; small areas where nobody lives are no associations and need none, unless the table has them."""
    grey = boundaries["association_id"].isin(boundaries.attrs.get("grey_ids", ()))
    if "association_id" in households:
        grey &= ~boundaries["association_id"].isin(households["association_id"])
    if not grey.any():
        return join_households(boundaries, households, **how)
    joined, problems = join_households(boundaries[~grey], households, **how)
    alone = boundaries.loc[grey, [column for column in boundaries.columns if column in joined]]
    return gpd.GeoDataFrame(pd.concat([joined, alone], ignore_index=True), crs=boundaries.crs), problems


def _after_repair(problems: list[Problem], table: gpd.GeoDataFrame) -> list[Problem]:
    """Keep what was said of counts and overlaps; say of gaps and parts what is true after the repair."""
    renewed = ("gap", "several_parts", "isolated")
    kept = [problem for problem in problems if problem.kind not in renewed]
    return [*kept, *(problem for problem in find_problems(table) if problem.kind in renewed)]


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
    refuse_other_tables(pd.DataFrame, associations=associations)
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
    polygonal &= ~is_misplaced(table.geometry)
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


def _kind_problems(table: gpd.GeoDataFrame) -> list[Problem]:
    """Refuse kinds of households that are none, and warn where several stand in one column."""
    if "households_kind" not in table:
        return []
    said = sorted({str(kind) for kind in table["households_kind"].dropna()})
    unknown = [kind for kind in said if kind not in columns.HOUSEHOLD_KINDS]
    if unknown:
        message = f"households_kind holds {listed(unknown)}, which are no kinds"
        cure = f"write one of {', '.join(columns.HOUSEHOLD_KINDS)}"
        return [Problem(severity="error", kind="unknown_kind", message=message, cure=cure)]
    if len(said) < 2:
        return []
    message = f"households of several kinds stand in one column: {listed(said)}"
    cure = "use counts of one kind, or say which they are with households_kind="
    return [Problem(severity="warning", kind="several_kinds", message=message, cure=cure)]


def _point_problems(table: gpd.GeoDataFrame) -> list[Problem]:
    """Name rows whose longitude or latitude of the point is no number, or only one of the two is there."""
    if not {"point_lon", "point_lat"} <= set(table.columns):
        return []
    given = table[["point_lon", "point_lat"]]
    read = given.apply(pd.to_numeric, errors="coerce")
    bad = (given.notna() & read.isna()).any(axis=1) | (read["point_lon"].isna() != read["point_lat"].isna())
    bad |= (read["point_lon"].abs() > 180) | (read["point_lat"].abs() > 90)  # also what is infinite
    return [
        Problem(
            severity="error",
            kind="bad_point",
            association_id=str(row["association_id"]),
            name=str(row["name"]),
            message=f"its point is {row['point_lon']!r}, {row['point_lat']!r}",
            cure="give point_lon and point_lat as decimal degrees, or leave both empty",
        )
        for row in table.loc[bad, ["association_id", "name", "point_lon", "point_lat"]].to_dict("records")
    ]


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
    tables: list[pd.DataFrame],
    noted: list[dict[str, str]],
    repairs: list[dict[str, object]],
) -> dict[str, Any]:
    """Collect what travels with the table: plain values only, so that the table can be copied and compared."""
    attrs = {name: value for name, value in boundaries.attrs.items() if name in columns.NOTES}
    records: list[dict[str, str]] = []
    sources: list[dict[str, Any]] = []
    for table in (boundaries, *tables):
        records += table.attrs.get("records", ())
        sources += [*table.attrs.get("sources", ()), table.attrs.get("source", {})]
    unique = list({tuple(sorted(record.items())): record for record in [*records, *noted]}.values())
    return {**attrs, "records": unique, "repairs": repairs, "sources": [source for source in sources if source]}
