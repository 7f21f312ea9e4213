"""Notices and credits of several tables travel on with the table made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kurihara_geo.columns import NOTES

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

__all__ = ["joined_notes"]


def joined_notes(*given: Mapping[Any, Any], notice: str = "", notice_en: str = "") -> dict[Hashable, Any]:
    """Join what tables say of their data, each text once, and what is said of the table made of them.

    Parameters
    ----------
    given
        ``attrs`` of the tables.
    notice, notice_en
        A notice of the new table, in Japanese and English; stands last.

    Returns
    -------
    dict
        Those of ``columns.NOTES`` that have a text: sentences one after the other, credits with ``; `` between.
    """
    own = {"notice": notice, "notice_en": notice_en}
    notes: dict[Hashable, Any] = {}
    for name in NOTES:
        texts = dict.fromkeys(text for text in [*(attrs.get(name) for attrs in given), own.get(name)] if text)
        if texts:
            notes[name] = (" " if name in own else "; ").join(texts)
    return notes
