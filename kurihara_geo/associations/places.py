"""The point that stands for each association, and the halls that belong to it."""

from __future__ import annotations

import geopandas as gpd
import shapely

from kurihara_geo.places import Hall, Place

__all__ = ["bare", "list_places", "representative_points"]


def bare(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give the same table without what travels with it; pandas copies that at every step, which costs more."""
    plain = table.copy(deep=False)
    plain.attrs = {}
    return plain


def representative_points(associations: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Give the point that stands for each association: its ``point``, else one inside it.

    Parameters
    ----------
    associations
        Index ``association_id``, metric CRS; optional column ``point`` in the same CRS.

    Returns
    -------
    GeoSeries
        Points on the same index and CRS.
    """
    inside = associations.geometry.representative_point()
    if "point" not in associations:
        return inside
    given = gpd.GeoSeries(associations["point"], index=associations.index, crs=associations.crs)
    return given.where(given.notna(), inside)


def list_places(inhabited: gpd.GeoDataFrame, halls: gpd.GeoDataFrame | None = None) -> dict[str, Place]:
    """List the associations as plain points with their households and halls.

    Parameters
    ----------
    inhabited
        Associations with households, metric CRS.
    halls
        Points in the same CRS with a column ``association_id``, index ``hall_id``; halls without an association are
        left out.

    Returns
    -------
    dict
        Association id -> :class:`~kurihara_geo.places.Place`.
    """
    of_association: dict[str, list[Hall]] = {}
    if halls is not None:
        spots = shapely.get_coordinates(halls.geometry.to_numpy()).tolist()
        for hall_id, owner, (x_m, y_m) in zip(halls.index, halls["association_id"], spots, strict=True):
            if isinstance(owner, str) and owner:
                of_association.setdefault(owner, []).append(Hall(str(hall_id), x_m, y_m))
    points = shapely.get_coordinates(representative_points(inhabited).to_numpy()).tolist()
    return {
        str(name): Place(
            str(name),
            int(households),
            x_m,
            y_m,
            tuple(sorted(of_association.get(str(name), ()), key=lambda hall: hall.place_id)),
        )
        for name, households, (x_m, y_m) in zip(inhabited.index, inhabited["households"], points, strict=True)
    }
