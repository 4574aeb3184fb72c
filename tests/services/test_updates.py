"""Prices from sources: nothing is asked that was not agreed to, and nothing is kept that was not shown."""

import os
import socket
import stat
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from cli import forked
from portfolio_files import copied
from quotes.servers import RATES, Host, a_host, history, packed_bomb, price, told
from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Asset, AssetCode, AssetKind
from wealthdesk.domain.holdings import FxRate, Price
from wealthdesk.errors import AlreadyExists, BadInput, NotFound, NothingKept, PortfolioChanged, WealthDeskError
from wealthdesk.paths import data_folder
from wealthdesk.services.backups import back_up_now, restore
from wealthdesk.services.desk import Clock, Desk, open_desk
from wealthdesk.services.sources import (
    AddressSource,
    CommandSource,
    EcbSource,
    FileSource,
    QuotePlaces,
    SourceKind,
    command_of,
)
from wealthdesk.services.updates import PriceUpdate, SourceAnswer, UpdateOutcome

TODAY = date(2026, 11, 20)
CLOCK = Clock(today=lambda: TODAY, now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))
PLACES = QuotePlaces("quote.0.close", "quote.0.date", "quote.0.currency")


@pytest.fixture
def host() -> Iterator[Host]:
    with a_host() as opened:
        yield opened


@pytest.fixture(scope="module")
def held(migrated_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four assets that are held, with the prices of the day before yesterday, made once."""
    path = tmp_path_factory.mktemp("held") / "held.wealthdesk"
    copied(migrated_template, path)
    with open_desk(path, CLOCK) as opened:
        account = opened.accounts.add("A", AccountKind.TAXABLE, "USD")
        for symbol, code, last in (
            ("VTI", "USD", 300),
            ("VWCE", "EUR", 130),
            ("VOD", "GBP", "0.7"),
            ("HALM", "USD", 9),
        ):
            asset = opened.assets.add(Asset("", symbol, symbol, AssetKind.FUND, code, isin=""))
            opened.holdings.add(account.id, asset.id, Decimal(2))
            source = "manual" if symbol == "HALM" else "import"
            opened.prices.set([Price(asset.id, TODAY - timedelta(days=2), Decimal(last), source)])
    return path


@pytest.fixture
def desk(held: Path, tmp_path: Path) -> Iterator[Desk]:
    copied(held, tmp_path / "p.wealthdesk")
    with open_desk(tmp_path / "p.wealthdesk", CLOCK) as opened:
        opened.updates.web.pause = 0
        yield opened


def id_of(desk: Desk, symbol: str) -> str:
    return next(each.id for each in desk.assets.all() if each.symbol == symbol)


def call(desk: Desk, source: str, **codes: str) -> None:
    desk.updates.call([AssetCode(id_of(desk, symbol), source, code) for symbol, code in codes.items()])


def add(desk: Desk, name: str, kind: SourceKind, **codes: str) -> None:
    desk.sources.add(name, kind)
    if codes:
        call(desk, name, **codes)


def ask(desk: Desk) -> tuple[SourceAnswer, ...]:
    leavings = [each for each in desk.updates.leaving() if not each.is_idle]
    for each in leavings:
        desk.updates.agree(each)
    return desk.updates.ask(leavings)


def found(update: PriceUpdate) -> dict[str, UpdateOutcome]:
    return {each.symbol: each.found for each in update.lines}


def prices(desk: Desk) -> dict[tuple[str, int], tuple[Decimal, str]]:
    symbols = {each.id: each.symbol for each in desk.assets.all()}
    return {(symbols[each.asset_id], each.on.day): (each.price, each.source) for each in desk.prices.all()}


def test_nothing_leaves_before_exactly_that_was_agreed_to(
    desk: Desk, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected: list[object] = []
    connect = socket.socket.connect

    def guarded(self: socket.socket, place: object) -> None:
        connected.append(place)
        connect(self, place)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
    host.answers |= {"VTI.US": price("301"), "VWCE.DE": price("131", "EUR")}
    add(desk, "one", AddressSource(host.template, PLACES), VTI="VTI.US")
    (leaving,) = desk.updates.leaving()
    assert (leaving.codes, leaving.is_agreed) == (("VTI.US",), False)
    with pytest.raises(WealthDeskError, match="not agreed to, so nothing was asked"):
        desk.updates.ask([leaving])
    assert connected == []
    desk.updates.agree(leaving)
    desk.updates.ask(desk.updates.leaving())
    call(desk, "one", VWCE="VWCE.DE")
    (more,) = desk.updates.leaving()
    assert (more.codes, more.is_agreed) == (("VTI.US", "VWCE.DE"), False)
    with pytest.raises(WealthDeskError, match="not agreed"):
        desk.updates.ask([more])
    desk.sources.turn_off("one")
    with pytest.raises(WealthDeskError, match="not agreed"):
        desk.updates.ask([leaving])
    assert connected == [("127.0.0.1", int(host.address.rpartition(":")[2]))]
    assert host.asked == ["/price?s=VTI.US"]


def test_a_file_of_somebody_else_runs_and_asks_nothing(desk: Desk, tmp_path: Path) -> None:
    """It names sources and codes as this one does, and has another id."""
    mark = tmp_path / "ran"
    program = CommandSource((sys.executable, "-c", f"open({str(mark)!r}, 'w')"))
    add(desk, "mine", program, VTI="VTI.US")
    desk.updates.agree(desk.updates.leaving()[0])
    desk.sources.set_daily(is_daily=True)
    with open_desk(tmp_path / "theirs.wealthdesk", CLOCK, create=True) as theirs:
        asset = theirs.assets.add(Asset("", "VTI", "VTI", AssetKind.FUND, "USD"))
        theirs.updates.call([AssetCode(asset.id, "mine", "VTI.US")])
        for given in ("", "../../../etc/x", "0" * 32):
            theirs.settings.set("sources_of_prices", given)
            assert (theirs.sources.all(), theirs.updates.leaving(), theirs.sources.requests()) == ([], [], [])
            assert not theirs.sources.is_daily() and not theirs.sources.take_day()
            with pytest.raises(NotFound, match="no source “mine” on this computer"):
                theirs.updates.leaving("mine")
    assert not mark.exists()


def test_what_belongs_to_this_computer_is_kept_for_the_user_alone_and_nowhere_else(desk: Desk, tmp_path: Path) -> None:
    secret = "SECRET-7781"
    add(desk, "one", AddressSource("https://prices.example/p?s={symbol}&k={key}", PLACES, key=secret), VTI="VTI.US")
    desk.updates.agree(desk.updates.leaving()[0])
    desk.save_copy(tmp_path / "copy.wealthdesk")
    folder = data_folder() / "sources"
    keeping = [each for each in folder.iterdir() if secret in each.read_text("utf-8", "replace")]
    assert len(keeping) == 1
    if os.name == "posix":
        assert stat.S_IMODE(keeping[0].stat().st_mode) == 0o600 and stat.S_IMODE(folder.stat().st_mode) == 0o700
    from wealthdesk.services.diagnosis import diagnosis_of

    told = diagnosis_of(desk.path, CLOCK).encode()
    for data in (desk.path.read_bytes(), (tmp_path / "copy.wealthdesk").read_bytes(), told):
        assert secret.encode() not in data and b"prices.example" not in data
    with open_desk(desk.path, CLOCK) as again:
        (source,) = again.sources.all()
        assert secret in repr(source.kind.key if isinstance(source.kind, AddressSource) else "")
        assert secret not in repr(source) and secret not in source.kind.where and "•••" in source.kind.where


def test_a_key_is_shown_nowhere(desk: Desk, host: Host) -> None:
    host.answers["VTI.US"] = price("301")
    add(desk, "one", AddressSource(host.template + "&k={key}&token=TOKEN-5", PLACES, key="SECRET"), VTI="VTI.US")
    add(desk, "two", CommandSource((sys.executable, "-c", "raise SystemExit('token=TOKEN-5')", "--api-key", "SECRET")))
    call(desk, "two", VTI="VTI")
    answers = ask(desk)
    assert host.asked == ["/price?s=VTI.US&k=SECRET&token=TOKEN-5"]
    shown = repr((desk.sources.requests(), desk.sources.all(), desk.updates.preview(answers), desk.updates.leaving()))
    shown += " ".join(each.source.kind.where for each in desk.updates.leaving())
    assert "SECRET" not in shown and "TOKEN-5" not in shown and "ended with 1: token=•••" in shown


def test_only_the_last_five_requests_are_kept(desk: Desk, host: Host) -> None:
    host.answers["VTI.US"] = price("301")
    add(desk, "one", AddressSource(host.template, PLACES), VTI="VTI.US", VWCE="GONE")
    for _ in range(4):
        ask(desk)
    requests = desk.sources.requests()
    assert [(each.source, each.outcome) for each in requests[:2]] == [
        ("one", "answered with 404 instead of prices."), ("one", "answered."),
    ]  # fmt: skip
    assert len(requests) == 5 and requests[1].asked == f"{host.address}/price?s=VTI.US"


def test_answers_become_prices_in_one_change_that_is_taken_back(desk: Desk, host: Host) -> None:
    before = prices(desk)
    host.answers |= {
        "VTI.US": price("301.25"),
        "VOD.L": price("71.2", "GBp"),
        "VWCE.DE": price("189.2899932861328", "EUR"),
    }
    add(desk, "one", AddressSource(host.template, PLACES), VTI="VTI.US", VOD="VOD.L", VWCE="VWCE.DE")
    answers = ask(desk)
    update = desk.updates.preview(answers)
    assert found(update) == {"VTI": UpdateOutcome.UPDATED, "VOD": UpdateOutcome.UPDATED, "VWCE": UpdateOutcome.DOUBTFUL}
    assert "more than 20% away" in update.warnings()[0] and prices(desk) == before
    with pytest.raises(NothingKept):
        desk.updates.keep(answers, {})
    kept, _ = desk.updates.keep(answers, {id_of(desk, "VWCE"): "one"}, seen=update)
    assert len(kept) == 3
    assert prices(desk) == before | {
        ("VTI", 20): (Decimal("301.25"), "one"),
        ("VOD", 20): (Decimal("0.712"), "one"),
        ("VWCE", 20): (Decimal("189.29"), "one"),
    }
    assert found(desk.updates.preview(answers)) == dict.fromkeys(("VTI", "VOD", "VWCE"), UpdateOutcome.UNCHANGED)
    assert desk.undo.take_back_import(desk.undo.imports()[0].id) == "update of prices, 3 prices"
    assert prices(desk) == before
    with pytest.raises(PortfolioChanged):
        desk.prices.set([Price(id_of(desk, "VTI"), TODAY, Decimal(1))])
        desk.updates.keep(answers, {}, without_problems=True, seen=update)


def test_what_is_older_than_ours_is_said_to_be_and_changes_nothing_unasked(desk: Desk, host: Host) -> None:
    host.answers |= {"A": price("299", on="2026-11-17"), "/rates": told(RATES)}
    add(desk, "one", AddressSource(host.template, PLACES), VTI="A")
    add(desk, "ECB", EcbSource(f"{host.address}/rates"))
    desk.rates.set([FxRate("EUR", "GBP", TODAY, Decimal("0.85"))])
    host.answers["/rates"] = told(RATES.replace(b"2026-11-20", b"2026-11-19"))
    answers = ask(desk)
    update = desk.updates.preview(answers)
    assert found(update) == {"VTI": UpdateOutcome.OLDER} and update.is_clean({})
    assert {each.rate.quote: each.found for each in update.rates} == {
        "USD": UpdateOutcome.UPDATED, "GBP": UpdateOutcome.OLDER,
    }  # fmt: skip
    kept, rates = desk.updates.keep(answers, {})
    assert kept == () and [each.quote for each in rates] == ["USD"]
    kept, _ = desk.updates.keep(answers, {id_of(desk, "VTI"): "one"})
    assert [(each.on.day, each.price) for each in kept] == [(17, Decimal(299))]


def test_where_nothing_has_a_code_the_own_symbols_are_proposed_and_asked_only_as_agreed(desk: Desk, host: Host) -> None:
    account = desk.accounts.all()[0]
    asset = desk.assets.add(Asset("", "IE00BK5BQT80", "By its number", AssetKind.FUND, "EUR"))
    desk.holdings.add(account.id, asset.id, Decimal(1))
    desk.sources.add("one", AddressSource(f"{host.address}/p?s={{symbol}}&i={{isin}}", PLACES))
    desk.sources.add("two", AddressSource(host.template, PLACES))
    one, two = desk.updates.leaving()
    assert one.is_proposed and not one.is_agreed
    assert one.codes == ("IE00BK5BQT80 IE00BK5BQT80", "VOD", "VTI", "VWCE"), "what was typed is not proposed"
    with pytest.raises(WealthDeskError, match="not agreed"):
        desk.updates.ask([two])
    host.answers |= {"VTI": price("301"), "VOD": price("71", "GBX"), "VWCE": price("131", "EUR")}
    desk.updates.agree(two)
    update = desk.updates.preview(desk.updates.ask([two]))
    assert update.count(UpdateOutcome.UPDATED) == 3 and desk.updates.codes() == []
    call(desk, "two", VTI="VTI.US")
    assert desk.updates.leaving("two")[0].codes == ("VTI.US",)


def test_a_typed_price_stays_unless_asked(desk: Desk, host: Host) -> None:
    desk.prices.set([Price(id_of(desk, "VTI"), TODAY, Decimal(299))])
    host.answers["VTI.US"] = price("301")
    add(desk, "one", AddressSource(host.template, PLACES), VTI="VTI.US")
    answers = ask(desk)
    assert found(desk.updates.preview(answers)) == {"VTI": UpdateOutcome.TYPED}
    assert desk.updates.keep(answers, {}) == ((), ())
    assert prices(desk)["VTI", 20] == (Decimal(299), "manual")
    desk.updates.keep(answers, {}, may_replace_typed=True)
    assert prices(desk)["VTI", 20] == (Decimal(301), "one")
    host.answers["VTI.US"] = price("302")
    desk.updates.keep(ask(desk), {})
    assert prices(desk)["VTI", 20] == (Decimal(302), "one"), "of the same day the later one of a source counts"


def test_where_two_sources_disagree_both_are_told_and_neither_is_kept(desk: Desk, host: Host) -> None:
    host.answers |= {"A": price("300"), "B": price("304"), "C": price("131", "EUR"), "D": price("132", "EUR")}
    add(desk, "one", AddressSource(host.template, PLACES), VTI="A", VWCE="C")
    add(desk, "two", AddressSource(host.template, PLACES), VTI="B", VWCE="D")
    answers = ask(desk)
    update = desk.updates.preview(answers)
    assert found(update) == {"VTI": UpdateOutcome.DISAGREE, "VWCE": UpdateOutcome.UPDATED}
    assert update.problems() == ["VTI: the sources disagree by 1.3%: one 300, two 304."]
    assert [each.source for line in update.lines for each in line.offers] == ["one", "two", "one", "two"]
    kept, _ = desk.updates.keep(answers, {}, without_problems=True)
    assert [each.price for each in kept] == [Decimal(131)]
    total = desk.updates.total(update, {id_of(desk, "VTI"): "two"})
    kept, _ = desk.updates.keep(answers, {id_of(desk, "VTI"): "two"})
    assert [each.price for each in kept] == [Decimal(304)]
    assert total[1] - total[0] == 2 * 400


def test_typed_prices_are_kept_with_the_update_and_taken_back_with_it(desk: Desk, host: Host) -> None:
    before = prices(desk)
    host.answers["VTI.US"] = price("301")
    add(desk, "one", AddressSource(host.template, PLACES), VTI="VTI.US")
    answers = ask(desk)
    typed = [Price(id_of(desk, "HALM"), TODAY, Decimal("9.5"), "one")]
    assert desk.updates.total(desk.updates.preview(answers), {}, typed)[1] == 2 * 30100 + 2 * 950
    desk.updates.keep(answers, {}, typed=typed)
    assert prices(desk)["HALM", 20] == (Decimal("9.5"), "manual")
    desk.undo.take_back_import(desk.undo.imports()[0].id)
    assert prices(desk) == before


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (price("0"), "one is above 0"),
        (price("-5"), "one is above 0"),
        (price("1e400"), "one is above 0"),
        (price("null"), "no price of “VTI.US” at one"),
        (price("true"), "no text and no number at"),
        (price("301", "EUR"), "one quotes it in EUR, but its prices are kept in USD"),
        (price("301", on="2026-11-23"), "a day that has not come"),
        (price("301", on="soon"), "“soon” is not a day"),
        (told(b"<html>Please log in</html>"), "a web page"),
        (told(b"{]"), "begins like JSON"),
        (told(b"{}"), "nothing at “quote.0.close”"),
        (told(b""), "There is nothing"),
        (told(b"no", 404), "there is no “VTI.US” at one"),
        (told(b"no", 429, Retry_After="120"), "one asks to wait 120 s"),
    ],
)
def test_an_answer_that_cannot_be_kept_is_one_sentence(desk: Desk, host: Host, answer: object, why: str) -> None:
    host.answers["VTI.US"] = answer  # type: ignore[assignment]
    add(desk, "one", AddressSource(host.template, PLACES), VTI="VTI.US")
    before = prices(desk)
    update = desk.updates.preview(ask(desk))
    (problem,) = update.problems()
    assert problem.startswith("VTI: ") and why in problem and found(update) == {"VTI": UpdateOutcome.NOT_FOUND}
    assert prices(desk) == before
    assert [each.asked for each in desk.sources.requests()] == [f"{host.address}/price?s=VTI.US"], "it left"


def test_the_price_of_a_market_where_it_is_tomorrow_is_of_today(desk: Desk, host: Host) -> None:
    host.answers["VTI.US"] = price("301", on="2026-11-21")
    add(desk, "one", AddressSource(host.template, PLACES), VTI="VTI.US")
    update = desk.updates.preview(ask(desk))
    assert update.lines[0].offers[0].newest.on == TODAY and "tomorrow there already" in update.notes[0]


def test_a_source_that_asks_to_wait_is_left_alone_so_long(desk: Desk, host: Host) -> None:
    host.answers["A"] = told(b"no", 429, Retry_After="120")
    add(desk, "one", AddressSource(host.template, PLACES), VTI="A", VWCE="B")
    update = desk.updates.preview(ask(desk))
    assert [each.partition(": ")[2] for each in update.problems()] == [
        "one asks to wait 120 s.", "not asked, since one asks to wait 120 s.",
    ]  # fmt: skip
    (problem,) = desk.updates.preview(ask(desk)).problems()
    assert problem == "one asked not to be asked before 09:02 UTC; it was not asked."
    assert len(host.asked) == 1


def test_a_command_is_written_as_on_a_line_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    assert command_of("'/opt/my prices/run' --day 'to day'").arguments == ("/opt/my prices/run", "--day", "to day")
    with pytest.raises(BadInput, match="quotation mark"):
        command_of("run 'it")
    monkeypatch.setattr("wealthdesk.services.sources.os.name", "nt")
    assert command_of(r'"C:\my prices\run.exe" C:\list.csv').arguments == (r"C:\my prices\run.exe", r"C:\list.csv")


def test_a_command_is_told_the_codes_and_its_list_is_kept(desk: Desk) -> None:
    text = "import sys\nfor line in [*sys.stdin, 'OTHER']: print(line.strip() + ',2026-11-19,301,USD')"
    add(desk, "mine", CommandSource((sys.executable, "-c", text)), VTI="VTI.US", HALM="HALM")
    desk.updates.call([AssetCode(id_of(desk, "VOD"), "mine", "VOD", "GBX")])
    update = desk.updates.preview(ask(desk))
    assert found(update) == {
        "HALM": UpdateOutcome.DOUBTFUL,
        "VOD": UpdateOutcome.NOT_FOUND,
        "VTI": UpdateOutcome.UPDATED,
    }
    assert update.notes == ("mine also tells prices of what is not asked for: OTHER.",)
    desk.sources.remove("mine")
    add(desk, "mine", CommandSource((sys.executable, "-c", "import sys; sys.exit('no network')")))
    update = desk.updates.preview(ask(desk))
    assert update.failed == ("mine ended with 1: no network",)
    assert set(found(update).values()) == {UpdateOutcome.NOT_FOUND}


def test_a_file_is_read_without_asking_and_tells_what_it_tells(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text("VTI,2026-11-18,300,USD\nVTI,2026-11-19,301,USD\nVTI,2026-11-20,302,USD\n", "utf-8")
    add(desk, "list", FileSource(str(path)))
    (leaving,) = desk.updates.leaving()
    assert (leaving.leaves, leaving.codes, leaving.is_agreed) == (False, (), True)
    kept, _ = desk.updates.keep(desk.updates.ask([leaving]), {})
    assert [each.on.day for each in kept] == [19, 20]
    path.unlink()
    assert desk.updates.preview(ask(desk)).failed == ("list has no file at its path any more.",)


def test_rates_are_kept_as_they_are_told_and_crossed_when_valued(desk: Desk, host: Host) -> None:
    desk.settings.set_base_currency("USD")
    host.answers["/rates"] = told(RATES)
    add(desk, "ECB", EcbSource(f"{host.address}/rates"))
    answers = ask(desk)
    assert host.asked == ["/rates"]
    update = desk.updates.preview(answers)
    before, after = desk.updates.total(update, {})
    _, rates = desk.updates.keep(answers, {})
    assert sorted((each.base, each.quote, each.rate, each.on) for each in rates) == [
        ("EUR", "GBP", Decimal("0.8421"), TODAY), ("EUR", "USD", Decimal("1.0861"), TODAY),
    ]  # fmt: skip
    assert desk.rates.all() == [replace(each) for each in sorted(rates, key=lambda each: each.quote)]
    vod = next(each for each in desk.portfolios.current().holdings if each.asset_id == id_of(desk, "VOD"))
    assert vod.quantity == 2
    exact = round(Decimal(2) * Decimal("0.7") * Decimal("1.0861") / Decimal("0.8421") * 100)
    assert after - before == exact + round(2 * 130 * Decimal("1.0861") * 100)
    assert desk.updates.preview(answers).count(UpdateOutcome.UNCHANGED) == 2
    desk.rates.set([FxRate("EUR", "USD", TODAY, Decimal("1.1"))])
    assert desk.updates.keep(answers, {}) == ((), ())
    assert desk.updates.keep(answers, {}, may_replace_typed=True)[1] == (
        FxRate("EUR", "USD", TODAY, Decimal("1.0861")),
    )


def test_rates_of_every_day_fill_those_that_have_none_since_something_was_held(desk: Desk, host: Host) -> None:
    add(desk, "ECB", EcbSource(f"{host.address}/eurofxref-daily.xml"))
    desk.rates.set([FxRate("EUR", "USD", TODAY - timedelta(days=2), Decimal("1.2"))])
    lines = [f"{TODAY - timedelta(days=ago)},1.08{ago},0.8{ago},N/A,7" for ago in range(6)]
    host.answers["/eurofxref-hist.zip"] = told(history(*lines, "1999-01-04,1.1789,0.7,1.6,"))
    leaving = desk.updates.history("ECB")
    assert not leaving.is_agreed and leaving.codes == (f"{host.address}/eurofxref-hist.zip",)
    with pytest.raises(WealthDeskError, match="not agreed"):
        desk.updates.ask([leaving])
    desk.updates.agree(desk.updates.leaving()[0])
    with pytest.raises(WealthDeskError, match="not agreed"):
        desk.updates.ask([leaving])
    desk.updates.agree(leaving)
    assert desk.undo.last() is None
    answers = desk.updates.ask([leaving])
    assert host.asked == ["/eurofxref-hist.zip"]
    _, then = desk.updates.total(desk.updates.preview(answers), {})
    _, kept = desk.updates.keep(answers, {})
    assert then == desk.allocations.of(None).valuation.total_minor, "by the rate of the latest day"
    of_usd = {each.on: each.rate for each in desk.rates.all() if each.quote == "USD"}
    first = TODAY - timedelta(days=5)
    assert (len(kept), of_usd[TODAY], of_usd[first], min(of_usd)) == (11, Decimal("1.08"), Decimal("1.085"), first)
    assert of_usd[TODAY - timedelta(days=2)] == Decimal("1.2"), "what is known of a day stays"
    assert desk.updates.keep(answers, {}) == ((), ())
    assert desk.undo.back() == "update of prices, 11 rates"
    assert len(desk.rates.all()) == 1
    add(desk, "other", EcbSource(f"{host.address}/rates"))
    with pytest.raises(BadInput, match="no rates of all days"):
        desk.updates.history("other")


@pytest.mark.parametrize(
    "answer", [b"<html>", b"PK\x03\x04broken", history()[:60], b"", RATES, packed_bomb()], ids=range(6)
)
def test_a_history_that_is_none_is_one_sentence(desk: Desk, host: Host, answer: bytes) -> None:
    add(desk, "ECB", EcbSource(f"{host.address}/eurofxref-daily.xml"))
    host.answers["/eurofxref-hist.zip"] = told(answer)
    leaving = desk.updates.history("ECB")
    desk.updates.agree(leaving)
    answers = desk.updates.ask([leaving])
    assert desk.updates.preview(answers).problems() == ["ECB has no packed table of reference rates."]
    with pytest.raises(NothingKept):
        desk.updates.keep(answers, {})


def test_a_place_in_a_host_is_refused_in_words_alone() -> None:
    with pytest.raises(BadInput, match=r"^Places such as \{symbol\} stand in the path"):
        AddressSource("https://{symbol}/", PLACES).checked()


def test_a_whole_list_of_a_host_is_asked_for_once(desk: Desk, host: Host) -> None:
    host.answers["/all.csv"] = told(b"VTI.US,2026-11-20,30100,USD\nVWCE.DE,2026-11-20,13100,EUR\n")
    kind = AddressSource(f"{host.address}/all.csv", divide_by=Decimal(100))
    add(desk, "all", kind, VTI="VTI.US", VWCE="VWCE.DE")
    kept, _ = desk.updates.keep(ask(desk), {})
    assert sorted(each.price for each in kept) == [Decimal(131), Decimal(301)] and host.asked == ["/all.csv"]


def test_a_price_that_is_divided_without_end_is_rounded_as_any_other(desk: Desk, host: Host) -> None:
    host.answers["VTI.US"] = price("901")
    add(desk, "one", AddressSource(host.template, PLACES, divide_by=Decimal(3)), VTI="VTI.US")
    kept, _ = desk.updates.keep(ask(desk), {})
    assert [each.price for each in kept] == [Decimal("300.333333333333")]


def test_what_is_sent_stands_in_its_place_and_is_nothing_else(desk: Desk, host: Host) -> None:
    add(desk, "one", AddressSource(f"{host.address}/p/{{symbol}}?c={{currency}}", PLACES))
    odd = "../a b?x=1&y#z%2e/é@h"
    desk.updates.call([AssetCode(id_of(desk, "VTI"), "one", odd), AssetCode(id_of(desk, "VWCE"), "one", "W")])
    (leaving,) = desk.updates.leaving()
    assert leaving.codes == (f"{odd} USD", "W EUR")
    ask(desk)
    assert host.asked == ["/p/..%2Fa%20b%3Fx%3D1%26y%23z%252e%2F%C3%A9%40h?c=USD", "/p/W?c=EUR"]


@pytest.mark.parametrize(
    "kind",
    [
        AddressSource("https://{symbol}.example/", PLACES), AddressSource("https://h.example/{other}", PLACES),
        AddressSource("https://h.example/?c={currency}"),
        AddressSource("https://h.example/{symbol}"), AddressSource("https://h.example/{symbol}{key}", PLACES),
        AddressSource("http://h.example/{symbol}", PLACES), AddressSource("https://h.example/#{symbol}", PLACES),
        AddressSource("https://a:b@h.example/{symbol}", PLACES),
        AddressSource("https://h.example/{symbol}", PLACES, Decimal(0)), CommandSource(()), CommandSource((" ",)),
        FileSource("prices.csv"), EcbSource("http://h.example/"),
    ],
)  # fmt: skip
def test_a_source_that_could_send_elsewhere_is_refused(desk: Desk, kind: SourceKind) -> None:
    with pytest.raises(BadInput):
        desk.sources.add("one", kind)
    assert desk.sources.all() == []


@pytest.mark.parametrize("name", ["", "  ", "manual", "Import", "demo", "x" * 41, "a\nb\x07"])
def test_a_name_that_is_none_or_says_something_else_is_refused(desk: Desk, name: str) -> None:
    with pytest.raises(BadInput):
        desk.sources.add(name, EcbSource())


def test_names_of_sources_are_told_apart(desk: Desk) -> None:
    desk.sources.add("Mine", EcbSource())
    with pytest.raises(AlreadyExists):
        desk.sources.add(" mine ", EcbSource())
    with pytest.raises(NotFound):
        desk.sources.remove("other")


@pytest.mark.parametrize("code", ["", " ", "a\x00b", "x" * 61])
def test_a_code_that_is_none_is_refused(desk: Desk, code: str) -> None:
    with pytest.raises(BadInput):
        call(desk, "mine", VTI=code)


def test_what_is_held_and_was_not_typed_is_proposed(desk: Desk) -> None:
    assert [(each.symbol, is_typed) for each, is_typed in desk.updates.without_code("mine")] == [
        ("HALM", True), ("VOD", False), ("VTI", False), ("VWCE", False),
    ]  # fmt: skip
    call(desk, "mine", VTI="VTI.US")
    desk.updates.call_no_more(id_of(desk, "VTI"), "mine")
    call(desk, "Mine", VOD="VOD.L")
    assert [each.symbol for each, _ in desk.updates.without_code("mine")] == ["HALM", "VTI", "VWCE"]
    (vwce,) = [each for each in desk.assets.all() if each.symbol == "VWCE"]
    proposed = [(each.code, each.exchange) for each in desk.updates.proposals(vwce)]
    assert proposed[:3] == [("VWCE", ""), ("VWCE.DE", "Xetra"), ("VWCE.F", "Frankfurt")]


def test_what_cannot_be_read_asks_nothing_and_is_not_written_over(desk: Desk) -> None:
    desk.sources.add("one", EcbSource())
    (place,) = [each for each in (data_folder() / "sources").glob("*.json") if each.stem == id_here(desk)]
    for spoiled in (b"", b"{", b"[]", b'{"sources": [{}]}', b"\xff", place.read_bytes().replace(b"https", b"ftp")):
        place.write_bytes(spoiled)
        assert desk.sources.all() == []
        with pytest.raises(WealthDeskError, match="cannot be read, so it is not changed"):
            desk.sources.add("two", EcbSource())
        assert place.read_bytes() == spoiled


def id_here(desk: Desk) -> str:
    return desk.settings.get("sources_of_prices")


def test_once_a_day_is_once_a_day_for_all_windows(desk: Desk) -> None:
    desk.sources.add("one", EcbSource())
    assert not desk.sources.is_daily() and not desk.sources.take_day()
    desk.sources.set_daily(is_daily=True)
    with open_desk(desk.path, CLOCK) as other:
        assert [desk.sources.take_day(), other.sources.take_day(), desk.sources.take_day()] == [True, False, False]
    desk.sources.set_daily(is_daily=False)
    assert not desk.sources.is_daily()


def test_a_day_of_updates_is_one_of_the_place_and_not_of_utc(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.sources.add("one", EcbSource())
    desk.sources.set_daily(is_daily=True)
    monkeypatch.setenv("TZ", "Australia/Sydney")
    time.tzset()
    try:
        days, moments = list[bool](), list[datetime]()
        for hour in (6, 20):  # of one day there; of two by UTC
            moments.append(datetime(2026, 11, 20, hour).astimezone().astimezone(UTC))
            with open_desk(desk.path, replace(CLOCK, now=lambda: moments[-1])) as at_hour:
                days.append(at_hour.sources.take_day())
        assert days == [True, False]
    finally:
        monkeypatch.undo()
        time.tzset()


def test_two_programs_add_sources_at_once_and_lose_none(desk: Desk, tmp_path: Path) -> None:
    desk.sources.add("first", EcbSource())
    adding = tmp_path / "adding.py"
    adding.write_text(
        "import sys; from datetime import *; from pathlib import Path; from wealthdesk.services.desk import *\n"
        "from wealthdesk.services.sources import EcbSource\n"
        "clock = Clock(lambda: date(2026, 11, 20), lambda: datetime(2026, 11, 20, tzinfo=UTC))\n"
        "with open_desk(Path(sys.argv[1]), clock) as desk:\n"
        "    for number in range(8): desk.sources.add(f'{sys.argv[2]}{number}', EcbSource())\n"
    )
    assert forked.run_at_once([adding, desk.path, name] for name in ("a", "b")) == [0, 0]
    assert sorted(each.name for each in desk.sources.all()) == sorted(
        ["first", *(f"{name}{number}" for name in "ab" for number in range(8))]
    )


def test_a_copy_of_the_file_under_another_name_is_known_again(desk: Desk, tmp_path: Path) -> None:
    desk.sources.add("one", EcbSource())
    desk.save_copy(tmp_path / "copy.wealthdesk")
    with open_desk(tmp_path / "copy.wealthdesk", CLOCK) as copy:
        assert [each.name for each in copy.sources.all()] == ["one"]


def test_a_backup_from_before_the_first_source_keeps_the_sources_and_another_portfolio_has_none(
    desk: Desk, tmp_path: Path
) -> None:
    before = back_up_now(desk.path, CLOCK)
    add(desk, "mine", FileSource(str(tmp_path / "prices.csv")))
    with open_desk(tmp_path / "theirs.wealthdesk", CLOCK, create=True) as theirs:
        theirs.accounts.add("Broker", AccountKind.TAXABLE, "USD")
    desk.close()
    restore(desk.path, before.path, CLOCK)
    with open_desk(desk.path, CLOCK) as again:
        assert [each.name for each in again.sources.all()] == ["mine"]
    restore(desk.path, theirs.path, CLOCK)
    with open_desk(desk.path, CLOCK) as other:
        assert other.sources.all() == []
    desk.path.write_bytes(b"damaged")
    restore(desk.path, before.path, CLOCK)
    with open_desk(desk.path, CLOCK) as later:
        assert later.sources.all() == []


def test_stopping_ends_what_is_asked(desk: Desk, host: Host) -> None:
    add(desk, "one", AddressSource(host.template, PLACES), VTI="A", VWCE="B")
    desk.updates.agree(desk.updates.leaving()[0])
    steps: list[tuple[int, int, str]] = []
    told_ones = desk.updates.ask(desk.updates.leaving(), lambda: True, lambda *step: steps.append(step))
    assert host.asked == [] and all("stopped" in each.what for each in told_ones[0].answer.failed)
    assert steps == [(0, 2, "one"), (2, 2, "")]
