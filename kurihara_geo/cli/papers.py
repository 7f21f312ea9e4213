"""What several commands may write beside the plan itself: papers, a public edition, reasons, further plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import ascii_uppercase
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kurihara_geo.cli.app import counted, say
from kurihara_geo.errors import RulesError

if TYPE_CHECKING:
    from kurihara_geo.plan import Plan

__all__ = [
    "Briefing",
    "Explain",
    "FlatShare",
    "HideBelow",
    "HouseholdShare",
    "MorePlans",
    "Papers",
    "PersonShare",
    "Public",
]

Papers = Annotated[
    bool,
    typer.Option("--papers", help="Also write before_after.html, handout.pdf and the procedure's documents."),
]
Public = Annotated[
    bool, typer.Option("--public", help="Also write a public edition into DIR/public, small counts hidden.")
]
HideBelow = Annotated[
    int | None,
    typer.Option("--hide-below", metavar="N", help="With --public: counts of households under this (10) are hidden."),
]
Explain = Annotated[
    bool,
    typer.Option("--explain", help="Say in map and papers why each group is so, and what else it could be."),
]
MorePlans = Annotated[
    int,
    typer.Option("--alternatives", metavar="N", help="Compare with the N next best plans that differ, as B, C, ..."),
]
FlatShare = Annotated[
    int, typer.Option("--grant-flat", metavar="YEN", help="Block grant: yen for each association; adds an estimate.")
]
HouseholdShare = Annotated[
    int, typer.Option("--grant-per-household", metavar="YEN", help="Block grant: yen for each household.")
]
PersonShare = Annotated[
    int, typer.Option("--grant-per-person", metavar="YEN", help="Block grant: yen for each person.")
]

_MOST_PLANS = 5
# An alternative that moves fewer associations is no other plan to people in a hall.
_MIN_DIFFERENCE = 10


@dataclass(frozen=True, kw_only=True)
class Briefing:
    """What a command was asked to write beside the plan.

    Parameters
    ----------
    papers, public, hide_below, explain, alternatives, grant_flat, grant_per_household, grant_per_person
        As the options of the same names.
    """

    papers: bool
    public: bool
    hide_below: int | None
    explain: bool
    alternatives: int
    grant_flat: int
    grant_per_household: int
    grant_per_person: int

    @classmethod
    def from_options(cls, given: Mapping[str, Any]) -> Briefing:
        """Take what concerns it from a command's parameters, and refuse what cannot be meant.

        Raises
        ------
        RulesError
            If a number of plans or a limit cannot be used.
        """
        asked = cls(**{name: given[name] for name in cls.__dataclass_fields__})
        faults = []
        if not 0 <= asked.alternatives <= _MOST_PLANS:
            faults.append(f"--alternatives must be 0 to {_MOST_PLANS}, not {asked.alternatives}")
        if asked.hide_below is not None and asked.hide_below < 1:
            faults.append(f"--hide-below must be 1 or more, not {asked.hide_below}")
        if asked.hide_below is not None and not asked.public:
            faults.append("--hide-below goes with --public; give it too")
        faults += [
            f"--{name.replace('_', '-')} must be 0 or more yen, not {getattr(asked, name)}"
            for name in ("grant_flat", "grant_per_household", "grant_per_person")
            if getattr(asked, name) < 0
        ]
        if faults:
            raise RulesError(f"{'; '.join(faults)}.")
        return asked

    def prepare(self, plan: Plan) -> dict[str, Any]:
        """Give what the writers take of it: explanations, other plans, shares of the grant.

        Parameters
        ----------
        plan
            The plan.
        """
        import kurihara_geo as kg

        shares = {
            "flat": self.grant_flat,
            "per_household": self.grant_per_household,
            "per_person": self.grant_per_person,
        }
        return {
            "explanations": kg.explain_groups(plan, time_limit_s=None) if self.explain else None,
            "others": self._others(plan) if self.alternatives else None,
            "grants": kg.GrantShares(**shares) if any(shares.values()) else None,
            "papers": self.papers,
        }

    def _others(self, plan: Plan) -> dict[str, Plan]:
        """Find the next best plans that differ, and say what they are called and what they cost."""
        import kurihara_geo as kg

        if not plan.proven:
            say("No other plans are compared: the next best plans are known of a proven plan only.")
            return {}
        found = kg.list_alternatives(plan, count=self.alternatives, min_difference=_MIN_DIFFERENCE)
        if len(found) < self.alternatives:
            say(
                f"Only {counted(len(found), 'other plan')} found that differ in {_MIN_DIFFERENCE} associations or more."
            )
        return dict(zip(ascii_uppercase[1:], found, strict=False))
