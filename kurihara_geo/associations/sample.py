"""The sample city as a checked table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kurihara_geo.associations.build import build_associations
from kurihara_geo.sources.sample import read_sample_cells

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["load_sample"]


def load_sample() -> gpd.GeoDataFrame:
    """Load the sample city: 350 census small areas of Kurihara with approximate cells, standing in for associations.

    The units are census small areas, **not** neighbourhood associations, and the cells are drawn from centroids and
    areas, not
    surveyed; ``attrs["notice"]`` says so and every output repeats it.

    Returns
    -------
    GeoDataFrame
        Index ``association_id``; columns ``name``, ``households`` (2020), ``population`` (2020), ``former_town``,
        ``former_school_district``, ``households_2015``, ``population_2015``, ``area_m2`` (published), ``point`` and
        ``geometry`` in
        EPSG:6678. Source: census of 2020 and 2015, small areas (Statistics Bureau of Japan), processed.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> associations = kg.load_sample()
    >>> len(associations), int(associations["households"].sum())
    (350, 22697)
    """
    return build_associations(read_sample_cells(), households_kind="census")
