"""What a council must be to stand for its district, as cities ask it before they pay a block grant."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from numbers import Real
from typing import Any

from kurihara_geo.errors import InputError
from kurihara_geo.rules.values import read_flag
from kurihara_geo.studies.arguments import read_argument, read_number

__all__ = ["CouncilTest", "read_test"]


@dataclass(frozen=True, kw_only=True)
class CouncilTest:
    """What is asked of a council: about one district, no overlap, and half of the associations or households.

    The defaults are those of 奈良市 地域づくり一括交付金 (交付対象者, 2025-04-02): the area is about one primary-school
    district and overlaps no other council's, and half of the associations of the area or more take part, or they have
    half of the member households of its associations or more. Kurihara's own test is not known.

    Parameters
    ----------
    max_districts
        Former school districts a council may cover.
    min_share
        Share of the associations, or of the households, of its districts that it must hold, 0 to 1. One of the two is
        enough.
    may_overlap
        Whether another council may cover a part of the same districts.
    assume_whole
        Whether a council is taken to hold every association of its districts where nobody filled in the associations'
        column ``council``. Without it, what a council holds is then not known.

    Raises
    ------
    InputError
        If a value is no such number, or no yes or no.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> kg.CouncilTest(max_districts=2).min_share
    0.5
    """

    max_districts: int = 1
    min_share: float = 0.5
    may_overlap: bool = False
    assume_whole: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "max_districts", read_number("max_districts", self.max_districts))
        object.__setattr__(self, "min_share", _read_share(self.min_share))
        for name in ("may_overlap", "assume_whole"):
            object.__setattr__(self, name, read_argument(name, read_flag, getattr(self, name)))

    def is_enough(self, held: int, total: int) -> bool:
        """Say whether so many of so many are the share asked for; the decimal is taken as it is written.

        Parameters
        ----------
        held, total
            Associations, or households.
        """
        return held >= Fraction(str(self.min_share)) * total


def read_test(test: Any) -> CouncilTest:
    """Check what is asked of a council; None: the defaults.

    Raises
    ------
    InputError
        Saying what was given instead.
    """
    if test is not None and not isinstance(test, CouncilTest):
        raise InputError(f"test must be CouncilTest(...), or None, not {type(test).__name__}.")
    return test or CouncilTest()


def _read_share(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 <= float(value) <= 1:
        raise InputError(f"min_share must be a number from 0 to 1, not {value!r}.")
    return float(value)
