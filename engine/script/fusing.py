"""Conditions that jump by themselves: a comparison that only a jump reads becomes one with it.

What does not belong here: values that nothing reads (folding), what an instruction means, compiling to them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from engine.script import folding
from engine.script.emitter import Instruction
from engine.script.kernels import codes

_TESTS = frozenset({codes.LT, codes.LE, codes.GT, codes.GE, codes.EQ, codes.NE, codes.AND, codes.OR, codes.NOT})


def fused(code: Sequence[Instruction], *, read: Collection[int]) -> list[Instruction]:
    """The code with conditions that jump by themselves, and where two must hold, with a jump for each.

    ``read``: registers that are read from outside of the code. What a jump leads to stays apart from what stands
    before it.
    """
    reads = Counter(register for instruction in code for register in folding.read_by(instruction))
    reads.update(read)
    targets = folding.targets(code)
    found: list[Instruction | None] = list(code)
    # Backwards, so that the jump that is put before a condition meets what stands before it in turn.
    for at in range(len(code) - 1, 0, -1):
        jump = found[at]
        if jump is not None and jump.code == codes.JUMP_FALSE and at not in targets and reads[jump.b] == 1:
            if at - 1 not in targets:
                _part(found, at, reads)
            _join(found, at)
    return folding.closed_up(found)


def _part(found: list[Instruction | None], at: int, reads: Mapping[int, int]) -> None:
    """Jump on one side of an AND before the other is made, if that is made right before and only for it."""
    side, both, jump = found[at - 2] if at > 1 else None, found[at - 1], found[at]
    if side is None or both is None or jump is None or both.code != codes.AND or both.to != jump.b:
        return
    other = both.b if side.to == both.a else both.a
    if side.code < codes.JUMP and side.to in (both.a, both.b) and reads[side.to] == 1:
        found[at - 2] = jump._replace(a=jump.a + 2, b=other)
        found[at - 1] = side
        found[at] = jump._replace(b=side.to)


def _join(found: list[Instruction | None], at: int) -> None:
    """Make a jump and the condition before it one."""
    test, jump = found[at - 1], found[at]
    if test is not None and jump is not None and test.code in _TESTS and test.to == jump.b:
        found[at - 1] = test._replace(code=codes.UNLESS + test.code, to=jump.a + 1)
        found[at] = None
