"""What the user can look back on: the history of every strategy and fund, also of those that were removed since."""

from wealthdesk.domain.reallocation import What
from wealthdesk.domain.reallocation_history import Past, Revision, Subject, removed_pasts, state_when_removed
from wealthdesk.domain.reserves import Fund
from wealthdesk.domain.target_reallocation import header_of
from wealthdesk.domain.targets import Strategy
from wealthdesk.errors import NotFound
from wealthdesk.storage import accounts, funds, reallocations, revisions, targets
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.database import Database


class Histories:
    """Read as they are in the file; nothing is changed here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def subjects(self) -> list[Subject]:
        """Every strategy (those of everything first, the active one before the others), every fund, then removed ones.

        A strategy or fund is there even if nothing of it was ever changed.
        """
        with self._database.read() as connection:
            names = {each.id: each.name for each in accounts.all_accounts(connection)}
            strategies = sorted(targets.all_strategies(connection), key=lambda each: _order(each, names))
            kept = [_of_strategy(each, names) for each in strategies]
            kept += [_of_fund(each) for each in sorted(funds.all_funds(connection), key=lambda each: each.is_archived)]
            return [*kept, *(_of_removed(past) for past in _removed(connection))]

    def past(self, subject: Subject) -> Past:
        """All versions of a strategy or fund; NotFound if it is gone since."""
        with self._database.read() as connection:
            if subject.header is not None:
                state = reallocations.state(connection, subject.header)
                return Past(subject, state, tuple(revisions.history(connection, subject.header)))
            for past in _removed(connection):
                if past[-1].id == subject.first_id:
                    return Past(subject, state_when_removed(past), past)
        raise NotFound(f"Nothing is kept of “{subject.name}” any more.")


def _removed(connection: Reading) -> list[tuple[Revision, ...]]:
    found = removed_pasts(revisions.of_removed(connection))
    return sorted(found, key=lambda past: past[0].at, reverse=True)


def _order(strategy: Strategy, names: dict[str, str]) -> tuple[str, bool, str]:
    place = "" if strategy.scope is None else names[strategy.scope]
    return place.casefold(), not strategy.is_active, strategy.name.casefold()


def _of_strategy(strategy: Strategy, names: dict[str, str]) -> Subject:
    place = "" if strategy.scope is None else names[strategy.scope]
    return Subject(What.TARGETS, strategy.name, header_of(strategy.id), place)


def _of_fund(fund: Fund) -> Subject:
    return Subject(What.RESERVES, fund.name, fund.header, is_archived=fund.is_archived)


def _of_removed(past: tuple[Revision, ...]) -> Subject:
    return Subject(past[0].what, past[0].name, first_id=past[-1].id)
