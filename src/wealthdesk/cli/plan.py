"""`wealthdesk plan`: what planning problems in files come to, one JSON object a line."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from wealthdesk.errors import BadInput, InstanceRefused
from wealthdesk.planning import instances
from wealthdesk.planning.instances import Drifts, Instance, TradeReason
from wealthdesk.services.desk import Clock
from wealthdesk.services.given_files import bytes_of

_MOST_BYTES: Final = 256 * 1024 * 1024

ANSWERED: Final = 0
SOME_REFUSED: Final = 2
"""Exit code: a file is not a planning problem; the others were answered."""


def run(arguments: Sequence[str], clock: Clock) -> int:
    """Answers the files one after another; a sentence on standard error for each that cannot be used.

    With --file it plans for a portfolio instead.
    """
    if any(each == "--file" or each.startswith("--file=") for each in arguments):
        from wealthdesk.cli import plan_portfolio

        return plan_portfolio.run(arguments, clock)
    chosen = _parser().parse_args(arguments)
    instances.prepare()
    code = ANSWERED
    for path in chosen.files:
        try:
            instance = instances.read(_content(path))
        except InstanceRefused as refused:
            print(f"wealthdesk plan: {_on_one_line(path)}: {refused}", file=sys.stderr, flush=True)
            code = SOME_REFUSED
            continue
        print(json.dumps(_told(path, instance)), flush=True)
    return code


def _content(path: Path) -> bytes:
    """What the file holds; InstanceRefused, as for what is wrong in it, where it cannot be read."""
    try:
        return bytes_of(path, _MOST_BYTES, "Name another file.")
    except BadInput as refused:
        raise InstanceRefused(str(refused)) from None
    except (OSError, ValueError) as error:
        raise InstanceRefused(f"The file cannot be read: {getattr(error, 'strerror', None) or error}.") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "wealthdesk plan",
        description="Calculates what planning problems in JSON files come to; prints a JSON object per file, in order.",
        epilog="For a portfolio file: wealthdesk plan --file PORTFOLIO --help. "
        "Exit codes: 0 all answered, 2 a file could not be used (the others were answered) or bad usage.",
        allow_abbrev=False,
    )
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="planning problems in JSON")
    return parser


def _on_one_line(path: Path) -> str:
    text = str(path)
    return text if text.isprintable() else json.dumps(text)


def _told(path: Path, instance: Instance) -> dict[str, Any]:
    started = perf_counter()
    answer = instances.calculate(instance)
    took = (perf_counter() - started) * 1000
    reasons = list(instances.reasons(instance, answer))
    return {
        "instance": path.name.removesuffix(".json"),
        "trades": [_trade(instance, reason) for reason in reasons],
        "cash_cents": dict(answer.cash),
        "milliseconds": round(took, 3),
        "regret_bound": answer.regret_bound,
        "method": answer.method,
        "reasons": [_reason(reason) for reason in reasons],
        "left_out": [{"holding": each, "why": why} for each, why in sorted(instance.left_out.items())],
    }


def _trade(instance: Instance, reason: TradeReason) -> dict[str, Any]:
    trade, step = reason.trade, instance.problem.asset[reason.trade.asset_id].step
    amount = {"amount_cents": trade.count} if step is None else {"qty": _decimal_text(trade.count * step)}
    told = {"account": trade.account_id, "holding": trade.asset_id, "side": trade.side.value}
    return told | amount | {"gross_cents": trade.gross, "fee_cents": trade.fee}


def _decimal_text(exact: Fraction) -> str:
    """A multiple of a step, which has up to 12 decimals, without an exponent."""
    whole, part = divmod(int(exact * 10**12), 10**12)
    return f"{whole}.{part:012}".rstrip("0").rstrip(".")


def _reason(reason: TradeReason) -> dict[str, Any]:
    return {
        "account": reason.trade.account_id,
        "holding": reason.trade.asset_id,
        "class_drift_bps": {key: _drifts(each) for key, each in reason.classes.items()},
        "holding_drift_bps": _drifts(reason.asset),
        "not_more_because": reason.limit.value,
    }


def _drifts(drifts: Drifts | None) -> Mapping[str, int] | None:
    return None if drifts is None else {"before": drifts.before_bps, "after": drifts.after_bps}
