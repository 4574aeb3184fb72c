"""The rows of this page's tables: plain values, made once for each rereading."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from wealthdesk.domain.accounts import Account
from wealthdesk.domain.assets import Asset, AssetKind
from wealthdesk.domain.holdings import FxRate, Holding, Portfolio
from wealthdesk.domain.money import WHOLE, from_minor, product_minor, ratio, share_bps
from wealthdesk.domain.names import name_order
from wealthdesk.domain.valuation import Missing, RateConversion, Valuation, ValuedHolding, conversions
from wealthdesk.gui.holdings.tables import words
from wealthdesk.gui.theme import CLASS_COLOURS


@dataclass(frozen=True, slots=True)
class HoldingRow:
    """A holding with all that its row shows. classes: the largest one, and the others."""

    holding: Holding
    account: str
    asset: Asset
    price: Decimal | None
    price_on: date | None
    is_stale: bool
    value_minor: int | None
    missing: Missing | None
    base_currency: str
    classes: tuple[str, str]
    colour: str
    today: date
    share_bps: int | None = None
    """Of everything that has a value."""
    gain: "Gain | None" = None
    """None where no cost or no value is known."""
    subtotal: "Subtotal | None" = None
    """What a group comes to, whose head this is then."""
    colour_beside: str = ""
    """That of the second class, where there are several."""
    is_closed: bool = False
    """Of a head: whether what is below it is folded away."""
    newest_on: date | None = None
    """The day of the newest price of all holdings."""

    @property
    def needs_price(self) -> bool:
        """Whether there is no value because there is no price."""
        return self.missing is Missing.PRICE


@dataclass(frozen=True, slots=True)
class Gain:
    """What something is worth less what it cost, in minor units of its own currency and of the base currency, at the
    rate of today both; bps: as a share of the cost, None of a cost of 0.
    """

    minor: int
    base_minor: int
    cost_base_minor: int

    @property
    def bps(self) -> int | None:
        """As a share of the cost."""
        return ratio(self.base_minor * WHOLE, self.cost_base_minor) if self.cost_base_minor else None


@dataclass(frozen=True, slots=True)
class Subtotal:
    """What the holdings of an account come to: `costed` of `counted` (cash is none of them) have a known cost."""

    account: Account
    costed: int
    counted: int


@dataclass(frozen=True, slots=True)
class AssetRow:
    """An asset with its classes in words, and how many accounts hold it."""

    asset: Asset
    classes: str
    colour: str
    holdings: int


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account with what it holds, in minor units of the base currency."""

    account: Account
    holdings: int
    unpriced: int
    value_minor: int
    cash_minor: int
    base_currency: str


@dataclass(frozen=True, slots=True)
class RateRow:
    """An exchange rate of one day; only the newest of its pair can be stale."""

    rate: FxRate
    is_stale: bool
    today: date


def holding_rows(portfolio: Portfolio, valuation: Valuation) -> list[HoldingRow]:
    """Every holding, by account, the largest value first, cash last."""
    named = {each.id: words.first_and_others(each.exposures, portfolio.classes) for each in portfolio.assets.values()}
    colours = {each.id: colour_of(each, portfolio) for each in portfolio.assets.values()}
    stale = frozenset(valuation.stale_assets)
    ways, total = conversions(portfolio.rates, portfolio.base_currency), valuation.total_minor
    newest_on = max((each.price_on for each in valuation.holdings if each.price_on is not None), default=None)
    rows = [
        HoldingRow(
            each.holding,
            portfolio.accounts[each.holding.account_id].name,
            each.asset,
            each.price,
            each.price_on,
            each.asset.id in stale,
            each.value_minor,
            each.missing,
            portfolio.base_currency,
            named[each.asset.id],
            colours[each.asset.id],
            portfolio.on,
            None if each.value_minor is None else share_bps(each.value_minor, total),
            _gain(each, ways, portfolio.base_currency),
            colour_beside=_second_colour(each.asset, portfolio),
            newest_on=newest_on,
        )
        for each in valuation.holdings
    ]
    rows.sort(key=lambda row: (name_order(row.account), row.asset.is_cash, -(row.value_minor or 0), row.asset.symbol))
    return rows


def _gain(held: ValuedHolding, ways: Mapping[str, RateConversion], base: str) -> Gain | None:
    cost, code = held.holding.cost_basis_minor, held.asset.currency
    if cost is None or held.value_minor is None or held.price is None or held.asset.is_cash:
        return None
    way = ways[code]
    in_base = product_minor(from_minor(cost, code), Decimal(1), way.times, base, way.divisor)
    worth = product_minor(held.holding.quantity, held.price, Decimal(1), code)
    return Gain(worth - cost, held.value_minor - in_base, in_base)


def heads_of(rows: Sequence[HoldingRow], portfolio: Portfolio) -> dict[str, HoldingRow]:
    """Account id → the head of its holdings, with what they come to; gains of those alone whose cost is known.

    rows: of the whole portfolio, which the shares are of.
    """
    total = sum(row.value_minor or 0 for row in rows)
    within: defaultdict[str, list[HoldingRow]] = defaultdict(list)
    for row in rows:
        within[row.holding.account_id].append(row)
    return {key: _head(portfolio.accounts[key], held, portfolio, total) for key, held in within.items()}


def _head(account: Account, held: list[HoldingRow], portfolio: Portfolio, total: int) -> HoldingRow:
    counted = [row for row in held if not row.asset.is_cash]
    gains = [row.gain for row in counted if row.gain is not None]
    more, cost = sum(each.base_minor for each in gains), sum(each.cost_base_minor for each in gains)
    value = sum(row.value_minor or 0 for row in held)
    return HoldingRow(
        Holding(f"account:{account.id}", account.id, "", Decimal(0)),
        account.name,
        Asset("", account.name, "", AssetKind.CASH, portfolio.base_currency),
        None,
        None,
        False,
        value,
        None,
        portfolio.base_currency,
        ("", ""),
        "",
        portfolio.on,
        share_bps(value, total),
        Gain(more, more, cost) if gains else None,
        Subtotal(account, len(gains), len(counted)),
    )


def asset_rows(portfolio: Portfolio) -> list[AssetRow]:
    """Every asset, archived ones last."""
    held: defaultdict[str, int] = defaultdict(int)
    for holding in portfolio.holdings:
        held[holding.asset_id] += 1
    rows = [
        AssetRow(each, words.exposures(each.exposures, portfolio.classes), colour_of(each, portfolio), held[each.id])
        for each in portfolio.assets.values()
    ]
    rows.sort(key=lambda row: (row.asset.is_archived, row.asset.is_cash, name_order(row.asset.symbol)))
    return rows


def account_rows(portfolio: Portfolio, valuation: Valuation) -> list[AccountRow]:
    """Every account, archived ones last."""
    within: defaultdict[str, list[ValuedHolding]] = defaultdict(list)
    for each in valuation.holdings:
        within[each.holding.account_id].append(each)
    rows = [_account_row(each, within[each.id], portfolio.base_currency) for each in portfolio.accounts.values()]
    rows.sort(key=lambda row: (row.account.is_archived, name_order(row.account.name)))
    return rows


def rate_rows(rates: Iterable[FxRate], today: date, oldest: date) -> list[RateRow]:
    """Every rate, by pair, the newest first. oldest: the first day whose rates are not old yet."""
    newest: dict[tuple[str, str], date] = {}
    ordered = sorted(rates, key=lambda each: (each.base, each.quote, -each.on.toordinal()))
    for each in ordered:
        newest.setdefault((each.base, each.quote), each.on)
    return [RateRow(each, each.on < oldest and newest[each.base, each.quote] == each.on, today) for each in ordered]


def colour_of(asset: Asset, portfolio: Portfolio) -> str:
    """The colour of an asset's largest class."""
    if not asset.exposures:
        return CLASS_COLOURS["Unclassified"]
    return portfolio.classes[asset.exposures[0].asset_class_id].colour


def _second_colour(asset: Asset, portfolio: Portfolio) -> str:
    return portfolio.classes[asset.exposures[1].asset_class_id].colour if len(asset.exposures) > 1 else ""


def accounts_offered(portfolio: Portfolio, also: str = "") -> list[Account]:
    """The accounts a form offers, by name: those not archived, and the one it is about."""
    offered = [each for each in portfolio.accounts.values() if not each.is_archived or each.id == also]
    return sorted(offered, key=lambda each: name_order(each.name))


def assets_offered(assets: Mapping[str, Asset], also: str = "") -> list[Asset]:
    """The assets a form offers, by symbol: neither cash nor archived, and the one it is about."""
    offered = [each for each in assets.values() if not (each.is_cash or each.is_archived) or each.id == also]
    return sorted(offered, key=lambda each: name_order(each.symbol))


def _account_row(account: Account, held: list[ValuedHolding], base_currency: str) -> AccountRow:
    values = [(each, each.value_minor) for each in held if each.value_minor is not None]
    return AccountRow(
        account,
        len(held),
        len(held) - len(values),
        sum(minor for _, minor in values),
        sum(minor for each, minor in values if each.asset.is_cash),
        base_currency,
    )
