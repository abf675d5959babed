"""Scripts: a documented subset of Pine Script, from text to a program for one compiled machine.

``compile`` understands a script and gives a ``Program``; ``machine`` runs it bar by bar. No text of a user ever becomes
code of another language. What does not belong here: how an order fills (simulation), indicators (their registry).
"""

from engine.script.compilation import compile_script as compile  # noqa: A004 - what one calls it, always as script.compile
from engine.script.compilation import warm
from engine.script.errors import Code, ScriptError
from engine.script.printing import labels, sentence
from engine.script.program import Input, Program

__all__ = ["Code", "Input", "Program", "ScriptError", "compile", "labels", "sentence", "warm"]
