"""Towns drawn in the test source: a picture of cells becomes a table, its borders are found the slow way."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "bar_border",
    "draw_town",
    "exact_borders",
    "exclave_town",
    "grid_town",
    "hollow_town",
    "island_town",
    "link_units",
    "path_town",
    "square_town",
    "walled_town",
]

NOTHING = "."
# South-west corner of every picture, in metres of EPSG:6678: inside Kurihara, so that towns can be mapped.
ORIGIN_X_M, ORIGIN_Y_M = 16_000, -141_000


def draw_town(
    picture: str,
    households: Mapping[str, int] | int = 30,
    *,
    cell_m: int = 500,
    crs: int = 6678,
    **columns: Mapping[str, Any],
) -> gpd.GeoDataFrame:
    """Make a table of associations from a picture.

    Parameters
    ----------
    picture
        One line a row of cells, north on top. With blanks inside lines each word is a cell, else each letter.
        Cells with the same word are one association with that id, in one part or several; ``.`` is nothing.
    households
        Association id -> households, or one number for all.
    cell_m
        Side of a cell in metres.
    crs
        EPSG code of a metric plane CRS.
    **columns
        Further columns, each association id -> value; ids left out get None.

    Returns
    -------
    GeoDataFrame
        Index ``association_id`` in text order; columns ``name``, ``households``, ``households_kind``, those
        asked for, ``geometry``.

    Raises
    ------
    ValueError
        If rows differ in length, or a mapping names an association that is not in the picture.
    """
    rows = _cells(picture)
    boxes: dict[str, list[shapely.Polygon]] = {}
    for row_number, row in enumerate(reversed(rows)):
        for column_number, word in enumerate(row):
            if word != NOTHING:
                x, y = ORIGIN_X_M + column_number * cell_m, ORIGIN_Y_M + row_number * cell_m
                boxes.setdefault(word, []).append(shapely.box(x, y, x + cell_m, y + cell_m))
    ids = sorted(boxes)
    counts = dict.fromkeys(ids, households) if isinstance(households, int) else dict(households)
    if sorted(counts) != ids:
        raise ValueError(f"households are given for {sorted(counts)}, the picture shows {ids}")
    table: dict[str, list[Any]] = {
        "name": [f"架空{word.upper()}区" for word in ids],
        "households": [counts[word] for word in ids],
        "households_kind": ["register" for _ in ids],
    }
    for column, values in columns.items():
        if not set(values) <= set(ids):
            raise ValueError(f"{column} names {sorted(set(values) - set(ids))}, the picture shows {ids}")
        table[column] = [values.get(word) for word in ids]
    index = pd.Index(ids, name="association_id", dtype="str")
    areas = [shapely.unary_union(boxes[word]) for word in ids]
    return gpd.GeoDataFrame(pd.DataFrame(table, index=index), geometry=areas, crs=crs)


def _cells(picture: str) -> list[list[str]]:
    """Split a picture into words, row by row."""
    lines = [line.strip() for line in picture.strip().splitlines()]
    spaced = any(" " in line for line in lines)
    rows = [line.split() if spaced else list(line) for line in lines]
    if len({len(row) for row in rows}) > 1:
        raise ValueError("the rows of the picture differ in length")
    return rows


def exact_borders(associations: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Find who borders whom by comparing every pair; a corner touched in one point is no border.

    Areas where nobody lives border nobody.

    Parameters
    ----------
    associations
        Index ``association_id``, ``households``, metric CRS, no overlaps.

    Returns
    -------
    GeoDataFrame
        Columns ``a``, ``b`` (a < b), ``length_m``, ``kind``, ``barred_by``, ``reason``,
        ``geometry``; sorted by ids.
    """
    areas = associations.geometry[associations["households"] > 0].sort_index()
    rows = []
    for a, b in combinations(areas.index, 2):
        shared = shapely.intersection(areas[a].boundary, areas[b].boundary)
        lines = [part for part in shapely.get_parts(shared) if part.length > 0]
        if lines:
            line = shapely.line_merge(shapely.union_all(lines))
            rows.append(_border(a, b, length_m=line.length, geometry=line))
    return _border_table(rows, associations.crs)


def _border(a: str, b: str, **facts: Any) -> dict[str, Any]:
    return {"a": a, "b": b, "length_m": 0.0, "kind": "border", "barred_by": "", "reason": "", **facts}


def _border_table(rows: list[dict[str, Any]], crs: Any) -> gpd.GeoDataFrame:
    columns = ["a", "b", "length_m", "kind", "barred_by", "reason", "geometry"]
    dtypes = dict.fromkeys(("a", "b", "kind", "barred_by", "reason"), "str") | {"length_m": "float64"}
    table = pd.DataFrame(rows, columns=columns).astype(dtypes).sort_values(["a", "b"], ignore_index=True)
    return gpd.GeoDataFrame(table, geometry="geometry", crs=crs)


def bar_border(borders: gpd.GeoDataFrame, a: str, b: str, *, barred_by: str = "川") -> gpd.GeoDataFrame:
    """Give the borders with one of them barred."""
    chosen = (borders["a"] == min(a, b)) & (borders["b"] == max(a, b))
    if not chosen.any():
        raise ValueError(f"{a} and {b} have no border")
    barred = borders.copy()
    barred.loc[chosen, ["barred_by", "reason"]] = [barred_by, "橋がない"]
    return barred


def link_units(borders: gpd.GeoDataFrame, associations: gpd.GeoDataFrame, a: str, b: str) -> gpd.GeoDataFrame:
    """Give the borders with a link (a bridge, a pass) between two associations that do not touch."""
    points = associations.geometry.representative_point()
    line = shapely.LineString([points[min(a, b)], points[max(a, b)]])
    link = _border(min(a, b), max(a, b), kind="link", reason="橋がある", geometry=line)
    return _border_table([*borders.to_dict("records"), link], borders.crs)


def path_town() -> gpd.GeoDataFrame:
    """Draw a path a60 - b60 - v20: two large associations and a small one at the end."""
    return draw_town("abv", {"a": 60, "b": 60, "v": 20})


def square_town() -> gpd.GeoDataFrame:
    """Draw four equal associations of 30 in a square: with a floor of 50 two pairings are equally good."""
    return draw_town(
        """
        ab
        cd
        """
    )


def grid_town(households: int = 20) -> gpd.GeoDataFrame:
    """Draw a 3x3 grid of equal associations, e in the middle."""
    return draw_town(
        """
        abc
        def
        ghi
        """,
        households,
    )


def island_town() -> gpd.GeoDataFrame:
    """Draw a small association on an island, which nobody borders: i20 beside a30 - b30."""
    return draw_town("ab.i", {"a": 30, "b": 30, "i": 20})


def hollow_town(households: int = 20) -> gpd.GeoDataFrame:
    """Draw eight equal associations in a ring around z, where nobody lives."""
    picture = """
        abc
        hzd
        gfe
        """
    return draw_town(picture, dict.fromkeys("abcdefgh", households) | {"z": 0})


def walled_town() -> gpd.GeoDataFrame:
    """Draw a path p30 - q30 | r30 - s60 with the school district boundary between q and r."""
    return draw_town(
        "pqrs",
        {"p": 30, "q": 30, "r": 30, "s": 60},
        former_school_district={"p": "西小", "q": "西小", "r": "東小", "s": "東小"},
        former_town={"p": "架空町", "q": "架空町", "r": "架空町", "s": "架空町"},
    )


def exclave_town() -> gpd.GeoDataFrame:
    """Draw an association in two parts: m20 lies on both sides of n40, and only its far part touches o30."""
    return draw_town("mnmo", {"m": 20, "n": 40, "o": 30})
