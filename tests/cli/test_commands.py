"""Engines, barriers, further rules and ``verify`` from a shell: what is asked is done, said and checked."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import openpyxl
import pytest
import shapely

import kurihara_geo as kg
from kurihara_geo.cli.report import say_plan
from tests.cli.test_cli import assert_planned, assert_refused, groups_of, kurihara, read_back, save, stages_of
from tests.towns import ORIGIN_X_M, ORIGIN_Y_M, draw_town, grid_town, path_town, square_town

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = "=1+1<script>alert(1)</script>{{7*7}}"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Give a folder that is not there yet."""
    return tmp_path / "out"


def write_rules(tmp_path: Path, text: str) -> Path:
    """Write a rules file."""
    file = tmp_path / "rules.toml"
    file.write_text(text, encoding="utf-8")
    return file


def about(plan: dict[str, Any]) -> dict[str, Any]:
    """Give the certificate of a ``plan.geojson``."""
    return plan["kurihara_geo"]


# --- engines --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "words"),
    [("auto", "set_partitioning (asked for: auto)"), ("set_partitioning", "chose among them"), ("search", "a search")],
)
def test_the_engine_is_chosen_and_said(asked: str, words: str, tmp_path: Path, out: Path) -> None:
    """Whichever engine is asked for, the plan says which one worked, in the file and in plain words."""
    file = save(square_town(), tmp_path / "town.geojson")
    result = kurihara("propose", file, "--engine", asked, "--out", out)
    plan = about(assert_planned(result, out))
    assert plan["search"]["engine_asked"] == asked
    assert plan["engine"] == ("search" if asked == "search" else "set_partitioning")
    assert words in result.stdout
    assert stages_of({"kurihara_geo": plan})["mergers"] == 2


def test_an_engine_nobody_knows_is_refused(tmp_path: Path, out: Path) -> None:
    """The three that there are are named."""
    file = save(square_town(), tmp_path / "town.geojson")
    assert_refused(kurihara("propose", file, "--engine", "magic", "--out", out), "magic", "set_partitioning", out=out)


def test_equal_searches_give_equal_bytes_but_for_provenance(tmp_path: Path) -> None:
    """A search that was not cut off by the clock tells of itself without a clock."""
    file = save(grid_town(), tmp_path / "town.geojson")
    for name in ("one", "two"):
        assert kurihara("propose", file, "--engine", "search", "--out", tmp_path / name).exit_code == 0
    plans = [json.loads((tmp_path / name / "plan.geojson").read_text(encoding="utf-8")) for name in ("one", "two")]
    assert all(about(plan).pop("provenance")["seconds"] for plan in plans)
    assert plans[0] == plans[1]


def test_one_is_not_called_several_and_small_files_are_counted_in_bytes(tmp_path: Path, out: Path) -> None:
    """One association of one household is one area, one household; a file under 1 kB says its bytes."""
    town = save(draw_town("a", 1), tmp_path / "town.geojson")
    result = kurihara("propose", town, "--out", out)
    assert_planned(result, out)
    assert "(0 merged groups)" in result.stdout
    assert "left below the floor: a 架空A区, 1 household:" in result.stdout
    assert f"rules.toml ({(out / 'rules.toml').stat().st_size} bytes)" in result.stdout
    assert "1 area read, 1 of them inhabited, 1 household. No errors." in kurihara("check", town).stdout


def test_a_plan_for_comparison_is_not_called_the_optimum(capsys: pytest.CaptureFixture[str]) -> None:
    """Of an alternative neither plan nor stages are called proven or not: it is said to be one."""
    plan = kg.propose_mergers(square_town())
    say_plan(plan)
    assert "Proven optimal:" in capsys.readouterr().out
    say_plan(replace(plan, search={**plan.search, "alternative": 1}))
    shown = capsys.readouterr().out
    assert "For comparison: alternative 1, not the optimum:" in shown
    assert "proven" not in shown.lower().split("engine:")[0]


# --- barriers -------------------------------------------------------------------------------------------------


def river(tmp_path: Path, **columns: Any) -> Path:
    """Draw a river along the whole border between the two cells of the town ``ab``."""
    x, south, north = ORIGIN_X_M + 500, ORIGIN_Y_M - 100, ORIGIN_Y_M + 600
    line = shapely.LineString([(x + 5, south), (x + 5, north)])
    file = tmp_path / "rivers.geojson"
    gpd.GeoDataFrame({name: [value] for name, value in columns.items()}, geometry=[line], crs=6678).to_crs(
        4326
    ).to_file(file)
    return file


def bridge(tmp_path: Path) -> Path:
    """Draw a bridge over the river in the middle of the border."""
    point = gpd.GeoSeries([shapely.Point(ORIGIN_X_M + 505, ORIGIN_Y_M + 250)], crs=6678).to_crs(4326)[0]
    file = tmp_path / "bridges.csv"
    file.write_text(f"橋名,経度,緯度\n架空橋,{point.x:.8f},{point.y:.8f}\n", encoding="utf-8")
    return file


def test_a_river_bars_a_border_and_a_bridge_opens_it(tmp_path: Path, out: Path) -> None:
    """A30 and b30 merge over a bridge only; the river, its name and the bridge are in the files and on the map."""
    town = save(draw_town("ab", 30), tmp_path / "town.geojson")
    barred = kurihara("propose", town, "--barriers", river(tmp_path, name="架空川"), "--out", out)
    assert groups_of(assert_planned(barred, out)) == {("a",), ("b",)}
    assert "Barriers: 1 border barred, 0 more stay open thanks to a crossing." in barred.stdout
    rows = gpd.read_file(out / "borders.geojson")
    assert rows["barred_by"].tolist() == ["架空川"]
    assert "架空川" in (out / "map.html").read_text(encoding="utf-8")
    assert "rivers.geojson" in about(assert_planned(barred, out))["provenance"]["sources"]
    over = tmp_path / "over"
    options = ["--barriers", river(tmp_path, name="架空川"), "--crossings", bridge(tmp_path)]
    opened = kurihara("propose", town, *options, "--out", over)
    assert groups_of(assert_planned(opened, over)) == {("a", "b")}
    assert "Barriers: 0 borders barred, 1 more stays open thanks to a crossing." in opened.stdout
    assert "架空橋" in gpd.read_file(over / "borders.geojson")["reason"][0]


def test_a_barred_border_stays_barred_when_the_plan_is_rebuilt(tmp_path: Path, out: Path) -> None:
    """The written borders carry the bar; the barriers are not needed again."""
    town = save(draw_town("ab", 30), tmp_path / "town.geojson")
    plan = assert_planned(kurihara("propose", town, "--barriers", river(tmp_path, name="川"), "--out", out), out)
    again = read_back(out, tmp_path / "again")
    assert groups_of(again) == groups_of(plan)
    assert about(again)["input_sha256"] == about(plan)["input_sha256"]


def test_a_barrier_without_a_name_is_called_by_what_it_is(tmp_path: Path, out: Path) -> None:
    """Roads come with a class and no name: border and map call them so."""
    town = save(draw_town("ab", 30), tmp_path / "town.geojson")
    file = river(tmp_path, name=None, road_class="高速自動車国道")
    assert_planned(kurihara("propose", town, "--barriers", file, "--out", out), out)
    assert gpd.read_file(out / "borders.geojson")["barred_by"].tolist() == ["高速自動車国道"]
    assert '"barriers":[{"name":"高速自動車国道"}]' in (out / "map.html").read_text(encoding="utf-8")


def test_the_coordinate_system_of_barriers_can_be_said(tmp_path: Path, out: Path) -> None:
    """A shapefile without .prj, as the national portal has them, is read once --barriers-crs says what it is in."""
    town = save(draw_town("ab", 30), tmp_path / "town.geojson")
    gpd.read_file(river(tmp_path, W05_004="迫川")).to_file(tmp_path / "w05.shp", encoding="utf-8")
    (tmp_path / "w05.prj").unlink()
    line = ["propose", town, "--barriers", tmp_path / "w05.shp"]
    assert_refused(kurihara(*line, "--out", out), "does not say its CRS", out=out)
    assert_planned(kurihara(*line, "--barriers-crs", "EPSG:6668", "--out", out), out)
    assert gpd.read_file(out / "borders.geojson")["barred_by"].tolist() == ["迫川"]


@pytest.mark.parametrize("option", ["--crossings", "--barriers-crs"])
def test_what_goes_with_barriers_needs_them(option: str, tmp_path: Path, out: Path) -> None:
    """Bridges alone bar nothing; leaving out the barriers is named before any work."""
    town = save(draw_town("ab", 30), tmp_path / "town.geojson")
    assert_refused(kurihara("propose", town, option, "EPSG:6668", "--out", out), "--barriers", out=out)


# --- rules ----------------------------------------------------------------------------------------------------


def test_further_rules_are_options_and_come_before_the_file(tmp_path: Path, out: Path) -> None:
    """Span, way and floors given on the line replace those of the file; the others stay."""
    town = save(square_town().assign(households_2040=[30] * 4, children=[9] * 4), tmp_path / "town.geojson")
    rules = write_rules(tmp_path, 'max_span_m = 100\nunchanged = ["d"]\n\n[floors]\nchildren = 99\n')
    options = ["--max-span", 800, "--max-way", 700, "--floor", "households_2040=50", "--floor", "children=10"]
    plan = about(assert_planned(kurihara("propose", town, "--rules", rules, *options, "--out", out), out))
    assert plan["rules"] == {
        "min_households": 50, "max_members": 6, "floors": {"households_2040": 50, "children": 10}, "max_span_m": 800,
        "max_way_m": 700, "unchanged": ["d"],
    }  # fmt: skip


def test_a_hall_may_be_asked_for(tmp_path: Path, out: Path) -> None:
    """With --needs-hall and a hall in a alone, a and b merge and c and d, without a hall, stay."""
    town = square_town()
    halls = gpd.GeoDataFrame({"hall_id": ["h"], "name": ["集会所"]}, geometry=[town.geometry["a"].centroid], crs=6678)
    halls.to_crs(4326).to_file(tmp_path / "halls.geojson")
    file = save(town, tmp_path / "town.geojson")
    line = ["propose", file, "--needs-hall", "--max-members", 2]
    plan = assert_planned(kurihara(*line, "--halls", tmp_path / "halls.geojson", "--out", out), out)
    assert about(plan)["rules"]["needs_hall"] is True
    assert sorted(map(len, groups_of(plan))) == [1, 1, 2]
    assert_refused(kurihara(*line, "--out", tmp_path / "none"), "needs_hall", "--halls", out=tmp_path / "none")


@pytest.mark.parametrize("given", ["households_2040", "=5", "households_2040=x", "households_2040=2.5", " =3"])
def test_a_floor_that_cannot_be_read_is_refused(given: str, tmp_path: Path, out: Path) -> None:
    """The form COLUMN=N is said."""
    file = save(square_town(), tmp_path / "town.geojson")
    assert_refused(kurihara("propose", file, "--floor", given, "--out", out), "COLUMN=N", repr(given), out=out)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--floor", "nope=5"], ["'nope'", "columns found"]),
        (["--floor", "households=5"], ["that floor is min_households"]),
        (["--max-span=0"], ["max_span_m", "1 or more"]),
        (["--max-way=-1"], ["max_way_m", "0 or more"]),
    ],
)
def test_values_no_rule_takes_are_refused(options: list[str], words: list[str], tmp_path: Path, out: Path) -> None:
    """An option that gives an impossible rule is refused by the rule's name."""
    file = save(square_town(), tmp_path / "town.geojson")
    assert_refused(kurihara("propose", file, *options, "--out", out), *words, out=out)


def test_exceptions_are_named_with_their_reasons(tmp_path: Path, out: Path) -> None:
    """V20 is exempt or has a floor of its own: the reason arrives to the letter, in the shell and in the workbook."""
    town = save(path_town(), tmp_path / "town.geojson")
    rules = write_rules(tmp_path, f'unchanged = ["b"]\n\n[exempt]\nv = "{HOSTILE}"\n')
    result = kurihara("propose", town, "--rules", rules, "--out", out)
    assert_planned(result, out)
    assert (
        f"exempt from the floor: v 架空V区, 20 households: it may stay small by the rules ({HOSTILE})" in result.stdout
    )
    assert "Below 50 households: 1 before, 1 after (of these exempt: 1)." in result.stdout
    own = write_rules(tmp_path, f'[[lower_floors]]\nids = ["a", "v"]\nmin_households = 15\nreason = "{HOSTILE}"\n')
    result = kurihara("propose", town, "--rules", own, "--out", out)
    assert_planned(result, out)
    assert f"a floor of its own: v 架空V区, 20 households, needs 15: {HOSTILE}" in result.stdout
    assert "Below their floor (exceptions included): 0 before, 0 after." in result.stdout
    assert "2 associations have a floor below the general one of 50 households." in result.stdout
    assert "Below 50 households" not in result.stdout
    cells = [cell for sheet in openpyxl.load_workbook(out / "plan.xlsx") for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert [cell for cell in cells if cell.value == HOSTILE]


def test_a_weighted_stage_is_printed_whole(tmp_path: Path, out: Path) -> None:
    """A stage that weighs terms against each other is shown by its sum."""
    town = save(path_town(), tmp_path / "town.geojson")
    rules = write_rules(tmp_path, 'objective = ["below_floor", {mergers = 1000, travel = 1}]\n')
    result = kurihara("propose", town, "--rules", rules, "--out", out)
    # v20 joins b60 and walks 500 m: one merger and 20 x 500 household-metres.
    assert stages_of(assert_planned(result, out))["1000 mergers + travel"] == 1000 + 20 * 500
    assert "1000 mergers + travel" in result.stdout


# --- verify ---------------------------------------------------------------------------------------------------


@pytest.fixture
def written(tmp_path: Path, out: Path) -> Path:
    """Write the plan of a grid town."""
    assert_planned(kurihara("propose", save(grid_town(), tmp_path / "town.geojson"), "--out", out), out)
    return out


def verify(folder: Path, *options: object) -> Any:
    """Run ``verify`` on a written folder."""
    return kurihara("verify", folder / "plan.geojson", folder / "associations.geojson", *options)


def test_a_written_plan_holds(written: Path) -> None:
    """Exit code 0, what was checked and what was not."""
    result = verify(written, "--rules", written / "rules.toml", "--borders", written / "borders.geojson")
    assert result.exit_code == 0, result.output
    assert "The plan holds" in result.stdout
    assert "every stage, measured again" in result.stdout
    assert "that no better plan exists" in result.stdout
    assert "Said to be proven optimal." in result.stdout


def test_a_tampered_plan_is_refused_with_every_fault(written: Path) -> None:
    """Exit code 2, and each fault by name."""
    file = written / "plan.geojson"
    content = json.loads(file.read_text(encoding="utf-8"))
    content["features"][0]["properties"] |= {"households": 999, "name": HOSTILE}
    about(content)["stages"][1]["value"] = 0
    file.write_text(json.dumps(content), encoding="utf-8")
    words = ["does not hold (4 faults)", "999 households", "stage mergers: the plan says 0", "called proven"]
    assert_refused(verify(written), *words)


def test_a_group_that_somebody_named_still_holds(written: Path) -> None:
    """The name of a group is a proposal: another one is said, and exit code is 0."""
    file = written / "plan.geojson"
    content = json.loads(file.read_text(encoding="utf-8"))
    content["features"][0]["properties"]["name"] = HOSTILE
    file.write_text(json.dumps(content), encoding="utf-8")
    result = verify(written)
    assert result.exit_code == 0, result.output
    assert "1 group has another name than the one proposed, which is no fault" in result.stdout


def test_other_rules_and_missing_files_are_refused(written: Path, tmp_path: Path) -> None:
    """Rules that differ are a fault; a file that is not there, or is no plan, is an error; all are exit code 2."""
    assert_refused(
        verify(written, "--rules", write_rules(tmp_path, "max_members = 2\n")), "max_members is 6 in the plan"
    )
    assert_refused(verify(written, "--borders", tmp_path / "none.geojson"), "no such file")
    assert_refused(kurihara("verify", written / "rules.toml", written / "associations.geojson"), "no GeoJSON")
    assert_refused(kurihara("verify", written / "borders.geojson", written / "associations.geojson"), "group_id")
