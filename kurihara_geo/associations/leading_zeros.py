"""Ids that lost the zero in front in a spreadsheet: named, and given back only if asked and certain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kurihara_geo.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["compare_leading_zeros"]


def compare_leading_zeros(
    ids: Sequence[str], known: Sequence[str], *, restore: bool, where: str, layer: str, function: str
) -> tuple[list[str] | None, list[Problem]]:
    """Find ids that lost the zero in front, on either side of a comparison.

    Parameters
    ----------
    ids
        Ids of a table, as text; empty where there is none.
    known
        Ids of the layer it belongs to.
    restore
        Whether the ids of the table may get their zero back: only where all of them lost it.
    where, layer
        What the table and the layer are called.
    function
        The function whose ``restore_leading_zero`` gives the zeros back.

    Returns
    -------
    list of str or None, list of Problem
        The ids with their zeros, where they got them back; a warning then, an error for zeros that are lost.
    """
    present = list(dict.fromkeys(filter(None, ids)))
    lost = _without_zero(present, known)
    if lost and restore and len(lost) == len(present):
        message = f"all {len(lost)} ids of {where} had lost their leading zero and got it back"
        problem = Problem(
            severity="warning", kind="leading_zero_restored", association_id=", ".join(lost), message=message
        )
        return [f"0{text}" if text else text for text in ids], [problem]
    if lost:
        cure = "format the column as text and put the zero back"
        cure += f", or pass restore_leading_zero=True to {function}" if len(lost) == len(present) else ""
        return None, [_lost_error(lost, len(present), where, cure)]
    lost = _without_zero(known, ids)
    if not lost:
        return None, []
    return None, [_lost_error(lost, len(known), layer, "use the boundary file as downloaded, or put the zero back")]


def _lost_error(lost: Sequence[str], count: int, where: str, cure: str) -> Problem:
    message = f"{len(lost)} of {count} ids of {where} have lost their leading zero (0{lost[0]} is known)"
    return Problem(
        severity="error", kind="leading_zero_lost", association_id=", ".join(lost), message=message, cure=cure
    )


def _without_zero(ids: Sequence[str], known: Sequence[str]) -> list[str]:
    """List ids that are not known, but are with a zero before them."""
    there = set(known)
    return [text for text in ids if text.isdigit() and text not in there and f"0{text}" in there]
