"""Census small areas (小地域) become associations through a table that says which belongs to which."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kurihara_geo.associations.arguments import refuse_other_tables
from kurihara_geo.associations.checks import find_problems
from kurihara_geo.associations.coverage import share_vertices
from kurihara_geo.associations.crs import choose_metric_crs
from kurihara_geo.associations.division import divide_area
from kurihara_geo.associations.leading_zeros import compare_leading_zeros
from kurihara_geo.associations.names import normal_name
from kurihara_geo.associations.notes import joined_notes
from kurihara_geo.associations.own_columns import carry_own_columns
from kurihara_geo.errors import AssociationsError, Problem
from kurihara_geo.sources.agreement import different_values
from kurihara_geo.sources.boundaries import COUNT_COLUMN
from kurihara_geo.sources.identifiers import id_text
from kurihara_geo.sources.numbers import is_missing
from kurihara_geo.sources.records import Record, listed, record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["NOTICES", "SHARED", "dissolve_small_areas"]

SHARED = ("divide", "larger_share")
"""What is done with a small area several associations share."""

NOTICES = {
    "divide": (
        "複数の自治会にまたがる小地域は、割合にあわせて直線で分けた概形です。その境界は実際の境界ではありません。",
        "Small areas that several associations share were cut straight by their shares; borders there are approximate.",
    ),
    "larger_share": (
        "複数の自治会にまたがる小地域は、割合の大きい自治会に含めました。その境界と数は実際と異なります。",
        "Small areas that several associations share went whole to the larger share; borders and counts there differ.",
    ),
}
"""What is said of areas and counts where small areas are shared: Japanese, English."""

_TRAITS = ("former_town", "former_school_district", "council", "municipality_code")
_SHARE_ROUNDING = 0.005
_FINEST_SHARE = 10**9
_NOBODY = ""
_ROUNDING = 1e-6
# Wider than vertices move when borders are made to share them.
_NEAR_M = 0.01
_DRAWING_FAULTS = ("no_crs", "empty_geometry", "not_polygon", "broken_geometry", "missing_id", "duplicate_id")


@dataclass(frozen=True)
class _Part:
    """What one association has of one small area."""

    area: str
    association: str
    share: float


def dissolve_small_areas(
    small_areas: gpd.GeoDataFrame,
    correspondence: pd.DataFrame,
    *,
    shared: str = "divide",
    restore_leading_zero: bool = False,
) -> gpd.GeoDataFrame:
    """Join census small areas to associations by a table of correspondence, and divide those that several share.

    Parameters
    ----------
    small_areas
        Raw table as :func:`kurihara_geo.read_boundaries` gives it: ``association_id`` (the small area's code),
        ``name``, perhaps ``households`` and ``population`` (whole numbers, also ``households_YYYY``), polygons with
        a CRS.
    correspondence
        Table as :func:`kurihara_geo.read_correspondence` gives it: ``small_area_id``, ``association_id``, perhaps
        ``name``, ``share`` (0-1; needed where associations share a small area), ``former_town``,
        ``former_school_district`` and ``council``.
    shared
        ``divide``: a shared small area is cut straight, so that each association has its share of the area on its
        own side (approximate: the true border is not in the table), and counts are split by share, whole and with no
        one lost (largest remainder). ``larger_share``: area and counts go whole to the larger share.
    restore_leading_zero
        Whether codes of the correspondence that all lack their leading zero, and are all known with it, get it back.

    Returns
    -------
    GeoDataFrame
        Raw table in the metric plane CRS, associations in the order of the correspondence, then small areas without
        people or row, each standing for itself by its code: ``association_id``, ``name``, counts (missing where
        one of its small areas has none), ``small_area_ids`` (joined with ``;``), ``approximate`` (bool; shares a
        small area with another), the traits and own columns of both tables, ``geometry``. An own column says what the
        rows of the association say, else what its small areas agree on; amounts stand only where it is one whole small
        area. ``attrs["records"]`` names every area divided or assigned, and every column or cell left out;
        ``attrs["notice"]`` and ``attrs["notice_en"]`` say so in every output. An association in several detached parts
        stays one.

    Raises
    ------
    AssociationsError
        If a small area with people (or water with people) has no row or a row no small area, codes lost their leading
        zero, a pair stands twice, shares are missing, no numbers or do not add up to 1, two larger shares are equal, an
        association has two names or traits, counts are no whole numbers, or areas are broken or have no CRS. Every one
        is named.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd, shapely, kurihara_geo as kg
    >>> areas = gpd.GeoDataFrame(
    ...     {"association_id": ["A1", "A2"], "name": ["架空字東", "架空字西"], "households": [30, 25]},
    ...     geometry=[shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)],
    ...     crs=6678,
    ... )
    >>> rows = pd.DataFrame(
    ...     {"small_area_id": ["A1", "A2", "A2"], "association_id": ["K1", "K1", "K2"], "share": [1, 0.4, 0.6]}
    ... )
    >>> kg.dissolve_small_areas(areas, rows)[["association_id", "households"]].values.tolist()
    [['K1', 40], ['K2', 15]]
    """
    if not isinstance(shared, str) or shared not in SHARED:
        raise AssociationsError(f"shared is {shared!r}; it must be one of {', '.join(SHARED)}.")
    refuse_other_tables(gpd.GeoDataFrame, small_areas=small_areas)
    refuse_other_tables(pd.DataFrame, correspondence=correspondence)
    areas = _usable_areas(small_areas)
    rows, restored = _usable_rows(correspondence, areas, restore=restore_leading_zero)
    problems = [*_row_problems(rows, areas), *_count_problems(areas), *_share_problems(rows, shared)]
    problems += [*_trait_problems(rows), *_spelled_twice(rows)]
    if problems:
        raise AssociationsError("The small areas and the table of correspondence do not fit:", sorted(set(problems)))
    parts, scaled = _parts_of(rows)
    sharing = {part.association for part in parts if part.share < 1}
    if shared == "larger_share":
        parts, noted = _larger_shares(parts, areas)
        shapes = {(part.area, part.association): areas.geometry[part.area] for part in parts}
    else:
        shapes, noted = _divide(parts, areas)
    table, united = _unite(parts, shapes, areas, rows)
    grey, greyed = _grey_areas(areas, {part.area for part in parts}, shapes, table)
    table = gpd.GeoDataFrame(pd.concat([table, grey], ignore_index=True) if len(grey) else table, crs=areas.crs)
    table = table.infer_objects()
    table = _with_whole_counts(table, areas).assign(approximate=table["association_id"].isin(sorted(sharing)))
    table = table[[*(column for column in table.columns if column != "geometry"), "geometry"]]
    _check_sums(table, areas)
    records = [*restored, *scaled, *noted, *united, *greyed, *_detached(table)]
    notice = NOTICES[shared] if sharing else ("", "")
    return _with_origin(
        table, small_areas, correspondence, records, [str(code) for code in grey["association_id"]], notice
    )


# --- what is given ---------------------------------------------------------------------------------


def _usable_areas(small_areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give the areas in metres with their codes as index; or name what is wrong with them."""
    table = small_areas.reset_index(drop=small_areas.index.name != "association_id")
    table.attrs = {}
    if "association_id" not in table:
        found = ", ".join(str(column) for column in table.columns)
        raise AssociationsError(f"The small areas have no column 'association_id'; columns found: {found}.")
    table = table if "name" in table else table.assign(name=table["association_id"])
    faults = [p for p in find_problems(table, overlap_limit_m2=np.inf) if p.kind in _DRAWING_FAULTS]
    if faults:
        raise AssociationsError("The small areas cannot be used:", sorted(faults))
    table = table.set_geometry(table.geometry.force_2d()).to_crs(choose_metric_crs(table))
    table = table if table.geometry.name == "geometry" else table.rename_geometry("geometry")
    if "water" in table:
        table = table.assign(water=[_is_water(value) for value in table["water"]])
    return table.assign(association_id=table["association_id"].map(id_text)).set_index("association_id")


def _is_water(value: object) -> bool:
    """Whether a cell says it is water; an empty one does not, though NaN is true to Python."""
    return isinstance(value, bool | np.bool_ | int | float | np.number) and not is_missing(value) and bool(value)


def _usable_rows(
    correspondence: pd.DataFrame, areas: gpd.GeoDataFrame, *, restore: bool
) -> tuple[pd.DataFrame, list[Record]]:
    """Give the rows with all their columns; codes get a lost leading zero back only if asked and certain."""
    missing = [column for column in ("small_area_id", "association_id") if column not in correspondence]
    if missing:
        found = ", ".join(str(column) for column in correspondence.columns)
        raise AssociationsError(f"The correspondence has no column {', '.join(missing)}; columns found: {found}.")
    rows = correspondence.reset_index(drop=True)
    rows.attrs = {}
    if "row_number" not in rows:
        rows["row_number"] = range(1, len(rows) + 1)
    if "share" not in rows:
        rows["share"] = None
    if "name" not in rows:
        rows["name"] = rows["association_id"]
    for column in ("small_area_id", "association_id"):
        rows[column] = pd.Series([id_text(value) for value in rows[column]], dtype="object")
    ids, problems = compare_leading_zeros(
        [code or "" for code in rows["small_area_id"]],
        areas.index.tolist(),
        restore=restore,
        where="the correspondence",
        layer="the small areas",
        function="dissolve_small_areas",
    )
    if any(problem.severity == "error" for problem in problems):
        raise AssociationsError("The small areas and the table of correspondence do not fit:", problems)
    return rows if ids is None else rows.assign(small_area_id=ids), [asdict(problem) for problem in problems]


def _row_problems(rows: pd.DataFrame, areas: gpd.GeoDataFrame) -> Iterator[Problem]:
    """Name rows that lead nowhere or stand twice, and areas with people that no row names."""
    seen: dict[tuple[str, str], int] = {}
    for row in rows.to_dict("records"):
        area, association, number = row["small_area_id"], row["association_id"], row["row_number"]
        if not area or not association:
            what = "small area" if not area else "association"
            yield _fault("correspondence_incomplete", f"row {number} names no {what}", cure="fill it in")
        elif area not in areas.index:
            message = f"row {number}: there is no such small area (association {association})"
            yield _fault("small_area_unknown", message, area, cure="correct the code, or use the layer that has it")
        elif (area, association) in seen:
            message = f"rows {seen[area, association]} and {number} both give it to {association}"
            yield _fault("pair_repeated", message, area, cure="keep one row, with the whole share")
        seen.setdefault((area, association), number)
    named = set(rows["small_area_id"])
    for area in areas.index:
        if area not in named and not _nobody_there(areas, area):
            row = areas.loc[area]
            counts = ", ".join(f"{row[column]} {column}" for column in _counts(areas)[:2])
            message = f"no row says whose it is ({counts or 'no counts'})"
            yield _fault("small_area_without_row", message, area, areas.at[area, "name"], cure="add a row for it")


def _nobody_there(areas: gpd.GeoDataFrame, area: str) -> bool:
    """Whether the counts of the area are there and all 0; without any count, whether it is water."""
    counts = [areas.at[area, column] for column in ("households", "population") if column in areas]
    if not counts:
        return "water" in areas and bool(areas.at[area, "water"])
    return all(not is_missing(count) and count == 0 for count in counts)


def _count_problems(areas: gpd.GeoDataFrame) -> Iterator[Problem]:
    for column in _counts(areas):
        for area, value in areas[column].items():
            number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
            if not is_missing(value) and not (number and value >= 0 and float(value).is_integer()):
                message = f"{column} is {value!r}, no whole number"
                yield _fault("unreadable_count", message, str(area), areas.at[area, "name"], cure="correct it")


def _share_problems(rows: pd.DataFrame, shared: str) -> Iterator[Problem]:
    """Name shares that are no numbers between 0 and 1, and those that do not add up."""
    for area, mine in rows.dropna(subset=["small_area_id"]).groupby("small_area_id", sort=False):
        lines = listed(mine["row_number"])
        alone = len(mine) == 1
        shares = [1.0 if alone and is_missing(share) else share for share in mine["share"]]
        if any(is_missing(share) for share in shares):
            owners = listed(mine["association_id"])
            message = f"rows {lines}: {owners} share it and not every share is given"
            yield _fault("share_missing", message, str(area), cure="give each share in a column 割合 (share)")
        elif not all(_is_share(share) for share in shares):
            message = f"rows {lines}: shares are {listed(shares)}; each must be above 0 and at most 1"
            yield _fault("share_impossible", message, str(area), cure="correct them; leave out rows with no share")
        elif abs(sum(shares) - 1) > _SHARE_ROUNDING:
            message = f"rows {lines}: shares add up to {sum(shares):.4g}, not 1"
            yield _fault("shares_do_not_add_up", message, str(area), cure="add the missing row, or correct a share")
        elif shared == "larger_share" and len(shares) > 1 and _is_tied(shares):
            owners = listed(mine["association_id"])
            message = f"rows {lines}: {owners} have equal shares, so neither is the larger"
            yield _fault(
                "share_tied", message, str(area), cure="decide with a larger share, or divide: shared='divide'"
            )


def _is_tied(shares: Sequence[float]) -> bool:
    first, second = sorted(shares, reverse=True)[:2]
    return first - second < _ROUNDING


def _is_share(share: object) -> bool:
    number = isinstance(share, int | float | np.integer | np.floating) and not isinstance(share, bool)
    return number and 0 < float(share) <= 1  # type: ignore[arg-type]


def _spelled_twice(rows: pd.DataFrame) -> Iterator[Problem]:
    """Name ids that differ only by spaces or by full and half width."""
    known = rows.dropna(subset=["association_id"])
    for _, mine in known.groupby(known["association_id"].map(normal_name), sort=False):
        spellings = list(dict.fromkeys(mine["association_id"]))
        if len(spellings) > 1:
            message = f"rows {listed(mine['row_number'])} differ only by spaces or width: {listed(spellings)}"
            cure = "write one association the same in each row, and give two associations different ids"
            yield _fault("same_id_spelled_twice", message, spellings[0], cure=cure)


def _trait_problems(rows: pd.DataFrame) -> Iterator[Problem]:
    for column in ("name", *(trait for trait in _TRAITS if trait in rows)):
        for association, mine in rows.dropna(subset=["association_id"]).groupby("association_id", sort=False):
            values = different_values(mine[column])
            if len(values) > 1:
                message = f"rows {listed(mine['row_number'])} give different values of {column}: {listed(values)}"
                yield _fault("association_contradicts", message, str(association), cure="write the same in each row")


def _fault(kind: str, message: str, area: object = "", name: object = "", *, cure: str) -> Problem:
    shown = "" if is_missing(name) else str(name)
    return Problem(severity="error", kind=kind, association_id=str(area), name=shown, message=message, cure=cure)


def _counts(table: pd.DataFrame) -> list[str]:
    return [str(column) for column in table.columns if COUNT_COLUMN.fullmatch(str(column))]


# --- who gets what ---------------------------------------------------------------------------------


def _parts_of(rows: pd.DataFrame) -> tuple[list[_Part], list[Record]]:
    """Give the parts in the order of the rows; shares rounded on paper are made to add up to 1 exactly."""
    sums: dict[str, float] = defaultdict(float)
    shares = [1.0 if is_missing(share) else float(share) for share in rows["share"]]
    for area, share in zip(rows["small_area_id"], shares, strict=True):
        sums[area] += share
    keys = zip(rows["small_area_id"], rows["association_id"], shares, strict=True)
    parts = [_Part(area, association, share / sums[area]) for area, association, share in keys]
    rounded = [area for area, total in sums.items() if abs(total - 1) > 1e-9]
    if not rounded:
        return parts, []
    message = f"shares of {len(rounded)} small areas add up to 1 only when rounded; made to add up: {listed(rounded)}"
    return parts, [record("shares_scaled", message)]


def _by_area(parts: Sequence[_Part]) -> dict[str, list[_Part]]:
    """Group parts by area; within an area by id, so that the order of the rows changes nothing."""
    found: dict[str, list[_Part]] = defaultdict(list)
    for part in sorted(parts, key=lambda part: part.association):
        found[part.area].append(part)
    return found


def _larger_shares(parts: Sequence[_Part], areas: gpd.GeoDataFrame) -> tuple[list[_Part], list[Record]]:
    """Give every shared area whole to the larger share."""
    winners, records = {}, []
    for area, mine in _by_area(parts).items():
        first = max(mine, key=lambda part: part.share)
        winners[area] = first.association
        if len(mine) > 1:
            shares = ", ".join(f"{part.association} {part.share:.1%}" for part in mine)
            message = f"shared by {shares}; given whole to {first.association}"
            records.append(_about(area, areas, "small_area_assigned", message))
    kept = [_Part(part.area, part.association, 1.0) for part in parts if winners[part.area] == part.association]
    lost = sorted({part.association for part in parts} - set(winners.values()))
    if lost:
        problems = [
            _fault(
                "association_without_area", "has the larger share of no small area", name, cure="use shared='divide'"
            )
            for name in lost
        ]
        raise AssociationsError("Associations would be left without an area:", problems)
    return kept, records


def _divide(parts: Sequence[_Part], areas: gpd.GeoDataFrame) -> tuple[dict[tuple[str, str], Any], list[Record]]:
    """Cut every shared area; its neighbours get the ends of the cuts as vertices, so that borders stay shared."""
    by_area = _by_area(parts)
    areas_of: dict[str, list[str]] = defaultdict(list)
    for part in parts:
        areas_of[part.association].append(part.area)
    drawn = dict(zip(areas.index, areas.geometry.to_numpy(), strict=True))
    shapes = {(part.area, part.association): drawn[part.area] for part in parts}
    shapes |= {(area, _NOBODY): shape for area, shape in drawn.items() if area not in by_area}
    records: list[Record] = []
    around = _neighbours(areas, [area for area, mine in by_area.items() if len(mine) > 1])
    pieces_of: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for key in shapes:
        pieces_of[key[0]].append(key)
    for area, mine in by_area.items():
        if len(mine) == 1:
            continue
        original = shapes[area, mine[0].association]
        homes = [_home(area, part.association, areas_of, by_area, drawn) for part in mine]
        pieces = divide_area(original, [part.share for part in mine], homes)
        keys = [key for other in around[area] for key in pieces_of[other]]
        _put(shapes, keys, area, [part.association for part in mine], original, pieces)
        figures = ", ".join(f"{p.association} {p.share:.1%}" for p in mine)
        torn = sum(shapely.get_num_geometries(piece) > 1 for piece in pieces)
        message = f"cut straight by share of its area ({figures}); the cut is approximate"
        message += f"; {torn} of its parts are in several pieces" if torn else ""
        if sum(home is None for home in homes) > 1:
            message += "; which side is whose is not known where associations have nothing else"
        records.append(_about(area, areas, "small_area_divided", message, cure="Draw the true border if it is known."))
    return shapes, records


def _neighbours(areas: gpd.GeoDataFrame, shared: Sequence[str]) -> dict[str, list[str]]:
    """Give the areas that touch each shared area; pieces of a neighbour lie inside it and touch nothing else."""
    codes = areas.index.tolist()
    shapes = areas.geometry.to_numpy()
    place_of = {code: place for place, code in enumerate(codes)}
    mine = shapes[[place_of[area] for area in shared]]
    first, second = shapely.STRtree(shapes).query(mine, predicate="dwithin", distance=_NEAR_M)
    found: dict[str, list[str]] = {area: [] for area in shared}
    for a, b in sorted(zip(first.tolist(), second.tolist(), strict=True)):
        if codes[b] != shared[a]:
            found[shared[a]].append(codes[b])
    return found


def _home(
    area: str,
    association: str,
    areas_of: Mapping[str, Sequence[str]],
    by_area: Mapping[str, Sequence[_Part]],
    drawn: Mapping[str, Any],
) -> Any:
    """Give where the rest of an association lies: its whole small areas, else the others it shares, else None."""
    own = [other for other in areas_of[association] if other != area]
    whole = [drawn[other] for other in own if len(by_area[other]) == 1]
    return shapely.union_all(whole or [drawn[other] for other in own]) if own else None


def _put(
    shapes: dict[tuple[str, str], Any],
    keys: Sequence[tuple[str, str]],
    area: str,
    owners: Sequence[str],
    original: Any,
    pieces: Sequence[Any],
) -> None:
    """Store the pieces; whoever touches the area, later pieces too, gets the ends of the cuts as vertices."""
    pieces = _on_corners(pieces, original)
    old = set(map(tuple, shapely.get_coordinates(original).tolist()))
    new = [point for piece in pieces for point in map(tuple, shapely.get_coordinates(piece).tolist())]
    ends = [point for point in dict.fromkeys(new) if point not in old]
    if keys:
        around = share_vertices(np.array([shapes[key] for key in keys], dtype=object), ends)
        shapes.update(zip(keys, around, strict=True))
    for owner, piece in zip(owners, share_vertices(np.array(pieces, dtype=object), ends), strict=True):
        shapes[area, owner] = piece


def _on_corners(pieces: Sequence[Any], original: Any) -> list[Any]:
    """Let a cut that ends a rounding away from a vertex of the area end in it: one point, not two."""
    corners = shapely.get_coordinates(original)
    spots: Any = shapely.points(corners)
    tree = shapely.STRtree(spots)

    def moved(coordinates: Any) -> Any:
        near, corner = tree.query_nearest(shapely.points(coordinates), max_distance=_ROUNDING, all_matches=False)
        result = coordinates.copy()
        result[near] = corners[corner]
        return result

    settled = [shapely.remove_repeated_points(shapely.transform(piece, moved)) for piece in pieces]
    return [after if after.is_valid else before for before, after in zip(pieces, settled, strict=True)]


def _about(area: str, areas: gpd.GeoDataFrame, kind: str, message: str, *, cure: str = "") -> Record:
    name = areas.at[area, "name"]
    return record(kind, message, association_id=area, name="" if is_missing(name) else str(name), cure=cure)


def _split_counts(parts: Sequence[_Part], areas: gpd.GeoDataFrame, column: str) -> dict[tuple[str, str], int | None]:
    """Split the counts of every area by share, whole and with no one lost; None where the area has no count."""
    result: dict[tuple[str, str], int | None] = {}
    for area, mine in _by_area(parts).items():
        value: Any = areas.at[area, column]
        if is_missing(value):
            result |= {(area, part.association): None for part in mine}
            continue
        # Fractions, because sums of floats, and with them ties, depend on the order of the rows.
        exact = [int(value) * Fraction(part.share).limit_denominator(_FINEST_SHARE) for part in mine]
        given = [math.floor(count) for count in exact]
        order = sorted(range(len(mine)), key=lambda place: (given[place] - exact[place], mine[place].association))
        for place in order[: int(value) - sum(given)]:
            given[place] += 1
        result |= {(area, part.association): count for part, count in zip(mine, given, strict=True)}
    return result


# --- one row an association ------------------------------------------------------------------------


def _unite(
    parts: Sequence[_Part],
    shapes: Mapping[tuple[str, str], Any],
    areas: gpd.GeoDataFrame,
    rows: pd.DataFrame,
) -> tuple[gpd.GeoDataFrame, list[Record]]:
    """Make one row of each association: shapes united, counts summed, traits where all agree."""
    mine: dict[str, list[_Part]] = defaultdict(list)
    for part in parts:
        mine[part.association].append(part)
    named = [place for place, name in enumerate(rows["name"]) if not is_missing(name)]
    names = dict(zip(rows["association_id"].iloc[named[::-1]], rows["name"].iloc[named[::-1]], strict=True))
    table: dict[str, Any] = {"association_id": list(mine), "name": [names.get(name, name) for name in mine]}
    records: list[Record] = []
    for column in _counts(areas):
        counts = _split_counts(parts, areas, column)
        table[column] = []
        for association, own in mine.items():
            values = [counts[part.area, association] for part in own]
            without = [part.area for part, value in zip(own, values, strict=True) if value is None]
            table[column].append(None if without else sum(value for value in values if value is not None))
            if without:
                message = f"{column} cannot be summed: there is no count of {listed(without)}"
                cure = "Supply the association's own count, for instance with fill_missing_households=."
                records.append(record("count_missing", message, association_id=association, cure=cure))
    for trait in _carried_traits(areas, rows):
        values, noted = _trait(trait, mine, areas, rows)
        table[trait] = pd.Series(values, dtype="bool" if trait == "water" else "object")
        records += noted
    owned = {association: [part.area for part in own] for association, own in mine.items()}
    divided = {part.area for part in parts if part.share < 1}
    carried, noted = carry_own_columns(owned, divided, areas, rows, traits=_TRAITS)
    table |= {str(column): carried[column] for column in carried}
    records += noted
    table["small_area_ids"] = [";".join(part.area for part in own) for own in mine.values()]
    united = [shapely.union_all([shapes[part.area, name] for part in own]) for name, own in mine.items()]
    records += _overlapping(mine, shapes, united)
    return gpd.GeoDataFrame(table, geometry=united, crs=areas.crs), records


def _carried_traits(areas: gpd.GeoDataFrame, rows: pd.DataFrame) -> list[str]:
    wanted = (*_TRAITS, "households_kind", "water")
    return [trait for trait in wanted if trait in areas or (trait in rows and trait in _TRAITS)]


def _trait(
    trait: str, mine: Mapping[str, Sequence[_Part]], areas: gpd.GeoDataFrame, rows: pd.DataFrame
) -> tuple[list[Any], list[Record]]:
    """Give the value of each association: what the correspondence says, else what all its small areas agree on."""
    said = dict(rows.dropna(subset=[trait]).groupby("association_id")[trait].first()) if trait in rows else {}
    values: list[Any] = []
    records: list[Record] = []
    for association, own in mine.items():
        found = [areas.at[part.area, trait] for part in own] if trait in areas else []
        if trait == "water":
            values.append(all(bool(value) for value in found))
            continue
        different = different_values(found)
        if association in said:
            values.append(said[association])
        elif len(different) == 1:
            values.append(different[0])
        else:
            values.append("not_stated" if trait == "households_kind" else None)
            if different:
                message = f"its small areas differ in {trait} ({listed(different)}), so it is left empty"
                cure = f"Say it in a column {trait} of the correspondence."
                records.append(record("parts_disagree", message, association_id=association, cure=cure))
    return values, records


def _overlapping(
    mine: Mapping[str, Sequence[_Part]], shapes: Mapping[tuple[str, str], Any], united: Sequence[Any]
) -> list[Record]:
    """Note where small areas of one association overlap, so that its area is less than their sum."""
    records = []
    for (association, own), shape in zip(mine.items(), united, strict=True):
        twice = sum(shapes[part.area, association].area for part in own) - shape.area
        if twice > max(_ROUNDING * shape.area, 0.01):
            message = f"its small areas overlap by {twice:,.1f} m2, which counts once"
            records.append(record("small_areas_overlap", message, association_id=association))
    return records


def _grey_areas(
    areas: gpd.GeoDataFrame, used: set[str], shapes: Mapping[tuple[str, str], Any], table: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, list[Record]]:
    """Keep areas nobody lives in and no row names: each stands for itself, under its own code."""
    grey = areas[[area not in used for area in areas.index]].reset_index()
    taken = sorted(set(grey["association_id"]) & set(table["association_id"]))
    if taken:
        message = "an association has the code of a small area that stands for itself"
        problems = [_fault("duplicate_id", message, code, cure="give it another id") for code in taken]
        raise AssociationsError("Ids are used twice:", problems)
    names = grey["name"].where(grey["name"].notna(), grey["association_id"])
    grey = grey.assign(name=names, small_area_ids=grey["association_id"])
    codes = grey["association_id"].tolist()
    grey.geometry = gpd.GeoSeries(
        [shapes.get((code, _NOBODY), areas.geometry[code]) for code in codes], index=grey.index, crs=areas.crs
    )
    message = "nobody lives there and no row names it: it stands for itself and stays outside the plan"
    records = [
        record("small_area_uninhabited", message, association_id=code, name=str(name))
        for code, name in zip(codes, names, strict=True)
    ]
    return grey[[column for column in table.columns if column in grey]], records


def _with_whole_counts(table: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give counts the type of whole numbers, missing ones allowed."""
    for column in _counts(areas):
        whole = bool(table[column].notna().all())
        table[column] = table[column].astype("Int64").astype("int64" if whole else "Int64")
    return table


def _detached(table: gpd.GeoDataFrame) -> list[Record]:
    several = table[shapely.get_num_geometries(table.geometry.to_numpy()) > 1]
    return [
        record("several_parts", "has several parts that do not touch", association_id=str(code), name=str(name))
        for code, name in zip(several["association_id"], several["name"], strict=True)
    ]


def _check_sums(table: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> None:
    """Hold counts and area of the result against those of the small areas."""
    for column in _counts(areas):
        if areas[column].notna().all() and int(table[column].sum()) != int(areas[column].sum()):
            raise AssociationsError(f"{column} were lost: {areas[column].sum()} read, {table[column].sum()} kept.")
    before, after = shapely.union_all(areas.geometry.to_numpy()).area, shapely.union_all(table.geometry.to_numpy()).area
    if abs(before - after) > _ROUNDING * before:
        raise AssociationsError(f"Area was lost: {before:,.1f} m2 read, {after:,.1f} m2 kept.")


def _with_origin(
    table: gpd.GeoDataFrame,
    small_areas: gpd.GeoDataFrame,
    correspondence: pd.DataFrame,
    records: Sequence[Record],
    grey_ids: list[str],
    notice: tuple[str, str],
) -> gpd.GeoDataFrame:
    """Let sources, records and notices of both tables travel on, with those of the way here."""
    origins = [small_areas.attrs.get("source"), correspondence.attrs.get("source")]
    notes = joined_notes(small_areas.attrs, correspondence.attrs, notice=notice[0], notice_en=notice[1])
    read = [*small_areas.attrs.get("records", ()), *correspondence.attrs.get("records", ())]
    table.attrs = {
        **notes,
        "sources": [origin for origin in origins if origin],
        "records": [*read, *records],
        "repairs": list(small_areas.attrs.get("repairs", ())),
        "grey_ids": grey_ids,
    }
    return table
