"""Better plans near a plan: up to two changes against up to two others at once, all pairs of pairs in one product.

A local search over lots (a variable-depth exchange in the sense of Lin & Kernighan, 1973): the single changes that cost
least when money is paid for at its price are paired, the best pairs are paired again. J is quadratic, so that what two
changes do together is the sum of what each does and a product of what they move.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wealthdesk.planner.rounding import GAIN

if TYPE_CHECKING:
    from wealthdesk.planner.model import Array
    from wealthdesk.planner.trial import Steps, Trial

TRIED = 24
"""How many of the changes that look best are tried in each round, in the order of what they promise."""


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Pairs of single steps (the second -1: none)."""

    first: Array
    second: Array
    taken: Array
    rows: Array
    change: Array
    priced: Array


def improve(trial: Trial, prices: Array, singles: int, pairs: int, rounds: int) -> int:
    """Exchanges while that lowers J, at most so many rounds; returns the number of rounds that did."""
    done = 0
    while done < rounds and _round(trial, prices, singles, pairs):
        done += 1
    return done


def _round(trial: Trial, prices: Array, singles: int, pairs: int) -> bool:
    steps = trial.singles(prices)
    if not len(steps.variable):
        return False
    steps = steps[_lowest(steps.priced, singles)]
    halves, change = _paired(trial, steps)
    if _try(trial, steps, halves, change, twice=False):
        return True
    halves = _chosen(halves, _lowest(halves.priced, pairs))
    change = halves.change[:, None] + halves.change + 2 * (halves.rows @ halves.rows.T)
    return _try(trial, steps, halves, change, twice=True)


def _lowest(values: Array, count: int) -> Array:
    """The places of the lowest values, in their order."""
    import numpy as np

    if len(values) <= count:
        return np.argsort(values, kind="stable")
    chosen = np.argpartition(values, count)[:count]
    chosen.sort()
    return chosen[np.argsort(values[chosen], kind="stable")]


def _paired(trial: Trial, steps: Steps) -> tuple[_Pairs, Array]:
    """All single steps and pairs of them, each with what it does; the second value is their change of J."""
    import numpy as np

    model, count = trial.model, len(steps.variable)
    first, second = np.triu_indices(count)
    asset = model.asset[steps.variable]
    cross = 2 * (steps.rows @ steps.rows.T)
    curve = model.curve[asset]
    same = asset[:, None] == asset
    cross += np.where(same, 2 * curve * steps.move * steps.move[:, None], 0.0)
    cross = cross[first, second]
    variable = steps.variable
    opposite = (variable[first] == variable[second]) & (steps.lots[first] != steps.lots[second])
    kept = ~opposite
    first, second, cross = first[kept], second[kept], cross[kept]
    every = np.arange(count)
    pairs = _Pairs(
        np.concatenate([every, first]),
        np.concatenate([np.full(count, -1), second]),
        np.concatenate([steps.taken, steps.taken[first] + steps.taken[second]]),
        np.concatenate([steps.rows, steps.rows[first] + steps.rows[second]]),
        np.concatenate([steps.change, steps.change[first] + steps.change[second] + cross]),
        np.concatenate([steps.priced, steps.priced[first] + steps.priced[second] + cross]),
    )
    return pairs, pairs.change


def _chosen(pairs: _Pairs, at: Array) -> _Pairs:
    return _Pairs(
        pairs.first[at], pairs.second[at], pairs.taken[at], pairs.rows[at], pairs.change[at], pairs.priced[at]
    )


def _try(trial: Trial, steps: Steps, halves: _Pairs, change: Array, twice: bool) -> bool:
    """Makes those changes that lower J and are allowed, the most promising first."""
    import numpy as np

    promising = change < -GAIN
    room = np.maximum(trial.room, 0.0) + 1e-6
    for number in np.flatnonzero((halves.taken > 0).any(axis=0)):
        taken = halves.taken[:, number]
        promising &= ((taken[:, None] + taken) if twice else taken) <= room[number]
    found = np.argwhere(np.triu(promising)) if twice else np.flatnonzero(promising)[:, None]
    if not len(found):
        return False
    values = change[found[:, 0], found[:, 1]] if twice else change[found[:, 0]]
    made = False
    for line in _lowest(values, TRIED):
        at = np.concatenate([halves.first[found[line]], halves.second[found[line]]])
        at = at[at >= 0]
        made |= trial.attempt(steps.variable[at], steps.lots[at], GAIN)
    return made
