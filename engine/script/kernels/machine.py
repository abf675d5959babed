"""The machine: one bar of a program, as compiled functions that know nothing of any script.

Before a bar the driver fills the registers of ``codes.ACCOUNT``; after it, the slips say what was ordered. What does
not belong here: what an instruction's value is (``scalars``), what becomes of an order (simulation).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.compiled import compiled, compiled_apart, lent
from engine.script.kernels import codes, scalars
from engine.script.kernels.codes import Code

# Cells of ``Memory.counts``.
STATUS, FAULT, SLIPS, STEPS = range(4)
_JUMP, _JUMP_FALSE, _NEXT, _UNLESS = codes.JUMP, codes.JUMP_FALSE, codes.NEXT, codes.UNLESS
_PER_BAR, _IN_ALL = codes.MAX_STEPS_PER_BAR, codes.MAX_STEPS
# In a row of ``Code.orders``, where the registers of the slip begin.
_FIRST_REGISTER = 4


Ints = NDArray[np.int32]
Cells = NDArray[np.float64]
Counts = NDArray[np.int64]
# Orders as rows, the slips they are written on, the counts.
Outbox = tuple[Ints, Cells, Counts]


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
def _failed(counts: Counts, status: int, at: int) -> bool:
    counts[STATUS] = status
    counts[FAULT] = at
    return False


@compiled
def _submit(order: int, registers: Cells, outbox: Outbox) -> bool:
    """Write an order down with what its registers hold now, and tell whether there was room for it."""
    orders, slips, counts = outbox
    slip = counts[SLIPS]
    if slip >= codes.MAX_SLIPS:
        return False
    slips[slip, 0] = order
    for index in range(_FIRST_REGISTER, orders.shape[1]):
        register = orders[order, index]
        slips[slip, index - _FIRST_REGISTER + 1] = registers[register] if register >= 0 else np.nan
    counts[SLIPS] = slip + 1
    return True


class Work(NamedTuple):
    """What the machine works with on each bar, lent: instructions, what ``begin`` loads, what has a past, memory."""

    instructions: Ints
    loading: tuple[Ints, Ints, Ints]
    kept: Ints
    registers: Cells
    columns: Cells
    histories: Cells
    outbox: Outbox


@compiled
def work(code: Code, memory: Memory) -> Work:
    """The arrays of a run, lent for its duration."""
    return Work(
        lent(code.instructions),
        (lent(code.resets), lent(code.column_registers), lent(code.recalls)),
        lent(code.histories),
        lent(memory.registers),
        lent(memory.columns),
        lent(memory.histories),
        (lent(code.orders), lent(memory.slips), lent(memory.counts)),
    )


@compiled
def begin(bar: int, loading: tuple[Ints, Ints, Ints], registers: Cells, columns: Cells, histories: Cells) -> None:
    """Make the registers ready for a bar; ``loading``: its resets, where its columns go, and its recalls."""
    resets, loaded, recalls = loading
    for register in resets:
        registers[register] = np.nan
    for column in range(len(loaded)):
        registers[loaded[column]] = columns[column, bar]
    for recall in range(len(recalls)):
        back = bar - recalls[recall, 1]
        registers[recalls[recall, 2]] = histories[recalls[recall, 0], back] if back >= 0 else np.nan


@compiled
def keep(bar: int, kept: Ints, registers: Cells, histories: Cells) -> None:
    """Write down what has a past, at the end of a bar."""
    for history in range(len(kept)):
        histories[history, bar] = registers[kept[history]]


@compiled
def allowed(counts: Counts) -> int:
    """How many steps the machine may take on the next bar."""
    return min(_PER_BAR, _IN_ALL - int(counts[STEPS]))


@compiled_apart
def _other(
    now: tuple[int, int],
    row: tuple[Any, Any, Any, Any, Any],
    registers: Cells,
    columns: Cells,
    histories: Cells,
    out: Outbox,
) -> bool:
    """What is rare: a look back that needs care, and what ends the run, which is False. ``now``: instruction, bar."""
    (at, bar), (op, to, a, b, c) = now, row
    if op == codes.SUBMIT:
        return _failed(out[2], codes.TOO_MANY_ORDERS, at)
    if op in (_JUMP, _NEXT):
        return _failed(out[2], codes.TOO_MANY_STEPS, at)
    offset = registers[b]
    if offset < 0.0 or offset > codes.MAX_OFFSET:
        return _failed(out[2], codes.BAD_OFFSET, at)
    value = np.nan
    # An offset that is na is not at most anything.
    if offset <= bar:
        back = int(offset)
        if op == codes.COLUMN_BACK:
            value = columns[a, bar - back]
        else:
            value = registers[c] if back == 0 else histories[a, bar - back]
    registers[to] = value
    return True


@compiled
def _does_not_jump(op: int, to: Any, b: Any, c: Any, registers: Cells) -> bool:
    """Whether the condition of a jump holds, or a loop has no next turn; its counter moves on to it."""
    if op == _JUMP_FALSE:
        return bool(registers[b] == 1.0)
    if op != _NEXT:
        return False
    registers[to] += registers[c]
    return not scalars.goes_on(registers[to], registers[b], registers[c])


@compiled
def execute(
    limits: tuple[int, int], instructions: Ints, registers: Cells, columns: Cells, histories: Cells, out: Outbox
) -> int:
    """Run all instructions over one bar, and tell how many steps it took; the status is in the counts of ``out``.

    ``limits``: the bar, and the steps after which no loop goes on.
    """
    bar, most = limits
    at, steps, size = 0, 0, len(instructions)
    reach = float(min(bar, codes.MAX_OFFSET))
    while at < size:
        # Unsigned, so that no index is asked whether it counts from the end.
        row = np.uint64(at)
        op, to, a = instructions[row, 0], np.uint32(instructions[row, 1]), instructions[row, 2]
        b, c = np.uint32(instructions[row, 3]), np.uint32(instructions[row, 4])
        steps += 1
        if op < _JUMP:
            registers[to] = scalars.value(op, registers[np.uint32(a)], registers[b], registers[c])
            at += 1
        elif op >= _UNLESS and not scalars.holds(op - _UNLESS, registers[np.uint32(a)], registers[b]):
            at += int(to)
        elif op >= _UNLESS or _does_not_jump(op, to, b, c, registers):
            at += 1
        elif (op <= _JUMP_FALSE or op == _NEXT) and (a > 0 or steps <= most):
            at += a
        elif op == codes.COLUMN_BACK and 0.0 <= registers[b] <= reach:
            registers[to] = columns[np.uint32(a), np.uint64(bar - int(registers[b]))]
            at += 1
        elif (op == codes.SUBMIT and _submit(a, registers, out)) or _other(
            (at, bar), (op, to, a, b, c), registers, columns, histories, out
        ):
            at += 1
        else:
            break
    return steps
