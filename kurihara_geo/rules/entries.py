"""Rules that come as a list of entries with a reason: a lower floor for some, obstacles to a merger."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from kurihara_geo.rules.values import read_texts, read_whole

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LowerFloor", "Obstacle", "as_plain", "read_lower_floors", "read_obstacles"]


@dataclass(frozen=True, kw_only=True)
class LowerFloor:
    """A floor of its own, below the city's, for groups that hold certain associations.

    A group's floor is the lowest among its members', so adding members never takes it above what it holds.

    Parameters
    ----------
    ids
        Association ids; a group that holds one of them needs ``min_households`` only.
    min_households
        The lower floor.
    reason
        Why the city's floor does not fit here; it is printed.
    """

    ids: tuple[str, ...]
    min_households: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """Something that stands against a merger (支障事案), such as a common forest, a debt or a past refusal.

    Parameters
    ----------
    ids
        One id: the obstacle is met whenever this association merges with anybody. Several ids: whenever two of them
        share a group, once for each two.
    weight
        What it costs in the term ``obstacles``; 0 with a ban.
    ban
        Whether such a merger is forbidden.
    reason
        What the obstacle is; it is printed.
    """

    ids: tuple[str, ...]
    weight: int = 0
    ban: bool = False
    reason: str


def as_plain(entry: LowerFloor | Obstacle) -> dict[str, Any]:
    """Give an entry as plain values for JSON or TOML; what says nothing is left out."""
    values = {item.name: getattr(entry, item.name) for item in fields(entry)}
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value is not False and not (name == "weight" and value == 0)
    }


def read_lower_floors(value: Any) -> tuple[LowerFloor, ...]:
    """Check a list of lower floors, each a :class:`LowerFloor` or a mapping with its names."""
    return tuple(
        LowerFloor(
            ids=_ids(entry),
            min_households=read_whole(entry.get("min_households"), least=0),
            reason=_reason(entry),
        )
        for entry in _entries(value, LowerFloor)
    )


def read_obstacles(value: Any) -> tuple[Obstacle, ...]:
    """Check a list of obstacles, each an :class:`Obstacle` or a mapping with its names."""
    return tuple(_obstacle(entry) for entry in _entries(value, Obstacle))


def _obstacle(entry: Mapping[str, Any]) -> Obstacle:
    ban = entry.get("ban", False)
    if not isinstance(ban, bool):
        raise TypeError(f"ban must be true or false, not {ban!r}")
    weight = read_whole(entry.get("weight", 0), least=0)
    if ban == (weight > 0):
        raise ValueError(f"an obstacle of {', '.join(_ids(entry))} needs either a weight of 1 or more or ban = true")
    return Obstacle(ids=_ids(entry), weight=weight, ban=ban, reason=_reason(entry))


def _entries(value: Any, kind: type[LowerFloor | Obstacle]) -> list[Mapping[str, Any]]:
    if isinstance(value, str | bytes | dict) or not hasattr(value, "__iter__"):
        raise TypeError(f"must be a list of entries, not {value!r}")
    known = [item.name for item in fields(kind)]
    entries = [{name: getattr(entry, name) for name in known} if isinstance(entry, kind) else entry for entry in value]
    for entry in entries:
        if not hasattr(entry, "items"):
            raise TypeError(f"each entry needs the names {', '.join(known)}, not {entry!r}")
        unknown = [str(name) for name in entry if name not in known]
        if unknown:
            raise ValueError(f"{', '.join(unknown)} is no part of an entry; known are {', '.join(known)}")
    return entries


def _ids(entry: Mapping[str, Any]) -> tuple[str, ...]:
    ids = read_texts(entry.get("ids"))
    if not ids:
        raise ValueError("each entry needs at least one id")
    return ids


def _reason(entry: Mapping[str, Any]) -> str:
    reason = entry.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        raise ValueError(f"the entry of {', '.join(_ids(entry))} needs a reason; it is printed")
    return reason
