"""The small field for a limit of a line's own, a band or a cap; empty, it shows in grey what holds instead."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from wealthdesk.domain import money
from wealthdesk.errors import NotANumber
from wealthdesk.gui import fonts
from wealthdesk.gui import format as text
from wealthdesk.gui.widgets.text import set_look

_WIDTH = 62
_LARGEST = money.WHOLE


class LimitEdit(QLineEdit):
    """Reads "3", "±3", "3 pp" and "3%"; what cannot be read stays as typed, with a sentence.

    sign: what stands before the number; refusal: the sentence for what is less than `least` basis points or over 100 %.
    """

    edited = Signal(object)
    """Basis points (int), or None where it is empty; when the user has finished."""
    problem_changed = Signal(str)
    """What is wrong with what is typed, "" when nothing is."""

    def __init__(self, sign: str, refusal: str, least: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign, self._refusal, self._least = sign, refusal, least
        self.setFont(fonts.font("note", figures=True))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setProperty("kind", "small")
        self.setFixedSize(_WIDTH, 30)
        # Tab goes from target to target; who wants a band presses B, a cap C, or clicks.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._shown: int | None = None
        self._problem = ""
        self.textEdited.connect(lambda typed: self._show_problem(self._read(typed)[1]))
        self.editingFinished.connect(self.commit)

    @property
    def limit_bps(self) -> int | None:
        """The limit that was last shown or told; None: it is empty."""
        return self._shown

    def show_limit(self, limit_bps: int | None, usual: str) -> None:
        """Show a limit, and what holds where there is none; nothing is emitted. What is being typed stays."""
        self.setPlaceholderText(usual)
        if limit_bps != self._shown or not (self.isModified() or self._problem):
            self._shown = limit_bps
            self.forget_typing()

    def forget_typing(self) -> None:
        """Show the limit again in place of what is typed; nothing is emitted."""
        words = "" if self._shown is None else limit_words(self._sign, self._shown)
        if words != self.text():
            self.setText(words)
        self.setModified(False)
        self._show_problem("")

    def problem(self) -> str:
        """What is wrong with what is typed, "" when nothing is."""
        return self._problem

    def commit(self) -> None:
        """Take what is typed now."""
        limit, sentence = self._read(self.text())
        if sentence:
            return
        is_other = limit != self._shown
        self._shown = limit
        self.forget_typing()
        if is_other:
            self.edited.emit(limit)

    def _read(self, typed: str) -> tuple[int | None, str]:
        number = typed.strip().removeprefix(self._sign).removesuffix("pp").removesuffix("%").strip()
        if not number:
            return None, ""
        try:
            limit = money.parse_percent(number, text.marks())
        except NotANumber as refusal:
            return None, str(refusal)
        return (limit, "") if self._least <= limit <= _LARGEST else (None, self._refusal)

    def _show_problem(self, sentence: str) -> None:
        if sentence != self._problem:
            self._problem = sentence
            set_look(self, "invalid", bool(sentence))
            self.problem_changed.emit(sentence)


BAND_SIGN, CAP_SIGN = "±", "≤"


def band_edit() -> LimitEdit:
    """The field for a band of a line's own."""
    return LimitEdit(BAND_SIGN, "A band lies between 0.01 and 100 points. Leave it empty for the usual one.")


def cap_edit() -> LimitEdit:
    """The field for the most that a line may have."""
    return LimitEdit(CAP_SIGN, "A cap lies between 0% and 100%. Leave it empty for none.", least=0)


def band_words(band_bps: int) -> str:
    """A band as the field shows it: "±3", "±1.25"."""
    return limit_words(BAND_SIGN, band_bps)


def limit_words(sign: str, bps: int) -> str:
    """A limit as its field shows it: "±3", "≤30"."""
    return f"{sign}{text.points_plain(bps, None).removesuffix(' pp')}"
