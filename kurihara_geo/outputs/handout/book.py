"""The document: pages with the same head and foot, numbered, with bookmarks, the same bytes each time."""

from __future__ import annotations

import io
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kurihara_geo.errors import KuriharaGeoWarning
from kurihara_geo.outputs.drawing.figures import japanese_font
from kurihara_geo.outputs.handout.lettering import Letters
from kurihara_geo.outputs.handout.paper import INK, LEADING, QUIET, RULE, Frame, Sheet, mm

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Book", "Imprint", "print_book"]

_MARGIN = mm(14)
_FOOT, _GAP = 8.0, 8.0
# Letters named in one warning.
_NAMED = 20


@dataclass(frozen=True)
class Imprint:
    """What stands at the head and the foot of every page.

    Parameters
    ----------
    title
        Title of the document.
    label
        That it is a proposal, and its date.
    notes
        Sentences: what the data say of themselves, where they are from, what is hidden.
    lang
        ``ja`` or ``en``.
    """

    title: str
    label: str
    notes: tuple[str, ...]
    lang: str


class Book:
    """Takes sheets, one page each.

    Parameters
    ----------
    pdf
        A ``PdfPages``.
    imprint
        Head and foot.
    """

    def __init__(self, pdf: Any, imprint: Imprint) -> None:
        self.letters = Letters()
        self.imprint = imprint
        self.marks: list[tuple[int, str, int]] = []
        self._pdf = pdf
        self._pages = 0

    def open(self, size: tuple[float, float], *, head: str, columns: int = 1) -> Sheet:
        """Give a sheet with head and foot; its frames lie between them."""
        self._pages += 1
        sheet = Sheet(size, self.letters)
        width = size[0] - 2 * _MARGIN
        sheet.text(_MARGIN, _MARGIN - 8, self._head(head, size), 9.5, colour=QUIET)
        sheet.text(size[0] - _MARGIN, _MARGIN - 8, self.imprint.label, 9.5, colour=QUIET, align="right")
        top = _MARGIN + 9.5
        sheet.rule(_MARGIN, top, size[0] - _MARGIN, top, colour=RULE)
        bottom = self._foot(sheet, width)
        each = (width - (columns - 1) * mm(8)) / columns
        lefts = [_MARGIN + number * (each + mm(8)) for number in range(columns)]
        sheet.frames = [Frame(left, top + _GAP, each, bottom - _GAP) for left in lefts]
        return sheet

    def _head(self, head: str, size: tuple[float, float]) -> str:
        """Give the document's title and what the page is, on one line beside the date."""
        room = size[0] - 2 * _MARGIN - self.letters.width(self.imprint.label, 9.5) - 20
        own = self.letters.width(f"\u3000{head}", 9.5)
        return f"{self.letters.one_line(self.imprint.title, max(room - own, 60), 9.5)}\u3000{head}"

    def _foot(self, sheet: Sheet, width: float) -> float:
        """Set the notes and the page number at the foot; give where it begins."""
        lines = [line for note in self.imprint.notes for line in self.letters.wrap(note, width - 40, _FOOT)]
        step = _FOOT * LEADING
        top = sheet.size[1] - mm(9) - step * max(1, len(lines))
        sheet.rule(_MARGIN, top - 4, sheet.size[0] - _MARGIN, top - 4, colour=RULE)
        for number, line in enumerate(lines):
            sheet.text(_MARGIN, top + number * step, line, _FOOT, colour=QUIET)
        sheet.text(sheet.size[0] - _MARGIN, top, str(self._pages), 11, colour=INK, align="right")
        return top - 4

    def add(self, sheet: Sheet) -> None:
        """Print a sheet."""
        self._pdf.savefig(sheet.finish())

    def take_back(self, sheets: int) -> None:
        """Forget the sheets opened last, which are not printed."""
        self._pages -= sheets

    def mark(self, text: str, level: int = 0, *, pages_back: int = 0) -> None:
        """Set a bookmark on the sheet opened last, or on one before it."""
        self.marks.append((level, " ".join(self.letters.wrap(text, 1e9, 1.0)), self._pages - 1 - pages_back))


@contextmanager
def print_book(imprint: Imprint) -> Iterator[tuple[Book, io.BytesIO]]:
    """Open a book; when it is closed, the buffer holds the whole PDF.

    Warns
    -----
    KuriharaGeoWarning
        Naming the letters no font has.
    """
    from matplotlib.backends.backend_pdf import PdfPages

    data = io.BytesIO()
    # No date and no version: equal runs give equal bytes.
    about = {"Title": _whole(imprint.title), "Subject": imprint.label, "Creator": "kurihara_geo", "CreationDate": None}
    with japanese_font(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        with PdfPages(data, metadata=about) as pdf:
            book = Book(pdf, imprint)
            yield book, data
            _finish(pdf._ensure_file(), book.marks, imprint.lang)
    if book.letters.missing:
        _warn_of_letters(list(book.letters.missing))


def _warn_of_letters(letters: Sequence[str]) -> None:
    named = ", ".join(f"{letter!r} (U+{ord(letter):04X})" for letter in letters[:_NAMED])
    more = f" and {len(letters) - _NAMED} more" if len(letters) > _NAMED else ""
    warnings.warn(
        f"The fonts have no picture for {named}{more}: the handout shows a sign in their place. Check these names on "
        "paper, or write them in other letters.",
        KuriharaGeoWarning,
        stacklevel=5,
    )


def _finish(file: Any, marks: Sequence[tuple[int, str, int]], lang: str) -> None:
    """Say the language and add the bookmarks: matplotlib writes neither, but lets the catalogue be written again."""
    root = {"Type": _name("Catalog"), "Pages": file.pagesObject, "Lang": lang.encode("ascii")}
    root["ViewerPreferences"] = {"DisplayDocTitle": True}
    if marks:
        root |= {"Outlines": _outline(file, marks), "PageMode": _name("UseOutlines")}
    file.writeObject(file.rootObject, root)


def _name(text: str) -> Any:
    from matplotlib.backends import backend_pdf

    make: Any = backend_pdf.Name
    return make(text)


def _outline(file: Any, marks: Sequence[tuple[int, str, int]]) -> Any:
    """Write bookmarks of two levels, the second one folded."""
    top = file.reserveObject("outlines")
    entries = [file.reserveObject("bookmark") for _ in marks]
    parents: dict[int, int | None] = {}
    for number, (level, _, _) in enumerate(marks):
        above = [earlier for earlier in range(number) if marks[earlier][0] == 0]
        parents[number] = above[-1] if level and above else None
    family: dict[int | None, list[int]] = {}
    for number, parent in parents.items():
        family.setdefault(parent, []).append(number)
    for number, (_, text, page) in enumerate(marks):
        siblings, children = family[parents[number]], family.get(number, [])
        place = siblings.index(number)
        parent = parents[number]
        entry: dict[str, Any] = {"Title": _pdf_text(text), "Parent": top if parent is None else entries[parent]}
        entry["Dest"] = [file.pageList[page], _name("Fit")]
        if place:
            entry["Prev"] = entries[siblings[place - 1]]
        if place + 1 < len(siblings):
            entry["Next"] = entries[siblings[place + 1]]
        if children:
            entry |= {"First": entries[children[0]], "Last": entries[children[-1]], "Count": -len(children)}
        file.writeObject(entries[number], entry)
    first = family[None]
    about = {"Type": _name("Outlines"), "First": entries[first[0]], "Last": entries[first[-1]], "Count": len(first)}
    file.writeObject(top, about)
    return top


def _whole(text: str) -> str:
    """Give a text without halves of characters, which no file can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _pdf_text(text: str) -> bytes:
    return b"\xfe\xff" + text.encode("utf-16-be", "replace")
