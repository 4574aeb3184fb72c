"""Where long paths may be broken into lines."""


def breakable(words: str) -> str:
    """The words with a place to break, of no width, after each folder of the paths in them."""
    return words.replace("/", "/\u200b").replace("\\", "\\\u200b")
