"""Names of districts made into names of folders that every system takes, each one different."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from kurihara_geo.outputs.documents.pack import NO_DISTRICT

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["folder_names"]

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_LONGEST = 60  # bytes; the whole path has to fit as well


def folder_names(districts: Sequence[str]) -> dict[str, str]:
    """Give each district a folder: its place in the order, then its name without what no folder can be called.

    The number in front keeps folders apart whose names come out the same, and makes no name one that Windows keeps for
    itself, nor one that leads out of the folder. What is written inside the papers is the name to the letter.

    Parameters
    ----------
    districts
        Names in order; the empty text stands for associations without a district.

    Returns
    -------
    dict
        District -> folder name, in NFC, at most 70 bytes.
    """
    digits = max(2, len(str(len(districts))))
    return {
        name: f"{number:0{digits}d}_{_plain(name)}".rstrip("_") if name else NO_DISTRICT
        for number, name in enumerate(districts, 1)
    }


def _plain(name: str) -> str:
    """Give a name without separators, signs Windows forbids, and letters nobody sees."""
    letters = (" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in name)
    text = " ".join(_FORBIDDEN.sub("_", unicodedata.normalize("NFC", "".join(letters))).split())
    cut = text.encode("utf-8")[:_LONGEST].decode("utf-8", "ignore")
    return cut.strip(" .")
