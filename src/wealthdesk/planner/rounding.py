"""From the continuous minimum to whole lots: round, give back what is overspent, then spend what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wealthdesk.planner.model import Array, Model
    from wealthdesk.planner.trial import Steps, Trial


def rounded(model: Model, share: Array) -> Array:
    """Whole lots near these shares: the lots of an asset over all accounts to the nearest, by largest fractions.

    An asset that is both bought and sold keeps the side with more; a trade below the least becomes 0 or the least.
    """
    import numpy as np

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
    import numpy as np

    if not (model.side < 0).any() or not (model.side > 0).any():
        return ideal
    net = np.bincount(model.asset, model.side * ideal, minlength=len(model.asset_gap))
    return np.where(model.side * net[model.asset] > 0, ideal, 0.0)


def repair(trial: Trial) -> None:
    """Takes back lots (or sells more) until no room is overdrawn, at the least harm to J per money, if it can.

    What frees one room and overdraws another costs the more, the oftener that one was overdrawn.
    """
    import numpy as np

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
    import numpy as np

    steps = trial.singles(prices)
    steps = steps[steps.taken[:, overdrawn] < 0]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        times = np.ceil(missing / -steps.taken[:, overdrawn])
    longer = repeated(trial, steps, times, prices)
    longer = longer[longer.taken[:, overdrawn] < 0]
    return steps.joined(longer)


def repeated(trial: Trial, steps: Steps, times: Array, prices: Array) -> Steps:
    """The same steps so many times over, within least and most; only those of more than once."""
    import numpy as np

    chosen = times > 1
    variable, lots = steps.variable[chosen], steps.lots[chosen] * times[chosen]
    model, before = trial.model, trial.lots[variable]
    after = np.clip(before + lots, 0.0, model.most[variable])
    after = np.where((after < model.least[variable]) & (lots > 0), model.least[variable], after)
    after = np.where(after < model.least[variable], 0.0, after)
    return trial.steps(variable, after - before, prices)


def descend(trial: Trial, prices: Array) -> None:
    """Makes the single change that lowers J most, and again, until none does."""
    import numpy as np

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
    import numpy as np

    curve = trial.model.curve[trial.model.asset[steps.variable]]
    bend = np.einsum("ij,ij->i", steps.rows, steps.rows) + curve * steps.move**2
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        times = np.floor((bend - steps.change) / (2 * bend))
        reach = np.where(steps.taken > 0, np.maximum(trial.room, 0.0) / steps.taken, np.inf).min(axis=1)
        found: Array = np.nan_to_num(np.minimum(times, np.floor(reach)), nan=0.0, posinf=1e300)
    return found
