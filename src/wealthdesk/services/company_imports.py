"""What the user can do with files of a fund's companies: read one, see what it would change, keep it; write one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from wealthdesk.changes import Topic
from wealthdesk.domain.reallocation import (
    AddLine,
    Change,
    ClearCap,
    Finding,
    Preview,
    SetAmount,
    SetCap,
    Source,
    evaluate,
)
from wealthdesk.domain.reserves import Company, CompanyStatus, Fund, state_of_fund
from wealthdesk.errors import BadInput, NothingKept
from wealthdesk.importers.companies_csv import COMPANIES_COLUMNS, CompaniesDraft, CompanyDraft, read_companies
from wealthdesk.importers.draft import Problem
from wealthdesk.importers.export_format import csv_text, money_cell, safe_cell
from wealthdesk.services.funds import add_fund
from wealthdesk.services.imports import bytes_of, keep_step
from wealthdesk.services.reallocations import CommitRequest, check_version, commit
from wealthdesk.services.settings import limits_in
from wealthdesk.storage import funds as storage
from wealthdesk.storage import reallocations as line_storage
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.database import Database, named

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

__all__ = ["CompaniesDraft", "CompanyDraft", "CompanyImport", "CompanyImports", "Problem", "companies_csv", "read_file"]


@dataclass(frozen=True, slots=True)
class CompanyImport:
    """What keeping a file would change of a fund, or has changed: the companies as they are to be, and the preview.

    `fund` is the one before; a new one has version 0. `kept` is the fund afterwards.
    """

    fund: Fund
    companies: tuple[Company, ...]
    preview: Preview
    added: int
    problems: tuple[Problem, ...] = ()
    kept: Fund | None = None

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What there is to know of the fund afterwards."""
        return self.preview.warnings


def read_file(path: Path, currency: str) -> CompaniesDraft:
    """The draft of a file on the disk; one that cannot be read or is too large is a draft with that problem."""
    try:
        return read_companies(bytes_of(path), path.name, currency)
    except OSError as error:
        why = f"The file cannot be read: {error.strerror}."
        return CompaniesDraft(path.name, problems=(Problem(0, "", why, "Choose another file."),))
    except BadInput as refused:
        return CompaniesDraft(path.name, problems=(Problem(0, "", str(refused), ""),))


def companies_csv(fund: Fund) -> str:
    """The fund's companies as a file that reads back to the same."""

    def amount(minor: int | None) -> str:
        return "" if minor is None else money_cell(minor, fund.currency)

    rows = [
        [
            safe_cell(each.external_id or ""),
            safe_cell(each.name),
            amount(each.planned_minor),
            amount(each.cap_minor),
            amount(each.deployed_minor),
            each.status.value,
        ]
        for each in fund.companies
    ]
    return csv_text(COMPANIES_COLUMNS, rows)


class CompanyImports:
    """Keeps files of companies, all of a file or nothing; companies that it does not name stay as they are."""

    def __init__(self, database: Database, base_currency: Callable[[], str]) -> None:
        self._database = database
        self._base_currency = base_currency

    def currency_for(self, fund_name: str, wanted: str | None = None) -> str:
        """The currency that a file for this fund is in: the fund's, or that of a new one (else the base currency)."""
        with self._database.read() as connection:
            fund = _named(connection, fund_name)
        if fund is not None and wanted is not None and wanted != fund.currency:
            raise BadInput(f"“{fund.name}” is kept in {fund.currency}. Leave the currency out, or name another fund.")
        return fund.currency if fund is not None else wanted or self._base_currency()

    def preview(self, fund: Fund, draft: CompaniesDraft) -> CompanyImport:
        """What keeping the draft would change of a fund."""
        with self._database.read() as connection:
            return _preview(connection, fund, draft)

    def keep(
        self,
        fund_name: str,
        draft: CompaniesDraft,
        currency: str,
        size_minor: int | None = None,
        reason: str = "",
        *,
        seen_version: int | None = None,
    ) -> CompanyImport:
        """Keeps a draft in the fund of that name, which is made if there is none; its warnings count as accepted.

        `seen_version` is that of the fund whose preview was seen, 0 of a new one: VersionConflict where it is another
        one by now. NothingKept while there are problems; ValidationFailed where the amounts cannot be.
        """
        why = reason.strip() or f"Imported from {draft.file_name}"
        with self._database.write(Topic.RESERVES, is_logged=True) as connection:
            known = _named(connection, fund_name)
            fund = known or Fund(str(uuid4()), fund_name, currency, size_minor, version=0)
            if seen_version is not None:
                check_version(connection, state_of_fund(fund), seen_version)
            told = _preview(connection, fund, draft)
            if told.problems:
                first = told.problems[0]
                raise NothingKept(f"Line {first.line}: {first.what} {first.fix} Nothing was kept.")
            if known is None:
                add_fund(connection, replace(fund, companies=told.companies), why, Source.IMPORT)
            else:
                _change(connection, known, told, size_minor, why)
            named(connection, f"import of {draft.file_name}, {_companies(told)}")
            keep_step(connection)
            return replace(told, kept=storage.fund(connection, fund.id))


def _companies(told: CompanyImport) -> str:
    return "1 company" if len(told.companies) == 1 else f"{len(told.companies)} companies"


def _named(connection: Reading, name: str) -> Fund | None:
    wanted = " ".join(name.split()).casefold()
    return next((each for each in storage.all_funds(connection) if each.name.casefold() == wanted), None)


def _change(connection: "Writing", fund: Fund, told: CompanyImport, size_minor: int | None, reason: str) -> None:
    if size_minor is not None and size_minor != fund.size_minor:
        storage.change_fund(connection, replace(fund, size_minor=size_minor), connection.moment)
    if told.preview.changes:
        state = line_storage.state(connection, fund.header)
        commit(connection, state, CommitRequest(told.preview.changes, Source.IMPORT, reason))
    storage.change_companies(connection, told.companies)


def _preview(connection: Reading, fund: Fund, draft: CompaniesDraft) -> CompanyImport:
    problems = list(draft.problems)
    companies: list[Company] = []
    changes: list[Change] = []
    known = _Known(fund)
    for told in draft.companies:
        before = known.company(told)
        if isinstance(before, Problem):
            problems.append(before)
            continue
        after = _told(before or Company(str(uuid4()), told.name), told)
        companies.append(after)
        changes += _changes(before, after)
    preview = evaluate(state_of_fund(fund), changes, limits_in(connection))
    added = sum(isinstance(each, AddLine) for each in changes)
    return CompanyImport(fund, tuple(companies), preview, added, tuple(problems))


class _Known:
    """Which company a line of a file means: by the id of files, then by name."""

    def __init__(self, fund: Fund) -> None:
        self._by_id: Mapping[str, Company] = {each.external_id: each for each in fund.companies if each.external_id}
        self._by_name = {each.name.casefold(): each for each in fund.companies}

    def company(self, told: CompanyDraft) -> Company | Problem | None:
        by_id = self._by_id.get(told.external_id) if told.external_id else None
        by_name = self._by_name.get(told.name.casefold())
        if by_id is not None and by_name is not None and by_id.id != by_name.id:
            what = f"“{told.name}” is another company of the fund than the one with the id {told.external_id}."
            return Problem(told.line, "name", what, "Correct the id or the name.")
        if by_id is None and by_name is not None and told.external_id and by_name.external_id:
            what = f"“{told.name}” has the id {by_name.external_id} in the fund, and not {told.external_id}."
            return Problem(told.line, "id", what, "Correct the id, or rename the company.")
        return by_id or by_name


def _told(company: Company, told: CompanyDraft) -> Company:
    return Company(
        company.id,
        told.name,
        company.planned_minor if told.planned_minor is None else told.planned_minor,
        told.cap_minor if told.has_cap else company.cap_minor,
        company.deployed_minor if told.deployed_minor is None else told.deployed_minor,
        company.status if told.status is None else CompanyStatus(told.status),
        told.external_id or company.external_id,
    )


def _changes(before: Company | None, after: Company) -> list[Change]:
    if before is None:
        return [AddLine(after.key, after.name, after.planned_minor, after.cap_minor)]
    changes: list[Change] = []
    if after.planned_minor != before.planned_minor:
        changes.append(SetAmount(after.key, after.planned_minor))
    if after.cap_minor != before.cap_minor:
        changes.append(ClearCap(after.key) if after.cap_minor is None else SetCap(after.key, after.cap_minor))
    return changes
