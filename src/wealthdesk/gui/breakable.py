"""Where long paths and names of files may be broken into lines."""

import re
from typing import Final

_LONG_NAME: Final = re.compile(r"[^\s/\\]{30,}")


def breakable(words: str) -> str:
    """The words with places to break, of no width: after each folder of a path, and after the dots of long names."""
    words = _LONG_NAME.sub(lambda found: re.sub(r"([._-])", "\\1\u200b", found[0]), words)
    return words.replace("/", "/\u200b").replace("\\", "\\\u200b")
