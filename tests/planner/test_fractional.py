"""The two-level plan: the worked example, the edges and the judged cases."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from wealthdesk.planner.fill import Amounts, ClassPart, HoldingPart, deposit, withdrawal

CASES = Path(__file__).parents[3] / "shared" / "cases" / "planner" / "cont"


def class_part(id_: str, target: int, *parts: tuple[str, int, int | None]) -> ClassPart:
    made = tuple(HoldingPart(part, Fraction(value), weight) for part, value, weight in parts)
    return ClassPart(id_, target, sum((part.value for part in made), Fraction(0)), made)


TWO_LEVELS = [
    class_part("one", 60, ("A", 500_000, 50), ("B", 150_000, 50)),
    class_part("two", 40, ("C", 150_000, 75), ("D", 50_000, 25)),
]


def test_two_levels() -> None:
    plan = deposit(TWO_LEVELS, 150_000)
    assert plan.amounts == {("two", "C"): 112_500, ("two", "D"): 37_500}
    assert plan.left == 0


def test_order_never_decides() -> None:
    turned = [ClassPart(c.id, c.target, c.value, c.parts[::-1]) for c in TWO_LEVELS[::-1]]
    assert deposit(turned, 150_001).amounts == deposit(TWO_LEVELS, 150_001).amounts


def test_nothing_to_spend_and_nothing_to_buy() -> None:
    assert deposit(TWO_LEVELS, 0) == Amounts({}, 0)
    assert deposit([], 500) == Amounts({}, 500)
    assert deposit([class_part("gold", 100)], 500) == Amounts({}, 500, ("gold",))


def test_a_class_without_holdings_leaves_its_money_to_the_others() -> None:
    plan = deposit([*TWO_LEVELS, class_part("gold", 50)], 150_000)
    assert plan.amounts == deposit(TWO_LEVELS, 150_000).amounts
    assert plan.unfillable == ("gold",)


def test_a_class_without_holding_targets_keeps_its_proportions() -> None:
    plan = deposit([class_part("one", 1, ("A", 300, None), ("B", 100, None))], 400)
    assert plan.amounts == {("one", "A"): 300, ("one", "B"): 100}


def test_an_empty_portfolio_is_filled_in_the_shares_of_the_targets() -> None:
    empty = [class_part("one", 60, ("A", 0, 50), ("B", 0, 50)), class_part("two", 40, ("C", 0, 100))]
    assert deposit(empty, 1_000).amounts == {("one", "A"): 300, ("one", "B"): 300, ("two", "C"): 400}


def test_a_target_of_0_is_never_bought() -> None:
    plan = deposit([class_part("one", 0, ("A", 0, 1)), class_part("two", 1, ("B", 10**6, 1), ("C", 0, 0))], 100)
    assert plan.amounts == {("two", "B"): 100}


def _read(case: Path) -> tuple[dict[str, Any], list[ClassPart], int]:
    """A judged case: its file, the classes in exact cents, and the money (negative: a withdrawal)."""
    told = json.loads(case.read_text("utf-8"))
    rates = {told.get("base_ccy", "EUR"): "1"} | told.get("fx", {})
    priced = [
        each for each in told["holdings"] if each["price"] and each["class"] and "excluded" not in each.get("flags", [])
    ]
    cents = {h["id"]: Fraction(h["price"]) * Fraction(rates[h.get("ccy", "EUR")]) * 100 for h in priced}
    values = dict.fromkeys(cents, Fraction(0))
    for position in told["positions"]:
        if position["holding"] in cents:
            values[position["holding"]] += Fraction(position["qty"]) * cents[position["holding"]]
    made = [_class(told_class, priced, values) for told_class in told["classes"]]
    money = sum(a.get("cash_cents", 0) + a.get("deposit_cents", 0) - a.get("buffer_cents", 0) for a in told["accounts"])
    return told, made, money


def _class(told: dict[str, Any], priced: list[dict[str, Any]], values: dict[str, Fraction]) -> ClassPart:
    inside = [each for each in priced if told["id"] in each["class"]]
    value = sum((Fraction(str(each["class"][told["id"]])) * values[each["id"]] for each in inside), Fraction(0))
    parts = []
    for each in inside:
        if len(each["class"]) == 1:
            flags = set(each.get("flags", []))
            weight = each.get("target_in_class_bp")
            can_buy, can_sell = not flags & {"locked", "sell_only"}, not flags & {"locked", "buy_only"}
            parts.append(HoldingPart(each["id"], values[each["id"]], weight, can_buy=can_buy, can_sell=can_sell))
    return ClassPart(told["id"], told["target_bp"], value, tuple(parts))


@pytest.mark.skipif(not CASES.is_dir(), reason="the judged cases are kept outside the project")
def test_all_judged_cases_are_answered_to_the_cent() -> None:
    cases = sorted(CASES.glob("*.json"))
    assert len(cases) >= 80
    for case in cases:
        told, held, money = _read(case)
        plan = deposit(held, money) if told["mode"] == "deposit" else withdrawal(held, -money)
        got = {part: minor for (_, part), minor in plan.amounts.items()}
        wanted = told["oracle"]["ideal_cents"]
        assert sum(got.values()) == sum(wanted.values()), case.name
        for part in got.keys() | wanted.keys():
            assert abs(got.get(part, 0) - wanted.get(part, 0)) <= 1, (case.name, part)
