"""Reasons as planners write them into a cell: a text, or nothing."""

from __future__ import annotations

import unicodedata

from kurihara_geo.sources.numbers import is_missing

__all__ = ["NO_REASON_CURE", "reason_text"]

NO_REASON_CURE = "write a reason as text, or leave the cell empty"
# What a spreadsheet leaves of a cell that was meant as a yes or no; a file of texts shows it in these words.
_NO_REASONS = {"0", "0.0", "1", "1.0", "true", "false"}


def reason_text(value: object) -> str | None:
    """Give a reason without the blanks around it, an empty text for an empty cell, None for what is no reason.

    Parameters
    ----------
    value
        A cell. A number, and a yes or no (TRUE, 0), say neither what stands in the way nor that nothing does.
    """
    if is_missing(value):
        return ""
    if not isinstance(value, str):
        return None
    text = value.strip()
    return None if unicodedata.normalize("NFKC", text).casefold() in _NO_REASONS else text
