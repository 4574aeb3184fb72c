"""What the tests of the screens share: the look on the application, and no task or message left over."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from wealthdesk.gui import theme


@pytest.fixture(autouse=True)
def _look(qapp: QApplication) -> Iterator[None]:
    """Every test of a screen begins in light."""
    if theme.current() is not theme.LIGHT or not qapp.styleSheet():
        theme.apply(qapp, theme.LIGHT)
    yield
