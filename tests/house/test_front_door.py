"""The front door holds the names a planner types, and opens without the heavy packages."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import kurihara_geo

HEAVY = (
    "geopandas",
    "pandas",
    "numpy",
    "shapely",
    "pyproj",
    "pyogrio",
    "networkx",
    "folium",
    "branca",
    "pulp",
    "highspy",
    "openpyxl",
)


def run_python(code: str) -> str:
    """Run a few lines in a Python of their own and give what they print."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_every_name_of_the_front_door_is_there():
    """Each name in ``__all__`` leads to something, and none is there twice."""
    assert len(set(kurihara_geo.__all__)) == len(kurihara_geo.__all__)
    assert all(getattr(kurihara_geo, name) is not None for name in kurihara_geo.__all__)


def test_the_front_door_holds_what_can_be_imported_and_nothing_else():
    """After every name was used, the public names of the package are ``__all__`` and its own modules."""
    for name in kurihara_geo.__all__:
        getattr(kurihara_geo, name)
    rooms = {name.split(".")[1] for name in sys.modules if name.startswith("kurihara_geo.")}
    machinery = {"annotations", "import_module", "TYPE_CHECKING", "Any"}
    public = {name for name in vars(kurihara_geo) if not name.startswith("_")}
    assert public - rooms - machinery == set(kurihara_geo.__all__) - {"__version__"} - rooms


@pytest.mark.parametrize("name", [name for name in kurihara_geo.__all__ if not name.startswith("_")])
def test_a_name_is_what_its_room_gives(name: str):
    """A name at the front door is what the room it comes from calls so, and lists in ``__all__``."""
    room = import_module(f"kurihara_geo.{kurihara_geo._ROOM_OF[name]}")
    assert getattr(kurihara_geo, name) is getattr(room, name)
    assert name in room.__all__


def test_type_checkers_see_every_name():
    """Names that are imported on first use are also written down for editors and type checkers."""
    text = Path(kurihara_geo.__file__).read_text(encoding="utf-8")
    unseen = [name for name in kurihara_geo.__all__ if name != "__version__" and f"{name} as {name}" not in text]
    assert unseen == []


def test_a_wrong_name_is_refused_by_name():
    """A name that is not there is named in the error."""
    with pytest.raises(AttributeError, match="propose_merger'"):
        kurihara_geo.propose_merger  # noqa: B018 - the look-up is the act


def test_dir_lists_every_name_before_anything_was_used():
    """Completion in a notebook offers all names at once."""
    printed = run_python("import kurihara_geo as kg; print(set(kg.__all__) <= set(dir(kg)))")
    assert printed == "True"


def test_opening_the_front_door_loads_nothing_heavy():
    """``import kurihara_geo`` alone imports none of the packages that take seconds."""
    printed = run_python(f"import sys, kurihara_geo; print([name for name in {HEAVY!r} if name in sys.modules])")
    assert printed == "[]"
