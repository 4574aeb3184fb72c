"""The best plan of a problem, looked for without the planner: by trying all, by sets of trades, and by small steps.

Everything here is in floats and in bulk; what it finds counts only after the referee has scored it exactly.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product

import numpy as np
import numpy.typing as npt

from deep.referee import Case, Place

Floats = npt.NDArray[np.float64]

MOST_PLANS = 1_500_000
"""So many plans are tried one by one; of more, none."""
CHUNK = 60_000
FINE = 3e-6
"""A lot worth less than this part of the total is as good as any amount."""


class Board:
    """A case as arrays: the places where something may be traded, and every plan a row of lots (sales below 0)."""

    def __init__(self, case: Case) -> None:
        self.case, self.total = case, float(case.total)
        self.places: list[Place] = sorted(
            ((h, a) for h in case.lines for a in case.purses if case.may_buy((h, a)) or case.may_sell((h, a))),
            key=lambda place: (place[1], place[0]),
        )
        lines = [case.lines[h] for h, _ in self.places]
        purses = [case.purses[a] for _, a in self.places]
        self.lot = np.array([float(line.lot) for line in lines])
        self.most_sold = np.array(
            [int(case.held[p] * case.lines[p[0]].price / case.lines[p[0]].lot) if case.may_sell(p) else 0
             for p in self.places], dtype=np.int64,
        )  # fmt: skip
        self.closes = np.array(
            [case.may_sell(p) and int(n) * case.lines[p[0]].lot == case.held[p] * case.lines[p[0]].price
             for p, n in zip(self.places, self.most_sold, strict=True)], dtype=bool,
        )  # fmt: skip
        self.fixed = np.array([purse.fixed for purse in purses], dtype=float)
        self.rate = np.array(
            [float(purse.rate + (purse.exchange if line.currency != purse.currency else 0)) / 10_000
             for line, purse in zip(lines, purses, strict=True)]
        )  # fmt: skip
        self.accounts = list(case.purses.values())
        self.floor = np.array([case.floor(each) for each in self.accounts], dtype=float)
        self.keeps = np.array([each.buffer + each.leaves for each in self.accounts], dtype=float)
        self.cash = np.array([each.cash for each in self.accounts], dtype=float)
        number = {each.id: k for k, each in enumerate(self.accounts)}
        self.account = np.array([number[a] for _, a in self.places], dtype=int)
        proceeds = np.zeros(len(self.accounts))
        np.add.at(proceeds, self.account, self.most_sold * self.lot * (1 - self.rate))
        room = np.maximum(self.cash - self.floor + proceeds, 0)
        can_buy = np.array([case.may_buy(p) for p in self.places], dtype=bool)
        self.most_bought = np.where(can_buy, (room[self.account] + 1) / self.lot, 0).astype(np.int64)
        self.penalty = np.array([float(case.penalties.get(p, 0)) for p in self.places])
        self._rows()

    def _rows(self) -> None:
        """Rows of J: classes, holdings, and the cash row, each start + row · value of the trades, weighted."""
        case, total = self.case, self.total
        names = list(case.targets)
        d0 = float(case.weights["d0"])
        before = dict.fromkeys(case.lines, 0.0)
        for (h, _), quantity in case.held.items():
            before[h] += float(quantity * case.lines[h].price)
        kept = float(self.cash.sum()) - case.leaves - sum(each.leaves for each in self.accounts)
        rows, start, weight, cash_part = [], [], [], []
        for name in names:
            share = np.array([float(case.lines[h].exposure.get(name, 0)) for h, _ in self.places])
            whole = sum(float(line.exposure.get(name, 0)) * before[line.id] for line in case.lines.values())
            is_cash = name == case.cash_class
            target = float(case.targets[name])
            rows.append(share / total)
            start.append((whole + (kept if is_cash else 0)) / total - target)
            weight.append(float(case.weights["kappa"]) / (target or d0))
            cash_part.append(1.0 if is_cash else 0.0)
        for h, share_wanted in case.own.items():
            target = float(share_wanted)
            rows.append(np.array([1.0 if h == name else 0.0 for name, _ in self.places]) / total)
            start.append(before[h] / total - target)
            weight.append(1 / (target or d0))
            cash_part.append(0.0)
        if not case.cash_class:
            rows.append(np.zeros(len(self.places)))
            start.append((kept - sum(each.buffer for each in self.accounts)) / total)
            weight.append(1 / d0)
            cash_part.append(1.0)
        self.rows, self.start = np.array(rows), np.array(start)
        self.weight, self.cash_part = np.array(weight), np.array(cash_part)
        bands = [case.bands[name] for name in names]
        self.band_low = np.array([float(low) if low or high else np.inf for low, high in bands])
        self.band_high = np.array([float(high) if low or high else np.inf for low, high in bands])
        self.classes = len(names)
        lines = sorted(case.lines)
        self.line = np.array([lines.index(h) for h, _ in self.places], dtype=int)

    def costs(self, lots: Floats) -> tuple[Floats, Floats]:
        """Gross and fee of every trade of plans of the board's places."""
        return self._costs(lots, slice(None))

    def _costs(self, lots: Floats, which: slice | Sequence[int]) -> tuple[Floats, Floats]:
        gross = np.floor(np.abs(lots) * self.lot[which] + 0.5)
        fee = np.where(lots != 0, self.fixed[which] + np.floor(gross * self.rate[which] + 0.5), 0.0)
        return gross, fee

    def values(self, lots: Floats) -> Floats:
        """What counts of each plan, less is better; infinite where a rule is broken."""
        gross, fee = self.costs(lots)
        change = -np.sign(lots) * gross - fee
        cash = np.array([change[:, self.account == k].sum(axis=1) for k in range(len(self.accounts))]).T + self.cash
        moved = change.sum(axis=1) / self.total
        r = self.start + (lots * self.lot) @ self.rows.T + moved[:, None] * self.cash_part
        if self.case.mode == "band":
            shares = r[:, : self.classes]
            off = np.maximum(0, np.maximum(shares - self.band_high, -self.band_low - shares)).sum(axis=1)
            value = np.rint(off * 1e9) * 1e3 + (gross + fee).sum(axis=1) / self.total
        else:
            value = (r * r) @ self.weight
            value = value + float(self.case.weights["gamma"]) * fee.sum(axis=1) / self.total
            value = value + np.maximum(lots, 0) @ (self.penalty * self.lot) / self.total
            if self.case.mode == "rebalance":
                value = value + float(self.case.weights["eta"]) * gross.sum(axis=1) / self.total
        return np.where(self._allowed(lots, gross, cash), value, np.inf)

    def _allowed(self, lots: Floats, gross: Floats, cash: Floats) -> npt.NDArray[np.bool_]:
        case = self.case
        good: npt.NDArray[np.bool_] = np.all(cash >= self.floor, axis=1)
        good &= ((lots >= -self.most_sold) & (lots <= self.most_bought)).all(axis=1)
        if case.leaves:
            good &= np.maximum(cash - self.keeps, 0).sum(axis=1) >= case.leaves
        if case.min_trade:
            whole = (lots == -self.most_sold) & self.closes
            good &= ((gross >= case.min_trade) | (lots == 0) | whole).all(axis=1)
        if case.max_trades is not None:
            good &= (lots != 0).sum(axis=1) <= case.max_trades
        for number in set(self.line[np.bincount(self.line, minlength=1)[self.line] > 1].tolist()):
            mine = lots[:, self.line == number]
            good &= ~((mine > 0).any(axis=1) & (mine < 0).any(axis=1))
        if case.gain_limit is not None and good.any():
            good &= self._gains(lots) <= case.gain_limit + 0.5
        return good

    def _gains(self, lots: Floats) -> Floats:
        gains = np.zeros(len(lots))
        for k, place in enumerate(self.places):
            if place in self.case.lots and self.case.lots[place] and self.most_sold[k]:
                ends, sums = self._gain_steps(place)
                gains += np.interp(np.maximum(0, -lots[:, k]) * self.lot[k], ends, sums)
        return gains

    def gain_parts(self, place: Place) -> list[tuple[float, float]]:
        """The tax lots of a place, dearest first: their worth in cents, and the gain per cent sold."""
        price = self.case.lines[place[0]].price
        ordered = sorted(self.case.lots.get(place, []), key=lambda each: each[1], reverse=True)
        return [(float(size * price), float((price - cost) / price)) for size, cost in ordered]

    def _gain_steps(self, place: Place) -> tuple[list[float], list[float]]:
        ends, sums = [0.0], [0.0]
        for size, gain in self.gain_parts(place):
            ends.append(ends[-1] + size)
            sums.append(sums[-1] + size * gain)
        return ends, sums

    def plan(self, lots: Floats) -> dict[Place, int]:
        """A row as a plan."""
        return {place: int(count) for place, count in zip(self.places, lots, strict=True) if count}

    def row(self, plan: Mapping[Place, int]) -> Floats:
        """A plan as a row."""
        return np.array([float(plan.get(place, 0)) for place in self.places])


# All plans


def tried(board: Board) -> Floats | None:
    """The best of all plans, or None where there are too many to try."""
    sets = []
    count = 1
    for k in range(len(board.accounts)):
        rows = _of_account(board, k)
        if rows is None:
            return None
        count *= max(1, len(rows))
        if count > MOST_PLANS:
            return None
        sets.append(rows)
    best, least = np.zeros(len(board.places)), np.inf
    for some in _products(sets):
        values = board.values(some)
        if len(values) and values.min() < least:
            least, best = float(values.min()), some[int(values.argmin())]
    return best if np.isfinite(least) else np.zeros(len(board.places))


def _of_account(board: Board, k: int) -> Floats | None:
    """Every plan of one account that its own cash pays: sales first, so that what is bought too dear is dropped."""
    mine = [p for p in range(len(board.places)) if board.account[p] == k]
    rows = np.zeros((1, len(mine)))
    cash = np.array([board.cash[k]])
    for side in (-1, 1):
        for at, p in enumerate(mine):
            most = int(board.most_sold[p] if side < 0 else board.most_bought[p])
            if len(rows) * (most + 1) > MOST_PLANS:
                return None
            counts = side * np.arange(0, most + 1, dtype=float)
            grown = np.repeat(rows, len(counts), axis=0)
            added = np.tile(counts, len(rows))
            is_free = (grown[:, at] == 0) | (added == 0)
            grown[:, at] += added
            gross, fee = board._costs(added[:, None], [p])
            cash = np.repeat(cash, len(counts)) + (-np.sign(added) * gross[:, 0] - fee[:, 0])
            keep = is_free & ((cash >= board.floor[k]) if side > 0 else np.ones(len(cash), dtype=bool))
            rows, cash = grown[keep], cash[keep]
    return np.asarray(rows[cash >= board.floor[k]])


def _products(sets: Sequence[Floats]) -> Iterator[Floats]:
    """All combinations of one row of each set, side by side, some at a time; places are ordered by account."""
    last = sets[-1]
    for heads in product(*[range(len(each)) for each in sets[:-1]]):
        head = np.concatenate([each[at] for each, at in zip(sets, heads, strict=False)]) if heads else np.zeros(0)
        for first in range(0, len(last), CHUNK):
            part = last[first : first + CHUNK]
            yield np.hstack([np.tile(head, (len(part), 1)), part])


# Small steps


def stepped(board: Board, start: Floats, seed: int, rounds: int = 60, most: int = 1_500) -> Floats:
    """The best plan that steps of one or two places reach from a plan, large steps first."""
    rng = np.random.default_rng(seed)
    best, least = start, float(board.values(start[None, :])[0])
    fine = board.lot < FINE * board.total
    scale = 0.03
    for _ in range(rounds):
        size = np.maximum(1, np.round(np.where(fine, scale * board.total / board.lot, 1 + scale * 8)))
        moves = _moves(board, size, rng, most)
        some = np.clip(best + moves, -board.most_sold, board.most_bought)
        values = board.values(some)
        at = int(values.argmin())
        if values[at] < least - 1e-13:
            best, least = some[at], float(values[at])
        else:
            scale /= 3
            if scale < 1e-8:
                break
    return best


def _moves(board: Board, size: Floats, rng: np.random.Generator, most: int) -> Floats:
    """Steps of one place, and of two places of about the same worth in opposite or the same directions."""
    count = len(board.places)
    single = np.vstack([np.diag(size), -np.diag(size), np.diag(2 * size), np.diag(-2 * size)])
    closing = np.diag(-board.most_sold.astype(float))
    pairs = [(i, j) for i in range(count) for j in range(count) if i != j]
    if len(pairs) * 3 > most:
        pairs = [pairs[k] for k in rng.choice(len(pairs), most // 3, replace=False)]
    double = np.zeros((3 * len(pairs), count))
    for at, (i, j) in enumerate(pairs):
        other = size[i] * board.lot[i] / board.lot[j]
        for k, change in enumerate((-np.ceil(other), -np.floor(other), size[j])):
            double[3 * at + k, i], double[3 * at + k, j] = size[i], change
    return np.vstack([single, closing, double])


# Sets of trades, each sized by a convex programme


class Convex:
    """min ½ x'Hx + c'x within 0 ≤ x ≤ u and A x ≤ b, by an interior point."""

    def __init__(self, h: Floats, c: Floats, a: Floats, b: Floats, u: Floats) -> None:
        self.h, self.c, self.a, self.b, self.u = h, c, a, b, u

    def solved(self) -> Floats | None:
        """The least point, or None where there seems to be none."""
        with np.errstate(all="ignore"):
            try:
                return self._solved()
            except np.linalg.LinAlgError:
                return None

    def _solved(self) -> Floats | None:
        a, b, u = self.a, self.b, self.u
        x = u / 2
        s = np.maximum(b - a @ x, 1e-2)
        z, low, high = np.full(len(b), 0.1), np.full(len(u), 0.1), np.full(len(u), 0.1)
        count = len(b) + 2 * len(u)
        for _ in range(60):
            dual = self.h @ x + self.c + a.T @ z - low + high
            primal = a @ x + s - b
            mu = (s @ z + x @ low + (u - x) @ high) / count
            if mu < 1e-13 and np.abs(primal).max(initial=0) < 1e-11 and np.abs(dual).max(initial=0) < 1e-8:
                return x
            gap = u - x
            matrix = self.h + (a.T * (z / s)) @ a + np.diag(low / x + high / gap)
            if not np.isfinite(matrix).all():
                return None
            step = None
            target = np.zeros(3)
            extra: tuple[Floats, Floats, Floats] = (np.zeros(len(b)), np.zeros(len(u)), np.zeros(len(u)))
            for turn in range(2):
                center = target[0]
                rs, rl, rh = center - s * z - extra[0], center - x * low - extra[1], center - gap * high - extra[2]
                right = -dual - a.T @ ((rs + z * primal) / s) + rl / x - rh / gap
                if not np.isfinite(right).all():
                    return None
                dx = np.linalg.solve(matrix, right)
                ds = -primal - a @ dx
                dz, dl, dh = (rs - z * ds) / s, (rl - low * dx) / x, (rh + high * dx) / gap
                reach = _reach(((s, ds), (x, dx), (gap, -dx)))
                reach_dual = _reach(((z, dz), (low, dl), (high, dh)))
                if turn == 0:
                    after = (
                        (s + reach * ds) @ (z + reach_dual * dz)
                        + (x + reach * dx) @ (low + reach_dual * dl)
                        + (gap - reach * dx) @ (high + reach_dual * dh)
                    ) / count
                    target[0] = mu * (after / mu) ** 3
                    extra = (ds * dz, dx * dl, -dx * dh)
                else:
                    step = (0.995 * reach, 0.995 * reach_dual)
            assert step is not None
            x, s = x + step[0] * dx, s + step[0] * ds
            z, low, high = z + step[1] * dz, low + step[1] * dl, high + step[1] * dh
            if not np.isfinite(x).all() or z.max(initial=0) > 1e12:
                return None
        return x if np.abs(primal).max(initial=0) < 1e-8 else None


def _reach(pairs: Sequence[tuple[Floats, Floats]]) -> float:
    """The longest step that keeps all positive."""
    value, change = (np.concatenate(each) for each in zip(*pairs, strict=True))
    falls = change < 0
    return min(1.0, float((-value[falls] / change[falls]).min(initial=1.0)))


FREE, ON, OFF, CLOSED = 0, 1, 2, 3


class Sets:
    """The best plan by branching over which trades there are; each set is a convex programme in shares of the total."""

    def __init__(self, board: Board, nodes: int, is_whole: bool = True) -> None:
        self.board, self.nodes = board, nodes
        self.is_whole = is_whole and bool((board.lot > FINE * board.total).any())
        total = board.total
        self.actions: list[tuple[int, int]] = []
        self.upper: list[float] = []
        columns: list[tuple[int, float, float]] = []
        for p, place in enumerate(board.places):
            if board.most_bought[p]:
                columns.append((len(self.actions), board.most_bought[p] * board.lot[p] / total, 0.0))
                self.actions.append((p, 1))
                self.upper.append(columns[-1][1])
            if board.most_sold[p]:
                held = board.most_sold[p] * board.lot[p] / total
                self.upper.append(held)
                left = held
                for size, gain in board.gain_parts(place) if board.case.gain_limit is not None else []:
                    part = min(left, size / total)
                    if part > 1e-12:
                        columns.append((len(self.actions), part, gain))
                        left -= part
                if left > 1e-12:
                    columns.append((len(self.actions), left, 0.0))
                self.actions.append((p, -1))
        self.of = np.array([action for action, _, _ in columns], dtype=int)
        self.most = np.array([most for _, most, _ in columns])
        self.gain = np.array([gain for _, _, gain in columns])
        self.place = np.array([p for p, _ in self.actions], dtype=int)
        self.side = np.array([side for _, side in self.actions], dtype=float)
        self.cap = np.array(self.upper)
        case = board.case
        self.is_counted = case.max_trades is not None
        self.least = case.min_trade / total
        self.is_discrete = (board.fixed[self.place] > 0) | bool(self.least) | self.is_counted

    def best(self, keep: Callable[[Floats], None]) -> float:
        """Hands every whole plan on the way to `keep`; a lower bound of J (not exact) of all plans."""
        if not self.actions:
            return -np.inf
        open_nodes = [(-np.inf, 0, np.zeros(len(self.actions), dtype=int), np.zeros_like(self.cap), self.cap.copy())]
        best, made = np.inf, 0
        while open_nodes and made < self.nodes:
            open_nodes.sort(key=lambda node: (node[0], -node[1]), reverse=True)
            bound, _, state, low, high = open_nodes.pop()
            if bound >= best - 1e-12 - 1e-7 * abs(best):
                continue
            solved = self._relaxed(state, low, high)
            made += 1
            if solved is None:
                continue
            value, x = solved
            if value >= best - 1e-12:
                continue
            lots = self._rounded(x, state)
            keep(lots)
            found = float(self.board.values(lots[None, :])[0])
            best = min(best, found)
            for changed in self._branches(x, state, low, high):
                open_nodes.append((value, made, *changed))
        return min([node[0] for node in open_nodes], default=best)

    def _relaxed(self, state: npt.NDArray[np.int_], low: Floats, high: Floats) -> tuple[float, Floats] | None:
        """The convex programme of a node: its least value, and the amount of every action."""
        board, case, total = self.board, self.board.case, self.board.total
        place, side = self.place, self.side
        on = state == ON
        live = state != OFF
        fixed = board.fixed[place] / total
        slope = np.where(state == FREE, fixed / np.maximum(self.cap, 1e-15), 0.0)
        base_fee = np.where(on | (state == CLOSED), fixed, 0.0)
        rate = board.rate[place] + slope
        cash_slope = np.where(side > 0, -1 - rate, 1 - rate)
        # rows of J in the actions' amounts
        rows = board.rows[:, place] * total * side + board.cash_part[:, None] * cash_slope
        start = board.start - board.cash_part * base_fee.sum()
        linear = float(case.weights["gamma"]) * rate + np.where(side > 0, board.penalty[place], 0.0)
        if case.mode == "rebalance":
            linear = linear + float(case.weights["eta"])
        constant = float(case.weights["gamma"]) * base_fee.sum()
        # columns that still move, shifted by nothing: lower limits are rows
        columns = np.flatnonzero(live[self.of])
        if not len(columns):
            return (float(start @ (board.weight * start)) + constant, np.zeros(len(self.actions)))
        of = self.of[columns]
        r = rows[:, of]
        h = 2 * (r.T * board.weight) @ r
        c = 2 * r.T @ (board.weight * start) + linear[of]
        a, b = self._limits(state, low, high, cash_slope, base_fee, columns)
        x = Convex(h + 1e-12 * np.eye(len(columns)), c, a, b, self.most[columns]).solved()
        if x is None:
            return None
        amounts = np.bincount(of, x, len(self.actions))
        value = float(0.5 * x @ h @ x + c @ x + start @ (board.weight * start)) + constant
        return value, np.asarray(amounts, dtype=float)

    def _limits(
        self,
        state: npt.NDArray[np.int_],
        low: Floats,
        high: Floats,
        cash_slope: Floats,
        base_fee: Floats,
        columns: npt.NDArray[np.intp],
    ) -> tuple[Floats, Floats]:
        board, case, total = self.board, self.board.case, self.board.total
        of = self.of[columns]
        rows: list[Floats] = []
        ends: list[float] = []
        for k in range(len(board.accounts)):
            mine = (board.account[self.place] == k).astype(float)
            rows.append(-(cash_slope * mine)[of])
            ends.append((board.cash[k] - board.floor[k]) / total - float(base_fee @ mine))
        if case.leaves:
            rows.append(-cash_slope[of])
            ends.append(float((board.cash - board.keeps).sum() - case.leaves) / total - float(base_fee.sum()))
        if case.gain_limit is not None:
            rows.append(self.gain[columns])
            ends.append(case.gain_limit / total)
        if case.max_trades is not None:
            free = state == FREE
            rows.append(np.where(free, 1 / np.maximum(self.cap, 1e-15), 0)[of])
            ends.append(case.max_trades - int(((state == ON) | (state == CLOSED)).sum()))
        for action in set(of.tolist()):
            mine = (of == action).astype(float)
            floor = low[action]
            if state[action] == ON:
                floor = max(floor, min(self.least, self.cap[action]))
            if state[action] == CLOSED:
                floor = self.cap[action] * (1 - 1e-9)
            if floor > 0:
                rows.append(-mine)
                ends.append(-floor)
            if high[action] < self.cap[action]:
                rows.append(mine)
                ends.append(high[action])
        return np.array(rows).reshape(len(rows), len(columns)), np.array(ends)

    def _branches(
        self, x: Floats, state: npt.NDArray[np.int_], low: Floats, high: Floats
    ) -> Iterator[tuple[npt.NDArray[np.int_], Floats, Floats]]:
        """The same node with one thing decided, in every way it can be; nothing where all is decided."""
        some = 1e-8
        board = self.board
        traded = x > some
        for line in set(board.line[self.place].tolist()):
            mine = board.line[self.place] == line
            bought, sold = traded & mine & (self.side > 0), traded & mine & (self.side < 0)
            if bought.any() and sold.any():
                for sign in (1, -1):
                    changed = state.copy()
                    changed[mine & (self.side == sign)] = OFF
                    yield changed, low, high
                return
        limit = board.case.max_trades
        is_over = limit is not None and int(traded.sum()) > limit
        fee_gap = np.where((state == FREE) & traded, board.fixed[self.place] * (1 - x / np.maximum(self.cap, 1e-15)), 0)
        is_small = (state == FREE) & traded & (x < self.least * (1 - 1e-9)) & (x < self.cap * (1 - 1e-9))
        open_ones = (state == FREE) & traded & (is_small | is_over | (fee_gap > 0.5))
        if open_ones.any():
            weight = np.where(open_ones, np.minimum(x, 0.5 * self.cap + 1e-9) + fee_gap / board.total, -1)
            action = int(weight.argmax())
            closing = [CLOSED] if self.side[action] < 0 and board.closes[self.place[action]] and self.least else []
            for to in (OFF, ON, *closing):
                if to == ON and self.cap[action] < self.least:
                    continue
                changed = state.copy()
                changed[action] = to
                yield changed, low, high
            return
        if self.is_whole:
            yield from self._whole(x, state, low, high)

    def _whole(
        self, x: Floats, state: npt.NDArray[np.int_], low: Floats, high: Floats
    ) -> Iterator[tuple[npt.NDArray[np.int_], Floats, Floats]]:
        lot = self.board.lot[self.place] / self.board.total
        lots = x / lot
        part = np.where(lot > FINE, np.abs(lots - np.rint(lots)), 0)
        action = int((part * np.where(part > 1e-6, 1, 0) * (0.2 + np.minimum(1, lot * 100))).argmax())
        if part[action] <= 1e-6:
            return
        down, up = high.copy(), low.copy()
        down[action] = np.floor(lots[action]) * lot[action]
        up[action] = np.ceil(lots[action]) * lot[action]
        if up[action] <= self.cap[action] * (1 + 1e-12):
            yield state, up, high
        yield state, low, down

    def _rounded(self, x: Floats, state: npt.NDArray[np.int_]) -> Floats:
        """A plan of whole lots near the amounts, with the money of each account made to last."""
        board = self.board
        lots = np.zeros(len(board.places))
        for action, (p, side) in enumerate(self.actions):
            exact = x[action] * board.total / board.lot[p]
            if exact * board.lot[p] < 0.4 and board.lot[p] < 1.5:
                continue
            if side < 0:
                near = np.rint(exact) if abs(exact - np.rint(exact)) < 1e-4 else np.ceil(exact)
                lots[p] -= min(float(board.most_sold[p]), near)
            else:
                lots[p] += np.rint(exact) if abs(exact - np.rint(exact)) < 1e-4 else np.floor(exact)
        for k in range(len(board.accounts)):
            self._paid(lots, k)
        return lots

    def _paid(self, lots: Floats, k: int) -> None:
        """Buys less in an account until its cash lasts, and sells more where nothing is bought."""
        board = self.board
        mine = np.flatnonzero(board.account == k)
        for _ in range(30):
            gross, fee = board.costs(lots[None, :])
            change = (-np.sign(lots) * gross[0] - fee[0])[mine].sum()
            missing = board.floor[k] - board.cash[k] - change
            if missing <= 0:
                return
            bought = [p for p in mine if lots[p] > 0]
            sold = [p for p in mine if 0 > lots[p] > -board.most_sold[p]]
            if bought:
                p = max(bought, key=lambda each: (lots[each] * board.lot[each], -each))
                lots[p] = max(0, lots[p] - np.ceil(missing / (1 + board.rate[p]) / board.lot[p]))
            elif sold:
                p = min(sold, key=lambda each: (board.lot[each], each))
                lots[p] = max(
                    -float(board.most_sold[p]), lots[p] - np.ceil(missing / (1 - board.rate[p]) / board.lot[p])
                )
            else:
                return
