"""Points that stand for associations: halls or addresses, from a vector file or a table with coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kurihara_geo.errors import SourceError
from kurihara_geo.sources.boundaries import read_boundaries
from kurihara_geo.sources.headings import ASSOCIATION_HEADINGS
from kurihara_geo.sources.identifiers import id_column_values, text_or_none
from kurihara_geo.sources.numbers import count_column
from kurihara_geo.sources.records import attach, columns_given, existing_file, record
from kurihara_geo.sources.sheet_rows import note_rows, rows_in_file
from kurihara_geo.sources.tables import is_table, read_point_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd

    from kurihara_geo.sources.headings import Ranks
    from kurihara_geo.sources.vectors import CrsLike

__all__ = ["read_association_points"]

_HEADINGS: Mapping[str, Ranks] = {
    **{name: ranks for name, ranks in ASSOCIATION_HEADINGS.items() if not name.startswith("point_")},
    "lon": (("lon",), ("longitude", "経度")),
    "lat": (("lat",), ("latitude", "緯度")),
}


def read_association_points(
    path: str | Path,
    *,
    id_column: str | None = None,
    name_column: str | None = None,
    households_column: str | None = None,
    population_column: str | None = None,
    columns: Mapping[str, str] | None = None,
    layer: str | None = None,
    encoding: str | None = None,
    crs: CrsLike | None = None,
) -> gpd.GeoDataFrame:
    r"""Read points that stand for associations, such as halls, or the addresses of their households.

    Parameters
    ----------
    path
        A vector file of points, or CSV or Excel with ``lon`` and ``lat`` or 経度 and 緯度; one row a point, with the
        id or name of its association.
    id_column, name_column, households_column, population_column, columns, layer, encoding
        As for :func:`kurihara_geo.read_boundaries`.
    crs
        The CRS of the coordinates; a table's are EPSG:4326 if not given.

    Returns
    -------
    geopandas.GeoDataFrame
        One row a point: ``association_id`` (the name, where a table has no ids), ``name``, ``households`` and
        ``population`` where found, every other column as in the file, ``geometry``. ``attrs["rows"]`` says in which
        row of a table each point stands.

    Raises
    ------
    SourceError
        If the file cannot be read, a column is not found, or a coordinate is no number.

    Examples
    --------
    >>> from pathlib import Path
    >>> import kurihara_geo as kg
    >>> _ = Path("halls.csv").write_text("自治会名,経度,緯度\n架空一区,141.02,38.73\n", encoding="utf-8")
    >>> kg.read_association_points("halls.csv")["association_id"].tolist()
    ['架空一区']
    """
    asked = {
        "association_id": id_column,
        "name": name_column,
        "households": households_column,
        "population": population_column,
    }
    if not is_table(existing_file(path)):
        return read_boundaries(
            path,
            id_column=id_column,
            name_column=name_column,
            households_column=households_column,
            population_column=population_column,
            columns=columns,
            layer=layer,
            encoding=encoding,
            crs=crs,
        )
    asked |= {standard: own for own, standard in columns_given(columns).items() if asked.get(standard) is None}
    frame, source, records = read_point_table(
        path, _HEADINGS, asked, columns, required=("lon", "lat"), sheet=layer, encoding=encoding, crs=crs
    )
    if not {"association_id", "name"} & set(frame.columns):
        found = ", ".join(str(column) for column in frame.columns if column != "geometry")
        raise SourceError(
            f"{path}: no column says whose point it is; pass id_column= or name_column=. Columns found: {found}."
        )
    rows = rows_in_file(frame)
    if "association_id" not in frame:
        message = "the file has no ids; names serve as ids"
        records.append(record("id_from_name", message, cure="Pass id_column= if it has."))
    for column in ("association_id", "name"):
        if column not in frame:
            frame[column] = frame["name" if column == "association_id" else "association_id"]
    ids, noted = id_column_values(frame["association_id"].tolist())
    frame["association_id"] = ids
    frame["name"] = [text_or_none(value) for value in frame["name"].tolist()]
    for column in ("households", "population"):
        if column in frame:
            values, read = count_column(frame[column].tolist(), heading=column, text_file=True)
            frame[column] = values.to_numpy()
            noted += read
    attach(frame, source=source, records=[*records, *noted])
    note_rows(frame, rows)
    return frame
