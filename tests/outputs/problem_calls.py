"""Every place of the package where a problem is made, read from its source: kind, message and cure."""

from __future__ import annotations

import ast
import itertools
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import kurihara_geo

PACKAGE = Path(kurihara_geo.__file__).parent
MAKERS = ("Problem", "record")
ENDS = ("_error", "_warning", "_fault", "_problem", "_row_problem", "_about", "fault")
HOLE = "7"


@dataclass(frozen=True)
class Made:
    """One call that makes a problem.

    Parameters
    ----------
    where
        File and function.
    kind, message, cure
        The text; f-strings have a 7 in every hole, and a text that the source does not hold is empty.
    """

    where: str
    kind: str
    message: str
    cure: str


Known = dict[str, list[tuple[int, ast.expr]]]


def texts_of(node: ast.expr | None, known: Known, line: int, depth: int = 0) -> list[str]:
    """Give what an expression can be, one text for every branch; nothing where the source does not say."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.JoinedStr):
        return ["".join(str(part.value) if isinstance(part, ast.Constant) else HOLE for part in node.values)]
    if isinstance(node, ast.IfExp):
        return texts_of(node.body, known, line, depth) + texts_of(node.orelse, known, line, depth)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        both = (texts_of(side, known, line, depth) or [HOLE] for side in (node.left, node.right))
        return [left + right for left, right in itertools.product(*both)]
    if isinstance(node, ast.Name) and depth == 0:
        before = [value for at, value in known.get(node.id, []) if at < line]
        return texts_of(before[-1], known, line, 1) if before else []
    return []


def _assigned(function: ast.FunctionDef) -> Known:
    """List what each name of a function is set to; a name that is added to is left out, as its texts are many."""
    known: Known = {}
    added = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            known.setdefault(node.targets[0].id, []).append((node.lineno, node.value))
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Tuple)
            and isinstance(node.value, ast.Tuple)
        ):
            for target, value in zip(node.targets[0].elts, node.value.elts, strict=True):
                known.setdefault(ast.unparse(target), []).append((node.lineno, value))
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            added.add(node.target.id)
    return {name: sorted(values, key=lambda one: one[0]) for name, values in known.items() if name not in added}


def _arguments(call: ast.Call, order: tuple[str, ...]) -> dict[str, ast.expr]:
    given = {word.arg: word.value for word in call.keywords if word.arg}
    return dict(zip(order, call.args, strict=False)) | given


@cache
def _makers() -> dict[str, tuple[str, ...]]:
    """Name in a file -> the order of its arguments, for every function of the package that makes a problem."""
    found: dict[str, tuple[str, ...]] = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.endswith((*MAKERS, *ENDS)):
                names = [one.arg for one in (*node.args.args, *node.args.kwonlyargs)]
                if {"message", "kind"} <= set(names):
                    found[f"{path.relative_to(PACKAGE)}:{node.name}"] = tuple(one.arg for one in node.args.args)
    return found


@cache
def problems_made() -> tuple[Made, ...]:
    """List every call that makes a problem, once for each text it can say."""
    makers = _makers()
    shared = {
        "Problem": (),
        "record": makers["sources/records.py:record"],
        "fault": makers["studies/outlook/inputs.py:fault"],
    }
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        file = str(path.relative_to(PACKAGE))
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            known = _assigned(function)
            for call in ast.walk(function):
                if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                    continue
                order = makers.get(f"{file}:{call.func.id}", shared.get(call.func.id))
                if order is None or f"{file}:{function.name}" in makers:
                    continue
                given = _arguments(call, order)
                kinds = texts_of(given.get("kind"), known, call.lineno) or [
                    "outlook" if call.func.id == "fault" else ""
                ]
                messages = texts_of(given.get("message"), known, call.lineno) or [""]
                cures = texts_of(given.get("cure"), known, call.lineno) or [HOLE if "cure" in given else ""]
                found += [
                    Made(f"{file}:{function.name}", kind, message, cures[0])
                    for kind, message in itertools.product(kinds, messages)
                ]
    return tuple(found)
