"""RAW TABLES -> ONE CHECKED TABLE: join, repair, checks, build."""

from kurihara_geo.associations.build import build_associations, list_repairs, read_associations
from kurihara_geo.associations.checks import check_associations
from kurihara_geo.associations.join import join_households
from kurihara_geo.associations.places import representative_points
from kurihara_geo.associations.sample import load_sample

__all__ = [
    "build_associations",
    "check_associations",
    "join_households",
    "list_repairs",
    "load_sample",
    "read_associations",
    "representative_points",
]
