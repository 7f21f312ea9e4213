"""Random small towns and rules that can hold in them, as hypothesis strategies and by seed.

Both draw from the same generators; seeds are for runs of an exact, repeatable size. A town is grown cell by
cell on a small grid into a picture for :func:`tests.towns.draw_town`, so its regions have all kinds of
shapes, some are islands, some lie in two parts, some have nobody in them. The picture stays in
``associations.attrs["picture"]``, so that a failing case can be drawn by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import hypot
from random import Random
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import networkx as nx
import pandas as pd
import shapely
from hypothesis import strategies as st

from kurihara_geo.rules import TERMS, MergeRules
from tests.oracle import MOST_UNITS
from tests.towns import NOTHING, ORIGIN_X_M, ORIGIN_Y_M, bar_border, draw_town, exact_borders, link_units

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "Case",
    "cases",
    "random_borders",
    "random_case",
    "random_halls",
    "random_rules",
    "random_town",
    "rule_sets",
    "towns",
]

Cell = tuple[int, int]
COUNT_COLUMNS = ("households_2040", "people_20_64")
# How often each of the rarer rules is set.
SOMETIMES = 0.12


@dataclass(frozen=True)
class Case:
    """One thing to solve: a town, its borders (some barred, some links), rules that can hold there, perhaps halls."""

    associations: gpd.GeoDataFrame
    borders: gpd.GeoDataFrame
    rules: MergeRules
    halls: gpd.GeoDataFrame | None = None

    def __repr__(self) -> str:
        """Show the case so that it can be built again by hand."""
        facts = self.associations.drop(columns=["geometry", "name", "households_kind"])
        borders = self.borders[["a", "b", "kind", "barred_by", "length_m"]]
        picture = self.associations.attrs["picture"]
        halls = "no halls" if self.halls is None else pd.DataFrame(self.halls).to_string()
        return f"\n{picture}\n{facts.to_string()}\n{borders.to_string()}\n{halls}\n{self.rules.to_dict()}\n"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:  # noqa: FBT001 - hypothesis calls it so
        printer.text(repr(self))


# --- by seed --------------------------------------------------------------------------------------


def random_town(seed: int, *, max_units: int = MOST_UNITS) -> gpd.GeoDataFrame:
    """Draw the town of a seed: at most ``max_units`` associations, at least one of them inhabited."""
    return _make_town(_seeded("town", seed), max_units)


def random_borders(seed: int, associations: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Draw the borders of a seed: those on the map, at times some barred, at times a link added."""
    return _make_borders(_seeded("borders", seed), associations)


def random_halls(seed: int, associations: gpd.GeoDataFrame) -> gpd.GeoDataFrame | None:
    """Draw the meeting halls of a seed; most towns have none."""
    return _make_halls(_seeded("halls", seed), associations)


def random_rules(
    seed: int,
    associations: gpd.GeoDataFrame,
    borders: gpd.GeoDataFrame | None = None,
    halls: gpd.GeoDataFrame | None = None,
) -> MergeRules:
    """Draw the rules of a seed; they can hold with these borders, or else with those on the map, and these halls."""
    borders = exact_borders(associations) if borders is None else borders
    return _make_rules(_seeded("rules", seed), associations, borders, halls)


def random_case(seed: int, *, max_units: int = MOST_UNITS) -> Case:
    """Draw the town, borders, halls and rules of a seed."""
    associations = random_town(seed, max_units=max_units)
    borders, halls = random_borders(seed, associations), random_halls(seed, associations)
    return Case(associations, borders, random_rules(seed, associations, borders, halls), halls)


def _seeded(purpose: str, seed: int) -> Random:
    return Random(f"{purpose} {seed}")  # noqa: S311 - test data, not secrets


# --- as strategies --------------------------------------------------------------------------------


@st.composite
def towns(draw: st.DrawFn, max_units: int = MOST_UNITS) -> gpd.GeoDataFrame:
    """Draw towns of at most ``max_units`` associations."""
    return _make_town(draw(st.randoms(use_true_random=False)), max_units)


@st.composite
def rule_sets(
    draw: st.DrawFn,
    associations: gpd.GeoDataFrame,
    borders: gpd.GeoDataFrame | None = None,
    halls: gpd.GeoDataFrame | None = None,
) -> MergeRules:
    """Draw rules that can hold in a town."""
    borders = exact_borders(associations) if borders is None else borders
    return _make_rules(draw(st.randoms(use_true_random=False)), associations, borders, halls)


@st.composite
def cases(draw: st.DrawFn, max_units: int = MOST_UNITS) -> Case:
    """Draw towns with borders, rules, and at times halls."""
    associations = draw(towns(max_units))
    borders = _make_borders(draw(st.randoms(use_true_random=False)), associations)
    halls = _make_halls(draw(st.randoms(use_true_random=False)), associations)
    return Case(associations, borders, draw(rule_sets(associations, borders, halls)), halls)


# --- towns ----------------------------------------------------------------------------------------


def _make_town(rng: Random, max_units: int) -> gpd.GeoDataFrame:
    unit_count = rng.randint(max(1, max_units - rng.choice([1, 3, 8])), max_units)
    picture = _make_block_picture(rng, unit_count) if rng.random() < 0.15 else _make_picture(rng, unit_count)
    ids = sorted({word for line in picture.splitlines() for word in line.split()} - {NOTHING})
    households = {name: _make_households(rng) for name in ids}
    households[rng.choice(ids)] = rng.randint(1, 70)  # somebody lives somewhere
    if rng.random() < 0.2:  # equal associations: many plans are equally good
        households = dict.fromkeys(ids, rng.choice([10, 20, 25, 30]))
    districts = ["一小", "二小", "三小"][: rng.randint(1, 3)]
    associations = draw_town(
        picture,
        households,
        former_school_district=_make_values(rng, ids, districts),
        former_town=_make_values(rng, ids, ["架空町", "架空村"][: rng.randint(1, 2)]),
        households_2040={name: round(households[name] * rng.uniform(0.4, 1.1)) for name in ids},
        people_20_64={name: round(households[name] * rng.uniform(0.2, 1.6)) for name in ids},
    )
    associations.attrs["picture"] = picture
    return associations


def _make_picture(rng: Random, unit_count: int) -> str:
    """Grow regions from single cells into free neighbour cells until a random share of the grid is taken."""
    width, height = rng.randint(3, 6), rng.randint(3, 5)
    free = {(x, y) for x in range(width) for y in range(height)}
    words = _make_words(rng, unit_count)
    taken = dict(zip(rng.sample(sorted(free), unit_count), words, strict=True))
    wanted = max(unit_count, int(len(free) * rng.uniform(0.6, 1.0)))
    while len(taken) < wanted:
        growth = sorted((cell, taken[near]) for cell in free - set(taken) for near in _near(cell) if near in taken)
        cell, word = rng.choice(growth)
        taken[cell] = word
    if rng.random() < 0.15 and len(taken) < len(free):  # an association in two parts
        taken[rng.choice(sorted(free - set(taken)))] = rng.choice(words)
    return "\n".join(" ".join(taken.get((x, y), NOTHING).rjust(2) for x in range(width)) for y in range(height))


def _make_block_picture(rng: Random, unit_count: int) -> str:
    """Draw single cells row by row in a block: the most neighbours, and equal distances."""
    width = rng.randint(2, 3)
    words = _make_words(rng, unit_count) + [NOTHING] * (-unit_count % width)
    return "\n".join(" ".join(words[start : start + width]) for start in range(0, len(words), width))


def _make_words(rng: Random, count: int) -> list[str]:
    """Draw ids: letters, letters with a digit, or numbers, whose text order is not their number order."""
    kinds = [
        "abcdefghjkmnpq",
        [f"{a}{b}" for a in "kmt" for b in "1234"],
        [str(number) for number in range(1, 16)],
    ]
    return rng.sample(list(rng.choice(kinds)), count)


def _near(cell: Cell) -> Iterable[Cell]:
    x, y = cell
    return (x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)


def _make_households(rng: Random) -> int:
    """Draw households: mostly around a floor of 50, some at its very edge, some far above, some nobody."""
    kind = rng.random()
    if kind < 0.08:
        return 0
    if kind < 0.20:
        return rng.choice([1, 49, 50, 51])
    if kind < 0.75:
        return rng.randint(5, 49)
    return rng.randint(50, 90) if kind < 0.95 else rng.randint(100, 200)


def _make_values(rng: Random, ids: list[str], values: list[str]) -> dict[str, str | None]:
    """Draw a boundary column; at times some values are missing."""
    some_missing = rng.random() < 0.1
    return {name: None if some_missing and rng.random() < 0.3 else rng.choice(values) for name in ids}


def _make_borders(rng: Random, associations: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    borders = exact_borders(associations)
    if rng.random() < 0.25:
        for a, b in zip(borders["a"], borders["b"], strict=True):
            if rng.random() < 0.25:
                borders = bar_border(borders, a, b)
    apart = [pair for pair in nx.non_edges(_graph(associations, borders)) if not _touch(borders, *pair)]
    if apart and rng.random() < 0.25:
        borders = link_units(borders, associations, *rng.choice(sorted(tuple(sorted(pair)) for pair in apart)))
    return borders


def _make_halls(rng: Random, associations: gpd.GeoDataFrame) -> gpd.GeoDataFrame | None:
    """Draw halls inside cells, at most two an association, some where nobody lives; at times they name their owner."""
    if rng.random() < 0.65:
        return None
    share = rng.choice([0.2, 0.5])
    owners = [name for name in associations.index for _ in range(2) if rng.random() < share]
    if not owners:
        return None
    spots = [_spot_inside(rng, associations.geometry[name]) for name in owners]
    ids = [f"h{number}" for number in rng.sample(range(100), len(owners))]
    halls = {"name": [f"集会所{name}" for name in ids]}
    if rng.random() < 0.3:
        halls["association_id"] = owners
    return gpd.GeoDataFrame(halls, index=pd.Index(ids, name="hall_id"), geometry=spots, crs=associations.crs)


def _spot_inside(rng: Random, area: shapely.Geometry) -> shapely.Point:
    """Draw a point well inside a cell of an area."""
    west, south, east, north = area.bounds
    while True:
        x = ORIGIN_X_M + rng.randrange(int(west - ORIGIN_X_M) // 50, int(east - ORIGIN_X_M) // 50) * 50 + 25
        y = ORIGIN_Y_M + rng.randrange(int(south - ORIGIN_Y_M) // 50, int(north - ORIGIN_Y_M) // 50) * 50 + 25
        if area.contains(shapely.Point(x, y)):
            return shapely.Point(x, y)


def _touch(borders: gpd.GeoDataFrame, a: str, b: str) -> bool:
    return bool(((borders["a"] == min(a, b)) & (borders["b"] == max(a, b))).any())


def _graph(associations: gpd.GeoDataFrame, borders: gpd.GeoDataFrame) -> nx.Graph:
    """Give inhabited associations and the borders between them that can be passed."""
    inhabited = _inhabited(associations)
    usable = borders[(borders["barred_by"] == "") & borders["a"].isin(inhabited) & borders["b"].isin(inhabited)]
    graph = nx.Graph()
    graph.add_nodes_from(inhabited)
    graph.add_edges_from(zip(usable["a"], usable["b"], strict=True))
    return graph


# --- rules ----------------------------------------------------------------------------------------


def _make_rules(
    rng: Random, associations: gpd.GeoDataFrame, borders: gpd.GeoDataFrame, halls: gpd.GeoDataFrame | None = None
) -> MergeRules:
    """Draw the rules one after the other; the later ones keep clear of the earlier ones."""
    rules = _make_first_rules(rng, associations, borders)
    rules = rules.replace(**_make_floors(rng, associations, rules, halls))
    rules = rules.replace(**_make_caps(rng, associations, borders, rules))
    rules = rules.replace(**_make_exceptions(rng, associations, rules))
    return rules.replace(**_make_objective(rng, rules)) if rng.random() < 0.3 else rules


def _make_first_rules(rng: Random, associations: gpd.GeoDataFrame, borders: gpd.GeoDataFrame) -> MergeRules:
    """Draw the rules that most cities set."""
    floor = rng.choice([0, 1, 30, 50, 50, 50, 50, 80, 120, rng.randint(0, 120)])
    rules = MergeRules(
        min_households=floor,
        max_members=rng.choice([None, None, 2, 3, 4, 5, 6]),
        max_households=rng.choice([None, None, None, floor + rng.randint(1, 150)]),
        **_make_boundaries(rng, associations),
    )
    rules = rules.replace(together=_make_together(rng, associations, _graph(associations, borders), rules))
    names = _inhabited(associations)
    bound = {name for ids in rules.together for name in ids}
    loose = [name for name in names if name not in bound]
    if loose and rng.random() < 0.15:
        rules = rules.replace(unchanged=rng.sample(loose, min(len(loose), rng.choice([1, 1, 2]))))
    if len(names) > 1 and rng.random() < 0.2:
        apart = rng.sample(names, min(len(names), rng.choice([2, 2, 3])))
        if len(bound & set(apart)) < 2:
            rules = rules.replace(apart=[apart])
    return rules


def _make_boundaries(rng: Random, associations: gpd.GeoDataFrame) -> dict[str, Any]:
    """Make each boundary column a wall, a soft boundary or nothing; missing values get a class."""
    roles = {
        column: rng.choice(["wall", "soft", "soft", "none", "none", "none"])
        for column in ("former_school_district", "former_town")
    }
    used = [column for column, role in roles.items() if role != "none"]
    return {
        "keep_within": [column for column in used if roles[column] == "wall"],
        "prefer_within": {column: rng.randint(1, 3) for column in used if roles[column] == "soft"},
        "missing_as": {column: "不明" for column in used if associations[column].isna().any()},
    }


def _make_together(
    rng: Random, associations: gpd.GeoDataFrame, graph: nx.Graph, rules: MergeRules
) -> list[tuple[str, ...]]:
    """Draw one or two pairs of neighbours who may merge; pairs that share an id only where all three may."""
    asked: list[tuple[str, ...]] = []
    for _ in range(rng.choice([0, 0, 0, 0, 1, 1, 2])):
        pairs = [pair for pair in sorted(tuple(sorted(edge)) for edge in graph.edges) if pair not in asked]
        joined = nx.Graph([*asked, rng.choice(pairs)] if pairs else asked)
        if pairs and all(_may_merge(associations, rules, part) for part in nx.connected_components(joined)):
            asked = sorted(tuple(sorted(edge)) for edge in joined.edges)
    return asked


def _may_merge(associations: gpd.GeoDataFrame, rules: MergeRules, names: Iterable[str]) -> bool:
    part = associations.loc[sorted(names)]
    if rules.max_members is not None and len(part) > rules.max_members:
        return False
    if rules.max_households is not None and part["households"].sum() > rules.max_households:
        return False
    return all(len(set(part[column].fillna("不明"))) == 1 for column in rules.keep_within)


def _make_floors(
    rng: Random, associations: gpd.GeoDataFrame, rules: MergeRules, halls: gpd.GeoDataFrame | None
) -> dict[str, Any]:
    """Draw further floors, a hall as one of them, and lower floors for some."""
    floors = {column: rng.choice([10, 20, 30, 40, 50, 60]) for column in COUNT_COLUMNS if rng.random() < SOMETIMES}
    needs_hall = _has_hall(associations, halls) and rng.random() < 0.3
    names = _inhabited(associations)
    lower = []
    if rules.min_households > 0 and rng.random() < SOMETIMES:
        part = rng.sample(names, min(len(names), rng.choice([1, 1, 2, 3])))
        cut = rng.randint(1, len(part))
        lower = [
            {"ids": ids, "min_households": rng.randrange(rules.min_households), "reason": "島"}
            for ids in (part[:cut], part[cut:])
            if ids
        ]
    applies = "all" if (floors or needs_hall) and rng.random() < 0.4 else "new"
    return {"floors": floors, "needs_hall": needs_hall, "floors_apply_to": applies, "lower_floors": lower}


def _has_hall(associations: gpd.GeoDataFrame, halls: gpd.GeoDataFrame | None) -> bool:
    if halls is None:
        return False
    inhabited = associations.geometry[associations["households"] > 0]
    return any(inhabited.contains(spot).any() for spot in halls.geometry)


def _make_caps(
    rng: Random, associations: gpd.GeoDataFrame, borders: gpd.GeoDataFrame, rules: MergeRules
) -> dict[str, Any]:
    """Draw limits on spread, way and mixture that no set put together breaks."""
    bound = [
        sorted(ids) for ids in nx.connected_components(nx.Graph([p for ids in rules.together for p in _pairs(ids)]))
    ]
    made: dict[str, Any] = {}
    if rng.random() < SOMETIMES:
        along = rng.choice(["straight", "straight", "borders"])
        ways = _ways(associations, borders, along)
        most = rng.choice([500, 700, 750, 1000, 1100, 1500])
        if all(ways(a, b) <= most for ids in bound for a, b in combinations(ids, 2)):
            made |= {"max_span_m": most, "span_along": along}
    if rng.random() < SOMETIMES:
        made["max_way_m"] = rng.choice([0, 250, 400, 500, 700, 1000])
    if rng.random() < SOMETIMES:
        most = rng.choice([0, 1, 1, 2])
        lower = {name: entry.min_households for entry in rules.lower_floors for name in entry.ids}
        counts = associations["households"]
        small = {name: counts[name] < lower.get(name, rules.min_households) for name in counts.index}
        mixed = [[small[name] for name in ids] for ids in bound]
        if all(all(flags) or (most and sum(flags) <= most) for flags in mixed):
            made["max_small_per_large"] = most
    return made


def _pairs(ids: Iterable[str]) -> list[tuple[str, str]]:
    return list(nx.utils.pairwise(ids))


def _ways(associations: gpd.GeoDataFrame, borders: gpd.GeoDataFrame, along: str) -> Any:
    """Give a function that measures the way between two associations."""
    points = associations.geometry.representative_point()

    def straight(a: str, b: str, *_: object) -> int:
        return int(hypot(points[a].x - points[b].x, points[a].y - points[b].y) + 0.5)

    graph = _graph(associations, borders)
    return straight if along == "straight" else lambda a, b: nx.dijkstra_path_length(graph, a, b, weight=straight)


def _make_exceptions(rng: Random, associations: gpd.GeoDataFrame, rules: MergeRules) -> dict[str, Any]:
    """Draw who may stay small, and obstacles that no set put together meets as a ban."""
    names = _inhabited(associations)
    made: dict[str, Any] = {"obstacles": []}
    if rng.random() < SOMETIMES:
        made["exempt"] = dict.fromkeys(rng.sample(names, min(len(names), rng.choice([1, 2, 3]))), "歴史的経緯")
    bound = {name for ids in rules.together for name in ids}
    for _ in range(rng.choice([1, 2]) if rng.random() < 0.2 else 0):
        ids = rng.sample(names, min(len(names), rng.choice([1, 1, 2, 2, 3])))
        banned = rng.random() < 0.4 and len(bound & set(ids)) < min(2, len(ids))
        kind = {"ban": True} if banned else {"weight": rng.choice([1, 1, 2, 5])}
        made["obstacles"].append({"ids": ids, "reason": "共有林", **kind})
    return made


def _make_objective(rng: Random, rules: MergeRules) -> dict[str, Any]:
    """Draw an order of stages: the usual one with terms put in, or any terms in any order, some weighed together."""
    asked = ["crossings"] if rules.prefer_within else []
    asked += ["obstacles"] if any(entry.weight for entry in rules.obstacles) else []
    if rng.random() < 0.5:
        terms = ["below_floor", "mergers", *asked, "travel"]
        for extra in rng.sample(["changed_households", "balance", "weak_borders"], rng.choice([0, 1, 1, 2])):
            terms.insert(rng.randint(1, len(terms)), extra)
    else:
        others = [term for term in TERMS if term not in ("tie_break", *asked)]
        terms = asked + rng.sample(others, rng.randint(0 if asked else 1, len(others)))
        rng.shuffle(terms)
    stages: list[dict[str, int]] = []
    for term in terms:
        if stages and rng.random() < 0.2:
            stages[-1][term] = rng.choice([1, 2, 10, 100, 1000, -1, -2])
        else:
            stages.append({term: rng.choice([1, 1, 1, 1, 1, 1, 3, -1])})
    made: dict[str, Any] = {"objective": stages}
    if "balance" in terms and rng.random() < 0.6:
        made["target_households"] = rng.choice([30, 60, 75, 100, 150])
    if "weak_borders" in terms:
        made["weak_border_m"] = rng.choice([500, 501, 501, 1001])
    return made


def _inhabited(associations: gpd.GeoDataFrame) -> list[str]:
    return sorted(associations.index[associations["households"] > 0])
