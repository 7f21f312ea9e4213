"""Ctrl-C reaches the work wherever it is: the best plan so far, or a clean end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from kurihara_geo.model.solver import SolverOptions, _StoppableHiGHS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="SIGINT is sent to a child process the POSIX way"),
]

IN_THE_SOLVER = """
import signal, warnings
signal.signal(signal.SIGINT, signal.default_int_handler)
from random import Random
from functools import partial
import kurihara_geo as kg
import kurihara_geo.propose
from kurihara_geo.model.solver import SolverOptions, _StoppableHiGHS
from tests.towns import draw_town

# Without covers and rounds of the relaxation everything is left to the solver.
kurihara_geo.propose.SolverOptions = partial(SolverOptions, max_states=0, rounds=0)
side, random = 18, Random(0)
names = [[f"{row:02d}-{column:02d}" for column in range(side)] for row in range(side)]
households = {name: random.randint(10, 40) for row in names for name in row}
town = draw_town("\\n".join(" ".join(row) for row in names), households)
call, runs = _StoppableHiGHS.callSolver, []

def call_and_tell(engine, problem):
    runs.append(engine.mip)
    if runs.count(True) == 2 and engine.mip:
        print("in the solver", flush=True)
    call(engine, problem)

_StoppableHiGHS.callSolver = call_and_tell
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    plan = kg.propose_mergers(town, kg.MergeRules(max_members=6), time_limit_s=600, progress=False)
print(plan.proven, plan.solution.stopped, plan.summary()["households_after"] == sum(households.values()))
print(*(f"{warning.category.__name__}: {warning.message}" for warning in caught), sep="\\n", flush=True)
"""

IN_THE_SEARCH = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
import kurihara_geo as kg
from kurihara_geo.candidates import list_candidates
from tests.model.steps import grid_graph

def tell(sets):
    if sets == 2_000:
        print("listing groups", flush=True)

try:
    list_candidates(
        grid_graph(15, fewest=1, most=1), kg.MergeRules(max_members=None), max_sets=10**12, on_progress=tell
    )
except KeyboardInterrupt:
    print("KeyboardInterrupt", flush=True)
"""


def interrupt(script: str, marker: str, *, after_s: float, within_s: float) -> list[str]:
    """Run a script, send SIGINT a moment after it prints the marker, and give what it prints until it ends."""
    child = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
        cwd=Path(__file__).parents[2], env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    try:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == marker
        time.sleep(after_s)
        child.send_signal(signal.SIGINT)
        printed, _ = child.communicate(timeout=within_s)
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
    assert child.returncode == 0, printed
    return printed.splitlines()


def test_ctrl_c_in_the_solver_gives_the_plan_so_far():
    """A plan that holds on the map comes back within seconds, marked not proven, with a warning that says why."""
    facts, *warned = interrupt(IN_THE_SOLVER, "in the solver", after_s=0.5, within_s=30)
    assert facts == "False interrupted True"
    assert any(
        line.startswith("NotProvenWarning: The plan is the best found, NOT proven optimal: the work was interrupted")
        for line in warned
    ), warned


class SlowHighs:
    """Stands for a HiGHS that needs a while to stop after it was told to."""

    ended = False

    def setCallback(self, callback, _data) -> None:  # noqa: N802 - highspy's name
        """Keep what HiGHS would ask whether to go on."""
        self.callback = callback

    def startCallback(self, _kind) -> None:  # noqa: N802
        """Take note of nothing."""

    def run(self) -> None:
        """Work until told to stop, and half a second more."""
        told = SimpleNamespace(user_interrupt=False)
        while not told.user_interrupt:
            time.sleep(0.01)
            self.callback(None, "", None, told, None)
        time.sleep(0.5)
        self.ended = True


def test_ctrl_c_waits_until_the_solver_has_stopped():
    """A solver that is told to stop is not read before it did; else it is still at work when the interpreter ends."""
    engine, highs = _StoppableHiGHS(SolverOptions(), 60, None), SlowHighs()
    main = threading.get_ident()
    kept = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.2, signal.pthread_kill, (main, signal.SIGINT))
    timer.start()
    try:
        engine.callSolver(SimpleNamespace(solverModel=highs))
    finally:
        timer.cancel()
        signal.signal(signal.SIGINT, kept)
    assert engine.interrupted
    assert highs.ended


def test_ctrl_c_while_groups_are_listed_ends_the_search():
    """There is no plan yet, so KeyboardInterrupt passes to the caller."""
    assert interrupt(IN_THE_SEARCH, "listing groups", after_s=0.2, within_s=15) == ["KeyboardInterrupt"]
