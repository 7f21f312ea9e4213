"""What is installed is complete: code, page assets, sample city, licences; as a wheel and from a checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.packaging, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
TAKEN = ("kurihara_geo", "data", "pyproject.toml", "README.md", "LICENSE")
QUESTION = (
    "import kurihara_geo as kg; from pathlib import Path; associations = kg.load_sample(); "
    "print(len(associations), int(associations['households'].sum()), Path(kg.__file__).parent)"
)


def run(*command: object, folder: Path) -> str:
    """Run a command away from the checkout and give what it prints."""
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what a build reads, so that building leaves nothing behind in the checkout."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in TAKEN:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, folder / name)
    return folder


@pytest.fixture(scope="module")
def wheel(checkout: Path) -> Path:
    """Build the wheel with the build tools installed by the dependency group."""
    out = checkout / "wheels"
    run(sys.executable, "-m", "build", "--wheel", "--outdir", out, checkout, folder=checkout)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """Make an environment without this package in which the packages it needs can be found; give its Python.

    What ``.pth`` files in the present environment do is not repeated, and an editable install is one of them.
    """
    folder = tmp_path / "environment"
    venv.create(folder, with_pip=False)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    purelib = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", folder=tmp_path)
    (Path(purelib) / "borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    code = (
        "import importlib.util as u; print(u.find_spec('kurihara_geo.rules') if u.find_spec('kurihara_geo') else None)"
    )
    assert run(python, "-c", code, folder=tmp_path) == "None", (
        "a copy of kurihara_geo is installed: install it editable"
    )
    return python


def install(python: Path, *what: object, folder: Path) -> None:
    """Install into another environment, without the packages needed, which are there."""
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", *what, folder=folder)


def test_the_wheel_holds_everything(wheel: Path):
    """Page assets, type marker, sample city and both licences are inside, and nothing of the tests is."""
    inside = set(zipfile.ZipFile(wheel).namelist())
    package = [
        path for path in (ROOT / "kurihara_geo").rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]
    sample = [path for path in (ROOT / "data" / "boundaries").iterdir() if path.is_file()]
    wanted = {path.relative_to(ROOT).as_posix() for path in package}
    wanted |= {f"kurihara_geo/sample_data/{path.name}" for path in sample}
    assert wanted <= inside
    assert {Path(name).suffix for name in wanted} >= {".js", ".css", ".html", ".typed"}
    licences = [name for name in inside if "/licenses/" in name]
    assert sorted(Path(name).name for name in licences) == ["LICENSE", "LICENSE-DATA.md"]
    assert {name.split("/")[0] for name in inside} == {
        "kurihara_geo",
        f"{wheel.name.rsplit('-', 3)[0]}.dist-info",
    }


def test_the_sample_loads_from_the_wheel(wheel: Path, fresh: Path, tmp_path: Path):
    """Installed as a wheel, away from a checkout, the sample has its 350 areas and 22,697 households."""
    install(fresh, "--no-index", wheel, folder=tmp_path)
    areas, households, place = run(fresh, "-c", QUESTION, folder=tmp_path).split(maxsplit=2)
    assert (areas, households) == ("350", "22697")
    assert Path(place).is_relative_to(tmp_path / "environment")


def test_the_sample_loads_from_an_editable_install(checkout: Path, fresh: Path, tmp_path: Path):
    """Installed from a checkout that can be edited, the same sample comes from ``data/boundaries``."""
    install(fresh, "--editable", checkout, folder=tmp_path)
    areas, households, place = run(fresh, "-c", QUESTION, folder=tmp_path).split(maxsplit=2)
    assert (areas, households) == ("350", "22697")
    assert Path(place) == checkout / "kurihara_geo"


def test_the_command_is_installed(wheel: Path, fresh: Path, tmp_path: Path):
    """``kurihara-geo --help`` answers after the wheel is installed."""
    install(fresh, "--no-index", wheel, folder=tmp_path)
    command = fresh.with_name("kurihara-geo.exe" if os.name == "nt" else "kurihara-geo")
    assert "propose" in run(command, "--help", folder=tmp_path)
