"""Letters on paper: which can be set, how wide they are, and where a line may break."""

from __future__ import annotations

import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kurihara_geo.outputs.drawing.figures import font_files

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["GETA", "Letters"]

GETA = "〓"
"""What Japanese printers set where a letter cannot be."""

_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
# Japanese typesetting: these never begin a line, and these never end one.
_NOT_FIRST = frozenset("、。,.・:;!?)]}」』】〉》）］｝，．：；！？ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々%％")
_NOT_LAST = frozenset("([{「『【〈《（［｛")
_UNITS = 1000.0


class Letters:
    """The fonts text is set in, measured; it remembers the letters none of them has."""

    def __init__(self) -> None:
        self.missing: dict[str, None] = {}
        # Line and size -> what a PDF holds for it.
        self.set_lines: dict[tuple[str, float], bytes] = {}
        self._advances: dict[str, float] = {}
        self._wrapped: dict[tuple[str, float], tuple[str, ...]] = {}

    def width(self, text: str, size: float) -> float:
        """Give the width of one line in points."""
        known = self._advances
        return size * sum(known[letter] if letter in known else self._measure(letter) for letter in text)

    def wrap(self, text: str, width: float, size: float) -> tuple[str, ...]:
        """Break a text into lines of at most so many points, as Japanese breaks: anywhere but before 、 and the like.

        Breaks that are in the text stay. What has no picture of its own (variation selectors, marks of direction) is
        left out; a control character is set as 〓.
        """
        key = (text, width / size)
        if key not in self._wrapped:
            lines = [line for part in self._paragraphs(text) for line in self._fill(part, width / size)]
            self._wrapped[key] = tuple(lines)
        return self._wrapped[key]

    def one_line(self, text: str, width: float, size: float) -> str:
        """Shorten a text to one line, with … where it was cut."""
        lines = self.wrap(text, width, size)
        if len(lines) == 1:
            return lines[0]
        return f"{self.wrap(lines[0], width - size, size)[0]}…"

    def _paragraphs(self, text: str) -> list[str]:
        kept = "".join(self._drawn(letter) for letter in text.replace("\r\n", "\n"))
        return kept.split("\n")

    def _drawn(self, letter: str) -> str:
        if letter in _BREAKS:
            return "\n"
        if letter == "\t":
            return " "
        kind = unicodedata.category(letter)
        if kind == "Cf" or "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef":
            return ""
        if kind in ("Cc", "Cs"):
            self.missing[letter] = None
            return GETA
        return letter

    def _fill(self, text: str, width: float) -> Iterator[str]:
        start, end, used = 0, 0, 0.0
        while end < len(text):
            step = self._advances.get(text[end]) or self._measure(text[end])
            if used + step > width and end > start:
                end = _break_before(text, start, end)
                yield text[start:end].rstrip()
                while end < len(text) and text[end] == " ":
                    end += 1
                start, used = end, 0.0
                continue
            used += step
            end += 1
        if start < len(text) or not text:
            yield text[start:]

    def _measure(self, letter: str) -> float:
        code = ord(letter)
        font = next((font for font, letters in self._fonts if code in letters), None)
        if font is None:
            if not letter.isspace():
                self.missing[letter] = None
            self._advances[letter] = 1.0
        else:
            self._advances[letter] = font.load_char(code).linearHoriAdvance / 65536 / _UNITS
        return self._advances[letter]

    @cached_property
    def _fonts(self) -> list[tuple[Any, frozenset[int]]]:
        from matplotlib.ft2font import FT2Font

        fonts = []
        for file in font_files():
            font = FT2Font(str(file))
            font.set_size(_UNITS, 72)
            fonts.append((font, frozenset(font.get_charmap())))
        return fonts


def _break_before(text: str, start: int, end: int) -> int:
    """Give the last place at or before ``end`` where a line may break; ``end`` itself where there is none."""
    for place in range(end, start, -1):
        before, after = text[place - 1], text[place]
        inside_word = (
            after.isascii() and after.isalnum() and (before in ",." or (before.isascii() and before.isalnum()))
        )
        if after not in _NOT_FIRST and before not in _NOT_LAST and not inside_word:
            return place
    return end
