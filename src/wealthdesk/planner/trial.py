"""A plan while it is searched: lots per variable, and everything that J and the rules need to know of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
        import numpy as np

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
        import numpy as np

        model = self.model
        self.lots = lots.astype(float)
        spent, costs = model.spent(self.lots)
        shares = model.share * self.lots
        self.rows = model.row_gap + shares @ model.exposure
        self.rows[model.cash_row] -= model.cash_scale * float(spent.sum()) / model.total
        self.gaps = model.asset_gap + np.bincount(model.asset, model.side * shares, minlength=len(model.asset_gap))
        self.room = model.room.copy()
        self.room[:-1] -= np.bincount(model.account, spent, minlength=len(self.room) - 1)
        self.room[-1] -= float(model.gained(self.lots).sum())
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
        import numpy as np

        model = self.model
        traded = lots > 0
        bought = np.bincount(model.asset[traded & (model.side > 0)], minlength=len(model.asset_gap))
        sold = np.bincount(model.asset[traded & (model.side < 0)], minlength=len(model.asset_gap))
        return bool(((bought > 0) & (sold > 0)).any())

    def steps(self, variable: Array, lots: Array, prices: Array) -> Steps:
        """What single changes would do; all of them within least and most, or to nothing."""
        import numpy as np

        model = self.model
        before = self.lots[variable]
        spent, costs = model.spent(before + lots, variable)
        spent_before, costs_before = model.spent(before, variable)
        spent = spent - spent_before
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
        change = 2 * (rows @ self.rows) + np.einsum("ij,ij->i", rows, rows) + costs - costs_before
        change += model.curve[asset] * move * (2 * self.gaps[asset] + move)
        priced = change + taken @ (prices / model.total)
        return Steps(variable, lots, taken, rows, move, change, priced)

    def _gain_steps(self, variable: Array, lots: Array) -> Array:
        import numpy as np

        lines = self.model.gains
        assert lines is not None
        before = self.model.gained(self.lots)
        gained = np.zeros(len(variable))
        for direction in (1, -1):
            chosen = np.flatnonzero(lots * direction > 0)
            after = self.lots.copy()
            after[variable[chosen]] += lots[chosen]
            gained[chosen] = (self.model.gained(after) - before)[variable[chosen]]
        return gained

    def add(self, steps: Steps, line: int) -> None:
        """Makes one of the steps."""
        after = self.lots.copy()
        after[steps.variable[line]] += steps.lots[line]
        self.take(after)

    def singles(self, prices: Array) -> Steps:
        """One lot more and one lot less of everything that may be; over the gap between nothing and the least trade."""
        import numpy as np

        model, lots = self.model, self.lots
        up = np.where(lots >= model.least, 1.0, model.least - lots)
        can_go_up = lots + up <= model.most
        bought, sold = self.sides()
        can_go_up &= ~np.where(model.side > 0, sold[model.asset], bought[model.asset])
        down = np.where(lots > model.least, -1.0, -lots)
        can_go_down = lots > 0
        if self.kept is not None:
            can_go_up[self.kept] = can_go_down[self.kept] = False
        raised, lowered = np.flatnonzero(can_go_up), np.flatnonzero(can_go_down)
        variable = np.concatenate([raised, lowered])
        return self.steps(variable, np.concatenate([up[raised], down[lowered]]), prices)

    def sides(self) -> tuple[Array, Array]:
        """Which assets are bought, and which are sold."""
        import numpy as np

        model = self.model
        bought, sold = np.zeros(len(model.asset_gap), dtype=bool), np.zeros(len(model.asset_gap), dtype=bool)
        traded = self.lots > 0
        bought[model.asset[traded & (model.side > 0)]] = True
        sold[model.asset[traded & (model.side < 0)]] = True
        return bought, sold

    def attempt(self, variable: Array, lots: Array) -> bool:
        """Makes these changes together if that lowers J and breaks no rule."""
        import numpy as np

        model = self.model
        after = self.lots.copy()
        np.add.at(after, variable, lots)
        at = after[variable]
        if ((at != 0) & ((at < model.least[variable]) | (at > model.most[variable]))).any():
            return False
        other = Trial(model, after)
        if other.value >= self.value - self.gain or (other.room < np.minimum(self.room, 0.0) - 1e-6).any():
            return False
        if (model.side < 0).any() and other.contradicts(after):
            return False
        self.lots, self.rows, self.gaps, self.room, self.value = (
            other.lots,
            other.rows,
            other.gaps,
            other.room,
            other.value,
        )
        return True
