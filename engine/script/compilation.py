"""From text to program: the tree, what its names stand for, the arrays the machine reads.

What does not belong here: the meaning of any one statement or function.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np

from engine.script import (
    branches,
    calls,
    expressions,
    folding,
    fusing,
    grammar,
    limits,
    names,
    nodes,
    prelude,
    statements,
    text,
)
from engine.script.context import Context, Handler
from engine.script.errors import Code, ScriptError, quoted
from engine.script.kernels import codes
from engine.script.kernels.codes import Code as MachineCode
from engine.script.nodes import Node, Place
from engine.script.program import Declared, Program

_HANDLERS: Mapping[type[Node], Handler] = {
    nodes.Number: expressions.number,
    nodes.Text: expressions.text,
    nodes.Color: expressions.color,
    nodes.Name: expressions.name,
    nodes.Unary: expressions.unary,
    nodes.Binary: expressions.binary,
    nodes.Ternary: expressions.ternary,
    nodes.History: expressions.history,
    nodes.Sequence: expressions.sequence,
    nodes.Call: calls.call,
    nodes.Block: statements.block,
    nodes.Declare: statements.declare,
    nodes.Assign: statements.assign,
    nodes.Function: statements.function,
    nodes.Leave: statements.leave,
    nodes.If: branches.if_,
    nodes.Switch: branches.switch,
    nodes.For: branches.for_,
    nodes.While: branches.while_,
}
# What statements stand in; no expression has one.
_STATEMENTS = (
    nodes.Block,
    nodes.Declare,
    nodes.Assign,
    nodes.Function,
    nodes.If,
    nodes.Switch,
    nodes.For,
    nodes.While,
)
_RESERVED = names.PLAIN | {name for name in calls.BUILT_IN if "." not in name} | {"plot", "fill", "hline", "alert"}


def compile_script(source: str, *, inputs: Mapping[str, object] | None = None) -> Program:
    """Understand a script.

    ``inputs``: values for its inputs by name, over their defaults.

    :raises ScriptError: at the first thing that is not allowed, with its place
    """
    given = dict(inputs or {})
    version, tree, changed = _read(source)
    context = Context(
        version=version,
        given=given,
        handlers=_HANDLERS,
        reserved=_RESERVED,
        library=prelude.functions(),
        changed=changed,
    )
    context.lower(tree)
    if context.declared is None:
        reason = 'A strategy begins with strategy("its title")'
        raise ScriptError(code=Code.SYNTAX, line=1, column=1, reason=reason)
    unknown = sorted(name for name in given if name not in context.inputs)
    if unknown:
        reason = f"There is no input {quoted(str(unknown[0]))}"
        raise ScriptError(code=Code.INPUT, line=0, column=0, reason=reason)
    return _assembled(context)


def warm() -> None:
    """Load what compiling a script needs, which takes the first script of a process a quarter of a second."""
    compile_script('//@version=6\nstrategy("warm")\nvar x = close + 1 * 2\n')


@lru_cache(maxsize=8)
def _read(source: str) -> tuple[int, nodes.Block, frozenset[str]]:
    """Version, tree and changed names of a text; a sweep asks for those of one text again and again.

    :raises ScriptError: at the first thing that is not the language
    """
    plain, version = text.checked(source)
    tree = grammar.parse(plain)
    return version, tree, frozenset(_assigned(tree)) | prelude.CHANGED


def _assigned(root: Node) -> Iterable[str]:
    """Every name that a ``:=`` or its kin gives a new value, anywhere."""
    waiting: list[object] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, nodes.Assign):
            yield node.name
        if isinstance(node, tuple):
            waiting.extend(node)
        elif isinstance(node, _STATEMENTS):
            waiting.extend(getattr(node, field) for field in node.__dataclass_fields__)


def _assembled(context: Context) -> Program:
    machine = context.machine
    loaded = tuple(machine.columns)
    needed = context.columns.needed(list(loaded))
    if len(needed) > limits.MAX_COLUMNS:
        raise ScriptError(code=Code.TOO_LARGE, line=1, column=1, reason="The script needs too many columns")
    renumbered = {old: new for new, old in enumerate(needed)}
    rows = {column: row for row, column in enumerate(loaded)}
    graph = tuple(
        column._replace(sources=tuple(renumbered[source] for source in column.sources))
        for column in (context.columns.all[index] for index in needed)
    )
    read = _read_outside(context)
    listed = fusing.fused(folding.folded(machine.code, read=read), read=read)
    instructions = [(code, to, rows[a] if code == codes.COLUMN_BACK else a, b, c) for code, to, a, b, c, _ in listed]
    return Program(
        version=context.version,
        declared=context.declared or Declared(),
        inputs=tuple(context.inputs.values()),
        orders=tuple(context.orders),
        graph=graph,
        loaded=tuple(renumbered[column] for column in loaded),
        code=_code(context, instructions),
        places=tuple(instruction.place for instruction in listed) or (Place(1, 1),),
        tags=("", *context.tags),
        warmup_bars=max((context.columns.all[column].warmup for column in loaded), default=0),
    )


def _read_outside(context: Context) -> list[int]:
    """The registers that are read by what is no instruction: orders, and what keeps the past."""
    ordered = [register for order in context.orders for register in order.registers]
    return [*ordered, *context.machine.histories]


def _code(context: Context, instructions: Sequence[tuple[int, ...]]) -> MachineCode:
    machine = context.machine
    kept = machine.kept | set(range(len(codes.ACCOUNT)))
    resets = [register for register in machine.histories if register not in kept]
    orders = [(o.kind, o.identity, o.entry, o.side, *o.registers) for o in context.orders]
    return MachineCode(
        instructions=_rows(instructions, 5),
        initial=np.array(machine.initial, dtype=np.float64),
        column_registers=np.array(list(machine.columns.values()), dtype=np.int32),
        histories=np.array(list(machine.histories), dtype=np.int32),
        resets=np.array(resets, dtype=np.int32),
        recalls=_rows([(*key, register) for key, register in machine.recalls.items()], 3),
        orders=_rows(orders, 4 + 9),
    )


def _rows(rows: Sequence[tuple[int, ...]], width: int) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
    return np.array(rows, dtype=np.int32).reshape(len(rows), width)
