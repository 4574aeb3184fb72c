"""Saving the portfolio, or the copy of one that is looked at, as a new file of the user's choice."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import chosen_folder, problems, tasks
from wealthdesk.gui.form_dialog import open_dialog
from wealthdesk.gui.widgets.message import ProgressStrip

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

_KINDS = "WealthDesk files (*.wealthdesk);;All files (*)"


def ask_where(
    desk: "Desk", parent: QWidget, saved: Callable[[Path], object], progress: ProgressStrip | None = None
) -> None:
    """Ask for a new file, save the portfolio there, and call `saved` with its path; a refusal is shown."""
    name = f"{desk.path.stem} {desk.clock.today().isoformat()}.wealthdesk"
    open_new_file("Save a copy", name, _KINDS, parent, partial(_save, desk, parent, saved, progress))


def open_new_file(title: str, name: str, kinds: str, parent: QWidget, then: Callable[[Path], object]) -> None:
    """Ask for the name of a new file; one that is there already is refused by what saves, and not by the dialog."""
    dialog = QFileDialog(parent, title, chosen_folder.to_save(), kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
    dialog.setDefaultSuffix(Path(name).suffix[1:])
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    open_dialog(dialog)


def _save(
    desk: "Desk", parent: QWidget, saved: Callable[[Path], object], progress: ProgressStrip | None, target: Path
) -> None:
    chosen_folder.remember(target)

    def refused(error: WealthDeskError) -> None:
        problems.show(error, parent, title="The copy was not saved")

    work = partial(desk.save_copy, target)
    tasks.run(work, lambda _: saved(target), parent, failed=refused, progress=progress)
