"""Meeting halls (集会施設) put on the map of the associations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import shapely

from kurihara_geo.errors import InputError

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["place_halls"]


def place_halls(halls: gpd.GeoDataFrame, associations: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Say which association each hall belongs to: by its ``association_id`` column, else by where it stands.

    Parameters
    ----------
    halls
        Points, index ``hall_id``, column ``name``.
    associations
        Checked associations.

    Returns
    -------
    GeoDataFrame
        The halls in the CRS of the associations with ``association_id``, empty where a hall stands in none.

    Raises
    ------
    InputError
        If halls have no CRS, are no points, or name associations that are not there.
    """
    halls = halls.set_axis(halls.index.map(str).rename("hall_id"))
    repeated = sorted(set(halls.index[halls.index.duplicated()]))
    if repeated:
        raise InputError(f"Each hall needs an id of its own; given twice: {', '.join(repeated)}.")
    if halls.crs is None:
        raise InputError("The halls do not say which coordinate system they are in; set it with halls.set_crs(...).")
    wrong = halls.index[(halls.geom_type != "Point") | halls.geometry.is_empty].tolist()
    if wrong:
        raise InputError(f"Halls must be points; these are not: {', '.join(wrong)}.")
    if "name" not in halls:
        raise InputError("The halls have no column 'name'.")
    if associations.crs is None:
        raise InputError("The associations have no coordinate system; build the table with build_associations.")
    placed = halls.to_crs(associations.crs)
    if "association_id" in placed:
        known = placed["association_id"].isna() | placed["association_id"].isin(associations.index)
        if not known.all():
            named = ", ".join(f"{name} ({placed.at[name, 'association_id']!s})" for name in placed.index[~known])
            raise InputError(f"Halls name associations that are not in the table: {named}.")
        return placed
    tree = shapely.STRtree(associations.geometry.to_numpy())
    hall_rows, areas = tree.query(placed.geometry.to_numpy(), predicate="intersects")
    owner = pd.Series(associations.index.to_numpy()[areas], index=hall_rows).groupby(level=0).min()
    owners = [owner.get(row) for row in range(len(placed))]
    return placed.assign(association_id=pd.Series(owners, index=placed.index, dtype=object))
