"""Regroup small neighbourhood associations (自治会): propose, prove, explain and draw mergers.

The names a planner types, in the order data flows; each is imported on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kurihara_geo.associations import assign_areas as assign_areas
    from kurihara_geo.associations import build_associations as build_associations
    from kurihara_geo.associations import check_associations as check_associations
    from kurihara_geo.associations import dissolve_districts as dissolve_districts
    from kurihara_geo.associations import dissolve_small_areas as dissolve_small_areas
    from kurihara_geo.associations import districts_from_schools as districts_from_schools
    from kurihara_geo.associations import draw_cells as draw_cells
    from kurihara_geo.associations import list_repairs as list_repairs
    from kurihara_geo.associations import load_sample as load_sample
    from kurihara_geo.associations import read_associations as read_associations
    from kurihara_geo.associations import repair_coverage as repair_coverage
    from kurihara_geo.borders import add_link as add_link
    from kurihara_geo.borders import bar_borders as bar_borders
    from kurihara_geo.borders import find_borders as find_borders
    from kurihara_geo.borders import remove_border as remove_border
    from kurihara_geo.borders import reopen_border as reopen_border
    from kurihara_geo.errors import KuriharaGeoError as KuriharaGeoError
    from kurihara_geo.outputs import map_borders as map_borders
    from kurihara_geo.outputs import map_comparison as map_comparison
    from kurihara_geo.outputs import map_coverage as map_coverage
    from kurihara_geo.outputs import map_outlook as map_outlook
    from kurihara_geo.outputs import map_plan as map_plan
    from kurihara_geo.outputs import map_problems as map_problems
    from kurihara_geo.outputs import plot_coverage as plot_coverage
    from kurihara_geo.outputs import plot_distribution as plot_distribution
    from kurihara_geo.outputs import plot_households as plot_households
    from kurihara_geo.outputs import plot_outlook as plot_outlook
    from kurihara_geo.outputs import plot_plan as plot_plan
    from kurihara_geo.outputs import plot_problems as plot_problems
    from kurihara_geo.outputs import plot_trade_off as plot_trade_off
    from kurihara_geo.outputs import write_associations_geojson as write_associations_geojson
    from kurihara_geo.outputs import write_borders_geojson as write_borders_geojson
    from kurihara_geo.outputs import write_check_report as write_check_report
    from kurihara_geo.outputs import write_comparison_map as write_comparison_map
    from kurihara_geo.outputs import write_documents as write_documents
    from kurihara_geo.outputs import write_geojson as write_geojson
    from kurihara_geo.outputs import write_halls_geojson as write_halls_geojson
    from kurihara_geo.outputs import write_handout as write_handout
    from kurihara_geo.outputs import write_map as write_map
    from kurihara_geo.outputs import write_plan as write_plan
    from kurihara_geo.outputs import write_rules as write_rules
    from kurihara_geo.outputs import write_templates as write_templates
    from kurihara_geo.outputs import write_workbook as write_workbook
    from kurihara_geo.plan import Plan as Plan
    from kurihara_geo.propose import propose_mergers as propose_mergers
    from kurihara_geo.rules import LowerFloor as LowerFloor
    from kurihara_geo.rules import MergeRules as MergeRules
    from kurihara_geo.rules import Obstacle as Obstacle
    from kurihara_geo.sources import load_sample_councils as load_sample_councils
    from kurihara_geo.sources import load_sample_districts as load_sample_districts
    from kurihara_geo.sources import load_sample_halls as load_sample_halls
    from kurihara_geo.sources import load_sample_towns as load_sample_towns
    from kurihara_geo.sources import read_association_points as read_association_points
    from kurihara_geo.sources import read_barriers as read_barriers
    from kurihara_geo.sources import read_borders as read_borders
    from kurihara_geo.sources import read_boundaries as read_boundaries
    from kurihara_geo.sources import read_census_ages as read_census_ages
    from kurihara_geo.sources import read_census_counts as read_census_counts
    from kurihara_geo.sources import read_correspondence as read_correspondence
    from kurihara_geo.sources import read_councils as read_councils
    from kurihara_geo.sources import read_crossings as read_crossings
    from kurihara_geo.sources import read_districts as read_districts
    from kurihara_geo.sources import read_evacuation_sites as read_evacuation_sites
    from kurihara_geo.sources import read_halls as read_halls
    from kurihara_geo.sources import read_households as read_households
    from kurihara_geo.sources import read_municipality as read_municipality
    from kurihara_geo.sources import read_obstacles as read_obstacles
    from kurihara_geo.sources import read_open_data_ages as read_open_data_ages
    from kurihara_geo.sources import read_open_data_facilities as read_open_data_facilities
    from kurihara_geo.sources import read_open_data_population as read_open_data_population
    from kurihara_geo.sources import read_plan as read_plan
    from kurihara_geo.sources import read_projection as read_projection
    from kurihara_geo.sources import read_public_facilities as read_public_facilities
    from kurihara_geo.sources import read_rules as read_rules
    from kurihara_geo.sources import read_school_districts as read_school_districts
    from kurihara_geo.sources import read_schools as read_schools
    from kurihara_geo.studies import CouncilTest as CouncilTest
    from kurihara_geo.studies import GrantShares as GrantShares
    from kurihara_geo.studies import add_outlook as add_outlook
    from kurihara_geo.studies import check_councils as check_councils
    from kurihara_geo.studies import choose_bases as choose_bases
    from kurihara_geo.studies import compare_plans as compare_plans
    from kurihara_geo.studies import council_coverage as council_coverage
    from kurihara_geo.studies import count_ties as count_ties
    from kurihara_geo.studies import estimate_grants as estimate_grants
    from kurihara_geo.studies import explain_groups as explain_groups
    from kurihara_geo.studies import explain_merger as explain_merger
    from kurihara_geo.studies import list_alternatives as list_alternatives
    from kurihara_geo.studies import list_differences as list_differences
    from kurihara_geo.studies import list_relaxations as list_relaxations
    from kurihara_geo.studies import options_for as options_for
    from kurihara_geo.studies import price_of_rules as price_of_rules
    from kurihara_geo.studies import project_households as project_households
    from kurihara_geo.studies import rank_new_councils as rank_new_councils
    from kurihara_geo.studies import settledness as settledness
    from kurihara_geo.studies import trade_off as trade_off
    from kurihara_geo.studies import what_if as what_if
    from kurihara_geo.verify import verify_plan as verify_plan

__version__ = "0.1.0"

_ROOMS = {
    "sources": (
        "read_boundaries",
        "read_households",
        "read_census_counts",
        "read_census_ages",
        "read_open_data_population",
        "read_open_data_ages",
        "read_open_data_facilities",
        "read_correspondence",
        "read_association_points",
        "read_borders",
        "read_barriers",
        "read_crossings",
        "read_halls",
        "read_public_facilities",
        "read_evacuation_sites",
        "read_districts",
        "read_school_districts",
        "read_schools",
        "read_municipality",
        "read_projection",
        "read_councils",
        "read_obstacles",
        "read_rules",
        "read_plan",
        "load_sample_districts",
        "load_sample_towns",
        "load_sample_councils",
        "load_sample_halls",
    ),
    "associations": (
        "read_associations",
        "dissolve_small_areas",
        "draw_cells",
        "dissolve_districts",
        "districts_from_schools",
        "repair_coverage",
        "build_associations",
        "load_sample",
        "check_associations",
        "list_repairs",
        "assign_areas",
    ),
    "borders": ("find_borders", "add_link", "remove_border", "bar_borders", "reopen_border"),
    "rules": ("MergeRules", "LowerFloor", "Obstacle"),
    "propose": ("propose_mergers",),
    "plan": ("Plan",),
    "studies": (
        "list_alternatives",
        "options_for",
        "what_if",
        "trade_off",
        "explain_merger",
        "explain_groups",
        "compare_plans",
        "list_differences",
        "GrantShares",
        "estimate_grants",
        "choose_bases",
        "price_of_rules",
        "list_relaxations",
        "count_ties",
        "settledness",
        "project_households",
        "add_outlook",
        "CouncilTest",
        "check_councils",
        "council_coverage",
        "rank_new_councils",
    ),
    "outputs": (
        "map_plan",
        "write_map",
        "map_comparison",
        "write_comparison_map",
        "map_borders",
        "map_problems",
        "map_outlook",
        "map_coverage",
        "write_handout",
        "write_geojson",
        "write_associations_geojson",
        "write_borders_geojson",
        "write_halls_geojson",
        "write_workbook",
        "write_documents",
        "write_rules",
        "write_plan",
        "write_check_report",
        "write_templates",
        "plot_plan",
        "plot_households",
        "plot_distribution",
        "plot_outlook",
        "plot_coverage",
        "plot_problems",
        "plot_trade_off",
    ),
    "verify": ("verify_plan",),
    "errors": ("KuriharaGeoError",),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [*_ROOM_OF, "__version__"]  # noqa: PLE0604 - a list of texts


def __getattr__(name: str) -> Any:
    if name not in _ROOM_OF:
        raise AttributeError(f"module 'kurihara_geo' has no attribute {name!r}")
    value = getattr(import_module(f"kurihara_geo.{_ROOM_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
