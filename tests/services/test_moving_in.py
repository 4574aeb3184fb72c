"""Moving in from another program: kept whole, taken back as one, read again, and laid beside what the file says."""

import sqlite3
from dataclasses import replace
from pathlib import Path

from importers.other_programs import CASH, HELD, LAKSHMI, household, wealthfolio
from wealthdesk.domain.money import canonical
from wealthdesk.domain.valuation import value
from wealthdesk.importers.taxonomies import with_taxonomy
from wealthdesk.services.desk import Desk
from wealthdesk.services.imports import Draft, MovedIn


def read(desk: Desk, data: bytes, name: str = "their.file") -> Draft:
    draft = desk.imports.read(name, data)
    assert isinstance(draft, Draft)
    return draft


def kept(desk: Desk, data: bytes) -> MovedIn:
    draft = read(desk, data)
    desk.imports.keep([draft])
    (moved,) = desk.imports.moved_in([draft])
    return moved


def held(desk: Desk) -> dict[tuple[str, str], str]:
    known = desk.portfolios.current()
    return {
        (known.accounts[each.account_id].name, known.assets[each.asset_id].symbol): canonical(each.quantity)
        for each in known.holdings
    }


def strategies(desk: Desk) -> dict[str, dict[str, int]]:
    names = {each.id: each.name for each in desk.portfolios.current().classes.values()}
    return {
        each.name: {names[t.asset_class_id]: t.target_bps for t in each.targets}
        for each in desk.targets.all()
        if each.targets
    }


def test_portfolio_performance_is_kept_whole_and_taken_back_as_one(desk: Desk) -> None:
    before = held(desk), strategies(desk), list(desk.portfolios.current().classes)
    kept(desk, household().xml())
    assert held(desk) == {**HELD, **{(account, "EUR"): amount for account, amount in CASH.items()}}
    assert strategies(desk) == {"My plan": {"Safe": 3000, "World": 5950, "Emerging": 1050}}
    active = desk.targets.active(None)
    assert active is not None and active.name == "My plan"
    (imported,) = desk.undo.imports()
    desk.undo.take_back_import(imported.id)
    assert (held(desk), strategies(desk), list(desk.portfolios.current().classes)) == before


def test_what_is_counted_in_another_way_here_is_named(desk: Desk) -> None:
    moved = kept(desk, household().xml())
    assert moved.total_there_minor == moved.total_here_minor == value(desk.portfolios.current()).total_minor
    assert (moved.strategy_there, moved.strategy_here) == ("My plan", "My plan")
    assert [each.name for each in moved.classes if each.difference] == ["Safe", "World", "Cash"]
    assert "World: its share is 45.17% there and 43.47% here, because more or less counts" in moved.differences[1]
    for each in moved.classes:  # a drift that is another one is never passed over in silence
        assert each.difference or each.drift_there_bps == each.drift_here_bps
    safe = next(each for each in moved.classes if each.name == "Safe")
    assert "(the money of Cash is counted as Cash here)" in safe.difference
    assert safe.value_there_minor - safe.value_here_minor == 941_537
    assert safe.target_there_bps == safe.target_here_bps == 3000 and not moved.is_same


def test_the_same_file_again_changes_nothing_and_a_later_one_only_what_changed(desk: Desk) -> None:
    made = household()
    draft = read(desk, made.xml())
    desk.imports.keep([draft])
    assert desk.imports.preview([read(desk, made.xml(by_id=True))]).changes_nothing
    reserve = made.accounts[1][1]
    made.money(reserve, "2026-08-01", "DEPOSIT", "100")  # type: ignore[arg-type]
    preview = desk.imports.preview([read(desk, made.xml())])
    assert [canonical(each.after.quantity) for each in preview.matched.changed] == ["1116.8"]
    assert not preview.matched.added and preview.matched_targets.is_empty
    # What was corrected in the middle of its history is taken over as well.
    made = household()
    fields = dict(made.portfolios)["portfolio"].fields  # type: ignore[attr-defined]
    bought = next(value for name, value in fields if name == "transactions")[0][1]
    bought.fields = [(name, "3900000000" if name == "shares" else value) for name, value in bought.fields]
    preview = desk.imports.preview([read(desk, made.xml())])
    assert not preview.problems
    assert [canonical(each.after.quantity) for each in preview.matched.changed] == ["39"]


def test_targets_that_are_here_stay_unless_that_is_asked_for(desk: Desk) -> None:
    draft = read(desk, household().xml())
    desk.imports.keep([draft])
    mine = next(each for each in desk.targets.all() if each.name == "My plan")
    ids = {each.name: each.id for each in desk.portfolios.current().classes.values()}
    changed = tuple(
        type(each)(each.asset_class_id, {"Safe": 4000, "World": 4950}.get(name, 1050))
        for name, each in ((name, each) for each in mine.targets for name in ids if ids[name] == each.asset_class_id)
    )
    desk.targets.save(mine.id, mine.version, changed)
    preview = desk.imports.preview([draft])
    assert preview.matched_targets.is_empty
    assert preview.matched_targets.notes == ("The strategy “My plan” has targets here: they stay as they are.",)
    (moved,) = desk.imports.moved_in([draft])
    assert any("its target is 30.00% there and 40.00% here" in each for each in moved.differences)
    desk.imports.keep([replace(draft, replaces_targets=True)])
    assert strategies(desk)["My plan"] == {"Safe": 3000, "World": 5950, "Emerging": 1050}


def test_another_tree_of_classes_can_be_chosen(desk: Desk) -> None:
    desk.imports.keep([with_taxonomy(read(desk, household().xml()), None)])
    assert strategies(desk) == {} and {each.name for each in desk.portfolios.current().classes.values()} >= {"Cash"}
    assert all(not each.exposures for each in desk.portfolios.current().assets.values() if not each.is_cash)


def test_wealthfolio_and_lakshmi_are_here_as_they_were_there(desk: Desk, tmp_path: Path) -> None:
    moved = kept(desk, wealthfolio(tmp_path / "app.db", 4).read_bytes())
    assert moved.is_same, moved.differences
    assert (moved.strategy_there, moved.strategy_here) == ("Plan", "Plan")
    assert [each.here for each in moved.accounts] == ["Brokerage", "401k"]
    moved = kept(desk, LAKSHMI.encode())
    # Money counts to no class there: so it is Cash here, and the share of the only other class that is worth something.
    assert [each.partition(":")[0] for each in moved.differences] == ["Bonds", "Cash"]
    assert moved.differences[1] == "Cash: 0.00 USD count to it there and 250.10 USD here."
    assert set(moved.unvalued) == {"VTI", "VT"}
    assert strategies(desk)["All"] == {"US": 4200, "Intl": 2800, "Bonds": 3000}
    active = desk.targets.active(None)
    assert active is not None and active.name == "Plan"


def test_a_database_is_read_with_what_stands_beside_it_and_never_written_to(desk: Desk, tmp_path: Path) -> None:
    path = wealthfolio(tmp_path / "app.db", 2)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("UPDATE activities SET quantity = '6' WHERE activity_type = 'SELL'")
    connection.commit()
    before = {each.name: each.read_bytes() for each in tmp_path.glob("app.db*")}
    draft = desk.imports.read_file(path)
    assert {each.name: each.read_bytes() for each in tmp_path.glob("app.db*")} == before
    connection.close()
    desk.imports.keep([draft])
    assert held(desk)["Brokerage", "DEMO"] == "34"
