"""The two sides of a comparison: today and a plan, or two plans of the same town, and where they differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import networkx as nx

from kurihara_geo.errors import InputError, Problem
from kurihara_geo.outputs.audience import Hidden
from kurihara_geo.outputs.drawing.numbering import group_districts
from kurihara_geo.outputs.drawing.palette import MERGED, pick_colours
from kurihara_geo.outputs.maps.payload import as_count
from kurihara_geo.plan import meeting_place_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kurihara_geo.outputs.audience import Disclosure
    from kurihara_geo.outputs.drawing.shapes import Shapes
    from kurihara_geo.plan import Plan

__all__ = ["Side", "check_same_town", "find_differences", "side_of", "side_today"]

_USUAL = 5


@dataclass(frozen=True)
class Side:
    """One side: its groups, and the group of each inhabited association, by position in ``plan.members``.

    Parameters
    ----------
    groups
        What the page shows of each group.
    group_of
        Position of an association -> position of its group.
    """

    groups: list[dict[str, Any]]
    group_of: list[int]

    @property
    def sets(self) -> list[frozenset[int]]:
        """Members of each group."""
        return [frozenset(group["members"]) for group in self.groups]


def check_same_town(plan: Plan, other: Plan) -> None:
    """Refuse two plans that were not made from the same associations.

    Raises
    ------
    InputError
        Naming every association that only one of them has, or whose name, households or area differ.
    """
    first: Any = plan.associations
    second: Any = other.associations
    if first.crs != second.crs:
        raise InputError(
            f"The plans are in different CRS, {_crs(first.crs)} and {_crs(second.crs)}; make both from one table."
        )
    faults = [(name, "is only in the first plan") for name in first.index.difference(second.index)]
    faults += [(name, "is only in the second plan") for name in second.index.difference(first.index)]
    for name in first.index.intersection(second.index):
        differing = [column for column in ("name", "households") if first.at[name, column] != second.at[name, column]]
        if not first.geometry.at[name].equals_exact(second.geometry.at[name], 1e-3, normalize=True):
            differing.append("area")
        if differing:
            faults.append((name, f"differs in {', '.join(differing)}"))
    if faults:
        problems = [
            Problem(severity="error", kind="other_associations", association_id=str(name), message=text)
            for name, text in faults
        ]
        raise InputError("The plans are not of the same associations; make both from one table:", problems)


def side_today(plan: Plan, drawn: Shapes, shown: Disclosure, districts: Mapping[str, int | None]) -> Side:
    """Give the associations as they are: each alone."""
    groups = [
        {
            "id": str(name),
            "name": str(row["name"]),
            "status": "small" if row["small"] else "today",
            "colour": None,
            "households": as_count(shown.association(str(name))),
            "members": [place],
            "district": districts[str(name)],
            "crosses": False,
            "farthest_m": None,
            "meeting_place": "",
            "spot": drawn.association_spots[str(name)],
        }
        for place, (name, row) in enumerate(plan.members.iterrows())
    ]
    return Side(groups, list(range(len(groups))))


def side_of(
    plan: Plan,
    drawn: Shapes,
    shown: Disclosure,
    districts: Mapping[str, int | None],
    *,
    lang: str,
    order: Sequence[str],
    alike: Side | None = None,
) -> Side:
    """Give a plan's groups.

    Parameters
    ----------
    plan, drawn
        The plan and its shapes.
    shown
        What may be shown, of the first plan: a group of another one is shown where all its members are.
    districts
        Association id -> number of its district.
    lang
        ``ja`` or ``en``.
    order
        Ids of the associations as in the first plan.
    alike
        The other side: a group that is in both has one colour.
    """
    position = {name: place for place, name in enumerate(order)}
    members = {str(name): [position[str(one)] for one in ids] for name, ids in plan.groups["member_ids"].items()}
    colours = _colours(plan, drawn, members, alike)
    main = group_districts(plan, {name: str(number) for name, number in districts.items()})
    farthest = plan.members["distance_m"].groupby(plan.members["group_id"].astype(str)).max()
    number = {str(number): number for number in districts.values()}
    rows: list[Any] = plan.groups.drop(columns="geometry").to_dict("records")
    groups: list[dict[str, Any]] = [
        {
            "id": name,
            "name": str(row["name"]),
            "status": str(row["status"]),
            "colour": colours.get(name),
            "households": _households(shown, [order[place] for place in members[name]]),
            "members": sorted(members[name]),
            "district": number[main[name]],
            "crosses": len({districts[order[place]] for place in members[name]}) > 1,
            "farthest_m": int(farthest[name]),
            "meeting_place": meeting_place_text(row, lang),
            "spot": drawn.group_spots[name],
        }
        for name, row in zip(members, rows, strict=True)
    ]
    group_of = {place: number for number, group in enumerate(groups) for place in group["members"]}
    return Side(groups, [group_of[place] for place in range(len(order))])


def find_differences(left: Side, right: Side, *, floors: bool) -> list[dict[str, Any]]:
    """List where two sides group associations otherwise.

    Parameters
    ----------
    left, right
        The sides.
    floors
        Whether a group that is below its floor on one side only is a difference too.

    Returns
    -------
    list of dict
        ``left`` and ``right``: positions of the groups; ``members``: the associations they are of, the same on both
        sides. Groups that share a member are one difference. In the order of the associations.
    """
    looks = [
        [(group["members"], floors and group["status"] == "below_floor") for group in s.groups] for s in (left, right)
    ]
    graph: nx.Graph[tuple[str, int]] = nx.Graph()
    for place, (a, b) in enumerate(zip(left.group_of, right.group_of, strict=True)):
        if looks[0][a] != looks[1][b]:
            graph.add_edges_from([(("left", a), ("right", b)), (("left", a), ("member", place))])
    found = []
    for nodes in nx.connected_components(graph):
        places = {
            side: sorted(number for kind, number in nodes if kind == side) for side in ("left", "right", "member")
        }
        found.append({"left": places["left"], "right": places["right"], "members": places["member"]})
    return sorted(found, key=lambda row: row["members"])


def _households(shown: Disclosure, members: Sequence[str]) -> int | str | None:
    """Give a group's households; in public only where they are one of the first plan's numbers, or a sum of them."""
    if len(members) == 1:
        return as_count(shown.association(members[0]))
    of_plan = shown.plan.members["group_id"].astype(str)
    group = of_plan[members[0]]
    if set(of_plan.index[of_plan == group].astype(str)) == set(members):
        return as_count(shown.group(group))
    counts = [shown.association(name) for name in members]
    known = [count for count in counts if not isinstance(count, Hidden)]
    return as_count(sum(known) if len(known) == len(counts) else Hidden.WITHHELD)


def _colours(plan: Plan, drawn: Shapes, members: Mapping[str, Sequence[int]], alike: Side | None) -> dict[str, str]:
    merged = [str(name) for name in plan.groups.index[plan.groups["status"] == "merged"]]
    inside = set(merged)
    pairs = [(a, b) for a, b in drawn.neighbours if a in inside and b in inside]
    if alike is None:
        return {name: MERGED[number] for name, number in pick_colours(merged, pairs).items()}
    known = dict(zip(alike.sets, (group["colour"] for group in alike.groups), strict=True))
    colours = {name: colour for name in merged if (colour := known.get(frozenset(members[name])))}
    beside: dict[str, set[str]] = {name: set() for name in merged}
    for a, b in pairs:
        beside[a].add(b)
        beside[b].add(a)
    for name in sorted(inside - set(colours), key=lambda one: (-len(beside[one]), one)):
        taken = {colours[one] for one in beside[name] if one in colours}
        used = list(colours.values())
        free = [c for c in MERGED[:_USUAL] if c not in taken] or [c for c in MERGED if c not in taken] or [*MERGED]
        colours[name] = min(free, key=lambda colour: (used.count(colour), colour))
    return colours


def _crs(crs: Any) -> str:
    return "none" if crs is None else str(crs.name)
