"""Join boundaries with a table of counts; what did not match is named on both sides and never guessed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from kurihara_geo.associations.leading_zeros import compare_leading_zeros
from kurihara_geo.associations.names import (
    STAGES,
    NameKey,
    differ_clearly,
    name_keys,
    names_by_form,
    normal_name,
    similar_names,
    town_stems,
)
from kurihara_geo.errors import Problem
from kurihara_geo.sources.boundaries import COUNT_COLUMN
from kurihara_geo.sources.numbers import is_missing
from kurihara_geo.sources.records import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["join_households", "normal_name"]

_TODAY = ("households", "population")
_KEYS = ("association_id", "name")
_BOUNDARIES, _TABLE = "the boundaries", "the table of counts"
# Beyond this many pairs, looking for near misses would take longer than a planner waits.
_MOST_COMPARED = 250_000
# As many as a planner looks through, where no name is like the one asked about.
_MOST_LEFT_OVER = 10


def join_households(
    boundaries: gpd.GeoDataFrame,
    households: pd.DataFrame,
    *,
    towns: Iterable[str] = (),
    restore_leading_zero: bool = False,
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Join a table of counts to boundaries, by id where both have ids that match, else by name.

    Names are compared in the stages of :data:`kurihara_geo.associations.names.STAGES`, strictly first. A looser
    stage joins only what it makes equal one to one, and says so; a name that is there twice joins by former town
    and name, or not at all; rows said to lie in different former towns never join by name.

    Parameters
    ----------
    boundaries
        Raw table: columns ``association_id``, ``name``, geometry, perhaps ``former_town``.
    households
        One row per association: ``association_id`` or ``name``, and ``households``; perhaps ``former_town``; other
        columns are carried along.
    towns
        Former towns that may stand before a name on one side only: with ``["架空町"]``, 架空本町 is 本町 where only
        one of each is there. Without it the prefix may be missing only where the row's ``former_town`` says it.
    restore_leading_zero
        Whether ids of the table that all lack their leading zero, and are all known with it, get it back.

    Returns
    -------
    GeoDataFrame, list of Problem
        Boundaries with the counts of the table. Counts the boundaries had are dropped, never mixed in; only those of
        other years stay, where both sides state the same kind of households and the table has no such column. Another
        column both have keeps the boundaries' values, and the table's where the boundaries have none. Errors: every
        boundary without a count, every count without a boundary (with names that look alike), every key that is not
        unique, ids without their leading zero, ids to which the table gives the name of another row of the boundaries
        (``names_swapped``). Warnings: every pair joined by a looser spelling
        (``name_matched_loosely``), every pair joined by id whose names differ (``name_differs``), the counts dropped
        (``counts_replaced``), and every column whose values differ, with its rows (``column_differs``).
    """
    left, right = boundaries.reset_index(drop=True), households.reset_index(drop=True)
    if missing := _missing_columns(right):
        return left, missing
    right, zeros = _leading_zeros(left, right, restore=restore_leading_zero)
    if any(problem.severity == "error" for problem in zeros):
        return left, zeros
    named = town_stems([*towns, *_texts(left, "former_town"), *_texts(right, "former_town")])
    if _choose_key(left, right) == "association_id":
        problems = [*_repeated_ids(left, _BOUNDARIES), *_repeated_ids(right, _TABLE)]
        if problems:
            return left, problems
        match = _match_ids(left, right)
        problems = _differing_names(left, right, match, named)
    else:
        match = _match_names(left, right, named, stated=bool(town_stems(towns)))
        problems = [*_repeated_names(left, right, match), *_loosely(left, right, match)]
    problems = [*zeros, *problems, *_unmatched(left, right, match)]
    joined, carried = _carry(left, right, match)
    return joined, [*problems, *carried, *_not_conserved(joined, right, match)]


# --- which row is which ----------------------------------------------------------------------------


@dataclass
class _Match:
    """Row of the table of counts for each row of the boundaries, and the stage at which names were equal."""

    pairs: dict[int, int] = field(default_factory=dict)
    stages: dict[int, int] = field(default_factory=dict)
    ambiguous: set[str] = field(default_factory=set)

    def add(self, left: int, right: int, stage: int) -> None:
        self.pairs[left], self.stages[left] = right, stage


def _choose_key(boundaries: gpd.GeoDataFrame, households: pd.DataFrame) -> str:
    """Join by id if the table has ids and any of them is known; by name otherwise."""
    if "association_id" in households:
        known = set(_texts(boundaries, "association_id")) - {""}
        if "name" not in households or not known.isdisjoint(_texts(households, "association_id")):
            return "association_id"
    return "name"


def _texts(table: pd.DataFrame, column: str) -> list[str]:
    """Give a column as it is compared; empty texts where there is none."""
    return [normal_name(value) for value in table[column]] if column in table else [""] * len(table)


def _match_ids(boundaries: gpd.GeoDataFrame, households: pd.DataFrame) -> _Match:
    rows = {key: row for row, key in enumerate(_texts(households, "association_id")) if key}
    keys = _texts(boundaries, "association_id")
    return _Match(pairs={row: rows[key] for row, key in enumerate(keys) if key in rows})


def _match_names(
    boundaries: gpd.GeoDataFrame, households: pd.DataFrame, towns: Sequence[str], *, stated: bool
) -> _Match:
    """Pair names stage by stage; a pair is made only where nothing else has the key of that stage."""
    sides = [_all_keys(table, towns) for table in (boundaries, households)]
    known = [_stems(table) for table in (boundaries, households)]
    match = _Match()
    _pair(match, [[keys[0] for keys in side] for side in sides], known, stage=0)
    in_town = [[_in_town(keys[0], town) for keys, town in zip(*side, strict=True)] for side in zip(sides, known)]  # noqa: B905
    _pair(match, in_town, known, stage=0)
    for stage in range(1, len(STAGES)):
        _pair(match, [[keys[stage] for keys in side] for side in sides], known, stage=stage)
    if stated:
        last = [[keys[-1] for keys in side] for side in sides]
        bare = [[NameKey(town="", text=key.text) for key in side] for side in last]
        _pair(match, bare, [[key.town for key in side] for side in last], stage=len(STAGES) - 1)
    counted = [Counter(keys[0].text for keys in side) for side in sides]
    match.ambiguous = {text for count in counted for text, times in count.items() if text and times > 1}
    return match


def _all_keys(table: pd.DataFrame, towns: Sequence[str]) -> list[tuple[NameKey, ...]]:
    pairs = zip(table["name"], _texts(table, "former_town"), strict=True)
    return [name_keys(name, town=town, towns=towns) for name, town in pairs]


def _stems(table: pd.DataFrame) -> list[str]:
    """Give the former town each row is said to lie in, without 町 or 村."""
    return [next(iter(town_stems([town])), "") for town in _texts(table, "former_town")]


def _in_town(key: NameKey, town: str) -> NameKey:
    """Give the key of a name within its town; none where the town is not known."""
    return NameKey(town=town, text=key.text if town else "")


def _pair(match: _Match, keys: Sequence[Sequence[NameKey]], towns: Sequence[Sequence[str]], *, stage: int) -> None:
    """Pair rows whose key stands once on each side, both still without a partner and not in different towns."""
    counts = [Counter(side) for side in keys]
    taken = set(match.pairs.values())
    places = {key: row for row, key in enumerate(keys[1])}
    for row, key in enumerate(keys[0]):
        if not key.text or row in match.pairs or counts[0][key] != 1 or counts[1][key] != 1:
            continue
        other = places[key]
        here, there = towns[0][row], towns[1][other]
        if other not in taken and (not here or not there or here == there):
            match.add(row, other, stage)


def _leading_zeros(
    boundaries: gpd.GeoDataFrame, households: pd.DataFrame, *, restore: bool
) -> tuple[pd.DataFrame, list[Problem]]:
    """Find ids that lost the zero in front, on either side; put it back in the table only if asked and certain."""
    ids, problems = compare_leading_zeros(
        _texts(households, "association_id"),
        _texts(boundaries, "association_id"),
        restore=restore,
        where=_TABLE,
        layer=_BOUNDARIES,
        function="join_households",
    )
    restored = households if ids is None else households.assign(association_id=pd.Series(ids, dtype="object"))
    return restored, problems


# --- what comes of it ------------------------------------------------------------------------------


def _carry(
    boundaries: gpd.GeoDataFrame, households: pd.DataFrame, match: _Match
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Put the columns of the table beside those of the boundaries; name what gave way and what differs."""
    replaced = _replaced_counts(boundaries, households)
    kind = [column for column in ("households_kind",) if column in boundaries]
    joined = boundaries.drop(columns=[*replaced, *kind])
    carried = households.drop(columns=[column for column in _KEYS if column in households])
    rows = [match.pairs.get(row, -1) for row in range(len(boundaries))]
    carried = carried.reindex(rows).set_axis(boundaries.index)
    problems = _counts_replaced(boundaries, households, replaced)
    for column in [column for column in carried if column in joined]:
        problems += _column_differs(boundaries, carried, str(column))
        # A layer's shapes are in its own CRS: never filled from another table.
        if not isinstance(joined[column], gpd.GeoSeries):
            joined[column] = _filled(joined[column], carried[column])
    joined = joined.join(carried.drop(columns=[column for column in carried if column in joined]))
    joined.attrs = dict(boundaries.attrs)
    return joined, problems


def _replaced_counts(boundaries: gpd.GeoDataFrame, households: pd.DataFrame) -> list[str]:
    """List the boundaries' columns of counts that give way: all, or all but other years' where kinds are the same."""
    counts = [str(column) for column in boundaries.columns if COUNT_COLUMN.fullmatch(str(column))]
    kind = _stated_kind(boundaries)
    if not kind or kind != _stated_kind(households):
        return counts
    return [column for column in counts if column in _TODAY or column in households]


def _stated_kind(table: pd.DataFrame) -> str:
    """Give the kind of households all rows state; an empty text where they state none, or several."""
    kinds = set(_texts(table, "households_kind"))
    return kinds.pop() if len(kinds) == 1 and kinds != {"not_stated"} else ""


def _filled(own: pd.Series, other: pd.Series) -> pd.Series:
    """Give a column with the table's value wherever the boundaries have none."""
    values = [there if is_missing(here) else here for here, there in zip(own, other, strict=True)]
    changed = any(is_missing(here) and not is_missing(there) for here, there in zip(own, other, strict=True))
    return pd.Series(values, index=own.index, dtype="object").infer_objects() if changed else own


def _not_conserved(joined: gpd.GeoDataFrame, households: pd.DataFrame, match: _Match) -> list[Problem]:
    """Compare the sum of every count with that of the rows that were joined."""
    matched = households.loc[sorted(match.pairs.values())]
    return [
        _problem("join", f"the {column} joined do not add up to those of the table", cure="report this")
        for column in matched
        if COUNT_COLUMN.fullmatch(str(column))
        and (column not in joined or _sum(joined[column]) != _sum(matched[column]))
    ]


def _sum(column: pd.Series) -> int:
    return int(pd.to_numeric(column, errors="coerce").fillna(0).sum())


# --- problems --------------------------------------------------------------------------------------


def _problem(
    kind: str, message: str, *, severity: str = "error", cure: str = "", ids: Iterable[str] = (), name: str = ""
) -> Problem:
    return Problem(severity=severity, kind=kind, association_id=", ".join(ids), name=name, message=message, cure=cure)


def _missing_columns(households: pd.DataFrame) -> list[Problem]:
    """Name what a table of counts cannot be joined without."""
    found = ", ".join(str(column) for column in households.columns)
    problems = []
    if "association_id" not in households and "name" not in households:
        message = f"{_TABLE} has neither association_id nor name; columns found: {found}"
        problems.append(_problem("no_count", message, cure="add one of them"))
    if "households" not in households:
        message = f"{_TABLE} has no column households; columns found: {found}"
        problems.append(_problem("missing_households", message, cure="use a table with counts of households"))
    return problems


def _repeated_ids(table: pd.DataFrame, where: str) -> list[Problem]:
    times = Counter(text for text in _texts(table, "association_id") if text)
    return [
        _problem(
            "ambiguous_join",
            f"{count} rows of {where} have this id",
            name=text,
            cure="make the ids unique",
        )
        for text, count in times.items()
        if count > 1
    ]


def _repeated_names(boundaries: gpd.GeoDataFrame, households: pd.DataFrame, match: _Match) -> list[Problem]:
    """Name each name that is there twice on a side and did not find its partner by former town and name."""
    problems = []
    sides = ((boundaries, _BOUNDARIES, set(match.pairs)), (households, _TABLE, set(match.pairs.values())))
    for table, where, done in sides:
        rows: dict[str, list[int]] = {}
        for row, text in enumerate(_texts(table, "name")):
            rows.setdefault(text, []).append(row)
        problems += [
            _problem(
                "ambiguous_join",
                f"{len(same)} rows of {where} have this name; without a partner: {_spelled(table, same, done)}",
                name=str(table.at[same[0], "name"]),
                ids=[_cell(table, row, "association_id") for row in same] if "association_id" in table else (),
                cure="join by id instead, or add former_town to both: names are not unique in a city",
            )
            for text, same in rows.items()
            if text and len(same) > 1 and not done.issuperset(same)
        ]
    return problems


def _spelled(table: pd.DataFrame, rows: Sequence[int], done: set[int]) -> str:
    """List rows without a partner as they are written, with the former town where it is known."""
    alone = [row for row in rows if row not in done]
    parts = [" ".join(filter(None, (_cell(table, row, c) for c in ("former_town", "name")))) for row in alone]
    return ", ".join(parts)


def _loosely(boundaries: gpd.GeoDataFrame, households: pd.DataFrame, match: _Match) -> list[Problem]:
    return [
        _problem(
            "name_matched_loosely",
            f"is written {_cell(households, match.pairs[row], 'name')} in {_TABLE} (apart in: {STAGES[stage]})",
            severity="warning",
            ids=[_cell(boundaries, row, "association_id")],
            name=_cell(boundaries, row, "name"),
            cure="check that both are the same place",
        )
        for row, stage in match.stages.items()
        if stage > 0
    ]


def _counts_replaced(boundaries: gpd.GeoDataFrame, households: pd.DataFrame, replaced: Sequence[str]) -> list[Problem]:
    """Name the counts of the boundaries that gave way to those of the table, with both kinds."""
    lost = [column for column in replaced if not all(is_missing(value) for value in boundaries[column])]
    if not lost:
        return []
    here, there = (_stated_kind(table) or "not_stated" for table in (boundaries, households))
    message = f"{listed(lost)} of {_BOUNDARIES} ({here}) were dropped: the counts are those of {_TABLE} ({there})"
    cure = f"add columns you need to {_TABLE}: counts of two kinds or days do not compare"
    return [_problem("counts_replaced", message, severity="warning", cure=cure)]


def _column_differs(boundaries: gpd.GeoDataFrame, carried: pd.DataFrame, column: str) -> list[Problem]:
    """Name the rows in which a column of both sides holds different values."""
    pairs = zip(boundaries[column], carried[column], strict=True)
    rows = [row for row, (here, there) in enumerate(pairs) if not _same(here, there, column)]
    if not rows:
        return []
    ids = [_cell(boundaries, row, "association_id") for row in rows]
    cells = (
        f"{code} {boundaries[column].iloc[row]} / {carried[column].iloc[row]}"
        for code, row in zip(ids, rows, strict=True)
    )
    message = f"{column} differs in {len(rows)} rows, and {_BOUNDARIES} were followed: {listed(cells)}"
    cure = f"correct the side that is wrong, or leave {column} out of one of the two"
    return [_problem("column_differs", message, severity="warning", ids=ids, cure=cure)]


def _same(here: object, there: object, column: str) -> bool:
    """Say whether two cells do not contradict each other; a former town is the same with or without 町."""
    if is_missing(here) or is_missing(there) or bool(here == there) or normal_name(here) == normal_name(there):
        return True
    return column == "former_town" and town_stems([here]) == town_stems([there])


def _differing_names(
    boundaries: gpd.GeoDataFrame, households: pd.DataFrame, match: _Match, towns: Sequence[str]
) -> list[Problem]:
    """Name ids whose names cannot be spellings of one, or are exchanged; a name that is only the id says nothing."""
    if "name" not in households or "name" not in boundaries:
        return []
    problems = []
    in_town = _texts(boundaries, "former_town")
    codes_of = _codes_by_spelling(boundaries)
    for row, other in match.pairs.items():
        code = _cell(boundaries, row, "association_id")
        here, there = _cell(boundaries, row, "name"), _cell(households, other, "name")
        if code in {here, there}:
            continue
        owners = codes_of.get(_spelling(there), [])
        if owners and here and _spelling(here) != _spelling(there):
            message = (
                f"is called {here} in {_BOUNDARIES} and {there} in {_TABLE}, which is the name of {listed(owners)}"
            )
            cure = "correct the ids or the names of the table; to join by name, leave its ids out"
            problems.append(_problem("names_swapped", message, ids=[code], name=here, cure=cure))
        elif differ_clearly(here, there, town=in_town[row], towns=towns):
            message = f"is called {here} in {_BOUNDARIES} and {there} in {_TABLE}"
            cure = "check that the id is the same association's on both sides"
            problems.append(_problem("name_differs", message, severity="warning", ids=[code], name=here, cure=cure))
    return problems


def _codes_by_spelling(boundaries: gpd.GeoDataFrame) -> dict[str, list[str]]:
    codes: dict[str, list[str]] = {}
    for row, name in enumerate(boundaries["name"]):
        if text := _spelling(name):
            codes.setdefault(text, []).append(_cell(boundaries, row, "association_id"))
    return codes


def _spelling(name: object) -> str:
    """Give a name as all stages but the last compare it: a former town before a name may be part of it."""
    return name_keys(name)[-2].text


def _unmatched(boundaries: gpd.GeoDataFrame, households: pd.DataFrame, match: _Match) -> list[Problem]:
    """Name every row without a partner, with the rows of the other side that look like it."""
    alone = [row for row in range(len(boundaries)) if row not in match.pairs]
    taken = set(match.pairs.values())
    others = [row for row in range(len(households)) if row not in taken]
    compare = len(alone) * len(others) <= _MOST_COMPARED
    problems = []
    for table, rows, other, other_rows, where in (
        (boundaries, alone, households, others, _TABLE),
        (households, others, boundaries, alone, _BOUNDARIES),
    ):
        names = _texts(table, "name")
        codes = _codes_by_name(other, other_rows) if compare else {}
        forms = names_by_form(codes)
        for row in rows:
            if names[row] in match.ambiguous:
                continue  # named among the names that are there twice
            near = [f"{name}{code}" for name in similar_names(names[row], forms) for code in codes[name]]
            asked = f"; did you mean {' or '.join(near)} of {where}?" if near else ""
            if not near and 0 < len(alone) <= _MOST_LEFT_OVER and len(others) <= _MOST_LEFT_OVER:
                asked = _left_over(table, row, other, other_rows, where)
            problems.append(_alone(table, row, asked, drawn=table is boundaries))
    return problems


def _left_over(table: pd.DataFrame, row: int, other: pd.DataFrame, rows: Sequence[int], where: str) -> str:
    """List the few rows the other side has left, of the same former town as far as both say it."""
    town = town_stems([_cell(table, row, "former_town")])
    towns = {place: town_stems([_cell(other, place, "former_town")]) for place in rows}
    mine = [place for place in rows if not town or not towns[place] or towns[place] == town]
    codes = _codes_by_name(other, mine)
    shown = [f"{name}{code}" for name, found in codes.items() for code in found if name or code]
    return f"; without a partner in {where}: {listed(shown)}" if shown else ""


def _alone(table: pd.DataFrame, row: int, near: str, *, drawn: bool) -> Problem:
    message = f"is in {_BOUNDARIES} but not in {_TABLE}"
    cure = "add its row to the table, or correct its id or name"
    if not drawn:
        message = f"is in {_TABLE} ({table.at[row, 'households']!s} households), not drawn"
        cure = "draw it, or correct its id or name"
    return _problem(
        "no_count" if drawn else "no_boundary",
        message + near,
        ids=[_cell(table, row, "association_id")],
        name=_cell(table, row, "name"),
        cure=cure,
    )


def _codes_by_name(table: pd.DataFrame, rows: Sequence[int]) -> dict[str, list[str]]:
    """Give the ids of the rows in brackets by name, as they are shown in a question."""
    codes: dict[str, list[str]] = {}
    for row in rows:
        code = _cell(table, row, "association_id")
        codes.setdefault(_cell(table, row, "name"), []).append(f" ({code})" if code else "")
    return codes


def _cell(table: pd.DataFrame, row: int, column: str) -> str:
    """Give a cell as text; an empty text where there is nothing."""
    value = table.at[row, column] if column in table else None
    return str(value) if normal_name(value) else ""
