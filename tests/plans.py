"""Plans written by hand: groups in view, stages as given and, for the others, as the map measures them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kurihara_geo.model.solution import Solution, Stage
from kurihara_geo.plan import Plan, build_plan, measure_stages
from kurihara_geo.plan.check import MapFacts, partition_faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geopandas as gpd

    from kurihara_geo.rules import MergeRules

__all__ = ["plan_by_hand", "solution_by_hand"]


def solution_by_hand(
    associations: gpd.GeoDataFrame,
    borders: gpd.GeoDataFrame,
    rules: MergeRules,
    groups: Sequence[tuple[str, ...]],
    *,
    stages: Iterable[Stage] = (),
    halls: gpd.GeoDataFrame | None = None,
    **facts: Any,
) -> Solution:
    """Say what an engine would of groups written by hand; stages not given are measured and called proven."""
    said = Solution(groups=tuple(groups), stages=tuple(stages), **{"solver": "drawn by hand", **facts})
    inhabited = associations[associations["households"] > 0]
    if partition_faults(inhabited.index, groups):
        return said
    given = {stage.name: stage for stage in said.stages}
    measured = measure_stages(MapFacts(inhabited, borders, rules, halls), {ids[0]: ids for ids in groups})
    whole = [given.pop(n, Stage(name=n, value=v, bound=v, proven=True)) for n, v in measured.items()]
    return replace(said, stages=(*whole, *given.values()))


def plan_by_hand(
    associations: gpd.GeoDataFrame,
    borders: gpd.GeoDataFrame,
    rules: MergeRules,
    groups: Sequence[tuple[str, ...]],
    *,
    stages: Iterable[Stage] = (),
    halls: gpd.GeoDataFrame | None = None,
    solver: str = "drawn by hand",
    stopped: str = "",
    **more: Any,
) -> Plan:
    """Make the plan of groups written by hand; further words as for ``build_plan``."""
    said = solution_by_hand(
        associations, borders, rules, groups, stages=stages, halls=halls, solver=solver, stopped=stopped
    )
    return build_plan(associations, borders, rules, said, halls=halls, **more)
