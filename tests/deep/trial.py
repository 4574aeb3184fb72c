"""One problem planned and judged: whether the plan is allowed, what it misses, and whether what it claims is true."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from time import process_time

import numpy as np

from deep import bands_rival, level
from deep.made_instances import Json, made, size_of
from deep.referee import Case, Place, Score, read
from deep.rivals import Board, Floats, Sets, stepped, tried
from wealthdesk.domain.plans import Side
from wealthdesk.planner import instance
from wealthdesk.planner.answer import PlanAnswer
from wealthdesk.planner.calculate import calculate

SAME = 1e-9
"""Two values of J that are closer are the same."""
SAME_BOUND = 1e-6
HALF_A_CENT = 0.5
NODES = {"amounts": 250, "large": 25, "lots": 120}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of one problem. regret: what is missed of what could be gained; None: there is no allowed plan to compare."""

    seed: int
    mode: str
    size: str
    regret: float | None
    bound: float | None
    is_tried: bool
    is_false_bound: bool
    is_empty: bool
    is_not_allowed: bool
    seconds: float
    what: str = ""

    @property
    def is_wrong(self) -> bool:
        """Whether one of the three things is there that never may be."""
        return self.is_false_bound or self.is_empty or self.is_not_allowed


def verdict(seed: int) -> Verdict:
    """The verdict on the problem of a seed."""
    return judged(made(seed), seed, size_of(seed))


def planned(data: Json) -> PlanAnswer:
    """The planner's answer to a file."""
    return calculate(instance.read(json.dumps(data).encode()).problem)


def lots_of(answer: PlanAnswer) -> dict[Place, int]:
    """An answer as lots by place, sales below 0."""
    return {
        (each.asset_id, each.account_id): each.count if each.side is Side.BUY else -each.count for each in answer.trades
    }


def judged(data: Json, seed: int, size: str) -> Verdict:
    """The verdict on what the planner makes of a problem."""
    started = process_time()
    try:
        answer = planned(data)
    except Exception as error:  # a planner that fails must not end the judging of the others
        return Verdict(seed, data["mode"], size, None, None, False, False, False, True, 0.0, f"fails: {error!r}")
    seconds = process_time() - started
    case = read(data)
    plan = lots_of(answer)
    mine = case.score(plan)
    if case.total <= 0:
        # Nothing is to be traded then, but what is missing in an account is raised as far as it can be.
        is_traded = bool(plan) and not case.score({}).broken
        told = f"trades {plan} of a total of {float(case.total)}" if is_traded else ""
        return Verdict(seed, case.mode, size, None, None, True, False, False, is_traded, seconds, told)
    rival, is_tried = best_known(case, plan if not mine.broken else {}, seed, size)
    return compared(case, answer, rival, is_tried, (seed, size, seconds))


def compared(
    case: Case, answer: PlanAnswer, rival: Mapping[Place, int] | None, is_tried: bool, of: tuple[int, str, float]
) -> Verdict:
    """The verdict on an answer beside the best plan that is known (None: no plan that is allowed)."""
    seed, size, seconds = of
    plan = lots_of(answer)
    mine, nothing = case.score(plan), case.score({})
    other = None if rival is None else case.score(rival)
    told = ""
    regret: float | None = None
    exact = 0.0
    if not mine.broken:
        is_by_rule = level.decides(case) and level.is_kept(case, plan)
        exact = 0.0 if other is None or is_by_rule else missed(case, mine, other, nothing)
        regret = exact if other is None else softened(case, exact, mine, other)
    is_empty = not plan and not mine.broken and (regret or 0) > SAME_BOUND
    is_false = regret is not None and answer.regret_bound is not None and exact > answer.regret_bound + SAME_BOUND
    is_not_allowed = bool(mine.broken) and other is not None
    is_false |= bool(mine.broken) and other is not None and answer.regret_bound is not None
    if is_false or is_empty or is_not_allowed or (regret or 0) > 1e-4:
        best = (
            ""
            if other is None
            else f"expected J {float(other.j):.10g} violation {float(other.violation):.9f} cost {other.cost}"
        )
        told = f"{best}, got J {float(mine.j):.10g} violation {float(mine.violation):.9f} cost {mine.cost}"
        told += f", regret {regret}, bound {answer.regret_bound}, broken {mine.broken}"
    return Verdict(
        seed, case.mode, size, regret, answer.regret_bound, is_tried, is_false, is_empty, is_not_allowed, seconds, told
    )


def softened(case: Case, regret: float, mine: Score, other: Score) -> float:
    """The same for the percentiles: in a withdrawal nothing may be to gain, and then what is missed counts as it is."""
    return min(regret, 100 * float((mine.j - other.j) / other.j)) if case.mode == "withdraw" and other.j else regret


def missed(case: Case, mine: Score, other: Score, nothing: Score) -> float:
    """The part of what could be gained that is missed; into the bands first of the violation, then of the trading."""
    if case.mode != "band":
        over = float(mine.j - other.j)
        return over / max(float(nothing.j - other.j), 1e-12) if over > SAME else 0.0
    # What half a unit of rounding brings at each trade more is no reason to make it.
    rounded = HALF_A_CENT * max(0, other.trades - mine.trades) / float(case.total)
    over = float(mine.violation - other.violation)
    if over > max(SAME, rounded):
        return over / max(float(nothing.violation - other.violation), 1e-12)
    if over < -SAME or mine.cost <= other.cost * (1 + 1e-6) + 0.5:
        return 0.0
    return (mine.cost - other.cost) / max(other.cost, 1)


def best_known(case: Case, plan: Mapping[Place, int], seed: int, size: str) -> tuple[dict[Place, int] | None, bool]:
    """The best allowed plan that is found, starting from nothing and from `plan`, and whether all plans were tried."""
    board = Board(case)
    if not board.places:
        return (None if case.score({}).broken else {}), True
    found: list[Floats] = [np.zeros(len(board.places)), board.row(plan)]
    every = tried(board) if size == "lots" else None
    if every is not None:
        found.append(every)
    else:
        found += list(_searched(board, plan, seed, size))
    return _first_allowed(board, found), every is not None


def _searched(board: Board, plan: Mapping[Place, int], seed: int, size: str) -> Iterable[Floats]:
    starts: list[Floats] = [board.row(plan)]
    if board.case.mode == "band":
        rival = bands_rival.into_bands(board)
        if rival is not None:
            yield rival
            starts.append(rival)
    else:
        seen: list[Floats] = []
        Sets(board, NODES[size]).best(seen.append)
        yield from seen
        starts += sorted(seen, key=lambda each: float(board.values(each[None, :])[0]))[:2]
    for start in starts:
        if np.isfinite(board.values(start[None, :])[0]):
            yield stepped(board, start, seed, 40, 600)


def _first_allowed(board: Board, found: list[Floats]) -> dict[Place, int] | None:
    """The best of them that the exact referee allows."""
    values = board.values(np.array(found))
    for at in np.argsort(values, kind="stable"):
        if not np.isfinite(values[at]):
            break
        plan = board.plan(found[at])
        # What is paid with nothing, rounded, is a gift of the rounding and no trade.
        is_real = all(board.case.gross_and_fee(place, abs(count))[0] for place, count in plan.items())
        if is_real and not board.case.score(plan).broken:
            return plan
    return None
