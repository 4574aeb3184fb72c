"""The classes of new assets on the check page: what is guessed, what of it is accepted, and another class chosen."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from wealthdesk.domain.assets import AssetClass
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.gui import format as text
from wealthdesk.gui.imports.reading import Checked
from wealthdesk.gui.imports.sections import CheckList
from wealthdesk.gui.underlines import PopupMenu
from wealthdesk.gui.widgets.buttons import word_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.marks import mark_icon
from wealthdesk.gui.widgets.text import label
from wealthdesk.services.imports import ClassGuess, Draft, Named

_BOTH = 2


class GuessLine(QWidget):
    """A sentence with a word that accepts all guesses; those that stand in no row of a table are listed below it."""

    changed = Signal()
    """Other classes are accepted now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._guesses: tuple[ClassGuess, ...] = ()
        self._classes: Mapping[str, AssetClass] = {}
        self._chosen: dict[Named, str] = {}
        self._words = label(ink="mute2")
        self.all = word_button("Accept all")
        self.all.clicked.connect(self._on_all)
        self._after = label("or decide after the import.", ink="mute2")
        self.list = GuessList(self)
        self.list.chosen.connect(self._on_listed)
        row = horizontal(spacing=8)
        for each in (self._words, self.all, self._after):
            row.addWidget(each)
        row.addStretch()
        lines = vertical(self, spacing=8)
        lines.addLayout(row)
        lines.addWidget(self.list)

    @property
    def words(self) -> str:
        """What is said of the guesses."""
        return self._words.text()

    def accepted(self) -> dict[Named, str]:
        """New asset → its class, of those that were accepted or chosen."""
        return self._chosen | {each.of: each.class_id for each in self.list.accepted()}

    def show_checked(self, checked: Checked, portfolio: Portfolio) -> None:
        """Show what is guessed now; what was accepted of an asset that is still new stays accepted."""
        self._classes = portfolio.classes
        self._guesses = checked.preview.guesses
        held = {each.asset.id for each in checked.preview.matched.added}
        new = {(each.symbol, each.currency) for each in checked.preview.matched.assets if each.id in held}
        self._chosen = {of: key for of, key in self._chosen.items() if of in new and key in self._classes}
        placed = _placed(checked)
        self.list.show_guesses([each for each in self._guesses if each.of not in placed], self._classes)
        self._show_words()

    def forget(self) -> None:
        """Accept nothing: other files are shown next."""
        self._chosen = {}
        self.list.forget()

    def ask(self, of: Named, at: QPoint) -> QMenu:
        """Offer the classes of a new asset, at a point of the screen."""
        menu = PopupMenu(self)
        guess = next((each.class_id for each in self._guesses if each.of == of), "")
        listed = sorted(self._classes.values(), key=lambda each: (each.id != guess, each.position))
        for each in listed:
            name = each.name.replace("&", "&&")
            words = f"{name}, as guessed" if each.id == guess else name
            menu.addAction(mark_icon(each.colour), words).triggered.connect(partial(self._choose, of, each.id))
        menu.addSeparator()
        menu.addAction("Decide after the import").triggered.connect(partial(self._choose, of, ""))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)
        return menu

    def _choose(self, of: Named, class_id: str) -> None:
        if class_id:
            self._chosen[of] = class_id
        else:
            self._chosen.pop(of, None)
        self._show_words()
        self.changed.emit()

    def _on_listed(self) -> None:
        self._show_words()
        self.changed.emit()

    def _on_all(self) -> None:
        left = self._left()
        if left:
            self._chosen |= {each.of: each.class_id for each in left}
            self.list.check_all(True)
        else:
            self._chosen = {}
            self.list.check_all(False)
        self._show_words()
        self.changed.emit()

    def _left(self) -> list[ClassGuess]:
        """The guesses that are not accepted yet."""
        accepted = self.accepted()
        return [each for each in self._guesses if each.of not in accepted]

    def _show_words(self) -> None:
        left, count = len(self._left()), len(self._guesses)
        self.setVisible(count > 0)
        if left:
            are = "class is" if left == 1 else "classes are"
            self._words.setText(f"{text.count(left, are, are)} guessed from types and names.")
            self.all.setText(
                "Acc&ept it" if left == 1 else "Acc&ept both" if left == _BOTH else f"Acc&ept all {left:,}"
            )
        else:
            self._words.setText("The guessed class is accepted." if count == 1 else "The guessed classes are accepted.")
            self.all.setText("Tak&e that back")
        self.all.setAccessibleName(self.all.text().replace("&", ""))
        self._after.setVisible(left > 0)


class GuessList(CheckList):
    """Guesses of assets that stand in no table, each to be accepted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Guessed classes: checked ones are kept", most=8, parent=parent)
        self._guesses: dict[str, ClassGuess] = {}

    def accepted(self) -> tuple[ClassGuess, ...]:
        """The guesses that are checked."""
        return tuple(self._guesses[key] for key in self.chosen_keys())

    def show_guesses(self, guesses: Sequence[ClassGuess], classes: Mapping[str, AssetClass]) -> None:
        """Show guesses; what was accepted and is still guessed stays accepted."""
        self._guesses = {"\n".join(each.of): each for each in guesses}
        items = [
            (key, _words_of(each, classes[each.class_id].name), classes[each.class_id].colour)
            for key, each in sorted(self._guesses.items())
        ]
        self.show_items(items, "Guessed classes", "None is kept unless it is checked.")
        self.all.hide()


def _words_of(guess: ClassGuess, class_name: str) -> str:
    name = "" if guess.name == guess.symbol else f"  {guess.name}"
    return f"{class_name}, guessed  ·  {guess.symbol}{name}"


def _placed(checked: Checked) -> set[Named]:
    """The new assets whose class stands in a row of a table that can be shown."""
    lines = {
        (each.draft.file_name, row.line)
        for place, each in enumerate(checked.files)
        if isinstance(each.draft, Draft) and checked.of(place).shows_rows
        for row in each.draft.rows_preview
    }
    changes = checked.preview.matched.added
    return {(each.asset.symbol, each.asset.currency) for each in changes if (each.file_name, each.line) in lines}
