"""Showing the folder of a file in the system's own window for files."""

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices


def show_folder(path: Path) -> None:
    """Show the folder that the file is in; where that is gone, the nearest above it that is there."""
    there = next((each for each in path.absolute().parents if each.is_dir()), Path.home())
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(there)))
