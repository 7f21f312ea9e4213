"""Why an association is left below the floor: what blocks it, or what it was traded off for, and what frees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kurihara_geo.candidates import find_blocking_rules
from kurihara_geo.errors import KuriharaGeoError
from kurihara_geo.studies.changed_rules import what_if
from kurihara_geo.studies.options import options_for
from kurihara_geo.studies.relaxations import list_relaxations, was_interrupted
from kurihara_geo.studies.taken_apart import TakenApart
from kurihara_geo.studies.words import Lang, join_names, named, price_of, price_phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from kurihara_geo.plan import Plan

__all__ = ["WhyLeft", "find_why_left", "left_below_lines"]

# Relaxations named beside the cheapest one; the table lists them all.
_NAMED = 2
# Said as they are: nothing else explains them better.
_PLAIN_REASONS = ("exempt", "unchanged", "no_border", "too_few_in_reach")


@dataclass(frozen=True)
class WhyLeft:
    """What is known of a group that is left below the floor.

    Parameters
    ----------
    members
        Its associations.
    blocking
        Minimal set of rules that blocks it; empty where none does, None where that was not settled.
    options
        Partners it could have, where no rule blocks it.
    instead
        Associations that would be left below the floor in its place in the best plan that lifts it.
    relaxations
        What would free it, if that was asked for.
    """

    members: tuple[str, ...]
    blocking: tuple[str, ...] | None
    options: pd.DataFrame | None = None
    instead: tuple[str, ...] = ()
    relaxations: pd.DataFrame | None = None

    @property
    def best(self) -> pd.Series | None:
        """The cheapest group it could be in."""
        if self.options is None:
            return None
        lifted = self.options[
            ~self.options.index.isin(self.members) & (self.options["group_ids"].map(len) > len(self.members))
        ]
        return None if lifted.empty else lifted.iloc[0]


def find_why_left(plan: Plan, members: tuple[str, ...], *, relaxations: bool) -> WhyLeft:
    """Find out why a group is left below the floor.

    Parameters
    ----------
    plan
        The plan at hand.
    members
        Associations of the group.
    relaxations
        Whether to look for what would free it.
    """
    name = members[0]
    if plan.left_below.at[name, "reason"] in ("exempt", "unchanged"):
        return WhyLeft(members, None)
    blocking = find_blocking_rules(TakenApart(plan).graph, plan.rules, members)
    table = list_relaxations(plan, name) if relaxations else None
    if table is not None and table["note"].map(was_interrupted).any():
        raise KeyboardInterrupt  # no sentence can be made of half a table
    if blocking or blocking is None:
        return WhyLeft(members, blocking, relaxations=table)
    found = WhyLeft(members, blocking, options_for(plan, name), relaxations=table)
    instead = () if found.best is None else _left_instead(plan, tuple(found.best["group_ids"]))
    return WhyLeft(members, blocking, found.options, instead, table)


def _left_instead(plan: Plan, group: tuple[str, ...]) -> tuple[str, ...]:
    try:
        other = what_if(plan, together=[group])
    except KuriharaGeoError:
        return ()
    return tuple(str(name) for name in other.left_below.index if name not in plan.left_below.index)


def left_below_lines(plan: Plan, left: WhyLeft, lang: Lang) -> Iterator[str]:
    """Say it, one sentence to a line."""
    who = join_names([named(plan, name, lang) for name in left.members], lang)
    floor = min(plan.rules.floor_of(name) for name in left.members)
    if lang == "ja":
        yield f"{who}は、この案では下限の{floor}世帯に届かないまま残ります。"
    else:
        yield f"In this plan {who} is left below the floor of {floor} households."
    row = plan.left_below.loc[left.members[0]]
    if row["reason"] in _PLAIN_REASONS or left.blocking:
        yield f"{row['explanation']}。" if lang == "ja" else f"The reason: {row['explanation_en']}."
    elif left.blocking is None:
        yield (
            "条件が原因かどうかは、計算の範囲内では分かりませんでした。"
            if lang == "ja"
            else "Whether rules are the cause was not settled within the limits."
        )
    elif left.best is not None:
        yield from _traded_off_lines(plan, left, left.best, lang)
    if left.relaxations is not None:
        yield from _relaxation_lines(plan, left.relaxations, lang)


def _traded_off_lines(plan: Plan, left: WhyLeft, best: pd.Series, lang: Lang) -> Iterator[str]:
    """Say what the best plan that lifts it would cost, and who would be left instead."""
    group = join_names([str(text) for text in best["group_names"]], lang)
    price, households = price_phrase(price_of(plan, best), lang), best["group_households"]
    if lang == "ja":
        yield "ここだけを見れば、下限に届く組み合わせはあります。"
        yield f"いちばん良い組み合わせは {group}({households}世帯)ですが、その場合は、{price}。"
    else:
        yield "No rule blocks it."
        yield f"The best group for it is {group} ({households} households), but then {price}."
    if left.instead:
        others = join_names([named(plan, name, lang) for name in left.instead], lang)
        yield (
            f"代わりに {others} が下限未満で残るためです。"
            if lang == "ja"
            else f"That is because {others} would be left below the floor instead."
        )


def _relaxation_lines(plan: Plan, table: pd.DataFrame, lang: Lang) -> Iterator[str]:
    frees = table[table["frees"]]
    if frees.empty:
        if lang == "ja":
            yield "一つの条件を緩めるだけでは、下限に届きません。"
            yield "「下限未満のままでよい」とする特例や、独自の下限を検討できます。"
        else:
            yield "Loosening a single rule does not lift it over the floor."
            yield "An exemption, or a floor of its own, can be considered."
        return
    best = frees.iloc[0]
    price = price_phrase(price_of(plan, best), lang)
    if lang == "ja":
        yield f"条件を一つ緩めるなら、{best['ja']}のが、いちばん損の少ない方法です。そのとき、この区域では{price}。"
    else:
        yield f"The cheapest relaxation: {best['en']}; then, in its part of the town, {price}."
    others = frees.iloc[1 : 1 + _NAMED]
    if len(others):
        listed = ("/" if lang == "ja" else "; ").join(others[lang])
        yield f"ほかに、次の方法でも下限に届きます: {listed}。" if lang == "ja" else f"Others that free it: {listed}."
