"""What every plot of a plan has in common: its figure, what stands beneath it, and its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kurihara_geo.outputs.audience import Hidden, disclose
from kurihara_geo.outputs.drawing.figures import save_figure, wrap_note
from kurihara_geo.outputs.files import target_path
from kurihara_geo.outputs.said import said_once

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from kurihara_geo.outputs.audience import Disclosure
    from kurihara_geo.plan import Plan

__all__ = [
    "BELOW",
    "FLOOR",
    "GRID",
    "INK",
    "QUIET",
    "add_notes",
    "finish",
    "known",
    "mark_floor",
    "notes_of",
    "plain_axes",
    "read_shown",
]

INK, QUIET, GRID = "#222222", "#5A5A5A", "#DDDDDD"
FLOOR, BELOW = "#B00020", "#EE8866"
_PROPOSAL = ("案(検討用。決定ではありません)", "Proposal for discussion, not a decision")
_SOURCE = ("出典: {text}", "Source: {text}")
_NOTE_SIZE = 7.5


def read_shown(plan: Plan, audience: Any, hide_below: Any) -> Disclosure:
    """Check plan and audience, and decide what may be shown."""
    return disclose(plan, audience=audience, hide_below=hide_below)


def known(count: int | Hidden | None) -> int | None:
    """Give a count that may be drawn; None for one that is hidden or not known."""
    return None if count is None or isinstance(count, Hidden) else int(count)


def notes_of(
    plan: Plan | None, tables: Iterable[pd.DataFrame | None], lang: str, shown: Disclosure | None = None
) -> list[str]:
    """List what is said beneath a plot: that it is a proposal and of when, notices, what is hidden, sources."""
    english = lang == "en"
    notes = []
    if plan is not None:
        made = str(plan.provenance.created)[:10]
        notes.append(_PROPOSAL[english] + (f" {made}" if made else ""))
    notes += said_once(tables, "notice", lang)
    if shown is not None and shown.note(lang):
        notes.append(shown.note(lang))
    notes += [_SOURCE[english].format(text=text) for text in said_once(tables, "attribution", lang)]
    return notes


def add_notes(figure: Figure, notes: Iterable[str], lang: str) -> None:
    """Write notes beneath a figure."""
    text = "\n".join(wrap_note(note, lang) for note in notes)
    if text:
        figure.supxlabel(text, fontsize=_NOTE_SIZE, color=QUIET)


def plain_axes(axes: Axes, *, grid: str = "x") -> None:
    """Leave of an axes only what is read: no frame, a quiet grid."""
    for side in ("top", "right", "left" if grid == "x" else "right"):
        axes.spines[side].set_visible(False)
    axes.grid(axis=grid, color=GRID, linewidth=0.7)  # type: ignore[arg-type] # x, y or both
    axes.set_axisbelow(True)
    axes.tick_params(length=0)


def mark_floor(axes: Axes, floor: int, lang: str, *, along: str = "x") -> None:
    """Draw the floor as a line with its name at its end."""
    text = f"下限 {floor}世帯" if lang == "ja" else f"floor {floor}"
    if along == "x":
        # A line beyond what is drawn would have its name far outside, and no room left for the axes.
        axes.set_xlim(right=max(axes.get_xlim()[1], 1.15 * floor))
        axes.axvline(floor, color=FLOOR, linewidth=1.4, linestyle=(0, (4, 2)), zorder=3)
        axes.annotate(
            text, (floor, 1.0), xycoords=("data", "axes fraction"), xytext=(3, 3), textcoords="offset points",
            color=FLOOR, fontsize=9, ha="left", va="bottom",
        )  # fmt: skip
    else:
        axes.axhline(floor, color=FLOOR, linewidth=1.4, linestyle=(0, (4, 2)), zorder=3)


def finish(figure: Figure, path: str | PathLike[str] | None) -> Figure:
    """Write the figure where a path is given."""
    if path is not None:
        save_figure(figure, target_path(path))
    return figure
