"""How much of the proof is run: a sample in the ordinary tests, all of it by `python3 packaging/run.py faults`."""

import os
from typing import Final, TypeVar

IS_WHOLE: Final = os.environ.get("WEALTHDESK_FAULTS") == "all"

Point = TypeVar("Point")


def spread(points: list[Point], sample: int) -> list[Point]:
    """All of them, or a sample that is spread evenly over them, the first and the last among it."""
    if IS_WHOLE or len(points) <= sample:
        return points
    return [points[number * (len(points) - 1) // max(sample - 1, 1)] for number in range(sample)]
