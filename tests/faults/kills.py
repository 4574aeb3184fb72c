"""A writer that is killed again and again at moments nobody chose, and a reader that looks for all it acknowledged.

python -m faults.kills FOLDER SEED COUNT prints a line of JSON for each kill.
"""

import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path

from faults.scenarios import NAME, NOW, clock
from wealthdesk.domain.holdings import Price
from wealthdesk.domain.reallocation import SetAmount
from wealthdesk.planning.instances import prepare
from wealthdesk.services.demo import make_demo
from wealthdesk.services.desk import Desk, open_desk
from wealthdesk.storage.connection import connect
from wealthdesk.storage.writing import Writing as Writing  # imported once, here, and not by every writer

LATEST = 0.5
"""How many seconds after it began to open the file a writer is killed at the latest."""

ASSETS = ("vti", "vxus", "bnd", "vnq")
DAYS = 5


def write(path: Path, seed: int, first: int, say: Callable[[str], None]) -> None:
    """Keep one thing after the other, each of another kind, and say of each by which word it is found again."""
    chance = random.Random(seed)
    with open_desk(path, clock()) as desk:
        for number in count(first):
            say(chance.choice((_setting, _prices, _reallocation, _plan))(desk, number))


def _setting(desk: Desk, number: int) -> str:
    desk.settings.set(f"kept {number}", "x" * (number * 97 % 9000))
    return f"setting kept {number}"


def _prices(desk: Desk, number: int) -> str:
    asset, last = ASSETS[number % len(ASSETS)], NOW.date() - timedelta(days=30 + number // len(ASSETS) * DAYS)
    desk.prices.set(Price(asset, last - timedelta(days=each), Decimal(number + 1)) for each in range(DAYS))
    return f"prices {number}"


def _reallocation(desk: Desk, number: int) -> str:
    (fund,) = desk.funds.all()
    line = desk.reallocations.state(fund.header).lines[0]
    changes = [SetAmount(line.key, 1_000_00 + number)]
    preview = desk.reallocations.preview(fund.header, fund.version, changes)
    accepted = [each.code for each in preview.warnings]
    desk.reallocations.commit(
        fund.header, fund.version, changes, preview.token, reason=f"{number}", accepted=accepted
    )  # fmt: skip
    return f"reallocation {number}"


def _plan(desk: Desk, number: int) -> str:
    allocation = desk.allocations.of(None)
    plan = desk.plans.deposit(allocation, 1_000_00)
    fills = desk.recorded_plans.fills_of(plan, allocation)[:1]
    return f"plan {desk.recorded_plans.record(plan, allocation, fills).id}"


def found(path: Path) -> set[str]:
    """The words for all that is in the file; a refusal where it cannot be opened, an assertion where half is there."""
    with open_desk(path, clock()) as desk:
        (fund,) = desk.funds.all()
        history = desk.reallocations.history(fund.header)
        plans = desk.recorded_plans.all()
        assert [each.version for each in history] == list(range(history[0].version, 0, -1)), "a version is missing"
        assert all(each.trades and each.changes for each in plans), "half a plan"
        kept = {f"reallocation {each.reason}" for each in history} | {f"plan {each.id}" for each in plans}
    with closing(connect(path, mode="ro")) as connection:
        kept |= {f"setting {key}" for (key,) in connection.execute("SELECT key FROM settings")}
        priced = "SELECT price, count(*) FROM prices WHERE source = 'manual' GROUP BY price"
        prices = {int(price) - 1: days for price, days in connection.execute(priced)}
    assert set(prices.values()) <= {DAYS}, "half of the prices"
    return kept | {f"prices {number}" for number in prices}


def rounds(folder: Path, seed: int, number: int) -> Iterator[dict[str, object]]:
    """So many writers on one file, each killed; after each, what it acknowledged and what of all that is missing."""
    path, chance = folder / NAME, random.Random(seed)
    make_demo(path, clock()).close()
    acknowledged: set[str] = set()
    written = 0
    for each in range(number):
        said = _killed(path, seed + each, written, chance.uniform(0, LATEST))
        acknowledged |= set(said)
        written += len(said) + 1
        try:
            kept = found(path)
        except BaseException:
            yield {"said": len(said), "missing": [], "wrong": traceback.format_exc()}
            return
        yield {"said": len(said), "missing": sorted(acknowledged - kept), "wrong": ""}


def _killed(path: Path, seed: int, first: int, after: float) -> list[str]:
    """What a writer said before it was killed."""
    read, told = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            write(path, seed, first, lambda word: _assert(os.write(told, f"{word}\n".encode())))
        except BaseException:
            os.write(told, f"traceback {traceback.format_exc()!r}\n".encode())
        os._exit(1)
    os.close(told)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(read) as lines:
        return [line.removesuffix("\n") for line in lines]


def _assert(truth: object) -> None:
    assert truth


if __name__ == "__main__":
    prepare()
    for facts in rounds(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])):
        print(json.dumps(facts), flush=True)
