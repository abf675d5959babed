"""Rules: what a user's strategy says, from JSON to signals.

``parse`` understands a document, ``to_json`` and ``sentence`` say it back, ``evaluate`` gives its signals, ``Columns``
what they were read from, ``catalogue`` lists the words it may use, ``predefined`` are the strategies that ship.
What does not belong here: how a signal becomes a trade.
"""

from engine.rules import predefined
from engine.rules.evaluation import Columns, evaluate, operands, warmup_bars, warmup_timeframes
from engine.rules.parsing import parse
from engine.rules.printing import operand_words, sentence, to_json
from engine.rules.vocabulary import catalogue

__all__ = [
    "Columns",
    "catalogue",
    "evaluate",
    "operand_words",
    "operands",
    "parse",
    "predefined",
    "sentence",
    "to_json",
    "warmup_bars",
    "warmup_timeframes",
]
