"""How far community promotion councils cover the city: districts, associations and households by their status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd

from kurihara_geo.columns import COUNCIL_STATUSES
from kurihara_geo.errors import InputError
from kurihara_geo.outputs.arguments import read_lang, read_layer, read_table
from kurihara_geo.outputs.audience import disclose, read_audience
from kurihara_geo.outputs.drawing import coverage, shapes
from kurihara_geo.outputs.drawing.figures import japanese_font
from kurihara_geo.outputs.plots.sheet import INK, add_notes, finish, known, notes_of
from kurihara_geo.plan import Plan

if TYPE_CHECKING:
    from os import PathLike

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from kurihara_geo.outputs.audience import Audience, Disclosure

__all__ = ["plot_coverage"]

_LOOKS = {
    "established": ("#44BB99", ""),
    "preparing": ("#99DDFF", "||"),
    "none": ("#FFFFFF", "//"),
    "not_confirmed": ("#E4DDE8", "oo"),
}
_ROWS = ("districts", "associations", "households")
_WORDS = {
    "title": ("コミュニティ推進協議会の設置状況", "Coverage by community promotion councils"),
    "districts": ("旧小学校区", "Former school\ndistricts"),
    "associations": ("自治会", "Associations"),
    "households": ("世帯", "Households"),
    "hidden": ("非公表", "withheld"),
    "none": ("(0)", "(0)"),
}
# Narrower parts have their number above.
_NARROW = 0.07


def plot_coverage(
    plan: Plan | gpd.GeoDataFrame,
    councils: pd.DataFrame,
    path: str | PathLike[str] | None = None,
    *,
    districts: gpd.GeoDataFrame | None = None,
    lang: Literal["ja", "en"] = "ja",
    audience: Audience = "office",
    hide_below: int = 10,
) -> Figure:
    """Draw how many districts, associations and households have a council, prepare one, have none, or nobody knows.

    Parameters
    ----------
    plan
        A plan, or checked associations.
    councils
        Columns ``name``, ``status`` and ``district_names``, as :func:`kurihara_geo.read_councils` gives them. A
        district no row names is not confirmed; of several councils the furthest status counts.
    path
        File to write as well; its ending says which kind (``.png``, ``.svg``, ``.pdf``). None: only the figure.
    districts
        Former school districts as for :func:`kurihara_geo.map_plan`; without them the associations' own column counts.
    lang
        Language of all texts.
    audience, hide_below
        ``public``, with a plan only: households of a status are shown where those of all its districts may be.

    Returns
    -------
    matplotlib.figure.Figure
        Shown by a notebook as it is.

    Raises
    ------
    InputError
        If there are no districts, the councils do not fit them, or a value is of a wrong kind.
    OutputError
        If the file cannot be written.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> figure = kg.plot_coverage(kg.load_sample(), kg.load_sample_councils(), districts=kg.load_sample_districts())
    >>> [label.get_text() for label in figure.axes[0].get_yticklabels()]
    ['旧小学校区', '自治会', '世帯']
    """
    from matplotlib.figure import Figure

    lang = read_lang(lang)
    associations, shown = _read(plan, audience, hide_below)
    if read_table("councils", councils) is None:
        raise InputError("councils must be a table with name, status and district_names, as read_councils gives it.")
    given = read_layer("districts", districts)
    placed = None if given is None else shapes.in_plane(given, associations.crs, "districts")
    found = coverage.find_districts(associations, placed)
    if found is None:
        raise InputError("There are no districts: pass districts=..., or a column former_school_district.")
    counts = _count(associations, found, councils, shown)
    with japanese_font():
        figure = Figure(figsize=(9.5, 4.4), layout="constrained")
        axes = figure.add_subplot()
        _draw(axes, counts, lang)
        axes.set_title(_WORDS["title"][lang == "en"], loc="left", fontsize=13)
        proposal = plan if isinstance(plan, Plan) else None
        add_notes(figure, notes_of(proposal, [associations, districts, councils], lang, shown), lang)
        return finish(figure, path)


def _read(plan: Any, audience: Any, hide_below: Any) -> tuple[gpd.GeoDataFrame, Disclosure | None]:
    if isinstance(plan, Plan):
        return plan.associations, disclose(plan, audience=audience, hide_below=hide_below)
    if read_audience(audience) == "public":
        raise InputError("The public edition needs a plan: what may be shown is decided for its groups too.")
    if not isinstance(plan, gpd.GeoDataFrame) or "households" not in plan or plan.active_geometry_name is None:
        raise InputError(f"plan must be a Plan, or checked associations with households, not {type(plan).__name__}.")
    if plan.crs is None:
        raise InputError("The associations have no CRS; say which one they are in: associations.set_crs(...).")
    return plan, None


def _count(
    associations: gpd.GeoDataFrame, found: gpd.GeoDataFrame, councils: pd.DataFrame, shown: Disclosure | None
) -> dict[str, dict[str, int | None]]:
    """Count districts, associations and households by status; None: not shown."""
    names = [str(name) for name in found["name"]]
    covered = coverage.cover_districts(councils, names)
    status = {name: coverage.status_of(given) for name, given in covered.items()}
    district_of = coverage.districts_of(associations, found)
    counts: dict[str, dict[str, int | None]] = {row: dict.fromkeys(COUNCIL_STATUSES, 0) for row in _ROWS}
    for name in dict.fromkeys(names):
        _add(counts["districts"], status[name], 1)
    for name, households in zip(map(str, associations.index), associations["households"], strict=True):
        if households > 0:
            of = status.get(district_of.get(name, ""), "not_confirmed")
            number = int(households) if shown is None else known(shown.association(name))
            _add(counts["associations"], of, 1)
            _add(counts["households"], of, number)
    return counts


def _add(counts: dict[str, int | None], status: str, more: int | None) -> None:
    before = counts[status]
    counts[status] = None if before is None or more is None else before + more


def _draw(axes: Axes, counts: dict[str, dict[str, int | None]], lang: str) -> None:
    from matplotlib.patches import Patch

    english = lang == "en"
    for place, row in enumerate(_ROWS):
        numbers = counts[row]
        if any(number is None for number in numbers.values()):
            axes.text(0.01, place, _WORDS["hidden"][english], va="center", fontsize=11, color=INK)
            continue
        total, start = sum(number or 0 for number in numbers.values()), 0.0
        for status, number in numbers.items():
            share = (number or 0) / total if total else 0.0
            colour, hatch = _LOOKS[status]
            axes.barh(place, share, left=start, height=0.62, color=colour, edgecolor=INK, linewidth=0.9, hatch=hatch)
            if number:
                _say(axes, start + share / 2, place, number, share)
            start += share
    axes.set_yticks(range(len(_ROWS)), [_WORDS[row][english] for row in _ROWS], fontsize=11)
    axes.set_ylim(len(_ROWS) - 0.4, -0.75)
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    handles = [
        Patch(facecolor=colour, edgecolor=INK, hatch=hatch, label=COUNCIL_STATUSES[status][english])
        for status, (colour, hatch) in _LOOKS.items()
    ]
    axes.legend(
        handles=handles, loc="lower right", bbox_to_anchor=(1.0, 0.99), ncols=4, frameon=False, fontsize=10,
        handleheight=1.3,
    )  # fmt: skip


def _say(axes: Axes, x: float, place: int, number: int, share: float) -> None:
    narrow = share < _NARROW
    text = f"{number:,}" if narrow else f"{number:,} ({share:.0%})"
    axes.text(
        x, place - 0.44 if narrow else place, text, ha="center", va="center", fontsize=9 if narrow else 10, color=INK,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 1.0, "pad": 2.0},
    )  # fmt: skip
