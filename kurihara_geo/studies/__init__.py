"""PLAN(S) -> MORE TABLES: options, what-if, alternatives, curves, explanations, outlook; writes nothing."""

from __future__ import annotations

from kurihara_geo.studies.bases import Bases, choose_bases
from kurihara_geo.studies.changed_rules import what_if
from kurihara_geo.studies.comparison import compare_plans, list_differences
from kurihara_geo.studies.councils import (
    CouncilCoverage,
    CouncilTest,
    check_councils,
    council_coverage,
    rank_new_councils,
)
from kurihara_geo.studies.curves import TradeOff, trade_off
from kurihara_geo.studies.explained_groups import explain_groups
from kurihara_geo.studies.explanations import Explanation, explain_merger
from kurihara_geo.studies.grants import GrantShares, estimate_grants
from kurihara_geo.studies.near_best import Alternatives, count_ties, list_alternatives, settledness
from kurihara_geo.studies.options import options_for
from kurihara_geo.studies.outlook import Outlook, add_outlook, project_households
from kurihara_geo.studies.relaxations import list_relaxations, price_of_rules

__all__ = [
    "Alternatives",
    "Bases",
    "CouncilCoverage",
    "CouncilTest",
    "Explanation",
    "GrantShares",
    "Outlook",
    "TradeOff",
    "add_outlook",
    "check_councils",
    "choose_bases",
    "compare_plans",
    "council_coverage",
    "count_ties",
    "estimate_grants",
    "explain_groups",
    "explain_merger",
    "list_alternatives",
    "list_differences",
    "list_relaxations",
    "options_for",
    "price_of_rules",
    "project_households",
    "rank_new_councils",
    "settledness",
    "trade_off",
    "what_if",
]
