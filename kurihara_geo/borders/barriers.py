"""What a planner gives: a layer of barriers (障害), of crossings, and how near is near; borders are barred by them.

The rule itself is in :mod:`kurihara_geo.borders.barrier_rule`.
"""

from __future__ import annotations

import math
import warnings
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kurihara_geo.associations.crs import is_metric
from kurihara_geo.borders.barrier_rule import Reach, find_barred, list_barriers
from kurihara_geo.borders.table import COLUMN_NAMES, open_borders, raise_faults, text_faults, written_texts
from kurihara_geo.errors import IslandWarning
from kurihara_geo.sources.reasons import reason_text

__all__ = ["bar_borders"]

_BETWEEN_REASONS = " / "
_ELSEWHERE_M = 100_000.0
_LINES_AND_AREAS = ("LineString", "MultiLineString", "LinearRing", "Polygon", "MultiPolygon")
_POINTS = ("Point", "MultiPoint")


def bar_borders(
    borders: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame,
    *,
    crossings: gpd.GeoDataFrame | None = None,
    associations: gpd.GeoDataFrame | None = None,
    distance_m: float = 50.0,
    share: float = 0.5,
    apart_share: float = 0.8,
    crossing_distance_m: float = 200.0,
    reason: str | None = None,
    name_column: str | None = None,
) -> gpd.GeoDataFrame:
    """Bar the borders that a river or an expressway (障害) runs along, unless a bridge or an underpass is near.

    A border is barred if barriers run along at least ``share`` of its length: within ``distance_m`` of it and at an
    angle of at most 45 degrees to it. With ``associations``, it is barred too if barriers farther off cut the two areas
    so that at least ``apart_share`` of their land is on different sides. A barrier that merely crosses the border does
    not bar it, and a barrier with a crossing near does not count. A link across uninhabited land is barred if its line
    crosses a barrier without a crossing near. Rows that are barred already keep what they say, and open rows to which
    a planner gave a reason (``add_link``, ``reopen_border``, a corrected file) stay open.

    Parameters
    ----------
    borders
        As :func:`find_borders` gives them, metric CRS; not changed.
    barriers
        Lines or areas (a river drawn as an area) in any CRS. Rows with one name are one barrier.
    crossings
        Points where people pass (bridges, underpasses) in any CRS, with ``name`` where known. A crossing belongs to
        the barriers within ``distance_m`` of it. May be empty.
    associations
        Checked associations, in any CRS: their areas show what lies on which side of a barrier away from the border,
        and their names are said in the warning. Without them only barriers along the border are found.
    distance_m
        How far from a border, in metres, a barrier still runs along it; allows for how exactly both are drawn.
    share
        Part of a border's length, above 0 and up to 1, along which barriers bar it.
    apart_share
        Part of two areas, above 0 and up to 1, that lies on different sides of barriers that bar their border: the
        whole less, over all pieces into which the barriers cut the two, the smaller of the two areas' parts in it.
    crossing_distance_m
        How far from a border or link, in metres, a crossing still joins the two. For a barrier away from the border,
        any crossing in the two areas does.
    reason
        Why barred rows are barred, kept and shown; if not given, a Japanese text with the name and the share.
    name_column
        Column of ``barriers`` with their names; if not given, the first of ``name``, ``kind`` and ``road_class`` that
        says something, else 障害.

    Returns
    -------
    GeoDataFrame
        The same rows in the same order. Barred ones have the barriers' names in ``barred_by`` (joined with ``、``, the
        longest first) and the reason; those a crossing keeps open say in ``reason`` which one and how far from the
        border it is, as ``渡れる: 中橋(迫川、12 m)``. A reason that a row had before stays in front.

    Warns
    -----
    IslandWarning
        Names associations whose last open border was barred.

    Raises
    ------
    BordersError
        Naming every fault at once: a border table without lines, a column or a metric CRS; a layer without CRS, of
        another geometry type, with rows without geometry or far from the town; barriers without rows or the
        ``name_column``; an id that is no association, associations without names; a distance that is not positive,
        a share outside 0-1, a reason that is no text or empty.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> borders = kg.find_borders(kg.load_sample())
    >>> river = borders.loc[[0], ["geometry"]].assign(name="架空川")
    >>> barred = bar_borders(borders, river)
    >>> barred.loc[0, "barred_by"], barred.loc[0, "reason"]
    ('架空川', '境界の100%が架空川に沿う')
    """
    faults = [
        *_border_faults(borders),
        *_association_faults(associations, borders),
        *_option_faults({"distance_m": distance_m, "crossing_distance_m": crossing_distance_m}, reason),
        *_share_faults({"share": share, "apart_share": apart_share}),
        *_barrier_faults(barriers, name_column, borders),
        *_crossing_faults(crossings, borders),
    ]
    raise_faults("The borders cannot be barred:", faults)
    layer = list_barriers(
        _in_crs_of(barriers, borders),
        None if crossings is None or crossings.empty else _in_crs_of(crossings, borders),
        name_column=name_column,
        distance_m=distance_m,
    )
    areas = None if associations is None else _in_crs_of(associations, borders).geometry
    findings = find_barred(borders, layer, Reach(distance_m, share, apart_share, crossing_distance_m), areas)
    barred_by, reasons = written_texts(borders, "barred_by"), written_texts(borders, "reason")
    for row, finding in findings.items():
        text = str(reason) if finding.barred_by and reason is not None else finding.text
        if text not in reasons[row]:
            reasons[row] = _BETWEEN_REASONS.join(part for part in (reasons[row], text) if part)
        barred_by[row] = finding.barred_by
    changed = borders.assign(
        barred_by=pd.Series(barred_by, borders.index, object), reason=pd.Series(reasons, borders.index, object)
    )
    cut_off = _list_cut_off(borders, changed, associations)
    if cut_off:
        warnings.warn(
            f"{len(cut_off)} associations have no open border left: {', '.join(cut_off)}. If people can pass, give "
            "the crossing, or open the border again: reopen_border(borders, a, b, reason=...).",
            IslandWarning,
            stacklevel=2,
        )
    return changed


# --- what is wrong -----------------------------------------------------------------------------------


def _border_faults(borders: Any) -> list[str]:
    if not isinstance(borders, pd.DataFrame):
        return [f"the borders must be a table, not {borders!r}; take them from find_borders"]
    missing = [name for name in COLUMN_NAMES if name != "geometry" and name not in borders]
    faults = [f"column {name!r} of the borders is missing" for name in missing] or text_faults(borders)
    if not isinstance(borders, gpd.GeoDataFrame) or borders.active_geometry_name is None:
        return [*faults, "the borders have no lines; take them from find_borders, or give a file with geometry"]
    if not is_metric(borders.crs):
        named = "no CRS" if borders.crs is None else str(borders.crs.name)
        faults.append(f"the borders are in {named}; a plane CRS in metres is needed, such as the associations'")
    return [*faults, *_row_faults(borders, "borders", _LINES_AND_AREAS[:3])]


def _option_faults(distances: dict[str, float], reason: str | None) -> list[str]:
    faults = [
        f"{name} is a distance in metres, above 0, not {value!r}"
        for name, value in distances.items()
        if not (_is_number(value) and 0 < value < math.inf)
    ]
    if reason is not None and not reason_text(reason):
        faults.append(
            f"the reason must be a text that says something, not {reason!r}; leave it out to have one written"
        )
    return faults


def _share_faults(shares: dict[str, float]) -> list[str]:
    return [
        f"{name} is a part, above 0 and up to 1, not {value!r}"
        for name, value in shares.items()
        if not (_is_number(value) and 0 < value <= 1)
    ]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def _association_faults(associations: gpd.GeoDataFrame | None, borders: gpd.GeoDataFrame) -> list[str]:
    if associations is None:
        return []
    if not isinstance(associations, gpd.GeoDataFrame) or associations.active_geometry_name is None:
        return [f"the associations must be a table with areas, not {type(associations).__name__}"]
    if "name" not in associations:
        return ["the associations have no column 'name'; build them with build_associations"]
    if associations.crs is None:
        return ["the associations do not say their CRS"]
    if not isinstance(borders, pd.DataFrame) or "a" not in borders or "b" not in borders:
        return []
    unknown = {*borders["a"], *borders["b"]} - set(associations.index)
    return [f"{name!r} is not an association of the table" for name in sorted(map(str, unknown))]


def _barrier_faults(barriers: Any, name_column: str | None, borders: gpd.GeoDataFrame) -> list[str]:
    faults = _layer_faults(barriers, "barriers", _LINES_AND_AREAS, borders)
    if not isinstance(barriers, pd.DataFrame):
        return faults
    if barriers.empty:
        faults.append("the barriers have no rows; leave the step out where there are none")
    if name_column is not None and not (isinstance(name_column, str) and name_column in barriers):
        faults.append(f"the barriers have no column {name_column!r}, only: {', '.join(map(str, barriers.columns))}")
    return faults


def _crossing_faults(crossings: gpd.GeoDataFrame | None, borders: gpd.GeoDataFrame) -> list[str]:
    return [] if crossings is None else _layer_faults(crossings, "crossings", _POINTS, borders)


def _layer_faults(layer: gpd.GeoDataFrame, what: str, kinds: tuple[str, ...], borders: gpd.GeoDataFrame) -> list[str]:
    if not isinstance(layer, gpd.GeoDataFrame) or layer.active_geometry_name is None:
        return [f"the {what} have no geometry; read them with read_{what}"]
    faults = _row_faults(layer, what, kinds)
    if layer.crs is None and len(layer):
        faults.append(f"the {what} do not say their CRS; read them with read_{what}(path, crs=...)")
    if faults or layer.empty or getattr(borders, "crs", None) is None or borders.empty:
        return faults
    near, far = shapely.box(*borders.total_bounds), _in_crs_of(layer, borders).total_bounds
    if not np.isfinite(far).all() or near.distance(shapely.box(*far)) > _ELSEWHERE_M:
        faults.append(f"the {what} lie nowhere near the town; their CRS is wrong, or they are of another place")
    return faults


def _row_faults(layer: gpd.GeoDataFrame, what: str, kinds: tuple[str, ...]) -> list[str]:
    bare = layer.geometry.isna() | layer.geometry.is_empty
    faults = [f"row {label} of the {what} has no geometry" for label in layer.index[bare]]
    given = layer.geom_type[~bare]
    wrong = given[~given.isin(kinds)]
    return [*faults, *(f"row {label} of the {what} is a {kind}, not {_either(kinds)}" for label, kind in wrong.items())]


def _either(kinds: tuple[str, ...]) -> str:
    return {"Point": "a point", "LineString": "a line"}[kinds[0]] + (" or an area" if "Polygon" in kinds else "")


def _in_crs_of(layer: gpd.GeoDataFrame, borders: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return layer if layer.crs == borders.crs or borders.crs is None else layer.to_crs(borders.crs)


# --- the answer -------------------------------------------------------------------------------------


def _list_cut_off(
    before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, associations: gpd.GeoDataFrame | None
) -> list[str]:
    """List who lost the last open border, by name where names are known."""
    had, have = ({*used["a"], *used["b"]} for used in (open_borders(before), open_borders(after)))
    names = {} if associations is None else associations["name"].to_dict()
    return [f"{key} {names[key]}" if key in names else str(key) for key in sorted(had - have, key=str)]
