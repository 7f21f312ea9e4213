"""The sample city's plan, made once for all studies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import kurihara_geo as kg

if TYPE_CHECKING:
    from kurihara_geo.plan import Plan


@pytest.fixture(scope="session")
def sample_plan() -> Plan:
    """Give the plan of the sample city inside its former primary-school districts."""
    return kg.propose_mergers(kg.load_sample(), kg.MergeRules(keep_within=["former_school_district"]))


@pytest.fixture(scope="session")
def ichihasama_plan() -> Plan:
    """Give the plan of one former town of the sample inside its former primary-school districts."""
    sample = kg.load_sample()
    rules = kg.MergeRules(keep_within=["former_school_district"])
    return kg.propose_mergers(sample[sample["former_town"] == "一迫"], rules)
