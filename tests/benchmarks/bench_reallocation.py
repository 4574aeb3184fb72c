"""How long a preview and a commit of 1,000 lines take: pytest tests/benchmarks/bench_reallocation.py -s."""

import statistics
import time
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.figures import tell
from wealthdesk.domain.assets import Asset, AssetKind, Exposure
from wealthdesk.domain.money import WHOLE, split
from wealthdesk.domain.reallocation import AddLine, Adjust, Change, Header, LineKey, State, evaluate
from wealthdesk.domain.targets import ClassTarget, HoldingTarget, header_of
from wealthdesk.services.desk import Clock, Desk, open_desk
from wealthdesk.storage import assets as asset_storage

LINES = 1_000
PREVIEW_MS, COMMIT_MS = 16.0, 100.0
ROUNDS = 21
CLOCK = Clock(today=lambda: date(2026, 11, 20), now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))


def test_reallocation(tmp_path: Path) -> None:
    print()
    with open_desk(tmp_path / "b.wealthdesk", CLOCK, create=True) as desk:
        for what, header in (("reserves", _fund(desk)), ("targets", _strategy(desk))):
            state = desk.reallocations.state(header)
            for count in (2, LINES):
                tell(f"preview of {LINES:,} {what}, {count:,} changed", _previews(state, count), PREVIEW_MS)
            for count in (2, LINES):
                tell(f"commit of {LINES:,} {what}, {count:,} changed", _commits(desk, header, count), COMMIT_MS)


def _fund(desk: Desk) -> Header:
    fund = desk.funds.add("Fund", "USD", 10**12, 10**10)
    new = tuple(AddLine(LineKey(f"c{n}"), f"Company {n}", 1_000_000 + n, 5_000_000) for n in range(LINES))
    preview = desk.reallocations.preview(fund.header, 1, new)
    desk.reallocations.commit(fund.header, 1, new, preview.token, reason="New")
    return fund.header


def _strategy(desk: Desk) -> Header:
    exposures = (Exposure("equity", WHOLE),)
    made = [Asset(f"a{n}", f"A{n}", f"Asset {n}", AssetKind.FUND, "USD", exposures) for n in range(LINES)]
    with desk._database.write() as connection:
        asset_storage.add_assets(connection, made)
    parts = split(WHOLE, [1] * len(made))
    below = tuple(HoldingTarget(asset.id, part) for asset, part in zip(made, parts, strict=True))
    return header_of(desk.targets.add(None, "Many", (ClassTarget("equity", WHOLE, holdings=below),)).id)


def _shifts(state: State, count: int, sign: int = 1) -> tuple[Change, ...]:
    """So many lines changed in pairs, so that every sum stays."""
    lines = [line for line in state.lines if line.key.parent or state.currency][: count - count % 2]
    return tuple(Adjust(line.key, sign if place % 2 else -sign) for place, line in enumerate(lines))


def _commits(desk: Desk, header: Header, count: int) -> float:
    def once(sign: int) -> None:
        state = desk.reallocations.state(header)
        changes = _shifts(state, count, sign)
        preview = desk.reallocations.preview(header, state.version, changes)
        started = time.perf_counter()
        desk.reallocations.commit(
            header, state.version, changes, preview.token, reason="Shift", accepted=[w.code for w in preview.warnings]
        )
        took.append(time.perf_counter() - started)

    took: list[float] = []
    for turn in range(ROUNDS):
        once(1 if turn % 2 else -1)
    return statistics.median(took) * 1000


def _previews(state: State, count: int) -> float:
    changes = _shifts(state, count)
    took = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        evaluate(state, changes)
        took.append(time.perf_counter() - started)
    return statistics.median(took) * 1000
