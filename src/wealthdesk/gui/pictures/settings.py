"""What the pictures show of settings: also backups as a file of some months has them, where there are none yet."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QDialog

from wealthdesk.gui.main_window import MainWindow
from wealthdesk.gui.settings.dialogs import DiagnosisDialog, PrepareDialog, older_ones
from wealthdesk.gui.settings.page import SettingsPage
from wealthdesk.gui.settings.sources import CodesDialog
from wealthdesk.gui.updates.check_dialog import CheckDialog
from wealthdesk.gui.updates.opt_in_dialog import OptInDialog
from wealthdesk.services.backups import AccountTotal, Backup, BackupLine, BackupStanding, SetAside
from wealthdesk.services.diagnosis import diagnosis_of
from wealthdesk.services.sources import AddressSource, CommandSource, PriceSource
from wealthdesk.services.updates import Answer, Leaving, Quote, SourceAnswer, Wanted

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

_UP: Final = Decimal("1.004")
_APART: Final = Decimal("1.02")
_BACKUPS: Final = (
    (timedelta(minutes=90), "by_hand", 442_368, (16_306_700, 2_000_900, 8_648_500), True),
    (timedelta(hours=26), "daily", 442_368, (16_112_040, 1_985_100, 8_601_200), True),
    (timedelta(days=3, hours=5), "before_upgrade", 438_272, (16_020_000, 1_811_600, 8_600_000), True),
    (timedelta(days=17, hours=2), "daily", 434_176, None, False),
    (timedelta(days=48), "daily", 434_176, (15_100_000, 1_610_000, 8_210_000), True),
)
_ACCOUNTS: Final = ("Brokerage", "Crypto wallet", "Retirement")


def views(desk: "Desk", page: SettingsPage) -> list[tuple[str, Callable[[], object]]]:
    """Every section; the backups as they are, and as they are after some months and a restore."""
    sections = ("look", "prices", "limits", "file", "about")
    return [
        ("", partial(_show_as_they_are, page)),
        *((each, partial(page.show_section, each)) for each in sections),
        ("backups", partial(_show_backups, desk, page)),
    ]


def dialogs(desk: "Desk", page: SettingsPage) -> list[tuple[str, Callable[[], QDialog]]]:
    """Those that the file has something to show in."""
    found: list[tuple[str, Callable[[], QDialog]]] = [
        ("diagnostic bundle", lambda: DiagnosisDialog(diagnosis_of(desk.path, desk.clock), page))
    ]
    if not desk.is_read_only:
        found.append(("add a source of prices", page.sources.open_add))
    one, two = _sources()
    if wanted := _wanted(desk):
        found += [
            ("update prices", lambda: OptInDialog(desk, [Leaving(one, wanted), Leaving(two, wanted[:2])], page)),
            ("update prices, what was found", lambda: CheckDialog(desk, _answers(desk, wanted), page)),
            ("codes at a source", partial(CodesDialog, desk, one, page)),
        ]
    if older := older_ones(desk.path):
        found.append(("prepare for an older version", partial(PrepareDialog, older, page)))
    if page.backups.can_undo:
        found.append(("undo the last restore", page.backups.ask_to_undo))
    return found


def _show_as_they_are(page: SettingsPage) -> None:
    page.backups.refresh()
    page.show_section("backups")


def _show_backups(desk: "Desk", page: SettingsPage) -> None:
    now = desk.clock.now()
    if not page.backups.table.table.rows():
        lines = _lines(desk.path, now)
        page.backups.show_backups(lines[0].backup.path, (lines, (_set_aside(desk.path, now),)))
        window = page.window()
        if isinstance(window, MainWindow) and window.shown is not None:
            # The side bar tells of the same backup as the page.
            window.shown.foot.backed_up = BackupStanding((), now - _BACKUPS[0][0], desk.kept_changes() - 3)
            window.shown.foot.show()
    page.show_section("backups")


def _lines(path: Path, now: datetime) -> tuple[BackupLine, ...]:
    """Five of them, one of which is not as it was made."""
    return tuple(
        BackupLine(
            Backup(path.with_name(f"{number}"), now - age, reason, 4, size, verified),
            tuple(map(AccountTotal, _ACCOUNTS, totals)) if totals else None,
            "USD" if totals else "",
        )
        for number, (age, reason, size, totals, verified) in enumerate(_BACKUPS)
    )


def _set_aside(path: Path, now: datetime) -> SetAside:
    """What a restore of this morning put aside."""
    return SetAside(path.parent, path, now - timedelta(hours=2), 438_272)


def _sources() -> tuple[PriceSource, PriceSource]:
    """Two that are nowhere kept and never asked."""
    address = AddressSource("https://prices.example/last?symbol={symbol}&key={key}", key="shown nowhere")
    return PriceSource("Prices of the day", address), PriceSource("My program", CommandSource(("quotes", "--close")))


def _wanted(desk: "Desk") -> tuple[Wanted, ...]:
    portfolio = desk.portfolios.current()
    held = {each.asset_id for each in portfolio.holdings if each.quantity}
    assets = [each for each in portfolio.assets.values() if each.id in held and each.id in portfolio.prices]
    return tuple(
        Wanted(each.id, each.symbol, each.currency, each.symbol)
        for each in sorted(assets, key=lambda each: each.symbol)
        if not each.is_cash
    )


def _answers(desk: "Desk", wanted: tuple[Wanted, ...]) -> tuple[SourceAnswer, SourceAnswer]:
    """The first knows all but one, and is far off for one; the second says something else of another."""
    last = desk.portfolios.current().prices
    prices = {each.code: last[each.asset_id].price for each in wanted}
    codes = list(prices)
    first = [Quote(code, prices[code] * (Decimal("0.25") if code == codes[-1] else _UP)) for code in codes[1:]]
    second = Quote(codes[1 % len(codes)], prices[codes[1 % len(codes)]] * _APART)
    return (
        SourceAnswer("Prices of the day", wanted, Answer(tuple(_short(each) for each in first))),
        SourceAnswer("My program", (wanted[1 % len(wanted)],), Answer((_short(second),))),
    )


def _short(quote: Quote) -> Quote:
    return Quote(quote.code, quote.price.quantize(Decimal("0.01")))
