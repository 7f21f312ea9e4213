"""Folders filled whole or not at all: everything is made elsewhere first, then moved file by file."""

from __future__ import annotations

from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import TYPE_CHECKING

from kurihara_geo.errors import OutputError
from kurihara_geo.outputs.files import target_path

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable
    from pathlib import Path

__all__ = ["check_folder", "fill_folder"]

_HIDDEN = ".kurihara_geo_"


def check_folder(folder: str | os.PathLike[str], files: Iterable[str] = ()) -> Path:
    """Make sure a folder can be written to, before any work is done for it; nothing is left behind.

    Parameters
    ----------
    folder
        It, or the nearest folder above it that exists, is tried.
    files
        Names of files that will be written into it: none of them may be a folder.

    Returns
    -------
    Path

    Raises
    ------
    OutputError
        If it cannot be written to, or a file has its name.
    """
    path = target_path(folder).absolute()
    try:
        if (path.exists() and not path.is_dir()) or (path.is_symlink() and not path.exists()):
            raise OutputError(f"{path} is a file or a dead link, not a folder. Choose another.")
        taken = [name for name in files if (path / name).is_dir()]
        if taken:
            raise OutputError(f"In {path} there are folders in the place of files: {', '.join(taken)}. Choose another.")
        with NamedTemporaryFile(dir=_nearest(path), prefix=_HIDDEN):
            pass
    except (OSError, UnicodeError) as error:
        cause = getattr(error, "strerror", None) or error
        raise OutputError(f"The folder {folder} cannot be written to: {cause}. Choose another.") from error
    return path


def fill_folder(folder: Path, make: Callable[[Path], None], *, first: Iterable[str] = ()) -> dict[str, Path]:
    """Write files into a folder, all of them or none.

    Parameters
    ----------
    folder
        As :func:`check_folder` gives it; made when it is not there. Files of the same names are replaced, others stay.
    make
        Writes the files, in folders of their own where it likes, into the empty folder it is given. An error or an
        interruption in it leaves nothing behind.
    first
        Names to list before the others.

    Returns
    -------
    dict
        Name within the folder, with ``/`` between folder and file -> path written.

    Raises
    ------
    OutputError
        If the folder cannot be written to, or files and folders are in each other's place.
    """
    try:
        with TemporaryDirectory(dir=_nearest(folder), prefix=_HIDDEN) as name:
            made = target_path(name)
            make(made)
            files = _list_files(made, list(first))
            _check_places(folder, files)
            for file in files:
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
            return {file: (made / file).replace(folder / file) for file in files}
    except OSError as error:
        raise OutputError(f"The folder {folder} cannot be written to: {error.strerror or error}.") from error


def _list_files(made: Path, first: list[str]) -> list[str]:
    names = sorted(file.relative_to(made).as_posix() for file in made.rglob("*") if file.is_file())
    return sorted(names, key=lambda name: first.index(name) if name in first else len(first))


def _check_places(folder: Path, files: list[str]) -> None:
    """Make sure that no folder stands where a file goes, and no file where a folder goes, before anything is moved."""
    folders = {parent for file in files for parent in (folder / file).parents if parent.is_relative_to(folder)}
    wrong = {place for place in folders if (place.exists() or place.is_symlink()) and not place.is_dir()}
    wrong |= {folder / file for file in files if (folder / file).is_dir()}
    if wrong:
        named = ", ".join(sorted(map(str, wrong)))
        raise OutputError(f"Files and folders are in each other's place: {named}. Choose another folder.")


def _nearest(path: Path) -> Path:
    """Give the folder, or the nearest one above it that is there."""
    return next(parent for parent in (path, *path.parents) if parent.exists())
