"""Where file dialogs begin."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths

from wealthdesk.gui import chosen_folder


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    chosen_folder.forget()
    yield
    chosen_folder.forget()


def test_the_first_dialog_begins_where_the_user_keeps_files_and_not_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    kinds = QStandardPaths.StandardLocation
    usual = {QStandardPaths.writableLocation(each) for each in (kinds.DownloadLocation, kinds.DocumentsLocation)}
    for place in (chosen_folder.to_open(), chosen_folder.to_save()):
        assert Path(place) != tmp_path
        assert place in usual or Path(place) == Path.home()


def test_the_next_dialog_begins_in_the_folder_of_the_file_chosen_last(tmp_path: Path) -> None:
    chosen_folder.remember(tmp_path / "positions.csv")
    assert chosen_folder.to_open() == chosen_folder.to_save() == str(tmp_path)
    chosen_folder.remember(tmp_path / "removed meanwhile" / "positions.csv")
    assert Path(chosen_folder.to_open()).is_dir()
