"""One folder with everything a plan is handed on as."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Literal

from kurihara_geo.errors import OutputError
from kurihara_geo.outputs.exports import (
    write_associations_geojson,
    write_borders_geojson,
    write_geojson,
    write_rules,
)
from kurihara_geo.outputs.maps import write_map
from kurihara_geo.outputs.workbook import write_workbook

if TYPE_CHECKING:
    import os

    import geopandas as gpd
    import pandas as pd

    from kurihara_geo.plan import Plan

__all__ = ["check_folder", "write_plan"]


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
    path = Path(folder).absolute()
    if path.exists() and not path.is_dir():
        raise OutputError(f"{path} is a file, not a folder. Choose another.")
    nearest = next(parent for parent in (path, *path.parents) if parent.exists())
    try:
        with NamedTemporaryFile(dir=nearest, prefix=".kurihara_geo_"):
            pass
    except OSError as error:
        raise OutputError(
            f"The folder {path} cannot be written to: {error.strerror or error}. Choose another."
        ) from error
    return path


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
        ``rules.toml``. The same input and rules rebuild the same plan from the three middle ones.

    Raises
    ------
    OutputError
        If the folder cannot be written to.
    """
    path = check_folder(folder)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder {path} cannot be made: {error.strerror or error}. Choose another.") from error
    written = [
        write_geojson(plan, path / "plan.geojson"),
        write_associations_geojson(plan, path / "associations.geojson"),
        write_borders_geojson(plan, path / "borders.geojson"),
        write_rules(plan.rules, path / "rules.toml"),
        write_workbook(plan, path / "plan.xlsx", lang=lang),
        write_map(
            plan, path / "map.html", districts=districts, councils=councils, barriers=barriers, title=title, lang=lang
        ),
    ]
    return {file.name: file for file in written}
