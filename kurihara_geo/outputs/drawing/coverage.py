"""Which former school districts there are, and how far community promotion councils cover them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import pandas as pd

from kurihara_geo.columns import COUNCIL_STATUSES
from kurihara_geo.errors import InputError, Problem
from kurihara_geo.outputs.drawing.shapes import put_together

__all__ = ["Council", "cover_districts", "districts_of", "find_districts"]

DISTRICT_COLUMN = "former_school_district"


@dataclass(frozen=True)
class Council:
    """A council as the page shows it.

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


def find_districts(associations: gpd.GeoDataFrame, districts: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame | None:
    """Give the districts to draw: those given, else the associations' own column, else none."""
    if districts is not None:
        missing = [name for name in ("name", "geometry") if name not in districts]
        if missing:
            raise InputError(f"The districts have no column {', '.join(missing)}.")
        _check_areas(districts)
        return districts
    if DISTRICT_COLUMN not in associations:
        return None
    known = associations[associations[DISTRICT_COLUMN].notna()]
    if known.empty:
        return None
    areas = put_together(known.geometry, known[DISTRICT_COLUMN].astype(str).tolist())
    return gpd.GeoDataFrame({"name": areas.index.to_numpy()}, geometry=areas.to_numpy(), crs=areas.crs)


def _check_areas(districts: gpd.GeoDataFrame) -> None:
    """Refuse districts without a name or an area, by name and by row."""
    names = _texts(districts["name"])
    empty = (districts.geometry.isna() | districts.geometry.is_empty).tolist()
    faults = [
        Problem(severity="error", kind="empty_geometry", association_id=str(row), name=name, message=message)
        for row, name, without in zip(districts.index, names, empty, strict=True)
        for message in (["has no area"] if without else []) + ([] if name.strip() else ["has no name"])
    ]
    if faults:
        raise InputError("The districts cannot be drawn:", faults)


def districts_of(associations: gpd.GeoDataFrame, districts: gpd.GeoDataFrame | None) -> dict[str, str]:
    """Give each association's district: its own column, else where its inner point lies, else empty."""
    ids = [str(name) for name in associations.index]
    if DISTRICT_COLUMN in associations:
        return dict(zip(ids, _texts(associations[DISTRICT_COLUMN]), strict=True))
    if districts is None:
        return dict.fromkeys(ids, "")
    points = associations.geometry.representative_point()
    return {
        name: next(iter(districts["name"][districts.covers(p)].map(str)), "")
        for name, p in zip(ids, points, strict=True)
    }


def cover_districts(councils: pd.DataFrame, district_names: list[str]) -> dict[str, tuple[Council, ...]]:
    """Give each district the councils that cover it; a district in no row has none: not confirmed.

    Raises
    ------
    InputError
        If a column is missing, a status is unknown, or a council covers a district that is not on the map.
    """
    missing = [name for name in ("name", "status", "district_names") if name not in councils]
    if missing:
        raise InputError(f"The councils have no column {', '.join(missing)}.")
    covered: dict[str, tuple[Council, ...]] = dict.fromkeys(district_names, ())
    problems: list[Problem] = []
    founded = _texts(councils["founded"]) if "founded" in councils else [""] * len(councils)
    rows = zip(
        _texts(councils["name"]),
        _texts(councils["status"]),
        founded,
        _texts(councils["district_names"]),
        strict=True,
    )
    for name, status, day, listed in rows:
        if status not in COUNCIL_STATUSES:
            message = f"status {status!r}; known are {', '.join(COUNCIL_STATUSES)}"
            problems.append(Problem(severity="error", kind="council_status", name=name, message=message))
            continue
        for district in filter(None, (part.strip() for part in listed.split(";"))):
            if district not in covered:
                message = f"covers {district!r}, which is no district on the map"
                cure = (
                    f"districts on the map: {', '.join(covered)}; they come from districts= (--districts), else from "
                    "the column former_school_district"
                )
                problems.append(
                    Problem(severity="error", kind="council_district", name=name, message=message, cure=cure)
                )
                continue
            covered[district] = (*covered[district], Council(name, status, day))
    if problems:
        raise InputError("The councils do not fit the districts:", problems)
    return covered


def status_of(councils: tuple[Council, ...]) -> str:
    """Give the furthest status among the councils of a district."""
    given = {council.status for council in councils}
    return next((status for status in COUNCIL_STATUSES if status in given), "not_confirmed")


def _texts(values: pd.Series) -> list[str]:
    return [_text(value) for value in values]


def _text(value: object) -> str:
    if isinstance(value, date) and not pd.isna(value):  # pandas' NaT counts as a date
        return value.isoformat()[:10]
    if isinstance(value, str):
        return value
    return "" if pd.isna(value) else str(value)  # type: ignore[call-overload] # any single value
