"""Names and figures for the page: one JSON text, read by the page and shown as text, never as markup."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from kurihara_geo.associations.places import representative_points
from kurihara_geo.columns import ASSOCIATIONS, label
from kurihara_geo.outputs.audience import Hidden
from kurihara_geo.outputs.drawing.coverage import DISTRICT_COLUMN, Council, status_of
from kurihara_geo.outputs.drawing.numbering import group_districts, number_groups
from kurihara_geo.outputs.drawing.palette import MERGED, pick_colours
from kurihara_geo.outputs.drawing.shapes import DECIMALS, EXCHANGE_CRS, Shapes, middle_of
from kurihara_geo.outputs.maps.texts import texts_in
from kurihara_geo.outputs.said import said_once
from kurihara_geo.plan import meeting_place_text, proof_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kurihara_geo.outputs.audience import Disclosure
    from kurihara_geo.plan import Plan

__all__ = [
    "as_count",
    "as_json",
    "borders_to_show",
    "figures_of",
    "list_associations",
    "list_barriers",
    "list_borders",
    "list_districts",
    "list_groups",
    "list_halls",
    "list_names",
    "list_notes",
    "list_outlook",
    "notes_of",
    "summary_of",
    "texts_of",
]

_UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")
_YEAR = re.compile(r"households_(?P<year>\d{4})(_low|_middle|_high)?")
# What readers join several of them with.
_SAID = {"notice": re.compile("\n"), "attribution": re.compile("\n|; ")}


def as_json(values: Mapping[str, Any]) -> str:
    """Write values as JSON that cannot end the script element it stands in."""
    plain = json.dumps(values, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found.group()):04x}", plain)


def list_associations(
    plan: Plan, shapes: Shapes, shown: Disclosure, district_of: Mapping[str, str], districts: Mapping[str, int]
) -> list[dict[str, Any]]:
    """List the inhabited associations in the order of ``plan.members``, each with its neighbours and its district."""
    number = {str(name): position for position, name in enumerate(plan.groups.index)}
    points = _latlng(representative_points(plan.associations))
    councils = plan.associations["council"] if "council" in plan.associations else pd.Series(dtype=object)
    council_of = {str(name): _text(value) for name, value in councils.items()}
    neighbours = _neighbours(plan)
    return [
        {
            "id": str(name),
            "name": str(row["name"]),
            "households": as_count(shown.association(str(name))),
            "population": as_count(shown.population(str(name))),
            "small": bool(row["small"]),
            "floor": plan.rules.min_households if shown.is_public else plan.rules.floor_of(str(name)),
            "group": number[str(row["group_id"])],
            "distance_m": _whole(row["distance_m"]),
            "district": district_of.get(str(name), ""),
            "district_index": districts.get(district_of.get(str(name), "")),
            "council": council_of.get(str(name), ""),
            "neighbours": neighbours[str(name)],
            "spot": shapes.association_spots[str(name)],
            "point": points[str(name)],
        }
        for name, row in plan.members.iterrows()
    ]


def list_groups(
    plan: Plan,
    shapes: Shapes,
    shown: Disclosure,
    lang: str,
    district_of: Mapping[str, str],
    districts: Mapping[str, int],
) -> list[dict[str, Any]]:
    """List the groups in the order of ``plan.groups``: number, colour, members, districts and meeting place."""
    position = {str(name): place for place, name in enumerate(plan.members.index)}
    numbers, main = number_groups(plan, district_of), group_districts(plan, district_of)
    colours = _colours(plan, shapes)
    points = _latlng(representative_points(plan.associations))
    if plan.halls is not None:
        points |= _latlng(plan.halls.geometry)
    reasons = _reasons(plan, shown, lang)
    return [
        {
            "id": str(name),
            "number": numbers[str(name)],
            "name": str(row["name"]),
            "status": str(row["status"]),
            "colour": colours.get(str(name)),
            "households": as_count(shown.group(str(name))),
            "floor": plan.rules.min_households if shown.is_public else int(row["floor"]),
            "floor_reason": "" if shown.is_public else str(row["floor_reason"]),
            "population": as_count(shown.group_population(str(name))),
            "members": [position[str(member)] for member in row["member_ids"]],
            "district": main[str(name)],
            "district_index": districts.get(main[str(name)]),
            "districts": _indexes([district_of.get(str(member), "") for member in row["member_ids"]], districts),
            "crosses": _crossed(row["crosses"], shown, lang),
            "meeting_place": meeting_place_text(row, lang),
            "meeting_point": points.get(str(row["meeting_place_id"])),
            "reasons": reasons.get(str(name), []),
            "spot": shapes.group_spots[str(name)],
        }
        for name, row in plan.groups.drop(columns="geometry").iterrows()
    ]


def list_borders(plan: Plan, kept: pd.DataFrame, lines: gpd.GeoSeries, shown: Disclosure) -> list[dict[str, Any]]:
    """List links or barred borders: whom they join or part, what bars them, why, and where a sign can stand.

    Parameters
    ----------
    plan
        The plan.
    kept
        Rows of ``plan.borders``.
    lines
        How each is drawn, EPSG:4326.
    shown
        In public neither a reason nor what bars a border is written: a planner's own words may name anybody.
    """
    position = {str(name): place for place, name in enumerate(plan.members.index)}
    return [
        {
            "a": position[str(row["a"])],
            "b": position[str(row["b"])],
            "by": "" if shown.is_public else _text(row["barred_by"]),
            "reason": "" if shown.is_public else _text(row["reason"]),
            "spot": middle_of(line),
        }
        for (_, row), line in zip(kept.iterrows(), lines, strict=True)
    ]


def borders_to_show(plan: Plan) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Give the links and the barred borders between inhabited associations; a link that is barred is a barred one."""
    kinds = _border_kinds(plan)
    return plan.borders[kinds == "link"], plan.borders[kinds == "barred"]


def list_outlook(plan: Plan, shown: Disclosure) -> tuple[list[int], list[dict[str, Any]]]:
    """Give the years of columns ``households_YYYY`` and each association's households in them; nothing in public.

    Where low and high columns stand beside a year, they are given too.
    """
    table = plan.associations.loc[plan.members.index]
    numbers = [] if shown.is_public else [str(name) for name in table if is_numeric_dtype(table[name])]
    years = sorted({int(match["year"]) for name in numbers if (match := _YEAR.fullmatch(name))})
    rows: list[dict[str, Any]] = [{} for _ in plan.members.index]
    for range_name in ("middle", "low", "high"):
        columns = [_year_column(table, year, range_name) for year in years]
        if not any(columns):
            continue
        for place, row in enumerate(rows):
            row[range_name] = [None if name is None else _whole(table[name].iloc[place]) for name in columns]
    return years, rows


def figures_of(
    plan: Plan, shown: Disclosure, district_of: Mapping[str, str], names: Sequence[str], *, has_column: bool
) -> list[dict[str, Any]]:
    """Count, for each district, what the summary counts for the whole town.

    Parameters
    ----------
    plan
        The plan.
    shown
        What may be shown.
    district_of
        Association id -> district.
    names
        Districts.
    has_column
        Whether ``district_of`` is the associations' own column; else sums of a district are not shown in public.
    """
    main = pd.Series(group_districts(plan, district_of), dtype=object)
    district = pd.Series([district_of.get(str(name), "") for name in plan.members.index], index=plan.members.index)
    main = main.reindex(plan.groups.index.astype(str))
    below = (plan.groups["status"] == "below_floor").to_numpy()
    rows = []
    for name in names:
        inside = (district == name).to_numpy()
        groups = (main == name).to_numpy()
        row = {
            "associations_before": int(inside.sum()),
            "associations_after": int(groups.sum()),
            "small_before": int((inside & plan.members["small"].to_numpy()).sum()),
            "small_after": int((groups & below).sum()),
        }
        rows.append(row | _sums(plan, shown, inside, name if has_column else None))
    return rows


def list_names(areas: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """List uninhabited areas by name, an empty one where there is none."""
    names = areas["name"] if "name" in areas else pd.Series("", index=areas.index)
    return [{"name": _text(name)} for name in names]


def list_barriers(barriers: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """List barriers by name, or by what kind they are where they have none."""
    rows = pd.DataFrame(barriers.drop(columns=barriers.geometry.name)).to_dict("records")
    texts = [[_text(row.get(key)).strip() for key in ("name", "kind", "road_class")] for row in rows]
    return [{"name": next((text for text in of if text), "")} for of in texts]


def list_districts(
    areas: gpd.GeoSeries, names: Sequence[str], councils: Mapping[str, tuple[Council, ...]] | None
) -> list[dict[str, Any]]:
    """List the districts with the frame to zoom to and the councils that cover them."""
    rows = []
    for name, (west, south, east, north) in zip(names, areas.bounds.to_numpy().tolist(), strict=True):
        row: dict[str, Any] = {"name": name, "bounds": [[south, west], [north, east]]}
        if councils is not None:
            row["status"] = status_of(councils[name])
            row["councils"] = [{"name": c.name, "status": c.status, "founded": c.founded} for c in councils[name]]
        rows.append(row)
    return rows


def list_halls(halls: gpd.GeoDataFrame, plan: Plan) -> list[dict[str, Any]]:
    """List meeting halls with their places and the association each belongs to; those without a place are left out."""
    known = halls[halls.geometry.notna() & ~halls.geometry.is_empty]
    spots = known.geometry.representative_point()
    owners = _owners(known, spots, plan)
    rows = []
    for point, owner, (_, row) in zip(
        _latlng(spots).values(), owners, known.drop(columns=known.geometry.name).iterrows(), strict=True
    ):
        extra = {key: _text(row[key]) for key in ("kind", "capacity", "built") if key in row.index}
        rows.append({"name": _text(row.get("name")), "point": point, "association": owner, **extra})
    return rows


def list_notes(plan: Plan, shown: Disclosure, lang: str, layers: Sequence[pd.DataFrame | None]) -> dict[str, Any]:
    """Give what must be said beside the map: notices and sources of every table once, date, proof, own floors."""
    rules = plan.rules
    own = sum(rules.floor_of(str(name)) < rules.min_households for name in plan.members.index)
    proof = proof_text(plan, lang)
    return {
        "proposal": True,
        **notes_of([plan.associations, *layers], lang),
        "made": str(plan.provenance.created)[:10],
        "proof": proof[0].upper() + proof[1:],
        "own_floors": 0 if shown.is_public else own,
        "audience": shown.note(lang),
    }


def texts_of(plan: Plan, shown: Disclosure, lang: str) -> dict[str, str]:
    """Give the texts of a plan's page: what its floors are called, and the words for counts that are hidden."""
    rules = plan.rules
    texts = texts_in(lang, further_floors=rules.floors_apply_to == "all", own_floors=bool(rules.lower_floors))
    if shown.is_public and rules.lower_floors:  # who has a floor of its own is not public
        texts |= {"status_small": texts["legend_below"], "status_ok": texts["status_ok_own"]}
    return texts | {f"hidden_{word.value}": shown.text(word, lang) for word in Hidden}


def summary_of(plan: Plan, shown: Disclosure) -> dict[str, Any]:
    """Give the summary's counts, and the households of the smallest association today."""
    counts = {name: as_count(value) for name, value in shown.summary().items()}
    today = [as_count(shown.association(str(name))) for name in plan.members.index]
    hidden = [word for word in ("under", "withheld") if word in today]
    smallest = hidden[0] if hidden else min([count for count in today if isinstance(count, int)], default=0)
    return counts | {"smallest_before": smallest}


def as_count(value: int | Hidden | None) -> int | str | None:
    """Give a count for the page: a whole number, the word for why it is hidden, or None where it is not known."""
    return value.value if isinstance(value, Hidden) else value


def notes_of(tables: Iterable[pd.DataFrame | None], lang: str) -> dict[str, str]:
    """Give the notices and the sources of tables, a line each, once; in English where they say it in English."""
    given = list(tables)
    return {key: "\n".join(_lines(said_once(given, key, lang), parts)) for key, parts in _SAID.items()}


def _lines(texts: Iterable[str], parts: re.Pattern[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, (line.strip() for text in texts for line in parts.split(text)))))


def _owners(halls: gpd.GeoDataFrame, spots: gpd.GeoSeries, plan: Plan) -> list[int | None]:
    """Give the position of the association each hall belongs to: as its column says, else where it stands."""
    position = {str(name): place for place, name in enumerate(plan.members.index)}
    column = halls["association_id"] if "association_id" in halls else pd.Series("", index=halls.index)
    said = [position.get(_text(value)) for value in column]
    areas = plan.associations.geometry
    found, inside = areas.sindex.query(spots.to_numpy(), predicate="intersects")
    stands: dict[int, int | None] = {}
    for hall, area in zip(found.tolist(), inside.tolist(), strict=True):
        stands.setdefault(hall, position.get(str(areas.index[area])))
    return [stands.get(place) if owner is None else owner for place, owner in enumerate(said)]


def _border_kinds(plan: Plan) -> Any:
    """Say of each border: link, barred or open, and nothing of one beside an area where nobody lives."""
    inhabited = set(plan.members.index.astype(str))
    known = plan.borders["a"].astype(str).isin(inhabited) & plan.borders["b"].astype(str).isin(inhabited)
    barred = plan.borders["barred_by"].map(_text) != ""
    kinds = np.where(barred, "barred", np.where(plan.borders["kind"] == "link", "link", "open"))
    return np.where(known, kinds, "")


def _neighbours(plan: Plan) -> dict[str, list[list[int]]]:
    """Give each association's neighbours: position, number among the barred borders and among the links, or -1."""
    position = {str(name): place for place, name in enumerate(plan.members.index)}
    beside: dict[str, list[list[int]]] = {name: [] for name in position}
    count = {"barred": 0, "link": 0}
    for a, b, kind in zip(plan.borders["a"].map(str), plan.borders["b"].map(str), _border_kinds(plan), strict=True):
        if not kind:
            continue
        marks = [count[name] if kind == name else -1 for name in ("barred", "link")]
        beside[a].append([position[b], *marks])
        beside[b].append([position[a], *marks])
        if kind in count:
            count[str(kind)] += 1
    return {name: sorted(rows) for name, rows in beside.items()}


def _crossed(columns: Any, shown: Disclosure, lang: str) -> list[str]:
    known = {column.name for column in ASSOCIATIONS}
    return [label(str(name), lang=lang) for name in columns if not shown.is_public or str(name) in known]


def _indexes(names: Sequence[str], districts: Mapping[str, int]) -> list[int]:
    return sorted({districts[name] for name in names if name in districts})


def _year_column(table: pd.DataFrame, year: int, range_name: str) -> str | None:
    names = (
        [f"households_{year}", f"households_{year}_middle"]
        if range_name == "middle"
        else [f"households_{year}_{range_name}"]
    )
    return next((name for name in names if name in table and is_numeric_dtype(table[name])), None)


def _sums(plan: Plan, shown: Disclosure, inside: Any, area: str | None) -> dict[str, Any]:
    if area is not None:
        return {
            "households": as_count(shown.area(DISTRICT_COLUMN, area)) if inside.any() else 0,
            "population": as_count(shown.area_population(DISTRICT_COLUMN, area)) if inside.any() else None,
        }
    if shown.is_public:
        return {"households": Hidden.WITHHELD.value, "population": Hidden.WITHHELD.value}
    people = [shown.population(str(name)) for name in plan.members.index[inside]]
    known = [count for count in people if isinstance(count, int)]
    return {
        "households": int(plan.members["households"][inside].sum()),
        "population": sum(known) if known and len(known) == len(people) else None,
    }


def _colours(plan: Plan, shapes: Shapes) -> dict[str, str]:
    merged = [str(name) for name in plan.groups.index[plan.groups["status"] == "merged"]]
    inside = set(merged)
    pairs = [(a, b) for a, b in shapes.neighbours if a in inside and b in inside]
    return {name: MERGED[colour] for name, colour in pick_colours(merged, pairs).items()}


def _reasons(plan: Plan, shown: Disclosure, lang: str) -> dict[str, list[dict[str, str]]]:
    reasons: dict[str, list[dict[str, str]]] = {}
    for _, row in plan.left_below.iterrows():
        text = shown.reason(row, lang) or ("" if shown.is_public else _text(row["reason"]))
        reasons.setdefault(str(row["group_id"]), []).append({"name": str(row["name"]), "text": text})
    return reasons


def _latlng(points: gpd.GeoSeries) -> dict[str, tuple[float, float]]:
    known = points[points.notna() & ~points.is_empty]
    degrees = gpd.GeoSeries(known).to_crs(EXCHANGE_CRS)
    return {
        str(name): (round(lat, DECIMALS), round(lon, DECIMALS))
        for name, lat, lon in zip(degrees.index, degrees.y, degrees.x, strict=True)
    }


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) or not math.isfinite(value) else round(value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None or pd.isna(value) else str(value)
