"""What a workbook is filled from: the plan, its numbers, and what of it may be shown to whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from kurihara_geo.associations.halls import place_halls
from kurihara_geo.columns import COUNCIL_STATUSES
from kurihara_geo.errors import InputError, OutputError
from kurihara_geo.outputs.arguments import read_lang, read_layer, read_table
from kurihara_geo.outputs.audience import Disclosure, Hidden, disclose
from kurihara_geo.outputs.drawing.coverage import cover_districts, districts_of, find_districts, status_of
from kurihara_geo.outputs.drawing.numbering import number_groups
from kurihara_geo.outputs.said import said_once
from kurihara_geo.outputs.workbook.words import Lang, say
from kurihara_geo.plan import Plan
from kurihara_geo.plan.arguments import read_plan_at_hand
from kurihara_geo.studies.grants import GrantShares, read_shares

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["Contents", "gather"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Contents:
    """Everything the sheets and papers of one plan are filled from.

    Parameters
    ----------
    plan
        The plan.
    lang
        ``ja`` or ``en``.
    shown
        What may be shown of its figures.
    numbers
        Group id -> number, the same as on the map, in the order of the numbers.
    district_of
        Association id -> former school district, empty where it is not known.
    council_of
        District -> status of its council in words; empty where no councils were given.
    halls_of
        Association id -> names of the halls that stand in it.
    others
        Name -> plan to compare with.
    grants
        Shares of the block grant, or None.
    groups
        Ids of the groups the papers are about; None for all of them.
    attributions
        Sources to be named, each once.
    """

    plan: Plan
    lang: Lang
    shown: Disclosure
    numbers: Mapping[str, int]
    district_of: Mapping[str, str]
    council_of: Mapping[str, str] = field(default_factory=dict)
    halls_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    others: Mapping[str, Plan] = field(default_factory=dict)
    grants: GrantShares | None = None
    groups: frozenset[str] | None = None
    attributions: tuple[str, ...] = ()

    def is_in(self, group_id: object) -> bool:
        """Whether a group is one the papers are about."""
        return self.groups is None or str(group_id) in self.groups

    def figure(self, count: int | Hidden | None) -> int | str | None:
        """Give a count as a cell holds it: a number, or the words in its place."""
        return self.shown.text(count, self.lang) if isinstance(count, Hidden) else count

    def text(self, count: int | Hidden | None) -> str:
        """Give a count as a sentence holds it."""
        return self.shown.text(count, self.lang)

    @property
    def made(self) -> str:
        """Day the plan was made, ISO 8601; empty where nobody recorded it."""
        return str(self.plan.provenance.created)[:10]

    @property
    def notice(self) -> str:
        """What must be known of the data, in the language of the papers where it was given."""
        attrs = self.plan.associations.attrs
        own = attrs.get("notice_en") if self.lang == "en" else None
        return str(own or attrs.get("notice") or "")


def gather(
    plan: Plan,
    *,
    lang: Lang = "ja",
    districts: gpd.GeoDataFrame | None = None,
    councils: pd.DataFrame | None = None,
    halls: gpd.GeoDataFrame | None = None,
    others: Mapping[str, Plan] | None = None,
    grants: GrantShares | None = None,
    audience: Any = "office",
    hide_below: Any = 10,
) -> Contents:
    """Check what is handed to the workbook and the papers, and bring it together.

    Parameters
    ----------
    plan, lang, districts, councils, others, grants, audience, hide_below
        As :func:`kurihara_geo.write_workbook` takes them.
    halls
        Meeting halls; without them, those of the plan.

    Raises
    ------
    OutputError
        If ``lang`` is another language.
    InputError
        If another argument is of a wrong kind, or tables do not fit each other.
    """
    lang, plan = read_lang(lang, error=OutputError), read_plan_at_hand(plan)
    districts, councils = read_layer("districts", districts), read_table("councils", councils)
    halls = read_layer("halls", halls)
    shown = disclose(plan, audience=audience, hide_below=hide_below)
    district_of = districts_of(plan.associations, districts)
    areas = find_districts(plan.associations, districts)
    names = [] if areas is None else [str(name) for name in areas["name"]]
    return Contents(
        plan=plan,
        lang=lang,
        shown=shown,
        numbers=number_groups(plan, district_of),
        district_of=district_of,
        council_of=_council_texts(councils, names, lang),
        halls_of=_halls_by_association(plan, halls if halls is not None else plan.halls, lang),
        others=_read_others(others),
        grants=read_shares(grants),
        attributions=tuple(said_once((plan.associations, districts, councils, halls, plan.halls), "attribution", lang)),
    )


def _council_texts(councils: pd.DataFrame | None, names: list[str], lang: Lang) -> dict[str, str]:
    if councils is None:
        return {}
    texts = {}
    for district, covering in cover_districts(councils, names).items():
        status = COUNCIL_STATUSES[status_of(covering)][0 if lang == "ja" else 1]
        known = say("and", lang).join(council.name for council in covering if council.name)
        texts[district] = f"{known} ({status})" if known else status
    return texts


def _halls_by_association(plan: Plan, halls: gpd.GeoDataFrame | None, lang: Lang) -> dict[str, tuple[str, ...]]:
    if halls is None:
        return {}
    placed, found = place_halls(halls, plan.associations), dict[str, tuple[str, ...]]()
    for key, name in zip(placed["association_id"], placed["name"], strict=True):
        if not pd.isna(key):
            found[str(key)] = (*found.get(str(key), ()), _hall_name(name, lang))
    return found


def _hall_name(name: Any, lang: Lang) -> str:
    return say("hall_without_name", lang) if pd.isna(name) else str(name)


def _read_others(others: Any) -> dict[str, Plan]:
    if others is None:
        return {}
    fits = isinstance(others, Mapping) and all(isinstance(name, str) and name for name in others)
    if not fits or not all(isinstance(plan, Plan) for plan in others.values()):
        raise InputError('others must be a mapping from a name to a Plan, as {"B": plan}, or None.')
    return {name: read_plan_at_hand(plan) for name, plan in others.items()}
