"""`wealthdesk reallocate`: previews or commits the changes in a JSON file, and answers with JSON."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from wealthdesk.cli.json_file import Malformed
from wealthdesk.cli.kept import changing, reading
from wealthdesk.cli.printing import print_json
from wealthdesk.cli.reallocation_answer import Ids, findings_of, ids_of, preview_of, subject_of, totals_of
from wealthdesk.cli.reallocation_request import Request, changes_of, read_request
from wealthdesk.domain.reallocation import Change, Header, State
from wealthdesk.domain.reallocation_preview import Preview, evaluate
from wealthdesk.domain.reserves import Fund
from wealthdesk.domain.target_reallocation import header_of
from wealthdesk.errors import (
    BadInput,
    NotFound,
    PortfolioChanged,
    ReallocationRefused,
    RequestReused,
    VersionConflict,
    WealthDeskError,
)
from wealthdesk.services.desk import Clock, Desk

DONE: Final = 0
MALFORMED: Final = 2
CONFLICT: Final = 3
INVALID: Final = 4

_PROGRAM: Final = "wealthdesk reallocate"


def run(arguments: Sequence[str], clock: Clock) -> int:
    """Previews or commits; refusals that have no code of their own are WealthDeskErrors."""
    chosen = _parser().parse_args(arguments)
    try:
        request = read_request(chosen.changes)
    except Malformed as refused:
        print(f"{_PROGRAM}: {refused}", file=sys.stderr)
        return MALFORMED
    with (reading if chosen.what == "preview" else changing)(chosen.file, clock) as desk:
        header, fund = subject_named(desk, chosen.fund, chosen.strategy, chosen.scope)
        return _Run(desk, header, fund, request, chosen).answer()


def add_subject(parser: argparse.ArgumentParser, *, is_required: bool = True) -> None:
    """The arguments that say which strategy or fund is meant."""
    parser.add_argument("--file", type=Path, required=True, metavar="PORTFOLIO", help="the portfolio file")
    which = parser.add_mutually_exclusive_group(required=is_required)
    which.add_argument("--fund", metavar="NAME", help="the reserves of this fund")
    which.add_argument("--strategy", metavar="NAME", help="the targets of this strategy")
    parser.add_argument("--scope", metavar="ACCOUNT", help="the account of the strategy, where several have its name")


def subject_named(desk: Desk, fund: str | None, strategy: str | None, scope: str | None) -> tuple[Header, Fund | None]:
    """The strategy or the fund of that name; NotFound with the names there are, BadInput for a doubtful one."""
    if fund is not None:
        found = desk.funds.named(fund)
        return found.header, found
    wanted = (strategy or "").strip().casefold()
    strategies = desk.targets.all()
    accounts = {each.id: each.name for each in desk.portfolios.current().accounts.values()}
    named = [each for each in strategies if each.name.casefold() == wanted]
    if scope is not None:
        place = scope.strip().casefold()
        named = [each for each in named if accounts.get(each.scope or "", "All Portfolio").casefold() == place]
    if not named:
        names = ", ".join(f"“{each.name}”" for each in strategies) or "none"
        raise NotFound(f"There is no strategy “{strategy}” in this file. There are: {names}.")
    if len(named) > 1:
        raise BadInput(f"Several accounts have a strategy “{strategy}”. Add --scope with the account's name.")
    return header_of(named[0].id), None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        _PROGRAM,
        description="Previews or commits changes of a strategy's targets or of a fund's reserves.",
        epilog="CHANGES.json has current_version and proposed_allocations: objects with company_id, "
        "planned_reserves_cents (or adjust_cents) and allocation_cap_cents (null: none); for targets asset_class, "
        "symbol, target_bps, cap_bps and band_bps; remove; and a reason, request_id, user_id, budget_cents and token. "
        "Exit codes: 0 done, 1 refused, 2 not a request or bad usage, 3 version conflict or stale preview, "
        "4 validation failed, 5 kept, but the answer could not be written.",
        allow_abbrev=False,
    )
    parser.add_argument("what", choices=("preview", "commit"), help="only tell what would change, or keep it")
    add_subject(parser)
    parser.add_argument("--accept-warnings", action="store_true", help="keep it in spite of warnings")
    parser.add_argument(
        "--accept", action="append", default=[], metavar="CODE", help="keep it in spite of the warning with this code"
    )
    parser.add_argument("--token", metavar="TOKEN", help="that of the preview: refused when what it showed has changed")
    parser.add_argument("--json", action="store_true", help="the answer is JSON in any case")
    parser.add_argument("--reason", metavar="TEXT", help="instead of the reason in the file")
    parser.add_argument("--request-id", metavar="ID", help="a request with the same id is kept only once")
    parser.add_argument("changes", type=Path, metavar="CHANGES.json", help="the changes; - is standard input")
    return parser


class _Run:
    """One request on one strategy or fund."""

    def __init__(
        self, desk: Desk, header: Header, fund: Fund | None, request: Request, chosen: argparse.Namespace
    ) -> None:
        self._desk, self._header, self._fund, self._request, self._chosen = desk, header, fund, request, chosen
        self._state: State = desk.reallocations.state(header)
        self._ids: Ids = ids_of(self._state, fund)
        self._changes: tuple[Change, ...] = changes_of(request, self._state, fund)

    def answer(self) -> int:
        """Prints the answer and gives the exit code."""
        try:
            return self._preview() if self._chosen.what == "preview" else self._commit()
        except VersionConflict as refused:
            versions = {"expected_version": refused.expected, "actual_version": refused.actual}
            return self._refused(CONFLICT, "version_conflict", refused, {**versions, "changed": list(refused.changed)})
        except PortfolioChanged as refused:
            return self._refused(CONFLICT, "preview_stale", refused, {})
        except RequestReused as refused:
            return self._refused(INVALID, "request_reused", refused, {})
        except ReallocationRefused as refused:
            kind = {"WarningsNotAccepted": "warnings_not_accepted", "NoChanges": "no_changes"}
            found = findings_of(self._evaluated(), self._ids)
            return self._refused(INVALID, kind.get(type(refused).__name__, "validation_failed"), refused, found)

    def _preview(self) -> int:
        preview = self._desk.reallocations.preview(self._header, self._request.version, self._changes)
        print_json({**subject_of(self._state), **preview_of(preview, self._ids)})
        return INVALID if preview.errors else DONE

    def _commit(self) -> int:
        preview = self._evaluated()
        receipt = self._desk.reallocations.commit(
            self._header,
            self._request.version,
            self._changes,
            self._chosen.token or self._request.token or preview.token,
            reason=self._reason(),
            request_id=self._chosen.request_id or self._request.request_id,
            accepted=[each.code for each in preview.warnings]
            if self._chosen.accept_warnings
            else self._accepted(preview),
            actor=self._request.actor,
        )
        revision = receipt.revision
        told = {
            "success": True,
            **subject_of(self._state),
            "current_version": revision.version,
            "new_version": revision.version,
            "updated_count": len(revision.lines),
            "audit_id": revision.id,
            "timestamp": revision.at.isoformat().replace("+00:00", "Z"),
            "is_repeated": receipt.is_repeated,
        }
        found = {} if receipt.is_repeated else {"totals": totals_of(preview), **findings_of(preview, self._ids)}
        print_json(told | found)
        return DONE

    def _accepted(self, preview: Preview) -> list[str]:
        """The codes that were accepted; BadInput for one that no warning has: it was not this that was looked at."""
        known = [each.code for each in preview.warnings]
        for code in self._chosen.accept:
            if code not in known:
                there_are = ", ".join(f"“{each}”" for each in known) or "none"
                raise BadInput(f"No warning has the code “{code}”. There are: {there_are}. Nothing was saved.")
        return list(self._chosen.accept)

    def _evaluated(self) -> Preview:
        return evaluate(self._state, self._changes, self._desk.settings.limits())

    def _reason(self) -> str:
        """A request without one is kept as well: the file that it came in is what there is to tell."""
        given = self._chosen.reason or self._request.reason
        name = "standard input" if str(self._chosen.changes) == "-" else self._chosen.changes.name
        return given.strip() or (f"From {name}" if self._fund is not None else "")

    def _refused(self, code: int, error: str, refusal: WealthDeskError, more: dict[str, Any]) -> int:
        print_json({"success": False, **subject_of(self._state), "error": error, "message": str(refusal), **more})
        print(f"{_PROGRAM}: {refusal}", file=sys.stderr)
        return code
