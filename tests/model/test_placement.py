"""Bases are placed as brute force over all sets of sites would, for every goal, and proven."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest

from kurihara_geo.model.placement import (
    Places,
    fewest_bases,
    place_centre,
    place_cover,
    place_median,
    place_most_reached,
    site_draw,
)


def line(rows: dict[int, int], sites: list[int], kept: tuple[int, ...] = ()) -> Places:
    """Draw rows (metre -> households) and sites along one road."""
    ways = [{number: abs(at - site) for number, site in enumerate(sites)} for at in rows]
    costs = [
        {number: weight * way for number, way in near.items()} for near, weight in zip(ways, rows.values(), strict=True)
    ]
    draws = [site_draw(f"s{number}") for number in range(len(sites))]
    return Places(ways, costs, list(rows.values()), draws, frozenset(kept))


def random_town(seed: int) -> Places:
    """Draw up to 9 rows, some of several members, and up to 8 sites on a small grid, with ties and missing ways."""
    random = Random(seed)  # noqa: S311 - a made-up town

    def spots(count: int) -> list[tuple[int, int]]:
        return [(random.randint(0, 6), random.randint(0, 6)) for _ in range(count)]

    sites, grouped, holes = spots(random.randint(1, 8)), random.random() < 0.4, random.random() < 0.3
    ways, costs, weights = [], [], []
    for _ in range(random.randint(1, 9)):
        members = [(spot, random.choice([0, 1, 1, 5, 20])) for spot in spots(random.randint(1, 3) if grouped else 1)]
        near = {}
        for number, (x, y) in enumerate(sites):
            if not (holes and random.random() < 0.3):
                near[number] = [(round(3 * ((a - x) ** 2 + (b - y) ** 2) ** 0.5), weight) for (a, b), weight in members]
        ways.append({number: max(way for way, _ in each) for number, each in near.items()})
        costs.append({number: sum(way * weight for way, weight in each) for number, each in near.items()})
        weights.append(sum(weight for _, weight in members))
    kept = frozenset(random.sample(range(len(sites)), random.choice([0, 0, 1])))
    return Places(ways, costs, weights, [site_draw(f"s{number}") for number in range(len(sites))], kept)


def judge(places: Places, chosen: tuple[int, ...], goal: str, reach: int) -> tuple[int, ...] | None:
    """Count the stages of one set of sites; None if it does not serve every row."""
    longest = travel = missed = 0
    for ways, costs, weight in zip(places.ways, places.costs, places.weights, strict=True):
        able = [site for site in chosen if site in ways and (goal not in ("cover", "centre") or ways[site] <= reach)]
        if not able:
            return None
        near = [site for site in able if ways[site] <= reach]
        if goal == "most":
            missed, able = missed + (0 if near else weight), near or able
        longest = max(longest, min(ways[site] for site in able))
        travel += min(costs[site] for site in able)
    drawn = sum(places.draws[site] for site in chosen)
    first = {"median": (), "centre": (reach,), "cover": (len(chosen),), "most": (missed,)}[goal]
    return (*first, travel, drawn)


def best_of_all(places: Places, goal: str, count: int | None, reach: int) -> tuple[int, ...] | None:
    """Look at every set of sites."""
    sites = range(len(places.draws))
    counts = range(1, len(sites) + 1) if count is None else [count]
    reaches = sorted({way for ways in places.ways for way in ways.values()}) if goal == "centre" else [reach]
    judged = [
        judge(places, chosen, goal, limit)
        for size in counts
        for chosen in combinations(sites, size)
        if places.kept.issubset(chosen)
        for limit in reaches
    ]
    return min((values for values in judged if values is not None), default=None)


@pytest.mark.parametrize("goal", ["median", "centre", "cover", "most"])
def test_every_goal_equals_brute_force(goal: str):
    """In 150 random small towns all stages are those of the best of all sets of sites, and are proven."""
    for seed in range(150):
        places = random_town(seed)
        random = Random(f"{seed} {goal}")  # noqa: S311 - a made-up town
        count, reach = random.randint(max(1, len(places.kept)), len(places.draws)), random.randint(0, 20)
        found = {
            "median": lambda p=places, k=count: place_median(p, k),
            "centre": lambda p=places, k=count: place_centre(p, k),
            "cover": lambda p=places, r=reach: place_cover(p, r),
            "most": lambda p=places, k=count, r=reach: place_most_reached(p, k, r),
        }[goal]()
        values = None if found is None else tuple(stage.value for stage in found.stages)
        assert values == best_of_all(places, goal, None if goal == "cover" else count, reach), (seed, goal)
        assert found is None or (found.proven and places.kept <= found.chosen), (seed, goal)


def test_the_goals_differ_along_a_road():
    """Many live at 0, few at 1000: the mean wants the site at 0, the farthest the one in the middle."""
    road = line({0: 90, 1000: 10}, [0, 500, 1000])
    median, centre = place_median(road, 1), place_centre(road, 1)
    assert median is not None and centre is not None  # noqa: PT018 - one question
    assert (median.chosen, median.stages[0].value) == ({0}, 10 * 1000)
    assert (centre.chosen, centre.stages[0].value, centre.stages[1].value) == ({1}, 500, 100 * 500)


def test_as_few_as_reach_everybody():
    """400 m reach 0 and 800 only from two sites; the kept one at 400 reaches both."""
    assert fewest_bases(line({0: 1, 800: 1}, [0, 800]).within(400)) == 2
    found = place_cover(line({0: 1, 800: 1}, [0, 400, 800], kept=(1,)), 400)
    assert found is not None
    assert found.chosen == {1}


def test_more_bases_never_worsen_a_goal():
    """With one base more, travel and the longest way are no greater."""
    for seed in range(40):
        places = random_town(seed)
        for place in (place_median, place_centre):
            found = [place(places, count) for count in range(max(1, len(places.kept)), len(places.draws) + 1)]
            values = [placement.stages[0].value for placement in found if placement is not None]
            assert values == sorted(values, reverse=True)


def test_without_time_the_best_known_is_not_proven():
    """At a deadline that is over the solver is not asked, and no stage is called proven that needed it."""
    places = random_town(3)
    found = place_median(places, max(1, len(places.kept)), deadline=0.0)
    assert found is None or all(stage.bound is None or stage.bound <= stage.value for stage in found.stages)


def test_rows_that_nobody_can_serve_have_no_placement():
    """A row without any way: no goal is reached."""
    places = Places([{}], [{}], [5], [1])
    assert [place_median(places, 1), place_centre(places, 1), place_cover(places, 9), fewest_bases(places)] == [
        None
    ] * 4
