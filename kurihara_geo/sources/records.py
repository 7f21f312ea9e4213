"""What a reader remembers: where the table came from, and what it dropped, changed or could not place."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyproj import CRS

from kurihara_geo.errors import Problem, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

__all__ = [
    "Record",
    "attach",
    "check_crs",
    "check_row",
    "check_texts",
    "columns_given",
    "credit",
    "existing_file",
    "listed",
    "record",
    "sha256_of",
]

Record = dict[str, str]
"""The fields of a :class:`~kurihara_geo.errors.Problem` as plain text, so that ``attrs`` can be compared."""

_MOST_LISTED = 20
_MOST_ROWS = 2**31


def record(kind: str, message: str, *, association_id: str = "", name: str = "", cure: str = "") -> Record:
    """Note one thing the reader dropped, changed or could not place."""
    return asdict(
        Problem(
            severity="warning",
            kind=kind,
            association_id=association_id,
            name=name,
            message=message,
            cure=cure,
        )
    )


def listed(values: Iterable[object], *, most: int = _MOST_LISTED) -> str:
    """Join values with ``, ``, the first ones only where there are many."""
    texts = [str(value) for value in values]
    shown = ", ".join(texts[:most])
    return shown if len(texts) <= most else f"{shown} and {len(texts) - most} more"


def attach(frame: pd.DataFrame, *, source: dict[str, Any], records: list[Record]) -> None:
    """Put the origin and the records on the table, as ``attrs["source"]`` and ``attrs["records"]``."""
    frame.attrs = {"source": source, "records": records}


def credit(frame: pd.DataFrame, *, ja: str, en: str) -> None:
    """Name the publisher on the table, as ``attrs["attribution"]`` and ``attrs["attribution_en"]``."""
    frame.attrs["attribution"] = f"{ja} を加工して作成"
    frame.attrs["attribution_en"] = f"Made by processing {en}"


def check_texts(**options: object) -> None:
    """Refuse options that are neither a text nor left out.

    Raises
    ------
    SourceError
        Naming each, with what was given.
    """
    wrong = [
        f"{name} must be a text that can be typed, not {_shown(value)}"
        for name, value in options.items()
        if value is not None and not _is_typed(value)
    ]
    if wrong:
        raise SourceError(f"The file cannot be read so: {'; '.join(wrong)}.")


def _is_typed(value: object) -> bool:
    """Say whether a value is a text without NUL and halves of characters."""
    return isinstance(value, str) and not any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in value)


def _shown(value: object) -> str:
    return repr(value) if isinstance(value, str) else type(value).__name__


def check_row(header_row: object) -> None:
    """Refuse a header row that is no number of a row.

    Raises
    ------
    SourceError
        Saying what was given.
    """
    if header_row is None:
        return
    if isinstance(header_row, bool) or not isinstance(header_row, int) or not 1 <= header_row < _MOST_ROWS:
        raise SourceError(f"header_row must be the number of a row, 1 or more, not {header_row!r}.")


def check_crs(crs: object) -> None:
    """Refuse what names no coordinate system.

    Raises
    ------
    SourceError
        Saying what was given.
    """
    check_texts(crs=crs if isinstance(crs, str) else None)
    if crs is not None and (isinstance(crs, bool) or not isinstance(crs, str | int | CRS)):
        raise SourceError(f"crs must name a coordinate system, such as 'EPSG:6668', not {type(crs).__name__}.")


def columns_given(columns: Any) -> Mapping[str, str]:
    """Check the further columns a planner names, own heading -> standard name.

    Raises
    ------
    SourceError
        If they are no mapping of texts.
    """
    if columns is None:
        return {}
    if not isinstance(columns, Mapping) or not all(isinstance(text, str) for pair in columns.items() for text in pair):
        raise SourceError(f"columns must map headings of the file to names of columns, not be {columns!r}.")
    return columns


def existing_file(path: str | Path) -> Path:
    """Give the path of a file that is there.

    Raises
    ------
    SourceError
        If it is no path, nothing is at it, or a folder is.
    """
    try:
        file = Path(path)
    except TypeError:
        raise SourceError(f"A file is named by its path, a text or a Path, not {type(path).__name__}.") from None
    try:
        str(file).encode()
        is_folder, is_file = file.is_dir(), file.is_file()
    except (OSError, UnicodeError) as error:
        raise SourceError(f"{str(path)!r}: this name cannot be read ({error}); rename the file.") from error
    if is_folder:
        raise SourceError(f"{file}: this is a folder; name the file in it.")
    if not is_file:
        raise SourceError(f"{file}: there is no such file; check the folder and the spelling.")
    return file


def sha256_of(files: Iterable[Path]) -> str:
    """Give the SHA-256 of the files' bytes, one after the other.

    Raises
    ------
    SourceError
        If a file may not be read.
    """
    digest = hashlib.sha256()
    for file in files:
        try:
            digest.update(file.read_bytes())
        except OSError as error:
            raise SourceError(f"{file}: the file cannot be opened ({error.strerror}).") from error
    return digest.hexdigest()
