"""How long plans take, beside the bars of the design and a peer's rule: processor time, a few portfolios a line.

* the control of practical plans: the first plan, the default, all its points, and the proof that follows;
* the closest plan with any number of trades, whole shares, with its regret where that is proven;
* how all of it grows from 10 to 10,000 holdings.

The peer's rule is the greedy one that PyPortfolioOpt publishes for whole shares (as its DiscreteAllocation): round the
wanted amounts down to shares, then buy one share at a time of what is furthest below its weight. It knows nothing of
accounts, fees, taxes or the number of trades: a yardstick for the time, not for the plan.
It is part of `packaging/run.py bench`; the whole of it takes less than four minutes.
"""

import gc
import time
from dataclasses import dataclass, replace
from statistics import median

import numpy as np

from benchmarks.figures import tell
from planner.made_problems import portfolio
from wealthdesk.domain.plans import Mode, Trades
from wealthdesk.planner import practical
from wealthdesk.planner.answer import broken_rules
from wealthdesk.planner.calculate import calculate, prepare
from wealthdesk.planner.practical import ControlSheet
from wealthdesk.planner.problem import Practical, Problem
from wealthdesk.planner.programme import Programme

SEEDS = 2
MANY = 10
FEE_SIZES, FEE_SEEDS, FIXED_FEE = (20, 32, 50), 6, 500
PROOF_SECONDS = 60.0


def carried_out(seed: int, assets: int, accounts: int, mode: Mode = Mode.REBALANCE) -> Problem:
    """A made portfolio in any amounts, with the smallest trade of a thousandth and gains that count a tenth."""
    made = portfolio(seed, assets, accounts, mode=mode)
    lines = [replace(asset, step=None) for asset in made.assets]
    rules = Practical(
        min_trade=max(2_500, int(made.total / 1_000)),
        gain_cost=0.1,
        new_place_cost=1e-3,
        held_places=frozenset(made.held),
    )
    return replace(made, assets=lines, practical=rules)


@dataclass(frozen=True, slots=True)
class Control:
    """Seconds until each step of the control, and what is proven at the end (None: not asked for, or nothing)."""

    first: float
    default: float
    filled: float
    proof: float
    miss: float | None
    trades: int


def control(problem: Problem, proof_seconds: float = 0.0) -> Control:
    """The control of a problem, timed; its proof goes on for so long at most."""
    told: list[float] = []
    steps = 4 if len(Programme(problem).units) > practical.LARGE else 3
    started = time.process_time()

    def hears(_: ControlSheet) -> bool:
        told.append(time.process_time() - started)
        return True

    def goes_on() -> bool:
        """The quick sheets, the one around the default, the filled one; then the proof, for as long as it may be."""
        return len(told) < steps or time.process_time() - started < proof_seconds

    found = practical.sheet(problem, Trades.BEST_VALUE, hears, goes_on)
    end = time.process_time() - started
    assert not list(broken_rules(problem, found.chosen.answer))
    told = told or [end]
    return Control(
        told[0], told[-2] if len(told) > 1 else told[0], told[-1], end, found.chosen.bound, found.chosen.trades
    )


def greedy(problem: Problem) -> float:
    """The peer's rule on all the money; the seconds it takes."""
    started = time.process_time()
    targets = problem.asset_targets
    names = [asset.id for asset in problem.assets if targets.get(asset.id)]
    prices = np.array([float(problem.asset[name].price) for name in names])
    weights = np.array([float(targets[name]) for name in names])
    total = float(problem.total)
    shares = np.floor(weights / weights.sum() * total / prices)
    left = total - float(shares @ prices)
    while left >= prices.min():
        short = weights - shares * prices / total
        short[prices > left] = -np.inf
        chosen = int(short.argmax())
        shares[chosen] += 1
        left -= prices[chosen]
    return time.process_time() - started


def closest(problem: Problem, *, can_fall_short: bool = False) -> tuple[float, float | None]:
    """Seconds, and the proven regret, of the closest plan with any number of trades.

    can_fall_short: no plan may raise all that is missing in an account, for what its sales would cost.
    """
    started = time.process_time()
    found = calculate(problem)
    took = time.process_time() - started
    assert can_fall_short or not list(broken_rules(problem, found))
    return took, found.regret_bound


def test_the_control() -> None:
    """First plan, default and filled control of a rebalance; the proof where the design gives it a time."""
    print()
    for assets, accounts, bar, proof in ((20, 3, 0.5, 5.0), (24, 3, 0.5, 0), (50, 3, 1.5, 0), (200, 3, 3.0, 0)):
        problems = [carried_out(seed, assets, accounts) for seed in range(SEEDS)]
        timed = [control(each, proof) for each in problems]
        what = f"rebalance {assets} × {accounts}, {min(t.trades for t in timed)}–{max(t.trades for t in timed)} trades"
        tell(f"{what}: first plan", median(t.first for t in timed) * 1_000, 100)
        tell(f"{what}: default", median(t.default for t in timed), bar, "s")
        print(f"{what + ': all points':<64} {median(t.filled for t in timed):8.2f} s")
        print(
            f"{'  the peer’s greedy rule on the same portfolios':<64} {median(map(greedy, problems)) * 1_000:8.2f} ms"
        )
        if proof:
            tell(f"{what}: proof", median(t.proof for t in timed), proof, "s")
            _tell_miss(what, timed, 0.1)


def test_the_proof_of_a_large_rebalance() -> None:
    print()
    timed = [control(carried_out(0, 200, 3), PROOF_SECONDS)]
    tell("rebalance 200 × 3: proof", timed[0].proof, PROOF_SECONDS, "s")
    _tell_miss("rebalance 200 × 3", timed, 2.0)


def _tell_miss(what: str, timed: list[Control], bar: float) -> None:
    known = [each.miss for each in timed if each.miss is not None]
    if len(known) < len(timed):
        print(f"{what}: nothing is proven of {len(timed) - len(known)} of {len(timed)}")
    if known:
        tell(f"{what}: missed at most", max(known) * 100, bar, "%")


def test_the_closest_plan() -> None:
    """Whole shares with any number of trades; the bars are those of deposits."""
    print()
    sizes = ((20, 10, 2_000), (32, 10, 2_000), (50, 3, 100), (200, 3, 100), (200, 10, 2_000), (1_000, 3, 1_000))
    lines = [(Mode.DEPOSIT, *size) for size in (*sizes, (10_000, 1, 1_000))]
    lines += [(Mode.REBALANCE, *size) for size in sizes if size[1] == MANY]
    for mode, assets, accounts, bar in lines:
        problems = [portfolio(seed, assets, accounts, mode=mode) for seed in range(SEEDS)]
        timed = [closest(each) for each in problems]
        regrets = [regret for _, regret in timed if regret is not None]
        told = f"proven regret ≤ {max(regrets):.1e}" if len(regrets) == len(timed) else "not proven"
        tell(f"{mode.value} {assets} × {accounts}, closest, {told}", median(took for took, _ in timed) * 1_000, bar)
        print(
            f"{'  the peer’s greedy rule on the same portfolios':<64} {median(map(greedy, problems)) * 1_000:8.2f} ms"
        )


def test_many_accounts_with_fixed_fees() -> None:
    """Where each of ten accounts takes a fee for every trade, which trades there are is hard to find: the slowest."""
    print()
    for mode in Mode:
        for assets in FEE_SIZES:
            can_fall_short = mode is Mode.WITHDRAWAL
            timed = [
                (*closest(with_fees(seed, assets, mode), can_fall_short=can_fall_short), seed)
                for seed in range(FEE_SEEDS)
            ]
            took, regret, seed = max(timed, key=lambda each: each[0])
            told = "not proven" if regret is None else f"proven regret ≤ {regret:.1e}"
            what = f"{mode.value} {assets} × {MANY} with fees, slowest of {FEE_SEEDS} (seed {seed}), {told}"
            tell(what, took * 1_000, 2_000)


def with_fees(seed: int, assets: int, mode: Mode) -> Problem:
    """A made portfolio in ten accounts, each with the same fee for every trade."""
    made = portfolio(seed, assets, MANY, mode=mode)
    return replace(made, accounts=[replace(each, fee_fixed=FIXED_FEE) for each in made.accounts])


def test_how_it_grows() -> None:
    """From 10 to 10,000 holdings in one account: the first plan of the control, the closest plan, and the peer's rule.

    After each time how many times as long it is as that of a tenth of the holdings.
    """
    print()
    for mode in (Mode.DEPOSIT, Mode.REBALANCE):
        before: tuple[float, ...] = ()
        for assets in (10, 100, 1_000, 10_000):
            whole = portfolio(1, assets, 1, mode=mode)
            took = first_plan(carried_out(1, assets, 1, mode)), closest(whole)[0], greedy(whole)
            grown = [f" (× {now / past:.1f})" for now, past in zip(took, before or took, strict=True)]
            what, bar = f"{mode.value} {assets:,} × 1:", 100 if assets <= 1_000 else 1_000
            tell(f"{what} first plan{grown[0]}", took[0] * 1_000, bar)
            tell(f"{what} closest plan in whole shares{grown[1]}", took[1] * 1_000, 1_000)
            told = f"  the peer’s greedy rule on the same portfolio{grown[2]}"
            print(f"{told:<64} {took[2] * 1_000:8.2f} ms")
            before = took


def first_plan(problem: Problem) -> float:
    """Seconds until the first sheet of the control; what others left behind is collected before."""
    gc.collect()
    started = time.process_time()
    took: list[float] = []

    def hears(_: ControlSheet) -> bool:
        took.append(time.process_time() - started)
        return False

    practical.sheet(problem, Trades.BEST_VALUE, hears)
    return (took or [time.process_time() - started])[0]


def test_a_new_amount_stops_the_search() -> None:
    """A search that is told to stop after a while: how long until it does."""
    print()
    problem = carried_out(2, 200, 3)
    for after in (0.05, 0.3, 1.0):
        started = time.process_time()

        def goes_on(until: float = started + after) -> bool:
            return time.process_time() < until

        practical.sheet(problem, Trades.BEST_VALUE, None, goes_on)
        tell(f"rebalance 200 × 3, stopped after {after} s", (time.process_time() - started - after) * 1_000, 50)


def setup_module() -> None:
    """Imports what the first plan would otherwise wait for."""
    prepare()
    practical.sheet(carried_out(99, 10, 1))
