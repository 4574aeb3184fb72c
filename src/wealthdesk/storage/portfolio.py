"""The whole portfolio as of one day, read in one go."""

from datetime import date

from wealthdesk.domain.holdings import Portfolio
from wealthdesk.storage.accounts import all_accounts
from wealthdesk.storage.assets import all_assets, all_classes
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.holdings import all_holdings
from wealthdesk.storage.prices import latest_prices, latest_rates
from wealthdesk.storage.settings import setting

BASE_CURRENCY = "base_currency"


def load_portfolio(connection: Reading, on: date, otherwise: str = "USD") -> Portfolio:
    """Everything a valuation needs; `otherwise` is the base currency while none was ever set."""
    return Portfolio(
        on=on,
        base_currency=setting(connection, BASE_CURRENCY) or otherwise,
        accounts={each.id: each for each in all_accounts(connection)},
        classes={each.id: each for each in all_classes(connection)},
        assets={each.id: each for each in all_assets(connection)},
        holdings=tuple(all_holdings(connection)),
        prices=latest_prices(connection, on),
        rates=tuple(latest_rates(connection, on)),
    )
