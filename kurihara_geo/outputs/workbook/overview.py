"""The first sheet in words: counts before and after, what was asked, what is proven."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kurihara_geo import columns
from kurihara_geo.outputs.audience import Hidden
from kurihara_geo.outputs.workbook.cells import Heading, Table
from kurihara_geo.outputs.workbook.words import Lang, say
from kurihara_geo.plan import proof_text, stage_label
from kurihara_geo.rules.relaxing import describe_rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kurihara_geo.model.solution import Stage
    from kurihara_geo.outputs.workbook.contents import Contents
    from kurihara_geo.plan import Plan
    from kurihara_geo.rules import MergeRules, Obstacle

__all__ = ["about_rows", "conserved_text", "count_table", "is_compared", "rule_rows", "stage_table"]

_OF_SINGLE_ONES = ("lower_floors", "together", "apart", "unchanged", "exempt", "obstacles")
"""Rules that name associations: not for the public."""


def count_table(contents: Contents) -> Table:
    """Give the counts people ask for first, before and after.

    Parameters
    ----------
    contents
        The plan and what may be shown of it.
    """
    lang = contents.lang
    headings = [
        Heading(say("item", lang)),
        Heading(say("before", lang), "count"),
        Heading(say("after", lang), "count"),
        Heading(say("change", lang), "change"),
    ]
    return Table(headings=headings, rows=_public_counts(contents) if contents.shown.is_public else _counts(contents))


def _counts(contents: Contents) -> list[list[Any]]:
    plan, lang = contents.plan, contents.lang
    s, members, groups, rules = plan.summary(), plan.members, plan.groups, plan.rules
    today = members["households"]
    pairs = [
        ("associations", s["associations_before"], s["associations_after"]),
        ("small_own" if rules.lower_floors else "small", s["small_before"], s["small_after"]),
        ("households_small", int(today[members["small"]].sum()), s["households_left_below"]),
        ("households", s["households_before"], s["households_after"]),
        ("smallest", int(today.min()) if len(today) else 0, s["smallest_group"]),
        ("largest", int(today.max()) if len(today) else 0, s["largest_group"]),
    ]
    if "population" in plan.associations and plan.associations.loc[members.index, "population"].notna().all():
        people = int(plan.associations.loc[members.index, "population"].sum())
        pairs.insert(4, ("population", people, int(groups["population"].sum())))
    rows: list[list[Any]] = [[say(name, lang), before, after, after - before] for name, before, after in pairs]
    rows += _single_counts(contents)
    if s["exempt_left_below"]:
        exempt = plan.left_below[plan.left_below["reason"] == "exempt"]
        rows.insert(3, [say("exempt_households", lang), None, int(exempt["households"].sum()), None])
        rows.insert(2, [say("exempt_left", lang), None, s["exempt_left_below"], None])
    if rules.lower_floors:
        number = sum(rules.floor_of(str(name)) < rules.min_households for name in members.index)
        rows.insert(1, [say("own_floors", lang), number, None, None])
    return rows


def _single_counts(contents: Contents) -> list[list[Any]]:
    s, lang = contents.plan.summary(), contents.lang
    return [
        [say("changed", lang), None, s["associations_changed"], None],
        [say("merged_groups", lang), None, s["merged_groups"], None],
        [say("uninhabited", lang), s["uninhabited_areas"], None, None],
    ]


def _public_counts(contents: Contents) -> list[list[Any]]:
    """Give the counts of associations, and of households and people the totals that may be shown."""
    s, lang, shown = contents.plan.summary(), contents.lang, contents.shown
    pairs: list[tuple[str, int, int]] = [
        ("associations", s["associations_before"], s["associations_after"]),
        ("small", s["small_before"], s["small_after"]),
    ]
    rows: list[list[Any]] = [[say(name, lang), before, after, after - before] for name, before, after in pairs]
    for name, total in (("households", shown.total()), ("population", shown.total_population())):
        if total is not None:
            change = None if isinstance(total, Hidden) else 0
            rows.append([say(name, lang), contents.figure(total), contents.figure(total), change])
    return [*rows, *_single_counts(contents)]


def rule_rows(contents: Contents) -> list[tuple[str, str]]:
    """Say the rules in words; rules that ask for nothing are left out, but for the limits.

    Parameters
    ----------
    contents
        The plan; a public edition leaves out the rules about single associations.
    """
    plan, lang = contents.plan, contents.lang
    rules, comma = plan.rules, say("and", lang)
    people = _Names(plan.associations["name"].to_dict(), comma)
    texts = {
        "floor": say("floor_text", lang, value=rules.min_households),
        **_floor_texts(rules, people, lang),
        "ceiling": _limit("ceiling_text", rules.max_households, lang),
        "max_members": _limit("max_members_text", rules.max_members, lang),
        **_reach_texts(rules, lang),
        **_boundary_texts(rules, lang),
        "together": "\n".join(people(ids) for ids in rules.together),
        "apart": "\n".join(people(ids) for ids in rules.apart),
        "unchanged": people(rules.unchanged),
        "exempt": "\n".join(
            say("exempt_text", lang, people=people((name,)), reason=reason) for name, reason in rules.exempt.items()
        ),
        "obstacles": "\n".join(_obstacle(entry, people, lang) for entry in rules.obstacles),
        **_objective_texts(rules, lang),
    }
    hidden = _OF_SINGLE_ONES if contents.shown.is_public else ()
    return [(say(name, lang), text) for name, text in texts.items() if text and name not in hidden]


class _Names:
    """Gives ids as people know them: name and id."""

    def __init__(self, names: Mapping[Any, Any], comma: str) -> None:
        self.names, self.comma = names, comma

    def __call__(self, ids: Iterable[str]) -> str:
        return self.comma.join(f"{self.names.get(key, '')}({key})" for key in ids)


def _floor_texts(rules: MergeRules, people: _Names, lang: Lang) -> dict[str, str]:
    further = [describe_rule(rules, f"floors:{column}", lang) for column in rules.floors]
    if rules.floors_apply_to == "all":
        further.append(say("floors_all", lang))
    return {
        "lower_floors": "\n".join(
            say("lower_floor_text", lang, people=people(entry.ids), value=entry.min_households, reason=entry.reason)
            for entry in rules.lower_floors
        ),
        "needs_hall": describe_rule(rules, "needs_hall", lang) if rules.needs_hall else "",
        "floors": say("and", lang).join(further),
    }


def _reach_texts(rules: MergeRules, lang: Lang) -> dict[str, str]:
    rule_of = {"max_span": "max_span_m", "max_way": "max_way_m", "max_small_per_large": "max_small_per_large"}
    texts = {
        name: describe_rule(rules, rule, lang) for name, rule in rule_of.items() if getattr(rules, rule) is not None
    }
    if rules.span_along == "borders":
        texts["max_span"] += say("and", lang) + say("span_along", lang)
    return texts


def _boundary_texts(rules: MergeRules, lang: Lang) -> dict[str, str]:
    comma = say("and", lang)
    labels = {name: columns.label(name, lang=lang) for name in rules.boundary_columns}
    return {
        "keep_within": comma.join(labels[name] for name in rules.keep_within) or say("none", lang),
        "prefer_within": comma.join(
            say("weight", lang, name=labels[name], value=weight) for name, weight in rules.prefer_within.items()
        ),
        "missing_as": comma.join(
            say("missing_as_text", lang, name=labels[name], value=value) for name, value in rules.missing_as.items()
        ),
    }


def _obstacle(entry: Obstacle, people: _Names, lang: Lang) -> str:
    words = {"people": people(entry.ids), "reason": entry.reason}
    if entry.ban:
        return say("obstacle_ban", lang, **words)
    return say("obstacle_weight", lang, value=entry.weight, **words)


def _objective_texts(rules: MergeRules, lang: Lang) -> dict[str, str]:
    def figure(key: str, value: int | None) -> str:
        return "" if value is None else say(key, lang, value=value)

    order = [stage_label(stage.name, lang) for stage in rules.stages] if rules.objective else []
    return {
        "target": figure("target_text", rules.target_households),
        "weak_border": figure("weak_border_text", rules.weak_border_m),
        "objective": say("then", lang).join(order),
    }


def _limit(key: str, value: int | None, lang: Lang) -> str:
    return say("no_limit", lang) if value is None else say(key, lang, value=value)


def stage_table(contents: Contents) -> Table:
    """List the stages with their value, what no plan can go below, and whether that is proven.

    Parameters
    ----------
    contents
        The plan; a public edition gives no value that is made of households.
    """
    plan, lang = contents.plan, contents.lang
    headings = [
        Heading(columns.label("name", table=columns.STAGES, lang=lang)),
        Heading(columns.label("value", table=columns.STAGES, lang=lang), "count"),
        Heading(columns.label("bound", table=columns.STAGES, lang=lang), "count"),
        Heading(columns.label("proven", table=columns.STAGES, lang=lang)),
    ]
    proof = say("stage_compared", lang) if is_compared(plan) else ""
    rows: list[list[Any]] = []
    for number, s in enumerate(plan.stages, 1):
        open_to_all = s.name == "mergers" or not contents.shown.is_public
        said = _proof(s if open_to_all else replace(s, bound=None), lang)
        shown = contents.figure(contents.shown.stage_value(s.name))
        values = [shown, s.bound if open_to_all else shown]
        rows.append([f"{number} {stage_label(s.name, lang)}", *values, proof or said])
    return Table(headings=headings, rows=rows)


def is_compared(plan: Plan) -> bool:
    """Whether a plan is meant for comparison only: then its stages were not made as small as they can be.

    Parameters
    ----------
    plan
        The plan.
    """
    return not {"alternative", "trade_off"}.isdisjoint(plan.search)


def _proof(stage: Stage, lang: Lang) -> str:
    if stage.proven:
        return say("stage_proven", lang)
    return say("stage_open", lang) if stage.gap is None else say("stage_gap", lang, gap=stage.gap)


def about_rows(contents: Contents) -> list[tuple[str, str]]:
    """Say what is proven, that no household was lost, what was used and what came with the data.

    Parameters
    ----------
    contents
        The plan; a public edition has no count of warnings and no fingerprint of the input.
    """
    plan, lang, public = contents.plan, contents.lang, contents.shown.is_public
    stopped = plan.solution.stopped
    verdict = say("proof_yes" if plan.proven else "proof_no", lang)
    if is_compared(plan):
        verdict = proof_text(plan, lang)
        verdict += say("full_stop", lang)
    elif stopped:
        verdict = f"{verdict} {say(stopped, lang)}"
    count = len(plan.problems)
    warned = say("warnings_text", lang, count=count, sheet=say("sheet_points", lang)) if count else say("none", lang)
    texts = {
        "proof": verdict,
        "conserved": "" if public else conserved_text(contents),
        "warnings": "" if public else warned,
        "method": _method(plan, lang),
        "solver": plan.solution.solver,
        "input_sha256": "" if public else plan.input_sha256,
        "notice": contents.notice,
        "attribution": "\n".join(contents.attributions),
    }
    return [(say(name, lang), text) for name, text in texts.items() if text]


def conserved_text(contents: Contents) -> str:
    """Say that no household was lost.

    Parameters
    ----------
    contents
        The plan.
    """
    s = contents.plan.summary()
    return say("conserved_text", contents.lang, before=s["households_before"], after=s["households_after"])


def _method(plan: Plan, lang: Lang) -> str:
    """Say in words how the groups were chosen and among which; empty where nobody recorded it."""
    listed = plan.search.get("components_open") != plan.search.get("components")
    family = f"family_{plan.search['family']}" if listed and plan.search.get("family") in ("atomic", "full") else ""
    named = [f"engine_{plan.solution.engine}"] if plan.search.get("components") is not None else []
    return " ".join(say(key, lang) for key in [*named, *([family] if family else [])])
