"""Places in lists of facilities: what stands in 緯度 and 経度, told apart and named row by row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kurihara_geo.errors import Problem
from kurihara_geo.sources.datums import JAPAN_LAT, JAPAN_LON
from kurihara_geo.sources.identifiers import id_text
from kurihara_geo.sources.numbers import is_missing
from kurihara_geo.sources.records import Record, record
from kurihara_geo.sources.tables import coordinate_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

__all__ = ["PlacedPoints", "id_problems", "place_points", "row_problem"]

_SWAPPED = "stand in each other's column"


@dataclass
class PlacedPoints:
    """The rows that have a place, and what has to be said about the others.

    Parameters
    ----------
    points
        Place of the row in the table -> longitude and latitude in degrees.
    records
        One for each row left out or changed.
    problems
        One for each row that cannot be right.
    """

    points: dict[int, tuple[float, float]] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def place_points(
    frame: pd.DataFrame, numbers: Sequence[int], *, swap_axes: bool = False, skip_unplaced: bool = False
) -> PlacedPoints:
    """Give longitude and latitude of each row that has them; name rows where they cannot be right.

    An empty 緯度 and 経度 say that nobody entered the place: the row is left out and recorded. Anything else that is
    no place in Japan is an error.

    Parameters
    ----------
    frame
        Has the columns ``name``, ``lon`` and ``lat``, as found.
    numbers
        The rows' numbers as a spreadsheet shows them.
    swap_axes
        Whether 緯度 and 経度 change places in the rows where they evidently stand in each other's column.
    skip_unplaced
        Whether rows whose place is 0, no number or outside Japan are left out and recorded.
    """
    found = PlacedPoints()
    columns = (numbers, frame["name"], frame["lon"], frame["lat"])
    for row, (number, name, lon, lat) in enumerate(zip(*columns, strict=True)):
        shown = id_text(name) or ""
        if is_missing(lon) and is_missing(lat):
            message = f"row {number} has no coordinates and was left out"
            found.records.append(record("no_place", message, name=shown, cure="Fill in 緯度 and 経度."))
            continue
        x, y = coordinate_of(lon), coordinate_of(lat)
        fault, cure = _fault(x, y)
        text = f"row {number}: 緯度 {_cell(lat)}, 経度 {_cell(lon)} {fault}"
        if x is not None and y is not None and not fault:
            found.points[row] = (x, y)
        elif x is not None and y is not None and fault == _SWAPPED and swap_axes:
            found.points[row] = (y, x)
            found.records.append(record("axes_swapped", f"{text}; they changed places", name=shown))
        elif skip_unplaced and fault != _SWAPPED:
            found.records.append(record("no_place", f"{text}; the row was left out", name=shown, cure=cure))
        else:
            found.problems.append(row_problem("bad_coordinate", text, name=shown, cure=cure))
    return found


def _cell(value: object) -> str:
    return "(empty)" if is_missing(value) else str(value)


def _fault(lon: float | None, lat: float | None) -> tuple[str, str]:
    """Say what is wrong with a place, and what to do; two empty texts where nothing is."""
    if lon is None or lat is None:
        return "are no numbers of degrees", "write degrees such as 38.73, or pass skip_unplaced=True"
    if _within(lon, JAPAN_LON) and _within(lat, JAPAN_LAT):
        return "", ""
    if _within(lat, JAPAN_LON) and _within(lon, JAPAN_LAT):
        return _SWAPPED, "correct the file, or pass swap_axes=True"
    if lon == 0 or lat == 0:
        return "are 0: no place was entered", "enter the place, or pass skip_unplaced=True"
    return "are outside Japan", "correct them, or pass skip_unplaced=True"


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def id_problems(
    ids: Sequence[str | None], names: Sequence[object], numbers: Sequence[int], *, heading: str
) -> list[Problem]:
    """Name every row whose id is empty or was used before.

    Parameters
    ----------
    ids, names, numbers
        The rows' ids, names and numbers as a spreadsheet shows them.
    heading
        The column of the ids.
    """
    problems, seen = [], set()
    for code, name, number in zip(ids, names, numbers, strict=True):
        if code is None:
            message, cure = f"row {number}: {heading} is empty", "fill it in"
            problems.append(row_problem("missing_id", message, name=name, cure=cure))
        elif code in seen:
            message, cure = f"row {number}: {heading} {code} was used before", "keep one of the rows"
            problems.append(row_problem("duplicate_id", message, name=name, cure=cure))
        seen.add(code)
    return problems


def row_problem(kind: str, message: str, *, name: object = None, cure: str = "") -> Problem:
    """Give an error about a row, with the name that stands in it."""
    return Problem(severity="error", kind=kind, name=id_text(name) or "", message=message, cure=cure)
