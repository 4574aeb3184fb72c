"""The words of this page: names in a row, what goes with a removal, what became of edits when something changed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from wealthdesk.gui import format as text

if TYPE_CHECKING:
    from wealthdesk.domain.reserves import Company, Fund

NO_FUND: Final = (
    "Nothing is set aside yet",
    "Reserves are money kept for later rounds of companies that are held privately.\n"
    "A fund has its companies, what is planned for each, perhaps a cap, and what is deployed so far.",
)
NO_COMPANY: Final = "Add its companies one by one, or import them from a file."
_MOST_NAMED: Final = 3


def named(names: Sequence[str]) -> str:
    """A few names: "Alder, Birch and 4 more"."""
    if len(names) <= _MOST_NAMED:
        return " and ".join(part for part in (", ".join(names[:-1]), names[-1] if names else "") if part)
    return f"{', '.join(names[: _MOST_NAMED - 1])} and {len(names) - _MOST_NAMED + 1:,} more"


def goes_with_fund(fund: "Fund") -> str:
    """What a removal of a fund takes along."""
    if not fund.companies:
        return "It has no companies. Its history stays under History."
    companies = text.count(len(fund.companies), "company", "companies")
    money = _planned_and_deployed(fund.planned_minor, fund.deployed_minor, fund.currency)
    return (
        f"{companies} will be removed with it{f', with {money}' if money else ''}. Its history stays under History. "
        "Archive it instead to keep everything."
    )


def goes_with_company(fund: "Fund", company: "Company") -> str:
    """What a removal of a company takes along."""
    money = _planned_and_deployed(company.planned_minor, company.deployed_minor, fund.currency)
    after = fund.planned_minor - company.planned_minor
    total = f"The total falls to {text.money_brief(after, fund.currency)}. " if company.planned_minor else ""
    goes = f"{money} go with it. " if money else "Nothing is planned for it. "
    return f"{goes}{total}This makes version {fund.version + 1}; History keeps what it had."


def _planned_and_deployed(planned: int, deployed: int, code: str) -> str:
    parts = [f"{text.money_brief(planned, code)} planned"] if planned else []
    parts += [f"{text.money_brief(deployed, code)} deployed"] if deployed else []
    return " and ".join(parts)


def carried_over(version: int, edits: int) -> str:
    """That edits were brought to a version that was saved meanwhile."""
    stay = "Your edit stays" if edits == 1 else f"Your {edits:,} edits stay"
    return f"Version {version} was saved meanwhile. {stay}, now on it."


def clashing(version: int, names: Sequence[str]) -> str:
    """That a version was saved meanwhile that changed the same lines."""
    verb = "was" if len(names) == 1 else "were"
    return f"Version {version} was saved meanwhile, and {named(names)} {verb} changed on both sides."
