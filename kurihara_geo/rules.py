"""What the city asks of a plan: :class:`MergeRules`, frozen, to and from TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from itertools import combinations
from typing import Any, NoReturn

import tomlkit

from kurihara_geo.errors import Problem, RulesError

__all__ = ["MergeRules"]

_COMMENTS = {
    "min_households": "floor: a group has at least so many households (世帯数の下限)",
    "max_households": "a merged group has at most so many households; leave out for no ceiling",
    "max_members": 'at most so many associations in a group, or "none"',
    "keep_within": "walls: groups never cross a boundary between values of these columns",
    "prefer_within": "soft boundaries: crossing costs the households in the group times this weight",
    "together": "associations that must be in the same group, a list of ids for each set",
    "apart": "associations no two of which may be in the same group, a list of ids for each set",
    "unchanged": "associations that stay as they are",
    "missing_as": "value to use where a boundary column is empty, by column",
}


@dataclass(frozen=True, kw_only=True)
class MergeRules:
    """What the city asks of a plan.

    Parameters
    ----------
    min_households
        Floor (世帯数の下限): households a group needs. An association under it is *small*. 0 makes nobody small.
    max_households
        Ceiling on the households of a merged group; an association above it may still stay as it is. None: no ceiling.
    max_members
        Most associations in one group, counted as they are today. None: no limit.
    keep_within
        Walls: columns of the associations table; members of a group all have the same value in each.
    prefer_within
        Soft boundaries: column -> whole-number weight, or a list of columns of weight 1. A group that holds several
        values of a
        column pays its households times the weight in the stage ``crossings``.
    together
        Sets of association ids that must share a group.
    apart
        Sets of association ids no two of which may share a group.
    unchanged
        Association ids that stay as they are.
    missing_as
        Column -> value used where ``keep_within`` or ``prefer_within`` columns are empty; without it an empty value
        is an error.

    Raises
    ------
    RulesError
        If a value has the wrong type or range, or rules contradict each other; every fault is named.

    Examples
    --------
    >>> rules = MergeRules(min_households=50, keep_within=["former_school_district"])
    >>> rules.max_members
    6
    >>> MergeRules.from_toml(rules.to_toml()) == rules
    True
    """

    min_households: int = 50
    max_households: int | None = None
    max_members: int | None = 6
    keep_within: tuple[str, ...] = ()
    prefer_within: Mapping[str, int] = field(default_factory=dict)
    together: tuple[tuple[str, ...], ...] = ()
    apart: tuple[tuple[str, ...], ...] = ()
    unchanged: tuple[str, ...] = ()
    missing_as: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        faults: list[str] = []
        for name, normalise in _NORMALISERS.items():
            try:
                object.__setattr__(self, name, normalise(getattr(self, name)))
            except (TypeError, ValueError) as error:
                faults.append(f"{name}: {error}")
        faults = faults or [*_contradictions(self)]
        if faults:
            problems = [Problem(severity="error", kind="rules", message=fault) for fault in faults]
            raise RulesError("The rules cannot be used:", problems)

    def replace(self, **changes: Any) -> MergeRules:
        """Give the same rules with some of them changed."""
        return replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Give the rules as plain values for JSON or TOML; rules that are not set are left out."""
        plain: dict[str, Any] = {}
        for item in fields(self):
            value = getattr(self, item.name)
            if item.name == "max_members" and value is None:
                plain[item.name] = "none"
            elif value is not None and value not in ((), {}):
                plain[item.name] = _plain(value)
        return plain

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> MergeRules:
        """Make rules from plain values as :meth:`to_dict` gives them.

        Raises
        ------
        RulesError
            If a name is not a rule, or a value cannot be used.
        """
        known = [item.name for item in fields(cls)]
        unknown = [name for name in values if name not in known]
        if unknown:
            problems = [Problem(severity="error", kind="rules", message=f"{name!r} is no rule") for name in unknown]
            raise RulesError(f"Unknown rules; known are: {', '.join(known)}.", problems)
        cleaned = dict(values)
        if cleaned.get("max_members") == "none":
            cleaned["max_members"] = None
        return cls(**cleaned)

    def to_toml(self) -> str:
        """Write the rules as TOML text, each with a comment that says what it means."""
        document = tomlkit.document()
        tables: dict[str, Any] = {}
        for name, value in self.to_dict().items():
            if isinstance(value, dict):
                tables[name] = value
                continue
            document.add(tomlkit.comment(_COMMENTS[name]))
            document.add(name, tomlkit.item(value))
        for name, value in tables.items():
            document.add(tomlkit.nl())
            document.add(tomlkit.comment(_COMMENTS[name]))
            document.add(name, tomlkit.item(value))
        return tomlkit.dumps(document)

    @classmethod
    def from_toml(cls, text: str) -> MergeRules:
        """Read rules from TOML text.

        Raises
        ------
        RulesError
            If the text is not TOML, or holds what is no rule.
        """
        try:
            values = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise RulesError(f"The rules file is not TOML: {error}") from error
        return cls.from_dict(values)

    @property
    def boundary_columns(self) -> tuple[str, ...]:
        """Columns of the associations table that the rules read."""
        return tuple(dict.fromkeys((*self.keep_within, *self.prefer_within)))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _whole(value: Any, *, least: int) -> int:
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"must be a whole number, not {value!r}")
    number = int(value.__index__())
    if number < least:
        raise ValueError(f"must be {least} or more, not {number}")
    return number


def _floor(value: Any) -> int:
    return _whole(value, least=0)


def _limit(value: Any) -> int | None:
    return None if value is None else _whole(value, least=1)


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise TypeError(f"must be a list of texts, not {value!r}")
    items = tuple(value)
    wrong = [item for item in items if not isinstance(item, str) or not item]
    if wrong:
        raise TypeError(f"must hold texts only, not {wrong[0]!r}")
    return tuple(dict.fromkeys(items))


def _sets(value: Any) -> tuple[tuple[str, ...], ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise TypeError(f"must be a list of lists of ids, not {value!r}")
    sets = tuple(_texts(item) for item in value)
    short = [item for item in sets if len(item) < 2]
    if short:
        raise ValueError(f"each list needs two different ids or more, not {list(short[0])}")
    return sets


class _Fixed(dict[str, Any]):
    """A mapping that cannot be changed once the rules are made."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("rules are frozen; make new ones with rules.replace(...)")

    __setitem__ = __delitem__ = update = pop = popitem = clear = setdefault = __ior__ = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(self.items()))

    def __reduce__(self) -> tuple[type, tuple[dict[str, Any]]]:
        return type(self), (dict(self),)


def _weights(value: Any) -> Mapping[str, int]:
    if not isinstance(value, Mapping):
        return _Fixed(dict.fromkeys(_texts(value), 1))
    return _Fixed({name: _whole(value[name], least=1) for name in _texts(value)})


def _mapping(value: Any) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        raise TypeError(f"must map columns to values, not {value!r}")
    texts = _texts(value)
    _texts(value.values())
    return _Fixed({name: value[name] for name in texts})


_NORMALISERS = {
    "min_households": _floor,
    "max_households": _limit,
    "max_members": _limit,
    "keep_within": _texts,
    "prefer_within": _weights,
    "together": _sets,
    "apart": _sets,
    "unchanged": _texts,
    "missing_as": _mapping,
}


def _contradictions(rules: MergeRules) -> Iterable[str]:
    """Name what cannot hold whatever the town: the rules against each other."""
    if rules.max_households is not None and rules.max_households < rules.min_households:
        yield (
            f"max_households {rules.max_households} is below min_households {rules.min_households}: "
            "no merged group could satisfy both"
        )
    yield from _set_contradictions(rules)
    both = [name for name in rules.prefer_within if name in rules.keep_within]
    if both:
        yield f"{', '.join(both)} is in keep_within and in prefer_within: a wall is never crossed, take it out of one"
    unused = [name for name in rules.missing_as if name not in rules.boundary_columns]
    if unused:
        yield f"missing_as names {', '.join(unused)}, which is in neither keep_within nor prefer_within"


def _set_contradictions(rules: MergeRules) -> Iterable[str]:
    """Compare together, apart and unchanged, after together sets that share an id are joined."""
    joined = joined_sets(rules.together)
    set_of = {member: number for number, members in enumerate(joined) for member in members}
    for pair in (pair for ids in rules.apart for pair in combinations(ids, 2)):
        first = set_of.get(pair[0])
        if first is not None and first == set_of.get(pair[1]):
            yield f"{pair[0]} and {pair[1]} are in together and in apart"
    for name in rules.unchanged:
        if name in set_of:
            yield f"{name} is in unchanged and in together"
    for members in joined:
        if rules.max_members is not None and len(members) > rules.max_members:
            listed = ", ".join(members)
            yield f"together asks for {len(members)} members in a group ({listed}), max_members is {rules.max_members}"


def joined_sets(sets: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Join sets that share an id, so that each id is in one set; members and sets in sorted order."""
    joined: list[set[str]] = []
    for ids in sets:
        touching = [group for group in joined if not group.isdisjoint(ids)]
        merged = set(ids).union(*touching)
        joined = [group for group in joined if group not in touching] + [merged]
    return sorted(tuple(sorted(group)) for group in joined)
