"""`wealthdesk assets merge`: what it would change, what it changes, and what it refuses."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from portfolio_files import empty_at
from wealthdesk.cli import main
from wealthdesk.services.desk import Clock

CLOCK = Clock(today=lambda: date(2026, 11, 20), now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))
HOLDINGS = "Account,Symbol,Quantity,Price,Currency\nA,OLD,10,30,USD\nA,NEW,10,50,USD\nB,NEW,4,50,USD\nB,OLD,1,30,EUR\n"


@pytest.fixture
def portfolio(tmp_path: Path) -> str:
    (tmp_path / "h.csv").write_text(HOLDINGS, "utf-8")
    path = str(empty_at(tmp_path / "p.wealthdesk"))
    assert main(["import", str(tmp_path / "h.csv"), "--file", path], CLOCK) == 0
    return path


def merge(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["assets", "merge", *words], CLOCK)
    return code, *capsys.readouterr()


def test_a_dry_run_says_what_it_would_change(portfolio: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = Path(portfolio).read_bytes()
    code, said, _ = merge(capsys, "OLD:USD", "NEW", "--file", portfolio, "--dry-run")
    assert code == 0 and Path(portfolio).read_bytes() == before
    assert "A: 10 OLD, 10 NEW → 10 OLD (only the newer is kept)" in said
    assert "B: nothing OLD, 4 NEW → 4 OLD" in said
    assert said.rstrip().endswith("Nothing was changed: this was a dry run.")


def test_what_was_chosen_is_merged_and_told_as_json(portfolio: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("OLD:USD", "NEW", "--add-up", "a", "--file", portfolio, "--json")
    code, said, _ = merge(capsys, *words)
    told = json.loads(said)
    assert code == 0 and told["is_kept"] and told["refusal"] is None
    assert [(each["account"], each["choice"], each["quantity"]) for each in told["accounts"]] == [
        ("A", "add_up", "20"), ("B", None, "4"),
    ]  # fmt: skip
    code, _, why = merge(capsys, *words)
    assert (code, why) == (1, "wealthdesk assets: There is no asset “NEW” in this portfolio.\n")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("OLD", "NEW"), "There are several assets “OLD”. Say OLD:EUR or OLD:USD."),
        (("NEW", "OLD:EUR"), "two currencies are two assets"),
        (("NEW", "OLD:USD", "--newer", "C"), "There is no account “C” in this portfolio."),
        (("NEW", "OLD:USD", "--newer", "A", "--add-up", "A"), "is named by --add-up and by --newer"),
    ],
)
def test_a_refusal_is_a_sentence(
    portfolio: str, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], why: str
) -> None:
    code, _, said = merge(capsys, *words, "--file", portfolio)
    assert code == 1 and why in said
