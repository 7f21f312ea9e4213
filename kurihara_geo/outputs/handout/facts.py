"""What all pages of a handout draw on, looked up once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from kurihara_geo.columns import COUNCIL_STATUSES, GROUP_STATUSES
from kurihara_geo.outputs.audience import Hidden
from kurihara_geo.outputs.drawing.coverage import DISTRICT_COLUMN, cover_districts, districts_of, find_districts
from kurihara_geo.outputs.drawing.numbering import group_districts, number_groups
from kurihara_geo.outputs.handout.book import Imprint
from kurihara_geo.outputs.handout.words import say
from kurihara_geo.outputs.said import said_by
from kurihara_geo.plan import meeting_place_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from kurihara_geo.outputs.audience import Disclosure
    from kurihara_geo.outputs.drawing.coverage import Council
    from kurihara_geo.plan import Plan
    from kurihara_geo.studies.explanations import Explanation

__all__ = ["Facts", "Group"]


@dataclass(frozen=True)
class Group:
    """A group as the pages name it.

    Parameters
    ----------
    number
        Its number on every map and list.
    group_id, name, status
        As in ``plan.groups``.
    members
        Ids of its members.
    district
        The former school district most of them are in; empty where it is not known.
    place
        Where they meet.
    """

    number: int
    group_id: str
    name: str
    status: str
    members: tuple[str, ...]
    district: str
    place: str


@dataclass(frozen=True, kw_only=True)
class Facts:
    """A plan, what is drawn with it, and for whom.

    Parameters
    ----------
    plan, shown
        The plan, and what may be shown of it.
    lang
        ``ja`` or ``en``.
    title
        Title of the document.
    districts, councils, halls, barriers
        Tables as :func:`kurihara_geo.write_handout` takes them.
    explanations
        Group id -> why it is so; empty in public.
    """

    plan: Plan
    shown: Disclosure
    lang: str
    title: str
    districts: gpd.GeoDataFrame | None
    councils: pd.DataFrame | None
    halls: gpd.GeoDataFrame | None
    barriers: gpd.GeoDataFrame | None
    explanations: Mapping[str, Explanation]

    def say(self, key: str, /, **values: object) -> str:
        """Give a text of the handout."""
        return say(key, self.lang, **values)

    def listed(self, texts: list[str]) -> str:
        """Join texts to a list."""
        return self.say("separator").join(texts)

    # --- names and numbers --------------------------------------------------------------------------------------------

    @cached_property
    def district_of(self) -> dict[str, str]:
        """Association id -> former school district."""
        return districts_of(self.plan.associations, self.areas)

    @cached_property
    def areas(self) -> gpd.GeoDataFrame | None:
        """The districts to draw."""
        return find_districts(self.plan.associations, self.districts)

    @cached_property
    def groups(self) -> list[Group]:
        """The groups in the order of their numbers."""
        numbers = number_groups(self.plan, self.district_of)
        districts = group_districts(self.plan, self.district_of)
        table = self.plan.groups.drop(columns="geometry").T
        return [
            Group(
                number=number,
                group_id=name,
                name=str(table[name]["name"]),
                status=str(table[name]["status"]),
                members=tuple(map(str, table[name]["member_ids"])),
                district=districts[name],
                place=meeting_place_text(table[name], self.lang),
            )
            for name, number in numbers.items()
        ]

    @cached_property
    def group_of(self) -> dict[str, Group]:
        """Association id -> its group."""
        return {member: group for group in self.groups for member in group.members}

    @cached_property
    def names(self) -> dict[str, str]:
        """Association id -> name."""
        return {str(key): str(name) for key, name in self.plan.associations["name"].items()}

    @cached_property
    def small(self) -> dict[str, bool]:
        """Association id -> whether it is below its floor today."""
        return {str(key): bool(value) for key, value in self.plan.members["small"].items()}

    @cached_property
    def distances(self) -> dict[str, int | None]:
        """Association id -> metres to its group's meeting place."""
        column = self.plan.members["distance_m"]
        return {str(key): None if pd.isna(value) else int(value) for key, value in column.items()}

    def status_text(self, status: str) -> str:
        """Name a status."""
        return GROUP_STATUSES[status][0 if self.lang == "ja" else 1]

    def district_text(self, district: str) -> str:
        """Name a district, or say that it is not known."""
        return district or self.say("without_district")

    # --- households ---------------------------------------------------------------------------------------------------

    def number(self, count: int | Hidden | None) -> str:
        """Give a number of households or people as people read it."""
        return self.shown.text(count, self.lang)

    def households(self, count: int | Hidden | None) -> str:
        """Give a number of households with the word, or what is said in place of it."""
        text = self.number(count)
        return text if count is Hidden.WITHHELD or not text else self.say("households", n=text)

    def member_text(self, association_id: str) -> str:
        """Name an association with its households."""
        count = self.number(self.shown.association(association_id))
        return self.say("member", name=self.names[association_id], n=count)

    def members_text(self, group: Group) -> str:
        """Name the members of a group with their households."""
        return self.listed([self.member_text(name) for name in group.members])

    def together(self, *ids: str) -> int | Hidden:
        """Add the households of associations up, where every one of them may be shown."""
        counts = [self.shown.association(name) for name in ids]
        known = [count for count in counts if not isinstance(count, Hidden)]
        return sum(known) if len(known) == len(counts) else Hidden.WITHHELD

    @property
    def below_text(self) -> str:
        """Say what a small association is below."""
        rules = self.plan.rules
        if rules.lower_floors or (rules.floors_apply_to == "all"):
            return self.say("below_own")
        return self.say("below", floor=f"{rules.min_households:,}")

    @cached_property
    def reasons(self) -> dict[str, str]:
        """Association id -> why it is left below the floor."""
        return {
            str(name): self.shown.reason(row, self.lang) or self.say("no_reason")
            for name, row in self.plan.left_below.iterrows()
        }

    # --- districts, councils, halls -----------------------------------------------------------------------------------

    @cached_property
    def district_names(self) -> list[str]:
        """The districts in the order of the groups' numbers, then those without a group."""
        inhabited = [self.district_of.get(str(name), "") for name in self.plan.members.index]
        given = [] if self.areas is None else list(map(str, self.areas["name"]))
        first = dict.fromkeys(group.district for group in self.groups)
        return list(dict.fromkeys([*first, *(name for name in [*inhabited, *given] if name)]))

    @cached_property
    def coverage(self) -> dict[str, tuple[Council, ...]] | None:
        """District -> councils that cover it; None where no councils are given."""
        if self.councils is None:
            return None
        named = [] if self.areas is None else list(map(str, self.areas["name"]))
        return cover_districts(self.councils, list(dict.fromkeys([*named, *filter(None, self.district_names)])))

    def council_text(self, district: str) -> str:
        """Name the councils of a district and how far they are; empty where no councils are given."""
        if self.coverage is None:
            return ""
        lang = 0 if self.lang == "ja" else 1
        texts = []
        for council in self.coverage.get(district, ()):
            founded = self.say("founded", day=council.founded) if council.founded else ""
            parts = [COUNCIL_STATUSES[council.status][lang], founded]
            inside = self.listed([part for part in parts if part])
            texts.append(f"{council.name}({inside})" if council.name else inside)
        return self.listed(texts) or COUNCIL_STATUSES["not_confirmed"][lang]

    def area_households(self, district: str) -> str:
        """Give the households of a district, where the associations say which one they are in."""
        column = self.plan.associations.get(DISTRICT_COLUMN)
        known = Counter() if column is None else Counter(map(str, column.dropna()))
        if not district or district not in known:
            return ""
        return self.number(self.shown.area(DISTRICT_COLUMN, district))

    # --- head and foot ------------------------------------------------------------------------------------------------

    def imprint(self) -> Imprint:
        """Give what stands on every page: title, date, notice, sources, and what is hidden."""
        day = str(self.plan.provenance.created)[:10]
        label = self.say("label", date=day) if day else self.say("label_undated")
        notes = [self.say("proposal_only"), *self._notices(), *self._sources(), self.shown.note(self.lang)]
        return Imprint(self.title, label, tuple(dict.fromkeys(filter(None, notes))), self.lang)

    def _tables(self) -> list[tuple[str, Any]]:
        layers = {
            "layer_districts": self.districts,
            "layer_councils": self.councils,
            "layer_halls": self.halls if self.halls is not None else self.plan.halls,
            "layer_barriers": self.barriers,
        }
        return [("", self.plan.associations), *((self.say(k), t) for k, t in layers.items() if t is not None)]

    def _notices(self) -> list[str]:
        notice = said_by(self.plan.associations, "notice", self.lang)
        return [self.say("notice", text=notice)] if notice else []

    def _sources(self) -> list[str]:
        """Name each source once, with the layers it is of where that is not the associations."""
        of: dict[str, list[str]] = {}
        for what, table in self._tables():
            text = said_by(table, "attribution", self.lang)
            if text:
                of.setdefault(text, []).append(what)
        return [
            self.say("source", text=text if "" in what else self.say("data_of", what=self.listed(what), text=text))
            for text, what in of.items()
        ]
