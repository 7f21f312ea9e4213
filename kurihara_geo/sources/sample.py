"""The sample city: 350 census small areas of Kurihara as approximate cells, districts, halls, councils.

The files are described in ``data/boundaries/README.md``; their terms are in ``LICENSE-DATA.md`` beside them.
Every table carries ``attrs["attribution"]`` (name the source on each map) and ``attrs["notice"]`` (what the
sample is not), both in Japanese, and the same in English under ``attribution_en`` and ``notice_en``.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import geopandas as gpd
import pandas as pd
import shapely

from kurihara_geo.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "HALL_KINDS",
    "SAMPLE_ATTRIBUTION_EN",
    "SAMPLE_ATTRIBUTION_JA",
    "SAMPLE_NOTICE_EN",
    "SAMPLE_NOTICE_JA",
    "load_sample_councils",
    "load_sample_districts",
    "load_sample_facilities",
    "load_sample_halls",
    "load_sample_outline",
    "load_sample_towns",
    "read_sample_cells",
    "sample_folder",
]

SAMPLE_NOTICE_JA = (
    "この地図の単位は国勢調査の小地域(町丁・字等)で、自治会ではありません。"
    "形は重心と面積から描いた概形で、実際の境界ではありません。旧小学校区は1889年の村から推定したものです。"
)
SAMPLE_NOTICE_EN = (
    "The units are census small areas, not neighbourhood associations. Their shapes are approximate cells "
    "drawn from centroids and areas, not real boundaries. Former school districts are inferred from the "
    "villages of 1889."
)

_CENSUS_JA = "「国勢調査(令和2年、平成27年)小地域」(総務省統計局)、政府統計の総合窓口(e-Stat) を加工して作成"
_OUTLINE_JA = "「国土数値情報(行政区域データ)平成31年」(国土交通省) を加工して作成"
_FACILITIES_JA = "指定緊急避難場所データ(国土地理院, 2021年8月), CC BY 4.0 を加工して作成"
_CENSUS_EN = "Made by processing the Population Census 2020 and 2015, small areas (Statistics Bureau of Japan, e-Stat)"
_OUTLINE_EN = "Made by processing National Land Numerical Information, administrative areas 2019 (MLIT)"
_FACILITIES_EN = "Made by processing designated emergency evacuation sites (GSI, August 2021), CC BY 4.0"

SAMPLE_ATTRIBUTION_JA = f"{_CENSUS_JA}; {_OUTLINE_JA}; {_FACILITIES_JA}"
SAMPLE_ATTRIBUTION_EN = f"{_CENSUS_EN}; {_OUTLINE_EN}; {_FACILITIES_EN}"

HALL_KINDS = ("集会所", "会館", "公民館", "コミュニティセンター", "集落センター", "生活センター", "センター")
"""Kinds of evacuation site that are places to meet; schools, gymnasiums, parks and the like are left out."""

Frame = TypeVar("Frame", bound=pd.DataFrame)

_EXCHANGE_CRS = "EPSG:4326"
_PLANE_CRS = "EPSG:6678"
_SHELTER_FLAGS = ("shelter_flood", "shelter_landslide", "shelter_earthquake")


def sample_folder() -> Path:
    """Find the folder that holds the sample city.

    Returns
    -------
    Path
        ``kurihara_geo/sample_data`` of an installed wheel; else ``data/boundaries`` of the checkout.

    Raises
    ------
    SourceError
        If neither is there, for instance because the package was copied without its data. Install the wheel
        again, or work in a checkout of the repository.
    """
    shipped = Path(str(files("kurihara_geo"))) / "sample_data"
    checkout = Path(__file__).resolve().parents[2] / "data" / "boundaries"
    for folder in (shipped, checkout):
        if (folder / "kurihara_cells.geojson").is_file():
            return folder
    msg = f"the sample city is in neither {shipped} nor {checkout}; install kurihara-geo again"
    raise SourceError(msg)


def read_sample_cells() -> gpd.GeoDataFrame:
    """Read the 350 census small areas that stand in for associations, as the file holds them.

    Returns
    -------
    geopandas.GeoDataFrame
        EPSG:4326, sorted by ``association_id``, plain index. Columns ``association_id`` (text), ``name``,
        ``former_town``, ``former_school_district``, ``households`` and ``population`` (census 2020),
        ``households_2015``, ``population_2015``, ``area_m2`` (published area, m2), ``point_lon`` and
        ``point_lat`` (published centroid, degrees) and ``geometry`` (one approximate polygon each; together
        they fill the outline and share their borders exactly).

    Raises
    ------
    SourceError
        If the file is missing; see `sample_folder`.
    """
    return _read_shapes("kurihara_cells.geojson", ["association_id"])


def load_sample_districts() -> gpd.GeoDataFrame:
    """Load the 28 former primary-school districts (旧小学校区), joined from the cells.

    Returns
    -------
    geopandas.GeoDataFrame
        EPSG:6678, index ``district_id`` (``SD01`` to ``SD28``). Columns ``name``, ``former_town`` (the town
        that holds most of its households), ``areas`` (small areas in it), ``households``, ``population``,
        ``households_2015``, ``population_2015``, ``area_m2`` (published, m2) and ``geometry``.

    Raises
    ------
    SourceError
        If the file is missing; see `sample_folder`.
    """
    return _on_plane(_read_shapes("kurihara_districts.geojson", ["district_id"]).set_index("district_id"))


def load_sample_towns() -> gpd.GeoDataFrame:
    """Load the ten former municipalities (旧町村), joined from the cells.

    Returns
    -------
    geopandas.GeoDataFrame
        EPSG:6678, index ``former_town``. Columns ``areas``, ``households``, ``population``,
        ``households_2015``, ``population_2015``, ``area_m2`` (published, m2) and ``geometry``.

    Raises
    ------
    SourceError
        If the file is missing; see `sample_folder`.
    """
    return _on_plane(_read_shapes("kurihara_towns.geojson", ["former_town"]).set_index("former_town"))


def load_sample_councils() -> pd.DataFrame:
    """Load what is known of community promotion councils (コミュニティ推進協議会), a row a district.

    Only what a named source says is stated: three councils in 一迫 and the regional management organisation
    (RMO, 地域運営組織) of 花山. Everything else is ``not_confirmed``, for the planner to fill in.

    Returns
    -------
    pandas.DataFrame
        Index ``council_id`` (text). Columns ``name`` (empty where unknown), ``kind`` (``council``, ``rmo``,
        ``unknown``), ``status`` (``established``, ``preparing``, ``none``, ``not_confirmed``), ``founded``
        (text, empty where unknown), ``district_names`` (former school districts, separated by ``;``),
        ``source``, ``note``.

    Raises
    ------
    SourceError
        If the file is missing; see `sample_folder`.
    """
    frame = pd.read_csv(_file("kurihara_councils.csv"), dtype=str, keep_default_na=False, encoding="utf-8-sig")
    return _with_terms(frame.set_index("council_id"))


def load_sample_facilities() -> gpd.GeoDataFrame:
    """Load the 317 designated evacuation sites, schools included.

    Returns
    -------
    geopandas.GeoDataFrame
        EPSG:6678 points, index ``facility_id`` (``F001`` on, in the order of the file). Columns ``name``,
        ``kind``, ``address``,
        ``shelter_flood``, ``shelter_landslide``, ``shelter_earthquake`` (True where the site is
        designated for that hazard) and ``geometry``.

    Raises
    ------
    SourceError
        If the file is missing; see `sample_folder`.
    """
    table = pd.read_csv(_file("kurihara_facilities.csv"), encoding="utf-8-sig")
    table = table.astype(dict.fromkeys(_SHELTER_FLAGS, bool))
    table.index = pd.Index([f"F{number:03d}" for number in range(1, len(table) + 1)], name="facility_id")
    points = gpd.points_from_xy(table["lon"], table["lat"], crs=_EXCHANGE_CRS)
    return _on_plane(gpd.GeoDataFrame(table.drop(columns=["lon", "lat"]), geometry=points))


def load_sample_halls() -> gpd.GeoDataFrame:
    """Load the evacuation sites that are places to meet (集会施設): the kinds in `HALL_KINDS`.

    Returns
    -------
    geopandas.GeoDataFrame
        EPSG:6678 points, index ``hall_id`` (``H001`` on, in the order of the file). Columns ``name``,
        ``kind``, ``address``,
        ``shelter_flood``, ``shelter_landslide``, ``shelter_earthquake`` (bool) and ``geometry``.
        Halls that are not evacuation sites are not in it.

    Raises
    ------
    SourceError
        If the file is missing; see `sample_folder`.
    """
    sites = load_sample_facilities()
    halls = sites[sites["kind"].isin(HALL_KINDS)].copy()
    halls.index = pd.Index([f"H{number:03d}" for number in range(1, len(halls) + 1)], name="hall_id")
    return _with_terms(halls)


def load_sample_outline() -> gpd.GeoDataFrame:
    """Load the city's outline, simplified to 150 m.

    Returns
    -------
    geopandas.GeoDataFrame
        EPSG:6678, one row, index ``outline_id`` (``04213``, the municipal code), columns ``name``,
        ``geometry``.

    Raises
    ------
    SourceError
        If the file is missing; see `sample_folder`.
    """
    ring = pd.read_csv(_file("kurihara_outline.csv"), encoding="utf-8-sig")
    frame = gpd.GeoDataFrame(
        {"name": ["栗原市"]},
        index=pd.Index(["04213"], name="outline_id"),
        geometry=[shapely.Polygon(ring[["lon", "lat"]].to_numpy())],
        crs=_EXCHANGE_CRS,
    )
    return _on_plane(frame)


def _file(name: str) -> Path:
    """Give the path of a file of the sample, or say that it is missing."""
    path = sample_folder() / name
    if not path.is_file():
        msg = f"the sample city has no {name} in {path.parent}; install kurihara-geo again"
        raise SourceError(msg)
    return path


def _read_shapes(name: str, text_columns: Sequence[str]) -> gpd.GeoDataFrame:
    """Read a GeoJSON file of the sample with its ids as text."""
    frame = gpd.read_file(_file(name), engine="pyogrio")
    frame = frame.astype(dict.fromkeys(text_columns, str))
    return _with_terms(frame)


def _on_plane(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Carry a table to the metric plane of Kurihara and attach the terms."""
    return _with_terms(frame.to_crs(_PLANE_CRS))


def _with_terms(frame: Frame) -> Frame:
    """Attach the attribution and the notice as plain strings."""
    frame.attrs["attribution"] = SAMPLE_ATTRIBUTION_JA
    frame.attrs["attribution_en"] = SAMPLE_ATTRIBUTION_EN
    frame.attrs["notice"] = SAMPLE_NOTICE_JA
    frame.attrs["notice_en"] = SAMPLE_NOTICE_EN
    return frame
