"""Missing counts are supplied from elsewhere; a count that is there is never replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from kurihara_geo.associations.build import build_associations, read_associations
from kurihara_geo.errors import AssociationsError
from tests.towns import draw_town

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd


def town(**households) -> gpd.GeoDataFrame:
    """Draw a, b and c side by side as a raw table with these households."""
    table = draw_town("abc").reset_index()
    table["households"] = pd.Series([households.get(name) for name in "abc"], dtype="object")
    return table


def noted(built: gpd.GeoDataFrame) -> list[tuple[str, str]]:
    """List what was recorded, and of whom."""
    return [(record["kind"], record["association_id"]) for record in built.attrs["records"]]


def faults(table: gpd.GeoDataFrame, supplied: object, **options) -> set[tuple[str, str]]:
    """Give what is refused."""
    with pytest.raises(AssociationsError) as raised:
        build_associations(table, fill_missing_households=supplied, **options)
    return {(p.kind, p.association_id) for p in raised.value.problems if p.severity == "error"}


def test_a_missing_count_is_filled_and_recorded():
    """B has no count; a mapping supplies it, and the record says so."""
    built = build_associations(town(a=10, c=30), fill_missing_households={"b": 20})
    assert built["households"].to_dict() == {"a": 10, "b": 20, "c": 30}
    assert ("count_filled", "b") in noted(built)


def test_a_count_that_is_there_is_kept_and_named_where_it_differs():
    """The supplied table has all three: a differs and stays, c is equal and not worth a word."""
    built = build_associations(town(a=10, c=30), fill_missing_households={"a": 99, "b": 20, "c": 30})
    assert built["households"].to_dict() == {"a": 10, "b": 20, "c": 30}
    assert [row for row in noted(built) if row[0] == "count_kept"] == [("count_kept", "a")]


def test_zero_is_a_count_and_is_kept():
    """Nobody lives in b: that is known, not missing."""
    built = build_associations(town(a=10, b=0, c=30), fill_missing_households={"b": 20})
    assert built["households"]["b"] == 0


def test_what_is_still_missing_is_still_an_error():
    """Only b is supplied; c is named as before."""
    assert faults(town(a=10), {"b": 20}) == {("missing_households", "c")}


def test_a_supplied_count_that_is_none_is_an_error():
    """A supplied text is no count."""
    assert faults(town(a=10, c=30), {"b": "約二十"}) == {("text_households", "b")}


def test_rows_that_lead_nowhere_or_twice_are_named():
    """X is no association; b stands twice."""
    supplied = pd.DataFrame({"association_id": ["x", "b", "b"], "households": [1, 2, 3]})
    assert {("no_boundary", "x"), ("ambiguous_join", "b")} <= faults(town(a=10, c=30), supplied)


def test_counts_are_supplied_by_name_where_there_are_no_ids():
    """架空B区 is known by its name, spaces aside."""
    supplied = pd.DataFrame({"name": ["架空 B区"], "households": [20]})
    built = build_associations(town(a=10, c=30), fill_missing_households=supplied)
    assert built["households"]["b"] == 20


def test_a_name_of_two_associations_is_asked_back():
    """Two areas are called the same: a count by name could be either's."""
    table = town(a=10).assign(name=["架空A区", "架空B区", "架空B区"])
    supplied = pd.DataFrame({"name": ["架空B区"], "households": [20]})
    assert ("ambiguous_join", "架空B区") in faults(table, supplied)


def test_kinds_of_households_are_kept_apart_row_by_row():
    """Register counts with one member count between them: each row says its kind, and the mixture is recorded."""
    supplied = pd.DataFrame({"association_id": ["b"], "households": [20], "households_kind": ["member"]})
    built = build_associations(town(a=10, c=30), fill_missing_households=supplied)
    assert built["households_kind"].to_dict() == {"a": "register", "b": "member", "c": "register"}
    assert "filled_kind_differs" in [kind for kind, _ in noted(built)]


def test_population_is_filled_along():
    """A supplied table with people fills people where they are missing."""
    table = town(a=10, c=30).assign(population=[25, None, 70])
    supplied = pd.DataFrame({"association_id": ["b"], "households": [20], "population": [44]})
    built = build_associations(table, fill_missing_households=supplied)
    assert built["population"].tolist() == [25, 44, 70]


def test_a_table_of_counts_may_itself_be_filled_up():
    """The table has a and c; b, which is missing in it, is supplied, and is no error any more."""
    counts = pd.DataFrame({"association_id": ["a", "c"], "households": [11, 33]})
    built = build_associations(town(a=10, b=20, c=30), counts, fill_missing_households={"b": 22})
    assert built["households"].to_dict() == {"a": 11, "b": 22, "c": 33}


def test_counts_are_filled_from_a_file(tmp_path: Path):
    """A CSV with the one row that is missing."""
    town(a=10, c=30).drop(columns="households_kind").to_file(tmp_path / "区域.geojson")
    (tmp_path / "補足.csv").write_text("自治会コード,世帯数\nb,20\n", encoding="utf-8")
    built = read_associations(tmp_path / "区域.geojson", fill_missing_households=tmp_path / "補足.csv")
    assert built["households"].to_dict() == {"a": 10, "b": 20, "c": 30}
    assert [source["path"] for source in built.attrs["sources"]] == ["区域.geojson", "補足.csv"]


@pytest.mark.parametrize("supplied", [20, pd.DataFrame({"households": [20]}), pd.DataFrame({"association_id": ["b"]})])
def test_what_supplies_nothing_is_refused(supplied: object):
    """A number, a table that does not say whose counts, and one without counts."""
    with pytest.raises(AssociationsError):
        build_associations(town(a=10, c=30), fill_missing_households=supplied)


def test_a_row_whose_name_is_another_associations_is_refused():
    """The row has b's id and c's name: 20 households could be either's."""
    supplied = pd.DataFrame({"association_id": ["b"], "name": ["架空C区"], "households": [20]})
    assert ("names_swapped", "b") in faults(town(a=10, c=30), supplied)


def test_a_mapping_may_be_by_name():
    """Where no key is an id, the keys are names."""
    built = build_associations(town(a=10, c=30), fill_missing_households={"架空 B区": 20})
    assert built["households"]["b"] == 20


def test_a_count_without_a_kind_takes_that_of_the_table():
    """A register table with one count supplied stays a register table, and that is recorded."""
    built = build_associations(town(a=10, c=30), fill_missing_households={"b": 20})
    assert set(built["households_kind"]) == {"register"}
    assert "filled_kind_assumed" in [kind for kind, _ in noted(built)]
