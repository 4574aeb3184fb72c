"""Cheaper plans into the bands, near a plan: some lots more here and fewer there, up to four changes at once.

What every change does is known in whole minor units, rounding and fees and all; which of them go together is searched
in arrays, and whatever looks better is calculated exactly before it counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from wealthdesk.planner.problem import Place, Problem

if TYPE_CHECKING:
    from wealthdesk.planner.model import Array

TIMES = 3
"""A change is of up to so many lots; or to nothing, or to all of it."""
SWAPPED = 60
"""Up to so many lots of one asset are exchanged for about as much of another that counts to the same class."""
PER_CLASS = 25
"""So many of those exchanges in each class, those that come out most even."""
WIDTHS = (250, 800)
"""So many combinations of up to two changes are combined with each other, the second where the first finds nothing."""
TRIED = 12
"""So many of the combinations that look best are calculated."""
ROUNDS = 60


@dataclass(frozen=True, slots=True)
class BandStanding:
    """Where a plan leaves things, in minor units: what each account has above its floor, each class with a band, and
    what of the gain limit is left."""

    spare: Array
    classes: Array
    low: Array
    high: Array
    gain: float

    def outside(self, moved: Array) -> Array:
        """How far all classes are outside together, after so much more of each (a line per case)."""
        import numpy as np

        after = self.classes + moved
        found: Array = (np.maximum(after - self.high, 0.0) + np.maximum(self.low - after, 0.0)).sum(axis=-1)
        return found


@dataclass(frozen=True, eq=False)
class LotChanges:
    """Changes of the lots at one place each, or combinations of two of them (`second` is -1 where there is one).

    effect: of each account's cash, each class, the gain, and the cost.
    """

    first: Array
    second: Array
    effect: Array


class Exchanges:
    """The changes of a problem; what each lot costs is asked once."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._accounts = {each.id: number for number, each in enumerate(problem.accounts)}
        self._classes = [each for each in problem.classes if each.has_band]
        self._known: dict[tuple[Place, int], list[float]] = {}
        places = [(asset.id, account.id) for asset in problem.assets for account in problem.accounts]
        self._places = [place for place in places if problem.may_buy(place) or problem.may_sell(place)]

    def improve(
        self, lots: Mapping[Place, int], standing: BandStanding, is_better: Callable[[dict[Place, int]], bool]
    ) -> bool:
        """Offers the combinations that look better, the best first, until one is; whether one was."""
        places, counts, effects = self._singles(lots)
        if not places:
            return False
        import numpy as np

        swaps = list(self._swaps(lots, places, counts, effects))
        effect = np.array(effects)
        for width in WIDTHS:
            halves = self._halves(places, effect, width, lots, swaps)
            for line in self._promising(places, halves, standing, lots):
                changed = dict(lots)
                for number in line:
                    changed[places[number]] = counts[number]
                if is_better(changed):
                    return True
        return False

    def _singles(self, lots: Mapping[Place, int]) -> tuple[list[Place], list[int], list[list[float]]]:
        """Every change of one place: the place, its new lots, and the effect."""
        places, counts, effects = list[Place](), list[int](), list[list[float]]()
        for place in self._places:
            now = lots.get(place, 0)
            for count in self._counts(place, now):
                if self._may_be(place, count, lots):
                    places.append(place)
                    counts.append(count)
                    effects.append(self._change(place, now, count))
        return places, counts, effects

    def _change(self, place: Place, now: int, count: int) -> list[float]:
        before, after = self._effect(place, now), self._effect(place, count)
        return [one - other for one, other in zip(after, before, strict=True)]

    def _counts(self, place: Place, now: int) -> list[int]:
        """The other numbers of lots near this one; nothing, the least and all are always near."""
        problem, asset = self._problem, self._problem.asset[place[0]]
        grain, least = max(1, ceil(1 / asset.lot)), self._least(place)
        near = {now + way * times * grain for times in range(1, TIMES + 1) for way in (-1, 1)}
        return sorted((near | {0, -problem.most_lots(place), least, -least}) - {now})

    def _least(self, place: Place) -> int:
        """The fewest lots that are not below the smallest trade."""
        least = (self._problem.min_trade - Fraction(1, 2)) / self._problem.asset[place[0]].lot
        return max(1, ceil(least))

    def _may_be(self, place: Place, count: int, lots: Mapping[Place, int]) -> bool:
        """Whether so many lots may be traded here, beside what of the asset is traded elsewhere."""
        problem = self._problem
        others = (each for at, each in lots.items() if at[0] == place[0] and at != place)
        if any(each * count < 0 for each in others):
            return False
        if count > 0:
            return count >= self._least(place) and problem.may_buy(place)
        is_large_enough = -count >= self._least(place) or problem.closes(place, -count)
        return count == 0 or (problem.may_sell(place) and -count <= problem.most_lots(place) and is_large_enough)

    def _effect(self, place: Place, count: int) -> list[float]:
        """What so many lots do: to each account's cash, each class, the gain and the cost."""
        key = (place, count)
        if key not in self._known:
            self._known[key] = self._calculated(place, count)
        return self._known[key]

    def _calculated(self, place: Place, count: int) -> list[float]:
        problem, asset = self._problem, self._problem.asset[place[0]]
        exact = count * asset.lot if count > 0 else -problem.sold(place, -count)
        gross = problem.gross(asset, count) if count > 0 else problem.gross_of_sale(place, -count)
        fee = problem.fee(asset, problem.account[place[1]], gross) if count else 0
        change = -gross - fee if count > 0 else gross - fee
        cash = [0.0] * len(self._accounts)
        cash[self._accounts[place[1]]] = float(change)
        classes = [
            float(asset.exposures.get(each.id, Fraction(0)) * exact) + (change if each.id == problem.cash_class else 0)
            for each in self._classes
        ]
        is_limited = problem.gain_limit is not None and count < 0
        gain = float(problem.realised_gain(place, -count)) if is_limited else 0.0
        return [*cash, *classes, gain, float(gross + fee)]

    def _swaps(
        self, lots: Mapping[Place, int], places: list[Place], counts: list[int], effects: list[list[float]]
    ) -> Iterator[tuple[int, int]]:
        """Exchanges of several lots of two assets of the same classes in one account.

        The changes that they are made of are added where they are missing.
        """
        number = {pair: at for at, pair in enumerate(zip(places, counts, strict=True))}
        groups: dict[tuple[str, tuple[tuple[str, Fraction], ...]], list[Place]] = {}
        for place in dict.fromkeys(places):
            exposures = self._problem.asset[place[0]].exposures
            groups.setdefault((place[1], tuple(exposures.items())), []).append(place)
        for members in groups.values():
            for pair in (*self._even(members, lots), *self._whole(members, lots)):
                for place, count in pair:
                    if (place, count) not in number:
                        number[place, count] = len(places)
                        places.append(place)
                        counts.append(count)
                        effects.append(self._change(place, lots.get(place, 0), count))
                yield number[pair[0]], number[pair[1]]

    def _even(self, members: Sequence[Place], lots: Mapping[Place, int]) -> Iterator[Sequence[tuple[Place, int]]]:
        """The exchanges of some lots that come out most even."""
        import numpy as np

        times = np.array([way * each for each in range(1, SWAPPED + 1) for way in (-1, 1)])
        lot = np.array([float(self._problem.asset[asset_id].lot) for asset_id, _ in members])
        one, other, many = np.meshgrid(np.arange(len(members)), np.arange(len(members)), times, indexing="ij")
        back = -np.rint(many * lot[one] / lot[other])
        left = np.abs(many * lot[one] + back * lot[other])
        fair = np.flatnonzero(((one < other) & (np.abs(back) <= SWAPPED) & (back != 0)).ravel())
        found = 0
        for at in fair[np.argsort(left.ravel()[fair], kind="stable")][: 4 * PER_CLASS]:
            moved = ((one.ravel()[at], many.ravel()[at]), (other.ravel()[at], back.ravel()[at]))
            pair = [(members[index], lots.get(members[index], 0) + int(by)) for index, by in moved]
            if all(self._may_be(place, count, lots) for place, count in pair):
                yield pair
                found += 1
                if found == PER_CLASS:
                    return

    def _whole(self, members: Sequence[Place], lots: Mapping[Place, int]) -> Iterator[Sequence[tuple[Place, int]]]:
        """The exchanges of a whole trade for one of about as much."""
        for place in members:
            for other in members:
                if lots.get(place) and place != other:
                    lot, others = (self._problem.asset[asset_id].lot for asset_id, _ in (place, other))
                    pair = [(place, 0), (other, lots.get(other, 0) + round(lots[place] * lot / others))]
                    if all(self._may_be(at, count, lots) for at, count in pair):
                        yield pair

    def _halves(
        self,
        places: list[Place],
        effect: Array,
        width: int,
        lots: Mapping[Place, int],
        swaps: list[tuple[int, int]],
    ) -> LotChanges:
        """No change, the single ones, the swaps, and the pairs that move least, so many at most."""
        import numpy as np

        size = np.abs(effect).sum(axis=1)
        chosen = np.argsort(size, kind="stable")[: 2 * width]
        first, second = np.triu_indices(len(chosen), 1)
        first, second = chosen[first], chosen[second]
        kept = self._go_together(places, lots)[first, second]
        first, second = first[kept], second[kept]
        both = effect[first] + effect[second]
        few = np.argsort(np.abs(both).sum(axis=1), kind="stable")[:width]
        ones = chosen[:width]
        none = np.full(1, -1)
        one, other = np.array(swaps, dtype=np.int64).reshape(-1, 2).T
        return LotChanges(
            np.concatenate([none, ones, first[few], one]),
            np.concatenate([none, np.full(len(ones), -1), second[few], other]),
            np.concatenate([np.zeros((1, effect.shape[1])), effect[ones], both[few], effect[one] + effect[other]]),
        )

    def _go_together(self, places: list[Place], lots: Mapping[Place, int]) -> Array:
        """Which changes may be made together: of two places, and of two assets where the asset is in one place only."""
        import numpy as np

        place = np.array([self._places.index(each) for each in places])
        names = {asset.id: number for number, asset in enumerate(self._problem.assets)}
        asset = np.array([names[each[0]] for each in places])
        traded = {asset_id for (asset_id, _), count in lots.items() if count}
        held = np.array([each[0] in traded for each in places])
        found: Array = (asset[:, None] != asset) | ((place[:, None] != place) & held[:, None])
        return found

    def _promising(
        self, places: list[Place], halves: LotChanges, standing: BandStanding, lots: Mapping[Place, int]
    ) -> list[list[int]]:
        """The combinations of two halves that look best: less outside, or as much and cheaper; then single halves that
        are as good, so that what comes first by its id is chosen."""
        import numpy as np

        accounts, classes = len(self._accounts), len(self._classes)
        effect = halves.effect
        cost = effect[:, -1]
        outside_now = float(standing.outside(np.zeros(classes)))
        kept = np.ones((len(cost), len(cost)), dtype=bool)
        kept &= np.tri(len(cost), dtype=bool)
        for number in range(accounts):
            money = effect[:, number]
            kept &= money[:, None] + money >= -standing.spare[number] - 1e-6
        gain = effect[:, -2]
        kept &= gain[:, None] + gain <= standing.gain + 1e-6
        one, other = np.nonzero(kept)
        outside = np.zeros(len(one))
        for number in range(classes):
            moved = effect[:, accounts + number]
            after = standing.classes[number] + moved[one] + moved[other]
            outside += np.maximum(after - standing.high[number], 0) + np.maximum(standing.low[number] - after, 0)
        change = cost[one] + cost[other]
        less = np.rint((outside - outside_now) * 1e4) / 1e4
        better = np.flatnonzero((less < 0) | ((less == 0) & ((change < 0) | ((change == 0) & (other == 0)))))
        order = better[np.lexsort((change[better], less[better]))][: 50 * TRIED]
        together = self._go_together(places, lots)
        found: list[list[int]] = []
        for line in order:
            parts = (halves.first[one[line]], halves.second[one[line]], halves.first[other[line]])
            numbers = [int(each) for each in (*parts, halves.second[other[line]]) if each >= 0]
            pairs = [(a, b) for at, a in enumerate(numbers) for b in numbers[at + 1 :]]
            if all(together[a, b] for a, b in pairs):
                found.append(numbers)
                if len(found) == TRIED:
                    break
        return found
