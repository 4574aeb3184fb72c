"""What is shown while a portfolio file is replaced: what is being done, and that it is under way."""

from PySide6.QtWidgets import QWidget

from wealthdesk.gui.recovery.sheet import Sheet
from wealthdesk.gui.widgets.progress_strip import ProgressStrip


class WorkingPage(Sheet):
    """It cannot be stopped in between: the file is replaced in one step, or not at all."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(words, "The file is closed for a moment. It is replaced in one step, or stays.", parent)
        self.lines.addSpacing(20)
        self.strip = ProgressStrip(words)
        self.lines.addWidget(self.strip)
        self.strip.start()
