"""ASSOCIATIONS and BORDERS -> a map on which a planner sees what to correct."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from kurihara_geo.borders import check_borders, find_islands, find_near_borders, require_metric
from kurihara_geo.borders.table import open_borders, written_texts
from kurihara_geo.errors import InputError
from kurihara_geo.outputs.arguments import read_lang, read_layer, read_title
from kurihara_geo.outputs.drawing import shapes
from kurihara_geo.outputs.maps import outlines
from kurihara_geo.outputs.maps.study_page import Study, Thing, as_page, label, read_associations_at_hand
from kurihara_geo.outputs.maps.study_texts import BORDERS, words_in
from kurihara_geo.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from kurihara_geo.outputs.arguments import Lang
    from kurihara_geo.outputs.maps.document import MapDocument

__all__ = ["map_borders"]

_ORDER = ("open", "weak", "link", "barred_link", "barred")


def map_borders(
    borders: Plan | gpd.GeoDataFrame,
    associations: gpd.GeoDataFrame | None = None,
    *,
    weak_m: float = 100.0,
    title: str | None = None,
    lang: Lang = "ja",
) -> MapDocument:
    """Draw who borders whom, so that a planner sees what to correct.

    Each border can be chosen and says its two associations, length, and what bars it and why. Associations without a
    neighbour, barred borders, links, short borders and pairs that seem to touch are listed first.

    Parameters
    ----------
    borders
        A border table as :func:`kurihara_geo.find_borders` gives it, or a plan: then the borders it was made with.
    associations
        The checked associations the table is of; not with a plan, which has its own.
    weak_m
        Borders shorter than so many metres are shown as short.
    title
        Heading of the page.
    lang
        ``ja`` or ``en``.

    Returns
    -------
    MapDocument
        A notebook shows it as it is; ``save(path)`` writes it. For the office: it repeats every written reason.

    Raises
    ------
    InputError
        If associations are missing, the borders do not fit them, or an option is wrong.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> sample = kg.load_sample()
    >>> page = kg.map_borders(kg.find_borders(sample), sample)
    >>> page.title
    '自治会の境界の確認'
    """
    lang, title = read_lang(lang), read_title(title)
    if isinstance(borders, Plan):
        if associations is not None:
            raise InputError(
                "A plan has its own associations: pass the plan alone, or a border table with associations."
            )
        associations, borders = borders.associations, borders.borders
    if isinstance(weak_m, bool) or not isinstance(weak_m, int | float) or not 0 <= weak_m < float("inf"):
        raise InputError(f"weak_m must be a distance in metres, 0 or more, not {type(weak_m).__name__} {weak_m!s:.40}.")
    table: gpd.GeoDataFrame | None = read_layer("borders", borders)
    if table is None:
        raise InputError("borders must be a border table or a plan, not None.")
    require_metric(associations)  # type: ignore[arg-type] # says what None is
    plain = read_associations_at_hand(associations)
    check_borders(plain, table)
    words = words_in(BORDERS, lang)
    return as_page(_draw(table, plain, weak_m, words, title), lang, [associations, table])


def _draw(
    borders: gpd.GeoDataFrame, table: gpd.GeoDataFrame, weak_m: float, words: Mapping[str, str], title: str | None
) -> Study:
    drawn, spots = shapes.shape_areas(table.geometry)
    place = {str(name): number for number, name in enumerate(table.index)}
    kinds = _kinds(borders, weak_m)
    islands, near = set(find_islands(table, borders)), find_near_borders(table, borders)
    words = {key: text.replace("{m}", f"{weak_m:g}") for key, text in words.items()}
    study = Study(title or words["title"], lead=[words["lead"]], entries_title=words["entries"])
    study.things = _areas(table, drawn, borders, islands, words)
    lines = outlines.list_lines(shapes.shape_barred(drawn, borders))
    facts = [_facts(row, kind, table, words) for row, kind in zip(_rows(borders), kinds, strict=True)]
    number_of: dict[int, int] = {}
    for kind in _ORDER:
        for position in (n for n, other in enumerate(kinds) if other == kind):
            number_of[position] = len(study.things)
            study.things.append(
                Thing(lines[position], f"border-{kind}", facts[position][0], facts[position][1], line=True)
            )
    study.entries = _entries(borders, kinds, number_of, facts, words)
    study.entries[:0] = [_entry(words["island"], _title(table, n), "island", [place[n]]) for n in sorted(islands)]
    study.entries += [
        _entry(words["near"], f"{_pair(table, a, b, words)} ({m:,.0f} m)", "near", [place[a], place[b]])
        for a, b, m in near
    ]
    counts = [[words[kind], f"{kinds.count(kind):,}"] for kind in _ORDER if kinds.count(kind)]
    counts += [[words["near"], f"{len(near):,}"]] if near else []
    counts += [[words["island"], f"{len(islands):,}"]] if islands else []
    study.figures = ([words["kind"], words["count"]], counts)
    study.table = (
        [words["kind"], words["association"], words["length"], words["barred_by"], words["reason"]],
        [
            [words[kind], _pair(table, row["a"], row["b"], words), _metres(row), _barred_by(row, words), row["reason"]]
            for row, kind in zip(_rows(borders), kinds, strict=True)
        ],
    )
    study.legend = [(f"border-{kind}", words[kind]) for kind in _ORDER if kind in kinds]
    study.legend += [("island", words["island"])] if islands else []
    study.legend += [("uninhabited", words["uninhabited"])] if (table["households"] == 0).any() else []
    lived_in = table["name"][table["households"] > 0]
    study.labels = [label(spots[str(n)], [str(own)], [str(n)]) for n, own in lived_in.items()]
    return study


def _kinds(borders: gpd.GeoDataFrame, weak_m: float) -> list[str]:
    barred = written_texts(borders, "barred_by") != ""
    link = (borders["kind"] == "link").to_numpy()
    weak = (borders["length_m"] < weak_m).to_numpy()
    return [
        ("barred_link" if b else "link") if is_link else "barred" if b else "weak" if w else "open"
        for b, is_link, w in zip(barred, link, weak, strict=True)
    ]


def _rows(borders: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    texts = {name: written_texts(borders, name) for name in ("barred_by", "reason")}
    plain = pd.DataFrame(
        {"a": borders["a"], "b": borders["b"], "length_m": borders["length_m"], "kind": borders["kind"]}
    )
    rows: list[Any] = plain.assign(**texts).to_dict("records")
    return rows


def _areas(
    table: gpd.GeoDataFrame,
    drawn: gpd.GeoSeries,
    borders: gpd.GeoDataFrame,
    islands: set[str],
    words: Mapping[str, str],
) -> list[Thing]:
    usable = open_borders(borders)
    beside = pd.concat([usable["a"], usable["b"]]).value_counts()
    things = []
    for (name, row), rings in zip(table[["name", "households"]].iterrows(), outlines.list_areas(drawn), strict=True):
        look = "uninhabited" if row["households"] == 0 else "island" if str(name) in islands else "plain"
        facts = [
            (words["id"], str(name)),
            (words["households"], f"{int(row['households']):,}"),
            (words["neighbours"], f"{int(beside.get(name, 0)):,}"),
        ]
        things.append(Thing(rings, look, str(row["name"]), facts))
    return things


def _facts(
    row: Mapping[str, Any], kind: str, table: gpd.GeoDataFrame, words: Mapping[str, str]
) -> tuple[str, list[tuple[str, str]]]:
    facts = [(words["kind"], words[kind]), (words["id"], f"{row['a']}, {row['b']}"), (words["length"], _metres(row))]
    facts += [(words["barred_by"], _barred_by(row, words))] if row["barred_by"] else []
    facts += [(words["reason"], row["reason"])] if row["reason"] else []
    return _pair(table, row["a"], row["b"], words), facts


def _entries(
    borders: gpd.GeoDataFrame,
    kinds: list[str],
    number_of: Mapping[int, int],
    facts: list[tuple[str, list[tuple[str, str]]]],
    words: Mapping[str, str],
) -> list[dict[str, Any]]:
    """List what is not an ordinary border: barred, links, then short ones, the shortest first."""
    rows = _rows(borders)
    first = {kind: number for number, kind in enumerate(("barred", "barred_link", "link", "weak"))}
    odd = [n for n, kind in enumerate(kinds) if kind in first]
    odd.sort(key=lambda n: (first[kinds[n]], rows[n]["length_m"] if kinds[n] == "weak" else 0, n))
    entries = []
    for n in odd:
        said = [words[kinds[n]], _metres(rows[n]), _barred_by(rows[n], words), rows[n]["reason"]]
        text = " · ".join(part for part in said if part)
        entries.append(_entry(text, facts[n][0], f"border-{kinds[n]}", [number_of[n]]))
    return entries


def _entry(text: str, title: str, mark: str, things: list[int]) -> dict[str, Any]:
    return {"title": title, "text": text, "mark": mark, "things": things}


def _title(table: gpd.GeoDataFrame, name: str) -> str:
    names: Any = table["name"]
    return f"{names[name]} ({name})"


def _pair(table: gpd.GeoDataFrame, a: str, b: str, words: Mapping[str, str]) -> str:
    names: Any = table["name"]
    return f"{names[a]}{words['and']}{names[b]}"


def _barred_by(row: Mapping[str, Any], words: Mapping[str, str]) -> str:
    return words["removed"] if row["barred_by"] == "removed" else str(row["barred_by"])


def _metres(row: Mapping[str, Any]) -> str:
    return "" if row["kind"] == "link" and not row["length_m"] else f"{row['length_m']:,.0f} m"
