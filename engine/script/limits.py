"""The limits on a script, in one place. What does not belong here: anything that checks them."""

from __future__ import annotations

# The text.
MAX_BYTES = 16 * 1024
MAX_LINES = 1_000
MAX_NESTING = 32
MAX_DEPTH = 64
MAX_NAME = 64
MAX_STRING = 1_000
MAX_DIGITS = 18

# What it compiles to. A call of a user function counts with all of its body, for it is written out at each call.
MAX_NODES = 20_000
MAX_CALL_DEPTH = 16
# Of the compiler's own walk, so that it stays within Python's.
MAX_LEVELS = 150
MAX_REGISTERS = 4_096
MAX_INSTRUCTIONS = 8_192
MAX_COLUMNS = 600
MAX_HISTORIES = 64
MAX_INPUTS = 64

# What it does on the bars, beside what the machine counts (``kernels.codes``).
# As long as the longest period of an indicator.
MAX_LENGTH = 500
MAX_CELLS = 60_000_000
