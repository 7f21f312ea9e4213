"""What is handed to an output, checked before anything is drawn or written: one message says what was given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

import geopandas as gpd
import numpy as np
import pandas as pd

from kurihara_geo import columns
from kurihara_geo.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Lang",
    "read_choice",
    "read_lang",
    "read_layer",
    "read_problems",
    "read_table",
    "read_text",
    "read_title",
]

Lang = Literal["ja", "en"]


def read_lang(lang: Any, *, error: type[InputError] = InputError) -> Lang:
    """Check a language.

    Raises
    ------
    InputError
        If it is no text, or names another one.
    """
    if not isinstance(lang, str) or lang not in ("ja", "en"):
        raise error(f"lang must be 'ja' or 'en', not {_shown(lang)}.")
    return cast("Lang", lang)


def read_title(title: Any) -> str | None:
    """Check a heading; None stays None.

    Raises
    ------
    InputError
        If it is no text.
    """
    return read_text("title", title)


def read_text(name: str, value: Any) -> str | None:
    """Check a text; None stays None.

    Raises
    ------
    InputError
        If it is no text.
    """
    if value is not None and not isinstance(value, str):
        raise InputError(f"{name} must be a text, or None, not {_shown(value)}.")
    return value


def read_choice(name: str, value: Any) -> bool:
    """Check a yes or no.

    Raises
    ------
    InputError
        If it is anything else.
    """
    if not isinstance(value, bool | np.bool_):
        raise InputError(f"{name} must be True or False, not {_shown(value)}.")
    return bool(value)


def read_layer(name: str, value: Any) -> gpd.GeoDataFrame | None:
    """Check that what is drawn is a table with a geometry; None stays None.

    Raises
    ------
    InputError
        Saying what was given instead.
    """
    if value is not None and (not isinstance(value, gpd.GeoDataFrame) or value.active_geometry_name is None):
        raise InputError(f"{name} must be a GeoDataFrame with a geometry, or None, not {_shown(value)}.")
    return value


def read_table(name: str, value: Any, needed: Sequence[str] = ()) -> pd.DataFrame | None:
    """Check that a table is one and has its columns; None stays None.

    Raises
    ------
    InputError
        Saying what was given instead, or naming the columns that are missing.
    """
    if value is None:
        return None
    if not isinstance(value, pd.DataFrame):
        raise InputError(f"{name} must be a table, or None, not {_shown(value)}.")
    missing = [column for column in needed if column not in value]
    if missing:
        raise InputError(f"{name} must have the columns {', '.join(needed)}; {', '.join(missing)} is not there.")
    return value


def read_problems(value: Any) -> pd.DataFrame | None:
    """Check a list of problems as :func:`kurihara_geo.check_associations` gives it; None stays None.

    Raises
    ------
    InputError
        Saying what was given instead, or naming the columns that are missing.
    """
    return read_table("problems", value, [column.name for column in columns.PROBLEMS])


def _shown(value: Any) -> str:
    return type(value).__name__ if isinstance(value, pd.DataFrame | pd.Series | np.ndarray) else repr(value)
