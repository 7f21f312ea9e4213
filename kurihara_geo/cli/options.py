"""Options that several commands share, each with its help."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from kurihara_geo.errors import RulesError

__all__ = [
    "AcceptRepairs",
    "Boundaries",
    "Column",
    "Correspondence",
    "Crs",
    "Encoding",
    "EngineName",
    "FillMissing",
    "FormerTowns",
    "GapWidth",
    "Households",
    "HouseholdsKind",
    "HouseholdsSheet",
    "Lang",
    "Language",
    "Layer",
    "MaxChange",
    "MaxMembers",
    "Out",
    "Outline",
    "OverlapLimit",
    "RestoreLeadingZero",
    "Scenario",
    "Shared",
    "SharedArea",
    "SwapAxes",
    "TimeLimit",
    "members_option",
    "reading_options",
]


class Language(StrEnum):
    """Language of what is written."""

    ja = "ja"
    en = "en"


class SharedArea(StrEnum):
    """What becomes of a small area that several associations share."""

    divide = "divide"
    larger_share = "larger_share"


class Scenario(StrEnum):
    """Which end of the range of an outlook is meant."""

    low = "low"
    middle = "middle"
    high = "high"


class EngineName(StrEnum):
    """How groups are chosen."""

    auto = "auto"
    set_partitioning = "set_partitioning"
    search = "search"


Out = Annotated[Path, typer.Option("--out", help="Folder to write to; made when it is not there.")]
Lang = Annotated[Language, typer.Option("--lang", help="Language of maps, workbook and handout.")]
TimeLimit = Annotated[
    float, typer.Option("--time-limit", metavar="SECONDS", help="The best plan so far is written when time is up.")
]
MaxMembers = Annotated[
    str | None,
    typer.Option("--max-members", metavar="N|none", help="Most associations in one group (6 unless said otherwise)."),
]
Boundaries = Annotated[
    Path,
    typer.Argument(
        metavar="BOUNDARIES",
        help="Any vector file GDAL reads, or a zip as the national portal packs it: areas of the associations, small "
        "areas (with --correspondence), or points (with --outline; CSV or Excel too).",
    ),
]
FillMissing = Annotated[
    Path | None,
    typer.Option("--fill-missing-households", help="Table that supplies only the counts that are missing."),
]
Correspondence = Annotated[
    Path | None, typer.Option(help="CSV or Excel: which small area belongs to which association.")
]
Shared = Annotated[SharedArea, typer.Option(help="What becomes of a small area that several associations share.")]
Outline = Annotated[
    Path | None, typer.Option(help="The city's outline, in which approximate cells are drawn around points.")
]
GapWidth = Annotated[float, typer.Option(metavar="M", help="With --accept-repairs: gaps up to this width are closed.")]
MaxChange = Annotated[
    float | None,
    typer.Option(
        metavar="M2",
        help="With --accept-repairs: no area may change by more (1,000 where gaps are filled); refused otherwise.",
    ),
]
HouseholdsKind = Annotated[str | None, typer.Option(help="register, census or member.")]
HouseholdsSheet = Annotated[
    str | None, typer.Option(metavar="NAME|all", help="Sheet of the table of households; all for one sheet per town.")
]
FormerTowns = Annotated[
    list[str] | None,
    typer.Option(
        "--former-town", metavar="NAME", help="Town that may stand before a name on one side only; may be repeated."
    ),
]
RestoreLeadingZero = Annotated[
    bool, typer.Option("--restore-leading-zero", help="Ids of the table of households all lost their leading zero.")
]
SwapAxes = Annotated[bool, typer.Option("--swap-axes", help="x and y stand the other way round in BOUNDARIES.")]
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


def reading_options(given: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a command was told about reading as :func:`kurihara_geo.read_associations` takes it.

    Parameters
    ----------
    given
        The command's parameters by name; those about other things are left out.
    """
    same = (
        "households",
        "households_sheet",
        "restore_leading_zero",
        "fill_missing_households",
        "correspondence",
        "outline",
        "id_column",
        "name_column",
        "households_column",
        "households_kind",
        "layer",
        "encoding",
        "crs",
        "swap_axes",
        "accept_repairs",
    )
    return {name: given[name] for name in same} | {
        "former_towns": given["former_town"] or (),
        "shared": given["shared"].value,
        "overlap_limit_m2": given["overlap_limit"],
        "gap_width_m": given["gap_width"],
        "max_change_m2": given["max_change"],
    }
