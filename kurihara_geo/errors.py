"""The tree of errors and warnings, drawn at the top so that a reader sees it whole.

::

    KuriharaGeoError
    ├── InputError (also ValueError)          the input is wrong; command line exit code 2
    │   ├── SourceError                       a file cannot be read, or a column is not found
    │   ├── AssociationsError                 the associations table fails its checks
    │   ├── BordersError                      a border table or a correction to it is wrong
    │   ├── RulesError                        rules that cannot hold, alone or together
    │   ├── OutputError                       a file cannot be written
    │   └── VerificationError                 a written plan does not hold
    ├── NoPlanError (also RuntimeError)       no plan was found; exit code 3
    │   └── TooManyCandidatesError            enumeration passed its stated limit
    └── PlanCheckError (also RuntimeError)    a plan failed its own check and is not returned; exit code 3

    KuriharaGeoWarning (UserWarning)
    ├── IslandWarning                         associations without any border, by name
    ├── NearBorderWarning                     areas that run along each other without a shared border, by name
    └── NotProvenWarning                      the best plan found, not proven optimal
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "AssociationsError",
    "BordersError",
    "InputError",
    "IslandWarning",
    "KuriharaGeoError",
    "KuriharaGeoWarning",
    "NearBorderWarning",
    "NoPlanError",
    "NotProvenWarning",
    "OutputError",
    "PlanCheckError",
    "Problem",
    "RulesError",
    "SourceError",
    "TooManyCandidatesError",
    "VerificationError",
]


@dataclass(frozen=True, kw_only=True, order=True)
class Problem:
    """One thing found in the input: what, where, how bad, and what to do about it.

    Parameters
    ----------
    severity
        ``error`` (no plan is made) or ``warning`` (named, and the plan is made).
    kind
        A short stable word such as ``duplicate_id``; the same word for the same fault everywhere.
    association_id
        The association's id, several joined with ``, ``, or an empty text for the whole table.
    name
        The association's name as people know it.
    message
        What was found, with its figures.
    cure
        What a planner can do about it.
    """

    severity: str
    kind: str
    association_id: str = ""
    name: str = ""
    message: str
    cure: str = ""

    def __str__(self) -> str:
        """Give the problem as one line."""
        where = " ".join(part for part in (self.association_id, self.name) if part)
        text = f"{self.kind}: {where}: {self.message}" if where else f"{self.kind}: {self.message}"
        return f"{text} -> {self.cure}" if self.cure else text


class KuriharaGeoError(Exception):
    """Everything this package raises on purpose."""

    exit_code = 1


class InputError(KuriharaGeoError, ValueError):
    """The input is wrong; ``problems`` names every fault found, not just the first.

    Parameters
    ----------
    message
        One sentence that says which step failed.
    problems
        Every problem behind it; shown one to a line below the message.
    """

    exit_code = 2

    def __init__(self, message: str, problems: Iterable[Problem] = ()) -> None:
        self.problems = tuple(problems)
        self.summary = message
        lines = [message, *(f"  - {problem}" for problem in self.problems)]
        super().__init__("\n".join(lines))


class SourceError(InputError):
    """A file cannot be read, or what it should hold is not in it."""


class AssociationsError(InputError):
    """The associations table fails its checks.

    Parameters
    ----------
    message, problems
        As for :class:`InputError`.
    table
        What was read, to look at or to draw; None where there is none.
    """

    def __init__(self, message: str, problems: Iterable[Problem] = (), *, table: Any = None) -> None:
        super().__init__(message, problems)
        self.table = table


class BordersError(InputError):
    """A border table, or a correction to it, is wrong."""


class RulesError(InputError):
    """Rules that cannot hold, alone or together."""


class OutputError(InputError):
    """A file cannot be written."""


class VerificationError(InputError):
    """A plan that was written does not hold against the files it was checked with."""


class NoPlanError(KuriharaGeoError, RuntimeError):
    """No plan was found in the time given."""

    exit_code = 3


class TooManyCandidatesError(NoPlanError):
    """Enumeration passed its stated limit and stopped before memory did."""


class PlanCheckError(KuriharaGeoError, RuntimeError):
    """A plan failed its own check from the map; it is never returned."""

    exit_code = 3


class KuriharaGeoWarning(UserWarning):
    """Everything this package warns about."""


class IslandWarning(KuriharaGeoWarning):
    """Associations without any border, named."""


class NearBorderWarning(KuriharaGeoWarning):
    """Areas that run along each other but share no border, named: a digitising gap may hide it."""


class NotProvenWarning(KuriharaGeoWarning):
    """The plan is the best found, but is not proven optimal."""
