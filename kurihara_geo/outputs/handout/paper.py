"""Sheets of paper: what is put on one is drawn in a single pass, so that hundreds of pages take seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from kurihara_geo.outputs.handout.lettering import Letters

__all__ = ["A3_LANDSCAPE", "A4", "BODY", "INK", "LEADING", "PALE", "QUIET", "RULE", "Frame", "Sheet", "mm"]

INK, QUIET, RULE, PALE = "#1A1A1A", "#555555", "#8A8A8A", "#F1F0EA"
BODY = 11.0
LEADING = 1.36
# Share of a line's height from its top to the feet of its letters.
_ASCENT = 0.9

Align = Literal["left", "right", "center"]


def mm(length: float) -> float:
    """Give millimetres as points."""
    return length * 72 / 25.4


A4 = (mm(210), mm(297))
A3_LANDSCAPE = (mm(420), mm(297))


@dataclass(frozen=True)
class Frame:
    """A rectangle text flows into, in points from the sheet's upper left corner."""

    left: float
    top: float
    width: float
    bottom: float


@dataclass
class Sheet:
    """One page, in points from its upper left corner.

    Parameters
    ----------
    size
        Width and height.
    letters
        The fonts.
    frames
        Where text flows, one after the other.
    """

    size: tuple[float, float]
    letters: Letters
    frames: list[Frame] = field(default_factory=list)
    _marks: list[Callable[[Any, Any], None]] = field(default_factory=list)
    _figure: Figure | None = None

    def text(
        self, x: float, y: float, text: str, size: float = BODY, *, colour: str = INK, align: Align = "left"
    ) -> None:
        """Set one line, its upper edge at ``y``."""
        if not text.strip():
            return
        if align != "left":
            x -= self.letters.width(text, size) * (1.0 if align == "right" else 0.5)
        foot = self.size[1] - y - _ASCENT * size
        known, place = self.letters.set_lines, (x, foot)
        self._marks.append(lambda renderer, style: _set_text(renderer, style, known, place, text, size, colour))

    def lines(
        self,
        x: float,
        y: float,
        width: float,
        text: str,
        size: float = BODY,
        *,
        colour: str = INK,
        most: int | None = None,
    ) -> float:
        """Set a text broken into lines, at most so many; give the place below it."""
        for line in self.letters.wrap(text, width, size)[:most]:
            self.text(x, y, line, size, colour=colour)
            y += size * LEADING
        return y

    def box(
        self, x: float, y: float, width: float, height: float, *, fill: str | None = None, edge: str | None = None,
        line: float = 0.7,
    ) -> None:  # fmt: skip
        """Draw a rectangle."""
        from matplotlib.path import Path

        foot = self.size[1] - y - height
        corners = [(x, foot), (x + width, foot), (x + width, foot + height), (x, foot + height), (x, foot)]
        self.shape(Path(corners, closed=True), fill=fill, edge=edge, line=line)

    def rule(
        self,
        x: float,
        y: float,
        x_to: float,
        y_to: float,
        *,
        line: float = 0.5,
        colour: str = RULE,
        dashes: Sequence[float] | None = None,
    ) -> None:
        """Draw a straight line."""
        from matplotlib.path import Path

        height = self.size[1]
        self.shape(Path([(x, height - y), (x_to, height - y_to)]), edge=colour, line=line, dashes=dashes)

    def shape(
        self,
        path: Any,
        *,
        fill: str | None = None,
        edge: str | None = None,
        line: float = 0.7,
        dashes: Sequence[float] | None = None,
        hatch: str | None = None,
        clip: Any = None,
    ) -> None:
        """Draw a path given in points from the lower left corner, cut off at a clip box."""

        def draw(renderer: Any, style: Any) -> None:
            style.set_clip_rectangle(clip)
            style.set_linewidth(line if edge else 0.0)
            style.set_foreground(edge or INK)
            style.set_dashes(0, list(dashes) if dashes else None)
            style.set_hatch(hatch)
            style.set_hatch_color(INK)
            renderer.draw_path(style, path, _unmoved(), _rgb(fill) if fill else None)

        self._marks.append(draw)

    def axes(self, x: float, y: float, width: float, height: float) -> Axes:
        """Give axes for a map at a place; they lie under everything else on the sheet."""
        across, up = self.size
        return self.figure.add_axes((x / across, 1 - (y + height) / up, width / across, height / up))

    @property
    def figure(self) -> Figure:
        """The sheet as a figure of exactly its size."""
        from matplotlib.figure import Figure

        if self._figure is None:
            self._figure = Figure(figsize=(self.size[0] / 72, self.size[1] / 72), dpi=72)
        return self._figure

    def finish(self) -> Figure:
        """Give the figure with everything on it."""
        figure = self.figure
        figure.add_artist(_all_marks(self._marks))
        return figure


def _all_marks(marks: Sequence[Callable[[Any, Any], None]]) -> Any:
    """Give one artist that draws everything: an artist for each line of text would take ten times as long."""
    from matplotlib.artist import Artist

    class Marks(Artist):
        def draw(self, renderer: Any) -> None:
            for mark in marks:
                style = renderer.new_gc()
                mark(renderer, style)
                style.restore()

    drawn = Marks()
    drawn.set_zorder(10)
    return drawn


def _set_text(
    renderer: Any, style: Any, known: dict[tuple[str, float], bytes], place: tuple[float, float], text: str,
    size: float, colour: str,
) -> None:  # fmt: skip
    """Set a line; what was set before in this file is set again as it was written, which is ten times as fast."""
    style.set_foreground(colour)
    renderer.check_gc(style, style.get_rgb())
    key = (text, size)
    if key not in known:
        known[key] = _written(renderer, style, text, size)
    renderer.file.write(b"q 1 0 0 1 %.3f %.3f cm\n%bQ\n" % (*place, known[key]))


class _Recorder:
    """Stands in for a page's stream and keeps what is written to it."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes) -> None:
        self.data += data


def _written(renderer: Any, style: Any, text: str, size: float) -> bytes:
    """Give what the PDF backend writes for a line that begins at 0, 0."""
    file, recorder = renderer.file, _Recorder()
    page, file.currentstream = file.currentstream, recorder
    try:
        # Not as mathematics: a name may hold $ or a backslash.
        renderer.draw_text(style, 0, 0, text, _font(size), 0, ismath=False)
    finally:
        file.currentstream = page
    return recorder.data


_FONTS: dict[tuple[float, tuple[str, ...]], Any] = {}


def _font(size: float) -> Any:
    import matplotlib as mpl
    from matplotlib.font_manager import FontProperties

    key = (size, tuple(mpl.rcParams["font.family"]))
    if key not in _FONTS:
        _FONTS[key] = FontProperties(size=size)
    return _FONTS[key]


def _unmoved() -> Any:
    from matplotlib.transforms import IdentityTransform

    return IdentityTransform()


def _rgb(colour: str) -> tuple[float, ...]:
    from matplotlib.colors import to_rgb

    return to_rgb(colour)
