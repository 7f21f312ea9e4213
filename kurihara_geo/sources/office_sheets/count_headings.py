"""Which columns count households or people, of which kind and of which year: 令和2年 世帯数, 加入世帯, 国勢調査人口."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kurihara_geo.columns import HOUSEHOLD_KINDS
from kurihara_geo.errors import SourceError
from kurihara_geo.sources.headings import ASSOCIATION_HEADINGS, Headings, normal_heading
from kurihara_geo.sources.office_sheets.dates import DATE, find_dates
from kurihara_geo.sources.records import Record, record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["COUNT_NAME", "CountHeading", "Counts", "choose_counts", "is_count_heading", "kind_of", "read_heading"]

COUNT_NAME = re.compile(r"(households|population)(_(register|census|member|not_stated))?(_[0-9]{4})?")
"""Names of columns that hold counts."""

_KINDS = {
    "member": re.compile(r"(自治会|町内会|行政区)?(加入(済み?|者)?|会員)"),
    "register": re.compile(r"住民基本台帳|住基(台帳)?|住民登録|住民票"),
    "census": re.compile(r"国勢調査|国調"),
}
_FORECAST = re.compile(r"推計値?|予測値?|見込み?|将来|想定")
_NO_COUNT = re.compile(r"未加入|非加入|加入率|増減|割合|構成比|比率|率$|あたり|当たり")
_FILLING = re.compile(r"[()\[\]【】〔〕、・:_\-]|現在|時点|による|に基づく|ベース|末$|登録|結果|値$")
# What only says that people and households are counted below it.
_NEUTRAL = re.compile(r"^(住民(?!基本|登録|票|数)|人口(・|及び|と|、)世帯数?|世帯数?(・|及び|と|、)人口|現況)(?=.)")
_FOREIGN = re.compile(r"外国人|日本人|複数国籍|混合世帯")
_FURTHER = {"households": ("総世帯数", "総世帯"), "population": ("総人口数", "人口総計")}
_ONLY_WITH_A_KIND = {"households": ("戸数",)}


@dataclass(frozen=True)
class CountHeading:
    """A heading of counts, taken apart.

    Parameters
    ----------
    measure
        ``households`` or ``population``.
    kind
        ``register``, ``census`` or ``member``; None if it does not say.
    year
        The western year; None if it does not say.
    forecast
        Whether it says it is one (推計, 見込).
    rank
        0 for the plainest wording.
    """

    measure: str
    kind: str | None
    year: int | None
    forecast: bool
    rank: int


@dataclass(frozen=True)
class Counts:
    """What was decided: standard name -> position, the kind of today's households, and records."""

    places: dict[str, int]
    kind: str | None
    records: list[Record] = field(default_factory=list)


@dataclass(frozen=True)
class _Candidate:
    place: int
    heading: CountHeading
    kind: str


def read_heading(label: str) -> CountHeading | None:
    """Take a heading of counts apart; None if it is none.

    Examples
    --------
    >>> read_heading("令和2年 国勢調査 世帯数")
    CountHeading(measure='households', kind='census', year=2020, forecast=False, rank=1)
    >>> read_heading("加入率") is None
    True
    """
    text = _NEUTRAL.sub("", normal_heading(label))
    if _NO_COUNT.search(text) or _FOREIGN.search(text):
        return None
    year = None
    if re.search(r"[世戸人]|数", text):
        dates = find_dates(text)
        if len({found.year for found in dates}) > 1:
            return None
        year = dates[0].year if dates else None
        text = DATE.sub("", text)
    kinds = [kind for kind, words in _KINDS.items() if words.search(text)]
    if len(kinds) > 1:
        return None
    for words in (*_KINDS.values(), _FILLING):
        text = words.sub("", text)
    forecast = bool(_FORECAST.search(text))
    text = _FORECAST.sub("", text)
    for measure in ("households", "population"):
        rank = _rank(text, measure, with_kind=bool(kinds))
        if rank is not None:
            return CountHeading(measure, kinds[0] if kinds else None, year, forecast, rank)
    return None


def _rank(text: str, measure: str, *, with_kind: bool) -> int | None:
    ranks = [*ASSOCIATION_HEADINGS[measure], _FURTHER[measure]]
    if with_kind:
        ranks.append(_ONLY_WITH_A_KIND.get(measure, ()))
    for rank, headings in enumerate(ranks):
        if text in {normal_heading(heading) for heading in headings}:
            return rank
    return None


def is_count_heading(label: str, measure: str = "households") -> bool:
    """Say whether a heading counts households (or people)."""
    found = read_heading(label)
    return found is not None and found.measure == measure and not found.forecast


def kind_of(texts: Iterable[object]) -> str | None:
    """Give the one kind of households that texts around a table name; None if none or several."""
    joined = " ".join(normal_heading(text) for text in texts if isinstance(text, str))
    kinds = [kind for kind, words in _KINDS.items() if words.search(joined) and kind != "member"]
    member = bool(re.search(r"加入世帯|会員世帯", joined))
    found = [*kinds, *(["member"] if member else [])]
    return found[0] if len(found) == 1 else None


def choose_counts(
    headings: Headings,
    taken: Mapping[str, int],
    *,
    asked_kind: str | None,
    stated_kind: str | None,
    year_of_count: int | None,
) -> Counts:
    """Decide which column is today's households and population, and name those of other years and kinds.

    Parameters
    ----------
    headings
        The headings of the table.
    taken
        Columns the planner named: standard name -> position.
    asked_kind
        The kind the planner wants.
    stated_kind
        The kind the lines around the table name.
    year_of_count
        The year of the day of the count, after which a column is no count of today.

    Raises
    ------
    SourceError
        If there are two kinds of households and the planner did not choose, none of the kind asked for, or two
        columns for one and the same count.
    """
    candidates = _candidates(headings, taken, stated_kind)
    ours = [candidate for candidate in candidates if candidate.heading.measure == "households"]
    if "households" in taken:
        found = read_heading(headings.labels[taken["households"]])
        kind = asked_kind or (found.kind if found else None) or stated_kind
        counts = _named(headings, ours, kind or "not_stated", {})
    else:
        kind = _choose_kind(headings, ours, asked_kind)
        chosen = [candidate for candidate in ours if candidate.kind == kind]
        counts = _named(headings, ours, kind, _current(headings, chosen, "households", year_of_count))
        kind = asked_kind or kind
    places = {**counts, **_population(headings, candidates, taken, kind or "not_stated", counts, year_of_count)}
    return Counts(places, None if kind == "not_stated" else kind, _foreigners(headings))


def _candidates(headings: Headings, taken: Mapping[str, int], stated_kind: str | None) -> list[_Candidate]:
    found = []
    for place, label in enumerate(headings.labels):
        heading = None if place in taken.values() else read_heading(label)
        if heading is not None:
            found.append(_Candidate(place, heading, heading.kind or stated_kind or "not_stated"))
    return found


def _choose_kind(headings: Headings, ours: Sequence[_Candidate], asked: str | None) -> str:
    now = [candidate for candidate in ours if not candidate.heading.forecast]
    kinds = list(dict.fromkeys(candidate.kind for candidate in now))
    if asked is None or asked in kinds:
        if asked is None and len(kinds) > 1:
            raise SourceError(_two_kinds(headings, now))
        return asked or (kinds[0] if kinds else "not_stated")
    if "not_stated" in kinds:
        return "not_stated"
    if kinds:
        found = "; ".join(f"{headings.labels[one.place]!r} ({one.kind})" for one in now)
        raise SourceError(
            f"{headings.shown}: no column holds households of the kind {asked!r}; found: {found}. "
            f"Pass another households_kind=, or name the column with households_column=."
        )
    return asked


def _two_kinds(headings: Headings, now: Sequence[_Candidate]) -> str:
    parts = [f"{headings.labels[one.place]!r} ({one.kind}, {HOUSEHOLD_KINDS[one.kind][0]})" for one in now]
    return (
        f"{headings.shown}: households of several kinds stand side by side and are never mixed: {'; '.join(parts)}. "
        f"Choose with households_kind= or households_column=."
    )


def _current(
    headings: Headings, chosen: Sequence[_Candidate], measure: str, year_of_count: int | None
) -> dict[str, int]:
    """Choose today's column: the one without a year, else the newest that is no forecast."""
    past = [one for one in chosen if not one.heading.forecast]
    undated = [one for one in past if one.heading.year is None]
    if undated:
        return {measure: _best(headings, undated, measure)}
    years = [one.heading.year for one in past if one.heading.year is not None]
    counted = [year for year in years if year_of_count is None or year <= year_of_count] or years
    newest = [one for one in past if counted and one.heading.year == max(counted)]
    return {measure: _best(headings, newest, measure)} if newest else {}


def _best(headings: Headings, ones: Sequence[_Candidate], standard: str) -> int:
    """Give the column with the plainest wording; two as plain are a question."""
    rank = min(one.heading.rank for one in ones)
    places = [one.place for one in ones if one.heading.rank == rank]
    if len(places) > 1:
        raise headings.doubt(standard, places)
    return places[0]


def _named(headings: Headings, ones: Sequence[_Candidate], kind: str, current: Mapping[str, int]) -> dict[str, int]:
    """Name the columns of other years and kinds: ``households_2020``, ``households_member``."""
    groups: dict[str, list[_Candidate]] = {}
    for one in ones:
        measure, year = one.heading.measure, one.heading.year
        other = one.kind != kind and not (one.heading.forecast and one.heading.kind is None)
        name = f"{measure}_{one.kind}" if other else measure
        name = name if year is None else f"{name}_{year}"
        if name != measure:
            groups.setdefault(name, []).append(one)
    return {**current, **{name: _best(headings, group, name) for name, group in groups.items()}}


def _population(
    headings: Headings,
    candidates: Sequence[_Candidate],
    taken: Mapping[str, int],
    kind: str,
    households: Mapping[str, int],
    year_of_count: int | None,
) -> dict[str, int]:
    """Choose the people counted with the households: of the same kind, or without one."""
    people = [one for one in candidates if one.heading.measure == "population"]
    same = [one for one in people if one.kind == kind] or [one for one in people if one.heading.kind is None]
    current: dict[str, int] = {}
    if "population" not in taken:
        current = _current(headings, same, "population", year_of_count or _year_of(headings, households))
    return _named(headings, same, same[0].kind if same else kind, current)


def _year_of(headings: Headings, places: Mapping[str, int]) -> int | None:
    found = read_heading(headings.labels[places["households"]]) if "households" in places else None
    return found.year if found else None


def _foreigners(headings: Headings) -> list[Record]:
    """Note columns of foreigners: whether they are part of the others is the planner's to know."""
    apart = [label for label in headings.labels if "外国人" in normal_heading(label)]
    if not apart:
        return []
    message = f"foreign residents stand in columns of their own and were not added: {', '.join(apart)}"
    return [record("foreigners_apart", message, cure="Make sure that the households counted include them or not.")]
