"""Blocks of 5-minute candles: nothing is lost, whatever the day was like, and how large each is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.stocks import selectors
from apps.stocks.selectors import blocks

# 2025-01-02, 09:15 in India.
OPEN = 1_735_789_500
DAY = 86_400
COLUMNS = ("time", "open", "high", "low", "close", "volume")

Row = tuple[int, int, int, int, int, int]
# Three candles of one day: time, open, high, low, close in paise, volume.
ROWS: list[Row] = [
    (OPEN, 10000, 10200, 9995, 10100, 10),
    (OPEN + 300, 10100, 10410, 10050, 10300, 20),
    (OPEN + 600, 10300, 10350, 9800, 9805, 4_294_967_295),
]


def columns_of(rows: list[Row]) -> selectors.IntradayColumns:
    table = np.array(rows, dtype=np.int64).reshape(-1, 6).T
    return selectors.IntradayColumns(*(column.copy() for column in table))


def rows_of(candles: selectors.IntradayColumns) -> list[Row]:
    return list(zip(*(getattr(candles, name).tolist() for name in COLUMNS), strict=True))


def there_and_back(rows: list[Row]) -> list[Row]:
    packed = selectors.pack_days(columns_of(rows))
    heads = b"".join(block[: blocks.HEAD_BYTES] for block in packed)
    return rows_of(blocks.unpack(heads=heads, bodies=b"".join(block[blocks.HEAD_BYTES :] for block in packed)))


def moved(row: Row, *, days: int = 0, minutes: int = 0) -> Row:
    return (row[0] + days * DAY + minutes * 60, *row[1:])


def test_a_block_says_the_day_its_first_minute_and_price_and_then_steps_of_the_smallest_unit() -> None:
    (block,) = selectors.pack_days(columns_of(ROWS))

    head = np.frombuffer(block[:16], dtype=blocks.HEAD)[0]
    assert head.tolist() == (20090, 10000, 555, 3, 5, blocks.STEPS)
    assert np.frombuffer(block[16:], dtype=blocks.STEP).tolist() == [
        (0, 20, 20, 1, 10),
        (0, 40, 22, 10, 20),
        (0, -99, 10, 1, 4_294_967_295),
    ]
    assert len(block) == 16 + 3 * 12


@pytest.mark.parametrize(
    ("what", "row", "size"),
    [
        ("a fall of 32,768 paise", (OPEN + 900, 42572, 42572, 9804, 9804, 1), 4 * 12),
        ("a fall of 32,769 paise", (OPEN + 900, 42572, 42572, 9803, 9803, 1), 4 * 28),
        ("a gap of 32,767 paise", (OPEN + 900, 9805 + 32767, 9805 + 32767, 1, 9805 + 32767, 1), 4 * 12),
        ("a gap of 32,768 paise", (OPEN + 900, 9805 + 32768, 9805 + 32768, 1, 9805 + 32768, 1), 4 * 28),
        ("a candle is missing", (OPEN + 1200, 9805, 9805, 9805, 9805, 1), 4 * 28),
        ("a candle off the grid", (OPEN + 960, 9805, 9805, 9805, 9805, 1), 4 * 28),
        ("more shares than 32 bits", (OPEN + 900, 9805, 9805, 9805, 9805, 4_294_967_296), 4 * 28),
        ("the dearest price", (OPEN + 900, 2_147_483_647, 2_147_483_647, 1, 1, 1), 4 * 28),
    ],
)
def test_what_does_not_fit_into_steps_is_kept_whole(what: str, row: Row, size: int) -> None:
    (block,) = selectors.pack_days(columns_of([*ROWS, row]))

    assert len(block) == 16 + size
    assert there_and_back([*ROWS, row]) == [*ROWS, row]


def test_days_of_both_sizes_and_any_length_come_back_in_order() -> None:
    evening = [moved(row, days=1, minutes=540) for row in ROWS[:1]]
    with_a_hole = [moved(ROWS[0], days=2), moved(ROWS[2], days=2)]
    dear = [(time + 3 * DAY, o * 700, h * 700, low * 700, c * 700, volume) for time, o, h, low, c, volume in ROWS]
    rows = [*ROWS, *evening, *with_a_hole, *dear, *(moved(row, days=4) for row in ROWS)]

    assert [len(block) for block in selectors.pack_days(columns_of(rows))] == [52, 28, 72, 52, 52]
    assert there_and_back(rows) == rows


def test_nothing_packs_to_nothing() -> None:
    assert selectors.pack_days(columns_of([])) == []
    assert there_and_back([]) == []


def test_sums_of_many_days_that_overflow_are_taken_away_again() -> None:
    """Each day climbs from 1 to 20 million rupees and the next begins low again: 32 bits overflow on the second."""
    prices = [100 + step * 3_000_000 for step in range(75)]
    day: list[Row] = [(OPEN + 300 * step, price, price, price, price, 1) for step, price in enumerate(prices)]
    rows = [moved(row, days=number) for number in range(20) for row in day]

    assert sum(row[4] for row in rows) > 2**31
    assert there_and_back(rows) == rows


prices = st.integers(min_value=1, max_value=2_147_483_647)


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 1439), prices, prices, prices, prices, st.integers(0, 10**12)),
        max_size=40,
        unique_by=lambda drawn: drawn[:2],
    ),
    st.sampled_from([1, 50_000_000]),
)
@settings(max_examples=100, deadline=None)
def test_whatever_is_packed_is_unpacked_alike(drawn: list[tuple[int, ...]], cheaper: int) -> None:
    rows: list[Row] = []
    for day, minute, *given_prices, volume in sorted(drawn):
        low, open_, close, high = (max(1, price // cheaper) for price in sorted(given_prices))
        rows.append((OPEN - 555 * 60 + day * DAY + minute * 60, open_, high, low, close, volume))

    assert there_and_back(rows) == rows
