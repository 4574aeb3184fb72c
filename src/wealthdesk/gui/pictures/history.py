"""What the pictures show of the history: an earlier version of a strategy and of a fund, compared and brought back."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog

from wealthdesk.domain.reallocation import What
from wealthdesk.gui.history.page import HistoryPage
from wealthdesk.gui.statement.dialog import StatementDialog

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk


def views(desk: "Desk", page: HistoryPage) -> list[tuple[str, Callable[[], object]]]:
    """Of a fund where there is one, and last of the first strategy."""
    subjects = desk.histories.subjects()
    if not subjects:
        return [("", lambda: None)]
    fund = next((each for each in subjects if each.what is What.RESERVES), None)
    of_fund = [("of reserves", partial(_show_earlier, page, fund.key))] if fund else []
    return [*of_fund, ("", partial(_show_earlier, page, subjects[0].key))]


def dialogs(desk: "Desk", page: HistoryPage) -> list[tuple[str, Callable[[], QDialog]]]:
    """The statement of the strategy in force, and those that a second version is needed for."""
    statement = ("policy statement", partial(StatementDialog, desk, None, page))
    if page.past is None or len(page.past.steps()) < 2:
        return [statement]
    return [statement, ("compare versions", page.compare_dialog), ("revert to version", lambda: _revert(page))]


def _show_earlier(page: HistoryPage, key: str) -> None:
    """An earlier version of a history, where it has one."""
    page.choose_subject(key)
    assert page.past is not None
    steps = page.past.steps()[:2]
    if steps:
        page.table.select(steps[-1].number)


def _revert(page: HistoryPage) -> QDialog:
    assert page.past is not None
    number = page.past.steps()[1].number
    page.table.select(number)
    return page.revert_dialog(number)
