"""What the city asks of a plan: :class:`MergeRules`, frozen, to and from TOML."""

from __future__ import annotations

from kurihara_geo.rules.contradictions import joined_sets
from kurihara_geo.rules.entries import LowerFloor, Obstacle
from kurihara_geo.rules.merge_rules import MergeRules
from kurihara_geo.rules.objective import TERMS, StageWeights

__all__ = ["TERMS", "LowerFloor", "MergeRules", "Obstacle", "StageWeights", "joined_sets"]
