"""What the pictures show of imports: files of every kind on their way in, what came of it, the latest imports."""

import tempfile
import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QDialog

from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.valuation import value
from wealthdesk.gui import format as text
from wealthdesk.gui.imports.kept_imports_dialog import KeptImportsDialog
from wealthdesk.gui.imports.new_assets import NewAsset
from wealthdesk.gui.imports.page import ImportPage
from wealthdesk.paths import resources_folder
from wealthdesk.planning.matching import Matched
from wealthdesk.services.imports import ImportPreview
from wealthdesk.services.undo import KeptImport

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

_HEADERS: Final = "Account,Symbol,Name,Quantity,Price,Currency\n"
_FILES: Final = {
    "broker.csv": f"{_HEADERS}Brokerage,VTI,Vanguard Total Stock Market,130,298.14,USD\n"
    "Brokerage,BND,Vanguard Total Bond Market,40,72.31,USD\n",
    "other broker.csv": f"{_HEADERS}Savings,VWCE,Vanguard FTSE All-World,14.5,118.20,EUR\n"
    "Savings,AGGH,iShares Global Aggregate Bond,12.5O,4.91,EUR\n",
}
_MIXED: Final = {**_FILES, "Statement_2026-11.pdf": "%PDF-1.7 of a statement"}
_TRADES: Final = {
    "trades.csv": "Account,Date,Type,Symbol,Quantity,Price,Amount,Currency\nSavings,2026-01-02,Deposit,,,,9000,USD\n"
    "Savings,2026-01-05,Buy,VXUS,20,60,-1200,USD\nSavings,2026-02-02,Buy,SCHD,100,25,-2500,USD\n"
    "Savings,2026-03-05,Sell,VXUS,5,65,325,USD\nSavings,2026-04-01,Split,SCHD,300,,,USD\n"
    "Savings,2026-06-30,Dividend,VXUS,,,14.20,USD\nSavings,2026-07-01,Sell,IAU,10,70,700,USD\n"
}
_IMPORTS: Final = (
    (timedelta(minutes=12), "import of broker.csv, 14 holdings"),
    (timedelta(days=1, hours=2), "import of 3 files, 31 holdings"),
    (timedelta(days=33), "import of prices.csv, 212 prices"),
)


def views(desk: "Desk", page: ImportPage) -> list[tuple[str, Callable[[], object]]]:
    """Files that are chosen, several, transactions, and then what one file goes through; what has moved in."""
    sample = resources_folder() / "demo" / "positions.csv"
    return [
        ("chosen", partial(_open, page, _MIXED)),
        ("several files", partial(_open, page, _FILES)),
        ("transactions", partial(_open, page, _TRADES)),
        ("check", partial(page.open_file, sample)),
        ("done", partial(_show_as_kept, desk, page, sample)),
        ("moved in", partial(_show_moved_in, desk, page)),
        ("", partial(_begin, page)),
    ]


def dialogs(desk: "Desk", page: ImportPage) -> list[tuple[str, Callable[[], QDialog]]]:
    """What is read, and the latest imports: as the file has them, and as one of some weeks has them."""
    return [
        ("what is read", page.choose.help_dialog),
        ("no latest imports", lambda: KeptImportsDialog(desk, page)),
        ("latest imports", lambda: _some_imports(desk, page)),
        ("latest imports built on", lambda: _built_on(desk, page)),
    ]


def _show_as_kept(desk: "Desk", page: ImportPage, path: Path) -> None:
    """The last step, as if a file had been kept: what came of it is what would come of it."""
    draft = desk.imports.read_file(path)
    preview = desk.imports.preview([draft])
    page.show_kept(preview, [draft])
    before = desk.portfolios.current()
    after = _with(before, preview.matched)
    page.done.show_unclassified([*_new_assets(after, preview)], before.classes.values())
    page.done.show_values([*_changed_values(before, after)])
    page.done.show_taken_back(is_back=False)


def _with(portfolio: Portfolio, matched: Matched) -> Portfolio:
    """A portfolio in which what was matched is kept."""
    changed = {(each.account.id, each.asset.id): each.after for each in (*matched.changed, *matched.added)}
    held = {(each.account_id, each.asset_id): each for each in portfolio.holdings} | changed
    return replace(
        portfolio,
        accounts=dict(portfolio.accounts) | {each.id: each for each in matched.accounts},
        assets=dict(portfolio.assets) | {each.id: each for each in matched.assets},
        holdings=tuple(held.values()),
        prices=dict(portfolio.prices) | {each.asset_id: each for each in matched.prices},
    )


def _new_assets(after: Portfolio, preview: ImportPreview) -> Iterator[NewAsset]:
    guesses = {each.of: each.class_id for each in preview.guesses}
    for each in value(after).holdings:
        if each.asset in preview.matched.assets and not each.asset.exposures and each.value_minor is not None:
            asset, worth = each.asset, text.money(each.value_minor, after.base_currency)
            guess = guesses.get((asset.symbol, asset.currency), "")
            yield NewAsset(asset.id, asset.known_as, asset.also_known_as, worth, guess)


def _changed_values(before: Portfolio, after: Portfolio) -> Iterator[tuple[str, str, str]]:
    """The total, and the accounts that are worth something else then."""
    for name in ("", *(each.name for each in after.accounts.values())):
        was, now = (_worth(each, name) for each in (before, after))
        if was != now:
            yield name or "Total value", text.money(was, after.base_currency), text.money(now, after.base_currency)


def _worth(portfolio: Portfolio, account: str) -> int:
    """What an account, or everything (""), is worth."""
    valued = value(portfolio).holdings
    in_it = (each for each in valued if account in ("", portfolio.accounts[each.holding.account_id].name))
    return sum(each.value_minor or 0 for each in in_it)


def _show_moved_in(desk: "Desk", page: ImportPage) -> None:
    """The last step, as if a file of another program had been kept that has the accounts of the opened portfolio."""
    portfolio, strategy = desk.portfolios.current(), desk.targets.active(None)
    lines = strategy.targets if strategy else ()
    targets = {portfolio.classes[each.asset_class_id].name: each.target_bps for each in lines}
    draft = desk.imports.read("lakshmi.yaml", _as_lakshmi(portfolio, targets))
    page.show_kept(desk.imports.preview([draft]), [draft])


def _as_lakshmi(portfolio: Portfolio, targets: Mapping[str, int]) -> bytes:
    """What another program could have of it: what is held in dollars, one share of the first less, and the targets."""
    lines = ["Asset Classes:", "  Name: All", "  Children:"]
    lines += [f"  - {{Name: {each}, Ratio: {bps / 10_000}}}" for each, bps in targets.items()]
    lines += ["Accounts:"]
    less = 1
    for account in portfolio.accounts.values():
        lines += [f"- Name: {account.name}", "  Account Type: Taxable", "  Assets:"]
        for holding in portfolio.holdings:
            asset = portfolio.assets[holding.asset_id]
            named = portfolio.classes[asset.only_class].name if asset.only_class else ""
            if holding.account_id != account.id or asset.currency != "USD" or asset.is_cash or named not in targets:
                continue
            told = f"Ticker: {asset.symbol}, Shares: {holding.quantity - less}, Asset Mapping: {{{named}: 1}}"
            lines += [f"  - TickerAsset: {{{told}}}"]
            less = 0
    return "\n".join(lines).encode()


def _begin(page: ImportPage) -> None:
    page.back()
    page.choose.show_files(None)


def _open(page: ImportPage, files: Mapping[str, str]) -> None:
    folder = tempfile.TemporaryDirectory(prefix="wealthdesk-pictures-")
    weakref.finalize(page, folder.cleanup)
    paths = [Path(folder.name) / name for name in files]
    for path in paths:
        path.write_text(files[path.name], encoding="utf-8")
    _begin(page)
    page.open_files(paths)


def _built_on(desk: "Desk", page: ImportPage) -> KeptImportsDialog:
    """Imports of which nothing is in the file: the one that is chosen cannot be taken back."""
    dialog = KeptImportsDialog(desk, page)
    now = desk.clock.now()
    rows = [KeptImport(str(number), name, now - age) for number, (age, name) in enumerate(_IMPORTS)]
    dialog.imports.set_rows(rows)
    dialog.imports.select(rows[0].id)
    return dialog


def _some_imports(desk: "Desk", page: ImportPage) -> KeptImportsDialog:
    """The same, as if the one that is chosen could be taken back."""
    dialog = _built_on(desk, page)
    dialog.why_not.hide()
    dialog.take_back.setEnabled(True)
    return dialog
