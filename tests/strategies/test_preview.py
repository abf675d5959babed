"""Preview over HTTP: the indicators and the signals of a strategy over bars."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.stocks.models import Stock
from apps.strategies import constants
from apps.users.models import User
from tests.factories.stocks import make_5min_day, make_daily_prices, make_stock
from tests.factories.strategies import ABOVE_100, make_predefined, make_rule_based

PREVIEW = "/api/v1/strategies/preview"
RANGE = {"instrument": "RELIANCE", "start_date": "2025-01-01", "end_date": "2025-01-31"}
DAYS = ("01", "02", "03", "06", "07", "08")
CLOSES = (99, 101, 103, 101, 97, 102)
CROSSING = {
    "enter_long": {"left": "CLOSE", "op": "CROSS_ABOVE", "right": "SMA(2)[1]"},
    "exit_long": {"left": "SMA(2)", "op": "<", "right": 100},
}


@pytest.fixture
def stock(db: None) -> Stock:
    stock = make_stock()
    rows = [(f"2025-01-{day}", *(f"{close}.00",) * 4, 1000) for day, close in zip(DAYS, CLOSES, strict=True)]
    make_daily_prices(stock=stock, bars=rows)
    return stock


def test_indicators_and_signals_stand_on_their_bars(api: APIClient, stock: Stock) -> None:
    body = api.post(PREVIEW, {**RANGE, "rules": CROSSING}).json()

    assert [time[:16] for time in body["time"]] == [f"2025-01-{day}T09:15" for day in DAYS]
    # The means of two closes are 100 102 102 99 99.5; each close is compared with the mean of the bar before.
    assert body["lines"] == [{"label": "SMA(2)", "values": [None, 100.0, 102.0, 102.0, 99.0, 99.5]}]
    assert body["signals"] == {"enter_long": [5], "exit_long": [4, 5], "enter_short": [], "exit_short": []}
    assert body["signals_are"] == "signals"
    assert (body["warmup_bars"], body["lines_left_out"], body["interval"], body["source"]) == (1, 0, "1d", "unknown")
    assert body["sentence"].startswith("Buy when CLOSE crosses above SMA(2)[1]; sell when SMA(2) is below 100;")


def test_longer_timeframes_over_five_minute_bars_are_seen_once_they_have_ended(api: APIClient, stock: Stock) -> None:
    prices = {"09:15": 100, "09:20": 101, "09:25": 99, "09:30": 104, "09:35": 103}
    candles = {clock: dict.fromkeys(("open", "high", "low", "close"), price) for clock, price in prices.items()}
    for candle in candles.values():
        candle["volume"] = 10
    make_5min_day(stock=stock, day=date(2025, 1, 2), candles=candles)
    # The quarter of an hour from 09:15 ends with the bar of 09:25: its close is 99, its high 101.
    rules = {"enter_long": {"left": "CLOSE", "op": ">", "right": "HIGHEST(2)@15m"}}
    later = {"enter_long": {"left": "CLOSE", "op": ">", "right": "SMA(1)@15m"}}

    first = api.post(PREVIEW, {**RANGE, "interval": "5m", "rules": rules}).json()
    second = api.post(PREVIEW, {**RANGE, "interval": "5m", "rules": later}).json()

    assert [time[11:16] for time in first["time"]] == list(prices)
    assert first["lines"] == [{"label": "HIGHEST(2) on 15m bars", "values": [None] * 5}]
    assert second["lines"] == [{"label": "SMA(1) on 15m bars", "values": [None, None, 99.0, 99.0, 99.0]}]
    assert second["signals"]["enter_long"] == [3, 4]
    assert second["warmup_bars"] == 2


def test_each_indicator_is_drawn_once_and_each_output_apart(api: APIClient, stock: Stock) -> None:
    condition = {"left": "BBANDS(2).upper", "op": ">", "right": "BBANDS(2).lower[1]"}
    rules = {"enter_long": {"all": [condition, condition]}, "exit_long": {"left": "CLOSE@1w", "op": ">", "right": 1}}

    body = api.post(PREVIEW, {**RANGE, "rules": rules}).json()

    assert [line["label"] for line in body["lines"]] == ["BBANDS(2,2).upper", "BBANDS(2,2).lower"]


def test_more_indicators_than_a_chart_takes_are_left_out_and_counted(api: APIClient, stock: Stock) -> None:
    conditions = [{"left": f"SMA({period})", "op": ">", "right": 1} for period in range(2, 32)]

    body = api.post(PREVIEW, {**RANGE, "rules": {"enter_long": {"any": conditions}}}).json()

    assert (len(body["lines"]), body["lines_left_out"]) == (24, 6)


def test_predefined_strategy_with_parameters_and_both_sides(api: APIClient, stock: Stock) -> None:
    strategy = make_predefined()
    request = {**RANGE, "strategy_predefined": strategy.pk, "parameters": {"fast": 1, "slow": 2}, "direction": "both"}

    body = api.post(PREVIEW, request).json()

    # The close against the mean of two, which it crosses upward on the sixth bar and downward on the fourth.
    assert body["signals"] == {"enter_long": [5], "exit_long": [3], "enter_short": [3], "exit_short": [5]}
    assert [line["label"] for line in body["lines"]] == ["SMA(1)", "SMA(2)"]


def test_own_and_public_strategies_are_previewed_and_private_ones_are_missing(
    api: APIClient, stranger_api: APIClient, owner: User, stock: Stock
) -> None:
    private, public = make_rule_based(owner), make_rule_based(owner, is_public=True)

    statuses = {
        (client is api, strategy.is_public): client.post(PREVIEW, {**RANGE, "strategy_rule_based": strategy.pk})
        for client in (api, stranger_api)
        for strategy in (private, public)
    }
    missing = stranger_api.post(PREVIEW, {**RANGE, "strategy_rule_based": 999_999_999})

    assert {key: response.status_code for key, response in statuses.items()} == {
        (True, False): 200,
        (True, True): 200,
        (False, False): 404,
        (False, True): 200,
    }
    assert {**statuses[False, False].json(), "request_id": ""} == {**missing.json(), "request_id": ""}


SCRIPT = """//@version=6
strategy("Over the mean")
length = input.int(2, "Length", minval=1)
mean = ta.sma(close, length)
var float last = na
if close > mean[1] and strategy.position_size == 0
    strategy.entry("L", strategy.long)
if close < 100
    strategy.close("L")
last := ta.highest(high - low, 3)
plot(ta.ema(close, 3))
"""


def test_a_script_shows_its_studies_and_where_its_orders_fill(api: APIClient, stock: Stock) -> None:
    body = api.post(PREVIEW, {**RANGE, "script": SCRIPT}).json()

    # Closes 99 101 103 101 97 102, means of two 100 102 102 99 99.5: above the mean before on bars 2 and 5; below 100
    # on bars 0 and 4, of which only the second finds a position.
    assert body["signals"] == {"enter_long": [2, 5], "exit_long": [4], "enter_short": [], "exit_short": []}
    assert body["signals_are"] == "fills"
    # What is only plotted is no part of the strategy.
    assert body["lines"] == [
        {"label": "ta.sma(close, 2)", "values": [None, 100.0, 102.0, 102.0, 99.0, 99.5]},
        {"label": "ta.highest((high - low), 3)", "values": [None, None, 0.0, 0.0, 0.0, 0.0]},
    ]
    assert (body["name"], body["warmup_bars"]) == ("Over the mean", 2)
    assert body["sentence"].startswith("The script Over the mean enters long, leaves at market")


def test_a_script_takes_its_inputs_and_its_own_word_on_fills(api: APIClient, stock: Stock) -> None:
    later = SCRIPT.replace('("Over the mean")', '("Over the mean", process_orders_on_close=false)')

    first = api.post(PREVIEW, {**RANGE, "script": SCRIPT, "parameters": {"length": 1}}).json()
    second = api.post(PREVIEW, {**RANGE, "script": later, "parameters": {"length": 1}}).json()

    # Above the close before: bars 1 and 5; left on bar 4. At the next open the last of them does not fill.
    assert (first["signals"]["enter_long"], first["signals"]["exit_long"]) == ([1, 5], [4])
    assert (second["signals"]["enter_long"], second["signals"]["exit_long"]) == ([2], [5])


def test_a_script_that_takes_too_long_is_ended_and_no_thread_waits_for_it(
    api: APIClient, stock: Stock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "PREVIEW_SECONDS", 0.0)

    late = api.post(PREVIEW, {**RANGE, "script": SCRIPT})

    assert (late.status_code, late.json()["code"]) == (400, "PREVIEW_REFUSED")
    assert late.json()["message"].startswith("The script takes longer than 0 seconds on these bars")


def test_a_script_that_wants_too_much_memory_leaves_the_web_process_its_own(
    api: APIClient, stock: Stock, settings: Any
) -> None:
    settings.BACKTEST_MEMORY_MB = 0

    heavy = api.post(PREVIEW, {**RANGE, "script": SCRIPT})

    assert (heavy.status_code, heavy.json()["code"]) == (400, "PREVIEW_REFUSED")
    assert heavy.json()["message"].startswith("The script needs more memory on these bars")


def test_a_script_that_is_no_script_says_where(api: APIClient, stock: Stock) -> None:
    response = api.post(PREVIEW, {**RANGE, "script": SCRIPT.replace("ta.sma", "ta.smaa")})

    (problem,) = response.json()["details"]["errors"]
    assert (response.status_code, response.json()["code"]) == (400, "INVALID_SCRIPT")
    assert (problem["pointer"], problem["line"], problem["code"]) == ("/script", 4, "SCRIPT_UNSUPPORTED")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"parameters": {"length": 0}}, 400, "INVALID_SCRIPT"),
        ({"parameters": {"nobody": 1}}, 400, "INVALID_SCRIPT"),
        ({"direction": "long"}, 400, "VALIDATION_ERROR"),
        ({"rules": ABOVE_100}, 400, "VALIDATION_ERROR"),
        ({"script": SCRIPT + "while true\n    last := 1.0\n"}, 400, "PREVIEW_REFUSED"),
    ],
)
def test_a_script_that_cannot_be_previewed_says_why(
    api: APIClient, stock: Stock, change: dict[str, Any], status: int, code: str
) -> None:
    response = api.post(PREVIEW, {**RANGE, "script": SCRIPT, **change})

    assert (response.status_code, response.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"rules": {"enter_long": {"left": "CLOSE", "op": ">", "right": "SMA(0)"}}}, 400, "INVALID_RULES"),
        ({"parameters": {"p": 1}}, 400, "INVALID_RULES"),
        ({"direction": "short"}, 400, "INVALID_RULES"),
        ({"instrument": "NOBODY"}, 404, "INSTRUMENT_NOT_FOUND"),
        ({"start_date": "2020-01-01", "end_date": "2020-01-31"}, 422, "NO_BARS"),
        ({"start_date": "2025-02-01"}, 400, "VALIDATION_ERROR"),
        ({"start_date": "1990-01-01"}, 400, "VALIDATION_ERROR"),
        ({"interval": "5m", "start_date": "2024-10-01"}, 400, "VALIDATION_ERROR"),
        ({"interval": "3m"}, 400, "VALIDATION_ERROR"),
        ({"strategy_rule_based": 1}, 400, "VALIDATION_ERROR"),
        ({"rules": {"enter_long": {"left": "CLOSE@1d", "op": ">", "right": 1}}}, 400, "PREVIEW_REFUSED"),
    ],
)
def test_what_cannot_be_previewed_says_why(
    api: APIClient, stock: Stock, change: dict[str, Any], status: int, code: str
) -> None:
    response = api.post(PREVIEW, {**RANGE, "rules": ABOVE_100, **change})

    assert (response.status_code, response.json()["code"]) == (status, code)


def test_a_preview_costs_the_same_queries_however_many_bars(
    api: APIClient, stock: Stock, django_assert_num_queries: Any
) -> None:
    # The account; the instrument among stocks; its prices.
    for end in ("2025-01-02", "2025-01-31"):
        with django_assert_num_queries(3):
            api.post(PREVIEW, {**RANGE, "end_date": end, "rules": ABOVE_100})
