"""Names as people type them: how long they may be, and what is refused."""

import pytest

from wealthdesk.domain.names import LONGEST, checked_name, name_order
from wealthdesk.errors import BadInput


def test_a_name_may_be_as_long_as_the_longest_and_no_longer() -> None:
    assert checked_name("x" * LONGEST) == "x" * LONGEST
    with pytest.raises(BadInput, match=f"has {LONGEST + 1} characters. Shorten it to {LONGEST}"):
        checked_name("x" * (LONGEST + 1))


def test_spaces_around_and_between_do_not_count() -> None:
    assert checked_name("  " + "x" * (LONGEST - 2) + " \t  y ") == "x" * (LONGEST - 2) + " y"


@pytest.mark.parametrize("typed", ["", "  ", "\u200d\u200c"])
def test_nothing_to_read_is_no_name(typed: str) -> None:
    with pytest.raises(BadInput, match="A fund's name is missing"):
        checked_name(typed, "fund's name")


@pytest.mark.parametrize("typed", ["a\x00b", "a\u202eb", "a\ue000b"])
def test_what_cannot_be_seen_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="invisible character"):
        checked_name(typed)


def test_what_joins_letters_may_stand_in_a_name() -> None:
    assert checked_name("نامه\u200cها") == "نامه\u200cها"


def test_names_are_sorted_with_their_numbers_as_numbers() -> None:
    names = ["Account 10", "account 4", "Account 11", "Bond", "Account", "4", "10", "Account 4 b", "Äpfel"]
    assert sorted(names, key=name_order) == [
        "4", "10", "Account", "account 4", "Account 4 b", "Account 10", "Account 11", "Bond", "Äpfel",
    ]  # fmt: skip
