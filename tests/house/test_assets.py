"""The pages' own scripts and styles are linted like the Python code, and never write markup."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASSETS = sorted(path for path in (ROOT / "kurihara_geo").rglob("assets/*") if path.suffix in {".js", ".css"})
MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|\beval\(|new Function"
)
FAULTS = {
    "fault.js": "(function () {\n  const found = missing();\n})();\n",
    "fault.css": "p { colour: red; }\n",
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Lint a folder as ``make lint`` does."""
    command = shutil.which("biome", path=str(Path(sys.executable).parent))
    assert command, "biome is not installed: pip install --group dev"
    arguments = [command, "lint", "--error-on-warnings", f"--config-path={ROOT}", "--colors=off"]
    return subprocess.run(arguments, cwd=folder, capture_output=True, text=True, check=False)


def test_scripts_and_styles_pass_the_linter():
    """No unknown name, no unused one, no unknown property, in any file of the pages."""
    assert len(ASSETS) > 10
    found = lint(ROOT)
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize("name", FAULTS)
def test_the_linter_finds_a_real_fault(tmp_path, name):
    """A name that is nowhere defined, or a property that does not exist, fails the check."""
    assets = tmp_path / "kurihara_geo" / "maps" / "assets"
    assets.mkdir(parents=True)
    shutil.copy(ROOT / "biome.json", tmp_path / "biome.json")
    (assets / name).write_text(FAULTS[name], encoding="utf-8")
    command = shutil.which("biome", path=str(Path(sys.executable).parent))
    found = subprocess.run(
        [command, "lint", "--error-on-warnings", "--colors=off"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode != 0
    assert name in found.stdout + found.stderr


@pytest.mark.parametrize("path", ASSETS, ids=lambda path: path.name)
def test_no_script_writes_markup(path):
    """Text reaches a page through textContent and attributes only."""
    assert not MARKUP.search(path.read_text("utf-8"))
