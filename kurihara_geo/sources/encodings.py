"""How Japanese text was stored: decided by strict decoding, never by replacing what does not fit."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from kurihara_geo.errors import SourceError
from kurihara_geo.sources.records import Record, record

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["decode_text", "encoding_record", "shapefile_encodings"]

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_GUESSES = ("utf-8", "cp932")
# Windows writes characters into "Shift_JIS" files that only its superset CP932 knows.
_SHIFT_JIS = {"shift_jis", "shift_jis_2004", "shift_jisx0213"}
_DBF_CP932 = {0x13, 0x7B}
_DBF_LANGUAGE_BYTE = 29


def known_encoding(name: str) -> str | None:
    """Give Python's name for an encoding, or None if there is no such encoding."""
    text = name.strip()
    text = f"cp{text}" if text.isdigit() and not text.startswith("65001") else text.replace("65001", "utf-8")
    try:
        found = codecs.lookup(text).name
    except LookupError:
        return None
    return "cp932" if found in _SHIFT_JIS else found


def decode_text(content: bytes, *, encoding: str | None, shown: str) -> tuple[str, str]:
    """Decode a text file: as told, by its byte order mark, as UTF-8, or as CP932.

    Returns
    -------
    tuple
        The text and the name of the encoding that fitted.

    Raises
    ------
    SourceError
        If no encoding fits; the cure is to name it.
    """
    if encoding is not None:
        names: tuple[str, ...] = (_asked(encoding, shown),)
    else:
        names = tuple(name for bom, name in _BOMS if content.startswith(bom)) or _GUESSES
    for name in names:
        try:
            return content.decode(name), name
        except UnicodeDecodeError:
            continue
    raise SourceError(
        f"{shown}: the text is not {' or '.join(names)}; say what it is with encoding=, or save it as UTF-8."
    )


def shapefile_encodings(dbf: Path, cpg: Path | None, *, encoding: str | None, shown: str) -> tuple[str, ...]:
    """List the encodings to try, strictly and in this order, for the text of a shapefile.

    Parameters
    ----------
    dbf
        The attribute file; its language byte is 0 in the census files.
    cpg
        The file that names the encoding, if there is one.
    encoding
        What the planner says, which settles it.
    shown
        The path to name in an error.
    """
    if encoding is not None:
        return (_asked(encoding, shown),)
    declared = known_encoding(cpg.read_text("ascii", errors="replace")) if cpg is not None else None
    if declared is not None:
        return (declared,)
    with dbf.open("rb") as file:
        head = file.read(_DBF_LANGUAGE_BYTE + 1)
    if len(head) > _DBF_LANGUAGE_BYTE and head[_DBF_LANGUAGE_BYTE] in _DBF_CP932:
        return ("cp932",)
    return _GUESSES


def encoding_record(encoding: str) -> list[Record]:
    """Note that the text was found to be CP932 by trying, as nothing in the file says so."""
    if encoding != "cp932":
        return []
    message = "the file does not say how its text is stored; it was read as CP932 (Shift_JIS)"
    return [
        record(
            "encoding_guessed",
            message,
            cure='If names look wrong, pass encoding=, for example encoding="utf-8".',
        )
    ]


def _asked(encoding: str, shown: str) -> str:
    name = known_encoding(encoding)
    if name is None:
        raise SourceError(f'{shown}: there is no encoding {encoding!r}; try encoding="cp932" or encoding="utf-8".')
    return name
