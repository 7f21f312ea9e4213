"""ASSOCIATIONS and households of later years -> a map with a slider."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from kurihara_geo.errors import InputError
from kurihara_geo.outputs.arguments import read_lang, read_title
from kurihara_geo.outputs.drawing import shapes
from kurihara_geo.outputs.maps import outlines
from kurihara_geo.outputs.maps.study_page import (
    Study,
    Thing,
    as_page,
    label,
    read_associations_at_hand,
    whole_number,
)
from kurihara_geo.outputs.maps.study_texts import OUTLOOK, words_in
from kurihara_geo.studies.outlook.values import CAVEAT_EN, CAVEAT_JA, SCENARIOS, Outlook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd

    from kurihara_geo.outputs.arguments import Lang
    from kurihara_geo.outputs.maps.document import MapDocument

__all__ = ["map_outlook"]

_COLUMN = re.compile(r"households_(\d{4})(?:_(low|middle|high))?")
_FLOOR = 50

# Association id -> scenario -> households, today first; None where nothing could be projected.
_Counts = dict[str, dict[str, list[int | None]]]


def map_outlook(
    associations: gpd.GeoDataFrame,
    outlook: Outlook | None = None,
    *,
    floor: int | None = None,
    base_year: int | None = None,
    title: str | None = None,
    lang: Lang = "ja",
) -> MapDocument:
    """Draw households year by year, with a slider: who is below the floor today, and who comes below it later.

    Parameters
    ----------
    associations
        Checked associations. Without an outlook, their columns ``households_YYYY`` are drawn, with ``_low`` and
        ``_high`` where they are there.
    outlook
        As :func:`kurihara_geo.project_households` gives it for these associations.
    floor
        Households an association should have. Without it the outlook's, or 50.
    base_year
        Year of today's households; only later columns are drawn. Without it the outlook's, or that of a column with
        the same numbers.
    title
        Heading of the page.
    lang
        ``ja`` or ``en``.

    Returns
    -------
    MapDocument
        A notebook shows it as it is; ``save(path)`` writes it. For the office: projected households are not for the
        public edition.

    Raises
    ------
    InputError
        If the outlook is of other associations, there is nothing to draw, it is not known which year is today's, or an
        option is wrong.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> sample = kg.load_sample()
    >>> page = kg.map_outlook(sample, kg.project_households(sample, base_year=2020))
    >>> page.title
    '世帯数の見通し'
    """
    lang, title = read_lang(lang), read_title(title)
    table = read_associations_at_hand(associations)
    limit = _read_floor(floor, outlook)
    if outlook is not None:
        years, counts = _of_outlook(table, outlook)
    else:
        years, counts = _of_columns(table, _base_year(associations, table, base_year))
    words = {key: text.replace("{floor}", str(limit)) for key, text in words_in(OUTLOOK, lang).items()}
    study = _draw(table, years, counts, words, limit)
    study.title = title or study.title
    study.lead = _lead(outlook, words, lang)
    return as_page(study, lang, [associations], scripts=("outlook.js",))


def _read_floor(floor: Any, outlook: Any) -> int:
    if outlook is not None and not isinstance(outlook, Outlook):
        raise InputError(f"outlook must be an Outlook, as project_households gives it, not {type(outlook).__name__}.")
    if floor is None:
        return outlook.floor if outlook is not None else _FLOOR
    number = whole_number(floor)
    if not number:
        shown = repr(floor) if not isinstance(floor, pd.DataFrame | pd.Series) else type(floor).__name__
        raise InputError(f"floor must be a whole number of households, 1 or more, not {shown}.")
    return number


def _of_outlook(table: gpd.GeoDataFrame, outlook: Outlook) -> tuple[list[int], _Counts]:
    strange = [str(name) for name in table.index if name not in outlook.table.index]
    if not strange:
        then = outlook.table["households"].reindex(table.index)
        strange = [str(name) for name in table.index[(table["households"] != then).to_numpy(dtype=bool)]]
    if strange:
        raise InputError(
            f"The outlook is not of these associations or their households: {', '.join(strange)}. Project them again."
        )
    columns = {name: [f"households_{year}_{name}" for year in outlook.years] for name in SCENARIOS}
    return list(outlook.years), _read(table, outlook.table.reindex(table.index), columns)


def _of_columns(table: gpd.GeoDataFrame, base_year: int) -> tuple[list[int], _Counts]:
    found: dict[str, dict[int, str]] = {name: {} for name in SCENARIOS}
    for column in map(str, table.columns):
        match = _COLUMN.fullmatch(column)
        if match and int(match[1]) > base_year:
            found[match[2] or "middle"].setdefault(int(match[1]), column)
    years = sorted(found["middle"])
    if not years:
        raise InputError(
            f"No column households_YYYY is of a year after {base_year}: pass an outlook (project_households)."
        )
    columns = {name: [of[year] for year in years] for name, of in found.items() if all(year in of for year in years)}
    return years, _read(table, table, columns)


def _base_year(associations: gpd.GeoDataFrame, table: gpd.GeoDataFrame, base_year: Any) -> int:
    if base_year is not None:
        if not whole_number(base_year):
            shown = repr(base_year) if not isinstance(base_year, pd.DataFrame | pd.Series) else type(base_year).__name__
            raise InputError(f"base_year must be a year such as 2020, not {shown}.")
        return int(base_year)
    recorded = associations.attrs.get("outlook", {}).get("base_year")
    if recorded is not None:
        return int(recorded)
    same = [
        int(match[1])
        for column in map(str, table.columns)
        if (match := _COLUMN.fullmatch(column)) and not match[2] and (table[column] == table["households"]).all()
    ]
    if not same:
        raise InputError("It is not known which year today's households are of: pass base_year=..., or an outlook.")
    return max(same)


def _read(table: gpd.GeoDataFrame, values: pd.DataFrame, columns: Mapping[str, Sequence[str]]) -> _Counts:
    counts: _Counts = {}
    faults = []
    for name, today in table["households"].items():
        counts[str(name)] = {}
        for scenario, names in columns.items():
            given: list[Any] = [values.at[name, column] for column in names]
            numbers = [whole_number(value) for value in given]
            faults += [
                f"{name}: {column} is {value}"
                for column, value, number in zip(names, given, numbers, strict=True)
                if number is None and not pd.isna(value)
            ]
            counts[str(name)][scenario] = [int(today), *numbers]
    if faults:
        raise InputError(f"Households of later years must be whole numbers, or empty: {'; '.join(faults)}.")
    return counts


def _draw(
    table: gpd.GeoDataFrame, years: Sequence[int], counts: _Counts, words: Mapping[str, str], floor: int
) -> Study:
    drawn, spots = shapes.shape_areas(table.geometry)
    study = Study(words["title"])
    scenarios = [name for name in SCENARIOS if all(name in of for of in counts.values())]
    for (name, row), rings in zip(table[["name", "households"]].iterrows(), outlines.list_areas(drawn), strict=True):
        lived_in = row["households"] > 0
        said = _years(counts[str(name)], years, words) if lived_in else [(words["households"], words["uninhabited"])]
        facts = [(words["id"], str(name)), *said]
        study.things.append(Thing(rings, "plain" if lived_in else "uninhabited", str(row["name"]), facts))
    study.labels = [label(spots[str(name)], [str(own)]) for name, own in table["name"].items()]
    study.legend = [("below", words["below"]), ("fresh", words["fresh"]), ("unchanged", words["enough"])]
    if any(None in of["middle"] for of in counts.values()):
        study.legend.append(("unknown", words["unknown"]))
    if (table["households"] == 0).any():
        study.legend.append(("uninhabited", words["uninhabited"]))
    study.table = (
        [words["association"], words["today"], *map(str, years)],
        [
            [f"{own} ({name})", *(_spoken(counts[str(name)], place) for place in range(len(years) + 1))]
            for name, own in table["name"][table["households"] > 0].items()
        ],
    )
    study.further["outlook"] = {
        "floor": floor,
        "years": [words["today"], *map(str, years)],
        "scenarios": scenarios,
        "counts": [counts[str(name)] if n > 0 else None for name, n in table["households"].items()],
    }
    return study


def _years(
    counts: Mapping[str, list[int | None]], years: Sequence[int], words: Mapping[str, str]
) -> list[tuple[str, str]]:
    facts = []
    for place, year in enumerate([words["today"], *map(str, years)]):
        text = _spoken(counts, place)
        ends = [counts[name][place] for name in ("low", "high") if name in counts]
        if place and len(ends) == len(("low", "high")) and None not in ends:
            text += f" ({words['range'].format(low=f'{ends[0]:,}', high=f'{ends[1]:,}')})"
        facts.append((year, text or words["unknown"]))
    return facts


def _spoken(counts: Mapping[str, list[int | None]], place: int) -> str:
    number = counts["middle"][place]
    return "" if number is None else f"{number:,}"


def _lead(outlook: Outlook | None, words: Mapping[str, str], lang: Lang) -> list[str]:
    caveat = CAVEAT_JA if lang == "ja" else CAVEAT_EN
    if outlook is None:
        return [words["own"], caveat]
    return [words["method"].replace("{text}", outlook.method.ja if lang == "ja" else outlook.method.en), caveat]
