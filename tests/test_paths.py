"""Where the program keeps things: where platformdirs says that this system has them."""

from pathlib import Path

import platformdirs
import pytest

from wealthdesk import paths


@pytest.mark.parametrize("told", [None, "", "/somewhere/of its own", "not/absolute", "~/tilde", " /blank"])
def test_the_data_folder_is_where_this_system_keeps_such_data(
    told: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    if told is not None:
        monkeypatch.setenv("XDG_DATA_HOME", told)
    expected = platformdirs.user_data_dir("WealthDesk", appauthor=False, roaming=False)
    assert paths.data_folder() == Path(expected)
    assert paths.default_portfolio() == Path(expected) / "portfolio.wealthdesk"


def test_the_folder_of_the_user_moves_with_the_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert paths.data_folder() == Path(platformdirs.user_data_dir("WealthDesk", appauthor=False, roaming=False))


def test_what_comes_with_the_program_is_there() -> None:
    assert (paths.resources_folder() / "theme.qss").is_file()
    assert (paths.migrations_folder() / "env.py").is_file()
