"""Rules against a town: what cannot hold there, all of it at once and in a planner's words."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import networkx as nx

from kurihara_geo.candidates.constraints import is_permitted, within_span
from kurihara_geo.candidates.units import Tally, sum_tallies, tally_association
from kurihara_geo.errors import Problem
from kurihara_geo.rules import MergeRules, joined_sets

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

__all__ = ["find_rule_conflicts", "find_unknown_ids"]


def find_rule_conflicts(graph: nx.Graph[str], rules: MergeRules) -> list[Problem]:
    """Find rules that cannot hold in this town; all of them at once, in a planner's words.

    Each problem names a minimal set of rules that cannot hold together here.

    Parameters
    ----------
    graph
        As :func:`kurihara_geo.borders.build_graph` gives it: node attributes ``name``, ``households``, ``boundaries``,
        ``counts`` and ``place``.
    rules
        What the city asks.

    Returns
    -------
    list of Problem
        Empty when the rules can be applied.
    """
    counts = [*_missing_counts(graph, rules)]
    found = [*find_unknown_ids(graph, rules), *_missing_boundaries(graph, rules), *counts]
    # What is bound together cannot be counted before every count is there.
    return [*found, *_hall_conflicts(graph, rules), *([] if counts else _together_conflicts(graph, rules))]


def find_unknown_ids(inhabited: Container[str], rules: MergeRules) -> Iterator[Problem]:
    """Name every id the rules name that is not among the ids of inhabited associations."""
    for rule, name in rules.named_ids:
        if name not in inhabited:
            yield _rule_error(
                f"{rule} names {name!r}, which is not an inhabited association of the table",
                "correct the id or take it out",
            )


def _missing_boundaries(graph: nx.Graph[str], rules: MergeRules) -> Iterator[Problem]:
    for column in rules.boundary_columns:
        missing = [name for name in sorted(graph) if graph.nodes[name]["boundaries"][column] is None]
        if missing:
            named = ", ".join(f"{name} {graph.nodes[name]['name']}" for name in missing)
            yield Problem(
                severity="error",
                kind="missing_wall_value",
                association_id=", ".join(missing),
                message=f"{len(missing)} associations have no value in {column!r}: {named}",
                cure=f"fill the column in, or give them a class of their own: missing_as={{{column!r}: '...'}}",
            )


def _missing_counts(graph: nx.Graph[str], rules: MergeRules) -> Iterator[Problem]:
    for column in rules.floors:
        missing = [name for name in sorted(graph) if graph.nodes[name]["counts"][column] is None]
        if missing:
            named = ", ".join(f"{name} {graph.nodes[name]['name']}" for name in missing)
            yield Problem(
                severity="error",
                kind="missing_count",
                association_id=", ".join(missing),
                message=f"{len(missing)} associations have no whole number of 0 or more in {column!r}: {named}",
                cure="fill the column in with whole numbers, or take the floor out of floors",
            )


def _hall_conflicts(graph: nx.Graph[str], rules: MergeRules) -> Iterator[Problem]:
    if rules.needs_hall and not any(graph.nodes[name]["place"].halls for name in graph):
        yield _rule_error(
            "needs_hall asks for a hall in every new group, but no association has any",
            "give the halls (halls=..., --halls), or drop needs_hall",
        )


def _together_conflicts(graph: nx.Graph[str], rules: MergeRules) -> Iterator[Problem]:
    for ids in joined_sets(rules.together):
        if not all(name in graph for name in ids):
            continue  # named among the unknown ids
        listed = ", ".join(ids)
        if not nx.is_connected(graph.subgraph(ids)):
            yield _rule_error(
                f"together binds {listed}, which do not touch through borders or links",
                "add a link with its reason, or the associations between them (options_for names them in group_ids)",
            )
        for column in rules.keep_within:
            values = {graph.nodes[name]["boundaries"][column] for name in ids}
            if len(values - {None}) > 1:
                named = ", ".join(sorted(str(value) for value in values))
                yield _rule_error(
                    f"together binds {listed}, but keep_within {column!r} parts them: {named}", "drop one of the two"
                )
        yield from _cap_conflicts(graph, rules, ids)


def _cap_conflicts(graph: nx.Graph[str], rules: MergeRules, ids: tuple[str, ...]) -> Iterator[Problem]:
    listed = ", ".join(ids)
    tally = sum_tallies(tally_association(graph, name, rules) for name in ids)
    if rules.max_households is not None and tally.households > rules.max_households:
        yield _rule_error(
            f"together binds {listed}, {tally.households} households, but max_households is {rules.max_households}",
            "raise the ceiling or take one out",
        )
    if not is_permitted(tally, rules.replace(max_households=None, max_members=None)):
        yield _rule_error(_small_per_large(listed, tally, rules), "raise max_small_per_large or take one out")
    far = [f"{a} and {b}" for a, b in combinations(ids, 2) if not _near_enough(graph, rules, a, b)]
    if far:
        yield _rule_error(
            f"together binds {listed}, but more than max_span_m {rules.max_span_m} m lie between {', '.join(far)}",
            "raise max_span_m or take one out",
        )


def _near_enough(graph: nx.Graph[str], rules: MergeRules, a: str, b: str) -> bool:
    if rules.max_span_m is None or rules.span_along == "straight":
        return within_span([graph.nodes[a]["place"]], [graph.nodes[b]["place"]], rules)
    return b in nx.single_source_dijkstra_path_length(graph, a, cutoff=rules.max_span_m, weight="way_m")


def _small_per_large(listed: str, tally: Tally, rules: MergeRules) -> str:
    return (
        f"together binds {listed}, {tally.large} large and {tally.small} small, "
        f"but max_small_per_large is {rules.max_small_per_large}"
    )


def _rule_error(message: str, cure: str) -> Problem:
    return Problem(severity="error", kind="rules", message=message, cure=cure)
