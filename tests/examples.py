"""How many examples a property is tried with: a hundred, or as many as it names where `packaging/run.py deep` asks.

What a hundred do not find in a day of work, the many find before a release.
"""

import os
from typing import Final

_IS_DEEP: Final = os.environ.get("WEALTHDESK_DEEP") == "1"
_USUAL: Final = 100


def examples(many: int) -> int:
    """So many examples, or a hundred where that is enough for now."""
    return many if _IS_DEEP else min(many, _USUAL)
