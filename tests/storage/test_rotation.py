"""Rotation: two years of backups are thinned out as promised, and nothing that it does not know is ever removed."""

import random
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faults.extent import IS_WHOLE, spread
from wealthdesk.storage.connection import connect
from wealthdesk.storage.file.backups import (
    DAYS,
    MONTHS,
    WEEKS,
    Backup,
    back_up,
    backups_folder,
    keep_up,
    list_backups,
    surplus,
)

START = datetime(2025, 1, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SPANS = {"%Y-%m-%d": DAYS, "%G-%V": WEEKS, "%Y-%m": MONTHS}


@dataclass(frozen=True)
class Made:
    """A backup as rotation sees it."""

    made_at: datetime
    reason: str = "daily"
    verified: bool = True


def at(days: float, reason: str = "daily", *, verified: bool = True) -> Made:
    return Made(START + days * DAY, reason, verified)


@pytest.mark.parametrize("seed", range(4))
def test_over_730_days_all_of_two_days_12_days_10_weeks_and_9_months_stay(seed: int) -> None:
    chance = random.Random(seed)
    kept: list[Made] = []
    newest: dict[str, dict[str, Made]] = {span: {} for span in SPANS}
    for number in range(730):
        now = START + number * DAY + timedelta(minutes=chance.randrange(600))
        for minute in range(chance.choice([0, 1, 1, 1, 3]) if seed else 1):
            new = Made(now + timedelta(minutes=minute))
            kept.append(new)
            for span, of_span in newest.items():
                of_span[f"{new.made_at:{span}}"] = new
        now += timedelta(minutes=5)
        recent = [each for each in kept if each.made_at >= now - 2 * DAY]
        gone = surplus(kept, now)
        kept = [each for each in kept if each not in gone]
        assert set(recent) <= set(kept)
        for span, count in SPANS.items():
            assert set(list(newest[span].values())[-count:]) <= set(kept)
        assert len(kept) <= len(recent) + DAYS + WEEKS + MONTHS
        assert surplus(kept, now) == ()
    assert len(kept) >= WEEKS + MONTHS


def test_before_an_upgrade_90_days_by_hand_and_unknown_for_ever() -> None:
    old = [at(0, "before_upgrade"), at(0.1, "before_downgrade"), at(0.2, "by_hand"), at(0.3, "by_a_later_program")]
    newest = at(400)
    assert surplus([*old, newest], START + 89 * DAY + timedelta(days=320)) == tuple(old[:2])
    assert surplus([*old, at(80)], START + 89 * DAY) == ()
    assert surplus([*old, at(80)], START + 500 * DAY) == ()
    assert surplus([*old, at(89), at(91.5)], START + 92 * DAY) == ()
    assert surplus([*old, at(91), at(91.5)], START + 92 * DAY) == tuple(old[:2])


def test_the_newest_verified_one_stays_whatever_it_is() -> None:
    pinned = at(0, "before_upgrade")
    assert surplus([pinned, at(1, verified=False)], START + 500 * DAY) == ()
    assert surplus([pinned, at(-100, "before_upgrade")], START + 500 * DAY) == (at(-100, "before_upgrade"),)


def test_a_damaged_one_neither_goes_nor_stands_for_a_good_one() -> None:
    good = [at(day) for day in range(40)]
    damaged = at(39.5, verified=False)
    gone = surplus([*good, damaged], START + 40 * DAY)
    assert damaged not in gone
    assert good[-1] not in gone
    assert len(gone) > 10


def test_what_is_of_the_future_stays_and_stops_nothing() -> None:
    backups = [at(day) for day in range(200)]
    gone = surplus(backups, START + 200 * DAY)
    assert len(gone) > 150
    future = [at(5000), at(5001, "before_upgrade"), at(201)]
    assert surplus([*backups, *future], START + 200 * DAY) == gone
    assert surplus([at(300), at(20000)], START + 400 * DAY) == ()


def test_a_clock_that_was_moved_back_removes_nothing_that_is_wanted() -> None:
    backups = [at(day) for day in range(200)]
    right = set(surplus(backups, START + 200 * DAY))
    assert set(surplus(backups, START + 198 * DAY)) < right
    assert surplus(backups, START - 4000 * DAY) == ()


def test_a_clock_that_ran_ahead_for_a_day_costs_no_backup_before_an_upgrade() -> None:
    pinned, kept = at(100, "before_upgrade"), [at(day) for day in range(100, 112)]
    assert surplus([pinned, *kept, at(20000)], START + 20000 * DAY) == (at(100),)
    assert surplus([pinned, *kept[1:], at(20000), at(112)], START + 112 * DAY) == ()


@given(
    st.lists(
        st.builds(
            at,
            st.integers(0, 800),
            st.sampled_from(["daily", "by_hand", "before_upgrade", "x"]),
            verified=st.booleans(),
        ),
        unique=True,
    ),
    st.integers(-10, 1500),
)
def test_whatever_there_is_the_newest_good_one_and_all_unknown_stay(backups: list[Made], day: int) -> None:
    now = START + day * DAY
    gone = surplus(backups, now)
    assert all(each.verified and each.reason in ("daily", "before_upgrade") for each in gone)
    good = [each.made_at for each in backups if each.verified]
    left = {each.made_at for each in backups if each not in gone}
    assert not gone or max(good) in left
    assert not gone or max(moment for moment in good if moment <= now) in left
    assert all(each.made_at <= now for each in gone)
    assert surplus([each for each in backups if each not in gone], now) == ()
    assert surplus(list(reversed(backups)), now) == gone or len({each.made_at for each in backups}) < len(backups)


@pytest.mark.parametrize("zone", spread(["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin", "UTC"], 1))
def test_real_files_over_two_years_with_gaps_and_wrong_clocks(
    zone: str, portfolio_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        _live_two_years(portfolio_path, random.Random(zone))
    finally:
        monkeypatch.undo()
        time.tzset()


def _live_two_years(path: Path, chance: random.Random) -> None:
    """Some days of two years on which the program was used, one of them with a clock that is far ahead."""
    folder = backups_folder(path)
    upgrade, by_hand = back_up(path, "before_upgrade", START), back_up(path, "by_hand", START)
    strange = [folder / "letter.txt", folder / f"{path.name}.copy.wealthdesk", folder / f"x{upgrade.path.name}"]
    for file in strange:
        file.write_bytes(upgrade.path.read_bytes())
    made: list[Backup] = []
    ahead = None
    for day in sorted(chance.sample(range(2, 730, 2), 90 if IS_WHOLE else 40)):
        now = START + day * DAY + timedelta(minutes=chance.randrange(1400))
        _change(path, f"{day}")
        if ahead is None and day > 200:
            ahead = keep_up(path, now + 9000 * DAY)
            assert ahead is not None
            _change(path, f"{day} again")
        before = set(list_backups(path))
        new = keep_up(path, now)
        assert new is not None
        made.append(new)
        _change(path, f"{day} later")
        assert keep_up(path, now + timedelta(seconds=1)) is None
        left = set(list_backups(path))
        assert left - before == {new}
        assert by_hand in left
        assert upgrade in left or day > 90
    assert upgrade not in left
    assert ahead in left
    assert set(made[-DAYS:]) <= left
    assert {each.made_at.strftime("%Y-%m") for each in left} >= {each.made_at.strftime("%Y-%m") for each in made[-9:]}
    assert WEEKS < len(left) <= DAYS + WEEKS + MONTHS + 3
    assert all(file.exists() for file in strange)
    assert all(each.verified for each in left)


def _change(path: Path, key: str) -> None:
    with closing(connect(path)) as connection:
        connection.execute("INSERT INTO settings VALUES (?, 'x')", (key,))
