"""The cohort-change-ratio method (コーホート変化率法): arithmetic on arrays of areas x sexes x five-year classes.

The open class is arrived at from 70 and over: ``75+`` after five years over ``70-74`` and ``75+`` before. Children are
those of the women of 15 to 49 (女性子ども比).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kurihara_geo.studies.outlook.ages import AGES, CLASS_YEARS
from kurihara_geo.studies.outlook.shrinkage import derive_prior, shrink_ratios

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

__all__ = ["CAP", "Ratios", "city_ratios", "grow", "leaving", "own_ratios", "project_people"]

CAP = 2.0
"""An area's ratio is at most so many times the city's, and at least the city's divided by it."""
_MOTHERS = slice(AGES.index(15), AGES.index(45) + 1)
_MALE, _FEMALE = 0, 1


@dataclass(frozen=True, kw_only=True)
class Ratios:
    """Ratios for five years.

    Parameters
    ----------
    change
        People of a class over those of the class below five years before; (areas x) sexes x 15 classes from 5 to 75.
    children
        Children of 0 to 4 over women of 15 to 49; a number, or one for each area.
    boys
        Share of boys among children.
    """

    change: Numbers
    children: Numbers
    boys: float


def leaving(people: Numbers) -> Numbers:
    """Give who moves up a class in five years: the classes 0 to 65, and 70 and over together."""
    open_class = people[..., -2:].sum(axis=-1, keepdims=True)
    return np.concatenate([people[..., :-2], open_class], axis=-1)


def city_ratios(before: Numbers, after: Numbers) -> Ratios:
    """Give the ratios of the whole: sexes x classes, now and five years before.

    A class nobody left keeps its number, for nothing is known of it.
    """
    moved = leaving(before)
    change = np.where(moved > 0, after[:, 1:] / np.where(moved > 0, moved, 1.0), 1.0)
    mothers, children = after[_FEMALE, _MOTHERS].sum(), after[:, 0].sum()
    per_mother = children / mothers if mothers > 0 else 0.0
    return Ratios(
        change=change,
        children=np.asarray(per_mother),
        boys=float(after[_MALE, 0] / children) if children > 0 else 0.5,
    )


def own_ratios(before: Numbers, after: Numbers, city: Ratios) -> tuple[Ratios, float, int]:
    """Give each area's ratios, drawn to the city's by the people behind them, and capped.

    Returns
    -------
    Ratios, float, int
        The ratios; how many people of the city's stand beside an area's own in each (infinity: only the city's
        count); and how many ratios were capped.
    """
    moved, arrived = leaving(before), after[..., 1:]
    expected = np.broadcast_to(city.change, moved.shape)
    prior = _prior(arrived, moved, expected)
    change = shrink_ratios(arrived, moved, expected, prior)
    kept = np.clip(change, expected / CAP, expected * CAP)
    mothers, children = after[:, _FEMALE, _MOTHERS].sum(axis=1), after[:, :, 0].sum(axis=1)
    per_mother = np.broadcast_to(city.children, mothers.shape)
    births = shrink_ratios(children, mothers, per_mother, _prior(children, mothers, per_mother))
    births_kept = np.clip(births, per_mother / CAP, per_mother * CAP)
    capped = int((kept != change).sum() + (births_kept != births).sum())
    return Ratios(change=kept, children=births_kept, boys=city.boys), prior, capped


def _prior(new: Numbers, old: Numbers, expected: Numbers) -> float:
    chosen = old > 0
    return derive_prior(new[chosen], old[chosen], expected[chosen])


def grow(people: Numbers, ratios: Ratios) -> Numbers:
    """Take people five years on."""
    older = leaving(people) * ratios.change
    children = ratios.children * older[..., _FEMALE, AGES.index(15) - 1 : AGES.index(45)].sum(axis=-1)
    born = np.stack([children * ratios.boys, children * (1 - ratios.boys)], axis=-1)
    return np.concatenate([born[..., None], older], axis=-1)


def project_people(people: Numbers, ratios: Ratios, year: int, years: list[int]) -> dict[int, Numbers]:
    """Project people to some years: steps of five years, a straight line between them.

    Parameters
    ----------
    people
        Of the first year, (areas x) sexes x classes.
    ratios
        As :func:`own_ratios` or :func:`city_ratios` gives them.
    year
        The first year.
    years
        Years wanted, none before it.
    """
    steps = [people]
    while year + CLASS_YEARS * (len(steps) - 1) < max(years):
        steps.append(grow(steps[-1], ratios))
    found = {}
    for wanted in years:
        number, rest = divmod(wanted - year, CLASS_YEARS)
        later = steps[number + 1] if rest else steps[number]
        found[wanted] = steps[number] + (later - steps[number]) * (rest / CLASS_YEARS)
    return found
