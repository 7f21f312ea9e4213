"""A folder is filled whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kurihara_geo.errors import OutputError
from kurihara_geo.outputs.whole_folder import check_folder, fill_folder

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> None:
    """Write two files, one of them in a folder of its own."""
    (folder / "b.txt").write_text("b", encoding="utf-8")
    (folder / "papers").mkdir()
    (folder / "papers/a.txt").write_text("a", encoding="utf-8")


def test_every_file_is_moved_and_named(tmp_path: Path) -> None:
    """Files in folders are there too, other files stay, and those to be named first come first."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out/old.txt").write_text("old", encoding="utf-8")
    written = fill_folder(check_folder(tmp_path / "out"), make, first=["papers/a.txt"])
    assert list(written) == ["papers/a.txt", "b.txt"]
    assert {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.txt")} == {
        "old.txt", "b.txt", "papers/a.txt",
    }  # fmt: skip


def test_an_interruption_leaves_nothing_behind(tmp_path: Path) -> None:
    """Stopped after the first file, the folder is not even made."""

    def stop(folder: Path) -> None:
        make(folder)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill_folder(check_folder(tmp_path / "out"), stop)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("wrong", ["papers", "b.txt"])
def test_files_and_folders_in_each_other_s_place_are_refused_before_anything_is_moved(
    tmp_path: Path, wrong: str
) -> None:
    """A file called like the folder of the papers, or a folder called like a file, is named; nothing is written."""
    (tmp_path / "out").mkdir()
    place = tmp_path / "out" / wrong
    if wrong == "papers":
        place.write_text("a file", encoding="utf-8")
    else:
        place.mkdir()
    with pytest.raises(OutputError, match=wrong):
        fill_folder(check_folder(tmp_path / "out"), make)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [wrong]
