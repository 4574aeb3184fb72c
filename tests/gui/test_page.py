"""Pages and the bus: who rereads, and when."""

import threading

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget
from pytestqt.qtbot import QtBot

from wealthdesk.changes import Changes, Topic
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.gui.page import Bus, Page
from wealthdesk.gui.pictures.holdings import dialogs
from wealthdesk.services.desk import Desk


class Prices(Page):
    shows = frozenset({Topic.PRICES})

    def __init__(self, bus: Bus) -> None:
        super().__init__(bus)
        self.times = 0
        self.threads: list[threading.Thread] = []

    def refresh(self) -> None:
        self.times += 1
        self.threads.append(threading.current_thread())


def _told(*topics: Topic) -> Changes:
    return frozenset(topics)


def test_a_visible_page_rereads_what_it_shows(qtbot: QtBot) -> None:
    bus = Bus()
    page = Prices(bus)
    qtbot.addWidget(page)
    assert page.times == 0
    page.show()
    assert page.times == 1
    bus.tell(_told(Topic.PRICES, Topic.TARGETS))
    assert page.times == 2
    bus.tell(_told(Topic.TARGETS))
    bus.tell(frozenset())
    assert page.times == 2


def test_a_hidden_page_rereads_once_when_shown(qtbot: QtBot) -> None:
    bus = Bus()
    stack = QStackedWidget()
    qtbot.addWidget(stack)
    first, second = Prices(bus), Prices(bus)
    stack.addWidget(first)
    stack.addWidget(second)
    stack.show()
    assert (first.times, second.times) == (1, 0)
    stack.setCurrentWidget(second)
    stack.setCurrentWidget(first)
    assert (first.times, second.times) == (1, 1)
    for _ in range(3):
        bus.tell(_told(Topic.PRICES))
    assert (first.times, second.times) == (4, 1)
    assert second.is_stale
    stack.setCurrentWidget(second)
    assert (second.times, second.is_stale) == (2, False)


def test_what_a_worker_tells_arrives_in_the_thread_of_the_window(qtbot: QtBot) -> None:
    bus = Bus()
    page = Prices(bus)
    qtbot.addWidget(page)
    page.show()
    plain: list[threading.Thread] = []
    bus.changed.connect(lambda _: plain.append(threading.current_thread()))
    worker = threading.Thread(target=lambda: bus.tell(_told(Topic.PRICES)))
    worker.start()
    worker.join()
    qtbot.waitUntil(lambda: page.times == 2)
    assert set(page.threads) == {threading.current_thread()}
    assert plain == [threading.current_thread()]


class Styled(QObject):
    """Counts how often a widget is given its style."""

    def __init__(self) -> None:
        super().__init__()
        self.times = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.times += event.type() == QEvent.Type.StyleChange
        return False


def test_a_page_is_made_from_outside_to_inside(qapp: QApplication, qtbot: QtBot, demo_desk: Desk) -> None:
    """What gets another parent is styled anew with all that is in it: from inside to outside that is once for each."""
    window = MainWindow()
    qtbot.addWidget(window)
    for key in window.page_keys():
        styled = Styled()
        qapp.installEventFilter(styled)
        if window.desk is None:
            window.show_desk(demo_desk)
        page = window.page(key)
        qapp.removeEventFilter(styled)
        assert len(page.findChildren(QWidget)) < styled.times < 4 * len(page.findChildren(QWidget)), key


def test_a_dialog_is_made_from_outside_to_inside(qapp: QApplication, qtbot: QtBot, demo_desk: Desk) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    for key, make in dialogs(demo_desk, window):
        styled = Styled()
        qapp.installEventFilter(styled)
        dialog = make()
        qapp.removeEventFilter(styled)
        assert len(dialog.findChildren(QWidget)) < styled.times < 3.2 * len(dialog.findChildren(QWidget)), key
