"""How much a search for whole lots tries: only counts, so that no plan depends on the clock."""

from dataclasses import dataclass, replace

from wealthdesk.planner.mixed import NEAR, REDUCED, RESTARTS
from wealthdesk.planner.nearby import Width
from wealthdesk.planner.swaps import Effort


@dataclass(frozen=True, slots=True)
class Thoroughness:
    """What a search tries at most.

    exchanges: how wide they look, one after another; within: how wide those within one account do. probes: how many
    changes are forced at most; probed: and at most so many divided by the number of variables; fair: none where the
    regret is proven to be below this. whole: how far all plans nearby are compared; pairs: and where there are too many
    variables for that, with those of two accounts at a time. everywhere: where which trades there are is in
    question; wherever: and there are many variables.
    """

    exchanges: tuple[Effort, ...]
    within: Effort
    probes: int
    probed: int
    fair: float
    whole: Width
    pairs: Width
    everywhere: Width
    wherever: Width


USUAL = Thoroughness(
    (Effort(60, 200), Effort(120, 400, 3), Effort(200, 600, 4)),
    Effort(160, 400, 3),
    16,
    6_000,
    5e-5,
    Width(5e-4, 64, 6, 30, 3.0, 50),
    Width(1e-2, 80, 6, 30, 1.0, 5, without=(RESTARTS, NEAR)),
    Width(5e-5, 300, 0, 0, 0.0, 300, 8),
    Width(1e-2, 300, 0, 0, 0.0, 20, 2, without=(RESTARTS, REDUCED, NEAR)),
)
"""What the times that plans may take allow: a tenth of a second."""
WIDE = replace(
    USUAL,
    exchanges=(Effort(100, 400, 3), Effort(200, 600, 4), Effort(300, 1_500, 4, 40)),
    within=Effort(240, 800, 4, 32),
    probed=12_000,
    pairs=replace(USUAL.pairs, above=4e-3, variables=56),
)
"""What they allow where there is a second: with many accounts, or very many assets."""
BRIEF = replace(USUAL, whole=replace(USUAL.whole, variables=0), pairs=replace(USUAL.pairs, variables=0))
"""For where all plans are looked at afterwards."""
