"""Annealing: drafts stay partitions into connected groups, and the same seed gives the same draft."""

from __future__ import annotations

import math
import time

import pytest

from kurihara_geo.candidates.masks import is_connected
from kurihara_geo.model.annealing import Draft, Schedule, anneal_shortage, anneal_worth, grow_draft
from kurihara_geo.model.open_component import OutOfTimeError, Watch
from tests.model.open_components import dice, grid_component, path_component

FOREVER = Watch(math.inf)
SHORT = Schedule(moves=30_000, hot=2.5, cold=0.3)


def check_draft(component, draft, count):
    """So many connected groups that cover every unit once, and books that agree with them."""
    assert len(draft.masks) == count
    assert sum(draft.masks) == component.everyone
    assert sum(mask.bit_count() for mask in draft.masks) == len(component.households)
    assert all(is_connected(mask, component.adjacency) for mask in draft.masks)
    assert draft.households == [component.total(mask) for mask in draft.masks]
    again = Draft(component, draft.masks)
    assert draft.label == again.label
    assert [sorted(units) for units in draft.members] == [sorted(units) for units in again.members]


def test_a_draft_covers_the_grid():
    """Ten groups planted on a grid of 64 units grow until no unit is free."""
    component = grid_component(8, dice(1))
    check_draft(component, grow_draft(component, 10, dice(0)), 10)


def test_annealing_finds_the_only_plan_of_a_row():
    """20 30 25 25 40 10 in three groups: the only way is 20+30, 25+25, 40+10."""
    component = path_component(20, 30, 25, 25, 40, 10)
    draft = Draft(component, [0b000001, 0b011110, 0b100000])
    assert anneal_shortage(component, draft, SHORT, dice(0), FOREVER)
    assert sorted(draft.masks) == [0b000011, 0b001100, 0b110000]


def test_moves_keep_groups_connected():
    """However hot, after each run the draft is a partition into connected groups."""
    component = grid_component(8, dice(2))
    draft = grow_draft(component, 18, dice(0))
    for seed in range(5):
        anneal_shortage(component, draft, Schedule(moves=3_000, hot=50, cold=5), dice(seed), FOREVER)
        check_draft(component, draft, 18)


def test_moves_by_worth_keep_the_books():
    """The general annealing keeps partition and books, too, and gives the best it met."""
    component = grid_component(7, dice(3))

    def worth(mask):
        return max(0, 50 - component.total(mask)) + component.costs(mask)[3] / 1000

    draft = grow_draft(component, 9, dice(0))
    before = sum(worth(mask) for mask in draft.masks)
    best, masks = anneal_worth(component, draft, worth, SHORT, dice(0), FOREVER)
    check_draft(component, draft, 9)
    assert best == pytest.approx(sum(worth(mask) for mask in masks))
    assert best < before


def test_units_may_be_left_over_where_a_cap_binds():
    """20 - 40 - 20 - 35 - 9 with at most two members: 20+40 and 20+35, and 9 left over, which costs 9."""
    component = path_component(20, 40, 20, 35, 9, permitted=lambda mask: mask.bit_count() <= 2)

    def lack(mask):
        return max(0, 50 - component.total(mask)) if component.permitted(mask) else math.inf

    draft = Draft(component, [0b00001, 0b00110])
    best, masks = anneal_worth(
        component, draft, lack, SHORT, dice(0), FOREVER, left=lambda unit: component.households[unit], enough=9
    )
    assert best == 9
    assert sorted(masks) == [0b00011, 0b01100]


def test_the_same_seed_gives_the_same_draft():
    """Two runs with one seed agree in every group; another seed gives others."""
    component = grid_component(8, dice(4))
    runs = []
    for seed in (7, 7, 8):
        draft = grow_draft(component, 19, dice(seed))
        anneal_shortage(component, draft, SHORT, dice(seed), FOREVER)
        runs.append(draft.masks)
    assert runs[0] == runs[1] != runs[2]


def test_the_clock_ends_annealing():
    """A deadline in the past ends it at the first look, with the draft still whole."""
    component = grid_component(8, dice(5))
    draft = grow_draft(component, 30, dice(0))
    with pytest.raises(OutOfTimeError):
        anneal_shortage(component, draft, SHORT, dice(0), Watch(time.monotonic() - 1))
    check_draft(component, draft, 30)
