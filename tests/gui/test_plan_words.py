"""The words of plans: quantities short enough to read, and a sentence for every reason, limit and proof."""

from dataclasses import replace
from decimal import Decimal

import pytest

from wealthdesk.domain.assets import Asset, AssetKind
from wealthdesk.domain.drift import Drift
from wealthdesk.domain.plans import Limit, Reason, Side, Trade
from wealthdesk.gui.allocation.overview.rows import class_rows
from wealthdesk.gui.allocation.planner.order_list import (
    limit_words,
    orders_of,
    reason_words,
    sheet_lines,
    short_quantity,
)
from wealthdesk.services.desk import Desk

_NO_DRIFT = Drift("USD", 0, 0, 0, ())


def trade(reason: Reason, side: Side = Side.BUY) -> Trade:
    return Trade("gld", side, 100, Decimal(1), Decimal(1), "USD", reason)


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [
        ("0.00012345", "0.00012345"),
        ("0.5", "0.5"),
        ("23.12489728", "23.1248"),
        ("216.50772671", "216.5077"),
        ("12345.6789", "12,345.67"),
        ("123456789.99", "123,456,789"),
        ("7", "7"),
    ],
)
def test_a_quantity_is_short_enough_to_read_and_never_rounded_up(quantity: str, expected: str) -> None:
    assert short_quantity(Decimal(quantity)) == expected


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (Reason("c", -580, -100, True), "Gold is furthest under: 5.8 pp"),
        (Reason("c", -580, -100, False), "Gold is 5.8 pp under"),
        (Reason("c", 0, -10, False), "Gold is on its target; the total grows"),
        (Reason("c", 120, 0, False), "Gold is 1.2 pp above its target; the total grows"),
        (Reason("c", None, None, False), "Gold has no target"),
        (Reason("c", 120, 100, False, -40, 0), "It is 0.4 pp below its own target"),
    ],
)
def test_every_reason_to_buy_has_its_sentence(reason: Reason, expected: str) -> None:
    assert reason_words(trade(reason), "Gold") == expected


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (Reason("c", 580, 100, True), "Gold is furthest over: 5.8 pp"),
        (Reason("c", 580, 100, False), "Gold is 5.8 pp over"),
        (Reason("c", 0, 10, False), "Gold is on its target; the total shrinks"),
        (Reason("c", -120, 0, False), "Gold is 1.2 pp below its target; the total shrinks"),
        (Reason("c", None, None, False), "Gold has no target"),
        (Reason("c", -120, -100, False, 40, 0), "It is 0.4 pp above its own target"),
    ],
)
def test_every_reason_to_sell_has_its_sentence(reason: Reason, expected: str) -> None:
    assert reason_words(trade(reason, Side.SELL), "Gold") == expected


def test_what_a_class_is_most_of_is_said_once() -> None:
    most = Reason("c", -580, -100, True)
    assert reason_words(trade(most), "Gold", is_first=False) == "Gold is 5.8 pp under"


@pytest.mark.parametrize("limit", list(Limit))
def test_every_limit_has_its_sentence(limit: Limit) -> None:
    share = Asset("a", "A", "A", AssetKind.FUND, "USD")
    assert share.lot_step == 1
    words = limit_words(limit, share)
    assert words and "{" not in words
    assert limit_words(Limit.OVERSHOOT, share) == "one more share would overshoot"
    assert limit_words(Limit.OVERSHOOT, replace(share, lot_step=Decimal("0.01"))) == "one more step would overshoot"
    # What is paid in may be spent while the account keeps the cash that it had.
    assert limit_words(Limit.CASH_USED_UP, share) == "no more to spend here"


@pytest.mark.parametrize("amount", [400_000, 450_000, 1_450_000])
def test_an_order_says_the_drift_that_the_row_of_its_class_shows(demo_desk: Desk, amount: int) -> None:
    """Of three numbers that are rounded to add up one differs from its own rounding; so it is of these amounts."""
    allocation = demo_desk.allocations.of(None)
    plan = demo_desk.plans.deposit(allocation, amount)
    rows = {row.asset_class.name: row for row in class_rows(allocation, plan.after)}
    told = [(each, rows[each.class_name]) for each in orders_of(sheet_lines(plan, allocation.portfolio))]
    shown = [f"{row.asset_class.name} {row.points.removesuffix(' pp')} → {row.points_after}" for _, row in told]
    assert [line.change for line, _ in told if "its target" not in line.change] == [
        words for words, (line, _) in zip(shown, told, strict=True) if "its target" not in line.change
    ]
    assert told
