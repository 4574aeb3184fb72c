"""The rows of the reserves table: a company with what is planned as it would be, and what was found about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wealthdesk.domain.money import WHOLE
from wealthdesk.domain.reallocation import Finding, FindingKind, LineKey, Preview, Severity, What
from wealthdesk.domain.reallocation_words import sentence
from wealthdesk.domain.reserves import Company, Fund

_STEP: Final = 1_000
_CAPPED: Final = (FindingKind.CAP_EXCEEDED, FindingKind.NEGATIVE_CAP)


@dataclass(frozen=True, slots=True)
class ShareScale:
    """What all bars of shares have in common: how far they reach, and where the line of concentration is."""

    bps: int
    limit_bps: int


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """One company. `before` and `cap_before` are what is kept; amounts in minor units of `currency`.

    `company` is None for one that somebody removed meanwhile.
    """

    key: LineKey
    name: str
    currency: str
    planned: int
    before: int | None
    cap: int | None
    cap_before: int | None
    deployed: int
    is_exited: bool
    whole: int
    scale: ShareScale
    company: Company | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def is_planned_changed(self) -> bool:
        """Whether another amount is proposed."""
        return self.planned != self.before

    @property
    def is_cap_changed(self) -> bool:
        """Whether another cap is proposed."""
        return self.cap != self.cap_before

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What forbids the amount or the cap."""
        return tuple(each for each in self.findings if each.severity is Severity.ERROR)

    @property
    def is_cap_wrong(self) -> bool:
        """Whether the cap is a part of what is wrong."""
        return any(each.kind in _CAPPED for each in self.errors)

    @property
    def is_concentrated(self) -> bool:
        """Whether it counts as concentrated."""
        return any(each.kind is FindingKind.HIGH_CONCENTRATION for each in self.findings)

    @property
    def mark(self) -> str:
        """The icon before the amount: error, warning, or "" for none; concentration has its own beside the share."""
        if self.errors:
            return "error"
        return "warning" if any(each.kind is not FindingKind.HIGH_CONCENTRATION for each in self.findings) else ""

    @property
    def found(self) -> str:
        """The sentences of what was found, one below the other."""
        return "\n".join(sentence(each, What.RESERVES, self.currency) for each in self.findings)


def rows_of(preview: Preview, fund: Fund) -> list[CompanyRow]:
    """The companies of a preview, those with most planned by now first; `fund` has what is no part of a reallocation.

    By what is kept: while amounts are typed no company moves away under the hand.
    """
    before = {line.key: line for line in preview.state.lines}
    companies = {company.key: company for company in fund.companies}
    found = _findings(preview)
    scale = scale_of(preview)
    rows = []
    for key, line in preview.lines.items():
        was, company = before.get(key), companies.get(key)
        rows.append(
            CompanyRow(
                key,
                company.name if company else line.name,
                fund.currency,
                line.amount,
                was.amount if was else None,
                line.cap,
                was.cap if was else None,
                company.deployed_minor if company else line.deployed,
                company.is_exited if company else line.is_gone,
                preview.total_after,
                scale,
                company,
                found.get(key, ()),
            )
        )
    return sorted(rows, key=lambda row: (row.is_exited, -(row.before or 0)))


def _findings(preview: Preview) -> Mapping[LineKey, tuple[Finding, ...]]:
    found: dict[LineKey, tuple[Finding, ...]] = {}
    for each in (*preview.errors, *preview.warnings):
        if each.key is not None:
            found[each.key] = (*found.get(each.key, ()), each)
    return found


def scale_of(preview: Preview) -> ShareScale:
    """A scale on which the largest share and the line of concentration are both seen, in full tenths."""
    limit, total = preview.limits.concentration_bps, preview.total_after
    largest = max((line.amount for line in preview.lines.values()), default=0)
    share = largest * WHOLE // total if total > 0 else 0
    furthest = max(share, limit) * 21 // 20
    return ShareScale(min(max(-(-furthest // _STEP), 1) * _STEP, WHOLE), limit)


def still_to_deploy(rows: Sequence[CompanyRow]) -> tuple[int, int]:
    """What is planned and not deployed yet, and for how many companies; one with more deployed lacks nothing."""
    open_amounts = [row.planned - row.deployed for row in rows if row.planned > row.deployed]
    return sum(open_amounts), len(open_amounts)
