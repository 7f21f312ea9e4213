"""Households before and after: what each merged group is made of, or how large associations are in each district."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from kurihara_geo.errors import InputError
from kurihara_geo.outputs.arguments import read_lang, read_layer
from kurihara_geo.outputs.drawing import coverage, shapes
from kurihara_geo.outputs.drawing.figures import japanese_font, one_line
from kurihara_geo.outputs.drawing.numbering import group_districts, number_groups
from kurihara_geo.outputs.plots.sheet import (
    BELOW,
    INK,
    add_notes,
    finish,
    known,
    mark_floor,
    notes_of,
    plain_axes,
    read_shown,
)
from kurihara_geo.plan.arguments import read_plan_at_hand

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    import geopandas as gpd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from kurihara_geo.outputs.audience import Audience, Disclosure
    from kurihara_geo.plan import Plan

__all__ = ["plot_households"]

_ROW, _FOR_REST, _HIGHEST = 0.27, 1.6, 60.0
_AFTER = "#44779A"
_FILLS = {"before": "#C8C8C8", "before_small": BELOW}
_NAME_LETTERS = 22
_WORDS = {
    "households": ("世帯数", "Households"),
    "before": ("現在", "today"),
    "before_small": ("現在(下限未満)", "today (below the floor)"),
    "after": ("再編案", "proposal"),
    "title_group": ("再編後の自治会の世帯数(内訳は構成する自治会)", "Households of merged groups, member by member"),
    "title_district": ("旧小学校区ごとの自治会の世帯数", "Households of associations by former school district"),
    "none": ("再編する自治会はありません", "No association is merged"),
    "no_district": ("(区域不明)", "(not known)"),
}


def plot_households(
    plan: Plan,
    path: str | PathLike[str] | None = None,
    *,
    by: Literal["group", "district"] = "group",
    districts: gpd.GeoDataFrame | None = None,
    lang: Literal["ja", "en"] = "ja",
    audience: Audience = "office",
    hide_below: int = 10,
) -> Figure:
    """Draw households before and after: merged groups and their members, or all associations district by district.

    Parameters
    ----------
    plan
        The plan.
    path
        File to write as well; its ending says which kind (``.png``, ``.svg``, ``.pdf``). None: only the figure.
    by
        ``group``: a bar for each merged group, made of its members' households, with the group's number.
        ``district``: a row for each former school district, a mark for each association today and each group after.
    districts
        Former school districts as for :func:`kurihara_geo.map_plan`; they decide the numbers too. Without them the
        associations' own column counts.
    lang
        Language of all texts.
    audience, hide_below
        ``public``: what is hidden is not drawn; a group of which a member is hidden is one bar, or a word.

    Returns
    -------
    matplotlib.figure.Figure
        Shown by a notebook as it is.

    Raises
    ------
    InputError
        If a value is of a wrong kind.
    OutputError
        If the file cannot be written.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> sample = kg.load_sample()
    >>> town = sample[sample["former_town"] == "一迫"]
    >>> plan = kg.propose_mergers(town, kg.MergeRules(keep_within=["former_school_district"]))
    >>> len(kg.plot_households(plan, by="district").axes)
    1
    """
    from matplotlib.figure import Figure

    plan, lang = read_plan_at_hand(plan), read_lang(lang)
    if not isinstance(by, str) or by not in ("group", "district"):
        raise InputError(f"by must be 'group' or 'district', not {by!r}.")
    shown = read_shown(plan, audience, hide_below)
    placed = read_layer("districts", districts)
    given = None if placed is None else shapes.in_plane(placed, plan.associations.crs, "districts")
    district_of = coverage.districts_of(plan.associations, coverage.find_districts(plan.associations, given))
    with japanese_font():
        figure = Figure(layout="constrained")
        axes = figure.add_subplot()
        if by == "group":
            rows = float(_draw_groups(axes, plan, shown, _merged(plan, district_of), lang))
        else:
            rows = 1.9 * _draw_districts(axes, plan, shown, _districts(plan, district_of), lang)
        figure.set_size_inches(9.5, min(_FOR_REST + _ROW * max(rows, 3.0), _HIGHEST))
        axes.set_title(_WORDS[f"title_{by}"][lang == "en"], loc="left", fontsize=13, pad=22)
        axes.set_xlabel(_WORDS["households"][lang == "en"])
        mark_floor(axes, plan.rules.min_households, lang)
        add_notes(figure, notes_of(plan, [plan.associations, districts], lang, shown), lang)
        return finish(figure, path)


def _merged(plan: Plan, district_of: dict[str, str]) -> list[tuple[str, int]]:
    """List merged groups and their numbers, in the order of the numbers."""
    numbers = number_groups(plan, district_of)
    return [(name, number) for name, number in numbers.items() if plan.groups.at[name, "status"] == "merged"]


def _draw_groups(axes: Axes, plan: Plan, shown: Disclosure, rows: list[tuple[str, int]], lang: str) -> int:
    """Draw a bar for each group; give how many rows there are."""
    members_of: Any = plan.groups["member_ids"].to_dict()
    for place, (name, _) in enumerate(rows):
        members = [str(member) for member in members_of[name]]
        counts = [known(shown.association(member)) for member in members]
        total = known(shown.group(name))
        if all(count is not None for count in counts):
            small = [bool(plan.members.at[member, "small"]) for member in members]
            _stack(axes, place, [count or 0 for count in counts], small)
        elif total is not None:
            axes.barh(place, total, height=0.72, color="white", edgecolor=INK, linewidth=0.8, hatch="xx")
        axes.annotate(
            shown.text(shown.group(name), lang), (total or 0, place), xytext=(4, 0), textcoords="offset points",
            va="center", fontsize=9, color=INK,
        )  # fmt: skip
    titles = [f"{number}  {_short(str(plan.groups.at[name, 'name']))}" for name, number in rows]
    axes.set_yticks(range(len(rows)), titles, fontsize=9)
    axes.set_ylim(max(len(rows), 1) - 0.4, -0.6)
    axes.set_xlim(left=0)
    axes.margins(x=0.08)
    _add_legend(axes, _FILLS, lang)
    if not rows:
        axes.text(0.5, 0.5, _WORDS["none"][lang == "en"], transform=axes.transAxes, ha="center")
    plain_axes(axes)
    return len(rows)


def _stack(axes: Axes, place: int, counts: list[int], small: list[bool]) -> None:
    """Draw the members of a group one after the other, the largest first."""
    start = 0
    for count, below in sorted(zip(counts, small, strict=True), key=lambda pair: -pair[0]):
        look = "before_small" if below else "before"
        axes.barh(
            place, count, left=start, height=0.72, color=_FILLS[look], edgecolor=INK, linewidth=0.8,
            hatch="..." if below else None,
        )  # fmt: skip
        start += count


def _add_legend(axes: Axes, names: Iterable[str], lang: str) -> None:
    from matplotlib.patches import Patch

    handles = [
        Patch(
            facecolor=_FILLS[name],
            edgecolor=INK,
            hatch="..." if name == "before_small" else None,
            label=_WORDS[name][lang == "en"],
        )
        for name in names
    ]
    axes.legend(handles=handles, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, frameon=False, fontsize=9)


def _districts(plan: Plan, district_of: dict[str, str]) -> list[tuple[str, list[str], list[str]]]:
    """List districts with their associations and groups, in the order of the associations."""
    rows: dict[str, tuple[list[str], list[str]]] = {}
    for name in map(str, plan.members.index):
        rows.setdefault(district_of.get(name, ""), ([], []))[0].append(name)
    for name, district in group_districts(plan, district_of).items():
        rows.setdefault(district, ([], []))[1].append(name)
    return [(district, before, after) for district, (before, after) in rows.items()]


def _draw_districts(
    axes: Axes, plan: Plan, shown: Disclosure, rows: list[tuple[str, list[str], list[str]]], lang: str
) -> int:
    """Draw a row of marks for each district; give how many rows there are."""
    english, small = lang == "en", plan.members["small"].astype(bool).to_dict()
    marks: dict[str, list[tuple[int, float]]] = {"before": [], "before_small": [], "after": []}
    for place, (_, before, after) in enumerate(rows):
        for name in before:
            count = known(shown.association(name))
            if count is not None:
                marks["before_small" if small[name] else "before"].append((count, place - 0.2))
        marks["after"] += [(count, place + 0.2) for name in after if (count := known(shown.group(name))) is not None]
    looks: dict[str, dict[str, Any]] = {
        "before": {"marker": "o", "facecolor": "#C8C8C8", "edgecolor": "#555555"},
        "before_small": {"marker": "o", "facecolor": BELOW, "edgecolor": "#5A1E08"},
        "after": {"marker": "D", "facecolor": _AFTER, "edgecolor": "white"},
    }
    for which, points in marks.items():
        places = np.array(points).reshape(-1, 2)
        axes.scatter(
            places[:, 0], places[:, 1], s=34, linewidth=0.8, alpha=0.85, zorder=4, label=_WORDS[which][english],
            **looks[which],
        )  # fmt: skip
    names = [_short(name) or _WORDS["no_district"][english] for name, _, _ in rows]
    axes.set_yticks(range(len(rows)), names, fontsize=9)
    axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    for place in range(1, len(rows)):
        axes.axhline(place - 0.5, color="#EEEEEE", linewidth=0.8, zorder=1)
    axes.set_xlim(left=0)
    plain_axes(axes)
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3, frameon=False, fontsize=9)
    return len(rows)


def _short(name: str) -> str:
    text = one_line(name)
    return text if len(text) <= _NAME_LETTERS else f"{text[: _NAME_LETTERS - 1]}…"
