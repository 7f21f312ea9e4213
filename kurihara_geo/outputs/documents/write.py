"""One folder with the papers of the procedure, or one folder for each former school district."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kurihara_geo.outputs.arguments import read_choice, read_title
from kurihara_geo.outputs.documents.folders import folder_names
from kurihara_geo.outputs.documents.pack import Pack, list_districts
from kurihara_geo.outputs.documents.papers import INDEX, list_papers, make_index
from kurihara_geo.outputs.drawing.plan_map import prepare_map
from kurihara_geo.outputs.explanations import read_explanations
from kurihara_geo.outputs.whole_folder import check_folder, fill_folder
from kurihara_geo.outputs.workbook.contents import gather

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from kurihara_geo.outputs.audience import Audience
    from kurihara_geo.plan import Plan
    from kurihara_geo.studies import GrantShares
    from kurihara_geo.studies.explanations import Explanation

__all__ = ["write_documents"]


def write_documents(
    plan: Plan,
    folder: str | os.PathLike[str],
    *,
    districts: gpd.GeoDataFrame | None = None,
    councils: pd.DataFrame | None = None,
    halls: gpd.GeoDataFrame | None = None,
    others: Mapping[str, Plan] | None = None,
    grants: GrantShares | None = None,
    explanations: Mapping[str, Explanation] | None = None,
    by_district: bool = False,
    maps: bool = True,
    title: str | None = None,
    audience: Audience = "office",
    hide_below: int = 10,
) -> dict[str, Path]:
    """Write the papers of the procedure with the names of the plan filled in, in Japanese, ready to print and change.

    Parameters
    ----------
    plan
        The plan.
    folder
        Made when it is not there. Files of the same names are replaced, others stay.
    districts
        Former school districts, columns ``name`` and ``geometry``, any CRS; without them, the associations' own column.
    councils
        Community promotion councils, columns ``name``, ``status`` and ``district_names``.
    halls
        Meeting halls as points, any CRS; without them, those of the plan.
    others
        Name -> plan of the same town, to be compared with this one.
    grants
        Shares of the block grant in yen; with them there is an estimate.
    explanations
        Group id -> why it is as it is, as :func:`kurihara_geo.explain_merger` gives it; said in the briefing pack.
    by_district
        Whether each former school district gets a folder with its own papers. A group with members in several
        districts is in each of their folders, and its papers say so. Associations without a district are in the
        folder 旧小学校区なし.
    maps
        Whether the briefing pack has maps; they take most of the time.
    title
        Title of the plan; 自治会再編案 unless given.
    audience, hide_below
        ``office``, or ``public``: then only the lists and the briefing pack are written, household counts under
        ``hide_below`` and what would give them away replaced by words. The other papers are for the office and for
        the associations concerned; the list of papers says that they are left out.

    Returns
    -------
    dict
        Name within the folder, with ``/`` between folder and file -> path of every file written.

    Raises
    ------
    OutputError
        If the folder cannot be written to. Nothing is written then.
    InputError
        If another argument is of a wrong kind, or tables do not fit each other.

    Notes
    -----
    文書一覧.txt (what is there), 再編案一覧.xlsx (:func:`kurihara_geo.write_workbook`), 支障事案調査票.xlsx (obstacles
    and what helps, for each association below the floor; its last sheet is read back by
    :func:`kurihara_geo.read_obstacles`), アンケート票.docx (a form for each group that is merged or left below the
    floor), 住民説明会資料.html (one file for a projector or A4 paper, without scripts and without a network),
    合意書.docx (for each merged group), 統合決議書.docx (for each of its associations) and, where grants are given,
    交付金試算.xlsx. The drafts say on every page that they are drafts. They give no legal advice: what the law asks
    for must be confirmed by the city. Equal plans made on the same day give equal bytes.

    Examples
    --------
    >>> write_documents(plan, "papers", by_district=True)  # doctest: +SKIP
    {'文書一覧.txt': PosixPath('papers/文書一覧.txt'), ...}
    """
    contents = gather(
        plan,
        districts=districts,
        councils=councils,
        halls=halls,
        others=others,
        grants=grants,
        audience=audience,
        hide_below=hide_below,
    )
    wanted = read_choice("maps", maps)
    pack = Pack(
        contents=contents,
        title=read_title(title) or "自治会再編案",
        explanations=read_explanations(contents.plan, explanations),
        layers=prepare_map(plan, districts=districts, halls=halls) if wanted else None,
    )
    path, split = check_folder(folder), read_choice("by_district", by_district)
    packs = _packs(pack) if split else {"": pack}
    return fill_folder(path, lambda made: _make_all(made, packs), first=[INDEX])


def _packs(pack: Pack) -> dict[str, Pack]:
    """Give the papers of each folder: the whole town's own, then those of each district."""
    names = list_districts(pack.contents)
    return {"": pack, **{folder: pack.of_district(name) for name, folder in folder_names(names).items()}}


def _make_all(place: Path, packs: Mapping[str, Pack]) -> None:
    made = []
    for folder, pack in packs.items():
        (place / folder).mkdir(exist_ok=True)
        for paper in list_papers(pack, by_district=len(packs) > 1):
            (place / folder / paper.file).write_bytes(paper.make(pack))
            made.append(f"{folder}/{paper.file}" if folder else paper.file)
    (place / INDEX).write_text(make_index(packs, made), encoding="utf-8-sig", newline="\r\n")
