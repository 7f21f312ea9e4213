"""Why a group is as it is: why this partner and not that one, why an association is left, and what would free it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from kurihara_geo.candidates.constraints import ids_that_stay
from kurihara_geo.errors import InputError
from kurihara_geo.plan import meeting_place_text
from kurihara_geo.plan.arguments import read_plan_at_hand
from kurihara_geo.rules.contradictions import joined_sets
from kurihara_geo.rules.values import read_choice, read_flag
from kurihara_geo.studies.arguments import read_argument
from kurihara_geo.studies.left_below import find_why_left, left_below_lines
from kurihara_geo.studies.options import options_for
from kurihara_geo.studies.taken_apart import TakenApart
from kurihara_geo.studies.words import (
    LANGUAGES,
    Lang,
    join_names,
    named,
    price_of,
    price_phrase,
    rule_names,
    with_households,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kurihara_geo.plan import Plan

__all__ = ["Explanation", "explain_merger"]

# Partners named in the text; the table lists them all.
_NAMED = 3
# Small members told of one by one; of more of them, each has one line.
_DETAILED = 3


@dataclass(frozen=True, repr=False)
class Explanation:
    """Why a group is as it is, in sentences.

    Parameters
    ----------
    group_id
        The group.
    ja, en
        Sentences, one to a line.
    options
        Association id -> partners it could have, as :func:`kurihara_geo.options_for` gives them.
    relaxations
        What would free the association, for a group left below the floor; else None.
    """

    group_id: str
    ja: tuple[str, ...]
    en: tuple[str, ...]
    options: dict[str, pd.DataFrame]
    relaxations: pd.DataFrame | None = None

    def text(self, lang: Lang = "ja") -> str:
        """Give the sentences, one to a line.

        Raises
        ------
        InputError
            If ``lang`` is neither ``ja`` nor ``en``.
        """
        read_argument("lang", read_choice(*LANGUAGES), lang)
        return "\n".join(self.ja if lang == "ja" else self.en)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        """Give the first sentence; ``print`` shows them all, ``options`` and ``relaxations`` have the tables."""
        more = f"; print it for {len(self.ja) - 1} more" if len(self.ja) > 1 else ""
        return f"<Explanation of {self.group_id}: {self.ja[0]}{more}>"

    def _repr_html_(self) -> str:
        """Notebook view: the Japanese sentences."""
        from html import escape

        return "".join(f"<p>{escape(line)}</p>" for line in self.ja)


def explain_merger(plan: Plan, group: str, *, relaxations: bool = True) -> Explanation:
    """Explain a group of the plan in numbers: why these partners and not others, or why it is left below the floor.

    Parameters
    ----------
    plan
        The plan at hand.
    group
        ``group_id`` of the group, or the id of one of its associations.
    relaxations
        Whether to look for what would free an association that is left below the floor; that solves its part of the
        town again a few times.

    Returns
    -------
    Explanation
        Japanese and English sentences, and the tables behind them.

    Raises
    ------
    InputError
        If the plan has no such group.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> sample = kg.load_sample()
    >>> town = sample[sample["former_town"] == "一迫"]
    >>> plan = kg.propose_mergers(town, kg.MergeRules(keep_within=["former_school_district"]))
    >>> print(kg.explain_merger(plan, "04213056001").ja[0])
    一迫北沢(仮称): 一迫北沢油ケ沢(49世帯)、一迫北沢漆垣(43世帯)をまとめ、92世帯の自治会になります。
    """
    read_argument("relaxations", read_flag, relaxations)
    group_id = _find_group(read_plan_at_hand(plan), group)
    members = tuple(str(name) for name in plan.groups["member_ids"][group_id])
    status = plan.groups.at[group_id, "status"]
    if status == "below_floor":
        left = find_why_left(plan, members, relaxations=relaxations)
        said = {lang: tuple(left_below_lines(plan, left, lang)) for lang in LANGUAGES}
        options = {} if left.options is None else {members[0]: left.options}
        return Explanation(group_id, said["ja"], said["en"], options, left.relaxations)
    if len(members) == 1:
        return _explain_unchanged(plan, group_id)
    small = [name for name in members if plan.members.at[name, "small"]]
    options = {name: options_for(plan, name) for name in small or members[:1]}
    said = {lang: tuple(_merger_lines(plan, group_id, options, lang)) for lang in LANGUAGES}
    return Explanation(group_id, said["ja"], said["en"], options)


def _find_group(plan: Plan, group: str) -> str:
    if isinstance(group, str) and group in plan.groups.index:
        return group
    if isinstance(group, str) and group in plan.members.index:
        return str(plan.members.at[group, "group_id"])
    raise InputError(f"{group!r} is neither a group nor an inhabited association of the plan; give one id as a text.")


# --- merged -----------------------------------------------------------------------------------------------------------


def _merger_lines(plan: Plan, group_id: str, options: dict[str, pd.DataFrame], lang: Lang) -> Iterator[str]:
    group = {str(key): value for key, value in plan.groups.drop(columns="geometry").loc[group_id].items()}
    ja = lang == "ja"
    names = join_names([named(plan, name, lang) for name in group["member_ids"]], lang)
    yield (
        f"{group['name']}(仮称): {names}をまとめ、{group['households']}世帯の自治会になります。"
        if ja
        else f"{group['name']} (proposed name): {names} become one association of {group['households']} households."
    )
    if group["floor_reason"]:
        yield (
            f"この組の下限は{group['floor']}世帯です({group['floor_reason']})。"
            if ja
            else f"Its floor is {group['floor']} households ({group['floor_reason']})."
        )
    place = meeting_place_text(group, lang)
    members = plan.members.loc[list(group["member_ids"])]
    farthest = int(members["distance_m"].max())
    mean = round((members["distance_m"] * members["households"]).sum() / members["households"].sum())
    yield (
        f"集会場所は{place}、いちばん遠い自治会から直線で{farthest:,}m(1世帯あたり平均{mean:,}m)です。"
        if ja
        else f"It meets at {place}, {farthest:,} m in a straight line from the farthest association "
        f"({mean:,} m for a household on average)."
    )
    bound = [ids for ids in plan.rules.together if set(ids) & set(group["member_ids"])]
    if bound:
        listed = join_names([str(plan.members.at[name, "name"]) for ids in bound for name in ids], lang)
        yield f"{listed}は同じ組にすると指定されています。" if ja else f"{listed} are bound together by the rules."
    if len(options) > _DETAILED:
        yield from _many_lines(plan, options, lang)
        return
    for name, table in options.items():
        yield from _partner_lines(plan, name, table, lang)


def _many_lines(plan: Plan, options: dict[str, pd.DataFrame], lang: Lang) -> Iterator[str]:
    """Say it of many small members: each with its best other partner in one line."""
    ja = lang == "ja"
    yield (
        f"このうち{len(options)}の自治会は下限の世帯数に届かないため、相手が必要です。"
        if ja
        else f"{len(options)} of them are below the floor and need partners."
    )
    others = {name: _others(plan, name, table) for name, table in options.items()}
    first, table = next(iter(options.items()))
    if not set(table.index[table["in_plan"]]) - {first} <= _bound_with(plan, first):
        yield _best_group_line(plan, lang, tied=any(len(equal) for equal, _ in others.values()))
    yield "それぞれ、ほかの相手と組むなら次のようになります。" if ja else "With another partner for one of them:"
    graph = TakenApart(plan).graph
    for name, (equal, dearer) in others.items():
        yield _next_partner_line(plan, name, dearer if equal.empty else equal, set(graph[name]), lang)
    priced = {other for table in options.values() for other in table.index[table["blocked_by"].map(len) == 0]}
    blocked = pd.concat([table[~table.index.isin(priced)] for table in options.values()])
    yield from _blocked_lines(plan, blocked[~blocked.index.duplicated()], lang)


def _best_group_line(plan: Plan, lang: Lang, *, tied: bool) -> str:
    ja = lang == "ja"
    if not plan.proven:
        return "この組より良い案がないことは、まだ確かめられていません。" if ja else "This plan is not proven the best."
    if tied:
        return (
            "この組は、まち全体でいちばん良い案の一つです。どの案にするかは、くじで決めました。"
            if ja
            else "With this group the plan of the whole city is one of the best; the lottery decided among these."
        )
    return "この組が、まち全体でいちばん良い案です。" if ja else "With this group the plan of the whole city is best."


def _next_partner_line(plan: Plan, name: str, others: pd.DataFrame, beside: set[str], lang: Lang) -> str:
    """Name the best of other partners; a neighbour rather than one whom a whole group joins to it."""
    ja, own = lang == "ja", named(plan, name, lang)
    if others.empty:
        return f"  {own}: ほかの相手はありません。" if ja else f"  {own}: there is no other partner."
    near = others[others.index.isin(beside)]
    row = (others if near.empty else near).iloc[0]
    price, exact = _price_phrase(plan, row, lang), _exact_text(row, lang)
    other = _partner_text(row, lang, neighbour=not near.empty)
    return f"  {own}: {other}と組むと、{price}{exact}。" if ja else f"  {own}: with {other}, {price}{exact}."


def _others(plan: Plan, name: str, options: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Part the partners it does not have into those that are as good and those that are dearer."""
    others = options[~options["in_plan"] & (options["group_ids"].map(len) > 0) & (options.index != name)]
    free = [plan.proven and not any(price_of(plan, row).values()) for _, row in others.iterrows()]
    return others[free], others[[not each for each in free]]


def _partner_lines(plan: Plan, name: str, options: pd.DataFrame, lang: Lang) -> Iterator[str]:
    """Say why an association has these partners and not others."""
    ja, floor = lang == "ja", plan.rules.floor_of(name)
    own = named(plan, name, lang)
    if plan.members.at[name, "small"]:
        yield (
            f"{own}は下限の{floor}世帯に届かないため、相手が必要です。"
            if ja
            else f"{own} is below the floor of {floor} households and needs a partner."
        )
    partners = options[options["in_plan"] & (options.index != name)]
    equal, dearer = _others(plan, name, options)
    if not set(partners.index) <= _bound_with(plan, name):
        yield from _chosen_lines(plan, partners, equal, lang)
    for _, row in dearer.head(_NAMED).iterrows():
        yield _other_line(plan, row, lang)
    if len(dearer) > _NAMED:
        yield _more_line(plan, dearer, lang)
    yield from _alone_lines(plan, name, options, lang)
    yield from _blocked_lines(plan, options, lang)


def _bound_with(plan: Plan, name: str) -> set[str]:
    """Give the associations that the rules bind to this one: nobody chose these partners."""
    bound = next((ids for ids in joined_sets(plan.rules.together) if name in ids), ())
    return set(bound)


def _chosen_lines(plan: Plan, partners: pd.DataFrame, equal: pd.DataFrame, lang: Lang) -> Iterator[str]:
    """Say whether the partners are the best ones, and which others would be as good."""
    ja = lang == "ja"
    listed = join_names([named(plan, str(other), lang) for other in partners.index], lang)
    if not plan.proven:
        yield (
            f"この案では{listed}と組みます(これより良い案がないことは、まだ確かめられていません)。"
            if ja
            else f"This plan, not proven the best, puts it with {listed}."
        )
    elif equal.empty:
        yield (
            f"{listed}と組むのが、まち全体でいちばん良い案です。"
            if ja
            else f"With {listed} the plan of the whole city is best."
        )
    else:
        yield (
            f"{listed}と組むのは、まち全体でいちばん良い案の一つです。"
            if ja
            else f"With {listed} the plan of the whole city is one of the best."
        )
        for _, row in equal.head(_NAMED).iterrows():
            other = _partner_text(row, lang)
            yield f"  {other}と組んでも、同じだけ良い案になります。" if ja else f"  With {other} it is equally good."
        more = len(equal) - _NAMED
        if more > 0:
            yield f"  同じだけ良い相手が、ほかに{more}あります。" if ja else f"  So it is with {more} more."
        yield "  どの案にするかは、くじで決めました。" if ja else "  The lottery decided among these."


def _more_line(plan: Plan, others: pd.DataFrame, lang: Lang) -> str:
    """Say of the partners beyond those named, who come after them, whether all of them are worse."""
    more, last, first = len(others) - _NAMED, others.iloc[_NAMED - 1], others.iloc[_NAMED]
    worse = price_of(plan, first) != price_of(plan, last)
    exact = _exact_text(last, lang)
    if lang == "ja":
        said = "どれもさらに不利です" if worse else "これらより良くはなりません"
        return f"  ほかに{more}の相手が考えられますが、{said}{exact}。"
    return f"  {more} more would {'be worse still' if worse else 'not be better'}{exact}."


def _exact_text(row: pd.Series, lang: Lang) -> str:
    if row["exact"]:
        return ""
    return "(周辺だけで計算した上限)" if lang == "ja" else " (at most: planned anew around it only)"


def _price_phrase(plan: Plan, row: pd.Series, lang: Lang) -> str:
    return price_phrase(price_of(plan, row), lang, moved=int(row["changed_households"]))


def _partner_text(row: pd.Series, lang: Lang, *, neighbour: bool = False) -> str:
    """Name a partner, and the whole group where it has more than two members; of a neighbour the name is enough."""
    other = with_households(str(row["name"]), int(row["households"]), lang)
    if neighbour or len(row["group_ids"]) <= 2:
        return other
    names = row["group_names"]
    return f"{other}(組: {'・'.join(names)})" if lang == "ja" else f"{other} (group: {join_names(names, lang)})"


def _other_line(plan: Plan, row: pd.Series, lang: Lang) -> str:
    price, exact = _price_phrase(plan, row, lang), _exact_text(row, lang)
    other = _partner_text(row, lang)
    return f"  {other}と組む場合は、{price}{exact}。" if lang == "ja" else f"  With {other}, {price}{exact}."


def _alone_lines(plan: Plan, name: str, options: pd.DataFrame, lang: Lang) -> Iterator[str]:
    if name not in options.index or bool(options.at[name, "in_plan"]):
        return
    price = _price_phrase(plan, options.T[name], lang)
    yield f"  そのまま残す場合は、{price}。" if lang == "ja" else f"  Left as it is, {price}."


def _blocked_lines(plan: Plan, options: pd.DataFrame, lang: Lang) -> Iterator[str]:
    """Name the neighbours that cannot be partners, by the rules that forbid it."""
    blocked = options[options["blocked_by"].map(len) > 0]
    for rules, rows in blocked.groupby(blocked["blocked_by"].map(tuple), sort=False):
        why = rule_names(plan, rules, lang)
        neighbours = join_names([named(plan, str(name), lang) for name in rows.index], lang)
        one = len(rows) == 1
        yield (
            f"  隣の{neighbours}とは、「{why}」の条件のため組めません。"
            if lang == "ja"
            else f"  The neighbour{'' if one else 's'} {neighbours} cannot be {'a partner' if one else 'partners'} "
            f"because of: {why}."
        )


# --- unchanged --------------------------------------------------------------------------------------------------------


def _explain_unchanged(plan: Plan, group_id: str) -> Explanation:
    said = {lang: tuple(_unchanged_lines(plan, group_id, lang)) for lang in LANGUAGES}
    return Explanation(group_id, said["ja"], said["en"], {})


def _unchanged_lines(plan: Plan, name: str, lang: Lang) -> Iterator[str]:
    ja, rules = lang == "ja", plan.rules
    own, floor = named(plan, name, lang), rules.floor_of(name)
    if name in rules.unchanged:
        yield f"{own}は「変更しない」と指定されています。" if ja else f"{own} is to stay unchanged by the rules."
        return
    if name in ids_that_stay(rules):
        why = next(entry.reason for entry in rules.obstacles if entry.ban and tuple(entry.ids) == (name,))
        reason = "" if not why else f"({why})" if ja else f" ({why})"
        yield (
            f"{own}は、支障があるため、ほかの自治会とは組まないと指定されています{reason}。"
            if ja
            else f"{own} is to merge with nobody, because of an obstacle named in the rules{reason}."
        )
        return
    left = _neighbours_left(plan, name)
    if not left:
        yield (
            f"{own}は下限の{floor}世帯以上なので、このまま変わりません。隣の自治会を加える必要もありませんでした。"
            if ja
            else f"{own} is at or above the floor of {floor} households and stays as it is; no neighbour needed it."
        )
        return
    names = join_names([named(plan, other, lang) for other in left], lang)
    if ja:
        yield f"{own}は下限の{floor}世帯以上なので、このまま変わりません。"
        which = "その自治会" if len(left) == 1 else "それぞれの自治会"
        yield f"隣の{names}は、下限に届かないまま残ります。なぜ残るかは、{which}の説明をご覧ください。"
    else:
        yield f"{own} is at or above the floor of {floor} households and stays as it is."
        subject, verb = ("neighbour", "is") if len(left) == 1 else ("neighbours", "are")
        yield f"Its {subject} {names} {verb} left below the floor; explain_merger of {_it(left)} says why."


def _it(left: list[str]) -> str:
    return "it" if len(left) == 1 else "each of them"


def _neighbours_left(plan: Plan, name: str) -> list[str]:
    """List the associations left below the floor that touch this one, across barred borders too."""
    graph = TakenApart(plan).graph
    barred = {other for pair in graph.graph["barred"] if name in pair for other in pair}
    return [str(other) for other in plan.left_below.index if other != name and other in {*graph[name], *barred}]
