"""The rooms import each other in one direction only, as ``pyproject.toml`` says."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "kurihara_geo"


def contracts() -> dict:
    """Give the import contracts."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["tool"]["importlinter"]


def test_the_import_contracts_hold():
    """Nobody imports upward, and only the rooms that may know a package import it."""
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_room_has_its_place_in_the_order():
    """Each module and package under ``kurihara_geo`` is a layer; a layer may be named ahead."""
    layers = {name.strip() for layer in contracts()["contracts"][0]["layers"] for name in layer.strip("()").split(":")}
    rooms = {path.stem for path in PACKAGE.glob("*.py") if not path.stem.startswith("__")}
    rooms |= {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert rooms <= layers | {"sample_data"}


def test_there_are_no_rooms_for_odds_and_ends():
    """No ``utils`` and no ``helpers``: every module says what it is about."""
    names = {path.stem for path in PACKAGE.rglob("*.py")}
    assert not names & {"utils", "util", "helpers", "helper", "common", "misc", "settings"}
