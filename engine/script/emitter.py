"""Instructions of the machine under construction: registers, code in pieces, histories.

Jumps count instructions from where they stand, so that a piece of code can be put anywhere. What does not belong
here: what an expression means.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple, cast

from engine.script import limits
from engine.script.errors import Code
from engine.script.kernels import codes
from engine.script.nodes import Place
from engine.script.values import Value, refusal

# How far a jump leads until the loop it stands in is put together: farther than any other.
BREAK, CONTINUE = 2**30, 2**30 + 1


class Instruction(NamedTuple):
    """One instruction: where its value goes, its operands, and the place in the text it comes from."""

    code: int
    to: int
    a: int
    b: int
    c: int
    place: Place


class Emitter:
    """Registers and code of one program.

    Registers begin with those of ``codes.ACCOUNT``. ``initial`` is what they hold before the first bar; ``columns``
    and ``histories`` map to the registers that a column is loaded into, and whose past is kept; ``recalls`` maps
    history and bars to the register into which so much of the past is loaded. ``kept``: registers that live from bar
    to bar; ``changing``: those of variables, which a later statement may change.
    """

    def __init__(self) -> None:
        self.initial: list[float] = [math.nan] * len(codes.ACCOUNT)
        self.columns: dict[int, int] = {}
        self.histories: dict[int, int] = {}
        self.recalls: dict[tuple[int, int], int] = {}
        self.code: list[Instruction] = []
        self.kept: set[int] = set()
        self.changing: set[int] = set()
        self._numbers: dict[str, int] = {}
        self._texts: dict[str, int] = {}

    def register(self, place: Place, initial: float = math.nan) -> int:
        """A new register.

        :raises ScriptError: TOO_LARGE
        """
        if len(self.initial) >= limits.MAX_REGISTERS:
            raise refusal(Code.TOO_LARGE, place, "The script needs too many variables and intermediate values")
        self.initial.append(initial)
        return len(self.initial) - 1

    def text_number(self, text: str) -> float:
        """The number that stands for a string."""
        return float(self._texts.setdefault(text, len(self._texts)))

    def operand(self, value: Value, place: Place) -> int:
        """The register a value can be read from."""
        if value.register is not None:
            return value.register
        if value.column is not None:
            if value.column not in self.columns:
                self.columns[value.column] = self.register(place)
            return self.columns[value.column]
        number = self.text_number(value.text) if value.text is not None else cast("float", value.number)
        if repr(number) not in self._numbers:
            self._numbers[repr(number)] = self.register(place, number)
        return self._numbers[repr(number)]

    def emit(self, code: int, to: int, operands: tuple[int, ...], place: Place) -> None:
        """Add an instruction; operands that are not given are register 0.

        :raises ScriptError: TOO_LARGE
        """
        if len(self.code) >= limits.MAX_INSTRUCTIONS:
            raise refusal(Code.TOO_LARGE, place, "The script compiles to too many instructions")
        a, b, c = (*operands, 0, 0, 0)[:3]
        self.code.append(Instruction(code, to, a, b, c, place))

    @contextmanager
    def piece(self) -> Iterator[list[Instruction]]:
        """Collect what is emitted inside into a piece of its own."""
        outer, self.code = self.code, []
        try:
            yield self.code
        finally:
            self.code = outer

    def put(self, piece: list[Instruction], place: Place) -> None:
        """Put a piece behind the code so far.

        :raises ScriptError: TOO_LARGE
        """
        if len(self.code) + len(piece) > limits.MAX_INSTRUCTIONS:
            raise refusal(Code.TOO_LARGE, place, "The script compiles to too many instructions")
        self.code.extend(piece)

    def history(self, register: int, place: Place) -> int:
        """The history of a register, kept from now on.

        :raises ScriptError: TOO_LARGE
        """
        if register not in self.histories:
            if len(self.histories) >= limits.MAX_HISTORIES:
                reason = f"The past of at most {limits.MAX_HISTORIES} variables can be kept"
                raise refusal(Code.TOO_LARGE, place, reason)
            self.histories[register] = len(self.histories)
        return self.histories[register]

    def recall(self, register: int, bars: int, place: Place) -> int:
        """The register that holds what another was at the end of a bar so many bars ago.

        :raises ScriptError: TOO_LARGE
        """
        key = self.history(register, place), bars
        if key not in self.recalls:
            self.recalls[key] = self.register(place)
        return self.recalls[key]
