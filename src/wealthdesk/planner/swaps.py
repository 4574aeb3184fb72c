"""A plan while it is searched, from the continuous minimum to whole lots, and from it to better plans near it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from wealthdesk.planner.model import Array, Model

GAIN = 1e-13
"""A change that lowers J by less is none."""


@dataclass(frozen=True, eq=False)
class Steps:
    """Single changes of a trial, one a line: which variable by how many lots, and what it would do.

    taken: of each room (minor units); rows, move: of the rows and of the value share; change: of J; priced: of J when
    the rooms are paid for at their prices.
    """

    variable: Array
    lots: Array
    taken: Array
    rows: Array
    move: Array
    change: Array
    priced: Array

    def __getitem__(self, chosen: Array) -> Steps:
        """Some of the lines."""
        return Steps(
            self.variable[chosen],
            self.lots[chosen],
            self.taken[chosen],
            self.rows[chosen],
            self.move[chosen],
            self.change[chosen],
            self.priced[chosen],
        )

    def nothing(self) -> Steps:
        """As many steps that change nothing; their variable is -1."""
        names = ("lots", "taken", "rows", "move", "change", "priced")
        return Steps(0 * self.variable - 1, *(0 * getattr(self, name) for name in names))

    def joined(self, *others: Steps) -> Steps:
        """These lines and those."""
        others = tuple(each for each in others if len(each.variable))
        if not others:
            return self
        names = ("variable", "lots", "taken", "rows", "move", "change", "priced")
        return Steps(*(np.concatenate([getattr(each, name) for each in (self, *others)]) for name in names))


class Trial:
    """Lots per variable; `room` is what is left of each room, `value` is J.

    `kept` is a variable that no step changes, `gain` what a change has to lower J by.
    """

    def __init__(self, model: Model, lots: Array) -> None:
        self.model = model
        self.kept: int | None = None
        self.gain = GAIN
        self.take(lots)

    def take(self, lots: Array) -> None:
        """Starts again from other lots."""
        model = self.model
        self.lots = lots.astype(float)
        spent, costs = self._spent, self._costs = model.spent(self.lots)
        shares = model.share * self.lots
        self.rows = model.row_gap + shares @ model.exposure
        self.rows[model.cash_row] -= model.cash_scale * float(spent.sum()) / model.total
        self.gaps = model.asset_gap + np.bincount(model.asset, model.side * shares, minlength=len(model.asset_gap))
        self.room = model.room.copy()
        self.room[:-1] -= np.bincount(model.account, spent, minlength=len(self.room) - 1)
        self._gained = model.gained(self.lots)
        self.room[-1] -= float(self._gained.sum())
        self.value = float(self.rows @ self.rows + (model.curve * self.gaps) @ self.gaps + costs.sum())

    def copy(self) -> Trial:
        """The same lots in a trial of its own."""
        trial = Trial(self.model, self.lots)
        trial.gain = self.gain
        return trial

    @property
    def allowed(self) -> bool:
        """Whether no room is overdrawn and nothing is both bought and sold."""
        return bool((self.room >= -1e-6).all()) and not self.contradicts(self.lots)

    def contradicts(self, lots: Array) -> bool:
        """Whether these lots would buy and sell one asset."""
        model = self.model
        if model.is_one_sided:
            return False
        traded = lots > 0
        bought = np.bincount(model.asset[traded & (model.side > 0)], minlength=len(model.asset_gap))
        sold = np.bincount(model.asset[traded & (model.side < 0)], minlength=len(model.asset_gap))
        return bool(((bought > 0) & (sold > 0)).any())

    def steps(self, variable: Array, lots: Array, prices: Array) -> Steps:
        """What single changes would do; all of them within least and most, or to nothing."""
        model = self.model
        spent, costs = model.spent(self.lots[variable] + lots, variable)
        spent = spent - self._spent[variable]
        taken = np.zeros((len(variable), len(self.room)))
        account = model.account[variable]
        taken[np.arange(len(variable)), account] = spent
        if model.gains is not None:
            taken[:, -1] = self._gain_steps(variable, lots)
        shares = model.share[variable] * lots
        rows = model.exposure[variable] * shares[:, None]
        rows[:, model.cash_row] -= (model.cash_scale / model.total) * spent
        move = model.side[variable] * shares
        asset = model.asset[variable]
        change = 2 * (rows @ self.rows) + np.einsum("ij,ij->i", rows, rows) + costs - self._costs[variable]
        change += model.curve[asset] * move * (2 * self.gaps[asset] + move)
        priced = change + taken @ (prices / model.total)
        return Steps(variable, lots, taken, rows, move, change, priced)

    def _gain_steps(self, variable: Array, lots: Array) -> Array:
        lines = self.model.gains
        assert lines is not None
        gained = np.zeros(len(variable))
        for direction in (1, -1):
            chosen = np.flatnonzero(lots * direction > 0)
            after = self.lots.copy()
            after[variable[chosen]] += lots[chosen]
            gained[chosen] = (self.model.gained(after) - self._gained)[variable[chosen]]
        return gained

    def add(self, steps: Steps, line: int) -> None:
        """Makes one of the steps."""
        after = self.lots.copy()
        after[steps.variable[line]] += steps.lots[line]
        self.take(after)

    def singles(self, prices: Array) -> Steps:
        """One lot more and one lot less of everything that may be; over the gap between nothing and the least trade."""
        model, lots = self.model, self.lots
        up = np.where(lots >= model.least, 1.0, model.least - lots)
        can_go_up = lots + up <= model.most
        if not model.is_one_sided:
            bought, sold = self.sides()
            can_go_up &= ~np.where(model.side > 0, sold[model.asset], bought[model.asset])
        down = np.where(lots > model.least, -1.0, -lots)
        can_go_down = lots > 0
        if self.kept is not None:
            can_go_up[self.kept] = can_go_down[self.kept] = False
        raised, lowered = can_go_up.nonzero()[0], can_go_down.nonzero()[0]
        variable = np.concatenate([raised, lowered])
        return self.steps(variable, np.concatenate([up[raised], down[lowered]]), prices)

    def sides(self) -> tuple[Array, Array]:
        """Which assets are bought, and which are sold."""
        model = self.model
        bought, sold = np.zeros(len(model.asset_gap), dtype=bool), np.zeros(len(model.asset_gap), dtype=bool)
        traded = self.lots > 0
        bought[model.asset[traded & (model.side > 0)]] = True
        sold[model.asset[traded & (model.side < 0)]] = True
        return bought, sold

    def attempt(self, variable: Array, lots: Array) -> bool:
        """Makes these changes together if that lowers J and breaks no rule."""
        model = self.model
        after = self.lots.copy()
        np.add.at(after, variable, lots)
        at = after[variable]
        if ((at != 0) & ((at < model.least[variable]) | (at > model.most[variable]))).any():
            return False
        other = Trial(model, after)
        if other.value >= self.value - self.gain or (other.room < np.minimum(self.room, 0.0) - 1e-6).any():
            return False
        if other.contradicts(after):
            return False
        self._spent, self._costs, self._gained = other._spent, other._costs, other._gained
        self.lots, self.rows, self.gaps, self.room, self.value = (
            other.lots,
            other.rows,
            other.gaps,
            other.room,
            other.value,
        )
        return True


def rounded(model: Model, share: Array) -> Array:
    """Whole lots near these shares: the lots of an asset over all accounts to the nearest, by largest fractions.

    An asset that is both bought and sold keeps the side with more; a trade below the least becomes 0 or the least.
    """
    ideal = share / model.share
    ideal = _one_sided(model, ideal)
    floors = np.floor(ideal + 1e-9)
    parts = ideal - floors
    order = np.lexsort((-parts, model.asset))
    asset = model.asset[order]
    wanted = np.rint(np.bincount(model.asset, parts, minlength=len(model.asset_gap)))
    starts = np.flatnonzero(np.diff(asset, prepend=-1))
    rank = np.arange(len(asset)) - np.repeat(starts, np.diff(np.append(starts, len(asset))))
    lots = floors.copy()
    lots[order] += (rank < wanted[asset]) & (parts[order] > 1e-9)
    lots = np.clip(lots, 0.0, model.most)
    small = (lots > 0) & (lots < model.least)
    lots[small] = np.where(ideal[small] * 2 >= model.least[small], model.least[small], 0.0)
    return lots


def _one_sided(model: Model, ideal: Array) -> Array:
    if not (model.side < 0).any() or not (model.side > 0).any():
        return ideal
    net = np.bincount(model.asset, model.side * ideal, minlength=len(model.asset_gap))
    return np.where(model.side * net[model.asset] > 0, ideal, 0.0)


def repair(trial: Trial) -> None:
    """Takes back lots (or sells more) until no room is overdrawn, at the least harm to J per money, if it can.

    What frees one room and overdraws another costs the more, the oftener that one was overdrawn.
    """
    dearer = np.zeros(len(trial.room))
    for _ in range(2 * trial.model.count + 100):
        overdrawn = int(np.argmin(trial.room))
        missing = -float(trial.room[overdrawn])
        if missing <= 1e-6:
            return
        prices = dearer.copy()
        prices[overdrawn] = 0.0
        steps = _freeing(trial, overdrawn, missing, prices)
        if not len(steps.variable):
            return
        harm = steps.priced / np.minimum(-steps.taken[:, overdrawn], missing)
        trial.add(steps, int(np.argmin(harm)))
        dearer[overdrawn] = max(2 * dearer[overdrawn], 1e-3)


def _freeing(trial: Trial, overdrawn: int, missing: float, prices: Array) -> Steps:
    """Steps that free what is missing of a room, one lot at a time or as many as it takes."""
    steps = trial.singles(prices)
    steps = steps[steps.taken[:, overdrawn] < 0]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        times = np.ceil(missing / -steps.taken[:, overdrawn])
    longer = repeated(trial, steps, times, prices)
    longer = longer[longer.taken[:, overdrawn] < 0]
    return steps.joined(longer)


def repeated(trial: Trial, steps: Steps, times: Array, prices: Array) -> Steps:
    """The same steps so many times over, within least and most; only those of more than once."""
    chosen = times > 1
    if not chosen.any():
        return steps[chosen]
    variable, lots = steps.variable[chosen], steps.lots[chosen] * times[chosen]
    model, before = trial.model, trial.lots[variable]
    after = np.clip(before + lots, 0.0, model.most[variable])
    after = np.where((after < model.least[variable]) & (lots > 0), model.least[variable], after)
    after = np.where(after < model.least[variable], 0.0, after)
    return trial.steps(variable, after - before, prices)


def descend(trial: Trial, prices: Array) -> None:
    """Makes the single change that lowers J most, and again, until none does."""
    for _ in range(2 * trial.model.count + 200):
        steps = trial.singles(prices)
        steps = steps.joined(repeated(trial, steps, _best_times(trial, steps), prices))
        change = np.where((steps.taken <= np.maximum(trial.room, 0.0) + 1e-6).all(axis=1), steps.change, 0.0)
        if not len(change):
            return
        best = int(np.argmin(change))
        if change[best] >= -trial.gain:
            return
        trial.add(steps, best)


def _best_times(trial: Trial, steps: Steps) -> Array:
    """How often a step lowers J the most, seen alone, and as far as the rooms go."""
    curve = trial.model.curve[trial.model.asset[steps.variable]]
    bend = np.einsum("ij,ij->i", steps.rows, steps.rows) + curve * steps.move**2
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        times = np.floor((bend - steps.change) / (2 * bend))
        reach = np.where(steps.taken > 0, np.maximum(trial.room, 0.0) / steps.taken, np.inf).min(axis=1)
        times = np.minimum(times, np.floor(reach))
    found: Array = np.minimum(np.where(np.isnan(times), 0.0, times), 1e300)
    return found


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
    if len(values) <= count:
        return np.argsort(values, kind="stable")
    chosen = np.argpartition(values, count)[:count]
    chosen.sort()
    return chosen[np.argsort(values[chosen], kind="stable")]


def _together(trial: Trial, steps: Steps) -> Array:
    """What two steps do to J beyond what each does; infinite for what cannot be done together, and for doubles."""
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
    with np.errstate(invalid="ignore"):
        paid = priced - change
    found: Array = np.where(np.isfinite(paid), paid, 0.0)
    return found


def _try(
    trial: Trial, steps: Steps, halves: _Halves, blocks: Iterable[tuple[int, Array]], prices: Array, tried: int
) -> bool:
    """Makes those combinations of two halves that are allowed and lower J, the most promising first.

    `blocks` are what both halves together do to J with money paid for. What costs more than the worth of all that is
    left in the rooms cannot be paid for: few combinations need a closer look.
    """
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
    together = paid[start : start + len(priced), None] + paid[start:]
    promising = together <= worth + 1e-15
    promising &= priced < together - gain
    found = np.flatnonzero(promising)
    one, other = np.divmod(found, priced.shape[1])
    return one + start, other + start, priced.ravel()[found] - together.ravel()[found]
