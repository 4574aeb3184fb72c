"""`wealthdesk reserves`: brings the companies of a fund in from CSV, shows what is planned, writes them out again."""

import argparse
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from wealthdesk.cli.imports import empty_desk, line_words
from wealthdesk.cli.printing import changing, print_json, reading
from wealthdesk.cli.reallocate import company_id
from wealthdesk.domain.money import currency, from_minor, parse_money, percent, share_bps
from wealthdesk.domain.reallocation import What
from wealthdesk.domain.reallocation_words import sentence
from wealthdesk.domain.reserves import Company, Fund
from wealthdesk.errors import ReallocationRefused
from wealthdesk.services.company_imports import CompanyImport, Problem, companies_csv, read_file
from wealthdesk.services.desk import Clock, Desk

DONE: Final = 0
NOTHING_KEPT: Final = 4
"""Exit code: nothing was kept because of problems."""


def run(arguments: Sequence[str], clock: Clock) -> int:
    """Imports, shows or exports; refusals are WealthDeskErrors."""
    chosen = _parser().parse_args(arguments)
    if chosen.what == "import":
        return _import(chosen, clock)
    with reading(chosen.file, clock) as desk:
        fund = desk.funds.named(chosen.fund)
    if chosen.what == "export":
        sys.stdout.write(companies_csv(fund).replace("\r\n", "\n"))
    elif chosen.json:
        print_json(told(fund))
    else:
        for line in _lines(told(fund)):
            print(line)
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "wealthdesk reserves",
        description="The companies of a fund and what is planned for them.",
        epilog="Exit codes: 0 done, 4 nothing kept because of problems, 1 refused, 2 bad usage, 5 kept, but the answer "
        "could not be written.",
        allow_abbrev=False,
    )
    actions = parser.add_subparsers(dest="what", required=True, metavar="import|show|export")
    bring = actions.add_parser("import", help="bring companies in from CSV", allow_abbrev=False)
    bring.add_argument(
        "companies",
        type=Path,
        metavar="COMPANIES.csv",
        help="with the columns id (or company_id), name, planned_reserves, allocation_cap, deployed",
    )
    _add_fund(bring, "the portfolio file; made if there is none", "the fund; made if there is none")
    bring.add_argument("--size", metavar="AMOUNT", help="the fund's size, such as 100000000")
    bring.add_argument("--currency", metavar="CODE", help="the currency of a new fund")
    bring.add_argument("--reason", metavar="TEXT", default="", help="why, for the history")
    bring.add_argument("--json", action="store_true", help="as JSON")
    show = actions.add_parser("show", help="what is planned for each company", allow_abbrev=False)
    _add_fund(show, "the portfolio file", "the fund")
    show.add_argument("--json", action="store_true", help="as JSON")
    _add_fund(actions.add_parser("export", help="the companies as CSV", allow_abbrev=False), "the portfolio file", "it")
    return parser


def _add_fund(parser: argparse.ArgumentParser, file: str, fund: str) -> None:
    parser.add_argument("--file", type=Path, required=True, metavar="PORTFOLIO", help=file)
    parser.add_argument("--fund", required=True, metavar="NAME", help=fund)


ReserveOutcome = CompanyImport | tuple[Problem, ...]


def _import(chosen: argparse.Namespace, clock: Clock) -> int:
    """A portfolio that does not exist yet is only made when there is something to keep in it."""
    if not os.path.lexists(chosen.file):
        with empty_desk(clock) as empty:
            outcome = _kept_in(empty, chosen)
        if isinstance(outcome, tuple):
            return _refused(outcome, chosen)
    with changing(chosen.file, clock, create=True) as desk:
        outcome = _kept_in(desk, chosen)
    return _refused(outcome, chosen) if isinstance(outcome, tuple) else _kept(outcome, chosen)


def _kept_in(desk: Desk, chosen: argparse.Namespace) -> ReserveOutcome:
    imports = desk.company_imports
    code = imports.currency_for(chosen.fund, currency(chosen.currency) if chosen.currency else None)
    draft = read_file(chosen.companies, code)
    size = parse_money(chosen.size, code) if chosen.size else None
    fund = next((each for each in desk.funds.all() if each.name.casefold() == chosen.fund.strip().casefold()), None)
    problems = imports.preview(fund or Fund("", chosen.fund, code, version=0), draft).problems
    if problems:
        return problems
    try:
        return imports.keep(chosen.fund, draft, code, size, chosen.reason)
    except ReallocationRefused as refused:
        return (Problem(0, "", str(refused), "Correct the file."),)


def _refused(problems: Sequence[Problem], chosen: argparse.Namespace) -> int:
    name = chosen.companies.name
    rows = [
        {"file": name, "line": each.line, "column": each.column, "what": each.what, "fix": each.fix}
        for each in problems
    ]
    if chosen.json:
        print_json({"is_kept": False, "problems": rows})
    else:
        for each in rows:
            column = f", {each['column']}" if each["column"] else ""
            print(f"  problem  {each['file']}{line_words(each['line'])}{column}: {each['what']} {each['fix']}")
        print("Nothing was kept because of the problems. Correct the file.")
    return NOTHING_KEPT


def _kept(outcome: CompanyImport, chosen: argparse.Namespace) -> int:
    fund = outcome.kept
    assert fund is not None
    warnings = [sentence(each, What.RESERVES, fund.currency) for each in outcome.warnings]
    named = len(outcome.companies)
    if chosen.json:
        print_json({"is_kept": True, "added": outcome.added, "named": named, "warnings": warnings, **told(fund)})
        return DONE
    for each in warnings:
        print(f"  warning  {each}")
    companies = "1 company" if named == 1 else f"{named:,} companies"
    print(f"Kept in {chosen.file}: {companies} of “{fund.name}”, {outcome.added:,} new; version {fund.version}.")
    return DONE


def told(fund: Fund) -> dict[str, Any]:
    """A fund and its companies as JSON values; shares in basis points of what is planned in all."""
    return {
        "fund": fund.name,
        "version": fund.version,
        "currency": fund.currency,
        "fund_size_cents": fund.size_minor,
        "budget_cents": fund.budget_minor,
        "is_archived": fund.is_archived,
        "totals": {
            "planned_reserves_cents": fund.planned_minor,
            "deployed_cents": fund.deployed_minor,
            "companies": len(fund.companies),
        },
        "companies": [_company(each, fund.planned_minor) for each in fund.companies],
    }


def _company(company: Company, total: int) -> dict[str, Any]:
    return {
        "company_id": company_id(company),
        "company_name": company.name,
        "name": company.name,
        "status": company.status.value,
        "planned_reserves_cents": company.planned_minor,
        "allocation_cap_cents": company.cap_minor,
        "deployed_cents": company.deployed_minor,
        "share_bps": share_bps(company.planned_minor, total),
    }


def _lines(shown: Mapping[str, Any]) -> Iterable[str]:
    code, totals = shown["currency"], shown["totals"]
    yield f"{shown['fund']}, version {shown['version']}: {_money(totals['planned_reserves_cents'], code)} planned"
    for what, amount in (("size", shown["fund_size_cents"]), ("budget", shown["budget_cents"])):
        if amount is not None:
            yield f"{what}: {_money(amount, code)}"
    yield ""
    yield f"{'Id':<12} {'Company':<28} {'Planned':>22} {'Share':>8} {'Cap':>22} {'Deployed':>22}"
    for each in shown["companies"]:
        cap = "" if each["allocation_cap_cents"] is None else _money(each["allocation_cap_cents"], code)
        yield (
            f"{each['company_id']!s:<12.12} {each['name']:<28.28} {_money(each['planned_reserves_cents'], code):>22} "
            f"{percent(each['share_bps']):>8} {cap:>22} {_money(each['deployed_cents'], code):>22}"
        )


def _money(minor: int, code: str) -> str:
    return f"{from_minor(minor, code):,f} {code}"
