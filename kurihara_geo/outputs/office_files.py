"""What Word and Excel files share: text that XML can hold, and bytes that no clock changes."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["clean_text", "pack_file"]

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_CORE, _CONTENTS = "docProps/core.xml", "[Content_Types].xml"


def clean_text(text: str) -> str:
    """Give a text as a document can hold it: line feeds only, characters XML forbids as U+FFFD.

    Parameters
    ----------
    text
        Any text.
    """
    return _ILLEGAL.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def pack_file(save: Callable[[BytesIO], None]) -> bytes:
    """Give an Office file as bytes that are the same for the same content: no clock is read.

    Parameters
    ----------
    save
        Writes the file into a stream, as ``Workbook.save`` and ``Document.save`` do.
    """
    raw, packed = BytesIO(), BytesIO()
    save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        # The list of contents comes first, as readers that stream expect.
        for name in sorted(source.namelist(), key=lambda name: (name != _CONTENTS, name)):
            content = source.read(name)
            if name == _CORE:
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"1980-01-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            target.writestr(entry, content)
    return packed.getvalue()
