"""Rules: what a user's strategy says, from JSON to signals.

``parse`` understands a document, ``to_json`` and ``sentence`` say it back, ``evaluate`` gives its signals,
``catalogue`` lists the words it may use, ``predefined`` are the strategies that ship.
What does not belong here: how a signal becomes a trade.
"""

from engine.rules import predefined
from engine.rules.evaluation import evaluate
from engine.rules.parsing import parse
from engine.rules.printing import sentence, to_json
from engine.rules.vocabulary import catalogue

__all__ = ["catalogue", "evaluate", "parse", "predefined", "sentence", "to_json"]
