"""Designated emergency evacuation sites (指定緊急避難場所) as the Geospatial Information Authority publishes them."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from kurihara_geo.errors import Problem, SourceError
from kurihara_geo.sources.grids import read_table
from kurihara_geo.sources.identifiers import id_column_values, id_text
from kurihara_geo.sources.placed_points import id_problems, place_points, row_problem
from kurihara_geo.sources.records import Record, attach, credit, listed, record
from kurihara_geo.sources.tables import plain_frame

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from kurihara_geo.sources.headings import Ranks

__all__ = ["HAZARD_FLAGS", "read_evacuation_sites"]

HAZARD_FLAGS = {
    "shelter_flood": "洪水",
    "shelter_landslide": "崖崩れ、土石流及び地滑り",
    "shelter_storm_surge": "高潮",
    "shelter_earthquake": "地震",
    "shelter_tsunami": "津波",
    "shelter_fire": "大規模な火事",
    "shelter_inland_flood": "内水氾濫",
    "shelter_volcano": "火山現象",
}
"""Column -> hazard (災害の種類) in which people may flee to the site."""

_SAME = "same_address_as_shelter"
_WANTED: Mapping[str, Ranks] = {
    "hall_id": (("共通ID",),),
    "name": (("施設・場所名",), ("施設名・場所名", "施設名")),
    "address": (("住所",),),
    "municipality": (("都道府県名及び市町村名",),),
    **{column: ((heading,),) for column, heading in HAZARD_FLAGS.items()},
    "shelter_landslide": (("崖崩れ、土石流及び地滑り", "崖崩れ・土石流及び地滑り", "崖崩れ,土石流及び地滑り"),),
    _SAME: (("指定避難所との住所同一", "指定避難所との重複"),),
    "lon": (("経度",),),
    "lat": (("緯度",),),
}
_FLAG_CURE = "enter 1, or nothing where it is not so"
_YES, _NO = {"1", "○", "〇", "◎", "◯"}, {"0", ""}


def read_evacuation_sites(
    path: str | Path, *, swap_axes: bool = False, skip_unplaced: bool = False, encoding: str | None = None
) -> gpd.GeoDataFrame:
    r"""Read emergency evacuation sites with the hazards they are for, in the form of meeting halls (集会施設).

    Parameters
    ----------
    path
        The CSV of a municipality (such as ``04213_2.csv``) or of the whole country.
    swap_axes
        Whether 緯度 and 経度 that stand in each other's column change places, in the rows where they evidently do;
        each such row is recorded.
    skip_unplaced
        Whether rows whose coordinates are 0, no numbers or outside Japan are left out and recorded; they are errors
        otherwise.
    encoding
        How the text is stored; found out if not given.

    Returns
    -------
    geopandas.GeoDataFrame
        Index ``hall_id`` (共通ID, text); ``name``, ``address`` and ``municipality`` where found; ``shelter_flood``,
        ``shelter_landslide``, ``shelter_storm_surge``, ``shelter_earthquake``, ``shelter_tsunami``, ``shelter_fire``,
        ``shelter_inland_flood`` and ``shelter_volcano`` (bool: whether people may flee there from it; by this layout
        an empty cell says no), ``same_address_as_shelter`` (bool; 指定避難所との住所同一), every other column as in the
        file, ``geometry`` (points, EPSG:6668). Rows without any coordinates are left out and recorded. Line breaks
        within a cell become spaces and are recorded.

    Raises
    ------
    SourceError
        If the file cannot be read, a column is missing, an id is missing or repeated, a flag is neither 1 nor empty, or
        a point is swapped, 0 or outside Japan; every such row is named.

    Examples
    --------
    >>> from pathlib import Path
    >>> import kurihara_geo as kg
    >>> hazards = "洪水,崖崩れ、土石流及び地滑り,高潮,地震,津波,大規模な火事,内水氾濫,火山現象"
    >>> heads = f"共通ID,施設・場所名,{hazards},緯度,経度"
    >>> row = "E0499900001,見本公民館,1,,,1,,,,,38.7,141.0"
    >>> _ = Path("sites.csv").write_text(f"{heads}\n{row}\n", encoding="utf-8-sig")
    >>> kg.read_evacuation_sites("sites.csv")[["name", "shelter_flood", "shelter_tsunami"]]
                  name  shelter_flood  shelter_tsunami
    hall_id
    E0499900001  見本公民館           True            False
    """
    groups = (("hall_id",), ("name",), ("lon",), ("lat",))
    required = tuple(name for name in _WANTED if name not in ("address", "municipality", _SAME))
    table = read_table(path, wanted=_WANTED, asked={}, groups=groups, encoding=encoding)
    places = table.headings.resolve(_WANTED, asked={}, required=required)
    frame, renamed = plain_frame(table, places)
    ids, trimmed = id_column_values(frame["hall_id"].tolist())
    problems = id_problems(ids, frame["name"].tolist(), table.numbers, heading="共通ID")
    problems += _read_flags_in_place(frame, table.numbers)
    placed = place_points(frame, table.numbers, swap_axes=swap_axes, skip_unplaced=skip_unplaced)
    if problems or placed.problems:
        raise SourceError(f"{path}: some evacuation sites cannot be used:", [*problems, *placed.problems])
    points, records = placed.points, placed.records
    records += _join_lines_in_place(frame, table.numbers)
    kept = frame.drop(columns=["hall_id", "lon", "lat"]).iloc[list(points)]
    spots = gpd.points_from_xy([x for x, _ in points.values()], [y for _, y in points.values()])
    result = gpd.GeoDataFrame(kept, geometry=spots, crs="EPSG:6668")
    result.index = pd.Index([ids[row] for row in points], name="hall_id", dtype="object")
    attach(result, source=table.source, records=[*table.records, *renamed, *trimmed, *records])
    credit(result, ja="指定緊急避難場所データ(国土地理院)", en="designated emergency evacuation sites (GSI)")
    return result


def _read_flags_in_place(frame: pd.DataFrame, numbers: Sequence[int]) -> list[Problem]:
    """Read 1 as yes and an empty cell as no; give every cell that is neither."""
    problems = []
    for column, heading in {**HAZARD_FLAGS, _SAME: "指定避難所との住所同一"}.items():
        if column not in frame:
            continue
        texts = [unicodedata.normalize("NFKC", id_text(cell) or "") for cell in frame[column]]
        problems += [
            row_problem("bad_flag", f"row {number}: {heading} is {text!r}", name=name, cure=_FLAG_CURE)
            for text, number, name in zip(texts, numbers, frame["name"], strict=True)
            if text not in _YES | _NO
        ]
        frame[column] = pd.Series([text in _YES for text in texts], index=frame.index, dtype="bool")
    return problems


def _join_lines_in_place(frame: pd.DataFrame, numbers: Sequence[int]) -> list[Record]:
    """Put texts of several lines on one line, and read names as text."""
    broken = []
    for column in frame.columns:
        if column in HAZARD_FLAGS or column == _SAME:
            continue
        cells = frame[column].tolist()
        texts = [" ".join(cell.split()) if isinstance(cell, str) and "\n" in cell else cell for cell in cells]
        broken += [number for number, cell, text in zip(numbers, cells, texts, strict=True) if cell is not text]
        read = [id_text(text) for text in texts] if column in ("name", "address", "municipality") else texts
        frame[column] = pd.Series(read, index=frame.index, dtype="object")
    if not broken:
        return []
    message = f"line breaks within cells became spaces in rows {listed(sorted(set(broken)))}"
    return [record("lines_joined", message)]
