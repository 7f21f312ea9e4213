"""Text and tables that go on from frame to frame and page to page; nothing is cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from kurihara_geo.outputs.handout.paper import BODY, INK, LEADING, QUIET, RULE, Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kurihara_geo.outputs.handout.book import Book
    from kurihara_geo.outputs.handout.paper import Align, Sheet

__all__ = ["Cell", "Column", "Flow", "fit_page"]

_Density = TypeVar("_Density")
_PAD_X, _PAD_Y = 4.0, 3.0
_HEAD = "#E3E8EE"


@dataclass(frozen=True)
class Column:
    """A column of a table on paper.

    Parameters
    ----------
    head
        Its heading.
    share
        Share of the table's width, relative to the other columns.
    align
        How its texts stand.
    """

    head: str
    share: float
    align: Align = "left"


@dataclass(frozen=True)
class Cell:
    """A text in a table, and the colour of the little square before it, if any."""

    text: str
    colour: str | None = None


def fit_page(lay_out: Callable[[_Density], Flow], densities: Sequence[_Density]) -> Flow:
    """Lay a page out as loosely as it fits on one sheet; where it does not at all, as loosely as on several.

    Parameters
    ----------
    lay_out
        Lays it out.
    densities
        From the loosest to the densest.
    """
    for density in densities:
        flow = lay_out(density)
        if flow.pages == 1:
            return flow
        flow.discard()
    return lay_out(densities[0])


class Flow:
    """Fills frame after frame; opens another page where one is full. Nothing is printed before :meth:`finish`.

    Parameters
    ----------
    book
        Takes the pages.
    open_page
        Gives a new sheet with its frames; told the number of the page in this flow, from 0.
    """

    def __init__(self, book: Book, open_page: Callable[[int], Sheet]) -> None:
        self.book = book
        self._open = open_page
        self._sheets = [open_page(0)]
        self._frame = 0
        self.y = self.frame.top

    @property
    def sheet(self) -> Sheet:
        """The sheet that is being filled."""
        return self._sheets[-1]

    @property
    def first(self) -> Sheet:
        """The first sheet."""
        return self._sheets[0]

    @property
    def pages(self) -> int:
        """How many sheets are filled so far, the one at hand among them."""
        return len(self._sheets)

    @property
    def frame(self) -> Frame:
        """The frame that is being filled."""
        return self.sheet.frames[self._frame]

    @property
    def room(self) -> float:
        """Points left in the frame."""
        return self.frame.bottom - self.y

    def turn(self) -> None:
        """Go on in the next frame, or on the next page."""
        if self._frame + 1 < len(self.sheet.frames):
            self._frame += 1
        else:
            self._frame = 0
            self._sheets.append(self._open(self.pages))
        self.y = self.frame.top

    def need(self, height: float) -> None:
        """Turn if less than so much is left."""
        if self.room < height and self.y > self.frame.top:
            self.turn()

    def mark(self, text: str, level: int = 0) -> None:
        """Set a bookmark on the first page."""
        self.book.mark(text, level, pages_back=self.pages - 1)

    def finish(self) -> None:
        """Print the pages."""
        for sheet in self._sheets:
            self.book.add(sheet)

    def discard(self) -> None:
        """Throw the pages away, to lay them out anew."""
        self.book.take_back(self.pages)

    def heading(self, text: str, *, follows: float = 40.0) -> None:
        """Set a heading that stays with what follows it."""
        size = 12.5
        self.need(size * LEADING + 6 + follows)
        self.sheet.box(self.frame.left, self.y + 1.5, 3.5, size * 1.1, fill="#2E5C8A")
        for line in self.book.letters.wrap(text, self.frame.width - 10, size):
            self.sheet.text(self.frame.left + 9, self.y, line, size)
            self.y += size * LEADING
        self.y += 3

    def paragraph(self, text: str, size: float = BODY, *, colour: str = INK, indent: float = 0.0) -> None:
        """Set a text, line by line."""
        for line in self.book.letters.wrap(text, self.frame.width - indent, size):
            self.need(size * LEADING)
            self.sheet.text(self.frame.left + indent, self.y, line, size, colour=colour)
            self.y += size * LEADING

    def gap(self, height: float) -> None:
        """Leave some room."""
        self.y += height

    def table(
        self,
        columns: Sequence[Column],
        rows: Sequence[Sequence[Cell]],
        *,
        size: float = BODY,
        tight: bool = False,
        share: float = 1.0,
    ) -> None:
        """Set a table; its heading is repeated in every frame, and a row taller than a frame goes on in the next.

        Parameters
        ----------
        columns, rows
            What it holds.
        size
            Size of the text.
        tight
            Whether rows stand close.
        share
            Share of the frame's width it takes.
        """
        if not rows:
            return
        table = _Table(self, columns, size, pad=1.2 if tight else _PAD_Y, share=share)
        table.head(with_room_for=rows[0])
        for row in rows:
            table.row(row)


class _Table:
    def __init__(self, flow: Flow, columns: Sequence[Column], size: float, *, pad: float, share: float) -> None:
        self.flow, self.columns, self.size, self.pad = flow, columns, size, pad
        self.width, total = flow.frame.width * share, sum(column.share for column in columns)
        self.widths = [self.width * column.share / total for column in columns]
        self.step = size * LEADING

    def broken(self, cells: Sequence[Cell], size: float) -> list[tuple[str, ...]]:
        letters = self.flow.book.letters
        return [
            letters.wrap(cell.text, width - 2 * _PAD_X - (size if cell.colour else 0), size)
            for cell, width in zip(cells, self.widths, strict=True)
        ]

    def head(self, with_room_for: Sequence[Cell] = ()) -> None:
        size = min(self.size, 9.5)
        lines = self.broken([Cell(column.head) for column in self.columns], size)
        height = max(map(len, lines)) * size * 1.25 + 2 * _PAD_Y
        follows = max(map(len, self.broken(with_room_for, self.size)), default=0) * self.step if with_room_for else 0.0
        follows += 2 * _PAD_Y
        flow = self.flow
        flow.need(height + min(follows, flow.frame.bottom - flow.frame.top - height))
        flow.sheet.box(flow.frame.left, flow.y, self.width, height, fill=_HEAD)
        x = flow.frame.left
        for column, width, texts in zip(self.columns, self.widths, lines, strict=True):
            for number, line in enumerate(texts):
                self._text(column, x, width, flow.y + _PAD_Y + number * size * 1.25, line, size)
            x += width
        flow.y += height

    def row(self, cells: Sequence[Cell]) -> None:
        lines = self.broken(cells, self.size)
        flow = self.flow
        height = max(map(len, lines)) * self.step + 2 * self.pad
        if height > flow.room and flow.y > flow.frame.top + 60:
            flow.turn()
            self.head()
        while any(lines):
            fits = max(1, int((flow.room - 2 * self.pad) / self.step))
            self._part(cells, [part[:fits] for part in lines])
            lines = [part[fits:] for part in lines]
            cells = [Cell(cell.text) for cell in cells]
            if any(lines):
                flow.turn()
                self.head()

    def _part(self, cells: Sequence[Cell], lines: Sequence[Sequence[str]]) -> None:
        flow, x = self.flow, self.flow.frame.left
        for column, cell, width, texts in zip(self.columns, cells, self.widths, lines, strict=True):
            shift = 0.0
            if cell.colour:
                side, shift = self.size * 0.8, self.size
                flow.sheet.box(x + _PAD_X, flow.y + self.pad + 2, side, side, fill=cell.colour, edge=QUIET, line=0.4)
            for number, line in enumerate(texts):
                self._text(column, x + shift, width - shift, flow.y + self.pad + number * self.step, line, self.size)
            x += width
        flow.y += max(map(len, lines)) * self.step + 2 * self.pad
        flow.sheet.rule(flow.frame.left, flow.y, flow.frame.left + self.width, flow.y, line=0.4, colour=RULE)

    def _text(self, column: Column, x: float, width: float, y: float, text: str, size: float) -> None:
        sheet = self.flow.sheet
        if column.align == "right":
            sheet.text(x + width - _PAD_X, y, text, size, align="right")
        elif column.align == "center":
            sheet.text(x + width / 2, y, text, size, align="center")
        else:
            sheet.text(x + _PAD_X, y, text, size)
