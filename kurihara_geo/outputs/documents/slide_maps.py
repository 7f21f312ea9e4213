"""Maps of the briefing pack, as pictures that stand inside the page."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from kurihara_geo.outputs.drawing.figures import japanese_font
from kurihara_geo.outputs.drawing.plan_map import draw_legend, draw_plan_map

if TYPE_CHECKING:
    from kurihara_geo.outputs.audience import Disclosure
    from kurihara_geo.outputs.drawing.plan_map import MapLayers

__all__ = ["map_picture"]

_MM = 1 / 25.4
_DPI = 160
_COLOURS = 96
_MOST_NUMBERS = 40  # on the map of the whole town; of more, the maps of the districts have them
_LEGEND_BESIDE_MM, _LEGEND_BELOW_MM = 82, 22

Box = tuple[float, float, float, float]


def map_picture(
    layers: MapLayers,
    shown: Disclosure,
    *,
    state: Literal["after", "before"],
    district: str | None,
    size_mm: tuple[float, float],
) -> str:
    """Draw a map with its legend, and give it as a data URI.

    Parameters
    ----------
    layers
        What the map shows.
    shown
        What may be shown of its figures.
    state
        ``before`` or ``after``.
    district
        Only this one; None for the whole town.
    size_mm
        Width and height on the slide.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    width, height = size_mm
    # The whole town is about as wide as high; beside it there is room for the legend.
    whole = district is None
    with japanese_font():
        figure = Figure(figsize=(width * _MM, height * _MM), dpi=_DPI)
        canvas: Any = FigureCanvasAgg(figure)
        place, legend = _places(width, height, beside=whole)
        labels: Literal["number", "name"] = "number" if whole else "name"
        size = 1.0 if whole else 1.3
        numbers = not whole or (state == "after" and len(layers.numbers) <= _MOST_NUMBERS)
        axes = figure.add_axes(place)
        draw_plan_map(axes, layers.plan, shown=shown, state=state, district=district, numbers=numbers, labels=labels,
                      text_size=size, layers=layers)  # fmt: skip
        draw_legend(figure.add_axes(legend), layers, state=state, columns=1 if whole else 3, size=12 if whole else 9.5)
        canvas.draw()
    return "data:image/png;base64," + base64.b64encode(_lighten(canvas.buffer_rgba())).decode("ascii")


def _places(width: float, height: float, *, beside: bool) -> tuple[Box, Box]:
    """Give the places of map and legend, as shares of the picture."""
    if beside:
        share = _LEGEND_BESIDE_MM / width
        return (0, 0, 1 - share, 1), (1 - share + 0.01, 0, share - 0.01, 1)
    share = _LEGEND_BELOW_MM / height
    return (0, share, 1, 1 - share), (0, 0, 1, share - 0.01)


def _lighten(pixels: Any) -> bytes:
    """Give a picture with as many colours as a map needs: a third of the size."""
    from PIL import Image

    light = BytesIO()
    whole = Image.fromarray(np.ascontiguousarray(np.asarray(pixels)[..., :3]))
    whole.quantize(_COLOURS, dither=Image.Dither.NONE).save(light, "PNG", optimize=True)
    return light.getvalue()
