"""Households in later years: projected as a range, by the way that fits what a city has, and put under the rules."""

from __future__ import annotations

from kurihara_geo.studies.outlook.project import add_outlook, project_households
from kurihara_geo.studies.outlook.values import Outlook

__all__ = ["Outlook", "add_outlook", "project_households"]
