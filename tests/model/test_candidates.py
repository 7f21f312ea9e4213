"""Which groups are listed: exactly the atomic ones, within stated limits, and only under rules that can hold."""

from __future__ import annotations

from itertools import combinations
from random import Random

import networkx as nx
import pytest

from kurihara_geo.candidates import enumeration, find_rule_conflicts, list_candidates
from kurihara_geo.errors import NoPlanError, RulesError, TooManyCandidatesError
from kurihara_geo.rules import MergeRules
from tests.model.steps import grid_graph, list_groups, make_graph, town_graph
from tests.towns import (
    bar_border,
    draw_town,
    exact_borders,
    grid_town,
    hollow_town,
    island_town,
    link_units,
    path_town,
    square_town,
    walled_town,
)


def list_sets(graph: nx.Graph, rules: MergeRules, **limits) -> set[str]:
    """List the candidate groups of two members or more, each as its ids joined by a blank."""
    groups = list_groups(list_candidates(graph, rules, **limits))
    assert len(groups) == len(set(groups)), "a group is listed twice"
    return {" ".join(sorted(ids)) for ids in groups if len(ids) > 1}


def sets_of(associations, rules: MergeRules, borders=None) -> set[str]:
    """List the candidate groups of a drawn town."""
    return list_sets(town_graph(associations, rules, borders), rules)


# --- brute force --------------------------------------------------------------------------------------------------


def all_atomic(graph: nx.Graph, rules: MergeRules) -> set[str]:
    """Look at every set of units, and at every way to split it in two."""
    households = nx.get_node_attributes(graph, "households")
    sets = {
        frozenset(ids)
        for size in range(1, len(graph) + 1)
        for ids in combinations(sorted(graph), size)
        if nx.is_connected(graph.subgraph(ids)) and is_permitted(ids, households, rules)
    }
    sufficient = {ids for ids in sets if sum(households[name] for name in ids) >= rules.min_households}
    atomic = [
        ids
        for ids in sufficient
        if len(ids) > 1
        and not any(part < ids and ids - part in sufficient for part in sufficient)
    ]  # fmt: skip
    return {" ".join(sorted(ids)) for ids in atomic}


def is_permitted(ids, households, rules: MergeRules) -> bool:
    """Say whether the caps, apart and unchanged allow a set; one unit may always stay as it is."""
    if len(ids) == 1:
        return True
    if rules.max_members is not None and len(ids) > rules.max_members:
        return False
    if rules.max_households is not None and sum(households[name] for name in ids) > rules.max_households:
        return False
    return not set(ids) & set(rules.unchanged) and all(len(set(ids) & set(pair)) < 2 for pair in rules.apart)


def random_instance(seed: int) -> tuple[nx.Graph, MergeRules]:
    """Make a random graph of 4 to 10 units, not always connected, with random caps."""
    random = Random(f"atomic {seed}")  # noqa: S311 - test data, not secrets
    names = [f"n{number}" for number in range(random.randint(4, 10))]
    share = random.choice([0.2, 0.35, 0.5])
    edges = [pair for pair in combinations(names, 2) if random.random() < share]
    graph = make_graph({name: random.choice([5, 10, 20, 30, 49, 50, 51, 80]) for name in names}, edges)
    floor = random.choice([0, 1, 30, 50, 50, 75, 120])
    rules = MergeRules(
        min_households=floor,
        max_members=random.choice([None, None, 2, 3, 5]),
        max_households=random.choice([None, None, floor + random.randint(1, 90)]),
        apart=random.choice([[], [], [random.sample(names, 3)]]),
        unchanged=random.choice([[], [], [random.choice(names)]]),
    )
    return graph, rules


@pytest.mark.parametrize("start", range(0, 240, 40))
def test_every_atomic_group_is_listed_once_and_nothing_else(start: int):
    """On random graphs the pruned search lists what brute force lists: sufficient sets that do not split."""
    listed = 0
    for seed in range(start, start + 40):
        graph, rules = random_instance(seed)
        expected = all_atomic(graph, rules)
        assert list_sets(graph, rules) == expected, (seed, rules)
        listed += len(expected)
    assert listed > 100, "the instances hold too little to tell"


# --- drawn towns --------------------------------------------------------------------------------------------------


def test_each_unit_alone_is_listed_first():
    """The path a60 - b60 - v20 begins with its three units as they are."""
    (component,) = list_candidates(town_graph(path_town(), MergeRules()), MergeRules()).components
    assert component.groups[:3] == ((0,), (1,), (2,))
    assert [component.members(group) for group in component.groups[:3]] == [("a",), ("b",), ("v",)]


def test_two_associations_that_stand_alone_are_never_listed_together():
    """On a60 - b60 - v20 both ab and abv can be split into two parts of 50 or more; only bv is atomic."""
    assert sets_of(path_town(), MergeRules()) == {"b v"}


def test_four_equal_associations_in_a_square_pair_along_their_sides():
    """Of 30 each under a floor of 50: four pairs, four triples of 90; all four split into two pairs."""
    pairs = {"a b", "c d", "a c", "b d"}
    triples = {"a b c", "a b d", "a c d", "b c d"}
    assert sets_of(square_town(), MergeRules()) == pairs | triples


def test_corners_that_touch_make_no_group():
    """With pairs only, no diagonal of the square is listed."""
    assert sets_of(square_town(), MergeRules(max_members=2)) == {"a b", "c d", "a c", "b d"}


def test_a_barred_border_is_not_crossed_and_a_link_is():
    """On i20 . a30 - b30: with ab barred nothing is left; with a link from b to the island only bi is."""
    town = island_town()
    barred = bar_border(exact_borders(town), "a", "b")
    assert sets_of(town, MergeRules(), barred) == set()
    linked = link_units(barred, town, "b", "i")
    assert sets_of(town, MergeRules(), linked) == {"b i"}


def test_nobody_merges_across_an_area_where_nobody_lives():
    """Eight in a ring around z: triples are arcs of the ring, eight of them, and z is in none."""
    sets = sets_of(hollow_town(), MergeRules(max_members=3))
    assert len(sets) == 8
    assert not any("z" in ids.split() for ids in sets)


def test_walls_part_the_town():
    """On p30 - q30 | r30 - s60 the school district boundary leaves pq and rs only."""
    rules = MergeRules(keep_within=["former_school_district"])
    assert sets_of(walled_town(), rules) == {"p q", "r s"}
    candidates = list_candidates(town_graph(walled_town(), rules), rules)
    assert [[unit.members for unit in part.units] for part in candidates.components] == [
        [("p",), ("q",)], [("r",), ("s",)],
    ]  # fmt: skip


def test_max_households_leaves_out_groups_above_it():
    """Of pq 60, qr 60, rs 90 and the triple pqr 90, a ceiling of 80 keeps the first two."""
    assert sets_of(walled_town(), MergeRules()) == {"p q", "q r", "r s", "p q r"}
    assert sets_of(walled_town(), MergeRules(max_households=80)) == {"p q", "q r"}


def test_apart_keeps_associations_out_of_one_group():
    """In the square of 30s, with a and b apart, neither ab nor any triple that holds both is listed."""
    rules = MergeRules(apart=[["a", "b"]])
    assert sets_of(square_town(), rules) == {"c d", "a c", "b d", "a c d", "b c d"}


def test_unchanged_stays_out_of_every_group_and_is_no_way_through():
    """With e of the 3x3 grid unchanged, the ring around it is left: arcs of three."""
    sets = sets_of(grid_town(), MergeRules(unchanged=["e"], max_members=3))
    assert len(sets) == 8
    assert not any("e" in ids.split() for ids in sets)


def test_together_moves_as_one_and_counts_its_members():
    """With a and b together on a20 - b20 - c20 - d60: abc under a cap of 3, and abcd is over it."""
    town = draw_town("abcd", {"a": 20, "b": 20, "c": 20, "d": 60})
    rules = MergeRules(together=[["a", "b"]], max_members=3)
    assert sets_of(town, rules) == {"a b", "a b c", "c d"}
    (component,) = list_candidates(town_graph(town, rules), rules).components
    assert [(unit.members, unit.households) for unit in component.units] == [
        (("a", "b"), 40), (("c",), 20), (("d",), 60),
    ]  # fmt: skip


def test_together_sets_that_share_an_id_become_one_unit():
    """Sets ab and bc bind a, b and c, and a split inside them is none."""
    rules = MergeRules(together=[["a", "b"], ["b", "c"]])
    town = draw_town("abcd", {"a": 60, "b": 20, "c": 60, "d": 20})
    assert sets_of(town, rules) == {"a b c", "a b c d"}


def test_apart_from_one_of_a_bound_pair_is_apart_from_both():
    """With a, b together and a apart from c, c cannot join through b."""
    rules = MergeRules(together=[["a", "b"]], apart=[["a", "c"]])
    assert sets_of(draw_town("abc", 20), rules) == {"a b"}


def test_without_a_floor_nothing_needs_to_merge():
    """With a floor of 0 every set splits, so only single units are listed."""
    assert sets_of(grid_town(), MergeRules(min_households=0)) == set()


def test_an_empty_town_has_no_candidates():
    """A graph without units gives no component and no group."""
    candidates = list_candidates(nx.Graph(), MergeRules())
    assert (candidates.components, candidates.count, candidates.sets_visited) == ((), 0, 0)


# --- how much is looked at ----------------------------------------------------------------------------------------


def count_placements(side: int, most: int) -> int:
    """Count connected sets of 2 to ``most`` cells of a square grid by moving every fixed polyomino over it."""
    total, shapes = 0, {frozenset({(0, 0)})}
    for _ in range(most - 1):
        shapes = {grown for shape in shapes for grown in grow(shape)}
        for shape in shapes:
            height, width = (max(cell[axis] for cell in shape) + 1 for axis in (0, 1))
            total += max(0, side - height + 1) * max(0, side - width + 1)
    return total


def grow(shape):
    """Add one neighbouring cell to a polyomino, in every way, moved back to the corner."""
    for y, x in shape:
        for cell in ((y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)):
            if cell not in shape:
                cells = {*shape, cell}
                top, left = min(y for y, _ in cells), min(x for _, x in cells)
                yield frozenset((y - top, x - left) for y, x in cells)


@pytest.mark.parametrize("most", [2, 4, 6])
def test_each_connected_set_is_looked_at_exactly_once(most: int):
    """Where only the largest sets reach the floor, a 12x12 grid shows as many sets as polyominoes can be placed."""
    graph = grid_graph(12, fewest=10, most=10)
    candidates = list_candidates(graph, MergeRules(min_households=10 * most, max_members=most))
    assert candidates.sets_visited == count_placements(12, most)
    assert candidates.count == 144 + count_placements(12, most) - (count_placements(12, most - 1) if most > 2 else 0)


def test_atomic_groups_are_few_among_connected_ones():
    """On a 12x12 grid with a third of the units below 50 the search lists less than a tenth of the 29,641 sets."""
    graph = grid_graph(12, fewest=20, most=110)
    candidates = list_candidates(graph, MergeRules())
    assert count_placements(12, 6) == 29_641
    assert candidates.count < 2_964


@pytest.mark.parametrize(
    ("limits", "figures"),
    [
        ({"max_sets": 1_000}, ["1,001 connected sets", "limits 1,000 and"]),
        ({"max_candidates": 200}, ["201 candidate groups", "and 200)"]),
        ({"time_limit_s": -1.0}, ["2,000 connected sets", "The time was up"]),
    ],
)
def test_a_limit_stops_the_search_with_figures_and_advice(limits, figures):
    """Too many sets, too many groups, or the time up: the message gives figures, and what helps."""
    graph = grid_graph(12, fewest=8, most=10)
    with pytest.raises(TooManyCandidatesError) as caught:
        list_candidates(graph, MergeRules(), **limits)
    message = str(caught.value)
    for text in (
        *figures,
        "144 associations",
        "households or fewer",
        "max_members (now 6)",
        "keep_within",
        "together",
    ):
        assert text in message, message
    assert isinstance(caught.value, NoPlanError)


def test_the_advice_says_so_where_there_is_no_member_cap():
    """With max_members lifted the message says that it is none now."""
    with pytest.raises(TooManyCandidatesError, match=r"max_members \(now none\)"):
        list_candidates(grid_graph(6, fewest=8, most=10), MergeRules(max_members=None), max_sets=1_000)


def two_parts() -> nx.Graph:
    """Make a town of two equal 4x4 grids that do not touch."""
    graph = nx.disjoint_union_all([grid_graph(4, fewest=10, most=10)] * 2)
    return nx.relabel_nodes(graph, {number: f"n{number:02d}" for number in graph})


def test_limits_count_each_part_of_the_town():
    """Two equal parts look at as many sets each: half of the sum is enough as a limit, one less is not."""
    graph, rules = two_parts(), MergeRules(min_households=30, max_members=3)
    visited = list_candidates(graph, rules).sets_visited
    assert list_candidates(graph, rules, max_sets=visited // 2).sets_visited == visited
    with pytest.raises(TooManyCandidatesError):
        list_candidates(graph, rules, max_sets=visited // 2 - 1)


def test_the_whole_town_has_a_ceiling_whatever_the_number_of_parts(monkeypatch):
    """Where memory holds fewer groups than the two parts have together, the search stops in the second."""
    graph, rules = two_parts(), MergeRules(min_households=30, max_members=3)
    larger = list_candidates(graph, rules).count - len(graph)
    monkeypatch.setattr(enumeration, "_MOST_IN_TOWN", larger)
    assert list_candidates(graph, rules).count == larger + len(graph)
    monkeypatch.setattr(enumeration, "_MOST_IN_TOWN", larger // 2 + 1)
    with pytest.raises(TooManyCandidatesError, match="16 associations"):
        list_candidates(graph, rules)


def test_progress_is_told_while_the_search_runs():
    """The number of sets looked at is told now and then, and only grows."""
    told: list[int] = []
    list_candidates(grid_graph(12, fewest=8, most=10), MergeRules(), on_progress=told.append)
    assert told
    assert told == sorted(set(told))


def test_the_order_of_rows_changes_no_candidate():
    """A graph whose nodes and edges come in another order gives the same components and groups."""
    graph = grid_graph(5, fewest=10, most=60)
    mixed = nx.Graph()
    mixed.add_nodes_from(reversed(list(graph.nodes(data=True))))
    mixed.add_edges_from((b, a, facts) for a, b, facts in reversed(list(graph.edges(data=True))))
    assert list_candidates(mixed, MergeRules()) == list_candidates(graph, MergeRules())


# --- rules that cannot hold ---------------------------------------------------------------------------------------


def test_all_conflicts_are_named_at_once():
    """Bound sets that do not touch, that a wall parts and that are above the ceiling are all in one error."""
    rules = MergeRules(
        keep_within=["former_school_district"],
        together=[["p", "r"], ["q", "s"]],
        max_households=60,
    )
    graph = town_graph(walled_town(), rules)
    with pytest.raises(RulesError) as caught:
        list_candidates(graph, rules)
    messages = [problem.message for problem in caught.value.problems]
    assert messages == [
        "together binds p, r, which do not touch through borders or links",
        "together binds p, r, but keep_within 'former_school_district' parts them: 東小, 西小",
        "together binds q, s, which do not touch through borders or links",
        "together binds q, s, but keep_within 'former_school_district' parts them: 東小, 西小",
        "together binds q, s, 90 households, but max_households is 60",
    ]
    assert all(message in str(caught.value) for message in messages)


def test_every_unknown_id_is_named_with_its_rule():
    """Ids that are not in the table are named once each for together, apart and unchanged."""
    rules = MergeRules(together=[["a", "x1"]], apart=[["b", "x2"], ["x2", "c"]], unchanged=["x3"])
    problems = find_rule_conflicts(town_graph(square_town(), rules), rules)
    named = [(problem.message.split()[0], problem.message.split("'")[1]) for problem in problems]
    assert named == [("together", "x1"), ("apart", "x2"), ("unchanged", "x3")]


def test_an_area_where_nobody_lives_is_no_association_to_the_rules():
    """Rules that name z, with 0 households, are refused."""
    rules = MergeRules(unchanged=["z"])
    (problem,) = find_rule_conflicts(town_graph(hollow_town(), rules), rules)
    assert "'z'" in problem.message
    assert "inhabited" in problem.message


def test_missing_wall_values_name_every_association_and_the_cure():
    """Two associations without a school district are named together; a class of their own makes them a part."""
    town = draw_town("abc", 30, former_school_district={"b": "西小"})
    rules = MergeRules(keep_within=["former_school_district"])
    (problem,) = find_rule_conflicts(town_graph(town, rules), rules)
    assert (problem.kind, problem.association_id) == ("missing_wall_value", "a, c")
    assert "missing_as" in problem.cure
    cured = rules.replace(missing_as={"former_school_district": "不明"})
    assert find_rule_conflicts(town_graph(town, cured), cured) == []


def test_rules_that_can_hold_have_no_conflicts():
    """Together along a border, inside a wall and below the ceiling is fine."""
    rules = MergeRules(keep_within=["former_school_district"], together=[["r", "s"]], max_households=90)
    assert find_rule_conflicts(town_graph(walled_town(), rules), rules) == []
