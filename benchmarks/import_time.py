"""Compare the import time of the package with that of geopandas alone, in fresh interpreters.

Run ``python benchmarks/import_time.py [--repeat N]``. Seconds are for scale only; compare the ratios.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from statistics import median

STATEMENTS = {
    "import geopandas": "import geopandas",
    "import kurihara_geo": "import kurihara_geo",
    "... and what reads boundaries": "import kurihara_geo as kg; kg.read_associations, kg.find_borders",
    "... and what proposes": "import kurihara_geo as kg; kg.read_associations, kg.propose_mergers",
    "... and what draws and writes": "import kurihara_geo as kg; kg.propose_mergers, kg.write_plan",
}
TIMED = "import time; started = time.perf_counter(); {}; print(time.perf_counter() - started)"


def main() -> None:
    """Time each statement in turn, several times over, and print medians and ratios."""
    parser = argparse.ArgumentParser(description="Import time of kurihara_geo against geopandas alone.")
    parser.add_argument("--repeat", type=int, default=9, help="fresh interpreters for each (default: %(default)s)")
    repeat = parser.parse_args().repeat
    for statement in STATEMENTS.values():
        time_statement(statement)  # fills the disk cache and writes the byte code
    seconds: dict[str, list[float]] = {label: [] for label in STATEMENTS}
    for _ in range(repeat):
        for label, statement in STATEMENTS.items():
            seconds[label].append(time_statement(statement))
    alone = median(seconds["import geopandas"])
    print(f"Medians of {repeat} fresh interpreters.\n")
    print("| | seconds | ratio to geopandas |\n|---|---:|---:|")
    for label, measured in seconds.items():
        print(f"| `{label}` | {median(measured):.3f} | {median(measured) / alone:.2f} |")


def time_statement(statement: str) -> float:
    """Give the seconds a statement takes in a fresh interpreter, without the interpreter's own start."""
    done = subprocess.run(
        [sys.executable, "-c", TIMED.format(statement)], stdout=subprocess.PIPE, check=True, text=True
    )
    return float(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
