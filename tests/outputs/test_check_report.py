"""The page of what was found: every problem with its place, safe to open, the same bytes for the same data."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import kurihara_geo as kg
from kurihara_geo.errors import InputError
from kurihara_geo.outputs.plots.problems import number_places
from tests.towns import draw_town

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def broken():
    """Give a town whose b has no count and whose c is called like markup."""
    town = draw_town("abc", {"a": 50, "b": 30, "c": 20})
    town["households"] = town["households"].astype("object")
    town.loc["b", "households"] = None
    town.loc["c", "name"] = "<script>alert(1)</script>"
    town.loc["c", "households"] = "二十"
    return town


def page(path: Path) -> str:
    """Give the page as text."""
    return path.read_text(encoding="utf-8")


def test_every_problem_is_on_the_page(broken, tmp_path: Path):
    """Both faults with id, name and message; the verdict counts them."""
    text = page(kg.write_check_report(broken, tmp_path / "check.html", lang="en"))
    problems = kg.check_associations(broken)
    assert len(problems[problems["severity"] == "error"]) == 2
    assert "2 errors: no plan is made until they are mended." in text
    for row in problems.to_dict("records"):
        assert html.escape(row["message"], quote=True).replace("&#x27;", "&#39;") in text
        assert f"<td>{row['association_id']}</td>" in text


def test_names_are_text_and_nothing_runs(broken, tmp_path: Path):
    """A name that looks like markup is shown as it is; no script, no address outside."""
    text = page(kg.write_check_report(broken, tmp_path / "check.html"))
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert not re.search(r"(src|href)=\"(?!data:|#)", text)
    assert "default-src 'none'" in text


def test_a_good_table_says_so_and_repeats_its_notice(tmp_path: Path):
    """The sample: no errors, its figures, and that its units are no associations."""
    text = page(kg.write_check_report(kg.load_sample(), tmp_path / "check.html"))
    assert "誤りはありません" in text
    assert "22,697" in text
    assert "自治会ではありません" in text


def test_equal_data_give_equal_bytes(broken, tmp_path: Path):
    """The picture included."""
    one = kg.write_check_report(broken, tmp_path / "one.html").read_bytes()
    assert one == kg.write_check_report(broken, tmp_path / "two.html").read_bytes()


def test_problems_alone_can_be_reported(tmp_path: Path):
    """A file that could not be read leaves no table, but what was wrong with it."""
    problem = {"severity": "error", "kind": "no_crs", "association_id": "", "name": "", "message": "m", "cure": "c"}
    text = page(kg.write_check_report(None, tmp_path / "check.html", problems=pd.DataFrame([problem]), lang="en"))
    assert "1 errors" in text
    with pytest.raises(InputError, match="nothing to report"):
        kg.write_check_report(None, tmp_path / "check.html")


def test_places_have_the_same_number_on_map_and_list():
    """Ids are numbered as they first come, also where a problem names several."""
    found = pd.DataFrame({"association_id": ["b, a", "", "a", "c"]})
    assert number_places(found) == {"b": 1, "a": 2, "c": 3}


def test_the_map_marks_errors_and_warnings(broken):
    """The legend counts what is drawn: two with errors, one without a fault."""
    figure = kg.plot_problems(broken, lang="en")
    labels = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert labels == ["Nothing found (1)", "Error (no plan until it is mended) (2)"]
    numbers = {text.get_text() for text in figure.axes[0].texts}
    assert numbers == {"1", "2"}


def test_a_table_without_crs_cannot_be_drawn(broken):
    """The message says how to give one."""
    with pytest.raises(InputError, match="crs="):
        kg.plot_problems(broken.set_crs(None, allow_override=True))


def test_a_map_too_full_for_numbers_says_so(tmp_path: Path):
    """A row of 151 areas without counts has more places than the map numbers; one with a single fault is numbered."""
    crowd = draw_town(" ".join(f"n{place}" for place in range(151)))
    crowd["households"] = None
    one = draw_town("abc").astype({"households": "object"})
    one.loc["a", "households"] = None

    assert "地図には番号を付けていません" in page(kg.write_check_report(crowd, tmp_path / "crowd.html"))
    assert "番号は「指摘の内訳」の番号です" in page(kg.write_check_report(one, tmp_path / "one.html"))


def test_what_asks_nothing_of_anybody_says_so(tmp_path: Path):
    """An uninhabited z needs no cure, which the list says instead of leaving a blank."""
    text = page(kg.write_check_report(draw_town("az", {"a": 60, "z": 0}), tmp_path / "check.html"))
    assert "<td>確認だけで構いません。</td>" in text
    assert "平面直角座標系 第10系 (EPSG:6678)" in text
