"""Options of the synthetic market: no arbitrage anywhere, exact at expiry, quotes inside candles, no look-ahead."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

import marketdata
from marketdata import black, get_provider, live, options, sessions, surface
from marketdata.errors import ContractNotFound, SymbolNotFound
from marketdata.instrument_keys import Option
from marketdata.rulebook.errors import UnknownUnderlying
from marketdata.types import IntradayBars

PRICES = ("open", "high", "low", "close")
UNDERLYINGS = ("NIFTY50", "BANKNIFTY", "SBIN", "MARUTI")
TICK = 5
DAY, EXPIRY = date(2026, 1, 2), date(2026, 1, 6)
PROVIDER = get_provider()
# Changing one of these changes the history of every installation: raise the provider's version with it.
GOLDEN = {
    "NIFTY50 24000 CE 2025-01-30": "9698b0722d99cd52b72182d77abfca763e9b8172f71d0da0719dc8eab6452f10",
    "BANKNIFTY 52000 PE 2024-03-27": "d67ad4c6c381e742408933b4180d4e42d97fb1176238ca4ea33301d0c67916e2",
    "SBIN 850 CE 2025-06-26": "6f904900e27663f3487ace08f6986ade67f7ef0d5ea0de0a903680c6bb25d536",
}


def ist(text: str, day: date = DAY) -> datetime:
    return datetime.fromisoformat(f"{day}T{text}").replace(tzinfo=sessions.IST)


def listed(underlying: str, on: date, levels: int = 10, expiry: date | None = None) -> list[Option]:
    return [each.option for each in PROVIDER.contracts(underlying, on, levels=levels, expiry=expiry)]


def by_strike(found: Mapping[Option, IntradayBars], name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Strikes in paise, and calls and puts of shape (strikes, days, bars)."""
    strikes = sorted({option.strike for option in found})
    sides = {(option.strike, option.right): getattr(bars, name).astype(np.int64) for option, bars in found.items()}
    calls, puts = (np.array([sides[strike, right] for strike in strikes]) for right in ("CE", "PE"))
    return np.array([int(strike * 100) for strike in strikes]), calls, puts


def windows() -> list[tuple[str, date, date]]:
    """An underlying, a first and a last day: whole lives of contracts, spread over two years."""
    found = []
    for underlying in UNDERLYINGS:
        for month in range(1, 25, 3):
            start = date(2024 + (month - 1) // 12, (month - 1) % 12 + 1, 10)
            expiry = PROVIDER.expiries(underlying, start, "monthly", count=1)[0]
            found.append((underlying, max(start, expiry - timedelta(days=9)), expiry))
    return found


@pytest.mark.parametrize(("underlying", "start", "expiry"), windows())
def test_no_arbitrage_in_any_bar_of_a_contracts_last_days(underlying, start, expiry):
    found = PROVIDER.option_intraday(listed(underlying, start, 12, expiry), start, expiry)
    spot = PROVIDER.intraday(underlying, start, expiry)
    for name in ("open", "close"):
        strikes, calls, puts = by_strike(found, name)
        forward = getattr(spot, name).astype(np.int64)
        distance = forward - strikes[:, None, None]
        assert np.array_equal(calls - puts, distance)  # parity to the paisa
        assert np.all(np.diff(calls, axis=0) <= 0)
        assert np.all(np.diff(puts, axis=0) >= 0)
        assert np.all(-np.diff(calls, axis=0) <= np.diff(strikes)[:, None, None])
        assert np.all(np.diff(calls, 2, axis=0) >= -2 * TICK)  # convex but for rounding
        alive = np.ones(forward.shape, dtype=bool)
        alive[-1, -1] = name != "close"
        assert np.all((calls - np.maximum(distance, 0))[:, alive] >= TICK)
        assert np.all((puts - np.maximum(-distance, 0))[:, alive] >= TICK)
        assert np.all(calls[:, alive] < forward[alive])


@pytest.mark.parametrize(("underlying", "start", "expiry"), windows())
def test_candles_are_sound_and_end_at_exactly_intrinsic_value(underlying, start, expiry):
    found = PROVIDER.option_intraday(listed(underlying, start, 12, expiry), start, expiry)
    settled = int(PROVIDER.daily(underlying, expiry, expiry).close[0])
    for option, bars in found.items():
        assert np.all(bars.low <= np.minimum(bars.open, bars.close))
        assert np.all(bars.high >= np.maximum(bars.open, bars.close))
        assert all(np.all(getattr(bars, name) % TICK == 0) for name in PRICES)
        gain = settled - int(option.strike * 100)
        assert bars.close[-1, -1] == max(gain if option.right == "CE" else -gain, 0)


def test_all_quotes_lie_inside_their_candle_and_the_last_is_its_close():
    generator = np.random.default_rng(7)
    checked = 0
    for underlying, day in (("NIFTY50", EXPIRY), ("NIFTY50", DAY), ("SBIN", DAY), ("SBIN", date(2026, 1, 27))):
        chain = listed(underlying, day, 6)
        candles = PROVIDER.option_intraday(chain, day, day)
        for bar in generator.integers(0, 75, 12).tolist():
            for second in (0, int(generator.integers(5, 295)), 299):
                moment = ist("09:15:00", day) + timedelta(minutes=5 * bar, seconds=second)
                for option, quote in PROVIDER.option_quotes(chain, moment).items():
                    candle = candles[option]
                    assert candle.low[0, bar] <= quote.price <= candle.high[0, bar]
                    if second == 299:
                        assert quote.price == candle.close[0, bar]
                    checked += 1
    assert checked > 2_000


def test_a_forming_candle_becomes_the_final_one_and_only_grows():
    chain = listed("SBIN", DAY, 2)
    final = PROVIDER.option_intraday(chain, DAY, DAY)
    for bar in (0, 30, 74):
        begun = ist("09:15:00") + timedelta(minutes=5 * bar)
        early = PROVIDER.option_intraday(chain, DAY, DAY, now=begun + timedelta(seconds=100))
        late = PROVIDER.option_intraday(chain, DAY, DAY, now=begun + timedelta(seconds=299))
        for option in chain:
            first, last, whole = early[option], late[option], final[option]
            assert (first.forming, last.forming, whole.forming) == (True, True, False)
            assert (first.counts.tolist(), whole.counts.tolist()) == ([bar + 1], [75])
            for name in (*PRICES, "volume"):
                assert getattr(last, name)[0, : bar + 1].tolist() == getattr(whole, name)[0, : bar + 1].tolist()
                assert not getattr(first, name)[0, bar + 1 :].any()
            assert first.high[0, bar] <= last.high[0, bar]
            assert first.low[0, bar] >= last.low[0, bar]


def test_what_is_quoted_does_not_know_the_rest_of_the_day(monkeypatch):
    chain, now = listed("SBIN", DAY, 4), ist("11:07:33")
    seen = PROVIDER.option_quotes(chain, now)
    candles = PROVIDER.option_intraday(chain, DAY, DAY, now=now)
    whole = live.session("SBIN", DAY)
    changed = {name: getattr(whole, name).copy() for name in (*PRICES, "volume")}
    for column in changed.values():
        column[0, 23:] = column[0, 23:] * 2  # another afternoon, from 11:10 on
    other = IntradayBars(date=whole.date, **changed, counts=whole.counts)
    monkeypatch.setattr(live, "session", lambda symbol, day: other)
    live.trades.cache_clear()
    assert PROVIDER.option_quotes(chain, now) == seen
    again = PROVIDER.option_intraday(chain, DAY, DAY, now=now)
    for option in chain:
        assert all(getattr(again[option], name).tolist() == getattr(candles[option], name).tolist() for name in PRICES)
    assert PROVIDER.option_quotes(chain, ist("11:12:00")) != seen
    live.trades.cache_clear()


def test_a_contract_is_the_same_alone_and_in_a_chain_and_in_any_range():
    chain = listed("NIFTY50", DAY)
    together = PROVIDER.option_intraday(chain, date(2025, 12, 29), EXPIRY)
    one = chain[7]
    alone = PROVIDER.option_intraday([one], DAY, DAY)[one]
    row = together[one].date.tolist().index(DAY)
    for name in (*PRICES, "volume"):
        assert getattr(alone, name)[0].tolist() == getattr(together[one], name)[row].tolist()


@pytest.mark.parametrize("key", GOLDEN)
def test_a_contract_of_a_version_never_changes(key):
    assert digest(key) == GOLDEN[key]


def digest(key: str) -> str:
    underlying, strike, right, expiry = key.split()
    option = Option(underlying, date.fromisoformat(expiry), Decimal(strike), "CE" if right == "CE" else "PE")
    bars = PROVIDER.option_intraday([option], option.expiry - timedelta(days=7), option.expiry)[option]
    columns = np.stack([getattr(bars, name).astype("<i8") for name in (*PRICES, "volume")])
    return hashlib.sha256(columns.tobytes()).hexdigest()


PROGRAM = """
import datetime, hashlib
import numpy as np
from marketdata import get_provider
provider, day = get_provider(), datetime.date(2026, 1, 2)
for underlying in ("BANKNIFTY", "SBIN"):
    chain = [each.option for each in provider.contracts(underlying, day)]
    for option, bars in provider.option_intraday(chain, day, day).items():
        columns = [getattr(bars, name).astype("<i8") for name in ("open", "high", "low", "close", "volume")]
        print(option, hashlib.sha256(np.stack(columns).tobytes()).hexdigest())
"""


def test_another_process_hash_seed_and_processor_give_the_same_chain(capsys):
    exec(compile(PROGRAM, "chain", "exec"), {})
    here = capsys.readouterr().out
    disabled = "X86_V4 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR X86_V3 AVX2 FMA3 F16C"
    for environ in ({"PYTHONHASHSEED": "99"}, {"NPY_DISABLE_CPU_FEATURES": disabled}):
        there = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", PROGRAM],
            env={**os.environ, "PYTHONPATH": str(Path(marketdata.__file__).parents[1]), **environ},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert there == here
    assert len(here.splitlines()) == 84


def test_volume_is_whole_lots_most_at_the_money_and_puts_a_little_less():
    chain = PROVIDER.contracts("NIFTY50", DAY)
    found = PROVIDER.option_intraday([each.option for each in chain], DAY, DAY)
    total = {each.option: int(found[each.option].volume.sum()) for each in chain}
    assert all(bars.volume.min() >= 0 and np.all(bars.volume % 65 == 0) for bars in found.values())
    atm = sum(total[each.option] for each in chain if each.label == "ATM")
    edges = sum(total[each.option] for each in chain if each.label in {"ITM10", "OTM10"}) / 2
    assert 2 < atm / edges < 20
    puts = sum(value for option, value in total.items() if option.right == "PE")
    assert 0.6 < puts / (sum(total.values()) - puts) < 1.6


def test_open_interest_is_whole_lots_and_changes_once_a_day():
    chain = listed("SBIN", DAY)
    morning, evening, next_day = (
        {option: quote.open_interest for option, quote in PROVIDER.option_quotes(chain, now).items()}
        for now in (ist("09:15:00"), ist("15:29:59"), ist("10:00:00", date(2026, 1, 5)))
    )
    assert morning == evening != next_day
    assert all(value > 0 and value % 750 == 0 for value in morning.values())


def test_the_smile_is_a_smile():
    # In standard deviations, as measured on NIFTY: higher below than above, lowest a little above the money.
    theta = np.array([0.0016])
    places = np.array([-2.0, -1.0, 0.0, 1.0, 2.0]) * 0.04
    ratio = surface.deviations(theta, places) / 0.04
    assert np.round(ratio, 2).tolist() == [1.28, 1.12, 1.0, 0.99, 1.08]


def test_theta_grows_with_time_to_expiry_and_is_nothing_at_the_end():
    found = [surface.forecast("NIFTY50", day, DAY).theta for day in (DAY, EXPIRY, date(2026, 1, 13), date(2026, 2, 24))]
    assert found == sorted(found)
    ones = {"starts": np.array([2_613_000.0]), "passed": np.array([[0.0], [1.0]])}
    begin, end = surface.thetas("NIFTY50", EXPIRY, EXPIRY, first=74, **ones)
    assert (begin[0] > 0, end[0]) == (True, 0.0)


def test_volatility_rises_when_the_spot_falls():
    spots = np.array([2_560_000.0, 2_613_000.0, 2_660_000.0])
    level = [
        surface.thetas("NIFTY50", date(2026, 1, 27), DAY, first=9, starts=spot, passed=np.zeros((1, 1)))[0, 0]
        for spot in spots.reshape(3, 1)
    ]
    assert level[0] > level[1] > level[2]


def test_greeks_come_from_the_quote_by_the_clock_of_expiry():
    chain, now = listed("NIFTY50", DAY, 2), ist("11:07:33")
    quotes, greeks = PROVIDER.option_quotes(chain, now), PROVIDER.greeks(chain, now)
    years = (ist("15:30:00", EXPIRY) - ist("11:07:30")).total_seconds() / (365 * 86_400)
    for option in chain:
        found = greeks[option]
        assert found is not None
        width = np.array([found.volatility * np.sqrt(years)])
        spot, strike = np.array([quotes[option].underlying / 100]), np.array([float(option.strike)])
        price = (black.call if option.right == "CE" else black.put)(spot, strike, width)[0]
        assert price == pytest.approx(quotes[option].price / 100, abs=0.005)
        assert 0 < found.delta < 1 if option.right == "CE" else -1 < found.delta < 0
        assert found.gamma > 0 > found.theta


def test_at_the_money_call_and_put_imply_one_volatility():
    pair = [each.option for each in PROVIDER.contracts("NIFTY50", DAY, levels=0)]
    call, put = PROVIDER.greeks(pair, ist("11:00:00")).values()
    assert call is not None
    assert put is not None
    assert call.volatility == pytest.approx(put.volatility, abs=2e-6)
    assert call.delta - put.delta == pytest.approx(1, abs=1e-5)


def test_after_expiry_a_contract_stays_readable_at_what_it_settled():
    option = listed("NIFTY50", EXPIRY, 0)[0]
    later = ist("12:00:00", date(2026, 1, 12))
    quote = PROVIDER.option_quotes([option], later)[option]
    spot = int(PROVIDER.daily("NIFTY50", EXPIRY, EXPIRY).close[0])
    assert (quote.price, quote.underlying) == (max(spot - int(option.strike * 100), 0), spot)
    assert (quote.at, quote.is_open) == (ist("15:30:00", EXPIRY), False)
    assert PROVIDER.greeks([option], later) == {option: None}
    bars = PROVIDER.option_intraday([option], DAY, date(2026, 1, 12), now=later)[option]
    assert bars.date.tolist() == [DAY, date(2026, 1, 5), EXPIRY]
    assert len(PROVIDER.option_intraday([option], date(2026, 1, 7), date(2026, 1, 12))[option]) == 0


def test_while_the_market_is_closed_an_option_is_quoted_at_its_last_close():
    option = listed("NIFTY50", DAY, 0)[0]
    quote = PROVIDER.option_quotes([option], ist("12:00:00", date(2026, 1, 4)))[option]
    bars = PROVIDER.option_intraday([option], DAY, DAY)[option]
    assert (quote.price, quote.at, quote.is_open) == (bars.close[0, -1], ist("15:30:00"), False)
    assert quote.volume == bars.volume.sum()


@pytest.mark.parametrize(
    ("option", "error"),
    [
        (Option("NOPE", EXPIRY, Decimal(100), "CE"), SymbolNotFound),
        (Option("NIFTYIT", EXPIRY, Decimal(100), "CE"), UnknownUnderlying),
        (Option("NIFTY50", date(2026, 1, 4), Decimal(26_000), "CE"), ContractNotFound),
        (Option("NIFTY50", date(2036, 1, 1), Decimal(26_000), "CE"), ContractNotFound),
        (Option("NIFTY50", EXPIRY, Decimal(0), "CE"), ContractNotFound),
        (Option("NIFTY50", EXPIRY, Decimal(-50), "PE"), ContractNotFound),
        (Option("NIFTY50", EXPIRY, Decimal("26000.01"), "PE"), ContractNotFound),
    ],
)
def test_a_contract_that_cannot_exist_is_refused(option, error):
    for ask in (
        lambda: PROVIDER.option_intraday([option], DAY, DAY),
        lambda: PROVIDER.option_quotes([option], ist("11:00:00")),
        lambda: PROVIDER.greeks([option], ist("11:00:00")),
    ):
        with pytest.raises(error):
            ask()


def test_calls_of_a_chain_never_cost_less_than_one_tick_of_time_even_far_away():
    strikes = np.array([2_000_000, 2_600_000, 3_500_000])
    found = options._calls(strikes, np.log(strikes), spots=np.array([2_600_000.0]), thetas=np.array([1e-6]))
    assert found[:, 0].tolist()[::2] == [600_005, 5]
