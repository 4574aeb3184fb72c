"""Rotation: two years of backups are thinned out as promised, and nothing that it does not know is ever removed."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wealthdesk.storage.rotation import DAYS, MONTHS, WEEKS, surplus

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


def test_the_newest_verified_one_stays_whatever_it_is() -> None:
    pinned = at(0, "before_upgrade")
    assert surplus([pinned, at(1, verified=False)], START + 500 * DAY) == ()
    assert surplus([pinned, at(-1, "before_upgrade")], START + 500 * DAY) == (at(-1, "before_upgrade"),)


def test_a_damaged_one_neither_goes_nor_stands_for_a_good_one() -> None:
    good = [at(day) for day in range(40)]
    damaged = at(39.5, verified=False)
    gone = surplus([*good, damaged], START + 40 * DAY)
    assert damaged not in gone
    assert good[-1] not in gone
    assert len(gone) > 10


def test_a_clock_that_was_moved_back_removes_nothing() -> None:
    backups = [at(day) for day in range(200)]
    assert surplus(backups, START + 200 * DAY)
    assert surplus(backups, START + 198 * DAY) == ()
    assert surplus(backups, START - 4000 * DAY) == ()


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
    assert not gone or max(good) in {each.made_at for each in backups if each not in gone}
    assert surplus([each for each in backups if each not in gone], now) == ()
    assert surplus(list(reversed(backups)), now) == gone or len({each.made_at for each in backups}) < len(backups)
