"""What is handed to the studies of councils, checked and brought together: who lives where, and in which council."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from kurihara_geo.associations.halls import place_halls
from kurihara_geo.errors import InputError
from kurihara_geo.plan import Plan
from kurihara_geo.rules import MergeRules
from kurihara_geo.rules.values import read_whole
from kurihara_geo.sources.records import listed
from kurihara_geo.studies.arguments import read_argument
from kurihara_geo.studies.comparison import later_years
from kurihara_geo.studies.councils.districts import (
    CouncilRow,
    check_districts,
    districts_of,
    group_districts,
    list_districts,
    read_council_rows,
    texts_of,
)
from kurihara_geo.studies.outlook.inputs import is_year

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Group", "Town", "read_town"]

COUNCIL_COLUMN = "council"
_LATER = re.compile(r"households_(\d{4})")


@dataclass(frozen=True)
class Group:
    """An association after the plan.

    Parameters
    ----------
    group_id, name
        As in ``plan.groups``.
    members
        Ids of its members.
    district
        The district it counts in; empty where none is known.
    below
        Whether the plan leaves it below the floor.
    """

    group_id: str
    name: str
    members: tuple[str, ...]
    district: str
    below: bool


@dataclass(frozen=True, kw_only=True)
class Town:
    """Inhabited associations, their districts, councils, halls and later years; perhaps a plan.

    Parameters
    ----------
    districts
        Names of the districts in order.
    district_of
        Association id -> one of them, or an empty text; areas where nobody lives among them.
    names, households, small
        Association id -> name, households, whether it is below its floor. Inhabited only.
    rows
        The table of councils.
    said
        Association id -> what its column ``council`` says; None where nobody filled that column in.
    groups
        Associations after the plan; None without one.
    halls
        District, or an empty text -> halls; None where no halls are known.
    later
        Year -> association id -> households then, None where not known.
    """

    districts: tuple[str, ...]
    district_of: Mapping[str, str]
    names: Mapping[str, str]
    households: Mapping[str, int]
    small: Mapping[str, bool]
    rows: tuple[CouncilRow, ...]
    said: Mapping[str, str] | None
    groups: tuple[Group, ...] | None = None
    halls: Mapping[str, int] | None = None
    later: Mapping[int, Mapping[str, int | None]] = field(default_factory=dict)

    @cached_property
    def members_of(self) -> Mapping[str, tuple[str, ...]]:
        """District -> its associations; an empty text -> those of which none is known."""
        found: dict[str, list[str]] = {}
        for one in self.households:
            found.setdefault(self.district_of[one], []).append(one)
        return {district: tuple(ids) for district, ids in found.items()}

    @cached_property
    def councils_of(self) -> Mapping[str, tuple[CouncilRow, ...]]:
        """Association id -> its councils: as it says itself, else all that cover its district."""
        around = {district: tuple(r for r in self.rows_of(district) if r.is_named) for district in self.members_of}
        if self.said is None:
            return {one: around[self.district_of[one]] for one in self.households}
        found: dict[str, list[CouncilRow]] = {}
        for row in self.rows:
            for text in {row.council_id, row.council.name} - {""}:
                found.setdefault(text, []).append(row)
        chosen: dict[str, tuple[CouncilRow, ...]] = {}
        for one, text in self.said.items():
            own = tuple(found.get(text, ()))
            chosen[one] = tuple(row for row in own if row in around[self.district_of[one]]) or own
        return chosen

    def rows_of(self, district: str) -> list[CouncilRow]:
        """List the rows of the table that name a district."""
        return [row for row in self.rows if district in row.districts]


def read_town(
    associations: Any,
    councils: Any,
    *,
    districts: Any = None,
    halls: Any = None,
    years: Any = None,
    min_households: Any = None,
) -> Town:
    """Check what is handed to a study of councils, and bring it together.

    Parameters
    ----------
    associations, councils, districts, halls, years, min_households
        As :func:`kurihara_geo.council_coverage` takes them.

    Raises
    ------
    InputError
        If a table is none, lacks a column or a CRS, there are no districts, or a count is none; all rows are named.
    """
    plan = associations if isinstance(associations, Plan) else None
    table = _read_associations(associations if plan is None else plan.associations)
    if not isinstance(councils, pd.DataFrame):
        raise InputError(
            "councils must be a table with name, status and district_names, as read_councils gives it, not "
            f"{type(councils).__name__}."
        )
    areas = _read_districts(districts, table)
    names = list_districts(table, areas)
    if not names:
        raise InputError("There are no districts: pass districts=..., or a column former_school_district.")
    known = set(names)
    district_of = {one: found if found in known else "" for one, found in districts_of(table, areas).items()}
    lived: Any = table[table["households"] > 0]
    ids = [str(one) for one in lived.index]
    floor = _read_floor(min_households, plan)
    if plan is None:
        small = {one: count < floor for one, count in zip(ids, lived["households"], strict=True)}
    else:
        small = {str(one): bool(below) for one, below in plan.members["small"].items()}
    return Town(
        districts=tuple(names),
        district_of=district_of,
        names=dict(zip(ids, texts_of(lived["name"]), strict=True)),
        households=dict(zip(ids, map(int, lived["households"]), strict=True)),
        small={one: bool(small[one]) for one in ids},
        rows=tuple(read_council_rows(councils)),
        said=_said(lived),
        groups=None if plan is None else _groups(plan, district_of),
        halls=_count_halls(halls if halls is not None or plan is None else plan.halls, table, district_of),
        later={year: _later(lived, year) for year in _read_years(years, table, plan)},
    )


def _read_associations(table: Any) -> gpd.GeoDataFrame:
    if not isinstance(table, gpd.GeoDataFrame) or table.active_geometry_name is None:
        raise InputError(f"associations must be a Plan, or checked associations, not {type(table).__name__}.")
    missing = [name for name in ("name", "households") if name not in table]
    if missing:
        raise InputError(f"The associations have no column {', '.join(missing)}.")
    if table.crs is None:
        raise InputError("The associations have no CRS; say which one they are in: associations.set_crs(...).")
    ids = pd.Series([str(one) for one in table.index], dtype=object)
    if ids.duplicated().any():
        raise InputError(f"Each association needs an id of its own; given twice: {listed(set(ids[ids.duplicated()]))}.")
    counts = pd.to_numeric(table["households"], errors="coerce")
    wrong = (counts.isna() | (counts < 0) | (counts % 1 != 0)).to_numpy(dtype=bool)
    if wrong.any():
        raise InputError(f"Associations without a whole number of households: {listed(ids[wrong])}; fill it in.")
    return table.assign(households=counts.astype("int64"))


def _read_districts(districts: Any, table: gpd.GeoDataFrame) -> gpd.GeoDataFrame | None:
    if districts is None:
        return None
    if not isinstance(districts, gpd.GeoDataFrame) or districts.active_geometry_name is None:
        raise InputError(f"districts must be a GeoDataFrame with a geometry, or None, not {type(districts).__name__}.")
    check_districts(districts)
    if districts.crs is None:
        raise InputError("The districts have no CRS; say which one they are in: districts.set_crs(...).")
    return districts.to_crs(table.crs)  # type: ignore[arg-type] # checked above


def _read_floor(given: Any, plan: Plan | None) -> int:
    if given is None:
        return MergeRules().min_households
    if plan is not None:
        raise InputError("A plan has a floor of its own: leave min_households out.")
    return read_argument("min_households", lambda value: read_whole(value, least=0), given)


def _said(lived: gpd.GeoDataFrame) -> dict[str, str] | None:
    """Give what the column of councils says; a column that nobody filled in says nothing."""
    if COUNCIL_COLUMN not in lived:
        return None
    said = {str(one): text.strip() for one, text in zip(lived.index, texts_of(lived[COUNCIL_COLUMN]), strict=True)}
    return said if any(said.values()) else None


def _groups(plan: Plan, district_of: Mapping[str, str]) -> tuple[Group, ...]:
    districts = group_districts(plan, district_of)
    table = plan.groups
    return tuple(
        Group(str(one), str(name), tuple(map(str, members)), districts[str(one)], str(status) == "below_floor")
        for one, name, members, status in zip(
            table.index, table["name"], table["member_ids"], table["status"], strict=True
        )
    )


def _count_halls(halls: Any, table: gpd.GeoDataFrame, district_of: Mapping[str, str]) -> dict[str, int] | None:
    """Count the halls of each district by the association they stand in or belong to."""
    if halls is None:
        return None
    if not isinstance(halls, gpd.GeoDataFrame) or halls.active_geometry_name is None:
        raise InputError(f"halls must be a GeoDataFrame with a geometry, or None, not {type(halls).__name__}.")
    owners = place_halls(halls, table)["association_id"]
    counts: dict[str, int] = {}
    for owner in owners:
        district = "" if pd.isna(owner) else district_of[str(owner)]
        counts[district] = counts.get(district, 0) + 1
    return counts


def _read_years(years: Any, table: gpd.GeoDataFrame, plan: Plan | None) -> list[int]:
    """Give the later years asked for, else those of an outlook, else those after the plan was made."""
    if years is None:
        found = (_LATER.fullmatch(str(name)) for name in table.attrs.get("outlook", {}).get("columns", ()))
        added = sorted(int(match[1]) for match in found if match and match[0] in table)
        return added or (later_years(plan) if plan is not None and plan.provenance.created else [])
    if isinstance(years, str) or not hasattr(years, "__iter__") or not all(is_year(year) for year in years):
        raise InputError(f"years must be a list of whole years, such as (2030, 2040), or None, not {years!r}.")
    wanted = sorted({int(year) for year in years})
    missing = [f"households_{year}" for year in wanted if f"households_{year}" not in table]
    if missing:
        raise InputError(f"The associations have no column {', '.join(missing)}; add them with add_outlook.")
    return wanted


def _later(lived: gpd.GeoDataFrame, year: int) -> dict[str, int | None]:
    counts = pd.to_numeric(lived[f"households_{year}"], errors="coerce")
    return {str(one): None if pd.isna(count) else int(count) for one, count in counts.items()}
