"""What the pictures show of a merge: the version of now as if it had been saved while another one was edited."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from wealthdesk.domain.reallocation import Header, Line, SetAmount, State
from wealthdesk.domain.reallocation_choices import Whose
from wealthdesk.gui.reallocation.conflict_dialog import ConflictDialog, Unsaved
from wealthdesk.services.desk import Desk


def conflict_sample(desk: Desk, header: Header, parent: QWidget, colours: Mapping[str, str]) -> ConflictDialog:
    """The merge with changes that clash in one line, and every line chosen as it was edited here."""
    dialog = ConflictDialog(desk, _unsaved(desk.reallocations.state(header)), parent, colours=colours)
    for each in dialog.choices:
        dialog.choose(each.key, Whose.MINE)
    dialog.findings.accept_all()
    return dialog


def _unsaved(state: State) -> Unsaved:
    """Changes of a version before; none where there are fewer than three lines to take from and give to."""
    lines = sorted((line for line in state.lines if not line.key.parent), key=lambda line: -line.amount)[:3]
    if len(lines) < 3:
        return Unsaved(state, ())
    much, theirs = lines[0].amount // 1000 * 100, lines[2].amount // 200 * 100
    before = {lines[0].key: lines[0].amount + theirs, lines[2].key: lines[2].amount - theirs}
    mine = (SetAmount(lines[0].key, before[lines[0].key] - much), SetAmount(lines[1].key, lines[1].amount + much))
    earlier = tuple(_with(line, before.get(line.key)) for line in state.lines)
    return Unsaved(replace(state, version=state.version - 1, lines=earlier), mine, "Retiring in 2031")


def _with(line: Line, amount: int | None) -> Line:
    return line if amount is None else replace(line, amount=amount)
