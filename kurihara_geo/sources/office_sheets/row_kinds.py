"""What a row below the headings is: an association, a total, a note, the headings again, or the name of a town."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from kurihara_geo.sources.headings import normal_heading
from kurihara_geo.sources.numbers import read_office_count

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from kurihara_geo.sources.grids import Table

__all__ = [
    "GRAND_TOTALS",
    "IDENTIFYING",
    "is_note",
    "plain_label",
    "repeats_headings",
    "section_name",
    "total_label",
    "town_of",
    "towns_may_be_bare",
]

IDENTIFYING = ("association_id", "name")
GRAND_TOTALS = {"総計", "総合計"}
_TOTALS = {"合計", "小計", "計", "再掲", "全体", "全市", "市計", "全市計"} | GRAND_TOTALS
_ENDS_AS_TOTAL = re.compile(r"(小計|合計|総計|総合計)$")
_BEGINS_AS_TOTAL = re.compile(r"^(小計|合計|総計|総合計|計)[(:・].+|^(\()?(再掲|うち(外国人|日本人|施設))")
_APART = re.compile(r"[\s　]+計$|[\s　]+[(（]?計[)）]?$")
_NOTE = re.compile(r"[※*＊(（]|注([0-9０-９:：)）.．\s　]|意|記|$)|備考|資料|出典")
_NOTE_ALONE = re.compile(r"[(（]?(注[0-9]*|※[0-9]*|備考|資料|出典)[)）]?[:：]?")
_NOTE_WORDS = re.compile(
    r"。|現在|時点|含む|含み|除く|除い|による|資料|出典|ページ|作成|担当|問い?合わ?せ|[:：]|[-－―]\s*[0-9０-９]+\s*[-－―]$"
)
_SECTION = re.compile(r"^[【〔\[〈<■◆●○◇□▼▽](.+?)[】〕\]〉>]?$")
_TOWN_ENDING = re.compile(r"(地区|支所|総合支所|管内|旧.+[町村])$")


def plain_label(cell: object) -> str:
    """Give a cell's text without spaces and brackets around it."""
    if not isinstance(cell, str):
        return ""
    return "".join(unicodedata.normalize("NFKC", cell).split()).strip("()[]<>【】")


def total_label(cells: Sequence[object], places: Mapping[str, int], towns: Collection[str]) -> str | None:
    """Give the label of a totals row: it stands as name or id or, with no name, in any text column."""
    spots = [places[key] for key in ("name", "association_id") if key in places]
    if all(cells[spot] is None for spot in spots[:1]) or _town_says_so(cells, places):
        spots = [*spots, *range(len(cells))]
    for spot in spots:
        if _is_total(cells[spot], towns):
            return plain_label(cells[spot])
    return None


def _town_says_so(cells: Sequence[object], places: Mapping[str, int]) -> bool:
    """Say whether the town's column alone is called a total, as where the cells of a total are merged."""
    return "former_town" in places and plain_label(cells[places["former_town"]]) in _TOTALS


def _is_total(cell: object, towns: Collection[str]) -> bool:
    label = plain_label(cell)
    if not label:
        return False
    if label in _TOTALS or _ENDS_AS_TOTAL.search(label) or _BEGINS_AS_TOTAL.search(label):
        return True
    if label.endswith("計"):
        return bool(_APART.search(str(cell).rstrip())) or town_of(label, towns) is not None
    return False


def town_of(label: str, towns: Collection[str]) -> str | None:
    """Give the town a total is called after: 築館 of 築館計, 築館 計 and 築館地区小計."""
    stem = re.sub(r"(小計|合計|総計|総合計|計)$", "", label)
    stem = stem or label.partition("(")[2].rstrip(")")
    for town in towns:
        plain = plain_label(town)
        if plain and stem in {plain, *(f"{plain}{ending}" for ending in ("地区", "町", "村", "支所", "総合支所"))}:
            return town
        if plain and plain in {f"{stem}{ending}" for ending in ("地区", "町", "村")} and stem:
            return town
    return None


def is_recount(label: str) -> bool:
    """Say whether a row counts again what others count: 再掲, うち外国人."""
    return label.startswith(("再掲", "うち", "(再掲"))


def repeats_headings(cells: Sequence[object], table: Table, places: Mapping[str, int]) -> bool:
    """Say whether the headings were printed once more, as on each page."""
    spots = [places[key] for key in (*IDENTIFYING, "households") if key in places]
    labels = [
        {normal_heading(table.headings.labels[spot]), normal_heading(table.headings.aliases[spot])} for spot in spots
    ]
    return all(
        cells[spot] is not None and normal_heading(cells[spot]) in known
        for spot, known in zip(spots, labels, strict=True)
    )


def is_note(cells: Sequence[object]) -> bool:
    """Say whether a row is a remark: one text, or texts after 注, and no count."""
    present = [cell for cell in cells if cell is not None]
    if not present or not all(isinstance(cell, str) for cell in present):
        return False
    first = str(present[0]).strip()
    if len(present) == 1:
        return bool(_NOTE.match(first) or _NOTE_WORDS.search(first)) and not isinstance(
            read_office_count(first).value, int
        )
    counts = any(read_office_count(cell).how != "text" for cell in present)
    return not counts and bool(_NOTE_ALONE.fullmatch(first))


def section_name(cells: Sequence[object], places: Mapping[str, int], *, bare: bool) -> str | None:
    """Give the town a row of its own names above its associations: 【架空町】, or a town without a mark.

    Parameters
    ----------
    cells, places
        The row, and which column is what.
    bare
        Whether a town without a mark may stand in the column of names: not where associations are called so too.
    """
    present = [(spot, cell) for spot, cell in enumerate(cells) if cell is not None]
    if len(present) != 1 or not isinstance(present[0][1], str):
        return None
    spot, text = present[0][0], present[0][1].strip()
    marked = _SECTION.fullmatch(text)
    if marked:
        return marked[1].strip()
    if spot == places.get("former_town"):
        return text
    if spot in (places.get("name"), places.get("association_id")) and bare:
        return text if _TOWN_ENDING.search(text) else None
    return None


def towns_may_be_bare(rows: Sequence[Sequence[object]], places: Mapping[str, int]) -> bool:
    """Say whether no row with a count is called like a town."""
    return not any(
        _TOWN_ENDING.search(str(row[places[key]]).strip()) and row[places["households"]] is not None
        for row in rows
        for key in IDENTIFYING
        if key in places
    )
