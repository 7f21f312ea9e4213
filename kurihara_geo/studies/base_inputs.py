"""What bases are chosen from, read and checked: who is served, where a base may be, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import shapely

from kurihara_geo.associations import representative_points
from kurihara_geo.associations.crs import is_metric
from kurihara_geo.associations.halls import place_halls
from kurihara_geo.associations.places import bare
from kurihara_geo.borders import build_graph, complete_borders
from kurihara_geo.errors import AssociationsError, BordersError, InputError
from kurihara_geo.plan import Plan
from kurihara_geo.rules import MergeRules
from kurihara_geo.rules.values import read_reasons, read_texts
from kurihara_geo.sources.records import listed
from kurihara_geo.studies.arguments import read_argument

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Demand", "hazards_of", "read_demand", "read_distances", "read_kept", "read_sites"]

_NEEDED = ("name", "households")
_SAFE = "shelter_"


@dataclass(frozen=True)
class Demand:
    """Who is to be served.

    Parameters
    ----------
    associations
        All areas, uninhabited ones too.
    people
        Inhabited associations, sorted by id.
    weights
        Weight of each of them.
    rows
        Demand rows by id: the associations that go to one base together.
    names
        Name of each row.
    borders
        Borders of the plan it was read from; None where it is no plan.
    """

    associations: gpd.GeoDataFrame
    people: gpd.GeoDataFrame
    weights: Mapping[str, int]
    rows: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]
    borders: gpd.GeoDataFrame | None

    def named(self, ids: Sequence[str]) -> str:
        """List rows with their names."""
        return listed(f"{name} {self.names[name]}" for name in ids)


def read_demand(demand: Any, weights: Any) -> Demand:
    """Read associations, or the groups of a plan, with the weights of their associations.

    Raises
    ------
    InputError
        If it is neither, the associations are no checked table, or a weight is no whole number, 0 or more; every one is
        named.
    """
    plan = demand if isinstance(demand, Plan) else None
    table = demand.associations if isinstance(demand, Plan) else demand
    _check_associations(table)
    people = table[table["households"] > 0].sort_index()
    if people.empty:
        raise AssociationsError("No association has any household, so nobody is to be served; check the counts.")
    counts = _weights(people, read_argument("weights", _read_text, weights))
    if plan is None:
        rows: dict[str, tuple[str, ...]] = {str(name): (str(name),) for name in people.index}
        names = dict(zip(rows, map(str, people["name"]), strict=True))
        return Demand(table, people, counts, rows, names, None)
    groups = plan.groups.sort_index()
    rows = {str(name): tuple(sorted(map(str, ids))) for name, ids in groups["member_ids"].items()}
    names = {str(name): str(text) for name, text in groups["name"].items()}
    return Demand(table, people, counts, rows, names, plan.borders)


def _check_associations(table: Any) -> None:
    cure = "build the table with build_associations or read_associations"
    if not isinstance(table, gpd.GeoDataFrame) or table.active_geometry_name is None:
        raise AssociationsError(
            f"demand must be a table of associations with their areas, or a Plan, not {type(table).__name__}; {cure}."
        )
    missing = [name for name in _NEEDED if name not in table]
    if missing:
        raise AssociationsError(f"The associations have no column {' and no column '.join(missing)}; {cure}.")
    ids = list(table.index)
    if not all(isinstance(name, str) for name in ids) or len(set(ids)) < len(ids):
        raise AssociationsError(f"The index of the associations must be their ids, texts, each once; {cure}.")
    if not is_metric(table.crs):
        raise AssociationsError(f"The associations must be in a plane CRS in metres; {cure}.")
    wrong = [name for name, count in table["households"].items() if not _is_count(count)]
    shapes = table.geometry
    wrong += list(table.index[(shapes.isna() | shapes.is_empty).to_numpy(dtype=bool)])
    if wrong:
        raise AssociationsError(f"Without a whole number of households or without an area: {listed(wrong)}; {cure}.")


def _is_count(value: Any) -> bool:
    return _is_number(value) and bool(value % 1 == 0)


def _is_number(value: Any) -> bool:
    """Whether it is a number, 0 or more, not a yes or no; infinity is one."""
    return not isinstance(value, bool | np.bool_) and isinstance(value, Real) and float(value) >= 0


def _weights(people: gpd.GeoDataFrame, column: str) -> dict[str, int]:
    if column not in people:
        found = ", ".join(str(name) for name in people.columns if name not in ("geometry", "point"))
        raise InputError(f"weights={column!r} is no column of the associations. Columns found: {found}.")
    values = people[column]
    wrong = [f"{name} {people['name'][str(name)]} ({value})" for name, value in values.items() if not _is_count(value)]
    if wrong:
        raise InputError(
            f"weights={column!r} must be whole numbers, 0 or more, for every inhabited association; these are not: "
            f"{listed(wrong)}. Fill them in, or take weights='households'."
        )
    return {str(name): int(value) for name, value in values.items()}


def _read_text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError(f"must be the name of a column, not {value!r}")
    return value


def read_sites(sites: Any, associations: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Read the sites: points in the CRS of the associations, sorted by id, with the association each stands in.

    Raises
    ------
    InputError
        If they are no table of points with names and ids of their own, or do not say their CRS; each is named.
    """
    if not isinstance(sites, gpd.GeoDataFrame) or sites.active_geometry_name is None:
        raise InputError(
            f"sites must be a table of points, not {type(sites).__name__}; read them with read_public_facilities, "
            "read_evacuation_sites or read_halls."
        )
    if sites.empty:
        raise InputError("sites holds no row, so there is nowhere to place a base.")
    lost = sites.index[sites.geometry.isna()].map(str).tolist()
    if lost:
        raise InputError(f"Sites must be points; these have none: {listed(lost)}.")
    placed = place_halls(bare(sites), associations).rename_axis("site_id").sort_index()
    names = [str(site) if pd.isna(name) else str(name) for site, name in placed["name"].items()]
    return placed.assign(name=pd.Series(names, index=placed.index, dtype=object))


def read_kept(keep: Any, sites: gpd.GeoDataFrame) -> dict[str, str]:
    """Read the existing bases: id -> the reason to keep one in spite of a hazard, empty where none is given.

    Raises
    ------
    InputError
        If it is no list of ids or mapping id -> reason, or a site is not there; every one is named.
    """
    if isinstance(keep, pd.DataFrame):
        raise InputError("keep must be a list of site ids, or a mapping id -> reason, not a table.")
    given: dict[str, str]
    if isinstance(keep, Mapping):
        given = dict(read_argument("keep", read_reasons, keep))
    else:
        given = dict.fromkeys(read_argument("keep", read_texts, keep), "")
    unknown = [site for site in given if site not in sites.index]
    if unknown:
        raise InputError(f"keep names sites that are not in the table: {listed(unknown)}.")
    return given


def hazards_of(sites: gpd.GeoDataFrame, avoid: Any) -> dict[str, tuple[str, ...]]:
    """Find which of the hazards to avoid are flagged at each site.

    A hazard such as ``flood`` is read in the columns ``flood`` and ``hazard_flood`` (true: the site lies in it) and
    ``shelter_flood`` (false: people may not flee there from it), in all that are there; a column may also be
    named as it is, where ``shelter_`` in front turns the meaning.

    Raises
    ------
    InputError
        If no column is found for a hazard, or a flag is neither yes nor no; every site is named.
    """
    if isinstance(avoid, pd.DataFrame):
        raise InputError("avoid must be a list of hazards, not a table.")
    hazards = read_argument("avoid", read_texts, avoid)
    columns = {
        hazard: [name for name in (hazard, f"hazard_{hazard}", f"{_SAFE}{hazard}") if name in sites]
        for hazard in hazards
    }
    missing = [hazard for hazard, found in columns.items() if not found]
    if missing:
        known = listed(str(name) for name in sites.columns if name != sites.geometry.name)
        raise InputError(f"avoid: the sites have no column for {', '.join(missing)}. Columns found: {known}.")
    unknown = [
        f"{site} {sites['name'][str(site)]} ({name}: {flag})"
        for name in dict.fromkeys(name for found in columns.values() for name in found)
        for site, flag in sites[name].items()
        if not isinstance(flag, bool | np.bool_)
    ]
    if unknown:
        raise InputError(f"avoid: a hazard flag must be true or false; these are not known: {listed(unknown)}.")
    return {
        str(site): tuple(
            hazard
            for hazard, found in columns.items()
            if any(bool(sites.at[site, name]) != name.startswith(_SAFE) for name in found)
        )
        for site in sites.index
    }


def read_distances(
    demand: Demand, sites: gpd.GeoDataFrame, distances: Any, along: str, borders: Any
) -> dict[str, dict[str, int]]:
    """Give association -> site -> whole metres or minutes; a site with no way to it is left out.

    Raises
    ------
    InputError
        If the planner's matrix misses pairs or holds what is no distance, or borders are missing; each is named.
    """
    if distances is not None:
        return _given_distances(demand, sites, distances)
    people = bare(demand.people)
    spots = shapely.get_coordinates(sites.geometry.to_numpy())
    if along == "borders":
        return _along_borders(demand, sites, demand.borders if borders is None else borders)
    points = shapely.get_coordinates(representative_points(people).to_numpy())
    table = _straight(points, spots)
    ids = [str(site) for site in sites.index]
    return {str(name): dict(zip(ids, row, strict=True)) for name, row in zip(people.index, table, strict=True)}


def _straight(points: np.ndarray, spots: np.ndarray) -> list[list[int]]:
    apart = np.hypot(points[:, None, 0] - spots[None, :, 0], points[:, None, 1] - spots[None, :, 1])
    found: list[list[int]] = np.floor(apart + 0.5).astype(np.int64).tolist()
    return found


def _given_distances(demand: Demand, sites: gpd.GeoDataFrame, matrix: Any) -> dict[str, dict[str, int]]:
    if not isinstance(matrix, pd.DataFrame):
        raise InputError(
            f"distances must be a DataFrame, one row an association and one column a site, not {type(matrix).__name__}."
        )
    table = matrix.set_axis([str(name) for name in matrix.index]).set_axis([str(name) for name in matrix], axis=1)
    twice = [*table.index[table.index.duplicated()], *table.columns[table.columns.duplicated()]]
    if twice:
        raise InputError(f"distances names rows or columns twice: {listed(twice)}.")
    rows, ids = [str(name) for name in demand.people.index], [str(site) for site in sites.index]
    gone = [name for name in rows if name not in table.index]
    lost = [site for site in ids if site not in table.columns]
    if gone or lost:
        raise InputError(
            f"distances must have every pair; without a row: {listed(gone) or 'none'}; without a column: "
            f"{listed(lost) or 'none'}. Add them; infinity says that there is no way."
        )
    cells = table.loc[rows, ids].to_numpy(dtype=object)
    wrong = [
        f"{name} to {site} ({cell})"
        for name, row in zip(rows, cells, strict=True)
        for site, cell in zip(ids, row, strict=True)
        if not _is_number(cell)
    ]
    if wrong:
        raise InputError(
            f"distances must be numbers, 0 or more; these are not: {listed(wrong)}. Fill them in; infinity says that "
            "there is no way."
        )
    return {
        name: {site: int(float(cell) + 0.5) for site, cell in zip(ids, row, strict=True) if cell < float("inf")}
        for name, row in zip(rows, cells, strict=True)
    }


def _along_borders(demand: Demand, sites: gpd.GeoDataFrame, borders: Any) -> dict[str, dict[str, int]]:
    """Walk from point to point over open borders and links; a site is reached from the association it stands in."""
    if not isinstance(borders, pd.DataFrame):
        raise BordersError('along="borders" needs borders=, a table as find_borders gives it.')
    people = bare(demand.people)
    graph = build_graph(people, complete_borders(borders, demand.associations), MergeRules())
    points = representative_points(people)
    found: dict[str, dict[str, int]] = {str(name): {} for name in people.index}
    ways: dict[str, dict[str, int]] = {}
    for site, spot in sites.geometry.items():
        door = _door(people, spot)
        last = int(points[door].distance(spot) + 0.5)
        if door not in ways:
            found_ways = nx.single_source_dijkstra_path_length(graph, door, weight="way_m")
            ways[door] = {name: int(way) for name, way in found_ways.items()}
        for name, way in ways[door].items():
            found[name][str(site)] = int(way) + last
    return found


def _door(people: gpd.GeoDataFrame, spot: Any) -> str:
    """Give the inhabited association a site stands in, else the nearest one; the lowest id among several."""
    apart = people.geometry.distance(spot)
    return str(apart.index[apart == apart.min()].min())
