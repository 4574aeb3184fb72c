"""Who an asset or an account is: one security under two names is one asset, and what is renamed is found again."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Asset, AssetKind
from wealthdesk.domain.money import canonical
from wealthdesk.errors import AlreadyExists
from wealthdesk.services.desk import Clock, Desk, open_desk
from wealthdesk.services.imports import ImportPreview

HEAD = "Account,Symbol,ISIN,Name,Quantity,Price,Currency,Date\n"
JANUARY = HEAD + "Depot,OLD,US0000000019,Old name,10,30,USD,2026-01-31\n"
JUNE = HEAD + "Depot,NEW,US0000000019,New name,10,50,USD,2026-06-30\n"
MADE = "'2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'"


def keep(desk: Desk, *texts: str) -> ImportPreview:
    kept = desk.imports.keep([desk.imports.read(f"{n}.csv", text.encode()) for n, text in enumerate(texts)])
    assert desk.imports.preview([desk.imports.read("x.csv", texts[-1].encode())]).changes_nothing, "twice is once"
    return kept


def held(desk: Desk) -> dict[tuple[str, str], str]:
    portfolio = desk.portfolios.current()
    return {
        (portfolio.accounts[h.account_id].name, portfolio.assets[h.asset_id].symbol): canonical(h.quantity)
        for h in portfolio.holdings
    }


def total(desk: Desk) -> int:
    return desk.allocations.of(None).valuation.total_minor


def renamed(desk: Desk, symbol: str, to: str) -> None:
    (asset,) = (each for each in desk.assets.all() if each.symbol == symbol)
    desk.assets.change(replace(asset, symbol=to))


def test_the_holding_and_the_price_of_a_line_go_to_the_asset_of_its_isin(desk: Desk) -> None:
    keep(desk, JANUARY)
    assert total(desk) == 300_00
    kept = keep(desk, JUNE)
    assert (held(desk), total(desk)) == ({("Depot", "NEW"): "10"}, 500_00)
    assert any("OLD is called NEW by the file now" in note for note in kept.matched.notes)
    assert len(desk.assets.all()) == 1


def test_an_asset_known_by_its_isin_alone_gets_the_symbol_of_a_later_file(desk: Desk) -> None:
    keep(desk, "Konto;ISIN;Anzahl;Kurs;Währung\nDepot;CH0000000017;100;90,00;CHF\n")
    keep(desk, "Konto;Symbol;ISIN;Anzahl;Kurs;Währung\nDepot;ABCN;CH0000000017;100;95,00;CHF\n")
    assert (held(desk), total(desk)) == ({("Depot", "ABCN"): "100"}, 9_500_00)


def test_an_asset_that_the_user_renamed_is_found_by_what_the_file_calls_it(desk: Desk) -> None:
    text = "Account,Symbol,Quantity,Price,Currency\nDepot,VTI,10,250,USD\n"
    keep(desk, text)
    renamed(desk, "VTI", "VTIX")
    assert desk.imports.preview([desk.imports.read("x.csv", text.encode())]).changes_nothing
    keep(desk, text.replace(",10,250", ",12,300"))
    assert (held(desk), total(desk)) == ({("Depot", "VTIX"): "12"}, 3_600_00)


def test_a_symbol_that_the_user_typed_stays_whatever_a_file_calls_it_later(desk: Desk) -> None:
    keep(desk, JANUARY)
    renamed(desk, "OLD", "MINE")
    keep(desk, JUNE)
    assert (held(desk), total(desk)) == ({("Depot", "MINE"): "10"}, 500_00)


def test_the_symbol_follows_only_the_source_that_called_it_otherwise_before(desk: Desk) -> None:
    keep(desk, JANUARY)
    keep(desk, JUNE.replace("Depot", "Other"))
    assert held(desk) == {("Depot", "OLD"): "10", ("Other", "OLD"): "10"}
    assert total(desk) == 1_000_00


def test_a_renamed_account_is_found_again_and_a_new_one_of_that_name_comes_first(desk: Desk) -> None:
    keep(desk, JANUARY)
    (account,) = desk.accounts.all()
    desk.accounts.change(replace(account, name="Long term"))
    assert "is the account “Long term” here" in " ".join(keep(desk, JANUARY).matched.notes)
    assert held(desk) == {("Long term", "OLD"): "10"}
    desk.accounts.add("Depot", AccountKind.TAXABLE, "USD")
    keep(desk, JANUARY)
    assert held(desk) == {("Long term", "OLD"): "10", ("Depot", "OLD"): "10"}


def test_what_the_files_of_a_removed_account_call_things_is_forgotten(desk: Desk) -> None:
    keep(desk, JANUARY)
    desk.accounts.remove(desk.accounts.all()[0].id)
    with closing(sqlite3.connect(desk.path)) as connection:
        assert connection.execute("SELECT * FROM asset_aliases").fetchall() == []
        assert connection.execute("SELECT * FROM account_aliases").fetchall() == []


def test_the_same_isin_in_another_currency_is_another_line_and_said(desk: Desk) -> None:
    keep(desk, JANUARY)
    kept = keep(desk, HEAD + "Depot,OLD,US0000000019,Old name,3,28,EUR,2026-01-31\n")
    assert len(desk.assets.all()) == 2
    assert any("same ISIN and another currency" in note for note in kept.matched.notes)


def test_two_isins_under_one_symbol_are_a_problem_and_not_added_up(desk: Desk) -> None:
    text = HEAD + "A,X,US0000000019,,1,30,USD,2026-01-31\nA,X,US0000000027,,2,40,USD,2026-01-31\n"
    preview = desk.imports.preview([desk.imports.read("x.csv", text.encode())])
    assert [problem.what for _, problem in preview.problems] == [
        "X is US0000000019 here, but US0000000027 in the file."
    ]


LINES = (
    "A,OLD,US0000000019,,1,30,USD,2026-01-31\n",
    "B,OLD,,,2,30,USD,2026-01-31\n",
    "C,NEW,US0000000019,,4,30,USD,2026-01-31\n",
)


@pytest.mark.parametrize("lines", [*permutations(LINES)])
def test_the_order_of_lines_does_not_matter(desk: Desk, lines: tuple[str, ...]) -> None:
    keep(desk, HEAD + "A,OLD,US0000000019,,1,25,USD,2026-01-30\n")
    keep(desk, HEAD + "".join(lines))
    assert len(desk.assets.all()) == 1
    assert sorted(held(desk).values()) == ["1", "2", "4"]
    assert total(desk) == 7 * 30_00


def test_our_own_export_calls_everything_what_it_is_called_here(desk: Desk) -> None:
    keep(desk, "Account,Symbol,Quantity,Price,Currency\nDepot,X,10,1,USD\nDepot,Y,20,1,USD\n")
    renamed(desk, "X", "Z")
    renamed(desk, "Y", "X")
    before = desk.portfolios.current()
    draft = desk.imports.read("own.csv", desk.exports.holdings_csv().encode())
    assert desk.imports.preview([draft]).changes_nothing
    desk.imports.keep([draft])
    assert desk.portfolios.current() == before


def old_file_with(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DELETE FROM assets")
        for each in statements:
            connection.execute(each)
        connection.commit()
    return path


OF_OLD = (
    f"INSERT INTO assets VALUES ('o', 'OLD', 'Old', 'security', NULL, 'USD', 'US0000000019', '1', NULL, {MADE})",
    f"INSERT INTO holdings VALUES ('h1', 'acc-1', 'o', '10', NULL, {MADE})",
    "INSERT INTO prices VALUES ('o', '2026-01-31', '30', 'import'), ('n', '2026-06-30', '50', 'import')",
)


def test_a_phantom_of_an_old_file_becomes_the_asset_that_it_was(
    old_portfolio: Callable[[int], Path], clock: Clock
) -> None:
    """The price of a line once went to an asset of its own when the ISIN of the line was known by another symbol."""
    phantom = f"INSERT INTO assets VALUES ('n', 'NEW', 'NEW', 'security', NULL, 'USD', NULL, '1', NULL, {MADE})"
    path = old_file_with(old_portfolio(5), phantom, *OF_OLD)
    with open_desk(path, clock) as desk:
        assert total(desk) == 300_00
        kept = keep(desk, JUNE.replace("Depot", "Everyday broker"))
        assert any("NEW had nothing but prices" in note for note in kept.matched.notes)
        assert [each.id for each in desk.assets.all()] == ["o"]
        assert total(desk) == 500_00
        assert [canonical(each.price) for each in desk.prices.of("o")] == ["50", "30"]


@pytest.mark.parametrize("account", ["acc-1", "acc-2"])
def test_two_held_assets_of_one_isin_are_not_added_to(
    old_portfolio: Callable[[int], Path], clock: Clock, account: str
) -> None:
    twin = f"INSERT INTO assets VALUES ('n', 'NEW', 'New', 'security', NULL, 'USD', 'US0000000019', '1', NULL, {MADE})"
    second = f"INSERT INTO holdings VALUES ('h2', '{account}', 'n', '10', NULL, {MADE})"
    path = old_file_with(old_portfolio(5), OF_OLD[0], twin, *OF_OLD[1:], second)
    with open_desk(path, clock) as desk:
        assert total(desk) == 800_00, "an upgrade changes no total"
        name = "Everyday broker" if account == "acc-1" else "Rürup O'Neill"
        keep(desk, JUNE.replace("Depot", name).replace("50,USD", "60,USD").replace("06-30", "07-31"))
        # One account holds both: its line is of the one that has the ISIN. The other holds the second in its place.
        assert total(desk) == (10 * 60_00 + 10 * 50_00 if account == "acc-1" else 2 * 10 * 60_00)
        assert len(held(desk)) == 2


def test_a_second_asset_of_an_isin_is_refused(desk: Desk) -> None:
    keep(desk, JANUARY)
    with pytest.raises(AlreadyExists, match="OLD has the ISIN US0000000019 in USD already"):
        desk.assets.add(Asset("", "TWIN", "Twin", AssetKind.FUND, "USD", isin="US0000000019"))
