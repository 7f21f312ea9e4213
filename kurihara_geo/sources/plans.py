"""A plan that was written before, read as plain values: nothing here asks whether it holds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely

from kurihara_geo.columns import GROUP_STATUSES
from kurihara_geo.errors import Problem, RulesError, SourceError
from kurihara_geo.rules import MergeRules
from kurihara_geo.sources.editions import refuse_public_edition
from kurihara_geo.sources.records import existing_file, sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

__all__ = ["WrittenGroup", "WrittenPlan", "WrittenStage", "read_plan"]

_MOST_PROBLEMS = 20
# Beyond this no count or sum of the package goes, and other programs cannot hold it.
_MOST = 2**63


@dataclass(frozen=True, kw_only=True)
class WrittenGroup:
    """One feature of a ``plan.geojson``: a group, or an area where nobody lives.

    Parameters
    ----------
    feature_id
        The feature's own id.
    group_id, name, status, households, population, member_ids, member_names
        As written; ``population`` is None where it is unknown.
    geometry
        The outline in EPSG:4326.
    """

    feature_id: str
    group_id: str
    name: str
    status: str
    households: int
    population: int | None
    member_ids: tuple[str, ...]
    member_names: tuple[str, ...]
    geometry: shapely.Geometry

    @property
    def uninhabited(self) -> bool:
        """Whether it is called an area where nobody lives."""
        return self.status == "uninhabited"


@dataclass(frozen=True, kw_only=True)
class WrittenStage:
    """What was written of one stage.

    Parameters
    ----------
    name, value, bound, gap, proven
        As in :class:`kurihara_geo.model.solution.Stage`.
    """

    name: str
    value: int
    bound: int | None
    gap: float | None
    proven: bool


@dataclass(frozen=True, kw_only=True)
class WrittenPlan:
    """A ``plan.geojson`` as plain values.

    Parameters
    ----------
    groups
        Its features in their order.
    rules
        What was asked.
    stages
        What is said of each stage.
    proven
        Whether every stage is said to be proven.
    stopped
        Why the engine is said to have stopped before; empty where it ended by itself.
    counts
        Counts before and after: name -> whole number.
    left_below
        Associations said to be left below the floor, with their reasons.
    crs
        The plane CRS it was measured in: a code, or WKT.
    input_sha256
        SHA-256 of the whole input.
    input_hashes
        Kind of input -> SHA-256.
    about
        The foreign member ``kurihara_geo`` as it stands: engine, solver, search, provenance and all of the above.
    source
        The file's name and SHA-256.
    """

    groups: tuple[WrittenGroup, ...]
    rules: MergeRules
    stages: tuple[WrittenStage, ...]
    proven: bool
    stopped: str
    counts: Mapping[str, int]
    left_below: tuple[Mapping[str, Any], ...]
    crs: str
    input_sha256: str
    input_hashes: Mapping[str, str]
    about: Mapping[str, Any]
    source: Mapping[str, Any]


def read_plan(path: str | Path) -> WrittenPlan:
    """Read a plan that was written as ``plan.geojson``.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    WrittenPlan
        Everything the file says, unchecked; :func:`kurihara_geo.verify_plan` checks it.

    Raises
    ------
    SourceError
        If the file cannot be read, is no plan of this package or its public edition, or holds values of the wrong
        kind; every one is named.

    Examples
    --------
    >>> read_plan("out/demo/plan.geojson").proven  # doctest: +SKIP
    True
    """
    file = existing_file(path)
    refuse_public_edition(file, shown=str(path))
    content = _read_json(file, shown=str(path))
    about = content.get("kurihara_geo")
    features = content.get("features")
    if content.get("type") != "FeatureCollection" or not isinstance(features, list) or not isinstance(about, dict):
        raise SourceError(
            f"{path}: this is no plan of this package: it needs features and the member 'kurihara_geo'; "
            "name the plan.geojson of a written plan."
        )
    values = _Values()
    groups = [_group(values, f"feature {number}", feature) for number, feature in enumerate(features, 1)]
    plan = _plan(values, about, source={"path": file.name, "sha256": sha256_of([file])})
    if values.problems:
        raise SourceError(f"{path}: the plan cannot be read:", values.problems[:_MOST_PROBLEMS])
    return WrittenPlan(groups=tuple(groups), **plan)


def _read_json(file: Path, *, shown: str) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"))
        json.dumps(content, ensure_ascii=False).encode()  # fails on half of a surrogate pair, which is no character
    except OSError as error:
        raise SourceError(f"{shown}: the file cannot be opened ({error.strerror}).") from error
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{shown}: this is no GeoJSON, or a damaged one ({error}).") from error
    return content if isinstance(content, dict) else {}


class _Values:
    """Takes values out of JSON; of one that is of the wrong kind it takes none, and notes it."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def take(self, where: str, holder: Any, name: str, fits: Callable[[Any], bool], wanted: str) -> Any:
        value = holder.get(name) if isinstance(holder, dict) else None
        if not fits(value):
            self.note(f"{where}: {name} must be {wanted}, not {_short(value)}")
            return None
        return value

    def note(self, message: str) -> None:
        self.problems.append(Problem(severity="error", kind="plan", message=message))


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}..."


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_status(value: Any) -> bool:
    return isinstance(value, str) and value in GROUP_STATUSES


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < _MOST


def _is_whole_or_nothing(value: Any) -> bool:
    return value is None or _is_whole(value)


def _is_number_or_nothing(value: Any) -> bool:
    return value is None or isinstance(value, float) or _is_whole(value)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 0 and all(isinstance(item, str) for item in value)


def _are_rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _are_counts(value: Any) -> bool:
    return isinstance(value, dict) and all(_is_whole(item) for item in value.values())


def _are_hashes(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())


def _group(values: _Values, where: str, feature: Any) -> WrittenGroup:
    said = feature.get("properties") if isinstance(feature, dict) else None
    group_id = values.take(where, said, "group_id", _is_text, "a text")
    where = f"group {group_id}" if isinstance(group_id, str) else where
    status = values.take(where, said, "status", _is_status, " or ".join(GROUP_STATUSES))
    member_ids = values.take(where, said, "member_ids", _are_texts, "a list of ids")
    member_names = values.take(where, said, "member_names", _are_texts, "a list of names")
    values.take(where, feature, "type", lambda value: value == "Feature", "'Feature'")
    return WrittenGroup(
        feature_id=values.take(where, feature, "id", _is_text, "a text"),
        group_id=group_id,
        name=values.take(where, said, "name", _is_text, "a text"),
        status=status,
        households=values.take(where, said, "households", _is_whole, "a whole number"),
        population=values.take(where, said, "population", _is_whole_or_nothing, "a whole number or null"),
        member_ids=tuple(member_ids or ()),
        member_names=tuple(member_names or ()),
        geometry=_outline(values, where, feature),
    )


def _outline(values: _Values, where: str, feature: Any) -> shapely.Geometry:
    written = feature.get("geometry") if isinstance(feature, dict) else None
    shape: shapely.Geometry | None = None
    try:
        shape = None if written is None else shapely.from_geojson(json.dumps(written))
    except (shapely.errors.GEOSException, ValueError):
        shape = None
    if shape is None or shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        values.note(f"{where}: geometry must be an area")
        return shapely.Polygon()
    return shape


def _plan(values: _Values, about: dict[str, Any], *, source: Mapping[str, Any]) -> dict[str, Any]:
    where = "kurihara_geo"
    stages = values.take(where, about, "stages", _are_rows, "a list of stages")
    return {
        "rules": _rules(values, about),
        "stages": tuple(_stage(values, row) for row in stages or ()),
        "proven": values.take(where, about, "proven", _is_flag, "true or false"),
        "stopped": values.take(where, about, "stopped", _is_text, "a text"),
        "counts": values.take(where, about, "counts", _are_counts, "counts by name"),
        "left_below": tuple(values.take(where, about, "left_below", _are_rows, "a list of associations") or ()),
        "crs": _crs(values, about),
        "input_sha256": values.take(where, about, "input_sha256", _is_text, "a text"),
        "input_hashes": values.take(where, about, "input_hashes", _are_hashes, "a SHA-256 for each kind of input"),
        "about": about,
        "source": source,
    }


def _stage(values: _Values, row: Any) -> WrittenStage:
    name = values.take("stage", row, "name", _is_text, "a text")
    where = f"stage {name}"
    return WrittenStage(
        name=name,
        value=values.take(where, row, "value", _is_whole, "a whole number"),
        bound=values.take(where, row, "bound", _is_whole_or_nothing, "a whole number or null"),
        gap=values.take(where, row, "gap", _is_number_or_nothing, "a number or null"),
        proven=values.take(where, row, "proven", _is_flag, "true or false"),
    )


def _rules(values: _Values, about: Mapping[str, Any]) -> MergeRules:
    said = about.get("rules")
    try:
        if isinstance(said, dict):
            return MergeRules.from_dict(said)
        values.note("kurihara_geo: rules must be an object")
    except RulesError as error:
        values.problems.extend(error.problems)
        values.note(f"kurihara_geo: the rules cannot be used: {error.summary}")
    return MergeRules()


def _crs(values: _Values, about: Mapping[str, Any]) -> str:
    said = about.get("crs")
    known = said if isinstance(said, dict) else {}
    named = known.get("code") or known.get("wkt")
    if not isinstance(named, str):
        values.note("kurihara_geo: crs must have a code or wkt")
        return ""
    return named
