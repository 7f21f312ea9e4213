"""Show how long loading, joining, checking and finding borders take, and whose time it is.

Run ``python benchmarks/data.py [UNITS ...]``. A made-up city is written as the files of an office: a shapefile in CP932
and a workbook of counts. Each step is timed beside the same work done by the libraries alone (GDAL reading the file,
openpyxl reading the cells, GEOS comparing the outlines): the ratio is what the package adds.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cities import draw_city

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd

SIZES = (350, 20000)


def main() -> None:
    """Measure each city in a process of its own and print a table."""
    parser = argparse.ArgumentParser(description="Seconds of load, join, check and borders beside the libraries alone.")
    parser.add_argument("units", nargs="*", type=int, default=SIZES, help=f"sizes of the cities (default: {SIZES})")
    parser.add_argument("--seed", type=int, default=1, help="which cities are drawn (default: %(default)s)")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        print(json.dumps(_measure(args.units[0], args.seed)))
        return
    print("| units | step | seconds | libraries alone, seconds | ratio |")
    print("|---:|---|---:|---:|---:|")
    for count in sorted(args.units):
        result = _run_worker(count, args.seed)
        for step, (own, alone) in result["steps"].items():
            ratio = f"{own / alone:.1f}" if alone else ""
            print(f"| {count:,} | {step} | {own:.2f} | {alone:.2f} | {ratio} |")
        print(f"| {count:,} | peak memory, MB | {result['peak_mb']:,.0f} | | |")


def _run_worker(units: int, seed: int) -> dict[str, Any]:
    command = [sys.executable, __file__, str(units), "--seed", str(seed), "--worker"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _measure(units: int, seed: int) -> dict[str, Any]:
    import resource

    import geopandas as gpd

    import kurihara_geo as kg

    with tempfile.TemporaryDirectory() as folder:
        shapes, counts = _write(draw_city(units, seed), Path(folder))
        _warm_up(kg, gpd, shapes)
        boundaries, read = _timed(lambda: kg.read_boundaries(shapes))
        table, counted = _timed(lambda: kg.read_households(counts))
        built, build = _timed(lambda: kg.build_associations(boundaries, table))
        _, check = _timed(lambda: kg.check_associations(built))
        _, borders = _timed(lambda: kg.find_borders(built))
        steps = {
            "read boundaries (GDAL)": (read, _alone_gdal(shapes)),
            "read counts (openpyxl)": (counted, _alone_openpyxl(counts)),
            "join, check and build (GEOS)": (build, _alone_geos(boundaries)),
            "check again (GEOS)": (check, _alone_geos(built)),
            "find borders (GEOS)": (borders, _alone_borders(built)),
        }
    return {"steps": steps, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000}


def _write(city: gpd.GeoDataFrame, folder: Path) -> tuple[Path, Path]:
    """Write the city as an office has it: outlines with ids and names, and a workbook with title, counts and total."""
    import openpyxl

    shapes, counts = folder / "city.shp", folder / "counts.xlsx"
    table = city.reset_index()[["association_id", "name", "geometry"]]
    table = table.rename(columns={"association_id": "code"})
    table.to_file(shapes, encoding="cp932")
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["架空市 行政区別世帯数"])
    sheet.append(["行政区コード", "行政区名", "世帯数"])
    for name, row in zip(city.index, city[["name", "households"]].itertuples(index=False), strict=True):
        sheet.append([name, row.name, row.households])
    sheet.append(["", "合計", int(city["households"].sum())])
    book.save(counts)
    return shapes, counts


def _warm_up(kg: Any, gpd: Any, shapes: Path) -> None:
    """Load what is loaded on first use, so that no step pays for it."""
    first = gpd.read_file(shapes, rows=3)
    first["households"] = 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        kg.find_borders(kg.build_associations(first.rename(columns={"code": "association_id"})))


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        answer = work()
    return answer, time.process_time() - start


def _alone_gdal(shapes: Path) -> float:
    import pyogrio

    return _timed(lambda: pyogrio.read_dataframe(shapes, encoding="cp932"))[1]


def _alone_openpyxl(counts: Path) -> float:
    import openpyxl

    return _timed(lambda: [list(page.values) for page in openpyxl.load_workbook(counts, data_only=True)])[1]


def _alone_geos(table: gpd.GeoDataFrame) -> float:
    """Time what any check of a coverage needs: validity, shared edges, who touches whom, the union for gaps."""
    import shapely

    polygons = table.geometry.to_numpy()

    def work() -> None:
        shapely.is_valid(polygons)
        shapely.coverage_is_valid(polygons)
        shapely.STRtree(polygons).query(polygons, predicate="intersects")
        shapely.unary_union(polygons)

    return _timed(work)[1]


def _alone_borders(table: gpd.GeoDataFrame) -> float:
    """Time the bare intersections of neighbours' outlines."""
    import shapely

    polygons = table.geometry.to_numpy()

    def work() -> None:
        first, second = shapely.STRtree(polygons).query(polygons, predicate="intersects")
        pairs = first < second
        shapely.length(shapely.intersection(polygons[first[pairs]], polygons[second[pairs]]))

    return _timed(work)[1]


if __name__ == "__main__":
    main()
