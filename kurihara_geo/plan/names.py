"""Names proposed for new groups, from the names of their members; they are never final."""

from __future__ import annotations

from collections import Counter
from itertools import takewhile
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import geopandas as gpd

__all__ = ["propose_names"]

Ids = tuple[str, ...]
_NUMBERS = "第0123456789０１２３４５６７８９一二三四五六七八九十"


def propose_names(inhabited: gpd.GeoDataFrame, groups: Iterable[Ids]) -> dict[Ids, str]:
    """Propose a name for each group: the members' shared place name if no other group has it, else the largest's.

    Parameters
    ----------
    inhabited
        Associations with households: ``name``, ``households``, perhaps ``former_town``.
    groups
        Groups as tuples of association ids.

    Returns
    -------
    dict
        Group -> name; a group of one keeps its own.
    """
    names = {str(name): str(text) for name, text in inhabited["name"].items()}
    households = {str(name): int(count) for name, count in inhabited["households"].items()}
    towns = _texts(inhabited, "former_town")
    shared = {ids: _shared_place_name(ids, names, towns) for ids in groups}
    times = Counter(shared.values())
    return {
        ids: name if name and times[name] == 1 else _largest_name(ids, names, households)
        for ids, name in shared.items()
    }


def _texts(table: pd.DataFrame, column: str) -> dict[str, str]:
    """Give the texts of a column that may be missing or empty."""
    if column not in table:
        return {}
    return {str(name): str(value) for name, value in table[column].items() if pd.notna(value)}


def _shared_place_name(ids: Ids, names: Mapping[str, str], towns: Mapping[str, str]) -> str:
    """Give the beginning that all names share, if it says more than the former town does."""
    if len(ids) == 1:
        return names[ids[0]]
    shared = _common_beginning([names[name] for name in ids]).rstrip(_NUMBERS)
    town = towns[ids[0]] if all(name in towns for name in ids) else ""
    if shared.removesuffix("大字").removesuffix("字") == town:
        return ""
    return shared if len(shared) >= 2 and not town.startswith(shared) else ""


def _common_beginning(names: Sequence[str]) -> str:
    """Give the letters all names begin with."""
    columns_of_letters = takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    return "".join(letters[0] for letters in columns_of_letters)


def _largest_name(ids: Ids, names: Mapping[str, str], households: Mapping[str, int]) -> str:
    largest = names[min(ids, key=lambda name: (-households[name], name))]
    return largest if len(ids) == 1 else f"{largest}ほか"
