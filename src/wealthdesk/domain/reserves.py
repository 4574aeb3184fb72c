"""Reserves: funds, their companies and what is planned for each, as lines of a reallocation."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from wealthdesk.domain.reallocation import Header, Line, LineKey, State, What


class CompanyStatus(StrEnum):
    """Whether a company is still held."""

    ACTIVE = "active"
    EXITED = "exited"


@dataclass(frozen=True, slots=True)
class Company:
    """One company; amounts in minor units of the fund's currency. `external_id` is what files call it by."""

    id: str
    name: str
    planned_minor: int = 0
    cap_minor: int | None = None
    deployed_minor: int = 0
    status: CompanyStatus = CompanyStatus.ACTIVE
    external_id: str | None = None

    @property
    def key(self) -> LineKey:
        """The key of its line."""
        return LineKey(self.id)

    @property
    def is_exited(self) -> bool:
        """Whether it is not held any more."""
        return self.status is CompanyStatus.EXITED

    @property
    def known_as(self) -> str:
        """What files and commands call it by: the id that came with it, or its own."""
        return self.external_id or self.id


@dataclass(frozen=True, slots=True)
class Fund:
    """Money set aside for later rounds of its companies. An archived one is kept but not offered."""

    id: str
    name: str
    currency: str
    size_minor: int | None = None
    budget_minor: int | None = None
    version: int = 1
    companies: tuple[Company, ...] = ()
    is_archived: bool = False

    @property
    def header(self) -> Header:
        """What its reallocations are told by."""
        return header_of_fund(self.id)

    @property
    def planned_minor(self) -> int:
        """What is planned for all companies."""
        return sum(company.planned_minor for company in self.companies)

    @property
    def deployed_minor(self) -> int:
        """What all companies have had already."""
        return sum(company.deployed_minor for company in self.companies)

    def company_of(self, key: LineKey) -> Company | None:
        """The company of a line."""
        return next((company for company in self.companies if company.key == key), None)


def state_of_fund(fund: Fund) -> State:
    """The fund's companies as lines."""
    return State(
        header=fund.header,
        name=fund.name,
        version=fund.version,
        lines=tuple(_line(company) for company in fund.companies),
        currency=fund.currency,
        budget=fund.budget_minor,
        size=fund.size_minor,
    )


def _line(company: Company) -> Line:
    return Line(
        company.key, company.name, company.planned_minor, company.cap_minor, company.deployed_minor, company.is_exited
    )


def called(fund: Fund, word: str) -> Company | None:
    """The company that a word means: by the id of its file, by its own, then by name without regard to case."""
    ways: tuple[Mapping[str, Company], ...] = (
        {company.external_id: company for company in fund.companies if company.external_id},
        {company.id: company for company in fund.companies},
        {company.name.casefold(): company for company in fund.companies},
    )
    found = (way.get(key) for way, key in zip(ways, (word, word, word.casefold()), strict=True))
    return next((company for company in found if company is not None), None)


def header_of_fund(fund_id: str) -> Header:
    """What a fund's reallocations are told by."""
    return Header(What.RESERVES, fund_id)
