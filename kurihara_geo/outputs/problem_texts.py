"""Problems of the data in the words of people who read Japanese: what it is, what was found, what to do."""

from __future__ import annotations

import re

from kurihara_geo import columns

__all__ = ["CURES", "cure_of_kind", "message_text", "name_of_kind"]

CURES: dict[str, str] = {}
"""Kind of problem -> what a planner does about it, in Japanese."""

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = ()


def name_of_kind(kind: str, lang: str) -> str:
    """Give a kind of problem as a heading."""
    if lang == "ja":
        return columns.PROBLEM_KINDS.get(kind, kind)
    return kind.replace("_", " ")


def cure_of_kind(kind: str, lang: str) -> str:
    """Give what to do about a kind of problem; empty in English, where every problem brings its own."""
    return CURES.get(kind, "") if lang == "ja" else ""


def message_text(message: str, lang: str) -> str:
    """Give a message in the language asked for; one that nobody translated stays as it is."""
    if lang != "ja":
        return message
    for pattern, text in _PATTERNS:
        found = pattern.fullmatch(message)
        if found:
            return text.format(*found.groups())
    return message
