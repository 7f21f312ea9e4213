"""One more plan from the solver: the best within limits other than those known, or none; always checked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kurihara_geo.model import limited
from kurihara_geo.model.limited import best_within
from kurihara_geo.model.solver import Outcome
from tests.model.test_near_best import PATH, STAGES, covers, random_partition, values, weighed

EVERYTHING = {"units": range(3), "groups": range(6)}


def test_the_best_within_a_limit_is_found():
    """a60 - b60 - v20 with nobody left below: v joins b, one merger; without that limit nobody merges at all."""
    assert best_within(PATH, order=("mergers",), limits={"left": 0}, **EVERYTHING) == (0, 4)
    assert best_within(PATH, order=("mergers", "left"), limits={}, **EVERYTHING) == (0, 1, 2)


def test_it_differs_from_what_is_known():
    """With a | b v known, all three together come next; with that known too, there is no other."""
    known = [(0, 4)]
    assert best_within(PATH, order=("mergers",), limits={"left": 0}, known=known, **EVERYTHING) == (5,)
    assert best_within(PATH, order=("mergers",), limits={"left": 0}, known=[(0, 4), (5,)], **EVERYTHING) is None


def test_a_known_cover_of_other_groups_forbids_nothing():
    """A cover that uses a group not at hand cannot come again anyway."""
    found = best_within(PATH, units=range(3), groups=(0, 1, 2, 4), order=("mergers",), limits={"left": 0}, known=[(5,)])
    assert found == (0, 4)


def test_limits_nobody_can_keep_give_nothing():
    """No cover leaves less than nobody below the floor."""
    assert best_within(PATH, order=("mergers",), limits={"left": -1}, **EVERYTHING) is None


def test_a_limit_with_costs_too_large_for_a_solver_is_kept_exactly():
    """HiGHS takes no coefficient of 10**15 in a row: v left below at 10**15 is still told from nobody left below."""
    heavy = replace(PATH, costs={**PATH.costs, "left": tuple(cost * 10**14 for cost in PATH.costs["left"])})
    assert best_within(heavy, order=("mergers",), limits={"left": 0}, **EVERYTHING) == (0, 4)
    assert best_within(heavy, order=("mergers", "left"), limits={"left": 2 * 10**15}, **EVERYTHING) == (0, 1, 2)


def test_a_cover_that_passes_a_limit_by_what_the_solver_was_not_told_is_no_answer():
    """Alone v costs 2 * 10**15 and 1: where the limit is one less, nothing is claimed, and never a cover beyond it."""
    left = tuple(cost * 10**14 + bool(cost) for cost in PATH.costs["left"])
    heavy = replace(PATH, costs={**PATH.costs, "left": left})
    assert best_within(heavy, order=("mergers",), limits={"left": 2 * 10**15}, **EVERYTHING) in (None, (0, 4))
    assert best_within(heavy, order=("mergers",), limits={"left": 2 * 10**15 + 1}, **EVERYTHING) == (0, 1, 2)


def test_a_weighted_stage_is_minimised_heavy_terms_first():
    """Left below times 10**14 and one for each merger: a | b v, worth 1, comes before all three, worth 2."""
    assert best_within(weighed(PATH, ("left", 10**14), ("mergers", 1)), order=("sum",), limits={}, **EVERYTHING) == (
        0,
        4,
    )


def test_without_time_nothing_is_claimed():
    """A deadline in the past: no answer, not a guess."""
    assert best_within(PATH, order=("mergers",), limits={}, deadline=0.0, **EVERYTHING) is None


def test_who_interrupts_the_solver_is_heard(monkeypatch):
    """Ctrl-C is no answer: it once passed for "there is no such cover", and the work went on."""
    said = Outcome(values=None, bound=None, optimal=False, stopped="interrupted")
    monkeypatch.setattr(limited, "run_solver", lambda *_, **__: said)
    with pytest.raises(KeyboardInterrupt):
        best_within(PATH, order=("mergers",), limits={}, **EVERYTHING)


@pytest.mark.parametrize(
    "said",
    [
        {"values": (0, 1, 1, 0, 0, 0), "objective": 0.0, "bound": 0.0},  # u0 is in no group
        {"values": (0, 0, 0, 0, 0, 1), "objective": 2.0, "bound": 0.0},  # the bound leaves room for a better one
        {"values": (0, 0, 0, 0, 0, 1), "objective": 0.0, "bound": 0.0},  # not worth what it says
        {"values": (1, 1, 1, 0, 0, 0), "objective": 0.0, "bound": 0.0},  # u2 is left below
        {"values": (1, 0, 0, 0, 1, 0), "objective": 1.0, "bound": 1.0, "optimal": False},  # right, but not proven
    ],
)
def test_a_solver_that_is_wrong_is_not_believed(monkeypatch, said):
    """Whatever it says is asked of the groups themselves: cover, limits and worth."""
    monkeypatch.setattr(limited, "run_solver", lambda *_, **__: Outcome(**{"optimal": True, **said}))
    assert best_within(PATH, order=("mergers",), limits={"left": 0}, **EVERYTHING) is None


def test_the_solver_lists_the_covers_as_brute_force_ranks_them():
    """One after the other, each known from then on: the stages' values in order, a limit on one of them kept."""
    for seed in range(6):
        part = random_partition(seed, units=5, share=0.5, least=-1 if seed % 2 else 0)
        limit = min(part.value("second", cover) for cover in covers(part)) + 2
        allowed = sorted(values(part, cover) for cover in covers(part) if part.value("second", cover) <= limit)
        known: list[tuple[int, ...]] = []
        for expected in allowed[:5]:
            found = best_within(
                part,
                range(part.unit_count),
                range(len(part.groups)),
                STAGES,
                limits={"second": limit},
                known=known,
            )
            assert values(part, found) == expected, seed
            known.append(found)
