"""What every plot shares: a Japanese font that can be embedded, and files written in one place."""

from __future__ import annotations

import re
import textwrap
import unicodedata
import warnings
from contextlib import contextmanager
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kurihara_geo.errors import KuriharaGeoWarning, OutputError
from kurihara_geo.outputs.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure

__all__ = ["font_files", "japanese_font", "one_line", "save_figure", "wrap_note"]

# What matplotlib says of a letter without a picture.
_MISSING = re.compile(r"Glyph (\d+) .*missing from")
# Control characters, halves of characters, and what ends a line or a paragraph.
_NO_PICTURE = {"Cc", "Cs", "Zl", "Zp"}
# Letters of a note that fit under a figure.
_NOTE_WIDTH = {"ja": 60, "en": 120}

# Package and file of each font; letters the first one has not are taken from the next ones.
_FONTS = (
    ("matplotlib_fontja", "fonts/*.ttf"),
    ("pylopdf_fonts_jp", "NotoSansJP-Regular.otf"),
    ("matplotlib", "mpl-data/fonts/ttf/DejaVuSans.ttf"),
)

# Letters go into a PDF as outlines with their text (Type 3): they can be selected, and a font of either kind may be
# embedded so. As Type 42, letters from an OpenType font would make a file that not every reader opens.
# A name with two $ is no formula. Names of parts of an SVG are random without a salt.
_SETTINGS = {
    "svg.hashsalt": "kurihara_geo",
    "pdf.fonttype": 3,
    "text.parse_math": False,
    "text.usetex": False,
    "axes.unicode_minus": False,
}
# No time of writing: equal figures are equal files.
_ABOUT: dict[str, dict[str, Any]] = {
    ".svg": {"Date": None},
    ".pdf": {"CreationDate": None},
}


@contextmanager
def japanese_font() -> Iterator[None]:
    """Set Japanese, rare letters too, in what is drawn inside; the user's own settings stay as they are."""
    from matplotlib import font_manager, style

    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    names = []
    for file in font_files():
        if str(file) not in known:
            font_manager.fontManager.addfont(str(file))
        names.append(font_manager.FontProperties(fname=str(file)).get_name())
    with style.context(["default", {"font.family": names, **_SETTINGS}]):
        yield


def font_files() -> tuple[Path, ...]:
    """Find the fonts text is set in: the Japanese one, and those that hold letters it has not, such as 𠮷.

    The packages that ship them are not imported, for that would change matplotlib's settings.

    Raises
    ------
    OutputError
        If one is not installed.
    """
    return tuple(_font_file(package, name) for package, name in _FONTS)


def _font_file(package: str, name: str) -> Path:
    found = find_spec(package)
    folders = [] if found is None else list(found.submodule_search_locations or ())
    files = [file for folder in folders for file in sorted(Path(folder).glob(name))]
    if not files:
        raise OutputError(f"A font is missing; install {package.replace('_', '-')} again.")
    return files[0]


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure whole or not at all; the ending of the file says which kind. The same figure gives the same bytes.

    Raises
    ------
    OutputError
        If the file cannot be written.

    Warns
    -----
    KuriharaGeoWarning
        Naming the letters no font has.
    """
    data = BytesIO()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            figure.savefig(data, format=path.suffix[1:] or None, dpi=150, metadata=_ABOUT.get(path.suffix.lower()))
        except ValueError as error:
            raise OutputError(f"{path} cannot be written: {error}.") from error
    write_whole(path, data.getvalue())
    missing = [found[1] for one in caught if (found := _MISSING.match(str(one.message)))]
    for one in caught:
        if not _MISSING.match(str(one.message)):
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
    if missing:
        letters = ", ".join(f"{chr(int(code))!r} (U+{int(code):04X})" for code in dict.fromkeys(missing))
        warnings.warn(
            f"{path}: the fonts have no picture for {letters}; a sign stands in their place. Write these names in "
            "other letters, or check them on paper.",
            KuriharaGeoWarning,
            stacklevel=4,
        )


def wrap_note(text: str, lang: str) -> str:
    """Break a note into lines that fit under a figure."""
    return "\n".join(textwrap.wrap(text, width=_NOTE_WIDTH[lang]))


def one_line(text: str) -> str:
    """Give a text that stays on its line: breaks, tabs and other signs without a picture become a space."""
    return "".join(" " if unicodedata.category(letter) in _NO_PICTURE else letter for letter in text).strip()
