"""What open interest across a chain says: put/call ratio and max pain.

What does not belong here: prices and Greeks.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

OpenInterest = Mapping[Decimal, tuple[int, int]]  # strike -> (calls, puts), in one unit


def put_call_ratio(chain: OpenInterest) -> Decimal | None:
    """Open interest of puts over that of calls; None without calls."""
    calls = sum(call for call, _ in chain.values())
    puts = sum(put for _, put in chain.values())
    return Decimal(puts) / Decimal(calls) if calls else None


def pains(chain: OpenInterest) -> dict[Decimal, Decimal]:
    """What the writers would pay if the underlying settled at each strike, strikes ascending."""
    found: dict[Decimal, Decimal] = {}
    calls, called = 0, Decimal(0)  # of the strikes below: units, and units times strike
    puts = sum(put for _, put in chain.values())  # of the strikes above
    put_at = sum((put * strike for strike, (_, put) in chain.items()), Decimal(0))
    for settled in sorted(chain):
        call, put = chain[settled]
        puts, put_at = puts - put, put_at - put * settled
        found[settled] = calls * settled - called + put_at - puts * settled
        calls, called = calls + call, called + call * settled
    return found


def max_pain(chain: OpenInterest) -> Decimal | None:
    """The strike at which the writers pay least, the lower of equals; None without open interest."""
    if not any(call or put for call, put in chain.values()):
        return None
    paid = pains(chain)
    return min(paid, key=lambda strike: (paid[strike], strike))
