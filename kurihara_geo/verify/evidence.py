"""What a written plan is held against: the files, read and put on the plan's own map."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from functools import cached_property
from numbers import Real
from os import PathLike
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from pyproj import CRS
from pyproj.exceptions import CRSError

from kurihara_geo.associations import read_associations
from kurihara_geo.associations.crs import is_metric
from kurihara_geo.associations.halls import place_halls
from kurihara_geo.associations.places import bare
from kurihara_geo.borders import complete_borders, find_borders
from kurihara_geo.errors import Problem, RulesError, SourceError
from kurihara_geo.plan import partition_faults
from kurihara_geo.plan.check import MapFacts
from kurihara_geo.rules import MergeRules
from kurihara_geo.sources import WrittenPlan, read_borders, read_halls, read_plan, read_rules

__all__ = ["Evidence", "gather"]

# Columns of the associations that hold places, not values.
_SHAPES = ("geometry", "point")
WRITTEN_COLUMNS = ("point_lon", "point_lat", "group_id", "status")
"""What a written plan adds to the associations; a planner's own file may have a status, but hardly all of these."""

# Whole numbers beyond this are not exact in every file and column.
_MOST = 2**53


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A written plan and what the files say.

    Parameters
    ----------
    plan
        The plan as it was written.
    associations, borders, halls
        Read from their files, in the plane CRS of the plan; halls None where none were given.
    rules
        Those given, else the plan's own.
    rules_given, borders_given
        Whether they came with a file of their own.
    strayed_ids
        Feature id and association id where the two differ in an ``associations.geojson``.
    """

    plan: WrittenPlan
    associations: gpd.GeoDataFrame
    borders: gpd.GeoDataFrame
    halls: gpd.GeoDataFrame | None
    rules: MergeRules
    rules_given: bool
    borders_given: bool
    strayed_ids: tuple[tuple[str, str], ...] = ()

    @property
    def says_groups(self) -> bool:
        """Whether the associations come from the file of a written plan, which says their groups."""
        return set(WRITTEN_COLUMNS) <= set(self.associations.columns)

    @cached_property
    def facts(self) -> MapFacts:
        """What the map says of inhabited associations."""
        inhabited = bare(self.associations[self.associations["households"] > 0])
        return MapFacts(inhabited, self.borders, self.rules, self.halls)

    @cached_property
    def uninhabited(self) -> set[str]:
        """Ids of areas where nobody lives."""
        return {str(name) for name in self.associations.index[self.associations["households"] == 0]}

    @cached_property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Group id -> association ids, inhabited groups only."""
        return {group.group_id: tuple(sorted(group.member_ids)) for group in self.plan.groups if not group.uninhabited}

    @cached_property
    def partition(self) -> list[str]:
        """Who is in no group, in several, or in one without being there; group ids that are there twice."""
        ids = [group.group_id for group in self.plan.groups]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        written = [group.member_ids for group in self.plan.groups if not group.uninhabited]
        return [
            *partition_faults(self.facts.households, written),
            *self._empty_faults(),
            *([f"group ids that are there twice: {', '.join(twice)}"] if twice else []),
        ]

    def _empty_faults(self) -> list[str]:
        """Name areas where nobody lives without a feature of their own or with several, and what is only called so."""
        called = [name for group in self.plan.groups if group.uninhabited for name in group.member_ids]
        named = {
            "uninhabited area without a feature of its own": self.uninhabited - set(called),
            "uninhabited area that is there twice": {name for name in called if called.count(name) > 1},
            "called uninhabited, but no such area": set(called) - self.uninhabited,
        }
        return [f"{text}: {', '.join(sorted(names))}" for text, names in named.items() if names]


def gather(
    geojson: str | Path,
    boundaries: str | Path,
    rules: MergeRules | str | Path | None,
    *,
    borders: str | Path | None,
    halls: str | Path | None,
    households: str | Path | None,
) -> Evidence:
    """Read every file and put it on the plan's map.

    Raises
    ------
    InputError
        If a file cannot be read, or the rules name columns the boundaries do not have.
    """
    plan = read_plan(geojson)
    asked = _asked_rules(rules)
    associations = _in_crs(read_associations(boundaries, households=households), _plane(plan, str(geojson)))
    used = plan.rules if asked is None else asked
    _check_columns(associations, used)
    if borders is None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # islands are named in the plan itself
            table = find_borders(associations)
    else:
        table = complete_borders(read_borders(borders), associations)
    return Evidence(
        plan=plan,
        associations=associations,
        borders=table,
        halls=None if halls is None else place_halls(read_halls(halls), associations),
        rules=used,
        rules_given=asked is not None,
        borders_given=borders is not None,
        strayed_ids=_strayed_ids(boundaries) if set(WRITTEN_COLUMNS) <= set(associations.columns) else (),
    )


def _asked_rules(rules: Any) -> MergeRules | None:
    if isinstance(rules, str | PathLike):
        return read_rules(Path(rules))
    if rules is not None and not isinstance(rules, MergeRules):
        raise RulesError(f"rules must be MergeRules or the path of their file, not {type(rules).__name__}.")
    return rules


def _strayed_ids(boundaries: str | Path) -> tuple[tuple[str, str], ...]:
    """List features of an ``associations.geojson`` whose id is not that of the association."""
    file = Path(boundaries)
    if file.suffix.lower() not in {".geojson", ".json"}:
        return ()
    features = json.loads(file.read_text(encoding="utf-8-sig"))["features"]
    pairs = [(str(one.get("id", "nothing")), str(one["properties"]["association_id"])) for one in features]
    return tuple(pair for pair in pairs if pair[0] != pair[1])


def _plane(plan: WrittenPlan, shown: str) -> CRS:
    try:
        crs = CRS.from_user_input(plan.crs)
    except CRSError as error:
        raise SourceError(f"{shown}: the plan says it was measured in {plan.crs!r}, which nobody knows.") from error
    if not is_metric(crs):
        raise SourceError(f"{shown}: the plan says it was measured in {crs.name}, which is no plane in metres.")
    return crs


def _in_crs(associations: gpd.GeoDataFrame, crs: CRS) -> gpd.GeoDataFrame:
    if associations.crs == crs:
        return associations
    moved: gpd.GeoDataFrame = associations.to_crs(crs)
    if "point" in associations:
        points = gpd.GeoSeries(associations["point"], index=associations.index, crs=associations.crs)
        moved["point"] = points.to_crs(crs)
    return moved


def _check_columns(associations: gpd.GeoDataFrame, rules: MergeRules) -> None:
    """Refuse rules that read columns which are not there or hold no counts."""
    named = tuple(dict.fromkeys((*rules.boundary_columns, *rules.floors)))
    lacking = [name for name in named if name not in associations or name in _SHAPES]
    faults = [f"the rules name the column {name!r}, which is no column of values of the boundaries" for name in lacking]
    inhabited = pd.DataFrame(associations[associations["households"] > 0]).drop(columns=lacking, errors="ignore")
    for name in rules.floors:
        wrong = [] if name not in inhabited else [key for key, value in inhabited[name].items() if not _is_count(value)]
        faults += [f"{name!r} has no whole number of 0 or more for {', '.join(map(str, wrong))}"] if wrong else []
    if faults:
        problems = [Problem(severity="error", kind="rules", message=fault) for fault in faults]
        raise RulesError("The plan cannot be checked with these rules and boundaries:", problems)


def _is_count(value: Any) -> bool:
    number: Any = pd.to_numeric(value, errors="coerce") if isinstance(value, str) else value
    return isinstance(number, Real) and 0 <= float(number) < _MOST and float(number).is_integer()
