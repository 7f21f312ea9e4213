"""The workbook as a whole: which table stands on which sheet, and how each sheet is laid out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from kurihara_geo import columns
from kurihara_geo.errors import OutputError
from kurihara_geo.outputs.arguments import read_lang
from kurihara_geo.outputs.files import write_whole
from kurihara_geo.outputs.workbook import overview, tables
from kurihara_geo.outputs.workbook.cells import (
    LINE_HEIGHT,
    Heading,
    Table,
    line_count,
    pack,
    put,
    set_page,
    set_widths,
    write_headings,
    write_line,
    write_rows,
    write_table,
)
from kurihara_geo.outputs.workbook.words import Lang, say
from kurihara_geo.plan.arguments import read_plan_at_hand

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from kurihara_geo.plan import Plan

__all__ = ["write_workbook"]


def write_workbook(plan: Plan, path: str | PathLike[str], *, lang: Lang = "ja") -> Path:
    """Write the plan as an Excel workbook a planner can print, fill in and send round.

    Parameters
    ----------
    plan
        The plan to write.
    path
        File to write; its folder must exist. A file already there is replaced.
    lang
        ``ja`` or ``en``: language of sheets, headings and sentences. Names stay as they are.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    OutputError
        If the folder is missing or cannot be written to, or ``lang`` is another language.
    PlanCheckError
        If households before and after are not the same: such tables are not handed out.

    Notes
    -----
    Sheets: 概要 (counts, rules, proof), 現況一覧 (associations today), 再編案一覧 (old to new, with columns
    to fill in), 世帯数 (before and after by area and by group), 下限未満で残る自治会 (with reasons) and
    確認事項 (warnings, borders barred or added, repairs, uninhabited areas). Every name is stored
    as text, never as a formula. Equal plans give equal bytes.

    Examples
    --------
    >>> write_workbook(plan, "plan.xlsx")  # doctest: +SKIP
    PosixPath('plan.xlsx')
    """
    lang, plan = read_lang(lang, error=OutputError), read_plan_at_hand(plan)
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = "kurihara_geo"
    book.properties.title = say("title", lang)
    for name, lay_out in _SHEETS.items():
        lay_out(book.create_sheet(say(f"sheet_{name}", lang)), plan, lang)
    return write_whole(path, pack(book))


def _lay_out_overview(sheet: Worksheet, plan: Plan, lang: Lang) -> None:
    for letter, width in zip("ABCDE", (44, 15, 15, 15, 40), strict=True):
        sheet.column_dimensions[letter].width = width
    row = _write_top(sheet, plan, lang, title="title", notes=[say("note_draft", lang)], columns=5)
    row = write_line(sheet, row + 1, say("part_counts", lang), columns=5, size=12, bold=True)
    row = write_table(sheet, row, overview.count_table(plan, lang))
    row = write_line(sheet, row + 1, say("part_rules", lang), columns=5, size=12, bold=True)
    row = _write_pairs(sheet, row, overview.rule_rows(plan, lang), lang)
    row = write_line(sheet, row + 1, say("part_stages", lang), columns=5, size=12, bold=True)
    if not overview.is_compared(plan):
        row = write_line(sheet, row, say("stages_note", lang), columns=5)
    stages = overview.stage_table(plan, lang)
    end = write_table(sheet, row, stages)
    for number in range(row, end):
        sheet.merge_cells(start_row=number, start_column=4, end_row=number, end_column=5)
    row = write_line(sheet, end + 1, say("part_about", lang), columns=5, size=12, bold=True)
    _write_pairs(sheet, row, overview.about_rows(plan, lang), lang)
    set_page(sheet, orientation="portrait")


def _write_pairs(sheet: Worksheet, row: int, pairs: Sequence[tuple[str, str]], lang: Lang) -> int:
    """Write label and text, the text across the columns B to E."""
    headings = [Heading(say(name, lang)) for name in ("item", "content")]
    table = Table(headings=[*headings, *[Heading("")] * 3], rows=[[*pair, None, None, None] for pair in pairs])
    end = write_table(sheet, row, table)
    for number in range(row, end):
        sheet.merge_cells(start_row=number, start_column=2, end_row=number, end_column=5)
    for number, (_, text) in enumerate(pairs, row + 1):
        # Excel does not fit the height of merged cells by itself.
        sheet.row_dimensions[number].height = LINE_HEIGHT * line_count(text, 80)
    return end


def _lay_out_today(sheet: Worksheet, plan: Plan, lang: Lang) -> None:
    own = [say("note_own_floor", lang)] if plan.rules.lower_floors else []
    notes = [say("note_today", lang, floor=plan.rules.min_households), *own, *_kind_note(plan, lang)]
    _lay_out_list(sheet, plan, lang, tables.today_table(plan, lang), title="title_today", notes=notes)


def _kind_note(plan: Plan, lang: Lang) -> list[str]:
    if "households_kind" not in plan.associations:
        return []
    kinds = plan.associations.loc[plan.members.index, "households_kind"].dropna().unique()
    labels = [columns.HOUSEHOLD_KINDS.get(kind, (kind, kind))[0 if lang == "ja" else 1] for kind in kinds]
    return [say("note_kind", lang, kind=say("and", lang).join(labels))] if labels else []


def _lay_out_proposal(sheet: Worksheet, plan: Plan, lang: Lang) -> None:
    table = tables.proposal_table(plan, lang)
    top = _lay_out_list(
        sheet,
        plan,
        lang,
        table,
        title="title_proposal",
        notes=[say("note_proposal", lang)],
        frozen=2,
        paper_a3=True,
    )
    if not table.rows:
        return
    letter = get_column_letter(len(table.headings) - 1)
    choices = DataValidation(
        type="list", formula1=f'"{say("kinds_of_merger", lang)}"', allow_blank=True, showErrorMessage=False
    )
    choices.add(f"{letter}{top + 1}:{letter}{top + len(table.rows)}")
    sheet.add_data_validation(choices)


def _lay_out_households(sheet: Worksheet, plan: Plan, lang: Lang) -> None:
    areas = [name for name in tables.AREA_COLUMNS if name in plan.associations]
    blocks = {
        say("area_by", lang, name=columns.label(name, lang=lang)): tables.area_table(plan, name, lang) for name in areas
    }
    summary = plan.summary()
    check = say("conserved_text", lang, before=summary["households_before"], after=summary["households_after"])
    notes = [f"{say('conserved', lang)}: {check}", *([say("note_areas", lang)] if areas else [])]
    group = tables.group_table(plan, lang)
    set_widths(sheet, *blocks.values(), group)
    top = _write_top(sheet, plan, lang, title="title_households", notes=notes, columns=len(group.headings)) + 1
    row = write_headings(sheet, top, group)
    for name, table in {**blocks, say("area_group", lang): group}.items():
        row = write_line(sheet, row, name, columns=len(group.headings), size=11, bold=True)
        row = write_rows(sheet, row, table)
    sheet.freeze_panes = f"B{top + 1}"
    set_page(sheet, heading_row=top)


def _lay_out_left(sheet: Worksheet, plan: Plan, lang: Lang) -> None:
    table = tables.left_table(plan, lang)
    count = {"floor": plan.rules.min_households, "count": len(plan.left_below)}
    said = "note_left_own" if plan.rules.lower_floors else "note_left"
    note = say(said, lang, **count) if table.rows else say("left_none", lang)
    exempt = plan.summary()["exempt_left_below"]
    further = [say("note_left_exempt", lang, count=exempt)] if exempt else []
    further += [say("note_left_all", lang)] if table.rows and plan.rules.floors_apply_to == "all" else []
    _lay_out_list(sheet, plan, lang, table, title="title_left", notes=[note, *further])


def _lay_out_points(sheet: Worksheet, plan: Plan, lang: Lang) -> None:
    blocks = {
        say("part_problems", lang): tables.problem_table(plan, lang),
        say("part_borders", lang): tables.border_table(plan, lang),
        say("part_repairs", lang): tables.repair_table(plan, lang),
        say("part_uninhabited", lang): tables.uninhabited_table(plan, lang),
    }
    _lay_out_blocks(sheet, plan, lang, blocks, title="title_points", notes=[say("note_points", lang)])


def _lay_out_list(
    sheet: Worksheet,
    plan: Plan,
    lang: Lang,
    table: Table,
    *,
    title: str,
    notes: Sequence[str],
    frozen: int = 2,
    paper_a3: bool = False,
) -> int:
    """Lay out a sheet of one table, its headings always in view, and give the row they stand in."""
    set_widths(sheet, table)
    width = len(table.headings)
    top = _write_top(sheet, plan, lang, title=title, notes=notes, columns=width) + 1
    write_table(sheet, top, table)
    sheet.freeze_panes = f"{get_column_letter(frozen + 1)}{top + 1}"
    if table.rows:
        sheet.auto_filter.ref = f"A{top}:{get_column_letter(width)}{top + len(table.rows)}"
    set_page(sheet, heading_row=top, paper="A3" if paper_a3 else "A4")
    return top


def _lay_out_blocks(
    sheet: Worksheet, plan: Plan, lang: Lang, blocks: dict[str, Table], *, title: str, notes: Sequence[str]
) -> None:
    """Lay out a sheet of several tables, one below the other."""
    set_widths(sheet, *blocks.values())
    width = max(len(table.headings) for table in blocks.values())
    row = _write_top(sheet, plan, lang, title=title, notes=notes, columns=width)
    for name, table in blocks.items():
        row = write_line(sheet, row + 1, name, columns=width, size=12, bold=True)
        if table.rows:
            row = write_table(sheet, row, table)
        else:
            put(sheet, row, 1, say("nothing", lang))
            row += 1
    sheet.freeze_panes = "B2"
    set_page(sheet)


def _write_top(sheet: Worksheet, plan: Plan, lang: Lang, *, title: str, notes: Sequence[str], columns: int) -> int:
    """Write title, notes, and the notice of the data: a sheet may be passed on alone."""
    row = write_line(sheet, 1, say(title, lang), columns=columns, size=14, bold=True)
    notice = str(plan.associations.attrs.get("notice") or "")
    for line in (*notes, notice):
        if line:
            row = write_line(sheet, row, line, columns=columns)
    return row


_SHEETS = {
    "overview": _lay_out_overview,
    "today": _lay_out_today,
    "proposal": _lay_out_proposal,
    "households": _lay_out_households,
    "left": _lay_out_left,
    "points": _lay_out_points,
}
