"""The first sheet in words: counts before and after, what was asked, what is proven."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kurihara_geo import columns
from kurihara_geo.outputs.workbook.cells import Heading, Table
from kurihara_geo.outputs.workbook.words import Lang, say
from kurihara_geo.plan import STAGE_LABELS

if TYPE_CHECKING:
    from kurihara_geo.model.solution import Stage
    from kurihara_geo.plan import Plan

__all__ = ["about_rows", "count_table", "rule_rows", "stage_table"]


def count_table(plan: Plan, lang: Lang) -> Table:
    """Give the counts people ask for first, before and after.

    Parameters
    ----------
    plan
        The plan.
    lang
        ``ja`` or ``en``.
    """
    s, members, groups = plan.summary(), plan.members, plan.groups
    today = members["households"]
    pairs = [
        ("associations", s["associations_before"], s["associations_after"]),
        ("small", s["small_before"], s["small_after"]),
        ("households_small", int(today[members["small"]].sum()), s["households_left_below"]),
        ("households", s["households_before"], s["households_after"]),
        ("smallest", int(today.min()) if len(today) else 0, s["smallest_group"]),
        ("largest", int(today.max()) if len(today) else 0, s["largest_group"]),
    ]
    if "population" in plan.associations and plan.associations.loc[members.index, "population"].notna().all():
        people = int(plan.associations.loc[members.index, "population"].sum())
        pairs.insert(4, ("population", people, int(groups["population"].sum())))
    rows: list[list[Any]] = [[say(name, lang), before, after, after - before] for name, before, after in pairs]
    rows += [
        [say("changed", lang), None, s["associations_changed"], None],
        [say("merged_groups", lang), None, s["merged_groups"], None],
        [say("uninhabited", lang), s["uninhabited_areas"], None, None],
    ]
    headings = [
        Heading(say("item", lang)),
        Heading(say("before", lang), "count"),
        Heading(say("after", lang), "count"),
        Heading(say("change", lang), "change"),
    ]
    return Table(headings=headings, rows=rows)


def rule_rows(plan: Plan, lang: Lang) -> list[tuple[str, str]]:
    """Say the rules in words; rules that ask for nothing are left out, but for the limits.

    Parameters
    ----------
    plan
        The plan.
    lang
        ``ja`` or ``en``.
    """
    rules, comma = plan.rules, say("and", lang)
    labels = {name: columns.label(name, lang=lang) for name in rules.boundary_columns}
    names = plan.associations["name"].to_dict()

    def people(ids: tuple[str, ...]) -> str:
        return comma.join(f"{names.get(key, '')}({key})" for key in ids)

    texts = {
        "floor": say("floor_text", lang, value=rules.min_households),
        "ceiling": _limit("ceiling_text", rules.max_households, lang),
        "max_members": _limit("max_members_text", rules.max_members, lang),
        "keep_within": comma.join(labels[name] for name in rules.keep_within) or say("none", lang),
        "prefer_within": comma.join(
            say("weight", lang, name=labels[name], value=weight) for name, weight in rules.prefer_within.items()
        ),
        "together": "\n".join(people(ids) for ids in rules.together),
        "apart": "\n".join(people(ids) for ids in rules.apart),
        "unchanged": people(rules.unchanged),
        "missing_as": comma.join(
            say("missing_as_text", lang, name=labels[name], value=value) for name, value in rules.missing_as.items()
        ),
    }
    return [(say(name, lang), text) for name, text in texts.items() if text]


def _limit(key: str, value: int | None, lang: Lang) -> str:
    return say("no_limit", lang) if value is None else say(key, lang, value=value)


def stage_table(plan: Plan, lang: Lang) -> Table:
    """List the stages with their value, what no plan can go below, and whether that is proven.

    Parameters
    ----------
    plan
        The plan.
    lang
        ``ja`` or ``en``.
    """
    headings = [
        Heading(columns.label("name", table=columns.STAGES, lang=lang)),
        Heading(columns.label("value", table=columns.STAGES, lang=lang), "count"),
        Heading(columns.label("bound", table=columns.STAGES, lang=lang), "count"),
        Heading(columns.label("proven", table=columns.STAGES, lang=lang)),
    ]
    which = 0 if lang == "ja" else 1
    rows = [
        [f"{number} {STAGE_LABELS.get(s.name, (s.name, s.name))[which]}", s.value, s.bound, _proof(s, lang)]
        for number, s in enumerate(plan.stages, 1)
    ]
    return Table(headings=headings, rows=rows)


def _proof(stage: Stage, lang: Lang) -> str:
    if stage.proven:
        return say("stage_proven", lang)
    return say("stage_open", lang) if stage.gap is None else say("stage_gap", lang, gap=stage.gap)


def about_rows(plan: Plan, lang: Lang) -> list[tuple[str, str]]:
    """Say what is proven, that no household was lost, what was used and what came with the data.

    Parameters
    ----------
    plan
        The plan.
    lang
        ``ja`` or ``en``.
    """
    s, attrs, stopped = plan.summary(), plan.associations.attrs, plan.solution.stopped
    verdict = say("proof_yes" if plan.proven else "proof_no", lang)
    if stopped:
        verdict = f"{verdict} {say(stopped, lang)}"
    count = len(plan.problems)
    warned = say("warnings_text", lang, count=count, sheet=say("sheet_points", lang)) if count else say("none", lang)
    texts = {
        "proof": verdict,
        "conserved": say("conserved_text", lang, before=s["households_before"], after=s["households_after"]),
        "warnings": warned,
        "solver": plan.solution.solver,
        "input_sha256": plan.input_sha256,
        "notice": str(attrs.get("notice") or ""),
        "attribution": str(attrs.get("attribution") or ""),
    }
    return [(say(name, lang), text) for name, text in texts.items() if text]
