"""The commands for the safety of a file: check, backup, restore, salvage, prepare, diagnose, and their exit codes."""

import errno
import json
import os
import re
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from portfolio_files import demo_at
from wealthdesk.cli import main
from wealthdesk.services.desk import Clock, open_desk
from wealthdesk.services.diagnosis import diagnosis_of
from wealthdesk.storage.connection import connect
from wealthdesk.storage.file.files import portfolio_version
from wealthdesk.storage.file.migrations import head
from wealthdesk.storage.file.verification import table_names

CLOCK = Clock(today=lambda: date(2026, 11, 20), now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))


@pytest.fixture
def portfolio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demo portfolio, in a file of its own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    path = tmp_path / "Household.wealthdesk"
    demo_at(path, CLOCK)
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """A command's exit code, standard output and standard error."""
    capsys.readouterr()
    code = main([str(each) for each in arguments], CLOCK)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    """What a command tells with --json."""
    value: dict[str, Any] = json.loads(run(capsys, *arguments, "--json")[1])
    return value


def test_backup_then_check_then_restore_then_undo(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_desk(portfolio, CLOCK) as desk:
        total = desk.allocations.of(None).valuation.total_minor
        made = told(capsys, "backup", portfolio)["backup"]
        desk.settings.set("late", "x")
    assert made["verified"] is True
    checked = told(capsys, "check", portfolio)
    assert (checked["state"], checked["version"], checked["total_minor"]) == ("whole", head(), total)
    assert [each["path"] for each in checked["backups"]] == [made["path"]]
    assert run(capsys, "check", portfolio)[0] == 0
    before = portfolio.read_bytes()
    code, out, _ = run(capsys, "restore", portfolio, made["path"])
    assert (code, "set_aside" in out) == (0, True)
    assert portfolio.read_bytes() != before
    assert run(capsys, "restore", portfolio, "--undo")[0] == 0
    assert portfolio.read_bytes() == before


def test_a_backup_that_was_changed_is_whole_and_check_says_why_it_is_not_restored(
    portfolio: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = Path(told(capsys, "backup", portfolio)["backup"]["path"])
    assert told(capsys, "check", made)["notes"] == []
    with open_desk(made, CLOCK) as desk:
        desk.settings.set("late", "x")
    checked = told(capsys, "check", made)
    assert checked["state"] == "whole"
    assert "not restored under this name" in checked["notes"][0]
    assert run(capsys, "restore", portfolio, made)[0] == 1
    renamed = made.rename(portfolio.with_name("mine.wealthdesk"))
    assert told(capsys, "check", renamed)["notes"] == []
    assert run(capsys, "restore", portfolio, renamed)[0] == 0


def test_damage_has_its_own_code_and_can_be_salvaged(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "backup", portfolio)
    os.truncate(portfolio, portfolio.stat().st_size - 3 * 4096)
    damaged = portfolio.read_bytes()
    code, out, _ = run(capsys, "check", portfolio)
    assert (code, "Backup of 2026-11-20" in out) == (3, True)
    assert told(capsys, "check", portfolio)["state"] == "damaged"
    new = portfolio.with_name("new.wealthdesk")
    code, out, _ = run(capsys, "salvage", portfolio, new)
    assert (code, "Made:" in out) == (4, True) or code == 0
    assert run(capsys, "check", new)[0] == 0
    assert run(capsys, "salvage", portfolio, new)[0] == 1
    assert portfolio.read_bytes() == damaged


def test_lines_that_break_a_rule_are_named_previewed_mended_and_come_back(
    portfolio: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "nothing to mend" in run(capsys, "mend", portfolio)[1]
    with closing(connect(portfolio)) as connection:
        connection.execute("UPDATE asset_class_targets SET target_bps = target_bps + 2000 WHERE rowid = 1")
    broken = portfolio.read_bytes()
    code, out, _ = run(capsys, "check", portfolio)
    names = {*portfolio.parent.iterdir()}
    assert (code, "these lines can be mended" in out, f"mend {portfolio} --dry-run" in out) == (3, True, True)
    assert told(capsys, "check", portfolio)["can_be_mended"] is True
    would = told(capsys, "mend", portfolio, "--dry-run")["done"]
    assert "sum to 120.00%" in would[0]
    assert portfolio.read_bytes() == broken and {*portfolio.parent.iterdir()} == names
    code, out, _ = run(capsys, "mend", portfolio)
    assert (code, would[0] in out, "set_aside" in out) == (0, True, True)
    assert run(capsys, "check", portfolio)[0] == 0
    assert run(capsys, "restore", portfolio, "--undo")[0] == 0
    assert portfolio.read_bytes() == broken


def test_to_another_place_and_never_over_something(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = portfolio.with_name("stick.wealthdesk")
    assert run(capsys, "backup", portfolio, "--to", target)[0] == 0
    assert told(capsys, "check", target)["total_minor"] == told(capsys, "check", portfolio)["total_minor"]
    code, _, err = run(capsys, "backup", portfolio, "--to", target)
    assert (code, "already" in err) == (1, True)


def test_prepare_says_what_is_lost_and_does_it(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    would = told(capsys, "prepare", portfolio, "--version", 2, "--dry-run")
    assert portfolio_version(portfolio) == head()
    done = told(capsys, "prepare", portfolio, "--version", 2)
    assert done["lost"] == would["lost"] != []
    assert portfolio_version(portfolio) == 2
    assert portfolio_version(Path(done["backup"]["path"])) == head()
    assert run(capsys, "prepare", portfolio, "--version", 9)[0] == 1
    assert told(capsys, "check", portfolio)["version"] == 2


def test_prepare_does_not_tell_of_a_damaged_file_what_it_would_lose(
    portfolio: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(portfolio)) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("UPDATE holdings SET quantity = 'many'")
    before = portfolio.read_bytes()
    asked = [run(capsys, "prepare", portfolio, "--version", 2, *more) for more in ((), ("--dry-run",))]
    assert asked[0] == asked[1]
    assert asked[1][:2] == (1, "") and "is damaged: row 1 of holdings" in asked[1][2]
    assert portfolio.read_bytes() == before


@pytest.mark.parametrize("command", ["check", "backup", "salvage", "prepare", "restore"])
def test_a_file_that_is_not_there_is_a_sentence(
    command: str, portfolio: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = {"salvage": ["new"], "prepare": ["--version", "1"], "restore": [str(portfolio) + "x"]}.get(command, [])
    code, _, err = run(capsys, command, portfolio.with_name("nothing"), *more)
    assert (code, err.startswith(f"wealthdesk {command}: There is no")) == (1, True)


def test_restore_wants_a_backup_or_the_step_back(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for misused in ([], [str(portfolio), "--undo"]):
        with pytest.raises(SystemExit) as ended:
            run(capsys, "restore", portfolio, *misused)
        assert ended.value.code == 2


def test_a_file_is_no_backup_of_itself(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = portfolio.read_bytes()
    code, out, err = run(capsys, "restore", portfolio, portfolio)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "is the file itself" in err
    assert portfolio.read_bytes() == before
    assert not list(portfolio.parent.glob("*.set_aside"))


def words_of(portfolio: Path) -> set[str]:
    """Every text and number that stands in the portfolio, but for those too short to mean anything."""
    found: set[str] = set()
    with closing(connect(portfolio)) as connection:
        for table in table_names(connection) - {"alembic_version"}:
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                for value in row:
                    found |= {word for word in re.split(r"[\s._:-]+", str(value)) if len(word) > 3}
    return {word for word in found if not re.fullmatch(r"20\d\d|None|daily|hand|WealthDesk|portfolio", word)}


def test_nothing_of_the_portfolio_is_in_the_diagnosis(
    portfolio: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = words_of(portfolio)
    assert len(words) > 100
    log = tmp_path / "data" / "WealthDesk" / "log.txt"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(
        "2026-11-20 09:00:00 ERROR wealthdesk Account Everyday broker has 1234567.89\n"
        "Traceback (most recent call last):\n"
        f'  File "{tmp_path}/src/wealthdesk/app.py", line 12, in main\n'
        '    raise ValueError("Everyday broker 1234567.89")\n'
        "ValueError: Everyday broker 1234567.89\n"
    )
    run(capsys, "backup", portfolio)
    for damage in (False, True):
        if damage:
            os.truncate(portfolio, portfolio.stat().st_size - 4096)
        text = diagnosis_of(portfolio, CLOCK)
        said = set(re.split(r"[^\w]+", text))
        tables = {"accounts", "assets", "holdings", "prices", "settings", "plans", "funds", "companies", "targets"}
        assert not (said & words) - tables, sorted(said & words)
        assert not [word for word in ("Household", "Everyday", "1234567", tmp_path.name) if word in text]
        assert "app.py, line 12, in main" in text
        assert "ValueError" in text
        assert "by_hand" in text
    bundle = tmp_path / "bundle.zip"
    assert run(capsys, "diagnose", portfolio, "--to", bundle)[0] == 0
    with zipfile.ZipFile(bundle) as opened:
        assert opened.read("diagnosis.txt").decode() == diagnosis_of(portfolio, CLOCK)
    assert run(capsys, "diagnose", portfolio, "--to", bundle)[0] == 1


def test_what_a_command_keeps_has_a_backup_the_same_day(
    portfolio: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "holdings.csv"
    table.write_text("Account,Symbol,Quantity\nEveryday broker,NEWS,3\n")
    assert run(capsys, "import", table, "--file", portfolio, "--currency", "USD", "--dry-run")[0] == 0
    assert told(capsys, "check", portfolio)["backups"] == []
    for quantity in (3, 4):
        table.write_text(f"Account,Symbol,Quantity\nEveryday broker,NEWS,{quantity}\n")
        code, _, err = run(capsys, "import", table, "--file", portfolio, "--currency", "USD")
        assert (code, err) == (0, "")
        (backup,) = told(capsys, "check", portfolio)["backups"]
        assert (backup["reason"], backup["verified"]) == ("daily", True)


def test_a_backup_that_cannot_be_made_is_a_note(
    portfolio: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "holdings.csv"
    table.write_text("Account,Symbol,Quantity\nEveryday broker,NEWS,3\n")
    portfolio.with_name("backups").write_text("in the way")
    code, out, err = run(capsys, "import", table, "--file", portfolio, "--currency", "USD")
    assert code == 0
    assert out
    assert err.startswith("The change is kept, but there is no backup of it. ")
    assert "Nothing was changed" not in err, "the change is kept"
    assert "NEWS" in run(capsys, "show", "--file", portfolio, "--json")[1]


def test_reading_commands_read_what_cannot_be_written(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = run(capsys, "show", "--file", portfolio)[1]
    with open_desk(portfolio, CLOCK) as desk:
        fund = desk.funds.all()[0].name
    portfolio.chmod(0o444)
    before = portfolio.read_bytes()
    assert run(capsys, "show", "--file", portfolio) == (0, shown, "")
    for command in (
        ("plan", "--file", portfolio, "--deposit", "1000"),
        ("history", "--file", portfolio, "--fund", fund),
        ("history", "--file", portfolio, "--statistics"),
        ("reserves", "show", "--file", portfolio, "--fund", fund),
        ("reserves", "export", "--file", portfolio, "--fund", fund),
        ("rules", "show", "--file", portfolio),
        ("check", portfolio),
        ("backup", portfolio, "--to", portfolio.parent / "elsewhere.wealthdesk"),
    ):
        code, out, err = run(capsys, *command)
        assert (code, err) == (0, ""), (command, err)
        assert out
    assert portfolio.read_bytes() == before


def test_a_backup_elsewhere_is_made_where_not_even_a_lock_can_be(
    portfolio: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, patience: float) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    monkeypatch.setattr("wealthdesk.storage.file.locks.shared", refused)
    target = portfolio.parent / "elsewhere.wealthdesk"
    assert run(capsys, "backup", portfolio, "--to", target)[0] == 0
    assert target.read_bytes() == portfolio.read_bytes()


def test_a_name_that_could_not_be_backed_up_is_refused_when_it_is_made(
    portfolio: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every name that is taken can be backed up; every other one is refused with one sentence, and nothing is made."""
    file = portfolio.parent / "f.csv"
    file.write_text("Account,Symbol,Quantity,Price,Currency\nA,NEW,1,2,USD\n", "utf-8")
    short, long = (portfolio.parent / ("é" * length) for length in (90, 91))
    assert run(capsys, "import", file, "--file", short)[::2] == (0, "")
    assert run(capsys, "backup", short)[0] == 0
    for command in (
        ("import", file, "--file", long),
        ("salvage", portfolio, long),
        ("backup", portfolio, "--to", long),
        ("restore", long, portfolio),
    ):
        code, _, err = run(capsys, *command)
        assert (code, err.count("\n")) == (1, 1), command
        assert "Choose a shorter name" in err
    assert not [each for each in portfolio.parent.iterdir() if each.name.startswith(long.name)]


def test_another_name_of_the_same_file_is_told_when_it_is_opened(portfolio: Path) -> None:
    (portfolio.parent / "other.wealthdesk").hardlink_to(portfolio)
    for path in (portfolio, portfolio.parent / "other.wealthdesk"):
        with open_desk(path, CLOCK) as desk:
            assert any("another name on this disk" in note for note in desk.notes)
    (portfolio.parent / "other.wealthdesk").unlink()
    with open_desk(portfolio, CLOCK) as desk:
        assert desk.notes == ()


def test_another_name_of_the_same_file_is_told_before_a_command_changes_it(
    portfolio: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = portfolio.parent / "other.wealthdesk"
    other.hardlink_to(portfolio)
    (portfolio.parent / "h.csv").write_text("Account,Symbol,Quantity,Price,Currency\nNew,NEW,1,2,USD\n", "utf-8")
    code, _, err = run(capsys, "import", portfolio.parent / "h.csv", "--file", other)
    assert code == 0
    assert "“other.wealthdesk” has another name on this disk" in err
