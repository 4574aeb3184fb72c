"""Three households as people have them, told as the demo's file tells its own, to plan for."""

from typing import Any

Told = dict[str, Any]


def _asset(symbol: str, price: str, classes: dict[str, int], currency: str = "USD", **more: Any) -> Told:
    kind = more.pop("kind", "fund")
    told = {
        "id": symbol.lower(),
        "symbol": symbol,
        "name": more.pop("name", symbol),
        "kind": kind,
        "currency": currency,
    }
    return told | {"classes": classes, "prices": {"1": price}} | more


def _cash(currency: str) -> Told:
    told = {"id": f"cash_{currency.lower()}", "symbol": currency, "name": f"Cash, {currency}", "kind": "cash"}
    return told | {"currency": currency, "lot_step": None, "classes": {"cash": 10_000}}


def _account(name: str, kind: str, currency: str = "USD", **more: Any) -> Told:
    return {"id": name.lower().replace(" ", "_"), "name": name, "kind": kind, "currency": currency} | more


def _held(account: str, **quantities: str) -> list[Told]:
    """Quantities, each followed by what it cost after a bar, where that is known."""
    lines = []
    for asset, text in quantities.items():
        quantity, _, cost = text.partition("|")
        lines.append({"account": account, "asset": asset, "quantity": quantity} | ({"cost": cost} if cost else {}))
    return lines


def _household(base: str, accounts: list[Told], assets: list[Told], held: list[Told], targets: Told, rate: str) -> Told:
    strategy = {"id": "default_all_portfolio", "name": "My targets", "account": None, "active": True}
    past = {"strategy": strategy["id"], "days": 200, "time": "10:00", "who": "Kim", "reason": "First targets"}
    return {
        "base_currency": base,
        "rates": [{"base": "EUR", "quote": "USD", "rates": {"1": rate}}],
        "accounts": accounts,
        "assets": assets,
        "holdings": held,
        "strategies": [strategy | {"targets": targets}],
        "funds": [],
        "past": [past],
    }


def couple() -> Told:
    """Three funds in five accounts: a brokerage, two old-age accounts, an employer's plan with its own funds."""
    equity, bonds = {"equity": 10_000}, {"fixed_income": 10_000}
    return _household(
        "USD",
        [
            _account("Joint brokerage", "taxable"),
            _account("His IRA", "tax_deferred"),
            _account("Her Roth", "tax_free", room={"left": "7000", "each_year": "7000", "renewal": "01-01"}),
            _account("Her 401k", "tax_deferred", can_hold=["fxaix", "fxnax"]),
            _account("Savings", "taxable"),
        ],
        [
            _asset("VTI", "298.14", equity),
            _asset("VXUS", "67.35", equity),
            _asset("BND", "73.02", bonds),
            _asset("FXAIX", "236.80", equity, lot_step="0.001"),
            _asset("FXNAX", "10.44", bonds, lot_step="0.001"),
            _cash("USD"),
        ],
        [
            *_held("joint_brokerage", vti="640|98200", vxus="900|52000", cash_usd="4200"),
            *_held("his_ira", vti="210", bnd="1150", cash_usd="310.55"),
            *_held("her_roth", vxus="420", vti="55", cash_usd="12.10"),
            *_held("her_401k", fxaix="512.331", fxnax="3120.5"),
            *_held("savings", cash_usd="30000"),
        ],
        {
            "equity": [7000, {"vti": 5500, "vxus": 2500, "fxaix": 2000}],
            "fixed_income": [2500, {"bnd": 7000, "fxnax": 3000}],
            "cash": [500, {}],
        },
        "1.0852",
    )


def european() -> Told:
    """A euro broker with funds and shares, another one that takes fees, and coins in two wallets."""
    equity, coins = {"equity": 10_000}, {"crypto": 10_000}
    step = {"lot_step": "0.00000001", "kind": "crypto"}
    return _household(
        "EUR",
        [
            _account("Broker", "taxable", "EUR"),
            _account("Old bank", "taxable", "EUR"),
            _account("Exchange", "taxable", "EUR"),
            _account("Cold wallet", "taxable", "EUR"),
        ],
        [
            _asset("VWCE", "131.52", equity, "EUR"),
            _asset("EIMI", "36.90", equity, "EUR"),
            _asset("ASML", "702.40", equity, "EUR", kind="security"),
            _asset("AGGH", "4.91", {"fixed_income": 10_000}, "EUR"),
            _asset("EGLN", "62.15", {"commodities": 10_000}, "EUR"),
            _asset("BTC", "88400", coins, "EUR", **step),
            _asset("ETH", "2950", coins, "EUR", **step),
            _cash("EUR"),
        ],
        [
            *_held("broker", vwce="410|38100", eimi="160|4900", aggh="900|4620", cash_eur="2150"),
            *_held("old_bank", asml="14|3900", egln="70|3100", cash_eur="640.20"),
            *_held("exchange", btc="0.18|4100", eth="2.5|5200", cash_eur="95"),
            *_held("cold_wallet", btc="0.22|2600"),
        ],
        {
            "equity": [6500, {"vwce": 7500, "eimi": 1500, "asml": 1000}],
            "fixed_income": [1500, {"aggh": 10_000}],
            "commodities": [500, {"egln": 10_000}],
            "crypto": [1000, {"btc": 8000, "eth": 2000}],
            "cash": [500, {}],
        },
        "1.0852",
    )


def retiree() -> Told:
    """Twelve accounts with bond funds of several years, dividend shares, and a part in funds of both."""
    equity, bonds = {"equity": 10_000}, {"fixed_income": 10_000}
    ladder = {f"IB{year}": f"{24 + year / 100:.2f}" for year in range(27, 33)}
    shares = {"SCHD": "27.94", "VYM": "131.20", "KO": "71.30", "JNJ": "162.75", "VTI": "298.14"}
    kinds = ("taxable", "taxable", "tax_deferred", "tax_free", "tax_deferred", "taxable")
    names = [f"Account {number:02}" for number in range(1, 13)]
    accounts = [_account(name, kinds[number % len(kinds)]) for number, name in enumerate(names)]
    held: list[Told] = []
    everything = [*ladder, *shares, "AOR", "VNQ"]
    for number, account in enumerate(accounts):
        lines = {}
        for k in range(3):
            symbol = everything[(number * 5 + k * 4) % len(everything)]
            quantity = 40 + (number * 37 + k * 61) % 180
            price = float((ladder | shares).get(symbol, "75"))
            lines[symbol.lower()] = f"{quantity}|{quantity * price * (0.6 + (number + k) % 5 / 8):.2f}"
        held += _held(account["id"], **lines, cash_usd=str(150 + number * 83))
    return _household(
        "USD",
        accounts,
        [
            *(_asset(symbol, price, bonds) for symbol, price in ladder.items()),
            *(_asset(symbol, price, equity) for symbol, price in shares.items()),
            _asset("AOR", "61.75", {"equity": 6000, "fixed_income": 4000}),
            _asset("VNQ", "88.30", {"real_estate": 10_000}),
            _cash("USD"),
        ],
        held,
        {
            "equity": [4500, {symbol.lower(): 2000 for symbol in shares}],
            "fixed_income": [4500, {s.lower(): 1667 if k else 1665 for k, s in enumerate(ladder)}],
            "real_estate": [500, {"vnq": 10_000}],
            "cash": [500, {}],
        },
        "1.0852",
    )


HOUSEHOLDS = {"couple": couple, "european": european, "retiree": retiree}
