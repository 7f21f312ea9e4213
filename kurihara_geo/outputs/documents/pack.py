"""What the papers of one plan, or of one former school district of it, are filled from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from kurihara_geo.plan import meeting_place_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kurihara_geo.outputs.drawing.plan_map import MapLayers
    from kurihara_geo.outputs.workbook.contents import Contents
    from kurihara_geo.plan import Plan
    from kurihara_geo.studies.explanations import Explanation

__all__ = ["NO_DISTRICT", "Group", "Pack", "list_districts", "list_groups"]

NO_DISTRICT = "旧小学校区なし"


@dataclass(frozen=True, kw_only=True, eq=False)
class Pack:
    """The papers of a plan, or of one district of it.

    Parameters
    ----------
    contents
        The plan, its numbers, what may be shown, and the groups the papers are about.
    title
        Title of the plan.
    district
        District the papers are about, an empty text for associations without one; None for the whole town.
    explanations
        Group id -> why it is as it is.
    layers
        What is drawn on maps; None for papers without maps.
    """

    contents: Contents
    title: str
    district: str | None = None
    explanations: Mapping[str, Explanation] = field(default_factory=dict)
    layers: MapLayers | None = None

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.contents.plan

    @property
    def area(self) -> str:
        """The area the papers are about, as people call it."""
        return "全域" if self.district is None else self.district or NO_DISTRICT

    def of_district(self, district: str) -> Pack:
        """Give the papers of one district: those of every group that has a member there."""
        district_of, groups = self.contents.district_of, self.plan.groups
        own = frozenset(
            str(key)
            for key, members in groups["member_ids"].items()
            if any(district_of[str(member)] == district for member in members)
        )
        return replace(self, contents=replace(self.contents, groups=own), district=district)


@dataclass(frozen=True, kw_only=True)
class Group:
    """A group as papers name it.

    Parameters
    ----------
    number
        Its number on the map.
    group_id, name, status
        As in ``plan.groups``.
    members
        Id and name of each member.
    districts
        Districts its members are in, each once, an empty text for none.
    meeting_place
        Where it would meet, in words.
    """

    number: int
    group_id: str
    name: str
    status: str
    members: tuple[tuple[str, str], ...]
    districts: tuple[str, ...]
    meeting_place: str

    @property
    def member_names(self) -> str:
        """Names of the members, one after the other."""
        return "、".join(name for _, name in self.members)

    @property
    def across(self) -> str:
        """Say that it reaches across districts; empty where it does not."""
        if len(self.districts) < 2:
            return ""
        return f"この組み合わせは旧小学校区をまたぎます({'、'.join(name or NO_DISTRICT for name in self.districts)})。"


def list_groups(pack: Pack, statuses: Iterable[str] = ("merged", "below_floor", "unchanged")) -> list[Group]:
    """List the groups the papers are about, in the order of their numbers.

    Parameters
    ----------
    pack
        The papers.
    statuses
        Only groups of these.
    """
    contents, wanted = pack.contents, set(statuses)
    rows = {str(key): row for key, row in pack.plan.groups.drop(columns="geometry").to_dict("index").items()}
    return [
        _group(contents, key, {str(name): value for name, value in rows[key].items()})
        for key in contents.numbers
        if contents.is_in(key) and rows[key]["status"] in wanted
    ]


def _group(contents: Contents, key: str, row: dict[str, Any]) -> Group:
    ids = [str(member) for member in row["member_ids"]]
    return Group(
        number=contents.numbers[key],
        group_id=key,
        name=str(row["name"]),
        status=str(row["status"]),
        members=tuple(zip(ids, map(str, row["member_names"]), strict=True)),
        districts=tuple(dict.fromkeys(contents.district_of[member] for member in ids)),
        meeting_place=meeting_place_text(row, "ja"),
    )


def list_districts(contents: Contents) -> list[str]:
    """List the districts associations are in, in the order of the table, the empty text for none last.

    Parameters
    ----------
    contents
        The plan, and which association is in which district.
    """
    found = dict.fromkeys(contents.district_of[str(key)] for key in contents.plan.members.index)
    return [*(name for name in found if name), *([""] if "" in found else [])]
