"""A file of the public edition, told from its first lines: it lacks what a plan is made or checked from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kurihara_geo.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["refuse_public_edition"]

_HEAD_BYTES = 4096
_PUBLIC = re.compile(rb'"kurihara_geo"\s*:\s*\{\s*"audience"\s*:\s*"public"')


def refuse_public_edition(file: Path, *, shown: str) -> None:
    """Refuse a GeoJSON that was written for the public.

    Parameters
    ----------
    file
        The file.
    shown
        The path to name in an error.

    Raises
    ------
    SourceError
        If it is one. Cure: name the file that was written for office use.
    """
    try:
        with file.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
    except OSError:
        return  # whoever reads it says why it cannot be opened
    if _PUBLIC.search(head):
        raise SourceError(
            f"{shown}: this is the public edition (公開用), which cannot be read back: household counts and reasons "
            "are left out of it. Name the file of the same kind that was written for office use "
            '(audience="office", the default).'
        )
