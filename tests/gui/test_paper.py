"""Paper: blocks on pages, no head alone at the foot, Letter or A4 by where one lives."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale, QRectF
from PySide6.QtGui import QPageSize

from wealthdesk.gui.paper import Block, Brush, page_size, pages_of

_HIGH = 100.0


def _nothing(brush: Brush, rect: QRectF) -> None:
    pass


def account(rows: int) -> list[Block]:
    """A head with so many rows."""
    head, again = Block(30, _nothing, is_head=True), Block(20, _nothing, is_head=True)
    return [head, *(Block(25, _nothing, head=again) for _ in range(rows))]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=8))
def test_every_block_stands_on_a_page_and_no_head_is_left_alone(sizes: list[int]) -> None:
    blocks = [block for rows in sizes for block in account(rows)]
    pages = pages_of(blocks, _HIGH)
    shown = [block for page in pages for _, block in page]
    assert [block for block in shown if block in blocks] == blocks, "nothing is lost, and nothing changes places"
    for page in pages:
        assert page[-1][0] + page[-1][1].high <= _HIGH
        assert not page[-1][1].is_head, "a head is followed by a row on its own page"
        assert page[0][1].is_head, "a row at the top of a page has its head again"
        tops = [top for top, _ in page]
        assert tops == [sum(block.high for _, block in page[:place]) for place in range(len(page))]


def test_what_is_higher_than_a_page_stands_alone() -> None:
    tall = Block(300, _nothing)
    assert [len(page) for page in pages_of([Block(10, _nothing), tall, Block(10, _nothing)], _HIGH)] == [1, 1, 1]


@pytest.fixture
def before() -> Iterator[None]:
    """The locale is put back."""
    kept = QLocale()
    yield
    QLocale.setDefault(kept)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("en_US", QPageSize.PageSizeId.Letter), ("fr_CA", QPageSize.PageSizeId.Letter),
        ("de_DE", QPageSize.PageSizeId.A4), ("en_GB", QPageSize.PageSizeId.A4), ("nl_NL", QPageSize.PageSizeId.A4),
    ],
)  # fmt: skip
def test_the_size_of_a_page_is_that_of_the_country(before: None, name: str, expected: QPageSize.PageSizeId) -> None:
    QLocale.setDefault(QLocale(name))
    assert page_size().id() == expected
