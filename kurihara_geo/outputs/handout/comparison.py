"""Several plans of one city side by side: their figures, small maps, and which associations have another group."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kurihara_geo.outputs.audience import Hidden
from kurihara_geo.outputs.drawing.map_paint import LINE_LOOKS, paint_lines
from kurihara_geo.outputs.drawing.plan_map import draw_plan_map
from kurihara_geo.outputs.handout.flow import Cell, Column, Flow
from kurihara_geo.outputs.handout.neighbourhood import as_path
from kurihara_geo.outputs.handout.paper import A3_LANDSCAPE, BODY, QUIET
from kurihara_geo.plan import proof_text
from kurihara_geo.studies.comparison import compare_plans

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kurihara_geo.outputs.drawing.map_layers import MapLayers
    from kurihara_geo.outputs.handout.book import Book
    from kurihara_geo.outputs.handout.facts import Facts
    from kurihara_geo.outputs.handout.paper import Sheet
    from kurihara_geo.studies.grants import GrantShares

__all__ = ["add_comparison"]

_MARK = "#B00020"
_MOST_BESIDE = 3
# What may be said of several plans at once in public: together their households would tell what each one hides.
_PUBLIC = (
    "associations_before",
    "associations_after",
    "mergers",
    "merged_groups",
    "associations_changed",
    "left_below",
)


def add_comparison(book: Book, plans: Mapping[str, tuple[Facts, MapLayers]], grants: GrantShares | None = None) -> None:
    """Add the comparison of plans; the first one is what the others are held against."""
    (name, (first, _)), *others = plans.items()
    flow = Flow(book, lambda page: _open(book, first, page))
    book.mark(first.say("comparison"))
    flow.y = flow.sheet.lines(flow.frame.left, flow.y - 2, flow.frame.width, first.say("comparison"), 22) + 4
    _figures(flow, plans, grants)
    if first.shown.is_public:  # how another plan groups them, beside counts of this one, would tell hidden counts
        flow.paragraph(first.say("comparison_public"), indent=9)
        flow.finish()
        return
    _maps(flow, plans)
    for other, (facts, _) in others:
        _differences(flow, name, first, other, facts)
    flow.finish()


def _open(book: Book, facts: Facts, page: int) -> Sheet:
    head = facts.say("comparison") + (f" ({page + 1})" if page else "")
    return book.open(A3_LANDSCAPE, head=head)


def _figures(flow: Flow, plans: Mapping[str, tuple[Facts, MapLayers]], grants: GrantShares | None) -> None:
    facts = next(iter(plans.values()))[0]
    public = facts.shown.is_public
    table = compare_plans({name: each.plan for name, (each, _) in plans.items()}, grants=None if public else grants)
    labels = table.attrs[f"labels_{facts.lang}"]
    columns = [Column(facts.say("item"), 2.4), *(Column(_plan_name(facts, name), 1.0, "right") for name in plans)]
    alike = len({(each.plan.rules.min_households, each.plan.rules.lower_floors) for each, _ in plans.values()}) == 1
    rows = []
    for figure, values in zip(map(str, table.index), table.to_numpy().tolist(), strict=True):
        # How many are below one floor and how many below another would tell how large those between are.
        if public and (figure not in _PUBLIC or (figure == "left_below" and not alike)):
            continue
        if figure == "proven":
            said = [proof_text(each.plan, facts.lang) for each, _ in plans.values()]
        else:
            said = [_figure(facts, value) for value in values]
        rows.append([Cell(labels[figure]), *map(Cell, said)])
    flow.table(columns, rows, size=10.5, tight=True, share=min(1.0, 0.3 + 0.1 * len(plans)))
    flow.gap(8)


def _figure(facts: Facts, value: Any) -> str:
    if isinstance(value, float) and value != int(value):
        return f"{value:,.2f}".rstrip("0")
    return facts.number(value)


def _plan_name(facts: Facts, name: str) -> str:
    return facts.say("plan_name", name=name)


def _maps(flow: Flow, plans: Mapping[str, tuple[Facts, MapLayers]]) -> None:
    """Draw the plans side by side, what differs from the first one hatched."""
    (first_name, (first, _)), *_ = plans.items()
    rows = list(plans.items())
    for start in range(0, len(rows), _MOST_BESIDE):
        beside = rows[start : start + _MOST_BESIDE]
        flow.need(260)
        frame, gap = flow.frame, 12.0
        width = (frame.width - gap * (len(beside) - 1)) / len(beside)
        note = first.say("comparison_note", name=_plan_name(first, first_name))
        height = min(flow.room - 44, width * 0.8)
        for number, (name, (facts, layers)) in enumerate(beside):
            left = frame.left + number * (width + gap)
            flow.sheet.text(left, flow.y, flow.book.letters.one_line(_plan_name(facts, name), width, 14), 14)
            _map(flow.sheet, (left, flow.y + 20, width, height), facts, layers, _different(first, facts))
        flow.y += height + 26
        flow.paragraph(note, BODY, colour=QUIET)
        flow.gap(6)


def _map(
    sheet: Sheet, box: tuple[float, float, float, float], facts: Facts, layers: MapLayers, different: list[str]
) -> None:
    from matplotlib.collections import PathCollection

    axes = sheet.axes(*box)
    lang: Any = facts.lang
    # Names of districts and halls would cover a map of this size.
    plain = replace(layers, halls=None, councils=None, districts=None)
    draw_plan_map(axes, facts.plan, shown=facts.shown, layers=plain, numbers=False, labels="number", lang=lang)
    paths = [as_path(layers.associations[name]) for name in different]
    marks = PathCollection(paths, facecolor="none", edgecolor=_MARK, hatch="////", linewidth=0.6, zorder=2.6)
    axes.add_collection(marks, autolim=False)
    if layers.districts is not None:
        paint_lines(axes, layers.district_lines, LINE_LOOKS["districts"], scale=0.6)
    sheet.box(*box, edge=QUIET, line=0.6)


def _different(first: Facts, other: Facts) -> list[str]:
    """List the associations whose group has other members."""
    return [name for name in first.group_of if set(first.group_of[name].members) != set(other.group_of[name].members)]


def _differences(flow: Flow, first_name: str, first: Facts, other_name: str, other: Facts) -> None:
    names = {"a": _plan_name(first, first_name), "b": _plan_name(first, other_name)}
    different = _different(first, other)
    flow.heading(first.say("differences", **names))
    if not different:
        flow.paragraph(first.say("differences_none", **names), indent=9)
        return
    flow.paragraph(first.say("difference_count", n=f"{len(different):,}"), indent=9)
    flow.gap(4)
    columns = [
        Column(first.say("neighbour"), 1.5),
        Column(first.say("district"), 1.0),
        Column(names["a"], 3.0),
        Column(names["b"], 3.0),
    ]
    rows = [
        [
            Cell(first.member_text(name)),
            Cell(first.district_of.get(name, "")),
            Cell(_group_text(first, name)),
            Cell(_group_text(other, name)),
        ]
        for name in different
    ]
    flow.table(columns, rows)
    flow.gap(8)


def _group_text(facts: Facts, name: str) -> str:
    """Name an association's group and its members; households only where it is for the office."""
    group = facts.group_of[name]
    if len(group.members) == 1:
        return f"{facts.say('alone')} ({facts.status_text(group.status)})"
    members = facts.listed([facts.names[member] for member in group.members])
    count = None if facts.shown.is_public else facts.shown.group(group.group_id)
    text = "" if count is None or isinstance(count, Hidden) else f" {facts.households(count)}"
    return f"{group.number} {group.name}{text}: {members}"
