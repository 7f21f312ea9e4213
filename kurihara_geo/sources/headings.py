"""Which column is which: standard names and Japanese headings are recognised, a doubt is asked back."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kurihara_geo.errors import SourceError
from kurihara_geo.sources.numbers import is_missing
from kurihara_geo.sources.records import Record, check_texts, columns_given, record

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

__all__ = ["ASSOCIATION_HEADINGS", "Headings", "Ranks", "arrange", "normal_heading"]

Ranks = tuple[tuple[str, ...], ...]
"""Headings for one standard column, best rank first; two of the same rank are a question for the planner."""

ASSOCIATION_HEADINGS: Mapping[str, Ranks] = {
    "association_id": (
        ("association_id",),
        ("自治会コード", "行政区コード"),
        ("自治会ID", "行政区ID"),
        ("自治会番号", "行政区番号"),
        ("町内会コード", "町内会ID"),
        ("町内会番号",),
        ("KEY_CODE",),
        ("id",),
        ("code", "コード"),
    ),
    "name": (
        ("name",),
        ("自治会名", "行政区名"),
        ("自治会", "行政区"),
        ("町内会名", "町内会"),
        ("町丁・字等", "地域名"),
        ("S_NAME",),
        ("MOJI",),
        ("label",),
    ),
    "households": (
        ("households",),
        ("世帯数", "世帯総数"),
        ("世帯数計", "世帯数合計", "世帯計"),
        ("世帯",),
        ("SETAI",),
    ),
    "population": (
        ("population",),
        ("総人口", "人口総数"),
        ("人口計", "人口合計", "人口総計"),
        ("人口",),
        ("JINKO",),
    ),
    "former_town": (("former_town",), ("旧町村", "旧町村名", "旧市町村")),
    "former_school_district": (("former_school_district",), ("旧小学校区", "旧小学校区名")),
    "council": (("council",), ("コミュニティ推進協議会", "コミュニティ推進協議会名")),
    "point_lon": (("point_lon",),),
    "point_lat": (("point_lat",),),
}

_UNIT = re.compile(r"\((世帯|戸|人|名)\)$")
_EXAMPLES = 3
_SHAPEFILE_HEADING_BYTES = 10
_MOST_COLUMNS = 40


def normal_heading(text: object) -> str:
    """Give a heading as it is compared: NFKC, no spaces or line breaks, no unit in brackets, no case."""
    joined = "".join(unicodedata.normalize("NFKC", str(text)).split())
    return _UNIT.sub("", joined).casefold()


@dataclass(frozen=True)
class Headings:
    """The headings of one file, by position, with what stands under them.

    Parameters
    ----------
    labels
        Headings as found.
    shown
        The path to name in an error.
    examples
        For each heading, some values.
    aliases
        For each heading, another text it may be asked by, such as the upper of two header rows.
    """

    labels: Sequence[str]
    shown: str
    examples: Sequence[Sequence[object]] = ()
    aliases: Sequence[str] = field(default=())

    def resolve(
        self,
        wanted: Mapping[str, Ranks],
        *,
        asked: Mapping[str, str | None],
        columns: Mapping[str, str] | None = None,
        required: Collection[str] = (),
    ) -> dict[str, int]:
        """Decide for each standard column at which position it stands.

        Parameters
        ----------
        wanted
            Standard name -> headings by which it is recognised.
        asked
            Standard name -> the heading the planner named, or None. The argument it came by is the name
            without ``association_``, ``hall_`` or ``district_``, plus ``_column``.
        columns
            Own heading -> standard name, further columns the planner named.
        required
            Standard names that must be found.

        Raises
        ------
        SourceError
            If a named heading is not there, two headings fit equally well, or a required column is not found.
        """
        check_texts(**{f"the column of {name}": own for name, own in asked.items()})
        places = self._asked_places(asked, columns_given(columns))
        for standard, ranks in wanted.items():
            if standard not in places:
                place = self._detect(standard, ranks, taken=places)
                if place is not None:
                    places[standard] = place
        missing = [standard for standard in required if standard not in places]
        if missing:
            raise SourceError(self.not_found(missing, wanted))
        return places

    def fits(self, ranks: Ranks, asked: str | None) -> bool:
        """Say whether some heading is the one asked for or, if none is asked for, one of those recognised."""
        known = {normal_heading(label) for label in self.labels if label}
        if asked is not None:
            return normal_heading(asked) in known
        return any(normal_heading(heading) in known for rank in ranks for heading in rank)

    def listing(self) -> str:
        """List the headings with a few example values each, for an error message."""
        parts = []
        for place, label in enumerate(self.labels[:_MOST_COLUMNS]):
            shown = ", ".join(_short(value) for value in self._values(place)[:_EXAMPLES])
            parts.append(f"{label} ({shown})" if shown else f"{label} (empty)")
        more = len(self.labels) - _MOST_COLUMNS
        return "; ".join(parts) + (f"; and {more} more" if more > 0 else "") or "none"

    def _asked_places(self, asked: Mapping[str, str | None], columns: Mapping[str, str]) -> dict[str, int]:
        places: dict[str, int] = {}
        for standard, heading in asked.items():
            if heading is not None:
                places[standard] = self._place_of(heading, argument_for(standard))
        for heading, standard in columns.items():
            place = self._place_of(heading, "columns=")
            if places.get(standard, place) != place:
                raise SourceError(f"{self.shown}: two different columns are named for {standard!r}; name one.")
            places[standard] = place
        return places

    def _place_of(self, heading: str, argument: str) -> int:
        for texts in (self.labels, self.aliases):
            exact = [place for place, label in enumerate(texts) if label == heading]
            alike = [place for place, label in enumerate(texts) if normal_heading(label) == normal_heading(heading)]
            found = exact or alike
            if len(found) > 1:
                raise SourceError(
                    f"{self.shown}: {len(found)} columns are headed {heading!r} ({argument}); rename one."
                )
            if found:
                return found[0]
        raise SourceError(
            f"{self.shown}: there is no column {heading!r}, named by {argument}. Columns found: {self.listing()}."
        )

    def _detect(self, standard: str, ranks: Ranks, *, taken: Mapping[str, int]) -> int | None:
        """Find the best-ranked heading; a column the planner gave another meaning is passed over."""
        used = set(taken.values())
        if standard == "name":
            used -= {place for key, place in taken.items() if key.endswith("_id")}
        for rank in ranks:
            known = {form for heading in rank for form in _forms(heading, standard)}
            found = [
                place
                for place, label in enumerate(self.labels)
                if normal_heading(label) in known and place not in used and not self._useless(standard, place)
            ]
            if len(found) > 1:
                raise self.doubt(standard, found)
            if found:
                return found[0]
        return None

    def doubt(self, standard: str, places: Sequence[int]) -> SourceError:
        """Give the error that asks which of several columns is meant."""
        question = f"could each be {standard!r}; choose with {argument_for(standard)}"
        labels = " and ".join(repr(self.labels[place]) for place in places)
        return SourceError(f"{self.shown}: {labels} {question}. Columns found: {self.listing()}.")

    def _useless(self, standard: str, place: int) -> bool:
        """Say whether an id or a name column is empty throughout, as the KML reader adds some."""
        identifies = standard == "name" or standard.endswith("_id")
        return identifies and any(self.examples) and not self._values(place)

    def _values(self, place: int) -> Sequence[object]:
        return self.examples[place] if self.examples else ()

    def not_found(self, missing: Sequence[str], wanted: Mapping[str, Ranks]) -> str:
        """Say which columns are missing, what was looked for, and what is there."""
        parts = [
            f"no column for {standard!r} "
            f"(looked for {', '.join(heading for rank in wanted[standard] for heading in rank)}): "
            f"pass {argument_for(standard)}"
            for standard in missing
        ]
        return f"{self.shown}: {'; '.join(parts)}. Columns found: {self.listing()}."


def _forms(heading: str, standard: str) -> set[str]:
    """Give a heading in full, and cut to the 10 bytes a shapefile has for it."""
    forms = {normal_heading(heading)}
    identifies = standard == "name" or standard.endswith("_id")
    if heading.isascii() or identifies:
        cut = heading.encode("cp932", errors="ignore")[:_SHAPEFILE_HEADING_BYTES]
        forms.add(normal_heading(cut.decode("cp932", errors="ignore")))
    return forms


def argument_for(standard: str) -> str:
    """Give the argument by which a planner names the column."""
    for prefix in ("association_", "hall_", "district_", "council_"):
        if standard == f"{prefix}id":
            return "id_column="
    return f"{standard}_column=" if standard in {"name", "households", "population"} else "columns="


def arrange(labels: Sequence[str], places: Mapping[str, int]) -> tuple[list[tuple[str, int]], list[Record]]:
    """Decide the order and the names of the columns: the standard ones first, then the planner's own.

    Returns
    -------
    tuple
        Pairs of name and position, and a record for each own column that had to give up its name.
    """
    chosen = list(places.items())
    names = {name for name, _ in chosen}
    records = []
    for place, label in enumerate(labels):
        if place in places.values() or label == "geometry":
            continue
        name = label
        number = 2
        while name in names:
            name = f"{label}_in_file" if label in places and number == 2 else f"{label}_{number}"
            number += 1
        if name != label:
            message = f"the file's own column {label!r} is called {name!r} here, because the name was taken"
            records.append(record("column_renamed", message, cure="Rename it in the file to call it something else."))
        names.add(name)
        chosen.append((name, place))
    return chosen, records


def example_values(values: Sequence[object]) -> list[object]:
    """Pick the first few different values that are there."""
    found: list[object] = []
    for value in values:
        if not is_missing(value) and value not in found:
            found.append(value)
        if len(found) == _EXAMPLES:
            break
    return found


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 24 else f"{text[:23]}…"
