"""The door to the pass over a script's bars: program, columns and settings in, the books of a run out.

What does not belong here: what a script means, the rules of fills.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.costs import tables
from engine.script.errors import Code, ScriptError
from engine.script.kernels import codes, machine
from engine.script.program import Program
from engine.simulation import books, checks, interface, moments, script_kernel
from engine.types import Bars, Entries, Plan, Settings

_STOPPED = {
    codes.TOO_MANY_STEPS: (Code.STEPS, "The script takes too many steps: a loop here is too long or never ends"),
    codes.BAD_OFFSET: (Code.HISTORY, "One cannot look ahead, nor back more than 5000 bars: the offset is out of range"),
    codes.TOO_MANY_ORDERS: (Code.STEPS, "The script places more than 64 orders on one bar"),
    codes.TOO_MANY_TRADES: (Code.TOO_HEAVY, "The script makes more than two trades a bar"),
}
_SPARE_ROWS = 1_000


def plan_of(program: Program) -> Plan:
    """What the simulation knows of a script before it runs."""
    declared = program.declared
    return Plan(
        name=declared.title,
        direction="both",
        sizing=declared.sizing,
        entries=Entries(max_entries=declared.max_entries),
    )


def simulate(
    *, program: Program, columns: NDArray[np.float64], bars: Bars, settings: Settings, first: int = 0
) -> books.Books:
    """Run a program over bars; ``columns`` are those it loads, a row each; no order is placed before bar ``first``.

    :raises InvalidSettings: if settings and bars do not fit together
    :raises InvalidCosts: if the charges of a bar's date are not known
    :raises ScriptError: STEPS, HISTORY or TOO_HEAVY, at the line that went too far
    """
    plan = plan_of(program)
    checks.check_settings(plan=plan, bars=bars, settings=settings)
    rows = 2 * len(bars) + _SPARE_ROWS
    charges = tables.NO_TABLE if settings.costs is None else tables.table(settings.costs, session=bars.session)
    pages = np.empty(rows, interface.PAGE)
    desk = books.desk_of(plan, settings, rates=charges.rates)
    equity = np.empty(len(bars))
    memory = machine.memory(program.code, columns, bars=len(bars))
    prices = script_kernel.Prices(
        _frozen(bars.open),
        _frozen(bars.high),
        _frozen(bars.low),
        _frozen(bars.close),
        _frozen(bars.session),
        moments.of(bars=bars, plan=plan, settings=settings),
        charges.row,
        first,
    )
    tick = float(settings.tick_size)
    run = (program.code, memory, *script_kernel.at_start())
    is_open = script_kernel.simulate(run, prices, desk, pages, equity, tick)
    status = int(memory.counts[machine.STATUS])
    if status != codes.DONE:
        code, reason = _STOPPED[status]
        place = program.places[int(memory.counts[machine.FAULT])]
        raise ScriptError(code=code, line=place.line, column=place.column, reason=reason)
    return books.books_of(desk.account[0], is_open=is_open, pages=pages, equity=equity)


def _frozen(column: NDArray[np.int32]) -> NDArray[np.int32]:
    """A contiguous read-only view: one kind of array, so that the pass is compiled once."""
    view = np.ascontiguousarray(column, dtype=np.int32).view()
    view.flags.writeable = False
    return view
