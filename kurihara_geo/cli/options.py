"""Options that several commands share, each with its help."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from kurihara_geo.errors import RulesError

__all__ = [
    "AcceptRepairs",
    "Boundaries",
    "Column",
    "Crs",
    "Encoding",
    "EngineName",
    "Households",
    "Lang",
    "Language",
    "Layer",
    "MaxMembers",
    "Out",
    "OverlapLimit",
    "TimeLimit",
    "members_option",
]


class Language(StrEnum):
    """Language of the map and the workbook."""

    ja = "ja"
    en = "en"


class EngineName(StrEnum):
    """How groups are chosen."""

    auto = "auto"
    set_partitioning = "set_partitioning"
    search = "search"


Out = Annotated[Path, typer.Option("--out", help="Folder to write to; made when it is not there.")]
Lang = Annotated[Language, typer.Option("--lang", help="Language of the map and the workbook.")]
TimeLimit = Annotated[
    float, typer.Option("--time-limit", metavar="SECONDS", help="The best plan so far is written when time is up.")
]
MaxMembers = Annotated[
    str | None,
    typer.Option("--max-members", metavar="N|none", help="Most associations in one group (6 unless said otherwise)."),
]
Boundaries = Annotated[
    Path,
    typer.Argument(metavar="BOUNDARIES", help="Any vector file GDAL reads, or a zip as the national portal packs it."),
]
Households = Annotated[Path | None, typer.Option(help="CSV or Excel file of households, one row per association.")]
Column = Annotated[str | None, typer.Option(help="Column of the boundary file, where it is not recognised.")]
AcceptRepairs = Annotated[
    bool, typer.Option("--accept-repairs", help="Mend broken outlines, with a row for each repair.")
]
OverlapLimit = Annotated[
    float, typer.Option(metavar="M2", help="Overlaps up to this area are settled; larger ones are errors.")
]
Crs = Annotated[str | None, typer.Option(help="Coordinate system of a file that does not say it, such as EPSG:6668.")]
Layer = Annotated[str | None, typer.Option(help="Layer of a file that has several.")]
Encoding = Annotated[str | None, typer.Option(help="Encoding of the boundary file's text, where it does not read.")]


def members_option(text: str | None) -> dict[str, Any]:
    """Read ``--max-members``: a whole number, or ``none``; nothing when it was not given."""
    if text is None:
        return {}
    if text.strip().lower() == "none":
        return {"max_members": None}
    try:
        return {"max_members": int(text)}
    except ValueError:
        raise RulesError(f"--max-members must be a whole number or none, not {text!r}.") from None
