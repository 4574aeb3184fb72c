"""Updates prices when the user asks for it: the question, the requests with their progress, and what came of them."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui import problems, tasks
from wealthdesk.gui.form_dialog import open_dialog
from wealthdesk.gui.tasks import Progress
from wealthdesk.gui.widgets.message import ProgressStrip

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk
    from wealthdesk.services.updates import Leaving, SourceAnswer


class _Says(Protocol):
    """Says a sentence above every page, perhaps with a button."""

    def __call__(self, text: str, action: str = "", on_action: Callable[[], object] | None = None) -> object: ...


class Updater(QObject):
    """Of one open portfolio. Imports its dialogs when they are opened: most portfolios have no source of prices."""

    asked = Signal()
    """Sources were asked, whatever came of it."""
    source_wanted = Signal()
    """There is none that could be asked."""

    def __init__(self, desk: "Desk", say: _Says, place: Callable[[QWidget], object], window: QWidget) -> None:
        """place: puts above every page what shows how far the requests are."""
        super().__init__(window)
        self._desk, self._say, self._place, self._window = desk, say, place, window
        self._is_asking = False
        self._task: tasks.Task | None = None
        self.strip: ProgressStrip | None = None

    def let_go(self) -> None:
        """The portfolio is not shown any more: what is asked ends, and nothing comes of it."""
        if self._task is not None:
            self._task.cancel()
        if self.strip is not None:
            self.strip.deleteLater()
        self.deleteLater()

    def has_sources(self) -> bool:
        """Whether there is anything to ask, on this computer and for this file."""
        # What is kept of them on this computer is not even looked for where the file never had one.
        return not self._desk.is_read_only and self._desk.has_sources() and bool(self._desk.sources.all())

    def start(self) -> None:
        """Ask the sources; first the user, where something would be sent that was not agreed to."""
        if self._is_asking:
            return
        if not self.has_sources():
            self.source_wanted.emit()
            return
        from wealthdesk.gui.updates.opt_in_dialog import OptInDialog, needs_answer

        leavings = self._desk.updates.leaving()
        if needs_answer(self._desk, leavings):
            dialog = OptInDialog(self._desk, leavings, self._window)
            dialog.agreed.connect(self._ask_agreed)
            open_dialog(dialog)
        else:
            self._ask_agreed()

    def start_daily(self) -> None:
        """Ask without a question, where that was chosen, is due, and everything sent was agreed to."""
        if self._is_asking or not self.has_sources() or not self._desk.sources.take_day():
            return
        self._ask([each for each in self._desk.updates.leaving() if each.is_agreed and not each.is_idle], self._tell)

    def choose_file(self) -> None:
        """Have a file of prices chosen, to be looked at before anything of it is kept."""
        if self._desk.is_read_only:
            return
        from PySide6.QtWidgets import QFileDialog

        from wealthdesk.gui import chosen_folder

        dialog = QFileDialog(self._window, "Import prices", chosen_folder.to_open(), "Prices (*.csv *.json *.txt)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.show_file)
        open_dialog(dialog)

    def show_file(self, path: str) -> None:
        """Show what a file of prices says."""
        from wealthdesk.gui import chosen_folder

        chosen_folder.remember(Path(path))
        try:
            answer = self._desk.updates.of_file(Path(path))
        except WealthDeskError as refused:
            problems.show(refused, self._window, title="No price was imported")
            return
        self._show([answer], f"What “{Path(path).name}” says")

    def ask_history(self, name: str) -> None:
        """Ask a source for the rates of every day since something was held, where the user agrees to that."""
        try:
            leaving = self._desk.updates.history(name)
        except WealthDeskError as refused:
            problems.show(refused, self._window, title="No rate was asked for")
            return
        assert leaving.since is not None
        said = (
            f"One table of every day is asked for at {leaving.codes[0]}; its days since {text.day(leaving.since)} are "
            "shown. No currency and no symbol is sent. From then on Update asks for the table of the day."
        )
        box = problems.ask("Fetch the rates of every day?", said, "&Fetch", self._window)
        box.accepted.connect(partial(self._ask_history, leaving))

    def _ask_history(self, leaving: "Leaving") -> None:
        if not self._is_asking:
            self._desk.updates.agree(leaving)
            self._ask([leaving], self._show)

    def _ask_agreed(self) -> None:
        leavings = [each for each in self._desk.updates.leaving() if each.is_agreed and not each.is_idle]
        if not leavings:
            self._say("No asset has a code at your sources yet. Settings › Sources of prices says which are which.")
            return
        self._ask(leavings, self._show)

    def _ask(self, leavings: Sequence["Leaving"], then: Callable[[Sequence["SourceAnswer"]], object]) -> None:
        if not leavings:
            return
        self._is_asking = True
        if self.strip is None:
            self.strip = ProgressStrip("Asking the sources…")
            self._place(self.strip)

        def asked(progress: Progress) -> Sequence["SourceAnswer"]:
            return self._desk.updates.ask(leavings, lambda: progress.cancelled, partial(_report, progress))

        self._task = tasks.run(asked, then, self, cancelled=self._on_stopped, progress=self.strip)
        self._task.finished.connect(self._on_finished)

    def _on_finished(self) -> None:
        self._is_asking, self._task = False, None
        self.asked.emit()

    def _on_stopped(self) -> None:
        self._say("The update was stopped. Nothing was changed.")

    def _show(self, answers: Sequence["SourceAnswer"], title: str = "What your sources say") -> None:
        from wealthdesk.gui.updates.check_dialog import CheckDialog

        dialog = CheckDialog(self._desk, answers, self._window, title=title)
        dialog.kept.connect(lambda words: self._say(words))
        open_dialog(dialog)

    def _tell(self, answers: Sequence["SourceAnswer"]) -> None:
        """Who did not press a button is not interrupted: nothing is kept until it was looked at."""
        from wealthdesk.services.updates import UpdateOutcome

        update = self._desk.updates.preview(answers)
        prices, rates = (
            sum(each.found is UpdateOutcome.UPDATED for each in some) for some in (update.lines, update.rates)
        )
        doubtful = update.count(UpdateOutcome.DOUBTFUL) + update.count(UpdateOutcome.DISAGREE)
        told = [text.count(prices, "new price")] * bool(prices) + [text.count(rates, "new rate")] * bool(rates)
        told += [f"{doubtful:,} to be looked at"] * bool(doubtful)
        if told:
            words = f"Your sources tell {' and '.join(told)}. Nothing is kept yet."
            self._say(words, "&Look at them", partial(self._show, answers))
        elif update.failed:
            self._say(update.failed[0])


def _report(progress: Progress, done: int, total: int, name: str) -> None:
    progress.report(done, total, f"Asking {name}… {done} of {total}" if name else "")
