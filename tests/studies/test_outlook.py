"""Households in later years: numbers a reader can work out by hand, what always holds, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kurihara_geo as kg
from kurihara_geo.errors import AssociationsError, InputError
from kurihara_geo.studies.outlook.ages import AgeTable, add_up_units, join_ages, read_ages
from kurihara_geo.studies.outlook.shrinkage import PRIOR_WHEN_FEW, derive_prior, share_out, shrink_ratios
from kurihara_geo.studies.outlook.values import first_year_below
from tests.sources.test_census_tables import ages_town
from tests.towns import draw_town

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from kurihara_geo.studies import Outlook

CLASSES = tuple(range(0, 80, 5))
SCENARIOS = ("low", "middle", "high")


def past_town(now: dict[str, int], before: dict[str, Any], **columns: Any) -> gpd.GeoDataFrame:
    """Draw a row of associations with counts of 2015 beside today's, both of the register."""
    kinds = {"households_2015_kind": dict.fromkeys(now, "register")}
    return draw_town("".join(now), now, households_2015=before, **(kinds | columns))


def ages_of(counts: dict[tuple[str, int], dict[tuple[str, int], int]], otherwise: int = 0) -> pd.DataFrame:
    """Make an age table: (area, year) -> people of (sex, class); those not named have ``otherwise``."""
    rows = [
        {"association_id": name, "year": year, "sex": sex, "age_from": age, "people": own.get((sex, age), otherwise)}
        for (name, year), own in counts.items()
        for sex in ("male", "female")
        for age in CLASSES
    ]
    return pd.DataFrame(rows).astype({"people": "Int64"})


def ends(outlook: Outlook, year: int) -> list[pd.Series]:
    """Give the low end, the middle and the high end of a year."""
    return [outlook.table[f"households_{year}_{scenario}"] for scenario in SCENARIOS]


# --- by hand ---------------------------------------------------------------------------------------


def test_two_past_counts_become_a_trend_shrunk_by_size():
    """In 架空町 (two associations, 90 of 100 and 10 of 20 left) each rate is drawn to the city's 100/120 by 30."""
    town = past_town({"a": 90, "b": 10}, {"a": 100, "b": 20})
    outlook = kg.project_households(town, base_year=2020, years=(2025,), damping=1.0, most_yearly_change=0.5)
    city = 100 / 120
    a = (90 + PRIOR_WHEN_FEW * city) / (100 + PRIOR_WHEN_FEW)
    b = (10 + PRIOR_WHEN_FEW * city) / (20 + PRIOR_WHEN_FEW)
    assert list(outlook.table["households_2025_middle"]) == [round(90 * a), round(10 * b)] == [80, 7]
    assert outlook.way == "trend"
    assert list(outlook.table["basis"]) == ["own_trend", "own_trend"]


def test_what_is_an_associations_own_fades():
    """With damping 0 only the first year's difference counts; the town's rate goes on in full."""
    town = past_town({"a": 90, "b": 10}, {"a": 100, "b": 20})
    outlook = kg.project_households(town, base_year=2020, years=(2030,), damping=0.0, most_yearly_change=0.5)
    pooled = np.log(100 / 120) / 5
    own = np.log((90 + PRIOR_WHEN_FEW * 100 / 120) / 130) / 5
    assert outlook.table["households_2030_middle"]["a"] == round(90 * np.exp(10 * pooled + (own - pooled)))


def test_the_former_town_lends_its_rate():
    """An association without a past count follows its town, not the whole city, and is named."""
    town = past_town(
        {"a": 100, "b": 60, "c": 200}, {"a": 50, "b": None, "c": 400}, former_town={"a": "東", "b": "東", "c": "西"}
    )
    outlook = kg.project_households(town, base_year=2020, years=(2025,), most_yearly_change=0.5)
    city = 300 / 450
    east = (100 + PRIOR_WHEN_FEW * city) / (50 + PRIOR_WHEN_FEW)
    assert outlook.table["households_2025_middle"]["b"] == round(60 * east)
    assert outlook.table["basis"]["b"] == "town_trend"
    assert [(found["kind"], found["association_id"]) for found in outlook.records] == [("projected_with_town", "b")]


def test_a_wild_rate_is_capped_and_named():
    """From 10 to 200 in five years is no trend: 5% a year at most, and the record names it."""
    town = past_town({"a": 200, "b": 100}, {"a": 10, "b": 100})
    outlook = kg.project_households(town, base_year=2020, years=(2021,), most_yearly_change=0.05)
    assert outlook.table["households_2021_middle"]["a"] <= round(200 * np.exp(0.05))
    assert {"a"} <= {found["association_id"] for found in outlook.records if found["kind"] == "change_capped"}


def test_own_columns_are_used_as_they_are():
    """A planner's forecast is not touched, has no range unless given, and an empty cell is named."""
    town = draw_town("abc", 60, households_2030={"a": 55, "b": 45, "c": None}, households_2030_low={"a": 50, "b": 45})
    outlook = kg.project_households(town, base_year=2020, years=(2030,))
    low, middle, high = ends(outlook, 2030)
    assert outlook.way == "given"
    assert [low["a"], middle["a"], high["a"], low["b"], middle["b"], high["b"]] == [50, 55, 55, 45, 45, 45]
    assert middle.isna()["c"]
    assert list(outlook.falls_below["middle"]) == [None, 2027, "not_projected"]
    assert [found["association_id"] for found in outlook.records] == ["c"]
    assert outlook.count_below().loc[2030].to_dict() == {"low": 1, "middle": 1, "high": 1, "not_projected": 1}


def test_a_yearly_rate_for_all_and_one_for_each():
    """-10% a year leaves 81 of 100 after two; an association's own rate goes before its town's."""
    town = draw_town("ab", 100, former_town={"a": "東", "b": "東"})
    for_all = kg.project_households(town, base_year=2020, years=(2022,), yearly_rate=-0.1)
    for_each = kg.project_households(town, base_year=2020, years=(2022,), yearly_rate={"東": -0.1, "b": 0.1})
    assert list(for_all.table["households_2022_middle"]) == [81, 81]
    assert list(for_each.table["households_2022_middle"]) == [81, 121]
    low, _, high = ends(for_all, 2022)
    assert low["a"] < 81 < high["a"]


def cohort_ages() -> pd.DataFrame:
    """Give 架空町 of one association: in 2015 8 women of 20-24 and 4 of 70 and over, of whom 6 and 2 are left."""
    return ages_of(
        {
            ("a", 2015): {("female", 20): 8, ("female", 70): 3, ("female", 75): 1},
            ("a", 2020): {("female", 25): 6, ("female", 75): 2, ("male", 0): 2, ("female", 0): 1},
        }
    )


def test_cohorts_move_up_die_and_have_children():
    """After five years: 6 of 30-34 (nothing known, as many), 2 x 2/4 of 75 and over, 6 x 3/6 children, 3 grown up."""
    outlook = kg.project_households(draw_town("a", 11), ages=cohort_ages(), years=(2025,))
    people = 6 + 1 + 3 + 3
    assert outlook.base_year == 2020
    assert outlook.table["population_2025"]["a"] == people
    assert outlook.table["households_2025_middle"]["a"] == round(11 * people / 11) == 13


def test_years_between_two_steps_lie_on_a_straight_line():
    """2022 is two fifths of the way from 11 people in 2020 to 13 in 2025."""
    outlook = kg.project_households(draw_town("a", 110), ages=cohort_ages(), years=(2022,))
    assert outlook.table["households_2022_middle"]["a"] == round(110 * (11 + 2 * 2 / 5) / 11)


def test_households_follow_headship_rates():
    """Only those of 75 and over head households here: half of them are left, and so are the households."""
    rates = pd.DataFrame({"sex": ["male", "female"], "age_from": [75, 75], "rate": [0.5, 0.5]})
    outlook = kg.project_households(draw_town("a", 40), ages=cohort_ages(), headship=rates, years=(2025,))
    assert outlook.table["households_2025_middle"]["a"] == 20


def test_smaller_households_mean_more_of_them():
    """With households 1% smaller each year there are more for the same people."""
    same = kg.project_households(draw_town("a", 1000), ages=cohort_ages(), years=(2025,), size_change=0.0)
    smaller = kg.project_households(draw_town("a", 1000), ages=cohort_ages(), years=(2025,), size_change=-0.01)
    middle = "households_2025_middle"
    assert smaller.table[middle]["a"] == round(1000 * 13 / 11 / 0.99**5) > same.table[middle]["a"]


def test_the_household_size_follows_the_citys_past():
    """From 4 people a household to 3 in five years: the same again by 2025."""
    town = draw_town("a", 100, population={"a": 300}, population_2015={"a": 400}, households_2015={"a": 100})
    outlook = kg.project_households(town, ages=cohort_ages(), years=(2025,))
    assert outlook.table["households_2025_middle"]["a"] == round(100 * 13 / 11 / (3 / 4))


def test_one_year_of_ages_borrows_the_citys_changes():
    """With the ages of 2020 alone and the city's of two years the same cohorts move by the city's ratios."""
    ages = cohort_ages()
    now = ages[ages["year"] == 2020]
    city = ages.drop(columns="association_id")
    outlook = kg.project_households(draw_town("a", 11), ages=now, city_ages=city, years=(2025,))
    assert outlook.way == "borrowed_cohort"
    assert outlook.table["basis"]["a"] == "city_ratios"
    assert outlook.table["households_2025_middle"]["a"] == 13


def test_a_suppressed_area_is_projected_with_the_one_that_holds_its_numbers():
    """B's ages of 2020 are hidden and counted in a: both get the change of the two together, and this is said."""
    full = {("female", 40): 10, ("male", 40): 10}
    ages = ages_of(
        {("a", 2015): full, ("b", 2015): full, ("a", 2020): {("female", 45): 10, ("male", 45): 10}, ("b", 2020): {}}
    )
    hidden = (ages["association_id"] == "b") & (ages["year"] == 2020)
    ages.loc[hidden, "people"] = pd.NA
    ages["counted_in"] = np.where(hidden, "a", None)
    outlook = kg.project_households(draw_town("ab", {"a": 40, "b": 80}), ages=ages, years=(2025,))
    a, b = outlook.table["households_2025_middle"]
    assert (a, b) == (40, 80)
    assert [found["kind"] for found in outlook.records] == ["suppressed_merged"]


def test_areas_made_one_on_reading_are_projected_as_one():
    """A row of a that ``covers`` a and b stands for both; b has no rows of its own and is not lost."""
    ages = cohort_ages().assign(covers="a;b")
    outlook = kg.project_households(draw_town("ab", {"a": 110, "b": 220}), ages=ages, years=(2025,))
    assert list(outlook.table["households_2025_middle"]) == [130, 260]
    assert list(outlook.table["basis"]) == ["own_ages", "own_ages"]
    assert outlook.table["population_2025"].sum() == round(13 / 3) + round(26 / 3)


def test_a_suppressed_area_that_nobody_holds_follows_the_city():
    """Hidden is not zero: b goes as the rest of the city goes, and is named."""
    full = {(sex, age): 10 for sex in ("male", "female") for age in CLASSES}
    ages = ages_of({("a", 2015): full, ("b", 2015): full, ("a", 2020): full, ("b", 2020): full})
    ages.loc[(ages["association_id"] == "b") & (ages["year"] == 2020), "people"] = pd.NA
    outlook = kg.project_households(draw_town("ab", {"a": 40, "b": 80}), ages=ages, years=(2025,))
    a, b = outlook.table["households_2025_middle"]
    assert b == 2 * a > 0
    assert outlook.table["basis"]["b"] == "city_ages"
    assert ("projected_with_city", "b") in {(found["kind"], found["association_id"]) for found in outlook.records}


def test_people_of_unknown_age_are_spread_over_the_known_ones():
    """Given as the readers leave them, 11 people without an age double the 11 known: every change stays the same."""
    ages = cohort_ages()
    tables = [ages[ages["year"] == year].copy() for year in (2015, 2020)]
    tables[1].attrs = {"age_not_stated": {"a": 11}}
    outlook = kg.project_households(draw_town("a", 11), ages=tables, years=(2025,), city_ages=tables)
    assert [found["message"] for found in outlook.records if found["kind"] == "ages_unknown_spread"] == [
        "11 people of unknown age in 2020 were spread over the known ages in proportion"
    ]
    # Twice as many in 2020 is twice the survival: 12 (30-34), 4 x 4/4, 12 x 6/12 children, 6 of 5-9.
    assert outlook.table["households_2025_middle"]["a"] == round(11 * (12 + 4 + 6 + 6) / 22)


def census_ages(folder: Path) -> list[pd.DataFrame]:
    """Read 架空市's ages of 2015 and 2020 as the census's tables hold them: two people of 甲 have no age."""
    return [kg.read_census_ages(ages_town(folder, table), merge_suppressed=True) for table in ("T000849", "T001082")]


def test_the_censuss_people_without_an_age_are_spread_and_recorded(tmp_path):
    """The reader notes two of 甲's 39 people of each year as 年齢不詳: they are spread, and each year is recorded."""
    before, now = census_ages(tmp_path)
    assert now.attrs["age_not_stated"] == {"049990010": 2}
    town = draw_town("ab", {"a": 37, "b": 3}).rename(index={"a": "049990010", "b": "049990030"})
    outlook = kg.project_households(town, ages=[before, now], years=(2025,))
    assert [found["message"] for found in outlook.records if found["kind"] == "ages_unknown_spread"] == [
        f"2 people of unknown age in {year} were spread over the known ages in proportion" for year in (2015, 2020)
    ]
    # 39 people with those without an age, so that all who are there are carried on.
    joined = read_ages(join_ages([before, now]))
    assert joined.people[2020][joined.ids.index("049990010")].sum() == pytest.approx(int(now["people"].sum()) - 3 + 2)


def test_people_without_an_age_of_areas_left_out_are_left_out_too(tmp_path):
    """With 丙's rows alone kept, the reader's note on 甲 asks for no classes of 甲."""
    tables = [table[table["association_id"] == "049990030"] for table in census_ages(tmp_path)]
    town = draw_town("b", 3).rename(index={"b": "049990030"})
    outlook = kg.project_households(town, ages=tables, years=(2025,))
    assert "ages_unknown_spread" not in {found["kind"] for found in outlook.records}


def test_people_without_an_age_of_an_unknown_year_are_refused():
    """A note beside a table of two years could be counted in the wrong one; a list of tables is asked for."""
    ages = cohort_ages()
    ages.attrs = {"age_not_stated": {"a": 11}}
    with pytest.raises(AssociationsError, match=r"age_not_stated.*ages=\[before, now\]"):
        kg.project_households(draw_town("a", 11), ages=ages, years=(2025,))


class CountedText(str):
    """An id that counts how often ids were compared."""

    __slots__ = ()
    compared = 0

    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        """Compare as a text does."""
        CountedText.compared += 1
        return str.__eq__(self, other)


def test_the_work_of_putting_areas_together_grows_with_their_number():
    """600 areas, every second hidden in the next: fewer than ten comparisons of ids for each, not one for each pair."""
    count = 600
    ids = tuple(CountedText(f"{number:04d}") for number in range(count))
    people = np.ones((count, 2, len(CLASSES)))
    hidden = {(ids[number], 2020): ids[number + 1] for number in range(0, count, 2)}
    CountedText.compared = 0
    ages, unit_of = add_up_units(AgeTable(ids=ids, years=(2020,), people={2020: people}, counted_in=hidden, records=()))
    assert CountedText.compared < 10 * count
    assert len(ages.ids) == count // 2
    assert unit_of["0001"] == unit_of["0000"] == "0000"


def test_areas_hidden_in_a_chain_are_one():
    """B in a, c in b, and e in d: two units, each named by its lowest id."""
    ids = tuple("abcde")
    hidden = {("b", 2020): "a", ("c", 2020): "b", ("e", 2015): "d"}
    people = {year: np.ones((5, 2, len(CLASSES))) for year in (2015, 2020)}
    _, unit_of = add_up_units(AgeTable(ids=ids, years=(2015, 2020), people=people, counted_in=hidden, records=()))
    assert unit_of == {"a": "a", "b": "a", "c": "a", "d": "d", "e": "d"}


def test_classes_above_75_are_one():
    """A table with 75-79, 80-84 and 85 and over gives the same as one with 75 and over."""
    ages = cohort_ages()
    fine = pd.concat([ages, ages[ages["age_from"] == 75].assign(age_from=85, people=0)], ignore_index=True)
    one, other = (kg.project_households(draw_town("a", 11), ages=table, years=(2025,)) for table in (ages, fine))
    assert one.table.equals(other.table)


@pytest.mark.parametrize(
    ("years", "households", "floor", "year"),
    [
        ((2020, 2030), (60, 40), 50, 2026),
        ((2020, 2030), (60, 50), 50, None),
        ((2020, 2030, 2040), (60, 55, 45), 50, 2036),
        ((2020, 2030, 2040), (60, 40, 70), 50, 2026),
    ],
)
def test_the_year_below_the_floor_lies_on_a_straight_line(years, households, floor, year):
    """60 -> 40 in ten years is 50 in 2025 and below it in 2026; exactly the floor is not below it."""
    assert first_year_below(years, households, floor) == year


def test_the_weight_of_the_pool_is_read_off_the_spread():
    """Where r strays by v/m alone only the pool counts; where it strays alike at all sizes only the own does."""
    old = np.array([10.0, 20, 40, 80, 160] * 4)
    sign = np.tile([1.0, -1.0], 10)
    chance = old * (0.9 + sign * np.sqrt(0.1 / old))
    lasting = old * (0.9 + sign * 0.1)
    both = old * (0.9 + sign * np.sqrt(0.01 + 0.1 / old))
    expected = np.full(20, 0.9)
    assert derive_prior(chance, old, expected) > 1e6
    assert derive_prior(lasting, old, expected) == pytest.approx(0, abs=1e-6)
    assert derive_prior(both, old, expected) == pytest.approx(10)
    assert derive_prior(both[:9], old[:9], expected[:9]) == PRIOR_WHEN_FEW
    assert list(shrink_ratios(np.array([5.0, 3.0]), np.array([10.0, 0.0]), np.full(2, 0.9), 10.0)) == [0.7, 0.9]


# --- what always holds -----------------------------------------------------------------------------


counts = st.integers(0, 300)
pasts = st.lists(st.tuples(counts, counts), min_size=1, max_size=14).filter(lambda rows: any(a and b for a, b in rows))


def random_past(rows: list[tuple[int, int]]) -> gpd.GeoDataFrame:
    """Draw a row of associations with random counts now and in 2015."""
    ids = "abcdefghijklmn"[: len(rows)]
    return past_town(
        {name: row[0] for name, row in zip(ids, rows, strict=True)},
        {name: row[1] for name, row in zip(ids, rows, strict=True)},
        former_town={name: "東西"[number % 2] for number, name in enumerate(ids)},
    )


@given(pasts)
def test_low_is_never_above_the_middle_and_nobody_stays_nobody(rows):
    """Low <= middle <= high, whole numbers, and a place without households has none later."""
    outlook = kg.project_households(random_past(rows), base_year=2020)
    for year in outlook.years:
        low, middle, high = ends(outlook, year)
        assert (low <= middle).all()
        assert (middle <= high).all()
        assert (middle[outlook.table["households"] == 0] == 0).all()
        assert str(middle.dtype) == "Int64"


@given(pasts, st.integers(0, 4000))
def test_the_middle_sums_to_the_citys_total(rows, total):
    """Given the city's households, not one is lost or added by rounding; the ends still enclose the middle."""
    outlook = kg.project_households(random_past(rows), base_year=2020, years=(2030,), city_households={2030: total})
    low, middle, high = ends(outlook, 2030)
    assert middle.sum() == total
    assert (low <= middle).all()
    assert (middle <= high).all()


@given(pasts, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(rows, random):
    """Shuffled rows give the same numbers, each in its own row."""
    town = random_past(rows)
    order = list(town.index)
    random.shuffle(order)
    one, other = (
        kg.project_households(table, base_year=2020, city_households={2040: 700}) for table in (town, town.loc[order])
    )
    assert list(other.table.index) == order
    assert other.table.loc[town.index].equals(one.table)
    assert other.falls_below.loc[town.index].equals(one.falls_below)


@given(
    st.lists(st.floats(0, 50), min_size=1, max_size=12).filter(lambda shares: sum(shares) > 0.01), st.integers(0, 999)
)
def test_sharing_out_loses_nothing(shares, total):
    """The parts sum to the whole, none is farther than one from its share, and nothing comes of nothing."""
    exact = np.array(shares)
    parts = share_out(exact, total)
    assert parts.sum() == total
    assert (np.abs(parts - exact * total / exact.sum()) < 1 + 1e-6).all()
    assert (parts[exact == 0] == 0).all()


def test_people_sum_to_the_citys_projection_and_households_follow():
    """With the city at half its people, people sum to it exactly, and households halve with them."""
    full = {(sex, age): 10 for sex in ("male", "female") for age in CLASSES}
    ages = ages_of({(name, year): full for name in "abc" for year in (2015, 2020)})
    town = draw_town("abc", {"a": 100, "b": 101, "c": 0})
    outlook = kg.project_households(town, ages=ages, years=(2030,), city_population={2030: 481})
    assert outlook.table["population_2030"].sum() == 481
    free = kg.project_households(town, ages=ages, years=(2030,))
    factor = 481 / free.table["population_2030"].sum()
    assert outlook.table["households_2030_middle"]["a"] == pytest.approx(
        free.table["households_2030_middle"]["a"] * factor, abs=1
    )


@given(pasts, st.integers(0, 4000), st.integers(0, 4000))
def test_a_year_between_two_totals_lies_on_a_straight_line(rows, first, last):
    """Totals of 2030 and 2040 give 2034 four tenths of the way, exactly; low <= middle <= high, and this is said."""
    outlook = kg.project_households(
        random_past(rows), base_year=2020, years=(2030, 2034, 2040), city_households={2030: first, 2040: last}
    )
    told = {2030: first, 2034: (6 * first + 4 * last + 5) // 10, 2040: last}
    for year, total in told.items():
        low, middle, high = ends(outlook, year)
        assert middle.sum() == total
        assert (low <= middle).all()
        assert (middle <= high).all()
    said = " ".join(said.en for said in outlook.assumptions)
    assert "households of 2034 lie on a straight line" in said
    assert "scaled by the same factor as the middle" in said


def test_the_ends_move_with_the_middle():
    """With a total of half the households that were projected all three ends are halved."""
    town = past_town({"a": 800, "b": 400}, {"a": 880, "b": 440})
    free = kg.project_households(town, base_year=2020, years=(2030,))
    total = int(free.table["households_2030_middle"].sum()) // 2
    half = kg.project_households(town, base_year=2020, years=(2030,), city_households={2030: total})
    for end, halved in zip(ends(free, 2030), ends(half, 2030), strict=True):
        assert (halved.astype("float64") - end / 2).abs().max() <= 1


def test_years_without_a_total_are_named():
    """2050 stands after the last total: it is left as projected, and the outlook says so."""
    town = past_town({"a": 60, "b": 40}, {"a": 62, "b": 42})
    outlook = kg.project_households(town, base_year=2020, years=(2030, 2050), city_households={2030: 90})
    assert any("households is given for 2050" in said.en for said in outlook.assumptions)
    assert outlook.table["households_2030_middle"].sum() == 90


def published(**people: list[Any]) -> pd.DataFrame:
    """Give a projection of 架空市 and 架空町 as its reader does."""
    table = pd.DataFrame({"name": ["架空市", "架空町"], "kind": ["2", "3"]}, index=["04999", "04998"])
    table.index.name = "municipality_code"
    return table.assign(**{name: pd.array(numbers, dtype="Int64") for name, numbers in people.items()})


def test_the_row_of_a_published_projection_is_taken_as_it_is_read():
    """架空市's row, in every form: 2030 as published, 2033 on the line to 2035, 2050 not used."""
    table = published(population_2030=[30, 9], population_2035=[20, 9], population_2050=[1, 9])
    rows = [table.loc[["04999"]], table.loc["04999"], pd.Series({2030: 30, 2035: 20}), {2030: 30, 2035: 20}]
    for row in rows:
        outlook = kg.project_households(draw_town("a", 11), ages=cohort_ages(), years=(2030, 2033), city_population=row)
        assert [outlook.table[f"population_{year}"].sum() for year in (2030, 2033)] == [30, 24]
        assert any("people of 2033 lie on a straight line" in said.en for said in outlook.assumptions)


def test_an_empty_cell_of_a_projection_is_no_total():
    """A value that is not given is no zero: 2030 lies on the line between its neighbours."""
    table = published(population_2025=[30, 9], population_2030=[None, 9], population_2035=[20, 9])
    outlook = kg.project_households(
        draw_town("a", 11), ages=cohort_ages(), years=(2030,), city_population=table.loc[["04999"]]
    )
    assert outlook.table["population_2030"].sum() == 25


@pytest.mark.parametrize(
    ("given", "part"),
    [
        (published(population_2030=[30, 9]), "the table has 2: 04999 架空市, 04998 架空町"),
        (published(population_2030=[30, 9]).iloc[:0], "the table has 0: none"),
        (published(population_65_over_2030=[30, 9]).iloc[:1], "総人口"),
        (published(population_2060=[30, 9]).iloc[:1], "no total for 2030"),
        (pd.Series([30, 31], index=[2030, 2030]), "2030 more than once"),
        (pd.Series([30.5], index=[2030]), "2030: "),
        ({}, "nothing"),
        ({2030: 50, 2040: 40, 2050: 30}, "2040, 2050"),
    ],
)
def test_totals_that_are_none_are_refused(given, part):
    """Several municipalities, one class of ages, other years, no whole numbers: each is said with what to do."""
    with pytest.raises(InputError, match="city_population") as caught:
        kg.project_households(draw_town("a", 11), ages=cohort_ages(), years=(2030,), city_population=given)
    assert part in str(caught.value)
    assert " -> " in str(caught.value)


def test_a_growing_town_never_falls_below():
    """Where all grow by a tenth, nobody above the floor is below it in the middle or the high."""
    now = {name: 60 + 10 * number for number, name in enumerate("abcdefghijkl")}
    town = past_town(now, {name: round(count / 1.1) for name, count in now.items()})
    outlook = kg.project_households(town, base_year=2020)
    assert set(outlook.falls_below["middle"]) == set(outlook.falls_below["high"]) == {None}
    assert list(outlook.count_below()["middle"]) == [0, 0, 0]


def test_those_below_today_and_the_empty_are_said_apart():
    """Below the floor today is ``already``; a place without anybody is no association."""
    outlook = kg.project_households(past_town({"a": 40, "b": 0}, {"a": 40, "b": 0}), base_year=2020)
    assert list(outlook.falls_below["low"]) == ["already", "uninhabited"]
    assert list(outlook.count_below()["low"]) == [1, 1, 1]


# --- what is refused -------------------------------------------------------------------------------


def test_another_kind_of_past_counts_is_refused_by_name():
    """Register households of today are not compared with census households of 2015, unless a planner says why."""
    town = past_town({"a": 60, "b": 40}, {"a": 70, "b": 50})
    with pytest.raises(AssociationsError, match=r"census households.*register.*a, b"):
        kg.project_households(town, base_year=2020, past_kind="census")
    kept = kg.project_households(town, base_year=2020, past_kind="census", accept_mixed_kinds="両者の差は調査済み")
    assert [found["message"] for found in kept.records if found["kind"] == "kinds_mixed"] == [
        "kinds of households are compared (today register, past counts census): 両者の差は調査済み"
    ]


def test_a_column_may_say_the_past_kind():
    """``households_2015_kind`` is believed, row by row."""
    town = past_town({"a": 60, "b": 40}, {"a": 70, "b": 50}, households_2015_kind={"a": "register", "b": "member"})
    with pytest.raises(AssociationsError, match="in b"):
        kg.project_households(town, base_year=2020)


def test_rows_of_different_kinds_are_refused():
    """A table that counts members in one row and the register in another is no base for a rate."""
    town = past_town({"a": 60, "b": 40}, {"a": 70, "b": 50})
    town["households_kind"] = ["register", "member"]
    with pytest.raises(AssociationsError, match=r"member: b; register: a"):
        kg.project_households(town, base_year=2020)


def test_the_assumed_kind_is_said():
    """Where nobody says what the past counts are, the outlook says what it took them for."""
    town = past_town({"a": 60}, {"a": 62}).drop(columns="households_2015_kind")
    outlook = kg.project_households(town, base_year=2020)
    assert any("taken to be of today's kind" in said.en for said in outlook.assumptions)


@pytest.mark.parametrize(("before", "refused"), [(55, True), (68, True), (70, False), (92, False), (94, True)])
def test_a_jump_of_the_whole_city_is_refused_where_nothing_says_what_was_counted(before, refused):
    """架空市's 80 in each of 12 areas over 55 (of the census, unsaid) is 7.8% a year: no trend, beyond 3% a year."""
    ids = "abcdefghijkl"
    town = past_town(dict.fromkeys(ids, 80), dict.fromkeys(ids, before)).drop(columns="households_2015_kind")
    yearly = (80 / before) ** (1 / 5) - 1
    assert (abs(yearly) > 0.03) == refused
    if not refused:
        assert kg.project_households(town, base_year=2020).way == "trend"
        return
    with pytest.raises(AssociationsError) as caught:
        kg.project_households(town, base_year=2020)
    for part in (f"from {12 * before} to 960", f"{yearly:+.1%}", "3% a year", "past_kind='register'", "accept_mixed"):
        assert part in str(caught.value)
    assert kg.project_households(town, base_year=2020, past_kind="register").way == "trend"
    assert kg.project_households(town, base_year=2020, accept_mixed_kinds="区域も数え方も同じ").way == "trend"


def test_where_no_kind_is_known_at_all_a_jump_needs_a_reason():
    """With today's kind not stated either, past_kind cannot settle it, and the message does not say so."""
    town = past_town({"a": 80}, {"a": 55}).drop(columns=["households_2015_kind", "households_kind"])
    with pytest.raises(AssociationsError, match="accept_mixed_kinds=") as caught:
        kg.project_households(town, base_year=2020)
    assert "past_kind=" not in str(caught.value)
    assert kg.project_households(town, base_year=2020, accept_mixed_kinds="どちらも台帳").way == "trend"


def test_past_changes_that_are_all_alike_leave_a_range():
    """Where each of 12 went from 88 to 80 nothing strayed; a rate may still be off by 0.5% a year, and this is said."""
    ids = "abcdefghijkl"
    town = past_town(dict.fromkeys(ids, 80), dict.fromkeys(ids, 88))
    outlook = kg.project_households(town, base_year=2020, years=(2030,))
    exact = 80 * (80 / 88) ** 2
    for name, end in zip(SCENARIOS, ends(outlook, 2030), strict=True):
        off = {"low": -0.05, "middle": 0.0, "high": 0.05}[name]
        assert set(end) == {round(exact * np.exp(off))}
    assert any("at least a rate that is off by 0.5% a year" in said.en for said in outlook.assumptions)


def test_ages_that_all_change_alike_leave_a_range():
    """Twelve areas with the same ages stray from nothing; low and high still enclose the middle."""
    ids = "abcdefghijkl"
    ages = ages_of(
        {(name, year): {("female", 20 + year - 2015): 80, ("male", 60): 20} for name in ids for year in (2015, 2020)}
    )
    outlook = kg.project_households(draw_town(ids, 100), ages=ages, years=(2030,))
    low, middle, high = ends(outlook, 2030)
    assert (low < middle).all()
    assert (middle < high).all()


def test_every_fault_is_named_at_once():
    """Wrong options, wrong cells and a wrong age table come in one error."""
    town = draw_town("abc", 60).astype({"households": "object"})
    town.loc["a", "households"], town.loc["b", "households"] = -1, "六十"
    ages = cohort_ages().astype({"people": "object"})
    ages.loc[3, "people"] = 1.5
    with pytest.raises(AssociationsError) as caught:
        kg.project_households(
            town, base_year="2020", years=(2040, 2030), floor=-1, damping=2, ages=ages, method="guess"
        )
    message = str(caught.value)
    for part in (
        "base_year",
        "years must",
        "floor must",
        "damping must",
        "a: -1",
        "b: '六十'",
        "rows 3",
        "method must",
    ):
        assert part in message


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"years": 2030.5}, "years must"),
        ({"years": "2030"}, "years must"),
        ({"years": ()}, "years must"),
        ({"years": (2019,)}, "after 2020"),
        ({"yearly_rate": -1.2}, "yearly_rate must"),
        ({"yearly_rate": "fast"}, "yearly_rate must"),
        ({"yearly_rate": {"a": 0.0, "zz": 0.0}}, "no rate for b"),
        ({"ages": "ages.csv"}, "ages must be a table"),
        ({"ages": [1, 2]}, "ages must be a table"),
        ({"ages": pd.DataFrame({"sex": ["male"]})}, "no column association_id"),
        ({"city_population": {2030: 500}}, "city_population has nothing to control"),
        ({"city_households": {2035: 500}}, "2035"),
        ({"city_households": 500}, "city_households must"),
        ({"city_households": {2030: 1.5}}, "city_households must"),
        ({"method": "given"}, "households_2030"),
        ({"method": "rate"}, "no yearly_rate"),
        ({"method": "cohort"}, "no table of ages"),
        ({"past_kind": "guess"}, "past_kind must"),
        ({"pool_by": 3}, "pool_by must"),
        ({"floor": 49.5}, "floor must"),
        ({"rate_range": "wide"}, "rate_range must"),
        ({"yearly_rate": 0.0, "ages": cohort_ages()}, "say which"),
        ({"ages": cohort_ages(), "headship": 0.4}, "headship must"),
        ({"ages": cohort_ages().query("year == 2020")}, "city_ages"),
        ({"ages": cohort_ages().query("age_from != 40")}, "40"),
        ({"ages": pd.concat([cohort_ages(), cohort_ages()])}, "more than once"),
        ({"ages": cohort_ages().replace({"year": {2015: 2010}})}, "5 years apart"),
    ],
)
def test_wrong_options_are_refused_with_what_to_do(options, part):
    """Each is an error of the package that names what is wrong and says what to type instead."""
    town = past_town({"a": 60, "b": 40}, {"a": 70, "b": 50})
    with pytest.raises(InputError) as caught:
        kg.project_households(town, **{"base_year": 2020, **options})
    assert part in str(caught.value)
    assert " -> " in str(caught.value)


@pytest.mark.parametrize("table", [None, "town.gpkg", pd.DataFrame({"households": [1]})])
def test_what_is_no_associations_table_is_refused(table):
    """A file name or a bare table is refused with where to get the right one."""
    with pytest.raises(AssociationsError, match=r"build_associations|read_associations"):
        kg.project_households(table, base_year=2020)


def test_nothing_to_project_from_is_said():
    """With one count and no more, every way is named."""
    with pytest.raises(InputError, match=r"households_2015.*yearly_rate.*ages"):
        kg.project_households(draw_town("ab", 60), base_year=2020)


def test_the_year_of_today_is_asked_for_or_read_off_an_equal_column():
    """A column ``households_2020`` with today's numbers tells the year; other numbers contradict it.

    A lone past column with today's numbers does not: the town may have stood still.
    """
    with pytest.raises(InputError, match="base_year=2020"):
        kg.project_households(past_town({"a": 60, "b": 40}, {"a": 60, "b": 40}))
    town = past_town({"a": 60, "b": 40}, {"a": 70, "b": 50})
    with pytest.raises(InputError, match="base_year=2020"):
        kg.project_households(town)
    same = town.assign(households_2020=town["households"])
    assert kg.project_households(same).base_year == 2020
    with pytest.raises(AssociationsError, match=r"differs from 'households_2020' in b"):
        kg.project_households(same.assign(households_2020=[60, 41]), base_year=2020)


def test_ends_that_cross_are_named():
    """A low end above the middle is an error that names the row."""
    town = draw_town("ab", 60, households_2030={"a": 50, "b": 50}, households_2030_low={"a": 50, "b": 51})
    with pytest.raises(AssociationsError, match="hold in b"):
        kg.project_households(town, base_year=2020, years=(2030,))


# --- under the rules -------------------------------------------------------------------------------


def test_the_rules_floors_read_what_is_added():
    """a55-b30-c30: today b and c are enough; with 50 in 2040 the three must go together."""
    town = draw_town("abc", {"a": 55, "b": 30, "c": 30})
    outlook = kg.project_households(town, base_year=2020, years=(2040,), yearly_rate=-0.015)
    later = kg.add_outlook(town, outlook)
    today = kg.propose_mergers(later, kg.MergeRules())
    lasting = kg.propose_mergers(later, kg.MergeRules(floors={"households_2040": 50}))
    assert list(later["households_2040"]) == [41, 22, 22]
    assert sorted(today.groups["member_count"]) == [1, 2]
    assert list(lasting.groups["member_count"]) == [3]
    assert "推計(中位" in lasting.associations.attrs["notice"]


def test_the_note_travels_and_a_second_outlook_takes_its_place():
    """Adding another scenario replaces columns and note; a planner's own column is never overwritten."""
    town = past_town({"a": 60, "b": 40}, {"a": 70, "b": 50})
    town.attrs["notice"] = "架空の町です。"
    outlook = kg.project_households(town, base_year=2020)
    twice = kg.add_outlook(kg.add_outlook(town, outlook), outlook, "low")
    assert twice.attrs["notice"].startswith("架空の町です。")
    assert twice.attrs["notice"].count("推計(") == 1
    assert "低位" in twice.attrs["notice"]
    assert list(twice["households_2040"]) == list(outlook.table["households_2040_low"])
    assert "households_2040" not in town
    # What was added is no forecast of the planner's own.
    assert kg.project_households(twice, base_year=2020).way == "trend"
    with pytest.raises(InputError, match="numbers of its own in 'households_2040'"):
        kg.add_outlook(town.assign(households_2040=[1, 2]), outlook)


def test_an_outlook_of_another_table_is_refused():
    """Other ids, other households, no outlook, no scenario: each is said."""
    town = past_town({"a": 60, "b": 40}, {"a": 70, "b": 50})
    outlook = kg.project_households(town, base_year=2020)
    with pytest.raises(InputError, match="'z'"):
        kg.add_outlook(draw_town("az", 60), outlook)
    with pytest.raises(InputError, match="projected from in b"):
        kg.add_outlook(town.assign(households=[60, 41]), outlook)
    with pytest.raises(InputError, match=r"(?s)Outlook, not dict.*scenario"):
        kg.add_outlook(town, {}, "worst")


def test_a_part_of_the_town_can_be_given_its_outlook():
    """Rates come from the whole city; the columns can be put on one former town of it."""
    town = past_town({"a": 60, "b": 40}, {"a": 70, "b": 50})
    outlook = kg.project_households(town, base_year=2020)
    assert list(kg.add_outlook(town.loc[["b"]], outlook).index) == ["b"]


def test_the_notebook_view_says_method_assumptions_and_caveat():
    """The Japanese view holds the counts, the way, every assumption and that this is no exact number."""
    town = past_town({"a": 60, "b": 40}, {"a": 80, "b": 50})
    town["name"] = ["架空<A>区", "架空B区"]
    outlook = kg.project_households(town, base_year=2020)
    view = outlook._repr_html_()
    assert outlook.method.ja in view
    assert all(said.ja.replace("<", "&lt;") in view for said in outlook.assumptions)
    assert "確定した将来の世帯数ではありません" in view
    assert "架空&lt;A&gt;区" in view
    assert "<Outlook: 2 associations" in repr(outlook)


def test_the_sample_city_shrinks_and_says_how_far(sample_outlook):
    """In the sample more fall below 50 than today in the middle, and the range encloses it."""
    below = sample_outlook.count_below()
    assert below.loc[2020, "middle"] == 153
    assert (below["high"] <= below["middle"]).all()
    assert (below["middle"] <= below["low"]).all()
    assert below.loc[2040, "middle"] > 153


@pytest.fixture(scope="module")
def sample_outlook() -> Outlook:
    """Give the outlook of the sample city from its two censuses."""
    return kg.project_households(kg.load_sample(), base_year=2020)
