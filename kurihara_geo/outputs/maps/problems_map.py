"""A RAW or checked table -> a map of what was found in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import shapely

from kurihara_geo.associations import check_associations
from kurihara_geo.associations.crs import choose_metric_crs
from kurihara_geo.associations.places import bare
from kurihara_geo.errors import InputError
from kurihara_geo.outputs.arguments import read_lang, read_layer, read_problems, read_title
from kurihara_geo.outputs.drawing import shapes
from kurihara_geo.outputs.maps import outlines
from kurihara_geo.outputs.maps.study_page import Study, Thing, as_page
from kurihara_geo.outputs.maps.study_texts import PROBLEMS, words_in
from kurihara_geo.outputs.plots.problems import number_places
from kurihara_geo.outputs.problem_texts import cure_text, message_text, name_of_kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from kurihara_geo.outputs.arguments import Lang
    from kurihara_geo.outputs.maps.document import MapDocument

__all__ = ["map_problems"]

# More numbers than these would hide the map: then only those that fit stand on it.
_NUMBERS_ALWAYS = 60


def map_problems(
    associations: gpd.GeoDataFrame,
    problems: pd.DataFrame | None = None,
    *,
    title: str | None = None,
    lang: Lang = "ja",
) -> MapDocument:
    """Draw where the problems of a table are: errors hatched, warnings yellow, numbered as in the list beside the map.

    Parameters
    ----------
    associations
        A raw table as :func:`kurihara_geo.read_boundaries` gives it, or a checked one; it needs a CRS.
    problems
        As :func:`kurihara_geo.check_associations` gives them; without them, they are looked for.
    title
        Heading of the page.
    lang
        ``ja`` or ``en``.

    Returns
    -------
    MapDocument
        A notebook shows it as it is; ``save(path)`` writes it. For the office: it repeats every value at fault.

    Raises
    ------
    InputError
        If the table has no CRS, or nothing that can be drawn, or an option is wrong.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> page = kg.map_problems(kg.load_sample())
    >>> page.title
    'データの指摘の位置'
    """
    lang, title, problems = read_lang(lang), read_title(title), read_problems(problems)
    table = _read_raw(associations)
    found = check_associations(associations) if problems is None else problems
    words = words_in(PROBLEMS, lang)
    return as_page(_draw(table, found, lang, words, title), lang, [associations])


def _read_raw(associations: Any) -> gpd.GeoDataFrame:
    """Give what can be drawn, in a plane CRS, indexed by id; ids may be there twice."""
    given = read_layer("associations", associations)
    if given is None:
        raise InputError("associations must be a GeoDataFrame with a geometry, not None.")
    if given.crs is None:
        raise InputError("The table has no CRS and cannot be drawn; pass crs= when it is read, such as 'EPSG:6668'.")
    table = bare(given)
    if "association_id" in table:
        table = table.set_index("association_id")
    known = table[table.geometry.notna() & ~table.geometry.is_empty]
    known = known[known.geom_type.isin(["Polygon", "MultiPolygon", "GeometryCollection"])]
    if known.empty:
        raise InputError("The table holds no area that can be drawn; check the file and the layer that was read.")
    names = known["name"].map(_text) if "name" in known else [str(name) for name in known.index]
    plane = known.geometry.to_crs(choose_metric_crs(known))
    return gpd.GeoDataFrame({"name": list(names)}, index=known.index.map(str), geometry=plane.to_numpy(), crs=plane.crs)


def _draw(
    table: gpd.GeoDataFrame, problems: pd.DataFrame, lang: Lang, words: Mapping[str, str], title: str | None
) -> Study:
    rows: list[Any] = problems.fillna("").to_dict("records")
    numbers, worst = number_places(problems), _worst(rows)
    errors = sum(row["severity"] == "error" for row in rows)
    lead = words["not_ready" if errors else "ready"].format(e=f"{errors:,}", n=f"{len(rows) - errors:,}")
    missing = [name for name in numbers if name not in set(table.index)]
    more = [words["not_on_map"].format(n=len(missing))] if missing else []
    study = Study(title or words["title"], lead=[lead, *more], entries_title=words["entries"])
    said = {name: [row for row in rows if name in _ids(row)] for name in numbers}
    drawn = _drawn(table)
    for name, own, rings in zip(table.index, table["name"], outlines.list_areas(drawn), strict=True):
        facts = [(words["id"], name), *(_said(row, lang) for row in said.get(name, ()))]
        study.things.append(Thing(rings, worst.get(name, "none"), own, facts))
    places: dict[str, list[int]] = {}
    for place, name in enumerate(table.index):
        places.setdefault(name, []).append(place)
    study.entries = [_entry(row, numbers, places, lang, words) for row in rows]
    study.table = (
        [words[key] for key in ("number", "severity", "kind", "id", "name", "message", "cure")],
        [_cells(row, numbers, lang, words) for row in rows],
    )
    looks = [thing.look for thing in study.things]
    study.legend = [
        (look, f"{words[look]} ({looks.count(look):,})") for look in ("error", "warning", "none") if look in looks
    ]
    study.labels = _labels(table, numbers)
    return study


def _drawn(table: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Simplify each area by itself where there is too much of them: what overlaps or is torn must stay so."""
    areas = table.geometry.to_numpy()
    for tolerance in (0.0, 5.0, 20.0, 80.0):
        light = shapely.simplify(areas, tolerance) if tolerance else areas
        if int(shapely.get_num_coordinates(light).sum()) <= shapes.CELL_VERTICES:
            break
    return shapes.to_degrees(gpd.GeoSeries(shapely.force_2d(light), index=table.index, crs=table.crs))


def _labels(table: gpd.GeoDataFrame, numbers: Mapping[str, int]) -> list[dict[str, Any]]:
    points = gpd.GeoSeries(shapely.point_on_surface(table.geometry.to_numpy()), crs=table.crs).to_crs(
        shapes.EXCHANGE_CRS
    )
    reach = (shapely.area(table.geometry.to_numpy()) ** 0.5) / 2
    rows = zip(table.index, table["name"], points.x, points.y, reach.tolist(), strict=True)
    labels = []
    for name, own, x, y, radius in sorted(rows, key=lambda row: numbers.get(row[0], len(numbers) + 1)):
        spot = [round(y, shapes.DECIMALS), round(x, shapes.DECIMALS), round(radius, 1)]
        if name in numbers:
            labels.append({"spot": spot, "number": str(numbers[name]), "mustStand": len(numbers) <= _NUMBERS_ALWAYS})
        labels.append({"spot": spot, "tiers": [[own]], "className": ""})
    return sorted(labels, key=lambda item: "tiers" in item)


def _entry(
    row: Mapping[str, Any],
    numbers: Mapping[str, int],
    places: Mapping[str, list[int]],
    lang: Lang,
    words: Mapping[str, str],
) -> dict[str, Any]:
    ids = _ids(row)
    heading, text = _said(row, lang)
    name = str(row["name"]) or ", ".join(ids) or words["whole_table"]
    return {
        "title": f"{heading}: {name}",
        "text": text,
        "mark": str(row["severity"]),
        "number": "・".join(str(numbers[one]) for one in ids),
        "things": [place for one in ids for place in places.get(one, ())],
    }


def _cells(row: Mapping[str, Any], numbers: Mapping[str, int], lang: Lang, words: Mapping[str, str]) -> list[str]:
    severity, kind = str(row["severity"]), str(row["kind"])
    return [
        "・".join(str(numbers[one]) for one in _ids(row)),
        words.get(severity, severity),
        name_of_kind(kind, lang),
        str(row["association_id"]),
        str(row["name"]),
        message_text(kind, str(row["message"]), lang),
        cure_text(kind, str(row["cure"]), lang),
    ]


def _said(row: Mapping[str, Any], lang: Lang) -> tuple[str, str]:
    kind = str(row["kind"])
    message, cure = message_text(kind, str(row["message"]), lang), cure_text(kind, str(row["cure"]), lang)
    return name_of_kind(kind, lang), f"{message} → {cure}" if cure else message


def _worst(rows: list[dict[str, Any]]) -> dict[str, str]:
    worst: dict[str, str] = {}
    for row in rows:
        for name in _ids(row):
            worst[name] = "error" if "error" in (row["severity"], worst.get(name)) else "warning"
    return worst


def _ids(row: Mapping[str, Any]) -> list[str]:
    return [part for part in str(row["association_id"]).split(", ") if part]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None or value != value else str(value)
