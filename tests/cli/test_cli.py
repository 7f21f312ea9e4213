"""The shell's door: exit codes, messages instead of tracebacks, nothing written on an error, equal runs alike."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely
from typer.testing import CliRunner

from kurihara_geo.cli import app
from tests.towns import draw_town, grid_town, island_town, path_town, square_town, walled_town

if TYPE_CHECKING:
    from click.testing import Result

FILES = {"plan.geojson", "associations.geojson", "borders.geojson", "plan.xlsx", "map.html", "rules.toml"}
REPOSITORY = Path(__file__).parents[2]

posix_only = pytest.mark.skipif(os.name != "posix", reason="signals and closed streams are tried the POSIX way")


# --- what the tests draw and do -----------------------------------------------------------------------------


def save(town: gpd.GeoDataFrame, file: Path) -> Path:
    """Write a drawn town as a planner would keep it: ids in a column, degrees where the format wants them."""
    table = town.reset_index()
    file.parent.mkdir(parents=True, exist_ok=True)
    (table.to_crs(4326) if file.suffix == ".geojson" else table).to_file(file)
    return file


def kurihara(*arguments: object) -> Result:
    """Run the command line in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def shell(*arguments: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run the command line as a program of its own."""
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)], capture_output=True, check=False, timeout=_LONGEST_S, **options
    )


# A cap that no machine reaches: it ends a run that would never end.
_LONGEST_S = 1800
PROGRAM = (sys.executable, "-m", "kurihara_geo")


def assert_refused(result: Result, *words: str, code: int = 2, out: Path | None = None) -> None:
    """Check that a run ended with a message and its exit code, raised nothing and wrote nothing."""
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    assert result.exit_code == code, result.output
    missing = [word for word in words if word not in result.stderr]
    assert not missing, result.stderr
    assert "Traceback" not in result.output
    assert out is None or not out.exists()


def assert_planned(result: Result, out: Path) -> dict[str, Any]:
    """Check that a run wrote a whole plan, and give its ``plan.geojson``."""
    assert result.exception is None, repr(result.exception)
    assert result.exit_code == 0, result.output
    assert {file.name for file in out.iterdir()} - {"halls.geojson"} == FILES
    return json.loads((out / "plan.geojson").read_text(encoding="utf-8"))


def groups_of(plan: dict[str, Any]) -> set[tuple[str, ...]]:
    """Give the members of every group of a ``plan.geojson``."""
    return {tuple(sorted(feature["properties"]["member_ids"])) for feature in plan["features"]}


def stages_of(plan: dict[str, Any]) -> dict[str, int]:
    """Give the value of every stage of a ``plan.geojson``."""
    return {stage["name"]: stage["value"] for stage in plan["kurihara_geo"]["stages"]}


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Give the file of a square town: four associations of 30."""
    return save(square_town(), tmp_path / "town.geojson")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Give a folder that is not there yet."""
    return tmp_path / "out"


# --- a plan is written ---------------------------------------------------------------------------------------


def test_a_plan_is_written_whole_and_said_plainly(town: Path, out: Path) -> None:
    """A proven plan gives exit code 0, the six files, and the words that say what it is."""
    result = kurihara("propose", town, "--out", out)
    plan = assert_planned(result, out)
    assert len(groups_of(plan)) == 2
    assert "4 before, 2 after" in result.stdout
    assert "Proven optimal" in result.stdout


def test_nothing_but_the_six_files_is_left(town: Path, out: Path) -> None:
    """Temporary files are gone when the run is over, and other files in the folder stay."""
    out.mkdir()
    (out / "note.txt").write_text("keep", encoding="utf-8")
    assert kurihara("propose", town, "--out", out).exit_code == 0
    assert {file.name for file in out.iterdir()} == {*FILES, "note.txt"}


@pytest.mark.parametrize(
    ("drawn", "left"),
    [
        (draw_town("a", 30), 1),
        (draw_town("ab.cd", 30), 0),
        (draw_town("a.b", 30), 2),
        (draw_town("ab", 5), 2),
        (island_town(), 1),
    ],
    ids=["one association", "two islands", "two lone islands", "all below the floor together", "an island beside"],
)
def test_towns_at_the_edge_get_a_plan(drawn: gpd.GeoDataFrame, left: int, tmp_path: Path, out: Path) -> None:
    """A town of one association, of islands, or too small for the floor is planned and says who is left."""
    result = kurihara("propose", save(drawn, tmp_path / "town.geojson"), "--out", out)
    assert_planned(result, out)
    assert result.stdout.count("left below the floor:") == left


@pytest.mark.parametrize(("floor", "below"), [(0, 0), (100_000, 4), (10**30, 4)])
def test_any_floor_gives_a_plan(floor: int, below: int, town: Path, out: Path) -> None:
    """With a floor of 0 nobody is small; with one nobody can reach everybody stays as they are."""
    result = kurihara("propose", town, "--min-households", floor, "--out", out)
    assert len(groups_of(assert_planned(result, out))) == 4
    assert result.stdout.count("left below the floor:") == below


@pytest.mark.parametrize("given", ["none", "NONE", " 2 ", "99999999999999999999"])
def test_max_members_takes_a_number_or_none(given: str, town: Path, out: Path) -> None:
    """The member cap is a whole number of any size, or none in any case."""
    assert_planned(kurihara("propose", town, f"--max-members={given}", "--out", out), out)


def test_options_come_before_the_rules_file(town: Path, tmp_path: Path, out: Path) -> None:
    """An option given on the line overrides the same rule of the file and leaves the others."""
    rules = tmp_path / "rules.toml"
    rules.write_text('min_households = 50\nmax_members = "none"\n', encoding="utf-8-sig", newline="\r\n")
    plan = assert_planned(kurihara("propose", town, "--rules", rules, "--min-households", 0, "--out", out), out)
    assert plan["kurihara_geo"]["rules"] == {"min_households": 0, "max_members": "none"}


def test_infinite_time_is_no_limit(town: Path, out: Path) -> None:
    """A time limit of inf is taken as no limit."""
    assert_planned(kurihara("propose", town, "--time-limit", "inf", "--out", out), out)


def test_walls_of_the_table_are_kept(tmp_path: Path, out: Path) -> None:
    """Groups do not cross the column given with --keep-within."""
    town = save(walled_town(), tmp_path / "town.geojson")
    result = kurihara("propose", town, "--keep-within", "former_school_district", "--out", out)
    assert groups_of(assert_planned(result, out)) == {("p", "q"), ("r", "s")}


def test_a_plan_can_be_written_over_an_older_one(town: Path, tmp_path: Path, out: Path) -> None:
    """A second run into the same folder replaces the files."""
    assert_planned(kurihara("propose", town, "--out", out), out)
    plan = assert_planned(kurihara("propose", town, "--min-households", 0, "--out", out), out)
    assert len(groups_of(plan)) == 4


# --- files of many kinds -------------------------------------------------------------------------------------


def test_a_layer_is_chosen_by_name(tmp_path: Path, out: Path) -> None:
    """A file of two layers is refused with their names, and read when one is named."""
    file = tmp_path / "two.gpkg"
    square_town().reset_index().to_file(file, layer="old")
    square_town().reset_index().to_file(file, layer="new")
    assert_refused(kurihara("propose", file, "--out", out), "old", "new", out=out)
    assert_refused(kurihara("propose", file, "--layer", "none", "--out", out), "old", "new", out=out)
    assert_planned(kurihara("propose", file, "--layer", "new", "--out", out), out)


def test_kml_is_read(tmp_path: Path, out: Path) -> None:
    """A KML with its data in extended data gives a plan."""
    table = square_town().reset_index().rename(columns={"name": "Name"})
    table.to_crs(4326).to_file(tmp_path / "town.kml", driver="KML")
    assert_planned(kurihara("propose", tmp_path / "town.kml", "--out", out), out)


def test_a_zip_is_read(tmp_path: Path, out: Path) -> None:
    """A zip that packs one layer is read like the layer."""
    inner = save(square_town(), tmp_path / "町.geojson")
    with zipfile.ZipFile(tmp_path / "town.zip", "w") as packed:
        packed.write(inner, "町内会/町.geojson")
    assert_planned(kurihara("propose", tmp_path / "town.zip", "--out", out), out)


def test_a_shapefile_without_prj_is_read_once_its_crs_is_given(tmp_path: Path, out: Path) -> None:
    """Without a CRS the layer is refused; --crs settles it."""
    file = tmp_path / "town.shp"
    short = square_town().reset_index()[["association_id", "name", "households", "geometry"]]
    short.rename(columns={"association_id": "code"}).to_file(file, encoding="cp932")
    file.with_suffix(".prj").unlink()
    assert_refused(kurihara("propose", file, "--id-column", "code", "--out", out), "no_crs", out=out)
    assert_refused(kurihara("propose", file, "--crs", "EPSG:99", "--out", out), "EPSG:99", out=out)
    assert_planned(kurihara("propose", file, "--id-column", "code", "--crs", "EPSG:6678", "--out", out), out)


def test_japanese_names_and_spaces_in_paths(tmp_path: Path) -> None:
    """Folders and files with Japanese names and spaces are read and written."""
    town = save(square_town(), tmp_path / "栗原市 データ" / "自治会 区域(案).geojson")
    out = tmp_path / "出力 フォルダ" / "再編案 一"
    assert_planned(kurihara("propose", town, "--out", out), out)


def test_counts_from_excel_are_joined_by_name(tmp_path: Path, out: Path) -> None:
    """An Excel list of households matches by name; one that does not match is refused with every name."""
    town = square_town()
    file = save(town.drop(columns="households"), tmp_path / "town.geojson")
    counts, other = tmp_path / "世帯数.xlsx", tmp_path / "other.xlsx"
    pd.DataFrame({"自治会名": town["name"], "世帯数": [30] * 4}).to_excel(counts, index=False)
    pd.DataFrame({"自治会名": ["どこか", "べつ"], "世帯数": [10, 20]}).to_excel(other, index=False)
    assert_refused(
        kurihara("propose", file, "--households", other, "--out", out),
        "no_boundary",
        "どこか",
        "べつ",
        "no_count",
        *town["name"],
        out=out,
    )
    assert_planned(kurihara("propose", file, "--households", counts, "--out", out), out)


# --- what is wrong is named, and nothing is written ----------------------------------------------------------


def spoilt(column: str, values: list[object]) -> gpd.GeoDataFrame:
    """Draw the square town with one column replaced."""
    return square_town().reset_index().assign(**{column: values}).set_index("association_id")


def reshaped(shapes: object) -> gpd.GeoDataFrame:
    """Draw the square town with other geometries."""
    town = square_town()
    return town.set_geometry(gpd.GeoSeries(shapes, index=town.index, crs=town.crs))


@pytest.mark.parametrize(
    ("drawn", "words"),
    [
        (spoilt("households", ["約三十", "30", "30", "30"]), ["text_households", "a 架空A区", "約三十"]),
        (spoilt("households", [None, "30", "30", "30"]), ["missing_households", "a 架空A区"]),
        (spoilt("households", [-5, 20.5, 30, 30]), ["negative_households", "fractional_households", "-5", "20.5"]),
        (spoilt("households", [0, 0, 0, 0]), ["no_units"]),
        (spoilt("association_id", ["a", "a", "b", "c"]), ["duplicate_id", "架空A区", "架空B区"]),
        (reshaped(square_town().geometry.representative_point()), ["not_polygon", "a 架空A区", "d 架空D区"]),
        (reshaped(square_town().geometry.boundary), ["not_polygon", "a 架空A区", "d 架空D区"]),
        pytest.param(
            reshaped([shapely.Polygon(), *square_town().geometry[1:]]),
            ["empty_geometry", "a 架空A区"],
        ),
    ],
    ids=["text", "missing", "negative", "nobody", "same id", "points", "lines", "no area"],
)
def test_a_wrong_table_is_refused_with_every_fault(
    drawn: gpd.GeoDataFrame, words: list[str], tmp_path: Path, out: Path
) -> None:
    """Each fault of the table is named with the association; propose and check both give exit code 2."""
    file = save(drawn, tmp_path / "town.geojson")
    assert_refused(kurihara("propose", file, "--out", out), *words, out=out)
    if "no_units" not in words:
        assert_refused(kurihara("check", file), *words)


def test_an_overlap_above_the_limit_is_refused(tmp_path: Path, out: Path) -> None:
    """Two areas that overlap by more than the limit are named with the area."""
    west, south, east, north = square_town().geometry["a"].bounds
    wider = shapely.box(west, south, east + 10, north)
    file = save(reshaped([wider, *square_town().geometry[1:]]), tmp_path / "town.gpkg")
    assert_refused(kurihara("propose", file, "--out", out), "overlap", "a, b", "5,000.0 m2", out=out)


def test_swapped_longitude_and_latitude_are_refused(tmp_path: Path, out: Path) -> None:
    """Coordinates that cannot be degrees are refused with their size."""
    table = square_town().reset_index().to_crs(4326)
    table["geometry"] = shapely.transform(np.asarray(table.geometry), lambda xy: xy[:, ::-1])
    table.to_file(tmp_path / "town.geojson")
    assert_refused(kurihara("propose", tmp_path / "town.geojson", "--out", out), "--swap-axes", "141", out=out)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", ["empty"]),
        ('{"type": "FeatureCollection", "features": []}', ["empty"]),
        ("hello", ["not a vector file"]),
        ('{"type": "FeatureCollection", "features": [{"type": "Feat', ["damaged"]),
        ("<!DOCTYPE html><html></html>", ["web page"]),
    ],
    ids=["no bytes", "no features", "no vector file", "cut off", "web page"],
)
def test_a_file_that_cannot_be_read_is_refused(content: str, words: list[str], tmp_path: Path, out: Path) -> None:
    """The cause is said in a planner's words, without a traceback."""
    file = tmp_path / "town.geojson"
    file.write_text(content, encoding="utf-8")
    assert_refused(kurihara("propose", file, "--out", out), str(file), *words, out=out)


@pytest.mark.parametrize(
    "option", ["BOUNDARIES", "--households", "--borders", "--halls", "--districts", "--councils", "--rules"]
)
def test_missing_files_and_folders_are_named(option: str, town: Path, tmp_path: Path, out: Path) -> None:
    """A file that is not there, and a folder in place of a file, are refused by name, whichever option named them."""
    for path, words in ((tmp_path / "無い.shp", "no such file"), (tmp_path, "is a folder")):
        line = ["propose", path] if option == "BOUNDARIES" else ["propose", town, option, path]
        assert_refused(kurihara(*line, "--out", out), str(path), words, out=out)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--households-column", "nope"], ["'nope'", "households (30)"]),
        (["--id-column", "nope"], ["'nope'"]),
        (["--keep-within", "nope"], ["missing_column", "'nope'", "columns found"]),
        (["--prefer-within", "nope"], ["missing_column", "'nope'", "columns found"]),
        (["--keep-within", "name", "--prefer-within", "name"], ["keep_within and in prefer_within"]),
        (["--min-households", "50", "--max-households", "40"], ["max_households 40", "min_households 50"]),
        (["--min-households=-1"], ["min_households"]),
        (["--max-members=0"], ["max_members", "1 or more"]),
        (["--max-members=-1"], ["max_members", "1 or more"]),
        (["--max-members=x"], ["--max-members", "whole number or none"]),
        (["--max-members="], ["--max-members", "whole number or none"]),
        (["--time-limit=0"], ["above 0"]),
        (["--time-limit=-5"], ["above 0"]),
        (["--time-limit=nan"], ["above 0", "nan"]),
        (["--time-limit=soon"], ["--time-limit"]),
        (["--min-border=-1"], ["0 or more"]),
        (["--tolerance=-1"], ["0 or more"]),
        (["--solver", "NOPE"], ["'NOPE'", "HiGHS"]),
        (["--households-kind", "bogus"], ["bogus", "register, census, member"]),
        (["--layer", "bogus"], ["'bogus'", "town"]),
        (["--lang", "fr"], ["--lang"]),
        (["--nope"], ["--nope"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) and value[0].startswith("--") else "",
)
def test_a_wrong_option_is_refused(options: list[str], words: list[str], town: Path, out: Path) -> None:
    """An option that cannot be meant gives exit code 2, names what is wrong, and writes nothing."""
    assert_refused(kurihara("propose", town, *options, "--out", out), *words, out=out)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"min_houses = 50\n", ["'min_houses' is no rule", "min_households"]),
        (b"min_households = = 5", ["not TOML", "line 1"]),
        ("unchanged = ['架空']".encode("cp932"), ["UTF-8"]),
        (
            b'min_households = "50"\nmax_members = 2.5\nkeep_within = "x"\napart = 5\nunchanged = [1]\n',
            ["min_households", "max_members", "keep_within", "apart", "unchanged"],
        ),
        (
            (
                b'min_households = 50\nmax_households = 40\ntogether = [["a", "b"]]\napart = [["b", "a"]]\n'
                b'unchanged = ["a"]\nkeep_within = ["k"]\nprefer_within = ["k"]\nmissing_as = {x = "y"}\n'
            ),
            ["max_households 40", "in together and in apart", "in unchanged and in together", "k is in", "names x"],
        ),
        (b'together = [["z1", "z2"]]\napart = [["z3", "a"]]\nunchanged = ["z4"]\n', ["'z1'", "'z2'", "'z3'", "'z4'"]),
        (b'together = [["a", "b", "c"]]\nmax_members = 2\n', ["together asks for 3"]),
        (b'together = [["a", "d"]]\n', ["do not touch"]),
    ],
    ids=["unknown", "broken", "CP932", "types", "contradictions", "unknown ids", "too many", "apart on the map"],
)
def test_wrong_rules_are_refused_with_every_fault(
    content: bytes, words: list[str], town: Path, tmp_path: Path, out: Path
) -> None:
    """A rules file that cannot be read or cannot hold is refused, every fault by name."""
    rules = tmp_path / "rules.toml"
    rules.write_bytes(content)
    assert_refused(kurihara("propose", town, "--rules", rules, "--out", out), *words, out=out)


def test_file_and_options_may_contradict_each_other(town: Path, tmp_path: Path, out: Path) -> None:
    """A contradiction between the rules file and an option is found like one inside the file."""
    rules = tmp_path / "rules.toml"
    rules.write_text("max_households = 100\n", encoding="utf-8")
    result = kurihara("propose", town, "--rules", rules, "--min-households", 200, "--out", out)
    assert_refused(result, "max_households 100", "min_households 200", out=out)


def test_borders_with_unknown_ids_are_refused(town: Path, tmp_path: Path, out: Path) -> None:
    """Each id of a border file that is no association is named."""
    lines = ["a,b,length_m,kind", "a,zz,1,border", "b,c,1,border", "xx,yy,1,link"]
    (tmp_path / "borders.csv").write_text("\n".join(lines), encoding="utf-8")
    result = kurihara("propose", town, "--borders", tmp_path / "borders.csv", "--out", out)
    assert_refused(result, "'zz'", "'xx'", "'yy'", out=out)


def test_halls_must_be_points_with_a_crs(town: Path, tmp_path: Path, out: Path) -> None:
    """Halls drawn as areas, and halls that do not say where they are, are refused."""
    halls = square_town().reset_index()[["association_id", "name", "geometry"]]
    halls = halls.rename(columns={"association_id": "hall_id"})
    areas = tmp_path / "areas.geojson"
    halls.to_crs(4326).to_file(areas)
    assert_refused(kurihara("propose", town, "--halls", areas, "--out", out), "points", out=out)
    points = tmp_path / "points.shp"
    halls.set_geometry(halls.representative_point()).to_file(points)
    points.with_suffix(".prj").unlink()
    assert_refused(kurihara("propose", town, "--halls", points, "--out", out), "coordinate system", out=out)


def test_a_folder_that_cannot_be_written_to_is_refused_first(town: Path, tmp_path: Path) -> None:
    """A file in place of the folder, or a folder below a file, is refused, and the file stays as it is."""
    file = tmp_path / "file"
    file.write_text("mine", encoding="utf-8")
    assert_refused(kurihara("propose", town, "--out", file), str(file), "is a file")
    assert_refused(kurihara("propose", town, "--out", file / "below" / "it"), "cannot be written to")
    assert file.read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder nobody can write to")
def test_a_folder_nobody_can_write_to_is_refused(town: Path) -> None:
    """A read-only file system is refused before any work is done."""
    assert_refused(kurihara("propose", town, "--out", "/proc/plan"), "cannot be written to")


def test_an_old_folder_is_not_touched_by_an_error(town: Path, out: Path) -> None:
    """After a refusal the folder of an earlier plan holds the same bytes."""
    assert_planned(kurihara("propose", town, "--out", out), out)
    before = {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in out.iterdir()}
    assert_refused(kurihara("propose", town, "--max-members=0", "--out", out), "max_members")
    assert {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in out.iterdir()} == before


def test_check_writes_nothing(town: Path, tmp_path: Path) -> None:
    """The check of a good table says so, exit code 0, and leaves no file."""
    result = kurihara("check", town)
    assert result.exit_code == 0
    assert "4 areas read, 4 of them inhabited, 120 households" in result.stdout
    assert list(tmp_path.iterdir()) == [town]


def test_demo_refuses_what_contradicts(out: Path) -> None:
    """The demo refuses walls together with no walls, and a column the sample does not have."""
    assert_refused(kurihara("demo", "--no-walls", "--keep-within", "name", "--out", out), "--no-walls", out=out)
    assert_refused(kurihara("demo", "--keep-within", "nope", "--out", out), "'nope'", "former_town", out=out)


# --- time and interruption -----------------------------------------------------------------------------------


def test_no_plan_in_time_is_exit_code_3(tmp_path: Path, out: Path) -> None:
    """When the time is up before there is any plan, the code is 3 and nothing is written."""
    side = 12
    picture = "\n".join(" ".join(f"{row:02d}-{column:02d}" for column in range(side)) for row in range(side))
    town = save(draw_town(picture, 20), tmp_path / "town.geojson")
    assert_refused(kurihara("propose", town, "--time-limit", "1e-6", "--out", out), "time", code=3, out=out)


def interrupted(town: Path, out: Path, *options: str, once: str) -> tuple[int, str]:
    """Start a run at a terminal, send Ctrl-C once it shows some words, and give exit code and what was shown."""
    screen, terminal = os.openpty()
    running = subprocess.Popen(
        [*PROGRAM, "propose", str(town), "--out", str(out), *options],
        stdout=terminal,
        stderr=terminal,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "TERM": "xterm", "COLUMNS": "200"},
        # A test run in the background hands down a Ctrl-C that is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler) and None,
    )
    os.close(terminal)
    shown, sent = b"", False
    while text := _read_screen(screen):
        shown += text
        if not sent and once.encode() in shown:
            running.send_signal(signal.SIGINT)
            sent = True
    os.close(screen)
    code = running.wait(timeout=_LONGEST_S)
    assert sent, f"{once!r} was never shown: {shown.decode(errors='replace')}"
    return code, shown.decode("utf-8", "replace")


def _read_screen(screen: int) -> bytes:
    """Give what is shown next, nothing once the program has ended."""
    assert select.select([screen], [], [], _LONGEST_S)[0], "nothing was shown any more"
    try:
        return os.read(screen, 65_536)
    except OSError:  # how Linux says that nobody holds the terminal any longer
        return b""


@posix_only
@pytest.mark.slow
def test_ctrl_c_while_groups_are_listed(tmp_path: Path, out: Path) -> None:
    """Interrupted before there is a plan: exit code 130, one sentence, nothing written.

    225 associations of one household make more connected sets than any machine lists.
    """
    side = 15
    picture = "\n".join(" ".join(f"{row:02d}-{column:02d}" for column in range(side)) for row in range(side))
    town = save(draw_town(picture, 1), tmp_path / "town.geojson")
    options = (
        "--max-members",
        "none",
        "--engine",
        "set_partitioning",
        "--max-sets",
        str(10**15),
        "--time-limit",
        "1e9",
    )
    code, shown = interrupted(town, out, *options, once="listing possible groups")
    # A shell shows an end by the signal itself as 130, too.
    assert code in (130, -signal.SIGINT)
    assert shown.rstrip().endswith("Interrupted before there was a plan; nothing was written.")
    assert "Traceback" not in shown
    assert not out.exists()


def test_a_limit_of_sets_stops_the_listing(tmp_path: Path, out: Path) -> None:
    """With --max-sets 10 a grid of 16 is too much to list; the message states the limit."""
    town = save(draw_town("abcd\nefgh\nijkl\nmnop", 20), tmp_path / "town.geojson")
    options = ("--engine", "set_partitioning", "--max-sets", "10", "--out", out)
    assert_refused(kurihara("propose", town, *options), "Too many possible groups", "limits 10 and", code=3, out=out)
    assert_refused(kurihara("propose", town, "--max-sets", "0", "--out", out), "max_sets must be", out=out)


def test_a_floor_given_twice_is_refused(town: Path, out: Path) -> None:
    """Two floors of one column contradict each other: both are named, and neither is taken."""
    floors = ("--floor", "households=60", "--floor", "people=9", "--floor", "households=70", "--floor", "x=y")
    assert_refused(
        kurihara("propose", town, *floors, "--out", out),
        "names households more than once: households=60 and households=70",
        "not 'x=y'",
        out=out,
    )


# --- the terminal and the surroundings -----------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["cp932", "ascii"])
def test_terminals_that_cannot_show_a_name(encoding: str, tmp_path: Path, out: Path) -> None:
    """Names the terminal has no characters for do not stop a run."""
    file = save(spoilt("name", ["髙﨑𠮷", "😀", "ö", "z"]), tmp_path / "town.geojson")
    result = shell(
        "propose", file, "--min-households", 500, "--out", out, env={**os.environ, "PYTHONIOENCODING": encoding}
    )
    assert result.returncode == 0, result.stderr
    assert b"left below the floor" in result.stdout
    assert {path.name for path in out.iterdir()} - {"halls.geojson"} == FILES


@pytest.mark.slow
def test_no_home_and_a_folder_that_cannot_be_written_to(town: Path, out: Path) -> None:
    """Without HOME and from a folder nobody can write to, a plan is made all the same."""
    if not Path("/proc/self").is_dir():
        pytest.skip("needs a folder nobody can write to")
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LD_LIBRARY_PATH"}}
    result = shell("propose", town, "--out", out, cwd="/proc", env={**kept, "PYTHONPATH": str(REPOSITORY)})
    assert result.returncode == 0, result.stderr
    assert {path.name for path in out.iterdir()} - {"halls.geojson"} == FILES


@pytest.mark.slow
@posix_only
def test_a_reader_that_stops_reading_does_no_harm(town: Path, out: Path) -> None:
    """With ``| head -1`` the plan is written whole and no traceback is shown."""
    line = f'"{sys.executable}" -m kurihara_geo propose "{town}" --out "{out}" | head -1'
    result = subprocess.run(["sh", "-c", line], capture_output=True, check=False, timeout=_LONGEST_S)
    assert b"Traceback" not in result.stderr
    assert {path.name for path in out.iterdir()} - {"halls.geojson"} == FILES


# --- hostile names -------------------------------------------------------------------------------------------


HOSTILE = [
    "<script>alert(1)</script>",
    "{{7*7}}{% raw %}",
    "=cmd|' /C calc'!A0",
    "</script><img src=x onerror=alert(1)>",
]


@pytest.mark.parametrize("column", ["name", "association_id"])
def test_hostile_names_do_nothing(column: str, tmp_path: Path, out: Path) -> None:
    """Names and ids that look like HTML, templates or formulas reach the map and the workbook as plain text."""
    file = save(spoilt(column, [*HOSTILE]), tmp_path / "town.geojson")
    title = "<b onclick=x>{{7*7}}</b></script>"
    plan = assert_planned(kurihara("propose", file, "--title", title, "--out", out), out)
    page = (out / "map.html").read_text(encoding="utf-8")
    assert not [bad for bad in ("<script>alert", "<img src=x", "<b onclick") if bad in page]
    assert page.count("<script") == page.count("</script>")
    book = openpyxl.load_workbook(out / "plan.xlsx")
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    key = "member_names" if column == "name" else "member_ids"
    assert sorted(text for feature in plan["features"] for text in feature["properties"][key]) == sorted(HOSTILE)


def test_control_characters_in_names(tmp_path: Path, out: Path) -> None:
    """Characters a workbook cannot hold do not stop a run."""
    file = save(spoilt("name", ["\x01\x0b", "a\nb\tc", "x" * 40_000, "\ufffe\u202e"]), tmp_path / "town.geojson")
    assert_planned(kurihara("propose", file, "--out", out), out)


# --- equal runs, and reading back ----------------------------------------------------------------------------


def test_equal_runs_give_equal_bytes(tmp_path: Path) -> None:
    """Two runs differ in the provenance of plan.geojson and in nothing else, time stamps included."""
    file = save(walled_town(), tmp_path / "town.geojson")
    first, second = tmp_path / "first", tmp_path / "second"
    for out in (first, second):
        assert kurihara("propose", file, "--keep-within", "former_school_district", "--out", out).exit_code == 0
        time.sleep(1.1)
    for name in FILES - {"plan.geojson"}:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name
    plans = [json.loads((out / "plan.geojson").read_text(encoding="utf-8")) for out in (first, second)]
    assert all(plan["kurihara_geo"].pop("provenance") for plan in plans)
    assert plans[0] == plans[1]


def read_back(first: Path, second: Path) -> dict[str, Any]:
    """Make a plan again from the associations, borders and rules of an earlier one."""
    result = kurihara(
        "propose", first / "associations.geojson",
        "--borders", first / "borders.geojson", "--rules", first / "rules.toml", "--out", second,
        *(["--halls", first / "halls.geojson"] if (first / "halls.geojson").exists() else []),
    )  # fmt: skip
    return assert_planned(result, second)


@pytest.mark.parametrize(
    ("drawn", "options"),
    [
        (grid_town(), []),
        (path_town(), []),
        (walled_town(), ["--keep-within", "former_school_district"]),
        (draw_town("abz\ncdz", {"a": 30, "b": 30, "c": 30, "d": 30, "z": 0}), ["--max-members", "none"]),
        (island_town(), ["--prefer-within", "name"]),
        (draw_town("a.b", 30), []),
    ],
    ids=["grid", "path", "walls", "uninhabited", "island", "no borders at all"],
)
def test_a_plan_is_rebuilt_from_its_files(
    drawn: gpd.GeoDataFrame, options: list[str], tmp_path: Path, out: Path
) -> None:
    """The files of a plan, read back, give the same groups and the same stages."""
    file = save(drawn, tmp_path / "town.geojson")
    plan = assert_planned(kurihara("propose", file, *options, "--out", out), out)
    again = read_back(out, tmp_path / "again")
    assert groups_of(again) == groups_of(plan)
    assert stages_of(again) == stages_of(plan)
    assert again["kurihara_geo"]["input_sha256"] == plan["kurihara_geo"]["input_sha256"]


# --- real data -----------------------------------------------------------------------------------------------


@pytest.mark.real_data
def test_the_dirty_city_is_refused_with_its_problems(shared_folder: Path, out: Path) -> None:
    """Missing counts, the broken ring and the overlaps are all named; nothing is written."""
    dirty = shared_folder / "real" / "shiwa_2015_dirty.geojson"
    result = kurihara("propose", dirty, "--out", out)
    assert_refused(result, "broken_geometry", "missing_households", "overlap", out=out)
    assert result.stderr.count("missing_households") == 19


@pytest.mark.slow
@pytest.mark.real_data
def test_the_neighbouring_city_is_proven_and_rebuilt(shared_folder: Path, tmp_path: Path, out: Path) -> None:
    """All stages of 一関市 are proven with 42,232 households, and its files give the same plan again."""
    city = shared_folder / "real" / "A002005212020DDSWC03209-JGD2011.zip"
    plan = assert_planned(kurihara("propose", city, "--max-members", 6, "--out", out), out)
    about = plan["kurihara_geo"]
    assert about["proven"]
    assert about["counts"]["households_before"] == about["counts"]["households_after"] == 42_232
    again = read_back(out, tmp_path / "again")
    assert groups_of(again) == groups_of(plan)
    assert stages_of(again) == stages_of(plan)


@pytest.mark.slow
@pytest.mark.real_data
def test_the_scattered_town_is_settled_with_four_at_a_table(shared_folder: Path, out: Path) -> None:
    """日南町 with at most four members is proven; 1,933 households are kept."""
    town = shared_folder / "real" / "h27ka31401.zip"
    plan = assert_planned(kurihara("propose", town, "--max-members", 4, "--out", out), out)
    assert plan["kurihara_geo"]["proven"]
    assert plan["kurihara_geo"]["counts"]["households_after"] == 1_933


# --- promises that do not hold yet ---------------------------------------------------------------------------


def test_a_tiny_overlap_is_settled(tmp_path: Path, out: Path) -> None:
    """An overlap within the stated limit is repaired, listed, and the plan is made."""
    west, south, east, north = square_town().geometry["a"].bounds
    wider = shapely.box(west, south, east + 0.1, north)
    file = save(reshaped([wider, *square_town().geometry[1:]]), tmp_path / "town.gpkg")
    result = kurihara("propose", file, "--out", out)
    assert_planned(result, out)
    assert "Repaired" in result.stdout


def test_districts_without_a_crs_are_refused_before_anything_is_written(town: Path, tmp_path: Path, out: Path) -> None:
    """Districts that do not say where they are give exit code 2, and nothing is written."""
    file = tmp_path / "districts.shp"
    square_town().reset_index()[["name", "geometry"]].to_file(file, encoding="utf-8")
    file.with_suffix(".prj").unlink()
    assert_refused(kurihara("propose", town, "--districts", file, "--out", out), "districts", out=out)


def test_a_folder_in_place_of_a_file_is_refused_before_anything_is_written(town: Path, out: Path) -> None:
    """A folder called map.html gives exit code 2, and no other file is written."""
    (out / "map.html").mkdir(parents=True)
    assert_refused(kurihara("propose", town, "--out", out), "map.html")
    assert [path.name for path in out.iterdir()] == ["map.html"]


def test_ctrl_c_while_writing_leaves_nothing_behind(town: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupted between two files, a run tells the truth about what it has written."""

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("kurihara_geo.outputs.folder.write_map", interrupt)
    result = kurihara("propose", town, "--out", out)
    assert "nothing was written" not in result.stderr or not out.exists()


def test_a_plan_with_halls_is_rebuilt_from_its_files(tmp_path: Path, out: Path) -> None:
    """The files of a plan that was made with halls give the same stages again."""
    town = grid_town()
    corners = shapely.get_coordinates(town.geometry.envelope.boundary)[::5]
    halls = gpd.GeoDataFrame(
        {"hall_id": town.index, "name": town.index, "association_id": town.index},
        geometry=list(shapely.points(corners + 1)),
        crs=town.crs,
    )
    file = save(town, tmp_path / "town.geojson")
    halls.to_crs(4326).to_file(tmp_path / "halls.geojson")
    plan = assert_planned(kurihara("propose", file, "--halls", tmp_path / "halls.geojson", "--out", out), out)
    assert stages_of(read_back(out, tmp_path / "again")) == stages_of(plan)


def test_borders_typed_into_a_table_with_text_ids(tmp_path: Path, out: Path) -> None:
    """A CSV of two columns a and b with ids that are no numbers is read in full."""
    town = draw_town("A-1 A-2 A-3", 30)
    (tmp_path / "borders.csv").write_text("a,b,kind\nA-1,A-2,border\nA-2,A-3,border\n", encoding="utf-8")
    file = save(town, tmp_path / "town.geojson")
    assert_planned(kurihara("propose", file, "--borders", tmp_path / "borders.csv", "--out", out), out)


def test_a_wrong_column_of_the_household_list_is_refused(tmp_path: Path, out: Path) -> None:
    """A column that no file has is refused, also when the counts come from a list."""
    town = square_town()
    file, counts = save(town.drop(columns="households"), tmp_path / "town.geojson"), tmp_path / "counts.csv"
    town.reset_index()[["association_id", "households"]].to_csv(counts, index=False)
    result = kurihara("propose", file, "--households", counts, "--households-column", "nope", "--out", out)
    assert_refused(result, "nope", out=out)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["--encoding", "bogus"], id="LookupError for an encoding nobody knows"),
        pytest.param(["--tolerance=inf"], id="GEOSException"),
        pytest.param(["--tolerance=nan"], id="taken as 0"),
        pytest.param(["--min-border=nan"], id="no border at all"),
        pytest.param(["--overlap-limit=-1"], id="negative limit"),
        pytest.param(["--overlap-limit=nan"], id="no limit at all"),
        pytest.param(["--seed=-1"], id="negative seed, not used"),
        pytest.param(["--keep-within", "geometry"], id="outlines as a wall"),
        pytest.param(["--crs", "EPSG:5773"], id="vertical CRS"),
    ],
)
def test_values_that_cannot_be_meant_are_refused(options: list[str], town: Path, out: Path) -> None:
    """An option with an impossible value gives exit code 2 and writes nothing."""
    assert_refused(kurihara("propose", town, *options, "--out", out), out=out)


@pytest.mark.parametrize("where", ["boundaries", "out"])
def test_names_that_are_too_long_are_refused(where: str, town: Path, tmp_path: Path, out: Path) -> None:
    """A path longer than the file system takes gives exit code 2 and a sentence."""
    long = tmp_path / ("a" * 300)
    line = (long, "--out", out) if where == "boundaries" else (town, "--out", long)
    assert_refused(kurihara("propose", *line))


@posix_only
def test_file_names_in_another_encoding(town: Path, tmp_path: Path, out: Path) -> None:
    """A file whose name is CP932 bytes, as an old share has it, is read or refused with a sentence."""
    other = tmp_path / os.fsdecode("区域.geojson".encode("cp932"))
    other.write_bytes(town.read_bytes())
    result = kurihara("propose", other, "--out", out)
    assert result.exit_code in (0, 2)


def test_rules_nested_too_deep_are_refused(town: Path, tmp_path: Path, out: Path) -> None:
    """A file of nothing but brackets is no rules file, and no crash."""
    rules = tmp_path / "rules.toml"
    rules.write_text("unchanged = " + "[" * 3000 + "]" * 3000, encoding="utf-8")
    assert_refused(kurihara("propose", town, "--rules", rules, "--out", out), out=out)


@pytest.mark.parametrize("households", [10**12, 10**18])
def test_counts_beyond_all_cities(households: int, tmp_path: Path, out: Path) -> None:
    """Household counts no city has are refused or planned, never a crash."""
    file = save(grid_town(households), tmp_path / "town.geojson")
    result = kurihara("propose", file, "--min-households", households * 5 // 2, "--out", out)
    assert result.exit_code in (0, 2, 3)
    assert out.exists() == (result.exit_code == 0)


def test_a_town_at_the_pole_is_refused(tmp_path: Path, out: Path) -> None:
    """Where there is no plane CRS to work in, the run is refused with a sentence."""
    town = square_town().reset_index().to_crs(4326)
    town.assign(geometry=town.translate(0, 50.5)).to_file(tmp_path / "town.geojson")
    assert_refused(kurihara("propose", tmp_path / "town.geojson", "--out", out), out=out)


@pytest.mark.slow
@posix_only
def test_a_closed_standard_output(town: Path, out: Path) -> None:
    """With ``>&-`` the plan is written and the exit code is 0."""
    line = f'"{sys.executable}" -m kurihara_geo propose "{town}" --out "{out}" >&-'
    result = subprocess.run(["sh", "-c", line], stderr=subprocess.PIPE, check=False, timeout=_LONGEST_S)
    assert (result.returncode, b"Traceback" in result.stderr) == (0, False)


@pytest.mark.slow
@posix_only
def test_a_reader_that_stops_reading_does_not_change_the_code(town: Path, out: Path) -> None:
    """A plan was written, so the exit code is 0, whoever reads the words."""
    program = subprocess.Popen([*PROGRAM, "propose", str(town), "--out", str(out)], stdout=subprocess.PIPE)
    assert program.stdout is not None
    program.stdout.close()
    assert program.wait(timeout=_LONGEST_S) == 0


def test_time_that_is_up_while_groups_are_listed_is_said(tmp_path: Path, out: Path) -> None:
    """When the clock stopped the listing, the message says so and names --time-limit."""
    side = 12
    picture = "\n".join(" ".join(f"{row:02d}-{column:02d}" for column in range(side)) for row in range(side))
    town = save(draw_town(picture, 20), tmp_path / "town.geojson")
    result = kurihara("propose", town, "--time-limit", "1e-6", "--out", out)
    assert "Too many possible groups" not in result.stderr
