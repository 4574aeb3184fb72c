"""Planning problems made from a seed: portfolios of a given size, and wild ones with everything that can be odd."""

import random
from dataclasses import replace
from fractions import Fraction

from wealthdesk.domain.plans import Mode
from wealthdesk.planner.problem import Place, PlanAccount, PlanAsset, PlanClass, PlanLot, Problem


def portfolio(
    seed: int, assets: int, accounts: int, *, look_through: bool = False, fees: bool = False, mode: Mode = Mode.DEPOSIT
) -> Problem:
    """A portfolio like people's: whole shares, some drift, accounts that hold a part of the assets each."""
    rng = random.Random(f"{seed}-{assets}-{accounts}-{look_through}-{fees}-{mode}")
    classes = [PlanClass(f"c{k}", rng.randint(1, 40)) for k in range(max(2, min(10, assets // 6)))]
    lines = [_asset(rng, f"h{k:04}", classes, look_through and rng.random() < 0.3) for k in range(assets)]
    held: dict[Place, Fraction] = {}
    for asset in lines:
        worth = rng.lognormvariate(0, 1) * 200_000
        for number in rng.sample(range(accounts), min(accounts, rng.choice((1, 1, 1, 2)))):
            held[asset.id, f"a{number:02}"] = Fraction(int(worth / float(asset.price)))
    total = sum(quantity * next(a.price for a in lines if a.id == place[0]) for place, quantity in held.items())
    money = float(total) * rng.choice((0.005, 0.03, 0.1, 0.3)) / accounts
    places = [_account(rng, k, accounts, money, lines, held, fees, mode) for k in range(accounts)]
    return Problem(mode, classes, lines, places, held, min_trade=5_000 if fees else 0)


def _asset(rng: random.Random, name: str, classes: list[PlanClass], mixed: bool) -> PlanAsset:
    price = Fraction(round(rng.lognormvariate(4.3, 1.1) * 100))
    if not mixed:
        return PlanAsset(
            name, max(price, Fraction(50)), Fraction(1), {rng.choice(classes).id: Fraction(1)}, rng.randint(1, 99)
        )
    first, second = rng.sample(classes, 2)
    part = Fraction(rng.randint(10, 90), 100)
    return PlanAsset(name, max(price, Fraction(50)), Fraction(1), {first.id: part, second.id: 1 - part})


def _account(
    rng: random.Random,
    number: int,
    count: int,
    money: float,
    assets: list[PlanAsset],
    held: dict[Place, Fraction],
    fees: bool,
    mode: Mode,
) -> PlanAccount:
    name = f"a{number:02}"
    amount = int(money * rng.uniform(0.3, 1.7))
    chosen = {a.id for a in assets if rng.random() < 0.4} | {asset for asset, account in held if account == name}
    can_hold = None if count == 1 else frozenset(chosen)
    cash, buffer = (0, amount) if mode is Mode.WITHDRAWAL else (amount, 0)
    fixed, rate = (rng.choice((100, 250)), Fraction(rng.choice((0, 5, 10)))) if fees else (0, Fraction(0))
    return PlanAccount(name, cash, buffer, fixed, rate, can_hold=can_hold)


def wild(seed: int) -> Problem:
    """A small problem with whatever can be odd: prices, steps, empty classes, limits, fees above the money."""
    rng = random.Random(seed)
    classes = [PlanClass(f"c{k}", rng.choice((0, 1, 5, 30))) for k in range(rng.randint(1, 4))]
    if not any(each.target for each in classes):
        classes[0] = replace(classes[0], target=1)
    accounts = [_odd_account(rng, f"a{k}") for k in range(rng.choice((1, 1, 2, 4)))]
    assets = [_odd_asset(rng, f"h{k}", classes) for k in range(rng.choice((1, 2, 5, 9)))]
    can_hold = [rng.choice((None, None, frozenset(a.id for a in assets if rng.random() < 0.6))) for _ in accounts]
    accounts = [replace(each, can_hold=allowed) for each, allowed in zip(accounts, can_hold, strict=True)]
    held = {
        (asset.id, account.id): _odd_quantity(rng, asset)
        for asset in assets
        for account in accounts
        if rng.random() < 0.5
    }
    if rng.random() < 0.1:
        held = {}
    mode = rng.choice(tuple(Mode))
    if mode is Mode.WITHDRAWAL or rng.random() < 0.2:
        accounts = [replace(a, buffer=a.cash + rng.choice((0, 1, 5_000, 300_000))) for a in accounts]
    lots = {place: _tax_lots(rng, quantity, assets, place) for place, quantity in held.items() if rng.random() < 0.7}
    return Problem(
        mode,
        classes,
        assets,
        accounts,
        held,
        lots=lots if rng.random() < 0.4 else {},
        penalties={(a.id, c.id): rng.choice((0.1, 2.0)) for a in assets for c in accounts if rng.random() < 0.15},
        min_trade=rng.choice((0, 0, 0, 5_000, 10**7)),
        cash_class=rng.choice((None, None, classes[0].id)),
        gain_limit=rng.choice((None, None, 0, 100, 20_000)),
    )


def _odd_account(rng: random.Random, name: str) -> PlanAccount:
    cash = rng.choice((0, 1, 99, 10_000, 123_457, 10**7, 10**12))
    return PlanAccount(
        name,
        cash,
        rng.choice((0, 0, 0, 50, cash)),
        rng.choice((0, 0, 0, 100, 990, 10**6)),
        Fraction(rng.choice((0, 0, 0, 5, 25, 333)), rng.choice((1, 7))),
        Fraction(rng.choice((0, 20))),
        rng.choice(("EUR", "USD")),
    )


def _odd_asset(rng: random.Random, name: str, classes: list[PlanClass]) -> PlanAsset:
    price = rng.choice((Fraction(1, 100), Fraction(1), Fraction(10_007, 3), Fraction(5_000), Fraction(60_000_000)))
    shares = [Fraction(rng.randint(0, 100), 100 * len(classes)) for _ in classes]
    mixed = {each.id: share for each, share in zip(classes, shares, strict=True) if share}
    plain = {rng.choice(classes).id: Fraction(1)}
    flag = rng.random()
    return PlanAsset(
        name,
        price * rng.randint(1, 9),
        rng.choice((Fraction(1), Fraction(1), Fraction(1, 10), Fraction(1, 1000), None)),
        mixed if mixed and rng.random() < 0.25 else plain,
        rng.choice((None, 0, 1, 50, 50)),
        rng.choice(("EUR", "USD")),
        can_buy=flag > 0.25,
        can_sell=flag > 0.35 or 0.1 < flag < 0.25,
    )


def _odd_quantity(rng: random.Random, asset: PlanAsset) -> Fraction:
    worth = rng.choice((0, 1, 20_000, 500_000, 10**8))
    quantity = Fraction(worth) / asset.price
    return rng.choice((quantity, Fraction(int(quantity)), Fraction(int(quantity * 1000), 1000)))


def _tax_lots(rng: random.Random, quantity: Fraction, assets: list[PlanAsset], place: Place) -> tuple[PlanLot, ...]:
    price = next(asset.price for asset in assets if asset.id == place[0])
    part = quantity * Fraction(rng.randint(1, 9), 10)
    return (
        PlanLot(part, price * Fraction(rng.randint(2, 15), 10)),
        PlanLot(quantity - part, price * Fraction(rng.randint(2, 15), 10)),
    )


def small(seed: int) -> Problem:
    """A problem with few lots, for trying every plan: all modes, one or two accounts, now and then fees and limits."""
    rng = random.Random(seed)
    classes = [PlanClass(f"c{k}", rng.choice((0, 10, 30, 60))) for k in range(rng.randint(1, 3))]
    classes[0] = replace(classes[0], target=50)
    mode = rng.choice(tuple(Mode))
    assets = [_asset(rng, f"h{k}", classes, len(classes) > 1 and rng.random() < 0.3) for k in range(rng.randint(1, 4))]
    names = ["a0", "a1"][: rng.choice((1, 1, 2))]
    held = {(a.id, n): Fraction(rng.randint(0, 4)) for a in assets for n in names if rng.random() < 0.6}
    worth = float(sum((q * next(a.price for a in assets if a.id == p[0]) for p, q in held.items()), Fraction(0)))
    accounts = []
    for name in names:
        money = int(rng.uniform(0, 0.6) * worth) + rng.choice((0, 5_000))
        cash, buffer = (0, money // 3) if mode is Mode.WITHDRAWAL else (money, rng.choice((0, 0, money // 4)))
        fixed, rate = (rng.choice((20, 300)), Fraction(rng.choice((0, 25)))) if rng.random() < 0.4 else (0, Fraction(0))
        accounts.append(PlanAccount(name, cash, buffer, fixed, rate))
    lots = {place: _tax_lots(rng, quantity, assets, place) for place, quantity in held.items() if quantity}
    return Problem(
        mode,
        classes,
        assets,
        accounts,
        held,
        lots=lots,
        penalties={(a.id, n): 0.2 for a in assets for n in names if rng.random() < 0.1},
        min_trade=rng.choice((0, 0, 0, 8_000)),
        cash_class=rng.choice((None, None, classes[0].id)),
        gain_limit=rng.choice((None, None, 0, 3_000)),
    )
