"""PLAN -> the tables of the workbook, as plain rows: nothing here knows fonts or paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from kurihara_geo import columns
from kurihara_geo.errors import PlanCheckError
from kurihara_geo.outputs.exports import repair_rows
from kurihara_geo.outputs.problem_texts import cure_text, message_text, name_of_kind, repair_text
from kurihara_geo.outputs.workbook.cells import Heading, Table
from kurihara_geo.outputs.workbook.words import Lang, say
from kurihara_geo.plan import meeting_place_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from kurihara_geo.outputs.workbook.cells import Kind
    from kurihara_geo.plan import Plan

__all__ = [
    "AREA_COLUMNS",
    "area_table",
    "border_table",
    "group_table",
    "left_table",
    "problem_table",
    "proposal_table",
    "repair_table",
    "today_table",
    "uninhabited_table",
]

AREA_COLUMNS = ("former_school_district", "former_town")
_MARK = "○"


def today_table(plan: Plan, lang: Lang) -> Table:
    """List the associations as they are today, in their own order, with those below the floor marked.

    Parameters
    ----------
    plan
        The plan; a column nobody brought is left out.
    lang
        ``ja`` or ``en``.
    """
    table = plan.associations.loc[plan.members.index]
    names = ["name", "former_town", "former_school_district", "council", "households_kind"]
    if "households_kind" in table and len(set(table["households_kind"])) == 1:
        names.remove("households_kind")  # said once, above the table
    texts = [name for name in names if name in table]
    counts = [name for name in ("households", "population") if name in table]
    kinds: dict[str, Kind] = {"association_id": "code", **dict.fromkeys(counts, "count")}
    order = ["association_id", *texts, *counts]
    small = plan.members["small"].tolist()
    cells = [
        [str(key), *(_text(name, row[name], lang) for name in texts), *(_whole(row[name]) for name in counts)]
        for key, row in zip(table.index, pd.DataFrame(table)[[*texts, *counts]].to_dict("records"), strict=True)
    ]
    sums = [_sum(table[name]) for name in counts]
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


def proposal_table(plan: Plan, lang: Lang) -> Table:
    """List every association with the group it joins, one row each, with two columns left to fill in.

    Where groups have floors of their own, floor and reason stand beside them; where associations have counts of later
    years (``households_YYYY``), so do the group's sums, empty where a member's count is missing.

    Parameters
    ----------
    plan
        The plan.
    lang
        ``ja`` or ``en``.
    """
    members = _members(plan)
    own_floors = bool((plan.groups["floor_reason"] != "").any())
    years = _later_years(plan)
    rows: list[list[Any]] = []
    starts: list[int] = []
    alerts: list[int] = []
    for group_id, group in zip(plan.groups.index, _records(plan.groups), strict=True):
        starts.append(len(rows))
        if group["status"] == "below_floor":
            alerts += range(len(rows), len(rows) + len(group["member_ids"]))
        head = [str(group_id), group["name"], _status(group["status"], lang), int(group["households"])]
        crosses = say("and", lang).join(columns.label(name, lang=lang) for name in group["crosses"])
        floor = [int(group["floor"]), group["floor_reason"]] if own_floors else []
        later = [_sum(plan.associations.loc[list(group["member_ids"]), f"households_{year}"]) for year in years]
        for key in group["member_ids"]:
            today = members[key]
            own = [str(key), today["name"], int(today["households"]), _MARK if today["small"] else None]
            rows.append(
                [
                    *head,
                    *own,
                    meeting_place_text(group, lang),
                    int(today["distance_m"]),
                    crosses,
                    *floor,
                    *later,
                    None,
                    None,
                ]
            )
    after, before = int(plan.groups["households"].sum()), int(plan.members["households"].sum())
    names = [say("total_associations", lang, count=len(table)) for table in (members, plan.groups)]
    totals = [
        say("total", lang),
        names[1],
        None,
        after,
        None,
        names[0],
        before,
        int(plan.members["small"].sum()),
    ]
    headings = _proposal_headings(lang, own_floors=own_floors, years=years)
    rest = [None] * (len(headings) - len(totals))
    return Table(headings=headings, rows=rows, totals=[*totals, *rest], alerts=alerts, starts=starts)


def _later_years(plan: Plan) -> list[str]:
    """List the years of which the associations have counts, each a column ``households_YYYY``."""
    found = (re.fullmatch(r"households_([0-9]{4})", str(name)) for name in plan.associations.columns)
    years = sorted(match[1] for match in found if match)
    return [year for year in years if pd.api.types.is_numeric_dtype(plan.associations[f"households_{year}"])]


def _proposal_headings(lang: Lang, *, own_floors: bool, years: list[str]) -> list[Heading]:
    group = {column.name: columns.label(column.name, table=columns.GROUPS, lang=lang) for column in columns.GROUPS}
    floor = [Heading(group["floor"], "count"), Heading(group["floor_reason"])] if own_floors else []
    member = {column.name: columns.label(column.name, table=columns.MEMBERS, lang=lang) for column in columns.MEMBERS}
    return [
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


def area_table(plan: Plan, column: str, lang: Lang) -> Table:
    """Compare associations and households before and after, one row for each value of a column.

    Parameters
    ----------
    plan
        The plan.
    column
        Such as ``former_school_district``; a group counts where most of its households are, ties by the
        area's name.
    lang
        ``ja`` or ``en``.
    """
    area_of = {
        str(key): say("blank", lang) if pd.isna(value) else str(value)
        for key, value in plan.associations.loc[plan.members.index, column].items()
    }
    members, groups = _members(plan), _records(plan.groups)
    touched = [_households_by_area(group["member_ids"], members, area_of) for group in groups]
    home = [min(sizes, key=lambda area: (-sizes[area], area)) for sizes in touched]
    across = [set(sizes) if len(sizes) > 1 else set() for sizes in touched]
    rows: list[list[Any]] = []
    for area in dict.fromkeys(area_of.values()):
        before = [members[key] for key, own in area_of.items() if own == area]
        after = [group for group, own in zip(groups, home, strict=True) if own == area]
        rows.append([area, *_counts(before, after), sum(area in areas for areas in across), None])
    total = [*_counts(members.values(), groups), sum(map(bool, across)), None]
    return _checked(Table(headings=_area_headings(lang), rows=rows, totals=[say("total", lang), *total]))


def _households_by_area(ids: Iterable[str], members: Mapping[str, Any], area_of: Mapping[str, str]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for key in ids:
        sizes[area_of[key]] = sizes.get(area_of[key], 0) + int(members[key]["households"])
    return sizes


def group_table(plan: Plan, lang: Lang) -> Table:
    """Compare associations and households before and after, one row for each group.

    Parameters
    ----------
    plan
        The plan.
    lang
        ``ja`` or ``en``.
    """
    members, groups = _members(plan), _records(plan.groups)
    rows = [
        [group["name"], *_counts([members[key] for key in group["member_ids"]], [group]), None, str(group_id)]
        for group_id, group in zip(plan.groups.index, groups, strict=True)
    ]
    totals = [say("total", lang), *_counts(members.values(), groups), None, None]
    alerts = [number for number, group in enumerate(groups) if group["status"] == "below_floor"]
    return _checked(Table(headings=_area_headings(lang), rows=rows, totals=totals, alerts=alerts))


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


def left_table(plan: Plan, lang: Lang) -> Table:
    """List the associations left below the floor with what they lack and why.

    Parameters
    ----------
    plan
        The plan.
    lang
        ``ja`` or ``en``.
    """
    areas = [name for name in reversed(AREA_COLUMNS) if name in plan.associations]
    why = "explanation" if lang == "ja" else "explanation_en"
    short = (plan.groups["floor"] - plan.groups["households"]).clip(lower=0)
    rows = []
    for key, row in zip(plan.left_below.index, _records(plan.left_below), strict=True):
        places = [_text(name, plan.associations.loc[key, name], lang) for name in areas]
        lacking = int(short[row["group_id"]])
        said = row.get(why) or row.get("explanation") or row["reason"] or say("reason_none", lang)
        rows.append([str(key), row["name"], *places, int(row["households"]), lacking, str(row["group_id"]), said])

    def heading(name: str, kind: Kind = "text") -> Heading:
        return Heading(columns.label(name, table=columns.LEFT_BELOW, lang=lang), kind)

    return Table(
        headings=[
            heading("association_id", "code"),
            heading("name"),
            *(heading(name) for name in areas),
            heading("households", "count"),
            Heading(say("shortage", lang), "count"),
            heading("group_id", "code"),
            heading("explanation"),
        ],
        rows=rows,
    )


def problem_table(plan: Plan, lang: Lang) -> Table:
    """List the warnings that travelled with the input.

    Parameters
    ----------
    plan
        The plan.
    lang
        ``ja`` or ``en``.
    """
    names = ["association_id", "name", "message", "cure", "kind", "severity"]
    rows = []
    for row in _records(plan.problems):
        kind = str(row["kind"])
        said = {
            "message": message_text(kind, str(row["message"]), lang),
            "cure": cure_text(kind, str(row["cure"]), lang),
            "kind": name_of_kind(kind, lang) if lang == "ja" else kind,
            "severity": say(str(row["severity"]), lang),
        }
        rows.append([said.get(name, row[name]) for name in names])
    return Table(headings=[Heading(columns.label(n, table=columns.PROBLEMS, lang=lang)) for n in names], rows=rows)


def border_table(plan: Plan, lang: Lang) -> Table:
    """List the borders that were barred, opened or added, with what bars them and why: all that is not as on the map.

    Parameters
    ----------
    plan
        The plan.
    lang
        ``ja`` or ``en``.
    """
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


def repair_table(plan: Plan, lang: Lang) -> Table:
    """List the repairs made to areas before the plan.

    Parameters
    ----------
    plan
        The plan.
    lang
        ``ja`` or ``en``.
    """
    names = [column.name for column in columns.REPAIRS]
    kinds: dict[str, Kind] = {"area_change_m2": "measure", "association_id": "code"}
    headings = [Heading(columns.label(n, table=columns.REPAIRS, lang=lang), kinds.get(n, "text")) for n in names]
    repairs = [{**row, "repair": repair_text(str(row.get("repair")), lang)} for row in repair_rows(plan)]
    return Table(headings=headings, rows=[[row.get(name) for name in names] for row in repairs])


def uninhabited_table(plan: Plan, lang: Lang) -> Table:
    """List the areas without households: they are no associations, and nobody should miss them in the lists.

    Parameters
    ----------
    plan
        The plan.
    lang
        ``ja`` or ``en``.
    """
    rows = [[str(key), name] for key, name in plan.uninhabited["name"].items()]
    ids, name = (columns.label(n, table=columns.ASSOCIATIONS, lang=lang) for n in ("association_id", "name"))
    return Table(headings=[Heading(ids, "code"), Heading(name)], rows=rows)


def _members(plan: Plan) -> dict[str, dict[str, Any]]:
    return {str(key): row for key, row in zip(plan.members.index, _records(plan.members), strict=True)}


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
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


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _sum(column: pd.Series[Any]) -> int | None:
    """Sum a column; unknown if one of its values is."""
    return int(column.sum()) if column.notna().all() else None
