"""Files of other programs as these write them, of our own contents: Portfolio Performance, Wealthfolio, lakshmi."""

import io
import sqlite3
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

Path_ = tuple[tuple[str, int], ...]


@dataclass(eq=False)
class Thing:
    """An object as the XML has it: written where it is met first, and only referred to later."""

    fields: list[tuple[str, object]] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, value: object) -> None:
        self.fields.append((name, value))


class _Writer:
    def __init__(self, by_id: bool) -> None:
        self.by_id = by_id
        self.seen: dict[int, tuple[Path_, int]] = {}

    def write(self, name: str, value: object, path: Path_) -> str:
        if isinstance(value, str):
            return f"<{name}>{escape(value)}</{name}>"
        if isinstance(value, list):
            return f"<{name}>{self._inner(value, path)}</{name}>"
        assert isinstance(value, Thing)
        known = self.seen.get(id(value))
        attributes = dict(value.attributes)
        if known is not None:
            attributes.pop("class", None)
            attributes["reference"] = str(known[1]) if self.by_id else _relative(path, known[0])
            return f"<{name}{_attributes(attributes)}/>"
        self.seen[id(value)] = path, len(self.seen) + 1
        if self.by_id:
            attributes["id"] = str(len(self.seen))
        return f"<{name}{_attributes(attributes)}>{self._inner(value.fields, path)}</{name}>"

    def _inner(self, fields: Sequence[tuple[str, object]], path: Path_) -> str:
        counted: dict[str, int] = {}
        parts = []
        for name, value in fields:
            counted[name] = counted.get(name, 0) + 1
            parts.append(self.write(name, value, (*path, (name, counted[name]))))
        return "\n".join(parts)


def _attributes(attributes: dict[str, str]) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())


def _relative(here: Path_, there: Path_) -> str:
    common = 0
    while common < min(len(here), len(there)) and here[common] == there[common]:
        common += 1
    steps = [name if place == 1 else f"{name}[{place}]" for name, place in there[common:]]
    return "/".join([*[".."] * (len(here) - common), *steps])


class PortfolioPerformance:
    """A file of Portfolio Performance in the making. Shares, amounts and quotes are given as people write them."""

    def __init__(self, version: int = 69, base: str = "EUR") -> None:
        self.version, self.base = version, base
        self.securities: list[tuple[str, object]] = []
        self.accounts: list[tuple[str, object]] = []
        self.portfolios: list[tuple[str, object]] = []
        self.taxonomies: list[tuple[str, object]] = []
        self._shares = 8 if version >= 49 else 6 if version >= 26 else 5
        self._quotes = 8 if version >= 49 else 4 if version >= 30 else 2
        self._count = 0

    def _uuid(self) -> str:
        self._count += 1
        return f"u-{self._count}"

    def security(
        self, name: str, code: str | None = "EUR", *, prices: dict[str, str] | None = None,
        latest: tuple[str, str] | None = None, **more: str,
    ) -> Thing:  # fmt: skip
        made = Thing([("uuid", self._uuid()), ("name", name)])
        if code:
            made.put("currencyCode", code)
        for key, value in more.items():
            made.put(key, value)
        quotes = [
            ("price", Thing([], {"t": on, "v": _scaled(price, self._quotes)})) for on, price in (prices or {}).items()
        ]
        made.put("prices", quotes)
        if latest:
            made.put("latest", Thing([], {"t": latest[0], "v": _scaled(latest[1], self._quotes)}))
        made.put("events", [("event", [("date", "2026-01-01"), ("type", "STOCK_SPLIT"), ("details", "2:1")])])
        made.put("isRetired", "false")
        self.securities.append(("security", made))
        return made

    def account(self, name: str, code: str = "EUR") -> Thing:
        return self._place("account", name, [("currencyCode", code)])

    def portfolio(self, name: str, account: Thing) -> Thing:
        return self._place("portfolio", name, [("referenceAccount", account)])

    def _place(self, kind: str, name: str, more: list[tuple[str, object]]) -> Thing:
        listed: list[tuple[str, object]] = []
        made = Thing([("uuid", self._uuid()), ("name", name), *more, ("isRetired", "false"), ("transactions", listed)])
        (self.accounts if kind == "account" else self.portfolios).append((kind, made))
        return made

    def money(self, account: Thing, on: str, kind: str, amount: str, code: str = "EUR", **more: object) -> Thing:
        """A transaction of an account."""
        made = Thing(
            [("uuid", self._uuid()), ("date", f"{on}T00:00"), ("currencyCode", code), ("amount", _scaled(amount, 2))]
        )
        made.fields += more.items()
        made.fields += [("shares", "0"), ("type", kind)]
        _transactions(account).append(("account-transaction", made))
        return made

    def shares(
        self, portfolio: Thing, on: str, kind: str, security: Thing, shares: str, amount: str, code: str = "EUR",
        units: Sequence[Thing] = (),
    ) -> Thing:  # fmt: skip
        """A transaction of a portfolio."""
        made = Thing(
            [
                ("uuid", self._uuid()), ("date", f"{on}T10:30"), ("currencyCode", code), ("amount", _scaled(amount, 2)),
                ("security", security), ("shares", _scaled(shares, self._shares)),
            ]
        )  # fmt: skip
        if units:
            made.put("units", [("unit", each) for each in units])
        made.put("type", kind)
        _transactions(portfolio).append(("portfolio-transaction", made))
        return made

    def trade(
        self, portfolio: Thing, account: Thing, on: str, kind: str, security: Thing, shares: str, amount: str,
        code: str = "EUR", units: Sequence[Thing] = (),
    ) -> None:  # fmt: skip
        """A purchase or a sale, which stands in the portfolio and in the account."""
        one = self.shares(portfolio, on, kind, security, shares, amount, code, units)
        two = self.money(account, on, kind, amount, code, security=security)
        cross = Thing(
            [
                ("portfolio", portfolio),
                ("portfolioTransaction", one),
                ("account", account),
                ("accountTransaction", two),
            ],
            {"class": "buysell"},
        )  # fmt: skip
        one.fields.insert(4, ("crossEntry", cross))
        two.fields.insert(4, ("crossEntry", cross))

    def transfer(self, come_from: Thing, to: Thing, on: str, security: Thing, shares: str, amount: str) -> None:
        """Shares that go from one portfolio to another."""
        one = self.shares(come_from, on, "TRANSFER_OUT", security, shares, amount)
        two = self.shares(to, on, "TRANSFER_IN", security, shares, amount)
        cross = Thing(
            [("portfolioFrom", come_from), ("transactionFrom", one), ("portfolioTo", to), ("transactionTo", two)],
            {"class": "portfolio-transfer"},
        )
        one.fields.insert(4, ("crossEntry", cross))
        two.fields.insert(4, ("crossEntry", cross))

    def unit(self, kind: str, amount: str, code: str = "EUR", forex: tuple[str, str, str] | None = None) -> Thing:
        """Fees, taxes, or the value in another currency (its amount, code and rate)."""
        fields: list[tuple[str, object]] = [("amount", Thing([], {"currency": code, "amount": _scaled(amount, 2)}))]
        if forex:
            other, other_code, rate = forex
            fields.append(("forex", Thing([], {"currency": other_code, "amount": _scaled(other, 2)})))
            fields.append(("exchangeRate", rate))
        return Thing(fields, {"type": kind})

    def taxonomy(self, name: str, children: list[tuple[str, object]]) -> None:
        """A tree of classes, of what `classification` makes."""
        root = Thing([("id", self._uuid()), ("name", name), ("weight", "10000"), ("children", children)])
        self.taxonomies.append(("taxonomy", Thing([("id", self._uuid()), ("name", name), ("root", root)])))

    def classification(
        self, name: str, weight: int, assigned: Sequence[tuple[str, Thing, int]] = (),
        children: list[tuple[str, object]] | None = None,
    ) -> tuple[str, object]:  # fmt: skip
        """A class; assigned: security or account, which one, how much of it."""
        made = [
            ("assignment", [("investmentVehicle", _classed(kind, thing)), ("weight", str(part)), ("rank", "0")])
            for kind, thing, part in assigned
        ]
        fields: list[tuple[str, object]] = [
            ("id", self._uuid()),
            ("name", name),
            ("weight", str(weight)),
            ("rank", "0"),
        ]
        fields += [("children", children or []), ("assignments", made)]
        return "classification", Thing(fields)

    def xml(self, *, by_id: bool = False) -> bytes:
        """The file, with references by paths or by ids."""
        client = Thing(
            [
                ("version", str(self.version)), ("baseCurrency", self.base), ("securities", self.securities),
                ("watchlists", []), ("accounts", self.accounts), ("portfolios", self.portfolios), ("plans", []),
                ("taxonomies", self.taxonomies),
            ]
        )  # fmt: skip
        return _Writer(by_id).write("client", client, ()).encode()

    def zipped(self) -> bytes:
        """The file as it is with compression."""
        return zipped(self.xml())


def _classed(kind: str, thing: Thing) -> Thing:
    thing.attributes.setdefault("class", kind)
    return thing


def _transactions(place: Thing) -> list[tuple[str, object]]:
    found = next(value for name, value in place.fields if name == "transactions")
    assert isinstance(found, list)
    return found


def _scaled(number: str, decimals: int) -> str:
    return str(int(Decimal(number).scaleb(decimals)))


def zipped(xml: bytes, name: str = "data.xml") -> bytes:
    """A ZIP with one file in it."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, xml)
    return into.getvalue()


def household(version: int = 69) -> PortfolioPerformance:
    """Two portfolios and two accounts, with all that happens in them; what they come to stands in HELD and CASH."""
    made = PortfolioPerformance(version)
    world = made.security(
        "World & Co", prices={"2026-10-30": "120", "2026-11-19": "130", "2026-11-20": "131.5"}, isin="IE00BK5BQT80",
        tickerSymbol="VWCE.DE",
    )  # fmt: skip
    bond = made.security("Bond", prices={"2026-11-18": "112.08"}, isin="IE00B4WXJJ64", tickerSymbol="EUNH.DE")
    mix = made.security("Mix 60/40", latest=("2026-11-20", "20"))
    made.security("An index", None, prices={"2026-11-20": "5"})
    cash, reserve = made.account("Cash"), made.account("Reserve")
    one, two = made.portfolio("Depot 1", cash), made.portfolio("Depot 2", reserve)
    made.money(cash, "2026-01-02", "DEPOSIT", "20000")
    made.trade(one, cash, "2026-01-05", "BUY", world, "100", "12001", units=[made.unit("FEE", "1")])
    made.shares(one, "2026-01-06", "DELIVERY_INBOUND", mix, "50", "1000")
    made.transfer(one, two, "2026-02-06", world, "25", "3100")
    made.trade(two, reserve, "2026-02-07", "BUY", bond, "40", "4483.20")
    made.money(reserve, "2026-02-01", "DEPOSIT", "5000")
    made.trade(one, cash, "2026-03-05", "SELL", world, "15", "1880.50", units=[made.unit("TAX", "19.50")])
    made.money(cash, "2026-05-05", "DIVIDENDS", "45.11", security=world)
    made.money(cash, "2026-06-05", "TRANSFER_OUT", "500")
    made.money(reserve, "2026-06-05", "TRANSFER_IN", "500")
    made.money(cash, "2026-07-05", "FEES", "9.99")
    made.money(cash, "2026-07-06", "FEES_REFUND", "2")
    made.money(cash, "2026-07-07", "INTEREST_CHARGE", "1.25")
    made.taxonomy(
        "My plan",
        [
            made.classification(
                "Safe", 3000, [("account", cash, 10000), ("security", bond, 10000), ("security", mix, 4000)]
            ),
            made.classification(
                "Risk", 7000,
                children=[
                    made.classification("World", 8500, [("security", world, 10000), ("security", mix, 6000)]),
                    made.classification("Emerging", 1500),
                ],
            ),
        ],
    )  # fmt: skip
    made.taxonomy("Regions", [made.classification("Europe", 10000), made.classification("America", 10000)])
    return made


HELD = {
    ("Depot 1", "VWCE.DE"): "60",
    ("Depot 1", "Mix 60/40"): "50",
    ("Depot 2", "VWCE.DE"): "25",
    ("Depot 2", "EUNH.DE"): "40",
}
CASH = {"Cash": "9415.37", "Reserve": "1016.8"}

_ACTIVITIES = (
    # type, asset, day, quantity, price, amount, fee, currency
    ("DEPOSIT", None, "2026-01-02", "0", "0", "10000", "0", "USD"),
    ("BUY", "DEMO", "2026-01-10", "10", "400", None, "1", "USD"),
    ("SPLIT", "DEMO", "2026-02-01", "0", "0", "4", "0", "USD"),
    ("SELL", "DEMO", "2026-03-01", "5", "110", None, "1", "USD"),
    ("DIVIDEND", "DEMO", "2026-04-01", "0", "0", "17.5", "0", "USD"),
    ("FEE", None, "2026-05-01", "1", "0", "3", "0", "USD"),
    ("TRANSFER_IN", "SHOP.TO", "2026-05-02", "8", "90", None, "0", "CAD"),
    ("WITHDRAWAL", None, "2026-06-01", "0", "0", "500", "0", "USD"),
)


def wealthfolio(path: Path, generation: int, more: Sequence[tuple[str | None, ...]] = ()) -> Path:
    """A database of a generation; of it 35 DEMO, 8 SHOP.TO and 6,062.50 USD are held, and 12.25 DEMO in the 401k."""
    with sqlite3.connect(path) as connection:
        for statement in _tables(generation):
            connection.execute(statement)
        connection.execute("INSERT INTO accounts (id, name, currency, is_active) VALUES ('a', 'Brokerage', 'USD', 1)")
        connection.execute("INSERT INTO app_settings VALUES ('base_currency', 'USD')")
        for number, row in enumerate((*_ACTIVITIES, *more), 1):
            _activity(connection, generation, f"x{number}", *row)
        (_old_assets if generation < 3 else _new_assets)(connection)
        if generation == 4:
            connection.execute("INSERT INTO allocation_targets VALUES ('t', 'Plan', 'all', NULL)")
            for place, (category, bps) in enumerate((("EQUITY", 8000), ("CASH", 2000))):
                values = (str(place), "t", "asset_classes", category, bps)
                connection.execute("INSERT INTO allocation_target_weights VALUES (?, ?, ?, ?, ?)", values)
    connection.close()
    return path


def _tables(generation: int) -> list[str]:
    more = ", is_archived INT DEFAULT 0, tracking_mode TEXT DEFAULT 'TRANSACTIONS'" if generation >= 3 else ""
    found = [
        "CREATE TABLE accounts (id TEXT PRIMARY KEY, name TEXT, account_type TEXT, currency TEXT, is_default INT, "
        f"is_active INT{more})",
        "CREATE TABLE app_settings (setting_key TEXT PRIMARY KEY, setting_value TEXT)",
    ]
    activity = "id TEXT PRIMARY KEY, account_id TEXT, asset_id TEXT, activity_type TEXT, activity_date TEXT, "
    if generation == 1:
        found.append(f"CREATE TABLE activities ({activity}quantity NUMERIC, unit_price NUMERIC, currency TEXT, "
                     "fee NUMERIC, is_draft INT)")  # fmt: skip
    elif generation == 2:
        found.append(f"CREATE TABLE activities ({activity}quantity TEXT, unit_price TEXT, currency TEXT, fee TEXT, "
                     "amount TEXT, is_draft INT)")  # fmt: skip
    else:
        extra = ", tax TEXT, destination_amount TEXT, destination_currency TEXT" if generation == 4 else ""
        found.append(f"CREATE TABLE activities ({activity}activity_type_override TEXT, subtype TEXT, status TEXT, "
                     f"quantity TEXT, unit_price TEXT, amount TEXT, fee TEXT, currency TEXT, fx_rate TEXT{extra}"
                     ")")  # fmt: skip
    if generation < 3:
        day = "date" if generation == 1 else "timestamp"
        return [
            *found,
            "CREATE TABLE assets (id TEXT PRIMARY KEY, isin TEXT, name TEXT, asset_type TEXT, symbol TEXT, "
            "currency TEXT, data_source TEXT)",
            f"CREATE TABLE quotes (id TEXT PRIMARY KEY, symbol TEXT, data_source TEXT, {day} TEXT, close NUMERIC)",
        ]
    found += [
        "CREATE TABLE assets (id TEXT PRIMARY KEY, kind TEXT, name TEXT, display_code TEXT, metadata TEXT, "
        "quote_mode TEXT, quote_ccy TEXT, instrument_type TEXT, instrument_symbol TEXT, instrument_exchange_mic TEXT, "
        "provider_config TEXT)",
        "CREATE TABLE quotes (id TEXT PRIMARY KEY, asset_id TEXT, day TEXT, source TEXT, close TEXT, currency TEXT)",
        "CREATE TABLE holdings_snapshots (id TEXT PRIMARY KEY, account_id TEXT, snapshot_date TEXT, positions TEXT, "
        "cash_balances TEXT)",
        "CREATE TABLE taxonomies (id TEXT PRIMARY KEY, name TEXT)",
        "CREATE TABLE taxonomy_categories (taxonomy_id TEXT, id TEXT, parent_id TEXT, name TEXT)",
        "CREATE TABLE asset_taxonomy_assignments (id TEXT, asset_id TEXT, taxonomy_id TEXT, category_id TEXT, "
        "weight INT)",
    ]
    if generation == 4:
        found += [
            "CREATE TABLE lots (id TEXT PRIMARY KEY)",
            "CREATE TABLE snapshot_positions (id INTEGER PRIMARY KEY, snapshot_id TEXT, asset_id TEXT, quantity TEXT, "
            "total_cost_basis TEXT, currency TEXT)",
            "CREATE TABLE allocation_targets (id TEXT PRIMARY KEY, name TEXT, scope_type TEXT, scope_id TEXT)",
            "CREATE TABLE allocation_target_weights (id TEXT PRIMARY KEY, target_id TEXT, taxonomy_id TEXT, "
            "category_id TEXT, target_bps INT)",
        ]
    return found


_OLD_COLUMNS = "id, account_id, asset_id, activity_type, activity_date, quantity, unit_price, currency, fee"
_IDS = {"DEMO": "u1", "SHOP.TO": "u2"}


def _activity(
    connection: sqlite3.Connection, generation: int, key: str, kind: str | None, asset: str | None, on: str | None,
    quantity: str | None, price: str | None, amount: str | None, fee: str | None, code: str | None,
) -> None:  # fmt: skip
    moment = f"{on}T00:00:00.000Z"
    if generation >= 3:
        columns = "id, account_id, asset_id, activity_type, activity_type_override, status, activity_date, quantity, "
        columns += "unit_price, amount, fee, currency"
        override = kind if kind == "SELL" else "  "
        told = ("BUY" if kind == "SELL" else kind, override, "POSTED", moment, quantity, price, amount, fee, code)
        values: tuple[object, ...] = (key, "a", _IDS.get(asset or ""), *told)
    else:
        of = asset or f"$CASH-{code}"
        if generation == 1:  # numbers as floats; money alone is quantity times price, a split's ratio is the price
            if amount is not None and kind == "SPLIT":
                price = amount
            elif amount is not None:
                quantity, price = amount, "1"
            columns = (
                "id, account_id, asset_id, activity_type, activity_date, quantity, unit_price, currency, fee, is_draft"
            )
            numbers = (float(quantity or 0), float(price or 0), code, float(fee or 0))
            values = (key, "a", of, "ADD_HOLDING" if kind == "TRANSFER_IN" else kind, moment, *numbers, 0)
        else:
            columns = f"{_OLD_COLUMNS}, amount, is_draft"
            values = (key, "a", of, kind, moment, quantity, price, code, fee, amount, 0)
    marks = ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO activities ({columns}) VALUES ({marks})", values)


def _old_assets(connection: sqlite3.Connection) -> None:
    for row in (
        ("$CASH-USD", None, "Cash", "CASH", "$CASH-USD", "USD", "MANUAL"),
        ("DEMO", "US0000000101", "Demo Inc", "STOCK", "DEMO", "USD", "YAHOO"),
        ("SHOP.TO", None, "Shop", "STOCK", "SHOP.TO", "CAD", "YAHOO"),
        ("USDCAD=X", None, "USD/CAD", "FOREX", "USDCAD=X", "CAD", "YAHOO"),
    ):
        connection.execute("INSERT INTO assets VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    for place, (symbol, on, close, source) in enumerate(_QUOTES):
        values = (str(place), symbol, source, f"{on} 00:00", close)
        connection.execute("INSERT INTO quotes VALUES (?, ?, ?, ?, ?)", values)


_QUOTES = (
    ("DEMO", "2026-10-01", "100", "YAHOO"),
    ("DEMO", "2026-11-20", "120.5", "YAHOO"),
    ("DEMO", "2026-11-20", "99", "MANUAL"),
    ("SHOP.TO", "2026-11-19", "150.25", "YAHOO"),
    ("USDCAD=X", "2026-11-20", "1.4", "YAHOO"),
)


def _new_assets(connection: sqlite3.Connection) -> None:
    override = '{"overrides": {"YAHOO": {"symbol": "SHOP.TO"}}}'
    for row in (
        ("u1", "INVESTMENT", "Demo Inc", "DEMO", '{"identifiers": {"isin": "US0000000101"}}', "MARKET", "USD", "EQUITY",
         "DEMO", "XNAS", "{}"),
        ("u2", "INVESTMENT", "Shop", "SHOP", "{}", "MARKET", "CAD", "EQUITY", "SHOP", "XTSE", override),
        ("u3", "FX", "USD/CAD", None, "{}", "MARKET", "CAD", "FX", "USD", None, "{}"),
    ):  # fmt: skip
        connection.execute("INSERT INTO assets VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    ids = {**_IDS, "USDCAD=X": "u3"}
    for place, (symbol, on, close, source) in enumerate(_QUOTES):
        code = "USD" if symbol == "DEMO" else "CAD"
        connection.execute(
            "INSERT INTO quotes VALUES (?, ?, ?, ?, ?, ?)", (str(place), ids[symbol], on, source, close, code)
        )
    connection.execute("INSERT INTO accounts VALUES ('h', '401k', 'SECURITIES', 'USD', 0, 1, 0, 'HOLDINGS')")
    for key, on, quantity in (("s1", "2026-10-31", "11"), ("s2", "2026-11-15", "12.25")):
        positions = f'{{"u1": {{"assetId": "u1", "quantity": "{quantity}", "totalCostBasis": "1102.5"}}}}'
        values = (key, "h", on, positions, '{"USD": "75.5"}')
        connection.execute("INSERT INTO holdings_snapshots VALUES (?, ?, ?, ?, ?)", values)
    connection.execute("INSERT INTO taxonomies VALUES ('asset_classes', 'Asset Classes')")
    for key, above, name in (("EQUITY", None, "Equity"), ("STOCK", "EQUITY", "Stock"), ("CASH", None, "Cash")):
        connection.execute("INSERT INTO taxonomy_categories VALUES ('asset_classes', ?, ?, ?)", (key, above, name))
    connection.execute("INSERT INTO asset_taxonomy_assignments VALUES ('x', 'u1', 'asset_classes', 'STOCK', 10000)")


LAKSHMI = """# kept by hand
Asset Classes:
  Name: All
  Children:
  - Ratio: 0.7
    Name: Equity
    Children:
    - {Ratio: 60%, Name: US}
    - Ratio: 0.4
      Name: 'Intl'   # abroad
  - Ratio: 0.3
    Name: Bonds
Accounts:
- Name: "Taxable One"
  Account Type: Taxable
  Assets:
  - TickerAsset:
      Ticker: VTI
      Shares: 1,200.5
      Asset Mapping: {US: 1.0}
      Tax Lots:
      - {Date: 2021/07/31, Quantity: 1000.5, Unit Cost: 226}
      - Date: 2022/01/31
        Quantity: 200
        Unit Cost: 200.10
  - ManualAsset:
      Name: Savings
      Value: 5,000
      Asset Mapping:
        Bonds: 1.0
  Available Cash: 250.10
- Name: IRA
  Account Type: Tax-Deferred
  Assets:
  - TickerAsset:
      Ticker: VT
      Shares: 40
      Asset Mapping: {US: 0.6, Intl: 0.4}
  - IBonds:
      Asset Mapping: {Bonds: 1}
      Bonds:
      - {Issue Date: 02/2020, Denomination: 10000}
- Name: Roth
  Account Type: Tax-Exempt
"""
