"""Districts without a community promotion council where one could stand after the plan, best first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kurihara_geo import columns
from kurihara_geo.columns import COUNCIL_STATUSES
from kurihara_geo.errors import InputError
from kurihara_geo.plan.arguments import read_plan_at_hand
from kurihara_geo.rules.values import read_texts, read_whole
from kurihara_geo.studies.arguments import read_argument
from kurihara_geo.studies.councils.check import find_faults
from kurihara_geo.studies.councils.coverage import typed
from kurihara_geo.studies.councils.facts import district_row
from kurihara_geo.studies.councils.town import read_town

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import pandas as pd

    from kurihara_geo.plan import Plan

__all__ = ["rank_new_councils"]

_ORDERED = ("households", "groups", "halls", "small_after", "later")
_CRITERIA = ("enough_groups", "enough_households", "enough_halls", "enough_later")


def rank_new_councils(
    plan: Plan,
    councils: pd.DataFrame,
    *,
    districts: gpd.GeoDataFrame | None = None,
    halls: gpd.GeoDataFrame | None = None,
    years: Sequence[int] | None = None,
    min_groups: int = 2,
    min_households: int | None = None,
    min_halls: int = 1,
    statuses: Sequence[str] = ("none", "not_confirmed"),
    order: Sequence[str] = ("households", "groups", "halls"),
) -> pd.DataFrame:
    """Rank the districts without a council by whether one could stand there after the plan.

    Four criteria are looked at, each met, not met or, where a figure is not known, not judged. Districts come in the
    order of criteria met, then of ``order``, then by name; nothing is weighed. Each status is ranked apart: that
    nobody has confirmed a council does not mean that there is none.

    Parameters
    ----------
    plan
        The plan.
    councils, districts, halls, years
        As for :func:`kurihara_geo.council_coverage`.
    min_groups
        Associations after the plan. 2: a council (協議会) is where several meet.
    min_households
        Households, today and in each later year. None: the plan's floor times ``min_groups``, what so many
        associations have that are just large enough.
    min_halls
        Meeting halls. 1: of the regional management organisations (地域運営組織) of Japan 9 in 10 have a base (総務省,
        2016).
    statuses
        Which districts are ranked, in this order; of ``none``, ``not_confirmed`` and ``preparing``. Where a council is
        being prepared it is not asked whether there should be one, unless it is named here.
    order
        What decides among districts with as many criteria met, the first counting most: ``households``, ``groups``,
        ``halls``, ``later`` (households in the last year), all larger first, and ``small_after``, smaller first. What
        is not known stands last.

    Returns
    -------
    DataFrame
        Index ``district``, columns as in ``columns.NEW_COUNCILS``, and ``households_YYYY`` for each later year.

    Raises
    ------
    InputError
        If a table or a value is wrong; every row of the councils that cannot be counted is named.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> sample = kg.load_sample()
    >>> town = sample[sample["former_town"] == "一迫"]
    >>> plan = kg.propose_mergers(town, kg.MergeRules(keep_within=["former_school_district"]))
    >>> councils = kg.load_sample_councils()
    >>> known = councils[councils["district_names"].isin(town["former_school_district"])]
    >>> kg.rank_new_councils(plan, known)[["status", "rank", "groups", "enough_groups"]].values.tolist()
    [['not_confirmed', 1, 12, True]]
    """
    plan = read_plan_at_hand(plan)
    wanted = _read_statuses(statuses)
    tie = _read_order(order)
    asked = _Criteria(
        groups=_read_least("min_groups", min_groups),
        halls=_read_least("min_halls", min_halls),
        households=plan.rules.min_households * _read_least("min_groups", min_groups)
        if min_households is None
        else _read_least("min_households", min_households),
    )
    town = read_town(plan, councils, districts=districts, halls=halls, years=years)
    faults = list(find_faults(town))
    if faults:
        raise InputError("The councils do not fit the town:", faults)
    rows = [district_row(town, district) for district in town.districts]
    judged = [asked.judge(row, list(town.later)) for row in rows if row["status"] in wanted]
    later = [columns.Column(f"households_{year}", "int", "households", "", "", "") for year in town.later]
    return typed(_ranked(judged, wanted, tie), (*columns.NEW_COUNCILS, *later))


@dataclass(frozen=True)
class _Criteria:
    """What a district needs for a council."""

    groups: int
    halls: int
    households: int

    def judge(self, row: dict[str, Any], years: list[int]) -> dict[str, Any]:
        """Add to a district what it meets: True, False, or None where it cannot be said."""
        later = [row[f"households_{year}"] for year in years]
        met = {
            "enough_groups": row["groups"] >= self.groups,
            "enough_households": row["households"] >= self.households,
            "enough_halls": None if row["halls"] is None else row["halls"] >= self.halls,
            "enough_later": _all(None if count is None else count >= self.households for count in later),
        }
        said = [met[name] for name in _CRITERIA]
        return {
            **row,
            **met,
            "later": later[-1] if later else None,
            "met": said.count(True),
            "judged": len(said) - said.count(None),
            "viable": _all(said),
        }


def _all(values: Any) -> bool | None:
    """Say whether all hold: False where one does not, None where it cannot be said of one, or there are none."""
    given = list(values)
    if False in given:
        return False
    return None if None in given or not given else True


def _ranked(rows: list[dict[str, Any]], statuses: tuple[str, ...], order: tuple[str, ...]) -> list[dict[str, Any]]:
    ranked = []
    for status in statuses:
        of = sorted((row for row in rows if row["status"] == status), key=lambda row: _place(row, order))
        ranked += [{**row, "rank": place} for place, row in enumerate(of, 1)]
    return ranked


def _place(row: dict[str, Any], order: tuple[str, ...]) -> tuple[Any, ...]:
    keys: list[Any] = [-row["met"]]
    for name in order:
        value = row[name]
        keys.append((1, 0) if value is None else (0, value if name == "small_after" else -value))
    return (*keys, row["district"])


# --- arguments ------------------------------------------------------------------------------------


def _read_least(name: str, value: Any) -> int:
    return read_argument(name, lambda given: read_whole(given, least=0), value)


def _read_statuses(value: Any) -> tuple[str, ...]:
    given = read_argument("statuses", read_texts, value)
    known = [status for status in COUNCIL_STATUSES if status != "established"]
    return _known("statuses", given, known)


def _read_order(value: Any) -> tuple[str, ...]:
    return _known("order", read_argument("order", read_texts, value), _ORDERED)


def _known(name: str, given: tuple[str, ...], known: Sequence[str]) -> tuple[str, ...]:
    wrong = [text for text in given if text not in known]
    if wrong:
        raise InputError(f"{name} holds {', '.join(map(repr, wrong))}; known are {', '.join(known)}.")
    return given
