"""WORLD -> RAW TABLES: the only room that reads files."""

from kurihara_geo.sources.association_points import read_association_points
from kurihara_geo.sources.barriers import read_barriers, read_crossings
from kurihara_geo.sources.boundaries import read_boundaries
from kurihara_geo.sources.census_tables import read_census_ages, read_census_counts
from kurihara_geo.sources.correspondence import read_correspondence
from kurihara_geo.sources.evacuation_sites import read_evacuation_sites
from kurihara_geo.sources.facilities import read_public_facilities
from kurihara_geo.sources.households import read_households
from kurihara_geo.sources.municipalities import read_municipality
from kurihara_geo.sources.obstacles import read_obstacles
from kurihara_geo.sources.open_data import (
    read_open_data_ages,
    read_open_data_facilities,
    read_open_data_population,
)
from kurihara_geo.sources.plans import WrittenGroup, WrittenPlan, WrittenStage, read_plan
from kurihara_geo.sources.projections import read_projection
from kurihara_geo.sources.sample import (
    load_sample_councils,
    load_sample_districts,
    load_sample_facilities,
    load_sample_halls,
    load_sample_outline,
    load_sample_towns,
)
from kurihara_geo.sources.school_districts import read_school_districts
from kurihara_geo.sources.schools import read_schools
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
    "read_association_points",
    "read_barriers",
    "read_borders",
    "read_boundaries",
    "read_census_ages",
    "read_census_counts",
    "read_correspondence",
    "read_councils",
    "read_crossings",
    "read_districts",
    "read_evacuation_sites",
    "read_halls",
    "read_households",
    "read_municipality",
    "read_obstacles",
    "read_open_data_ages",
    "read_open_data_facilities",
    "read_open_data_population",
    "read_plan",
    "read_projection",
    "read_public_facilities",
    "read_rules",
    "read_school_districts",
    "read_schools",
]
