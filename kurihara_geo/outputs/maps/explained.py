"""Explanations for the panel: why a group is as it is, what else it could be, and what would free it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from kurihara_geo.outputs.maps.texts import texts_in
from kurihara_geo.plan import stage_label
from kurihara_geo.studies.words import rule_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kurihara_geo.outputs.audience import Disclosure
    from kurihara_geo.plan import Plan
    from kurihara_geo.studies import Explanation

__all__ = ["explain_in_panel"]

# Alternatives and reliefs shown for one group; more would not be read.
_MOST = 5
_PRICE = "price_"


def explain_in_panel(
    plan: Plan, explanations: Mapping[str, Explanation], shown: Disclosure, lang: str
) -> dict[str, dict[str, Any]]:
    """Give, for each group explained, its sentences, alternatives and what would free it; nothing in public.

    Parameters
    ----------
    plan
        The plan.
    explanations
        As :func:`~kurihara_geo.outputs.explanations.read_explanations` gives them.
    shown
        Explanations are made of household counts: none is written in public.
    lang
        ``ja`` or ``en``.
    """
    if shown.is_public:
        return {}
    return {group_id: _explained(plan, explanation, lang) for group_id, explanation in explanations.items()}


def _explained(plan: Plan, explanation: Explanation, lang: str) -> dict[str, Any]:
    alternatives = _alternatives(plan, explanation, lang)
    table = explanation.relaxations
    lines = list(explanation.ja if lang == "ja" else explanation.en)
    found: dict[str, Any] = {
        "lines": lines,
        "told": _told_beside(plan, explanation.group_id, lines),
        "alternatives": alternatives[:_MOST],
        "more": max(0, len(alternatives) - _MOST),
    }
    if table is not None:
        frees = table[table["frees"].astype(bool)]
        found["frees"] = [
            {"text": str(row[lang]), "cost": _cost(row, lang, same="cost_none")}
            for _, row in frees.head(_MOST).iterrows()
        ]
    return found


def _told_beside(plan: Plan, group_id: str, lines: list[str]) -> int:
    """Count the first sentences that say what the panel shows anyway: a merger's members, floor and meeting place."""
    if plan.groups.at[group_id, "status"] != "merged":
        return 0
    told = 3 if plan.groups.at[group_id, "floor_reason"] else 2
    return told if len(lines) > told else 0


def _alternatives(plan: Plan, explanation: Explanation, lang: str) -> list[dict[str, Any]]:
    """List other groups, each once: the best of each member first; partners that rules forbid come last."""
    position = {str(name): place for place, name in enumerate(plan.members.index)}
    ranked: list[tuple[int, int, dict[str, Any]]] = []
    seen: set[tuple[str, ...]] = set()
    for member, table in explanation.options.items():
        others = table[~table["in_plan"].astype(bool)]
        for rank, (partner, row) in enumerate(others.iterrows()):
            group = tuple(sorted(map(str, row["group_ids"]))) or (str(member), str(partner))
            if group in seen:
                continue
            seen.add(group)
            found = _alternative(plan, row, lang, alone=str(partner) == str(member))
            ranked.append((1 if found["blocked"] else 0, rank, {"for": position[str(member)], **found}))
    return [found for _, _, found in sorted(ranked, key=lambda entry: entry[:2])]


def _alternative(plan: Plan, row: pd.Series, lang: str, *, alone: bool) -> dict[str, Any]:
    households = row["group_households"]
    blocked = rule_names(plan, row["blocked_by"], "ja" if lang == "ja" else "en") if len(row["blocked_by"]) else ""
    moved = row["changed_households"]
    return {
        "partner": str(row["name"]),
        "alone": alone,
        "members": [] if alone else [str(name) for name in row["group_names"]],
        "households": None if pd.isna(households) else int(households),
        "cost": [] if blocked else _cost(row, lang, moved=0 if pd.isna(moved) else int(moved)),
        "exact": bool(row["exact"]),
        "blocked": blocked,
    }


def _cost(row: pd.Series, lang: str, *, moved: int = 0, same: str = "cost_same") -> list[str]:
    """Say in plain words what a plan is worse or better by, the stage that decides first."""
    texts = texts_in(lang)
    prices = {str(name)[len(_PRICE) :]: row[name] for name in row.index if str(name).startswith(_PRICE)}
    parts = [(stage, int(price)) for stage, price in prices.items() if not pd.isna(price) and price]
    return [_cost_text(texts, stage, price, lang, moved) for stage, price in parts] or [texts[same]]


def _cost_text(texts: Mapping[str, str], stage: str, price: int, lang: str, moved: int) -> str:
    way = "more" if price > 0 else "less"
    if stage == "travel" and moved:
        each = round(abs(price) / moved)
        return texts[f"cost_way_{way}"].format(n=f"{each:,}") if each else texts["cost_way_same"]
    known = texts.get(f"cost_{stage}_{way}")
    if known is not None:
        return known.format(n=f"{abs(price):,}")
    return texts[f"cost_other_{way}"].format(n=f"{abs(price):,}", what=stage_label(stage, lang))
