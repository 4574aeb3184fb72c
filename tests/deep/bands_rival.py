"""The least that a plan into the bands can be outside of them, and the least trading that takes: two programmes."""

import highspy
import numpy as np

from deep.rivals import FINE, Board, Floats

SECONDS = 4.0


def into_bands(board: Board) -> Floats | None:
    """A plan that is as little outside the bands as can be, with as little trading; None where none was found."""
    first = _solved(board, None)
    if first is None:
        return None
    second = _solved(board, first[0])
    return first[1] if second is None else second[1]


def _solved(board: Board, most_outside: float | None) -> tuple[float, Floats] | None:
    """Amounts in hundredths of the total: per place a purchase and a sale, a switch each, and class rows."""
    case, total = board.case, board.total
    unit = total / 100
    model = highspy.Highs()  # type: ignore[no-untyped-call]
    model.setOptionValue("output_flag", False)
    model.setOptionValue("time_limit", SECONDS)
    model.setOptionValue("mip_rel_gap", 0.0)
    model.setOptionValue("mip_abs_gap", 1e-9)
    model.setOptionValue("mip_feasibility_tolerance", 1e-9)
    model.setOptionValue("primal_feasibility_tolerance", 1e-9)
    columns: list[tuple[int, int, float]] = []
    switches: dict[int, int] = {}
    gains: list[tuple[int, float]] = []
    lines: dict[int, list[int]] = {}
    count = 0

    def column(low: float, high: float, cost: float, is_whole: bool) -> int:
        nonlocal count
        model.addCol(cost, low, high, 0, np.array([], dtype=np.int32), np.array([]))
        if is_whole:
            model.changeColIntegrality(count, highspy.HighsVarType.kInteger)
        count += 1
        return count - 1

    def row(low: float, high: float, entries: dict[int, float]) -> None:
        keys = np.array(list(entries), dtype=np.int32)
        model.addRow(low, high, len(keys), keys, np.array([entries[k] for k in entries]))

    is_cost = most_outside is not None
    for p in range(len(board.places)):
        for side, most in ((1, int(board.most_bought[p])), (-1, int(board.most_sold[p]))):
            if not most:
                continue
            is_whole = bool(board.lot[p] > FINE * total)
            scale = board.lot[p] / unit if is_whole else 1.0
            at_most = float(most) if is_whole else most * board.lot[p] / unit
            fee = board.rate[p]
            x = column(0, at_most, (1 + fee) * scale if is_cost else 0.0, is_whole)
            z = column(0, 1, board.fixed[p] / unit if is_cost else 0.0, True)
            columns.append((p, side, scale))
            switches[len(columns) - 1] = z
            row(-np.inf, 0, {x: 1.0, z: -at_most})
            least = case.min_trade / unit / scale
            if least:
                if side < 0 and board.closes[p] and at_most < least:
                    row(0, np.inf, {x: 1.0, z: -at_most})
                elif side < 0 and board.closes[p]:
                    whole = column(0, 1, 0.0, True)
                    row(0, np.inf, {x: 1.0, z: -least, whole: least - at_most})
                else:
                    row(0, np.inf, {x: 1.0, z: -least})
            lines.setdefault(int(board.line[p]), []).append(len(columns) - 1)
            if side < 0 and case.gain_limit is not None:
                parts = {x: scale}
                for size, gain in [*board.gain_parts(board.places[p]), (np.inf, 0.0)]:
                    part = column(0, min(size / unit, at_most * scale + 1), 0.0, False)
                    parts[part] = -1.0
                    gains.append((part, gain))
                row(0, 0, parts)
    variables = [switches[k] - 1 for k in range(len(columns))]
    for k, purse_floor in enumerate(board.floor):
        entries: dict[int, float] = {}
        for number, (p, side, scale) in enumerate(columns):
            if board.account[p] == k:
                entries[variables[number]] = (-1 - board.rate[p] if side > 0 else 1 - board.rate[p]) * scale
                if board.fixed[p]:
                    entries[switches[number]] = -board.fixed[p] / unit
        row((purse_floor - board.cash[k]) / unit, np.inf, entries)
    if case.gain_limit is not None and gains:
        row(-np.inf, case.gain_limit / unit, dict(gains))
    for mine in lines.values():
        if {columns[k][1] for k in mine} == {1, -1}:
            is_sold = column(0, 1, 0.0, True)
            for k in mine:
                if columns[k][1] < 0:
                    row(-np.inf, 0, {switches[k]: 1.0, is_sold: -1.0})
                else:
                    row(-np.inf, 1, {switches[k]: 1.0, is_sold: 1.0})
    if case.max_trades is not None:
        row(-np.inf, case.max_trades, dict.fromkeys(switches.values(), 1.0))
    outside: list[int] = []
    for c in range(board.classes):
        if not np.isfinite(board.band_low[c]):
            continue
        off = column(0, np.inf, 0.0 if is_cost else 1.0, False)
        outside.append(off)
        entries = {}
        for number, (p, side, scale) in enumerate(columns):
            share = board.rows[c, p] * total * side
            if board.cash_part[c]:
                share += -1 - board.rate[p] if side > 0 else 1 - board.rate[p]
                if board.fixed[p]:
                    entries[switches[number]] = -board.fixed[p] / unit
            if share:
                entries[variables[number]] = share * scale
        start = board.start[c] * 100
        row(-np.inf, board.band_high[c] * 100 - start, entries | {off: -1.0})
        row(-board.band_low[c] * 100 - start, np.inf, entries | {off: 1.0})
    if most_outside is not None and outside:
        row(-np.inf, most_outside + 1e-8, dict.fromkeys(outside, 1.0))
    model.run()
    solution = list(model.getSolution().col_value)
    if len(solution) != count or model.getInfo().primal_solution_status != 2:
        return None
    lots = np.zeros(len(board.places))
    for number, (p, side, scale) in enumerate(columns):
        exact = solution[variables[number]] * scale * unit / board.lot[p]
        near = np.rint(exact)
        if abs(exact - near) > 1e-4:
            near = np.floor(exact) if side > 0 else np.ceil(exact)
        lots[p] += side * near
    return sum(solution[k] for k in outside), np.clip(lots, -board.most_sold, board.most_bought)
