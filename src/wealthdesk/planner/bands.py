"""Rebalancing into the bands: first as little outside of them as can be, then as little trading and fees as that takes.

Two programmes, one after the other, say which trades it takes; what they come to is then settled in whole lots, by the
same two programmes of how many lots more or less than that, in money as it is paid, and then by exchanges of lots.
Whatever a programme says is only a start: a plan is what its exact trades come to, and the best of those that were seen
is the answer.

An exchange is some lots more here and fewer there, up to four changes at once. What every change does is known in
whole minor units, rounding and fees and all; which of them go together is searched in arrays, and whatever looks better
is calculated exactly before it counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, inf

import numpy as np

from wealthdesk.planner.answer import Lots, PlanAnswer, broken_rules, class_shares, settle, violation
from wealthdesk.planner.mixed import JUMP, Mixed, Solved
from wealthdesk.planner.model import Array, Model, modelled
from wealthdesk.planner.problem import Place, PlanClass, Problem
from wealthdesk.planner.rules import UNIT, PlanRules, Reach, around, everything

TIMES = 3
"""A change is of up to so many lots; or to nothing, or to all of it."""
SWAPPED = 60
"""Up to so many lots of one asset are exchanged for about as much of another that counts to the same class."""
PER_CLASS = 25
"""So many of those exchanges in each class, those that come out most even."""
WIDTHS = (250, 800)
"""So many combinations of up to two changes are combined with each other, the second where the first finds nothing."""
BLOCK = 16
"""So many of the combinations are looked at together with all others."""
TRIED = 12
"""So many of the combinations that look best are calculated."""
ROUNDS = 60
METHOD = "bands"
SAME = 1e-10
"""Parts of the total outside the bands that are closer than this are the same."""
SURE = 0.4
"""Less than half a minor unit is no difference in what is traded."""
TRIES = 3
"""So often everything is looked at, with more to spare each time."""
NODES = 150
FEW_NODES = 20
"""Of the search tree, over everything and around a plan: exchanges do the rest."""
AGAIN = 12
"""How often a plan is settled again, around a better one or with more to spare where rounding broke a rule."""
CHEAP = 1e-7
"""A lot of less than this part of the total is not counted one by one before a plan is settled."""
AS_GOOD = 6
"""Plans that are only as good are gone on from so often."""
REACH = 4
"""So many lots more or less are looked at where a plan is settled."""


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
        self._changes: dict[tuple[Place, int, int], list[float]] = {}
        self._moves: dict[tuple[Place, ...], list[tuple[Place, int, Place, int]]] = {}
        places = [(asset.id, account.id) for asset in problem.assets for account in problem.accounts]
        self._places = [place for place in places if problem.may_buy(place) or problem.may_sell(place)]
        smallest = problem.min_trade - Fraction(1, 2)
        self._least = {each.id: max(1, ceil(smallest / each.lot)) for each in problem.assets}
        """The fewest lots of each asset that are not below the smallest trade."""
        self._buyable = {place for place in self._places if problem.may_buy(place)}
        self._most = {place: problem.most_lots(place) for place in self._places if problem.may_sell(place)}

    def improve(
        self, lots: Mapping[Place, int], standing: BandStanding, is_better: Callable[[dict[Place, int]], bool]
    ) -> bool:
        """Offers the combinations that look better, the best first, until one is; whether one was."""
        places, counts, effects = self._singles(lots)
        if not places:
            return False
        swaps = list(self._swaps(lots, places, counts, effects))
        effect, together = np.array(effects), self._go_together(places, lots)
        for width in WIDTHS:
            halves = _halves(effect, together, width, swaps)
            for line in self._promising(halves, together, standing):
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
        change = self._changes.get(key := (place, now, count))
        if change is None:
            before, after = self._effect(place, now), self._effect(place, count)
            change = self._changes[key] = [one - other for one, other in zip(after, before, strict=True)]
        return change

    def _counts(self, place: Place, now: int) -> list[int]:
        """The other numbers of lots near this one; nothing, the least and all are always near."""
        problem, asset = self._problem, self._problem.asset[place[0]]
        grain, least = max(1, ceil(1 / asset.lot)), self._least[asset.id]
        near = {now + way * times * grain for times in range(1, TIMES + 1) for way in (-1, 1)}
        return sorted((near | {0, -problem.most_lots(place), least, -least}) - {now})

    def _may_be(self, place: Place, count: int, lots: Mapping[Place, int]) -> bool:
        """Whether so many lots may be traded here, beside what of the asset is traded elsewhere."""
        least = self._least[place[0]]
        if count > 0 and (count < least or place not in self._buyable):
            return False
        if count < 0 and -count > self._most.get(place, 0):
            return False
        if -least < count < 0 and not self._problem.closes(place, -count):
            return False
        asset_id, account_id = place
        return not any(lots.get((asset_id, each), 0) * count < 0 for each in self._accounts if each != account_id)

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
            (float(asset.exposures[each.id] * exact) if each.id in asset.exposures else 0.0)
            + (change if each.id == problem.cash_class else 0)
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
        moves = self._moves.get(key := tuple(members))
        if moves is None:
            moves = self._moves[key] = self._most_even(members)
        found = 0
        for one, by, other, back in moves:
            pair = [(one, lots.get(one, 0) + by), (other, lots.get(other, 0) + back)]
            if all(self._may_be(place, count, lots) for place, count in pair):
                yield pair
                found += 1
                if found == PER_CLASS:
                    return

    def _most_even(self, members: Sequence[Place]) -> list[tuple[Place, int, Place, int]]:
        """The exchanges of any two of these places that come out most even, whatever is traded there."""
        times = np.array([way * each for each in range(1, SWAPPED + 1) for way in (-1, 1)])
        lot = np.array([float(self._problem.asset[asset_id].lot) for asset_id, _ in members])
        one, other, many = np.meshgrid(np.arange(len(members)), np.arange(len(members)), times, indexing="ij")
        back = -np.rint(many * lot[one] / lot[other])
        left = np.abs(many * lot[one] + back * lot[other])
        fair = np.flatnonzero(((one < other) & (np.abs(back) <= SWAPPED) & (back != 0)).ravel())
        most = fair[np.argsort(left.ravel()[fair], kind="stable")][: 4 * PER_CLASS]
        lines = zip(*(each.ravel()[most].tolist() for each in (one, many, other, back)), strict=True)
        return [(members[a], int(by), members[b], int(to)) for a, by, b, to in lines]

    def _whole(self, members: Sequence[Place], lots: Mapping[Place, int]) -> Iterator[Sequence[tuple[Place, int]]]:
        """The exchanges of a whole trade for one of about as much."""
        for place in members:
            for other in members:
                if lots.get(place) and place != other:
                    lot, others = (self._problem.asset[asset_id].lot for asset_id, _ in (place, other))
                    pair = [(place, 0), (other, lots.get(other, 0) + round(lots[place] * lot / others))]
                    if all(self._may_be(at, count, lots) for at, count in pair):
                        yield pair

    def _go_together(self, places: list[Place], lots: Mapping[Place, int]) -> Array:
        """Which changes may be made together: of two places, and of two assets where the asset is in one place only."""
        number = {each: at for at, each in enumerate(self._places)}
        place = np.array([number[each] for each in places])
        names = {asset.id: number for number, asset in enumerate(self._problem.assets)}
        asset = np.array([names[each[0]] for each in places])
        traded = {asset_id for (asset_id, _), count in lots.items() if count}
        held = np.array([each[0] in traded for each in places])
        found: Array = (asset[:, None] != asset) | ((place[:, None] != place) & held[:, None])
        return found

    def _promising(self, halves: LotChanges, together: Array, standing: BandStanding) -> list[list[int]]:
        """The combinations of two halves that look best: less outside, or as much and cheaper; then single halves that
        are as good, so that what comes first by its id is chosen."""
        columns, blocks = np.ascontiguousarray(halves.effect.T), range(0, len(halves.first), BLOCK)
        before = float(standing.outside(np.zeros(len(self._classes))))
        looked_at = zip(*(self._better(columns, standing, before, start) for start in blocks), strict=True)
        one, other, less, change = (np.concatenate(each) for each in looked_at)
        order = np.lexsort((change, less))[: 50 * TRIED]
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

    def _better(
        self, effect: Array, standing: BandStanding, before: float, start: int
    ) -> tuple[Array, Array, Array, Array]:
        """Of some halves from `start` on, those that look better with one up to them: both numbers, how far less
        outside (before: now), and what they cost. All combinations at once would not stay within what processors keep
        close by. effect: of the halves, a line for what each of them changes."""
        accounts, classes, columns = len(self._accounts), len(self._classes), effect[:, : start + BLOCK]
        rows = columns[:, start:, None]
        kept = np.tri(rows.shape[1], columns.shape[1], start, dtype=bool)
        for number in range(accounts):
            kept &= rows[number] + columns[number] >= -standing.spare[number] - 1e-6
        if standing.gain < inf:
            kept &= rows[-2] + columns[-2] <= standing.gain + 1e-6
        change = rows[-1] + columns[-1]
        if before * 1e4 < 0.5:
            # Nothing can be less outside then: only what costs no more is looked at further.
            kept &= change <= 0
        one, other = np.nonzero(kept)
        change, outside = change[one, other], np.zeros(len(one))
        for number in range(classes):
            moved = columns[accounts + number]
            after = standing.classes[number] + moved[one + start] + moved[other]
            outside += np.maximum(after - standing.high[number], 0) + np.maximum(standing.low[number] - after, 0)
        less = np.rint((outside - before) * 1e4) / 1e4
        found = (less < 0) | ((less == 0) & ((change < 0) | ((change == 0) & (other == 0))))
        return one[found] + start, other[found], less[found], change[found]


def _halves(effect: Array, together: Array, width: int, swaps: list[tuple[int, int]]) -> LotChanges:
    """No change, the single ones, the swaps, and the pairs that move least, so many at most."""
    chosen = np.argsort(np.abs(effect).sum(axis=1), kind="stable")[: 2 * width]
    ones = chosen[:width]
    first, second = _least_moving(effect, together, chosen, width)
    none = np.full(1, -1)
    one, other = np.array(swaps, dtype=np.int64).reshape(-1, 2).T
    return LotChanges(
        np.concatenate([none, ones, first, one]),
        np.concatenate([none, np.full(len(ones), -1), second, other]),
        np.concatenate(
            [np.zeros((1, effect.shape[1])), effect[ones], effect[first] + effect[second], effect[one] + effect[other]]
        ),
    )


def _least_moving(effect: Array, together: Array, chosen: Array, width: int) -> tuple[Array, Array]:
    """So many pairs of the chosen changes that may be made together, those that move least; of equal ones the first.

    A line of pairs at a time: all at once would be hundreds of megabytes.
    """
    moves, may = effect[chosen], together[np.ix_(chosen, chosen)]
    later = [at + 1 + np.flatnonzero(may[at, at + 1 :]) for at in range(len(chosen))]
    size = np.concatenate([np.abs(moves[at] + moves[others]).sum(axis=1) for at, others in enumerate(later)])
    first = np.repeat(chosen, [len(others) for others in later])
    second = chosen[np.concatenate(later)]
    kept = np.arange(len(size))
    if len(size) > width:
        kept = np.flatnonzero(size <= np.partition(size, width - 1)[width - 1])
    few = kept[np.argsort(size[kept], kind="stable")[:width]]
    return first[few], second[few]


def plan(problem: Problem) -> PlanAnswer:
    """The plan into the bands; it may be empty, and does not spend what needs not be spent."""
    nothing = _Known(problem, settle(problem, {}, 0.0, METHOD))
    if problem.total <= 0 or (nothing.is_allowed and nothing.outside == 0):
        return nothing.answer
    model = modelled(problem)
    best = nothing
    less = np.zeros(len(model.room))
    around: _Around = {}
    for _ in range(TRIES):
        made = [_Known(problem, settle(problem, lots, method=METHOD)) for lots in _Coarse(model, less).plans()]
        best = min([best, *(_settled(problem, each, around) for each in made)], key=lambda known: known.rank)
        short = np.array([_short(problem, each) for each in made]).reshape(-1, len(less)).max(axis=0, initial=0.0)
        if not short.any():
            break
        less += short
    if best.is_allowed:
        best = _exchanged(problem, best)
    return replace(best.answer, regret_bound=0.0 if best is nothing and not model.count else None)


class _Known:
    """An exact plan and what it comes to."""

    def __init__(self, problem: Problem, answer: PlanAnswer) -> None:
        self.answer = answer
        self.lots: Mapping[Place, int] = answer.lots
        """The lots by place, sales below 0."""
        self.shares = class_shares(problem, answer)
        self.outside = violation(problem, self.shares)
        self.cost = sum(trade.gross + trade.fee for trade in answer.trades)
        self.is_allowed = not any(broken_rules(problem, answer))

    @property
    def rank(self) -> tuple[bool, int, int, int, list[tuple[str, str, int]]]:
        """What comes first is better: allowed, less outside, less traded, fewer trades, smaller lots by id."""
        trades = self.answer.trades
        lots = [(trade.asset_id, trade.account_id, trade.count) for trade in trades]
        return (not self.is_allowed, round(self.outside / Fraction(SAME)), self.cost, len(trades), lots)


class _Coarse:
    """The programmes over everything, in parts of the total: which trades, and about how much of each."""

    def __init__(self, model: Model, less: Array) -> None:
        self._model, self._less = model, less

    def plans(self) -> Iterator[Mapping[Place, int]]:
        """The lots of plans that are least outside, and of the cheapest that are no more so.

        First any parts of lots, then whole ones around what that gives.
        """
        found = None
        for lots in self._lexicographic(everything(self._model)):
            found = lots
            yield self._placed(lots)
        if found is not None and (self._model.share > CHEAP).any():
            yield from map(self._placed, self._lexicographic(around(self._model, found, REACH, CHEAP)))

    def _lexicographic(self, reach: Reach) -> Iterator[Array]:
        rules, outside = self._programme(reach)
        mixed = rules.mixed
        for column in outside:
            mixed.costs[column] = 1.0
        costs = self._costs(rules)
        least = mixed.solve(gap=UNIT * SAME / 2, nodes=NODES)
        if least is None:
            return
        yield rules.found(least)
        first = sum(least.values[column] for column in outside)
        mixed.costs[:] = [costs.get(column, 0.0) for column in range(len(mixed.costs))]
        if outside:
            mixed.row(dict.fromkeys(outside, 1.0), upper=first + UNIT * SAME)
        gap = max(SURE * UNIT / self._model.total, 1e-7 * sum(mixed.costs[at] * least.values[at] for at in costs))
        cheapest = mixed.solve(gap=gap, nodes=NODES, start=least.values)
        if cheapest is not None:
            yield rules.found(cheapest)

    def _costs(self, rules: PlanRules) -> dict[int, float]:
        return {column: cost * UNIT for column, cost in rules.terms(1 + self._model.rate, 1.0).items()}

    def _programme(self, reach: Reach) -> tuple[PlanRules, list[int]]:
        """The rules, and a column for each class: how far it is outside its band."""
        m, problem = self._model, self._model.problem
        rules = PlanRules(m, Mixed(), reach, self._less)
        nothing = class_shares(problem, settle(problem, {}))
        outside = []
        for each in problem.classes:
            if not each.has_band:
                continue
            low, high = _edges(problem, each)
            terms = {at: UNIT * by for at, by in self._share(rules, each).items()}
            column = rules.mixed.column(0.0, 2 * UNIT)
            outside.append(column)
            rules.mixed.row(terms | {column: -1.0}, upper=float((high - nothing[each.id]) * int(UNIT)))
            rules.mixed.row(terms | {column: 1.0}, lower=float((low - nothing[each.id]) * int(UNIT)))
        return rules, outside

    def _share(self, rules: PlanRules, of: PlanClass) -> dict[int, float]:
        m, problem = self._model, self._model.problem
        is_cash = problem.cash_class == of.id
        exposure = np.array([float(each.exposures.get(of.id, 0)) for each in problem.assets])
        return rules.terms(m.side * exposure[m.asset] - is_cash * (m.side + m.rate), -1.0 if is_cash else 0.0)

    def _placed(self, found: Array) -> dict[Place, int]:
        """Lots to the nearest, by place; all of a position where that is what is sold."""
        m = self._model
        lots: dict[Place, int] = {}
        for v in range(m.count):
            if found[v] > 0:
                count = round(float(found[v]) * int(m.grain[v]))
                if m.side[v] < 0:
                    most = m.problem.most_lots(m.places[v])
                    count = -(most if count > most - int(m.grain[v]) else count)
                lots[m.places[v]] = lots.get(m.places[v], 0) + count
        return lots


_Around = dict[tuple[tuple[Lots, ...], tuple[float, ...]], _Known | None]
"""The best plans around plans, by their trades and what is to be spared: different starts lead to the same ones."""


def _settled(problem: Problem, known: _Known, around: _Around) -> _Known:
    """The best plan with the same trades, some lots more or less: what rounding breaks is asked for with more to spare.

    That goes on from the better plan each time.
    """
    best, less = known, [0.0] * (len(problem.accounts) + 1)
    for _ in range(AGAIN):
        key = (best.answer.trades, tuple(less))
        if key not in around:
            around[key] = _Fine(problem, best, less).best()
        found = around[key]
        if found is None:
            break
        if found.rank < best.rank:
            best = found
        elif found.is_allowed or not any(_short(problem, found)):
            break
        else:
            less = [kept + short for kept, short in zip(less, _short(problem, found), strict=True)]
    return best


def _exchanged(problem: Problem, known: _Known) -> _Known:
    """The plan with lots exchanged as long as that makes it better."""
    exchanges, best = Exchanges(problem), known

    def is_better(lots: Mapping[Place, int]) -> bool:
        nonlocal best
        other = _Known(problem, settle(problem, lots, method=METHOD))
        if other.rank >= best.rank:
            return False
        best = other
        return True

    as_good = 0
    for _ in range(ROUNDS):
        before = best
        if as_good == AS_GOOD or not exchanges.improve(best.lots, _standing(problem, best), is_better):
            break
        as_good = as_good + 1 if best.cost == before.cost else 0
    return best


def _standing(problem: Problem, known: _Known) -> BandStanding:
    total = float(problem.total)
    classes = [each for each in problem.classes if each.has_band]
    edges = np.array([[float(edge) * total for edge in _edges(problem, each)] for each in classes]).reshape(-1, 2)
    return BandStanding(
        np.array([float(known.answer.cash[each.id] - problem.floor_of(each)) for each in problem.accounts]),
        np.array([float(known.shares[each.id]) * total for each in classes]),
        edges[:, 0],
        edges[:, 1],
        _left_of_gain(problem, known),
    )


def _short(problem: Problem, known: _Known) -> list[float]:
    """What each account lacks, and what of the gain is above its limit (a little more, as that is no whole number)."""
    cash = known.answer.cash
    over = -_left_of_gain(problem, known)
    return [
        *(max(0.0, problem.floor_of(each) - cash[each.id]) for each in problem.accounts),
        over + 1e-6 if over > 0 else 0.0,
    ]


def _left_of_gain(problem: Problem, known: _Known) -> float:
    if problem.gain_limit is None:
        return inf
    gains = (problem.realised_gain(place, -count) for place, count in known.lots.items() if count < 0)
    return float(problem.gain_limit - sum(gains, Fraction(0)))


class _Fine:
    """The programmes around a known plan: lots more or less of what it trades, money in minor units."""

    def __init__(self, problem: Problem, known: _Known, less: Sequence[float]) -> None:
        self._problem, self._known, self._less = problem, known, less

    def best(self) -> _Known | None:
        """The plan that is least outside, and of those the cheapest."""
        mixed, columns, outside = self._programme()
        for column in outside:
            mixed.costs[column] = 1.0
        least = mixed.solve(gap=0.0, nodes=FEW_NODES, without=(JUMP,))
        if least is None:
            return None
        found = self._plan(columns, least)
        first = sum(least.values[column] for column in outside)
        for column in outside:
            mixed.costs[column] = 0.0
        for place, (column, grain) in columns.items():
            rate = self._rate(place)
            sign = 1 if self._known.lots[place] > 0 else -1
            mixed.costs[column] = sign * float(grain * self._problem.asset[place[0]].lot * (1 + rate))
        if outside:
            mixed.row(dict.fromkeys(outside, 1.0), upper=first + SAME * float(self._problem.total))
        cheapest = mixed.solve(gap=SURE / 4, nodes=FEW_NODES, start=least.values, without=(JUMP,))
        if cheapest is None:
            return found
        return min(found, self._plan(columns, cheapest), key=lambda known: known.rank)

    def _rate(self, place: Place) -> Fraction:
        asset, account = self._problem.asset[place[0]], self._problem.account[place[1]]
        return self._problem.rate_of(asset, account) / 10_000

    def _programme(self) -> tuple[Mixed, dict[Place, tuple[int, int]], list[int]]:
        """The programme, the column and grain of each place, and the columns for what is outside."""
        mixed, problem = Mixed(), self._problem
        columns: dict[Place, tuple[int, int]] = {}
        for place, count in self._known.lots.items():
            grain = max(1, -int(-1 // problem.asset[place[0]].lot))
            low, high = self._window(place, count, grain)
            columns[place] = (mixed.column(float(low), float(high), whole=True), grain)
        self._accounts(mixed, columns)
        self._gains(mixed, columns)
        return mixed, columns, list(self._classes(mixed, columns))

    def _window(self, place: Place, count: int, grain: int) -> tuple[int, int]:
        """How many grains more (or less, of a sale more is less) may be traded."""
        problem, asset = self._problem, self._problem.asset[place[0]]
        least = -int(-(Fraction(problem.min_trade) - Fraction(1, 2)) // asset.lot) if problem.min_trade else 1
        least = max(1, least)
        if count > 0:
            return max(-REACH, -((count - least) // grain)), REACH
        most = problem.most_lots(place)
        if problem.closes(place, -count) and -count < least:
            return 0, 0
        return max(-REACH, -((most + count) // grain)), min(REACH, (-count - least) // grain)

    def _accounts(self, mixed: Mixed, columns: Mapping[Place, tuple[int, int]]) -> None:
        problem = self._problem
        for account, less in zip(problem.accounts, self._less, strict=False):
            terms = {}
            for (asset_id, account_id), (column, grain) in columns.items():
                if account_id == account.id:
                    place = (asset_id, account_id)
                    sign = 1 if self._known.lots[place] > 0 else -1
                    terms[column] = float(grain * problem.asset[asset_id].lot * (1 + sign * self._rate(place)))
            spare = self._known.answer.cash[account.id] - problem.floor_of(account) - less
            if terms:
                mixed.row(terms, upper=spare + 0.5 * len(terms))

    def _gains(self, mixed: Mixed, columns: Mapping[Place, tuple[int, int]]) -> None:
        """What the next lots more would gain at most, and lots less at least."""
        problem = self._problem
        if problem.gain_limit is None:
            return
        terms = {}
        for place, count in self._known.lots.items():
            if count < 0 and place in problem.lots:
                column, grain = columns[place]
                gained = mixed.column(-inf, inf)
                terms[gained] = 1.0
                for lots in {min(problem.most_lots(place), REACH * grain - count), max(0, -count - REACH * grain)}:
                    if lots != -count:
                        slope = self._slope(place, -count, lots) * grain
                        mixed.row({gained: 1.0, column: float(slope)}, lower=0.0)
        mixed.row(terms, upper=_left_of_gain(problem, self._known) - self._less[-1])

    def _slope(self, place: Place, lots: int, other: int) -> Fraction:
        """The gain per lot between two numbers of lots sold."""
        gains = self._problem.realised_gain(place, other) - self._problem.realised_gain(place, lots)
        return gains / (other - lots)

    def _classes(self, mixed: Mixed, columns: Mapping[Place, tuple[int, int]]) -> Iterator[int]:
        problem, known = self._problem, self._known
        for each in problem.classes:
            if not each.has_band:
                continue
            low, high = _edges(problem, each)
            terms = {}
            for place, (column, grain) in columns.items():
                asset = problem.asset[place[0]]
                moved = asset.exposures.get(each.id, Fraction(0)) * asset.lot * grain
                if problem.cash_class == each.id:
                    sign = 1 if known.lots[place] > 0 else -1
                    moved -= grain * asset.lot * (1 + sign * self._rate(place))
                if moved:
                    terms[column] = float(moved)
            out = mixed.column(0.0, inf)
            mixed.row(terms | {out: -1.0}, upper=float((high - known.shares[each.id]) * problem.total))
            mixed.row(terms | {out: 1.0}, lower=float((low - known.shares[each.id]) * problem.total))
            yield out

    def _plan(self, columns: Mapping[Place, tuple[int, int]], solved: Solved) -> _Known:
        lots = dict(self._known.lots)
        for place, (column, grain) in columns.items():
            lots[place] += round(solved.values[column]) * grain
        return _Known(self._problem, settle(self._problem, lots, method=METHOD))


def _edges(problem: Problem, each: PlanClass) -> tuple[Fraction, Fraction]:
    """The lowest and the highest share of a class inside its band."""
    target = problem.class_targets[each.id]
    return target - each.band_low, target + each.band_high
