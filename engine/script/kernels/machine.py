"""The machine: one bar of a program, as compiled functions that know nothing of any script.

Before a bar the driver fills the registers of ``codes.ACCOUNT``; after it, the slips say what was ordered. What does
not belong here: what an instruction's value is (``scalars``), what becomes of an order (simulation).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.compiled import compiled, compiled_apart
from engine.script.kernels import codes, scalars
from engine.script.kernels.codes import Code

# Cells of ``Memory.counts``.
STATUS, FAULT, SLIPS, STEPS = range(4)
_JUMP, _JUMP_FALSE = codes.JUMP, codes.JUMP_FALSE
_PER_BAR, _IN_ALL = codes.MAX_STEPS_PER_BAR, codes.MAX_STEPS
# In a row of ``Code.orders``, where the registers of the slip begin.
_FIRST_REGISTER = 4


Ints = NDArray[np.int32]
Cells = NDArray[np.float64]
Counts = NDArray[np.int64]


class Memory(NamedTuple):
    """What a run of the machine reads and writes.

    ``columns`` and ``histories``: a row each, a value a bar. ``slips``: the number of the order call and what it was
    given, a row for each order of the bar. ``counts``: status, the instruction at fault, slips, steps so far.
    """

    registers: NDArray[np.float64]
    columns: NDArray[np.float64]
    histories: NDArray[np.float64]
    slips: NDArray[np.float64]
    counts: NDArray[np.int64]


def memory(code: Code, columns: NDArray[np.float64], *, bars: int) -> Memory:
    """Fresh memory for a run."""
    return Memory(
        registers=code.initial.copy(),
        columns=columns,
        histories=np.full((len(code.histories), bars), np.nan),
        slips=np.zeros((codes.MAX_SLIPS, 1 + code.orders.shape[1] - _FIRST_REGISTER)),
        counts=np.zeros(4, dtype=np.int64),
    )


@compiled_apart
def _failed(counts: Counts, status: int, at: int) -> None:
    counts[STATUS] = status
    counts[FAULT] = at


@compiled_apart
def _reach(offset: float, bar: int, at: int, counts: Counts) -> int:
    """How many bars back an offset is; -1 where there is nothing."""
    if math.isnan(offset):
        return -1
    if not 0.0 <= offset <= codes.MAX_OFFSET:
        _failed(counts, codes.BAD_OFFSET, at)
        return -1
    return int(offset) if offset <= bar else -1


@compiled_apart
def _submit(order: int, at: int, orders: NDArray[np.int32], registers: Cells, slips: Cells, counts: Counts) -> None:
    """Write an order down with what its registers hold now."""
    slip = counts[SLIPS]
    if slip >= codes.MAX_SLIPS:
        _failed(counts, codes.TOO_MANY_ORDERS, at)
        return
    slips[slip, 0] = order
    for index in range(_FIRST_REGISTER, orders.shape[1]):
        register = orders[order, index]
        slips[slip, index - _FIRST_REGISTER + 1] = registers[register] if register >= 0 else np.nan
    counts[SLIPS] = slip + 1


@compiled
def _other(at: int, bar: int, op: int, a: int, b: int, world: tuple[Code, Memory]) -> float:
    """What is more than a value: a look back, or an order, which has no value. Takes out only the arrays it needs."""
    registers, counts = world[1].registers, world[1].counts
    if op == codes.SUBMIT:
        _submit(a, at, world[0].orders, registers, world[1].slips, counts)
        return np.nan
    back = _reach(registers[b], bar, at, counts)
    if back < 0:
        return np.nan
    if op == codes.COLUMN_BACK:
        return float(world[1].columns[a, bar - back])
    if back == 0:
        return float(registers[world[0].instructions[at, 4]])
    return float(world[1].histories[a, bar - back])


@compiled_apart
def _jumps_too_far(steps: int, at: int, counts: Counts) -> bool:
    """Whether the steps are used up at a jump."""
    if steps <= _PER_BAR and counts[STEPS] + steps <= _IN_ALL:
        return False
    _failed(counts, codes.TOO_MANY_STEPS, at)
    return True


@compiled
def begin(bar: int, code: tuple[Ints, Ints], registers: Cells, columns: Cells) -> None:
    """Make the registers ready for a bar; ``code``: its resets and where its columns are loaded."""
    resets, loaded = code
    for register in resets:
        registers[register] = np.nan
    for column in range(len(loaded)):
        registers[loaded[column]] = columns[column, bar]


@compiled
def keep(bar: int, kept: Ints, registers: Cells, histories: Cells) -> None:
    """Write down what has a past, at the end of a bar."""
    for history in range(len(kept)):
        histories[history, bar] = registers[kept[history]]


@compiled
def execute(
    bar: int, instructions: NDArray[np.int32], registers: NDArray[np.float64], world: tuple[Code, Memory]
) -> int:
    """Run all instructions over one bar, and tell how many steps it took; the status is in the memory.

    ``instructions`` and ``registers`` are those of ``world``: an array taken out of a tuple costs a reference count.
    """
    at, steps, size = 0, 0, len(instructions)
    while at < size:
        op, a = instructions[at, 0], instructions[at, 2]
        steps += 1
        if op < _JUMP:
            b, c = registers[instructions[at, 3]], registers[instructions[at, 4]]
            registers[instructions[at, 1]] = scalars.value(op, registers[a], b, c)
            at += 1
        elif op == _JUMP:
            if a < 0 and _jumps_too_far(steps, at, world[1].counts):
                return steps
            at += a
        elif op == _JUMP_FALSE:
            at += 1 if registers[instructions[at, 3]] == 1.0 else a
        else:
            registers[instructions[at, 1]] = _other(at, bar, op, a, instructions[at, 3], world)
            if world[1].counts[STATUS] != codes.DONE:
                return steps
            at += 1
    return steps
