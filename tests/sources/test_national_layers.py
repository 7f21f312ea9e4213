"""What the readers of national layers share: ids of their own for every row, and codes as five digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurihara_geo.errors import SourceError
from kurihara_geo.sources import read_municipality, read_public_facilities, read_school_districts, read_schools
from kurihara_geo.sources.national_layers import asked_codes, distinct_ids, padded_code
from tests.sources.portal import layer, spot, square

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import geopandas as gpd

TEXTS = st.sampled_from(["", "甲", "乙", "2", "甲-2"])


@given(rows=st.lists(st.tuples(st.sampled_from(["甲", "乙", "甲-2", "乙-甲"]), TEXTS, TEXTS), max_size=12))
def test_every_row_gets_an_id_of_its_own(rows: list[tuple[str, str, str]]) -> None:
    """Ids are unique, begin as wanted, and one that was unique from the start stays as it is."""
    wanted = [name for name, _, _ in rows]
    ids, records = distinct_ids(wanted, [texts for _, *texts in rows])
    assert len(set(ids)) == len(ids)
    assert all(made.startswith(name) for made, name in zip(ids, wanted, strict=True))
    if len(set(wanted)) == len(wanted):
        assert ids == wanted
    assert bool(records) == (len(set(wanted)) < len(wanted))


@pytest.mark.parametrize(
    ("found", "code"),
    [("04999", "04999"), (4999, "04999"), ("４９９９", "04999"), (13101.0, "13101"), ("049998", None), ("架空", None)],
)
def test_codes_are_five_digits_of_text(found: object, code: str | None) -> None:
    """Numbers, full-width digits and a lost zero are put right; six digits are another standard's."""
    assert padded_code(found) == code


@pytest.mark.parametrize("asked", ["", "栗原市", "042137", ["04999", "x"], []])
def test_what_is_asked_for_must_be_codes(asked: object) -> None:
    """A name, six digits or nothing at all is refused with the form wanted."""
    with pytest.raises(SourceError, match="give its five digits as text, such as '04213'"):
        asked_codes(asked, shown="file")


DISTRICTS = {"A27_005": ["04999"], "A27_006": [""], "A27_007": ["架空小学校"], "A27_008": ["架空1"]}
SCHOOLS = {"P29_001": ["04999"], "P29_002": ["16"], "P29_003": ["16001"], "P29_004": ["16001"], "P29_005": ["架空"]}
OFFICES = {"P05_001": ["04999"], "P05_002": ["5"], "P05_003": ["架空集会所"], "P05_004": ["架空1"]}
OUTLINE = {"N03_001": ["架空県"], "N03_003": [None], "N03_004": ["架空市"], "N03_007": ["04999"]}


@pytest.mark.parametrize(
    ("read", "columns", "credit"),
    [
        (read_school_districts, DISTRICTS, "「国土数値情報(小学校区データ)」(国土交通省) を加工して作成"),
        (read_schools, {**SCHOOLS, "P29_006": ["架空1"]}, "「国土数値情報(学校データ)」(国土交通省) を加工して作成"),
        (
            read_public_facilities,
            OFFICES,
            "「国土数値情報(市町村役場等及び公的集会施設データ)」(国土交通省) を加工して作成",
        ),
        (read_municipality, OUTLINE, "「国土数値情報(行政区域データ)」(国土交通省) を加工して作成"),
    ],
    ids=["districts", "schools", "facilities", "outline"],
)
def test_every_table_names_its_publisher(
    tmp_path: Path, read: Callable[..., gpd.GeoDataFrame], columns: dict[str, list[str]], credit: str
) -> None:
    """The terms ask for the source on every map, so it travels with the table; so does the file's SHA-256."""
    shape = square(0) if read in (read_school_districts, read_municipality) else spot(0)
    rows = [[values[0] for values in columns.values()]]
    layer(tuple(columns), rows, [shape]).to_file(tmp_path / "layer.geojson")
    table = read(tmp_path / "layer.geojson", "04999")
    assert table.attrs["attribution"] == credit
    assert "(MLIT)" in table.attrs["attribution_en"]
    assert len(table.attrs["source"]["sha256"]) == 64
