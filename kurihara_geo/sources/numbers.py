"""Counts as people type them: digits become whole numbers, the rest stays for the checks to name."""

from __future__ import annotations

import math
import numbers
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from kurihara_geo.sources.records import Record, record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["OfficeCount", "are_whole", "count_column", "is_missing", "read_count", "read_office_count"]

# Not NFKC: that would also turn a circled digit, often a footnote mark, into a count.
_FULL_WIDTH = str.maketrans("０１２３４５６７８９，．", "0123456789,.")
# What a column of whole numbers can hold; what is more is left as found, for the checks to name.
_COLUMN_HOLDS = 2**63
_PLAIN = re.compile(r"[0-9]+")
_COUNT = re.compile(r"([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.0+)?")
# A mark must look like one: digits alone after a count could be digits of it.
_MARKED = re.compile(
    r"(?P<count>[0-9,]+(\.0+)?)\s*(?P<unit>世帯|戸|人|名)?\s*"
    r"(?P<mark>([※*＊†‡][0-9]{0,2}|[(（]?(注|※)[0-9]{0,2}[)）]?|[\u2460-\u2473])+)?"
)
_SUPPRESSED = re.compile(r"[XxＸｘχΧ]|[*＊]{1,4}|秘匿|\(?秘\)?")
_DASH = re.compile(r"[-‐‑–—―−－ーｰ─]{1,2}")
_NOT_KNOWN = re.compile(r"…|\.{3}|・{3}|不明|不詳|未集計|調査中|n/?a", re.IGNORECASE)


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


@dataclass(frozen=True)
class OfficeCount:
    """A cell of an office's list of counts, and how it was read.

    Parameters
    ----------
    value
        A whole number; None where nothing is there; ``pandas.NA`` where the number is kept secret; else the cell.
    how
        Empty for plain numbers; ``unit``, ``mark``, ``dash``, ``suppressed``, ``not_known`` or, for a cell that is
        no count, ``text``.
    """

    value: object
    how: str = ""


def read_office_count(value: object) -> OfficeCount:
    """Read a count with what offices write beside or instead of it.

    Parameters
    ----------
    value
        ``"36世帯"`` and ``"1,234人"`` are counts with a unit, ``"45※1"`` is one with a footnote mark. A dash (``-``,
        ``―``, ``－``) is 0, as in statistical tables, where it says that there is nothing to count. ``X``, ``*`` and
        ``***`` hide a number: it is ``pandas.NA``, never 0. ``…`` and 不明 say that nobody knows: None.

    Examples
    --------
    >>> read_office_count("1,234人").value, read_office_count("45※1").value, read_office_count("―").value
    (1234, 45, 0)
    >>> read_office_count("X")
    OfficeCount(value=<NA>, how='suppressed')
    """
    count = read_count(value)
    if count is None or isinstance(count, int):
        return OfficeCount(count)
    if not isinstance(value, str):
        return OfficeCount(value, "text")
    text = value.strip().translate(_FULL_WIDTH)
    for pattern, how, meaning in (
        (_SUPPRESSED, "suppressed", pd.NA),
        (_DASH, "dash", 0),
        (_NOT_KNOWN, "not_known", None),
    ):
        if pattern.fullmatch(text):
            return OfficeCount(meaning, how)
    match = _MARKED.fullmatch(text)
    if match is not None and isinstance(plain := read_count(match["count"]), int):
        return OfficeCount(plain, "mark" if match["mark"] else "unit")
    return OfficeCount(value, "text")


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
        The column (``int64`` if every cell is a whole number that fits, else ``object`` with what was found), and a
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
    return pd.Series(counts, dtype="int64" if are_whole(counts) else "object"), records


def are_whole(counts: Sequence[object]) -> bool:
    """Say whether all are whole numbers that a column of ``int64`` holds."""
    return bool(counts) and all(type(count) is int and abs(count) < _COLUMN_HOLDS for count in counts)
