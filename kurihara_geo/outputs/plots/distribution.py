"""How large the associations are today and after, against the floor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from kurihara_geo.outputs.arguments import read_lang
from kurihara_geo.outputs.audience import Hidden
from kurihara_geo.outputs.drawing.figures import japanese_font
from kurihara_geo.outputs.plots.sheet import BELOW, INK, add_notes, finish, mark_floor, notes_of, plain_axes, read_shown
from kurihara_geo.plan.arguments import read_plan_at_hand

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from kurihara_geo.outputs.audience import Audience
    from kurihara_geo.plan import Plan

__all__ = ["plot_distribution"]

_STEP = 10
# Counts from here on share one bar.
_LAST = 200
_BEFORE, _AFTER, _HIDDEN = "#B8B8B8", "#44779A", "#EEEEEE"
_WORDS = {
    "before": ("現在", "Today"),
    "after": ("再編案", "Proposal"),
    "households": ("世帯数", "Households"),
    "count": ("自治会の数", "Associations"),
    "hidden": ("非公表", "withheld"),
    "more": ("{n}以上", "{n}+"),
    "said": ("{which}: {n}自治会、下限未満 {small}", "{which}: {n} associations, {small} below the floor"),
}


def plot_distribution(
    plan: Plan,
    path: str | PathLike[str] | None = None,
    *,
    lang: Literal["ja", "en"] = "ja",
    audience: Audience = "office",
    hide_below: int = 10,
) -> Figure:
    """Draw how many associations have how many households: today above, the proposal below, with the floor.

    Parameters
    ----------
    plan
        The plan.
    path
        File to write as well; its ending says which kind (``.png``, ``.svg``, ``.pdf``). None: only the figure.
    lang
        Language of all texts.
    audience, hide_below
        ``public``: counts under the limit share the first bar, and those held back have one of their own.

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
    >>> figure = kg.plot_distribution(plan)
    >>> figure.axes[1].get_xlabel()
    '世帯数'
    """
    from matplotlib.figure import Figure

    plan, lang = read_plan_at_hand(plan), read_lang(lang)
    shown = read_shown(plan, audience, hide_below)
    floor, english = plan.rules.min_households, lang == "en"
    before = [shown.association(str(name)) for name in plan.members.index]
    after = [shown.group(str(name)) for name in plan.groups.index]
    edges = _edges(shown.hide_below if shown.is_public else 0)
    summary = plan.summary()
    with japanese_font():
        figure = Figure(figsize=(9.5, 6.4), layout="constrained")
        upper, lower = figure.subplots(2, 1, sharex=True, sharey=True)
        rows = (("before", upper, before, _BEFORE, summary["small_before"]),
                ("after", lower, after, _AFTER, summary["small_after"]))  # fmt: skip
        for which, axes, counts, colour, small in rows:
            bars = count_bars(counts, edges)
            _draw(axes, bars, edges, colour, floor)
            mark_floor(axes, floor, lang)
            text = _WORDS["said"][english].format(which=_WORDS[which][english], n=len(counts), small=small)
            axes.set_title(text, loc="right", fontsize=11, color=INK)
            axes.set_ylabel(_WORDS["count"][english])
        hidden = any(count is Hidden.WITHHELD for count in before + after)
        _name_bars(lower, edges, hidden=hidden, english=english)
        lower.set_xlabel(_WORDS["households"][english])
        add_notes(figure, notes_of(plan, [plan.associations], lang, shown), lang)
        return finish(figure, path)


def _edges(limit: int) -> list[int]:
    """Give where bars begin: every ten, the first one up to the limit."""
    return [0, *(edge for edge in range(_STEP, _LAST + 1, _STEP) if edge >= limit)]


def count_bars(counts: Sequence[int | Hidden], edges: Sequence[int]) -> tuple[list[int], int]:
    """Count what falls into each bar, and what is held back.

    Parameters
    ----------
    counts
        Households, or why they are not shown; those under the limit belong to the first bar.
    edges
        Where each bar begins; the last one has no end.
    """
    numbers = [0 if count is Hidden.UNDER else count for count in counts if count is not Hidden.WITHHELD]
    places = np.searchsorted(edges, np.array(numbers, dtype="int64"), side="right") - 1
    bars = np.bincount(places, minlength=len(edges)) if numbers else np.zeros(len(edges), dtype=int)
    return bars.tolist(), sum(count is Hidden.WITHHELD for count in counts)


def _draw(axes: Axes, bars: tuple[list[int], int], edges: Sequence[int], colour: str, floor: int) -> None:
    ends = [*edges[1:], edges[-1] + 2 * _STEP]
    heights, withheld = bars
    for start, end, height in zip(edges, ends, heights, strict=True):
        below = end <= floor
        axes.bar(
            start, height, width=end - start, align="edge", color=BELOW if below else colour, edgecolor="white",
            linewidth=1.0, hatch="..." if below else None,
        )  # fmt: skip
        if height:
            _say(axes, (start + end) / 2, height)
    if withheld:
        place = ends[-1] + _STEP
        axes.bar(place, withheld, width=_STEP, align="edge", color=_HIDDEN, edgecolor=INK, hatch="xx", linewidth=0.6)
        _say(axes, place + _STEP / 2, withheld)
    plain_axes(axes, grid="y")
    axes.margins(y=0.16)


def _say(axes: Axes, x: float, height: int) -> None:
    axes.annotate(
        f"{height:,}", (x, height), xytext=(0, 2), textcoords="offset points", ha="center", fontsize=8, color=INK
    )


def _name_bars(axes: Axes, edges: Sequence[int], *, hidden: bool, english: bool) -> None:
    marks: list[Any] = [edge for edge in edges if edge % 50 == 0 and edge < edges[-1]]
    names = [f"{edge}" for edge in marks]
    marks.append(edges[-1] + _STEP)
    names.append(_WORDS["more"][english].format(n=edges[-1]))
    if hidden:
        marks.append(edges[-1] + 3.5 * _STEP)
        names.append(_WORDS["hidden"][english])
    axes.set_xticks(marks, names)
