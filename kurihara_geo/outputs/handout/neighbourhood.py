"""An association among its neighbours: whom it borders, whether they could merge, and a small map of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kurihara_geo.associations.places import representative_points
from kurihara_geo.borders.graph import boundary_texts
from kurihara_geo.candidates.constraints import ids_that_stay, pairs_kept_apart
from kurihara_geo.outputs.handout.paper import INK
from kurihara_geo.rules.relaxing import describe_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kurihara_geo.outputs.handout.facts import Facts
    from kurihara_geo.outputs.handout.paper import Sheet

__all__ = ["OWN", "PARTNER", "Neighbour", "Surroundings", "as_path", "sign_of"]

OWN, PARTNER, OTHER, EMPTY = "#44BB99", "#99DDFF", "#E9E8E4", "#FFFFFF"
_BARRED, _OUTLINE = "#CC3311", "#777777"
# Detail below this many metres does not show on a map of this size.
_DETAIL_M = 8.0
_LEAST_M = 250.0
_FEW_CORNERS = 30
_IROHA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ"


def sign_of(place: int, lang: str) -> str:
    """Give the sign of a neighbour, the same in the list and on the small map: ア, イ, ... or A, B, ..."""
    signs = _IROHA if lang == "ja" else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    again = place // len(signs)
    return signs[place % len(signs)] + (str(again + 1) if again else "")


@dataclass(frozen=True)
class Neighbour:
    """A neighbour of an association.

    Parameters
    ----------
    association_id
        Its id.
    length_m
        Length of the border.
    kind
        ``border`` or ``link``.
    barred_by
        What bars it; empty where people can pass.
    """

    association_id: str
    length_m: float
    kind: str
    barred_by: str


class Surroundings:
    """Neighbours and areas of all associations, made ready once.

    Parameters
    ----------
    facts
        The plan.
    """

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.plan = facts.plan

    # --- neighbours ---------------------------------------------------------------------------------------------------

    @cached_property
    def neighbours(self) -> dict[str, list[Neighbour]]:
        """Association id -> its neighbours, the longest border first."""
        found: dict[str, list[Neighbour]] = {}
        table = pd.DataFrame(self.plan.borders[["a", "b", "length_m", "kind", "barred_by"]])
        for a, b, length, kind, barred in table.itertuples(index=False, name=None):
            for own, other in ((str(a), str(b)), (str(b), str(a))):
                neighbour = Neighbour(other, float(length), str(kind), "" if pd.isna(barred) else str(barred))
                found.setdefault(own, []).append(neighbour)
        return {own: sorted(rows, key=lambda row: (-row.length_m, row.association_id)) for own, rows in found.items()}

    def verdict(self, own: str, neighbour: Neighbour) -> str:
        """Say whether two neighbours could share a group, and what forbids it."""
        facts, other = self.facts, neighbour.association_id
        if facts.group_of[own] is facts.group_of[other]:
            return facts.say("same_group")
        if facts.shown.is_public:  # which rules forbid it tells of obstacles and of households
            return facts.say("barred") if neighbour.barred_by else ""
        reasons = list(self._forbidden(own, other))
        if neighbour.barred_by:
            reasons.insert(0, facts.say("barred_by", by=neighbour.barred_by))
        if reasons:
            return facts.say("impossible", why=facts.listed(reasons))
        rules = self.plan.rules
        enough = self._count(own) + self._count(other) >= min(rules.floor_of(own), rules.floor_of(other))
        return facts.say("possible" if enough else "possible_more")

    def _count(self, name: str) -> int:
        return self._counts[name]

    @cached_property
    def _counts(self) -> dict[str, int]:
        return {str(name): int(count) for name, count in self.plan.members["households"].items()}

    def _forbidden(self, own: str, other: str) -> Iterator[str]:
        """Name the rules that these two alone already break; a larger group would break them too."""
        rules, lang = self.plan.rules, self.facts.lang
        for column, values in self._walls.items():
            if values[own] != values[other]:
                yield describe_rule(rules, f"keep_within:{column}", lang)
        if {own, other} & set(rules.unchanged):
            yield describe_rule(rules, "unchanged", lang)
        elif {own, other} & self._stay:
            yield describe_rule(rules, "obstacles", lang)
        if (min(own, other), max(own, other)) in self._apart:
            together = any({own, other} <= set(ids) for ids in rules.apart)
            yield describe_rule(rules, "apart" if together else "obstacles", lang)
        if rules.max_households is not None and self._count(own) + self._count(other) > rules.max_households:
            yield describe_rule(rules, "max_households", lang)
        if rules.max_small_per_large == 0 and not (self.facts.small[own] and self.facts.small[other]):
            yield describe_rule(rules, "max_small_per_large", lang)
        if (
            rules.max_span_m is not None
            and rules.span_along == "straight"
            and self._apart_m(own, other) > rules.max_span_m
        ):
            yield describe_rule(rules, "max_span_m", lang)

    @cached_property
    def _walls(self) -> dict[str, dict[str, str | None]]:
        rules, table = self.plan.rules, self.plan.associations
        ids = [str(name) for name in table.index]
        return {
            column: dict(zip(ids, boundary_texts(table[column], rules.missing_as.get(column)), strict=True))
            for column in rules.keep_within
        }

    @cached_property
    def _stay(self) -> set[str]:
        return ids_that_stay(self.plan.rules)

    @cached_property
    def _apart(self) -> set[tuple[str, str]]:
        return pairs_kept_apart(self.plan.rules)

    def _apart_m(self, own: str, other: str) -> float:
        (x, y), (x_to, y_to) = self._points[own], self._points[other]
        return math.hypot(x - x_to, y - y_to)

    # --- the small map ------------------------------------------------------------------------------------------------

    @cached_property
    def _points(self) -> dict[str, tuple[float, float]]:
        points = representative_points(self.plan.associations)
        spots = shapely.get_coordinates(points.to_numpy()).tolist()
        return {str(name): (x, y) for name, (x, y) in zip(points.index, spots, strict=True)}

    @cached_property
    def _areas(self) -> gpd.GeoSeries:
        areas = self.plan.associations.geometry
        plain = shapely.coverage_simplify(shapely.force_2d(areas.to_numpy()), _DETAIL_M)
        return gpd.GeoSeries(plain, index=areas.index.astype(str), crs=areas.crs)

    @cached_property
    def _paths(self) -> dict[str, Any]:
        return {str(name): as_path(area) for name, area in self._areas.items()}

    @cached_property
    def _tree(self) -> Any:
        return shapely.STRtree(self._areas.to_numpy())

    @cached_property
    def _barred(self) -> gpd.GeoSeries:
        table = self.plan.borders
        barred = table[table["barred_by"].fillna("").astype(str) != ""]
        return gpd.GeoSeries(barred.geometry.simplify(_DETAIL_M))

    @cached_property
    def _places(self) -> dict[str, tuple[float, float]]:
        """Group id -> where it meets."""
        halls = self.plan.halls
        known = dict(self._points)
        if halls is not None:
            placed: Any = halls.geometry[halls.geometry.notna() & ~halls.geometry.is_empty]
            spots = placed.representative_point()
            known |= {str(name): (spot.x, spot.y) for name, spot in spots.items()}
        wanted = self.plan.groups["meeting_place_id"]
        return {str(name): known[str(place)] for name, place in wanted.items() if str(place) in known}

    def draw(self, sheet: Sheet, own: str, box: tuple[float, float, float, float]) -> None:
        """Draw an association, its group and its neighbours into a box given by its upper left corner and size."""
        view = _View(sheet, box, self._window(own, box[2] / box[3]))
        members = set(self.facts.group_of[own].members)
        near = sorted(self._tree.query(shapely.box(*view.window)).tolist())
        ids = [str(self._areas.index[place]) for place in near]
        inhabited = self.facts.group_of
        for name in ids:
            fill = OWN if name == own else PARTNER if name in members else OTHER if name in inhabited else EMPTY
            hatch = "//" if name in members and name != own else None
            view.area(self._seen(name, view), fill=fill, edge=_OUTLINE, line=0.5, hatch=hatch)
        view.area(self._group_path(own), fill=None, edge=INK, line=2.2)
        self._draw_signs(view, own)
        view.scale_bar()
        sheet.box(*box, edge=_OUTLINE, line=0.7)

    def _draw_signs(self, view: _View, own: str) -> None:
        for line in self._barred.iloc[sorted(self._barred.sindex.query(shapely.box(*view.window)).tolist())]:
            view.area(as_path(line), fill=None, edge=_BARRED, line=2.4, dashes=(4, 2))
        place = self._places.get(self.facts.group_of[own].group_id)
        if place is not None:
            view.square(place)
        signs = {row.association_id: n for n, row in enumerate(self.neighbours.get(own, ()))}
        for name, number in signs.items():
            view.label(self._areas[name], sign_of(number, self.facts.lang), 10.5)

    def _seen(self, name: str, view: _View) -> Any:
        """Give an area as a path, of a large one only what is seen: its edges along the cut lie outside the map."""
        area = self._areas[name]
        if shapely.get_num_coordinates(area) < _FEW_CORNERS or shapely.contains_properly(view.around, area):
            return self._paths[name]
        return as_path(shapely.intersection(area, view.around))

    def _group_path(self, own: str) -> Any:
        members = self.facts.group_of[own].members
        if len(members) == 1:
            return self._paths[own]
        areas: Any = self._areas[list(members)]
        return as_path(shapely.union_all(areas.to_numpy(), grid_size=0.01))

    def _window(self, own: str, ratio: float) -> tuple[float, float, float, float]:
        """Give what the map shows: the group where it is not much larger than the association, else this alone."""
        areas: Any = self._areas
        members = areas[list(self.facts.group_of[own].members)].total_bounds
        alone = shapely.bounds(areas[own])
        size = np.maximum(alone[2:] - alone[:2], _LEAST_M)
        bounds = members if max((members[2:] - members[:2]) / size) < 5 else alone
        middle = (bounds[:2] + bounds[2:]) / 2
        across, up = np.maximum(bounds[2:] - bounds[:2], _LEAST_M) * 1.45
        across, up = max(across, up * ratio), max(up, across / ratio)
        half = np.array([across / 2, up / 2])
        return (*(middle - half).tolist(), *(middle + half).tolist())


class _View:
    """A window of the plane put into a box of a sheet."""

    def __init__(
        self, sheet: Sheet, box: tuple[float, float, float, float], window: tuple[float, float, float, float]
    ) -> None:
        from matplotlib.transforms import Bbox

        self.sheet, self.window = sheet, window
        self.around = shapely.box(*window).buffer(0.05 * (window[2] - window[0]), join_style="mitre")
        x, y, width, height = box
        self.box = box
        self.scale = width / (window[2] - window[0])
        self.shift = np.array([x - window[0] * self.scale, sheet.size[1] - y - height - window[1] * self.scale])
        self.clip = Bbox.from_bounds(x, sheet.size[1] - y - height, width, height)

    def area(self, path: Any, *, fill: str | None, edge: str, line: float, **signs: Any) -> None:
        from matplotlib.path import Path

        moved = Path(path.vertices * self.scale + self.shift, path.codes)
        self.sheet.shape(moved, fill=fill, edge=edge, line=line, clip=self.clip, **signs)

    def spot(self, x: float, y: float) -> tuple[float, float]:
        across, up = np.array([x, y]) * self.scale + self.shift
        return float(across), self.sheet.size[1] - float(up)

    def label(self, area: Any, text: str, size: float) -> None:
        """Set a sign in the middle of what is seen of an area, on a pale ground."""
        seen = shapely.clip_by_rect(area, *self.window)
        if seen.is_empty:
            return
        point = max(shapely.get_parts(seen), key=lambda part: part.area).representative_point()
        x, y = self.spot(point.x, point.y)
        width = self.sheet.letters.width(text, size)
        left, top, across, up = self.box
        x = min(max(x, left + width / 2 + 2), left + across - width / 2 - 2)
        y = min(max(y, top + size / 2 + 2), top + up - size / 2 - 2)
        self.sheet.box(x - width / 2 - 1.5, y - size * 0.55, width + 3, size * 1.15, fill="#FFFFFF")
        self.sheet.text(x, y - size * 0.53, text, size, align="center")

    def square(self, place: tuple[float, float]) -> None:
        x, y = self.spot(*place)
        left, top, across, up = self.box
        if left < x < left + across and top < y < top + up:
            self.sheet.box(x - 3.5, y - 3.5, 7, 7, fill=INK, edge="#FFFFFF", line=1.0)

    def scale_bar(self) -> None:
        wanted = (self.window[2] - self.window[0]) / 4
        power = 10 ** math.floor(math.log10(wanted))
        length = max(step * power for step in (1, 2, 5) if step * power <= wanted)
        text = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
        left, top, _, up = self.box
        width = length * self.scale
        self.sheet.box(left + 4, top + up - 19, max(width, self.sheet.letters.width(text, 8)) + 8, 16, fill="#FFFFFF")
        self.sheet.text(left + 8, top + up - 18, text, 8)
        self.sheet.rule(left + 8, top + up - 6.5, left + 8 + width, top + up - 6.5, line=1.6, colour=INK)


def as_path(geometry: Any) -> Any:
    """Give areas or lines as one path."""
    from matplotlib.path import Path

    parts = shapely.get_parts(geometry)
    rings = shapely.get_rings(parts) if geometry.geom_type.endswith("Polygon") else parts
    vertices, codes = [np.empty((0, 2))], [np.empty(0, dtype=Path.code_type)]
    for ring in rings:
        points = shapely.get_coordinates(ring)
        if len(points) < 2:
            continue
        code = np.full(len(points), Path.LINETO, dtype=Path.code_type)
        code[0] = Path.MOVETO
        vertices.append(points)
        codes.append(code)
    return Path(np.concatenate(vertices), np.concatenate(codes))
