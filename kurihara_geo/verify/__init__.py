"""WRITTEN PLAN -> VERIFICATION: checks a ``plan.geojson`` from files alone, without the model that made it."""

from kurihara_geo.verify.written import Verification, verify_plan

__all__ = ["Verification", "verify_plan"]
