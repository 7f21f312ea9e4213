"""One folder with everything a plan is handed on as."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from kurihara_geo.outputs.arguments import read_choice
from kurihara_geo.outputs.audience import read_audience
from kurihara_geo.outputs.documents import write_documents
from kurihara_geo.outputs.exports import (
    write_associations_geojson,
    write_borders_geojson,
    write_geojson,
    write_halls_geojson,
    write_rules,
)
from kurihara_geo.outputs.handout import write_handout
from kurihara_geo.outputs.maps import write_map
from kurihara_geo.outputs.maps.comparison import write_comparison_map
from kurihara_geo.outputs.whole_folder import check_folder, fill_folder
from kurihara_geo.outputs.workbook import write_workbook
from kurihara_geo.plan.arguments import read_plan_at_hand

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from kurihara_geo.outputs.audience import Audience
    from kurihara_geo.plan import Plan
    from kurihara_geo.studies import Explanation, GrantShares

__all__ = ["PLAN_FILES", "write_plan"]

PLAN_FILES = (
    "plan.geojson",
    "associations.geojson",
    "borders.geojson",
    "halls.geojson",
    "plan.xlsx",
    "map.html",
    "rules.toml",
    "before_after.html",
    "handout.pdf",
)


def write_plan(
    plan: Plan,
    folder: str | os.PathLike[str],
    *,
    districts: gpd.GeoDataFrame | None = None,
    councils: pd.DataFrame | None = None,
    barriers: gpd.GeoDataFrame | None = None,
    explanations: Mapping[str, Explanation] | None = None,
    others: Mapping[str, Plan] | None = None,
    grants: GrantShares | None = None,
    papers: bool = False,
    title: str | None = None,
    lang: Literal["ja", "en"] = "ja",
    audience: Audience = "office",
    hide_below: int = 10,
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
    explanations
        Group id -> why it is as it is, as :func:`kurihara_geo.explain_groups` gives it; told in the map and the papers.
    others
        Name -> plan of the same town, compared with this one in the workbook and the papers.
    grants
        Shares of the block grant in yen; with them the workbook and the papers have an estimate.
    papers
        Whether to write the papers as well: ``before_after.html``, ``comparison_1.html`` and so on with each of
        ``others``, ``handout.pdf`` and the folder ``documents``.
    lang
        Language of the maps, the workbook and the handout; the documents are in Japanese.
    audience, hide_below
        ``office``, or ``public``: then counts of households under ``hide_below`` and what would give them away are
        hidden in every file, and the files cannot be read back into a plan.

    Returns
    -------
    dict
        Name within the folder -> path: ``plan.geojson``, ``associations.geojson``, ``borders.geojson``, ``plan.xlsx``,
        ``map.html``, ``rules.toml``, ``halls.geojson`` if halls were given, and the papers. For office use the
        associations, borders, halls and rules read back make the same plan again.

    Raises
    ------
    OutputError
        If the folder cannot be written to.
    """
    plan, path = read_plan_at_hand(plan), check_folder(folder, PLAN_FILES)
    papers, audience = read_choice("papers", papers), read_audience(audience)
    seen: dict[str, Any] = {"audience": audience, "hide_below": hide_below}
    drawn: dict[str, Any] = {"districts": districts, "councils": councils, "barriers": barriers, "title": title}
    listed: dict[str, Any] = {"districts": districts, "councils": councils, "others": others, "grants": grants}

    def make(made: Path) -> None:
        write_map(plan, made / "map.html", explanations=explanations, lang=lang, **drawn, **seen)
        write_workbook(plan, made / "plan.xlsx", lang=lang, **listed, **seen)
        _write_data(plan, made, **seen)
        if papers:
            told: dict[str, Any] = {"explanations": explanations, **seen}
            write_comparison_map(plan, made / "before_after.html", lang=lang, **drawn, **seen)
            for number, (name, other) in enumerate((others or {}).items(), 1):
                page, labels = made / f"comparison_{number}.html", ("A", name)
                write_comparison_map(plan, page, other, labels=labels, lang=lang, **drawn, **seen)
            write_handout(plan, made / "handout.pdf", others=others, grants=grants, lang=lang, **drawn, **told)
            write_documents(plan, made / "documents", title=title, **listed, **told)

    return fill_folder(path, make, first=PLAN_FILES)


def _write_data(plan: Plan, folder: Path, *, audience: Audience, hide_below: int) -> None:
    """Write what other programs read."""
    write_geojson(plan, folder / "plan.geojson", audience=audience, hide_below=hide_below)
    write_associations_geojson(plan, folder / "associations.geojson", audience=audience)
    write_borders_geojson(plan, folder / "borders.geojson", audience=audience)
    write_rules(plan.rules, folder / "rules.toml", audience=audience)
    if plan.halls is not None:
        write_halls_geojson(plan, folder / "halls.geojson", audience=audience)
