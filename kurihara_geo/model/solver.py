"""The one place that runs a solver, stops it, and reads what it says. PuLP 3.3 and 4 both work."""

from __future__ import annotations

import ctypes
import importlib.metadata
import math
import os
import sys
import threading
import time
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

import highspy
import pulp

from kurihara_geo.errors import InputError, NoPlanError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = [
    "LinearAnswer",
    "LinearModel",
    "Outcome",
    "SolverOptions",
    "available_solvers",
    "check_solver",
    "run_relaxation",
    "run_solver",
    "solver_name",
    "weighted_sum",
]

SOLVERS = ("HiGHS", "CBC")
_WAIT_S = 0.05
# Costs are whole numbers: a gap under one unit is no gap.
_ABSOLUTE_GAP = 0.9
# How long HiGHS may take to stop after it was told to.
_GRACE_S = 8.0
# Probing every binary takes most of the time on set partitioning and finds nothing there.
_PROBING = 1 << 15
# Presolving more variables than this takes longer than the time most people have, and cannot be stopped.
_PRESOLVED = 30_000
_banner_seen = False


@dataclass(frozen=True, kw_only=True)
class SolverOptions:
    """How to solve.

    Parameters
    ----------
    solver
        ``HiGHS`` or, where a CBC is installed, ``CBC``.
    seed
        Seed of the solver's own random choices.
    max_states
        Parts of a town with at most so many ways to begin are settled by looking at all of them; 0 leaves everything
        to the solver.
    rounds
        How often rows may be added to the linear relaxation of a stage before the solver is asked for whole numbers; 0
        leaves everything to the solver.
    """

    solver: str = "HiGHS"
    seed: int = 0
    max_states: int = 2_000
    rounds: int = 60


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the solver said, read once.

    Parameters
    ----------
    values
        0 or 1 for each variable in the order they were made; None when it has no solution.
    bound
        No solution is below this; None where the solver gives none.
    optimal
        Whether the solver says that nothing better exists.
    objective
        What the solver says its solution is worth.
    stopped
        ``""``, ``time_limit`` or ``interrupted``.
    """

    values: tuple[int, ...] | None
    bound: float | None
    optimal: bool
    objective: float | None = None
    stopped: str = ""

    def agrees_with(self, value: int) -> bool:
        """Whether the solver's objective and bound are those of a solution worth ``value``."""
        rounding = abs(value) * 1e-9
        if self.objective is not None and abs(self.objective - value) > max(0.5, rounding):
            return False
        # Costs are whole: a bound less than one below the value proves it, one whole below does not, large or small.
        return self.bound is None or value - 1 < self.bound < value + max(1.0, rounding)


def available_solvers() -> tuple[str, ...]:
    """Name the solvers found on this machine; HiGHS always."""
    return SOLVERS if _cbc() is not None else SOLVERS[:1]


def solver_name(solver: str) -> str:
    """Give solver and PuLP with their versions, such as ``HiGHS 1.16.0 (PuLP 3.3.2)``."""
    version = f" {importlib.metadata.version('highspy')}" if solver == "HiGHS" else ""
    return f"{solver}{version} (PuLP {importlib.metadata.version('pulp')})"


def check_solver(solver: str) -> None:
    """Refuse a solver that is not here.

    Raises
    ------
    InputError
        If the name is unknown or the solver is not installed; the message lists what is available.
    """
    found = available_solvers()
    if solver not in found:
        raise InputError(f"The solver {solver!r} is not available here; available: {', '.join(found)}.")


def weighted_sum(terms: Sequence[tuple[pulp.LpVariable, int]]) -> pulp.LpAffineExpression:
    """Give the sum of coefficient times variable; PuLP's own way to sum makes an expression of every term first."""
    from_list = getattr(pulp.LpAffineExpression, "from_list", None)  # PuLP 4
    return from_list(list(terms)) if from_list else pulp.LpAffineExpression(list(terms))


def run_solver(
    problem: pulp.LpProblem,
    variables: Sequence[pulp.LpVariable],
    options: SolverOptions,
    *,
    time_limit_s: float,
    on_wait: Callable[[], None] | None = None,
) -> Outcome:
    """Solve, and read the answer; Ctrl-C and the time limit give the best solution so far.

    Parameters
    ----------
    problem, variables
        A PuLP model and its binary variables in the order the answer is wanted.
    options
        Which solver, which seed.
    time_limit_s
        Seconds; at 0 or less nothing is run.
    on_wait
        Called about twenty times a second while HiGHS works.

    Returns
    -------
    Outcome

    Raises
    ------
    NoPlanError
        If PuLP or the solver fails instead of answering; with its words.
    """
    if time_limit_s <= 0:
        return Outcome(values=None, bound=None, optimal=False, stopped="time_limit")
    if options.solver == "CBC":
        return _run_cbc(problem, variables, options, time_limit_s)
    engine = _StoppableHiGHS(options, time_limit_s, on_wait, presolve=len(variables) <= _PRESOLVED)
    try:
        _solve(problem, engine)
    except _AbandonedError:
        return Outcome(values=None, bound=None, optimal=False, stopped=engine.stopped)
    return _read_highs(problem, variables, interrupted=engine.interrupted)


def run_relaxation(
    problem: pulp.LpProblem, options: SolverOptions, *, time_limit_s: float
) -> tuple[tuple[float, ...] | None, bool]:
    """Solve the linear relaxation with HiGHS and give the price of each constraint, in the order they were added.

    Parameters
    ----------
    problem, options, time_limit_s
        As for :func:`run_solver`.

    Returns
    -------
    tuple of float or None, bool
        The prices, None when they were not found in time; and whether somebody interrupted. The prices are the
        solver's word: whoever uses them must not rely on their last digits.

    Raises
    ------
    NoPlanError
        As for :func:`run_solver`.
    """
    if time_limit_s <= 0:
        return None, False
    engine = _StoppableHiGHS(options, time_limit_s, None, relaxed=True)
    try:
        _solve(problem, engine)
    except _AbandonedError:
        return None, engine.interrupted
    highs = problem.solverModel
    if engine.interrupted or highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None, engine.interrupted
    return tuple(float(price) for price in highs.getSolution().row_dual), False


def _solve(problem: pulp.LpProblem, engine: Any) -> Any:
    """Let PuLP solve; what it or the solver raises becomes this package's error, what whoever waits raises does not."""
    try:
        return problem.solve(engine)
    except _AbandonedError:
        raise
    except Exception as error:
        if error is getattr(engine, "raised_in_waiting", None):
            raise
        raise NoPlanError(
            f"The solver failed instead of answering ({type(error).__name__}: {error}). Where the rules have large "
            "weights, use smaller ones, or put the terms into stages of their own; else try another solver."
        ) from error


@dataclass(frozen=True, kw_only=True)
class LinearAnswer:
    """What HiGHS says of a linear relaxation: whoever uses its numbers must not rely on their last digits.

    Parameters
    ----------
    values
        Value of each column.
    prices
        Dual price of each row, in the order they were given.
    activities
        Sum of each row.
    objective
        What the values are worth.
    """

    values: Sequence[float]
    prices: Sequence[float]
    activities: Sequence[float]
    objective: float


class LinearModel:
    """A linear relaxation that HiGHS keeps between runs: rows are added, and it goes on from where it was.

    It is written without PuLP, which has no such thing and takes longer to write a large model than HiGHS to solve it.

    Parameters
    ----------
    costs
        Cost of each column; columns are between 0 and 1.
    columns
        For each column its rows and coefficients.
    rows
        For each row the least and the most its sum may be; None for no limit.
    options
        The seed.
    """

    def __init__(
        self,
        costs: Sequence[int],
        columns: Sequence[Sequence[tuple[int, int]]],
        rows: Sequence[tuple[int | None, int]],
        options: SolverOptions,
    ) -> None:
        self.options = options
        self.solverModel: Any = None
        self.infeasible = self.interrupted = self.late = False
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(costs), len(rows)
        model.col_cost_ = [float(cost) for cost in costs]
        model.col_lower_, model.col_upper_ = [0.0] * len(costs), [1.0] * len(costs)
        model.row_lower_ = [-highspy.kHighsInf if least is None else float(least) for least, _ in rows]
        model.row_upper_ = [float(most) for _, most in rows]
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = [*accumulate((len(column) for column in columns), initial=0)]
        model.a_matrix_.index_ = [row for column in columns for row, _ in column]
        model.a_matrix_.value_ = [float(coefficient) for column in columns for _, coefficient in column]
        self._given: Any = model

    def add_row(self, weights: Sequence[tuple[int, int]], most: int) -> None:
        """Add a row: the sum of coefficient times column is at most so much."""
        self._highs.addRow(
            -highspy.kHighsInf,
            float(most),
            len(weights),
            [column for column, _ in weights],
            [float(coefficient) for _, coefficient in weights],
        )

    def run(self, *, time_limit_s: float, on_wait: Callable[[], None] | None = None) -> LinearAnswer | None:
        """Solve; None without an optimum: ``late``, ``interrupted`` or ``infeasible`` say why, else HiGHS fails."""
        if time_limit_s <= 0:
            self.late = True
            return None
        engine = _StoppableHiGHS(self.options, time_limit_s, on_wait, relaxed=True)
        highs = self._highs
        try:
            engine.callSolver(self)
        except _AbandonedError:
            self.interrupted, self.late = engine.interrupted, not engine.interrupted
            return None
        status = highs.getModelStatus()
        self.interrupted, self.late = engine.interrupted, _is_late(status) and not engine.interrupted
        self.infeasible = status == highspy.HighsModelStatus.kInfeasible
        if engine.interrupted or status != highspy.HighsModelStatus.kOptimal:
            return None
        found = highs.getSolution()
        return LinearAnswer(
            values=found.col_value,
            prices=found.row_dual,
            activities=found.row_value,
            objective=highs.getInfo().objective_function_value,
        )

    @property
    def _highs(self) -> Any:
        """The solver, made on first use; its clock runs on from run to run, so time is kept by whoever calls."""
        if self._given is not None:
            _StoppableHiGHS(self.options, math.inf, None, relaxed=True).createAndConfigureSolver(self)
            self.solverModel.passModel(self._given)
            self._given = None
        return self.solverModel


def _read_highs(problem: pulp.LpProblem, variables: Sequence[pulp.LpVariable], *, interrupted: bool) -> Outcome:
    highs = problem.solverModel
    status, info = highs.getModelStatus(), highs.getInfo()
    statuses = highspy.HighsModelStatus
    # A status is not a solution: HiGHS can stop with an infinite objective.
    has_solution = math.isfinite(info.objective_function_value) and info.primal_solution_status == 2
    bound = info.mip_dual_bound
    values = tuple(round(variable.varValue) for variable in variables) if has_solution else None
    stopped = "interrupted" if interrupted else "time_limit" if _is_late(status) else ""
    return Outcome(
        values=values,
        bound=bound if math.isfinite(bound) else None,
        optimal=has_solution and status == statuses.kOptimal,
        objective=info.objective_function_value if has_solution else None,
        stopped=stopped,
    )


def _is_late(status: highspy.HighsModelStatus) -> bool:
    """Whether HiGHS stopped by the clock, its own or ours, where nobody interrupted."""
    return status in (highspy.HighsModelStatus.kTimeLimit, highspy.HighsModelStatus.kInterrupt)


class _AbandonedError(Exception):
    """HiGHS did not stop when it was told to."""


class _StoppableHiGHS(pulp.HiGHS):  # type: ignore[misc]
    """PuLP's HiGHS, run in a thread so that Ctrl-C reaches Python, and told to stop through its callbacks.

    It is given no solution to begin from: HiGHS 1.16 then returned that solution together with the optimum of another
    one.
    """

    def __init__(
        self,
        options: SolverOptions,
        time_limit_s: float,
        on_wait: Callable[[], None] | None,
        *,
        relaxed: bool = False,
        presolve: bool = True,
    ) -> None:
        super().__init__(
            mip=not relaxed,
            msg=False,
            gapRel=0.0,
            gapAbs=_ABSOLUTE_GAP,
            threads=1,
            timeLimit=time_limit_s,
            random_seed=options.seed,
            output_flag=False,
            presolve="choose" if presolve else "off",
            presolve_rule_off=_PROBING,
        )
        self._on_wait = on_wait
        self._stop = threading.Event()
        self._deadline = time.monotonic() + time_limit_s
        self.interrupted = False
        self.raised_in_waiting: BaseException | None = None

    @property
    def stopped(self) -> str:
        return "interrupted" if self.interrupted else "time_limit"

    def createAndConfigureSolver(self, lp: pulp.LpProblem) -> None:
        with _without_banner():
            super().createAndConfigureSolver(lp)

    def callSolver(self, lp: pulp.LpProblem) -> None:
        highs = lp.solverModel
        kinds = highspy.cb.HighsCallbackType
        highs.setCallback(self._asked_to_stop, None)
        for kind in (kinds.kCallbackMipInterrupt, kinds.kCallbackSimplexInterrupt, kinds.kCallbackIpmInterrupt):
            highs.startCallback(kind)
        failures: list[BaseException] = []
        ended = threading.Event()
        # Not a daemon: a solver still at work when the interpreter ends would abort the process.
        threading.Thread(target=_run, args=(highs, failures, ended), daemon=False).start()
        while not ended.is_set():
            try:
                # Not Thread.join: Ctrl-C in there makes Python 3.11 take a thread that is still at work for ended.
                ended.wait(_WAIT_S)
                if self._on_wait and not self._stop.is_set():
                    self._on_wait()
            except KeyboardInterrupt:
                self.interrupted = True
                self._deadline = min(self._deadline, time.monotonic())
                self._stop.set()
            except BaseException as error:
                self._stop.set()
                self.raised_in_waiting = error
                raise
            if time.monotonic() > self._deadline:
                self._stop.set()
            if time.monotonic() > self._deadline + _GRACE_S:
                # Some of its steps listen to nobody; the thread is left to end by itself, and its answer is not read.
                raise _AbandonedError
        if failures:
            raise failures[0]

    def _asked_to_stop(self, _kind: Any, _text: str, _said: Any, told: Any, _data: Any) -> None:
        if self._stop.is_set():
            told.user_interrupt = True


@contextmanager
def _without_banner() -> Iterator[None]:
    """Send what C code prints nowhere: the first HiGHS of a process prints a banner before it can be told not to."""
    global _banner_seen
    flush = _flush_c_output()
    if _banner_seen or flush is None:
        yield
        return
    _banner_seen = True
    try:
        sys.stdout.flush()
        kept = os.dup(1)
    except (OSError, ValueError, AttributeError):  # nothing is printed where there is no output
        yield
        return
    flush()
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 1)
        yield
    finally:
        flush()
        os.dup2(kept, 1)
        os.close(kept)


def _flush_c_output() -> Callable[[], object] | None:
    """Give C's fflush of everything; None where it cannot be reached (the banner then stays)."""
    try:
        flush = (ctypes.CDLL("ucrtbase") if sys.platform == "win32" else ctypes.CDLL(None)).fflush
    except (OSError, TypeError, AttributeError):
        return None
    return lambda: flush(None)


def _run(highs: Any, failures: list[BaseException], ended: threading.Event) -> None:
    try:
        highs.run()
    except BaseException as error:
        failures.append(error)
    finally:
        ended.set()


def _cbc() -> type[pulp.LpSolver] | None:
    """Find a CBC: one on the path, or the one inside PuLP 3."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PuLP 3 calls its own CBC deprecated
        for name in ("COIN_CMD", "PULP_CBC_CMD"):
            command = getattr(pulp, name, None)
            if command is not None and command(msg=False).available():
                return command  # type: ignore[no-any-return]
    return None


def _run_cbc(
    problem: pulp.LpProblem, variables: Sequence[pulp.LpVariable], options: SolverOptions, time_limit_s: float
) -> Outcome:
    command = _cbc()
    if command is None:
        check_solver("CBC")
    started = time.monotonic()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        solver = command(  # type: ignore[misc]
            msg=False,
            gapRel=0.0,
            gapAbs=_ABSOLUTE_GAP,
            timeLimit=time_limit_s,
            options=[f"randomCbcSeed {options.seed + 1}"],
        )
        said = _solve(problem, solver)
    late = time.monotonic() - started >= time_limit_s
    found, optimal = _read_status(problem, said)
    found = found and all(variable.varValue is not None for variable in variables)
    values = tuple(round(variable.varValue) for variable in variables) if found else None
    # CBC through PuLP gives no bound: "optimal" counts only when the time was not used up.
    optimal = found and optimal and not late
    return Outcome(values=values, bound=None, optimal=optimal, stopped="time_limit" if late else "")


def _read_status(problem: pulp.LpProblem, said: Any) -> tuple[bool, bool]:
    """Whether there is a solution, and whether the solver calls it optimal."""
    if hasattr(said, "has_solution"):
        return bool(said.has_solution), said.status == pulp.constants.LpSolveStatus.Optimal
    return problem.sol_status in (1, 2), problem.sol_status == 1
