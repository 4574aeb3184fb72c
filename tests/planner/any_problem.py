"""Any planning problem, for the properties of plans: few lots of anything, in up to three accounts, with odd rules."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

from hypothesis import strategies as st

from examples import any_of
from wealthdesk.domain.plans import Mode
from wealthdesk.planner.problem import Place, PlanAccount, PlanAsset, PlanClass, PlanLot, Problem

Key = TypeVar("Key")
Value = TypeVar("Value")

ONE = Fraction(1)
SCALES = (
    Fraction(5_000),
    Fraction(100),
    Fraction(61_337),
    ONE,
    Fraction(10_007, 3),
    Fraction(3, 2),
    Fraction(3_000_000),
)
"""What a lot costs in a problem, about, in minor units: as dear as a house or cheaper than a cent."""
CENTS = Fraction(61)
"""The same where any amount is traded: in this many lots of a cent."""
SIZES = tuple(Fraction(percent, 100) for percent in (100, 250, 70, 300, 101))
"""How much dearer one asset's lot is than another's."""
STEPS = (ONE, ONE, ONE, ONE, Fraction(1, 10), Fraction(1, 1000))
NAMES = ("a0", "a1", "a2")
AMOUNTS = st.sampled_from((0, 1, 99)) | st.integers(0, 10**7)


@st.composite
def problems(draw: st.DrawFn, modes: Sequence[Mode] = tuple(Mode)) -> Problem:
    """A problem of up to 4 assets: in lots, now and then in any amount, with whatever rules there are."""
    mode, scale = draw(any_of(*modes)), draw(any_of(*SCALES))
    targets = draw(any_of((50,), (50, 30), (1, 50), (20, 0), (50, 30, 20), (20, 20, 0)))
    classes = [PlanClass(f"c{n}", target) for n, target in enumerate(targets)]
    steps = draw(any_of(*[STEPS] * 14, (None,)))
    count, scale = (draw(any_of(1, 2, 3, 2, 4)), scale) if steps[0] else (draw(any_of(1, 2)), CENTS)
    assets = [draw(any_asset(f"h{n}", classes, scale, steps)) for n in range(count)]
    names = NAMES[: draw(any_of(1, 2, 1, 2, 3)) if count < 3 else 1]
    held = {(asset.id, name): draw(quantities(asset)) for asset in assets for name in names}
    accounts = [draw(any_account(name, mode, assets, held)) for name in names]
    has_limit = mode is not Mode.DEPOSIT and draw(any_of(*[False] * 7, True))
    away = draw(st.sampled_from(((), (), assets[:1], assets[1:])))
    return Problem(
        mode, classes, assets, accounts, held,
        lots={place: draw(tax_lots(place, held[place], assets)) for place in held} if has_limit else {},
        penalties={(asset.id, "a0"): 0.2 for asset in away},
        min_trade=draw(any_of(0, 0, 0, 0, 0, int(scale), int(4 * scale))),
        cash_class=draw(any_of(*[None] * 4, "c0")),
        gain_limit=draw(any_of(0, int(scale / 3), int(3 * scale))) if has_limit else None,
    )  # fmt: skip


@st.composite
def any_asset(
    draw: st.DrawFn, name: str, classes: Sequence[PlanClass], scale: Fraction, steps: Sequence[Fraction | None]
) -> PlanAsset:
    step = draw(any_of(*steps))
    kind = draw(any_of(*["free"] * 9, "locked", "sell only", "buy only"))
    return PlanAsset(
        name,
        scale * draw(any_of(*SIZES)) / (step or 1),
        step,
        draw(exposures(classes)),
        draw(any_of(1, 3, 0, None)),
        draw(any_of("EUR", "USD")),
        can_buy=kind in ("free", "buy only"),
        can_sell=kind in ("free", "sell only"),
    )


@st.composite
def exposures(draw: st.DrawFn, classes: Sequence[PlanClass]) -> Mapping[str, Fraction]:
    first: str = draw(st.sampled_from(classes)).id
    second, part = draw(st.sampled_from(((first, 100), (first, 100), (classes[0].id, 60), (classes[-1].id, 85))))
    return {first: ONE} if first == second else {first: Fraction(part, 100), second: Fraction(95 - part, 100)}


@st.composite
def quantities(draw: st.DrawFn, asset: PlanAsset) -> Fraction:
    """A few lots; now and then a part of one."""
    return Fraction(draw(any_of(0, 0, 3, 6, 9, 15, 4)), 3) * (asset.step or ONE)


@st.composite
def any_account(
    draw: st.DrawFn, name: str, mode: Mode, assets: Sequence[PlanAsset], held: Mapping[Place, Fraction]
) -> PlanAccount:
    """An account with money for a few lots; in a withdrawal one from which some of what it holds is to be raised."""
    mine = {asset_id: quantity for (asset_id, account_id), quantity in held.items() if account_id == name}
    worth = sum((mine[asset.id] * asset.price for asset in assets), Fraction())
    lot: Fraction = max(asset.price * (asset.step or ONE) for asset in assets)
    cash = int(
        draw(st.sampled_from((lot * 3, lot * 2 + worth / 3, lot * 6, lot + 1, lot * 5 + 1, lot / 5, Fraction(0))))
    )
    buffer = draw(st.sampled_from((0, 0, 0, 0, cash // 4, cash)))
    if mode is Mode.WITHDRAWAL:
        buffer = cash + int(worth * Fraction(draw(st.integers(0, 11)), 10))
    fixed, rate, fx_rate = draw(st.sampled_from(((0, 0, 0), (0, 0, 0), (99, 0, 0), (int(lot / 9), 25, 0), (0, 47, 50))))
    can_hold = draw(any_of(*[None] * 5, frozenset(asset.id for asset in assets[1:])))
    currency = draw(any_of("EUR", "USD"))
    return PlanAccount(name, cash, buffer, fixed, Fraction(rate), Fraction(fx_rate), currency, can_hold)


def price_of(assets: Sequence[PlanAsset], place: Place) -> Fraction:
    return next(asset.price for asset in assets if asset.id == place[0])


@st.composite
def tax_lots(draw: st.DrawFn, place: Place, quantity: Fraction, assets: Sequence[PlanAsset]) -> tuple[PlanLot, ...]:
    price, part = price_of(assets, place), quantity * Fraction(draw(st.integers(1, 9)), 10)
    costs = [price * Fraction(draw(st.integers(2, 15)), 10) for _ in range(2)]
    return (PlanLot(part, costs[0]), PlanLot(quantity - part, costs[1]))


# Any amount from one account


@st.composite
def even_problems(draw: st.DrawFn, modes: Sequence[Mode] = (Mode.DEPOSIT, Mode.WITHDRAWAL)) -> Problem:
    """A problem that even fill decides: any amount of plain assets in one account, without costs."""
    mode = draw(any_of(*modes))
    classes = [PlanClass(f"c{n}", draw(st.integers(0, 60))) for n in range(draw(st.integers(1, 4)))]
    classes[0] = replace(classes[0], target=classes[0].target or 20)
    assets = [
        PlanAsset(
            f"h{n}", draw(any_of(*SCALES)), None, {draw(st.sampled_from(classes)).id: ONE},
            draw(any_of(1, 3, 70, 0, None)),
            can_buy=draw(any_of(True, True, True, False)), can_sell=draw(any_of(True, True, True, False)),
        )
        for n in range(draw(st.integers(1, 7)))
    ]  # fmt: skip
    held = {(each.id, "a0"): Fraction(draw(st.integers(0, 10**7))) / each.price for each in assets}
    amount = draw(AMOUNTS)
    cash, buffer = draw(st.integers(0, 10**5)), 0
    cash, buffer = (cash, cash + amount) if mode is Mode.WITHDRAWAL else (cash + amount, cash)
    return Problem(mode, classes, assets, [PlanAccount("a0", cash, buffer)], held)


@st.composite
def even_lot_problems(draw: st.DrawFn) -> Problem:
    """A deposit into lots of one size, into assets without targets of their own, one a class: nothing but classes."""
    classes = [PlanClass(f"c{n}", draw(st.integers(0, 60))) for n in range(draw(any_of(2, 3, 2, 4)))]
    classes[0] = replace(classes[0], target=classes[0].target or 20)
    price = draw(any_of(Fraction(100), Fraction(2_533), Fraction(60_000)))
    assets = [PlanAsset(f"h{each.id}", price, ONE, {each.id: ONE}, None) for each in classes]
    names = NAMES[: draw(any_of(1, 2, 1, 2, 3)) if len(classes) < 4 else 1]
    held = {(asset.id, name): Fraction(draw(st.integers(0, 8))) for asset in assets for name in names}
    some = frozenset(asset.id for asset in assets if draw(any_of(True, True, False)))
    accounts = [
        PlanAccount(
            name,
            int(price * draw(st.integers(0, 6))) + draw(any_of(0, 99)),
            can_hold=draw(st.sampled_from((None, some))),
        )
        for name in names
    ]
    return Problem(Mode.DEPOSIT, classes, assets, accounts, held)


# The same problem, said otherwise


def shuffled(problem: Problem, rng: random.Random) -> Problem:
    """The same with every list and every mapping in another order."""

    def turned(known: Mapping[Key, Value]) -> dict[Key, Value]:
        items = list(known.items())
        rng.shuffle(items)
        return dict(items)

    def mixed(values: Sequence[Value]) -> tuple[Value, ...]:
        return tuple(rng.sample(values, len(values)))

    assets = [replace(asset, exposures=turned(asset.exposures)) for asset in mixed(problem.assets)]
    return replace(
        problem,
        classes=mixed(problem.classes),
        assets=assets,
        accounts=mixed(problem.accounts),
        held=turned(problem.held),
        lots=turned({place: mixed(lots) for place, lots in problem.lots.items()}),
        penalties=turned(problem.penalties),
    )


def with_cash(problem: Problem, change: Callable[[PlanAccount], int]) -> Problem:
    """The same with other cash."""
    return replace(problem, accounts=[replace(each, cash=change(each)) for each in problem.accounts])


def after(problem: Problem, lots: Mapping[Place, int], cash: Mapping[str, int]) -> Problem:
    """The problem once these lots (sales below 0) were traded: nothing new comes in, and nothing more goes out."""
    held = dict(problem.held)
    for place, count in lots.items():
        asset = problem.asset[place[0]]
        held[place] = held.get(place, Fraction(0)) + count * asset.lot / asset.price
    return replace(with_cash(problem, lambda account: cash[account.id]), held=held)
