"""PLAN -> the tables the procedure asks for: target list, old to new, comparison of plans, estimate of grants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from kurihara_geo import columns
from kurihara_geo.errors import InputError
from kurihara_geo.outputs.workbook.cells import Heading, Table
from kurihara_geo.outputs.workbook.tables import member_rows, row_dicts
from kurihara_geo.outputs.workbook.words import Lang, say
from kurihara_geo.plan import proof_text
from kurihara_geo.studies import compare_plans, estimate_grants, list_differences

if TYPE_CHECKING:
    from collections.abc import Callable

    from kurihara_geo.outputs.workbook.contents import Contents
    from kurihara_geo.plan import Plan

__all__ = [
    "comparison_table",
    "correspondence_table",
    "difference_tables",
    "grant_table",
    "partner_names",
    "target_ids",
    "target_table",
]

AGEING_COLUMNS = ("ageing_share", "高齢化率")
"""Own columns a planner may bring: people of 65 and over, as a share of 0 to 1."""


def target_ids(contents: Contents) -> list[str]:
    """List the associations below the floor today: those the procedure is about, in the order of the table.

    Parameters
    ----------
    contents
        The plan.
    """
    members = contents.plan.members
    return [
        str(key)
        for key, small, group in zip(members.index, members["small"], members["group_id"], strict=True)
        if small and contents.is_in(group)
    ]


def target_table(contents: Contents) -> Table:
    """List the associations below the floor (対象自治会): counts, hall, council, judgement, and the partners proposed.

    Parameters
    ----------
    contents
        The plan and what may be shown of it. A public edition has no floors of single associations, no shortage and
        none of the planner's own columns.
    """
    ids, members = target_ids(contents), member_rows(contents.plan)
    facts: dict[str, Callable[[str], Any]] = {
        "number": lambda key: contents.numbers[str(members[key]["group_id"])],
        "association_id": str,
        "name": lambda key: members[key]["name"],
        **_place_facts(contents),
        **_count_facts(contents),
        **_hall_facts(contents),
        "judgement": lambda key: say(_judgement(contents, key), contents.lang),
        "group": lambda key: members[key]["group_name"],
        "partners": lambda key: say("and", contents.lang).join(partner_names(contents, key)),
    }
    rows = [[fact(key) for fact in facts.values()] for key in ids]
    left = [number for number, key in enumerate(ids) if _judgement(contents, key) != "judged_merged"]
    return Table(headings=_target_headings(list(facts), contents.lang), rows=rows, alerts=left)


def _hall_facts(contents: Contents) -> dict[str, Any]:
    if not contents.halls_of:
        return {}
    return {"hall": lambda key: say("and", contents.lang).join(contents.halls_of.get(key, ()))}


def _place_facts(contents: Contents) -> dict[str, Any]:
    table = contents.plan.associations
    facts: dict[str, Any] = {}
    if "former_town" in table:
        facts["former_town"] = lambda key: _empty(table.at[key, "former_town"])
    if any(contents.district_of.values()):
        facts["former_school_district"] = lambda key: contents.district_of[key]
    if contents.council_of:
        facts["council"] = lambda key: contents.council_of.get(contents.district_of[key], "")
    return facts


def _count_facts(contents: Contents) -> dict[str, Any]:
    plan, shown, rules = contents.plan, contents.shown, contents.plan.rules
    facts: dict[str, Any] = {"households": lambda key: contents.figure(shown.association(key))}
    if "population" in plan.associations:
        facts["population"] = lambda key: contents.figure(shown.population(key))
    if shown.is_public:
        return facts
    ageing = next((name for name in AGEING_COLUMNS if name in plan.associations), None)
    if ageing and pd.api.types.is_numeric_dtype(plan.associations[ageing]):
        facts["ageing"] = lambda key: _empty(plan.associations.at[key, ageing])
    facts["floor"] = lambda key: int(rules.floor_of(key))
    members = member_rows(plan)
    facts["shortage"] = lambda key: int(rules.floor_of(key)) - int(members[key]["households"])
    return facts


def _target_headings(names: list[str], lang: Lang) -> list[Heading]:
    labels = {
        **{name: say(name, lang) for name in ("number", "hall", "judgement", "partners", "shortage", "ageing")},
        "council": say("council_status", lang),
        "group": columns.label("group_name", table=columns.MEMBERS, lang=lang),
        "floor": columns.label("floor", table=columns.GROUPS, lang=lang),
    }
    kinds: dict[str, Any] = {
        "number": "mark",
        "association_id": "code",
        "ageing": "share",
        **dict.fromkeys(("households", "population", "floor", "shortage"), "count"),
    }
    return [
        Heading(labels.get(name) or columns.label(name, table=columns.ASSOCIATIONS, lang=lang), kinds.get(name, "text"))
        for name in names
    ]


def _judgement(contents: Contents, key: str) -> str:
    """Say what becomes of a target: the word for it."""
    if str(contents.plan.members.at[key, "status"]) == "merged":
        return "judged_merged"
    exempt = key in contents.plan.rules.exempt and not contents.shown.is_public
    return "judged_exempt" if exempt else "judged_left"


def partner_names(contents: Contents, association_id: str) -> list[str]:
    """Name the other members of the group an association joins.

    Parameters
    ----------
    contents
        The plan.
    association_id
        The association.
    """
    groups = contents.plan.groups
    (row,) = row_dicts(groups[groups.index == contents.plan.members["group_id"][association_id]])
    pairs = zip(row["member_ids"], row["member_names"], strict=True)
    return [str(name) for member, name in pairs if str(member) != association_id]


def correspondence_table(contents: Contents) -> Table:
    """List every code of today once, with the group it comes to and a place for the new code (新旧対応表).

    Areas without households are in it, for the register has their codes too.

    Parameters
    ----------
    contents
        The plan, and the groups the papers are about; without households, so that any office can be given it.
    """
    plan, lang = contents.plan, contents.lang
    facts = _place_facts(contents)
    facts.pop("council", None)
    whole = contents.groups is None
    members, statuses = member_rows(plan), {key: pair[lang == "en"] for key, pair in columns.GROUP_STATUSES.items()}
    rows: list[list[Any]] = []
    for key, name in zip(map(str, plan.associations.index), plan.associations["name"], strict=True):
        places, member = [fact(key) for fact in facts.values()], members.get(key)
        if member is not None and contents.is_in(member["group_id"]):
            group_id, status = str(member["group_id"]), statuses[member["status"]]
            group = [contents.numbers[group_id], group_id, member["group_name"], status]
            rows.append([key, name, *places, *group, None, None])
        elif member is None and whole:
            rows.append([key, name, *places, None, None, None, statuses["uninhabited"], None, None])
    old = [Heading(say("old_code", lang), "code"), Heading(say("old_name", lang))]
    areas = [Heading(columns.label(fact, table=columns.ASSOCIATIONS, lang=lang)) for fact in facts]
    new = [
        Heading(say("number", lang), "mark"),
        Heading(say("new_code_interim", lang), "code"),
        Heading(columns.label("group_name", table=columns.MEMBERS, lang=lang)),
        Heading(columns.label("status", table=columns.MEMBERS, lang=lang)),
        Heading(say("new_code", lang), "input"),
        Heading(say("remarks", lang), "input"),
    ]
    return Table(headings=[*old, *areas, *new], rows=rows)


def comparison_table(contents: Contents) -> Table:
    """Compare this plan with the others, one row a figure, one column a plan (比較表).

    Parameters
    ----------
    contents
        The plan, the others and the shares of the grant. A public edition has no figure made of households.
    """
    lang, public = contents.lang, contents.shown.is_public
    plans = _compared(contents)
    table = compare_plans(plans, grants=None if public else contents.grants)
    units, labels = table.attrs["units"], table.attrs[f"labels_{lang}"]
    alike = len({(plan.rules.min_households, plan.rules.lower_floors) for plan in plans.values()}) == 1
    # How many are below one floor and how many below another would tell how large those between are.
    cut = () if alike else ("left_below",)
    kept = [n for n in table.index if not public or not (units[n] or n.startswith("below_floor_") or n in cut)]
    rows = [
        [labels[name], *(_figure(name, table.at[name, own], plan, lang) for own, plan in plans.items())]
        for name in kept
    ]
    return Table(headings=[Heading(say("item", lang)), *(Heading(name, "figure") for name in plans)], rows=rows)


def _compared(contents: Contents) -> dict[str, Plan]:
    own = say("this_plan", contents.lang)
    if own in contents.others:
        raise InputError(f"others: {own!r} is the name of the plan that is written; give the other plan another.")
    return {own: contents.plan, **contents.others}


def _figure(name: str, value: Any, plan: Plan, lang: Lang) -> Any:
    """Give a figure; an alternative is said to be one, for people would take "not proven" for a fault of it."""
    return proof_text(plan, lang) if name == "proven" else _empty(value)


def difference_tables(contents: Contents) -> dict[str, Table]:
    """List the associations that have other partners in another plan, one table for each of the others.

    None in a public edition: how another plan groups them, beside the counts of this one, would tell hidden counts.

    Parameters
    ----------
    contents
        The plan and the others.
    """
    lang, comma = contents.lang, say("and", contents.lang)
    tables: dict[str, Table] = {}
    if contents.shown.is_public:
        return tables
    for name, other in contents.others.items():
        found = list_differences(contents.plan, other)
        rows = [
            [str(key), row["name"], comma.join(row["member_names_a"]), comma.join(row["member_names_b"])]
            for key, row in zip(found.index, found.to_dict("records"), strict=True)
        ]
        headings = [
            Heading(columns.label("association_id", table=columns.ASSOCIATIONS, lang=lang), "code"),
            Heading(columns.label("name", table=columns.ASSOCIATIONS, lang=lang)),
            Heading(say("group_in", lang, plan=say("this_plan", lang))),
            Heading(say("group_in", lang, plan=name)),
        ]
        tables[say("differs_from", lang, plan=name)] = Table(headings=headings, rows=rows)
    return tables


def grant_table(contents: Contents) -> Table:
    """Estimate the block grant before and after, one row a group, in yen (交付金試算).

    Parameters
    ----------
    contents
        The plan, the shares of the grant, and the groups the papers are about.

    Raises
    ------
    InputError
        If no shares were given, or one is per person and people are not known.
    """
    lang = contents.lang
    if contents.grants is None:
        raise InputError("grants: give GrantShares(...) for an estimate.")
    table = estimate_grants(contents.plan, contents.grants)
    sums = ("member_count", "before", "after", "change")
    found = dict(zip(map(str, table.index), row_dicts(table), strict=True))
    rows: list[list[Any]] = []
    for key, row in ((key, found[key]) for key in contents.numbers if contents.is_in(key)):
        said = columns.GROUP_STATUSES[row["status"]][lang == "en"]
        rows.append([contents.numbers[key], key, row["name"], said, *(int(row[name]) for name in sums)])
    totals = [sum(row[place] for row in rows) for place in range(4, 8)]
    kinds: dict[str, Any] = {"group_id": "code", "change": "change", **dict.fromkeys(sums[:3], "count")}
    headings = [
        Heading(columns.label(name, table=columns.GRANTS, lang=lang), kinds.get(name, "text"))
        for name in ("group_id", "name", "status", *sums)
    ]
    return Table(
        headings=[Heading(say("number", lang), "mark"), *headings],
        rows=rows,
        totals=[None, say("total", lang), say("total_associations", lang, count=len(rows)), None, *totals],
    )


def _empty(value: Any) -> Any:
    return None if pd.isna(value) else value
