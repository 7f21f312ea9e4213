"""Papers in Word's format (.docx): every page says that it is a draft; equal content gives equal bytes."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from kurihara_geo.outputs.office_files import clean_text, pack_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kurihara_geo.outputs.documents.pack import Pack

__all__ = ["DRAFT", "Letter", "letters_across"]

DRAFT = "案(ドラフト)"
FONT = "游ゴシック"
_RED = RGBColor(0xB0, 0x1E, 0x1E)
_GREY = RGBColor(0x55, 0x55, 0x55)
_LETTERS_ACROSS = 39  # Japanese letters of 11.5 points that fit beside the indent
_CHOICES_MM = 6
# No clock is read: equal plans give equal bytes.
_EPOCH = datetime(1980, 1, 1, tzinfo=UTC)
_WATERMARK = (
    '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">'
    '<w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
    'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
    '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
    '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>'
    '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
    '<v:shape id="draft" o:spid="_x0000_s2049" type="#_x0000_t136" style="position:absolute;margin-left:0;'
    "margin-top:0;width:300pt;height:110pt;rotation:315;z-index:-251658752;mso-position-horizontal:center;"
    "mso-position-horizontal-relative:margin;mso-position-vertical:center;"
    'mso-position-vertical-relative:margin" fillcolor="#e6e6e6" stroked="f">'
    '<v:fill opacity=".5"/><v:textpath style="font-family:&quot;{font}&quot;" string="ドラフト"/></v:shape>'
    "</w:pict></w:r>"
)


class Letter:
    """A document on A4 whose every page has the title, the day, the word draft, the notice and the sources.

    Parameters
    ----------
    pack
        What it is about.
    title
        What it is.
    """

    def __init__(self, pack: Pack, title: str) -> None:
        self.document: Any = Document()
        self.started = False
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(22)
        section.top_margin, section.bottom_margin = Mm(24), Mm(24)
        section.header_distance = section.footer_distance = Mm(9)
        for name, size in (("Normal", 11.5), ("Heading 1", 18), ("Heading 2", 13)):
            _set_style(self.document.styles[name], size)
        self._set_properties(title)
        self._write_header(pack, title)
        self._write_footer(pack)

    def _set_properties(self, title: str) -> None:
        about = self.document.core_properties
        about.author = about.last_modified_by = "kurihara_geo"
        about.title, about.comments, about.language, about.revision = title, "", "ja-JP", 1
        about.created = about.modified = about.last_printed = _EPOCH.replace(tzinfo=None)

    def _write_header(self, pack: Pack, title: str) -> None:
        line = self.document.sections[0].header.paragraphs[0]
        self._write(line, DRAFT, size=15, bold=True, colour=_RED)
        made = f"　作成日 {pack.contents.made}" if pack.contents.made else ""
        self._write(line, f"　{title}　{pack.title}　{pack.area}{made}", size=9, colour=_GREY)
        line._p.append(parse_xml(_WATERMARK.format(font=FONT)))

    def _write_footer(self, pack: Pack) -> None:
        footer, contents = self.document.sections[0].footer, pack.contents
        line = footer.paragraphs[0]
        sources = f"出典: {' / '.join(contents.attributions)}" if contents.attributions else ""
        for text in ("これは案(提案)です。決定ではありません。", contents.notice, sources):
            if text:
                self._write(line, text, size=7.5, colour=_GREY)
                line = footer.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _add_field(line, "PAGE")

    def begin(self, heading: str) -> None:
        """Begin a form on a page of its own, its pages numbered from 1.

        Parameters
        ----------
        heading
            What stands above it.
        """
        if self.started:
            _restart_numbers(self.document.add_section(WD_SECTION.NEW_PAGE))
        self.started = True
        line = self.document.add_heading(level=1)
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._write(line, heading)

    def part(self, heading: str) -> None:
        """Write the heading of a part.

        Parameters
        ----------
        heading
            Its text.
        """
        self._write(self.document.add_heading(level=2), heading)

    def say(self, text: str, *, size: float | None = None, bold: bool = False, indent_mm: float = 0) -> None:
        """Write a paragraph.

        Parameters
        ----------
        text
            What it says.
        size
            Of the letters, in points.
        bold
            Whether they are bold.
        indent_mm
            How far it is set in.
        """
        line = self.document.add_paragraph()
        line.paragraph_format.left_indent = Mm(indent_mm)
        self._write(line, text, size=size, bold=bold)

    def fields(self, rows: Sequence[tuple[str, str]], *, first_mm: float = 48) -> None:
        """Write a table of two columns: what is asked, and what is known or left to fill in.

        Parameters
        ----------
        rows
            Label and text.
        first_mm
            Width of the labels.
        """
        self.table([list(row) for row in rows], [first_mm, 166 - first_mm], head=False)

    def table(self, rows: Sequence[Sequence[str]], widths_mm: Sequence[float], *, head: bool = True) -> None:
        """Write a table.

        Parameters
        ----------
        rows
            Texts, row by row.
        widths_mm
            Of the columns.
        head
            Whether the first row is a heading; else the first column is.
        """
        table = self.document.add_table(rows=len(rows), cols=len(widths_mm), style="Table Grid")
        table.autofit = False
        for column, width in zip(table.columns, widths_mm, strict=True):
            column.width = Mm(width)
        for number, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
            for place, (cell, text, width) in enumerate(zip(row.cells, texts, widths_mm, strict=True)):
                cell.width = Mm(width)
                strong = number == 0 if head else place == 0
                line = cell.paragraphs[0]
                line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(2)
                self._write(line, text, bold=strong)
                if strong:
                    _shade(cell)
            _keep_together(row)
        gap = self.document.add_paragraph()
        gap.paragraph_format.space_after = gap.paragraph_format.space_before = Pt(0)
        gap.paragraph_format.line_spacing = Pt(6)

    def lines(self, count: int) -> None:
        """Write empty lines to write on.

        Parameters
        ----------
        count
            How many.
        """
        for _ in range(count):
            line = self.document.add_paragraph()
            line.paragraph_format.line_spacing = Pt(26)
            self._write(line, "＿" * 39)

    def choices(self, choices: Sequence[str]) -> None:
        """Write answers to tick, in as many columns as they fit in.

        Parameters
        ----------
        choices
            The answers.
        """
        widest = max(letters_across(choice) for choice in choices)
        columns = next((number for number in (4, 3, 2) if widest + 3 <= _LETTERS_ACROSS // number), 1)
        for start in range(0, len(choices), columns):
            line = self.document.add_paragraph()
            line.paragraph_format.left_indent = Mm(_CHOICES_MM)
            line.paragraph_format.space_after = Pt(2)
            for number in range(1, columns):
                stop = _CHOICES_MM + number * (166 - _CHOICES_MM) / columns
                line.paragraph_format.tab_stops.add_tab_stop(Mm(stop))
            for number, choice in enumerate(choices[start : start + columns]):
                self._write(line, ("\t" if number else "") + f"□ {choice}")

    def pack(self) -> bytes:
        """Give the document as bytes that are the same for the same content."""
        return pack_file(self.document.save)

    def _write(
        self, line: Any, text: str, *, size: float | None = None, bold: bool = False, colour: RGBColor | None = None
    ) -> None:
        run = line.add_run(clean_text(text))
        run.bold = bold or None
        if size:
            run.font.size = Pt(size)
        if colour is not None:
            run.font.color.rgb = colour


def _set_style(style: Any, size: float) -> None:
    style.font.size, style.font.name = Pt(size), FONT
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        if name.endswith("Theme"):  # a theme's font would win over the one named
            del fonts.attrib[name]
    fonts.set(qn("w:eastAsia"), FONT)
    spacing = style.paragraph_format
    spacing.space_before, spacing.space_after, spacing.line_spacing = Pt(0), Pt(4), 1.15
    if style.name != "Normal":
        style.font.color.rgb = RGBColor(0, 0, 0)
        spacing.space_before, spacing.keep_with_next = Pt(8), True


def letters_across(text: str) -> float:
    """Count how wide a text is, in Japanese letters; narrow letters count half.

    Parameters
    ----------
    text
        Any text.
    """
    return sum(1 if unicodedata.east_asian_width(letter) in "WFA" else 0.5 for letter in text)


def _restart_numbers(section: Any) -> None:
    numbers = OxmlElement("w:pgNumType")
    numbers.set(qn("w:start"), "1")
    section._sectPr.append(numbers)


def _add_field(line: Any, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    field.append(OxmlElement("w:r"))
    line._p.append(field)


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", "EDEDED")):
        shade.set(qn(name), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _keep_together(row: Any) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
