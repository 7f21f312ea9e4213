"""What a row below the headings is: an association, a total, a note, the headings again, or the name of a town."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from kurihara_geo.sources.headings import normal_heading
from kurihara_geo.sources.numbers import read_office_count

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kurihara_geo.sources.grids import Table

__all__ = [
    "GRAND_TOTALS",
    "IDENTIFYING",
    "Towns",
    "is_note",
    "is_recount",
    "is_total_of_a_district",
    "plain_label",
    "repeats_headings",
    "section_name",
    "total_label",
    "town_of",
    "towns_may_be_bare",
]

IDENTIFYING = ("association_id", "name")
GRAND_TOTALS = {"総計", "総合計"}
_TOTALS = {"合計", "小計", "計", "総数", "再掲", "全体", "全市", "市計", "全市計"} | GRAND_TOTALS
_ENDS_AS_TOTAL = re.compile(r"(小計|合計|総計|総合計)$")
_BEGINS_AS_TOTAL = re.compile(r"^(小計|合計|総計|総合計|計)[(:・].+|^(\()?(再掲|うち(外国人|日本人|施設))")
_APART = re.compile(r"[\s　]+計$|[\s　]+[(（]?計[)）]?$")
_NOTE = re.compile(r"[※*＊(（]|注([0-9０-９:：)）.．\s　]|意|記|$)|備考|資料|出典")
# Words that can begin or end the name of a place: 資料館前, 築館現在, (仮称)東町.
_WEAK_NOTE = re.compile(r"[(（]仮称|[^。:：※]*(資料|現在|時点)[^。:：※]*$")
_STRONG_NOTE = re.compile(
    r"[0-9０-９元]\s*(年|月|日|現在|時点)|資料[\s　]|現在の|時点の|"
    r"台帳|調査|統計|含む|含み|除く|除い|による|出典|作成|担当"
)
_NOTE_ALONE = re.compile(r"[(（]?(注[0-9]*|※[0-9]*|備考|資料|出典)[)）]?[:：]?")
_NOTE_WORDS = re.compile(
    r"。|現在|時点|含む|含み|除く|除い|による|資料|出典|ページ|作成|担当|問い?合わ?せ|[:：]|[-－―]\s*[0-9０-９]+\s*[-－―]$"
)
_SECTION = re.compile(r"^[【〔\[〈<■◆●○◇□▼▽](.+?)[】〕\]〉>]?$")
_ENDINGS = ("地区", "町", "村")
_TOWN_ENDING = re.compile(r"(地区|支所|総合支所|管内|^旧.+[町村])$")


def plain_label(cell: object) -> str:
    """Give a cell's text without spaces and brackets around it."""
    if not isinstance(cell, str):
        return ""
    return "".join(unicodedata.normalize("NFKC", cell).split()).strip("()[]<>【】")


def total_label(cells: Sequence[object], places: Mapping[str, int], towns: Towns) -> str | None:
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


def _is_total(cell: object, towns: Towns) -> bool:
    label = plain_label(cell)
    if not label:
        return False
    if label in _TOTALS or _ENDS_AS_TOTAL.search(label) or _BEGINS_AS_TOTAL.search(label):
        return True
    if label.endswith("計"):
        return bool(_APART.search(str(cell).rstrip())) or town_of(label, towns) is not None
    return False


def town_of(label: str, towns: Towns) -> str | None:
    """Give the town a total is called after: 築館 of 築館計, 築館 計 and 築館地区小計."""
    stem = re.sub(r"(小計|合計|総計|総合計|計)$", "", label)
    return towns.called(stem or label.partition("(")[2].rstrip(")"))


class Towns:
    """The towns of a table, found by how a total calls them without looking through them all.

    Parameters
    ----------
    names
        The towns as the table writes them; where a total could mean two, the first one is meant.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names: dict[str, int] = {}
        self._plain: dict[str, str] = {}
        self._with_ending: dict[str, str] = {}
        for place, name in enumerate(dict.fromkeys(names)):
            self._names[name] = place
            plain = plain_label(name)
            if plain:
                self._plain.setdefault(plain, name)
                for ending in ("", *_ENDINGS, "支所", "総合支所"):
                    self._with_ending.setdefault(f"{plain}{ending}", name)

    def __contains__(self, name: object) -> bool:
        """Say whether the table writes a town just so."""
        return isinstance(name, str) and name in self._names

    def called(self, stem: str) -> str | None:
        """Give the town of this name, with or without 地区, 町, 村 or 支所."""
        if not stem:
            return None
        longer = [self._plain[text] for ending in _ENDINGS if (text := f"{stem}{ending}") in self._plain]
        found = [*longer, *([self._with_ending[stem]] if stem in self._with_ending else [])]
        return min(found, key=self._names.__getitem__, default=None)


def is_recount(label: str) -> bool:
    """Say whether a row counts again what others count: 再掲, うち外国人."""
    return label.startswith(("再掲", "うち", "(再掲"))


def is_total_of_a_district(label: str) -> bool:
    """Say whether a name such as 架空地区計 calls a row the total of a district or a town."""
    return label.endswith("計") and _TOWN_ENDING.search(label[:-1]) is not None


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


def is_note(cells: Sequence[object], name_spot: int | None = None) -> bool:
    """Say whether a row is a remark: one text, or texts after 注, and no count.

    In the column of names, at ``name_spot``, 資料館前 or (仮称)架空町 is an association whose count is missing.
    """
    present = [cell for cell in cells if cell is not None]
    if not present or not all(isinstance(cell, str) for cell in present):
        return False
    first = str(present[0]).strip()
    if len(present) == 1:
        if name_spot is not None and cells[name_spot] is not None and _may_be_a_name(first):
            return False
        return bool(_NOTE.match(first) or _NOTE_WORDS.search(first)) and not isinstance(
            read_office_count(first).value, int
        )
    counts = any(read_office_count(cell).how != "text" for cell in present)
    return not counts and bool(_NOTE_ALONE.fullmatch(first))


def _may_be_a_name(text: str) -> bool:
    weak = _WEAK_NOTE.match(text) is not None and _NOTE_ALONE.fullmatch(text) is None
    return weak and _STRONG_NOTE.search(text) is None


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
    """Say whether no row with a count is called like a town, and no column says the town of each row."""
    return "former_town" not in places and not any(
        _TOWN_ENDING.search(str(row[places[key]]).strip()) and row[places["households"]] is not None
        for row in rows
        for key in IDENTIFYING
        if key in places
    )
