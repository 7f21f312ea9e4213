"""Papers, a public edition and further plans from a shell: what is asked for is written, and nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.cli.test_cli import assert_planned, assert_refused, kurihara, save
from tests.towns import grid_town

if TYPE_CHECKING:
    from pathlib import Path

PAPERS = ("before_after.html", "handout.pdf", "documents/文書一覧.txt", "documents/住民説明会資料.html")


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Write a made-up town of nine squares."""
    return save(grid_town(), tmp_path / "town.geojson")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Give a folder that is not there yet."""
    return tmp_path / "out"


def test_without_being_asked_no_papers_are_written(town: Path, out: Path) -> None:
    """A plan alone stays a plan: no papers, no public edition."""
    assert_planned(kurihara("propose", town, "--out", out), out)
    assert not any((out / name).exists() for name in (*PAPERS, "public"))


def test_papers_and_a_public_edition_are_written_beside_the_plan(town: Path, out: Path) -> None:
    """Both editions have the papers; the associations of the public one carry no counts."""
    options = ("--papers", "--public", "--explain", "--grant-flat", "50000", "--grant-per-household", "300")
    result = kurihara("propose", town, *options, "--out", out)
    assert result.exit_code == 0, result.output
    for name in PAPERS:
        assert (out / name).is_file(), name
        assert (out / "public" / name).is_file(), name
        assert str(out / "public" / name) in result.stdout
    public = json.loads((out / "public/associations.geojson").read_text(encoding="utf-8"))
    assert all("households" not in feature["properties"] for feature in public["features"])
    assert "交付金試算" in openpyxl.load_workbook(out / "plan.xlsx").sheetnames


def test_the_next_best_plans_are_compared(town: Path, out: Path) -> None:
    """Where too few plans differ enough to tell people of, that is said, and the plan is written all the same."""
    result = kurihara("propose", town, "--alternatives", "1", "--out", out)
    assert_planned(result, out)
    assert "other plan" in result.stdout


def test_numbers_that_cannot_be_meant_are_named_together(town: Path, out: Path) -> None:
    """Every wrong number is named in one message before any work is done."""
    result = kurihara("propose", town, "--alternatives", "9", "--hide-below", "0", "--grant-flat", "-3", "--out", out)
    assert_refused(result, "--alternatives", "--hide-below", "--grant-flat", out=out)


def test_a_file_in_the_place_of_the_public_edition_is_refused_before_any_work(town: Path, out: Path) -> None:
    """Nothing is written, not even the plan: people would believe the public edition to be there."""
    out.mkdir()
    (out / "public").write_text("a file", encoding="utf-8")
    assert_refused(kurihara("propose", town, "--public", "--out", out), "public")
    assert [path.name for path in out.iterdir()] == ["public"]


def test_a_limit_without_a_public_edition_is_asked_back(town: Path, out: Path) -> None:
    """Nobody should believe that something was hidden."""
    assert_refused(kurihara("propose", town, "--hide-below", "20", "--out", out), "--public", out=out)
