"""Why an association is left below the floor: the rules that block it, or what it was traded off for."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

from kurihara_geo.candidates.constraints import is_sufficient
from kurihara_geo.candidates.enumeration import GroupSearch, SearchBudget, Territory, lay_out
from kurihara_geo.candidates.units import sum_tallies
from kurihara_geo.errors import TooManyCandidatesError
from kurihara_geo.places import distance_m
from kurihara_geo.rules.relaxing import BARRED_BORDERS, describe_rule, hard_rules, without_rule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    import networkx as nx

    from kurihara_geo.candidates.units import Candidates
    from kurihara_geo.rules import MergeRules

__all__ = ["explain_left_below", "find_blocking_rules"]

# Sets looked at for one question, and for all questions of one plan: beyond that nothing is claimed.
_SETS_A_QUESTION = 20_000
_SETS_IN_ALL = 1_000_000
# Seconds for all questions of one plan: reasons must not take longer than the plan.
_SECONDS = 20.0


def find_blocking_rules(
    graph: nx.Graph[str],
    rules: MergeRules,
    ids: Collection[str],
    *,
    partner: str | None = None,
    max_sets: int = _SETS_IN_ALL,
) -> tuple[str, ...] | None:
    """Find a minimal set of rules that keeps an association from being in any sufficient group.

    Parameters
    ----------
    graph
        As :func:`kurihara_geo.borders.build_graph` gives it.
    rules
        What the city asks.
    ids
        The association, or a set that ``together`` binds.
    partner
        Another association that the group must hold as well; None: any group counts.
    max_sets
        Connected sets to look at before giving up.

    Returns
    -------
    tuple of str or None
        Names as :func:`~kurihara_geo.rules.relaxing.hard_rules` gives them, and ``barred_borders``: with these alone it
        is blocked, without any one of them it is not. Empty where no rule blocks it. ``("min_households",)`` where it
        is blocked without any rule: all it can reach hold too few households. None where it was not settled.
    """
    return _Questions(graph, rules, max_sets, partner).blocking(ids)


@dataclass
class _Questions:
    """Asks whether some set with an association is sufficient, under fewer and fewer rules."""

    graph: nx.Graph[str]
    rules: MergeRules
    sets_left: int
    partner: str | None = None
    deadline: float = field(default_factory=lambda: monotonic() + _SECONDS)
    _territories: dict[frozenset[str], dict[str, Territory]] = field(default_factory=dict)

    def blocking(self, ids: Collection[str]) -> tuple[str, ...] | None:
        barred = [BARRED_BORDERS] if self.graph.graph.get("barred") else []
        names = [*hard_rules(self.rules), *barred]
        dropped: set[str] = set()
        free = self._can_suffice(ids, dropped)
        if free is None or free:
            return None if free is None else ()
        free = self._can_suffice(ids, set(names))
        if not free:
            return None if free is None else ("min_households",)
        for name in names:
            free = self._can_suffice(ids, {*dropped, name})
            if free is None:
                return None
            if not free:
                dropped.add(name)
        return tuple(name for name in names if name not in dropped)

    def any_frees(self, ids: Collection[str], blocking: Collection[str]) -> bool:
        """Whether taking out any single one of some rules, with all others in force, frees the association."""
        return all(self._can_suffice(ids, {name}) for name in blocking)

    def _can_suffice(self, ids: Collection[str], dropped: set[str]) -> bool | None:
        """Whether a permitted connected set with these members is sufficient; None where it was not settled."""
        territory = self.around(ids, frozenset(dropped))
        unit = territory.units[0]
        partner = next((n for n, each in enumerate(territory.units) if self.partner in each.members), None)
        if self.partner is not None and partner is None:
            return False
        if is_sufficient(unit.tally, territory.rules) and partner in (None, 0):
            return True
        if not is_sufficient(sum_tallies(each.tally for each in territory.units), territory.rules):
            return False  # removing members never makes a set sufficient
        budget = SearchBudget(min(_SETS_A_QUESTION, self.sets_left), _SETS_A_QUESTION, self.deadline, None)
        try:
            found = GroupSearch(territory, "full").from_root(0, budget)
            return any(partner is None or partner in group for group in found)
        except TooManyCandidatesError:
            return None
        finally:
            self.sets_left = max(0, self.sets_left - budget.sets)

    def around(self, ids: Collection[str], dropped: frozenset[str]) -> Territory:
        if dropped not in self._territories:
            rules = self.rules
            for name in dropped - {BARRED_BORDERS}:
                rules = without_rule(rules, name)
            graph = self.graph
            if BARRED_BORDERS in dropped:
                graph = graph.copy()
                for a, b in graph.graph["barred"]:
                    graph.add_edge(a, b, way_m=distance_m(graph.nodes[a]["place"], graph.nodes[b]["place"]))
            self._territories[dropped] = {
                name: territory
                for territory in lay_out(graph, rules)
                for unit in territory.units
                for name in unit.members
            }
        return self._territories[dropped][min(ids)].rooted_at(min(ids))


def explain_left_below(
    graph: nx.Graph[str],
    rules: MergeRules,
    candidates: Candidates,
    groups: Sequence[tuple[str, ...]],
    *,
    proven: bool,
) -> dict[str, tuple[str, str, str]]:
    """Say why each association of the given groups is left below the floor.

    Parameters
    ----------
    graph, rules, candidates
        What the plan was made from.
    groups
        The groups that stay below the floor, as association ids.
    proven
        Whether the stage ``below_floor`` is proven; without proof nothing is claimed of groups that could have
        reached the floor.

    Returns
    -------
    dict
        Association id -> (short word, Japanese sentence, English sentence). The words: ``exempt``, ``unchanged``,
        ``no_border``, ``walls``, ``too_few_in_reach``, ``caps``, ``apart``, ``rules``, ``costs_others``,
        ``not_settled``.
    """
    questions = _Questions(graph, rules, _SETS_IN_ALL)
    in_larger = {
        member
        for component in candidates.components
        for group in component.groups
        if len(group) > 1
        for member in component.members(group)
    }
    reasons = {}
    for ids in groups:
        reason = _reason(questions, ids, in_larger=not in_larger.isdisjoint(ids), proven=proven)
        reasons.update(dict.fromkeys(ids, reason))
    return reasons


def _reason(questions: _Questions, ids: tuple[str, ...], *, in_larger: bool, proven: bool) -> tuple[str, str, str]:
    graph, rules = questions.graph, questions.rules
    if set(ids) <= set(rules.exempt):
        why = "・".join(dict.fromkeys(rules.exempt[name] for name in ids))
        return "exempt", f"下限未満のままでよいと指定されています({why})", f"it may stay small by the rules ({why})"
    if set(ids) & set(rules.unchanged):
        return "unchanged", "「変更しない」と指定されています", "it is to stay unchanged by the rules"
    barred = {name for pair in graph.graph.get("barred", ()) for name in pair}
    if not {other for name in ids for other in graph[name]} - set(ids) and barred.isdisjoint(ids):
        return (
            "no_border",
            "隣り合う自治会がありません(離島・境界なし)",
            "it has no border or link with any association",
        )
    blocking = () if in_larger else questions.blocking(ids)
    if blocking is None:
        return (
            "not_settled",
            "探索の上限内では理由を特定できませんでした",
            "the reason was not settled within the limits of the search",
        )
    if blocking == ("min_households",):
        return _too_few(questions, ids)
    if blocking:
        return _blocked(rules, blocking, any_frees=questions.any_frees(ids, blocking))
    return _traded_off(questions, ids, proven=proven)


def _traded_off(questions: _Questions, ids: tuple[str, ...], *, proven: bool) -> tuple[str, str, str]:
    rules = questions.rules
    if not proven:
        return "not_settled", "探索の上限内では決まりませんでした", "not settled within the limits of the search"
    if rules.stages[0].name != "below_floor":
        return (
            "costs_others",
            "条件に妨げられてはいませんが、指定された評価の順では、ここを残すほうが良い案になります",
            "no rule blocks it, but in the order of stages given a plan that leaves it is better",
        )
    around = {name for unit in questions.around(ids, frozenset()).units for name in unit.members}
    named = {rule: {name for by, name in rules.named_ids if by == rule} for rule in ("apart", "unchanged", "obstacles")}
    # Rules about other parts of the town have nothing to do with it.
    near = [name for name in hard_rules(rules) if name not in named or not around.isdisjoint(named[name])]
    ja, en = (_join(rules, near, lang) for lang in ("ja", "en"))
    return (
        "costs_others",
        f"いまの条件({ja})では、ここを統合しても、下限未満に残る世帯の合計は減りません",
        f"with the rules given ({en}), merging it would not lower the households left below the floor in all",
    )


def _too_few(questions: _Questions, ids: tuple[str, ...]) -> tuple[str, str, str]:
    rules = frozenset(hard_rules(questions.rules))
    barred = frozenset([BARRED_BORDERS] if questions.graph.graph.get("barred") else [])
    everyone = questions.around(ids, rules | barred)
    total = sum_tallies(unit.tally for unit in everyone.units)
    return (
        "too_few_in_reach",
        f"統合できる範囲の{total.members}自治会をすべて合わせても{total.households}世帯です",
        f"all {total.members} associations within reach hold {total.households} households together",
    )


def _blocked(rules: MergeRules, blocking: tuple[str, ...], *, any_frees: bool) -> tuple[str, str, str]:
    """Name the minimal set of rules that blocks it, and say whether taking any one of them out would free it.

    It need not: other rules may block it as well.
    """
    kinds = {name.partition(":")[0] for name in blocking}
    word = (
        "walls"
        if kinds == {"keep_within"}
        else "apart"
        if kinds <= {"apart", "obstacles"}
        else "caps"
        if kinds & {"max_members", "max_households"}
        else "rules"
    )
    ja, en = (_join(rules, blocking, lang) for lang in ("ja", "en"))
    one = len(blocking) == 1
    said_ja = f"「{ja}」の条件では下限に届きません" if one else f"「{ja}」の条件が重なり、下限に届きません"
    said_en = f"no group around it reaches the floor with {en}{'' if one else ' together'}"
    if any_frees:
        said_ja += "。この条件がなければ届きます" if one else "。どれか一つがなければ届きます"
        said_en += "; without that it could" if one else "; without any one of them it could"
    return word, said_ja, said_en


def _join(rules: MergeRules, names: Iterable[str], lang: str) -> str:
    texts = [describe_rule(rules, name, lang) for name in names]
    if not texts:
        return "指定された規則" if lang == "ja" else "the rules given"
    return ("・" if lang == "ja" else " and ").join(texts)
