"""What the city asks of a plan: :class:`MergeRules`, frozen, to and from TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from typing import Any

import tomlkit

from kurihara_geo.errors import Problem, RulesError
from kurihara_geo.rules.contradictions import find_contradictions
from kurihara_geo.rules.entries import LowerFloor, Obstacle, as_plain, read_lower_floors, read_obstacles
from kurihara_geo.rules.objective import StageWeights, read_objective, standard_objective
from kurihara_geo.rules.values import (
    read_choice,
    read_counts,
    read_flag,
    read_floor,
    read_limit,
    read_mapping,
    read_reasons,
    read_sets,
    read_texts,
    read_weights,
)

__all__ = ["MergeRules"]

_COMMENTS = {
    "min_households": "floor: a group has at least so many households (世帯数の下限)",
    "floors": "further floors: column of the associations -> least sum in a new group, such as households_2040 = 40",
    "needs_hall": "whether every new group needs a meeting hall (集会施設)",
    "floors_apply_to": 'whom the further floors bind: "new" groups, or "all", associations that stay alone included',
    "lower_floors": "floors of their own, below the city's, each with its reason",
    "max_households": "a merged group has at most so many households; leave out for no ceiling",
    "max_members": 'at most so many associations in a group, or "none"',
    "max_span_m": "no two members are farther apart than so many metres",
    "span_along": 'how that is measured: "straight", or along "borders", from neighbour to neighbour',
    "max_way_m": "nobody's way to the meeting place is longer than so many metres; makes the search longer",
    "max_small_per_large": "most small associations in a group that holds a large one; 0 keeps large ones out",
    "keep_within": "walls: groups never cross a boundary between values of these columns",
    "prefer_within": "soft boundaries: crossing costs the households in the group times this weight",
    "together": "associations that must be in the same group, a list of ids for each set",
    "apart": "associations no two of which may be in the same group, a list of ids for each set",
    "unchanged": "associations that stay as they are",
    "exempt": "associations that may stay small, each with its reason",
    "obstacles": "what stands against mergers (支障事案): a weight to pay, or a ban, each with its reason",
    "missing_as": "value to use where a boundary column is empty, by column",
    "target_households": "households a merged group should have, for the term balance",
    "weak_border_m": "borders shorter than this are weak, for the term weak_borders",
    "objective": "what is minimised, in order; {travel = 1, crossings = 100} weighs terms against each other",
}


@dataclass(frozen=True, kw_only=True)
class MergeRules:
    """What the city asks of a plan.

    Parameters
    ----------
    min_households
        Floor (世帯数の下限): households a group needs. An association under it is *small*. 0 makes nobody small.
    floors
        Further floors: column of the associations table -> least sum over a group's members, such as
        ``{"households_2040": 40}`` or ``{"people_20_64": 60}``. Nobody is small for them.
    needs_hall
        Whether a new group needs at least one meeting hall (集会施設).
    floors_apply_to
        ``new``: ``floors`` and ``needs_hall`` bind new groups only. ``all``: an association that stays alone and
        misses one of them counts as left below the floor too.
    lower_floors
        Exceptions to ``min_households``, each a :class:`LowerFloor` (or a mapping with ``ids``, ``min_households``,
        ``reason``): a group that holds one of the ids needs only so many households.
    max_households
        Ceiling on the households of a merged group; an association above it may still stay as it is. None: no ceiling.
    max_members
        Most associations in one group, counted as they are today. None: no limit.
    max_span_m
        Most metres between the points of any two members. None: no limit.
    span_along
        ``straight``, or ``borders``: from neighbour to neighbour over the open borders of the whole city.
    max_way_m
        Most metres from any member's point to the group's meeting place (the one with the least travel). A filter:
        every group must be listed, which takes longer. None: no limit.
    max_small_per_large
        Most small associations in a group that holds one that is not small. 0: those that are not small take no part.
        None: no limit.
    keep_within
        Walls: columns of the associations table; members of a group all have the same value in each.
    prefer_within
        Soft boundaries: column -> whole-number weight, or a list of columns of weight 1. A group that holds several
        values of a column pays its households times the weight in the stage ``crossings``.
    together
        Sets of association ids that must share a group.
    apart
        Sets of association ids no two of which may share a group.
    unchanged
        Association ids that stay as they are.
    exempt
        Association id -> reason: it may stay small, which then costs nothing. It may still merge.
    obstacles
        What stands against mergers (支障事案), each an :class:`Obstacle` (or a mapping with ``ids``, ``reason`` and
        either ``weight`` or ``ban``).
    missing_as
        Column -> value used where ``keep_within`` or ``prefer_within`` columns are empty; without it an empty value
        is an error.
    target_households
        Households a merged group should have, for the term ``balance``. None: twice ``min_households``.
    weak_border_m
        Borders shorter than so many metres are weak, for the term ``weak_borders``; links are not.
    objective
        Stages minimised in order, each a term or a mapping term -> weight; see :mod:`kurihara_geo.model.objectives`.
        Empty: ``below_floor``, ``mergers``, ``obstacles`` (if any has a weight), ``crossings``, ``travel``,
        ``tie_break``.

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
    >>> [stage.name for stage in MergeRules(objective=["below_floor", {"mergers": 10, "travel": 1}]).stages]
    ['below_floor', '10 mergers + travel', 'tie_break']
    """

    min_households: int = 50
    floors: Mapping[str, int] = field(default_factory=dict)
    needs_hall: bool = False
    floors_apply_to: str = "new"
    lower_floors: tuple[LowerFloor, ...] = ()
    max_households: int | None = None
    max_members: int | None = 6
    max_span_m: int | None = None
    span_along: str = "straight"
    max_way_m: int | None = None
    max_small_per_large: int | None = None
    keep_within: tuple[str, ...] = ()
    prefer_within: Mapping[str, int] = field(default_factory=dict)
    together: tuple[tuple[str, ...], ...] = ()
    apart: tuple[tuple[str, ...], ...] = ()
    unchanged: tuple[str, ...] = ()
    exempt: Mapping[str, str] = field(default_factory=dict)
    obstacles: tuple[Obstacle, ...] = ()
    missing_as: Mapping[str, str] = field(default_factory=dict)
    target_households: int | None = None
    weak_border_m: int | None = None
    objective: tuple[StageWeights, ...] = ()

    def __post_init__(self) -> None:
        faults: list[str] = []
        for name, normalise in _NORMALISERS.items():
            try:
                _refuse_misplaced(name, getattr(self, name))
                object.__setattr__(self, name, normalise(getattr(self, name)))
            except (TypeError, ValueError) as error:
                faults.append(f"{name}: {error}")
        faults = faults or [*find_contradictions(self)]
        if faults:
            problems = [Problem(severity="error", kind="rules", message=fault) for fault in faults]
            raise RulesError("The rules cannot be used:", problems)

    def replace(self, **changes: Any) -> MergeRules:
        """Give the same rules with some of them changed.

        Raises
        ------
        RulesError
            If a name is not a rule, a value cannot be used, or rules contradict each other.
        """
        unknown = _unknown_rules(changes)
        if unknown:
            raise RulesError(f"Unknown rules; known are: {', '.join(_NORMALISERS)}.", unknown)
        return replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Give the rules as plain values for JSON or TOML; rules that are not set are left out."""
        plain: dict[str, Any] = {}
        for item in fields(self):
            value = getattr(self, item.name)
            if item.name == "max_members" and value is None:
                plain[item.name] = "none"
            elif item.name in _ALWAYS or (value != item.default and value not in ((), {})):
                plain[item.name] = _plain(value)
        return plain

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> MergeRules:
        """Make rules from plain values as :meth:`to_dict` gives them.

        Raises
        ------
        RulesError
            If these are no values by name, a name is not a rule, a value cannot be used, or rules contradict each
            other; every fault is named.
        """
        if not isinstance(values, Mapping):
            raise RulesError(f"Rules are values by name, such as {{'min_households': 50}}, not {values!r}.")
        unknown = _unknown_rules(values)
        cleaned = {name: value for name, value in values.items() if name in _NORMALISERS}
        if cleaned.get("max_members") == "none":
            cleaned["max_members"] = None
        try:
            rules = cls(**cleaned)
        except RulesError as error:
            raise RulesError(error.summary, [*unknown, *error.problems]) from None
        if unknown:
            raise RulesError(f"Unknown rules; known are: {', '.join(_NORMALISERS)}.", unknown)
        return rules

    def to_toml(self) -> str:
        """Write the rules as TOML text, each with a comment that says what it means."""
        document = tomlkit.document()
        tables: dict[str, Any] = {}
        for name, value in self.to_dict().items():
            if isinstance(value, dict) or (isinstance(value, list) and isinstance(value[0], dict)):
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
            If it is no text, the text is not TOML, or it holds what is no rule.
        """
        if not isinstance(text, str):
            raise RulesError(f"Rules are read from TOML text, not from {text!r}; read_rules(path) reads a file.")
        try:
            values = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise RulesError(f"The rules file is not TOML: {error}. {_TOML_HINT}") from error
        return cls.from_dict(values)

    @property
    def boundary_columns(self) -> tuple[str, ...]:
        """Boundary columns of the associations table that the rules read."""
        return tuple(dict.fromkeys((*self.keep_within, *self.prefer_within)))

    @property
    def stages(self) -> tuple[StageWeights, ...]:
        """The stages minimised, in order: those of ``objective``, or the standard ones."""
        return self.objective or standard_objective(obstacles=any(entry.weight for entry in self.obstacles))

    @property
    def named_ids(self) -> tuple[tuple[str, str], ...]:
        """Every id the rules name, with the rule that names it."""
        sets = {
            "together": [name for ids in self.together for name in ids],
            "apart": [name for ids in self.apart for name in ids],
            "unchanged": list(self.unchanged),
            "exempt": list(self.exempt),
            "lower_floors": [name for entry in self.lower_floors for name in entry.ids],
            "obstacles": [name for entry in self.obstacles for name in entry.ids],
        }
        return tuple((rule, name) for rule, names in sets.items() for name in dict.fromkeys(names))

    def floor_of(self, association_id: str) -> int:
        """Floor that holds for one association: its own lower one, else the city's."""
        own = [entry.min_households for entry in self.lower_floors if association_id in entry.ids]
        return min(own, default=self.min_households)


_ALWAYS = ("min_households", "max_members")
_TOML_HINT = (
    "Texts such as ids need quotes, and so do keys in Japanese; rules of a single value go above the first [table]."
)
_KEYED = {
    "floors": (),
    "prefer_within": (),
    "exempt": (),
    "missing_as": (),
    "lower_floors": ("min_households",),
    "obstacles": (),
}
"""Rules written as tables below a [heading] -> rule names that are keys there of their own right."""


def _unknown_rules(values: Mapping[str, Any]) -> list[Problem]:
    """Name each that is no rule, with the one that was meant where that is plain."""
    problems = []
    for name in values:
        if name not in _NORMALISERS:
            close = get_close_matches(str(name), _NORMALISERS, n=1, cutoff=0.7)
            hint = f"; did you mean {close[0]}?" if close else ""
            problems.append(Problem(severity="error", kind="rules", message=f"{str(name)!r} is no rule{hint}"))
    return problems


def _refuse_misplaced(rule: str, value: Any) -> None:
    """Refuse rules that stand below a table's heading, where TOML takes them for keys of that table."""
    if rule not in _KEYED:
        return
    tables = value if isinstance(value, list | tuple) else [value]
    keys = [key for table in tables if isinstance(table, Mapping) for key in table]
    found = [key for key in dict.fromkeys(keys) if key in _NORMALISERS and key not in _KEYED[rule]]
    if found:
        heading = f"[[{rule}]]" if isinstance(value, list | tuple) else f"[{rule}]"
        listed = ", ".join(found)
        raise ValueError(f"{listed} below {heading} is a rule of its own: move {listed} above the first [...]")


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, LowerFloor | Obstacle):
        return as_plain(value)
    return value.to_plain() if isinstance(value, StageWeights) else value


def _way(value: Any) -> int | None:
    return read_limit(value, least=0)


_NORMALISERS = {
    "min_households": read_floor,
    "floors": read_counts,
    "needs_hall": read_flag,
    "floors_apply_to": read_choice("new", "all"),
    "lower_floors": read_lower_floors,
    "max_households": read_limit,
    "max_members": read_limit,
    "max_span_m": read_limit,
    "span_along": read_choice("straight", "borders"),
    "max_way_m": _way,
    "max_small_per_large": _way,
    "keep_within": read_texts,
    "prefer_within": read_weights,
    "together": read_sets,
    "apart": read_sets,
    "unchanged": read_texts,
    "exempt": read_reasons,
    "obstacles": read_obstacles,
    "missing_as": read_mapping,
    "target_households": read_limit,
    "weak_border_m": read_limit,
    "objective": read_objective,
}
