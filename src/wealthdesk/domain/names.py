"""Names as people type them: trimmed, not empty, not endless, no invisible control characters."""

from wealthdesk.errors import BadInput

LONGEST = 120

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
