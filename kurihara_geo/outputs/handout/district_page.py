"""One page for each former school district: its map, its associations before and after, its halls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import shapely

from kurihara_geo.outputs.drawing.map_legend import draw_legend
from kurihara_geo.outputs.drawing.plan_map import draw_plan_map
from kurihara_geo.outputs.drawing.shapes import in_plane
from kurihara_geo.outputs.handout.a3_map import group_colour
from kurihara_geo.outputs.handout.flow import Cell, Column, Flow, fit_page
from kurihara_geo.outputs.handout.paper import A4, BODY, QUIET

if TYPE_CHECKING:
    from kurihara_geo.outputs.drawing.map_layers import MapLayers
    from kurihara_geo.outputs.handout.book import Book
    from kurihara_geo.outputs.handout.facts import Facts, Group
    from kurihara_geo.outputs.handout.paper import Sheet

__all__ = ["add_districts"]

_LEGEND_HEIGHT = 62.0


@dataclass(frozen=True)
class _Density:
    """How much room a page takes: of the map in points, and whether what does not change is only listed."""

    map_height: float = 330.0
    tight: bool = False
    listed: bool = False
    size: float = BODY


_DENSITIES = (
    _Density(),
    _Density(map_height=310.0, tight=True),
    _Density(map_height=320.0, tight=True, listed=True),
    _Density(map_height=260.0, tight=True, listed=True, size=10.0),
    _Density(map_height=225.0, tight=True, listed=True, size=9.5),
)


def add_districts(book: Book, facts: Facts, layers: MapLayers) -> None:
    """Add the pages of the districts, in the order of the numbers; none where no association has a district."""
    if not any(facts.district_names):
        return
    halls = _halls_by_district(facts)
    book_level = facts.say("district")
    for number, district in enumerate(facts.district_names):
        page = _DistrictPage(book, facts, layers, district)
        page.add(halls.get(district, []), above=book_level if number == 0 else "")


class _DistrictPage:
    def __init__(self, book: Book, facts: Facts, layers: MapLayers, district: str) -> None:
        self.book, self.facts, self.layers, self.district = book, facts, layers, district
        self.name = facts.district_text(district)
        self.groups = [group for group in facts.groups if group.district == district]
        self.density = _DENSITIES[0]

    def add(self, halls: list[Any], *, above: str) -> None:
        flow = fit_page(lambda density: self._lay_out(density, halls), _DENSITIES)
        if above:
            flow.mark(above)
        flow.mark(self.name, 1)
        if self.groups:
            self._draw_map(flow)
        flow.finish()

    def _lay_out(self, density: _Density, halls: list[Any]) -> Flow:
        self.density = density
        flow = Flow(self.book, self._open)
        self._title(flow)
        if self.groups:
            # Drawn when it is known how high it is.
            self.map_top = flow.y
            flow.y += density.map_height + _LEGEND_HEIGHT + 12
            self._list(flow)
        self._left(flow)
        self._halls(flow, halls)
        return flow

    def _open(self, page: int) -> Sheet:
        again = f" {self.book.letters.one_line(self.name, 200, 9.5)} ({page + 1})" if page else ""
        return self.book.open(A4, head=self.facts.say("district") + again)

    def _title(self, flow: Flow) -> None:
        facts, frame = self.facts, flow.frame
        flow.y = flow.sheet.lines(frame.left, flow.y, frame.width, self.name, 22) + 1
        flow.paragraph(self._counts(), 12.5)
        council = facts.council_text(self.district)
        if council:
            flow.paragraph(f"{facts.say('council')}: {council}", colour=QUIET)
        flow.gap(6)

    def _counts(self) -> str:
        facts = self.facts
        members = [name for name in facts.group_of if facts.district_of.get(name, "") == self.district]
        text = facts.say(
            "district_counts",
            before=f"{len(members):,}",
            after=f"{len(self.groups):,}",
            below=facts.below_text,
            small=f"{sum(facts.small[name] for name in members):,}",
            left=f"{sum(group.status == 'below_floor' for group in self.groups):,}",
        )
        count = facts.area_households(self.district)
        return facts.listed([text, facts.say("district_households", n=count)]) if count else text

    def _draw_map(self, flow: Flow) -> None:
        sheet, top, height = flow.first, self.map_top, self.density.map_height
        frame = sheet.frames[0]
        axes = sheet.axes(frame.left, top, frame.width, height)
        lang: Any = self.facts.lang
        plan, shown = self.facts.plan, self.facts.shown
        draw_plan_map(axes, plan, shown=shown, layers=self.layers, district=self.district, lang=lang)
        sheet.box(frame.left, top, frame.width, height, edge=QUIET, line=0.6)
        legend = sheet.axes(frame.left, top + height + 6, frame.width, _LEGEND_HEIGHT)
        draw_legend(legend, self.layers, lang=lang, columns=3, size=8.5)

    def _list(self, flow: Flow) -> None:
        facts = self.facts
        flow.heading(facts.say("district_groups"))
        columns = [
            Column(facts.say("number"), 0.85),
            Column(facts.say("group"), 2.2),
            Column(facts.say("members"), 3.7),
            Column(facts.say("after"), 0.9, "right"),
            Column("", 0.1),
            Column(facts.say("status"), 1.65),
        ]
        density = self.density
        same = [group for group in self.groups if density.listed and group.status == "unchanged"]
        rows = [self._row(group) for group in self.groups if group not in same]
        flow.table(columns, rows, size=density.size, tight=density.tight)
        if same:
            flow.gap(3)
            listed = [f"{group.number}\u00a0{self._listed(group)}" for group in same]
            text = facts.say("unchanged_listed", names=facts.listed(listed))
            flow.paragraph(text, density.size, indent=4)
        flow.gap(8)

    def _listed(self, group: Group) -> str:
        count = self.facts.number(self.facts.shown.group(group.group_id))
        return self.facts.say("member", name=group.name, n=count)

    def _row(self, group: Group) -> list[Cell]:
        facts = self.facts
        members = [self._member(name) for name in group.members] if len(group.members) > 1 else []
        return [
            Cell(str(group.number), group_colour(self.layers, group)),
            Cell(group.name),
            Cell(facts.listed(members)),
            Cell(facts.number(facts.shown.group(group.group_id))),
            Cell(""),
            Cell(facts.status_text(group.status)),
        ]

    def _member(self, name: str) -> str:
        """Name a member, with its district where that is another one."""
        own = self.facts.district_of.get(name, "")
        return self.facts.member_text(name) + (f"[{own}]" if own and own != self.district else "")

    def _left(self, flow: Flow) -> None:
        facts = self.facts
        left = [name for group in self.groups if group.status == "below_floor" for name in group.members]
        if not left:
            return
        flow.heading(facts.say("left"))
        for name in left:
            why = facts.reasons.get(name, facts.say("no_reason"))
            count = facts.number(facts.shown.association(name))
            row = facts.say("left_row", name=facts.names[name], n=count, why=why)
            flow.paragraph(row, self.density.size, indent=9)
        flow.gap(8)

    def _halls(self, flow: Flow, halls: list[Any]) -> None:
        facts = self.facts
        if facts.halls is None and facts.plan.halls is None:
            return
        flow.heading(facts.say("halls"))
        if not halls:
            flow.paragraph(facts.say("no_halls"), BODY, indent=9)
            return
        columns = [
            Column(facts.say("hall_name"), 3.0),
            Column(facts.say("hall_kind"), 1.4),
            Column(facts.say("hall_groups"), 3.2),
        ]
        used_first = sorted(halls, key=lambda hall: not hall[2]) if self.density.listed else halls
        split = [hall for hall in used_first if hall[2] or not self.density.listed]
        rows = [[Cell(name), Cell(kind), Cell(used)] for name, kind, used in split]
        flow.table(columns, rows, size=self.density.size, tight=self.density.tight)
        rest = [f"{name}({kind})" if kind else name for name, kind, _ in used_first[len(split) :]]
        if rest:
            flow.gap(3)
            flow.paragraph(facts.say("other_halls", names=facts.listed(rest)), self.density.size, indent=4)


def _halls_by_district(facts: Facts) -> dict[str, list[tuple[str, str, str]]]:
    """Give each district its halls: name, kind, and the groups that meet there."""
    given = facts.halls if facts.halls is not None else facts.plan.halls
    if given is None:
        return {}
    placed = in_plane(given, facts.plan.associations.crs, "halls").geometry
    areas = facts.plan.associations.geometry
    tree = shapely.STRtree(areas.to_numpy())
    used = _groups_of_halls(facts)
    rows: dict[str, list[tuple[str, str, str]]] = {}
    for hall_id, point in zip(given.index, placed, strict=True):
        owner = _owner(given, hall_id, areas.index, tree, point)
        row = tuple(_text(given[key][hall_id]) if key in given else "" for key in ("name", "kind"))
        groups = facts.listed(used.get(str(hall_id), []))
        rows.setdefault(facts.district_of.get(owner, ""), []).append((row[0], row[1], groups))
    return rows


def _owner(halls: Any, hall_id: Any, ids: Any, tree: Any, point: Any) -> str:
    """Give the association a hall belongs to, else the one it stands in."""
    named = _text(halls["association_id"][hall_id]) if "association_id" in halls else ""
    if named:
        return named
    if point is None or point.is_empty:
        return ""
    return next((str(ids[place]) for place in sorted(tree.query(point, predicate="intersects"))), "")


def _groups_of_halls(facts: Facts) -> dict[str, list[str]]:
    table = facts.plan.groups
    place = {str(k): str(v) for k, v in table["meeting_place_id"][table["meets_in_hall"].astype(bool)].items()}
    used: dict[str, list[str]] = {}
    for group in facts.groups:
        if group.group_id in place:
            used.setdefault(place[group.group_id], []).append(f"{group.number} {group.name}")
    return used


def _text(value: Any) -> str:
    return "" if value is None or (not isinstance(value, str) and pd.isna(value)) else str(value)
