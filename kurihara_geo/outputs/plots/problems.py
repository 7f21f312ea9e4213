"""Where the problems of a table are, on a map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import geopandas as gpd
import pandas as pd

from kurihara_geo.associations import check_associations
from kurihara_geo.associations.crs import choose_metric_crs
from kurihara_geo.associations.places import bare
from kurihara_geo.errors import InputError
from kurihara_geo.outputs.arguments import read_lang, read_layer, read_problems
from kurihara_geo.outputs.drawing.figures import japanese_font, save_figure, wrap_note
from kurihara_geo.outputs.files import target_path

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["MOST_NUMBERED", "number_places", "plot_problems"]

_COLOURS = {"error": "#F2A594", "warning": "#F5E9A8"}
_HATCHES = {"error": "////", "warning": ""}
_PLAIN, _EDGE = "#F5F5F2", "#8A8A8A"
_WORDS = {
    "error": ("誤り(直すまで案を作れません)", "Error (no plan until it is mended)"),
    "warning": ("注意", "Warning"),
    "none": ("指摘なし", "Nothing found"),
    "elsewhere": ("地図に示せない指摘: {n}件", "Not on the map: {n}"),
}
MOST_NUMBERED = 150
"""Beyond this many places, numbers on the map would hide it."""

# Inches; the height follows the town's shape within limits, with room for the notes.
_WIDTH, _LOWEST, _HIGHEST, _FOR_NOTES = 9.0, 4.0, 12.0, 0.6


def plot_problems(
    associations: gpd.GeoDataFrame,
    problems: pd.DataFrame | None = None,
    path: str | PathLike[str] | None = None,
    *,
    lang: Literal["ja", "en"] = "ja",
) -> Figure:
    """Draw where the problems of a table are: errors hatched red, warnings yellow, numbered as in the report.

    Parameters
    ----------
    associations
        A raw table as :func:`kurihara_geo.read_boundaries` gives it, or a checked one; it needs a CRS.
    problems
        As :func:`kurihara_geo.check_associations` gives them; without them, they are looked for.
    path
        File to write as well; its ending says which kind (``.png``, ``.svg``, ``.pdf``). None: only the figure.
    lang
        Language of the labels.

    Returns
    -------
    matplotlib.figure.Figure
        Shown by a notebook as it is. Problems of the whole table have no place; how many is said below the map.

    Raises
    ------
    InputError
        If the table has no CRS, or nothing that can be drawn.
    OutputError
        If the file cannot be written.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> figure = kg.plot_problems(kg.load_sample())
    >>> len(figure.axes)
    1
    """
    from matplotlib.figure import Figure

    lang, problems = read_lang(lang), read_problems(problems)
    found = check_associations(associations) if problems is None else problems
    shapes = _shapes(associations)
    numbers = number_places(found)
    worst = _worst(found)
    with japanese_font():
        figure = Figure(figsize=(_WIDTH, _height(shapes)), layout="constrained")
        axes = figure.add_subplot()
        axes.set_axis_off()
        axes.set_aspect("equal")
        _draw(axes, shapes, worst, lang)
        if len(numbers) <= MOST_NUMBERED:
            _number(axes, shapes, numbers)
        elsewhere = int((~found["association_id"].map(lambda ids: bool(set(_ids(ids)) & set(shapes.index)))).sum())
        notes = [_WORDS["elsewhere"][lang == "en"].format(n=elsewhere)] if elsewhere else []
        notice = associations.attrs.get("notice" if lang == "ja" else "notice_en", "")
        notes += [wrap_note(str(notice), lang)] if notice else []
        figure.supxlabel("\n".join(notes), fontsize=8, color="#444444")
        if path is not None:
            save_figure(figure, target_path(path))
    return figure


def number_places(problems: pd.DataFrame) -> dict[str, int]:
    """Give the associations that problems name a number each, from 1 in the order of the list."""
    numbers: dict[str, int] = {}
    for text in problems["association_id"]:
        for name in _ids(text):
            numbers.setdefault(name, len(numbers) + 1)
    return numbers


def _ids(text: object) -> list[str]:
    return [part for part in str(text or "").split(", ") if part]


def _worst(problems: pd.DataFrame) -> dict[str, str]:
    """Give the worst severity found for each association."""
    worst: dict[str, str] = {}
    for text, severity in zip(problems["association_id"], problems["severity"], strict=True):
        for name in _ids(text):
            worst[name] = "error" if "error" in (severity, worst.get(name)) else "warning"
    return worst


def _shapes(associations: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Give what can be drawn, by id, in a plane."""
    read_layer("associations", associations)
    if associations.crs is None:
        raise InputError("The table has no CRS and cannot be drawn; pass crs= when it is read, such as 'EPSG:6668'.")
    table = bare(associations)
    if "association_id" in table:
        table = table.set_index("association_id")
    table = table[table.geometry.notna() & ~table.geometry.is_empty]
    if table.empty:
        raise InputError("The table holds no area that can be drawn; check the file and the layer that was read.")
    drawn = table.geometry.to_crs(choose_metric_crs(table))
    return gpd.GeoSeries(drawn.to_numpy(), index=[str(name) for name in drawn.index], crs=drawn.crs)


def _height(shapes: gpd.GeoSeries) -> float:
    west, south, east, north = (float(value) for value in shapes.total_bounds)
    return min(max(_WIDTH * (north - south) / max(east - west, 1.0), _LOWEST), _HIGHEST) + _FOR_NOTES


def _draw(axes: Axes, shapes: gpd.GeoSeries, worst: Mapping[str, str], lang: str) -> None:
    from matplotlib.patches import Patch

    handles = []
    severity = pd.Series([worst.get(name, "none") for name in shapes.index], index=shapes.index)
    for name in ("none", "warning", "error"):
        chosen = shapes[(severity == name).to_numpy()]
        colour, hatch = _COLOURS.get(name, _PLAIN), _HATCHES.get(name, "")
        if len(chosen):
            chosen.plot(ax=axes, facecolor=colour, edgecolor=_EDGE, linewidth=0.4, hatch=hatch, aspect=None)
            label = f"{_WORDS[name][lang == 'en']} ({len(chosen):,})"
            handles.append(Patch(facecolor=colour, edgecolor=_EDGE, hatch=hatch, label=label))
    axes.legend(handles=handles, loc="upper left", frameon=True, fontsize=9)


def _number(axes: Axes, shapes: gpd.GeoSeries, numbers: Mapping[str, int]) -> None:
    from matplotlib import patheffects

    halo = [patheffects.withStroke(linewidth=2, foreground="white")]
    spots = shapes.representative_point()
    for name, x, y in zip(shapes.index, spots.x, spots.y, strict=True):
        if name in numbers:
            axes.annotate(str(numbers[name]), (x, y), ha="center", va="center", fontsize=7, path_effects=halo)
