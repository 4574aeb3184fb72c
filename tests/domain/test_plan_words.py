"""The sentences of a plan: exactly what is proven, why it is empty, what stays and what is said beside it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from wealthdesk.domain.accounts import Account, AccountKind
from wealthdesk.domain.assets import Asset, AssetClass, AssetKind, Exposure
from wealthdesk.domain.drift import composition, measure
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.money import COMMA, from_minor
from wealthdesk.domain.plans import (
    AccountCash,
    EmptyBecause,
    FrontierPoint,
    Mode,
    NoteKind,
    Plan,
    PlanNote,
    PlanOptions,
    PlanRequest,
    Proof,
    Reason,
    Side,
    StaysBecause,
    Trade,
    Wording,
    empty_words,
    inside_words,
    note_words,
    proof_words,
    short_words,
    stays_words,
)
from wealthdesk.domain.targets import ClassTarget, Strategy

CASH = (Exposure("cash", 10_000),)
ASSETS = {
    **{key: Asset(key, key.upper(), key, AssetKind.FUND, "USD", (Exposure("equity", 10_000),)) for key in "abcdefgh"},
    "usd": Asset("usd", "USD", "Cash, USD", AssetKind.CASH, "USD", CASH),
}
CLASSES = {"cash": AssetClass("cash", "Cash", "#000", 0), "equity": AssetClass("equity", "Equity", "#000", 1)}
ACCOUNTS = {"r": Account("r", "Retirement", AccountKind.TAX_DEFERRED, "USD")}
PORTFOLIO = Portfolio(date(2026, 11, 28), "USD", ACCOUNTS, CLASSES, ASSETS, (), {}, ())
WORDING = Wording(PORTFOLIO, lambda minor, code: f"{from_minor(minor, code):,f} {code}")
STRATEGY = Strategy("s", "s", None, True, targets=(ClassTarget("cash", 500), ClassTarget("equity", 9_500)))
DRIFT = measure(
    composition("USD", {"a": 95, "usd": 5}, {"a": ASSETS["a"].exposures, "usd": CASH}), CLASSES.values(), STRATEGY
)


CASH_OVER = measure(
    composition("USD", {"a": 90, "usd": 10}, {"a": ASSETS["a"].exposures, "usd": CASH}),
    CLASSES.values(),
    replace(STRATEGY, targets=(ClassTarget("cash", 500), ClassTarget("equity", 9_500)), absolute_band_bps=600),
)


def plan(count: int, mode: Mode = Mode.REBALANCE, **more: Any) -> Plan:
    """A plan with so many trades, of which nothing else is looked at."""
    reason = Reason("equity", 0, 0, is_most=False)
    trade = Trade("a", Side.BUY, 100, Decimal(1), Decimal(1), "USD", reason, "r")
    made = Plan(mode, 0, "USD", None, (trade,) * count, 0, DRIFT, DRIFT, request=PlanRequest(mode))
    return replace(made, **more)


def points(*kept: tuple[int, str]) -> tuple[FrontierPoint, ...]:
    return tuple(FrontierPoint(count, Decimal(part), 0, 0, 0, 0) for count, part in kept)


@pytest.mark.parametrize(
    ("proof", "more", "sentences"),
    [
        (Proof(Decimal("0.00009"), 8), {}, ["Proven: no plan with at most 8 trades comes closer."]),
        (Proof(Decimal("0.0051"), 8), {}, ["No plan with at most 8 trades comes more than 0.6% closer."]),
        (Proof(Decimal("0.0004"), 8), {}, ["No plan with at most 8 trades comes more than 0.04% closer."]),
        (
            Proof(Decimal("0.0"), 8, costs_weigh=True),
            {},
            ["Proven: no plan with at most 8 trades is better, gains and fees weighed in."],
        ),
        (
            Proof(Decimal("0.02"), 8, costs_weigh=True),
            {},
            ["No plan with at most 8 trades is more than 2.0% better, gains and fees weighed in."],
        ),
        (Proof(Decimal("0.0"), None), {}, ["Proven: no plan comes closer, with however many trades."]),
        (
            Proof(Decimal("0.0"), 8),
            {"frontier": points((8, "0.994"), (11, "1"))},
            ["Proven: no plan with at most 8 trades comes closer.", "With 11 trades it would be 0.6% closer."],
        ),
        (
            Proof(Decimal("0.0"), 8),
            {"frontier": points((8, "0.994"), (9, "0.9996"), (11, "1")), "closest": 9},
            ["Proven: no plan with at most 8 trades comes closer.", "With 9 trades it would be 0.6% closer."],
        ),
        (
            Proof(Decimal("0.0"), 8),
            {"keeps_inside": True},
            [
                "Among plans that sell nothing, none with at most 8 trades comes closer.",
                "No class and no holding is outside its band, so nothing is sold.",
            ],
        ),
        (
            Proof(Decimal("0.0"), 8),
            {"keeps_inside": True, "before": CASH_OVER},
            [
                "Among plans that sell nothing, none with at most 8 trades comes closer.",
                "Only cash is over its band, so nothing is sold.",
            ],
        ),
        (
            Proof(Decimal("0.0"), 8, buys_only=True),
            {},
            ["Proven: no plan with at most 8 trades comes closer, of the plans that only buy."],
        ),
        (
            Proof(Decimal("0.0"), 8, sells_only=True),
            {},
            ["Proven: no plan with at most 8 trades comes closer, of the plans that only sell."],
        ),
        (
            Proof(Decimal("0.0"), 8, is_bound_by=("r",)),
            {"notes": (PlanNote(NoteKind.NO_ROOM, "r"),)},
            [
                "Proven: no plan with at most 8 trades comes closer, with the accounts' rules.",
                "Retirement has no room left.",
            ],
        ),
        (
            Proof(Decimal("0.0"), 8, gain_limit_minor=50_000),
            {},
            [
                "Proven: no plan with at most 8 trades comes closer, with the accounts' rules.",
                "Gains are limited to 500.00 USD.",
            ],
        ),
        (
            Proof(Decimal("0.0"), 8, into_bands=True),
            {},
            ["Proven: no plan with at most 8 trades comes closer into the bands."],
        ),
        (
            Proof(Decimal("0.06"), 8, is_final=False),
            {},
            ["Best plan found with 8 trades; at most 6.0% could be missed."],
        ),
        (None, {}, []),
    ],
)  # fmt: skip
def test_what_is_proven_in_each_case(proof: Proof | None, more: dict[str, Any], sentences: list[str]) -> None:
    assert list(proof_words(plan(8, proof=proof, **more), WORDING)) == sentences


def test_nothing_is_claimed_of_a_plan_without_trades() -> None:
    assert proof_words(plan(0, proof=Proof(Decimal("0.0"), 8)), WORDING) == ()


def test_one_trade_and_another_decimal_mark() -> None:
    german = replace(WORDING, marks=COMMA)
    words = proof_words(plan(1, proof=Proof(Decimal("0.0051"), 1)), german)
    assert words == ("No plan with at most 1 trade comes more than 0,6% closer.",)


@pytest.mark.parametrize("because", EmptyBecause)
@pytest.mark.parametrize("mode", Mode)
def test_an_empty_plan_has_a_sentence_for_each_reason(because: EmptyBecause, mode: Mode) -> None:
    words = empty_words(plan(0, mode, empty_because=because, min_trade_minor=2_500), WORDING)
    assert words.endswith(".")
    assert empty_words(plan(1, mode, empty_because=because), WORDING) == ""
    if because in (EmptyBecause.ON_TARGET, EmptyBecause.BELOW_SMALLEST):
        assert "25.00 USD" in words


def test_a_rebalance_that_only_buys_says_so() -> None:
    assert inside_words(plan(1, keeps_inside=True)).startswith("No class and no holding is outside its band")
    assert inside_words(plan(1)) == ""


@pytest.mark.parametrize("because", StaysBecause)
def test_what_stays_has_its_reason(because: StaysBecause) -> None:
    cash = AccountCash("r", 5, 0, 5, stays_because=because)
    words = stays_words(cash, plan(1), WORDING)
    assert words
    if because is StaysBecause.CASH_TARGET:
        assert words == "kept for the Cash target of 5.0%"
    assert stays_words(replace(cash, stays_because=None), plan(1), WORDING) == ""


@pytest.mark.parametrize("kind", NoteKind)
def test_every_note_is_a_sentence(kind: NoteKind) -> None:
    note = PlanNote(kind, "r", tuple("abcdefgh"), 70_000)
    words = note_words(note, plan(1), WORDING)
    assert words[-1] in ".?"
    assert words[0].isupper() or words[0].isdigit()


def test_notes_name_what_they_are_about() -> None:
    said = [
        note_words(note, plan(1), WORDING)
        for note in (
            PlanNote(NoteKind.HELD_NOWHERE, "r", ("a",)),
            PlanNote(NoteKind.ANY_AMOUNT, None, ("a", "b")),
            PlanNote(NoteKind.STAYS_OUTSIDE, "r", ("a", "b", "c")),
            PlanNote(NoteKind.ASK_ROOM, "r"),
        )
    ]
    assert said == [
        "A is held nowhere yet; bought in Retirement.",
        "2 assets trade in any amount: A, B.",
        "3 holdings stay outside: they can be bought only in Retirement, and its cash is used up.",
        "May new money go into Retirement? Until that is said, none does.",
    ]


def test_the_reason_of_the_largest_gap() -> None:
    reason = Reason("equity", -2_000, 0, is_most=True, short_bps=2_000)
    assert short_words(reason, WORDING) == "Underweight by 20.0 %"
    assert short_words(replace(reason, short_bps=None), WORDING) == ""


def test_options_are_as_usual_unless_chosen() -> None:
    assert (PlanOptions().min_trade_minor, PlanOptions().gain_cost_bps) == (None, 1_000)
