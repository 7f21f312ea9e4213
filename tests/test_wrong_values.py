"""Values of a wrong kind, wherever one can be given: a result, or an error of the package that says what to give."""

from __future__ import annotations

import inspect
import warnings
from functools import partial
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import kurihara_geo as kg
from kurihara_geo.borders import check_borders, complete_borders
from kurihara_geo.errors import (
    AssociationsError,
    BordersError,
    InputError,
    KuriharaGeoError,
    KuriharaGeoWarning,
    RulesError,
)
from kurihara_geo.rules import MergeRules
from tests.towns import ORIGIN_X_M, ORIGIN_Y_M, exact_borders, path_town

if TYPE_CHECKING:
    from pathlib import Path

VALUES = [None, "x", ["a"], {}, 1.5, -1, True, float("nan"), pd.DataFrame()]
ALL_VALUES = [*VALUES, pd.NA, 10**30, "\0", "\ud800", b"x"]


def river() -> gpd.GeoDataFrame:
    """Draw a river along the border of a and b."""
    line = shapely.LineString([(ORIGIN_X_M + 500, ORIGIN_Y_M), (ORIGIN_X_M + 500, ORIGIN_Y_M + 500)])
    return gpd.GeoDataFrame({"name": ["架空川"]}, geometry=[line], crs=6678)


def doors() -> dict[str, tuple[Any, dict[str, Any]]]:
    """List each function with arguments that it takes, for a path a - b - v."""
    town, borders = path_town(), exact_borders(path_town())
    pair = {"borders": borders, "a": "a", "b": "b", "reason": "川"}
    barred = kg.remove_border(**pair)
    bar = {"borders": borders, "barriers": river(), "associations": town, "distance_m": 50.0, "share": 0.5}
    options = {"time_limit_s": 20.0, "engine": "auto", "solver": "HiGHS", "seed": 0, "executor": None}
    limits = {"max_sets": 1000, "max_candidates": 1000}
    given = {"associations": town, "rules": MergeRules(), "borders": borders, "halls": None, "progress": False}
    return {
        "propose_mergers": (kg.propose_mergers, given | options | limits),
        "find_borders": (kg.find_borders, {"associations": town, "min_border_m": 0.0, "tolerance_m": 0.0}),
        "add_link": (kg.add_link, pair | {"b": "v", "associations": town}),
        "remove_border": (kg.remove_border, pair),
        "reopen_border": (kg.reopen_border, pair | {"borders": barred}),
        "bar_borders": (
            kg.bar_borders,
            bar
            | {"apart_share": 0.8, "crossing_distance_m": 9.0, "reason": None, "name_column": None, "crossings": None},
        ),
        "complete_borders": (complete_borders, {"table": borders, "associations": town}),
        "check_borders": (check_borders, {"associations": town, "borders": borders}),
        "from_dict": (MergeRules.from_dict, {"values": {}}),
        "from_toml": (MergeRules.from_toml, {"text": ""}),
        "MergeRules": (MergeRules, {name: getattr(MergeRules(), name) for name in MergeRules.__dataclass_fields__}),
    }


def attempt(function: Any, given: dict[str, Any]) -> str:
    """Call a function and give what escapes it that is none of the package's errors, or nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", KuriharaGeoWarning)
            function(**given)
    except KuriharaGeoError:
        return ""
    except Exception as error:  # noqa: BLE001 - what escapes is what is looked for
        return f"{type(error).__name__}: {error}"
    return ""


@pytest.mark.parametrize("name", doors())
def test_a_value_of_a_wrong_kind_is_an_error_of_the_package(name: str):
    """Every argument in turn is nothing, a text, a list, a mapping, a number, a yes, NaN and an empty table."""
    function, given = doors()[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", KuriharaGeoWarning)
        function(**given)
    escaped = {
        f"{argument}={value!r}": text
        for argument in given
        for value in VALUES
        if (text := attempt(function, given | {argument: value}))
    }
    assert not escaped


# --- every function of the package -------------------------------------------------------------------


def files_of(folder: Path) -> dict[str, Path]:
    """Write what readers read: the town in degrees, a list of counts, a table of small areas, and its plan."""
    town = path_town()
    plan = kg.propose_mergers(town, borders=exact_borders(town), progress=False)
    town.reset_index().to_file(folder / "town.geojson")
    (folder / "counts.csv").write_text("行政区コード,行政区名,世帯数\na,架空A区,30\nb,架空B区,30\n", encoding="utf-8")
    (folder / "pairs.csv").write_text("小地域コード,自治会コード,割合\na,K1,1\nb,K1,1\nv,K2,1\n", encoding="utf-8")
    (folder / "halls.csv").write_text("hall_id,name,lon,lat\nh1,架空集会所,140.83,38.73\n", encoding="utf-8")
    (folder / "ages.csv").write_text("コード,年齢,人口\na,0-4,3\n", encoding="utf-8")
    return {
        **kg.write_plan(plan, folder / "plan"),
        **{name: folder / f"{name}.csv" for name in ("counts", "pairs", "halls", "ages")},
        "town": folder / "town.geojson",
    }


READ = {
    "read_households": "counts",
    "read_open_data_population": "counts",
    "read_correspondence": "pairs",
    "read_halls": "halls",
    "read_borders": "borders.geojson",
    "read_rules": "rules.toml",
    "read_plan": "plan.geojson",
}
"""Reader -> the file it is given here; the others get the town, which some of them refuse."""

FREE = {"KuriharaGeoError", "Plan", "__version__", *(name for name in kg.__all__ if name.startswith("load_sample"))}
"""What takes no value, or what nobody but the package makes."""


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Give a valid value for every parameter that a function of the package needs, by its name."""
    folder = tmp_path_factory.mktemp("given")
    files, town = files_of(folder), path_town()
    plan = kg.propose_mergers(town, borders=exact_borders(town), progress=False)
    schools = gpd.GeoDataFrame(
        {"name": ["架空小"]}, index=["S1"], geometry=town.geometry.centroid.to_numpy()[:1], crs=6678
    )
    return {
        "files": files,
        "plan": plan,
        "associations": town,
        "boundaries": town,
        "small_areas": town.reset_index(),
        "correspondence": kg.read_correspondence(files["pairs"]),
        "points": gpd.GeoDataFrame(
            {"association_id": list(town.index), "name": list(town["name"])},
            geometry=town.geometry.centroid.to_numpy(),
            crs=6678,
        ),
        "outline": gpd.GeoDataFrame(geometry=[town.union_all()], crs=6678),
        "schools": schools,
        "demand": town,
        "sites": schools,
        "areas": gpd.GeoDataFrame({"name": ["架空地区"]}, geometry=[town.union_all()], crs=6678),
        "borders": exact_borders(town),
        "barriers": river(),
        "a": "a",
        "b": "b",
        "reason": "川",
        "association_id": "v",
        "group": "b",
        "rules": MergeRules(),
        "curve": kg.trade_off(plan, "below_floor", "mergers"),
        "first": "below_floor",
        "second": "mergers",
        "geojson": files["plan.geojson"],
        "path": folder / "out.png",
        "folder": folder / "out",
        "municipality": "04999",
        "column": "name",
        "code": "04999",
        "ids": ["a"],
        "min_households": 10,
        "outlook": pd.DataFrame(),
        "plans": {"案A": plan, "案B": plan},
        "shares": kg.GrantShares(flat=1000),
        "councils": pd.DataFrame({"name": [""], "status": ["none"], "district_names": ["架空地区"]}),
    }


def call_of(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """Give the arguments a function needs."""
    wanted = inspect.signature(getattr(kg, name)).parameters
    needed = {key: given[key] for key, one in wanted.items() if one.default is one.empty and key in given}
    if name == "list_differences":
        needed |= {"a": given["plan"], "b": given["plan"]}
    if name == "map_borders":
        needed["associations"] = given["associations"]
    if name == "choose_bases":
        needed["count"] = 1
    if name == "map_outlook":
        needed["base_year"] = 2020
    if name == "map_coverage":
        needed |= {"councils": given["councils"], "districts": given["areas"]}
    if name == "verify_plan":
        needed["boundaries"] = given["files"]["associations.geojson"]
    if name.startswith("read_") and "path" in wanted:
        needed["path"] = given["files"][READ.get(name, "town")]
    return needed


@pytest.mark.parametrize("name", [name for name in kg.__all__ if name not in FREE])
def test_every_function_of_the_package_says_what_it_expects(
    name: str, given: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Each argument of each public function in turn is of a wrong kind, the others are right."""
    monkeypatch.chdir(tmp_path)
    function, needed = getattr(kg, name), call_of(name, given)
    escaped = {
        f"{argument}={value!r}": text
        for argument in inspect.signature(function).parameters
        for value in ALL_VALUES
        if (text := attempt(function, needed | {argument: value}))
    }
    assert not escaped


@pytest.mark.parametrize("column", ["a", "b", "length_m", "kind", "barred_by", "reason"])
def test_a_cell_of_a_wrong_kind_is_an_error_of_the_package(column: str):
    """Every column of a border table in turn holds such a value in its first row."""
    town, borders = path_town(), exact_borders(path_town())
    escaped = {}
    for value in VALUES[:-1]:
        cells = borders[column].astype(object).tolist()
        table = borders.assign(**{column: pd.Series([value, *cells[1:]], index=borders.index, dtype=object)})
        if text := attempt(partial(kg.propose_mergers, town, progress=False), {"borders": table}):
            escaped[repr(value)] = text
    assert not escaped


def test_every_option_that_is_none_is_named_at_once():
    """Numbers as texts, a yes for a number and half a set: one error with a line for each."""
    with pytest.raises(InputError) as raised:
        kg.propose_mergers(path_town(), seed="x", time_limit_s=True, max_sets=2.5, max_candidates=None, engine="fast")
    said = [problem.message for problem in raised.value.problems]
    assert [text.split(" must be")[0] for text in said] == [
        "time_limit_s",
        "seed",
        "max_sets",
        "max_candidates",
        "engine",
    ]
    assert "seed must be a whole number from 0 to 2147483647, not 'x'" in said


@pytest.mark.parametrize("seed", [1.5, True, -1, 2**31])
def test_a_seed_is_a_whole_number(seed: Any):
    """Half a seed and a yes are no seeds."""
    with pytest.raises(InputError, match="seed must be a whole number"):
        kg.propose_mergers(path_town(), seed=seed)


# --- borders -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("nothing", [" ", "\u3000", None, float("nan"), pd.NA])
def test_a_blank_bars_nothing(nothing: Any):
    """Blanks left in the cell of b - v are as good as an empty one: v, the only small one, joins b."""
    borders = exact_borders(path_town())
    borders["barred_by"] = pd.Series(["", nothing], dtype=object)
    plan = kg.propose_mergers(path_town(), MergeRules(), borders=borders, progress=False)
    assert plan.borders["barred_by"].tolist() == ["", ""]
    assert plan.groups["member_ids"].tolist() == [("a",), ("b", "v")]


@pytest.mark.parametrize("column", ["barred_by", "reason"])
@pytest.mark.parametrize("value", [0, 0.0, 1, 7, False, True, "0", "FALSE", "true"])
def test_a_number_or_a_yes_or_no_is_no_reason(column: str, value: Any):
    """0 or FALSE says neither that people can pass nor what stands in the way: the row is named, with what to do."""
    borders = exact_borders(path_town())
    borders[column] = pd.Series(["", value], dtype=object)
    with pytest.raises(BordersError, match=rf"row 2 \(b and v\): {column} is .*write a reason as text, or leave"):
        complete_borders(borders, path_town())


@pytest.mark.parametrize("value", ["0", "FALSE"])
def test_a_file_with_a_number_for_a_reason_is_refused(value: str, tmp_path: Path):
    """The same holds for a table from a spreadsheet; a blank in it is an empty cell."""
    file = tmp_path / "borders.csv"
    file.write_text(f"a,b,barred_by,reason\na,b, ,\nb,v,{value},{value}\n", encoding="utf-8")
    with pytest.raises(BordersError) as raised:
        kg.read_borders(file)
    assert [problem.message.split(";")[0] for problem in raised.value.problems] == [
        f"row 3: barred_by is {value!r}",
        f"row 3: reason is {value!r}",
    ]
    file.write_text("a,b,barred_by\na,b, \n", encoding="utf-8")
    assert kg.read_borders(file)["barred_by"].tolist() == [""]


@pytest.mark.parametrize("length", [float("nan"), float("inf"), -1.0, "x", None, True])
def test_a_length_that_is_none_is_refused_with_the_pair(length: Any):
    """A border without a length is neither short nor long: weak borders could not be told."""
    borders = exact_borders(path_town())
    borders["length_m"] = pd.Series([500.0, length], dtype=object)
    rules = MergeRules(weak_border_m=50, objective=["below_floor", "mergers", "weak_borders"])
    with pytest.raises(BordersError, match=r"b and v: length_m is .* must be a number of metres, 0 or more"):
        kg.propose_mergers(path_town(), rules, borders=borders, progress=False)


def test_associations_without_names_are_refused_by_the_column():
    """The warning about cut off associations says names, so they are asked for."""
    town = path_town()
    with pytest.raises(BordersError, match="no column 'name'"):
        kg.bar_borders(exact_borders(town), river(), associations=town.drop(columns="name"))


@pytest.mark.parametrize("reason", [None, "", " ", "\u3000", 5, True, "0"])
def test_a_correction_needs_a_reason_that_says_something(reason: Any):
    """Blanks and numbers are not what the village hall can read."""
    with pytest.raises(BordersError, match="needs a reason"):
        kg.remove_border(exact_borders(path_town()), "a", "b", reason=reason)


# --- rules -------------------------------------------------------------------------------------------


def test_an_unknown_rule_hides_no_other_fault():
    """A misspelt rule, a floor below 0 and a cap of 0 are three lines of one error."""
    with pytest.raises(RulesError) as raised:
        MergeRules.from_dict({"min_houshold": 40, "min_households": -1, "max_members": 0})
    said = [problem.message for problem in raised.value.problems]
    assert said[0] == "'min_houshold' is no rule; did you mean min_households?"
    assert [text.split(":")[0] for text in said[1:]] == ["min_households", "max_members"]


def test_an_unknown_rule_hides_no_contradiction():
    """The same where values contradict each other."""
    with pytest.raises(RulesError) as raised:
        MergeRules.from_toml('walls = ["x"]\ntogether = [["a", "b"]]\napart = [["a", "b"]]\n')
    assert len(raised.value.problems) == 2


def test_an_unknown_rule_is_no_change():
    """``replace`` names what is no rule as ``from_dict`` does."""
    with pytest.raises(RulesError, match="'max_member' is no rule; did you mean max_members"):
        MergeRules().replace(max_member=3)


def test_an_unknown_wall_hides_no_unknown_id():
    """A wall nobody has and two ids nobody has are three lines of one error."""
    rules = MergeRules(keep_within=["nowhere"], unchanged=["q"], exempt={"r": "島"})
    with pytest.raises(AssociationsError) as raised:
        kg.propose_mergers(path_town(), rules, progress=False)
    text = str(raised.value)
    assert all(word in text for word in ("'nowhere'", "unchanged names 'q'", "exempt names 'r'"))


def test_an_unknown_id_hides_no_missing_value():
    """V has no district and q is nobody: both are said, and so is the cap that a and b break together."""
    town = path_town().assign(zone=["西", "西", None])
    rules = MergeRules(
        keep_within=["zone"], unchanged=["q"], together=[["a", "b"]], max_households=30, min_households=9
    )
    with pytest.raises(RulesError) as raised:
        kg.propose_mergers(town, rules, progress=False)
    text = str(raised.value)
    assert all(word in text for word in ("unchanged names 'q'", "no value in 'zone'", "max_households is 30"))
