"""Intraday candles over HTTP: stored or made, longer ones of shorter ones, and nothing that is not over."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

import marketdata
from apps.market.selectors import made
from tests.factories.market import instrument_of
from tests.factories.sectors import make_sector, make_sector_prices
from tests.factories.stocks import make_5min_day, make_daily_prices, make_stock
from tests.market.conftest import ApiAt

URL = "/api/v1/market/candles"
DAY = date(2025, 1, 2)


def candle(open_: str, high: str, low: str, close: str, volume: int) -> dict[str, object]:
    return {"open": open_, "high": high, "low": low, "close": close, "volume": volume}


# Four bars: three of the first quarter of an hour, one of the last minutes of the session.
BARS = {
    "09:20": candle("101.00", "104.10", "100.50", "103.00", 20),
    "09:15": candle("100.00", "102.00", "99.95", "101.00", 10),
    "09:25": candle("103.00", "103.50", "98.00", "98.05", 30),
    "15:25": candle("98.00", "98.00", "97.00", "97.50", 40),
}


def candles(api: APIClient, query: str) -> dict[str, Any]:
    response = api.get(f"{URL}?{query}")
    assert response.status_code == 200, response.json()
    body: dict[str, Any] = response.json()
    return body


def clock_times(body: dict[str, Any]) -> list[str]:
    return [text[11:16] for text in body["time"]]


def test_stored_bars_are_shown_in_order_with_their_label(api: APIClient) -> None:
    day = make_5min_day(stock=make_stock(enum="TCS"), day=DAY, candles=BARS)
    day.extra = {"source": "import"}
    day.save()

    body = candles(api, "instrument=TCS&interval=5m")

    assert body == {
        "instrument": "TCS",
        "interval": "5m",
        "source": "import",
        "version": None,
        "adjusted": False,
        "unadjusted_dates": [],
        "next_to": None,
        "time": [f"2025-01-02T{each}:00+05:30" for each in ("09:15", "09:20", "09:25", "15:25")],
        "open": [100.0, 101.0, 103.0, 98.0],
        "high": [102.0, 104.1, 103.5, 98.0],
        "low": [99.95, 100.5, 98.0, 97.0],
        "close": [101.0, 103.0, 98.05, 97.5],
        "volume": [10, 20, 30, 40],
    }


def test_bars_of_a_sector_are_beside_its_days(api: APIClient) -> None:
    sector = make_sector(enum="NIFTYIT")
    make_sector_prices(sector=sector, timewise_json=BARS, extra={"source": "synthetic", "version": "synthetic-1"})

    body = candles(api, "instrument=NIFTYIT&interval=5m&from=2025-01-02&to=2025-01-02")

    assert clock_times(body) == ["09:15", "09:20", "09:25", "15:25"]
    assert (body["close"], body["version"]) == ([101.0, 103.0, 98.05, 97.5], "synthetic-1")


@pytest.mark.parametrize(
    ("interval", "times", "highs", "closes"),
    [
        ("15m", ["09:15", "15:15"], [104.1, 98.0], [98.05, 97.5]),
        ("30m", ["09:15", "15:15"], [104.1, 98.0], [98.05, 97.5]),
        ("1h", ["09:15", "15:15"], [104.1, 98.0], [98.05, 97.5]),
    ],
)
def test_longer_candles_are_counted_from_the_open_and_the_last_may_be_short(
    api: APIClient, interval: str, times: list[str], highs: list[float], closes: list[float]
) -> None:
    make_5min_day(stock=make_stock(enum="TCS"), day=DAY, candles=BARS)

    body = candles(api, f"instrument=TCS&interval={interval}")

    assert (clock_times(body), body["high"], body["close"]) == (times, highs, closes)
    assert (body["open"], body["low"], body["volume"]) == ([100.0, 98.0], [98.0, 97.0], [60, 40])


def test_no_candle_spans_two_days(api: APIClient) -> None:
    stock = make_stock(enum="TCS")
    make_5min_day(stock=stock, day=DAY, candles={"15:25": BARS["15:25"]})
    make_5min_day(stock=stock, day=date(2025, 1, 3), candles={"09:15": BARS["09:15"]})

    body = candles(api, "instrument=TCS&interval=1h")

    assert body["time"] == ["2025-01-02T15:15:00+05:30", "2025-01-03T09:15:00+05:30"]
    assert body["volume"] == [40, 10]


def test_pages_go_back_inside_a_day_and_over_days(api: APIClient) -> None:
    stock = make_stock(enum="TCS")
    for day in (1, 2, 3):
        make_5min_day(stock=stock, day=date(2025, 1, day), candles=BARS)

    pages, until = [], "2025-01-31"
    while until:
        body = candles(api, f"instrument=TCS&interval=5m&limit=3&to={until.replace('+', '%2B')}")
        until = body["next_to"]
        pages.append([text[8:16] for text in body["time"]])

    assert pages == [
        ["03T09:20", "03T09:25", "03T15:25"],
        ["02T09:25", "02T15:25", "03T09:15"],
        ["01T15:25", "02T09:15", "02T09:20"],
        ["01T09:15", "01T09:20", "01T09:25"],
    ]


def test_a_page_that_ends_with_a_day_says_that_there_are_older_days(api: APIClient) -> None:
    stock = make_stock(enum="TCS")
    for day in (1, 2, 3):
        make_5min_day(stock=stock, day=date(2025, 1, day), candles=BARS)

    body = candles(api, "instrument=TCS&interval=5m&limit=8")

    assert (len(body["time"]), body["next_to"]) == (8, "2025-01-02T09:15:00+05:30")
    assert candles(api, "instrument=TCS&interval=5m&limit=8&from=2025-01-02")["next_to"] is None


def test_made_bars_are_those_of_the_provider(api: APIClient) -> None:
    make_stock(enum="RELIANCE")
    made = marketdata.get_provider().intraday("RELIANCE", DAY, DAY)

    body = candles(api, "instrument=RELIANCE&interval=5m&from=2025-01-01&to=2025-01-02&limit=75")

    assert (body["source"], body["version"]) == ("synthetic", "synthetic-1")
    assert (body["time"][0], body["time"][-1]) == ("2025-01-02T09:15:00+05:30", "2025-01-02T15:25:00+05:30")
    assert body["next_to"] == body["time"][0]
    assert body["close"] == [paise / 100 for paise in made.close[0].tolist()]
    assert body["volume"] == made.volume[0].tolist()


def test_made_hours_of_a_day_have_the_range_and_volume_of_the_day(api: APIClient) -> None:
    make_sector(enum="NIFTY50")
    day = marketdata.get_provider().daily("NIFTY50", DAY, DAY)

    body = candles(api, "instrument=NIFTY50&interval=1h&from=2025-01-02&to=2025-01-02")

    assert clock_times(body) == ["09:15", "10:15", "11:15", "12:15", "13:15", "14:15", "15:15"]
    assert (max(body["high"]), min(body["low"])) == (day.high[0] / 100, day.low[0] / 100)
    assert (body["open"][0], body["close"][-1]) == (day.open[0] / 100, day.close[0] / 100)
    assert sum(body["volume"]) == day.volume[0]


@pytest.mark.parametrize(
    ("now", "five", "fifteen"),
    [
        ("09:19:59", None, None),
        ("09:20:00", "09:15", None),
        ("09:30:00", "09:25", "09:15"),
        ("09:44:59", "09:35", "09:15"),
        ("15:29:59", "15:20", "15:00"),
        ("15:30:00", "15:25", "15:15"),
    ],
)
def test_a_candle_is_shown_when_its_time_is_over(
    api_at: ApiAt, now: str, five: str | None, fifteen: str | None
) -> None:
    make_stock(enum="RELIANCE")

    with api_at(f"2025-01-02T{now}+05:30") as api:
        last = [
            clock_times(candles(api, f"instrument=RELIANCE&interval={interval}&from=2025-01-02&to=2025-12-31"))[-1:]
            for interval in ("5m", "15m")
        ]

    assert last == [[five] if five else [], [fifteen] if fifteen else []]


def test_the_last_hour_is_whole_only_when_the_session_is_over(api_at: ApiAt) -> None:
    make_5min_day(stock=make_stock(enum="TCS"), day=DAY, candles=BARS)

    with api_at("2025-01-02T15:29:59+05:30") as api:
        assert clock_times(candles(api, "instrument=TCS&interval=1h")) == ["09:15"]
    with api_at("2025-01-02T15:30:00+05:30") as api:
        assert clock_times(candles(api, "instrument=TCS&interval=1h")) == ["09:15", "15:15"]


def test_beside_real_daily_prices_nothing_is_made(api: APIClient) -> None:
    make_daily_prices(stock=make_stock(enum="RELIANCE"), extra={"source": "import"})

    body = candles(api, "instrument=RELIANCE&interval=5m&to=2025-01-03")

    assert (body["time"], body["source"]) == ([], None)


def test_beside_made_daily_prices_bars_are_made(api: APIClient) -> None:
    make_daily_prices(stock=make_stock(enum="RELIANCE"), extra={"source": "synthetic", "version": "synthetic-1"})

    assert len(candles(api, "instrument=RELIANCE&interval=5m&from=2025-01-03&to=2025-01-03")["time"]) == 75


@pytest.mark.parametrize("extra", [{}, {"source": "import"}, {"source": "synthetic", "version": "synthetic-0"}])
def test_stored_bars_of_another_source_are_not_filled_up_with_made_ones(api: APIClient, extra: dict[str, str]) -> None:
    day = make_5min_day(stock=make_stock(enum="RELIANCE"), day=DAY, candles=BARS)
    day.extra = extra
    day.save()

    assert candles(api, "instrument=RELIANCE&interval=5m&from=2025-01-03&to=2025-01-03")["time"] == []


def test_stored_bars_of_the_providers_own_version_are_continued_by_made_ones(api: APIClient) -> None:
    day = make_5min_day(stock=make_stock(enum="RELIANCE"), day=DAY, candles=BARS)
    day.extra = {"source": "synthetic", "version": "synthetic-1"}
    day.save()

    body = candles(api, "instrument=RELIANCE&interval=5m&from=2025-01-01&to=2025-01-03&limit=100")
    older = candles(api, "instrument=RELIANCE&interval=5m&from=2025-01-01&limit=75&to=2025-01-02T09:15:00%2B05:30")

    assert [sum(text.startswith(f"2025-01-0{number}") for text in body["time"]) for number in (1, 2, 3)] == [21, 4, 75]
    assert (len(older["time"]), older["next_to"]) == (75, None)
    assert body["close"][21:25] == [101.0, 103.0, 98.05, 97.5]


def test_beside_real_bars_no_daily_candles_are_made(api: APIClient) -> None:
    day = make_5min_day(stock=make_stock(enum="RELIANCE"), day=DAY, candles=BARS)
    day.extra = {"source": "import"}
    day.save()

    assert candles(api, "instrument=RELIANCE&interval=1d&from=2025-01-01&to=2025-01-03")["time"] == []


def test_a_week_is_shown_when_its_friday_is_over(api_at: ApiAt) -> None:
    make_stock(enum="RELIANCE")

    for now, expected in (("15:29:59", ["2024-12-30"]), ("15:30:00", ["2024-12-30", "2025-01-06"])):
        with api_at(f"2025-01-10T{now}+05:30") as api:
            body = candles(api, "instrument=RELIANCE&interval=1w&from=2024-12-30")
        assert [text[:10] for text in body["time"]] == expected


def test_weeks_page_back_whole(api: APIClient) -> None:
    make_stock(enum="RELIANCE")
    whole = candles(api, "instrument=RELIANCE&interval=1w&from=2024-12-02&to=2025-01-31")

    page = candles(api, "instrument=RELIANCE&interval=1w&from=2024-12-02&to=2025-01-31&limit=2")
    assert page["time"] == whole["time"][-2:]
    assert page["volume"] == whole["volume"][-2:]
    assert page["next_to"] == page["time"][0]
    before = candles(api, f"instrument=RELIANCE&interval=1w&limit=2&to={page['next_to'].replace('+', '%2B')}")
    assert before["close"] == whole["close"][-4:-2]


def test_a_stored_day_without_bars_holds_nothing(api: APIClient) -> None:
    make_5min_day(stock=make_stock(enum="RELIANCE"), day=DAY, candles={})

    assert len(candles(api, "instrument=RELIANCE&interval=5m&from=2025-01-02&to=2025-01-02")["time"]) == 75


def test_what_has_not_begun_is_not_among_the_made_bars(db: None) -> None:
    instrument, now = instrument_of(make_stock(enum="RELIANCE")), datetime.fromisoformat("2025-01-02T09:22:00+05:30")

    found = made.read_candles(instrument=instrument, start=DAY, end=DAY, now=now)

    assert len(found) == 2
    assert found.low.min() > 0


def test_a_closed_day_has_no_candles(api: APIClient) -> None:
    make_stock(enum="RELIANCE")
    make_5min_day(stock=make_stock(enum="TCS"), day=date(2025, 1, 4), candles={})

    assert candles(api, "instrument=RELIANCE&interval=5m&from=2025-01-04&to=2025-01-05")["time"] == []
    assert candles(api, "instrument=TCS&interval=5m&from=2025-01-04&to=2025-01-05")["time"] == []
