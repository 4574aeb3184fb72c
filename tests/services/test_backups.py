"""Backups as the user sees them: what they held on their day, one by hand beside the open file, one a day by itself."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from portfolio_files import open_demo
from wealthdesk.errors import MissingPortfolio, NotAPortfolio
from wealthdesk.services.backups import back_up_now, backups_of, is_as_it_was, keep_up, line_of, lines_of
from wealthdesk.services.desk import Clock, open_desk
from wealthdesk.storage.file.backups import back_up
from wealthdesk.storage.file.migrations import head


def test_a_line_says_what_was_in_it(tmp_path: Path, clock: Clock) -> None:
    with open_demo(tmp_path / "Demo.wealthdesk", clock) as desk:
        backup = back_up_now(desk.path, clock)
        total = desk.allocations.of(None).valuation.total_minor
        (line,) = lines_of(desk.path)
        assert (line.backup, line.total_minor) == (backup, total)
        assert line.accounts is not None
        assert {each.name for each in line.accounts} == {each.name for each in desk.accounts.all()}
        assert (backup.reason, is_as_it_was(backup)) == ("by_hand", True)
        os.truncate(backup.path, backup.size // 2)
        assert not is_as_it_was(backup)
        assert lines_of(desk.path)[0].total_minor in (None, total)


@pytest.mark.parametrize("version", range(1, head() + 1))
def test_a_backup_of_every_version_can_be_told_of(
    version: int, old_portfolio: Callable[[int], Path], clock: Clock
) -> None:
    path = old_portfolio(version)
    line = line_of(back_up(path, "by_hand", clock.now()))
    assert line.accounts is not None
    assert "Everyday broker" in {each.name for each in line.accounts}
    assert line.total_minor


def test_the_one_of_the_day_beside_an_open_window(portfolio_path: Path, clock: Clock) -> None:
    with open_desk(portfolio_path, clock) as desk:
        assert keep_up(portfolio_path, clock) is not None
        desk.settings.set("anything", "new")
        assert keep_up(portfolio_path, clock) is None
        later = Clock(clock.today, lambda: clock.now() + timedelta(days=1))
        assert keep_up(portfolio_path, later) is not None
        desk.settings.set("anything", "newer")
    assert [each.reason for each in backups_of(portfolio_path)] == ["daily", "daily"]


def test_what_is_no_portfolio_gets_no_backup(tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(MissingPortfolio):
        keep_up(tmp_path / "nothing", clock)
    (tmp_path / "empty").touch()
    with pytest.raises(NotAPortfolio):
        back_up_now(tmp_path / "empty", clock)
    assert not (tmp_path / "backups").exists()
