"""How a file is to be read and what came of it: the values that go between the import page and the worker."""

from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Final

from wealthdesk.services.imports import (
    AnyDraft,
    AssetStory,
    Column,
    Draft,
    Field,
    ImportPreview,
    Imports,
    Kind,
    Layout,
    Problem,
    Progress,
    TargetsDraft,
)

ACCOUNT_FIELDS: Final = frozenset({Field.ACCOUNT, Field.ACCOUNT_NUMBER})


@dataclass(frozen=True, slots=True)
class Into:
    """Where the holdings go. account None: as the file says; is_rest: only those that the file names no account for."""

    account: str | None = None
    is_rest: bool = False


AS_IN_FILE: Final = Into()


@dataclass(frozen=True, slots=True)
class Reading:
    """A file and how to read it; without a layout it is recognised."""

    path: Path
    layout: Layout | None = None
    into: Into = AS_IN_FILE
    currency: str | None = None
    openings: tuple[tuple[str, Decimal], ...] = ()
    """What of some symbols was held before a list of transactions begins."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A file as read, and what keeping it would change."""

    reading: Reading
    draft: AnyDraft
    preview: ImportPreview

    @property
    def layout(self) -> Layout | None:
        """How the file was read; None when it is no table of holdings."""
        return self.draft.layout if isinstance(self.draft, Draft) else None

    @property
    def is_targets(self) -> bool:
        """Whether it is a file of targets."""
        return isinstance(self.draft, TargetsDraft)

    @property
    def is_transactions(self) -> bool:
        """Whether it is a list of what happened."""
        return isinstance(self.draft, Draft) and self.draft.kind is Kind.TRANSACTIONS

    @property
    def stories(self) -> tuple[AssetStory, ...]:
        """What became of each symbol of a list of transactions, what is not explained first."""
        told = (story for draft in self.preview.drafts for story in draft.replay.stories)
        return tuple(sorted(told, key=lambda each: (not each.what, each.symbol.casefold(), each.account)))

    @property
    def file_problems(self) -> tuple[Problem, ...]:
        """What is wrong with the file as a whole, or with its header."""
        header = self.layout.header_line if self.layout else 0
        return tuple(each for _, each in self.preview.problems if each.line in (0, header))

    @property
    def line_problems(self) -> tuple[Problem, ...]:
        """What is wrong with single lines, from the top."""
        header = self.layout.header_line if self.layout else 0
        found = (each for _, each in self.preview.problems if each.line not in (0, header))
        return tuple(sorted(found, key=lambda each: each.line))

    @property
    def problem_lines(self) -> frozenset[int]:
        """The lines that can only be left out."""
        return frozenset(each.line for each in self.line_problems)

    @property
    def ready(self) -> int:
        """How many holdings (or strategies, in a file of targets) would be new or changed."""
        matched, told = self.preview.matched, self.preview.matched_targets
        return len(told.added) + len(told.changed) if self.is_targets else len(matched.added) + len(matched.changed)

    @property
    def unchanged(self) -> int:
        """How many are in the portfolio already, just like this."""
        return self.preview.matched_targets.unchanged if self.is_targets else self.preview.matched.unchanged

    @property
    def names_accounts(self) -> bool:
        """Whether the file itself says which account its holdings are in."""
        layout = self.layout
        if layout is None:
            return isinstance(self.draft, Draft) and bool(self.draft.accounts)
        return layout.account is not None or names_accounts(layout)

    @property
    def leaves_accounts_open(self) -> bool:
        """Whether there are holdings that neither the file nor the user named an account for."""
        if not isinstance(self.draft, Draft):
            return False
        rows = self.draft.ledger.rows if self.draft.ledger else ()
        return any(each.account is None for each in self.draft.candidates) or any(row.account is None for row in rows)


def names_accounts(layout: Layout) -> bool:
    """Whether a column names accounts."""
    return any(column.field in ACCOUNT_FIELDS for column in layout.columns)


def check(imports: Imports, reading: Reading, progress: Progress) -> Checked:
    """Reads a file and compares it with the portfolio."""
    draft = imports.read_file(
        reading.path,
        layout=reading.layout,
        account=reading.into.account,
        currency=reading.currency,
        progress=progress,
    )
    if isinstance(draft, Draft) and reading.openings:
        draft = replace(draft, openings=dict(reading.openings))
    return Checked(reading, draft, imports.preview([draft]))


def check_again(imports: Imports, reading: Reading, progress: Progress) -> Checked:
    """Reads a file that was corrected: what the user matched by hand is kept if its headers are still the same."""
    layout = reading.layout
    by_line = layout.with_header_line(layout.header_line) if layout and layout.chosen_header is not None else None
    afresh = check(imports, replace(reading, layout=by_line), progress)
    if reading.layout is None or afresh.layout is None or _headers(afresh.layout) != _headers(reading.layout):
        return afresh
    layout = replace(reading.layout, encoding=afresh.layout.encoding, header_line=afresh.layout.header_line)
    return check(imports, replace(reading, layout=layout), progress)


def into_account(reading: Reading, layout: Layout, named: Layout | None, into: Into) -> Reading:
    """The reading with another choice of account. named: the layout in which columns named accounts, if any did.

    Everything into one account means that columns of accounts are ignored; otherwise they count again.
    """
    for column in layout.columns:
        if into.account is not None and not into.is_rest:
            if column.field in ACCOUNT_FIELDS:
                layout = layout.with_account_column(column.index, Field.IGNORE)
        elif named is not None and column.field is Field.IGNORE and named.field_of(column.index) in ACCOUNT_FIELDS:
            layout = layout.with_account_column(column.index, named.field_of(column.index))
    return replace(reading, layout=layout, into=into)


def with_field(reading: Reading, layout: Layout, column: Column, field: Field | str) -> Reading:
    """The reading with another meaning of a column; one that names accounts ends “everything into one account”.

    A field that is none says that the column names the currency of the amount on its left.
    """
    if not isinstance(field, Field):
        return replace(reading, layout=layout.with_currency_of_left(column.index))
    if field is column.field and layout.amount_of(column.index) is None:
        return replace(reading, layout=layout)
    into = reading.into
    if field in ACCOUNT_FIELDS and not into.is_rest:
        into = AS_IN_FILE
    return replace(reading, layout=layout.with_field(column.index, field).without_currency_at(column.index), into=into)


def with_opening(reading: Reading, symbol: str, quantity: Decimal | None) -> Reading:
    """The reading with what of a symbol was held before the list begins (None: as the list has it)."""
    others = tuple(each for each in reading.openings if each[0] != symbol)
    return replace(reading, openings=others if quantity is None else (*others, (symbol, quantity)))


def _headers(layout: Layout) -> list[str]:
    return [column.header for column in layout.columns]
