"""What is handed to a step of this room, checked first: one message says what was given and what is expected."""

from __future__ import annotations

from typing import Any

import geopandas as gpd

from kurihara_geo.errors import AssociationsError

__all__ = ["check_widths", "refuse_other_layers", "refuse_other_tables", "refuse_other_texts"]


def refuse_other_tables(kind: type | tuple[type, ...], **tables: object) -> None:
    """Refuse what is no such table.

    Raises
    ------
    AssociationsError
        If one is of another kind; it is named.
    """
    wanted = " or ".join(one.__name__ for one in (kind if isinstance(kind, tuple) else (kind,)))
    for name, table in tables.items():
        if not isinstance(table, kind):
            raise AssociationsError(f"{name} must be a {wanted}, not {type(table).__name__}; read the file first.")


def refuse_other_layers(**layers: object) -> None:
    """Refuse what is no table with a geometry.

    Raises
    ------
    AssociationsError
        If one is none; it is named.
    """
    refuse_other_tables(gpd.GeoDataFrame, **layers)
    for name, layer in layers.items():
        if isinstance(layer, gpd.GeoDataFrame) and layer.active_geometry_name is None:
            raise AssociationsError(f"{name} must have a geometry; read the file with its outlines.")


def refuse_other_texts(**texts: Any) -> None:
    """Refuse what is no text.

    Raises
    ------
    AssociationsError
        If one is none; it is named.
    """
    for name, text in texts.items():
        if not isinstance(text, str):
            raise AssociationsError(f"{name} must be a text, not {type(text).__name__}.")


def check_widths(**values: float) -> None:
    """Refuse an area or a width that is negative or no number.

    Raises
    ------
    AssociationsError
        If one is; it is named.
    """
    for name, value in values.items():
        if isinstance(value, bool) or not (isinstance(value, int | float) and value >= 0):
            unit = "an area in m2" if name.endswith("_m2") else "a width in m"
            raise AssociationsError(f"{name} must be {unit}, 0 or more, not {value!r}.")
