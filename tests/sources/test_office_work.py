"""Long lists of an office: twice the rows are twice the work, whatever totals stand among them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from kurihara_geo.sources import read_households
from kurihara_geo.sources.office_sheets.totals import Ledger, Total

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MOST = 2.3
"""How often the calls of a list may be in one twice as long; where each total looks at each row it is near 4."""


def calls_of(work: Callable[[], object]) -> int:
    """Count the calls a piece of work makes, which a faster machine makes too."""
    count = 0

    def note(_frame: Any, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def ledger_of(towns: int) -> Ledger:
    """Enter towns of four associations of 10 households, each with a total that is one too high."""
    ledger = Ledger({"households": "households"})
    for town in range(towns):
        for _ in range(4):
            ledger.add({"households": "10"}, {f"架空{town}町"})
        label, name = (f"架空{town}町計", f"架空{town}町") if town % 2 else ("小計", None)
        ledger.totals.append(Total(label, f"row {5 * town + 6}", {"households": "41"}, 4 * (town + 1), name))
    return ledger


def test_comparing_totals_takes_as_long_as_the_list() -> None:
    """Each of 50 totals, and of 100, is told to differ from its four rows; a total never looks at all the rows."""
    short, long = ledger_of(50), ledger_of(100)
    assert [note["message"].partition(" says ")[2] for note in long.compare()] == [
        f"41 households, the rows add up to {4 * 10}"
    ] * 100
    assert calls_of(long.compare) < MOST * calls_of(short.compare)


@pytest.mark.parametrize("label", ["小計", "架空{}町計"])
def test_reading_takes_as_long_as_the_list(tmp_path: Path, label: str) -> None:
    """A list of 600 towns of one association and a total each takes twice the calls of one of 300."""

    def write(towns: int) -> Path:
        rows = [f"架空{town}町,架空{town}区,36\n架空{town}町,{label.format(town)},36" for town in range(towns)]
        path = tmp_path / f"{towns}.csv"
        path.write_text("\n".join(["旧町村,自治会名,世帯数", *rows]), encoding="utf-8")
        return path

    short, long = write(300), write(600)
    assert read_households(long)["households"].tolist() == [36] * 600
    assert calls_of(lambda: read_households(long)) < MOST * calls_of(lambda: read_households(short))
