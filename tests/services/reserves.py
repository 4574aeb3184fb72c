"""A fund with the five companies that reallocations are checked with, in a desk of a test."""

from wealthdesk.domain.reallocation import Change, Header, LineKey, Preview, Source, changes_to
from wealthdesk.domain.reallocation_history import Receipt
from wealthdesk.domain.reserves import Fund
from wealthdesk.services.desk import Desk

MILLION = 1_000_000
COMPANIES = (
    ("1", "Alpha", 100, 300),
    ("2", "Beta", 200, 600),
    ("3", "Gamma", 50, 150),
    ("4", "Delta", 300, 900),
    ("5", "Epsilon", 75, 225),
)


def fund_with_companies(desk: Desk) -> Fund:
    """The fund, at the version that its companies have made."""
    made = desk.funds.add("Fund I", "USD", 10_000 * MILLION)
    for external_id, name, planned, cap in COMPANIES:
        desk.funds.add_company(
            made.id, name, planned_minor=planned * MILLION, cap_minor=cap * MILLION, external_id=external_id
        )
    return desk.funds.get(made.id)


def key_of(fund: Fund, name: str) -> LineKey:
    """The line of a company."""
    return next(each.key for each in fund.companies if each.name == name)


def keep(
    desk: Desk, header: Header, *changes: Change, source: Source = Source.MANUAL, reverts: int | None = None
) -> Receipt:
    """Previews and commits, every warning accepted."""
    version = desk.reallocations.state(header).version
    return commit(desk, desk.reallocations.preview(header, version, changes), source=source, reverts=reverts)


def commit(desk: Desk, preview: Preview, *, source: Source = Source.MANUAL, reverts: int | None = None) -> Receipt:
    """Commits what was previewed, every warning accepted."""
    state, accepted = preview.state, [each.code for each in preview.warnings]
    return desk.reallocations.commit(
        state.header, state.version, preview.changes, preview.token, reason="As planned", accepted=accepted,
        source=source, reverts=reverts,
    )  # fmt: skip


def preview_revert(desk: Desk, header: Header, version: int) -> Preview:
    """What all the changes back to a version would do, those included that are refused by now."""
    state, wanted = desk.reallocations.state(header), desk.reallocations.lines_at(header, version)
    return desk.reallocations.preview(header, state.version, changes_to(state, wanted.lines, wanted.budget))
