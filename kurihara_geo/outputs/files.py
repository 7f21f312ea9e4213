"""Files written whole or not at all: a temporary file in the same folder, then one rename."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from kurihara_geo.errors import OutputError

__all__ = ["target_path", "write_whole"]


def target_path(path: str | os.PathLike[str]) -> Path:
    """Give the path of a file or folder to write.

    Raises
    ------
    OutputError
        If it is no path, or holds what no name can: NUL, or half of a character.
    """
    try:
        target = Path(path)
        os.fsencode(target)
    except TypeError:
        raise OutputError(f"What is written needs a path, a text or a Path, not {type(path).__name__}.") from None
    except UnicodeError as error:
        raise OutputError(f"Cannot write {str(path)!r}: this is no name ({error}). Choose another.") from error
    if "\0" in str(target):
        raise OutputError(f"Cannot write {str(target)!r}: a name cannot hold the character NUL. Choose another.")
    return target


def write_whole(path: str | os.PathLike[str], data: bytes | str) -> Path:
    """Write a file so that its path holds either all of the new content or what it held before.

    Parameters
    ----------
    path
        Where to write; its folder must exist. An existing file is replaced.
    data
        Content; text is encoded as UTF-8, line ends as given.

    Returns
    -------
    Path
        The path written.

    Raises
    ------
    OutputError
        If the path is none, the folder is missing or cannot be written, or the disk refuses. Nothing is left behind.
        Cure: make the folder, or choose another one.
    """
    target = target_path(path)
    content = data.encode("utf-8") if isinstance(data, str) else data
    try:
        if not target.parent.is_dir():
            raise OutputError(f"Cannot write {target}: the folder {target.parent} does not exist. Make it first.")
        if target.is_dir():
            raise OutputError(f"Cannot write {target}: it is a folder. Give a file name.")
        _write_and_rename(target, content)
    except OSError as error:
        raise OutputError(f"Cannot write {target}: {error.strerror or error}.") from error
    return target


def _write_and_rename(target: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(_mode_of(target))
        temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def _mode_of(target: Path) -> int:
    """Give the permissions the file has, or those a new file would get: ``mkstemp`` makes private files."""
    try:
        return target.stat().st_mode & 0o7777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
