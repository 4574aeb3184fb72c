"""Funds and their companies in the file; what is planned for them is written by reallocations.py alone."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from wealthdesk.domain.names import name_order
from wealthdesk.domain.reserves import Company, CompanyStatus, Fund
from wealthdesk.errors import NotFound
from wealthdesk.storage.connection import Reading, refusing
from wealthdesk.storage.mapping import PLAIN, Mapped, grouped, whether, word

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

_Named = TypeVar("_Named", Fund, Company)
_GONE = "This fund does not exist any more."
_TAKEN = "There already is a fund of this name. Choose another name."
_COMPANY_TAKEN = "There already is a company of this name or id in the fund. Choose another one."

_FUNDS = Mapped(
    "funds",
    Fund,
    {
        "id": PLAIN,
        "name": PLAIN,
        "currency": PLAIN,
        "size_minor": PLAIN,
        "budget_minor": PLAIN,
        "version": PLAIN,
        "archived_at": whether("is_archived"),
    },
)
_COMPANIES = Mapped(
    "companies",
    Company,
    {
        "id": PLAIN,
        "name": PLAIN,
        "planned_reserves_minor": PLAIN.named("planned_minor"),
        "allocation_cap_minor": PLAIN.named("cap_minor"),
        "deployed_minor": PLAIN,
        "status": word(CompanyStatus),
        "external_id": PLAIN,
    },
)
_OF_LINES = ("planned_reserves_minor", "allocation_cap_minor")
_ORDER = " ORDER BY id"


def all_funds(connection: Reading) -> list[Fund]:
    """Every fund with its companies, archived ones too, by name."""
    companies = grouped(connection.rows(_COMPANIES.select("fund_id") + _ORDER), _COMPANIES.of)
    rows = connection.rows(_FUNDS.select() + _ORDER)
    return _by_name(_FUNDS.of(row, companies=tuple(_by_name(companies.get(row[0], ())))) for row in rows)


def fund(connection: Reading, fund_id: str) -> Fund:
    """One fund with its companies; NotFound if it is gone."""
    row = connection.row(_FUNDS.select() + " WHERE id = ?", fund_id)
    if row is None:
        raise NotFound(_GONE)
    companies = _COMPANIES.all(connection, "WHERE fund_id = ?" + _ORDER, fund_id)
    return _FUNDS.of(row, companies=tuple(_by_name(companies)))


def _by_name(found: Iterable[_Named]) -> list[_Named]:
    return sorted(found, key=lambda each: name_order(each.name))


def add_fund(connection: "Writing", new: Fund) -> None:
    """Keeps a new fund, without its companies; AlreadyExists if the name is taken."""
    with refusing(unique=_TAKEN):
        connection.insert("funds", _FUNDS.row(new))


def change_fund(connection: "Writing", changed: Fund, now: datetime) -> None:
    """Keeps a fund's name, currency and size, and whether it is archived; `now` is when it was, if it now is."""
    values = _FUNDS.row(changed, but=["id", "budget_minor", "version"])
    if changed.is_archived != fund(connection, changed.id).is_archived:
        values["archived_at"] = now if changed.is_archived else None
    with refusing(unique=_TAKEN):
        connection.update("funds", values, id=changed.id)


def remove_fund(connection: "Writing", fund_id: str) -> None:
    """Removes a fund with its companies; its history stays."""
    if connection.delete("funds", id=fund_id) != 1:
        raise NotFound(_GONE)


def change_companies(connection: "Writing", changed: Iterable[Company]) -> None:
    """Keeps names, status, what is deployed and the ids of files; what is planned and the caps are not touched."""
    with refusing(unique=_COMPANY_TAKEN):
        connection.change("companies", *(_COMPANIES.row(each, but=_OF_LINES) for each in changed))
