"""The rules of trading in the file: a row for each account, asset and class that has one that is not the usual."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.trading_rules import NO_RULES, AccountRules, Trading, TradingRules
from wealthdesk.storage.database import Reading, refusing
from wealthdesk.storage.texts import decimal_of

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

_ACCOUNTS = "SELECT account_id, buffer_minor, fee_fixed_minor, fee_rate_bps, fx_rate_bps, is_limited FROM account_rules"
_CAN_HOLD = "SELECT account_id, asset_id FROM account_assets"
_ASSETS = "SELECT asset_id, trading FROM asset_rules"
_HOMES = "SELECT asset_class_id, account_kind FROM class_homes"

_NO_ACCOUNT = "The account, or an asset that may be bought in it, does not exist any more."
_NO_ASSET = "This asset does not exist any more."
_NO_CLASS = "This asset class does not exist any more."


def trading_rules(connection: Reading) -> TradingRules:
    """All rules."""
    return TradingRules(
        accounts=_account_rules(connection),
        assets={asset_id: Trading(trading) for asset_id, trading in connection.rows(_ASSETS)},
        homes={class_id: AccountKind(kind) for class_id, kind in connection.rows(_HOMES)},
    )


def set_account_rules(connection: "Writing", account_id: str, rules: AccountRules) -> None:
    """Replaces an account's rules; NotFound if it, or an asset that may be bought in it, is gone."""
    connection.delete("account_assets", account_id=account_id)
    connection.delete("account_rules", account_id=account_id)
    if rules == NO_RULES:
        return
    row = {
        "account_id": account_id,
        "buffer_minor": rules.buffer_minor,
        "fee_fixed_minor": rules.fee_fixed_minor,
        "fee_rate_bps": rules.fee_rate_bps,
        "fx_rate_bps": rules.fx_rate_bps,
        "is_limited": rules.can_hold is not None,
    }
    with refusing(foreign_key=_NO_ACCOUNT):
        connection.insert("account_rules", row)
        may = ({"account_id": account_id, "asset_id": asset_id} for asset_id in sorted(rules.can_hold or ()))
        connection.insert("account_assets", *may)


def set_trading(connection: "Writing", asset_ids: Iterable[str], trading: Trading) -> None:
    """Keeps how far assets take part; NotFound if one is gone."""
    for asset_id in asset_ids:
        connection.delete("asset_rules", asset_id=asset_id)
        if trading is not Trading.FREE:
            with refusing(foreign_key=_NO_ASSET):
                connection.insert("asset_rules", {"asset_id": asset_id, "trading": trading.value})


def set_home(connection: "Writing", asset_class_id: str, kind: AccountKind | None) -> None:
    """Keeps the kind of account that a class is better held in, or (None) that it has none; NotFound if it is gone."""
    connection.delete("class_homes", asset_class_id=asset_class_id)
    if kind is not None:
        with refusing(foreign_key=_NO_CLASS):
            connection.insert("class_homes", {"asset_class_id": asset_class_id, "account_kind": kind.value})


def _account_rules(connection: Reading) -> dict[str, AccountRules]:
    can_hold: dict[str, set[str]] = {}
    for account_id, asset_id in connection.rows(_CAN_HOLD):
        can_hold.setdefault(account_id, set()).add(asset_id)
    return {
        account_id: AccountRules(
            buffer_minor=buffer_minor,
            fee_fixed_minor=fee_fixed_minor,
            fee_rate_bps=decimal_of(fee_rate_bps),
            fx_rate_bps=decimal_of(fx_rate_bps),
            can_hold=frozenset(can_hold.get(account_id, ())) if is_limited else None,
        )
        for account_id, buffer_minor, fee_fixed_minor, fee_rate_bps, fx_rate_bps, is_limited in connection.rows(
            _ACCOUNTS
        )
    }
