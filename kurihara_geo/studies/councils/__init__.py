"""Community promotion councils (コミュニティ推進協議会): what they cover, what is wrong, where one could be set up."""

from __future__ import annotations

from kurihara_geo.studies.councils.check import check_councils
from kurihara_geo.studies.councils.coverage import CouncilCoverage, council_coverage
from kurihara_geo.studies.councils.requirements import CouncilTest
from kurihara_geo.studies.councils.viable import rank_new_councils

__all__ = ["CouncilCoverage", "CouncilTest", "check_councils", "council_coverage", "rank_new_councils"]
