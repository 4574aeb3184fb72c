"""What the user can do with files: read them, see what they would change, keep that in one transaction."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from wealthdesk.changes import Topic
from wealthdesk.domain.reallocation import Source
from wealthdesk.errors import BadInput, NothingKept, PortfolioChanged
from wealthdesk.importers.corrections import Cells
from wealthdesk.importers.database_copy import MAGIC
from wealthdesk.importers.draft import (
    Candidate,
    Column,
    Corrected,
    DateOrder,
    Draft,
    Field,
    Kind,
    Layout,
    LeftOut,
    Note,
    PreviewRow,
    Problem,
)
from wealthdesk.importers.encoding import MAX_BYTES, check_size
from wealthdesk.importers.formats import AnyDraft, Given, read_given
from wealthdesk.importers.holdings_csv import ReadProgress
from wealthdesk.importers.kept_columns import OF_THE_LEFT, ColumnChoices
from wealthdesk.importers.ledger_draft import AssetStory
from wealthdesk.importers.targets_csv import TargetsDraft
from wealthdesk.importers.taxonomies import with_taxonomy
from wealthdesk.planning.lookup import Lookup
from wealthdesk.planning.matching import (
    ClassGuess,
    Gone,
    HoldingChange,
    Matched,
    Named,
    accepting,
    days_of,
    guesses_of,
    match,
)
from wealthdesk.planning.moved_in import MovedIn, moved_in
from wealthdesk.planning.replaying import Kept, replayed
from wealthdesk.planning.target_matching import MatchedTargets, TargetNames, match_targets, strategy_of
from wealthdesk.services import given_files, kept_columns, kept_openings
from wealthdesk.services.given_files import plain_size
from wealthdesk.services.targets import add_strategy, keep_targets
from wealthdesk.storage import accounts, assets, holdings, prices, settings, targets
from wealthdesk.storage import imports as import_storage
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.database import Database, named
from wealthdesk.storage.holdings import BASE_CURRENCY, load_portfolio

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing


__all__ = [
    "OF_THE_LEFT", "AnyDraft", "AssetStory", "Candidate", "ClassGuess", "Column", "ColumnChoices", "Corrected",
    "DateOrder", "Draft", "Field", "Gone", "HoldingChange", "ImportPreview", "Imports", "Kind", "Layout", "LeftOut",
    "Matched", "MatchedTargets", "MovedIn", "Named", "Note", "PreviewRow", "Problem", "ReadProgress", "TargetsDraft",
    "with_taxonomy",
]  # fmt: skip

FIRST_ACCOUNT = "My account"
"""What the account is called when neither the file nor the user names one and there is none yet."""

_BATCH: Final = 5_000
"""How many rows are kept between two times that progress is told."""

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What keeping some files would change. `kept` is True once it has been."""

    drafts: tuple[Draft, ...]
    target_drafts: tuple[TargetsDraft, ...]
    matched: Matched
    matched_targets: MatchedTargets
    kept: bool = False
    guesses: tuple[ClassGuess, ...] = ()
    """The classes that new assets are likely of; none is kept that is not accepted."""

    @property
    def problems(self) -> tuple[tuple[str, Problem], ...]:
        """Every problem with the name of its file, in the order of the files."""
        read: tuple[AnyDraft, ...] = (*self.drafts, *self.target_drafts)
        told = [(draft.file_name, problem) for draft in read for problem in draft.problems]
        return (*told, *self.matched.problems, *self.matched_targets.problems)

    @property
    def changes_nothing(self) -> bool:
        """Whether the portfolio already is as the files say."""
        return self.matched.is_empty and self.matched_targets.is_empty


class Imports:
    """Reading files into drafts, matching drafts with the portfolio, keeping what they say."""

    def __init__(self, database: Database, today: Callable[[], date]) -> None:
        self._database = database
        self._today = today

    def read_file(
        self,
        path: Path,
        *,
        layout: Layout | None = None,
        account: str | None = None,
        currency: str | None = None,
        progress: ReadProgress | None = None,
        choices: ColumnChoices | None = None,
        corrections: Cells | None = None,
    ) -> AnyDraft:
        """The draft of a file on the disk; one that cannot be read or is too large is a draft with that problem."""
        try:
            data = bytes_of(path)
            wal = _written_since(path, data)
        except OSError as error:
            why = f"The file cannot be read: {error.strerror}."
            return Draft(path.name, problems=(Problem(0, "", why, "Choose another file."),))
        except BadInput as refused:
            return Draft(path.name, problems=(Problem(0, "", str(refused), ""),))
        return self.read(
            path.name,
            data,
            layout=layout,
            account=account,
            currency=currency,
            progress=progress,
            choices=choices,
            corrections=corrections,
            wal=wal,
        )

    def read(
        self,
        name: str,
        data: bytes,
        *,
        layout: Layout | None = None,
        account: str | None = None,
        currency: str | None = None,
        progress: ReadProgress | None = None,
        choices: ColumnChoices | None = None,
        corrections: Cells | None = None,
        wal: bytes = b"",
    ) -> AnyDraft:
        """The draft of a file's bytes, of whatever format it is; wal: what stands beside a database under that name.

        account and currency are for the lines that name none; without them the portfolio's only account and its base
        currency are used. Without a layout, columns mean what `choices` say, else what is remembered for their headers.
        corrections: cells that are read in the place of what stands there.
        """
        with self._database.read() as connection:
            named = [each.name for each in accounts.all_accounts(connection) if not each.is_archived]
            base = settings.setting(connection, BASE_CURRENCY)
            kept = kept_columns.all_in(connection)
        only = named[0] if len(named) == 1 else None if named else FIRST_ACCOUNT
        given = Given(
            name,
            data,
            self._today(),
            layout,
            account,
            currency or base,
            progress,
            kept,
            choices,
            corrections or {},
            wal,
        )
        draft = read_given(given)
        return _with_account(draft, only) if isinstance(draft, Draft) else draft

    def account_names(self) -> list[str]:
        """The names of the accounts that files can go into."""
        with self._database.read() as connection:
            return [each.name for each in accounts.all_accounts(connection) if not each.is_archived]

    def unknown_accounts(self, file_format: str, names: Iterable[str]) -> list[str]:
        """Those of these names by which files of this format call no account yet."""
        with self._database.read() as connection:
            lookup = Lookup(load_portfolio(connection, self._today()), accounts.all_aliases(connection))
        return [each for each in names if lookup.account(file_format, each) is None]

    def preview(self, drafts: Iterable[AnyDraft], progress: ReadProgress | None = None) -> ImportPreview:
        """What keeping these drafts would change. `progress` is called with (lines compared, lines in all) of a draft;
        it may raise.
        """
        with self._database.read() as connection:
            return _preview(connection, tuple(drafts), self._today(), progress or _silent)

    def moved_in(self, drafts: Iterable[AnyDraft]) -> tuple[MovedIn, ...]:
        """What each whole file of another program says there is, beside what is here now."""
        whole = [(each, each.other) for each in drafts if isinstance(each, Draft) and each.other is not None]
        if not whole:
            return ()
        with self._database.read() as connection:
            known = load_portfolio(connection, self._today())
            strategies = targets.all_strategies(connection)
            lookup = Lookup(known, accounts.all_aliases(connection))
        return tuple(moved_in(each.file_name, each.format, other, known, strategies, lookup) for each, other in whole)

    def keep(
        self,
        drafts: Iterable[AnyDraft],
        *,
        without_problem_lines: bool = False,
        remove: Iterable[str] = (),
        seen: ImportPreview | None = None,
        progress: ReadProgress | None = None,
        classes: Mapping[Named, str] | None = None,
    ) -> ImportPreview:
        """Keeps what the drafts say, and removes the holdings in `remove`, all in one transaction.

        classes: of the new assets whose class is only guessed, those that were accepted.

        NothingKept while there are problems, unless `without_problem_lines`: then those lines (and targets files with
        problems) are left out. PortfolioChanged if what would change is no longer what was `seen`. `progress` is
        called with (assets kept, assets in all), first for every few hundred lines that are compared, while nothing
        is kept; it may raise, and then nothing is kept.
        """
        tell = progress or _silent
        with self._database.write(*_TOUCHED, is_logged=True) as connection:
            preview = _preview(connection, tuple(drafts), self._today(), lambda _, total: tell(0, total))
            if seen is not None and _gist(seen) != _gist(preview):
                raise PortfolioChanged("The portfolio has changed since this preview, so nothing was kept.")
            if preview.problems and not without_problem_lines:
                count = len(preview.problems)
                problems = "There is 1 problem" if count == 1 else f"There are {count} problems"
                raise NothingKept(f"{problems}, so nothing was kept. Correct the file, or leave those lines out.")
            if classes:
                known = {each.id for each in assets.all_classes(connection)}
                preview = replace(preview, matched=accepting(preview.matched, classes, known))
            _write(connection, preview.matched, tell)
            _write_targets(connection, preview.matched_targets)
            kept_columns.remember(connection, preview.drafts)
            kept_openings.remember(connection, preview.matched.openings)
            gone = tuple(remove)
            holdings.remove_holdings(connection, gone)
            named(connection, _name_of(preview, len(gone)))
            keep_step(connection)
        return replace(preview, kept=True)


def keep_step(connection: "Writing") -> None:
    """Keeps what an import has changed so far, so that it can be taken back later; for a write that is logged."""
    step = connection.step()
    if step is not None:
        import_storage.add_import(connection, step)


def _name_of(preview: ImportPreview, removed: int) -> str:
    """What an import is called: its files, and the most telling of what it changed."""
    files = [*(each.file_name for each in preview.drafts), *(each.file_name for each in preview.target_drafts)]
    of = files[0] if len(files) == 1 else f"{len(files)} files"
    matched, told = preview.matched, preview.matched_targets
    strategies = len(told.added) + len(told.changed)
    counts = (
        (len(matched.added) + len(matched.changed) + removed, "holding", "holdings"),
        (len(matched.prices), "price", "prices"),
        (strategies, "strategy", "strategies"),
    )
    changed = next((f", {count:,} {one if count == 1 else several}" for count, one, several in counts if count), "")
    corrected = sum(len(each.corrected) for each in preview.drafts)
    mended = f", {corrected:,} {'cell' if corrected == 1 else 'cells'} corrected" if corrected else ""
    return f"import of {of}{changed}{mended}"


_TOUCHED = (
    Topic.ACCOUNTS,
    Topic.ASSETS,
    Topic.CLASSES,
    Topic.HOLDINGS,
    Topic.PRICES,
    Topic.RATES,
    Topic.TARGETS,
    Topic.SETTINGS,
)


_INSTEAD: Final = "Choose a CSV file."


def bytes_of(path: Path) -> bytes:
    """What a plain file holds; OSError or BadInput."""
    check_size(plain_size(path, _INSTEAD))
    return given_files.bytes_of(path, MAX_BYTES, _INSTEAD)


def _written_since(path: Path, data: bytes) -> bytes:
    """What a database has been written since, which its program keeps beside it while it runs."""
    beside = path.with_name(f"{path.name}-wal")
    return bytes_of(beside) if data.startswith(MAGIC) and beside.exists() else b""


def _with_account(draft: Draft, name: str | None) -> Draft:
    if name is None:
        return draft
    if draft.other is not None:
        draft = replace(draft, other=draft.other.into(name))
    if draft.ledger is not None:
        return replace(draft, ledger=draft.ledger.into(name))
    if all(each.account is not None for each in draft.candidates):
        return draft
    return replace(draft, candidates=tuple(replace(c, account=c.account or name) for c in draft.candidates))


def _preview(connection: Reading, chosen: Sequence[AnyDraft], today: date, progress: ReadProgress) -> ImportPreview:
    read = tuple(each for each in chosen if isinstance(each, Draft))
    told = tuple(each for each in chosen if isinstance(each, TargetsDraft))
    known = load_portfolio(connection, today)
    called, lots = accounts.all_aliases(connection), holdings.all_lots(connection)
    if any(each.ledger is not None for each in read):
        lookup = Lookup(known, called)
        rows, followed = holdings.replayed_rows(connection), holdings.followed_cash(connection)
        past = holdings.past_of_replayed(connection)
        read = replayed(read, lookup, Kept(rows, followed, lots, past, kept_openings.openings_in(connection)))
    matched = match(
        known,
        read,
        today,
        has_base=settings.setting(connection, BASE_CURRENCY) is not None,
        known_prices=prices.prices_on(connection, days_of(read, today)),
        known_rates=prices.all_rates(connection),
        aliases=called,
        known_lots=lots,
        progress=progress,
    )
    names = TargetNames.of(
        (*known.accounts.values(), *matched.accounts, *known.groups.values()),
        (*known.classes.values(), *matched.classes),
        (*known.assets.values(), *matched.assets, *matched.completed),
    )
    known_strategies = targets.all_strategies(connection)
    brought = [strategy_of(each, known_strategies) for each in read]
    matched_targets = match_targets(names, known_strategies, (*told, *(each for each, _ in brought if each)))
    notes = tuple(note for _, note in brought if note)
    held = {each.asset.id for each in matched.added}
    new = (each for each in matched.assets if each.id in held)
    guesses = guesses_of(new, known.classes, matched.likely_classes)
    return ImportPreview(read, told, matched, replace(matched_targets, notes=notes), guesses=guesses)


def _gist(preview: ImportPreview) -> object:
    """What a preview says, without the ids that every preview makes up anew."""
    matched, told = preview.matched, preview.matched_targets
    return (
        preview.problems,
        [each.name for each in matched.accounts],
        [each.name for each in matched.classes],
        [(each.symbol, each.currency) for each in (*matched.assets, *matched.completed)],
        [
            (c.account.name, c.asset.symbol, c.before, c.after.quantity, c.after.cost_basis_minor, c.lots)
            for c in (*matched.added, *matched.changed)
        ],
        [(each.on, each.price) for each in matched.prices],
        [each.holding for each in matched.gone],
        [phantom.id for phantom, _ in matched.absorbed],
        matched.rates,
        [(key, on) for _, key, on in matched.replayed],
        [(each.name, each.version) for each in (*told.added, *told.changed)],
    )


def _silent(done: int, total: int) -> None:
    """Progress that nobody wants to hear of."""


def _write(connection: "Writing", matched: Matched, progress: ReadProgress) -> None:
    if matched.base_currency is not None:
        settings.set_setting(connection, BASE_CURRENCY, matched.base_currency)
    for account in matched.accounts:
        accounts.add_account(connection, account)
    for asset_class in matched.classes:
        assets.add_class(connection, asset_class)
    for phantom, kept in matched.absorbed:
        assets.absorb_asset(connection, phantom.id, kept.id)
    for asset in matched.completed:
        assets.complete_asset(connection, asset)
    for change in matched.changed:
        holdings.change_holding(connection, change.after)
    prices.set_rates(connection, matched.rates)
    added = [change.after for change in matched.added]
    steps = (
        *(partial(assets.add_assets, connection, some) for some in _batches(matched.assets)),
        *(partial(holdings.add_holdings, connection, some) for some in _batches(added)),
        *(partial(_set_lots, connection, some) for some in _batches((*matched.added, *matched.changed))),
        *(partial(prices.set_prices, connection, some) for some in _batches(matched.prices)),
        *(partial(holdings.set_held, connection, some) for some in _batches(matched.past)),
        *(partial(holdings.add_replayed, connection, some, ()) for some in _batches(matched.replayed)),
        partial(holdings.add_replayed, connection, (), matched.followed),
        *(partial(accounts.set_aliases, connection, some, ()) for some in _batches(matched.asset_aliases)),
        partial(accounts.set_aliases, connection, (), matched.account_aliases),
    )
    for done, step in enumerate(steps):
        progress(done, len(steps))
        step()


def _set_lots(connection: "Writing", changes: Iterable[HoldingChange]) -> None:
    for change in changes:
        if change.lots is not None:
            holdings.set_lots(connection, change.after.id, change.lots)


def _batches(rows: Sequence[_Row]) -> Iterator[Sequence[_Row]]:
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))


def _write_targets(connection: "Writing", matched: MatchedTargets) -> None:
    for strategy in matched.added:
        add_strategy(connection, strategy, Source.IMPORT)
    for strategy in matched.changed:
        targets.change_strategy(connection, strategy)
        keep_targets(connection, strategy.id, strategy.version, strategy.targets, Source.IMPORT)
    for strategy_id in matched.activate:
        targets.activate(connection, strategy_id)
