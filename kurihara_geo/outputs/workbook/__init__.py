"""The plan as an Excel workbook: the tables a city's procedure needs, ready to print and to fill in."""

from __future__ import annotations

from kurihara_geo.outputs.workbook.book import write_workbook

__all__ = ["write_workbook"]
