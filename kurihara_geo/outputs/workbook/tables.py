"""PLAN -> the tables of the workbook, as plain rows: nothing here knows fonts or paper."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from kurihara_geo import columns
from kurihara_geo.errors import PlanCheckError
from kurihara_geo.outputs.drawing.numbering import group_districts
from kurihara_geo.outputs.exports import repair_rows
from kurihara_geo.outputs.problem_texts import cure_text, message_text, name_of_kind, repair_text
from kurihara_geo.outputs.workbook.cells import Heading, Table
from kurihara_geo.outputs.workbook.words import Lang, say
from kurihara_geo.plan import meeting_place_text
from kurihara_geo.studies.comparison import later_years

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from kurihara_geo.outputs.audience import Hidden
    from kurihara_geo.outputs.workbook.cells import Kind
    from kurihara_geo.outputs.workbook.contents import Contents
    from kurihara_geo.plan import Plan

__all__ = [
    "AREA_COLUMNS",
    "area_table",
    "border_table",
    "group_table",
    "left_table",
    "member_rows",
    "problem_table",
    "proposal_table",
    "repair_table",
    "row_dicts",
    "today_table",
    "uninhabited_table",
]

AREA_COLUMNS = ("former_school_district", "former_town")
_MARK = "○"


def today_table(contents: Contents) -> Table:
    """List the associations as they are today, in their own order, with those below the floor marked.

    Parameters
    ----------
    contents
        The plan and what may be shown of it; a column nobody brought is left out.
    """
    plan, lang, shown = contents.plan, contents.lang, contents.shown
    table = plan.associations.loc[plan.members.index]
    names = ["name", "former_town", "former_school_district", "council", "households_kind"]
    if "households_kind" in table and len(set(table["households_kind"])) == 1:
        names.remove("households_kind")  # said once, above the table
    texts = [name for name in names if name in table]
    counts = [name for name in ("households", "population") if name in table]
    kinds: dict[str, Kind] = {"association_id": "code", **dict.fromkeys(counts, "count")}
    order = ["association_id", *texts, *counts]
    small = plan.members["small"].tolist()
    count_of = {"households": shown.association, "population": shown.population}
    cells = [
        [
            str(key),
            *(_text(name, row[name], lang) for name in texts),
            *(contents.figure(count_of[name](str(key))) for name in counts),
        ]
        for key, row in zip(table.index, pd.DataFrame(table)[texts].to_dict("records"), strict=True)
    ]
    total_of = {"households": shown.total, "population": shown.total_population}
    sums = [contents.figure(total_of[name]()) for name in counts]
    return Table(
        headings=[
            *(
                Heading(columns.label(name, table=columns.ASSOCIATIONS, lang=lang), kinds.get(name, "text"))
                for name in order
            ),
            Heading(columns.label("small", table=columns.MEMBERS, lang=lang), "mark"),
        ],
        rows=[[*values, _MARK if below else None] for values, below in zip(cells, small, strict=True)],
        totals=[
            say("total", lang),
            say("total_associations", lang, count=len(cells)),
            *([None] * (len(texts) - 1)),
            *sums,
            sum(small),
        ],
        alerts=[number for number, below in enumerate(small) if below],
    )


def proposal_table(contents: Contents) -> Table:
    """List every association with the group it joins, one row each, with two columns left to fill in.

    Where groups have floors of their own, floor and reason stand beside them; where associations have counts of later
    years (``households_YYYY``, later than the plan), so do the group's sums, empty where a member's count is missing. A
    public edition has neither.

    Parameters
    ----------
    contents
        The plan and what may be shown of it.
    """
    plan, lang, shown = contents.plan, contents.lang, contents.shown
    members = member_rows(plan)
    own_floors = bool((plan.groups["floor_reason"] != "").any()) and not shown.is_public
    years = [] if shown.is_public else later_years(plan)
    rows: list[list[Any]] = []
    starts: list[int] = []
    alerts: list[int] = []
    for group_id, group in _groups(contents):
        starts.append(len(rows))
        if group["status"] == "below_floor":
            alerts += range(len(rows), len(rows) + len(group["member_ids"]))
        after = contents.figure(shown.group(group_id))
        head = [contents.numbers[group_id], group_id, group["name"], _status(group["status"], lang), after]
        crosses = say("and", lang).join(columns.label(name, lang=lang) for name in group["crosses"])
        floor = [int(group["floor"]), group["floor_reason"]] if own_floors else []
        later = [_sum(plan.associations.loc[list(group["member_ids"]), f"households_{year}"]) for year in years]
        place = meeting_place_text(group, lang)
        for key in group["member_ids"]:
            today, count = members[key], contents.figure(shown.association(str(key)))
            own = [str(key), today["name"], count, _MARK if today["small"] else None, place, int(today["distance_m"])]
            rows.append([*head, *own, crosses, *floor, *later, None, None])
    headings = _proposal_headings(lang, own_floors=own_floors, years=years)
    totals = _proposal_totals(contents, rows)
    rest = [None] * (len(headings) - len(totals))
    return Table(headings=headings, rows=rows, totals=[*totals, *rest], alerts=alerts, starts=starts)


def _proposal_totals(contents: Contents, rows: list[list[Any]]) -> list[Any]:
    lang, ids = contents.lang, [row[5] for row in rows]
    names = [say("total_associations", lang, count=count) for count in (len(ids), len({row[1] for row in rows}))]
    total = _total_households(contents)
    small = sum(row[8] is not None for row in rows)
    return [None, say("total", lang), names[1], None, total, None, names[0], total, small]


def _total_households(contents: Contents) -> int | str | None:
    """Sum the households of the groups the papers are about; a part of the town has no sum in a public edition."""
    if contents.groups is None:
        return contents.figure(contents.shown.total())
    if contents.shown.is_public:
        return None
    return sum(int(group["households"]) for _, group in _groups(contents))


def _groups(contents: Contents) -> list[tuple[str, dict[str, Any]]]:
    """Give the groups the papers are about, in the order of their numbers."""
    records = dict(zip(map(str, contents.plan.groups.index), row_dicts(contents.plan.groups), strict=True))
    return [(name, records[name]) for name in contents.numbers if contents.is_in(name)]


def _proposal_headings(lang: Lang, *, own_floors: bool, years: list[int]) -> list[Heading]:
    group = {column.name: columns.label(column.name, table=columns.GROUPS, lang=lang) for column in columns.GROUPS}
    floor = [Heading(group["floor"], "count"), Heading(group["floor_reason"])] if own_floors else []
    member = {column.name: columns.label(column.name, table=columns.MEMBERS, lang=lang) for column in columns.MEMBERS}
    return [
        Heading(say("number", lang), "mark"),
        Heading(member["group_id"], "code"),
        Heading(member["group_name"]),
        Heading(member["status"]),
        Heading(member["households_after"], "count"),
        Heading(member["association_id"], "code"),
        Heading(say("members", lang)),
        Heading(member["households"], "count"),
        Heading(member["small"], "mark"),
        Heading(group["meeting_place"]),
        Heading(member["distance_m"], "count"),
        Heading(group["crosses"]),
        *floor,
        *(Heading(say("households_later", lang, year=year), "count") for year in years),
        Heading(say("kind_of_merger", lang), "input"),
        Heading(say("remarks", lang), "input"),
    ]


def area_table(contents: Contents, column: str) -> Table:
    """Compare associations and households before and after, one row for each value of a column.

    Parameters
    ----------
    contents
        The plan and what may be shown of it.
    column
        Such as ``former_school_district``; a group counts where most of its members are, ties by the area's name: where
        most of its households are would tell of hidden ones.
    """
    plan, lang = contents.plan, contents.lang
    area_of = {
        str(key): say("blank", lang) if pd.isna(value) else str(value)
        for key, value in plan.associations.loc[plan.members.index, column].items()
    }
    members, groups = member_rows(plan), row_dicts(plan.groups)
    home = group_districts(plan, area_of).values()
    touched = [{area_of[str(key)] for key in group["member_ids"]} for group in groups]
    across = [areas if len(areas) > 1 else set() for areas in touched]
    rows: list[list[Any]] = []
    for area in dict.fromkeys(area_of.values()):
        before = [members[key] for key, own in area_of.items() if own == area]
        after = [group for group, own in zip(groups, home, strict=True) if own == area]
        rows.append([area, *_counts(before, after), sum(area in areas for areas in across), None])
    total = [*_counts(members.values(), groups), sum(map(bool, across)), None]
    table = _checked(Table(headings=_area_headings(lang), rows=rows, totals=[say("total", lang), *total]))
    if not contents.shown.is_public:
        return table
    names = ["" if row[0] == say("blank", lang) else row[0] for row in rows]
    return _public_areas(contents, table, [contents.shown.area(column, name) for name in names])


def _public_areas(contents: Contents, table: Table, shown: list[int | Hidden]) -> Table:
    """Leave out households after: which group counts where would tell of its members."""
    cut = [number for number in range(len(table.headings)) if number not in (6, 7)]

    def kept(row: Sequence[Any], households: int | Hidden) -> list[Any]:
        whole = [*row[:5], contents.figure(households), *row[6:]]
        return [whole[number] for number in cut]

    rows = [kept(row, count) for row, count in zip(table.rows, shown, strict=True)]
    headings = [table.headings[number] for number in cut]
    return replace(table, headings=headings, rows=rows, totals=kept(table.totals, contents.shown.total()))


def group_table(contents: Contents) -> Table:
    """Compare associations and households before and after, one row for each group.

    Parameters
    ----------
    contents
        The plan and what may be shown of it.
    """
    plan, lang = contents.plan, contents.lang
    members, groups = member_rows(plan), row_dicts(plan.groups)
    rows = [
        [group["name"], *_counts([members[key] for key in group["member_ids"]], [group]), None, str(group_id)]
        for group_id, group in zip(plan.groups.index, groups, strict=True)
    ]
    totals = [say("total", lang), *_counts(members.values(), groups), None, None]
    alerts = [number for number, group in enumerate(groups) if group["status"] == "below_floor"]
    table = _checked(Table(headings=_area_headings(lang), rows=rows, totals=totals, alerts=alerts))
    if not contents.shown.is_public:
        return table
    return _public_areas(contents, table, [contents.shown.group(str(name)) for name in plan.groups.index])


def _area_headings(lang: Lang) -> list[Heading]:
    """Head all comparisons alike, so that the headings stand once and repeat on every page."""
    names = [f"{what}_{when}" for what in ("associations", "small", "households") for when in ("before", "after")]
    counts = [Heading(say(name, lang), "count") for name in names]
    code = Heading(columns.label("group_id", table=columns.GROUPS, lang=lang), "code")
    crossing = Heading(say("crossing", lang), "count")
    return [Heading(say("area", lang)), *counts, Heading(say("difference", lang), "change"), crossing, code]


def _counts(members: Collection[Mapping[str, Any]], groups: Collection[Mapping[str, Any]]) -> list[int]:
    before, after = (sum(int(row["households"]) for row in rows) for rows in (members, groups))
    small = sum(bool(row["small"]) for row in members)
    small_after = sum(group["status"] == "below_floor" for group in groups)
    return [len(members), len(groups), small, small_after, before, after, after - before]


def _checked(table: Table) -> Table:
    """Give the table back if its rows add up to its totals and no household was lost."""
    sums = [sum(row[number] for row in table.rows) for number in range(1, 8)]
    if sums != list(table.totals[1:8]) or table.totals[7] != 0:
        raise PlanCheckError(
            f"The households of the workbook do not add up: rows {sums}, totals {list(table.totals[1:8])}. "
            "Make the plan again from its associations."
        )
    return table


def left_table(contents: Contents) -> Table:
    """List the associations left below the floor with what they lack and why; in public without figures.

    Parameters
    ----------
    contents
        The plan and what may be shown of it.
    """
    plan, lang, public = contents.plan, contents.lang, contents.shown.is_public
    areas = [name for name in reversed(AREA_COLUMNS) if name in plan.associations]
    short = (plan.groups["floor"] - plan.groups["households"]).clip(lower=0)
    rows = []
    for key, row in zip(plan.left_below.index, row_dicts(plan.left_below), strict=True):
        places = [_text(name, plan.associations.loc[key, name], lang) for name in areas]
        lacking = int(short[row["group_id"]])
        said = contents.shown.reason(row, lang) or row["explanation"] or row["reason"] or say("reason_none", lang)
        count, group_id = contents.figure(contents.shown.association(str(key))), str(row["group_id"])
        rows.append([str(key), row["name"], *places, count, *([] if public else [lacking]), group_id, said])

    def heading(name: str, kind: Kind = "text") -> Heading:
        return Heading(columns.label(name, table=columns.LEFT_BELOW, lang=lang), kind)

    headings = [
        heading("association_id", "code"),
        heading("name"),
        *(heading(name) for name in areas),
        heading("households", "count"),
        *([] if public else [Heading(say("shortage", lang), "count")]),
        heading("group_id", "code"),
        heading("explanation"),
    ]
    return Table(headings=headings, rows=rows)


def problem_table(contents: Contents) -> Table:
    """List the warnings that travelled with the input.

    Parameters
    ----------
    contents
        The plan, and the language of the words.
    """
    plan, lang = contents.plan, contents.lang
    names = ["association_id", "name", "message", "cure", "kind", "severity"]
    rows = []
    for row in row_dicts(plan.problems):
        kind = str(row["kind"])
        said = {
            "message": message_text(kind, str(row["message"]), lang),
            "cure": cure_text(kind, str(row["cure"]), lang),
            "kind": name_of_kind(kind, lang) if lang == "ja" else kind,
            "severity": say(str(row["severity"]), lang),
        }
        rows.append([said.get(name, row[name]) for name in names])
    return Table(headings=[Heading(columns.label(n, table=columns.PROBLEMS, lang=lang)) for n in names], rows=rows)


def border_table(contents: Contents) -> Table:
    """List the borders that were barred, opened or added, with what bars them and why: all that is not as on the map.

    Parameters
    ----------
    contents
        The plan, and the language of the words.
    """
    plan, lang = contents.plan, contents.lang
    names = {str(key): str(name) for key, name in plan.associations["name"].items()}
    texts = plan.borders[["a", "b", "kind", "barred_by", "reason"]].fillna("").to_dict("records")
    rows = [
        [row["a"], names[row["a"]], row["b"], names[row["b"]], say(row["kind"], lang), row["barred_by"], row["reason"]]
        for row in texts
        if row["barred_by"] or row["reason"]
    ]

    def heading(name: str, kind: Kind = "text") -> Heading:
        return Heading(columns.label(name, table=columns.BORDERS, lang=lang), kind)

    name = Heading(columns.label("name", table=columns.ASSOCIATIONS, lang=lang))
    rest = [heading(column) for column in ("kind", "barred_by", "reason")]
    return Table(headings=[heading("a", "code"), name, heading("b", "code"), name, *rest], rows=rows)


def repair_table(contents: Contents) -> Table:
    """List the repairs made to areas before the plan.

    Parameters
    ----------
    contents
        The plan, and the language of the words.
    """
    plan, lang = contents.plan, contents.lang
    names = [column.name for column in columns.REPAIRS]
    kinds: dict[str, Kind] = {"area_change_m2": "measure", "association_id": "code"}
    headings = [Heading(columns.label(n, table=columns.REPAIRS, lang=lang), kinds.get(n, "text")) for n in names]
    repairs = [{**row, "repair": repair_text(str(row.get("repair")), lang)} for row in repair_rows(plan)]
    return Table(headings=headings, rows=[[row.get(name) for name in names] for row in repairs])


def uninhabited_table(contents: Contents) -> Table:
    """List the areas without households: they are no associations, and nobody should miss them in the lists.

    Parameters
    ----------
    contents
        The plan, and the language of the words.
    """
    plan, lang = contents.plan, contents.lang
    rows = [[str(key), name] for key, name in plan.uninhabited["name"].items()]
    ids, name = (columns.label(n, table=columns.ASSOCIATIONS, lang=lang) for n in ("association_id", "name"))
    return Table(headings=[Heading(ids, "code"), Heading(name)], rows=rows)


def member_rows(plan: Plan) -> dict[str, dict[str, Any]]:
    """Give the members of a plan by id, each as a mapping.

    Parameters
    ----------
    plan
        The plan.
    """
    return {str(key): row for key, row in zip(plan.members.index, row_dicts(plan.members), strict=True)}


def row_dicts(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows of a table without its geometry, each as a mapping.

    Parameters
    ----------
    table
        Any table.
    """
    plain = pd.DataFrame(table.drop(columns="geometry", errors="ignore"))
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]


def _text(name: str, value: Any, lang: Lang) -> str | None:
    if pd.isna(value):
        return None
    if name == "households_kind" and value in columns.HOUSEHOLD_KINDS:
        return columns.HOUSEHOLD_KINDS[value][0 if lang == "ja" else 1]
    return str(value)


def _status(status: str, lang: Lang) -> str:
    return columns.GROUP_STATUSES[status][0 if lang == "ja" else 1]


def _sum(column: pd.Series[Any]) -> int | None:
    """Sum a column; unknown if one of its values is."""
    return int(column.sum()) if column.notna().all() else None
