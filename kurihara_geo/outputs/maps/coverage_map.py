"""DISTRICTS and COUNCILS -> a map of how far community promotion councils cover the former school districts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from kurihara_geo.columns import COUNCIL_STATUSES
from kurihara_geo.errors import InputError
from kurihara_geo.outputs.arguments import read_lang, read_layer, read_table, read_title
from kurihara_geo.outputs.audience import Hidden, disclose, read_audience
from kurihara_geo.outputs.drawing import coverage, shapes
from kurihara_geo.outputs.drawing.numbering import group_districts
from kurihara_geo.outputs.maps import outlines
from kurihara_geo.outputs.maps.study_page import Study, Thing, as_page, label, read_associations_at_hand
from kurihara_geo.outputs.maps.study_texts import COVERAGE, words_in
from kurihara_geo.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kurihara_geo.outputs.arguments import Lang
    from kurihara_geo.outputs.audience import Audience, Disclosure
    from kurihara_geo.outputs.drawing.coverage import Council
    from kurihara_geo.outputs.maps.document import MapDocument

__all__ = ["map_coverage"]

_LANGUAGES = ("ja", "en")


def map_coverage(
    associations: Plan | gpd.GeoDataFrame,
    districts: gpd.GeoDataFrame | None = None,
    councils: pd.DataFrame | None = None,
    *,
    title: str | None = None,
    lang: Lang = "ja",
    audience: Audience = "office",
    hide_below: int = 10,
) -> MapDocument:
    """Draw the former school districts by how far a community promotion council covers them, in four looks.

    Districts, associations and households of each status stand in a table; with a plan, associations after it too.

    Parameters
    ----------
    associations
        Checked associations, or a plan.
    districts, councils
        As for :func:`kurihara_geo.map_plan`; without districts, the associations' column ``former_school_district`` is
        used. Councils are needed.
    title
        Heading of the page.
    lang
        ``ja`` or ``en``.
    audience
        ``office``, or ``public``, which needs a plan: small household counts are hidden.
    hide_below
        Household counts below this are hidden in public.

    Returns
    -------
    MapDocument
        A notebook shows it as it is; ``save(path)`` writes it.

    Raises
    ------
    InputError
        If councils or districts are missing or do not fit each other, or an option is wrong.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> page = kg.map_coverage(kg.load_sample(), kg.load_sample_districts(), kg.load_sample_councils())
    >>> page.title
    'コミュニティ推進協議会の設置状況'
    """
    lang, title = read_lang(lang), read_title(title)
    plan = associations if isinstance(associations, Plan) else None
    shown = _disclosure(plan, audience, hide_below)
    given = associations.associations if isinstance(associations, Plan) else associations
    table = read_associations_at_hand(given)
    read_layer("districts", districts)
    if read_table("councils", councils) is None:
        raise InputError("councils must be a table of community promotion councils, not None.")
    placed = None if districts is None else shapes.in_plane(districts, table.crs, "districts")
    areas = coverage.find_districts(table, placed)
    if areas is None:
        raise InputError("There are no districts: pass districts=..., or a column former_school_district.")
    found = _Counts(table, areas, plan, shown, lang)
    covered = coverage.cover_districts(councils, found.names)  # type: ignore[arg-type] # checked above
    study = _draw(areas, found, covered, words_in(COVERAGE, lang), lang)
    study.title = title or study.title
    study.things.append(_outlines(table))
    return as_page(
        study,
        lang,
        [given, districts, councils],
        proposal=plan is not None,
        made="" if plan is None else str(plan.provenance.created)[:10],
        audience="" if shown is None else shown.note(lang),
    )


def _disclosure(plan: Plan | None, audience: Any, hide_below: Any) -> Disclosure | None:
    if plan is not None:
        return disclose(plan, audience=audience, hide_below=hide_below)
    if read_audience(audience) == "public":
        raise InputError("audience='public' needs a plan: which counts may be shown is decided for a whole plan.")
    return None


@dataclass(frozen=True)
class _Row:
    associations: int
    groups: int | None
    households: int | Hidden


class _Counts:
    """Associations, groups and households of each district."""

    def __init__(
        self,
        table: gpd.GeoDataFrame,
        districts: gpd.GeoDataFrame,
        plan: Plan | None,
        shown: Disclosure | None,
        lang: Lang,
    ) -> None:
        self.names = [str(name) for name in districts["name"]]
        self.shown, self.lang, self.with_plan = shown, lang, plan is not None
        inhabited: Any = table[table["households"] > 0]
        of = coverage.districts_of(table, districts)
        self.district = pd.Series([of[str(name)] for name in inhabited.index], index=inhabited.index, dtype=object)
        self.households = inhabited["households"]
        self.main = pd.Series(group_districts(plan, of), dtype=object) if plan is not None else None
        self.by_column = coverage.DISTRICT_COLUMN in table
        self.outside = int((~self.district.isin(self.names)).sum())

    def row(self, name: str) -> _Row:
        inside = (self.district == name).to_numpy()
        groups = None if self.main is None else int((self.main == name).sum())
        return _Row(int(inside.sum()), groups, self._households(name, int(self.households[inside].sum())))

    def _households(self, name: str, count: int) -> int | Hidden:
        if self.shown is None or not self.shown.is_public or not count:
            return count
        return self.shown.area(coverage.DISTRICT_COLUMN, name) if self.by_column else Hidden.WITHHELD

    def total(self) -> int | Hidden:
        return int(self.households.sum()) if self.shown is None else self.shown.total()

    def text(self, count: int | Hidden | None) -> str:
        if self.shown is not None:
            return self.shown.text(count, self.lang)
        return f"{count:,}" if isinstance(count, int) else ""


def _draw(
    districts: gpd.GeoDataFrame,
    found: _Counts,
    covered: Mapping[str, tuple[Council, ...]],
    words: Mapping[str, str],
    lang: Lang,
) -> Study:
    said = {status: texts[_LANGUAGES.index(lang)] for status, texts in COUNCIL_STATUSES.items()}
    study = Study(words["title"], entries_title=words["entries"])
    status = {name: coverage.status_of(covered[name]) for name in found.names}
    rows = {name: found.row(name) for name in found.names}
    drawn, spots = shapes.shape_areas(
        gpd.GeoSeries(districts.geometry.to_numpy(), index=found.names, crs=districts.crs)
    )
    for name, rings in zip(found.names, outlines.list_areas(drawn), strict=True):
        facts = [(words["status"], said[status[name]]), *_council_facts(covered[name], words)]
        facts += _row_facts(rows[name], found, words)
        study.things.append(Thing(rings, f"council-{status[name]}", name, facts))
    order = [*COUNCIL_STATUSES]
    for place in sorted(range(len(found.names)), key=lambda n: (order.index(status[found.names[n]]), n)):
        name = found.names[place]
        councils = " / ".join(dict.fromkeys(council.name for council in covered[name] if council.name))
        text = " · ".join(part for part in (said[status[name]], councils) if part)
        mark = f"council-{status[name]}"
        study.entries.append({"title": name, "text": text, "mark": mark, "things": [place]})
    study.figures = _figures(found, status, rows, said, words)
    study.table = _table(found, status, rows, covered, said, words)
    study.lead = [words["outside"].replace("{n}", f"{found.outside:,}")] if found.outside else []
    study.legend = [(f"council-{one}", said[one]) for one in order]
    study.labels = [label(spots[name], [name]) for name in found.names]
    return study


def _council_facts(councils: Sequence[Council], words: Mapping[str, str]) -> list[tuple[str, str]]:
    facts = []
    for council in councils:
        if council.name:
            facts.append((words["council"], council.name))
        if council.founded:
            facts.append((words["founded"], council.founded))
    return facts


def _row_facts(row: _Row, found: _Counts, words: Mapping[str, str]) -> list[tuple[str, str]]:
    facts = [(words["associations"], f"{row.associations:,}")]
    facts += [] if row.groups is None else [(words["groups"], f"{row.groups:,}")]
    return [*facts, (words["households"], found.text(row.households))]


def _figures(
    found: _Counts,
    status: Mapping[str, str],
    rows: Mapping[str, _Row],
    said: Mapping[str, str],
    words: Mapping[str, str],
) -> tuple[list[str], list[list[str]]]:
    after = [words["groups"]] if found.with_plan else []
    head = [words["status"], words["districts"], words["associations"], *after, words["households"]]
    lines = []
    for one, text in said.items():
        inside = [rows[name] for name in found.names if status[name] == one]
        counts = [row.households for row in inside]
        # A sum is shown where each number in it is: then it tells nothing new.
        known = [count for count in counts if not isinstance(count, Hidden)]
        households = sum(known) if len(known) == len(counts) else Hidden.WITHHELD
        lines.append([text, f"{len(inside):,}", *_sums(inside, found), found.text(households)])
    groups = [f"{len(found.main):,}"] if found.main is not None else []
    total = [words["total"], f"{len(found.names):,}", f"{len(found.district):,}", *groups, found.text(found.total())]
    return head, [*lines, total]


def _sums(rows: Sequence[_Row], found: _Counts) -> list[str]:
    counts = [f"{sum(row.associations for row in rows):,}"]
    return [*counts, f"{sum(row.groups or 0 for row in rows):,}"] if found.with_plan else counts


def _table(
    found: _Counts,
    status: Mapping[str, str],
    rows: Mapping[str, _Row],
    covered: Mapping[str, tuple[Council, ...]],
    said: Mapping[str, str],
    words: Mapping[str, str],
) -> tuple[list[str], list[list[str]]]:
    after = [words["groups"]] if found.with_plan else []
    head = [words["district"], words["status"], words["council"], words["associations"], *after, words["households"]]
    lines = []
    for name in found.names:
        row = rows[name]
        groups = [f"{row.groups:,}"] if row.groups is not None else []
        councils = " / ".join(f"{one.name} {one.founded}".strip() for one in covered[name] if one.name)
        lines.append([name, said[status[name]], councils, f"{row.associations:,}", *groups, found.text(row.households)])
    return head, lines


def _outlines(table: gpd.GeoDataFrame) -> Thing:
    """Give the outlines of the associations, thin, for the eye only."""
    drawn, _ = shapes.shape_areas(table.geometry)
    parts = [part for _, _, *lines in outlines.list_edges(drawn) for part in lines]
    return Thing(parts, "quiet", "", [], line=True)
