"""Counts as people type them: digits become whole numbers, the rest stays for the checks to name."""

from __future__ import annotations

import math
import numbers
import re
from typing import TYPE_CHECKING

import pandas as pd

from kurihara_geo.sources.records import Record, record

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["count_column", "is_missing", "read_count"]

# Not NFKC: that would also turn a circled digit, often a footnote mark, into a count.
_FULL_WIDTH = str.maketrans("０１２３４５６７８９，．", "0123456789,.")
_PLAIN = re.compile(r"[0-9]+")
_COUNT = re.compile(r"([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.0+)?")


def is_missing(value: object) -> bool:
    """Say whether a cell holds nothing: None, NaN, NA or only spaces."""
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, float) and math.isnan(value)


def read_count(value: object) -> object:
    """Give a whole number where the cell holds one, None where it holds nothing, else the cell itself.

    Parameters
    ----------
    value
        A cell: ``36``, ``36.0``, ``"36"``, ``"３６"`` and ``"1,234"`` are counts; ``"X"``, ``"-"``, ``12.5``
        and ``"-3"`` are not and come back as they are.
    """
    if is_missing(value):
        return None
    if isinstance(value, str):
        text = value.strip().translate(_FULL_WIDTH)
        return int(text.split(".")[0].replace(",", "")) if _COUNT.fullmatch(text) else value
    if isinstance(value, bool):
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real) and float(value).is_integer():
        return int(float(value))
    return value


def count_column(values: Iterable[object], *, heading: str, text_file: bool = False) -> tuple[pd.Series, list[Record]]:
    """Read a column of counts.

    Parameters
    ----------
    values
        The cells, as found.
    heading
        The column's name, for the record.
    text_file
        Whether every cell of the file is text anyway (CSV), so that plain digits are nothing to note.

    Returns
    -------
    tuple
        The column (``int64`` if every cell is a whole number, else ``object`` with what was found), and a
        ``text_number`` record that says how many numbers were text.
    """
    found = list(values)
    counts = [read_count(value) for value in found]
    texts = [
        value
        for value, count in zip(found, counts, strict=True)
        if isinstance(value, str) and isinstance(count, int) and not (text_file and _PLAIN.fullmatch(value))
    ]
    records = []
    if texts:
        message = (
            f"{len(texts)} of {len(found)} values of {heading!r} were text "
            f"and were read as numbers (such as {texts[0]!r})"
        )
        records.append(record("text_number", message, cure="Store numbers as numbers to be sure."))
    whole = bool(counts) and all(type(count) is int for count in counts)
    return pd.Series(counts, dtype="int64" if whole else "object"), records
