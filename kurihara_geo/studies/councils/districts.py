"""Which former school district associations and groups are in, and which councils cover each district."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from kurihara_geo.columns import COUNCIL_STATUSES
from kurihara_geo.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import geopandas as gpd

    from kurihara_geo.plan import Plan

__all__ = [
    "DISTRICT_COLUMN",
    "Council",
    "CouncilRow",
    "check_districts",
    "cover_districts",
    "districts_of",
    "find_row_faults",
    "group_districts",
    "list_districts",
    "read_council_rows",
    "status_of",
    "texts_of",
]

DISTRICT_COLUMN = "former_school_district"
_BODIES = ("established", "preparing")


@dataclass(frozen=True)
class Council:
    """A council as a page shows it.

    Parameters
    ----------
    name
        Its name; empty where there is none.
    status
        One of ``columns.COUNCIL_STATUSES``.
    founded
        ISO date, or empty.
    """

    name: str
    status: str
    founded: str


@dataclass(frozen=True)
class CouncilRow:
    """One row of the table of councils.

    Parameters
    ----------
    council_id
        Its id as text.
    council
        Name, status and founding date.
    districts
        Districts it names, each once.
    """

    council_id: str
    council: Council
    districts: tuple[str, ...]

    @property
    def is_body(self) -> bool:
        """Whether there is a council: established, or being prepared."""
        return self.council.status in _BODIES

    @property
    def is_named(self) -> bool:
        """Whether the row is about a body of its own, not only about its districts."""
        return self.is_body or bool(self.council.name)

    @property
    def title(self) -> str:
        """Its name, or its id where it has none."""
        return self.council.name or self.council_id


# --- districts ------------------------------------------------------------------------------------


def check_districts(areas: gpd.GeoDataFrame) -> None:
    """Refuse districts without a name or an area.

    Raises
    ------
    InputError
        If there is no column ``name`` or no geometry, or a row has no name or no area; every row is named.
    """
    missing = [name for name in ("name", "geometry") if name not in areas]
    if missing:
        raise InputError(f"The districts have no column {', '.join(missing)}.")
    names = texts_of(areas["name"])
    empty = (areas.geometry.isna() | areas.geometry.is_empty).tolist()
    faults = [
        Problem(severity="error", kind="empty_geometry", association_id=str(row), name=name, message=message)
        for row, name, without in zip(areas.index, names, empty, strict=True)
        for message in (["has no area"] if without else []) + ([] if name.strip() else ["has no name"])
    ]
    if faults:
        raise InputError("The districts cannot be drawn:", faults)


def list_districts(associations: gpd.GeoDataFrame, districts: gpd.GeoDataFrame | None) -> list[str]:
    """Name the districts: those given, in their order; else those of the associations' own column, by name."""
    if districts is not None:
        return list(dict.fromkeys(texts_of(districts["name"])))
    if DISTRICT_COLUMN not in associations:
        return []
    return sorted({name for name in texts_of(associations[DISTRICT_COLUMN]) if name})


def districts_of(associations: gpd.GeoDataFrame, districts: gpd.GeoDataFrame | None) -> dict[str, str]:
    """Give each association's district: its own column, else where its inner point lies, else empty."""
    ids = [str(name) for name in associations.index]
    if DISTRICT_COLUMN in associations:
        return dict(zip(ids, texts_of(associations[DISTRICT_COLUMN]), strict=True))
    if districts is None:
        return dict.fromkeys(ids, "")
    points = associations.geometry.representative_point()
    return {
        name: next(iter(districts["name"][districts.covers(p)].map(str)), "")
        for name, p in zip(ids, points, strict=True)
    }


def group_districts(plan: Plan, district_of: Mapping[str, str]) -> dict[str, str]:
    """Give each group the district most of its members are in; of several, the first by name.

    Parameters
    ----------
    plan
        The plan.
    district_of
        Association id -> district, as :func:`districts_of` gives it; empty where it is not known.

    Returns
    -------
    dict
        Group id -> district.
    """
    return {
        str(name): _most_common([district_of.get(str(member), "") for member in members])
        for name, members in plan.groups["member_ids"].items()
    }


def _most_common(districts: list[str]) -> str:
    counts = Counter(districts)
    return min(counts, key=lambda name: (-counts[name], name))


# --- councils -------------------------------------------------------------------------------------


def read_council_rows(councils: pd.DataFrame) -> list[CouncilRow]:
    """Read the table of councils row by row.

    Parameters
    ----------
    councils
        Columns ``name``, ``status``, ``district_names`` (joined with ``;``) and perhaps ``founded``.

    Raises
    ------
    InputError
        If a column is missing.
    """
    missing = [name for name in ("name", "status", "district_names") if name not in councils]
    if missing:
        raise InputError(f"The councils have no column {', '.join(missing)}.")
    founded = texts_of(councils["founded"]) if "founded" in councils else [""] * len(councils)
    rows = zip(
        map(str, councils.index),
        texts_of(councils["name"]),
        texts_of(councils["status"]),
        founded,
        texts_of(councils["district_names"]),
        strict=True,
    )
    return [
        CouncilRow(council_id, Council(name, status, day), _parts(listed))
        for council_id, name, status, day, listed in rows
    ]


def _parts(listed: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (part.strip() for part in listed.split(";")))))


def find_row_faults(rows: Iterable[CouncilRow], known: Iterable[str]) -> Iterator[Problem]:
    """Name every status that is none, and every district that is not among those known."""
    names = list(known)
    for row in rows:
        status = row.council.status
        if status not in COUNCIL_STATUSES:
            message = f"status {status!r}; known are {', '.join(COUNCIL_STATUSES)}"
            yield Problem(severity="error", kind="council_status", name=row.title, message=message)
        for district in row.districts:
            if district not in names:
                message = f"covers {district!r}, which is no district on the map"
                cure = (
                    f"districts on the map: {', '.join(names)}; they come from districts= (--districts), else from "
                    "the column former_school_district"
                )
                yield Problem(severity="error", kind="council_district", name=row.title, message=message, cure=cure)


def cover_districts(councils: pd.DataFrame, district_names: list[str]) -> dict[str, tuple[Council, ...]]:
    """Give each district the councils that cover it; a district in no row has none: not confirmed.

    Raises
    ------
    InputError
        If a column is missing, a status is unknown, or a council covers a district that is not on the map.
    """
    rows = read_council_rows(councils)
    problems = list(find_row_faults(rows, district_names))
    if problems:
        raise InputError("The councils do not fit the districts:", problems)
    return {name: tuple(row.council for row in rows if name in row.districts) for name in district_names}


def status_of(councils: tuple[Council, ...]) -> str:
    """Give the furthest status among the councils of a district."""
    given = {council.status for council in councils}
    return next((status for status in COUNCIL_STATUSES if status in given), "not_confirmed")


def texts_of(values: pd.Series) -> list[str]:
    """Give the cells of a column as texts, empty ones as empty texts."""
    return [_text(value) for value in values]


def _text(value: object) -> str:
    if isinstance(value, date) and not pd.isna(value):  # pandas' NaT counts as a date
        return value.isoformat()[:10]
    if isinstance(value, str):
        return value
    return "" if pd.isna(value) else str(value)  # type: ignore[call-overload] # any single value
