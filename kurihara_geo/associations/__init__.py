"""RAW TABLES -> ONE CHECKED TABLE: join, repair, checks, build."""

from kurihara_geo.associations.assign import assign_areas
from kurihara_geo.associations.build import build_associations, list_repairs, read_associations
from kurihara_geo.associations.cells import draw_cells
from kurihara_geo.associations.checks import check_associations
from kurihara_geo.associations.coverage import repair_coverage
from kurihara_geo.associations.districts import dissolve_districts, districts_from_schools
from kurihara_geo.associations.join import join_households
from kurihara_geo.associations.places import representative_points
from kurihara_geo.associations.sample import load_sample
from kurihara_geo.associations.small_areas import dissolve_small_areas

__all__ = [
    "assign_areas",
    "build_associations",
    "check_associations",
    "dissolve_districts",
    "dissolve_small_areas",
    "districts_from_schools",
    "draw_cells",
    "join_households",
    "list_repairs",
    "load_sample",
    "read_associations",
    "repair_coverage",
    "representative_points",
]
