"""Planning problems in files, made from a seed: half of them like people's portfolios, half with what can be odd.

`made(seed)` is always the same JSON object. The mode goes round with the seed, and so does the size: a few lots of few
holdings, where every plan can be tried; any amounts, where every set of trades can; and larger ones. Every fourth
round of sizes has at most so many trades, or a withdrawal that any account may pay.
"""

import random
from decimal import Decimal
from typing import Any

MODES = ("deposit", "rebalance", "withdraw", "band")
LOTS, AMOUNTS, LARGE = "lots", "amounts", "large"
SIZES = (LOTS, AMOUNTS, LOTS, LARGE)

Json = dict[str, Any]


def mode_of(seed: int) -> str:
    """What the plan of this seed is for."""
    return MODES[seed % len(MODES)]


def size_of(seed: int) -> str:
    """How large the problem of this seed is."""
    return SIZES[seed // len(MODES) % len(SIZES)]


def is_capped(seed: int) -> bool:
    """Whether the problem of this seed limits the number of trades, or says what leaves and not from where."""
    return seed // (len(MODES) * len(SIZES)) % 4 == 3


def made(seed: int, size: str | None = None) -> Json:
    """The problem of a seed."""
    return _Making(seed, size or size_of(seed)).instance()


def _text(number: float, places: int) -> str:
    return format(Decimal(f"{number:.{places}f}").normalize(), "f")


class _Making:
    """One problem while it is made."""

    def __init__(self, seed: int, size: str) -> None:
        self.rng = random.Random(f"plans-{seed}-{size}")
        self.seed, self.size, self.mode = seed, size, mode_of(seed)
        self.is_odd = self.rng.random() < 0.5
        self.is_capped = is_capped(seed)

    def odd(self, chance: float, plain: float = 0.0) -> bool:
        """Whether something happens: with this chance in an odd problem, with the other one in a plain one."""
        return self.rng.random() < (chance if self.is_odd else plain)

    def instance(self) -> Json:
        rng = self.rng
        count = {LOTS: rng.randint(1, 5), AMOUNTS: rng.randint(2, 6), LARGE: rng.randint(7, 26)}[self.size]
        accounts = rng.choice({LOTS: (1, 1, 2), AMOUNTS: (1, 1, 2, 3), LARGE: (1, 2, 3, 4, 10)}[self.size])
        if self.size == LOTS and accounts == 2:
            count = min(count, 3)
        names = [f"A{k}" for k in range(accounts)]
        self.classes = self._classes(rng.randint(1, max(1, min(6, count + 1))))
        self.total = rng.choice((2_000.0, 20_000.0, 100_000.0, 700_000.0))
        holdings = [self._holding(f"H{k}", count) for k in range(count)]
        positions = self._positions(holdings, names)
        made: Json = {
            "id": f"deep-{self.seed}",
            "mode": self.mode,
            "base_ccy": "EUR",
            "fx": {"USD": "0.9137", "JPY": "0.0061"},
            "classes": self.classes,
            "holdings": holdings,
            "accounts": [self._account(name, names, holdings, positions) for name in names],
            "positions": positions,
        }
        if self.policy:
            made["targets_policy"] = "normalise"
        self._rules(made, names, holdings)
        return made

    def _classes(self, count: int) -> list[Json]:
        rng = self.rng
        shares = [rng.choice((1, 2, 3, 4, 6, 8, 12)) for _ in range(count)]
        if count > 1 and self.odd(0.3, 0.1):
            shares[rng.randrange(count)] = 0
        if not sum(shares):
            shares[0] = 1
        points = [share * 10_000 // sum(shares) for share in shares]
        points[shares.index(max(shares))] += 10_000 - sum(points)
        self.policy = self.odd(0.15)
        if self.policy:
            points = [each * 6 // 5 for each in points]
        classes = []
        for k, each in enumerate(points):
            wide = min(500, each // 4) or 50
            low, high = (wide, wide) if not self.odd(0.3) else (rng.choice((0, 50, 300)), rng.choice((0, 100, 900)))
            band = {"band_lo_bp": low, "band_hi_bp": high}
            classes.append({"id": f"C{k}", "target_bp": each, **(band if self.mode == "band" or self.odd(0.3) else {})})
        return classes

    def _holding(self, name: str, count: int) -> Json:
        rng = self.rng
        price, step = self._price_and_step(count)
        named = [each["id"] for each in self.classes]
        exposure: dict[str, float] = {rng.choice(named): 1}
        if len(named) > 1 and self.odd(0.25, 0.1):
            first, second = rng.sample(named, 2)
            part = rng.choice((0.6, 0.4, 0.25, 0.9))
            exposure = {first: part, second: round(1 - part - (0.05 if self.odd(0.2) else 0), 2)}
        flags = [rng.choice(("locked", "sell_only", "buy_only", "excluded"))] if self.odd(0.15, 0.04) else []
        holding: Json = {
            "id": name,
            "price": None if self.odd(0.04) else price,
            "ccy": rng.choice(("EUR", "USD", "JPY")) if self.odd(0.5, 0.2) else "EUR",
            "step": step,
            "class": exposure if not self.odd(0.03) else {},
            "target_in_class_bp": rng.choice((1000, 2500, 5000, 7500)) if not self.odd(0.1) else 0,
            "flags": flags,
        }
        if self.odd(0.1, 0.03):
            del holding["target_in_class_bp"]
        return holding

    def _price_and_step(self, count: int) -> tuple[str, str | None]:
        """In a problem of few lots one lot is worth a good part of the total."""
        rng = self.rng
        price = rng.lognormvariate(4.3, 1.1)
        if self.size == LOTS:
            return _text(self.total / rng.uniform(4, 16) / count, 2), "1"
        if self.size == AMOUNTS:
            kinds = (None, None, None, "0.00000001", "0.001") if self.odd(0.4) else (None,)
            return _text(price, 2), rng.choice(kinds)
        if not hasattr(self, "steps"):
            self.steps = rng.choice((("1",), ("1",), (None,), ("1", None), ("1", "0.001", "0.00000001", None)))
        step = rng.choice(self.steps)
        return _text(price * (300 if step == "0.00000001" else 1), 2), step

    def _positions(self, holdings: list[Json], names: list[str]) -> list[Json]:
        rng, positions = self.rng, []
        nothing_held = self.odd(0.06)
        with_lots = self.mode != "deposit" and self.rng.random() < 0.4
        for holding in holdings:
            worth = self.total / len(holdings) * rng.lognormvariate(-0.3, 0.7)
            for name in rng.sample(names, min(len(names), rng.choice((1, 1, 1, 2, 3)))):
                quantity = worth / float(holding["price"] or 10) / {"USD": 0.9137, "JPY": 0.0061}.get(holding["ccy"], 1)
                places = 0 if self.size == LOTS and rng.random() < 0.9 else rng.choice((0, 3, 3, 8))
                text = _text(quantity, places)
                if nothing_held or rng.random() < 0.08:
                    text = "0"
                record: Json = {"account": name, "holding": holding["id"], "qty": text}
                if with_lots and text != "0":
                    record["lots"] = self._tax_lots(text, float(holding["price"] or 10))
                positions.append(record)
        return positions

    def _tax_lots(self, quantity: str, price: float) -> list[Json]:
        whole = Decimal(quantity)
        first = Decimal(_text(float(whole) * self.rng.uniform(0.1, 0.9), 3))
        parts = [first, whole - first] if 0 < first < whole else [whole]
        return [{"qty": format(part, "f"), "cost": _text(price * self.rng.uniform(0.3, 1.4), 2)} for part in parts]

    def _account(self, name: str, names: list[str], holdings: list[Json], positions: list[Json]) -> Json:
        rng = self.rng
        rates = {"EUR": 1.0, "USD": 0.9137, "JPY": 0.0061}
        known = {each["id"]: each for each in holdings}
        worth = sum(
            float(each["qty"]) * float(known[each["holding"]]["price"] or 0) * rates[known[each["holding"]]["ccy"]]
            for each in positions
            if each["account"] == name
        )
        share = self.total * 100 / len(names)
        cash = int(share * rng.choice((0, 0, 0.01, 0.03, 0.1)) * rng.random())
        account: Json = {"id": name, "ccy": rng.choice(("EUR", "EUR", "USD")), "cash_cents": cash}
        if self.mode == "deposit" and (len(names) == 1 or rng.random() < 0.7):
            account["deposit_cents"] = int(share * rng.choice((0.01, 0.05, 0.2, 0.5)) * rng.uniform(0.3, 1.5))
        if self.odd(0.3, 0.1):
            account["buffer_cents"] = int(cash * rng.choice((0.3, 1, 1.2)))
        if self.mode == "withdraw" and not self.is_capped and (len(names) == 1 or rng.random() < 0.6):
            account["buffer_cents"] = cash + int(worth * 100 * rng.choice((0.02, 0.1, 0.3, 0.7, 0.95)) * rng.random())
        if self.odd(0.4, 0.15):
            account["fee_fixed_cents"] = rng.choice((100, 500, 990, 2_500))
        if self.odd(0.3, 0.1):
            account["fee_bp"] = rng.choice((5, 10, 47.5))
        if self.odd(0.3):
            account["fx_fee_bp"] = rng.choice((25, 50))
        if self.odd(0.3, 0.15):
            account["can_hold"] = [each["id"] for each in holdings if rng.random() < 0.6]
        return account

    def _rules(self, made: Json, names: list[str], holdings: list[Json]) -> None:
        rng = self.rng
        has_lots = any("lots" in each for each in made["positions"])
        if has_lots and rng.random() < 0.6:
            made["gain_limit_cents"] = int(self.total * 100 * rng.choice((0, 0.005, 0.02, 0.1)))
        if self.odd(0.25, 0.05):
            made["min_trade_cents"] = int(self.total * rng.choice((0.1, 1, 4)))
        if self.odd(0.2, 0.15):
            made["cash_class"] = rng.choice(self.classes)["id"]
        if self.odd(0.1):
            made["location"] = [
                {"account": rng.choice(names), "holding": holding["id"], "penalty": rng.choice((0.05, 0.2))}
                for holding in holdings
                if rng.random() < 0.4
            ]
        if self.is_capped:
            self._limits(made)
        if self.mode == "rebalance" and rng.random() < 0.3:
            made["objective"] = {"eta": 0.001}

    def _limits(self, made: Json) -> None:
        """Of a withdrawal what leaves, from each account or from any; of the others, and some of those, most trades."""
        rng = self.rng
        if self.mode == "withdraw":
            cash = sum(each.get("cash_cents", 0) for each in made["accounts"])
            amount = int(self.total * 100 * rng.choice((0.01, 0.05, 0.2)) * rng.uniform(0.2, 1)) + cash // 2
            if rng.random() < 0.5:
                made["withdraw_cents"] = amount
            else:
                for each in made["accounts"]:
                    each["withdraw_cents"] = amount // len(made["accounts"])
        if self.mode != "withdraw" or rng.random() < 0.4:
            made["max_trades"] = rng.choice((0, 1, 1, 2, 2, 3, 4, 6))
