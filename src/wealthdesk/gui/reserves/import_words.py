"""A file of companies in words: what each line would change, and what is wrong with the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from wealthdesk.domain.reserves import Company, Fund
from wealthdesk.gui import format as text
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.pill import PillValues
from wealthdesk.services.company_imports import CompanyImport, Problem

_NEW: Final = PillValues("New", Tone.OK)
_CHANGED: Final = PillValues("Changed", Tone.NEUTRAL)


@dataclass(frozen=True, slots=True)
class ReadCompany:
    """A company as the file would leave it, and as it is now; None: it is new."""

    after: Company
    before: Company | None
    currency: str

    @property
    def is_changed(self) -> bool:
        """Whether anything would be different."""
        return self.after != self.before


def read_companies(told: CompanyImport) -> list[ReadCompany]:
    """The companies of a file in its order."""
    known = {each.id: each for each in told.fund.companies}
    return [ReadCompany(each, known.get(each.id), told.fund.currency) for each in told.companies]


def summary(read: Sequence[ReadCompany], fund: Fund) -> str:
    """What the file comes to: "2 new, 5 changed, 1 as it is · 3 others stay as they are"."""
    added = sum(each.before is None for each in read)
    changed = sum(each.before is not None and each.is_changed for each in read)
    same = len(read) - added - changed
    parts = [f"{added:,} new"] if added else []
    parts += [f"{changed:,} changed"] if changed else []
    parts += [f"{same:,} as {'it is' if same == 1 else 'they are'}"] if same else []
    others = len(fund.companies) - changed - same
    stay = f" · {text.count(others, 'other')} not in the file" if others else ""
    return f"{', '.join(parts)}{stay}"


def _amount(minor: int | None, currency: str) -> str:
    return text.NOTHING if minor is None else text.money_brief(minor, currency)


def _planned(each: ReadCompany) -> str:
    return _amount(each.after.planned_minor, each.currency)


def _cap(each: ReadCompany) -> str:
    return "No cap" if each.after.cap_minor is None else _amount(each.after.cap_minor, each.currency)


def _was(after: int | None, before: int | None, each: ReadCompany) -> str:
    if each.before is None or after == before:
        return ""
    return f"was {'no cap' if before is None else _amount(before, each.currency)}"


def _pill(each: ReadCompany) -> PillValues | None:
    return _NEW if each.before is None else _CHANGED if each.is_changed else None


def _nothing(each: object) -> str:
    return ""


COMPANY_COLUMNS: Final[tuple[Column[ReadCompany], ...]] = (
    Column("Company", lambda each: each.after.name, tip=lambda each: each.after.name, font="control", stretch=True),
    Column(
        "Planned",
        _planned,
        key=lambda each: each.after.planned_minor,
        note=lambda each: _was(each.after.planned_minor, each.before.planned_minor if each.before else None, each),
        right=True,
        figures=True,
        width=118,
    ),
    Column(
        "Cap",
        _cap,
        key=lambda each: each.after.cap_minor,
        note=lambda each: _was(each.after.cap_minor, each.before.cap_minor if each.before else None, each),
        ink=lambda each: "mute" if each.after.cap_minor is None else "",
        right=True,
        figures=True,
        width=112,
    ),
    Column(
        "Deployed",
        lambda each: _amount(each.after.deployed_minor, each.currency),
        key=lambda each: each.after.deployed_minor,
        note=lambda each: _was(each.after.deployed_minor, each.before.deployed_minor if each.before else None, each),
        right=True,
        figures=True,
        width=112,
    ),
    Column("", _nothing, pill=_pill, width=116, right=True),
)
PROBLEM_COLUMNS: Final[tuple[Column[Problem], ...]] = (
    Column(
        "Line",
        lambda each: f"{each.line:,}" if each.line else text.NOTHING,
        key=lambda each: each.line,
        right=True,
        figures=True,
        ink=lambda each: "mute",
        width=56,
    ),
    Column("Column", lambda each: each.column, font="control", tip=lambda each: each.column, width=130),
    Column(
        "What is wrong",
        lambda each: each.what,
        icon=lambda each: "error",
        icon_ink="error",
        tip=lambda each: each.what,
        width=330,
        wrap=True,
    ),
    Column("How to fix it", lambda each: each.fix, tip=lambda each: each.fix, stretch=True, wrap=True),
)
