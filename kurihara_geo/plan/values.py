"""A plan as a value: frozen tables, what was asked, what the solver said, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from kurihara_geo import columns
from kurihara_geo.plan.fingerprint import join_fingerprints

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from kurihara_geo.model.solution import Solution, Stage
    from kurihara_geo.rules import MergeRules

__all__ = ["STAGE_LABELS", "Plan", "Provenance", "meeting_place_text", "proof_text", "stage_label"]

STAGE_LABELS = {
    "below_floor": ("下限未満に残る世帯", "Households left below the floor"),
    "mergers": ("統合で減る自治会の数", "Associations that disappear"),
    "obstacles": ("支障事案の重み", "Weight of obstacles met"),
    "crossings": ("区域をまたぐ世帯", "Households in groups across soft boundaries"),
    "changed_households": ("自治会が変わる世帯", "Households whose association changes"),
    "balance": ("目安の世帯数との差", "Distance from the target size"),
    "weak_borders": ("短い境界だけでつながる箇所", "Weak borders that groups hang on"),
    "travel": ("集会場所への移動(世帯・m)", "Travel to the meeting place (household-m)"),
    "tie_break": ("同点のときのくじ", "Fixed lottery among ties"),
}


def stage_label(name: str, lang: str = "ja") -> str:
    """Give the heading people read for a stage; a weighted sum is named term by term."""
    which = 0 if lang == "ja" else 1
    parts = []
    for part in name.replace(" - ", " + -").split(" + "):
        weight, _, term = part.rpartition(" ")
        label = STAGE_LABELS.get(term, (term, term))[which]
        parts.append(f"{label}×{weight}" if weight else label)
    return " + ".join(parts)


def proof_text(plan: Plan, lang: str = "ja") -> str:
    """Say in one sentence what is proven of a plan, or what a plan that is meant for comparison is.

    Parameters
    ----------
    plan
        The plan. ``plan.search`` says whether it is an alternative or a point of a trade-off curve.
    lang
        ``ja`` or ``en``.
    """
    ja = lang == "ja"
    if "alternative" in plan.search:
        rank = plan.search["alternative"]
        return (
            f"比較のための案(次に良い案 {rank}番)。最適な案ではありません"
            if ja
            else f"for comparison: alternative {rank}, not the optimum"
        )
    if "trade_off" in plan.search:
        first, second = (stage_label(stage, lang) for stage in plan.search["trade_off"])
        return (
            f"比較のための案({first}と{second}の引き換え)。最適な案ではありません"
            if ja
            else f"for comparison: a trade-off between {first} and {second}, not the optimum"
        )
    if plan.proven:
        return "最適性を証明済み" if ja else "proven optimal"
    return "最適性は未証明" if ja else "NOT proven optimal"


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where a plan comes from: everything in it that may differ between equal runs.

    Parameters
    ----------
    created
        ISO 8601 time the plan was made.
    versions
        Program -> version.
    seconds
        Step -> seconds it took.
    sources
        Files read: name -> SHA-256.
    """

    created: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Plan:
    """A proposal: which associations go together, what that gives, and what is proven about it.

    Parameters
    ----------
    groups
        GeoDataFrame, index ``group_id``, one row per group, columns as in ``columns.GROUPS``, metric CRS. Inhabited
        only.
    members
        DataFrame old -> new, index ``association_id``, columns as in ``columns.MEMBERS``. Inhabited only.
    left_below
        DataFrame, index ``association_id``: associations left below the floor and why, columns as in
        ``columns.LEFT_BELOW``.
    associations
        The checked associations the plan was made from, uninhabited areas (0 households) among them, metric CRS.
    borders
        The borders used, columns as in ``columns.BORDERS``, metric CRS.
    halls
        Meeting halls used, or None.
    rules
        What was asked.
    solution
        What the solver said: stages, bounds, the solver's name.
    problems
        Warnings that travelled with the input, columns as in ``columns.PROBLEMS``.
    search
        How it was searched: family of groups, number of candidates, sets visited, components, seed.
    input_hashes
        Kind of input -> SHA-256, as :func:`kurihara_geo.plan.fingerprint_input` gives them.
    provenance
        Times, versions and source files.
    """

    groups: gpd.GeoDataFrame
    members: pd.DataFrame
    left_below: pd.DataFrame
    associations: gpd.GeoDataFrame
    borders: gpd.GeoDataFrame
    halls: gpd.GeoDataFrame | None
    rules: MergeRules
    solution: Solution
    problems: pd.DataFrame
    search: Mapping[str, Any]
    input_hashes: Mapping[str, str]
    provenance: Provenance

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Stages of the objective in order, each with value, bound, gap and proof."""
        return self.solution.stages

    @property
    def proven(self) -> bool:
        """Whether every stage is proven optimal."""
        return self.solution.proven

    @property
    def input_sha256(self) -> str:
        """SHA-256 over the whole input the plan was made from; an empty text where nobody took it."""
        return join_fingerprints(self.input_hashes) if self.input_hashes else ""

    @property
    def uninhabited(self) -> gpd.GeoDataFrame:
        """Areas with 0 households: no associations, drawn grey, outside the plan."""
        return self.associations[self.associations["households"] == 0]

    def stage_table(self) -> pd.DataFrame:
        """Stages as a table, columns as in ``columns.STAGES``."""
        rows = [
            {"name": s.name, "value": s.value, "bound": s.bound, "gap": s.gap, "proven": s.proven} for s in self.stages
        ]
        table = pd.DataFrame(rows, columns=[column.name for column in columns.STAGES])
        return table.astype({"value": "int64", "bound": "Int64", "gap": "float64", "proven": "bool"}).set_index("name")

    def summary(self) -> dict[str, int]:
        """Give the counts people ask for first, before and after."""
        floor = self.rules.min_households
        status = self.groups["status"]
        return {
            "associations_before": len(self.members),
            "associations_after": len(self.groups),
            "small_before": int(self.members["small"].sum()),
            "small_after": int((status == "below_floor").sum()),
            "merged_groups": int((status == "merged").sum()),
            "associations_changed": int((self.members["status"] == "merged").sum()),
            "households_before": int(self.members["households"].sum()),
            "households_after": int(self.groups["households"].sum()),
            "households_left_below": int(self.left_below["households"].sum()),
            "exempt_left_below": int((self.left_below["reason"] == "exempt").sum()),
            "smallest_group": int(self.groups["households"].min()) if len(self.groups) else 0,
            "largest_group": int(self.groups["households"].max()) if len(self.groups) else 0,
            "min_households": floor,
            "uninhabited_areas": len(self.uninhabited),
        }

    def __repr__(self) -> str:
        s = self.summary()
        below = "below their floor" if self.rules.lower_floors else f"below {s['min_households']} households"
        return (
            f"<Plan: {s['associations_before']} associations -> {s['associations_after']}, "
            f"{below}: {s['small_before']} -> {s['small_after']}, {proof_text(self, 'en')}>"
        )

    def _repr_html_(self) -> str:
        """Notebook view: counts, proof, and what is left below the floor and why."""
        return _notebook_view(self)


def meeting_place_text(group: Mapping[str, Any] | pd.Series, lang: str) -> str:
    """Name a group's meeting place for people; without a hall it is said to be a place only.

    Parameters
    ----------
    group
        A row of ``plan.groups``.
    lang
        ``ja`` or ``en``.
    """
    name = str(group["meeting_place"])
    if group["meets_in_hall"]:
        return name
    return f"{name}の地点(施設なし)" if lang == "ja" else f"{name} (its point; no hall)"


def _notebook_view(plan: Plan) -> str:
    s = plan.summary()
    proof = f"{proof_text(plan)} ({proof_text(plan, 'en')})"
    below = "下限未満（特例を含む）" if plan.rules.lower_floors else f"{s['min_households']}世帯未満"
    head = (
        f"<p><strong>再編案</strong> 自治会 {s['associations_before']} → {s['associations_after']}、"
        f"{below} {s['small_before']} → {s['small_after']}、"
        f"世帯数 {s['households_before']:,} → {s['households_after']:,}。{proof}</p>"
    )
    stages = "".join(
        f"<tr><td>{escape(stage_label(t.name))} <small>{escape(t.name)}</small></td>"
        f"<td>{t.value:,}</td>"
        f"<td>{'' if t.bound is None else f'{t.bound:,}'}</td><td>{'✓' if t.proven else '—'}</td></tr>"
        for t in plan.stages
    )
    left = "".join(
        f"<li>{escape(str(row['name']))} ({int(row['households'])}世帯): {escape(str(row['explanation']))}</li>"
        for _, row in plan.left_below.iterrows()
    )
    notice = escape(str(plan.associations.attrs.get("notice", "")))
    return (
        f"{head}<table><tr><th>段階</th><th>値</th><th>下界</th><th>証明</th></tr>{stages}</table>"
        + (f"<p>下限未満で残る自治会:</p><ul>{left}</ul>" if left else "<p>下限未満で残る自治会はありません。</p>")
        + (f"<p><small>{notice}</small></p>" if notice else "")
    )
