"""How Japanese text was stored: decided by strict decoding, never by replacing what does not fit."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from kurihara_geo.errors import SourceError
from kurihara_geo.sources.records import Record, check_texts, record

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["decode_text", "encoding_record", "shapefile_encodings"]

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_GUESSES = ("utf-8", "cp932")
_WITHOUT_MARK = ("utf-16-le", "utf-16-be")
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
    """Decode a text file: as told, by its byte order mark, as UTF-8, or as CP932; as UTF-16 if it has zero bytes.

    Returns
    -------
    tuple
        The text and the name of the encoding that fitted.

    Raises
    ------
    SourceError
        If no encoding fits, or a few zero bytes leave it in doubt; the cure is to name it.
    """
    check_texts(encoding=encoding)
    if encoding is not None:
        names: tuple[str, ...] = (_asked(encoding, shown),)
    else:
        names = tuple(name for bom, name in _BOMS if content.startswith(bom)) or _guesses(content, shown)
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


def _guesses(content: bytes, shown: str) -> tuple[str, ...]:
    """List what to try without a byte order mark; where the zero bytes of plain letters stand tells UTF-16's kind."""
    zeros = content.count(0)
    if not zeros:
        return _GUESSES
    # In UTF-16 a zero byte goes with every line break, comma and tab.
    if 2 * zeros < sum(content.count(mark) for mark in b"\n,\t"):
        line = content.count(b"\n", 0, content.index(0)) + 1
        raise SourceError(
            f"{shown}: how the text is stored is doubtful: {zeros} zero bytes stand in it, the first in line {line}, "
            f"too few for UTF-16; the file may be damaged: save it anew as UTF-8, or say what it is with encoding=."
        )
    low_first = content[1::2].count(0) >= content[::2].count(0)
    return _WITHOUT_MARK if low_first else _WITHOUT_MARK[::-1]


def encoding_record(encoding: str) -> list[Record]:
    """Note that the encoding was found by trying, as nothing in the file says so."""
    if encoding not in {"cp932", *_WITHOUT_MARK}:
        return []
    shown = "CP932 (Shift_JIS)" if encoding == "cp932" else encoding.upper()
    message = f"the file does not say how its text is stored; it was read as {shown}"
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
