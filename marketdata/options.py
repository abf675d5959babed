"""Option candles and quotes: the smile's price at the underlying's prices, on the tick, free of arbitrage.

A call is Black's price by the smile, at least one tick above its intrinsic value until it expires, and a put is the
call less spot plus strike: parity, order in strikes and value at expiry hold by construction. What does not belong
here: which contracts are listed, and Greeks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from marketdata import black, contracts, elementary, implied, live, paths, profiles, rng, sessions, surface, universe
from marketdata.elementary import Floats
from marketdata.instrument_keys import Option
from marketdata.types import IntradayBars, OptionGreeks, OptionQuote

BARS = profiles.BARS
_AT_EXPIRY = 1e-18  # variance below which only intrinsic value is left
_TURNOVER = 0.25  # units of the call at the money that trade for each share of the underlying, close to expiry
_TURNOVER_DAYS = 12.0  # in which that falls to 37 %
_FALL_BELOW, _FALL_ABOVE = 1.0, 1.25  # of volume a standard deviation below and above the money
_PUT_VOLUME = 0.86  # relative to a call
_VOLUME_SD = 0.8  # of the logarithm of a contract's volume in a bar
_INTEREST = 0.15  # units of open interest for each share of the underlying's typical day
_INTEREST_FALL = 0.6
_INTEREST_DAYS = 30.0
_SHORTEST = 0.004  # standard deviation in which moneyness is counted on the last day


@dataclass(frozen=True, slots=True)
class Chain:
    """Options of one underlying and expiry, as columns."""

    options: tuple[Option, ...]
    underlying: str
    expiry: date
    strikes: NDArray[np.int64]  # paise
    log_strikes: Floats
    is_call: NDArray[np.bool_]


def chains(options: Sequence[Option]) -> list[Chain]:
    """Options sorted into chains, each option once.

    :raises SymbolNotFound: if an underlying does not exist
    :raises UnknownUnderlying: if an underlying has no derivatives
    :raises ContractNotFound: if a contract cannot exist
    """
    groups: dict[tuple[str, date], list[Option]] = {}
    for option in dict.fromkeys(options):
        contracts.check(option)
        groups.setdefault((option.underlying, option.expiry), []).append(option)
    return [_chain(tuple(group)) for group in groups.values()]


@lru_cache(maxsize=512)
def _chain(options: tuple[Option, ...]) -> Chain:
    """Options of one underlying and expiry; the columns are read-only."""
    strikes = np.array([int(option.strike * contracts.PAISE) for option in options])
    logs, is_call = elementary.log(strikes.astype(np.float64)), np.array([option.is_call for option in options])
    for column in (strikes, logs, is_call):
        column.flags.writeable = False
    return Chain(options, options[0].underlying, options[0].expiry, strikes, logs, is_call)


def candles(chain: Chain, session: IntradayBars, *, progress: float = 1.0) -> IntradayBars:
    """The candles of a chain in one session of its underlying, of shape (contracts, bars): a contract a row.

    ``progress`` is the part of the last bar that has passed. Open and close are prices at the underlying's; high and
    low those at its extremes with the clock of the bar's start or end, whichever is farther.
    """
    count = int(session.counts[0])
    spots = {name: getattr(session, name)[0, :count].astype(np.float64) for name in ("open", "high", "low", "close")}
    begin, end = _thetas(chain, session, slice(0, count), progress=progress)
    order = (("open", begin), ("high", begin), ("low", end), ("close", end), ("low", begin), ("high", end))
    strikes, first, place = np.unique(chain.strikes, return_index=True, return_inverse=True)
    spot = np.stack([spots[name] for name, _ in order])
    calls = _calls(strikes, chain.log_strikes[first], spots=spot, thetas=np.stack([theta for _, theta in order]))
    puts = calls[:, [0, 4, 5, 3]] - (spot[[0, 4, 5, 3]].astype(np.int64) - strikes[:, None, None])
    prices = np.zeros((4, len(chain.options), BARS), dtype=np.int32)
    both = np.where(chain.is_call[:, None, None], calls[place, :4], puts[place])
    prices[:, :, :count] = both.swapaxes(0, 1)
    volume = np.zeros((len(chain.options), BARS), dtype=np.int64)
    volume[:, :count] = _volume(chain, session)
    counts = np.full(len(chain.options), count, dtype=np.int16)
    opens, highs, lows, closes = prices
    dates = np.repeat(session.date, len(chain.options))
    return IntradayBars(dates, opens, highs, lows, closes, volume, counts, session.forming)


def quotes(chain: Chain, now: datetime) -> dict[Option, OptionQuote]:
    """The last prices of a chain at ``now``; after the expiry the values it settled at.

    :raises ValueError: if ``now`` is naive
    """
    day = min(sessions.last_session(now), chain.expiry)
    is_open = sessions.is_open(now) and day == sessions.in_ist(now).date()
    session = live.bars_so_far(chain.underlying, now) if is_open else live.session(chain.underlying, day)
    last = int(session.counts[0]) - 1
    progress = live.progress(now) if is_open else 1.0
    _, theta = _thetas(chain, session, slice(last, last + 1), progress=progress)
    spot = int(session.close[0, last])
    calls = _calls(chain.strikes, chain.log_strikes, spots=np.array([float(spot)]), thetas=theta)[:, 0]
    prices = np.where(chain.is_call, calls, calls - (spot - chain.strikes)).tolist()
    volumes = _volume(chain, session).sum(axis=1).tolist()
    at = live.last_trade_at(now) if is_open else sessions.at_close(day)
    return {
        option: OptionQuote(price, spot, at, is_open, volume, interest)
        for option, price, volume, interest in zip(
            chain.options, prices, volumes, _open_interest(chain.options, day), strict=True
        )
    }


def greeks(chain: Chain, now: datetime) -> dict[Option, OptionGreeks | None]:
    """What the last prices of a chain imply at ``now``: at the time of the last trade, at least a minute from expiry.

    :raises ValueError: if ``now`` is naive
    """
    found = quotes(chain, now)
    any_quote = next(iter(found.values()))
    each = implied.values(
        [quote.price / contracts.PAISE for quote in found.values()],
        forward=any_quote.underlying / contracts.PAISE,
        strikes=chain.strikes / contracts.PAISE,
        years=implied.years_left(any_quote.at, sessions.at_close(chain.expiry)),
        is_call=chain.is_call,
    )
    return dict(zip(found, each, strict=True))


def _thetas(chain: Chain, session: IntradayBars, bars: slice, *, progress: float) -> tuple[Floats, Floats]:
    """The variance until expiry at the start and at the end of bars of a session, the last of them in progress."""
    clock = profiles.variance_clock()[bars.start : bars.stop + 1]
    ends = clock[1:].copy()
    ends[-1] = clock[-2] + progress * (clock[-1] - clock[-2])
    closes = session.close[0, : bars.stop]
    starts = np.append(session.open[0, :1], closes[:-1])[bars].astype(np.float64)
    begin, end = surface.thetas(
        chain.underlying,
        chain.expiry,
        session.date[0].item(),
        first=bars.start,
        starts=starts,
        passed=np.stack([clock[:-1], ends]),
    )
    return begin, end


def _calls(strikes: NDArray[np.int64], logs: Floats, *, spots: Floats, thetas: Floats) -> NDArray[np.int64]:
    """Call prices in paise for every strike at every spot and variance: shape (strikes, ...)."""
    alive = thetas > _AT_EXPIRY
    theta = np.maximum(thetas, _AT_EXPIRY)
    shape = (-1, *[1] * spots.ndim)
    each = strikes.astype(np.float64).reshape(shape)
    ratio = logs.reshape(shape) - elementary.log(spots)
    price = black.call(spots, each, surface.deviations(theta, ratio), log_ratio=ratio)
    price /= paths.TICK_PAISE
    price += 0.5
    np.floor(price, out=price)
    price *= paths.TICK_PAISE
    intrinsic = np.maximum(spots - each, 0.0)
    floor = intrinsic + paths.TICK_PAISE
    np.maximum(price, floor, out=price)
    return np.where(alive, price, intrinsic).astype(np.int64)


def _volume(chain: Chain, session: IntradayBars) -> NDArray[np.int64]:
    """Units traded in each bar that exists, in whole lots."""
    count, day = int(session.counts[0]), session.date[0].item()
    lot = contracts.lot_size(chain.underlying, on=day, expiry=chain.expiry)
    units = _turnover(chain.options, day, int(session.open[0, 0]))[:, :count] * session.volume[0, :count]
    return np.floor(units / lot + 0.5).astype(np.int64) * lot


@lru_cache(maxsize=512)
def _turnover(options: tuple[Option, ...], day: date, opened: int) -> Floats:
    """Units that trade for each share of the underlying in each bar: most at the money of the open and near expiry."""
    chain, slot = _chain(options), np.array([(day - sessions.FIRST_DAY).days])
    starts = np.array([rng.key(str(option), "volume") for option in options])
    drawn = rng.lanes(rng.words(starts[:, None], rng.day_counters(slot, BARS)))[:, :BARS]
    distance = _distances(chain, day, spot=opened)
    fall = np.where(distance < 0, _FALL_BELOW * distance, -_FALL_ABOVE * distance)
    turnover = _TURNOVER * elementary.exp(fall - (chain.expiry - day).days / _TURNOVER_DAYS)
    turnover *= np.where(chain.is_call, 1.0, _PUT_VOLUME)
    return rng.lognormal_table(_VOLUME_SD).take(drawn) * turnover[:, None]


@lru_cache(maxsize=512)
def _open_interest(options: tuple[Option, ...], day: date) -> tuple[int, ...]:
    """Units held at the close before ``day``, in whole lots: fewer far from the money and far from expiry."""
    chain = _chain(options)
    before = contracts.previous_close(chain.underlying, day)
    distance = _distances(chain, day, spot=before)
    starts = np.array([rng.key(str(option), "interest") for option in chain.options])
    noise = rng.lognormal_table(_VOLUME_SD).take(rng.lanes(rng.words(starts, np.zeros(1, dtype=np.uint64)))[::4])
    size = elementary.exp(-_INTEREST_FALL * np.abs(distance) - (chain.expiry - day).days / _INTEREST_DAYS)
    lot = contracts.lot_size(chain.underlying, on=day, expiry=chain.expiry)
    held = np.floor(_INTEREST * _typical_volume(chain.underlying) / lot * size * noise + 0.5).astype(np.int64) * lot
    return tuple(held.tolist())


def _distances(chain: Chain, day: date, *, spot: int) -> Floats:
    """How far strikes are from the spot, in standard deviations from the open of ``day`` until expiry."""
    away = chain.log_strikes - _log(spot)
    theta = surface.forecast(chain.underlying, chain.expiry, day).theta
    return away / max(math.sqrt(theta), _SHORTEST)


@lru_cache(maxsize=4096)
def _log(price: int) -> float:
    return float(elementary.log(np.array([float(price)]))[0])


@lru_cache(maxsize=64)
def _typical_volume(symbol: str) -> int:
    """Shares of a symbol, or of an index's constituents, that trade on a typical day."""
    return sum(universe.stocks()[name].base_volume for name in paths.loads(symbol).own)
