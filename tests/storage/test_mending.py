"""A file of another hand that breaks a rule: it is named, mended in a copy, and comes back as it was."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from wealthdesk.errors import BrokenRules, DamagedPortfolio, UnknownParts
from wealthdesk.storage.connection import connect
from wealthdesk.storage.file.mending import Mended, mend, preview
from wealthdesk.storage.file.migrations import head
from wealthdesk.storage.file.opening import open_portfolio
from wealthdesk.storage.file.restoring import undo_restore

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MADE = "'2026-11-20T09:00:00.000Z', '2026-11-20T09:00:00.000Z'"
TARGETS = "INSERT INTO asset_class_targets (id, strategy_id, asset_class_id, target_bps, created_at, updated_at)"


def spoil(path: Path, *statements: str) -> None:
    """Change the file as another program could, past every constraint."""
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for each in statements:
            assert connection.execute(each).rowcount >= 1


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


BROKEN = {
    "class targets of 120 %": (
        ("UPDATE asset_class_targets SET target_bps = 8000 WHERE id = 'tgt-1'",
         "UPDATE asset_class_targets SET target_bps = 3500 WHERE id = 'tgt-2'"),
        "the class targets of “All Portfolio” sum to 120.00%",
        "SELECT target_bps FROM asset_class_targets WHERE strategy_id = 'default_all_portfolio' ORDER BY id",
        [(6667,), (2917,), (416,)],
        ["The class targets of “All Portfolio” sum to 120.00% and not to 100%: they were brought to 100%"],
    ),
    "a weight that is not whole": (
        (f"{TARGETS} VALUES ('x', 'str-2', 'cash', 12.5, {MADE})",),
        "row 8 of asset_class_targets is not as it was written (target bps)",
        "SELECT target_bps FROM asset_class_targets WHERE strategy_id = 'str-2'",
        [(10_000,)],
        ["Row 8 of asset class targets was dropped: its target bps cannot be read"],
    ),
    "a weight that is not whole, and so the sum": (
        ("UPDATE asset_class_targets SET target_bps = 3500.5 WHERE id = 'tgt-2'",),
        "row 2 of asset_class_targets",
        "SELECT target_bps FROM asset_class_targets WHERE strategy_id = 'default_all_portfolio' ORDER BY id",
        [(9231,), (769,)],
        ["Row 2 of asset class targets was dropped", "they were brought to 100%"],
    ),
    "a target in a class that the asset does not count to": (
        ("UPDATE holding_targets SET asset_id = 'ast-2' WHERE id = 'htg-1'",),
        "BNDE has a holding target in “Equity”",
        "SELECT id FROM holding_targets ORDER BY id",
        [("htg-2",), ("htg-3",)],
        ["was dropped: BNDE has a holding target in “Equity”"],
    ),
    "a rate of no number": (
        ("UPDATE fx_rates SET rate = '1e400'",),
        "row 1 of fx_rates",
        "SELECT count(*) FROM fx_rates",
        [(0,)],
        ["Row 1 of fx rates was dropped: its rate cannot be read (base EUR, quote USD"],
    ),
    "shares of an asset": (
        ("UPDATE asset_exposures SET weight_bps = 1 WHERE asset_id = 'ast-3' AND asset_class_id = 'equity'",),
        "the shares of MIX in its classes sum to 40.01%",
        "SELECT weight_bps FROM asset_exposures WHERE asset_id = 'ast-3' ORDER BY asset_class_id",
        [(2,), (9_998,)],
        ["they were brought to 100%"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BROKEN)
def test_what_breaks_a_rule_is_named_mended_and_can_come_back(kind: str, old_portfolio: Callable[[int], Path]) -> None:
    spoilt, named, query, expected, said = BROKEN[kind]
    path = old_portfolio(head())
    spoil(path, *spoilt)
    before = path.read_bytes()
    with pytest.raises(BrokenRules) as refused:
        open_portfolio(path, now=NOW)
    assert named in str(refused.value) and "these lines can be mended" in str(refused.value)
    assert "estore" not in str(refused.value) and path.read_bytes() == before
    would = preview(path)
    assert path.read_bytes() == before
    mended = mend(path, NOW)
    assert mended.done == would, "what was seen before is what was done"
    assert preview(path) == ()
    assert rows(path, query) == expected
    assert len(mended.done) == len(said) and all(part in line for part, line in zip(said, mended.done, strict=True))
    open_portfolio(path, now=NOW).close()
    assert mended.aside is not None and mended.aside.file.read_bytes() == before
    undo_restore(path, NOW)
    assert path.read_bytes() == before


def test_an_old_file_is_mended_and_brought_up(old_portfolio: Callable[[int], Path]) -> None:
    path = old_portfolio(3)
    spoil(path, "UPDATE asset_class_targets SET target_bps = 8000 WHERE id = 'tgt-1'")
    with pytest.raises(BrokenRules):
        open_portfolio(path, now=NOW)
    mend(path, NOW)
    open_portfolio(path, now=NOW).close()


def test_a_whole_file_is_not_touched(old_portfolio: Callable[[int], Path]) -> None:
    path = old_portfolio(3)
    before, names = path.read_bytes(), {*path.parent.iterdir()}
    assert preview(path) == () and mend(path, NOW) == Mended((), None)
    assert path.read_bytes() == before and {*path.parent.iterdir()} == names


@pytest.mark.parametrize(
    "statement",
    ["UPDATE accounts SET archived_at = 'some day' WHERE id = 'acc-1'", "UPDATE assets SET kind = 'wine'",
     "UPDATE rebalancing_strategies SET version = 1.5"],
)  # fmt: skip
def test_a_line_that_others_hang_on_is_never_dropped(statement: str, old_portfolio: Callable[[int], Path]) -> None:
    path = old_portfolio(head())
    spoil(path, statement)
    before = path.read_bytes()
    for attempt in (lambda: open_portfolio(path, now=NOW), lambda: mend(path, NOW), lambda: preview(path)):
        with pytest.raises(DamagedPortfolio) as refused:
            attempt()
        assert not isinstance(refused.value, BrokenRules)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir() if "prepared" in each.name] == []


def test_a_trigger_of_our_name_with_another_text_is_not_ours(old_portfolio: Callable[[int], Path]) -> None:
    path = old_portfolio(head())
    with closing(connect(path)) as connection:
        connection.executescript(
            "DROP TRIGGER sums_of_targets; CREATE TRIGGER sums_of_targets AFTER UPDATE OF version ON "
            "rebalancing_strategies BEGIN DELETE FROM holdings; END"
        )
    with pytest.raises(UnknownParts, match="holds a trigger “sums_of_targets”"):
        open_portfolio(path, now=NOW)
