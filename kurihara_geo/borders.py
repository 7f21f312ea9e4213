"""Associations -> borders: one row per adjacent pair, a geometry that can be seen, questioned and corrected."""

from __future__ import annotations

import warnings
from collections import Counter
from math import inf
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import shapely

from kurihara_geo import columns
from kurihara_geo.associations.crs import is_metric
from kurihara_geo.associations.places import bare, representative_points
from kurihara_geo.errors import BordersError, IslandWarning, NearBorderWarning, Problem

if TYPE_CHECKING:
    from kurihara_geo.rules import MergeRules

__all__ = [
    "add_link",
    "boundary_texts",
    "build_graph",
    "check_borders",
    "complete_borders",
    "find_borders",
    "find_islands",
    "find_near_borders",
    "remove_border",
]

# Shorter than this, a shared line is the rounding of coordinates at a corner.
_POINT_M = 1e-3
# Areas this near each other, over this length, look like neighbours that were drawn apart.
_NEAR_M, _NEAR_LEAST_M = 1.0, 10.0
_NAMED = 5
_COLUMNS = [column.name for column in columns.BORDERS]


def find_borders(
    associations: gpd.GeoDataFrame,
    *,
    min_border_m: float = 0.0,
    tolerance_m: float = 0.0,
    across_uninhabited: bool = False,
) -> gpd.GeoDataFrame:
    """Find who borders whom: one row per pair of inhabited associations that share a border.

    Parameters
    ----------
    associations
        Checked associations, metric CRS.
    min_border_m
        Borders not longer than this do not count, in metres. At 0 any border of positive length counts; touching at a
        corner never
        does.
    tolerance_m
        Areas drawn apart or across each other by up to so many metres share a border where they run along each other,
        for layers
        with digitising gaps. What two areas meeting at a corner would show by the tolerance alone is left out.
    across_uninhabited
        Whether associations on the same uninhabited area are linked across it, as ``link`` rows with the reason.

    Returns
    -------
    GeoDataFrame
        Columns as in ``columns.BORDERS``: ``a`` < ``b`` ids, ``length_m``, ``kind`` (``border`` | ``link``),
        ``barred_by``,
        ``reason``, ``geometry`` (lines), sorted by ``a`` and ``b``, in the CRS of the associations.

    Warns
    -----
    IslandWarning
        Names associations without any border; they are never joined silently.

    NearBorderWarning
        Names pairs that run along each other but share no border, where no tolerance was given.

    Raises
    ------
    BordersError
        If the associations are not in a plane CRS in metres, or a distance is negative.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> borders = kg.find_borders(kg.load_sample())
    >>> bool((borders["length_m"] > 0).all())
    True
    """
    require_metric(associations)
    if not (0 <= min_border_m < inf and 0 <= tolerance_m < inf):
        raise BordersError(f"min_border_m and tolerance_m are metres, 0 or more, not {min_border_m} and {tolerance_m}.")
    inhabited = bare(associations[associations["households"] > 0]).sort_index()
    borders = _shared_borders(inhabited, min_border_m, tolerance_m)
    if across_uninhabited:
        borders = _with_links_across(borders, associations, tolerance_m)
    missed = [] if tolerance_m > 0 else find_near_borders(associations, borders)
    if missed:
        pairs = ", ".join(f"{a}-{b} ({length_m:,.0f} m)" for a, b, length_m in missed[:_NAMED])
        more = f" and {len(missed) - _NAMED} more" if len(missed) > _NAMED else ""
        warnings.warn(
            f"{len(missed)} pairs run along each other within {_NEAR_M:g} m but share no border: {pairs}{more}. "
            "If these are digitising gaps, pass tolerance_m=1 (--tolerance 1).",
            NearBorderWarning,
            stacklevel=2,
        )
    islands = find_islands(associations, borders)
    if islands:
        named = ", ".join(f"{name} {associations.at[name, 'name']!s}" for name in islands)
        warnings.warn(
            f"{len(islands)} associations have no border with any other: {named}. "
            "If people can reach a neighbour, add a link: add_link(borders, a, b, associations=..., reason=...).",
            IslandWarning,
            stacklevel=2,
        )
    return borders


def find_near_borders(associations: gpd.GeoDataFrame, borders: gpd.GeoDataFrame) -> list[tuple[str, str, float]]:
    """List pairs of inhabited associations that run along each other within a metre but share no border.

    Parameters
    ----------
    associations
        Checked associations, metric CRS.
    borders
        As :func:`find_borders` gives them.

    Returns
    -------
    list of tuple
        The two ids and the metres they run along each other, the longest first; ten metres or more.
    """
    inhabited = bare(associations[associations["households"] > 0]).sort_index()
    shapes, ids = inhabited.geometry.to_numpy(), inhabited.index.map(str).to_numpy()
    known = set(zip(borders["a"], borders["b"], strict=True))
    first, second = _near_pairs(shapes, _NEAR_M)
    fresh = np.array([(ids[a], ids[b]) not in known for a, b in zip(first, second, strict=True)], dtype=bool)
    first, second = first[fresh], second[fresh]
    shared = shapely.intersection(shapely.boundary(shapes[first]), shapely.boundary(shapes[second]))
    apart = shapely.length(shared) <= _POINT_M
    first, second = first[apart], second[apart]
    near = shapely.intersection(shapely.boundary(shapes[first]), shapely.buffer(shapes[second], _NEAR_M))
    lengths = shapely.length(near) - 4 * _NEAR_M
    found = [
        (str(ids[a]), str(ids[b]), float(m))
        for a, b, m in zip(first, second, lengths, strict=True)
        if m >= _NEAR_LEAST_M
    ]
    return sorted(found, key=lambda row: (-row[2], row[0], row[1]))


def find_islands(associations: gpd.GeoDataFrame, borders: gpd.GeoDataFrame) -> list[str]:
    """List inhabited associations without any open border or link, by id.

    Parameters
    ----------
    associations
        Checked associations.
    borders
        As :func:`find_borders` gives them.
    """
    open_borders = _open(borders)
    reached = {*open_borders["a"], *open_borders["b"]}
    inhabited = associations.index[associations["households"] > 0]
    return [] if len(inhabited) < 2 else [str(name) for name in inhabited if name not in reached]


def add_link(
    borders: gpd.GeoDataFrame, a: str, b: str, *, associations: gpd.GeoDataFrame, reason: str
) -> gpd.GeoDataFrame:
    """Add a link (連絡) between two associations that people can pass, such as a bridge or a mountain road.

    Parameters
    ----------
    borders
        As :func:`find_borders` gives them; not changed.
    a, b
        Association ids. A border between them that was barred or removed is opened again by the link.
    associations
        Where their points come from.
    reason
        Why there is a link; it is kept and shown.

    Returns
    -------
    GeoDataFrame
        A new table with the link as a straight line between the two points, length 0.

    Raises
    ------
    BordersError
        If an id is not an inhabited association, the two are the same or already joined, or the reason is empty.
    """
    inhabited = set(associations.index[associations["households"] > 0])
    faults = [f"{name!r} is not an inhabited association" for name in (a, b) if name not in inhabited]
    faults += ["a link needs two different associations"] if a == b else []
    faults += [] if str(reason or "").strip() else ["a link needs a reason"]
    first, second = sorted((a, b))
    pair = (borders["a"] == first) & (borders["b"] == second)
    if not faults and len(_open(borders[pair])):
        faults.append(f"{first} and {second} are joined already")
    _raise_faults("The link cannot be added:", faults)
    points = representative_points(associations.loc[[first, second]])
    line = _straight(points, first, second)
    return _as_borders([*_records(borders[~pair]), _row(first, second, 0.0, "link", reason, line)], borders.crs)


def remove_border(borders: gpd.GeoDataFrame, a: str, b: str, *, reason: str) -> gpd.GeoDataFrame:
    """Bar a border or link, for instance because nobody can pass; the row stays, with the reason.

    Parameters
    ----------
    borders
        As :func:`find_borders` gives them; not changed.
    a, b
        Association ids.
    reason
        Why it does not count; it is kept and shown.

    Returns
    -------
    GeoDataFrame
        A new table in which the row says ``barred_by`` = ``removed`` and the reason.

    Raises
    ------
    BordersError
        If there is no such border, or the reason is empty.
    """
    first, second = sorted((a, b))
    pair = (borders["a"] == first) & (borders["b"] == second)
    faults = [] if pair.any() else [f"there is no border between {first} and {second}"]
    faults += [] if str(reason or "").strip() else ["removing a border needs a reason"]
    _raise_faults("The border cannot be removed:", faults)
    changed = borders.copy()
    changed.loc[pair, "barred_by"] = "removed"
    changed.loc[pair, "reason"] = reason
    return changed


def complete_borders(table: pd.DataFrame, associations: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Make a border table that was read from a file fit the associations.

    Parameters
    ----------
    table
        As :func:`kurihara_geo.read_borders` gives it: with geometry in any CRS, or without geometry as a plain list
        of pairs.
    associations
        Checked associations, metric CRS.

    Returns
    -------
    GeoDataFrame
        Columns as in ``columns.BORDERS``. Pairs without geometry take the border the two areas share, or, as links, a
        straight line.

    Raises
    ------
    BordersError
        If the table does not fit, or a listed border is none on the map and no link.
    """
    check_borders(associations, table if isinstance(table, gpd.GeoDataFrame) else table.assign(length_m=0.0))
    if isinstance(table, gpd.GeoDataFrame):
        table = table if table.geometry.name == "geometry" else table.rename_geometry("geometry")
        return _as_borders(_records(_in_crs_of(table, associations)), associations.crs)
    inhabited = bare(associations[associations["households"] > 0])
    plain = table[[name for name in _COLUMNS if name in table]].astype(object).assign(length_m=0.0)
    shared = _shared_borders(inhabited, 0.0, 0.0).set_index(["a", "b"])
    lengths, lines = shared["length_m"].to_dict(), shared["geometry"].to_dict()
    points = representative_points(inhabited)
    rows: list[dict[str, Any]] = []
    faults: list[str] = []
    for row in (
        {str(key): value for key, value in item.items()}
        for item in plain.where(plain.notna(), "").to_dict(orient="records")
    ):
        pair = (str(row["a"]), str(row["b"]))
        if row["kind"] == "link":
            rows.append({**row, "geometry": _straight(points, *pair)})
        elif pair in lengths:
            rows.append({**row, "length_m": float(lengths[pair]), "geometry": lines[pair]})
        else:
            faults.append(f"{pair[0]} and {pair[1]} share no border on the map; make it a link, with its reason")
    _raise_faults("The borders cannot be used:", faults)
    return _as_borders(rows, associations.crs)


def check_borders(associations: gpd.GeoDataFrame, borders: pd.DataFrame) -> None:
    """Refuse a border table that does not fit the associations.

    Parameters
    ----------
    associations
        Checked associations.
    borders
        A border table, from :func:`find_borders` or a file.

    Raises
    ------
    BordersError
        Naming every missing column, unknown id, id order that is wrong, pair that is there twice and unknown kind.
    """
    missing = [name for name in _COLUMNS if name not in borders and name != "geometry"]
    _raise_faults("The borders cannot be used:", [f"column {name!r} is missing" for name in missing])
    inhabited = set(associations.index[associations["households"] > 0])
    pairs = list(zip(borders["a"], borders["b"], strict=True))
    unknown = sorted({str(name) for pair in pairs for name in pair if name not in inhabited})
    faults = [f"{name!r} is not an inhabited association of the table" for name in unknown]
    faults += [
        f"row {number}: a must be below b, not {a!r}, {b!r}"
        for number, (a, b) in enumerate(pairs, 1)
        if not str(a) < str(b)
    ]
    faults += [
        f"{a} and {b} are there twice"
        for a, b in sorted((pair for pair, count in Counter(pairs).items() if count > 1), key=str)
    ]
    faults += [
        f"kind {kind!r} is neither border nor link"
        for kind in sorted(set(borders["kind"]) - {"border", "link"}, key=str)
    ]
    _raise_faults("The borders cannot be used:", faults)


def boundary_texts(values: pd.Series, missing_as: str | None) -> pd.Series:
    """Give the values of a boundary column as texts; empty ones become ``missing_as``.

    Parameters
    ----------
    values
        A column of the associations table.
    missing_as
        What an empty value counts as; None keeps it empty.
    """
    texts = [missing_as if pd.isna(value) or not str(value).strip() else str(value) for value in values]
    return pd.Series(texts, index=values.index, dtype=object)


def build_graph(associations: gpd.GeoDataFrame, borders: gpd.GeoDataFrame, rules: MergeRules) -> nx.Graph[str]:
    """Make the graph the model works on.

    Parameters
    ----------
    associations
        Checked associations.
    borders
        As :func:`find_borders` gives them; rows with ``barred_by`` are left out.
    rules
        Their boundary columns are read from the associations.

    Returns
    -------
    networkx.Graph
        Nodes: ids of inhabited associations with ``name``, ``households`` and ``boundaries`` (column -> text, None
        where empty).
        Edges: open borders and links with ``length_m``.
    """
    inhabited = bare(associations[associations["households"] > 0]).sort_index()
    boundaries = pd.DataFrame(index=inhabited.index)
    for column in rules.boundary_columns:
        boundaries[column] = boundary_texts(inhabited[column], rules.missing_as.get(column))
    names, households = inhabited["name"].to_dict(), inhabited["households"].to_dict()
    graph: nx.Graph[str] = nx.Graph()
    for name, row in boundaries.iterrows():
        values = {str(column): value if isinstance(value, str) else None for column, value in row.items()}
        graph.add_node(
            str(name),
            name=str(names[name]),
            households=int(households[name]),
            boundaries=values,
        )
    used = _open(borders)
    for a, b, length in zip(used["a"], used["b"], used["length_m"], strict=True):
        graph.add_edge(str(a), str(b), length_m=float(length))
    return graph


def _open(borders: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return borders[borders["barred_by"].fillna("") == ""]


def require_metric(associations: gpd.GeoDataFrame) -> None:
    crs = associations.crs
    named = "no CRS" if crs is None else str(crs.name)
    if not is_metric(crs):
        raise BordersError(
            f"The associations are in {named}; borders are measured in a plane CRS in metres. "
            "Build the table with build_associations or read_associations."
        )


def _raise_faults(message: str, faults: list[str]) -> None:
    if faults:
        raise BordersError(message, [Problem(severity="error", kind="borders", message=fault) for fault in faults])


def _shared_borders(inhabited: gpd.GeoDataFrame, min_border_m: float, tolerance_m: float) -> gpd.GeoDataFrame:
    shapes = inhabited.geometry.to_numpy()
    ids = inhabited.index.to_numpy()
    first, second = _near_pairs(shapes, tolerance_m)
    lines = _lines(shapely.intersection(shapely.boundary(shapes[first]), shapely.boundary(shapes[second])))
    lengths = shapely.length(lines)
    if tolerance_m > 0 and len(first):
        lines, lengths = _along_gaps(shapes[first], shapes[second], lines, lengths, tolerance_m)
    keep = (lengths > _POINT_M) & (lengths > min_border_m)
    rows = [
        _row(min(str(ids[a]), str(ids[b])), max(str(ids[a]), str(ids[b])), float(length), "border", "", line)
        for a, b, length, line in zip(first[keep], second[keep], lengths[keep], lines[keep], strict=True)
    ]
    return _as_borders(rows, inhabited.crs)


def _near_pairs(shapes: Any, tolerance_m: float) -> tuple[Any, Any]:
    tree = shapely.STRtree(shapes)
    if tolerance_m > 0:
        first, second = tree.query(shapes, predicate="dwithin", distance=tolerance_m)
    else:
        first, second = tree.query(shapes, predicate="intersects")
    ordered = first < second
    return first[ordered], second[ordered]


def _along_gaps(first: Any, second: Any, exact: Any, exact_m: Any, tolerance_m: float) -> tuple[Any, Any]:
    """Measure borders across digitising gaps: the part of one outline within the tolerance of the other area."""
    near = _lines(shapely.intersection(shapely.boundary(first), shapely.buffer(second, tolerance_m)))
    # Two areas that only meet at a corner show up to twice the tolerance on each side of it.
    near_m = shapely.length(near) - 4 * tolerance_m
    wider = near_m > exact_m
    return np.where(wider, near, exact), np.where(wider, near_m, exact_m)


def _lines(shapes: Any) -> Any:
    """Keep the lines of each geometry and drop the points."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    linear = shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING
    empty = np.full(len(shapes), shapely.MultiLineString(), dtype=object)
    if not linear.any():
        return empty
    return shapely.line_merge(shapely.multilinestrings(parts[linear], indices=owner[linear], out=empty))


def _straight(points: gpd.GeoSeries, a: str, b: str) -> shapely.LineString:
    return shapely.LineString(shapely.get_coordinates([points[a], points[b]]))


def _in_crs_of(table: gpd.GeoDataFrame, associations: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if table.crs is None or associations.crs is None:
        raise BordersError("The borders do not say which coordinate system they are in.")
    return table.to_crs(associations.crs)


def _row(a: str, b: str, length_m: float, kind: str, reason: str, line: Any) -> dict[str, Any]:
    return {
        "a": a,
        "b": b,
        "length_m": round(length_m, 3),
        "kind": kind,
        "barred_by": "",
        "reason": reason,
        "geometry": line,
    }


def _records(borders: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    return [dict(zip(_COLUMNS, values, strict=True)) for values in borders[_COLUMNS].itertuples(index=False)]


def _as_borders(rows: list[dict[str, Any]], crs: Any) -> gpd.GeoDataFrame:
    ordered = sorted(rows, key=lambda row: (row["a"], row["b"]))
    table = gpd.GeoDataFrame(
        {name: [row[name] for row in ordered] for name in _COLUMNS if name != "geometry"},
        geometry=[row["geometry"] for row in ordered],
        crs=crs,
    )
    return table.astype(
        {"a": object, "b": object, "length_m": "float64", "kind": object, "barred_by": object, "reason": object}
    )


def _with_links_across(
    borders: gpd.GeoDataFrame, associations: gpd.GeoDataFrame, tolerance_m: float
) -> gpd.GeoDataFrame:
    """Link associations that lie on the same stretch of uninhabited land."""
    empty = associations[associations["households"] == 0]
    inhabited = associations[associations["households"] > 0]
    patches = shapely.get_parts([shapely.unary_union(empty.geometry.to_numpy())])
    tree = shapely.STRtree(inhabited.geometry.to_numpy())
    points = representative_points(inhabited)
    rows = _records(borders)
    joined = {(row["a"], row["b"]) for row in rows}
    for patch in patches:
        names = "、".join(
            empty["name"][empty.intersects(patch.representative_point()) | empty.within(patch.buffer(1.0))]
        )
        around = sorted(
            str(name)
            for name in inhabited.index[tree.query(patch, predicate="dwithin", distance=tolerance_m + _POINT_M)]
        )
        for position, a in enumerate(around):
            for b in around[position + 1 :]:
                if (a, b) not in joined:
                    joined.add((a, b))
                    line = _straight(points, a, b)
                    rows.append(_row(a, b, 0.0, "link", f"across uninhabited land: {names}", line))
    return _as_borders(rows, borders.crs)
