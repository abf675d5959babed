"""The instructions of the machine as numbers.

Compiled code in a cache keeps the numbers it was built with: append here, never renumber. An instruction below
``JUMP`` is a value of its three operands and nothing else; the same function gives it for one bar, for a whole column
and for constants (``scalars``). What does not belong here: anything that runs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

ADD, SUB, MUL, DIV, MOD, NEG, POW = range(7)
LT, LE, GT, GE, EQ, NE = range(8, 14)
AND, OR, NOT, SELECT, NA, NZ, TRUTH = range(16, 23)
ABS, MAX, MIN, FLOOR, CEIL, SIGN, TRUNC = range(24, 31)
EXP, LOG, LOG10, SQRT, ROUND, COPY, IN_LOOP = range(32, 39)
SIN, COS, TAN, ASIN, ACOS, ATAN = range(40, 46)
YEAR, MONTH, DAY_OF_MONTH, DAY_OF_WEEK, HOUR, MINUTE, SECOND = range(48, 55)

# Below here: what is more than a value. a, b, c as noted.
JUMP = 64  # a: how many instructions on (or back)
JUMP_FALSE = 65  # a: as JUMP; b: the register that says
COLUMN_BACK = 66  # a: column; b: the register with how many bars
HISTORY_BACK = 67  # a: history; b: the register with how many bars
SUBMIT = 68  # a: the order
NEXT = 69  # to: a counter; a: how many instructions on (never: back) for its next turn; b: the last; c: the step
# A comparison, AND, OR or NOT and this: ``to`` says how many instructions on where it does not hold.
UNLESS = 128

# What a run of the machine over one bar ended with.
DONE, TOO_MANY_STEPS, BAD_OFFSET, TOO_MANY_ORDERS, TOO_MANY_TRADES = range(5)

# Registers that the run fills before each bar, in this order; see ``names``.
ACCOUNT = (
    "strategy.position_size",
    "strategy.position_avg_price",
    "strategy.equity",
    "strategy.netprofit",
    "strategy.openprofit",
    "strategy.opentrades",
    "strategy.closedtrades",
    "strategy.wintrades",
    "strategy.losstrades",
    "strategy.initial_capital",
    "entry_bar_index",
    "last_exit_bar_index",
    "last_exit_price",
    "last_profit",
    "syminfo.mintick",
    "strategy.grossprofit",
    "strategy.grossloss",
    "strategy.eventrades",
)

# What an order call is.
ENTRY, ORDER, CLOSE, CLOSE_ALL, EXIT, CANCEL, CANCEL_ALL = range(7)
# What an order may be given, in the order of its slip; each is the number of a register, -1 where it is not given.
SLIP = (
    "qty",
    "limit",
    "stop",
    "profit",
    "loss",
    "trail_price",
    "trail_points",
    "trail_offset",
    "qty_percent",
)


# What a script may do on the bars; beyond it the run ends with an error.
MAX_OFFSET = 5_000
MAX_STEPS_PER_BAR = 50_000
MAX_STEPS = 150_000_000
MAX_SLIPS = 64


class Code(NamedTuple):
    """What the machine reads: instructions as rows of code, to, a, b, c; orders as rows of kind to registers.

    ``initial``: registers before the first bar. ``column_registers``: where each column is loaded. ``histories``:
    registers whose past is kept. ``resets``: those of them that are na again at each new bar. ``recalls``: rows of
    history, bars and register: what is loaded of the past at each new bar.
    """

    instructions: NDArray[np.int32]
    initial: NDArray[np.float64]
    column_registers: NDArray[np.int32]
    histories: NDArray[np.int32]
    resets: NDArray[np.int32]
    recalls: NDArray[np.int32]
    orders: NDArray[np.int32]
