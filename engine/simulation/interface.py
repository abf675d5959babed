"""What goes into the compiled steps and what comes out of them, as numbers and rows.

Bars, rules, orders and the account are *records*: rows of structured arrays, handed on as one address and written in
place. Tuples of that size are copied at every call, and arrays cost a reference count. Prices are paise.
What does not belong here: anything that runs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.costs.arithmetic import RATES

# Why a position is left; NONE is not at all.
NONE, SIGNAL, STOP, TARGET, TRAILING, REVERSE, END, TIME, SQUARE_OFF, EXPIRY = range(10)
# How two levels in one bar are read.
PESSIMISTIC, TV_PATH, OPTIMISTIC = range(3)
ALL_IN, QUANTITY, CASH, PERCENT_OF_EQUITY, RISK_PER_TRADE = range(5)
# Kinds of orders; 0 is no order.
MARKET, LIMIT, STOP_MARKET, STOP_LIMIT = range(1, 5)
# Why an entry was refused.
INSUFFICIENT_CASH, BELOW_ONE_LOT, OUTSIDE_SESSION, MAX_PER_DAY, NO_STOP_DISTANCE = range(5)

# What the clock says of a bar, as bits.
NO_ENTRY_OPEN = 1  # nothing is entered at its open
NO_ENTRY = 2  # nothing is entered within it
NO_ENTRY_CLOSE = 4  # nothing is entered at its close
LEAVE_OPEN = 8  # the day's position is left at its open
LEAVE_CLOSE = 16  # the day's position is left at its close
FIRST = 32  # a session begins
SETTLE = 64  # the contract is settled after its close
OVERNIGHT = 128  # orders of the session before are gone

# What became of the entry orders in a bar, as bits of ``done`` of the account.
LONG_DONE, SHORT_DONE = 1, 2  # filled, refused or ignored: do not hand it in again
LONG_TRIGGERED, SHORT_TRIGGERED = 4, 8  # a stop-limit became a limit: hand it in as LIMIT from now on

TRADE = np.dtype(
    [
        ("side", np.int64),
        ("quantity", np.float64),
        ("entry_index", np.int64),
        ("entry_price", np.float64),
        ("exit_index", np.int64),
        ("exit_price", np.float64),
        ("pnl", np.float64),
        ("reason", np.int64),
        ("bars_held", np.int64),
        ("mae", np.float64),
        ("mfe", np.float64),
        ("ambiguous", np.bool_),
        ("charges", np.float64),
        ("entry_kind", np.int64),
        ("entries", np.int64),
        ("entry_tag", np.int64),
        ("exit_tag", np.int64),
    ],
    align=True,
)
REJECTION = np.dtype([("index", np.int64), ("side", np.int64), ("reason", np.int64)])


INTEGER, NUMBER = np.int64, np.float64


def _record(fields: str, kinds: dict[str, object]) -> np.dtype[np.void]:
    """A row of named cells: numbers, but for the kinds given."""
    return np.dtype([(name, kinds.get(name, NUMBER)) for name in fields.split()], align=True)


def _integers(names: str) -> dict[str, object]:
    return dict.fromkeys(names.split(), INTEGER)


# Plan and settings as numbers; an amount of 0 is off. ``at_open``: market orders fill at the next open. ``unit`` is
# what a quantity is a multiple of (a lot, a share), in ``parts`` (fractions: unit 1, parts 1,000,000). ``slippage``
# and ``penetration`` are paise. ``settlement`` NaN: the close.
RULES = _record(
    "at_open allow_long allow_short levels_from_signal path_mode sizing size stop_pct target_pct trailing_pct "
    "initial_cash stop_points target_points trailing_points stop_atr target_atr trailing_atr break_even_pct max_bars "
    "unit parts slippage slippage_bps penetration max_entries max_per_day settlement charged round_duties "
    "entry_kind entry_offset_pct entry_bars",
    _integers(
        "at_open allow_long allow_short levels_from_signal path_mode sizing max_bars max_entries max_per_day "
        "charged round_duties entry_kind entry_bars"
    ),
)

# What the steps write: a row has room for a trade and for a refusal, which are counted apart.
PAGE = np.dtype([("trade", TRADE), ("rejection", REJECTION)], align=True)

# One bar by its number, what the clock says of it, its session, and the rates of charges that hold on it.
BAR = _record("at open high low close moments day rates", {**_integers("at moments day"), "rates": RATES})

# An order to enter; kind 0 is none. ``quantity`` 0: what the sizing says. ``limit`` of LIMIT and STOP_LIMIT,
# ``trigger`` of STOP_MARKET and STOP_LIMIT. ``signalled_at`` and ``atr``: close and ATR of the bar that gave the order
# (atr 0: none), ``given`` its number. ``tag`` is written into the trade.
ENTRY = _record("kind quantity limit trigger signalled_at atr tag given", _integers("kind tag given"))

# What is in force for a bar, decided at the close before it (for the close: at this close). ``leave``: why to close
# at market (NONE: stay), ``leave_quantity`` of it, 0 being all. ``set_bracket``: put the levels on what is held or
# entered; a level that is NaN is left to the rules. ``stop`` and ``target`` are prices, ``loss`` and ``profit``
# distances from the entry price, used where the price is NaN. ``trail_by``: distance of a trailing stop, live once
# the price ``trail_from`` or a profit of ``trail_after`` was met (both NaN: at once).
ORDERS = _record(
    "leave leave_quantity leave_tag long short set_bracket stop target loss profit trail_by trail_from trail_after",
    {**_integers("leave leave_tag set_bracket"), "long": ENTRY, "short": ENTRY},
)

# The state that moves from bar to bar. First the position: side 0 is nothing; ``stop`` to ``worst`` are signed prices
# (price x side), so that higher is better for either side: ``extreme`` is what the trailing stop follows, ``best`` and
# ``worst`` the excursions; ``paid`` are the charges of its entry. Then ``cash``, the equity when nothing was held
# last less the charges since; rows written (``closed``, ``rejected``); bars traded through with a position
# (``exposed``); entries of the session; charges and value of all orders; ``done``, the bits above; duties of a day.
ACCOUNT = _record(
    "side quantity entry_index entry_price stop target trail_by trail_from extreme best worst paid kind entries tag "
    "cash closed rejected exposed entered_today charges traded done duty_day duty_stt duty_stamp",
    _integers(
        "side entry_index kind entries tag closed rejected exposed entered_today done duty_day duty_stt duty_stamp"
    ),
)


# Rows of PAGE still to be filled, at least one for each order to enter.
Ledger = NDArray[np.void]


class Desk(NamedTuple):
    """The records of a run, each an array of one; ``rates`` has one for each row of the schedule, or none."""

    rules: NDArray[np.void]
    account: NDArray[np.void]
    orders: NDArray[np.void]
    bar: NDArray[np.void]
    rates: NDArray[np.void]


class Columns(NamedTuple):
    """Prices (int32 paise), sessions (int32), signals (bool) and moments (uint8), one value a bar.

    ``atr`` (paise) may be empty. ``rate_row``: which of the desk's rates hold on each bar, empty where orders are free.
    """

    open: NDArray[np.int32]
    high: NDArray[np.int32]
    low: NDArray[np.int32]
    close: NDArray[np.int32]
    session: NDArray[np.int32]
    enter_long: NDArray[np.bool_]
    exit_long: NDArray[np.bool_]
    enter_short: NDArray[np.bool_]
    exit_short: NDArray[np.bool_]
    moments: NDArray[np.uint8]
    atr: NDArray[np.float64]
    rate_row: NDArray[np.int32]
