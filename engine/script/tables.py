"""The tables that lark makes of a grammar, as the parser reads them, and what becomes of a rule once it is read.

lark's own loop looks up each rule by its text and passes every name through each level of an expression; a
script of 16 KiB takes it thirty milliseconds. What does not belong here: the grammar, tokens, the tree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lark import Lark
from lark.grammar import Rule

from engine.script.tokens import Token

START, END = "start", "$END"

# What a rule makes of its parts, in order; words and signs whose name begins with _ are none.
Make = Callable[[list[Any]], Any]
_LEFT_OUT = "_"


class Reduction(NamedTuple):
    """A rule as the parser needs it: how many symbols, how many of them are parts, what they become, and how."""

    size: int
    parts: int
    origin: str
    make: Make
    # One symbol that is passed on as it is, so that nothing is to be made.
    passes: bool


@dataclass(slots=True)
class Tables:
    """States of an LALR parser.

    ``actions``: for each state and kind of token the state to go to, or ``~`` the number of the reduction to make
    first; by the name of a non-terminal, the state once that has been read. ``shortcuts``: those states beyond all
    that only passes on, by state, non-terminal and kind of token.
    """

    actions: list[dict[str, int]]
    reductions: list[Reduction]
    begins: int
    shortcuts: defaultdict[int, defaultdict[str, dict[str, int]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(dict))
    )

    def beyond(self, state: int, origin: str, kind: str) -> int:
        """Where a non-terminal leads from a state if a token of this kind follows."""
        reached = self.actions[state][origin]
        action = self.actions[reached].get(kind, 0)
        while action < 0 and self.reductions[~action].passes:
            reached = self.actions[state][self.reductions[~action].origin]
            action = self.actions[reached].get(kind, 0)
        self.shortcuts[state][origin][kind] = reached
        return reached


def tables(parser: Lark, rules: Mapping[str, Make]) -> Tables:
    """The tables of a parser; ``rules``: what to make of each rule and alias."""
    # lark has no public way to its tables but writing a parser out as a file of Python.
    table: Any = parser.parser.parser.parser.parse_table
    numbers: dict[Rule, int] = {}
    actions: list[dict[str, int]] = [{} for _ in range(len(table.states))]
    for state, row in table.states.items():
        for kind, (action, argument) in row.items():
            shifts = action.name == "Shift"
            actions[state][str(kind)] = argument if shifts else ~numbers.setdefault(argument, len(numbers))
    # What ends a script is read like any other token.
    actions[table.end_states[START]][END] = table.end_states[START]
    reductions = [_reduction(rule, rules) for rule in numbers]
    return Tables(actions, reductions, table.start_states[START])


def _reduction(rule: Rule, rules: Mapping[str, Make]) -> Reduction:
    # Plain strings: those of lark compare slowly.
    origin = str(rule.origin.name)
    parts = [symbol for symbol in rule.expansion if not (symbol.is_term and symbol.name.startswith(_LEFT_OUT))]
    repeated = [at for at, symbol in enumerate(parts) if not symbol.is_term and symbol.name.startswith(_LEFT_OUT)]
    passes = rule.options.expand1 and not rule.alias and len(parts) == 1
    make: Make = _itself
    if passes:
        make = _only
    elif not origin.startswith(_LEFT_OUT):
        make = rules[rule.alias or origin]
    if repeated:
        make = _spread(make, repeated)
    return Reduction(len(rule.expansion), len(parts), origin, make, passes and len(rule.expansion) == 1)


def _itself(parts: list[Any]) -> Any:
    return parts


def _only(parts: list[Any]) -> Any:
    return parts[0]


def _spread(make: Make, repeated: list[int]) -> Make:
    """Make something of parts, what a repetition has read each by itself."""

    def made(parts: list[Any]) -> Any:
        if repeated == [0]:
            # It goes on growing: whoever made the list has let go of it.
            found = parts[0]
            found.extend(parts[1:])
            return make(found)
        for at in reversed(repeated):
            parts[at : at + 1] = parts[at]
        return make(parts)

    return made


def read(found: Tables, tokens: list[Token], states: list[int], values: list[Any]) -> Token | None:
    """Go on with tokens, each after what the parts so far amount to now that it follows; the first that may not."""
    actions, reductions, shortcuts = found.actions, found.reductions, found.shortcuts
    state = states[-1]
    for token in tokens:
        kind = token.kind
        action = actions[state].get(kind)
        while action is not None and action < 0:
            size, parts, origin, make, _ = reductions[~action]
            if parts == 1:
                values[-1] = make([values[-1]])
            else:
                first = len(values) - parts
                values[first:] = [make(values[first:])]
            del states[len(states) - size :]
            known = shortcuts[states[-1]][origin]
            state = known[kind] if kind in known else found.beyond(states[-1], origin, kind)
            states.append(state)
            action = actions[state].get(kind)
        if action is None:
            return token
        state = action
        states.append(state)
        if kind[0] != _LEFT_OUT:
            values.append(token)
    return None
