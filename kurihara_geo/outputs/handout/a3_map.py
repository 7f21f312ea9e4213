"""The whole city on one A3 sheet, every group with its number, and the index of these numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kurihara_geo.outputs.audience import Hidden
from kurihara_geo.outputs.drawing.map_legend import draw_legend
from kurihara_geo.outputs.drawing.plan_map import draw_plan_map
from kurihara_geo.outputs.handout.enlargements import find_crowded, only_groups
from kurihara_geo.outputs.handout.flow import Cell, Column, Flow
from kurihara_geo.outputs.handout.paper import A3_LANDSCAPE, BODY, QUIET

if TYPE_CHECKING:
    from kurihara_geo.outputs.drawing.map_layers import MapLayers
    from kurihara_geo.outputs.handout.book import Book
    from kurihara_geo.outputs.handout.facts import Facts, Group
    from kurihara_geo.outputs.handout.paper import Frame, Sheet

__all__ = ["BELOW", "add_enlargement", "add_index", "add_map", "group_colour"]

BELOW, _UNCHANGED = "#EE8866", "#DDDDDD"
_SIDE = 236.0
_INDEX_SIZE = 10.5


def add_map(book: Book, facts: Facts, layers: MapLayers) -> None:
    """Add the map of the whole city: title, counts, legend, scale, north."""
    sheet = book.open(A3_LANDSCAPE, head=facts.say("map"))
    book.mark(facts.say("map"))
    frame = sheet.frames[0]
    y = sheet.lines(frame.left, frame.top - 2, frame.width, facts.title, 25) + 2
    across = frame.width - _SIDE - 14
    axes = sheet.axes(frame.left, y, across, frame.bottom - y)
    lang: Any = facts.lang
    draw_plan_map(axes, facts.plan, shown=facts.shown, layers=layers, labels="households", lang=lang)
    crowded = find_crowded(layers, (across, frame.bottom - y), _without_number(sheet, layers))
    _side(sheet, frame, y, facts, layers, enlarged=len(crowded))
    book.add(sheet)
    for number, groups in enumerate(crowded, 1):
        add_enlargement(book, facts, layers, groups, facts.say("enlargement", n=number))


def _without_number(sheet: Sheet, layers: MapLayers) -> list[str]:
    """List the groups whose number found no place on the map or its insets."""
    from matplotlib.text import Text

    found: list[Any] = sheet.figure.findobj(Text)
    lines = {line.strip() for text in found for line in text.get_text().splitlines()}
    return [name for name, number in layers.numbers.items() if str(number) not in lines]


def add_enlargement(book: Book, facts: Facts, layers: MapLayers, groups: list[str], name: str) -> None:
    """Add a crowded part of the city on a sheet of its own."""
    sheet = book.open(A3_LANDSCAPE, head=name)
    book.mark(name, 1)
    frame, lang = sheet.frames[0], facts.lang
    sheet.text(frame.left, frame.top - 2, name, 18)
    top = frame.top + 26
    numbers = sorted(layers.numbers[group] for group in groups)
    text = facts.say("enlargement_numbers", numbers=_ranges(numbers))
    top = sheet.lines(frame.left, top, frame.width, text, BODY, colour=QUIET) + 4
    axes = sheet.axes(frame.left, top, frame.width, frame.bottom - top)
    near = only_groups(layers, groups, name)
    plan, shown = facts.plan, facts.shown
    draw_plan_map(axes, plan, shown=shown, layers=near, district=name, lang=lang)  # type: ignore[arg-type]
    sheet.box(frame.left, top, frame.width, frame.bottom - top, edge=QUIET, line=0.6)
    book.add(sheet)


def _ranges(numbers: list[int]) -> str:
    """Write numbers with runs as 3–7."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _side(sheet: Sheet, frame: Frame, y: float, facts: Facts, layers: MapLayers, *, enlarged: int) -> None:
    """Fill the column beside the map: counts before and after, then the legend."""
    left = frame.left + frame.width - _SIDE
    for label, text, size in _counts(facts):
        y = sheet.lines(left, y, _SIDE, label, BODY, colour=QUIET)
        y = sheet.lines(left, y - 1, _SIDE, text, size) + 5
        sheet.rule(left, y - 3, left + _SIDE, y - 3, line=0.4)
    y = sheet.lines(left, y + 2, _SIDE, facts.say("numbers_lead"), BODY) + 3
    if enlarged:
        y = sheet.lines(left, y, _SIDE, facts.say("enlarged_too"), BODY)
    y += 6
    lang: Any = facts.lang
    draw_legend(sheet.axes(left, y, _SIDE, frame.bottom - y), layers, lang=lang, size=10.0)


def _counts(facts: Facts) -> list[tuple[str, str, float]]:
    counts = facts.shown.summary()
    rules = facts.plan.rules
    own = rules.lower_floors or rules.floors_apply_to == "all"
    small = facts.say("small_count_own") if own else facts.say("small_count", floor=f"{rules.min_households:,}")

    def pair(key: str) -> str:
        return f"{facts.number(counts[f'{key}_before'])} → {facts.number(counts[f'{key}_after'])}"

    rows = [
        (facts.say("associations_count"), pair("associations"), 25.0),
        (small, pair("small"), 25.0),
        (facts.say("changed_count"), facts.number(counts["associations_changed"]), 16.0),
        (facts.say("merged_count"), facts.number(counts["merged_groups"]), 16.0),
    ]
    if not isinstance(counts["households_before"], Hidden):
        rows.append((facts.say("households_count"), facts.number(counts["households_before"]), 16.0))
    return rows


def group_colour(layers: MapLayers, group: Group) -> str:
    """Give the colour a group has on the map."""
    plain = BELOW if group.status == "below_floor" else _UNCHANGED
    return layers.colours.get(group.group_id, plain)


def add_index(book: Book, facts: Facts, layers: MapLayers) -> None:
    """Add the index: every group of the map by its number, with members, households, district and status."""

    def open_page(page: int) -> Sheet:
        return book.open(A3_LANDSCAPE, head=facts.say("index") + (f" ({page + 1})" if page else ""), columns=2)

    flow = Flow(book, open_page)
    book.mark(facts.say("index"))
    columns = [
        Column(facts.say("number"), 0.85),
        Column(facts.say("group"), 2.5),
        Column(facts.say("members"), 4.4),
        Column(facts.say("after"), 1.1, "right"),
        Column(facts.say("district"), 2.1),
        Column(facts.say("status"), 1.3),
    ]
    flow.table(columns, [_index_row(facts, layers, group) for group in facts.groups], size=_INDEX_SIZE)
    empty = [str(name) for name in facts.plan.uninhabited["name"]]
    if empty:
        flow.gap(8)
        flow.paragraph(facts.say("uninhabited", names=facts.listed(empty)), _INDEX_SIZE, colour=QUIET)
    flow.finish()


def _index_row(facts: Facts, layers: MapLayers, group: Group) -> list[Cell]:
    return [
        Cell(str(group.number), group_colour(layers, group)),
        Cell(group.name),
        Cell(facts.members_text(group) if len(group.members) > 1 else ""),
        Cell(facts.number(facts.shown.group(group.group_id))),
        Cell(group.district),
        Cell(facts.status_text(group.status)),
    ]
