"""Plans as a person would carry them out: of each household and mode the closest plan beside the one that is taken.

It is part of `packaging/run.py bench`; tests/deep/test_carried_out.py asserts what must never be.
"""

import tempfile
from pathlib import Path

from deep.carried_out import NAMES, Carried, household, planned, requests, size_of, strangers, too_small, with_trades
from wealthdesk.domain.plans import Trades


def test_practical_plans() -> None:
    print()
    print(f"{'':<22}{'':<40}{'trades':>12}{'kept':>9}{'smallest':>11}{'sum of drifts, before → after':>32}")
    with tempfile.TemporaryDirectory() as folder:
        for name in NAMES:
            with household(name, Path(folder)) as desk:
                for what, request in requests(size_of(desk)):
                    best, closest = (
                        planned(desk, with_trades(request, each)) for each in (Trades.BEST_VALUE, Trades.CLOSEST)
                    )
                    _tell(Carried(name, what, best, closest), len(too_small(best)) + len(strangers(desk, best)))


def _tell(carried: Carried, wrong: int) -> None:
    plan = carried.plan
    kept = "" if carried.kept is None else f"{carried.kept:.1%}"
    trades = f"{len(carried.closest.trades)} → {len(plan.trades)}"
    drifts = f"{plan.before.sum_bps / 100:.2f} → {plan.after.sum_bps / 100:.2f}"
    smallest = f"{carried.smallest / 100:,.2f}"
    why = "" if plan.trades or plan.empty_because is None else f"  {plan.empty_because.value}"
    told = f"{carried.name:<22}{carried.what:<40}{trades:>12}{kept:>9}{smallest:>11}{drifts:>32}{why}"
    print(told + (f"  {wrong} TRADES THAT MAY NOT BE" if wrong else ""), flush=True)
