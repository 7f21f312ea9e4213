"""Empty tables to fill in: headings that are recognised, a note on each, and a sheet that explains them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from kurihara_geo.columns import COUNCIL_STATUSES
from kurihara_geo.errors import OutputError
from kurihara_geo.outputs.arguments import read_lang
from kurihara_geo.outputs.files import target_path, write_whole
from kurihara_geo.outputs.workbook.cells import pack, set_page

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["TEMPLATES", "write_templates"]

# As many rows as a city of this size needs, prepared as text so that leading zeros stay.
_PREPARED_ROWS = 1000
_NOTE_SIZE = (320, 130)
_REQUIRED = PatternFill("solid", fgColor="FFFFE8A3")
_OPTIONAL = PatternFill("solid", fgColor="FFE6EBF0")


@dataclass(frozen=True)
class _Field:
    """One column of a template: heading, what it means, an example; both languages."""

    heading: tuple[str, str]
    meaning: tuple[str, str]
    example: str
    required: bool = False
    text: bool = False
    choices: tuple[tuple[str, ...], tuple[str, ...]] | None = None


@dataclass(frozen=True)
class _Template:
    title: tuple[str, str]
    fields: tuple[_Field, ...]


_STATUSES = (tuple(ja for ja, _ in COUNCIL_STATUSES.values()), tuple(COUNCIL_STATUSES))
_ID = _Field(
    ("自治会コード", "association_id"),
    ("自治会を見分ける番号。先頭の0も残すため文字で入れる。", "Tells associations apart; text, so that zeros stay."),
    "0101",
    required=True,
    text=True,
)
TEMPLATES: dict[str, _Template] = {
    "associations": _Template(
        ("自治会一覧", "associations"),
        (
            _ID,
            _Field(("自治会名", "name"), ("住民が使う名前。", "Name as people know it."), "架空第一", required=True),
            _Field(("旧町村", "former_town"), ("合併前の町村。", "Municipality before the merger."), "架空町"),
            _Field(
                ("旧小学校区", "former_school_district"),
                ("統合前の小学校の区域。", "Former primary-school district."),
                "架空東",
            ),
            _Field(
                ("コミュニティ推進協議会", "council"),
                ("属する協議会。なければ空欄。", "Council that covers it; empty if none."),
                "",
            ),
            _Field(
                ("世帯数", "households"),
                (
                    "いまの世帯数。住民基本台帳・国勢調査・加入世帯のどれかに揃え、混ぜない。0は居住なし、不明は空欄。",
                    "Households today, all of one kind (register, census or member); 0 where nobody lives.",
                ),
                "48",
                required=True,
            ),
            _Field(("人口", "population"), ("いまの人口。", "People today."), "131"),
        ),
    ),
    "correspondence": _Template(
        ("小地域との対応表", "correspondence"),
        (
            _Field(
                ("小地域コード", "small_area_id"),
                ("国勢調査の小地域のKEY_CODE(9桁か11桁)。", "KEY_CODE of the census small area."),
                "040000001",
                required=True,
                text=True,
            ),
            _ID,
            _Field(("自治会名", "name"), ("自治会の名前。", "Name of the association."), "架空第一"),
            _Field(
                ("割合", "share"),
                (
                    "一つの小地域が複数の自治会にまたがるとき、世帯の割合(0から1、または%)。空欄は全部。",
                    "Share of the small area (0 to 1, or %) where it belongs to several; empty: all of it.",
                ),
                "",
            ),
        ),
    ),
    "councils": _Template(
        ("コミュニティ推進協議会一覧", "councils"),
        (
            _Field(
                ("協議会コード", "council_id"),
                ("協議会を見分ける番号。", "Tells councils apart."),
                "C01",
                required=True,
                text=True,
            ),
            _Field(
                ("コミュニティ推進協議会", "name"),
                ("協議会の名前。未設立なら空欄。", "Name; empty if there is none yet."),
                "架空東協議会",
            ),
            _Field(
                ("状況", "status"),
                ("設立済・設立準備中・未設立・未確認のどれか。", "One of the four listed."),
                "未確認",
                required=True,
                choices=_STATUSES,
            ),
            _Field(
                ("設立年月日", "founded"),
                ("例: 平成20年4月1日、2008-04-01。不明は空欄。", "Such as 2008-04-01; empty if unknown."),
                "",
            ),
            _Field(
                ("対象区域", "district_names"),
                ("対象の旧小学校区。複数は;で区切る。", "Former school districts covered, parted by ;"),
                "架空東",
                required=True,
            ),
        ),
    ),
    "halls": _Template(
        ("集会施設一覧", "halls"),
        (
            _Field(
                ("施設コード", "hall_id"),
                ("施設を見分ける番号。", "Tells halls apart."),
                "H01",
                required=True,
                text=True,
            ),
            _Field(("施設名", "name"), ("施設の名前。", "Name of the hall."), "架空集会所", required=True),
            _Field(("種別", "kind"), ("集会所・公民館など。", "Kind of building."), "集会所"),
            _Field(
                ("自治会コード", "association_id"),
                ("その施設を使う自治会。", "Association that uses it."),
                "0101",
                text=True,
            ),
            _Field(("定員", "capacity"), ("入れる人数。", "People it holds."), "40"),
            _Field(("建築年", "built"), ("建てた年(西暦)。", "Year it was built."), "1985"),
            _Field(("経度", "lon"), ("十進の度。日本では123から146。", "Decimal degrees."), "141.0215", required=True),
            _Field(("緯度", "lat"), ("十進の度。日本では20から46。", "Decimal degrees."), "38.7301", required=True),
        ),
    ),
    "obstacles": _Template(
        ("支障事案一覧", "obstacles"),
        (
            _ID,
            _Field(
                ("相手の自治会コード", "partner_id"),
                (
                    "支障のある相手。誰とでも支障があるなら空欄。",
                    "The partner; empty if it stands against every merger.",
                ),
                "0102",
                text=True,
            ),
            _Field(
                ("支障の内容", "reason"),
                ("住民への資料に載る。個人名は書かない。", "Printed in handouts: name no person."),
                "共有林の管理が別",
                required=True,
            ),
            _Field(
                ("重み", "weight"),
                ("支障の大きさ(1以上の整数)。空欄は1。", "Whole number of 1 or more; empty is 1."),
                "",
            ),
            _Field(
                ("禁止", "ban"),
                ("統合できないなら○。重みとは両立しない。", "○ where the merger is forbidden; not with a weight."),
                "",
                choices=(("○",), ("○",)),
            ),
        ),
    ),
}
"""Name of the file -> what is in it."""


def write_templates(folder: str | PathLike[str], *, lang: Literal["ja", "en"] = "ja") -> dict[str, Path]:
    """Write empty tables that the readers of this package take once they are filled in.

    Parameters
    ----------
    folder
        Where to write; made when it is not there.
    lang
        ``ja`` or ``en``: language of headings and notes. Either is read.

    Returns
    -------
    dict
        Name of the template -> path: ``associations``, ``correspondence``, ``councils``, ``halls`` and ``obstacles``.

    Raises
    ------
    InputError
        If ``lang`` is another language.
    OutputError
        If one of the files is there already (it may be filled in: nothing is written), or the folder cannot be
        written to.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import kurihara_geo as kg
    >>> sorted(kg.write_templates(pathlib.Path(tempfile.mkdtemp()) / "templates"))
    ['associations', 'correspondence', 'councils', 'halls', 'obstacles']
    """
    lang = read_lang(lang)
    target = target_path(folder)
    paths = {name: target / f"{name}.xlsx" for name in TEMPLATES}
    try:
        there = [path.name for path in paths.values() if path.exists()]
    except OSError as error:
        raise OutputError(f"{target} cannot be made: {error.strerror or error}.") from error
    if there:
        raise OutputError(
            f"{target}: {', '.join(there)} is there already and may be filled in; choose another folder, or move it."
        )
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{target} cannot be made: {error.strerror or error}.") from error
    contents = {name: pack(_book(TEMPLATES[name], lang)) for name in TEMPLATES}
    written: list[Path] = []
    try:
        for name, content in contents.items():
            written.append(write_whole(paths[name], content))
    except OutputError:
        for path in written:  # all or none: what is left would be taken for filled in
            path.unlink(missing_ok=True)
        raise
    return paths


def _book(template: _Template, lang: str) -> Workbook:
    book = Workbook()
    sheet = book.worksheets[0]
    english = lang == "en"
    sheet.title = template.title[english]
    _write_empty(sheet, template, english=english)
    _write_meanings(book.create_sheet("explanation" if english else "説明"), template, english=english)
    return book


def _write_empty(sheet: Worksheet, template: _Template, *, english: bool) -> None:
    """Write the headings, each with a note, and prepare the cells below."""
    for number, field in enumerate(template.fields, start=1):
        letter = get_column_letter(number)
        cell = sheet.cell(1, number, field.heading[english])
        cell.font, cell.alignment = Font(bold=True), Alignment(vertical="center", wrap_text=True)
        cell.fill = _REQUIRED if field.required else _OPTIONAL
        cell.comment = Comment(_note(field, english=english), "kurihara_geo", width=_NOTE_SIZE[0], height=_NOTE_SIZE[1])
        sheet.column_dimensions[letter].width = max(14, 2 * len(field.heading[english]) + 4)
        if field.text:
            for row in range(2, _PREPARED_ROWS + 2):
                sheet.cell(row, number).number_format = "@"
        if field.choices is not None:
            listed = ",".join(field.choices[english])
            choice = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
            sheet.add_data_validation(choice)
            choice.add(f"{letter}2:{letter}{_PREPARED_ROWS + 1}")
    sheet.freeze_panes = "A2"
    set_page(sheet, heading_row=1)


def _note(field: _Field, *, english: bool) -> str:
    need = (("必須", "required") if field.required else ("任意", "optional"))[english]
    example = f"\n{'Example' if english else '例'}: {field.example}" if field.example else ""
    return f"[{need}] {field.meaning[english]}{example}"


def _write_meanings(sheet: Worksheet, template: _Template, *, english: bool) -> None:
    """Explain each column in a row of its own, for people who do not see notes."""
    headings = ("Column", "Needed", "Meaning", "Example") if english else ("見出し", "必要", "意味", "例")
    rows = [
        (
            field.heading[english],
            (("必須", "required") if field.required else ("任意", "optional"))[english],
            field.meaning[english],
            field.example,
        )
        for field in template.fields
    ]
    for number, row in enumerate((headings, *rows), start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column, value)
            cell.number_format = "@"
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cell.font = Font(bold=number == 1)
    for letter, width in zip("ABCD", (24, 10, 60, 20), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    set_page(sheet, heading_row=1)
