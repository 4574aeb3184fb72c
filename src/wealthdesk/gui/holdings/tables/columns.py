"""The columns of this page's tables: how each shows, sorts and finds a row."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from wealthdesk.domain.holdings import Price
from wealthdesk.domain.money import from_minor, half_up, product_minor
from wealthdesk.domain.valuation import Missing
from wealthdesk.gui import format as text
from wealthdesk.gui.holdings.tables import words
from wealthdesk.gui.holdings.tables.quote_rows import QuoteRow
from wealthdesk.gui.holdings.tables.rows import AccountRow, AssetRow, HoldingRow, RateRow
from wealthdesk.gui.table_model import Column

OLD: Final = "warning"
"""The tone and the icon of what is old or missing."""


def _nothing(row: object) -> str:
    return ""


def _money(minor: int | None, currency: str) -> str:
    return text.NOTHING if minor is None else text.money(minor, currency)


def _price(number: Decimal | None, currency: str) -> str:
    return text.NOTHING if number is None else text.plain_price(number, currency)


def _quantity(row: HoldingRow) -> str:
    return "" if row.subtotal else text.held(row.holding.quantity, row.asset)


def _price_tip(row: HoldingRow) -> str:
    if row.subtotal:
        return ""
    if row.asset.is_cash:
        return "Cash counts as it is."
    if row.price_on is None:
        return "There is no price yet. Add one to see the value."
    old = f", {words.age(row.price_on, row.today)}" if row.is_stale else ""
    return f"{_price_words(row)}, the price of {text.day(row.price_on)}{old}"


def _price_words(row: HoldingRow) -> str:
    if row.subtotal:
        return ""
    if row.asset.is_cash:
        return text.NOTHING
    return "No price" if row.price is None else text.price(row.price, row.asset.currency)


def _price_note(row: HoldingRow) -> str:
    """The day of a price that is older than the newest one; below the table stands of when that is."""
    if row.price_on is None or (row.price_on == row.newest_on and not row.is_stale):
        return ""
    return words.age(row.price_on, row.today) if row.is_stale else text.day(row.price_on)


def _price_warns(row: HoldingRow) -> str:
    return OLD if row.is_stale or row.needs_price else ""


def _price_ink(row: HoldingRow) -> str:
    return "mute" if row.asset.is_cash else _price_warns(row)


def _value(row: HoldingRow) -> str:
    if row.value_minor is not None:
        return text.money(row.value_minor, row.base_currency)
    return text.NOTHING if row.needs_price else "No rate"


def _value_note(row: HoldingRow) -> str:
    if row.asset.currency == row.base_currency or row.price is None:
        return ""
    minor = product_minor(row.holding.quantity, row.price, Decimal(1), row.asset.currency)
    return text.money(minor, row.asset.currency)


def _value_warns(row: HoldingRow) -> str:
    return OLD if row.missing is Missing.RATE else ""


def _value_tip(row: HoldingRow) -> str:
    if row.missing is None:
        return f"In {row.base_currency}, the currency of the portfolio"
    if row.needs_price:
        return f"{row.asset.known_as} has no price. Add one to see the value."
    return f"There is no rate from {row.asset.currency} to {row.base_currency}. Add one to see the value."


def copied_amount(minor: int | None, currency: str) -> str:
    """An amount for the clipboard: without groups and currency."""
    return "" if minor is None else _figure(from_minor(minor, currency))


def _figure(number: Decimal | None) -> str:
    return "" if number is None else format(number, "f").replace(".", text.marks().decimal)


def _holding_note(row: HoldingRow) -> str:
    if row.subtotal:
        return f"{words.ACCOUNT_KINDS[row.subtotal.account.kind]}, {row.subtotal.account.currency}"
    unclassified = not row.asset.exposures and not row.asset.is_cash
    several = ", ".join(filter(None, row.classes)) if row.colour_beside else ""
    return " · ".join(filter(None, ("no class" if unclassified else "", row.asset.also_known_as, several)))


def _holding_icon(row: HoldingRow) -> str:
    if row.subtotal is None:
        return ""
    return "chevron_right" if row.is_closed else "chevron_down"


def _cost(row: HoldingRow) -> str:
    if row.subtotal:
        return _money(row.gain.cost_base_minor if row.gain else None, row.base_currency)
    return "" if row.asset.is_cash else _money(row.holding.cost_basis_minor, row.asset.currency)


def _cost_note(row: HoldingRow) -> str:
    of = row.subtotal
    return f"of {of.costed} of {of.counted} holdings" if of and 0 < of.costed < of.counted else ""


def _gain(row: HoldingRow) -> str:
    if row.asset.is_cash and not row.subtotal:
        return ""
    return text.NOTHING if row.gain is None else text.money(row.gain.minor, row.asset.currency, plus=True)


def _gain_note(row: HoldingRow) -> str:
    """In percent; where the rate has a part in it also in the currency of the portfolio."""
    if row.gain is None or row.gain.bps is None:
        return ""
    part = f"{text.points(row.gain.bps, unit=False)}%"
    if row.asset.currency == row.base_currency:
        return part
    return f"{part}, {text.money_short(row.gain.base_minor, row.base_currency, plus=True)}"


def _gain_tip(row: HoldingRow) -> str:
    if row.gain is None:
        return "" if row.asset.is_cash else "Known once there are a cost and a price."
    said = f"The value less the cost: {text.money(row.gain.minor, row.asset.currency, plus=True)}"
    if row.asset.currency != row.base_currency:
        in_base = text.money(row.gain.base_minor, row.base_currency, plus=True)
        said += f", {in_base} where the cost counts at the rate of today"
    return f"{said}. The percentage is of the cost, in {row.base_currency}."


HOLDING_COLUMNS: Final[tuple[Column[HoldingRow], ...]] = (
    Column(
        "Holding",
        lambda row: row.asset.known_as,
        note=_holding_note,
        font="strong",
        stretch=True,
        mark=lambda row: row.colour,
        mark_beside=lambda row: row.colour_beside,
        icon=_holding_icon,
        icon_ink="mute2",
        said=lambda row: "" if row.colour_beside else row.classes[0],
        tip=lambda row: ", ".join(filter(None, (row.asset.name, row.account, *row.classes))),
        sought=lambda row: f"{row.asset.symbol} {row.asset.name} {row.account}",
        copied=lambda row: row.asset.symbol,
    ),
    Column(
        "Class",
        lambda row: row.classes[0],
        note=lambda row: row.classes[1],
        width=140,
        spare=True,
        off=True,
        mark=lambda row: row.colour,
        tip=lambda row: " · ".join(filter(None, row.classes)),
    ),
    Column(
        "Quantity",
        _quantity,
        key=lambda row: row.holding.quantity,
        right=True,
        figures=True,
        width=104,
        tip=_quantity,
        sought=_nothing,
        copied=lambda row: _figure(row.holding.quantity),
    ),
    Column(
        "Price",
        _price_words,
        note=_price_note,
        key=lambda row: None if row.asset.is_cash else row.price,
        right=True,
        figures=True,
        width=124,
        tip=_price_tip,
        icon=_price_warns,
        ink=_price_ink,
        sought=lambda row: row.asset.currency,
        copied=lambda row: _figure(None if row.asset.is_cash else row.price),
    ),
    Column(
        "Cost",
        _cost,
        note=_cost_note,
        key=lambda row: row.holding.cost_basis_minor,
        right=True,
        figures=True,
        width=116,
        spare=True,
        ink=lambda row: "mute",
        tip=lambda row: "What was paid in total, in the currency of the asset",
        sought=_nothing,
        copied=lambda row: copied_amount(row.holding.cost_basis_minor, row.asset.currency),
    ),
    Column(
        "Gain",
        _gain,
        note=_gain_note,
        beside=lambda row: _gain_note(row).partition(",")[0],
        key=lambda row: None if row.gain is None else row.gain.base_minor,
        right=True,
        figures=True,
        width=170,
        tip=_gain_tip,
        sought=_nothing,
        copied=lambda row: copied_amount(row.gain.minor if row.gain else None, row.asset.currency),
    ),
    Column(
        "Value",
        _value,
        note=_value_note,
        key=lambda row: row.value_minor,
        right=True,
        figures=True,
        font="strong",
        width=128,
        tip=_value_tip,
        icon=_value_warns,
        ink=_value_warns,
        sought=_nothing,
        copied=lambda row: copied_amount(row.value_minor, row.base_currency),
    ),
    Column(
        "Share",
        lambda row: text.NOTHING if row.share_bps is None else text.percent(row.share_bps),
        key=lambda row: row.share_bps,
        right=True,
        figures=True,
        width=76,
        ink=lambda row: "mute",
        tip=lambda row: "Of everything in the portfolio that has a value",
        sought=_nothing,
        copied=lambda row: "" if row.share_bps is None else _figure(Decimal(row.share_bps).scaleb(-2)),
    ),
)

ASSET_COLUMNS: Final[tuple[Column[AssetRow], ...]] = (
    Column(
        "Asset",
        lambda row: row.asset.known_as,
        note=lambda row: row.asset.also_known_as,
        font="strong",
        stretch=True,
        tip=lambda row: row.asset.name,
    ),
    Column("Kind", lambda row: words.ASSET_KINDS[row.asset.kind], width=104),
    Column("Currency", lambda row: row.asset.currency, width=74),
    Column("Classes", lambda row: row.classes, width=232, mark=lambda row: row.colour, tip=lambda row: row.classes),
    Column(
        "Lot step",
        lambda row: words.lot_step(row.asset.lot_step),
        key=lambda row: row.asset.lot_step,
        width=100,
        spare=True,
        tip=lambda row: "The smallest quantity that can be traded",
        sought=_nothing,
    ),
    Column(
        "ISIN",
        lambda row: row.asset.isin or "",
        key=lambda row: row.asset.isin,
        width=116,
        spare=True,
        tip=lambda row: row.asset.isin or "",
    ),
    Column(
        "Held",
        lambda row: "Archived" if row.asset.is_archived else text.count(row.holdings, "account"),
        key=lambda row: row.holdings,
        ink=lambda row: "ink" if row.holdings else "mute",
        width=94,
        tip=lambda row: "In how many accounts it is held",
    ),
)


def _account_kind(row: AccountRow) -> str:
    return words.ACCOUNT_KINDS[row.account.kind] + (", archived" if row.account.is_archived else "")


ACCOUNT_COLUMNS: Final[tuple[Column[AccountRow], ...]] = (
    Column("Account", lambda row: row.account.name, font="strong", stretch=True, tip=lambda row: row.account.name),
    Column("Kind", _account_kind, width=164),
    Column("Currency", lambda row: row.account.currency, width=100),
    Column(
        "Holdings",
        lambda row: text.number(Decimal(row.holdings)),
        key=lambda row: row.holdings,
        right=True,
        figures=True,
        width=100,
        spare=True,
        sought=_nothing,
    ),
    Column(
        "Cash",
        lambda row: text.money(row.cash_minor, row.base_currency),
        key=lambda row: row.cash_minor,
        copied=lambda row: copied_amount(row.cash_minor, row.base_currency),
        right=True,
        figures=True,
        width=140,
        sought=_nothing,
    ),
    Column(
        "Value",
        lambda row: text.money(row.value_minor, row.base_currency),
        key=lambda row: row.value_minor,
        copied=lambda row: copied_amount(row.value_minor, row.base_currency),
        right=True,
        figures=True,
        width=190,
        icon=lambda row: OLD if row.unpriced else "",
        icon_ink=OLD,
        tip=lambda row: f"{text.count(row.unpriced, 'holding')} without a value" if row.unpriced else "",
        sought=_nothing,
    ),
)


def _age_ink(row: RateRow) -> str:
    return OLD if row.is_stale else "mute"


def _source(price: Price) -> str:
    return _source_word(price.source)


def _source_word(source: str) -> str:
    return {"manual": "Typed in", "import": "Import", "demo": "Demo"}.get(source, source)


def _quoted(row: QuoteRow) -> str:
    if row.before is None:
        return text.NOTHING
    return text.price(row.before, row.quote) if row.asset else text.number(row.before)


def _change_bps(row: QuoteRow) -> int | None:
    """By how much what is typed differs, of what was."""
    if row.number is None or not row.before:
        return None
    return half_up(10_000 * Fraction(row.number - row.before) / Fraction(row.before))


def _change(row: QuoteRow) -> str:
    """The same in percent."""
    bps = _change_bps(row)
    return "" if bps is None else f"{text.points(bps, unit=False)}%"


def _result(row: QuoteRow) -> str:
    if row.problem:
        return row.problem
    if row.is_changed:
        return "Changed" if row.number != row.before else "Confirmed"
    if row.on is None:
        return f"No {row.what}"
    return words.age(row.on, row.today)


def _result_ink(row: QuoteRow) -> str:
    if row.problem:
        return "error"
    return OLD if row.is_marked else "ink" if row.is_changed else "mute"


def _result_icon(row: QuoteRow) -> str:
    if row.problem or row.is_marked:
        return "error" if row.problem else OLD
    return "check" if row.is_changed else ""


QUOTE_COLUMNS: Final[tuple[Column[QuoteRow], ...]] = (
    Column(
        "Asset",
        lambda row: row.title,
        note=lambda row: row.asset.name if row.asset else "Exchange rate",
        inline=62,
        font="strong",
        stretch=True,
        tip=lambda row: row.asset.name if row.asset else "Exchange rate",
        copied=lambda row: row.title,
    ),
    Column(
        "Latest price",
        _quoted,
        said=lambda row: text.day(row.on) if row.on else "",
        tip=lambda row: f"Of {text.day(row.on)}" if row.on else "",
        key=lambda row: row.before,
        right=True,
        figures=True,
        width=130,
        ink=lambda row: "mute",
        sought=lambda row: row.quote,
        copied=lambda row: _figure(row.before),
    ),
    Column(
        "New price",
        lambda row: row.shown,
        key=lambda row: row.number,
        right=True,
        figures=True,
        width=164,
        font="body",
        ink=lambda row: "signal_text" if row.problem else "ink" if row.typed else "mute",
        tip=lambda row: row.problem or f"Type the {row.what} of today; Enter goes down",
        is_edited=True,
        sought=_nothing,
        copied=lambda row: _figure(row.number),
    ),
    Column("Change", _change, key=_change_bps, right=True, figures=True, width=84, sought=_nothing),
    Column(
        "State",
        _result,
        key=lambda row: (row.today - row.on).days if row.on else None,
        width=170,
        icon=_result_icon,
        ink=_result_ink,
        tip=_result,
    ),
    Column("Source", lambda row: _source_word(row.source), right=True, width=100, spare=True, ink=lambda row: "mute"),
)
FIELD: Final = 2
"""The place of the column that is typed into."""

DAY_COLUMNS: Final[tuple[Column[Price], ...]] = (
    Column("Day", lambda row: text.day(row.on), key=lambda row: row.on, font="strong", width=150),
    Column("Source", _source, stretch=True, ink=lambda row: "mute"),
    Column(
        "Price",
        lambda row: text.number(row.price),
        key=lambda row: row.price,
        copied=lambda row: _figure(row.price),
        right=True,
        figures=True,
        width=150,
    ),
)


def _rate_day(row: RateRow) -> date:
    return row.rate.on


RATE_COLUMNS: Final[tuple[Column[RateRow], ...]] = (
    Column("From", lambda row: row.rate.base, font="strong", width=90),
    Column("To", lambda row: row.rate.quote, font="strong", width=90),
    Column(
        "Rate",
        lambda row: text.number(row.rate.rate),
        key=lambda row: row.rate.rate,
        copied=lambda row: _figure(row.rate.rate),
        right=True,
        figures=True,
        width=140,
        sought=_nothing,
    ),
    Column(
        "Reads",
        lambda row: f"1 {row.rate.base} = {text.number(row.rate.rate)} {row.rate.quote}",
        stretch=True,
        ink=lambda row: "mute",
        sought=_nothing,
    ),
    Column("Day", lambda row: text.day(row.rate.on), key=_rate_day, width=130, sought=_nothing),
    Column(
        "Age",
        lambda row: words.age(row.rate.on, row.today),
        key=_rate_day,
        width=140,
        icon=lambda row: OLD if row.is_stale else "",
        ink=_age_ink,
        sought=_nothing,
    ),
)
