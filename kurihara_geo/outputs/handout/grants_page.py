"""What the plan does to block grants, group by group; for the office only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kurihara_geo.outputs.handout.flow import Cell, Column, Flow
from kurihara_geo.outputs.handout.paper import A4, QUIET
from kurihara_geo.studies.grants import estimate_grants

if TYPE_CHECKING:
    from kurihara_geo.outputs.handout.book import Book
    from kurihara_geo.outputs.handout.facts import Facts
    from kurihara_geo.outputs.handout.paper import Sheet
    from kurihara_geo.studies.grants import GrantShares

__all__ = ["add_grants"]


def add_grants(book: Book, facts: Facts, shares: GrantShares) -> None:
    """Add the estimate of grants: every merged group before and after, and the sum over all groups."""

    def open_page(page: int) -> Sheet:
        return book.open(A4, head=facts.say("grants") + (f" ({page + 1})" if page else ""))

    table = estimate_grants(facts.plan, shares)
    flow = Flow(book, open_page)
    book.mark(facts.say("grants"))
    flow.y = flow.sheet.lines(flow.frame.left, flow.y, flow.frame.width, facts.say("grants"), 22) + 2
    flow.paragraph(facts.say("grants_note"), colour=QUIET)
    flow.paragraph(
        facts.say(
            "grant_shares",
            flat=f"{shares.flat:,}",
            household=f"{shares.per_household:,}",
            person=f"{shares.per_person:,}",
        ),
        colour=QUIET,
    )
    flow.gap(8)
    columns = [
        Column(facts.say("number"), 0.8),
        Column(facts.say("group"), 3.0),
        Column(facts.say("grant_before"), 1.4, "right"),
        Column(facts.say("grant_after"), 1.4, "right"),
        Column(facts.say("grant_change"), 1.3, "right"),
    ]
    amounts = {str(name): (row["before"], row["after"], row["change"]) for name, row in table.iterrows()}
    sums = [int(table[key].sum()) for key in ("before", "after", "change")]
    rows = [[Cell(""), Cell(facts.say("total")), *(Cell(f"{amount:,}") for amount in sums)]]
    rows += [
        [Cell(str(group.number)), Cell(group.name), *(Cell(f"{int(amount):,}") for amount in amounts[group.group_id])]
        for group in facts.groups
        if len(group.members) > 1
    ]
    flow.table(columns, rows)
    flow.finish()
