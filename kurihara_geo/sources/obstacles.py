"""What stands against mergers, as the survey (支障事案調査) brings it back: a table becomes rules."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from kurihara_geo.errors import Problem, SourceError
from kurihara_geo.rules import Obstacle
from kurihara_geo.sources.grids import read_table
from kurihara_geo.sources.identifiers import id_text
from kurihara_geo.sources.numbers import is_missing, read_count

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kurihara_geo.sources.headings import Ranks

__all__ = ["read_obstacles"]

_HEADINGS: Mapping[str, Ranks] = {
    "a": (("a", "association_id"), ("自治会コード", "自治会コード1")),
    "b": (("b", "partner_id"), ("相手の自治会コード", "相手のコード", "自治会コード2")),
    "reason": (("reason",), ("支障の内容", "内容", "理由")),
    "weight": (("weight",), ("重み",)),
    "ban": (("ban",), ("禁止", "統合不可")),
}
_YES, _NO = {"1", "true", "yes", "はい", "○", "〇", "◯", "禁止", "不可", "✓"}, {"0", "false", "no", "いいえ", "×", "-"}
# A survey that names an obstacle without weighing it: it counts once.
_PLAIN_WEIGHT = 1


def read_obstacles(path: str | Path, *, sheet: str | None = None, encoding: str | None = None) -> tuple[Obstacle, ...]:
    """Read obstacles (支障事案) from CSV or Excel, as ``MergeRules(obstacles=...)`` takes them.

    Parameters
    ----------
    path
        A table with the headings 自治会コード, 相手の自治会コード, 支障の内容, 重み and 禁止, or ``a``, ``b``,
        ``reason``, ``weight`` and ``ban``. Without a partner the obstacle stands against every merger of the
        association. Without a weight it weighs 1. With a mark under 禁止 (○, 1, はい) the merger is forbidden.
    sheet
        The Excel sheet, where several hold such a table.
    encoding
        How a CSV file's text is stored; found out if not given.

    Returns
    -------
    tuple of Obstacle
        In the file's order.

    Raises
    ------
    SourceError
        If the file cannot be read, a column is missing, or rows lack an id or a reason, name an association as its own
        partner, or have a weight or a mark that cannot be read; every such row is named.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import kurihara_geo as kg
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "obstacles.csv"
    >>> rows = ["自治会コード,相手の自治会コード,支障の内容,禁止", "見本01,見本02,共有林,○"]
    >>> _ = file.write_text(chr(10).join(rows), encoding="utf-8")
    >>> kg.read_obstacles(file)
    (Obstacle(ids=('見本01', '見本02'), weight=0, ban=True, reason='共有林'),)
    """
    table = read_table(path, wanted=_HEADINGS, asked={}, groups=(("a",), ("reason",)), sheet=sheet, encoding=encoding)
    places = table.headings.resolve(_HEADINGS, asked={}, required=("a", "reason"))
    found, problems = [], []
    for cells, number in zip(table.rows, table.numbers, strict=True):
        values = {name: cells[place] for name, place in places.items()}
        faults = _faults(values)
        problems += [_problem(values, number, fault) for fault in faults]
        if not faults:
            found.append(_obstacle(values))
    if problems:
        raise SourceError(f"{path}: the list of obstacles cannot be used:", problems)
    return tuple(found)


def _faults(values: Mapping[str, object]) -> list[str]:
    faults = []
    a, b = id_text(values["a"]), id_text(values.get("b"))
    if a is None:
        faults.append("no id of an association")
    elif a == b:
        faults.append("the association is its own partner; leave the partner empty if it stands against every merger")
    if is_missing(values["reason"]):
        faults.append("no reason; it is printed, write what the obstacle is")
    weight = read_count(values.get("weight"))
    if not (weight is None or (isinstance(weight, int) and not isinstance(weight, bool) and weight >= 1)):
        faults.append(f"the weight is {values['weight']!r}; give a whole number of 1 or more, or leave it empty")
    if _mark(values.get("ban")) is None:
        faults.append(f"under 禁止 stands {values['ban']!r}; put ○ where the merger is forbidden, else leave it empty")
    elif _mark(values.get("ban")) and weight is not None:
        faults.append("both a weight and a ban; a merger is either forbidden or weighed")
    return faults


def _mark(value: object) -> bool | None:
    """Read a mark for yes or no; None where it is neither."""
    if is_missing(value):
        return False
    if isinstance(value, bool):
        return value
    text = unicodedata.normalize("NFKC", str(id_text(value))).strip().casefold()
    return True if text in _YES else False if text in _NO else None


def _obstacle(values: Mapping[str, object]) -> Obstacle:
    ids = tuple(text for text in (id_text(values["a"]), id_text(values.get("b"))) if text)
    reason = str(values["reason"]).strip()
    if _mark(values.get("ban")):
        return Obstacle(ids=ids, ban=True, reason=reason)
    weight = read_count(values.get("weight"))
    return Obstacle(ids=ids, weight=weight if isinstance(weight, int) else _PLAIN_WEIGHT, reason=reason)


def _problem(values: Mapping[str, object], number: int, fault: str) -> Problem:
    return Problem(
        severity="error",
        kind="bad_obstacle",
        association_id=id_text(values["a"]) or "",
        message=f"row {number}: {fault}",
    )
