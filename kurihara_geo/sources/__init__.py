"""WORLD -> RAW TABLES: the only room that reads files."""

from kurihara_geo.sources.barriers import read_barriers, read_crossings
from kurihara_geo.sources.boundaries import read_boundaries
from kurihara_geo.sources.households import read_households
from kurihara_geo.sources.plans import WrittenGroup, WrittenPlan, WrittenStage, read_plan
from kurihara_geo.sources.sample import (
    load_sample_councils,
    load_sample_districts,
    load_sample_facilities,
    load_sample_halls,
    load_sample_outline,
    load_sample_towns,
)
from kurihara_geo.sources.tables import read_borders, read_councils, read_districts, read_halls, read_rules

__all__ = [
    "WrittenGroup",
    "WrittenPlan",
    "WrittenStage",
    "load_sample_councils",
    "load_sample_districts",
    "load_sample_facilities",
    "load_sample_halls",
    "load_sample_outline",
    "load_sample_towns",
    "read_barriers",
    "read_borders",
    "read_boundaries",
    "read_councils",
    "read_crossings",
    "read_districts",
    "read_halls",
    "read_households",
    "read_plan",
    "read_rules",
]
