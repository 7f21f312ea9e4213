"""Plots for notebooks and reports, drawn with matplotlib; Japanese labels come with a font that is embedded."""

from __future__ import annotations

from kurihara_geo.outputs.plots.coverage import plot_coverage
from kurihara_geo.outputs.plots.distribution import plot_distribution
from kurihara_geo.outputs.plots.households import plot_households
from kurihara_geo.outputs.plots.outlook import plot_outlook
from kurihara_geo.outputs.plots.plan import plot_plan
from kurihara_geo.outputs.plots.problems import plot_problems
from kurihara_geo.outputs.plots.trade_off import plot_trade_off

__all__ = [
    "plot_coverage",
    "plot_distribution",
    "plot_households",
    "plot_outlook",
    "plot_plan",
    "plot_problems",
    "plot_trade_off",
]
