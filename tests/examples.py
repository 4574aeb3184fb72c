"""What properties share: how many examples are tried, a hundred, or as many as one names where `packaging/run.py deep`
asks; and what draws one of several things.

What a hundred do not find in a day of work, the many find before a release.
"""

import os
from functools import lru_cache
from typing import Any, Final, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")

_IS_DEEP: Final = os.environ.get("WEALTHDESK_DEEP") == "1"
_USUAL: Final = 100


def examples(many: int) -> int:
    """So many examples, or a hundred where that is enough for now."""
    return many if _IS_DEEP else min(many, _USUAL)


def any_of(*things: T) -> st.SearchStrategy[T]:
    """Draws one of the things as `st.sampled_from` does, which takes twice as long to make as to draw from."""
    return _any_of(*things)


@lru_cache(maxsize=None, typed=True)
def _any_of(*things: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(things)
