"""Studies written as a script: those of two bars, and those over series that only the run itself makes.

They are compiled at each call like a user's own function. Names end in ``_`` so that they meet no user's.
What does not belong here: studies that need whole columns (``library``).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from engine.script import grammar, nodes

# Over any series, column or not.
_ALWAYS = """
crossover(source1, source2) => source1 > source2 and source1[1] <= source2[1]
crossunder(source1, source2) => source1 < source2 and source1[1] >= source2[1]
cross(source1, source2) => ta.crossover(source1, source2) or ta.crossunder(source1, source2)
change(source, length = 1) => source - source[length]
mom(source, length) => source - source[length]
roc(source, length) => 100.0 * (source - source[length]) / source[length]
rising(source, length) => source > ta.highest(source[1], length)
falling(source, length) => source < ta.lowest(source[1], length)
tr(handle_na = false) =>
    before_ = handle_na ? nz(close[1], close) : close[1]
    math.max(high - low, math.abs(high - before_), math.abs(low - before_))
"""

# Where a column would do, the library computes it; these are for all else.
_STATEFUL = """
highest(source, length) =>
    float top_ = source
    for i_ = 0 to length - 1
        top_ := math.max(top_, source[i_])
    top_
lowest(source, length) =>
    float bottom_ = source
    for i_ = 0 to length - 1
        bottom_ := math.min(bottom_, source[i_])
    bottom_
sum(source, length) =>
    float sum_ = 0.0
    for i_ = 0 to length - 1
        sum_ += source[i_]
    sum_
sma(source, length) =>
    float mean_ = 0.0
    for i_ = 0 to length - 1
        mean_ += source[i_]
    mean_ / length
smoothed(source, length, weight) =>
    var float average_ = na
    var float begun_ = 0.0
    var int seen_ = 0
    if not na(source)
        if seen_ < length
            seen_ += 1
            begun_ += source
            if seen_ == length
                average_ := begun_ / length
        else
            average_ += weight * (source - average_)
    na(source) ? float(na) : average_
cum(source) =>
    var float total_ = 0.0
    total_ += nz(source)
    total_
barssince(condition) =>
    var float since_ = na
    since_ := condition ? 0.0 : since_ + 1
    since_
valuewhen(condition, source, occurrence) =>
    var float latest_ = na
    if condition
        latest_ := source
    latest_
held(source) =>
    var float kept_ = na
    if not na(source)
        kept_ := source
    kept_
"""


@cache
def functions() -> Mapping[str, nodes.Function]:
    """The functions by name."""
    block = grammar.parse(_ALWAYS + _STATEFUL)
    return {node.name: node for node in block.statements if isinstance(node, nodes.Function)}


CHANGED = frozenset(
    {"top_", "bottom_", "sum_", "mean_", "average_", "begun_", "seen_", "total_", "since_", "latest_", "kept_"}
)
