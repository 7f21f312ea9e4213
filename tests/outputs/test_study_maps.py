"""Maps of one question: what the pages are given to draw, list and count."""

from __future__ import annotations

import re

import pandas as pd
import pytest
import shapely

import kurihara_geo as kg
from kurihara_geo.borders import find_near_borders
from kurihara_geo.errors import InputError, KuriharaGeoWarning
from tests.outputs.test_compare_map import draw_associations, draw_borders, draw_plan, payload

COUNCILS = pd.DataFrame(
    {"name": ["南の協議会"], "status": ["established"], "founded": ["2020-04-01"], "district_names": ["南"]}
)


def looks(data: dict) -> list[str]:
    """Name how each thing is drawn."""
    return [thing["look"] for thing in data["things"]]


def listed(data: dict) -> list[tuple[str, str]]:
    """Give the marks and titles of the list."""
    return [(entry["mark"], entry["title"]) for entry in data["entries"]]


def correct_borders():
    """Bar 甲-乙 and link 甲-庚, in a town where every other border is 500 m long."""
    town = draw_associations()
    borders = kg.remove_border(draw_borders(town), "T0", "T1", reason="川に橋がない")
    return kg.add_link(borders, "T0", "T7", associations=town, reason="トンネル"), town


# --- borders -----------------------------------------------------------------------------------------


def test_borders_are_drawn_by_kind_and_the_odd_ones_are_listed_with_their_reason():
    """The barred border and the link come first; the table has all nine rows."""
    borders, town = correct_borders()
    data = payload(kg.map_borders(borders, town).render())
    assert listed(data) == [("border-barred", "甲 と 乙"), ("border-link", "甲 と 庚")]
    assert "川に橋がない" in data["entries"][0]["text"]
    assert looks(data).count("border-open") == len(borders) - 2
    assert len(data["table"][1]) == len(borders)
    assert looks(data).count("uninhabited") == 1


def test_short_borders_are_those_under_the_length_asked_for():
    """Every border is 500 m: none is short at 100 m, all are at 501 m, the shortest first."""
    town = draw_associations()
    borders = draw_borders(town)
    assert "border-weak" not in looks(payload(kg.map_borders(borders, town).render()))
    data = payload(kg.map_borders(borders, town, weak_m=501).render())
    assert looks(data).count("border-weak") == len(borders) == len(data["entries"])


def test_an_association_without_a_neighbour_and_one_that_seems_to_touch_are_listed():
    """庚 stands half a metre east of 丁's square: no border, and it is said that they seem to touch."""
    town = draw_associations().drop(index=["T6"])
    town.loc["T7", "geometry"] = shapely.box(2000.5, 0, 2500, 500)
    with pytest.warns(KuriharaGeoWarning):
        borders = kg.find_borders(town)
    ((_, _, metres),) = find_near_borders(town, borders)
    data = payload(kg.map_borders(borders, town).render())
    assert listed(data)[0] == ("island", "庚 (T7)")
    assert listed(data)[-1] == ("near", f"丁 と 庚 ({metres:.0f} m)")


def test_a_plan_shows_the_borders_it_was_made_with():
    """A plan alone is enough; a plan with a table is refused."""
    plan = draw_plan()
    assert kg.map_borders(plan).render() == kg.map_borders(plan.borders, plan.associations).render()
    with pytest.raises(InputError, match="A plan has its own associations"):
        kg.map_borders(plan, plan.associations)


def test_borders_that_do_not_fit_are_refused():
    """An id of no association, and a length that is none."""
    town = draw_associations()
    borders = draw_borders(town)
    with pytest.raises(InputError, match="not an inhabited association"):
        kg.map_borders(borders.assign(b="T9"), town)
    with pytest.raises(InputError, match="weak_m must be"):
        kg.map_borders(borders, town, weak_m="x")


# --- problems ----------------------------------------------------------------------------------------


def test_problems_are_drawn_and_numbered_as_they_are_listed():
    """A missing count is an error, the uninhabited area a warning; the numbers are those of the list."""
    raw = draw_associations().reset_index()
    raw["households"] = raw["households"].astype("Int64")
    raw.loc[2, "households"] = pd.NA
    data = payload(kg.map_problems(raw).render())
    problems = kg.check_associations(raw)
    assert [entry["mark"] for entry in data["entries"]] == problems["severity"].tolist()
    by_title = {thing["title"]: thing["look"] for thing in data["things"]}
    assert (by_title["丙"], by_title["空き地"], by_title["甲"]) == ("error", "warning", "none")
    numbered = {item["number"] for item in data["labels"] if "number" in item}
    assert {entry["number"] for entry in data["entries"]} == numbered
    assert "直すまで" in data["lead"][0]


def test_a_torn_area_and_an_id_that_is_there_twice_can_still_be_drawn():
    """What is wrong must be seen: a bow tie and a double are both on the map."""
    raw = draw_associations().reset_index()
    raw.loc[1, "geometry"] = shapely.Polygon([(500, 0), (1000, 500), (1000, 0), (500, 500)])
    raw.loc[2, "association_id"] = "T3"
    data = payload(kg.map_problems(raw).render())
    assert len(data["things"]) == len(raw)
    double = next(entry for entry in data["entries"] if len(entry["things"]) > 1)
    assert {data["things"][place]["title"] for place in double["things"]} == {"丙", "丁"}


def test_a_table_without_crs_says_so():
    """As the plot does."""
    with pytest.raises(InputError, match="no CRS"):
        kg.map_problems(draw_associations().set_crs(None, allow_override=True))
    with pytest.raises(InputError, match="must be a GeoDataFrame"):
        kg.map_problems("x")


# --- outlook -----------------------------------------------------------------------------------------


def later_columns():
    """Draw the town with counts of 2030 and 2040: 丁 falls below 50 in 2030, 庚 in 2040."""
    town = draw_associations()
    town["households_2020"] = town["households"]
    town["households_2030"] = [20, 45, 80, 49, 48, 7, 0, 60]
    town["households_2040"] = [20, 45, 80, 40, 48, 7, 0, 49]
    return town


def test_an_outlook_gives_low_middle_and_high_of_every_year():
    """As count_below counts them; the uninhabited area has none."""
    town = draw_associations()
    outlook = kg.project_households(town, base_year=2020, yearly_rate=-0.02)
    data = payload(kg.map_outlook(town, outlook).render())["outlook"]
    assert data["years"] == ["現在", "2030", "2040"]
    assert data["counts"][6] is None
    for scenario in data["scenarios"]:
        below = [sum(row[scenario][n] < 50 for row in data["counts"] if row) for n in range(3)]
        assert below == outlook.count_below()[scenario].tolist()


def test_columns_of_later_years_are_drawn_without_an_outlook():
    """households_2020 equals today's, so that 2030 and 2040 are later."""
    data = payload(kg.map_outlook(later_columns()).render())["outlook"]
    assert data["years"] == ["現在", "2030", "2040"]
    assert data["scenarios"] == ["middle"]
    assert data["counts"][3] == {"middle": [60, 49, 40]}


def test_which_year_is_todays_is_never_guessed():
    """Without a column that equals today's, or a word, it is asked; a past column is not drawn as a later one."""
    town = later_columns().drop(columns="households_2020")
    with pytest.raises(InputError, match="base_year"):
        kg.map_outlook(town)
    assert payload(kg.map_outlook(town, base_year=2035).render())["outlook"]["years"] == ["現在", "2040"]
    with pytest.raises(InputError, match="after 2050"):
        kg.map_outlook(town, base_year=2050)


def test_an_outlook_of_other_households_is_refused_by_name():
    """Counts changed since: the associations are named."""
    town = draw_associations()
    outlook = kg.project_households(town, base_year=2020, yearly_rate=-0.02)
    town.loc["T3", "households"] = 61
    with pytest.raises(InputError, match="T3"):
        kg.map_outlook(town, outlook)
    with pytest.raises(InputError, match=r"T2: households_2030 is 1\.5"):
        kg.map_outlook(later_columns().assign(households_2030=[20, 45, 1.5, 49, 48, 7, 0, 60]))


# --- coverage ----------------------------------------------------------------------------------------


def test_coverage_counts_districts_associations_and_households_by_status():
    """南 has a council: 4 associations, 205 households. Of 北 nothing is known: 3 and 125."""
    data = payload(kg.map_coverage(draw_plan(), None, COUNCILS).render())
    head, rows = data["figures"]
    assert head == ["設置状況", "旧小学校区", "自治会", "再編後", "世帯数"]
    assert rows[0] == ["設立済", "1", "4", "3", "205"]
    assert rows[3] == ["未確認", "1", "3", "2", "125"]
    assert rows[-1] == ["計", "2", "7", "5", "330"]
    assert looks(data)[:2] == ["council-not_confirmed", "council-established"]
    assert payload(kg.map_coverage(draw_associations(), None, COUNCILS).render())["figures"][1][0] == [
        "設立済",
        "1",
        "4",
        "205",
    ]


def test_coverage_needs_councils_districts_and_a_plan_for_the_public():
    """Each is said in its own words."""
    with pytest.raises(InputError, match="councils must be"):
        kg.map_coverage(draw_associations())
    with pytest.raises(InputError, match="There are no districts"):
        kg.map_coverage(draw_associations().drop(columns="former_school_district"), None, COUNCILS)
    with pytest.raises(InputError, match="needs a plan"):
        kg.map_coverage(draw_associations(), None, COUNCILS, audience="public")


def test_public_coverage_shows_sums_of_shown_numbers_only():
    """北 holds 己 with 7 households: where its sum is withheld, so is that of its status."""
    plan = draw_plan()
    page = kg.map_coverage(plan, None, COUNCILS, audience="public")
    data = payload(page.render())
    by_district = {row[0]: row[-1] for row in data["table"][1]}
    by_status = {row[0]: row[-1] for row in data["figures"][1]}
    assert by_status["未確認"] == by_district["北"]
    assert by_status["設立済"] == by_district["南"]
    assert "公開用" in data["notes"]["audience"]


# --- all ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "draw",
    [
        lambda town: kg.map_borders(draw_borders(town), town, title=1),
        lambda town: kg.map_borders(None, town),
        lambda town: kg.map_borders(draw_borders(town)),
        lambda town: kg.map_problems(town, problems="x"),
        lambda town: kg.map_problems(town, lang="fr"),
        lambda _: kg.map_outlook("x"),
        lambda town: kg.map_outlook(town, floor=0, base_year=2020),
        lambda town: kg.map_outlook(town.to_crs(4326), base_year=2020),
        lambda town: kg.map_outlook(town, "x"),
        lambda town: kg.map_coverage(town, "x", COUNCILS),
        lambda _: kg.map_coverage("x", None, COUNCILS),
        lambda town: kg.map_coverage(town.assign(geometry=None).set_crs(6678), None, COUNCILS),
    ],
)
def test_wrong_values_are_errors_of_the_package(draw):
    """Each says what was given."""
    with pytest.raises(InputError):
        draw(draw_associations())


def test_the_same_input_gives_the_same_bytes(tmp_path):
    """Twice, and in the file that save writes."""
    page = kg.map_outlook(later_columns())
    assert page.render() == kg.map_outlook(later_columns()).render()
    assert page.save(tmp_path / "outlook.html").read_text("utf-8") == page.render()


def test_english_pages_say_their_own_texts_in_english():
    """Titles, legends and headings."""
    borders, town = correct_borders()
    for page in (
        kg.map_borders(borders, town, lang="en"),
        kg.map_problems(town, lang="en"),
        kg.map_outlook(later_columns(), lang="en"),
        kg.map_coverage(town, None, COUNCILS, lang="en"),
    ):
        said = [page.title, *(text for _, text in page.data["legend"]), *page.data["texts"].values()]
        assert not re.search("[ぁ-んァ-ヶ一-龯]", "".join(said))
