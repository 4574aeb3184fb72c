"""Funds and their companies in the file; what is planned for them is written by reallocations.py alone."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from wealthdesk.domain.reserves import Company, CompanyStatus, Fund
from wealthdesk.errors import NotFound
from wealthdesk.storage.connection import Reading, Row, refusing

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

_GONE = "This fund does not exist any more."
_TAKEN = "There already is a fund of this name. Choose another name."
_COMPANY_TAKEN = "There already is a company of this name or id in the fund. Choose another one."

_FUNDS = "SELECT id, name, currency, size_minor, budget_minor, version, archived_at FROM funds"
_COMPANIES = """
SELECT fund_id, id, name, planned_reserves_minor, allocation_cap_minor, deployed_minor, status, external_id
FROM companies
"""
_ORDER = " ORDER BY lower(name), id"


def all_funds(connection: Reading) -> list[Fund]:
    """Every fund with its companies, archived ones too, by name."""
    companies: dict[str, list[Company]] = {}
    for fund_id, *row in connection.rows(_COMPANIES + _ORDER):
        companies.setdefault(fund_id, []).append(_company(row))
    return [_fund(row, companies.get(row[0], ())) for row in connection.rows(_FUNDS + _ORDER)]


def fund(connection: Reading, fund_id: str) -> Fund:
    """One fund with its companies; NotFound if it is gone."""
    row = connection.row(_FUNDS + " WHERE id = ?", fund_id)
    if row is None:
        raise NotFound(_GONE)
    companies = connection.rows(_COMPANIES + " WHERE fund_id = ?" + _ORDER, fund_id)
    return _fund(row, [_company(each) for _, *each in companies])


def add_fund(connection: "Writing", new: Fund) -> None:
    """Keeps a new fund, without its companies; AlreadyExists if the name is taken."""
    with refusing(unique=_TAKEN):
        row = {"id": new.id, "budget_minor": new.budget_minor, "version": new.version, "archived_at": None}
        connection.insert("funds", row | _columns(new))


def change_fund(connection: "Writing", changed: Fund, now: datetime) -> None:
    """Keeps a fund's name, currency and size, and whether it is archived; `now` is when it was, if it now is."""
    values = _columns(changed)
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
        connection.change("companies", *({"id": each.id, **_company_columns(each)} for each in changed))


def _columns(value: Fund) -> dict[str, object]:
    return {"name": value.name, "currency": value.currency, "size_minor": value.size_minor}


def _company_columns(value: Company) -> dict[str, object]:
    return {
        "name": value.name,
        "status": value.status.value,
        "deployed_minor": value.deployed_minor,
        "external_id": value.external_id,
    }


def _fund(row: Row, companies: Iterable[Company]) -> Fund:
    fund_id, name, currency, size_minor, budget_minor, version, archived_at = row
    return Fund(
        fund_id,
        name,
        currency,
        size_minor,
        budget_minor,
        version,
        tuple(companies),
        is_archived=archived_at is not None,
    )


def _company(row: Iterable[Any]) -> Company:
    company_id, name, planned, cap, deployed, status, external_id = row
    return Company(company_id, name, planned, cap, deployed, CompanyStatus(status), external_id)
