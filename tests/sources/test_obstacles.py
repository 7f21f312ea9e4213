"""The list of obstacles (支障事案) becomes rules; what cannot be read is named by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import kurihara_geo as kg
from kurihara_geo.errors import SourceError
from tests.towns import draw_town, exact_borders

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "自治会コード,相手の自治会コード,支障の内容,重み,禁止"


def listed(folder: Path, *rows: str, head: str = HEAD) -> Path:
    """Write a list of obstacles as an office does."""
    path = folder / "支障事案.csv"
    path.write_text("\r\n".join([head, *rows]) + "\r\n", encoding="cp932")
    return path


def test_pairs_single_associations_weights_and_bans_are_read(tmp_path: Path):
    """A pair with a weight, a pair without one (it counts 1), a ban of a pair, and a ban of one with everybody."""
    path = listed(tmp_path, "01,02,共有林,３,", "01,03,祭礼が別,,", "02,03,係争中,,○", "04,,脱退の意向,,禁止", ",,,,")
    assert kg.read_obstacles(path) == (
        kg.Obstacle(ids=("01", "02"), weight=3, reason="共有林"),
        kg.Obstacle(ids=("01", "03"), weight=1, reason="祭礼が別"),
        kg.Obstacle(ids=("02", "03"), ban=True, reason="係争中"),
        kg.Obstacle(ids=("04",), ban=True, reason="脱退の意向"),
    )


def test_every_row_that_cannot_be_read_is_named(tmp_path: Path):
    """Five faulty rows, five problems with their row numbers; the good one does not hide them."""
    path = listed(
        tmp_path,
        "01,02,共有林,1,",
        ",02,誰のか不明,,",
        "01,01,自分自身,,",
        "01,03,,2,",
        "01,04,重みが変,重い,",
        "01,05,両方,2,○",
        "01,06,印が変,,多分",
    )
    with pytest.raises(SourceError) as caught:
        kg.read_obstacles(path)
    rows = [int(problem.message.split(":")[0].removeprefix("row ")) for problem in caught.value.problems]
    assert rows == [3, 4, 5, 6, 7, 8]


def test_the_obstacles_bind_the_plan(tmp_path: Path):
    """a30 - b30 - c30: b would join a or c; with a ban against a it joins c."""
    town = draw_town("abc", {"a": 30, "b": 30, "c": 30})
    obstacles = kg.read_obstacles(listed(tmp_path, "a,b,係争中,,○"))
    plan = kg.propose_mergers(town, kg.MergeRules(obstacles=obstacles), borders=exact_borders(town))
    assert plan.members.at["b", "group_id"] == plan.members.at["c", "group_id"] != plan.members.at["a", "group_id"]
