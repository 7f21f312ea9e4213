"""What a planner corrects in a border table by hand or by file, each correction with its reason."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import geopandas as gpd

from kurihara_geo.associations.places import bare, representative_points
from kurihara_geo.borders.find import shared_borders
from kurihara_geo.borders.table import (
    COLUMN_NAMES,
    border_records,
    border_row,
    border_table,
    length_faults,
    open_borders,
    raise_faults,
    reason_faults,
    require_columns,
    require_metric,
    straight_line,
    text_faults,
    written_texts,
)
from kurihara_geo.errors import BordersError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["add_link", "check_borders", "complete_borders", "remove_border", "reopen_border"]

_TAKE_FROM = "take them from find_borders or read_borders"


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
        If an id is not an inhabited association, the two are the same or already joined, or the reason is no text or
        empty.
    """
    _require_borders(borders, "geometry")
    require_metric(associations)
    inhabited = set(associations.index[associations["households"] > 0])
    faults = [f"{name!r} is not an inhabited association" for name in (a, b) if not _is_among(name, inhabited)]
    faults += ["a link needs two different associations"] if not faults and a == b else []
    faults += reason_faults(reason, "a link")
    raise_faults("The link cannot be added:", faults)
    first, second = sorted((a, b))
    pair = (borders["a"] == first) & (borders["b"] == second)
    if len(open_borders(borders[pair])):
        raise BordersError(f"The link cannot be added: {first} and {second} are joined already.")
    points = representative_points(associations.loc[[first, second]])
    line = straight_line(points, first, second)
    return border_table(
        [*border_records(borders[~pair]), border_row(first, second, 0.0, "link", reason, line)], borders.crs
    )


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
        If there is no such border, an id is no text, or the reason is no text or empty.
    """
    _require_borders(borders)
    first, second, pair, faults = _find_pair(borders, a, b)
    faults += [] if faults or pair.any() else [f"there is no border between {first} and {second}"]
    faults += reason_faults(reason, "removing a border")
    raise_faults("The border cannot be removed:", faults)
    changed = borders.copy()
    changed.loc[pair, "barred_by"] = "removed"
    changed.loc[pair, "reason"] = reason
    return changed


def reopen_border(borders: gpd.GeoDataFrame, a: str, b: str, *, reason: str) -> gpd.GeoDataFrame:
    """Open a barred border or link again, for instance because a bridge was built; it stays what it was.

    Parameters
    ----------
    borders
        As :func:`find_borders` gives them; not changed.
    a, b
        Association ids.
    reason
        Why people can pass; it is kept and shown instead of why it was barred. ``bar_borders`` leaves a border with a
        reason open.

    Returns
    -------
    GeoDataFrame
        A new table in which the row's ``barred_by`` is empty. Unlike with ``add_link`` a border keeps its length and
        its line.

    Raises
    ------
    BordersError
        If there is no such border, it is open already, an id is no text, or the reason is no text or empty.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> borders = kg.find_borders(kg.load_sample())
    >>> a, b = borders.loc[0, ["a", "b"]]
    >>> barred = kg.remove_border(borders, a, b, reason="川")
    >>> reopen_border(barred, a, b, reason="橋ができた").loc[0, "reason"]
    '橋ができた'
    """
    _require_borders(borders)
    first, second, pair, faults = _find_pair(borders, a, b)
    faults += (
        [] if faults or pair.any() else [f"there is no border between {first} and {second}; add_link makes a link"]
    )
    faults += [f"the border between {first} and {second} is open already"] if len(open_borders(borders[pair])) else []
    faults += reason_faults(reason, "opening a border")
    raise_faults("The border cannot be opened:", faults)
    changed = borders.copy()
    changed.loc[pair, "barred_by"] = ""
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
    require_metric(associations)
    require_columns(table, "borders", (), _TAKE_FROM)
    has_lines = isinstance(table, gpd.GeoDataFrame) and table.active_geometry_name is not None
    check_borders(associations, table if has_lines else table.assign(length_m=0.0))
    table = table.assign(**{name: written_texts(table, name) for name in ("barred_by", "reason")})
    if isinstance(table, gpd.GeoDataFrame) and has_lines:
        table = table if table.geometry.name == "geometry" else table.rename_geometry("geometry")
        return border_table(border_records(_in_crs_of(table, associations)), associations.crs)
    inhabited = bare(associations[associations["households"] > 0])
    plain = table[[name for name in COLUMN_NAMES if name in table]].astype(object).assign(length_m=0.0)
    shared = shared_borders(inhabited, 0.0, 0.0).set_index(["a", "b"])
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
            rows.append({**row, "geometry": straight_line(points, *pair)})
        elif pair in lengths:
            rows.append({**row, "length_m": float(lengths[pair]), "geometry": lines[pair]})
        else:
            faults.append(f"{pair[0]} and {pair[1]} share no border on the map; make it a link, with its reason")
    raise_faults("The borders cannot be used:", faults)
    return border_table(rows, associations.crs)


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
        Naming every missing column, unknown id, id order that is wrong, pair that is there twice, unknown kind, length
        that is no number of metres, and row whose ``barred_by`` or ``reason`` is a number or a yes or no.
    """
    require_columns(associations, "associations", ("households",), "build them with build_associations")
    _require_borders(borders)
    inhabited = set(associations.index[associations["households"] > 0])
    pairs = list(zip(borders["a"], borders["b"], strict=True))
    unknown = sorted({str(name) for pair in pairs for name in pair if not _is_among(name, inhabited)})
    faults = [f"{name!r} is not an inhabited association of the table" for name in unknown]
    faults += [
        f"row {number}: a must be below b, not {a!r}, {b!r}"
        for number, (a, b) in enumerate(pairs, 1)
        if not str(a) < str(b)
    ]
    faults += [
        f"{a} and {b} are there twice"
        for a, b in sorted(pair for pair, count in Counter((str(a), str(b)) for a, b in pairs).items() if count > 1)
    ]
    faults += [
        f"kind {kind!r} is neither border nor link"
        for kind in dict.fromkeys(str(kind) for kind in borders["kind"] if kind not in ("border", "link"))
    ]
    faults += [*length_faults(borders), *text_faults(borders)]
    raise_faults("The borders cannot be used:", faults)


def _require_borders(borders: object, *more: str) -> None:
    require_columns(borders, "borders", [*(name for name in COLUMN_NAMES if name != "geometry"), *more], _TAKE_FROM)


def _is_among(name: object, ids: set[Any]) -> bool:
    return isinstance(name, str) and name in ids


def _find_pair(borders: pd.DataFrame, a: object, b: object) -> tuple[str, str, pd.Series[bool], list[str]]:
    """Give the two ids in order, the rows that join them, and what is wrong with the ids."""
    first, second = sorted((str(a), str(b)))
    faults = [f"an association id is a text, not {name!r}" for name in (a, b) if not isinstance(name, str)]
    return first, second, (borders["a"] == first) & (borders["b"] == second), faults


def _in_crs_of(table: gpd.GeoDataFrame, associations: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if table.crs is None or associations.crs is None:
        raise BordersError("The borders do not say which coordinate system they are in.")
    return table.to_crs(associations.crs)
