"""The small field for a band of a line's own: percentage points; empty, it shows the usual band in grey."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from wealthdesk.domain import money
from wealthdesk.errors import NotANumber
from wealthdesk.gui import fonts
from wealthdesk.gui import format as text
from wealthdesk.gui.widgets.text import set_look

_WIDTH = 62
_LARGEST = money.WHOLE


class BandEdit(QLineEdit):
    """Reads "3", "±3" and "3 pp"; what cannot be read stays as typed, with a sentence."""

    edited = Signal(object)
    """Half the width of the band in basis points (int), or None for the usual one; when the user has finished."""
    problem_changed = Signal(str)
    """What is wrong with what is typed, "" when nothing is."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(fonts.font("note", figures=True))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setProperty("kind", "small")
        self.setFixedSize(_WIDTH, 30)
        self.setAccessibleName(name)
        # Tab goes from target to target; who wants a band presses B, or clicks.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._shown: int | None = None
        self._problem = ""
        self.textEdited.connect(lambda typed: self._show_problem(_read(typed)[1]))
        self.editingFinished.connect(self.commit)

    @property
    def band_bps(self) -> int | None:
        """The band that was last shown or told; None: the usual one."""
        return self._shown

    def show_band(self, band_bps: int | None, usual: str) -> None:
        """Show a band, and the usual one where there is none; nothing is emitted. What is being typed stays."""
        self.setPlaceholderText(usual)
        if band_bps != self._shown or not (self.isModified() or self._problem):
            self._shown = band_bps
            self.forget_typing()

    def forget_typing(self) -> None:
        """Show the band again in place of what is typed; nothing is emitted."""
        words = "" if self._shown is None else band_words(self._shown)
        if words != self.text():
            self.setText(words)
        self.setModified(False)
        self._show_problem("")

    def problem(self) -> str:
        """What is wrong with what is typed, "" when nothing is."""
        return self._problem

    def commit(self) -> None:
        """Take what is typed now."""
        band, sentence = _read(self.text())
        if sentence:
            return
        is_other = band != self._shown
        self._shown = band
        self.forget_typing()
        if is_other:
            self.edited.emit(band)

    def _show_problem(self, sentence: str) -> None:
        if sentence != self._problem:
            self._problem = sentence
            set_look(self, "invalid", bool(sentence))
            self.problem_changed.emit(sentence)


def band_words(band_bps: int) -> str:
    """A band as the field shows it: "±3", "±1.25"."""
    return f"±{text.points_plain(band_bps, None).removesuffix(' pp')}"


def _read(typed: str) -> tuple[int | None, str]:
    number = typed.strip().removeprefix("±").removesuffix("pp").strip()
    if not number:
        return None, ""
    try:
        band = money.parse_percent(number, text.marks())
    except NotANumber as refusal:
        return None, str(refusal)
    if not 0 < band <= _LARGEST:
        return None, "A band lies between 0.01 and 100 points. Leave it empty for the usual one."
    return band, ""
