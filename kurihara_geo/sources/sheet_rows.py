"""Which row of the file a row of a table came from, so that a message names the row a planner sees in the sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kurihara_geo.sources.numbers import is_missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

__all__ = ["note_rows", "rows_in_file"]

_KEYS = ("association_id", "name")
_BETWEEN = ": "


def note_rows(frame: pd.DataFrame, rows: Sequence[str]) -> None:
    """Remember each row's place in the file, as ``attrs["rows"]``: ``row 5: K1 架空一区``.

    Parameters
    ----------
    frame
        A table with plain row numbers as index.
    rows
        Where each row stands, such as ``row 5``.
    """
    told = zip(rows, _keys(frame), strict=True)
    frame.attrs["rows"] = [f"{row}{_BETWEEN}{key}" for row, key in told]


def rows_in_file(frame: pd.DataFrame) -> list[str]:
    """Give each row's place in the file, such as ``row 5``; an empty text where it is not known.

    Parameters
    ----------
    frame
        A table; rows that were moved, changed or added since it was read are not known.
    """
    noted = list(frame.attrs.get("rows", ()))
    found = []
    for label, key in zip(frame.index, _keys(frame), strict=True):
        known = noted[label] if isinstance(label, int) and 0 <= label < len(noted) else ""
        end = f"{_BETWEEN}{key}"
        found.append(known.removesuffix(end) if known.endswith(end) else "")
    return found


def _keys(frame: pd.DataFrame) -> list[str]:
    """Give what each row is about, by which it is known again."""
    columns = [frame[column].tolist() for column in _KEYS if column in frame]
    cells = zip(*columns, strict=True) if columns else [()] * len(frame)
    return [" ".join("" if is_missing(cell) else str(cell) for cell in row) for row in cells]
