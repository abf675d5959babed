"""Instructions made fewer: a value that nothing reads is not made, one that is only copied on goes there at once.

What does not belong here: what an instruction means, compiling to them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate

from engine.script.emitter import Instruction
from engine.script.kernels import codes

_JUMPS = (codes.JUMP, codes.JUMP_FALSE, codes.NEXT)
_WITHOUT_VALUE = (*_JUMPS, codes.SUBMIT)


def folded(code: Sequence[Instruction], *, read: Collection[int]) -> list[Instruction]:
    """The code without values that nothing reads, and without copies of what nothing else reads.

    ``read``: registers that are read from outside of the code. A copy that a jump leads to stays, for then its value
    may come from elsewhere.
    """
    reads = Counter(register for instruction in code for register in read_by(instruction))
    reads.update(read)
    led_to = targets(code)
    kept: list[Instruction | None] = list(code)
    # Backwards, so that what only a dropped value reads is dropped too.
    for at in range(len(code) - 1, -1, -1):
        instruction = kept[at]
        if instruction is None:
            continue
        if _is_value(instruction) and not reads[instruction.to]:
            kept[at] = None
            reads.subtract(read_by(instruction))
        elif instruction.code == codes.COPY and at not in led_to and reads[instruction.a] == 1:
            _put_through(kept, at)
    return closed_up(kept)


def _put_through(kept: list[Instruction | None], at: int) -> None:
    """Drop a copy if the instruction before it makes what is copied, and make it where it was copied to."""
    before, copy = kept[at - 1] if at else None, kept[at]
    if before is not None and copy is not None and before.to == copy.a and before.code not in _WITHOUT_VALUE:
        kept[at - 1], kept[at] = before._replace(to=copy.to), None


def targets(code: Sequence[Instruction]) -> set[int]:
    """The places that a jump leads to."""
    return {at + instruction.a for at, instruction in enumerate(code) if instruction.code in _JUMPS}


def closed_up(kept: Sequence[Instruction | None]) -> list[Instruction]:
    """The instructions that are left, jumps leading to what they led to or, where it is gone, to what came next."""
    places = [0, *accumulate(instruction is not None for instruction in kept)]
    found = []
    for at, instruction in enumerate(kept):
        if instruction is None:
            continue
        moved = instruction
        if moved.code in _JUMPS:
            moved = moved._replace(a=places[at + moved.a] - places[at])
        elif moved.code >= codes.UNLESS:
            moved = moved._replace(to=places[at + moved.to] - places[at])
        found.append(moved)
    return found


def _is_value(instruction: Instruction) -> bool:
    """Whether it does nothing but make a value."""
    return instruction.code < codes.JUMP


def read_by(instruction: Instruction) -> Iterator[int]:
    """The registers that an instruction reads; operands that it does not use are register 0, of the account."""
    if _is_value(instruction):
        yield instruction.a
    if instruction.code not in (codes.JUMP, codes.SUBMIT):
        yield instruction.b
    if _is_value(instruction) or instruction.code in (codes.HISTORY_BACK, codes.NEXT):
        yield instruction.c
    if instruction.code == codes.NEXT:
        yield instruction.to
