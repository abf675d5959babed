"""What the compiler knows while it walks the tree: scopes, functions, inputs, orders, and how much it has done.

What does not belong here: what any node means (``expressions``, ``statements``, ``calls``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from engine.script import limits, nodes
from engine.script.columns import Columns
from engine.script.emitter import Emitter
from engine.script.errors import Code, quoted
from engine.script.nodes import Node, Place
from engine.script.program import Declared, Input, OrderCall
from engine.script.values import Kind, Value, refusal

# Each handler takes the kind of node it is registered for.
Handler = Callable[..., Value]


@dataclass(frozen=True, slots=True)
class Variable:
    """A name and its value; ``changes``: it may be given another with ``:=``."""

    kind: Kind
    value: Value
    changes: bool


@dataclass(slots=True)
class Scope:
    """Names of one block. ``function``: the block is a function's body, beyond which nothing may be changed."""

    names: dict[str, Variable] = field(default_factory=dict)
    function: bool = False


@dataclass(slots=True)
class Context:
    """The state of one compilation."""

    version: int
    given: Mapping[str, object]
    handlers: Mapping[type[Node], Handler]
    reserved: frozenset[str]
    columns: Columns = field(default_factory=Columns)
    machine: Emitter = field(default_factory=Emitter)
    scopes: list[Scope] = field(default_factory=lambda: [Scope()])
    functions: dict[str, nodes.Function] = field(default_factory=dict)
    library: Mapping[str, nodes.Function] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()
    inputs: dict[str, Input] = field(default_factory=dict)
    orders: list[OrderCall] = field(default_factory=list)
    tags: dict[str, int] = field(default_factory=dict)
    declared: Declared | None = None
    declaring: str = ""
    active: list[str] = field(default_factory=list)
    done: int = 0
    loops: int = 0
    blocks: int = 0
    level: int = 0

    def lower(self, node: Node) -> Value:
        """The value of a node.

        :raises ScriptError: if it has none that is allowed
        """
        self.done += 1
        if self.done > limits.MAX_NODES:
            reason = "The script is too large once each call of a function is written out"
            raise refusal(Code.TOO_LARGE, node.place, reason)
        self._descend(node.place)
        value = self.handlers[type(node)](self, node)
        self.level -= 1
        return value

    @contextmanager
    def deeper(self, place: Place) -> Iterator[None]:
        """One level further down, calls of functions and branches after others counted.

        :raises ScriptError: TOO_DEEP
        """
        self._descend(place)
        yield
        self.level -= 1

    def _descend(self, place: Place) -> None:
        self.level += 1
        if self.level > limits.MAX_LEVELS:
            reason = "Calls, branches and expressions stand too deep in each other: use variables in between"
            raise refusal(Code.TOO_DEEP, place, reason)

    def find(self, name: str) -> Variable | None:
        """The variable of a name, from the innermost scope outwards; from inside a function its own, then globals."""
        for scope in reversed(self.scopes):
            if name in scope.names:
                return scope.names[name]
            if scope.function:
                return self.scopes[0].names.get(name)
        return None

    def may_change(self, name: str, place: Place) -> Variable:
        """The variable behind ``name :=``.

        :raises ScriptError: UNKNOWN_NAME or SCOPE
        """
        for scope in reversed(self.scopes):
            if name in scope.names:
                variable = scope.names[name]
                if not variable.changes:
                    reason = f"{quoted(name)} cannot be changed here: copy it into a variable of your own"
                    raise refusal(Code.SCOPE, place, reason)
                return variable
            if scope.function and name in self.scopes[0].names:
                reason = f"A function cannot change {quoted(name)} from outside: return the value and assign it there"
                raise refusal(Code.SCOPE, place, reason)
        raise refusal(Code.UNKNOWN_NAME, place, f"There is no variable {quoted(name)}: declare it with = first")

    def define(self, name: str, variable: Variable, place: Place) -> None:
        """Add a variable to the innermost scope; ``_`` is nobody's name.

        :raises ScriptError: REDEFINED
        """
        if name == "_":
            return
        if "." in name:
            raise refusal(Code.SYNTAX, place, f"{quoted(name)} is no name for a variable: it has a dot")
        if name in self.reserved:
            raise refusal(Code.REDEFINED, place, f"{quoted(name)} is built in: choose another name")
        if name in self.scopes[-1].names or (len(self.scopes) == 1 and name in self.functions):
            raise refusal(Code.REDEFINED, place, f"{quoted(name)} is already defined here: use := to change it")
        self.scopes[-1].names[name] = variable

    @contextmanager
    def inside(self, *, function: bool = False) -> Iterator[Scope]:
        """A scope for a block."""
        self.scopes.append(Scope(function=function))
        try:
            yield self.scopes[-1]
        finally:
            self.scopes.pop()
