"""The range around a middle projection, and the whole numbers it is told in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kurihara_geo.studies.outlook.shrinkage import share_out
from kurihara_geo.studies.outlook.values import SCENARIOS, Statement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kurihara_geo.studies.outlook.inputs import Options, Start
    from kurihara_geo.studies.outlook.totals import Totals
    from kurihara_geo.studies.outlook.values import Projection

__all__ = [
    "around",
    "at_least_rate_range",
    "chance_spread",
    "control_factors",
    "controlled",
    "round_half_up",
    "said_control",
    "said_of_spread",
    "said_without_spread",
    "whole_numbers",
]

_NORMAL_80 = 1.2816
"""Four of five values of a normal distribution are no farther from its middle, in standard deviations."""


def around(middle: pd.DataFrame, spread: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the low and the high end of a range: the middle times ``exp(-spread)`` and ``exp(spread)``."""
    return middle * np.exp(-spread), middle * np.exp(spread)


def chance_spread(start: Start, years: tuple[int, ...], rate_range: float) -> pd.DataFrame:
    """Give the spread where no past changes are known: a rate that may be off, and the chance of small numbers.

    A count of n households strays by its square root; four of five such counts stay within 1.28 of it.
    """
    chance = _NORMAL_80 / np.sqrt(start.households.clip(lower=1))
    rates = {year: rate_range * (year - start.base_year) for year in years}
    return pd.DataFrame({year: np.hypot(chance, rate) for year, rate in rates.items()}, index=start.ids)


def at_least_rate_range(spread: pd.DataFrame, start: Start, options: Options) -> pd.DataFrame:
    """Widen a spread where past changes tell less than that a rate may be off: equal ones do not make it certain."""
    least = pd.Series({year: options.rate_range * (year - start.base_year) for year in options.years})
    return spread.clip(lower=least, axis="columns")


def said_of_spread(span: int, rate_range: float) -> Statement:
    """Say what the range is, where past changes are known."""
    return Statement(
        f"低位と高位の幅は、過去{span}年間に同じ規模の自治会の5つに4つが収まった変化の幅を、年数の平方根に応じて広げたもの"
        f"(少なくとも変化率の誤差(年{rate_range:.1%})の分)。",
        f"Low and high: the distance that four of five associations of the size kept to within the past {span} years, "
        f"widened with the square root of the years, and at least a rate that is off by {rate_range:.1%} a year.",
    )


def said_without_spread(rate_range: float) -> Statement:
    """Say what the range is, where no past changes are known."""
    return Statement(
        f"過去の変化がないため、低位と高位の幅は変化率の誤差(年{rate_range:.1%})と、世帯数の平方根による偶然の幅とした。",
        f"No past changes are known: low and high allow for a rate that is off by {rate_range:.1%} a year and for the "
        "chance of small numbers (the square root of the households).",
    )


def controlled(middle: pd.DataFrame, totals: Mapping[int, int] | None) -> pd.DataFrame:
    """Bring the sums of the years to the given totals, in proportion."""
    return middle.mul(control_factors(middle, totals), axis="columns")


def control_factors(values: pd.DataFrame, totals: Mapping[int, int] | None) -> pd.Series:
    """Give the factor for each year that brings the sum to the given total; 1 where none is given."""
    sums = {int(year): float(total) for year, total in values.sum().items()}  # type: ignore[call-overload]
    given = totals or {}
    return pd.Series(
        {year: given[year] / total if year in given and total > 0 else 1.0 for year, total in sums.items()}
    )


def said_control(totals: Totals, what: Statement) -> tuple[Statement, ...]:
    """Say which totals the middle was brought to, what became of the ends, and which years have no total given."""
    years = "、".join(f"{year}年 {total:,}" for year, total in sorted(totals.items()))
    years_en = ", ".join(f"{total:,} in {year}" for year, total in sorted(totals.items()))
    told = [
        Statement(
            f"中位の{what.ja}の合計を、与えられた市の値({years})に一致させた(最大剰余法)。"
            "低位と高位の世帯数には中位と同じ倍率を掛けたので、その合計は市の値ではない。",
            f"The middle {what.en} sum to the city's given totals ({years_en}), by largest remainder. The low and high "
            "ends of households were scaled by the same factor as the middle; they do not sum to them.",
        )
    ]
    if totals.between:
        ja, en = "、".join(f"{year}年" for year in totals.between), ", ".join(map(str, totals.between))
        told.append(
            Statement(
                f"{ja}の市の値({what.ja})は、与えられた前後の年の値の間を直線で補った。",
                f"The city's {what.en} of {en} lie on a straight line between the years given before and after.",
            )
        )
    if totals.free:
        ja, en = "、".join(f"{year}年" for year in totals.free), ", ".join(map(str, totals.free))
        told.append(
            Statement(
                f"{ja}は市の値({what.ja})が与えられていないため、一致させていない。",
                f"No total of the city's {what.en} is given for {en}: these years are left as projected.",
            )
        )
    return tuple(told)


def whole_numbers(projection: Projection, totals: Mapping[int, int] | None) -> dict[str, pd.Series]:
    """Round a projection: ``households_YYYY_low``, ``_middle``, ``_high`` as whole numbers.

    Where the city's households are given the middle sums to them exactly, and a low or a high end that rounding
    has put on its other side gives way.
    """
    told: dict[str, pd.Series] = {}
    for year in map(int, projection.middle.columns):
        low, middle, high = (round_half_up(getattr(projection, name)[year]) for name in SCENARIOS)
        if totals and year in totals:
            exact = projection.middle[year].fillna(0.0)
            shared = pd.Series(share_out(exact.to_numpy(), totals[year]), index=exact.index, dtype="Int64")
            middle = shared.where(projection.middle[year].notna())
            low, high = low.where(low <= middle, middle), high.where(high >= middle, middle)
        told |= {f"households_{year}_{name}": value for name, value in zip(SCENARIOS, (low, middle, high), strict=True)}
    return told


def round_half_up(values: pd.Series) -> pd.Series:
    """Round to whole numbers; empty stays empty."""
    # A half is rounded up; what is a half but for the last bits of a float counts as one.
    rounded: pd.Series = np.floor(values.round(9) + 0.5)
    return rounded.astype("Int64")
