"""The rule of any amount in one account without costs, once more and by halving: money goes where the level is lowest.

Where this rule decides, J does not: all the money is spent (or raised) even where a part of it would be nearer.
"""

from collections.abc import Callable, Mapping, Sequence

from deep.referee import Case, Line, Place

OFF = 2
"""How many cents a line may be off: they are settled to whole ones."""


def decides(case: Case) -> bool:
    """Whether the rule decides this case."""
    if case.mode not in ("deposit", "withdraw") or len(case.purses) != 1 or case.total <= 0:
        return False
    (purse,) = case.purses.values()
    traded = [
        each for each in case.lines.values() if case.may_buy((each.id, purse.id)) or case.may_sell((each.id, purse.id))
    ]
    is_free = not purse.fixed and not purse.rate
    return (
        not (case.cash_class or case.min_trade or case.penalties)
        and case.gain_limit is None
        and case.max_trades is None
        and is_free
        and all(not purse.exchange or line.currency == purse.currency for line in traded)
        and all(line.lot == 1 and list(line.exposure.values()) == [1] for line in traded)
    )


def is_kept(case: Case, plan: Mapping[Place, int]) -> bool:
    """Whether a plan follows the rule to a few cents; where the rule leaves much open, whether it moves the money."""
    (purse,) = case.purses.values()
    money = float(purse.cash - purse.buffer - purse.leaves - case.leaves)
    if _is_open(case, purse.id):
        return sum(abs(each) for each in plan.values()) == round(abs(money))
    wanted = _deposit(case, purse.id, money) if case.mode == "deposit" else _withdrawal(case, purse.id, -money)
    return all(abs(abs(plan.get((h, purse.id), 0)) - wanted.get(h, 0.0)) <= OFF for h in case.lines)


def _is_open(case: Case, account: str) -> bool:
    """Whether holdings without a weight, or what may not be sold, have a part in it."""
    has_no_weight = any(line.weight is None and len(line.exposure) == 1 for line in case.lines.values())
    is_stuck = any(_worth(case, each) and not case.may_sell((each.id, account)) for each in case.lines.values())
    return has_no_weight or (case.mode == "withdraw" and is_stuck)


def _worth(case: Case, line: Line) -> float:
    return float(sum(q * line.price for (h, _), q in case.held.items() if h == line.id))


def _halved(total: float, amount: Callable[[float], float], high: float, rises: bool) -> float:
    low = 0.0
    for _ in range(200):
        middle = (low + high) / 2
        if (amount(middle) < total) == rises:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _raised(values: Sequence[float], weights: Sequence[float], money: float) -> list[float]:
    """What each gets so that the lowest value for its weight is raised first."""

    def gets(level: float) -> list[float]:
        return [max(0.0, level * w - v) for v, w in zip(values, weights, strict=True)]

    top = (sum(values) + money + 1) / min(weights)
    return gets(_halved(money, lambda level: sum(gets(level)), top, True))


def _lowered(values: Sequence[float], weights: Sequence[float], money: float) -> list[float]:
    """What each gives: those of weight 0 first, in proportion, then the highest value for its weight is lowered."""
    without = sum(v for v, w in zip(values, weights, strict=True) if not w)
    if without >= money:
        return [0.0 if w else money * v / (without or 1) for v, w in zip(values, weights, strict=True)]

    def gives(level: float) -> list[float]:
        return [max(0.0, v - level * w) for v, w in zip(values, weights, strict=True)]

    top = max(v / w for v, w in zip(values, weights, strict=True) if w) + 1 if any(weights) else 1.0
    return gives(_halved(money, lambda level: sum(gives(level)), top, False))


def _deposit(case: Case, account: str, money: float) -> dict[str, float]:
    inside = {c: [line for line in case.lines.values() if list(line.exposure) == [c]] for c in case.targets}
    buyable = {
        c: [each for each in mine if case.may_buy((each.id, account)) and each.weight] for c, mine in inside.items()
    }
    chosen = [c for c, target in case.targets.items() if target and buyable[c]]
    if money <= 0 or not chosen:
        return {}
    whole = [sum(float(x.exposure.get(c, 0)) * _worth(case, x) for x in case.lines.values()) for c in chosen]
    given = _raised(whole, [float(case.targets[c]) for c in chosen], money)
    amounts: dict[str, float] = {}
    for c, part in zip(chosen, given, strict=True):
        mine = buyable[c]
        shares = _raised([_worth(case, each) for each in mine], [float(each.weight or 0) for each in mine], part)
        amounts |= {each.id: share for each, share in zip(mine, shares, strict=True)}
    return amounts


def _withdrawal(case: Case, account: str, money: float) -> dict[str, float]:
    inside = {c: [line for line in case.lines.values() if list(line.exposure) == [c]] for c in case.targets}
    sold = {c: [each for each in mine if case.may_sell((each.id, account))] for c, mine in inside.items()}
    chosen = [c for c in case.targets if sold[c]]
    if money <= 0 or not chosen:
        return {}
    amounts: dict[str, float] = {}
    ready = {c: sum(_worth(case, each) for each in sold[c]) for c in chosen}
    if sum(ready.values()) <= money:
        return {each.id: _worth(case, each) for c in chosen for each in sold[c]}
    stuck = {
        c: sum(float(x.exposure.get(c, 0)) * _worth(case, x) for x in case.lines.values()) - ready[c] for c in chosen
    }
    if any(value > 1 for value in stuck.values()):
        return {}
    given = _lowered([ready[c] for c in chosen], [float(case.targets[c]) for c in chosen], money)
    for c, part in zip(chosen, given, strict=True):
        weights = [float(each.weight or 0) * float(case.targets[c]) for each in sold[c]]
        shares = _lowered([_worth(case, each) for each in sold[c]], weights, part)
        amounts |= {each.id: share for each, share in zip(sold[c], shares, strict=True)}
    return amounts
