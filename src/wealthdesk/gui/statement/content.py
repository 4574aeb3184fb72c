"""What a policy statement says, in words, and the same as an HTML page that stands alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from html import escape
from typing import TYPE_CHECKING, Final

from wealthdesk.domain.drift import ALARM_BPS, class_band, holding_band, widened
from wealthdesk.domain.money import WHOLE
from wealthdesk.domain.names import name_order
from wealthdesk.domain.reallocation import What
from wealthdesk.domain.reallocation_history import Past, PastStep, Subject
from wealthdesk.domain.schedule import Every, PlannedDeposit, deposit_dates
from wealthdesk.domain.targets import ClassTarget, HoldingTarget, Strategy, header_of
from wealthdesk.domain.trading_rules import Trading, TradingRules
from wealthdesk.gui import format as text
from wealthdesk.gui.allocation.overview.head import band_name
from wealthdesk.gui.allocation.planner.plan_inputs import METHODS, UNFILLABLE
from wealthdesk.gui.history import words
from wealthdesk.gui.holdings.tables.words import ACCOUNT_KINDS, TRADING
from wealthdesk.services.settings import NAMELESS, YOUR_NAME

if TYPE_CHECKING:
    from wealthdesk.domain.holdings import Portfolio
    from wealthdesk.services.desk import Desk

TITLE: Final = "Policy statement"
HEADS: Final = ("Class", "Target", "Band", "Within the class")
_KEPT, _PLANNED = "Kept in cash", "Planned deposits"
RULES, VERSIONS, SIGNED, DATED = "Rules", "Versions and their reasons", "Signed", "Date"
FOOT: Final = "The targets, bands and rules kept in this file on that day. Nothing is submitted to a broker."


@dataclass(frozen=True, slots=True)
class ClassPolicy:
    """A class in words; low_bps and high_bps: the edges of its band. within: the targets of its holdings, and caps."""

    name: str
    target_bps: int
    low_bps: int
    high_bps: int
    target: str
    within: str

    @property
    def band(self) -> str:
        """The band: "60–70%"."""
        return text.percent_range(self.low_bps, self.high_bps)


@dataclass(frozen=True, slots=True)
class Statement:
    """All words of a statement. rules: a term, and what it means. versions: number, when and by whom, reason."""

    name: str
    subtitle: str
    day: str
    classes: tuple[ClassPolicy, ...]
    rules: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str, str], ...]
    signer: str
    file_name: str
    has_amounts: bool


def statement_of(desk: "Desk", strategy: Strategy) -> Statement:
    """What the file says of a strategy today; NotFound if it is gone since."""
    past = desk.histories.past(Subject(What.TARGETS, strategy.name, header_of(strategy.id)))
    portfolio = desk.portfolios.current()
    today = desk.clock.today()
    rules = tuple(_rules(desk, strategy, portfolio, today))
    return Statement(
        text.targets_name(strategy.name),
        _subtitle(strategy, past, portfolio),
        text.day(today),
        tuple(_classes(strategy, portfolio)),
        rules,
        tuple(_version(step, past) for step in past.steps()),
        desk.settings.get(YOUR_NAME),
        desk.path.name,
        any(term in (_KEPT, _PLANNED) for term, _ in rules),
    )


def _subtitle(strategy: Strategy, past: Past, portfolio: "Portfolio") -> str:
    place = text.scope(portfolio.scope_name(strategy.scope))
    since = f" of {words.when(past.revisions[0].at)[0]}" if past.revisions else ""
    return f"{place} · version {strategy.version}{since}" + ("" if strategy.is_active else " · not in force")


def _classes(strategy: Strategy, portfolio: "Portfolio") -> Iterator[ClassPolicy]:
    # One number of decimals in a column: two where one is not exact to one.
    places = 2 if any(each.target_bps % 10 for each in strategy.targets) else 1
    order = {key: place for place, key in enumerate(portfolio.classes)}
    for target in sorted(strategy.targets, key=lambda each: order[each.asset_class_id]):
        low, high = _edges(target.target_bps, class_band(target, strategy))
        name = portfolio.classes[target.asset_class_id].name
        within = _within(target, strategy, portfolio)
        yield ClassPolicy(name, target.target_bps, low, high, text.percent(target.target_bps, places), within)


def _within(target: ClassTarget, strategy: Strategy, portfolio: "Portfolio") -> str:
    largest_first = sorted(target.holdings, key=lambda each: -each.target_bps)
    said = ", ".join(_holding(each, target, strategy, portfolio) for each in largest_first)
    cap = "" if target.cap_bps is None else f"Capped at {text.percent(target.cap_bps, None)}"
    return ". ".join(each for each in (cap, said) if each)


def _holding(holding: HoldingTarget, target: ClassTarget, strategy: Strategy, portfolio: "Portfolio") -> str:
    asset = portfolio.assets[holding.asset_id]
    said = []
    if target.target_bps:
        # Of its class, while that is at its target.
        half_width = widened(holding_band(holding, strategy), target.target_bps, WHOLE)
        said.append(text.percent_range(*_edges(holding.target_bps, half_width)))
    if holding.cap_bps is not None:
        said.append(f"capped at {text.percent(holding.cap_bps, None)}")
    more = f" ({', '.join(said)})" if said else ""
    # On one line, where there is room for all of it.
    return f"{asset.known_as} {text.percent(holding.target_bps, None)}{more}".replace(" ", text.NO_BREAK)


def _edges(target_bps: int, half_width: Fraction) -> tuple[int, int]:
    return max(round(target_bps - half_width), 0), min(round(target_bps + half_width), WHOLE)


def _rules(desk: "Desk", strategy: Strategy, portfolio: "Portfolio", today: date) -> Iterator[tuple[str, str]]:
    points = text.points_plain(strategy.absolute_band_bps, None)
    share = text.percent(strategy.relative_band_bps, None)
    least = text.points_plain(ALARM_BPS)
    yield (
        band_name(strategy),
        f"A class or a holding is outside its band from {points} of drift, or from {share} of its target where that "
        f"is less; one with a target of 0% from {least}, and a holding for no less than {least} of everything.",
    )
    method, means = METHODS[strategy.fill_method]
    yield "Fill method", f"{method}. {means}"
    yield (
        "Nothing to buy",
        f"Money for a class that nothing can be bought in: {UNFILLABLE[strategy.unfillable].lower()}.",
    )
    rules = desk.rules.current()
    inside = portfolio.accounts_in(strategy.scope)
    kept = [
        f"{each.name} {text.money(minor, each.currency)}"
        for each in portfolio.accounts.values()
        if each.id in inside and not each.is_archived and (minor := rules.of_account(each.id).buffer_minor)
    ]
    if kept:
        yield _KEPT, f"{', '.join(kept)}."
    yield from _preferences(strategy, rules, portfolio)
    due = [each for each in desk.schedule.all() if each.scope == strategy.scope]
    planned = [_planned(each) for each in due if any(one.on >= today for one in deposit_dates(each, date.max))]
    if planned:
        yield _PLANNED, f"{'; '.join(planned)}."


def _preferences(strategy: Strategy, rules: TradingRules, portfolio: "Portfolio") -> Iterator[tuple[str, str]]:
    wanted = {each.asset_class_id for each in strategy.targets}
    homes = [
        f"{each.name} in {ACCOUNT_KINDS[kind].lower()} accounts"
        for key, each in portfolio.classes.items()
        if key in wanted and (kind := rules.homes.get(key)) is not None
    ]
    if homes:
        yield "Better held", f"{', '.join(homes)}."
    inside = portfolio.accounts_in(strategy.scope)
    held = {each.asset_id for each in portfolio.holdings if each.account_id in inside}
    if said := ". ".join(_traded(rules, held, portfolio)):
        yield "Trading", f"{said}."


def _traded(rules: TradingRules, held: set[str], portfolio: "Portfolio") -> Iterator[str]:
    assets = sorted(portfolio.assets.values(), key=lambda each: name_order(each.symbol))
    for trading, (how, _) in TRADING.items():
        names = [each.known_as for each in assets if each.id in held and rules.of_asset(each.id) is trading]
        if names and trading is not Trading.FREE:
            yield f"{how}: {', '.join(names)}"


def _planned(deposit: PlannedDeposit) -> str:
    amount = text.money_brief(deposit.amount_minor, deposit.currency)
    if deposit.every is Every.SPREAD:
        return f"{amount} in {deposit.times} equal parts, one a month from {text.day(deposit.first_on)}"
    end = f" until {text.day(deposit.until)}" if deposit.until else ""
    every = "month" if deposit.every is Every.MONTH else "quarter"
    return f"{amount} each {every}, from {text.day(deposit.first_on)}{end}"


def _version(step: PastStep, past: Past) -> tuple[str, str, str]:
    made = ""
    if step.revision is not None:
        made = words.when(step.revision.at)[0]
        made += f", {step.revision.actor}" if step.revision.actor != NAMELESS else ""
    return str(step.number), made, words.reason(step, past)


_STYLE: Final = (
    "@page{margin:18mm}body{font:15px/1.45 system-ui,sans-serif;color:#100f0f;background:#fff;max-width:46em;"
    "margin:2.5em auto;padding:0 1em}h1{font-size:1.7em;margin:0}h2{font-size:1.05em;margin:2em 0 .4em}"
    "p{margin:.2em 0;color:#4a4945}table{border-collapse:collapse;width:100%}th,td{text-align:left;"
    "vertical-align:top;padding:.35em .8em .35em 0;border-bottom:1px solid #c9c7be}th{font-weight:600}"
    "thead th{font-weight:400;font-size:.85em;color:#4a4945}.n{text-align:right;white-space:nowrap;"
    "font-variant-numeric:tabular-nums}header{border-bottom:2px solid;padding-bottom:.6em}"
    ".sign{display:flex;gap:3em;margin-top:5em;break-inside:avoid}.sign div{flex:2;border-top:1px solid;"
    "padding-top:.3em}.sign div:last-child{flex:1}footer{margin-top:2em;font-size:.85em;color:#4a4945}"
)


def statement_html(statement: Statement) -> str:
    """The statement as a page of its own: nothing is loaded, and it prints black on white."""
    classes = (
        f'<tr><th scope="row">{escape(each.name)}</th><td class="n">{escape(each.target)}</td>'
        f'<td class="n">{escape(each.band)}</td><td>{escape(each.within)}</td></tr>'
        for each in statement.classes
    )
    rules = (f'<tr><th scope="row">{escape(term)}</th><td>{escape(said)}</td></tr>' for term, said in statement.rules)
    versions = (
        f'<tr><td class="n">{escape(number)}</td><td>{escape(made)}</td><td>{escape(why)}</td></tr>'
        for number, made, why in statement.versions
    )
    heads = "".join(f'<th scope="col"{_right(each)}>{each}</th>' for each in HEADS)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{TITLE}: {escape(statement.name)}</title><style>{_STYLE}</style></head><body>\n"
        f"<header><h1>{TITLE}: {escape(statement.name)}</h1>"
        f"<p>{escape(statement.subtitle)}</p><p>{escape(statement.day)}</p></header>\n"
        f"<h2>Targets</h2>{_table(classes, heads)}\n<h2>{RULES}</h2>{_table(rules)}\n"
        f"<h2>{VERSIONS}</h2>{_table(versions)}\n"
        f'<div class="sign"><div>{SIGNED} {escape(statement.signer)}</div><div>{DATED}</div></div>\n'
        f"<footer>{FOOT} {escape(statement.file_name)}</footer></body></html>\n"
    )


def _right(head: str) -> str:
    return ' class="n"' if head in HEADS[1:3] else ""


def _table(rows: Iterable[str], heads: str = "") -> str:
    head = f"<thead><tr>{heads}</tr></thead>" if heads else ""
    return f"<table>{head}<tbody>{''.join(rows)}</tbody></table>"
