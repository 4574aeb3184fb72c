"""What the user can do with funds and their companies; what is planned for them changes by reallocations."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from wealthdesk.changes import Topic
from wealthdesk.domain.money import LARGEST_MINOR, currency
from wealthdesk.domain.names import checked_name
from wealthdesk.domain.reallocation import AddLine, LineKey, RemoveLine, SetBudget, Source, State
from wealthdesk.domain.reserves import Company, CompanyStatus, Fund
from wealthdesk.errors import AlreadyExists, BadInput, NotFound
from wealthdesk.services.reallocations import CommitRequest, commit
from wealthdesk.storage import funds as storage
from wealthdesk.storage import reallocations as line_storage
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.database import Database, named

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing


@dataclass(frozen=True, slots=True)
class FundRemoval:
    """What a removal of a fund takes along: its companies, and what is planned for them. Its history stays."""

    fund: Fund

    @property
    def companies(self) -> int:
        """How many companies go."""
        return len(self.fund.companies)


@dataclass(frozen=True, slots=True)
class CompanyRemoval:
    """What a removal of a company takes along: what is planned, its cap, what was deployed. The history stays."""

    fund: Fund
    company: Company


class Funds:
    """Funds and companies: list, add, change, archive, remove."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def all(self) -> list[Fund]:
        """Every fund with its companies, archived ones too, by name."""
        with self._database.read() as connection:
            return storage.all_funds(connection)

    def get(self, fund_id: str) -> Fund:
        """One fund; NotFound if it is gone."""
        with self._database.read() as connection:
            return storage.fund(connection, fund_id)

    def named(self, name: str) -> Fund:
        """The fund of that name, whatever its case; NotFound with the names there are."""
        with self._database.read() as connection:
            return fund_named(connection, name)

    def add(self, name: str, code: str, size_minor: int | None = None, budget_minor: int | None = None) -> Fund:
        """Keeps a new fund without companies; its history begins with it."""
        new = Fund(str(uuid4()), name, code, size_minor, budget_minor)
        with self._database.write(Topic.RESERVES) as connection:
            add_fund(connection, new, f"“{name.strip()}” was added")
            kept = storage.fund(connection, new.id)
            named(connection, f"new fund “{kept.name}”")
            return kept

    def change(self, fund: Fund) -> None:
        """Keeps a fund's name, currency, size and whether it is archived; its budget changes by reallocation."""
        changed = _checked(fund)
        with self._database.write(Topic.RESERVES) as connection:
            before = storage.fund(connection, fund.id)
            if changed.currency != before.currency and any(_has_money(each) for each in before.companies):
                raise BadInput(
                    f"“{before.name}” has amounts in {before.currency}. Add a new fund for {changed.currency}."
                )
            _check_free(connection, changed)
            storage.change_fund(connection, changed, self._now())
            named(connection, _change_of(before, changed))

    def archive(self, fund_id: str, *, is_archived: bool = True) -> None:
        """Keeps a fund without offering it any more, or offers it again."""
        self.change(replace(self.get(fund_id), is_archived=is_archived))

    def goes_with(self, fund_id: str) -> FundRemoval:
        """What a removal would take along."""
        return FundRemoval(self.get(fund_id))

    def remove(self, fund_id: str) -> None:
        """Removes a fund with its companies; what its history tells stays."""
        with self._database.write(Topic.RESERVES, Topic.HISTORY) as connection:
            named(connection, f"removal of fund “{storage.fund(connection, fund_id).name}”")
            storage.remove_fund(connection, fund_id)

    def add_company(
        self,
        fund_id: str,
        name: str,
        *,
        planned_minor: int = 0,
        cap_minor: int | None = None,
        deployed_minor: int = 0,
        external_id: str | None = None,
        reason: str = "",
    ) -> Company:
        """Keeps a new company, which makes a new version of the fund; ValidationFailed where its amount cannot be."""
        company = Company(str(uuid4()), name, planned_minor, cap_minor, deployed_minor, external_id=external_id or None)
        new = _checked_company(company)
        with self._database.write(Topic.RESERVES) as connection:
            state = _state(connection, fund_id)
            _check_free_company(storage.fund(connection, fund_id), new)
            line = AddLine(new.key, new.name, planned_minor, cap_minor)
            commit(connection, state, CommitRequest((line,), reason=reason.strip() or f"“{new.name}” was added"))
            storage.change_companies(connection, [new])
            named(connection, f"new company “{new.name}”")
        return new

    def change_company(self, fund_id: str, company: Company) -> None:
        """Keeps a company's name, what is deployed, its status and the id of files; not what is planned or its cap."""
        changed = _checked_company(company)
        with self._database.write(Topic.RESERVES) as connection:
            fund = storage.fund(connection, fund_id)
            _company(fund, company.id)
            _check_free_company(fund, changed)
            storage.change_companies(connection, [changed])
            named(connection, f"change of company “{changed.name}”")

    def exit_company(self, fund_id: str, company_id: str, *, is_exited: bool = True) -> None:
        """Marks a company as not held any more, or as held again; what is planned for it stays."""
        status = CompanyStatus.EXITED if is_exited else CompanyStatus.ACTIVE
        self.change_company(fund_id, replace(_company(self.get(fund_id), company_id), status=status))

    def goes_with_company(self, fund_id: str, company_id: str) -> CompanyRemoval:
        """What a removal would take along."""
        fund = self.get(fund_id)
        return CompanyRemoval(fund, _company(fund, company_id))

    def remove_company(self, fund_id: str, company_id: str, reason: str = "") -> None:
        """Removes a company, which makes a new version of the fund."""
        with self._database.write(Topic.RESERVES) as connection:
            company = _company(storage.fund(connection, fund_id), company_id)
            why = reason.strip() or f"“{company.name}” was removed"
            named(connection, f"removal of company “{company.name}”")
            commit(connection, _state(connection, fund_id), CommitRequest((RemoveLine(company.key),), reason=why))


def add_fund(connection: "Writing", new: Fund, reason: str, source: Source = Source.MANUAL) -> None:
    """Keeps a new fund with its companies, which its history begins with."""
    checked = _checked(new)
    _check_free(connection, checked)
    companies = [_checked_company(each) for each in new.companies]
    storage.add_fund(connection, replace(checked, version=1))
    state = replace(_state(connection, new.id), version=0, budget=None)
    lines = tuple(AddLine(each.key, each.name, each.planned_minor, each.cap_minor) for each in companies)
    budget = () if new.budget_minor is None else (SetBudget(new.budget_minor),)
    commit(connection, state, CommitRequest((*lines, *budget), source, reason))
    storage.change_companies(connection, companies)


def fund_named(connection: Reading, name: str) -> Fund:
    """The fund of that name, whatever its case; NotFound with the names there are."""
    funds = storage.all_funds(connection)
    found = next((each for each in funds if each.name.casefold() == name.strip().casefold()), None)
    if found is None:
        names = ", ".join(f"“{each.name}”" for each in funds) or "none"
        raise NotFound(f"There is no fund “{name}” in this file. There are: {names}.")
    return found


def _change_of(before: Fund, after: Fund) -> str:
    if before.is_archived != after.is_archived:
        return f"fund “{before.name}” {'archived' if after.is_archived else 'taken out of the archive'}"
    return f"change of fund “{before.name}”"


def _state(connection: Reading, fund_id: str) -> State:
    return line_storage.state(connection, storage.fund(connection, fund_id).header)


def _company(fund: Fund, company_id: str) -> Company:
    found = fund.company_of(LineKey(company_id))
    if found is None:
        raise NotFound("This company does not exist any more.")
    return found


def _has_money(company: Company) -> bool:
    return bool(company.planned_minor or company.cap_minor or company.deployed_minor)


def _checked(fund: Fund) -> Fund:
    for amount, what in ((fund.size_minor, "size"), (fund.budget_minor, "budget")):
        _check_amount(amount, f"The {what} of a fund")
    return replace(fund, name=checked_name(fund.name, "name for the fund"), currency=currency(fund.currency))


def _checked_company(company: Company) -> Company:
    _check_amount(company.deployed_minor, "What is deployed in a company")
    external = None if company.external_id is None else checked_name(company.external_id, "id of the company")
    return replace(company, name=checked_name(company.name, "name for the company"), external_id=external)


def _check_amount(amount: int | None, what: str) -> None:
    if amount is not None and not 0 <= amount <= LARGEST_MINOR:
        raise BadInput(f"{what} is 0 or more, and at most 10 million million. Change it.")


def _check_free(connection: Reading, wanted: Fund) -> None:
    for each in storage.all_funds(connection):
        if each.id != wanted.id and each.name.casefold() == wanted.name.casefold():
            raise AlreadyExists(f"There already is a fund “{each.name}”. Choose another name.")


def _check_free_company(fund: Fund, wanted: Company) -> None:
    for each in fund.companies:
        if each.id == wanted.id:
            continue
        if each.name.casefold() == wanted.name.casefold():
            raise AlreadyExists(f"There already is a company “{each.name}” in this fund. Choose another name.")
        if wanted.external_id and each.external_id == wanted.external_id:
            raise AlreadyExists(f"“{each.name}” has the id “{each.external_id}” already. Choose another id.")
