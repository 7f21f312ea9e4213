"""Associations and their open borders -> the graph the model works on; below here there is no geometry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import pandas as pd

from kurihara_geo.associations.places import bare, list_places
from kurihara_geo.borders.table import open_borders, written_texts
from kurihara_geo.places import distance_m

if TYPE_CHECKING:
    import geopandas as gpd

    from kurihara_geo.rules import MergeRules

__all__ = ["boundary_texts", "build_graph"]


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


def build_graph(
    associations: gpd.GeoDataFrame,
    borders: gpd.GeoDataFrame,
    rules: MergeRules,
    halls: gpd.GeoDataFrame | None = None,
) -> nx.Graph[str]:
    """Make the graph the model works on.

    Parameters
    ----------
    associations
        Checked associations.
    borders
        As :func:`find_borders` gives them; rows with ``barred_by`` are no edges.
    rules
        The columns they name are read from the associations.
    halls
        Points with a column ``association_id``, in the CRS of the associations.

    Returns
    -------
    networkx.Graph
        Nodes: ids of inhabited associations with ``name``, ``households``, ``boundaries`` (column -> text, None where
        empty), ``counts`` (column of ``rules.floors`` -> whole number, None where there is none) and ``place``
        (:class:`~kurihara_geo.places.Place`, with its halls). Edges: open borders and links with ``length_m``, ``kind``
        and ``way_m``, the whole metres between the two points. The graph's own ``barred`` lists the pairs of ids whose
        borders are barred.
    """
    inhabited = bare(associations[associations["households"] > 0]).sort_index()
    ids = [str(name) for name in inhabited.index]
    boundaries = {
        column: boundary_texts(inhabited[column], rules.missing_as.get(column)).tolist()
        for column in rules.boundary_columns
    }
    counts = {column: _whole_numbers(inhabited[column]) for column in rules.floors}
    names, households = inhabited["name"].tolist(), inhabited["households"].tolist()
    places = list_places(inhabited, halls)
    graph: nx.Graph[str] = nx.Graph()
    for row, name in enumerate(ids):
        graph.add_node(
            name,
            name=str(names[row]),
            households=int(households[row]),
            boundaries={column: values[row] for column, values in boundaries.items()},
            counts={column: values[row] for column, values in counts.items()},
            place=places[name],
        )
    used = open_borders(borders)
    for a, b, length, kind in zip(used["a"], used["b"], used["length_m"], used["kind"], strict=True):
        way_m = distance_m(places[str(a)], places[str(b)])
        graph.add_edge(str(a), str(b), length_m=float(length), kind=str(kind), way_m=way_m)
    barred = borders[written_texts(borders, "barred_by") != ""]
    graph.graph["barred"] = tuple(zip(barred["a"].map(str), barred["b"].map(str), strict=True))
    return graph


def _whole_numbers(values: pd.Series) -> list[int | None]:
    """Give counts of 0 or more as whole numbers; None for what is none."""
    numbers = pd.to_numeric(values, errors="coerce")
    fits = numbers.notna() & (numbers >= 0) & (numbers % 1 == 0)
    return [int(number) if fit else None for number, fit in zip(numbers, fits, strict=True)]
