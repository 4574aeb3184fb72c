"""Linear programmes with whole numbers, built a column and a row at a time and solved by HiGHS.

The same programme gives the same solution on every machine: one thread, a fixed seed, a limit of nodes and not of time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

TOLERANCE = 1e-9
LAST_RESORT = 60.0
"""Seconds after which HiGHS gives up; no programme of ours comes near, or plans would depend on the machine."""


@dataclass(frozen=True, slots=True)
class Solved:
    """Values by column, what they come to, and what nothing can be below. is_best: proven, within the gap."""

    values: Sequence[float]
    objective: float
    bound: float
    is_best: bool


@dataclass(slots=True)
class Mixed:
    """The programme: minimise costs · x with lower ≤ x ≤ upper and row limits; some x whole."""

    costs: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[float, Mapping[int, float], float]] = field(default_factory=list)

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

    def solve(self, *, gap: float, nodes: int) -> Solved | None:
        """The solution, no further than `gap` from the best unless there are more nodes; None where there is none."""
        import highspy

        highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in _options(gap, nodes).items():
            highs.setOptionValue(name, value)
        highs.passModel(self._model(highspy))
        highs.run()
        status = highs.getModelStatus()
        info = highs.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        is_best = status == highspy.HighsModelStatus.kOptimal
        bound = info.mip_dual_bound if any(self.whole) else info.objective_function_value
        return Solved(list(highs.getSolution().col_value), info.objective_function_value, bound, is_best)

    def _model(self, highspy: Any) -> Any:
        import numpy as np

        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.costs), len(self.rows)
        model.col_cost_ = np.array(self.costs, dtype=float)
        model.col_lower_ = np.array(self.lower, dtype=float)
        model.col_upper_ = np.array(self.upper, dtype=float)
        model.row_lower_ = np.array([row[0] for row in self.rows], dtype=float)
        model.row_upper_ = np.array([row[2] for row in self.rows], dtype=float)
        starts = np.cumsum([0, *(len(row[1]) for row in self.rows)])
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = starts.astype(np.int32)
        model.a_matrix_.index_ = np.array([each for row in self.rows for each in row[1]], dtype=np.int32)
        model.a_matrix_.value_ = np.array([each for row in self.rows for each in row[1].values()], dtype=float)
        kinds = highspy.HighsVarType
        model.integrality_ = [kinds.kInteger if each else kinds.kContinuous for each in self.whole]
        return model


def _options(gap: float, nodes: int) -> dict[str, object]:
    return {
        "output_flag": False,
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
