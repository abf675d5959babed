"""``if``, ``switch``, ``for``, ``while``: as statements, and as the value of their last line.

A branch whose condition is known before the run is compiled alone; the others are checked and dropped. Branches that
need no code become columns. What does not belong here: what stands in the blocks.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.script import emitter, expressions, nodes, operations, values
from engine.script.context import Context, Variable
from engine.script.emitter import Instruction
from engine.script.errors import Code
from engine.script.kernels import codes
from engine.script.nodes import Block, Node, Place
from engine.script.values import NUMERIC, Kind, Value, joined, refusal

Branch = tuple[Node | Value, Block]
_WORTH = NUMERIC | {"bool", "string"}


def if_(context: Context, node: nodes.If) -> Value:
    """``if`` with its branches."""
    return _branches(context, node.branches, node.otherwise, node.place)


def switch(context: Context, node: nodes.Switch) -> Value:
    """``switch``: the first case that equals the subject, or holds."""
    if node.subject is None:
        return _branches(context, node.cases, node.otherwise, node.place)
    subject = context.lower(node.subject)
    cases: list[Branch] = []
    for label, body in node.cases:
        pair = ((subject, node.subject), (context.lower(label), label))
        cases.append((expressions.compared(context, "==", *pair), body))
    return _branches(context, cases, node.otherwise, node.place)


def _branches(context: Context, branches: Sequence[Branch], otherwise: Block | None, place: Place) -> Value:
    if not branches:
        return values.VOID if otherwise is None else _body(context, otherwise)
    with context.deeper(place):
        return _first_branch(context, branches, otherwise, place)


def _first_branch(context: Context, branches: Sequence[Branch], otherwise: Block | None, place: Place) -> Value:
    (label, body), rest = branches[0], branches[1:]
    test = label if isinstance(label, Value) else expressions.condition(context, label)
    if test.form != "series" and test.number is not None:
        return _chosen(context, test.number == 1.0, body, (rest, otherwise), place)
    context.blocks += 1
    with context.machine.piece() as yes:
        first = _body(context, body)
    with context.machine.piece() as no:
        second = _branches(context, rest, otherwise, place)
    context.blocks -= 1
    if not yes and not no:
        return _without_code(context, test, first, second, place)
    result = _merged(context, (first, yes), (second, no), place)
    _put(context, test, yes, no, place)
    return result


def _body(context: Context, body: Block) -> Value:
    with context.inside():
        return context.lower(body)


def _chosen(
    context: Context, holds: bool, body: Block, rest: tuple[Sequence[Branch], Block | None], place: Place
) -> Value:
    """The branch that a known condition leaves; the other is checked for mistakes and dropped."""
    orders = len(context.orders)
    if holds:
        value = _body(context, body)
        orders = len(context.orders)
        with context.machine.piece():
            other = _branches(context, *rest, place)
    else:
        with context.machine.piece():
            other = _body(context, body)
        del context.orders[orders:]
        value = _branches(context, *rest, place)
        orders = len(context.orders)
    del context.orders[orders:]
    if value.kind == "void" and other.kind in _WORTH:
        return _absent(other.kind)
    return value


def _absent(kind: Kind) -> Value:
    """The value of a branch that is not there."""
    return values.truth(False) if kind == "bool" else values.NOTHING.as_kind(kind)


def _without_code(context: Context, test: Value, first: Value, second: Value, place: Place) -> Value:
    if first.kind in _WORTH and second.kind == "void":
        second = _absent(first.kind)
    kind = joined(first.kind, second.kind)
    if kind is None or (kind not in _WORTH and kind not in ("tuple", "paint")):
        return values.VOID
    return expressions.either(context, test, first, second, place=place)


def _merged(
    context: Context, first: tuple[Value, list[Instruction]], second: tuple[Value, list[Instruction]], place: Place
) -> Value:
    """The value of whichever branch ran, copied to one register at the end of both."""
    one, two = first[0], second[0]
    if "paint" in (one.kind, two.kind):
        return values.PAINT
    if one.kind == two.kind == "tuple" and len(one.items) == len(two.items):
        pairs = zip(one.items, two.items, strict=True)
        return Value("tuple", items=tuple(_merged(context, (a, first[1]), (b, second[1]), place) for a, b in pairs))
    if one.kind in _WORTH and two.kind == "void":
        two = _absent(one.kind)
    kind = joined(one.kind, two.kind)
    if kind not in _WORTH:
        return values.VOID
    result = context.machine.register(place)
    for value, piece in ((one, first[1]), (two, second[1])):
        source = context.machine.operand(value, place)
        piece.append(Instruction(codes.COPY, result, source, 0, 0, place))
    return Value(kind, register=result)


def _put(context: Context, test: Value, yes: list[Instruction], no: list[Instruction], place: Place) -> None:
    machine = context.machine
    jump_over = len(yes) + (2 if no else 1)
    machine.emit(codes.JUMP_FALSE, 0, (jump_over, machine.operand(test, place)), place)
    machine.put(yes, place)
    if no:
        machine.emit(codes.JUMP, 0, (len(no) + 1,), place)
        machine.put(no, place)


def for_(context: Context, node: nodes.For) -> Value:
    """``for``: counts up, or down where the end lies below the start; the bounds are read once."""
    machine = context.machine
    start, end, step = _bounds(context, node)
    counter = machine.register(node.place)
    machine.changing.add(counter)
    machine.emit(codes.COPY, counter, (machine.operand(start, node.place),), node.place)
    last, by = (_kept(context, each, node.place) for each in (end, step))
    goes_on = operations.operate(context, codes.IN_LOOP, (start, end, step), kind="bool", place=node.place)
    again = Instruction(codes.NEXT, counter, 0, last, by, node.place)
    names = {node.name: Variable("int", Value("int", register=counter), changes=False)}
    return _loop(context, node, ([], goes_on, again), names)


def _kept(context: Context, value: Value, place: Place) -> int:
    """A register with the value as it is now, whatever becomes of the variable it may be of."""
    machine = context.machine
    if value.register is None:
        return machine.operand(value, place)
    kept = machine.register(place)
    machine.emit(codes.COPY, kept, (value.register,), place)
    return kept


def _bounds(context: Context, node: nodes.For) -> tuple[Value, Value, Value]:
    parts = [node.start, node.end, *([] if node.step is None else [node.step])]
    found = [context.lower(part) for part in parts]
    for value, part in zip(found, parts, strict=True):
        if value.kind not in NUMERIC:
            raise refusal(Code.TYPE, part.place, "A loop counts with numbers")
    start, end = found[0], found[1]
    step = found[2] if len(found) > 2 else values.number(1.0, whole=True)
    if node.step is not None and step.number is not None and not step.number > 0:
        raise refusal(Code.ARGUMENT, node.step.place, "The step of a loop is above 0; it counts down by itself")
    down = operations.operate(context, codes.LT, (end, start), kind="bool", place=node.place)
    back = operations.operate(context, codes.NEG, (step,), kind=step.kind, place=node.place)
    return start, end, operations.select(context, down, back, step, kind=step.kind, place=node.place)


def while_(context: Context, node: nodes.While) -> Value:
    """``while``: as long as the condition holds and the limit of steps allows."""
    machine = context.machine
    context.loops += 1
    context.blocks += 1
    with machine.piece() as test:
        goes_on = expressions.condition(context, node.condition)
    context.loops -= 1
    context.blocks -= 1
    again = Instruction(codes.JUMP, 0, -(len(test) + 1), 0, 0, node.place)
    return _loop(context, node, (test, goes_on, again), {})


def _loop(
    context: Context,
    node: nodes.For | nodes.While,
    parts: tuple[list[Instruction], Value, Instruction],
    names: dict[str, Variable],
) -> Value:
    """Put a loop together: its test and what it says, its body, and what leads back, as from its start."""
    machine = context.machine
    test, goes_on, again = parts
    context.loops += 1
    context.blocks += 1
    with machine.piece() as body, context.inside():
        for name, variable in names.items():
            context.define(name, variable, node.place)
        value = context.lower(node.body)
        result = _result(context, value, node.place)
    context.loops -= 1
    context.blocks -= 1
    _join_jumps(body)
    machine.put(test, node.place)
    machine.emit(codes.JUMP_FALSE, 0, (len(body) + 2, machine.operand(goes_on, node.place)), node.place)
    machine.put(body, node.place)
    machine.put([again._replace(a=again.a - len(body))], node.place)
    return result


def _result(context: Context, value: Value, place: Place) -> Value:
    """The value of a loop is that of its last round."""
    if value.kind not in _WORTH:
        return values.VOID
    result = context.machine.register(place)
    context.machine.emit(codes.COPY, result, (context.machine.operand(value, place),), place)
    return Value(value.kind, register=result)


def _join_jumps(body: list[Instruction]) -> None:
    """Turn ``continue`` into a jump to what follows the body and leads back, and ``break`` into one behind that."""
    for index, instruction in enumerate(body):
        if instruction.code == codes.JUMP and instruction.a in (emitter.BREAK, emitter.CONTINUE):
            to_end = len(body) - index
            body[index] = instruction._replace(a=to_end if instruction.a == emitter.CONTINUE else to_end + 1)
