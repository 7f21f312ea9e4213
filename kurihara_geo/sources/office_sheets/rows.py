"""Rows of a list told apart: what is kept, under which town, and a record for each row left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kurihara_geo.sources.headings import normal_heading
from kurihara_geo.sources.identifiers import id_text
from kurihara_geo.sources.numbers import is_missing, read_office_count
from kurihara_geo.sources.office_sheets.row_kinds import (
    IDENTIFYING,
    Towns,
    is_note,
    is_total_of_a_district,
    plain_label,
    repeats_headings,
    section_name,
    total_label,
    town_of,
    towns_may_be_bare,
)
from kurihara_geo.sources.office_sheets.totals import Ledger, Total, sexes_that_do_not_add_up
from kurihara_geo.sources.records import Record, listed, record

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from kurihara_geo.sources.grids import Table

__all__ = ["SortedRows", "sort_rows"]

_FILLED_COLUMNS = {"former_town", "former_school_district"}
_FILLED_HEADINGS = {"校区", "学区", "小学校区", "旧小学校区"}
_MEN = {"男", "男性", "人口男", "人口男性", "男人口", "男性人口"}
_WOMEN = {"女", "女性", "人口女", "人口女性", "女人口", "女性人口"}


@dataclass
class SortedRows:
    """The rows kept, by place in the table, their towns, and the records.

    Parameters
    ----------
    kept
        Places of the rows of associations.
    filled
        Position -> the cells of a column whose blanks were filled from above, one a row kept.
    sections
        The town each row stands under, where towns have rows of their own.
    records
        One for each row left out, and what was found out about totals.
    """

    kept: list[int] = field(default_factory=list)
    filled: dict[int, list[object]] = field(default_factory=dict)
    sections: list[str | None] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)


@dataclass
class _Blocks:
    """The text that stands above in each column that is filled downwards."""

    above: dict[int, object]
    blanks: dict[int, list[str]]

    def start(self, cells: Sequence[object], label: str) -> None:
        """Begin anew below a total; its own town may stand beside it, for rows that follow.

        A 小計 may be one of several within a town, so that blanks below it go on as before.
        """
        for spot in self.above:
            own = cells[spot]
            if own is not None or label != "小計":
                self.above[spot] = None if own is None or plain_label(own).endswith("計") else own

    def name(self, column: str, places: Mapping[str, int], text: str) -> None:
        """Enter what a row of its own says for the rows below."""
        if column in places:
            self.above[places[column]] = text

    def fill(self, spot: int, own: object, merged: object, where: str) -> object:
        """Give the cell's own text, else the one above; remember that a blank was filled."""
        value = merged if is_missing(own) and not is_missing(merged) else own
        if is_missing(value) and not is_missing(self.above[spot]):
            value = self.above[spot]
        if is_missing(own) and not is_missing(value):
            self.blanks[spot].append(where)
        self.above[spot] = value
        return value


def sort_rows(table: Table, places: Mapping[str, int]) -> SortedRows:
    """Tell associations from totals, notes, headings printed again and names of towns."""
    result = SortedRows()
    spots = _filled_spots(table, places)
    blocks = _Blocks(dict.fromkeys(spots), {spot: [] for spot in spots})
    result.filled = {spot: [] for spot in spots}
    counted = _counted(table, places)
    ledger = Ledger({name: name.replace("population", "people").replace("_", " ") for name in counted})
    bare = towns_may_be_bare(table.rows, places)
    towns = _towns(table, places, bare=bare)
    section: str | None = None
    for place, cells in enumerate(table.rows):
        kind, what = _kind(cells, table, places, towns, bare=bare)
        where = table.where[place]
        counts = {name: cells[spot] for name, spot in counted.items()}
        if not kind and _adds_up_as_total(cells, places, ledger, counts):
            kind, what = "totals", plain_label(cells[places["name"]])
        if kind == "totals":
            town = _town_of_total(what, cells, table.merged[place], places, towns)
            ledger.totals.append(Total(what, where, counts, len(result.kept), town))
            blocks.start(cells, what)
        if kind == "section":
            section = what
            blocks.name("former_town", places, what)
        if kind:
            result.records.append(_dropped(kind, where, what, cells, counted))
            continue
        result.kept.append(place)
        result.sections.append(section)
        for spot in spots:
            value = blocks.fill(spot, cells[spot], table.merged[place].get(spot), where)
            result.filled[spot].append(value)
        ledger.add(counts, _stands_under(result))
        result.records += _doubts(cells, table, place, places, sums=ledger.sums_before_last("households"))
    result.records += [*_filled_records(table, places, blocks), *ledger.compare(), *_sexes(table, places, result.kept)]
    return result


def _adds_up_as_total(
    cells: Sequence[object], places: Mapping[str, int], ledger: Ledger, counts: Mapping[str, object]
) -> bool:
    """Say whether a row without id, called 架空地区計 or the like, holds the sum of the rows above."""
    name = plain_label(cells[places["name"]]) if "name" in places else ""
    has_ids = "association_id" in places
    if not name.endswith("計") or (has_ids and not is_missing(cells[places["association_id"]])):
        return False
    # A town of one association: its total says the same, and only its name or its missing id tells them apart.
    return ledger.is_sum_of_rows_above(counts, fewest=1 if has_ids or is_total_of_a_district(name) else 2)


def _town_of_total(
    label: str, cells: Sequence[object], merged: Mapping[int, object], places: Mapping[str, int], towns: Towns
) -> str | None:
    """Give the town a total is called after, or that stands beside it."""
    spot = places.get("former_town")
    beside = None if spot is None else (cells[spot] or merged.get(spot))
    return town_of(label, towns) or (str(beside) if beside in towns and plain_label(beside) != label else None)


def _kind(
    cells: Sequence[object], table: Table, places: Mapping[str, int], towns: Towns, *, bare: bool
) -> tuple[str, str]:
    """Give the kind of a row that is left out and what to call it; an empty text for an association."""
    label = total_label(cells, places, towns)
    if label is not None:
        return "totals", label
    if repeats_headings(cells, table, places):
        return "header", "the headings again"
    if is_note(cells, places.get("name")):
        return "note", next(str(cell) for cell in cells if cell is not None)[:40]
    section = section_name(cells, places, bare=bare)
    if section is not None:
        return "section", section
    return "", ""


def _dropped(kind: str, where: str, what: str, cells: Sequence[object], counted: Mapping[str, int]) -> Record:
    if kind == "totals":
        what = f"{what} ({cells[counted['households']]})"
    if kind == "note":
        what = f"a note: {what}"
    if kind == "section":
        what = f"the name {what!r}, taken as the town of the rows below"
    return record(f"{kind}_row_dropped", f"{where} was left out: {what}")


def _filled_spots(table: Table, places: Mapping[str, int]) -> list[int]:
    standard = [spot for name, spot in places.items() if name in _FILLED_COLUMNS]
    own = [
        spot
        for spot, label in enumerate(table.headings.labels)
        if normal_heading(label) in _FILLED_HEADINGS and spot not in places.values()
    ]
    return list(dict.fromkeys([*standard, *own]))


def _towns(table: Table, places: Mapping[str, int], *, bare: bool) -> Towns:
    """Give the towns named in the table, after which its totals may be called."""
    spots = _filled_spots(table, places)
    named = [str(row[spot]) for row in table.rows for spot in spots if isinstance(row[spot], str)]
    sections = [name for row in table.rows if (name := section_name(row, places, bare=bare)) is not None]
    return Towns([*named, *sections, str(table.source.get("sheet", ""))])


def _stands_under(result: SortedRows) -> set[str]:
    """Give the towns, districts and section the row kept last stands under."""
    values = [*(column[-1] for column in result.filled.values()), result.sections[-1]]
    return {str(value) for value in values if not is_missing(value)}


def _counted(table: Table, places: Mapping[str, int]) -> dict[str, int]:
    """Give the columns whose totals are compared: counts, men and women; one name for each."""
    spots = {name: spot for name, spot in places.items() if name.startswith(("households", "population"))}
    spots |= _sex_spots(table, places)
    unique: dict[int, str] = {}
    for name, spot in spots.items():
        unique.setdefault(spot, name)
    return {name: spot for spot, name in unique.items()}


def _sex_spots(table: Table, places: Mapping[str, int]) -> dict[str, int]:
    found = {}
    for name, known in (("men", _MEN), ("women", _WOMEN)):
        spots = [spot for spot, label in enumerate(table.headings.labels) if normal_heading(label) in known]
        if len(spots) == 1 and spots[0] not in places.values():
            found[name] = spots[0]
    return found


def _sexes(table: Table, places: Mapping[str, int], kept: Sequence[int]) -> list[Record]:
    spots = _sex_spots(table, places)
    if len(spots) < 2 or "population" not in places:
        return []
    columns = [spots["men"], spots["women"], places["population"]]
    rows = []
    for place in kept:
        cells = table.rows[place]
        men, women, people = (cells[spot] for spot in columns)
        rows.append((table.where[place], _name(cells, places), men, women, people))
    return sexes_that_do_not_add_up(rows)


def _filled_records(table: Table, places: Mapping[str, int], blocks: _Blocks) -> list[Record]:
    """Say how many rows got the text of the row above, and which rows of a column have none."""
    names = {spot: name for name, spot in places.items()}
    records = []
    for spot, rows in blocks.blanks.items():
        if rows:
            heading = names.get(spot, table.headings.labels[spot])
            message = f"{heading!r} was filled downwards in {len(rows)} rows: {listed(rows)}"
            cure = "Write it in every row to be sure."
            records.append(record("filled_downwards", message, cure=cure))
    return records


def _name(cells: Sequence[object], places: Mapping[str, int]) -> str:
    return " ".join(str(cells[places[key]]) for key in IDENTIFYING if key in places and cells[places[key]] is not None)


def _doubts(
    cells: Sequence[object], table: Table, place: int, places: Mapping[str, int], *, sums: Collection[int]
) -> list[Record]:
    """Note a kept row that may be none, or shares a merged cell with the row above."""
    where = table.where[place]
    records = []
    keys = [key for key in IDENTIFYING if key in places]
    shared = [key for key in (*keys, "households") if places[key] in table.merged[place]]
    if shared:
        above = "; ".join(f"{key} {table.merged[place][places[key]]!s}" for key in shared)
        message = f"{where} shares merged cells with the row above ({above}) and has none of its own there"
        cure = "Split the cell and write the value of each row."
        records.append(record("merged_cell_shared", message, name=_name(cells, places), cure=cure))
    if all(is_missing(cells[places[key]]) for key in keys):
        message = f"{where} has neither id nor name"
        if read_office_count(cells[places["households"]]).value in sums:
            message += f"; its {cells[places['households']]} households are the sum of rows above, as in a total"
        return [*records, record("row_without_name", message, cure="Fill it in, or delete the row.")]
    name = plain_label(cells[places["name"]]) if "name" in places else ""
    if name.endswith("計"):
        message = f"{where} is called {name!r} like a subtotal, and was kept"
        code = id_text(cells[places["association_id"]]) if "association_id" in places else None
        cure = "Delete the row if it is one, or call it 小計."
        records.append(record("total_suspected", message, association_id=code or "", name=name, cure=cure))
    return records
