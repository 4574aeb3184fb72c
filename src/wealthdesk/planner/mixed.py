"""Linear programmes with whole numbers, or with squares, built a column and a row at a time and solved by HiGHS.

The same programme gives the same solution on every machine: one thread, a fixed seed, a limit of nodes and not of time.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from math import inf, isfinite
from threading import Event, Thread
from time import monotonic
from typing import Any

import numpy as np

TOLERANCE = 1e-9
ASKED = 0.01
"""Every so many seconds it is asked whether to go on."""
SMALL = 200
"""Of so few columns each node takes next to no time, so that it is asked at them."""
LAST_RESORT = 60.0
"""Seconds after which HiGHS gives up; no programme of ours comes near, or plans would depend on the machine."""
RESTARTS = "mip_allow_restart"
"""Beginnings anew at the root of the tree: where nodes do not suffice they take half of the time, and hardly help."""
REDUCED, NEAR, ROUNDED = (f"mip_heuristic_run_{name}" for name in ("root_reduced_cost", "rins", "rens"))
"""Trees within the tree, which are there to find solutions: of what reduced costs leave open, of what the best solution
differs in from the continuous one, and of what is not whole in that."""
JUMP = "mip_heuristic_run_feasibility_jump"
"""A search for a first solution, which small programmes find as soon without."""

_ALONE = threading.Lock()
"""Two threads that lead descriptor 1 elsewhere at the same time could not both lead it back."""


@dataclass(frozen=True, slots=True)
class Solved:
    """Values by column, what they come to, and what nothing can be below. is_best: proven, within the gap.

    prices: what one more unit of each row's limit changes the objective by; none where there are whole numbers.
    """

    values: Sequence[float]
    objective: float
    bound: float
    is_best: bool
    prices: Sequence[float] = ()


@dataclass(slots=True)
class Mixed:
    """The programme: minimise costs · x with lower ≤ x ≤ upper and row limits; some x whole.

    squares: what the square of a column counts on top, where nothing is whole.
    """

    costs: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[float, Mapping[int, float], float]] = field(default_factory=list)
    squares: dict[int, float] = field(default_factory=dict)

    def column(self, lower: float, upper: float, *, cost: float = 0.0, whole: bool = False) -> int:
        """Adds a variable; gives its number."""
        self.costs.append(cost)
        self.lower.append(lower)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.costs) - 1

    def row(self, terms: Mapping[int, float], *, lower: float = -inf, upper: float = inf) -> None:
        """Adds a limit: lower ≤ Σ coefficient × variable ≤ upper."""
        self.rows.append((lower, terms, upper))

    def solve(
        self,
        *,
        gap: float,
        nodes: int,
        start: Sequence[float] = (),
        goes_on: Callable[[], bool] | None = None,
        without: Sequence[str] = (),
    ) -> Solved | None:
        """The solution, no further than `gap` from the best unless there are more nodes; None where there is none.

        start: the values of a known solution. goes_on is asked all the time; its no ends it, without one. without: what
        is not tried.
        """
        import highspy

        highs = self._ran(_options(gap, nodes, without), start, goes_on)
        if highs is None or highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        info = highs.getInfo()
        is_best = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        bound = info.mip_dual_bound if any(self.whole) else info.objective_function_value
        solution = highs.getSolution()
        prices = [] if any(self.whole) else list(solution.row_dual)
        return Solved(list(solution.col_value), info.objective_function_value, bound, is_best, prices)

    def least(self, *, gap: float, nodes: int) -> float:
        """What no solution is below, within `gap` unless there are more nodes; minus infinity where nothing is known.

        Some of it is whole. Nothing is done to find a solution, which most of the time of `solve` goes into.
        """
        import highspy

        highs = self._ran(_options(gap, nodes, (REDUCED, NEAR, ROUNDED)))
        ends = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kSolutionLimit)
        if highs is None or highs.getModelStatus() not in ends:
            return -inf
        bound = float(highs.getInfo().mip_dual_bound)
        return bound if isfinite(bound) else -inf

    def _ran(
        self, options: Mapping[str, object], start: Sequence[float] = (), goes_on: Callable[[], bool] | None = None
    ) -> Any | None:
        """HiGHS after its end; None where goes_on said no."""
        import highspy

        highs = _solver()
        for name, value in options.items():
            highs.setOptionValue(name, value)
        highs.passModel(self._model(highspy))
        if start:
            known = highspy.HighsSolution()
            known.col_value = list(start)
            highs.setSolution(known)
        if goes_on is None:
            highs.run()
            return highs
        runs = _runs_here if len(self.costs) <= SMALL else _runs_beside
        return highs if runs(highs, goes_on) else None

    def _model(self, highspy: Any) -> Any:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.costs), len(self.rows)
        model.col_cost_ = np.array(self.costs, dtype=float)
        model.col_lower_ = np.array(self.lower, dtype=float)
        model.col_upper_ = np.array(self.upper, dtype=float)
        model.row_lower_ = np.array([row[0] for row in self.rows], dtype=float)
        model.row_upper_ = np.array([row[2] for row in self.rows], dtype=float)
        terms = [row[1] for row in self.rows]
        starts = np.cumsum([0, *map(len, terms)])
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = starts.astype(np.int32)
        model.a_matrix_.index_ = np.fromiter(chain.from_iterable(terms), np.int32, starts[-1])
        values = chain.from_iterable(each.values() for each in terms)
        model.a_matrix_.value_ = np.fromiter(values, float, starts[-1])
        kinds = highspy.HighsVarType
        if any(self.whole):
            model.integrality_ = [kinds.kInteger if each else kinds.kContinuous for each in self.whole]
        return self._with_squares(highspy, model) if self.squares else model

    def _with_squares(self, highspy: Any, linear: Any) -> Any:
        model, squares = highspy.HighsModel(), sorted(self.squares)
        model.lp_ = linear
        model.hessian_.dim_ = len(self.costs)
        model.hessian_.format_ = highspy.HessianFormat.kTriangular
        starts = np.searchsorted(squares, np.arange(len(self.costs) + 1))
        model.hessian_.start_ = starts.astype(np.int32)
        model.hessian_.index_ = np.array(squares, dtype=np.int32)
        model.hessian_.value_ = np.array([2 * self.squares[each] for each in squares], dtype=float)
        return model


def _runs_here(highs: Any, goes_on: Callable[[], bool]) -> bool:
    """Runs to the end, unless goes_on says no at a node: to begin a thread would take longer than most runs."""
    is_ended, asked_at = False, monotonic()

    def ask(event: Any) -> None:
        nonlocal is_ended, asked_at
        if not is_ended and monotonic() - asked_at >= ASKED:
            is_ended, asked_at = not goes_on(), monotonic()
        if is_ended:
            event.interrupt()

    highs.cbMipInterrupt += ask
    highs.run()
    return not is_ended


def _runs_beside(highs: Any, goes_on: Callable[[], bool]) -> bool:
    """Runs to the end, unless goes_on says no: then HiGHS, which may not ask for a while, ends on its own."""
    is_ended = Event()

    def ask(event: Any) -> None:
        if is_ended.is_set():
            event.interrupt()

    highs.cbMipInterrupt += ask
    highs.cbSimplexInterrupt += ask
    highs.cbIpmInterrupt += ask
    running = Thread(target=highs.run)
    running.start()
    while running.is_alive():
        running.join(ASKED)
        if running.is_alive() and not goes_on():
            is_ended.set()
            return False
    return True


def _solver() -> Any:
    """HiGHS that says nothing: some versions print who they are while they are made, before any option can be set."""
    import highspy

    with _ALONE, _nothing_printed():
        highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    return highs


@contextlib.contextmanager
def _nothing_printed() -> Iterator[None]:
    """Descriptor 1 leads nowhere meanwhile: a library that is not Python's does not ask what sys.stdout is."""
    try:
        kept = os.dup(1)
    except OSError:  # closed: nothing can be printed
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _options(gap: float, nodes: int, without: Sequence[str]) -> dict[str, object]:
    return {
        **dict.fromkeys(without, False),
        "threads": 1,
        "random_seed": 1,
        "time_limit": LAST_RESORT,
        "mip_max_nodes": nodes,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": gap,
        "mip_feasibility_tolerance": TOLERANCE,
        "primal_feasibility_tolerance": TOLERANCE,
        "dual_feasibility_tolerance": TOLERANCE,
    }
