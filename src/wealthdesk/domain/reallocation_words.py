"""The sentences for findings, made from their numbers here alone, so that every screen and command says the same."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from wealthdesk.domain.money import WHOLE, canonical, from_minor, percent, ratio
from wealthdesk.domain.reallocation import Finding, FindingKind, What

_MOST_DECIMALS: Final = 8


def amount_text(what: What, amount: int, currency: str) -> str:
    """An amount of a line: 12.50% of targets, 1,250.00 USD of reserves."""
    text = percent(amount) if what is What.TARGETS else f"{from_minor(amount, currency):,f} {currency}"
    return text.replace("-", "−")


def share_text(part: int, whole: int, limit_bps: int | None = None) -> str:
    """A share with one decimal, or with as many more as it takes not to read like a limit that it is above or below."""
    if whole == 0:
        return "0%"
    for decimals in range(1, _MOST_DECIMALS + 1):
        shown = ratio(part * 100 * 10**decimals, whole)
        same = limit_bps is not None and shown * 100 == limit_bps * 10**decimals
        if not same or part * WHOLE == (limit_bps or 0) * whole:
            return f"{Decimal(shown).scaleb(-decimals):f}%"
    return f"{'more' if part * WHOLE > (limit_bps or 0) * whole else 'less'} than {limit_text(limit_bps or 0)}"


def limit_text(bps: int) -> str:
    """A limit without decimals that say nothing: 30%, 12.5%."""
    return f"{canonical(Decimal(bps).scaleb(-2))}%"


def sentence(finding: Finding, what: What, currency: str = "") -> str:
    """What was found, for the user; `currency` is the fund's."""

    def amount(number: int) -> str:
        return amount_text(what, number, currency)

    return _SENTENCES[finding.kind](finding, amount)


def heading(finding: Finding) -> str:
    """What was found in a few words, to stand above its sentence."""
    words = _HEADINGS[finding.kind].format(name=finding.name)
    return words if finding.key else f"{words[:1].upper()}{words[1:]}"


AmountWords = Callable[[int], str]


def _exceeded(finding: Finding, amount: AmountWords) -> str:
    over, cap = amount(finding.part - finding.limit), amount(finding.limit)
    return (
        f"{finding.name} would have {amount(finding.part)}, {over} more than its cap of {cap}. "
        "Lower the amount or raise the cap."
    )


def _sum(finding: Finding, amount: AmountWords) -> str:
    residual = finding.whole - finding.part
    gap = f"{percent(abs(residual))} {'left' if residual > 0 else 'too much'}"
    which = f"The holding targets of {finding.name}" if finding.key else "The class targets"
    return f"{which} sum to {percent(finding.part)}, {gap}. Bring the total to 100%."


def _budget(finding: Finding, amount: AmountWords) -> str:
    over = amount(finding.part - finding.limit)
    return (
        f"The total would be {amount(finding.part)}, {over} more than the budget of {amount(finding.limit)}. "
        "Lower an amount or raise the budget."
    )


def _large_change(finding: Finding, amount: AmountWords) -> str:
    changed = share_text(abs(finding.part), finding.whole, finding.limit)
    way = "more" if finding.part > 0 else "less"
    limit = limit_text(finding.limit)
    return f"{finding.name} would have {way} by {changed} of the total before, a change above {limit}."


def _share(finding: Finding) -> str:
    return share_text(finding.part, finding.whole, finding.limit)


_SENTENCES: Final[dict[FindingKind, Callable[[Finding, AmountWords], str]]] = {
    FindingKind.NEGATIVE_AMOUNT: lambda f, amount: (
        f"{f.name} would have {amount(f.part)}. An amount is 0 or more; change it."
    ),
    FindingKind.NEGATIVE_CAP: lambda f, amount: (
        f"The cap of {f.name} would be {amount(f.part)}. A cap is 0 or more; change or clear it."
    ),
    FindingKind.NEGATIVE_BUDGET: lambda f, amount: (
        f"The budget would be {amount(f.part)}. A budget is 0 or more; change or clear it."
    ),
    FindingKind.BAND_NOT_POSSIBLE: lambda f, _: (
        f"The band of {f.name} would be {percent(f.part)}. "
        "Only a target has one, between 0.01% and 100%; change or clear it."
    ),
    FindingKind.TOO_LARGE: lambda f, amount: (
        f"{amount(f.part)} is too large for {f.name}: {amount(f.limit)} is the most. Change it."
    ),
    FindingKind.CAP_EXCEEDED: _exceeded,
    FindingKind.UNKNOWN_LINE: lambda f, _: f"There is no line “{f.name}” here (any more). Leave it out.",
    FindingKind.DUPLICATE_LINE: lambda f, _: f"{f.name} is changed or added twice. Keep one of the two.",
    FindingKind.WRONG_PARENT: lambda f, _: (
        f"{f.name} does not count to this class alone, so it has no holding target in it. "
        "Remove its line, or change its class."
    ),
    FindingKind.SUM_NOT_WHOLE: _sum,
    FindingKind.BUDGET_EXCEEDED: _budget,
    FindingKind.HIGH_CONCENTRATION: lambda f, _: (
        f"{f.name} would be {_share(f)} of the total, above {limit_text(f.limit)}."
    ),
    FindingKind.LARGE_SHARE: lambda f, amount: (
        f"{f.name} would have {amount(f.part)}, {_share(f)} of the fund's size, above {limit_text(f.limit)}."
    ),
    FindingKind.BELOW_DEPLOYED: lambda f, amount: (
        f"{f.name} would have {amount(f.part)}, less than the {amount(f.limit)} that is deployed already."
    ),
    FindingKind.LINE_GONE: lambda f, amount: (
        f"{f.name} would have {amount(f.part)}, but is exited or archived."
    ),
    FindingKind.LARGE_CHANGE: _large_change,
    FindingKind.UNALLOCATED: lambda f, amount: f"{amount(f.part)} of the budget is not planned for any line.",
    FindingKind.NO_CHANGE: lambda f, _: "Nothing would change.",
}  # fmt: skip

_HEADINGS: Final[dict[FindingKind, str]] = {
    FindingKind.NEGATIVE_AMOUNT: "{name} is below 0",
    FindingKind.NEGATIVE_CAP: "The cap of {name} is below 0",
    FindingKind.NEGATIVE_BUDGET: "The budget is below 0",
    FindingKind.BAND_NOT_POSSIBLE: "{name} cannot have this band",
    FindingKind.TOO_LARGE: "{name} is too large",
    FindingKind.CAP_EXCEEDED: "{name} is above its cap",
    FindingKind.UNKNOWN_LINE: "{name} is not a line",
    FindingKind.DUPLICATE_LINE: "{name} is named twice",
    FindingKind.WRONG_PARENT: "{name} does not fit here",
    FindingKind.SUM_NOT_WHOLE: "Not 100%",
    FindingKind.BUDGET_EXCEEDED: "Above the budget",
    FindingKind.HIGH_CONCENTRATION: "{name} is concentrated",
    FindingKind.LARGE_SHARE: "{name} is a large share",
    FindingKind.BELOW_DEPLOYED: "{name} is below what is deployed",
    FindingKind.LINE_GONE: "{name} is exited or archived",
    FindingKind.LARGE_CHANGE: "A large change of {name}",
    FindingKind.UNALLOCATED: "Not all is planned",
    FindingKind.NO_CHANGE: "No change",
}
