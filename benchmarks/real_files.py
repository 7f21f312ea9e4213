"""Read the real files at hand and say what was dissolved, dropped, repaired or suppressed, with the sums.

Run ``python benchmarks/real_files.py`` with ``KURIHARA_GEO_SHARED`` naming the folder of ``real/``. The dirty layer
is read as it is first; then with missing counts supplied (20 households each, made up) and repairs accepted.
"""

from __future__ import annotations

import os
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import kurihara_geo as kg

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

MADE_UP = 20


def main() -> None:
    """Read every boundary file and print what the package says of it."""
    folder = Path(os.environ["KURIHARA_GEO_SHARED"]) / "real"
    for name in ("A002005212020DDSWC03209-JGD2011.zip", "h27ka31401.zip"):
        start = time.perf_counter()
        table = kg.read_associations(folder / name)
        _say(name, table, time.perf_counter() - start)
    _dirty(folder / "shiwa_2015_dirty.geojson")
    roads = kg.read_barriers(folder / "kurihara_roads.geojson")
    kinds = roads["road_class"].value_counts().to_dict() if "road_class" in roads else {}
    print(f"\nkurihara_roads.geojson: {len(roads)} barriers, by class {kinds}")


def _say(name: str, table: gpd.GeoDataFrame, seconds: float) -> None:
    print(
        f"\n{name}: {len(table):,} areas, {int((table['households'] > 0).sum()):,} inhabited, "
        f"{int(table['households'].sum()):,} households, {int(table['population'].sum()):,} people ({seconds:.1f} s)"
    )
    _say_kinds(kg.check_associations(table))


def _say_kinds(problems: pd.DataFrame) -> None:
    for (severity, kind), count in problems.groupby(["severity", "kind"]).size().items():
        print(f"  {severity} {kind}: {count:,}")


def _dirty(path: Path) -> None:
    raw = kg.read_boundaries(path)
    print(f"\n{path.name}, as it is: {len(raw):,} areas")
    problems = kg.check_associations(raw)
    _say_kinds(problems)
    missing = problems.loc[problems["kind"] == "missing_households", "association_id"]
    start = time.perf_counter()
    table = kg.build_associations(
        raw,
        fill_missing_households=dict.fromkeys(missing, MADE_UP),
        accept_repairs=True,
        gap_width_m=50,
        overlap_limit_m2=13_000,
        max_change_m2=26_000,
    )
    _say(f"{path.name}, with {len(missing)} counts of {MADE_UP} and repairs", table, time.perf_counter() - start)
    repairs = kg.list_repairs(table)
    for what, rows in repairs.groupby(repairs["repair"].str.split().str[0]):
        print(f"  repairs, {what}: {len(rows):,}, {rows['area_change_m2'].sum():+,.0f} m2")
    largest = repairs.loc[repairs["area_change_m2"].abs().idxmax()]
    print(f"  largest: {largest['name']} {largest['area_change_m2']:+,.1f} m2, {largest['repair']}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plan = kg.propose_mergers(table, kg.MergeRules())
    counts = plan.summary()
    print(
        f"  plan: {counts['associations_before']} -> {counts['associations_after']}, below the floor "
        f"{counts['small_before']} -> {counts['small_after']}, proven: {plan.proven}"
    )


if __name__ == "__main__":
    main()
