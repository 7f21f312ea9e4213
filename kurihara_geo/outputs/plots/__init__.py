"""Plots for notebooks and reports, drawn with matplotlib; Japanese labels come with a font that is embedded."""

from __future__ import annotations

from kurihara_geo.outputs.plots.problems import plot_problems
from kurihara_geo.outputs.plots.trade_off import plot_trade_off

__all__ = ["plot_problems", "plot_trade_off"]
