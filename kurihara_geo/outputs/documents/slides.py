"""住民説明会資料: slides in one HTML file, for a projector, a phone or paper; no scripts, nothing fetched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from jinja2 import Environment

from kurihara_geo.outputs.documents.letters import letters_across
from kurihara_geo.outputs.documents.pack import NO_DISTRICT, Group, Pack, list_districts, list_groups
from kurihara_geo.outputs.documents.slide_maps import map_picture
from kurihara_geo.outputs.office_files import clean_text
from kurihara_geo.plan import proof_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jinja2 import Template

    from kurihara_geo.outputs.drawing.plan_map import MapLayers

__all__ = ["make_slides"]

_WIDE_MM, _NARROW_MM = (265.0, 143.0), (150.0, 150.0)
_LEFT_ROWS = 7
_LONGEST_REASON = 110  # letters on a card; the whole text is in the other outputs

_STATES: dict[Literal["before", "after"], tuple[str, str]] = {
    "before": ("現在の自治会", "現在の自治会の地図。"),
    "after": ("再編案(番号と内容は次のページから)", "再編案の地図。番号ごとの内容は、あとのページにあります。"),
}

Slide = dict[str, Any]


@dataclass(frozen=True)
class _Room:
    """Room for cards on a slide, in millimetres, by the sizes of letters in the style sheet."""

    width: float
    height: float
    columns: int

    def height_of(self, card: dict[str, Any]) -> float:
        """Estimate how high a card is: its lines, its edges and the gap below."""
        members = "、".join(f"{name} {count}" for name, count in card["members"])
        name = _lines(f"{card['name']}{'(仮称)' if card['merged'] else '(下限未満で残る)'}", 6.2, self.width - 15)
        texts = [f"{members} → {card['after']}", f"集会場所の案: {card['place']}", card["across"]]
        plain = sum(_lines(text, 5.2, self.width) for text in texts if text)
        why = _lines(f"理由: {card['why']}", 4.5, self.width) if card["why"] else 0
        return name * 6.2 * 1.3 + plain * 5.2 * 1.3 + why * 4.5 * 1.3 + 10


_BESIDE_MAP = _Room(width=107, height=130, columns=1)
_IN_TWO_COLUMNS = _Room(width=122, height=138, columns=2)


def _lines(text: str, size: float, width: float) -> int:
    return -int(-letters_across(text) * size // (width - size))


def make_slides(pack: Pack) -> bytes:
    """Make the pack of slides.

    Parameters
    ----------
    pack
        The papers, of the whole town or of one district.
    """
    contents, plan = pack.contents, pack.plan
    slides = list(_slides(pack))
    page = _template().render(
        title=pack.title,
        area=pack.area,
        made=contents.made,
        notice=contents.notice,
        sources=contents.attributions,
        public=contents.shown.note() if contents.shown.is_public else "",
        floor=plan.rules.min_households,
        proof=proof_text(plan),
        slides=slides,
    )
    return clean_text(page).encode("utf-8")


def _slides(pack: Pack) -> Iterator[Slide]:
    yield {"kind": "cover"}
    yield {"kind": "today"}
    yield {"kind": "why", "figures": _figures(pack)}
    yield {"kind": "both_sides"}
    if pack.layers is not None and pack.district is None:
        for state in _STATES:
            picture = _picture(pack, replace(pack.layers, halls=None), None, state)
            yield {"kind": "map", "heading": _STATES[state][0], "picture": picture, "alt": _STATES[state][1]}
    districts = list_districts(pack.contents) if pack.district is None else [pack.district]
    for district in districts:
        yield from _district_slides(pack if pack.district is not None else pack.of_district(district))
    yield from _left_slides(pack)
    yield {"kind": "to_discuss"}
    yield {"kind": "steps"}
    yield {"kind": "contact"}


def _picture(pack: Pack, layers: MapLayers, district: str | None, state: Literal["after", "before"]) -> str:
    size = _WIDE_MM if district is None else _NARROW_MM
    return map_picture(layers, pack.contents.shown, state=state, district=district, size_mm=size)


def _figures(pack: Pack) -> list[tuple[str, str, str]]:
    """Give counts before and after, of the town or of the district: associations, those below the floor, households."""
    contents, plan = pack.contents, pack.plan
    groups = list_groups(pack)
    own = [member for group in groups for member, _ in group.members]
    if pack.district is not None:
        own = [member for member in own if contents.district_of[member] == pack.district]
    small = int(plan.members.loc[own, "small"].sum())
    left = sum(group.status == "below_floor" for group in groups)
    rows = [("自治会の数", f"{len(own):,}", f"{len(groups):,}"), ("下限未満の自治会の数", f"{small:,}", f"{left:,}")]
    if pack.district is None:
        total = contents.text(contents.shown.total())
        rows.append(("世帯数の合計", total, total))
    return rows


def _district_slides(pack: Pack) -> Iterator[Slide]:
    """Give the map of a district with its groups beside it, and further groups on further slides."""
    same = len(list_groups(pack, ("unchanged",)))
    cards = [_card(pack, group) for group in list_groups(pack, ("merged", "below_floor"))]
    district = pack.district or ""
    heading, layers = district or NO_DISTRICT, pack.layers
    # A district none of whose associations outweighs the others of its group has no map of its own.
    drawn = layers is not None and district in layers.group_districts.values()
    beside = _fitting(cards, _BESIDE_MAP) if drawn else 0
    if layers is not None and drawn:
        yield {
            "kind": "district",
            "heading": heading,
            "picture": _picture(pack, layers, district, "after"),
            "alt": f"{heading}の再編案の地図。番号ごとの内容は一覧と同じです。",
            "cards": cards[:beside],
            "same": same,
            "more": len(cards) > beside,
            "merging": bool(cards),
        }
    rest, said = cards[beside:], drawn
    while rest or not said:
        fitting = _fitting(rest, _IN_TWO_COLUMNS)
        yield {"kind": "cards", "heading": heading, "cards": rest[:fitting], "same": 0 if said else same}
        rest, said = rest[fitting:], True


def _fitting(cards: Sequence[dict[str, Any]], room: _Room) -> int:
    """Count the cards that fit on a slide; of a card that fits on none, one is taken."""
    used = 0.0
    for start in range(0, len(cards), room.columns):
        used += max(room.height_of(card) for card in cards[start : start + room.columns])
        if used > room.height:
            return start or min(len(cards), 1 if room.columns == 1 else room.columns)
    return len(cards)


def _card(pack: Pack, group: Group) -> dict[str, Any]:
    contents = pack.contents
    shown = contents.shown
    said = pack.explanations.get(group.group_id)
    return {
        "number": group.number,
        "name": group.name,
        "merged": group.status == "merged",
        "members": [(name, _households(contents.text(shown.association(key)))) for key, name in group.members],
        "after": _households(contents.text(shown.group(group.group_id))),
        "place": group.meeting_place,
        "across": group.across,
        "why": _cut(said.ja[0]) if said is not None and said.ja and not shown.is_public else "",
    }


def _households(text: str) -> str:
    return f"{text}世帯" if text[:1].isdigit() and not text.endswith("未満") else text


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_REASON else text[: _LONGEST_REASON - 1] + "…"


def _left_slides(pack: Pack) -> Iterator[Slide]:
    contents, plan = pack.contents, pack.plan
    rows: list[tuple[int, str, str, str]] = []
    for key, row in plan.left_below.iterrows():
        group_id = str(row["group_id"])
        here = pack.district is None or contents.district_of[str(key)] == pack.district
        if here and contents.is_in(group_id):
            count = _households(contents.text(contents.shown.association(str(key))))
            rows.append((contents.numbers[group_id], str(row["name"]), count, contents.shown.reason(row)))
    for start in range(0, len(rows), _LEFT_ROWS):
        yield {"kind": "left", "rows": _part(rows, start)}


def _part(rows: Sequence[Any], start: int) -> list[Any]:
    return list(rows[start : start + _LEFT_ROWS])


@cache
def _template() -> Template:
    folder = files("kurihara_geo.outputs.documents") / "assets"
    page, look = ((folder / name).read_text("utf-8").replace("\r\n", "\n") for name in ("slides.html", "slides.css"))
    return Environment(autoescape=True, keep_trailing_newline=True).from_string(page.replace("/* slides.css */", look))
