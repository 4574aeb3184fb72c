"""What is wrong with what was found after a fault, in words; nothing, when the file was kept as it has to be."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

Facts = dict[str, Any]
FINISHED_LATER = "finished at the next start"
UNCONFIRMED = "the disk refused to confirm it"
FINISHED_JUST_NOW = "has just been finished"


def wrongs(found: Facts, before: Facts, after: Facts, *, replaces: bool) -> list[str]:
    """Everything that is wrong. `before` and `after`: what a start finds without the step, and after it has succeeded.

    replaces: the step puts another file in the place of the one that was there, or leaves it alone.
    """
    if found["kind"] not in ("FULL", "COPYING"):
        found = found | {part: _without_unfinished(found[part]) for part in ("leftovers", "then") if part in found}
    wrong = list(_of_state(found, before, after, replaces=replaces))
    if found["outcome"] == "traceback":
        wrong.append(f"the user sees a traceback: {found['said'][-1500:]}")
    if found["outcome"] == "killed" and found["kind"] not in (
        "KILL",
        "TORN",
        "STATEMENT_KILLED",
        "CHANGE_KILLED",
        "POWER",
    ):
        wrong.append("it ended without a word")
    if found["outcome"] == "done" and found["contents"] != after["contents"]:
        wrong.append("lost: it said “done”, and it is not there")
    missing: Counter[str] = Counter(after["backups"])
    missing -= Counter(found.get("backups", ()))
    if found["outcome"] == "done" and missing:
        wrong.append(f"lost: it said “done”, and these backups are not there: {sorted(missing)}")
    if found["outcome"] == "refused":
        wrong += _of_refusal(found, before, after, replaces=replaces)
    return wrong


def _without_unfinished(found: Any) -> Any:
    """Without what begins like the new file of the user's choice: nobody looks there again after a kill."""
    if isinstance(found, dict):
        return found | {"leftovers": _without_unfinished(found["leftovers"])} if "leftovers" in found else found
    return [each for each in found if not each.startswith("rescued.")]


def _of_refusal(found: Facts, before: Facts, after: Facts, *, replaces: bool) -> Iterator[str]:
    if UNCONFIRMED in found["said"]:
        if found["contents"] != after["contents"]:
            yield "lost: it was said to be in the file"
        return
    if FINISHED_LATER not in found["said"]:
        if found["contents"] != before["contents"]:
            yield f"it was kept, and the user was told that it was not: {found['said']}"
        # A start that migrated the file and was refused afterwards has said so only by the backup that it made.
        was_migrated = any("before_upgrade" in each for each in found["backups"]) and not found["notes"]
        if replaces and not found["untouched"] and not was_migrated:
            yield "it was refused, and the file is not the same byte for byte"
    if FINISHED_JUST_NOW in found["again"]:
        found = found | {"again": "done"}
    if found["again"] != "done":
        yield f"with a disk that is well it is still not done: {found['again']}"
    else:
        yield from (f"done again: {each}" for each in _of_state(found["then"], before, after, replaces=replaces))
        if found["then"]["contents"] != after["contents"]:
            yield "done again, and it is not there"


def _of_state(found: Facts, before: Facts, after: Facts, *, replaces: bool) -> Iterator[str]:
    if "start" not in found:
        yield f"the next start failed: {found['said'][-1500:]}"
        return
    if found["start"] != after["start"]:
        yield f"the next start was refused: {found['start']}"
    if found["contents"] not in (before["contents"], after["contents"]):
        yield "mixed: the file holds neither what it held before nor what it was to hold"
    gone = set(before["anywhere"]) - set(found["anywhere"]) - (set() if replaces else {before["contents"]})
    if gone:
        yield f"lost: {len(gone)} of the states that were in the file and its backups are nowhere"
    served = {each for each in before["had"] if each not in after["backups"] or each not in before["backups"]}
    if missing := set(before["had"]) - served - set(found["backups"]):
        yield f"lost: backups {sorted(missing)}"
    if found["leftovers"]:
        yield f"left behind: {found['leftovers']}"
    if found["open_to_others"]:
        yield f"readable by others: {found['open_to_others']}"
