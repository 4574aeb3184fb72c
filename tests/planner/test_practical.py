"""Practical plans: allowed whatever the problem is, few trades, and never further than what else was looked at."""

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product
from random import Random
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examples import any_of
from planner.made_problems import portfolio
from wealthdesk.domain.plans import EmptyBecause, Mode, Side
from wealthdesk.planner.answer import broken_rules, class_shares, purses_after, score, settle, turnover_cost
from wealthdesk.planner.calculate import calculate
from wealthdesk.planner.mixed import Mixed
from wealthdesk.planner.practical import ControlSheet, always, rounding, sheet
from wealthdesk.planner.problem import PlanAccount, PlanAsset, PlanClass, PlanLot, Practical, Problem, SearchGoal
from wealthdesk.planner.programme import Programme
from wealthdesk.planner.proof import ProofSearch, bound_at, seeded
from wealthdesk.planner.sparse import Sparse

FEW = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def problems(draw: st.DrawFn, mode: Mode | None = None, *, whole: bool | None = None) -> Problem:
    """A portfolio of a few assets in one to three accounts, with the rules of practical plans."""
    mode = mode or draw(any_of(*Mode))
    accounts, classes = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    is_whole = draw(st.booleans()) if whole is None else whole
    assets = [
        PlanAsset(
            f"h{at}",
            Fraction(draw(st.integers(500, 40_000))),
            Fraction(1) if is_whole else None,
            {f"c{draw(st.integers(0, classes - 1))}": Fraction(1)},
            draw(st.integers(0, 5)),
            draw(any_of("EUR", "USD")),
        )
        for at in range(draw(st.integers(2, 5)))
    ]
    held = {}
    lots = {}
    for asset, account in product(assets, range(accounts)):
        value = draw(any_of(0, 0, 4_000, 90_000, 400_000, 1_500_000))
        if value:
            place = (asset.id, f"a{account}")
            held[place] = Fraction(value + draw(st.integers(0, 999))) / asset.price
            if draw(st.booleans()):
                lots[place] = [PlanLot(held[place], asset.price * draw(st.integers(50, 130)) / 100)]
    made = [
        PlanAccount(
            f"a{at}",
            draw(st.integers(0, 300_000)),
            draw(any_of(0, 0, 20_000)),
            draw(any_of(0, 0, 250)),
            Fraction(draw(any_of(0, 10))),
            Fraction(draw(any_of(0, 25))),
            "EUR",
            can_hold=draw(any_of(None, frozenset({"h0", "h1"}))),
            room=draw(any_of(None, None, 100_000)),
        )
        for at in range(accounts)
    ]
    amount = draw(st.integers(20_000, 500_000))
    purses = {}
    if draw(st.booleans()):
        purses = {("a0", "EUR"): made[0].cash // 2, ("a0", "USD"): made[0].cash - made[0].cash // 2}
    practical = Practical(
        min(draw(any_of(0, 2_500, 30_000)), amount // 2),
        draw(any_of(0.0, 0.1)),
        frozenset({"a0"}),
        1e-3,
        frozenset(held),
        outside_bands={f"c{at}": Fraction(1, 20) for at in range(classes)},
    )
    if draw(st.booleans()) and mode is Mode.REBALANCE:
        bands = {f"c{at}": Fraction(draw(st.integers(1, 5)), 100) for at in range(classes)}
        practical = replace(practical, bands=bands, asset_bands={each.id: Fraction(1, 100) for each in assets})
    return Problem(
        mode,
        [PlanClass(f"c{at}", draw(st.integers(1, 5))) for at in range(classes)],
        assets,
        made,
        held,
        lots=lots,
        gain_limit=draw(any_of(None, None, 5_000)) if mode is not Mode.DEPOSIT else None,
        new_money=amount if mode is Mode.DEPOSIT and made[-1].room is None else 0,
        withdrawal=amount if mode is Mode.WITHDRAWAL else 0,
        purses=purses,
        practical=practical,
    )


@FEW
@given(problems())
def test_every_plan_of_the_control_is_allowed_and_more_trades_are_closer(problem: Problem) -> None:
    found = sheet(problem)
    if not found.shortfall:
        for point in found.points:
            assert not list(broken_rules(problem, point.answer))
            assert len(point.answer.trades) == point.trades
            assert point.j == pytest.approx(score(problem, point.answer).j)
    scores = [point.j for point in found.points]
    assert scores == sorted(scores, reverse=True)
    assert [point.trades for point in found.points] == sorted({point.trades for point in found.points})
    assert all(left >= 0 for left in purses_after(problem, found.chosen.answer).values()) or not found.points


Part = TypeVar("Part")


@FEW
@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_decides_nothing(problem: Problem, random: Random) -> None:
    def shuffled(parts: Iterable[Part]) -> list[Part]:
        mixed = list(parts)
        random.shuffle(mixed)
        return mixed

    other = replace(
        problem,
        classes=shuffled(problem.classes),
        assets=shuffled(problem.assets),
        accounts=shuffled(problem.accounts),
        held=dict(shuffled(problem.held.items())),
    )
    assert sheet(problem).points == sheet(other).points


@FEW
@given(problems())
def test_trades_are_large_enough_and_leave_no_rests(problem: Problem) -> None:
    practical = problem.practical
    assert practical is not None
    for point in sheet(problem).points:
        for trade in point.answer.trades:
            is_single = point.trades == 1 and problem.mode is not Mode.REBALANCE
            assert trade.closes or is_single or trade.gross >= practical.min_trade
            if trade.side is Side.SELL and not trade.closes:
                left = problem.value_of(trade.place) - trade.count * problem.asset[trade.asset_id].lot
                assert left >= practical.min_trade


@FEW
@given(problems(Mode.REBALANCE, whole=True))
def test_whole_shares_are_whole_and_any_amount_is_never_worse(problem: Problem) -> None:
    whole = sheet(problem)
    for point in whole.points:
        for trade in point.answer.trades:
            if not trade.closes:
                assert trade.count * problem.asset[trade.asset_id].lot == pytest.approx(trade.gross, abs=0.5)
    any_amount = sheet(replace(problem, assets=[replace(asset, step=None) for asset in problem.assets]))
    if whole.points and any_amount.points and not whole.shortfall and not any_amount.shortfall:
        # Costs are rounded to whole units: a unit of the total is what that may change.
        slack = 1e-4 * max(1.0, whole.points[-1].j)
        assert any_amount.points[-1].j <= whole.points[-1].j + slack


@FEW
@given(problems(Mode.REBALANCE, whole=False), st.integers(0, 3))
def test_a_limit_of_trades_is_the_best_of_every_set_of_trades(problem: Problem, most: int) -> None:
    limited = replace(problem, practical=None, purses={}, new_money=0, max_trades=most)
    if limited.total <= 0:
        return
    found = calculate(limited)
    sparse = Sparse(Programme(limited), turnover_cost(limited), lambda: True)
    if len(sparse.programme.units) > 14:
        return
    for count in range(most + 1):
        for support in combinations(range(len(sparse.programme.units)), count):
            assets = [sparse.programme.units[at].asset for at in support]
            sides = {(sparse.programme.units[at].asset, sparse.programme.units[at].side) for at in support}
            if len(sides) == len(set(assets)):
                sparse.offer(support)
    if not sparse.best:
        return
    least = min(each.fit.j for trades, each in sparse.best.items() if trades <= most)
    nothing = score(limited, settle(limited, {})).j
    assert not list(broken_rules(limited, found))
    assert score(limited, found).j - least <= 1e-4 * max(nothing - least, 1e-9) + 1e-7 * max(1.0, least)


def small(mode: Mode, **more: object) -> Problem:
    """Two classes off their targets in one account."""
    practical = Practical(5_000, held_places=frozenset({("a", "x"), ("b", "x")}))
    made = Problem(
        mode,
        [PlanClass("one", 1), PlanClass("two", 1)],
        [
            PlanAsset("a", Fraction(100), None, {"one": Fraction(1)}, 1),
            PlanAsset("b", Fraction(100), None, {"two": Fraction(1)}, 1),
        ],
        [PlanAccount("x", 0)],
        {("a", "x"): Fraction(6_000), ("b", "x"): Fraction(4_000)},
        practical=practical,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def test_a_rebalance_ends_on_the_targets_to_the_unit() -> None:
    found = sheet(small(Mode.REBALANCE)).chosen
    assert [(each.asset_id, each.side, each.gross) for each in found.answer.trades] == [
        ("a", Side.SELL, 100_000),
        ("b", Side.BUY, 100_000),
    ]
    assert found.bound is not None and found.bound < 1e-3


def test_a_rebalance_into_bands_ends_inside_them_although_gains_cost() -> None:
    made = small(Mode.REBALANCE)
    assert made.practical is not None
    bands = {"one": Fraction(1, 20), "two": Fraction(1, 20)}
    practical = replace(made.practical, gain_cost=0.1, taxed=frozenset({"x"}), bands=bands)
    practical = replace(practical, asset_bands={"a": Fraction(1, 20), "b": Fraction(1, 20)})
    held = {("a", "x"): Fraction(60_000), ("b", "x"): Fraction(40_000)}
    problem = replace(made, practical=practical, held=held)
    answer = sheet(problem).chosen.answer
    shares = class_shares(problem, answer)
    assert answer.trades
    assert all(abs(shares[key] - Fraction(1, 2)) <= Fraction(1, 20) + Fraction(1, 1_000_000) for key in bands)


@pytest.mark.parametrize(
    ("most", "trades"), [(0, []), (1, [("a", 116_667)]), (2, [("a", 116_667), ("c", 83_333)]), (9, None)]
)
def test_few_trades_into_bands_are_first_as_little_outside_as_can_be(
    most: int, trades: list[tuple[str, int]] | None
) -> None:
    band = Fraction(1, 20)
    problem = Problem(
        Mode.REBALANCE,
        [PlanClass(f"of {key}", 1, band, band) for key in "abc"],
        [PlanAsset(key, Fraction(100), None, {f"of {key}": Fraction(1)}, 1) for key in "abc"],
        [PlanAccount("x", 0)],
        {("a", "x"): Fraction(5_000), ("b", "x"): Fraction(3_000), ("c", "x"): Fraction(2_000)},
        goal=SearchGoal.BAND,
    )
    found = calculate(replace(problem, max_trades=most))
    if trades is None:
        assert found.trades == calculate(problem).trades
    else:
        assert [each.asset_id for each in found.trades] == [asset_id for asset_id, _ in trades]
        assert [each.gross for each in found.trades] == pytest.approx([gross for _, gross in trades], abs=1)


@pytest.mark.parametrize("mode", list(Mode))
def test_without_any_assets_nothing_is_traded(mode: Mode) -> None:
    accounts = [PlanAccount("x", 10_000)]
    problem = small(mode, assets=[], held={}, accounts=accounts, withdrawal=5_000 * (mode is Mode.WITHDRAWAL))
    assert not sheet(problem).chosen.trades
    assert not calculate(replace(problem, practical=None, max_trades=2)).trades


def test_where_no_costs_are_known_untaxed_accounts_sell_first() -> None:
    """The account that is not taxed is the second, so that the order of the ids says otherwise; gains cost nothing."""
    made = small(Mode.REBALANCE, accounts=[PlanAccount("x", 0), PlanAccount("y", 0)])
    held = {(asset, account): Fraction(held) for asset, held in (("a", 6_000), ("b", 4_000)) for account in "xy"}
    assert made.practical is not None
    practical = replace(made.practical, held_places=frozenset(held), taxed=frozenset({"x"}))
    answer = sheet(replace(made, held=held, practical=practical)).chosen.answer
    assert {each.account_id for each in answer.trades} == {"y"}
    other = replace(practical, taxed=frozenset({"y"}))
    answer = sheet(replace(made, held=held, practical=other)).chosen.answer
    assert {each.account_id for each in answer.trades} == {"x"}


def test_what_is_on_its_targets_is_left_alone() -> None:
    held = {("a", "x"): Fraction(5_000), ("b", "x"): Fraction(5_000)}
    found = sheet(small(Mode.REBALANCE, held=held))
    assert not found.points and not found.chosen.trades
    assert found.empty_because is EmptyBecause.ON_TARGET


def test_a_withdrawal_that_cannot_be_raised_sells_all_and_says_what_is_missing() -> None:
    found = sheet(small(Mode.WITHDRAWAL, withdrawal=1_200_000))
    assert found.shortfall == 200_000
    assert sum(each.gross for each in found.chosen.answer.trades) == 1_000_000


def test_what_is_proven_of_a_withdrawal_knows_that_an_account_sells_no_more_than_it_pays() -> None:
    """The larger class is in an account that pays less than it would sell if cash could stay there."""
    held = {("a", "x"): Fraction(6_000), ("b", "x"): Fraction(1_000), ("b", "y"): Fraction(4_000)}
    problem = small(
        Mode.WITHDRAWAL,
        held=held,
        classes=[PlanClass("one", 50), PlanClass("two", 40), PlanClass("money", 10)],
        accounts=[PlanAccount("x", 20_000), PlanAccount("y", 0, withdrawal=40_000)],
        cash_class="money",
    )
    found = sheet(problem)
    assert found.chosen.trades == found.closest == 1
    assert found.regret_bound is not None and found.regret_bound < 1e-4


@FEW
@given(problems(Mode.WITHDRAWAL))
def test_what_is_proven_holds_of_all_that_is_known(problem: Problem) -> None:
    found = sheet(problem)
    nothing = score(problem, settle(problem, {})).j
    if found.regret_bound is not None and not found.shortfall:
        of = max(
            found.chosen, next(each for each in found.points if each.trades == found.closest), key=lambda e: e.trades
        )
        least = min(point.j for point in found.points)
        assert of.j - least <= found.regret_bound * (nothing - least) + 1e-9
        assert found.regret_bound <= 0.2


@pytest.mark.parametrize("step", [None, Fraction(1)])
@pytest.mark.parametrize(
    ("count", "part", "accounts"),
    [(300, "0.3", 1), (300, "0.97", 1), (100, "0.5", 1), (100, "0.97", 3), (100, "0.995", 1), (100, "0.9", 3)],
)
def test_a_large_withdrawal_from_many_holdings_is_raised(
    count: int, part: str, accounts: int, step: Fraction | None
) -> None:
    """So many sales break the smallest trade and the rests at once that not each can be tried alone."""
    random = Random(1)
    assets = [
        PlanAsset(
            f"h{at:03}",
            Fraction(random.randint(20, 300) * 100 if step else 100),
            step,
            {f"c{at % 8}": Fraction(1)},
            random.randint(1, 9),
        )
        for at in range(count)
    ]
    held = {
        (each.id, f"x{at % accounts}"): Fraction(random.randint(1, 100)) * (1 if step else 100)
        for at, each in enumerate(assets)
    }
    classes = [PlanClass(f"c{at}", random.randint(1, 9)) for at in range(8)]
    problem = small(
        Mode.WITHDRAWAL,
        assets=assets,
        held=held,
        classes=classes,
        accounts=[PlanAccount(f"x{at}", 0) for at in range(accounts)],
    )
    whole = int(sum(problem.values.values()))
    practical = Practical(whole // 1_000, held_places=frozenset(held))
    problem = replace(problem, practical=practical, withdrawal=int(whole * Fraction(part)))
    found = sheet(problem, progress=lambda _: False)
    assert found.points and not found.shortfall
    assert not list(broken_rules(problem, found.chosen.answer))


def test_a_withdrawal_has_at_least_the_trades_that_it_needs() -> None:
    """Fewer were asked for than raise the money: what raises it with the fewest is the plan, and nothing is missing."""
    held = {("a", "x"): Fraction(3_000), ("b", "x"): Fraction(4_000)}
    problem = small(Mode.WITHDRAWAL, held=held, withdrawal=600_000)
    for progress in (None, lambda _: False):
        found = sheet(problem, 1, progress)
        assert found.chosen.trades == 2 and not found.shortfall
        assert not list(broken_rules(problem, found.chosen.answer))


def test_new_money_goes_only_where_there_is_room() -> None:
    accounts = [PlanAccount("x", 0, room=30_000), PlanAccount("y", 0)]
    found = sheet(small(Mode.DEPOSIT, accounts=accounts, new_money=100_000)).chosen.answer
    assert sum(found.new_money.values()) == 100_000
    assert found.new_money.get("x", 0) <= 30_000


def test_a_purchase_in_another_currency_is_paid_by_a_conversion() -> None:
    made = small(Mode.DEPOSIT, accounts=[PlanAccount("x", 200_000, fx_rate=Fraction(50), currency="EUR")])
    assets = [replace(each, currency="USD") for each in made.assets]
    problem = replace(made, assets=assets, purses={("x", "EUR"): 200_000, ("x", "USD"): 0})
    found = sheet(problem).chosen.answer
    assert [(each.source, each.to) for each in found.conversions] == [("EUR", "USD")]
    assert found.conversions[0].fee == round(found.conversions[0].amount * 0.005)
    assert min(purses_after(problem, found).values()) >= 0


def test_a_search_that_is_told_to_stop_ends_with_what_it_has() -> None:
    told: list[ControlSheet] = []

    def tell(found: ControlSheet) -> bool:
        told.append(found)
        return False

    assert sheet(small(Mode.REBALANCE), progress=tell) == told[0]


def test_what_nothing_can_be_closer_than_is_proven_without_a_programme(monkeypatch: pytest.MonkeyPatch) -> None:
    solved: list[Mixed] = []
    monkeypatch.setattr(Mixed, "solve", lambda mixed, **_: solved.append(mixed))
    told: list[ControlSheet] = []

    def tell(found: ControlSheet) -> bool:
        told.append(found)
        return True

    alone = sheet(small(Mode.DEPOSIT, new_money=50_000), progress=tell)
    assert [each.asset_id for each in alone.chosen.answer.trades] == ["b"]
    assert alone.is_final and alone.regret_bound is not None and alone.regret_bound < 1e-4
    assert not told, "one trade is the best of all: nothing more is looked for"
    both = sheet(small(Mode.DEPOSIT, new_money=1_000_000), progress=tell)
    assert both.chosen.trades == both.closest == 2
    assert both.is_final and both.regret_bound is not None and both.regret_bound < 1e-4
    one = sheet(small(Mode.DEPOSIT, new_money=1_000_000), 1, tell)
    assert one.chosen.trades == 1 < one.closest
    assert one.is_final and one.chosen.bound is not None and one.chosen.bound < 1e-4
    three = [PlanClass(name, 1) for name in ("one", "two", "three")]
    assets = [PlanAsset(f"h{at}", Fraction(100), None, {each.id: Fraction(1)}, 1) for at, each in enumerate(three)]
    more = small(Mode.DEPOSIT, new_money=2_000_000, classes=three, assets=assets, held={})
    two = sheet(more, 2, tell)
    assert two.chosen.trades == 2 < two.closest
    assert two.is_final and two.chosen.bound is not None and two.chosen.bound < 1e-4
    assert told and not solved


def test_money_for_any_account_goes_into_one_although_each_holds_a_part_of_what_it_buys() -> None:
    held = {(key, account): Fraction(1_000) for key, account in ("aw", "ax", "by", "bz")}
    accounts = [PlanAccount(key, 0) for key in "wxyz"]
    practical = Practical(5_000, new_place_cost=1e-3, held_places=frozenset(held))
    found = sheet(small(Mode.DEPOSIT, accounts=accounts, held=held, new_money=200_000, practical=practical))
    # A second account is a transfer to make: it weighs more than buying where it is not held yet.
    assert found.chosen.trades == 2
    assert len(found.chosen.answer.new_money) == 1


@FEW
@given(problems(whole=False))
def test_no_single_trade_of_a_tenth_more_or_less_is_closer_than_is_proven_of_one(problem: Problem) -> None:
    problem = replace(problem, gain_limit=None)
    chosen, nothing = sheet(problem, 1).chosen, score(problem, settle(problem, {})).j
    if chosen.bound is None or chosen.trades != 1:
        return
    most = chosen.bound * (nothing - chosen.j) + 1e-9
    trade = chosen.answer.trades[0]
    for place in ((asset.id, account.id) for asset in problem.assets for account in problem.accounts):
        for count in (trade.signed, trade.signed * 9 // 10, trade.signed * 11 // 10):
            other = settle(problem, {place: count})
            if not any(broken_rules(problem, other)):
                assert chosen.j - score(problem, other).j <= most


@settings(FEW, max_examples=20)
@given(problems())
def test_no_set_of_trades_is_better_than_its_bound_that_is_known_before_it_is_solved(problem: Problem) -> None:
    if problem.total <= 0:
        return
    problem = replace(problem, gain_limit=None)
    sparse = Sparse(Programme(problem), turnover_cost(problem), always)
    closest = sparse.closest()
    if closest is not None:
        sparse.down(closest)
    for count in range(3) if sparse.best else ():
        for support in combinations(range(len(sparse.programme.units)), count):
            fit = sparse.fits.fit(support) if sparse.is_one_sided(support) else None
            if fit is not None and not sparse.lacks(fit):
                assert sparse.better([support], fit.j + 1e-7 * max(1.0, fit.j)) == [support]


def test_a_set_that_was_looked_at_in_vain_tells_that_its_like_are_no_better() -> None:
    """What lacks most is bought in none of them: once one of them is solved the others need not be."""
    held = {(name, "a0"): Fraction(1_000 if name == "h0" else 20_000) for name in ("h0", "h1", "h2", "h3")}
    classes = [PlanClass(name, 1) for name, _ in held]
    assets = [PlanAsset(name, Fraction(1), None, {name: Fraction(1)}, 1, "EUR") for name, _ in held]
    problem = Problem(Mode.DEPOSIT, classes, assets, [PlanAccount("a0", 15_000)], held, practical=Practical())
    sparse = Sparse(Programme(problem), turnover_cost(problem), always)
    best, in_vain = sparse.offer((0, 1)), sparse.offer((1, 2))
    assert best is not None
    assert in_vain is not None
    like, between = [(1, 3), (2, 3)], (best.j + in_vain.j) / 2
    assert sparse.better(like, between) == []
    for support in like:
        fit = sparse.fits.fit(support)
        assert fit is not None
        assert fit.j > between
        assert sparse.better([support], fit.j + 1e-7) == [support]


@pytest.mark.parametrize("seed", [20, 48])
def test_of_all_sets_of_few_trades_the_best_ones_are_found(seed: int) -> None:
    problem = replace(portfolio(seed, 13, 1), practical=Practical())
    sparse = Sparse(Programme(problem), turnover_cost(problem), always)
    closest = sparse.closest()
    assert closest is not None
    sparse.down(closest)
    sparse.rounds(7)
    for count in (1, 2, 3):
        every = [sparse.fits.fit(each) for each in combinations(range(len(sparse.programme.units)), count)]
        least = min(fit.j for fit in every if fit is not None)
        assert sparse.best[count].fit.j == pytest.approx(least, abs=1e-9)


@settings(FEW, max_examples=20)
@given(problems())
def test_no_programme_is_above_a_plan_that_is_known(problem: Problem) -> None:
    """Trades made in part bound trades made whole, and both bound every plan with as many trades."""
    found = sheet(problem)
    if found.shortfall or not found.points:
        return
    sparse = Sparse(Programme(problem), turnover_cost(problem), always)
    for point in found.points:
        proof = ProofSearch(
            sparse.programme, sparse.rules, sparse.eta, range(len(sparse.programme.units)), point.trades
        )
        seeded(proof, [], point.j)
        bounds = [proof.solve(gap=0.0, nodes=10_000, in_parts=in_parts) for in_parts in (True, False)]
        told = [each.lower for each in bounds if each is not None]
        assert len(told) == 2
        slack = rounding(sparse, point.trades) + 1e-9
        assert told[0] <= told[1] + slack
        for fit in (sparse.fits.fit(()), sparse.closest()):
            assert fit is None or bound_at(sparse, fit) <= point.j + slack
        # A single trade may be smaller than the programme of several has it.
        if point.trades == 1 or not sparse.rules.single_is_free:
            assert told[1] <= point.j + slack
