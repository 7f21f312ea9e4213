"""The workbook as a whole: which table stands on which sheet, and how each sheet is laid out."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from kurihara_geo import columns
from kurihara_geo.outputs.files import write_whole
from kurihara_geo.outputs.workbook import overview, procedure, tables
from kurihara_geo.outputs.workbook.cells import (
    LINE_HEIGHT,
    WIDEST,
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
from kurihara_geo.outputs.workbook.contents import Contents, gather
from kurihara_geo.outputs.workbook.words import Lang, say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from os import PathLike
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd
    from openpyxl.worksheet.worksheet import Worksheet

    from kurihara_geo.outputs.audience import Audience
    from kurihara_geo.plan import Plan
    from kurihara_geo.studies import GrantShares

__all__ = ["make_workbook", "wanted_sheets", "write_workbook"]


def write_workbook(
    plan: Plan,
    path: str | PathLike[str],
    *,
    districts: gpd.GeoDataFrame | None = None,
    councils: pd.DataFrame | None = None,
    others: Mapping[str, Plan] | None = None,
    grants: GrantShares | None = None,
    audience: Audience = "office",
    hide_below: int = 10,
    lang: Lang = "ja",
) -> Path:
    """Write the plan as an Excel workbook a planner can print, fill in and send round.

    Parameters
    ----------
    plan
        The plan to write.
    path
        File to write; its folder must exist. A file already there is replaced.
    districts
        Former school districts, columns ``name`` and ``geometry``, any CRS: for the numbers of groups to be those of a
        map drawn with them. Without them, the associations' own column ``former_school_district``.
    councils
        Community promotion councils, columns ``name``, ``status`` and ``district_names``; shown in the target list.
    others
        Name -> plan of the same town, to be compared with this one; ``{"B案": other}``.
    grants
        Shares of the block grant in yen, for an estimate before and after.
    audience, hide_below
        ``office``, or ``public``: then household and people counts under ``hide_below`` and what would give them away
        are replaced by words, and what is not for the public is left out; see Notes.
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
    InputError
        If another argument is of a wrong kind, councils cover a district that is not there, or a plan to compare with
        is of another town.
    PlanCheckError
        If households before and after are not the same: such tables are not handed out.

    Notes
    -----
    Sheets: 概要 (counts, rules, proof), 対象自治会一覧 (associations below the floor, with hall, council, judgement
    and partners proposed), 現況一覧 (associations today), 再編案一覧 (old to new, with columns to fill in), 新旧対応表
    (every code of today once, with a column for the new one), 比較表 (where other plans are given), 世帯数 (before and
    after by area and by group), 下限未満で残る自治会 (with reasons), 交付金試算 (where grants are given) and 確認事項
    (warnings, borders barred or added, repairs, uninhabited areas). A public edition has no 交付金試算 and no 確認事項,
    no reasons with figures, no floors of single associations and no columns of the planner's own; it says so. Every
    name is stored as text, never as a formula. Equal plans made on the same day give equal bytes.

    Examples
    --------
    >>> write_workbook(plan, "plan.xlsx")  # doctest: +SKIP
    PosixPath('plan.xlsx')
    """
    contents = gather(
        plan,
        lang=lang,
        districts=districts,
        councils=councils,
        others=others,
        grants=grants,
        audience=audience,
        hide_below=hide_below,
    )
    return write_whole(path, make_workbook(contents, wanted_sheets(contents)))


def wanted_sheets(contents: Contents) -> list[str]:
    """List the sheets a workbook of the whole plan has.

    Parameters
    ----------
    contents
        What they are filled from.
    """
    return [name for name in _SHEETS if _is_wanted(name, contents)]


def make_workbook(contents: Contents, sheets: Sequence[str]) -> bytes:
    """Give a workbook with some of the sheets.

    Parameters
    ----------
    contents
        What they are filled from.
    sheets
        Names of sheets, in order: ``overview``, ``targets``, ``today``, ``proposal``, ``correspondence``,
        ``comparison``, ``households``, ``left``, ``grants``, ``points``.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = "kurihara_geo"
    book.properties.title = say("title", contents.lang)
    for name in sheets:
        _SHEETS[name](book.create_sheet(say(f"sheet_{name}", contents.lang)), contents)
    return pack(book)


def _is_wanted(name: str, contents: Contents) -> bool:
    if name == "comparison":
        return bool(contents.others)
    if name == "grants":
        return contents.grants is not None and not contents.shown.is_public
    return name != "points" or not contents.shown.is_public


def _lay_out_overview(sheet: Worksheet, contents: Contents) -> None:
    plan, lang = contents.plan, contents.lang
    for letter, width in zip("ABCDE", (44, 15, 15, 15, 40), strict=True):
        sheet.column_dimensions[letter].width = width
    left_out = [say("note_left_out", lang)] if contents.shown.is_public else []
    notes = [say("note_draft", lang), *left_out]
    row = _write_top(sheet, contents, title="title", notes=notes, columns=5)
    row = write_line(sheet, row + 1, say("part_counts", lang), columns=5, size=12, bold=True)
    row = write_table(sheet, row, overview.count_table(contents))
    row = write_line(sheet, row + 1, say("part_rules", lang), columns=5, size=12, bold=True)
    row = _write_pairs(sheet, row, overview.rule_rows(contents), lang)
    row = write_line(sheet, row + 1, say("part_stages", lang), columns=5, size=12, bold=True)
    if not overview.is_compared(plan):
        row = write_line(sheet, row, say("stages_note", lang), columns=5)
    stages = overview.stage_table(contents)
    end = write_table(sheet, row, stages)
    for number in range(row, end):
        sheet.merge_cells(start_row=number, start_column=4, end_row=number, end_column=5)
    row = write_line(sheet, end + 1, say("part_about", lang), columns=5, size=12, bold=True)
    _write_pairs(sheet, row, overview.about_rows(contents), lang)
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


def _lay_out_targets(sheet: Worksheet, contents: Contents) -> None:
    lang, table = contents.lang, procedure.target_table(contents)
    floor = contents.plan.rules.min_households
    notes = [say("note_targets" if table.rows else "note_no_targets", lang, floor=floor, count=len(table.rows))]
    notes += _kind_note(contents)
    _lay_out_list(sheet, contents, table, title="title_targets", notes=notes, frozen=3, paper_a3=True, widest=26)


def _lay_out_today(sheet: Worksheet, contents: Contents) -> None:
    plan, lang = contents.plan, contents.lang
    own = [say("note_own_floor", lang)] if plan.rules.lower_floors and not contents.shown.is_public else []
    notes = [say("note_today", lang, floor=plan.rules.min_households), *own, *_kind_note(contents)]
    _lay_out_list(sheet, contents, tables.today_table(contents), title="title_today", notes=notes)


def _kind_note(contents: Contents) -> list[str]:
    plan, lang = contents.plan, contents.lang
    if "households_kind" not in plan.associations:
        return []
    kinds = plan.associations.loc[plan.members.index, "households_kind"].dropna().unique()
    labels = [columns.HOUSEHOLD_KINDS.get(kind, (kind, kind))[0 if lang == "ja" else 1] for kind in kinds]
    return [say("note_kind", lang, kind=say("and", lang).join(labels))] if labels else []


def _lay_out_proposal(sheet: Worksheet, contents: Contents) -> None:
    lang, table = contents.lang, tables.proposal_table(contents)
    notes = [say("note_proposal", lang)]
    top = _lay_out_list(sheet, contents, table, title="title_proposal", notes=notes, frozen=3, paper_a3=True)
    if not table.rows:
        return
    letter = get_column_letter(len(table.headings) - 1)
    choices = DataValidation(
        type="list", formula1=f'"{say("kinds_of_merger", lang)}"', allow_blank=True, showErrorMessage=False
    )
    choices.add(f"{letter}{top + 1}:{letter}{top + len(table.rows)}")
    sheet.add_data_validation(choices)


def _lay_out_correspondence(sheet: Worksheet, contents: Contents) -> None:
    notes = [say("note_correspondence", contents.lang)]
    table = procedure.correspondence_table(contents)
    _lay_out_list(sheet, contents, table, title="title_correspondence", notes=notes)


def _lay_out_comparison(sheet: Worksheet, contents: Contents) -> None:
    lang = contents.lang
    blocks = {say("part_figures", lang): procedure.comparison_table(contents), **procedure.difference_tables(contents)}
    _lay_out_blocks(sheet, contents, blocks, title="title_comparison", notes=[say("note_comparison", lang)])


def _lay_out_grants(sheet: Worksheet, contents: Contents) -> None:
    lang, table = contents.lang, procedure.grant_table(contents)
    shares = {} if contents.grants is None else asdict(contents.grants)
    notes = [say("note_grants", lang), say("note_shares", lang, **shares)]
    _lay_out_list(sheet, contents, table, title="title_grants", notes=notes, frozen=3)


def _lay_out_households(sheet: Worksheet, contents: Contents) -> None:
    plan, lang = contents.plan, contents.lang
    areas = [name for name in tables.AREA_COLUMNS if name in plan.associations]
    blocks = {
        say("area_by", lang, name=columns.label(name, lang=lang)): tables.area_table(contents, name) for name in areas
    }
    check = [] if contents.shown.is_public else [f"{say('conserved', lang)}: {overview.conserved_text(contents)}"]
    notes = [*check, *([say("note_areas", lang)] if areas else [])]
    group = tables.group_table(contents)
    set_widths(sheet, *blocks.values(), group)
    top = _write_top(sheet, contents, title="title_households", notes=notes, columns=len(group.headings)) + 1
    row = write_headings(sheet, top, group)
    for name, table in {**blocks, say("area_group", lang): group}.items():
        row = write_line(sheet, row, name, columns=len(group.headings), size=11, bold=True)
        row = write_rows(sheet, row, table)
    sheet.freeze_panes = f"B{top + 1}"
    set_page(sheet, heading_row=top)


def _lay_out_left(sheet: Worksheet, contents: Contents) -> None:
    plan, lang, public = contents.plan, contents.lang, contents.shown.is_public
    table = tables.left_table(contents)
    count = {"floor": plan.rules.min_households, "count": len(plan.left_below)}
    said = "note_left_own" if plan.rules.lower_floors and not public else "note_left"
    note = say(said, lang, **count) if table.rows else say("left_none", lang)
    exempt = 0 if public else plan.summary()["exempt_left_below"]
    further = [say("note_left_exempt", lang, count=exempt)] if exempt else []
    further += [say("note_left_all", lang)] if table.rows and plan.rules.floors_apply_to == "all" else []
    _lay_out_list(sheet, contents, table, title="title_left", notes=[note, *further])


def _lay_out_points(sheet: Worksheet, contents: Contents) -> None:
    lang = contents.lang
    blocks = {
        say("part_problems", lang): tables.problem_table(contents),
        say("part_borders", lang): tables.border_table(contents),
        say("part_repairs", lang): tables.repair_table(contents),
        say("part_uninhabited", lang): tables.uninhabited_table(contents),
    }
    _lay_out_blocks(sheet, contents, blocks, title="title_points", notes=[say("note_points", lang)])


def _lay_out_list(
    sheet: Worksheet,
    contents: Contents,
    table: Table,
    *,
    title: str,
    notes: Sequence[str],
    frozen: int = 2,
    paper_a3: bool = False,
    widest: int = WIDEST,
) -> int:
    """Lay out a sheet of one table, its headings always in view, and give the row they stand in."""
    set_widths(sheet, table, widest=widest)
    width = len(table.headings)
    top = _write_top(sheet, contents, title=title, notes=notes, columns=width) + 1
    write_table(sheet, top, table)
    sheet.freeze_panes = f"{get_column_letter(frozen + 1)}{top + 1}"
    if table.rows:
        sheet.auto_filter.ref = f"A{top}:{get_column_letter(width)}{top + len(table.rows)}"
    set_page(sheet, heading_row=top, paper="A3" if paper_a3 else "A4")
    return top


def _lay_out_blocks(
    sheet: Worksheet, contents: Contents, blocks: dict[str, Table], *, title: str, notes: Sequence[str]
) -> None:
    """Lay out a sheet of several tables, one below the other."""
    lang = contents.lang
    set_widths(sheet, *blocks.values())
    width = max(len(table.headings) for table in blocks.values())
    row = _write_top(sheet, contents, title=title, notes=notes, columns=width)
    for name, table in blocks.items():
        row = write_line(sheet, row + 1, name, columns=width, size=12, bold=True)
        if table.rows:
            row = write_table(sheet, row, table)
        else:
            put(sheet, row, 1, say("nothing", lang))
            row += 1
    sheet.freeze_panes = "B2"
    set_page(sheet)


def _write_top(sheet: Worksheet, contents: Contents, *, title: str, notes: Sequence[str], columns: int) -> int:
    """Write title, day, notes, the notice of the data and its sources: a sheet may be passed on alone."""
    lang = contents.lang
    row = write_line(sheet, 1, say(title, lang), columns=columns, size=14, bold=True)
    made = say("made", lang, day=contents.made) if contents.made else say("made_without_day", lang)
    for line in (made, *notes, contents.shown.note(lang), contents.notice):
        if line:
            row = write_line(sheet, row, line, columns=columns)
    if contents.attributions:
        sources = say("sources", lang, sources=" / ".join(contents.attributions))
        row = write_line(sheet, row, sources, columns=columns, size=8)
    return row


_SHEETS: dict[str, Callable[[Worksheet, Contents], None]] = {
    "overview": _lay_out_overview,
    "targets": _lay_out_targets,
    "today": _lay_out_today,
    "proposal": _lay_out_proposal,
    "correspondence": _lay_out_correspondence,
    "comparison": _lay_out_comparison,
    "households": _lay_out_households,
    "left": _lay_out_left,
    "grants": _lay_out_grants,
    "points": _lay_out_points,
}
"""Sheets of the workbook, in their order."""
