"""One page for each association (自治会カルテ): its figures, its neighbours, what the plan proposes, room for notes."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cached_property
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kurihara_geo.outputs.audience import Hidden
from kurihara_geo.outputs.handout.flow import Cell, Column, Flow, fit_page
from kurihara_geo.outputs.handout.neighbourhood import Surroundings, sign_of
from kurihara_geo.outputs.handout.paper import A4, BODY, INK, LEADING, QUIET, RULE
from kurihara_geo.studies.words import price_of, price_phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kurihara_geo.outputs.handout.book import Book
    from kurihara_geo.outputs.handout.facts import Facts
    from kurihara_geo.outputs.handout.paper import Sheet

__all__ = ["add_cards"]

_MAP_WIDTH = 250.0
_LATER = re.compile(r"households_(\d{4})")
# Ends of a sentence whose list stands on the card as a table of its own.
_LEADS_TO_A_LIST = ("次のようになります。", ":")
_BAR, _BAR_NOW, _FLOOR = "#8DA0CB", "#5B7DB1", "#CC3311"


@dataclass(frozen=True)
class _Density:
    """How much room a card takes: of map, bars and notes in points, of options and sentences how many at most."""

    map_height: float = 205.0
    bar_height: float = 44.0
    notes: float = 90.0
    options: int = 3
    sentences: int = 4
    tight: bool = False
    size: float = BODY
    gap: float = 8.0


_DENSITIES = (
    _Density(),
    _Density(tight=True, notes=75.0),
    _Density(tight=True, notes=60.0, map_height=180.0, bar_height=32.0, options=2, gap=6.0),
    _Density(tight=True, notes=45.0, map_height=150.0, bar_height=24.0, options=2, sentences=3, size=10.0, gap=4.0),
    _Density(tight=True, notes=30.0, map_height=140.0, bar_height=20.0, options=1, sentences=2, size=9.5, gap=3.0),
)


def add_cards(book: Book, facts: Facts, ids: Sequence[str]) -> None:
    """Add a page for each of these associations; one with very many neighbours takes more."""
    surroundings = Surroundings(facts)
    for number, association_id in enumerate(ids):
        _Card(book, facts, surroundings, association_id).add(first=number == 0)


class _Card:
    def __init__(self, book: Book, facts: Facts, surroundings: Surroundings, association_id: str) -> None:
        self.book, self.facts, self.around, self.id = book, facts, surroundings, association_id
        self.name = facts.names[association_id]
        self.group = facts.group_of[association_id]
        self.row = facts.plan.associations.loc[association_id]
        self.density = _DENSITIES[0]

    def add(self, *, first: bool) -> None:
        flow = fit_page(self._lay_out, _DENSITIES)
        if first:
            flow.mark(self.facts.say("card"))
        flow.mark(self.name, 1)
        flow.finish()

    def _lay_out(self, density: _Density) -> Flow:
        self.density = density
        flow = Flow(self.book, self._open)
        self._title(flow)
        self._figures_and_map(flow)
        self._proposal(flow)
        self._neighbours(flow)
        self._options(flow)
        self._memo(flow)
        return flow

    def _open(self, page: int) -> Sheet:
        again = f" {self.book.letters.one_line(self.name, 200, 9.5)} ({page + 1})" if page else ""
        return self.book.open(A4, head=self.facts.say("card") + again)

    def _title(self, flow: Flow) -> None:
        facts, frame, sheet = self.facts, flow.frame, flow.sheet
        badge = f"{facts.say('number')} {self.group.number}"
        width = self.book.letters.width(badge, 15) + 20
        sheet.box(frame.left + frame.width - width, flow.y, width, 25, fill=INK)
        sheet.text(frame.left + frame.width - width / 2, flow.y + 4, badge, 15, colour="#FFFFFF", align="center")
        size = next((s for s in (24, 20, 16) if self.book.letters.width(self.name, s) < frame.width - width - 12), 13)
        flow.y = sheet.lines(frame.left, flow.y, frame.width - width - 12, self.name, size)
        parts = [facts.district_text(self.group.district), f"{facts.say('code')} {self.id}"]
        flow.paragraph("  ".join(parts), colour=QUIET)
        flow.gap(self.density.gap)

    # --- figures ------------------------------------------------------------------------------------------------------

    def _figures_and_map(self, flow: Flow) -> None:
        height = self.density.map_height
        flow.need(height + 30)
        frame, top = flow.frame, flow.y
        right = frame.left + frame.width - _MAP_WIDTH
        self.around.draw(flow.sheet, self.id, (right, top, _MAP_WIDTH, height))
        note = self.facts.say("around_note")
        if any(row.barred_by for row in self.around.neighbours.get(self.id, ())):
            note += self.facts.say("around_barred")
        below = flow.sheet.lines(right, top + height + 3, _MAP_WIDTH, note, 8.5, colour=QUIET)
        flow.y = max(self._figures(flow, right - frame.left - 16), below) + self.density.gap

    def _figures(self, flow: Flow, width: float) -> float:
        facts, sheet, left, y = self.facts, flow.sheet, flow.frame.left, flow.y
        count = facts.shown.association(self.id)
        sheet.text(left, y, facts.say("before"), 11, colour=QUIET)
        judged = facts.say("is_small" if facts.small[self.id] else "is_large")
        tag = self.book.letters.width(judged, 11) + 12
        text = facts.households(count)
        fits = (size for size in (24.0, 20.0, 16.0) if self.book.letters.width(text, size) < width - tag - 6)
        size = next(fits, 13.0)
        sheet.text(left, y + 13 + (24.0 - size) * 0.9, text, size)
        fill = "#EE8866" if facts.small[self.id] else "#DDDDDD"
        sheet.box(left + width - tag, y + 18, tag, 19, fill=fill)
        sheet.text(left + width - tag / 2, y + 21, judged, 11, align="center")
        y += 52
        for label, text in self._figure_rows():
            sheet.rule(left, y - 3, left + width, y - 3, line=0.4)
            sheet.text(left, y, label, BODY, colour=QUIET)
            lines = self.book.letters.wrap(text, width - 118, BODY)
            for number, line in enumerate(lines):
                sheet.text(left + width, y + number * BODY * LEADING, line, BODY, align="right")
            y += max(1, len(lines)) * BODY * LEADING + 5
        return self._outlook(flow, width, y)

    def _figure_rows(self) -> list[tuple[str, str]]:
        facts = self.facts
        people = facts.shown.population(self.id)
        rules = facts.plan.rules
        floor = rules.floor_of(self.id)
        rows = []
        if floor == rules.min_households or not facts.shown.is_public:  # who has a floor of its own is not public
            rows.append((facts.say("floor"), facts.say("households", n=f"{floor:,}")))
        if people is not None:
            text = facts.number(people)
            said = text if isinstance(people, Hidden) else facts.say("people", n=text)
            rows.insert(0, (facts.say("population"), said))
        council = facts.council_text(facts.district_of.get(self.id, ""))
        if council:
            rows.append((facts.say("council") if facts.lang == "en" else "推進協議会", council))
        return rows

    def _outlook(self, flow: Flow, width: float, y: float) -> float:
        """Draw households by year as bars, where there are later years; not in public."""
        counts = self._later()
        if not counts:
            return y
        facts, sheet, left = self.facts, flow.sheet, flow.frame.left
        floor, height = facts.plan.rules.floor_of(self.id), self.density.bar_height
        sheet.text(left, y, facts.say("outlook"), BODY, colour=QUIET)
        foot = y + 32 + height
        most = max(*counts.values(), floor, 1)
        step = width / len(counts)
        for number, (label, count) in enumerate(counts.items()):
            x, tall = left + number * step, height * count / most
            fill = _BAR_NOW if label == facts.say("now") else _BAR
            sheet.box(x + step * 0.2, foot - tall, step * 0.6, tall, fill=fill)
            sheet.text(x + step / 2, foot + 2, label, 9, align="center")
        level = foot - height * floor / most
        sheet.rule(left, level, left + width, level, line=0.9, colour=_FLOOR, dashes=(3, 2))
        for number, count in enumerate(counts.values()):
            middle, above = left + (number + 0.5) * step, foot - height * count / most - 13
            sheet.box(middle - 13, above + 0.5, 26, 11.5, fill="#FFFFFF")
            sheet.text(middle, above + 1, f"{count:,}", 9.5, align="center")
        sheet.text(left + width, y, facts.say("floor_line", n=f"{floor:,}"), 9, colour=_FLOOR, align="right")
        return foot + 16

    def _later(self) -> dict[str, int]:
        """Give households by year in their order, today among them; of many years some between are left out."""
        facts = self.facts
        counts = {} if facts.shown.is_public else _counts_by_year(self.row)
        made = int(str(facts.plan.provenance.created)[:4] or 0)
        past, later = ([year for year in counts if (year <= made) is passed] for passed in (True, False))
        if not counts:
            return {}
        now = {facts.say("now"): facts.plan.members["households"].astype(int).to_dict()[self.id]}
        before, after = (
            {facts.say("outlook_year", year=year): counts[year] for year in _spread(years, most)}
            for years, most in ((past, 2), (later, 5))
        )
        return {**before, **now, **after}

    # --- the proposal -------------------------------------------------------------------------------------------------

    def _proposal(self, flow: Flow) -> None:
        facts = self.facts
        flow.heading(facts.say("proposal"))
        for text in self._proposal_lines():
            flow.paragraph(text, self.density.size + 1, indent=9)
        for line in self._why():
            flow.paragraph(line, min(11.0, self.density.size + 0.5), colour=QUIET, indent=9)
        flow.gap(self.density.gap)

    def _proposal_lines(self) -> list[str]:
        facts, group = self.facts, self.group
        way = facts.distances[self.id]
        place = facts.say("proposal_place", place=group.place)
        if group.place and way:
            place += facts.say("proposal_way", m=f"{way:,}")
        if group.status == "unchanged" and len(group.members) == 1:
            return [facts.say("proposal_unchanged", number=group.number), place]
        if len(group.members) == 1:
            lines = [facts.say("proposal_left", number=group.number)]
        else:
            count = facts.households(facts.shown.group(group.group_id))
            head = facts.say("proposal_merged", number=group.number, name=group.name, n=count)
            lines = [head, facts.say("proposal_members", names=facts.members_text(group))]
        why = facts.reasons.get(self.id)
        return [*lines, *([facts.say("why_left", why=why)] if why else []), place]

    def _why(self) -> list[str]:
        """Give the first sentences of the explanation; what it says of members and place stands there already."""
        explanation = self.facts.explanations.get(self.group.group_id)
        if explanation is None:
            return []
        lines = explanation.ja if self.facts.lang == "ja" else explanation.en
        said = 2 if self.group.status == "merged" else 1
        kept = [line for line in lines[said:] if not line.startswith(" ") and not line.endswith(_LEADS_TO_A_LIST)]
        most = self.density.sentences
        more = [self.facts.say("more_sentences", n=len(kept) - most)] if len(kept) > most else []
        return [*kept[:most], *more]

    # --- neighbours ---------------------------------------------------------------------------------------------------

    def _neighbours(self, flow: Flow) -> None:
        facts = self.facts
        flow.heading(facts.say("neighbours"))
        neighbours = self.around.neighbours.get(self.id, [])
        if not neighbours:
            flow.paragraph(facts.say("no_neighbours"), indent=9)
        columns = [
            Column("", 0.35, "center"),
            Column(facts.say("neighbour"), 2.3),
            Column(facts.say("combined"), 0.95, "right"),
            Column(facts.say("border_length"), 0.85, "right"),
            Column("", 0.1),
            Column(facts.say("passable"), 2.5),
        ]
        rows = [self._neighbour_row(number, row) for number, row in enumerate(neighbours)]
        flow.table(columns, rows, size=self.density.size, tight=self.density.tight)
        flow.gap(self.density.gap)

    def _neighbour_row(self, number: int, row: Any) -> list[Cell]:
        facts, other = self.facts, row.association_id
        length = facts.say("link") if row.kind == "link" else facts.say("metres", n=f"{round(row.length_m):,}")
        combined = facts.together(self.id, other)
        return [
            Cell(sign_of(number, facts.lang)),
            Cell(facts.member_text(other)),
            Cell("" if isinstance(combined, Hidden) else facts.number(combined)),
            Cell(length),
            Cell(""),
            Cell(self.around.verdict(self.id, row)),
        ]

    # --- options ------------------------------------------------------------------------------------------------------

    @cached_property
    def _others(self) -> pd.DataFrame:
        """What else it could be: as it is today, then other groups, the cheapest first; empty where nobody looked."""
        explanation = self.facts.explanations.get(self.group.group_id)
        table = None if explanation is None else explanation.options.get(self.id)
        if table is None:
            return pd.DataFrame()
        table = table[~table["in_plan"] & (table["group_ids"].map(len) > 0)]
        # Several partners may lead to one group: it is told once. Staying as it is comes first: it is asked first.
        table = table[~table["group_ids"].map(lambda ids: tuple(sorted(map(str, ids)))).duplicated()]
        alone = table.index.astype(str) == self.id
        return pd.concat([table[alone], table[~alone]])

    def _options(self, flow: Flow) -> None:
        if self._others.empty:
            return
        facts = self.facts
        flow.heading(facts.say("options"))
        columns = [
            Column(facts.say("option_group"), 2.6),
            Column(facts.say("option_households"), 0.9, "right"),
            Column("", 0.1),
            Column(facts.say("option_price"), 3.4),
        ]
        most, by_partner = self.density.options, self._others.T
        rows = [self._option_row(str(partner), by_partner[partner]) for partner in self._others.index[:most]]
        flow.table(columns, rows, size=self.density.size, tight=True)
        if len(self._others) > most:
            flow.paragraph(facts.say("more_options", n=len(self._others) - most), 9.5, colour=QUIET, indent=4)
        flow.gap(self.density.gap)

    def _option_row(self, partner: str, row: pd.Series) -> list[Cell]:
        facts = self.facts
        lang: Any = facts.lang
        price = price_phrase(price_of(facts.plan, row), lang)
        bound = "" if row["exact"] else facts.say("option_bound")
        names = facts.say("option_alone") if partner == self.id else facts.listed([*map(str, row["group_names"])])
        return [Cell(names), Cell(facts.number(int(row["group_households"]))), Cell(""), Cell(price + bound)]

    # --- notes --------------------------------------------------------------------------------------------------------

    def _memo(self, flow: Flow) -> None:
        flow.heading(self.facts.say("memo"), follows=self.density.notes)
        frame, sheet, top = flow.frame, flow.sheet, flow.y
        sheet.box(frame.left, top, frame.width, frame.bottom - top, fill=None, edge=RULE, line=0.8)
        sheet.text(frame.left + 8, top + 6, self.facts.say("memo_date"), BODY, colour=QUIET)
        y = top + 24
        while y < frame.bottom - 4:
            sheet.rule(frame.left + 8, y, frame.left + frame.width - 8, y, line=0.4, dashes=(1, 2))
            y += 24
        flow.y = frame.bottom


def _counts_by_year(row: Any) -> dict[int, int]:
    """Read the columns ``households_YYYY`` of an association, as far as they hold numbers."""
    found = {int(match[1]): row[name] for name in row.index if (match := _LATER.fullmatch(str(name)))}
    known = {year: float(value) for year, value in sorted(found.items()) if isinstance(value, Real | np.number)}
    return {year: round(value) for year, value in known.items() if math.isfinite(value)}


def _spread(years: Sequence[int], most: int) -> list[int]:
    """Keep so many of the years, the last one always, evenly apart."""
    if len(years) <= most:
        return list(years)
    step = len(years) / most
    return [years[-1 - round(number * step)] for number in reversed(range(most))]
