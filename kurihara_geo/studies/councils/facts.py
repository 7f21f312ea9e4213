"""The figures of councils one by one: a district, a council, a group that no council holds whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kurihara_geo.studies.councils.districts import status_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kurihara_geo.studies.councils.districts import CouncilRow
    from kurihara_geo.studies.councils.requirements import CouncilTest
    from kurihara_geo.studies.councils.town import Group, Town

__all__ = ["CouncilFacts", "Side", "council_facts", "district_row", "sides_of"]


def district_row(town: Town, district: str) -> dict[str, Any]:
    """Count what is in a district, as in ``columns.DISTRICT_COVERAGE``; an empty text: what is in none.

    Parameters
    ----------
    town
        The town.
    district
        One of its districts.
    """
    members = town.members_of.get(district, ())
    rows = town.rows_of(district)
    bodies = [row for row in rows if row.is_named]
    groups = None if town.groups is None else [group for group in town.groups if group.district == district]
    return {
        "district": district,
        "status": status_of(tuple(row.council for row in rows)),
        "council_ids": tuple(row.council_id for row in bodies),
        "council_names": tuple(row.title for row in bodies),
        "associations": len(members),
        "small_before": sum(town.small[one] for one in members),
        "groups": None if groups is None else len(groups),
        "groups_across": None if groups is None else sum(_is_across(town, group) for group in groups),
        "small_after": None if groups is None else sum(group.below for group in groups),
        "households": sum(town.households[one] for one in members),
        "halls": None if town.halls is None else town.halls.get(district, 0),
        **{f"households_{year}": _sum(known[one] for one in members) for year, known in town.later.items()},
    }


def _is_across(town: Town, group: Group) -> bool:
    return len({town.district_of[one] for one in group.members}) > 1


def _sum(counts: Iterator[int | None]) -> int | None:
    """Add counts up; None where one of them is not known."""
    given = list(counts)
    known = [count for count in given if count is not None]
    return sum(known) if len(known) == len(given) else None


# --- a council ------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class CouncilFacts:
    """What a council covers and holds.

    Parameters
    ----------
    row
        The council.
    associations, households
        What is in it.
    held, total
        Associations and households: those in it, and all of its districts.
    overlaps
        Other councils in its districts, in the order of the table.
    is_known
        Whether it is known, or assumed as the test says, who is in it.
    """

    row: CouncilRow
    associations: int
    households: int
    held: tuple[int, int]
    total: tuple[int, int]
    overlaps: tuple[CouncilRow, ...]
    is_known: bool

    def share(self, which: int) -> float | None:
        """Give the share of the associations (0) or households (1) of its districts; None where it is not known."""
        return self.held[which] / self.total[which] if self.is_known and self.total[which] else None

    def judge(self, test: CouncilTest) -> tuple[bool | None, bool | None, bool | None]:
        """Say whether it covers about one district, overlaps no other, and holds the share; None: cannot be said.

        Parameters
        ----------
        test
            What is asked.
        """
        if not self.row.is_body:
            return None, None, None
        enough = None
        if self.is_known and self.total[0]:
            enough = any(test.is_enough(self.held[which], self.total[which]) for which in (0, 1))
        return 1 <= len(self.row.districts) <= test.max_districts, test.may_overlap or not self.overlaps, enough


def council_facts(town: Town, test: CouncilTest) -> list[CouncilFacts]:
    """Give the facts of every council and every body that is named, in the order of the table.

    Parameters
    ----------
    town, test
        The town, and what is asked of its councils.
    """
    return [_facts(town, row, assume_whole=test.assume_whole) for row in town.rows if row.is_named]


def _facts(town: Town, row: CouncilRow, *, assume_whole: bool) -> CouncilFacts:
    inside = [one for district in row.districts for one in town.members_of.get(district, ())]
    own = [one for one in town.households if row in town.councils_of[one]]
    held = sorted(set(own) & set(inside))
    overlaps = [
        other
        for other in town.rows
        if other is not row and other.is_body and row.is_body and set(other.districts) & set(row.districts)
    ]
    return CouncilFacts(
        row=row,
        associations=len(own),
        households=_households(town, own),
        held=(len(held), _households(town, held)),
        total=(len(inside), _households(town, inside)),
        overlaps=tuple(overlaps),
        # Of two councils in one district each could hold any part of it.
        is_known=town.said is not None or (assume_whole and not overlaps),
    )


def _households(town: Town, ids: list[str]) -> int:
    return sum(town.households[one] for one in ids)


# --- a group across councils ----------------------------------------------------------------------


@dataclass(frozen=True)
class Side:
    """The members of a group that are in one council.

    Parameters
    ----------
    council
        The council; None where they are in none.
    members
        Ids of these members.
    """

    council: CouncilRow | None
    members: tuple[str, ...]


def sides_of(town: Town, group: Group) -> list[Side]:
    """Give the sides of a group that no council holds whole; nothing where one does, or none has a member.

    Councils are those established or being prepared. The side without a council stands last.

    Parameters
    ----------
    town, group
        The town, and one of its groups.
    """
    councils = {one: [row for row in town.councils_of[one] if row.is_body] for one in group.members}
    met = [row for row in town.rows if any(row in rows for rows in councils.values())]
    if not met or any(all(row in rows for rows in councils.values()) for row in met):
        return []
    sides = [Side(row, tuple(one for one in group.members if row in councils[one])) for row in met]
    outside = tuple(one for one in group.members if not councils[one])
    return [*sides, Side(None, outside)] if outside else sides
