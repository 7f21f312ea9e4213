"""GRAPH + RULES -> CANDIDATE GROUPS: plain frozen values, found by pruned enumeration."""

from __future__ import annotations

from kurihara_geo.candidates.blocking import explain_left_below, find_blocking_rules
from kurihara_geo.candidates.conflicts import find_rule_conflicts
from kurihara_geo.candidates.enumeration import DEFAULT_MAX_CANDIDATES, DEFAULT_MAX_SETS, list_candidates
from kurihara_geo.candidates.units import Candidates, Component, Tally, Unit

__all__ = [
    "DEFAULT_MAX_CANDIDATES",
    "DEFAULT_MAX_SETS",
    "Candidates",
    "Component",
    "Tally",
    "Unit",
    "explain_left_below",
    "find_blocking_rules",
    "find_rule_conflicts",
    "list_candidates",
]
