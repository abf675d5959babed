"""Plain CSV: columns found or mapped, daily told from intraday, minutes joined, sessions known."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketdata.files import errors, fields, naming
from marketdata.files.tables import DailyRows, IntradayRows
from marketdata.sessions import IST
from tests.factories.market_files import read_one, text

HEADER = "timestamp,open,high,low,close,volume"
OPEN = datetime(2024, 1, 1, 9, 15, tzinfo=IST)


def read_tcs(*lines: str, header: str = HEADER, **values: Any) -> Any:
    return read_one(text(header, *lines), **{"instrument": "TCS", **values})


def bar(at: datetime, *, close: str = "101", volume: int = 10) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S},100,110,90,{close},{volume}"


HEADERS = [
    "Date,Open,High,Low,Close,Volume",
    "DATETIME;O;H;L;C;V",
    "trade_date\topen_price\thigh_price\tlow_price\tclose_price\tvol",
    "time|open|high|low|close|volume",
    '"date","open","high","low","close","volume"',
]


@pytest.mark.parametrize("header", HEADERS)
def test_columns_are_found_by_what_others_call_them(header: str) -> None:
    delimiter = next(each for each in ",;\t|" if each in header)
    row = delimiter.join(["2024-01-31", "100", "110.5", "95.05", "105", "1000"])

    part = read_tcs(row, header=header)

    assert (part.kind, part.rows.names, part.rows.close.tolist()) == ("csv", ("TCS",), [10_500])


def test_columns_may_be_mapped() -> None:
    columns = {"date": "when", "open": "a", "high": "b", "low": "c", "close": "d", "volume": "n", "symbol": "who"}
    part = read_tcs("M&M,31/01/2024,100,110,90,105,7", header="who,when,a,b,c,d,n", columns=columns)

    assert (part.rows.names, part.rows.volume.tolist()) == (("M&M",), [7])
    with pytest.raises(errors.UnknownFileKind, match=r"^the header lacks the columns open, high, low, close$"):
        read_tcs("1,2", header="x,y", columns={"date": "x"})


def test_a_file_may_hold_many_instruments_in_any_order() -> None:
    header = "symbol,date,open,high,low,close,volume"
    part = read_one(
        text(
            header,
            "TCS,2024-01-02,1,1,1,1,2",
            "NIFTY,2024-01-01,3,3,3,3,",
            "TCS,2024-01-01,2,2,2,2,1",
        )
    )

    assert part.rows.names == ("TCS", "NIFTY50")
    assert part.rows.code.tolist() == [0, 0, 1]
    assert part.rows.close.tolist() == [200, 100, 300]


@pytest.mark.parametrize(
    "stamp", ["2024-01-31", "2024-01-31 00:00:00+05:30", "2024-01-30T18:30:00Z", "2024-01-31 15:30"]
)
def test_bars_of_one_time_of_day_are_daily(stamp: str) -> None:
    part = read_tcs(f"{stamp},1,1,1,1,1")

    assert isinstance(part.rows, DailyRows)
    assert part.rows.day.tolist() == [date(2024, 1, 31).toordinal() - fields.EPOCH]


def test_only_an_index_may_lack_its_volume() -> None:
    header = "date,open,high,low,close"

    assert read_one(text(header, "2024-01-31,1,1,1,1"), instrument="NIFTY50").rows.volume.tolist() == [0]
    assert read_tcs("2024-01-31,1,1,1,1", header=header).problems[0].message == "volume is not a plain number: ''"


def test_five_minutes_stay_as_they_are() -> None:
    part = read_tcs(*(bar(OPEN + timedelta(minutes=5 * number), volume=number) for number in range(75)))

    rows = part.rows
    assert isinstance(rows, IntradayRows)
    assert (part.problem_count, len(rows), rows.minute[[0, -1]].tolist()) == (0, 75, [555, 925])
    assert rows.volume.tolist() == list(range(75))


def test_minutes_are_joined_to_five() -> None:
    lines = [
        "2024-01-01 09:15,100,105,99,104,1",
        "2024-01-01 09:16,104,104,90,91,2",
        "2024-01-01 09:19,91,120,91,118,4",  # 09:17 and 09:18 had no trade
        "2024-01-01 09:20,118,118,118,118,8",
    ]
    rows = read_tcs(*lines).rows

    assert (rows.minute.tolist(), rows.open.tolist()) == ([555, 560], [10_000, 11_800])
    assert (rows.high.tolist(), rows.low.tolist()) == ([12_000, 11_800], [9_000, 11_800])
    assert (rows.close.tolist(), rows.volume.tolist()) == ([11_800, 11_800], [7, 8])


def test_a_date_and_a_time_may_be_two_columns() -> None:
    header = "Instrument,Date,Time,Open,High,Low,Close"
    rows = read_one(text(header, "NIFTY,20240101,09:15,1,1,1,1", "NIFTY,20240101,09:20,1,1,1,1")).rows

    assert (rows.names, rows.minute.tolist()) == (("NIFTY50",), [555, 560])


@pytest.mark.parametrize("minutes", [2, 3, 10, 15, 30, 60])
def test_other_lengths_are_refused(minutes: int) -> None:
    lines = [bar(OPEN + timedelta(minutes=minutes * number)) for number in range(5)]

    with pytest.raises(errors.UnsupportedInterval, match=rf"^the candles are of {minutes} minutes"):
        read_tcs(*lines)


OUTSIDE = [
    (datetime(2024, 1, 1, 9, 10, tzinfo=IST), "the market did not trade on 2024-01-01 at 09:10"),
    (datetime(2024, 1, 1, 15, 30, tzinfo=IST), "the market did not trade on 2024-01-01 at 15:30"),
    (datetime(2024, 1, 26, 9, 15, tzinfo=IST), "the market did not trade on 2024-01-26 at 09:15"),
    (datetime(2024, 1, 21, 9, 15, tzinfo=IST), "the market did not trade on 2024-01-21 at 09:15"),
    (datetime(2023, 11, 12, 9, 15, tzinfo=IST), "the market did not trade on 2023-11-12 at 09:15"),
    (datetime(2024, 1, 1, 9, 22, tzinfo=IST), "the time is not on a step of 5 minutes"),
]


@pytest.mark.parametrize(("at", "message"), OUTSIDE)
def test_a_bar_outside_the_session_is_a_problem(at: datetime, message: str) -> None:
    part = read_tcs(*(bar(OPEN + timedelta(minutes=5 * number)) for number in range(20, 26)), bar(at))

    assert [(each.line, each.message) for each in part.problems] == [(8, message)]
    assert len(part.rows) == 6


@pytest.mark.parametrize(
    ("times", "messages"),
    [
        ((555, 560), []),
        (
            (225, 230),
            ["the market did not trade on 2024-01-01 at 03:45", "the market did not trade on 2024-01-01 at 03:50"],
        ),
        ((556, 561), ["the time is not on a step of 5 minutes"] * 2),
    ],
)
def test_a_file_without_a_bar_in_its_place_is_all_problems(times: tuple[int, ...], messages: list[str]) -> None:
    midnight = datetime(2024, 1, 1, tzinfo=IST)

    part = read_tcs(*(bar(midnight + timedelta(minutes=minute)) for minute in times))

    assert [(each.line, each.message) for each in part.problems] == list(enumerate(messages, 2))
    assert len(part.rows) == 2 - len(messages)


@pytest.mark.parametrize("exchange", ["NSE", "nse", "NSE_EQ", ""])
def test_a_column_may_say_that_the_exchange_is_ours(exchange: str) -> None:
    assert len(read_tcs(f"2024-01-01,1,1,1,1,1,{exchange}", header=f"{HEADER},Exchange").rows) == 1


@pytest.mark.parametrize("exchange", ["BSE", "MCX", "NSEIX", "NFO"])
def test_a_row_of_another_exchange_refuses_the_file(exchange: str) -> None:
    lines = [f"2024-01-0{day},1,1,1,1,1,{each}" for day, each in ((1, "NSE"), (2, exchange))]

    with pytest.raises(errors.ForeignMarket, match=f"^the file is of {exchange}, by its column for the exchange$"):
        read_tcs(*lines, header=f"{HEADER},Exchange")


@pytest.mark.parametrize(
    ("header", "columns"),
    [(f"{HEADER},close", {}), (f"{HEADER},Close", {}), (f"{HEADER},Px,Px", {"close": "Px"})],
)
def test_a_column_that_is_there_twice_is_refused(header: str, columns: dict[str, str]) -> None:
    with pytest.raises(errors.UnknownFileKind, match=r"more than once$"):
        read_tcs("2024-01-01,1,1,1,1,1,2", header=header, columns=columns)


def test_special_sessions_are_known() -> None:
    muhurat = [bar(datetime(2023, 11, 12, 18, 15 + 5 * number, tzinfo=IST)) for number in range(3)]
    saturday = [bar(datetime(2024, 3, 2, 11, 30 + 5 * number, tzinfo=IST)) for number in range(3)]

    assert read_tcs(*muhurat, *saturday).problem_count == 0


def test_a_file_in_another_zone_without_saying_so_is_seen() -> None:
    part = read_tcs(*(bar(OPEN - timedelta(hours=5, minutes=30 - 5 * number)) for number in range(75)))

    assert part.problem_count == 66  # 03:45 to 09:10


def test_whose_prices_a_file_holds_must_be_known() -> None:
    with pytest.raises(errors.NoInstrument):
        read_one(text(HEADER, "2024-01-01,1,1,1,1,1"))


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("NIFTY_50.csv", "NIFTY50"),
        ("NIFTY_BANK.csv.gz", "BANKNIFTY"),
        ("NIFTY_50_5min_2025-08-26.csv.gz", "NIFTY50"),
        ("NIFTY_IT.zip", "NIFTYIT"),
        ("nifty.csv", "NIFTY50"),
        ("NIFTY_OTHER.csv", "NIFTY50"),
        ("SBIN_5min.csv", ""),
        ("rolling_atm_NIFTY_call.csv", ""),
    ],
)
def test_an_index_is_known_by_what_a_files_name_begins_with(name: str, symbol: str) -> None:
    assert naming.index_of_file(name) == symbol


@given(
    st.lists(st.tuples(st.integers(0, 374), st.integers(1, 10**6)), min_size=2, max_size=60, unique_by=lambda e: e[0])
)
def test_joined_bars_keep_extremes_and_volume(minutes: list[tuple[int, int]]) -> None:
    minutes = [(0, 1), (1, 2), (2, 3), (3, 4), *(each for each in minutes if each[0] > 3)]
    lines = [
        f"{OPEN + timedelta(minutes=at):%Y-%m-%d %H:%M},{price / 100:.2f},{price / 100:.2f},{price / 100:.2f},"
        f"{price / 100:.2f},{price}"
        for at, price in minutes
    ]
    try:
        rows = read_tcs(*lines).rows
    except errors.UnsupportedInterval:
        return  # few minutes far apart are candles of another length

    assert (int(rows.high.max()), int(rows.low.min())) == (max(p for _, p in minutes), min(p for _, p in minutes))
    assert int(rows.volume.sum()) == sum(price for _, price in minutes)
    assert len(rows) == len({at // 5 for at, _ in minutes})
