"""The import page: a file is chosen, matched and checked, and kept in one step; slow work is done by the worker."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from itertools import count
from pathlib import Path
from typing import ClassVar, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from wealthdesk.changes import EVERYTHING, Changes
from wealthdesk.domain.names import name_order
from wealthdesk.errors import Fault, NothingKept, WealthDeskError
from wealthdesk.gui import chosen_folder, problems, tasks
from wealthdesk.gui import format as text
from wealthdesk.gui.imports.check_panel import CheckPanel, WantedImport
from wealthdesk.gui.imports.choose_panel import ChoosePanel
from wealthdesk.gui.imports.done_panel import DonePanel
from wealthdesk.gui.imports.new_assets import NewAsset
from wealthdesk.gui.imports.reading import Checked, ProblemLines, Reading, check, check_again, is_whole_portfolio
from wealthdesk.gui.imports.step_bar import StepBar
from wealthdesk.gui.imports.words import several, without_value
from wealthdesk.gui.page import Bus, Page
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.message import ProgressStrip
from wealthdesk.gui.widgets.text import label
from wealthdesk.services.desk import Desk
from wealthdesk.services.imports import AnyDraft, ImportPreview, Imports, Named, ReadProgress

CHOOSE, CHECK, DONE = range(3)
_KEEPING: Final = "An import is being kept just now. Open the file again once that is done."
_KINDS: Final = (
    "Lists and exports (*.csv *.txt *.tsv *.xlsx *.xls *.ods *.ofx *.qfx "
    "*.json *.xml *.zip *.portfolio *.db *.yaml *.yml);;All files (*)"
)


_Read = Callable[[ReadProgress], Checked]
"""Reads files and compares them with the portfolio."""


class _Reader(QObject):
    """Reads files in the worker. What is asked for meanwhile takes the place of what is being read."""

    read = Signal(object)
    """The Checked."""
    failed = Signal(object)
    stopped = Signal()
    """By the user, or by `stop`."""

    def __init__(self, progress: ProgressStrip, parent: QObject) -> None:
        super().__init__(parent)
        self._progress = progress
        self._next: tuple[Sequence[Path], _Read] | None = None
        self.task: tasks.Task | None = None
        """What is being read."""

    def start(self, paths: Sequence[Path], read: _Read) -> None:
        """Read these files."""
        self._next = (paths, read)
        if self.task is not None:
            self.task.cancel()
        else:
            self._go_on()

    def stop(self) -> None:
        """Give up what is being read."""
        self._next = None
        if self.task is not None:
            self.task.cancel()

    def _go_on(self) -> bool:
        """Read what is to be read next; whether there is something."""
        if self._next is None:
            return False
        (paths, read), self._next = self._next, None

        def work(progress: tasks.Progress) -> Checked:
            return read(_told(progress, paths))

        self.task = tasks.run(
            work, self._on_read, self, failed=self._on_failed, cancelled=self._on_stopped, progress=self._progress
        )
        self.task.finished.connect(self._on_ended)
        return True

    def _on_ended(self) -> None:
        self.task = None

    def _on_read(self, checked: Checked) -> None:
        if not self._go_on():
            self.read.emit(checked)

    def _on_failed(self, error: WealthDeskError) -> None:
        if not self._go_on():
            self.failed.emit(error)

    def _on_stopped(self) -> None:
        if not self._go_on():
            self.stopped.emit()


class _KeptShown:
    """What is told of the latest import on the done panel, as long as it is shown: the rest of the file may change."""

    def __init__(self, desk: Desk, panel: DonePanel, progress: ProgressStrip) -> None:
        self._desk, self._panel, self._progress = desk, panel, progress
        self.is_undoing = False
        """Whether the import is being taken back."""
        self._new_assets: tuple[str, ...] = ()
        self._guesses: dict[Named, str] = {}
        self._before: dict[str, int] = {}
        self._imports_before: frozenset[str] = frozenset()
        self.import_id = ""
        """The import that is told of, where it can be taken back."""
        self._moved: tuple[AnyDraft, ...] = ()

    def begin(self) -> None:
        """Remember how everything is before an import is kept."""
        self._before, self._imports_before = self._worth(), self._imports_known()

    def show(self, kept: ImportPreview, drafts: Sequence[AnyDraft]) -> None:
        """Show what came of an import of these drafts."""
        held = {each.asset.id for each in kept.matched.added}
        self._new_assets = tuple(each.id for each in kept.matched.assets if each.id in held)
        self._guesses = {each.of: each.class_id for each in kept.guesses}
        new = [*(self._imports_known() - self._imports_before)]
        self.import_id = new[0] if len(new) == 1 else ""
        self._moved = tuple(each for each in drafts if is_whole_portfolio(each))
        self._panel.show_moved(())
        self.refresh()

    def refresh(self) -> None:
        """Show what is so now: the import may be undone, assets classified, prices changed."""
        is_back = self.import_id != "" and self.import_id not in self._imports_known()
        self._panel.show_taken_back(is_back=is_back, can_undo=self.import_id != "")
        portfolio = self._desk.portfolios.current()
        self._panel.show_unclassified([*self._open_assets()], portfolio.classes.values())
        self._panel.show_values([*self._changed_values()])
        if self._moved:
            tasks.run(partial(self._desk.imports.moved_in, self._moved), self._panel.show_moved, self._panel)

    def classify(self) -> bool:
        """Keep the classes that are chosen there; False where none is."""
        chosen = self._panel.assets.choices()
        if not chosen:
            return False
        try:
            self._desk.assets.classify_each(chosen)
        except WealthDeskError as refusal:
            self._panel.show_refusal(str(refusal))
        else:
            self._panel.primary.setFocus()
        return True

    def undo(self) -> None:
        """Take the import back as a whole."""
        if self.is_undoing or not self.import_id:
            return
        self._show_undoing(True)
        work = partial(self._desk.undo.take_back_import, self.import_id)
        tasks.run(work, self._on_undone, self._panel, failed=self._on_not_undone, progress=self._progress)

    def _on_undone(self, name: str) -> None:
        self._show_undoing(False)
        self._panel.another.setFocus()

    def _on_not_undone(self, refusal: WealthDeskError) -> None:
        self._show_undoing(False)
        self._panel.show_refusal(str(refusal))

    def _show_undoing(self, is_undoing: bool) -> None:
        self.is_undoing = is_undoing
        self._panel.show_busy(is_undoing)

    def unclassified(self) -> list[str]:
        """The ids of the new assets that have no class yet."""
        assets = self._desk.portfolios.current().assets
        return [each for each in self._new_assets if each in assets and not assets[each].exposures]

    def _open_assets(self) -> Iterator[NewAsset]:
        """The new assets that have no class yet, as they are listed."""
        portfolio, worth = self._desk.portfolios.current(), dict[str, int]()
        for each in self._desk.allocations.of(None).valuation.holdings:
            if each.value_minor is not None:
                worth[each.asset.id] = worth.get(each.asset.id, 0) + each.value_minor
        for asset_id in self.unclassified():
            asset, value = portfolio.assets[asset_id], worth.get(asset_id)
            words = "" if value is None else text.money(value, portfolio.base_currency)
            guess = self._guesses.get((asset.symbol, asset.currency), "")
            yield NewAsset(
                asset.id, asset.known_as, asset.also_known_as, words, guess if guess in portfolio.classes else ""
            )

    def _worth(self) -> dict[str, int]:
        """What everything is worth (“”), and each account by its name; nothing where there is nothing."""
        portfolio = self._desk.portfolios.current()
        if portfolio.is_empty:
            return {}
        valued = self._desk.allocations.of(None).valuation
        found = {"": valued.total_minor}
        for each in valued.holdings:
            if each.value_minor is not None:
                name = portfolio.accounts[each.holding.account_id].name
                found[name] = found.get(name, 0) + each.value_minor
        return found

    def _changed_values(self) -> Iterator[tuple[str, str, str]]:
        """The total, and the accounts that are worth something else now; what has no value is said."""
        currency, before, after = self._desk.portfolios.current().base_currency, self._before, self._worth()
        for name in sorted({*before, *after}, key=name_order):
            was, now = before.get(name), after.get(name, 0)
            if was == now and name:
                continue
            old = "" if was is None or was == now else text.money(was, currency)
            yield name or "Total value", old, text.money(now, currency)
        if after and (lacking := without_value(self._desk.allocations.of(None).valuation)):
            yield "Without a value", "", lacking

    def _imports_known(self) -> frozenset[str]:
        """Those that can be taken back: one that has been is none of them, until that is undone."""
        return frozenset(each.id for each in self._desk.undo.imports())


class _Listed:
    """The files that were read and are not checked yet, as they stand where files are chosen."""

    def __init__(self, desk: Desk, panel: ChoosePanel) -> None:
        self._desk, self._panel = desk, panel
        self.stays = False
        """Whether what is read now is listed, too, and not checked at once."""

    def show(self, checked: Checked | None) -> None:
        """List these; None: none."""
        accounts = self._desk.portfolios.current().accounts.values()
        names = sorted((each.name for each in accounts if not each.is_archived), key=name_order)
        self._panel.show_files(checked, names)

    def with_these(self, readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
        """Those that are listed, and others that are opened beside them."""
        listed = self._panel.files.checked
        self.stays = listed is not None
        if listed is None:
            return readings
        # One that is listed is read as was chosen for it, and not a second time.
        known = {each.path for each in listed.readings}
        return (*listed.readings, *(each for each in readings if each.path not in known))

    def changed(self, readings: tuple[Reading, ...]) -> bool:
        """They are to be read otherwise, or without one of them; whether there is one left."""
        self.stays = True
        if not readings:
            self.show(None)
        return bool(readings)

    def pasted(self, pasted: str) -> Reading:
        """How a table is read that was pasted; the second one has another name."""
        listed = self._panel.files.checked
        taken = {each.path for each in listed.readings} if listed else set[Path]()
        named = (Path(f"Pasted table{f' {number}' if number > 1 else ''}.txt") for number in count(1))
        return Reading(next(each for each in named if each not in taken), pasted=pasted)


class ImportPage(Page):
    """What is seen is what is kept: while a file is read anew, importing waits."""

    shows: ClassVar[Changes] = EVERYTHING

    finished = Signal()
    """The user wants to see the allocation."""
    classify_requested = Signal(object)
    """The ids of new assets that have no class."""

    def __init__(self, desk: Desk, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(bus, parent)
        self._desk = desk
        self._shown: Checked | None = None
        self._wanted: tuple[Reading, ...] = ()
        self._refusal: WealthDeskError | None = None
        self._is_keeping = False
        self._dialog: QFileDialog | None = None
        self.steps = StepBar()
        self._stack = QStackedWidget(self)
        self.choose = ChoosePanel(self._stack)
        self.choose.choose_requested.connect(self.choose_files)
        self.choose.files_dropped.connect(self.open_files)
        self.choose.pasted.connect(self.open_pasted)
        self._listed = _Listed(desk, self.choose)
        self.choose.files.changed.connect(self._on_listed)
        self.choose.check_requested.connect(self._on_check)
        self._progress = ProgressStrip("Reading…")
        self._reader = _Reader(self._progress, self)
        self._reader.read.connect(self._on_checked)
        self._reader.failed.connect(self._on_failed)
        self._reader.stopped.connect(self._on_stopped)
        self._lay_out()
        keep_off(desk, self.choose.button)
        self.choose.setAcceptDrops(not desk.is_read_only)

    @cached_property
    def check(self) -> CheckPanel:
        """Made with the first file that is read."""
        check = CheckPanel(self._stack)
        check.readings_changed.connect(self._on_readings)
        check.keep_requested.connect(self._keep)
        check.back_requested.connect(self.back)
        check.again_requested.connect(self._on_again)
        check.other_requested.connect(self.choose_files)
        keep_off(self._desk, check.primary)
        self._stack.addWidget(check)
        return check

    @cached_property
    def done(self) -> DonePanel:
        """Made with the first import that is kept."""
        done = DonePanel(self._stack)
        done.allocation_requested.connect(self._on_allocation)
        done.classify_requested.connect(self._on_classify)
        done.another_requested.connect(self.back)
        done.undo_requested.connect(lambda: self._kept.undo())
        self._stack.addWidget(done)
        return done

    @cached_property
    def _kept(self) -> _KeptShown:
        return _KeptShown(self._desk, self.done, self._progress)

    @property
    def step(self) -> int:
        """The step shown: CHOOSE, CHECK or DONE."""
        shown = self._stack.currentWidget()
        return CHOOSE if shown is self.choose else CHECK if shown is vars(self).get("check") else DONE

    @property
    def is_busy(self) -> bool:
        """Whether a file is being read or kept."""
        return self._reader.task is not None or self._is_keeping or ("_kept" in vars(self) and self._kept.is_undoing)

    def choose_files(self) -> None:
        """Ask which files to import."""
        if self._desk.is_read_only or self._is_told_to_wait():
            return
        self._dialog = _asked_for_files(self, self.open_files)

    def open_file(self, path: Path) -> None:
        """Read a file and show what importing it would change."""
        self.open_files([path])

    def open_files(self, paths: Sequence[Path]) -> None:
        """Read files and show what importing all of them would change."""
        if not paths or self._is_told_to_wait():
            return
        chosen_folder.remember(paths[0])
        self._open(tuple(Reading(path) for path in dict.fromkeys(paths)))

    def open_pasted(self, pasted: str) -> None:
        """Read a table that was pasted like one that is in a file."""
        if not self._is_told_to_wait():
            self._open((self._listed.pasted(pasted),))

    def _is_told_to_wait(self) -> bool:
        """Whether an import is being kept, beside which nothing else is read; that is said then."""
        if self._is_keeping:
            problems.show(_KEEPING, self, title="Not opened")
        return self._is_keeping

    def _open(self, readings: tuple[Reading, ...]) -> None:
        if self.step == DONE:
            self._go_to(CHOOSE)
        self._read(self._listed.with_these(readings) if self.step == CHOOSE else readings)

    def back(self) -> None:
        """Back to choosing a file; reading that is under way is stopped."""
        if self._is_keeping:
            return
        if self.step != CHOOSE:
            self._listed.show(self._shown if self.step == CHECK else None)
        self._shown, self._wanted = None, ()
        self._reader.stop()
        self._go_to(CHOOSE)

    def show_kept(
        self, kept: ImportPreview, drafts: Sequence[AnyDraft], removed: int = 0, left_out: ProblemLines = frozenset()
    ) -> None:
        """Show what was kept of drafts. removed: how many holdings went; left_out: files and lines with a problem."""
        self.done.show_kept(kept, removed, left_out, text.clock(self._desk.clock.now().astimezone()))
        self._kept.show(kept, drafts)
        self._listed.show(None)
        self._go_to(DONE)

    def refresh(self) -> None:
        """Compare the file with the portfolio as it is now."""
        if self.step == CHECK and self._wanted and not self._is_keeping:
            self._read(self._wanted)
        elif self.step == DONE:
            self._kept.refresh()

    def keep_unsaved(self) -> None:
        """What is checked cannot be kept for the next time; a refusal where it would change something."""
        _refuse_unkept(self._shown if self.step == CHECK else None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        # A focus proxy would let the Tab key pass over everything before it.
        self._next_to_do().setFocus(event.reason())

    def _next_to_do(self) -> QWidget:
        if self.step == CHOOSE:
            return self.choose.button
        return self.check.next_to_do() if self.step == CHECK else self.done.primary

    def _read(self, readings: tuple[Reading, ...], read: Callable[..., Checked] | None = None) -> None:
        """Read in the background; what is being read meanwhile is given up."""
        self._wanted = readings
        self.check.show_busy("Reading the file…" if len(readings) == 1 else f"Reading {len(readings)} files…")
        self._reader.start([each.path for each in readings], partial(read or check, self._desk.imports, readings))

    def _keep(self, wanted: WantedImport) -> None:
        is_shown = self._shown is not None and wanted.checked.preview is self._shown.preview
        if self.is_busy or not is_shown:
            return
        self._is_keeping = True
        self._kept.begin()
        self.check.show_busy("Importing…")
        work, then = partial(_keep, self._desk.imports, wanted), partial(self._on_kept, wanted)
        tasks.run(work, then, self, failed=self._on_refused, cancelled=self._on_not_kept, progress=self._progress)

    def _go_to(self, step: int) -> None:
        panel = self.choose if step == CHOOSE else self.check if step == CHECK else self.done
        self._stack.setCurrentWidget(panel)
        self.steps.show_step(step)
        if self.isVisible():
            self._next_to_do().setFocus()

    def _on_readings(self, readings: tuple[Reading, ...]) -> None:
        self._read(readings, partial(check, before=self._shown))

    def _on_listed(self, readings: tuple[Reading, ...]) -> None:
        if self._listed.changed(readings):
            self._read(readings)

    def _on_check(self, readings: tuple[Reading, ...]) -> None:
        self._listed.stays = False
        self._read(readings)

    def _on_again(self) -> None:
        if self._wanted:
            self._read(self._wanted, check_again)

    def _on_allocation(self) -> None:
        self.back()
        self.finished.emit()

    def _on_checked(self, checked: Checked) -> None:
        if not self._wanted:
            return
        if self.step == CHOOSE and (self._listed.stays or checked.is_mixed):
            self._wanted = ()
            self._listed.show(checked)
            return
        self._wanted, self._shown = checked.readings, checked
        self._show_again()
        if self._refusal is not None:
            self.check.show_refusal(self._refusal)
            self._refusal = None
        if self.step != CHECK:
            self._go_to(CHECK)

    def _on_stopped(self) -> None:
        """The reading was given up."""
        if self._shown is None:
            self.back()
        else:
            self._wanted = self._shown.readings
            self._show_again()

    def _on_failed(self, error: WealthDeskError) -> None:
        self._on_stopped()
        _show_unread(error, self)

    def _on_kept(self, wanted: WantedImport, kept: ImportPreview) -> None:
        self._is_keeping = False
        self._shown, self._wanted = None, ()
        self.check.show_busy("")
        left_out: ProblemLines = wanted.checked.problem_lines if wanted.leaves_out else frozenset()
        self.show_kept(kept, [each.draft for each in wanted.checked.files], len(wanted.removed), left_out)

    def _on_classify(self) -> None:
        """Where no class is chosen, each asset is asked about."""
        if not self._kept.classify():
            self.classify_requested.emit(self._kept.unclassified())

    def _on_not_kept(self) -> None:
        self._is_keeping = False
        self._show_again()

    def _on_refused(self, error: WealthDeskError) -> None:
        """Compare anew, because the refusal says that something is not as it was seen."""
        self._is_keeping = False
        self._refusal = error
        if self._wanted:
            self._read(self._wanted)

    def _show_again(self) -> None:
        if self._shown is not None:
            self.check.show_busy("")
            self.check.show_checked(self._shown, self._desk.portfolios.current())

    def _lay_out(self) -> None:
        self._stack.addWidget(self.choose)
        column = vertical(self, spacing=0, margins=(0, 20, 0, 0))
        column.addLayout(_head(self.steps, self._progress))
        column.addWidget(self._stack, 1)
        self._go_to(CHOOSE)


def _asked_for_files(page: QWidget, open_files: Callable[[Sequence[Path]], None]) -> QFileDialog:
    """The dialog, opened, in which files are chosen that are to be opened."""
    dialog = QFileDialog(page, "Choose files to import", chosen_folder.to_open(), _KINDS)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(lambda paths: open_files([*map(Path, paths)]))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def _refuse_unkept(checked: Checked | None) -> None:
    if checked is not None and not checked.preview.changes_nothing:
        names = several((each.draft.file_name for each in checked.files), most=3)
        raise NothingKept(f"The import of {names} is checked and not kept: none of it is in the portfolio yet.")


def _keep(imports: Imports, wanted: WantedImport, progress: tasks.Progress) -> ImportPreview:
    """Keep what was checked, in the worker."""
    return imports.keep(
        [each.draft for each in wanted.checked.files],
        without_problem_lines=wanted.leaves_out,
        remove=wanted.removed,
        seen=wanted.checked.preview,
        classes=wanted.classes,
        progress=lambda done, total: progress.report(done, total, "Importing…"),
    )


def _show_unread(error: WealthDeskError, page: ImportPage) -> None:
    """Say why nothing was read, where one is; a fault of the program is reported in a dialog of its own."""
    if page.step == CHECK:
        page.check.show_refusal(error)
    elif not isinstance(error, Fault):
        problems.show(error, page, title="The file could not be read")


def _head(steps: StepBar, progress: ProgressStrip) -> QVBoxLayout:
    """The title with the steps beside it, and how far the reading is."""
    head = vertical(spacing=8, margins=(24, 0, 24, 8))
    title = label("Import", "panel")
    # As high as the buttons that stand beside the titles of other pages, so that the title does not jump.
    title.setMinimumHeight(34)
    row = horizontal()
    row.addWidget(title, 1)
    row.addWidget(steps)
    head.addLayout(row)
    head.addWidget(progress)
    return head


def _told(progress: tasks.Progress, paths: Sequence[Path]) -> Callable[[int, int], None]:
    """Tells how far the reading is; (0, 0) says that the next file begins."""
    at = -1

    def tell(done: int, total: int) -> None:
        nonlocal at
        at += not total
        place = min(max(at, 0), len(paths) - 1)
        of = f" ({place + 1} of {len(paths)})" if len(paths) > 1 else ""
        is_last = 0 < total <= done and at + 1 >= len(paths)
        words = "Comparing with the portfolio…" if is_last else f"Reading {paths[place].name}{of}…"
        progress.report(done, 0 if is_last else total, words)

    return tell
