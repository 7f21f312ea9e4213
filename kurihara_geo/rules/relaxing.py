"""The hard rules one by one: which are set, what each says in a planner's words, and the rules without one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kurihara_geo.columns import label

if TYPE_CHECKING:
    from collections.abc import Callable

    from kurihara_geo.rules.merge_rules import MergeRules

__all__ = ["BARRED_BORDERS", "describe_rule", "hard_rules", "without_rule"]

BARRED_BORDERS = "barred_borders"
"""Not a rule of :class:`MergeRules`, but borders that the border table says nobody can pass; they block like one."""

_PLAIN: dict[str, Callable[[MergeRules], bool]] = {
    "max_members": lambda rules: rules.max_members is not None,
    "max_households": lambda rules: rules.max_households is not None,
    "max_span_m": lambda rules: rules.max_span_m is not None,
    "max_way_m": lambda rules: rules.max_way_m is not None,
    "max_small_per_large": lambda rules: rules.max_small_per_large is not None,
    "needs_hall": lambda rules: rules.needs_hall,
    "apart": lambda rules: bool(rules.apart),
    "unchanged": lambda rules: bool(rules.unchanged),
    "obstacles": lambda rules: any(entry.ban for entry in rules.obstacles),
}


def hard_rules(rules: MergeRules) -> tuple[str, ...]:
    """Name the hard rules that are set, walls and further floors one by one, as ``keep_within:COLUMN``.

    ``min_households`` and ``together`` are not among them: without the floor there is nothing to do, and what is bound
    together is one from the start.

    Examples
    --------
    >>> from kurihara_geo.rules import MergeRules
    >>> hard_rules(MergeRules(keep_within=["former_school_district"], unchanged=["A1"]))
    ('keep_within:former_school_district', 'max_members', 'unchanged')
    """
    walls = [f"keep_within:{column}" for column in rules.keep_within]
    floors = [f"floors:{column}" for column in rules.floors]
    return (*walls, *floors, *(name for name, is_set in _PLAIN.items() if is_set(rules)))


def without_rule(rules: MergeRules, name: str) -> MergeRules:
    """Give the rules without one of those :func:`hard_rules` names.

    Raises
    ------
    ValueError
        If the rule is not among them.
    """
    if name not in hard_rules(rules):
        raise ValueError(f"{name!r} is not set; set are: {', '.join(hard_rules(rules)) or 'none'}")
    kind, _, column = name.partition(":")
    if kind == "keep_within":
        missing_as = {key: value for key, value in rules.missing_as.items() if key != column}
        return rules.replace(keep_within=[c for c in rules.keep_within if c != column], missing_as=missing_as)
    if kind == "floors":
        floors = {key: value for key, value in rules.floors.items() if key != column}
        keeps = floors or rules.needs_hall
        return rules.replace(floors=floors, floors_apply_to=rules.floors_apply_to if keeps else "new")
    if kind == "needs_hall":
        return rules.replace(needs_hall=False, floors_apply_to=rules.floors_apply_to if rules.floors else "new")
    if kind == "obstacles":
        return rules.replace(obstacles=[entry for entry in rules.obstacles if not entry.ban])
    if kind == "max_span_m":
        return rules.replace(max_span_m=None, span_along="straight")
    return rules.replace(**{name: [] if name in ("apart", "unchanged") else None})


def describe_rule(rules: MergeRules, name: str, lang: str = "ja") -> str:
    """Say in a few words what a rule asks, for an explanation.

    Parameters
    ----------
    rules
        Where its figure stands.
    name
        As :func:`hard_rules` gives it, or ``barred_borders``, ``min_households`` or ``together``.
    lang
        ``ja`` or ``en``.
    """
    kind, _, column = name.partition(":")
    ja, en = _WORDS[kind](rules, column)
    return ja if lang == "ja" else en


_WORDS: dict[str, Callable[[MergeRules, str], tuple[str, str]]] = {
    "keep_within": lambda _, c: (f"{label(c)}をまたがない", f"no group across {label(c, lang='en')}"),
    "floors": lambda r, c: (f"{label(c)}の合計{r.floors[c]}以上", f"at least {r.floors[c]} of {label(c, lang='en')}"),
    "min_households": lambda r, _: (f"{r.min_households}世帯以上", f"at least {r.min_households} households"),
    "max_members": lambda r, _: (f"構成{r.max_members}自治会以内", f"at most {r.max_members} members"),
    "max_households": lambda r, _: (f"{r.max_households}世帯以内", f"at most {r.max_households} households"),
    "max_span_m": lambda r, _: (f"自治会どうし{r.max_span_m:,}m以内", f"members within {r.max_span_m:,} m"),
    "max_way_m": lambda r, _: (f"集会場所まで{r.max_way_m:,}m以内", f"meeting place within {r.max_way_m:,} m"),
    "max_small_per_large": lambda r, _: (
        "下限以上の自治会は加わらない"
        if r.max_small_per_large == 0
        else f"下限以上の自治会に加わる小規模自治会は{r.max_small_per_large}まで",
        "associations at or above the floor take no part"
        if r.max_small_per_large == 0
        else f"at most {r.max_small_per_large} small ones with a large one",
    ),
    "needs_hall": lambda *_: ("集会施設があること", "a hall in every new group"),
    "apart": lambda *_: ("同じ組にしない指定", "associations kept apart"),
    "unchanged": lambda *_: ("変更しない自治会の指定", "associations that stay unchanged"),
    "obstacles": lambda *_: ("支障事案による禁止", "bans for obstacles"),
    "together": lambda *_: ("同じ組にする指定", "associations bound together"),
    BARRED_BORDERS: lambda *_: ("通行できない境界(川・高速道路など)", "borders nobody can pass"),
}
