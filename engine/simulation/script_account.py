"""What the machine of scripts is told of the account: what is held, what it is worth, how the closed trades went.

What does not belong here: the pass over the bars (``script_kernel``), what is ordered (``script_orders``).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.compiled import compiled
from engine.simulation import ledger, script_orders
from engine.simulation.interface import Ledger

Row = np.void
Cells = NDArray[np.float64]

_NAN = np.nan
# Cells of the tallies.
_SEEN, _WON, _LOST, _EVEN, _GAINS, _LOSSES, _LAST_EXIT, _LAST_PRICE, _LAST_PROFIT = range(9)


def nothing_tallied() -> Cells:
    """Tallies before the first trade."""
    tallies = np.zeros(_LAST_PROFIT + 1)
    tallies[_LAST_EXIT:] = _NAN
    return tallies


@compiled
def count(tallies: NDArray[np.float64], account: Row, pages: Ledger) -> None:
    """Count the trades that were closed since the last bar."""
    for row in range(int(tallies[_SEEN]), account["closed"]):
        trade = pages[row]["trade"]
        pnl = trade["pnl"]
        tallies[_WON] += pnl > 0.0
        tallies[_LOST] += pnl < 0.0
        tallies[_EVEN] += pnl == 0.0
        tallies[_GAINS] += max(pnl, 0.0)
        tallies[_LOSSES] -= min(pnl, 0.0)
        tallies[_LAST_EXIT] = trade["exit_index"]
        tallies[_LAST_PRICE] = trade["exit_price"]
        tallies[_LAST_PROFIT] = pnl
    tallies[_SEEN] = account["closed"]


@compiled
def tell(registers: Cells, account: Row, tallies: Cells, initial: float, tick: float) -> None:
    """Fill the registers of ``script_codes.ACCOUNT`` that change only where something happens; money in rupees.

    ``initial``: cash at the start; it and the tick are paise.
    """
    held = account["side"] != 0
    paise = script_orders.PAISE
    registers[0] = account["side"] * account["quantity"] if held else 0.0
    registers[1] = account["entry_price"] / paise if held else _NAN
    registers[3] = (account["cash"] - initial) / paise
    registers[5] = account["entries"] if held else 0.0
    registers[6] = account["closed"]
    registers[7] = tallies[_WON]
    registers[8] = tallies[_LOST]
    registers[9] = initial / paise
    registers[10] = account["entry_index"] if held else _NAN
    registers[11] = tallies[_LAST_EXIT]
    registers[12] = tallies[_LAST_PRICE] / paise
    registers[13] = tallies[_LAST_PROFIT] / paise
    registers[14] = tick / paise
    registers[15] = tallies[_GAINS] / paise
    registers[16] = tallies[_LOSSES] / paise
    registers[17] = tallies[_EVEN]


@compiled
def tell_worth(registers: Cells, account: Row, close: float) -> None:
    """Fill the registers of ``script_codes.ACCOUNT`` that move with the price, in rupees."""
    worth, paise = ledger.worth(account, close), script_orders.PAISE
    registers[2] = worth / paise
    registers[4] = (worth - account["cash"]) / paise
