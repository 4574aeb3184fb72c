"""What the pictures show of a merge: the version of now as if it had been saved while another one was edited."""

from dataclasses import replace

from wealthdesk.domain.reallocation import Line, SetAmount, State
from wealthdesk.domain.reallocation_choices import Whose
from wealthdesk.gui.reallocation.conflict_dialog import ConflictDialog, Unsaved


def conflict_sample(state: State) -> Unsaved | None:
    """Changes of a version before that clash with it in one line; None where there are fewer than three lines."""
    first = sorted((line for line in state.lines if not line.key.parent), key=lambda line: -line.amount)[:3]
    if len(first) < 3 or state.version < 2:
        return None
    much, theirs = first[0].amount // 1000 * 100, first[2].amount // 200 * 100
    before = {first[0].key: first[0].amount + theirs, first[2].key: first[2].amount - theirs}
    base = replace(
        state, version=state.version - 1, lines=tuple(_with(line, before.get(line.key)) for line in state.lines)
    )
    mine = (
        SetAmount(first[0].key, before[first[0].key] - much),
        SetAmount(first[1].key, first[1].amount + much),
    )
    return Unsaved(base, mine, "Retiring in 2031")


def choose_sample(dialog: ConflictDialog) -> None:
    """Every line as it was edited here, so that the whole is saved as it was wanted."""
    for each in dialog.choices:
        dialog.choose(each.key, Whose.MINE)
    dialog.findings.accept_all()


def _with(line: Line, amount: int | None) -> Line:
    return line if amount is None else replace(line, amount=amount)
