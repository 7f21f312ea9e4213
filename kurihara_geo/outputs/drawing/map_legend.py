"""The legend of a map on paper: only what the map shows, in the order in which one looks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from kurihara_geo.columns import COUNCIL_STATUSES
from kurihara_geo.outputs.drawing.figures import japanese_font
from kurihara_geo.outputs.drawing.map_paint import AREA_LOOKS, COUNCIL_LOOKS, INK, LINE_LOOKS, house_path, sign_path
from kurihara_geo.outputs.drawing.palette import MERGED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

    from kurihara_geo.outputs.arguments import Lang
    from kurihara_geo.outputs.drawing.map_layers import MapLayers

__all__ = ["draw_legend"]

_WORDS = {
    "merged": ("再編後の自治会\n(色は隣との区別のみ)", "Merged (colours only\ntell neighbours apart)"),
    "unchanged": ("変更なし", "Unchanged"),
    "today": ("現在の自治会", "Association today"),
    "below": ("{floor}世帯未満", "Below {floor} households"),
    "below_own": ("下限未満(特例を含む)", "Below their floor\n(exceptions included)"),
    "uninhabited": ("居住なし", "Uninhabited"),
    "new": ("再編後の境界", "Border after"),
    "old": ("なくなる境界", "Border that disappears"),
    "border_today": ("自治会の境界", "Border of associations"),
    "district": ("旧小学校区", "Former school district"),
    "council": ("コミュニティ推進協議会:\n{status}", "Community promotion\ncouncil: {status}"),
    "hall": ("集会施設", "Meeting hall"),
    "barriers": ("障害(川・道路など)", "Barriers (rivers, roads)"),
    "barred": ("通行できない境界", "Border that cannot be crossed"),
    "links": ("連絡(橋・峠道など)", "Link (bridge, pass)"),
}


def draw_legend(
    axes: Axes,
    layers: MapLayers,
    *,
    state: Literal["after", "before"] = "after",
    lang: Lang = "ja",
    columns: int = 1,
    size: float = 9.0,
) -> None:
    """Draw the legend of a map on axes of its own, from their upper left corner.

    Parameters
    ----------
    axes
        Axes beside the map; they hold nothing else.
    layers
        What the map shows.
    state
        As the map.
    lang
        ``ja`` or ``en``.
    columns
        Columns of entries.
    size
        Size of the texts in points.
    """
    from matplotlib.legend_handler import HandlerTuple

    axes.set_axis_off()
    with japanese_font():
        axes.legend(
            *_unzip(_entries(layers, state, lang)), handler_map={tuple: HandlerTuple(ndivide=None, pad=0.0)},
            loc="upper left", borderaxespad=0.0, frameon=False, ncols=columns, fontsize=size, handlelength=2.6,
            handleheight=1.25, labelspacing=0.55,
        )  # fmt: skip


def _entries(layers: MapLayers, state: str, lang: str) -> Iterator[Any]:
    """Give one handle for each kind of thing on the map."""
    english = lang == "en"
    words = {name: pair[english] for name, pair in _WORDS.items()}
    plan = layers.plan
    statuses = set(plan.groups["status"])
    below = "below_floor" in statuses if state == "after" else bool(plan.members["small"].any())
    floor = words["below_own" if plan.rules.lower_floors else "below"].format(floor=plan.rules.min_households)
    if state == "after":
        if "merged" in statuses:
            yield _merged(words["merged"])
        yield _area("unchanged", words["unchanged"])
    else:
        yield _area("unchanged", words["today"])
    if below:
        yield _area("below_floor", floor)
    if len(layers.uninhabited):
        yield _area("uninhabited", words["uninhabited"])
    for name, word in (("new", "new"), ("old", "old")) if state == "after" else (("today", "border_today"),):
        yield _line(name, words[word])
    if layers.districts is not None:
        yield _line("districts", words["district"])
    yield from _council_entries(layers, words["council"], english=english)
    if layers.halls is not None and len(layers.halls):
        yield _sign(house_path(), INK, INK, words["hall"])
    for name, there in (("barriers", layers.barriers), ("barred", layers.barred), ("links", layers.links)):
        if there is not None and len(there):
            yield _line(name, words[name])


def _council_entries(layers: MapLayers, text: str, *, english: bool) -> Iterator[Any]:
    from matplotlib.patches import Patch

    given = set((layers.councils or {}).values())
    for status in (name for name in COUNCIL_STATUSES if name in given):
        look, label = COUNCIL_LOOKS[status], text.format(status=COUNCIL_STATUSES[status][english])
        if look.hatch:
            yield Patch(facecolor="white", edgecolor=look.ink, hatch=look.hatch * 2, linewidth=0.0, label=label)
        else:
            tick = look.sign == "tick"
            yield _sign(sign_path(look.sign), "none" if tick else look.ink, look.ink, label)


def _area(name: str, label: str) -> Any:
    from matplotlib.patches import Patch

    look = AREA_LOOKS[name]
    # A hatch takes the colour of the edge.
    edge = look.ink if look.hatch else "#222222"
    return Patch(facecolor=look.fill, edgecolor=edge, hatch=look.hatch, linewidth=0.6, label=label)


def _merged(label: str) -> Any:
    """Give a swatch of several colours: none of them means anything by itself."""
    from matplotlib.patches import Patch

    return tuple(Patch(facecolor=colour, edgecolor=INK, linewidth=0.9, label=label) for colour in MERGED[:3])


def _unzip(entries: Iterator[Any]) -> tuple[list[Any], list[str]]:
    handles = list(entries)
    return handles, [str((each[0] if isinstance(each, tuple) else each).get_label()) for each in handles]


def _line(name: str, label: str) -> Any:
    from matplotlib import patheffects
    from matplotlib.lines import Line2D

    look = LINE_LOOKS[name]
    style: Any = (0, look.dashes) if look.dashes else "solid"
    line = Line2D([], [], color=look.colour, linewidth=look.width, linestyle=style, alpha=look.alpha, label=label)
    if look.casing:
        line.set_path_effects([patheffects.withStroke(linewidth=look.width + 1.6, foreground=look.casing)])
    return line


def _sign(marker: Any, fill: str, edge: str, label: str) -> Any:
    from matplotlib.lines import Line2D

    return Line2D(
        [], [], marker=marker, markersize=8, markerfacecolor=fill, markeredgecolor=edge, markeredgewidth=1.0,
        linestyle="none", label=label,
    )  # fmt: skip
