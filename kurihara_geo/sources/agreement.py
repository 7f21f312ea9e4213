"""What the cells of several rows of one thing say together."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from kurihara_geo.sources.numbers import is_missing

__all__ = ["agreed", "different_values"]


def different_values(values: Iterable[object]) -> list[object]:
    """Give the values that are there, each once, in their order.

    Parameters
    ----------
    values
        Cells; those that hold nothing say nothing.
    """
    found: dict[object, object] = {}
    for value in values:
        if not is_missing(value):
            found.setdefault(value if isinstance(value, Hashable) else repr(value), value)
    return list(found.values())


def agreed(values: Iterable[object]) -> object:
    """Give the value all rows have that have one; None where they differ or none has one.

    Parameters
    ----------
    values
        Cells of one column.
    """
    found = different_values(values)
    return found[0] if len(found) == 1 else None
