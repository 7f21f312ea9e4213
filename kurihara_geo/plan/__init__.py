"""SOLUTION -> :class:`Plan`: frozen, rejoined with geometry once, and checked again from the map."""

from __future__ import annotations

from kurihara_geo.plan.build import build_plan
from kurihara_geo.plan.check import check_grouping, check_plan, measure_stages, partition_faults
from kurihara_geo.plan.fingerprint import fingerprint_input, join_fingerprints
from kurihara_geo.plan.names import propose_names
from kurihara_geo.plan.values import STAGE_LABELS, Plan, Provenance, meeting_place_text, proof_text, stage_label

__all__ = [
    "STAGE_LABELS",
    "Plan",
    "Provenance",
    "build_plan",
    "check_grouping",
    "check_plan",
    "fingerprint_input",
    "join_fingerprints",
    "measure_stages",
    "meeting_place_text",
    "partition_faults",
    "proof_text",
    "propose_names",
    "stage_label",
]
