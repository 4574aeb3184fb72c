"""How much of the proof is run: a sample in the ordinary tests, all of it by `python3 packaging/run.py faults`."""

import os
import random
from typing import Final, TypeVar

IS_WHOLE: Final = os.environ.get("WEALTHDESK_FAULTS") == "all"

POINTS: Final = int(os.environ.get("WEALTHDESK_FAULT_POINTS", "20"))
"""At how many of the calls of each step the whole proof lets the disk fail; the steps have about 2,600 in all."""

Point = TypeVar("Point")


def spread(points: list[Point], sample: int) -> list[Point]:
    """All of them, or a sample that is spread evenly over them, the first and the last among it."""
    return points if IS_WHOLE else evenly(points, sample)


def some(points: list[Point], sample: int, seed: str) -> list[Point]:
    """All of them, or a few that the seed chooses, the same in every run."""
    return points if IS_WHOLE or len(points) <= sample else random.Random(seed).sample(points, sample)


def evenly(points: list[Point], most: int) -> list[Point]:
    """At most so many of them, spread evenly, the first and the last among them; of one the middle."""
    if len(points) <= most:
        return points
    if most == 1:
        return [points[len(points) // 2]]
    return [points[number * (len(points) - 1) // (most - 1)] for number in range(most)]
