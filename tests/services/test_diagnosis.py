"""The diagnosis: nothing of what is in a portfolio, its files or its log gets into it, however it is named."""

import logging
import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from portfolio_files import copied, open_demo
from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Asset, AssetKind, Exposure
from wealthdesk.domain.holdings import Price
from wealthdesk.paths import data_folder
from wealthdesk.services.desk import Clock
from wealthdesk.services.diagnosis import diagnosis_of
from wealthdesk.services.log import keep_log
from wealthdesk.storage.file.backups import back_up

SECRET = "Zyxwvut"
"""Part of every name here; it may not occur in the text."""
ODD = (
    f"{SECRET} & Söhne",
    f'it\'s "{SECRET}"',
    f"Plum” {SECRET}",
    f"“{SECRET}",
    f"a/b: {SECRET}, c",
    f"{SECRET}Account",
    f"DE89 3704 {SECRET} 0130 00",
)
IBAN, AMOUNT = "DE89370400440532013000", "87654.31"


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock(today=lambda: date(2026, 11, 20), now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Path:
    """A portfolio in which everything that can be named is named oddly."""
    path = tmp_path_factory.mktemp("odd") / "odd.wealthdesk"
    with open_demo(path, clock) as desk:
        for name in (*ODD, IBAN):
            account = desk.accounts.add(name, AccountKind.TAXABLE, "USD")
            own = desk.classes.add(name[:40], "#123456")
            new = Asset("", name[:20], name, AssetKind.PRIVATE, "USD", (Exposure(own.id, 10_000),))
            asset = desk.assets.add(new)
            desk.holdings.add(account.id, asset.id, Decimal(AMOUNT))
            desk.prices.set([Price(asset.id, clock.today(), Decimal("87654.31"))])
            desk.funds.add_company(desk.funds.add(name, "USD").id, name)
        desk.settings.set_your_name(SECRET)
    return path


@pytest.fixture
def path(odd: Path, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it with a backup; its file and its folder are named oddly as well."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / f"home of {SECRET}”"))
    folder = tmp_path / f"of “{SECRET}"
    folder.mkdir()
    path = copied(odd, folder / f"Mine” {SECRET}.wealthdesk")
    back_up(path, "by_hand", clock.now())
    return path


@pytest.fixture
def log(path: Path) -> Iterator[logging.Logger]:
    handler = keep_log(data_folder())
    yield logging.getLogger("wealthdesk")
    logging.getLogger("wealthdesk").removeHandler(handler)
    handler.close()


def nothing_leaks(text: str) -> None:
    for secret in (SECRET, "Söhne", IBAN, "0532013000", "87654", AMOUNT, "Plum", "DE89"):
        assert secret not in text, text


def test_nothing_of_the_portfolio_is_in_it(path: Path, clock: Clock) -> None:
    text = diagnosis_of(path, clock)
    nothing_leaks(text)
    assert "whole, version" in text and "by_hand" in text and "accounts: below 100" in text


@pytest.mark.parametrize("name", ODD)
def test_nothing_of_it_is_in_it_by_way_of_the_log(path: Path, clock: Clock, log: logging.Logger, name: str) -> None:
    for message in (name, f"could not keep {name} worth {AMOUNT}", f"two lines\n{name}\n{SECRET}\n{SECRET}: {AMOUNT}"):
        try:
            raise ValueError(message) from KeyError(name)
        except ValueError:
            log.exception("A bug with %s:\n%s", name, name)
    try:
        sqlite3.connect(":memory:").execute(f"SELECT * FROM {SECRET}")
    except sqlite3.Error:
        log.exception("[SQL: INSERT INTO accounts VALUES (?)]\n[parameters: ('%s', %s)]", name, AMOUNT)
    text = diagnosis_of(path, clock)
    nothing_leaks(text)
    for kept in ("ERROR wealthdesk", "ValueError", "KeyError", "OperationalError", "test_diagnosis.py, line"):
        assert kept in text


@pytest.mark.parametrize("damage", ["empty", "foreign", "half", "missing"])
def test_nothing_of_a_file_that_cannot_be_used_is_in_it(path: Path, clock: Clock, damage: str) -> None:
    if damage == "missing":
        path.unlink()
    elif damage == "half":
        os.truncate(path, path.stat().st_size // 2)
    else:
        path.write_bytes(b"" if damage == "empty" else f"{SECRET} {AMOUNT}".encode() * 90)
    text = diagnosis_of(path, clock)
    nothing_leaks(text)
    assert "The check:\n  " in text and "whole, version" not in text
