"""Ids as text: leading zeros stay, numbers lose their ``.0``, and nothing is made up."""

from __future__ import annotations

import numbers
import re
from typing import TYPE_CHECKING

from kurihara_geo.sources.numbers import is_missing
from kurihara_geo.sources.records import Record, listed, record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["id_column_values", "id_text", "text_or_none"]

_POWER_OF_TEN = re.compile(r"[0-9](\.[0-9]+)?[eE]\+[0-9]+")
# Prefecture 2 + municipality 3 + area 4 (+ part 2) digits; one less and the zero of 01 to 09 is gone.
_LENGTHS_WITHOUT_ZERO = (8, 10)


def id_text(value: object) -> str | None:
    """Give an id as text without surrounding spaces; None where there is none."""
    if is_missing(value):
        return None
    if isinstance(value, numbers.Integral):
        return str(int(value))
    if isinstance(value, numbers.Real) and float(value).is_integer():
        return str(int(float(value)))
    return str(value).strip()


def text_or_none(value: object) -> str | None:
    """Give a name as text without surrounding spaces; None where there is none."""
    return id_text(value)


def id_column_values(values: Iterable[object], *, census: bool = False) -> tuple[list[str | None], list[Record]]:
    """Read a column of ids.

    Parameters
    ----------
    values
        The cells, as found.
    census
        Whether these are KEY_CODEs of the census, of which the length is known.
    """
    found = list(values)
    ids = [id_text(value) for value in found]
    records = [*_trimmed(found, ids), *_broken_by_a_spreadsheet(ids), *_shorter_than_others(found, ids)]
    if census:
        records += _without_leading_zero(ids)
    return ids, records


def _trimmed(found: Sequence[object], ids: Sequence[str | None]) -> list[Record]:
    changed = [
        text for value, text in zip(found, ids, strict=True) if isinstance(value, str) and text and text != value
    ]
    if not changed:
        return []
    return [record("id_trimmed", f"spaces around {len(changed)} ids were taken off: {listed(changed)}")]


def _broken_by_a_spreadsheet(ids: Sequence[str | None]) -> list[Record]:
    broken = [text for text in ids if text and _POWER_OF_TEN.fullmatch(text)]
    if not broken:
        return []
    message = f"{len(broken)} ids look like rounded numbers: {listed(broken)}"
    cure = "A spreadsheet shortened them: format the column as text and enter the ids again."
    return [record("id_rounded", message, cure=cure)]


def _shorter_than_others(found: Sequence[object], ids: Sequence[str | None]) -> list[Record]:
    """Note numbers among texts with a leading zero that are shorter than these: their zeros were lost."""
    lengths = {
        len(value.strip()) for value in found if isinstance(value, str) and re.fullmatch(r"0[0-9]+", value.strip())
    }
    if len(lengths) != 1:
        return []
    length = lengths.pop()
    short = [
        text
        for value, text in zip(found, ids, strict=True)
        if text and not isinstance(value, str) and text.isdigit() and len(text) < length
    ]
    if not short:
        return []
    message = (
        f"{len(short)} ids are numbers shorter than the others of {length} digits, "
        f"as if leading zeros were lost: {listed(short)}"
    )
    cure = "Format the column as text and put the zeros back; ids are not changed here."
    return [record("leading_zero_lost", message, cure=cure)]


def _without_leading_zero(ids: Sequence[str | None]) -> list[Record]:
    short = [text for text in ids if text and text.isascii() and text.isdigit() and len(text) in _LENGTHS_WITHOUT_ZERO]
    if not short:
        return []
    message = (
        f"{len(short)} codes have 8 or 10 digits where the census has 9 or 11, "
        f"as if a leading zero was lost: {listed(short, most=5)}"
    )
    cure = "Use the file as downloaded, or put the zero back; codes are not changed here."
    return [record("leading_zero_lost", message, cure=cure)]
