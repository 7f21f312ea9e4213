"""What every plot shares: a Japanese font that can be embedded, and files written in one place."""

from __future__ import annotations

import textwrap
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from kurihara_geo.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure

__all__ = ["japanese_font", "save_figure", "wrap_note"]

# Letters of a note that fit under a figure.
_NOTE_WIDTH = {"ja": 60, "en": 120}


@contextmanager
def japanese_font() -> Iterator[None]:
    """Add the Japanese font for what is drawn inside; the user's own settings stay as they are."""
    import matplotlib as mpl
    from matplotlib import font_manager

    font = _font_file()
    font_manager.fontManager.addfont(str(font))
    name = font_manager.FontProperties(fname=str(font)).get_name()
    with mpl.rc_context({"font.family": [name], "pdf.fonttype": 42, "axes.unicode_minus": False}):
        yield


def _font_file() -> Path:
    """Find the font's file without importing the package that ships it, which would change matplotlib's settings."""
    found = find_spec("matplotlib_fontja")
    folders = [] if found is None else list(found.submodule_search_locations or ())
    files = [file for folder in folders for file in sorted(Path(folder).glob("fonts/*.ttf"))]
    if not files:
        raise OutputError("The Japanese font is missing; install matplotlib-fontja again.")
    return files[0]


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure; the ending of the file says which kind.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    try:
        figure.savefig(path, dpi=150)
    except (OSError, ValueError) as error:
        raise OutputError(f"{path} cannot be written: {error}.") from error


def wrap_note(text: str, lang: str) -> str:
    """Break a note into lines that fit under a figure."""
    return "\n".join(textwrap.wrap(text, width=_NOTE_WIDTH[lang]))
