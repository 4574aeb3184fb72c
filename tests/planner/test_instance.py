"""Problems as files: what is read, what stays outside, and the sentence for whatever cannot be used."""

import copy
import json
import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from wealthdesk.domain.plans import Mode
from wealthdesk.errors import InstanceRefused
from wealthdesk.planner.instance import read
from wealthdesk.planner.problem import Problem, SearchGoal, Weights

Json = dict[str, Any]


def small() -> Json:
    """Two classes, a plain share, a foreign fund over both classes, one account."""
    return {
        "id": "small",
        "mode": "deposit",
        "fx": {"USD": "0.9"},
        "classes": [{"id": "S", "target_bp": 6000, "band_lo_bp": 500}, {"id": "B", "target_bp": 4000}],
        "holdings": [
            {"id": "share", "price": "12.50", "step": "1", "class": {"S": 1.0}, "target_in_class_bp": 10000},
            {"id": "fund", "price": "100", "ccy": "USD", "step": None, "class": {"S": 0.3, "B": 0.7}, "flags": []},
        ],
        "accounts": [{"id": "X", "cash_cents": 100, "deposit_cents": 50_000, "fee_bp": 1e-9, "can_hold": ["share"]}],
        "positions": [
            {"account": "X", "holding": "share", "qty": "3"},
            {"account": "X", "holding": "share", "qty": "2.5", "lots": [{"qty": "2.5", "cost": "10"}]},
        ],
    }


def problem(data: Json) -> Problem:
    return read(json.dumps(data).encode()).problem


def refusal(content: bytes) -> str:
    with pytest.raises(InstanceRefused) as refused:
        read(content)
    return str(refused.value)


def test_everything_is_exact() -> None:
    made = problem(small())
    assert (made.mode, made.goal, made.total) == (Mode.DEPOSIT, SearchGoal.TARGET, Fraction(6875 + 50_100))
    assert made.asset["fund"].price == 9000
    assert made.asset["fund"].exposures == {"S": Fraction(3, 10), "B": Fraction(7, 10)}
    assert made.account["X"].fee_rate == Fraction(1, 10**9)
    assert made.held == {("share", "X"): Fraction(11, 2)}
    assert [lot.cost for lot in made.lots["share", "X"]] == [1000]
    assert {each.id: each.has_band for each in made.classes} == {"S": True, "B": False}


def test_the_order_of_lists_is_without_meaning() -> None:
    turned = small()
    for name in ("classes", "holdings", "accounts", "positions"):
        turned[name].reverse()
    one, other = problem(small()), problem(turned)
    assert (one.classes, one.assets, list(one.held.items())) == (other.classes, other.assets, list(other.held.items()))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [({"price": None}, "no price"), ({"class": None}, "no class"), ({"class": {}}, "no class"),
     ({"flags": ["excluded", "locked"]}, "excluded")],
)  # fmt: skip
def test_what_is_out_of_scope_is_named_and_in_no_total(changed: Json, reason: str) -> None:
    data = small()
    data["holdings"][0] |= changed
    data["location"] = [{"account": "X", "holding": "share", "penalty": 1}]
    made = read(json.dumps(data).encode())
    assert made.left_out == {"share": reason}
    assert (list(made.problem.asset), int(made.problem.total)) == (["fund"], 50_100)
    assert not made.problem.penalties


def test_a_second_class_of_nothing_still_makes_a_look_through_fund() -> None:
    data = small()
    data["holdings"][0]["class"] = {"S": 1, "B": 0.0}
    assert problem(data).asset_targets == {}


def test_band_is_a_goal_of_a_rebalance() -> None:
    made = problem(small() | {"mode": "band"})
    assert (made.mode, made.goal) == (Mode.REBALANCE, SearchGoal.BAND)


def test_what_j_counts_may_be_given() -> None:
    made = problem(small() | {"objective": {"kappa": 3, "eta": 0.5}})
    assert (made.weights, made.turnover_weight) == (Weights(kappa=3.0), 0.5)
    assert (problem(small()).weights, problem(small()).turnover_weight) == (Weights(), None)


def test_what_is_not_known_here_is_not_read() -> None:
    data = small()
    unread: Json = {"oracle": {"status": 1}, "kind": [], "seed": "x", "note": 10**300}
    assert problem(data | unread).assets == problem(data).assets


def changed(*path: str | int, to: object) -> Callable[[Json], None]:
    def change(data: Json) -> None:
        place: Any = data
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = to

    return change


def without(*path: str | int) -> Callable[[Json], None]:
    def change(data: Json) -> None:
        place: Any = data
        for key in path[:-1]:
            place = place[key]
        del place[path[-1]]

    return change


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (without("id"), "id: the field is missing"),
        (without("mode"), "mode: the field is missing"),
        (without("holdings", 0, "step"), 'holding "share", step: the field is missing'),
        (without("holdings", 0, "class"), 'holding "share", class: the field is missing'),
        (without("positions", 0, "qty"), "positions[0], qty: the field is missing"),
        (changed("mode", to="spend"), "mode"),
        (changed("mode", to=["deposit"]), "mode"),
        (changed("targets_policy", to="any"), "targets_policy"),
        (changed("classes", to=[]), "classes"),
        (changed("classes", 0, "target_bp", to=6002), "sum to 10002"),
        (changed("classes", 0, "target_bp", to=True), 'class "S", target_bp: true'),
        (changed("classes", 0, "target_bp", to=6000.0), 'class "S", target_bp: 6000.0'),
        (changed("classes", 0, "target_bp", to=-1), 'class "S", target_bp: -1'),
        (changed("classes", 0, "band_lo_bp", to=10**6 + 1), 'class "S", band_lo_bp'),
        (changed("classes", 1, "id", to="S"), 'classes: the id "S" is there twice'),
        (changed("holdings", 1, "id", to="share"), 'holdings: the id "share" is there twice'),
        (changed("holdings", 0, "id", to=""), "holdings[0], id"),
        (changed("holdings", 0, to=7), "holdings[0]: 7"),
        (changed("holdings", 0, "price", to="0"), 'holding "share", price'),
        (changed("holdings", 0, "price", to="1e9"), 'holding "share", price: "1e9"'),
        (changed("holdings", 0, "price", to="1_000"), 'holding "share", price'),
        (changed("holdings", 0, "price", to="NaN"), 'holding "share", price'),
        (changed("holdings", 0, "price", to="١٢"), 'holding "share", price'),
        (changed("holdings", 0, "price", to=12.5), 'holding "share", price'),
        (changed("holdings", 0, "price", to="1" * 16), 'holding "share", price'),
        (changed("holdings", 0, "step", to="0.000"), 'holding "share", step'),
        (changed("holdings", 0, "ccy", to="CHF"), 'holding "share", ccy: fx has no rate for "CHF"'),
        (changed("holdings", 0, "flags", to=["cheap"]), 'holding "share", flags: "cheap"'),
        (changed("holdings", 0, "flags", to="locked"), 'holding "share", flags'),
        (changed("holdings", 0, "class", to={"Z": 1}), 'holding "share", class: "Z"'),
        (changed("holdings", 0, "class", to={"S": True}), 'holding "share", class, S: true'),
        (changed("holdings", 0, "class", to={"S": 1.0, "B": 1e-5}), 'holding "share", class: the exposures'),
        (changed("fx", "USD", to="0"), "fx, USD"),
        (changed("fx", to=None), "fx: null"),
        (changed("accounts", 0, "cash_cents", to=1e3), 'account "X", cash_cents'),
        (changed("accounts", 0, "cash_cents", to=10**15 + 1), 'account "X", cash_cents'),
        (changed("accounts", 0, "cash_cents", to=10**400), 'account "X", cash_cents'),
        (changed("accounts", 0, "fee_bp", to="1"), 'account "X", fee_bp'),
        (changed("accounts", 0, "can_hold", to=["gold"]), 'account "X", can_hold: "gold"'),
        (changed("positions", 0, "holding", to="gold"), 'positions[0], holding: "gold"'),
        (changed("positions", 0, "account", to="Y"), 'positions[0], account: "Y"'),
        (changed("positions", 1, "lots", 0, "qty", to="2"), "positions[1], lots"),
        (changed("cash_class", to="Z"), "cash_class"),
        (changed("gain_limit_cents", to=-1), "gain_limit_cents"),
        (changed("location", to=[{"account": "X", "holding": "fund", "penalty": -1}]), "location[0], penalty"),
        (changed("location", to=[{"account": "X", "holding": "fund", "penalty": 1}] * 2), "location[1], holding"),
    ],
)
def test_a_refusal_names_the_field(change: Callable[[Json], None], field: str) -> None:
    data = small()
    change(data)
    said = refusal(json.dumps(data).encode())
    assert field in said
    assert "\n" not in said


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"[]", b"null", b"{", b"\xff{}", b"\xef\xbb\xbf{}", b'{"a": 1e5'),
        *(b"[" * 100_000, b'{"a": ' + b"1" * 5000 + b"}"),
    ],
)
def test_what_is_not_one_object_is_a_sentence(content: bytes) -> None:
    assert refusal(content) == "The file is not one JSON object in UTF-8."


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_what_is_not_a_finite_number_is_refused(number: str) -> None:
    assert refusal(json.dumps(small()).replace("1e-09", number).encode())


def test_a_key_twice_is_refused() -> None:
    text = json.dumps(small())
    assert refusal(text.replace('"mode"', '"mode": "band", "mode"').encode()).startswith(
        '"mode": the key is there twice'
    )


@pytest.mark.parametrize("whole", [9999, 10001])
def test_targets_that_miss_the_whole_by_one_point_are_normalised(whole: int) -> None:
    data = small()
    data["classes"][0]["target_bp"] = whole - 4000
    assert sum(problem(data).class_targets.values()) == 1


def test_targets_may_ask_to_be_normalised() -> None:
    data = small() | {"targets_policy": "normalise"}
    data["classes"][0]["target_bp"] = 500
    assert problem(data).class_targets == {"S": Fraction(1, 9), "B": Fraction(8, 9)}


ANYTHING: list[object] = [
    *(None, True, 0, -1, 10**400, 1.5, 5e-324),
    *("", "0", "1e9", "\ud800", "a\nb", "S", "X"),
    *([], {}, [{}], {"S": 0.5}, ["locked"]),
]  # fmt: skip


def test_whatever_is_in_the_file_the_outcome_is_a_problem_or_one_sentence() -> None:
    chance = random.Random(3)
    outcomes: set[type] = set()
    for _ in range(3000):
        data = small()
        place: Any = data
        while True:
            key = chance.choice(list(place) if isinstance(place, dict) else list(range(len(place))))
            if not isinstance(place[key], dict | list) or not place[key] or chance.random() < 0.2:
                break
            place = place[key]
        place[key] = copy.deepcopy(chance.choice(ANYTHING))
        try:
            outcomes.add(type(read(json.dumps(data).encode()).problem))
        except InstanceRefused as refused:
            outcomes.add(InstanceRefused)
            assert str(refused).encode().count(b"\n") == 0
    assert outcomes == {Problem, InstanceRefused}
