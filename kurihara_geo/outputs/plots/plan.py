"""A plan as one sheet: the map, its legend and what must be said beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from kurihara_geo.errors import InputError
from kurihara_geo.outputs.arguments import read_lang, read_layer, read_table, read_title
from kurihara_geo.outputs.drawing.figures import japanese_font, one_line
from kurihara_geo.outputs.drawing.plan_map import draw_legend, draw_plan_map, prepare_map
from kurihara_geo.outputs.plots.sheet import INK, QUIET, finish, notes_of, read_shown
from kurihara_geo.plan.arguments import read_plan_at_hand

if TYPE_CHECKING:
    from os import PathLike

    import geopandas as gpd
    import pandas as pd
    from matplotlib.figure import Figure

    from kurihara_geo.outputs.audience import Audience
    from kurihara_geo.plan import Plan

__all__ = ["plot_plan"]

# Inches: A3 across.
_SIZE = (16.54, 11.69)
_TITLES = {
    "after": ("自治会再編案", "Proposed regrouping of neighbourhood associations"),
    "before": ("現在の自治会", "Neighbourhood associations today"),
}
_COUNTS = {
    "after": (
        "自治会 {before} → {after}、下限未満 {small} → {left}",
        "{before} → {after}; below the floor {small} → {left}",
    ),
    "before": ("自治会 {before}、うち下限未満 {small}", "{before} associations, {small} below the floor"),
}


def plot_plan(
    plan: Plan,
    path: str | PathLike[str] | None = None,
    *,
    state: Literal["after", "before"] = "after",
    districts: gpd.GeoDataFrame | None = None,
    councils: pd.DataFrame | None = None,
    halls: gpd.GeoDataFrame | None = None,
    barriers: gpd.GeoDataFrame | None = None,
    district: str | None = None,
    labels: Literal["number", "name", "households"] = "households",
    title: str | None = None,
    lang: Literal["ja", "en"] = "ja",
    audience: Audience = "office",
    hide_below: int = 10,
) -> Figure:
    """Draw a plan as a map for paper (A3): every group with its number, names and households where there is room.

    Parameters
    ----------
    plan
        The plan.
    path
        File to write as well; its ending says which kind (``.png``, ``.svg``, ``.pdf``). In a PDF texts can be
        selected. None: only the figure.
    state
        ``after``: the groups. ``before``: the associations today, each with the number of the group it would join.
    districts, councils, halls, barriers
        As for :func:`kurihara_geo.map_plan`.
    district
        Draw the groups of this former school district only, large.
    labels
        ``number``, ``name`` or ``households``: what is written where there is room.
    title
        Heading.
    lang
        Language of all texts.
    audience, hide_below
        ``public`` hides household counts under the limit and what they could be solved from.

    Returns
    -------
    matplotlib.figure.Figure
        Shown by a notebook as it is.

    Raises
    ------
    InputError
        If a value is of a wrong kind, or no group is in the district.
    OutputError
        If the file cannot be written.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> sample = kg.load_sample()
    >>> town = sample[sample["former_town"] == "一迫"]
    >>> plan = kg.propose_mergers(town, kg.MergeRules(keep_within=["former_school_district"]))
    >>> figure = kg.plot_plan(plan)
    >>> len(figure.axes)
    2
    """
    from matplotlib.figure import Figure

    plan, lang, title = read_plan_at_hand(plan), read_lang(lang), read_title(title)
    shown = read_shown(plan, audience, hide_below)
    _check(state, labels, district)
    for name, layer in {"districts": districts, "halls": halls, "barriers": barriers}.items():
        read_layer(name, layer)
    read_table("councils", councils)
    layers = prepare_map(plan, districts=districts, councils=councils, halls=halls, barriers=barriers)
    with japanese_font():
        figure = Figure(figsize=_SIZE)
        tables = (plan.associations, districts, councils, halls if halls is not None else plan.halls, barriers)
        foot = _add_foot(figure, notes_of(plan, tables, lang, shown), lang)
        _add_head(figure, plan, title or _heading(state, district, lang), state, lang, whole=district is None)
        axes = figure.add_axes((0.025, foot, 0.775, 0.9 - foot))
        legend = figure.add_axes((0.815, foot, 0.17, 0.9 - foot))
        draw_plan_map(
            axes, plan, shown=shown, state=state, layers=layers, district=district, labels=labels, lang=lang
        )  # fmt: skip
        draw_legend(legend, layers, state=state, lang=lang, size=10.5)
        return finish(figure, path)


def _check(state: Any, labels: Any, district: Any) -> None:
    if not isinstance(state, str) or state not in _TITLES:
        raise InputError(f"state must be 'after' or 'before', not {state!r}.")
    if not isinstance(labels, str) or labels not in ("number", "name", "households"):
        raise InputError(f"labels must be 'number', 'name' or 'households', not {labels!r}.")
    if district is not None and not isinstance(district, str):
        raise InputError(f"district must be the name of a former school district, or None, not {district!r}.")


def _heading(state: str, district: str | None, lang: str) -> str:
    title = _TITLES[state][lang == "en"]
    return title if district is None else f"{district} {title}" if lang == "ja" else f"{title}: {district}"


def _add_head(figure: Figure, plan: Plan, title: str, state: str, lang: str, *, whole: bool) -> None:
    figure.text(0.025, 0.957, one_line(title), fontsize=24, color=INK, ha="left", va="center")
    if whole:
        said = plan.summary()
        text = _COUNTS[state][lang == "en"].format(
            before=said["associations_before"],
            after=said["associations_after"],
            small=said["small_before"],
            left=said["small_after"],
        )
        figure.text(0.025, 0.922, text, fontsize=14, color=INK, ha="left", va="center")


def _add_foot(figure: Figure, notes: list[str], lang: str) -> float:
    """Write the notes at the foot; give where the map may begin."""
    import textwrap

    width = 135 if lang == "ja" else 260
    lines = [line for note in notes for line in textwrap.wrap(one_line(note), width=width)]
    step = 0.0145
    for number, line in enumerate(reversed(lines)):
        figure.text(0.025, 0.014 + number * step, line, fontsize=8.5, color=QUIET, ha="left", va="baseline")
    return 0.02 + step * len(lines) + 0.006
