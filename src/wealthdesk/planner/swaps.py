"""Better plans near a plan: up to two changes against up to two others at once, all pairs of pairs in one product.

A local search over lots (a variable-depth exchange in the sense of Lin & Kernighan, 1973): the single changes that cost
least when money is paid for at its price are paired, the best pairs are paired again. J is quadratic, so that what two
changes do together is the sum of what each does and a product of what they move.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wealthdesk.planner.rounding import repeated

if TYPE_CHECKING:
    from wealthdesk.planner.model import Array
    from wealthdesk.planner.trial import Steps, Trial

BLOCK = 64
"""Combinations of so many first halves are looked at together: they stay within what processors keep close by."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How wide a round looks: so many single changes, each up to so many times, so many pairs of them.

    tried: how many of those that promise most are tried.
    """

    singles: int
    pairs: int
    times: int = 1
    tried: int = 16


@dataclass(frozen=True, eq=False)
class _Halves:
    """Combinations of at most two steps (0 is none): what of each room they take, and what they do."""

    first: Array
    second: Array
    taken: Array
    rows: Array
    change: Array
    priced: Array


def improve(trial: Trial, prices: Array, effort: Effort, account: int | None = None) -> bool:
    """One round of exchanges, between all accounts or within one; whether it lowered J."""
    import numpy as np

    steps = trial.singles(prices)
    if account is not None:
        steps = steps[trial.model.account[steps.variable] == account]
    if not len(steps.variable):
        return False
    if effort.times > 1:
        several = (np.full(len(steps.variable), float(times)) for times in range(2, effort.times + 1))
        steps = steps.joined(*(repeated(trial, steps, times, prices) for times in several))
    steps = steps[lowest(steps.priced, effort.singles)]
    steps = steps[np.array([0])].nothing().joined(steps)
    every = np.arange(len(steps.variable))
    none = np.zeros_like(every)
    ones = _Halves(every, none, steps.taken, steps.rows, steps.change, steps.priced)
    priced = _together(trial, steps) + steps.priced + steps.priced[:, None]
    if _try(trial, steps, ones, [(0, priced)], prices, effort.tried):
        return True
    twos = _pairs(steps, priced, effort.pairs)
    return _try(trial, steps, twos, _blocks(twos), prices, effort.tried)


def _blocks(halves: _Halves) -> Iterator[tuple[int, Array]]:
    """The number of a first half, and what it and some after it do to J with each second half from there on."""
    for start in range(0, len(halves.priced), BLOCK):
        stop = start + BLOCK
        priced = (2 * halves.rows[start:stop]) @ halves.rows[start:].T
        priced += halves.priced[start:]
        priced += halves.priced[start:stop, None]
        yield start, priced


def lowest(values: Array, count: int) -> Array:
    """The places of the lowest values, in their order."""
    import numpy as np

    if len(values) <= count:
        return np.argsort(values, kind="stable")
    chosen = np.argpartition(values, count)[:count]
    chosen.sort()
    return chosen[np.argsort(values[chosen], kind="stable")]


def _together(trial: Trial, steps: Steps) -> Array:
    """What two steps do to J beyond what each does; infinite for what cannot be done together, and for doubles."""
    import numpy as np

    model, count = trial.model, len(steps.variable)
    asset = np.where(steps.variable < 0, -1, model.asset[steps.variable])
    together = (2 * steps.rows) @ steps.rows.T
    first, second = np.nonzero(asset[:, None] == asset)
    together[first, second] += 2 * model.curve[asset[first]] * steps.move[first] * steps.move[second]
    other = (steps.variable[first] == steps.variable[second]) & (steps.lots[first] * steps.lots[second] < 0)
    together[first[other], second[other]] = np.inf
    together[np.tri(count, count, -1, dtype=bool)] = np.inf
    return together


def _pairs(steps: Steps, priced: Array, count: int) -> _Halves:
    """The pairs of steps that cost least when money is paid for."""
    import numpy as np

    chosen = lowest(priced.ravel(), count)
    first, second = np.divmod(chosen, len(priced))
    cost = priced.ravel()[chosen]
    paid = _paid(steps.change, steps.priced)
    return _Halves(
        first,
        second,
        steps.taken[first] + steps.taken[second],
        steps.rows[first] + steps.rows[second],
        cost - paid[first] - paid[second],
        cost,
    )


def _paid(change: Array, priced: Array) -> Array:
    import numpy as np

    with np.errstate(invalid="ignore"):
        paid: Array = np.nan_to_num(priced - change, posinf=0.0)
    return paid


def _try(
    trial: Trial, steps: Steps, halves: _Halves, blocks: Iterable[tuple[int, Array]], prices: Array, tried: int
) -> bool:
    """Makes those combinations of two halves that are allowed and lower J, the most promising first.

    `blocks` are what both halves together do to J with money paid for. What costs more than the worth of all that is
    left in the rooms cannot be paid for: few combinations need a closer look.
    """
    import numpy as np

    room = np.maximum(trial.room, 0.0)
    worth = float(np.where(prices > 0, room + 1e-6, 0.0) @ prices) / trial.model.total
    paid = _paid(halves.change, halves.priced)
    found = [_promising(start, priced, paid, worth, trial.gain) for start, priced in blocks]
    one, other, change = (np.concatenate(each) for each in zip(*found, strict=True))
    kept = one <= other
    for number in np.flatnonzero((halves.taken > 0).any(axis=0)):
        column = halves.taken[:, number]
        kept &= column[one] + column[other] <= room[number] + 1e-6
    one, other, change = one[kept], other[kept], change[kept]
    lines = np.stack([halves.first[one], halves.second[one], halves.first[other], halves.second[other]], axis=1)
    made = False
    for line in lowest(change, tried):
        at = lines[line][lines[line] > 0]
        made |= trial.attempt(steps.variable[at], steps.lots[at])
    return made


def _promising(start: int, priced: Array, paid: Array, worth: float, gain: float) -> tuple[Array, Array, Array]:
    """The numbers of both halves, and what they do to J, of what lowers it and may be paid for."""
    import numpy as np

    together = paid[start : start + len(priced), None] + paid[start:]
    promising = together <= worth + 1e-15
    promising &= priced < together - gain
    found = np.flatnonzero(promising)
    one, other = np.divmod(found, priced.shape[1])
    return one + start, other + start, priced.ravel()[found] - together.ravel()[found]
