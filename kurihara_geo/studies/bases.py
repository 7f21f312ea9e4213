"""Bases (拠点) for councils or the city: which public buildings, for whom, and how far it is."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from kurihara_geo import columns
from kurihara_geo.errors import InputError, NoPlanError, NotProvenWarning
from kurihara_geo.model.placement import (
    Placement,
    Places,
    fewest_bases,
    place_centre,
    place_cover,
    place_median,
    place_most_reached,
    site_draw,
)
from kurihara_geo.rules.values import read_choice, read_flag, read_whole
from kurihara_geo.sources.records import listed
from kurihara_geo.studies.arguments import deadline_after, read_argument, read_number
from kurihara_geo.studies.base_inputs import (
    Demand,
    hazards_of,
    read_demand,
    read_distances,
    read_kept,
    read_sites,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kurihara_geo.plan import Plan

__all__ = ["Bases", "choose_bases"]

GOALS = ("p_median", "p_centre", "cover")
_ALONG = ("straight", "borders")
# Pairs of who is served and where a base may be that one area may have; more do not fit into memory.
_MOST_PAIRS = 3_000_000
_SHOWN = ("name", "area", "kept", "served", "households")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Bases:
    """Bases that were chosen, who goes where, and what is proven.

    Parameters
    ----------
    bases
        GeoDataFrame of the chosen sites, index ``site_id``, columns as in ``columns.BASES``, in the CRS of the
        associations. A site that serves two areas has a row for each.
    assignment
        DataFrame, index ``association_id``, columns as in ``columns.BASE_ASSIGNMENT``: where each association goes.
    left_out
        DataFrame, index ``site_id``, columns as in ``columns.BASES_LEFT_OUT``: sites no base could be at, and why.
    stages
        DataFrame, columns as in ``columns.BASE_STAGES``: for each area what was minimised, in order, with value, bound
        and proof.
    goal
        ``p_median``, ``p_centre`` or ``cover``.
    unit
        ``m`` or ``min``.
    reach
        The way within which everybody is to be, or as many as possible; None without one.
    """

    bases: gpd.GeoDataFrame
    assignment: pd.DataFrame
    left_out: pd.DataFrame
    stages: pd.DataFrame
    goal: str
    unit: str
    reach: int | None

    @property
    def proven(self) -> bool:
        """Whether every stage of every area is proven the least possible."""
        return bool(self.stages["proven"].all())

    def summary(self) -> dict[str, float]:
        """Give the counts people ask for first: bases, associations, households, mean and longest way."""
        ways, weights = self.assignment[f"distance_{self.unit}"], self.assignment["weight"]
        return {
            "bases": len(self.bases),
            "associations": len(self.assignment),
            "households": int(self.assignment["households"].sum()),
            f"mean_distance_{self.unit}": _mean(ways, weights),
            f"longest_distance_{self.unit}": int(ways.max()),
        }

    def __repr__(self) -> str:
        s = self.summary()
        mean, longest = s[f"mean_distance_{self.unit}"], s[f"longest_distance_{self.unit}"]
        proof = "proven" if self.proven else "NOT proven"
        return (
            f"<Bases: {s['bases']} for {s['associations']} associations, mean {mean:,.0f} {self.unit}, "
            f"longest {longest:,} {self.unit}, {proof}>"
        )

    def _repr_html_(self) -> str:
        """Notebook view: counts, proof, and the bases."""
        s, unit = self.summary(), "m" if self.unit == "m" else "分"
        proof = "最適性を証明済み" if self.proven else "最適性は未証明"
        names = [*_SHOWN, f"mean_distance_{self.unit}", f"longest_distance_{self.unit}"]
        shown = pd.DataFrame(self.bases)[names].round(0)
        shown.columns = [columns.label(name, table=columns.BASES) for name in names]
        out = f"<p>候補から除いた施設: {len(self.left_out)}</p>" if len(self.left_out) else ""
        notice = str(self.bases.attrs.get("notice", ""))
        return (
            f"<p><strong>拠点</strong> {s['bases']}か所、自治会 {s['associations']}、世帯数 {s['households']:,}、"
            f"平均 {s[f'mean_distance_{self.unit}']:,.0f}{unit}、最長 {s[f'longest_distance_{self.unit}']:,}{unit}。"
            f"{proof}</p>{shown.to_html(escape=True)}{out}"
            + (f"<p><small>{escape(notice)}</small></p>" if notice else "")
        )


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What is to be chosen, checked."""

    goal: str
    count: int | None
    per: str | None
    reach: int | None
    unit: str
    elsewhere: bool
    deadline: float


@dataclass(frozen=True, kw_only=True)
class _Area:
    """One area that is solved by itself."""

    name: str
    rows: tuple[str, ...]
    sites: tuple[str, ...]
    kept: tuple[str, ...]
    placement: Placement | None = None


def choose_bases(
    demand: gpd.GeoDataFrame | Plan,
    sites: gpd.GeoDataFrame,
    *,
    count: int | None = None,
    per: str | None = None,
    goal: str = "p_median",
    reach_m: int | None = None,
    reach_min: int | None = None,
    keep: Iterable[str] | Mapping[str, str] = (),
    avoid: Iterable[str] = (),
    distances: pd.DataFrame | None = None,
    unit: str = "m",
    along: str = "straight",
    borders: pd.DataFrame | None = None,
    weights: str = "households",
    elsewhere: bool = False,
    time_limit_s: float | None = 300.0,
) -> Bases:
    """Choose bases (拠点) among public buildings: k for the city, or one for each council or former school district.

    Parameters
    ----------
    demand
        Checked associations (index ``association_id``, ``name``, ``households``, metric CRS); or a plan: then each
        group goes to one base as a whole, its members from where they live. Areas without households are not served.
    sites
        Points where a base may be: index of ids, ``name``, any CRS, as :func:`kurihara_geo.read_public_facilities`,
        :func:`kurihara_geo.read_evacuation_sites` or :func:`kurihara_geo.load_sample_halls` give them.
    count
        Bases in all, existing ones among them; with ``per``, in each area (None: one, or as many as it has already).
        Needed without ``per``, but for ``cover``, where None asks for the fewest that reach everybody.
    per
        Column of the associations, such as ``council`` or ``former_school_district``: each area is solved apart, with
        the sites that stand in its associations or name it in a column of that name.
    goal
        ``p_median``: the sum of weight times way is least. ``p_centre``: the longest way is least, then that sum.
        ``cover``: the fewest bases within reach of everybody, then that sum; with a count, the least weight out of
        reach, then that sum. What is still equal is settled by the smallest sum of lottery numbers,
        drawn from the ids of the sites (1 plus the first 20 bits of SHA-256).
    reach_m, reach_min
        Metres, or minutes of the planner's own matrix: for ``cover`` the way that counts as reached; for the other
        goals a limit that nobody may be beyond. For a group it is the way of its farthest member.
    keep
        Ids of existing bases, which stay. One with a hazard that is to be avoided needs a reason: id -> reason.
    avoid
        Hazards, such as ``("flood", "landslide")``. A site is left out where its column ``flood`` or ``hazard_flood``
        is true, or its ``shelter_flood`` false (the site is not designated for people who flee from a flood).
    distances
        The planner's own matrix: one row an association, one column a site, in metres or minutes, rounded to whole
        ones; infinity says that there is no way. Other rows and columns do not matter.
    unit
        ``m``, or ``min`` if ``distances`` are minutes.
    along
        Without a matrix: ``straight`` from the point of the association to the site, or along the ``borders``: straight
        from point to point of associations that share an open border or a link, to the site's own association (the
        nearest inhabited one, where it stands in none), and from its point to the site.
    borders
        As :func:`kurihara_geo.find_borders` gives them; those of the plan if not given.
    weights
        Column of the associations that weighs their ways: whole numbers.
    elsewhere
        Whether an area without any site of its own may take one of the whole city; it is an error otherwise.
    time_limit_s
        Seconds for all of it; the best bases found by then are not marked proven. None: no limit.

    Returns
    -------
    Bases

    Raises
    ------
    InputError
        If arguments do not fit together; a table cannot be used; the matrix misses a pair; an existing base has a
        hazard and no reason; an area has no site left; somebody has no site within reach; or so many bases cannot serve
        everybody (the message says how many it takes). What is wrong is named.
    NoPlanError
        If nothing was found in the time given.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> sample = kg.load_sample()
    >>> town = sample[sample["former_town"] == "一迫"]
    >>> bases = kg.choose_bases(town, kg.load_sample_halls(), per="former_school_district", avoid=["flood"])
    >>> len(bases.bases), bases.proven
    (4, True)
    """
    asked = _read_asked(
        goal=goal,
        count=count,
        per=per,
        reach_m=reach_m,
        reach_min=reach_min,
        distances=distances,
        unit=unit,
        along=along,
        elsewhere=elsewhere,
        time_limit_s=time_limit_s,
    )
    people = read_demand(demand, weights)
    places = read_sites(sites, people.associations)
    kept = read_kept(keep, places)
    hazards = hazards_of(places, avoid)
    _refuse_kept_in_hazard(places, kept, hazards)
    fit = [site for site in places.index if site in kept or not hazards[site]]
    of_row, of_site = _areas_of(people, places, asked)
    ways = read_distances(people, places.loc[fit], distances, along, borders)
    areas = _draw_areas(people, asked, of_row, {site: of_site[site] for site in fit}, kept, hazards)
    _refuse_out_of_reach(people, areas, ways, asked)
    solved = [_solve(people, area, ways, asked) for area in areas]
    result = _write_down(people, places, asked, solved, ways, kept, hazards, of_site)
    if not result.proven:
        warnings.warn("The bases are the best found, not proven to be the best.", NotProvenWarning, stacklevel=2)
    return result


# --- what is asked -------------------------------------------------------------------------------------------------


def _read_asked(
    *,
    goal: Any,
    count: Any,
    per: Any,
    reach_m: Any,
    reach_min: Any,
    distances: Any,
    unit: Any,
    along: Any,
    elsewhere: Any,
    time_limit_s: Any,
) -> _Asked:
    goal = read_argument("goal", _read_word(*GOALS), goal)
    unit = read_argument("unit", _read_word("m", "min"), unit)
    read_argument("along", _read_word(*_ALONG), along)
    elsewhere = read_argument("elsewhere", read_flag, elsewhere)
    count = None if count is None else read_number("count", count)
    if per is not None and not (isinstance(per, str) and per):
        raise InputError(f"per must be the name of a column of the associations, or None, not {per!r}.")
    given, other = (reach_m, reach_min) if unit == "m" else (reach_min, reach_m)
    name, wrong = ("reach_m", "reach_min") if unit == "m" else ("reach_min", "reach_m")
    if other is not None:
        raise InputError(f"unit is {unit!r}: give {name}=, not {wrong}=.")
    reach = None if given is None else read_argument(name, lambda value: read_whole(value, least=0), given)
    if unit == "min" and distances is None:
        raise InputError("unit='min' needs distances=, a matrix of minutes.")
    if goal == "cover" and reach is None:
        raise InputError(f"goal='cover' needs {name}=, the way that counts as reached.")
    if goal != "cover" and count is None and per is None:
        raise InputError(f"goal={goal!r} needs count=, how many bases the city is to have, or per=, a column of areas.")
    return _Asked(
        goal=goal,
        count=count,
        per=per,
        reach=reach,
        unit=unit,
        elsewhere=elsewhere,
        deadline=deadline_after(time_limit_s),
    )


def _read_word(*words: str) -> Any:
    """Give a check of a word that takes any value, tables too."""
    check = read_choice(*words)
    return lambda value: check(value if isinstance(value, str) else repr(type(value).__name__))


def _refuse_kept_in_hazard(
    sites: gpd.GeoDataFrame, kept: Mapping[str, str], hazards: Mapping[str, tuple[str, ...]]
) -> None:
    wrong = [
        f"{site} {sites['name'][site]} ({', '.join(hazards[site])})"
        for site, reason in kept.items()
        if hazards[site] and not reason
    ]
    if wrong:
        raise InputError(
            f"Existing bases lie in a hazard that is to be avoided: {listed(wrong)}. Leave them out of keep=, or give "
            "the reason to keep each, which is printed: keep={id: reason}."
        )


# --- areas ---------------------------------------------------------------------------------------------------------


def _areas_of(demand: Demand, sites: gpd.GeoDataFrame, asked: _Asked) -> tuple[dict[str, str], dict[str, str]]:
    """Say in which area each row and each site is; an empty text for the whole city, and for a site in none."""
    if asked.per is None:
        return dict.fromkeys(demand.rows, ""), dict.fromkeys(map(str, sites.index), "")
    if asked.per not in demand.associations or asked.per in ("geometry", "point"):
        found = ", ".join(str(name) for name in demand.associations.columns if name not in ("geometry", "point"))
        raise InputError(f"per={asked.per!r} is no column of the associations. Columns found: {found}.")
    area_of = {str(name): _text(value) for name, value in demand.associations[asked.per].items()}
    without = [f"{name} {demand.people['name'][name]}" for name in demand.people.index if not area_of[name]]
    if without:
        raise InputError(f"Associations without a value in {asked.per!r}: {listed(without)}. Fill them in.")
    across = [name for name, ids in demand.rows.items() if len({area_of[member] for member in ids}) > 1]
    if across:
        raise InputError(
            f"Groups of the plan lie in several areas of {asked.per!r}: {demand.named(across)}. Give the associations "
            "(plan.associations) instead, or a plan that keeps within the column."
        )
    own = sites[asked.per] if asked.per in sites else pd.Series("", index=sites.index)
    of_site = {
        str(site): _text(value) or area_of.get(_text(owner), "")
        for site, value, owner in zip(sites.index, own, sites["association_id"], strict=True)
    }
    return {name: area_of[ids[0]] for name, ids in demand.rows.items()}, of_site


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, str) else "" if pd.isna(value) else str(value)


def _draw_areas(
    demand: Demand,
    asked: _Asked,
    of_row: Mapping[str, str],
    of_site: Mapping[str, str],
    kept: Mapping[str, str],
    hazards: Mapping[str, tuple[str, ...]],
) -> list[_Area]:
    """Put rows, sites and existing bases together by area.

    Raises
    ------
    InputError
        If an area has no site left, fewer than it is to have, or more existing bases than that; every one is named.
    """
    names = sorted(set(of_row.values()))
    lost = [site for site in kept if of_site[site] not in names]
    if lost:
        raise InputError(f"Existing bases stand in no area where people live: {listed(lost)}. Say where they belong.")
    areas, empty = [], []
    for name in names:
        own = tuple(site for site, area in of_site.items() if area == name)
        there = tuple(sorted(site for site in kept if of_site[site] == name))
        rows = tuple(row for row in demand.rows if of_row[row] == name)
        if not own and not (asked.elsewhere and of_site):
            empty.append(name or "the whole city")
        areas.append(_Area(name=name, rows=rows, sites=own or tuple(of_site), kept=there))
    if empty:
        without = sum(1 for flags in hazards.values() if flags)
        raise InputError(
            f"No site is left in: {listed(empty)} ({without} sites have a hazard to be avoided). Give more sites, "
            "avoid less, or set elsewhere=True to take a site of another area."
        )
    count = asked.count
    full = [f"{area.name or 'the city'} ({len(area.kept)})" for area in areas if count and len(area.kept) > count]
    few = [f"{area.name or 'the city'} ({len(area.sites)})" for area in areas if count and len(area.sites) < count]
    if full:
        raise InputError(
            f"count={count} is less than the existing bases in: {listed(full)}. Raise count, or keep fewer."
        )
    if few:
        raise InputError(f"count={count} is more than the sites in: {listed(few)}. Lower count, or give more sites.")
    return areas


def _refuse_out_of_reach(
    demand: Demand, areas: Iterable[_Area], ways: Mapping[str, Mapping[str, int]], asked: _Asked
) -> None:
    """Name every row that no site of its area can serve."""
    hard = asked.reach if asked.goal != "cover" or asked.count is None else None
    far = []
    for area in areas:
        for row in area.rows:
            each = [_way(demand, row, site, ways) for site in area.sites]
            known = [way for way in each if way is not None]
            if not known or (hard is not None and min(known) > hard):
                nearest = f"nearest site {min(known)} {asked.unit}" if known else "no way to any site"
                far.append(f"{row} {demand.names[row]} ({nearest})")
    if far:
        limit = "" if hard is None else f" within {hard} {asked.unit}"
        raise InputError(
            f"{len(far)} of those to be served have no site{limit}: {listed(far)}. Give more sites, "
            f"{'a longer reach' if hard is not None else 'a link or distances'}, or leave them out of demand."
        )


def _way(demand: Demand, row: str, site: str, ways: Mapping[str, Mapping[str, int]]) -> int | None:
    """Give the way of the farthest member; None where one of them has none."""
    each = [ways[member].get(site) for member in demand.rows[row]]
    known = [way for way in each if way is not None]
    return max(known) if len(known) == len(each) else None


# --- the model ------------------------------------------------------------------------------------------------------


def _solve(demand: Demand, area: _Area, ways: Mapping[str, Mapping[str, int]], asked: _Asked) -> _Area:
    if len(area.rows) * len(area.sites) > _MOST_PAIRS:
        raise InputError(
            f"{len(area.rows):,} to be served and {len(area.sites):,} sites make more than {_MOST_PAIRS:,} pairs. "
            "Solve area by area with per=, or give fewer sites."
        )
    places = _places(demand, area, ways)
    count = asked.count
    if count is None and asked.goal != "cover":
        count = max(1, len(area.kept))
    hard = asked.reach if asked.goal != "cover" else None
    near = places.within(hard)
    if asked.goal == "cover":
        reach = asked.reach or 0
        if count is None:
            placement = place_cover(places, reach, deadline=asked.deadline)
        else:
            placement = place_most_reached(places, count, reach, deadline=asked.deadline)
    elif asked.goal == "p_centre":
        placement = place_centre(near, count or 1, deadline=asked.deadline)
    else:
        placement = place_median(near, count or 1, deadline=asked.deadline)
    if placement is None:
        _refuse_count(near, area, asked, count)
    return _Area(name=area.name, rows=area.rows, sites=area.sites, kept=area.kept, placement=placement)


def _places(demand: Demand, area: _Area, ways: Mapping[str, Mapping[str, int]]) -> Places:
    """Give numbers to the sites of an area in the order of their ids, and price every pair."""
    near: list[dict[int, int]] = []
    costs: list[dict[int, int]] = []
    for row in area.rows:
        way = {number: _way(demand, row, site, ways) for number, site in enumerate(area.sites)}
        near.append({number: found for number, found in way.items() if found is not None})
        costs.append(
            {
                number: sum(demand.weights[member] * ways[member][area.sites[number]] for member in demand.rows[row])
                for number in near[-1]
            }
        )
    weights = [sum(demand.weights[member] for member in demand.rows[row]) for row in area.rows]
    kept = frozenset(number for number, site in enumerate(area.sites) if site in area.kept)
    return Places(near, costs, weights, [site_draw(site) for site in area.sites], kept)


def _refuse_count(places: Places, area: _Area, asked: _Asked, count: int | None) -> None:
    needed = fewest_bases(places, deadline=asked.deadline)
    where = f" in {area.name}" if area.name else ""
    if needed is not None and count is not None and needed > count:
        limit = f" within {asked.reach} {asked.unit}" if asked.reach is not None else ""
        raise InputError(
            f"{count} bases{where} cannot serve everybody{limit}; it takes at least {needed}. Raise count or reach."
        )
    raise NoPlanError(f"No bases were found{where} in the time given; raise time_limit_s.")


# --- tables ----------------------------------------------------------------------------------------------------------


def _write_down(
    demand: Demand,
    sites: gpd.GeoDataFrame,
    asked: _Asked,
    areas: Iterable[_Area],
    ways: Mapping[str, Mapping[str, int]],
    kept: Mapping[str, str],
    hazards: Mapping[str, tuple[str, ...]],
    of_site: Mapping[str, str],
) -> Bases:
    assigned, chosen, stages = [], [], []
    for area in areas:
        if area.placement is None:
            raise AssertionError(f"area {area.name!r} was written down before it was solved")
        for row, number in zip(area.rows, area.placement.serving, strict=True):
            assigned += _assigned(demand, row, area.name, area.sites[number], sites, ways, asked)
        chosen += [(area.name, area.sites[number]) for number in sorted(area.placement.chosen)]
        stages += [{"area": area.name, **vars(stage), "gap": stage.gap} for stage in area.placement.stages]
    # Values are whole numbers of any size; pandas would make decimals of those that a machine word does not hold.
    stage_table = pd.DataFrame(stages, columns=[column.name for column in columns.BASE_STAGES], dtype=object)
    names = _for_unit(columns.BASE_ASSIGNMENT, asked.unit)
    assignment = pd.DataFrame(assigned, columns=names).set_index("association_id").sort_index()
    left = _left_out(sites, asked, set(kept), hazards, of_site)
    bases = _base_table(sites, chosen, assignment, asked, kept, hazards)
    for key in ("notice", "notice_en", "attribution", "attribution_en"):
        if key in demand.associations.attrs:
            bases.attrs[key] = demand.associations.attrs[key]
    return Bases(
        bases=bases,
        assignment=assignment,
        left_out=left,
        stages=stage_table.astype({"proven": "bool"}),
        goal=asked.goal,
        unit=asked.unit,
        reach=asked.reach,
    )


def _for_unit(table: Iterable[columns.Column], unit: str) -> list[str]:
    """List the columns of a table that has its distances in one unit."""
    other = "min" if unit == "m" else "m"
    return [
        column.name
        for column in table
        if not column.name.endswith(f"_distance_{other}") and column.name != f"distance_{other}"
    ]


def _assigned(
    demand: Demand,
    row: str,
    area: str,
    site: str,
    sites: gpd.GeoDataFrame,
    ways: Mapping[str, Mapping[str, int]],
    asked: _Asked,
) -> list[dict[str, Any]]:
    return [
        {
            "association_id": member,
            "name": str(demand.people["name"][member]),
            "households": int(demand.people["households"][member]),
            "weight": demand.weights[member],
            "served_as": row,
            "area": area,
            "site_id": site,
            "base": str(sites["name"][site]),
            f"distance_{asked.unit}": ways[member][site],
            "within_reach": asked.reach is None or ways[member][site] <= asked.reach,
        }
        for member in demand.rows[row]
    ]


def _base_table(
    sites: gpd.GeoDataFrame,
    chosen: Iterable[tuple[str, str]],
    assignment: pd.DataFrame,
    asked: _Asked,
    kept: Mapping[str, str],
    hazards: Mapping[str, tuple[str, ...]],
) -> gpd.GeoDataFrame:
    rows, way = [], f"distance_{asked.unit}"
    for area, site in chosen:
        served = assignment[(assignment["site_id"] == site) & (assignment["area"] == area)]
        rows.append(
            {
                "site_id": site,
                "name": str(sites["name"][site]),
                "area": area,
                "kept": site in kept,
                "reason": kept.get(site, ""),
                "hazards": ";".join(hazards[site]),
                "served": len(served),
                "households": int(served["households"].sum()),
                f"mean_{way}": _mean(served[way], served["weight"]),
                f"longest_{way}": None if served.empty else int(served[way].max()),
                "geometry": sites.geometry[site],
            }
        )
    table = pd.DataFrame(rows, columns=_for_unit(columns.BASES, asked.unit)).set_index("site_id")
    table = table.astype({f"longest_{way}": "Int64", f"mean_{way}": "float64"})
    return gpd.GeoDataFrame(table, geometry="geometry", crs=sites.crs)


def _mean(ways: pd.Series, weights: pd.Series) -> float:
    """Give the mean way, weighed; not weighed where all weights are 0, NaN where there is nobody."""
    total = sum(int(weight) for weight in weights)
    if not total:
        return float(ways.mean()) if len(ways) else float("nan")
    return sum(int(way) * int(weight) for way, weight in zip(ways, weights, strict=True)) / total


def _left_out(
    sites: gpd.GeoDataFrame,
    asked: _Asked,
    kept: set[str],
    hazards: Mapping[str, tuple[str, ...]],
    of_site: Mapping[str, str],
) -> pd.DataFrame:
    rows = []
    for site in map(str, sites.index):
        flags = ", ".join(hazards[site])
        if hazards[site] and site not in kept:
            reason, ja, en = "hazard", f"災害の区域にある({flags})", f"it lies in a hazard to be avoided ({flags})"
        elif asked.per is not None and not of_site[site]:
            reason, ja, en = "outside", "どの区域にも入らない", "it stands in none of the areas"
        else:
            continue
        about = {"site_id": site, "name": str(sites["name"][site]), "area": of_site[site], "reason": reason}
        rows.append({**about, "explanation": ja, "explanation_en": en})
    return pd.DataFrame(rows, columns=[column.name for column in columns.BASES_LEFT_OUT]).set_index("site_id")
