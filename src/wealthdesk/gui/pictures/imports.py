"""What the pictures show of imports: a file, several of which one has a line to correct, and the latest imports."""

import tempfile
import weakref
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QDialog

from wealthdesk.gui.imports.kept_imports_dialog import KeptImportsDialog
from wealthdesk.gui.imports.page import ImportPage
from wealthdesk.services.undo import KeptImport

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

_HEADERS: Final = "Account,Symbol,Name,Quantity,Price,Currency\n"
_FILES: Final = {
    "broker.csv": f"{_HEADERS}Brokerage,VTI,Vanguard Total Stock Market,130,298.14,USD\n"
    "Brokerage,BND,Vanguard Total Bond Market,40,72.31,USD\n",
    "other broker.csv": f"{_HEADERS}Savings,VWCE,Vanguard FTSE All-World,14.5,118.20,EUR\n"
    "Savings,AGGH,iShares Global Aggregate Bond,12.5O,4.91,EUR\n",
}
_IMPORTS: Final = (
    (timedelta(minutes=12), "import of broker.csv, 14 holdings"),
    (timedelta(days=1, hours=2), "import of 3 files, 31 holdings"),
    (timedelta(days=33), "import of prices.csv, 212 prices"),
)


def views(desk: "Desk", page: ImportPage) -> list[tuple[str, Callable[[], object]]]:
    """Several files, and then what one file goes through."""
    return [("several files", partial(_open_several, page)), *page.views()]


def dialogs(desk: "Desk", page: ImportPage) -> list[tuple[str, Callable[[], QDialog]]]:
    """What is read, and the latest imports: as the file has them, and as one of some weeks has them."""
    return [
        *page.dialogs(),
        ("no latest imports", lambda: KeptImportsDialog(desk, page)),
        ("latest imports", lambda: _some_imports(desk, page)),
        ("latest imports built on", lambda: _built_on(desk, page)),
    ]


def _open_several(page: ImportPage) -> None:
    folder = tempfile.TemporaryDirectory(prefix="wealthdesk-pictures-")
    weakref.finalize(page, folder.cleanup)
    paths = [Path(folder.name) / name for name in _FILES]
    for path in paths:
        path.write_text(_FILES[path.name], encoding="utf-8")
    page.open_files(paths)


def _built_on(desk: "Desk", page: ImportPage) -> KeptImportsDialog:
    """Imports of which nothing is in the file: the one that is chosen cannot be taken back."""
    dialog = KeptImportsDialog(desk, page)
    now = desk.clock.now()
    rows = [KeptImport(str(number), name, now - age) for number, (age, name) in enumerate(_IMPORTS)]
    dialog.imports.set_rows(rows)
    dialog.imports.select(rows[0].id)
    return dialog


def _some_imports(desk: "Desk", page: ImportPage) -> KeptImportsDialog:
    """The same, as if the one that is chosen could be taken back."""
    dialog = _built_on(desk, page)
    dialog.why_not.hide()
    dialog.take_back.setEnabled(True)
    return dialog
