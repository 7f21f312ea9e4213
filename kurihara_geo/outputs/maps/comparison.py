"""PLAN and PLAN -> two maps beside each other that move together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from kurihara_geo.errors import InputError
from kurihara_geo.outputs.arguments import read_lang, read_layer, read_table, read_title
from kurihara_geo.outputs.audience import disclose
from kurihara_geo.outputs.drawing import coverage, shapes
from kurihara_geo.outputs.drawing.numbering import number_groups
from kurihara_geo.outputs.files import write_whole
from kurihara_geo.outputs.maps import outlines, payload
from kurihara_geo.outputs.maps.comparison_sides import check_same_town, find_differences, side_of, side_today
from kurihara_geo.outputs.maps.comparison_texts import comparison_texts
from kurihara_geo.outputs.maps.document import MapDocument
from kurihara_geo.plan.arguments import read_plan_at_hand
from kurihara_geo.studies import compare_plans

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from kurihara_geo.outputs.audience import Audience, Disclosure
    from kurihara_geo.outputs.maps.comparison_sides import Side
    from kurihara_geo.outputs.maps.texts import Lang
    from kurihara_geo.plan import Plan

__all__ = ["map_comparison", "write_comparison_map"]

_SCRIPTS = (
    "compare_maps.js",
    "base.js",
    "parts.js",
    "outlines.js",
    "spots.js",
    "theme.js",
    "sides.js",
    "side_labels.js",
    "compare_list.js",
    "compare.js",
)
_SIDES = 2
# Figures of the whole town that the page does not count by itself.
_FURTHER = ("households_changed", "households_left_below", "travel_per_household_m", "groups_without_hall")


def map_comparison(
    plan: Plan,
    other: Plan | None = None,
    *,
    labels: Sequence[str] | None = None,
    district: str | None = None,
    districts: gpd.GeoDataFrame | None = None,
    councils: pd.DataFrame | None = None,
    halls: gpd.GeoDataFrame | None = None,
    barriers: gpd.GeoDataFrame | None = None,
    title: str | None = None,
    lang: Lang = "ja",
    audience: Audience = "office",
    hide_below: int = 10,
) -> MapDocument:
    """Draw two maps beside each other that move together: today and a plan, or two plans of the same associations.

    What differs is outlined, numbered and listed; choosing an entry takes both maps there. Counts of both sides stand
    in a table, for the whole town or for the district chosen. The page works without a network.

    Parameters
    ----------
    plan
        The plan; on the right, or on the left where there is another one.
    other
        Another plan of the same associations, on the right. Without it, the left map shows today.
    labels
        What the left and the right map are called, two texts. Without them today and proposal, or plan A and plan B.
    district
        Former school district the page opens with; the whole town without it.
    districts, councils, halls, barriers
        As for :func:`kurihara_geo.map_plan`; the halls shown are the first plan's where none are given.
    title
        Heading of the page.
    lang
        ``ja`` or ``en``: language of everything the page says by itself.
    audience
        ``office``, or ``public``: small household counts are hidden; beside another plan no count is shown, for how
        two plans group associations would tell more than either.
    hide_below
        Household counts below this are hidden in public.

    Returns
    -------
    MapDocument
        A notebook shows it as it is; ``save(path)`` writes it.

    Raises
    ------
    InputError
        If the plans are not of the same associations (what differs is named), a table lacks what is needed, the
        district is not on the map, or another option is wrong.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> sample = kg.load_sample()
    >>> rules = kg.MergeRules(keep_within=["former_school_district"])
    >>> page = kg.map_comparison(kg.propose_mergers(sample, rules, progress=False))
    >>> page.title
    '自治会再編案 現在との比較'
    """
    plan = read_plan_at_hand(plan)
    if other is not None:
        check_same_town(plan, read_plan_at_hand(other))
    lang, title = read_lang(lang), read_title(title)
    shown = disclose(plan, audience=audience, hide_below=hide_below)
    texts = comparison_texts(payload.texts_of(plan, shown, lang), lang)
    ground = _Ground(plan, districts=districts, councils=councils, halls=halls, barriers=barriers)
    names = _read_labels(labels, texts, other)
    drawn = shapes.shape_plan(plan)
    left, right = _sides(plan, other, drawn, shown, ground.number_of, lang)
    associations = _associations(plan, shown, ground.number_of)
    if other is not None and shown.is_public:
        # A group that reaches its floor in the one plan and a count beside it in the other would tell a hidden count.
        for row in (*left.groups, *right.groups, *associations):
            row["households"] = None
    heading = title if title is not None else texts["title_after" if other is None else "title_plans"]
    data = {
        "lang": lang,
        "title": heading,
        "texts": texts,
        "summary": {"min_households": plan.rules.min_households},
        "notes": _notes(plan, other, shown, lang, [districts, councils, halls, barriers]),
        "mode": "today" if other is None else "plans",
        "sides": [
            {"label": name, "groups": side.groups, "group_of": side.group_of}
            for name, side in zip(names, (left, right), strict=True)
        ],
        "town_figures": _town_figures(plan, other, shown, lang),
        "differences": _numbered(
            plan, find_differences(left, right, floors=other is not None), other, ground.district_of
        ),
        "associations": associations,
        "uninhabited": payload.list_names(plan.uninhabited),
        **_areas(drawn),
        **ground.data(plan),
        "start_district": ground.find(district),
    }
    return MapDocument(data, "compare.html", _SCRIPTS, ("page.css", "compare.css"))


def write_comparison_map(
    plan: Plan,
    path: str | os.PathLike[str],
    other: Plan | None = None,
    *,
    labels: Sequence[str] | None = None,
    district: str | None = None,
    districts: gpd.GeoDataFrame | None = None,
    councils: pd.DataFrame | None = None,
    halls: gpd.GeoDataFrame | None = None,
    barriers: gpd.GeoDataFrame | None = None,
    title: str | None = None,
    lang: Lang = "ja",
    audience: Audience = "office",
    hide_below: int = 10,
) -> Path:
    """Write two maps beside each other as one HTML file that opens with no network, whole or not at all.

    The same plans and options give the same bytes.

    Parameters
    ----------
    plan, other, labels, district, districts, councils, halls, barriers, title, lang, audience, hide_below
        As for :func:`map_comparison`.
    path
        File to write; its folder must exist. An existing file is replaced.

    Returns
    -------
    Path
        The path written.

    Raises
    ------
    InputError
        As for :func:`map_comparison`.
    OutputError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import kurihara_geo as kg
    >>> rules = kg.MergeRules(keep_within=["former_school_district"])
    >>> plan = kg.propose_mergers(kg.load_sample(), rules, progress=False)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     kg.write_comparison_map(plan, Path(folder) / "comparison.html").name
    'comparison.html'
    """
    page = map_comparison(
        plan,
        other,
        labels=labels,
        district=district,
        districts=districts,
        councils=councils,
        halls=halls,
        barriers=barriers,
        title=title,
        lang=lang,
        audience=audience,
        hide_below=hide_below,
    )
    return write_whole(path, page.render().encode("utf-8", errors="replace"))


def _read_labels(labels: Any, texts: Mapping[str, str], other: Plan | None) -> tuple[str, str]:
    if labels is None:
        if other is None:
            return texts["before"], texts["after"]
        return texts["plan_label"].replace("{name}", "A"), texts["plan_label"].replace("{name}", "B")
    given = list(labels) if isinstance(labels, list | tuple) else []
    if len(given) != _SIDES or not all(isinstance(label, str) and label.strip() for label in given):
        shown = type(labels).__name__ if isinstance(labels, pd.DataFrame | pd.Series) else repr(labels)
        raise InputError(f"labels must be two texts, such as ('A', 'B'), or None, not {shown}.")
    return given[0], given[1]


def _sides(
    plan: Plan,
    other: Plan | None,
    drawn: shapes.Shapes,
    shown: Disclosure,
    districts: Mapping[str, int | None],
    lang: str,
) -> tuple[Side, Side]:
    order = [str(name) for name in plan.members.index]
    own = side_of(plan, drawn, shown, districts, lang=lang, order=order)
    if other is None:
        return side_today(plan, drawn, shown, districts), own
    second = shapes.shape_plan(other)
    return own, side_of(other, second, shown, districts, lang=lang, order=order, alike=own)


def _notes(
    plan: Plan, other: Plan | None, shown: Disclosure, lang: str, tables: Sequence[pd.DataFrame | None]
) -> dict[str, Any]:
    """Give what must be said beside the maps; of two plans, both days and no proof, which each has of its own."""
    notes = payload.list_notes(plan, shown, lang, tables)
    return notes if other is None else notes | {"proof": "", "made": _days(plan, other)}


def _days(*plans: Plan) -> str:
    return " / ".join(dict.fromkeys(str(plan.provenance.created)[:10] for plan in plans))


def _numbered(
    plan: Plan, differences: list[dict[str, Any]], other: Plan | None, district_of: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Give what differs its numbers: beside today those groups have everywhere, between two plans from 1."""
    if other is not None:
        return [{"number": number, **row} for number, row in enumerate(differences, 1)]
    numbers = number_groups(plan, district_of)
    ids = [str(name) for name in plan.groups.index]
    numbered = [{"number": numbers[ids[row["right"][0]]], **row} for row in differences]
    return sorted(numbered, key=lambda row: row["number"])


def _town_figures(plan: Plan, other: Plan | None, shown: Disclosure, lang: str) -> list[list[str]]:
    """Give further figures of both plans, for the whole town; none in public, where they are made of households."""
    if other is None or shown.is_public:
        return []
    table = compare_plans({"left": plan, "right": other})
    labels = table.attrs["labels_ja" if lang == "ja" else "labels_en"]
    wanted = [name for name in table.index if name in _FURTHER or str(name).startswith("below_floor_")]
    return [[labels[name], *map(_spoken, table.loc[name].tolist())] for name in wanted]


def _spoken(value: Any) -> str:
    return "–" if value is None or pd.isna(value) else f"{value:,}"


def _associations(plan: Plan, shown: Disclosure, districts: Mapping[str, int | None]) -> list[dict[str, Any]]:
    return [
        {
            "id": str(name),
            "name": str(row["name"]),
            "households": payload.as_count(shown.association(str(name))),
            "small": bool(row["small"]),
            "district": districts[str(name)],
        }
        for name, row in plan.members.iterrows()
    ]


def _areas(drawn: shapes.Shapes) -> dict[str, Any]:
    """Give every area once, the inhabited first, and the lines between them."""
    areas = gpd.GeoSeries(pd.concat([drawn.associations, drawn.uninhabited]), crs=drawn.associations.crs)
    return {"areas": outlines.list_areas(areas), "edges": outlines.list_edges(areas)}


class _Ground:
    """Districts, councils, halls and barriers: the same on both sides."""

    def __init__(
        self,
        plan: Plan,
        *,
        districts: gpd.GeoDataFrame | None,
        councils: pd.DataFrame | None,
        halls: gpd.GeoDataFrame | None,
        barriers: gpd.GeoDataFrame | None,
    ) -> None:
        for name, layer in {"districts": districts, "halls": halls, "barriers": barriers}.items():
            read_layer(name, layer)
        read_table("councils", councils)
        crs = plan.associations.crs
        given = None if districts is None else shapes.in_plane(districts, crs, "districts")
        self.districts = coverage.find_districts(plan.associations, given)
        if self.districts is None and councils is not None:
            raise InputError("Councils cannot be drawn without districts: pass districts=... too.")
        self.names = [] if self.districts is None else [str(name) for name in self.districts["name"]]
        number = {name: place for place, name in enumerate(self.names)}
        of = coverage.districts_of(plan.associations, self.districts)
        self.district_of = of
        self.number_of = {name: number.get(district) for name, district in of.items()}
        self.councils = None if councils is None else coverage.cover_districts(councils, self.names)
        found = plan.halls if halls is None else halls
        self.halls = None if found is None else shapes.in_plane(found, crs, "halls")
        self.barriers = None if barriers is None else shapes.near_town(barriers, plan.associations)

    def find(self, district: Any) -> int | None:
        """Give the number of the district to open with."""
        if district is None:
            return None
        if not isinstance(district, str) or district not in self.names:
            known = ", ".join(self.names) or "there are none"
            shown = type(district).__name__ if isinstance(district, pd.DataFrame | pd.Series) else repr(district)
            raise InputError(f"district must be a former school district on the map ({known}), or None, not {shown}.")
        return self.names.index(district)

    def data(self, plan: Plan) -> dict[str, Any]:
        """Give what the page draws of them."""
        data: dict[str, Any] = {"districts": [], "halls": [], "barriers": []}
        if self.districts is not None:
            areas, lines = shapes.shape_districts(self.districts)
            data["districts"] = payload.list_districts(areas, self.names, self.councils)
            data["district_areas"] = outlines.list_areas(areas) if self.councils is not None else []
            data["district_lines"] = outlines.list_lines([lines])
        if self.halls is not None:
            data["halls"] = [
                {"name": hall["name"], "point": hall["point"]} for hall in payload.list_halls(self.halls, plan)
            ]
        if self.barriers is not None:
            data["barriers"] = outlines.list_lines(shapes.shape_lines(self.barriers))
        return data
