"""The folder in which file dialogs begin: the one of the file chosen last, at first where the user keeps such files.

Whatever is taken out of the program as a file is asked for here.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import problems

_Location = QStandardPaths.StandardLocation

_last: Final[list[Path]] = []


def remember(path: Path) -> None:
    """The next dialog begins in the folder of this file."""
    _last[:] = [path.parent]


def forget() -> None:
    """Begin where the first dialog did."""
    _last.clear()


def to_open() -> str:
    """Where to look for a file: what was downloaded, before anything was chosen."""
    return _folder(_Location.DownloadLocation, _Location.DocumentsLocation)


def to_save() -> str:
    """Where to put a file: the user's documents, before anything was chosen."""
    return _folder(_Location.DocumentsLocation)


def ask_export(
    title: str, name: str, save: Callable[[Path], object], parent: QWidget, *, has_amounts: bool = True
) -> QFileDialog:
    """Ask where to `save` what leaves the program, and do; where it has amounts that are hidden once that is confirmed.

    name: the one that is proposed; its ending says what kind of file it is. A refusal is shown.
    """
    ending = Path(name).suffix[1:]
    dialog = QFileDialog(parent, title, to_save(), f"{ending.upper()} files (*.{ending})")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(ending)
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda chosen: _export(Path(chosen), save, parent, has_amounts=has_amounts))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def _export(path: Path, save: Callable[[Path], object], parent: QWidget, *, has_amounts: bool) -> None:
    remember(path)
    written = partial(_save, path, save, parent)
    problems.ask_amounts(written, "saved", parent) if has_amounts else written()


def _save(path: Path, save: Callable[[Path], object], parent: QWidget) -> None:
    try:
        save(path)
    except WealthDeskError as refusal:
        problems.show(refusal, parent, title="Not saved")


def _folder(*usual: QStandardPaths.StandardLocation) -> str:
    known = filter(None, (QStandardPaths.writableLocation(each) for each in usual))
    places = [*_last, *map(Path, known)]
    return str(next((each for each in places if each.is_dir()), Path.home()))
