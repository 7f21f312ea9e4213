"""What the maps of single questions share: a small page with a map, a list beside it, and a table that says it all."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from kurihara_geo.associations.crs import is_metric
from kurihara_geo.associations.places import bare
from kurihara_geo.errors import InputError
from kurihara_geo.outputs.arguments import read_layer
from kurihara_geo.outputs.maps.document import MapDocument
from kurihara_geo.outputs.maps.payload import notes_of
from kurihara_geo.outputs.maps.study_texts import page_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geopandas as gpd
    import pandas as pd

    from kurihara_geo.outputs.arguments import Lang
    from kurihara_geo.outputs.drawing.shapes import Spot
    from kurihara_geo.outputs.maps.outlines import Steps

__all__ = ["Study", "Thing", "as_page", "read_associations_at_hand", "whole_number"]

_SCRIPTS = ("study_map.js", "base.js", "parts.js", "outlines.js", "spots.js", "theme.js", "study.js")
_SHAPES = frozenset({"Polygon", "MultiPolygon"})


@dataclass(frozen=True)
class Thing:
    """What can be chosen on the map: an area or a line, and what is said about it.

    Parameters
    ----------
    shape
        Rings of an area, or parts of a line, as numbers.
    look
        Name of how it is drawn.
    title
        Its name.
    facts
        Pairs of a heading and a text.
    line
        Whether it is a line.
    """

    shape: list[Steps]
    look: str
    title: str
    facts: Sequence[tuple[str, str]]
    line: bool = False


@dataclass
class Study:
    """What a page of one question shows.

    Parameters
    ----------
    title
        Heading of the page.
    things
        Everything on the map, in the order it is drawn.
    lead
        Sentences that come first beside the map.
    figures, table
        Heading texts and rows; the table says all that the map does.
    entries
        Rows of the list: ``title``, ``text``, ``mark``, ``number`` and the positions of ``things`` to go to.
    legend
        Pairs of a mark and a text.
    labels
        Places of names and numbers.
    further
        What only one kind of page needs.
    """

    title: str
    things: list[Thing] = field(default_factory=list)
    lead: list[str] = field(default_factory=list)
    figures: tuple[list[str], list[list[str]]] | None = None
    table: tuple[list[str], list[list[str]]] | None = None
    entries_title: str = ""
    entries: list[dict[str, Any]] = field(default_factory=list)
    legend: list[tuple[str, str]] = field(default_factory=list)
    labels: list[dict[str, Any]] = field(default_factory=list)
    further: dict[str, Any] = field(default_factory=dict)


def as_page(
    study: Study,
    lang: Lang,
    tables: Iterable[pd.DataFrame | None],
    *,
    scripts: Sequence[str] = (),
    proposal: bool = False,
    made: str = "",
    audience: str = "",
) -> MapDocument:
    """Make the page of a study.

    Parameters
    ----------
    study
        What it shows.
    lang
        ``ja`` or ``en``.
    tables
        Tables whose notices and sources are repeated below the map.
    scripts
        Further scripts.
    proposal
        Whether it shows a proposal.
    made
        Day it was made.
    audience
        What the public edition says of itself.
    """
    data = {
        "lang": lang,
        "title": study.title,
        "texts": page_texts(lang),
        "summary": {"min_households": 0},
        "notes": {
            **notes_of(tables, lang),
            "proposal": proposal,
            "made": made,
            "audience": audience,
        },
        "things": [vars(thing) for thing in study.things],
        "lead": study.lead,
        "figures": study.figures,
        "table": study.table,
        "entries_title": study.entries_title,
        "entries": study.entries,
        "legend": study.legend,
        "labels": study.labels,
        **study.further,
    }
    return MapDocument(
        data, "study.html", (*_SCRIPTS, *scripts, "study_start.js"), ("page.css", "compare.css", "study.css")
    )


def label(spot: Spot, *tiers: Sequence[str], look: str = "") -> dict[str, Any]:
    """Give a place for a name, longest first."""
    return {"spot": list(spot), "tiers": [list(lines) for lines in tiers], "className": look}


def read_associations_at_hand(value: Any, needed: Sequence[str] = ("name", "households")) -> gpd.GeoDataFrame:
    """Check that associations can be drawn, and give them without what travels with them.

    Raises
    ------
    InputError
        If it is no table of areas in a plane CRS in metres, a column is missing, an area is missing, or households are
        no whole numbers; what is at fault is named.
    """
    table = read_layer("associations", value)
    cure = "build them with build_associations or read_associations"
    if table is None:
        raise InputError(f"associations must be a GeoDataFrame, not None; {cure}.")
    missing = [name for name in needed if name not in table]
    if missing:
        raise InputError(f"The associations have no column {', '.join(missing)}; {cure}.")
    if not is_metric(table.crs):
        raise InputError(f"The associations must be in a plane CRS in metres; {cure}.")
    drawn = table.geometry.notna() & ~table.geometry.is_empty & table.geom_type.isin(_SHAPES)
    faults = [f"{name} has no area" for name in table.index[~drawn.to_numpy()]]
    faults += [f"{name} is there twice" for name in table.index[table.index.duplicated()].unique()]
    for column in needed:
        if column == "households":
            faults += [f"{name} has households {n!r}" for name, n in table[column].items() if whole_number(n) is None]
    if faults or table.empty:
        raise InputError(f"The associations cannot be drawn: {'; '.join(faults) or 'there are none'}; {cure}.")
    return bare(table)


def whole_number(value: Any) -> int | None:
    """Give a count as a whole number of 0 or more, or None for what is none."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.integer | np.floating):
        return None
    return int(value) if 0 <= value < inf and float(value).is_integer() else None
