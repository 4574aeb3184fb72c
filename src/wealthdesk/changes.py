"""What changed: the topics that a committed change is announced under."""

from enum import Enum, auto


class Topic(Enum):
    """One kind of thing a page can show. A change names the topics it touched, after its commit."""

    ACCOUNTS = auto()
    ASSETS = auto()
    CLASSES = auto()
    HOLDINGS = auto()
    PRICES = auto()
    RATES = auto()
    TARGETS = auto()
    SETTINGS = auto()
    PLANS = auto()
    RULES = auto()
    RESERVES = auto()
    HISTORY = auto()


Changes = frozenset[Topic]
EVERYTHING: Changes = frozenset(Topic)
