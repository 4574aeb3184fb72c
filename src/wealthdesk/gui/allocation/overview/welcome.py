"""The first page of an empty portfolio: three ways to begin."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from wealthdesk.gui.widgets.choice_card import ChoiceCard
from wealthdesk.gui.widgets.empty_state import EmptyState


class Welcome(EmptyState):
    """Import a file, add an account by hand, or look at the demo portfolio."""

    import_requested = Signal()
    account_requested = Signal()
    demo_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        file = ChoiceCard(
            "import",
            "Import a portfolio",
            "A CSV file from your broker, or another app’s export.",
            "Choose a file…",
            key="Ctrl+I",
            primary=True,
        )
        account = ChoiceCard(
            "wallet", "Add an account", "Type in holdings and cash one by one.", "Add account…", key="Ctrl+N"
        )
        demo = ChoiceCard(
            "compass",
            "Explore the demo portfolio",
            "Three accounts, five classes, two currencies. Your own file stays as it is.",
            "Open the demo",
            key="Ctrl+D",
        )
        super().__init__(
            "See where you stand against your plan",
            "Add what you own, set a target for each class, and WealthDesk shows the difference.",
            [file, account, demo],
            foot="Everything stays on this computer. No account, no connection needed.",
            parent=parent,
        )
        self.first_choice, self.file, self.account = file.button, file.button, account.button
        file.chosen.connect(self.import_requested)
        account.chosen.connect(self.account_requested)
        demo.chosen.connect(self.demo_requested)
