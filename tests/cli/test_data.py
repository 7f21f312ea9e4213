"""The ways to a table of associations from a shell, the report as tables and as a page, and empty tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import openpyxl
import pytest
import shapely

from tests.cli.test_cli import assert_planned, assert_refused, groups_of, kurihara, save
from tests.towns import draw_town, square_town

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Give a folder that is not there yet."""
    return tmp_path / "out"


def write(path: Path, *lines: str) -> Path:
    """Write a table as text."""
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_small_areas_become_associations(tmp_path: Path, out: Path) -> None:
    """Small areas a, b, c, d of 30 are two associations of 60: nothing is small, nothing is merged."""
    areas = save(draw_town("abcd", 30), tmp_path / "areas.geojson")
    ids = gpd.read_file(areas)["association_id"].tolist()
    pairs = [f"{area},{'X1' if number < 2 else 'X2'},架空" for number, area in enumerate(ids)]
    table = write(tmp_path / "対応表.csv", "小地域コード,自治会コード,旧町村", *pairs)
    plan = assert_planned(kurihara("propose", areas, "--correspondence", table, "--out", out), out)
    assert groups_of(plan) == {("X1",), ("X2",)}
    assert sorted(feature["properties"]["households"] for feature in plan["features"]) == [60, 60]


def test_points_become_cells_that_say_they_are_approximate(tmp_path: Path, out: Path) -> None:
    """Halls with counts and an outline are enough for a plan; the map's data repeat that cells are approximate."""
    outline = save(square_town().dissolve().assign(association_id="all")[["geometry"]], tmp_path / "outline.geojson")
    west, south, east, north = gpd.read_file(outline).total_bounds
    rows = [
        f"{name},架空{name},{households},{west + x * (east - west)},{south + 0.5 * (north - south)}"
        for name, households, x in (("01", 30, 0.2), ("02", 25, 0.5), ("03", 60, 0.8))
    ]
    points = write(tmp_path / "集会所.csv", "自治会コード,自治会名,世帯数,経度,緯度", *rows)
    plan = assert_planned(kurihara("propose", points, "--outline", outline, "--out", out), out)
    assert groups_of(plan) == {("01", "02"), ("03",)}
    notice = plan["kurihara_geo"]["notice"]
    assert "概形" in notice
    assert notice in (out / "map.html").read_text(encoding="utf-8")


def test_missing_counts_are_supplied_and_never_replaced(tmp_path: Path, out: Path) -> None:
    """Without the table the plan is refused; with it b gets its 20, and a keeps its 50 although the table says 99."""
    town = draw_town("ab", {"a": 50, "b": 30})
    town["households"] = town["households"].astype("Float64")
    town.loc["b", "households"] = None
    file = save(town, tmp_path / "town.geojson")
    assert_refused(kurihara("propose", file, "--out", out), "missing_households", "b", out=out)
    counts = write(tmp_path / "counts.csv", "自治会コード,世帯数", "a,99", "b,20")
    plan = assert_planned(kurihara("propose", file, "--fill-missing-households", counts, "--out", out), out)
    assert plan["features"][0]["properties"]["households"] == 70


def test_obstacles_of_a_table_are_added_to_the_rules(tmp_path: Path, out: Path) -> None:
    """a30 - b30 - c30: b may not merge with a, so it joins c; rules.toml keeps the obstacle."""
    file = save(draw_town("abc", {"a": 30, "b": 30, "c": 30}), tmp_path / "town.geojson")
    table = write(tmp_path / "支障.csv", "自治会コード,相手の自治会コード,支障の内容,禁止", "a,b,係争中,○")
    plan = assert_planned(kurihara("propose", file, "--obstacles", table, "--out", out), out)
    assert ("b", "c") in groups_of(plan)
    assert "係争中" in (out / "rules.toml").read_text(encoding="utf-8")


def test_gaps_are_filled_within_the_limit(tmp_path: Path, out: Path) -> None:
    """Four squares with a crack of 1 m between west and east have no border there; filled, they have one."""
    town = draw_town("ab\ncd\nef", {"a": 30, "b": 30, "c": 60, "d": 60, "e": 60, "f": 60}, cell_m=100)
    a, c = town.geometry["a"], town.geometry["c"]
    crack = shapely.box(a.bounds[0] + 20, c.bounds[3] - 0.5, a.bounds[2] - 20, c.bounds[3] + 0.5)
    town["geometry"] = town.geometry.difference(crack)
    file = save(town, tmp_path / "town.gpkg")
    result = kurihara("check", file, "--accept-repairs", "--gap-width", "2", "--max-change", "100")
    assert result.exit_code == 0, result.output
    assert "gap between" in result.stdout
    refused = kurihara("check", file, "--accept-repairs", "--gap-width", "2", "--max-change", "10")
    assert_refused(refused, "repair_beyond_limit", "a", "c")


def test_check_writes_the_page_asked_for(tmp_path: Path) -> None:
    """A good table: exit code 0, the page says so. A bad one: exit code 2, the page names the fault in place."""
    good, page = save(square_town(), tmp_path / "good.geojson"), tmp_path / "check.html"
    assert kurihara("check", good, "--html", page).exit_code == 0
    assert "誤りはありません" in page.read_text(encoding="utf-8")
    town = square_town()
    town["households"] = town["households"].astype("Float64")
    town.iloc[0, town.columns.get_loc("households")] = None
    bad = save(town, tmp_path / "bad.geojson")
    assert_refused(kurihara("check", bad, "--html", page), "missing_households")
    text = page.read_text(encoding="utf-8")
    assert "誤りが1件あります" in text
    assert "data:image/png" in text


def test_check_reports_a_file_that_cannot_be_read_too(tmp_path: Path) -> None:
    """There is no table to draw, and the page still says what is wrong."""
    file, page = write(tmp_path / "town.geojson", "this is no layer"), tmp_path / "check.html"
    assert_refused(kurihara("check", file, "--html", page, "--lang", "en"), "town.geojson")
    assert "1 errors" in page.read_text(encoding="utf-8")


def test_check_prints_tables(tmp_path: Path) -> None:
    """Each kind once with its count and cure, then the places; nothing is cut in the middle of a name."""
    town = draw_town("abc", {"a": 50, "b": 0, "c": 0})
    lines = kurihara("check", save(town, tmp_path / "town.geojson")).stdout.splitlines()
    summary = next(line for line in lines if line.split()[:2] == ["warning", "uninhabited_area"])
    assert summary.split()[2] == "2"
    assert sum(line.strip().startswith("uninhabited_area") for line in lines) == 2


def test_templates_are_written_once(tmp_path: Path) -> None:
    """Five workbooks; a second run into the same folder is refused, because they may be filled in."""
    result = kurihara("template", tmp_path / "様式")
    assert result.exit_code == 0, result.output
    names = {path.name for path in (tmp_path / "様式").iterdir()}
    assert names == {f"{name}.xlsx" for name in ("associations", "correspondence", "councils", "halls", "obstacles")}
    assert all(openpyxl.load_workbook(path).worksheets for path in (tmp_path / "様式").iterdir())
    assert_refused(kurihara("template", tmp_path / "様式"), "there already")


def test_later_years_are_projected_from_a_shell(tmp_path: Path, out: Path) -> None:
    """At -2 % a year 60 households are 60 * 0.98**20 = 40 in 2040: alone they miss a floor of 50, and must merge."""
    file = save(draw_town("abc", {"a": 60, "b": 60, "c": 90}), tmp_path / "town.geojson")
    given = ["--outlook", "2040", "--base-year", "2020", "--yearly-rate", "-0.02", "--floor", "households_2040=50"]
    result = kurihara("propose", file, *given, "--floors-for-all", "--out", out)
    plan = assert_planned(result, out)
    assert "2040" in result.stdout
    assert {len(group) for group in groups_of(plan)} == {1, 2}
    refused = kurihara("propose", file, "--base-year", "2020", "--out", tmp_path / "other")
    assert_refused(refused, "--outlook", out=tmp_path / "other")


def test_a_wall_may_be_named_by_its_heading(tmp_path: Path, out: Path) -> None:
    """旧小学校区 is the heading of the file and of the templates; the column is called former_school_district."""
    town = draw_town("ab", {"a": 30, "b": 30}).assign(旧小学校区=["東", "西"])
    result = kurihara("propose", save(town, tmp_path / "town.geojson"), "--keep-within", "旧小学校区", "--out", out)
    plan = assert_planned(result, out)
    assert groups_of(plan) == {("a",), ("b",)}
    assert "旧小学校区 is the column former_school_district here." in result.stdout
