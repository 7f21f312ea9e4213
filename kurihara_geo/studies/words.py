"""What the studies say to people: prices, names and counts as short phrases in Japanese and English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd

from kurihara_geo.plan import stage_label
from kurihara_geo.rules.relaxing import describe_rule
from kurihara_geo.studies.taken_apart import judged_stages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kurihara_geo.plan import Plan

__all__ = [
    "LANGUAGES",
    "Lang",
    "join_names",
    "named",
    "price_of",
    "price_phrase",
    "rule_names",
    "with_households",
]

Lang = Literal["ja", "en"]
LANGUAGES: tuple[Lang, Lang] = ("ja", "en")

_JA = {
    "below_floor": "下限未満に残る世帯が{n:,}",
    "mergers": "統合で減る自治会が{n:,}",
    "crossings": "区域をまたぐ世帯(重み付き)が{n:,}",
    "travel": "集会場所への移動が{n:,}世帯・m",
}
_EN = {
    "below_floor": ("household", "households", "would be left below the floor"),
    "mergers": ("association", "associations", "would disappear"),
    "crossings": ("weighted household", "weighted households", "would cross a soft boundary"),
}


def price_phrase(price: Mapping[str, int], lang: Lang = "ja", *, moved: int = 0) -> str:
    """Say what a plan is worse or better by, the first stage in which it differs first.

    Parameters
    ----------
    price
        Stage -> value there less value here.
    lang
        ``ja`` or ``en``.
    moved
        Households whose group would be another one; where given, travel is said for each of them as well.
    """
    parts = [(stage, more) for stage, more in price.items() if more]
    if not parts:
        return (
            "評価は同じで、くじだけが違います" if lang == "ja" else "it would be equally good; only the lottery differs"
        )
    if lang == "en":
        return ", ".join(_english(stage, more, moved) for stage, more in parts)
    joined = [_japanese(stage, more, moved) + ("え" if more > 0 else "り") for stage, more in parts]
    return "、".join(joined) + "ます"


def _japanese(stage: str, more: int, moved: int) -> str:
    template = _JA.get(stage, f"{stage_label(stage)}が{{n:,}}")
    each = f"(組が変わる世帯の1世帯あたり{round(abs(more) / moved):,}m)" if stage == "travel" and moved else ""
    return template.format(n=abs(more)) + each + ("増" if more > 0 else "減")


def _english(stage: str, more: int, moved: int) -> str:
    number = abs(more)
    if stage == "travel":
        verb = "grow" if more > 0 else "shrink"
        each = f" ({round(number / moved):,} m for each household whose group changes)" if moved else ""
        return f"travel to the meeting places would {verb} by {number:,} household-m{each}"
    if stage in _EN:
        one, several, would = _EN[stage]
        return f"{number:,} {'more' if more > 0 else 'fewer'} {one if number == 1 else several} {would}"
    return f"{stage_label(stage, 'en').lower()} would {'grow' if more > 0 else 'shrink'} by {number:,}"


def with_households(name: str, households: int, lang: Lang = "ja") -> str:
    """Name an association with its households."""
    if lang == "ja":
        return f"{name}({households}世帯)"
    return f"{name} ({households} household{'' if households == 1 else 's'})"


def join_names(names: Iterable[str], lang: Lang = "ja") -> str:
    """List names in a sentence."""
    listed = list(names)
    if lang == "ja":
        return "、".join(listed)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}" if listed else ""


def named(plan: Plan, association_id: str, lang: Lang = "ja") -> str:
    """Name an association of a plan with its households."""
    members = plan.members
    return with_households(str(members["name"][association_id]), int(members["households"][association_id]), lang)


def price_of(plan: Plan, row: pd.Series) -> dict[str, int]:
    """Read the prices of a row of options or relaxations: stage -> value there less value here."""
    prices = {stage: row[f"price_{stage}"] for stage in judged_stages(plan)}
    return {stage: int(price) for stage, price in prices.items() if not pd.isna(price)}


def rule_names(plan: Plan, rules: Iterable[str], lang: Lang = "ja") -> str:
    """Say what some rules of the plan ask."""
    texts = [describe_rule(plan.rules, rule, lang) for rule in rules]
    return "・".join(texts) if lang == "ja" else " and ".join(texts)
