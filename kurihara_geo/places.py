"""Points where people live and meet, and the way between them: shared by the model and the check of its plan."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Hall", "MeetingPlace", "Place", "distance_m", "find_meeting_place"]


@dataclass(frozen=True)
class Hall:
    """A meeting hall as a point of the metric plane.

    Parameters
    ----------
    place_id
        The hall's id.
    x_m, y_m
        Metres in the plane CRS of the associations.
    """

    place_id: str
    x_m: float
    y_m: float


@dataclass(frozen=True)
class Place:
    """An association as a point of the metric plane, with the halls it has.

    Parameters
    ----------
    place_id
        The association's id.
    households
        Households that would walk from here.
    x_m, y_m
        Metres in the plane CRS of the associations.
    halls
        Its halls, sorted by id.
    """

    place_id: str
    households: int
    x_m: float
    y_m: float
    halls: tuple[Hall, ...] = ()


@dataclass(frozen=True)
class MeetingPlace:
    """Where a group meets, and what that costs its households.

    Parameters
    ----------
    place_id
        Hall id, or association id where the group has no hall.
    travel_household_m
        Sum of households times whole metres, one way.
    target
        The hall, or the member whose point it is.
    """

    place_id: str
    travel_household_m: int
    target: Place | Hall

    @property
    def is_hall(self) -> bool:
        """Whether it is a hall, not a member's point."""
        return isinstance(self.target, Hall)


def distance_m(a: Place | Hall, b: Place | Hall) -> int:
    """Give the straight distance in whole metres, halves rounded up."""
    return int(hypot(a.x_m - b.x_m, a.y_m - b.y_m) + 0.5)


def find_meeting_place(members: Sequence[Place]) -> MeetingPlace:
    """Choose where a group meets: the hall, or without halls the member, that costs its households least.

    Among several the one with the shortest longest way, then the lowest id.

    Parameters
    ----------
    members
        The group's associations.
    """
    halls: list[Place | Hall] = [hall for member in members for hall in member.halls]
    if len(members) == 1 and not halls:
        return MeetingPlace(place_id=members[0].place_id, travel_household_m=0, target=members[0])
    found = [(_travel(members, option), option) for option in halls or members]
    least = min([travel for travel, _ in found])
    equal = [option for travel, option in found if travel == least]
    best = equal[0]
    if len(equal) > 1:
        best = min(equal, key=lambda option: (_longest_way(members, option), option.place_id))
    return MeetingPlace(place_id=best.place_id, travel_household_m=least, target=best)


def _longest_way(members: Sequence[Place], target: Place | Hall) -> int:
    return max(distance_m(member, target) for member in members)


def _travel(members: Sequence[Place], target: Place | Hall) -> int:
    return sum([member.households * distance_m(member, target) for member in members])
