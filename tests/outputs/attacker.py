"""Somebody who has a public edition and tries to solve for the household counts it hides.

He knows everything public and how the edition is made: the rules, who is in which group, who is small, what is left
below the floor, that nobody has less than one household, and who gave a group its name. He works with whole numbers
and an integer program, not with the network the edition is made with.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import networkx as nx
import pulp

from kurihara_geo.outputs.audience import Disclosure, Hidden

if TYPE_CHECKING:
    from pathlib import Path

    from kurihara_geo.plan import Plan

__all__ = ["Published", "everything_shown", "published_in_geojson", "ranges"]

Published = Mapping[frozenset[str], Any]

Row = tuple[dict[str, int], int | None, int | None]
"""Association id -> factor; the sum is at least and at most."""

_UNBOUNDED = 10**6


def everything_shown(shown: Disclosure) -> dict[frozenset[str], int | Hidden]:
    """Gather every number an edition may write, by the associations it sums; asked for as the outputs ask."""
    plan = shown.plan
    inhabited = plan.members.index
    found = {frozenset([name]): shown.association(name) for name in inhabited}
    found |= {frozenset(ids): shown.group(group) for group, ids in plan.groups["member_ids"].items()}
    for column in ("former_town", "former_school_district", "council"):
        if column in plan.associations:
            values = plan.associations.loc[inhabited, column].fillna("")
            for value in values.unique():
                members = frozenset(values.index[values == value])
                assert found.get(members, shown.area(column, value)) == shown.area(column, value)
                found[members] = shown.area(column, value)
    found[frozenset(plan.left_below.index)] = shown.summary()["households_left_below"]
    found[frozenset(inhabited)] = shown.total()
    return {members: value for members, value in found.items() if members}


def published_in_geojson(*paths: Path) -> dict[frozenset[str], int | None]:
    """Gather the households written in public ``plan.geojson`` files, by members; None where there is no number."""
    found: dict[frozenset[str], int | None] = {}
    for path in paths:
        for feature in json.loads(path.read_text("utf-8"))["features"]:
            said = feature["properties"]
            if said["status"] != "uninhabited":
                found[frozenset(said["member_ids"])] = said["households"]
    return found


def ranges(
    plan: Plan,
    published: Published,
    *,
    limit: int = 10,
    of: Iterable[str] | None = None,
    smallest_group: Any = None,
    largest_group: Any = None,
    names: bool = True,
    guesses: bool = False,
) -> dict[str, tuple[int, int | None]]:
    """Find the least and the most that households can be, given all that is published.

    Parameters
    ----------
    plan
        Only what is public of it is used: members, statuses, names, rules.
    published
        Associations summed -> a number; or ``under`` or ``Hidden.UNDER`` for a sum from 1 to below the limit.
        Anything else says nothing.
    limit
        Counts under it are called ``under``.
    of
        Associations to solve for; all inhabited ones unless given.
    smallest_group, largest_group
        As the summary gives them, where they are numbers.
    names
        Whether he knows that a group called "Xほか" has X as its largest member, the lower id among equals.

    guesses
        Whether he takes it that an association withheld is not under the limit, since it is not called so.

    Returns
    -------
    dict
        Association id -> (least, most); most is None where nothing bounds it.
    """
    ids = [str(name) for name in plan.members.index]
    rows = [*_published_rows(published, limit), *_status_rows(plan, names=names)]
    if guesses:
        withheld = [members for members, value in published.items() if value is Hidden.WITHHELD]
        rows += [(dict.fromkeys(members, 1), limit, None) for members in withheld if len(members) == 1]
    for members in plan.groups["member_ids"]:
        least, most = (size if isinstance(size, int) else None for size in (smallest_group, largest_group))
        rows.append((dict.fromkeys(members, 1), least, most))
    known = {
        name: total
        for terms, total, most in rows
        if len(terms) == 1 and total is not None and total == most
        for name in terms
    }
    open_rows = [row for row in (_filled_in(row, known) for row in rows) if row[0]]
    ways = nx.Graph()
    ways.add_nodes_from(ids)
    for terms, _, _ in open_rows:
        nx.add_path(ways, terms)
    found = {}
    for part in nx.connected_components(ways):
        wanted = [name for name in (ids if of is None else of) if name in part]
        found |= {name: (known[name], known[name]) for name in wanted if name in known}
        unknown = [name for name in wanted if name not in known]
        if unknown:
            own = [row for row in open_rows if not part.isdisjoint(row[0])]
            found |= _solve(sorted(part), own, unknown)
    return found


def _published_rows(published: Published, limit: int) -> Iterator[Row]:
    for members, value in published.items():
        if value in ("under", Hidden.UNDER):
            yield dict.fromkeys(members, 1), 1, limit - 1
        elif isinstance(value, int):
            yield dict.fromkeys(members, 1), value, value


def _status_rows(plan: Plan, *, names: bool) -> Iterator[Row]:
    rules = plan.rules
    for name, small in plan.members["small"].items():
        floor = rules.floor_of(name)
        yield ({name: 1}, 1, floor - 1) if small else ({name: 1}, max(floor, 1), None)
    for group in plan.groups.to_dict("records"):
        ids = group["member_ids"]
        floor = min(rules.floor_of(name) for name in ids)
        if group["status"] == "merged":
            yield dict.fromkeys(ids, 1), floor, rules.max_households
        elif group["status"] == "below_floor" and not (rules.floors or rules.needs_hall):
            yield dict.fromkeys(ids, 1), None, floor - 1
        largest = [name for name in ids if f"{plan.members.at[name, 'name']}ほか" == group["name"]]
        for name in largest if names and len(largest) == 1 else ():
            yield from (({name: 1, other: -1}, int(other < name), None) for other in ids if other != name)


def _filled_in(row: Row, known: Mapping[str, int]) -> Row:
    """Put in the numbers that are shown; a row of nothing else must hold."""
    terms, least, most = row
    constant = sum(sign * known[name] for name, sign in terms.items() if name in known)
    left = {name: sign for name, sign in terms.items() if name not in known}
    least, most = (None if bound is None else bound - constant for bound in (least, most))
    assert left or ((least or 0) <= 0 <= (0 if most is None else most)), "what is published contradicts itself"
    return left, least, most


def _solve(part: Sequence[str], rows: Iterable[Row], wanted: Iterable[str]) -> dict[str, tuple[int, int | None]]:
    problem = pulp.LpProblem("attack", pulp.LpMinimize)
    count = {name: problem.add_variable(f"h{place}", 1, _UNBOUNDED, cat="Integer") for place, name in enumerate(part)}
    for terms, least, most in rows:
        total = pulp.lpSum(sign * count[name] for name, sign in terms.items())
        if least is not None:
            problem += total >= least
        if most is not None:
            problem += total <= most
    return {name: (_extreme(problem, count[name], 1), _extreme(problem, count[name], -1)) for name in wanted}


def _extreme(problem: pulp.LpProblem, variable: pulp.LpVariable, sign: int) -> int | None:
    problem.setObjective(sign * variable)
    status = problem.solve(pulp.HiGHS(msg=False))
    assert pulp.LpStatus[status] == "Optimal", "what is published contradicts itself"
    value = round(variable.value())
    return None if value >= _UNBOUNDED else value
