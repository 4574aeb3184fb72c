"""Buttons: with their font, icon, mnemonic and accessible name."""

from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from wealthdesk.gui import fonts, icons
from wealthdesk.gui.widgets.text import as_tip


def button(
    text: str, *, icon: str = "", tip: str = "", key: str = "", in_card: bool = False, parent: QWidget | None = None
) -> QPushButton:
    """An ordinary button; `&` in the text is its mnemonic. key: a shortcut such as "Ctrl+E". in_card: 28 px high."""
    made = _made(text, "plain", "control", icon, tip, key, parent)
    if in_card:
        made.setProperty("in_card", True)
    return made


def primary_button(
    text: str, *, icon: str = "", tip: str = "", key: str = "", parent: QWidget | None = None
) -> QPushButton:
    """The one button of a screen or dialog that does what it is for."""
    made = _made(text, "primary", "strong", "", tip, key, parent)
    if icon:
        icons.put(made, icon, "primary_text", gap=4)
    return made


def danger_button(text: str, *, tip: str = "", parent: QWidget | None = None) -> QPushButton:
    """A button that removes something."""
    return _made(text, "danger", "control", "", tip, "", parent)


def link_button(
    text: str, *, icon: str = "", tip: str = "", key: str = "", parent: QWidget | None = None
) -> QPushButton:
    """A button without a frame, for what is beside the point: "Add a class", "Reset"."""
    return _made(text, "link", "control", icon, tip, key, parent)


def word_button(text: str, *, tip: str = "", parent: QWidget | None = None) -> QPushButton:
    """A button that is a word of a sentence, underlined: "Classify…", "Show them"."""
    made = _made(text, "word", "note_strong", "", tip, "", parent)
    font = made.font()
    font.setUnderline(True)
    made.setFont(font)
    return made


def icon_button(icon: str, name: str, *, key: str = "", size: int = 16, parent: QWidget | None = None) -> QPushButton:
    """A button that is only an icon; `name` is what it is called (tooltip and screen reader)."""
    made = _made("", "icon", "control", "", name, key, parent)
    icons.put(made, icon, "mute", size)
    made.setFixedSize(30, 30)
    made.setAccessibleName(name)
    return made


def set_name(pressed: QPushButton, name: str) -> None:
    """Call a button that is only an icon something else."""
    pressed.setToolTip(as_tip(name))
    pressed.setAccessibleName(name)


def menu_button(text: str, menu: QMenu, *, tip: str = "", parent: QWidget | None = None) -> QPushButton:
    """A button that opens a menu, with a chevron after its text."""
    made = _made(text, "menu", "control", "", tip, "", parent)
    made.setMenu(menu)
    return made


def set_key(pressed: QPushButton, key: str) -> None:
    """Let a key press the button too; its tooltip says so, and its mnemonic stays."""
    # Not setShortcut(): that takes the place of the mnemonic, and its click lasts 100 ms and loses the next one.
    QShortcut(QKeySequence(key), pressed).activated.connect(pressed.click)
    pressed.setToolTip(f"{pressed.toolTip()} ({key})".strip())


def action(text: str, *, icon: str = "", key: str = "", parent: QWidget | None = None) -> QAction:
    """An action for a menu or a context menu."""
    made = QAction(text, parent)
    if icon:
        icons.put(made, icon)
    if key:
        made.setShortcut(QKeySequence(key))
    return made


def _made(text: str, kind: str, role: str, icon: str, tip: str, key: str, parent: QWidget | None) -> QPushButton:
    made = QPushButton(text, parent)
    made.setProperty("kind", kind)
    made.setFont(fonts.font(role))
    made.setAutoDefault(False)
    if icon:
        icons.put(made, icon, "ink", gap=4)
    if tip:
        made.setToolTip(as_tip(tip))
    if key:
        set_key(made, key)
    made.setAccessibleName(text.replace("&&", "\0").replace("&", "").replace("\0", "&"))
    return made
