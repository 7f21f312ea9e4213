"""A written plan held against its files: :func:`verify_plan` and what it found."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from kurihara_geo.errors import Problem, VerificationError
from kurihara_geo.verify.checks import CHECKS, OF_SOUND_GROUPS, check_members_file, check_same_rules, renamed_groups
from kurihara_geo.verify.evidence import Evidence, gather

if TYPE_CHECKING:
    from pathlib import Path

    from kurihara_geo.rules import MergeRules

__all__ = ["Verification", "verify_plan"]

_OPTIMALITY = (
    "that no better plan exists: no file can show it; the same input and rules, proposed again, prove it again",
    "engine, solver, search, versions and times, warnings, and reasons in words: taken as they are written",
)


@dataclass(frozen=True, kw_only=True, repr=False)
class Verification:
    """What was found when a written plan was held against its files.

    Parameters
    ----------
    faults
        One sentence for each thing that does not hold; empty when the plan holds.
    checked
        What was checked, in words.
    unchecked
        What was not, or cannot be, and why.
    """

    faults: tuple[str, ...]
    checked: tuple[str, ...]
    unchecked: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing was found that does not hold."""
        return not self.faults

    def raise_for_faults(self) -> None:
        """Raise an error that names every fault; do nothing when the plan holds.

        Raises
        ------
        VerificationError
            If there is any fault.
        """
        if self.faults:
            problems = [Problem(severity="error", kind="plan", message=fault) for fault in self.faults]
            raise VerificationError(f"The plan does not hold ({_count(self.faults)}):", problems)

    def __repr__(self) -> str:
        found = "holds" if self.holds else f"does NOT hold, {_count(self.faults)}"
        return f"<Verification: the plan {found}; {len(self.checked)} things checked>"

    def _repr_html_(self) -> str:
        """Notebook view: faults first, then what was checked and what was not."""
        verdict = "書かれたとおりです (the plan holds)" if self.holds else "一致しません (the plan does NOT hold)"
        parts = {"一致しない点 (faults)": self.faults, "確認した点 (checked)": self.checked}
        parts["確認していない点 (not checked)"] = self.unchecked
        lists = "".join(
            f"<p>{title}</p><ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>"
            for title, texts in parts.items()
            if texts
        )
        return f"<p><strong>再編案の照合</strong> {verdict}</p>{lists}"


def verify_plan(
    geojson: str | Path,
    boundaries: str | Path,
    rules: MergeRules | str | Path | None = None,
    *,
    borders: str | Path | None = None,
    halls: str | Path | None = None,
    households: str | Path | None = None,
) -> Verification:
    """Check a written plan from its files alone, without the program that chose it.

    Everybody is in one group, groups are connected and keep every rule, sums and outlines are those of the members,
    every stage has the value it is said to have, the input is the one the plan was made from, and nothing is called
    proven whose bound differs from its value. That no better plan exists is not checked: no file can show it.

    Parameters
    ----------
    geojson
        The ``plan.geojson``.
    boundaries
        The associations, in any file :func:`kurihara_geo.read_associations` takes as it is; ``associations.geojson``
        of the plan has the points and repaired outlines the plan was made with.
    rules
        Rules, or their TOML file, to hold the plan against; a difference from those in the plan is a fault. Without
        them the plan is checked by its own.
    borders
        ``borders.geojson`` of the plan; without it borders are found anew, which is said.
    halls
        ``halls.geojson`` of the plan, or the halls it was made with.
    households
        Table of counts that replaces those of the boundaries.

    Returns
    -------
    Verification
        ``holds``, ``faults``, ``checked`` and ``unchecked``; ``raise_for_faults()`` turns faults into an error.

    Raises
    ------
    InputError
        If a file cannot be read, the associations have errors, or the rules name columns that are not there.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> plan = kg.propose_mergers(kg.load_sample(), kg.MergeRules(keep_within=["former_school_district"]))
    >>> files = kg.write_plan(plan, "plan")
    >>> found = verify_plan(files["plan.geojson"], files["associations.geojson"], borders=files["borders.geojson"])
    >>> found.holds
    True
    """
    evidence = gather(geojson, boundaries, rules, borders=borders, halls=halls, households=households)
    checks = dict(CHECKS)
    unchecked = list(_OPTIMALITY)
    if evidence.partition:
        unchecked += [f"{words}: only once every association is in exactly one group" for words in OF_SOUND_GROUPS]
    else:
        checks |= OF_SOUND_GROUPS
        unchecked += _renamed(evidence)
    if evidence.says_groups:
        checks["id, group and status of each association in its file"] = check_members_file
    if evidence.rules_given:
        checks["the rules given are those in the plan"] = check_same_rules
    return Verification(
        faults=tuple(dict.fromkeys(fault for check in checks.values() for fault in check(evidence))),
        checked=(*checks, *_bases(evidence)),
        unchecked=tuple(unchecked),
    )


def _count(faults: tuple[str, ...]) -> str:
    return "1 fault" if len(faults) == 1 else f"{len(faults)} faults"


def _renamed(evidence: Evidence) -> list[str]:
    """Say which groups have another name than the proposed one: no fault, planners may name them."""
    ids = renamed_groups(evidence)
    what = "group has another name than the one" if len(ids) == 1 else "groups have other names than those"
    return [f"{len(ids)} {what} proposed, which is no fault: {', '.join(ids)}"] if ids else []


def _bases(evidence: Evidence) -> list[str]:
    """Say what the plan was held against where that is not a file of its own."""
    bases = [] if evidence.borders_given else ["held against borders found anew from the boundaries"]
    return bases + ([] if evidence.rules_given else ["held against the rules inside the plan"])
