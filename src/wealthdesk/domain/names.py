"""Names as people type them: trimmed, not empty, not endless, no invisible control characters."""

import re
from typing import Final

from wealthdesk.errors import BadInput

LONGEST = 120
_PARTS: Final = re.compile(r"(\D*)(\d*)")

# Persian words and families of emoji are written with these.
_WITHOUT_JOINERS = {ord("\u200c"): None, ord("\u200d"): None}


def checked_name(text: str, what: str = "name") -> str:
    """The trimmed text; BadInput with a sentence when there is none, it is too long or has control characters."""
    name = " ".join(text.split())
    if not name.translate(_WITHOUT_JOINERS):
        raise BadInput(f"A {what} is missing. Write one.")
    if len(name) > LONGEST:
        raise BadInput(f"This {what} has {len(name)} characters. Shorten it to {LONGEST}.")
    if not name.translate(_WITHOUT_JOINERS).isprintable():
        raise BadInput(f"This {what} has an invisible character in it. Type it again.")
    return name


def name_order(name: str) -> tuple[tuple[str, int], ...]:
    """What names are sorted by: small and large letters alike, and numbers as numbers: “Account 4”, “Account 10”."""
    return tuple((words, int(digits or -1)) for words, digits in _PARTS.findall(name.casefold()))
