"""PLAN -> what may be shown of it: every number of households and people an output writes is asked for here."""

from __future__ import annotations

import enum
import numbers
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

import pandas as pd

from kurihara_geo.errors import InputError
from kurihara_geo.outputs.arguments import read_lang
from kurihara_geo.outputs.audience import words
from kurihara_geo.outputs.audience.sums import AREA_COLUMNS, Sums, list_sums
from kurihara_geo.outputs.audience.suppression import hide_small
from kurihara_geo.plan.arguments import read_plan_at_hand

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kurihara_geo.plan import Plan

__all__ = ["Audience", "Disclosure", "Hidden", "disclose", "file_note", "read_audience"]

Audience = Literal["office", "public"]


class Hidden(enum.Enum):
    """What is said in place of a number that is not shown."""

    UNDER = "under"
    """The count of one association, and it is under the limit."""
    WITHHELD = "withheld"
    """Held back so that nothing hidden can be solved for; says nothing of how large it is."""


def read_audience(audience: Any) -> Audience:
    """Check whom an output is for.

    Raises
    ------
    InputError
        If it is neither ``office`` nor ``public``.
    """
    if not isinstance(audience, str) or audience not in get_args(Audience):
        raise InputError(f"audience must be 'office' or 'public', not {audience!r}.")
    return cast("Audience", audience)


def _read_limit(hide_below: Any) -> int:
    whole = isinstance(hide_below, numbers.Integral) and not isinstance(hide_below, bool)
    if not whole or hide_below < 1:
        raise InputError(
            f"hide_below must be a whole number of households, 1 or more (1 hides no count), not {hide_below!r}."
        )
    return int(hide_below)


@dataclass(frozen=True, eq=False)
class Disclosure:
    """What may be shown of a plan to one audience; :func:`disclose` makes it.

    Parameters
    ----------
    plan
        The plan.
    audience
        ``office`` or ``public``.
    hide_below
        Household counts from 1 to below this are hidden in public.
    """

    plan: Plan
    audience: Audience
    hide_below: int
    _sums: Sums = field(repr=False)
    _shown: Mapping[frozenset[str], int | Hidden] = field(repr=False)
    _extremes_shown: tuple[str, ...] = field(repr=False)

    @property
    def is_public(self) -> bool:
        """Whether it is the public edition."""
        return self.audience == "public"

    def association(self, association_id: str) -> int | Hidden:
        """Households of an association today; an area where nobody lives has 0."""
        return self._number(self._members_of("association", association_id))

    def group(self, group_id: str) -> int | Hidden:
        """Households of a group after."""
        return self._number(self._members_of("group", group_id))

    def area(self, column: str, name: str) -> int | Hidden:
        """Households in a former town, former school district or council.

        Parameters
        ----------
        column
            ``former_town``, ``former_school_district`` or ``council``.
        name
            As in the column; an empty text: the associations without a value.
        """
        return self._number(self._area(column, name))

    def total(self) -> int | Hidden:
        """Households of the whole city, before and after."""
        return self._number(self._sums.everyone)

    def population(self, association_id: str) -> int | Hidden | None:
        """People of an association, hidden wherever its households are; None where they are not known."""
        return self._people(self._members_of("association", association_id))

    def group_population(self, group_id: str) -> int | Hidden | None:
        """People of a group, hidden wherever its households are; None where they are not known of every member."""
        return self._people(self._members_of("group", group_id))

    def area_population(self, column: str, name: str) -> int | Hidden | None:
        """People in an area as in :meth:`area`, hidden wherever its households are; None where not known of all."""
        return self._people(self._area(column, name))

    def total_population(self) -> int | Hidden | None:
        """People of the whole city, hidden wherever its households are; None where not known of all."""
        return self._people(self._sums.everyone)

    def stage_value(self, name: str) -> int | Hidden | None:
        """Value of a stage; in public only the number of mergers is shown, all others are made of households.

        Parameters
        ----------
        name
            Name of the stage; None is given for one the plan has not.
        """
        value = next((stage.value for stage in self.plan.stages if stage.name == name), None)
        return Hidden.WITHHELD if self.is_public and value is not None and name != "mergers" else value

    def summary(self) -> dict[str, int | Hidden]:
        """``plan.summary()`` with :class:`Hidden` in place of what must not be shown."""
        counts: dict[str, int | Hidden] = dict(self.plan.summary())
        if self.is_public:
            counts["households_before"] = counts["households_after"] = self.total()
            counts["households_left_below"] = self._number(self._sums.left_below)
            counts |= self._extremes()
        return counts

    def reason(self, row: Mapping[str, Any] | pd.Series, lang: str = "ja") -> str:
        """Say why an association is left below the floor; in public in a sentence that tells of no number.

        Parameters
        ----------
        row
            A row of ``plan.left_below``.
        lang
            ``ja`` or ``en``.
        """
        if not self.is_public:
            return str(row["explanation"] if lang == "ja" else row["explanation_en"])
        return words.REASONS.get(str(row["reason"]), words.OTHER_REASON)[read_lang(lang)]

    def text(self, count: int | Hidden | None, lang: str = "ja") -> str:
        """Give a number as people read it: ``1,234``, ``10未満``, ``非公表``, or an empty text for None."""
        if count is Hidden.UNDER:
            return words.UNDER[read_lang(lang)].format(limit=self.hide_below)
        if count is Hidden.WITHHELD:
            return words.WITHHELD[read_lang(lang)]
        return "" if count is None or pd.isna(count) else f"{int(count):,}"

    def note(self, lang: str = "ja") -> str:
        """Say on every page and sheet that it is the public edition and what is hidden; empty for office use."""
        if not self.is_public:
            return ""
        note = words.NOTE if self.hide_below > 1 else words.NO_LIMIT_NOTE
        return note[read_lang(lang)].format(limit=self.hide_below)

    def _extremes(self) -> dict[str, int | Hidden]:
        """Give the smallest and the largest group, where one of that size is shown."""
        groups = [members for members in self._sums.groups.values() if members]
        shown = [self._shown[members] for members in groups]
        extremes: dict[str, int | Hidden] = {}
        for name, find in (("smallest_group", min), ("largest_group", max)):
            size = find((self._sums.households[members] for members in groups), default=0)
            may = name in self._extremes_shown and (size in shown or not groups)
            extremes[name] = size if may else Hidden.WITHHELD
        if Hidden.UNDER in shown:
            extremes["smallest_group"] = Hidden.UNDER
        return extremes

    def _number(self, members: frozenset[str]) -> int | Hidden:
        return self._shown[members] if members else 0

    def _people(self, members: frozenset[str]) -> int | Hidden | None:
        people = self._sums.people(members)
        return Hidden.WITHHELD if people is not None and isinstance(self._number(members), Hidden) else people

    def _members_of(self, what: str, name: str) -> frozenset[str]:
        known = self._sums.associations if what == "association" else self._sums.groups
        if not isinstance(name, str) or name not in known:
            raise InputError(f"The plan has no {what} {name!r}.")
        return known[name]

    def _area(self, column: str, name: str) -> frozenset[str]:
        if not isinstance(column, str) or column not in AREA_COLUMNS:
            raise InputError(f"column must be {', '.join(AREA_COLUMNS)}, not {column!r}.")
        areas = self._sums.areas.get(column, {})
        if not isinstance(name, str) or name not in areas:
            raise InputError(f"No association of the plan has {name!r} in the column {column}.")
        return areas[name]


def disclose(plan: Plan, *, audience: Audience = "office", hide_below: int = 10) -> Disclosure:
    """Decide what may be shown of a plan.

    In public every household count of an association from 1 to below the limit is hidden, and so is every sum below
    it; beside them as many further numbers as it takes that each small count can still be everything from 1 to below
    the limit, whatever is concluded from all that is shown.

    Parameters
    ----------
    plan
        The plan.
    audience
        ``office``: everything. ``public``: no household count from 1 to below the limit, and nothing it could be
        solved from.
    hide_below
        The limit, in households; 1 hides no count.

    Returns
    -------
    Disclosure

    Raises
    ------
    InputError
        If the plan is none, the audience is another one, or the limit is no whole number of 1 or more.

    Notes
    -----
    An outsider is credited with every number shown of associations, groups, areas, the city and the summary, with
    floors and ceilings, who is small and what is left below the floor, who is the largest member of a group, how this
    package hides numbers, and that nobody has fewer people than households. People are hidden wherever households are.
    Where a floor lies below the limit, or leaves a group of small associations only a few sums, the statuses
    themselves say more than that a count is small: then as much stays possible as they leave.

    Not protected: what follows from a plan being the best one under its rules, or from where a group of three or more
    meets; which is the larger of members that are all under the limit, in a group named after its largest; what other
    files say, among them another edition of the same counts, such as one with another limit or of another plan: how
    another plan groups associations tells of sums too, so no output for the public has both counts and a second plan.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> plan = kg.propose_mergers(kg.load_sample(), kg.MergeRules(keep_within=["former_school_district"]))
    >>> shown = disclose(plan, audience="public")
    >>> shown.total(), shown.summary()["households_left_below"]
    (22697, <Hidden.UNDER: 'under'>)
    >>> shown.text(shown.summary()["households_left_below"], "en")
    'under 10'
    """
    plan = read_plan_at_hand(plan)
    audience, limit = read_audience(audience), _read_limit(hide_below)
    sums = list_sums(plan)
    hidden, extremes = hide_small(sums, plan.rules, limit=limit) if audience == "public" else ({}, ())
    shown: dict[frozenset[str], int | Hidden] = dict(sums.households)
    shown |= {members: Hidden(label) for members, label in hidden.items()}
    return Disclosure(plan, audience, limit, sums, shown, extremes)


def file_note(lang: str = "ja") -> str:
    """Say of a public file without any count what it is and that it cannot be read back.

    Raises
    ------
    InputError
        If the language is neither ``ja`` nor ``en``.
    """
    return words.FILE_NOTE[read_lang(lang)]
