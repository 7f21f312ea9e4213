"""One folder with everything a plan is handed on as."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from kurihara_geo.errors import OutputError
from kurihara_geo.outputs.exports import (
    write_associations_geojson,
    write_borders_geojson,
    write_geojson,
    write_halls_geojson,
    write_rules,
)
from kurihara_geo.outputs.files import target_path
from kurihara_geo.outputs.maps import write_map
from kurihara_geo.outputs.workbook import write_workbook
from kurihara_geo.plan.arguments import read_plan_at_hand

if TYPE_CHECKING:
    import os

    import geopandas as gpd
    import pandas as pd

    from kurihara_geo.plan import Plan

__all__ = ["check_folder", "write_plan"]

_FILES = (
    "plan.geojson",
    "associations.geojson",
    "borders.geojson",
    "halls.geojson",
    "plan.xlsx",
    "map.html",
    "rules.toml",
)


def check_folder(folder: str | os.PathLike[str]) -> Path:
    """Make sure a folder can be written to, before any work is done for it; nothing is left behind.

    Parameters
    ----------
    folder
        It, or the nearest folder above it that exists, is tried.

    Returns
    -------
    Path

    Raises
    ------
    OutputError
        If it cannot be written to, or a file has its name.
    """
    path = target_path(folder).absolute()
    try:
        if (path.exists() and not path.is_dir()) or (path.is_symlink() and not path.exists()):
            raise OutputError(f"{path} is a file or a dead link, not a folder. Choose another.")
        taken = [name for name in _FILES if (path / name).is_dir()]
        if taken:
            raise OutputError(f"In {path} there are folders in the place of files: {', '.join(taken)}. Choose another.")
        with NamedTemporaryFile(dir=_nearest(path), prefix=".kurihara_geo_"):
            pass
    except (OSError, UnicodeError) as error:
        cause = getattr(error, "strerror", None) or error
        raise OutputError(f"The folder {folder} cannot be written to: {cause}. Choose another.") from error
    return path


def _nearest(path: Path) -> Path:
    """Give the folder, or the nearest one above it that is there."""
    return next(parent for parent in (path, *path.parents) if parent.exists())


def write_plan(
    plan: Plan,
    folder: str | os.PathLike[str],
    *,
    districts: gpd.GeoDataFrame | None = None,
    councils: pd.DataFrame | None = None,
    barriers: gpd.GeoDataFrame | None = None,
    title: str | None = None,
    lang: Literal["ja", "en"] = "ja",
) -> dict[str, Path]:
    """Write everything a plan is handed on as into one folder.

    Parameters
    ----------
    plan
        The plan.
    folder
        Made when it is not there.
    districts, councils, barriers, title
        Drawn on the map; see :func:`kurihara_geo.map_plan`.
    lang
        Language of the map and the workbook.

    Returns
    -------
    dict
        File name -> path: ``plan.geojson``, ``associations.geojson``, ``borders.geojson``, ``plan.xlsx``, ``map.html``,
        ``rules.toml``, and ``halls.geojson`` if halls were given. The associations, borders, halls and rules read
        back make the same plan again.

    Raises
    ------
    OutputError
        If the folder cannot be written to.
    """
    plan, path = read_plan_at_hand(plan), check_folder(folder)
    drawn: dict[str, Any] = {"districts": districts, "councils": councils, "barriers": barriers, "title": title}
    try:
        # Everything is made elsewhere first, so that a fault or an interruption leaves nothing half done.
        with TemporaryDirectory(dir=_nearest(path), prefix=".kurihara_geo_") as name:
            made = Path(name)
            write_map(plan, made / "map.html", lang=lang, **drawn)
            write_workbook(plan, made / "plan.xlsx", lang=lang)
            write_geojson(plan, made / "plan.geojson")
            write_associations_geojson(plan, made / "associations.geojson")
            write_borders_geojson(plan, made / "borders.geojson")
            write_rules(plan.rules, made / "rules.toml")
            if plan.halls is not None:
                write_halls_geojson(plan, made / "halls.geojson")
            path.mkdir(parents=True, exist_ok=True)
            return {file: (made / file).replace(path / file) for file in _FILES if (made / file).exists()}
    except OSError as error:
        raise OutputError(f"The folder {path} cannot be written to: {error.strerror or error}.") from error
