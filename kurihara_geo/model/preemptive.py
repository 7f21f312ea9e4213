"""Preemptive weights: a weighted stage whose heavy terms outweigh all that the light ones can add.

Let a stage be D A + B, where A is a whole number in every plan and D a whole number above the difference of B between
any two plans. A plan that is worse in A is then worse in the stage whatever B is, so the stage is minimised by
minimising A first and B among the plans that are best in A. That is not only the same: a solver counts with some
fifteen digits and tolerances, and a weight of a thousand million leaves B none of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import gcd, lcm
from typing import TYPE_CHECKING

from kurihara_geo.errors import RulesError
from kurihara_geo.model.solution import Stage

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from kurihara_geo.model.partition import Partition

__all__ = ["EXACT", "Rank", "add_up_ranks", "rank_terms"]

EXACT = 10**12
"""A solver keeps sums up to this apart: it counts with some fifteen digits, and its tolerances take three of them."""


@dataclass(frozen=True, kw_only=True)
class Rank:
    """One of the stages that a weighted stage is minimised as, one after the other.

    Parameters
    ----------
    stage
        Name of the weighted stage.
    step
        What 1 of this rank counts in the weighted stage.
    costs
        Its cost for each group.
    least
        No plan costs less in it.
    """

    stage: str
    step: int
    costs: tuple[int, ...]
    least: int


def rank_terms(part: Partition, *, keep: Collection[str] = ()) -> tuple[Partition, Mapping[str, Rank]]:
    """Give the problem with its weighted stages as ranks, where heavy terms outweigh the light ones.

    Parameters
    ----------
    part
        Groups and costs.
    keep
        Stages to leave as they are.

    Returns
    -------
    Partition, dict
        The same groups with more stages, or fewer digits in them; and the rank each new stage is.

    Raises
    ------
    RulesError
        If what is left of a stage adds up to more than a solver counts exactly: use stages instead of weights, or
        smaller weights.
    """
    costs: dict[str, tuple[int, ...]] = {}
    ranks: dict[str, Rank] = {}
    for stage, whole in part.costs.items():
        if stage in keep or (stage not in part.terms and _largest(part, whole) <= EXACT):
            costs[stage] = whole
            continue
        for number, rank in enumerate(_ranks(part, stage)):
            name = f"{stage} / {number}"
            costs[name], ranks[name] = rank.costs, rank
    return (replace(part, costs=costs, terms={}), ranks) if ranks else (part, ranks)


def _ranks(part: Partition, stage: str) -> list[Rank]:
    """Cut the terms of a stage, those with the largest steps first, wherever the ones before outweigh the rest."""
    weighted = part.terms.get(stage, {stage: part.costs[stage]})
    terms = sorted(weighted.values(), key=lambda costs: -gcd(*costs))
    ranks = []
    while terms:
        cut, step = 1, gcd(*terms[0])
        while cut < len(terms) and not _outweighs(part, step, terms[cut:]):
            step = gcd(step, *terms[cut])
            cut += 1
        heavy = _sum_costs(terms[:cut])
        step = max(1, gcd(*heavy))
        costs = tuple(cost // step for cost in heavy)
        largest = _largest(part, costs)
        if largest > EXACT:
            raise RulesError(
                f"The weights of the stage {stage!r} are too large: a plan could cost {largest:,} times {step:,}, and "
                f"a solver counts exactly up to {EXACT:,}. {_advice(len(weighted))}"
            )
        ranks.append(Rank(stage=stage, step=step, costs=costs, least=_range(part, costs)[0]))
        terms = terms[cut:]
    return ranks


def _advice(terms: int) -> str:
    if terms == 1:
        return "Use smaller weights in the rules this stage counts (obstacles, prefer_within), or leave it out."
    return "Put the terms into stages of their own, one after the other, or use smaller weights."


def _largest(part: Partition, costs: Sequence[int]) -> int:
    """Give the largest number a solver would meet: what a plan or one of its groups costs, or is rewarded with."""
    least, most = _range(part, costs)
    return max(-least, most, *map(abs, costs))


def _outweighs(part: Partition, step: int, light: Sequence[Sequence[int]]) -> bool:
    """Whether one step is more than the light terms can differ between two plans."""
    least, most = _range(part, _sum_costs(light))
    return most - least < step


def _sum_costs(terms: Sequence[Sequence[int]]) -> list[int]:
    return [sum(costs) for costs in zip(*terms, strict=True)]


def _range(part: Partition, costs: Sequence[int]) -> tuple[int, int]:
    """Bound what a plan can cost from below and above: every unit pays a share of some group that holds it."""
    whole = lcm(*{len(group) for group in part.groups})
    least: dict[int, int] = {}
    most: dict[int, int] = {}
    for group, cost in zip(part.groups, costs, strict=True):
        share = cost * (whole // len(group))
        for unit in group:
            if share < least.get(unit, share + 1):
                least[unit] = share
            if share > most.get(unit, share - 1):
                most[unit] = share
    return -(-sum(least.values()) // whole), sum(most.values()) // whole


def add_up_ranks(ranks: Mapping[str, Rank], stages: Sequence[Stage]) -> tuple[Stage, ...]:
    """Put the ranks of each weighted stage together again.

    Up to the first rank that is not proven, and for that rank by its bound, no plan is better; what comes after it may
    be as low as it can be at all.
    """
    added: dict[str, Stage] = {}
    for stage in stages:
        rank = ranks.get(stage.name)
        if rank is None:
            added[stage.name] = stage
            continue
        before = added.get(rank.stage, Stage(name=rank.stage, value=0, bound=0, proven=True))
        value = before.value + rank.step * stage.value
        least = stage.bound if before.proven else rank.least
        bound = None if before.bound is None or least is None else min(value, before.bound + rank.step * least)
        proven = before.proven and stage.proven
        added[rank.stage] = Stage(name=rank.stage, value=value, bound=value if proven else bound, proven=proven)
    return tuple(added.values())
